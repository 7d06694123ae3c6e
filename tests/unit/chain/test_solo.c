/* The solo engine: lanes in order, blocks at due times, clocks that are doubted. */
#include <stdlib.h>

#include "node/order/solo.h"
#include "tests/unit/ledger_exec/contracts.h"

#define I(x) INT64_C(x)

typedef struct bench {
    world w;
    wc_solo *solo;
    wc_address vault;
    uint32_t blocks, txs, timers; /* of recorded blocks so far */
    wc_machine_time machine;
} bench;

static void on_block(void *self, const wc_sealed *sealed)
{
    bench *b = self;
    b->blocks++;
    b->txs += sealed->applied.tx_count;
    b->timers += sealed->applied.timer_count;
}

static wc_machine_time machine_clock(void *self)
{
    return ((bench *)self)->machine;
}

static void open_priced(bench *b, wc_clock clock, uint64_t gas_price)
{
    memset(b, 0, sizeof *b);
    world_options options = {.clock = clock, .gas_price = gas_price};
    world_open(&b->w, &options);
    b->vault = vault_open(&b->w);
    wc_solo_options solo = {.chain = b->w.chain,
                            .on_block = on_block,
                            .on_block_self = b,
                            .clock = machine_clock,
                            .clock_self = b};
    assert_status(wc_solo_open(&b->solo, &solo), WC_OK);
    b->machine.realtime_ns = b->w.now * 1000000000;
    b->machine.boottime_ns = 5000000000;
}

static void open_bench(bench *b, wc_clock clock)
{
    open_priced(b, clock, 0);
}

static void close_bench(bench *b)
{
    wc_solo_close(b->solo);
    world_close(&b->w);
}

static void pass(bench *b, int64_t seconds)
{
    b->w.now += seconds;
    b->machine.realtime_ns += seconds * 1000000000;
    b->machine.boottime_ns += seconds * 1000000000;
}

/* A transaction of this nonce and lane that adds n. */
static wc_slice add_raw(bench *b, world_actor actor, uint16_t lane, uint64_t nonce, int64_t n)
{
    letter l = world_letter(&b->w, actor);
    l.draft.tx.lane = lane;
    l.draft.tx.nonce = nonce;
    (void)letter_call(&l, WC_CALL_ACTION, &b->vault, VAULT_ADD, world_abi(&b->w, "q", n));
    return letter_raw(&l);
}

static wc_solo_ticket submit(bench *b, wc_slice raw)
{
    wc_solo_ticket ticket;
    assert_status(wc_solo_submit(b->solo, b->w.now, raw, &ticket), WC_OK);
    return ticket;
}

static void kept(bench *b, wc_slice raw)
{
    wc_solo_ticket ticket = submit(b, raw);
    if (ticket.answer != WC_SOLO_KEPT)
        fail_msg("%s", world_status_name((uint16_t)ticket.admission.refusal));
}

static void refused(bench *b, wc_slice raw, const char *code)
{
    wc_solo_ticket ticket = submit(b, raw);
    assert_int_equal(ticket.answer, WC_SOLO_REFUSED);
    assert_string_equal(world_status_name((uint16_t)ticket.admission.refusal), code);
}

static int64_t total(bench *b)
{
    return vault_total(&b->w, &b->vault);
}

static void no_block_is_later_than_contracts_are_compiled_for(void **state)
{
    (void)state;
    bench b;
    open_bench(&b, WC_CLOCK_SCRIPTED);
    kept(&b, add_raw(&b, BOB, 0, 0, 1));
    assert_status(wc_solo_seal(b.solo, WC_BLOCK_TIME_MAX + 1), WC_OUT_OF_DOMAIN);
    assert_int_equal(b.blocks, 0);
    assert_status(wc_solo_seal(b.solo, WC_BLOCK_TIME_MAX - 1), WC_OK);
    assert_status(wc_solo_seal(b.solo, WC_BLOCK_TIME_MAX), WC_OK);
    close_bench(&b);
}

static void what_was_submitted_is_sealed_in_order_of_arrival(void **state)
{
    (void)state;
    bench b;
    open_bench(&b, WC_CLOCK_SCRIPTED);
    kept(&b, add_raw(&b, BOB, 0, 0, 1));
    kept(&b, add_raw(&b, CAROL, 0, 0, 10));
    kept(&b, add_raw(&b, BOB, 0, 1, 100));
    assert_int_equal(wc_solo_pending(b.solo), 3);
    assert_status(wc_solo_seal(b.solo, b.w.now), WC_OK);
    assert_int_equal(wc_solo_pending(b.solo), 0);
    assert_int_equal(b.txs, 3);
    assert_int_equal(b.blocks, 1);
    assert_int_equal(total(&b), 111);
    assert_status(wc_solo_seal(b.solo, b.w.now), WC_OK); /* nothing to do: no block */
    assert_int_equal(b.blocks, 1);
    close_bench(&b);
}

static void a_gap_waits_and_later_nonces_wait_with_it(void **state)
{
    (void)state;
    bench b;
    open_bench(&b, WC_CLOCK_SCRIPTED);
    kept(&b, add_raw(&b, BOB, 0, 2, 4));
    kept(&b, add_raw(&b, BOB, 0, 1, 2));
    assert_status(wc_solo_seal(b.solo, b.w.now), WC_OK);
    assert_int_equal(wc_solo_pending(b.solo), 2);
    assert_int_equal(b.blocks, 0);
    kept(&b, add_raw(&b, BOB, 0, 0, 1));
    assert_status(wc_solo_seal(b.solo, b.w.now), WC_OK);
    assert_int_equal(wc_solo_pending(b.solo), 0);
    assert_int_equal(b.txs, 3); /* in one block, in their order */
    assert_int_equal(total(&b), 7);
    close_bench(&b);
}

static void window_lanes_take_nonces_in_any_order_once(void **state)
{
    (void)state;
    bench b;
    open_bench(&b, WC_CLOCK_SCRIPTED);
    kept(&b, add_raw(&b, BOB, 8, 255, 1));
    kept(&b, add_raw(&b, BOB, 8, 7, 2));
    refused(&b, add_raw(&b, BOB, 8, 256, 4), "NONCE_OUT_OF_WINDOW");
    assert_status(wc_solo_seal(b.solo, b.w.now), WC_OK);
    assert_int_equal(total(&b), 3);
    refused(&b, add_raw(&b, BOB, 8, 7, 4), "NONCE_USED");
    kept(&b, add_raw(&b, BOB, 8, 0, 4));
    assert_status(wc_solo_seal(b.solo, b.w.now), WC_OK);
    assert_int_equal(total(&b), 7);
    kept(&b, add_raw(&b, BOB, 8, 256, 8)); /* 0 is used, so the window moved by one */
    assert_status(wc_solo_seal(b.solo, b.w.now), WC_OK);
    assert_int_equal(total(&b), 15);
    close_bench(&b);
}

static void the_same_bytes_and_the_same_nonce_are_kept_once(void **state)
{
    (void)state;
    bench b;
    open_bench(&b, WC_CLOCK_SCRIPTED);
    wc_slice raw = add_raw(&b, BOB, 0, 0, 1);
    kept(&b, raw);
    assert_int_equal(submit(&b, raw).answer, WC_SOLO_KNOWN);
    refused(&b, add_raw(&b, BOB, 0, 0, 2), "NONCE_USED");
    assert_status(wc_solo_seal(b.solo, b.w.now), WC_OK);
    refused(&b, raw, "NONCE_USED");
    close_bench(&b);
}

static void what_expires_while_it_waits_is_dropped(void **state)
{
    (void)state;
    bench b;
    open_bench(&b, WC_CLOCK_SCRIPTED);
    kept(&b, add_raw(&b, BOB, 0, 1, 1)); /* waits for nonce 0 */
    pass(&b, 86401);
    kept(&b, add_raw(&b, CAROL, 0, 0, 2));
    assert_status(wc_solo_seal(b.solo, b.w.now), WC_OK);
    assert_int_equal(wc_solo_pending(b.solo), 0);
    assert_int_equal(b.txs, 1);
    close_bench(&b);
}

static void a_forced_transaction_stands_in_the_block_with_its_refusal(void **state)
{
    (void)state;
    bench b;
    open_bench(&b, WC_CLOCK_SCRIPTED);
    assert_int_equal(wc_solo_force(b.solo, wc_slice_of("junk", 4)), WC_SOLO_KEPT);
    assert_status(wc_solo_seal(b.solo, b.w.now), WC_OK);
    wc_receipt_page page;
    uint64_t seq = wc_chain_head(b.w.chain)->seq;
    assert_status(wc_chain_read_receipt(b.w.chain, seq, 0, &page), WC_OK);
    assert_receipt(&page, "BAD_ENCODING");
    close_bench(&b);
}

static void a_block_takes_what_fits_and_the_rest_waits(void **state)
{
    (void)state;
    bench b;
    open_bench(&b, WC_CLOCK_SCRIPTED);
    for (uint64_t i = 0; i < 3; i++) {
        letter l = world_letter(&b.w, BOB);
        l.draft.tx.nonce = i;
        l.draft.tx.gas_limit = WC_BLOCK_GAS_MAX / 2;
        (void)letter_call(&l, WC_CALL_ACTION, &b.vault, VAULT_ADD, world_abi(&b.w, "q", I(1)));
        kept(&b, letter_raw(&l));
    }
    assert_status(wc_solo_seal(b.solo, b.w.now), WC_OK);
    assert_int_equal(b.txs, 2);
    assert_int_equal(wc_solo_pending(b.solo), 1);
    assert_status(wc_solo_seal(b.solo, b.w.now), WC_OK);
    assert_int_equal(b.txs, 3);
    close_bench(&b);
}

/* ---- what a payer can cover ------------------------------------------------------------------ */

/* 10 units a gas: BOB's units pay for 10^8 gas. */
#define PRICE UINT64_C(10000000)

static wc_slice priced_raw(bench *b, uint16_t lane, uint64_t nonce, uint64_t gas_limit)
{
    letter l = world_letter(&b->w, BOB);
    l.draft.tx.lane = lane;
    l.draft.tx.nonce = nonce;
    l.draft.tx.gas_limit = gas_limit;
    (void)letter_call(&l, WC_CALL_ACTION, &b->vault, VAULT_ADD, world_abi(&b->w, "q", I(1)));
    return letter_raw(&l);
}

/* D4: what would be refused costs nothing, so it is not put into a block. Each of these is
 * admissible alone. */
static void a_block_takes_what_its_payer_can_cover_together(void **state)
{
    (void)state;
    const uint64_t half = 50000000;
    for (uint64_t more = 0; more < 2; more++) {
        bench b;
        open_priced(&b, WC_CLOCK_SCRIPTED, PRICE);
        assert_int_equal(world_free(&b.w, BOB, WORLD_UNITS), WORLD_RICH);
        kept(&b, priced_raw(&b, 8, 0, half));
        kept(&b, priced_raw(&b, 8, 1, half + more)); /* together the last unit, or one gas more */
        kept(&b, priced_raw(&b, 9, 0, half));
        assert_status(wc_solo_seal(b.solo, b.w.now), WC_OK);
        assert_int_equal(b.txs, 2);
        assert_int_equal(total(&b), 2);
        assert_int_equal(wc_solo_pending(b.solo), 1);
        assert_status(wc_solo_seal(b.solo, b.w.now), WC_OK);
        assert_int_equal(b.txs, 3);
        assert_int_equal(total(&b), 3);
        close_bench(&b);
    }
}

static void what_its_payer_can_cover_no_more_is_dropped(void **state)
{
    (void)state;
    bench b;
    open_priced(&b, WC_CLOCK_SCRIPTED, PRICE);
    for (uint64_t i = 0; i < 40; i++) kept(&b, priced_raw(&b, 8, i, 100000000));
    assert_status(wc_solo_seal(b.solo, b.w.now), WC_OK);
    assert_int_equal(b.txs, 1);
    assert_status(wc_solo_seal(b.solo, b.w.now), WC_OK);
    assert_int_equal(b.txs, 1);
    assert_int_equal(wc_solo_pending(b.solo), 0);
    close_bench(&b);
}

/* A nonce that may be waited for excuses nothing else. */
static void behind_a_gap_the_fee_is_asked_too(void **state)
{
    (void)state;
    bench b;
    open_priced(&b, WC_CLOCK_SCRIPTED, PRICE);
    kept(&b, priced_raw(&b, 0, 0, 1000000));
    refused(&b, priced_raw(&b, 0, 1, 100000001), "FEE_NOT_COVERED");
    kept(&b, priced_raw(&b, 0, 1, 99000000)); /* the last unit beside the first one */
    kept(&b, priced_raw(&b, 0, 2, 1));
    assert_status(wc_solo_seal(b.solo, b.w.now), WC_OK);
    assert_int_equal(b.txs, 2);
    assert_int_equal(wc_solo_pending(b.solo), 1);
    close_bench(&b);
}

static void due_time_outs_get_blocks_of_their_own_time(void **state)
{
    (void)state;
    bench b;
    open_bench(&b, WC_CLOCK_SCRIPTED);
    wc_hash code = world_deploy(&b.w, clock_module(&b.w, CLOCK_REPEAT, NULL));
    world_actor signer = ALICE;
    (void)world_instance(
        &b.w, &code, 1, &signer,
        world_abi(&b.w, "ppq", &b.w.people[ALICE].address, &b.w.people[BOB].address, I(100)));
    int64_t start = b.w.now;
    kept(&b, add_raw(&b, BOB, 0, 0, 1));
    pass(&b, 400);
    assert_status(wc_solo_seal(b.solo, b.w.now), WC_OK);
    assert_int_equal(b.timers, 4);
    assert_int_equal(b.blocks, 4); /* at 100, 200, 300, and at 400 together with the transaction */
    uint64_t head = wc_chain_head(b.w.chain)->seq;
    for (uint64_t i = 0; i < 4; i++) {
        wc_chain_record record;
        assert_status(wc_chain_read_record(b.w.chain, head - i, &record), WC_OK);
        assert_int_equal(record.record.time_s, start + 400 - 100 * (int64_t)i);
        assert_int_equal(record.record.tx_count, i == 0 ? 1 : 0);
    }
    close_bench(&b);
}

/* ---- system clock ---------------------------------------------------------------------------- */

static void the_system_clock_seals_at_its_own_time_and_says_when_to_come_again(void **state)
{
    (void)state;
    bench b;
    open_bench(&b, WC_CLOCK_SYSTEM);
    uint64_t wait_ms;
    assert_status(wc_solo_seal(b.solo, b.w.now), WC_NOT_SUPPORTED);
    kept(&b, add_raw(&b, BOB, 0, 0, 1));
    pass(&b, 3);
    assert_status(wc_solo_tick(b.solo, &wait_ms), WC_OK);
    assert_int_equal(b.txs, 1);
    assert_true(wait_ms == UINT64_MAX);
    assert_int_equal(wc_chain_head(b.w.chain)->time_s, b.w.now);
    wc_hash code = world_deploy(&b.w, clock_module(&b.w, CLOCK_ONCE, NULL));
    world_actor signer = ALICE;
    (void)world_instance(
        &b.w, &code, 1, &signer,
        world_abi(&b.w, "ppq", &b.w.people[ALICE].address, &b.w.people[BOB].address, I(100)));
    assert_status(wc_solo_tick(b.solo, &wait_ms), WC_OK);
    assert_int_equal(wait_ms, 100000);
    pass(&b, 100);
    assert_status(wc_solo_tick(b.solo, &wait_ms), WC_OK);
    assert_int_equal(b.timers, 1);
    close_bench(&b);
}

static void a_clock_that_was_set_is_not_believed_until_somebody_says_so(void **state)
{
    (void)state;
    static const int64_t jumps[] = {5, 6, -5, -6};
    for (size_t i = 0; i < WC_ARRAY_LEN(jumps); i++) {
        bench b;
        open_bench(&b, WC_CLOCK_SYSTEM);
        uint64_t wait_ms;
        pass(&b, 60);
        assert_status(wc_solo_tick(b.solo, &wait_ms), WC_OK);
        pass(&b, 60);
        b.machine.realtime_ns += jumps[i] * 1000000000;
        kept(&b, add_raw(&b, BOB, 0, 0, 1));
        bool is_small = jumps[i] == 5 || jumps[i] == -5;
        assert_status(wc_solo_tick(b.solo, &wait_ms), is_small ? WC_OK : WC_OUT_OF_DOMAIN);
        if (!is_small) {
            assert_int_equal(b.txs, 0);
            b.machine.realtime_ns -= jumps[i] * 1000000000; /* set back: still in doubt */
            assert_status(wc_solo_tick(b.solo, &wait_ms), WC_OUT_OF_DOMAIN);
            wc_solo_accept_time(b.solo);
            assert_status(wc_solo_tick(b.solo, &wait_ms), WC_OK);
        }
        assert_int_equal(b.txs, 1);
        close_bench(&b);
    }
}

static void at_start_the_clock_must_be_near_the_last_block(void **state)
{
    (void)state;
    static const int64_t offsets[] = {-1, 0, WC_IDLE_S_MAX - 1, WC_IDLE_S_MAX, WC_IDLE_S_MAX + 1};
    for (size_t i = 0; i < WC_ARRAY_LEN(offsets); i++) {
        bench b;
        open_bench(&b, WC_CLOCK_SYSTEM);
        uint64_t wait_ms;
        b.machine.realtime_ns = (wc_chain_head(b.w.chain)->time_s + offsets[i]) * 1000000000;
        bool is_near = i >= 1 && i <= 3;
        assert_status(wc_solo_tick(b.solo, &wait_ms), is_near ? WC_OK : WC_OUT_OF_DOMAIN);
        wc_solo_accept_time(b.solo);
        assert_status(wc_solo_tick(b.solo, &wait_ms), WC_OK);
        close_bench(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_block_is_later_than_contracts_are_compiled_for),
        cmocka_unit_test(what_was_submitted_is_sealed_in_order_of_arrival),
        cmocka_unit_test(a_gap_waits_and_later_nonces_wait_with_it),
        cmocka_unit_test(window_lanes_take_nonces_in_any_order_once),
        cmocka_unit_test(the_same_bytes_and_the_same_nonce_are_kept_once),
        cmocka_unit_test(what_expires_while_it_waits_is_dropped),
        cmocka_unit_test(a_forced_transaction_stands_in_the_block_with_its_refusal),
        cmocka_unit_test(a_block_takes_what_fits_and_the_rest_waits),
        cmocka_unit_test(a_block_takes_what_its_payer_can_cover_together),
        cmocka_unit_test(what_its_payer_can_cover_no_more_is_dropped),
        cmocka_unit_test(behind_a_gap_the_fee_is_asked_too),
        cmocka_unit_test(due_time_outs_get_blocks_of_their_own_time),
        cmocka_unit_test(the_system_clock_seals_at_its_own_time_and_says_when_to_come_again),
        cmocka_unit_test(a_clock_that_was_set_is_not_believed_until_somebody_says_so),
        cmocka_unit_test(at_start_the_clock_must_be_near_the_last_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
