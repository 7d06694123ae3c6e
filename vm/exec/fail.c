/* How a call fails: the one place that writes failures into the outcome. */
#include "vm/exec/exec.h"

uint16_t wc_exec_function_index(const wc_exec *exec)
{
    return exec->frame == NULL ? WC_NONE : exec->frame->code->index;
}

uint32_t wc_exec_word(const wc_exec *exec)
{
    return exec->frame == NULL ? 0 : (uint32_t)(exec->pc - exec->frame->code->first);
}

static void fail(wc_exec *exec, wc_outcome_kind kind, uint16_t code)
{
    wc_assert(exec->outcome->kind == WC_OUTCOME_OK); /* the first failure ends the call */
    exec->outcome->kind = kind;
    exec->outcome->code = code;
    exec->outcome->function = wc_exec_function_index(exec);
    exec->outcome->word = wc_exec_word(exec);
}

bool wc_exec_trap(wc_exec *exec, wc_trap trap, uint8_t operand_count, int64_t x, int64_t y)
{
    wc_assert(operand_count <= 2);
    fail(exec, WC_OUTCOME_TRAP, (uint16_t)trap);
    exec->outcome->operand_count = operand_count;
    exec->outcome->operands[0] = x;
    exec->outcome->operands[1] = y;
    return false;
}

bool wc_exec_builtin(wc_exec *exec, wc_builtin builtin, wc_slice args)
{
    fail(exec, WC_OUTCOME_BUILTIN, (uint16_t)builtin);
    exec->outcome->args = args;
    return false;
}

bool wc_exec_full(wc_exec *exec, uint32_t limit)
{
    wc_buf args = wc_exec_scratch(exec);
    wc_buf_put_u32(&args, limit);
    return wc_exec_builtin(exec, WC_BUILTIN_Full, wc_buf_slice(&args));
}

bool wc_exec_error(wc_exec *exec, uint16_t error, wc_slice args)
{
    fail(exec, WC_OUTCOME_ERROR, error);
    exec->outcome->args = args;
    return false;
}

bool wc_exec_callee(wc_exec *exec)
{
    fail(exec, WC_OUTCOME_CALLEE, 0);
    return false;
}

bool wc_exec_status(wc_exec *exec, wc_status status, uint8_t operand_count, int64_t x, int64_t y)
{
    wc_trap trap = WC_TRAP_RANGE; /* OVERFLOW, OUT_OF_DOMAIN */
    if (status == WC_DIVISION_BY_ZERO) trap = WC_TRAP_DIVZERO;
    if (status == WC_INEXACT) trap = WC_TRAP_INEXACT;
    return wc_exec_trap(exec, trap, operand_count, x, y);
}

bool wc_exec_host_stop(wc_exec *exec)
{
    return wc_exec_trap(exec, WC_TRAP_HOST, 0, 0, 0);
}

const wc_type *wc_exec_pointee(const wc_exec *exec, uint16_t reg)
{
    const wc_function *function = &exec->module->functions[exec->frame->code->index];
    return &exec->module->types[function->regs[reg].type];
}

bool wc_exec_encode(wc_exec *exec, uint16_t type, const uint8_t *at, wc_slice *bytes)
{
    wc_buf buf = wc_exec_scratch(exec);
    wc_status status = wc_abi_write(exec->module, wc_exec_type(exec, type), at, &buf);
    if (status != WC_OK) return wc_exec_status(exec, status, 0, 0, 0);
    wc_assert(!buf.full); /* map.c has measured every type that is encoded */
    *bytes = wc_buf_slice(&buf);
    return true;
}
