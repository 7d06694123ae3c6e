/* Pages of meters; see page.h for the layouts. */
#include "node/ledger/page.h"

#include "node/crypto/crypto.h"
#include "node/ledger/meter.h"
#include "node/ledger/read.h"

#define DAY_S      86400u
#define STEP_S_MIN (DAY_S / WC_READING_SLOTS_MAX)

static wc_status read_step(wc_reader *r, uint32_t *step_s)
{
    size_t start = r->at;
    WC_TRY(wc_read_u32_in(r, STEP_S_MIN, DAY_S, step_s));
    return DAY_S % *step_s == 0 ? WC_OK : wc_reader_refuse(r, start, WC_OUT_OF_DOMAIN);
}

wc_address wc_page_address(const wc_address *aggregator, uint32_t page)
{
    uint8_t number[4];
    wc_store_u32(number, page);
    wc_slice parts[2] = {wc_slice_of(aggregator->bytes, sizeof aggregator->bytes),
                         wc_slice_of(number, sizeof number)};
    return wc_hash_domain("page/1", parts, 2);
}

void wc_page_put(wc_buf *buf, const wc_page *page)
{
    wc_buf_put_u8(buf, WC_STATE_VALUE_VERSION);
    wc_buf_put_hash(buf, &page->instance);
    wc_buf_put_hash(buf, &page->operator_account);
    wc_buf_put_u16(buf, page->report);
    wc_buf_put_u16(buf, page->settle);
    wc_buf_put_u8(buf, page->channel);
    wc_buf_put_u32(buf, page->step_s);
    wc_buf_put_i64(buf, page->energy_max);
    wc_buf_put_i64(buf, page->from_s);
    wc_buf_put_i64(buf, page->until_s);
    wc_buf_put_i64(buf, page->valid_from_s);
    wc_buf_put_i64(buf, page->valid_to_s);
    wc_buf_put_u16(buf, page->count);
    wc_buf_put_slice(buf, page->meters);
}

wc_status wc_page_decode(wc_page *page, wc_slice value)
{
    wc_reader r = wc_reader_of(value);
    WC_TRY(wc_read_value_version(&r));
    WC_TRY(wc_read_hash(&r, &page->instance));
    WC_TRY(wc_read_hash(&r, &page->operator_account));
    WC_TRY(wc_read_u16(&r, &page->report));
    WC_TRY(wc_read_u16(&r, &page->settle));
    WC_TRY(wc_read_u8_in(&r, 0, WC_CHANNEL_COUNT - 1, &page->channel));
    WC_TRY(read_step(&r, &page->step_s));
    WC_TRY(wc_read_i64_in(&r, 1, INT64_MAX, &page->energy_max));
    WC_TRY(wc_read_i64_in(&r, 0, INT64_MAX - 1, &page->from_s));
    WC_TRY(wc_read_i64_in(&r, page->from_s + 1, INT64_MAX, &page->until_s));
    WC_TRY(wc_read_i64(&r, &page->valid_from_s));
    WC_TRY(wc_read_i64(&r, &page->valid_to_s));
    WC_TRY(wc_read_u16_in(&r, 1, WC_PAGE_METERS_MAX, &page->count));
    WC_TRY(wc_read_slice(&r, (size_t)page->count * WC_PAGE_METER_SIZE, &page->meters));
    return wc_read_end(&r);
}

void wc_page_meter_put(wc_buf *buf, const wc_page_meter *meter)
{
    wc_buf_put_hash(buf, &meter->meter);
    wc_buf_put_i64(buf, meter->valid_from_s);
    wc_buf_put_i64(buf, meter->valid_to_s);
}

wc_page_meter wc_page_meter_at(const wc_page *page, uint16_t slot)
{
    wc_assert(slot < page->count);
    const uint8_t *bytes = page->meters.data + (size_t)slot * WC_PAGE_METER_SIZE;
    wc_page_meter meter = {.valid_from_s = (int64_t)wc_load_u64(bytes + 32),
                           .valid_to_s = (int64_t)wc_load_u64(bytes + 40)};
    memcpy(meter.meter.bytes, bytes, sizeof meter.meter.bytes);
    return meter;
}

void wc_meter_page_put(wc_buf *buf, const wc_meter_page *place)
{
    wc_buf_put_u8(buf, WC_STATE_VALUE_VERSION);
    wc_buf_put_hash(buf, &place->aggregator);
    wc_buf_put_u32(buf, place->page);
}

wc_status wc_meter_page_decode(wc_meter_page *place, wc_slice value)
{
    wc_reader r = wc_reader_of(value);
    WC_TRY(wc_read_value_version(&r));
    WC_TRY(wc_read_hash(&r, &place->aggregator));
    WC_TRY(wc_read_u32(&r, &place->page));
    return wc_read_end(&r);
}

void wc_page_day_put(wc_buf *buf, const wc_page_day *day)
{
    wc_buf_put_u8(buf, WC_STATE_VALUE_VERSION);
    wc_buf_put_u32(buf, day->step_s);
    wc_buf_put_u16(buf, day->count);
    for (uint16_t i = 0; i < day->count; i++) {
        wc_buf_put_u16(buf, day->intervals[i].slot);
        wc_buf_put_u16(buf, day->intervals[i].version);
        wc_buf_put_hash(buf, &day->intervals[i].root);
    }
}

wc_status wc_page_day_decode(wc_page_day *day, wc_slice value)
{
    wc_reader r = wc_reader_of(value);
    WC_TRY(wc_read_value_version(&r));
    WC_TRY(read_step(&r, &day->step_s));
    uint16_t slots = (uint16_t)(DAY_S / day->step_s);
    WC_TRY(wc_read_u16_in(&r, 1, slots, &day->count));
    uint16_t from = 0; /* first slot behind the intervals so far */
    for (uint16_t i = 0; i < day->count; i++) {
        wc_page_interval *interval = &day->intervals[i];
        size_t start = r.at;
        WC_TRY(wc_read_u16_in(&r, 0, (uint16_t)(slots - 1), &interval->slot));
        if (interval->slot < from) return wc_reader_refuse(&r, start, WC_NOT_CANONICAL);
        WC_TRY(wc_read_u16(&r, &interval->version));
        WC_TRY(wc_read_hash(&r, &interval->root));
        from = (uint16_t)(interval->slot + 1);
    }
    return wc_read_end(&r);
}

/* Position of the first interval that is not before the slot. */
static uint16_t place_of(const wc_page_day *day, uint16_t slot)
{
    uint16_t at = day->count;
    while (at > 0 && day->intervals[at - 1].slot >= slot) at--; /* most come in order: at the end */
    return at;
}

wc_page_interval *wc_page_day_find(wc_page_day *day, uint16_t slot)
{
    uint16_t at = place_of(day, slot);
    if (at == day->count || day->intervals[at].slot != slot) return NULL;
    return &day->intervals[at];
}

void wc_page_day_add(wc_page_day *day, const wc_page_interval *interval)
{
    uint16_t at = place_of(day, interval->slot);
    wc_assert(interval->slot < DAY_S / day->step_s && day->count < WC_READING_SLOTS_MAX);
    wc_assert(at == day->count || day->intervals[at].slot != interval->slot);
    for (uint16_t i = day->count; i > at; i--) day->intervals[i] = day->intervals[i - 1];
    day->intervals[at] = *interval;
    day->count++;
}
