/* Batches in a ledger; see batches.h. */
#include "node/query/batches.h"

#include "node/ledger/read.h"
#include "node/query/when.h"

bool wc_query_batch_read(wc_query_batch *batch, const wc_event *event)
{
    wc_reader r = wc_reader_of(event->data);
    wc_address ledger = wc_address_system(WC_SYSTEM_LEDGER);
    wc_hash prior;
    if (event->type != WC_EVENT_BATCH_ACCEPTED) return false;
    if (!wc_address_equal(&event->emitter, &ledger)) return false;
    return wc_read_hash(&r, &batch->aggregator) == WC_OK &&
           wc_read_u32(&r, &batch->page) == WC_OK && wc_read_i64(&r, &batch->at) == WC_OK &&
           wc_read_u16(&r, &batch->version) == WC_OK && wc_read_hash(&r, &batch->root) == WC_OK &&
           wc_read_hash(&r, &prior) == WC_OK && wc_read_u8(&r, &batch->flags) == WC_OK;
}

bool wc_query_batch_page(wc_page *page, const wc_query *query, const wc_query_batch *batch)
{
    wc_slice value;
    wc_state_key key = wc_key_reading_page(&batch->aggregator, batch->page);
    return wc_chain_get(query->chain, &key, &value) == WC_OK &&
           wc_page_decode(page, value) == WC_OK;
}

bool wc_query_batch_stands(const wc_query *query, const wc_query_batch *batch)
{
    wc_page_day *day = WC_ARENA_NEW(query->arena, wc_page_day);
    wc_state_key key =
        wc_key_page_day(&batch->aggregator, batch->page, (uint32_t)(batch->at / WC_DAY_S));
    wc_slice value;
    if (day == NULL || wc_chain_get(query->chain, &key, &value) != WC_OK) return false;
    if (wc_page_day_decode(day, value) != WC_OK) return false;
    const wc_page_interval *found =
        wc_page_day_find(day, (uint16_t)(batch->at % WC_DAY_S / day->step_s));
    return found != NULL && wc_hash_equal(&found->root, &batch->root);
}

bool wc_query_batch_payload(wc_batch *payload, const wc_tx_call **call, const wc_visit *visit,
                            const wc_query_batch *batch)
{
    for (uint8_t i = 0; visit->tx != NULL && i < visit->tx->call_count; i++) {
        *call = &visit->tx->calls[i];
        bool is_it = (*call)->carried == WC_CARRIED_PIECES && (*call)->has_args &&
                     wc_hash_equal(&(*call)->payload_hash, &batch->root);
        if (is_it && wc_batch_decode(payload, (*call)->args) == WC_OK) return true;
    }
    return false;
}

const char *wc_quality_name(wc_quality quality)
{
    static const char *const names[WC_QUALITY_COUNT] = {"measured", "estimated", "substituted",
                                                        "missing"};
    return names[quality];
}
