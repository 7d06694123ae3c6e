/* Pages of meters against the golden vectors. */
#include "node/ledger/page.h"
#include "node/ledger/read.h"
#include "tests/support/test.h"
#include "tests/unit/ledger_model/vectors.h"

#define FILE_NAME "values.hex"

static void the_golden_page_decodes_to_its_fields(void **state)
{
    (void)state;
    wc_page page;
    assert_status(wc_page_decode(&page, vector_bytes(FILE_NAME, "reading_page")), WC_OK);
    assert_hash(&page.instance, "instance");
    assert_hash(&page.operator_account, "bob");
    assert_int_equal(page.report, 2);
    assert_int_equal(page.settle, 770);
    assert_int_equal(page.channel, 1);
    assert_int_equal(page.step_s, 900);
    assert_int_equal(page.energy_max, 50000);
    assert_int_equal(page.from_s, 1800);
    assert_int_equal(page.until_s, 9000);
    assert_int_equal(page.valid_from_s, 1000);
    assert_int_equal(page.valid_to_s, 9500);
    assert_int_equal(page.count, 2);
    wc_page_meter meter = wc_page_meter_at(&page, 1);
    assert_hash(&meter.meter, "carol");
    assert_int_equal(meter.valid_from_s, -5);
    assert_int_equal(meter.valid_to_s, INT64_C(1) << 62);
    wc_hash alice = name32("alice");
    assert_vector_hash(FILE_NAME, "page_address", wc_page_address(&alice, 66051));
}

/* One byte of the golden page changed: where, to what. */
static void a_page_stays_in_its_domain(void **state)
{
    (void)state;

    static const struct {
        size_t at;
        uint8_t value;
        wc_status status;
    } cases[] = {
        {0, 2, WC_BAD_VERSION},       {69, 4, WC_OUT_OF_DOMAIN}, /* channel */
        {72, 1, WC_OUT_OF_DOMAIN},    /* a step that does not divide the day */
        {74, 0x80, WC_OUT_OF_DOMAIN}, /* energy_max negative */
        {82, 0x80, WC_OUT_OF_DOMAIN}, /* from_s negative */
        {90, 0x80, WC_OUT_OF_DOMAIN}, /* until_s before from_s */
        {115, 0, WC_OUT_OF_DOMAIN},   {115, 3, WC_TRUNCATED},    {115, 1, WC_TRAILING},
    };

    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        uint8_t bytes[512];
        wc_page page;
        wc_slice golden = vector_bytes(FILE_NAME, "reading_page");
        memcpy(bytes, golden.data, golden.len);
        bytes[cases[i].at] = cases[i].value;
        wc_status status = wc_page_decode(&page, wc_slice_of(bytes, golden.len));
        if (status != cases[i].status) fail_msg("case %zu: %s", i, wc_status_text(status));
    }
}

static void a_day_knows_the_batch_that_stands(void **state)
{
    (void)state;
    static wc_page_day day;
    assert_status(wc_page_day_decode(&day, vector_bytes(FILE_NAME, "page_day")), WC_OK);
    assert_int_equal(day.count, 3);
    wc_page_interval *found = wc_page_day_find(&day, 4);
    assert_non_null(found);
    assert_int_equal(found->version, 258);
    assert_hash(&found->root, "root 2");
    assert_null(wc_page_day_find(&day, 5));
    assert_null(wc_page_day_find(&day, 3));
    wc_page_interval between = {.slot = 5, .version = 0, .root = name32("root 4")};
    wc_page_day_add(&day, &between);
    assert_int_equal(day.count, 4);
    assert_int_equal(day.intervals[2].slot, 5);
    assert_int_equal(day.intervals[3].slot, 95);
}

static void a_day_of_five_minutes_is_full_in_any_order(void **state)
{
    (void)state;
    static wc_page_day day, decoded;
    static uint8_t bytes[WC_PAGE_DAY_SIZE_MAX];
    day = (wc_page_day){.step_s = 300};
    for (uint16_t i = 0; i < WC_READING_SLOTS_MAX; i++) {
        wc_page_interval one = {.slot = (uint16_t)(i * 7 % WC_READING_SLOTS_MAX), .version = i};
        wc_page_day_add(&day, &one);
    }
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_page_day_put(&buf, &day);
    assert_false(buf.full);
    assert_int_equal(buf.len, sizeof bytes);
    assert_status(wc_page_day_decode(&decoded, wc_buf_slice(&buf)), WC_OK);
    for (uint16_t i = 0; i < WC_READING_SLOTS_MAX; i++) {
        assert_int_equal(decoded.intervals[i].slot, i);
        assert_int_equal(decoded.intervals[i].version * 7 % WC_READING_SLOTS_MAX, i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_golden_page_decodes_to_its_fields),
        cmocka_unit_test(a_page_stays_in_its_domain),
        cmocka_unit_test(a_day_knows_the_batch_that_stands),
        cmocka_unit_test(a_day_of_five_minutes_is_full_in_any_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
