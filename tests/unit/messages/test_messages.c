/* Every code of diag.def: its wrong example reports the code and nothing else, its right example
 * reports no error and not this code; and the words of the report are those of the golden file of
 * its family, so that a change of wording is seen. A code whose example is "" stands in `without`
 * with the test that reaches it. */
#include <stdio.h>
#include <stdlib.h>

#include "compiler/compiler.h"
#include "tests/support/golden.h"
#include "tests/support/sha256.h"
#include "tests/support/test.h"

#define TEXT_MAX ((size_t)1 << 20)

/* No short text can show these. */
static const struct {
    const char *code, *reached_by;
} without[] = {
    {"E0110", "tests/unit/compiler_front: a text of 4097 bytes"},
    {"E0112", "tests/unit/compiler_front: a file of 1 MiB and a byte"},
    {"E0113", "tests/unit/compiler_front: a million tokens and one"},
    {"E0205", "tests/unit/compiler_front: nesting of 201 levels"},
    {"E0306", "tests/data/modules/circle: needs two files"},
    {"E0906", "tests/unit/sema/test_limits.c: thousands of declarations"},
};

typedef struct rig {
    void *memory;
    wc_arena arena;
    wc_compilation *compilation;
} rig;

static unsigned failures;

/* Goes on: one run shows all examples that are wrong. */
#define report(...) (failures++, print_error(__VA_ARGS__))

static bool is_without(const char *code)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(without); i++) {
        if (strcmp(without[i].code, code) == 0) return true;
    }
    return false;
}

/* Lints that the wrong example is not about would only repeat themselves in every other example. */
static bool is_lint_only(const char *code)
{
    enum {
        CHECK,
        LINT
    };

    static const struct {
        const char *code;
        int when;
    } rows[] = {

#define WC_LINT(code, group, when) {#code, when},
#include "compiler/lint.def"
#undef WC_LINT
    };
    for (size_t i = 0; i < WC_ARRAY_LEN(rows); i++) {
        if (strcmp(rows[i].code, code) == 0) return rows[i].when == LINT;
    }
    return false;
}

#define NEXT "// ---- the next version ----\n"

static wc_compilation *compile_with(rig *r, const wc_diag_info *info, wc_str text,
                                    const wc_module *previous)
{
    static const wc_str roles[] = {{"GridOperator", 12}, {"SettlementBank", 14}, {"Meter", 5}};
    wc_compile_options options = {.arena = &r->arena,
                                  .hash = wc_test_sha256,
                                  .roles = roles,
                                  .role_count = WC_ARRAY_LEN(roles),
                                  .previous = previous,
                                  .lint = is_lint_only(info->name),
                                  .explain_traps = strncmp(info->name, "L091", 4) == 0,
                                  .explain_states = strcmp(info->name, "L0803") == 0};
    wc_compilation *compilation;
    assert_status(wc_compile(&options, WC_STR("demo.clause"), text, &compilation), WC_OK);
    return compilation;
}

/* Of an example with two versions the second one is looked at. */
static void compile(rig *r, const wc_diag_info *info, const char *text)
{
    wc_arena_init(&r->arena, r->memory, WC_COMPILE_ARENA);
    const char *next = strstr(text, NEXT);
    wc_module *previous = NULL;
    if (next != NULL) {
        wc_str first = {text, (size_t)(next - text)};
        size_t bad;
        const wc_compilation *before = compile_with(r, info, first, NULL);
        assert_false(before->has_failed);
        wc_slice bytes = before->contracts[0].module;
        assert_status(wc_module_decode(bytes, &r->arena, &previous, &bad), WC_OK);
        text = next + strlen(NEXT);
    }
    r->compilation = compile_with(r, info, wc_str_of(text), previous);
}

static const char *code_of(const wc_diag *diag)
{
    return wc_diag_info_of(diag->code)->name;
}

/* The example fails this code and no other; the words go to out. */
static void check_wrong(rig *r, const wc_diag_info *info, wc_buf *out)
{
    compile(r, info, info->wrong);
    const wc_diags *diags = &r->compilation->diags;
    bool is_gas = strcmp(info->name, "E0908") == 0; /* its figure changes with generated code */
    if (!is_gas) wc_diags_render(diags, out, WC_DIAG_HUMAN, false);
    if (diags->first == NULL) report("the wrong example of %s reports nothing\n", info->name);
    for (const wc_diag *diag = diags->first; diag != NULL; diag = diag->next) {
        if (strcmp(code_of(diag), info->name) != 0)
            report("the wrong example of %s reports %s: %.*s\n", info->name, code_of(diag),
                   WC_STR_ARG(diag->message));
    }
}

static void check_right(rig *r, const wc_diag_info *info)
{
    compile(r, info, info->right);
    const wc_diags *diags = &r->compilation->diags;
    for (const wc_diag *diag = diags->first; diag != NULL; diag = diag->next) {
        bool is_fine =
            strcmp(code_of(diag), info->name) != 0 && diag->severity == WC_SEVERITY_WARNING;
        if (!is_fine)
            report("the right example of %s reports %s: %.*s\n", info->name, code_of(diag),
                   WC_STR_ARG(diag->message));
    }
}

/* All codes that begin with the prefix, and the golden file of their reports. */
static void check_family(const char *prefix)
{
    rig r = {.memory = malloc(WC_COMPILE_ARENA)};
    uint8_t *text = malloc(TEXT_MAX);
    wc_buf out;
    char path[256];
    assert_non_null(r.memory);
    assert_non_null(text);
    wc_buf_init(&out, text, TEXT_MAX);
    failures = 0;
    for (unsigned i = 0; i < WC_DIAG_CODE_COUNT; i++) {
        const wc_diag_info *info = wc_diag_info_of((wc_diag_code)i);
        if (strncmp(info->name, prefix, strlen(prefix)) != 0) continue;
        assert_true(info->title[0] != '\0' && info->cause[0] != '\0');
        bool has_both = info->wrong[0] != '\0' && info->right[0] != '\0';
        if (is_without(info->name) == has_both) report("%s: example or reason?\n", info->name);
        if (!has_both) continue;
        check_wrong(&r, info, &out);
        check_right(&r, info);
    }
    assert_status(wc_buf_status(&out), WC_OK);
    assert_int_equal(failures, 0);
    snprintf(path, sizeof path, WC_TEST_DATA "/../golden/messages/%s.txt", prefix);
    wc_golden_check(path, wc_buf_slice(&out));
    free(text);
    free(r.memory);
}

#define FAMILY(prefix)                                                                             \
    static void messages_of_##prefix(void **state)                                                 \
    {                                                                                              \
        (void)state;                                                                               \
        check_family(#prefix);                                                                     \
    }

FAMILY(E01)
FAMILY(E02)
FAMILY(E03)
FAMILY(E04)
FAMILY(E05)
FAMILY(E06)
FAMILY(E07)
FAMILY(E08)
FAMILY(E09)
FAMILY(E10)
FAMILY(E11)
FAMILY(E12)
FAMILY(L)

/* No code is left out by the families above. */
static void every_code_has_its_family(void **state)
{
    (void)state;
    for (unsigned i = 0; i < WC_DIAG_CODE_COUNT; i++) {
        const char *name = wc_diag_info_of((wc_diag_code)i)->name;
        bool is_error =
            name[0] == 'E' && (name[1] == '0' || strncmp(name, "E10", 3) == 0 ||
                               strncmp(name, "E11", 3) == 0 || strncmp(name, "E12", 3) == 0);
        if (!is_error && name[0] != 'L') fail_msg("%s belongs to no family", name);
        bool is_warning = wc_diag_info_of((wc_diag_code)i)->severity == WC_SEVERITY_WARNING;
        assert_int_equal(is_warning, name[0] == 'L');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_its_family), cmocka_unit_test(messages_of_E01),
        cmocka_unit_test(messages_of_E02),           cmocka_unit_test(messages_of_E03),
        cmocka_unit_test(messages_of_E04),           cmocka_unit_test(messages_of_E05),
        cmocka_unit_test(messages_of_E06),           cmocka_unit_test(messages_of_E07),
        cmocka_unit_test(messages_of_E08),           cmocka_unit_test(messages_of_E09),
        cmocka_unit_test(messages_of_E10),           cmocka_unit_test(messages_of_E11),
        cmocka_unit_test(messages_of_E12),           cmocka_unit_test(messages_of_L),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
