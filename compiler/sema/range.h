/* Value ranges: interval arithmetic in 128 bits (D26).
 *
 * A bound that leaves 128 bits stays at the end of the 128-bit range: the operation itself traps
 * there, so no value passes on. */
#ifndef WC_COMPILER_SEMA_RANGE_H
#define WC_COMPILER_SEMA_RANGE_H

#include "compiler/sema/types.h"

wc_sema_range wc_range_of(int64_t lo, int64_t hi);
wc_sema_range wc_range_exact(wc_i128 value);
wc_sema_range wc_range_full(void);   /* 64 bits */
wc_sema_range wc_range_widest(void); /* 128 bits */

/* Of all values of a place of that type; scalars only. */
wc_sema_range wc_range_of_type(const wc_sema_type *type);

bool wc_range_is_narrow(wc_sema_range range); /* within 64 bits */
bool wc_range_within(wc_sema_range inner, wc_sema_range outer);

wc_sema_range wc_range_add(wc_sema_range a, wc_sema_range b);
wc_sema_range wc_range_sub(wc_sema_range a, wc_sema_range b);
wc_sema_range wc_range_neg(wc_sema_range a);
wc_sema_range wc_range_abs(wc_sema_range a);
wc_sema_range wc_range_min(wc_sema_range a, wc_sema_range b);
wc_sema_range wc_range_max(wc_sema_range a, wc_sema_range b);
wc_sema_range wc_range_union(wc_sema_range a, wc_sema_range b);

/* Requires that b is narrow. */
wc_sema_range wc_range_mul(wc_sema_range a, wc_sema_range b);

/* Of a rest that has the sign of its divisor: between 0 and the divisor, without it. */
wc_sema_range wc_range_rest(wc_sema_range divisor);

/* Values that lie in both; a itself when none does. */
wc_sema_range wc_range_meet(wc_sema_range a, wc_sema_range b);

/* 10^exponent; exponent in [0, 18]. */
int64_t wc_power_of_ten(unsigned exponent);

#endif
