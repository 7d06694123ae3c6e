/* Instructions of test images, on a runner that answers from a script and writes down what it was
 * asked. A test has no outputs: it asserts. */
#include <stdlib.h>

#include "tests/support/sha256.h"
#include "tests/unit/exec/ops.h"
#include "tests/unit/exec/rig.h"

#define I(x)    INT64_C(x)
#define BUILTIN 0xffff
#define TRAP    0xfffe

/* What the runner answers to calls and deployments, one after the other. */
typedef struct runner {
    wc_outcome answers[4];
    size_t asked;
    char log[64]; /* a letter for each call of the runner */
    size_t log_len;
    bool stops;
    wc_slice args; /* of the last call */
    int64_t last;  /* last number handed over */
} runner;

static wc_host_answer note(void *self, char what)
{
    runner *r = self;
    if (r->stops) return WC_HOST_STOP;
    assert_true(r->log_len + 1 < sizeof r->log);
    r->log[r->log_len++] = what;
    return WC_HOST_OK;
}

static wc_host_answer party(void *self, uint16_t number, wc_party *out)
{
    *out = wc_fake_party((uint8_t)number);
    return note(self, 'p');
}

static wc_host_answer deploy(void *self, uint16_t contract, wc_slice parties, wc_slice terms,
                             wc_party *instance, wc_outcome *outcome)
{
    runner *r = self;
    assert_int_equal(contract, 2);
    assert_int_equal(parties.len, 64);
    assert_int_equal(terms.len, 16);
    *instance = wc_fake_party(0x77);
    *outcome = r->answers[r->asked++];
    return note(self, 'd');
}

static wc_host_answer call(void *self, const wc_party *instance, uint16_t contract, uint16_t entry,
                           wc_slice args, wc_outcome *outcome)
{
    runner *r = self;
    (void)instance;
    assert_int_equal(contract, 3);
    assert_int_equal(entry, 5);
    r->args = args;
    *outcome = r->answers[r->asked++];
    return note(self, 'c');
}

static wc_host_answer push_signer(void *self, const wc_party *who)
{
    ((runner *)self)->last = who->bytes[0];
    return note(self, '+');
}

static wc_host_answer pop_signer(void *self)
{
    return note(self, '-');
}

static wc_host_answer advance(void *self, int64_t seconds)
{
    ((runner *)self)->last = seconds;
    return note(self, 't');
}

static wc_host_answer mandate(void *self, const wc_party *instance, uint16_t currency,
                              int64_t limit)
{
    (void)instance;
    assert_int_equal(currency, 1);
    ((runner *)self)->last = limit;
    return note(self, 'l');
}

static wc_host_answer money(void *self, wc_test_money what, const wc_party *instance,
                            const wc_party *who, uint16_t currency, int64_t *amount)
{
    assert_int_equal(currency, 1);
    *amount = 1000 * (int64_t)what + instance->bytes[0] + 256 * who->bytes[0];
    return note(self, 'm');
}

static wc_host_answer state_of(void *self, const wc_party *instance, uint16_t *state)
{
    *state = instance->bytes[0];
    return note(self, 's');
}

static const wc_test_ops ops = {party,   deploy,  call,  push_signer, pop_signer,
                                advance, mandate, money, state_of};

/* ---- bench ---- */

static void open_test(wc_rig *rig, wc_op subject)
{
    rig_open_tables(rig);
    wc_builder_mark_test_image(rig->b);
    rig->subject = subject;
    rig->has_subject = true;
    rig->function = wc_builder_function(rig->b, WC_STR("test"));
    wc_builder_params(rig->b);
}

/* Ends the test and runs it with both engines and different rubbish; the two must agree. */
static void run_both(wc_rig *rig, runner *r, wc_test_outcome *outcome)
{
    RIG_EMIT(rig, ret, 0);
    wc_builder_end(rig->b);
    (void)wc_builder_test(rig->b, WC_STR("test"), rig->function);
    rig_load(rig);
    runner again = *r;
    wc_test_outcome other;
    memset(rig->memory[0], 0xa5, wc_call_memory_size(rig->image));
    memset(rig->memory[1], 0x5a, wc_call_memory_size(rig->image));
    wc_test_host host = {&ops, r};
    wc_test_host other_host = {&ops, &again};
    wc_test_run(rig->image, 0, RIG_GAS, &host, rig->memory[0], outcome);
    wc_test_run(rig->other, 0, RIG_GAS, &other_host, rig->memory[1], &other);
    assert_int_equal(outcome->own.kind, other.own.kind);
    assert_int_equal(outcome->own.code, other.own.code);
    assert_int_equal(outcome->own.word, other.own.word);
    assert_true(outcome->own.gas_used == other.own.gas_used);
    assert_int_equal(outcome->call_failed, other.call_failed);
    assert_string_equal(r->log, again.log);
    if (outcome->own.kind == WC_OUTCOME_OK) rig_seen_ok[rig->subject] = true;
    if (outcome->own.kind == WC_OUTCOME_TRAP) {
        const wc_module *module = wc_image_module(rig->image);
        uint32_t first = module->functions[outcome->own.function].first_word;
        uint64_t word = module->words[first + outcome->own.word];
        rig_seen_trap[(uint8_t)(word >> 48)][outcome->own.code] = true;
    }
}

static void passes(wc_rig *rig, runner *r, const char *log)
{
    wc_test_outcome outcome;
    run_both(rig, r, &outcome);
    if (outcome.own.kind != WC_OUTCOME_OK) {
        fail_msg("kind %d code %d at word %u", outcome.own.kind, outcome.own.code,
                 outcome.own.word);
    }
    assert_string_equal(r->log, log);
    rig_drop(rig);
}

static void fails(wc_rig *rig, runner *r, wc_trap trap)
{
    wc_test_outcome outcome;
    run_both(rig, r, &outcome);
    assert_int_equal(outcome.own.kind, WC_OUTCOME_TRAP);
    assert_string_equal(wc_trap_name(outcome.own.code), wc_trap_name((uint16_t)trap));
    rig_drop(rig);
}

static uint16_t test_party(wc_rig *rig, uint16_t number)
{
    uint16_t ref = rig_refmut(rig, rig->t.party);
    RIG_EMIT(rig, tparty, ref, wc_builder_slot(rig->b, rig->t.party), number);
    return ref;
}

static void assert_number(wc_rig *rig, uint16_t reg, int64_t expected)
{
    uint16_t same = rig_int(rig);
    RIG_EMIT(rig, eq, same, reg, rig_number(rig, expected));
    RIG_EMIT(rig, tassert, same);
}

/* ---- the world ---- */

static void test_parties_have_addresses_of_their_own(void **state)
{
    (void)state;
    wc_rig rig;
    runner r = {.asked = 0};
    open_test(&rig, WC_OP_tparty);
    uint16_t first = test_party(&rig, 3);
    uint16_t second = test_party(&rig, 4);
    uint16_t order = rig_int(&rig);
    wc_party expected = wc_fake_party(3);
    RIG_EMIT(&rig, cmpb, order, first, rig_party_ref(&rig, &expected));
    assert_number(&rig, order, 0);
    RIG_EMIT(&rig, cmpb, order, first, second);
    assert_number(&rig, order, -1);
    passes(&rig, &r, "pp");
    rig_seen_ok[WC_OP_tassert] = true;
}

static void signers_are_pushed_and_popped(void **state)
{
    (void)state;
    static const wc_op subjects[] = {WC_OP_tas, WC_OP_tasend};
    for (size_t i = 0; i < WC_ARRAY_LEN(subjects); i++) {
        wc_rig rig;
        runner r = {.asked = 0};
        open_test(&rig, subjects[i]);
        RIG_EMIT(&rig, tas, test_party(&rig, 9));
        RIG_EMIT(&rig, tasend, 0);
        passes(&rig, &r, "p+-");
        assert_int_equal(r.last, 9);
    }
}

static void time_only_moves_forward(void **state)
{
    (void)state;
    static const int64_t seconds[] = {0, 3600, -1, INT64_MIN};
    for (size_t i = 0; i < WC_ARRAY_LEN(seconds); i++) {
        wc_rig rig;
        runner r = {.asked = 0};
        open_test(&rig, WC_OP_tadvance);
        RIG_EMIT(&rig, tadvance, rig_number(&rig, seconds[i]));
        if (i < 2) {
            passes(&rig, &r, "t");
            assert_int_equal(r.last, seconds[i]);
        } else {
            fails(&rig, &r, WC_TRAP_RANGE);
        }
    }
}

static void mandates_have_a_limit_that_is_not_negative(void **state)
{
    (void)state;
    for (int64_t limit = -1; limit < 2; limit++) {
        wc_rig rig;
        runner r = {.asked = 0};
        open_test(&rig, WC_OP_tmandate);
        RIG_EMIT(&rig, tmandate, test_party(&rig, 1), rig_number(&rig, limit), 1);
        if (limit < 0) {
            fails(&rig, &r, WC_TRAP_NEG_AMOUNT);
        } else {
            passes(&rig, &r, "pl");
            assert_int_equal(r.last, limit);
        }
    }
}

static void money_and_states_are_read_from_the_runner(void **state)
{
    (void)state;
    wc_rig rig;
    for (uint16_t what = 0; what < 4; what++) {
        runner r = {.asked = 0};
        open_test(&rig, WC_OP_tmoney);
        uint16_t x = rig_int(&rig);
        RIG_EMIT(&rig, tmoney, x, what, test_party(&rig, 1), test_party(&rig, 2), 1);
        assert_number(&rig, x, 1000 * what + 1 + 512);
        passes(&rig, &r, "ppm");
    }
    runner r = {.asked = 0};
    open_test(&rig, WC_OP_tstate);
    uint16_t x = rig_int(&rig);
    RIG_EMIT(&rig, tstate, x, test_party(&rig, 6));
    assert_number(&rig, x, 6);
    passes(&rig, &r, "ps");
}

static void series_are_made_of_one_value(void **state)
{
    (void)state;
    wc_rig rig;
    runner r = {.asked = 0};
    open_test(&rig, WC_OP_tseries);
    uint16_t series = rig_new(&rig, rig.t.series);
    uint16_t x = rig_int(&rig);
    RIG_EMIT(&rig, tseries, series, rig_number(&rig, 1800), rig_number(&rig, -5), 3);
    RIG_EMIT(&rig, len, x, series);
    assert_number(&rig, x, 3);
    RIG_EMIT(&rig, ldx, x, series, rig_number(&rig, 2));
    assert_number(&rig, x, -5);
    RIG_EMIT(&rig, qcount, x, series, 0);
    assert_number(&rig, x, 3);
    RIG_EMIT(&rig, ldf, x, series, 0);
    assert_number(&rig, x, 1800);
    passes(&rig, &r, "");

    static const int64_t bad[][2] = {{1801, 5}, {-1, 5}, {0, 101}, {0, -1}};
    for (size_t i = 0; i < WC_ARRAY_LEN(bad); i++) {
        open_test(&rig, WC_OP_tseries);
        series = rig_new(&rig, rig.t.series_of_small);
        RIG_EMIT(&rig, tseries, series, rig_number(&rig, bad[i][0]), rig_number(&rig, bad[i][1]),
                 4);
        fails(&rig, &r, WC_TRAP_RANGE);
    }
}

static void assertions_show_what_they_compared(void **state)
{
    (void)state;
    wc_rig rig;
    runner r = {.asked = 0};
    wc_test_outcome outcome;
    open_test(&rig, WC_OP_tassert);
    assert_number(&rig, rig_number(&rig, 41), 42);
    run_both(&rig, &r, &outcome);
    assert_int_equal(outcome.own.kind, WC_OUTCOME_TRAP);
    assert_int_equal(outcome.own.code, WC_TRAP_ASSERT);
    assert_int_equal(outcome.own.operand_count, 2);
    assert_int_equal(outcome.own.operands[0], 41);
    assert_int_equal(outcome.own.operands[1], 42);
    assert_false(outcome.call_failed);
    rig_drop(&rig);

    open_test(&rig, WC_OP_tassert);
    RIG_EMIT(&rig, tassert, rig_number(&rig, 0));
    fails(&rig, &r, WC_TRAP_ASSERT);
}

/* ---- calls ---- */

/* tcall with a pair as arguments and, when wanted, a pair as result. */
static uint16_t emit_call(wc_rig *rig, int64_t x, bool has_result)
{
    uint16_t args = rig_copy(rig, rig->t.pair, rig_abi(rig, "qq", x, I(2)));
    uint16_t result = rig_new(rig, rig->t.pair);
    uint16_t instance = test_party(rig, 1);
    RIG_EMIT(rig, tcall, instance, 3, 5, args, result, has_result);
    return result;
}

static void calls_hand_over_arguments_and_take_results(void **state)
{
    (void)state;
    wc_rig rig;
    runner r = {.asked = 0};
    open_test(&rig, WC_OP_tcall);
    r.answers[0].result = rig_abi(&rig, "qq", I(8), I(9));
    uint16_t result = emit_call(&rig, 1, true);
    uint16_t x = rig_int(&rig);
    RIG_EMIT(&rig, ldf, x, result, 1);
    assert_number(&rig, x, 9);
    passes(&rig, &r, "pc");

    open_test(&rig, WC_OP_tcall); /* a result that is none: the runner's failure */
    runner odd = {.asked = 0};
    odd.answers[0].result = rig_abi(&rig, "q", I(8));
    (void)emit_call(&rig, 1, true);
    fails(&rig, &odd, WC_TRAP_HOST);
}

static void arguments_outside_their_type_are_not_sent(void **state)
{
    (void)state;
    wc_rig rig;
    runner r = {.asked = 0};
    open_test(&rig, WC_OP_tcall);
    uint16_t args = rig_new(&rig, rig.t.limited);
    uint16_t instance = test_party(&rig, 1);
    uint16_t result = rig_new(&rig, rig.t.pair);
    RIG_EMIT(&rig, stf, args, 0, rig_number(&rig, 101));
    RIG_EMIT(&rig, tcall, instance, 3, 5, args, result, 0);
    fails(&rig, &r, WC_TRAP_RANGE);
}

static void a_failing_call_fails_the_test(void **state)
{
    (void)state;
    wc_rig rig;
    runner r = {.asked = 0};
    wc_test_outcome outcome;
    open_test(&rig, WC_OP_tcall);
    r.answers[0] = (wc_outcome){.kind = WC_OUTCOME_ERROR, .code = 4};
    (void)emit_call(&rig, 1, false);
    run_both(&rig, &r, &outcome);
    assert_int_equal(outcome.own.kind, WC_OUTCOME_CALLEE);
    assert_true(outcome.call_failed);
    assert_int_equal(outcome.contract, 3);
    assert_int_equal(outcome.callee.kind, WC_OUTCOME_ERROR);
    assert_int_equal(outcome.callee.code, 4);
    rig_drop(&rig);
}

/* A test that expects `code` of `contract` around a call that ends as given. Handler: passes. */
static void expect(uint16_t contract, uint16_t code, wc_outcome_kind kind, uint16_t got, bool met)
{
    wc_rig rig;
    runner r = {.asked = 0};
    wc_test_outcome outcome;
    open_test(&rig, WC_OP_texpect);
    r.answers[0] = (wc_outcome){.kind = kind, .code = got};
    wc_label handler = wc_builder_label(rig.b);
    RIG_EMIT(&rig, texpect, contract, code, handler);
    (void)emit_call(&rig, 1, false);
    RIG_EMIT(&rig, tunmet, 0);
    wc_builder_place(rig.b, handler);
    run_both(&rig, &r, &outcome);
    if (met) {
        assert_int_equal(outcome.own.kind, WC_OUTCOME_OK);
    } else if (kind == WC_OUTCOME_OK) {
        assert_int_equal(outcome.own.kind, WC_OUTCOME_TRAP);
        assert_int_equal(outcome.own.code, WC_TRAP_UNMET);
    } else {
        assert_true(outcome.call_failed);
    }
    rig_drop(&rig);
}

static void expected_failures_go_to_their_handler(void **state)
{
    (void)state;
    expect(3, 4, WC_OUTCOME_ERROR, 4, true);
    expect(3, 4, WC_OUTCOME_ERROR, 5, false);
    expect(2, 4, WC_OUTCOME_ERROR, 4, false);
    expect(3, 4, WC_OUTCOME_BUILTIN, 4, false);
    expect(3, 4, WC_OUTCOME_TRAP, 4, false);
    expect(BUILTIN, 4, WC_OUTCOME_BUILTIN, 4, true);
    expect(BUILTIN, 4, WC_OUTCOME_TRAP, 4, false);
    expect(TRAP, 4, WC_OUTCOME_TRAP, 4, true);
    expect(TRAP, 4, WC_OUTCOME_BUILTIN, 4, false);
    expect(TRAP, 0, WC_OUTCOME_CALLEE, 0, false);
    expect(3, 4, WC_OUTCOME_OK, 0, false);
}

static void an_expectation_is_used_up_by_the_failure_it_met(void **state)
{
    (void)state;
    wc_rig rig;
    runner r = {.asked = 0};
    wc_test_outcome outcome;
    open_test(&rig, WC_OP_texpect);
    r.answers[0] = (wc_outcome){.kind = WC_OUTCOME_ERROR, .code = 4};
    r.answers[1] = r.answers[0];
    wc_label handler = wc_builder_label(rig.b);
    RIG_EMIT(&rig, texpect, 3, 4, handler);
    (void)emit_call(&rig, 1, false);
    RIG_EMIT(&rig, tunmet, 0);
    wc_builder_place(rig.b, handler);
    (void)emit_call(&rig, 1, false);
    run_both(&rig, &r, &outcome);
    assert_true(outcome.call_failed);
    rig_drop(&rig);
}

static void deployments_make_instances(void **state)
{
    (void)state;
    for (int failing = 0; failing < 2; failing++) {
        wc_rig rig;
        runner r = {.asked = 0};
        wc_test_outcome outcome;
        open_test(&rig, WC_OP_tdeploy);
        if (failing) r.answers[0] = (wc_outcome){.kind = WC_OUTCOME_BUILTIN, .code = 1};
        uint16_t id = rig_new(&rig, rig.t.party);
        uint16_t parties_type = wc_builder_module(rig.b)->parties_type;
        uint16_t parties = rig_new(&rig, parties_type);
        uint16_t terms = rig_new(&rig, rig.t.pair);
        uint16_t order = rig_int(&rig);
        wc_party expected = wc_fake_party(0x77);
        RIG_EMIT(&rig, tdeploy, id, 2, parties, terms);
        RIG_EMIT(&rig, cmpb, order, id, rig_party_ref(&rig, &expected));
        assert_number(&rig, order, 0);
        run_both(&rig, &r, &outcome);
        if (failing) {
            assert_true(outcome.call_failed);
            assert_int_equal(outcome.contract, 2);
        } else {
            assert_int_equal(outcome.own.kind, WC_OUTCOME_OK);
        }
        rig_drop(&rig);
    }
    wc_rig rig;
    runner r = {.asked = 0};
    open_test(&rig, WC_OP_tdeploy);
    uint16_t id = rig_new(&rig, rig.t.party);
    uint16_t parties = rig_new(&rig, wc_builder_module(rig.b)->parties_type);
    uint16_t terms = rig_new(&rig, rig.t.limited);
    RIG_EMIT(&rig, stf, terms, 0, rig_number(&rig, -1));
    RIG_EMIT(&rig, tdeploy, id, 2, parties, terms);
    fails(&rig, &r, WC_TRAP_RANGE);
}

static void a_runner_that_cannot_go_on_stops_the_test(void **state)
{
    (void)state;
    static const wc_op subjects[] = {WC_OP_tparty,   WC_OP_tas,    WC_OP_tasend,
                                     WC_OP_tadvance, WC_OP_tcall,  WC_OP_tdeploy,
                                     WC_OP_tmandate, WC_OP_tmoney, WC_OP_tstate};
    for (size_t i = 0; i < WC_ARRAY_LEN(subjects); i++) {
        wc_rig rig;
        runner r = {.stops = true};
        open_test(&rig, subjects[i]);
        uint16_t who = rig_copy(&rig, rig.t.party, rig_abi(&rig, "p", &rig.alice));
        uint16_t x = rig_number(&rig, 0);
        uint16_t pair = rig_new(&rig, rig.t.pair);
        uint16_t parties = rig_new(&rig, wc_builder_module(rig.b)->parties_type);
        if (subjects[i] == WC_OP_tparty) (void)test_party(&rig, 1);
        if (subjects[i] == WC_OP_tas) RIG_EMIT(&rig, tas, who);
        if (subjects[i] == WC_OP_tasend) RIG_EMIT(&rig, tasend, 0);
        if (subjects[i] == WC_OP_tadvance) RIG_EMIT(&rig, tadvance, x);
        if (subjects[i] == WC_OP_tcall) RIG_EMIT(&rig, tcall, who, 3, 5, pair, pair, 0);
        if (subjects[i] == WC_OP_tdeploy) RIG_EMIT(&rig, tdeploy, who, 2, parties, pair);
        if (subjects[i] == WC_OP_tmandate) RIG_EMIT(&rig, tmandate, who, x, 1);
        if (subjects[i] == WC_OP_tmoney) RIG_EMIT(&rig, tmoney, x, 0, who, who, 1);
        if (subjects[i] == WC_OP_tstate) RIG_EMIT(&rig, tstate, x, who);
        fails(&rig, &r, WC_TRAP_HOST);
    }
}

/* ---- where expectations end ---- */

/* f() calls and fails; g() expects something and returns without the call. */
static void an_expectation_covers_the_functions_it_calls(void **state)
{
    (void)state;
    wc_rig rig;
    runner r = {.asked = 0};
    rig_open_tables(&rig);
    wc_builder_mark_test_image(rig.b);
    r.answers[0] = (wc_outcome){.kind = WC_OUTCOME_ERROR, .code = 4};
    uint16_t f = wc_builder_function(rig.b, WC_STR("f"));
    (void)emit_call(&rig, 1, false);
    RIG_EMIT(&rig, ret, 0);
    wc_builder_end(rig.b);
    rig.subject = WC_OP_texpect;
    rig.has_subject = true;
    rig.function = wc_builder_function(rig.b, WC_STR("test"));
    wc_label handler = wc_builder_label(rig.b);
    uint16_t own = rig_number(&rig, 7);
    RIG_EMIT(&rig, texpect, 3, 4, handler);
    RIG_EMIT(&rig, call, f, 0, 0);
    RIG_EMIT(&rig, tunmet, 0);
    wc_builder_place(rig.b, handler);
    assert_number(&rig, own, 7); /* registers of this function, again */
    passes(&rig, &r, "pc");
}

static void an_expectation_ends_with_its_function(void **state)
{
    (void)state;
    wc_rig rig;
    runner r = {.asked = 0};
    wc_test_outcome outcome;
    rig_open_tables(&rig);
    wc_builder_mark_test_image(rig.b);
    r.answers[0] = (wc_outcome){.kind = WC_OUTCOME_ERROR, .code = 4};
    uint16_t g = wc_builder_function(rig.b, WC_STR("g"));
    wc_label handler = wc_builder_label(rig.b);
    RIG_EMIT(&rig, texpect, 3, 4, handler);
    wc_builder_place(rig.b, handler);
    RIG_EMIT(&rig, ret, 0);
    wc_builder_end(rig.b);
    rig.function = wc_builder_function(rig.b, WC_STR("test"));
    RIG_EMIT(&rig, call, g, 0, 0);
    (void)emit_call(&rig, 1, false);
    run_both(&rig, &r, &outcome);
    assert_true(outcome.call_failed);
    rig_drop(&rig);
}

static void a_test_itself_has_no_state_and_no_money(void **state)
{
    (void)state;
    wc_rig rig;
    runner r = {.asked = 0};
    open_test(&rig, WC_OP_escrow);
    rig.has_subject = false;
    RIG_EMIT(&rig, escrow, rig_int(&rig), test_party(&rig, 1), 0);
    fails(&rig, &r, WC_TRAP_HOST);
}

int ops_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parties_have_addresses_of_their_own),
        cmocka_unit_test(signers_are_pushed_and_popped),
        cmocka_unit_test(time_only_moves_forward),
        cmocka_unit_test(mandates_have_a_limit_that_is_not_negative),
        cmocka_unit_test(money_and_states_are_read_from_the_runner),
        cmocka_unit_test(series_are_made_of_one_value),
        cmocka_unit_test(assertions_show_what_they_compared),
        cmocka_unit_test(calls_hand_over_arguments_and_take_results),
        cmocka_unit_test(arguments_outside_their_type_are_not_sent),
        cmocka_unit_test(a_failing_call_fails_the_test),
        cmocka_unit_test(expected_failures_go_to_their_handler),
        cmocka_unit_test(an_expectation_is_used_up_by_the_failure_it_met),
        cmocka_unit_test(deployments_make_instances),
        cmocka_unit_test(a_runner_that_cannot_go_on_stops_the_test),
        cmocka_unit_test(an_expectation_covers_the_functions_it_calls),
        cmocka_unit_test(an_expectation_ends_with_its_function),
        cmocka_unit_test(a_test_itself_has_no_state_and_no_money),
    };
    return cmocka_run_group_tests_name("tests", tests, NULL, NULL);
}
