/* Meters and readings against the golden vectors. */
#include "tests/support/test.h"

#include "node/ledger/meter.h"
#include "tests/unit/ledger_model/redecode.h"
#include "tests/unit/ledger_model/vectors.h"

#define FILE_NAME "values.hex"

/* ---- meters and readings
 * -------------------------------------------------------------------------- */

static wc_status meter_status(const wc_meter *meter)
{
    wc_status redecoded;
    REDECODE(wc_meter, wc_meter_decode, wc_meter_put, meter);
    return redecoded;
}

static void the_golden_meter_decodes_and_stays_in_its_domain(void **state)
{
    (void)state;
    wc_meter golden;
    assert_status(wc_meter_decode(&golden, vector_bytes(FILE_NAME, "meter")), WC_OK);
    assert_int_equal(golden.status, WC_METER_ACTIVE);
    assert_hash(&golden.operator_account, "bob");
    assert_hash(&golden.customer, "alice");
    assert_hash(&golden.feeder, "feeder");
    assert_slice(golden.serial, "SN-1");
    assert_slice(golden.point, "CP-77");
    assert_int_equal(golden.channels, 1u << WC_CHANNEL_IMPORT | 1u << WC_CHANNEL_LOAD);
    assert_int_equal(golden.accuracy_class, 5);
    assert_int_equal(golden.step_s, 900);
    assert_hash(&golden.certificate, "certificate");
    assert_int_equal(golden.valid_from_s, 1000);
    assert_int_equal(golden.valid_to_s, 2000);
    wc_meter cases[] = {golden, golden, golden, golden, golden, golden, golden};
    cases[0].step_s = 299;
    cases[1].step_s = 1000; /* does not divide a day */
    cases[2].channels = 0;
    cases[3].channels = 16;
    cases[4].valid_to_s = 1000;
    cases[5].serial = wc_slice_of("a\nb", 3);
    cases[6].point = wc_slice_of("", 0);
    static const wc_status expected[] = {WC_OUT_OF_DOMAIN, WC_OUT_OF_DOMAIN, WC_OUT_OF_DOMAIN,
                                         WC_OUT_OF_DOMAIN, WC_OUT_OF_DOMAIN, WC_BAD_UTF8,
                                         WC_OUT_OF_DOMAIN};
    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        assert_status(meter_status(&cases[i]), expected[i]);
    }
    golden.step_s = 300;
    assert_status(meter_status(&golden), WC_OK);
    golden.step_s = 86400;
    assert_status(meter_status(&golden), WC_OK);
}

static wc_status reading_status(const wc_reading *reading)
{
    wc_status redecoded;
    REDECODE(wc_reading, wc_reading_decode, wc_reading_put, reading);
    return redecoded;
}

static void the_golden_reading_decodes_to_its_runs(void **state)
{
    (void)state;
    static wc_reading reading;
    assert_status(wc_reading_decode(&reading, vector_bytes(FILE_NAME, "reading")), WC_OK);
    assert_int_equal(reading.step_s, 900);
    assert_int_equal(reading.later, 513);
    assert_int_equal(reading.run_count, 3);
    assert_int_equal(reading.runs[1].first, 4);
    assert_int_equal(reading.runs[1].count, 1);
    assert_int_equal(reading.runs[1].quality, 2);
    assert_hash(&reading.runs[1].payload, "payload 2");
    assert_int_equal(reading.runs[1].at, 9);
    reading.runs[1].first = 3; /* overlaps the run before */
    assert_status(reading_status(&reading), WC_NOT_CANONICAL);
    reading.runs[1].first = 4;
    reading.runs[2].count = 7; /* leaves the day */
    assert_status(reading_status(&reading), WC_OUT_OF_DOMAIN);
    reading.runs[2].count = 0;
    assert_status(reading_status(&reading), WC_OUT_OF_DOMAIN);
    reading.runs[2].count = 6;
    reading.runs[2].quality = 4;
    assert_status(reading_status(&reading), WC_OUT_OF_DOMAIN);
    reading.runs[2].quality = 3;
    assert_status(reading_status(&reading), WC_OK);
    reading.runs[2].first = 95;
    reading.runs[2].count = 1;
    assert_status(reading_status(&reading), WC_OK);
    reading.runs[2].first = 96;
    reading.runs[2].count = 0;
    assert_status(reading_status(&reading), WC_OUT_OF_DOMAIN);
    reading.run_count = 0;
    assert_status(reading_status(&reading), WC_OK); /* says that there are later versions */
    reading.later = 0;
    assert_status(reading_status(&reading), WC_OUT_OF_DOMAIN); /* says nothing */
}

static void an_interval_is_reported_once(void **state)
{
    (void)state;
    static wc_reading reading;
    assert_status(wc_reading_decode(&reading, vector_bytes(FILE_NAME, "reading")), WC_OK);

    static const struct {
        uint16_t first;
        uint16_t count;
        wc_status status;
    } cases[] = {
        {0, 1, WC_EXISTS},         {3, 1, WC_EXISTS},
        {4, 1, WC_EXISTS},         {2, 5, WC_EXISTS},
        {5, 86, WC_EXISTS},        {95, 1, WC_EXISTS},
        {96, 1, WC_OUT_OF_DOMAIN}, {5, 0, WC_OUT_OF_DOMAIN},
        {5, 92, WC_OUT_OF_DOMAIN}, {5, 85, WC_OK},
        {89, 1, WC_EXISTS},
    };

    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        wc_reading_run run = {cases[i].first, cases[i].count, 0, name32("p"), 0};
        assert_status(wc_reading_add(&reading, &run), cases[i].status);
        assert_status(reading_status(&reading), WC_OK);
    }
    assert_int_equal(reading.run_count, 4);
    assert_int_equal(reading.runs[2].first, 5);
    wc_reading_run run = {95, 1, 3, name32("p"), 0};
    reading.run_count = 3; /* the last interval is free again */
    assert_status(wc_reading_add(&reading, &run), WC_OK);
    run.quality = 4;
    reading.run_count = 3;
    assert_status(wc_reading_add(&reading, &run), WC_OUT_OF_DOMAIN);
}

static void a_day_of_five_minute_readings_fills_an_entry(void **state)
{
    (void)state;
    static wc_reading reading;
    reading = (wc_reading){.step_s = 300};
    for (uint16_t i = WC_READING_SLOTS_MAX; i > 0; i--) { /* backwards */
        wc_reading_run run = {(uint16_t)(i - 1), 1, 0, name32("p"), i};
        assert_status(wc_reading_add(&reading, &run), WC_OK);
    }
    static uint8_t bytes[WC_READING_SIZE_MAX];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_reading_put(&buf, &reading);
    assert_status(wc_buf_status(&buf), WC_OK);
    assert_int_equal(buf.len, WC_READING_SIZE_MAX);
    assert_status(wc_reading_decode(&reading, wc_buf_slice(&buf)), WC_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_golden_meter_decodes_and_stays_in_its_domain),
        cmocka_unit_test(the_golden_reading_decodes_to_its_runs),
        cmocka_unit_test(an_interval_is_reported_once),
        cmocka_unit_test(a_day_of_five_minute_readings_fills_an_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
