/* Contracts whose time-outs have failed for good, and time-outs that no block has room for. */
#include "node/ledger/natives.h"
#include "node/ledger/roles.h"
#include "tests/unit/ledger_exec/clocks.h"
#include "tests/unit/ledger_exec/incentive.h"

#define I(x) INT64_C(x)

/* [TO-8] */
static void with_a_settlement_bank_the_escrow_stays_and_the_bank_alone_may_act(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address clock = clock_open(&w, CLOCK_FAIL, "SettlementBank", BANK, 60);
    clock_fund(&w, &clock, CAROL, 250);
    for (int i = 0; i < 3; i++) (void)world_wait(&w, 3600);
    assert_int_equal(clock_entry(&w, &clock).status, WC_INSTANCE_STUCK);
    assert_int_equal(clock_entry(&w, &clock).holders, 1);
    assert_int_equal(world_free(&w, CAROL, WORLD_CNY), 0);
    letter l = world_letter(&w, ALICE);
    (void)letter_call(&l, WC_CALL_ACTION, &clock, TOUCH, wc_slice_of(NULL, 0));
    assert_receipt(world_send(&w, &l), "INSTANCE_STUCK");
    l = world_letter(&w, BANK);
    (void)letter_call(&l, WC_CALL_ACTION, &clock, TOUCH, wc_slice_of(NULL, 0));
    assert_done(world_send(&w, &l));
    world_close(&w);
}

/* [LG-126] What the bank was instructed to do it may have done, whatever its account is by now. */
static void the_escrow_stays_when_the_bank_is_frozen_or_has_lost_its_role(void **state)
{
    (void)state;
    for (int is_frozen = 0; is_frozen < 2; is_frozen++) {
        world w;
        world_open(&w, NULL);
        wc_address clock = clock_open(&w, CLOCK_FAIL, "SettlementBank", BANK, 60);
        clock_fund(&w, &clock, CAROL, 250);
        const wc_hash document = {{7}};
        const wc_address *bank = &w.people[BANK].address;
        letter l = world_letter(&w, ADMIN_1);
        (void)letter_signer(&l, ADMIN_2);
        if (is_frozen != 0) {
            (void)letter_native(&l, WC_NATIVE_account_freeze, world_abi(&w, "pp", bank, &document));
        } else {
            (void)letter_native(&l, WC_NATIVE_role_revoke,
                                world_abi(&w, "ph", bank, (int)WC_ROLE_BANK));
        }
        assert_done(world_send(&w, &l));
        for (int i = 0; i < 3; i++) (void)world_wait(&w, 3600);
        assert_int_equal(clock_entry(&w, &clock).status, WC_INSTANCE_STUCK);
        assert_int_equal(clock_entry(&w, &clock).holders, 1);
        assert_int_equal(world_free(&w, CAROL, WORLD_CNY), 0);
        world_close(&w);
    }
}

/* A grant that has not begun binds nobody. */
static void the_escrow_returns_when_a_party_is_yet_to_become_a_bank(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address clock = clock_open(&w, CLOCK_FAIL, NULL, BOB, 60);
    clock_fund(&w, &clock, CAROL, 250);
    letter l = world_letter(&w, ADMIN_1);
    (void)letter_signer(&l, ADMIN_2);
    (void)letter_native(&l, WC_NATIVE_role_grant,
                        world_abi(&w, "phqq", &w.people[BOB].address, (int)WC_ROLE_BANK, I(100000),
                                  (int64_t)INT64_MAX));
    assert_done(world_send(&w, &l));
    for (int i = 0; i < 3; i++) (void)world_wait(&w, 3600);
    assert_int_equal(clock_entry(&w, &clock).status, WC_INSTANCE_STUCK);
    assert_int_equal(clock_entry(&w, &clock).holders, 0);
    assert_int_equal(world_free(&w, CAROL, WORLD_CNY), 250);
    world_close(&w);
}

/* What the bank books may lead to a state with a time-out: it comes, as everywhere. */
static void a_stuck_contract_that_its_bank_moves_on_has_time_outs_again(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address clock = clock_open(&w, CLOCK_FAIL, "SettlementBank", BANK, 60);
    for (int i = 0; i < 3; i++) (void)world_wait(&w, 3600);
    assert_int_equal(clock_entry(&w, &clock).status, WC_INSTANCE_STUCK);
    clock_expect_due(&w, WC_DUE_NONE);
    letter l = world_letter(&w, BANK);
    (void)letter_call(&l, WC_CALL_ACTION, &clock, RESET, wc_slice_of(NULL, 0));
    assert_done(world_send(&w, &l));
    clock_expect_due(&w, w.now + 60);
    const wc_sealed *sealed = world_wait(&w, 60);
    assert_int_equal(sealed->applied.timer_count, 1);
    assert_receipt(&sealed->applied.receipts[0], "TRAP");
    assert_int_equal(clock_entry(&w, &clock).fails, 1);
    assert_int_equal(clock_entry(&w, &clock).status, WC_INSTANCE_STUCK);
    world_close(&w);
}

/* ---- room ------------------------------------------------------------------------------------ */

#define ROOM 720u /* of a block: more than a contract alone takes, less than a posting beside it */

static void narrow(world *w)
{
    uint8_t bytes[WC_PARAMS_SIZE];
    wc_buf buf;
    wc_params params = *wc_chain_params(w->chain);
    params.block_write_bytes_max = ROOM;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_params_put(&buf, &params);
    assert_done(governed(w, WC_PROPOSES_PARAMETERS, wc_buf_slice(&buf)));
}

/* [LG-122] A time-out that even a block of its own has no room for fails, as a transaction would;
 * it does not hold up the others. */
static void a_time_out_that_no_block_can_hold_holds_up_nothing(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address large = clock_open(&w, CLOCK_DRAW, NULL, BOB, 600);
    wc_address small = clock_open(&w, CLOCK_ONCE, NULL, BOB, 660);
    world_deposit(&w, ALICE, 100);
    letter l = world_letter(&w, ALICE);
    (void)letter_native(
        &l, WC_NATIVE_mandate_grant,
        world_abi(&w, "pwqqwq", &large, WORLD_CNY, I(50), I(50), UINT32_C(3600), w.now + 72000));
    assert_done(world_send(&w, &l));
    narrow(&w);
    for (uint8_t i = 1; i <= WC_TIMER_TRIES_MAX; i++) {
        const wc_sealed *sealed = world_wait(&w, i == 1 ? 600 : WC_TIMER_RETRY_S);
        const wc_receipt_page *page = &sealed->applied.receipts[0];
        assert_int_equal(sealed->applied.timer_count, 1);
        assert_receipt(page, "WRITE_LIMIT");
        assert_int_equal(page->receipt.call, WC_RECEIPT_NO_CALL);
        assert_true(page->receipt.gas_used > 0);
        assert_int_equal(world_events(page, WC_EVENT_POSTING, NULL), 0);
        assert_int_equal(clock_entry(&w, &large).fails, i);
        if (i > 1) continue;
        assert_done(&world_wait(&w, 60)->applied.receipts[0]);
        assert_int_equal(clock_entry(&w, &small).state, RUNG);
    }
    assert_int_equal(clock_entry(&w, &large).status, WC_INSTANCE_STUCK);
    assert_int_equal(world_free(&w, ALICE, WORLD_CNY), 100);
    world_close(&w);
}

/* Behind another one it waits for a block of its own. */
static void a_time_out_that_does_not_fit_beside_others_waits(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address first = clock_open(&w, CLOCK_ONCE, NULL, BOB, 600);
    wc_address second = clock_open(&w, CLOCK_STAY, NULL, BOB, 601);
    narrow(&w);
    assert_int_equal(world_wait(&w, 700)->applied.timer_count, 1);
    assert_int_equal(clock_entry(&w, &first).state, RUNG);
    assert_int_equal(clock_entry(&w, &second).fails, 0);
    assert_done(&world_seal(&w, NULL, 0)->applied.receipts[0]);
    clock_expect_due(&w, WC_DUE_NONE);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(with_a_settlement_bank_the_escrow_stays_and_the_bank_alone_may_act),
        cmocka_unit_test(the_escrow_stays_when_the_bank_is_frozen_or_has_lost_its_role),
        cmocka_unit_test(the_escrow_returns_when_a_party_is_yet_to_become_a_bank),
        cmocka_unit_test(a_stuck_contract_that_its_bank_moves_on_has_time_outs_again),
        cmocka_unit_test(a_time_out_that_no_block_can_hold_holds_up_nothing),
        cmocka_unit_test(a_time_out_that_does_not_fit_beside_others_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
