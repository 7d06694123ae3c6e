/* A detached payload in pieces, under one root: each piece can be shown alone.
 *
 *   payload   piece 16 × n | rest                    n >= 1; the rest may be empty
 *   salt_i    H("leaf/1", salt 32 ‖ i u32)
 *   leaf_i    SHA256(00 ‖ salt_i ‖ piece_i)          i in [0, n); leaf_n: the rest, if there is one
 *   root      RFC 6962 over the leaves
 *
 * The root and n stand in the signed body of the call that carries the payload (tx.h, carried 2),
 * so the signature covers every byte. Each piece has a salt of its own: who is shown one, its salt
 * and its path learns nothing of the others, which are short and could be guessed otherwise. */
#ifndef WC_NODE_LEDGER_PIECES_H
#define WC_NODE_LEDGER_PIECES_H

#include "node/crypto/crypto.h"
#include "node/ledger/limits.h"

#define WC_PIECE_SIZE       16u
#define WC_PIECES_MAX       (WC_TX_SIZE_MAX / WC_PIECE_SIZE)
#define WC_PIECES_DEPTH_MAX 15u /* levels of a tree of WC_PIECES_MAX + 1 leaves */

_Static_assert((1u << WC_PIECES_DEPTH_MAX) >= WC_PIECES_MAX + 1, "a path has room for every tree");

/* True when a payload of this length can be cut so. */
static inline bool wc_pieces_fit(size_t len, uint16_t pieces)
{
    return pieces > 0 && (size_t)pieces * WC_PIECE_SIZE <= len;
}

/* Salt of leaf i, and the leaf hash of its bytes. */
wc_hash wc_piece_salt(const uint8_t salt[WC_HASH_SIZE], uint32_t index);
wc_hash wc_piece_leaf(const wc_hash *piece_salt, wc_slice bytes);

/* Root of a payload. Requires: wc_pieces_fit. */
wc_hash wc_pieces_root(const uint8_t salt[WC_HASH_SIZE], wc_slice payload, uint16_t pieces);

/* The same when the rest is known by its leaf hash alone. rest: NULL when there is none. */
wc_hash wc_pieces_root_with(const uint8_t salt[WC_HASH_SIZE], wc_slice pieces, const wc_hash *rest);

/* One piece, and why it belongs to a root. The number of leaves is no part of the root: take it
 * from the signed body (its pieces, and one more when the payload is longer than they are). */
typedef struct wc_piece_proof {
    uint32_t index, count; /* of leaves; index < count */
    wc_hash salt;          /* of this piece */
    uint8_t bytes[WC_PIECE_SIZE];
    uint8_t depth;                     /* in [0, WC_PIECES_DEPTH_MAX] */
    wc_hash path[WC_PIECES_DEPTH_MAX]; /* siblings, from the leaf up */
} wc_piece_proof;

/* memory: room for pieces + 1 hashes, overwritten. Requires: wc_pieces_fit, index < pieces. */
void wc_piece_prove(wc_piece_proof *proof, wc_hash *memory, const uint8_t salt[WC_HASH_SIZE],
                    wc_slice payload, uint16_t pieces, uint16_t index);

/* True when the piece stands at this place under this root. Any bytes may be asked. */
WC_MUST_USE bool wc_piece_verify(const wc_piece_proof *proof, const wc_hash *root);

#endif
