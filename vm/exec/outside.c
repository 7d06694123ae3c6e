/* Events, other instances, signers. */
#include "vm/exec/authority.h"

static bool limit_reached(wc_exec *exec)
{
    return wc_exec_trap(exec, WC_TRAP_SEND_LIMIT, 0, 0, 0);
}

bool wc_op_emit(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    wc_slice args;
    if (!wc_exec_encode(exec, exec->module->events[pc->a].args, r[pc->b].p, &args)) return false;
    if (!wc_exec_charge_part(exec, WC_GAS_PART_EVENT, 1, args.len)) return false;
    wc_host_answer answer = exec->host->ops->emit(exec->host->self, pc->a, args);
    if (answer == WC_HOST_LIMIT) return limit_reached(exec);
    if (answer == WC_HOST_OK) return true;
    return wc_exec_host_stop(exec);
}

/* Encodes the arguments of a method and pays for them and for entering the other instance. */
static bool prepare(wc_exec *exec, const wc_method *method, const uint8_t *at, wc_slice *args)
{
    if (!wc_exec_encode(exec, method->args, at, args)) return false;
    if (!wc_exec_charge_part(exec, WC_GAS_PART_INSTANCE, 1, 0)) return false;
    return wc_exec_charge_part(exec, WC_GAS_PART_CODE, 0, args->len);
}

/* What a view's answer means; true only for OK. There is no instance or no such method behind the
 * address: NO_KEY. */
static bool answered(wc_exec *exec, wc_host_answer answer)
{
    switch (answer) {
    case WC_HOST_OK: return true;
    case WC_HOST_ABSENT: return wc_exec_trap(exec, WC_TRAP_NO_KEY, 0, 0, 0);
    case WC_HOST_FAILED: return wc_exec_callee(exec);
    case WC_HOST_LIMIT: return limit_reached(exec);
    case WC_HOST_SHORT:
    case WC_HOST_REFUSED:
    case WC_HOST_STOP: break;
    }
    return wc_exec_host_stop(exec);
}

/* Operands: A instance, B method, C arguments, D result. The other contract may be of a code that
 * only claims to have the method (32 bits of a hash): a result that is not of our type is its
 * fault, and traps RANGE. */
bool wc_op_view(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const wc_method *method = &exec->module->methods[pc->b];
    wc_slice args;
    if (!prepare(exec, method, r[pc->c].p, &args)) return false;

    wc_buf result;
    wc_buf_init(&result, exec->second, exec->image->map.second_size);
    uint64_t gas = exec->gas;
    const wc_party *instance = wc_mem_party(r[pc->a].p);
    wc_host_answer answer =
        exec->host->ops->view(exec->host->self, instance, method->id, args, &gas, &result);
    wc_assert(gas <= exec->gas);
    exec->gas = gas;
    if (!answered(exec, answer)) return false;

    if (!wc_exec_charge_part(exec, WC_GAS_PART_CODE, 0, result.len)) return false;
    const wc_type *type = wc_exec_type(exec, method->result);
    size_t bad;
    wc_status status =
        result.full ? WC_TOO_LARGE
                    : wc_abi_decode(exec->module, type, wc_buf_slice(&result), r[pc->d].p, &bad);
    if (status == WC_OK) return true;
    return wc_exec_trap(exec, WC_TRAP_RANGE, 0, 0, 0);
}

bool wc_op_send(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const wc_method *method = &exec->module->methods[pc->b];
    wc_slice args;
    if (!prepare(exec, method, r[pc->c].p, &args)) return false;
    const wc_party *instance = wc_mem_party(r[pc->a].p);
    return answered(exec, exec->host->ops->send(exec->host->self, instance, method->id, args));
}

bool wc_op_signed(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    bool answer = false;
    const wc_party *party = wc_mem_party(r[pc->b].p);
    if (exec->host->ops->is_signer(exec->host->self, party, &answer) != WC_HOST_OK) {
        return wc_exec_host_stop(exec);
    }
    r[pc->a].i = answer;
    return true;
}

/* Operands: A place in the party table, B who takes it. Nobody is bound without having signed. */
bool wc_op_rebind(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const wc_party *party = wc_mem_party(r[pc->b].p);
    if (!wc_exec_charge_part(exec, WC_GAS_PART_READ, 1, 0)) return false;
    if (!wc_authority_place(exec, pc->a, party)) return false;
    memcpy(exec->root[WC_ROOT_PARTIES] + sizeof *party * (size_t)pc->a, party, sizeof *party);
    exec->rebound = true;
    return true;
}
