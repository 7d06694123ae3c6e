/* Meter readings, each behind the event that tells of it:
 *
 *   of one meter   events of contracts with a time, a source and an energy, behind the readings
 *                  that led to them
 *   of a batch     one row for each reading, from the payload behind BATCH_ACCEPTED
 *
 * A corrected batch stays in the table as replaced, because it was what counted until then; only
 * what stands is in the total. */
#include <string.h>

#include "node/export/row.h"
#include "node/ledger/meter.h"
#include "node/query/batches.h"
#include "node/query/when.h"

/* ---- readings of one meter ---------------------------------------------------------------------
 */

/* meter 32 | channel u8 | source u8 | version u16 | day u32 | first u16 | count u16 | payload 32 */
static void note_reading(wc_export *e, wc_slice data)
{
    uint8_t channel, source;
    wc_reader reader = wc_reader_of(data);
    uint16_t first;
    e->has_reading =
        wc_read_bytes(&reader, e->meter.bytes, sizeof e->meter.bytes) == WC_OK &&
        wc_read_u8(&reader, &channel) == WC_OK && wc_read_u8(&reader, &source) == WC_OK &&
        wc_read_u16(&reader, &e->meter_version) == WC_OK &&
        wc_read_u32(&reader, &e->meter_day) == WC_OK && wc_read_u16(&reader, &first) == WC_OK &&
        wc_read_u16(&reader, &e->meter_count) == WC_OK &&
        wc_read_bytes(&reader, e->meter_payload.bytes, sizeof e->meter_payload.bytes) == WC_OK;
    if (!e->has_reading) return;
    wc_state_key key = wc_key_meter(&e->meter);
    wc_slice value;
    wc_meter meter;
    e->meter_at = (int64_t)e->meter_day * WC_DAY_S;
    if (wc_chain_get(e->query->chain, &key, &value) != WC_OK) return;
    if (wc_meter_decode(&meter, value) == WC_OK) e->meter_at += (int64_t)first * meter.step_s;
}

/* Columns meter to payload. */
static void put_meter(wc_export *e, const wc_address *meter, int64_t day, uint16_t version,
                      const wc_hash *payload)
{
    uint8_t memory[2 * WC_HASH_SIZE + 16];
    wc_buf text;
    wc_export_party(e, meter);
    wc_buf_init(&text, memory, sizeof memory);
    wc_put_date(&text, day);
    wc_export_str(e, (wc_str){(const char *)memory, text.len});
    wc_export_number(e, version);
    wc_buf_init(&text, memory, sizeof memory);
    wc_buf_put_hex(&text, wc_slice_of(payload->bytes, sizeof payload->bytes));
    wc_export_str(e, (wc_str){(const char *)memory, text.len});
}

/* What follows `audit proof LEDGER`: "reading wc1... 2026-01-01T00:30:00Z 1" for one interval,
 * "readings wc1... 2026-01-01 1" for several of a day. */
static void put_proof(wc_export *e, const wc_address *meter, int64_t at, uint16_t count,
                      uint16_t version)
{
    uint8_t memory[192];
    wc_buf text;
    wc_buf_init(&text, memory, sizeof memory);
    wc_buf_put_text(&text, count == 1 ? "reading " : "readings ");
    wc_address_put(&text, meter);
    wc_buf_put_text(&text, " ");
    if (count == 1) wc_put_time(&text, at);
    if (count != 1) wc_put_date(&text, at / WC_DAY_S);
    wc_buf_put_text(&text, " ");
    wc_buf_put_decimal(&text, version);
    wc_assert(!text.full);
    wc_export_str(e, (wc_str){(const char *)memory, text.len});
}

static void put_value(wc_export *e, const wc_export_value *value)
{
    wc_export_decimal(e, value->number, value->scale);
    wc_export_str(e, value->unit);
}

static void put_measure(wc_export *e, const wc_visit *visit, uint32_t index,
                        const wc_export_event *event)
{
    static const char *const measures[] = {"net", "load", "exported", "imported"};
    wc_export_value value;
    size_t i = 0;
    if (!e->has_reading) return;
    while (i < WC_ARRAY_LEN(measures) && !wc_export_value_of(event, measures[i], &value)) i++;
    if (i == WC_ARRAY_LEN(measures)) return;
    const wc_decoder decoder = {.module = event->module->module};
    uint16_t type;
    wc_slice bytes;
    if (wc_decode_field(&decoder, event->args, event->event->data, "source", &type, &bytes) !=
        WC_OK) {
        return;
    }
    wc_export_begin(e, visit, index);
    put_meter(e, &e->meter, e->meter_day, e->meter_version, &e->meter_payload);
    wc_export_field(e, event, "at");
    wc_export_str(e, wc_str_of(measures[i]));
    put_value(e, &value);
    wc_export_field(e, event, "source");
    wc_export_contract(e, event->module, &event->event->emitter);
    for (unsigned empty = 0; empty < 4; empty++) wc_export_str(e, WC_STR("")); /* of batches */
    put_proof(e, &e->meter, e->meter_at, e->meter_count, e->meter_version);
    wc_export_end(e);
    wc_export_add(e, value.unit, value.scale, value.number, 0);
}

/* ---- readings of a batch -----------------------------------------------------------------------
 */

typedef struct batch_rows {
    wc_query_batch batch;
    wc_page page; /* its meters are a copy in the query's arena */
    const wc_query_module *module;
    bool has_payload, stands;
    wc_batch payload;
} batch_rows;

/* The chain's next look-up may take the memory of what it gave before. */
static bool keep_meters(batch_rows *rows, wc_arena *arena)
{
    size_t len = rows->page.meters.len;
    uint8_t *copy = wc_arena_alloc(arena, len, 1);
    if (copy == NULL) return false;
    memcpy(copy, rows->page.meters.data, len);
    rows->page.meters = wc_slice_of(copy, len);
    return true;
}

/* False: e->status says why not. */
static bool open_batch(wc_export *e, batch_rows *rows, const wc_visit *visit)
{
    const wc_tx_call *call;
    if (!wc_query_batch_page(&rows->page, e->query, &rows->batch)) {
        e->status = WC_CORRUPT;
        return false;
    }
    if (!keep_meters(rows, e->query->arena)) {
        e->status = WC_NO_MEMORY;
        return false;
    }
    rows->stands = wc_query_batch_stands(e->query, &rows->batch);
    rows->module = wc_query_contract(e->query, &rows->page.instance);
    rows->has_payload = wc_query_batch_payload(&rows->payload, &call, visit, &rows->batch) &&
                        rows->payload.count == rows->page.count;
    return true;
}

/* Columns measure to unit, and the quality. "destroyed": nobody has the value any more. */
static const char *put_reading(wc_export *e, const batch_rows *rows, uint16_t slot)
{
    static const char *const measures[WC_CHANNEL_COUNT] = {"imported", "exported", "load", "pv"};
    wc_batch_reading reading = {.quality = WC_QUALITY_MISSING};
    bool is_there =
        rows->has_payload && wc_batch_reading_at(&reading, rows->payload.pieces, slot) == WC_OK;
    bool has_value = is_there && reading.quality != WC_QUALITY_MISSING;
    wc_export_str(e, wc_str_of(measures[rows->page.channel]));
    if (has_value) {
        const wc_export_value value = {reading.value, WC_BATCH_SCALE, WC_STR("kWh")};
        put_value(e, &value);
        if (rows->stands) wc_export_add(e, value.unit, value.scale, value.number, 0);
    } else {
        wc_export_str(e, WC_STR(""));
        wc_export_str(e, WC_STR(""));
    }
    return is_there ? wc_quality_name(reading.quality) : "destroyed";
}

static void put_time(wc_export *e, int64_t time_s)
{
    uint8_t memory[40];
    wc_buf text;
    wc_buf_init(&text, memory, sizeof memory);
    wc_put_time(&text, time_s);
    wc_export_str(e, (wc_str){(const char *)memory, text.len});
}

static void put_address(wc_export *e, const wc_address *address)
{
    char text[WC_ADDRESS_TEXT_LEN + 1];
    wc_address_text(text, address);
    wc_export_str(e, wc_str_of(text));
}

static void put_slot(wc_export *e, const wc_visit *visit, uint32_t index, const batch_rows *rows,
                     uint16_t slot)
{
    const wc_query_batch *batch = &rows->batch;
    wc_address meter = wc_page_meter_at(&rows->page, slot).meter;
    wc_export_begin(e, visit, index);
    put_meter(e, &meter, batch->at / WC_DAY_S, batch->version, &batch->root);
    put_time(e, batch->at);
    const char *quality = put_reading(e, rows, slot);
    put_address(e, &batch->aggregator);
    wc_export_contract(e, rows->module, &rows->page.instance);
    wc_export_str(e, wc_str_of(quality));
    wc_export_str(e, rows->stands ? WC_STR("stands") : WC_STR("replaced"));
    wc_export_number(e, batch->page);
    wc_export_number(e, slot);
    put_proof(e, &meter, batch->at, 1, batch->version);
    wc_export_end(e);
}

static void put_batch(wc_export *e, const wc_visit *visit, uint32_t index,
                      const wc_query_batch *batch)
{
    batch_rows rows = {.batch = *batch};
    if (!open_batch(e, &rows, visit)) return;
    for (uint16_t slot = 0; slot < rows.page.count && e->status == WC_OK; slot++) {
        put_slot(e, visit, index, &rows, slot);
    }
}

/* ---- events ------------------------------------------------------------------------------------
 */

void wc_export_meter_event(wc_export *e, const wc_visit *visit, uint32_t index,
                           const wc_event *event)
{
    wc_export_event opened;
    wc_query_batch batch;
    if (wc_export_open_event(e, event, &opened)) {
        put_measure(e, visit, index, &opened);
    } else if (wc_query_batch_read(&batch, event)) {
        put_batch(e, visit, index, &batch);
    } else if (event->type == WC_EVENT_READINGS_ACCEPTED) {
        note_reading(e, event->data);
    }
}
