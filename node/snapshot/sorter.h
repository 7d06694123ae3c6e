/* Sorting more than fits in memory: entries of bytes, by their keys.
 *
 * Entries are collected up to a number of bytes, sorted, and written as one run to a file that has
 * no name any more; at the end the runs are merged. What fits in memory never touches the disk. */
#ifndef WC_NODE_SNAPSHOT_SORTER_H
#define WC_NODE_SNAPSHOT_SORTER_H

#include "node/store/store.h"

#define WC_SORTER_BYTES                                                                            \
    ((size_t)96u                                                                                   \
     << 20) /* of a run, where the caller has no wish of its own                       \
                         */

typedef struct wc_sorter wc_sorter;

/* folder: of the file; NULL: $TMPDIR, or /tmp. run_bytes: of keys and values in a run,
 * 0: WC_SORTER_BYTES. NULL: no memory.
 */
wc_sorter *wc_sorter_open(const char *folder, size_t run_bytes);
void wc_sorter_close(wc_sorter *sorter); /* NULL is allowed */

/* Requires: key.len in [1, 65535]. Errors: IO, DISK_FULL, NO_MEMORY, with problem. */
WC_MUST_USE wc_status wc_sorter_add(wc_sorter *sorter, wc_store_problem *problem, wc_slice key,
                                    wc_slice value);

/* After the last one. Errors as above. */
WC_MUST_USE wc_status wc_sorter_finish(wc_sorter *sorter, wc_store_problem *problem);

/* Entries by their keys, equal keys in no particular order; valid until the next call. NOT_FOUND -
 * there are no more; IO, with problem. */
WC_MUST_USE wc_status wc_sorter_next(wc_sorter *sorter, wc_store_problem *problem, wc_slice *key,
                                     wc_slice *value);

#endif
