/* Every bound of the checker, reached and exceeded by one. */
#include "tests/unit/sema/texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* `most` is accepted, one more is not. */
static void check_limit(write_fn write, unsigned most, const char *code)
{
    bench b;
    bench_open(&b);
    assert_int_equal(errors_with(&b, write, most - 1, code), 0);
    assert_int_equal(errors_with(&b, write, most, code), 0);
    assert_true(errors_with(&b, write, most + 1, code) > 0);
    bench_close(&b);
}

static void write_parties(writer *w, unsigned count)
{
    put(w, "contract C {\n  parties {\n");
    put_many(w, 0, count, "p", " : party;\n");
    put(w, "  }\n" REST);
}

static void write_states(writer *w, unsigned count)
{
    put(w, "contract C {\n  parties { a : party; }\n  states { s0 initial;\n");
    put_many(w, 1, count - 1, "s", ";\n");
    put(w, "Closed final; }\n");
    for (unsigned i = 1; i < count - 1; i++) {
        char line[160];
        (void)snprintf(line, sizeof(line), "action a%u() by a when s%u -> s%u { goto s%u(); }\n", i,
                       i - 1, i, i);
        put(w, line);
    }
    put(w, "action b() by a -> Closed { goto Closed(); }\n}\n");
}

static void write_fields(writer *w, unsigned count)
{
    put(w, "record R {\n");
    put_many(w, 0, count, "f", " : int;\n");
    put(w, "}\n");
}

static void write_variants(writer *w, unsigned count)
{
    put(w, "enum E { first");
    put_many(w, 1, count, ", v", "");
    put(w, " }\n");
}

static void write_params(writer *w, unsigned count)
{
    put(w, "func f(p : int");
    put_many(w, 1, count, ", p", " : int");
    put(w, ") -> int { return p; }\n");
}

static void write_methods(writer *w, unsigned count)
{
    put(w, "interface I {\n");
    put_many(w, 0, count, "action a", "();\n");
    put(w, "}\n");
}

static void write_locals(writer *w, unsigned count)
{
    put(w, "func f(p : int) -> int {\n");
    put_many(w, 1, count, "let x", " = p;\n");
    put(w, "return p; }\n");
}

static void write_loops(writer *w, unsigned count)
{
    put(w, "func f(p : int) -> int {\n");
    put_many(w, 0, count, "for i", " in 0 .. 2 {\n");
    for (unsigned i = 0; i < count; i++) put(w, "}\n");
    put(w, "return p; }\n");
}

static void write_calls(writer *w, unsigned count)
{
    put(w, "func f0(x : int) -> int { return x; }\n");
    for (unsigned i = 1; i < count; i++) {
        char line[160];
        (void)snprintf(line, sizeof(line), "func f%u(x : int) -> int { return f%u(x); }\n", i,
                       i - 1);
        put(w, line);
    }
}

/* The first needs the second, and so on. */
static void write_aliases(writer *w, unsigned count)
{
    for (unsigned i = 1; i < count; i++) {
        char line[160];
        (void)snprintf(line, sizeof(line), "type t%u = t%u;\n", i, i + 1);
        put(w, line);
    }
    char line[160];
    (void)snprintf(line, sizeof(line), "type t%u = int;\n", count);
    put(w, line);
}

static void write_signers(writer *w, unsigned count)
{
    put(w, "contract C {\n  parties {\n");
    put_many(w, 0, count, "p", " : party;\n");
    put(w, "  }\n  action all() by any(p0");
    put_many(w, 1, count, ", p", "");
    put(w, ") when Open { }\n" REST);
}

static void write_invariants(writer *w, unsigned count)
{
    put(w, "contract C {\n  parties { a : party; }\n  storage { n : int; }\n");
    put_many(w, 0, count, "invariant i", " : self.n >= 0;\n");
    put(w, REST);
}

static void write_storage(writer *w, unsigned count)
{
    put(w, "contract C {\n  parties { a : party; }\n  storage {\n");
    put_many(w, 0, count, "n", " : int;\n");
    put(w, "}\n" REST);
}

static void write_elements(writer *w, unsigned count)
{
    put(w, "const xs : list<int, 2000> = [0");
    put_many(w, 1, count, ", ", "");
    put(w, "];\n");
}

static void write_test_parties(writer *w, unsigned count)
{
    put(w, "contract C {\n  parties { a : party; }\n" REST);
    put(w, "test \"many\" { let c = C.deploy();\n");
    put_many(w, 1, count, "as p", " { c.close(); }\n");
    put(w, "}\n");
}

static void write_sends(writer *w, unsigned count)
{
    put(w, "interface Market { action ping(n : int); }\ncontract C {\n  parties { a : party; }\n"
           "  terms { market : contract_ref<Market>; }\n  action go() by a when Open {\n");
    put_many(w, 0, count, "send market.ping(", ");\n");
    put(w, "  }\n" REST);
}

static void write_tuple_type(writer *w, unsigned count)
{
    put(w, "func f(p : (int");
    for (unsigned i = 1; i < count; i++) put(w, ", int");
    put(w, ")) -> bool { return p == p; }\n");
}

static void write_tuple(writer *w, unsigned count)
{
    put(w, "func f(p : int) -> bool { let t = (p");
    for (unsigned i = 1; i < count; i++) put(w, ", p");
    put(w, "); return t == t; }\n");
}

static void write_terms(writer *w, unsigned count)
{
    put(w, "contract C {\n  parties { a : party; }\n  terms {\n");
    put_many(w, 0, count, "t", " : int;\n");
    put(w, "}\n" REST);
}

static void write_shares(writer *w, unsigned count)
{
    put(w, "contract C {\n  parties { a : party; }\n  action s(y : Yuan) by a when Open {\n"
           "split(a, y, half_even) {\n");
    for (unsigned i = 1; i < count; i++) put(w, "a : 0%;\n");
    put(w, "a : rest; } }\n  after deployed + 1 h when Open -> Closed { goto Closed(); }\n" REST);
}

static void write_declarations(writer *w, unsigned count)
{
    /* std.energy declares 17 names */
    put_many(w, 17, count, "const c", " : int = 1;\n");
}

static void write_written(writer *w, unsigned count)
{
    put(w, "test \"long\" {\n  let s : series<int, 1 h, 2000> = "
           "series_of(2026-01-01T00:00:00Z, [0");
    put_many(w, 1, count, ", ", "");
    put(w, "]);\n  assert s.len() > 0;\n}\n");
}

static void each_limit_is_reached_and_not_passed(void **state)
{
    (void)state;
    check_limit(write_parties, 32, "E0906");
    check_limit(write_states, 64, "E0906");
    check_limit(write_fields, 256, "E0906");
    check_limit(write_variants, 256, "E0906");
    check_limit(write_params, 256, "E0906");
    check_limit(write_methods, 256, "E0906");
    check_limit(write_locals, 2048, "E0906");
    check_limit(write_loops, 16, "E0906");
    check_limit(write_calls, 64, "E0906");
    check_limit(write_aliases, 64, "E0906");
    check_limit(write_signers, 16, "E0906");
    check_limit(write_invariants, 64, "E0906");
    check_limit(write_storage, 256, "E0906");
    check_limit(write_sends, WC_SENDS_MAX, "E1012");
    check_limit(write_elements, 1024, "E0904");
    check_limit(write_test_parties, 256, "E0906");
    check_limit(write_tuple_type, 256, "E0906");
    check_limit(write_tuple, 256, "E0906");
    check_limit(write_terms, 256, "E0906");
    check_limit(write_shares, 1024, "E0906");
    check_limit(write_declarations, 8192, "E0906");
    check_limit(write_written, 1024, "E1104");
}

static void only_the_first_declaration_too_many_is_named(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    assert_int_equal(errors_with(&b, write_declarations, 8195, "E0906"), 1);
    bench_close(&b);
}

/* --- units ----------------------------------------------------------------------------------- */

/* count units with the plain one; last: the end of the text. */
/* Each record has 250 types of its own. */
static void write_types(writer *w, unsigned count)
{
    unsigned number = 0;
    for (unsigned i = 0; i < count; i++) {
        char line[64];
        (void)snprintf(line, sizeof(line), "record R%u {\n", i);
        put(w, line);
        for (unsigned j = 0; j < 250; j++) {
            (void)snprintf(line, sizeof(line), "f%u : int<0..%u>;\n", j, number++);
            put(w, line);
        }
        put(w, "}\n");
    }
}

static void types_are_counted(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    assert_int_equal(errors_with(&b, write_types, 32, "E0906"), 0);
    assert_true(errors_with(&b, write_types, 33, "E0906") > 0);
    bench_close(&b);
}

/* Twice the text needs about twice the memory: no pass keeps more than a constant per word. */
static void memory_grows_with_the_text(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    assert_int_equal(errors_with(&b, write_declarations, 2000, ""), 0);
    size_t half = b.arena.used;
    assert_int_equal(errors_with(&b, write_declarations, 4000, ""), 0);
    assert_true(b.arena.used < 3 * half);
    bench_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_limit_is_reached_and_not_passed),
        cmocka_unit_test(only_the_first_declaration_too_many_is_named),
        cmocka_unit_test(types_are_counted),
        cmocka_unit_test(memory_grows_with_the_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
