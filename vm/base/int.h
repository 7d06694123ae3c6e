/* Checked integers and the one rounding function of the system.
 *
 * Money, energy and time are 64-bit integers at rest and exact 128-bit integers in flight; a
 * product that is divided and rounded passes through 256 bits, so that only its result can be out
 * of range (language D4). Nothing wraps: each function says OVERFLOW and leaves *result as it was.
 *
 * wc_i128 is two 64-bit limbs, two's complement. Where the compiler has a 128-bit type it is used
 * inside int.c and nowhere else; WC_INT_PORTABLE forces the limb form, and a test runs both. */
#ifndef WC_VM_BASE_INT_H
#define WC_VM_BASE_INT_H

#include "vm/base/status.h"

typedef struct wc_i128 {
    uint64_t lo;
    int64_t hi;
} wc_i128;

#define WC_I128_MIN ((wc_i128){0, INT64_MIN})
#define WC_I128_MAX ((wc_i128){UINT64_MAX, INT64_MAX})

/* Rounding modes, in the order of their numbers in bytecode (frozen). The quotient q = a/b, exact:
 * half_even: nearest, ties to the even neighbour; half_up: nearest, ties away from zero; half_down:
 * nearest, ties toward zero; up: away from zero; down: toward zero; floor: toward -infinity;
 * ceil: toward +infinity; exact: INEXACT when a remainder is left. */
typedef enum wc_round {
    WC_ROUND_HALF_EVEN = 0,
    WC_ROUND_HALF_UP = 1,
    WC_ROUND_HALF_DOWN = 2,
    WC_ROUND_UP = 3,
    WC_ROUND_DOWN = 4,
    WC_ROUND_FLOOR = 5,
    WC_ROUND_CEIL = 6,
    WC_ROUND_EXACT = 7,
    WC_ROUND_COUNT = 8
} wc_round;

/* 64-bit steps: OVERFLOW outside [-2^63, 2^63); DIVISION_BY_ZERO. */
WC_MUST_USE static inline wc_status wc_i64_add(int64_t a, int64_t b, int64_t *result)
{
    int64_t value;
    if (WC_UNLIKELY(__builtin_add_overflow(a, b, &value))) return WC_OVERFLOW;
    *result = value;
    return WC_OK;
}

WC_MUST_USE static inline wc_status wc_i64_sub(int64_t a, int64_t b, int64_t *result)
{
    int64_t value;
    if (WC_UNLIKELY(__builtin_sub_overflow(a, b, &value))) return WC_OVERFLOW;
    *result = value;
    return WC_OK;
}

WC_MUST_USE static inline wc_status wc_i64_mul(int64_t a, int64_t b, int64_t *result)
{
    int64_t value;
    if (WC_UNLIKELY(__builtin_mul_overflow(a, b, &value))) return WC_OVERFLOW;
    *result = value;
    return WC_OK;
}

WC_MUST_USE static inline wc_status wc_u64_add(uint64_t a, uint64_t b, uint64_t *result)
{
    uint64_t value;
    if (WC_UNLIKELY(__builtin_add_overflow(a, b, &value))) return WC_OVERFLOW;
    *result = value;
    return WC_OK;
}

WC_MUST_USE static inline wc_status wc_u64_mul(uint64_t a, uint64_t b, uint64_t *result)
{
    uint64_t value;
    if (WC_UNLIKELY(__builtin_mul_overflow(a, b, &value))) return WC_OVERFLOW;
    *result = value;
    return WC_OK;
}

/* *result = a / b rounded by mode; OVERFLOW for INT64_MIN / -1; DIVISION_BY_ZERO; INEXACT. */
WC_MUST_USE wc_status wc_i64_div_round(int64_t a, int64_t b, wc_round mode, int64_t *result);

/* *result = a - b * floor(a / b): the remainder that has the sign of b. DIVISION_BY_ZERO. */
WC_MUST_USE wc_status wc_i64_mod(int64_t a, int64_t b, int64_t *result);

static inline wc_i128 wc_i128_of(int64_t value)
{
    return (wc_i128){(uint64_t)value, value < 0 ? -1 : 0};
}

/* < 0, 0, > 0 */
static inline int wc_i128_compare(wc_i128 a, wc_i128 b)
{
    if (a.hi != b.hi) return a.hi < b.hi ? -1 : 1;
    return a.lo < b.lo ? -1 : a.lo > b.lo;
}

/* -1, 0, 1 */
static inline int wc_i128_sign(wc_i128 a)
{
    return a.hi < 0 ? -1 : (a.hi != 0 || a.lo != 0);
}

/* 128-bit steps: OVERFLOW outside [-2^127, 2^127). A sum is out of range exactly when both operands
 * have one sign and the wrapped sum has the other. */
WC_MUST_USE static inline wc_status wc_i128_add(wc_i128 a, wc_i128 b, wc_i128 *result)
{
    uint64_t lo;
    uint64_t carry = __builtin_add_overflow(a.lo, b.lo, &lo) ? 1 : 0;
    uint64_t hi = (uint64_t)a.hi + (uint64_t)b.hi + carry;
    if (WC_UNLIKELY((int64_t)(((uint64_t)a.hi ^ hi) & ((uint64_t)b.hi ^ hi)) < 0)) {
        return WC_OVERFLOW;
    }
    *result = (wc_i128){lo, (int64_t)hi};
    return WC_OK;
}

WC_MUST_USE static inline wc_status wc_i128_sub(wc_i128 a, wc_i128 b, wc_i128 *result)
{
    uint64_t lo;
    uint64_t borrow = __builtin_sub_overflow(a.lo, b.lo, &lo) ? 1 : 0;
    uint64_t hi = (uint64_t)a.hi - (uint64_t)b.hi - borrow;
    if (WC_UNLIKELY((int64_t)((uint64_t)(a.hi ^ b.hi) & ((uint64_t)a.hi ^ hi)) < 0)) {
        return WC_OVERFLOW;
    }
    *result = (wc_i128){lo, (int64_t)hi};
    return WC_OK;
}

WC_MUST_USE static inline wc_status wc_i128_neg(wc_i128 a, wc_i128 *result)
{
    return wc_i128_sub((wc_i128){0, 0}, a, result);
}

WC_MUST_USE wc_status wc_i128_mul_i64(wc_i128 a, int64_t b, wc_i128 *result);

/* OVERFLOW when a lies outside [-2^63, 2^63). */
WC_MUST_USE static inline wc_status wc_i128_narrow(wc_i128 a, int64_t *result)
{
    int64_t value = (int64_t)a.lo;
    if (WC_UNLIKELY(a.hi != (value < 0 ? -1 : 0))) return WC_OVERFLOW;
    *result = value;
    return WC_OK;
}

/* The high 64 bits of the exact product. */
#if defined(__SIZEOF_INT128__) && !defined(WC_INT_PORTABLE)
static inline uint64_t wc_u64_mul_high(uint64_t a, uint64_t b)
{
    __extension__ typedef unsigned __int128 wide;
    return (uint64_t)((wide)a * b >> 64);
}

static inline int64_t wc_i64_mul_high(int64_t a, int64_t b)
{
    __extension__ typedef __int128 wide;
    return (int64_t)((wide)a * b >> 64);
}
#else
uint64_t wc_u64_mul_high(uint64_t a, uint64_t b);
int64_t wc_i64_mul_high(int64_t a, int64_t b);
#endif

/* A constant divisor d in [2, 2^63) as a multiplication: for each n in [0, 2^63)
 * n / d == wc_u64_mul_high(n, factor) >> shift. With 2^(s-1) < d <= 2^s the factor is
 * floor(2^(63+s) / d) + 1: it exceeds the exact quotient by at most 1, so n times it by less than
 * n <= 2^63 parts of 2^(63+s), which is too little to reach the next whole number (Granlund and
 * Montgomery 1994, theorem 4.2 for 63 bits). */
typedef struct wc_reciprocal {
    uint64_t factor; /* in [2^63, 2^64) */
    uint16_t shift;  /* s - 1, in [0, 63) */
} wc_reciprocal;

wc_reciprocal wc_reciprocal_of(int64_t d);

wc_i128 wc_i128_product(int64_t a, int64_t b); /* exact, cannot overflow */

/* *result = x * y * n / (z * m), rounded once by mode; the fraction is exact up to that point.
 * n and m are positive constants of the module (scale and unit factors, reduced). z may be
 * negative. Errors, in this order: DIVISION_BY_ZERO (z is 0), INEXACT (mode exact, remainder left),
 * OVERFLOW (the rounded value does not fit 64 bits). The product of 128 + 64 + 63 bits fits 256
 * bits. */
WC_MUST_USE wc_status wc_mul_div_round(wc_i128 x, int64_t y, int64_t n, int64_t z, int64_t m,
                                       wc_round mode, int64_t *result);

/* The same with a 128-bit result, for wide<T> targets. */
WC_MUST_USE wc_status wc_mul_div_round_wide(wc_i128 x, int64_t y, int64_t n, int64_t z, int64_t m,
                                            wc_round mode, wc_i128 *result);

#endif
