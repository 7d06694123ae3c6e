/* Proving from a chain: older records by replay, what is pruned or destroyed, and finding. */
#include <stdlib.h>

#include "node/chain/past.h"
#include "node/proof/replayed.h"
#include "tests/unit/proof/made.h"

static wc_proof_file file;
static wc_proof_scratch scratch;

/* ---- older records ---------------------------------------------------------------------------
 */

static void check_at(made *m, uint64_t seq, const wc_state_key *key)
{
    static const wc_replayed_options options = {.threads = 1};
    wc_status status;
    uint64_t stopped;
    size_t bad;
    wc_chain *replayed;
    assert_int_equal(wc_replayed_open(&replayed, &status, &stopped, m->w.chain, seq, &options),
                     WC_PROVE_DONE);
    assert_int_equal(stopped, seq);
    m->maker.state = replayed;
    m->maker.seq = seq;
    wc_slice bytes = made_state(m, key, "");
    wc_hash hash = made_record_hash(m);
    wc_proof_trust trust = {.record_hash = &hash};
    assert_int_equal(wc_proof_check(&file, &bad, &scratch, bytes, &trust), WC_PROOF_HOLDS);
    wc_chain_close(replayed);
    m->maker.state = m->w.chain;
}

/* The deposit of the first record came in, then a contract took five yuan of it. */
static void the_state_at_every_older_record_is_proved_by_replay(void **state)
{
    made *m = *state;
    uint64_t newest = wc_chain_head(m->w.chain)->seq;
    wc_state_key key = wc_key_free(&m->w.people[ALICE].address, WORLD_CNY);
    int64_t before = 0, amount = 0;
    unsigned changes = 0;
    for (uint64_t seq = 0; seq <= newest; seq++) {
        check_at(m, seq, &key);
        amount = 0;
        if (file.state.is_present)
            assert_status(wc_amount_decode(&amount, file.state.value), WC_OK);
        if (amount != before) changes++;
        before = amount;
    }
    assert_int_equal(amount, 5500);
    assert_int_equal(changes, 2);
}

/* The same states without a replay, from the undo entries; the newest one is not disturbed for
 * those who open the folder again. */
static void the_state_at_every_older_record_is_proved_by_going_back(void **state)
{
    (void)state;
    static made m;
    int64_t amounts[2] = {0}, amount;
    made_open(&m, NULL);
    uint64_t newest = wc_chain_head(m.w.chain)->seq;
    wc_state_key key = wc_key_free(&m.w.people[ALICE].address, WORLD_CNY);
    assert_int_equal(wc_chain_oldest_past(m.w.chain), 0);
    for (uint64_t back = 0; back <= newest; back++) {
        uint64_t seq = newest - back;
        size_t bad;
        assert_status(wc_chain_go_back(m.w.chain, seq), WC_OK);
        m.maker.seq = seq;
        wc_slice bytes = made_state(&m, &key, "");
        wc_hash hash = made_record_hash(&m);
        wc_proof_trust trust = {.record_hash = &hash};
        assert_int_equal(wc_proof_check(&file, &bad, &scratch, bytes, &trust), WC_PROOF_HOLDS);
        amount = 0;
        if (file.state.is_present)
            assert_status(wc_amount_decode(&amount, file.state.value), WC_OK);
        if (back == 0) amounts[0] = amount;
        if (seq == 1) amounts[1] = amount;
    }
    assert_int_equal(amounts[0], 5500);
    assert_int_equal(amounts[1], 6000);
    assert_int_equal(amount, 0);
    assert_status(wc_chain_go_back(m.w.chain, newest + 1), WC_NOT_FOUND);
    made_close(&m);
}

/* Undo entries that are gone, or changed, lead to another root. */
static void going_back_further_than_undo_reaches_is_refused(void **state)
{
    (void)state;
    static made m;
    uint8_t from[8] = {0}, to[8];
    made_open(&m, NULL);
    wc_batch *batch = wc_batch_create(WC_STORE_BATCH_MAX);
    wc_store store = *wc_chain_store(m.w.chain);
    assert_non_null(batch);
    wc_store_u64(to, 5);
    wc_batch_delete_range(batch, WC_CF_UNDO, wc_slice_of(from, 8), wc_slice_of(to, 8));
    assert_status(wc_store_commit(&store, batch), WC_OK);
    wc_batch_destroy(batch);
    assert_int_equal(wc_chain_oldest_past(m.w.chain), 4);
    assert_status(wc_chain_go_back(m.w.chain, 4), WC_OK);
    assert_status(wc_chain_go_back(m.w.chain, 3), WC_NOT_FOUND);
    assert_status(wc_chain_go_back(m.w.chain, 0), WC_NOT_FOUND);
    made_close(&m);
}

static void recent_records_need_no_replay_and_older_ones_are_not_provable(void **state)
{
    made *m = *state;
    uint64_t newest = wc_chain_head(m->w.chain)->seq;
    wc_state_key key = wc_key_free(&m->w.people[ALICE].address, WORLD_CNY);
    assert_true(newest > WC_TREE_VERSIONS);
    m->maker.seq = newest - WC_TREE_VERSIONS + 1;
    (void)made_state(m, &key, "");
    m->maker.seq--;
    assert_int_equal(wc_prove_state(&m->maker, &key, wc_str_of("")), WC_PROVE_PRUNED);
    m->maker.seq = newest + 1;
    assert_int_equal(wc_prove_state(&m->maker, &key, wc_str_of("")), WC_PROVE_NO_RECORD);
}

static void what_stands_in_an_older_record_is_proved_bare(void **state)
{
    made *m = *state;
    size_t bad;
    wc_event_id id = made_find_event(m, true, WC_EVENT_POSTING);
    assert_true(id.seq + WC_TREE_VERSIONS <= wc_chain_head(m->w.chain)->seq);
    wc_slice bytes = made_kind(m, WC_FACT_EVENT);
    wc_hash hash = made_record_hash(m);
    wc_proof_trust trust = {.record_hash = &hash};
    assert_int_equal(wc_proof_check(&file, &bad, &scratch, bytes, &trust), WC_PROOF_HOLDS);
    assert_int_equal(file.event_index, id.event);
    assert_int_equal(file.support_count, 0); /* their state is no longer provable */
}

static void what_is_not_there_is_not_proved(void **state)
{
    made *m = *state;
    wc_hash id = wc_sha256_one(wc_slice_of("nothing", 7));
    wc_status status;
    uint64_t seq;
    uint32_t receipt;
    wc_found_reading found;
    m->maker.seq = 1;
    assert_int_equal(wc_prove_receipt(&m->maker, 1000), WC_PROVE_NOTHING);
    assert_int_equal(wc_prove_event(&m->maker, 0, 1000), WC_PROVE_NOTHING);
    assert_int_equal(wc_prove_tx(&m->maker, 1000), WC_PROVE_NOTHING);
    assert_int_equal(wc_prove_tx_at(&m->maker, 1000), WC_PROVE_NOTHING);
    assert_int_equal(wc_prove_find_tx(m->w.chain, &status, &id, &seq, &receipt), WC_PROVE_NOTHING);
    const wc_address *meter = &m->w.people[METER].address;
    assert_int_equal(wc_prove_find_reading(m->w.chain, &status, meter, WORLD_START, 0, &found),
                     WC_PROVE_NOTHING);
    assert_int_equal(
        wc_prove_find_reading(m->w.chain, &status, meter, WORLD_START + 900, 1, &found),
        WC_PROVE_NOTHING);
}

static void transactions_are_found_by_their_id(void **state)
{
    made *m = *state;
    wc_receipt_page page;
    wc_status status;
    uint64_t seq, found;
    uint32_t receipt, index;
    seq = made_find_failed(m, &receipt);
    assert_status(wc_chain_read_receipt(m->w.chain, seq, receipt, &page), WC_OK);
    wc_hash id = page.receipt.subject;
    assert_int_equal(wc_prove_find_tx(m->w.chain, &status, &id, &found, &index), WC_PROVE_DONE);
    assert_int_equal(found, seq);
    assert_int_equal(index, receipt);
}

/* ---- what is gone ----------------------------------------------------------------------------
 */

/* What a family of entries has of this record: 'b' its block, 'p' payloads, 'e' receipts. */
static void forget(made *m, char family, uint64_t seq)
{
    uint8_t from[13] = {(uint8_t)family}, to[13] = {(uint8_t)family};
    wc_batch *batch = wc_batch_create(WC_STORE_BATCH_MAX);
    wc_store store = *wc_chain_store(m->w.chain);
    assert_non_null(batch);
    wc_store_u64(from + 1, seq);
    wc_store_u64(to + 1, seq + 1);
    wc_batch_delete_range(batch, WC_CF_CHAIN, wc_slice_of(from, 9), wc_slice_of(to, 9));
    assert_status(wc_store_commit(&store, batch), WC_OK);
    wc_batch_destroy(batch);
}

static void a_destroyed_payload_is_named(void **state)
{
    (void)state;
    static made m;
    static const wc_replayed_options options = {.threads = 1};
    wc_status status;
    wc_found_reading found;
    wc_chain *replayed;
    uint64_t stopped;
    made_open(&m, NULL);
    assert_int_equal(wc_prove_find_reading(m.w.chain, &status, &m.w.people[METER].address,
                                           WORLD_START + 900, 0, &found),
                     WC_PROVE_DONE);
    forget(&m, 'p', found.seq);
    m.maker.seq = found.seq;
    assert_int_equal(wc_prove_reading(&m.maker, &found), WC_PROVE_DESTROYED);
    assert_int_equal(wc_prove_tx(&m.maker, found.receipt), WC_PROVE_DESTROYED);
    m.maker.state = NULL;
    wc_buf_init(&m.out, m.memory[1], WC_PROOF_FILE_MAX);
    assert_int_equal(wc_prove_receipt(&m.maker, found.receipt), WC_PROVE_DONE);
    uint64_t newest = wc_chain_head(m.w.chain)->seq;
    assert_int_equal(wc_replayed_open(&replayed, &status, &stopped, m.w.chain, newest, &options),
                     WC_PROVE_DESTROYED);
    assert_int_equal(stopped, found.seq);
    made_close(&m);
}

static void pruned_blocks_are_named_with_the_oldest_that_is_kept(void **state)
{
    (void)state;
    static made m;
    static const wc_replayed_options options = {.threads = 1};
    wc_status status;
    wc_chain *replayed;
    uint64_t stopped;
    made_open(&m, NULL);
    assert_int_equal(wc_prove_oldest(m.w.chain), 1);
    for (uint64_t seq = 1; seq < 5; seq++) {
        forget(&m, 'b', seq);
        forget(&m, 'e', seq);
    }
    assert_int_equal(wc_prove_oldest(m.w.chain), 5);
    m.maker.seq = 4;
    assert_int_equal(wc_prove_receipt(&m.maker, 0), WC_PROVE_PRUNED);
    assert_int_equal(wc_prove_tx_at(&m.maker, 0), WC_PROVE_PRUNED);
    assert_int_equal(wc_prove_tx(&m.maker, 0), WC_PROVE_PRUNED);
    assert_int_equal(wc_replayed_open(&replayed, &status, &stopped, m.w.chain, 6, &options),
                     WC_PROVE_PRUNED);
    assert_int_equal(stopped, 1);
    m.maker.seq = 5;
    m.maker.state = NULL;
    wc_buf_init(&m.out, m.memory[1], WC_PROOF_FILE_MAX);
    assert_int_equal(wc_prove_receipt(&m.maker, 0), WC_PROVE_DONE);
    made_close(&m);
}

static int open_chain(void **state)
{
    static made m;
    made_open(&m, NULL);
    *state = &m;
    return 0;
}

static int close_chain(void **state)
{
    made_close(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_state_at_every_older_record_is_proved_by_replay),
        cmocka_unit_test(the_state_at_every_older_record_is_proved_by_going_back),
        cmocka_unit_test(going_back_further_than_undo_reaches_is_refused),
        cmocka_unit_test(recent_records_need_no_replay_and_older_ones_are_not_provable),
        cmocka_unit_test(what_stands_in_an_older_record_is_proved_bare),
        cmocka_unit_test(what_is_not_there_is_not_proved),
        cmocka_unit_test(transactions_are_found_by_their_id),
        cmocka_unit_test(a_destroyed_payload_is_named),
        cmocka_unit_test(pruned_blocks_are_named_with_the_oldest_that_is_kept),
    };
    return cmocka_run_group_tests(tests, open_chain, close_chain);
}
