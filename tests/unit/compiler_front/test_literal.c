/* Values of literals. Days and seconds were computed with another library's calendar. */
#include "compiler/lex/literal.h"

#include "tests/unit/compiler_front/front.h"

/* The span of a raw text that stands at the start of the last source. */
static wc_span span_of(wc_str raw)
{
    return (wc_span){0, (uint32_t)raw.len, 0};
}

static bool number(front *f, const char *text, unsigned scale_max, wc_number *result)
{
    wc_str raw = wc_str_of(text);
    (void)front_add(f, raw);
    return wc_literal_number(&f->diags, span_of(raw), raw, scale_max, result);
}

static void assert_number(const char *text, wc_i128 mantissa, unsigned scale)
{
    front f;
    front_open(&f);
    wc_number result;
    assert_true(number(&f, text, WC_DECIMALS_MAX, &result));
    assert_int_equal(wc_i128_compare(result.mantissa, mantissa), 0);
    assert_int_equal(result.scale, scale);
    front_close(&f);
}

static void numbers_are_mantissa_and_scale(void **state)
{
    (void)state;
    assert_number("0", wc_i128_of(0), 0);
    assert_number("0.00", wc_i128_of(0), 2);
    assert_number("0.38000", wc_i128_of(38000), 5);
    assert_number("10_000.000", wc_i128_of(10000000), 3);
    assert_number("007", wc_i128_of(7), 0);
    assert_number("9223372036854775807", wc_i128_of(INT64_MAX), 0);
    assert_number("9223372036854775808", (wc_i128){UINT64_C(1) << 63, 0}, 0);
    assert_number("18446744073709551616", (wc_i128){0, 1}, 0);
}

_Static_assert(WC_DIGITS_MAX == 38, "the numbers of the next test have 37, 38 and 39 digits");

static void digits_are_limited(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    wc_number result;
    /* 10^37 = 0x785EE10D5DA46D9 * 2^64 + 0xF436A000000000; one digit less, the most, one more. */
    assert_true(number(&f, "1000000000000000000000000000000000000", 18, &result));
    assert_true(number(&f, "10000000000000000000000000000000000000", 18, &result));
    assert_int_equal(result.mantissa.hi, 0x785EE10D5DA46D9);
    assert_int_equal(result.mantissa.lo, 0x00F436A000000000);
    assert_true(number(&f, "99999999999999999999999999999999999999", 18, &result));
    assert_string_equal(front_report(&f), "");
    assert_false(number(&f, "100000000000000000000000000000000000000", 18, &result));
    assert_string_equal(front_report(&f), "1:1 E0107 the number has 39 digits, the most is 38\n");
    front_close(&f);
}

static void decimals_are_limited(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    wc_number result;
    assert_true(number(&f, "0.1", 2, &result));
    assert_true(number(&f, "0.12", 2, &result));
    assert_true(number(&f, "0.00000000000000001", WC_DECIMALS_MAX, &result)); /* 17, 18, 19 */
    assert_true(number(&f, "0.000000000000000001", WC_DECIMALS_MAX, &result));
    assert_false(number(&f, "0.0000000000000000001", WC_DECIMALS_MAX, &result));
    front_close(&f);
    front_open(&f);
    assert_false(number(&f, "0.123", 2, &result));
    assert_string_equal(front_report(&f), "1:1 E0108 the number has 3 decimals, the most is 2\n");
    front_close(&f);
}

static void underscores_stand_between_digits(void **state)
{
    (void)state;
    static const char *const bad[] = {"1_", "1__0", "1_.5", "1.5_", "1_0_", "1._5"};
    for (size_t i = 0; i < WC_ARRAY_LEN(bad); i++) {
        front f;
        front_open(&f);
        wc_number result;
        assert_false(number(&f, bad[i], 18, &result));
        assert_int_equal(f.diags.first->code, WC_E0106);
        front_close(&f);
    }
}

static void a_number_ends_where_its_unit_begins(void **state)
{
    (void)state;
    assert_int_equal(wc_number_len(WC_STR("12.50 kWh")), 5);
    assert_int_equal(wc_number_len(WC_STR("12kWh")), 2);
    assert_int_equal(wc_number_len(WC_STR("5.5%")), 3);
    assert_int_equal(wc_number_len(WC_STR("0..5")), 1);
    assert_int_equal(wc_number_len(WC_STR("7")), 1);
    assert_int_equal(wc_number_len(WC_STR("7.")), 1);
}

/* ---- strings ------------------------------------------------------------------------------- */

static bool string(front *f, const char *text, wc_str *result)
{
    wc_str raw = wc_str_of(text);
    (void)front_add(f, raw);
    return wc_literal_string(&f->diags, span_of(raw), raw, result);
}

static void escapes_are_resolved(void **state)
{
    (void)state;

    static const struct {
        const char *raw;
        const char *text;
    } cases[] = {
        {"\"\"", ""},
        {"\"two words\"", "two words"},
        {"\"a \\\"b\\\" \\\\ c\"", "a \"b\" \\ c"},
        {"\"\\u{41}\\u{e9}\\u{20ac}\\u{1F600}\"", "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"},
        {"\"\xe5\x90\x88\"", "\xe5\x90\x88"},
        {"\"\\u{00007e}\"", "~"},
        {"\"open", "open"}, /* the scanner has reported the missing quote */
        {"\"", ""},
    };

    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        front f;
        front_open(&f);
        wc_str result;
        assert_true(string(&f, cases[i].raw, &result));
        assert_int_equal(result.len, strlen(cases[i].text));
        assert_memory_equal(result.data, cases[i].text, result.len);
        assert_string_equal(front_report(&f), "");
        front_close(&f);
    }
}

static void other_escapes_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"\"\\n\"",         "\"\\t\"",       "\"\\x41\"",
                                      "\"\\u41\"",       "\"\\u{}\"",     "\"\\u{1234567}\"",
                                      "\"\\u{110000}\"", "\"\\u{d800}\"", "\"\\u{dfff}\"",
                                      "\"\\u{1f}\"",     "\"\\u{7f}\"",   "\"\\u{9f}\"",
                                      "\"\\u{202e}\"",   "\"\\u{2066}\"", "\"\\u{g}\"",
                                      "\"\\u{41\"",      "\"\\",          "\"\\\xe5\x90\x88\"",
                                      "\"\\u\"",         "\"\\u{ }\""};
    for (size_t i = 0; i < WC_ARRAY_LEN(bad); i++) {
        front f;
        front_open(&f);
        wc_str result;
        assert_false(string(&f, bad[i], &result));
        assert_int_equal(f.diags.error_count, 1);
        assert_int_equal(f.diags.first->code, WC_E0109);
        front_close(&f);
    }
}

static void text_length_is_limited(void **state)
{
    (void)state;
    static char raw[WC_STRING_MAX + 8];
    for (size_t len = WC_STRING_MAX - 1; len <= WC_STRING_MAX + 1; len++) {
        front f;
        front_open(&f);
        raw[0] = '"';
        memset(raw + 1, 'x', len);
        raw[1 + len] = '"';
        raw[2 + len] = '\0';
        wc_str result;
        assert_int_equal(string(&f, raw, &result), len <= WC_STRING_MAX);
        assert_string_equal(
            front_report(&f),
            len <= WC_STRING_MAX ? "" : "1:1 E0110 the text has 4097 bytes, the most is 4096\n");
        front_close(&f);
    }
}

/* ---- dates and times ----------------------------------------------------------------------- */

static void dates_are_days_since_1970(void **state)
{
    (void)state;

    static const struct {
        const char *raw;
        int64_t days;
    } cases[] = {
        {"1970-01-01", 0},       {"1969-12-31", -1},      {"2000-02-29", 11016},
        {"2026-01-01", 20454},   {"2024-02-29", 19782},   {"1900-03-01", -25508},
        {"0001-01-01", -719162}, {"9999-12-31", 2932896},
    };

    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        front f;
        front_open(&f);
        wc_str raw = wc_str_of(cases[i].raw);
        int64_t days = 12345;
        (void)front_add(&f, raw);
        assert_true(wc_literal_date(&f.diags, span_of(raw), raw, &days));
        assert_int_equal(days, cases[i].days);
        front_close(&f);
    }
}

static void times_are_utc_seconds_since_1970(void **state)
{
    (void)state;

    static const struct {
        const char *raw;
        int64_t seconds;
    } cases[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01T00:00Z", 0},
        {"2026-01-31T08:15:00+08:00", 1769818500},
        {"2026-03-29T02:30:00-05:30", 1774771200},
        {"2022-08-31T16:00:00Z", 1661961600},
        {"2026-12-31T23:59:59-14:00", 1798811999},
    };

    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        front f;
        front_open(&f);
        wc_str raw = wc_str_of(cases[i].raw);
        int64_t seconds = 12345;
        (void)front_add(&f, raw);
        assert_true(wc_literal_time(&f.diags, span_of(raw), raw, &seconds));
        assert_int_equal(seconds, cases[i].seconds);
        front_close(&f);
    }
}

static void times_that_do_not_exist_are_refused(void **state)
{
    (void)state;

    static const struct {
        const char *raw;
        wc_diag_code code;
    } cases[] = {
        {"2026-02-29T08:00:00Z", WC_E0114},
        {"2026-01-01T24:00:00Z", WC_E0114},
        {"2026-01-01T08:60:00Z", WC_E0114},
        {"2026-01-01T08:00:60Z", WC_E0114},
        {"2026-01-01T08:00:00.5Z", WC_E0114},
        {"2026-01-01T08:00:00:00Z", WC_E0114},
        {"2026-01-01TZ", WC_E0114},
        {"2026-01-00T08:00Z", WC_E0114},
        {"2026-01-01T0x:00Z", WC_E0114},
        {"2026-01-01Tx8:00Z", WC_E0114},
        {"2026-01-01T08:x0Z", WC_E0114},
        {"2026-01-01T08:0xZ", WC_E0114},
        {"2026-01-01T08:00:00+x8:00", WC_E0114},
        {"2026-01-01T08:00:00+0x:00", WC_E0114},
        {"2026-01-01T08:00:00+08x00", WC_E0114},
        {"2026-01-01T0800Z", WC_E0114},
        {"2026-01-01T08:00:00+14:01", WC_E0114},
        {"2026-01-01T08:00:00+08:60", WC_E0114},
        {"2026-01-01T08:00:00+8:00", WC_E0114},
        {"2026-01-01T08:00:00+", WC_E0114},
        {"2026-01-01T08:00:00+08:0", WC_E0114},
        {"2026-01-01T08:00:00", WC_E0115},
        {"2026-01-01T08:00", WC_E0115},
    };

    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        front f;
        front_open(&f);
        wc_str raw = wc_str_of(cases[i].raw);
        int64_t seconds = 12345;
        (void)front_add(&f, raw);
        if (wc_literal_time(&f.diags, span_of(raw), raw, &seconds)) fail_msg("%s", cases[i].raw);
        assert_int_equal(f.diags.first->code, cases[i].code);
        assert_int_equal(seconds, 12345);
        front_close(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_mantissa_and_scale),
        cmocka_unit_test(digits_are_limited),
        cmocka_unit_test(decimals_are_limited),
        cmocka_unit_test(underscores_stand_between_digits),
        cmocka_unit_test(a_number_ends_where_its_unit_begins),
        cmocka_unit_test(escapes_are_resolved),
        cmocka_unit_test(other_escapes_are_refused),
        cmocka_unit_test(text_length_is_limited),
        cmocka_unit_test(dates_are_days_since_1970),
        cmocka_unit_test(times_are_utc_seconds_since_1970),
        cmocka_unit_test(times_that_do_not_exist_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
