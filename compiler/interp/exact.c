/* Exact integers: sums, products, quotients of sign and magnitude. */
#include "compiler/interp/exact.h"

#define BITS (32u * WC_EXACT_LIMBS)

wc_exact wc_exact_of(int64_t value)
{
    wc_exact result = {.is_negative = value < 0};
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    result.limbs[0] = (uint32_t)size;
    result.limbs[1] = (uint32_t)(size >> 32);
    return result;
}

wc_exact wc_exact_of_i128(wc_i128 value)
{
    wc_exact result = {.is_negative = value.hi < 0};
    uint64_t lo = value.lo, hi = (uint64_t)value.hi;
    if (value.hi < 0) { /* two's complement: invert and add one */
        lo = ~lo + 1;
        hi = ~hi + (lo == 0);
    }
    result.limbs[0] = (uint32_t)lo;
    result.limbs[1] = (uint32_t)(lo >> 32);
    result.limbs[2] = (uint32_t)hi;
    result.limbs[3] = (uint32_t)(hi >> 32);
    return result;
}

bool wc_exact_is_zero(const wc_exact *a)
{
    for (unsigned i = 0; i < WC_EXACT_LIMBS; i++) {
        if (a->limbs[i] != 0) return false;
    }
    return true;
}

static int compare_size(const wc_exact *a, const wc_exact *b)
{
    for (unsigned i = WC_EXACT_LIMBS; i-- > 0;) {
        if (a->limbs[i] != b->limbs[i]) return a->limbs[i] < b->limbs[i] ? -1 : 1;
    }
    return 0;
}

int wc_exact_compare(const wc_exact *a, const wc_exact *b)
{
    if (a->is_negative != b->is_negative) return a->is_negative ? -1 : 1;
    int order = compare_size(a, b);
    return a->is_negative ? -order : order;
}

wc_exact wc_exact_negate(wc_exact a)
{
    a.is_negative = !a.is_negative && !wc_exact_is_zero(&a);
    return a;
}

static wc_exact add_sizes(const wc_exact *a, const wc_exact *b)
{
    wc_exact result = {0};
    uint64_t carry = 0;
    for (unsigned i = 0; i < WC_EXACT_LIMBS; i++) {
        carry += (uint64_t)a->limbs[i] + b->limbs[i];
        result.limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    wc_assert(carry == 0);
    return result;
}

/* |a| - |b|, |a| >= |b|. */
static wc_exact subtract_sizes(const wc_exact *a, const wc_exact *b)
{
    wc_exact result = {0};
    uint64_t borrow = 0;
    for (unsigned i = 0; i < WC_EXACT_LIMBS; i++) {
        uint64_t taken = (uint64_t)b->limbs[i] + borrow;
        borrow = a->limbs[i] < taken;
        result.limbs[i] = (uint32_t)(a->limbs[i] - taken);
    }
    wc_assert(borrow == 0);
    return result;
}

wc_exact wc_exact_add(wc_exact a, wc_exact b)
{
    if (a.is_negative == b.is_negative) {
        wc_exact sum = add_sizes(&a, &b);
        sum.is_negative = a.is_negative;
        return sum;
    }
    bool a_is_larger = compare_size(&a, &b) >= 0;
    wc_exact result = a_is_larger ? subtract_sizes(&a, &b) : subtract_sizes(&b, &a);
    result.is_negative =
        (a_is_larger ? a.is_negative : b.is_negative) && !wc_exact_is_zero(&result);
    return result;
}

wc_exact wc_exact_subtract(wc_exact a, wc_exact b)
{
    return wc_exact_add(a, wc_exact_negate(b));
}

wc_exact wc_exact_multiply(wc_exact a, wc_exact b)
{
    wc_exact result = {0};
    for (unsigned i = 0; i < WC_EXACT_LIMBS; i++) {
        uint64_t carry = 0;
        for (unsigned j = 0; j < WC_EXACT_LIMBS; j++) {
            uint64_t product = (uint64_t)a.limbs[i] * b.limbs[j] + carry;
            if (i + j >= WC_EXACT_LIMBS) {
                wc_assert(product == 0);
                continue;
            }
            product += result.limbs[i + j];
            result.limbs[i + j] = (uint32_t)product;
            carry = product >> 32;
        }
    }
    result.is_negative = a.is_negative != b.is_negative && !wc_exact_is_zero(&result);
    return result;
}

static bool bit_of(const wc_exact *a, unsigned bit)
{
    return (a->limbs[bit / 32] >> bit % 32 & 1) != 0;
}

static void shift_in(wc_exact *a, bool bit)
{
    uint32_t carry = bit;
    for (unsigned i = 0; i < WC_EXACT_LIMBS; i++) {
        uint32_t next = a->limbs[i] >> 31;
        a->limbs[i] = a->limbs[i] << 1 | carry;
        carry = next;
    }
    wc_assert(carry == 0);
}

/* Whether a quotient cut off at its integer part moves one further from zero. */
static bool moves_away(const wc_exact *cut, const wc_exact *rest, const wc_exact *divisor,
                       wc_round mode)
{
    wc_exact twice = add_sizes(rest, rest);
    int half = compare_size(&twice, divisor);
    switch (mode) {
    case WC_ROUND_HALF_EVEN: return half > 0 || (half == 0 && (cut->limbs[0] & 1) != 0);
    case WC_ROUND_HALF_UP: return half >= 0;
    case WC_ROUND_HALF_DOWN: return half > 0;
    case WC_ROUND_UP: return true;
    case WC_ROUND_DOWN: return false;
    case WC_ROUND_FLOOR: return cut->is_negative;
    case WC_ROUND_CEIL: return !cut->is_negative;
    case WC_ROUND_EXACT:
    case WC_ROUND_COUNT: break;
    }
    return false;
}

wc_exact wc_exact_divide(wc_exact a, wc_exact b, wc_round mode, bool *has_remainder)
{
    wc_assert(!wc_exact_is_zero(&b));
    wc_exact cut = {0}, rest = {0};
    for (unsigned bit = BITS; bit-- > 0;) {
        shift_in(&rest, bit_of(&a, bit));
        bool fits = compare_size(&rest, &b) >= 0;
        if (fits) rest = subtract_sizes(&rest, &b);
        shift_in(&cut, fits);
    }
    cut.is_negative = a.is_negative != b.is_negative; /* of zero, too: the side it comes from */
    *has_remainder = !wc_exact_is_zero(&rest);
    if (*has_remainder && moves_away(&cut, &rest, &b, mode)) {
        wc_exact one = wc_exact_of(1);
        bool is_negative = cut.is_negative;
        cut = add_sizes(&cut, &one);
        cut.is_negative = is_negative;
    }
    cut.is_negative = cut.is_negative && !wc_exact_is_zero(&cut);
    return cut;
}

bool wc_exact_fits(const wc_exact *a, unsigned bits)
{
    wc_assert(bits >= 2 && bits < BITS);
    wc_exact limit = {0}; /* 2^(bits - 1) */
    limit.limbs[(bits - 1) / 32] = UINT32_C(1) << (bits - 1) % 32;
    int order = compare_size(a, &limit);
    return order < 0 || (order == 0 && a->is_negative);
}

int64_t wc_exact_i64(const wc_exact *a)
{
    wc_assert(wc_exact_fits(a, 64));
    uint64_t size = (uint64_t)a->limbs[1] << 32 | a->limbs[0];
    return (int64_t)(a->is_negative ? 0 - size : size);
}
