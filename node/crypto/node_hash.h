/* SHA-256 of a mark and two hashes, which is what trees are made of: 65 bytes, two blocks.
 *
 * On processors with instructions for SHA-256 (x86-64) these are written out here: a state tree
 * hashes a dozen nodes for a changed key, and most of them come in pairs. The instructions of one
 * hash wait for each other, so two at once take little longer than one. Elsewhere libcrypto does
 * it. Both give the same bytes; a test compares them, and every start does. */
#ifndef WC_NODE_CRYPTO_NODE_HASH_H
#define WC_NODE_CRYPTO_NODE_HASH_H

#include "vm/base/hash.h"

/* One message: mark ‖ left ‖ right. */
typedef struct wc_node_input {
    const uint8_t *left, *right; /* WC_HASH_SIZE bytes each */
} wc_node_input;

/* Whether this processor has the instructions. */
bool wc_node_hash_is_fast(void);

/* Require: wc_node_hash_is_fast(). */
void wc_node_hash_one(wc_hash *hash, uint8_t mark, wc_node_input input);
void wc_node_hash_two(wc_hash *first, wc_hash *second, uint8_t mark, wc_node_input one,
                      wc_node_input two);

#endif
