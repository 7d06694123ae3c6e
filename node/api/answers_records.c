/* Answers from the records: records, blocks, transactions, receipts, events; and submitting. */
#include <stdio.h>
#include <stdlib.h>

#include "node/api/run.h"

#define LIST_DEFAULT 20u

/* Runs with the assets at hand. */
static wc_api_error with_money(wc_api_run *run,
                               wc_api_error (*put)(wc_api_run *run, const wc_api_money *money))
{
    wc_api_money *money = malloc(sizeof *money);
    if (money == NULL) return wc_api_fail(run, WC_API_INTERNAL, "out of memory");
    wc_status status = wc_api_read_money(run->chain, money);
    wc_api_error error =
        status == WC_OK ? put(run, money) : wc_api_fail_status(run, status, "the assets");
    free(money);
    return error;
}

/* ---- records --------------------------------------------------------------------------------- */

static void put_record(wc_json *json, const wc_chain_record *shown)
{
    const wc_record *record = &shown->record;
    wc_json_open_line(json, NULL, '{');
    wc_json_add_number(json, "seq", (int64_t)record->seq);
    wc_json_add_number(json, "height", (int64_t)record->height);
    wc_api_put_time(json, "time", record->time_s);
    wc_api_put_hash(json, "hash", &shown->hash);
    wc_api_put_hash(json, "previous", &record->prev_record_hash);
    wc_json_add_number(json, "transactions", record->tx_count);
    wc_api_put_hash(json, "txs_root", &record->txs_root);
    wc_json_add_number(json, "receipts", record->receipt_count);
    wc_api_put_hash(json, "receipts_root", &record->receipts_root);
    wc_api_put_hash(json, "state_root", &record->state_root);
    wc_json_add_number(json, "gas_used", (int64_t)record->gas_used);
    wc_api_put_hash(json, "params_hash", &record->params_hash);
    wc_api_put_hash(json, "next_validators_hash", &record->next_validators_hash);
    wc_json_add_hex(json, "proposer", wc_slice_of(record->proposer, sizeof record->proposer));
    wc_json_add_hex(json, "record", shown->bytes);
    if (shown->has_certificate) wc_api_put_certificate(json, &shown->certificate);
    wc_json_close(json);
}

wc_api_error wc_answer_record(wc_api_run *run)
{
    wc_chain_record record;
    wc_status status = wc_chain_read_record(run->chain, run->args[0].number, &record);
    if (status != WC_OK) {
        return wc_api_fail_record(run, status, run->args[0].number, "there is no such record");
    }
    put_record(run->json, &record);
    return WC_API_OK;
}

/* The number of entries that is asked for. */
static bool read_limit(wc_api_run *run, const wc_api_value *value, uint64_t fallback,
                       uint64_t *limit)
{
    *limit = value->has ? value->number : fallback;
    if (*limit >= 1 && *limit <= WC_API_LIST_MAX) return true;
    (void)wc_api_fail(run, WC_API_INVALID_PARAMS, "`limit` is 1 to %d", WC_API_LIST_MAX);
    return false;
}

wc_api_error wc_answer_records(wc_api_run *run)
{
    uint64_t limit, next = wc_chain_head(run->chain)->seq + 1;
    uint64_t oldest = wc_chain_oldest(run->chain);
    if (!read_limit(run, &run->args[1], LIST_DEFAULT, &limit)) return WC_API_INVALID_PARAMS;
    if (run->args[0].has && run->args[0].number < next) next = run->args[0].number;
    wc_json_open_line(run->json, NULL, '{');
    wc_json_open_line(run->json, "records", '[');
    for (; limit > 0 && next > oldest; limit--) {
        wc_chain_record record;
        wc_status status = wc_chain_read_record(run->chain, next - 1, &record);
        if (status != WC_OK) return wc_api_fail_status(run, status, "a record");
        put_record(run->json, &record);
        next--;
    }
    wc_json_close(run->json);
    if (next > oldest) {
        wc_json_add_decimal(run->json, "next", (int64_t)next);
    }
    wc_json_close(run->json);
    return WC_API_OK;
}

wc_api_error wc_answer_block(wc_api_run *run)
{
    const wc_chain_block *block;
    uint64_t seq = run->args[0].number;
    if (seq == 0) return wc_api_fail(run, WC_API_NOT_FOUND, "record 0 is the genesis: genesis.get");
    wc_status status = wc_chain_read_block(run->chain, seq, &block);
    if (status != WC_OK) return wc_api_fail_record(run, status, seq, "there is no such record");
    if (!block->is_complete) {
        return wc_api_fail(run, WC_API_DESTROYED,
                           "a payload of record %llu was destroyed; it cannot be replayed",
                           (unsigned long long)seq);
    }
    size_t size = (size_t)WC_BLOCK_TX_BYTES_MAX * 2u;
    uint8_t *memory = malloc(size), bytes[WC_CERTIFICATE_SIZE_MAX];
    if (memory == NULL) return wc_api_fail(run, WC_API_INTERNAL, "out of memory");
    wc_buf input, certificate;
    wc_buf_init(&input, memory, size);
    wc_block_input_put(&input, &block->input);
    wc_assert(!input.full);
    wc_json_open_line(run->json, NULL, '{');
    wc_json_add_number(run->json, "seq", (int64_t)seq);
    wc_api_put_hash(run->json, "record_hash", &block->record.hash);
    wc_json_add_hex(run->json, "record", block->record.bytes);
    wc_api_put_base64(run->json, "input", wc_buf_slice(&input));
    if (block->record.has_certificate) {
        wc_buf_init(&certificate, bytes, sizeof bytes);
        wc_certificate_put(&certificate, &block->record.certificate);
        wc_json_add_hex(run->json, "certificate", wc_buf_slice(&certificate));
    }
    wc_json_close(run->json);
    free(memory);
    return WC_API_OK;
}

/* ---- receipts and transactions --------------------------------------------------------------- */

static wc_api_error read_receipt(wc_api_run *run, uint64_t seq, uint32_t index,
                                 wc_api_receipt *receipt)
{
    wc_chain_record record;
    wc_status status = wc_chain_read_record(run->chain, seq, &record);
    if (status == WC_OK) {
        receipt->seq = seq;
        receipt->time_s = record.record.time_s;
        status = wc_chain_read_receipt(run->chain, seq, index, &receipt->page);
    }
    if (status == WC_OK) return WC_API_OK;
    return wc_api_fail_record(run, status, seq, "there is no such receipt");
}

static wc_api_error put_receipt(wc_api_run *run, const wc_api_money *money)
{
    wc_api_receipt receipt;
    if (run->args[1].number > UINT32_MAX) {
        return wc_api_fail(run, WC_API_NOT_FOUND, "there is no such receipt");
    }
    wc_api_error error =
        read_receipt(run, run->args[0].number, (uint32_t)run->args[1].number, &receipt);
    if (error == WC_API_OK) wc_api_put_receipt(run, NULL, money, &receipt);
    return error;
}

wc_api_error wc_answer_receipt(wc_api_run *run)
{
    return with_money(run, put_receipt);
}

/* Time-outs come first: the transaction's position in the block follows from its receipt's. */
static const wc_chain_tx *find_tx(const wc_chain_block *block, uint32_t receipt)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < receipt; i++) {
        if (block->receipts[i].receipt.kind == WC_RECEIPT_TX) at++;
    }
    return at < block->record.record.tx_count ? &block->txs[at] : NULL;
}

static void put_raw(wc_json *json, const wc_chain_block *block, const wc_chain_tx *tx)
{
    const wc_block_tx *whole = &block->input.txs[tx - block->txs];
    wc_hash hash = wc_tx_raw_hash(whole->bytes);
    wc_api_put_hash(json, "raw_hash", &tx->raw_hash);
    /* What was destroyed no longer has the hash. */
    if (wc_hash_equal(&hash, &tx->raw_hash)) wc_api_put_base64(json, "raw", whole->bytes);
}

static wc_api_error put_tx(wc_api_run *run, const wc_api_money *money)
{
    uint64_t seq;
    uint32_t index;
    const wc_chain_block *block;
    wc_api_receipt receipt;
    const wc_hash *id = &run->args[0].hash;
    wc_status status = wc_tx_index_find(run->node->index, run->chain, id, &seq, &index);
    if (status == WC_OK) status = wc_chain_read_block(run->chain, seq, &block);
    if (status != WC_OK) {
        return wc_api_fail_status(run, status, "there is no such transaction in a sealed record");
    }
    const wc_chain_tx *tx = find_tx(block, index);
    if (tx == NULL) return wc_api_fail(run, WC_API_INTERNAL, "a block lacks a transaction");
    wc_json_open_line(run->json, NULL, '{');
    wc_api_put_hash(run->json, "id", id);
    wc_json_add_number(run->json, "seq", (int64_t)seq);
    put_raw(run->json, block, tx);
    wc_api_error error = read_receipt(run, seq, index, &receipt);
    if (error == WC_API_OK) wc_api_put_receipt(run, "receipt", money, &receipt);
    wc_json_close(run->json);
    return error;
}

wc_api_error wc_answer_tx(wc_api_run *run)
{
    return with_money(run, put_tx);
}

/* ---- events ---------------------------------------------------------------------------------- */

static wc_api_error put_event(wc_api_run *run, const wc_api_money *money)
{
    wc_api_receipt receipt;
    wc_event_id id = run->args[0].event;
    wc_api_event event = {.id = id};
    wc_api_error error = read_receipt(run, id.seq, id.receipt, &receipt);
    if (error != WC_API_OK) return error;
    if (wc_query_event(&receipt.page, id.event, &event.event) != WC_OK) {
        return wc_api_fail(run, WC_API_NOT_FOUND, "there is no such event");
    }
    event.time_s = receipt.time_s;
    wc_api_put_event(run, NULL, money, &event);
    return WC_API_OK;
}

wc_api_error wc_answer_event(wc_api_run *run)
{
    return with_money(run, put_event);
}

typedef struct listing {
    wc_api_run *run;
    const wc_api_money *money;
    uint64_t left;
} listing;

static bool put_listed(void *self, const wc_api_event *event)
{
    listing *list = self;
    const wc_api_value *emitter = &list->run->args[1];
    if (emitter->has && !wc_address_equal(&emitter->hash, &event->event.emitter)) return true;
    wc_api_put_event(list->run, NULL, list->money, event);
    return --list->left > 0 && list->run->json->buf->len < WC_API_ANSWER_MAX / 2;
}

static wc_api_error put_events(wc_api_run *run, const wc_api_money *money)
{
    listing list = {.run = run, .money = money};
    wc_event_id cursor = WC_API_CURSOR_BEGIN;
    uint8_t digits[64];
    wc_buf text;
    if (!read_limit(run, &run->args[2], WC_API_LIST_MAX, &list.left)) return WC_API_INVALID_PARAMS;
    if (run->args[0].has) cursor = run->args[0].event;
    wc_json_open_line(run->json, NULL, '{');
    wc_json_open_line(run->json, "events", '[');
    wc_status status = wc_api_walk_events(run->chain, &cursor, put_listed, &list);
    wc_json_close(run->json);
    if (status != WC_OK) return wc_api_fail_record(run, status, cursor.seq, "the events");
    wc_buf_init(&text, digits, sizeof digits);
    wc_event_id_put(&text, &cursor);
    wc_json_add_str(run->json, "next", (wc_str){(const char *)digits, text.len});
    wc_json_close(run->json);
    return WC_API_OK;
}

wc_api_error wc_answer_events(wc_api_run *run)
{
    return with_money(run, put_events);
}

/* ---- submitting ------------------------------------------------------------------------------ */

static wc_api_error refused(wc_api_run *run, const wc_admission *admission)
{
    const wc_refusal_entry *entry = wc_refusal_find(admission->refusal);
    run->detail_name = "refusal";
    if (entry == NULL) return wc_api_fail(run, WC_API_INTERNAL, "an unknown refusal");
    (void)snprintf(run->detail, sizeof run->detail, "%.*s", WC_STR_ARG(entry->name));
    if (admission->refusal == WC_REFUSAL_BAD_ENCODING) {
        return wc_api_fail(run, WC_API_REFUSED, "%.*s: byte %zu: %s; %.*s", WC_STR_ARG(entry->name),
                           admission->fault.offset, wc_tx_rule_text(admission->fault.rule),
                           WC_STR_ARG(entry->way_out));
    }
    return wc_api_fail(run, WC_API_REFUSED, "%.*s: %.*s; %.*s", WC_STR_ARG(entry->name),
                       WC_STR_ARG(entry->text), WC_STR_ARG(entry->way_out));
}

static wc_api_error put_submitted(wc_api_run *run, const wc_api_money *money)
{
    const wc_submission *done = run->submission;
    wc_json *json = run->json;
    wc_api_receipt receipt = {.seq = done->head.seq, .time_s = done->head.time_s};
    size_t bad;
    wc_json_open_line(json, NULL, '{');
    wc_json_add_text(json, "answer", wc_submit_answer_name(done->answer));
    wc_api_put_hash(json, "id", &done->admission.tx_id);
    wc_api_put_hash(json, "raw_hash", &done->admission.raw_hash);
    if (done->answer == WC_SUBMIT_SEALED) {
        wc_json_add_number(json, "seq", (int64_t)done->head.seq);
        wc_api_put_hash(json, "record_hash", &done->head.record_hash);
        if (done->page != NULL &&
            wc_receipt_page_decode(&receipt.page, &bad, wc_slice_of(done->page, done->page_len)) ==
                WC_OK) {
            wc_api_put_receipt(run, "receipt", money, &receipt);
        }
        if (done->has_certificate) wc_api_put_certificate(json, &done->certificate);
    }
    wc_json_close(json);
    return WC_API_OK;
}

wc_api_error wc_answer_submit(wc_api_run *run)
{
    const wc_submission *done = run->submission;
    switch (done->answer) {
    case WC_SUBMIT_SEALED:
    case WC_SUBMIT_PENDING: return with_money(run, put_submitted);
    case WC_SUBMIT_REFUSED: return refused(run, &done->admission);
    case WC_SUBMIT_FULL:
        return wc_api_fail(run, WC_API_BUSY, "%s", wc_submit_answer_text(done->answer));
    case WC_SUBMIT_STOPPING:
        return wc_api_fail(run, WC_API_STOPPING, "%s", wc_submit_answer_text(done->answer));
    case WC_SUBMIT_NOT_SEALING: break;
    case WC_SUBMIT_ANSWER_COUNT: break;
    }
    wc_stop_reason reason = wc_node_reason(run->node);
    run->detail_name = "reason";
    (void)snprintf(run->detail, sizeof run->detail, "%s", wc_stop_reason_name(reason));
    return wc_api_fail(run, WC_API_NOT_SEALING, "%s", wc_stop_reason_text(reason));
}
