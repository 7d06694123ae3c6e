/* Folding leaves of the state tree (node/ledger/tree.h) that come in the order of their keys, from
 * one end to the other, into its root: no tree in memory, only the subtrees beside the path to the
 * newest leaf.
 *
 * Those are what proves a range of leaves by itself. Left of a key's path, at each level at which
 * its bit is 1, lies one whole subtree: its sibling there. The siblings left of the first key of a
 * range, the leaves of the range and the siblings right of its last key give the root, and leave no
 * room for a further leaf between the first and the last. */
#ifndef WC_NODE_SNAPSHOT_FOLD_H
#define WC_NODE_SNAPSHOT_FOLD_H

#include "node/ledger/limits.h"
#include "vm/base/hash.h"

/* A subtree that is not empty, beside a path at this level (0 is next to the root). */
typedef struct wc_fold_sibling {
    uint8_t level;
    wc_hash hash;
} wc_fold_sibling;

/* By strictly ascending level. */
typedef struct wc_fold_siblings {
    uint16_t count; /* in [0, WC_PROOF_DEPTH_MAX] */
    wc_fold_sibling list[WC_PROOF_DEPTH_MAX];
} wc_fold_siblings;

/* A finished subtree. */
typedef struct wc_fold_part {
    wc_hash k; /* of a leaf in it */
    wc_hash hash;
    bool is_leaf;
    uint16_t depth; /* of its root; of a leaf: any below the part before it */
    uint16_t level; /* at which it parts from the one above it on the stack */
} wc_fold_part;

typedef struct wc_fold {
    bool is_descending; /* keys come from the last to the first */
    bool is_given;      /* the siblings beside the path of the first leaf were given */
    uint16_t count;
    wc_fold_part stack[WC_PROOF_DEPTH_MAX + 2];
} wc_fold;

void wc_fold_begin(wc_fold *fold, bool is_descending);

/* Starts in the middle: what lies left of key k, which is the first that will be added. Ascending
 * folds only. */
void wc_fold_begin_beside(wc_fold *fold, const wc_hash *k, const wc_fold_siblings *left);

/* Adds a leaf. Requires: keys ascend (or descend) strictly. */
void wc_fold_add(wc_fold *fold, const wc_hash *k, const wc_hash *leaf_hash);

/* What lies beside the path to the leaf added last, on the side that has been folded. */
void wc_fold_siblings_of(const wc_fold *fold, wc_fold_siblings *siblings);

/* The root over all that was added and, right of it, these. The fold is over then. Requires: at
 * least one leaf; bit `level` of its key is 0 for each level of right. */
wc_hash wc_fold_end(wc_fold *fold, const wc_fold_siblings *right);

/* The i-th bit of k, most significant first. */
static inline unsigned wc_fold_bit(const wc_hash *k, size_t i)
{
    return (unsigned)k->bytes[i / 8] >> (7 - i % 8) & 1u;
}

#endif
