/* Sources that do not parse: tests/golden/parse/errors.txt, the examples of diag.def, and what the
 * reports look like. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/support/golden.h"
#include "tests/unit/compiler_front/front.h"

#define GOLDEN "../../golden/parse/"

/* ---- errors.txt ---------------------------------------------------------------------------- */

typedef struct example {
    wc_str name;
    wc_str source;
    wc_str report;
} example;

/* Takes the text up to the line that starts with mark; false when there is none. */
static bool take_until(wc_str *rest, const char *mark, wc_str *taken)
{
    size_t len = strlen(mark);
    for (size_t at = 0; at + len <= rest->len; at++) {
        bool is_line = at == 0 || rest->data[at - 1] == '\n';
        if (!is_line || memcmp(rest->data + at, mark, len) != 0) continue;
        *taken = (wc_str){rest->data, at};
        *rest = (wc_str){rest->data + at + len, rest->len - at - len};
        return true;
    }
    return false;
}

static bool take_example(wc_str *rest, example *taken)
{
    wc_str ignored;
    if (!take_until(rest, "=== ", &ignored)) return false;
    const char *end = memchr(rest->data, '\n', rest->len);
    assert_non_null(end);
    size_t len = (size_t)(end - rest->data);
    taken->name = (wc_str){rest->data, len};
    *rest = (wc_str){end + 1, rest->len - len - 1};
    assert_true(take_until(rest, "---\n", &taken->source));
    wc_str after = *rest;
    if (!take_until(&after, "=== ", &taken->report)) taken->report = *rest;
    return true;
}

static void reports_what_errors_txt_says_of_each_source(void **state)
{
    (void)state;
    wc_slice bytes = wc_test_read_file(GOLDEN "errors.txt");
    wc_str rest = {(const char *)bytes.data, bytes.len};
    example e;
    size_t count = 0;
    size_t failures = 0;
    for (; take_example(&rest, &e); count++) {
        front f;
        front_open(&f);
        (void)front_parse_bytes(&f, e.source);
        const char *report = front_report(&f);
        if (!wc_str_equal(wc_str_of(report), e.report)) {
            fprintf(stderr, "%.*s\nexpected:\n%.*s\nactual:\n%s\n", WC_STR_ARG(e.name),
                    WC_STR_ARG(e.report), report);
            failures++;
        }
        front_close(&f);
    }
    free((void *)(uintptr_t)bytes.data);
    assert_true(count > 40);
    assert_int_equal(failures, 0);
}

/* ---- diag.def ------------------------------------------------------------------------------ */

/* The families that the front end reports. */
static bool is_ours(const char *name)
{
    return strncmp(name, "E01", 3) == 0 || strncmp(name, "E02", 3) == 0 ||
           strcmp(name, "E0520") == 0;
}

static bool reports(const char *text, wc_diag_code code, bool *is_first)
{
    front f;
    front_open(&f);
    (void)front_parse(&f, text);
    *is_first = f.diags.first != NULL && f.diags.first->code == code;
    bool is_there = false;
    for (const wc_diag *diag = f.diags.first; diag != NULL; diag = diag->next)
        is_there |= diag->code == code;
    front_close(&f);
    return is_there;
}

static void examples_of_explain_are_wrong_and_right(void **state)
{
    (void)state;
    for (wc_diag_code code = 0; code < WC_DIAG_CODE_COUNT; code++) {
        const wc_diag_info *info = wc_diag_info_of(code);
        if (!is_ours(info->name) || *info->wrong == '\0') continue;
        bool is_first;
        if (!reports(info->wrong, code, &is_first) || !is_first)
            fail_msg("%s: the wrong example does not report it first", info->name);
        front f;
        front_open(&f);
        (void)front_parse(&f, info->right);
        const char *report = front_report(&f);
        if (*report != '\0') fail_msg("%s: the right example reports %s", info->name, report);
        front_close(&f);
    }
}

static void rows_stand_in_order_of_their_codes(void **state)
{
    (void)state;
    const char *before = "";
    for (wc_diag_code code = 0; code < WC_DIAG_CODE_COUNT; code++) {
        const wc_diag_info *info = wc_diag_info_of(code);
        assert_int_equal(strlen(info->name), 5);
        assert_true(strcmp(before, info->name) < 0);
        before = info->name;
        assert_true(*info->title != '\0' && *info->cause != '\0');
        assert_int_equal(wc_diag_code_find(wc_str_of(info->name)), code);
    }
    assert_int_equal(wc_diag_code_find(WC_STR("E9999")), WC_DIAG_CODE_COUNT);
}

/* ---- forms --------------------------------------------------------------------------------- */

static const char mixed[] = "module demo;\n"
                            "contract C {\n"
                            "  parties { a : rol GridOperator; }\n"
                            "\tterms { strike : Price }\n"
                            "  // \xe5\x90\x88\xe5\x90\x8c\n"
                            "  action b() by a { goto Closed; }\n"
                            "  terms { x : int; }\n"
                            "}\n"
                            "test \"\xe5\x90\x88\xe5\x90\x8c\" { let x = 5 & 3; }\n"
                            "record R { \x1b[31m a : int; }\n";

/* What those write who come from other languages. */
static const char habits[] = "module demo;\n"
                             "event Sold(time at, Energy sold);\n"
                             "contract C {\n"
                             "  party { a : party; }\n"
                             "  action b() by a {\n"
                             "    int x = 5;\n"
                             "    y := 5;\n"
                             "    pay z from a to b;\n"
                             "    emit Sold { at: x };\n"
                             "    while true { x += 1; }\n"
                             "  }\n"
                             "  conserve(kWh);\n"
                             "}\n";

static const char slips[] = "module demo;\n"
                            "const most = 5;\n"
                            "record R { a, b : int; }\n"
                            "contract C {\n"
                            "  parties { a : party, b : party; }\n"
                            "  signatories a, b;\n"
                            "  states { initial Open; Done final; }\n"
                            "  terms { price : CNY/kWh; }\n"
                            "  action c() by a or b { x += 1; }\n"
                            "  action d() by a && b { x += 1; }\n"
                            "  action e() by a {\n"
                            "    let x = round(y * z, 2);\n"
                            "    if x > 5 then y += 1;\n"
                            "    require x =< 5 : No();\n"
                            "    require x => 5 : No();\n"
                            "    require x > 5 and x < 9 : No();\n"
                            "    require x > 5 : \"too small\";\n"
                            "    while x > 0 { x -= 1; }\n"
                            "  }\n"
                            "}\n";

static void check_form_of(const char *source, const char *path, wc_diag_format format, bool colour)
{
    front f;
    front_open(&f);
    (void)front_parse(&f, source);
    const char *text = front_render(&f, format, colour);
    wc_golden_check(path, wc_slice_of(text, strlen(text)));
    front_close(&f);
}

static void check_form(const char *path, wc_diag_format format, bool colour)
{
    check_form_of(mixed, path, format, colour);
}

static void habits_are_answered_with_ours(void **state)
{
    (void)state;
    check_form_of(habits, GOLDEN "habits_human.txt", WC_DIAG_HUMAN, false);
    check_form_of(slips, GOLDEN "slips_human.txt", WC_DIAG_HUMAN, false);
}

static void human_form_is_as_stored(void **state)
{
    (void)state;
    check_form(GOLDEN "mixed_human.txt", WC_DIAG_HUMAN, false);
}

static void coloured_form_is_as_stored(void **state)
{
    (void)state;
    check_form(GOLDEN "mixed_colour.txt", WC_DIAG_HUMAN, true);
}

static void short_form_is_as_stored(void **state)
{
    (void)state;
    check_form(GOLDEN "mixed_short.txt", WC_DIAG_SHORT, false);
}

static void json_form_is_as_stored(void **state)
{
    (void)state;
    check_form(GOLDEN "mixed.json", WC_DIAG_JSON, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reports_what_errors_txt_says_of_each_source),
        cmocka_unit_test(examples_of_explain_are_wrong_and_right),
        cmocka_unit_test(rows_stand_in_order_of_their_codes),
        cmocka_unit_test(habits_are_answered_with_ours),
        cmocka_unit_test(human_form_is_as_stored),
        cmocka_unit_test(coloured_form_is_as_stored),
        cmocka_unit_test(short_form_is_as_stored),
        cmocka_unit_test(json_form_is_as_stored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
