/* Finding what is to be proved: by walking the records back from the newest (docs/adr/0011). */
#include <stdlib.h>

#include "node/ledger/meter.h"
#include "node/ledger/page.h"
#include "node/ledger/read.h"
#include "node/proof/make.h"
#include "node/query/when.h"

/* ---- how far back ----------------------------------------------------------------------------
 */

static bool has_block(wc_chain *chain, uint64_t seq)
{
    wc_receipt_page page;
    wc_chain_record record;
    if (wc_chain_read_record(chain, seq, &record) != WC_OK) return false;
    if (record.record.receipt_count == 0) return true;
    return wc_chain_read_receipt(chain, seq, 0, &page) == WC_OK;
}

/* Pruning drops a range from the front, so what is kept is a range at the end. */
uint64_t wc_prove_oldest(wc_chain *chain)
{
    uint64_t low = 1, high = wc_chain_head(chain)->seq + 1; /* kept: [answer, head] */
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (has_block(chain, middle)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

/* ---- walking back ----------------------------------------------------------------------------
 */

typedef struct walk {
    wc_chain *chain;
    wc_status status;
    int64_t until_s; /* records before this time are not looked at */
} walk;

/* Called for each receipt; true ends the walk. */
typedef bool (*look_fn)(void *self, uint64_t seq, const wc_receipt_page *page);

static wc_prove_answer fail(walk *w, wc_status status)
{
    w->status = status;
    return WC_PROVE_FAILED;
}

static wc_prove_answer look_at(walk *w, uint64_t seq, uint32_t count, look_fn look, void *self)
{
    for (uint32_t i = 0; i < count; i++) {
        wc_receipt_page page;
        wc_status status = wc_chain_read_receipt(w->chain, seq, i, &page);
        if (status == WC_NOT_FOUND) return WC_PROVE_PRUNED;
        if (status != WC_OK) return fail(w, status);
        if (look(self, seq, &page)) return WC_PROVE_DONE;
    }
    return WC_PROVE_NOTHING;
}

static wc_prove_answer walk_back(walk *w, look_fn look, void *self)
{
    for (uint64_t seq = wc_chain_head(w->chain)->seq; seq > 0; seq--) {
        wc_chain_record record;
        wc_status status = wc_chain_read_record(w->chain, seq, &record);
        if (status != WC_OK) return fail(w, status);
        if (record.record.time_s < w->until_s) break;
        wc_prove_answer answer = look_at(w, seq, record.record.receipt_count, look, self);
        if (answer != WC_PROVE_NOTHING) return answer;
    }
    return WC_PROVE_NOTHING;
}

/* ---- readings --------------------------------------------------------------------------------
 */

static bool covers(const wc_reading *reading, int64_t at_s, wc_hash *payload)
{
    uint32_t slot = (uint32_t)(at_s % WC_DAY_S / reading->step_s);
    if (at_s % reading->step_s != 0) return false;
    for (uint16_t i = 0; i < reading->run_count; i++) {
        const wc_reading_run *run = &reading->runs[i];
        if (slot < run->first || slot >= (uint32_t)run->first + run->count) continue;
        *payload = run->payload;
        return true;
    }
    return false;
}

/* The entries of a meter, of any channel and source: meter 32, channel u8, day u32, source u8,
 * version u16. */
static bool is_of(wc_slice key, int64_t at_s, uint16_t version)
{
    return key.len == 41 && wc_load_u32(key.data + 34) == at_s / WC_DAY_S &&
           wc_load_u16(key.data + 39) == version;
}

static wc_prove_answer find_payload(walk *w, const wc_address *meter, int64_t at_s,
                                    uint16_t version, wc_hash *payload)
{
    wc_reading *reading = malloc(sizeof *reading); /* too large for a stack */
    if (reading == NULL) return fail(w, WC_NO_MEMORY);
    wc_prove_answer answer = WC_PROVE_NOTHING;
    wc_state_key prefix = wc_key_owner(WC_SPACE_READING, meter), after = {.len = 0};
    wc_slice key, value;
    wc_status status;
    while ((status = wc_chain_next(w->chain, wc_state_key_slice(&prefix),
                                   wc_state_key_slice(&after), &key, &value)) == WC_OK) {
        memcpy(after.bytes, key.data, key.len);
        after.len = (uint8_t)key.len;
        if (!is_of(key, at_s, version)) continue;
        status = wc_reading_decode(reading, value);
        if (status != WC_OK) break;
        if (!covers(reading, at_s, payload)) continue;
        answer = WC_PROVE_DONE;
        break;
    }
    free(reading);
    return status == WC_OK || status == WC_NOT_FOUND ? answer : fail(w, status);
}

/* READINGS_ACCEPTED: the payload's hash is what its data end with. */
static bool accepts(void *self, uint64_t seq, const wc_receipt_page *page)
{
    wc_found_reading *found = self;
    wc_address ledger = wc_address_system(WC_SYSTEM_LEDGER);
    wc_reader reader = wc_reader_of(page->events);
    for (uint32_t i = 0; i < page->event_count; i++) {
        wc_event event;
        if (wc_event_read(&reader, &event) != WC_OK) return false;
        if (event.type != WC_EVENT_READINGS_ACCEPTED || event.data.len < WC_HASH_SIZE ||
            !wc_address_equal(&event.emitter, &ledger)) {
            continue;
        }
        const uint8_t *payload = event.data.data + event.data.len - WC_HASH_SIZE;
        if (memcmp(payload, found->payload.bytes, WC_HASH_SIZE) != 0) continue;
        found->seq = seq;
        found->receipt = page->receipt.index;
        return true;
    }
    return false;
}

/* ---- readings in batches -----------------------------------------------------------------------
 */

typedef struct batch_search {
    uint8_t front[46]; /* of the event: aggregator 32, page u32, at i64, version u16 */
    wc_found_reading *found;
} batch_search;

/* Which page the meter is in, and its slot there. */
static wc_prove_answer find_slot(walk *w, const wc_address *meter, wc_meter_page *place,
                                 uint16_t *slot)
{
    wc_slice value;
    wc_page page;
    wc_state_key key;
    wc_status status = WC_NOT_FOUND;
    for (uint8_t channel = 0; status == WC_NOT_FOUND && channel < WC_CHANNEL_COUNT; channel++) {
        key = wc_key_meter_page(meter, channel);
        status = wc_chain_get(w->chain, &key, &value);
    }
    if (status == WC_OK) status = wc_meter_page_decode(place, value);
    if (status != WC_OK) return status == WC_NOT_FOUND ? WC_PROVE_NOTHING : fail(w, status);
    key = wc_key_reading_page(&place->aggregator, place->page);
    status = wc_chain_get(w->chain, &key, &value);
    if (status == WC_OK) status = wc_page_decode(&page, value);
    if (status != WC_OK) return fail(w, status);
    for (uint16_t i = 0; i < page.count; i++) {
        wc_page_meter one = wc_page_meter_at(&page, i);
        *slot = i;
        if (wc_address_equal(&one.meter, meter)) return WC_PROVE_DONE;
    }
    return WC_PROVE_NOTHING;
}

/* BATCH_ACCEPTED: the root stands behind the front. */
static bool accepts_batch(void *self, uint64_t seq, const wc_receipt_page *page)
{
    batch_search *search = self;
    wc_address ledger = wc_address_system(WC_SYSTEM_LEDGER);
    wc_reader reader = wc_reader_of(page->events);
    for (uint32_t i = 0; i < page->event_count; i++) {
        wc_event event;
        if (wc_event_read(&reader, &event) != WC_OK) return false;
        bool is_batch = event.type == WC_EVENT_BATCH_ACCEPTED &&
                        event.data.len >= sizeof search->front + WC_HASH_SIZE &&
                        wc_address_equal(&event.emitter, &ledger);
        if (!is_batch || memcmp(event.data.data, search->front, sizeof search->front) != 0)
            continue;
        memcpy(search->found->payload.bytes, event.data.data + sizeof search->front, WC_HASH_SIZE);
        search->found->seq = seq;
        search->found->receipt = page->receipt.index;
        return true;
    }
    return false;
}

static wc_prove_answer find_in_batch(walk *w, const wc_address *meter, int64_t at_s,
                                     uint16_t version, wc_found_reading *found)
{
    wc_meter_page place;
    batch_search search = {.found = found};
    wc_prove_answer answer = find_slot(w, meter, &place, &found->slot);
    if (answer != WC_PROVE_DONE) return answer;
    wc_buf front;
    wc_buf_init(&front, search.front, sizeof search.front);
    wc_buf_put_hash(&front, &place.aggregator);
    wc_buf_put_u32(&front, place.page);
    wc_buf_put_i64(&front, at_s);
    wc_buf_put_u16(&front, version);
    wc_assert(!front.full && front.len == sizeof search.front);
    found->is_batch = true;
    return walk_back(w, accepts_batch, &search);
}

wc_prove_answer wc_prove_find_reading(wc_chain *chain, wc_status *status, const wc_address *meter,
                                      int64_t at_s, uint16_t version, wc_found_reading *found)
{
    walk w = {.chain = chain, .until_s = at_s};
    wc_prove_answer answer = WC_PROVE_NOTHING;
    if (at_s >= 0) answer = find_payload(&w, meter, at_s, version, &found->payload);
    found->is_batch = false;
    if (answer == WC_PROVE_DONE) {
        answer = walk_back(&w, accepts, found);
    } else if (answer == WC_PROVE_NOTHING && at_s >= 0) {
        answer = find_in_batch(&w, meter, at_s, version, found);
    }
    *status = w.status;
    return answer;
}

/* ---- transactions ----------------------------------------------------------------------------
 */

static bool is_refused(const wc_receipt *receipt)
{
    return receipt->status >= WC_REFUSAL_REJECTED_FIRST &&
           receipt->status < WC_REFUSAL_FAILED_FIRST;
}

typedef struct tx_search {
    const wc_hash *id;
    bool has;
    uint64_t seq;
    uint32_t receipt;
} tx_search;

/* A refused transaction may stand in several blocks, so the search goes on behind one. */
static bool is_tx(void *self, uint64_t seq, const wc_receipt_page *page)
{
    tx_search *search = self;
    if (page->receipt.kind != WC_RECEIPT_TX) return false;
    if (!wc_hash_equal(&page->receipt.subject, search->id)) return false;
    search->has = true;
    search->seq = seq;
    search->receipt = page->receipt.index;
    return !is_refused(&page->receipt);
}

wc_prove_answer wc_prove_find_tx(wc_chain *chain, wc_status *status, const wc_hash *tx_id,
                                 uint64_t *seq, uint32_t *receipt)
{
    walk w = {.chain = chain, .until_s = INT64_MIN};
    tx_search search = {.id = tx_id};
    wc_prove_answer answer = walk_back(&w, is_tx, &search);
    *status = w.status;
    if (search.has && answer != WC_PROVE_FAILED) answer = WC_PROVE_DONE;
    *seq = search.seq;
    *receipt = search.receipt;
    return answer;
}
