/* Checked integers: every error and range end of each function, and the rounding modes held against
 * their definitions on all 8-bit operands, in the 64-bit form and in both wide forms. */
#include "vm/base/int.h"

#include <inttypes.h>

#include "tests/support/prng.h"
#include "tests/support/test.h"

static wc_i128 i128(int64_t hi, uint64_t lo)
{
    return (wc_i128){lo, hi};
}

static void assert_wide(wc_i128 actual, wc_i128 expected)
{
    assert_true(actual.hi == expected.hi && actual.lo == expected.lo);
}

/* ---- 64-bit steps -------------------------------------------------------------------------------
 */

static void adds_and_subtracts_to_the_ends_of_64_bits(void **state)
{
    (void)state;
    int64_t r = 5;
    assert_status(wc_i64_add(INT64_MAX - 1, 1, &r), WC_OK);
    assert_true(r == INT64_MAX);
    assert_status(wc_i64_add(INT64_MAX, 1, &r), WC_OVERFLOW);
    assert_status(wc_i64_add(INT64_MIN, -1, &r), WC_OVERFLOW);
    assert_status(wc_i64_sub(INT64_MIN, 1, &r), WC_OVERFLOW);
    assert_status(wc_i64_sub(0, INT64_MIN, &r), WC_OVERFLOW);
    assert_true(r == INT64_MAX);
    assert_status(wc_i64_sub(-1, INT64_MAX, &r), WC_OK);
    assert_true(r == INT64_MIN);
}

static void multiplies_to_the_ends_of_64_bits(void **state)
{
    (void)state;
    int64_t r = 5;
    assert_status(wc_i64_mul(INT64_MIN, -1, &r), WC_OVERFLOW);
    assert_status(wc_i64_mul(INT64_C(1) << 32, INT64_C(1) << 31, &r), WC_OVERFLOW);
    assert_true(r == 5);
    assert_status(wc_i64_mul(INT64_C(1) << 32, -(INT64_C(1) << 31), &r), WC_OK);
    assert_true(r == INT64_MIN);
}

static void unsigned_steps_say_overflow(void **state)
{
    (void)state;
    uint64_t r = 5;
    assert_status(wc_u64_add(UINT64_MAX, 1, &r), WC_OVERFLOW);
    assert_status(wc_u64_mul(UINT64_C(1) << 32, UINT64_C(1) << 32, &r), WC_OVERFLOW);
    assert_true(r == 5);
    assert_status(wc_u64_add(UINT64_MAX, 0, &r), WC_OK);
    assert_true(r == UINT64_MAX);
    assert_status(wc_u64_mul(UINT32_MAX, UINT32_MAX, &r), WC_OK);
    assert_true(r == 18446744065119617025u);
}

static void remainder_has_the_sign_of_the_divisor(void **state)
{
    (void)state;
    for (int64_t a = -128; a < 128; a++) {
        for (int64_t b = -128; b < 128; b++) {
            int64_t r = 999;
            wc_status status = wc_i64_mod(a, b, &r);
            assert_status(status, b == 0 ? WC_DIVISION_BY_ZERO : WC_OK);
            if (b == 0) continue;
            assert_true(b > 0 ? r >= 0 && r < b : r <= 0 && r > b);
            assert_true((a - r) % b == 0);
        }
    }
    int64_t r = 999;
    assert_status(wc_i64_mod(INT64_MIN, -1, &r), WC_OK);
    assert_true(r == 0);
    assert_status(wc_i64_mod(INT64_MIN, INT64_MAX, &r), WC_OK);
    assert_true(r == INT64_MAX - 1);
    assert_status(wc_i64_mod(INT64_MAX, INT64_MIN, &r), WC_OK);
    assert_true(r == -1);
}

/* ---- rounding, by definition --------------------------------------------------------------------
 */

/* The rounded value of a / b by searching for it: no division. floor and ceil are found by
 * comparing products; the nearest is the one whose doubled distance is not above |b|. */
static wc_status model(int64_t a, int64_t b, wc_round mode, int64_t *result)
{
    if (b == 0) return WC_DIVISION_BY_ZERO;
    if (b < 0) {
        a = -a;
        b = -b;
    }
    int64_t floor = -40000;
    for (int64_t step = 65536; step != 0; step /= 2) {
        if ((floor + step) * b <= a) floor += step;
    }
    int64_t ceil = floor * b == a ? floor : floor + 1;
    int64_t toward_zero = a < 0 ? ceil : floor;
    int64_t away = a < 0 ? floor : ceil;
    int64_t doubled = 2 * (a - floor * b); /* twice the distance to floor, compared with b */
    bool tie = doubled == b;
    int64_t nearest = doubled > b ? ceil : floor;
    switch (mode) {
    case WC_ROUND_HALF_EVEN: *result = tie ? (floor % 2 == 0 ? floor : ceil) : nearest; break;
    case WC_ROUND_HALF_UP: *result = tie ? away : nearest; break;
    case WC_ROUND_HALF_DOWN: *result = tie ? toward_zero : nearest; break;
    case WC_ROUND_UP: *result = away; break;
    case WC_ROUND_DOWN: *result = toward_zero; break;
    case WC_ROUND_FLOOR: *result = floor; break;
    case WC_ROUND_CEIL: *result = ceil; break;
    case WC_ROUND_EXACT:
        if (floor != ceil) return WC_INEXACT;
        *result = floor;
        break;
    case WC_ROUND_COUNT: fail_msg("not a mode");
    }
    return WC_OK;
}

static void the_documented_ties_round_as_documented(void **state)
{
    (void)state;
    /* a / 2 for a = -5 -3 -1 1 3 5, by hand from the comment of wc_round */
    static const int64_t expected[WC_ROUND_EXACT][6] = {
        [WC_ROUND_HALF_EVEN] = {-2, -2, 0, 0, 2, 2}, [WC_ROUND_HALF_UP] = {-3, -2, -1, 1, 2, 3},
        [WC_ROUND_HALF_DOWN] = {-2, -1, 0, 0, 1, 2}, [WC_ROUND_UP] = {-3, -2, -1, 1, 2, 3},
        [WC_ROUND_DOWN] = {-2, -1, 0, 0, 1, 2},      [WC_ROUND_FLOOR] = {-3, -2, -1, 0, 1, 2},
        [WC_ROUND_CEIL] = {-2, -1, 0, 1, 2, 3},
    };
    for (int mode = 0; mode < WC_ROUND_EXACT; mode++) {
        for (int i = 0; i < 6; i++) {
            int64_t r = 99;
            assert_status(wc_i64_div_round(2 * i - 5, 2, (wc_round)mode, &r), WC_OK);
            assert_int_equal(r, expected[mode][i]);
            assert_status(wc_i64_div_round(5 - 2 * i, -2, (wc_round)mode, &r), WC_OK);
            assert_int_equal(r, expected[mode][i]);
        }
    }
}

static void division_rounds_all_8_bit_operands_as_defined(void **state)
{
    (void)state;
    for (int mode = 0; mode < WC_ROUND_COUNT; mode++) {
        for (int64_t a = -128; a < 128; a++) {
            for (int64_t b = -128; b < 128; b++) {
                int64_t expected = 999;
                int64_t actual = 999;
                wc_status status = model(a, b, (wc_round)mode, &expected);
                assert_int_equal(wc_i64_div_round(a, b, (wc_round)mode, &actual), status);
                assert_int_equal(actual, expected);
            }
        }
    }
}

static void division_keeps_its_range(void **state)
{
    (void)state;
    int64_t r = 5;
    assert_status(wc_i64_div_round(INT64_MIN, -1, WC_ROUND_DOWN, &r), WC_OVERFLOW);
    assert_true(r == 5);
    assert_status(wc_i64_div_round(INT64_MIN, 1, WC_ROUND_EXACT, &r), WC_OK);
    assert_true(r == INT64_MIN);
    assert_status(wc_i64_div_round(INT64_MAX, -1, WC_ROUND_EXACT, &r), WC_OK);
    assert_true(r == -INT64_MAX);
    assert_status(wc_i64_div_round(INT64_MAX, INT64_MIN, WC_ROUND_HALF_EVEN, &r), WC_OK);
    assert_true(r == -1);
    assert_status(wc_i64_div_round(INT64_MIN, INT64_MIN, WC_ROUND_EXACT, &r), WC_OK);
    assert_true(r == 1);
}

/* a / b written so that the 64-bit form, the division by one limb or by two must be taken:
 * numerator and divisor are multiplied by the same number. */
typedef struct mul_form {
    const char *name;
    int64_t common; /* into y and z */
    int64_t factor; /* into n and m */
} mul_form;

static void assert_form(const mul_form *form, int64_t a, int64_t b, wc_round mode)
{
    int64_t expected = 999;
    int64_t narrow = 999;
    wc_i128 wide = wc_i128_of(999);
    wc_i128 x = wc_i128_of(a);
    wc_status status = model(a, b, mode, &expected);
    int64_t z = b * form->common;
    if (wc_mul_div_round(x, form->common, form->factor, z, form->factor, mode, &narrow) != status ||
        wc_mul_div_round_wide(x, form->common, form->factor, z, form->factor, mode, &wide) !=
            status ||
        narrow != expected || wc_i128_compare(wide, wc_i128_of(expected)) != 0) {
        fail_msg("%s: %d / %d by mode %d", form->name, (int)a, (int)b, (int)mode);
    }
}

static void mul_div_rounds_all_8_bit_operands_in_every_form(void **state)
{
    (void)state;
    static const mul_form forms[] = {
        {"64 bits", 1, 1},
        {"64 bits, factors", 1000, 1000},
        {"one limb", INT64_C(1) << 55, 100},
        {"one limb, negative", -(INT64_C(1) << 52), 1000},
        {"two limbs", (INT64_C(1) << 55) + 1, INT64_MAX},
        {"two limbs, low limb full", INT64_MAX / 128, INT64_C(1) << 62},
    };
    for (size_t i = 0; i < WC_ARRAY_LEN(forms); i++) {
        for (int mode = 0; mode < WC_ROUND_COUNT; mode++) {
            for (int64_t a = -128; a < 128; a++) {
                for (int64_t b = -128; b < 128; b++) assert_form(&forms[i], a, b, (wc_round)mode);
            }
        }
    }
}

static void mul_div_names_its_errors_in_order(void **state)
{
    (void)state;
    int64_t r = 5;
    wc_i128 w = wc_i128_of(5);
    wc_i128 max = WC_I128_MAX;
    wc_i128 min = WC_I128_MIN;
    assert_status(wc_mul_div_round(max, 7, 1, 0, 3, WC_ROUND_EXACT, &r), WC_DIVISION_BY_ZERO);
    assert_status(wc_mul_div_round_wide(max, 7, 1, 0, 3, WC_ROUND_EXACT, &w), WC_DIVISION_BY_ZERO);
    assert_status(wc_mul_div_round(max, 7, 1, 5, 3, WC_ROUND_EXACT, &r), WC_INEXACT);
    assert_status(wc_mul_div_round_wide(max, 7, 1, 2, 3, WC_ROUND_EXACT, &w), WC_INEXACT);
    assert_status(wc_mul_div_round(max, 1, 1, 1, 1, WC_ROUND_DOWN, &r), WC_OVERFLOW);
    assert_status(wc_mul_div_round_wide(min, -1, 1, 1, 1, WC_ROUND_DOWN, &w), WC_OVERFLOW);
    assert_status(wc_mul_div_round_wide(min, INT64_MIN, INT64_MAX, 1, 1, WC_ROUND_DOWN, &w),
                  WC_OVERFLOW);
    assert_true(r == 5);
    assert_wide(w, wc_i128_of(5));
}

static void mul_div_result_may_be_out_of_range_only_by_itself(void **state)
{
    (void)state;
    int64_t r = 5;
    wc_i128 w;
    /* The largest product of the domain, divided back. */
    assert_status(wc_mul_div_round_wide(WC_I128_MIN, INT64_MIN, INT64_MAX, INT64_MIN, INT64_MAX,
                                        WC_ROUND_EXACT, &w),
                  WC_OK);
    assert_wide(w, WC_I128_MIN);
    /* -2^63 / -1 leaves 64 bits, not 128. */
    assert_status(wc_mul_div_round(wc_i128_of(INT64_MIN), 1, 1, -1, 1, WC_ROUND_EXACT, &r),
                  WC_OVERFLOW);
    assert_status(wc_mul_div_round_wide(wc_i128_of(INT64_MIN), 1, 1, -1, 1, WC_ROUND_EXACT, &w),
                  WC_OK);
    assert_wide(w, i128(0, UINT64_C(1) << 63));
    /* Rounding itself can step over the end: (2^64 - 1) / 2. */
    assert_status(wc_mul_div_round(i128(0, UINT64_MAX), 1, 1, 2, 1, WC_ROUND_DOWN, &r), WC_OK);
    assert_true(r == INT64_MAX);
    assert_status(wc_mul_div_round(i128(0, UINT64_MAX), 1, 1, 2, 1, WC_ROUND_UP, &r), WC_OVERFLOW);
    assert_status(wc_mul_div_round(i128(0, UINT64_MAX), 1, 1, -2, 1, WC_ROUND_UP, &r), WC_OK);
    assert_true(r == INT64_MIN);
    assert_status(wc_mul_div_round_wide(WC_I128_MAX, 3, 1, 3, 1, WC_ROUND_EXACT, &w), WC_OK);
    assert_wide(w, WC_I128_MAX);
    assert_status(wc_mul_div_round_wide(WC_I128_MAX, 3, 1, 2, 1, WC_ROUND_DOWN, &w), WC_OVERFLOW);
}

/* (2^129 - 1) / 2 rounds up to 2^128, whose 128-bit quotient is zero. 2^129 - 1 = 7 * x. */
static void a_quotient_that_rounds_over_128_bits_overflows(void **state)
{
    (void)state;
    wc_i128 w = wc_i128_of(5);
    wc_i128 x = i128(0x4924924924924924, 0x9249249249249249);
    assert_status(wc_mul_div_round_wide(x, 7, 1, 2, 1, WC_ROUND_UP, &w), WC_OVERFLOW);
    assert_status(wc_mul_div_round_wide(x, 7, 1, 2, 1, WC_ROUND_DOWN, &w), WC_OVERFLOW);
    assert_wide(w, wc_i128_of(5));
}

/* ---- 128-bit steps ------------------------------------------------------------------------------
 */

static void wide_steps_reach_the_ends_of_128_bits(void **state)
{
    (void)state;
    wc_i128 w = wc_i128_of(5);
    assert_status(wc_i128_add(WC_I128_MAX, wc_i128_of(1), &w), WC_OVERFLOW);
    assert_status(wc_i128_add(WC_I128_MIN, wc_i128_of(-1), &w), WC_OVERFLOW);
    assert_status(wc_i128_sub(WC_I128_MIN, wc_i128_of(1), &w), WC_OVERFLOW);
    assert_status(wc_i128_sub(wc_i128_of(0), WC_I128_MIN, &w), WC_OVERFLOW);
    assert_status(wc_i128_neg(WC_I128_MIN, &w), WC_OVERFLOW);
    assert_status(wc_i128_mul_i64(WC_I128_MIN, -1, &w), WC_OVERFLOW);
    assert_status(wc_i128_mul_i64(WC_I128_MAX, 2, &w), WC_OVERFLOW);
    assert_wide(w, wc_i128_of(5));

    assert_status(wc_i128_add(WC_I128_MAX, WC_I128_MIN, &w), WC_OK);
    assert_wide(w, wc_i128_of(-1));
    /* The limbs alone overflow, the sum does not: -2^127 = (-2^126 - 1) + (-2^126 + 1). */
    assert_status(
        wc_i128_add(i128(-(INT64_C(1) << 62) - 1, UINT64_MAX), i128(-(INT64_C(1) << 62), 1), &w),
        WC_OK);
    assert_wide(w, WC_I128_MIN);
    assert_status(wc_i128_sub(wc_i128_of(-1), WC_I128_MAX, &w), WC_OK);
    assert_wide(w, WC_I128_MIN);
    assert_status(wc_i128_neg(WC_I128_MAX, &w), WC_OK);
    assert_wide(w, i128(INT64_MIN, 1));
    assert_status(wc_i128_mul_i64(WC_I128_MIN, 1, &w), WC_OK);
    assert_wide(w, WC_I128_MIN);
}

static void narrows_exactly_what_fits_64_bits(void **state)
{
    (void)state;
    int64_t r = 5;
    assert_status(wc_i128_narrow(i128(0, UINT64_C(1) << 63), &r), WC_OVERFLOW);
    assert_status(wc_i128_narrow(i128(-1, INT64_MAX), &r), WC_OVERFLOW);
    assert_status(wc_i128_narrow(WC_I128_MIN, &r), WC_OVERFLOW);
    assert_status(wc_i128_narrow(i128(1, 0), &r), WC_OVERFLOW);
    assert_true(r == 5);
    assert_status(wc_i128_narrow(i128(-1, UINT64_C(1) << 63), &r), WC_OK);
    assert_true(r == INT64_MIN);
    assert_status(wc_i128_narrow(i128(0, INT64_MAX), &r), WC_OK);
    assert_true(r == INT64_MAX);
}

static void orders_and_signs_wide_numbers(void **state)
{
    (void)state;
    const wc_i128 ordered[] = {WC_I128_MIN,         i128(-2, UINT64_MAX), wc_i128_of(INT64_MIN),
                               wc_i128_of(-1),      wc_i128_of(0),        wc_i128_of(1),
                               i128(0, UINT64_MAX), i128(1, 0),           WC_I128_MAX};
    for (int i = 0; i < (int)WC_ARRAY_LEN(ordered); i++) {
        assert_int_equal(wc_i128_sign(ordered[i]), (i > 4) - (i < 4));
        for (int j = 0; j < (int)WC_ARRAY_LEN(ordered); j++) {
            int order = wc_i128_compare(ordered[i], ordered[j]);
            assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
        }
    }
}

static void products_of_64_bits_are_exact(void **state)
{
    (void)state;
    assert_wide(wc_i128_product(INT64_MIN, INT64_MIN), i128(INT64_C(1) << 62, 0));
    assert_wide(wc_i128_product(INT64_MIN, INT64_MAX),
                i128(-(INT64_C(1) << 62), UINT64_C(1) << 63));
    assert_wide(wc_i128_product(INT64_MAX, INT64_MAX), i128((INT64_C(1) << 62) - 1, 1));
    assert_wide(wc_i128_product(-1, 1), wc_i128_of(-1));
    assert_wide(wc_i128_product(0, INT64_MIN), wc_i128_of(0));
}

static void assert_quotient(wc_reciprocal reciprocal, int64_t n, int64_t d)
{
    uint64_t q = wc_u64_mul_high((uint64_t)n, reciprocal.factor) >> reciprocal.shift;
    if (q != (uint64_t)(n / d)) print_error("%" PRId64 " / %" PRId64 "\n", n, d);
    assert_true(q == (uint64_t)(n / d)); /* the machine's own division */
}

/* Each side of every multiple that lies at an end, and of some between. */
static void assert_reciprocal(int64_t d, wc_prng *prng)
{
    wc_reciprocal reciprocal = wc_reciprocal_of(d);
    assert_true(reciprocal.factor >> 63 == 1);
    for (int i = 0; i < 40; i++) {
        uint64_t most = (uint64_t)(INT64_MAX / d);
        uint64_t k = wc_prng_below(prng, most) + 1;
        if (i == 0) k = 1;
        if (i == 1) k = most;
        int64_t n = (int64_t)k * d;
        assert_quotient(reciprocal, n - 1, d);
        assert_quotient(reciprocal, n, d);
        if (n < INT64_MAX) assert_quotient(reciprocal, n + 1, d);
    }
    assert_quotient(reciprocal, 0, d);
    assert_quotient(reciprocal, INT64_MAX, d);
    assert_quotient(reciprocal, INT64_MAX - 1, d);
}

static void a_reciprocal_divides_exactly(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_start(&prng, 20261130);
    for (int64_t d = 2; d <= 1000; d++) assert_reciprocal(d, &prng);
    for (int64_t d = 10; d <= INT64_MAX / 10; d *= 10) assert_reciprocal(d, &prng);
    for (unsigned bit = 1; bit < 63; bit++) {
        int64_t power = INT64_C(1) << bit;
        assert_reciprocal(power, &prng);
        if (power > 2) assert_reciprocal(power - 1, &prng);
        assert_reciprocal(power + 1, &prng);
    }
    assert_reciprocal(INT64_MAX, &prng);
    assert_reciprocal(INT64_MAX - 1, &prng);
    for (int i = 0; i < 20000; i++) {
        int64_t d = (int64_t)(wc_prng_next(&prng) >> (1 + wc_prng_below(&prng, 61)));
        assert_reciprocal(d < 2 ? 2 : d, &prng);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adds_and_subtracts_to_the_ends_of_64_bits),
        cmocka_unit_test(multiplies_to_the_ends_of_64_bits),
        cmocka_unit_test(unsigned_steps_say_overflow),
        cmocka_unit_test(remainder_has_the_sign_of_the_divisor),
        cmocka_unit_test(the_documented_ties_round_as_documented),
        cmocka_unit_test(division_rounds_all_8_bit_operands_as_defined),
        cmocka_unit_test(division_keeps_its_range),
        cmocka_unit_test(mul_div_rounds_all_8_bit_operands_in_every_form),
        cmocka_unit_test(mul_div_names_its_errors_in_order),
        cmocka_unit_test(mul_div_result_may_be_out_of_range_only_by_itself),
        cmocka_unit_test(a_quotient_that_rounds_over_128_bits_overflows),
        cmocka_unit_test(wide_steps_reach_the_ends_of_128_bits),
        cmocka_unit_test(narrows_exactly_what_fits_64_bits),
        cmocka_unit_test(orders_and_signs_wide_numbers),
        cmocka_unit_test(products_of_64_bits_are_exact),
        cmocka_unit_test(a_reciprocal_divides_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
