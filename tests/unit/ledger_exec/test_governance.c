/* Changes to the chain's rules: proposed, approved by the administration's rule, delayed, run. */
#include "node/ledger/roles.h"
#include "tests/unit/ledger_exec/accounts.h"
#include "tests/unit/ledger_exec/contracts.h"

#define DELAY 3600

static const wc_receipt_page *about(world *w, world_actor by, wc_native_method what,
                                    const wc_hash *id)
{
    return native_sent(w, by, ACTOR_COUNT, what, world_abi(w, "p", id));
}

static const wc_receipt_page *proposed(world *w, world_actor by, uint16_t kind, wc_slice body)
{
    return native_sent(w, by, ACTOR_COUNT, WC_NATIVE_proposal_make, proposal_args(w, kind, body));
}

static void open_delayed(world *w)
{
    world_options options = {.governance_delay_s = DELAY};
    world_open(w, &options);
}

static void parameters_change_after_two_approvals_and_the_delay(void **state)
{
    (void)state;
    world w;
    open_delayed(&w);
    wc_slice body = params_with_price(&w, 1);
    assert_receipt(proposed(&w, ALICE, WC_PROPOSES_PARAMETERS, body), "NOT_AUTHORISED");
    const wc_receipt_page *page = proposed(&w, ADMIN_1, WC_PROPOSES_PARAMETERS, body);
    assert_done(page);
    wc_hash id = world_result(page, 0);
    assert_receipt(about(&w, ADMIN_1, WC_NATIVE_proposal_approve, &id), "ALREADY_SIGNED");
    assert_receipt(about(&w, BOB, WC_NATIVE_proposal_approve, &id), "NOT_AUTHORISED");
    assert_receipt(about(&w, ADMIN_1, WC_NATIVE_proposal_run, &id), "NOT_APPROVED");
    assert_done(about(&w, ADMIN_3, WC_NATIVE_proposal_approve, &id));
    (void)world_wait(&w, DELAY - 1);
    assert_receipt(about(&w, ADMIN_1, WC_NATIVE_proposal_run, &id), "NOT_APPROVED");
    (void)world_wait(&w, 1);
    page = about(&w, ADMIN_2, WC_NATIVE_proposal_run, &id); /* any member may */
    assert_done(page);
    assert_int_equal(world_events(page, WC_EVENT_PARAMS_CHANGED, NULL), 1);
    assert_int_equal(page->receipt.fee, 0); /* the price of this block is the old one */
    assert_int_equal(wc_chain_params(w.chain)->gas_price, 1);
    world_close(&w);
}

static void a_withdrawn_proposal_never_runs_and_may_come_again(void **state)
{
    (void)state;
    world w;
    open_delayed(&w);
    wc_slice body = params_with_price(&w, 0);
    wc_hash id = world_result(proposed(&w, ADMIN_1, WC_PROPOSES_PARAMETERS, body), 0);
    assert_done(about(&w, ADMIN_2, WC_NATIVE_proposal_approve, &id));
    assert_receipt(about(&w, ADMIN_2, WC_NATIVE_proposal_withdraw, &id), "NOT_AUTHORISED");
    assert_done(about(&w, ADMIN_1, WC_NATIVE_proposal_withdraw, &id)); /* its proposer */
    (void)world_wait(&w, DELAY);
    assert_receipt(about(&w, ADMIN_1, WC_NATIVE_proposal_run, &id), "TARGET_UNKNOWN");
    assert_done(proposed(&w, ADMIN_2, WC_PROPOSES_PARAMETERS, body));
    assert_receipt(about(&w, ADMIN_2, WC_NATIVE_proposal_run, &id), "NOT_APPROVED");
    assert_done(native_sent(&w, ADMIN_1, ADMIN_3, WC_NATIVE_proposal_withdraw,
                            world_abi(&w, "p", &id))); /* the rule: two of three */
    world_close(&w);
}

static void code_is_deployed_once_by_an_approved_proposal(void **state)
{
    (void)state;
    world w;
    open_delayed(&w);
    vault_options options = {.name = "Vault", .signatories = 1};
    wc_slice module = vault_module(&w, &options);
    wc_hash code = wc_code_id(module);
    wc_address none = {{0}};
    letter l = world_letter(&w, ADMIN_1);
    (void)letter_signer(&l, ADMIN_2); /* two signatures alone do not help here */
    (void)letter_call(&l, WC_CALL_DEPLOY, &none, 0, module);
    assert_receipt(world_send(&w, &l), "NOT_APPROVED");
    wc_slice body = wc_slice_of(code.bytes, sizeof code.bytes);
    wc_hash id = world_result(proposed(&w, ADMIN_1, WC_PROPOSES_CODE, body), 0);
    assert_done(about(&w, ADMIN_2, WC_NATIVE_proposal_approve, &id));
    assert_receipt(about(&w, ADMIN_2, WC_NATIVE_proposal_run, &id), "BAD_ARGUMENTS");
    (void)world_wait(&w, DELAY);
    l = world_letter(&w, ALICE);
    (void)letter_call(&l, WC_CALL_DEPLOY, &none, 0, module);
    assert_receipt(world_send(&w, &l), "NOT_AUTHORISED");
    l = world_letter(&w, ADMIN_3);
    (void)letter_call(&l, WC_CALL_DEPLOY, &none, 0, module);
    assert_done(world_send(&w, &l));
    const wc_module *stored;
    assert_status(wc_chain_module(w.chain, &code, &stored), WC_OK);
    world_close(&w);
}

static wc_slice rule_of(world *w, uint8_t threshold, world_actor a, world_actor b)
{
    const wc_address *first = &w->people[a].address;
    const wc_address *second = &w->people[b].address;
    if (memcmp(first, second, sizeof *first) > 0) {
        const wc_address *swap = first;
        first = second;
        second = swap;
    }
    return world_abi(w, "bbbpp", WC_STATE_VALUE_VERSION, (int)threshold, 2, first, second);
}

static void the_administration_hands_over(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL); /* no delay */
    wc_slice body = rule_of(&w, 2, ADMIN_3, ALICE);
    wc_hash id = world_result(proposed(&w, ADMIN_1, WC_PROPOSES_ADMINISTRATION, body), 0);
    /* Another change is approved by two who will not be members any more. */
    wc_slice late = params_with_price(&w, 5);
    wc_hash other = world_result(proposed(&w, ADMIN_1, WC_PROPOSES_PARAMETERS, late), 0);
    assert_done(about(&w, ADMIN_2, WC_NATIVE_proposal_approve, &other));
    assert_done(about(&w, ADMIN_2, WC_NATIVE_proposal_approve, &id));
    assert_done(about(&w, ADMIN_2, WC_NATIVE_proposal_run, &id));
    assert_receipt(proposed(&w, ADMIN_1, WC_PROPOSES_PARAMETERS, params_with_price(&w, 9)),
                   "NOT_AUTHORISED");
    assert_receipt(about(&w, ALICE, WC_NATIVE_proposal_run, &other), "NOT_APPROVED");
    assert_done(about(&w, ALICE, WC_NATIVE_proposal_approve, &other));
    assert_done(about(&w, ADMIN_3, WC_NATIVE_proposal_approve, &other));
    assert_done(about(&w, ALICE, WC_NATIVE_proposal_run, &other));
    world_close(&w);
}

static void what_could_not_take_effect_is_refused_at_once(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_params params = *wc_chain_params(w.chain);
    params.schedule_hash.bytes[0] ^= 1;
    uint8_t bytes[WC_PARAMS_SIZE];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_params_put(&buf, &params);
    assert_receipt(proposed(&w, ADMIN_1, WC_PROPOSES_PARAMETERS, wc_buf_slice(&buf)),
                   "BAD_ARGUMENTS");
    assert_receipt(proposed(&w, ADMIN_1, WC_PROPOSES_CODE, wc_slice_of("short", 5)),
                   "BAD_ARGUMENTS");
    assert_receipt(proposed(&w, ADMIN_1, 99, wc_slice_of("short", 5)), "BAD_ARGUMENTS");
    assert_receipt(proposed(&w, ADMIN_1, WC_PROPOSES_ADMINISTRATION, rule_of(&w, 3, ALICE, BOB)),
                   "BAD_ARGUMENTS");
    assert_receipt(proposed(&w, ADMIN_1, WC_PROPOSES_ADMINISTRATION, rule_of(&w, 2, FROZEN, BOB)),
                   "ACCOUNT_STATUS");
    wc_hash none = {{3}};
    assert_receipt(about(&w, ADMIN_1, WC_NATIVE_proposal_approve, &none), "TARGET_UNKNOWN");
    world_close(&w);
}

static void one_approval_of_two_never_opens_the_delay(void **state)
{
    (void)state;
    world w;
    open_delayed(&w);
    wc_hash id =
        world_result(proposed(&w, ADMIN_1, WC_PROPOSES_PARAMETERS, params_with_price(&w, 2)), 0);
    (void)world_wait(&w, 10 * DELAY);
    assert_receipt(about(&w, ADMIN_1, WC_NATIVE_proposal_run, &id), "NOT_APPROVED");
    assert_done(about(&w, ADMIN_2, WC_NATIVE_proposal_approve, &id));
    assert_receipt(about(&w, ADMIN_1, WC_NATIVE_proposal_run, &id), "NOT_APPROVED");
    world_close(&w);
}

/* ---- validators ------------------------------------------------------------------------------ */

/* The sequencer for OPERATOR, changed by `change`; as bytes. */
typedef void (*change_fn)(world *w, wc_validators *validators);

static wc_slice validators_body(world *w, change_fn change)
{
    wc_validators validators = {.count = 2};
    uint8_t bytes[512];
    wc_buf buf;
    wc_keypair second;
    world_keypair(&second, 99);
    memcpy(validators.list[0].pub, w->sequencer.public_key.bytes, 32);
    memcpy(validators.list[1].pub, second.public_key.bytes, 32);
    for (int i = 0; i < 2; i++) {
        validators.list[i].power = 1;
        validators.list[i].operator_account = w->people[OPERATOR].address;
    }
    if (change != NULL) change(w, &validators);
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_validators_put(&buf, &validators);
    return world_abi(w, "x", wc_buf_slice(&buf));
}

static void without_role(world *w, wc_validators *validators)
{
    validators->list[1].operator_account = w->people[GRID].address;
}

static void without_account(world *w, wc_validators *validators)
{
    (void)w;
    validators->list[1].operator_account = (wc_address){{5}};
}

static void with_bad_key(world *w, wc_validators *validators)
{
    (void)w;
    memset(validators->list[1].pub, 0, 32);
}

static void with_witness_first(world *w, wc_validators *validators)
{
    (void)w;
    validators->list[0].power = 0;
}

static void with_same_key(world *w, wc_validators *validators)
{
    (void)w;
    memcpy(validators->list[1].pub, validators->list[0].pub, 32);
}

static void with_great_power(world *w, wc_validators *validators)
{
    (void)w;
    validators->list[1].power = WC_VALIDATORS_POWER_MAX;
}

static void with_greatest_power(world *w, wc_validators *validators)
{
    (void)w;
    validators->list[1].power = WC_VALIDATORS_POWER_MAX - 1;
}

static void with_witness_second(world *w, wc_validators *validators)
{
    (void)w;
    validators->list[1].power = 0;
}

static void validators_are_known_and_can_make_records(void **state)
{
    (void)state;

    static const struct {
        change_fn change;
        const char *answer;
    } cases[] = {{without_role, "PARTY_UNFIT"},    {without_account, "PARTY_UNFIT"},
                 {with_bad_key, "KEY_UNFIT"},      {with_witness_first, "BAD_ARGUMENTS"},
                 {with_same_key, "BAD_ARGUMENTS"}, {with_great_power, "BAD_ARGUMENTS"},
                 {with_greatest_power, "OK"},      {with_witness_second, "OK"}};

    world w;
    open_delayed(&w);
    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        wc_slice body = validators_body(&w, cases[i].change);
        assert_receipt(proposed(&w, ADMIN_1, WC_PROPOSES_VALIDATORS, body), cases[i].answer);
    }
    world_close(&w);
}

static void validators_change_by_two_members_and_after_the_delay(void **state)
{
    (void)state;
    world w;
    open_delayed(&w);
    wc_slice body = validators_body(&w, NULL);
    wc_hash before = *wc_chain_validators_hash(w.chain);
    assert_receipt(proposed(&w, ALICE, WC_PROPOSES_VALIDATORS, body), "NOT_AUTHORISED");
    wc_hash id = world_result(proposed(&w, ADMIN_1, WC_PROPOSES_VALIDATORS, body), 0);
    assert_receipt(about(&w, ADMIN_1, WC_NATIVE_proposal_run, &id), "NOT_APPROVED");
    assert_receipt(about(&w, ADMIN_1, WC_NATIVE_proposal_approve, &id), "ALREADY_SIGNED");
    assert_done(about(&w, ADMIN_2, WC_NATIVE_proposal_approve, &id));
    (void)world_wait(&w, DELAY - 1);
    assert_receipt(about(&w, ADMIN_2, WC_NATIVE_proposal_run, &id), "NOT_APPROVED");
    assert_memory_equal(wc_chain_validators_hash(w.chain)->bytes, before.bytes, 32);
    (void)world_wait(&w, 1);
    assert_done(about(&w, ADMIN_2, WC_NATIVE_proposal_run, &id));
    assert_memory_not_equal(wc_chain_validators_hash(w.chain)->bytes, before.bytes, 32);
    assert_receipt(about(&w, ADMIN_2, WC_NATIVE_proposal_run, &id), "TARGET_UNKNOWN");
    world_close(&w);
}

/* Between approval and effect an operator may lose his role: the change is looked at again. */
static void a_change_that_no_longer_fits_does_not_take_effect(void **state)
{
    (void)state;
    world w;
    open_delayed(&w);
    wc_slice body = validators_body(&w, NULL);
    wc_hash id = world_result(proposed(&w, ADMIN_1, WC_PROPOSES_VALIDATORS, body), 0);
    assert_done(about(&w, ADMIN_2, WC_NATIVE_proposal_approve, &id));
    assert_done(native_sent(&w, ADMIN_1, ADMIN_2, WC_NATIVE_role_revoke,
                            world_abi(&w, "ph", &w.people[OPERATOR].address, WC_ROLE_VALIDATOR)));
    (void)world_wait(&w, DELAY);
    assert_receipt(about(&w, ADMIN_1, WC_NATIVE_proposal_run, &id), "PARTY_UNFIT");
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(validators_are_known_and_can_make_records),
        cmocka_unit_test(validators_change_by_two_members_and_after_the_delay),
        cmocka_unit_test(a_change_that_no_longer_fits_does_not_take_effect),
        cmocka_unit_test(parameters_change_after_two_approvals_and_the_delay),
        cmocka_unit_test(a_withdrawn_proposal_never_runs_and_may_come_again),
        cmocka_unit_test(code_is_deployed_once_by_an_approved_proposal),
        cmocka_unit_test(the_administration_hands_over),
        cmocka_unit_test(what_could_not_take_effect_is_refused_at_once),
        cmocka_unit_test(one_approval_of_two_never_opens_the_delay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
