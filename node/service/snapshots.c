/* The snapshotting thread, and what it and the command line share. */
#define _POSIX_C_SOURCE 200809L

#include "node/service/snapshots.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/service/init.h"
#include "node/service/log.h"
#include "node/service/metrics.h"

#define NAME_DIGITS 18u
#define PART_SUFFIX ".part"
#define KNOWN_MAX   1024u /* snapshots that are looked at when old ones are removed */

struct wc_snapshots {
    wc_stage *stage;
    wc_chain *reader; /* of the thread */
    uint64_t interval;
    char folder[WC_PLACE_MAX + 1];
    pthread_t thread;
    pthread_mutex_t turn; /* over the next two */
    pthread_cond_t is_told;
    wc_moment *next; /* held; NULL: nothing to do */
    bool is_busy;
    atomic_bool is_stopping;
};

/* ---- places ---------------------------------------------------------------------------------- */

void wc_snapshots_path(char path[WC_SNAPSHOTS_PATH_SIZE], const char *folder, uint64_t seq)
{
    wc_path_text place = wc_folder_path(folder, WC_PLACE_SNAPSHOTS);
    (void)snprintf(path, WC_SNAPSHOTS_PATH_SIZE, "%s/%018" PRIu64, place.text, seq);
}

wc_status wc_snapshots_place(wc_store_problem *problem, const char *folder)
{
    wc_path_text place = wc_folder_path(folder, WC_PLACE_SNAPSHOTS);
    return wc_place_make(problem, place.text, 0700);
}

static bool is_number(const char *name)
{
    return strlen(name) == NAME_DIGITS && strspn(name, "0123456789") == NAME_DIGITS;
}

static int descending(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return left > right ? -1 : left < right;
}

/* What one that was interrupted left, unless it is still being made. */
static bool remove_left(const char *aside)
{
    wc_store_problem problem;
    int held = wc_folder_hold(aside);
    if (held < 0) return false;
    bool is_removed = wc_snap_remove(&problem, aside) == WC_OK;
    (void)close(held);
    return is_removed;
}

/* Removes all but the newest ones, and what an interrupted one left. */
static void remove_old(const char *folder)
{
    static const char part[] = PART_SUFFIX;
    uint64_t known[KNOWN_MAX];
    size_t count = 0;
    wc_store_problem problem = {""};
    wc_path_text place = wc_folder_path(folder, WC_PLACE_SNAPSHOTS);
    DIR *directory = opendir(place.text);
    struct dirent *entry;
    if (directory == NULL) return;
    while ((entry = readdir(directory)) != NULL) {
        size_t len = strlen(entry->d_name);
        if (is_number(entry->d_name) && count < KNOWN_MAX) {
            known[count++] = strtoull(entry->d_name, NULL, 10);
        } else if (len > sizeof part && strcmp(entry->d_name + len - sizeof part + 1, part) == 0 &&
                   len < WC_FOLDER_NAME_MAX) {
            wc_path_text left = wc_folder_path(place.text, entry->d_name);
            (void)remove_left(left.text); /* or it is tried again at the next start */
        }
    }
    (void)closedir(directory);
    qsort(known, count, sizeof known[0], descending);
    for (size_t i = WC_SNAPSHOTS_KEPT; i < count; i++) {
        char path[WC_SNAPSHOTS_PATH_SIZE];
        wc_snapshots_path(path, folder, known[i]);
        if (wc_snap_remove(&problem, path) != WC_OK) {
            WC_LOG(WARN, "snapshot_not_removed", WC_LOG_TEXT("why", problem.text));
        }
    }
}

/* ---- making one ------------------------------------------------------------------------------ */

wc_status wc_snapshots_take(wc_snap_info *info, wc_store_problem *problem, wc_chain *chain,
                            const char *to, const wc_snap_options *options)
{
    char aside[WC_SNAPSHOTS_PATH_SIZE];
    struct stat about;
    wc_store_problem removing;
    if (strlen(to) > WC_FOLDER_PATH_MAX - sizeof PART_SUFFIX) {
        wc_store_say(problem, "the path of the snapshot is too long", NULL, NULL, NULL);
        return WC_TOO_LARGE;
    }
    if (stat(to, &about) == 0) {
        wc_store_say(problem, to, ": there is something already", NULL, NULL);
        return WC_EXISTS;
    }
    (void)snprintf(aside, sizeof aside, "%s" PART_SUFFIX, to);
    int held = -1;
    wc_snap_options own = options != NULL ? *options : (wc_snap_options){0};
    own.held = &held;
    wc_status status = wc_snap_make(info, problem, chain, aside, &own);
    if (status == WC_EXISTS && remove_left(aside)) {
        status = wc_snap_make(info, problem, chain, aside, &own);
    }
    if (status == WC_EXISTS) {
        wc_store_say(problem, aside,
                     ": is being made by another process, or is no snapshot: remove it then", NULL,
                     NULL);
        return status;
    }
    if (status == WC_OK && rename(aside, to) != 0) {
        wc_store_say(problem, to, ": ", strerror(errno), NULL);
        status = WC_IO;
    }
    if (status == WC_OK) status = wc_folder_sync_parent(to);
    if (status != WC_OK) (void)!wc_snap_remove(&removing, aside); /* what led here counts */
    if (held >= 0) (void)close(held);
    return status;
}

/* ---- the thread ------------------------------------------------------------------------------ */

static bool asks_to_stop(void *self)
{
    return atomic_load(&((wc_snapshots *)self)->is_stopping);
}

static void take(wc_snapshots *snapshots, wc_moment *moment)
{
    char path[WC_SNAPSHOTS_PATH_SIZE];
    wc_snap_info info;
    wc_store_problem problem = {""};
    wc_snap_options options = {.is_stopping = asks_to_stop, .self = snapshots};
    uint64_t seq = wc_moment_head(moment)->seq;
    int64_t start = wc_now_ns();
    wc_snapshots_path(path, snapshots->folder, seq);
    wc_chain_reader_enter(snapshots->reader, moment);
    wc_status status = wc_snapshots_take(&info, &problem, snapshots->reader, path, &options);
    wc_chain_reader_leave(snapshots->reader);
    if (status == WC_LOCKED || status == WC_EXISTS)
        return; /* the node stops; it is there already */
    if (status != WC_OK) {
        WC_LOG(ERROR, "snapshot_failed", WC_LOG_NUMBER("seq", seq),
               WC_LOG_TEXT("why", problem.text[0] != '\0' ? problem.text : wc_status_text(status)));
        return;
    }
    wc_hash_text hash = wc_hash_hex(&info.hash);
    WC_LOG(INFO, "snapshot_made", WC_LOG_NUMBER("seq", seq), WC_LOG_TEXT("snapshot", hash.text),
           WC_LOG_NUMBER("chunks", info.chunk_count), WC_LOG_NUMBER("bytes", info.bytes),
           WC_LOG_NUMBER("ms", (wc_now_ns() - start) / 1000000));
    remove_old(snapshots->folder);
}

/* The next moment, held; NULL: the node stops. */
static wc_moment *wait_for_moment(wc_snapshots *snapshots)
{
    (void)pthread_mutex_lock(&snapshots->turn);
    snapshots->is_busy = false;
    while (snapshots->next == NULL && !atomic_load(&snapshots->is_stopping)) {
        (void)pthread_cond_wait(&snapshots->is_told, &snapshots->turn);
    }
    wc_moment *moment = snapshots->next;
    snapshots->next = NULL;
    snapshots->is_busy = true;
    (void)pthread_mutex_unlock(&snapshots->turn);
    if (!atomic_load(&snapshots->is_stopping)) return moment;
    wc_moment_drop(moment);
    return NULL;
}

static void *run_snapshots(void *self)
{
    wc_snapshots *snapshots = self;
    wc_moment *moment;
    while ((moment = wait_for_moment(snapshots)) != NULL) { /* ends when the node stops */
        take(snapshots, moment);
        wc_moment_drop(moment);
    }
    return NULL;
}

/* By the thread that seals: it only holds the moment. */
static void on_publish(void *self)
{
    wc_snapshots *snapshots = self;
    wc_head head = wc_stage_head(snapshots->stage);
    if (head.seq == 0 || head.seq % snapshots->interval != 0) return;
    (void)pthread_mutex_lock(&snapshots->turn);
    bool is_free = !snapshots->is_busy && snapshots->next == NULL;
    if (is_free) {
        snapshots->next = wc_stage_hold(snapshots->stage);
        (void)pthread_cond_signal(&snapshots->is_told);
    }
    (void)pthread_mutex_unlock(&snapshots->turn);
    if (!is_free) WC_LOG(WARN, "snapshot_left_out", WC_LOG_NUMBER("seq", head.seq));
}

wc_status wc_snapshots_start(wc_snapshots **snapshots, wc_stage *stage, wc_chain *chain,
                             const char *folder, uint64_t interval)
{
    wc_store_problem problem = {""};
    wc_assert(interval >= 1 && strlen(folder) <= WC_PLACE_MAX);
    wc_status status = wc_snapshots_place(&problem, folder);
    if (status != WC_OK) {
        WC_LOG(ERROR, "snapshots_failed", WC_LOG_TEXT("why", problem.text));
        return status;
    }
    remove_old(folder);
    wc_snapshots *started = calloc(1, sizeof *started);
    if (started == NULL) return WC_NO_MEMORY;
    started->stage = stage;
    started->interval = interval;
    memcpy(started->folder, folder, strlen(folder) + 1);
    (void)pthread_mutex_init(&started->turn, NULL);
    (void)pthread_cond_init(&started->is_told, NULL);
    status = wc_chain_open_reader(&started->reader, chain);
    if (status == WC_OK && pthread_create(&started->thread, NULL, run_snapshots, started) != 0) {
        status = WC_IO;
    }
    if (status != WC_OK) {
        wc_chain_close(started->reader);
        free(started);
        return status;
    }
    wc_stage_listen(stage, on_publish, started);
    *snapshots = started;
    return WC_OK;
}

void wc_snapshots_stop(wc_snapshots *snapshots)
{
    if (snapshots == NULL) return;
    (void)pthread_mutex_lock(&snapshots->turn);
    atomic_store(&snapshots->is_stopping, true);
    (void)pthread_cond_signal(&snapshots->is_told);
    (void)pthread_mutex_unlock(&snapshots->turn);
    (void)pthread_join(snapshots->thread, NULL);
    wc_moment_drop(snapshots->next);
    wc_chain_close(snapshots->reader);
    (void)pthread_mutex_destroy(&snapshots->turn);
    (void)pthread_cond_destroy(&snapshots->is_told);
    free(snapshots);
}

/* ---- beginning with one ---------------------------------------------------------------------- */

typedef struct filling {
    wc_snap *snap;
    const char *folder; /* of the node: what does not fit in memory is sorted there */
} filling;

/* The SEAL that a new chain gets lies in the folder of the node, where restoring puts it. */
static wc_status begin_ledger(void *self, wc_store_problem *problem, const char *aside)
{
    const filling *f = self;
    wc_chain *chain;
    wc_chain_report report;
    wc_path_text seal = wc_folder_path(f->folder, WC_PLACE_SEAL ".restoring");
    wc_chain_options options = {.folder = aside, .threads = 1, .seal_path = seal.text};
    (void)unlink(seal.text); /* of a restore that was interrupted */
    wc_status status = wc_snap_restore(&chain, &report, f->snap, &options, f->folder);
    if (status == WC_OK) {
        wc_chain_close(chain);
    } else {
        *problem = report.store.problem;
    }
    (void)unlink(seal.text);
    return status;
}

static wc_status restore(wc_restored *restored, wc_store_problem *problem, wc_snap *snap,
                         const wc_snapshots_begin *begin)
{
    const wc_snap_info *info = wc_snap_info_of(snap);
    const wc_certificate *certificate = wc_snap_certificate(snap);
    const wc_snap_trust *trust = &begin->trust;
    filling f = {snap, begin->folder};
    wc_restore wanted = {.what = "snapshot",
                         .point = {info->genesis_hash, info->seq, info->height, info->record_hash,
                                   certificate != NULL ? certificate->incarnation : 0},
                         .accept = begin->accept,
                         .takes_copy = true,
                         .needs_trust = trust->genesis_hash == NULL && trust->record_hash == NULL,
                         .fill = begin_ledger,
                         .self = &f};
    return wc_restore_ledger(restored, problem, begin->folder, &wanted);
}

wc_status wc_snapshots_restore(wc_restored *restored, wc_snap_info *info, wc_store_problem *problem,
                               const wc_snapshots_begin *begin)
{
    wc_snap *snap;
    WC_TRY(wc_snap_open(&snap, problem, begin->from, &begin->trust));
    wc_status status = restore(restored, problem, snap, begin);
    *info = *wc_snap_info_of(snap);
    wc_snap_close(snap);
    return status;
}
