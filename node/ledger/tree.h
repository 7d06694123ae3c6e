/* The state tree: a compressed sparse Merkle tree over (k, value hash), kept in memory.
 *
 *   leaf  = SHA256(00 ‖ k ‖ value_hash)      inner = SHA256(01 ‖ left ‖ right)
 *   empty = 32 zero bytes                    a subtree with one leaf is that leaf
 *   path: the bits of k, most significant first
 *
 * The root depends on the set of entries alone, not on the order in which they came. The tree is
 * derived from the flat state and never stored (D16).
 *
 * In memory four binary levels are one node with up to 16 children, found by the next four bits of
 * k:
 *
 *   node  children u16 (which are not empty) | leaves u16 (which of these are leaves) | next u32
 *         | ref u32 per inner child | group hashes 4 x 32, when there are many children
 *         | per child, in order: leaf  k 32 | value hash 32
 *                                inner hash 32
 *
 * Nodes are multiples of 64 bytes from one caller-given region, with a free list per size. An
 * update copies the nodes it changes; the replaced ones serve proofs at the last WC_TREE_VERSIONS
 * records and are freed after that.
 *
 * One thread at a time: a caller that builds proofs while a block is applied keeps them apart. */
#ifndef WC_NODE_LEDGER_TREE_H
#define WC_NODE_LEDGER_TREE_H

#include "node/ledger/limits.h"
#include "vm/base/hash.h"
#include "vm/base/status.h"

#define WC_TREE_UNITS_MAX 19u /* a node of 16 leaves: 8 + 128 + 16 * 64 bytes */

/* One changed key; a zero value hash removes it. */
typedef struct wc_tree_change {
    wc_hash k;
    wc_hash value_hash;
} wc_tree_change;

/* The tree as of one record. */
typedef struct wc_tree_version {
    uint64_t seq;
    wc_hash root;
    uint64_t leaf_count;
    uint32_t node;    /* top node; 0: the tree is empty */
    uint32_t retired; /* nodes that this version replaced, as a list through `next` */
} wc_tree_version;

struct wc_tree_frame;

typedef struct wc_tree {
    uint8_t *memory;                            /* caller's, aligned to 64 */
    uint32_t unit_count;                        /* units of 64 bytes in memory */
    uint32_t unit_next;                         /* first never used unit; 0 is never handed out */
    uint32_t free_list[WC_TREE_UNITS_MAX + 1];  /* by units; 0: none */
    uint64_t units_used;                        /* in nodes, retired ones included */
    struct wc_tree_frame *frames;               /* path of the running update */
    wc_tree_version versions[WC_TREE_VERSIONS]; /* ring; newest at (version_count - 1) % 16 */
    uint64_t version_count;
} wc_tree;

/* Bytes that hold a tree of leaf_count leaves, with the nodes replaced by WC_TREE_VERSIONS updates
 * of changes_per_update each. An estimate from above for keys that are hashes. */
size_t wc_tree_memory(uint64_t leaf_count, uint64_t changes_per_update);

/* memory: size bytes aligned to 64, outliving the tree; it need not be cleared. The tree starts
 * empty, without a version. Errors: NO_MEMORY - less than the least usable size. */
WC_MUST_USE wc_status wc_tree_init(wc_tree *tree, void *memory, size_t size);

/* Applies changes, which ascend strictly by k (asserted), as version seq, which exceeds the newest
 * version's (asserted). Removing an absent key changes nothing. *root is the new root.
 * Errors: NO_MEMORY - the tree is unusable and must be initialised again. */
WC_MUST_USE wc_status wc_tree_update(wc_tree *tree, wc_hash *root, uint64_t seq,
                                     const wc_tree_change *changes, size_t count);

/* The newest version with a number <= seq, that is the tree as of record seq.
 * Errors: NOT_FOUND - there is none, or it is no longer kept. */
WC_MUST_USE wc_status wc_tree_version_at(const wc_tree *tree, wc_tree_version *version,
                                         uint64_t seq);

/* Value hash of k in a kept version. Errors: NOT_FOUND - absent. */
WC_MUST_USE wc_status wc_tree_get(const wc_tree *tree, wc_hash *value_hash,
                                  const wc_tree_version *version, const wc_hash *k);

/* Bytes in nodes, retired ones included. */
uint64_t wc_tree_bytes(const wc_tree *tree);

/* SHA256(00 ‖ k ‖ value_hash). */
wc_hash wc_tree_leaf_hash(const wc_hash *k, const wc_hash *value_hash);

#endif
