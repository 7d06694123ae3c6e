/* Inclusion proofs in RFC 6962 trees: that an item stands at a position of a list whose root is
 * known, without the list. */
#ifndef WC_NODE_QUERY_INCLUSION_H
#define WC_NODE_QUERY_INCLUSION_H

#include "node/crypto/crypto.h"

#define WC_INCLUSION_MAX 64u

typedef struct wc_inclusion {
    uint64_t index, count; /* index < count */
    uint8_t depth;
    wc_hash path[WC_INCLUSION_MAX]; /* from the leaf up */
} wc_inclusion;

/* leaves: leaf hashes (wc_merkle_leaf). Requires: index < count. */
void wc_inclusion_build(wc_inclusion *inclusion, const wc_hash *leaves, uint64_t count,
                        uint64_t index);

/* The root that follows from a leaf hash and the path. False: the path has the wrong length. */
WC_MUST_USE bool wc_inclusion_root(const wc_inclusion *inclusion, const wc_hash *leaf,
                                   wc_hash *root);

#endif
