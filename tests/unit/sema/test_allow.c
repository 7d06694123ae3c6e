/* `// allow CODE: reason`: what it covers, what it does not, and how it is refused. */
#include <stdio.h>

#include "tests/unit/sema/bench.h"

#define STRIP "func f(e : Energy) -> dec<3> { return strip(e); }\n"
#define WARNS "L0501 `strip` takes this number out of the unit system\n"

static void covers_what_stands_behind_it(void **state)
{
    (void)state;
    bench_expect("// allow L0501: the form wants a bare number\n" STRIP, "");
    bench_expect("func f(e : Energy) -> dec<3> {\n    // allow L0501: the form wants it\n"
                 "    return\n        strip(e);\n}\n",
                 "");
    bench_expect("// allow L0501: the first only\n" STRIP
                 "func g(e : Energy) -> dec<3> { return strip(e); }\n",
                 "5:39 " WARNS);
    bench_expect("func f(e : Energy) -> dec<3> {\n    // allow L0501: the let only\n"
                 "    let x = strip(e);\n    return x + strip(e);\n}\n",
                 "6:16 " WARNS);
}

static void covers_the_statement_it_stands_behind(void **state)
{
    (void)state;
    bench_expect("func f(e : Energy) -> dec<3> {\n    return strip(\n"
                 "        e); // allow L0501: the form wants it\n}\n",
                 "");
    bench_expect("func f(e : Energy) -> dec<3> { return strip(e); } // allow L0501: wanted\n", "");
    bench_expect("func f(e : Energy) -> dec<3> {\n    let x = strip(e);\n"
                 "    return x; // allow L0501: not here\n}\n",
                 "4:13 " WARNS);
    bench_expect("func f(e : Energy) -> dec<3> {\n    return strip(e) + // allow L0501: inside\n"
                 "        strip(e);\n}\n",
                 "");
}

static void takes_several_codes(void **state)
{
    (void)state;
    bench_expect("func f(e : Energy) -> int {\n    // allow L0501, L0301: kept for the auditor\n"
                 "    let x = strip(e);\n    return 1;\n}\n",
                 "");
    bench_expect("func f(e : Energy) -> int {\n    let x = strip(e); // allow L0301: one of two\n"
                 "    return 1;\n}\n",
                 "4:13 " WARNS);
}

static void never_allows_an_error(void **state)
{
    (void)state;
    bench_expect("// allow E0401: I know better\nfunc f(x : int) -> bool { return x; }\n",
                 "3:10 L0101 there is no warning E0401\n"
                 "4:34 E0401 the result must be `bool`, not `int`\n");
}

static void says_what_is_wrong_with_its_form(void **state)
{
    (void)state;
    static const char reason[] = "3:1 L0101 this does not say why the warning is allowed\n";
    bench_expect("// allow L0501\nfunc f() -> int { return 1; }\n", reason);
    bench_expect("// allow L0501:  \nfunc f() -> int { return 1; }\n", reason);
    bench_expect("// allow L0501 because\nfunc f() -> int { return 1; }\n", reason);
    bench_expect("// allow L0501, : because\nfunc f() -> int { return 1; }\n",
                 "3:1 L0101 this does not name the warnings to allow\n");
    bench_expect("// allow L9999: because\nfunc f() -> int { return 1; }\n",
                 "3:10 L0101 there is no warning L9999\n");
    bench_expect("// allow it\nfunc f() -> int { return 1; }\n", "");
    bench_expect("// allow L0501, L03\nfunc f() -> int { return 1; }\n",
                 "3:1 L0101 this does not name the warnings to allow\n");
    bench_expect("// allow the bank a day\nfunc f() -> int { return 1; }\n", "");
    bench_expect("const t : text<40> = \"// allow L0501\";\n", "");
}

static void the_last_line_may_be_one(void **state)
{
    (void)state;
    bench_expect("func f() -> int { return 1; }\n// allow L0501: nothing follows", "");
    bench_expect("func f() -> int { return 1; }\n// allow L0501:",
                 "4:1 L0101 this does not say why "
                 "the warning is allowed\n");
}

/* As many as can wait for one statement, and one more. */
static void a_comment_names_so_many_codes(void **state)
{
    (void)state;

    enum {
        MOST = 32
    };

    char text[600];
    for (int count = MOST; count <= MOST + 1; count++) {
        size_t len = (size_t)snprintf(text, sizeof text, "// allow L0501");
        for (int i = 1; i < count; i++) len += (size_t)snprintf(text + len, 9, ", L0501");
        (void)snprintf(text + len, sizeof text - len, ": why\nfunc f() -> int { return 1; }\n");
        bench_expect(text,
                     count == MOST ? "" : "3:1 L0101 this does not name the warnings to allow\n");
    }
}

/* A statement that never ends: the text does not parse. */
static void a_statement_that_breaks_off_may_have_one(void **state)
{
    (void)state;
    bench_expect("// allow L0501: why\nfunc f() -> ",
                 "4:13 E0201 found the end of the file, expected a type\n");
}

/* Warnings that are allowed do not use up the places of others. */
static void allowed_warnings_are_not_counted(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    (void)bench_report(&b, "module demo;\nuse std.energy;\n// allow L0501: wanted\n" STRIP);
    assert_int_equal(b.diags.warning_count, 0);
    bench_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(covers_what_stands_behind_it),
        cmocka_unit_test(covers_the_statement_it_stands_behind),
        cmocka_unit_test(takes_several_codes),
        cmocka_unit_test(never_allows_an_error),
        cmocka_unit_test(says_what_is_wrong_with_its_form),
        cmocka_unit_test(the_last_line_may_be_one),
        cmocka_unit_test(a_comment_names_so_many_codes),
        cmocka_unit_test(a_statement_that_breaks_off_may_have_one),
        cmocka_unit_test(allowed_warnings_are_not_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
