/* Payloads in pieces; see pieces.h. */
#include "node/ledger/pieces.h"

#include "vm/base/codec.h"

wc_hash wc_piece_salt(const uint8_t salt[WC_HASH_SIZE], uint32_t index)
{
    uint8_t bytes[WC_HASH_SIZE + 4]; /* with its domain one block of the hash */
    memcpy(bytes, salt, WC_HASH_SIZE);
    wc_store_u32(bytes + WC_HASH_SIZE, index);
    wc_slice part = wc_slice_of(bytes, sizeof bytes);
    return wc_hash_domain("leaf/1", &part, 1);
}

wc_hash wc_piece_leaf(const wc_hash *piece_salt, wc_slice bytes)
{
    uint8_t head[1 + WC_HASH_SIZE + WC_PIECE_SIZE] = {0x00};
    memcpy(head + 1, piece_salt->bytes, WC_HASH_SIZE);
    if (bytes.len == WC_PIECE_SIZE) { /* one run of bytes hashes faster than two */
        memcpy(head + 1 + WC_HASH_SIZE, bytes.data, WC_PIECE_SIZE);
        return wc_sha256_one(wc_slice_of(head, sizeof head));
    }
    wc_slice parts[2] = {wc_slice_of(head, 1 + WC_HASH_SIZE), bytes};
    return wc_sha256(parts, 2);
}

static wc_slice piece_of(wc_slice payload, uint32_t index)
{
    return wc_slice_of(payload.data + (size_t)index * WC_PIECE_SIZE, WC_PIECE_SIZE);
}

static wc_hash leaf_of(const uint8_t salt[WC_HASH_SIZE], uint32_t index, wc_slice bytes)
{
    wc_hash own = wc_piece_salt(salt, index);
    return wc_piece_leaf(&own, bytes);
}

/* What follows the pieces. */
static wc_slice rest_of(wc_slice payload, uint16_t pieces)
{
    size_t start = (size_t)pieces * WC_PIECE_SIZE;
    return wc_slice_of(payload.data + start, payload.len - start);
}

wc_hash wc_pieces_root_with(const uint8_t salt[WC_HASH_SIZE], wc_slice pieces, const wc_hash *rest)
{
    wc_assert(pieces.len % WC_PIECE_SIZE == 0);
    wc_merkle tree;
    wc_merkle_begin(&tree);
    for (uint32_t i = 0; i < pieces.len / WC_PIECE_SIZE; i++) {
        wc_hash leaf = leaf_of(salt, i, piece_of(pieces, i));
        wc_merkle_add(&tree, &leaf);
    }
    if (rest != NULL) wc_merkle_add(&tree, rest);
    return wc_merkle_end(&tree);
}

wc_hash wc_pieces_root(const uint8_t salt[WC_HASH_SIZE], wc_slice payload, uint16_t pieces)
{
    wc_assert(wc_pieces_fit(payload.len, pieces));
    wc_slice rest = rest_of(payload, pieces);
    wc_slice cut = wc_slice_of(payload.data, (size_t)pieces * WC_PIECE_SIZE);
    if (rest.len == 0) return wc_pieces_root_with(salt, cut, NULL);
    wc_hash leaf = leaf_of(salt, pieces, rest);
    return wc_pieces_root_with(salt, cut, &leaf);
}

/* ---- one piece alone -------------------------------------------------------------------------
 * Joining neighbours level by level, an odd last one moving up as it is, gives RFC 6962's tree. */

/* Replaces count nodes by the level above them; returns how many these are. */
static uint32_t join_level(wc_hash *nodes, uint32_t count)
{
    for (uint32_t i = 0; i + 1 < count; i += 2) {
        nodes[i / 2] = wc_merkle_node(&nodes[i], &nodes[i + 1]);
    }
    if (count % 2 == 1) nodes[count / 2] = nodes[count - 1];
    return count / 2 + count % 2;
}

void wc_piece_prove(wc_piece_proof *proof, wc_hash *memory, const uint8_t salt[WC_HASH_SIZE],
                    wc_slice payload, uint16_t pieces, uint16_t index)
{
    wc_assert(wc_pieces_fit(payload.len, pieces) && index < pieces);
    wc_slice rest = rest_of(payload, pieces);
    uint32_t count = pieces;
    for (uint32_t i = 0; i < pieces; i++) memory[i] = leaf_of(salt, i, piece_of(payload, i));
    if (rest.len > 0) memory[count++] = leaf_of(salt, pieces, rest);
    *proof = (wc_piece_proof){.index = index, .count = count, .salt = wc_piece_salt(salt, index)};
    memcpy(proof->bytes, piece_of(payload, index).data, WC_PIECE_SIZE);
    for (uint32_t at = index; count > 1; at /= 2) {
        if ((at ^ 1) < count) proof->path[proof->depth++] = memory[at ^ 1];
        count = join_level(memory, count);
    }
}

bool wc_piece_verify(const wc_piece_proof *proof, const wc_hash *root)
{
    if (proof->index >= proof->count || proof->count > WC_PIECES_MAX + 1) return false;
    if (proof->depth > WC_PIECES_DEPTH_MAX) return false;
    wc_hash node = wc_piece_leaf(&proof->salt, wc_slice_of(proof->bytes, WC_PIECE_SIZE));
    uint8_t used = 0;
    uint32_t at = proof->index;
    for (uint32_t count = proof->count; count > 1; count = count / 2 + count % 2, at /= 2) {
        if ((at ^ 1) >= count) continue; /* the last of an odd number moves up */
        if (used == proof->depth) return false;
        const wc_hash *other = &proof->path[used++];
        node = at % 2 == 1 ? wc_merkle_node(other, &node) : wc_merkle_node(&node, other);
    }
    return used == proof->depth && wc_hash_equal(&node, root);
}
