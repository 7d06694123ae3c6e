/* Memory may run out at any allocation of the compiler, of the formatter and of what mends a text:
 * each says NO_MEMORY, and with enough of it does the same as if it had never run out. The first
 * allocations fail one by one, behind them the steps are primes: not every allocation, but a
 * different part of them in each program. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compiler.h"
#include "compiler/fmt/fmt.h"
#include "compiler/lint/lint.h"
#include "tests/support/golden.h"
#include "tests/support/sha256.h"
#include "tests/support/test.h"

#define MEMORY     ((size_t)64 << 20)
#define ONE_BY_ONE 300u

static const struct program {
    const char *name;
    bool check_only, index, lint, explains, sheets;
    uint64_t step;
} programs[] = {
    {"golden/doc/wide.clause", .sheets = true, .step = 7},
    {"golden/sema/tree_test.clause", .index = true, .lint = true, .explains = true, .step = 5},
    {"data/messages.clause", .check_only = true, .index = true, .lint = true, .step = 3},
    {"golden/sema/memory.clause", .index = true, .lint = true, .sheets = true, .step = 1},
    {"golden/parse/constructs.clause", .check_only = true, .step = 7},
};

static void *memory;

static wc_slice read_program(const char *name)
{
    char path[512];
    (void)snprintf(path, sizeof(path), "%s/../%s", WC_TEST_DATA, name);
    return wc_test_read_file(path);
}

static wc_str text_of(wc_slice bytes)
{
    return (wc_str){(const char *)bytes.data, bytes.len};
}

static wc_status compile(const struct program *p, wc_slice bytes, uint64_t granted,
                         wc_compilation **out)
{
    static wc_arena arena;
    wc_arena_init(&arena, memory, MEMORY);
    arena.fail_after = granted;
    const wc_compile_options options = {.arena = &arena,
                                        .hash = wc_test_sha256,
                                        .check_only = p->check_only,
                                        .index = p->index,
                                        .lint = p->lint,
                                        .explain_traps = p->explains,
                                        .sheets = p->sheets};
    *out = NULL;
    return wc_compile(&options, WC_STR("demo.clause"), text_of(bytes), out);
}

/* What was reported, and the code; in memory from malloc. */
static char *outcome_of(const wc_compilation *compilation, size_t *len)
{
    size_t size = (size_t)1 << 20;
    char *text = malloc(size);
    assert_non_null(text);
    wc_buf buf;
    wc_buf_init(&buf, text, size);
    wc_diags_render(&compilation->diags, &buf, WC_DIAG_HUMAN, false);
    for (uint16_t i = 0; i < compilation->contract_count; i++) {
        wc_buf_put_slice(&buf, compilation->contracts[i].module);
    }
    assert_status(wc_buf_status(&buf), WC_OK);
    *len = buf.len;
    return text;
}

static void the_compiler_says_when_memory_runs_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < WC_ARRAY_LEN(programs); i++) {
        const struct program *p = &programs[i];
        wc_slice bytes = read_program(p->name);
        wc_compilation *compilation;
        assert_status(compile(p, bytes, UINT64_MAX, &compilation), WC_OK);
        size_t wanted_len, len;
        char *wanted = outcome_of(compilation, &wanted_len);

        uint64_t granted = 0;
        wc_status status;
        while ((status = compile(p, bytes, granted, &compilation)) == WC_NO_MEMORY) {
            granted += granted < ONE_BY_ONE ? 1 : p->step;
        }
        assert_status(status, WC_OK);
        assert_true(granted > 300);
        char *got = outcome_of(compilation, &len);
        assert_int_equal(len, wanted_len);
        assert_memory_equal(got, wanted, len);
        free(got);
        free(wanted);
        free((void *)(uintptr_t)bytes.data);
    }
}

/* All of it: the formatter takes little. */
static void check_formatter(wc_slice bytes, wc_str wanted, uint64_t at_least)
{
    wc_str shown = {0};
    wc_status status = WC_NO_MEMORY;
    uint64_t granted = 3; /* the sources and the diagnostics are the caller's */
    for (; status == WC_NO_MEMORY; granted++) {
        wc_arena arena;
        wc_sources sources;
        wc_diags diags;
        const wc_source *source;
        wc_arena_init(&arena, memory, MEMORY);
        wc_sources_init(&sources, &arena);
        wc_diags_init(&diags, &arena, &sources);
        assert_status(wc_sources_add(&sources, WC_STR("demo.clause"), text_of(bytes), &source),
                      WC_OK);
        arena.fail_after = granted;
        shown = (wc_str){0};
        status = wc_fmt(&arena, &diags, source, &shown);
        if (status != WC_OK) assert_null(shown.data);
    }
    assert_status(status, WC_OK);
    assert_true(granted > at_least);
    assert_true(wc_str_equal(shown, wanted));
}

static void the_formatter_says_when_memory_runs_out(void **state)
{
    (void)state;
    static const char close[] = "module m;\nconst e : Energy = 5kWh;\n";
    wc_slice bytes = read_program("golden/sema/tree_test.clause");
    check_formatter(bytes, text_of(bytes), 100); /* it is in canonical form */
    free((void *)(uintptr_t)bytes.data);
    check_formatter(wc_slice_of(close, sizeof close - 1),
                    WC_STR("module m;\nconst e : Energy = 5 kWh;\n"), 10);
}

static void what_can_stand_here_says_when_memory_runs_out(void **state)
{
    (void)state;
    const wc_str text = WC_STR("module m; func f() -> int { ");
    wc_status status = WC_NO_MEMORY;
    uint64_t granted = 0;
    const wc_str *words = NULL;
    uint32_t count = 0;
    bool takes_name = false;
    for (; status == WC_NO_MEMORY; granted++) {
        wc_arena arena;
        wc_arena_init(&arena, memory, MEMORY);
        arena.fail_after = granted;
        status = wc_index_expected(&arena, text, (uint32_t)text.len, &words, &count, &takes_name);
    }
    assert_status(status, WC_OK);
    assert_true(granted > 5);
    assert_true(takes_name);
    bool has_return = false;
    for (uint32_t i = 0; i < count; i++) {
        has_return = has_return || wc_str_equal(words[i], WC_STR("return"));
    }
    assert_true(has_return);
    wc_arena arena;
    wc_arena_init(&arena, memory, MEMORY);
    assert_status(
        wc_index_expected(&arena, text, (uint32_t)text.len + 1, &words, &count, &takes_name),
        WC_TOO_LARGE);
}

/* A program with one lint that has a sure fix. */
static void mending_says_when_memory_runs_out(void **state)
{
    (void)state;
    const wc_str text = WC_STR("module m;\nfunc f(b : bool) -> bool { return b == true; }\n");
    const wc_str mended = WC_STR("module m;\nfunc f(b : bool) -> bool { return b; }\n");
    static wc_arena arena;
    wc_arena_init(&arena, memory, MEMORY);
    const wc_compile_options options = {
        .arena = &arena, .hash = wc_test_sha256, .check_only = true, .lint = true};
    wc_compilation *compilation;
    assert_status(wc_compile(&options, WC_STR("demo.clause"), text, &compilation), WC_OK);
    const wc_source *source = wc_sources_of(&compilation->sources, (wc_span){0});
    wc_status status = WC_NO_MEMORY;
    wc_str shown;
    uint32_t count = 0;
    for (uint64_t granted = 0; status == WC_NO_MEMORY; granted++) {
        arena.fail_after = granted;
        status = wc_lint_fix(&arena, &compilation->diags, source, &shown, &count);
        assert_true(granted < 10);
    }
    assert_status(status, WC_OK);
    assert_int_equal(count, 1);
    assert_true(wc_str_equal(shown, mended));
}

static int open_memory(void **state)
{
    (void)state;
    memory = aligned_alloc(16, MEMORY);
    return memory == NULL ? -1 : 0;
}

static int close_memory(void **state)
{
    (void)state;
    free(memory);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_compiler_says_when_memory_runs_out),
        cmocka_unit_test(the_formatter_says_when_memory_runs_out),
        cmocka_unit_test(what_can_stand_here_says_when_memory_runs_out),
        cmocka_unit_test(mending_says_when_memory_runs_out),
    };
    return cmocka_run_group_tests(tests, open_memory, close_memory);
}
