/* Collecting and running tests. Each thread has memory of its own; a test's world belongs to the
 * thread that runs it, so no two tests can see each other. */
#include "node/cli/suite.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/cli/calls.h"
#include "node/cli/previous.h"
#include "node/runner/trace.h"

#define RUN_ARENA   ((size_t)512 << 20)
#define CALLS_BYTES ((size_t)16 << 20) /* of one test's calls as JSON */

/* ---- collecting --------------------------------------------------------------------------------
 */

static bool contains(wc_str text, const char *part)
{
    size_t length = strlen(part);
    for (size_t i = 0; i + length <= text.len; i++) {
        if (memcmp(text.data + i, part, length) == 0) return true;
    }
    return false;
}

/* The version before belongs to the contract of its name. */
static void set_previous(wc_suite_file *file, const wc_cli_loaded_module *previous)
{
    const wc_compilation *made = file->compilation;
    for (uint16_t i = 0; i < made->contract_count && previous->module != NULL; i++) {
        const wc_compiled_contract *contract = &made->contracts[i];
        if (!contract->is_own) continue;
        if (!wc_str_equal(contract->name, previous->module->strings[0])) continue;
        file->previous = previous->bytes;
        file->previous_of = i;
    }
}

static wc_exit open_file(wc_suite *suite, const char *path, wc_suite_file *file)
{
    wc_arena *arena = suite->arena;
    file->path = path;
    wc_cli_loaded_module previous;
    wc_exit code = wc_cli_previous(suite->cli, arena, &previous);
    if (code != WC_EXIT_DONE) return code;
    code = wc_cli_compile_after(suite->cli, path, previous.module, arena, &file->compilation);
    if (code != WC_EXIT_DONE) return code;
    const wc_compilation *made = file->compilation;
    if (made->has_failed) {
        wc_cli_report_add(&suite->report, &made->diags, arena);
        return WC_EXIT_FAILS;
    }
    file->modules = WC_ARENA_ARRAY(arena, wc_slice, (size_t)made->contract_count + 1);
    if (file->modules == NULL) return wc_cli_fail(suite->cli, WC_EXIT_ENVIRONMENT, "out of memory");
    for (uint16_t i = 0; i < made->contract_count; i++) {
        file->modules[i] = made->contracts[i].module;
    }
    set_previous(file, &previous);
    if (made->test_count == 0) return WC_EXIT_DONE;
    wc_module *image;
    size_t bad;
    wc_status status = wc_module_decode(made->test_image, arena, &image, &bad);
    if (status != WC_OK) {
        return wc_cli_fail(suite->cli, WC_EXIT_ENVIRONMENT, "%s", wc_status_text(status));
    }
    file->image = image;
    return WC_EXIT_DONE;
}

static bool collect(wc_suite *suite)
{
    const char *filter = wc_cli_option_of(suite->cli, "filter");
    uint32_t most = 0;
    for (uint32_t i = 0; i < suite->file_count; i++) {
        most += suite->files[i].compilation->test_count;
    }
    suite->cases = WC_ARENA_ARRAY(suite->arena, wc_suite_case, (size_t)most + 1);
    if (suite->cases == NULL) return false;
    for (uint32_t i = 0; i < suite->file_count; i++) {
        const wc_suite_file *file = &suite->files[i];
        for (uint32_t k = 0; k < file->compilation->test_count; k++) {
            const wc_compiled_test *test = &file->compilation->tests[k];
            if (filter != NULL && !contains(test->title, filter)) continue;
            bool is_property = test->param_count > 0;
            suite->cases[suite->case_count++] =
                (wc_suite_case){.file = file, .test = test, .is_property = is_property};
            suite->property_count += is_property;
        }
    }
    return true;
}

static wc_exit open_files(wc_suite *suite)
{
    const wc_cli *cli = suite->cli;
    for (int i = 0; i < cli->argc; i++) {
        wc_exit code = open_file(suite, cli->argv[i], &suite->files[suite->file_count]);
        if (code != WC_EXIT_DONE) return code;
        suite->file_count++;
    }
    return WC_EXIT_DONE;
}

wc_exit wc_suite_open_sources(wc_suite *suite, const wc_cli *cli)
{
    memset(suite, 0, sizeof(*suite));
    suite->cli = cli;
    suite->threads = 1;
    if (cli->argc == 0) {
        return wc_cli_fail(cli, WC_EXIT_USAGE, "which file? `wattclause help %s`", cli->verb);
    }
    suite->arena = wc_cli_arena(WC_COMPILE_ARENA);
    if (suite->arena == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    if (!wc_cli_report_open(cli, &suite->report)) return WC_EXIT_USAGE;
    wc_exit code = open_files(suite);
    if (code != WC_EXIT_DONE) wc_cli_report_close(&suite->report);
    return code;
}

static wc_exit find_tests(wc_suite *suite)
{
    const wc_cli *cli = suite->cli;
    if (!collect(suite)) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    if (suite->case_count > 0) return WC_EXIT_DONE;
    const char *filter = wc_cli_option_of(cli, "filter");
    if (filter == NULL) return wc_cli_fail(cli, WC_EXIT_USAGE, "there are no tests");
    return wc_cli_fail(cli, WC_EXIT_USAGE, "no test matches `%s`", filter);
}

wc_exit wc_suite_open(wc_suite *suite, const wc_cli *cli)
{
    wc_exit code = wc_suite_open_sources(suite, cli);
    if (code != WC_EXIT_DONE) return code;
    code = find_tests(suite);
    if (code != WC_EXIT_DONE) wc_cli_report_close(&suite->report);
    return code;
}

bool wc_suite_options(wc_suite *suite)
{
    int64_t seed, runs, jobs;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (cores < 1) cores = 1;
    if (cores > WC_SUITE_THREADS_MAX) cores = WC_SUITE_THREADS_MAX;
    if (!wc_cli_number(suite->cli, "seed", 0, INT64_MAX, wc_cli_new_seed(), &seed) ||
        !wc_cli_number(suite->cli, "runs", 1, 10000000, WC_PROPERTY_RUNS, &runs) ||
        !wc_cli_number(suite->cli, "jobs", 1, WC_SUITE_THREADS_MAX, cores, &jobs)) {
        return false;
    }
    suite->seed = (uint64_t)seed;
    suite->runs = (uint32_t)runs;
    suite->threads = (uint32_t)jobs;
    return true;
}

/* ---- running -----------------------------------------------------------------------------------
 */

typedef struct worker {
    wc_suite *suite;
    atomic_uint *next; /* the first case that nobody has taken */
    wc_arena *arena;
    pthread_t thread;
} worker;

/* Out of the worker's memory, which the next case uses again. */
static wc_slice copied(wc_slice bytes)
{
    uint8_t *copy = bytes.len > 0 ? malloc(bytes.len) : NULL;
    if (copy == NULL) return wc_slice_of(NULL, 0);
    memcpy(copy, bytes.data, bytes.len);
    return wc_slice_of(copy, bytes.len);
}

static wc_status run_property(const wc_suite *suite, const wc_runner_job *job, wc_runner_test *test,
                              wc_suite_case *one)
{
    wc_property_result result;
    WC_TRY(wc_property_run(job, test, suite->seed, suite->runs, &result));
    one->result = result.last;
    one->runs = result.runs;
    one->shrink_runs = result.shrink_runs;
    if (result.last.has_passed) return WC_OK;
    one->given = copied(result.given);
    test->given = result.given;
    return job->trace != NULL ? wc_runner_trace(job, test, &one->result) : WC_OK;
}

static void run_case(const wc_suite *suite, wc_arena *arena, wc_suite_case *one)
{
    const wc_compilation *made = one->file->compilation;
    size_t mark = wc_arena_mark(arena);
    wc_buf trace;
    uint8_t *memory = WC_ARENA_ARRAY(arena, uint8_t, WC_TRACE_BYTES);
    wc_buf_init(&trace, memory, memory != NULL ? WC_TRACE_BYTES : 0);
    bool is_watched = suite->observer != NULL;
    wc_runner_job job = {.arena = arena,
                         .image = made->test_image,
                         .image_file = made->test_file,
                         .contracts = one->file->modules,
                         .contract_count = made->contract_count,
                         .previous = one->file->previous,
                         .previous_of = one->file->previous_of,
                         .watcher = suite->observer,
                         .native = suite->native,
                         .trace = is_watched ? NULL : &trace};
    wc_cli_calls calls;
    if (suite->wants_calls && !one->is_property) {
        void *space = wc_arena_alloc(arena, CALLS_BYTES, 1);
        if (space == NULL) {
            one->status = WC_NO_MEMORY;
            return;
        }
        wc_cli_calls_begin(&calls, space, CALLS_BYTES);
        job.observer = &calls.observer;
    }
    wc_runner_test test = {.number = one->test->number,
                           .parties = one->test->parties,
                           .party_count = one->test->party_count};
    one->status = one->is_property ? run_property(suite, &job, &test, one)
                                   : wc_runner_run(&job, &test, &one->result);
    wc_slice text = copied(wc_slice_of(trace.data, trace.len));
    if (suite->wants_calls && !one->is_property) {
        wc_slice told = copied(wc_slice_of(calls.text.data, calls.text.len));
        one->calls = (wc_str){(const char *)told.data, told.len};
    }
    one->trace = (wc_str){(const char *)text.data, text.len};
    wc_arena_rewind(arena, mark);
}

static void *work(void *self)
{
    worker *one = self;
    for (;;) {
        unsigned index = atomic_fetch_add(one->next, 1);
        if (index >= one->suite->case_count) return NULL;
        run_case(one->suite, one->arena, &one->suite->cases[index]);
    }
}

wc_exit wc_suite_run(wc_suite *suite)
{
    static worker workers[WC_SUITE_THREADS_MAX];
    atomic_uint next = 0;
    uint32_t count = suite->threads < suite->case_count ? suite->threads : suite->case_count;
    for (uint32_t i = 0; i < count; i++) {
        workers[i] = (worker){.suite = suite, .next = &next, .arena = wc_cli_arena(RUN_ARENA)};
        if (workers[i].arena == NULL) {
            return wc_cli_fail(suite->cli, WC_EXIT_ENVIRONMENT, "out of memory");
        }
    }
    uint32_t started = 1; /* this thread works, too */
    while (started < count &&
           pthread_create(&workers[started].thread, NULL, work, &workers[started]) == 0) {
        started++;
    }
    (void)work(&workers[0]);
    for (uint32_t i = 1; i < started; i++) (void)pthread_join(workers[i].thread, NULL);
    for (uint32_t i = 0; i < suite->case_count; i++) {
        const wc_suite_case *one = &suite->cases[i];
        if (one->status == WC_OK) continue;
        return wc_cli_fail(suite->cli, WC_EXIT_ENVIRONMENT, "%.*s: %s",
                           WC_STR_ARG(one->test->title), wc_status_text(one->status));
    }
    return WC_EXIT_DONE;
}

uint32_t wc_suite_failed(const wc_suite *suite)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < suite->case_count; i++) count += !suite->cases[i].result.has_passed;
    return count;
}
