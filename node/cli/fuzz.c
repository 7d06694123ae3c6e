/* fuzz: calls contracts in every order and looks for traps, lost money and ways without an end. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "node/cli/suite.h"
#include "node/runner/fuzz.h"
#include "vm/base/text.h"

#define RUN_ARENA  ((size_t)512 << 20)
#define FILE_BYTES ((size_t)8 << 20)

typedef struct fuzz_options {
    uint64_t seed, allowed;
    uint32_t runs;
    int64_t seconds; /* for all contracts; 0: no limit */
    time_t end;
} fuzz_options;

static bool is_late(void *self)
{
    const fuzz_options *options = self;
    return options->seconds > 0 && time(NULL) >= options->end;
}

/* --allow-trap NAME,NAME */
static bool read_allowed(const wc_cli *cli, uint64_t *allowed)
{
    const char *names = wc_cli_option_of(cli, "allow-trap");
    *allowed = 0;
    while (names != NULL && *names != '\0') {
        const char *comma = strchr(names, ',');
        size_t length = comma != NULL ? (size_t)(comma - names) : strlen(names);
        bool is_known = false;
        for (uint16_t trap = 0; trap < 64; trap++) {
            const char *name = wc_trap_name(trap);
            if (name == NULL || strlen(name) != length || memcmp(name, names, length) != 0)
                continue;
            *allowed |= UINT64_C(1) << trap;
            is_known = true;
        }
        if (!is_known) {
            (void)wc_cli_fail(cli, WC_EXIT_USAGE, "there is no trap `%.*s`", (int)length, names);
            return false;
        }
        names = comma != NULL ? comma + 1 : NULL;
    }
    return true;
}

static bool read_options(const wc_cli *cli, fuzz_options *options)
{
    int64_t seed, runs;
    if (!wc_cli_number(cli, "seed", 0, INT64_MAX, wc_cli_new_seed(), &seed) ||
        !wc_cli_number(cli, "runs", 1, 100000000, WC_FUZZ_RUNS, &runs) ||
        !wc_cli_number(cli, "time", 0, 1000000, 0, &options->seconds) ||
        !read_allowed(cli, &options->allowed)) {
        return false;
    }
    options->seed = (uint64_t)seed;
    options->runs = (uint32_t)runs;
    options->end = time(NULL) + options->seconds;
    return true;
}

static void put_found(wc_buf *text, const wc_fuzz_finding *finding, const fuzz_options *options)
{
    char line[160];
    snprintf(line, sizeof(line), "\n// Run %u of --seed %llu.\ntest \"", finding->run,
             (unsigned long long)options->seed);
    wc_buf_put_text(text, line);
    for (const char *c = finding->text; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\') wc_buf_put_text(text, "\\");
        wc_buf_put_u8(text, (uint8_t)*c);
    }
    wc_buf_put_text(text, "\" {\n");
    wc_buf_put_slice(text, finding->test);
    wc_buf_put_text(text, "}\n");
}

static void print_result(const wc_cli *cli, const wc_compiled_contract *contract,
                         const wc_fuzz_result *result, const fuzz_options *options)
{
    if (cli->json) return;
    if (result->skipped[0] != '\0') {
        printf("%.*s: not fuzzed: %s\n", WC_STR_ARG(contract->name), result->skipped);
        return;
    }
    printf("%.*s: %u runs (%u deployed), %u steps, %u refused, %u found, --seed %llu\n",
           WC_STR_ARG(contract->name), result->runs, result->deployed, result->calls,
           result->refused, result->count, (unsigned long long)options->seed);
    if (result->deployed == 0) {
        printf("  no terms were found that it can be deployed with: fuzz a file with a test that "
               "deploys it\n");
    }
    for (uint32_t i = 0; i < result->count; i++) {
        const wc_fuzz_finding *finding = &result->findings[i];
        fprintf(stderr, "FOUND  %s\n  run %u, %u steps when made smaller in %u runs:\n%.*s",
                finding->text, finding->run, finding->steps, finding->shrink_runs,
                (int)finding->test.len, (const char *)finding->test.data);
    }
}

static void print_json(const wc_compiled_contract *contract, const wc_fuzz_result *result,
                       const fuzz_options *options, bool *is_first, wc_buf *text)
{
    char line[200];
    text->len = 0;
    wc_buf_put_text(text, *is_first ? "{\"contract\":" : ",\n {\"contract\":");
    *is_first = false;
    wc_report_json_string(text, contract->name);
    snprintf(line, sizeof(line),
             ",\"runs\":%u,\"deployed\":%u,\"steps\":%u,\"refused\":%u,\"seed\":\"%llu\"",
             result->runs, result->deployed, result->calls, result->refused,
             (unsigned long long)options->seed);
    wc_buf_put_text(text, line);
    wc_buf_put_text(text, ",\"skipped\":");
    wc_report_json_string(text, wc_str_of(result->skipped));
    wc_buf_put_text(text, ",\"found\":[");
    for (uint32_t i = 0; i < result->count; i++) {
        wc_buf_put_text(text, i > 0 ? ",{\"text\":" : "{\"text\":");
        wc_report_json_string(text, wc_str_of(result->findings[i].text));
        wc_buf_put_text(text, ",\"test\":");
        const wc_slice *test = &result->findings[i].test;
        wc_report_json_string(text, (wc_str){(const char *)test->data, test->len});
        wc_buf_put_text(text, "}");
    }
    wc_buf_put_text(text, "]}");
    (void)wc_cli_print(text);
}

#define EXAMPLES_MAX 64u

typedef struct fuzz_state {
    const wc_suite *suite;
    fuzz_options options;
    wc_arena *arena;
    wc_buf json;
    bool is_first;
    uint32_t contracts, found, example_count;
    wc_fuzz_example examples[EXAMPLES_MAX]; /* of the file under way */
} fuzz_state;

/* ---- what the tests deploy ---------------------------------------------------------------------
 */

static void on_step(void *self, struct wc_world *world, const wc_runner_step *step)
{
    fuzz_state *state = self;
    (void)world;
    bool is_one = step->kind == WC_STEP_DEPLOY && step->outcome->kind == WC_OUTCOME_OK;
    if (!is_one || state->example_count == EXAMPLES_MAX) return;
    for (uint32_t i = 0; i < state->example_count; i++) {
        const wc_fuzz_example *known = &state->examples[i];
        if (known->contract == step->contract && wc_slice_equal(known->terms, step->args)) return;
    }
    uint8_t *copy = wc_arena_alloc(state->suite->arena, step->args.len + 1, 1);
    if (copy == NULL) return; /* fewer examples */
    if (step->args.len > 0) memcpy(copy, step->args.data, step->args.len);
    state->examples[state->example_count++] =
        (wc_fuzz_example){step->contract, wc_slice_of(copy, step->args.len)};
}

/* Runs the tests of the file, however they end, for the terms that they deploy contracts with. */
static wc_status collect_examples(fuzz_state *state, const wc_suite_file *file)
{
    const wc_compilation *made = file->compilation;
    const wc_runner_observer observer = {.step = on_step, .self = state};
    wc_runner_job job = {.arena = state->arena,
                         .image = made->test_image,
                         .contracts = file->modules,
                         .contract_count = made->contract_count,
                         .observer = &observer};
    state->example_count = 0;
    for (uint32_t i = 0; i < made->test_count; i++) {
        const wc_compiled_test *test = &made->tests[i];
        if (test->param_count > 0) continue;
        wc_runner_test one = {
            .number = test->number, .parties = test->parties, .party_count = test->party_count};
        wc_runner_result result;
        size_t mark = wc_arena_mark(state->arena);
        WC_TRY(wc_runner_run(&job, &one, &result));
        wc_arena_rewind(state->arena, mark);
    }
    return WC_OK;
}

/* A source's own contracts; in a file of tests, and where there are no own ones, all it uses. */
static bool is_wanted(const wc_compilation *made, uint16_t contract)
{
    bool has_own = false;
    if (made->test_count > 0) return true;
    for (uint16_t i = 0; i < made->contract_count; i++) has_own |= made->contracts[i].is_own;
    return !has_own || made->contracts[contract].is_own;
}

static wc_exit fuzz_contract(fuzz_state *state, const wc_suite_file *file, uint16_t number,
                             wc_buf *text)
{
    static wc_fuzz_result result;
    const wc_cli *cli = state->suite->cli;
    const wc_compiled_contract *contract = &file->compilation->contracts[number];
    size_t mark = wc_arena_mark(state->arena);
    wc_fuzz_job job = {.base = {.arena = state->arena,
                                .contracts = file->modules,
                                .contract_count = file->compilation->contract_count},
                       .contract = number,
                       .example_count = state->example_count,
                       .examples = state->examples,
                       .seed = state->options.seed,
                       .runs = state->options.runs,
                       .allowed = state->options.allowed,
                       .is_late = is_late,
                       .self = &state->options};
    wc_status status = wc_fuzz_run(&job, &result);
    if (status != WC_OK) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%.*s: %s", WC_STR_ARG(contract->name),
                           wc_status_text(status));
    }
    state->contracts++;
    state->found += result.count;
    print_result(cli, contract, &result, &state->options);
    if (cli->json) print_json(contract, &result, &state->options, &state->is_first, &state->json);
    for (uint32_t k = 0; k < result.count; k++) {
        put_found(text, &result.findings[k], &state->options);
    }
    wc_arena_rewind(state->arena, mark);
    return WC_EXIT_DONE;
}

static wc_exit fuzz_file(fuzz_state *state, const wc_suite_file *file)
{
    const wc_cli *cli = state->suite->cli;
    char path[4096], module_space[512];
    wc_buf text, module;
    uint32_t before = state->found;
    uint8_t *memory = WC_ARENA_ARRAY(state->suite->arena, uint8_t, FILE_BYTES);
    if (memory == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    wc_buf_init(&text, memory, FILE_BYTES);
    wc_buf_init(&module, module_space, sizeof(module_space));
    if (!wc_found_path(file, wc_cli_option_of(cli, "write"), path, sizeof(path), &module)) {
        return wc_cli_fail(cli, WC_EXIT_USAGE, "the path is too long");
    }
    wc_found_begin(&text, file, (wc_str){module_space, module.len});
    wc_status status = collect_examples(state, file);
    if (status != WC_OK) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s: %s", file->path, wc_status_text(status));
    }
    for (uint16_t i = 0; i < file->compilation->contract_count; i++) {
        if (!is_wanted(file->compilation, i)) continue;
        wc_exit code = fuzz_contract(state, file, i, &text);
        if (code != WC_EXIT_DONE) return code;
    }
    return state->found > before ? wc_found_write(cli, path, &text) : WC_EXIT_DONE;
}

wc_exit wc_cli_fuzz(const wc_cli *cli)
{
    static wc_suite suite;
    static fuzz_state state;
    state = (fuzz_state){.suite = &suite, .is_first = true};
    if (!read_options(cli, &state.options)) return WC_EXIT_USAGE;
    if (cli->argc > 1 && wc_cli_option_of(cli, "write") != NULL) {
        return wc_cli_fail(cli, WC_EXIT_USAGE, "--write is for one source at a time");
    }
    wc_exit code = wc_suite_open_sources(&suite, cli);
    if (code != WC_EXIT_DONE) return code;
    state.arena = wc_cli_arena(RUN_ARENA);
    uint8_t *memory = WC_ARENA_ARRAY(suite.arena, uint8_t, FILE_BYTES);
    if (state.arena == NULL || memory == NULL) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    }
    wc_buf_init(&state.json, memory, FILE_BYTES);
    for (uint32_t i = 0; i < suite.file_count && code == WC_EXIT_DONE; i++) {
        code = fuzz_file(&state, &suite.files[i]);
    }
    wc_cli_report_close(&suite.report);
    if (code != WC_EXIT_DONE) return code;
    if (state.contracts == 0) {
        return wc_cli_fail(cli, WC_EXIT_USAGE, "the sources declare and use no contract");
    }
    return state.found == 0 ? WC_EXIT_DONE : WC_EXIT_TESTS;
}
