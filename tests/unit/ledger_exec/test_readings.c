/* Readings: signed by a registered meter, once per interval and version, the same to all contracts.
 */
#include "node/ledger/execute.h"
#include "node/ledger/meter.h"
#include "node/ledger/roles.h"
#include "tests/unit/ledger_exec/refusals.h"

#define I(x)  INT64_C(x)
#define SLOT0 WORLD_START /* first quarter of the day; has ended when the world begins */
#define STEP  I(900)

static wc_address open_metered(world *w)
{
    wc_address vault = vault_open(w);
    meter_registered(w);
    return vault;
}

static void a_reading_is_recorded_and_then_runs_the_action(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = open_metered(&w);
    const wc_receipt_page *page = reading_sent(&w, METER, &vault, SLOT0 + STEP, 3, 250);
    assert_done(page);
    assert_int_equal(world_events(page, WC_EVENT_READINGS_ACCEPTED, NULL), 1);
    assert_int_equal(vault_total(&w, &vault), 250);
    uint32_t day = (uint32_t)(SLOT0 / 86400);
    wc_state_key key = wc_key_reading(&w.people[METER].address, 0, day, WC_SOURCE_DEVICE, 3);
    wc_slice value;
    wc_reading reading;
    assert_status(wc_chain_get(w.chain, &key, &value), WC_OK);
    assert_status(wc_reading_decode(&reading, value), WC_OK);
    assert_int_equal(reading.run_count, 1);
    assert_int_equal(reading.runs[0].first, 1);
    world_close(&w);
}

static void the_next_version_corrects_and_an_earlier_one_comes_too_late(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = open_metered(&w);
    assert_done(reading_sent(&w, METER, &vault, SLOT0, 1, 10));
    assert_receipt(reading_sent(&w, METER, &vault, SLOT0, 1, 10), "READING_EXISTS");
    assert_receipt(reading_sent(&w, METER, &vault, SLOT0, 0, 10), "READING_EXISTS");
    assert_done(reading_sent(&w, METER, &vault, SLOT0, 2, 10));
    assert_done(reading_sent(&w, METER, &vault, SLOT0 + STEP, 0, 10)); /* another interval */
    world_close(&w);
}

/* What the state says of METER's first day in a version: false when there is no entry. */
static bool day_of(world *w, uint16_t version, wc_reading *reading)
{
    wc_state_key key = wc_key_reading(&w->people[METER].address, 0, (uint32_t)(SLOT0 / 86400),
                                      WC_SOURCE_DEVICE, version);
    wc_slice value;
    if (wc_chain_get(w->chain, &key, &value) != WC_OK) return false;
    assert_status(wc_reading_decode(reading, value), WC_OK);
    return true;
}

static void the_entry_of_version_0_says_which_versions_there_are(void **state)
{
    (void)state;
    static wc_reading day;
    world w;
    world_open(&w, NULL);
    wc_address vault = open_metered(&w);
    assert_done(reading_sent(&w, METER, &vault, SLOT0, 2, 10)); /* nothing in version 0 */
    assert_true(day_of(&w, 0, &day) && day.run_count == 0 && day.later == 2);
    assert_true(day_of(&w, 2, &day) && day.run_count == 1 && day.later == 0);
    assert_receipt(reading_sent(&w, METER, &vault, SLOT0, 0, 10), "READING_EXISTS");
    assert_receipt(reading_sent(&w, METER, &vault, SLOT0, 1, 10), "READING_EXISTS");
    assert_done(reading_sent(&w, METER, &vault, SLOT0, 3, 10));
    assert_done(reading_sent(&w, METER, &vault, SLOT0 + STEP, 0, 10));
    assert_done(reading_sent(&w, METER, &vault, SLOT0 + STEP, 1, 10));
    assert_receipt(reading_sent(&w, METER, &vault, SLOT0 + STEP, 0, 10), "READING_EXISTS");
    assert_receipt(reading_sent(&w, METER, &vault, SLOT0, 2, 10), "READING_EXISTS");
    assert_true(day_of(&w, 0, &day) && day.run_count == 1 && day.later == 3);
    assert_true(day.runs[0].first == 1);
    assert_true(day_of(&w, 1, &day) && day.run_count == 1 && day.later == 0);
    world_close(&w);
}

/* Not the price of a scan: a day's reading costs the same however many days and versions there are
 * beside it, until the day has a correction. */
static void a_day_without_corrections_looks_at_one_key(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = open_metered(&w);
    assert_done(reading_sent(&w, METER, &vault, SLOT0, 0, 10));
    uint64_t second = reading_sent(&w, METER, &vault, SLOT0 + STEP, 0, 10)->receipt.gas_used;
    assert_done(reading_sent(&w, METER, &vault, SLOT0 - 96 * STEP, 0, 10)); /* another day's */
    assert_done(reading_sent(&w, METER, &vault, SLOT0 - 96 * STEP, 1, 10));
    uint64_t third = reading_sent(&w, METER, &vault, SLOT0 + 2 * STEP, 0, 10)->receipt.gas_used;
    assert_done(reading_sent(&w, METER, &vault, SLOT0 + STEP, 1, 10));
    uint64_t fourth = reading_sent(&w, METER, &vault, SLOT0 + 3 * STEP, 0, 10)->receipt.gas_used;
    /* One more interval of 41 bytes is read and written; the correction's entry is read on top. */
    uint64_t interval = 41 * (WC_GAS_KEY_READ_BYTE + WC_GAS_KEY_WRITE_BYTE);
    assert_int_equal(third, second + interval);
    assert_int_equal(fourth, third + interval + WC_GAS_KEY_READ + (41 + 50) * WC_GAS_KEY_READ_BYTE);
    world_close(&w);
}

static void an_interval_is_on_the_grid_inside_validity_and_over(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = open_metered(&w);
    w.now = SLOT0 + 10 * STEP;
    assert_receipt(reading_sent(&w, METER, &vault, SLOT0 + 9 * STEP + 1, 0, 1),
                   "READING_OUT_OF_PLACE");
    assert_receipt(reading_sent(&w, METER, &vault, SLOT0 + 10 * STEP, 0, 1),
                   "READING_OUT_OF_PLACE");
    assert_done(reading_sent(&w, METER, &vault, SLOT0 + 9 * STEP, 0, 1));
    assert_receipt(reading_sent(&w, METER, &vault, -STEP, 0, 1), "READING_OUT_OF_PLACE");
    /* Registered from the day before on. */
    assert_done(reading_sent(&w, METER, &vault, SLOT0 - 96 * STEP, 0, 1));
    assert_receipt(reading_sent(&w, METER, &vault, SLOT0 - 97 * STEP, 0, 1), "METER_NOT_VALID");
    assert_receipt(reading_sent(&w, METER, &vault, SLOT0, 65536, 1), "BAD_ARGUMENTS");
    assert_done(reading_sent(&w, METER, &vault, SLOT0, 65535, 1));
    world_close(&w);
}

static void one_reading_serves_several_contracts_in_one_transaction(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = open_metered(&w);
    vault_options options = {.name = "Second", .signatories = 1};
    wc_hash code = world_deploy(&w, vault_module(&w, &options));
    world_actor signer = BOB;
    wc_address second =
        world_instance(&w, &code, 1, &signer,
                       world_abi(&w, "pp", &w.people[BOB].address, &w.people[CAROL].address));
    wc_slice args = world_abi(&w, "qqq", SLOT0, I(0), I(7));
    letter l = world_letter(&w, METER);
    (void)letter_reading(&l, &vault, VAULT_METERED, args);
    (void)letter_reading(&l, &second, VAULT_METERED, args);
    const wc_receipt_page *page = world_send(&w, &l);
    assert_done(page);
    assert_int_equal(world_events(page, WC_EVENT_READINGS_ACCEPTED, NULL), 1);
    assert_int_equal(vault_total(&w, &vault), 7);
    assert_int_equal(vault_total(&w, &second), 7);

    l = world_letter(&w, METER); /* one interval, two values */
    (void)letter_reading(&l, &vault, VAULT_METERED, world_abi(&w, "qqq", SLOT0 + STEP, I(0), I(7)));
    (void)letter_reading(&l, &second, VAULT_METERED,
                         world_abi(&w, "qqq", SLOT0 + STEP, I(0), I(8)));
    page = world_send(&w, &l);
    assert_receipt(page, "READING_EXISTS");
    assert_int_equal(page->receipt.call, 1);

    l = world_letter(&w, METER); /* two intervals */
    (void)letter_reading(&l, &vault, VAULT_METERED, world_abi(&w, "qqq", SLOT0 + STEP, I(0), I(7)));
    (void)letter_reading(&l, &second, VAULT_METERED,
                         world_abi(&w, "qqq", SLOT0 + 2 * STEP, I(0), I(8)));
    page = world_send(&w, &l);
    assert_done(page);
    assert_int_equal(world_events(page, WC_EVENT_READINGS_ACCEPTED, NULL), 2);
    world_close(&w);
}

static void a_reading_that_its_contract_refuses_is_not_recorded(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = open_metered(&w);
    letter l = world_letter(&w, METER); /* FAIL takes no arguments */
    (void)letter_reading(&l, &vault, VAULT_FAIL, world_abi(&w, "qqq", SLOT0, I(0), I(7)));
    assert_string_equal(world_failure(&w, world_send(&w, &l)), "BAD_ARGUMENTS");
    assert_done(reading_sent(&w, METER, &vault, SLOT0, 0, 7));
    world_close(&w);
}

static void readings_travel_detached_only(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = open_metered(&w);
    letter l = world_letter(&w, METER);
    (void)letter_call(&l, WC_CALL_READINGS, &vault, VAULT_METERED,
                      world_abi(&w, "qqq", SLOT0, I(0), I(7)));
    assert_receipt(world_send(&w, &l), "BAD_ARGUMENTS");
    world_close(&w);
}

static void only_the_operator_renews_a_registration(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    (void)open_metered(&w);
    wc_slice args = meter_args(&w, WORLD_START, WORLD_START + 86400);
    letter l = world_letter(&w, RETAILER); /* no metering duty */
    (void)letter_native(&l, WC_NATIVE_meter_register, args);
    assert_receipt(world_send(&w, &l), "NOT_AUTHORISED");
    l = world_letter(&w, GRID);
    (void)letter_native(&l, WC_NATIVE_meter_register, args);
    const wc_receipt_page *page = world_send(&w, &l);
    assert_done(page);
    assert_int_equal(world_events(page, WC_EVENT_METER_REGISTERED, NULL), 1);
    world_close(&w);
}

static void the_operators_quota_covers_gas_until_it_is_used_up(void **state)
{
    (void)state;
    world w;
    world_options options = {.gas_price = 1000000, .reading_quota_gas = 200000};
    world_open(&w, &options);
    wc_address vault = open_metered(&w);
    /* Price 1 per gas: the fee shows what was not covered. */
    int64_t before = world_free(&w, METER, WORLD_UNITS);
    letter l = world_letter(&w, METER);
    l.draft.tx.gas_limit = 900000;
    l.draft.tx.max_fee = 900000;
    (void)letter_reading(&l, &vault, VAULT_METERED, world_abi(&w, "qqq", SLOT0, I(0), I(7)));
    const wc_receipt_page *page = world_send(&w, &l);
    assert_done(page);
    uint64_t first = page->receipt.gas_used;
    assert_true(first < 200000);
    assert_int_equal(page->receipt.fee, 0);
    assert_int_equal(world_free(&w, METER, WORLD_UNITS), before);
    uint64_t paid = 0, used = first;
    for (int i = 1; i < 4; i++) {
        l = world_letter(&w, METER);
        l.draft.tx.gas_limit = 900000;
        l.draft.tx.max_fee = 900000;
        (void)letter_reading(&l, &vault, VAULT_METERED,
                             world_abi(&w, "qqq", SLOT0 + i * STEP, I(0), I(7)));
        page = world_send(&w, &l);
        assert_done(page);
        paid += page->receipt.fee;
        used += page->receipt.gas_used;
    }
    assert_int_equal(paid, used - 200000);
    world_close(&w);
}

/* ---- quotas: price 1 per gas, so that a fee is the gas that was not covered -------------------
 */

#define QUOTA UINT64_C(200000)

static wc_address open_quota_of(world *w, uint64_t quota)
{
    world_options options = {.gas_price = 1000000, .reading_quota_gas = quota};
    world_open(w, &options);
    return open_metered(w);
}

static wc_address open_quota(world *w)
{
    return open_quota_of(w, QUOTA);
}

static letter priced_letter(world *w, world_actor sender)
{
    letter l = world_letter(w, sender);
    l.draft.tx.gas_limit = 900000;
    l.draft.tx.max_fee = 900000;
    return l;
}

static void add_reading(letter *l, const wc_address *vault, int64_t at)
{
    (void)letter_reading(l, vault, VAULT_METERED, world_abi(l->w, "qqq", at, I(0), I(7)));
}

static const wc_receipt_page *metered_at(world *w, const wc_address *vault, int64_t at)
{
    letter l = priced_letter(w, METER);
    add_reading(&l, vault, at);
    const wc_receipt_page *page = world_send(w, &l);
    assert_done(page);
    return page;
}

static uint64_t quota_used(world *w, world_actor actor, int64_t at)
{
    wc_state_key key = wc_key_quota(&w->people[actor].address, (uint32_t)(at / 86400));
    wc_slice value;
    uint64_t gas = 0;
    if (wc_chain_get(w->chain, &key, &value) == WC_OK) {
        assert_status(wc_quota_decode(&gas, value), WC_OK);
    }
    return gas;
}

static void a_quota_belongs_to_the_day_that_was_metered(void **state)
{
    (void)state;
    world w;
    wc_address vault = open_quota(&w);
    int64_t yesterday = SLOT0 - 96 * STEP;
    uint64_t today_used = metered_at(&w, &vault, SLOT0)->receipt.gas_used;
    const wc_receipt_page *late = metered_at(&w, &vault, yesterday);
    assert_int_equal(late->receipt.fee, 0);
    assert_int_equal(quota_used(&w, GRID, SLOT0), today_used);
    assert_int_equal(quota_used(&w, GRID, yesterday), late->receipt.gas_used);
    /* Today's readings have theirs, although yesterday's came today. */
    uint64_t sum = today_used;
    for (int i = 1; i < 4; i++) sum += metered_at(&w, &vault, SLOT0 + i * STEP)->receipt.gas_used;
    assert_true(sum > QUOTA);
    assert_int_equal(quota_used(&w, GRID, SLOT0), QUOTA);
    const wc_receipt_page *more = metered_at(&w, &vault, yesterday + STEP);
    assert_int_equal(more->receipt.fee, 0);
    world_close(&w);
}

/* The unit of gas at which the quota ends lies inside a transaction, and inside a call. */
static void a_quota_that_ends_in_a_transaction_covers_what_it_reaches(void **state)
{
    (void)state;
    world w;
    wc_address vault = open_quota_of(&w, QUOTA / 2);
    w.now = SLOT0 + 9 * STEP;
    letter l = priced_letter(&w, METER);
    for (int i = 0; i < 8; i++) add_reading(&l, &vault, SLOT0 + i * STEP);
    const wc_receipt_page *page = world_send(&w, &l);
    assert_done(page);
    assert_true(page->receipt.gas_used > QUOTA / 2);
    /* What one division rounds away of the transaction's own gas is nobody's. */
    assert_int_equal(page->receipt.fee, page->receipt.gas_used - QUOTA / 2);
    assert_int_equal(quota_used(&w, GRID, SLOT0), QUOTA / 2);
    page = metered_at(&w, &vault, SLOT0 + 8 * STEP);
    assert_int_equal(page->receipt.fee, page->receipt.gas_used);
    world_close(&w);
}

static void other_calls_beside_a_reading_are_paid(void **state)
{
    (void)state;
    world w;
    wc_address vault = open_quota(&w);
    letter l = priced_letter(&w, METER);
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_ADD, world_abi(&w, "q", I(1)));
    const wc_receipt_page *page = world_send(&w, &l); /* makes the keys, to compare with */
    assert_done(page);
    l = priced_letter(&w, METER);
    add_reading(&l, &vault, SLOT0);
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_ADD, world_abi(&w, "q", I(1)));
    wc_slice raw = letter_raw(&l);
    page = &world_seal(&w, &raw, 1)->applied.receipts[0];
    assert_done(page);
    uint64_t covered = quota_used(&w, GRID, SLOT0);
    assert_int_equal(page->receipt.fee, page->receipt.gas_used - covered);
    assert_true(page->receipt.fee > 0 && covered > 0);
    /* The reading's half of the transaction's own gas is covered, the other half is not. */
    uint64_t own = wc_intrinsic_gas(w.sealed->applied.txs[0].tx, raw.len);
    assert_true(covered > own / 2 && page->receipt.fee > own / 2);
    world_close(&w);
}

/* RETAILER's meter is ALICE's account with the role: two operators in one transaction. */
static void each_operator_has_a_quota_of_his_own(void **state)
{
    (void)state;
    world w;
    wc_address vault = open_quota(&w);

    static const struct {
        world_actor actor;
        uint16_t role;
    } grants[] = {{RETAILER, WC_ROLE_METER_OPERATOR}, {ALICE, WC_ROLE_METER}};

    for (size_t i = 0; i < WC_ARRAY_LEN(grants); i++) {
        letter l = world_letter(&w, ADMIN_1);
        (void)letter_signer(&l, ADMIN_2);
        (void)letter_native(&l, WC_NATIVE_role_grant,
                            world_abi(&w, "phqq", &w.people[grants[i].actor].address,
                                      grants[i].role, I(0), INT64_MAX));
        assert_done(world_send(&w, &l));
    }
    wc_slice args = meter_args(&w, WORLD_START - 86400, WORLD_START + 86400);
    wc_meter meter;
    assert_status(wc_meter_decode(&meter, wc_slice_of(args.data + 32, args.len - 32)), WC_OK);
    meter.operator_account = w.people[RETAILER].address;
    uint8_t bytes[WC_METER_SIZE_MAX];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_meter_put(&buf, &meter);
    letter l = world_letter(&w, RETAILER);
    (void)letter_native(&l, WC_NATIVE_meter_register,
                        world_abi(&w, "px", &w.people[ALICE].address, wc_buf_slice(&buf)));
    assert_done(world_send(&w, &l));

    l = priced_letter(&w, METER);
    add_reading(&l, &vault, SLOT0);
    uint8_t alice = letter_signer(&l, ALICE);
    add_reading(&l, &vault, SLOT0);
    assert_status(wc_tx_draft_principal(&l.draft, 1, alice), WC_OK);
    const wc_receipt_page *page = world_send(&w, &l);
    assert_done(page);
    uint64_t grid = quota_used(&w, GRID, SLOT0), retailer = quota_used(&w, RETAILER, SLOT0);
    assert_true(grid > 0 && retailer > 0 && grid + retailer <= page->receipt.gas_used);
    assert_int_equal(page->receipt.fee, page->receipt.gas_used - grid - retailer);
    assert_true(page->receipt.fee <= 1); /* half of an odd number of gas */
    world_close(&w);
}

static void a_reading_that_fails_is_paid_and_leaves_the_quota(void **state)
{
    (void)state;
    world w;
    wc_address vault = open_quota(&w);
    letter l = priced_letter(&w, METER);
    add_reading(&l, &vault, SLOT0);
    add_reading(&l, &vault, SLOT0 + 1); /* off the grid: all of it fails */
    const wc_receipt_page *page = world_send(&w, &l);
    assert_receipt(page, "READING_OUT_OF_PLACE");
    assert_int_equal(page->receipt.fee, page->receipt.gas_used);
    assert_int_equal(quota_used(&w, GRID, SLOT0), 0);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quota_belongs_to_the_day_that_was_metered),
        cmocka_unit_test(a_quota_that_ends_in_a_transaction_covers_what_it_reaches),
        cmocka_unit_test(other_calls_beside_a_reading_are_paid),
        cmocka_unit_test(each_operator_has_a_quota_of_his_own),
        cmocka_unit_test(a_reading_that_fails_is_paid_and_leaves_the_quota),
        cmocka_unit_test(a_reading_is_recorded_and_then_runs_the_action),
        cmocka_unit_test(the_next_version_corrects_and_an_earlier_one_comes_too_late),
        cmocka_unit_test(the_entry_of_version_0_says_which_versions_there_are),
        cmocka_unit_test(a_day_without_corrections_looks_at_one_key),
        cmocka_unit_test(an_interval_is_on_the_grid_inside_validity_and_over),
        cmocka_unit_test(one_reading_serves_several_contracts_in_one_transaction),
        cmocka_unit_test(a_reading_that_its_contract_refuses_is_not_recorded),
        cmocka_unit_test(readings_travel_detached_only),
        cmocka_unit_test(only_the_operator_renews_a_registration),
        cmocka_unit_test(the_operators_quota_covers_gas_until_it_is_used_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
