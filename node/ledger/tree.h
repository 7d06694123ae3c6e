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
 * k; leaves lie apart:
 *
 *   node  children u16 (which are not empty) | leaves u16 (which of these are leaves)
 *         | 4 unused bytes | ref u32 per child
 *         | hash 32 of each of four groups of four, when there are many children
 *         | hash 32 per child                      8..712 bytes, in multiples of 16, from the front
 *   leaf  k 32 | value hash 32                       64 bytes, from the back
 *
 * An update copies the nodes and leaves it changes; the replaced ones serve proofs at the last
 * WC_TREE_VERSIONS records and are used again after that, by pieces of the same size first.
 *
 * One thread at a time: a caller that builds proofs while a block is applied keeps them apart. */
#ifndef WC_NODE_LEDGER_TREE_H
#define WC_NODE_LEDGER_TREE_H

#include "node/ledger/limits.h"
#include "vm/base/hash.h"
#include "vm/base/status.h"

#define WC_TREE_UNITS_MAX 45u /* units of 16 bytes in the largest node */

/* One changed key; a zero value hash removes it. */
typedef struct wc_tree_change {
    wc_hash k;
    wc_hash value_hash;
} wc_tree_change;

/* A stack of pieces of memory, itself in pieces of 512 bytes. */
typedef struct wc_tree_list {
    uint32_t chunk; /* 0: empty */
    uint32_t count; /* entries in that chunk */
} wc_tree_list;

/* The tree as of one record. */
typedef struct wc_tree_version {
    uint64_t seq;
    wc_hash root;
    uint64_t leaf_count;
    uint32_t node;        /* top node; 0: the tree is empty */
    wc_tree_list retired; /* what this version replaced */
} wc_tree_version;

struct wc_tree_frame;

typedef struct wc_tree {
    uint8_t *memory;      /* caller's, aligned to 64 */
    uint32_t node_end;    /* units [1, node_end) have been handed out from the front */
    uint32_t leaf_start;  /* units [leaf_start, ..) have been handed out from the back */
    uint64_t units_used;  /* in nodes and leaves, retired ones included */
    uint32_t spare_chunk; /* chunks of lists that are not needed now, linked; 0: none */
    wc_tree_list free_leaves;
    wc_tree_list free_nodes[WC_TREE_UNITS_MAX + 1]; /* by units */
    struct wc_tree_frame *frames;                   /* path of the running update */
    wc_tree_version versions[WC_TREE_VERSIONS];     /* ring; newest at (version_count - 1) % 16 */
    uint64_t version_count;
} wc_tree;

/* Bytes that hold a tree of leaf_count leaves, with the nodes replaced by WC_TREE_VERSIONS updates
 * of changes_per_update each. An estimate from above for keys that are hashes. */
size_t wc_tree_memory(uint64_t leaf_count, uint64_t changes_per_update);

/* memory: size bytes aligned to 64, outliving the tree; it need not be cleared. Where the system
 * has large pages, ask for them: updates are 15 % faster. The tree starts empty, without a version.
 * Errors: NO_MEMORY - less than the least usable size. */
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

/* Bytes in nodes and leaves, retired ones included. */
uint64_t wc_tree_bytes(const wc_tree *tree);

/* SHA256(00 ‖ k ‖ value_hash). */
wc_hash wc_tree_leaf_hash(const wc_hash *k, const wc_hash *value_hash);

#endif
