/* export: the books of a ledger as CSV. The ledger is computed again first, so that nobody gets
 * tables of what does not follow from its blocks. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "node/cli/audit.h"
#include "node/cli/output.h"
#include "node/export/export.h"
#include "node/query/outline.h"
#include "vm/base/json.h"
#include "vm/base/text.h"

static const char *const heads[][2] = {{"debit", "credit"}, {"charged", "paid"},
                                       {"charged", "paid"}, {"quantity", NULL},
                                       {"quantity", NULL},  {"booked", "refunded"}};

static void put_amount(wc_outline *outline, const char *key, int64_t value, uint8_t scale,
                       wc_buf *line)
{
    uint8_t memory[64];
    wc_buf text;
    wc_buf_init(&text, memory, sizeof memory);
    wc_put_scaled(&text, value, scale);
    wc_outline_str(outline, key, (wc_str){(const char *)memory, text.len});
    wc_buf_put_text(line, "   ");
    wc_buf_put_text(line, key);
    wc_buf_put_text(line, " ");
    wc_buf_put(line, memory, text.len);
}

/* The unit of a contract by hand may have a name of any length and any characters. */
static size_t room_of(const wc_export_report *report)
{
    size_t room = 1024;
    for (uint32_t i = 0; i < report->total_count; i++) {
        room += 512 + WC_JSON_ESCAPE * report->totals[i].unit.len;
    }
    return room;
}

/* Totals go where the table does not: standard error, or standard output when a file was named. */
static wc_exit say_totals(const wc_cli *cli, wc_export_table table, const wc_export_report *report,
                          bool is_stdout)
{
    size_t room = room_of(report);
    wc_buf buf;
    wc_outline outline;
    if (cli->quiet) return WC_EXIT_DONE;
    wc_arena *arena = wc_cli_arena(room + 64);
    if (arena == NULL) return WC_EXIT_ENVIRONMENT;
    wc_buf_init(&buf, wc_arena_alloc_raw(arena, room, 1), room);
    wc_outline_begin(&outline, &buf, cli->json);
    wc_outline_str(&outline, "table", wc_str_of(wc_export_name(table)));
    wc_outline_number(&outline, "rows", (int64_t)report->rows);
    wc_outline_line(&outline, "%s: %llu rows", wc_export_name(table),
                    (unsigned long long)report->rows);
    wc_outline_open_list(&outline, "totals");
    for (uint32_t i = 0; i < report->total_count; i++) {
        const wc_export_total *total = &report->totals[i];
        uint8_t text[256];
        wc_buf line;
        wc_buf_init(&line, text, sizeof text);
        wc_buf_put(&line, total->unit.data, total->unit.len);
        wc_outline_open(&outline, NULL);
        wc_outline_str(&outline, "unit", total->unit);
        put_amount(&outline, heads[table][0], total->first, total->scale, &line);
        if (heads[table][1] != NULL) {
            put_amount(&outline, heads[table][1], total->second, total->scale, &line);
        }
        wc_outline_close(&outline);
        wc_outline_line(&outline, "  %.*s", (int)line.len, (const char *)text);
    }
    wc_outline_close(&outline);
    wc_outline_finish(&outline);
    wc_assert(!buf.full);
    if (is_stdout) {
        wc_cli_print_error(&buf);
        return WC_EXIT_DONE;
    }
    return wc_cli_print(&buf) ? WC_EXIT_DONE : WC_EXIT_ENVIRONMENT;
}

static wc_exit write_table(const wc_cli *cli, wc_query *query, wc_export_table table)
{
    static wc_export_report report;
    static wc_cli_output output;
    const char *path = wc_cli_option_of(cli, "output");
    bool is_stdout = path == NULL || strcmp(path, "-") == 0;
    if (!wc_cli_output_open(cli, &output, is_stdout ? NULL : path)) return WC_EXIT_ENVIRONMENT;
    wc_status status = wc_export_write(&report, query, table, output.file);
    int code = errno;
    if (!wc_cli_output_close(cli, &output, status == WC_OK)) return WC_EXIT_ENVIRONMENT;
    if (status == WC_OK) return say_totals(cli, table, &report, is_stdout);
    if (status == WC_IO) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s: %s", is_stdout ? "output" : path,
                           strerror(code));
    }
    return wc_cli_fail(cli, status == WC_CORRUPT ? WC_EXIT_FAILS : WC_EXIT_ENVIRONMENT, "%s: %s",
                       cli->argv[1], wc_status_text(status));
}

wc_exit wc_cli_export(const wc_cli *cli)
{
    wc_cli_rerun again = {0};
    wc_export_table table = cli->argc == 2 ? wc_export_find(cli->argv[0]) : WC_EXPORT_TABLES;
    if (table == WC_EXPORT_TABLES) {
        const char *names[WC_EXPORT_TABLES];
        char meant[64];
        for (int i = 0; i < WC_EXPORT_TABLES; i++) names[i] = wc_export_name((wc_export_table)i);
        return wc_cli_fail(
            cli, WC_EXIT_USAGE,
            "takes journal, payables, receivables, trades, meters or settlement, "
            "and a ledger%s; `wattclause help export`",
            wc_cli_meant(meant, cli->argc > 0 ? cli->argv[0] : "", names, WC_EXPORT_TABLES));
    }
    wc_exit code = wc_cli_rerun_open(cli, &again, cli->argv[1], WC_CLI_RERUN_LAST);
    if (code == WC_EXIT_DONE) {
        wc_cli_rerun_say_beginning(cli, &again, cli->argv[1]);
        code = write_table(cli, again.query, table);
    }
    wc_cli_rerun_close(cli, &again);
    return code;
}
