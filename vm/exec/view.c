/* Views of numbers without encodings (vm.h): the record is read once, each call puts its arguments
 * into registers and takes the result from one. */
#include "vm/exec/view.h"
#include "vm/exec/authority.h"
#include "vm/exec/call.h"
#include "vm/exec/stored.h"

#define NUMBER_SIZE 8u /* bytes of an encoded number */

static bool is_of_numbers(const wc_module *module, const wc_entry *entry)
{
    if (entry->kind != WC_ENTRY_VIEW || !wc_view_in_registers(module, entry)) return false;
    const wc_type *args = &module->types[entry->args];
    for (uint16_t i = 0; i < args->count; i++) {
        if (!wc_type_is_number(&module->types[args->fields[i].type])) return false;
    }
    return wc_type_is_number(&module->types[entry->result]);
}

wc_status wc_scalar_view_open(wc_scalar_view *view, const wc_instance *instance,
                              const wc_call *call, const wc_host *host, void *memory,
                              wc_outcome *outcome)
{
    const wc_module *module = instance->image->module;
    wc_assert(call->entry < module->entry_count);
    const wc_entry *entry = &module->entries[call->entry];
    /* An observer is told of each call by itself. */
    bool is_watched = instance->image->observer != NULL;
    if (is_watched || !is_of_numbers(module, entry)) return WC_OUT_OF_DOMAIN;
    const wc_type *args = &module->types[entry->args];
    size_t args_size = (size_t)NUMBER_SIZE * args->count;
    wc_exec *exec = wc_exec_begin(instance->image, host, memory, 0, outcome);
    wc_exec_set_caller(exec, &instance->id, &call->principal, call->now);
    const wc_image *image = instance->image;
    const wc_code *code = &image->codes[entry->function];
    const uint64_t entry_gas = wc_gas_part(WC_GAS_PART_CODE, 0, args_size) +
                               wc_gas_part(WC_GAS_PART_ROOT, 1, instance->root.len);
    *view = (wc_scalar_view){.call = image->engine->view,
                             .exec = exec,
                             .entry = entry,
                             .code = code,
                             .start = code->first + 1,
                             .native = image->native != NULL ? image->native[code->index] : NULL,
                             .entry_gas = entry_gas,
                             .start_gas = entry_gas + code->first->imm,
                             .result_gas = wc_gas_part(WC_GAS_PART_CODE, 0, NUMBER_SIZE),
                             .enough = UINT64_MAX,
                             .param_count = args->count,
                             .result_lo = module->types[entry->result].lo,
                             .result_hi = module->types[entry->result].hi};
    for (uint16_t i = 0; i < args->count; i++) {
        const wc_type *type = &module->types[args->fields[i].type];
        view->lo[i] = type->lo;
        view->hi[i] = type->hi;
    }
    if (!wc_root_load(exec, instance->root)) {
        wc_exec_finish(exec, 0);
        return WC_OK;
    }
    view->is_open = wc_call_is_available(exec, entry);
    return WC_OK;
}

/* What may fail, in the order of wc_call_run; views have no authority to check. Arguments are
 * examined in order, the gas of all of them and of the record is taken before. */
static bool prepare(wc_exec *exec, const wc_scalar_view *view, const int64_t *args)
{
    if (!wc_exec_charge(exec, view->entry_gas)) return false;
    for (uint16_t i = 0; i < view->param_count; i++) {
        if (args[i] < view->lo[i] || args[i] > view->hi[i]) {
            return wc_exec_bad_arguments(exec, (size_t)NUMBER_SIZE * i);
        }
        exec->registers[i].i = args[i];
    }
    if (!view->is_open) return wc_call_check_state(exec, view->entry); /* says why */
    return true;
}

static bool finish(wc_exec *exec, const wc_scalar_view *view, int64_t *result)
{
    int64_t number = exec->registers[0].i;
    wc_exec_leave(exec);
    if (number < view->result_lo || number > view->result_hi) {
        return wc_exec_status(exec, WC_OUT_OF_DOMAIN, 0, 0, 0);
    }
    if (!wc_exec_charge(exec, view->result_gas)) return false;
    *result = number;
    return true;
}

/* From now on calls may run the short way; the code has run once, so its frame is there. */
static void allow_short_way(wc_exec *exec, wc_scalar_view *view)
{
    view->enough = view->entry->derived_bound;
    exec->view = view;
    exec->frame = exec->calls;
}

static void forbid_short_way(wc_exec *exec, wc_scalar_view *view)
{
    view->enough = UINT64_MAX;
    exec->view = NULL;
    exec->slots = exec->frames; /* a call that failed inside another function left its own */
    wc_exec_leave(exec);
}

bool wc_view_in_steps(wc_scalar_view *view, uint64_t gas_limit, const int64_t *args,
                      int64_t *result)
{
    wc_exec *exec = view->exec;
    wc_outcome *outcome = exec->outcome;
    *outcome = (wc_outcome){.kind = WC_OUTCOME_OK, .function = WC_NONE, .due_entry = WC_NONE};
    forbid_short_way(exec, view);
    exec->gas = gas_limit;
    bool is_done = prepare(exec, view, args) && exec->image->engine->run(exec, view->code) &&
                   finish(exec, view, result);
    if (!is_done) {
        wc_exec_finish(exec, gas_limit);
        return false;
    }
    outcome->gas_used = gas_limit - exec->gas;
    outcome->state = (uint16_t)exec->sys[WC_SYS_STATE];
    allow_short_way(exec, view);
    return true;
}

bool wc_view_end_in_steps(wc_exec *exec, bool ended)
{
    wc_scalar_view *view = exec->view;
    bool is_done = false;
    if (ended) is_done = finish(exec, view, view->into);
    wc_assert(!is_done); /* the short way knows what a result may be, and has gas for it */
    wc_exec_finish(exec, view->gas_limit);
    forbid_short_way(exec, view);
    return false;
}
