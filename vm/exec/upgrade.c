/* An upgrade: the record of one version becomes that of the next.
 *
 *   charge for the record | parties, terms, state and its data as they are | storage as a new
 *   instance has it | upgrade function, which reads the storage before | DEPLOY function | all
 *   invariants | due times and prepaid time-outs of the new code | record
 *
 * Requires that wc_upgrade_check accepted both modules for the state the record is in. */
#include "vm/exec/call.h"

#include "vm/isa/upgrade.h"

/* The record was written by the older code and the types are alike: what does not decode is damage.
 */
static bool read_value(wc_exec *exec, uint16_t type, wc_slice bytes, uint8_t *at)
{
    const wc_type *row = wc_exec_type(exec, type);
    size_t bad;
    if (row->size == 0) return true;
    wc_status status = wc_abi_decode(exec->module, row, bytes, at, &bad);
    if (status == WC_OK) return true;
    return wc_exec_host_stop(exec);
}

/* The state keeps its name; its number may be another one. */
static bool read_state(wc_exec *exec, const wc_module *old, const wc_root_parts *parts)
{
    const wc_module *module = exec->module;
    uint16_t state = wc_module_state(module, old->strings[old->states[parts->state].name]);
    wc_assert(state != WC_NONE);
    const wc_type *type = &module->types[module->state_type];
    uint8_t *at = exec->root[WC_ROOT_STATE];
    memset(at, 0, type->size);
    wc_mem_set_i64(at, state);
    exec->sys[WC_SYS_STATE] = state;
    uint16_t data = module->states[state].data;
    if (data == WC_NONE) return true;
    return read_value(exec, data, parts->state_data, at + type->variants[state].offset);
}

static bool load(wc_exec *exec, const wc_module *old, wc_slice root, const wc_entry *entry)
{
    const wc_module *module = exec->module;
    wc_root_parts parts;
    if (!wc_exec_charge_part(exec, WC_GAS_PART_ROOT, 1, root.len)) return false;
    if (wc_root_read(old, root, &parts) != WC_OK) return wc_exec_host_stop(exec);
    exec->sys[WC_SYS_ENTERED] = parts.entered;
    exec->sys[WC_SYS_DEPLOYED] = parts.deployed;
    wc_exec_clear_storage(exec);
    /* Addresses are encoded as they lie in memory; there are as many in both versions. */
    wc_assert(parts.parties.len == module->types[module->parties_type].size);
    if (parts.parties.len > 0) {
        memcpy(exec->root[WC_ROOT_PARTIES], parts.parties.data, parts.parties.len);
    }
    return read_value(exec, module->terms_type, parts.terms, exec->root[WC_ROOT_TERMS]) &&
           read_state(exec, old, &parts) && read_value(exec, entry->args, parts.fields, exec->args);
}

static bool run(wc_exec *exec, const wc_entry *entry)
{
    exec->registers[0].p = exec->args;
    if (!wc_exec_function(exec, entry->function)) return false;
    wc_exec_leave(exec);
    if (!wc_exec_deploy_checks(exec)) return false;
    for (uint16_t i = 0; i < exec->image->invariant_count; i++) {
        if (!wc_exec_invariant(exec, exec->image->invariants[i])) return false;
    }
    if (!wc_exec_retime(exec)) return false;
    uint64_t prepaid = exec->module->states[exec->sys[WC_SYS_STATE]].prepaid;
    exec->outcome->prepaid = prepaid;
    return wc_exec_charge(exec, prepaid);
}

void wc_upgrade_run(const wc_instance *instance, const wc_module *old, const wc_call *call,
                    const wc_host *host, void *memory, wc_outcome *outcome)
{
    static const wc_party nobody;
    const wc_module *module = instance->image->module;
    wc_assert(!module->is_test_image && module->entries[call->entry].kind == WC_ENTRY_UPGRADE);
    const wc_entry *entry = &module->entries[call->entry];
    wc_exec_tell_begin(instance, call, false);
    wc_exec *exec = wc_exec_begin(instance->image, host, memory, call->gas_limit, outcome);
    wc_exec_set_caller(exec, &instance->id, &nobody, call->now);
    if (load(exec, old, instance->root, entry) && run(exec, entry) &&
        wc_root_save(exec, wc_slice_of(NULL, 0))) {
        outcome->state = (uint16_t)exec->sys[WC_SYS_STATE];
    }
    wc_exec_finish(exec, call->gas_limit);
    wc_exec_tell_end(exec);
}
