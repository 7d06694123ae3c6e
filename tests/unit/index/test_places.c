/* What an index says of texts under way: loops without names, names that are taken, comments at odd
 * places, numbers of types without end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/index/desk.h"

/* In each loop one name is no name; the others are found all the same. */
static void loops_without_a_name_have_the_others(void **state)
{
    (void)state;
    desk d;
    desk_use(&d, "module demo;\nuse std.energy;\n"
                 "func f(m : map<int, int, 4>, s : series<Energy, 1 h, 4>) -> int {\n"
                 "    for (5, one) in m { let a = one; }\n"
                 "    for (two, 5) in m { let b = two; }\n"
                 "    for (three, 5) in s.fill(zero).zip(s.fill(zero)) { let c = three; }\n"
                 "    for (5, four, six) in s.fill(zero).zip(s.fill(zero)) { let e = four; }\n"
                 "    for 5 in 0 .. 3 { let g = 1; }\n"
                 "    return 1;\n}\n");
    static const char *const names[] = {"one", "two", "three", "four"};
    for (size_t i = 0; i < WC_ARRAY_LEN(names); i++) {
        const wc_index_def *def = desk_meaning(&d, names[i], 1);
        assert_non_null(def);
        assert_int_equal(def->kind, WC_INDEX_LOCAL);
        assert_ptr_equal(def, desk_meaning(&d, names[i], 0));
    }
    assert_true(d.out->diags.error_count > 0);
    desk_close(&d);
}

/* The second of two declarations has no meaning, but it has its place. */
static void a_name_that_is_taken_is_a_definition_too(void **state)
{
    (void)state;
    desk d;
    desk_use(&d, "module demo;\nrecord Twice { n : int; }\nrecord Twice { m : int; }\n"
                 "const taken : int = 1;\nconst taken : int = 2;\n");
    const wc_index_def *one = desk_meaning(&d, "Twice", 0), *two = desk_meaning(&d, "Twice", 1);
    assert_non_null(one);
    assert_non_null(two);
    assert_ptr_not_equal(one, two);
    assert_non_null(one->type);
    assert_null(two->type);
    desk_close(&d);
}

/* A constant has no body, so what a sum in it binds belongs to no routine. */
static void a_binder_outside_of_routines_has_no_owner(void **state)
{
    (void)state;
    desk d;
    desk_use(&d, "module demo;\nconst before : int = sum(first in [1, 2] : first);\n"
                 "func f() -> int { return 1; }\n"
                 "const behind : int = sum(last in [1, 2] : last);\n");
    static const char *const names[] = {"first", "last"};
    for (size_t i = 0; i < WC_ARRAY_LEN(names); i++) {
        const wc_index_def *def = desk_meaning(&d, names[i], 0);
        assert_non_null(def);
        assert_int_equal(def->kind, WC_INDEX_LOCAL);
        assert_int_equal(def->owner, WC_INDEX_NONE);
        assert_int_equal(def->scope.start, desk_at(&d, "sum(", (unsigned)i));
    }
    desk_close(&d);
}

static void comments_stand_anywhere(void **state)
{
    (void)state;
    desk d;
    desk_use(&d, "module demo;\n"
                 "//\tbehind a tab\n"
                 "const one : int = 1;\n"
                 "func f(x : int) -> int { return round<int>(x\n"
                 "/ 3, down); }\n"
                 "const two : int = 2;\n"
                 "contract C {\n"
                 "    parties { a, b : party; }\n"
                 "    states { Open initial; Closed final; }\n"
                 "    action close() // says who\n"
                 "        by quorum(1, a, b) when Open -> Closed { goto Closed(); }\n"
                 "    action other() by any(a, GridOperator) when Open { }\n"
                 "}\n"
                 "const last : int = 3; // at the end");
    desk_text_is(desk_meaning(&d, "one", 0)->doc, "behind a tab");
    desk_text_is(desk_meaning(&d, "two", 0)->doc, "");
    desk_text_is(desk_meaning(&d, "last", 0)->doc, "at the end");
    desk_text_is(desk_meaning(&d, "close", 0)->written,
                 "action close() by quorum(1, a, b) when Open -> Closed");
    desk_close(&d);
    desk_use(&d, "module demo;\nconst last : int = 3;");
    desk_text_is(desk_meaning(&d, "last", 0)->doc, "");
    desk_close(&d);
}

/* A long declaration is cut, but no character is. */
static void a_long_text_is_cut_between_characters(void **state)
{
    (void)state;
    static const char *const names[] = {"q", "qq", "qqq"};
    for (size_t n = 0; n < WC_ARRAY_LEN(names); n++) {
        char text[2048];
        int len = snprintf(text, sizeof(text), "module demo;\nconst %s : text<900> = \"", names[n]);
        for (unsigned i = 0; i < 250; i++) {
            memcpy(text + len, "\xE4\xB8\xAD", 3);
            len += 3;
        }
        (void)snprintf(text + len, sizeof(text) - (size_t)len, "\";\n");
        desk d;
        desk_use(&d, text);
        wc_str written = desk_meaning(&d, names[n], 0)->written;
        assert_true(written.len > 390 && written.len < 400);
        assert_int_equal((uint8_t)written.data[written.len - 3], 0xE4);
        desk_close(&d);
    }
}

/* What is looked at twice has one value. */
static void a_value_is_noted_once(void **state)
{
    (void)state;
    desk d;
    desk_use(&d, "module demo;\nuse std.energy;\n"
                 "contract C {\n"
                 "    parties { a, b : party; }\n    signatory a;\n"
                 "    terms { part : dec<4>; }\n"
                 "    states { Open initial; Closed final; }\n"
                 "    action put(y : Yuan) by a when Open {\n"
                 "        pay a -> b : round<Yuan>(y * part, down);\n"
                 "        pay a -> b : round<Yuan>(y * part, down);\n    }\n"
                 "    after deployed + 1 h when Open -> Closed { goto Closed(); }\n}\n");
    for (uint32_t i = 1; i < d.index->value_count; i++) {
        wc_span one = d.index->values[i - 1].span, two = d.index->values[i].span;
        assert_false(one.file == two.file && one.start == two.start && one.end == two.end);
    }
    assert_non_null(desk_value(&d, "part, down", 1));
    desk_close(&d);
}

static void a_type_with_one_bound_shows_both(void **state)
{
    (void)state;
    desk d;
    desk_use(&d, "module demo;\nfunc f(x : int<-9223372036854775808..5>) -> int { return x; }\n");
    const wc_index_type *type = desk_meaning(&d, "x : ", 0)->type;
    assert_non_null(type);
    desk_text_is(type->low, "-9223372036854775808");
    desk_text_is(type->high, "5");
    desk_close(&d);
}

/* More types than a program can have: those beyond have their texts, too. */
static void types_beyond_their_number_are_told(void **state)
{
    (void)state;
    size_t size = (size_t)1 << 20, len;
    char *text = malloc(size);
    assert_non_null(text);
    len = (size_t)snprintf(text, size, "module demo;\n");
    for (unsigned i = 0; i < 33; i++) {
        len += (size_t)snprintf(text + len, size - len, "record R%u {\n", i);
        for (unsigned k = 0; k < 250; k++) {
            len += (size_t)snprintf(text + len, size - len, "f%u : int<0..%u>;\n", k, i * 250 + k);
        }
        len += (size_t)snprintf(text + len, size - len, "}\n");
    }
    desk d;
    desk_use(&d, text);
    assert_int_equal(d.out->diags.error_count > 0, 1);
    const wc_index_def *last = desk_meaning(&d, "f249", 32);
    assert_non_null(last);
    assert_non_null(last->type);
    desk_text_is(last->type->text, "int<0..8249>");
    desk_close(&d);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loops_without_a_name_have_the_others),
        cmocka_unit_test(a_name_that_is_taken_is_a_definition_too),
        cmocka_unit_test(a_binder_outside_of_routines_has_no_owner),
        cmocka_unit_test(comments_stand_anywhere),
        cmocka_unit_test(a_long_text_is_cut_between_characters),
        cmocka_unit_test(a_value_is_noted_once),
        cmocka_unit_test(a_type_with_one_bound_shows_both),
        cmocka_unit_test(types_beyond_their_number_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
