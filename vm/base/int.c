/* Products and divisions that need more than 64 bits.
 *
 * Everything rests on two steps, 64 x 64 -> 128 and 128 / 64 -> 64, each written twice: with the
 * compiler's 128-bit type and on 32-bit halves (WC_INT_PORTABLE). What is built from them is
 * common.
 *
 * Signed numbers are taken apart into magnitude and sign, worked on as magnitudes, and put together
 * at the end, where the range is checked. A division goes through the narrowest of three forms that
 * holds its operands, because nearly all amounts of a contract fit 64 bits:
 *
 *     64 / 64            one machine division
 *     256 / 64           short division, limb by limb
 *     256 / 128          long division with estimated digits (Knuth, TAOCP 4.3.1, algorithm D)
 */
#include "vm/base/int.h"

/* A limb has 64 bits. Tests build the limb form again with limbs of 8 bits, by other names for the
 * types, so that all operands can be tried. */
#ifndef WC_LIMB_BITS
#define WC_LIMB_BITS 64u
#endif
#define HALF_BITS      (WC_LIMB_BITS / 2)
#define LOW_HALF(limb) ((limb) & (((uint64_t)1 << HALF_BITS) - 1))
#define TOP_BIT        ((uint64_t)1 << (WC_LIMB_BITS - 1))

#if defined(__SIZEOF_INT128__) && !defined(WC_INT_PORTABLE)
#define NATIVE_128 1
__extension__ typedef unsigned __int128 native_u128;
#else
#define NATIVE_128 0
#endif

typedef struct u128 {
    uint64_t hi;
    uint64_t lo;
} u128;

/* Zeros in front of a limb that is not 0. */
static inline unsigned leading_zeros(uint64_t limb)
{
    return (unsigned)__builtin_clzll(limb) - (64u - WC_LIMB_BITS);
}

/* ---- the two steps ------------------------------------------------------------------------------
 */

#if NATIVE_128

static inline u128 multiply(uint64_t a, uint64_t b)
{
    native_u128 product = (native_u128)a * b;
    return (u128){(uint64_t)(product >> 64), (uint64_t)product};
}

/* Requires n.hi < d, so that the quotient fits one limb. */
static inline uint64_t divide_limb(u128 n, uint64_t d, uint64_t *remainder)
{
    uint64_t quotient = (uint64_t)(((native_u128)n.hi << 64 | n.lo) / d);
    *remainder = n.lo - quotient * d; /* exact modulo 2^64, and the remainder is below d */
    return quotient;
}

#else

static inline u128 multiply(uint64_t a, uint64_t b)
{
    uint64_t a0 = LOW_HALF(a);
    uint64_t a1 = a >> HALF_BITS;
    uint64_t b0 = LOW_HALF(b);
    uint64_t b1 = b >> HALF_BITS;
    uint64_t low = a0 * b0;
    /* At most (2^32 - 1)^2 + 2^32 - 1: no carry is lost. */
    uint64_t cross = a1 * b0 + (low >> HALF_BITS);
    uint64_t middle = a0 * b1 + LOW_HALF(cross);
    return (u128){a1 * b1 + (cross >> HALF_BITS) + (middle >> HALF_BITS),
                  middle << HALF_BITS | LOW_HALF(low)};
}

/* One digit of base 2^32: (*top * 2^32 + next) / d for d with its top bit set and *top < d, leaving
 * the remainder in *top. The digit estimated from the upper half of d is at most two too large and
 * at most 2^32 + 1, so that digit * d0 fits; the test with the lower half makes it exact. */
static inline uint64_t divide_half(uint64_t *top, uint64_t next, uint64_t d)
{
    uint64_t d1 = d >> HALF_BITS;
    uint64_t d0 = LOW_HALF(d);
    uint64_t digit = *top / d1;
    uint64_t rest = *top % d1;
    while (digit * d0 > (rest << HALF_BITS | next)) {
        digit--;
        rest += d1;
        if (rest >> HALF_BITS != 0) break; /* the right side exceeds every product now */
    }
    *top = (*top << HALF_BITS | next) - digit * d;
    return digit;
}

static inline uint64_t divide_limb(u128 n, uint64_t d, uint64_t *remainder)
{
    unsigned shift = leading_zeros(d);
    uint64_t top = n.hi;
    uint64_t low = n.lo;
    if (shift != 0) {
        d <<= shift;
        top = top << shift | low >> (WC_LIMB_BITS - shift);
        low <<= shift;
    }
    uint64_t upper = divide_half(&top, low >> HALF_BITS, d);
    uint64_t lower = divide_half(&top, LOW_HALF(low), d);
    *remainder = top >> shift;
    return upper << HALF_BITS | lower;
}

#endif

wc_reciprocal wc_reciprocal_of(int64_t d)
{
    wc_assert(d >= 2);
    unsigned s = WC_LIMB_BITS - leading_zeros((uint64_t)d - 1);
    uint64_t remainder;
    uint64_t quotient = divide_limb((u128){(uint64_t)1 << (s - 1), 0}, (uint64_t)d, &remainder);
    return (wc_reciprocal){quotient + 1, (uint16_t)(s - 1)};
}

#if !NATIVE_128
uint64_t wc_u64_mul_high(uint64_t a, uint64_t b)
{
    return multiply(a, b).hi;
}

/* A negative factor is 2^64 more as an unsigned one. */
int64_t wc_i64_mul_high(int64_t a, int64_t b)
{
    uint64_t high = multiply((uint64_t)a, (uint64_t)b).hi;
    if (a < 0) high -= (uint64_t)b;
    if (b < 0) high -= (uint64_t)a;
    return (int64_t)high;
}
#endif

/* ---- magnitudes ---------------------------------------------------------------------------------
 */

/* 256 bits, least significant limb first. */
typedef struct u256 {
    uint64_t limb[4];
} u256;

static inline uint64_t magnitude_64(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

static inline u128 magnitude_128(wc_i128 value)
{
    u128 m = {(uint64_t)value.hi, value.lo};
    if (value.hi >= 0) return m;
    return (u128){~m.hi + (m.lo == 0), 0 - m.lo};
}

static inline u128 subtract(u128 a, u128 b)
{
    return (u128){a.hi - b.hi - (a.lo < b.lo), a.lo - b.lo};
}

static inline int compare(u128 a, u128 b)
{
    if (a.hi != b.hi) return a.hi < b.hi ? -1 : 1;
    return a.lo < b.lo ? -1 : a.lo > b.lo;
}

/* a *= b. The caller knows that the product fits 256 bits. */
static void scale(u256 *a, uint64_t b)
{
    uint64_t carry = 0;
    for (size_t i = 0; i < 4; i++) {
        u128 step = multiply(a->limb[i], b);
        uint64_t low = step.lo + carry;
        carry = step.hi + (low < carry); /* hi <= 2^64 - 2, so this cannot wrap */
        a->limb[i] = low;
    }
    wc_assert(carry == 0);
}

/* n /= d, returns the remainder. */
static uint64_t divide_short(u256 *n, uint64_t d)
{
    uint64_t remainder = 0;
    for (size_t i = 4; i-- > 0;) {
        if (remainder == 0 && n->limb[i] < d) { /* leading zeros mostly: saves the division */
            remainder = n->limb[i];
            n->limb[i] = 0;
            continue;
        }
        n->limb[i] = divide_limb((u128){remainder, n->limb[i]}, d, &remainder);
    }
    return remainder;
}

/* One digit of the long division: *top (three limbs, below d * 2^64) / d for d with its top bit
 * set. Leaves the remainder in *top. The digit estimated from the upper limb of d is at most two
 * too large; the test with the lower limb makes it exact, because d has no third one. */
static uint64_t divide_digit(u128 *top, uint64_t next, u128 d)
{
    uint64_t digit = UINT64_MAX;    /* for top->hi == d.hi; top->hi > d.hi cannot be */
    uint64_t rest = top->lo + d.hi; /* the remainder that belongs to the digit 2^64 - 1 */
    bool rest_fits = rest >= d.hi;
    if (top->hi < d.hi) {
        digit = divide_limb(*top, d.hi, &rest);
        rest_fits = true;
    }
    while (rest_fits && compare(multiply(digit, d.lo), (u128){rest, next}) > 0) {
        digit--; /* ends: rest grows by at least 2^63 and leaves its limb in the second step */
        rest += d.hi;
        rest_fits = rest >= d.hi;
    }

    /* top:next - digit * d, modulo 2^128; the true value lies in [0, d). */
    u128 product = multiply(digit, d.lo);
    product.hi += digit * d.hi;
    *top = subtract((u128){top->lo, next}, product);
    return digit;
}

/* n /= d for d of two limbs below 2^126, returns the remainder. */
static u128 divide_long(u256 *n, u128 d)
{
    unsigned shift = leading_zeros(d.hi);
    wc_assert(shift > 1); /* a divisor is the product of two numbers of 64 bits with a sign */
    uint64_t u[5] = {0};
    for (size_t i = 0; i < 4; i++) {
        u[i] |= n->limb[i] << shift;
        u[i + 1] = n->limb[i] >> (WC_LIMB_BITS - shift);
    }
    d = (u128){d.hi << shift | d.lo >> (WC_LIMB_BITS - shift), d.lo << shift};

    u128 top = {u[4], u[3]}; /* u[4] < 2^shift <= d.hi, so top < d */
    n->limb[3] = 0;
    for (size_t i = 3; i-- > 0;) n->limb[i] = divide_digit(&top, u[i], d);

    return (u128){top.hi >> shift, top.hi << (WC_LIMB_BITS - shift) | top.lo >> shift};
}

/* ---- rounding -----------------------------------------------------------------------------------
 */

/* Says whether a quotient with a remainder goes one away from zero. half: the remainder compared
 * with what is missing to the divisor, < 0, 0 (a tie), > 0. */
static bool rounds_away(wc_round mode, bool negative, bool odd, int half)
{
    switch (mode) {
    case WC_ROUND_HALF_EVEN: return half > 0 || (half == 0 && odd);
    case WC_ROUND_HALF_UP: return half >= 0;
    case WC_ROUND_HALF_DOWN: return half > 0;
    case WC_ROUND_UP: return true;
    case WC_ROUND_DOWN: return false;
    case WC_ROUND_FLOOR: return negative;
    case WC_ROUND_CEIL: return !negative;
    case WC_ROUND_EXACT: break; /* never comes here: a remainder is an error before */
    case WC_ROUND_COUNT: break;
    }
    wc_assert(false);
    return false;
}

static inline int compare_half(uint64_t remainder, uint64_t d)
{
    uint64_t missing = d - remainder;
    return remainder < missing ? -1 : remainder > missing;
}

/* Sets *result to the signed value of a magnitude; OVERFLOW outside 64 bits. */
static inline wc_status join_64(uint64_t magnitude, bool negative, int64_t *result)
{
    if (WC_UNLIKELY(magnitude > (uint64_t)INT64_MAX + negative)) return WC_OVERFLOW;
    *result = (int64_t)(negative ? 0 - magnitude : magnitude);
    return WC_OK;
}

static wc_status join_128(u128 magnitude, bool negative, wc_i128 *result)
{
    const uint64_t top = TOP_BIT;
    if (magnitude.hi > top || (magnitude.hi == top && magnitude.lo != 0)) return WC_OVERFLOW;
    if (magnitude.hi == top && !negative) return WC_OVERFLOW;
    u128 value = negative ? subtract((u128){0, 0}, magnitude) : magnitude;
    *result = (wc_i128){value.lo, (int64_t)value.hi};
    return WC_OK;
}

/* ---- 64 bits ------------------------------------------------------------------------------------
 */

/* d > 0. The quotient of magnitudes is at most 2^63, so that stepping away cannot wrap. */
static inline wc_status divide_64(uint64_t n, uint64_t d, bool negative, wc_round mode,
                                  int64_t *result)
{
    uint64_t quotient = n / d;
    uint64_t remainder = n % d;
    if (remainder != 0) {
        if (mode == WC_ROUND_EXACT) return WC_INEXACT;
        quotient += rounds_away(mode, negative, quotient & 1, compare_half(remainder, d));
    }
    return join_64(quotient, negative, result);
}

wc_status wc_i64_div_round(int64_t a, int64_t b, wc_round mode, int64_t *result)
{
    if (WC_UNLIKELY(b == 0)) return WC_DIVISION_BY_ZERO;
    return divide_64(magnitude_64(a), magnitude_64(b), (a < 0) != (b < 0), mode, result);
}

wc_status wc_i64_mod(int64_t a, int64_t b, int64_t *result)
{
    if (WC_UNLIKELY(b == 0)) return WC_DIVISION_BY_ZERO;
    if (b == -1) { /* INT64_MIN % -1 is undefined in C */
        *result = 0;
        return WC_OK;
    }
    int64_t remainder = a % b;
    if (remainder != 0 && (remainder < 0) != (b < 0)) remainder += b;
    *result = remainder;
    return WC_OK;
}

/* ---- 128 bits -----------------------------------------------------------------------------------
 */

wc_i128 wc_i128_product(int64_t a, int64_t b)
{
    u128 product = multiply((uint64_t)a, (uint64_t)b);
    uint64_t hi = product.hi; /* of the unsigned reading: 2^64 too much for each negative factor */
    if (a < 0) hi -= (uint64_t)b;
    if (b < 0) hi -= (uint64_t)a;
    return (wc_i128){product.lo, (int64_t)hi};
}

wc_status wc_i128_mul_i64(wc_i128 a, int64_t b, wc_i128 *result)
{
    u128 x = magnitude_128(a);
    uint64_t y = magnitude_64(b);
    u128 low = multiply(x.lo, y);
    u128 high = multiply(x.hi, y);
    if (high.hi != 0 || __builtin_add_overflow(high.lo, low.hi, &low.hi)) return WC_OVERFLOW;
    return join_128(low, (a.hi < 0) != (b < 0), result);
}

/* ---- x * y * n / (z * m) ------------------------------------------------------------------------
 */

typedef struct fraction {
    wc_i128 x;
    int64_t y;
    int64_t n; /* > 0 */
    int64_t z; /* not 0 */
    int64_t m; /* > 0 */
} fraction;

/* The 64-bit form. Returns false, touching nothing, when a product leaves 64 bits. */
static inline bool round_64(const fraction *f, wc_round mode, wc_status *status, int64_t *result)
{
    int64_t numerator;
    int64_t divisor;
    if (f->x.hi != (int64_t)f->x.lo >> (WC_LIMB_BITS - 1)) return false;
    if (__builtin_mul_overflow((int64_t)f->x.lo, f->y, &numerator)) return false;
    if (__builtin_mul_overflow(numerator, f->n, &numerator)) return false;
    if (__builtin_mul_overflow(f->z, f->m, &divisor)) return false;
    *status = divide_64(magnitude_64(numerator), magnitude_64(divisor),
                        (numerator < 0) != (divisor < 0), mode, result);
    return true;
}

/* The general form: *magnitude is the rounded quotient, OVERFLOW when it leaves 128 bits. */
static wc_status divide_256(u256 numerator, u128 divisor, bool negative, wc_round mode,
                            u128 *magnitude)
{
    u128 remainder;
    if (divisor.hi == 0) {
        remainder = (u128){0, divide_short(&numerator, divisor.lo)};
    } else {
        remainder = divide_long(&numerator, divisor);
    }

    u128 quotient = {numerator.limb[1], numerator.limb[0]};
    if (remainder.hi != 0 || remainder.lo != 0) {
        if (mode == WC_ROUND_EXACT) return WC_INEXACT;
        int half = compare(remainder, subtract(divisor, remainder));
        if (rounds_away(mode, negative, quotient.lo & 1, half)) {
            quotient.lo++;
            quotient.hi += quotient.lo == 0;
            if (quotient.hi == 0 && quotient.lo == 0) return WC_OVERFLOW;
        }
    }
    if (numerator.limb[3] != 0 || numerator.limb[2] != 0) return WC_OVERFLOW;
    *magnitude = quotient;
    return WC_OK;
}

static wc_status round_general(const fraction *f, wc_round mode, wc_i128 *result)
{
    u128 base = magnitude_128(f->x);
    u256 numerator = {{base.lo, base.hi, 0, 0}};
    scale(&numerator, magnitude_64(f->y));
    scale(&numerator, (uint64_t)f->n);
    u128 divisor = multiply(magnitude_64(f->z), (uint64_t)f->m);
    bool negative = ((f->x.hi < 0) != (f->y < 0)) != (f->z < 0);

    u128 magnitude;
    WC_TRY(divide_256(numerator, divisor, negative, mode, &magnitude));
    return join_128(magnitude, negative, result);
}

wc_status wc_mul_div_round(wc_i128 x, int64_t y, int64_t n, int64_t z, int64_t m, wc_round mode,
                           int64_t *result)
{
    wc_assert(n > 0 && m > 0);
    if (WC_UNLIKELY(z == 0)) return WC_DIVISION_BY_ZERO;

    const fraction f = {x, y, n, z, m};
    wc_status status;
    if (WC_LIKELY(round_64(&f, mode, &status, result))) return status;

    wc_i128 wide;
    WC_TRY(round_general(&f, mode, &wide));
    return wc_i128_narrow(wide, result);
}

wc_status wc_mul_div_round_wide(wc_i128 x, int64_t y, int64_t n, int64_t z, int64_t m,
                                wc_round mode, wc_i128 *result)
{
    wc_assert(n > 0 && m > 0);
    if (WC_UNLIKELY(z == 0)) return WC_DIVISION_BY_ZERO;

    const fraction f = {x, y, n, z, m};
    wc_status status;
    int64_t narrow = 0;
    if (WC_LIKELY(round_64(&f, mode, &status, &narrow)) && status != WC_OVERFLOW) {
        if (status == WC_OK) *result = wc_i128_of(narrow);
        return status;
    }
    return round_general(&f, mode, result); /* also -2^63 / -1, which 128 bits hold */
}
