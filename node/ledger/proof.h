/* Proofs that a key of the state has a value, or is absent, under a root.
 *
 *   proof = v u8 | k 32 | kind u8 | payload | depth u16 | bitmap ceil(depth / 8) | sibling 32 *
 *           kind 1 present: payload = value str32
 *           kind 2 absent, the path ends in an empty subtree: no payload
 *           kind 3 absent, the path ends in another leaf:     payload = k' 32 | value hash' 32
 *
 * depth is the number of inner nodes on the path, from the root down. Bit i of the bitmap (bit 7 of
 * byte 0 is level 0, next to the root) says that the sibling at level i is not empty; siblings
 * stand in that order. One encoding per proof: unused bits are zero, no sibling is zero, and the
 * deepest sibling is never empty, because a subtree with one leaf is that leaf.
 *
 * Verifying needs only the root: no tree, no state. */
#ifndef WC_NODE_LEDGER_PROOF_H
#define WC_NODE_LEDGER_PROOF_H

#include "node/ledger/tree.h"
#include "vm/base/buf.h"
#include "vm/base/codec.h"

#define WC_PROOF_VERSION  1
#define WC_PROOF_SIZE_MAX (36u + 4u + WC_STATE_VALUE_MAX + 32u + WC_PROOF_DEPTH_MAX * 32u)

typedef enum wc_proof_kind {
    WC_PROOF_PRESENT = 1,
    WC_PROOF_EMPTY = 2,
    WC_PROOF_OTHER = 3
} wc_proof_kind;

typedef struct wc_proof {
    wc_hash k;
    wc_proof_kind kind;
    wc_slice value;           /* PRESENT; borrowed */
    wc_hash other_k;          /* OTHER: agrees with k in the first depth bits, differs later */
    wc_hash other_value_hash; /* OTHER */
    uint16_t depth;           /* in [0, WC_PROOF_DEPTH_MAX] */
    wc_hash siblings[WC_PROOF_DEPTH_MAX]; /* by level from the root; zero: empty */
} wc_proof;

/* Proof for k in a kept version of the tree. value: the bytes of k in that version; ignored when k
 * is absent there. Errors: DIFFERS - value does not have the hash that the tree holds for k. */
WC_MUST_USE wc_status wc_proof_build(wc_proof *proof, const wc_tree *tree,
                                     const wc_tree_version *version, const wc_hash *k,
                                     wc_slice value);

void wc_proof_put(wc_buf *buf, const wc_proof *proof);

/* Errors: BAD_VERSION, TRUNCATED, TRAILING, NOT_CANONICAL, OUT_OF_DOMAIN, TOO_LARGE; *bad: offset
 * of the first byte that is wrong. */
WC_MUST_USE wc_status wc_proof_decode(wc_proof *proof, size_t *bad, wc_slice bytes);

/* WC_OK when the proof holds for exactly this key under exactly this root; proof->kind then says
 * whether the key is present, and proof->value is its value. DIFFERS otherwise. */
WC_MUST_USE wc_status wc_proof_verify(const wc_proof *proof, const wc_hash *root, const wc_hash *k);

#endif
