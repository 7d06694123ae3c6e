/* The trace of a run: see trace.h. A watcher of the record. */
#include "node/debug/trace.h"

#include <stdlib.h>
#include <string.h>

#include "node/debug/trace_state.h"
#include "node/query/posting.h"
#include "vm/isa/isa.h"

#define TEXT_BYTES    65536u /* of one text */
#define SCRATCH_BYTES ((size_t)64 << 20)
#define ITEMS_MAX     12u

void wc_dbg_tell(wc_dbg_trace *trace, const wc_dbg_item *item)
{
    if (!trace->is_on) return;
    bool is_statement = item->kind == WC_DBG_ITEM_STATEMENT;
    trace->last_path = item->path;
    trace->last_line_shown = is_statement ? item->line : 0;
    trace->last_depth = item->depth;
    trace->options->item(trace->options->self, item);
}

wc_buf wc_dbg_text_begin(wc_dbg_trace *trace)
{
    wc_buf buf;
    size_t size;
    void *memory = wc_arena_ahead(trace->scratch, &size);
    if (memory == NULL) trace->is_out_of_memory = true;
    wc_buf_init(&buf, memory, memory == NULL ? 0 : size < TEXT_BYTES ? size : TEXT_BYTES);
    return buf;
}

wc_str wc_dbg_text_end(wc_dbg_trace *trace, const wc_buf *buf)
{
    if (buf->capacity > 0) wc_arena_take(trace->scratch, buf->len);
    return (wc_str){(const char *)buf->data, buf->len};
}

/* ---- statements and calls ----------------------------------------------------------------------
 */

static bool is_from(const wc_dbg_trace *trace, const wc_dbg_stop *stop)
{
    const wc_dbg_program *program = trace->record->program;
    if (stop->unit != program->test_unit || stop->depth > 1 || stop->is_return) return false;
    const wc_debug_line *line = wc_dbg_line(program, stop->unit, stop->function, stop->row);
    return line->line >= trace->options->from_line;
}

/* The part of a line from a column on, to the statement's end if that lies in the line. Columns
 * count characters. */
static wc_str part_of(wc_str line, const wc_debug_line *place)
{
    size_t at = 0, column = 1, start = 0, end = line.len;
    bool is_inside = place->end_line == place->line;
    for (; at < line.len; at++) {
        if (((uint8_t)line.data[at] & 0xc0) == 0x80) continue;
        if (column == place->column) start = at;
        if (is_inside && column == place->end_column) end = at;
        column++;
    }
    return start < end ? (wc_str){line.data + start, end - start} : line;
}

/* Another statement of the line that was shown last is shown alone; of a test's lines, which are
 * mostly calls inside signatures, the first one stands for all. */
static void tell_statement(wc_dbg_trace *trace, const wc_dbg_stop *stop)
{
    const wc_dbg_record *record = trace->record;
    const wc_dbg_program *program = record->program;
    const wc_debug_line *line = wc_dbg_line(program, stop->unit, stop->function, stop->row);
    wc_str path = wc_dbg_path(program, stop->unit, line);
    bool is_test = stop->unit == program->test_unit;
    bool is_again = trace->last_line_shown == line->line && trace->last_depth == stop->depth &&
                    wc_str_equal(trace->last_path, path);
    if (is_again && is_test) return;
    wc_str text = wc_dbg_text(program, path, line->line);
    if (is_again) text = part_of(wc_dbg_whole_text(program, path, line->line), line);
    wc_dbg_tell(trace, &(wc_dbg_item){.kind = WC_DBG_ITEM_STATEMENT,
                                      .depth = stop->depth,
                                      .path = path,
                                      .line = line->line,
                                      .column = line->column,
                                      .has_gas = !is_test,
                                      .gas = record->calls[stop->call].gas_limit - stop->gas,
                                      .text = text});
}

static void on_stop(void *self, const wc_dbg_record *record, uint32_t index)
{
    wc_dbg_trace *trace = self;
    const wc_dbg_stop *stop = &record->stops[index];
    size_t mark = wc_arena_mark(trace->scratch);
    trace->depth = stop->depth;
    wc_dbg_show_fields(trace);
    wc_dbg_show_locals(trace, stop);
    trace->is_on = trace->is_on || is_from(trace, stop);
    if (!stop->is_return) tell_statement(trace, stop);
    wc_arena_rewind(trace->scratch, mark);
}

static wc_str call_name(wc_dbg_trace *trace, uint32_t index)
{
    wc_buf text = wc_dbg_text_begin(trace);
    wc_dbg_put_call(&text, trace->record, index);
    return wc_dbg_text_end(trace, &text);
}

static void put_given(wc_buf *text, const wc_dbg_trace *trace, const wc_dbg_call *called,
                      const wc_instance *instance, const wc_call *call)
{
    const wc_dbg_record *record = trace->record;
    const wc_module *module = record->program->units[called->unit].module;
    const wc_decoder decoder = {.module = module, .names = &record->names, .items_max = ITEMS_MAX};
    if (called->kind == WC_DBG_DEPLOY) {
        wc_decode_put(text, &decoder, module->parties_type, instance->parties);
        if (module->term_count == 0) return;
        wc_buf_put_text(text, " with ");
        wc_decode_put(text, &decoder, module->terms_type, call->args);
    } else if (called->kind == WC_DBG_ACTION || called->kind == WC_DBG_VIEW) {
        wc_decode_put(text, &decoder, module->entries[called->entry].args, call->args);
    }
}

static void on_begin(void *self, const wc_dbg_record *record, uint32_t index,
                     const wc_instance *instance, const wc_call *call)
{
    wc_dbg_trace *trace = self;
    const wc_dbg_call *called = &record->calls[index];
    size_t mark = wc_arena_mark(trace->scratch);
    trace->holding[record->running_count - 1].fields = NULL;
    trace->last_line[record->running_count - 1] = NULL;
    wc_buf text = wc_dbg_text_begin(trace);
    put_given(&text, trace, called, instance, call);
    wc_str given = wc_dbg_text_end(trace, &text);
    wc_dbg_tell(trace, &(wc_dbg_item){.kind = WC_DBG_ITEM_CALL,
                                      .depth = trace->depth,
                                      .name = call_name(trace, index),
                                      .value = given});
    wc_arena_rewind(trace->scratch, mark);
}

/* In the words of receipts: with the arguments of errors, the contract's own and built-in ones. */
static void put_failure(wc_buf *text, const wc_module *module, const wc_names *names,
                        const wc_outcome *outcome)
{
    const wc_decoder decoder = {.module = module, .names = names, .items_max = ITEMS_MAX};
    if (outcome->kind == WC_OUTCOME_TRAP) {
        wc_buf_put_text(text, "trap ");
        wc_buf_put_text(text, wc_trap_name(outcome->code));
        wc_buf_put_text(text, ": ");
        wc_buf_put_text(text, wc_trap_text(outcome->code));
    } else if (outcome->kind == WC_OUTCOME_CALLEE) {
        wc_buf_put_text(text, "a view of another contract failed");
    } else {
        uint8_t memory[4096];
        wc_buf bytes;
        bool is_own = outcome->kind == WC_OUTCOME_ERROR;
        const wc_error_outcome error = {
            .error = (uint16_t)(outcome->code | (is_own ? 0 : WC_ERROR_BUILTIN)),
            .args = outcome->args};
        wc_buf_init(&bytes, memory, sizeof(memory));
        wc_outcome_put_error(&bytes, &error);
        wc_decode_failure(text, &decoder, WC_RECEIPT_ERROR, wc_buf_slice(&bytes));
    }
}

static void on_end(void *self, const wc_dbg_record *record, uint32_t index,
                   const wc_outcome *outcome)
{
    wc_dbg_trace *trace = self;
    const wc_dbg_call *call = &record->calls[index];
    const wc_module *module = record->program->units[call->unit].module;
    size_t mark = wc_arena_mark(trace->scratch);
    bool is_fine = outcome->kind == WC_OUTCOME_OK;
    if (is_fine) wc_dbg_show_fields(trace);
    wc_dbg_count_call(trace, call);
    wc_buf text = wc_dbg_text_begin(trace);
    if (!is_fine) {
        put_failure(&text, module, &record->names, outcome);
    } else if (call->kind == WC_DBG_VIEW) {
        const wc_decoder decoder = {
            .module = module, .names = &record->names, .items_max = ITEMS_MAX};
        wc_decode_put(&text, &decoder, module->entries[call->entry].result, outcome->result);
    }
    wc_str result = wc_dbg_text_end(trace, &text);
    uint32_t depth = 0;
    for (uint32_t i = 0; i + 1 < record->running_count; i++) depth += record->running[i].depth;
    trace->depth = depth;
    wc_dbg_tell(trace, &(wc_dbg_item){.kind = WC_DBG_ITEM_END,
                                      .depth = depth,
                                      .has_gas = true,
                                      .gas = outcome->gas_used,
                                      .has_failed = !is_fine,
                                      .name = call_name(trace, index),
                                      .value = result});
    wc_arena_rewind(trace->scratch, mark);
}

static void on_leave(void *self, const wc_dbg_record *record, uint32_t depth)
{
    (void)record;
    wc_dbg_left(self, depth);
}

/* ---- the ledger --------------------------------------------------------------------------------
 */

static wc_str account_text(wc_dbg_trace *trace, const wc_sub_account *account)
{
    wc_buf text = wc_dbg_text_begin(trace);
    wc_sub_account_put_text(&text, &trace->record->names, account);
    return wc_dbg_text_end(trace, &text);
}

static void tell_posting(wc_dbg_trace *trace, wc_slice data)
{
    wc_ledger_posting posting;
    if (wc_posting_decode(&posting, data) != WC_OK) return;
    if (posting.cause == WC_CAUSE_FEE || posting.cause == WC_CAUSE_GENESIS) return;
    wc_buf text = wc_dbg_text_begin(trace);
    wc_money_put(&text, &trace->record->money, posting.asset, posting.amount);
    wc_str amount = wc_dbg_text_end(trace, &text);
    wc_str from = account_text(trace, &posting.from);
    wc_dbg_tell(trace, &(wc_dbg_item){.kind = WC_DBG_ITEM_POSTING,
                                      .depth = trace->depth,
                                      .name = wc_str_of(wc_posting_cause_name(posting.cause)),
                                      .from = from,
                                      .to = account_text(trace, &posting.to),
                                      .value = amount});
}

/* instance 32 | state before u16 | state after u16 */
static void tell_state(wc_dbg_trace *trace, wc_slice data)
{
    const wc_dbg_record *record = trace->record;
    wc_address address;
    uint16_t from, to;
    wc_reader reader = wc_reader_of(data);
    if (wc_read_bytes(&reader, address.bytes, sizeof(address.bytes)) != WC_OK ||
        wc_read_u16(&reader, &from) != WC_OK || wc_read_u16(&reader, &to) != WC_OK) {
        return;
    }
    for (uint32_t i = record->call_count; i > 0; i--) {
        const wc_dbg_call *call = &record->calls[i - 1];
        if (call->kind == WC_DBG_TEST || !wc_hash_equal(&call->instance, &address)) continue;
        const wc_module *module = record->program->units[call->unit].module;
        if (from >= module->state_count || to >= module->state_count) return;
        wc_dbg_tell(trace, &(wc_dbg_item){.kind = WC_DBG_ITEM_STATE,
                                          .depth = trace->depth,
                                          .name = wc_names_of(&record->names, &address),
                                          .from = module->strings[module->states[from].name],
                                          .to = module->strings[module->states[to].name]});
        return;
    }
}

static void tell_event(wc_dbg_trace *trace, const wc_address *emitter, uint16_t type, wc_slice data)
{
    const wc_dbg_record *record = trace->record;
    const wc_dbg_running *running = &record->running[record->running_count - 1];
    const wc_module *module = record->program->units[record->calls[running->call].unit].module;
    const wc_decoder decoder = {.module = module, .names = &record->names, .items_max = ITEMS_MAX};
    if (module->is_test_image || type >= module->event_count) return;
    wc_buf text = wc_dbg_text_begin(trace);
    wc_decode_event(&text, &decoder, type, data);
    wc_dbg_tell(trace, &(wc_dbg_item){.kind = WC_DBG_ITEM_EVENT,
                                      .depth = trace->depth,
                                      .name = wc_names_of(&record->names, emitter),
                                      .value = wc_dbg_text_end(trace, &text)});
}

static void on_event(void *self, const wc_dbg_record *record, const wc_party *party, uint16_t type,
                     wc_slice data)
{
    wc_dbg_trace *trace = self;
    wc_address emitter, ledger = wc_address_system(WC_SYSTEM_LEDGER);
    size_t mark = wc_arena_mark(trace->scratch);
    memcpy(emitter.bytes, party->bytes, sizeof(emitter.bytes));
    if (!wc_hash_equal(&emitter, &ledger)) {
        if (record->running_count > 0) tell_event(trace, &emitter, type, data);
    } else if (type == WC_EVENT_POSTING) {
        tell_posting(trace, data);
    } else if (type == WC_EVENT_INSTANCE_CHANGED) {
        tell_state(trace, data);
    }
    wc_arena_rewind(trace->scratch, mark);
}

static void on_stored(void *self, const wc_dbg_record *record, const wc_party *instance,
                      const wc_storage_key *key, const wc_slice *value)
{
    (void)record;
    wc_dbg_trace *trace = self;
    size_t mark = wc_arena_mark(trace->scratch);
    wc_dbg_show_element(trace, instance, key, value);
    wc_arena_rewind(trace->scratch, mark);
}

static void on_undone(void *self, const wc_dbg_record *record)
{
    (void)record;
    wc_dbg_trace *trace = self;
    wc_dbg_tell(trace, &(wc_dbg_item){.kind = WC_DBG_ITEM_UNDONE, .depth = trace->depth});
}

static void on_step(void *self, const wc_dbg_record *record, const wc_step *step, uint64_t before)
{
    (void)record;
    wc_dbg_count_step(self, step, before);
}

/* ---- running -----------------------------------------------------------------------------------
 */

static wc_status run(wc_dbg_trace *trace, wc_dbg_record *record, wc_dbg_gas *gas,
                     wc_runner_result *result)
{
    const wc_dbg_watcher watcher = {.self = trace,
                                    .stop = on_stop,
                                    .begin = on_begin,
                                    .end = on_end,
                                    .leave = on_leave,
                                    .event = on_event,
                                    .stored = on_stored,
                                    .undone = on_undone,
                                    .step = on_step};
    WC_TRY(wc_dbg_record_run(record, &watcher, result));
    if (trace->is_out_of_memory) return WC_NO_MEMORY;
    trace->is_on = true;
    trace->gas.around = trace->gas.all - trace->gas.lines;
    *gas = trace->gas;
    wc_dbg_tell_lines(trace);
    return WC_OK;
}

wc_status wc_dbg_trace_run(wc_dbg_record *record, const wc_dbg_trace_options *options,
                           wc_arena *arena, wc_dbg_gas *gas, wc_runner_result *result)
{
    wc_dbg_trace *trace = WC_ARENA_NEW(arena, wc_dbg_trace);
    void *memory = malloc(SCRATCH_BYTES); /* pages that nobody writes to cost nothing */
    wc_arena scratch;
    wc_status status = WC_NO_MEMORY;
    if (trace != NULL && memory != NULL) {
        wc_arena_init(&scratch, memory, SCRATCH_BYTES);
        trace->options = options;
        trace->record = record;
        trace->arena = arena;
        trace->scratch = &scratch;
        trace->is_on = options->from_line == 0;
        status = run(trace, record, gas, result);
    }
    free(memory);
    return status;
}
