/* Instructions of test images, on a runner that answers from a script. */
#include <stdlib.h>

#include "tests/unit/exec/ops.h"
#include "tests/unit/exec/script.h"

#define I(x)    INT64_C(x)
#define BUILTIN 0xffff
#define TRAP    0xfffe

/* ---- the world ---- */

static void test_parties_have_addresses_of_their_own(void **state)
{
    (void)state;
    wc_rig rig;
    wc_script r = {.asked = 0};
    script_open(&rig, WC_OP_tparty);
    uint16_t first = script_party(&rig, 3);
    uint16_t second = script_party(&rig, 4);
    uint16_t order = rig_int(&rig);
    wc_party expected = wc_fake_party(3);
    RIG_EMIT(&rig, cmpb, order, first, rig_party_ref(&rig, &expected));
    script_assert(&rig, order, 0);
    RIG_EMIT(&rig, cmpb, order, first, second);
    script_assert(&rig, order, -1);
    script_passes(&rig, &r, "pp");
    rig_seen_ok[WC_OP_tassert] = true;
}

static void signers_are_pushed_and_popped(void **state)
{
    (void)state;
    static const wc_op subjects[] = {WC_OP_tas, WC_OP_tasend};
    for (size_t i = 0; i < WC_ARRAY_LEN(subjects); i++) {
        wc_rig rig;
        wc_script r = {.asked = 0};
        script_open(&rig, subjects[i]);
        RIG_EMIT(&rig, tas, script_party(&rig, 9));
        RIG_EMIT(&rig, tasend, 0);
        script_passes(&rig, &r, "p+-");
        assert_int_equal(r.last, 9);
    }
}

static void time_only_moves_forward(void **state)
{
    (void)state;
    static const int64_t seconds[] = {0, 3600, -1, INT64_MIN};
    for (size_t i = 0; i < WC_ARRAY_LEN(seconds); i++) {
        wc_rig rig;
        wc_script r = {.asked = 0};
        script_open(&rig, WC_OP_tadvance);
        RIG_EMIT(&rig, tadvance, rig_number(&rig, seconds[i]));
        if (i < 2) {
            script_passes(&rig, &r, "t");
            assert_int_equal(r.last, seconds[i]);
        } else {
            script_fails(&rig, &r, WC_TRAP_RANGE);
        }
    }
}

static void mandates_have_a_limit_that_is_not_negative(void **state)
{
    (void)state;
    for (int64_t limit = -1; limit < 2; limit++) {
        wc_rig rig;
        wc_script r = {.asked = 0};
        script_open(&rig, WC_OP_tmandate);
        RIG_EMIT(&rig, tmandate, script_party(&rig, 1), rig_number(&rig, limit), 1);
        if (limit < 0) {
            script_fails(&rig, &r, WC_TRAP_NEG_AMOUNT);
        } else {
            script_passes(&rig, &r, "pl");
            assert_int_equal(r.last, limit);
        }
    }
}

static void money_and_states_are_read_from_the_runner(void **state)
{
    (void)state;
    wc_rig rig;
    for (uint16_t what = 0; what < 4; what++) {
        wc_script r = {.asked = 0};
        script_open(&rig, WC_OP_tmoney);
        uint16_t x = rig_int(&rig);
        RIG_EMIT(&rig, tmoney, x, what, script_party(&rig, 1), script_party(&rig, 2), 1);
        script_assert(&rig, x, 1000 * what + 1 + 512);
        script_passes(&rig, &r, "ppm");
    }
    wc_script r = {.asked = 0};
    script_open(&rig, WC_OP_tstate);
    uint16_t x = rig_int(&rig);
    RIG_EMIT(&rig, tstate, x, script_party(&rig, 6));
    script_assert(&rig, x, 6);
    script_passes(&rig, &r, "ps");
}

static void series_are_made_of_one_value(void **state)
{
    (void)state;
    wc_rig rig;
    wc_script r = {.asked = 0};
    script_open(&rig, WC_OP_tseries);
    uint16_t series = rig_new(&rig, rig.t.series);
    uint16_t x = rig_int(&rig);
    RIG_EMIT(&rig, tseries, series, rig_number(&rig, 1800), rig_number(&rig, -5), 3);
    RIG_EMIT(&rig, len, x, series);
    script_assert(&rig, x, 3);
    RIG_EMIT(&rig, ldx, x, series, rig_number(&rig, 2));
    script_assert(&rig, x, -5);
    RIG_EMIT(&rig, qcount, x, series, 0);
    script_assert(&rig, x, 3);
    RIG_EMIT(&rig, ldf, x, series, 0);
    script_assert(&rig, x, 1800);
    script_passes(&rig, &r, "");

    static const int64_t bad[][2] = {{1801, 5}, {-1, 5}, {0, 101}, {0, -1}};
    for (size_t i = 0; i < WC_ARRAY_LEN(bad); i++) {
        script_open(&rig, WC_OP_tseries);
        series = rig_new(&rig, rig.t.series_of_small);
        RIG_EMIT(&rig, tseries, series, rig_number(&rig, bad[i][0]), rig_number(&rig, bad[i][1]),
                 4);
        script_fails(&rig, &r, WC_TRAP_RANGE);
    }
}

static void assertions_show_what_they_compared(void **state)
{
    (void)state;
    wc_rig rig;
    wc_script r = {.asked = 0};
    wc_test_outcome outcome;
    script_open(&rig, WC_OP_tassert);
    script_assert(&rig, rig_number(&rig, 41), 42);
    script_run(&rig, &r, &outcome);
    assert_int_equal(outcome.own.kind, WC_OUTCOME_TRAP);
    assert_int_equal(outcome.own.code, WC_TRAP_ASSERT);
    assert_int_equal(outcome.own.operand_count, 2);
    assert_int_equal(outcome.own.operands[0], 41);
    assert_int_equal(outcome.own.operands[1], 42);
    assert_false(outcome.call_failed);
    rig_drop(&rig);

    script_open(&rig, WC_OP_tassert);
    RIG_EMIT(&rig, tassert, rig_number(&rig, 0));
    script_fails(&rig, &r, WC_TRAP_ASSERT);
}

/* ---- calls ---- */

/* tcall with a pair as arguments and, when wanted, a pair as result. */
static uint16_t emit_call(wc_rig *rig, int64_t x, bool has_result)
{
    uint16_t args = rig_copy(rig, rig->t.pair, rig_abi(rig, "qq", x, I(2)));
    uint16_t result = rig_new(rig, rig->t.pair);
    uint16_t instance = script_party(rig, 1);
    RIG_EMIT(rig, tcall, instance, 3, 5, args, result, has_result);
    return result;
}

static void calls_hand_over_arguments_and_take_results(void **state)
{
    (void)state;
    wc_rig rig;
    wc_script r = {.asked = 0};
    script_open(&rig, WC_OP_tcall);
    r.answers[0].result = rig_abi(&rig, "qq", I(8), I(9));
    uint16_t result = emit_call(&rig, 1, true);
    uint16_t x = rig_int(&rig);
    RIG_EMIT(&rig, ldf, x, result, 1);
    script_assert(&rig, x, 9);
    script_passes(&rig, &r, "pc");

    script_open(&rig, WC_OP_tcall); /* a result that is none: the runner's failure */
    wc_script odd = {.asked = 0};
    odd.answers[0].result = rig_abi(&rig, "q", I(8));
    (void)emit_call(&rig, 1, true);
    script_fails(&rig, &odd, WC_TRAP_HOST);
}

static void arguments_outside_their_type_are_not_sent(void **state)
{
    (void)state;
    wc_rig rig;
    wc_script r = {.asked = 0};
    script_open(&rig, WC_OP_tcall);
    uint16_t args = rig_new(&rig, rig.t.limited);
    uint16_t instance = script_party(&rig, 1);
    uint16_t result = rig_new(&rig, rig.t.pair);
    RIG_EMIT(&rig, stf, args, 0, rig_number(&rig, 101));
    RIG_EMIT(&rig, tcall, instance, 3, 5, args, result, 0);
    script_fails(&rig, &r, WC_TRAP_RANGE);
}

static void a_failing_call_fails_the_test(void **state)
{
    (void)state;
    wc_rig rig;
    wc_script r = {.asked = 0};
    wc_test_outcome outcome;
    script_open(&rig, WC_OP_tcall);
    r.answers[0] = (wc_outcome){.kind = WC_OUTCOME_ERROR, .code = 4};
    (void)emit_call(&rig, 1, false);
    script_run(&rig, &r, &outcome);
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
    wc_script r = {.asked = 0};
    wc_test_outcome outcome;
    script_open(&rig, WC_OP_texpect);
    r.answers[0] = (wc_outcome){.kind = kind, .code = got};
    r.raiser = 3; /* the contract called */
    wc_label handler = wc_builder_label(rig.b);
    RIG_EMIT(&rig, texpect, contract, code, handler);
    (void)emit_call(&rig, 1, false);
    RIG_EMIT(&rig, tunmet, 0);
    wc_builder_place(rig.b, handler);
    script_run(&rig, &r, &outcome);
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

/* A test that expects three failures around a call of contract 3 that ends as given. */
static bool meets_any(uint16_t raiser, wc_outcome_kind kind, uint16_t code)
{
    static const uint16_t expected[][2] = {{WC_TEST_OWN, 0}, {3, 4}, {5, 6}};
    wc_rig rig;
    wc_script r = {.raiser = raiser};
    wc_test_outcome outcome;
    script_open(&rig, WC_OP_texpect);
    r.answers[0] = (wc_outcome){.kind = kind, .code = code};
    wc_label handler = wc_builder_label(rig.b);
    for (size_t i = 0; i < WC_ARRAY_LEN(expected); i++) {
        RIG_EMIT(&rig, texpect, expected[i][0], expected[i][1], handler);
    }
    (void)emit_call(&rig, 1, false);
    RIG_EMIT(&rig, tunmet, 0);
    wc_builder_place(rig.b, handler);
    script_run(&rig, &r, &outcome);
    if (outcome.call_failed && kind == WC_OUTCOME_ERROR) {
        assert_int_equal(outcome.raiser, raiser);
    }
    assert_int_equal(outcome.call_failed, outcome.own.kind != WC_OUTCOME_OK);
    rig_drop(&rig);
    return !outcome.call_failed;
}

static void any_of_several_expectations_is_met(void **state)
{
    (void)state;
    assert_true(meets_any(3, WC_OUTCOME_ERROR, 4));
    assert_true(meets_any(5, WC_OUTCOME_ERROR, 6)); /* raised by a contract that it called */
    assert_false(meets_any(5, WC_OUTCOME_ERROR, 4));
    assert_false(meets_any(3, WC_OUTCOME_ERROR, 6));
    assert_false(meets_any(4, WC_OUTCOME_ERROR, 4));
    assert_false(meets_any(3, WC_OUTCOME_BUILTIN, 4));
    assert_false(meets_any(3, WC_OUTCOME_TRAP, 6));
}

/* Behind another one that goes elsewhere, an expectation stands alone. */
static void an_expectation_replaces_one_that_goes_elsewhere(void **state)
{
    (void)state;
    for (uint16_t code = 4; code < 6; code++) {
        wc_rig rig;
        wc_script r = {.raiser = 3};
        wc_test_outcome outcome;
        script_open(&rig, WC_OP_texpect);
        r.answers[0] = (wc_outcome){.kind = WC_OUTCOME_ERROR, .code = code};
        wc_label first = wc_builder_label(rig.b), second = wc_builder_label(rig.b);
        RIG_EMIT(&rig, texpect, 3, 4, first);
        RIG_EMIT(&rig, texpect, 3, 5, second);
        (void)emit_call(&rig, 1, false);
        wc_builder_place(rig.b, first);
        RIG_EMIT(&rig, tunmet, 0);
        wc_builder_place(rig.b, second);
        script_run(&rig, &r, &outcome);
        assert_int_equal(outcome.call_failed, code == 4);
        rig_drop(&rig);
    }
}

static void an_expectation_is_used_up_by_the_failure_it_met(void **state)
{
    (void)state;
    wc_rig rig;
    wc_script r = {.raiser = 3};
    wc_test_outcome outcome;
    script_open(&rig, WC_OP_texpect);
    r.answers[0] = (wc_outcome){.kind = WC_OUTCOME_ERROR, .code = 4};
    r.answers[1] = r.answers[0];
    wc_label handler = wc_builder_label(rig.b);
    RIG_EMIT(&rig, texpect, 3, 4, handler);
    (void)emit_call(&rig, 1, false);
    RIG_EMIT(&rig, tunmet, 0);
    wc_builder_place(rig.b, handler);
    (void)emit_call(&rig, 1, false);
    script_run(&rig, &r, &outcome);
    assert_true(outcome.call_failed);
    rig_drop(&rig);
}

/* ---- failures of the test's own code ---- */

/* A function of the test image that fails by itself: error 0 of the image, or a trap RANGE. */
static uint16_t make_failing(wc_rig *rig, bool is_trap)
{
    uint16_t f = wc_builder_function(rig->b, WC_STR("failing"));
    wc_builder_params(rig->b);
    if (is_trap) {
        uint16_t most = rig_number(rig, INT64_MAX);
        RIG_EMIT(rig, add, most, most, most);
        RIG_EMIT(rig, ret, 0);
    } else {
        uint16_t args = wc_builder_module(rig->b)->errors[0].args;
        RIG_EMIT(rig, fail, 0, rig_new(rig, args));
    }
    wc_builder_end(rig->b);
    return f;
}

typedef enum own_failure {
    OWN_ERROR,
    OWN_TRAP,
    OWN_ASSERTION
} own_failure;

/* A test that expects `code` of `contract` while it signs as somebody and its own code fails. */
static void expect_own(uint16_t contract, uint16_t code, own_failure how, bool met)
{
    wc_rig rig;
    wc_script r = {.asked = 0};
    wc_test_outcome outcome;
    rig_open_tables(&rig);
    wc_builder_mark_test_image(rig.b);
    rig.subject = WC_OP_texpect;
    uint16_t failing = make_failing(&rig, how == OWN_TRAP);
    rig.function = wc_builder_function(rig.b, WC_STR("test"));
    wc_builder_params(rig.b);
    wc_label handler = wc_builder_label(rig.b);
    RIG_EMIT(&rig, texpect, contract, code, handler);
    RIG_EMIT(&rig, tas, script_party(&rig, 9));
    if (how == OWN_ASSERTION) {
        RIG_EMIT(&rig, tassert, rig_number(&rig, 0));
    } else {
        RIG_EMIT(&rig, call, failing, 0, 0);
    }
    RIG_EMIT(&rig, tasend, 0);
    RIG_EMIT(&rig, tunmet, 0);
    wc_builder_place(rig.b, handler);
    RIG_EMIT(&rig, tadvance, rig_number(&rig, 60)); /* it goes on, with a clean stack of signers */
    script_run(&rig, &r, &outcome);
    if (met) {
        assert_int_equal(outcome.own.kind, WC_OUTCOME_OK);
        assert_string_equal(r.log, "p+-t");
        assert_int_equal(outcome.own.operand_count, 0); /* nothing is left of the failure */
    } else {
        assert_int_not_equal(outcome.own.kind, WC_OUTCOME_OK);
        assert_string_equal(r.log, "p+");
    }
    assert_false(outcome.call_failed);
    rig_drop(&rig);
}

static void failures_of_a_function_are_expected_like_those_of_a_call(void **state)
{
    (void)state;
    expect_own(WC_TEST_OWN, 0, OWN_ERROR, true);
    expect_own(WC_TEST_OWN, 1, OWN_ERROR, false);
    expect_own(3, 0, OWN_ERROR, false); /* the same number, of a contract */
    expect_own(TRAP, 0, OWN_ERROR, false);
    expect_own(TRAP, WC_TRAP_RANGE, OWN_TRAP, true);
    expect_own(TRAP, WC_TRAP_DIVZERO, OWN_TRAP, false);
    expect_own(WC_TEST_OWN, WC_TRAP_RANGE, OWN_TRAP, false);
    expect_own(BUILTIN, WC_TRAP_RANGE, OWN_TRAP, false);
}

static void an_assertion_that_does_not_hold_is_never_expected(void **state)
{
    (void)state;
    expect_own(TRAP, WC_TRAP_ASSERT, OWN_ASSERTION, false);
    expect_own(WC_TEST_OWN, WC_TRAP_ASSERT, OWN_ASSERTION, false);
}

static void deployments_make_instances(void **state)
{
    (void)state;
    for (int failing = 0; failing < 2; failing++) {
        wc_rig rig;
        wc_script r = {.asked = 0};
        wc_test_outcome outcome;
        script_open(&rig, WC_OP_tdeploy);
        if (failing) r.answers[0] = (wc_outcome){.kind = WC_OUTCOME_BUILTIN, .code = 1};
        uint16_t id = rig_new(&rig, rig.t.party);
        uint16_t parties_type = wc_builder_module(rig.b)->parties_type;
        uint16_t parties = rig_new(&rig, parties_type);
        uint16_t terms = rig_new(&rig, rig.t.pair);
        uint16_t order = rig_int(&rig);
        wc_party expected = wc_fake_party(0x77);
        RIG_EMIT(&rig, tdeploy, id, 2, parties, terms);
        RIG_EMIT(&rig, cmpb, order, id, rig_party_ref(&rig, &expected));
        script_assert(&rig, order, 0);
        script_run(&rig, &r, &outcome);
        if (failing) {
            assert_true(outcome.call_failed);
            assert_int_equal(outcome.contract, 2);
        } else {
            assert_int_equal(outcome.own.kind, WC_OUTCOME_OK);
        }
        rig_drop(&rig);
    }
    wc_rig rig;
    wc_script r = {.asked = 0};
    script_open(&rig, WC_OP_tdeploy);
    uint16_t id = rig_new(&rig, rig.t.party);
    uint16_t parties = rig_new(&rig, wc_builder_module(rig.b)->parties_type);
    uint16_t terms = rig_new(&rig, rig.t.limited);
    RIG_EMIT(&rig, stf, terms, 0, rig_number(&rig, -1));
    RIG_EMIT(&rig, tdeploy, id, 2, parties, terms);
    script_fails(&rig, &r, WC_TRAP_RANGE);
    script_open(&rig, WC_OP_tdeploy); /* no parties, but a tuple of the verifier's */
    id = rig_new(&rig, rig.t.party);
    parties = rig_new(&rig, rig.t.limited);
    terms = rig_new(&rig, rig.t.pair);
    RIG_EMIT(&rig, stf, parties, 0, rig_number(&rig, 101));
    RIG_EMIT(&rig, tdeploy, id, 2, parties, terms);
    script_fails(&rig, &r, WC_TRAP_RANGE);
}

static void a_runner_that_cannot_go_on_stops_the_test(void **state)
{
    (void)state;
    static const wc_op subjects[] = {WC_OP_tparty,   WC_OP_tas,    WC_OP_tasend,
                                     WC_OP_tadvance, WC_OP_tcall,  WC_OP_tdeploy,
                                     WC_OP_tmandate, WC_OP_tmoney, WC_OP_tstate};
    for (size_t i = 0; i < WC_ARRAY_LEN(subjects); i++) {
        wc_rig rig;
        wc_script r = {.stops = true};
        script_open(&rig, subjects[i]);
        uint16_t who = rig_copy(&rig, rig.t.party, rig_abi(&rig, "p", &rig.alice));
        uint16_t x = rig_number(&rig, 0);
        uint16_t pair = rig_new(&rig, rig.t.pair);
        uint16_t parties = rig_new(&rig, wc_builder_module(rig.b)->parties_type);
        if (subjects[i] == WC_OP_tparty) (void)script_party(&rig, 1);
        if (subjects[i] == WC_OP_tas) RIG_EMIT(&rig, tas, who);
        if (subjects[i] == WC_OP_tasend) RIG_EMIT(&rig, tasend, 0);
        if (subjects[i] == WC_OP_tadvance) RIG_EMIT(&rig, tadvance, x);
        if (subjects[i] == WC_OP_tcall) RIG_EMIT(&rig, tcall, who, 3, 5, pair, pair, 0);
        if (subjects[i] == WC_OP_tdeploy) RIG_EMIT(&rig, tdeploy, who, 2, parties, pair);
        if (subjects[i] == WC_OP_tmandate) RIG_EMIT(&rig, tmandate, who, x, 1);
        if (subjects[i] == WC_OP_tmoney) RIG_EMIT(&rig, tmoney, x, 0, who, who, 1);
        if (subjects[i] == WC_OP_tstate) RIG_EMIT(&rig, tstate, x, who);
        script_fails(&rig, &r, WC_TRAP_HOST);
    }
}

/* The failure has come that was expected; then the signers that stand around the call end. */
static void a_runner_that_cannot_end_a_signer_stops_the_test(void **state)
{
    (void)state;
    wc_rig rig;
    wc_script r = {.stops_popping = true};
    script_open(&rig, WC_OP_tcall);
    r.answers[0] = (wc_outcome){.kind = WC_OUTCOME_ERROR, .code = 4};
    wc_label handler = wc_builder_label(rig.b);
    uint16_t who = script_party(&rig, 9);
    RIG_EMIT(&rig, texpect, 3, 4, handler);
    RIG_EMIT(&rig, tas, who);
    (void)emit_call(&rig, 1, false);
    RIG_EMIT(&rig, tunmet, 0);
    wc_builder_place(rig.b, handler);
    script_fails(&rig, &r, WC_TRAP_HOST);
}

/* ---- where expectations end ---- */

/* f() calls and fails; g() expects something and returns without the call. */
static void an_expectation_covers_the_functions_it_calls(void **state)
{
    (void)state;
    wc_rig rig;
    wc_script r = {.raiser = 3};
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
    script_assert(&rig, own, 7); /* registers of this function, again */
    script_passes(&rig, &r, "pc");
}

static void an_expectation_ends_with_its_function(void **state)
{
    (void)state;
    wc_rig rig;
    wc_script r = {.raiser = 3};
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
    script_run(&rig, &r, &outcome);
    assert_true(outcome.call_failed);
    rig_drop(&rig);
}

static void a_test_itself_has_no_state_and_no_money(void **state)
{
    (void)state;
    wc_rig rig;
    wc_script r = {.raiser = 3};
    script_open(&rig, WC_OP_escrow);
    rig.has_subject = false;
    RIG_EMIT(&rig, escrow, rig_int(&rig), script_party(&rig, 1), 0);
    script_fails(&rig, &r, WC_TRAP_HOST);
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
        cmocka_unit_test(any_of_several_expectations_is_met),
        cmocka_unit_test(an_expectation_replaces_one_that_goes_elsewhere),
        cmocka_unit_test(an_expectation_is_used_up_by_the_failure_it_met),
        cmocka_unit_test(failures_of_a_function_are_expected_like_those_of_a_call),
        cmocka_unit_test(an_assertion_that_does_not_hold_is_never_expected),
        cmocka_unit_test(deployments_make_instances),
        cmocka_unit_test(a_runner_that_cannot_go_on_stops_the_test),
        cmocka_unit_test(a_runner_that_cannot_end_a_signer_stops_the_test),
        cmocka_unit_test(an_expectation_covers_the_functions_it_calls),
        cmocka_unit_test(an_expectation_ends_with_its_function),
        cmocka_unit_test(a_test_itself_has_no_state_and_no_money),
    };
    return cmocka_run_group_tests_name("tests", tests, NULL, NULL);
}
