/* Protobuf by hand, for exactly these messages: field numbers and wire types are those of ICS23's
 * proofs.proto. A field that is zero or empty is left out, as proto3 asks.
 *
 *   CommitmentProof  exist = 1
 *   ExistenceProof   key = 1 | value = 2 | leaf = 3 | path = 4 *
 *   LeafOp           hash = 1 (SHA256 1) | prehash_value = 3 (SHA256 1) | prefix = 5
 *   InnerOp          hash = 1 (SHA256 1) | prefix = 2 | suffix = 3 */
#include "node/proof/ics23.h"

#include "node/crypto/crypto.h"
#include "node/ledger/read.h"

#define TAG(field)    ((uint8_t)((field) << 3 | 2)) /* length-delimited */
#define VARINT(field) ((uint8_t)((field) << 3))
#define LEAF_SIZE     7u
#define INNER_SIZE    39u /* hash; prefix 01; suffix: or prefix 01 ‖ sibling */

static const uint8_t leaf_op[LEAF_SIZE] = {VARINT(1), 1, VARINT(3), 1, TAG(5), 1, 0x00};

static size_t varint_size(size_t value)
{
    size_t size = 1;
    while (value >= 0x80) {
        value >>= 7;
        size++;
    }
    return size;
}

static size_t field_size(size_t len)
{
    return 1 + varint_size(len) + len;
}

/* ---- writing ---------------------------------------------------------------------------------
 */

static void put_length(wc_buf *buf, uint8_t tag, size_t len)
{
    wc_buf_put_u8(buf, tag);
    while (len >= 0x80) {
        wc_buf_put_u8(buf, (uint8_t)(0x80 | (len & 0x7f)));
        len >>= 7;
    }
    wc_buf_put_u8(buf, (uint8_t)len);
}

static void put_bytes(wc_buf *buf, uint8_t tag, wc_slice bytes)
{
    put_length(buf, tag, bytes.len);
    wc_buf_put_slice(buf, bytes);
}

static bool is_right(const wc_hash *k, size_t level)
{
    return (k->bytes[level / 8] >> (7 - level % 8) & 1) != 0;
}

/* Of a left child the sibling is the suffix; of a right one it stands in the prefix. */
static size_t inner_size(const wc_hash *k, size_t level)
{
    return is_right(k, level) ? INNER_SIZE - 2 : INNER_SIZE;
}

static void put_inner(wc_buf *buf, const wc_proof *proof, size_t level)
{
    bool right = is_right(&proof->k, level);
    put_length(buf, TAG(4), inner_size(&proof->k, level));
    wc_buf_put_u8(buf, VARINT(1));
    wc_buf_put_u8(buf, 1);
    put_length(buf, TAG(2), right ? 1 + WC_HASH_SIZE : 1);
    wc_buf_put_u8(buf, 0x01);
    if (!right) put_length(buf, TAG(3), WC_HASH_SIZE);
    wc_buf_put_hash(buf, &proof->siblings[level]);
}

void wc_ics23_put(wc_buf *buf, const wc_proof *proof)
{
    wc_assert(proof->kind == WC_PROOF_PRESENT);
    size_t size = field_size(WC_HASH_SIZE) + field_size(proof->value.len) + field_size(LEAF_SIZE);
    for (size_t i = 0; i < proof->depth; i++) size += field_size(inner_size(&proof->k, i));
    put_length(buf, TAG(1), size);
    put_bytes(buf, TAG(1), wc_slice_of(proof->k.bytes, WC_HASH_SIZE));
    put_bytes(buf, TAG(2), proof->value);
    put_bytes(buf, TAG(3), wc_slice_of(leaf_op, sizeof leaf_op));
    for (size_t i = proof->depth; i > 0; i--) put_inner(buf, proof, i - 1);
}

/* ---- reading ---------------------------------------------------------------------------------
 */

/* A tag that must come, then a length in its shortest form, then that many bytes. */
static wc_status take(wc_reader *r, uint8_t tag, wc_slice *bytes)
{
    uint8_t byte;
    size_t len = 0;
    WC_TRY(wc_read_u8(r, &byte));
    if (byte != tag) return WC_NOT_CANONICAL;
    for (unsigned shift = 0;; shift += 7) {
        if (shift > 28) return WC_NOT_CANONICAL;
        WC_TRY(wc_read_u8(r, &byte));
        len |= (size_t)(byte & 0x7f) << shift;
        if ((byte & 0x80) != 0) continue;
        if (byte == 0 && shift > 0) return WC_NOT_CANONICAL;
        return wc_read_slice(r, len, bytes);
    }
}

/* One level: the sibling, and on which side it stands. */
static wc_status take_inner(wc_slice bytes, bool *right, wc_hash *sibling)
{
    static const uint8_t hash[2] = {VARINT(1), 1};
    wc_reader r = wc_reader_of(bytes);
    wc_slice head, prefix, rest;
    WC_TRY(wc_read_slice(&r, sizeof hash, &head));
    if (memcmp(head.data, hash, sizeof hash) != 0) return WC_NOT_CANONICAL;
    WC_TRY(take(&r, TAG(2), &prefix));
    if (prefix.len == 0 || prefix.data[0] != 0x01) return WC_NOT_CANONICAL;
    *right = prefix.len == 1 + WC_HASH_SIZE;
    if (!*right && prefix.len != 1) return WC_NOT_CANONICAL;
    rest = wc_slice_of(prefix.data + 1, prefix.len - 1);
    if (!*right) WC_TRY(take(&r, TAG(3), &rest));
    if (rest.len != WC_HASH_SIZE) return WC_NOT_CANONICAL;
    memcpy(sibling->bytes, rest.data, WC_HASH_SIZE);
    return wc_read_end(&r);
}

/* The path as a proof of our own, which is then verified as such. Its levels are counted first:
 * they stand from the leaf up. */
static wc_status take_path(wc_reader *r, wc_proof *proof)
{
    wc_reader counting = *r;
    wc_slice bytes;
    size_t depth = 0;
    while (wc_reader_left(&counting) > 0) {
        WC_TRY(take(&counting, TAG(4), &bytes));
        if (++depth > WC_PROOF_DEPTH_MAX) return WC_TOO_LARGE;
    }
    proof->depth = (uint16_t)depth;
    for (size_t level = depth; level > 0; level--) {
        bool right;
        WC_TRY(take(r, TAG(4), &bytes));
        WC_TRY(take_inner(bytes, &right, &proof->siblings[level - 1]));
        if (right != is_right(&proof->k, level - 1)) return WC_DIFFERS;
    }
    return WC_OK;
}

static wc_status take_proof(wc_slice bytes, wc_proof *proof)
{
    wc_reader whole = wc_reader_of(bytes), r;
    wc_slice exist, key, leaf;
    WC_TRY(take(&whole, TAG(1), &exist));
    WC_TRY(wc_read_end(&whole));
    r = wc_reader_of(exist);
    WC_TRY(take(&r, TAG(1), &key));
    WC_TRY(take(&r, TAG(2), &proof->value));
    WC_TRY(take(&r, TAG(3), &leaf));
    if (key.len != WC_HASH_SIZE || proof->value.len == 0) return WC_NOT_CANONICAL;
    if (!wc_slice_equal(leaf, wc_slice_of(leaf_op, sizeof leaf_op))) return WC_NOT_CANONICAL;
    memcpy(proof->k.bytes, key.data, WC_HASH_SIZE);
    proof->kind = WC_PROOF_PRESENT;
    return take_path(&r, proof);
}

wc_status wc_ics23_verify(wc_slice bytes, wc_proof *scratch, const wc_hash *root, const wc_hash *k,
                          wc_slice value)
{
    WC_TRY(take_proof(bytes, scratch));
    if (!wc_slice_equal(scratch->value, value)) return WC_DIFFERS;
    return wc_proof_verify(scratch, root, k);
}
