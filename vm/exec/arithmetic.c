/* Arithmetic that is rare or long: the general forms behind the fast paths of handlers.inc. */
#include "vm/exec/exec.h"

bool wc_op_idiv(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    int64_t n = r[pc->b].i;
    int64_t d = r[pc->c].i;
    wc_status status = wc_i64_div_round(n, d, WC_ROUND_FLOOR, &r[pc->a].i);
    if (status == WC_OK) return true;
    return wc_exec_status(exec, status, 2, n, d);
}

bool wc_op_mod(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    int64_t n = r[pc->b].i;
    int64_t d = r[pc->c].i;
    wc_status status = wc_i64_mod(n, d, &r[pc->a].i);
    if (status == WC_OK) return true;
    return wc_exec_status(exec, status, 2, n, d);
}

bool wc_op_mulwi(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    wc_i128 product;
    wc_i128 x = {r[pc->b].u, r[pc->b + 1].i};
    if (wc_i128_mul_i64(x, r[pc->c].i, &product) != WC_OK) {
        return wc_exec_trap(exec, WC_TRAP_RANGE, 0, 0, 0);
    }
#ifdef WC_PLANTED_FAULT /* in one test program only, which `audit bisect` must find out */
    product.lo &= ~UINT64_C(0xfffff);
#endif
    r[pc->a].u = product.lo;
    r[pc->a + 1].i = product.hi;
    return true;
}

bool wc_op_mdr(wc_exec *exec, const wc_cell *pc, wc_slot *r, wc_round mode)
{
    int64_t x = r[pc->b].i;
    int64_t y = r[pc->c].i;
    wc_status status = wc_mul_div_round(wc_i128_of(x), y, pc[1].wide.first, r[pc->d].i,
                                        pc[1].wide.second, mode, &r[pc->a].i);
    if (status == WC_OK) return true;
    return wc_exec_status(exec, status, 2, x, y);
}

bool wc_op_mdrw(wc_exec *exec, const wc_cell *pc, wc_slot *r, wc_round mode)
{
    wc_i128 x = {r[pc->b].u, r[pc->b + 1].i};
    int64_t y = r[pc->c].i;
    wc_status status =
        wc_mul_div_round(x, y, pc[1].wide.first, r[pc->d].i, pc[1].wide.second, mode, &r[pc->a].i);
    if (status == WC_OK) return true;
    return wc_exec_status(exec, status, 0, 0, 0);
}

/* Both without a divisor of their own: z is 1. n is in the cell, or was left out because it is 1.
 */
bool wc_op_mr(wc_exec *exec, const wc_cell *pc, wc_slot *r, wc_round mode, int64_t n)
{
    int64_t x = r[pc->b].i;
    int64_t y = r[pc->c].i;
    wc_status status =
        wc_mul_div_round(wc_i128_of(x), y, n, 1, pc[1].wide.second, mode, &r[pc->a].i);
    if (status == WC_OK) return true;
    return wc_exec_status(exec, status, 2, x, y);
}

bool wc_op_mrw(wc_exec *exec, const wc_cell *pc, wc_slot *r, wc_round mode)
{
    wc_i128 x = {r[pc->b].u, r[pc->b + 1].i};
    int64_t y = r[pc->c].i;
    wc_status status =
        wc_mul_div_round(x, y, pc[1].wide.first, 1, pc[1].wide.second, mode, &r[pc->a].i);
    if (status == WC_OK) return true;
    return wc_exec_status(exec, status, 0, 0, 0);
}
