/* Accepting a batch of readings (batch.h) for a page (page.h), before its contract counts it.
 *
 *   batch -> page -> every reading -> time -> version -> page day, event -> report(...) of the
 * contract
 *
 * A batch is refused as a whole, by the name of what is wrong with it, or accepted as a whole: then
 * each reading counts, but those that are missing or whose meter was not valid at that time, which
 * the contract is given as missing. Nothing is left out in silence: BATCH_ACCEPTED counts them all.
 *
 * What the contract's action is given, in the ABI:
 *   at time | version int | values list<dec> | quality list<enum of 4> | before list | its quality
 * list The values of the version before are there when this one corrects it, else both lists are
 * empty. */
#include "node/ledger/authority.h"
#include "node/ledger/batch.h"
#include "node/ledger/frame.h"
#include "node/ledger/natives.h"
#include "node/ledger/page.h"
#include "node/ledger/prices.h"
#include "node/ledger/read.h"
#include "node/ledger/roles.h"

#define DAY_S INT64_C(86400)

#define FLAG_LATE       1u
#define FLAG_OVERTAKEN  2u
#define FLAG_CORRECTION 4u

#define TALLY_COUNT   (WC_QUALITY_COUNT + 1u)
#define TALLY_INVALID WC_QUALITY_COUNT

/* Arguments of the contract's action: time, version, and twice a list of values and of qualities.
 */
#define ARGS_SIZE(n) (16u + 2u * (8u + (size_t)(n)*10u))

typedef struct batch_job {
    wc_job *job;
    const wc_tx_call *call;
    wc_address aggregator;
    wc_batch batch;
    wc_page page;
    int64_t at;
    uint32_t day;  /* UTC day of at */
    uint16_t slot; /* interval of that day */
    uint8_t flags;
    uint16_t tally[TALLY_COUNT]; /* readings by quality, and those of meters that were not valid */
} batch_job;

/* Gives the memory back with the stack's mark. */
static void *take(wc_job *job, size_t size)
{
    void *memory = wc_stack_take(&job->ledger->stack, size);
    wc_assert(memory != NULL);
    return memory;
}

/* ---- the page -------------------------------------------------------------------------------- */

wc_status wc_page_load(wc_job *job, const wc_address *aggregator, uint32_t number, wc_page *page)
{
    wc_state_key key = wc_key_reading_page(aggregator, number);
    wc_slice value;
    wc_status status = wc_job_get(job, &key, &value);
    if (status == WC_NOT_FOUND) {
        wc_job_refuse(job, WC_REFUSAL_PAGE_UNKNOWN);
        return WC_OK;
    }
    if (status != WC_OK || job->is_failed) return status;
    uint8_t *copy = take(job, value.len); /* the overlay's own ends with its next call */
    memcpy(copy, value.data, value.len);
    return wc_page_decode(page, wc_slice_of(copy, value.len)) == WC_OK ? WC_OK : WC_CORRUPT;
}

static wc_status load_page(batch_job *b)
{
    wc_job *job = b->job;
    bool is_aggregator;
    WC_TRY(wc_role_is_held(job->ledger, &b->aggregator, WC_ROLE_AGGREGATOR, &is_aggregator));
    if (!is_aggregator) {
        wc_job_refuse(job, WC_REFUSAL_NOT_AUTHORISED);
        return WC_OK;
    }
    WC_TRY(wc_page_load(job, &b->aggregator, b->batch.page, &b->page));
    if (job->is_failed) return WC_OK;
    if (!wc_hash_equal(&b->call->target, &b->page.instance) || b->call->method != b->page.report) {
        wc_job_refuse(job, WC_REFUSAL_PAGE_ELSEWHERE);
    }
    return WC_OK;
}

/* ---- the readings ---------------------------------------------------------------------------- */

/* What is wrong with finding `slot` where `expected` should stand. */
static wc_refusal slot_refusal(uint16_t slot, uint16_t expected, uint16_t count)
{
    if (slot >= count) return WC_REFUSAL_SLOT_UNKNOWN;
    if (slot == expected) return WC_REFUSAL_NONE;
    if (slot > expected) return WC_REFUSAL_BATCH_INCOMPLETE;
    return slot + 1 == expected ? WC_REFUSAL_SLOT_TWICE : WC_REFUSAL_SLOTS_UNORDERED;
}

static wc_refusal reading_refusal(const batch_job *b, uint16_t n, uint32_t *interval)
{
    wc_batch_reading reading;
    if (wc_batch_reading_at(&reading, b->batch.pieces, n) != WC_OK) {
        return WC_REFUSAL_BAD_ARGUMENTS;
    }
    wc_refusal refusal = slot_refusal(reading.slot, n, b->page.count);
    if (refusal != WC_REFUSAL_NONE) return refusal;
    if (n == 0) *interval = reading.interval;
    if (reading.interval != *interval) return WC_REFUSAL_BATCH_MIXED;
    bool is_plausible = reading.value >= 0 && reading.value <= b->page.energy_max;
    return is_plausible ? WC_REFUSAL_NONE : WC_REFUSAL_READING_IMPLAUSIBLE;
}

static void check_readings(batch_job *b)
{
    uint32_t interval = 0;
    for (uint16_t n = 0; n < b->batch.count; n++) {
        wc_refusal refusal = reading_refusal(b, n, &interval);
        if (refusal == WC_REFUSAL_NONE) continue;
        wc_job_refuse(b->job, refusal);
        return;
    }
    if (b->batch.count < b->page.count) wc_job_refuse(b->job, WC_REFUSAL_BATCH_INCOMPLETE);
    b->at = (int64_t)interval * b->page.step_s; /* below 2^49 */
    b->day = (uint32_t)(b->at / DAY_S);
    b->slot = (uint16_t)(b->at % DAY_S / b->page.step_s);
}

/* ---- time ------------------------------------------------------------------------------------ */

static void check_time(batch_job *b)
{
    int64_t now = b->job->ledger->time_s;
    int64_t end = b->at + (int64_t)b->page.step_s;
    if (end > now) {
        wc_job_refuse(b->job, WC_REFUSAL_READING_OUT_OF_PLACE);
    } else if (b->at < b->page.from_s || b->at < now - WC_READING_BACK_S) {
        wc_job_refuse(b->job, WC_REFUSAL_READING_BACK_DATED);
    } else if (b->at >= b->page.until_s) {
        wc_job_refuse(b->job, WC_REFUSAL_METER_NOT_VALID);
    }
    if (now - end > WC_READING_LATE_S) b->flags |= FLAG_LATE;
}

/* ---- versions -------------------------------------------------------------------------------- */

/* stands: the batch that stands for the interval, or NULL. */
static wc_refusal version_refusal(const batch_job *b, const wc_page_interval *stands)
{
    const wc_batch *batch = &b->batch;
    if (stands != NULL && stands->version >= batch->version) return WC_REFUSAL_READING_EXISTS;
    if (batch->version == 0) return WC_REFUSAL_NONE;
    if (stands == NULL || stands->version + 1 < batch->version) return WC_REFUSAL_CORRECTION_GAP;
    if (!wc_hash_equal(&batch->prior_root, &stands->root)) return WC_REFUSAL_CORRECTION_DIFFERS;
    wc_hash brought = wc_batch_prior_root(batch);
    return wc_hash_equal(&brought, &stands->root) ? WC_REFUSAL_NONE : WC_REFUSAL_CORRECTION_DIFFERS;
}

static void store_day(batch_job *b, const wc_state_key *key, const wc_page_day *day)
{
    wc_buf buf;
    wc_buf_init(&buf, take(b->job, WC_PAGE_DAY_SIZE_MAX), WC_PAGE_DAY_SIZE_MAX);
    wc_page_day_put(&buf, day);
    wc_assert(!buf.full);
    wc_job_put(b->job, key, wc_buf_slice(&buf));
}

/* Makes this batch the one that stands for its interval. */
static wc_status record_version(batch_job *b)
{
    wc_page_day *day = take(b->job, sizeof *day);
    *day = (wc_page_day){.step_s = b->page.step_s};
    wc_state_key key = wc_key_page_day(&b->aggregator, b->batch.page, b->day);
    wc_slice value;
    wc_status status = wc_job_get(b->job, &key, &value);
    if (status == WC_OK && wc_page_day_decode(day, value) != WC_OK) return WC_CORRUPT;
    if ((status != WC_OK && status != WC_NOT_FOUND) || b->job->is_failed) {
        return status == WC_NOT_FOUND ? WC_OK : status;
    }
    wc_page_interval *stands = wc_page_day_find(day, b->slot);
    wc_refusal refusal = version_refusal(b, stands);
    if (refusal != WC_REFUSAL_NONE) {
        wc_job_refuse(b->job, refusal);
        return WC_OK;
    }
    if (day->count > 0 && day->intervals[day->count - 1].slot > b->slot) b->flags |= FLAG_OVERTAKEN;
    if (b->batch.version > 0) b->flags |= FLAG_CORRECTION;
    wc_page_interval made = {b->slot, b->batch.version, b->call->payload_hash};
    if (stands != NULL) {
        *stands = made;
    } else {
        wc_page_day_add(day, &made);
    }
    store_day(b, &key, day);
    return WC_OK;
}

/* ---- what the contract is given -------------------------------------------------------------- */

static bool is_valid_at(const batch_job *b, uint16_t slot)
{
    if (b->at >= b->page.valid_from_s && b->at < b->page.valid_to_s) return true;
    wc_page_meter meter = wc_page_meter_at(&b->page, slot);
    return b->at >= meter.valid_from_s && b->at < meter.valid_to_s;
}

/* Values and qualities of the pieces of a batch. tally: NULL, or counts them. */
static void put_lists(const batch_job *b, wc_buf *args, wc_slice pieces, uint16_t count,
                      uint16_t *tally)
{
    wc_buf_put_u32(args, count);
    for (uint16_t n = 0; n < count; n++) {
        wc_buf_put_u64(args, wc_load_u64(pieces.data + WC_BATCH_SIZE(n) + 8));
    }
    wc_buf_put_u32(args, count);
    for (uint16_t n = 0; n < count; n++) {
        uint8_t quality = pieces.data[WC_BATCH_SIZE(n) + 2];
        bool counts = is_valid_at(b, n);
        if (tally != NULL) tally[counts ? quality : TALLY_INVALID]++;
        wc_buf_put_u16(args, counts ? quality : WC_QUALITY_MISSING);
    }
}

static wc_slice report_args(batch_job *b)
{
    const wc_batch *batch = &b->batch;
    size_t size = ARGS_SIZE(batch->count);
    wc_buf args;
    wc_buf_init(&args, take(b->job, size), size);
    wc_buf_put_i64(&args, b->at);
    wc_buf_put_i64(&args, batch->version);
    put_lists(b, &args, batch->pieces, batch->count, b->tally);
    put_lists(b, &args, batch->prior_pieces, batch->version > 0 ? batch->count : 0, NULL);
    wc_assert(!args.full);
    return wc_buf_slice(&args);
}

static void announce_batch(const batch_job *b)
{
    wc_event_data data;
    wc_buf *buf = wc_event_data_begin(&data);
    wc_buf_put_hash(buf, &b->aggregator);
    wc_buf_put_u32(buf, b->batch.page);
    wc_buf_put_i64(buf, b->at);
    wc_buf_put_u16(buf, b->batch.version);
    wc_buf_put_hash(buf, &b->call->payload_hash);
    wc_buf_put_hash(buf, &b->batch.prior_root);
    wc_buf_put_u8(buf, b->flags);
    for (size_t i = 0; i < TALLY_COUNT; i++) wc_buf_put_u16(buf, b->tally[i]);
    wc_job_announce(b->job, WC_EVENT_BATCH_ACCEPTED, wc_buf_slice(buf));
}

/* ---- all of it ------------------------------------------------------------------------------- */

static void decode(batch_job *b)
{
    const wc_tx_call *call = b->call;
    wc_assert(call->carried == WC_CARRIED_PIECES);
    if (wc_batch_decode(&b->batch, call->args) != WC_OK ||
        call->pieces != WC_BATCH_PIECES(b->batch.count)) {
        wc_job_refuse(b->job, WC_REFUSAL_BAD_ARGUMENTS);
        return;
    }
    uint64_t pieces = call->pieces * (b->batch.version > 0 ? 2u : 1u);
    (void)wc_job_charge(b->job, WC_PRICE_PIECE * pieces);
}

static wc_status accept(batch_job *b)
{
    wc_job *job = b->job;
    decode(b);
    if (job->is_failed) return WC_OK;
    WC_TRY(load_page(b));
    if (job->is_failed) return WC_OK;
    if (b->batch.scale != WC_BATCH_SCALE) wc_job_refuse(job, WC_REFUSAL_READING_SCALE);
    if (!job->is_failed) check_readings(b);
    if (!job->is_failed) check_time(b);
    return job->is_failed ? WC_OK : record_version(b);
}

/* Whose quota pays, for which day, and what is new: a correction is not. */
static void note_reading(const batch_job *b)
{
    wc_job *job = b->job;
    uint32_t present = 0;
    for (size_t quality = 0; quality < WC_QUALITY_MISSING; quality++) present += b->tally[quality];
    job->reading_operator = b->page.operator_account;
    job->reading_day = (uint32_t)(b->at / 86400);
    job->reading_count = b->batch.version == 0 ? present : 0;
}

wc_status wc_batch_call(wc_job *job, const wc_tx_call *call)
{
    size_t mark = job->ledger->stack.used;
    batch_job b = {.job = job, .call = call, .aggregator = *wc_call_principal(job, call)};
    wc_status status = accept(&b);
    if (status == WC_OK && !job->is_failed) {
        wc_slice args = report_args(&b);
        wc_address caller = wc_page_address(&b.aggregator, b.batch.page);
        announce_batch(&b);
        note_reading(&b);
        if (!job->is_failed) {
            status = wc_call_action_as(job, &b.page.instance, b.page.report, &caller, args);
        }
    }
    job->ledger->stack.used = mark;
    return status;
}
