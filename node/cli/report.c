/* Diagnostics of one verb in the form that --format asks for. */
#include <string.h>

#include "node/cli/compile.h"

#define TEXT_MAX ((size_t)4 << 20)

bool wc_cli_report_is_text(const wc_cli_report *report)
{
    return report->format == WC_DIAG_HUMAN || report->format == WC_DIAG_SHORT;
}

/* Prints head or foot; they are short. */
static void print_frame(wc_diag_format format, bool is_head)
{
    uint8_t memory[256];
    wc_buf text;
    wc_buf_init(&text, memory, sizeof(memory));
    if (format == WC_DIAG_JSON) wc_buf_put_text(&text, is_head ? "[" : "]\n");
    if (format == WC_DIAG_SARIF && is_head) wc_diags_put_sarif_head(&text);
    if (format == WC_DIAG_SARIF && !is_head) wc_diags_put_sarif_foot(&text);
    (void)wc_cli_print(&text);
}

bool wc_cli_report_open(const wc_cli *cli, wc_cli_report *report)
{
    static const struct {
        const char *name;
        wc_diag_format format;
    } formats[] = {{"human", WC_DIAG_HUMAN},
                   {"short", WC_DIAG_SHORT},
                   {"json", WC_DIAG_JSON},
                   {"sarif", WC_DIAG_SARIF}};

    const char *given = wc_cli_option_of(cli, "format");
    if (given == NULL) given = cli->json ? "json" : "human";
    *report = (wc_cli_report){.cli = cli};
    for (size_t i = 0; i < WC_ARRAY_LEN(formats); i++) {
        if (strcmp(given, formats[i].name) != 0) continue;
        report->format = formats[i].format;
        print_frame(report->format, true);
        return true;
    }
    (void)wc_cli_fail(cli, WC_EXIT_USAGE, "--format is human, short, json or sarif, not `%.20s`",
                      given);
    return false;
}

void wc_cli_report_add(wc_cli_report *report, const wc_diags *diags, wc_arena *arena)
{
    size_t mark = wc_arena_mark(arena);
    uint8_t *memory = WC_ARENA_ARRAY(arena, uint8_t, TEXT_MAX);
    if (memory == NULL) {
        (void)wc_cli_fail(report->cli, WC_EXIT_ENVIRONMENT, "out of memory for the messages");
        return;
    }
    wc_buf text;
    wc_buf_init(&text, memory, TEXT_MAX);
    if (report->format == WC_DIAG_JSON) {
        wc_diags_put_json(diags, &text, !report->has_items);
        report->has_items |= diags->first != NULL;
    } else if (report->format == WC_DIAG_SARIF) {
        if (report->count > 0) wc_buf_put_text(&text, ",\n ");
        wc_diags_put_sarif_run(diags, &text);
    } else {
        wc_diags_render(diags, &text, report->format, report->cli->color);
    }
    if (wc_cli_report_is_text(report))
        wc_cli_print_error(&text);
    else
        (void)wc_cli_print(&text);
    report->count++;
    wc_arena_rewind(arena, mark);
}

void wc_cli_report_close(wc_cli_report *report)
{
    print_frame(report->format, false);
}

void wc_cli_print_diags(const wc_cli *cli, const wc_compilation *compilation, wc_arena *arena)
{
    wc_cli_report report = {.cli = cli, .format = cli->json ? WC_DIAG_JSON : WC_DIAG_HUMAN};
    print_frame(report.format, true);
    wc_cli_report_add(&report, &compilation->diags, arena);
    wc_cli_report_close(&report);
}
