/* Open addressing over keys that are hashes already. */
#include "node/demo/index.h"

#include "vm/base/codec.h"

bool wc_index_init(wc_index *index, wc_arena *arena, uint32_t entries)
{
    uint32_t capacity = 16;
    while (capacity < 2 * entries) capacity *= 2;
    *index = (wc_index){.capacity = capacity};
    index->keys = WC_ARENA_ARRAY(arena, wc_hash, capacity);
    index->values = WC_ARENA_ARRAY(arena, uint32_t, capacity);
    if (index->keys == NULL || index->values == NULL) return false;
    for (uint32_t i = 0; i < capacity; i++) index->values[i] = WC_INDEX_NONE;
    return true;
}

static uint32_t place_of(const wc_index *index, const wc_hash *key)
{
    uint32_t at = wc_load_u32(key->bytes) & (index->capacity - 1);
    while (index->values[at] != WC_INDEX_NONE && !wc_hash_equal(&index->keys[at], key)) {
        at = (at + 1) & (index->capacity - 1);
    }
    return at;
}

uint32_t wc_index_find(const wc_index *index, const wc_hash *key)
{
    return index->values[place_of(index, key)];
}

bool wc_index_add(wc_index *index, const wc_hash *key, uint32_t value)
{
    if (index->count >= index->capacity / 2) return false;
    uint32_t at = place_of(index, key);
    wc_assert(index->values[at] == WC_INDEX_NONE);
    index->keys[at] = *key;
    index->values[at] = value;
    index->count++;
    return true;
}
