/* Fixes: what a tool makes of the wrong example of every code. A sure fix leads to a text that
 * compiles without the diagnostic, a second run changes nothing more, and fixes that touch each
 * other are not made together. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compiler.h"
#include "compiler/lint/lint.h"
#include "tests/support/sha256.h"
#include "tests/support/test.h"

static wc_compilation *compile(wc_arena *arena, wc_str text)
{
    wc_compilation *compilation;
    wc_compile_options options = {.arena = arena, .hash = wc_test_sha256, .lint = true};
    assert_status(wc_compile(&options, WC_STR("demo.clause"), text, &compilation), WC_OK);
    return compilation;
}

static wc_str fix(wc_arena *arena, const wc_compilation *compilation, uint32_t *count)
{
    wc_str text;
    const wc_source *source = compilation->sources.items[0];
    assert_status(wc_lint_fix(arena, &compilation->diags, source, &text, count), WC_OK);
    return text;
}

static bool reports(const wc_compilation *compilation, wc_diag_code code)
{
    for (const wc_diag *diag = compilation->diags.first; diag != NULL; diag = diag->next) {
        if (diag->code == code) return true;
    }
    return false;
}

static const wc_diag_fix *first_sure(const wc_compilation *compilation, wc_diag_code code)
{
    for (const wc_diag *diag = compilation->diags.first; diag != NULL; diag = diag->next) {
        for (const wc_diag_fix *one = diag->fixes; one != NULL; one = one->next) {
            if (diag->code == code && one->kind == WC_FIX_SURE) return one;
        }
    }
    return NULL;
}

static void sure_fixes_mend_the_wrong_examples(void **state)
{
    (void)state;
    unsigned mended = 0;
    void *memory = malloc(WC_COMPILE_ARENA);
    assert_non_null(memory);
    for (unsigned i = 0; i < WC_DIAG_CODE_COUNT; i++) {
        wc_diag_code code = (wc_diag_code)i;
        const wc_diag_info *info = wc_diag_info_of(code);
        wc_arena arena;
        uint32_t count;
        wc_arena_init(&arena, memory, WC_COMPILE_ARENA);
        if (info->wrong[0] == '\0') continue;
        const wc_compilation *wrong = compile(&arena, wc_str_of(info->wrong));
        if (first_sure(wrong, code) == NULL) continue;
        wc_str text = fix(&arena, wrong, &count);
        assert_true(count > 0);
        const wc_compilation *right = compile(&arena, text);
        if (right->has_failed || reports(right, code))
            fail_msg("%s: the fix makes\n%.*s", info->name, WC_STR_ARG(text));
        mended++;
    }
    free(memory);
    print_message("%u codes have a sure fix in their example\n", mended);
    assert_true(mended >= 12);
}

static void check(const char *text, const char *expected, uint32_t expected_count)
{
    void *memory = malloc(WC_COMPILE_ARENA);
    wc_arena arena;
    uint32_t count, again;
    assert_non_null(memory);
    wc_arena_init(&arena, memory, WC_COMPILE_ARENA);
    wc_str fixed = fix(&arena, compile(&arena, wc_str_of(text)), &count);
    if (!wc_str_equal(fixed, wc_str_of(expected)))
        fail_msg("expected\n%s\n  actual\n%.*s", expected, WC_STR_ARG(fixed));
    assert_int_equal(count, expected_count);
    const wc_compilation *compilation = compile(&arena, fixed);
    assert_false(compilation->has_failed);
    (void)fix(&arena, compilation, &again);
    assert_int_equal(again, 0);
    free(memory);
}

static void several_fixes_are_made_at_once(void **state)
{
    (void)state;
    check("module demo;\nfunc f(a : bool, b : bool) -> int {\n"
          "    if a == true && b != false { return 1; }\n    return 0;\n}\n",
          "module demo;\nfunc f(a : bool, b : bool) -> int {\n"
          "    if a && b { return 1; }\n    return 0;\n}\n",
          2);
    check("module demo;\nfunc f() -> int { return 1; }\n",
          "module demo;\nfunc f() -> int { return 1; }\n", 0);
}

static void a_statement_alone_on_its_line_goes_with_the_line(void **state)
{
    (void)state;
    static const char head[] = "module demo;\nuse std.energy;\ncontract C {\n"
                               "    parties { a : party; }\n"
                               "    states { Open initial; Shut final; }\n"
                               "    action shut() by a when Open -> Shut {\n";
    static const char tail[] =
        "    }\n    after deployed + 24 h when Open -> Shut { goto Shut(); }\n}\n";
    char text[512], expected[512];
    snprintf(text, sizeof text, "%s        unlock_all();\n        goto Shut();\n%s", head, tail);
    snprintf(expected, sizeof expected, "%s        goto Shut();\n%s", head, tail);
    check(text, expected, 1);
}

static void an_allowed_warning_is_not_mended(void **state)
{
    (void)state;
    static const char text[] = "module demo;\nfunc f(a : bool) -> bool {\n"
                               "    // allow L0201: as the clause says it\n"
                               "    return a == true;\n}\n";
    check(text, text, 0);
}

/* Two diagnostics that want the same text changed: one fix in this round, the other in the next. */
static void fixes_that_touch_wait_for_the_next_round(void **state)
{
    (void)state;
    wc_arena arena;
    wc_sources *sources;
    wc_diags diags;
    const wc_source *source;
    wc_str text;
    uint32_t count;
    void *large = malloc((size_t)1 << 20);
    assert_non_null(large);
    wc_arena_init(&arena, large, (size_t)1 << 20);
    sources = WC_ARENA_NEW(&arena, wc_sources);
    wc_sources_init(sources, &arena);
    wc_diags_init(&diags, &arena, sources);
    assert_status(wc_sources_add(sources, WC_STR("x"), WC_STR("abcdef"), &source), WC_OK);
    const wc_source *other;
    assert_status(wc_sources_add(sources, WC_STR("y"), WC_STR("ghi"), &other), WC_OK);
    wc_diag *one = wc_diag_report(&diags, WC_E0201, ((wc_span){1, 3, 0}), "one");
    wc_diag_add_fix(&diags, one, ((wc_span){1, 3, 0}), WC_FIX_SURE, WC_STR("X"), "x");
    wc_diag_add_edit(&diags, one, (wc_span){5, 6, 0}, WC_STR("Z"));
    wc_diag *two = wc_diag_report(&diags, WC_E0201, ((wc_span){2, 4, 0}), "two");
    wc_diag_add_fix(&diags, two, ((wc_span){2, 4, 0}), WC_FIX_SURE, WC_STR("Y"), "y");
    wc_diag *three = wc_diag_report(&diags, WC_E0201, ((wc_span){4, 4, 0}), "three");
    wc_diag_add_fix(&diags, three, ((wc_span){4, 4, 0}), WC_FIX_SURE, WC_STR("+"), "+");
    wc_diag *four = wc_diag_report(&diags, WC_E0201, ((wc_span){4, 4, 0}), "four");
    wc_diag_add_fix(&diags, four, ((wc_span){0, 1, 0}), WC_FIX_MAYBE, WC_STR("!"), "!");
    static const wc_span touching[] = {{1, 2, 0}, {4, 5, 0}, {4, 4, 0}, {5, 5, 0},
                                       {6, 6, 0}, {1, 1, 0}, {0, 1, 1}};
    for (size_t i = 0; i < WC_ARRAY_LEN(touching); i++) { /* what was made, or another file */
        wc_diag *five = wc_diag_report(&diags, WC_E0201, touching[i], "five");
        wc_diag_add_fix(&diags, five, touching[i], WC_FIX_SURE, WC_STR("?"), "?");
    }
    assert_status(wc_lint_fix(&arena, &diags, source, &text, &count), WC_OK);
    assert_int_equal(count, 2);
    assert_true(wc_str_equal(text, WC_STR("aXd+eZ")));
    free(large);
}

/* All on one line, the last of the file: the module that is missing goes behind the name. */
static void a_module_is_offered_behind_what_stands_there(void **state)
{
    (void)state;
    const wc_str text = WC_STR("module demo; const x : Energy = 1;");
    wc_arena arena;
    void *large = malloc((size_t)64 << 20);
    assert_non_null(large);
    wc_arena_init(&arena, large, (size_t)64 << 20);
    const wc_diag *diag = compile(&arena, text)->diags.first;
    assert_non_null(diag);
    assert_int_equal(diag->code, WC_E0302);
    assert_non_null(diag->fixes);
    const wc_diag_edit *edit = diag->fixes->edits;
    assert_true(wc_str_equal(edit->text, WC_STR("use std.energy;\n")));
    assert_int_equal(edit->span.start, edit->span.end);
    assert_true(edit->span.start >= strlen("module demo"));
    assert_true(edit->span.start <= strlen("module demo; "));
    free(large);
}

/* Tools may leave groups out: no warning has none, and an error cannot be left out. */
static void every_warning_has_a_group(void **state)
{
    (void)state;
    unsigned warnings = 0;
    for (unsigned code = 0; code < WC_DIAG_CODE_COUNT; code++) {
        bool is_warning = wc_diag_info_of((wc_diag_code)code)->severity == WC_SEVERITY_WARNING;
        assert_int_equal(wc_lint_group_of((wc_diag_code)code) != WC_LINT_GROUP_COUNT, is_warning);
        warnings += is_warning ? 1 : 0;
    }
    assert_true(warnings > 20);
}

/* Sources that a fix works on: contract C with an action of that body. */
#define SPLIT_HEAD                                                                                 \
    "module demo;\nuse std.energy;\ncontract C {\n    parties { a, b, c : party; }\n"              \
    "    signatory a, b;\n    states { Open initial; Closed final; }\n"                            \
    "    terms { fee : dec<4, 0..1>; }\n"                                                          \
    "    action close(x : Yuan) by a, b when Open -> Closed {\n"
#define SPLIT_TAIL                                                                                 \
    "        goto Closed();\n    }\n"                                                              \
    "    action other() by b when Open { unlock(a, round<Yuan>(escrow(a, CNY) * fee, down)); }\n"  \
    "    after deployed + 24 h when Open -> Closed { goto Closed(); }\n}\n"

static void an_amount_split_by_hand_becomes_a_split(void **state)
{
    (void)state;
    check(SPLIT_HEAD "        pay a -> b : round<Yuan>(x * 94%, half_up);\n"
                     "        pay a -> self : round<Yuan>(5.5% * x, half_up);\n"
                     "        pay a -> c : round<Yuan>(x * 0.5%, half_up);\n" SPLIT_TAIL,
          SPLIT_HEAD "        split(a, x, half_up) {\n            b : 94%;\n"
                     "            self : 5.5%;\n            c : rest;\n        }\n" SPLIT_TAIL,
          1);
    check(SPLIT_HEAD "        pay a -> b : round<Yuan>(x * fee, down);\n"
                     "        pay a -> c : round<Yuan>(x * (100% - fee), down);\n" SPLIT_TAIL,
          SPLIT_HEAD "        split(a, x, down) {\n            b : fee;\n"
                     "            c : rest;\n        }\n" SPLIT_TAIL,
          1);
}

/* Where no tool may write the split, the report says why, once for the whole amount. */
static void check_obstacle(const char *body, const char *why)
{
    void *memory = malloc(WC_COMPILE_ARENA);
    char text[1024];
    wc_arena arena;
    assert_non_null(memory);
    wc_arena_init(&arena, memory, WC_COMPILE_ARENA);
    snprintf(text, sizeof text, "%s%s%s", SPLIT_HEAD, body, SPLIT_TAIL);
    const wc_compilation *wrong = compile(&arena, wc_str_of(text));
    const wc_diag *diag = wrong->diags.first;
    assert_int_equal(wrong->diags.error_count, 1);
    assert_int_equal(diag->code, WC_E0601);
    assert_null(diag->fixes);
    assert_true(wc_str_equal(diag->notes->next->text, wc_str_of(why)));
    free(memory);
}

static void an_amount_that_no_tool_may_split_says_why(void **state)
{
    (void)state;
    check_obstacle("pay a -> b : round<Yuan>(x * 94%, half_up);\n"
                   "pay a -> c : round<Yuan>(x * 5%, half_up);\n",
                   "the shares are not known to add up to 100 %: name who gets the rest");
    check_obstacle("pay a -> b : round<Yuan>(x * 94%, half_up);\n"
                   "pay a -> c : round<Yuan>(x * 5%, down);\n"
                   "pay a -> self : round<Yuan>(x * 1%, down);\n",
                   "the shares are rounded in different ways: the split has one");
    check_obstacle("pay a -> b : round<Yuan>(x * 94%, down);\nunlock(a, 1.00 CNY);\n"
                   "pay a -> c : round<Yuan>(x * 6%, down);\n",
                   "the payments do not stand one after the other: bring them together");
    check_obstacle("pay a -> b : round<Yuan>(x * 94%, down);\n// agreed in clause 4\n"
                   "pay a -> c : round<Yuan>(x * 6%, down);\n",
                   "the payments do not stand one after the other: bring them together");
    check_obstacle("let y = round<Yuan>(x * 94%, down);\npay a -> b : y;\n"
                   "pay a -> c : round<Yuan>(x * 6%, down);\n",
                   "the shares are rounded before they are paid: the split rounds them itself");
    check_obstacle("let y = x * 0.5;\npay a -> b : round<Yuan>(y * 94%, down);\n"
                   "pay a -> c : round<Yuan>(y * 6%, down);\n",
                   "the amount has parts of a cent: round it first, then split it");
}

/* Each in a branch of its own: at most one of them is paid. */
static void shares_on_different_paths_are_no_split(void **state)
{
    (void)state;
    static const char text[] = SPLIT_HEAD
        "        if x > 5.00 CNY {\n            pay a -> b : round<Yuan>(x * 94%, down);\n"
        "        } else {\n            pay a -> c : round<Yuan>(x * 6%, down);\n"
        "        }\n" SPLIT_TAIL;
    check(text, text, 0);
    check_obstacle("if x > 5.00 CNY { pay a -> b : round<Yuan>(x * 94%, down); }\n"
                   "else { pay a -> c : round<Yuan>(x * 5%, down); }\n"
                   "pay a -> self : round<Yuan>(x * 6%, down);\n",
                   "the payments do not stand one after the other: bring them together");
}

static void what_nobody_uses_is_left_out(void **state)
{
    (void)state;
    check("module demo;\nuse std.energy;\nuse std.settle;\nfunc f(x : Energy) -> Energy {\n"
          "    let y = x;\n    let z = x;\n    return x;\n}\n",
          "module demo;\nuse std.energy;\nfunc f(x : Energy) -> Energy {\n"
          "    return x;\n}\n",
          3);
}

/* A unit that is missing is one error, however often it is written, and its module is offered once:
 * with the `use` behind the ones that are there the text compiles. */
static void a_name_of_the_library_is_offered_with_its_module(void **state)
{
    (void)state;
    static const char before[] = "module demo;\nuse std.time;\n";
    static const char after[] =
        "const a : dec<0, h> = 3 h;\nfunc f(x : dec<0, h>) -> Energy { return 2.000 kWh; }\n";
    char text[512];
    void *memory = malloc(WC_COMPILE_ARENA);
    wc_arena arena;
    assert_non_null(memory);
    wc_arena_init(&arena, memory, WC_COMPILE_ARENA);
    (void)snprintf(text, sizeof text, "%s%s", before, after);
    const wc_compilation *wrong = compile(&arena, wc_str_of(text));
    unsigned fixes = 0;
    assert_int_equal(wrong->diags.error_count, 3); /* h, Energy, kWh */
    for (const wc_diag *diag = wrong->diags.first; diag != NULL; diag = diag->next) {
        if (diag->fixes == NULL) continue;
        const wc_diag_edit *edit = diag->fixes->edits;
        fixes++;
        assert_int_equal(diag->code, WC_E0303);
        assert_true(wc_str_equal(edit->text, WC_STR("use std.energy;\n")));
        assert_int_equal(edit->span.start, sizeof before - 1);
        assert_int_equal(edit->span.end, sizeof before - 1);
    }
    assert_int_equal(fixes, 1);
    (void)snprintf(text, sizeof text, "%suse std.energy;\n%s", before, after);
    assert_int_equal(compile(&arena, wc_str_of(text))->diags.error_count, 0);
    free(memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sure_fixes_mend_the_wrong_examples),
        cmocka_unit_test(several_fixes_are_made_at_once),
        cmocka_unit_test(a_statement_alone_on_its_line_goes_with_the_line),
        cmocka_unit_test(an_allowed_warning_is_not_mended),
        cmocka_unit_test(an_amount_split_by_hand_becomes_a_split),
        cmocka_unit_test(an_amount_that_no_tool_may_split_says_why),
        cmocka_unit_test(shares_on_different_paths_are_no_split),
        cmocka_unit_test(what_nobody_uses_is_left_out),
        cmocka_unit_test(fixes_that_touch_wait_for_the_next_round),
        cmocka_unit_test(every_warning_has_a_group),
        cmocka_unit_test(a_module_is_offered_behind_what_stands_there),
        cmocka_unit_test(a_name_of_the_library_is_offered_with_its_module),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
