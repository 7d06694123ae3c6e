/* The call driver (EM 5): what happens before and after the code of an entry, in consensus order.
 *
 *   charge for record and arguments | record | decode arguments | authority | state |
 *   code (requires, body, ensures) | invariants | state entry | record, or result of a view */
#include "vm/exec/call.h"

#include "vm/exec/authority.h"

/* Arguments of a time-out are none; its encoding is empty. */
static bool read_args(wc_exec *exec, const wc_entry *entry, wc_slice args)
{
    if (entry->kind == WC_ENTRY_AFTER) {
        if (args.len == 0) return true;
        return wc_exec_bad_arguments(exec, 0);
    }
    size_t bad;
    const wc_type *type = wc_exec_type(exec, entry->args);
    if (wc_abi_decode(exec->module, type, args, exec->args, &bad) == WC_OK) return true;
    return wc_exec_bad_arguments(exec, bad);
}

/* when 0: every state that is not final; for views every state. */
bool wc_call_is_available(const wc_exec *exec, const wc_entry *entry)
{
    uint16_t state = (uint16_t)exec->sys[WC_SYS_STATE];
    if (entry->when != 0) return (entry->when >> state & 1) != 0;
    return entry->kind == WC_ENTRY_VIEW || !exec->module->states[state].final;
}

bool wc_call_check_state(wc_exec *exec, const wc_entry *entry)
{
    if (wc_call_is_available(exec, entry)) return true;
    uint16_t state = (uint16_t)exec->sys[WC_SYS_STATE];
    if (exec->module->states[state].final) {
        return wc_exec_builtin(exec, WC_BUILTIN_InstanceClosed, wc_slice_of(NULL, 0));
    }
    wc_buf args = wc_exec_scratch(exec);
    wc_buf_put_u16(&args, state);
    return wc_exec_builtin(exec, WC_BUILTIN_WrongState, wc_buf_slice(&args));
}

/* Steps 1 to 3. The record comes first: authority and state are in it. */
static bool prepare(wc_exec *exec, const wc_entry *entry, const wc_instance *instance,
                    const wc_call *call)
{
    if (!wc_exec_charge_part(exec, WC_GAS_PART_CODE, 0, call->args.len)) return false;
    if (!wc_exec_charge_part(exec, WC_GAS_PART_ROOT, 1, instance->root.len)) return false;
    if (!wc_root_load(exec, instance->root)) return false;
    if (!read_args(exec, entry, call->args)) return false;
    if (!wc_authority_check(exec, entry, &call->principal, call->has_principal)) return false;
    return wc_call_check_state(exec, entry);
}

/* The result is left where the other form leaves it. */
static bool run_register_view(wc_exec *exec, const wc_entry *entry)
{
    const wc_type *args = wc_exec_type(exec, entry->args);
    for (uint16_t i = 0; i < args->count; i++) {
        exec->registers[i].i = wc_mem_i64(exec->args + args->fields[i].offset);
    }
    if (!wc_exec_function(exec, entry->function)) return false;
    wc_exec_leave(exec);
    wc_mem_set_i64(exec->result, exec->registers[0].i);
    return true;
}

static bool run_code(wc_exec *exec, const wc_entry *entry)
{
    if (entry->kind == WC_ENTRY_VIEW && wc_view_in_registers(exec->module, entry)) {
        return run_register_view(exec, entry);
    }
    if (entry->kind != WC_ENTRY_AFTER) exec->registers[0].p = exec->args;
    if (entry->kind == WC_ENTRY_VIEW) {
        wc_value_clear(exec->module, wc_exec_type(exec, entry->result), exec->result);
        exec->registers[1].p = exec->result;
    }
    if (!wc_exec_function(exec, entry->function)) return false;
    wc_exec_leave(exec);
    return true;
}

/* Encodes what a view has put into its result. */
static bool end_view(wc_exec *exec, const wc_entry *entry)
{
    wc_slice result;
    if (!wc_exec_encode(exec, entry->result, exec->result, &result)) return false;
    if (!wc_exec_charge_part(exec, WC_GAS_PART_CODE, 0, result.len)) return false;
    exec->outcome->result = result;
    return true;
}

/* Steps 7 to 9 of a call that may write. An amended term is checked as at deployment: what was
 * agreed then may not hold for it. */
static bool end_action(wc_exec *exec, const wc_entry *entry, wc_slice old_root)
{
    if (exec->amended && !wc_exec_deploy_checks(exec)) return false;
    uint64_t invariants = exec->amended ? UINT64_MAX : entry->invariants;
    for (uint16_t i = 0; i < exec->image->invariant_count; i++) {
        if ((invariants >> i & 1) == 0) continue;
        if (!wc_exec_invariant(exec, exec->image->invariants[i])) return false;
    }
    if (exec->state_set && !wc_exec_enter_state(exec, entry->kind == WC_ENTRY_ACTION)) {
        return false;
    }
    if (exec->amended && !exec->state_set && !wc_exec_retime(exec)) return false;
    exec->outcome->rebound = exec->rebound;
    return wc_root_save(exec, old_root);
}

void wc_call_run(const wc_instance *instance, const wc_call *call, const wc_host *host,
                 void *memory, wc_outcome *outcome)
{
    const wc_module *module = instance->image->module;
    wc_assert(!module->is_test_image);
    wc_assert(call->entry < module->entry_count);
    const wc_entry *entry = &module->entries[call->entry];
    wc_assert(entry->kind == WC_ENTRY_ACTION || entry->kind == WC_ENTRY_VIEW ||
              entry->kind == WC_ENTRY_AFTER);

    wc_exec_tell_begin(instance, call, false);
    wc_exec *exec = wc_exec_begin(instance->image, host, memory, call->gas_limit, outcome);
    wc_exec_set_caller(exec, &instance->id, &call->principal, call->now);
    if (prepare(exec, entry, instance, call) && run_code(exec, entry)) {
        bool done = entry->kind == WC_ENTRY_VIEW ? end_view(exec, entry)
                                                 : end_action(exec, entry, instance->root);
        if (done) outcome->state = (uint16_t)exec->sys[WC_SYS_STATE];
    }
    wc_exec_finish(exec, call->gas_limit);
    wc_exec_tell_end(exec);
}
