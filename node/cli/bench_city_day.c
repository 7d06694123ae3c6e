/* The day of the city: a batch of every page for every interval, corrections, the close.
 *
 * While the node seals one block, a second thread builds and signs the next one: that is the
 * aggregator's work, which runs elsewhere in earnest. The two share nothing but the queues. */
#include <pthread.h>
#include <string.h>

#include "node/cli/bench_city.h"
#include "node/ledger/natives.h"
#include "node/ledger/receipt.h"

#define IN_BLOCK         450u /* batches: 3.9 MB */
#define CORRECTIONS      220u /* batches with what they correct: 3.7 MB */
#define SETTLED_IN_BLOCK 150u /* pages: 20 MB of events */
#define BATCH_GAS        2000000u
#define SETTLE_GAS       6000000u
#define POSTING_AMOUNT   134u /* offset in a posting: behind asset and two sub-accounts */

/* The batches of one block: pages from `page` on, of one interval and version. */
typedef struct block_plan {
    uint32_t quarter, page;
    uint16_t version;
    bool is_over; /* nothing is left of the day */
} block_plan;

typedef struct builder {
    wc_city *city;
    wc_city_queue *queue;
    block_plan plan;
    double seconds;
} builder;

static bool is_in(const block_plan *plan, uint32_t page)
{
    return plan->version == 0 || wc_city_is_corrected(page);
}

static wc_status add_batch(wc_city *city, wc_city_queue *queue, const block_plan *plan,
                           uint32_t page)
{
    static uint8_t payload_bytes[WC_BATCH_SIZE_MAX], before_bytes[WC_BATCH_SIZE_MAX];
    wc_tx_draft draft;
    wc_buf payload, before;
    uint8_t call;
    wc_buf_init(&payload, payload_bytes, sizeof payload_bytes);
    wc_buf_init(&before, before_bytes, sizeof before_bytes);
    wc_city_payload(city, &payload, &before, page, plan->quarter, plan->version);
    wc_assert(!payload.full);
    wc_hash salt = wc_city_salt(page, plan->quarter, plan->version);
    const wc_address *instance = &city->instance[page / WC_CITY_INSTANCE];
    WC_TRY(wc_city_begin(city, queue, &draft, WC_CITY_AGGREGATOR));
    WC_TRY(wc_tx_draft_call(&draft, &call, WC_CALL_READINGS, instance, city->method_report, 1));
    WC_TRY(wc_tx_draft_pieces(&draft, call, salt.bytes, wc_buf_slice(&payload),
                              WC_BATCH_PIECES(wc_city_page_meters(city, page))));
    draft.tx.gas_limit = BATCH_GAS;
    return wc_city_finish(city, queue, &draft, WC_CITY_AGGREGATOR, WC_CITY_AGGREGATOR);
}

/* Fills the queue, and moves the plan behind what it holds. */
static wc_status fill(wc_city *city, wc_city_queue *queue, block_plan *plan)
{
    uint32_t most = plan->version == 0 ? IN_BLOCK : CORRECTIONS;
    wc_city_queue_clear(queue);
    for (; plan->page < city->pages && queue->count < most; plan->page++) {
        if (is_in(plan, plan->page)) WC_TRY(add_batch(city, queue, plan, plan->page));
    }
    return WC_OK;
}

static void *build(void *argument)
{
    builder *b = argument;
    double start = wc_city_clock();
    b->queue->status = fill(b->city, b->queue, &b->plan);
    b->seconds += wc_city_clock() - start;
    return NULL;
}

/* Where the block after this plan's begins. */
static block_plan next_plan(const wc_city *city, block_plan plan)
{
    if (plan.page < city->pages) return plan;
    plan.page = 0;
    if (plan.version == 0) {
        plan.version = 1;
        return plan;
    }
    plan.version = 0;
    plan.quarter++;
    plan.is_over = plan.quarter == city->first_quarter + city->intervals;
    return plan;
}

/* ---- what the receipts say ------------------------------------------------------------------- */

/* Sum of a receipt's postings: from escrow positive, from the contract's own balance negative. */
static wc_status add_postings(wc_city *city, const wc_receipt_page *page, int64_t *sum,
                              uint64_t *count)
{
    wc_reader reader = wc_reader_of(page->events);
    wc_address ledger = wc_address_system(WC_SYSTEM_LEDGER);
    for (uint32_t i = 0; i < page->event_count; i++) {
        wc_event event;
        WC_TRY(wc_event_read(&reader, &event));
        if (event.type != WC_EVENT_POSTING || !wc_hash_equal(&event.emitter, &ledger)) continue;
        int64_t amount = (int64_t)wc_load_u64(event.data.data + POSTING_AMOUNT);
        bool is_taken = event.data.data[4] == WC_SUB_ESCROW;
        *sum += is_taken ? amount : -amount;
        (*count)++;
    }
    (void)city;
    return WC_OK;
}

static wc_status count_block(wc_city *city, const wc_sealed *sealed, uint16_t version)
{
    const wc_applied *applied = &sealed->applied;
    for (uint32_t i = 0; i < applied->receipt_count; i++) {
        uint64_t before = city->postings;
        WC_TRY(add_postings(city, &applied->receipts[i], &city->posted, &city->postings));
        /* One double entry for a batch; none when it changes no cent, as at night. */
        if (city->postings > before + 1) return wc_city_fail(city, "a batch has two postings");
    }
    city->batches += applied->receipt_count;
    if (version > 0) city->corrections += applied->receipt_count;
    return WC_OK;
}

static wc_status run_block(wc_city *city, const builder *made, uint16_t version)
{
    const wc_sealed *sealed;
    WC_TRY(made->queue->status);
    if (made->queue->count == 0) return WC_OK;
    double start = wc_city_clock();
    WC_TRY(wc_city_seal(city, made->queue, &sealed));
    city->seal_s += wc_city_clock() - start;
    return count_block(city, sealed, version);
}

wc_status wc_city_day(wc_city *city)
{
    double start = wc_city_clock();
    builder made = {.city = city, .queue = &city->queues[0]};
    made.plan.quarter = city->first_quarter;
    builder next = {.city = city, .queue = &city->queues[1]};
    (void)build(&made);
    while (!made.plan.is_over) {
        pthread_t thread;
        block_plan at = made.plan;
        uint32_t quarter = at.quarter; /* of the block that is sealed now, and its version */
        uint16_t version = at.version;
        next.plan = next_plan(city, at);
        bool has_next = !next.plan.is_over;
        if (has_next && pthread_create(&thread, NULL, build, &next) != 0) return WC_NO_MEMORY;
        city->now_s = WC_CITY_START_S + ((int64_t)quarter + 1) * WC_CITY_STEP_S;
        wc_status status = run_block(city, &made, version);
        if (has_next) (void)pthread_join(thread, NULL);
        WC_TRY(status);
        builder swapped = made;
        made = next;
        next = swapped;
    }
    city->build_s = made.seconds + next.seconds;
    city->readings = (uint64_t)city->meters * city->intervals;
    city->day_s = wc_city_clock() - start;
    return WC_OK;
}

/* ---- the close ------------------------------------------------------------------------------- */

static wc_status add_settle(wc_city *city, wc_city_queue *queue, uint32_t page)
{
    wc_tx_draft draft;
    uint8_t call, bytes[4];
    wc_address target = wc_native_target();
    wc_store_u32(bytes, page);
    WC_TRY(wc_city_begin(city, queue, &draft, WC_CITY_AGGREGATOR));
    WC_TRY(wc_tx_draft_call(&draft, &call, WC_CALL_NATIVE, &target, WC_NATIVE_page_settle, 1));
    WC_TRY(wc_tx_draft_args(&draft, call, wc_slice_of(bytes, sizeof bytes)));
    draft.tx.gas_limit = SETTLE_GAS;
    return wc_city_finish(city, queue, &draft, WC_CITY_AGGREGATOR, WC_CITY_AGGREGATOR);
}

wc_status wc_city_close(wc_city *city)
{
    double start = wc_city_clock();
    wc_city_queue *queue = &city->queues[0];
    city->now_s = WC_CITY_START_S + 86400 + 60;
    for (uint32_t page = 0; page < city->pages;) {
        const wc_sealed *sealed;
        int64_t paid = 0;
        wc_city_queue_clear(queue);
        for (; page < city->pages && queue->count < SETTLED_IN_BLOCK; page++) {
            WC_TRY(add_settle(city, queue, page));
        }
        WC_TRY(wc_city_seal(city, queue, &sealed));
        for (uint32_t i = 0; i < sealed->applied.receipt_count; i++) {
            WC_TRY(add_postings(city, &sealed->applied.receipts[i], &paid, &city->paid_count));
        }
        city->paid -= paid; /* all of it leaves the contracts' own balances */
    }
    city->close_s = wc_city_clock() - start;
    city->day_s += city->close_s;
    return WC_OK;
}
