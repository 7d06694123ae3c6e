/* Diagnostics: formats, the list's order and limits, escaping, and how several marks share a line.
 */
#include "compiler/diag.h"

#include "compiler/lex/utf8.h"
#include "tests/unit/compiler_front/front.h"

static wc_span at(uint32_t start, uint32_t end, uint16_t file)
{
    return (wc_span){start, end, file};
}

static wc_str bytes(const char *text, size_t len)
{
    return (wc_str){text, len};
}

/* The span of the n-th occurrence (from 0) of part in the last source. */
static wc_span span_of(const front *f, const char *part, size_t n)
{
    wc_str text = f->source->text;
    size_t len = strlen(part);
    for (size_t i = 0; i + len <= text.len; i++) {
        if (memcmp(text.data + i, part, len) != 0 || n-- != 0) continue;
        return at((uint32_t)i, (uint32_t)(i + len), f->source->file);
    }
    fail_msg("%s is not there", part);
    return at(0, 0, 0);
}

/* ---- formats ------------------------------------------------------------------------------- */

static void assert_formatted(const wc_buf *buf, const char *text)
{
    assert_int_equal(buf->len, strlen(text));
    assert_memory_equal(buf->data, text, buf->len);
}

static void formats_take_values_of_every_kind(void **state)
{
    (void)state;
    uint8_t memory[256];
    wc_buf buf;
    wc_buf_init(&buf, memory, sizeof memory);
    wc_format(&buf, "{} {} {} {}", -3, 4u, (uint8_t)255, (size_t)7);
    assert_formatted(&buf, "-3 4 255 7");
    wc_buf_init(&buf, memory, sizeof memory);
    wc_format(&buf, "{}|{}|{}", INT64_MIN, UINT64_MAX, WC_I128_MIN);
    assert_formatted(&buf, "-9223372036854775808|18446744073709551615|"
                           "-170141183460469231731687303715884105728");
    wc_buf_init(&buf, memory, sizeof memory);
    wc_format(&buf, "`{}` and {}{}", WC_STR("name"), "text", true);
    assert_formatted(&buf, "`name` and text1");
    wc_buf_init(&buf, memory, sizeof memory);
    wc_format(&buf, "{ } {x} }{ {");
    assert_formatted(&buf, "{ } {x} }{ {");
    wc_buf_init(&buf, memory, sizeof memory);
    wc_format(&buf, "{}{}{}{}{}{}{}{}", 1, 2, 3, 4, 5, 6, 7, 8);
    assert_formatted(&buf, "12345678");
}

static void values_are_escaped_and_cut(void **state)
{
    (void)state;
    uint8_t memory[512];
    wc_buf buf;
    wc_buf_init(&buf, memory, sizeof memory);
    static const char odd[] = "a\x1b[31m\n\xe5\x90\x88\xff\xe2\x80\xae";
    wc_format(&buf, "{}", bytes(odd, sizeof odd - 1));
    assert_formatted(&buf, "a\\u{1b}[31m\\u{0a}\xe5\x90\x88\\xff\\u{202e}");

    char text[90];
    memset(text, 'x', sizeof text);
    wc_buf_init(&buf, memory, sizeof memory);
    wc_format(&buf, "{}", bytes(text, 80));
    assert_int_equal(buf.len, 80);
    wc_buf_init(&buf, memory, sizeof memory);
    wc_format(&buf, "{}", bytes(text, 81));
    assert_int_equal(buf.len, 83);
    assert_memory_equal(memory + 80, "...", 3);
    memcpy(text + 79, "\xe5\x90\x88", 3); /* never cut inside a character */
    wc_buf_init(&buf, memory, sizeof memory);
    wc_format(&buf, "{}", bytes(text, 82));
    assert_int_equal(buf.len, 82);
    assert_memory_equal(memory + 79, "...", 3);

    static const char words[] = /* ours are whole, however long */
        "a sentence of the compiler's own, with what was needed and what to try, is shown to its "
        "end";
    wc_buf_init(&buf, memory, sizeof memory);
    wc_format(&buf, "{}", words);
    assert_formatted(&buf, words);
}

/* ---- the list ------------------------------------------------------------------------------ */

static void the_list_is_in_the_order_of_the_sources(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    const wc_source *first = front_add(&f, WC_STR("a b c"));
    const wc_source *second = front_add(&f, WC_STR("d e f"));
    wc_diag_report(&f.diags, WC_E0201, at(2, 3, second->file), "e");
    wc_diag_report(&f.diags, WC_E0201, at(4, 5, first->file), "c");
    wc_diag_report(&f.diags, WC_E0201, at(0, 1, first->file), "a");
    wc_diag_report(&f.diags, WC_E0202, at(4, 5, first->file), "c again");
    wc_diag_report(&f.diags, WC_E0201, at(0, 1, second->file), "d");
    assert_string_equal(front_report(&f), "1:1 E0201 a\n1:5 E0201 c\n1:5 E0202 c again\n"
                                          "1:1 E0201 d\n1:3 E0201 e\n");
    front_close(&f);
}

static size_t kept(const front *f)
{
    size_t count = 0;
    for (const wc_diag *diag = f->diags.first; diag != NULL; diag = diag->next) count++;
    return count;
}

static void fifty_errors_are_kept_and_the_rest_counted(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    (void)front_add(&f, WC_STR("x"));
    for (uint32_t i = 0; i < WC_ERRORS_MAX; i++) {
        assert_non_null(wc_diag_report(&f.diags, WC_E0201, at(0, 1, 0), "{}", i));
        assert_int_equal(kept(&f), i + 1);
    }
    assert_null(strstr(front_render(&f, WC_DIAG_SHORT, false), "not shown"));
    wc_diag *diag = wc_diag_report(&f.diags, WC_E0201, at(0, 1, 0), "one more");
    assert_null(diag);
    wc_diag_add_label(&f.diags, diag, at(0, 1, 0), "nothing");
    wc_diag_add_note(&f.diags, diag, "nothing");
    wc_diag_add_note_text(&f.diags, diag, WC_STR("nothing"));
    wc_diag_add_edit(&f.diags, diag, at(0, 1, 0), WC_STR("nothing"));
    wc_diag_add_fix(&f.diags, diag, at(0, 1, 0), WC_FIX_SURE, WC_STR(""), "nothing");
    assert_int_equal(kept(&f), WC_ERRORS_MAX);
    assert_int_equal(f.diags.error_count, WC_ERRORS_MAX + 1);
    assert_non_null(
        strstr(front_render(&f, WC_DIAG_SHORT, false), "\n1 more errors are not shown\n"));
    assert_status(wc_diags_status(&f.diags), WC_OK);
    front_close(&f);
}

static void a_full_arena_is_noted(void **state)
{
    (void)state;
    for (uint64_t granted = 0; granted < 10; granted++) {
        front f;
        front_open(&f);
        (void)front_add(&f, WC_STR("ab"));
        f.arena.fail_after =
            granted; /* diag, message, label, text, note, text, fix, edit, text, title */
        wc_diag *diag = wc_diag_report(&f.diags, WC_E0201, at(0, 1, 0), "message");
        wc_diag_add_label(&f.diags, diag, at(1, 2, 0), "label");
        wc_diag_add_note(&f.diags, diag, "note");
        wc_diag_add_fix(&f.diags, diag, at(0, 1, 0), WC_FIX_SURE, WC_STR("x"), "title");
        assert_status(wc_diags_status(&f.diags), WC_NO_MEMORY);
        assert_non_null(front_render(&f, WC_DIAG_HUMAN, false)); /* what is there can be shown */
        front_close(&f);
    }
}

static void a_long_message_is_cut_between_characters(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    (void)front_add(&f, WC_STR("x"));
    wc_str part =
        WC_STR("\xe5\x90\x88\xe5\x90\x88\xe5\x90\x88\xe5\x90\x88\xe5\x90\x88\xe5\x90\x88");
    static char format[2048];
    for (size_t i = 0; i + 19 < sizeof format; i += 18) memcpy(format + i, part.data, 18);
    const wc_diag *diag = wc_diag_report(&f.diags, WC_E0201, at(0, 1, 0), format);
    assert_int_equal(diag->message.len, 1023); /* 1024 less the odd byte */
    front_close(&f);
}

/* ---- rendering ----------------------------------------------------------------------------- */

static void marks_share_a_line_as_the_manual_shows(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    (void)front_add(&f, WC_STR("\n\nlet billable : Energy = delivered + strike;\n"));
    wc_span op = span_of(&f, "strike", 0);
    wc_diag *diag = wc_diag_report(&f.diags, WC_E0201, op, "units do not match in `{}`", "+");
    wc_diag_add_label(&f.diags, diag, op, "dec<5, CNY/kWh>");
    wc_diag_add_label(&f.diags, diag, span_of(&f, "delivered", 0), "dec<3, kWh>");
    wc_diag_add_note(&f.diags, diag, "a price cannot be added to energy");
    wc_diag_add_fix(&f.diags, diag, op, WC_FIX_MAYBE, WC_STR("x"), "multiply and round");
    assert_string_equal(front_render(&f, WC_DIAG_HUMAN, false),
                        "error[E0201]: units do not match in `+`\n"
                        "  --> test.clause:3:37\n"
                        "   |\n"
                        " 3 | let billable : Energy = delivered + strike;\n"
                        "   |                         ---------   ^^^^^^ dec<5, CNY/kWh>\n"
                        "   |                         dec<3, kWh>\n"
                        "   = a price cannot be added to energy\n"
                        "   = try: multiply and round\n\n");
    front_close(&f);
}

static void three_labels_hang_under_their_marks(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    (void)front_add(&f, WC_STR("aa bb cc"));
    wc_diag *diag = wc_diag_report(&f.diags, WC_E0201, span_of(&f, "aa", 0), "three");
    wc_diag_add_label(&f.diags, diag, span_of(&f, "aa", 0), "first");
    wc_diag_add_label(&f.diags, diag, span_of(&f, "cc", 0), "third");
    wc_diag_add_label(&f.diags, diag, span_of(&f, "bb", 0), "second");
    assert_string_equal(front_render(&f, WC_DIAG_HUMAN, false), "error[E0201]: three\n"
                                                                "  --> test.clause:1:1\n"
                                                                "   |\n"
                                                                " 1 | aa bb cc\n"
                                                                "   | ^^ -- -- third\n"
                                                                "   | |  second\n"
                                                                "   | first\n\n");
    front_close(&f);
}

static void labels_in_other_lines_and_files_are_shown_with_them(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    const wc_source *other = front_add(&f, WC_STR("one\ntwo\n"));
    (void)front_add(&f, WC_STR("1\n2\n3\n4\n5\n6\n7\n8\n9\nten ten\n"));
    wc_diag *diag = wc_diag_report(&f.diags, WC_E0201, span_of(&f, "ten", 0), "places");
    wc_diag_add_label(&f.diags, diag, span_of(&f, "9", 0), "just above");
    wc_diag_add_label(&f.diags, diag, span_of(&f, "2", 0), "far above");
    wc_diag_add_label(&f.diags, diag, at(4, 7, other->file), "elsewhere");
    assert_string_equal(front_render(&f, WC_DIAG_HUMAN, false), "error[E0201]: places\n"
                                                                "   --> test.clause:10:1\n"
                                                                "    |\n"
                                                                "  2 | 2\n"
                                                                "    | - far above\n"
                                                                "   ...\n"
                                                                "  9 | 9\n"
                                                                "    | - just above\n"
                                                                " 10 | ten ten\n"
                                                                "    | ^^^\n"
                                                                "   ::: test.clause:2:1\n"
                                                                "  2 | two\n"
                                                                "    | --- elsewhere\n\n");
    front_close(&f);
}

static void marks_stand_under_tabs_wide_and_escaped_characters(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    (void)front_add(&f, WC_STR("\t\xe5\x90\x88\x1b\xff"
                               "e\xcc\x81x"));
    (void)wc_diag_report(&f.diags, WC_E0201, span_of(&f, "x", 0), "here");
    /* 4 for the tab, 2 wide, 6 for \u{1b}, 4 for \xff, 1 for the accented letter */
    assert_string_equal(front_render(&f, WC_DIAG_HUMAN, false), "error[E0201]: here\n"
                                                                "  --> test.clause:1:7\n"
                                                                "   |\n"
                                                                " 1 |     \xe5\x90\x88\\u{1b}\\xff"
                                                                "e\xcc\x81x\n"
                                                                "   |                  ^\n\n");
    front_close(&f);
}

static void a_span_over_lines_is_marked_to_the_end_of_its_first(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    (void)front_add(&f, WC_STR("ab {\n}\n"));
    (void)wc_diag_report(&f.diags, WC_E0201, span_of(&f, "{\n}", 0), "block");
    (void)wc_diag_report(&f.diags, WC_E0203, at(7, 7, 0), "end");
    assert_string_equal(front_render(&f, WC_DIAG_HUMAN, false), "error[E0201]: block\n"
                                                                "  --> test.clause:1:4\n"
                                                                "   |\n"
                                                                " 1 | ab {\n"
                                                                "   |    ^\n\n"
                                                                "error[E0203]: end\n"
                                                                "  --> test.clause:3:1\n"
                                                                "   |\n"
                                                                " 3 | \n"
                                                                "   | ^\n\n");
    front_close(&f);
}

static void a_very_long_line_is_cut(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    static char text[5000];
    memset(text, 'x', sizeof text);
    (void)front_add(&f, (wc_str){text, sizeof text});
    (void)wc_diag_report(&f.diags, WC_E0201, at(4000, 4900, 0), "far out");
    const char *shown = front_render(&f, WC_DIAG_HUMAN, false);
    assert_true(strlen(shown) < 600);
    assert_non_null(strstr(shown, "xxx...\n"));
    assert_non_null(strstr(shown, "^\n"));
    front_close(&f);
}

static void json_escapes_what_json_must(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    (void)front_add(&f, WC_STR("x"));
    wc_diag *diag = wc_diag_report(&f.diags, WC_E0201, at(0, 1, 0), "quote \" and \\ and\ttab\xff");
    wc_diag_add_fix(&f.diags, diag, at(0, 1, 0), WC_FIX_SURE, WC_STR("a\n"), "two\nlines");
    assert_string_equal(
        front_render(&f, WC_DIAG_JSON, false),
        "[{\"code\":\"E0201\",\"severity\":\"error\","
        "\"message\":\"quote \\\" and \\\\ and\\u0009tab\\ufffd\","
        "\"spans\":[{\"file\":\"test.clause\",\"byte_start\":0,\"byte_end\":1,\"line\":1,"
        "\"col\":1,\"utf16_col\":1,\"label\":\"\",\"primary\":true}],\"notes\":[],"
        "\"fixes\":[{\"title\":\"two\\u000alines\",\"applicability\":\"sure\","
        "\"edits\":[{\"file\":\"test.clause\",\"byte_start\":0,\"byte_end\":1,"
        "\"text\":\"a\\u000a\"}]}],\"rule\":\"text that does not fit here\"}]\n");
    front_close(&f);
}

/* A name out of the wild, on a line that ends with carriage return and line feed. */
static void json_and_sarif_take_any_name_and_place(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    assert_status(wc_sources_add(f.sources, WC_STR("/a-b_c~D.9/\xe2\x80\xae \"<"),
                                 WC_STR("ab\r\ncd"), &f.source),
                  WC_OK);
    (void)wc_diag_report(&f.diags, WC_E0201, at(3, 4, 0), "behind the line");
    assert_non_null(strstr(front_render(&f, WC_DIAG_JSON, false),
                           "\"file\":\"/a-b_c~D.9/\\u202e \\\"<\",\"byte_start\":3,"
                           "\"byte_end\":4,\"line\":1,\"col\":4,\"utf16_col\":3,"));
    assert_non_null(strstr(front_render(&f, WC_DIAG_SARIF, false),
                           "\"uri\":\"file:///a-b_c~D.9/%E2%80%AE%20%22%3C\""));
    front_close(&f);
}

/* One fix with edits in two files, and a second one. */
static void fixes_are_told_file_by_file(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    assert_status(wc_sources_add(f.sources, WC_STR("one"), WC_STR("aa aa"), &f.source), WC_OK);
    assert_status(wc_sources_add(f.sources, WC_STR(""), WC_STR("bb"), &f.source), WC_OK);
    wc_diag *diag = wc_diag_report(&f.diags, WC_E0201, at(0, 2, 0), "rename");
    wc_diag_add_edit(&f.diags, diag, at(0, 2, 0), WC_STR("without a fix it goes nowhere"));
    wc_diag_add_fix(&f.diags, diag, at(0, 2, 0), WC_FIX_SURE, WC_STR("c"), "all");
    wc_diag_add_edit(&f.diags, diag, at(0, 2, 1), WC_STR("c"));
    wc_diag_add_edit(&f.diags, diag, at(3, 5, 0), WC_STR("c"));
    wc_diag_add_fix(&f.diags, diag, at(0, 2, 0), WC_FIX_MAYBE, WC_STR("d"), "one");
    wc_diag_add_edit(&f.diags, diag, at(3, 5, 0), WC_STR("d"));
    const char *shown = front_render(&f, WC_DIAG_SARIF, false);
    assert_null(strstr(shown, "nowhere"));
    const char *parts[] = {"\"all\"", "\"one\"},\"replacements\"",         "\"c\"",
                           "\"c\"",   "\"uri\":\"\"},\"replacements\"",    "\"c\"",
                           "},{",     "\"uri\":\"one\"},\"replacements\"", "\"d\"",
                           "\"d\""};
    for (size_t i = 0; i < WC_ARRAY_LEN(parts); i++) {
        const char *found = strstr(shown, parts[i]);
        if (found == NULL) fail_msg("part %zu, %s, is not in %s", i, parts[i], shown);
        shown = found + strlen(parts[i]);
    }
    shown = front_render(&f, WC_DIAG_JSON, false);
    assert_non_null(strstr(shown, "\"text\":\"c\"}]},{\"title\":\"one\""));
    front_close(&f);
}

static void labels_may_share_a_place(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    (void)front_add(&f, WC_STR("aa bb cc"));
    wc_diag *diag = wc_diag_report(&f.diags, WC_E0201, at(6, 8, 0), "places");
    wc_diag_add_label(&f.diags, diag, at(0, 2, 0), "one");
    wc_diag_add_label(&f.diags, diag, at(0, 1, 0), "two");
    wc_diag_add_label(&f.diags, diag, at(3, 5, 0), "three");
    assert_string_equal(front_render(&f, WC_DIAG_HUMAN, false), "error[E0201]: places\n"
                                                                "  --> test.clause:1:7\n"
                                                                "   |\n"
                                                                " 1 | aa bb cc\n"
                                                                "   | -- -- ^^\n"
                                                                "   | |  three\n"
                                                                "   | two\n"
                                                                "   | one\n\n");
    front_close(&f);
}

static void marks_at_one_place_and_too_many_marks(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    (void)front_add(&f, WC_STR("abcdefghijklmnopqrstuvwxyz"));
    wc_diag *diag = wc_diag_report(&f.diags, WC_E0201, at(0, 2, 0), "overlap");
    wc_diag_add_label(&f.diags, diag, at(0, 1, 0), "a");
    wc_diag_add_label(&f.diags, diag, at(0, 3, 0), "b");
    wc_diag_add_label(&f.diags, diag, at(5, 6, 0), "c");
    wc_diag_add_label(&f.diags, diag, at(8, 9, 0), "d");
    assert_string_equal(front_render(&f, WC_DIAG_HUMAN, false), "error[E0201]: overlap\n"
                                                                "  --> test.clause:1:1\n"
                                                                "   |\n"
                                                                " 1 | abcdefghijklmnopqrstuvwxyz\n"
                                                                "   | ^^-  -  - d\n"
                                                                "   | |    c\n"
                                                                "   | b\n"
                                                                "   | a\n\n");
    diag = wc_diag_report(&f.diags, WC_E0202, at(0, 1, 0), "many");
    for (uint32_t i = 1; i < 20; i++) wc_diag_add_label(&f.diags, diag, at(i, i + 1, 0), "{}", i);
    const char *shown = strstr(front_render(&f, WC_DIAG_HUMAN, false), "error[E0202]");
    assert_non_null(shown);
    assert_non_null(strstr(shown, "| ^---------------- 16\n"));
    assert_null(strstr(shown, "17"));
    front_close(&f);
}

static void warnings_that_are_not_shown_are_counted(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    (void)front_add(&f, WC_STR("x"));
    for (uint32_t i = 0; i < WC_ERRORS_MAX + 2; i++)
        (void)wc_diag_report(&f.diags, WC_L0301, at(0, 1, 0), "{}", i);
    assert_non_null(
        strstr(front_render(&f, WC_DIAG_SHORT, false), "\n2 more warnings are not shown\n"));
    front_close(&f);
}

static void no_diagnostics_render_as_nothing(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    assert_string_equal(front_render(&f, WC_DIAG_HUMAN, true), "");
    assert_string_equal(front_render(&f, WC_DIAG_SHORT, false), "");
    assert_string_equal(front_render(&f, WC_DIAG_JSON, false), "[]\n");
    front_close(&f);
}

static void explain_prints_cause_and_examples(void **state)
{
    (void)state;
    uint8_t memory[4096];
    wc_buf buf;
    wc_buf_init(&buf, memory, sizeof memory);
    wc_diag_explain(&buf, WC_E0102);
    assert_formatted(
        &buf, "E0102: a control character\n\n"
              "A source holds no control characters but tab, line feed and carriage return with\n"
              "line feed: they can hide text from whoever reads the contract in a terminal.\n\n"
              "wrong:\n\n"
              "    module demo;\n"
              "    currency CNY : 2;\\u{01}\n\n"
              "right:\n\n"
              "    module demo;\n"
              "    currency CNY : 2;\n");
    wc_buf_init(&buf, memory, sizeof memory);
    wc_diag_explain(&buf, WC_E0112); /* no example is short enough */
    assert_formatted(
        &buf, "E0112: a file that is too large\n\n"
              "A source file has at most 1 MiB. Put parts of it into modules of their own.\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_take_values_of_every_kind),
        cmocka_unit_test(values_are_escaped_and_cut),
        cmocka_unit_test(the_list_is_in_the_order_of_the_sources),
        cmocka_unit_test(fifty_errors_are_kept_and_the_rest_counted),
        cmocka_unit_test(a_full_arena_is_noted),
        cmocka_unit_test(a_long_message_is_cut_between_characters),
        cmocka_unit_test(marks_share_a_line_as_the_manual_shows),
        cmocka_unit_test(three_labels_hang_under_their_marks),
        cmocka_unit_test(labels_in_other_lines_and_files_are_shown_with_them),
        cmocka_unit_test(marks_stand_under_tabs_wide_and_escaped_characters),
        cmocka_unit_test(a_span_over_lines_is_marked_to_the_end_of_its_first),
        cmocka_unit_test(a_very_long_line_is_cut),
        cmocka_unit_test(json_escapes_what_json_must),
        cmocka_unit_test(json_and_sarif_take_any_name_and_place),
        cmocka_unit_test(fixes_are_told_file_by_file),
        cmocka_unit_test(labels_may_share_a_place),
        cmocka_unit_test(marks_at_one_place_and_too_many_marks),
        cmocka_unit_test(warnings_that_are_not_shown_are_counted),
        cmocka_unit_test(no_diagnostics_render_as_nothing),
        cmocka_unit_test(explain_prints_cause_and_examples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
