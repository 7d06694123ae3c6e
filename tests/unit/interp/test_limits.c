/* What the reference interpreter cannot hold ends as LIMIT, what contradicts the checker as CLAIM,
 * and neither leaves anything behind: memory at every size, steps at every count, and each table
 * filled up. */
#include <string.h>

#include "tests/support/test.h"
#include "tests/unit/interp/outside.h"
#include "vm/base/codec.h"

static const char source[] =
    "module limits;\n"
    "use std.energy;\n"
    "event Tick(i : int);\n"
    "enum Level { Low, High(n : int) }\n"
    "contract Counter {\n"
    "    parties { owner : party; }\n"
    "    states { On initial; Off final; }\n"
    "    storage { n : int; seen : map<int, int, 4>; level : Level = Low; }\n"
    "    invariant small : self.n < 100;\n"
    "    view n() -> int { return self.n; }\n"
    "    action add(x : int) by owner when On {\n"
    "        for i in 0..3 { self.n += x; }\n"
    "        for (k, v) in self.seen { self.n += v - k; }\n"
    "        self.seen[x] = self.n;\n"
    "        match self.level { Low => { self.level = High(x); } High(m) => { self.n += m; } }\n"
    "        emit Tick(self.n);\n"
    "    }\n"
    "    action shout() by owner when On { for i in 0..4097 { emit Tick(i); } }\n"
    "    action stop() by owner when On -> Off { goto Off(); }\n"
    "    after entered + 1 h when On -> Off { self.n += 1; goto Off(); }\n"
    "}\n"
    "contract Deposits {\n"
    "    parties { owner : party; }\n"
    "    states { On initial; Off final; }\n"
    "    action deposit(x : Yuan) by any_party when On { lock(caller(), x); }\n"
    "    after entered + 1 h when On -> Off { goto Off(); }\n"
    "}\n"
    "error NotYet();\n"
    "contract Tries {\n"
    "    parties { owner : party; }\n"
    "    states { On initial; Off final; }\n"
    "    storage { n : int; }\n"
    "    action put(x : int) by owner when On { self.n = x; }\n"
    "    after entered when On -> Off { require self.n > 0 : NotYet(); goto Off(); }\n"
    "    after entered + 1 h when On -> Off { goto Off(); }\n"
    "}\n"
    "contract Rounds {\n"
    "    parties { owner : party; }\n"
    "    states { On initial; Round(n : int<0..20000>); Off final; }\n"
    "    action start() by owner when On -> Round { goto Round(0); }\n"
    "    after entered when Round -> Round, Off {\n"
    "        match state() { Round(n) => { if n < 20000 { goto Round(n + 1); } goto Off(); } }\n"
    "    }\n"
    "}\n"
    "contract Roles {\n"
    "    parties { w : role GridOperator; x : role GridOperator; y : role GridOperator;\n"
    "        z : role GridOperator; }\n"
    "    states { On initial; Off final; }\n"
    "    action stop() by w when On -> Off { goto Off(); }\n"
    "}\n"
    "contract Many {\n"
    "    parties { a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q : party; }\n"
    "    signatory a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q;\n"
    "    states { On initial; Off final; }\n"
    "    action stop() by a when On -> Off { goto Off(); }\n"
    "}\n"
    "test \"too many sign\" { as a { as b { as c { as d { as e { as f { as g { as h {\n"
    "    as i { as j { as k { as l { as m { as n { as o { as p { as q { assert true; "
    "}}}}}}}}}}}}}}}}} }\n"
    "test \"too many sign a deployment\" {\n"
    "    let m = Many.deploy(a: a, b: b, c: c, d: d, e: e, f: f, g: g, h: h, i: i, j: j, k: k,\n"
    "        l: l, m: m, n: n, o: o, p: p, q: q);\n"
    "    as a { m.stop(); }\n"
    "}\n"
    "test \"what a test reads and does\" {\n"
    "    let c = Counter.deploy(owner: owner);\n"
    "    as owner { c.add(1); }\n"
    "    assert c.n() == 3;\n"
    "    advance 1 h;\n"
    "    expect fail InstanceClosed { as owner { c.add(1); } }\n"
    "}\n";

static wc_slice number(int64_t value)
{
    static uint8_t bytes[8];
    wc_store_u64(bytes, (uint64_t)value);
    return wc_slice_of(bytes, sizeof bytes);
}

/* --- memory and steps ------------------------------------------------------------------------- */

/* Deploys, calls twice, lets the time-out run and ends; how it ended. */
static wc_interp_end play(const wc_compilation *compilation, wc_arena *arena, uint32_t steps)
{
    static const wc_str names[] = {{"a", 1}};
    wc_interp_party owner = wc_interp_test_party(0);
    const wc_sema_contract *counter = outside_contract(compilation, "Counter");
    wc_interp_outcome outcome;
    uint16_t instance;
    wc_interp_options options = {.arena = arena,
                                 .program = compilation->program,
                                 .steps = steps,
                                 .parties = names,
                                 .party_count = 1};
    wc_interp *in = wc_interp_open(&options);
    if (in == NULL) return WC_INTERP_LIMIT;
    wc_interp_deploy(in, counter, &owner, wc_slice_of(NULL, 0), &instance, &outcome);
    if (outcome.end != WC_INTERP_OK) return outcome.end;
    for (int64_t i = 1; i < 3; i++) {
        int64_t before = wc_interp_free(in, &owner, 0);
        outcome = outside_call(in, instance, "add", number(i), 0);
        assert_int_equal(wc_interp_free(in, &owner, 0), before);
        if (outcome.end != WC_INTERP_OK) return outcome.end;
    }
    if (!wc_interp_advance(in, 3600, &outcome)) return outcome.end;
    assert_int_equal(wc_interp_state_of(in, instance), 1);
    wc_interp_deploy(in, outside_contract(compilation, "Tries"), &owner, wc_slice_of(NULL, 0),
                     &instance, &outcome);
    if (outcome.end != WC_INTERP_OK) return outcome.end;
    if (!wc_interp_advance(in, 3600, &outcome)) return outcome.end;
    assert_int_equal(wc_interp_state_of(in, instance), 1);
    wc_slice field = wc_interp_field(in, 0, 0);
    if (field.len == 0) return WC_INTERP_LIMIT;
    /* 3; then 6, value less key of the entry, member of the level: 12; and the time-out */
    assert_int_equal(wc_load_u64(field.data), 13);
    return WC_INTERP_OK;
}

static void test_memory_ends_anywhere(void **state)
{
    (void)state;
    const wc_compilation *compilation = outside_compile(source);
    size_t most = 0;
    for (wc_interp_end end = WC_INTERP_LIMIT; end != WC_INTERP_OK; most++) {
        wc_arena *arena = outside_arena(OUTSIDE_RUN);
        arena->fail_after = most;
        end = play(compilation, arena, 0);
        if (end != WC_INTERP_OK) assert_int_equal(end, WC_INTERP_LIMIT);
        assert_true(most < 5000);
    }
    assert_true(most > 50);
}

static void test_steps_end_anywhere(void **state)
{
    (void)state;
    const wc_compilation *compilation = outside_compile(source);
    uint32_t steps = 1;
    for (wc_interp_end end = WC_INTERP_LIMIT; end != WC_INTERP_OK; steps++) {
        end = play(compilation, outside_arena(OUTSIDE_RUN), steps);
        if (end != WC_INTERP_OK) assert_int_equal(end, WC_INTERP_LIMIT);
        assert_true(steps < 5000);
    }
    assert_true(steps > 50);
}

static void test_depth_ends_anywhere(void **state)
{
    (void)state;
    wc_interp *in = outside_open(outside_compile(source));
    uint16_t counter = outside_deploy(in, in->program->contracts[0], wc_slice_of(NULL, 0));
    for (uint32_t room = 0; room < 3; room++) {
        in->depth = WC_INTERP_DEPTH_MAX - room;
        wc_interp_outcome outcome = outside_call(in, counter, "add", number(1), 0);
        assert_int_equal(outcome.end, WC_INTERP_LIMIT);
        assert_int_equal(in->depth, WC_INTERP_DEPTH_MAX - room);
    }
    in->depth = 0;
    wc_interp_outcome outcome = outside_call(in, counter, "add", number(1), 0);
    outside_assert_ok(&outcome);
}

/* --- full tables ------------------------------------------------------------------------------ */

static void test_events(void **state)
{
    (void)state;
    uint32_t count;
    wc_interp *in = outside_open(outside_compile(source));
    uint16_t counter = outside_deploy(in, in->program->contracts[0], wc_slice_of(NULL, 0));
    wc_interp_outcome outcome = outside_call(in, counter, "shout", wc_slice_of(NULL, 0), 0);
    assert_int_equal(outcome.end, WC_INTERP_LIMIT);
    (void)wc_interp_events(in, &count);
    assert_int_equal(count, 0);
}

static void test_instances_and_roles(void **state)
{
    (void)state;
    const wc_compilation *compilation = outside_compile(source);
    wc_interp *in = outside_open(compilation);
    const wc_sema_contract *counter = outside_contract(compilation, "Counter");
    const wc_sema_contract *roles = outside_contract(compilation, "Roles");
    wc_interp_party parties[4];
    wc_interp_outcome outcome;
    uint16_t instance;
    for (uint16_t i = 0; i < 256 / 4; i++) {
        for (uint16_t k = 0; k < 4; k++) parties[k] = wc_interp_test_party((uint16_t)(4 * i + k));
        wc_interp_deploy(in, roles, parties, wc_slice_of(NULL, 0), &instance, &outcome);
        outside_assert_ok(&outcome);
    }
    assert_int_equal(in->role_count, 256);
    parties[0] = wc_interp_test_party(256);
    wc_interp_deploy(in, roles, parties, wc_slice_of(NULL, 0), &instance, &outcome);
    assert_int_equal(outcome.end, WC_INTERP_LIMIT);
    while (in->world->instance_count < WC_INTERP_INSTANCES_MAX) {
        (void)outside_deploy(in, counter, wc_slice_of(NULL, 0));
    }
    wc_interp_deploy(in, counter, parties, wc_slice_of(NULL, 0), &instance, &outcome);
    assert_int_equal(outcome.end, WC_INTERP_LIMIT);
}

static void test_accounts(void **state)
{
    (void)state;
    wc_interp *in = outside_open(outside_compile(source));
    uint16_t deposits = outside_deploy(in, in->program->contracts[1], wc_slice_of(NULL, 0));
    wc_interp_party last = {{0xff, 0xff}};
    uint32_t had = in->world->account_count;
    for (uint32_t i = had; i < WC_INTERP_ACCOUNTS_MAX; i++) {
        wc_interp_party party = {{0xff, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i}};
        assert_true(wc_interp_give(in, &party, 0, 5));
        assert_int_equal(wc_interp_free(in, &party, 0), 5);
    }
    assert_false(wc_interp_give(in, &last, 0, 5));
    assert_int_equal(in->world->account_count, WC_INTERP_ACCOUNTS_MAX);
    wc_interp_outcome outcome = outside_call(in, deposits, "deposit", number(1), 1);
    assert_int_equal(outcome.end, WC_INTERP_LIMIT);
}

/* Time-outs without end at one moment: the clock stands still. */
static void test_time_outs(void **state)
{
    (void)state;
    const wc_compilation *compilation = outside_compile(source);
    wc_interp *in = outside_open(compilation);
    wc_interp_outcome outcome;
    uint16_t rounds =
        outside_deploy(in, outside_contract(compilation, "Rounds"), wc_slice_of(NULL, 0));
    outcome = outside_call(in, rounds, "start", wc_slice_of(NULL, 0), 0);
    outside_assert_ok(&outcome);
    assert_false(wc_interp_advance(in, 1, &outcome));
    assert_int_equal(outcome.end, WC_INTERP_LIMIT);
    assert_int_equal(in->now, WC_INTERP_START_S);
}

static wc_interp_outcome end_of(const wc_compilation *compilation, uint32_t number, uint32_t steps)
{
    const wc_compiled_test *test = &compilation->tests[number];
    wc_interp_outcome outcome;
    wc_interp_options options = {.arena = outside_arena(OUTSIDE_RUN),
                                 .program = compilation->program,
                                 .steps = steps,
                                 .parties = test->parties,
                                 .party_count = test->party_count};
    wc_interp *in = wc_interp_open(&options);
    assert_non_null(in);
    wc_interp_test(in, compilation->program->tests[number], &outcome);
    return outcome;
}

static void test_signers(void **state)
{
    (void)state;
    const wc_compilation *compilation = outside_compile(source);
    assert_int_equal(end_of(compilation, 0, 0).end, WC_INTERP_LIMIT);
    assert_int_equal(end_of(compilation, 1, 0).end, WC_INTERP_LIMIT);
    assert_int_equal(end_of(compilation, 2, 0).end, WC_INTERP_OK);
}

/* --- claims of the checker -------------------------------------------------------------------- */

/* The tree is the checker's; a changed copy stands for a checker that is wrong. */
static wc_sema_stmt *first_of(const wc_compilation *compilation, const char *action)
{
    const wc_sema_contract *counter = outside_contract(compilation, "Counter");
    return (wc_sema_stmt *)(uintptr_t)outside_action(counter, action)->body->first;
}

static void assert_claim(const wc_compilation *compilation, wc_interp_end expected)
{
    wc_interp *in = outside_open(compilation);
    uint16_t counter = outside_deploy(in, in->program->contracts[0], wc_slice_of(NULL, 0));
    wc_interp_outcome outcome = outside_call(in, counter, "add", number(2), 0);
    if (outcome.end == WC_INTERP_OK) outcome = outside_call(in, counter, "add", number(1), 0);
    assert_int_equal(outcome.end, expected);
    if (expected != WC_INTERP_CLAIM) return;
    uint32_t count;
    (void)wc_interp_events(in, &count);
    assert_int_equal(count, 0);
}

static void test_false_ranges(void **state)
{
    (void)state;
    const wc_compilation *compilation = outside_compile(source);
    wc_sema_stmt *loop = first_of(compilation, "add");
    wc_sema_expr *added = loop->body->first->b;
    while (added->op == WC_OPER_FIT) added = added->a;
    wc_sema_range range = added->range;
    bool is_wide = added->is_wide;
    assert_claim(compilation, WC_INTERP_OK);
    added->range.hi = wc_i128_of(1);
    assert_claim(compilation, WC_INTERP_CLAIM);
    added->range = range;
    added->range.lo = wc_i128_of(3);
    assert_claim(compilation, WC_INTERP_CLAIM);
    added->range = range;
    assert_claim(compilation, WC_INTERP_OK);
    added->is_wide = false;
    wc_interp *in = outside_open(compilation);
    uint16_t counter = outside_deploy(in, in->program->contracts[0], wc_slice_of(NULL, 0));
    wc_interp_outcome outcome = outside_call(in, counter, "add", number(INT64_MAX), 0);
    assert_int_equal(outcome.end, WC_INTERP_CLAIM); /* twice that is no 64-bit number */
    added->is_wide = is_wide;
    outcome = outside_call(in, counter, "add", number(INT64_MAX), 0);
    outside_assert_trap(&outcome, WC_TRAP_RANGE);
}

static void test_false_trips_and_arms(void **state)
{
    (void)state;
    const wc_compilation *compilation = outside_compile(source);
    wc_sema_stmt *range = first_of(compilation, "add"), *each = range->next;
    wc_sema_stmt *match = each->next->next;
    assert_int_equal(range->kind, WC_DO_FOR_RANGE);
    assert_int_equal(each->kind, WC_DO_FOR_EACH);
    assert_int_equal(match->kind, WC_DO_MATCH);
    range->trips--;
    assert_claim(compilation, WC_INTERP_CLAIM);
    range->trips++;
    each->trips = 0;
    assert_claim(compilation, WC_INTERP_CLAIM);
    each->trips = 4;
    match->arm_count = 1;
    assert_claim(compilation, WC_INTERP_CLAIM);
    match->arm_count = 2;
    assert_claim(compilation, WC_INTERP_OK);
}

/* A time-out that runs into a limit or a false claim is not one that failed: the clock stops. */
static void test_time_outs_do_not_hide_them(void **state)
{
    (void)state;
    const wc_compilation *compilation = outside_compile(source);
    const wc_sema_contract *contract = outside_contract(compilation, "Counter");
    wc_sema_expr *added = contract->afters[0]->body->first->b;
    while (added->op == WC_OPER_FIT) added = added->a;
    wc_sema_range range = added->range;
    wc_interp_outcome outcome;
    wc_interp *in = outside_open(compilation);
    (void)outside_deploy(in, contract, wc_slice_of(NULL, 0));
    added->range.hi = wc_i128_of(0);
    assert_false(wc_interp_advance(in, 3600, &outcome));
    assert_int_equal(outcome.end, WC_INTERP_CLAIM);
    added->range = range;
    in->steps_left = 4;
    assert_false(wc_interp_advance(in, 0, &outcome));
    assert_int_equal(outcome.end, WC_INTERP_LIMIT);
    in->steps_left = 1000;
    assert_true(wc_interp_advance(in, 0, &outcome));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_ends_anywhere),
        cmocka_unit_test(test_steps_end_anywhere),
        cmocka_unit_test(test_depth_ends_anywhere),
        cmocka_unit_test(test_events),
        cmocka_unit_test(test_instances_and_roles),
        cmocka_unit_test(test_accounts),
        cmocka_unit_test(test_time_outs),
        cmocka_unit_test(test_signers),
        cmocka_unit_test(test_false_ranges),
        cmocka_unit_test(test_false_trips_and_arms),
        cmocka_unit_test(test_time_outs_do_not_hide_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
