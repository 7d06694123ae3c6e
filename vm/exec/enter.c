/* Around the code of a call: beginning and end, invariants, entering a state. */
#include "vm/exec/call.h"

#include "vm/base/codec.h"

wc_exec *wc_exec_begin(const wc_image *image, const wc_host *host, void *memory, uint64_t gas_limit,
                       wc_outcome *outcome)
{
    uint8_t *base = memory;
    wc_assert((uintptr_t)memory % 16 == 0);
    const wc_map *map = &image->map;
    wc_exec *exec = memory;
    /* Every member by itself: clearing the whole first is 10 ns of the 70 that a small call takes.
     * The tests run on memory full of rubbish, so a member that is forgotten here is noticed. */
    exec->image = image;
    exec->module = image->module;
    exec->host = host;
    exec->numbers = image->numbers;
    exec->outcome = outcome;
    exec->gas = gas_limit;
    exec->pc = NULL;
    exec->frame = NULL;
    exec->calls = (wc_frame *)(void *)(base + map->calls);
    exec->registers = (wc_slot *)(void *)(base + map->registers);
    exec->window = NULL;
    exec->frames = base + map->frames;
    exec->slots = exec->frames;
    exec->calls->call = NULL;
    for (size_t i = 0; i < WC_ROOT_PARTS; i++) exec->root[i] = base + map->root[i];
    exec->args = base + map->args;
    exec->result = base + map->result;
    exec->record = base + map->record;
    for (size_t i = 0; i < WC_SYS_COUNT; i++) exec->sys[i] = 0;
    exec->state_set = false;
    exec->amended = false;
    exec->rebound = false;
    exec->scratch = base + map->scratch;
    exec->second = base + map->second;
    exec->parts = (wc_part *)(void *)(base + map->parts);
    exec->test = NULL;
    exec->test_outcome = NULL;
    exec->expected.is_open = false;
    exec->expected.frame = NULL;
    exec->goes_on = false;
    exec->view = NULL;
    exec->question.at.part = WC_KEY_ELEMENT;
    exec->question.at.key = wc_slice_of(exec->question.key, sizeof exec->question.key);
    static const wc_outcome fresh = {
        .kind = WC_OUTCOME_OK, .function = WC_NONE, .due_entry = WC_NONE};
    *outcome = fresh;
    return exec;
}

void wc_exec_set_caller(wc_exec *exec, const wc_party *own, const wc_party *caller, int64_t now)
{
    memcpy(exec->root[WC_ROOT_ID], own->bytes, sizeof own->bytes);
    memcpy(exec->root[WC_ROOT_CALLER], caller->bytes, sizeof caller->bytes);
    exec->sys[WC_SYS_NOW] = now;
}

void wc_exec_finish(wc_exec *exec, uint64_t gas_limit)
{
    wc_outcome *outcome = exec->outcome;
    outcome->gas_used = gas_limit - exec->gas;
    if (outcome->kind == WC_OUTCOME_OK) return;
    if (outcome->kind == WC_OUTCOME_TRAP && outcome->code == WC_TRAP_OUT_OF_GAS) {
        outcome->gas_used = gas_limit;
    }
    wc_outcome failed = {.kind = outcome->kind,
                         .code = outcome->code,
                         .function = outcome->function,
                         .word = outcome->word,
                         .operands = {outcome->operands[0], outcome->operands[1]},
                         .operand_count = outcome->operand_count,
                         .args = outcome->args,
                         .gas_used = outcome->gas_used,
                         .due_entry = WC_NONE};
    *outcome = failed;
}

bool wc_exec_bad_arguments(wc_exec *exec, size_t offset)
{
    wc_buf args = wc_exec_scratch(exec);
    wc_buf_put_u32(&args, (uint32_t)offset);
    return wc_exec_builtin(exec, WC_BUILTIN_BadArguments, wc_buf_slice(&args));
}

bool wc_exec_invariant(wc_exec *exec, uint16_t entry)
{
    uint16_t function = exec->module->entries[entry].function;
    if (!wc_exec_function(exec, function)) return false;
    if (exec->registers[0].i != 0) {
        wc_exec_leave(exec);
        return true;
    }
    exec->pc = exec->frame->code->first; /* the place: the invariant as a whole */
    return wc_exec_trap(exec, WC_TRAP_INVARIANT, 0, 0, 0);
}

/* A time-out of a state: when, and by which AFTER entry; ordered by time, then by entry. */
typedef struct due_place {
    int64_t due;
    int32_t entry; /* -1: before every entry */
} due_place;

static bool is_before(due_place a, due_place b)
{
    return a.due < b.due || (a.due == b.due && a.entry < b.entry);
}

/* Evaluates the due times of the time-outs of a state; the earliest one behind `after` counts. */
static bool evaluate_due(wc_exec *exec, uint64_t state_bit, due_place after)
{
    const wc_module *module = exec->module;
    wc_outcome *outcome = exec->outcome;
    for (uint16_t i = 0; i < module->entry_count; i++) {
        const wc_entry *entry = &module->entries[i];
        if (entry->kind != WC_ENTRY_DUE) continue;
        if ((wc_entry_states(module, &module->entries[entry->args]) & state_bit) == 0) continue;
        if (!wc_exec_function(exec, entry->function)) return false;
        due_place found = {exec->registers[0].i, entry->args};
        due_place best = {outcome->due, outcome->due_entry};
        if (!is_before(after, found) || (outcome->has_due && !is_before(found, best))) continue;
        outcome->has_due = true;
        outcome->due = found.due;
        outcome->due_entry = entry->args;
    }
    wc_exec_leave(exec);
    return true;
}

static bool charge_holders(wc_exec *exec)
{
    uint32_t holders = 0;
    wc_host_answer answer = exec->host->ops->holder_count(exec->host->self, &holders);
    if (answer != WC_HOST_OK || holders > WC_HOST_HOLDERS_MAX) return wc_exec_host_stop(exec);
    return wc_exec_charge_part(exec, WC_GAS_PART_HOLDER, holders, 0);
}

bool wc_exec_retime(wc_exec *exec)
{
    due_place any = {INT64_MIN, -1};
    exec->outcome->retimed = true;
    return evaluate_due(exec, UINT64_C(1) << exec->sys[WC_SYS_STATE], any);
}

bool wc_exec_enter_state(wc_exec *exec, bool prepay)
{
    uint16_t state = (uint16_t)exec->sys[WC_SYS_STATE];
    exec->sys[WC_SYS_ENTERED] = exec->sys[WC_SYS_NOW];
    exec->outcome->entered = true;

    const wc_state_decl *decl = &exec->module->states[state];
    exec->outcome->final = decl->final;
    due_place any = {INT64_MIN, -1};
    if (!evaluate_due(exec, UINT64_C(1) << state, any)) return false;
    if (decl->final && !charge_holders(exec)) return false;
    if (!prepay) return true;
    exec->outcome->prepaid = decl->prepaid;
    return wc_exec_charge(exec, decl->prepaid);
}

void wc_due_run(const wc_instance *instance, const wc_due_after *after, const wc_host *host,
                uint64_t gas_limit, void *memory, wc_outcome *outcome)
{
    static const wc_party nobody;
    wc_exec *exec = wc_exec_begin(instance->image, host, memory, gas_limit, outcome);
    wc_exec_set_caller(exec, &instance->id, &nobody, 0);
    due_place behind = {after->due, after->entry};
    if (wc_root_load(exec, instance->root) &&
        evaluate_due(exec, UINT64_C(1) << exec->sys[WC_SYS_STATE], behind)) {
        outcome->state = (uint16_t)exec->sys[WC_SYS_STATE];
    }
    wc_exec_finish(exec, gas_limit);
}
