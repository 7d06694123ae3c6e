/* Comparing records and receipts field by field, so that a difference has a name. */
#include <stdio.h>

#include "node/audit/inside.h"

/* ---- record ------------------------------------------------------------------------------------
 */

void wc_audit_compare_record(wc_audit *audit, const wc_record *recomputed)
{
    const wc_record *stored = &audit->now.record;
    const char *place = "record";
    wc_hash stored_proposer = {{0}}, proposer = {{0}};
    memcpy(stored_proposer.bytes, stored->proposer, sizeof stored->proposer);
    memcpy(proposer.bytes, recomputed->proposer, sizeof recomputed->proposer);
    (void)(wc_audit_differ_bytes(audit, place, "chain_id", stored->chain_id,
                                 recomputed->chain_id) ||
           wc_audit_differ_hash(audit, place, "genesis_hash", &stored->genesis_hash,
                                &recomputed->genesis_hash) ||
           wc_audit_differ_number(audit, place, "seq", stored->seq, recomputed->seq) ||
           wc_audit_differ_number(audit, place, "height", stored->height, recomputed->height) ||
           wc_audit_differ_number(audit, place, "time_s", (uint64_t)stored->time_s,
                                  (uint64_t)recomputed->time_s) ||
           wc_audit_differ_number(audit, place, "time_ns", stored->time_ns, recomputed->time_ns) ||
           wc_audit_differ_hash(audit, place, "prev_record_hash", &stored->prev_record_hash,
                                &recomputed->prev_record_hash) ||
           wc_audit_differ_number(audit, place, "tx_count", stored->tx_count,
                                  recomputed->tx_count) ||
           wc_audit_differ_hash(audit, place, "txs_root", &stored->txs_root,
                                &recomputed->txs_root) ||
           wc_audit_differ_number(audit, place, "receipt_count", stored->receipt_count,
                                  recomputed->receipt_count) ||
           wc_audit_differ_hash(audit, place, "receipts_root", &stored->receipts_root,
                                &recomputed->receipts_root) ||
           wc_audit_differ_number(audit, place, "gas_used", stored->gas_used,
                                  recomputed->gas_used) ||
           wc_audit_differ_hash(audit, place, "params_hash", &stored->params_hash,
                                &recomputed->params_hash) ||
           wc_audit_differ_hash(audit, place, "next_validators_hash", &stored->next_validators_hash,
                                &recomputed->next_validators_hash) ||
           wc_audit_differ_hash(audit, place, "proposer", &stored_proposer, &proposer) ||
           wc_audit_differ_hash(audit, place, "state_root", &stored->state_root,
                                &recomputed->state_root));
}

/* ---- receipts ----------------------------------------------------------------------------------
 */

static bool differ_receipt(wc_audit *audit, const wc_receipt *stored, const wc_receipt *recomputed)
{
    const char *place = "receipt";
    return wc_audit_differ_number(audit, place, "kind", stored->kind, recomputed->kind) ||
           wc_audit_differ_hash(audit, place, "subject", &stored->subject, &recomputed->subject) ||
           wc_audit_differ_number(audit, place, "index", stored->index, recomputed->index) ||
           wc_audit_differ_number(audit, place, "status", stored->status, recomputed->status) ||
           wc_audit_differ_number(audit, place, "call", stored->call, recomputed->call) ||
           wc_audit_differ_number(audit, place, "gas_limit", stored->gas_limit,
                                  recomputed->gas_limit) ||
           wc_audit_differ_number(audit, place, "gas_used", stored->gas_used,
                                  recomputed->gas_used) ||
           wc_audit_differ_number(audit, place, "fee", stored->fee, recomputed->fee) ||
           wc_audit_differ_hash(audit, place, "payer", &stored->payer, &recomputed->payer);
}

static bool differ_event(wc_audit *audit, uint32_t index, const wc_event *stored,
                         const wc_event *recomputed)
{
    char place[48];
    (void)snprintf(place, sizeof place, "receipt, event %u", index);
    return wc_audit_differ_hash(audit, place, "emitter", &stored->emitter, &recomputed->emitter) ||
           wc_audit_differ_number(audit, place, "type", stored->type, recomputed->type) ||
           wc_audit_differ_bytes(audit, place, "data", stored->data, recomputed->data);
}

static bool differ_events(wc_audit *audit, const wc_receipt_page *stored,
                          const wc_receipt_page *recomputed)
{
    wc_reader left = wc_reader_of(stored->events);
    wc_reader right = wc_reader_of(recomputed->events);
    uint32_t both = stored->event_count < recomputed->event_count ? stored->event_count
                                                                  : recomputed->event_count;
    for (uint32_t i = 0; i < both; i++) {
        wc_event a, b;
        if (wc_event_read(&left, &a) != WC_OK || wc_event_read(&right, &b) != WC_OK) break;
        if (differ_event(audit, i, &a, &b)) return true;
    }
    return wc_audit_differ_number(audit, "receipt", "number of events", stored->event_count,
                                  recomputed->event_count);
}

/* The page as it would be stored; from the pool. */
static wc_slice encode_page(wc_audit *audit, const wc_receipt_page *page)
{
    size_t size = WC_RECEIPT_SIZE + page->outcome.len + page->events.len + 8;
    uint8_t *bytes = wc_audit_take(audit, size);
    wc_buf buf;
    wc_buf_init(&buf, bytes, size);
    wc_receipt_page_put(&buf, page);
    wc_assert(!buf.full);
    return wc_buf_slice(&buf);
}

/* Contents first: a root that differs only says that something below it does. */
static void differ_page(wc_audit *audit, wc_slice bytes, const wc_receipt_page *recomputed)
{
    wc_receipt_page stored;
    size_t bad = 0;
    wc_status status = wc_receipt_page_decode(&stored, &bad, bytes);
    if (status != WC_OK) {
        char field[32];
        (void)snprintf(field, sizeof field, "byte %zu", bad);
        wc_audit_say(audit, "receipt", field);
        wc_audit_stored(audit, "bytes that do not decode (%s)", wc_status_text(status));
        wc_audit_recomputed(audit, "a canonical encoding");
        return;
    }
    const wc_receipt *a = &stored.receipt;
    const wc_receipt *b = &recomputed->receipt;
    (void)(differ_receipt(audit, a, b) ||
           wc_audit_differ_bytes(audit, "receipt", "outcome", stored.outcome,
                                 recomputed->outcome) ||
           differ_events(audit, &stored, recomputed) ||
           wc_audit_differ_hash(audit, "receipt", "result", &a->result, &b->result) ||
           wc_audit_differ_hash(audit, "receipt", "events_root", &a->events_root,
                                &b->events_root) ||
           wc_audit_differ_hash(audit, "receipt", "write_set", &a->write_set, &b->write_set) ||
           wc_audit_differ_bytes(audit, "receipt", "", bytes, encode_page(audit, recomputed)));
}

static bool pin_receipt(wc_audit *audit, uint64_t seq, uint32_t index, wc_pin *pin)
{
    wc_chain_key key = wc_chain_receipt_key(seq, index);
    if (wc_store_pin(audit->store, NULL, WC_CF_CHAIN, wc_chain_key_slice(&key), pin)) return true;
    wc_audit_say(audit, "receipt", "");
    wc_audit_stored(audit, "nothing");
    wc_audit_recomputed(audit, "an entry");
    return false;
}

void wc_audit_compare_receipts(wc_audit *audit, uint64_t seq, const wc_applied *applied)
{
    for (uint32_t i = 0; i < applied->receipt_count && !audit->has_difference; i++) {
        const wc_receipt_page *page = &applied->receipts[i];
        wc_pin pin;
        wc_audit_at_receipt(audit, i, &page->receipt);
        if (!pin_receipt(audit, seq, i, &pin)) return;
        if (!wc_slice_equal(pin.value, encode_page(audit, page))) {
            differ_page(audit, pin.value, page);
        }
        wc_store_unpin(audit->store, &pin);
        audit->report->receipts++;
        audit->report->events += page->event_count;
    }
    wc_audit_leave_receipt(audit);
}

/* ---- receipts that cannot be recomputed --------------------------------------------------------
 */

static void check_page(wc_audit *audit, wc_slice bytes, wc_merkle *tree)
{
    wc_receipt_page page;
    size_t bad = 0;
    wc_status status = wc_receipt_page_decode(&page, &bad, bytes);
    if (status == WC_OK) status = wc_receipt_page_check(&page);
    if (status != WC_OK) {
        wc_audit_say(audit, "receipt", "");
        wc_audit_stored(audit, "a receipt that does not hold together (%s)",
                        wc_status_text(status));
        wc_audit_recomputed(audit, "events and outcome of the hashes it names");
        return;
    }
    wc_hash hash = wc_receipt_hash(&page.receipt);
    wc_hash leaf = wc_merkle_leaf(wc_slice_of(hash.bytes, sizeof hash.bytes));
    wc_merkle_add(tree, &leaf);
    audit->report->receipts++;
    audit->report->events += page.event_count;
}

void wc_audit_check_receipts(wc_audit *audit, uint64_t seq)
{
    wc_merkle tree;
    wc_merkle_begin(&tree);
    for (uint32_t i = 0; i < audit->now.record.receipt_count && !audit->has_difference; i++) {
        wc_pin pin;
        wc_audit_at_receipt(audit, i, NULL);
        if (!pin_receipt(audit, seq, i, &pin)) return;
        check_page(audit, pin.value, &tree);
        wc_store_unpin(audit->store, &pin);
    }
    wc_audit_leave_receipt(audit);
    if (audit->has_difference) return;
    wc_hash root = wc_merkle_end(&tree);
    (void)wc_audit_differ_hash(audit, "record", "receipts_root", &audit->now.record.receipts_root,
                               &root);
}
