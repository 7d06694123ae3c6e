/* Changes to the chain's rules: proposed, approved by the administration's rule, delayed, run. */
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_change_after_two_approvals_and_the_delay),
        cmocka_unit_test(a_withdrawn_proposal_never_runs_and_may_come_again),
        cmocka_unit_test(code_is_deployed_once_by_an_approved_proposal),
        cmocka_unit_test(the_administration_hands_over),
        cmocka_unit_test(what_could_not_take_effect_is_refused_at_once),
        cmocka_unit_test(one_approval_of_two_never_opens_the_delay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
