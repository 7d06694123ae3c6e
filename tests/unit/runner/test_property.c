/* Properties: what holds passes, what does not is found and made as small as it gets, and shrinking
 * never slips from one failure to another. */
#include <string.h>

#include "tests/unit/runner/bench.h"

#define SEED 7

static const char source[] =
    "module t;\nuse std.energy;\n"
    "contract Box {\n"
    "  parties { a : party; }\n  signatory a;\n  terms { most : int<0..1000>; }\n"
    "  states { Open initial; Done final; }\n"
    "  storage { n : int<0..1000> = 0; }\n"
    "  invariant few : self.n <= most;\n"
    "  action put(x : int<0..1000>) by a when Open -> Open { self.n = x; }\n"
    "  action end() by a when Open -> Done { goto Done(); }\n"
    "  after deployed + 24 h when Open -> Done { goto Done(); }\n"
    "}\n"
    "func half(x : Yuan) -> Yuan { return round<Yuan>(x / 2, half_even); }\n"
    /* 0 holds: (x + x) / 2 is x */
    "property \"half of twice\" (x : dec<2, CNY, -5000..5000>) { assert half(x + x) == x; }\n"
    /* 1 fails at the first tie */
    "property \"two halves\" (x : dec<2, CNY, -5000..5000>) { assert half(x) + half(x) == x; }\n"
    /* 2 two failures: the first assert at 700 and more, the second at odd numbers from 11 on */
    "property \"two ways\" (n : int<0..1000>) {\n"
    "  assert n < 700;\n  assert n <= 10 || mod(n, 2) == 0;\n}\n"
    /* 3 a trap in a contract */
    "property \"the box\" (n : int<0..1000>, m : int<0..1000>) {\n"
    "  let b = Box.deploy(a: ann, most: m);\n  as ann { b.put(n); }\n}\n"
    /* 4 a list: the smallest has one element */
    "property \"small\" (xs : list<int<0..1000>, 9>) { assert sum(x in xs : x) < 300; }\n";

static int64_t given_number(const wc_property_result *result, size_t index)
{
    return (int64_t)wc_load_u64(result->given.data + 8 * index);
}

static wc_property_result run(bench *b, uint16_t number, uint64_t seed)
{
    wc_property_result result;
    wc_runner_test test = bench_test(b, number);
    assert_status(wc_property_run(&b->job, &test, seed, 400, &result), WC_OK);
    return result;
}

static void what_holds_passes_every_run(void **state)
{
    wc_property_result result = run(*state, 0, SEED);
    assert_true(result.last.has_passed);
    assert_int_equal(result.runs, 400);
    assert_int_equal(result.given.len, 0);
}

static void a_tie_is_found_and_made_as_small_as_it_gets(void **state)
{
    for (uint64_t seed = 0; seed < 20; seed++) {
        wc_property_result result = run(*state, 1, seed);
        assert_false(result.last.has_passed);
        int64_t x = given_number(&result, 0);
        assert_true(x == 1 || x == -1);
    }
}

static void shrinking_keeps_the_obligation_that_failed(void **state)
{
    bool has_first = false, has_second = false;
    for (uint64_t seed = 0; seed < 60; seed++) {
        wc_property_result result = run(*state, 2, seed);
        assert_false(result.last.has_passed);
        int64_t n = given_number(&result, 0);
        has_first |= n == 700;
        has_second |= n == 11;
        assert_true(n == 700 || n == 11); /* the least of each, never one for the other */
    }
    assert_true(has_first && has_second);
}

static void a_trap_in_a_contract_is_found_with_the_least_values(void **state)
{
    wc_property_result result = run(*state, 3, SEED);
    assert_false(result.last.has_passed);
    assert_int_equal(result.last.failure.callee_kind, WC_OUTCOME_TRAP);
    assert_int_equal(result.last.failure.code, WC_TRAP_INVARIANT);
    assert_true(given_number(&result, 0) == 1 && given_number(&result, 1) == 0);
}

static void a_list_loses_what_the_failure_does_not_need(void **state)
{
    wc_property_result result = run(*state, 4, SEED);
    assert_false(result.last.has_passed);
    assert_int_equal(wc_load_u32(result.given.data), 1);
    assert_true((int64_t)wc_load_u64(result.given.data + 4) == 300);
}

static void the_same_seed_finds_the_same_case(void **state)
{
    wc_property_result a = run(*state, 2, SEED), b = run(*state, 2, SEED);
    assert_int_equal(a.runs, b.runs);
    assert_int_equal(a.shrink_runs, b.shrink_runs);
    assert_int_equal(a.given.len, b.given.len);
    assert_memory_equal(a.given.data, b.given.data, a.given.len);
}

static int open_bench(void **state)
{
    static bench b;
    bench_open(&b, source);
    *state = &b;
    return 0;
}

static int close_bench(void **state)
{
    bench_close(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_holds_passes_every_run),
        cmocka_unit_test(a_tie_is_found_and_made_as_small_as_it_gets),
        cmocka_unit_test(shrinking_keeps_the_obligation_that_failed),
        cmocka_unit_test(a_trap_in_a_contract_is_found_with_the_least_values),
        cmocka_unit_test(a_list_loses_what_the_failure_does_not_need),
        cmocka_unit_test(the_same_seed_finds_the_same_case),
    };
    return cmocka_run_group_tests(tests, open_bench, close_bench);
}
