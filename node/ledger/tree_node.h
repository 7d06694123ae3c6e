/* Nodes of the state tree as they lie in memory, and the hashing of a run of siblings. Private to
 * tree.c and proof.c; the layout is drawn in tree.h. */
#ifndef WC_NODE_LEDGER_TREE_NODE_H
#define WC_NODE_LEDGER_TREE_NODE_H

#include "node/ledger/tree.h"

#define WC_TREE_UNIT    64u
#define WC_TREE_FANOUT  16u
#define WC_TREE_GROUPS  4u  /* of four children each */
#define WC_TREE_MANY    5u  /* children from which on the group hashes are kept */
#define WC_TREE_NIBBLES 64u /* nodes on the longest path */

/* What a subtree is to the level above it. */
typedef enum wc_subtree_kind {
    WC_SUBTREE_EMPTY = 0,
    WC_SUBTREE_LEAF = 1, /* exactly one leaf: it stands for the subtree */
    WC_SUBTREE_INNER = 2
} wc_subtree_kind;

typedef struct wc_subtree {
    wc_hash hash; /* zero when empty */
    wc_subtree_kind kind;
} wc_subtree;

/* Combines count neighbouring subtrees, a power of two in [1, 16], into one. Overwrites list. */
wc_subtree wc_subtree_reduce(wc_subtree *list, size_t count);

/* One child of a node. */
typedef struct wc_tree_slot {
    wc_subtree_kind kind;
    wc_hash a;    /* LEAF: k; INNER: hash */
    wc_hash b;    /* LEAF: value hash */
    uint32_t ref; /* INNER: its node */
} wc_tree_slot;

/* A node taken apart, for reading or changing it. */
typedef struct wc_tree_frame {
    uint16_t children;
    uint16_t leaves;
    uint8_t valid_groups; /* bit g: group[g] is right for the children as they stand */
    uint8_t through;      /* child under which the next frame of the path hangs */
    bool is_changed;
    uint32_t origin; /* node that it was taken from, 0: none */
    uint32_t refs[WC_TREE_FANOUT];
    wc_hash group[WC_TREE_GROUPS];

    struct {
        wc_hash a;
        wc_hash b;
    } child[WC_TREE_FANOUT];
} wc_tree_frame;

static inline unsigned wc_tree_count(uint16_t bits)
{
    return (unsigned)__builtin_popcount(bits);
}

/* The i-th four bits of k, i in [0, 64). */
static inline unsigned wc_tree_nibble(const wc_hash *k, size_t i)
{
    return (unsigned)(k->bytes[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 15u;
}

static inline uint16_t wc_tree_children(const uint8_t *node)
{
    uint16_t bits;
    memcpy(&bits, node, sizeof bits);
    return bits;
}

static inline uint16_t wc_tree_leaves(const uint8_t *node)
{
    uint16_t bits;
    memcpy(&bits, node + 2, sizeof bits);
    return bits;
}

static inline uint32_t wc_tree_next(const uint8_t *node)
{
    uint32_t next;
    memcpy(&next, node + 4, sizeof next);
    return next;
}

static inline void wc_tree_set_next(uint8_t *node, uint32_t next)
{
    memcpy(node + 4, &next, sizeof next);
}

/* Units that a node with these children takes. */
uint32_t wc_tree_node_units(uint16_t children, uint16_t leaves);

/* Node of a child without taking the whole apart; 0 when it is not an inner one. */
uint32_t wc_tree_node_ref(const uint8_t *node, unsigned slot);

void wc_tree_frame_load(wc_tree_frame *frame, const uint8_t *node);

/* Requires: every group is valid or is not kept. next is set to 0. */
void wc_tree_frame_store(const wc_tree_frame *frame, uint8_t *node);

/* Hashes what is not valid any more and returns what the node is to its parent. */
wc_subtree wc_tree_frame_hash(wc_tree_frame *frame);

/* The subtree over children [first, first + count) of a frame. */
wc_subtree wc_tree_frame_range(const wc_tree_frame *frame, unsigned first, unsigned count);

#endif
