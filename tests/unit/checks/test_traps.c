/* What is proved not to trap does not trap: functions that the compiler finds nothing in run with
 * arguments from all over their ranges. And the other way round, planted: each kind of operation
 * with its guard is proved, and reported without it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/prng.h"
#include "tests/unit/checks/play.h"

#define FUNCTIONS 500u /* tried */
#define BATCH     20u  /* proved ones that run together */
#define CALLS     10u
#define NAMES     64u
#define FUNC_MAX  8192u

/* ---- programs by chance ---- */

typedef struct maker {
    wc_prng *prng;
    wc_buf out;
    char text[FUNC_MAX];
    char names[NAMES][8]; /* in scope, readable */
    bool is_var[NAMES];
    unsigned name_count, serial, depth, loops;
} maker;

static unsigned below(maker *m, unsigned bound)
{
    return (unsigned)wc_prng_below(m->prng, bound);
}

static void put(maker *m, const char *text)
{
    wc_buf_put_text(&m->out, text);
}

static void put_int(maker *m, int value)
{
    char text[16];
    (void)snprintf(text, sizeof(text), "%d", value);
    put(m, text);
}

static void expr(maker *m, unsigned depth);

static void binary(maker *m, const char *op, unsigned depth)
{
    put(m, "(");
    expr(m, depth - 1);
    put(m, op);
    expr(m, depth - 1);
    put(m, ")");
}

static void call(maker *m, const char *name, unsigned count, unsigned depth)
{
    put(m, name);
    for (unsigned i = 0; i < count; i++) {
        put(m, i == 0 ? "(" : ", ");
        expr(m, depth - 1);
    }
    put(m, ")");
}

static void condition(maker *m, unsigned depth)
{
    static const char *const ops[] = {" < ", " <= ", " > ", " >= ", " == ", " != "};
    unsigned what = below(m, 10);
    if (depth > 0 && what == 0) {
        put(m, "!(");
        condition(m, depth - 1);
        put(m, ")");
    } else if (depth > 0 && what <= 2) {
        put(m, "(");
        condition(m, depth - 1);
        put(m, what == 1 ? " && " : " || ");
        condition(m, depth - 1);
        put(m, ")");
    } else {
        expr(m, 1);
        put(m, ops[below(m, WC_ARRAY_LEN(ops))]);
        expr(m, 1);
    }
}

static void leaf(maker *m)
{
    if (below(m, 3) == 0) {
        put_int(m, (int)below(m, 12) - 3);
    } else if (below(m, 6) == 0) {
        put(m, "xs.len()");
    } else {
        put(m, m->names[below(m, m->name_count)]);
    }
}

/* An operation that can trap, often behind its guard. */
static void risky(maker *m, unsigned depth)
{
    const char *name = m->names[below(m, m->name_count)];
    char text[256];
    bool guarded = below(m, 4) != 0;
    switch (below(m, 5)) {
    case 0:
        (void)snprintf(text, sizeof(text), "(%s >= 0 && %s < xs.len() ? xs[%s] : 0)", name, name,
                       name);
        break;
    case 1: (void)snprintf(text, sizeof(text), "(%s > 0 ? mod(a, %s) : 1)", name, name); break;
    case 2:
        (void)snprintf(text, sizeof(text), "(%s != 0 ? round<int>(a / %s, floor) : 1)", name, name);
        break;
    case 3: (void)snprintf(text, sizeof(text), "(b > %s ? xs[b - %s - 1] : 2)", name, name); break;
    default: (void)snprintf(text, sizeof(text), "(m.has(b) ? m[b] : %s)", name); break;
    }
    if (guarded) {
        put(m, text);
        return;
    }
    if (below(m, 2) == 0) {
        put(m, "xs[");
        expr(m, depth - 1);
        put(m, "]");
    } else {
        call(m, "mod", 2, depth);
    }
}

static void expr(maker *m, unsigned depth)
{
    if (depth == 0) {
        leaf(m);
        return;
    }
    switch (below(m, 12)) {
    case 0:
    case 1: binary(m, " + ", depth); break;
    case 2: binary(m, " - ", depth); break;
    case 3: binary(m, " * ", depth); break;
    case 4: call(m, "min", 2, depth); break;
    case 5: call(m, "max", 2, depth); break;
    case 6:
        put(m, "(");
        condition(m, 1);
        put(m, " ? ");
        expr(m, depth - 1);
        put(m, " : ");
        expr(m, depth - 1);
        put(m, ")");
        break;
    case 7:
    case 8: risky(m, depth); break;
    default: leaf(m); break;
    }
}

static void statements(maker *m, unsigned count);

static void block(maker *m)
{
    unsigned names = m->name_count;
    m->depth++;
    put(m, " {\n");
    statements(m, 1 + below(m, 2));
    put(m, "}\n");
    m->depth--;
    m->name_count = names;
}

static void declare(maker *m, const char *name, bool is_var)
{
    (void)snprintf(m->names[m->name_count], sizeof(m->names[0]), "%s", name);
    m->is_var[m->name_count++] = is_var;
}

/* A place that is often narrow, with a value that is often clamped to it. */
static void define(maker *m)
{
    bool is_var = below(m, 2) == 0, is_narrow = below(m, 3) != 0;
    int lo = (int)below(m, 30) - 20, hi = lo + (int)below(m, 60);
    char text[96], name[8];
    (void)snprintf(name, sizeof(name), "v%u", m->serial++);
    (void)snprintf(text, sizeof(text),
                   is_narrow ? "%s %s : int<%d..%d> = " : "%s %s : int = ", is_var ? "var" : "let",
                   name, lo, hi);
    put(m, text);
    bool is_clamped = is_narrow && below(m, 3) != 0;
    if (is_clamped) put(m, "min(max(");
    expr(m, 2);
    if (is_clamped) {
        (void)snprintf(text, sizeof(text), ", %d), %d)", lo, hi);
        put(m, text);
    }
    put(m, ";\n");
    declare(m, name, is_var);
}

static void assign(maker *m)
{
    static const char *const ops[] = {" = ", " += ", " -= "};
    unsigned at = below(m, m->name_count);
    for (unsigned i = 0; i < m->name_count && !m->is_var[at]; i++) at = (at + 1) % m->name_count;
    if (!m->is_var[at]) return;
    put(m, m->names[at]);
    put(m, ops[below(m, WC_ARRAY_LEN(ops))]);
    expr(m, 1);
    put(m, ";\n");
}

static void loop(maker *m)
{
    unsigned names = m->name_count;
    char text[96], name[8];
    (void)snprintf(name, sizeof(name), "i%u", m->serial++);
    if (below(m, 2) == 0) {
        (void)snprintf(text, sizeof(text), "for %s in 0 .. min(xs.len(), %u)", name,
                       1 + below(m, 5));
    } else {
        (void)snprintf(text, sizeof(text), "for (%s, x%s) in xs", name, name);
    }
    put(m, text);
    declare(m, name, false);
    m->loops++;
    block(m);
    m->loops--;
    m->name_count = names;
}

static void statement(maker *m)
{
    unsigned what = below(m, 10);
    if (what < 3 || m->name_count + 4 > NAMES) {
        if (m->name_count + 4 <= NAMES) define(m);
    } else if (what < 6) {
        assign(m);
    } else if (m->depth < 3 && what < 8) {
        put(m, "if ");
        condition(m, 1);
        block(m);
        if (below(m, 2) == 0) {
            put(m, "else");
            block(m);
        }
    } else if (m->depth < 2 && m->loops < 2 && what == 8) {
        loop(m);
    } else {
        put(m, "if !(");
        condition(m, 1);
        put(m, m->loops > 0 && below(m, 2) == 0 ? ") { break; }\n" : ") { return 7; }\n");
    }
}

static void statements(maker *m, unsigned count)
{
    for (unsigned i = 0; i < count; i++) statement(m);
}

#define HEADER                                                                                     \
    "(a : int<-9..9>, b : int<0..7>, c : int, xs : list<int<-5..20>, 4>, "                         \
    "m : map<int<0..7>, int<0..50>, 4>) -> int {\n"

static const char *make_function(maker *m, unsigned number)
{
    char text[64];
    wc_buf_init(&m->out, m->text, sizeof(m->text) - 1);
    m->name_count = m->serial = m->depth = m->loops = 0;
    declare(m, "a", false);
    declare(m, "b", false);
    declare(m, "c", false);
    (void)snprintf(text, sizeof(text), "func f%u", number);
    put(m, text);
    put(m, HEADER);
    statements(m, 2 + below(m, 4));
    put(m, "return min(max(");
    expr(m, 2);
    put(m, ", -9_000), 9_000);\n}\n");
    assert_status(wc_buf_status(&m->out), WC_OK);
    m->text[m->out.len] = 0;
    return m->text;
}

/* ---- calls ---- */

static void put_calls(wc_prng *prng, wc_buf *out, const unsigned *numbers, unsigned count)
{
    static const char *const extremes[] = {
        "-9_223_372_036_854_775_807 - 1", "9_223_372_036_854_775_807", "0", "-1", "4", "-7"};
    char text[256];
    for (unsigned n = 0; n < count; n++) {
        for (unsigned k = 0; k < CALLS; k++) {
            (void)snprintf(
                text, sizeof(text),
                "test \"f%u call %u\" {\n    var m : map<int<0..7>, int<0..50>, 4> = map_of();\n",
                numbers[n], k);
            wc_buf_put_text(out, text);
            for (unsigned i = 0; i < wc_prng_below(prng, 5); i++) {
                (void)snprintf(text, sizeof(text), "    m[%u] = %u;\n", i * 2,
                               (unsigned)wc_prng_below(prng, 51));
                wc_buf_put_text(out, text);
            }
            wc_buf_put_text(out, "    let xs : list<int<-5..20>, 4> = [");
            unsigned len = (unsigned)wc_prng_below(prng, 5);
            for (unsigned i = 0; i < len; i++) {
                (void)snprintf(text, sizeof(text), "%s%d", i > 0 ? ", " : "",
                               (int)wc_prng_below(prng, 26) - 5);
                wc_buf_put_text(out, text);
            }
            (void)snprintf(
                text, sizeof(text),
                "];\n    let r : int = f%u(%d, %u, %s, xs, m);\n    assert r < 10_000;\n}\n",
                numbers[n], (int)wc_prng_below(prng, 19) - 9, (unsigned)wc_prng_below(prng, 8),
                extremes[wc_prng_below(prng, WC_ARRAY_LEN(extremes))]);
            wc_buf_put_text(out, text);
        }
    }
}

static void run_batch(play *p, wc_prng *prng, wc_buf *program, const unsigned *numbers,
                      unsigned count)
{
    put_calls(prng, program, numbers, count);
    assert_status(wc_buf_status(program), WC_OK);
    ((char *)program->data)[program->len] = 0;
    const char *text = (const char *)program->data;
    if (play_run(p, text)) return;
    print_error("%s\n%s", text, p->failure);
    fail_msg("a function without a possible trap has failed");
}

static void what_is_proved_does_not_trap(void **state)
{
    (void)state;
    wc_prng prng;
    play p;
    wc_prng_start(&prng, 20260731);
    play_open(&p);
    maker *m = calloc(1, sizeof(*m));
    char *memory = malloc((size_t)1 << 20), *single = malloc(FUNC_MAX + 64);
    assert_true(m != NULL && memory != NULL && single != NULL);
    m->prng = &prng;
    wc_buf program;
    unsigned numbers[BATCH], count = 0, proved = 0;
    wc_buf_init(&program, memory, ((size_t)1 << 20) - 1);
    wc_buf_put_text(&program, "module demo;\n");
    for (unsigned i = 0; i < FUNCTIONS; i++) {
        const char *text = make_function(m, i);
        (void)snprintf(single, FUNC_MAX + 64, "module demo;\n%s", text);
        play_compile(&p, single, true);
        if (p.compilation->has_failed || p.compilation->may_trap_count > 0) continue;
        wc_buf_put_text(&program, text);
        numbers[count++] = i;
        proved++;
        if (count < BATCH) continue;
        run_batch(&p, &prng, &program, numbers, count);
        wc_buf_init(&program, memory, ((size_t)1 << 20) - 1);
        wc_buf_put_text(&program, "module demo;\n");
        count = 0;
    }
    if (count > 0) run_batch(&p, &prng, &program, numbers, count);
    print_message("%u of %u functions proved\n", proved, FUNCTIONS);
    assert_true(proved > FUNCTIONS / 20);
    free(m);
    free(memory);
    free(single);
    play_close(&p);
}

/* ---- each operation with its guard and without ---- */

typedef struct pair {
    const char *guarded, *bare;
} pair;

#define SERIES "type Small = dec<3, kWh, 0..9>;\nfunc f(s : series<Small, 1 h, 24>) -> Energy { "

#define CONTRACT(invariant, wait)                                                                  \
    "contract C {\n  parties { a : party; }\n  terms { until : time; }\n"                          \
    "  storage { wait : dec<0, s> = 0 s; }\n  states { Open initial; Closed final; }\n"            \
    "  invariant in_time : " invariant " && until < 2200-01-01T00:00Z;\n"                          \
    "  action see() by a when Open { let w : dec<0, s, 1..10_000_000_000> = " wait                 \
    "; self.wait = w; }\n"                                                                         \
    "  view waits() -> dec<0, s> { return self.wait; }\n"                                          \
    "  action close() by a when Open -> Closed { goto Closed(); }\n}\n"

#define NETTING(type, condition)                                                                   \
    "error No();\ncontract C {\n  parties { a, b : party; }\n"                                     \
    "  states { Open initial; Closed final; }\n"                                                   \
    "  action net(m : map<party, " type ", 4>, x : Yuan) by a when Open -> Closed\n"               \
    "    requires " condition " : No();\n"                                                         \
    "  { clear_net(m, residual: b, limit: x); goto Closed(); }\n"                                  \
    "  after entered + 24 h when Open -> Closed { goto Closed(); }\n}\n"

static const pair pairs[] = {
    {"func f(a : int, b : int) -> int { if a <= b && a > -9 && b < 9 { let d : int<0..17> = b - a; "
     "return d; } return 0; }",
     "func f(a : int, b : int) -> int { if a > -9 && b < 9 { let d : int<0..17> = b - a; return d; "
     "} "
     "return 0; }"},
    {"func f(xs : list<int<0..9>, 8>) -> int { var t : int<0..72> = 0; for i in 0 .. xs.len() { t "
     "+= "
     "xs[i]; } return t; }",
     "func f(xs : list<int<0..9>, 8>) -> int { var t : int<0..72> = 0; for i in 0 .. 8 { t += "
     "xs[i]; } "
     "return t; }"},
    {"func f(xs : list<int<0..9>, 8>) -> int { var n : int<0..8> = 0; for x in xs { if x > 3 { n "
     "+= 1; "
     "} } return n; }",
     "func f(xs : list<int<0..9>, 8>) -> int { var n : int<0..7> = 0; for x in xs { if x > 3 { n "
     "+= 1; "
     "} } return n; }"},
    {"func f(xs : list<int<0..9>, 8>, ys : list<int<0..9>, 8>) -> int { let n = min(xs.len(), "
     "ys.len()); var t : int<0..72> = 0; for i in 0 .. n { t += min(xs[i], ys[i]); } return t; }",
     "func f(xs : list<int<0..9>, 8>, ys : list<int<0..9>, 8>) -> int { let n = max(xs.len(), "
     "ys.len()); var t : int<0..72> = 0; for i in 0 .. n { t += min(xs[i], ys[i]); } return t; }"},
    {"func f(m : map<int, int<0..9>, 8>) -> int { var t : int<0..72> = 0; for (k, v) in m { t += "
     "m[k]; "
     "} return t; }",
     "func f(m : map<int, int<0..9>, 8>) -> int { var t : int<0..72> = 0; for (k, v) in m { t += "
     "m[v]; "
     "} return t; }"},
    {"func f(a : int<0..9>, n : int) -> int { return n > 0 ? mod(a, n) : 0; }",
     "func f(a : int<0..9>, n : int) -> int { return n >= 0 ? mod(a, n) : 0; }"},
    {"func f(x : int<0..1_000_000>) -> int { let s : int<0..1_000_000> = round<int>(x * 3 / 4, "
     "half_up); return s; }",
     "func f(x : int<0..1_000_000>) -> int { let s : int<0..1_000_000> = round<int>(x * 5 / 4, "
     "half_up); return s; }"},
    {"func f(x : int, s : int<0..100>) -> int { if x >= 0 { let r : int = x - round<int>(x * s / "
     "100, "
     "half_up); let q : int<0..9_223_372_036_854_775_807> = r; return q; } return 0; }",
     "func f(x : int, s : int<0..101>) -> int { if x >= 0 { let r : int = x - round<int>(x * s / "
     "100, "
     "half_up); let q : int<0..9_223_372_036_854_775_807> = r; return q; } return 0; }"},
    {"func f(a : interval, b : interval) -> bool { return a.contains(b) && a.start > "
     "2000-01-01T00:00Z && a.end < 2200-01-01T00:00Z && b.length() > 5 s; }",
     "func f(a : interval, b : interval) -> bool { return a.contains(b) && a.end < "
     "2200-01-01T00:00Z && b.length() > 5 s; }"},
    {"func f(n : int<0..7>) -> int { var xs : list<int<0..9>, 8> = [1, 2, 3]; xs.push(n); return "
     "xs[3]; }",
     "func f(n : int<0..7>) -> int { var xs : list<int<0..9>, 8> = [1, 2, 3]; xs.push(n); return "
     "xs[4]; }"},
    {"func f(a : int<0..9>) -> int { var x : int<0..20> = 0; if a > 4 { x = a; } else { x = 10 + "
     "a; } "
     "let y : int<5..14> = max(x, 5); return y; }",
     "func f(a : int<0..9>) -> int { var x : int<0..20> = 0; if a > 4 { x = a; } else { x = 11 + "
     "a; } "
     "let y : int<5..14> = max(x, 5); return y; }"},
    {"record R { n : int<0..9>; }\nfunc f(k : int) -> int { var m : map<int, R, 4> = map_of(); "
     "m[k] "
     "= R(n: 1); m[k].n = 2; return m.len(); }",
     "record R { n : int<0..9>; }\nfunc f(k : int) -> int { var m : map<int, R, 4> = map_of(); "
     "m[k].n = 2; return m.len(); }"},
    {SERIES "let t = s.fill(0 kWh); return t.len() > 0 ? t[0] : 0 kWh; }",
     SERIES "let t = s.fill(previous); return t.len() > 0 ? t[0] : 0 kWh; }"},
    {SERIES
     "let t = s.fill(previous); return t.count(Missing) == 0 && t.len() > 0 ? t[0] : 0 kWh; }",
     SERIES
     "let t = s.fill(linear); return t.count(Missing) == 1 && t.len() > 0 ? t[0] : 0 kWh; }"},
    {SERIES "let t = s.fill(0 kWh); return sum(t); }", SERIES "return sum(s.fill(previous)); }"},
    {SERIES "var t : Small = 0 kWh; for e in s.fill(0 kWh) { t = e; } return t; }",
     SERIES "var t : Small = 0 kWh; for e in s.fill(linear) { t = e; } return t; }"},
    /* the clock is not where it was when the invariant was checked */
    {CONTRACT("until > deployed", "until - deployed"), CONTRACT("until > now()", "until - now()")},
    {NETTING("dec<2, CNY, -9..9>", "x >= 0.00 CNY"), NETTING("Yuan", "x >= 0.00 CNY")},
    {NETTING("dec<2, CNY, -9..9>", "x >= 0.01 CNY"),
     NETTING("dec<2, CNY, -9..9>", "x != 0.01 CNY")},
};

static void guards_prove_and_their_absence_is_reported(void **state)
{
    (void)state;
    play p;
    play_open(&p);
    for (size_t i = 0; i < WC_ARRAY_LEN(pairs); i++) {
        const char *const both[] = {pairs[i].guarded, pairs[i].bare};
        for (unsigned k = 0; k < 2; k++) {
            char text[1024];
            (void)snprintf(text, sizeof(text), "module demo;\nuse std.energy;\n%s\n", both[k]);
            play_compile(&p, text, true);
            bool fine =
                !p.compilation->has_failed && (p.compilation->may_trap_count == 0) == (k == 0);
            if (!fine) {
                print_error("%s%u traps\n%s", text, p.compilation->may_trap_count, play_report(&p));
            }
            assert_true(fine);
        }
    }
    play_close(&p);
}

static void an_allow_holds_to_the_end_of_its_block(void **state)
{
    (void)state;
    play p;
    play_open(&p);
    play_compile(&p,
                 "module demo;\nerror Bad();\n"
                 "// allow L0911 throughout: sums of small numbers\n"
                 "func f(a : int, b : int) -> int\n    requires a + b > a - b : Bad();\n{\n"
                 "    if a > b { let c : int = a + b; return c; }\n    return a - b;\n}\n"
                 "func g(a : int, b : int) -> int { return a + b; }\n",
                 true);
    assert_false(p.compilation->has_failed);
    assert_int_equal(p.compilation->may_trap_count, 1); /* the one of g */
    play_close(&p);
}

/* Found by the property above: the condition of a choice may be a constant or a variable. */
static void a_choice_may_have_any_condition(void **state)
{
    (void)state;
    play p;
    play_open(&p);
    bool has_passed = play_run(&p, "module demo;\ntest \"choice\" {\n"
                                   "    let a : int = 3;\n    let b : int = 4;\n"
                                   "    let is_less : bool = a < b;\n"
                                   "    let x : int = 2 > 1 ? a : b;\n"
                                   "    let y : int = is_less ? b : a;\n"
                                   "    assert x == 3;\n    assert y == 4;\n}\n");
    assert_string_equal(p.failure, "");
    assert_true(has_passed);
    play_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guards_prove_and_their_absence_is_reported),
        cmocka_unit_test(what_is_proved_does_not_trap),
        cmocka_unit_test(an_allow_holds_to_the_end_of_its_block),
        cmocka_unit_test(a_choice_may_have_any_condition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
