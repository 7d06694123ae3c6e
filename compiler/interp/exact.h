/* Exact integers of the reference interpreter: sign and magnitude in 32-bit limbs, 320 bits.
 *
 * The largest intermediate of the language is X * Y * n with 128, 64 and 63 bits; nothing here is
 * rounded or wraps, and what would leave 320 bits is our own bug (asserted). Written for reading:
 * division is the one of school, bit by bit. Shares nothing with vm/base/int.h but the type of a
 * constant in the checked tree. */
#ifndef WC_COMPILER_INTERP_EXACT_H
#define WC_COMPILER_INTERP_EXACT_H

#include "vm/base/int.h"

#define WC_EXACT_LIMBS 10u

typedef struct wc_exact {
    bool is_negative;               /* never of zero */
    uint32_t limbs[WC_EXACT_LIMBS]; /* least significant first */
} wc_exact;

wc_exact wc_exact_of(int64_t value);
wc_exact wc_exact_of_i128(wc_i128 value);

bool wc_exact_is_zero(const wc_exact *a);
int wc_exact_compare(const wc_exact *a, const wc_exact *b); /* < 0, 0, > 0 */

wc_exact wc_exact_negate(wc_exact a);
wc_exact wc_exact_add(wc_exact a, wc_exact b);
wc_exact wc_exact_subtract(wc_exact a, wc_exact b);
wc_exact wc_exact_multiply(wc_exact a, wc_exact b);

/* a / b rounded; b is not zero. *has_remainder says whether anything was rounded (mode exact then
 * has no result). */
wc_exact wc_exact_divide(wc_exact a, wc_exact b, wc_round mode, bool *has_remainder);

/* Whether -2^(bits-1) <= a < 2^(bits-1). */
bool wc_exact_fits(const wc_exact *a, unsigned bits);

/* Requires: fits 64 bits. */
int64_t wc_exact_i64(const wc_exact *a);

#endif
