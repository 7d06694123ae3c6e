/* The incentive: network units by the treasury, work that is counted, fees that are shared at the
 * end of an epoch to the last unit, and contracts that do not add up. */
#include "node/ledger/roles.h"
#include "tests/unit/ledger_exec/incentive.h"
#include "tests/unit/ledger_exec/refusals.h"

#define EPOCH     3600
#define I(x)      INT64_C(x)
#define PRODUCERS I(4000)
#define METERS    I(3500)
#define AUDITORS  I(2000)

/* Gas costs one unit a gas, an epoch lasts an hour. */
static void open_priced(world *w)
{
    world_options options = {.gas_price = 1000000, .epoch_s = EPOCH};
    world_open(w, &options);
}

/* The same, with fees that are shared. */
static void open_shared(world *w)
{
    open_priced(w);
    wc_address contract = incentive_open(w, PRODUCERS, METERS, AUDITORS);
    const wc_receipt_page *page =
        governed(w, WC_PROPOSES_INCENTIVE, wc_slice_of(contract.bytes, sizeof contract.bytes));
    assert_done(page);
    assert_int_equal(world_events(page, WC_EVENT_INCENTIVE_CHANGED, NULL), 1);
}

static const wc_address *address(world *w, world_actor actor)
{
    return &w->people[actor].address;
}

/* ---- network units --------------------------------------------------------------------------- */

static const wc_receipt_page *topped_up(world *w, world_actor by, const wc_address *party,
                                        int64_t amount, const char *reference)
{
    return native_sent(w, by, ACTOR_COUNT, WC_NATIVE_units_issue,
                       world_abi(w, "pqs", party, amount, reference));
}

static int64_t units_issued(world *w)
{
    wc_state_key key = wc_key_asset(WORLD_UNITS);
    wc_slice value;
    wc_asset asset;
    assert_status(wc_chain_get(w->chain, &key, &value), WC_OK);
    assert_status(wc_asset_decode(&asset, value), WC_OK);
    return asset.issued;
}

static void the_treasury_tops_up_once_for_each_reference(void **state)
{
    (void)state;
    world w;
    open_priced(&w);
    int64_t before = world_free(&w, ALICE, WORLD_UNITS), issued = units_issued(&w);
    const wc_receipt_page *page = topped_up(&w, TREASURER, address(&w, ALICE), 70, "invoice 1");
    assert_done(page);
    assert_int_equal(world_events(page, WC_EVENT_UNITS_ISSUED, NULL), 1);
    assert_int_equal(world_free(&w, ALICE, WORLD_UNITS), before + 70);
    assert_int_equal(units_issued(&w), issued + 70);
    assert_receipt(topped_up(&w, TREASURER, address(&w, BOB), 5, "invoice 1"), "ALREADY_RECORDED");
    assert_done(topped_up(&w, TREASURER, address(&w, ALICE), 1, "invoice 2"));
    assert_int_equal(world_free(&w, ALICE, WORLD_UNITS), before + 71);
    world_close(&w);
}

static void nobody_else_makes_units_and_no_contract_gets_any(void **state)
{
    (void)state;
    world w;
    open_priced(&w);
    wc_address vault = vault_open(&w);
    wc_address nobody = {{9}};
    assert_receipt(topped_up(&w, ADMIN_1, address(&w, ALICE), 70, "1"), "NOT_THE_ISSUER");
    assert_receipt(topped_up(&w, BANK, address(&w, ALICE), 70, "1"), "NOT_THE_ISSUER");
    assert_receipt(topped_up(&w, TREASURER, address(&w, ALICE), 0, "1"), "AMOUNT_OUT_OF_RANGE");
    assert_receipt(topped_up(&w, TREASURER, address(&w, ALICE), -1, "1"), "AMOUNT_OUT_OF_RANGE");
    int64_t room = INT64_MAX - units_issued(&w);
    assert_receipt(topped_up(&w, TREASURER, &nobody, 1, "1"), "TARGET_UNKNOWN");
    assert_receipt(topped_up(&w, TREASURER, &vault, 1, "1"), "TARGET_UNKNOWN");
    assert_receipt(topped_up(&w, TREASURER, address(&w, ALICE), 1, ""), "BAD_ARGUMENTS");
    assert_receipt(topped_up(&w, TREASURER, address(&w, ALICE), room + 1, "1"),
                   "AMOUNT_OUT_OF_RANGE");
    assert_done(topped_up(&w, TREASURER, address(&w, ALICE), room, "1"));
    assert_int_equal(units_issued(&w), INT64_MAX);
    /* Nor do units pass from one account to another: no call moves them but a fee. */
    assert_receipt(native_sent(&w, ALICE, ACTOR_COUNT, WC_NATIVE_mandate_grant,
                               world_abi(&w, "pwqqwq", &vault, WORLD_UNITS, I(5), I(5),
                                         UINT32_C(60), w.now + 1000)),
                   "ASSET_NOT_TRANSFERABLE");
    world_close(&w);
}

static void a_role_that_was_revoked_makes_no_units(void **state)
{
    (void)state;
    world w;
    open_priced(&w);
    assert_done(native_sent(&w, ADMIN_1, ADMIN_2, WC_NATIVE_role_revoke,
                            world_abi(&w, "ph", address(&w, TREASURER), WC_ROLE_TREASURY)));
    assert_receipt(topped_up(&w, TREASURER, address(&w, ALICE), 1, "1"), "NOT_THE_ISSUER");
    world_close(&w);
}

/* ---- fees ------------------------------------------------------------------------------------ */

static void the_payer_pays_and_nobody_else(void **state)
{
    (void)state;
    world w;
    open_priced(&w);
    wc_address vault = vault_open(&w);
    int64_t alice = world_free(&w, ALICE, WORLD_UNITS), payer = world_free(&w, PAYER, WORLD_UNITS);
    int64_t fees = fees_now(&w);
    letter l = world_letter(&w, ALICE);
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_ADD, world_abi(&w, "q", I(3)));
    l.draft.tx.payer = letter_signer(&l, PAYER);
    const wc_receipt_page *page = world_send(&w, &l);
    assert_done(page);
    int64_t fee = (int64_t)page->receipt.fee;
    assert_true(fee > 0 && page->receipt.fee == page->receipt.gas_used);
    assert_memory_equal(page->receipt.payer.bytes, address(&w, PAYER)->bytes, 32);
    assert_int_equal(world_free(&w, ALICE, WORLD_UNITS), alice);
    assert_int_equal(world_free(&w, PAYER, WORLD_UNITS), payer - fee);
    assert_int_equal(fees_now(&w), fees + fee);
    world_close(&w);
}

static void a_fee_is_rounded_up_and_free_gas_posts_nothing(void **state)
{
    (void)state;
    for (uint64_t price = 0; price <= 7; price += 7) {
        world w;
        world_options options = {.gas_price = price};
        world_open(&w, &options);
        letter l = plain_letter(&w, ALICE);
        const wc_receipt_page *page = world_send(&w, &l);
        uint64_t gas = page->receipt.gas_used;
        assert_int_equal(page->receipt.fee, (gas * price + 999999) / 1000000);
        assert_int_equal(world_events(page, WC_EVENT_POSTING, NULL), price > 0);
        world_close(&w);
    }
}

/* ---- an epoch -------------------------------------------------------------------------------- */

static void without_a_contract_nothing_is_counted_and_fees_stay(void **state)
{
    (void)state;
    world w;
    open_priced(&w);
    assert_null(record_made(&w));
    wc_state_key key = wc_key_epoch();
    wc_slice value;
    assert_status(wc_chain_get(w.chain, &key, &value), WC_NOT_FOUND);
    wc_hash record = wc_chain_head(w.chain)->record_hash;
    assert_receipt(native_sent(&w, AUDITOR_1, ACTOR_COUNT, WC_NATIVE_audit_attest,
                               world_abi(&w, "qp", I(1), &record)),
                   "NO_INCENTIVE");
    assert_true(fees_now(&w) > 0);
    world_close(&w);
}

static void work_is_counted_for_who_did_it(void **state)
{
    (void)state;
    world w;
    open_shared(&w);
    wc_epoch epoch = epoch_now(&w);
    assert_int_equal(epoch.number, 1);
    assert_int_equal(epoch.until_s, WORLD_START + 2 * EPOCH);
    assert_int_equal(epoch.seq, wc_chain_head(w.chain)->seq - 1);
    assert_int_equal(credit_now(&w, address(&w, GRID)).work[WC_WORK_PRODUCED], 0);

    wc_address vault = vault_open(&w); /* two records: module and instance */
    assert_int_equal(credit_now(&w, address(&w, GRID)).work[WC_WORK_PRODUCED], 2);
    meter_registered(&w);
    assert_done(reading_sent(&w, METER, &vault, WORLD_START, 0, 5));
    assert_receipt(reading_sent(&w, METER, &vault, WORLD_START, 0, 6), "READING_EXISTS");
    assert_done(reading_sent(&w, METER, &vault, WORLD_START - 900, 0, 5));
    letter l = world_letter(&w, METER); /* the same one again, for another contract */
    wc_slice args = world_abi(&w, "qqq", WORLD_START - 1800, I(0), I(7));
    (void)letter_reading(&l, &vault, VAULT_METERED, args);
    (void)letter_reading(&l, &vault, VAULT_METERED, args);
    assert_done(world_send(&w, &l));
    wc_credit grid = credit_now(&w, address(&w, GRID));
    assert_int_equal(grid.work[WC_WORK_METERED], 3);
    assert_int_equal(grid.work[WC_WORK_PRODUCED], 7);

    assert_receipt(attested(&w, ALICE), "NOT_AUTHORISED");
    assert_done(attested(&w, AUDITOR_1));
    assert_receipt(attested(&w, AUDITOR_1), "ALREADY_ATTESTED");
    wc_hash other = epoch.record;
    other.bytes[31] ^= 1;
    assert_receipt(native_sent(&w, AUDITOR_2, ACTOR_COUNT, WC_NATIVE_audit_attest,
                               world_abi(&w, "qp", (int64_t)epoch.seq, &other)),
                   "RECORD_DIFFERS");
    assert_receipt(native_sent(&w, AUDITOR_2, ACTOR_COUNT, WC_NATIVE_audit_attest,
                               world_abi(&w, "qp", (int64_t)epoch.seq + 1, &epoch.record)),
                   "RECORD_DIFFERS");
    assert_int_equal(credit_now(&w, address(&w, AUDITOR_1)).work[WC_WORK_AUDITED], 1);
    assert_int_equal(credit_now(&w, address(&w, AUDITOR_2)).work[WC_WORK_AUDITED], 0);
    assert_int_equal(epoch_now(&w).credit_count, 2);
    (void)world_wait(&w, 1); /* no record: nobody's work */
    assert_int_equal(credit_now(&w, address(&w, GRID)).work[WC_WORK_PRODUCED], 12);
    world_close(&w);
}

static void an_epoch_ends_with_its_first_record_and_pays_to_the_last_unit(void **state)
{
    (void)state;
    world w;
    open_shared(&w);
    assert_done(attested(&w, AUDITOR_1));
    assert_done(attested(&w, AUDITOR_2));
    w.now = epoch_now(&w).until_s - 1;
    const wc_receipt_page *page = record_made(&w);
    size_t count;
    assert_int_equal(page->event_count, 0);
    wc_hash last = wc_chain_head(w.chain)->record_hash;
    uint64_t last_seq = wc_chain_head(w.chain)->seq;
    int64_t fees = fees_now(&w);
    int64_t had[ACTOR_COUNT];
    for (uint32_t i = 0; i < ACTOR_COUNT; i++) had[i] = world_free(&w, (world_actor)i, WORLD_UNITS);

    w.now++;
    page = record_made(&w);
    assert_int_equal(page->receipt.kind, WC_RECEIPT_SYSTEM);
    assert_int_equal(page->receipt.status, WC_RECEIPT_OK);
    assert_true(page->receipt.gas_used > 0 && page->receipt.fee == 0);
    const wc_receipt_page *tx = page - 1;
    int64_t pool = fees + (int64_t)tx->receipt.fee; /* that of the closing record, too */
    assert_int_equal(rewards_of(page, &count), pool);
    assert_int_equal(count, 4);
    assert_int_equal(fees_now(&w), 0);

    /* 40 % to GRID, who made every record; 35 % for readings go to the treasury, as there were
     * none, with what is left; 20 % to two auditors, the odd unit to the lower address. */
    int64_t grid = pool * PRODUCERS / 10000, audits = pool * AUDITORS / 10000;
    bool first_is_lower = memcmp(address(&w, AUDITOR_1), address(&w, AUDITOR_2), 32) < 0;
    int64_t lower = audits - audits / 2, higher = audits / 2;
    assert_int_equal(world_free(&w, GRID, WORLD_UNITS) - had[GRID], grid);
    assert_int_equal(world_free(&w, AUDITOR_1, WORLD_UNITS) - had[AUDITOR_1],
                     first_is_lower ? lower : higher);
    assert_int_equal(world_free(&w, AUDITOR_2, WORLD_UNITS) - had[AUDITOR_2],
                     first_is_lower ? higher : lower);
    assert_int_equal(world_free(&w, TREASURER, WORLD_UNITS) - had[TREASURER], pool - grid - audits);

    wc_epoch epoch = epoch_now(&w);
    assert_int_equal(epoch.number, 2);
    assert_int_equal(epoch.until_s, w.now + EPOCH);
    assert_int_equal(epoch.credit_count, 0);
    assert_int_equal(epoch.seq, last_seq);
    assert_memory_equal(epoch.record.bytes, last.bytes, sizeof last.bytes);
    assert_done(attested(&w, AUDITOR_1)); /* once per epoch */
    world_close(&w);
}

static void who_signed_the_block_before_has_worked_too(void **state)
{
    (void)state;
    world w;
    open_shared(&w);
    assert_done(
        native_sent(&w, ADMIN_1, ADMIN_2, WC_NATIVE_role_grant,
                    world_abi(&w, "phqq", address(&w, GRID), WC_ROLE_VALIDATOR, I(0), INT64_MAX)));
    wc_keypair second;
    world_keypair(&second, 4242);
    wc_validators validators = {.count = 2};
    memcpy(validators.list[0].pub, w.sequencer.public_key.bytes, 32);
    memcpy(validators.list[1].pub, second.public_key.bytes, 32);
    validators.list[0] = (wc_validator){.power = 1, .operator_account = *address(&w, GRID)};
    memcpy(validators.list[0].pub, w.sequencer.public_key.bytes, 32);
    validators.list[1].power = 1;
    validators.list[1].operator_account = *address(&w, OPERATOR);
    uint8_t bytes[256];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_validators_put(&buf, &validators);
    assert_done(governed(&w, WC_PROPOSES_VALIDATORS, wc_buf_slice(&buf)));
    uint64_t before = credit_now(&w, address(&w, GRID)).work[WC_WORK_PRODUCED];

    letter l = plain_letter(&w, ALICE);
    wc_slice raw = letter_raw(&l);
    wc_block_tx tx = {wc_tx_raw_hash(raw), raw};
    wc_block_input input = {.form = WC_BLOCK_RAW,
                            .height = wc_chain_head(w.chain)->height + 1,
                            .time_s = w.now,
                            .signer_count = 4,
                            .tx_count = 1,
                            .txs = &tx};
    wc_proposer_of_key(input.proposer, second.public_key.bytes);
    for (int i = 0; i < 2; i++) {
        wc_proposer_of_key(input.signers[i].validator, validators.list[i].pub);
        input.signers[i].flag = WC_SIGNER_COMMIT;
    }
    memset(input.signers[2].validator, 3, sizeof input.signers[2].validator); /* nobody's key */
    input.signers[2].flag = WC_SIGNER_COMMIT;
    input.signers[3] = input.signers[1];
    input.signers[3].flag = WC_SIGNER_ABSENT;
    assert_status(wc_chain_seal_input(w.chain, &input, &w.sealed), WC_OK);
    assert_int_equal(credit_now(&w, address(&w, OPERATOR)).work[WC_WORK_PRODUCED], 2);
    assert_int_equal(credit_now(&w, address(&w, GRID)).work[WC_WORK_PRODUCED], before + 1);
    world_close(&w);
}

/* ---- contracts that do not add up ------------------------------------------------------------ */

static void what_cannot_be_followed_is_postponed_and_nobody_loses(void **state)
{
    (void)state;
    static const char *const names[BAD_COUNT] = {
        [BAD_STRANGER] = "PARTY_UNFIT", [BAD_SHORT] = "SHARES_DIFFER",
        [BAD_LONG] = "SHARES_DIFFER",   [BAD_FAILS] = "NO_IDEA",
        [BAD_TRAPS] = "TRAP_INDEX",     [BAD_HUGE] = "SHARES_DIFFER"};
    world w;
    open_shared(&w);
    assert_done(attested(&w, AUDITOR_1));
    size_t count;
    for (int how = 0; how < BAD_COUNT; how++) {
        wc_address bad = incentive_open_bad(&w, (bad_incentive)how);
        assert_done(governed(&w, WC_PROPOSES_INCENTIVE, wc_slice_of(bad.bytes, 32)));
        w.now = epoch_now(&w).until_s;
        int64_t fees = fees_now(&w);
        uint64_t made = credit_now(&w, address(&w, GRID)).work[WC_WORK_PRODUCED];
        const wc_receipt_page *page = record_made(&w);
        assert_string_equal(world_failure(&w, page), names[how]);
        assert_int_equal(page->event_count, 1);
        assert_int_equal(world_events(page, WC_EVENT_EPOCH_POSTPONED, NULL), 1);
        assert_int_equal(fees_now(&w), fees + (int64_t)(page - 1)->receipt.fee);
        wc_epoch epoch = epoch_now(&w);
        assert_int_equal(epoch.number, 1);
        assert_int_equal(epoch.until_s, w.now + EPOCH);
        assert_int_equal(credit_now(&w, address(&w, GRID)).work[WC_WORK_PRODUCED], made + 1);
        assert_int_equal(credit_now(&w, address(&w, AUDITOR_1)).work[WC_WORK_AUDITED], 1);
        assert_int_equal(record_made(&w)->event_count, 0); /* and not asked again before that */
    }
    wc_address sound = incentive_open(&w, PRODUCERS, METERS, AUDITORS);
    assert_done(governed(&w, WC_PROPOSES_INCENTIVE, wc_slice_of(sound.bytes, 32)));
    w.now = epoch_now(&w).until_s;
    int64_t fees = fees_now(&w);
    const wc_receipt_page *page = record_made(&w);
    assert_done(page);
    assert_int_equal(rewards_of(page, &count), fees + (int64_t)(page - 1)->receipt.fee);
    assert_int_equal(epoch_now(&w).number, 2);
    world_close(&w);
}

static void a_contract_that_has_ended_shares_nothing(void **state)
{
    (void)state;
    world w;
    open_priced(&w);
    wc_address contract = incentive_open(&w, PRODUCERS, METERS, AUDITORS);
    assert_done(governed(&w, WC_PROPOSES_INCENTIVE, wc_slice_of(contract.bytes, 32)));
    letter l = world_letter(&w, TREASURER);
    (void)letter_call(&l, WC_CALL_ACTION, &contract, 0, wc_slice_of(NULL, 0));
    assert_done(world_send(&w, &l));
    w.now = epoch_now(&w).until_s;
    assert_receipt(record_made(&w), "REFERENCE_UNFIT");
    world_close(&w);
}

static void free_gas_and_a_switch_off_share_nothing(void **state)
{
    (void)state;
    world w;
    world_options options = {.epoch_s = EPOCH};
    world_open(&w, &options);
    wc_address contract = incentive_open(&w, PRODUCERS, METERS, AUDITORS);
    assert_done(governed(&w, WC_PROPOSES_INCENTIVE, wc_slice_of(contract.bytes, 32)));
    w.now = epoch_now(&w).until_s + 5 * EPOCH + 7; /* whole epochs without a record are none */
    const wc_receipt_page *page = record_made(&w);
    size_t count;
    assert_done(page);
    assert_int_equal(page->receipt.gas_used, 0); /* nothing to share: nobody was asked */
    assert_int_equal(rewards_of(page, &count), 0);
    assert_int_equal(world_events(page, WC_EVENT_EPOCH_CLOSED, NULL), 1);
    assert_int_equal(epoch_now(&w).number, 2);
    static const wc_address none;
    assert_done(governed(&w, WC_PROPOSES_INCENTIVE, wc_slice_of(none.bytes, 32)));
    assert_null(record_made(&w));
    assert_receipt(attested(&w, AUDITOR_1), "NO_INCENTIVE");
    world_close(&w);
}

static void a_proposal_names_a_contract_that_answers(void **state)
{
    (void)state;
    world w;
    open_priced(&w);
    wc_address vault = vault_open(&w);
    wc_slice unfit[] = {wc_slice_of(vault.bytes, 32), wc_slice_of(address(&w, ALICE)->bytes, 32)};
    for (size_t i = 0; i < WC_ARRAY_LEN(unfit); i++) {
        assert_receipt(native_sent(&w, ADMIN_1, ACTOR_COUNT, WC_NATIVE_proposal_make,
                                   proposal_args(&w, WC_PROPOSES_INCENTIVE, unfit[i])),
                       "REFERENCE_UNFIT");
    }
    assert_receipt(
        native_sent(&w, ADMIN_1, ACTOR_COUNT, WC_NATIVE_proposal_make,
                    proposal_args(&w, WC_PROPOSES_INCENTIVE, wc_slice_of(vault.bytes, 31))),
        "BAD_ARGUMENTS");
    world_close(&w);
}

static void the_contract_of_the_library_is_what_the_ledger_asks(void **state)
{
    (void)state;
    assert_int_equal(wc_incentive_method(), 0x65fbcf9e); /* as `wattclause abi` prints it */
}

/* A payment of nothing moves nothing, and the rest is paid. */
static void a_payment_of_nothing_is_none(void **state)
{
    (void)state;
    world w;
    open_shared(&w);
    wc_address odd = incentive_open_bad(&w, SOUND_NOTHING);
    assert_done(governed(&w, WC_PROPOSES_INCENTIVE, wc_slice_of(odd.bytes, 32)));
    w.now = epoch_now(&w).until_s;
    int64_t fees = fees_now(&w);
    size_t count;
    const wc_receipt_page *page = record_made(&w);
    assert_done(page);
    assert_int_equal(rewards_of(page, &count), fees + (int64_t)(page - 1)->receipt.fee);
    assert_int_equal(count, 1);
    assert_int_equal(epoch_now(&w).number, 2);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_payment_of_nothing_is_none),
        cmocka_unit_test(the_treasury_tops_up_once_for_each_reference),
        cmocka_unit_test(nobody_else_makes_units_and_no_contract_gets_any),
        cmocka_unit_test(a_role_that_was_revoked_makes_no_units),
        cmocka_unit_test(the_payer_pays_and_nobody_else),
        cmocka_unit_test(a_fee_is_rounded_up_and_free_gas_posts_nothing),
        cmocka_unit_test(without_a_contract_nothing_is_counted_and_fees_stay),
        cmocka_unit_test(work_is_counted_for_who_did_it),
        cmocka_unit_test(an_epoch_ends_with_its_first_record_and_pays_to_the_last_unit),
        cmocka_unit_test(who_signed_the_block_before_has_worked_too),
        cmocka_unit_test(what_cannot_be_followed_is_postponed_and_nobody_loses),
        cmocka_unit_test(a_contract_that_has_ended_shares_nothing),
        cmocka_unit_test(free_gas_and_a_switch_off_share_nothing),
        cmocka_unit_test(a_proposal_names_a_contract_that_answers),
        cmocka_unit_test(the_contract_of_the_library_is_what_the_ledger_asks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
