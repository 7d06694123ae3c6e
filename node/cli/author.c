/* check and build: what an author runs all day. */
#include <stdio.h>
#include <string.h>

#include "node/cli/previous.h"

static wc_exit no_file(const wc_cli *cli)
{
    return wc_cli_fail(cli, WC_EXIT_USAGE, "which file? `wattclause help %s`", cli->verb);
}

wc_exit wc_cli_check(const wc_cli *cli)
{
    if (cli->argc == 0) return no_file(cli);
    wc_arena *arena = wc_cli_arena(WC_COMPILE_ARENA);
    if (arena == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    bool deny = wc_cli_option_of(cli, "deny-warnings") != NULL;
    bool has_failed = false;
    uint32_t may_trap = 0;
    wc_cli_report report;
    if (!wc_cli_report_open(cli, &report)) return WC_EXIT_USAGE;
    wc_cli_loaded_module previous;
    wc_exit before = wc_cli_previous(cli, arena, &previous);
    if (before != WC_EXIT_DONE) return before;
    for (int i = 0; i < cli->argc; i++) {
        size_t mark = wc_arena_mark(arena);
        wc_compilation *compilation;
        wc_exit code =
            wc_cli_compile_after(cli, cli->argv[i], previous.module, arena, &compilation);
        if (code != WC_EXIT_DONE) return code;
        wc_cli_report_add(&report, &compilation->diags, arena);
        has_failed =
            has_failed || compilation->has_failed || (deny && compilation->diags.warning_count > 0);
        may_trap += compilation->may_trap_count;
        wc_arena_rewind(arena, mark);
    }
    wc_cli_report_close(&report);
    if (!has_failed && wc_cli_report_is_text(&report) && !cli->quiet) {
        fprintf(stderr, "%d file%s checked, no errors", cli->argc, cli->argc == 1 ? "" : "s");
        bool is_silent = wc_cli_option_of(cli, "explain-traps") == NULL;
        if (may_trap > 0 && is_silent) {
            fprintf(stderr, "; %u operation%s may trap (--explain-traps says which)", may_trap,
                    may_trap == 1 ? "" : "s");
        }
        fprintf(stderr, "\n");
    }
    return has_failed ? WC_EXIT_FAILS : WC_EXIT_DONE;
}

const wc_compiled_contract *wc_cli_choose(const wc_cli *cli, const wc_compilation *compilation)
{
    const char *name = wc_cli_option_of(cli, "contract");
    const wc_compiled_contract *chosen = NULL;
    uint32_t own = 0;
    for (uint16_t i = 0; i < compilation->contract_count; i++) {
        const wc_compiled_contract *contract = &compilation->contracts[i];
        if (!contract->is_own) continue;
        own++;
        if (name == NULL || wc_str_equal(contract->name, wc_str_of(name))) chosen = contract;
    }
    if (own == 0) {
        (void)wc_cli_fail(cli, WC_EXIT_FAILS, "%s: there is no contract in this file",
                          cli->argv[0]);
        return NULL;
    }
    if (name == NULL && own > 1) {
        (void)wc_cli_fail(cli, WC_EXIT_USAGE,
                          "%s: the file has %u contracts; name one with --contract", cli->argv[0],
                          own);
        return NULL;
    }
    if (chosen == NULL) {
        (void)wc_cli_fail(cli, WC_EXIT_USAGE, "%s: there is no contract `%.64s` in this file",
                          cli->argv[0], name);
    }
    return chosen;
}

/* ppa.clause -> ppa.wcb, when -o does not say otherwise. */
static bool output_path(const wc_cli *cli, char *path, size_t size)
{
    const char *given = wc_cli_option_of(cli, "output");
    const char *source = cli->argv[0];
    size_t stem = strlen(source);
    if (stem > 7 && strcmp(source + stem - 7, ".clause") == 0) stem -= 7;
    int length = given != NULL ? snprintf(path, size, "%s", given)
                               : snprintf(path, size, "%.*s.wcb", (int)stem, source);
    if (length >= 0 && (size_t)length < size) return true;
    (void)wc_cli_fail(cli, WC_EXIT_USAGE, "the path is too long");
    return false;
}

wc_exit wc_cli_build(const wc_cli *cli)
{
    if (cli->argc == 0) return no_file(cli);
    if (cli->argc > 1) return wc_cli_fail(cli, WC_EXIT_USAGE, "takes one source file");
    char path[4096];
    if (!output_path(cli, path, sizeof(path))) return WC_EXIT_USAGE;
    wc_arena *arena = wc_cli_arena(WC_COMPILE_ARENA);
    if (arena == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    wc_compilation *compilation;
    wc_cli_report report;
    if (!wc_cli_report_open(cli, &report)) return WC_EXIT_USAGE;
    wc_cli_loaded_module previous;
    wc_exit code = wc_cli_previous(cli, arena, &previous);
    if (code != WC_EXIT_DONE) return code;
    code = wc_cli_compile_after(cli, cli->argv[0], previous.module, arena, &compilation);
    if (code != WC_EXIT_DONE) return code;
    wc_cli_report_add(&report, &compilation->diags, arena);
    wc_cli_report_close(&report);
    if (compilation->has_failed) return WC_EXIT_FAILS;
    const wc_compiled_contract *contract = wc_cli_choose(cli, compilation);
    if (contract == NULL) return WC_EXIT_USAGE;
    if (!wc_cli_write(cli, path, contract->file)) return WC_EXIT_ENVIRONMENT;
    if (!cli->quiet && wc_cli_report_is_text(&report)) {
        fprintf(stderr, "%s: contract %.*s, %zu bytes of module, %zu with its source map\n", path,
                WC_STR_ARG(contract->name), contract->module.len, contract->file.len);
    }
    return WC_EXIT_DONE;
}
