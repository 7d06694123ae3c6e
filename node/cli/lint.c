/* lint: every warning of a source, and the fixes that a tool may make. */
#include "compiler/lint/lint.h"

#include <stdio.h>
#include <string.h>

#include "node/cli/compile.h"

#define READ_MAX   ((size_t)WC_SOURCE_MAX + 1)
#define ROUNDS_MAX 16u /* a fix may show the next one */

typedef struct lint_run {
    const wc_cli *cli;
    wc_arena *arena;
    wc_cli_report report;
    unsigned groups; /* bit per wc_lint_group */
    bool fix;
    uint32_t warnings, errors, fixes;
} lint_run;

/* --group=money,time. False: a usage message was printed. */
static bool read_groups(lint_run *run)
{
    const char *given = wc_cli_option_of(run->cli, "group");
    run->groups = given == NULL ? ~0u : 0;
    while (given != NULL && *given != '\0') {
        size_t length = strcspn(given, ",");
        unsigned group = 0;
        for (; group < WC_LINT_GROUP_COUNT; group++) {
            const char *name = wc_lint_group_name((wc_lint_group)group);
            if (strlen(name) == length && memcmp(name, given, length) == 0) break;
        }
        if (group == WC_LINT_GROUP_COUNT) {
            (void)wc_cli_fail(run->cli, WC_EXIT_USAGE,
                              "--group is a list of correctness, money, time, gas and style, not "
                              "`%.20s`",
                              given);
            return false;
        }
        run->groups |= 1u << group;
        given += length + (given[length] == ',');
    }
    return true;
}

static wc_exit compile(const lint_run *run, const char *path, wc_str text,
                       wc_compilation **compilation)
{
    wc_exit code = wc_cli_compile_lint(run->cli, path, text, run->arena, compilation);
    if (code == WC_EXIT_DONE) wc_lint_keep_groups(&(*compilation)->diags, run->groups);
    return code;
}

/* Makes fixes until there is none left, checking the text after each round. *text and *compilation
 * are those of the last round that compiled, *count the fixes up to it. */
static wc_exit fix_text(const lint_run *run, const char *path, wc_str *text,
                        wc_compilation **compilation, uint32_t *count)
{
    for (unsigned round = 0; round < ROUNDS_MAX; round++) {
        wc_str fixed;
        uint32_t made;
        wc_compilation *next;
        const wc_source *source = (*compilation)->sources.items[0];
        wc_status status = wc_lint_fix(run->arena, &(*compilation)->diags, source, &fixed, &made);
        if (status != WC_OK)
            return wc_cli_fail(run->cli, WC_EXIT_ENVIRONMENT, "%s: %s", path,
                               wc_status_text(status));
        if (made == 0) return WC_EXIT_DONE;
        wc_exit code = compile(run, path, fixed, &next);
        if (code != WC_EXIT_DONE) return code;
        *text = fixed;
        *compilation = next;
        *count += made;
    }
    return WC_EXIT_DONE;
}

static wc_exit fix_file(lint_run *run, const char *path, wc_str old, wc_compilation **compilation)
{
    wc_str text = old;
    uint32_t count = 0;
    wc_compilation *fixed = *compilation;
    wc_exit code = fix_text(run, path, &text, &fixed, &count);
    if (code != WC_EXIT_DONE || count == 0) return code;
    if (fixed->has_failed) return WC_EXIT_DONE; /* left untouched: it would not compile */
    wc_slice bytes = wc_slice_of((const uint8_t *)text.data, text.len);
    if (!wc_cli_write(run->cli, path, bytes)) return WC_EXIT_ENVIRONMENT;
    run->fixes += count;
    *compilation = fixed;
    return WC_EXIT_DONE;
}

static wc_exit lint_file(lint_run *run, const char *path)
{
    wc_slice bytes;
    wc_compilation *compilation;
    if (!wc_cli_read_head(run->cli, path, READ_MAX, run->arena, &bytes)) return WC_EXIT_ENVIRONMENT;
    wc_str text = {(const char *)bytes.data, bytes.len};
    wc_exit code = compile(run, path, text, &compilation);
    if (code == WC_EXIT_DONE && run->fix) code = fix_file(run, path, text, &compilation);
    if (code != WC_EXIT_DONE) return code;
    run->warnings += compilation->diags.warning_count;
    run->errors += compilation->diags.error_count;
    wc_cli_report_add(&run->report, &compilation->diags, run->arena);
    return WC_EXIT_DONE;
}

static void print_summary(const lint_run *run)
{
    if (run->cli->quiet || !wc_cli_report_is_text(&run->report)) return;
    if (run->fix) fprintf(stderr, "%u fix%s made\n", run->fixes, run->fixes == 1 ? "" : "es");
    fprintf(stderr, "%u error%s, %u warning%s\n", run->errors, run->errors == 1 ? "" : "s",
            run->warnings, run->warnings == 1 ? "" : "s");
}

wc_exit wc_cli_lint(const wc_cli *cli)
{
    if (cli->argc == 0)
        return wc_cli_fail(cli, WC_EXIT_USAGE, "which file? `wattclause help lint`");
    lint_run run = {.cli = cli,
                    .arena = wc_cli_arena(WC_COMPILE_ARENA * 2),
                    .fix = wc_cli_option_of(cli, "fix") != NULL};
    if (run.arena == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    if (!read_groups(&run) || !wc_cli_report_open(cli, &run.report)) return WC_EXIT_USAGE;
    for (int i = 0; i < cli->argc; i++) {
        size_t mark = wc_arena_mark(run.arena);
        wc_exit code = lint_file(&run, cli->argv[i]);
        if (code != WC_EXIT_DONE) return code;
        wc_arena_rewind(run.arena, mark);
    }
    wc_cli_report_close(&run.report);
    print_summary(&run);
    return run.errors + run.warnings > 0 ? WC_EXIT_FAILS : WC_EXIT_DONE;
}
