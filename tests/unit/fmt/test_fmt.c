/* The canonical form by example; docs/reference/style.md says the same in words. */
#include <stdlib.h>

#include "compiler/fmt/fmt.h"
#include "tests/support/test.h"

#define MEMORY ((size_t)64 << 20)

static void check(const char *text, const char *expected)
{
    wc_arena arena;
    wc_sources *sources;
    wc_diags diags;
    const wc_source *source;
    wc_str formatted;
    void *memory = malloc(MEMORY);
    assert_non_null(memory);
    wc_arena_init(&arena, memory, MEMORY);
    sources = WC_ARENA_NEW(&arena, wc_sources);
    wc_sources_init(sources, &arena);
    wc_diags_init(&diags, &arena, sources);
    assert_status(wc_sources_add(sources, WC_STR("x.clause"), wc_str_of(text), &source), WC_OK);
    assert_status(wc_fmt(&arena, &diags, source, &formatted), WC_OK);
    if (expected == NULL) {
        assert_null(formatted.data);
        assert_true(diags.error_count > 0);
    } else {
        assert_non_null(formatted.data);
        char *copy = malloc(formatted.len + 1);
        assert_non_null(copy);
        memcpy(copy, formatted.data, formatted.len);
        copy[formatted.len] = '\0';
        assert_string_equal(copy, expected);
        free(copy);
    }
    free(memory);
}

/* The same text comes out. */
static void keeps(const char *text)
{
    check(text, text);
}

static void blanks_stand_around_operators_and_behind_commas(void **state)
{
    (void)state;
    check(
        "module  m ;\nfunc f(a:int,b:int)->int{return -a*b+(a-b)-round< int >(a/b,up);}\n",
        "module m;\nfunc f(a : int, b : int) -> int { return -a * b + (a - b) - round<int>(a / b, "
        "up); }\n");
    check("module m;\ntype T=map<int<- 5 .. 5>,dec<5,CNY / kWh>,16>;\nconst r : dec<4, 1 / h> = 5 "
          "1/h;",
          "module m;\ntype T = map<int<-5..5>, dec<5, CNY/kWh>, 16>;\n"
          "const r : dec<4, 1/h> = 5 1/h;\n");
    check("module m;\nfunc f(a : bool) -> int { return !a?g(x :1,y: 2)[ 3 ] . z:[ 1,2 ]; }\n",
          "module m;\nfunc f(a : bool) -> int { return !a ? g(x: 1, y: 2)[3].z : [1, 2]; }\n");
    check("module m;\nfunc f(a : int) -> bool { for i in 0..5 { } return a<5&&6>a; }\n",
          "module m;\nfunc f(a : int) -> bool {\n    for i in 0 .. 5 { }\n"
          "    return a < 5 && 6 > a;\n}\n");
    check("module m;\nconst e : Energy = 5kWh;\nunit kW = 1kWh/h;\n",
          "module m;\nconst e : Energy = 5 kWh;\nunit kW = 1 kWh/h;\n");
    keeps("module m;\nproperty \"sums\" (q : Energy) { assert sum(x in xs : x) - -1 == q; }\n");
}

static void names_stand_in_columns(void **state)
{
    (void)state;
    check("module m;\ntype Energy = dec<3, kWh>;\ntype P = dec<5, CNY/kWh>;\n\n"
          "const a : int = 1;\nconst long_name : int = 2;\n\nconst b : int = 3;\n"
          "record R {\n x : int;\n // more\n longer : int = 5;\n}\n",
          "module m;\ntype Energy = dec<3, kWh>;\ntype P      = dec<5, CNY/kWh>;\n\n"
          "const a         : int = 1;\nconst long_name : int = 2;\n\nconst b : int = 3;\n"
          "record R {\n    x      : int;\n    // more\n    longer : int = 5;\n}\n");
}

static void comments_stay_where_they_are(void **state)
{
    (void)state;
    check("// first\n\n\n\nmodule m;   // name  \n// alone\nrecord R {   // head\n"
          "a : int; // one\nlonger : int; // two\n\n// last\n}\n//end",
          "// first\n\nmodule m;   // name\n// alone\nrecord R {  // head\n"
          "    a      : int;   // one\n    longer : int;   // two\n\n    // last\n}\n//end\n");
    check(
        "module m;\nfunc f(a : int, // the first\n b : int) -> int {\n// nothing\n}\n",
        "module m;\nfunc f(a : int,  // the first\n       b : int) -> int {\n    // nothing\n}\n");
}

static void short_blocks_stay_on_their_line_when_begun_there(void **state)
{
    (void)state;
    keeps("module m;\nfunc f(a : bool) -> int {\n    if a { return 1; } else { return 2; }\n"
          "    if a { return 3; }\n    return 4;\n}\n");
    check("module m;\nfunc f(a : bool) -> int { if a { return 1; } return 2; }\n",
          "module m;\nfunc f(a : bool) -> int {\n    if a { return 1; }\n    return 2;\n}\n");
    check("module m;\nfunc f(a : bool) -> int {\n if a { return 1; }\n else {\n return 2; } }\n",
          "module m;\nfunc f(a : bool) -> int {\n    if a {\n        return 1;\n    } else {\n"
          "        return 2;\n    }\n}\n");
    check("module m;\nfunc f(s : S) -> int {\n match s { A => { return 1; } _ => {} } }\n",
          "module m;\nfunc f(s : S) -> int {\n    match s {\n        A => { return 1; }\n"
          "        _ => { }\n    }\n}\n");
    check("module m;\nenum E { A, B }\nenum F {\nA,\nB(x : int) }\n",
          "module m;\nenum E { A, B }\nenum F {\n    A,\n    B(x : int)\n}\n");
}

static void heads_with_conditions_have_a_brace_of_their_own(void **state)
{
    (void)state;
    check("module m;\ncontract C { action a(x : int) by p when S -> T requires x > 0 : E(x); "
          "gas <= 500; { goto T(); }\n\n\naction b() by p when S { } }\n",
          "module m;\ncontract C {\n    action a(x : int) by p when S -> T\n"
          "        requires x > 0 : E(x);\n        gas <= 500;\n    {\n        goto T();\n    }\n\n"
          "    action b() by p when S { }\n}\n");
    check(
        "module m;\ncontract C {\n    action a(at : time, version : int, source : text<64>, load : "
        "Metered) by p when Delivering -> Closed { goto Closed(); }\n}\n",
        "module m;\ncontract C {\n    action a(at : time, version : int, source : text<64>, load : "
        "Metered)\n        by p when Delivering -> Closed\n    {\n        goto Closed();\n    "
        "}\n}\n");
}

static void long_lines_are_broken_at_their_outermost_places(void **state)
{
    (void)state;
    check("module m;\nevent Instruct(to : party, amount : Yuan, account : text<64>, end_to_end : "
          "text<35>, replaces : text<35>);\n",
          "module m;\nevent Instruct(to : party, amount : Yuan, account : text<64>, end_to_end : "
          "text<35>,\n               replaces : text<35>);\n");
    check("module m;\nfunc f() -> int {\n    require leg_status == LegStatus.Instructed || "
          "leg_status "
          "== LegStatus.Accepted : NotPending(to, leg);\n}\n",
          "module m;\nfunc f() -> int {\n    require leg_status == LegStatus.Instructed || "
          "leg_status "
          "== LegStatus.Accepted\n        : NotPending(to, leg);\n}\n");
    check(
        "module m;\nfunc f() -> int {\n    let reduction = 161.400 kWh - 130.000 kWh + 163.800 kWh "
        "- 128.000 kWh + 166.200 kWh - 140.000 kWh;\n}\n",
        "module m;\nfunc f() -> int {\n    let reduction = 161.400 kWh - 130.000 kWh + 163.800 kWh "
        "- 128.000 kWh + 166.200 kWh\n        - 140.000 kWh;\n}\n");
    check(
        "module m;\ncontract C {\n    invariant payees_differ : forall((i, a) in payees : forall("
        "(j, b) in payees : i == j || (a.to != b.to && a.end != b.end)));\n}\n",
        "module m;\ncontract C {\n    invariant payees_differ : forall((i, a) in payees :\n        "
        "forall((j, b) in payees : i == j || (a.to != b.to && a.end != b.end)));\n}\n");
}

/* Words that are only sometimes words of the language, and values of every kind before a minus, a
 * bracket or a parenthesis. */
static void words_that_are_names_are_written_as_names(void **state)
{
    (void)state;
    keeps("module m;\nfunc f(a : int) -> int {\n    let b = \"x\" - 2026-01-01 - "
          "2026-01-01T00:00:00Z - "
          "1;\n    let c = true - false - self - 5% - x[1] - f(2) - a;\n    return -b - -c;\n}\n");
    keeps("module m;\nfunc f(advance : int, pay : int, after : int) -> int {\n"
          "    return advance(1) + pay[2] - after(3) - advance - pay;\n}\n");
    check("module m;\ntest \"t\" { advance(5 s); pay(a) -> b : c; }\n",
          "module m;\ntest \"t\" {\n    advance (5 s);\n    pay (a) -> b : c;\n}\n");
    check("module m;\ntest \"t\" {\nadvance-5 s;\nif a { b(); }\nadvance(1 s); }\n",
          "module m;\ntest \"t\" {\n    advance -5 s;\n    if a { b(); }\n    advance (1 s);\n}\n");
    check("module m;\ncontract C {\nafter(deployed) when A -> B { goto B(); }\n"
          "action a() by p when A { }\nafter(deployed + terms.when) when A -> B { goto B(); } }\n",
          "module m;\ncontract C {\n    after (deployed) when A -> B { goto B(); }\n"
          "    action a() by p when A { }\n"
          "    after (deployed + terms.when) when A -> B { goto B(); }\n}\n");
    keeps("module m;\ncontract C {\n    after terms.when + terms.by when A -> B { goto B(); }\n"
          "    action b() by gas when gas -> B { goto B(); }\n"
          "    action c(x : int) by gas when gas -> B\n        requires x > 0 : E(x);\n"
          "        requires terms.by > x : E(x);\n    {\n        goto B();\n    }\n}\n");
}

static void an_else_goes_on_behind_its_brace(void **state)
{
    (void)state;
    check(
        "module m;\nfunc f(a : bool) -> int { if a {\nreturn 1; } else if (a) {\nreturn 2; } else "
        "if "
        "x[0] {\n return 3; } else { return 4; } }\n",
        "module m;\nfunc f(a : bool) -> int {\n    if a {\n        return 1;\n    } else if (a) {\n"
        "        return 2;\n    } else if x[0] {\n        return 3;\n    } else {\n        return "
        "4;\n"
        "    }\n}\n");
}

static void a_comment_ends_its_line_wherever_it_stands(void **state)
{
    (void)state;
    check("module m; // tab\t \t\nfunc f(// here\n// and here\na : int) -> int { return a // one\n"
          "// two\n+ g(// three\na, // four\n// five\nb); }\n",
          "module m;   // tab\nfunc f(  // here\n       // and here\n       a : int) -> int {\n"
          "    return a  // one\n        // two\n        + g(  // three\n            a,  // four\n"
          "            // five\n            b);\n}\n");
}

/* A file of constants without blanks, and a comment that brings its formatted length to `total`. */
static wc_status format_long(size_t total, size_t *length, uint32_t *errors)
{
    static const char head[] = "module m;\n", line[] = "const aaaa:int=1;\n";
    static const char formatted[] = "const aaaa : int = 1;\n";
    size_t lines = (total - 1000) / (sizeof formatted - 1), at = 0;
    size_t rest = total - (sizeof head - 1) - lines * (sizeof formatted - 1);
    char *text = malloc(total);
    void *memory = malloc((size_t)512 << 20);
    wc_arena arena;
    wc_diags diags;
    wc_str result;
    const wc_source *source;
    assert_non_null(text);
    assert_non_null(memory);
    wc_arena_init(&arena, memory, (size_t)512 << 20);
    wc_sources *sources = WC_ARENA_NEW(&arena, wc_sources);
    memcpy(text, head, sizeof head - 1);
    at = sizeof head - 1;
    for (size_t i = 0; i < lines; i++, at += sizeof line - 1)
        memcpy(text + at, line, sizeof line - 1);
    memset(text + at, '/', rest - 1); /* its line end is added */
    at += rest - 1;
    wc_sources_init(sources, &arena);
    wc_diags_init(&diags, &arena, sources);
    assert_status(wc_sources_add(sources, WC_STR("x"), (wc_str){text, at}, &source), WC_OK);
    wc_status status = wc_fmt(&arena, &diags, source, &result);
    *length = result.data == NULL ? 0 : result.len;
    *errors = diags.error_count;
    if (diags.error_count > 0) assert_int_equal(diags.first->code, WC_E0112);
    free(memory);
    free(text);
    return status;
}

static void a_formatted_file_is_no_larger_than_a_source_may_be(void **state)
{
    (void)state;
    size_t length;
    uint32_t errors;
    assert_status(format_long(WC_SOURCE_MAX - 1, &length, &errors), WC_OK);
    assert_int_equal(length, WC_SOURCE_MAX - 1);
    assert_status(format_long(WC_SOURCE_MAX, &length, &errors), WC_OK);
    assert_int_equal(length, WC_SOURCE_MAX);
    assert_int_equal(errors, 0);
    assert_status(format_long(WC_SOURCE_MAX + 1, &length, &errors), WC_OK);
    assert_int_equal(length, 0);
    assert_int_equal(errors, 1);
}

/* Nothing is left to grow into: it stays as it is, to the last byte. */
static void a_source_as_long_as_can_be_stays_as_it_is(void **state)
{
    (void)state;
    static const char head[] = "module m;\n",
                      line[] = "// a comment of forty-seven bytes, and one more\n";
    char *text = malloc(WC_SOURCE_MAX + 1);
    assert_non_null(text);
    size_t len = strlen(head), step = strlen(line);
    memcpy(text, head, len);
    for (; len + 2 * step <= WC_SOURCE_MAX; len += step) memcpy(text + len, line, step);
    memcpy(text + len, "//", 2);
    memset(text + len + 2, 'x', WC_SOURCE_MAX - len - 3);
    text[WC_SOURCE_MAX - 1] = '\n';
    text[WC_SOURCE_MAX] = '\0';
    keeps(text);
    free(text);
}

/* Indented, this becomes many times as long. */
static void a_source_that_grows_beyond_the_limit_is_left_as_it_is(void **state)
{
    (void)state;

    enum {
        DEPTH = 40,
        STATEMENTS = 20000
    };

    wc_buf text;
    size_t size = (size_t)1 << 18;
    uint8_t *bytes = malloc(size);
    assert_non_null(bytes);
    wc_buf_init(&text, bytes, size);
    wc_buf_put_text(&text, "module m;\nfunc f(a : bool) -> int {\n");
    for (int i = 0; i < DEPTH; i++) wc_buf_put_text(&text, "if a {\n");
    for (int i = 0; i < STATEMENTS; i++) wc_buf_put_text(&text, "b();\n");
    for (int i = 0; i <= DEPTH; i++) wc_buf_put_text(&text, "}\n");
    wc_buf_put_u8(&text, 0);
    assert_status(wc_buf_status(&text), WC_OK);
    check((const char *)bytes, NULL);
    free(bytes);
}

static void text_with_errors_is_not_touched(void **state)
{
    (void)state;
    check("module m;\nfunc f( -> int { }\n", NULL);
    check("", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blanks_stand_around_operators_and_behind_commas),
        cmocka_unit_test(names_stand_in_columns),
        cmocka_unit_test(comments_stay_where_they_are),
        cmocka_unit_test(short_blocks_stay_on_their_line_when_begun_there),
        cmocka_unit_test(heads_with_conditions_have_a_brace_of_their_own),
        cmocka_unit_test(long_lines_are_broken_at_their_outermost_places),
        cmocka_unit_test(words_that_are_names_are_written_as_names),
        cmocka_unit_test(an_else_goes_on_behind_its_brace),
        cmocka_unit_test(a_comment_ends_its_line_wherever_it_stands),
        cmocka_unit_test(a_formatted_file_is_no_larger_than_a_source_may_be),
        cmocka_unit_test(a_source_as_long_as_can_be_stays_as_it_is),
        cmocka_unit_test(a_source_that_grows_beyond_the_limit_is_left_as_it_is),
        cmocka_unit_test(text_with_errors_is_not_touched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
