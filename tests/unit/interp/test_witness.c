/* The examples that E0607 gives: an action run by the reference interpreter in a contract whose
 * terms and storage are of every kind. The storage holds 7 MWh and twice 1 kWh from the start, in
 * an enum and an option; units of another dimension do not count, nor does what holds nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/interp/witness.h"
#include "tests/support/sha256.h"
#include "tests/support/test.h"
#include "tests/unit/interp/outside.h"

#define CONTRACT                                                                                   \
    "module demo;\nuse std.energy;\n"                                                              \
    "enum Kind { Nothing, Some(e : Energy) }\nenum Side { Long, Short }\n"                         \
    "record Slot { e : Energy; n : int; }\n"                                                       \
    "interface Counts { view n() -> int; action put(x : int); }\n"                                 \
    "contract C {\n"                                                                               \
    "    parties { a, b, c1, c2, c3, c4, c5, c6, c7, c8, c9, d1, d2, d3, d4, d5 : party;\n"        \
    "        op : role MarketOperator; }\n"                                                        \
    "    terms { other : contract_ref<Counts>; day : date; span : interval; mark : bytes<4>;\n"    \
    "        name : text<4>; pair_t : (int, bool); load_t : series<Energy, 15 min, 2>;\n"          \
    "        kind_t : Kind; maybe_t : option<Energy>; few : set<int<5..9>, 2>;\n"                  \
    "        few_m : map<int<5..9>, party, 2>; low : int<1000..2000>; tiny : int<-9..-1>;\n"       \
    "        far : dec<12>; at : time; slot_t : Slot; l_t : list<int, 2>; }\n"                     \
    "    states { Open initial; Held(e : Energy); Closed final; }\n"                               \
    "    storage { kind : Kind = Some(1.000 kWh); maybe : option<Energy> = some(1.000 kWh);\n"     \
    "        slot : Slot; pair : (Energy, int); load : series<Energy, 15 min, 4>;\n"               \
    "        m : map<party, Energy, 4>; l : list<Energy, 4>; none_of_it : dec<0, 1/Wh>;\n"         \
    "        nor_of_it : dec<0, 1/kWh>; q : dec<0, MWh> = 7 MWh; y : Yuan; p : Price;\n"           \
    "        k : set<int, 4>; side : Side; gone : option<Energy>; }\n"                             \
    "    action hold() by b when Open -> Held { goto Held(0.000 kWh); }\n"                         \
    "    action stop() by a when Open, Held -> Closed { goto Closed(); }\n"

static const struct {
    const char *action, *example; /* NULL: none is found */
} rows[] = {
    {"action go() by a ensures conserve(kWh); { self.slot.e += 0.002 kWh; }",
     "the storage goes from 7002 kWh to 7002.002 kWh"},
    {"action go() by a when Open ensures conserve(kWh); { self.pair = (0.002 kWh, 1); }",
     "the storage goes from 7002 kWh to 7002.002 kWh"},
    {"action go() by a when Open ensures conserve(kWh); { self.l.push(0.002 kWh); }",
     "the storage goes from 7002 kWh to 7002.002 kWh"},
    {"action go() by a when Open ensures conserve(kWh); { self.m[a] -= 2.500 kWh; }",
     "the storage goes from 7002 kWh to 6999.5 kWh"},
    {"action go(e : dec<3, kWh, 3..3>) by a when Open -> Held ensures conserve(kWh);\n"
     "{ goto Held(e); }",
     "with e = 3.000 kWh the storage goes from 7002 kWh to 7005 kWh"},
    {"action go(x : int<-7..-7>, z : dec<2, -0.5..-0.5>) by MarketOperator when Open\n"
     "ensures conserve(kWh); { self.m[a] += 1.000 kWh; }",
     "with x = -7, z = -0.50 the storage goes from 7002 kWh to 7003 kWh"},
    {"action go(f : bool, w : party) by op ensures conserve(kWh);\n"
     "{ if !f { self.m[w] += 1.000 kWh; } }",
     "with f = false the storage goes from 7002 kWh to 7003 kWh"},
    {"action go() by a when Open ensures conserve(kWh);\n"
     "{ self.m[a] += 1.000 kWh; send other.put(1); }",
     NULL}, /* nobody is there to send to */
};

static const char *report(const char *action)
{
    static char source[4096], text[8192];
    void *memory = aligned_alloc(16, (size_t)64 << 20);
    wc_arena arena;
    wc_compilation *compilation;
    wc_compile_options options = {.arena = &arena, .hash = wc_test_sha256, .check_only = true};
    assert_non_null(memory);
    wc_arena_init(&arena, memory, (size_t)64 << 20);
    (void)snprintf(source, sizeof source, CONTRACT "    %s\n}\n", action);
    assert_status(wc_compile(&options, WC_STR("demo.clause"), wc_str_of(source), &compilation),
                  WC_OK);
    wc_buf buf;
    wc_buf_init(&buf, text, sizeof text - 1);
    wc_diags_render(&compilation->diags, &buf, WC_DIAG_HUMAN, false);
    text[buf.len] = '\0';
    free(memory);
    return text;
}

static void test_examples(void **state)
{
    (void)state;
    for (size_t i = 0; i < WC_ARRAY_LEN(rows); i++) {
        char expected[256];
        const char *text = report(rows[i].action);
        assert_non_null(strstr(text, "error[E0607]"));
        if (rows[i].example == NULL) {
            assert_null(strstr(text, "example"));
            continue;
        }
        (void)snprintf(expected, sizeof expected, "= example: %s\n", rows[i].example);
        if (strstr(text, expected) == NULL) fail_msg("no \"%s\" in\n%s", expected, text);
    }
}

/* Without memory there is no example, and the memory that there is comes back. */
static void test_no_memory(void **state)
{
    (void)state;
    const wc_compilation *compilation =
        outside_compile(CONTRACT "    action go() by a when Open { self.l.push(0.002 kWh); }\n}\n");
    const wc_sema_contract *contract = outside_contract(compilation, "C");
    wc_sema_trial what = {.contract = contract,
                          .action = outside_action(contract, "go"),
                          .unit = contract->fields[5].type->value->unit,
                          .currencies = compilation->program->currencies,
                          .currency_count = compilation->program->currency_count};
    char text[256];
    bool is_found = false;
    for (uint64_t granted = 0; !is_found; granted++) {
        wc_buf buf;
        wc_arena *arena = outside_arena(OUTSIDE_RUN);
        wc_buf_init(&buf, text, sizeof text);
        arena->fail_after = granted;
        is_found = wc_interp_gains(arena, &what, &buf);
        assert_int_equal(wc_arena_mark(arena), 0);
        assert_int_equal(buf.len > 0, is_found);
        assert_true(granted < 5000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
