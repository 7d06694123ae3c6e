/* The folder around a database: whose it is, who has it open, what lies in it. Used by
 * wc_store_open, and by callers that keep further files in the same folder.
 *
 *   folder/WATTCLAUSE   "wattclause folder 1\n"
 *   folder/node.lock    the holder's pid and host; locked, not merely present
 *   folder/db.guard     witness of RocksDB's MANIFEST
 *   folder/db/          RocksDB's files and nothing else
 *
 * `folder` is a path of at most WC_FOLDER_PATH_MAX bytes, without a trailing slash. */
#ifndef WC_NODE_STORE_FOLDER_H
#define WC_NODE_STORE_FOLDER_H

#include "node/store/store.h"

#define WC_FOLDER_PATH_MAX 3072 /* leaves room for the names below it within PATH_MAX */
#define WC_FOLDER_NAME_MAX 64

/* Path of a file: folder, "/", name. Asserts that it fits. */
typedef struct wc_path_text {
    char text[WC_FOLDER_PATH_MAX + 2 * WC_FOLDER_NAME_MAX];
} wc_path_text;

wc_path_text wc_folder_path(const char *folder, const char *name);

typedef enum wc_folder_kind {
    WC_FOLDER_ABSENT,   /* no such path */
    WC_FOLDER_EMPTY,    /* an empty directory */
    WC_FOLDER_MARKED,   /* ours, without a database */
    WC_FOLDER_DATABASE, /* ours, with one (db/CURRENT exists) */
} wc_folder_kind;

/* Looks and changes nothing. Errors, with problem naming the place: FOREIGN_FOLDER - a file, or a
 * directory that holds something and no mark; BAD_VERSION - the mark is of another version;
 * TOO_LARGE - the path; IO. */
WC_MUST_USE wc_status wc_folder_look(wc_folder_kind *kind, wc_store_problem *problem,
                                     const char *folder);

/* Makes the folder (mode 0700) and its mark where they are missing; synced. Requires: look gave OK.
 */
WC_MUST_USE wc_status wc_folder_mark(wc_store_problem *problem, const char *folder);

/* Takes the lock; *lock is closed to release it. Readers share it and need not find the file.
 * Errors: LOCKED - problem names the holder's pid and host; IO. *lock is -1 when there was nothing
 * to lock.
 */
WC_MUST_USE wc_status wc_folder_lock(int *lock, wc_store_problem *problem, const char *folder,
                                     bool is_shared);

/* Every name in folder/db is one that RocksDB gives. FOREIGN_FOLDER names the first other; IO. */
WC_MUST_USE wc_status wc_folder_check_names(wc_store_problem *problem, const char *folder);

/* Finds in folder/db the file "PREFIXnumberSUFFIX" with the lowest number above *number and moves
 * *number there, so that a caller walks them in order from 0. NOT_FOUND - no further one; IO. */
WC_MUST_USE wc_status wc_folder_next(wc_path_text *path, uint64_t *number, const char *folder,
                                     const char *prefix, const char *suffix);

/* Bytes that this user may still write on the folder's disk; 0 when the disk cannot be asked. */
uint64_t wc_folder_free_bytes(const char *folder);

/* Syncs the directory that holds path, so that the name survives a power cut. IO. */
WC_MUST_USE wc_status wc_folder_sync_parent(const char *path);

/* Reads from a place of a file until size bytes are there or the file ends: one call may give fewer
 * than there are, and that is no damage. Gives how many; -1: an error of the system. */
WC_MUST_USE int64_t wc_folder_read(int file, void *bytes, size_t size, uint64_t from);

/* Composes a message from up to four parts (NULL: none), cut at the maximum. */
void wc_store_say(wc_store_problem *problem, const char *a, const char *b, const char *c,
                  const char *d);

/* Holds a folder that is being filled, until the descriptor is closed or the process ends, so that
 * others can tell it from one that was left behind. -1: somebody holds it, or there is none of that
 * name, or a link. */
int wc_folder_hold(const char *folder);

#endif
