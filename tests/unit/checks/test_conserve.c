/* conserve(kWh): what is proved never differs on the machine, and what was planted is refused.
 *
 * Random actions move energy between fields, map entries and records, in branches and loops; some
 * of them lose a statement, a sign or a variable. Whatever the proof accepts runs on a ledger, and
 * the sum over the storage must not move. And the standard contracts and samples that prove
 * conservation are spoiled one place at a time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/golden.h"
#include "tests/support/prng.h"
#include "tests/unit/checks/play.h"

#define PROGRAMS 400u
#define TEXT_MAX 32768u
#define FILE_MAX 65536u

/* ---- actions by chance ---- */

typedef struct maker {
    wc_prng *prng;
    wc_buf out;
    unsigned depth, loops, serial;
    bool in_map; /* in a loop over self.m: it must not change */
} maker;

static unsigned below(maker *m, unsigned bound)
{
    return (unsigned)wc_prng_below(m->prng, bound);
}

static void put(maker *m, const char *text)
{
    wc_buf_put_text(&m->out, text);
}

static const char *place(maker *m)
{
    static const char *const places[] = {"self.x", "self.y", "self.rec.got", "self.m[k]",
                                         "self.m[3]"};
    return places[below(m, m->in_map ? 3 : 5)];
}

static const char *value(maker *m)
{
    static const char *const values[] = {"e",           "f",      "(e - f)", "min(e, f)",
                                         "(e + 1 kWh)", "self.y", "-f",      "(e * 2 - f)"};
    if (m->loops > 0 && below(m, 3) == 0) return m->in_map ? "q" : "z";
    return values[below(m, WC_ARRAY_LEN(values))];
}

/* One change of the storage; now and then it is spoiled. */
static void change(maker *m, const char *where, bool adds, const char *what)
{
    unsigned fault = below(m, 40);
    if (fault == 0) return; /* dropped */
    if (fault == 1) adds = !adds;
    if (fault == 2) what = value(m);
    put(m, where);
    put(m, adds ? " += " : " -= ");
    put(m, what);
    put(m, ";\n");
}

static void transfer(maker *m)
{
    char name[16], text[64];
    (void)snprintf(name, sizeof(name), "t%u", m->serial++);
    (void)snprintf(text, sizeof(text), "let %s : Energy = %s;\n", name, value(m));
    put(m, text);
    bool first = below(m, 2) == 0;
    change(m, place(m), first, name);
    change(m, place(m), !first, name);
}

static void over_list(maker *m)
{
    if (below(m, 2) == 0) {
        put(m, "for z in es {\n");
        m->loops++;
        change(m, place(m), true, "z");
        m->loops--;
        put(m, "}\n");
    } else {
        change(m, place(m), true, "sum(z in es : z)");
    }
    change(m, place(m), false, "sum(z in es : z)");
}

static void exchange(maker *m)
{
    char text[160];
    unsigned n = m->serial++;
    (void)snprintf(text, sizeof(text), "let s%u : Energy = self.x;\nself.x = %s;\nself.y = s%u;\n",
                   n, below(m, 8) == 0 ? "e" : "self.y", n);
    put(m, text);
}

static void record(maker *m)
{
    put(m, below(m, 10) == 0 ? "self.rec = Pos(got: self.rec.got - e, n: 2);\n"
                             : "self.rec = Pos(got: self.rec.got + e, n: 1);\n");
    change(m, place(m), false, "e");
}

static void statements(maker *m, unsigned count);

static void block(maker *m)
{
    m->depth++;
    put(m, " {\n");
    statements(m, 1 + below(m, 2));
    put(m, "}\n");
    m->depth--;
}

static void branch(maker *m)
{
    static const char *const conditions[] = {"if e > f", "if self.x >= 0 kWh", "if k == 3"};
    put(m, conditions[below(m, WC_ARRAY_LEN(conditions))]);
    block(m);
    if (below(m, 2) == 0) {
        put(m, "else");
        block(m);
    }
}

static void loop(maker *m)
{
    bool was_map = m->in_map;
    unsigned what = m->loops == 0 ? below(m, 3) : 2;
    char text[64];
    (void)snprintf(text, sizeof(text), "for i%u in 0 .. 3", m->serial++);
    m->in_map = m->in_map || what == 1;
    put(m, what == 0 ? "for z in es" : what == 1 ? "for (i, q) in self.m" : text);
    if (what < 2) m->loops++;
    block(m);
    if (what < 2) m->loops--;
    m->in_map = was_map;
}

static void statement(maker *m)
{
    unsigned what = below(m, 12);
    if (what < 5) {
        transfer(m);
    } else if (what == 5 && m->loops == 0) {
        over_list(m);
    } else if (what == 6) {
        exchange(m);
    } else if (what == 7) {
        record(m);
    } else if (what == 8 && m->depth > 0) {
        put(m, "if e < f { return; }\n");
    } else if (what < 10 && m->depth < 3) {
        branch(m);
    } else if (m->depth < 2) {
        loop(m);
    }
}

static void statements(maker *m, unsigned count)
{
    for (unsigned i = 0; i < count; i++) statement(m);
}

static const char head[] =
    "module demo;\nuse std.energy;\nrecord Pos { got : Energy; n : int; }\n"
    "contract C {\n  parties { a : party; }\n  states { Open initial; Closed final; }\n"
    "  storage { x : Energy; y : Energy; rec : Pos; m : map<int<0..9>, Energy, 10>; }\n"
    "  view total() -> Energy {\n"
    "    return self.x + self.y + self.rec.got + sum((i, q) in self.m : q);\n  }\n"
    "  action close() by a when Open -> Closed { goto Closed(); }\n"
    "  action move(e : Energy, f : Energy, k : int<0..9>, es : list<Energy, 4>) by a when Open\n"
    "    ensures conserve(kWh);\n  {\n";

static void make_action(maker *m, char *text)
{
    wc_buf_init(&m->out, text, TEXT_MAX - 1);
    m->depth = m->loops = m->serial = 0;
    m->in_map = false;
    put(m, head);
    statements(m, 2 + below(m, 4));
    put(m, "  }\n}\n");
}

static const char calls[] =
    "test \"sum\" {\n"
    "  let empty : list<Energy, 4> = [];\n"
    "  let two : list<Energy, 4> = [1.500 kWh, 2.250 kWh];\n"
    "  let four : list<Energy, 4> = [0.001 kWh, -3.000 kWh, 8.000 kWh, 1.000 kWh];\n"
    "  let c = C.deploy(a: ann);\n"
    "  as ann { c.move(1.000 kWh, 4.000 kWh, 3, two); }\n  assert c.total() == 0.000 kWh;\n"
    "  as ann { c.move(5.500 kWh, 2.001 kWh, 7, four); }\n  assert c.total() == 0.000 kWh;\n"
    "  as ann { c.move(-1.000 kWh, 0.000 kWh, 3, empty); }\n  assert c.total() == 0.000 kWh;\n"
    "  as ann { c.move(0.003 kWh, -7.000 kWh, 0, four); }\n  assert c.total() == 0.000 kWh;\n"
    "  as ann { c.move(2.000 kWh, 2.000 kWh, 3, two); }\n  assert c.total() == 0.000 kWh;\n}\n";

static void what_is_proved_never_differs(void **state)
{
    (void)state;
    wc_prng prng;
    play p;
    wc_prng_start(&prng, 20261129);
    play_open(&p);
    char *text = malloc(TEXT_MAX);
    assert_non_null(text);
    maker m = {.prng = &prng};
    unsigned proved = 0, refused = 0, undecided = 0;
    for (unsigned i = 0; i < PROGRAMS; i++) {
        make_action(&m, text);
        wc_buf action = m.out;
        wc_buf_put_text(&m.out, calls);
        assert_status(wc_buf_status(&m.out), WC_OK);
        text[action.len] = 0;
        play_compile(&p, text, true);
        const wc_compilation *made = p.compilation;
        if (made->has_failed) {
            wc_diag_code code = made->diags.first->code;
            bool is_proof = code == WC_E0607 || code == WC_E0608;
            if (!is_proof) print_error("%s", play_report(&p));
            assert_true(is_proof);
            refused += code == WC_E0607;
            undecided += code == WC_E0608;
            continue;
        }
        proved++;
        text[action.len] = calls[0];
        text[m.out.len] = 0;
        if (play_run(&p, text)) continue;
        text[action.len] = 0;
        print_error("%s", text + strlen(head));
        print_error("%s\n", p.failure);
        fail_msg("the storage has gained or lost energy that was proved to stay");
    }
    print_message("%u proved, %u refused, %u not decided\n", proved, refused, undecided);
    assert_true(proved > PROGRAMS / 8 && refused > PROGRAMS / 20);
    free(text);
    play_close(&p);
}

/* ---- planted faults ---- */

typedef struct fault {
    const char *file;
    const char *was, *is;
} fault;

#define SUPPLY  "../../contracts/supply/supply.clause"
#define DIRECT  "../../contracts/ppa/direct.clause"
#define PPA     "../../contracts/ppa/ppa.clause"
#define HOME    "../../contracts/flex/enrolment.clause"
#define UNITS   "../../contracts/flex/response.clause"
#define AUCTION "samples_fixed/3_auction.clause"
#define VPP     "samples_fixed/6_vpp.clause"

static const fault faults[] = {
    {SUPPLY, "self.metered -= net;", ""},
    {SUPPLY, "self.metered -= net;", "self.metered += net;"},
    {SUPPLY, "self.metered -= net;", "self.metered -= residual;"},
    {SUPPLY, "self.metered -= net;", "self.metered = net;"},
    {SUPPLY, "self.from_spot += spot;", ""},
    {SUPPLY, "self.from_spot += spot;", "self.from_spot -= spot;"},
    {SUPPLY, "self.from_spot += spot;", "self.from_spot += direct;"},
    {SUPPLY, "self.from_direct += direct;", ""},
    {SUPPLY, "self.from_direct += direct;", "self.from_direct -= direct;"},
    {SUPPLY, "self.from_direct += direct;", "self.from_direct += spot;"},
    {SUPPLY, "self.from_direct += direct;", "self.from_direct += self.from_direct;"},
    {SUPPLY, "self.from_supplier += residual;", ""},
    {SUPPLY, "self.from_supplier += residual;", "self.from_supplier -= residual;"},
    {SUPPLY, "self.from_supplier += residual;", "self.from_supplier += net;"},
    {SUPPLY, "self.to_supplier += residual;", ""},
    {SUPPLY, "self.to_supplier += residual;", "self.to_supplier -= residual;"},
    {SUPPLY, "self.to_supplier += residual;", "self.to_supplier += spot;"},
    {SUPPLY, "= net - spot - direct;", "= net - spot;"},
    {SUPPLY, "= net - spot - direct;", "= net + spot - direct;"},
    {SUPPLY, "= net - spot - direct;", "= net - spot - spot;"},
    {SUPPLY, "= net - spot - direct;", "= net - 2 * direct;"},
    {DIRECT, "self.sent[day] -= total;", ""},
    {DIRECT, "self.sent[day] -= total;", "self.sent[day] += total;"},
    {DIRECT, "self.delivered[day] += total;", ""},
    {DIRECT, "self.delivered[day] += total;", "self.delivered[day] += volume(day * 96);"},
    {PPA, "self.taken[month] += taken;", ""},
    {PPA, "self.taken[month] += taken;", "self.taken[month] += self.day_taken;"},
    {PPA, "self.direct[month] += direct;", "self.direct[month] -= direct;"},
    {PPA, "self.unmetered += self.day_taken - taken - direct;", ""},
    {PPA, "self.missing[month] += missing;", "self.missing[month] = missing;"},
    {PPA, "self.day_taken = 0.000 kWh;", ""},
    {PPA, "self.day_missing = 0.000 kWh;", "self.day_missing = 1.000 kWh;"},
    {HOME, "self.given -= effective;", ""},
    {HOME, "self.effective += effective;", "self.effective += shortfall;"},
    {HOME, "self.owed -= shortfall;", "self.owed += shortfall;"},
    {HOME, "self.shortfall += shortfall;", ""},
    {UNITS, "self.given -= effective;", "self.given = -effective;"},
    {UNITS, "self.effective += effective;", ""},
    {UNITS, "self.owed -= shortfall;", "self.owed -= effective;"},
    {UNITS, "self.shortfall += shortfall;",
     "if shortfall > 1 kWh { self.shortfall += shortfall; }"},
    {AUCTION, "self.take[x.who] += m;", ""},
    {AUCTION, "self.take[x.who] += m;", "self.take[x.who] -= m;"},
    {AUCTION, "self.take[x.who] += m;", "self.take[x.who] += x.qty;"},
    {AUCTION, "self.take[y.who] -= m;", ""},
    {AUCTION, "self.take[y.who] -= m;", "self.take[y.who] += m;"},
    {AUCTION, "self.take[y.who] -= m;", "self.take[y.who] -= vol;"},
    {VPP, "self.fleet[p].soc -= e;", ""},
    {VPP, "self.fleet[p].soc -= e;", "self.fleet[p].soc += e;"},
    {VPP, "self.fleet[p].soc -= e;", "self.fleet[p].size -= e; self.fleet[p].soc -= e;"},
    {VPP, "self.given[p] += e;", ""},
    {VPP, "self.given[p] += e;", "self.given[p] -= e;"},
    {VPP, "self.given[p] += e;", "if e > 1 kWh { break; } self.given[p] += e;"},
};

/* The file with the fault in the only place where it fits; without one: as it is. */
static void spoil(const fault *planted, bool is_spoiled, char *text)
{
    char path[512];
    (void)snprintf(path, sizeof(path), "%s/%s", WC_TEST_DATA, planted->file);
    wc_slice bytes = wc_test_read_file(path);
    assert_true(bytes.len + 256 < FILE_MAX);
    char *whole = malloc(bytes.len + 1);
    assert_non_null(whole);
    memcpy(whole, bytes.data, bytes.len);
    whole[bytes.len] = 0;
    free((uint8_t *)(uintptr_t)bytes.data);
    char *at = strstr(whole, planted->was);
    if (at == NULL) fail_msg("%s: there is no %s", planted->file, planted->was);
    assert_null(strstr(at + 1, planted->was));
    const char *middle = is_spoiled ? planted->is : planted->was;
    (void)snprintf(text, FILE_MAX, "%.*s%s%s", (int)(at - whole), whole, middle,
                   at + strlen(planted->was));
    free(whole);
}

static void planted_faults_are_refused(void **state)
{
    (void)state;
    play p;
    unsigned missed = 0;
    char *text = malloc(FILE_MAX);
    assert_non_null(text);
    play_open(&p);
    for (size_t i = 0; i < WC_ARRAY_LEN(faults); i++) {
        spoil(&faults[i], false, text);
        play_compile(&p, text, true);
        if (p.compilation->has_failed) print_error("%s", play_report(&p));
        assert_false(p.compilation->has_failed);
        spoil(&faults[i], true, text);
        play_compile(&p, text, true);
        const wc_diag *diag = p.compilation->diags.first;
        while (diag != NULL && diag->code != WC_E0607 && diag->code != WC_E0608) diag = diag->next;
        if (diag != NULL) continue;
        print_error("missed: %s: %s -> %s\n%s", faults[i].file, faults[i].was, faults[i].is,
                    play_report(&p));
        missed++;
    }
    assert_int_equal(missed, 0);
    free(text);
    play_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planted_faults_are_refused),
        cmocka_unit_test(what_is_proved_never_differs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
