/* Chunks from malloc, the newest filled from its start. */
#include "node/chain/pool.h"

#include <stdlib.h>

#define CHUNK_BYTES ((size_t)256u << 10)

struct wc_pool_chunk {
    wc_pool_chunk *older;
    size_t size;
    _Alignas(16) uint8_t bytes[];
};

void *wc_pool_take(wc_pool *pool, size_t size)
{
    size_t aligned = (size + 15) & ~(size_t)15;
    if (aligned < size) return NULL;
    if (pool->chunks == NULL || aligned > pool->chunks->size - pool->used) {
        size_t wanted = aligned > CHUNK_BYTES ? aligned : CHUNK_BYTES;
        wc_pool_chunk *chunk = malloc(sizeof *chunk + wanted);
        if (chunk == NULL) return NULL;
        chunk->older = pool->chunks;
        chunk->size = wanted;
        pool->chunks = chunk;
        pool->used = 0;
    }
    void *piece = pool->chunks->bytes + pool->used;
    pool->used += aligned;
    return piece;
}

wc_slice wc_pool_copy(wc_pool *pool, wc_slice bytes)
{
    uint8_t *copy = wc_pool_take(pool, bytes.len);
    if (copy == NULL) return wc_slice_of(NULL, 0);
    if (bytes.len > 0) memcpy(copy, bytes.data, bytes.len);
    return wc_slice_of(copy, bytes.len);
}

void wc_pool_reset(wc_pool *pool)
{
    while (pool->chunks != NULL) {
        wc_pool_chunk *older = pool->chunks->older;
        free(pool->chunks);
        pool->chunks = older;
    }
    pool->used = 0;
}
