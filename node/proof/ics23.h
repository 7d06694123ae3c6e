/* State proofs as the public ICS23 format has them, for people who check with a library of their
 * own.
 *
 * The bytes are a protobuf CommitmentProof that holds one ExistenceProof: key = k (the 32-byte key
 * of the tree), value = the value's bytes, one LeafOp, one InnerOp for each level from the leaf up.
 * The ProofSpec that belongs to them:
 *
 *   leaf_spec   hash SHA256, prehash_key NO_HASH, prehash_value SHA256, length NO_PREFIX, prefix 00
 *   inner_spec  child_order [0, 1], child_size 32, min_prefix_length 1, max_prefix_length 1,
 *               empty_child 32 zero bytes, hash SHA256
 *   max_depth   256                min_depth 0          prehash_key_before_comparison false
 *
 * Absence has no ICS23 form here: that format proves it by two neighbours, ours by the path. */
#ifndef WC_NODE_PROOF_ICS23_H
#define WC_NODE_PROOF_ICS23_H

#include "node/ledger/proof.h"

#define WC_ICS23_SIZE_MAX (WC_STATE_VALUE_MAX + 96u + WC_PROOF_DEPTH_MAX * 40u)

/* Requires: proof->kind is PRESENT. */
void wc_ics23_put(wc_buf *buf, const wc_proof *proof);

/* WC_OK when the bytes prove, under exactly this root, that k has the value. Only the encoding that
 * wc_ics23_put gives is read: NOT_CANONICAL for any other, TRUNCATED, TRAILING, TOO_LARGE (deeper
 * than WC_PROOF_DEPTH_MAX). DIFFERS: it proves something else, or nothing.
 * scratch is overwritten. */
WC_MUST_USE wc_status wc_ics23_verify(wc_slice bytes, wc_proof *scratch, const wc_hash *root,
                                      const wc_hash *k, wc_slice value);

#endif
