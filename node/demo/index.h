/* From 32-byte keys to numbers: a hash table of fixed size, for addresses and their like. */
#ifndef WC_NODE_DEMO_INDEX_H
#define WC_NODE_DEMO_INDEX_H

#include "vm/base/arena.h"
#include "vm/base/hash.h"

#define WC_INDEX_NONE UINT32_MAX

typedef struct wc_index {
    wc_hash *keys;
    uint32_t *values;  /* WC_INDEX_NONE: free */
    uint32_t capacity; /* power of two */
    uint32_t count;    /* in [0, capacity / 2] */
} wc_index;

/* Room for `entries` keys. False: the arena is full. */
WC_MUST_USE bool wc_index_init(wc_index *index, wc_arena *arena, uint32_t entries);

/* WC_INDEX_NONE: not there. */
uint32_t wc_index_find(const wc_index *index, const wc_hash *key);

/* Requires: the key is not there. False: full. */
WC_MUST_USE bool wc_index_add(wc_index *index, const wc_hash *key, uint32_t value);

#endif
