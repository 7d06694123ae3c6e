/* What a reader of a fact needs beside it: the asset of an amount; the contract and its module, for
 * names and units. Proved under the same record. */
#include "node/ledger/tx.h"
#include "node/proof/make.h"
#include "node/query/decode.h"

wc_status wc_prove_key(wc_proof_maker *maker, const wc_state_key *key, wc_fact_state *state)
{
    wc_proof *proof = WC_ARENA_NEW(maker->arena, wc_proof);
    wc_slice name = wc_state_key_slice(key);
    wc_buf buf;
    if (proof == NULL) return WC_NO_MEMORY;
    WC_TRY(wc_chain_prove(maker->state, maker->seq, key, maker->arena, proof));
    size_t size = WC_PROOF_SIZE_MAX - WC_STATE_VALUE_MAX + proof->value.len;
    uint8_t *memory = wc_arena_alloc(maker->arena, size + name.len, 1);
    if (memory == NULL) return WC_NO_MEMORY;
    memcpy(memory, name.data, name.len);
    wc_buf_init(&buf, memory + name.len, size);
    wc_proof_put(&buf, proof);
    wc_assert(!buf.full);
    *state = (wc_fact_state){.key = wc_slice_of(memory, name.len),
                             .proof = wc_buf_slice(&buf),
                             .is_present = proof->kind == WC_PROOF_PRESENT,
                             .value = proof->value};
    return WC_OK;
}

/* Adds one support in its place; *value: what it says, empty when absent or when there is no room.
 */
static wc_status add(wc_proof_maker *maker, wc_proof_file *file, const wc_state_key *key,
                     wc_slice *value)
{
    wc_slice name = wc_state_key_slice(key);
    uint8_t at = 0;
    *value = wc_slice_of(NULL, 0);
    if (file->kind == WC_FACT_STATE && wc_slice_equal(file->state.key, name)) {
        *value = file->state.value;
        return WC_OK;
    }
    while (at < file->support_count && wc_slice_compare(file->supports[at].key, name) < 0) at++;
    if (at < file->support_count && wc_slice_equal(file->supports[at].key, name)) {
        *value = file->supports[at].value;
        return WC_OK;
    }
    if (file->support_count == WC_PROOF_SUPPORTS_MAX) return WC_OK;
    wc_fact_state state;
    WC_TRY(wc_prove_key(maker, key, &state));
    if (!state.is_present) return WC_OK; /* a support that is not there helps nobody */
    memmove(&file->supports[at + 1], &file->supports[at],
            (size_t)(file->support_count - at) * sizeof state);
    file->supports[at] = state;
    file->support_count++;
    *value = state.value;
    return WC_OK;
}

static wc_status add_asset(wc_proof_maker *maker, wc_proof_file *file, uint32_t asset)
{
    wc_slice value;
    wc_state_key key = wc_key_asset(asset);
    return add(maker, file, &key, &value);
}

static wc_status add_module(wc_proof_maker *maker, wc_proof_file *file, const wc_hash *code)
{
    wc_slice value;
    wc_state_key key = wc_key_module(code);
    return add(maker, file, &key, &value);
}

static wc_status add_contract(wc_proof_maker *maker, wc_proof_file *file,
                              const wc_address *instance)
{
    wc_slice value;
    wc_instance_entry entry;
    wc_state_key key = wc_key_instance(instance);
    WC_TRY(add(maker, file, &key, &value));
    if (value.len == 0 || wc_instance_decode(&entry, value) != WC_OK) return WC_OK;
    return add_module(maker, file, &entry.code);
}

/* Keys whose amount is of an asset end with it; what lies in a contract begins with it. */
static wc_status support_state(wc_proof_maker *maker, wc_proof_file *file)
{
    wc_slice key = file->state.key;
    wc_address first;
    bool has_address = key.len >= 1 + WC_HASH_SIZE;
    if (has_address) memcpy(first.bytes, key.data + 1, sizeof first.bytes);
    switch (key.data[0]) {
    case WC_SPACE_FREE:
    case WC_SPACE_ESCROW:
    case WC_SPACE_MANDATE:
        return key.len >= 5 ? add_asset(maker, file, wc_load_u32(key.data + key.len - 4)) : WC_OK;
    case WC_SPACE_INSTANCE:
    case WC_SPACE_FIELD: return has_address ? add_contract(maker, file, &first) : WC_OK;
    default: return WC_OK;
    }
}

static wc_status support_event(wc_proof_maker *maker, wc_proof_file *file)
{
    wc_address ledger = wc_address_system(WC_SYSTEM_LEDGER);
    wc_slice data = file->event.data;
    if (!wc_address_equal(&file->event.emitter, &ledger)) {
        return add_contract(maker, file, &file->event.emitter);
    }
    bool has_asset = file->event.type == WC_EVENT_POSTING ||
                     file->event.type == WC_EVENT_DEPOSIT_RECORDED ||
                     file->event.type == WC_EVENT_REDEEMED;
    return has_asset && data.len >= 4 ? add_asset(maker, file, wc_load_u32(data.data)) : WC_OK;
}

static wc_status support_receipt(wc_proof_maker *maker, wc_proof_file *file)
{
    wc_hash code;
    if (file->receipt.kind == WC_RECEIPT_TIMER) {
        WC_TRY(add_contract(maker, file, &file->receipt.subject));
    }
    if (!wc_failure_code(file->receipt.status, file->result, &code)) return WC_OK;
    return add_module(maker, file, &code);
}

/* The contracts whose actions are called, as long as there is room. */
static wc_status support_calls(wc_proof_maker *maker, wc_proof_file *file, const wc_tx *tx)
{
    for (uint8_t i = 0; i < tx->call_count; i++) {
        const wc_tx_call *call = &tx->calls[i];
        bool has_contract = call->kind == WC_CALL_ACTION || call->kind == WC_CALL_READINGS;
        if (has_contract) WC_TRY(add_contract(maker, file, &call->target));
    }
    return WC_OK;
}

static wc_status support_tx(wc_proof_maker *maker, wc_proof_file *file)
{
    wc_tx *tx = WC_ARENA_NEW(maker->arena, wc_tx);
    void *memory = wc_arena_alloc(maker->arena, WC_TX_ARENA_MAX, 1);
    wc_tx_fault fault;
    wc_arena arena;
    if (tx == NULL || memory == NULL) return WC_NO_MEMORY;
    wc_arena_init(&arena, memory, WC_TX_ARENA_MAX);
    if (wc_tx_decode(tx, &fault, &arena, file->tx) != WC_OK) return WC_OK; /* no transaction */
    return support_calls(maker, file, tx);
}

/* The call alone: the other calls of the transaction are not the fact. */
static wc_status support_readings(wc_proof_maker *maker, wc_proof_file *file)
{
    wc_tx *tx = WC_ARENA_NEW(maker->arena, wc_tx);
    void *memory = wc_arena_alloc(maker->arena, WC_TX_ARENA_MAX, 1);
    wc_tx_fault fault;
    wc_arena arena;
    if (tx == NULL || memory == NULL) return WC_NO_MEMORY;
    wc_arena_init(&arena, memory, WC_TX_ARENA_MAX);
    WC_TRY(wc_tx_decode_body(tx, &fault, &arena, file->body));
    wc_assert(file->call < tx->call_count);
    const wc_tx_call *call = &tx->calls[file->call];
    if (file->kind == WC_FACT_METERED) {
        wc_slice value;
        wc_state_key key = wc_key_reading_page(&tx->auth[call->principal].address,
                                               wc_load_u32(file->head.bytes + 4));
        return add(maker, file, &key, &value);
    }
    return add_contract(maker, file, &call->target);
}

static wc_status add_supports(wc_proof_maker *maker, wc_proof_file *file)
{
    switch (file->kind) {
    case WC_FACT_STATE: return support_state(maker, file);
    case WC_FACT_RECEIPT: return support_receipt(maker, file);
    case WC_FACT_EVENT: return support_event(maker, file);
    case WC_FACT_TX: return support_tx(maker, file);
    case WC_FACT_READINGS:
    case WC_FACT_METERED: return support_readings(maker, file);
    }
    wc_assert(false);
    return WC_OK;
}

wc_status wc_prove_supports(wc_proof_maker *maker, wc_proof_file *file)
{
    if (maker->state == NULL) return WC_OK;
    wc_status status = add_supports(maker, file);
    if (status != WC_NOT_FOUND) return status;
    file->support_count = 0; /* the state of that record is no longer provable here */
    return WC_OK;
}
