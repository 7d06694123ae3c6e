/* readings: what aggregators have reported for a meter, over a chain with batches and corrections.
 */
#include <stdio.h>

#include "node/query/query.h"
#include "tests/unit/ledger_exec/fleet.h"

static world w;
static fleet f;
static wc_query query;
static uint8_t arena_memory[32 << 20];
static wc_arena arena;
static char text[1 << 16];

static void missing(wc_batch_reading *reading)
{
    reading->quality = WC_QUALITY_MISSING;
    reading->value = 0;
}

static int make_chain(void **state)
{
    (void)state;
    world_options options = fleet_options();
    world_open(&w, &options);
    fleet_open(&f, &w);
    fleet_batch batch = {.quarter = 2, .spoil = missing, .spoiled = 5};
    assert_done(fleet_send(&f, &batch));
    fleet_batch correction = fleet_correction(&f, 2, 1);
    assert_done(fleet_send(&f, &correction));
    w.now = FLEET_START + 2 * 86400;
    batch = (fleet_batch){.quarter = 95};
    assert_done(fleet_send(&f, &batch));
    wc_arena_init(&arena, arena_memory, sizeof arena_memory);
    assert_status(wc_query_open(&query, w.chain, &arena), WC_OK);
    return 0;
}

static int close_chain(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

static wc_status ask(const wc_address *meter, int64_t day, bool is_json)
{
    wc_outline outline;
    wc_buf buf;
    wc_buf_init(&buf, (uint8_t *)text, sizeof text - 1);
    wc_outline_begin(&outline, &buf, is_json);
    wc_status status = wc_query_readings(&query, &outline, meter, day);
    wc_outline_finish(&outline);
    assert_false(buf.full);
    text[buf.len] = '\0';
    return status;
}

static void require(const char *part)
{
    if (strstr(text, part) == NULL) fail_msg("`%s` is missing in:\n%s", part, text);
}

static void every_version_of_a_meters_readings_is_shown(void **state)
{
    (void)state;
    char expected[128];
    wc_address meter = fleet_meter(&w, 5);
    assert_status(ask(&meter, INT64_MIN, false), WC_OK);
    require("2026-01-01T00:30:00Z  version 0  missing, replaced; record ");
    int64_t value = fleet_value(5, 2, 1);
    (void)snprintf(expected, sizeof expected,
                   "2026-01-01T00:30:00Z  version 1  %lld.%03lld kWh, measured; record ",
                   (long long)(value / 1000), (long long)(value % 1000));
    require(expected);
    value = fleet_value(5, 95, 0);
    (void)snprintf(expected, sizeof expected,
                   "2026-01-01T23:45:00Z  version 0  %lld.%03lld kWh, measured; record ",
                   (long long)(value / 1000), (long long)(value % 1000));
    require(expected);
    require(", page 7 slot 5");
}

static void programs_get_the_same(void **state)
{
    (void)state;
    wc_address meter = fleet_meter(&w, 5);
    assert_status(ask(&meter, INT64_MIN, true), WC_OK);
    require("\"quality\":\"missing\"");
    require("\"status\":\"replaced\"");
    require("\"status\":\"stands\"");
    require("\"slot\":5");
}

static void a_day_or_a_meter_without_readings_has_none(void **state)
{
    (void)state;
    wc_address meter = fleet_meter(&w, 5), customer = fleet_customer(&w, 5);
    assert_status(ask(&meter, FLEET_START / 86400, false), WC_OK);
    require("kWh");
    assert_status(ask(&meter, FLEET_START / 86400 + 1, false), WC_OK);
    require("none");
    assert_status(ask(&customer, INT64_MIN, false), WC_OK);
    require("none");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_version_of_a_meters_readings_is_shown),
        cmocka_unit_test(programs_get_the_same),
        cmocka_unit_test(a_day_or_a_meter_without_readings_has_none),
    };
    return cmocka_run_group_tests(tests, make_chain, close_chain);
}
