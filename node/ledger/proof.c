/* Building, encoding and verifying proofs; see proof.h for the layout. */
#include "node/ledger/proof.h"

#include "node/crypto/crypto.h"
#include "node/ledger/read.h"
#include "node/ledger/tree_node.h"

static unsigned bit_of(const wc_hash *k, size_t i)
{
    return (unsigned)k->bytes[i / 8] >> (7 - i % 8) & 1u;
}

/* ---- building ---------------------------------------------------------------------------------
 */

/* The only child in [first, first + count), a leaf; or the number 16 when there is none such. */
static unsigned single_leaf(const wc_tree_frame *frame, unsigned first, unsigned count)
{
    unsigned mask = ((1u << count) - 1u) << first;
    unsigned children = frame->children & mask;
    bool is_single = children != 0 && (children & (children - 1)) == 0;
    if (!is_single || (frame->leaves & mask) != children) return WC_TREE_FANOUT;
    return (unsigned)__builtin_ctz(children);
}

/* The path has ended in a leaf: of k itself, or of another key. */
static wc_status end_in_leaf(wc_proof *proof, const wc_tree *tree, uint32_t leaf, wc_slice value)
{
    wc_hash leaf_k = wc_tree_leaf_k(tree, leaf);
    wc_hash value_hash = wc_tree_leaf_value_hash(tree, leaf);
    if (!wc_hash_equal(&leaf_k, &proof->k)) {
        proof->kind = WC_PROOF_OTHER;
        proof->other_k = leaf_k;
        proof->other_value_hash = value_hash;
        return WC_OK;
    }
    wc_hash actual = wc_sha256_one(value);
    if (!wc_hash_equal(&actual, &value_hash)) return WC_DIFFERS;
    proof->kind = WC_PROOF_PRESENT;
    proof->value = value;
    return WC_OK;
}

/* Walks the four binary levels of one node and the child behind them. *below: the node to go on
 * with; 0: the path has ended, in leaf *leaf or, when that is 0, in nothing. */
static void walk_node(wc_proof *proof, const wc_tree_frame *frame, unsigned slot, uint32_t *below,
                      uint32_t *leaf)
{
    *below = 0;
    *leaf = 0;
    for (unsigned count = WC_TREE_FANOUT;; count /= 2) { /* ends: with the halves of one */
        unsigned first = slot / count * count;
        unsigned single = single_leaf(frame, first, count);
        if (single < WC_TREE_FANOUT) {
            *leaf = frame->refs[single];
            return;
        }
        if ((frame->children >> first & ((1u << count) - 1u)) == 0) return;
        if (count == 1) break;
        unsigned half = count / 2;
        unsigned other = slot / half * half ^ half;
        proof->siblings[proof->depth++] = wc_tree_frame_range(frame, other, half).hash;
    }
    *below = frame->refs[slot];
}

wc_status wc_proof_build(wc_proof *proof, const wc_tree *tree, const wc_tree_version *version,
                         const wc_hash *k, wc_slice value)
{
    proof->k = *k;
    proof->kind = WC_PROOF_EMPTY;
    proof->value = wc_slice_of(NULL, 0);
    proof->depth = 0;
    uint32_t ref = version->node;
    uint32_t leaf = 0;
    for (size_t depth = 0; ref != 0; depth++) {
        wc_tree_frame frame;
        wc_tree_frame_load(&frame, wc_tree_at(tree, ref));
        walk_node(proof, &frame, wc_tree_nibble(k, depth), &ref, &leaf);
    }
    return leaf == 0 ? WC_OK : end_in_leaf(proof, tree, leaf, value);
}

/* ---- encoding ---------------------------------------------------------------------------------
 */

void wc_proof_put(wc_buf *buf, const wc_proof *proof)
{
    wc_buf_put_u8(buf, WC_PROOF_VERSION);
    wc_buf_put_hash(buf, &proof->k);
    wc_buf_put_u8(buf, (uint8_t)proof->kind);
    if (proof->kind == WC_PROOF_PRESENT) wc_buf_put_str32(buf, proof->value);
    if (proof->kind == WC_PROOF_OTHER) {
        wc_buf_put_hash(buf, &proof->other_k);
        wc_buf_put_hash(buf, &proof->other_value_hash);
    }
    wc_buf_put_u16(buf, proof->depth);
    uint8_t bitmap[WC_PROOF_DEPTH_MAX / 8] = {0};
    for (size_t i = 0; i < proof->depth; i++) {
        if (wc_hash_is_zero(&proof->siblings[i])) continue;
        bitmap[i / 8] = (uint8_t)(bitmap[i / 8] | 0x80u >> i % 8);
    }
    wc_buf_put(buf, bitmap, (proof->depth + 7u) / 8);
    for (size_t i = 0; i < proof->depth; i++) {
        if (!wc_hash_is_zero(&proof->siblings[i])) wc_buf_put_hash(buf, &proof->siblings[i]);
    }
}

/* True when a and b have the same first `depth` bits and are not equal. */
static bool parts_later(const wc_hash *a, const wc_hash *b, size_t depth)
{
    for (size_t i = 0; i < depth; i++) {
        if (bit_of(a, i) != bit_of(b, i)) return false;
    }
    return !wc_hash_equal(a, b);
}

static wc_status read_payload(wc_reader *r, wc_proof *proof)
{
    uint8_t kind;
    WC_TRY(wc_read_u8_in(r, WC_PROOF_PRESENT, WC_PROOF_OTHER, &kind));
    proof->kind = (wc_proof_kind)kind;
    proof->value = wc_slice_of(NULL, 0);
    switch (proof->kind) {
    case WC_PROOF_PRESENT: return wc_read_str32_in(r, 1, WC_STATE_VALUE_MAX, &proof->value);
    case WC_PROOF_EMPTY: return WC_OK;
    case WC_PROOF_OTHER:
        WC_TRY(wc_read_hash(r, &proof->other_k));
        return wc_read_hash(r, &proof->other_value_hash);
    }
    wc_assert(false);
    return WC_OUT_OF_DOMAIN;
}

/* Depth, bitmap and siblings. The deepest sibling is there: else the path would have ended above.
 */
static wc_status read_path(wc_reader *r, wc_proof *proof)
{
    WC_TRY(wc_read_u16_in(r, 0, WC_PROOF_DEPTH_MAX, &proof->depth));
    size_t bitmap_at = r->at;
    wc_slice bitmap;
    WC_TRY(wc_read_slice(r, (proof->depth + 7u) / 8, &bitmap));
    for (size_t i = 0; i < bitmap.len * 8; i++) {
        bool is_set = (bitmap.data[i / 8] >> (7 - i % 8) & 1) != 0;
        bool is_right = i < proof->depth ? is_set || i + 1u < proof->depth : !is_set;
        if (!is_right) return wc_reader_refuse(r, bitmap_at + i / 8, WC_NOT_CANONICAL);
    }
    for (size_t i = 0; i < proof->depth; i++) {
        if ((bitmap.data[i / 8] >> (7 - i % 8) & 1) == 0) {
            proof->siblings[i] = (wc_hash){{0}};
            continue;
        }
        size_t start = r->at;
        WC_TRY(wc_read_hash(r, &proof->siblings[i]));
        if (wc_hash_is_zero(&proof->siblings[i])) {
            return wc_reader_refuse(r, start, WC_NOT_CANONICAL);
        }
    }
    return WC_OK;
}

static wc_status read_proof(wc_reader *r, wc_proof *proof)
{
    uint8_t version;
    WC_TRY(wc_read_u8(r, &version));
    if (version != WC_PROOF_VERSION) return wc_reader_refuse(r, 0, WC_BAD_VERSION);
    WC_TRY(wc_read_hash(r, &proof->k));
    size_t payload_at = r->at;
    WC_TRY(read_payload(r, proof));
    WC_TRY(read_path(r, proof));
    if (proof->kind == WC_PROOF_OTHER && !parts_later(&proof->k, &proof->other_k, proof->depth)) {
        return wc_reader_refuse(r, payload_at + 1, WC_OUT_OF_DOMAIN);
    }
    return wc_read_end(r);
}

wc_status wc_proof_decode(wc_proof *proof, size_t *bad, wc_slice bytes)
{
    wc_reader reader = wc_reader_of(bytes);
    wc_status status = read_proof(&reader, proof);
    if (status != WC_OK) *bad = reader.at;
    return status;
}

/* ---- verifying --------------------------------------------------------------------------------
 */

wc_status wc_proof_verify(const wc_proof *proof, const wc_hash *root, const wc_hash *k)
{
    if (!wc_hash_equal(&proof->k, k) || proof->depth > WC_PROOF_DEPTH_MAX) return WC_DIFFERS;
    wc_hash node = {{0}};
    switch (proof->kind) {
    case WC_PROOF_PRESENT: {
        wc_hash value_hash = wc_sha256_one(proof->value);
        node = wc_tree_leaf_hash(k, &value_hash);
        break;
    }
    case WC_PROOF_EMPTY: break;
    case WC_PROOF_OTHER:
        if (!parts_later(k, &proof->other_k, proof->depth)) return WC_DIFFERS;
        node = wc_tree_leaf_hash(&proof->other_k, &proof->other_value_hash);
        break;
    }
    for (size_t i = proof->depth; i > 0; i--) {
        const wc_hash *sibling = &proof->siblings[i - 1];
        node =
            bit_of(k, i - 1) == 0 ? wc_merkle_node(&node, sibling) : wc_merkle_node(sibling, &node);
    }
    return wc_hash_equal(&node, root) ? WC_OK : WC_DIFFERS;
}
