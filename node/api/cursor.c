/* Walking events from a cursor on. */
#include "node/api/cursor.h"

#include "node/api/run.h"

/* Events of one receipt behind the cursor; false: enough. */
static bool take_page(const wc_api_receipt *receipt, wc_event_id *cursor,
                      bool (*take)(void *self, const wc_api_event *event), void *self)
{
    uint32_t index = receipt->page.receipt.index;
    bool is_begun = cursor->seq == receipt->seq && cursor->receipt == index;
    wc_reader reader = wc_reader_of(receipt->page.events);
    for (uint32_t i = 0; i < receipt->page.event_count; i++) {
        wc_api_event event = {.id = {receipt->seq, index, i}, .time_s = receipt->time_s};
        if (wc_event_read(&reader, &event.event) != WC_OK) break;
        if (is_begun && i <= cursor->event) continue;
        *cursor = event.id;
        if (!take(self, &event)) return false;
    }
    return true;
}

/* Receipts of one record behind the cursor; *goes_on false: enough. */
static wc_status take_record(wc_chain *chain, uint64_t seq, wc_event_id *cursor,
                             bool (*take)(void *self, const wc_api_event *event), void *self,
                             uint32_t *looked)
{
    wc_chain_record record;
    WC_TRY(wc_chain_read_record(chain, seq, &record));
    uint32_t count = record.record.receipt_count;
    wc_api_receipt receipt = {.seq = seq, .time_s = record.record.time_s};
    uint32_t first = cursor->seq == seq ? cursor->receipt : 0;
    for (uint32_t i = first; i < count; i++) {
        if (++*looked > WC_API_RECEIPTS_MAX) {
            if (i > 0) *cursor = (wc_event_id){seq, i - 1, UINT32_MAX};
            return WC_OK;
        }
        WC_TRY(wc_chain_read_receipt(chain, seq, i, &receipt.page));
        if (take_page(&receipt, cursor, take, self)) continue;
        *looked = UINT32_MAX;
        return WC_OK;
    }
    *cursor = (wc_event_id){seq, UINT32_MAX, UINT32_MAX};
    return WC_OK;
}

wc_status wc_api_walk_events(wc_chain *chain, wc_event_id *cursor,
                             bool (*take)(void *self, const wc_api_event *event), void *self)
{
    uint32_t looked = 0;
    uint64_t seq = cursor->seq;
    if (cursor->receipt == UINT32_MAX) seq++;
    for (; seq <= wc_chain_head(chain)->seq && looked <= WC_API_RECEIPTS_MAX; seq++) {
        WC_TRY(take_record(chain, seq, cursor, take, self, &looked));
    }
    return WC_OK;
}
