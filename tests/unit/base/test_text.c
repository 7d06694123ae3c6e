/* UTF-8 admission [TY-11], decimal numbers out and in, hex. */
#include "vm/base/text.h"

#include <stdlib.h>

#include "tests/support/prng.h"
#include "tests/support/test.h"

/* ---- UTF-8 --------------------------------------------------------------------------------------
 */

static void assert_bad_at(const char *text, size_t len, size_t expected)
{
    size_t bad = 99;
    assert_status(wc_utf8_check(wc_slice_of(text, len), &bad), WC_BAD_UTF8);
    assert_int_equal(bad, expected);
}

static void assert_good(const char *text, size_t len)
{
    size_t bad = 99;
    assert_status(wc_utf8_check(wc_slice_of(text, len), &bad), WC_OK);
    assert_int_equal(bad, 99);
}

static void admits_the_ends_of_each_length(void **state)
{
    (void)state;
    assert_good(NULL, 0);
    assert_good("\x20~", 2);
    assert_good("\xc2\xa0\xdf\xbf", 4);                 /* U+00A0, U+07FF */
    assert_good("\xe0\xa0\x80\xef\xbf\xbf", 6);         /* U+0800, U+FFFF */
    assert_good("\xed\x9f\xbf\xee\x80\x80", 6);         /* around the surrogates */
    assert_good("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", 8); /* U+10000, U+10FFFF */
    assert_good("电约 CNY/kWh", 14);
}

static void refuses_what_lies_one_step_outside(void **state)
{
    (void)state;
    assert_bad_at("ab\x80", 3, 2);           /* continuation alone */
    assert_bad_at("\xc1\xbf", 2, 0);         /* overlong U+007F */
    assert_bad_at("a\xe0\x9f\xbf", 4, 1);    /* overlong U+07FF */
    assert_bad_at("\xf0\x8f\xbf\xbf", 4, 0); /* overlong U+FFFF */
    assert_bad_at("ab\xed\xa0\x80", 5, 2);   /* U+D800 */
    assert_bad_at("\xed\xbf\xbf", 3, 0);     /* U+DFFF */
    assert_bad_at("\xf4\x90\x80\x80", 4, 0); /* U+110000 */
    assert_bad_at("\xf5\x80\x80\x80", 4, 0);
    assert_bad_at("\xff", 1, 0);
    assert_bad_at("\xe4\xb8\x2d", 3, 0);     /* third byte */
    assert_bad_at("\xf0\x9f\x98\xc0", 4, 0); /* fourth byte */
}

static void refuses_control_characters(void **state)
{
    (void)state;
    for (int c = 0; c < 0x20; c++) {
        char text[2] = {'x', (char)c};
        assert_bad_at(text, 2, 1);
    }
    assert_bad_at("\x7f", 1, 0);
    assert_bad_at("ab\xc2\x80", 4, 2); /* U+0080 */
    assert_bad_at("\xc2\x9b"
                  "2J",
                  4, 0);             /* U+009B begins a command of a terminal */
    assert_bad_at("\xc2\x9f", 2, 0); /* U+009F */
}

static void refuses_marks_of_direction(void **state)
{
    (void)state;
    static const char *const marks[] = {"\xd8\x9c",     "\xe2\x80\x8e", "\xe2\x80\x8f",
                                        "\xe2\x80\xaa", "\xe2\x80\xab", "\xe2\x80\xac",
                                        "\xe2\x80\xad", "\xe2\x80\xae", "\xe2\x81\xa6",
                                        "\xe2\x81\xa7", "\xe2\x81\xa8", "\xe2\x81\xa9"};
    for (size_t i = 0; i < WC_ARRAY_LEN(marks); i++) assert_bad_at(marks[i], strlen(marks[i]), 0);
    assert_good("\xd8\x9b\xd8\x9d", 4);                              /* beside U+061C */
    assert_good("\xe2\x80\x8d\xe2\x80\x90\xe2\x80\xa9", 9);          /* U+200D, U+2010, U+2029 */
    assert_good("\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa", 9);          /* U+202F, U+2065, U+206A */
    assert_good("\xe2\x82\xac\xe3\x80\x8e\xd9\x9c\xe2\x82\xaa", 11); /* the same ends */
}

static void refuses_every_cut_character(void **state)
{
    (void)state;
    const char *text = "\xf0\x9f\x94\x8c"; /* U+1F50C, an electric plug */
    assert_good(text, 4);
    for (size_t len = 1; len < 4; len++) assert_bad_at(text, len, 0);
}

/* Every 4-byte string of interesting bytes, against the code point range it spells. */
static bool spells_code_point(const uint8_t *b, size_t len)
{
    static const uint32_t first[] = {0, 0x20, 0x80, 0x800, 0x10000};
    static const uint8_t mark[] = {0, 0x00, 0xc0, 0xe0, 0xf0};
    static const uint8_t mask[] = {0, 0x80, 0xe0, 0xf0, 0xf8};
    if ((b[0] & mask[len]) != mark[len]) return false;
    uint32_t code = b[0] & (uint8_t)~mask[len];
    for (size_t i = 1; i < len; i++) {
        if ((b[i] & 0xc0) != 0x80) return false;
        code = code << 6 | (b[i] & 0x3f);
    }
    bool surrogate = code >= 0xd800 && code <= 0xdfff;
    bool control = code >= 0x7f && code <= 0x9f;
    return code >= first[len] && code <= 0x10ffff && !control && !surrogate;
}

static void agrees_with_the_code_point_ranges(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0x1f, 0x20, 0x7e, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf,
                                    0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef,
                                    0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf7, 0xf8, 0xff};
    const size_t n = sizeof bytes;
    for (size_t i = 0; i < n * n * n * n; i++) {
        uint8_t text[4] = {bytes[i % n], bytes[i / n % n], bytes[i / n / n % n],
                           bytes[i / n / n / n]};
        for (size_t len = 1; len <= 4; len++) {
            size_t at = 0;
            while (at < len) { /* greedy: the lengths exclude each other */
                size_t step = 1;
                while (step <= len - at && !spells_code_point(text + at, step)) step++;
                if (step > len - at) break;
                at += step;
            }
            size_t bad = len;
            wc_status status = wc_utf8_check(wc_slice_of(text, len), &bad);
            assert_int_equal(bad, at);
            assert_int_equal(status, at == len ? WC_OK : WC_BAD_UTF8);
        }
    }
}

/* ---- decimal numbers ----------------------------------------------------------------------------
 */

static void assert_scaled(wc_i128 value, unsigned scale, const char *expected)
{
    char memory[WC_DECIMAL_MAX];
    wc_buf buf;
    wc_buf_init(&buf, memory, sizeof memory);
    wc_put_scaled_wide(&buf, value, scale);
    assert_status(wc_buf_status(&buf), WC_OK);
    assert_int_equal(buf.len, strlen(expected));
    assert_memory_equal(memory, expected, buf.len);
}

static void writes_decimals_at_each_scale(void **state)
{
    (void)state;
    assert_scaled(wc_i128_of(-5), 2, "-0.05");
    assert_scaled(wc_i128_of(0), 0, "0");
    assert_scaled(wc_i128_of(0), 3, "0.000");
    assert_scaled(wc_i128_of(100), 2, "1.00");
    assert_scaled(wc_i128_of(99), 2, "0.99");
    assert_scaled(wc_i128_of(-123456), 5, "-1.23456");
    assert_scaled(wc_i128_of(INT64_MIN), 18, "-9.223372036854775808");
    assert_scaled(wc_i128_of(INT64_MIN), 0, "-9223372036854775808");
    assert_scaled(wc_i128_of(1), 18, "0.000000000000000001");
}

static void writes_the_ends_of_128_bits(void **state)
{
    (void)state;
    assert_scaled(WC_I128_MAX, 0, "170141183460469231731687303715884105727");
    assert_scaled(WC_I128_MIN, 0, "-170141183460469231731687303715884105728");
    assert_scaled(WC_I128_MIN, 18, "-170141183460469231731.687303715884105728");
    assert_scaled((wc_i128){0, 1}, 0, "18446744073709551616");
    assert_scaled((wc_i128){0, -1}, 0, "-18446744073709551616");
}

static void a_full_buffer_takes_no_part_of_a_number(void **state)
{
    (void)state;
    char memory[4];
    wc_buf buf;
    wc_buf_init(&buf, memory, sizeof memory);
    wc_put_scaled(&buf, -123, 2);
    assert_status(wc_buf_status(&buf), WC_NO_SPACE);
    assert_int_equal(buf.len, 0);
}

static void assert_parsed(const char *text, unsigned scale, int64_t expected)
{
    int64_t value = 77;
    assert_status(wc_parse_scaled(wc_str_of(text), scale, &value), WC_OK);
    assert_true(value == expected);
}

static void assert_not_parsed(const char *text, unsigned scale, wc_status expected)
{
    int64_t value = 77;
    assert_status(wc_parse_scaled(wc_str_of(text), scale, &value), expected);
    assert_true(value == 77);
}

static void reads_decimals_up_to_the_scale(void **state)
{
    (void)state;
    assert_parsed("0", 0, 0);
    assert_parsed("-0", 2, 0);
    assert_parsed("007", 0, 7);
    assert_parsed("1.5", 2, 150);
    assert_parsed("-0.05", 2, -5);
    assert_parsed("12", 3, 12000);
    assert_parsed("0.000000000000000001", 18, 1);
    assert_parsed("9223372036854775807", 0, INT64_MAX);
    assert_parsed("-9223372036854775808", 0, INT64_MIN);
    assert_parsed("-92233720368547758.08", 2, INT64_MIN);
    assert_parsed("000000000000000000000000000001", 0, 1);
}

static void refuses_other_forms(void **state)
{
    (void)state;
    static const char *const texts[] = {"",    "-",   ".",  "1.",  ".5",  "+1",  "--1",
                                        "1-",  " 1",  "1 ", "1e3", "1,5", "0x1", "1.2.3",
                                        "-.5", "1.x", "１", "1/",  "1:",  "- 1", "1.-5"};
    for (size_t i = 0; i < WC_ARRAY_LEN(texts); i++) {
        assert_not_parsed(texts[i], 4, WC_OUT_OF_DOMAIN);
    }
    assert_not_parsed("1.5", 0, WC_OUT_OF_DOMAIN);
    assert_not_parsed("1.234", 2, WC_OUT_OF_DOMAIN);
    assert_not_parsed("99999999999999999999999x", 2, WC_OUT_OF_DOMAIN);
}

static void says_overflow_one_step_outside(void **state)
{
    (void)state;
    assert_not_parsed("9223372036854775808", 0, WC_OVERFLOW);
    assert_not_parsed("-9223372036854775809", 0, WC_OVERFLOW);
    assert_not_parsed("18446744073709551616", 0, WC_OVERFLOW);
    assert_not_parsed("92233720368547758.08", 2, WC_OVERFLOW);
    assert_not_parsed("10", 18, WC_OVERFLOW);
}

static void reads_back_what_it_wrote(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_start(&prng, 20240605);
    for (int i = 0; i < 20000; i++) {
        int64_t value = wc_prng_i64(&prng);
        unsigned scale = (unsigned)wc_prng_below(&prng, 19);
        char memory[WC_DECIMAL_MAX];
        wc_buf buf;
        wc_buf_init(&buf, memory, sizeof memory);
        wc_put_scaled(&buf, value, scale);
        int64_t again = 0;
        assert_status(wc_parse_scaled((wc_str){memory, buf.len}, scale, &again), WC_OK);
        assert_true(again == value);
    }
}

/* ---- hex ----------------------------------------------------------------------------------------
 */

static void reads_hex_of_exactly_the_size(void **state)
{
    (void)state;
    uint8_t bytes[3] = {7, 7, 7};
    assert_status(wc_parse_hex(WC_STR("009aFf"), bytes, 3), WC_OK);
    assert_memory_equal(bytes, "\x00\x9a\xff", 3);
    assert_status(wc_parse_hex(WC_STR(""), bytes, 0), WC_OK);
    static const char *const texts[] = {"",         "0",      "00",     "0000000",
                                        "00000000", "00000g", "0000 0", "00000/",
                                        "00000:",   "00000@", "00000G", "00000`"};
    for (size_t i = 0; i < WC_ARRAY_LEN(texts); i++) {
        assert_status(wc_parse_hex(wc_str_of(texts[i]), bytes, 3), WC_OUT_OF_DOMAIN);
    }
    assert_status(wc_parse_hex((wc_str){"00", 2}, bytes, SIZE_MAX / 2 + 2), WC_OUT_OF_DOMAIN);
    assert_memory_equal(bytes, "\x00\x9a\xff", 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(admits_the_ends_of_each_length),
        cmocka_unit_test(refuses_what_lies_one_step_outside),
        cmocka_unit_test(refuses_control_characters),
        cmocka_unit_test(refuses_marks_of_direction),
        cmocka_unit_test(refuses_every_cut_character),
        cmocka_unit_test(agrees_with_the_code_point_ranges),
        cmocka_unit_test(writes_decimals_at_each_scale),
        cmocka_unit_test(writes_the_ends_of_128_bits),
        cmocka_unit_test(a_full_buffer_takes_no_part_of_a_number),
        cmocka_unit_test(reads_decimals_up_to_the_scale),
        cmocka_unit_test(refuses_other_forms),
        cmocka_unit_test(says_overflow_one_step_outside),
        cmocka_unit_test(reads_back_what_it_wrote),
        cmocka_unit_test(reads_hex_of_exactly_the_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
