/* Units, scales, widths: what arithmetic becomes in the checked tree. The fractions were worked out
 * by hand from the definitions (1 kW = 1 kWh/h, 1 h = 60 min = 3600 s, 1 MWh = 1000 kWh). */
#include "tests/unit/sema/bench.h"

#include <stdio.h>

#include "compiler/sema/dump.h"

#define HEAD "module demo;\nuse std.energy;\n"

/* Functions are reached through a test, which calls nothing else. */
static const char *dump_of(bench *b, const char *function, const char *call)
{
    char text[4096];
    int len = snprintf(text, sizeof(text), "%s%s\ntest \"t\" { let r = %s; assert r == r; }\n",
                       HEAD, function, call);
    assert_true(len > 0 && (size_t)len < sizeof(text));
    const char *report = bench_report(b, text);
    if (b->program == NULL) fail_msg("%s", report);
    wc_buf buf;
    wc_buf_init(&buf, b->text, 65536);
    wc_sema_dump_routine(bench_func(b, "f"), &buf);
    b->text[buf.len] = 0;
    return b->text;
}

static void expect_tree(const char *function, const char *call, const char *tree)
{
    bench b;
    bench_open(&b);
    assert_string_equal(dump_of(&b, function, call), tree);
    bench_close(&b);
}

/* 3 + 5 decimals to 2, the same unit: 1 / 10^6. */
static void energy_times_price_is_money_in_one_rounding(void **state)
{
    (void)state;
    expect_tree("func f(e : Energy, p : Price) -> Yuan { return round(e * p, half_even); }",
                "f(1 kWh, 1 CNY/kWh)",
                "func f e : dec<3, kWh> p : dec<5, CNY/kWh> -> money<CNY>\n"
                "  return (round 1/1000000 half_even (local e) (local p))\n");
}

/* kW * 15 min: 15/60 of a kWh per kW. */
static void power_times_a_quarter_is_a_fourth(void **state)
{
    (void)state;
    expect_tree("func f(p : Power) -> Energy { return round(p * 15 min, half_even); }", "f(1 kW)",
                "func f p : dec<3, kW> -> dec<3, kWh>\n"
                "  return (round 1/4 half_even (local p))\n");
}

/* kW * s * CNY/(kW h): 1/3600, and 3 + 0 + 5 decimals to 2: 1/10^6. */
static void capacity_payment_folds_seconds_and_hours(void **state)
{
    (void)state;
    expect_tree("func f(c : Power, w : interval, p : dec<5, CNY/kW/h>) -> Yuan {\n"
                "  return round(c * w.length() * p, half_even); }",
                "f(1 kW, interval(2026-01-01T00:00:00Z, 2026-01-02T00:00:00Z), 1 CNY/kWh)",
                "func f c : dec<3, kW> w : interval p : dec<5, CNY/kWh> -> money<CNY>\n"
                "  return (round 1/3600000000 half_even (mul dec<3, s*kW> w (local c) "
                "(length (local w))) (local p))\n");
}

/* 1 CNY/MWh is 10^-3 CNY/kWh; 2 decimals to 5 are 10^3: nothing is left to round. */
static void a_rounding_that_loses_nothing_is_none(void **state)
{
    (void)state;
    expect_tree("func f(p : dec<2, CNY/MWh>) -> Price { return round(p, exact); }", "f(1 CNY/MWh)",
                "func f p : dec<2, CNY/MWh> -> dec<5, CNY/kWh>\n"
                "  return (local p)\n");
}

static void convert_multiplies_by_the_exact_factor(void **state)
{
    (void)state;
    expect_tree("func f(e : dec<3, MWh>) -> Energy { return convert<Energy>(e); }", "f(1 MWh)",
                "func f e : dec<3, MWh> -> dec<3, kWh>\n"
                "  return (fit dec<3, kWh> (mul dec<3, kWh> w (local e) 1000))\n");
}

/* A quotient of prices: units cancel, 5 - 5 decimals to 4. */
static void a_ratio_has_no_unit(void **state)
{
    (void)state;
    expect_tree("func f(a : Price, b : dec<5, CNY/kWh, 0.00001..9>) -> dec<4> {\n"
                "  return round(a / b, half_up); }",
                "f(1 CNY/kWh, 2 CNY/kWh)",
                "func f a : dec<5, CNY/kWh> b : dec<5, CNY/kWh, 0.00001..9.00000> -> dec<4>\n"
                "  return (round 10000/1 half_up (local a) (local b))\n");
}

/* The operand with fewer decimals is multiplied up. */
static void sums_align_their_scales(void **state)
{
    (void)state;
    expect_tree("func f(a : dec<1, kWh, 0..9>, b : dec<3, kWh, 0..9>) -> Energy { return a + b; }",
                "f(1 kWh, 2 kWh)",
                "func f a : dec<1, kWh, 0.0..9.0> b : dec<3, kWh, 0.000..9.000> -> dec<3, kWh>\n"
                "  return (add (mul (local a) 100) (local b))\n");
}

/* Two 64-bit numbers differ by up to 65 bits; with bounds they do not. */
static void only_what_may_exceed_64_bits_is_wide(void **state)
{
    (void)state;
    expect_tree("func f(a : int, b : int) -> int { return a - b; }", "f(1, 2)",
                "func f a : int b : int -> int\n"
                "  return (fit int (sub int w (local a) (local b)))\n");
    expect_tree("func f(a : int<0..9>, b : int<0..9>) -> int { return a - b; }", "f(1, 2)",
                "func f a : int<0..9> b : int<0..9> -> int\n"
                "  return (sub (local a) (local b))\n");
}

/* 9 + 9 lies in [0, 18], which needs the check; 4 + 4 does not. */
static void a_place_checks_its_bounds_only_when_it_must(void **state)
{
    (void)state;
    expect_tree("func f(a : int<0..9>) -> int<0..10> { return a + a; }", "f(1)",
                "func f a : int<0..9> -> int<0..10>\n"
                "  return (fit int<0..10> (add (local a) (local a)))\n");
    expect_tree("func f(a : int<0..4>) -> int<0..10> { let b : int<0..8> = a + a; return b; }",
                "f(1)",
                "func f a : int<0..4> -> int<0..10>\n"
                "  let b : int<0..8> (fit int<0..8> (add (local a) (local a)))\n"
                "  return (fit int<0..10> (local b))\n");
}

static void constants_are_folded_exactly(void **state)
{
    (void)state;
    expect_tree(
        "const share : dec<4> = 5.5%;\n"
        "func f(x : int) -> dec<4> { return share * 2 + 0.0001 - min(0.5, 1) + mod(x, 1); }",
        "f(1)",
        "func f x : int -> dec<4>\n"
        "  return (add -0.3899 (mul (mod (local x) 1) 10000))\n");
    expect_tree("func f() -> Yuan { return round(1.23450 CNY, half_even); }", "f()",
                "func f -> money<CNY>\n  return 1.23 CNY\n");
    expect_tree("func f() -> Yuan { return round(0.125 CNY, half_up); }", "f()",
                "func f -> money<CNY>\n  return 0.13 CNY\n");
    expect_tree("func f() -> Energy { return round(7 kWh / 2, exact); }", "f()",
                "func f -> dec<3, kWh>\n  return 3.500 kWh\n");
}

/* The sum of 5 numbers of [0, 10] is at most 50; of 64-bit numbers it is wide. */
static void sums_know_how_many_there_are(void **state)
{
    (void)state;
    expect_tree("func f(xs : list<int<0..10>, 5>) -> int<0..50> { return sum(xs); }", "f([1])",
                "func f xs : list<int<0..10>, 5> -> int<0..50>\n"
                "  return (fit int<0..50> (sum item (local xs) (local item)))\n");
    expect_tree("func f(xs : list<int, 5>) -> int { return sum(x in xs : x); }", "f([1])",
                "func f xs : list<int, 5> -> int\n"
                "  return (fit int (sum int w x (local xs) (local x)))\n");
}

/* A variable without a type keeps 128 bits; `wide<T>` says so. */
static void untyped_variables_keep_exact_values(void **state)
{
    (void)state;
    expect_tree("func f(a : int) -> int { var s = a; s += a; return s; }", "f(1)",
                "func f a : int -> int\n"
                "  let s : int w (local a)\n"
                "  assign (local int w s) (add int w (current int w) (local a))\n"
                "  return (fit int (local int w s))\n");
    expect_tree("func f(a : Energy) -> Energy {\n"
                "  var s : wide<Energy> = 0 kWh; s -= a; return s; }",
                "f(1 kWh)",
                "func f a : dec<3, kWh> -> dec<3, kWh>\n"
                "  let s : dec<3, kWh> w 0.000 kWh\n"
                "  assign (local dec<3, kWh> w s) (sub dec<3, kWh> w (current dec<3, kWh> w) "
                "(local a))\n"
                "  return (fit dec<3, kWh> (local dec<3, kWh> w s))\n");
}

/* A duration is brought to whole seconds. */
static void times_move_by_seconds(void **state)
{
    (void)state;
    expect_tree("func f(t : time, k : int<0..96>) -> time { return t + 1.5 h + k * 15 min; }",
                "f(2026-01-01T00:00:00Z, 1)",
                "func f t : time k : int<0..96> -> time\n"
                "  return (add (add (local t) 5400 s) (mul (mul (local k) 15 min) 60))\n");
    expect_tree("func f(a : time, b : time) -> dec<0, min> {\n"
                "  return round((b - a) / 1, floor); }",
                "f(2026-01-01T00:00:00Z, 2026-01-01T00:00:00Z)",
                "func f a : time b : time -> dec<0, min>\n"
                "  return (round 1/60 floor (sub (local b) (local a)))\n");
}

/* Spelling does not matter: the text of a unit follows from what it is. */
static void units_have_one_text(void **state)
{
    (void)state;
    expect_tree(
        "func f(a : dec<0, kW*h>, b : dec<0, CNY/kW/h>, c : dec<0, 1/h>,\n"
        "       d : dec<0, kWh*kWh>, e : dec<0, h*kWh/h>, g : dec<0, CNY/kWh*MWh>) -> int {\n"
        "  return a == e && b == b && c == c && d == d && g == g ? 1 : 2; }",
        "f(1 kWh, 1 CNY/kWh, 1 1/h, 1 kWh*kWh, 1 kWh, 1 CNY/kWh*MWh)",
        "func f a : dec<0, kWh> b : dec<0, CNY/kWh> c : dec<0, 1/h> d : dec<0, kWh*kWh> "
        "e : dec<0, kWh> g : dec<0, kWh*CNY/Wh> -> int\n"
        "  return (choose (and (and (and (and (eq (local a) (local e)) (eq (local b) "
        "(local b))) (eq (local c) (local c))) (eq (local d) (local d))) (eq (local g) "
        "(local g))) 1 2)\n");
}

/* A whole quotient rounded down is an instruction of its own. */
static void floor_of_whole_numbers_is_an_integer_division(void **state)
{
    (void)state;
    expect_tree("func f(a : int, b : int<1..9>) -> int { return round(a / b, floor); }", "f(1, 2)",
                "func f a : int b : int<1..9> -> int\n"
                "  return (idiv (local a) (local b))\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(energy_times_price_is_money_in_one_rounding),
        cmocka_unit_test(power_times_a_quarter_is_a_fourth),
        cmocka_unit_test(capacity_payment_folds_seconds_and_hours),
        cmocka_unit_test(a_rounding_that_loses_nothing_is_none),
        cmocka_unit_test(convert_multiplies_by_the_exact_factor),
        cmocka_unit_test(a_ratio_has_no_unit),
        cmocka_unit_test(sums_align_their_scales),
        cmocka_unit_test(only_what_may_exceed_64_bits_is_wide),
        cmocka_unit_test(a_place_checks_its_bounds_only_when_it_must),
        cmocka_unit_test(constants_are_folded_exactly),
        cmocka_unit_test(sums_know_how_many_there_are),
        cmocka_unit_test(untyped_variables_keep_exact_values),
        cmocka_unit_test(times_move_by_seconds),
        cmocka_unit_test(units_have_one_text),
        cmocka_unit_test(floor_of_whole_numbers_is_an_integer_division),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
