/* Meters and readings; see meter.h for the layouts. */
#include "node/ledger/meter.h"

#include "node/ledger/read.h"
#include "vm/base/text.h"

#define DAY_S       86400u
#define STEP_S_MIN  300u
#define QUALITY_MAX 3

_Static_assert(DAY_S / STEP_S_MIN == WC_READING_SLOTS_MAX, "the shortest step fills a day's slots");

void wc_meter_put(wc_buf *buf, const wc_meter *meter)
{
    wc_buf_put_u8(buf, WC_STATE_VALUE_VERSION);
    wc_buf_put_u8(buf, (uint8_t)meter->status);
    wc_buf_put_hash(buf, &meter->operator_account);
    wc_buf_put_hash(buf, &meter->customer);
    wc_buf_put_hash(buf, &meter->feeder);
    wc_buf_put_str8(buf, meter->serial);
    wc_buf_put_str8(buf, meter->point);
    wc_buf_put_u8(buf, meter->channels);
    wc_buf_put_u8(buf, meter->accuracy_class);
    wc_buf_put_u32(buf, meter->step_s);
    wc_buf_put_hash(buf, &meter->certificate);
    wc_buf_put_i64(buf, meter->valid_from_s);
    wc_buf_put_i64(buf, meter->valid_to_s);
}

static wc_status read_name(wc_reader *r, size_t max, wc_slice *name)
{
    size_t bad;
    WC_TRY(wc_read_str8_in(r, 1, max, name));
    return wc_utf8_check(*name, &bad);
}

static wc_status read_step(wc_reader *r, uint32_t *step_s)
{
    size_t start = r->at;
    WC_TRY(wc_read_u32_in(r, STEP_S_MIN, DAY_S, step_s));
    return DAY_S % *step_s == 0 ? WC_OK : wc_reader_refuse(r, start, WC_OUT_OF_DOMAIN);
}

wc_status wc_meter_decode(wc_meter *meter, wc_slice value)
{
    wc_reader r = wc_reader_of(value);
    uint8_t status;
    WC_TRY(wc_read_value_version(&r));
    WC_TRY(wc_read_u8_in(&r, WC_METER_ACTIVE, WC_METER_REMOVED, &status));
    meter->status = (wc_meter_status)status;
    WC_TRY(wc_read_hash(&r, &meter->operator_account));
    WC_TRY(wc_read_hash(&r, &meter->customer));
    WC_TRY(wc_read_hash(&r, &meter->feeder));
    WC_TRY(read_name(&r, WC_METER_SERIAL_MAX, &meter->serial));
    WC_TRY(read_name(&r, WC_METER_POINT_MAX, &meter->point));
    WC_TRY(wc_read_u8_in(&r, 1, (1u << WC_CHANNEL_COUNT) - 1, &meter->channels));
    WC_TRY(wc_read_u8_in(&r, 1, 100, &meter->accuracy_class));
    WC_TRY(read_step(&r, &meter->step_s));
    WC_TRY(wc_read_hash(&r, &meter->certificate));
    WC_TRY(wc_read_i64_in(&r, INT64_MIN, INT64_MAX - 1, &meter->valid_from_s));
    WC_TRY(wc_read_i64_in(&r, meter->valid_from_s + 1, INT64_MAX, &meter->valid_to_s));
    return wc_read_end(&r);
}

void wc_reading_put(wc_buf *buf, const wc_reading *reading)
{
    wc_buf_put_u8(buf, WC_STATE_VALUE_VERSION);
    wc_buf_put_u32(buf, reading->step_s);
    wc_buf_put_u16(buf, reading->later);
    wc_buf_put_u16(buf, reading->run_count);
    for (size_t i = 0; i < reading->run_count; i++) {
        const wc_reading_run *run = &reading->runs[i];
        wc_buf_put_u16(buf, run->first);
        wc_buf_put_u16(buf, run->count);
        wc_buf_put_u8(buf, run->quality);
        wc_buf_put_hash(buf, &run->payload);
        wc_buf_put_u32(buf, run->at);
    }
}

wc_status wc_reading_decode(wc_reading *reading, wc_slice value)
{
    wc_reader r = wc_reader_of(value);
    WC_TRY(wc_read_value_version(&r));
    WC_TRY(read_step(&r, &reading->step_s));
    uint16_t slots = (uint16_t)(DAY_S / reading->step_s);
    WC_TRY(wc_read_u16(&r, &reading->later));
    WC_TRY(wc_read_u16_in(&r, reading->later == 0, slots, &reading->run_count));
    uint16_t free_from = 0; /* first interval behind the runs so far */
    for (size_t i = 0; i < reading->run_count; i++) {
        wc_reading_run *run = &reading->runs[i];
        size_t start = r.at;
        WC_TRY(wc_read_u16_in(&r, 0, (uint16_t)(slots - 1), &run->first));
        if (run->first < free_from) return wc_reader_refuse(&r, start, WC_NOT_CANONICAL);
        WC_TRY(wc_read_u16_in(&r, 1, (uint16_t)(slots - run->first), &run->count));
        WC_TRY(wc_read_u8_in(&r, 0, QUALITY_MAX, &run->quality));
        WC_TRY(wc_read_hash(&r, &run->payload));
        WC_TRY(wc_read_u32(&r, &run->at));
        free_from = (uint16_t)(run->first + run->count);
    }
    return wc_read_end(&r);
}

wc_status wc_reading_add(wc_reading *reading, const wc_reading_run *run)
{
    uint32_t slots = DAY_S / reading->step_s;
    if (run->count == 0 || run->first >= slots || run->count > slots - run->first) {
        return WC_OUT_OF_DOMAIN;
    }
    if (run->quality > QUALITY_MAX) return WC_OUT_OF_DOMAIN;
    size_t at = 0;
    while (at < reading->run_count && reading->runs[at].first < run->first) at++;
    if (at > 0) {
        const wc_reading_run *before = &reading->runs[at - 1];
        if ((uint32_t)before->first + before->count > run->first) return WC_EXISTS;
    }
    if (at < reading->run_count && (uint32_t)run->first + run->count > reading->runs[at].first) {
        return WC_EXISTS;
    }
    /* There is room: runs do not overlap and hold at least one of the day's slots each. */
    wc_assert(reading->run_count < WC_READING_SLOTS_MAX);
    for (size_t i = reading->run_count; i > at; i--) reading->runs[i] = reading->runs[i - 1];
    reading->runs[at] = *run;
    reading->run_count++;
    return WC_OK;
}
