/* Native calls on pages of meters: registering one, ending it, closing its account. */
#include "node/ledger/authority.h"
#include "node/ledger/frame.h"
#include "node/ledger/meter.h"
#include "node/ledger/natives.h"
#include "node/ledger/page.h"
#include "node/ledger/read.h"
#include "node/ledger/roles.h"

static void *take(wc_job *job, size_t size)
{
    void *memory = wc_stack_take(&job->ledger->stack, size);
    wc_assert(memory != NULL);
    return memory;
}

static void store_page(wc_job *job, const wc_address *aggregator, uint32_t number,
                       const wc_page *page)
{
    size_t size = WC_PAGE_HEAD_SIZE + page->meters.len;
    wc_buf buf;
    wc_buf_init(&buf, take(job, size), size);
    wc_page_put(&buf, page);
    wc_assert(!buf.full && buf.len == size);
    wc_state_key key = wc_key_reading_page(aggregator, number);
    wc_job_put(job, &key, wc_buf_slice(&buf));
}

/* ---- registration ---------------------------------------------------------------------------- */

typedef struct registration {
    wc_job *job;
    const wc_address *aggregator;
    uint32_t number;
    wc_page page;
    wc_slice meters; /* addresses */
    wc_buf members;  /* encoded, so far */

    /* The page that the last meter was in, and until when it reports. */
    wc_meter_page other;
    int64_t other_until_s;
    bool has_other;
} registration;

static wc_status read_args(registration *r, wc_slice args)
{
    wc_reader reader = wc_reader_of(args);
    wc_page *page = &r->page;
    WC_TRY(wc_read_u32(&reader, &r->number));
    WC_TRY(wc_read_hash(&reader, &page->instance));
    WC_TRY(wc_read_u16(&reader, &page->report));
    WC_TRY(wc_read_u16(&reader, &page->settle));
    WC_TRY(wc_read_u8_in(&reader, 0, WC_CHANNEL_COUNT - 1, &page->channel));
    WC_TRY(wc_read_u32_in(&reader, 1, 86400, &page->step_s));
    WC_TRY(wc_read_i64_in(&reader, 1, INT64_MAX, &page->energy_max));
    WC_TRY(wc_read_i64_in(&reader, 0, INT64_MAX - 1, &page->from_s));
    WC_TRY(wc_read_i64_in(&reader, page->from_s + 1, INT64_MAX, &page->until_s));
    WC_TRY(wc_read_u16_in(&reader, 1, WC_PAGE_METERS_MAX, &page->count));
    WC_TRY(wc_read_slice(&reader, (size_t)page->count * WC_ADDRESS_SIZE, &r->meters));
    WC_TRY(wc_read_end(&reader));
    return page->from_s % page->step_s == 0 && page->until_s % page->step_s == 0 ? WC_OK
                                                                                 : WC_OUT_OF_DOMAIN;
}

/* Until when the page that a meter is in reports. */
static wc_status find_other(registration *r, const wc_meter_page *place)
{
    if (r->has_other && place->page == r->other.page &&
        wc_hash_equal(&place->aggregator, &r->other.aggregator)) {
        return WC_OK; /* meters mostly come page by page */
    }
    wc_page other;
    wc_slice value;
    wc_state_key key = wc_key_reading_page(&place->aggregator, place->page);
    wc_status status = wc_job_get(r->job, &key, &value);
    r->other = *place;
    r->has_other = true;
    if (status == WC_NOT_FOUND) { /* this very page: the meter stands in it twice */
        r->other_until_s = INT64_MAX;
        return WC_OK;
    }
    if (status != WC_OK) return status;
    if (wc_page_decode(&other, value) != WC_OK) return WC_CORRUPT;
    r->other_until_s = other.until_s;
    return WC_OK;
}

/* Puts the meter into this page, unless another one reports it at the same time. */
static wc_status claim_meter(registration *r, const wc_address *meter)
{
    wc_job *job = r->job;
    wc_state_key key = wc_key_meter_page(meter, r->page.channel);
    wc_slice value;
    wc_meter_page place;
    wc_status status = wc_job_get(job, &key, &value);
    if (status == WC_OK) {
        if (wc_meter_page_decode(&place, value) != WC_OK) return WC_CORRUPT;
        WC_TRY(find_other(r, &place));
        if (r->other_until_s > r->page.from_s) wc_job_refuse(job, WC_REFUSAL_PAGE_TAKEN);
    } else if (status != WC_NOT_FOUND) {
        return status;
    }
    if (job->is_failed) return WC_OK;
    uint8_t bytes[WC_METER_PAGE_SIZE];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    place = (wc_meter_page){*r->aggregator, r->number};
    wc_meter_page_put(&buf, &place);
    wc_job_put(job, &key, wc_buf_slice(&buf));
    return WC_OK;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* An active meter of the page's operator, channel and step. */
static wc_status add_meter(registration *r, uint16_t slot)
{
    wc_job *job = r->job;
    wc_page *page = &r->page;
    wc_meter meter;
    wc_page_meter member;
    memcpy(member.meter.bytes, r->meters.data + (size_t)slot * WC_ADDRESS_SIZE, WC_ADDRESS_SIZE);
    wc_state_key key = wc_key_meter(&member.meter);
    wc_slice value;
    wc_status status = wc_job_get(job, &key, &value);
    if (status == WC_NOT_FOUND) {
        wc_job_refuse(job, WC_REFUSAL_METER_UNKNOWN);
        return WC_OK;
    }
    if (status != WC_OK) return status;
    if (wc_meter_decode(&meter, value) != WC_OK) return WC_CORRUPT;
    if (slot == 0) page->operator_account = meter.operator_account;
    if (!wc_hash_equal(&meter.operator_account, &page->operator_account)) {
        wc_job_refuse(job, WC_REFUSAL_NOT_AUTHORISED);
    }
    bool fits = meter.status == WC_METER_ACTIVE && meter.step_s == page->step_s &&
                (meter.channels >> page->channel & 1) != 0;
    if (!fits) wc_job_refuse(job, WC_REFUSAL_METER_NOT_VALID);
    if (job->is_failed) return WC_OK;
    member.valid_from_s = meter.valid_from_s;
    member.valid_to_s = meter.valid_to_s;
    page->valid_from_s = later(page->valid_from_s, meter.valid_from_s);
    page->valid_to_s = earlier(page->valid_to_s, meter.valid_to_s);
    wc_page_meter_put(&r->members, &member);
    return claim_meter(r, &member.meter);
}

static wc_status add_meters(registration *r)
{
    size_t size = (size_t)r->page.count * WC_PAGE_METER_SIZE;
    wc_buf_init(&r->members, take(r->job, size), size);
    r->page.valid_from_s = INT64_MIN;
    r->page.valid_to_s = INT64_MAX;
    for (uint16_t slot = 0; slot < r->page.count && !r->job->is_failed; slot++) {
        WC_TRY(add_meter(r, slot));
    }
    r->page.meters = wc_buf_slice(&r->members);
    return WC_OK;
}

/* A free number, and a contract to report to. */
static wc_status check_page(registration *r)
{
    wc_job *job = r->job;
    wc_slice value;
    bool is_aggregator;
    WC_TRY(wc_role_is_held(job->ledger, r->aggregator, WC_ROLE_AGGREGATOR, &is_aggregator));
    if (!is_aggregator) {
        wc_job_refuse(job, WC_REFUSAL_NOT_AUTHORISED);
        return WC_OK;
    }
    wc_state_key key = wc_key_instance(&r->page.instance);
    wc_status status = wc_job_get(job, &key, &value);
    if (status == WC_NOT_FOUND) wc_job_refuse(job, WC_REFUSAL_TARGET_UNKNOWN);
    if ((status != WC_OK && status != WC_NOT_FOUND) || job->is_failed) {
        return status == WC_NOT_FOUND ? WC_OK : status;
    }
    key = wc_key_reading_page(r->aggregator, r->number);
    status = wc_job_get(job, &key, &value);
    if (status == WC_OK) wc_job_refuse(job, WC_REFUSAL_PAGE_TAKEN);
    return status == WC_NOT_FOUND ? WC_OK : status;
}

static void announce_page(const registration *r)
{
    wc_address address = wc_page_address(r->aggregator, r->number);
    wc_event_data data;
    wc_buf *buf = wc_event_data_begin(&data);
    wc_buf_put_hash(buf, r->aggregator);
    wc_buf_put_u32(buf, r->number);
    wc_buf_put_hash(buf, &address);
    wc_buf_put_hash(buf, &r->page.instance);
    wc_buf_put_u16(buf, r->page.count);
    wc_job_announce(r->job, WC_EVENT_PAGE_REGISTERED, wc_buf_slice(buf));
    wc_native_return(r->job, wc_slice_of(address.bytes, sizeof address.bytes));
}

wc_status wc_native_page_register(wc_job *job, const wc_tx_call *call, wc_slice args)
{
    registration r = {.job = job, .aggregator = wc_call_principal(job, call)};
    if (read_args(&r, args) != WC_OK) {
        wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
        return WC_OK;
    }
    WC_TRY(check_page(&r));
    if (job->is_failed) return WC_OK;
    WC_TRY(add_meters(&r));
    if (!job->is_failed && !wc_call_is_signed_by(job, &r.page.operator_account)) {
        wc_job_refuse(job, WC_REFUSAL_NOT_AUTHORISED);
    }
    if (job->is_failed) return WC_OK;
    store_page(job, r.aggregator, r.number, &r.page);
    if (!job->is_failed) announce_page(&r);
    return WC_OK;
}

/* ---- the end --------------------------------------------------------------------------------- */

wc_status wc_native_page_end(wc_job *job, const wc_tx_call *call, wc_slice args)
{
    wc_reader reader = wc_reader_of(args);
    const wc_address *by = wc_call_principal(job, call);
    wc_address aggregator;
    uint32_t number;
    int64_t until_s;
    wc_page page;
    if (wc_read_hash(&reader, &aggregator) != WC_OK || wc_read_u32(&reader, &number) != WC_OK ||
        wc_read_i64(&reader, &until_s) != WC_OK || wc_read_end(&reader) != WC_OK) {
        wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
        return WC_OK;
    }
    WC_TRY(wc_page_load(job, &aggregator, number, &page));
    if (job->is_failed) return WC_OK;
    if (!wc_hash_equal(by, &aggregator) && !wc_hash_equal(by, &page.operator_account)) {
        wc_job_refuse(job, WC_REFUSAL_NOT_AUTHORISED);
        return WC_OK;
    }
    /* No interval from now on has been reported, so nothing that was accepted changes. */
    bool fits = until_s >= job->ledger->time_s && until_s > page.from_s && until_s < page.until_s &&
                until_s % page.step_s == 0;
    if (!fits) {
        wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
        return WC_OK;
    }
    page.until_s = until_s;
    store_page(job, &aggregator, number, &page);
    wc_event_data data;
    wc_buf *buf = wc_event_data_begin(&data);
    wc_buf_put_hash(buf, &aggregator);
    wc_buf_put_u32(buf, number);
    wc_buf_put_i64(buf, until_s);
    wc_buf_put_hash(buf, by);
    wc_job_announce(job, WC_EVENT_PAGE_ENDED, wc_buf_slice(buf));
    return WC_OK;
}

/* ---- the close ------------------------------------------------------------------------------- */

/* Who is paid for a slot: the meter's customer now, or when that account is closed the operator, in
 * trust, so that one closed account does not hold up a page. */
static wc_status find_payee(wc_job *job, const wc_page *page, uint16_t slot, wc_address *payee,
                            uint16_t *in_trust)
{
    wc_page_meter member = wc_page_meter_at(page, slot);
    wc_state_key key = wc_key_meter(&member.meter);
    wc_slice value;
    wc_meter meter;
    bool exists, is_open;
    wc_status status = wc_job_get(job, &key, &value);
    if (status == WC_NOT_FOUND) return WC_CORRUPT; /* a registration is renewed, never removed */
    if (status != WC_OK || job->is_failed) return status;
    if (wc_meter_decode(&meter, value) != WC_OK) return WC_CORRUPT;
    *payee = meter.customer;
    WC_TRY(wc_party_find(job, payee, &exists, &is_open));
    if (is_open) return WC_OK;
    *payee = page->operator_account;
    (*in_trust)++;
    return WC_OK;
}

static wc_status find_payees(wc_job *job, const wc_page *page, wc_buf *args, uint16_t *in_trust)
{
    wc_buf_put_u32(args, page->count);
    for (uint16_t slot = 0; slot < page->count && !job->is_failed; slot++) {
        wc_address payee = {{0}};
        WC_TRY(find_payee(job, page, slot, &payee, in_trust));
        wc_buf_put_hash(args, &payee);
    }
    return WC_OK;
}

wc_status wc_native_page_settle(wc_job *job, const wc_tx_call *call, wc_slice args)
{
    wc_reader reader = wc_reader_of(args);
    const wc_address *aggregator = wc_call_principal(job, call);
    uint32_t number;
    uint16_t in_trust = 0;
    wc_page page;
    if (wc_read_u32(&reader, &number) != WC_OK || wc_read_end(&reader) != WC_OK) {
        wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
        return WC_OK;
    }
    WC_TRY(wc_page_load(job, aggregator, number, &page));
    if (job->is_failed) return WC_OK;
    size_t size = 4u + (size_t)page.count * WC_ADDRESS_SIZE;
    wc_buf payees;
    wc_buf_init(&payees, take(job, size), size);
    WC_TRY(find_payees(job, &page, &payees, &in_trust));
    if (job->is_failed) return WC_OK;
    wc_event_data data;
    wc_buf *buf = wc_event_data_begin(&data);
    wc_buf_put_hash(buf, aggregator);
    wc_buf_put_u32(buf, number);
    wc_buf_put_u16(buf, page.count);
    wc_buf_put_u16(buf, in_trust);
    wc_job_announce(job, WC_EVENT_PAGE_SETTLED, wc_buf_slice(buf));
    if (job->is_failed) return WC_OK;
    wc_address caller = wc_page_address(aggregator, number);
    return wc_call_action_as(job, &page.instance, page.settle, &caller, wc_buf_slice(&payees));
}
