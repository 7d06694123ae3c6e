/* test: runs the tests of sources and says where and why one fails. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "node/cli/calls.h"
#include "node/cli/compile.h"
#include "node/cli/module.h"
#include "node/cli/previous.h"
#include "node/runner/runner.h"
#include "vm/base/json.h"

#define RUN_ARENA  ((size_t)512 << 20)
#define CALLS_SIZE ((size_t)16 << 20) /* of one test's calls as JSON */

typedef struct test_tally {
    uint32_t passed, failed;
    wc_cli_report report; /* of the diagnostics; with json the results are in the same array */
} test_tally;

static bool contains(wc_str text, const char *part)
{
    size_t length = strlen(part);
    for (size_t i = 0; i + length <= text.len; i++) {
        if (memcmp(text.data + i, part, length) == 0) return true;
    }
    return false;
}

/* A place in bytecode as file:line:column of the source, from the debug part of a module file. */
static void print_place(wc_slice file_bytes, uint16_t function, uint32_t word, wc_arena *arena)
{
    size_t mark = wc_arena_mark(arena);
    wc_module_file file;
    wc_finding finding;
    if (function != WC_NONE && wc_module_file_read(file_bytes, arena, &file, &finding) == WC_OK &&
        file.debug != NULL) {
        const wc_debug_line *line = wc_debug_find(file.debug, function, word);
        if (line != NULL) {
            wc_str path = file.debug->files[line->file].path;
            fprintf(stderr, "  --> %.*s:%u:%u\n", WC_STR_ARG(path), line->line, line->column);
        }
    }
    wc_arena_rewind(arena, mark);
}

/* calls: NULL when they are not wanted. */
static void print_json(const wc_compiled_test *test, const wc_runner_result *result,
                       const wc_cli_calls *calls, test_tally *tally)
{
    uint8_t memory[8192]; /* a title has at most 1,024 bytes, a message WC_RUNNER_TEXT_MAX */
    wc_buf text;
    wc_buf_init(&text, memory, sizeof(memory));
    wc_buf_put_text(&text, tally->report.has_items ? ",\n {\"title\":" : "{\"title\":");
    wc_json_quote(&text, test->title);
    wc_buf_put_text(&text, result->has_passed ? ",\"passed\":true" : ",\"passed\":false");
    if (!result->has_passed) {
        wc_buf_put_text(&text, ",\"message\":");
        wc_json_quote(&text, wc_str_of(result->text));
    }
    printf("%.*s,\"gas\":\"%llu\",\"calls\":%u", (int)text.len, (const char *)text.data,
           (unsigned long long)result->gas, result->calls);
    if (calls != NULL) {
        printf(",\"called\":[\n  %.*s]", (int)calls->text.len, (const char *)calls->text.data);
    }
    printf("}");
    tally->report.has_items = true;
}

static void print_failure(const wc_compilation *compilation, const wc_compiled_test *test,
                          const wc_runner_result *result, wc_arena *arena)
{
    fprintf(stderr, "FAILED  %.*s\n  %s\n", WC_STR_ARG(test->title), result->text);
    print_place(compilation->test_file, result->function, result->word, arena);
    if (result->has_callee) {
        const wc_compiled_contract *contract = &compilation->contracts[result->contract];
        print_place(contract->file, result->callee_function, result->callee_word, arena);
    }
}

/* The version before belongs to the contract of its name. */
static void set_previous(wc_runner_job *job, const wc_compilation *compilation,
                         const wc_cli_loaded_module *previous)
{
    for (uint16_t i = 0; i < compilation->contract_count && previous->module != NULL; i++) {
        const wc_compiled_contract *contract = &compilation->contracts[i];
        if (!contract->is_own) continue;
        if (!wc_str_equal(contract->name, previous->module->strings[0])) continue;
        job->previous = previous->bytes;
        job->previous_of = i;
    }
}

static wc_exit run_tests(const wc_cli *cli, const wc_compilation *compilation,
                         const wc_cli_loaded_module *previous, wc_arena *arena, test_tally *tally)
{
    const char *filter = wc_cli_option_of(cli, "filter");
    wc_slice *modules = WC_ARENA_ARRAY(arena, wc_slice, (size_t)compilation->contract_count + 1);
    if (modules == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    for (uint16_t i = 0; i < compilation->contract_count; i++) {
        modules[i] = compilation->contracts[i].module;
    }
    wc_runner_job job = {.arena = arena,
                         .image = compilation->test_image,
                         .contracts = modules,
                         .contract_count = compilation->contract_count};
    set_previous(&job, compilation, previous);
    wc_cli_calls collected, *calls = NULL;
    void *memory = NULL;
    if (tally->report.format == WC_DIAG_JSON && wc_cli_option_of(cli, "calls") != NULL) {
        memory = wc_arena_alloc(arena, CALLS_SIZE, 1);
        if (memory == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
        calls = &collected;
        job.observer = &collected.observer;
    }
    for (uint32_t i = 0; i < compilation->test_count; i++) {
        const wc_compiled_test *test = &compilation->tests[i];
        if (filter != NULL && !contains(test->title, filter)) continue;
        wc_runner_test one = {
            .number = test->number, .parties = test->parties, .party_count = test->party_count};
        wc_runner_result result;
        if (calls != NULL) wc_cli_calls_begin(calls, memory, CALLS_SIZE);
        wc_status status = wc_runner_run(&job, &one, &result);
        if (status != WC_OK) {
            return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%.*s: %s", WC_STR_ARG(test->title),
                               wc_status_text(status));
        }
        tally->passed += result.has_passed;
        tally->failed += !result.has_passed;
        if (tally->report.format == WC_DIAG_JSON) {
            print_json(test, &result, calls, tally);
        } else if (!result.has_passed && wc_cli_report_is_text(&tally->report)) {
            print_failure(compilation, test, &result, arena);
        }
    }
    return WC_EXIT_DONE;
}

static wc_exit test_file(const wc_cli *cli, const char *path, wc_arena *arena, test_tally *tally)
{
    wc_compilation *compilation;
    wc_cli_loaded_module previous;
    wc_exit code = wc_cli_previous(cli, arena, &previous);
    if (code != WC_EXIT_DONE) return code;
    code = wc_cli_compile_after(cli, path, previous.module, arena, &compilation);
    if (code != WC_EXIT_DONE) return code;
    if (compilation->has_failed) wc_cli_report_add(&tally->report, &compilation->diags, arena);
    if (compilation->has_failed) return WC_EXIT_FAILS;
    return run_tests(cli, compilation, &previous, arena, tally);
}

wc_exit wc_cli_test(const wc_cli *cli)
{
    if (cli->argc == 0) {
        return wc_cli_fail(cli, WC_EXIT_USAGE, "which file? `wattclause help test`");
    }
    wc_arena *arena = wc_cli_arena(WC_COMPILE_ARENA + RUN_ARENA);
    if (arena == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    test_tally tally = {0};
    wc_exit code = WC_EXIT_DONE;
    if (!wc_cli_report_open(cli, &tally.report)) return WC_EXIT_USAGE;
    for (int i = 0; i < cli->argc && code == WC_EXIT_DONE; i++) {
        size_t mark = wc_arena_mark(arena);
        code = test_file(cli, cli->argv[i], arena, &tally);
        wc_arena_rewind(arena, mark);
    }
    wc_cli_report_close(&tally.report);
    if (code != WC_EXIT_DONE) return code;
    const char *filter = wc_cli_option_of(cli, "filter");
    if (tally.passed + tally.failed == 0) {
        return wc_cli_fail(cli, WC_EXIT_USAGE,
                           filter != NULL ? "no test matches `%s`" : "there are no tests%s",
                           filter != NULL ? filter : "");
    }
    if (wc_cli_report_is_text(&tally.report))
        printf("%u passed, %u failed\n", tally.passed, tally.failed);
    return tally.failed == 0 ? WC_EXIT_DONE : WC_EXIT_TESTS;
}
