/* arith_random COUNT SEED: random arithmetic, written down for an engine with integers without
 * limit.
 *
 * A line is a step: its name, its operands and what came out, a status name or the result; of steps
 * that exist in two forms, both results. A 128-bit number is written hi:lo, so that nothing under
 * test takes part in writing it. tests/reference/check_arith.py reads the lines and computes each
 * anew. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/support/prng.h"
#include "tests/unit/base/int_portable.h"
#include "vm/base/text.h"

static wc_prng prng;

static wc_i128 random_wide(void)
{
    wc_i128 wide = {(uint64_t)wc_prng_i64(&prng), wc_prng_i64(&prng)};
    return wc_prng_below(&prng, 3) == 0 ? wc_i128_of(wide.hi) : wide;
}

static int64_t random_positive(void)
{
    int64_t value = wc_prng_i64(&prng);
    if (value == INT64_MIN || value == 0) return 1;
    return value < 0 ? -value : value;
}

/* ---- writing --------------------------------------------------------------------------------- */

static void put_wide(wc_i128 value)
{
    printf(",%" PRId64 ":%" PRIu64, value.hi, value.lo);
}

static void put_result(wc_status status, int64_t value)
{
    if (status == WC_OK)
        printf(",%" PRId64, value);
    else
        printf(",%s", wc_status_name(status));
}

static void put_wide_result(wc_status status, wc_i128 value)
{
    if (status == WC_OK)
        put_wide(value);
    else
        printf(",%s", wc_status_name(status));
}

/* The step first, then what it left. */
#define RESULT(step, place)                                                                        \
    do {                                                                                           \
        wc_status status_ = (step);                                                                \
        put_result(status_, (place));                                                              \
    } while (0)
#define WIDE_RESULT(step, place)                                                                   \
    do {                                                                                           \
        wc_status status_ = (step);                                                                \
        put_wide_result(status_, (place));                                                         \
    } while (0)

/* ---- steps ----------------------------------------------------------------------------------- */

static void step_64(void)
{
    int64_t a = wc_prng_i64(&prng), b = wc_prng_i64(&prng), r = 0, p = 0;
    printf("pair,%" PRId64 ",%" PRId64, a, b);
    RESULT(wc_i64_add(a, b, &r), r);
    RESULT(wc_i64_sub(a, b, &r), r);
    RESULT(wc_i64_mul(a, b, &r), r);
    RESULT(wc_i64_mod(a, b, &r), r);
    RESULT(portable_i64_mod(a, b, &p), p);
    put_wide(wc_i128_product(a, b));
    put_wide(portable_i128_product(a, b));
    put_result(WC_OK, wc_i64_mul_high(a, b));
    put_result(WC_OK, portable_i64_mul_high(a, b));
    printf("\n");
}

static void step_divide(void)
{
    int64_t a = wc_prng_i64(&prng), b = wc_prng_i64(&prng), r = 0, p = 0;
    wc_round mode = (wc_round)wc_prng_below(&prng, WC_ROUND_COUNT);
    printf("divide,%" PRId64 ",%" PRId64 ",%d", a, b, (int)mode);
    RESULT(wc_i64_div_round(a, b, mode, &r), r);
    RESULT(portable_i64_div_round(a, b, mode, &p), p);
    printf("\n");
}

static void step_wide(void)
{
    wc_i128 a = random_wide(), b = random_wide(), r = wc_i128_of(0);
    int64_t y = wc_prng_i64(&prng), narrow = 0;
    printf("wide");
    put_wide(a);
    put_wide(b);
    printf(",%" PRId64, y);
    WIDE_RESULT(wc_i128_add(a, b, &r), r);
    WIDE_RESULT(wc_i128_sub(a, b, &r), r);
    WIDE_RESULT(wc_i128_neg(a, &r), r);
    WIDE_RESULT(wc_i128_mul_i64(a, y, &r), r);
    WIDE_RESULT(portable_i128_mul_i64(a, y, &r), r);
    RESULT(wc_i128_narrow(a, &narrow), narrow);
    int order = wc_i128_compare(a, b);
    printf(",%d,%d\n", (order > 0) - (order < 0), wc_i128_sign(a));
}

static void step_mul_div(void)
{
    wc_i128 x = random_wide(), r = wc_i128_of(0);
    int64_t y = wc_prng_i64(&prng), n = random_positive(), z = wc_prng_i64(&prng);
    int64_t m = random_positive(), narrow = 0;
    wc_round mode = (wc_round)wc_prng_below(&prng, WC_ROUND_COUNT);
    if (wc_prng_below(&prng, 2) == 0) n = m = 1;
    printf("muldiv");
    put_wide(x);
    printf(",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%d", y, n, z, m, (int)mode);
    RESULT(wc_mul_div_round(x, y, n, z, m, mode, &narrow), narrow);
    RESULT(portable_mul_div_round(x, y, n, z, m, mode, &narrow), narrow);
    WIDE_RESULT(wc_mul_div_round_wide(x, y, n, z, m, mode, &r), r);
    WIDE_RESULT(portable_mul_div_round_wide(x, y, n, z, m, mode, &r), r);
    printf("\n");
}

static void step_reciprocal(void)
{
    int64_t d = random_positive(), n = random_positive() - 1;
    if (d < 2) d = 2;
    wc_reciprocal reciprocal = wc_reciprocal_of(d), portable = portable_reciprocal_of(d);
    printf("reciprocal,%" PRId64 ",%" PRId64 ",%" PRIu64 ",%" PRIu64 "\n", n, d,
           wc_u64_mul_high((uint64_t)n, reciprocal.factor) >> reciprocal.shift,
           portable_u64_mul_high((uint64_t)n, portable.factor) >> portable.shift);
}

static void step_to_text(void)
{
    char text[2 * WC_DECIMAL_MAX];
    wc_i128 value = random_wide();
    unsigned scale = (unsigned)wc_prng_below(&prng, 19);
    wc_buf buf;
    wc_buf_init(&buf, text, sizeof text);
    wc_put_scaled_wide(&buf, value, scale);
    printf("totext");
    put_wide(value);
    printf(",%u,%.*s\n", scale, (int)buf.len, text);
}

/* Numbers with more, fewer and exactly as many digits and decimals as there may be, and a few signs
 * that no number has. */
static void step_from_text(void)
{
    static const char signs[] = "0123456789012345678901234567899.-+ e";
    char text[40];
    size_t len = (size_t)wc_prng_below(&prng, 25);
    size_t digits = wc_prng_below(&prng, 8) == 0 ? sizeof signs - 1 : 30;
    unsigned scale = (unsigned)wc_prng_below(&prng, 19);
    for (size_t i = 0; i < len; i++) text[i] = signs[wc_prng_below(&prng, digits)];
    if (len > 0 && wc_prng_below(&prng, 2) == 0) text[0] = '-';
    if (len > 0 && wc_prng_below(&prng, 3) != 0) text[wc_prng_below(&prng, len)] = '.';
    int64_t value = 0;
    wc_status status = wc_parse_scaled((wc_str){text, len}, scale, &value);
    printf("fromtext,%.*s,%u", (int)len, text, scale);
    put_result(status, value);
    printf("\n");
}

int main(int argc, char **argv)
{
    static void (*const steps[])(void) = {step_64,       step_divide,     step_wide,
                                          step_mul_div,  step_reciprocal, step_to_text,
                                          step_from_text};
    if (argc != 3) {
        (void)fprintf(stderr, "usage: arith_random COUNT SEED\n");
        return 2;
    }
    uint64_t count = strtoull(argv[1], NULL, 10);
    wc_prng_init(&prng, strtoull(argv[2], NULL, 10));
    for (uint64_t i = 0; i < count; i++) steps[i % WC_ARRAY_LEN(steps)]();
    return ferror(stdout) ? 3 : 0;
}
