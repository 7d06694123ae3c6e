/* The examples of every trap that `explain` shows: the test of the wrong one ends with exactly that
 * trap, the test of the right one passes. Every trap has both, or says where else it is reached;
 * and every rule of the verifier has its case in rules.txt, which test_rules runs. */
#include <stdio.h>
#include <stdlib.h>

#include "compiler/compiler.h"
#include "node/crypto/crypto.h"
#include "node/runner/runner.h"
#include "tests/support/golden.h"
#include "tests/support/test.h"

#define MEMORY ((size_t)1 << 30)

static const struct {
    const char *name, *wrong, *right, *else_by;
} examples[] = {

#define WC_TRAP_EXAMPLE(name, wrong, right, else_by) {#name, wrong, right, else_by},
#include "node/cli/trap_examples.def"
#undef WC_TRAP_EXAMPLE
};

static const char *const traps[] = {
#define WC_TRAP(number, name, text, way_out) #name,
#include "vm/isa/traps.def"
#undef WC_TRAP
};

static const char *const rules[] = {
#define WC_RULE(code, name, text, way_out) #code,
#include "vm/isa/rules.def"
#undef WC_RULE
};

/* Compiles the module, which has no errors, and runs its one test. */
static wc_runner_result run(void *memory, const char *name, const char *text)
{
    wc_arena arena;
    wc_compilation *compilation;
    wc_runner_result result;
    wc_arena_init(&arena, memory, MEMORY);
    wc_compile_options options = {.arena = &arena, .hash = wc_sha256};
    wc_str file = WC_STR("demo.clause");
    assert_status(wc_compile(&options, file, wc_str_of(text), &compilation), WC_OK);
    const wc_diag *diag = compilation->diags.first;
    if (compilation->has_failed)
        fail_msg("the example of %s does not compile: %.*s", name, WC_STR_ARG(diag->message));
    assert_int_equal(compilation->test_count, 1);
    wc_slice modules[8];
    assert_true(compilation->contract_count <= WC_ARRAY_LEN(modules));
    for (uint16_t i = 0; i < compilation->contract_count; i++)
        modules[i] = compilation->contracts[i].module;
    wc_runner_job job = {.arena = &arena,
                         .image = compilation->test_image,
                         .contracts = modules,
                         .contract_count = compilation->contract_count};
    const wc_compiled_test *test = &compilation->tests[0];
    wc_runner_test one = {
        .number = test->number, .parties = test->parties, .party_count = test->party_count};
    assert_status(wc_runner_run(&job, &one, &result), WC_OK);
    return result;
}

static bool names_trap(const char *text, const char *trap)
{
    char words[64];
    if (strcmp(trap, "ASSERT") == 0) return strstr(text, "assertion does not hold") != NULL;
    snprintf(words, sizeof words, "trap %s", trap);
    if (strstr(text, words) != NULL) return true;
    snprintf(words, sizeof words, "TRAP_%s", trap); /* in the receipt of a contract's call */
    return strstr(text, words) != NULL;
}

static void each_example_does_what_it_shows(void **state)
{
    (void)state;
    void *memory = malloc(MEMORY);
    assert_non_null(memory);
    assert_status(wc_crypto_start(), WC_OK);
    for (size_t i = 0; i < WC_ARRAY_LEN(examples); i++) {
        const char *name = examples[i].name;
        bool has_both = examples[i].wrong[0] != '\0' && examples[i].right[0] != '\0';
        if (has_both == (examples[i].else_by[0] != '\0')) fail_msg("%s: example or place?", name);
        if (!has_both) continue;
        wc_runner_result wrong = run(memory, name, examples[i].wrong);
        if (wrong.has_passed || !names_trap(wrong.text, name))
            fail_msg("the wrong example of %s: %s", name, wrong.text);
        wc_runner_result right = run(memory, name, examples[i].right);
        if (!right.has_passed) fail_msg("the right example of %s: %s", name, right.text);
    }
    free(memory);
}

static void every_trap_has_its_row(void **state)
{
    (void)state;
    assert_int_equal(WC_ARRAY_LEN(traps), WC_ARRAY_LEN(examples));
    for (size_t i = 0; i < WC_ARRAY_LEN(traps); i++)
        assert_string_equal(traps[i], examples[i].name);
}

/* V01xx are found in bytes, before there is a module to show. Limits need generated modules. */
static void every_rule_of_tables_and_code_has_its_case(void **state)
{
    (void)state;
    static const char *const generated[] = {"V0212", "V0609", "V0613", "V0701",
                                            "V0702", "V0703", "V0704"};
    wc_slice bytes = wc_test_read_file(WC_TEST_DATA "/../unit/isa/rules.txt");
    unsigned missing = 0;
    for (size_t i = 0; i < WC_ARRAY_LEN(rules); i++) {
        char mark[16];
        snprintf(mark, sizeof mark, "== %s ", rules[i]);
        bool is_bytes = strncmp(rules[i], "V01", 3) == 0, is_generated = false;
        for (size_t k = 0; k < WC_ARRAY_LEN(generated); k++)
            is_generated |= strcmp(rules[i], generated[k]) == 0;
        if (is_bytes || is_generated) continue;
        if (memmem(bytes.data, bytes.len, mark, strlen(mark)) == NULL) {
            print_error("%s has no case in rules.txt\n", rules[i]);
            missing++;
        }
    }
    assert_int_equal(missing, 0);
    free((void *)(uintptr_t)bytes.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_trap_has_its_row),
        cmocka_unit_test(each_example_does_what_it_shows),
        cmocka_unit_test(every_rule_of_tables_and_code_has_its_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
