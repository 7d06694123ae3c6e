/* Characters: decoding, widths, and what may be shown. */
#include "compiler/lex/utf8.h"

#include "tests/support/test.h"
#include "vm/base/text.h"

static void assert_char(const char *text, uint32_t code, uint8_t len, bool is_valid)
{
    wc_utf8_char character = wc_utf8_at(wc_str_of(text), 0);
    assert_int_equal(character.code, code);
    assert_int_equal(character.len, len);
    assert_int_equal(character.is_valid, is_valid);
}

static void the_first_and_last_of_each_length_decode(void **state)
{
    (void)state;
    assert_char("\x01", 0x01, 1, true);
    assert_char("\x7f", 0x7F, 1, true);
    assert_char("\xC2\x80", 0x80, 2, true);
    assert_char("\xDF\xBF", 0x7FF, 2, true);
    assert_char("\xE0\xA0\x80", 0x800, 3, true);
    assert_char("\xED\x9F\xBF", 0xD7FF, 3, true);
    assert_char("\xEE\x80\x80", 0xE000, 3, true);
    assert_char("\xEF\xBF\xBF", 0xFFFF, 3, true);
    assert_char("\xF0\x90\x80\x80", 0x10000, 4, true);
    assert_char("\xF4\x8F\xBF\xBF", 0x10FFFF, 4, true);
}

static void what_is_not_shortest_form_or_no_character_is_a_stray_byte(void **state)
{
    (void)state;
    static const char *const bad[] = {"\x80",
                                      "\xBF",
                                      "\xC0\x80",
                                      "\xC1\xBF",
                                      "\xC2",
                                      "\xC2x",
                                      "\xE0\x9F\xBF",
                                      "\xE0\x80",
                                      "\xED\xA0\x80",
                                      "\xED\xBF\xBF",
                                      "\xF0\x8F\xBF\xBF",
                                      "\xF0\x90\x80",
                                      "\xF4\x90\x80\x80",
                                      "\xF5\x80\x80\x80",
                                      "\xFE",
                                      "\xFF"};
    for (size_t i = 0; i < WC_ARRAY_LEN(bad); i++)
        assert_char(bad[i], (uint8_t)bad[i][0], 1, false);
}

static void a_cut_keeps_whole_characters(void **state)
{
    (void)state;
    wc_str text = WC_STR("a\xE5\x90\x88\xF0\x9F\x98\x80");
    static const size_t kept[] = {0, 1, 1, 1, 4, 4, 4, 4, 8};
    for (size_t len = 0; len <= text.len; len++)
        assert_int_equal(wc_utf8_whole((wc_str){text.data, len}), kept[len]);
    assert_int_equal(wc_utf8_whole(WC_STR("\x80\x80\x80\x80")), 4); /* stray bytes stay */
}

static void controls_and_direction_marks_are_known(void **state)
{
    (void)state;
    static const uint32_t controls[] = {0, 0x1F, 0x7F, 0x80, 0x9F};
    static const uint32_t marks[] = {0x061C, 0x200E, 0x200F, 0x202A, 0x202E, 0x2066, 0x2069};
    static const uint32_t plain[] = {0x20,   0x7E,   0xA0,   0x061B, 0x061D, 0x200D,
                                     0x2010, 0x2029, 0x202F, 0x2065, 0x206A, 0x5408};
    for (size_t i = 0; i < WC_ARRAY_LEN(controls); i++)
        assert_true(wc_utf8_is_control(controls[i]));
    for (size_t i = 0; i < WC_ARRAY_LEN(marks); i++) assert_true(wc_utf8_is_bidi(marks[i]));
    for (size_t i = 0; i < WC_ARRAY_LEN(plain); i++)
        assert_false(wc_utf8_is_control(plain[i]) || wc_utf8_is_bidi(plain[i]));
}

/* What a source may not write into a text, a transaction may not bring in one either. */
static void texts_hold_what_a_source_can_write(void **state)
{
    (void)state;
    for (uint32_t code = 0; code < 0x110000; code++) {
        uint8_t bytes[4];
        size_t bad, len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
        static const uint8_t marks[] = {0, 0, 0xC0, 0xE0, 0xF0};
        if (code >= 0xD800 && code < 0xE000) continue;
        for (size_t i = len; i-- > 1;)
            bytes[i] = (uint8_t)(0x80 | (code >> 6 * (len - 1 - i) & 0x3F));
        bytes[0] = (uint8_t)(marks[len] | code >> 6 * (len - 1));
        bool hides = wc_utf8_is_control(code) || wc_utf8_is_bidi(code);
        wc_slice text = wc_slice_of(bytes, len);
        uint32_t found = 0;
        assert_int_equal(wc_utf8_check(text, &bad), hides ? WC_BAD_UTF8 : WC_OK);
        assert_int_equal(wc_utf8_hiding(text, &found), hides ? len : 0);
        assert_int_equal(found, hides ? code : 0);
    }
}

static void widths_follow_the_blocks(void **state)
{
    (void)state;
    assert_int_equal(wc_utf8_width('a'), 1);
    assert_int_equal(wc_utf8_width(0xE9), 1);
    assert_int_equal(wc_utf8_width(0x0301), 0); /* combining acute */
    assert_int_equal(wc_utf8_width(0x200B), 0);
    assert_int_equal(wc_utf8_width(0x20AC), 1); /* euro */
    assert_int_equal(wc_utf8_width(0x5408), 2);
    assert_int_equal(wc_utf8_width(0xFF1B), 2); /* full-width semicolon */
    assert_int_equal(wc_utf8_width(0xFF61), 1); /* half-width katakana */
    assert_int_equal(wc_utf8_width(0x1F600), 2);
    assert_int_equal(wc_utf8_width(0xAC00), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_and_last_of_each_length_decode),
        cmocka_unit_test(what_is_not_shortest_form_or_no_character_is_a_stray_byte),
        cmocka_unit_test(a_cut_keeps_whole_characters),
        cmocka_unit_test(controls_and_direction_marks_are_known),
        cmocka_unit_test(texts_hold_what_a_source_can_write),
        cmocka_unit_test(widths_follow_the_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
