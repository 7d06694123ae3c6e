/* The rules of docs/reference/language.md that the compiler enforces: tests/golden/language holds
 * sources and the codes of the errors that each must give, and no others. A file looks like this:
 *
 *     === [RULE-1] [RULE-2] what it shows
 *     source, to which "module demo;" and "use std.energy;" are put in front
 *     --- E0101 E0102        (or: ok)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/golden.h"
#include "tests/unit/sema/bench.h"

#define HEAD     "module demo;\nuse std.energy;\n"
#define CASE_MAX 8192u

static uint32_t failures, cases;

/* The codes of the errors of the last text, each once, in order; "ok" without any. */
static void codes_of(const bench *b, char *out, size_t size)
{
    wc_buf text;
    wc_buf_init(&text, out, size - 1);
    const char *last = "";
    for (const wc_diag *diag = b->diags.first; diag != NULL; diag = diag->next) {
        const char *code = wc_diag_info_of(diag->code)->name;
        if (diag->severity != WC_SEVERITY_ERROR || strcmp(code, last) == 0) continue;
        if (text.len > 0) wc_buf_put_text(&text, " ");
        wc_buf_put_text(&text, code);
        last = code;
    }
    if (text.len == 0) wc_buf_put_text(&text, "ok");
    out[text.len] = '\0';
}

static void run_case(bench *b, const char *title, const char *source, const char *expected)
{
    char codes[256];
    cases++;
    bench_check(b, wc_str_of(source));
    codes_of(b, codes, sizeof codes);
    if (strcmp(codes, expected) == 0) return;
    failures++;
    fprintf(stderr, "%s\n  expected %s, got %s\n%s", title, expected, codes,
            bench_report(b, source));
}

static char *end_line(char *at)
{
    char *end = strchr(at, '\n');
    assert_non_null(end);
    *end = '\0';
    return end + 1;
}

static void each_rule_is_enforced(void **state)
{
    (void)state;
    wc_slice bytes = wc_test_read_file("../../golden/language/rules.cases");
    char *text = malloc(bytes.len + 1);
    assert_non_null(text);
    memcpy(text, bytes.data, bytes.len);
    text[bytes.len] = '\0';
    bench b;
    bench_open(&b);
    for (char *at = text; *at != '\0';) {
        char *title = at;
        char *source = end_line(at);
        char *expected = strstr(source, "\n--- ");
        assert_non_null(expected);
        *expected = '\0';
        expected += 5;
        at = end_line(expected);
        char whole[CASE_MAX];
        int length = snprintf(whole, sizeof whole, HEAD "%s\n", source);
        assert_in_range(length, 1, sizeof whole - 1);
        run_case(&b, title, whole, expected);
    }
    bench_close(&b);
    free(text);
    free((void *)(uintptr_t)bytes.data);
    assert_int_equal(failures, 0);
    assert_true(cases > 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_rule_is_enforced)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
