/* An ordered map from byte strings to small numbers, in memory of the caller: a crit-bit tree.
 *
 * The n-th key that is added gets the number n; keys are never removed one by one. An inner node
 * names the first bit in which the keys below it differ, so a lookup compares one key only, and the
 * depth never exceeds the bits of a key, whatever keys an attacker chooses. Order is that of the
 * bytes, a prefix before its extensions: in front of each byte stands an imagined bit that says
 * whether the byte exists. */
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

typedef struct wc_keymap {
    wc_slice *keys;        /* max entries; the bytes belong to the caller and must not move */
    wc_keymap_node *nodes; /* max entries; the node made for key n is nodes[n] */
    uint32_t root;         /* as a child; WC_KEYMAP_NONE when empty */
    uint32_t count;        /* in [0, max] */
    uint32_t max;          /* < 2^31 */
} wc_keymap;

void wc_keymap_init(wc_keymap *map, wc_slice *keys, wc_keymap_node *nodes, uint32_t max);
void wc_keymap_clear(wc_keymap *map);

/* Number of the key, or WC_KEYMAP_NONE. */
uint32_t wc_keymap_find(const wc_keymap *map, wc_slice key);

/* Adds a key that is not there (asserted) and returns its number. Requires: count < max; the bytes
 * of key stay where they are. */
uint32_t wc_keymap_add(wc_keymap *map, wc_slice key);

/* Number of the least key that is greater than `from`, or equal to it when or_equal is set;
 * WC_KEYMAP_NONE when there is none. */
uint32_t wc_keymap_seek(const wc_keymap *map, wc_slice from, bool or_equal);

#endif
