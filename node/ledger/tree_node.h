/* Nodes of the state tree as they lie in memory, and the hashing of a run of siblings. Private to
 * tree.c, tree_memory.c and proof.c; the layout is drawn in tree.h. */
#ifndef WC_NODE_LEDGER_TREE_NODE_H
#define WC_NODE_LEDGER_TREE_NODE_H

#include "node/ledger/tree.h"

#define WC_TREE_UNIT       16u /* bytes; what refs count */
#define WC_TREE_LEAF_UNITS 4u
#define WC_TREE_FANOUT     16u
#define WC_TREE_GROUPS     4u  /* of four children each */
#define WC_TREE_MANY       5u  /* children from which on the group hashes are kept */
#define WC_TREE_NIBBLES    64u /* nodes on the longest path */

/* ---- memory: tree_memory.c --------------------------------------------------------------------
 */

static inline uint8_t *wc_tree_at(const wc_tree *tree, uint32_t ref)
{
    return tree->memory + (size_t)ref * WC_TREE_UNIT;
}

/* Sets pieces aside for each list, so that a full tree can still cut up what is free. Requires: 32
 * KiB of room (asserted). */
void wc_tree_reserve(wc_tree *tree);

/* A piece for a node of this size, or for a leaf. 0: no room. */
uint32_t wc_tree_take_node(wc_tree *tree, uint32_t units);
uint32_t wc_tree_take_leaf(wc_tree *tree);

/* Puts a node (by its size) or leaf (units 0) on a list of replaced ones. False: no room. */
WC_MUST_USE bool wc_tree_retire(wc_tree *tree, wc_tree_list *retired, uint32_t ref, uint32_t units);

/* Makes everything on the list free. False: no room for the lists of free pieces. */
WC_MUST_USE bool wc_tree_reuse(wc_tree *tree, wc_tree_list *retired);

/* ---- leaves -----------------------------------------------------------------------------------
 */

static inline wc_hash wc_tree_leaf_k(const wc_tree *tree, uint32_t ref)
{
    wc_hash k;
    memcpy(k.bytes, wc_tree_at(tree, ref), WC_HASH_SIZE);
    return k;
}

static inline wc_hash wc_tree_leaf_value_hash(const wc_tree *tree, uint32_t ref)
{
    wc_hash value_hash;
    memcpy(value_hash.bytes, wc_tree_at(tree, ref) + WC_HASH_SIZE, WC_HASH_SIZE);
    return value_hash;
}

/* ---- hashing ----------------------------------------------------------------------------------
 */

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

/* A node taken apart, for reading or changing it. */
typedef struct wc_tree_frame {
    uint16_t children;
    uint16_t leaves;
    uint8_t valid_groups; /* bit g: group[g] is right for the children as they stand */
    uint8_t through;      /* child under which the next frame of the path hangs */
    bool is_changed;
    uint32_t origin;               /* node that it was taken from, 0: none */
    uint32_t refs[WC_TREE_FANOUT]; /* node or leaf of each child */
    wc_hash group[WC_TREE_GROUPS];
    wc_hash child[WC_TREE_FANOUT]; /* hash of each child */
} wc_tree_frame;

/* Bits that are set among the lowest 16; the built-in function is a call on most machines. */
static inline unsigned wc_tree_count(unsigned bits)
{
    bits -= bits >> 1 & 0x5555u;
    bits = (bits & 0x3333u) + (bits >> 2 & 0x3333u);
    bits = (bits + (bits >> 4)) & 0x0f0fu;
    return (bits + (bits >> 8)) & 0x1fu;
}

/* The i-th four bits of k, i in [0, 64). */
static inline unsigned wc_tree_nibble(const wc_hash *k, size_t i)
{
    return (unsigned)(k->bytes[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 15u;
}

/* Units that a node with these children takes. */
uint32_t wc_tree_node_units(uint16_t children);

/* Child of a stored node without taking the whole apart; 0: empty. */
uint32_t wc_tree_node_child(const uint8_t *node, unsigned slot, bool *is_leaf);

void wc_tree_frame_load(wc_tree_frame *frame, const uint8_t *node);

/* Requires: wc_tree_frame_hash after the last change. */
void wc_tree_frame_store(const wc_tree_frame *frame, uint8_t *node);

/* Hashes what is not valid any more and returns what the node is to its parent. */
wc_subtree wc_tree_frame_hash(wc_tree_frame *frame);

/* The subtree over children [first, first + count), count a power of two, aligned. */
wc_subtree wc_tree_frame_range(const wc_tree_frame *frame, unsigned first, unsigned count);

#endif
