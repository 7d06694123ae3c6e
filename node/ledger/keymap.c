/* Crit-bit trees, in buckets and for the order. Their shape follows from the set of keys alone. */
#include "node/ledger/keymap.h"

#include "vm/base/codec.h"

#define LEAF 0x80000000u

/* ---- trees ----------------------------------------------------------------------------------- */

/* Where two keys part: the bits of a key are, per byte, "exists" and then its eight bits. */
typedef struct split {
    uint16_t byte;
    uint16_t mask;
} split;

static bool is_leaf(uint32_t ref)
{
    return (ref & LEAF) != 0;
}

static unsigned side_of(wc_slice key, uint16_t byte, uint16_t mask)
{
    if (key.len <= byte) return 0;
    return mask == 0 || (key.data[byte] & mask) != 0;
}

/* True when the bit of a comes before that of b; they are never the same. */
static bool comes_before(split a, split b)
{
    if (a.byte != b.byte) return a.byte < b.byte;
    if (a.mask == 0 || b.mask == 0) return a.mask == 0;
    return a.mask > b.mask;
}

/* Number of the key that a lookup of `key` from a root ends at. Requires: not empty. */
static uint32_t nearest(const wc_keymap_node *nodes, uint32_t root, wc_slice key)
{
    uint32_t ref = root;
    while (!is_leaf(ref)) { /* ends: each step goes to a later bit */
        const wc_keymap_node *node = &nodes[ref];
        ref = node->child[side_of(key, node->byte, node->mask)];
    }
    return ref & ~LEAF;
}

/* Sets *at to the first bit in which two keys differ; false when they are equal. */
static bool find_split(wc_slice a, wc_slice b, split *at)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    size_t i = 0;
    while (i < shorter && a.data[i] == b.data[i]) i++;
    if (i == a.len && i == b.len) return false;
    wc_assert(i <= UINT16_MAX);
    at->byte = (uint16_t)i;
    at->mask = 0;
    if (i == shorter) return true;
    unsigned differing = (unsigned)(a.data[i] ^ b.data[i]);
    unsigned mask = 0x80;
    while ((differing & mask) == 0) mask >>= 1; /* ends: the bytes differ */
    at->mask = (uint16_t)mask;
    return true;
}

/* Puts key number `number` into a tree. Requires: it is not there (asserted). */
static void insert(const wc_keymap *map, wc_keymap_node *nodes, uint32_t *root, uint32_t number)
{
    wc_slice key = map->keys[number];
    if (*root == WC_KEYMAP_NONE) {
        *root = number | LEAF;
        return;
    }
    split at;
    bool is_new = find_split(key, map->keys[nearest(nodes, *root, key)], &at);
    wc_assert(is_new);

    uint32_t *ref = root;
    while (!is_leaf(*ref)) {
        wc_keymap_node *node = &nodes[*ref];
        if (comes_before(at, (split){node->byte, node->mask})) break;
        ref = &node->child[side_of(key, node->byte, node->mask)];
    }
    unsigned side = side_of(key, at.byte, at.mask);
    wc_keymap_node *made = &nodes[number];
    made->byte = at.byte;
    made->mask = at.mask;
    made->child[side] = number | LEAF;
    made->child[1 - side] = *ref;
    *ref = number;
}

/* ---- buckets --------------------------------------------------------------------------------- */

uint32_t wc_keymap_buckets(uint32_t max)
{
    uint32_t count = 1;
    while (count < max && count < WC_KEYMAP_BUCKETS_MAX) count *= 2;
    return count;
}

/* Any answer is right; a good one spreads the keys. */
uint32_t wc_keymap_hash(wc_slice key)
{
    uint64_t mixed = key.len;
    size_t at = 0;
    for (; at + 8 <= key.len; at += 8) {
        mixed = (mixed ^ wc_load_u64(key.data + at)) * UINT64_C(0x9e3779b97f4a7c15);
        mixed ^= mixed >> 32;
    }
    for (; at < key.len; at++) mixed = (mixed ^ key.data[at]) * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(mixed >> 32);
}

static uint32_t *bucket_of(const wc_keymap *map, uint32_t hash)
{
    return &map->buckets[hash >> 8 & (map->bucket_count - 1)];
}

static void empty_buckets(wc_keymap *map)
{
    for (uint32_t i = 0; i < map->bucket_count; i++) map->buckets[i] = WC_KEYMAP_NONE;
}

void wc_keymap_init(wc_keymap *map, const wc_keymap_memory *memory, uint32_t max)
{
    wc_assert(max < LEAF);
    *map = (wc_keymap){.keys = memory->keys,
                       .nodes = memory->nodes,
                       .ordered = memory->ordered,
                       .buckets = memory->buckets,
                       .bucket_count = wc_keymap_buckets(max),
                       .order = WC_KEYMAP_NONE,
                       .max = max};
    empty_buckets(map);
}

void wc_keymap_clear(wc_keymap *map)
{
    if (map->count < map->bucket_count / 16) {
        for (uint32_t i = 0; i < map->count; i++) {
            *bucket_of(map, wc_keymap_hash(map->keys[i])) = WC_KEYMAP_NONE;
        }
    } else {
        empty_buckets(map);
    }
    map->order = WC_KEYMAP_NONE;
    map->order_count = 0;
    map->count = 0;
}

uint32_t wc_keymap_find(const wc_keymap *map, wc_slice key, uint32_t hash)
{
    if (map->count == 0) return WC_KEYMAP_NONE;
    uint32_t root = *bucket_of(map, hash);
    if (root == WC_KEYMAP_NONE) return WC_KEYMAP_NONE;
    uint32_t number = nearest(map->nodes, root, key);
    return wc_slice_equal(map->keys[number], key) ? number : WC_KEYMAP_NONE;
}

uint32_t wc_keymap_add(wc_keymap *map, wc_slice key, uint32_t hash)
{
    wc_assert(map->count < map->max);
    uint32_t number = map->count;
    map->keys[number] = key;
    map->count++;
    insert(map, map->nodes, bucket_of(map, hash), number);
    return number;
}

/* ---- order ----------------------------------------------------------------------------------- */

static uint32_t least(const wc_keymap *map, uint32_t ref)
{
    while (!is_leaf(ref)) ref = map->ordered[ref].child[0];
    return ref & ~LEAF;
}

uint32_t wc_keymap_seek(wc_keymap *map, wc_slice from, bool or_equal)
{
    for (; map->order_count < map->count; map->order_count++) {
        insert(map, map->ordered, &map->order, map->order_count);
    }
    if (map->order == WC_KEYMAP_NONE) return WC_KEYMAP_NONE;
    uint32_t number = nearest(map->ordered, map->order, from);
    split at = {UINT16_MAX, 0};
    bool differs = find_split(from, map->keys[number], &at);
    if (!differs && or_equal) return number;

    /* Walk down to the keys that share everything with `from` before the bit, remembering the last
     * turn to the lesser side: what lies on its other side is the next greater. */
    uint32_t greater = WC_KEYMAP_NONE;
    uint32_t ref = map->order;
    while (!is_leaf(ref)) {
        const wc_keymap_node *node = &map->ordered[ref];
        if (differs && comes_before(at, (split){node->byte, node->mask})) break;
        unsigned side = side_of(from, node->byte, node->mask);
        if (side == 0) greater = node->child[1];
        ref = node->child[side];
    }
    if (differs && side_of(from, at.byte, at.mask) == 0) return least(map, ref);
    return greater == WC_KEYMAP_NONE ? WC_KEYMAP_NONE : least(map, greater);
}
