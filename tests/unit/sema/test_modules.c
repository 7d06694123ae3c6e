/* Programs of several modules. */
#define _POSIX_C_SOURCE 200809L /* mkdtemp */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/golden.h"
#include "tests/unit/sema/bench.h"

static const char *report_with(bench *b, const char *text)
{
    b->roots[1] = WC_TEST_DATA "/modules";
    return bench_report(b, text);
}

static void modules_cannot_use_each_other_in_a_circle(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    assert_string_equal(report_with(&b, "module demo;\nuse circle.one;\n"),
                        "2:5 E0306 the modules `circle.two` and `circle.one` use each other\n");
    assert_string_equal(report_with(&b, "module demo;\nuse demo;\n"),
                        "2:5 E0306 the modules `demo` and `demo` use each other\n");
    bench_close(&b);
}

/* The modules m1, m2 ... in a folder of their own, each of which uses the next one. */
static const char *report_of_chain(bench *b, unsigned count)
{
    char folder[] = "/tmp/wattclause_chain_XXXXXX";
    char path[64], text[64];
    assert_non_null(mkdtemp(folder));
    for (unsigned i = 1; i <= count; i++) {
        (void)snprintf(path, sizeof(path), "%s/m%u.clause", folder, i);
        int len = snprintf(text, sizeof(text), "module m%u;\n", i);
        if (i < count) len += snprintf(text + len, sizeof(text) - (size_t)len, "use m%u;\n", i + 1);
        FILE *file = fopen(path, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(text, 1, (size_t)len, file), len);
        assert_int_equal(fclose(file), 0);
    }
    b->roots[1] = folder;
    const char *report = bench_report(b, "module demo;\n\nuse m1;\n");
    b->roots[1] = NULL;
    for (unsigned i = 1; i <= count; i++) {
        (void)snprintf(path, sizeof(path), "%s/m%u.clause", folder, i);
        assert_int_equal(remove(path), 0);
    }
    assert_int_equal(rmdir(folder), 0);
    return report;
}

static void modules_stand_in_a_row_of_bounded_length(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    assert_string_equal(report_of_chain(&b, 64), "3:1 L0305 nothing of `m1` is used\n");
    assert_string_equal(report_of_chain(&b, 65),
                        "2:5 E0906 too many modules that use one another in a row: at most 64 are "
                        "possible\n");
    bench_close(&b);
}

/* All that is warned of stands in the library: to its users nothing is said. */
static void the_warnings_of_a_library_are_its_own(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    b.explains_states = true;
    assert_string_equal(
        report_with(&b, "module demo;\n\nuse untidy;\nfunc f() -> Way { return In; }\n"), "");
    b.explains_states = false;
    bench_close(&b);
}

static void the_mistakes_of_a_library_are_its_own(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    assert_string_equal(
        report_with(&b, "module demo;\n\nuse broken;\nfunc f(x : Nowhere) -> int { return 1; }\n"
                        "func g(x : Nowhere) -> int { return 1; }\n"),
        "4:12 E0302 there is no type `Nowhere` here\n4:21 E0302 there is no type `Nowhere` here\n");
    bench_close(&b);
}

/* The divisors of both files stand at the same place of their text. */
static void a_place_is_one_of_its_file(void **state)
{
    (void)state;
    static const char head[] = "module demo;\n\nuse gaps;\nfunc f(w : int, p : int) -> int { ";
    wc_slice library = wc_test_read_file(WC_TEST_DATA "/modules/gaps.clause");
    const char *at = strstr((const char *)library.data, "parts, down");
    assert_non_null(at);
    size_t place = (size_t)(at - (const char *)library.data);
    char text[1024], wanted[128];
    size_t len = strlen(head) + strlen("return round<int>(w / ");
    assert_true(place > len);
    (void)snprintf(text, sizeof(text), "%s%*sreturn round<int>(w / p, down) + part(w, 3); }\n",
                   head, (int)(place - len), "");
    assert_int_equal(text[place], 'p');
    (void)snprintf(wanted, sizeof(wanted), "4:%u L0502 this divisor may be zero\n",
                   (unsigned)(place - strlen("module demo;\n\nuse gaps;\n") + 1));
    bench b;
    bench_open(&b);
    assert_string_equal(report_with(&b, text), wanted);
    bench_close(&b);
    free((void *)(uintptr_t)library.data);
}

/* What is left out has the default of the library, and with it the place in its text. */
static void lints_do_not_look_into_a_library(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    b.lints = true;
    assert_string_equal(
        report_with(&b, "module demo;\n\nuse gaps;\n"
                        "test \"defaults\" { let o = Outer(n: 1); assert o.inner.m == 2; }\n"),
        "");
    bench_close(&b);
}

#define COUNTER(limit)                                                                             \
    "contract Counter {\n"                                                                         \
    "  parties { owner : party; }\n"                                                               \
    "  states { Open initial; Closed final; }\n"                                                   \
    "  use caps.counter(by_whom: owner, limit: " limit ");\n"                                      \
    "  action close() by owner when Open -> Closed { goto Closed(); }\n}\n"

/* `most` would silently be the library's own: a mix-in is text, and names are found where it is. */
static void a_value_for_a_mixin_means_what_its_author_means(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    assert_string_equal(
        report_with(&b, "module demo;\nconst most : int = 3;\n" COUNTER("most + 1")),
        "6:43 E1211 `most` means something else in `caps`\n");
    assert_string_equal(report_with(&b, "module demo;\nconst own : int = 3;\n" COUNTER("own + 1")),
                        "");
    assert_string_equal(report_with(&b, "module demo;\n" COUNTER("most + 1")),
                        "5:43 E0301 there is no name `most` here\n");
    /* Quantities are copied as they are, whatever their unit is called. */
    assert_string_equal(
        report_with(&b, "module demo;\n"
                        "contract Worker {\n  parties { owner : party; }\n"
                        "  states { Open initial; Closed final; }\n"
                        "  use caps.budget(by_whom: owner);\n"
                        "  action close() by owner when Open -> Closed { goto Closed(); }\n}\n"),
        "");
    /* A slash alone begins no comment; what stands in one, or in a text, is no name. */
    assert_string_equal(report_with(&b, "module demo;\n" COUNTER("round<int>(7 / 2, floor)")), "");
    assert_string_equal(report_with(&b, "module demo;\n" COUNTER("3 // most\n  + 1")), "");
    /* A module that is named for nothing, beside a mix-in of another one. */
    assert_string_equal(report_with(&b, "module demo;\n\nuse gaps;\n" COUNTER("3")),
                        "3:1 L0305 nothing of `gaps` is used\n");
    assert_string_equal(
        report_with(&b, "module demo;\nuse std.energy;\nuse std.lifecycle;\n" COUNTER("3")),
        "3:1 L0305 nothing of `std.lifecycle` is used\n");
    bench_close(&b);
}

#define HANDED(mixin)                                                                              \
    "module demo;\nuse hands;\n"                                                                   \
    "contract Kept {\n  parties { one, two : party; }\n"                                           \
    "  states { Open initial; Closed final; }\n"                                                   \
    "  use hands." mixin "\n"                                                                      \
    "  action close() by two when Open -> Closed { goto Closed(); }\n}\n"

/* A mix-in that binds another party: what was known of the place is known of the party before. */
static void a_place_with_another_party_is_another_key(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    b.traps = WC_TRAPS_DENY;
    assert_string_equal(report_with(&b, HANDED("hand(one, Open);")),
                        "6:3 E0607 `move` does not conserve kWh\n"
                        "6:3 E0607 `swap` does not conserve kWh\n");
    assert_string_equal(report_with(&b, HANDED("glance(one, Open);")),
                        "6:3 L0914 this key may be absent\n");
    assert_string_equal(
        report_with(&b, HANDED("glance(one, Open); // allow L0914: whoever comes has seen it")),
        "");
    bench_close(&b);
}

/* What a module declares is visible by its bare name; its warnings are its own business. */
static void a_module_offers_what_it_declares(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    assert_string_equal(
        report_with(
            &b, "module demo;\nuse std.energy;\nuse library;\n"
                "contract User {\n"
                "  parties { a : party; }\n"
                "  terms { source : contract_ref<Prices>; all : list<contract_ref<Prices>, 2>; }\n"
                "  states { Open initial; Closed final; }\n"
                "  storage { last : Price; }\n"
                "  action take(side : Side, e : Energy) by a when Open {\n"
                "    require twice(e) > 0 kWh : Empty(side);\n"
                "    self.last = max(source.price(side), tick);\n"
                "    for s in all { self.last = max(s.price(Sell), self.last); }\n"
                "  }\n"
                "  action close() by a when Open -> Closed { goto Closed(); }\n}\n"
                "test \"prices\" {\n"
                "  let f = Fixed.deploy(price: 0.5 CNY/kWh);\n"
                "  let c = User.deploy(source: f, all: [f, f]);\n"
                "  as a { c.take(Buy, 1 kWh); }\n"
                "  expect fail Empty { c.take(Side.Sell, 0 kWh); }\n}\n"),
        "");
    assert_non_null(b.program);
    assert_int_equal(b.program->contract_count, 2);
    assert_true(wc_str_equal(b.program->contracts[0]->name, WC_STR("Fixed")));
    assert_true(wc_str_equal(b.program->contracts[0]->module, WC_STR("library")));
    assert_true(wc_str_equal(b.program->contracts[1]->module, WC_STR("demo")));
    bench_close(&b);
}

static void an_instance_must_offer_the_interface(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    assert_string_equal(
        report_with(&b, "module demo;\nuse std.energy;\nuse library;\n"
                        "interface Quantity { view quantity() -> Energy; }\n"
                        "contract User {\n  parties { a : party; }\n"
                        "  terms { source : contract_ref<Quantity>; }\n"
                        "  states { Open initial; Closed final; }\n"
                        "  action close() by a when Open -> Closed { goto Closed(); }\n}\n"
                        "test \"other\" {\n"
                        "  let f = Fixed.deploy(price: 0.5 CNY/kWh);\n"
                        "  let c = User.deploy(source: f);\n  as a { c.close(); }\n}\n"),
        "13:31 E0401 `Fixed` does not offer `quantity` as `Quantity` needs it\n");
    bench_close(&b);
}

static void roles_are_those_of_the_registry(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    const char *report = bench_report(
        &b, "module demo;\ncontract C {\n  parties { a : role GridOperater; }\n"
            "  states { Open initial; Closed final; }\n"
            "  action close() by SettlementBank when Open -> Closed { goto Closed(); }\n}\n");
    assert_string_equal(report, "3:22 E0705 there is no role `GridOperater`\n");
    assert_non_null(strstr(bench_render(&b), "= try: `GridOperator`"));
    bench_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(modules_stand_in_a_row_of_bounded_length),
        cmocka_unit_test(the_warnings_of_a_library_are_its_own),
        cmocka_unit_test(the_mistakes_of_a_library_are_its_own),
        cmocka_unit_test(a_place_is_one_of_its_file),
        cmocka_unit_test(lints_do_not_look_into_a_library),
        cmocka_unit_test(modules_cannot_use_each_other_in_a_circle),
        cmocka_unit_test(a_module_offers_what_it_declares),
        cmocka_unit_test(a_value_for_a_mixin_means_what_its_author_means),
        cmocka_unit_test(a_place_with_another_party_is_another_key),
        cmocka_unit_test(an_instance_must_offer_the_interface),
        cmocka_unit_test(roles_are_those_of_the_registry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
