/* What is remembered up to a bound, and tables that are full or mixed up: of facts, units, types,
 * names. */
#include "tests/unit/sema/texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- more than is remembered ----------------------------------------------------------------- */

static void write_arms(writer *w, unsigned count)
{
    put(w, "enum E { A, B }\nfunc f(e : E) -> int { match e {\n");
    for (unsigned i = 0; i < count; i++) put(w, "A => { return 1; }\n");
    put(w, "} return 2; }\n");
}

/* Doubled arms are errors, too, but of another kind. */
static void arms_are_counted(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    assert_true(errors_with(&b, write_arms, 1024, "E0408") > 1);
    assert_int_equal(errors_with(&b, write_arms, 1025, "E0906"), 1);
    bench_close(&b);
}

/* Each of the series is examined, and the last one is read. */
static void write_facts(writer *w, unsigned count)
{
    put(w, "error Gap();\nfunc f(l : list<series<Energy, 1 h, 1>, 300>) -> Energy {\n");
    put_many(w, 0, count, "require l[", "].count(Missing) == 0 : Gap();\n");
    put_many(w, count - 1, count, "return sum(l[", "]);\n}\n");
}

static void write_paid(writer *w, unsigned count)
{
    put(w, "contract C {\n  parties { a, b : party; }\n"
           "  action s(l : list<Yuan, 300>, y : Yuan) by a when Open {\n");
    put_many(w, 0, count, "pay a -> b : round<Yuan>(l[", "] * 0.5, down);\n");
    put(w, "pay a -> b : round<Yuan>(y * 0.5, down);\npay a -> b : round<Yuan>(y * 0.5, down);\n"
           "  }\n  after deployed + 1 h when Open -> Closed { goto Closed(); }\n" REST);
}

static void write_names(writer *w, unsigned count)
{
    put(w, "error Gap();\nfunc f(s0 : series<Energy, 1 h, 1>) -> Energy {\n");
    for (unsigned i = 1; i < count; i++) {
        char line[64];
        (void)snprintf(line, sizeof(line), "let s%u = s%u;\n", i, i - 1);
        put(w, line);
    }
    put_many(w, count - 1, count, "require s", ".count(Missing) == 0 : Gap();\n");
    put(w, "return sum(s0);\n}\n");
}

/* What a path teaches is remembered up to a bound; beyond it nothing is concluded. */
static void what_is_known_on_a_path_is_bounded(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    assert_int_equal(errors_with(&b, write_facts, 256, ""), 0);
    assert_int_equal(errors_with(&b, write_facts, 257, "E1103"), 1);
    assert_int_equal(errors_with(&b, write_paid, 254, "E0601"), 1);
    assert_int_equal(errors_with(&b, write_paid, 255, ""), 0);
    assert_int_equal(errors_with(&b, write_names, 64, ""), 0);
    assert_int_equal(errors_with(&b, write_names, 70, "E1103"), 1);
    bench_close(&b);
}

static void write_warnings(writer *w, unsigned count)
{
    put(w, "use std.time;\nfunc f(p : int) -> int {\n");
    put_many(w, 0, count, "let x", " = 1;\n");
    put(w, "return p; }\n");
}

static void write_unknown(writer *w, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        put_many(w, i, i + 1, "type t", " = ");
        put_many(w, i, i + 1, "Nowhere", ";\n");
    }
}

/* Beyond those that are kept nobody is told which module might declare the name. */
static void errors_beyond_those_kept_are_counted(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    assert_int_equal(errors_with(&b, write_unknown, 60, "E0302"), 50);
    assert_int_equal(b.diags.error_count, 60);
    bench_close(&b);
}

static void write_unused(writer *w, unsigned count)
{
    put(w, "contract C {\n  parties { a : party; }\n");
    put_many(w, 0, count, "func f", "() -> int { return 1; }\n");
    put(w, REST);
}

static void warnings_beyond_those_kept_have_no_fix(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    assert_int_equal(errors_with(&b, write_warnings, 60, ""), 0);
    assert_int_equal(b.diags.warning_count, 62); /* two modules are not used either */
    assert_int_equal(errors_with(&b, write_unused, 60, ""), 0);
    assert_int_equal(b.diags.warning_count, 61);
    bench_close(&b);
}

static const char *report_of_units(bench *b, unsigned count, const char *last)
{
    writer w = {.text = malloc(WRITER_MAX)};
    assert_non_null(w.text);
    put(&w, "module demo;\ndimension d;\nunit b : d;\n");
    for (unsigned i = 2; i < count; i++) {
        char line[64];
        (void)snprintf(line, sizeof(line), "unit u%u = %u b;\n", i, i);
        put(&w, line);
    }
    put(&w, last);
    const char *report = bench_report(b, w.text);
    free(w.text);
    return report;
}

#define TOO_MANY "this unit is out of bounds\n"

static void units_are_counted(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    assert_string_equal(report_of_units(&b, 1023, "unit last = 5000 b;\n"), "");
    assert_string_equal(report_of_units(&b, 1024, "unit last = 5000 b;\n"),
                        "1026:6 E0504 " TOO_MANY);
    assert_string_equal(report_of_units(&b, 1024, "dimension e;\nunit last : e;\n"),
                        "1027:6 E0504 " TOO_MANY);
    assert_string_equal(report_of_units(&b, 1024, "currency BTU : 2;\n"),
                        "1026:10 E0504 " TOO_MANY);
    assert_string_equal(report_of_units(&b, 1024, "func f(x : dec<0, b*b>) -> int { return 1; }\n"),
                        "1026:19 E0504 " TOO_MANY);
    assert_string_equal(
        report_of_units(&b, 40, "func f(x : dec<0, b*b>) -> bool { return x == x; }\n"), "");
    /* Of a unit that has no place there is no text, and so no note. */
    assert_string_equal(
        report_of_units(&b, 1023,
                        "dimension e;\nunit c : e;\n"
                        "func f(x : dec<0, b>, y : dec<0, c>) -> bool { return x < y; }\n"
                        "func g(x : dec<0, b>) -> int { return round<int>(x * x / 2, down); }\n"),
        "1027:57 E0503 units do not match in `<`\n"
        "1028:39 E0503 this is of another dimension, and `int` cannot hold it\n");
    bench_close(&b);
}

/* --- types that differ in one thing ---------------------------------------------------------- */

static void write_alike(writer *w, unsigned count)
{
    put(w, "record R {\n");
    put_many(w, 0, count, "m", " : int;\n");
    put(w, "}\ndimension d;\nunit b : d;\n");
    for (unsigned i = 2; i < count; i++) {
        char line[400];
        (void)snprintf(line, sizeof(line),
                       "unit u%u = %u b;\nfunc f%u(a : dec<0, u%u>, s : series<int, %u s, 7>, "
                       "v : map<int, int<0..%u>, 7>, t : (int, int<0..%u>)) -> int { return 1; }\n",
                       i, i, i, i, i, i, i);
        put(w, line);
    }
    for (unsigned k = 0; k < 3; k++) {
        put_many(w, k, k + 1, "contract C", " {\n  parties { a : party; }\n  storage {\n");
        for (unsigned i = k * 80; i < (k + 1) * 80; i++) {
            char line[200];
            (void)snprintf(line, sizeof(line),
                           "q%u : sorted<R, m%u, asc, 7>;\nr%u : sorted<R, m0, desc, %u>;\n"
                           "p%u : sorted<R, m0, asc, %u>;\n",
                           i, i, i, i + 1, i, i + 1);
            put(w, line);
        }
        put(w, "  }\n" REST);
    }
}

static bool is_named(const bench *b, const char *text)
{
    unsigned times = 0;
    for (uint32_t i = 0; i < b->program->type_count; i++) {
        times += wc_str_equal(b->program->types[i]->text, wc_str_of(text)) ? 1 : 0;
    }
    assert_true(times <= 1);
    return times == 1;
}

/* However the table of types mixes them up, each is there, and once. */
static void types_that_differ_in_one_thing_are_different(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    assert_int_equal(errors_with(&b, write_alike, 240, ""), 0);
    for (unsigned i = 2; i < 240; i++) {
        static const struct {
            const char *before, *after;
        } forms[] = {{"dec<0, u", ">"},
                     {"series<int, ", " s, 7>"},
                     {"map<int, int<0..", ">, 7>"},
                     {"(int, int<0..", ">)"}};

        for (size_t k = 0; k < WC_ARRAY_LEN(forms); k++) {
            char text[64];
            (void)snprintf(text, sizeof(text), "%s%u%s", forms[k].before, i, forms[k].after);
            if (!is_named(&b, text)) fail_msg("%s", text);
        }
    }
    bench_close(&b);
}

static void write_tuples(writer *w, unsigned count)
{
    put(w, "func f(p : int) -> bool {\n");
    for (unsigned i = 2; i <= count; i++) {
        put_many(w, i, i + 1, "let t", " = (p");
        for (unsigned k = 1; k < i; k++) put(w, ", p");
        put_many(w, i, i + 1, ");\nif t", " != ");
        put_many(w, i, i + 1, "t", " { return false; }\n");
    }
    put(w, "return true; }\n");
}

static void tuples_of_every_length_are_different(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    assert_int_equal(errors_with(&b, write_tuples, 200, ""), 0);
    bench_close(&b);
}

/* Names with the same number in the table of names (FNV-1a; found by trying). */
static void names_are_more_than_their_number(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    assert_string_equal(
        bench_report(&b,
                     "module demo;\n\nconst v332789 : int = 1;\nconst v529192 : int = 2;\n"
                     "enum E1 { v439599, other1 }\nenum E2 { v622382, other2 }\n"
                     "const v955202 : int = 1;\nenum E3 { v953178, other3 }\n"
                     "func f() -> int { return v332789 + v529192 + v955202; }\n"
                     "func g() -> bool { return v439599 == E1.v439599 && v622382 == E2.v622382 && "
                     "v953178 == E3.v953178; }\n"),
        "");
    bench_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arms_are_counted),
        cmocka_unit_test(what_is_known_on_a_path_is_bounded),
        cmocka_unit_test(warnings_beyond_those_kept_have_no_fix),
        cmocka_unit_test(errors_beyond_those_kept_are_counted),
        cmocka_unit_test(units_are_counted),
        cmocka_unit_test(types_that_differ_in_one_thing_are_different),
        cmocka_unit_test(tuples_of_every_length_are_different),
        cmocka_unit_test(names_are_more_than_their_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
