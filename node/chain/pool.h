/* Memory for results whose size is known only while they are read: pieces until a reset. */
#ifndef WC_NODE_CHAIN_POOL_H
#define WC_NODE_CHAIN_POOL_H

#include "vm/base/slice.h"

typedef struct wc_pool_chunk wc_pool_chunk;

/* All zero is an empty pool. */
typedef struct wc_pool {
    wc_pool_chunk *chunks; /* newest first */
    size_t used;           /* of the newest */
} wc_pool;

/* size bytes aligned to 16, not cleared; NULL when memory is short. */
void *wc_pool_take(wc_pool *pool, size_t size);

/* Copy of bytes; data NULL when memory is short. */
wc_slice wc_pool_copy(wc_pool *pool, wc_slice bytes);

/* Gives all pieces back. */
void wc_pool_reset(wc_pool *pool);

#endif
