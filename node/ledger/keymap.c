/* Crit-bit tree. Its shape follows from the set of keys alone. */
#include "node/ledger/keymap.h"

#define LEAF 0x80000000u

/* Where two keys part: the bits of a key are, per byte, "exists" and then its eight bits. */
typedef struct split {
    uint16_t byte;
    uint16_t mask;
} split;

void wc_keymap_init(wc_keymap *map, wc_slice *keys, wc_keymap_node *nodes, uint32_t max)
{
    wc_assert(max < LEAF);
    *map = (wc_keymap){keys, nodes, WC_KEYMAP_NONE, 0, max};
}

void wc_keymap_clear(wc_keymap *map)
{
    map->root = WC_KEYMAP_NONE;
    map->count = 0;
}

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

/* Number of the key that a lookup of `key` ends at. Requires: not empty. */
static uint32_t nearest(const wc_keymap *map, wc_slice key)
{
    uint32_t ref = map->root;
    while (!is_leaf(ref)) { /* ends: each step goes to a later bit */
        const wc_keymap_node *node = &map->nodes[ref];
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

uint32_t wc_keymap_find(const wc_keymap *map, wc_slice key)
{
    if (map->root == WC_KEYMAP_NONE) return WC_KEYMAP_NONE;
    uint32_t number = nearest(map, key);
    return wc_slice_equal(map->keys[number], key) ? number : WC_KEYMAP_NONE;
}

uint32_t wc_keymap_add(wc_keymap *map, wc_slice key)
{
    wc_assert(map->count < map->max);
    uint32_t number = map->count;
    map->keys[number] = key;
    map->count++;
    if (map->root == WC_KEYMAP_NONE) {
        map->root = number | LEAF;
        return number;
    }
    split at;
    bool is_new = find_split(key, map->keys[nearest(map, key)], &at);
    wc_assert(is_new);

    uint32_t *ref = &map->root;
    while (!is_leaf(*ref)) {
        wc_keymap_node *node = &map->nodes[*ref];
        if (comes_before(at, (split){node->byte, node->mask})) break;
        ref = &node->child[side_of(key, node->byte, node->mask)];
    }
    unsigned side = side_of(key, at.byte, at.mask);
    wc_keymap_node *made = &map->nodes[number];
    made->byte = at.byte;
    made->mask = at.mask;
    made->child[side] = number | LEAF;
    made->child[1 - side] = *ref;
    *ref = number;
    return number;
}

static uint32_t least(const wc_keymap *map, uint32_t ref)
{
    while (!is_leaf(ref)) ref = map->nodes[ref].child[0];
    return ref & ~LEAF;
}

uint32_t wc_keymap_seek(const wc_keymap *map, wc_slice from, bool or_equal)
{
    if (map->root == WC_KEYMAP_NONE) return WC_KEYMAP_NONE;
    uint32_t number = nearest(map, from);
    split at = {UINT16_MAX, 0};
    bool differs = find_split(from, map->keys[number], &at);
    if (!differs && or_equal) return number;

    /* Walk down to the keys that share everything with `from` before the bit, remembering the last
     * turn to the lesser side: what lies on its other side is the next greater. */
    uint32_t greater = WC_KEYMAP_NONE;
    uint32_t ref = map->root;
    while (!is_leaf(ref)) {
        const wc_keymap_node *node = &map->nodes[ref];
        if (differs && comes_before(at, (split){node->byte, node->mask})) break;
        unsigned side = side_of(from, node->byte, node->mask);
        if (side == 0) greater = node->child[1];
        ref = node->child[side];
    }
    if (differs && side_of(from, at.byte, at.mask) == 0) return least(map, ref);
    return greater == WC_KEYMAP_NONE ? WC_KEYMAP_NONE : least(map, greater);
}
