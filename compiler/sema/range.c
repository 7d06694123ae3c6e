/* Interval arithmetic: bounds are computed exactly and kept at the ends of the 128-bit range when
 * they leave it. */
#include "compiler/sema/range.h"

static wc_i128 least(wc_i128 a, wc_i128 b)
{
    return wc_i128_compare(a, b) <= 0 ? a : b;
}

static wc_i128 greatest(wc_i128 a, wc_i128 b)
{
    return wc_i128_compare(a, b) >= 0 ? a : b;
}

static wc_i128 add_bound(wc_i128 a, wc_i128 b)
{
    wc_i128 sum;
    if (wc_i128_add(a, b, &sum) == WC_OK) return sum;
    return wc_i128_sign(a) < 0 ? WC_I128_MIN : WC_I128_MAX;
}

static wc_i128 sub_bound(wc_i128 a, wc_i128 b)
{
    wc_i128 difference;
    if (wc_i128_sub(a, b, &difference) == WC_OK) return difference;
    return wc_i128_sign(b) < 0 ? WC_I128_MAX : WC_I128_MIN;
}

static wc_i128 multiply_bound(wc_i128 a, int64_t b)
{
    wc_i128 product;
    if (wc_i128_mul_i64(a, b, &product) == WC_OK) return product;
    return (wc_i128_sign(a) < 0) == (b < 0) ? WC_I128_MAX : WC_I128_MIN;
}

wc_sema_range wc_range_of(int64_t lo, int64_t hi)
{
    wc_assert(lo <= hi);
    return (wc_sema_range){wc_i128_of(lo), wc_i128_of(hi)};
}

wc_sema_range wc_range_exact(wc_i128 value)
{
    return (wc_sema_range){value, value};
}

wc_sema_range wc_range_full(void)
{
    return wc_range_of(INT64_MIN, INT64_MAX);
}

wc_sema_range wc_range_widest(void)
{
    return (wc_sema_range){WC_I128_MIN, WC_I128_MAX};
}

wc_sema_range wc_range_of_type(const wc_sema_type *type)
{
    if (type->kind == WC_SEMA_BOOL) return wc_range_of(0, 1);
    if (wc_sema_is_number(type)) return wc_range_of(type->lo, type->hi);
    if (type->kind == WC_SEMA_ENUM) { /* a contract without states has an error already */
        return wc_range_of(0, type->variant_count > 0 ? type->variant_count - 1 : 0);
    }
    return wc_range_full();
}

bool wc_range_is_narrow(wc_sema_range range)
{
    return wc_range_within(range, wc_range_full());
}

bool wc_range_within(wc_sema_range inner, wc_sema_range outer)
{
    return wc_i128_compare(inner.lo, outer.lo) >= 0 && wc_i128_compare(inner.hi, outer.hi) <= 0;
}

wc_sema_range wc_range_add(wc_sema_range a, wc_sema_range b)
{
    return (wc_sema_range){add_bound(a.lo, b.lo), add_bound(a.hi, b.hi)};
}

wc_sema_range wc_range_neg(wc_sema_range a)
{
    return wc_range_sub(wc_range_exact(wc_i128_of(0)), a);
}

wc_sema_range wc_range_sub(wc_sema_range a, wc_sema_range b)
{
    return (wc_sema_range){sub_bound(a.lo, b.hi), sub_bound(a.hi, b.lo)};
}

wc_sema_range wc_range_abs(wc_sema_range a)
{
    wc_sema_range negated = wc_range_neg(a);
    wc_i128 zero = wc_i128_of(0);
    wc_i128 lo = greatest(zero, greatest(a.lo, negated.lo));
    return (wc_sema_range){lo, greatest(a.hi, negated.hi)};
}

wc_sema_range wc_range_min(wc_sema_range a, wc_sema_range b)
{
    return (wc_sema_range){least(a.lo, b.lo), least(a.hi, b.hi)};
}

wc_sema_range wc_range_max(wc_sema_range a, wc_sema_range b)
{
    return (wc_sema_range){greatest(a.lo, b.lo), greatest(a.hi, b.hi)};
}

wc_sema_range wc_range_union(wc_sema_range a, wc_sema_range b)
{
    return (wc_sema_range){least(a.lo, b.lo), greatest(a.hi, b.hi)};
}

wc_sema_range wc_range_rest(wc_sema_range divisor)
{
    wc_i128 zero = wc_i128_of(0), one = wc_i128_of(1);
    wc_i128 hi = greatest(zero, sub_bound(divisor.hi, one));
    wc_i128 lo = least(zero, add_bound(divisor.lo, one));
    return (wc_sema_range){lo, hi};
}

wc_sema_range wc_range_mul(wc_sema_range a, wc_sema_range b)
{
    int64_t lo;
    int64_t hi;
    wc_status low = wc_i128_narrow(b.lo, &lo);
    wc_status high = wc_i128_narrow(b.hi, &hi);
    wc_assert(low == WC_OK && high == WC_OK);
    wc_i128 p = multiply_bound(a.lo, lo);
    wc_i128 q = multiply_bound(a.lo, hi);
    wc_i128 r = multiply_bound(a.hi, lo);
    wc_i128 s = multiply_bound(a.hi, hi);
    return (wc_sema_range){least(least(p, q), least(r, s)),
                           greatest(greatest(p, q), greatest(r, s))};
}

wc_sema_range wc_range_meet(wc_sema_range a, wc_sema_range b)
{
    wc_sema_range meet = {greatest(a.lo, b.lo), least(a.hi, b.hi)};
    return wc_i128_compare(meet.lo, meet.hi) <= 0 ? meet : a;
}

int64_t wc_power_of_ten(unsigned exponent)
{
    wc_assert(exponent <= 18);
    int64_t power = 1;
    while (exponent-- > 0) power *= 10;
    return power;
}
