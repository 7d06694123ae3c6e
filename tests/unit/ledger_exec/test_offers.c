/* Two-way choice: an offer becomes a contract by the last signature over the same terms. */
#include "node/ledger/offer.h"
#include "node/ledger/roles.h"
#include "tests/unit/ledger_exec/refusals.h"

static wc_offer offer_of(world *w, const wc_hash *id)
{
    wc_state_key key = wc_key_offer(id);
    wc_slice value;
    wc_offer offer;
    assert_status(wc_chain_get(w->chain, &key, &value), WC_OK);
    assert_status(wc_offer_decode(&offer, value), WC_OK);
    return offer;
}

static const wc_receipt_page *propose(world *w, world_actor by, wc_slice args)
{
    letter l = world_letter(w, by);
    (void)letter_native(&l, WC_NATIVE_offer_propose, args);
    return world_send(w, &l);
}

static const wc_receipt_page *decline(world *w, world_actor by, const wc_hash *id)
{
    letter l = world_letter(w, by);
    (void)letter_native(&l, WC_NATIVE_offer_decline, world_abi(w, "p", id));
    return world_send(w, &l);
}

static void the_last_signature_creates_the_contract_and_tells_both(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    made_offer made = offer_made(&w);
    wc_offer offer = offer_of(&w, &made.id);
    assert_int_equal(offer.status, WC_OFFER_OPEN);
    assert_int_equal(offer.parties[0].flags, WC_OFFER_MUST_SIGN | WC_OFFER_SIGNED);
    assert_int_equal(offer.parties[1].flags, WC_OFFER_MUST_SIGN);

    const wc_receipt_page *page = offer_accept(&w, BOB, &made.id, &made.terms_hash);
    assert_done(page);
    wc_address instance = world_result(page, 0);
    wc_slice data;
    assert_int_equal(world_events(page, WC_EVENT_INSTANCE_CREATED, &data), 1);
    wc_slice expected = world_abi(&w, "pppbpp", &instance, &made.code, &made.id, 2,
                                  &w.people[ALICE].address, &w.people[BOB].address);
    assert_true(wc_slice_equal(data, expected));
    assert_int_equal(world_events(page, WC_EVENT_OFFER_CHANGED, &data), 1);
    assert_int_equal(data.data[32], WC_OFFER_ACCEPTED);

    offer = offer_of(&w, &made.id);
    assert_int_equal(offer.status, WC_OFFER_ACCEPTED);
    assert_true(wc_hash_equal(&offer.outcome, &instance));
    wc_chain_contract contract;
    assert_status(wc_chain_contract_of(w.chain, &instance, &contract), WC_OK);
    assert_true(wc_hash_equal(&contract.entry.offer, &made.id));
    wc_address first = wc_instance_party(&contract.entry, 0);
    assert_true(wc_hash_equal(&first, &w.people[ALICE].address));
    world_close(&w);
}

static void it_works_in_the_other_direction_too(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    vault_options options = {.name = "Vault", .signatories = 2};
    wc_hash code = world_deploy(&w, vault_module(&w, &options));
    /* BOB proposes the contract in which he is the second party. */
    const wc_receipt_page *page =
        propose(&w, BOB, offer_args(&w, &code, ALICE, BOB, w.now + 100, NULL));
    assert_done(page);
    wc_hash id = world_result(page, 0);
    wc_hash terms = offer_terms_hash(&w, &id);
    assert_receipt(offer_accept(&w, BOB, &id, &terms), "ALREADY_SIGNED");
    assert_done(offer_accept(&w, ALICE, &id, &terms));
    world_close(&w);
}

static void nobody_proposes_for_others(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    vault_options options = {.name = "Vault", .signatories = 2};
    wc_hash code = world_deploy(&w, vault_module(&w, &options));
    assert_receipt(propose(&w, CAROL, offer_args(&w, &code, ALICE, BOB, w.now + 100, NULL)),
                   "NOT_AUTHORISED");
    world_close(&w);
}

static void an_offer_is_open_until_its_last_second(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    made_offer made = offer_made(&w);
    w.now = made.valid_until_s - 1;
    assert_done(offer_accept(&w, BOB, &made.id, &made.terms_hash));
    assert_receipt(propose(&w, ALICE, offer_args(&w, &made.code, ALICE, BOB, w.now, NULL)),
                   "OFFER_EXPIRED");
    assert_done(propose(&w, ALICE, offer_args(&w, &made.code, ALICE, BOB, w.now + 1, NULL)));
    world_close(&w);
}

static void a_counter_offer_closes_the_one_it_answers(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    made_offer made = offer_made(&w);
    /* Only somebody whom the offer names can counter it. */
    assert_receipt(
        propose(&w, CAROL, offer_args(&w, &made.code, CAROL, BOB, w.now + 500, &made.id)),
        "OFFER_NOT_FOR_YOU");
    const wc_receipt_page *page =
        propose(&w, BOB, offer_args(&w, &made.code, ALICE, BOB, w.now + 500, &made.id));
    assert_done(page);
    wc_hash counter = world_result(page, 0);
    assert_int_equal(world_events(page, WC_EVENT_OFFER_CHANGED, NULL), 2);
    wc_offer old = offer_of(&w, &made.id);
    assert_int_equal(old.status, WC_OFFER_COUNTERED);
    assert_true(wc_hash_equal(&old.outcome, &counter));
    assert_receipt(offer_accept(&w, BOB, &made.id, &made.terms_hash), "OFFER_NOT_OPEN");
    wc_hash terms = offer_terms_hash(&w, &counter);
    assert_false(wc_hash_equal(&terms, &made.terms_hash));
    assert_receipt(offer_accept(&w, ALICE, &counter, &made.terms_hash), "TERMS_DIFFER");
    assert_done(offer_accept(&w, ALICE, &counter, &terms));
    world_close(&w);
}

static void a_party_declines_and_a_proposer_withdraws(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    made_offer made = offer_made(&w);
    assert_receipt(decline(&w, CAROL, &made.id), "OFFER_NOT_FOR_YOU");
    assert_done(decline(&w, BOB, &made.id));
    wc_offer offer = offer_of(&w, &made.id);
    assert_int_equal(offer.status, WC_OFFER_DECLINED);
    assert_true(wc_hash_equal(&offer.outcome, &w.people[BOB].address));
    assert_receipt(decline(&w, BOB, &made.id), "OFFER_NOT_OPEN");

    const wc_receipt_page *page =
        propose(&w, ALICE, offer_args(&w, &made.code, ALICE, BOB, w.now + 100, NULL));
    wc_hash id = world_result(page, 0);
    assert_done(decline(&w, ALICE, &id));
    assert_int_equal(offer_of(&w, &id).status, WC_OFFER_WITHDRAWN);
    world_close(&w);
}

static void a_place_open_to_a_role_is_filled_by_its_first_holder(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    vault_options options = {.name = "Vault", .signatories = 2, .role = "Retailer"};
    wc_hash code = world_deploy(&w, vault_module(&w, &options));
    static const wc_hash nobody;
    wc_slice args = world_abi(&w, "pbphphqpw", &code, 2, &w.people[ALICE].address, 0, &nobody,
                              WC_ROLE_RETAILER, w.now + 100, &nobody, UINT32_C(0));
    const wc_receipt_page *page = propose(&w, ALICE, args);
    assert_done(page);
    wc_hash id = world_result(page, 0);
    wc_hash terms = offer_terms_hash(&w, &id);
    assert_receipt(offer_accept(&w, BOB, &id, &terms), "OFFER_NOT_FOR_YOU");
    /* Who could take it cannot close it for the others. */
    assert_receipt(decline(&w, RETAILER, &id), "OFFER_NOT_FOR_YOU");
    page = propose(&w, RETAILER,
                   world_abi(&w, "pbphphqpw", &code, 2, &w.people[ALICE].address, 0,
                             &w.people[RETAILER].address, WC_ROLE_RETAILER, w.now + 50, &id,
                             UINT32_C(0)));
    assert_done(page);
    assert_int_equal(world_events(page, WC_EVENT_OFFER_CHANGED, NULL), 1); /* the new one alone */
    wc_hash counter_id = world_result(page, 0);
    wc_offer counter = offer_of(&w, &counter_id);
    assert_true(wc_hash_equal(&counter.counter_of, &id));
    assert_int_equal(offer_of(&w, &id).status, WC_OFFER_OPEN);
    page = offer_accept(&w, RETAILER, &id, &terms);
    assert_done(page);
    wc_address instance = world_result(page, 0);
    wc_chain_contract contract;
    assert_status(wc_chain_contract_of(w.chain, &instance, &contract), WC_OK);
    wc_address second = wc_instance_party(&contract.entry, 1);
    assert_true(wc_hash_equal(&second, &w.people[RETAILER].address));
    world_close(&w);
}

static void a_role_that_the_place_does_not_ask_for_is_refused(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    vault_options options = {.name = "Vault", .signatories = 2, .role = "Retailer"};
    wc_hash code = world_deploy(&w, vault_module(&w, &options));
    static const wc_hash nobody;
    wc_slice args = world_abi(&w, "pbphphqpw", &code, 2, &w.people[ALICE].address, 0, &nobody,
                              WC_ROLE_CONSUMER, w.now + 100, &nobody, UINT32_C(0));
    assert_receipt(propose(&w, ALICE, args), "BAD_ARGUMENTS");
    args = world_abi(&w, "pbphphqpw", &code, 2, &w.people[ALICE].address, 0, &w.people[BOB].address,
                     WC_ROLE_RETAILER, w.now + 100, &nobody, UINT32_C(0));
    assert_receipt(propose(&w, ALICE, args), "PARTY_UNFIT");
    world_close(&w);
}

static void terms_that_the_contract_does_not_take_fail_the_last_signature(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    vault_options options = {.name = "Vault", .signatories = 2};
    wc_hash code = world_deploy(&w, vault_module(&w, &options));
    static const wc_hash none;
    wc_slice junk = wc_slice_of("junk", 4);
    wc_slice args = world_abi(&w, "pbphphqpy", &code, 2, &w.people[ALICE].address, 0,
                              &w.people[BOB].address, 0, w.now + 100, &none, junk);
    const wc_receipt_page *page = propose(&w, ALICE, args);
    assert_done(page);
    wc_hash id = world_result(page, 0);
    wc_hash terms = offer_terms_hash(&w, &id);
    page = offer_accept(&w, BOB, &id, &terms);
    assert_string_equal(world_failure(&w, page), "BAD_ARGUMENTS");
    assert_int_equal(offer_of(&w, &id).status, WC_OFFER_OPEN); /* the signature was undone */
    world_close(&w);
}

static void both_may_sign_one_body_instead(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    vault_options options = {.name = "Vault", .signatories = 2};
    wc_hash code = world_deploy(&w, vault_module(&w, &options));
    static const world_actor both[] = {ALICE, BOB};
    (void)world_instance(&w, &code, 2, both,
                         world_abi(&w, "pp", &w.people[ALICE].address, &w.people[BOB].address));
    /* Signed by both already, a proposal would bind nobody else. */
    letter l = world_letter(&w, ALICE);
    (void)letter_signer(&l, BOB);
    (void)letter_native(&l, WC_NATIVE_offer_propose,
                        offer_args(&w, &code, ALICE, BOB, w.now + 100, NULL));
    assert_receipt(world_send(&w, &l), "OFFER_ONE_SIDED");
    world_close(&w);
}

static void without_signatories_one_of_the_parties_has_to_sign(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    vault_options options = {.name = "Open", .signatories = 0};
    wc_hash code = world_deploy(&w, vault_module(&w, &options));
    wc_slice parties = world_abi(&w, "pp", &w.people[ALICE].address, &w.people[BOB].address);
    letter l = world_letter(&w, CAROL);
    (void)letter_call(&l, WC_CALL_INSTANTIATE, &code, 0, parties);
    assert_receipt(world_send(&w, &l), "SIGNATORY_MISSING");
    l = world_letter(&w, BOB);
    (void)letter_call(&l, WC_CALL_INSTANTIATE, &code, 0, parties);
    assert_done(world_send(&w, &l));
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_signatories_one_of_the_parties_has_to_sign),
        cmocka_unit_test(the_last_signature_creates_the_contract_and_tells_both),
        cmocka_unit_test(it_works_in_the_other_direction_too),
        cmocka_unit_test(nobody_proposes_for_others),
        cmocka_unit_test(an_offer_is_open_until_its_last_second),
        cmocka_unit_test(a_counter_offer_closes_the_one_it_answers),
        cmocka_unit_test(a_party_declines_and_a_proposer_withdraws),
        cmocka_unit_test(a_place_open_to_a_role_is_filled_by_its_first_holder),
        cmocka_unit_test(a_role_that_the_place_does_not_ask_for_is_refused),
        cmocka_unit_test(terms_that_the_contract_does_not_take_fail_the_last_signature),
        cmocka_unit_test(both_may_sign_one_body_instead),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
