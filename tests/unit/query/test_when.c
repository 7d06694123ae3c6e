/* Dates against the calendar, and spans as people write them. */
#include "node/query/when.h"
#include "tests/support/test.h"

static const char *time_text(int64_t time_s)
{
    static uint8_t memory[64];
    wc_buf buf;
    wc_buf_init(&buf, memory, sizeof memory - 1);
    wc_put_time(&buf, time_s);
    memory[buf.len] = '\0';
    return (const char *)memory;
}

static void known_moments_have_their_dates(void **state)
{
    (void)state;
    assert_string_equal(time_text(0), "1970-01-01T00:00:00Z");
    assert_string_equal(time_text(-1), "1969-12-31T23:59:59Z");
    assert_string_equal(time_text(951782400), "2000-02-29T00:00:00Z"); /* a leap century */
    assert_string_equal(time_text(1662055200), "2022-09-01T18:00:00Z");
    assert_string_equal(time_text(INT64_C(4107542400)), "2100-03-01T00:00:00Z"); /* no leap day */
    assert_string_equal(time_text(INT64_C(253402300799)), "9999-12-31T23:59:59Z");
    assert_string_equal(time_text(INT64_C(253402300800)), "253402300800 s");
    assert_string_equal(time_text(INT64_C(-62167219200)), "0000-01-01T00:00:00Z");
    assert_string_equal(time_text(INT64_MIN), "-9223372036854775808 s");
}

/* Counts days one by one, month by month: an independent calendar. */
static void every_day_of_eight_centuries_is_the_next_one(void **state)
{
    (void)state;
    static const unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t expected = wc_day_of(1600, 1, 1);
    assert_int_equal(expected, -135140); /* 370 years of 365 days and 90 leap days before 1970 */
    for (int64_t year = 1600; year < 2400; year++) {
        bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        for (unsigned month = 1; month <= 12; month++) {
            unsigned last = days[month - 1] + (month == 2 && is_leap ? 1 : 0);
            for (unsigned day = 1; day <= last; day++) {
                assert_int_equal(wc_day_of(year, month, day), expected);
                expected++;
            }
        }
    }
}

static void a_span_is_as_long_as_it_is_written(void **state)
{
    (void)state;

    static const struct {
        const char *text;
        int64_t from_s, length;
    } spans[] = {{"2022-09-01", 1661990400, 86400},
                 {"2022-09-01T18", 1662055200, 3600},
                 {"2022-09-01T18:15", 1662056100, 900},
                 {"2022-09-01T18:15:07Z", 1662056107, 1},
                 {"2000-02-29", 951782400, 86400}};

    for (size_t i = 0; i < WC_ARRAY_LEN(spans); i++) {
        int64_t from_s, to_s;
        assert_status(wc_parse_span(wc_str_of(spans[i].text), &from_s, &to_s), WC_OK);
        assert_int_equal(from_s, spans[i].from_s);
        assert_int_equal(to_s - from_s, spans[i].length);
    }
}

static void what_is_no_date_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "2022",
                                        "2022-13-01",
                                        "2022-00-01",
                                        "2022-02-29",
                                        "1900-02-29",
                                        "2022-04-31",
                                        "2022-09-00",
                                        "2022-9-1",
                                        "2022-09-01T24",
                                        "2022-09-01T18:60",
                                        "2022-09-01T",
                                        "2022-09-01 ",
                                        "2022-09-01T18:00:60"};
    for (size_t i = 0; i < WC_ARRAY_LEN(texts); i++) {
        int64_t from_s, to_s;
        if (wc_parse_span(wc_str_of(texts[i]), &from_s, &to_s) == WC_OK) {
            fail_msg("`%s` was accepted", texts[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_moments_have_their_dates),
        cmocka_unit_test(every_day_of_eight_centuries_is_the_next_one),
        cmocka_unit_test(a_span_is_as_long_as_it_is_written),
        cmocka_unit_test(what_is_no_date_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
