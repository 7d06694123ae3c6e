/* Reading a folder or a bundle record by record; see side.h. */
#include "node/audit/side.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What a reading function of source.c has told. */
static wc_status tell(wc_side *side, wc_store_problem *problem)
{
    uint8_t memory[WC_STORE_PROBLEM_MAX];
    wc_buf text;
    wc_buf_init(&text, memory, sizeof memory);
    wc_replay_difference_put(&text, &side->report.difference);
    wc_chain_say(problem, "%s: %.*s; `audit replay` says more", side->path, (int)text.len,
                 (const char *)memory);
    return WC_CORRUPT;
}

/* ---- opening -----------------------------------------------------------------------------------
 */

static wc_status open_folder(wc_side *side, wc_store_problem *problem)
{
    static wc_store_report report;
    wc_store_options options = {.read_only = true};
    wc_status status = wc_store_open(&side->folder, &report, side->path, &options);
    *problem = report.problem;
    side->is_open = status == WC_OK;
    side->audit.store = &side->folder;
    return status == WC_OK ? wc_chain_check_schema(&side->folder, problem) : status;
}

static wc_status open_bundle(wc_side *side, wc_store_problem *problem)
{
    wc_bundle_close(&side->reader);
    if (side->file == NULL) side->file = fopen(side->path, "rb");
    if (side->file == NULL || fseek(side->file, 0, SEEK_SET) != 0) {
        wc_chain_say(problem, "%s: %s", side->path, strerror(errno));
        return WC_IO;
    }
    wc_status status = wc_bundle_open(&side->reader, side->file);
    if (status != WC_OK) return wc_bundle_tell(problem, side->path, status);
    side->audit.store = wc_bundle_store(side->reader);
    return WC_OK;
}

static wc_status read_start(wc_side *side, wc_store_problem *problem)
{
    wc_status status = wc_audit_read_genesis(&side->audit, &side->genesis, &side->genesis_len);
    if (status == WC_NOT_FOUND) return tell(side, problem);
    WC_TRY(status);
    side->genesis_hash = wc_genesis_hash(wc_slice_of(side->genesis, side->genesis_len));
    if (!wc_audit_read_head(&side->audit, &side->audit.head)) return tell(side, problem);
    if (side->reader != NULL) {
        side->first = wc_bundle_first(side->reader);
    } else if (wc_chain_read_oldest(side->audit.store, &side->first) != WC_OK) {
        wc_chain_say(problem, "%s: the record with which it begins does not decode", side->path);
        return WC_CORRUPT;
    }
    return WC_OK;
}

static wc_status begin(wc_side *side, wc_store_problem *problem, const char *path)
{
    *side = (wc_side){.path = path, .options = {.threads = 1}};
    problem->text[0] = '\0';
    side->audit = (wc_audit){.options = &side->options, .report = &side->report};
    side->audit.input = malloc(sizeof *side->audit.input);
    return side->audit.input == NULL ? WC_NO_MEMORY : WC_OK;
}

wc_status wc_side_open(wc_side *side, wc_store_problem *problem, const char *path)
{
    struct stat found;
    WC_TRY(begin(side, problem, path));
    bool is_folder = stat(path, &found) != 0 || S_ISDIR(found.st_mode);
    WC_TRY(is_folder ? open_folder(side, problem) : open_bundle(side, problem));
    return read_start(side, problem);
}

wc_status wc_side_open_store(wc_side *side, wc_store_problem *problem, const char *path,
                             const wc_store *store)
{
    WC_TRY(begin(side, problem, path));
    side->audit.store = store;
    return read_start(side, problem);
}

void wc_side_close(wc_side *side)
{
    if (side->audit.store != NULL) wc_audit_drop_record(&side->audit, &side->audit.now);
    wc_pool_reset(&side->audit.pool);
    free(side->audit.input);
    wc_bundle_close(&side->reader);
    if (side->file != NULL) (void)fclose(side->file);
    if (side->is_open) wc_store_close(&side->folder);
    free(side->hashes);
    free(side->genesis);
    *side = (wc_side){.path = side->path};
}

/* ---- records -----------------------------------------------------------------------------------
 */

/* A bundle is read forwards; what lies behind is read from its start again. */
static wc_status load(wc_side *side, wc_store_problem *problem, uint64_t seq)
{
    if (side->file == NULL) return WC_OK;
    wc_audit_drop_record(&side->audit, &side->audit.now);
    if (wc_bundle_next(side->reader) > seq + 2) WC_TRY(open_bundle(side, problem));
    wc_status status = wc_bundle_load(side->reader, seq + 1);
    return status == WC_OK ? WC_OK : wc_bundle_tell(problem, side->path, status);
}

wc_status wc_side_at(wc_side *side, wc_store_problem *problem, uint64_t seq)
{
    if (seq < side->first) {
        wc_chain_say(
            problem,
            "PRUNED: %s begins with the state after record %llu; record %llu is in bundles "
            "that begin earlier, and in folders of nodes that have it",
            side->path, (unsigned long long)side->first, (unsigned long long)seq);
        return WC_PRUNED;
    }
    WC_TRY(load(side, problem, seq));
    side->report.difference.has_seq = true;
    side->report.difference.seq = seq;
    wc_pool_reset(&side->audit.pool);
    if (!wc_audit_read_record(&side->audit, seq, &side->audit.now)) return tell(side, problem);
    return WC_OK;
}

wc_status wc_side_input(wc_side *side, wc_store_problem *problem, uint64_t seq)
{
    bool is_complete = true;
    if (!wc_audit_read_input(&side->audit, seq, &is_complete)) return tell(side, problem);
    if (is_complete) return WC_OK;
    wc_chain_say(problem,
                 "%s: record %llu: a payload was destroyed, so what follows from it cannot be run "
                 "again",
                 side->path, (unsigned long long)seq);
    return WC_NOT_FOUND;
}

/* One pass over a bundle gives all of its hashes, and compares the one at its end. */
static wc_status list_hashes(wc_side *side, wc_store_problem *problem)
{
    uint64_t count = side->audit.head.seq + 1 - side->first;
    if (count > SIZE_MAX / sizeof *side->hashes) return WC_NO_MEMORY;
    side->hashes = malloc((size_t)count * sizeof *side->hashes);
    if (side->hashes == NULL) return WC_NO_MEMORY;
    for (uint64_t i = 0; i < count; i++) {
        WC_TRY(wc_side_at(side, problem, side->first + i));
        side->hashes[i] = side->audit.now.hash;
    }
    wc_audit_drop_record(&side->audit, &side->audit.now);
    wc_status status = wc_bundle_finish(side->reader);
    if (status == WC_OK) return open_bundle(side, problem);
    return wc_bundle_tell(problem, side->path, status);
}

wc_status wc_side_hash(wc_side *side, wc_store_problem *problem, uint64_t seq, wc_hash *hash)
{
    wc_assert(seq >= side->first && seq <= side->audit.head.seq);
    if (side->file != NULL) {
        if (side->hashes == NULL) WC_TRY(list_hashes(side, problem));
        *hash = side->hashes[seq - side->first];
        return WC_OK;
    }
    WC_TRY(wc_side_at(side, problem, seq));
    *hash = side->audit.now.hash;
    return WC_OK;
}
