/* Whole days in memory: the figures, that nobody operates, and that nothing but the data decides.
 */
#include "node/demo/screen.h"
#include "tests/support/test.h"
#include "tests/unit/demo/contracts.h"

static wc_arena *shelf_arena;
static wc_shelf shelf;
static wc_year year;

static int set_up(void **state)
{
    wc_csv_problem problem;
    (void)state;
    shelf_arena = test_arena((size_t)64 << 20);
    test_shelf(&shelf, shelf_arena);
    return wc_year_read(&year, WC_TEST_DATA "/citylearn2022", &problem) == WC_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    test_arena_free(shelf_arena);
    return 0;
}

/* A demo and the arena that it lives in. */
static wc_demo *run(uint32_t day, uint32_t days, uint64_t seed, uint32_t threads)
{
    wc_arena *arena = test_arena(WC_DEMO_ARENA + days * (size_t)WC_DEMO_DAY_ARENA);
    wc_demo *demo = WC_ARENA_NEW(arena, wc_demo);
    wc_demo_options *options = WC_ARENA_NEW(arena, wc_demo_options);
    assert_non_null(demo);
    assert_non_null(options);
    *options = (wc_demo_options){
        .shelf = &shelf, .year = &year, .day = day, .days = days, .seed = seed, .threads = threads};
    assert_status(wc_demo_run(demo, options, arena), WC_OK);
    if (demo->client.has_failed) fail_msg("%s", demo->client.problem);
    return demo;
}

static void stop(wc_demo *demo)
{
    wc_arena *arena = demo->arena;
    wc_demo_close(demo);
    test_arena_free(arena);
}

/* Rows of day 32, from the business rules' sheet: bought, sold, paid, received. */
static const struct {
    int64_t bought, sold, paid, received;
} day_32[WC_ACTOR_ROWS] = {
    {53542, 61493, 2437, 4544},
    {157246, 157246, 6119, 8016},
    {0, 52915, 0, 2022},
    {34084, 16953, 2599, 911},
    {31347, 15809, 2530, 688},
    {50177, 21980, 3774, 829},
    {0, 0, 1193, 1289},
    {0, 0, 0, 17},
    {0, 0, 0, 336},
};

static void day_32_has_the_figures_of_the_business_rules(void **state)
{
    (void)state;
    wc_demo *demo = run(32, 1, 1, 1);
    const wc_day_book *day = &demo->book.days[0];
    for (uint32_t row = 0; row < WC_ACTOR_ROWS; row++) {
        assert_int_equal(day->bought_wh[row], day_32[row].bought);
        assert_int_equal(day->sold_wh[row], day_32[row].sold);
        assert_int_equal(day->paid[row], day_32[row].paid);
        assert_int_equal(day->received[row], day_32[row].received);
        assert_int_equal(day->lines_paid[row], day->paid[row]);
        assert_int_equal(day->deposited[row] - day->refunded[row], day->paid[row]);
    }
    assert_int_equal(day->cleared, 96);
    assert_int_equal(day->volume_wh, 102558);
    assert_int_equal(day->price_low, 38550);
    assert_int_equal(day->price_high, 91390);
    assert_int_equal(day->response, 159900);
    stop(demo);
}

static void nobody_operates_the_market_after_midnight(void **state)
{
    (void)state;
    wc_demo *demo = run(32, 2, 1, 2);
    assert_int_equal(demo->client.operator_tx_count, 0);
    assert_true(demo->client.tx_count > 1500);
    stop(demo);
}

static void five_refusals_come_with_their_codes(void **state)
{
    static const char *const codes[] = {"TERMS_DIFFER", "KEY_NOT_METER", "READING_EXISTS",
                                        "GATE_CLOSED", "ESCROW_SHORT"};
    (void)state;
    wc_demo *demo = run(100, 1, 1, 1);
    assert_int_equal(demo->client.refusal_count, WC_ARRAY_LEN(codes));
    for (size_t i = 0; i < WC_ARRAY_LEN(codes); i++) {
        const wc_refusal_seen *seen = &demo->client.refusals[i];
        const wc_chain_block *block;
        assert_string_equal(seen->code, codes[i]);
        assert_status(wc_chain_read_block(demo->chain, seen->seq, &block), WC_OK);
        bool is_kept = false;
        for (uint32_t r = 0; r < block->record.record.receipt_count; r++) {
            const wc_receipt *receipt = &block->receipts[r].receipt;
            bool is_it = wc_hash_equal(&receipt->subject, &seen->tx_id);
            is_kept = is_kept || (is_it && receipt->status != WC_RECEIPT_OK);
        }
        assert_true(is_kept);
    }
    stop(demo);
}

static void one_leg_is_rejected_and_paid_on_the_new_account(void **state)
{
    (void)state;
    wc_demo *demo = run(32, 1, 1, 1);
    const wc_day_book *day = &demo->book.days[0];
    uint32_t rejected = 0, reissued = 0;
    int64_t held = 0, paid = 0;
    for (uint32_t i = 0; i < day->leg_count; i++) {
        const wc_leg *leg = &day->legs[i];
        rejected += leg->status == WC_LEG_REJECTED;
        reissued += leg->is_reissue && leg->status == WC_LEG_BOOKED;
        if (leg->status == WC_LEG_REJECTED) held = leg->amount;
        if (leg->is_reissue) paid = leg->amount;
    }
    assert_int_equal(rejected, 1);
    assert_int_equal(reissued, 1);
    assert_int_equal(held, paid);
    assert_int_equal(demo->bank->closing, 0);
    assert_true(wc_bank_adds_up(demo->bank));
    stop(demo);
}

static void all_differences_are_zero_on_quiet_and_on_long_days(void **state)
{
    /* no surplus; no direct delivery; an event that pays nothing; the ring's seam */
    static const uint32_t days[][2] = {{120, 1}, {112, 1}, {325, 1}, {365, 2}};
    (void)state;
    for (size_t i = 0; i < WC_ARRAY_LEN(days); i++) {
        wc_demo *demo = run(days[i][0], days[i][1], 1, 1);
        assert_int_equal(demo->differences.ledger, 0);
        assert_int_equal(demo->differences.bank, 0);
        assert_int_equal(demo->differences.energy, 0);
        assert_memory_equal(&demo->state_root, &demo->replay_root, sizeof(wc_hash));
        stop(demo);
    }
}

static void threads_change_nothing_and_a_seed_changes_salts_only(void **state)
{
    (void)state;
    wc_demo *one = run(32, 1, 1, 1), *two = run(32, 1, 1, 2), *other = run(32, 1, 2, 1);
    assert_memory_equal(&one->state_root, &two->state_root, sizeof(wc_hash));
    assert_memory_not_equal(&one->state_root, &other->state_root, sizeof(wc_hash));
    assert_int_equal(one->client.gas_used, two->client.gas_used);
    for (uint32_t row = 0; row < WC_ACTOR_ROWS; row++) {
        assert_int_equal(one->book.days[0].paid[row], other->book.days[0].paid[row]);
    }
    stop(one);
    stop(two);
    stop(other);
}

/* Each difference is seen when it is there: the checks are not always zero. */
static void a_difference_is_found_when_somebody_cheats(void **state)
{
    wc_recompute recompute = {.answer = WC_RECOMPUTE_EQUAL};
    (void)state;
    wc_demo *demo = run(32, 1, 1, 1);
    wc_screen screen = {.demo = demo, .recompute = &recompute, .folder = "f"};
    assert_true(wc_screen_is_clean(&screen));

    demo->bank->customers[WC_ACTOR_HOME_1].balance += 5;
    demo->bank->customers[WC_ACTOR_HOME_2].balance -= 5;
    wc_demo_reconcile(demo);
    assert_int_equal(demo->differences.bank, 10);
    assert_false(wc_screen_is_clean(&screen));
    demo->differences.bank = 0;

    demo->book.days[0].feeder_wh[40] += 3; /* against the homes' readings, and what was settled */
    assert_int_equal(wc_book_energy_difference(&demo->book, 0), 6);
    demo->book.subs[demo->book.sub_count - 1].balance += 7;
    assert_int_equal(wc_book_ledger_difference(&demo->book), 7);

    recompute.answer = WC_RECOMPUTE_DIFFERS;
    assert_false(wc_screen_is_clean(&screen));
    stop(demo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(day_32_has_the_figures_of_the_business_rules),
        cmocka_unit_test(nobody_operates_the_market_after_midnight),
        cmocka_unit_test(five_refusals_come_with_their_codes),
        cmocka_unit_test(one_leg_is_rejected_and_paid_on_the_new_account),
        cmocka_unit_test(all_differences_are_zero_on_quiet_and_on_long_days),
        cmocka_unit_test(threads_change_nothing_and_a_seed_changes_salts_only),
        cmocka_unit_test(a_difference_is_found_when_somebody_cheats),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
