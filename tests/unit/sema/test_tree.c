/* The checked tree: the programs that show the language hold every operation and every statement of
 * tree.def, so whatever a later pass does with one is done in some test; and its text, which is
 * what one reads when a program does not do what it says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/sema/dump.h"
#include "tests/support/golden.h"
#include "tests/unit/sema/bench.h"

#define TREE_MAX ((size_t)1 << 20)

static const char *const programs[] = {
    "data/language/collections.clause",    "data/language/contracts.clause",
    "data/language/money.clause",          "data/language/numbers.clause",
    "data/language/places.clause",         "data/language/parts.clause",
    "data/language/postings.clause",       "data/language/time.clause",
    "data/language/values.clause",         "data/samples_fixed/1_ppa.clause",
    "data/samples_fixed/3_auction.clause", "data/samples_fixed/5_bank.clause",
    "golden/sema/tree_test.clause",
};

static void put_routines(wc_sema_routine *const *routines, uint16_t count, wc_buf *out)
{
    for (uint16_t i = 0; i < count; i++) wc_sema_dump_routine(routines[i], out);
}

/* Every routine of the program as text. */
static void put_tree(bench *b, const char *program, wc_buf *out)
{
    char path[512];
    (void)snprintf(path, sizeof(path), "%s/../%s", WC_TEST_DATA, program);
    wc_slice bytes = wc_test_read_file(path);
    bench_check(b, (wc_str){(const char *)bytes.data, bytes.len});
    free((void *)(uintptr_t)bytes.data);
    if (b->program == NULL) fail_msg("%s: %s", program, bench_render(b));
    for (uint32_t i = 0; i < b->program->contract_count; i++) {
        const wc_sema_contract *contract = b->program->contracts[i];
        wc_format(out, "contract {}\n", contract->name);
        put_routines(contract->funcs, contract->func_count, out);
        put_routines(contract->actions, contract->action_count, out);
        put_routines(contract->views, contract->view_count, out);
        put_routines(contract->afters, contract->after_count, out);
    }
    for (uint32_t i = 0; i < b->program->test_count; i++) {
        const wc_sema_test *test = b->program->tests[i];
        put_routines(test->funcs, test->func_count, out);
        wc_sema_dump_routine(test->routine, out);
    }
    assert_status(wc_buf_status(out), WC_OK);
}

/* At the start of a word, and all of it. */
static bool names(const char *text, const char *before, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = text; (at = strstr(at, before)) != NULL;) {
        at += strlen(before);
        if (strncmp(at, word, len) == 0 && strchr(" )\n", at[len]) != NULL) return true;
    }
    return false;
}

static void the_programs_hold_every_operation(void **state)
{
    (void)state;
    char *memory = malloc(TREE_MAX);
    assert_non_null(memory);
    wc_buf out;
    wc_buf_init(&out, memory, TREE_MAX - 1);
    bench b;
    bench_open(&b);
    for (size_t i = 0; i < WC_ARRAY_LEN(programs); i++) put_tree(&b, programs[i], &out);
    bench_close(&b);
    memory[out.len] = '\0';
    unsigned missing = 0;
    for (unsigned op = 0; op < WC_OPER_COUNT; op++) {
        const char *name = wc_sema_op_name((wc_sema_op)op);
        bool is_literal = op == WC_OPER_NUMBER || op == WC_OPER_TEXT; /* without a name */
        if (is_literal || names(memory, "(", name)) continue;
        print_error("no program holds the operation %s\n", name);
        missing++;
    }
    for (unsigned kind = 0; kind < WC_DO_COUNT; kind++) {
        const char *name = wc_sema_stmt_name((wc_sema_stmt_kind)kind);
        if (names(memory, "  ", name)) continue;
        print_error("no program holds the statement %s\n", name);
        missing++;
    }
    free(memory);
    assert_int_equal(missing, 0);
}

static void the_tree_reads_like_this(void **state)
{
    (void)state;
    char *memory = malloc(TREE_MAX);
    assert_non_null(memory);
    wc_buf out;
    wc_buf_init(&out, memory, TREE_MAX);
    bench b;
    bench_open(&b);
    put_tree(&b, "golden/sema/tree_test.clause", &out);
    bench_close(&b);
    wc_golden_check("../../golden/sema/tree.txt", wc_buf_slice(&out));
    free(memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_programs_hold_every_operation),
        cmocka_unit_test(the_tree_reads_like_this),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
