/* Decoding of transactions. One pass from front to back; each field is read, checked against its
 * rule and kept. Whatever is accepted has exactly one encoding: lists are sorted or have a fixed
 * order, counts equal what is there, nothing is optional and nothing is left over. */
#include "node/ledger/pieces.h"
#include "node/ledger/read.h"
#include "node/ledger/roles.h"
#include "node/ledger/tx.h"

_Static_assert(sizeof(wc_tx_debit) <= 16, "WC_TX_ARENA_MAX counts 16 bytes per ceiling");

#define AUTH_SIZE          34u
#define DETACHED_ARGS_SIZE 36u
#define PIECES_ARGS_SIZE   38u

typedef struct decoder {
    wc_reader reader;
    size_t base; /* offset of the reader's first byte in the whole input */
    wc_tx *tx;
    wc_tx_call *calls; /* what tx->calls points to */
    wc_arena *arena;
    wc_tx_fault *fault;
} decoder;

/* Records that `rule` is broken at an offset of the current reader. */
static wc_status refuse(decoder *d, wc_tx_rule rule, size_t at, wc_status why)
{
    d->fault->rule = rule;
    d->fault->offset = d->base + at;
    return why;
}

/* Hands on the answer of a field reader: what is not OK breaks `rule`, or the bytes have ended. */
static wc_status field(decoder *d, wc_status status, wc_tx_rule rule)
{
    if (status == WC_OK) return WC_OK;
    return refuse(d, status == WC_TRUNCATED ? WC_TX_RULE_TRUNCATED : rule, d->reader.at, status);
}

static wc_status decode_auths(decoder *d)
{
    wc_tx *tx = d->tx;
    wc_reader *r = &d->reader;
    WC_TRY(field(d, wc_read_u8_in(r, 1, WC_TX_AUTHS_MAX, &tx->auth_count), WC_TX_RULE_AUTH_COUNT));
    for (size_t i = 0; i < tx->auth_count; i++) {
        size_t start = r->at;
        wc_tx_auth *auth = &tx->auth[i];
        WC_TRY(field(d, wc_read_hash(r, &auth->address), WC_TX_RULE_TRUNCATED));
        for (size_t k = 0; k < i; k++) {
            if (wc_hash_equal(&tx->auth[k].address, &auth->address)) {
                return refuse(d, WC_TX_RULE_AUTH_TWICE, start, WC_DUPLICATE);
            }
        }
        size_t role_at = r->at;
        WC_TRY(field(d, wc_read_u16(r, &auth->role), WC_TX_RULE_TRUNCATED));
        if (auth->role != WC_ROLE_NONE && !wc_role_exists(auth->role)) {
            return refuse(d, WC_TX_RULE_AUTH_ROLE, role_at, WC_OUT_OF_DOMAIN);
        }
    }
    return WC_OK;
}

/* From payer to memo. */
static wc_status decode_terms(decoder *d)
{
    wc_tx *tx = d->tx;
    wc_reader *r = &d->reader;
    WC_TRY(
        field(d, wc_read_u8_in(r, 0, (uint8_t)(tx->auth_count - 1), &tx->payer), WC_TX_RULE_PAYER));
    WC_TRY(field(d, wc_read_u16_in(r, 0, WC_LANES_MAX - 1, &tx->lane), WC_TX_RULE_LANE));
    WC_TRY(field(d, wc_read_u64(r, &tx->nonce), WC_TX_RULE_TRUNCATED));
    WC_TRY(field(d, wc_read_u64(r, &tx->valid_from_height), WC_TX_RULE_TRUNCATED));
    size_t expiry_at = r->at;
    WC_TRY(field(d, wc_read_u64(r, &tx->expiry_height), WC_TX_RULE_TRUNCATED));
    if (tx->expiry_height != 0 && tx->expiry_height < tx->valid_from_height) {
        return refuse(d, WC_TX_RULE_HEIGHTS, expiry_at, WC_OUT_OF_DOMAIN);
    }
    WC_TRY(field(d, wc_read_i64_in(r, 1, INT64_MAX, &tx->expiry_time_s), WC_TX_RULE_EXPIRY));
    WC_TRY(field(d, wc_read_u64_in(r, 1, INT64_MAX, &tx->gas_limit), WC_TX_RULE_GAS_LIMIT));
    WC_TRY(field(d, wc_read_u64_in(r, 0, INT64_MAX, &tx->max_fee), WC_TX_RULE_MAX_FEE));
    return field(d, wc_read_hash(r, &tx->memo), WC_TX_RULE_TRUNCATED);
}

/* Ceilings name signers of the call and ascend strictly by (signer, asset). */
static wc_status decode_debits(decoder *d, wc_tx_call *call)
{
    wc_reader *r = &d->reader;
    WC_TRY(field(d, wc_read_u8_in(r, 0, WC_TX_DEBITS_MAX, &call->debit_count),
                 WC_TX_RULE_DEBIT_COUNT));
    wc_tx_debit *debits = WC_ARENA_ARRAY(d->arena, wc_tx_debit, call->debit_count);
    if (debits == NULL) return refuse(d, WC_TX_RULE_MEMORY, r->at, WC_NO_MEMORY);
    call->debits = debits;
    for (size_t i = 0; i < call->debit_count; i++) {
        size_t start = r->at;
        WC_TRY(field(d, wc_read_u8(r, &debits[i].auth), WC_TX_RULE_TRUNCATED));
        if (debits[i].auth >= WC_TX_AUTHS_MAX || (call->auth_mask >> debits[i].auth & 1) == 0) {
            return refuse(d, WC_TX_RULE_DEBIT_SIGNER, start, WC_OUT_OF_DOMAIN);
        }
        WC_TRY(
            field(d, wc_read_u32_in(r, 1, UINT32_MAX, &debits[i].asset), WC_TX_RULE_DEBIT_ASSET));
        WC_TRY(field(d, wc_read_i64_in(r, 1, INT64_MAX, &debits[i].max), WC_TX_RULE_DEBIT_AMOUNT));
        bool ascends =
            i == 0 || debits[i].auth > debits[i - 1].auth ||
            (debits[i].auth == debits[i - 1].auth && debits[i].asset > debits[i - 1].asset);
        if (!ascends) return refuse(d, WC_TX_RULE_DEBIT_ORDER, start, WC_NOT_CANONICAL);
    }
    return WC_OK;
}

static wc_status decode_args(decoder *d, wc_tx_call *call)
{
    wc_reader *r = &d->reader;
    uint8_t carried;
    WC_TRY(field(d, wc_read_u8_in(r, 0, WC_CARRIED_PIECES, &carried), WC_TX_RULE_CARRIED));
    call->carried = (wc_carried)carried;
    size_t start = r->at;
    wc_slice args;
    WC_TRY(field(d, wc_read_str32(r, WC_TX_SIZE_MAX, &args), WC_TX_RULE_SIZE));
    if (call->carried == WC_CARRIED_INLINE) {
        call->args = args;
        call->has_args = true;
        return WC_OK;
    }
    bool is_cut = call->carried == WC_CARRIED_PIECES;
    if (args.len != (is_cut ? PIECES_ARGS_SIZE : DETACHED_ARGS_SIZE)) {
        return refuse(d, WC_TX_RULE_DETACHED_ARGS, start, WC_OUT_OF_DOMAIN);
    }
    memcpy(call->payload_hash.bytes, args.data, WC_HASH_SIZE);
    call->payload_len = wc_load_u32(args.data + WC_HASH_SIZE);
    if (call->payload_len > WC_TX_SIZE_MAX) {
        return refuse(d, WC_TX_RULE_DETACHED_ARGS, start, WC_TOO_LARGE);
    }
    if (!is_cut) return WC_OK;
    call->pieces = wc_load_u16(args.data + DETACHED_ARGS_SIZE);
    return wc_pieces_fit(call->payload_len, call->pieces)
               ? WC_OK
               : refuse(d, WC_TX_RULE_DETACHED_ARGS, start, WC_OUT_OF_DOMAIN);
}

static wc_status decode_call(decoder *d, wc_tx_call *call)
{
    wc_reader *r = &d->reader;
    uint8_t kind;
    WC_TRY(field(d, wc_read_u8_in(r, 0, WC_CALL_KIND_COUNT - 1, &kind), WC_TX_RULE_CALL_KIND));
    call->kind = (wc_call_kind)kind;
    uint16_t all_signers = (uint16_t)((1u << d->tx->auth_count) - 1u);
    WC_TRY(field(d, wc_read_u16_in(r, 1, all_signers, &call->auth_mask), WC_TX_RULE_CALL_SIGNERS));
    size_t principal_at = r->at;
    WC_TRY(field(d, wc_read_u8(r, &call->principal), WC_TX_RULE_TRUNCATED));
    if (call->principal >= WC_TX_AUTHS_MAX || (call->auth_mask >> call->principal & 1) == 0) {
        return refuse(d, WC_TX_RULE_CALL_PRINCIPAL, principal_at, WC_OUT_OF_DOMAIN);
    }
    size_t target_at = r->at;
    WC_TRY(field(d, wc_read_hash(r, &call->target), WC_TX_RULE_TRUNCATED));
    if (call->kind == WC_CALL_DEPLOY && !wc_hash_is_zero(&call->target)) {
        return refuse(d, WC_TX_RULE_CALL_TARGET, target_at, WC_NOT_CANONICAL);
    }
    size_t method_at = r->at;
    WC_TRY(field(d, wc_read_u16(r, &call->method), WC_TX_RULE_TRUNCATED));
    bool has_method = call->kind != WC_CALL_DEPLOY && call->kind != WC_CALL_INSTANTIATE;
    if (!has_method && call->method != 0) {
        return refuse(d, WC_TX_RULE_CALL_METHOD, method_at, WC_NOT_CANONICAL);
    }
    WC_TRY(decode_debits(d, call));
    return decode_args(d, call);
}

static wc_status decode_calls(decoder *d)
{
    wc_tx *tx = d->tx;
    WC_TRY(field(d, wc_read_u8_in(&d->reader, 1, WC_TX_CALLS_MAX, &tx->call_count),
                 WC_TX_RULE_CALL_COUNT));
    d->calls = WC_ARENA_ARRAY(d->arena, wc_tx_call, tx->call_count);
    if (d->calls == NULL) return refuse(d, WC_TX_RULE_MEMORY, d->reader.at, WC_NO_MEMORY);
    tx->calls = d->calls;
    for (size_t i = 0; i < tx->call_count; i++) WC_TRY(decode_call(d, &d->calls[i]));
    return WC_OK;
}

static wc_status decode_access(decoder *d)
{
    wc_tx *tx = d->tx;
    wc_reader *r = &d->reader;
    WC_TRY(field(d, wc_read_u16_in(r, 0, WC_TX_ACCESS_MAX, &tx->access_count),
                 WC_TX_RULE_ACCESS_COUNT));
    size_t start = r->at;
    WC_TRY(field(d, wc_read_slice(r, (size_t)tx->access_count * WC_HASH_SIZE, &tx->access),
                 WC_TX_RULE_TRUNCATED));
    for (size_t i = 1; i < tx->access_count; i++) {
        const uint8_t *key = tx->access.data + i * WC_HASH_SIZE;
        if (memcmp(key - WC_HASH_SIZE, key, WC_HASH_SIZE) >= 0) {
            return refuse(d, WC_TX_RULE_ACCESS_ORDER, start + i * WC_HASH_SIZE, WC_NOT_CANONICAL);
        }
    }
    return WC_OK;
}

/* Every signer is the sender, the payer, or signs a call. */
static wc_status check_auths_needed(decoder *d, size_t auths_at)
{
    const wc_tx *tx = d->tx;
    unsigned needed = 1u | 1u << tx->payer;
    for (size_t i = 0; i < tx->call_count; i++) needed |= tx->calls[i].auth_mask;
    for (size_t i = 0; i < tx->auth_count; i++) {
        if ((needed >> i & 1u) == 0) {
            return refuse(d, WC_TX_RULE_AUTH_UNNEEDED, auths_at + i * AUTH_SIZE, WC_NOT_CANONICAL);
        }
    }
    return WC_OK;
}

/* Reads the body, which is all that the reader holds. */
static wc_status decode_body(decoder *d)
{
    wc_tx *tx = d->tx;
    wc_reader *r = &d->reader;
    tx->body = r->bytes;
    WC_TRY(field(d, wc_read_str8(r, WC_CHAIN_ID_MAX, &tx->chain_id), WC_TX_RULE_CHAIN_ID));
    if (!wc_chain_id_is_valid(tx->chain_id)) {
        return refuse(d, WC_TX_RULE_CHAIN_ID, 0, WC_OUT_OF_DOMAIN);
    }
    uint16_t flags;
    WC_TRY(field(d, wc_read_u16_in(r, 0, 0, &flags), WC_TX_RULE_FLAGS));
    size_t auths_at = r->at + 1;
    WC_TRY(decode_auths(d));
    WC_TRY(decode_terms(d));
    WC_TRY(decode_calls(d));
    WC_TRY(decode_access(d));
    WC_TRY(check_auths_needed(d, auths_at));
    return field(d, wc_read_end(r), WC_TX_RULE_BODY_LENGTH);
}

static wc_status decode_sig(decoder *d, size_t index, unsigned *signed_mask)
{
    wc_reader *r = &d->reader;
    wc_tx_sig *sig = &d->tx->sigs[index];
    size_t start = r->at;
    WC_TRY(field(d, wc_read_u8_in(r, 0, (uint8_t)(d->tx->auth_count - 1), &sig->auth),
                 WC_TX_RULE_SIG_SIGNER));
    WC_TRY(field(d, wc_read_u16(r, &sig->key_id), WC_TX_RULE_TRUNCATED));
    WC_TRY(field(d, wc_read_u8_in(r, WC_SCHEME_ED25519, WC_SCHEME_ED25519, &sig->scheme),
                 WC_TX_RULE_SIG_SCHEME));
    WC_TRY(
        field(d, wc_read_bytes(r, sig->signature.bytes, WC_SIGNATURE_SIZE), WC_TX_RULE_TRUNCATED));
    *signed_mask |= 1u << sig->auth;
    if (index == 0) return WC_OK;
    const wc_tx_sig *before = sig - 1;
    bool ascends =
        sig->auth > before->auth || (sig->auth == before->auth && sig->key_id > before->key_id);
    return ascends ? WC_OK : refuse(d, WC_TX_RULE_SIG_ORDER, start, WC_NOT_CANONICAL);
}

static wc_status decode_sigs(decoder *d)
{
    wc_tx *tx = d->tx;
    size_t start = d->reader.at;
    WC_TRY(field(d, wc_read_u8_in(&d->reader, 1, WC_TX_SIGS_MAX, &tx->sig_count),
                 WC_TX_RULE_SIG_COUNT));
    unsigned signed_mask = 0;
    for (size_t i = 0; i < tx->sig_count; i++) WC_TRY(decode_sig(d, i, &signed_mask));
    if (signed_mask != (1u << tx->auth_count) - 1u) {
        return refuse(d, WC_TX_RULE_SIG_MISSING, start, WC_NOT_CANONICAL);
    }
    return WC_OK;
}

/* Version, body and signatures; leaves the reader behind the last signature. */
static wc_status decode_stripped(decoder *d, wc_slice bytes)
{
    d->reader = wc_reader_of(bytes);
    d->base = 0;
    uint8_t version;
    WC_TRY(field(d, wc_read_u8(&d->reader, &version), WC_TX_RULE_TRUNCATED));
    if (version != WC_TX_VERSION) return refuse(d, WC_TX_RULE_VERSION, 0, WC_BAD_VERSION);
    wc_slice body;
    WC_TRY(field(d, wc_read_str32(&d->reader, WC_TX_SIZE_MAX, &body), WC_TX_RULE_SIZE));

    wc_reader outer = d->reader;
    d->reader = wc_reader_of(body);
    d->base = outer.at - body.len;
    WC_TRY(decode_body(d));
    d->reader = outer;
    d->base = 0;
    WC_TRY(decode_sigs(d));
    d->tx->stripped = wc_slice_of(bytes.data, d->reader.at);
    return WC_OK;
}

static wc_status decode_payload(decoder *d, wc_tx_call *call)
{
    wc_reader *r = &d->reader;
    size_t start = r->at;
    WC_TRY(field(d, wc_read_slice(r, WC_PAYLOAD_SALT_SIZE, &call->salt), WC_TX_RULE_TRUNCATED));
    size_t length_at = r->at;
    WC_TRY(field(d, wc_read_str32(r, WC_TX_SIZE_MAX, &call->args), WC_TX_RULE_SIZE));
    if (call->args.len != call->payload_len) {
        return refuse(d, WC_TX_RULE_PAYLOAD_LENGTH, length_at, WC_DIFFERS);
    }
    wc_hash hash = wc_tx_payload_hash(call, call->salt.data, call->args);
    if (!wc_hash_equal(&hash, &call->payload_hash)) {
        return refuse(d, WC_TX_RULE_PAYLOAD_HASH, start, WC_DIFFERS);
    }
    call->has_args = true;
    return WC_OK;
}

/* The payload part: one entry per detached call, in the order of the calls. */
static wc_status decode_payloads(decoder *d, wc_slice bytes, size_t base)
{
    wc_tx *tx = d->tx;
    d->reader = wc_reader_of(bytes);
    d->base = base;
    uint8_t detached = 0;
    for (size_t i = 0; i < tx->call_count; i++) {
        detached = (uint8_t)(detached + wc_tx_call_is_detached(&tx->calls[i]));
    }
    uint8_t count;
    WC_TRY(
        field(d, wc_read_u8_in(&d->reader, detached, detached, &count), WC_TX_RULE_PAYLOAD_COUNT));
    for (size_t i = 0; i < tx->call_count; i++) {
        if (wc_tx_call_is_detached(&d->calls[i])) WC_TRY(decode_payload(d, &d->calls[i]));
    }
    WC_TRY(field(d, wc_read_end(&d->reader), WC_TX_RULE_TRAILING));
    tx->payloads = bytes;
    return WC_OK;
}

static decoder decoder_of(wc_tx *tx, wc_tx_fault *fault, wc_arena *arena)
{
    memset(tx, 0, sizeof *tx);
    *fault = (wc_tx_fault){WC_TX_RULE_NONE, 0};
    return (decoder){.tx = tx, .arena = arena, .fault = fault};
}

wc_status wc_tx_decode(wc_tx *tx, wc_tx_fault *fault, wc_arena *arena, wc_slice bytes)
{
    decoder d = decoder_of(tx, fault, arena);
    if (bytes.len > WC_TX_SIZE_MAX)
        return refuse(&d, WC_TX_RULE_SIZE, WC_TX_SIZE_MAX, WC_TOO_LARGE);
    WC_TRY(decode_stripped(&d, bytes));
    size_t at = tx->stripped.len;
    return decode_payloads(&d, wc_slice_of(bytes.data + at, bytes.len - at), at);
}

wc_status wc_tx_decode_stripped(wc_tx *tx, wc_tx_fault *fault, wc_arena *arena, wc_slice stripped,
                                wc_slice payloads)
{
    decoder d = decoder_of(tx, fault, arena);
    if (stripped.len > WC_TX_SIZE_MAX || payloads.len > WC_TX_SIZE_MAX - stripped.len) {
        return refuse(&d, WC_TX_RULE_SIZE, WC_TX_SIZE_MAX, WC_TOO_LARGE);
    }
    WC_TRY(decode_stripped(&d, stripped));
    WC_TRY(field(&d, wc_read_end(&d.reader), WC_TX_RULE_TRAILING));
    return payloads.len == 0 ? WC_OK : decode_payloads(&d, payloads, stripped.len);
}

wc_status wc_tx_decode_body(wc_tx *tx, wc_tx_fault *fault, wc_arena *arena, wc_slice body)
{
    decoder d = decoder_of(tx, fault, arena);
    if (body.len > WC_TX_SIZE_MAX) return refuse(&d, WC_TX_RULE_SIZE, WC_TX_SIZE_MAX, WC_TOO_LARGE);
    d.reader = wc_reader_of(body);
    return decode_body(&d);
}
