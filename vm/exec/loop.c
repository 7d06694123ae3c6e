/* The interpreter: one function that runs cells until the function it was started with returns or
 * something fails. The only long function of the project; its handlers are in handlers.inc
 * and handlers_values.inc.
 *
 * Built with computed goto, each handler jumps to the next one by itself, which is what the branch
 * predictor wants (measured: switch dispatch costs 20-50 % more). WC_DISPATCH_SWITCH builds the
 * same handlers into a switch, in ISO C; a test runs both against each other.
 *
 * Gas lives in a local variable and is charged per block: control enters a block only through ENTER
 * (or by falling into its `block` cell, which is the same). exec->gas is current only around calls
 * of functions. */
#include "vm/exec/view.h"

#ifdef WC_ENGINE_NAME /* observed.c and tests build this file again beside the first */
#define ENGINE WC_ENGINE_NAME
extern const wc_engine ENGINE;
#else
#define ENGINE wc_engine_loop
#endif

#if defined(WC_DISPATCH_SWITCH) || defined(WC_ENGINE_OBSERVED)
#define WC_ENGINE_PAIRS false /* tests compare with and without; observers see each instruction */
#else
#define WC_ENGINE_PAIRS true
#endif

/* The observed build tells the image's observer of each instruction before it runs. In the other
 * builds nothing is left of it: observing costs nothing where it is not asked for. */
#ifdef WC_ENGINE_OBSERVED
#define OBSERVE() (exec->gas = gas, wc_exec_observe(exec, exec->frame->code, pc, r))
#else
#define OBSERVE() ((void)0)
#endif

#define WIDE(x) ((wc_i128){r[x].u, r[(x) + 1].i})
#define SET_WIDE(x, value)                                                                         \
    do {                                                                                           \
        wc_i128 wide_ = (value);                                                                   \
        r[x].u = wide_.lo;                                                                         \
        r[(x) + 1].i = wide_.hi;                                                                   \
    } while (0)

#define TRAP_CODE(trap, count, x, y)                                                               \
    do {                                                                                           \
        exec->pc = pc;                                                                             \
        wc_exec_trap(exec, (wc_trap)(trap), (count), (x), (y));                                    \
        goto failed_fast;                                                                          \
    } while (0)
#define TRAP0(trap)       TRAP_CODE(WC_TRAP_##trap, 0, 0, 0)
#define TRAP1(trap, x)    TRAP_CODE(WC_TRAP_##trap, 1, (x), 0)
#define TRAP2(trap, x, y) TRAP_CODE(WC_TRAP_##trap, 2, (x), (y))

/* What few instructions need is looked up when they do. */
#define MODULE    (exec->module)
#define SHAPES    (exec->image->shapes)
#define CONSTANTS (exec->image->constants)
#define MAPS      (exec->image->maps)

/* Where a function may leave a result for a register. */
#define RESULT_PLACE(x) (&r[x].i)
#define TAKE_RESULT(x)  ((void)0)

/* Where a branch leads: imm is the distance in bytes. */
#define FAR(cell) ((const wc_cell *)(const void *)((const uint8_t *)(cell) + (int32_t)(cell)->imm))

#define NEXT(words)                                                                                \
    do {                                                                                           \
        pc += (words);                                                                             \
        DISPATCH();                                                                                \
    } while (0)

/* The benchmark builds the loop without the charge of blocks, to know what it costs. */
#ifdef WC_ENGINE_UNMETERED
#define CHARGE(amount) ((void)0)
#else
#define CHARGE(amount)                                                                             \
    do {                                                                                           \
        if (WC_UNLIKELY(gas < (amount))) goto out_of_gas;                                          \
        gas -= (amount);                                                                           \
    } while (0)
#endif

#define ENTER(cell)                                                                                \
    do {                                                                                           \
        pc = (cell);                                                                               \
        CHARGE(pc->imm);                                                                           \
        NEXT(1);                                                                                   \
    } while (0)

#define CALL_WITH(call, words)                                                                     \
    {                                                                                              \
        exec->gas = gas;                                                                           \
        exec->pc = pc;                                                                             \
        if (WC_UNLIKELY(!(call))) goto failed;                                                     \
        gas = exec->gas;                                                                           \
        NEXT(words);                                                                               \
    }
#define CALL_OP(name, words)       CALL_WITH(wc_op_##name(exec, pc, r), words)
#define CALL_SLOTS_OP(name, words) CALL_OP(name, words) /* exec->slots is current */
#define MDR_CALL(name, mode)       CALL_WITH(wc_op_##name(exec, pc, r, WC_ROUND_##mode), 2)
#define MR_CALL(mode, n)           CALL_WITH(wc_op_mr(exec, pc, r, WC_ROUND_##mode, n), 2)
#define CALL_TEST_OP(name, words)                                                                  \
    {                                                                                              \
        exec->gas = gas;                                                                           \
        exec->pc = pc;                                                                             \
        if (!wc_op_##name(exec, pc, r)) goto failed;                                               \
        if (exec->pc == pc) NEXT(words);                                                           \
        r = exec->expected.r;                                                                      \
        exec->slots = exec->expected.slots;                                                        \
        ENTER(exec->pc);                                                                           \
    }

/* Declares n, d, q and rest with n = q * d + rest, d > 0, or leaves for the general form. */
#define MDR_DIVIDE(mode)                                                                           \
    int64_t n;                                                                                     \
    int64_t d;                                                                                     \
    if (WC_UNLIKELY(__builtin_mul_overflow(r[pc->b].i, r[pc->c].i, &n) ||                          \
                    __builtin_mul_overflow(n, pc[1].wide.first, &n) ||                             \
                    __builtin_mul_overflow(r[pc->d].i, pc[1].wide.second, &d) || d <= 0)) {        \
        MDR_CALL(mdr, mode)                                                                        \
    }                                                                                              \
    int64_t q = n / d;                                                                             \
    int64_t rest = n % d;

#include "vm/exec/steps.inc"

#ifdef WC_DISPATCH_SWITCH
#define OP(name) case WC_HANDLER_##name:
#define DISPATCH()                                                                                 \
    do {                                                                                           \
        OBSERVE();                                                                                 \
        goto dispatch;                                                                             \
    } while (0)
#else
#define OP(name) handle_##name:
#define DISPATCH()                                                                                 \
    do {                                                                                           \
        OBSERVE();                                                                                 \
        goto * pc->handler.label;                                                                  \
    } while (0)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic" /* addresses of labels: here and nowhere else */
#endif

/* Three ways in. With a view: wc_scalar_view_call, the short way. Without, with exec: runs the
 * function of exec->frame, or goes on with a test. With neither: only hands out the table of
 * handlers (label addresses are known here alone). */
static bool run(wc_scalar_view *view, uint64_t gas_limit, const int64_t *args, int64_t *result,
                wc_exec *exec, const void *const **table)
{
#ifndef WC_DISPATCH_SWITCH
    static const void *const labels[WC_HANDLER_COUNT] = {
#define WC_OP(code, name, a, b, c, d, e, f, gas, flags, summary) &&handle_##name,
#include "vm/isa/ops.def"
#undef WC_OP
#define WC_HANDLER(name, when) &&handle_##name,
#include "vm/exec/handlers.def"
#undef WC_HANDLER
#define WC_RUN(first, second, link, body) &&handle_##first##_then_##second,
#include "vm/exec/pairs.def"
#undef WC_RUN
    };
#else
    (void)table;
#endif
    const int64_t *numbers;
    wc_slot *r;
    uint64_t gas;
    const wc_cell *pc = NULL;
    if (WC_LIKELY(view != NULL)) {
        exec = view->exec;
        r = exec->registers;
        if (!wc_view_takes(view, gas_limit, args, r)) {
            return wc_view_in_steps(view, gas_limit, args, result);
        }
        numbers = exec->numbers;
        view->gas_limit = gas_limit;
        view->into = result;
        gas = gas_limit - view->start_gas;
        pc = view->start;
        DISPATCH();
    }
#ifndef WC_DISPATCH_SWITCH
    if (WC_UNLIKELY(exec == NULL)) {
        *table = labels;
        return true;
    }
#endif
    numbers = exec->numbers;
    gas = exec->gas;
    if (WC_UNLIKELY(exec->goes_on)) {
        exec->goes_on = false;
        r = exec->expected.r;
        exec->slots = exec->expected.slots;
        ENTER(exec->pc);
    }
    r = exec->registers;
    ENTER(exec->frame->code->first);

#ifdef WC_DISPATCH_SWITCH
dispatch:
    switch ((wc_handler)pc->handler.number) {
#include "vm/exec/handlers.inc"
#include "vm/exec/handlers_values.inc"
    case WC_HANDLER_COUNT: wc_assert(false);
    }
#else
#include "vm/exec/handlers.inc"
#include "vm/exec/handlers_values.inc"
#endif

#ifndef WC_ENGINE_UNMETERED
out_of_gas:
    exec->pc = pc;
    wc_exec_trap(exec, WC_TRAP_OUT_OF_GAS, 0, 0, 0);
#endif

failed_fast: /* a handler failed by itself; the functions keep exec->gas */
    exec->gas = gas;
failed:
    if (exec->view != NULL) (void)wc_view_end_in_steps(exec, false);
    return false;

finished:
    view = exec->view;
    if (view != NULL && wc_view_gives(exec, view, gas, r[0].i)) return true;
    exec->gas = gas;
    if (view != NULL) return wc_view_end_in_steps(exec, true);
    return true;
}

#ifndef WC_DISPATCH_SWITCH
#pragma GCC diagnostic pop
#endif

static const void *const *handlers(void)
{
    const void *const *labels = NULL; /* switch: a cell holds the handler's number */
#ifndef WC_DISPATCH_SWITCH
    (void)run(NULL, 0, NULL, NULL, NULL, &labels);
#endif
    return labels;
}

static bool run_code(wc_exec *exec, const wc_code *code)
{
    if (WC_LIKELY(!exec->goes_on)) {
        exec->frame = exec->calls;
        exec->frame->code = code; /* its caller is nobody since wc_exec_begin */
    }
    return run(NULL, 0, NULL, NULL, exec, NULL);
}

static bool run_view(wc_scalar_view *view, uint64_t gas_limit, const int64_t *args, int64_t *result)
{
    return run(view, gas_limit, args, result, NULL, NULL);
}

const wc_engine ENGINE = {handlers, run_code, run_view, WC_ENGINE_PAIRS};
