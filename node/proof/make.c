/* Facts: collected from the chain's own readers, whose answers live until the next one, into the
 * maker's arena; then written. */
#include "node/proof/make.h"

#include "node/ledger/read.h"
#include "node/proof/position.h"

/* ---- pieces ----------------------------------------------------------------------------------
 */

static wc_prove_answer fail(wc_proof_maker *maker, wc_status status)
{
    maker->status = status;
    return WC_PROVE_FAILED;
}

/* The arena is made large enough for every fact (make.h). */
static void *take(wc_proof_maker *maker, size_t size)
{
    void *memory = wc_arena_alloc(maker->arena, size + 1, 1);
    wc_assert(memory != NULL);
    return memory;
}

static wc_slice keep(wc_proof_maker *maker, wc_slice bytes)
{
    uint8_t *copy = take(maker, bytes.len);
    if (bytes.len > 0) memcpy(copy, bytes.data, bytes.len);
    return wc_slice_of(copy, bytes.len);
}

/* The record and its certificate. */
static wc_prove_answer begin(wc_proof_maker *maker, wc_proof_file *file, wc_fact_kind kind)
{
    wc_chain_record record;
    size_t bad;
    maker->status = WC_OK;
    wc_status status = wc_chain_read_record(maker->chain, maker->seq, &record);
    if (status == WC_NOT_FOUND) return WC_PROVE_NO_RECORD;
    if (status != WC_OK) return fail(maker, status);
    *file = (wc_proof_file){.kind = kind, .record_hash = record.hash};
    file->record_bytes = keep(maker, record.bytes);
    status = wc_record_decode(&file->record, &bad, file->record_bytes);
    wc_assert(status == WC_OK);
    if (!record.has_certificate) return WC_PROVE_DONE;
    wc_buf buf;
    wc_buf_init(&buf, take(maker, WC_CERTIFICATE_SIZE_MAX), WC_CERTIFICATE_SIZE_MAX);
    wc_certificate_put(&buf, &record.certificate);
    file->certificate = record.certificate;
    file->certificate_bytes = wc_buf_slice(&buf);
    return WC_PROVE_DONE;
}

static wc_prove_answer finish(wc_proof_maker *maker, wc_proof_file *file)
{
    wc_status status = wc_prove_supports(maker, file);
    if (status != WC_OK) return fail(maker, status);
    wc_proof_file_put(maker->out, file);
    wc_assert(!maker->out->full);
    return WC_PROVE_DONE;
}

/* Every fact starts with an empty arena and a file in it. */
static wc_proof_file *fresh(wc_proof_maker *maker)
{
    wc_arena_rewind(maker->arena, 0);
    return take(maker, sizeof(wc_proof_file));
}

/* ---- state -----------------------------------------------------------------------------------
 */

wc_prove_answer wc_prove_state(wc_proof_maker *maker, const wc_state_key *key, wc_str focus)
{
    wc_proof_file *file = fresh(maker);
    wc_prove_answer answer = begin(maker, file, WC_FACT_STATE);
    if (answer != WC_PROVE_DONE) return answer;
    wc_status status = wc_prove_key(maker, key, &file->state);
    if (status == WC_NOT_FOUND) return WC_PROVE_PRUNED;
    if (status != WC_OK) return fail(maker, status);
    wc_assert(focus.len <= WC_PROOF_FOCUS_MAX);
    file->focus = keep(maker, wc_slice_of(focus.data, focus.len));
    return finish(maker, file);
}

/* ---- receipts --------------------------------------------------------------------------------
 */

static wc_hash leaf_of(const wc_hash *item)
{
    return wc_merkle_leaf(wc_slice_of(item->bytes, sizeof item->bytes));
}

static wc_status read_page(wc_proof_maker *maker, uint32_t index, wc_receipt_page *page)
{
    return wc_chain_read_receipt(maker->chain, maker->seq, index, page);
}

/* The receipt with its path. *page stays at hand until the chain is read again. */
static wc_prove_answer include_receipt(wc_proof_maker *maker, wc_proof_file *file, uint32_t index,
                                       wc_receipt_page *page)
{
    uint32_t count = file->record.receipt_count;
    if (index >= count) return WC_PROVE_NOTHING;
    wc_hash *leaves = take(maker, count * sizeof *leaves);
    for (uint32_t i = 0; i < count; i++) {
        wc_status status = read_page(maker, i, page);
        if (status == WC_NOT_FOUND) return WC_PROVE_PRUNED;
        if (status != WC_OK) return fail(maker, status);
        wc_hash item = wc_receipt_hash(&page->receipt);
        leaves[i] = leaf_of(&item);
    }
    wc_inclusion_build(&file->path, leaves, count, index);
    wc_status status = read_page(maker, index, page);
    if (status != WC_OK) return fail(maker, status);
    wc_buf buf;
    wc_buf_init(&buf, take(maker, WC_RECEIPT_SIZE), WC_RECEIPT_SIZE);
    wc_receipt_put(&buf, &page->receipt);
    file->receipt = page->receipt;
    file->receipt_bytes = wc_buf_slice(&buf);
    file->result = keep(maker, page->outcome);
    return WC_PROVE_DONE;
}

static wc_prove_answer begin_receipt(wc_proof_maker *maker, wc_proof_file *file, wc_fact_kind kind,
                                     uint32_t index, wc_receipt_page *page)
{
    wc_prove_answer answer = begin(maker, file, kind);
    return answer == WC_PROVE_DONE ? include_receipt(maker, file, index, page) : answer;
}

wc_prove_answer wc_prove_receipt(wc_proof_maker *maker, uint32_t index)
{
    wc_receipt_page page;
    wc_proof_file *file = fresh(maker);
    wc_prove_answer answer = begin_receipt(maker, file, WC_FACT_RECEIPT, index, &page);
    return answer == WC_PROVE_DONE ? finish(maker, file) : answer;
}

/* ---- events ----------------------------------------------------------------------------------
 */

static wc_prove_answer include_event(wc_proof_maker *maker, wc_proof_file *file, uint32_t event,
                                     const wc_receipt_page *page)
{
    uint32_t count = page->event_count;
    if (event >= count) return WC_PROVE_NOTHING;
    wc_hash *items = take(maker, count * sizeof *items);
    wc_hash *leaves = take(maker, count * sizeof *leaves);
    wc_reader reader = wc_reader_of(page->events);
    for (uint32_t i = 0; i < count; i++) {
        wc_event read;
        size_t start = reader.at;
        wc_status status = wc_event_read(&reader, &read);
        if (status != WC_OK) return fail(maker, status);
        items[i] = wc_event_hash(&read);
        leaves[i] = leaf_of(&items[i]);
        if (i != event) continue;
        file->event_bytes = keep(maker, wc_slice_of(page->events.data + start, reader.at - start));
    }
    wc_reader again = wc_reader_of(file->event_bytes);
    wc_status status = wc_event_read(&again, &file->event);
    wc_assert(status == WC_OK);
    wc_buf buf;
    wc_buf_init(&buf, take(maker, WC_POSITION_SIZE_MAX), WC_POSITION_SIZE_MAX);
    wc_position_put(&buf, items, leaves, count, event);
    wc_assert(!buf.full);
    file->position = wc_buf_slice(&buf);
    return WC_PROVE_DONE;
}

wc_prove_answer wc_prove_event(wc_proof_maker *maker, uint32_t index, uint32_t event)
{
    wc_receipt_page page;
    wc_proof_file *file = fresh(maker);
    wc_prove_answer answer = begin_receipt(maker, file, WC_FACT_EVENT, index, &page);
    if (answer == WC_PROVE_DONE) answer = include_event(maker, file, event, &page);
    return answer == WC_PROVE_DONE ? finish(maker, file) : answer;
}

/* ---- transactions ----------------------------------------------------------------------------
 */

static wc_prove_answer read_block(wc_proof_maker *maker, const wc_chain_block **block)
{
    wc_status status = wc_chain_read_block(maker->chain, maker->seq, block);
    if (status == WC_NOT_FOUND) return WC_PROVE_PRUNED; /* the record is there */
    return status == WC_OK ? WC_PROVE_DONE : fail(maker, status);
}

static wc_prove_answer include_tx(wc_proof_maker *maker, wc_proof_file *file, uint32_t index)
{
    const wc_chain_block *block;
    uint32_t count = file->record.tx_count;
    if (index >= count) return WC_PROVE_NOTHING;
    wc_prove_answer answer = read_block(maker, &block);
    if (answer != WC_PROVE_DONE) return answer;
    wc_hash *leaves = take(maker, count * sizeof *leaves);
    for (uint32_t i = 0; i < count; i++) leaves[i] = leaf_of(&block->txs[i].raw_hash);
    wc_inclusion_build(&file->path, leaves, count, index);
    file->tx = keep(maker, block->input.txs[index].bytes);
    wc_hash hash = wc_tx_raw_hash(file->tx);
    return wc_hash_equal(&hash, &block->txs[index].raw_hash) ? WC_PROVE_DONE : WC_PROVE_DESTROYED;
}

wc_prove_answer wc_prove_tx_at(wc_proof_maker *maker, uint32_t index)
{
    wc_proof_file *file = fresh(maker);
    wc_prove_answer answer = begin(maker, file, WC_FACT_TX);
    if (answer == WC_PROVE_DONE) answer = include_tx(maker, file, index);
    return answer == WC_PROVE_DONE ? finish(maker, file) : answer;
}

/* Receipts of transactions stand in the order of the block. *at: how many stand before this one. */
static wc_prove_answer tx_of_receipt(wc_proof_maker *maker, uint32_t index, uint32_t *at)
{
    *at = 0;
    for (uint32_t i = 0; i <= index; i++) {
        wc_receipt_page page;
        wc_status status = read_page(maker, i, &page);
        if (status == WC_NOT_FOUND) return i == 0 ? WC_PROVE_PRUNED : WC_PROVE_NOTHING;
        if (status != WC_OK) return fail(maker, status);
        bool is_tx = page.receipt.kind == WC_RECEIPT_TX;
        if (i == index) return is_tx ? WC_PROVE_DONE : WC_PROVE_NOTHING;
        if (is_tx) (*at)++;
    }
    return WC_PROVE_NOTHING;
}

wc_prove_answer wc_prove_tx(wc_proof_maker *maker, uint32_t index)
{
    uint32_t at;
    wc_prove_answer answer = tx_of_receipt(maker, index, &at);
    return answer == WC_PROVE_DONE ? wc_prove_tx_at(maker, at) : answer;
}

/* ---- readings --------------------------------------------------------------------------------
 */

/* The call whose arguments have the hash; NULL: none of this transaction. */
static const wc_tx_call *call_of(const wc_tx *tx, const wc_hash *payload, wc_carried carried)
{
    for (uint8_t i = 0; i < tx->call_count; i++) {
        const wc_tx_call *call = &tx->calls[i];
        if (call->kind != WC_CALL_READINGS || call->carried != carried) continue;
        if (wc_hash_equal(&call->payload_hash, payload)) return call;
    }
    return NULL;
}

/* The piece of a batch that holds the reading of a slot, and the first one. */
static wc_prove_answer include_pieces(wc_proof_maker *maker, wc_proof_file *file,
                                      const wc_tx_call *call, uint16_t slot)
{
    wc_batch batch;
    wc_batch_reading reading;
    wc_hash *memory = take(maker, (call->pieces + 1u) * sizeof *memory);
    wc_status status = wc_batch_decode(&batch, call->args);
    if (status != WC_OK) return fail(maker, status);
    for (uint16_t n = 0; n < batch.count; n++) {
        status = wc_batch_reading_at(&reading, batch.pieces, n);
        if (status != WC_OK || reading.slot != slot) continue;
        uint16_t index = (uint16_t)(WC_BATCH_HEAD_PIECES + n);
        wc_piece_prove(&file->head, memory, call->salt.data, call->args, call->pieces, 0);
        wc_piece_prove(&file->reading, memory, call->salt.data, call->args, call->pieces, index);
        return WC_PROVE_DONE;
    }
    return WC_PROVE_NOTHING;
}

static wc_prove_answer include_readings(wc_proof_maker *maker, wc_proof_file *file, uint32_t at,
                                        const wc_found_reading *found)
{
    const wc_chain_block *block;
    wc_tx *tx = take(maker, sizeof *tx);
    wc_tx_fault fault;
    wc_arena arena;
    wc_prove_answer answer = read_block(maker, &block);
    if (answer != WC_PROVE_DONE) return answer;
    wc_assert(at < block->record.record.tx_count);
    wc_arena_init(&arena, take(maker, WC_TX_ARENA_MAX), WC_TX_ARENA_MAX);
    const wc_chain_tx *parts = &block->txs[at];
    wc_status status = wc_tx_decode_stripped(tx, &fault, &arena, parts->stripped, parts->payloads);
    if (status != WC_OK) return fail(maker, status);
    wc_carried carried = found->is_batch ? WC_CARRIED_PIECES : WC_CARRIED_DETACHED;
    const wc_tx_call *call = call_of(tx, &found->payload, carried);
    if (call == NULL) return WC_PROVE_NOTHING;
    if (!call->has_args) return WC_PROVE_DESTROYED;
    file->body = keep(maker, tx->body);
    file->call = (uint8_t)(call - tx->calls);
    if (found->is_batch) return include_pieces(maker, file, call, found->slot);
    file->salt = keep(maker, call->salt);
    file->payload = keep(maker, call->args);
    return WC_PROVE_DONE;
}

wc_prove_answer wc_prove_reading(wc_proof_maker *maker, const wc_found_reading *found)
{
    wc_receipt_page page;
    uint32_t at = 0;
    wc_assert(found->seq == maker->seq);
    wc_proof_file *file = fresh(maker);
    wc_fact_kind kind = found->is_batch ? WC_FACT_METERED : WC_FACT_READINGS;
    wc_prove_answer answer = begin_receipt(maker, file, kind, found->receipt, &page);
    if (answer == WC_PROVE_DONE) answer = tx_of_receipt(maker, found->receipt, &at);
    if (answer == WC_PROVE_DONE) answer = include_readings(maker, file, at, found);
    return answer == WC_PROVE_DONE ? finish(maker, file) : answer;
}
