/* Exact integers against 128-bit arithmetic of the compiler and published rounding tables. */
#include "compiler/interp/exact.h"
#include "tests/support/prng.h"
#include "tests/support/test.h"

static void quotient(int64_t a, int64_t b, wc_round mode, int64_t expected)
{
    bool has_remainder;
    wc_exact result = wc_exact_divide(wc_exact_of(a), wc_exact_of(b), mode, &has_remainder);
    assert_int_equal(wc_exact_i64(&result), expected);
    assert_int_equal(has_remainder, a % b != 0);
}

/* [RO-3] The table of the eight modes for +-5.5, +-2.5, +-1.6, +-1.1, +-1.0 that java.math and
 * IEEE 754 publish (RoundingMode: UP DOWN CEILING FLOOR HALF_UP HALF_DOWN HALF_EVEN). */
static void test_rounding_table(void **state)
{
    static const struct {
        int64_t tenths, up, down, ceil, floor, half_up, half_down, half_even;
    } rows[] = {
        {55, 6, 5, 6, 5, 6, 5, 6},         {25, 3, 2, 3, 2, 3, 2, 2},
        {16, 2, 1, 2, 1, 2, 2, 2},         {11, 2, 1, 2, 1, 1, 1, 1},
        {10, 1, 1, 1, 1, 1, 1, 1},         {-10, -1, -1, -1, -1, -1, -1, -1},
        {-11, -2, -1, -1, -2, -1, -1, -1}, {-16, -2, -1, -1, -2, -2, -2, -2},
        {-25, -3, -2, -2, -3, -3, -2, -2}, {-55, -6, -5, -5, -6, -6, -5, -6},
    };

    (void)state;
    for (size_t i = 0; i < WC_ARRAY_LEN(rows); i++) {
        quotient(rows[i].tenths, 10, WC_ROUND_UP, rows[i].up);
        quotient(rows[i].tenths, 10, WC_ROUND_DOWN, rows[i].down);
        quotient(rows[i].tenths, 10, WC_ROUND_CEIL, rows[i].ceil);
        quotient(rows[i].tenths, 10, WC_ROUND_FLOOR, rows[i].floor);
        quotient(rows[i].tenths, 10, WC_ROUND_HALF_UP, rows[i].half_up);
        quotient(rows[i].tenths, 10, WC_ROUND_HALF_DOWN, rows[i].half_down);
        quotient(rows[i].tenths, 10, WC_ROUND_HALF_EVEN, rows[i].half_even);
    }
}

/* (a * b + c) / b leaves quotient a and remainder c, far beyond 128 bits. */
static void test_products_divide_again(void **state)
{
    wc_prng prng;
    (void)state;
    wc_prng_start(&prng, 20260401);
    for (int i = 0; i < 20000; i++) {
        wc_exact a =
            wc_exact_multiply(wc_exact_of(wc_prng_i64(&prng)), wc_exact_of(wc_prng_i64(&prng)));
        wc_exact b =
            wc_exact_multiply(wc_exact_of(wc_prng_i64(&prng)), wc_exact_of(wc_prng_i64(&prng)));
        if (wc_exact_is_zero(&b)) continue;
        bool has_remainder;
        wc_exact product = wc_exact_multiply(a, b);
        wc_exact back = wc_exact_divide(product, b, WC_ROUND_EXACT, &has_remainder);
        assert_false(has_remainder);
        assert_int_equal(wc_exact_compare(&back, &a), 0);
        wc_exact half =
            wc_exact_divide(product, wc_exact_add(b, b), WC_ROUND_FLOOR, &has_remainder);
        wc_exact again = wc_exact_add(half, half);
        if (has_remainder) again = wc_exact_add(again, wc_exact_of(1));
        assert_int_equal(wc_exact_compare(&again, &a), 0);
    }
}

static void test_bounds(void **state)
{
    (void)state;
    wc_exact least = wc_exact_of(INT64_MIN), most = wc_exact_of(INT64_MAX), one = wc_exact_of(1);
    assert_true(wc_exact_fits(&least, 64));
    assert_true(wc_exact_fits(&most, 64));
    wc_exact below = wc_exact_subtract(least, one), above = wc_exact_add(most, one);
    assert_false(wc_exact_fits(&below, 64));
    assert_false(wc_exact_fits(&above, 64));
    assert_int_equal(wc_exact_i64(&least), INT64_MIN);
    wc_exact wide = wc_exact_of_i128(WC_I128_MIN);
    assert_true(wc_exact_fits(&wide, 128));
    wide = wc_exact_subtract(wide, one);
    assert_false(wc_exact_fits(&wide, 128));
    wide = wc_exact_of_i128(WC_I128_MAX);
    assert_true(wc_exact_fits(&wide, 128));
    wide = wc_exact_add(wide, one);
    assert_false(wc_exact_fits(&wide, 128));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rounding_table),
        cmocka_unit_test(test_products_divide_again),
        cmocka_unit_test(test_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
