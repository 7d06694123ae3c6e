/* Receipts, events, postings, write sets and outcomes; see receipt.h for the layouts. */
#include "node/ledger/receipt.h"

#include "node/crypto/crypto.h"
#include "node/ledger/read.h"

void wc_receipt_put(wc_buf *buf, const wc_receipt *receipt)
{
    wc_buf_put_u8(buf, WC_RECEIPT_VERSION);
    wc_buf_put_u8(buf, (uint8_t)receipt->kind);
    wc_buf_put_hash(buf, &receipt->subject);
    wc_buf_put_u32(buf, receipt->index);
    wc_buf_put_u16(buf, receipt->status);
    wc_buf_put_u8(buf, receipt->call);
    wc_buf_put_u64(buf, receipt->gas_limit);
    wc_buf_put_u64(buf, receipt->gas_used);
    wc_buf_put_u64(buf, receipt->fee);
    wc_buf_put_hash(buf, &receipt->payer);
    wc_buf_put_hash(buf, &receipt->write_set);
    wc_buf_put_hash(buf, &receipt->events_root);
    wc_buf_put_hash(buf, &receipt->result);
}

static bool status_is_known(uint16_t status)
{
    return status <= WC_RECEIPT_TRAP || wc_refusal_find(status) != NULL;
}

static wc_status read_receipt(wc_reader *r, wc_receipt *receipt)
{
    uint8_t version;
    WC_TRY(wc_read_u8(r, &version));
    if (version != WC_RECEIPT_VERSION) return wc_reader_refuse(r, r->at - 1, WC_BAD_VERSION);
    uint8_t kind;
    WC_TRY(wc_read_u8_in(r, WC_RECEIPT_TX, WC_RECEIPT_SYSTEM, &kind));
    receipt->kind = (wc_receipt_kind)kind;
    WC_TRY(wc_read_hash(r, &receipt->subject));
    WC_TRY(wc_read_u32(r, &receipt->index));
    WC_TRY(wc_read_u16(r, &receipt->status));
    if (!status_is_known(receipt->status)) return wc_reader_refuse(r, r->at - 2, WC_OUT_OF_DOMAIN);
    WC_TRY(wc_read_u8(r, &receipt->call));
    if (receipt->call >= WC_TX_CALLS_MAX && receipt->call != WC_RECEIPT_NO_CALL) {
        return wc_reader_refuse(r, r->at - 1, WC_OUT_OF_DOMAIN);
    }
    WC_TRY(wc_read_u64(r, &receipt->gas_limit));
    WC_TRY(wc_read_u64_in(r, 0, receipt->gas_limit, &receipt->gas_used));
    WC_TRY(wc_read_u64(r, &receipt->fee));
    WC_TRY(wc_read_hash(r, &receipt->payer));
    WC_TRY(wc_read_hash(r, &receipt->write_set));
    WC_TRY(wc_read_hash(r, &receipt->events_root));
    return wc_read_hash(r, &receipt->result);
}

wc_status wc_receipt_decode(wc_receipt *receipt, size_t *bad, wc_slice bytes)
{
    wc_reader reader = wc_reader_of(bytes);
    wc_status status = read_receipt(&reader, receipt);
    if (status == WC_OK) status = wc_read_end(&reader);
    if (status != WC_OK) *bad = reader.at;
    return status;
}

wc_hash wc_receipt_hash(const wc_receipt *receipt)
{
    uint8_t bytes[WC_RECEIPT_SIZE];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_receipt_put(&buf, receipt);
    wc_assert(buf.len == WC_RECEIPT_SIZE && !buf.full);
    return wc_sha256_one(wc_buf_slice(&buf));
}

const char *wc_ledger_event_name(uint16_t type)
{
    switch ((wc_ledger_event)type) {
#define WC_EVENT(number, name, data, text)                                                         \
    case WC_EVENT_##name:                                                                          \
        return #name;
#include "node/ledger/events.def"
#undef WC_EVENT
    }
    return NULL;
}

void wc_event_put(wc_buf *buf, const wc_event *event)
{
    wc_buf_put_hash(buf, &event->emitter);
    wc_buf_put_u16(buf, event->type);
    wc_buf_put_str32(buf, event->data);
}

wc_status wc_event_read(wc_reader *reader, wc_event *event)
{
    WC_TRY(wc_read_hash(reader, &event->emitter));
    WC_TRY(wc_read_u16(reader, &event->type));
    return wc_read_str32(reader, WC_EVENT_DATA_MAX, &event->data);
}

wc_hash wc_event_hash(const wc_event *event)
{
    uint8_t head[WC_HASH_SIZE + 2 + 4];
    memcpy(head, event->emitter.bytes, WC_HASH_SIZE);
    wc_store_u16(head + WC_HASH_SIZE, event->type);
    wc_store_u32(head + WC_HASH_SIZE + 2, (uint32_t)event->data.len);
    wc_slice parts[2] = {wc_slice_of(head, sizeof head), event->data};
    return wc_sha256(parts, 2);
}

static void put_sub_account(wc_buf *buf, const wc_sub_account *sub)
{
    wc_buf_put_u8(buf, (uint8_t)sub->kind);
    wc_buf_put_hash(buf, &sub->owner);
    wc_buf_put_hash(buf, &sub->party);
}

static wc_status read_sub_account(wc_reader *r, wc_sub_account *sub)
{
    uint8_t kind;
    WC_TRY(wc_read_u8_in(r, WC_SUB_FREE, WC_SUB_RESERVED, &kind));
    sub->kind = (wc_sub_kind)kind;
    WC_TRY(wc_read_hash(r, &sub->owner));
    WC_TRY(wc_read_hash(r, &sub->party));
    if (sub->kind != WC_SUB_ESCROW && !wc_hash_is_zero(&sub->party)) {
        return wc_reader_refuse(r, r->at - WC_HASH_SIZE, WC_NOT_CANONICAL);
    }
    return WC_OK;
}

void wc_posting_put(wc_buf *buf, const wc_ledger_posting *posting)
{
    wc_buf_put_u32(buf, posting->asset);
    put_sub_account(buf, &posting->from);
    put_sub_account(buf, &posting->to);
    wc_buf_put_i64(buf, posting->amount);
    wc_buf_put_u8(buf, posting->call);
    wc_buf_put_u8(buf, (uint8_t)posting->cause);
    wc_buf_put_hash(buf, &posting->code);
    wc_buf_put_u16(buf, posting->function);
    wc_buf_put_u32(buf, posting->word);
}

wc_status wc_posting_decode(wc_ledger_posting *posting, wc_slice data)
{
    wc_reader reader = wc_reader_of(data);
    uint8_t cause;
    WC_TRY(wc_read_u32_in(&reader, 1, UINT32_MAX, &posting->asset));
    WC_TRY(read_sub_account(&reader, &posting->from));
    WC_TRY(read_sub_account(&reader, &posting->to));
    WC_TRY(wc_read_i64_in(&reader, 1, INT64_MAX, &posting->amount));
    WC_TRY(wc_read_u8(&reader, &posting->call));
    WC_TRY(wc_read_u8_in(&reader, WC_CAUSE_FEE, WC_CAUSE_GENESIS, &cause));
    posting->cause = (wc_posting_cause)cause;
    WC_TRY(wc_read_hash(&reader, &posting->code));
    WC_TRY(wc_read_u16(&reader, &posting->function));
    WC_TRY(wc_read_u32(&reader, &posting->word));
    return wc_read_end(&reader);
}

wc_hash wc_write_set_hash(const wc_write *writes, size_t count)
{
    _Static_assert(sizeof(wc_write) == 3 * (size_t)WC_HASH_SIZE, "entries lie as they are hashed");
    for (size_t i = 0; i < count; i++) {
        wc_assert(i == 0 || wc_hash_compare(&writes[i - 1].k, &writes[i].k) < 0);
        wc_assert(!wc_hash_equal(&writes[i].old_value_hash, &writes[i].new_value_hash));
    }
    wc_slice entries = wc_slice_of(writes, count * sizeof *writes);
    return wc_hash_domain("ws/1", &entries, 1);
}

void wc_outcome_put_error(wc_buf *buf, const wc_error_outcome *outcome)
{
    wc_buf_put_hash(buf, &outcome->code);
    wc_buf_put_u16(buf, outcome->error);
    wc_buf_put_str32(buf, outcome->args);
}

wc_status wc_outcome_error(wc_error_outcome *outcome, wc_slice bytes)
{
    wc_reader reader = wc_reader_of(bytes);
    WC_TRY(wc_read_hash(&reader, &outcome->code));
    WC_TRY(wc_read_u16(&reader, &outcome->error));
    WC_TRY(wc_read_str32(&reader, WC_OUTCOME_DETAIL_MAX, &outcome->args));
    return wc_read_end(&reader);
}

void wc_outcome_put_trap(wc_buf *buf, const wc_trap_outcome *outcome)
{
    wc_buf_put_u16(buf, outcome->trap);
    wc_buf_put_hash(buf, &outcome->code);
    wc_buf_put_u16(buf, outcome->function);
    wc_buf_put_u32(buf, outcome->word);
    wc_buf_put_u8(buf, outcome->value_count);
    for (size_t i = 0; i < outcome->value_count; i++) {
        wc_buf_put_i64(buf, outcome->values[i].hi);
        wc_buf_put_u64(buf, outcome->values[i].lo);
    }
}

wc_status wc_outcome_trap(wc_trap_outcome *outcome, wc_slice bytes)
{
    wc_reader reader = wc_reader_of(bytes);
    WC_TRY(wc_read_u16(&reader, &outcome->trap));
    WC_TRY(wc_read_hash(&reader, &outcome->code));
    WC_TRY(wc_read_u16(&reader, &outcome->function));
    WC_TRY(wc_read_u32(&reader, &outcome->word));
    WC_TRY(wc_read_u8_in(&reader, 0, WC_ARRAY_LEN(outcome->values), &outcome->value_count));
    for (size_t i = 0; i < outcome->value_count; i++) {
        WC_TRY(wc_read_i64(&reader, &outcome->values[i].hi));
        WC_TRY(wc_read_u64(&reader, &outcome->values[i].lo));
    }
    return wc_read_end(&reader);
}

wc_hash wc_outcome_hash(wc_slice outcome)
{
    return wc_hash_domain("result/1", &outcome, 1);
}

void wc_receipt_page_put(wc_buf *buf, const wc_receipt_page *page)
{
    wc_receipt_put(buf, &page->receipt);
    wc_buf_put_str32(buf, page->outcome);
    wc_buf_put_u32(buf, page->event_count);
    wc_buf_put_slice(buf, page->events);
}

static wc_status read_page(wc_reader *r, wc_receipt_page *page)
{
    WC_TRY(read_receipt(r, &page->receipt));
    WC_TRY(wc_read_str32(r, WC_STATE_VALUE_MAX, &page->outcome));
    WC_TRY(wc_read_u32_in(r, 0, WC_TX_EVENTS_MAX, &page->event_count));
    size_t events_at = r->at;
    for (size_t i = 0; i < page->event_count; i++) {
        wc_event event;
        WC_TRY(wc_event_read(r, &event));
    }
    page->events = wc_slice_of(r->bytes.data + events_at, r->at - events_at);
    return wc_read_end(r);
}

wc_status wc_receipt_page_decode(wc_receipt_page *page, size_t *bad, wc_slice bytes)
{
    wc_reader reader = wc_reader_of(bytes);
    wc_status status = read_page(&reader, page);
    if (status != WC_OK) *bad = reader.at;
    return status;
}

wc_status wc_receipt_page_check(const wc_receipt_page *page)
{
    wc_hash result = wc_outcome_hash(page->outcome);
    if (!wc_hash_equal(&result, &page->receipt.result)) return WC_DIFFERS;
    wc_reader reader = wc_reader_of(page->events);
    wc_merkle tree;
    wc_merkle_begin(&tree);
    for (size_t i = 0; i < page->event_count; i++) {
        wc_event event;
        WC_TRY(wc_event_read(&reader, &event));
        wc_hash hash = wc_event_hash(&event);
        wc_hash leaf = wc_merkle_leaf(wc_slice_of(hash.bytes, WC_HASH_SIZE));
        wc_merkle_add(&tree, &leaf);
    }
    wc_hash root = wc_merkle_end(&tree);
    return wc_hash_equal(&root, &page->receipt.events_root) ? WC_OK : WC_DIFFERS;
}
