/* Entering a state: time-outs, prepaid gas, final states; and deployment, which enters the first
 * one. */
#include "tests/unit/exec/rig.h"

#define I(x)   INT64_C(x)
#define OPEN   0
#define BUSY   1
#define DONE   2
#define BIT(s) (UINT64_C(1) << (s))

static void expect_ok(const wc_rig *rig)
{
    if (rig->outcome.kind != WC_OUTCOME_OK) {
        fail_msg("kind %d code %d", rig->outcome.kind, rig->outcome.code);
    }
}

/* A function without parameters and results that the callback fills. */
static uint16_t make_function(wc_rig *rig, void (*body)(wc_rig *))
{
    uint16_t f = wc_builder_function(rig->b, WC_STR("f"));
    wc_builder_params(rig->b);
    if (body != NULL) body(rig);
    RIG_EMIT(rig, ret, 0);
    wc_builder_end(rig->b);
    return f;
}

/* A function () -> i64 with this result. */
static uint16_t make_number(wc_rig *rig, int64_t value)
{
    uint16_t f = wc_builder_function(rig->b, WC_STR("n"));
    wc_builder_params(rig->b);
    wc_builder_result(rig->b, WC_REG_I64);
    RIG_EMIT(rig, ret, rig_number(rig, value));
    wc_builder_end(rig->b);
    return f;
}

static wc_str names[] = {{"a0", 2}};

static wc_entry action(wc_rig *rig, uint16_t function, size_t name)
{
    return (wc_entry){.kind = WC_ENTRY_ACTION,
                      .name = wc_builder_string(rig->b, names[name]),
                      .function = function,
                      .args = rig->t.empty,
                      .result = WC_NONE,
                      .by = WC_BY_ANY_PARTY};
}

/* An action with an empty body and these arguments. */
static uint16_t make_action(wc_rig *rig, uint16_t args, void (*body)(wc_rig *))
{
    uint16_t f = wc_builder_function(rig->b, WC_STR("a"));
    (void)rig_ref(rig, args);
    wc_builder_params(rig->b);
    if (body != NULL) body(rig);
    RIG_EMIT(rig, ret, 0);
    wc_builder_end(rig->b);
    return f;
}

static uint16_t storage(wc_rig *rig)
{
    uint16_t ref = rig_refmut(rig, wc_builder_module(rig->b)->storage_type);
    RIG_EMIT(rig, root, ref, 1);
    return ref;
}

static void add_to_count(wc_rig *rig)
{
    uint16_t ref = storage(rig);
    uint16_t x = rig_int(rig);
    RIG_EMIT(rig, ldf, x, ref, 0);
    RIG_EMIT(rig, addi, x, x, 1);
    RIG_EMIT(rig, stf, ref, 0, x);
}

/* ---- entering a state ---------------------------------------------------------------------------
 */

static void enter_busy(wc_rig *rig)
{
    RIG_EMIT(rig, setst, 1, rig_value(rig, rig->t.pair, rig_abi(rig, "qq", I(7), I(8))));
}

static void enter_done(wc_rig *rig)
{
    RIG_EMIT(rig, setst0, 2);
}

static void finish(wc_rig *rig)
{
    RIG_EMIT(rig, setst0, 2);
}

/* Adds an AFTER of state Busy that leads to Done, due at `due`. */
static uint16_t add_after(wc_rig *rig, uint16_t body, uint16_t due, uint64_t when)
{
    wc_entry after = {.kind = WC_ENTRY_AFTER,
                      .name = WC_NONE,
                      .function = body,
                      .args = WC_NONE,
                      .result = WC_NONE,
                      .when = when,
                      .leads_to = BIT(DONE),
                      .repeats = 1};
    uint16_t index = wc_builder_entry(rig->b, &after);
    wc_entry when_due = {
        .kind = WC_ENTRY_DUE, .name = WC_NONE, .function = due, .args = index, .result = WC_NONE};
    (void)wc_builder_entry(rig->b, &when_due);
    return index;
}

/* A contract with two time-outs in Busy, due at x and y, and one in Open. Entry 0 enters Busy. */
static void open_timed(wc_rig *rig, int64_t x, int64_t y)
{
    rig_open_tables(rig);
    uint16_t go = make_action(rig, rig->t.empty, enter_busy);
    uint16_t body = make_function(rig, finish);
    uint16_t due_x = make_number(rig, x);
    uint16_t due_y = make_number(rig, y);
    wc_entry entry = action(rig, go, 0);
    entry.leads_to = BIT(BUSY);
    rig->entry = wc_builder_entry(rig->b, &entry);
    (void)add_after(rig, body, due_x, BIT(BUSY)); /* entry 1 */
    (void)add_after(rig, body, due_y, BIT(BUSY)); /* entry 3 */
    (void)add_after(rig, body, due_x, BIT(OPEN)); /* entry 5 */
    rig_load(rig);
}

static void entering_a_state_evaluates_its_time_outs(void **state)
{
    (void)state;
    static const int64_t dues[][3] = {
        {100, 200, 1}, {200, 100, 3}, {150, 150, 1}, {INT64_MAX, INT64_MIN, 3}};
    for (size_t i = 0; i < WC_ARRAY_LEN(dues); i++) {
        wc_rig rig;
        open_timed(&rig, dues[i][0], dues[i][1]);
        rig_run(&rig);
        expect_ok(&rig);
        assert_true(rig.outcome.entered);
        assert_int_equal(rig.outcome.state, BUSY);
        assert_true(rig.outcome.has_due);
        assert_int_equal(rig.outcome.due_entry, dues[i][2]);
        assert_true(rig.outcome.due == (dues[i][0] < dues[i][1] ? dues[i][0] : dues[i][1]));
        rig_drop(&rig);
    }
}

static void entering_a_state_prepays_its_time_outs(void **state)
{
    (void)state;
    wc_rig rig;
    open_timed(&rig, 100, 200);
    rig_run(&rig);
    expect_ok(&rig);
    const wc_module *m = wc_image_module(rig.image);
    uint64_t prepaid = m->entries[1].gas_bound + m->entries[3].gas_bound;
    assert_true(rig.outcome.prepaid == prepaid && prepaid > 0);
    assert_true(wc_image_prepaid(rig.image, BUSY) == prepaid);
    assert_true(rig.outcome.gas_used > prepaid);
    rig_drop(&rig);
}

static void a_time_out_runs_without_caller_and_prepays_nothing(void **state)
{
    (void)state;
    wc_rig rig;
    open_timed(&rig, 100, 200);
    rig.entry = 1;
    rig.call.has_principal = false;
    rig.call.principal = wc_fake_party(0);
    wc_fake_account_of(&rig.host, &rig.alice)->escrow[0] = 5; /* one holder to charge for */
    rig_set_state(&rig, BUSY, rig_abi(&rig, "qq", I(1), I(2)));
    rig_run(&rig);
    expect_ok(&rig);
    assert_true(rig.outcome.entered && rig.outcome.final);
    assert_int_equal(rig.outcome.prepaid, 0);
    assert_false(rig.outcome.has_due);
    assert_int_equal(rig.outcome.due_entry, WC_NONE);
    rig.call.args = rig_abi(&rig, "b", 0);
    rig_run(&rig);
    rig_expect_builtin(&rig, WC_BUILTIN_BadArguments, rig_abi(&rig, "w", 0));
    rig.call.args = wc_slice_of(NULL, 0);
    rig_set_state(&rig, OPEN, wc_slice_of(NULL, 0));
    rig_run(&rig);
    rig_expect_builtin(&rig, WC_BUILTIN_WrongState, rig_abi(&rig, "h", OPEN));
    rig_drop(&rig);
}

static void a_time_out_into_a_state_with_time_outs_prepays_nothing(void **state)
{
    (void)state;
    wc_rig rig;
    rig_open_tables(&rig);
    uint16_t go = make_function(&rig, enter_busy);
    uint16_t end = make_function(&rig, finish);
    uint16_t due = make_number(&rig, 777);
    wc_entry first = {.kind = WC_ENTRY_AFTER,
                      .name = WC_NONE,
                      .function = go,
                      .args = WC_NONE,
                      .result = WC_NONE,
                      .when = BIT(OPEN),
                      .leads_to = BIT(BUSY),
                      .repeats = 1};
    rig.entry = wc_builder_entry(rig.b, &first);
    wc_entry when_due = {.kind = WC_ENTRY_DUE,
                         .name = WC_NONE,
                         .function = due,
                         .args = rig.entry,
                         .result = WC_NONE};
    (void)wc_builder_entry(rig.b, &when_due);
    uint16_t second = add_after(&rig, end, due, BIT(BUSY));
    rig_load(&rig);
    rig.call.has_principal = false;
    rig_run(&rig);
    expect_ok(&rig);
    assert_int_equal(rig.outcome.state, BUSY);
    assert_true(rig.outcome.has_due && rig.outcome.due == 777);
    assert_int_equal(rig.outcome.due_entry, second);
    assert_int_equal(rig.outcome.prepaid, 0);
    rig_drop(&rig);
}

/* The next one behind (due, entry); WC_NONE: there is none. */
static void expect_next(const wc_rig *rig, int64_t due, uint16_t entry, uint16_t expected)
{
    wc_fake_host host;
    wc_fake_host_init(&host, &rig->own);
    wc_host table = {&wc_fake_host_ops, &host};
    wc_instance instance = {.image = rig->image, .id = rig->own, .root = rig->root};
    wc_due_after after = {due, entry};
    wc_outcome outcome;
    wc_due_run(&instance, &after, &table, RIG_GAS, rig->memory[0], &outcome);
    assert_int_equal(outcome.kind, WC_OUTCOME_OK);
    assert_int_equal(outcome.has_due, expected != WC_NONE);
    assert_int_equal(outcome.due_entry, expected);
    wc_fake_host_drop(&host);
}

static void time_outs_follow_each_other_by_time_and_then_by_entry(void **state)
{
    (void)state;
    wc_rig rig;
    open_timed(&rig, 200, 100); /* entry 1 at 200, entry 3 at 100 */
    rig_set_state(&rig, BUSY, rig_abi(&rig, "qq", I(1), I(2)));
    expect_next(&rig, INT64_MIN, 0, 3);
    expect_next(&rig, 100, 2, 3);
    expect_next(&rig, 100, 3, 1);
    expect_next(&rig, 200, 0, 1);
    expect_next(&rig, 200, 1, WC_NONE);
    rig_drop(&rig);
    open_timed(&rig, 150, 150);
    rig_set_state(&rig, BUSY, rig_abi(&rig, "qq", I(1), I(2)));
    expect_next(&rig, 150, 0, 1);
    expect_next(&rig, 150, 1, 3);
    expect_next(&rig, 150, 3, WC_NONE);
    rig_drop(&rig);
}

static void a_final_state_is_charged_for_each_holder(void **state)
{
    (void)state;
    uint64_t used[2];
    for (size_t i = 0; i < 2; i++) {
        wc_rig rig;
        rig_open_tables(&rig);
        wc_entry entry = action(&rig, make_action(&rig, rig.t.empty, enter_done), 0);
        entry.leads_to = BIT(DONE);
        rig.entry = wc_builder_entry(rig.b, &entry);
        rig_load(&rig);
        if (i == 1) {
            wc_fake_account_of(&rig.host, &rig.alice)->escrow[0] = 5;
            wc_fake_account_of(&rig.host, &rig.alice)->escrow[1] = 5;
        }
        rig_run(&rig);
        expect_ok(&rig);
        assert_true(rig.outcome.final);
        used[i] = rig.outcome.gas_used;
        rig_drop(&rig);
    }
    assert_int_equal(used[1] - used[0], 2 * (WC_GAS_HOLDER + WC_GAS_POSTING));
}

/* ---- deployment ---------------------------------------------------------------------------------
 */

static void open_deployment(wc_rig *rig, int64_t invariant)
{
    rig_open_tables(rig);
    wc_entry deploy = {.kind = WC_ENTRY_DEPLOY,
                       .name = WC_NONE,
                       .function = make_function(rig, add_to_count),
                       .args = WC_NONE,
                       .result = WC_NONE};
    wc_entry check = {.kind = WC_ENTRY_INVARIANT,
                      .name = wc_builder_string(rig->b, WC_STR("i")),
                      .function = make_number(rig, invariant),
                      .args = WC_NONE,
                      .result = WC_NONE};
    uint16_t body = make_function(rig, finish);
    uint16_t due = make_number(rig, 12345);
    (void)wc_builder_entry(rig->b, &check);
    (void)add_after(rig, body, due, BIT(OPEN)); /* entry 1 */
    (void)wc_builder_entry(rig->b, &deploy);
    rig_load(rig);
    rig->deploys = true;
    rig->parties = rig_abi(rig, "pp", &rig->alice, &rig->bank);
    rig->call.args = rig_abi(rig, "qp", I(33), &rig->other_instance);
    rig->root = wc_slice_of(NULL, 0);
}

static void deployment_makes_the_first_record(void **state)
{
    (void)state;
    wc_rig rig;
    open_deployment(&rig, 1);
    rig_run(&rig);
    expect_ok(&rig);
    assert_true(rig.outcome.entered && rig.outcome.root_changed && !rig.outcome.final);
    assert_int_equal(rig.outcome.state, OPEN);
    assert_true(rig.outcome.has_due && rig.outcome.due == 12345);
    assert_int_equal(rig.outcome.due_entry, 1);
    assert_true(rig.outcome.prepaid == wc_image_module(rig.image)->entries[1].gas_bound);
    wc_party nobody = wc_fake_party(0);
    /* count 0 + 1 by the DEPLOY function, owner zero, level from its declaration */
    wc_slice expected =
        rig_abi(&rig, "bqqhppqpqpq", 1, (int64_t)RIG_NOW, (int64_t)RIG_NOW, 0, &rig.alice,
                &rig.bank, I(33), &rig.other_instance, I(1), &nobody, I(40));
    assert_true(wc_slice_equal(rig.outcome.root, expected));
    rig_drop(&rig);
}

static void deployment_checks_parties_and_terms(void **state)
{
    (void)state;
    wc_rig rig;
    open_deployment(&rig, 1);
    wc_slice parties = rig.parties;
    rig.parties = wc_slice_of(parties.data, 63);
    rig_run(&rig);
    rig_expect_builtin(&rig, WC_BUILTIN_BadArguments, rig_abi(&rig, "w", 63));
    rig.parties = rig_abi(&rig, "ppb", &rig.alice, &rig.bank, 0);
    rig_run(&rig);
    rig_expect_builtin(&rig, WC_BUILTIN_BadArguments, rig_abi(&rig, "w", 64));
    rig.parties = parties;
    rig.call.args = rig_abi(&rig, "q", I(33));
    rig_run(&rig);
    rig_expect_builtin(&rig, WC_BUILTIN_BadArguments, rig_abi(&rig, "w", 64 + 8));
    rig.call.args = rig_abi(&rig, "qpb", I(33), &rig.other_instance, 0);
    rig_run(&rig);
    rig_expect_builtin(&rig, WC_BUILTIN_BadArguments, rig_abi(&rig, "w", 64 + 40));
    rig_drop(&rig);
}

static void deployment_needs_signatories_and_roles(void **state)
{
    (void)state;
    wc_rig rig;
    open_deployment(&rig, 1);
    wc_fake_account_of(&rig.host, &rig.alice)->is_signer = false;
    wc_fake_account_of(&rig.host, &rig.bank)->is_signer = true;
    rig_run(&rig);
    rig_expect_builtin(&rig, WC_BUILTIN_NotAuthorised, wc_slice_of(NULL, 0));
    wc_fake_account_of(&rig.host, &rig.alice)->is_signer = true;
    wc_fake_account_of(&rig.host, &rig.bank)->role = "Consumer";
    rig_run(&rig);
    rig_expect_builtin(&rig, WC_BUILTIN_NotAuthorised, wc_slice_of(NULL, 0));
    rig_drop(&rig);
}

/* Takes the word `signatory` out of the tables: nothing else in them depends on it. */
static void free_the_signatory(wc_rig *rig)
{
    wc_builder_module(rig->b)->parties[0].signatory = false;
}

/* Without signatories one of the parties has to sign. */
static void deployment_without_signatories_needs_one_of_the_parties(void **state)
{
    (void)state;
    static const char *const signers[] = {"", "a", "b", "c"};
    for (size_t i = 0; i < WC_ARRAY_LEN(signers); i++) {
        wc_rig rig;
        rig_open_tables(&rig);
        free_the_signatory(&rig);
        rig_load(&rig);
        rig.deploys = true;
        rig.parties = rig_abi(&rig, "pp", &rig.alice, &rig.bank);
        rig.call.args = rig_abi(&rig, "qp", I(33), &rig.other_instance);
        wc_fake_account_of(&rig.host, &rig.alice)->is_signer = signers[i][0] == 'a';
        wc_fake_account_of(&rig.host, &rig.bank)->is_signer = signers[i][0] == 'b';
        wc_fake_account_of(&rig.host, &rig.carol)->is_signer = signers[i][0] == 'c';
        rig_run(&rig);
        if (i == 1 || i == 2) {
            expect_ok(&rig);
        } else {
            rig_expect_builtin(&rig, WC_BUILTIN_NotAuthorised, wc_slice_of(NULL, 0));
        }
        rig_drop(&rig);
    }
}

static void deployment_checks_every_invariant(void **state)
{
    (void)state;
    wc_rig rig;
    open_deployment(&rig, 0);
    rig_run(&rig);
    rig_expect_trap(&rig, WC_TRAP_INVARIANT);
    rig_drop(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entering_a_state_evaluates_its_time_outs),
        cmocka_unit_test(entering_a_state_prepays_its_time_outs),
        cmocka_unit_test(a_time_out_runs_without_caller_and_prepays_nothing),
        cmocka_unit_test(a_time_out_into_a_state_with_time_outs_prepays_nothing),
        cmocka_unit_test(time_outs_follow_each_other_by_time_and_then_by_entry),
        cmocka_unit_test(a_final_state_is_charged_for_each_holder),
        cmocka_unit_test(deployment_makes_the_first_record),
        cmocka_unit_test(deployment_checks_parties_and_terms),
        cmocka_unit_test(deployment_needs_signatories_and_roles),
        cmocka_unit_test(deployment_without_signatories_needs_one_of_the_parties),
        cmocka_unit_test(deployment_checks_every_invariant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
