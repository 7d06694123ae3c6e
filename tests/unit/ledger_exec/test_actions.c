/* Contract calls: money moves within what was signed and nowhere else; one failed call undoes all.
 */
#include "node/ledger/asset.h"
#include "tests/unit/ledger_exec/contracts.h"

#define I(x) INT64_C(x)

/* One call of an action by its only signer, with a ceiling in CNY when max > 0. */
static const wc_receipt_page *act(world *w, world_actor actor, const wc_address *vault,
                                  uint16_t action, wc_slice args, int64_t max)
{
    letter l = world_letter(w, actor);
    uint8_t call = letter_call(&l, WC_CALL_ACTION, vault, action, args);
    if (max > 0) letter_ceiling(&l, call, actor, WORLD_CNY, max);
    return world_send(w, &l);
}

static int64_t escrow(world *w, const wc_address *vault, world_actor actor)
{
    return wc_chain_escrow(w->chain, vault, &w->people[actor].address, WORLD_CNY);
}

/* ALICE has 1,000 free, of which 400 are then in the vault. */
static wc_address funded_vault(world *w)
{
    wc_address vault = vault_open(w);
    world_deposit(w, ALICE, 1000);
    assert_done(act(w, ALICE, &vault, VAULT_FUND, world_abi(w, "q", I(400)), 400));
    return vault;
}

static void expect_short(world *w, const wc_receipt_page *page, world_actor actor, int64_t need,
                         int64_t have)
{
    wc_error_outcome error;
    assert_receipt(page, "ERROR");
    assert_string_equal(world_failure(w, page), "ESCROW_SHORT");
    assert_status(wc_outcome_error(&error, page->outcome), WC_OK);
    assert_int_equal(error.error, WC_ERROR_BUILTIN | WC_BUILTIN_InsufficientEscrow);
    wc_slice args = world_abi(w, "pwqq", &w->people[actor].address, UINT32_C(0), need, have);
    assert_true(wc_slice_equal(error.args, args));
}

static void funding_moves_what_the_ceiling_allows(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = funded_vault(&w);
    assert_int_equal(world_free(&w, ALICE, WORLD_CNY), 600);
    assert_int_equal(escrow(&w, &vault, ALICE), 400);
    assert_receipt(act(&w, ALICE, &vault, VAULT_FUND, world_abi(&w, "q", I(100)), 99),
                   "CEILING_EXCEEDED");
    assert_receipt(act(&w, ALICE, &vault, VAULT_FUND, world_abi(&w, "q", I(100)), 0),
                   "CEILING_EXCEEDED");
    assert_done(act(&w, ALICE, &vault, VAULT_FUND, world_abi(&w, "q", I(100)), 100));
    assert_int_equal(world_free(&w, ALICE, WORLD_CNY), 500);
    world_close(&w);
}

static void a_ceiling_is_used_up_within_its_call_and_counts_for_its_call_alone(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    world_deposit(&w, ALICE, 1000);
    /* Two calls of 60 with a ceiling of 60 each pass; the money of one ceiling is not the other's.
     */
    letter l = world_letter(&w, ALICE);
    for (int i = 0; i < 2; i++) {
        uint8_t call =
            letter_call(&l, WC_CALL_ACTION, &vault, VAULT_FUND, world_abi(&w, "q", I(60)));
        letter_ceiling(&l, call, ALICE, WORLD_CNY, 60);
    }
    assert_done(world_send(&w, &l));
    l = world_letter(&w, ALICE);
    for (int i = 0; i < 2; i++) {
        uint8_t call =
            letter_call(&l, WC_CALL_ACTION, &vault, VAULT_FUND, world_abi(&w, "q", I(60)));
        letter_ceiling(&l, call, ALICE, WORLD_CNY, i == 0 ? 120 : 59);
    }
    const wc_receipt_page *page = world_send(&w, &l);
    assert_receipt(page, "CEILING_EXCEEDED");
    assert_int_equal(page->receipt.call, 1);
    assert_int_equal(escrow(&w, &vault, ALICE), 120); /* the first call was undone, too */
    /* Two debits of one call share its ceiling. */
    assert_receipt(act(&w, ALICE, &vault, VAULT_TWICE, world_abi(&w, "q", I(10)), 19),
                   "CEILING_EXCEEDED");
    assert_done(act(&w, ALICE, &vault, VAULT_TWICE, world_abi(&w, "q", I(10)), 20));
    world_close(&w);
}

static void a_signature_on_one_call_is_no_authority_in_another(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    world_deposit(&w, ALICE, 1000);
    /* BOB alone signs the first call, ALICE joins for the second. */
    letter l = world_letter(&w, BOB);
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_LOCK,
                      world_abi(&w, "pq", &w.people[ALICE].address, I(10)));
    (void)letter_signer(&l, ALICE);
    uint8_t call = letter_call(&l, WC_CALL_ACTION, &vault, VAULT_LOCK,
                               world_abi(&w, "pq", &w.people[ALICE].address, I(10)));
    letter_ceiling(&l, call, ALICE, WORLD_CNY, 100);
    const wc_receipt_page *page = world_send(&w, &l);
    assert_receipt(page, "CALL_NOT_SIGNED");
    assert_int_equal(page->receipt.call, 0);
    world_close(&w);
}

static void more_than_there_is_names_party_need_and_have(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = funded_vault(&w);
    expect_short(&w, act(&w, ALICE, &vault, VAULT_WITHDRAW, world_abi(&w, "q", I(401)), 0), ALICE,
                 401, 400);
    expect_short(&w, act(&w, ALICE, &vault, VAULT_FUND, world_abi(&w, "q", I(601)), 601), ALICE,
                 601, 600);
    expect_short(&w, act(&w, BOB, &vault, VAULT_EARN, world_abi(&w, "q", I(1)), 0), BOB, 1, 0);
    assert_done(act(&w, ALICE, &vault, VAULT_WITHDRAW, world_abi(&w, "q", I(400)), 0));
    assert_int_equal(world_free(&w, ALICE, WORLD_CNY), 1000);
    world_close(&w);
}

static void paying_credits_accounts_and_open_contracts_only(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = funded_vault(&w);
    wc_hash nobody = {{9}};
    assert_done(
        act(&w, ALICE, &vault, VAULT_PAY, world_abi(&w, "pq", &w.people[BOB].address, I(150)), 0));
    assert_int_equal(world_free(&w, BOB, WORLD_CNY), 150);
    assert_receipt(act(&w, ALICE, &vault, VAULT_PAY, world_abi(&w, "pq", &nobody, I(1)), 0),
                   "PARTY_UNFIT");
    vault_options options = {.name = "Second", .signatories = 1};
    wc_hash code = world_deploy(&w, vault_module(&w, &options));
    world_actor signer = BOB;
    wc_address second =
        world_instance(&w, &code, 1, &signer,
                       world_abi(&w, "pp", &w.people[BOB].address, &w.people[CAROL].address));
    assert_done(act(&w, ALICE, &vault, VAULT_PAY, world_abi(&w, "pq", &second, I(5)), 0));
    assert_int_equal(wc_chain_free(w.chain, &second, WORLD_CNY), 5);
    assert_done(act(&w, BOB, &second, VAULT_CLOSE, wc_slice_of(NULL, 0), 0));
    assert_receipt(act(&w, ALICE, &vault, VAULT_PAY, world_abi(&w, "pq", &second, I(5)), 0),
                   "PARTY_UNFIT");
    world_close(&w);
}

static void closing_returns_escrow_to_its_owners_and_the_rest_to_the_first_signatory(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = funded_vault(&w);
    world_deposit(&w, BOB, 70);
    assert_done(act(&w, BOB, &vault, VAULT_FUND, world_abi(&w, "q", I(70)), 70));
    assert_done(act(&w, BOB, &vault, VAULT_EARN, world_abi(&w, "q", I(20)), 0));
    assert_int_equal(wc_chain_free(w.chain, &vault, WORLD_CNY), 20);
    const wc_receipt_page *page = act(&w, BOB, &vault, VAULT_CLOSE, wc_slice_of(NULL, 0), 0);
    assert_done(page);
    assert_int_equal(world_events(page, WC_EVENT_POSTING, NULL), 3);
    assert_int_equal(world_free(&w, ALICE, WORLD_CNY), 1020);
    assert_int_equal(world_free(&w, BOB, WORLD_CNY), 50);
    assert_int_equal(wc_chain_free(w.chain, &vault, WORLD_CNY), 0);
    wc_chain_contract contract;
    assert_status(wc_chain_contract_of(w.chain, &vault, &contract), WC_OK);
    assert_int_equal(contract.entry.status, WC_INSTANCE_FINAL);
    assert_int_equal(contract.entry.holders, 0);
    page = act(&w, ALICE, &vault, VAULT_FUND, world_abi(&w, "q", I(1)), 1);
    assert_string_equal(world_failure(&w, page), "INSTANCE_CLOSED");
    world_close(&w);
}

static int64_t supply(world *w, uint32_t asset)
{
    wc_state_key key = wc_key_asset(asset);
    wc_slice value;
    wc_asset entry;
    assert_status(wc_chain_get(w->chain, &key, &value), WC_OK);
    assert_status(wc_asset_decode(&entry, value), WC_OK);
    return entry.issued - entry.redeemed;
}

static void only_the_issuing_bank_redeems(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = funded_vault(&w);
    wc_slice args = world_abi(&w, "ppq", &w.people[ALICE].address, &w.people[BOB].address, I(120));
    assert_receipt(act(&w, ALICE, &vault, VAULT_REDEEM, args, 0), "NOT_THE_ISSUER");
    assert_receipt(act(&w, BANK_2, &vault, VAULT_REDEEM, args, 0), "NOT_THE_ISSUER");
    assert_int_equal(supply(&w, WORLD_CNY), 1000);
    const wc_receipt_page *page = act(&w, BANK, &vault, VAULT_REDEEM, args, 0);
    assert_done(page);
    assert_int_equal(world_events(page, WC_EVENT_REDEEMED, NULL), 1);
    assert_int_equal(supply(&w, WORLD_CNY), 880);
    assert_int_equal(escrow(&w, &vault, ALICE), 280);
    assert_int_equal(world_free(&w, BOB, WORLD_CNY), 0); /* his money is at the bank */
    world_close(&w);
}

/* ---- failures -------------------------------------------------------------------------------- */

static void each_kind_of_failure_has_its_status_and_name(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    const wc_receipt_page *page = act(&w, ALICE, &vault, VAULT_FAIL, wc_slice_of(NULL, 0), 0);
    assert_receipt(page, "ERROR");
    assert_string_equal(world_failure(&w, page), "GATE_CLOSED");
    wc_error_outcome error;
    assert_status(wc_outcome_error(&error, page->outcome), WC_OK);
    assert_int_equal(error.error, 0);
    assert_true(wc_slice_equal(error.args, world_abi(&w, "q", w.now)));
    page = act(&w, ALICE, &vault, VAULT_TRAP, wc_slice_of(NULL, 0), 0);
    assert_receipt(page, "TRAP");
    assert_string_equal(world_failure(&w, page), "TRAP_DIVZERO");
    page = act(&w, ALICE, &vault, VAULT_STAFF, wc_slice_of(NULL, 0), 0);
    assert_string_equal(world_failure(&w, page), "NOT_AUTHORISED");
    assert_done(act(&w, GRID, &vault, VAULT_STAFF, wc_slice_of(NULL, 0), 0));
    page = act(&w, ALICE, &vault, VAULT_FUND, wc_slice_of(NULL, 0), 0);
    assert_string_equal(world_failure(&w, page), "BAD_ARGUMENTS");
    page = act(&w, ALICE, &vault, 999, wc_slice_of(NULL, 0), 0);
    assert_string_equal(world_failure(&w, page), "METHOD_UNKNOWN");
    world_close(&w);
}

static void running_out_of_gas_uses_all_of_it(void **state)
{
    (void)state;
    world w;
    world_options options = {.gas_price = 1000};
    world_open(&w, &options);
    wc_address vault = vault_open(&w);
    int64_t before = world_free(&w, ALICE, WORLD_UNITS);
    letter l = world_letter(&w, ALICE);
    l.draft.tx.gas_limit = 200000;
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_SPIN, world_abi(&w, "q", I(1000000)));
    const wc_receipt_page *page = world_send(&w, &l);
    assert_string_equal(world_failure(&w, page), "TRAP_OUT_OF_GAS");
    assert_int_equal(page->receipt.gas_used, 200000);
    assert_int_equal(page->receipt.fee, 200);
    assert_int_equal(world_free(&w, ALICE, WORLD_UNITS), before - 200);
    l = world_letter(&w, ALICE);
    l.draft.tx.gas_limit = 1000; /* not even enough to be looked at */
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_SPIN, world_abi(&w, "q", I(1)));
    page = world_send(&w, &l);
    assert_string_equal(world_failure(&w, page), "TRAP_OUT_OF_GAS");
    assert_int_equal(page->receipt.gas_used, 1000);
    assert_int_equal(page->receipt.call, WC_RECEIPT_NO_CALL);
    world_close(&w);
}

static void a_failing_call_undoes_the_calls_before_it(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = funded_vault(&w);
    letter l = world_letter(&w, ALICE);
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_ADD, world_abi(&w, "q", I(5)));
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_PAY,
                      world_abi(&w, "pq", &w.people[BOB].address, I(100)));
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_PUT, world_abi(&w, "qq", I(3), I(4)));
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_TRAP, wc_slice_of(NULL, 0));
    const wc_receipt_page *page = world_send(&w, &l);
    assert_receipt(page, "TRAP");
    assert_int_equal(page->receipt.call, 3);
    assert_int_equal(vault_total(&w, &vault), 0);
    assert_int_equal(world_free(&w, BOB, WORLD_CNY), 0);
    assert_int_equal(escrow(&w, &vault, ALICE), 400);
    assert_int_equal(world_events(page, WC_EVENT_POSTING, NULL), 0);
    world_close(&w);
}

/* ---- events ---------------------------------------------------------------------------------- */

static void a_posting_says_who_when_why_and_where(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = funded_vault(&w);
    wc_chain_contract contract;
    assert_status(wc_chain_contract_of(w.chain, &vault, &contract), WC_OK);
    wc_hash code = contract.entry.code;
    letter l = world_letter(&w, ALICE);
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_ADD, world_abi(&w, "q", I(5)));
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_PAY,
                      world_abi(&w, "pq", &w.people[BOB].address, I(100)));
    wc_slice data;
    assert_int_equal(world_events(world_send(&w, &l), WC_EVENT_POSTING, &data), 1);
    wc_ledger_posting posting;
    assert_status(wc_posting_decode(&posting, data), WC_OK);
    assert_int_equal(posting.asset, WORLD_CNY);
    assert_int_equal(posting.from.kind, WC_SUB_ESCROW);
    assert_true(wc_hash_equal(&posting.from.owner, &vault));
    assert_true(wc_hash_equal(&posting.from.party, &w.people[ALICE].address));
    assert_int_equal(posting.to.kind, WC_SUB_FREE);
    assert_true(wc_hash_equal(&posting.to.owner, &w.people[BOB].address));
    assert_int_equal(posting.amount, 100);
    assert_int_equal(posting.call, 1);
    assert_int_equal(posting.cause, WC_CAUSE_PAY);
    assert_true(wc_hash_equal(&posting.code, &code));
    assert_int_equal(posting.function, VAULT_PAY);
    world_close(&w);
}

static void a_contracts_event_carries_its_address_and_arguments(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    const wc_receipt_page *page = act(&w, ALICE, &vault, VAULT_NOTE, world_abi(&w, "q", I(-8)), 0);
    assert_done(page);
    assert_int_equal(page->event_count, 1);
    wc_reader reader = wc_reader_of(page->events);
    wc_event event;
    assert_status(wc_event_read(&reader, &event), WC_OK);
    assert_true(wc_hash_equal(&event.emitter, &vault));
    assert_int_equal(event.type, 0);
    assert_true(wc_slice_equal(event.data, world_abi(&w, "q", I(-8))));
    assert_status(wc_receipt_page_check(page), WC_OK);
    world_close(&w);
}

/* ---- other instances ------------------------------------------------------------------------- */

/* A tower on a vault: its peer is the vault. */
static wc_address tower_on(world *w, const wc_address *vault)
{
    vault_options options = {.name = "Tower", .has_peer = true, .signatories = 1};
    wc_hash code = world_deploy(w, vault_module(w, &options));
    world_actor signer = ALICE;
    return world_instance(
        w, &code, 1, &signer,
        world_abi(w, "ppp", &w->people[ALICE].address, &w->people[BOB].address, vault));
}

static void a_view_sees_what_earlier_calls_of_the_transaction_did(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    wc_address tower = tower_on(&w, &vault);
    letter l = world_letter(&w, ALICE);
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_ADD, world_abi(&w, "q", I(17)));
    (void)letter_call(&l, WC_CALL_ACTION, &tower, VAULT_READ, wc_slice_of(NULL, 0));
    assert_done(world_send(&w, &l));
    assert_int_equal(vault_total(&w, &tower), 17);
    world_close(&w);
}

static void a_send_runs_after_its_call_and_fails_with_the_transaction(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    wc_address tower = tower_on(&w, &vault);
    letter l = world_letter(&w, ALICE);
    (void)letter_call(&l, WC_CALL_ACTION, &tower, VAULT_SEND, world_abi(&w, "q", I(6)));
    (void)letter_call(&l, WC_CALL_ACTION, &tower, VAULT_READ, wc_slice_of(NULL, 0));
    assert_done(world_send(&w, &l));
    assert_int_equal(vault_total(&w, &vault), 6);
    assert_int_equal(vault_total(&w, &tower), 6);
    l = world_letter(&w, ALICE);
    (void)letter_call(&l, WC_CALL_ACTION, &tower, VAULT_SEND, world_abi(&w, "q", I(6)));
    (void)letter_call(&l, WC_CALL_ACTION, &tower, VAULT_FAIL, wc_slice_of(NULL, 0));
    assert_receipt(world_send(&w, &l), "ERROR");
    assert_int_equal(vault_total(&w, &vault), 6);
    world_close(&w);
}

static void a_sent_action_moves_the_senders_own_money_and_nobody_elses(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    wc_address tower = tower_on(&w, &vault);
    world_deposit(&w, ALICE, 1000);
    assert_done(act(&w, ALICE, &tower, VAULT_FUND, world_abi(&w, "q", I(300)), 300));
    assert_done(act(&w, ALICE, &tower, VAULT_EARN, world_abi(&w, "q", I(80)), 0));
    assert_done(act(&w, ALICE, &tower, VAULT_REACH, world_abi(&w, "pq", &tower, I(50)), 0));
    assert_int_equal(wc_chain_free(w.chain, &tower, WORLD_CNY), 30);
    assert_int_equal(wc_chain_escrow(w.chain, &vault, &tower, WORLD_CNY), 50);
    /* ALICE signs and sets a ceiling; the send still does not reach her free balance. */
    assert_receipt(act(&w, ALICE, &tower, VAULT_REACH,
                       world_abi(&w, "pq", &w.people[ALICE].address, I(50)), 500),
                   "CALL_NOT_SIGNED");
    assert_receipt(act(&w, ALICE, &tower, VAULT_REACH,
                       world_abi(&w, "pq", &w.people[BOB].address, I(50)), 500),
                   "CALL_NOT_SIGNED");
    world_close(&w);
}

static void a_signature_counts_in_the_listed_call_and_not_in_what_it_sends(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    wc_address tower = tower_on(&w, &vault);
    wc_slice alice = world_abi(&w, "p", &w.people[ALICE].address);
    assert_done(act(&w, ALICE, &vault, VAULT_VOUCH, alice, 0));
    assert_int_equal(vault_total(&w, &vault), 1);
    assert_done(act(&w, BOB, &vault, VAULT_VOUCH, alice, 0));
    assert_int_equal(vault_total(&w, &vault), 1);
    assert_done(act(&w, ALICE, &tower, VAULT_PASS_ON, alice, 0));
    assert_int_equal(vault_total(&w, &vault), 1);
    /* The sender itself is the only authority there. */
    assert_done(act(&w, ALICE, &tower, VAULT_PASS_ON, world_abi(&w, "p", &tower), 0));
    assert_int_equal(vault_total(&w, &vault), 2);
    world_close(&w);
}

static void views_reach_through_eight_contracts(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    vault_options options = {.name = "Tower", .has_peer = true, .signatories = 1};
    wc_address top = vault_open(&w);
    wc_hash code = world_deploy(&w, vault_module(&w, &options));
    world_actor signer = ALICE;
    int64_t sum = 0;
    for (int64_t depth = 1; depth <= WC_INSTANCE_DEPTH_MAX; depth++) {
        if (depth > 1) {
            top = world_instance(
                &w, &code, 1, &signer,
                world_abi(&w, "ppp", &w.people[ALICE].address, &w.people[BOB].address, &top));
        }
        assert_done(act(&w, BOB, &top, VAULT_ADD, world_abi(&w, "q", depth), 0));
        sum += depth;
        wc_chain_contract contract;
        assert_status(wc_chain_contract_of(w.chain, &top, &contract), WC_OK);
        assert_int_equal(contract.entry.depth, depth);
    }
    assert_int_equal(vault_view(&w, &top, "deep"), sum);
    /* The gas of all of them is one: what is too little for the sum fails as the caller's. */
    wc_outcome outcome;
    wc_slice none = {NULL, 0};
    assert_status(wc_chain_view(w.chain, &top, WC_STR("deep"), none, 1000000, &outcome), WC_OK);
    uint64_t used = outcome.gas_used;
    assert_status(wc_chain_view(w.chain, &top, WC_STR("deep"), none, used, &outcome), WC_OK);
    assert_int_equal(outcome.kind, WC_OUTCOME_OK);
    assert_status(wc_chain_view(w.chain, &top, WC_STR("deep"), none, used / 2, &outcome), WC_OK);
    assert_int_not_equal(outcome.kind, WC_OUTCOME_OK);
    assert_int_equal(outcome.gas_used, used / 2);
    world_close(&w);
}

static void a_transaction_queues_at_most_64_sends(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    wc_address tower = tower_on(&w, &vault);
    assert_done(act(&w, BOB, &tower, VAULT_BURST, world_abi(&w, "q", I(63)), 0));
    assert_int_equal(vault_total(&w, &vault), 63 * 63);
    assert_done(act(&w, BOB, &tower, VAULT_BURST, world_abi(&w, "q", I(64)), 0));
    const wc_receipt_page *page = act(&w, BOB, &tower, VAULT_BURST, world_abi(&w, "q", I(65)), 0);
    assert_string_equal(world_failure(&w, page), "TRAP_SEND_LIMIT");
    letter l = world_letter(&w, BOB); /* counted over the whole transaction */
    (void)letter_call(&l, WC_CALL_ACTION, &tower, VAULT_BURST, world_abi(&w, "q", I(40)));
    (void)letter_call(&l, WC_CALL_ACTION, &tower, VAULT_BURST, world_abi(&w, "q", I(25)));
    page = world_send(&w, &l);
    assert_string_equal(world_failure(&w, page), "TRAP_SEND_LIMIT");
    assert_int_equal(page->receipt.call, 1);
    world_close(&w);
}

/* Transaction of the plain account i: locks 1 of its own into the vault. */
static wc_slice extra_fund(world *w, const wc_address *vault, uint32_t i, uint64_t nonce)
{
    letter l = world_letter(w, PAYER); /* its place is taken by the account */
    wc_keypair pair;
    world_keypair(&pair, 2000000 + i);
    l.draft.tx.auth[0].address = world_extra_address(w, i);
    l.draft.tx.nonce = nonce;
    l.draft.tx.gas_limit = 400000;
    uint8_t call = letter_call(&l, WC_CALL_ACTION, vault, VAULT_FUND, world_abi(w, "q", I(1)));
    assert_status(wc_tx_draft_debit(&l.draft, call, 0, WORLD_CNY, 1), WC_OK);
    w->people[PAYER].keys[0] = pair;
    return letter_raw(&l);
}

static void a_contract_has_at_most_1024_holders(void **state)
{
    (void)state;
    world w;
    world_options options = {.extra_accounts = WC_ESCROW_MAX + 1};
    world_open(&w, &options);
    wc_address vault = vault_open(&w);
    letter l = {0};
    for (uint32_t i = 0; i <= WC_ESCROW_MAX; i++) {
        wc_address account = world_extra_address(&w, i);
        if (i % 64 == 0) l = world_letter(&w, BANK);
        char entry[16] = {'a', (char)('a' + i / 676), (char)('a' + i / 26 % 26),
                          (char)('a' + i % 26)};
        (void)letter_native(
            &l, WC_NATIVE_deposit,
            world_abi(&w, "wpqssw", WORLD_CNY, &account, I(1), "s", entry, UINT32_C(1)));
        if (i % 64 == 63 || i == WC_ESCROW_MAX) assert_done(world_send(&w, &l));
    }
    static wc_slice raws[WC_ESCROW_MAX];
    for (uint32_t i = 0; i < WC_ESCROW_MAX; i++) raws[i] = extra_fund(&w, &vault, i, 0);
    const wc_sealed *sealed = world_seal(&w, raws, WC_ESCROW_MAX);
    for (uint32_t i = 0; i < WC_ESCROW_MAX; i++) assert_done(&sealed->applied.receipts[i]);
    wc_slice one_more = extra_fund(&w, &vault, WC_ESCROW_MAX, 0);
    sealed = world_seal(&w, &one_more, 1);
    assert_string_equal(world_failure(&w, &sealed->applied.receipts[0]), "FULL");
    /* The end returns all of them at once. */
    const wc_receipt_page *page = act(&w, BOB, &vault, VAULT_CLOSE, wc_slice_of(NULL, 0), 0);
    assert_done(page);
    assert_int_equal(world_events(page, WC_EVENT_POSTING, NULL), WC_ESCROW_MAX);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(funding_moves_what_the_ceiling_allows),
        cmocka_unit_test(a_ceiling_is_used_up_within_its_call_and_counts_for_its_call_alone),
        cmocka_unit_test(a_signature_on_one_call_is_no_authority_in_another),
        cmocka_unit_test(more_than_there_is_names_party_need_and_have),
        cmocka_unit_test(paying_credits_accounts_and_open_contracts_only),
        cmocka_unit_test(closing_returns_escrow_to_its_owners_and_the_rest_to_the_first_signatory),
        cmocka_unit_test(only_the_issuing_bank_redeems),
        cmocka_unit_test(each_kind_of_failure_has_its_status_and_name),
        cmocka_unit_test(running_out_of_gas_uses_all_of_it),
        cmocka_unit_test(a_failing_call_undoes_the_calls_before_it),
        cmocka_unit_test(a_posting_says_who_when_why_and_where),
        cmocka_unit_test(a_contracts_event_carries_its_address_and_arguments),
        cmocka_unit_test(a_view_sees_what_earlier_calls_of_the_transaction_did),
        cmocka_unit_test(a_send_runs_after_its_call_and_fails_with_the_transaction),
        cmocka_unit_test(a_sent_action_moves_the_senders_own_money_and_nobody_elses),
        cmocka_unit_test(a_signature_counts_in_the_listed_call_and_not_in_what_it_sends),
        cmocka_unit_test(views_reach_through_eight_contracts),
        cmocka_unit_test(a_transaction_queues_at_most_64_sends),
        cmocka_unit_test(a_contract_has_at_most_1024_holders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
