/* Admission at its edges: windows, lanes, fees; and the order in which rules are looked at. */
#include "node/ledger/asset.h"
#include "tests/unit/ledger_exec/refusals.h"

#define I(x) INT64_C(x)

/* A letter that succeeds: adds 1 to the vault. */
static letter add_letter(world *w, world_actor actor, const wc_address *vault)
{
    letter l = world_letter(w, actor);
    (void)letter_call(&l, WC_CALL_ACTION, vault, VAULT_ADD, world_abi(w, "q", I(1)));
    return l;
}

static void a_transaction_is_good_in_its_window_and_at_both_ends(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    uint64_t next = wc_chain_head(w.chain)->height + 1;
    letter l = add_letter(&w, BOB, &vault);
    l.draft.tx.valid_from_height = next + 1;
    assert_receipt(world_send(&w, &l), "NOT_YET_VALID");
    l = add_letter(&w, BOB, &vault); /* the next block is next + 1 */
    l.draft.tx.valid_from_height = next + 1;
    l.draft.tx.expiry_height = next + 1;
    assert_done(world_send(&w, &l));
    l = add_letter(&w, BOB, &vault);
    l.draft.tx.expiry_height = next + 1;
    assert_receipt(world_send(&w, &l), "EXPIRED");
    l = add_letter(&w, BOB, &vault);
    l.draft.tx.expiry_time_s = w.now;
    assert_done(world_send(&w, &l));
    l = add_letter(&w, BOB, &vault);
    l.draft.tx.expiry_time_s = w.now - 1;
    assert_receipt(world_send(&w, &l), "EXPIRED");
    l = add_letter(&w, BOB, &vault);
    l.draft.tx.expiry_time_s = w.now + WC_TX_TTL_S_MAX;
    assert_done(world_send(&w, &l));
    world_close(&w);
}

static void lanes_count_each_for_itself(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    wc_slice raws[3];
    for (uint16_t lane = 1; lane <= 3; lane++) {
        letter l = add_letter(&w, BOB, &vault);
        l.draft.tx.lane = lane;
        l.draft.tx.nonce = 0;
        raws[lane - 1] = letter_raw(&l);
    }
    const wc_sealed *sealed = world_seal(&w, raws, 3);
    for (int i = 0; i < 3; i++) assert_done(&sealed->applied.receipts[i]);
    letter l = add_letter(&w, BOB, &vault);
    l.draft.tx.lane = 2;
    l.draft.tx.nonce = 2;
    assert_receipt(world_send(&w, &l), "NONCE_GAP");
    assert_int_equal(vault_total(&w, &vault), 3);
    world_close(&w);
}

static void nonces_run_on_within_a_block(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    wc_slice raws[4];
    for (int i = 0; i < 4; i++) {
        letter l = add_letter(&w, BOB, &vault);
        raws[i] = letter_raw(&l);
    }
    wc_slice third = raws[2];
    raws[2] = raws[3]; /* out of order: a gap, and then too late for nobody */
    raws[3] = third;
    const wc_sealed *sealed = world_seal(&w, raws, 4);
    assert_done(&sealed->applied.receipts[1]);
    assert_receipt(&sealed->applied.receipts[2], "NONCE_GAP");
    assert_done(&sealed->applied.receipts[3]);
    world_close(&w);
}

/* ---- fees --------------------------------------------------------------------------------------
 */

static void the_payer_pays_and_the_sender_counts(void **state)
{
    (void)state;
    world w;
    world_options options = {.gas_price = 2500000};
    world_open(&w, &options);
    wc_address vault = vault_open(&w);
    wc_address fees = wc_address_system(WC_SYSTEM_FEES);
    int64_t collected = wc_chain_free(w.chain, &fees, WORLD_UNITS);
    int64_t bob = world_free(&w, BOB, WORLD_UNITS), payer = world_free(&w, PAYER, WORLD_UNITS);
    letter l = add_letter(&w, BOB, &vault);
    l.draft.tx.payer = letter_signer(&l, PAYER);
    const wc_receipt_page *page = world_send(&w, &l);
    assert_done(page);
    int64_t fee = (int64_t)((page->receipt.gas_used * 5 + 1) / 2);
    assert_int_equal(page->receipt.fee, fee);
    assert_true(wc_hash_equal(&page->receipt.payer, &w.people[PAYER].address));
    assert_int_equal(world_free(&w, BOB, WORLD_UNITS), bob);
    assert_int_equal(world_free(&w, PAYER, WORLD_UNITS), payer - fee);
    assert_int_equal(wc_chain_free(w.chain, &fees, WORLD_UNITS), collected + fee);
    assert_int_equal(w.people[BOB].next_nonce, 1);
    assert_int_equal(w.people[PAYER].next_nonce, 0);
    wc_slice data;
    wc_ledger_posting posting;
    assert_int_equal(world_events(page, WC_EVENT_POSTING, &data), 1);
    assert_status(wc_posting_decode(&posting, data), WC_OK);
    assert_int_equal(posting.cause, WC_CAUSE_FEE);
    assert_int_equal(posting.call, WC_RECEIPT_NO_CALL);
    world_close(&w);
}

static void the_whole_limit_must_be_covered_by_what_was_signed_and_by_what_is_there(void **state)
{
    (void)state;
    world w;
    world_options options = {.gas_price = 1000000}; /* a unit per gas */
    world_open(&w, &options);
    wc_address vault = vault_open(&w);
    letter l = add_letter(&w, BOB, &vault);
    l.draft.tx.gas_limit = 500000;
    l.draft.tx.max_fee = 499999;
    assert_receipt(world_send(&w, &l), "FEE_NOT_COVERED");
    l = add_letter(&w, BOB, &vault);
    l.draft.tx.gas_limit = 500000;
    l.draft.tx.max_fee = 500000;
    assert_done(world_send(&w, &l));
    int64_t left = world_free(&w, BOB, WORLD_UNITS);
    l = add_letter(&w, BOB, &vault);
    l.draft.tx.gas_limit = (uint64_t)left + 1;
    l.draft.tx.max_fee = (uint64_t)left + 1;
    assert_receipt(world_send(&w, &l), "FEE_NOT_COVERED");
    l = add_letter(&w, BOB, &vault);
    l.draft.tx.gas_limit = (uint64_t)left;
    l.draft.tx.max_fee = (uint64_t)left;
    assert_done(world_send(&w, &l));
    world_close(&w);
}

static void fees_of_one_block_add_up(void **state)
{
    (void)state;
    world w;
    world_options options = {.gas_price = 1000000};
    world_open(&w, &options);
    wc_address vault = vault_open(&w);
    /* Each alone would be covered; after the first one there is too little for the second. */
    int64_t left = world_free(&w, BOB, WORLD_UNITS);
    wc_slice raws[2];
    for (int i = 0; i < 2; i++) {
        letter l = add_letter(&w, BOB, &vault);
        l.draft.tx.gas_limit = i == 0 ? 500000 : (uint64_t)left;
        l.draft.tx.max_fee = (uint64_t)left;
        raws[i] = letter_raw(&l);
    }
    wc_admission admission;
    assert_status(wc_chain_admit(w.chain, w.now, raws[1], &admission), WC_OK);
    assert_int_equal(admission.refusal, WC_REFUSAL_NONCE_GAP);
    const wc_sealed *sealed = world_seal(&w, raws, 2);
    assert_done(&sealed->applied.receipts[0]);
    assert_receipt(&sealed->applied.receipts[1], "FEE_NOT_COVERED");
    world_close(&w);
}

/* Three transactions of one size, of which a block takes two. They are admitted and then fail. */
static void third_is_too_much(const world_options *options)
{
    world w;
    world_open(&w, options);
    wc_slice raws[3];
    for (int i = 0; i < 3; i++) {
        letter l = plain_letter(&w, BOB);
        raws[i] = letter_raw(&l);
    }
    const wc_sealed *sealed = world_seal(&w, raws, 3);
    assert_receipt(&sealed->applied.receipts[0], "TARGET_UNKNOWN");
    assert_receipt(&sealed->applied.receipts[1], "TARGET_UNKNOWN");
    assert_receipt(&sealed->applied.receipts[2], "BLOCK_FULL");
    world_close(&w);
}

static void a_block_holds_what_the_parameters_say(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    letter l = plain_letter(&w, BOB);
    uint32_t size = (uint32_t)letter_raw(&l).len;
    world_close(&w);
    third_is_too_much(&(world_options){.block_txs_max = 2});
    third_is_too_much(&(world_options){.block_tx_bytes_max = 3 * size - 1});
    third_is_too_much(&(world_options){.block_gas_max = 300000000 - 1});
}

/* ---- order of rules
 * ------------------------------------------------------------------------------ */

static void the_first_broken_rule_is_the_answer(void **state)
{
    (void)state;
    world w;
    world_options options = {.gas_price = 1};
    world_open(&w, &options);
    /* Broken all at once, then mended one by one, in the order of admission. */
    static const char *const expected[] = {"WRONG_CHAIN", "GAS_LIMIT_TOO_HIGH",    "NOT_YET_VALID",
                                           "EXPIRED",     "ACCOUNT_INACTIVE",      "ROLE_NOT_HELD",
                                           "KEY_UNKNOWN", "THRESHOLD_NOT_REACHED", "SIGNATURE_BAD",
                                           "NONCE_GAP",   "FEE_NOT_COVERED"};
    for (size_t mended = 0; mended < WC_ARRAY_LEN(expected); mended++) {
        letter l = plain_letter(&w, mended < 5 ? FROZEN : BANK);
        wc_tx *tx = &l.draft.tx;
        if (mended < 1) tx->chain_id = wc_slice_of("test-other", 10);
        if (mended < 2) tx->gas_limit = WC_BLOCK_GAS_MAX + 1;
        if (mended < 3) tx->valid_from_height = 1000;
        if (mended < 4) tx->expiry_time_s = w.now - 1;
        if (mended < 6) tx->auth[0].role = 14; /* Regulator */
        tx->nonce = mended < 10 ? 5 : 0;
        if (mended < 11) tx->max_fee = 0;
        wc_tx_fault fault;
        assert_status(wc_tx_draft_close(&l.draft, &fault), WC_OK);
        const wc_keypair *key = &w.people[mended < 5 ? FROZEN : BANK].keys[0];
        assert_status(wc_tx_draft_sign(&l.draft, 0, mended < 7 ? 9 : 0, key), WC_OK);
        if (mended >= 8) {
            key = &w.people[BANK].keys[mended < 9 ? 0 : 1];
            assert_status(wc_tx_draft_sign(&l.draft, 0, 1, key), WC_OK);
        }
        uint8_t bytes[2048];
        wc_buf buf;
        wc_buf_init(&buf, bytes, sizeof bytes);
        assert_status(wc_tx_draft_encode(&l.draft, &buf, &fault), WC_OK);
        wc_admission admission;
        assert_status(wc_chain_admit(w.chain, w.now, wc_buf_slice(&buf), &admission), WC_OK);
        assert_string_equal(world_status_name((uint16_t)admission.refusal), expected[mended]);
    }
    world_close(&w);
}

static void what_is_not_a_transaction_is_told_where(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    letter l = plain_letter(&w, ALICE);
    wc_slice raw = letter_raw(&l);
    uint8_t *copy = wc_arena_alloc(&w.arena, raw.len, 1);
    memcpy(copy, raw.data, raw.len);
    copy[0] = 2; /* version */
    wc_admission admission;
    assert_status(wc_chain_admit(w.chain, w.now, wc_slice_of(copy, raw.len), &admission), WC_OK);
    assert_int_equal(admission.refusal, WC_REFUSAL_BAD_ENCODING);
    assert_int_equal(admission.fault.rule, WC_TX_RULE_VERSION);
    const wc_receipt_page *page = send_raw(&w, wc_slice_of(copy, raw.len));
    assert_receipt(page, "BAD_ENCODING");
    /* The receipt says the same: rule u16, offset u64. */
    assert_int_equal(page->outcome.len, 10);
    assert_int_equal(wc_load_u16(page->outcome.data), WC_TX_RULE_VERSION);
    assert_int_equal(wc_load_u64(page->outcome.data + 2), 0);
    wc_hash raw_hash = wc_sha256_one(wc_slice_of(copy, raw.len));
    assert_true(wc_hash_equal(&page->receipt.subject, &raw_hash));
    world_close(&w);
}

static void an_admitted_transaction_is_not_verified_again(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    letter l = add_letter(&w, BOB, &vault);
    wc_slice raw = letter_raw(&l);
    wc_admission admission;
    assert_status(wc_chain_admit(w.chain, w.now, raw, &admission), WC_OK);
    assert_int_equal(admission.refusal, WC_REFUSAL_NONE);
    wc_hash id = letter_id(&l);
    assert_true(wc_hash_equal(&admission.tx_id, &id));
    /* A kept verdict is for these bytes only: one bit of the signature is another transaction. */
    uint8_t *copy = wc_arena_alloc(&w.arena, raw.len, 1);
    memcpy(copy, raw.data, raw.len);
    copy[raw.len - 20] ^= 1;
    assert_receipt(send_raw(&w, wc_slice_of(copy, raw.len)), "SIGNATURE_BAD");
    assert_done(send_raw(&w, raw));
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_transaction_is_good_in_its_window_and_at_both_ends),
        cmocka_unit_test(lanes_count_each_for_itself),
        cmocka_unit_test(nonces_run_on_within_a_block),
        cmocka_unit_test(the_payer_pays_and_the_sender_counts),
        cmocka_unit_test(the_whole_limit_must_be_covered_by_what_was_signed_and_by_what_is_there),
        cmocka_unit_test(fees_of_one_block_add_up),
        cmocka_unit_test(a_block_holds_what_the_parameters_say),
        cmocka_unit_test(the_first_broken_rule_is_the_answer),
        cmocka_unit_test(what_is_not_a_transaction_is_told_where),
        cmocka_unit_test(an_admitted_transaction_is_not_verified_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
