/* Bytes and characters of a text, in both encodings. Expected places are counted by hand. */
#include <string.h>

#include "node/lsp/position.h"
#include "tests/support/prng.h"
#include "tests/support/test.h"

#define LINES_MAX 64u

static uint32_t lines[LINES_MAX];

static wc_lined_text lined(const char *text)
{
    wc_lined_text out = {.text = wc_str_of(text), .lines = lines};
    out.line_count = wc_lines_of(out.text, NULL);
    assert_true(out.line_count <= LINES_MAX);
    assert_int_equal(wc_lines_of(out.text, lines), out.line_count);
    return out;
}

static void expect(const char *text, uint32_t offset, wc_position utf16, wc_position utf8)
{
    wc_lined_text from = lined(text);
    wc_position found = wc_position_of(&from, WC_ENCODING_UTF16, offset);
    assert_int_equal(found.line, utf16.line);
    assert_int_equal(found.character, utf16.character);
    assert_int_equal(wc_offset_of(&from, WC_ENCODING_UTF16, utf16), offset);
    found = wc_position_of(&from, WC_ENCODING_UTF8, offset);
    assert_int_equal(found.line, utf8.line);
    assert_int_equal(found.character, utf8.character);
    assert_int_equal(wc_offset_of(&from, WC_ENCODING_UTF8, utf8), offset);
}

#define AT(line, character) ((wc_position){line, character})

static void a_character_above_the_first_plane_has_two_units(void **state)
{
    (void)state;
    static const char text[] = "a\xC3\xA9\xE7\x94\xB5\xF0\x9D\x84\x9Ez"; /* a é 电 𝄞 z */
    expect(text, 0, AT(0, 0), AT(0, 0));
    expect(text, 1, AT(0, 1), AT(0, 1));
    expect(text, 3, AT(0, 2), AT(0, 3));
    expect(text, 6, AT(0, 3), AT(0, 6));
    expect(text, 10, AT(0, 5), AT(0, 10));
    expect(text, 11, AT(0, 6), AT(0, 11));
}

static void lines_end_in_three_ways(void **state)
{
    (void)state;
    static const char text[] = "ab\ncd\r\nef\rgh";
    assert_int_equal(lined(text).line_count, 4);
    expect(text, 2, AT(0, 2), AT(0, 2));
    expect(text, 3, AT(1, 0), AT(1, 0));
    expect(text, 5, AT(1, 2), AT(1, 2));
    expect(text, 7, AT(2, 0), AT(2, 0));
    expect(text, 10, AT(3, 0), AT(3, 0));
    expect(text, 12, AT(3, 2), AT(3, 2));
    assert_int_equal(lined("").line_count, 1);
    assert_int_equal(lined("\n").line_count, 2);
    assert_int_equal(lined("\r\r\n").line_count, 3);
}

static void a_place_that_is_none_means_the_nearest_before(void **state)
{
    (void)state;
    static const char text[] = "\xF0\x9D\x84\x9E\nb"; /* 𝄞 */
    wc_lined_text from = lined(text);
    assert_int_equal(wc_offset_of(&from, WC_ENCODING_UTF16, AT(0, 1)), 0); /* inside the pair */
    assert_int_equal(wc_offset_of(&from, WC_ENCODING_UTF16, AT(0, 9)), 4); /* behind the line */
    assert_int_equal(wc_offset_of(&from, WC_ENCODING_UTF8, AT(0, 3)), 0);
    assert_int_equal(wc_offset_of(&from, WC_ENCODING_UTF8, AT(1, 7)), 6);
    assert_int_equal(wc_offset_of(&from, WC_ENCODING_UTF8, AT(5, 0)), 6); /* behind the text */
    assert_int_equal(wc_position_of(&from, WC_ENCODING_UTF16, 2).character, 0);
}

static void a_carriage_return_belongs_to_the_end_of_its_line(void **state)
{
    (void)state;
    wc_lined_text from = lined("ab\r\ncd");
    assert_int_equal(wc_offset_of(&from, WC_ENCODING_UTF16, AT(0, 5)), 2);
    wc_position inside = wc_position_of(&from, WC_ENCODING_UTF16, 3);
    assert_int_equal(inside.line, 0);
    assert_int_equal(inside.character, 2);
}

/* Any bytes: every offset at the start of a character comes back. */
static void there_and_back_is_the_same_place(void **state)
{
    (void)state;
    static const char *const pieces[] = {"a",    "\xC3\xA9", "\xE7\x94\xB5", "\xF0\x9D\x84\x9E",
                                         "\n",   "\r\n",     "\r",           "\xFF",
                                         "\xC3", " "};
    wc_prng prng;
    wc_prng_start(&prng, 17);
    for (int round = 0; round < 2000; round++) {
        char text[80] = "";
        uint32_t starts[32], count = 0;
        for (size_t i = 0; i < 16; i++) {
            starts[count++] = (uint32_t)strlen(text);
            const char *piece = pieces[wc_prng_below(&prng, WC_ARRAY_LEN(pieces))];
            memcpy(text + starts[i], piece, strlen(piece) + 1);
        }
        wc_lined_text from = lined(text);
        for (uint32_t i = 0; i < count; i++) {
            /* CR, then LF as a piece of its own, are one end of a line all the same. */
            bool is_split = starts[i] > 0 && text[starts[i]] == '\n' && text[starts[i] - 1] == '\r';
            if (is_split) continue;
            for (int encoding = WC_ENCODING_UTF16; encoding <= WC_ENCODING_UTF8; encoding++) {
                wc_position place = wc_position_of(&from, (wc_encoding)encoding, starts[i]);
                assert_int_equal(wc_offset_of(&from, (wc_encoding)encoding, place), starts[i]);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_character_above_the_first_plane_has_two_units),
        cmocka_unit_test(lines_end_in_three_ways),
        cmocka_unit_test(a_place_that_is_none_means_the_nearest_before),
        cmocka_unit_test(a_carriage_return_belongs_to_the_end_of_its_line),
        cmocka_unit_test(there_and_back_is_the_same_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
