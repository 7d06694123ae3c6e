/* Deployment: a call that starts from nothing stored.
 *
 *   charge for parties and terms | parties | terms | signatures and roles | storage, initial state
 * | DEPLOY entries | all invariants | state entry | record */
#include "vm/exec/authority.h"
#include "vm/exec/call.h"

static bool read_parties(wc_exec *exec, wc_slice parties)
{
    size_t expected = sizeof(wc_party) * exec->module->party_count;
    if (parties.len != expected) {
        return wc_exec_bad_arguments(exec, parties.len < expected ? parties.len : expected);
    }
    if (expected != 0) memcpy(exec->root[WC_ROOT_PARTIES], parties.data, expected);
    return true;
}

static bool read_terms(wc_exec *exec, wc_slice parties, wc_slice terms)
{
    size_t bad;
    const wc_type *type = wc_exec_type(exec, exec->module->terms_type);
    wc_status status = wc_abi_decode(exec->module, type, terms, exec->root[WC_ROOT_TERMS], &bad);
    if (status == WC_OK) return true;
    return wc_exec_bad_arguments(exec, parties.len + bad);
}

/* Zero, but for the fields that declare another beginning. */
void wc_exec_clear_storage(wc_exec *exec)
{
    const wc_module *module = exec->module;
    const wc_type *storage = &module->types[module->storage_type];
    memset(exec->root[WC_ROOT_STORAGE], 0, storage->size);
    for (uint16_t i = 0; i < module->field_count; i++) {
        const wc_storage_field *field = &module->fields[i];
        if (field->root == WC_NONE || field->initial == WC_NONE) continue;
        uint32_t offset = storage->fields[field->root].offset;
        const uint8_t *initial = exec->image->constants + exec->image->constant_at[field->initial];
        wc_value_copy(module, &module->types[field->type], exec->root[WC_ROOT_STORAGE] + offset,
                      initial);
    }
}

/* The initial state, with data all zero. */
static void set_initial_state(wc_exec *exec)
{
    const wc_module *module = exec->module;
    uint16_t state = 0;
    while (!module->states[state].initial) state++; /* ends: the verifier has found one */
    memset(exec->root[WC_ROOT_STATE], 0, module->types[module->state_type].size);
    wc_mem_set_i64(exec->root[WC_ROOT_STATE], state);
    exec->sys[WC_SYS_STATE] = state;
}

bool wc_exec_deploy_checks(wc_exec *exec)
{
    const wc_module *module = exec->module;
    for (uint16_t i = 0; i < module->entry_count; i++) {
        if (module->entries[i].kind != WC_ENTRY_DEPLOY) continue;
        if (!wc_exec_function(exec, module->entries[i].function)) return false;
        wc_exec_leave(exec);
    }
    return true;
}

static bool run_deploy(wc_exec *exec)
{
    if (!wc_exec_deploy_checks(exec)) return false;
    for (uint16_t i = 0; i < exec->image->invariant_count; i++) {
        if (!wc_exec_invariant(exec, exec->image->invariants[i])) return false;
    }
    return wc_exec_enter_state(exec, true);
}

static bool deploy(wc_exec *exec, wc_slice parties, wc_slice terms, int64_t now)
{
    if (!wc_exec_charge_part(exec, WC_GAS_PART_CODE, 0, parties.len + terms.len)) return false;
    if (!read_parties(exec, parties) || !read_terms(exec, parties, terms)) return false;
    if (!wc_authority_deploy(exec)) return false;
    wc_exec_clear_storage(exec);
    set_initial_state(exec);
    exec->sys[WC_SYS_ENTERED] = now;
    exec->sys[WC_SYS_DEPLOYED] = now;
    return run_deploy(exec) && wc_root_save(exec, wc_slice_of(NULL, 0));
}

void wc_deploy_run(const wc_instance *instance, const wc_call *call, const wc_host *host,
                   void *memory, wc_outcome *outcome)
{
    wc_assert(!instance->image->module->is_test_image);
    wc_exec_tell_begin(instance, call, true);
    wc_exec *exec = wc_exec_begin(instance->image, host, memory, call->gas_limit, outcome);
    wc_exec_set_caller(exec, &instance->id, &call->principal, call->now);
    if (deploy(exec, instance->parties, call->args, call->now)) {
        outcome->state = (uint16_t)exec->sys[WC_SYS_STATE];
    }
    wc_exec_finish(exec, call->gas_limit);
    wc_exec_tell_end(exec);
}
