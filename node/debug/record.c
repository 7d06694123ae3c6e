/* Filling the record: see record.h. An observer of the chain and of the test image alike. */
#include "node/debug/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_MAX (WC_RUNNER_PARTIES_MAX + WC_DBG_INSTANCES_MAX)

static wc_dbg_running *innermost(wc_dbg_record *record)
{
    return record->running_count == 0 ? NULL : &record->running[record->running_count - 1];
}

static const wc_dbg_watcher *watcher_of(const wc_dbg_record *record)
{
    static const wc_dbg_watcher nobody = {0};
    return record->watcher != NULL ? record->watcher : &nobody;
}

/* ---- calls -------------------------------------------------------------------------------------
 */

static wc_address address_of(const wc_party *party)
{
    wc_address address;
    memcpy(address.bytes, party->bytes, sizeof(address.bytes));
    return address;
}

/* A new instance gets the name of its contract, later ones with a number. */
static void name_instance(wc_dbg_record *record, const wc_address *address, uint16_t unit)
{
    uint32_t index = record->instance_count;
    if (index == WC_DBG_INSTANCES_MAX || wc_names_of(&record->names, address).len > 0) return;
    wc_str name = wc_dbg_unit_name(record->program, unit);
    char *label = record->labels[index];
    uint32_t same = 1;
    for (uint32_t i = 0; i < index; i++) {
        size_t length = strlen(record->labels[i]);
        bool is_same = length >= name.len && memcmp(record->labels[i], name.data, name.len) == 0 &&
                       (length == name.len || record->labels[i][name.len] == '#');
        same += is_same;
    }
    size_t size = sizeof(record->labels[index]);
    snprintf(label, size, same > 1 ? "%.*s#%u" : "%.*s", WC_STR_ARG(name), same);
    record->name_list[record->names.count++] = (wc_name){wc_str_of(label), *address};
    record->instance_count++;
}

static wc_dbg_call_kind kind_of(const wc_module *module, const wc_call *call, bool is_deploy)
{
    if (is_deploy) return WC_DBG_DEPLOY;
    switch ((int)module->entries[call->entry].kind) {
    case WC_ENTRY_VIEW: return WC_DBG_VIEW;
    case WC_ENTRY_AFTER: return WC_DBG_TIMEOUT;
    case WC_ENTRY_UPGRADE: return WC_DBG_UPGRADE;
    default: return WC_DBG_ACTION;
    }
}

/* Opens a call; false: the record holds no more. */
static bool open_call(wc_dbg_record *record, const wc_dbg_call *call)
{
    if (record->is_full || record->running_count == WC_DBG_NESTING_MAX) return false;
    if (record->call_count == WC_DBG_CALLS_MAX) {
        record->is_full = true;
        return false;
    }
    record->calls[record->call_count] = *call;
    wc_dbg_running *running = &record->running[record->running_count++];
    running->call = record->call_count++;
    running->exec = NULL;
    running->depth = 0;
    running->gas = 0;
    running->view_gas = 0;
    return true;
}

static void on_begin(void *self, const wc_instance *instance, const wc_call *call, bool is_deploy)
{
    wc_dbg_record *record = self;
    const wc_module *module = wc_image_module(instance->image);
    uint16_t unit = wc_dbg_unit_of(record->program, module);
    const wc_dbg_running *parent = innermost(record);
    wc_address address = address_of(&instance->id);
    if (record->skipped > 0 || unit == WC_NONE) {
        record->skipped++;
        return;
    }
    if (is_deploy) name_instance(record, &address, unit);
    wc_dbg_call opened = {.kind = kind_of(module, call, is_deploy),
                          .unit = unit,
                          .entry = is_deploy ? WC_NONE : call->entry,
                          .parent = parent == NULL ? WC_DBG_NONE : parent->call,
                          .first_stop = record->stop_count,
                          .instance = address,
                          .now_s = call->now,
                          .gas_limit = call->gas_limit};
    if (!open_call(record, &opened)) {
        record->skipped++;
        return;
    }
    const wc_dbg_watcher *watcher = watcher_of(record);
    if (watcher->begin != NULL) {
        watcher->begin(watcher->self, record, record->call_count - 1, instance, call);
    }
}

static void leave_functions(wc_dbg_record *record, wc_dbg_running *running, uint32_t depth)
{
    const wc_dbg_watcher *watcher = watcher_of(record);
    for (; running->depth > depth; running->depth--) {
        if (watcher->leave == NULL) continue;
        uint32_t outer = 0;
        for (uint32_t i = 0; i + 1 < record->running_count; i++) outer += record->running[i].depth;
        watcher->leave(watcher->self, record, outer + running->depth);
    }
}

/* The statement that fails is the newest stop, unless what it called was stopped at since: then the
 * failing instruction becomes a stop of its own. Outside the code it is the statement that called.
 */
static void note_failure(wc_dbg_record *record, const wc_dbg_running *running, wc_outcome_kind kind,
                         uint16_t function)
{
    if (kind == WC_OUTCOME_OK || kind == WC_OUTCOME_CALLEE || record->stop_count == 0) return;
    wc_dbg_stop *newest = &record->stops[record->stop_count - 1];
    const wc_dbg_stop *last = &running->last;
    bool is_it = function == WC_NONE || running->exec == NULL || last->row == WC_DBG_NO_ROW ||
                 (newest->call == last->call && newest->function == last->function &&
                  newest->row == last->row && newest->depth == last->depth);
    if (is_it || record->is_full || record->stop_count == WC_DBG_STOPS_MAX) {
        newest->has_failed = true;
        return;
    }
    wc_dbg_stop failing = *last;
    failing.is_failure = true;
    failing.has_failed = true;
    wc_assert(!record->is_checked); /* a later run has stopped there before it failed */
    record->stops[record->stop_count++] = failing;
}

static void on_end(void *self, const wc_outcome *outcome)
{
    wc_dbg_record *record = self;
    if (record->skipped > 0) {
        record->skipped--;
        return;
    }
    wc_dbg_running *running = innermost(record);
    wc_assert(running != NULL && record->running_count > 1);
    leave_functions(record, running, 0);
    wc_dbg_call *call = &record->calls[running->call];
    call->has_ended = true;
    call->outcome = (uint8_t)outcome->kind;
    call->code = outcome->code;
    call->gas_used = outcome->gas_used;
    note_failure(record, running, outcome->kind, outcome->function);
    const wc_dbg_watcher *watcher = watcher_of(record);
    if (watcher->end != NULL) watcher->end(watcher->self, record, running->call, outcome);
    bool is_view = call->kind == WC_DBG_VIEW;
    record->running_count--;
    running = innermost(record);
    /* A test's own gas does not pay for what it calls. */
    bool is_paid = is_view && record->calls[running->call].kind != WC_DBG_TEST;
    if (is_paid) running->view_gas += outcome->gas_used;
}

/* ---- stops -------------------------------------------------------------------------------------
 */

/* Whether this instruction begins a statement: another row of the line map than the last one of
 * this function, or the same from its start, after a loop has gone back. */
static bool begins_statement(const wc_dbg_program *program, const wc_dbg_stop *stop,
                             const wc_dbg_position *last)
{
    if (stop->row == WC_DBG_NO_ROW) return false;
    if (stop->row != last->row) return true;
    const wc_debug_line *line = wc_dbg_line(program, stop->unit, stop->function, stop->row);
    uint32_t first = line->word == 0 ? 1 : line->word; /* behind the function's `block` */
    const wc_module *module = program->units[stop->unit].module;
    const wc_function *function = &module->functions[stop->function];
    bool is_block = module->words[function->first_word + first] >> 48 == WC_OP_block;
    return stop->word == first + is_block && stop->word <= last->word;
}

/* The last place of a routine is its header again: nothing but `ret` stands there. */
static bool is_return(const wc_dbg_program *program, const wc_step *step, const wc_dbg_stop *stop)
{
    const wc_function *function = &step->module->functions[step->function];
    uint64_t word = step->module->words[function->first_word + step->word];
    if (word >> 48 != WC_OP_ret || stop->row == 0) return false;
    const wc_debug_line *header = wc_dbg_line(program, stop->unit, stop->function, 0);
    const wc_debug_line *line = header + stop->row;
    return line->file == header->file && line->line == header->line &&
           line->column == header->column;
}

static void add_stop(wc_dbg_record *record, const wc_dbg_stop *stop)
{
    if (record->is_full) return;
    if (record->stop_count == WC_DBG_STOPS_MAX) {
        record->is_full = true;
        return;
    }
    uint32_t index = record->stop_count++;
    if (record->is_checked) {
        const wc_dbg_stop *known = &record->stops[index];
        /* A run that goes another way than the one before would make time travel a lie. */
        wc_assert(index < record->known_stops && known->step == stop->step &&
                  known->call == stop->call && known->row == stop->row &&
                  known->word == stop->word && known->gas == stop->gas);
    }
    record->stops[index] = *stop;
    const wc_dbg_watcher *watcher = watcher_of(record);
    if (watcher->stop != NULL) watcher->stop(watcher->self, record, index);
}

/* The run before failed at this instruction. */
static bool is_known_failure(const wc_dbg_record *record, const wc_dbg_stop *stop)
{
    if (!record->is_checked || record->stop_count >= record->known_stops) return false;
    const wc_dbg_stop *known = &record->stops[record->stop_count];
    return known->is_failure && known->step == stop->step;
}

static uint32_t outer_depth(const wc_dbg_record *record)
{
    uint32_t depth = 0;
    for (uint32_t i = 0; i + 1 < record->running_count; i++) depth += record->running[i].depth;
    return depth;
}

static void tell_step(wc_dbg_record *record, wc_dbg_running *running, const wc_step *step,
                      bool is_begun_outside)
{
    const wc_dbg_watcher *watcher = watcher_of(record);
    uint64_t before = 0;
    if (running->exec != NULL && !is_begun_outside) {
        before = running->gas - running->view_gas - (step->gas + step->block_gas);
    }
    running->gas = step->gas;
    running->view_gas = 0;
    if (watcher->step != NULL) watcher->step(watcher->self, record, step, before);
}

static void on_step(void *self, const wc_step *step)
{
    wc_dbg_record *record = self;
    wc_dbg_running *running = innermost(record);
    record->steps++;
    if (running == NULL || record->skipped > 0 || record->is_full) return;
    /* Due times that the ledger asks for outside a call are no part of one. */
    if (running->exec != NULL && running->exec != step->exec) return;
    uint32_t depth = wc_inspect_depth(step->exec);
    bool is_new = step->word == 1;
    leave_functions(record, running, is_new ? depth - 1 : depth);
    tell_step(record, running, step, depth == 1 && is_new);
    running->exec = step->exec;
    running->depth = depth;
    wc_dbg_position *at = &running->at[depth - 1];
    if (is_new) *at = (wc_dbg_position){WC_DBG_NO_ROW, 0};
    const wc_dbg_call *call = &record->calls[running->call];
    wc_dbg_stop stop = {.step = record->steps - 1,
                        .gas = step->gas + step->block_gas,
                        .call = running->call,
                        .row =
                            wc_dbg_row_of(record->program, call->unit, step->function, step->word),
                        .word = step->word,
                        .unit = call->unit,
                        .function = step->function,
                        .depth = (uint16_t)(outer_depth(record) + depth)};
    running->last = stop;
    bool is_stop = begins_statement(record->program, &stop, at);
    if (stop.row != WC_DBG_NO_ROW) *at = (wc_dbg_position){stop.row, stop.word};
    if (!is_stop && !is_known_failure(record, &stop)) return;
    stop.is_failure = !is_stop;
    stop.is_return = is_return(record->program, step, &stop);
    add_stop(record, &stop);
}

/* ---- the ledger --------------------------------------------------------------------------------
 */

static void on_unit(void *self, bool is_undone)
{
    wc_dbg_record *record = self;
    if (is_undone) {
        for (uint32_t i = record->posting_count; i > record->unit_start; i--) {
            wc_dbg_posting *posting = &record->postings[i - 1];
            if (!posting->is_undone) wc_dbg_balances_post(record, &posting->posting, true);
            posting->is_undone = true;
        }
        const wc_dbg_watcher *watcher = watcher_of(record);
        if (watcher->undone != NULL) watcher->undone(watcher->self, record);
    }
    record->unit_start = record->posting_count;
}

static void on_posting(wc_dbg_record *record, wc_slice data)
{
    wc_ledger_posting posting;
    if (wc_posting_decode(&posting, data) != WC_OK) return;
    if (record->is_full) return;
    if (record->posting_count == WC_DBG_POSTINGS_MAX) {
        record->is_full = true;
        return;
    }
    const wc_dbg_running *running = innermost(record);
    record->postings[record->posting_count++] =
        (wc_dbg_posting){.stop = record->stop_count == 0 ? WC_DBG_NONE : record->stop_count - 1,
                         .call = running == NULL ? WC_DBG_NONE : running->call,
                         .posting = posting};
    wc_dbg_balances_post(record, &posting, false);
}

static void on_event(void *self, const wc_party *emitter, uint16_t type, wc_slice data)
{
    wc_dbg_record *record = self;
    wc_address ledger = wc_address_system(WC_SYSTEM_LEDGER);
    bool is_own = memcmp(ledger.bytes, emitter->bytes, sizeof(ledger.bytes)) == 0;
    if (is_own && type == WC_EVENT_POSTING) on_posting(record, data);
    const wc_dbg_watcher *watcher = watcher_of(record);
    if (watcher->event != NULL) watcher->event(watcher->self, record, emitter, type, data);
}

static void on_stored(void *self, const wc_party *instance, const wc_storage_key *key,
                      const wc_slice *value)
{
    const wc_dbg_record *record = self;
    const wc_dbg_watcher *watcher = watcher_of(record);
    if (watcher->stored != NULL) watcher->stored(watcher->self, record, instance, key, value);
}

/* ---- running -----------------------------------------------------------------------------------
 */

wc_status wc_dbg_record_open(wc_dbg_record *record, const wc_dbg_program *program,
                             const wc_runner_test *test, wc_str title)
{
    *record = (wc_dbg_record){.program = program, .test = test, .title = title};
    /* From the system: pages that nobody writes to cost nothing. */
    record->stops = calloc(WC_DBG_STOPS_MAX, sizeof(record->stops[0]));
    record->calls = calloc(WC_DBG_CALLS_MAX, sizeof(record->calls[0]));
    record->postings = calloc(WC_DBG_POSTINGS_MAX, sizeof(record->postings[0]));
    record->balances = calloc(WC_DBG_BALANCES_MAX, sizeof(record->balances[0]));
    record->name_list = calloc(NAMES_MAX, sizeof(record->name_list[0]));
    record->labels = calloc(WC_DBG_INSTANCES_MAX, sizeof(record->labels[0]));
    bool is_complete = record->stops != NULL && record->calls != NULL && record->postings != NULL &&
                       record->balances != NULL && record->name_list != NULL &&
                       record->labels != NULL;
    record->names.list = record->name_list;
    record->observer = (wc_observer){.self = record,
                                     .begin = on_begin,
                                     .step = on_step,
                                     .end = on_end,
                                     .unit = on_unit,
                                     .event = on_event,
                                     .stored = on_stored};
    if (is_complete) return WC_OK;
    wc_dbg_record_close(record);
    return WC_NO_MEMORY;
}

void wc_dbg_record_close(wc_dbg_record *record)
{
    free(record->stops);
    free(record->calls);
    free(record->postings);
    free(record->balances);
    free(record->name_list);
    free(record->labels);
    *record = (wc_dbg_record){0};
}

static void on_begun(void *self, wc_world *world)
{
    wc_dbg_record *record = self;
    wc_world_money(world, &record->money);
    wc_dbg_balances_begin(record, world);
    for (uint16_t i = 0; i < world->test->party_count; i++) {
        record->name_list[i] = (wc_name){world->test->parties[i], world->addresses[i]};
    }
    record->names.count = world->test->party_count;
    record->instance_count = 0;
    record->posting_count = 0;
    record->unit_start = 0;
}

wc_status wc_dbg_record_run(wc_dbg_record *record, const wc_dbg_watcher *watcher,
                            wc_runner_result *result)
{
    wc_runner_job job = *record->program->job;
    job.watcher = &record->observer;
    job.observer = NULL;
    job.trace = NULL;
    record->is_checked = record->known_stops > 0;
    record->watcher = watcher;
    record->is_full = false;
    record->steps = 0;
    record->stop_count = record->call_count = record->running_count = record->skipped = 0;
    record->posting_count = record->unit_start = record->balance_count = 0;
    wc_dbg_call whole = {.kind = WC_DBG_TEST,
                         .unit = record->program->test_unit,
                         .entry = WC_NONE,
                         .parent = WC_DBG_NONE,
                         .now_s = WC_RUNNER_START_S,
                         .gas_limit = WC_RUNNER_GAS};
    bool is_open = open_call(record, &whole);
    wc_assert(is_open);
    WC_TRY(wc_runner_watch(&job, record->test, on_begun, record, result));
    leave_functions(record, &record->running[0], 0);
    if (!result->has_passed) {
        note_failure(record, &record->running[0], (wc_outcome_kind)result->failure.own_kind,
                     result->function);
    }
    record->running_count = 0;
    record->calls[0].has_ended = true;
    wc_assert(!record->is_checked || record->stop_count == record->known_stops);
    record->known_stops = record->stop_count;
    return WC_OK;
}

/* ---- words -------------------------------------------------------------------------------------
 */

void wc_dbg_put_call(wc_buf *text, const wc_dbg_record *record, uint32_t index)
{
    static const char *const kinds[] = {[WC_DBG_TEST] = "test ",
                                        [WC_DBG_DEPLOY] = "deploy ",
                                        [WC_DBG_ACTION] = "",
                                        [WC_DBG_VIEW] = "view ",
                                        [WC_DBG_TIMEOUT] = "time-out of ",
                                        [WC_DBG_UPGRADE] = "upgrade of "};
    const wc_dbg_call *call = &record->calls[index];
    wc_buf_put_text(text, kinds[call->kind]);
    if (call->kind == WC_DBG_TEST) {
        wc_buf_put_text(text, "\"");
        wc_buf_put(text, record->title.data, record->title.len);
        wc_buf_put_text(text, "\"");
        return;
    }
    wc_names_put(text, &record->names, &call->instance);
    if (call->kind != WC_DBG_ACTION && call->kind != WC_DBG_VIEW) return;
    const wc_module *module = record->program->units[call->unit].module;
    wc_str name = module->strings[module->entries[call->entry].name];
    wc_buf_put_text(text, ".");
    wc_buf_put(text, name.data, name.len);
}

wc_str wc_dbg_function_name(const wc_dbg_record *record, uint32_t index, uint16_t function)
{
    const wc_dbg_call *call = &record->calls[index];
    const wc_module *module = record->program->units[call->unit].module;
    bool is_entry = call->entry != WC_NONE && module->entries[call->entry].function == function;
    bool is_test =
        call->kind == WC_DBG_TEST && module->tests[record->test->number].args == function;
    if (is_entry || is_test) return WC_STR("");
    return module->strings[module->functions[function].name];
}
