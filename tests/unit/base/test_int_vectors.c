/* Wide integers against an independent calculation (vectors made with Python's exact integers,
 * tests/reference/make_arith_vectors.py) and the two forms of int.c against each other. */
#include <stdlib.h>

#include "tests/support/golden.h"
#include "tests/support/prng.h"
#include "tests/support/test.h"
#include "tests/unit/base/int_portable.h"
#include "vm/base/codec.h"
#include "vm/base/text.h"

#define FIELDS_MAX  16u
#define RANDOM_RUNS 60000

/* ---- the files ----------------------------------------------------------------------------------
 */

typedef struct csv_row {
    wc_str field[FIELDS_MAX];
    size_t count;
} csv_row;

typedef void (*row_check)(const csv_row *row);

static csv_row split(wc_str line)
{
    csv_row row = {.count = 0};
    size_t start = 0;
    for (size_t i = 0; i <= line.len; i++) {
        if (i < line.len && line.data[i] != ',') continue;
        assert_true(row.count < FIELDS_MAX);
        row.field[row.count++] = (wc_str){line.data + start, i - start};
        start = i + 1;
    }
    return row;
}

/* Calls check for each line that is no comment, and says how many there were. */
static size_t for_each_row(const char *path, row_check check)
{
    wc_slice file = wc_test_read_file(path);
    size_t rows = 0;
    size_t start = 0;
    for (size_t i = 0; i < file.len; i++) {
        if (file.data[i] != '\n') continue;
        wc_str line = {(const char *)file.data + start, i - start};
        start = i + 1;
        if (line.len == 0 || line.data[0] == '#') continue;
        csv_row row = split(line);
        check(&row);
        rows++;
    }
    free((void *)(uintptr_t)file.data);
    return rows;
}

static wc_i128 hex_128(wc_str text)
{
    uint8_t bytes[16];
    assert_status(wc_parse_hex(text, bytes, sizeof bytes), WC_OK);
    return (wc_i128){wc_load_u64(bytes + 8), (int64_t)wc_load_u64(bytes)};
}

static int64_t hex_64(wc_str text)
{
    uint8_t bytes[8];
    assert_status(wc_parse_hex(text, bytes, sizeof bytes), WC_OK);
    return (int64_t)wc_load_u64(bytes);
}

static void assert_result(wc_status status, wc_i128 value, wc_str expected)
{
    if (status != WC_OK) {
        assert_true(wc_str_equal(wc_str_of(wc_status_name(status)), expected));
        return;
    }
    wc_i128 number = hex_128(expected);
    assert_true(value.hi == number.hi && value.lo == number.lo);
}

static void check_muldiv(const csv_row *row)
{
    assert_int_equal(row->count, 5 + WC_ROUND_COUNT);
    wc_i128 x = hex_128(row->field[0]);
    int64_t y = hex_64(row->field[1]);
    int64_t n = hex_64(row->field[2]);
    int64_t z = hex_64(row->field[3]);
    int64_t m = hex_64(row->field[4]);
    for (size_t i = 0; i < WC_ROUND_COUNT; i++) {
        wc_round mode = (wc_round)i;
        wc_str expected = row->field[5 + i];
        wc_i128 wide = wc_i128_of(77);
        wc_status status = wc_mul_div_round_wide(x, y, n, z, m, mode, &wide);
        assert_result(status, wide, expected);

        int64_t narrow = 77;
        int64_t fitting = 77;
        wc_status narrow_status = wc_mul_div_round(x, y, n, z, m, mode, &narrow);
        if (status == WC_OK) status = wc_i128_narrow(wide, &fitting);
        assert_status(narrow_status, status);
        assert_true(narrow == fitting);
    }
}

static void check_wide(const csv_row *row)
{
    assert_int_equal(row->count, 4);
    wc_i128 a = hex_128(row->field[1]);
    wc_i128 b = hex_128(row->field[2]);
    wc_i128 value = wc_i128_of(0);
    wc_status status = WC_OK;
    switch (row->field[0].data[0]) {
    case 'a': status = wc_i128_add(a, b, &value); break;
    case 's': status = wc_i128_sub(a, b, &value); break;
    case 'n': status = wc_i128_neg(a, &value); break;
    case 'm': status = wc_i128_mul_i64(a, (int64_t)b.lo, &value); break;
    default: value = wc_i128_of(wc_i128_compare(a, b));
    }
    assert_result(status, value, row->field[3]);

    int64_t left;
    int64_t right;
    bool product = row->field[0].data[0] == 'm' && wc_i128_narrow(a, &left) == WC_OK &&
                   wc_i128_narrow(b, &right) == WC_OK;
    if (product) assert_result(WC_OK, wc_i128_product(left, right), row->field[3]);
}

static void mul_div_agrees_with_exact_arithmetic(void **state)
{
    (void)state;
    assert_true(for_each_row(WC_TEST_DATA "/vectors/muldiv.csv", check_muldiv) > 900);
}

static void wide_steps_agree_with_exact_arithmetic(void **state)
{
    (void)state;
    assert_true(for_each_row(WC_TEST_DATA "/vectors/wide.csv", check_wide) > 1600);
}

/* ---- the two forms ------------------------------------------------------------------------------
 */

static int64_t positive(wc_prng *prng)
{
    int64_t value = wc_prng_i64(prng);
    if (value == INT64_MIN || value == 0) return 1;
    return value < 0 ? -value : value;
}

static void assert_same(wc_status a_status, wc_i128 a, wc_status b_status, wc_i128 b)
{
    assert_int_equal(a_status, b_status);
    assert_true(a.hi == b.hi && a.lo == b.lo);
}

static void compare_mul_div(wc_prng *prng)
{
    wc_i128 x = wc_i128_product(wc_prng_i64(prng), wc_prng_i64(prng));
    if (wc_prng_below(prng, 2) != 0) x.hi = wc_prng_i64(prng);
    int64_t y = wc_prng_i64(prng);
    int64_t n = positive(prng);
    int64_t z = wc_prng_i64(prng);
    int64_t m = positive(prng);
    wc_round mode = (wc_round)wc_prng_below(prng, WC_ROUND_COUNT);
    wc_i128 a = wc_i128_of(5);
    wc_i128 b = wc_i128_of(5);
    wc_status a_status = wc_mul_div_round_wide(x, y, n, z, m, mode, &a);
    wc_status b_status = portable_mul_div_round_wide(x, y, n, z, m, mode, &b);
    assert_same(a_status, a, b_status, b);
    int64_t c = 5;
    int64_t d = 5;
    a_status = wc_mul_div_round(x, y, n, z, m, mode, &c);
    b_status = portable_mul_div_round(x, y, n, z, m, mode, &d);
    assert_same(a_status, wc_i128_of(c), b_status, wc_i128_of(d));
}

static void compare_short_forms(wc_prng *prng)
{
    int64_t a = wc_prng_i64(prng);
    int64_t b = wc_prng_i64(prng);
    wc_i128 x = {(uint64_t)wc_prng_i64(prng), wc_prng_i64(prng) >> wc_prng_below(prng, 64)};
    wc_round mode = (wc_round)wc_prng_below(prng, WC_ROUND_COUNT);
    wc_i128 left = wc_i128_of(5);
    wc_i128 right = wc_i128_of(5);
    assert_same(WC_OK, wc_i128_product(a, b), WC_OK, portable_i128_product(a, b));
    uint64_t high = wc_u64_mul_high((uint64_t)a, (uint64_t)b);
    assert_true(high == portable_u64_mul_high((uint64_t)a, (uint64_t)b));
    assert_true(wc_i64_mul_high(a, b) == portable_i64_mul_high(a, b));
    int64_t divisor = (int64_t)((uint64_t)a >> 1) | 2; /* in [2, 2^63) */
    assert_true(wc_reciprocal_of(divisor).factor == portable_reciprocal_of(divisor).factor);
    wc_status left_status = wc_i128_mul_i64(x, a, &left);
    wc_status right_status = portable_i128_mul_i64(x, a, &right);
    assert_same(left_status, left, right_status, right);
    int64_t c = 5;
    int64_t d = 5;
    left_status = wc_i64_div_round(a, b, mode, &c);
    right_status = portable_i64_div_round(a, b, mode, &d);
    assert_same(left_status, wc_i128_of(c), right_status, wc_i128_of(d));
    left_status = wc_i64_mod(a, b, &c);
    right_status = portable_i64_mod(a, b, &d);
    assert_same(left_status, wc_i128_of(c), right_status, wc_i128_of(d));
}

static void both_forms_give_the_same_results(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_start(&prng, 20240603);
    for (int i = 0; i < RANDOM_RUNS; i++) {
        compare_mul_div(&prng);
        compare_short_forms(&prng);
    }
}

/* q * d + r, built without division, must come back as q and round by r. */
static void a_known_quotient_and_remainder_are_found_again(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_start(&prng, 20240604);
    for (int i = 0; i < RANDOM_RUNS; i++) {
        int64_t q = wc_prng_i64(&prng) >> 1;
        int64_t d = positive(&prng);
        int64_t r = (int64_t)wc_prng_below(&prng, (uint64_t)d);
        wc_i128 n;
        assert_status(wc_i128_add(wc_i128_product(q, d), wc_i128_of(r), &n), WC_OK);
        int64_t low;
        int64_t high;
        assert_status(wc_mul_div_round(n, 1, 1, d, 1, WC_ROUND_FLOOR, &low), WC_OK);
        assert_status(wc_mul_div_round(n, 1, 1, d, 1, WC_ROUND_CEIL, &high), WC_OK);
        assert_true(low == q && high == q + (r != 0));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mul_div_agrees_with_exact_arithmetic),
        cmocka_unit_test(wide_steps_agree_with_exact_arithmetic),
        cmocka_unit_test(both_forms_give_the_same_results),
        cmocka_unit_test(a_known_quotient_and_remainder_are_found_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
