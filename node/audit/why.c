/* Recording where numbers come from; see why.h. An observer of the rerun's chain. */
#include "node/audit/why.h"

#include <stdlib.h>
#include <string.h>

#include "node/audit/steps.h"
#include "node/audit/why_record.h"
#include "node/chain/inside.h"

static bool is_wanted(const wc_why_recorder *r)
{
    return wc_rerun_receipt(r->rerun) == r->receipt && r->status == WC_OK;
}

/* ---- the observer ------------------------------------------------------------------------------
 */

static void on_begin(void *self, const wc_instance *instance, const wc_call *call, bool is_deploy)
{
    wc_why_recorder *r = self;
    if (!is_wanted(r)) return;
    wc_assert(r->call_count < WC_WHY_CALLS_MAX);
    wc_why_call *opened = &r->calls[r->call_count++];
    wc_why_function *at = opened->at;
    memset(opened, 0, sizeof *opened);
    opened->at = at;
    if (at == NULL) opened->at = calloc(WC_CALL_DEPTH_MAX, sizeof *opened->at);
    wc_why_need(r, opened->at != NULL);
    if (opened->at == NULL) return;
    memset(opened->at, 0, WC_CALL_DEPTH_MAX * sizeof *opened->at);
    opened->module = wc_image_module(instance->image);
    opened->known = wc_steps_module(r->query, opened->module);
    opened->entry = is_deploy ? WC_NONE : call->entry;
    opened->run = ++r->runs;
}

/* Arguments: of the entry by a reference, of a function by the caller's registers. */
static void enter_function(wc_why_recorder *r, wc_why_call *call)
{
    wc_why_function *here = &call->at[call->depth - 1];
    const wc_function *function = &call->module->functions[here->function];
    memset(here->nodes, 0, sizeof here->nodes);
    here->pending = NULL;
    if (call->depth > 1) {
        const wc_why_function *caller = &call->at[call->depth - 2];
        uint16_t from = wc_why_operand(caller->pending, 1);
        for (uint16_t i = 0; i < function->param_count; i++) {
            here->nodes[i] = caller->nodes[from + i];
        }
        return;
    }
    if (call->entry == WC_NONE) return;
    const wc_entry *entry = &call->module->entries[call->entry];
    bool has_args = entry->kind == WC_ENTRY_ACTION || entry->kind == WC_ENTRY_VIEW;
    if (!has_args || function->param_count == 0) return;
    if (function->regs[0].kind == WC_REG_REF || function->regs[0].kind == WC_REG_REFMUT) {
        wc_why_region_of(r, call, 0, "argument ", WC_STR(""));
        if (entry->kind == WC_ENTRY_VIEW && function->param_count > 1) {
            call->result_at = wc_inspect_ref(call->exec, 0, 1);
        }
        return;
    }
    const wc_type *args = &call->module->types[entry->args];
    for (uint16_t i = 0; i < args->count && i < function->param_count; i++) {
        wc_why_node leaf = {.kind = WC_WHY_LEAF,
                            .value = wc_inspect_number(call->exec, 0, i),
                            .known = call->known,
                            .module = call->module,
                            .function = here->function,
                            .word = 1};
        uint8_t memory[WC_WHY_PATH_MAX];
        wc_buf text;
        wc_buf_init(&text, memory, sizeof memory);
        wc_buf_put_text(&text, "argument ");
        wc_str name = call->module->strings[args->fields[i].name];
        wc_buf_put(&text, name.data, name.len);
        leaf.label = wc_why_text(r, &text);
        wc_why_node_type(&leaf, call->module, args->fields[i].type);
        here->nodes[i] = wc_why_node_add(r, &leaf);
    }
}

static void on_step(void *self, const wc_step *step)
{
    wc_why_recorder *r = self;
    if (!is_wanted(r) || r->call_count == 0) return;
    wc_why_call *call = &r->calls[r->call_count - 1];
    if (call->exec != NULL && call->exec != step->exec) return;
    call->exec = step->exec;
    call->depth = wc_inspect_depth(step->exec);
    wc_why_function *here = &call->at[call->depth - 1];
    if (step->word == 1) {
        here->function = step->function;
        enter_function(r, call);
    }
    if (here->pending != NULL) wc_why_behind(r, call, step->word);
    const wc_function *function = &step->module->functions[step->function];
    here->function = step->function;
    here->pending = &step->module->words[function->first_word + step->word];
    here->pending_word = step->word;
    wc_why_before(r, call);
}

static void on_end(void *self, const wc_outcome *outcome)
{
    (void)outcome;
    wc_why_recorder *r = self;
    if (!is_wanted(r) || r->call_count == 0) return;
    wc_why_call *call = &r->calls[--r->call_count];
    r->view_result = 0;
    r->ended_run = call->run;
    r->ended_at = call->result_at;
    if (call->entry == WC_NONE) return;
    const wc_entry *entry = &call->module->entries[call->entry];
    uint8_t memory[WC_WHY_PATH_MAX];
    wc_buf text;
    wc_buf_init(&text, memory, sizeof memory);
    wc_str contract = call->module->strings[0];
    wc_buf_put(&text, contract.data, contract.len);
    wc_buf_put_text(&text, ".");
    if (entry->name != WC_NONE) {
        wc_str name = call->module->strings[entry->name];
        wc_buf_put(&text, name.data, name.len);
    }
    r->ended = wc_why_text(r, &text);
    if (entry->kind == WC_ENTRY_VIEW && wc_view_in_registers(call->module, entry)) {
        r->view_result = call->results[0];
    }
}

/* ---- amounts -----------------------------------------------------------------------------------
 */

static void add_amount(wc_why_recorder *r, const wc_why_amount *amount)
{
    wc_why *why = r->why;
    if (why->amount_count == WC_WHY_AMOUNTS_MAX) {
        why->is_full = true;
        return;
    }
    if (why->amount_count == r->amount_room) {
        uint32_t room = r->amount_room == 0 ? 64 : r->amount_room * 2;
        wc_why_amount *grown = realloc(why->amounts, room * sizeof *grown);
        wc_why_need(r, grown != NULL);
        if (grown == NULL) return;
        why->amounts = grown;
        r->amount_room = room;
    }
    why->amounts[why->amount_count++] = *amount;
}

/* Every number in an event's arguments: `emit` has them in memory. */
static void note_event(wc_why_recorder *r, wc_why_call *call, uint16_t reg)
{
    const uint8_t *start = wc_inspect_ref(call->exec, call->depth - 1, reg);
    uint16_t tuple = call->module->functions[call->at[call->depth - 1].function].regs[reg].type;
    wc_why_region region = {.start = start, .type = tuple, .module = call->module};
    uint32_t size = call->module->types[tuple].size;
    if (start == NULL || size > 65536) return;
    for (uint32_t at = 0; at + 8 <= size; at += 8) {
        uint8_t memory[WC_WHY_PATH_MAX];
        wc_buf path;
        uint16_t type;
        wc_why_node shown = {0};
        wc_buf_init(&path, memory, sizeof memory);
        if (!wc_why_path(&path, &region, at, &r->query->names, &type)) continue;
        if (call->module->types[type].kind != WC_TYPE_DEC) continue;
        wc_why_node_type(&shown, call->module, type);
        wc_why_amount amount = {.event = r->event_count,
                                .field = wc_why_text(r, &path),
                                .unit = shown.unit,
                                .scale = shown.scale};
        memcpy(&amount.value, start + at, sizeof amount.value);
        amount.node = wc_why_word_node(r, call, start + at, amount.value);
        add_amount(r, &amount);
    }
}

/* The register with the amount of an instruction that posts; -1: the amounts lie in memory. */
static int posted_register(const uint64_t *words)
{
    switch (words[0] >> 48) {
    case WC_OP_lock:
    case WC_OP_unlock: return wc_why_operand(words, 1);
    case WC_OP_pay:
    case WC_OP_redeem: return wc_why_operand(words, 2);
    default: return -1;
    }
}

static void note_posting(wc_why_recorder *r, wc_slice data)
{
    wc_ledger_posting posting;
    wc_why_amount amount = {.event = r->event_count, .field = WC_STR("amount")};
    if (wc_posting_decode(&posting, data) != WC_OK) return;
    for (uint32_t i = 0; i < r->query->money.count; i++) {
        const wc_money_name *money = &r->query->money.list[i];
        if (money->asset != posting.asset) continue;
        amount.scale = money->scale;
        amount.unit = money->code;
    }
    amount.value = posting.amount;
    wc_why_call *call = r->call_count > 0 ? &r->calls[r->call_count - 1] : NULL;
    const uint64_t *words =
        call != NULL && call->exec != NULL ? call->at[call->depth - 1].pending : NULL;
    int reg = words != NULL && posting.function != WC_NONE ? posted_register(words) : -1;
    if (reg >= 0) {
        amount.node = call->at[call->depth - 1].nodes[reg];
    } else if (words != NULL && posting.function != WC_NONE) {
        amount.node = wc_why_posting_node(r, call, posting.amount);
    }
    add_amount(r, &amount);
}

static void on_event(void *self, const wc_party *emitter, uint16_t type, wc_slice data)
{
    wc_why_recorder *r = self;
    if (!is_wanted(r)) return;
    wc_address address, ledger = wc_address_system(WC_SYSTEM_LEDGER);
    memcpy(address.bytes, emitter->bytes, sizeof address.bytes);
    if (wc_address_equal(&address, &ledger)) {
        if (type == WC_EVENT_POSTING) note_posting(r, data);
    } else if (r->call_count > 0) {
        wc_why_call *call = &r->calls[r->call_count - 1];
        const uint64_t *words = call->exec != NULL ? call->at[call->depth - 1].pending : NULL;
        if (words != NULL && words[0] >> 48 == WC_OP_emit) {
            note_event(r, call, wc_why_operand(words, 1));
        }
    }
    r->event_count++;
}

/* What was told of the unit before came to nothing. */
static void on_unit(void *self, bool is_undone)
{
    wc_why_recorder *r = self;
    if (!is_wanted(r)) return;
    r->call_count = 0;
    if (!is_undone) return;
    r->event_count = 0;
    r->why->amount_count = 0;
}

/* ---- running -----------------------------------------------------------------------------------
 */

static wc_status run(wc_why_recorder *r, wc_store_problem *problem, const wc_why_question *question)
{
    const wc_observer observer = {.self = r,
                                  .begin = on_begin,
                                  .step = on_step,
                                  .end = on_end,
                                  .unit = on_unit,
                                  .event = on_event};
    wc_why *why = r->why;
    r->value = malloc(WC_WHY_VALUE_MAX);
    if (r->value == NULL) return WC_NO_MEMORY;
    WC_TRY(wc_rerun_block(r->rerun, problem, &observer, &why->sealed, &why->is_same));
    WC_TRY(r->status);
    uint32_t count = why->sealed->applied.receipt_count;
    if (r->receipt < count) return WC_OK;
    wc_chain_say(problem, "record %llu has no receipt %u; it has %u",
                 (unsigned long long)question->seq, r->receipt, count);
    return WC_NOT_FOUND;
}

wc_status wc_why_run(wc_why *why, wc_store_problem *problem, const wc_why_question *question)
{
    *why = (wc_why){0};
    wc_why_recorder *r = calloc(1, sizeof *r);
    if (r == NULL) return WC_NO_MEMORY;
    r->why = why;
    r->rerun = question->rerun;
    r->receipt = question->receipt;
    r->query = question->query;
    r->arena = question->arena;
    wc_status status = run(r, problem, question);
    for (uint32_t i = 0; i < WC_WHY_CALLS_MAX; i++) free(r->calls[i].at);
    wc_why_memory_close(&r->memory);
    free(r->value);
    free(r->before);
    free(r->list);
    free(r);
    return status;
}

void wc_why_close(wc_why *why)
{
    free(why->nodes);
    free(why->parts);
    free(why->amounts);
    *why = (wc_why){0};
}
