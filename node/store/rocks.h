/* The RocksDB store as open.c sees it. No type of RocksDB leaves rocksdb.c. */
#ifndef WC_NODE_STORE_ROCKS_H
#define WC_NODE_STORE_ROCKS_H

#include "node/store/store.h"

typedef enum wc_rocks_mode {
    WC_ROCKS_CREATE,    /* a new database; an existing one is an error */
    WC_ROCKS_WRITE,     /* an existing one */
    WC_ROCKS_READ_ONLY, /* an existing one; no file is changed */
} wc_rocks_mode;

/* Opens folder/db. `lock` (or -1) is closed together with the store, and only when this returns OK.
 * Errors, with problem: CORRUPT, IO, DISK_FULL; DIFFERS - an effective option is another one. */
WC_MUST_USE wc_status wc_rocks_open(wc_store *store, wc_store_problem *problem, const char *folder,
                                    const wc_store_options *options, wc_rocks_mode mode, int lock);

#endif
