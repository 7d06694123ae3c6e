/* Sums of products of sizes: whatever is done with them, they are at least what was meant for every
 * size up to its capacity, and exactly that where no term had to be folded; at full capacity
 * always. The second opinion computes with numbers alone. */
#include "vm/isa/gas_poly.h"

#include "tests/support/prng.h"
#include "tests/unit/isa/rig.h"

#define SIZES 12u

static wc_gas_size sizes[SIZES];

static void make_sizes(void)
{
    for (uint32_t i = 0; i < SIZES; i++) {
        sizes[i] =
            (wc_gas_size){.kind = WC_GAS_SIZE_ARGUMENT, .name = WC_STR("x"), .capacity = 2 + i % 5};
    }
}

static uint64_t at(const wc_gas_poly *poly, const uint32_t *actual)
{
    uint64_t sum = 0;
    for (uint16_t i = 0; i < poly->count; i++) {
        uint64_t product = poly->terms[i].factor;
        for (unsigned k = 0; k < poly->terms[i].degree; k++) {
            product *= actual[poly->terms[i].sizes[k]];
        }
        sum += product;
    }
    return sum;
}

/* Ascending, no two alike, factors positive, degrees within the limit, one place free. */
static void assert_sound(const wc_gas_poly *poly)
{
    assert_in_range(poly->count, 0, WC_GAS_TERMS_MAX - 1);
    for (uint16_t i = 0; i < poly->count; i++) {
        const wc_gas_term *term = &poly->terms[i];
        assert_true(term->factor > 0 && term->degree <= WC_GAS_DEGREE_MAX);
        for (unsigned k = 1; k < term->degree; k++)
            assert_true(term->sizes[k - 1] <= term->sizes[k]);
        if (i > 0) assert_true(wc_gas_term_compare(term - 1, term) < 0);
    }
}

static void a_sum_of_products_is_never_less_than_it_was_meant(void **state)
{
    (void)state;
    make_sizes();
    wc_prng prng;
    wc_prng_init(&prng, 20261130);
    size_t folded = 0;
    for (unsigned round = 0; round < 400; round++) {
        wc_gas_poly poly = {0};
        uint32_t full[SIZES], some[SIZES];
        for (uint32_t i = 0; i < SIZES; i++) {
            full[i] = sizes[i].capacity;
            some[i] = (uint32_t)wc_prng_below(&prng, full[i] + 1);
        }
        uint64_t meant_full = 0, meant_some = 0;
        for (unsigned step = 0; step < 60; step++) {
            uint16_t size = (uint16_t)wc_prng_below(&prng, SIZES);
            uint64_t number = wc_prng_below(&prng, 4);
            if (poly.count > 0 && wc_prng_below(&prng, 9) == 0 && meant_full < 100000000) {
                wc_gas_poly_times_size(&poly, size, sizes);
                meant_full *= full[size];
                meant_some *= some[size];
            } else {
                wc_gas_poly more = {0};
                wc_gas_poly_add_number(&more, number, sizes);
                wc_gas_poly_times_size(&more, size, sizes);
                if (wc_prng_below(&prng, 2) == 0) wc_gas_poly_times_size(&more, size, sizes);
                bool is_square = more.count > 0 && more.terms[0].degree == 2;
                wc_gas_poly_add(&poly, &more, sizes);
                meant_full += number * full[size] * (is_square ? full[size] : 1);
                meant_some += number * some[size] * (is_square ? some[size] : 1);
            }
            assert_sound(&poly);
            assert_int_equal(at(&poly, full), meant_full);
            assert_true(at(&poly, some) >= meant_some);
            folded += at(&poly, some) > meant_some;
        }
    }
    assert_true(folded > 100);
}

static void a_number_of_times_none_is_nothing(void **state)
{
    (void)state;
    make_sizes();
    wc_gas_poly poly = {0};
    wc_gas_poly_add_number(&poly, 7, sizes);
    wc_gas_poly_times(&poly, 3);
    assert_int_equal(poly.terms[0].factor, 21);
    wc_gas_poly_times(&poly, 0);
    assert_int_equal(poly.count, 0);
    wc_gas_poly_add_number(&poly, 0, sizes);
    assert_int_equal(poly.count, 0);
}

static void a_sum_of_nothing_is_written_as_zero(void **state)
{
    (void)state;
    char text[16];
    wc_buf buf;
    wc_buf_init(&buf, text, sizeof text);
    const wc_gas_form nothing = {0, NULL};
    wc_gas_form_text(&buf, &nothing, sizes);
    assert_true(wc_slice_equal(wc_buf_slice(&buf), wc_slice_of("0", 1)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sum_of_products_is_never_less_than_it_was_meant),
        cmocka_unit_test(a_number_of_times_none_is_nothing),
        cmocka_unit_test(a_sum_of_nothing_is_written_as_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
