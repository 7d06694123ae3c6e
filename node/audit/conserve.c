/* Counting money once more; see conserve.h. */
#include "node/audit/conserve.h"

#include <stdlib.h>

#include "node/ledger/asset.h"

static wc_conserve_asset *asset_of(wc_conserve *conserve, uint32_t asset)
{
    for (uint32_t i = 0; i < conserve->count; i++) {
        if (conserve->assets[i].asset == asset) return &conserve->assets[i];
    }
    if (conserve->count == WC_ASSETS_MAX) return NULL;
    conserve->assets[conserve->count] = (wc_conserve_asset){.asset = asset};
    return &conserve->assets[conserve->count++];
}

static wc_status add(int64_t *sum, int64_t amount)
{
    return __builtin_add_overflow(*sum, amount, sum) ? WC_OVERFLOW : WC_OK;
}

/* ---- what was given out ------------------------------------------------------------------------
 */

wc_status wc_conserve_genesis(wc_conserve *conserve, wc_slice bytes)
{
    wc_genesis *genesis = malloc(sizeof *genesis);
    wc_genesis_cursor cursor = {0};
    wc_genesis_balance balance;
    size_t bad;
    if (genesis == NULL) return WC_NO_MEMORY;
    wc_status status = wc_genesis_decode(genesis, &bad, bytes);
    while (status == WC_OK) {
        status = wc_genesis_next_balance(genesis, &cursor, &balance);
        if (status != WC_OK) break;
        wc_conserve_asset *asset = asset_of(conserve, balance.asset);
        status = asset == NULL ? WC_TOO_LARGE : add(&asset->given, balance.amount);
    }
    free(genesis);
    return status == WC_NOT_FOUND ? WC_OK : status;
}

static wc_status add_posting(wc_conserve *conserve, wc_slice data)
{
    wc_ledger_posting posting;
    wc_address issuance = wc_address_system(WC_SYSTEM_ISSUANCE);
    if (wc_posting_decode(&posting, data) != WC_OK) return WC_CORRUPT;
    wc_conserve_asset *asset = asset_of(conserve, posting.asset);
    if (asset == NULL) return WC_TOO_LARGE;
    bool is_out = wc_address_equal(&posting.from.owner, &issuance);
    bool is_back = wc_address_equal(&posting.to.owner, &issuance);
    if (is_out) WC_TRY(add(&asset->given, posting.amount));
    return is_back ? add(&asset->given, -posting.amount) : WC_OK;
}

wc_status wc_conserve_add(wc_conserve *conserve, const wc_applied *applied)
{
    wc_address ledger = wc_address_system(WC_SYSTEM_LEDGER);
    for (uint32_t i = 0; i < applied->receipt_count; i++) {
        const wc_receipt_page *page = &applied->receipts[i];
        wc_reader reader = wc_reader_of(page->events);
        for (uint32_t k = 0; k < page->event_count; k++) {
            wc_event event;
            if (wc_event_read(&reader, &event) != WC_OK) return WC_CORRUPT;
            bool is_posting =
                event.type == WC_EVENT_POSTING && wc_address_equal(&event.emitter, &ledger);
            if (is_posting) WC_TRY(add_posting(conserve, event.data));
        }
    }
    return WC_OK;
}

/* ---- what the state holds ----------------------------------------------------------------------
 */

static wc_status count_entry(wc_conserve *conserve, wc_slice key, wc_slice value)
{
    int64_t amount;
    wc_asset entry;
    if (key.len < 5) return WC_CORRUPT;
    wc_conserve_asset *asset = asset_of(conserve, wc_load_u32(key.data + key.len - 4));
    if (asset == NULL) return WC_TOO_LARGE;
    if (key.data[0] == WC_SPACE_ASSET) {
        if (wc_asset_decode(&entry, value) != WC_OK) return WC_CORRUPT;
        asset->supply = entry.issued - entry.redeemed;
        return WC_OK;
    }
    if (wc_amount_decode(&amount, value) != WC_OK) return WC_CORRUPT;
    return add(&asset->held, amount);
}

wc_status wc_conserve_count(wc_conserve *conserve, const wc_store *state)
{
    static const uint8_t spaces[] = {WC_SPACE_FREE, WC_SPACE_ESCROW, WC_SPACE_ASSET};
    wc_snapshot *snapshot = wc_store_snapshot(state);
    wc_status status = WC_OK;
    for (uint32_t i = 0; i < conserve->count; i++) {
        conserve->assets[i].held = conserve->assets[i].supply = 0;
    }
    for (size_t i = 0; i < WC_ARRAY_LEN(spaces) && status == WC_OK; i++) {
        wc_store_iter iter =
            wc_store_iter_prefix(state, snapshot, WC_CF_STATE, wc_slice_of(&spaces[i], 1));
        wc_slice key, value;
        while (status == WC_OK && wc_store_iter_next(&iter, &key, &value)) {
            status = count_entry(conserve, key, value);
        }
        wc_store_iter_close(&iter);
    }
    wc_store_release(state, snapshot);
    return status;
}

wc_status wc_conserve_snapshot(wc_conserve *conserve, const wc_store *state)
{
    WC_TRY(wc_conserve_count(conserve, state));
    for (uint32_t i = 0; i < conserve->count; i++) {
        conserve->assets[i].given = conserve->assets[i].supply;
    }
    return WC_OK;
}

const wc_conserve_asset *wc_conserve_broken(const wc_conserve *conserve)
{
    for (uint32_t i = 0; i < conserve->count; i++) {
        const wc_conserve_asset *asset = &conserve->assets[i];
        if (asset->held != asset->supply || asset->held != asset->given) return asset;
    }
    return NULL;
}
