/* Batches of readings: what is counted, what is refused, how a correction replaces a batch, and
 * that what the contract owes is what it took, to the cent. */
#include "node/ledger/meter.h"
#include "node/ledger/read.h"
#include "tests/unit/ledger_exec/fleet.h"
#include "tests/unit/ledger_exec/refusals.h"

#define I(x) INT64_C(x)

static void open_world(world *w, fleet *f)
{
    world_options options = fleet_options();
    world_open(w, &options);
    fleet_open(f, w);
}

/* Half even to the cent, never negative: the contract's payable(). */
static int64_t payable(int64_t exact)
{
    int64_t cents = exact / 1000000, rest = exact % 1000000;
    if (exact <= 0) return 0;
    if (rest > 500000 || (rest == 500000 && cents % 2 == 1)) cents++;
    return cents;
}

/* The last event of this type: its data. */
static wc_slice event_of(const wc_receipt_page *page, uint16_t type)
{
    wc_slice data = {0};
    assert_int_equal(world_events(page, type, &data), 1);
    return data;
}

static uint16_t tally(wc_slice event, size_t which)
{
    return wc_load_u16(event.data + 32 + 4 + 8 + 2 + 64 + 1 + 2 * which);
}

static unsigned flags(wc_slice event)
{
    return event.data[32 + 4 + 8 + 2 + 64];
}

/* ---- counting -------------------------------------------------------------------------------- */

static void a_batch_is_counted_and_settled_to_the_cent(void **state)
{
    (void)state;
    world w;
    fleet f;
    open_world(&w, &f);
    int64_t energy[FLEET_METERS] = {0}, exact[FLEET_METERS] = {0}, posted = 0;
    for (uint32_t quarter = 0; quarter < 6; quarter++) {
        fleet_batch batch = {.quarter = quarter};
        const wc_receipt_page *page = fleet_send(&f, &batch);
        assert_done(page);
        int64_t before = posted;
        posted = 0;
        for (uint32_t i = 0; i < FLEET_METERS; i++) {
            int64_t value = fleet_value(i, quarter, 0);
            energy[i] += value;
            exact[i] += value * (quarter == 0 ? FLEET_CHEAP : FLEET_PRICE);
            posted += payable(exact[i]);
        }
        /* One double entry for each batch, of the change of all rounded sums. */
        assert_int_equal(world_events(page, WC_EVENT_POSTING, NULL), posted > before);
        assert_int_equal(fleet_held(&f), posted);
    }
    for (uint16_t i = 0; i < FLEET_METERS; i++) {
        assert_int_equal(fleet_energy(&f, i), energy[i]);
        assert_int_equal(fleet_owed(&f, i), exact[i]);
    }
    const wc_receipt_page *page = fleet_settle(&f, FLEET_AGGREGATOR, FLEET_PAGE);
    assert_done(page);
    assert_int_equal(world_events(page, WC_EVENT_POSTING, NULL), FLEET_METERS);
    assert_int_equal(fleet_held(&f), 0);
    int64_t paid = 0;
    for (uint16_t i = 0; i < FLEET_METERS; i++) {
        assert_int_equal(fleet_customer_free(&f, i), payable(exact[i]));
        assert_int_equal(fleet_owed(&f, i), 0);
        assert_int_equal(fleet_energy(&f, i), 0);
        paid += payable(exact[i]);
    }
    assert_int_equal(paid, posted);
    world_close(&w);
}

static void missing(wc_batch_reading *reading)
{
    reading->quality = WC_QUALITY_MISSING;
    reading->value = 0;
}

static void estimated(wc_batch_reading *reading)
{
    reading->quality = WC_QUALITY_ESTIMATED;
}

static void substituted(wc_batch_reading *reading)
{
    reading->quality = WC_QUALITY_SUBSTITUTED;
}

static void a_gap_is_reported_as_missing_and_counts_nothing(void **state)
{
    (void)state;
    world w;
    fleet f;
    open_world(&w, &f);
    fleet_batch batch = {.quarter = 1, .spoil = missing, .spoiled = 2};
    const wc_receipt_page *page = fleet_send(&f, &batch);
    assert_done(page);
    wc_slice event = event_of(page, WC_EVENT_BATCH_ACCEPTED);
    assert_int_equal(tally(event, 0), FLEET_METERS - 1);
    assert_int_equal(tally(event, WC_QUALITY_MISSING), 1);
    assert_int_equal(fleet_energy(&f, 2), 0);
    assert_int_equal(fleet_energy(&f, 3), fleet_value(3, 1, 0));

    batch = (fleet_batch){.quarter = 2, .spoil = estimated};
    event = event_of(fleet_send(&f, &batch), WC_EVENT_BATCH_ACCEPTED);
    assert_int_equal(tally(event, WC_QUALITY_ESTIMATED), 1);
    batch = (fleet_batch){.quarter = 3, .spoil = substituted};
    event = event_of(fleet_send(&f, &batch), WC_EVENT_BATCH_ACCEPTED);
    assert_int_equal(tally(event, WC_QUALITY_SUBSTITUTED), 1);
    assert_int_equal(fleet_energy(&f, 0),
                     fleet_value(0, 1, 0) + fleet_value(0, 2, 0) + fleet_value(0, 3, 0));
    world_close(&w);
}

static void a_meter_out_of_calibration_is_flagged_and_not_paid(void **state)
{
    (void)state;
    world w;
    fleet f;
    world_options options = fleet_options();
    world_open(&w, &options);
    fleet_prepare(&f, &w);
    fleet_register_meter(&w, 3, FLEET_START + 2 * FLEET_STEP); /* valid for two quarters */
    fleet_page page = {.number = FLEET_PAGE, .instance = &f.instance, .count = FLEET_METERS};
    assert_done(fleet_register(&f, &page));
    assert_done(fleet_call(&f, RETAILER, FLEET_ENROL, world_abi(&w, "p", &f.page)));
    for (uint32_t quarter = 0; quarter < 4; quarter++) {
        fleet_batch batch = {.quarter = quarter};
        const wc_receipt_page *receipt = fleet_send(&f, &batch);
        assert_done(receipt);
        wc_slice event = event_of(receipt, WC_EVENT_BATCH_ACCEPTED);
        assert_int_equal(tally(event, 4), quarter < 2 ? 0 : 1);
    }
    assert_int_equal(fleet_energy(&f, 3), fleet_value(3, 0, 0) + fleet_value(3, 1, 0));
    /* Renewed, the page still counts by what it was registered with; so does a correction. */
    fleet_register_meter(&w, 3, FLEET_START + 96 * FLEET_STEP);
    fleet_batch correction = fleet_correction(&f, 3, 1);
    assert_done(fleet_send(&f, &correction));
    assert_int_equal(fleet_energy(&f, 3), fleet_value(3, 0, 0) + fleet_value(3, 1, 0));
    assert_int_equal(fleet_energy(&f, 4), fleet_value(4, 0, 0) + fleet_value(4, 1, 0) +
                                              fleet_value(4, 2, 0) + fleet_value(4, 3, 1));
    world_close(&w);
}

/* ---- time ------------------------------------------------------------------------------------ */

static void late_and_reordered_batches_count_and_say_so(void **state)
{
    (void)state;
    world w;
    fleet f;
    open_world(&w, &f);
    fleet_batch batch = {.quarter = 5};
    assert_int_equal(flags(event_of(fleet_send(&f, &batch), WC_EVENT_BATCH_ACCEPTED)), 0);
    batch.quarter = 2;
    assert_int_equal(flags(event_of(fleet_send(&f, &batch), WC_EVENT_BATCH_ACCEPTED)), 2);
    w.now = FLEET_START + 7 * FLEET_STEP + WC_READING_LATE_S; /* since quarter 6 ended */
    batch.quarter = 6;
    assert_int_equal(flags(event_of(fleet_send(&f, &batch), WC_EVENT_BATCH_ACCEPTED)), 0);
    w.now++;
    batch.quarter = 4;
    assert_int_equal(flags(event_of(fleet_send(&f, &batch), WC_EVENT_BATCH_ACCEPTED)), 3);
    int64_t sum = 0;
    static const uint32_t quarters[] = {5, 2, 6, 4};
    for (size_t i = 0; i < WC_ARRAY_LEN(quarters); i++) sum += fleet_value(1, quarters[i], 0);
    assert_int_equal(fleet_energy(&f, 1), sum);
    world_close(&w);
}

/* The bounds of time: from_s, the block's time, 45 days back, the end. */
static void an_interval_lies_in_the_pages_time(void **state)
{
    (void)state;
    world w;
    fleet f;
    world_options options = fleet_options();
    world_open(&w, &options);
    fleet_prepare(&f, &w);
    fleet_page page = {.number = FLEET_PAGE,
                       .instance = &f.instance,
                       .count = FLEET_METERS,
                       .from_s = FLEET_START + 2 * FLEET_STEP,
                       .until_s = FLEET_START + 30 * FLEET_STEP};
    assert_done(fleet_register(&f, &page));
    assert_done(fleet_call(&f, RETAILER, FLEET_ENROL, world_abi(&w, "p", &f.page)));
    fleet_batch batch = {.quarter = 1};
    assert_receipt(fleet_send(&f, &batch), "READING_BACK_DATED");
    batch.quarter = 2;
    assert_done(fleet_send(&f, &batch));
    batch.quarter = 24;
    w.now = FLEET_START + 25 * FLEET_STEP - 1;
    assert_receipt(fleet_send(&f, &batch), "READING_OUT_OF_PLACE");
    w.now++;
    assert_done(fleet_send(&f, &batch));
    assert_receipt(fleet_end(&f, CAROL, FLEET_START + 27 * FLEET_STEP), "NOT_AUTHORISED");
    assert_receipt(fleet_end(&f, GRID, FLEET_START + 24 * FLEET_STEP), "BAD_ARGUMENTS");
    assert_receipt(fleet_end(&f, GRID, FLEET_START + 27 * FLEET_STEP + 1), "BAD_ARGUMENTS");
    assert_receipt(fleet_end(&f, GRID, FLEET_START + 30 * FLEET_STEP), "BAD_ARGUMENTS");
    assert_done(fleet_end(&f, GRID, FLEET_START + 27 * FLEET_STEP));
    w.now = FLEET_START + 90 * FLEET_STEP;
    batch.quarter = 26;
    assert_done(fleet_send(&f, &batch));
    batch.quarter = 27;
    assert_receipt(fleet_send(&f, &batch), "METER_NOT_VALID");
    w.now = FLEET_START + 20 * FLEET_STEP + WC_READING_BACK_S;
    batch.quarter = 19;
    assert_receipt(fleet_send(&f, &batch), "READING_BACK_DATED");
    batch.quarter = 20;
    assert_done(fleet_send(&f, &batch));
    world_close(&w);
}

/* ---- corrections ----------------------------------------------------------------------------- */

static void a_correction_replaces_the_batch_that_it_names(void **state)
{
    (void)state;
    world w;
    fleet f;
    open_world(&w, &f);
    fleet_batch batch = {.quarter = 3, .spoil = missing, .spoiled = 6};
    assert_done(fleet_send(&f, &batch));
    wc_hash first = f.root;
    fleet_batch correction = fleet_correction(&f, 3, 1);
    const wc_receipt_page *page = fleet_send(&f, &correction);
    assert_done(page);
    wc_slice event = event_of(page, WC_EVENT_BATCH_ACCEPTED);
    assert_int_equal(flags(event), 4);
    assert_memory_equal(event.data + 32 + 4 + 8 + 2 + 32, first.bytes, 32);
    for (uint16_t i = 0; i < FLEET_METERS; i++) {
        assert_int_equal(fleet_energy(&f, i), fleet_value(i, 3, 1));
        assert_int_equal(fleet_owed(&f, i), fleet_value(i, 3, 1) * FLEET_PRICE);
    }
    correction = fleet_correction(&f, 3, 2); /* of a batch that is a correction itself */
    assert_done(fleet_send(&f, &correction));
    assert_int_equal(fleet_energy(&f, 6), fleet_value(6, 3, 2));
    assert_receipt(fleet_send(&f, &correction), "READING_EXISTS");
    batch = (fleet_batch){.quarter = 3};
    assert_receipt(fleet_send(&f, &batch), "READING_EXISTS");
    world_close(&w);
}

/* What was paid is not asked back: a slot that then owes carries it into the next close. */
static void a_correction_after_the_close_goes_into_the_next(void **state)
{
    (void)state;
    world w;
    fleet f;
    open_world(&w, &f);
    fleet_batch batch = {.quarter = 3};
    assert_done(fleet_send(&f, &batch));
    fleet later = f;
    assert_done(fleet_settle(&f, FLEET_AGGREGATOR, FLEET_PAGE));
    int64_t paid = fleet_customer_free(&f, 5);
    assert_int_equal(paid, payable(fleet_value(5, 3, 0) * FLEET_PRICE));
    fleet_batch correction = fleet_correction(&later, 3, 1);
    correction.spoil = missing;
    correction.spoiled = 5;
    assert_done(fleet_send(&f, &correction));
    int64_t owes = -fleet_value(5, 3, 0) * FLEET_PRICE;
    assert_int_equal(fleet_owed(&f, 5), owes);
    assert_done(fleet_settle(&f, FLEET_AGGREGATOR, FLEET_PAGE));
    assert_int_equal(fleet_customer_free(&f, 5), paid);
    assert_int_equal(fleet_owed(&f, 5), owes);
    for (uint32_t quarter = 4; quarter < 7; quarter++) {
        batch.quarter = quarter;
        assert_done(fleet_send(&f, &batch));
        owes += fleet_value(5, quarter, 0) * FLEET_PRICE;
    }
    assert_int_equal(fleet_owed(&f, 5), owes);
    assert_done(fleet_settle(&f, FLEET_AGGREGATOR, FLEET_PAGE));
    assert_int_equal(fleet_customer_free(&f, 5), paid + payable(owes));
    assert_int_equal(fleet_held(&f), 0);
    world_close(&w);
}

/* ---- who ------------------------------------------------------------------------------------- */

/* Nobody but the ledger calls for a page: the aggregator's own call has another caller. */
static void the_contract_takes_readings_from_the_ledger_alone(void **state)
{
    (void)state;
    world w;
    fleet f;
    open_world(&w, &f);
    wc_slice args = world_abi(&w, "qqwwww", FLEET_START, I(0), 0u, 0u, 0u, 0u);
    const wc_receipt_page *page = fleet_call(&f, FLEET_AGGREGATOR, FLEET_REPORT, args);
    assert_string_equal(world_failure(&w, page), "PAGE_UNKNOWN");
    page = fleet_call(&f, FLEET_AGGREGATOR, FLEET_SETTLE, world_abi(&w, "w", 0u));
    assert_string_equal(world_failure(&w, page), "PAGE_UNKNOWN");
    assert_receipt(fleet_settle(&f, RETAILER, FLEET_PAGE), "PAGE_UNKNOWN");
    fleet_page other = {.number = 8, .instance = &f.instance, .count = 1, .by = ALICE};
    assert_receipt(fleet_register(&f, &other), "NOT_AUTHORISED");
    other = (fleet_page){.number = 8, .instance = &f.instance, .count = 1, .lacks_operator = true};
    assert_receipt(fleet_register(&f, &other), "PAGE_TAKEN");
    world_close(&w);
}

static void the_meters_operator_signs_a_page(void **state)
{
    (void)state;
    world w;
    fleet f;
    world_options options = fleet_options();
    world_open(&w, &options);
    fleet_prepare(&f, &w);
    fleet_page page = {.number = 1, .instance = &f.instance, .count = 2, .lacks_operator = true};
    assert_receipt(fleet_register(&f, &page), "NOT_AUTHORISED");
    page.lacks_operator = false;
    const wc_receipt_page *receipt = fleet_register(&f, &page);
    assert_done(receipt);
    wc_hash address = world_result(receipt, 0);
    wc_address expected = wc_page_address(&w.people[FLEET_AGGREGATOR].address, 1);
    assert_memory_equal(address.bytes, expected.bytes, sizeof address.bytes);
    world_close(&w);
}

/* A meter changes its page when the other one has ended, and not before. */
static void a_meter_is_in_one_page_at_a_time(void **state)
{
    (void)state;
    world w;
    fleet f;
    open_world(&w, &f);
    int64_t change = FLEET_START + 28 * FLEET_STEP;
    fleet_page next = {
        .number = 8, .instance = &f.instance, .first = 6, .count = 2, .from_s = change};
    assert_receipt(fleet_register(&f, &next), "PAGE_TAKEN");
    assert_done(fleet_end(&f, FLEET_AGGREGATOR, change));
    next.from_s = change - FLEET_STEP;
    assert_receipt(fleet_register(&f, &next), "PAGE_TAKEN");
    next.from_s = change;
    assert_done(fleet_register(&f, &next));
    next = (fleet_page){.number = 9, .instance = &f.instance, .count = 9, .from_s = change};
    assert_receipt(fleet_register(&f, &next), "PAGE_TAKEN"); /* holds a meter twice */
    next.number = FLEET_PAGE;
    assert_receipt(fleet_register(&f, &next), "PAGE_TAKEN");
    world_close(&w);
}

/* ---- encoding -------------------------------------------------------------------------------- */

static void mark_byte(uint8_t *reading)
{
    reading[3] = 1;
}

static void unknown_quality(uint8_t *reading)
{
    reading[2] = 4;
}

static void a_batch_that_is_none_is_refused(void **state)
{
    (void)state;
    world w;
    fleet f;
    open_world(&w, &f);
    fleet_batch batch = {.quarter = 1, .spoil_bytes = mark_byte};
    assert_receipt(fleet_send(&f, &batch), "BAD_ARGUMENTS");
    batch = (fleet_batch){.quarter = 1, .spoil_bytes = unknown_quality, .spoiled = 7};
    assert_receipt(fleet_send(&f, &batch), "BAD_ARGUMENTS");
    /* The last reading is no piece of its own: signed all the same, but none could prove it. */
    batch = (fleet_batch){.quarter = 1};
    letter l = fleet_letter(&f, &batch, 1);
    assert_receipt(world_send(&w, &l), "BAD_ARGUMENTS");
    world_close(&w);
}

/* The quota of the meters' operator pays for batches. */
static void the_operators_quota_covers_batches(void **state)
{
    (void)state;
    world w;
    fleet f;
    world_options options = fleet_options();
    options.gas_price = 1000000;
    options.reading_quota_gas = 1000000;
    world_open(&w, &options);
    fleet_open(&f, &w);
    fleet_batch batch = {.quarter = 1};
    letter l = fleet_letter(&f, &batch, 0);
    l.draft.tx.gas_limit = 900000;
    l.draft.tx.max_fee = 900000;
    const wc_receipt_page *page = world_send(&w, &l);
    assert_done(page);
    assert_int_equal(page->receipt.fee, 0);
    assert_true(page->receipt.gas_used > 54000); /* more than its signature */
    world_close(&w);
}

/* ---- one reading ----------------------------------------------------------------------------- */

/* From the event, which the record holds, a customer is shown that their reading was counted. */
static void a_single_reading_is_proved_from_the_event(void **state)
{
    (void)state;
    world w;
    fleet f;
    open_world(&w, &f);
    fleet_batch batch = {.quarter = 4};
    wc_slice event = event_of(fleet_send(&f, &batch), WC_EVENT_BATCH_ACCEPTED);
    wc_hash root;
    memcpy(root.bytes, event.data + 32 + 4 + 8 + 2, sizeof root.bytes);
    wc_hash memory[WC_BATCH_PIECES(FLEET_METERS) + 1];
    wc_piece_proof proof;
    wc_piece_prove(&proof, memory, f.salt.bytes, f.sent, WC_BATCH_PIECES(FLEET_METERS),
                   WC_BATCH_PIECES(5));
    assert_true(wc_piece_verify(&proof, &root));
    assert_int_equal(wc_load_u16(proof.bytes), 5);
    assert_int_equal((int64_t)wc_load_u64(proof.bytes + 8), fleet_value(5, 4, 0));
    proof.bytes[15] ^= 1;
    assert_false(wc_piece_verify(&proof, &root));
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_is_counted_and_settled_to_the_cent),
        cmocka_unit_test(a_gap_is_reported_as_missing_and_counts_nothing),
        cmocka_unit_test(a_meter_out_of_calibration_is_flagged_and_not_paid),
        cmocka_unit_test(late_and_reordered_batches_count_and_say_so),
        cmocka_unit_test(an_interval_lies_in_the_pages_time),
        cmocka_unit_test(a_correction_replaces_the_batch_that_it_names),
        cmocka_unit_test(a_correction_after_the_close_goes_into_the_next),
        cmocka_unit_test(the_contract_takes_readings_from_the_ledger_alone),
        cmocka_unit_test(the_meters_operator_signs_a_page),
        cmocka_unit_test(a_meter_is_in_one_page_at_a_time),
        cmocka_unit_test(a_batch_that_is_none_is_refused),
        cmocka_unit_test(the_operators_quota_covers_batches),
        cmocka_unit_test(a_single_reading_is_proved_from_the_event),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
