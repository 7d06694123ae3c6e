/* readings: what has been reported for a meter, batch by batch, in all versions. */
#include <inttypes.h>
#include <stdio.h>

#include "node/query/batches.h"
#include "node/query/inside.h"
#include "node/query/when.h"

#define SLOT_NONE UINT32_MAX
#define TEXT_MAX  256u

typedef struct readings {
    wc_query *query;
    wc_outline *outline;
    const wc_address *meter;
    int64_t day; /* INT64_MIN: all */
    uint32_t count;

    /* The page of the last batch, and the meter's slot in it. */
    wc_address aggregator;
    uint32_t page, slot;
    bool has_page;
} readings;

/* ---- the state ---------------------------------------------------------------------------------
 */

/* Remembers where the meter stands in the batch's page; SLOT_NONE: not in it. */
static void find_slot(readings *in, const wc_query_batch *batch)
{
    bool is_known = in->has_page && in->page == batch->page &&
                    wc_address_equal(&in->aggregator, &batch->aggregator);
    if (is_known) return;
    wc_page page;
    in->has_page = true;
    in->aggregator = batch->aggregator;
    in->page = batch->page;
    in->slot = SLOT_NONE;
    if (!wc_query_batch_page(&page, in->query, batch)) return;
    for (uint16_t slot = 0; slot < page.count && in->slot == SLOT_NONE; slot++) {
        wc_page_meter member = wc_page_meter_at(&page, slot);
        if (wc_address_equal(&member.meter, in->meter)) in->slot = slot;
    }
}

/* ---- one batch ---------------------------------------------------------------------------------
 */

/* The reading in the payload of the call that carried the batch. False: it was destroyed. */
static bool find_reading(const readings *in, const wc_visit *visit, const wc_query_batch *batch,
                         wc_batch_reading *reading)
{
    wc_batch payload;
    const wc_tx_call *call;
    return wc_query_batch_payload(&payload, &call, visit, batch) && in->slot < payload.count &&
           wc_batch_reading_at(reading, payload.pieces, (uint16_t)in->slot) == WC_OK;
}

static void put_value(readings *in, const wc_visit *visit, const wc_query_batch *batch, char *text)
{
    wc_batch_reading reading;
    if (!find_reading(in, visit, batch, &reading)) {
        (void)snprintf(text, TEXT_MAX, "payload destroyed");
        return;
    }
    wc_outline_str(in->outline, "quality", wc_str_of(wc_quality_name(reading.quality)));
    if (reading.quality == WC_QUALITY_MISSING) {
        (void)snprintf(text, TEXT_MAX, "missing");
        return;
    }
    char energy[32];
    (void)snprintf(energy, sizeof energy, "%" PRId64 ".%03" PRId64, reading.value / 1000,
                   reading.value % 1000);
    wc_outline_str(in->outline, "kwh", wc_str_of(energy));
    (void)snprintf(text, TEXT_MAX, "%s kWh, %s", energy, wc_quality_name(reading.quality));
}

static void put_batch(readings *in, const wc_visit *visit, const wc_query_batch *batch)
{
    uint8_t memory[64];
    char value[TEXT_MAX];
    wc_buf time;
    bool is_newest = wc_query_batch_stands(in->query, batch);
    in->count++;
    wc_buf_init(&time, memory, sizeof memory);
    wc_put_time(&time, batch->at);
    wc_outline_open(in->outline, NULL);
    wc_outline_str(in->outline, "at", wc_query_text(&time));
    wc_outline_number(in->outline, "version", batch->version);
    put_value(in, visit, batch, value);
    wc_outline_number(in->outline, "record", (int64_t)visit->seq);
    wc_outline_hash(in->outline, "aggregator", &batch->aggregator);
    wc_outline_number(in->outline, "page", batch->page);
    wc_outline_number(in->outline, "slot", in->slot);
    wc_outline_hash(in->outline, "root", &batch->root);
    wc_outline_str(in->outline, "status", wc_str_of(is_newest ? "stands" : "replaced"));
    wc_outline_bool(in->outline, "late", (batch->flags & WC_QUERY_BATCH_LATE) != 0);
    wc_outline_close(in->outline);
    wc_outline_line(in->outline, "%.*s  version %u  %s%s%s; record %" PRIu64 ", page %u slot %u",
                    WC_STR_ARG(wc_query_text(&time)), batch->version, value,
                    is_newest ? "" : ", replaced",
                    (batch->flags & WC_QUERY_BATCH_LATE) != 0 ? ", late" : "", visit->seq,
                    batch->page, in->slot);
}

static bool see(void *self, const wc_visit *visit)
{
    readings *in = self;
    wc_reader reader = wc_reader_of(visit->page->events);
    for (uint32_t i = 0; i < visit->page->event_count; i++) {
        wc_event event;
        wc_query_batch batch;
        if (wc_event_read(&reader, &event) != WC_OK) return true;
        bool is_batch = wc_query_batch_read(&batch, &event);
        if (!is_batch || (in->day != INT64_MIN && batch.at / WC_DAY_S != in->day)) continue;
        find_slot(in, &batch);
        if (in->slot != SLOT_NONE) put_batch(in, visit, &batch);
    }
    return true;
}

wc_status wc_query_readings(wc_query *query, wc_outline *outline, const wc_address *meter,
                            int64_t day)
{
    readings in = {.query = query, .outline = outline, .meter = meter, .day = day};
    uint8_t memory[TEXT_MAX];
    wc_buf name;
    wc_buf_init(&name, memory, sizeof memory);
    wc_query_put_party(&name, query, meter);
    wc_outline_both(outline, "meter", "readings of", wc_query_text(&name));
    wc_outline_open_list(outline, "readings");
    wc_status status = wc_query_walk(query, 0, UINT64_MAX, see, &in);
    wc_outline_close(outline);
    if (status == WC_OK && in.count == 0) wc_outline_line(outline, "none");
    return status;
}
