/* Reading back: records, certificates, inputs and receipts of all blocks; state; proofs; views. */
#include <stdlib.h>

#include "node/chain/inside.h"
#include "node/ledger/proof.h"
#include "tests/unit/ledger_exec/refusals.h"

#define I(x) INT64_C(x)

static void records_form_a_chain_that_the_sequencer_certifies(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    (void)vault_open(&w);
    uint64_t head = wc_chain_head(w.chain)->seq;
    assert_int_equal(head, 2);
    wc_hash genesis_hash = wc_chain_genesis_hash(w.chain);
    wc_hash before = {{0}};
    for (uint64_t seq = 0; seq <= head; seq++) {
        wc_chain_record record;
        assert_status(wc_chain_read_record(w.chain, seq, &record), WC_OK);
        assert_int_equal(record.record.seq, seq);
        assert_true(wc_hash_equal(&record.record.prev_record_hash, &before));
        assert_true(wc_hash_equal(&record.record.genesis_hash, &genesis_hash));
        before = record.hash;
        assert_int_equal(record.has_certificate, seq > 0);
        if (seq == 0) continue;
        uint8_t message[WC_CERTIFICATE_MESSAGE_SIZE];
        wc_certificate_message(message, &genesis_hash, record.certificate.incarnation, seq,
                               record.record.height, &record.hash);
        assert_true(wc_verify(&w.sequencer.public_key, &record.certificate.sigs[0].signature,
                              wc_slice_of(message, sizeof message)));
    }
    wc_chain_record beyond;
    assert_status(wc_chain_read_record(w.chain, head + 1, &beyond), WC_NOT_FOUND);
    assert_true(wc_hash_equal(&wc_chain_head(w.chain)->record_hash, &before));
    world_close(&w);
}

static void a_record_binds_transactions_receipts_and_state(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    wc_slice raws[2];
    for (int i = 0; i < 2; i++) {
        letter l = world_letter(&w, i == 0 ? ALICE : BOB);
        (void)letter_call(&l, WC_CALL_ACTION, &vault, i == 0 ? VAULT_ADD : VAULT_FAIL,
                          i == 0 ? world_abi(&w, "q", I(3)) : wc_slice_of(NULL, 0));
        raws[i] = letter_raw(&l);
    }
    const wc_record *record = &world_seal(&w, raws, 2)->applied.record;
    wc_hash leaves[2];
    for (int i = 0; i < 2; i++) {
        wc_hash hash = wc_sha256_one(raws[i]);
        leaves[i] = wc_merkle_leaf(wc_slice_of(hash.bytes, 32));
    }
    wc_hash root = wc_merkle_root(leaves, 2);
    assert_true(wc_hash_equal(&root, &record->txs_root));
    for (int i = 0; i < 2; i++) {
        wc_hash hash = wc_receipt_hash(&w.sealed->applied.receipts[i].receipt);
        leaves[i] = wc_merkle_leaf(wc_slice_of(hash.bytes, 32));
    }
    root = wc_merkle_root(leaves, 2);
    assert_true(wc_hash_equal(&root, &record->receipts_root));
    root = wc_chain_state_root(w.chain);
    assert_true(wc_hash_equal(&root, &record->state_root));
    assert_int_equal(record->gas_used, w.sealed->applied.receipts[0].receipt.gas_used +
                                           w.sealed->applied.receipts[1].receipt.gas_used);
    world_close(&w);
}

static void a_block_comes_back_byte_for_byte_whatever_stood_in_it(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    meter_registered(&w);
    wc_slice raws[4];
    letter l = world_letter(&w, ALICE);
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_ADD, world_abi(&w, "q", I(3)));
    raws[0] = letter_raw(&l);
    raws[1] = wc_slice_of("not a transaction", 17);
    l = world_letter(&w, METER);
    (void)letter_reading(&l, &vault, VAULT_METERED, world_abi(&w, "qqq", WORLD_START, I(0), I(9)));
    raws[2] = letter_raw(&l);
    /* A transaction without its last byte, which says that it has no payloads. */
    l = world_letter(&w, BOB);
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_ADD, world_abi(&w, "q", I(3)));
    raws[3] = letter_raw(&l);
    raws[3].len--;
    (void)world_seal(&w, raws, 4);
    const wc_chain_block *block;
    assert_status(wc_chain_read_block(w.chain, wc_chain_head(w.chain)->seq, &block), WC_OK);
    assert_true(block->is_complete);
    assert_int_equal(block->input.tx_count, 4);
    for (int i = 0; i < 4; i++) {
        assert_true(wc_slice_equal(block->input.txs[i].bytes, raws[i]));
    }
    assert_true(block->txs[2].payloads.len > 24); /* they lie apart */
    assert_receipt(&block->receipts[1], "BAD_ENCODING");
    assert_receipt(&block->receipts[3], "BAD_ENCODING");
    wc_receipt_page page;
    assert_status(wc_chain_read_receipt(w.chain, block->record.record.seq, 2, &page), WC_OK);
    assert_done(&page);
    assert_status(wc_receipt_page_check(&page), WC_OK);
    assert_status(wc_chain_read_receipt(w.chain, 1, 99, &page), WC_NOT_FOUND);
    world_close(&w);
}

static void destroyed_payloads_leave_record_and_receipts_in_place(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    meter_registered(&w);
    assert_done(reading_sent(&w, METER, &vault, WORLD_START, 0, 9));
    uint64_t seq = wc_chain_head(w.chain)->seq;
    uint8_t key[13] = {'p'};
    wc_store_u64(key + 1, seq);
    wc_batch *batch = wc_batch_create(1 << 20);
    wc_batch_delete(batch, WC_CF_CHAIN, wc_slice_of(key, sizeof key));
    assert_status(wc_store_commit(wc_chain_store(w.chain), batch), WC_OK);
    wc_batch_destroy(batch);
    const wc_chain_block *block;
    assert_status(wc_chain_read_block(w.chain, seq, &block), WC_OK);
    assert_false(block->is_complete);
    assert_int_equal(block->txs[0].payloads.len, 0);
    assert_done(&block->receipts[0]);
    world_close(&w);
}

static void the_state_is_read_by_key_and_in_order(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    letter l = world_letter(&w, ALICE);
    for (int i = 0; i < 5; i++) {
        (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_PUT,
                          world_abi(&w, "qq", I(10) - 5 * i, (int64_t)i));
    }
    assert_done(world_send(&w, &l));
    wc_state_key prefix = wc_key_field(&vault, 2);
    wc_state_key after = {.len = 0};
    wc_slice key, value;
    int64_t numbers[5];
    size_t count = 0;
    while (wc_chain_next(w.chain, wc_state_key_slice(&prefix), wc_state_key_slice(&after), &key,
                         &value) == WC_OK) {
        memcpy(after.bytes, key.data, key.len);
        after.len = (uint8_t)key.len;
        if (key.len == prefix.len) continue; /* the header */
        numbers[count++] = (int64_t)(wc_load_u64(key.data + prefix.len) ^ UINT64_C(1) << 63);
    }
    assert_int_equal(count, 5);
    for (size_t i = 0; i < 5; i++) assert_int_equal(numbers[i], I(-10) + 5 * (int64_t)i);
    assert_int_equal(wc_chain_asset(w.chain, WC_STR("CNY")), WORLD_CNY);
    assert_int_equal(wc_chain_asset(w.chain, WC_STR("USD")), 0);
    world_close(&w);
}

static void views_answer_within_their_gas_and_by_name(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    wc_outcome outcome;
    wc_slice none = {NULL, 0};
    assert_status(wc_chain_view(w.chain, &vault, WC_STR("total"), none, 1000000, &outcome), WC_OK);
    assert_int_equal(outcome.kind, WC_OUTCOME_OK);
    uint64_t used = outcome.gas_used;
    assert_status(wc_chain_view(w.chain, &vault, WC_STR("total"), none, used, &outcome), WC_OK);
    assert_int_equal(outcome.kind, WC_OUTCOME_OK);
    assert_status(wc_chain_view(w.chain, &vault, WC_STR("total"), none, used - 1, &outcome), WC_OK);
    assert_int_equal(outcome.kind, WC_OUTCOME_TRAP);
    assert_int_equal(outcome.code, WC_TRAP_OUT_OF_GAS);
    assert_status(wc_chain_view(w.chain, &vault, WC_STR("nothing"), none, 1000, &outcome),
                  WC_NOT_FOUND);
    assert_status(
        wc_chain_view(w.chain, &w.people[ALICE].address, WC_STR("total"), none, 1000, &outcome),
        WC_NOT_FOUND);
    /* A block may follow a view, and a view a block. */
    letter l = world_letter(&w, BOB);
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_ADD, world_abi(&w, "q", I(4)));
    assert_done(world_send(&w, &l));
    assert_int_equal(vault_total(&w, &vault), 4);
    world_close(&w);
}

static void values_of_recent_records_are_proved(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    world_deposit(&w, ALICE, 100);
    uint64_t first = wc_chain_head(w.chain)->seq;
    wc_state_key key = wc_key_free(&w.people[ALICE].address, WORLD_CNY);
    wc_hash k = wc_tree_key(wc_state_key_slice(&key));
    for (int i = 0; i < 17; i++) world_deposit(&w, ALICE, 100);
    uint64_t head = wc_chain_head(w.chain)->seq;
    wc_proof *proof = malloc(sizeof *proof);
    assert_non_null(proof);
    for (uint64_t seq = head - 15; seq <= head; seq++) {
        wc_chain_record record;
        int64_t amount;
        assert_status(wc_chain_prove(w.chain, seq, &key, &w.arena, proof), WC_OK);
        assert_status(wc_chain_read_record(w.chain, seq, &record), WC_OK);
        assert_status(wc_proof_verify(proof, &record.record.state_root, &k), WC_OK);
        assert_status(wc_amount_decode(&amount, proof->value), WC_OK);
        assert_int_equal(amount, 100 * (int64_t)(seq - first + 1));
    }
    assert_status(wc_chain_prove(w.chain, head - 16, &key, &w.arena, proof), WC_NOT_FOUND);
    assert_status(wc_chain_prove(w.chain, head + 1, &key, &w.arena, proof), WC_NOT_FOUND);
    /* Absence is proved, too. */
    key = wc_key_free(&w.people[BOB].address, WORLD_CNY);
    k = wc_tree_key(wc_state_key_slice(&key));
    assert_status(wc_chain_prove(w.chain, head, &key, &w.arena, proof), WC_OK);
    wc_hash root = wc_chain_state_root(w.chain);
    assert_status(wc_proof_verify(proof, &root, &k), WC_OK);
    assert_int_not_equal(proof->kind, WC_PROOF_PRESENT);
    free(proof);
    world_close(&w);
}

/* One transaction that adds to 64 numbers of a vault. */
static void put_many(world *w, const wc_address *vault)
{
    letter l = world_letter(w, ALICE);
    for (int64_t i = 1; i <= 64; i++) {
        (void)letter_call(&l, WC_CALL_ACTION, vault, VAULT_PUT, world_abi(w, "qq", i, I(1)));
    }
    assert_done(world_send(w, &l));
}

static size_t undo_parts(world *w, uint64_t seq)
{
    wc_slice key, value;
    size_t parts = 0;
    wc_chain_key prefix = wc_chain_undo_prefix(seq);
    const wc_store *store = wc_chain_store(w->chain);
    wc_snapshot *at = wc_store_snapshot(store);
    wc_store_iter iter = wc_store_iter_prefix(store, at, WC_CF_UNDO, wc_chain_key_slice(&prefix));
    while (wc_store_iter_next(&iter, &key, &value)) parts++;
    wc_store_iter_close(&iter);
    wc_store_release(store, at);
    return parts;
}

/* Of a record that changed more than one part of the undo holds: every key of the state as it was
 * before it, the last and the first of a part among them, and keys that were not there. */
static void values_of_a_large_record_are_proved(void **state)
{
    (void)state;
    static wc_state_key keys[2048];
    static wc_hash values[2048];
    world w;
    size_t count = 0;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    wc_hash empty_root = wc_chain_state_root(w.chain);
    uint64_t before_all = wc_chain_head(w.chain)->seq;
    put_many(&w, &vault);
    wc_slice all = {NULL, 0}, key = {NULL, 0}, value;
    while (wc_chain_next(w.chain, all, key, &key, &value) == WC_OK) {
        assert_true(count < 2048);
        memcpy(keys[count].bytes, key.data, key.len);
        keys[count].len = (uint8_t)key.len;
        values[count++] = wc_value_hash(value);
    }
    wc_hash root = wc_chain_state_root(w.chain);
    uint64_t seq = wc_chain_head(w.chain)->seq;
    put_many(&w, &vault);
    assert_true(undo_parts(&w, seq) > 1 && undo_parts(&w, seq + 1) > 1);
    wc_proof *proof = malloc(sizeof *proof);
    for (size_t i = 0; i < count; i++) {
        wc_hash k = wc_tree_key(wc_state_key_slice(&keys[i]));
        size_t mark = wc_arena_mark(&w.arena);
        assert_status(wc_chain_prove(w.chain, seq, &keys[i], &w.arena, proof), WC_OK);
        assert_status(wc_proof_verify(proof, &root, &k), WC_OK);
        wc_hash found = wc_value_hash(proof->value);
        assert_true(proof->kind == WC_PROOF_PRESENT && wc_hash_equal(&found, &values[i]));
        assert_status(wc_chain_prove(w.chain, before_all, &keys[i], &w.arena, proof), WC_OK);
        assert_status(wc_proof_verify(proof, &empty_root, &k), WC_OK);
        wc_arena_rewind(&w.arena, mark);
    }
    free(proof);
    world_close(&w);
}

static void a_block_that_is_too_large_or_too_early_changes_nothing(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    wc_head head = *wc_chain_head(w.chain);
    const wc_sealed *sealed;
    assert_status(wc_chain_seal(w.chain, head.time_s - 1, NULL, 0, &sealed), WC_OUT_OF_DOMAIN);
    wc_slice *many = calloc(WC_BLOCK_TXS_MAX + 1, sizeof *many);
    assert_non_null(many);
    assert_status(wc_chain_seal(w.chain, w.now, many, WC_BLOCK_TXS_MAX + 1, &sealed), WC_TOO_LARGE);
    wc_slice big = wc_slice_of(w.memory, WC_BLOCK_TX_BYTES_MAX / 16);
    for (int i = 0; i < 16; i++) many[i] = big;
    many[15].len = big.len + 1; /* WC_BLOCK_TX_BYTES_MAX + 1 */
    assert_status(wc_chain_seal(w.chain, w.now, many, 16, &sealed), WC_TOO_LARGE);
    assert_int_equal(wc_chain_head(w.chain)->height, head.height);
    assert_int_equal(vault_total(&w, &vault), 0);
    for (size_t len = big.len - 1; len <= big.len; len++) { /* sealed: each is refused by itself */
        many[15].len = len; /* WC_BLOCK_TX_BYTES_MAX - 1, then WC_BLOCK_TX_BYTES_MAX */
        assert_status(wc_chain_seal(w.chain, w.now, many, 16, &sealed), WC_OK);
        assert_int_equal(sealed->applied.receipts[15].receipt.status, WC_REFUSAL_BAD_ENCODING);
    }
    free(many);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_form_a_chain_that_the_sequencer_certifies),
        cmocka_unit_test(a_record_binds_transactions_receipts_and_state),
        cmocka_unit_test(a_block_comes_back_byte_for_byte_whatever_stood_in_it),
        cmocka_unit_test(destroyed_payloads_leave_record_and_receipts_in_place),
        cmocka_unit_test(the_state_is_read_by_key_and_in_order),
        cmocka_unit_test(views_answer_within_their_gas_and_by_name),
        cmocka_unit_test(values_of_recent_records_are_proved),
        cmocka_unit_test(values_of_a_large_record_are_proved),
        cmocka_unit_test(a_block_that_is_too_large_or_too_early_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
