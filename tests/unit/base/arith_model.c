/* Arithmetic on an 8-bit model of the same code (int_model.h), against the machine's own wider
 * integers.
 *
 * usage: arith_model            all operands of every step of 8 bits. Of x * y * n / (z * m): every
 *                               eleventh x with all z in every mode, the other factors at their
 *                               ends
 *        arith_model SHARE OF   one of OF shares of everything: all x, y and z, the modes in turn,
 *                               all pairs of 16-bit sums. Minutes
 *
 * Exit code 1: a step differs; it says which. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/base/int_model.h"

static uint64_t tried;
static bool is_all;
static int share, shares = 1; /* of z, of the first summand */

static const int8_t corners[] = {INT8_MIN, -127, -100, -64, -3, -2,  -1,
                                 1,        2,    3,    10,  64, 100, INT8_MAX};

static model_i16 wide_of(int value)
{
    return (model_i16){(uint8_t)(value & 0xff), (int8_t)((value - (value & 0xff)) / 256)};
}

static int value_of(model_i16 wide)
{
    return wide.hi * 256 + wide.lo;
}

static bool fits(int64_t value, int bits)
{
    int64_t end = INT64_C(1) << (bits - 1);
    return value >= -end && value < end;
}

static void differ(const char *step, int64_t a, int64_t b, int mode)
{
    (void)fprintf(stderr, "%s of %" PRId64 " and %" PRId64 ", mode %d, differs\n", step, a, b,
                  mode);
    exit(1);
}

/* A step whose exact value is known: in range the result, else OVERFLOW and nothing written. */
static void check(const char *step, int64_t a, int64_t b, bool is_same, bool is_in_range,
                  wc_status status)
{
    tried++;
    bool is_right = is_in_range ? status == WC_OK && is_same : status == WC_OVERFLOW;
    if (!is_right) differ(step, a, b, -1);
}

/* ---- rounding, by definition ----------------------------------------------------------------- */

static int64_t floor_of(int64_t a, int64_t b)
{
    int64_t quotient = a / b; /* toward zero */
    return quotient * b != a && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

/* False: a remainder is left in mode exact. */
static bool rounded(int64_t a, int64_t b, wc_round mode, int64_t *result)
{
    int64_t low = floor_of(a, b), high = low * b == a ? low : low + 1;
    int64_t inner = (a < 0) != (b < 0) ? high : low, outer = low + high - inner;
    int64_t twice = 2 * llabs(a - low * b), whole = llabs(b); /* how far a lies above low */
    int64_t nearest = twice < whole ? low : high;
    switch (mode) {
    case WC_ROUND_HALF_EVEN: *result = twice == whole ? low + (low & 1) : nearest; break;
    case WC_ROUND_HALF_UP: *result = twice == whole ? outer : nearest; break;
    case WC_ROUND_HALF_DOWN: *result = twice == whole ? inner : nearest; break;
    case WC_ROUND_UP: *result = outer; break;
    case WC_ROUND_DOWN: *result = inner; break;
    case WC_ROUND_FLOOR: *result = low; break;
    case WC_ROUND_CEIL: *result = high; break;
    case WC_ROUND_EXACT: *result = low; return low == high;
    case WC_ROUND_COUNT: exit(1);
    }
    return true;
}

static wc_status expected_of(int64_t a, int64_t b, wc_round mode, int bits, int64_t *result)
{
    if (b == 0) return WC_DIVISION_BY_ZERO;
    if (!rounded(a, b, mode, result)) return WC_INEXACT;
    return fits(*result, bits) ? WC_OK : WC_OVERFLOW;
}

/* ---- steps of 8 bits ------------------------------------------------------------------------- */

static void check_division(int a, int b)
{
    for (int mode = 0; mode < WC_ROUND_COUNT; mode++) {
        int64_t expected = 0;
        int8_t result = 0;
        wc_status status = model_i8_div_round((int8_t)a, (int8_t)b, (wc_round)mode, &result);
        tried++;
        if (status != expected_of(a, b, (wc_round)mode, 8, &expected) ||
            (status == WC_OK && result != expected)) {
            differ("division", a, b, mode);
        }
    }
    int8_t rest = 0;
    wc_status status = model_i8_mod((int8_t)a, (int8_t)b, &rest);
    if (b == 0) {
        if (status != WC_DIVISION_BY_ZERO) differ("mod", a, b, -1);
        return;
    }
    check("mod", a, b, rest == a - b * floor_of(a, b), true, status);
}

static void check_pair(int a, int b)
{
    int8_t sum = 0, difference = 0, product = 0;
    wc_status status = model_i8_add((int8_t)a, (int8_t)b, &sum);
    check("sum", a, b, sum == a + b, fits(a + b, 8), status);
    status = model_i8_sub((int8_t)a, (int8_t)b, &difference);
    check("difference", a, b, difference == a - b, fits(a - b, 8), status);
    status = model_i8_mul((int8_t)a, (int8_t)b, &product);
    check("product", a, b, product == a * b, fits(a * b, 8), status);
    check("wide product", a, b, value_of(model_i16_product((int8_t)a, (int8_t)b)) == a * b, true,
          WC_OK);
    check("high half", a, b, model_i8_mul_high((int8_t)a, (int8_t)b) == floor_of(a * b, 256), true,
          WC_OK);
    unsigned x = (unsigned)a & 0xff, y = (unsigned)b & 0xff;
    check("unsigned high half", x, y, model_u8_mul_high((uint8_t)x, (uint8_t)y) == x * y / 256,
          true, WC_OK);
    check_division(a, b);
}

static void check_reciprocal(int d)
{
    model_reciprocal reciprocal = model_reciprocal_of((int8_t)d);
    for (int n = 0; n <= INT8_MAX; n++) {
        int quotient = model_u8_mul_high((uint8_t)n, reciprocal.factor) >> reciprocal.shift;
        check("reciprocal", n, d, quotient == n / d, true, WC_OK);
    }
}

/* ---- accumulators of 16 bits ----------------------------------------------------------------- */

static void check_sums(int a, int b)
{
    model_i16 result = wide_of(0);
    wc_status status = model_i16_add(wide_of(a), wide_of(b), &result);
    check("wide sum", a, b, value_of(result) == a + b, fits(a + b, 16), status);
    result = wide_of(0);
    status = model_i16_sub(wide_of(a), wide_of(b), &result);
    check("wide difference", a, b, value_of(result) == a - b, fits(a - b, 16), status);
    int order = model_i16_compare(wide_of(a), wide_of(b));
    check("order", a, b, (order > 0) - (order < 0) == (a > b) - (a < b), true, WC_OK);
}

static void check_wide(int a)
{
    model_i16 result = wide_of(0);
    int8_t narrow = 0;
    wc_status status = model_i16_neg(wide_of(a), &result);
    check("negation", a, 0, value_of(result) == -a, fits(-a, 16), status);
    status = model_i16_narrow(wide_of(a), &narrow);
    check("narrowing", a, 0, narrow == a, fits(a, 8), status);
    for (int b = INT8_MIN; b <= INT8_MAX; b++) {
        result = wide_of(0);
        status = model_i16_mul_i8(wide_of(a), (int8_t)b, &result);
        check("wide times", a, b, value_of(result) == a * b, fits((int64_t)a * b, 16), status);
    }
}

/* ---- x * y * n / (z * m) --------------------------------------------------------------------- */

typedef struct factors {
    int8_t y, n, z, m;
} factors;

static void check_mul_div(int x, const factors *f, wc_round mode)
{
    int64_t a = (int64_t)x * f->y * f->n, b = (int64_t)f->z * f->m, expected = 0;
    const model_fraction fraction = {wide_of(x), f->y, f->n, f->z, f->m};
    int8_t narrow = 0;
    model_i16 wide = wide_of(0);
    wc_status status = model_mul_div_round(&fraction, mode, &narrow);
    tried++;
    if (status != expected_of(a, b, mode, 8, &expected) ||
        (status == WC_OK && narrow != expected)) {
        differ("x * y * n / (z * m)", a, b, (int)mode);
    }
    status = model_mul_div_round_wide(&fraction, mode, &wide);
    tried++;
    if (status != expected_of(a, b, mode, 16, &expected) ||
        (status == WC_OK && value_of(wide) != expected)) {
        differ("wide x * y * n / (z * m)", a, b, (int)mode);
    }
}

static void check_every_x(const factors *f)
{
    int step = is_all ? 1 : 11;
    for (int x = INT16_MIN + (f->z & 7); x <= INT16_MAX; x += step) {
        for (int mode = 0; mode < WC_ROUND_COUNT; mode++) check_mul_div(x, f, (wc_round)mode);
    }
}

/* Of x the ends of every limb and what lies about them: for the factors that a step of its own has.
 */
static void check_some_x(const factors *f)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(corners); i++) {
        for (int step = -1; step <= 1; step++) {
            int x = corners[i] * 256 + step;
            int mode = (int)(i + 3u + (unsigned)step) % WC_ROUND_COUNT;
            if (fits(x, 16)) check_mul_div(x, f, (wc_round)mode);
        }
    }
}

static void check_mul_divs(int z)
{
    check_every_x(&(factors){1, 1, (int8_t)z, 1});
    for (int y = INT8_MIN; is_all && y <= INT8_MAX; y++) {
        factors f = {(int8_t)y, 1, (int8_t)z, 1};
        for (int x = INT16_MIN; x <= INT16_MAX; x++) {
            check_mul_div(x, &f, (wc_round)((unsigned)(x + y + z) % WC_ROUND_COUNT));
        }
    }
    for (int m = 1; m <= INT8_MAX; m += is_all ? 1 : 9) {
        for (size_t i = 0; i < WC_ARRAY_LEN(corners); i++) {
            check_some_x(&(factors){corners[i], 1, (int8_t)z, (int8_t)m});
            check_some_x(&(factors){corners[i], INT8_MAX, (int8_t)z, (int8_t)m});
        }
    }
}

static bool is_mine(int value)
{
    return (value & 0xffff) % shares == share;
}

int main(int argc, char **argv)
{
    is_all = argc == 3;
    if (is_all) {
        share = (int)strtol(argv[1], NULL, 10);
        shares = (int)strtol(argv[2], NULL, 10);
    }
    if (argc == 2 || argc > 3 || shares < 1 || share < 0 || share >= shares) {
        (void)fprintf(stderr, "usage: arith_model [SHARE OF]\n");
        return 2;
    }
    for (int a = INT8_MIN; a <= INT8_MAX; a++) {
        for (int b = INT8_MIN; b <= INT8_MAX; b++) check_pair(a, b);
    }
    for (int d = 2; d <= INT8_MAX; d++) check_reciprocal(d);
    for (int a = INT16_MIN; a <= INT16_MAX; a++) {
        if (!is_mine(a)) continue;
        check_wide(a);
        for (int b = INT16_MIN; b <= INT16_MAX; b += is_all ? 1 : 1021) check_sums(a, b);
    }
    for (int z = INT8_MIN; z <= INT8_MAX; z++) {
        if (is_mine(z)) check_mul_divs(z);
    }
    printf("%" PRIu64 " steps\n", tried);
    return 0;
}
