/* See play.h. */
#include "tests/unit/checks/play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/runner/runner.h"
#include "tests/support/sha256.h"

#define MEMORY ((size_t)768 << 20)
#define TEXT   ((size_t)1 << 16)

void play_open(play *p)
{
    *p = (play){.memory = aligned_alloc(16, MEMORY)};
    assert_non_null(p->memory);
}

void play_close(play *p)
{
    free(p->memory);
}

void play_compile(play *p, const char *text, bool check_only)
{
    wc_arena_init(&p->arena, p->memory, MEMORY);
    wc_compile_options options = {
        .arena = &p->arena, .hash = wc_test_sha256, .check_only = check_only};
    assert_status(wc_compile(&options, WC_STR("demo.clause"), wc_str_of(text), &p->compilation),
                  WC_OK);
}

const char *play_report(play *p)
{
    wc_buf buf;
    char *text = wc_arena_alloc(&p->arena, TEXT, 1);
    assert_non_null(text);
    wc_buf_init(&buf, text, TEXT - 1);
    wc_diags_render(&p->compilation->diags, &buf, WC_DIAG_SHORT, false);
    text[buf.len] = 0;
    return text;
}

bool play_run(play *p, const char *text)
{
    play_compile(p, text, false);
    const wc_compilation *made = p->compilation;
    if (made->has_failed) print_error("%s", play_report(p));
    assert_false(made->has_failed);
    wc_slice *modules = WC_ARENA_ARRAY(&p->arena, wc_slice, (size_t)made->contract_count + 1);
    assert_non_null(modules);
    for (uint16_t i = 0; i < made->contract_count; i++) modules[i] = made->contracts[i].module;
    wc_runner_job job = {.arena = &p->arena,
                         .image = made->test_image,
                         .contracts = modules,
                         .contract_count = made->contract_count};
    p->failure[0] = 0;
    for (uint32_t i = 0; i < made->test_count && p->failure[0] == 0; i++) {
        const wc_compiled_test *test = &made->tests[i];
        wc_runner_test one = {
            .number = test->number, .parties = test->parties, .party_count = test->party_count};
        wc_runner_result result;
        assert_status(wc_runner_run(&job, &one, &result), WC_OK);
        if (result.has_passed) continue;
        (void)snprintf(p->failure, sizeof(p->failure), "%.*s: %s", WC_STR_ARG(test->title),
                       result.text);
    }
    return p->failure[0] == 0;
}
