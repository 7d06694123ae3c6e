/* Transactions: encoding, identifiers and the bytes that are signed. Decoding is in tx_decode.c. */
#include "node/ledger/tx.h"

#include "node/ledger/pieces.h"
#include "node/ledger/read.h"
#include "vm/base/codec.h"

const char *wc_tx_rule_name(wc_tx_rule rule)
{
    switch (rule) {
    case WC_TX_RULE_NONE: return "NONE";
#define WC_TX_RULE(number, name, text)                                                             \
    case WC_TX_RULE_##name:                                                                        \
        return #name;
#include "node/ledger/tx_rules.def"
#undef WC_TX_RULE
    }
    return "UNKNOWN";
}

const char *wc_tx_rule_text(wc_tx_rule rule)
{
    switch (rule) {
    case WC_TX_RULE_NONE: return "no rule is broken";
#define WC_TX_RULE(number, name, text)                                                             \
    case WC_TX_RULE_##name:                                                                        \
        return text;
#include "node/ledger/tx_rules.def"
#undef WC_TX_RULE
    }
    return "unknown rule";
}

static void put_call(wc_buf *buf, const wc_tx_call *call)
{
    wc_buf_put_u8(buf, (uint8_t)call->kind);
    wc_buf_put_u16(buf, call->auth_mask);
    wc_buf_put_u8(buf, call->principal);
    wc_buf_put_hash(buf, &call->target);
    wc_buf_put_u16(buf, call->method);
    wc_buf_put_u8(buf, call->debit_count);
    for (size_t i = 0; i < call->debit_count; i++) {
        wc_buf_put_u8(buf, call->debits[i].auth);
        wc_buf_put_u32(buf, call->debits[i].asset);
        wc_buf_put_i64(buf, call->debits[i].max);
    }
    wc_buf_put_u8(buf, (uint8_t)call->carried);
    if (!wc_tx_call_is_detached(call)) {
        wc_buf_put_str32(buf, call->args);
        return;
    }
    bool is_cut = call->carried == WC_CARRIED_PIECES;
    wc_buf_put_u32(buf, WC_HASH_SIZE + 4 + (is_cut ? 2 : 0));
    wc_buf_put_hash(buf, &call->payload_hash);
    wc_buf_put_u32(buf, call->payload_len);
    if (is_cut) wc_buf_put_u16(buf, call->pieces);
}

void wc_tx_put_body(wc_buf *buf, const wc_tx *tx)
{
    wc_buf_put_str8(buf, tx->chain_id);
    wc_buf_put_u16(buf, 0); /* flags */
    wc_buf_put_u8(buf, tx->auth_count);
    for (size_t i = 0; i < tx->auth_count; i++) {
        wc_buf_put_hash(buf, &tx->auth[i].address);
        wc_buf_put_u16(buf, tx->auth[i].role);
    }
    wc_buf_put_u8(buf, tx->payer);
    wc_buf_put_u16(buf, tx->lane);
    wc_buf_put_u64(buf, tx->nonce);
    wc_buf_put_u64(buf, tx->valid_from_height);
    wc_buf_put_u64(buf, tx->expiry_height);
    wc_buf_put_i64(buf, tx->expiry_time_s);
    wc_buf_put_u64(buf, tx->gas_limit);
    wc_buf_put_u64(buf, tx->max_fee);
    wc_buf_put_hash(buf, &tx->memo);
    wc_buf_put_u8(buf, tx->call_count);
    for (size_t i = 0; i < tx->call_count; i++) put_call(buf, &tx->calls[i]);
    wc_buf_put_u16(buf, tx->access_count);
    wc_buf_put_slice(buf, tx->access);
}

void wc_tx_put_stripped(wc_buf *buf, const wc_tx *tx)
{
    wc_buf_put_u8(buf, WC_TX_VERSION);
    size_t length_at = buf->len;
    wc_buf_put_u32(buf, 0);
    size_t body_at = buf->len;
    wc_tx_put_body(buf, tx);
    if (!buf->full) wc_buf_patch_u32(buf, length_at, (uint32_t)(buf->len - body_at));
    wc_buf_put_u8(buf, tx->sig_count);
    for (size_t i = 0; i < tx->sig_count; i++) {
        wc_buf_put_u8(buf, tx->sigs[i].auth);
        wc_buf_put_u16(buf, tx->sigs[i].key_id);
        wc_buf_put_u8(buf, tx->sigs[i].scheme);
        wc_buf_put(buf, tx->sigs[i].signature.bytes, WC_SIGNATURE_SIZE);
    }
}

void wc_tx_put(wc_buf *buf, const wc_tx *tx)
{
    wc_tx_put_stripped(buf, tx);
    uint8_t detached = 0;
    for (size_t i = 0; i < tx->call_count; i++) {
        detached = (uint8_t)(detached + wc_tx_call_is_detached(&tx->calls[i]));
    }
    wc_buf_put_u8(buf, detached);
    for (size_t i = 0; i < tx->call_count; i++) {
        if (!wc_tx_call_is_detached(&tx->calls[i])) continue;
        wc_buf_put_slice(buf, tx->calls[i].salt);
        wc_buf_put_str32(buf, tx->calls[i].args);
    }
}

wc_hash wc_tx_id(const wc_hash *genesis_hash, wc_slice body)
{
    wc_slice parts[2] = {wc_slice_of(genesis_hash->bytes, WC_HASH_SIZE), body};
    return wc_hash_domain("tx/1", parts, 2);
}

wc_hash wc_tx_raw_hash(wc_slice bytes)
{
    return wc_sha256_one(bytes);
}

void wc_tx_signed_message(uint8_t message[WC_SIGNED_MESSAGE_SIZE], const wc_hash *tx_id,
                          uint8_t auth_index, uint16_t key_id, uint8_t scheme)
{
    static const uint8_t start[17] = "wattclause/sig/1"; /* its terminator belongs to it */
    memcpy(message, start, sizeof start);
    memcpy(message + 17, tx_id->bytes, WC_HASH_SIZE);
    message[49] = auth_index;
    wc_store_u16(message + 50, key_id);
    message[52] = scheme;
}

wc_hash wc_payload_hash(const uint8_t salt[WC_PAYLOAD_SALT_SIZE], wc_slice bytes)
{
    wc_slice parts[2] = {wc_slice_of(salt, WC_PAYLOAD_SALT_SIZE), bytes};
    return wc_hash_domain("payload/1", parts, 2);
}

wc_hash wc_tx_payload_hash(const wc_tx_call *call, const uint8_t salt[WC_PAYLOAD_SALT_SIZE],
                           wc_slice bytes)
{
    wc_assert(wc_tx_call_is_detached(call));
    return call->carried == WC_CARRIED_PIECES ? wc_pieces_root(salt, bytes, call->pieces)
                                              : wc_payload_hash(salt, bytes);
}

wc_hash wc_possession_hash(const wc_hash *genesis_hash, const wc_address *address, uint16_t key_id,
                           const uint8_t pub[32])
{
    uint8_t id[2];
    wc_store_u16(id, key_id);
    wc_slice parts[4] = {wc_slice_of(genesis_hash->bytes, WC_HASH_SIZE),
                         wc_slice_of(address->bytes, WC_HASH_SIZE), wc_slice_of(id, sizeof id),
                         wc_slice_of(pub, 32)};
    return wc_hash_domain("pop/1", parts, 4);
}
