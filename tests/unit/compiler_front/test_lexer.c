/* The scanner: every token, where quantities end, what cannot be a token, and the limits. */
#include "compiler/lex/lexer.h"

#include <stdlib.h>

#include "tests/unit/compiler_front/front.h"

int WcParseFallback(int token); /* of the generated parser */

/* The tokens of text as "kind:text" joined by blanks, kinds as wc_token_name has them; comments are
 * shown as //. */
static const char *scan(front *f, wc_str text)
{
    wc_lexer lexer;
    wc_lexer_init(&lexer, &f->diags, front_add(f, text));
    wc_buf buf;
    wc_buf_init(&buf, f->text, 1u << 19);
    for (;;) {
        wc_token token = wc_lexer_next(&lexer);
        if (token.kind == WC_TOKEN_END) break;
        if (buf.len != 0) wc_buf_put_u8(&buf, ' ');
        if (token.kind == WC_TOKEN_COMMENT) {
            wc_buf_put_text(&buf, "//");
            continue;
        }
        const char *spelling = wc_token_spelling(token.kind);
        wc_buf_put_text(&buf, spelling != NULL ? spelling : wc_token_name(token.kind));
        if (spelling == NULL) wc_format(&buf, "<{}>", wc_source_text(f->source, token.span));
    }
    f->text[buf.len] = '\0';
    return f->text;
}

static void assert_scans(const char *text, const char *tokens)
{
    front f;
    front_open(&f);
    assert_string_equal(scan(&f, wc_str_of(text)), tokens);
    assert_string_equal(front_report(&f), "");
    front_close(&f);
}

static void assert_complains(wc_str text, const char *tokens, const char *report)
{
    front f;
    front_open(&f);
    assert_string_equal(scan(&f, text), tokens);
    assert_string_equal(front_report(&f), report);
    front_close(&f);
}

/* ---- the table ----------------------------------------------------------------------------- */

typedef struct row {
    const char *text;
    int kind;
    bool is_keyword;
    bool is_reserved;
} row;

#define RESERVED true
#define CONTEXT  false

static const row rows[] = {
#define WC_KEYWORD(name, text, class) {text, WC_TOKEN_##name, true, class},
#define WC_PUNCT(name, text)          {text, WC_TOKEN_##name, false, false},
#include "compiler/lex/tokens.def"
#undef WC_KEYWORD
#undef WC_PUNCT
};

static void every_spelling_scans_as_its_token(void **state)
{
    (void)state;
    for (size_t i = 0; i < WC_ARRAY_LEN(rows); i++) {
        front f;
        front_open(&f);
        wc_lexer lexer;
        wc_lexer_init(&lexer, &f.diags, front_add(&f, wc_str_of(rows[i].text)));
        wc_token token = wc_lexer_next(&lexer);
        assert_int_equal(token.kind, rows[i].kind);
        assert_int_equal(token.span.start, 0);
        assert_int_equal(token.span.end, strlen(rows[i].text));
        assert_int_equal(wc_lexer_next(&lexer).kind, WC_TOKEN_END);
        assert_int_equal(wc_lexer_next(&lexer).kind, WC_TOKEN_END);
        assert_string_equal(wc_token_spelling(token.kind), rows[i].text);
        assert_string_equal(front_report(&f), "");
        front_close(&f);
    }
}

static void keywords_are_sorted_and_classed_as_the_grammar_says(void **state)
{
    (void)state;
    const char *before = "";
    for (size_t i = 0; i < WC_ARRAY_LEN(rows); i++) {
        assert_int_equal(wc_token_is_keyword(rows[i].kind), rows[i].is_keyword);
        assert_int_equal(wc_token_is_reserved(rows[i].kind), rows[i].is_reserved);
        if (!rows[i].is_keyword) continue;
        assert_true(strcmp(before, rows[i].text) < 0);
        before = rows[i].text;
        assert_int_equal(WcParseFallback(rows[i].kind), rows[i].is_reserved ? 0 : WC_TOKEN_IDENT);
        assert_int_equal(wc_token_of_word(wc_str_of(rows[i].text)), rows[i].kind);
    }
    assert_int_equal(wc_token_of_word(WC_STR("act")), WC_TOKEN_IDENT);
    assert_int_equal(wc_token_of_word(WC_STR("actions")), WC_TOKEN_IDENT);
    assert_int_equal(wc_token_of_word(WC_STR("Action")), WC_TOKEN_IDENT);
    assert_int_equal(wc_token_of_word(WC_STR("")), WC_TOKEN_IDENT);
}

/* ---- tokens -------------------------------------------------------------------------------- */

static void longest_tokens_win(void **state)
{
    (void)state;
    assert_scans("a<=b=>c->d-=e==f!=g", "a name<a> <= a name<b> => a name<c> -> a name<d> -= "
                                        "a name<e> == a name<f> != a name<g>");
    assert_scans("actionable x_1 _ x", "a name<actionable> a name<x_1> _ a name<x>");
}

static void numbers_stop_at_ranges(void **state)
{
    (void)state;
    assert_scans("0..5", "a number<0> .. a number<5>");
    assert_scans("1.5..2.5", "a number<1.5> .. a number<2.5>");
    assert_scans("x[1].y", "a name<x> [ a number<1> ] . a name<y>");
    assert_scans("list<series<int, 3>>",
                 "a name<list> < a name<series> < a name<int> , a number<3> > >");
}

static void quantities_take_one_blank_and_a_whole_unit(void **state)
{
    (void)state;
    assert_scans("100 kWh/h", "a number with a unit<100 kWh/h>");
    assert_scans("100 kWh / h", "a number with a unit<100 kWh> / a name<h>");
    assert_scans("100kWh", "a number with a unit<100kWh>");
    assert_scans("100  kWh", "a number<100> a name<kWh>");
    assert_scans("100\tkWh", "a number<100> a name<kWh>");
    assert_scans("100\nkWh", "a number<100> a name<kWh>");
    assert_scans("0.38000 CNY/kWh;", "a number with a unit<0.38000 CNY/kWh> ;");
    assert_scans("1 CNY/kW/h", "a number with a unit<1 CNY/kW/h>");
    assert_scans("1 kW*h/x", "a number with a unit<1 kW*h/x>");
    assert_scans("0.05 1/h", "a number with a unit<0.05 1/h>");
    assert_scans("15 min, 5", "a number with a unit<15 min> , a number<5>");
    assert_scans("5 kWh// per day", "a number with a unit<5 kWh> //");
    assert_scans("5.5% x", "a percentage<5.5%> a name<x>");
    assert_scans("-3_800.00 CNY", "- a number with a unit<3_800.00 CNY>");
}

static void a_keyword_is_no_unit(void **state)
{
    (void)state;
    assert_scans("5 when", "a number<5> when");
    assert_scans("2160 h when", "a number with a unit<2160 h> when");
    assert_scans("5 kWh/when", "a number with a unit<5 kWh> / when");
    assert_scans("5 1/when", "a number<5> a number<1> / when");
    assert_scans("5 whenever", "a number with a unit<5 whenever>");
    assert_scans("5 min", "a number with a unit<5 min>");
}

static void dates_and_times_are_tokens(void **state)
{
    (void)state;
    assert_scans("2026-01-31", "a date<2026-01-31>");
    assert_scans("2026 - 01 - 31", "a number<2026> - a number<01> - a number<31>");
    assert_scans("2026-01-31T08:15Z x", "a date and time<2026-01-31T08:15Z> a name<x>");
    assert_scans("2026-01-31T08:15:00+08:00;", "a date and time<2026-01-31T08:15:00+08:00> ;");
    assert_scans("2026-01-31T08:15:00-x", "a date and time<2026-01-31T08:15:00-> a name<x>");
}

static void texts_end_at_their_quote(void **state)
{
    (void)state;
    assert_scans("\"a\" \"b\\\"c\"", "a text in quotes<\"a\"> a text in quotes<\"b\\\"c\">");
    assert_scans("\"\\\\\" x", "a text in quotes<\"\\\\\"> a name<x>");
    assert_scans("\"// no comment\"", "a text in quotes<\"// no comment\">");
}

static void comments_are_tokens_of_their_own(void **state)
{
    (void)state;
    assert_scans("a // b\nc //", "a name<a> // a name<c> //");
    assert_scans("a // b\r\nc", "a name<a> // a name<c>");
    assert_scans("// \xe5\x90\x88\xe5\x90\x8c", "//");
}

static void a_byte_order_mark_at_the_start_is_passed_over(void **state)
{
    (void)state;
    assert_scans("\xEF\xBB\xBFmodule", "module");
    assert_complains(WC_STR("a\n\xEF\xBB\xBF"), "a name<a> a name<\xEF\xBB\xBF>",
                     "2:1 E0101 `\xEF\xBB\xBF` is not a name of Clause\n");
}

/* ---- what is no token ---------------------------------------------------------------------- */

static void control_characters_are_reported_and_passed_over(void **state)
{
    (void)state;
    assert_complains(WC_STR("a\0\0b"), "a name<a> a name<b>",
                     "1:2 E0102 control character \\u{00}\\u{00} in the source\n");
    assert_complains(WC_STR("a \x7f b\r\n\x1b"), "a name<a> a name<b>",
                     "1:3 E0102 control character \\u{7f} in the source\n"
                     "2:1 E0102 control character \\u{1b} in the source\n");
    assert_complains(WC_STR("a\rb"), "a name<a> a name<b>",
                     "1:2 E0102 control character \\u{0d} in the source\n");
    assert_complains(WC_STR("a\r"), "a name<a>",
                     "1:2 E0102 control character \\u{0d} in the source\n");
    assert_complains(WC_STR("\"a\x07\""), "a text in quotes<\"a\\u{07}\">",
                     "1:3 E0102 control character \\u{07} in the source\n");
    assert_complains(WC_STR("// \xC2\x9B"), "//", /* a C1 control */
                     "1:4 E0102 control character \\u{9b} in the source\n");
}

static void direction_marks_are_reported_wherever_they_stand(void **state)
{
    (void)state;
    assert_complains(WC_STR("// \xE2\x80\xAE x"), "//",
                     "1:4 E0103 character \\u{202e} changes the direction of text\n");
    assert_complains(WC_STR("\"\xE2\x81\xA6\""), "a text in quotes<\"\\u{2066}\">",
                     "1:2 E0103 character \\u{2066} changes the direction of text\n");
    assert_complains(WC_STR("a\xE2\x80\x8F"
                            "b"),
                     "a name<a\\u{200f}b>",
                     "1:2 E0103 character \\u{200f} changes the direction of text\n");
}

static void bytes_that_are_not_utf_8_are_reported_once_per_run(void **state)
{
    (void)state;
    assert_complains(WC_STR("// caf\xe9 \xff\xfe"), "//",
                     "1:7 E0104 the bytes \\xe9 are not UTF-8\n"
                     "1:9 E0104 the bytes \\xff\\xfe are not UTF-8\n");
    assert_complains(WC_STR("\xC0\x80 \xED\xA0\x80 \xF4\x90\x80\x80 \xE5\x90"), "",
                     "1:1 E0104 the bytes \\xc0\\x80 are not UTF-8\n"
                     "1:3 E0104 the bytes \\xed\\xa0\\x80 are not UTF-8\n"
                     "1:5 E0104 the bytes \\xf4\\x90\\x80\\x80 are not UTF-8\n"
                     "1:7 E0104 the bytes \\xe5\\x90 are not UTF-8\n");
}

static void full_width_signs_go_on_as_what_they_mean(void **state)
{
    (void)state;
    assert_complains(WC_STR("x\xEF\xBC\x9B"), "a name<x> ;",
                     "1:2 E0101 `\xEF\xBC\x9B` is not the ASCII sign `;`\n");
    assert_complains(WC_STR("5\xEF\xBC\x8C"
                            "6"),
                     "a number<5> , a number<6>",
                     "1:2 E0101 `\xEF\xBC\x8C` is not the ASCII sign `,`\n");
    assert_complains(WC_STR("a\xE2\x89\xA5"
                            "b"),
                     "a name<a> >= a name<b>",
                     "1:2 E0101 `\xE2\x89\xA5` is not the ASCII sign `>=`\n");
    assert_complains(WC_STR("a\xE3\x80\x80"
                            "b"),
                     "a name<a> a name<b>", "1:2 E0101 `\xE3\x80\x80` is not the ASCII sign ` `\n");
}

static void a_word_beyond_ascii_is_one_name(void **state)
{
    (void)state;
    assert_complains(WC_STR("p\xD0\xB0y \xE5\x8D\x95\xE4\xBB\xB7;"),
                     "a name<p\xD0\xB0y> a name<\xE5\x8D\x95\xE4\xBB\xB7> ;",
                     "1:1 E0101 `p\xD0\xB0y` is not a name of Clause\n"
                     "1:5 E0101 `\xE5\x8D\x95\xE4\xBB\xB7` is not a name of Clause\n");
}

static void foreign_comments_are_skipped_whole(void **state)
{
    (void)state;
    assert_complains(WC_STR("a /* b\n c */ d"), "a name<a> a name<d>",
                     "1:3 E0116 Clause has no comments of this form\n");
    assert_complains(WC_STR("/*/ d"), "", "1:1 E0116 Clause has no comments of this form\n");
    assert_complains(WC_STR("/**/d"), "a name<d>",
                     "1:1 E0116 Clause has no comments of this form\n");
    assert_complains(WC_STR("/*"), "", "1:1 E0116 Clause has no comments of this form\n");
}

static void an_open_text_ends_with_its_line(void **state)
{
    (void)state;
    assert_complains(WC_STR("\"abc\ndef"), "a text in quotes<\"abc> a name<def>",
                     "1:1 E0105 the text has no closing quote\n");
    assert_complains(WC_STR("\"abc\\"), "a text in quotes<\"abc\\>",
                     "1:1 E0105 the text has no closing quote\n");
    assert_complains(WC_STR("\""), "a text in quotes<\">",
                     "1:1 E0105 the text has no closing quote\n");
}

/* ---- limits -------------------------------------------------------------------------------- */

static void names_have_at_most_64_bytes(void **state)
{
    (void)state;
    char text[WC_NAME_MAX + 2];
    for (size_t len = WC_NAME_MAX - 1; len <= WC_NAME_MAX + 1; len++) {
        memset(text, 'x', len);
        front f;
        front_open(&f);
        (void)scan(&f, (wc_str){text, len});
        assert_string_equal(
            front_report(&f),
            len <= WC_NAME_MAX ? "" : "1:1 E0111 the name has 65 bytes, the most is 64\n");
        front_close(&f);
    }
}

static size_t count_tokens(front *f, wc_str text)
{
    wc_lexer lexer;
    wc_lexer_init(&lexer, &f->diags, front_add(f, text));
    size_t count = 0;
    while (wc_lexer_next(&lexer).kind != WC_TOKEN_END) count++;
    return count;
}

static void a_file_has_at_most_a_million_tokens(void **state)
{
    (void)state;
    char *text = malloc(WC_TOKENS_MAX + 1);
    assert_non_null(text);
    memset(text, ';', WC_TOKENS_MAX + 1);
    for (size_t count = WC_TOKENS_MAX - 1; count <= WC_TOKENS_MAX + 1; count++) {
        front f;
        front_open(&f);
        bool fits = count <= WC_TOKENS_MAX;
        assert_int_equal(count_tokens(&f, (wc_str){text, count}), fits ? count : WC_TOKENS_MAX);
        assert_string_equal(front_report(&f),
                            fits ? "" : "1:1000001 E0113 the file has more than 1000000 tokens\n");
        front_close(&f);
    }
    free(text);
}

static void a_file_has_at_most_a_mebibyte(void **state)
{
    (void)state;
    char *text = malloc(WC_SOURCE_MAX + 1);
    assert_non_null(text);
    memset(text, ' ', WC_SOURCE_MAX + 1);
    for (size_t len = WC_SOURCE_MAX - 1; len <= WC_SOURCE_MAX + 1; len++) {
        front f;
        front_open(&f);
        (void)count_tokens(&f, (wc_str){text, len});
        assert_string_equal(
            front_report(&f),
            len <= WC_SOURCE_MAX ? "" : "1:1 E0112 the file is larger than 1048576 bytes\n");
        front_close(&f);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_spelling_scans_as_its_token),
        cmocka_unit_test(keywords_are_sorted_and_classed_as_the_grammar_says),
        cmocka_unit_test(longest_tokens_win),
        cmocka_unit_test(numbers_stop_at_ranges),
        cmocka_unit_test(quantities_take_one_blank_and_a_whole_unit),
        cmocka_unit_test(a_keyword_is_no_unit),
        cmocka_unit_test(dates_and_times_are_tokens),
        cmocka_unit_test(texts_end_at_their_quote),
        cmocka_unit_test(comments_are_tokens_of_their_own),
        cmocka_unit_test(a_byte_order_mark_at_the_start_is_passed_over),
        cmocka_unit_test(control_characters_are_reported_and_passed_over),
        cmocka_unit_test(direction_marks_are_reported_wherever_they_stand),
        cmocka_unit_test(bytes_that_are_not_utf_8_are_reported_once_per_run),
        cmocka_unit_test(full_width_signs_go_on_as_what_they_mean),
        cmocka_unit_test(a_word_beyond_ascii_is_one_name),
        cmocka_unit_test(foreign_comments_are_skipped_whole),
        cmocka_unit_test(an_open_text_ends_with_its_line),
        cmocka_unit_test(names_have_at_most_64_bytes),
        cmocka_unit_test(a_file_has_at_most_a_million_tokens),
        cmocka_unit_test(a_file_has_at_most_a_mebibyte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
