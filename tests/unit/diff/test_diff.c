/* Each kind of change is found, said in its group, and nothing else is. */
#include <stdio.h>
#include <stdlib.h>

#include "compiler/compiler.h"
#include "node/diff/diff.h"
#include "tests/support/sha256.h"
#include "tests/support/test.h"
#include "vm/isa/isa.h"

#define ARENA ((size_t)128 << 20)
#define TEXT  8192u

/* The contract, with a place for each thing that a version may change. */
typedef struct version {
    const char *parties, *terms, *storage, *states, *settle, *members;
} version;

static const version first = {
    .parties = "a, b : party; bank : role SettlementBank;",
    .terms = "price : Price;",
    .storage = "sold : Energy; log : map<party, Energy, 8>;",
    .states = "Open initial; Held; Done final;",
    .settle = "action settle(q : Energy) by a when Open ensures conserve(CNY); { self.sold += q; "
              "emit Sold(q); }",
    .members = "action hold() by a when Open -> Held { goto Held(); }\n"
               "view sold() -> Energy { return self.sold; }\n"
               "after deployed + 720 h when Open, Held -> Done { goto Done(); }",
};

static const char frame[] =
    "module sale;\nuse std.energy;\nevent Sold(q : Energy);\nevent Held_by(who : party);\n"
    "error Late(at : time);\n"
    "contract Sale {\n  parties { %s }\n  signatory a, b;\n  terms { %s }\n  storage { %s }\n"
    "  states { %s }\n  %s\n  action close() by a, b -> Done { goto Done(); }\n  %s\n}\n";

typedef struct bench {
    uint8_t *memory;
    wc_arena arena;
    char text[TEXT];
} bench;

static void open_bench(bench *b)
{
    b->memory = aligned_alloc(16, ARENA);
    assert_non_null(b->memory);
    wc_arena_init(&b->arena, b->memory, ARENA);
}

static wc_diff_side side_of(bench *b, const version *v, const wc_module *previous)
{
    char source[TEXT];
    (void)snprintf(source, sizeof source, frame, v->parties, v->terms, v->storage, v->states,
                   v->settle, v->members);
    wc_compile_options options = {
        .arena = &b->arena, .hash = wc_test_sha256, .previous = previous, .no_tests = true};
    wc_compilation *compilation;
    wc_module *module;
    wc_finding finding;
    size_t bad;
    assert_status(wc_compile(&options, WC_STR("sale.clause"), wc_str_of(source), &compilation),
                  WC_OK);
    if (compilation->has_failed) {
        fail_msg("%.*s\n%s", WC_STR_ARG(compilation->diags.first->message), source);
    }
    const wc_compiled_contract *contract = &compilation->contracts[0];
    assert_status(wc_module_decode(contract->module, &b->arena, &module, &bad), WC_OK);
    assert_status(wc_module_verify(module, wc_test_sha256, &b->arena, &finding), WC_OK);
    wc_diff_proof *proofs = WC_ARENA_ARRAY(&b->arena, wc_diff_proof, 8);
    for (uint32_t i = 0; i < contract->proof_count; i++) {
        proofs[i] = (wc_diff_proof){contract->proofs[i].routine, contract->proofs[i].unit};
    }
    return (wc_diff_side){module, true, contract->proof_count, proofs};
}

static wc_diff compare(bench *b, const version *v, bool is_upgrade)
{
    wc_diff diff;
    wc_diff_side old = side_of(b, &first, NULL);
    wc_diff_side next = side_of(b, v, is_upgrade ? old.module : NULL);
    assert_status(wc_diff_modules(&diff, &b->arena, &old, &next, wc_test_sha256), WC_OK);
    return diff;
}

/* The rows but those of gas, one a line: group sign what | before | after. */
static const char *rows(bench *b, const wc_diff *diff)
{
    size_t len = 0;
    b->text[0] = '\0';
    for (uint32_t i = 0; i < diff->row_count; i++) {
        const wc_diff_row *row = &diff->rows[i];
        if (row->group == WC_DIFF_GAS) continue;
        len += (size_t)snprintf(b->text + len, TEXT - len, "%s %c %.*s | %.*s | %.*s\n",
                                wc_diff_key(row->group), "+-~"[row->kind], WC_STR_ARG(row->what),
                                WC_STR_ARG(row->before), WC_STR_ARG(row->after));
        assert_true(len < TEXT);
    }
    return b->text;
}

static void check(const version *v, const char *expected)
{
    bench b;
    open_bench(&b);
    wc_diff diff = compare(&b, v, false);
    assert_string_equal(rows(&b, &diff), expected);
    free(b.memory);
}

static void a_contract_does_not_differ_from_itself(void **state)
{
    (void)state;
    bench b;
    open_bench(&b);
    wc_diff diff = compare(&b, &first, false);
    assert_int_equal(diff.row_count, 0);
    assert_true(diff.has_same_code);
    assert_true(diff.keeps_interface);
    assert_false(diff.is_upgrade);
    free(b.memory);
}

static void calls_that_are_new_gone_or_different(void **state)
{
    (void)state;
    version v = first;
    v.settle =
        "action settle(q : int) by a when Open ensures conserve(CNY); { emit Sold(1.000 kWh); }";
    v.members = "action hold() by a when Open -> Held { goto Held(); }\n"
                "view price_now() -> Price { return price; }\n"
                "after deployed + 720 h when Open, Held -> Done { goto Done(); }";
    check(&v, "abi ~ method settle | action settle(dec<3,kWh>), number 0 | action settle(int), "
              "number 0\n"
              "abi - method sold | view sold()->dec<3,kWh> | \n"
              "abi + method price_now |  | view price_now()->dec<5,CNY/kWh>\n");
}

/* What was signed for action 0 would call another one. */
static void actions_with_other_numbers(void **state)
{
    (void)state;
    version v = first;
    v.settle = "action early() by a when Open { self.sold += 1 kWh; }\n"
               "action settle(q : Energy) by a when Open ensures conserve(CNY); "
               "{ self.sold += q; emit Sold(q); }";
    check(&v, "abi ~ method settle | action settle(dec<3,kWh>), number 0 | action "
              "settle(dec<3,kWh>), number 1\n"
              "abi ~ method close | action close(), number 1 | action close(), number 2\n"
              "abi ~ method hold | action hold(), number 2 | action hold(), number 3\n"
              "abi + method early |  | action early(), number 0\n");
}

/* What an action does with its argument stands in no table. */
static void code_that_differs_is_not_passed_over(void **state)
{
    (void)state;
    bench b;
    open_bench(&b);
    version v = first;
    v.settle = "action settle(q : Energy) by a when Open ensures conserve(CNY); { self.sold -= q; "
               "emit Sold(q); }";
    wc_diff diff = compare(&b, &v, false);
    assert_string_equal(rows(&b, &diff), "");
    assert_false(diff.has_same_code);
    v = first;
    v.members = "action hold() by a when Open -> Held { goto Held(); }\n"
                "view sold() -> Energy { return self.sold; }\n"
                "after deployed + 721 h when Open, Held -> Done { goto Done(); }";
    diff = compare(&b, &v, false);
    assert_string_equal(rows(&b, &diff), "");
    assert_false(diff.has_same_code);
    free(b.memory);
}

/* Invariants, checks and the upgrade itself are called by nobody. */
static void entries_without_a_name_are_no_calls(void **state)
{
    (void)state;
    bench b;
    open_bench(&b);
    version v = first;
    char members[1024];
    (void)snprintf(members, sizeof members, "%s invariant some : self.sold >= 0 kWh; upgrade 2 { }",
                   first.members);
    v.members = members;
    wc_diff diff = compare(&b, &v, true);
    assert_string_equal(rows(&b, &diff), "");
    free(b.memory);
}

static void terms_errors_and_events(void **state)
{
    (void)state;
    version v = first;
    v.terms = "price : dec<4, CNY/kWh> = 0.3000 CNY/kWh; more : int;";
    v.settle = "action settle(q : Energy) by a when Open ensures conserve(CNY); "
               "requires q > 0.000 kWh : Late(now()); { self.sold += q; emit Held_by(a); }";
    check(&v, "abi ~ term price | dec<5,CNY/kWh> | dec<4,CNY/kWh>, with a default\n"
              "abi + term more |  | int\n"
              "abi + error Late |  | Late(at : time)\n"
              "abi - event Sold | Sold(q : dec<3,kWh>) | \n"
              "abi + event Held_by |  | Held_by(who : party)\n");
}

static void fields_by_their_numbers(void **state)
{
    (void)state;
    version v = first;
    v.storage = "sold : Energy; log : map<party, Energy, 9>; last : time;";
    check(&v, "storage ~ field 1 | log : map<party,dec<3,kWh>,8> | log : map<party,dec<3,kWh>,9>\n"
              "storage + field 2 |  | last : time\n");
}

static void who_may_do_what(void **state)
{
    (void)state;
    version v = first;
    v.parties = "a, b : party; bank, meter : role MeterOperator;";
    v.settle = "action settle(q : Energy) by any(a, meter) when Open ensures conserve(CNY); "
               "{ self.sold += q; emit Sold(q); }";
    check(&v, "authority ~ party bank | SettlementBank | MeterOperator\n"
              "authority + party meter |  | MeterOperator\n"
              "authority ~ action settle | by a | by any(a, meter)\n");
}

static void states_and_what_leads_to_them(void **state)
{
    (void)state;
    version v = first;
    v.states = "Open initial; Held(since : time); Ended final; Done final;";
    v.members = "action hold() by a when Open -> Held { goto Held(since: now()); }\n"
                "view sold() -> Energy { return self.sold; }\n"
                "after deployed + 720 h when Open, Held -> Done { goto Done(); }\n"
                "after deployed + 1_000 h when Held -> Ended { goto Ended(); }";
    check(&v, "states ~ state Held | Held | Held with since\n"
              "states + state Ended |  | Ended, final\n"
              "states + time-out 2 |  | when Held -> Ended\n");
    v = first;
    v.settle = "action settle(q : Energy) by a when Open, Held ensures conserve(CNY); "
               "{ self.sold += q; emit Sold(q); }";
    check(&v, "states ~ action settle | when Open | when Open, Held\n");
}

static void what_is_proved(void **state)
{
    (void)state;
    version v = first;
    v.settle = "action settle(q : Energy) by a when Open { self.sold += q; emit Sold(q); }";
    check(&v, "proof - action settle | conserve(CNY) | \n");
}

static void the_worst_case_of_what_both_have(void **state)
{
    (void)state;
    bench b;
    open_bench(&b);
    version v = first;
    v.settle = "action settle(q : Energy) by a when Open ensures conserve(CNY); "
               "{ self.sold += q; self.log[b] += q; emit Sold(q); }";
    wc_diff diff = compare(&b, &v, false);
    assert_string_equal(rows(&b, &diff), "");
    assert_int_equal(diff.row_count, 1);
    assert_int_equal(diff.rows[0].group, WC_DIFF_GAS);
    assert_true(wc_str_equal(diff.rows[0].what, WC_STR("action settle")));
    free(b.memory);
}

static void an_upgrade_that_fits(void **state)
{
    (void)state;
    bench b;
    open_bench(&b);
    version v = first;
    char members[1024];
    v.storage = "sold : Energy; log : map<party, Energy, 8>; twice : Energy;";
    (void)snprintf(members, sizeof members, "%s upgrade 2 { self.twice = old(self.sold) * 2; }",
                   first.members);
    v.members = members;
    wc_diff diff = compare(&b, &v, true);
    assert_true(diff.is_upgrade);
    assert_int_equal(diff.fault.rule, WC_UPGRADE_FITS);
    assert_true(diff.keeps_interface);
    assert_string_equal(rows(&b, &diff), "storage + field 512 |  | twice : dec<3,kWh>\n");
    free(b.memory);
}

/* Compiling it is allowed: only contracts in that state cannot be upgraded. */
static void an_upgrade_that_loses_a_state_and_a_view(void **state)
{
    (void)state;
    bench b;
    open_bench(&b);
    version v = first;
    v.states = "Open initial; Done final;";
    v.members = "after deployed + 720 h when Open -> Done { goto Done(); } upgrade 2 { }";
    wc_diff diff = compare(&b, &v, true);
    assert_int_equal(diff.fault.rule, WC_UPGRADE_STATE);
    assert_true(wc_str_equal(diff.fault_at, WC_STR("state Held")));
    assert_false(diff.keeps_interface);
    assert_true(wc_str_equal(diff.missing, WC_STR("action hold")));
    free(b.memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_contract_does_not_differ_from_itself),
        cmocka_unit_test(calls_that_are_new_gone_or_different),
        cmocka_unit_test(actions_with_other_numbers),
        cmocka_unit_test(code_that_differs_is_not_passed_over),
        cmocka_unit_test(entries_without_a_name_are_no_calls),
        cmocka_unit_test(terms_errors_and_events),
        cmocka_unit_test(fields_by_their_numbers),
        cmocka_unit_test(who_may_do_what),
        cmocka_unit_test(states_and_what_leads_to_them),
        cmocka_unit_test(what_is_proved),
        cmocka_unit_test(the_worst_case_of_what_both_have),
        cmocka_unit_test(an_upgrade_that_fits),
        cmocka_unit_test(an_upgrade_that_loses_a_state_and_a_view),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
