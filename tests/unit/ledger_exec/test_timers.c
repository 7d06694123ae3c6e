/* Time-outs: when they fire, in which order, what a failing one leaves. */
#include "tests/unit/ledger_exec/clocks.h"

#define I(x) INT64_C(x)

static void a_time_out_fires_at_its_second_and_not_before(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address clock = clock_open(&w, CLOCK_ONCE, NULL, BOB, 600);
    int64_t due = w.now + 600;
    clock_expect_due(&w, due);
    const wc_sealed *sealed = world_wait(&w, 599);
    assert_false(sealed->applied.is_recorded);
    assert_int_equal(clock_entry(&w, &clock).state, TICKING);
    sealed = world_wait(&w, 1);
    assert_true(sealed->applied.is_recorded);
    assert_int_equal(sealed->applied.timer_count, 1);
    const wc_receipt *receipt = &sealed->applied.receipts[0].receipt;
    assert_int_equal(receipt->kind, WC_RECEIPT_TIMER);
    assert_int_equal(receipt->status, WC_RECEIPT_OK);
    assert_int_equal(receipt->fee, 0);
    assert_true(wc_hash_equal(&receipt->subject, &clock));
    assert_true(receipt->gas_used > 0 && receipt->gas_used <= receipt->gas_limit);
    assert_int_equal(clock_entry(&w, &clock).state, RUNG);
    clock_expect_due(&w, WC_DUE_NONE);
    world_close(&w);
}

static void an_empty_block_without_time_outs_keeps_state_and_record(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    (void)vault_open(&w);
    wc_head before = *wc_chain_head(w.chain);
    wc_hash root = wc_chain_state_root(w.chain);
    const wc_sealed *sealed = world_wait(&w, 60);
    assert_false(sealed->applied.is_recorded);
    const wc_head *after = wc_chain_head(w.chain);
    assert_int_equal(after->seq, before.seq);
    assert_int_equal(after->height, before.height + 1);
    assert_int_equal(after->time_s, w.now);
    assert_true(wc_hash_equal(&after->record_hash, &before.record_hash));
    wc_hash root_after = wc_chain_state_root(w.chain);
    assert_true(wc_hash_equal(&root, &root_after));
    world_close(&w);
}

static void a_repeating_time_out_catches_up_in_one_late_block(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address clock = clock_open(&w, CLOCK_REPEAT, NULL, BOB, 0);
    assert_int_equal(vault_total(&w, &clock), 0);
    const wc_sealed *sealed = world_wait(&w, 10);
    assert_int_equal(sealed->applied.timer_count, 4);
    assert_int_equal(vault_total(&w, &clock), 4);
    assert_int_equal(clock_entry(&w, &clock).state, RUNG);
    world_close(&w);
}

static void a_repeating_time_out_starts_anew_from_each_firing(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address clock = clock_open(&w, CLOCK_REPEAT, NULL, BOB, 100);
    for (int i = 1; i <= 4; i++) {
        const wc_sealed *sealed = world_wait(&w, 130);
        assert_int_equal(sealed->applied.timer_count, 1);
        assert_int_equal(vault_total(&w, &clock), i);
        if (i < 4) clock_expect_due(&w, w.now + 100);
    }
    clock_expect_due(&w, WC_DUE_NONE);
    world_close(&w);
}

static void time_outs_fire_by_time_then_by_address(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address clocks[4];
    wc_hash code = world_deploy(&w, clock_module(&w, CLOCK_ONCE, NULL));
    world_actor signer = ALICE;
    static const int64_t waits[4] = {500, 200, 200, 200};
    for (int i = 0; i < 4; i++) {
        clocks[i] = world_instance(
            &w, &code, 1, &signer,
            world_abi(&w, "ppq", &w.people[ALICE].address, &w.people[BOB].address, waits[i]));
    }
    const wc_sealed *sealed = world_wait(&w, 1000);
    assert_int_equal(sealed->applied.timer_count, 4);
    for (int i = 0; i < 2; i++) {
        const wc_hash *a = &sealed->applied.receipts[i].receipt.subject;
        const wc_hash *b = &sealed->applied.receipts[i + 1].receipt.subject;
        assert_true(memcmp(a->bytes, b->bytes, 32) < 0);
    }
    assert_true(wc_hash_equal(&sealed->applied.receipts[3].receipt.subject, &clocks[0]));
    world_close(&w);
}

static void what_is_armed_anew_takes_its_turn_behind_what_was_due_before(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_hash once = world_deploy(&w, clock_module(&w, CLOCK_ONCE, NULL));
    wc_hash again = world_deploy(&w, clock_module(&w, CLOCK_REPEAT, NULL));
    world_actor signer = ALICE;
    wc_slice parties = world_abi(&w, "pp", &w.people[ALICE].address, &w.people[BOB].address);
    wc_address made[4];
    for (int i = 0; i < 4; i++) {
        made[i] =
            world_instance(&w, &once, 1, &signer, world_abi(&w, "xq", parties, I(60) + 10 * i));
    }
    /* In one block, so that none of them fires before all are there. */
    wc_slice raws[4];
    for (int i = 0; i < 4; i++) {
        letter l = world_letter(&w, ALICE);
        (void)letter_call(&l, WC_CALL_INSTANTIATE, &again, 0, world_abi(&w, "xq", parties, I(0)));
        raws[i] = letter_raw(&l);
    }
    (void)world_seal(&w, raws, 4);
    const wc_sealed *sealed = world_wait(&w, 100);
    const wc_receipt_page *pages = sealed->applied.receipts;
    assert_int_equal(sealed->applied.timer_count, 4 + 4 + 12);
    for (size_t i = 0; i < 4; i++) {
        assert_true(wc_hash_equal(&pages[4 + i].receipt.subject, &made[i]));
    }
    for (size_t i = 0; i < 19; i++) { /* all of one due time, so by address */
        if (i >= 3 && i <= 7) continue;
        const wc_hash *before = &pages[i].receipt.subject;
        assert_true(memcmp(before->bytes, pages[i + 1].receipt.subject.bytes, 32) <= 0);
    }
    world_close(&w);
}

static void an_action_before_a_due_time_out_is_refused(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_hash code = world_deploy(&w, clock_module(&w, CLOCK_ONCE, NULL));
    letter l = world_letter(&w, ALICE);
    (void)letter_call(&l, WC_CALL_INSTANTIATE, &code, 0,
                      world_abi(&w, "ppq", &w.people[ALICE].address, &w.people[BOB].address, I(0)));
    wc_slice raws[2];
    raws[0] = letter_raw(&l);
    wc_origin origin = {letter_id(&l), 0, 0};
    wc_address clock = wc_address_instance(&origin);
    l = world_letter(&w, BOB);
    (void)letter_call(&l, WC_CALL_ACTION, &clock, TOUCH, wc_slice_of(NULL, 0));
    raws[1] = letter_raw(&l);
    const wc_sealed *sealed = world_seal(&w, raws, 2);
    assert_done(&sealed->applied.receipts[0]);
    assert_string_equal(world_failure(&w, &sealed->applied.receipts[1]), "TIMED_OUT");
    /* It runs first in the next block; then the action is allowed again. */
    l = world_letter(&w, BOB);
    (void)letter_call(&l, WC_CALL_ACTION, &clock, TOUCH, wc_slice_of(NULL, 0));
    assert_done(world_send(&w, &l));
    assert_int_equal(vault_total(&w, &clock), 2);
    world_close(&w);
}

/* [TO-7]: with arguments that are none, in the name of somebody who may not, from a state in which
 * the action does not exist: until the time-out has run none of that is known. */
static void a_due_time_out_is_the_first_answer(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_hash code = world_deploy(&w, clock_module(&w, CLOCK_CLOSE, NULL));
    letter l = world_letter(&w, ALICE);
    (void)letter_call(&l, WC_CALL_INSTANTIATE, &code, 0,
                      world_abi(&w, "ppq", &w.people[ALICE].address, &w.people[BOB].address, I(0)));
    wc_slice raws[4];
    raws[0] = letter_raw(&l);
    wc_origin origin = {letter_id(&l), 0, 0};
    wc_address clock = wc_address_instance(&origin);
    static const char *const patterns[] = {"", "qq", "b"}; /* `fund` takes one "q" */
    for (int i = 0; i < 3; i++) {
        l = world_letter(&w, (world_actor[]){BOB, CAROL, GRID}[i]);
        (void)letter_call(&l, WC_CALL_ACTION, &clock, FUND, world_abi(&w, patterns[i], I(1), I(1)));
        raws[1 + i] = letter_raw(&l);
    }
    const wc_sealed *sealed = world_seal(&w, raws, 4);
    assert_done(&sealed->applied.receipts[0]);
    for (int i = 1; i < 4; i++) {
        assert_string_equal(world_failure(&w, &sealed->applied.receipts[i]), "TIMED_OUT");
    }
    assert_int_equal(vault_total(&w, &clock), 0); /* a view answers all the same */
    /* Then it has run, and the same letter is judged: first its arguments, then the state. */
    l = world_letter(&w, BOB);
    (void)letter_call(&l, WC_CALL_ACTION, &clock, FUND, wc_slice_of(NULL, 0));
    assert_string_equal(world_failure(&w, world_send(&w, &l)), "BAD_ARGUMENTS");
    l = world_letter(&w, BOB);
    (void)letter_call(&l, WC_CALL_ACTION, &clock, FUND, world_abi(&w, "q", I(1)));
    assert_string_equal(world_failure(&w, world_send(&w, &l)), "INSTANCE_CLOSED");
    world_close(&w);
}

static void leaving_a_state_takes_its_time_out_away(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address clock = clock_open(&w, CLOCK_ONCE, NULL, BOB, 600);
    int64_t first = w.now + 600;
    w.now += 300;
    letter l = world_letter(&w, BOB);
    (void)letter_call(&l, WC_CALL_ACTION, &clock, RESET, wc_slice_of(NULL, 0));
    assert_done(world_send(&w, &l));
    clock_expect_due(&w, first + 300);
    world_close(&w);
}

static void a_clause_that_stays_does_not_come_again(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address clock = clock_open(&w, CLOCK_STAY, NULL, BOB, 60);
    assert_int_equal(world_wait(&w, 60)->applied.timer_count, 1);
    assert_int_equal(vault_total(&w, &clock), 1);
    clock_expect_due(&w, WC_DUE_NONE);
    assert_false(world_wait(&w, 3600)->applied.is_recorded);
    world_close(&w);
}

static void a_final_state_reached_by_time_returns_the_money(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address clock = clock_open(&w, CLOCK_CLOSE, NULL, BOB, 60);
    clock_fund(&w, &clock, CAROL, 250);
    assert_int_equal(world_free(&w, CAROL, WORLD_CNY), 0);
    (void)world_wait(&w, 60);
    assert_int_equal(world_free(&w, CAROL, WORLD_CNY), 250);
    assert_int_equal(clock_entry(&w, &clock).status, WC_INSTANCE_FINAL);
    world_close(&w);
}

/* ---- failure --------------------------------------------------------------------------------- */

static void the_third_failure_returns_the_escrow_without_the_contract(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address clock = clock_open(&w, CLOCK_FAIL, NULL, BOB, 60);
    clock_fund(&w, &clock, CAROL, 250);
    clock_fund(&w, &clock, BOB, 40);
    w.now += 60;
    for (int i = 1; i <= 3; i++) {
        const wc_sealed *sealed = world_seal(&w, NULL, 0);
        assert_int_equal(sealed->applied.timer_count, 1);
        const wc_receipt_page *page = &sealed->applied.receipts[0];
        assert_receipt(page, "TRAP");
        assert_int_equal(vault_total(&w, &clock), 0); /* its effects are undone */
        assert_int_equal(clock_entry(&w, &clock).fails, i);
        if (i < 3) {
            assert_int_equal(world_events(page, WC_EVENT_TIMEOUT_FAILED, NULL), 1);
            clock_expect_due(&w, w.now + WC_TIMER_RETRY_S);
            int64_t failed = w.now;
            assert_false(world_wait(&w, WC_TIMER_RETRY_S - 1)->applied.is_recorded);
            w.now = failed + WC_TIMER_RETRY_S + (i - 1); /* to the second, then one later */
        } else {
            assert_int_equal(world_events(page, WC_EVENT_INSTANCE_STUCK, NULL), 1);
            assert_int_equal(world_events(page, WC_EVENT_POSTING, NULL), 2);
        }
    }
    clock_expect_due(&w, WC_DUE_NONE);
    assert_int_equal(clock_entry(&w, &clock).status, WC_INSTANCE_STUCK);
    assert_int_equal(clock_entry(&w, &clock).holders, 0);
    assert_int_equal(world_free(&w, CAROL, WORLD_CNY), 250);
    assert_int_equal(world_free(&w, BOB, WORLD_CNY), 40);
    world_close(&w);
}

static void the_next_clause_of_the_state_takes_over_when_it_comes_before_the_retry(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address clock = clock_open(&w, CLOCK_WAY_OUT, "SettlementBank", BANK, 1000);
    clock_fund(&w, &clock, CAROL, 250);
    const wc_receipt_page *page = &world_wait(&w, 1000)->applied.receipts[0];
    assert_receipt(page, "TRAP");
    assert_int_equal(world_events(page, WC_EVENT_TIMEOUT_FAILED, NULL), 1);
    clock_expect_due(&w, w.now + 2000); /* sooner than the retry after an hour */
    assert_int_equal(clock_entry(&w, &clock).fails, 0);
    assert_done(&world_wait(&w, 2000)->applied.receipts[0]);
    assert_int_equal(clock_entry(&w, &clock).state, RUNG);
    clock_expect_due(&w, WC_DUE_NONE);
    world_close(&w);
}

/* Due in the same second, the next clause comes before the retry. */
static void a_next_clause_in_the_second_of_the_retry_takes_over(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address clock = clock_open(&w, CLOCK_WAY_OUT, NULL, BOB, 1800);
    (void)world_wait(&w, 1800);
    clock_expect_due(&w, w.now + 3600);
    assert_int_equal(clock_entry(&w, &clock).fails, 0);
    assert_done(&world_wait(&w, 3600)->applied.receipts[0]);
    assert_int_equal(clock_entry(&w, &clock).state, RUNG);
    world_close(&w);
}

static void after_three_failures_the_next_clause_is_waited_for(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address clock = clock_open(&w, CLOCK_WAY_OUT, NULL, BOB, 4000);
    int64_t start = w.now;
    w.now = start + 4000;
    for (int i = 1; i <= 3; i++) {
        assert_int_equal(world_seal(&w, NULL, 0)->applied.timer_count, 1);
        clock_expect_due(&w, i < 3 ? w.now + 3600 : start + 12000);
        w.now += 3600;
    }
    assert_int_equal(clock_entry(&w, &clock).status, WC_INSTANCE_LIVE);
    w.now = start + 12000;
    assert_done(&world_seal(&w, NULL, 0)->applied.receipts[0]);
    assert_int_equal(clock_entry(&w, &clock).state, RUNG);
    world_close(&w);
}

static void a_late_block_runs_the_next_clause_at_once(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address clock = clock_open(&w, CLOCK_WAY_OUT, NULL, BOB, 100);
    const wc_sealed *sealed = world_wait(&w, 5000);
    assert_int_equal(sealed->applied.timer_count, 2);
    assert_receipt(&sealed->applied.receipts[0], "TRAP");
    assert_done(&sealed->applied.receipts[1]);
    assert_int_equal(clock_entry(&w, &clock).state, RUNG);
    world_close(&w);
}

/* ---- money ----------------------------------------------------------------------------------- */

static void a_time_out_draws_under_a_mandate_only(void **state)
{
    (void)state;
    for (int with_mandate = 0; with_mandate < 2; with_mandate++) {
        world w;
        world_open(&w, NULL);
        wc_address clock = clock_open(&w, CLOCK_DRAW, NULL, BOB, 600);
        world_deposit(&w, ALICE, 100);
        if (with_mandate) {
            letter l = world_letter(&w, ALICE);
            (void)letter_native(&l, WC_NATIVE_mandate_grant,
                                world_abi(&w, "pwqqwq", &clock, WORLD_CNY, I(50), I(50),
                                          UINT32_C(3600), w.now + 7200));
            assert_done(world_send(&w, &l));
        }
        const wc_receipt_page *page = &world_wait(&w, 600)->applied.receipts[0];
        if (with_mandate) {
            wc_slice data;
            wc_ledger_posting posting;
            assert_done(page);
            assert_int_equal(world_events(page, WC_EVENT_POSTING, &data), 1);
            assert_status(wc_posting_decode(&posting, data), WC_OK);
            assert_int_equal(posting.cause, WC_CAUSE_MANDATE);
        } else {
            assert_receipt(page, "CALL_NOT_SIGNED");
        }
        assert_int_equal(world_free(&w, ALICE, WORLD_CNY), with_mandate ? 50 : 100);
        world_close(&w);
    }
}

static void what_exceeds_the_blocks_timer_gas_fires_in_the_next_block(void **state)
{
    (void)state;
    world w;
    world_options options = {.action_gas_max = 10000000, .timer_gas_max = 1};
    world_open(&w, &options);
    /* With a budget of 1 nothing could be deployed: the bound of a time-out exceeds it. */
    wc_slice module = clock_module(&w, CLOCK_ONCE, NULL);
    letter l = world_letter(&w, ADMIN_1);
    (void)letter_signer(&l, ADMIN_2);
    (void)letter_call(&l, WC_CALL_DEPLOY, NULL, 0, module);
    assert_receipt(world_send(&w, &l), "GAS_BOUND_TOO_HIGH");
    world_close(&w);

    world_options roomy = {0};
    world_open(&w, &roomy);
    module = clock_module(&w, CLOCK_ONCE, NULL);
    wc_hash code = world_deploy(&w, module);
    const wc_module *decoded;
    assert_status(wc_chain_module(w.chain, &code, &decoded), WC_OK);
    uint64_t bound = 0;
    for (uint16_t i = 0; i < decoded->entry_count; i++) {
        if (decoded->entries[i].kind == WC_ENTRY_AFTER) bound = decoded->entries[i].gas_bound;
    }
    world_close(&w);

    /* Room for the bound of one and the gas of another, not for the bound of a second. */
    world_options tight = {.timer_gas_max = bound};
    world_open(&w, &tight);
    code = world_deploy(&w, clock_module(&w, CLOCK_ONCE, NULL));
    world_actor signer = ALICE;
    for (int i = 0; i < 3; i++) {
        (void)world_instance(
            &w, &code, 1, &signer,
            world_abi(&w, "ppq", &w.people[ALICE].address, &w.people[BOB].address, I(60)));
    }
    w.now += 60;
    for (int i = 0; i < 3; i++) assert_int_equal(world_seal(&w, NULL, 0)->applied.timer_count, 1);
    assert_false(world_seal(&w, NULL, 0)->applied.is_recorded);
    world_close(&w);
}

static void the_last_second_there_is_never_comes(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address clock = clock_open(&w, CLOCK_BEHIND, NULL, BOB, INT64_MAX - w.now);
    clock_expect_due(&w, WC_DUE_NONE);
    wc_instance_entry entry = clock_entry(&w, &clock);
    assert_int_equal(entry.due_s, WC_DUE_NONE);
    assert_int_equal(entry.due_clause, 0);
    letter l = world_letter(&w, ALICE);
    (void)letter_call(&l, WC_CALL_ACTION, &clock, TOUCH, world_abi(&w, ""));
    assert_done(world_send(&w, &l));
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_second_there_is_never_comes),
        cmocka_unit_test(a_time_out_fires_at_its_second_and_not_before),
        cmocka_unit_test(an_empty_block_without_time_outs_keeps_state_and_record),
        cmocka_unit_test(a_repeating_time_out_catches_up_in_one_late_block),
        cmocka_unit_test(a_repeating_time_out_starts_anew_from_each_firing),
        cmocka_unit_test(time_outs_fire_by_time_then_by_address),
        cmocka_unit_test(what_is_armed_anew_takes_its_turn_behind_what_was_due_before),
        cmocka_unit_test(an_action_before_a_due_time_out_is_refused),
        cmocka_unit_test(a_due_time_out_is_the_first_answer),
        cmocka_unit_test(leaving_a_state_takes_its_time_out_away),
        cmocka_unit_test(a_clause_that_stays_does_not_come_again),
        cmocka_unit_test(a_final_state_reached_by_time_returns_the_money),
        cmocka_unit_test(the_third_failure_returns_the_escrow_without_the_contract),
        cmocka_unit_test(the_next_clause_of_the_state_takes_over_when_it_comes_before_the_retry),
        cmocka_unit_test(a_next_clause_in_the_second_of_the_retry_takes_over),
        cmocka_unit_test(after_three_failures_the_next_clause_is_waited_for),
        cmocka_unit_test(a_late_block_runs_the_next_clause_at_once),
        cmocka_unit_test(a_time_out_draws_under_a_mandate_only),
        cmocka_unit_test(what_exceeds_the_blocks_timer_gas_fires_in_the_next_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
