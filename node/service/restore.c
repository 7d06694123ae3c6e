/* Judging, filling a folder aside, and putting it in the place of the ledger. */
#define _POSIX_C_SOURCE 200809L

#include "node/service/restore.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/chain/chain.h"
#include "node/service/init.h"
#include "node/store/seal.h"

#define MOVED_MAX 1000u

static wc_status failed(wc_store_problem *problem, const char *path)
{
    wc_store_say(problem, path, ": ", strerror(errno), NULL);
    return WC_IO;
}

/* ---- what the signer remembers --------------------------------------------------------------- */

static bool has_key(const char *folder)
{
    struct stat about;
    wc_path_text key = wc_folder_path(folder, WC_PLACE_KEY);
    return stat(key.text, &about) == 0;
}

/* What the signer remembers against what the backup holds. */
static wc_status judge(wc_restored *restored, wc_store_problem *problem, const wc_seal *sealed,
                       const wc_restore *wanted)
{
    const wc_restore_point *backup = &wanted->point;
    bool is_named = wanted->accept != NULL && *wanted->accept == backup->seq;
    if (restored->is_copy && (!restored->has_seal || sealed->seq < backup->seq)) return WC_OK;
    if (restored->has_seal && sealed->seq == backup->seq) {
        if (wc_hash_equal(&sealed->record_hash, &backup->record_hash)) return WC_OK;
        if (is_named) {
            restored->has_lost = true;
            return WC_OK;
        }
    } else if (is_named) {
        restored->has_lost = true;
        return WC_OK;
    }
    char lost[64];
    (void)snprintf(lost, sizeof lost, "%" PRIu64 " to %" PRIu64, backup->seq + 1, sealed->seq);
    (void)snprintf(problem->text, sizeof problem->text,
                   "the %s ends with record %" PRIu64 "; %s%s%s. Whoever holds a later "
                   "certificate can prove it. To go on without them: --accept-loss-after %" PRIu64,
                   wanted->what, backup->seq,
                   restored->has_seal ? "the sealed records "
                                      : "what was sealed since is not known "
                                        "(there is no SEAL)",
                   restored->has_seal ? lost : "", restored->has_seal ? " would be lost" : "",
                   backup->seq);
    return WC_BEHIND_SEAL;
}

/* Held open until the restore is over: no node seals with this key meanwhile. */
static wc_status read_seal(wc_restored *restored, wc_store_problem *problem, const char *folder,
                           wc_seal_file *file)
{
    wc_path_text path = wc_folder_path(folder, WC_PLACE_SEAL);
    wc_status status = wc_seal_open(file, path.text, false);
    if (status == WC_NOT_FOUND) return WC_OK;
    if (status == WC_LOCKED) {
        wc_store_say(problem, path.text, ": another process seals with this key; stop it first",
                     NULL, NULL);
        return status;
    }
    if (status != WC_OK) {
        wc_store_say(problem, path.text, ": ", wc_status_text(status), NULL);
        return status;
    }
    restored->has_seal = true;
    restored->sealed_seq = file->newest.seq;
    return WC_OK;
}

/* The SEAL that was there is kept beside: it proves what was signed. */
static wc_status replace_seal(wc_restored *restored, wc_store_problem *problem, const char *folder)
{
    wc_seal_file file;
    const wc_restore_point *backup = &restored->point;
    wc_path_text path = wc_folder_path(folder, WC_PLACE_SEAL);
    if (restored->has_seal) {
        char name[WC_FOLDER_NAME_MAX];
        (void)snprintf(name, sizeof name, WC_PLACE_SEAL ".%u",
                       restored->has_lost ? restored->incarnation - 1 : restored->incarnation);
        wc_path_text beside = wc_folder_path(folder, name);
        if (rename(path.text, beside.text) != 0) return failed(problem, path.text);
    }
    wc_seal first = {backup->seq, backup->height, backup->record_hash};
    wc_status status = wc_seal_create(&file, path.text, &first);
    if (status != WC_OK) {
        wc_store_say(problem, path.text, ": ", wc_status_text(status), NULL);
        return status;
    }
    wc_seal_close(&file);
    return WC_OK;
}

/* ---- the ledger ------------------------------------------------------------------------------ */

/* Moves what is in the place of the ledger out of the way. */
static wc_status move_away(wc_store_problem *problem, const char *data)
{
    struct stat about;
    char target[sizeof(wc_path_text) + WC_FOLDER_NAME_MAX];
    if (stat(data, &about) != 0) return errno == ENOENT ? WC_OK : failed(problem, data);
    for (unsigned i = 1; i < MOVED_MAX; i++) {
        (void)snprintf(target, sizeof target, "%s.before-%u", data, i);
        if (stat(target, &about) == 0) continue;
        return rename(data, target) == 0 ? WC_OK : failed(problem, data);
    }
    wc_store_say(problem, data, ".before-*: too many of them", NULL, NULL);
    return WC_EXISTS;
}

/* Removes the files of a folder, whose only folder below is `below` (NULL: none), and the folder.
 */
static bool remove_folder(const char *folder, const char *below)
{
    DIR *directory = opendir(folder);
    if (directory == NULL) return errno == ENOENT;
    const struct dirent *entry;
    bool is_removed = true;
    while (is_removed && (entry = readdir(directory)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        wc_path_text path = wc_folder_path(folder, entry->d_name);
        bool is_folder = below != NULL && strcmp(entry->d_name, below) == 0;
        is_removed = is_folder ? remove_folder(path.text, NULL) : unlink(path.text) == 0;
    }
    (void)closedir(directory);
    return is_removed && rmdir(folder) == 0;
}

/* The names in the folder are on the disk, not only the bytes of its files. */
static wc_status sync_folder(wc_store_problem *problem, const char *folder)
{
    wc_path_text inside = wc_folder_path(folder, "");
    return wc_folder_sync_parent(inside.text) == WC_OK ? WC_OK : failed(problem, folder);
}

static wc_status fill_aside(wc_store_problem *problem, const wc_restore *wanted, const char *aside)
{
    WC_TRY(wanted->fill(wanted->self, problem, aside));
    wc_path_text database = wc_folder_path(aside, "db");
    WC_TRY(sync_folder(problem, database.text));
    return sync_folder(problem, aside);
}

/* The new ledger takes the place of the old one when all of it is on the disk. What an earlier
 * restore that was cut short left aside goes first; what this one leaves aside when it fails goes
 * as well. */
static wc_status put_in_place(wc_store_problem *problem, const wc_restore *wanted,
                              const char *folder)
{
    char aside[WC_FOLDER_PATH_MAX];
    wc_path_text data = wc_folder_path(folder, WC_PLACE_DATA);
    int len = snprintf(aside, sizeof aside, "%s.restoring", data.text);
    wc_assert(len > 0 && (size_t)len < sizeof aside); /* WC_PLACE_MAX leaves room */
    if (!remove_folder(aside, "db")) return failed(problem, aside);
    wc_status status = fill_aside(problem, wanted, aside);
    if (status != WC_OK) {
        (void)remove_folder(aside, "db");
        return status;
    }
    WC_TRY(move_away(problem, data.text));
    if (rename(aside, data.text) != 0) return failed(problem, aside);
    return wc_folder_sync_parent(data.text) == WC_OK ? WC_OK : failed(problem, data.text);
}

/* The chain in the folder, if one can be read, must be the backup's. */
static wc_status check_chain(wc_restored *restored, wc_store_problem *problem,
                             const wc_restore *wanted, const char *folder)
{
    wc_chain *chain;
    wc_chain_report report;
    wc_path_text data = wc_folder_path(folder, WC_PLACE_DATA);
    wc_path_text seal = wc_folder_path(folder, WC_PLACE_SEAL);
    wc_chain_options options = {
        .folder = data.text, .read_only = true, .threads = 1, .seal_path = seal.text};
    wc_status status = wc_chain_open(&chain, &report, &options);
    if (status == WC_LOCKED) {
        *problem = report.store.problem;
        return status;
    }
    if (status != WC_OK) return WC_OK; /* damaged: that is what backups are for */
    wc_hash genesis = wc_chain_genesis_hash(chain);
    wc_chain_close(chain);
    restored->has_chain = true;
    if (wc_hash_equal(&genesis, &wanted->point.genesis_hash)) return WC_OK;
    wc_store_say(problem, data.text, ": holds a chain of another genesis than the ", wanted->what,
                 NULL);
    return WC_WRONG_CHAIN;
}

/* Everything that changes: the data, then what the signer remembers. */
static wc_status go_back(wc_restored *restored, wc_store_problem *problem, const char *folder,
                         const wc_restore *wanted)
{
    uint32_t known = 0;
    wc_status status = wc_place_read_incarnation(problem, folder, &known);
    if (status != WC_OK && status != WC_NOT_FOUND) return status;
    if (known < wanted->point.incarnation) known = wanted->point.incarnation;
    restored->incarnation = restored->has_lost ? known + 1 : known;
    WC_TRY(put_in_place(problem, wanted, folder));
    /* The incarnation first: with a raised one and the old SEAL the node refuses to start, never
     * the other way round. */
    WC_TRY(wc_place_write_incarnation(problem, folder, restored->incarnation));
    bool is_forward =
        restored->is_copy && (!restored->has_seal || restored->sealed_seq != restored->point.seq);
    return restored->has_lost || is_forward ? replace_seal(restored, problem, folder) : WC_OK;
}

/* Judged first, changed then; what the folder lacks for a start is made at the end. */
static wc_status restore_into(wc_restored *restored, wc_store_problem *problem, const char *folder,
                              const wc_restore *wanted)
{
    wc_seal_file file = {.slots = {.descriptor = -1}};
    restored->is_copy = wanted->takes_copy && !has_key(folder);
    WC_TRY(check_chain(restored, problem, wanted, folder));
    if (!restored->has_chain && wanted->needs_trust) {
        wc_store_say(problem, folder, ": no chain to compare the genesis with; give its hash", NULL,
                     NULL);
        return WC_WRONG_CHAIN;
    }
    wc_status status = read_seal(restored, problem, folder, &file);
    if (status == WC_OK) status = judge(restored, problem, &file.newest, wanted);
    if (status == WC_OK) status = go_back(restored, problem, folder, wanted);
    wc_seal_close(&file);
    return status == WC_OK ? wc_node_make_folder(problem, folder) : status;
}

wc_status wc_restore_ledger(wc_restored *restored, wc_store_problem *problem, const char *folder,
                            const wc_restore *wanted)
{
    struct stat about;
    wc_path_text keys = wc_folder_path(folder, WC_PLACE_KEYS);
    bool has_folder = stat(folder, &about) == 0, has_keys = stat(keys.text, &about) == 0;
    *restored = (wc_restored){.point = wanted->point};
    WC_TRY(wc_place_make(problem, folder, 0700));
    wc_status status = wc_place_make(problem, keys.text, 0700);
    if (status == WC_OK) status = restore_into(restored, problem, folder, wanted);
    if (status == WC_OK) return WC_OK;
    if (!has_keys) (void)rmdir(keys.text); /* only what is empty goes */
    if (!has_folder) (void)rmdir(folder);
    return status;
}
