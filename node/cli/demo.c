/* demo: compiles the standard contracts that the program carries, runs the days, shows what came of
 * them. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "node/cli/compile.h"
#include "node/cli/demo_folder.h"
#include "node/cli/native.h"
#include "node/demo/screen.h"

#define TEXT_MAX   ((size_t)2 << 20)
#define PATH_BYTES (PATH_MAX + 64)
#define DATA       "tests/data/citylearn2022"
#define SCRIPT     "tests/reference/recompute.py"

typedef struct demo_verb {
    const wc_cli *cli;
    const char *folder;
    char data[PATH_BYTES], script[PATH_BYTES];
    wc_demo_options options;
    wc_arena *compile_arena; /* sources, modules; lives as long as the demo */
    wc_shelf shelf;
    wc_slice files[WC_CONTRACT_COUNT];
    wc_year *year;
    bool has_bar;
    uint32_t percent; /* that the bar shows */
} demo_verb;

static uint64_t now_ns(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* ---- before the run
 * ------------------------------------------------------------------------------
 */

static wc_exit read_options(demo_verb *verb)
{
    const wc_cli *cli = verb->cli;
    int64_t day, days, seed, threads, cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (cores < 1) cores = 1;
    if (cores > (int64_t)WC_CHAIN_THREADS_MAX) cores = WC_CHAIN_THREADS_MAX;
    if (!wc_cli_number(cli, "day", 1, WC_YEAR_DAYS, 32, &day) ||
        !wc_cli_number(cli, "days", 1, WC_DAYS_MAX, 1, &days) ||
        !wc_cli_number(cli, "seed", 0, INT64_MAX, 1, &seed) ||
        !wc_cli_number(cli, "threads", 1, WC_CHAIN_THREADS_MAX, cores, &threads)) {
        return WC_EXIT_USAGE;
    }
    if (cli->argc > 1) return wc_cli_fail(cli, WC_EXIT_USAGE, "takes one folder");
    verb->folder = cli->argc == 1 ? cli->argv[0] : "./wattclause-demo";
    wc_cli_locate(wc_cli_option_of(cli, "data"), DATA, verb->data, sizeof(verb->data));
    wc_cli_locate(wc_cli_option_of(cli, "recompute"), SCRIPT, verb->script, sizeof(verb->script));
    verb->options = (wc_demo_options){.folder = verb->folder,
                                      .shelf = &verb->shelf,
                                      .day = (uint32_t)day,
                                      .days = (uint32_t)days,
                                      .seed = (uint64_t)seed,
                                      .threads = (uint32_t)threads};
    return WC_EXIT_DONE;
}

static wc_exit read_year(demo_verb *verb)
{
    wc_csv_problem problem;
    verb->year = WC_ARENA_NEW(verb->compile_arena, wc_year);
    if (verb->year == NULL) return wc_cli_fail(verb->cli, WC_EXIT_ENVIRONMENT, "out of memory");
    verb->options.year = verb->year;
    wc_status status = wc_year_read(verb->year, verb->data, &problem);
    if (status == WC_OK) return WC_EXIT_DONE;
    wc_exit code = status == WC_OUT_OF_DOMAIN ? WC_EXIT_FAILS : WC_EXIT_ENVIRONMENT;
    if (problem.column[0] == '\0') {
        return wc_cli_fail(verb->cli, code, "%s, row %llu: %s", problem.path,
                           (unsigned long long)problem.row, problem.text);
    }
    return wc_cli_fail(verb->cli, code, "%s, row %llu, column %s: %s", problem.path,
                       (unsigned long long)problem.row, problem.column, problem.text);
}

/* Copies a module out of the compiler's arena, which every contract uses again. */
static wc_exit take_module(demo_verb *verb, wc_contract_id contract,
                           const wc_compilation *compilation)
{
    wc_code *code = &verb->shelf.codes[contract];
    for (uint16_t i = 0; i < compilation->contract_count; i++) {
        const wc_compiled_contract *found = &compilation->contracts[i];
        if (!found->is_own || !wc_str_equal(found->name, wc_str_of(code->name))) continue;
        uint8_t *copy = wc_arena_alloc(verb->compile_arena, found->file.len, 1);
        if (copy == NULL) break;
        memcpy(copy, found->file.data, found->file.len);
        verb->files[contract] = wc_slice_of(copy, found->file.len);
        wc_slice module = wc_slice_of(copy, found->module.len);
        wc_status status = wc_shelf_put(&verb->shelf, contract, module, verb->compile_arena);
        if (status == WC_OK) return WC_EXIT_DONE;
        return wc_cli_fail(verb->cli, WC_EXIT_BUG, "%s: %s", code->path, wc_status_text(status));
    }
    return wc_cli_fail(verb->cli, WC_EXIT_BUG, "%s has no contract %s", code->path, code->name);
}

static wc_exit compile_contracts(demo_verb *verb)
{
    wc_arena *scratch = wc_cli_arena(WC_COMPILE_ARENA);
    if (scratch == NULL) return wc_cli_fail(verb->cli, WC_EXIT_ENVIRONMENT, "out of memory");
    wc_shelf_init(&verb->shelf);
    for (uint32_t i = 0; i < WC_CONTRACT_COUNT; i++) {
        wc_compilation *compilation = NULL;
        const char *path = verb->shelf.codes[i].path;
        wc_exit code = wc_cli_compile_embedded(verb->cli, wc_str_of(path), scratch, &compilation);
        if (code != WC_EXIT_DONE) return code;
        if (compilation->has_failed) {
            wc_cli_print_diags(verb->cli, compilation, scratch);
            return WC_EXIT_BUG; /* the program's own contracts compile, or it is not built */
        }
        code = take_module(verb, (wc_contract_id)i, compilation);
        if (code != WC_EXIT_DONE) return code;
        wc_arena_rewind(scratch, 0);
    }
    return WC_EXIT_DONE;
}

/* ---- the run
 * --------------------------------------------------------------------------------------
 */

static void show_bar(void *self, uint32_t done, uint32_t total)
{
    demo_verb *verb = self;
    char bar[41];
    uint32_t full = done * 40 / total, percent = done * 100 / total;
    if (!verb->has_bar || (done > 0 && percent == verb->percent)) return;
    verb->percent = percent;
    memset(bar, ' ', sizeof(bar) - 1);
    memset(bar, '#', full < 40 ? full : 40);
    bar[40] = '\0';
    fprintf(stderr, "\rtrading [%s] %3u %%", bar, percent);
    fflush(stderr);
}

static void clear_bar(const demo_verb *verb)
{
    if (verb->has_bar) fprintf(stderr, "\r%60s\r", "");
}

static wc_exit show(demo_verb *verb, const wc_demo *demo, uint64_t duration_ns)
{
    const wc_cli *cli = verb->cli;
    wc_recompute recompute;
    wc_demo_recompute(&recompute, demo, verb->script, verb->data);
    wc_screen screen = {
        .demo = demo, .recompute = &recompute, .folder = verb->folder, .duration_ns = duration_ns};
    wc_arena *arena = wc_cli_arena(TEXT_MAX);
    if (arena == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    wc_buf text;
    wc_buf_init(&text, wc_arena_alloc(arena, TEXT_MAX, 1), TEXT_MAX);
    if (cli->json) {
        wc_screen_put_json(&text, &screen);
    } else if (!cli->quiet) {
        wc_screen_put_text(&text, &screen);
    }
    if (!wc_cli_print(&text)) return WC_EXIT_ENVIRONMENT;
    if (!wc_screen_is_clean(&screen)) return WC_EXIT_FAILS;
    if (recompute.answer == WC_RECOMPUTE_EQUAL) return WC_EXIT_DONE;
    return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "not recomputed: %s", recompute.text);
}

static wc_exit run(demo_verb *verb)
{
    const wc_cli *cli = verb->cli;
    wc_arena *arena = wc_cli_arena(WC_DEMO_ARENA + verb->options.days * (size_t)WC_DEMO_DAY_ARENA);
    wc_demo *demo = arena == NULL ? NULL : WC_ARENA_NEW(arena, wc_demo);
    if (demo == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    verb->has_bar = isatty(STDERR_FILENO) == 1 && !cli->quiet && !cli->json;
    verb->options.on_step = show_bar;
    verb->options.on_step_self = verb;

    uint64_t start = now_ns();
    wc_status status = wc_demo_run(demo, &verb->options, arena);
    uint64_t duration_ns = now_ns() - start;
    clear_bar(verb);
    wc_exit code;
    if (status != WC_OK) {
        const char *problem = demo->report.store.problem.text;
        code = wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s",
                           problem[0] != '\0' ? problem : wc_status_text(status));
    } else if (demo->client.has_failed) {
        code = wc_cli_fail(cli, WC_EXIT_FAILS, "%s", demo->client.problem);
    } else {
        code = wc_cli_demo_names(cli, verb->folder, demo, verb->files);
        if (code == WC_EXIT_DONE) code = show(verb, demo, duration_ns);
    }
    wc_demo_close(demo);
    return code;
}

wc_exit wc_cli_demo(const wc_cli *cli)
{
    static demo_verb verb; /* two paths of 4 KiB and the shelf: too much for a stack frame */
    verb.cli = cli;
    wc_exit code = read_options(&verb);
    if (code != WC_EXIT_DONE) return code;
    verb.compile_arena = wc_cli_arena((size_t)64 << 20);
    if (verb.compile_arena == NULL) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    }
    wc_cli_objects native;
    if (!wc_cli_objects_open(cli, &native)) return WC_EXIT_USAGE;
    verb.options.native = native.source;
    code = read_year(&verb);
    if (code == WC_EXIT_DONE) code = compile_contracts(&verb);
    if (code == WC_EXIT_DONE) code = wc_cli_demo_folder(cli, verb.folder);
    if (code == WC_EXIT_DONE) code = run(&verb);
    wc_cli_objects_close(cli, &native);
    return code;
}
