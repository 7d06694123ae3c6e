/* The table of authority: who can move whose money, where to, in which states, how much at most. */
#include "compiler/sema/authority.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/sema/bench.h"

static const char source[] =
    "module demo;\nuse std.energy;\n"
    "interface Other { action poke(n : int); }\n"
    "contract C {\n"
    "  parties { buyer, seller : party; bank : role SettlementBank; }\n"
    "  signatory buyer, seller;\n"
    "  terms { fee : money<CNY, 0..500>; agent : party; other : contract_ref<Other>; }\n"
    "  states { Open initial; Due; Closed final; }\n"
    "  storage { owner : party; }\n"
    "  action put(x : Yuan) by buyer when Open { lock(buyer, x); }\n"
    "  action settle(x : Yuan) by any(buyer, seller) when Open, Due -> Due, Closed {\n"
    "    match state() {\n"
    "      Open => { pay buyer -> agent : fee; goto Due(); }\n"
    "      Due => { let all = escrow(buyer, CNY); pay buyer -> seller : all; goto Closed(); }\n"
    "    }\n"
    "  }\n"
    "  action divide(x : Yuan) by buyer, seller when Due {\n"
    "    for i in 0 .. 3 { pay self -> self.owner : 1.00 CNY; }\n"
    "    split(seller, x, half_even) { buyer : 5%; agent : rest; }\n"
    "    send other.poke(1);\n"
    "  }\n"
    "  after entered + 24 h when Open, Due -> Closed { unlock_all(); goto Closed(); }\n"
    "}\n";

/* Owners and amounts in other words; time alone, on other conditions than states. */
static const char other[] =
    "module demo;\nuse std.energy;\n"
    "contract C {\n"
    "  parties { a, b : party; }\n"
    "  signatory a, b;\n"
    "  terms { agents : list<party, 4>; agent : party; }\n"
    "  states { Open initial; Two; Closed final; }\n"
    "  storage { o : option<int>; m : map<int, party, 4>; n : int; to : party; }\n"
    "  action set(v : option<int>, w : party) by a { self.o = v; self.m[1] = w; self.to = w;\n"
    "    self.n += 1; }\n"
    "  action owners() by a when Open -> Two {\n"
    "    pay a -> agents[0] : escrow(a, CNY);\n"
    "    pay a -> self.m[1] : escrow(b, CNY);\n"
    "    pay self -> b : balance(self, CNY);\n"
    "    pay a -> b : balance(self, CNY);\n"
    "    pay self -> b : escrow(a, CNY);\n"
    "    pay caller() -> b : escrow(caller(), CNY);\n"
    "    pay a -> b : escrow(self.to, CNY);\n"
    "    pay caller() -> b : escrow(a, CNY);\n"
    "    pay agent -> b : escrow(agent, CNY);\n"
    "    pay self -> b : escrow(self, CNY);\n"
    "    goto Two();\n"
    "  }\n"
    "  action ways() by a when Open, Two -> Closed {\n"
    "    if self.o.is(some) { pay a -> b : 1.00 CNY; }\n"
    "    match self.o { some(v) => { pay a -> b : 2.00 CNY; } none => { } }\n"
    "    match state() { Open => { pay a -> b : 3.00 CNY; } _ => { pay a -> b : 4.00 CNY; } }\n"
    "    goto Closed();\n"
    "  }\n"
    "  after entered + 24 h when Open, Two -> Closed { goto Closed(); }\n"
    "}\n";

static const wc_authority *table_in(bench *b, const char *text)
{
    bench_check(b, wc_str_of(text));
    assert_int_equal(b->diags.error_count, 0);
    const wc_authority *table = NULL;
    assert_status(wc_authority_of(&b->arena, b->sources, b->program->contracts[0], &table), WC_OK);
    return table;
}

static const wc_authority *table_of(bench *b)
{
    return table_in(b, source);
}

static void assert_text(wc_str text, const char *wanted)
{
    assert_true(wc_str_equal(text, wc_str_of(wanted)));
}

static void a_lock_is_bounded_by_what_its_owner_signs(void **state)
{
    bench b;
    (void)state;
    bench_open(&b);
    const wc_authority_row *put = &table_of(&b)->rows[0];
    assert_int_equal(put->move_count, 1);
    assert_int_equal(put->states, 1);
    assert_true(put->needs_one);
    const wc_authority_move *lock = &put->moves[0];
    assert_int_equal(lock->effect, WC_AUTHORITY_LOCK);
    assert_int_equal(lock->from.owner, WC_OWNER_PARTY);
    assert_int_equal(lock->from.party, 0);
    assert_int_equal(lock->to.owner, WC_OWNER_NOBODY);
    assert_int_equal(lock->bound, WC_BOUND_SIGNED);
    assert_text(lock->amount, "x");
    bench_close(&b);
}

static void a_match_on_the_state_narrows_where_money_moves(void **state)
{
    bench b;
    (void)state;
    bench_open(&b);
    const wc_authority_row *settle = &table_of(&b)->rows[1];
    assert_int_equal(settle->move_count, 3);
    assert_int_equal(settle->states, 3);
    const wc_authority_move *fee = &settle->moves[0], *all = &settle->moves[1];
    assert_int_equal(fee->states, 1);
    assert_int_equal(fee->to.owner, WC_OWNER_TERM);
    assert_int_equal(fee->bound, WC_BOUND_RANGE);
    assert_int_equal(fee->range.hi.lo, 50000);
    assert_int_equal(all->states, 2);
    assert_int_equal(all->to.party, 1);
    assert_int_equal(all->bound, WC_BOUND_WHOLE);
    assert_text(all->amount, "all");
    assert_text(all->defined, "escrow(buyer, CNY)");
    assert_int_equal(settle->moves[2].effect, WC_AUTHORITY_CLOSE);
    assert_int_equal(settle->moves[2].states, 2);
    assert_int_equal(settle->moves[2].state, 2);
    bench_close(&b);
}

static void shares_loops_and_sends_have_their_lines(void **state)
{
    bench b;
    (void)state;
    bench_open(&b);
    const wc_authority_row *divide = &table_of(&b)->rows[2];
    assert_int_equal(divide->move_count, 4);
    assert_false(divide->needs_one);
    const wc_authority_move *moves = divide->moves;
    assert_true(moves[0].in_loop);
    assert_int_equal(moves[0].from.owner, WC_OWNER_SELF);
    assert_int_equal(moves[0].to.owner, WC_OWNER_COMPUTED);
    assert_text(moves[0].to.text, "self.owner");
    assert_int_equal(moves[0].bound, WC_BOUND_CONSTANT);
    assert_int_equal(moves[0].range.lo.lo, 100);
    assert_int_equal(moves[1].effect, WC_AUTHORITY_SPLIT);
    assert_int_equal(moves[1].bound, WC_BOUND_SHARE);
    assert_text(moves[1].share, "5%");
    assert_int_equal(moves[2].bound, WC_BOUND_REST);
    assert_false(moves[2].in_loop);
    assert_int_equal(moves[3].effect, WC_AUTHORITY_SEND);
    assert_text(moves[3].method->name, "poke");
    bench_close(&b);
}

static void time_outs_and_generated_actions_are_rows(void **state)
{
    bench b;
    (void)state;
    bench_open(&b);
    const wc_authority *table = table_of(&b);
    assert_int_equal(table->row_count, 5);
    const wc_authority_row *fund = &table->rows[3], *after = &table->rows[4];
    assert_true(fund->routine->is_generated);
    assert_int_equal(fund->moves[0].from.owner, WC_OWNER_CALLER);
    assert_int_equal(fund->states, 3);
    assert_int_equal(after->routine->kind, WC_ROUTINE_AFTER);
    assert_int_equal(after->move_count, 2);
    assert_int_equal(after->moves[0].effect, WC_AUTHORITY_UNLOCK_ALL);
    assert_int_equal(after->moves[0].from.owner, WC_OWNER_EVERYBODY);
    assert_string_equal(wc_authority_effect_name(after->moves[1].effect), "closes, returns");
    bench_close(&b);
}

/* Of a payer that is not known to be the owner of the amount, it is not known to be all. */
static void all_that_an_owner_has_is_its_own(void **state)
{
    bench b;
    (void)state;
    bench_open(&b);
    const wc_authority_row *owners = &table_in(&b, other)->rows[1];

    static const struct {
        wc_authority_owner from, to;
        wc_authority_bound bound;
    } wanted[] = {
        {WC_OWNER_PARTY, WC_OWNER_TERM, WC_BOUND_WHOLE},
        {WC_OWNER_PARTY, WC_OWNER_COMPUTED, WC_BOUND_EXPRESSION},
        {WC_OWNER_SELF, WC_OWNER_PARTY, WC_BOUND_WHOLE},
        {WC_OWNER_PARTY, WC_OWNER_PARTY, WC_BOUND_EXPRESSION},
        {WC_OWNER_SELF, WC_OWNER_PARTY, WC_BOUND_EXPRESSION},
        {WC_OWNER_CALLER, WC_OWNER_PARTY, WC_BOUND_WHOLE},
        {WC_OWNER_PARTY, WC_OWNER_PARTY, WC_BOUND_EXPRESSION},
        {WC_OWNER_CALLER, WC_OWNER_PARTY, WC_BOUND_EXPRESSION},
        {WC_OWNER_TERM, WC_OWNER_PARTY, WC_BOUND_EXPRESSION},
        {WC_OWNER_SELF, WC_OWNER_PARTY, WC_BOUND_WHOLE},
    };

    assert_int_equal(owners->move_count, WC_ARRAY_LEN(wanted));
    for (size_t i = 0; i < WC_ARRAY_LEN(wanted); i++) {
        const wc_authority_move *move = &owners->moves[i];
        if (move->from.owner != wanted[i].from || move->to.owner != wanted[i].to ||
            move->bound != wanted[i].bound) {
            fail_msg("%zu: %d %d %d", i, move->from.owner, move->to.owner, move->bound);
        }
    }
    bench_close(&b);
}

/* Only tests of the state say in which states a statement is reached. */
static void other_conditions_leave_the_states_open(void **state)
{
    bench b;
    (void)state;
    bench_open(&b);
    const wc_authority_row *ways = &table_in(&b, other)->rows[2];
    static const uint64_t states[] = {3, 3, 1, 2, 3};
    assert_int_equal(ways->move_count, WC_ARRAY_LEN(states));
    for (size_t i = 0; i < WC_ARRAY_LEN(states); i++) {
        assert_int_equal(ways->moves[i].states, states[i]);
    }
    bench_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lock_is_bounded_by_what_its_owner_signs),
        cmocka_unit_test(a_match_on_the_state_narrows_where_money_moves),
        cmocka_unit_test(shares_loops_and_sends_have_their_lines),
        cmocka_unit_test(time_outs_and_generated_actions_are_rows),
        cmocka_unit_test(all_that_an_owner_has_is_its_own),
        cmocka_unit_test(other_conditions_leave_the_states_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
