/* Reading the folder without believing it: every part is decoded here, and what does not decode is
 * a difference with its place. */
#include <stdio.h>
#include <stdlib.h>

#include "node/audit/inside.h"

static void say_missing(wc_audit *audit, const char *place)
{
    wc_audit_say(audit, place, "");
    wc_audit_stored(audit, "nothing");
    wc_audit_recomputed(audit, "an entry");
}

static void say_undecodable(wc_audit *audit, const char *place, size_t bad, wc_status status)
{
    char field[32];
    (void)snprintf(field, sizeof field, "byte %zu", bad);
    wc_audit_say(audit, place, field);
    wc_audit_stored(audit, "bytes that do not decode (%s)", wc_status_text(status));
    wc_audit_recomputed(audit, "a canonical encoding");
}

/* ---- genesis -----------------------------------------------------------------------------------
 */

static wc_status append(uint8_t **bytes, size_t *len, wc_slice part)
{
    uint8_t *grown = realloc(*bytes, *len + part.len + 1);
    if (grown == NULL) return WC_NO_MEMORY;
    if (part.len > 0) memcpy(grown + *len, part.data, part.len);
    *bytes = grown;
    *len += part.len;
    return WC_OK;
}

wc_status wc_audit_read_genesis(wc_audit *audit, uint8_t **bytes, size_t *len)
{
    uint8_t kind = 'g';
    wc_slice key, value;
    wc_status status = WC_OK;
    *bytes = NULL;
    *len = 0;
    wc_snapshot *snapshot = wc_store_snapshot(audit->store);
    wc_store_iter iter =
        wc_store_iter_prefix(audit->store, snapshot, WC_CF_CHAIN, wc_slice_of(&kind, 1));
    while (status == WC_OK && wc_store_iter_next(&iter, &key, &value)) {
        status = append(bytes, len, value);
    }
    wc_store_iter_close(&iter);
    wc_store_release(audit->store, snapshot);
    if (status == WC_OK && *len == 0) {
        say_missing(audit, "genesis");
        status = WC_NOT_FOUND;
    }
    if (status != WC_OK) {
        free(*bytes);
        *bytes = NULL;
    }
    return status;
}

/* ---- head and records --------------------------------------------------------------------------
 */

bool wc_audit_read_head(wc_audit *audit, wc_head *head)
{
    uint8_t bytes[WC_CHAIN_STORED_HEAD];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    if (!wc_store_get(audit->store, NULL, WC_CF_META, wc_chain_head_key(), &buf)) {
        say_missing(audit, "head");
        return false;
    }
    wc_status status = buf.full ? WC_TRAILING : wc_chain_head_decode(head, wc_buf_slice(&buf));
    if (status == WC_OK) return true;
    say_undecodable(audit, "head", buf.len, status);
    return false;
}

void wc_audit_drop_record(wc_audit *audit, wc_audit_record *record)
{
    if (record->has_pin) wc_store_unpin(audit->store, &record->pin);
    record->has_pin = false;
}

static bool decode_certificate(wc_audit *audit, wc_audit_record *record, wc_slice bytes)
{
    size_t bad = 0;
    record->has_certificate = bytes.len > 0;
    if (!record->has_certificate) return true;
    wc_status status = wc_certificate_decode(&record->certificate, &bad, bytes);
    if (status == WC_OK) return true;
    say_undecodable(audit, "certificate", bad, status);
    return false;
}

bool wc_audit_read_record(wc_audit *audit, uint64_t seq, wc_audit_record *record)
{
    wc_chain_key key = wc_chain_record_key(seq);
    wc_slice certificate;
    size_t bad = 0;
    wc_audit_drop_record(audit, record);
    if (!wc_store_pin(audit->store, NULL, WC_CF_CHAIN, wc_chain_key_slice(&key), &record->pin)) {
        say_missing(audit, "record");
        return false;
    }
    record->has_pin = true;
    wc_reader reader = wc_reader_of(record->pin.value);
    wc_status status = wc_read_str16(&reader, WC_RECORD_SIZE_MAX, &record->bytes);
    if (status == WC_OK) status = wc_record_decode(&record->record, &bad, record->bytes);
    if (status != WC_OK) {
        say_undecodable(audit, "record", bad, status);
        return false;
    }
    status = wc_read_str16(&reader, WC_CERTIFICATE_SIZE_MAX, &certificate);
    if (status == WC_OK) status = wc_read_end(&reader);
    if (status != WC_OK) {
        say_undecodable(audit, "certificate", reader.at, status);
        return false;
    }
    record->hash = wc_record_hash(record->bytes);
    return decode_certificate(audit, record, certificate);
}

/* ---- block input -------------------------------------------------------------------------------
 */

typedef struct tx_parts {
    wc_slice stripped, payloads; /* as stored; payloads empty: no such entry */
    wc_hash raw_hash;            /* as stored */
} tx_parts;

static bool pin_copy(wc_audit *audit, const wc_chain_key *key, wc_slice *copy)
{
    wc_pin pin;
    if (!wc_store_pin(audit->store, NULL, WC_CF_CHAIN, wc_chain_key_slice(key), &pin)) return false;
    uint8_t *bytes = wc_audit_take(audit, pin.value.len);
    if (pin.value.len > 0) memcpy(bytes, pin.value.data, pin.value.len);
    *copy = wc_slice_of(bytes, pin.value.len);
    wc_store_unpin(audit->store, &pin);
    return true;
}

static wc_slice join(wc_audit *audit, wc_slice stripped, wc_slice payloads)
{
    uint8_t *raw = wc_audit_take(audit, stripped.len + payloads.len + 1);
    memcpy(raw, stripped.data, stripped.len);
    if (payloads.len > 0) memcpy(raw + stripped.len, payloads.data, payloads.len);
    return wc_slice_of(raw, stripped.len + payloads.len);
}

/* Without its entry a payload part is either the one zero byte that is not worth a key, or it was
 * destroyed; and what was no transaction is stored whole. The hash decides. */
static bool join_by_hash(wc_audit *audit, const tx_parts *parts, wc_slice *raw)
{
    uint8_t none = 0;
    wc_slice candidates[3] = {parts->payloads, wc_slice_of(&none, 1), {NULL, 0}};
    for (size_t i = parts->payloads.len > 0 ? 0 : 1; i < 3; i++) {
        *raw = join(audit, parts->stripped, candidates[i]);
        wc_hash hash = wc_tx_raw_hash(*raw);
        if (wc_hash_equal(&hash, &parts->raw_hash)) return true;
        if (parts->payloads.len > 0) return false;
    }
    return false;
}

/* A transaction in which some call's arguments travel beside the body and are not there. */
static bool lacks_payload(wc_audit *audit, const tx_parts *parts)
{
    if (parts->payloads.len > 0) return false;
    uint8_t *memory = wc_audit_take(audit, WC_TX_ARENA_MAX);
    wc_arena arena;
    wc_tx tx;
    wc_tx_fault fault;
    wc_arena_init(&arena, memory, WC_TX_ARENA_MAX);
    if (wc_tx_decode_stripped(&tx, &fault, &arena, parts->stripped, parts->payloads) != WC_OK) {
        return false;
    }
    for (uint8_t i = 0; i < tx.call_count; i++) {
        if (wc_tx_call_is_detached(&tx.calls[i]) && !tx.calls[i].has_args) return true;
    }
    return false;
}

static void say_tx(wc_audit *audit, uint32_t index, const tx_parts *parts, wc_slice raw)
{
    char place[64];
    wc_hash hash = wc_tx_raw_hash(raw);
    (void)snprintf(place, sizeof place, "block input, transaction %u", index);
    (void)wc_audit_differ_hash(audit, place, "bytes against their hash", &parts->raw_hash, &hash);
}

static bool join_txs(wc_audit *audit, uint64_t seq, bool *is_complete)
{
    wc_block_input *input = audit->input;
    wc_block_tx *txs = wc_audit_take(audit, (input->tx_count + 1u) * sizeof *txs);
    *is_complete = true;
    for (uint32_t i = 0; i < input->tx_count; i++) {
        tx_parts parts = {.stripped = input->txs[i].bytes, .raw_hash = input->txs[i].raw_hash};
        wc_chain_key key = wc_chain_payload_key(seq, i);
        (void)pin_copy(audit, &key, &parts.payloads);
        txs[i] = input->txs[i];
        if (join_by_hash(audit, &parts, &txs[i].bytes)) continue;
        if (!lacks_payload(audit, &parts)) {
            say_tx(audit, i, &parts, join(audit, parts.stripped, parts.payloads));
            return false;
        }
        *is_complete = false;
    }
    input->form = WC_BLOCK_RAW;
    input->txs = txs;
    return true;
}

/* Two hashes that should be one: the record's and its input's. */
static bool contradict(wc_audit *audit, const char *field, const wc_hash *record,
                       const wc_hash *input)
{
    if (audit->is_suspect) return wc_audit_differ_hash(audit, "record", field, record, input);
    return wc_audit_differ_hash(audit, "block input", field, input, record);
}

static bool contradict_number(wc_audit *audit, const char *field, uint64_t record, uint64_t input)
{
    if (audit->is_suspect) return wc_audit_differ_number(audit, "record", field, record, input);
    return wc_audit_differ_number(audit, "block input", field, input, record);
}

/* What the record says about its input, before anything is applied. */
static bool compare_input(wc_audit *audit)
{
    const wc_record *record = &audit->now.record;
    const wc_block_input *input = audit->input;
    wc_hash root = wc_txs_root(input->txs, input->tx_count);
    wc_hash proposer = {{0}}, named = {{0}};
    memcpy(proposer.bytes, input->proposer, sizeof input->proposer);
    memcpy(named.bytes, record->proposer, sizeof record->proposer);
    return !contradict_number(audit, "height", record->height, input->height) &&
           !contradict_number(audit, "time_s", (uint64_t)record->time_s, (uint64_t)input->time_s) &&
           !contradict_number(audit, "time_ns", record->time_ns, input->time_ns) &&
           !contradict(audit, "proposer", &named, &proposer) &&
           !contradict_number(audit, "tx_count", record->tx_count, input->tx_count) &&
           !contradict(audit, "txs_root", &record->txs_root, &root);
}

bool wc_audit_read_input(wc_audit *audit, uint64_t seq, bool *is_complete)
{
    wc_chain_key key = wc_chain_input_key(seq);
    wc_slice value;
    wc_arena arena;
    size_t bad = 0;
    if (!pin_copy(audit, &key, &value)) {
        say_missing(audit, "block input");
        return false;
    }
    /* No transaction takes fewer bytes in the input than its hash. */
    size_t size = (value.len / WC_HASH_SIZE + 2) * (sizeof(wc_block_tx) + 16);
    uint8_t *memory = wc_audit_take(audit, size);
    wc_arena_init(&arena, memory, size);
    wc_status status = wc_block_input_decode(audit->input, &bad, &arena, value);
    if (status == WC_OK && audit->input->form != WC_BLOCK_STORED) status = WC_OUT_OF_DOMAIN;
    if (status != WC_OK) {
        say_undecodable(audit, "block input", bad, status);
        return false;
    }
    return compare_input(audit) && join_txs(audit, seq, is_complete);
}
