/* The parser: trees of all samples, of each construct, of precedence; spans and ids; limits; and
 * what happens when memory runs out at any point. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/support/golden.h"
#include "tests/unit/compiler_front/front.h"

#define GOLDEN "../../golden/parse/"

/* ---- samples ------------------------------------------------------------------------------- */

static const char *const samples[] = {"0_units",     "1_ppa",  "2_cfd", "3_auction",
                                      "4_ancillary", "5_bank", "6_vpp"};

static wc_str sample(size_t index)
{
    char name[64];
    int len = snprintf(name, sizeof name, "samples/%s.clause", samples[index]);
    assert_true(len > 0 && (size_t)len < sizeof name);
    return front_data(name);
}

static void check_tree(const char *name, wc_str text)
{
    front f;
    front_open(&f);
    const wc_ast_file *file = front_parse_bytes(&f, text);
    assert_string_equal(front_report(&f), "");
    char path[128];
    int len = snprintf(path, sizeof path, GOLDEN "%s.ast", name);
    assert_true(len > 0 && (size_t)len < sizeof path);
    const char *dump = front_dump(&f, file);
    wc_golden_check(path, wc_slice_of(dump, strlen(dump)));
    front_close(&f);
}

static void samples_have_the_stored_trees(void **state)
{
    (void)state;
    for (size_t i = 0; i < WC_ARRAY_LEN(samples); i++) {
        wc_str text = sample(i);
        check_tree(samples[i], text);
        free((void *)(uintptr_t)text.data);
    }
}

/* What the samples do not have. */
static void every_construct_has_the_stored_tree(void **state)
{
    (void)state;
    wc_slice text = wc_test_read_file(GOLDEN "constructs.clause");
    check_tree("constructs", (wc_str){(const char *)text.data, text.len});
    free((void *)(uintptr_t)text.data);
}

/* ---- expressions --------------------------------------------------------------------------- */

/* Asserts that the expression is read as the tree. */
static void assert_reads(const char *expression, const char *tree)
{
    front f;
    front_open(&f);
    char text[512];
    int len = snprintf(text, sizeof text, "module m;\nconst c : int = %s;\n", expression);
    assert_true(len > 0 && (size_t)len < sizeof text);
    const wc_ast_file *file = front_parse(&f, text);
    assert_string_equal(front_report(&f), "");
    const wc_ast_item *item = wc_ast_at(&file->items, 0);
    wc_buf buf;
    wc_buf_init(&buf, f.text, 4096);
    wc_ast_dump_expr(&buf, item->as.constant.value);
    f.text[buf.len] = '\0';
    assert_string_equal(f.text, tree);
    front_close(&f);
}

static void operators_bind_as_the_manual_says(void **state)
{
    (void)state;
    assert_reads("a + b * c - d", "(- (+ a (* b c)) d)");
    assert_reads("a - b - c", "(- (- a b) c)");
    assert_reads("a * b / c", "(/ (* a b) c)");
    assert_reads("-a * b", "(* (- a) b)");
    assert_reads("-a.b[c](d)", "(- a.b[c](d))");
    assert_reads("--a", "(- (- a))");
    assert_reads("!a && b || c", "(|| (&& (! a) b) c)");
    assert_reads("a || b && c", "(|| a (&& b c))");
    assert_reads("a && b == c + d", "(&& a (== b (+ c d)))");
    assert_reads("a < b && c >= d", "(&& (< a b) (>= c d))");
    assert_reads("(a < b) == (c < d)", "(== (< a b) (< c d))");
    assert_reads("a ? b : c ? d : e", "(? a b (? c d e))");
    assert_reads("a ? b ? c : d : e", "(? a (? b c d) e)");
    assert_reads("a || b ? c + d : e && f", "(? (|| a b) (+ c d) (&& e f))");
    assert_reads("a * (b + c)", "(* a (+ b c))");
}

static void literals_keep_value_scale_and_unit(void **state)
{
    (void)state;
    assert_reads("0.38000 CNY/kWh", "0.38000 [CNY^1*kWh^-1]");
    assert_reads("1 CNY/kW/h", "1 [CNY^1*kW^-1*h^-1]");
    assert_reads("1 a/b*c", "1 [a^1*b^-1*c^1]");
    assert_reads("0.05 1/h", "0.05 [h^-1]");
    assert_reads("0.05 1/h*a", "0.05 [h^-1*a^1]");
    assert_reads("15min", "15 [min^1]");
    assert_reads("5.5%", "0.055");
    assert_reads("100%", "1.00");
    assert_reads("-3_800.00 CNY", "(- 3800.00 [CNY^1])");
    assert_reads("2026-01-31", "day 20484");
    assert_reads("2026-01-31T08:15:00+08:00", "second 1769818500");
    assert_reads("\"a \\\"b\\\"\"", "\"a \\\"b\\\"\"");
    assert_reads("[true, false, []]", "[true, false, []]");
    assert_reads("99999999999999999999999999999999999999",
                 "99999999999999999999999999999999999999");
}

static void context_words_are_names_elsewhere(void **state)
{
    (void)state;
    assert_reads("pay + rest * unit", "(+ pay (* rest unit))");
    assert_reads("split(to, by: when)", "split(to, by: when)");
    assert_reads("emit.send[gas]", "emit.send[gas]");
    assert_reads("sum(after in terms : after)", "(sum (after) in terms : after)");
}

/* ---- spans, ids, depth --------------------------------------------------------------------- */

static void spans_cover_the_whole_text_of_a_node(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    const wc_ast_file *file = front_parse(&f, "module m;\n"
                                              "contract C {\n"
                                              "  action a(x : int) by p, q when S -> T\n"
                                              "    requires x > (0) : E(x);\n"
                                              "  { let y = round<int>(x / 2, up); }\n"
                                              "}\n");
    assert_string_equal(front_report(&f), "");
    const wc_ast_item *item = wc_ast_at(&file->items, 0);
    const wc_ast_routine *routine = wc_ast_at(&item->as.contract->routines, 0);
    const wc_ast_clause *clause = wc_ast_at(&routine->clauses, 0);
    const wc_ast_stmt *stmt = wc_ast_at(&routine->body->stmts, 0);
    const wc_ast_expr *round = stmt->as.let.value;

    const struct {
        wc_span span;
        const char *text;
    } cases[] = {
        {file->module->span, "m"},
        {routine->header, "action a(x : int) by p, q when S -> T"},
        {routine->by.span, "by p, q"},
        {clause->span, "requires x > (0) : E(x);"},
        {clause->condition->span, "x > (0)"},
        {clause->condition->as.binary.op_span, ">"},
        {clause->condition->as.binary.right->span, "(0)"},
        {clause->error->span, "E(x)"},
        {stmt->span, "let y = round<int>(x / 2, up);"},
        {round->span, "round<int>(x / 2, up)"},
        {round->as.round.target->span, "int"},
        {round->as.round.value->span, "x / 2"},
        {round->as.round.mode.span, "up"},
        {routine->body->span, "{ let y = round<int>(x / 2, up); }"},
    };

    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        wc_str text = wc_source_text(f.source, cases[i].span);
        if (!wc_str_equal(text, wc_str_of(cases[i].text)))
            fail_msg("%s: %.*s", cases[i].text, WC_STR_ARG(text));
    }
    assert_true(clause->condition->as.binary.right->is_parenthesised);
    front_close(&f);
}

/* Marks the ids of expr and below; returns how many there are. */
static size_t mark_ids(uint8_t *seen, uint32_t node_count, const wc_ast_expr *expr)
{
    assert_in_range(expr->id, 1, node_count - 1);
    assert_int_equal(seen[expr->id], 0);
    seen[expr->id] = 1;
    if (expr->kind != WC_EXPR_BINARY) return 1;
    return 1 + mark_ids(seen, node_count, expr->as.binary.left) +
           mark_ids(seen, node_count, expr->as.binary.right);
}

static void ids_are_unique_and_dense(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    const wc_ast_file *file = front_parse(&f, "module m; const c : int = a + b * c - d / e;");
    const wc_ast_item *item = wc_ast_at(&file->items, 0);
    uint8_t seen[64] = {0};
    assert_in_range(file->node_count, 2, sizeof seen);
    assert_int_equal(mark_ids(seen, file->node_count, item->as.constant.value), 9);
    /* module path, type path, type, 9 expressions, item */
    assert_int_equal(file->node_count, 1 + 13);
    front_close(&f);
}

/* ---- nesting ------------------------------------------------------------------------------- */

/* "module m; const c : int = " open^count inner close^count ";" in memory from malloc. */
static char *nested(const char *open, const char *inner, const char *close, size_t count)
{
    static const char head[] = "module m; const c : int = ";
    size_t size = sizeof head + strlen(inner) + count * (strlen(open) + strlen(close)) + 2;
    char *text = malloc(size);
    assert_non_null(text);
    char *at = text + snprintf(text, size, "%s", head);
    for (size_t i = 0; i < count; i++) at += snprintf(at, size - (size_t)(at - text), "%s", open);
    at += snprintf(at, size - (size_t)(at - text), "%s", inner);
    for (size_t i = 0; i < count; i++) at += snprintf(at, size - (size_t)(at - text), "%s", close);
    (void)snprintf(at, size - (size_t)(at - text), ";");
    return text;
}

/* The first diagnostic of the nested text: its code, or WC_DIAG_CODE_COUNT. */
static wc_diag_code verdict(const char *open, const char *inner, const char *close, size_t count)
{
    front f;
    front_open(&f);
    char *text = nested(open, inner, close, count);
    (void)front_parse(&f, text);
    free(text);
    wc_diag_code code = f.diags.first == NULL ? WC_DIAG_CODE_COUNT : f.diags.first->code;
    assert_true(f.diags.error_count <= 1);
    front_close(&f);
    return code;
}

static void expressions_nest_up_to_the_limit(void **state)
{
    (void)state;

    /* x is one level, each operator one more: WC_DEPTH_MAX levels are WC_DEPTH_MAX - 1 operators.
     */
    static const struct {
        const char *open;
        const char *close;
    } shapes[] = {{"", " + x"}, {"", ".a"}, {"", "[1]"}, {"", "()"}, {"-", ""}, {"!", ""}};

    for (size_t i = 0; i < WC_ARRAY_LEN(shapes); i++) {
        const char *open = shapes[i].open;
        const char *close = shapes[i].close;
        assert_int_equal(verdict(open, "x", close, WC_DEPTH_MAX - 2), WC_DIAG_CODE_COUNT);
        assert_int_equal(verdict(open, "x", close, WC_DEPTH_MAX - 1), WC_DIAG_CODE_COUNT);
        assert_int_equal(verdict(open, "x", close, WC_DEPTH_MAX), WC_E0205);
        assert_int_equal(verdict(open, "x", close, WC_DEPTH_MAX + 20), WC_E0205);
        assert_int_equal(verdict(open, "x", close, 50000), WC_E0205);
    }
}

/* The largest count that is accepted, where the parser's stack is the limit. */
static size_t stack_limit(const char *open, const char *inner, const char *close)
{
    size_t count = 0;
    while (verdict(open, inner, close, count + 1) == WC_DIAG_CODE_COUNT) count++;
    assert_int_equal(verdict(open, inner, close, count + 1), WC_E0205);
    assert_int_equal(verdict(open, inner, close, count + 100), WC_E0205);
    return count;
}

static void parentheses_nest_as_deep_as_the_stack(void **state)
{
    (void)state;
    /* One entry each above: start, module, items, const, name, colon, type, `=`, and the inner
     * name; the last entry is never used. */
    assert_int_equal(stack_limit("(", "x", ")"), WC_PARSE_STACK - 10);
    assert_true(stack_limit("[", "x", "]") >= 64);
    assert_true(stack_limit("f(", "x", ")") >= 64);
    assert_true(stack_limit("a ? b : ", "x", "") >= 40);
}

static void blocks_and_types_nest_as_deep_as_the_stack(void **state)
{
    (void)state;
    char text[8192];

    static const struct {
        const char *head;
        const char *open;
        const char *close;
        const char *tail;
        size_t least;
    } shapes[] = {
        {"module m; func f() -> int { ", "if x { ", "} ", "}", 40},
        {"module m; func f() -> int { ", "for x in y { ", "} ", "}", 30},
        {"module m; func f() -> int { ", "if x { } else ", "", "{ } }", 40},
        {"module m; type T = ", "list<", ", 5>", ";", 64},
    };

    for (size_t i = 0; i < WC_ARRAY_LEN(shapes); i++) {
        size_t accepted = 0;
        for (size_t count = 1; count <= 256; count++) {
            front f;
            front_open(&f);
            size_t at = 0;
            at += (size_t)snprintf(text + at, sizeof text - at, "%s", shapes[i].head);
            for (size_t k = 0; k < count; k++)
                at += (size_t)snprintf(text + at, sizeof text - at, "%s", shapes[i].open);
            if (i == 3) at += (size_t)snprintf(text + at, sizeof text - at, "int");
            for (size_t k = 0; k < count; k++)
                at += (size_t)snprintf(text + at, sizeof text - at, "%s", shapes[i].close);
            at += (size_t)snprintf(text + at, sizeof text - at, "%s", shapes[i].tail);
            assert_true(at < sizeof text);
            (void)front_parse(&f, text);
            bool is_accepted = f.diags.first == NULL;
            if (!is_accepted) assert_int_equal(f.diags.first->code, WC_E0205);
            assert_true(f.diags.error_count <= 1);
            if (is_accepted) assert_int_equal(accepted, count - 1); /* one limit, not several */
            if (is_accepted) accepted = count;
            front_close(&f);
        }
        assert_in_range(accepted, shapes[i].least, 128);
    }
}

static void units_join_at_most_sixteen_names(void **state)
{
    (void)state;
    for (size_t count = WC_UNIT_FACTORS_MAX - 1; count <= WC_UNIT_FACTORS_MAX + 2; count++) {
        wc_diag_code expected = count <= WC_UNIT_FACTORS_MAX ? WC_DIAG_CODE_COUNT : WC_E0118;
        assert_int_equal(verdict("", "5 a", "*a", count - 1), expected);
    }
}

/* ---- memory -------------------------------------------------------------------------------- */

/* Parses with granted allocations; true when they were enough. */
static bool parses_with(wc_str text, uint64_t granted, size_t *error_count)
{
    front f;
    front_open(&f);
    const wc_source *source = front_add(&f, text);
    f.arena.fail_after = granted;
    wc_ast_file *file = NULL;
    wc_status status = wc_parse(&f.arena, &f.diags, source, &file);
    if (status != WC_OK) {
        assert_status(status, WC_NO_MEMORY);
        assert_null(file);
    }
    *error_count = f.diags.error_count;
    front_close(&f);
    return status == WC_OK;
}

static void sweep(wc_str text, size_t error_count_expected)
{
    size_t error_count;
    uint64_t granted = 0;
    while (!parses_with(text, granted, &error_count)) granted++;
    assert_int_equal(error_count, error_count_expected);
    assert_true(granted > 100);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    wc_slice text = wc_test_read_file(GOLDEN "constructs.clause");
    sweep((wc_str){(const char *)text.data, text.len}, 0);
    free((void *)(uintptr_t)text.data);
    sweep(WC_STR("module m;\n"
                 "contract C {\n"
                 "  terms { a : int b : int; }\n"
                 "  terms { c : dec<3, a*b/c, -5..5>; }\n"
                 "  action x() bi y { for (a, b.c) in 5 { } goto Z; }\n"
                 "  action y() by p gas <= 5; gas <= 6; { let s = round(a / 5); x = \"\\n\"; }\n"
                 "  invariant i : 1_ + 2026-02-30 < 5 2;\n"
                 "}\n}\n"
                 "unit rest = 2 2/h;\n"
                 "const c : dec<1, 2/h> = 5;\n"),
          14);
    char deep[WC_DEPTH_MAX + 64];
    size_t len = (size_t)snprintf(deep, sizeof(deep), "module m; const c : int = ");
    memset(deep + len, '-', WC_DEPTH_MAX + 2);
    (void)snprintf(deep + len + WC_DEPTH_MAX + 2, 4, "x;");
    sweep(wc_str_of(deep), 1);
}

/* What is skipped may open more braces than the stack has entries, and hold more mistakes than are
 * looked at. */
static void what_is_skipped_is_bounded(void **state)
{
    (void)state;
    size_t size = (size_t)1 << 16, len = 0;
    char *text = malloc(size);
    assert_non_null(text);
    len += (size_t)snprintf(text, size, "module m;\nfunc f() -> int { 5 5 5\n");
    for (unsigned i = 0; i < WC_PARSE_STACK + 44; i++) text[len++] = '{';
    (void)snprintf(text + len, size - len, "\ncontract C { parties { a : party; } }\n");
    front f;
    front_open(&f);
    (void)front_parse(&f, text);
    assert_true(f.diags.error_count > 0 && f.diags.error_count < 4);
    front_close(&f);
    len = (size_t)snprintf(text, size, "module m;\n");
    for (unsigned i = 0; i < 3 * WC_ERRORS_MAX; i++) {
        len += (size_t)snprintf(text + len, size - len, "const %u : int = 1;\n", i);
    }
    front_open(&f);
    (void)front_parse(&f, text);
    assert_true(f.diags.error_count > WC_ERRORS_MAX);
    assert_true(f.diags.error_count <= 2 * WC_ERRORS_MAX + 1); /* the rest is left unread */
    front_close(&f);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_have_the_stored_trees),
        cmocka_unit_test(every_construct_has_the_stored_tree),
        cmocka_unit_test(operators_bind_as_the_manual_says),
        cmocka_unit_test(literals_keep_value_scale_and_unit),
        cmocka_unit_test(context_words_are_names_elsewhere),
        cmocka_unit_test(spans_cover_the_whole_text_of_a_node),
        cmocka_unit_test(ids_are_unique_and_dense),
        cmocka_unit_test(expressions_nest_up_to_the_limit),
        cmocka_unit_test(parentheses_nest_as_deep_as_the_stack),
        cmocka_unit_test(blocks_and_types_nest_as_deep_as_the_stack),
        cmocka_unit_test(units_join_at_most_sixteen_names),
        cmocka_unit_test(what_is_skipped_is_bounded),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
