/* Gas by line: each instruction's table charge, and what it took beside it, belong to its line. */
#include <stdlib.h>

#include "node/debug/trace_state.h"
#include "vm/isa/isa.h"

static uint32_t slot_of(wc_str path, uint32_t line)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < path.len; i++) hash = (hash ^ (uint8_t)path.data[i]) * 16777619u;
    return ((hash ^ line) * 16777619u) % WC_DBG_LINES;
}

/* NULL: there are too many lines; what they took counts as taken around the code. */
static wc_dbg_line_gas *line_of(wc_dbg_trace *trace, wc_str path, uint32_t line)
{
    uint32_t at = slot_of(path, line);
    while (trace->lines[at].line != 0) { /* ends: half of them are free */
        wc_dbg_line_gas *known = &trace->lines[at];
        if (known->line == line && wc_str_equal(known->path, path)) return known;
        at = (at + 1) % WC_DBG_LINES;
    }
    if (trace->line_count == WC_DBG_LINES / 2) return NULL;
    trace->line_count++;
    trace->lines[at] = (wc_dbg_line_gas){path, line, 0};
    return &trace->lines[at];
}

static void add(wc_dbg_trace *trace, wc_dbg_line_gas *line, uint64_t gas)
{
    if (line == NULL) return;
    line->gas += gas;
    trace->gas.lines += gas;
}

static uint64_t price_of(const wc_step *step)
{
    const wc_function *function = &step->module->functions[step->function];
    uint16_t op = (uint16_t)(step->module->words[function->first_word + step->word] >> 48);
    uint64_t block = step->block_gas > 0 ? wc_op_lookup(WC_OP_block)->gas : 0;
    return op == WC_OP_block ? 0 : wc_op_lookup(op)->gas + block;
}

void wc_dbg_count_step(wc_dbg_trace *trace, const wc_step *step, uint64_t before)
{
    const wc_dbg_record *record = trace->record;
    uint32_t running = record->running_count - 1;
    const wc_dbg_call *call = &record->calls[record->running[running].call];
    if (call->kind == WC_DBG_TEST) return; /* nobody pays for it */
    add(trace, trace->last_line[running], before);
    uint32_t row = wc_dbg_row_of(record->program, call->unit, step->function, step->word);
    wc_dbg_line_gas *line = NULL;
    if (row != WC_DBG_NO_ROW) {
        const wc_debug_line *place = wc_dbg_line(record->program, call->unit, step->function, row);
        line = line_of(trace, wc_dbg_path(record->program, call->unit, place), place->line);
    }
    add(trace, line, price_of(step));
    trace->last_line[running] = line;
}

void wc_dbg_count_call(wc_dbg_trace *trace, const wc_dbg_call *call)
{
    const wc_dbg_record *record = trace->record;
    trace->last_line[record->running_count - 1] = NULL;
    bool is_inner = call->kind == WC_DBG_VIEW && call->parent != WC_DBG_NONE &&
                    record->calls[call->parent].kind != WC_DBG_TEST;
    if (!is_inner) trace->gas.all += call->gas_used;
}

/* By gas, then by place: the same order each time. */
static int dearest_first(const void *a, const void *b)
{
    const wc_dbg_line_gas *x = a, *y = b;
    if (x->gas != y->gas) return x->gas < y->gas ? 1 : -1;
    int order = wc_str_compare(x->path, y->path);
    if (order != 0) return order;
    return x->line < y->line ? -1 : x->line > y->line;
}

void wc_dbg_tell_lines(wc_dbg_trace *trace)
{
    qsort(trace->lines, WC_DBG_LINES, sizeof(trace->lines[0]), dearest_first);
    uint32_t count = trace->line_count;
    if (count > trace->options->lines_max) count = trace->options->lines_max;
    for (uint32_t i = 0; i < count; i++) {
        const wc_dbg_line_gas *line = &trace->lines[i];
        if (line->gas == 0) return;
        wc_dbg_tell(trace, &(wc_dbg_item){.kind = WC_DBG_ITEM_LINE_GAS,
                                          .path = line->path,
                                          .line = line->line,
                                          .has_gas = true,
                                          .gas = line->gas,
                                          .text = wc_dbg_text(trace->record->program, line->path,
                                                              line->line)});
    }
}
