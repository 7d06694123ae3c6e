/* Forms of diagnostics at their edges: several fixes, edits in several files, labels on one place,
 * more than is shown, names and columns as URIs and UTF-16 want them. */
#include "compiler/diag.h"
#include "compiler/diag_json.h"
#include "tests/unit/compiler_front/front.h"

static wc_span at(uint32_t start, uint32_t end, uint16_t file)
{
    return (wc_span){start, end, file};
}

static void assert_in(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) fail_msg("no %s in\n%s", part, text);
}

static const wc_source *named(front *f, const char *name, const char *text)
{
    const wc_source *source;
    assert_status(wc_sources_add(f->sources, wc_str_of(name), wc_str_of(text), &source), WC_OK);
    return source;
}

static void fixes_may_have_edits_in_several_files(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    (void)named(&f, "a.clause", "one two");
    (void)named(&f, "b.clause", "three");
    wc_diag *diag = wc_diag_report(&f.diags, WC_E0201, at(0, 3, 0), "names");
    wc_diag_add_edit(&f.diags, diag, at(0, 3, 0), WC_STR("there is no fix yet"));
    wc_diag_add_fix(&f.diags, diag, at(0, 3, 0), WC_FIX_SURE, WC_STR("1"), "first");
    wc_diag_add_fix(&f.diags, diag, at(0, 3, 0), WC_FIX_MAYBE, WC_STR("2"), "second");
    wc_diag_add_edit(&f.diags, diag, at(0, 5, 1), WC_STR("3"));
    wc_diag_add_edit(&f.diags, diag, at(4, 7, 0), WC_STR("4"));
    wc_diag_add_edit(&f.diags, NULL, at(4, 7, 0), WC_STR("nothing"));
    wc_diag_add_note_text(&f.diags, NULL, WC_STR("nothing"));
    assert_in(front_render(&f, WC_DIAG_HUMAN, false), "   = try: first\n   = try: second\n");
    const char *json = front_render(&f, WC_DIAG_JSON, false);
    assert_in(json, "\"text\":\"1\"}]},{\"title\":\"second\"");
    assert_in(json, "\"text\":\"2\"},{\"file\":\"b.clause\",\"byte_start\":0,\"byte_end\":5,"
                    "\"text\":\"3\"},{\"file\":\"a.clause\",\"byte_start\":4");
    const char *sarif = front_render(&f, WC_DIAG_SARIF, false);
    /* SARIF wants the replacements of a file together. */
    assert_in(sarif, "\"insertedContent\":{\"text\":\"2\"}},{\"deletedRegion\":{\"startLine\":1,"
                     "\"startColumn\":5,\"endLine\":1,\"endColumn\":8,\"byteOffset\":4,"
                     "\"byteLength\":3},\"insertedContent\":{\"text\":\"4\"}}]},"
                     "{\"artifactLocation\":{\"uri\":\"b.clause\"}");
    front_close(&f);
}

static void names_are_uris(void **state)
{
    static const struct {
        const char *name, *uri;
    } rows[] = {
        {"", "\"uri\":\"\""},
        {"/home/a b.clause", "\"uri\":\"file:///home/a%20b.clause\""},
        {"A-Z_0~9.clause", "\"uri\":\"A-Z_0~9.clause\""},
        {"\xc3\xa4[@`{\".clause", "\"uri\":\"%C3%A4%5B%40%60%7B%22.clause\""},
    };

    (void)state;
    for (size_t i = 0; i < WC_ARRAY_LEN(rows); i++) {
        front f;
        front_open(&f);
        (void)named(&f, rows[i].name, "x");
        (void)wc_diag_report(&f.diags, WC_E0201, at(0, 1, 0), "here");
        assert_in(front_render(&f, WC_DIAG_SARIF, false), rows[i].uri);
        front_close(&f);
    }
}

/* The end of a line is no column of its own: \r\n, then a character of two units. */
static void columns_are_utf_16(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    const wc_source *source = named(&f, "a.clause", "ab\r\n\xf0\x9d\x84\x9ex");
    assert_int_equal(wc_json_utf16_column(source, 2), 3);
    assert_int_equal(wc_json_utf16_column(source, 3), 3);
    assert_int_equal(wc_json_utf16_column(source, 4), 1);
    assert_int_equal(wc_json_utf16_column(source, 8), 3);
    front_close(&f);
}

static void what_turns_the_text_around_is_escaped(void **state)
{
    (void)state;
    uint8_t memory[64];
    wc_buf buf;
    wc_buf_init(&buf, memory, sizeof memory);
    wc_json_put_string(&buf, WC_STR("a\xe2\x80\xae"
                                    "b"));
    assert_int_equal(buf.len, 10);
    assert_memory_equal(memory, "\"a\\u202eb\"", 10);
}

/* The primary span and 16 labels are shown. */
static void so_many_labels_are_shown(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    (void)front_add(&f, WC_STR("aaaaaaaaaaaaaaaaaaaa"));
    wc_diag *diag = wc_diag_report(&f.diags, WC_E0201, at(0, 1, 0), "places");
    for (uint32_t i = 0; i < 17; i++) {
        wc_diag_add_label(&f.diags, diag, at(i + 1, i + 2, 0), "number {}", i);
    }
    const char *text = front_render(&f, WC_DIAG_HUMAN, false);
    assert_in(text, "number 15");
    assert_null(strstr(text, "number 16"));
    front_close(&f);
}

static void fifty_warnings_are_kept_and_the_rest_counted(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    (void)front_add(&f, WC_STR("x"));
    for (uint32_t i = 0; i <= WC_ERRORS_MAX; i++) {
        (void)wc_diag_report(&f.diags, WC_L0501, at(0, 1, 0), "{}", i);
    }
    assert_in(front_render(&f, WC_DIAG_SHORT, false), "\n1 more warnings are not shown\n");
    front_close(&f);
}

static void whole_lines_go_where_nothing_else_stands(void **state)
{
    static const struct {
        const char *text;
        uint32_t start, end;    /* of `x` */
        uint32_t first, behind; /* what goes */
    } rows[] = {
        {"x;\ny\n", 0, 1, 0, 3}, {"a\n \tx;\t \ny", 4, 5, 2, 9}, {"a x;\nb\n", 2, 3, 2, 4},
        {"x; y\n", 0, 1, 0, 3},  {"a\nx", 2, 3, 2, 3}, /* no end of line */
    };

    (void)state;
    for (size_t i = 0; i < WC_ARRAY_LEN(rows); i++) {
        front f;
        front_open(&f);
        const wc_source *source = front_add(&f, wc_str_of(rows[i].text));
        wc_span span = wc_source_whole_lines(source, at(rows[i].start, rows[i].end, 0));
        assert_int_equal(span.start, rows[i].first);
        assert_int_equal(span.end, rows[i].behind);
        front_close(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fixes_may_have_edits_in_several_files),
        cmocka_unit_test(names_are_uris),
        cmocka_unit_test(columns_are_utf_16),
        cmocka_unit_test(what_turns_the_text_around_is_escaped),
        cmocka_unit_test(so_many_labels_are_shown),
        cmocka_unit_test(fifty_warnings_are_kept_and_the_rest_counted),
        cmocka_unit_test(whole_lines_go_where_nothing_else_stands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
