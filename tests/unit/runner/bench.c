/* Compiling for the tests of the runner. */
#include "tests/unit/runner/bench.h"

#include <stdlib.h>
#include <string.h>

#include "node/crypto/crypto.h"

#define ARENA ((size_t)1 << 30) /* touched only as far as it is used */

void bench_open(bench *b, const char *source)
{
    memset(b, 0, sizeof *b);
    assert_status(wc_crypto_start(), WC_OK);
    b->memory = malloc(ARENA);
    assert_non_null(b->memory);
    wc_arena_init(&b->arena, b->memory, ARENA);
    wc_compile_options options = {.arena = &b->arena, .hash = wc_sha256};
    assert_status(wc_compile(&options, WC_STR("t.clause"), wc_str_of(source), &b->made), WC_OK);
    if (b->made->has_failed) {
        static char report[8192];
        wc_buf text;
        wc_buf_init(&text, report, sizeof report - 1);
        wc_diags_render(&b->made->diags, &text, WC_DIAG_SHORT, false);
        report[text.len] = '\0';
        fail_msg("%s", report);
    }
    for (uint16_t i = 0; i < b->made->contract_count; i++) {
        b->modules[i] = b->made->contracts[i].module;
    }
    b->job = (wc_runner_job){.arena = &b->arena,
                             .image = b->made->test_image,
                             .contracts = b->modules,
                             .contract_count = b->made->contract_count};
    wc_module *image;
    size_t bad;
    assert_status(wc_module_decode(b->made->test_image, &b->arena, &image, &bad), WC_OK);
    b->image = image;
}

void bench_close(bench *b)
{
    free(b->memory);
}

wc_runner_test bench_test(const bench *b, uint16_t number)
{
    const wc_compiled_test *test = &b->made->tests[number];
    return (wc_runner_test){
        .number = test->number, .parties = test->parties, .party_count = test->party_count};
}
