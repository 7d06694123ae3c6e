/* Reading: state at the newest record, views, and the records of all blocks. */
#include "node/chain/inside.h"

/* ---- state ----------------------------------------------------------------------------------- */

bool wc_chain_next_due(wc_chain *chain, int64_t *due_s)
{
    wc_chain_key prefix = wc_chain_timer_prefix();
    wc_slice key, value;
    wc_timer timer;
    wc_status status = wc_chain_cursor_next(&chain->timers, wc_chain_key_slice(&prefix),
                                            wc_slice_of(NULL, 0), &key, &value);
    if (status != WC_OK) return false;
    wc_chain_timer_of_key(&timer, key);
    *due_s = timer.due_s;
    return true;
}

wc_status wc_chain_get(wc_chain *chain, const wc_state_key *key, wc_slice *value)
{
    return wc_chain_cursor_get(&chain->user_state, wc_state_key_slice(key), value);
}

wc_status wc_chain_next(wc_chain *chain, wc_slice prefix, wc_slice after, wc_slice *key,
                        wc_slice *value)
{
    return wc_chain_cursor_next(&chain->user_state, prefix, after, key, value);
}

/* The state was verified when the chain was opened and is written by the ledger alone: a value that
 * does not decode is our own bug. */
static int64_t amount_at(wc_chain *chain, const wc_state_key *key)
{
    wc_slice value;
    int64_t amount = 0;
    if (wc_chain_get(chain, key, &value) == WC_OK) {
        wc_assert(wc_amount_decode(&amount, value) == WC_OK);
    }
    return amount;
}

int64_t wc_chain_free(wc_chain *chain, const wc_address *owner, uint32_t asset)
{
    wc_state_key key = wc_key_free(owner, asset);
    return amount_at(chain, &key);
}

int64_t wc_chain_escrow(wc_chain *chain, const wc_address *instance, const wc_address *party,
                        uint32_t asset)
{
    wc_state_key key = wc_key_escrow(instance, party, asset);
    return amount_at(chain, &key);
}

uint32_t wc_chain_asset(wc_chain *chain, wc_str code)
{
    for (uint16_t i = 0; i < chain->genesis.asset_count; i++) {
        wc_slice known = chain->genesis.assets[i].entry.code;
        if (wc_slice_equal(known, wc_slice_of(code.data, code.len))) {
            return chain->genesis.assets[i].asset;
        }
    }
    return 0;
}

wc_status wc_chain_module(wc_chain *chain, const wc_hash *code, const wc_module **module)
{
    const wc_image *image;
    WC_TRY(wc_ledger_image(chain->ledger, code, &image));
    *module = wc_image_module(image);
    return WC_OK;
}

wc_status wc_chain_contract_of(wc_chain *chain, const wc_address *instance,
                               wc_chain_contract *contract)
{
    wc_state_key key = wc_key_instance(instance);
    wc_slice value;
    WC_TRY(wc_chain_get(chain, &key, &value));
    wc_pool_reset(&chain->state_pool);
    wc_slice copy = wc_pool_copy(&chain->state_pool, value);
    if (copy.data == NULL) return WC_NO_MEMORY;
    if (wc_instance_decode(&contract->entry, copy) != WC_OK) return WC_CORRUPT;
    WC_TRY(wc_chain_module(chain, &contract->entry.code, &contract->module));
    return wc_root_read(contract->module, contract->entry.root, &contract->root);
}

wc_status wc_chain_view(wc_chain *chain, const wc_address *instance, wc_str method, wc_slice args,
                        uint64_t gas_limit, wc_outcome *outcome)
{
    wc_view_call view = {*instance, method, args, chain->head.time_s, gas_limit};
    return wc_ledger_view(chain->ledger, &view, outcome);
}

uint16_t wc_chain_view_failure(const wc_chain *chain, wc_slice *outcome)
{
    return wc_ledger_view_failure(chain->ledger, outcome);
}

/* ---- proofs ---------------------------------------------------------------------------------- */

/* What record seq found in the key when it changed it; NOT_FOUND: it did not. A part lies under its
 * last key: the first one that is not before the key holds it, if any does. */
static wc_status undo_of(wc_chain *chain, uint64_t seq, wc_slice name, bool *had, wc_slice *old)
{
    wc_chain_key wanted = wc_chain_undo_key(seq, name), prefix = wc_chain_undo_prefix(seq);
    wc_chain_cursor *cursor = &chain->user_state;
    wc_slice part, key;
    cursor->cf = WC_CF_UNDO;
    wc_status status = wc_chain_cursor_get(cursor, wc_chain_key_slice(&wanted), &part);
    if (status == WC_NOT_FOUND) {
        wc_chain_cursor_close(cursor); /* a walk that is open is one of the state */
        status = wc_chain_cursor_next(cursor, wc_chain_key_slice(&prefix),
                                      wc_chain_key_slice(&wanted), &key, &part);
    }
    cursor->cf = WC_CF_STATE;
    WC_TRY(status);
    wc_reader reader = wc_reader_of(part);
    while (wc_reader_left(&reader) > 0) {
        WC_TRY(wc_chain_undo_read(&reader, &key, had, old));
        if (wc_slice_equal(key, name)) return WC_OK;
    }
    return WC_NOT_FOUND;
}

/* The oldest undo entry behind seq holds the value as of seq; without one it is still the newest.
 * In the arena, because what was read ends when the next record is asked. */
static wc_status value_at(wc_chain *chain, uint64_t seq, const wc_state_key *key, wc_arena *arena,
                          wc_slice *value)
{
    wc_slice name = wc_state_key_slice(key), found = {NULL, 0};
    bool has = false;
    wc_status status = WC_NOT_FOUND;
    for (uint64_t later = seq + 1; status == WC_NOT_FOUND && later <= chain->head.seq; later++) {
        status = undo_of(chain, later, name, &has, &found);
    }
    if (status == WC_NOT_FOUND) {
        wc_chain_cursor_close(&chain->user_state);
        has = wc_chain_get(chain, key, &found) == WC_OK;
    } else if (status != WC_OK) {
        return WC_CORRUPT;
    }
    *value = wc_slice_of(NULL, 0);
    if (has) {
        uint8_t *copy = wc_arena_alloc(arena, found.len, 1);
        if (copy == NULL) return WC_NO_MEMORY;
        memcpy(copy, found.data, found.len);
        *value = wc_slice_of(copy, found.len);
    }
    wc_chain_cursor_close(&chain->user_state);
    return WC_OK;
}

wc_status wc_chain_prove(wc_chain *chain, uint64_t seq, const wc_state_key *key, wc_arena *arena,
                         wc_proof *proof)
{
    if (seq > chain->head.seq) return WC_NOT_FOUND;
    wc_slice value;
    WC_TRY(value_at(chain, seq, key, arena, &value));
    wc_hash k = wc_tree_key(wc_state_key_slice(key));
    wc_chain *owner = chain->owner != NULL ? chain->owner : chain;
    wc_tree_version version;
    (void)pthread_mutex_lock(&owner->tree_turn);
    wc_status status = wc_tree_version_at(&owner->tree, &version, seq);
    if (status == WC_OK) status = wc_proof_build(proof, &owner->tree, &version, &k, value);
    (void)pthread_mutex_unlock(&owner->tree_turn);
    return status;
}

/* ---- records --------------------------------------------------------------------------------- */

/* Value of a key of the chain family, copied into a pool. */
static wc_status fetch(wc_chain *chain, wc_pool *pool, const wc_chain_key *key, wc_slice *value)
{
    wc_slice found;
    WC_TRY(wc_chain_cursor_get(&chain->records, wc_chain_key_slice(key), &found));
    *value = wc_pool_copy(pool, found);
    return value->data == NULL ? WC_NO_MEMORY : WC_OK;
}

static wc_status fetch_record(wc_chain *chain, wc_pool *pool, uint64_t seq, wc_chain_record *record)
{
    wc_chain_key key = wc_chain_record_key(seq);
    wc_slice value;
    WC_TRY(fetch(chain, pool, &key, &value));
    return wc_chain_record_decode(record, value) == WC_OK ? WC_OK : WC_CORRUPT;
}

wc_status wc_chain_fetch_record(wc_chain *chain, uint64_t seq, wc_chain_record *record)
{
    return fetch_record(chain, &chain->record_pool, seq, record);
}

wc_status wc_chain_read_record(wc_chain *chain, uint64_t seq, wc_chain_record *record)
{
    if (seq < chain->oldest) return WC_NOT_FOUND; /* of changes before it there are records */
    wc_pool_reset(&chain->record_pool);
    return fetch_record(chain, &chain->record_pool, seq, record);
}

static wc_status fetch_page(wc_chain *chain, wc_pool *pool, uint64_t seq, uint32_t index,
                            wc_receipt_page *page)
{
    wc_chain_key key = wc_chain_receipt_key(seq, index);
    wc_slice value;
    size_t bad;
    WC_TRY(fetch(chain, pool, &key, &value));
    return wc_receipt_page_decode(page, &bad, value) == WC_OK ? WC_OK : WC_CORRUPT;
}

wc_status wc_chain_read_receipt(wc_chain *chain, uint64_t seq, uint32_t index,
                                wc_receipt_page *page)
{
    wc_pool_reset(&chain->record_pool);
    return fetch_page(chain, &chain->record_pool, seq, index, page);
}

/* ---- whole blocks ---------------------------------------------------------------------------- */

static wc_status fetch_receipts(wc_chain *chain, uint64_t seq, wc_chain_block *block)
{
    uint32_t count = block->record.record.receipt_count;
    wc_receipt_page *pages = wc_pool_take(&chain->block_pool, (count + 1u) * sizeof *pages);
    if (pages == NULL) return WC_NO_MEMORY;
    for (uint32_t i = 0; i < count; i++) {
        WC_TRY(fetch_page(chain, &chain->block_pool, seq, i, &pages[i]));
    }
    block->receipts = pages;
    return WC_OK;
}

static bool has_detached(const wc_tx *tx)
{
    for (uint8_t i = 0; i < tx->call_count; i++) {
        if (wc_tx_call_is_detached(&tx->calls[i])) return true;
    }
    return false;
}

/* Finds what belongs behind a stripped transaction: nothing when these bytes are all there was (it
 * was no transaction), a stored part, the part without payloads, or nothing because it was
 * destroyed (*is_complete false). */
static wc_status fetch_payloads(wc_chain *chain, uint64_t seq, uint32_t index, wc_chain_tx *tx,
                                bool *is_complete)
{
    static const uint8_t none = 0;
    wc_chain_key key = wc_chain_payload_key(seq, index);
    wc_status status = fetch(chain, &chain->block_pool, &key, &tx->payloads);
    if (status != WC_NOT_FOUND) return status;
    tx->payloads = wc_slice_of(NULL, 0);
    wc_hash whole = wc_tx_raw_hash(tx->stripped);
    if (wc_hash_equal(&whole, &tx->raw_hash)) return WC_OK;
    uint8_t *memory = wc_pool_take(&chain->block_pool, WC_TX_ARENA_MAX);
    if (memory == NULL) return WC_NO_MEMORY;
    wc_arena arena;
    wc_arena_init(&arena, memory, WC_TX_ARENA_MAX);
    wc_tx decoded;
    wc_tx_fault fault;
    if (wc_tx_decode_stripped(&decoded, &fault, &arena, tx->stripped, tx->payloads) != WC_OK) {
        return WC_CORRUPT;
    }
    if (has_detached(&decoded)) {
        *is_complete = false;
    } else {
        tx->payloads = wc_slice_of(&none, 1);
    }
    return WC_OK;
}

static wc_status join_txs(wc_chain *chain, uint64_t seq, wc_chain_block *block)
{
    wc_pool *pool = &chain->block_pool;
    uint32_t count = block->input.tx_count;
    wc_chain_tx *parts = wc_pool_take(pool, (count + 1u) * sizeof *parts);
    wc_block_tx *raw = wc_pool_take(pool, (count + 1u) * sizeof *raw);
    if (parts == NULL || raw == NULL) return WC_NO_MEMORY;
    for (uint32_t i = 0; i < count; i++) {
        const wc_block_tx *stored = &block->input.txs[i];
        parts[i] = (wc_chain_tx){.raw_hash = stored->raw_hash, .stripped = stored->bytes};
        WC_TRY(fetch_payloads(chain, seq, i, &parts[i], &block->is_complete));
        size_t size = parts[i].stripped.len + parts[i].payloads.len;
        uint8_t *joined = wc_pool_take(pool, size);
        if (joined == NULL) return WC_NO_MEMORY;
        memcpy(joined, parts[i].stripped.data, parts[i].stripped.len);
        if (parts[i].payloads.len > 0) {
            memcpy(joined + parts[i].stripped.len, parts[i].payloads.data, parts[i].payloads.len);
        }
        raw[i] = (wc_block_tx){stored->raw_hash, wc_slice_of(joined, size)};
    }
    block->txs = parts;
    block->input.txs = raw;
    block->input.form = WC_BLOCK_RAW;
    return WC_OK;
}

static wc_status fetch_input(wc_chain *chain, uint64_t seq, wc_chain_block *block)
{
    wc_chain_key key = wc_chain_input_key(seq);
    wc_slice value;
    size_t bad;
    WC_TRY(fetch(chain, &chain->block_pool, &key, &value));
    size_t size = (block->record.record.tx_count + 1u) * (sizeof(wc_block_tx) + 16u);
    uint8_t *memory = wc_pool_take(&chain->block_pool, size);
    if (memory == NULL) return WC_NO_MEMORY;
    wc_arena arena;
    wc_arena_init(&arena, memory, size);
    if (wc_block_input_decode(&block->input, &bad, &arena, value) != WC_OK) return WC_CORRUPT;
    return join_txs(chain, seq, block);
}

wc_status wc_chain_read_block(wc_chain *chain, uint64_t seq, const wc_chain_block **block)
{
    wc_pool_reset(&chain->block_pool);
    wc_chain_block *read = wc_pool_take(&chain->block_pool, sizeof *read);
    if (read == NULL) return WC_NO_MEMORY;
    memset(read, 0, sizeof *read);
    read->is_complete = true;
    WC_TRY(fetch_record(chain, &chain->block_pool, seq, &read->record));
    WC_TRY(fetch_receipts(chain, seq, read));
    if (seq > 0) WC_TRY(fetch_input(chain, seq, read)); /* the genesis has no input */
    *block = read;
    return WC_OK;
}
