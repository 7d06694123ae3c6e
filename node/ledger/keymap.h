/* A map from byte strings to small numbers that also knows their order, in memory of the caller.
 *
 * The n-th key that is added gets the number n; keys are never removed one by one. A hash of the
 * key leads to a bucket, and a bucket is a crit-bit tree: an inner node names the first bit in
 * which the keys below it differ. So a lookup compares one key only, a bucket mostly holds one or
 * two, and where somebody has chosen keys that meet in one bucket, the depth still never exceeds
 * their bits. One more crit-bit tree over all keys has their order. It is brought up to date when
 * it is asked for, so that who only looks keys up never pays for it.
 *
 * Order is that of the bytes, a prefix before its extensions: in front of each byte stands an
 * imagined bit that says whether the byte exists. */
#ifndef WC_NODE_LEDGER_KEYMAP_H
#define WC_NODE_LEDGER_KEYMAP_H

#include "vm/base/slice.h"

#define WC_KEYMAP_NONE UINT32_MAX

/* Keys below it agree before the bit and differ in it. 12 bytes. */
typedef struct wc_keymap_node {
    uint32_t child[2]; /* by the bit; top bit set: number of a key, else index of a node */
    uint16_t byte;
    uint16_t mask; /* bit of that byte, 0x80 .. 0x01; 0: whether the byte exists */
} wc_keymap_node;

#define WC_KEYMAP_BUCKETS_MAX 65536u

/* Arrays of the caller, for as long as the map. */
typedef struct wc_keymap_memory {
    wc_slice *keys;          /* max entries */
    wc_keymap_node *nodes;   /* max entries: of the buckets; the node made for key n is nodes[n] */
    wc_keymap_node *ordered; /* max entries: of the order, likewise */
    uint32_t *buckets;       /* wc_keymap_buckets(max) entries */
} wc_keymap_memory;

typedef struct wc_keymap {
    wc_slice *keys; /* the bytes belong to the caller and must not move */
    wc_keymap_node *nodes;
    wc_keymap_node *ordered;
    uint32_t *buckets;     /* roots, as a child; WC_KEYMAP_NONE when empty */
    uint32_t bucket_count; /* power of two */
    uint32_t order;        /* root of the order, likewise */
    uint32_t order_count;  /* keys that are in it: the first ones, in [0, count] */
    uint32_t count;        /* in [0, max] */
    uint32_t max;          /* < 2^31 */
} wc_keymap;

/* Entries of the array of buckets for a map of at most max keys. */
uint32_t wc_keymap_buckets(uint32_t max);

void wc_keymap_init(wc_keymap *map, const wc_keymap_memory *memory, uint32_t max);
void wc_keymap_clear(wc_keymap *map);

/* Where the key is looked for: the same in every map, so who asks several computes it once. */
uint32_t wc_keymap_hash(wc_slice key);

/* Number of the key, or WC_KEYMAP_NONE; hash is the key's. */
uint32_t wc_keymap_find(const wc_keymap *map, wc_slice key, uint32_t hash);

/* Adds a key that is not there (asserted) and returns its number. Requires: count < max; the bytes
 * of key stay where they are. */
uint32_t wc_keymap_add(wc_keymap *map, wc_slice key, uint32_t hash);

/* Number of the least key that is greater than `from`, or equal to it when or_equal is set;
 * WC_KEYMAP_NONE when there is none. */
uint32_t wc_keymap_seek(wc_keymap *map, wc_slice from, bool or_equal);

#endif
