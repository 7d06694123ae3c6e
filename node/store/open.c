/* Opening a database folder, in the order in which damage costs least: the folder's mark and lock,
 * the names in it, the logs' ends, a read-only look by the caller, and only then RocksDB for
 * writing. Up to that last step no file of the database is changed, so a refusal leaves it to be
 * examined. */
#include <unistd.h>

#include "node/store/folder.h"
#include "node/store/guard.h"
#include "node/store/rocks.h"
#include "node/store/wal.h"

/* Finds the first log whose end is not clean; RocksDB recovers up to there and no further. */
WC_MUST_USE static wc_status scan_logs(wc_store_report *report, const char *folder)
{
    wc_path_text path;
    uint64_t number = 0;
    for (;;) { /* ends after the last log */
        wc_wal_end end;
        wc_status status = wc_folder_next(&path, &number, folder, "", ".log");
        if (status == WC_NOT_FOUND) return WC_OK;
        if (status == WC_OK) status = wc_wal_scan(&end, path.text);
        if (status != WC_OK) {
            wc_store_say(&report->problem, folder, "/db: a log cannot be read", NULL, NULL);
            return status;
        }
        if (end.clean_bytes == end.total_bytes) continue;
        report->wal_dropped_bytes = end.total_bytes - end.clean_bytes;
        const char *name = strrchr(path.text, '/') + 1;
        wc_assert(strlen(name) < sizeof report->wal_file);
        memcpy(report->wal_file, name, strlen(name) + 1);
        return WC_OK;
    }
}

WC_MUST_USE static wc_status ask_admission(wc_store_report *report, const char *folder,
                                           const wc_store_options *options)
{
    wc_store probe;
    if (options->admit == NULL) return WC_OK;
    WC_TRY(wc_rocks_open(&probe, &report->problem, folder, options, WC_ROCKS_READ_ONLY, -1));
    wc_status status = options->admit(options->admit_self, &probe, &report->problem);
    wc_store_close(&probe);
    return status;
}

WC_MUST_USE static wc_status open_existing(wc_store *store, wc_store_report *report,
                                           const char *folder, const wc_store_options *options,
                                           int lock)
{
    wc_rocks_mode mode = options->read_only ? WC_ROCKS_READ_ONLY : WC_ROCKS_WRITE;
    WC_TRY(wc_folder_check_names(&report->problem, folder));
    WC_TRY(wc_guard_check(&report->problem, folder));
    WC_TRY(scan_logs(report, folder));
    WC_TRY(ask_admission(report, folder, options));
    return wc_rocks_open(store, &report->problem, folder, options, mode, lock);
}

/* What the folder must be before the lock is taken. */
WC_MUST_USE static wc_status check_kind(wc_store_report *report, const char *folder,
                                        const wc_store_options *options)
{
    wc_folder_kind kind;
    WC_TRY(wc_folder_look(&kind, &report->problem, folder));
    if (options->create) {
        if (kind != WC_FOLDER_DATABASE) return wc_folder_mark(&report->problem, folder);
        wc_store_say(&report->problem, folder, ": holds a database already", NULL, NULL);
        return WC_EXISTS;
    }
    if (kind == WC_FOLDER_DATABASE) return WC_OK;
    wc_store_say(&report->problem, folder, ": holds no database", NULL, NULL);
    return WC_NOT_FOUND;
}

wc_status wc_store_open(wc_store *store, wc_store_report *report, const char *folder,
                        const wc_store_options *options)
{
    int lock = -1;
    wc_assert(!(options->create && options->read_only));
    *report = (wc_store_report){{""}, 0, ""};
    wc_store_catch_abort();
    WC_TRY(check_kind(report, folder, options));
    WC_TRY(wc_folder_lock(&lock, &report->problem, folder, options->read_only));

    wc_status status = options->create ? wc_rocks_open(store, &report->problem, folder, options,
                                                       WC_ROCKS_CREATE, lock)
                                       : open_existing(store, report, folder, options, lock);
    if (status != WC_OK && lock >= 0) (void)close(lock);
    return status;
}

wc_status wc_store_checkpoint(const wc_store *store, wc_store_problem *problem, const char *folder)
{
    wc_folder_kind kind;
    wc_guard guard;
    problem->text[0] = '\0';
    if (store->ops->checkpoint == NULL) return WC_NOT_SUPPORTED;
    WC_TRY(wc_folder_look(&kind, problem, folder));
    if (kind != WC_FOLDER_ABSENT && kind != WC_FOLDER_EMPTY) {
        wc_store_say(problem, folder, ": there is something already", NULL, NULL);
        return WC_EXISTS;
    }
    WC_TRY(wc_folder_mark(problem, folder));
    wc_path_text database = wc_folder_path(folder, "db");
    WC_TRY(store->ops->checkpoint(store->self, database.text, problem));
    WC_TRY(wc_guard_start(&guard, problem, folder, true));
    wc_guard_stop(&guard);
    return WC_OK;
}
