/* Decimal text to scaled integers, exact up to one rounding. */
#include "node/import/csv.h"
#include "tests/support/test.h"

static int64_t scale(const char *text, int64_t multiplier, unsigned decimals)
{
    int64_t value = INT64_MIN;
    assert_status(wc_decimal_scale(wc_str_of(text), multiplier, decimals, &value), WC_OK);
    return value;
}

static void refuse(const char *text, wc_status expected)
{
    int64_t value = 77;
    assert_status(wc_decimal_scale(wc_str_of(text), 1, 3, &value), expected);
}

static void decimals_are_read_exactly(void **state)
{
    (void)state;
    assert_int_equal(scale("1.5", 1, 3), 1500);
    assert_int_equal(scale("-1.5", 1, 3), -1500);
    assert_int_equal(scale("0", 1, 3), 0);
    assert_int_equal(scale(".5", 1, 3), 500);
    assert_int_equal(scale("5.", 1, 3), 5000);
    assert_int_equal(scale("000012.25", 4, 2), 4900);
    assert_int_equal(scale("2.275", 1, 2), 228); /* a binary fraction would give 227 */
    assert_int_equal(scale("1.005", 1, 2), 101); /* and 100 */
}

static void ties_round_away_from_zero_and_nothing_else_does(void **state)
{
    (void)state;
    assert_int_equal(scale("0.0005", 1, 3), 1);
    assert_int_equal(scale("0.00049999999999999", 1, 3), 0);
    assert_int_equal(scale("-0.0005", 1, 3), -1);
    assert_int_equal(scale("0.0015", 1, 3), 2);
    assert_int_equal(scale("0.12345678901234567", 1, 0), 0);
}

static void exponents_move_the_point(void **state)
{
    (void)state;
    assert_int_equal(scale("7.105427357601002e-15", 1, 3), 0); /* as the building files write 0 */
    assert_int_equal(scale("1.5e3", 1, 0), 1500);
    assert_int_equal(scale("1.5E+3", 1, 0), 1500);
    assert_int_equal(scale("15e-1", 2, 0), 3);
    assert_int_equal(scale("5e-1", 1, 0), 1);
    assert_int_equal(scale("1e-900", 1, 3), 0);
    assert_int_equal(scale("0e900", 1, 3), 0);
}

static void what_is_no_number_is_refused(void **state)
{
    static const char *const texts[] = {"",     "-",   ".",   "1.2.3", "1,5",   " 1",
                                        "1 ",   "0x1", "1e",  "1e+",   "nan",   "inf",
                                        "1e5x", "+1",  "--1", "1-1",   "1e1000"};
    (void)state;
    for (size_t i = 0; i < WC_ARRAY_LEN(texts); i++) refuse(texts[i], WC_OUT_OF_DOMAIN);
}

static void eighteen_digits_are_the_most(void **state)
{
    (void)state;
    assert_int_equal(scale("999999999999999999", 1, 0), INT64_C(999999999999999999));
    refuse("1000000000000000000", WC_OUT_OF_DOMAIN);
    refuse("9223372036854775.808", WC_OUT_OF_DOMAIN);
    refuse("99999999999999999", WC_OVERFLOW); /* times 10^3 */
    refuse("1e40", WC_OVERFLOW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decimals_are_read_exactly),
        cmocka_unit_test(ties_round_away_from_zero_and_nothing_else_does),
        cmocka_unit_test(exponents_move_the_point),
        cmocka_unit_test(what_is_no_number_is_refused),
        cmocka_unit_test(eighteen_digits_are_the_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
