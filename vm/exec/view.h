/* Views of numbers (wc_scalar_view, vm.h) the short way: what an engine does around the code when
 * the call before went well and gas cannot run out. Everything else goes step by step (view.c).
 *
 * exec->view says that a call may run the short way: then exec->frame and exec->slots are those of
 * the view's own function, and they are so again when the code has ended. */
#ifndef WC_VM_EXEC_VIEW_H
#define WC_VM_EXEC_VIEW_H

#include "vm/exec/exec.h"

/* The call from its beginning: charges, arguments, state, code, result. */
bool wc_view_in_steps(wc_scalar_view *view, uint64_t gas_limit, const int64_t *args,
                      int64_t *result);

/* The code has ended, well or not, and what comes behind it is not what it mostly is; exec->gas is
 * current. */
bool wc_view_end_in_steps(wc_exec *exec, bool ended);

/* Puts the arguments into registers. False: the call has to go in steps; one argument may be in its
 * place already. */
static inline bool wc_view_takes(const wc_scalar_view *view, uint64_t gas_limit,
                                 const int64_t *args, wc_slot *registers)
{
    if (WC_UNLIKELY(gas_limit <= view->enough)) return false;
    for (size_t i = view->param_count; i-- > 0;) {
        int64_t arg = args[i];
        if (WC_UNLIKELY(arg < view->lo[i] || arg > view->hi[i])) return false;
        registers[i].i = arg;
    }
    return true;
}

/* Hands out the result. False: it is none of the view's. */
static inline bool wc_view_gives(wc_exec *exec, const wc_scalar_view *view, uint64_t gas,
                                 int64_t number)
{
    if (WC_UNLIKELY(number < view->result_lo || number > view->result_hi)) return false;
    exec->outcome->gas_used = view->gas_limit + view->result_gas - gas;
    *view->into = number;
    return true;
}

#endif
