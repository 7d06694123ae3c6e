/* fmt: sources in their canonical form. */
#include "compiler/fmt/fmt.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "node/cli/compile.h"

#define ARENA_SIZE ((size_t)256 << 20)
#define READ_MAX   ((size_t)WC_SOURCE_MAX + 1) /* one too many: the parser reports E0112 */

typedef struct fmt_run {
    const wc_cli *cli;
    wc_arena *arena;
    wc_cli_report report;
    bool is_check;
    uint32_t different; /* files that are not in their form */
    uint32_t broken;    /* files with errors */
} fmt_run;

/* Standard input up to READ_MAX bytes. */
static bool read_input(const fmt_run *run, wc_str *text)
{
    uint8_t *memory = WC_ARENA_ARRAY(run->arena, uint8_t, READ_MAX);
    if (memory == NULL) return false;
    size_t length = fread(memory, 1, READ_MAX, stdin);
    *text = (wc_str){(const char *)memory, length};
    return !ferror(stdin);
}

static bool read_text(const fmt_run *run, const char *path, wc_str *text)
{
    if (strcmp(path, "-") != 0) {
        wc_slice bytes;
        if (!wc_cli_read_head(run->cli, path, READ_MAX, run->arena, &bytes)) return false;
        *text = (wc_str){(const char *)bytes.data, bytes.len};
        return true;
    }
    if (read_input(run, text)) return true;
    (void)wc_cli_fail(run->cli, WC_EXIT_ENVIRONMENT, "standard input cannot be read");
    return false;
}

/* Lists a file that is not in its form: a line, or with json an element of the array. */
static void list(fmt_run *run, const char *path)
{
    if (wc_cli_report_is_text(&run->report)) printf("%s\n", path);
    if (run->report.format != WC_DIAG_JSON) return;
    printf("%s{\"file\":\"", run->report.has_items ? ",\n " : "");
    for (const char *c = path; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\') putchar('\\');
        if ((unsigned char)*c >= 0x20) putchar(*c);
    }
    printf("\",\"is_canonical\":false}");
    run->report.has_items = true;
}

/* Writes the new text where it belongs. */
static wc_exit put(fmt_run *run, const char *path, wc_str old, wc_str text)
{
    bool is_input = strcmp(path, "-") == 0;
    bool is_same = wc_str_equal(old, text);
    if (run->is_check) {
        if (!is_same) list(run, is_input ? "(standard input)" : path);
        return WC_EXIT_DONE;
    }
    if (is_input) {
        wc_buf out = {.data = NULL};
        uint8_t *copy = WC_ARENA_ARRAY(run->arena, uint8_t, text.len + 1);
        if (copy == NULL) return wc_cli_fail(run->cli, WC_EXIT_ENVIRONMENT, "out of memory");
        wc_buf_init(&out, copy, text.len + 1);
        wc_buf_put(&out, text.data, text.len);
        return wc_cli_print(&out) ? WC_EXIT_DONE : WC_EXIT_ENVIRONMENT;
    }
    if (is_same) return WC_EXIT_DONE;
    bool is_written =
        wc_cli_write(run->cli, path, wc_slice_of((const uint8_t *)text.data, text.len));
    return is_written ? WC_EXIT_DONE : WC_EXIT_ENVIRONMENT;
}

static wc_exit format_file(fmt_run *run, const char *path)
{
    wc_str old, text;
    const wc_source *source;
    wc_diags diags;
    wc_sources *sources = WC_ARENA_NEW(run->arena, wc_sources);
    if (!read_text(run, path, &old)) return WC_EXIT_ENVIRONMENT;
    if (sources == NULL) return wc_cli_fail(run->cli, WC_EXIT_ENVIRONMENT, "out of memory");
    wc_sources_init(sources, run->arena);
    wc_diags_init(&diags, run->arena, sources);
    wc_str name = wc_str_of(strcmp(path, "-") == 0 ? "(standard input)" : path);
    wc_status status = wc_sources_add(sources, name, old, &source);
    if (status == WC_OK) status = wc_fmt(run->arena, &diags, source, &text);
    if (status != WC_OK)
        return wc_cli_fail(run->cli, WC_EXIT_ENVIRONMENT, "%s: %s", path, wc_status_text(status));
    if (text.data == NULL) {
        run->broken++;
        wc_cli_report_add(&run->report, &diags, run->arena);
        return WC_EXIT_DONE;
    }
    run->different += !wc_str_equal(old, text);
    return put(run, path, old, text);
}

static void print_summary(const fmt_run *run)
{
    if (run->cli->quiet || !wc_cli_report_is_text(&run->report)) return;
    int files = run->cli->argc;
    if (run->broken > 0) fprintf(stderr, "%u with errors, left as they are\n", run->broken);
    fprintf(stderr, "%u of %d file%s %s\n", run->different, files, files == 1 ? "" : "s",
            run->is_check ? "not in canonical form" : "changed");
}

wc_exit wc_cli_fmt(const wc_cli *cli)
{
    if (cli->argc == 0) return wc_cli_fail(cli, WC_EXIT_USAGE, "which file? `-` is standard input");
    fmt_run run = {.cli = cli,
                   .arena = wc_cli_arena(ARENA_SIZE),
                   .is_check = wc_cli_option_of(cli, "check") != NULL};
    if (run.arena == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    bool has_input = false;
    for (int i = 0; i < cli->argc; i++) has_input = has_input || strcmp(cli->argv[i], "-") == 0;
    bool prints_data = cli->json || wc_cli_option_of(cli, "format") != NULL;
    if (has_input && prints_data && !run.is_check)
        return wc_cli_fail(cli, WC_EXIT_USAGE,
                           "`-` prints the source; leave out --json or --format");
    if (!wc_cli_report_open(cli, &run.report)) return WC_EXIT_USAGE;
    for (int i = 0; i < cli->argc; i++) {
        size_t mark = wc_arena_mark(run.arena);
        wc_exit code = format_file(&run, cli->argv[i]);
        if (code != WC_EXIT_DONE) return code;
        wc_arena_rewind(run.arena, mark);
    }
    wc_cli_report_close(&run.report);
    if (!has_input) print_summary(&run);
    bool fails = run.broken > 0 || (run.is_check && run.different > 0);
    return fails ? WC_EXIT_FAILS : WC_EXIT_DONE;
}
