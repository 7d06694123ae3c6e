/* Views of numbers without encodings (vm.h): the record is read once, each call puts its arguments
 * into registers and takes the result from one. */
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

static wc_bounds bounds_of(const wc_type *type)
{
    return (wc_bounds){type->lo, type->hi};
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
    *view = (wc_scalar_view){.exec = exec,
                             .entry = entry,
                             .code = &instance->image->codes[entry->function],
                             .run = instance->image->engine->run,
                             .entry_gas = wc_gas_part(WC_GAS_PART_CODE, 0, args_size) +
                                          wc_gas_part(WC_GAS_PART_ROOT, 1, instance->root.len),
                             .result_gas = wc_gas_part(WC_GAS_PART_CODE, 0, NUMBER_SIZE),
                             .enough = UINT64_MAX,
                             .param_count = args->count,
                             .result = bounds_of(&module->types[entry->result])};
    for (uint16_t i = 0; i < args->count; i++) {
        view->params[i] = bounds_of(&module->types[args->fields[i].type]);
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
        const wc_bounds *param = &view->params[i];
        if (args[i] < param->lo || args[i] > param->hi) {
            return wc_exec_bad_arguments(exec, (size_t)NUMBER_SIZE * i);
        }
        exec->registers[i].i = args[i];
    }
    return view->is_open || wc_call_check_state(exec, view->entry);
}

static bool finish(wc_exec *exec, const wc_scalar_view *view, int64_t *result)
{
    int64_t number = exec->registers[0].i;
    wc_exec_leave(exec);
    if (number < view->result.lo || number > view->result.hi) {
        return wc_exec_status(exec, WC_OUT_OF_DOMAIN, 0, 0, 0);
    }
    if (!wc_exec_charge(exec, view->result_gas)) return false;
    *result = number;
    return true;
}

/* Step by step: when something is out of the ordinary, or was in the call before. */
__attribute__((noinline)) static bool call_in_steps(wc_scalar_view *view, uint64_t gas_limit,
                                                    const int64_t *args, int64_t *result)
{
    wc_exec *exec = view->exec;
    wc_outcome *outcome = exec->outcome;
    *outcome = (wc_outcome){.kind = WC_OUTCOME_OK, .function = WC_NONE, .due_entry = WC_NONE};
    exec->gas = gas_limit;
    exec->slots = exec->frames; /* a call that failed inside another function left its own */
    wc_exec_leave(exec);
    bool is_done =
        prepare(exec, view, args) && view->run(exec, view->code) && finish(exec, view, result);
    view->enough = is_done ? view->entry->derived_bound : UINT64_MAX;
    if (!is_done) {
        wc_exec_finish(exec, gas_limit);
        return false;
    }
    outcome->gas_used = gas_limit - exec->gas;
    outcome->state = (uint16_t)exec->sys[WC_SYS_STATE];
    return true;
}

/* The code has ended, well or not, and what comes behind it is not what it mostly is. */
__attribute__((noinline)) static bool end_in_steps(wc_scalar_view *view, uint64_t gas_limit,
                                                   bool ended, int64_t *result)
{
    wc_exec *exec = view->exec;
    bool is_done = ended && finish(exec, view, result);
    if (!is_done) {
        view->enough = UINT64_MAX;
        wc_exec_finish(exec, gas_limit);
    }
    return is_done;
}

bool wc_scalar_view_call(wc_scalar_view *view, uint64_t gas_limit, const int64_t *args,
                         int64_t *result)
{
    wc_exec *exec = view->exec;
    wc_slot *registers = exec->registers;
    if (WC_UNLIKELY(gas_limit <= view->enough)) {
        return call_in_steps(view, gas_limit, args, result);
    }
    for (size_t i = 0; i < view->param_count; i++) {
        const wc_bounds *param = &view->params[i];
        if (WC_UNLIKELY(args[i] < param->lo || args[i] > param->hi)) {
            return call_in_steps(view, gas_limit, args, result);
        }
        registers[i].i = args[i];
    }
    exec->gas = gas_limit - view->entry_gas;
    bool ended = view->run(exec, view->code);
    int64_t number = registers[0].i;
    bool is_usual = ended && number >= view->result.lo && number <= view->result.hi;
    if (WC_UNLIKELY(!is_usual)) return end_in_steps(view, gas_limit, ended, result);
    exec->outcome->gas_used = gas_limit - exec->gas + view->result_gas;
    *result = number;
    return true;
}
