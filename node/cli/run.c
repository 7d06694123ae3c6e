/* run: one test, or statements on a scratch ledger, with a trace in the words of the source. */
#include <stdio.h>

#include "node/cli/target.h"
#include "node/debug/trace.h"
#include "vm/base/json.h"

#define MESSAGE_MAX ((size_t)1 << 20)
#define ITEM_MAX    ((size_t)512 << 10)
#define TRACE_ARENA ((size_t)512 << 20)

typedef struct printer {
    const wc_cli *cli;
    wc_buf text;    /* of one item */
    bool has_lines; /* gas by line has begun */
    bool is_broken;
} printer;

static void print_item(void *self, const wc_dbg_item *item)
{
    printer *out = self;
    bool is_quiet = out->cli->quiet && item->kind != WC_DBG_ITEM_LINE_GAS;
    if (is_quiet || out->is_broken) return;
    out->text.len = 0;
    out->text.full = false;
    if (out->cli->json) {
        wc_dbg_item_json(&out->text, item);
    } else {
        bool is_line = item->kind == WC_DBG_ITEM_LINE_GAS;
        if (is_line && !out->has_lines) wc_buf_put_text(&out->text, "\ngas by line, most first\n");
        out->has_lines = out->has_lines || is_line;
        wc_dbg_item_text(&out->text, item);
    }
    out->is_broken = !wc_cli_print(&out->text);
}

static void put_failure_place(wc_buf *text, const wc_dbg_record *record)
{
    for (uint32_t i = record->stop_count; i > 0; i--) {
        const wc_dbg_stop *stop = &record->stops[i - 1];
        if (stop->is_return) continue;
        const wc_debug_line *line =
            wc_dbg_line(record->program, stop->unit, stop->function, stop->row);
        wc_str path = wc_dbg_path(record->program, stop->unit, line);
        wc_buf_put_text(text, "\n  --> ");
        wc_buf_put(text, path.data, path.len);
        wc_buf_put_text(text, ":");
        wc_buf_put_decimal(text, line->line);
        return;
    }
}

static void put_total(wc_buf *text, const wc_runner_result *result, const wc_dbg_gas *gas,
                      const wc_dbg_record *record)
{
    char line[256];
    wc_buf_put_text(text, "\n");
    snprintf(line, sizeof(line),
             "%u %s, gas %llu: lines of contracts %llu, around them %llu, the ledger %llu\n",
             result->calls, result->calls == 1 ? "call" : "calls", (unsigned long long)result->gas,
             (unsigned long long)gas->lines, (unsigned long long)gas->around,
             (unsigned long long)(result->gas > gas->all ? result->gas - gas->all : 0));
    wc_buf_put_text(text, line);
    if (record->is_full) {
        wc_buf_put_text(text, "the trace ends early: the run has more than 1,000,000 statements, "
                              "200,000 calls or 100,000 postings\n");
    }
    if (result->has_passed) {
        wc_buf_put_text(text, "passed\n");
        return;
    }
    wc_buf_put_text(text, "FAILED: ");
    wc_buf_put_text(text, result->text);
    put_failure_place(text, record);
    wc_buf_put_text(text, "\n");
}

static void put_total_json(wc_buf *text, const wc_runner_result *result, const wc_dbg_gas *gas,
                           const wc_dbg_record *record)
{
    wc_json json = wc_json_to(text);
    wc_json_open_line(&json, NULL, '{');
    wc_json_add_text(&json, "kind", "result");
    wc_json_add_bool(&json, "passed", result->has_passed);
    if (!result->has_passed) wc_json_add_text(&json, "message", result->text);
    wc_json_add_number(&json, "calls", result->calls);
    wc_json_add_unsigned(&json, "gas", result->gas);
    wc_json_add_unsigned(&json, "gas_lines", gas->lines);
    wc_json_add_unsigned(&json, "gas_around", gas->around);
    wc_json_add_bool(&json, "complete", !record->is_full);
    wc_json_close(&json);
}

static wc_status trace(const wc_cli_target *target, printer *out, int64_t lines,
                       wc_dbg_record *record, wc_runner_result *result, wc_dbg_gas *gas)
{
    static wc_dbg_program program;
    wc_arena *arena = wc_cli_arena(TRACE_ARENA);
    if (arena == NULL) return WC_NO_MEMORY;
    const wc_dbg_target *what = &target->target;
    WC_TRY(wc_dbg_program_open(&program, what->job, what->files, what->sources, what->source_count,
                               target->arena));
    WC_TRY(wc_dbg_record_open(record, &program, &what->test, what->title));
    const wc_dbg_trace_options options = {.self = out,
                                          .item = print_item,
                                          .from_line = target->from_line,
                                          .lines_max = (uint32_t)lines};
    WC_TRY(wc_dbg_trace_run(record, &options, arena, gas, result));
    return result->has_passed ? WC_OK : wc_cli_target_explain(target, result);
}

static wc_exit run(const wc_cli *cli, const wc_cli_target *target, int64_t lines)
{
    static wc_dbg_record record;
    wc_runner_result result = {0};
    wc_dbg_gas gas = {0};
    printer out = {.cli = cli};
    void *memory = wc_arena_alloc(target->arena, ITEM_MAX, 1);
    if (memory == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    wc_buf_init(&out.text, memory, ITEM_MAX);
    wc_status status = trace(target, &out, lines, &record, &result, &gas);
    if (status == WC_OK) {
        out.text.len = 0;
        out.text.full = false;
        if (cli->json) {
            put_total_json(&out.text, &result, &gas, &record);
        } else {
            put_total(&out.text, &result, &gas, &record);
        }
        out.is_broken = !wc_cli_print(&out.text) || out.is_broken;
    }
    wc_dbg_record_close(&record);
    if (status != WC_OK) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s", wc_status_text(status));
    }
    if (out.is_broken) return WC_EXIT_ENVIRONMENT;
    return result.has_passed ? WC_EXIT_DONE : WC_EXIT_TESTS;
}

wc_exit wc_cli_run(const wc_cli *cli)
{
    static wc_cli_target target;
    static uint8_t memory[MESSAGE_MAX];
    wc_buf message;
    int64_t lines;
    if (cli->argc != 1) {
        return wc_cli_fail(cli, WC_EXIT_USAGE, "takes one source; `wattclause help run`");
    }
    if (!wc_cli_number(cli, "lines", 0, 10000, 10, &lines)) return WC_EXIT_USAGE;
    wc_buf_init(&message, memory, sizeof(memory));
    const wc_cli_wish wish = {.path = cli->argv[0],
                              .test = wc_cli_option_of(cli, "test"),
                              .added = wc_cli_option_of(cli, "do")};
    wc_exit code = wc_cli_target_open(&target, cli, &wish, &message);
    if (code != WC_EXIT_DONE) {
        if (message.len > 0) wc_buf_put_text(&message, "\n");
        wc_cli_print_error(&message);
        return code;
    }
    return run(cli, &target, lines);
}
