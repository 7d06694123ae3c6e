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
                             .entry_gas = wc_gas_part(WC_GAS_PART_CODE, 0, args_size) +
                                          wc_gas_part(WC_GAS_PART_ROOT, 1, instance->root.len),
                             .result_gas = wc_gas_part(WC_GAS_PART_CODE, 0, NUMBER_SIZE),
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

/* In the order of wc_call_run; views have no authority to check. Arguments are examined in order,
 * the gas of all of them and of the record is taken before. */
static inline bool run(wc_exec *exec, const wc_scalar_view *view, const int64_t *args,
                       int64_t *result)
{
    if (!wc_exec_charge(exec, view->entry_gas)) return false;
    wc_slot *registers = exec->registers;
    for (uint16_t i = 0; i < view->param_count; i++) {
        const wc_bounds *param = &view->params[i];
        if (WC_UNLIKELY(args[i] < param->lo || args[i] > param->hi)) {
            return wc_exec_bad_arguments(exec, (size_t)NUMBER_SIZE * i);
        }
        registers[i].i = args[i];
    }
    if (WC_UNLIKELY(!view->is_open)) return wc_call_check_state(exec, view->entry);
    if (!wc_exec_function(exec, view->entry->function)) return false;
    wc_exec_leave(exec);
    int64_t number = registers[0].i;
    if (WC_UNLIKELY(number < view->result.lo || number > view->result.hi)) {
        return wc_exec_status(exec, WC_OUT_OF_DOMAIN, 0, 0, 0);
    }
    if (!wc_exec_charge(exec, view->result_gas)) return false;
    *result = number;
    return true;
}

bool wc_scalar_view_call(wc_scalar_view *view, uint64_t gas_limit, const int64_t *args,
                         int64_t *result)
{
    wc_exec *exec = view->exec;
    wc_outcome *outcome = exec->outcome;
    if (WC_UNLIKELY(outcome->kind != WC_OUTCOME_OK)) {
        *outcome = (wc_outcome){.kind = WC_OUTCOME_OK, .function = WC_NONE, .due_entry = WC_NONE};
        wc_exec_leave(exec); /* a call that failed has not */
    }
    exec->gas = gas_limit;
    if (WC_UNLIKELY(!run(exec, view, args, result))) {
        wc_exec_finish(exec, gas_limit);
        return false;
    }
    outcome->gas_used = gas_limit - exec->gas;
    outcome->state = (uint16_t)exec->sys[WC_SYS_STATE];
    return true;
}
