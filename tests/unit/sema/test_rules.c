/* Rules beyond the examples of the diagnostics: files of cases in tests/golden/sema, each a source
 * and what is reported for it. A file looks like this:
 *
 *     === a parameter cannot have the name of a term
 *     source, to which "module demo;" and "use std.energy;" are put in front (in bare.cases the
 *     name of the module alone, and an empty line)
 *     ---
 *     line:column CODE message        (none: the source is accepted)
 */
#include "tests/unit/sema/bench.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/support/golden.h"

#define HEAD     "module demo;\nuse std.energy;\n"
#define BARE     "module demo;\n\n"
#define CASE_MAX 32768u
#define FILE_MAX ((size_t)1 << 18)

typedef struct cursor {
    const char *at, *end;
} cursor;

static bool starts(const cursor *from, const char *mark)
{
    size_t len = strlen(mark);
    return (size_t)(from->end - from->at) >= len && memcmp(from->at, mark, len) == 0;
}

/* Appends lines up to the next one that starts with the mark; false at the end of the file. */
static bool copy_until(cursor *from, const char *mark, wc_buf *to)
{
    while (from->at < from->end && !starts(from, mark)) {
        const char *line = from->at;
        while (from->at < from->end && *from->at != '\n') from->at++;
        if (from->at < from->end) from->at++;
        wc_buf_put(to, line, (size_t)(from->at - line));
    }
    return from->at < from->end;
}

static void run_case(bench *b, const char *head, cursor *from, wc_buf *out)
{
    char text[CASE_MAX];
    wc_buf source;
    wc_buf_init(&source, text, sizeof(text) - 1);
    wc_buf_put_text(&source, head);
    assert_true(copy_until(from, "---\n", &source));
    assert_status(wc_buf_status(&source), WC_OK);
    text[source.len] = 0;
    wc_buf_put(out, text + strlen(head), source.len - strlen(head));
    wc_buf_put_text(out, "---\n");
    wc_buf_put_text(out, bench_report(b, text));
}

static void skip_report(cursor *from)
{
    static char ignored[CASE_MAX];
    wc_buf rest;
    wc_buf_init(&rest, ignored, sizeof(ignored));
    (void)copy_until(from, "=== ", &rest);
}

/* like: what to look for beside errors. */
static void check_file_with(const char *name, const char *head, const bench *like)
{
    char path[256];
    (void)snprintf(path, sizeof(path), "../../golden/sema/%s.cases", name);
    wc_slice bytes = wc_test_read_file(path);
    cursor from = {(const char *)bytes.data, (const char *)bytes.data + bytes.len};
    char *memory = malloc(FILE_MAX);
    assert_non_null(memory);
    wc_buf out;
    wc_buf_init(&out, memory, FILE_MAX);
    bench b;
    bench_open(&b);
    b.traps = like->traps;
    b.explains_states = like->explains_states;
    b.lints = like->lints;
    while (starts(&from, "=== ")) {
        while (*from.at != '\n') wc_buf_put(&out, from.at++, 1);
        wc_buf_put(&out, from.at++, 1);
        run_case(&b, head, &from, &out);
        skip_report(&from);
    }
    assert_status(wc_buf_status(&out), WC_OK);
    wc_golden_check(path, wc_buf_slice(&out));
    bench_close(&b);
    free(memory);

    union {
        const uint8_t *from;
        void *to;
    } data = {.from = bytes.data};

    free(data.to);
}

static void check_file(const char *name)
{
    check_file_with(name, HEAD, &(bench){.traps = WC_TRAPS_SILENT});
}

static void names_mean_one_thing(void **state)
{
    (void)state;
    check_file("names");
}

static void values_have_the_type_of_their_place(void **state)
{
    (void)state;
    check_file("types");
}

static void states_follow_their_headers_and_time_comes_to_an_end(void **state)
{
    (void)state;
    check_file("states");
}

static void money_has_an_owner_to_the_last_cent(void **state)
{
    (void)state;
    check_file("money");
}

static void units_are_conserved_or_not(void **state)
{
    (void)state;
    check_file("conserve");
}

static void missing_values_are_not_read(void **state)
{
    (void)state;
    check_file("missing");
}

static void calendars_and_series_keep_their_rules(void **state)
{
    (void)state;
    check_file("time");
}

static void effects_stay_where_they_are_allowed(void **state)
{
    (void)state;
    check_file("effects");
}

static void the_life_of_a_contract_has_rules(void **state)
{
    (void)state;
    check_file("life");
}

static void tests_call_what_is_there(void **state)
{
    (void)state;
    check_file("tests");
}

static void what_nobody_uses_is_named(void **state)
{
    (void)state;
    check_file("unused");
}

static void a_version_follows_the_one_before(void **state)
{
    (void)state;
    check_file("upgrade");
}

static void what_may_trap_is_explained(void **state)
{
    (void)state;
    check_file_with("traps", HEAD, &(bench){.traps = WC_TRAPS_EXPLAIN});
}

static void who_can_hold_up_the_others_is_named(void **state)
{
    (void)state;
    check_file_with("holders", HEAD, &(bench){.traps = WC_TRAPS_SILENT, .explains_states = true});
}

static void what_compiles_may_deserve_a_second_look(void **state)
{
    (void)state;
    check_file_with("lints", HEAD, &(bench){.traps = WC_TRAPS_SILENT, .lints = true});
}

static void expressions_and_clauses_stand_where_they_can(void **state)
{
    (void)state;
    check_file("expressions");
}

static void numbers_have_units_and_bounds(void **state)
{
    (void)state;
    check_file("units");
}

static void one_mistake_is_reported_once(void **state)
{
    (void)state;
    check_file("once");
}

/* No module of the library: neither units nor the qualities of a series. */
static void what_the_library_declares_is_missing_without_it(void **state)
{
    (void)state;
    check_file_with("bare", BARE, &(bench){.traps = WC_TRAPS_SILENT});
}

/* A note is no format: what the author has written may contain braces. */
static void a_condition_is_shown_as_it_is_written(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    (void)bench_report(&b, HEAD "contract C {\n"
                                "  parties { a, b : party; }\n"
                                "  storage { x : Energy; }\n"
                                "  states { Open initial; Closed final; }\n"
                                "  action put(note : text<8>, e : Energy) by a when Open\n"
                                "    ensures conserve(kWh);\n"
                                "  { if note == \"{} {}\" { self.x += e; return; } }\n"
                                "  action close() by b when Open -> Closed { goto Closed(); }\n"
                                "}\n");
    assert_non_null(
        strstr(bench_render(&b), "on the path where `note == \"{} {}\"` (line 9) holds\n"));
    bench_close(&b);
}

/* What stands between two payments is blank, however the lines end. */
static void lines_may_end_as_elsewhere(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    assert_string_equal(
        bench_report(&b, HEAD "contract C {\n"
                              "  parties { a, b : party; }\n"
                              "  signatory a;\n"
                              "  states { Open initial; Closed final; }\n"
                              "  action put(y : Yuan) by a when Open {\n"
                              "    pay a -> b : round<Yuan>(y * 0.5, down);\r\n"
                              "    pay a -> b : round<Yuan>(y * 0.5, down);\r\n"
                              "  }\n"
                              "  after deployed + 1 h when Open -> Closed { goto Closed(); }\n"
                              "}\n"),
        "9:5 E0601 this splits one amount by hand; the cents need not add up\n");
    assert_non_null(strstr(bench_render(&b), "split it; `b` gets what the rounding"));
    bench_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_mean_one_thing),
        cmocka_unit_test(values_have_the_type_of_their_place),
        cmocka_unit_test(states_follow_their_headers_and_time_comes_to_an_end),
        cmocka_unit_test(money_has_an_owner_to_the_last_cent),
        cmocka_unit_test(units_are_conserved_or_not),
        cmocka_unit_test(missing_values_are_not_read),
        cmocka_unit_test(calendars_and_series_keep_their_rules),
        cmocka_unit_test(effects_stay_where_they_are_allowed),
        cmocka_unit_test(the_life_of_a_contract_has_rules),
        cmocka_unit_test(tests_call_what_is_there),
        cmocka_unit_test(what_nobody_uses_is_named),
        cmocka_unit_test(a_version_follows_the_one_before),
        cmocka_unit_test(a_condition_is_shown_as_it_is_written),
        cmocka_unit_test(lines_may_end_as_elsewhere),
        cmocka_unit_test(what_may_trap_is_explained),
        cmocka_unit_test(who_can_hold_up_the_others_is_named),
        cmocka_unit_test(what_compiles_may_deserve_a_second_look),
        cmocka_unit_test(expressions_and_clauses_stand_where_they_can),
        cmocka_unit_test(numbers_have_units_and_bounds),
        cmocka_unit_test(one_mistake_is_reported_once),
        cmocka_unit_test(what_the_library_declares_is_missing_without_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
