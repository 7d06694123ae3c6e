/* Readers: other threads see one sealed record, whole, while the chain goes on. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "node/chain/reader.h"
#include "tests/unit/chain/folders.h"

static void a_reader_stays_where_it_stands(void **state)
{
    (void)state;
    world w;
    wc_address vault;
    wc_chain *reader;
    world_in_folder(&w, "reader", &vault);
    assert_status(wc_chain_open_reader(&reader, w.chain), WC_OK);
    wc_moment *before = wc_moment_take(w.chain);
    wc_head head = *wc_chain_head(w.chain);
    wc_hash root = wc_chain_state_root(w.chain);
    wc_chain_reader_enter(reader, before);
    world_grow(&w, &vault, 3);
    assert_same_head(wc_chain_head(reader), &head);
    wc_hash seen = wc_chain_state_root(reader);
    assert_true(wc_hash_equal(&seen, &root));
    assert_int_equal(vault_total(&w, &vault), 8);
    wc_chain *own = w.chain;
    w.chain = reader;
    assert_int_equal(vault_total(&w, &vault), 5);
    w.chain = own;
    wc_chain_record record;
    assert_status(wc_chain_read_record(reader, head.seq + 1, &record), WC_NOT_FOUND);
    assert_status(wc_chain_read_record(reader, head.seq, &record), WC_OK);

    wc_moment *after = wc_moment_take(w.chain);
    wc_chain_reader_enter(reader, after);
    wc_moment_drop(before);
    wc_moment_drop(after); /* the reader holds it */
    w.chain = reader;
    assert_int_equal(vault_total(&w, &vault), 8);
    w.chain = own;
    assert_status(wc_chain_read_record(reader, head.seq + 1, &record), WC_OK);
    wc_chain_close(reader);
    world_close(&w);
}

static void a_reader_proves_and_seals_nothing(void **state)
{
    (void)state;
    world w;
    wc_address vault;
    wc_chain *reader;
    static uint8_t memory[WC_STATE_VALUE_MAX] __attribute__((aligned(16)));
    wc_arena arena;
    wc_proof *proof = malloc(sizeof *proof);
    const wc_sealed *sealed;
    world_in_folder(&w, "reader-proof", &vault);
    assert_status(wc_chain_open_reader(&reader, w.chain), WC_OK);
    wc_moment *moment = wc_moment_take(w.chain);
    wc_chain_reader_enter(reader, moment);
    wc_moment_drop(moment);
    uint64_t seq = wc_chain_head(reader)->seq;
    wc_hash root = wc_chain_state_root(reader);
    for (int i = 0; i < 3; i++) world_grow(&w, &vault, 1); /* the tree goes on */
    wc_state_key key = wc_key_instance(&vault);
    wc_hash k = wc_tree_key(wc_state_key_slice(&key));
    wc_arena_init(&arena, memory, sizeof memory);
    assert_status(wc_chain_prove(reader, seq, &key, &arena, proof), WC_OK);
    assert_status(wc_proof_verify(proof, &root, &k), WC_OK);
    assert_int_equal(proof->kind, WC_PROOF_PRESENT);
    assert_status(wc_chain_prove(reader, seq + 1, &key, &arena, proof), WC_NOT_FOUND);
    assert_status(wc_chain_seal(reader, w.now, NULL, 0, &sealed), WC_NOT_SUPPORTED);
    wc_chain_reader_leave(reader);
    wc_chain_close(reader);
    free(proof);
    world_close(&w);
}

static void a_chain_in_memory_has_no_readers(void **state)
{
    (void)state;
    world w;
    wc_chain *reader;
    world_open(&w, NULL);
    assert_status(wc_chain_open_reader(&reader, w.chain), WC_NOT_SUPPORTED);
    world_close(&w);
}

/* What a reader admits is what the chain admits; a forged signature stays forged. */
static void a_reader_admits_like_the_chain(void **state)
{
    (void)state;
    world w;
    wc_address vault;
    wc_chain *reader;
    wc_admission own, seen;
    world_in_folder(&w, "reader-admit", &vault);
    assert_status(wc_chain_open_reader(&reader, w.chain), WC_OK);
    wc_moment *moment = wc_moment_take(w.chain);
    wc_chain_reader_enter(reader, moment);
    wc_moment_drop(moment);
    letter l = world_letter(&w, ALICE);
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_ADD, world_abi(&w, "q", INT64_C(3)));
    wc_slice raw = letter_raw(&l);
    uint8_t *spoilt = malloc(raw.len);
    memcpy(spoilt, raw.data, raw.len);
    spoilt[raw.len - 2] ^= 1; /* in the signature: before the number of payloads */
    assert_status(wc_chain_admit(reader, w.now, wc_slice_of(spoilt, raw.len), &seen), WC_OK);
    assert_int_equal(seen.refusal, WC_REFUSAL_SIGNATURE_BAD);
    assert_status(wc_chain_admit(w.chain, w.now, wc_slice_of(spoilt, raw.len), &own), WC_OK);
    assert_int_equal(own.refusal, WC_REFUSAL_SIGNATURE_BAD);
    assert_status(wc_chain_admit(reader, w.now, raw, &seen), WC_OK);
    assert_int_equal(seen.refusal, WC_REFUSAL_NONE);
    assert_status(wc_chain_admit(w.chain, w.now, raw, &own), WC_OK);
    assert_int_equal(own.refusal, WC_REFUSAL_NONE);
    assert_true(wc_hash_equal(&own.tx_id, &seen.tx_id));
    free(spoilt);
    wc_chain_close(reader);
    world_close(&w);
}

/* ---- many at once ---------------------------------------------------------------------------- */

#define READERS 4u
#define BLOCKS  60

typedef struct shared {
    pthread_mutex_t turn;
    wc_moment *newest;
    wc_address vault;
    atomic_bool is_over;
    atomic_uint wrong, looked;
} shared;

typedef struct looker {
    shared *all;
    wc_chain *reader;
} looker;

/* Total of the vault and record number move together: 5 at the first record, then one more each. */
static void *look(void *self)
{
    looker *l = self;
    uint64_t first = wc_chain_head(l->reader)->seq;
    do {
        (void)pthread_mutex_lock(&l->all->turn);
        wc_moment *moment = wc_moment_hold(l->all->newest);
        (void)pthread_mutex_unlock(&l->all->turn);
        wc_chain_reader_enter(l->reader, moment);
        wc_moment_drop(moment);
        wc_chain_contract contract;
        wc_chain_record record;
        uint64_t seq = wc_chain_head(l->reader)->seq;
        bool is_read = wc_chain_contract_of(l->reader, &l->all->vault, &contract) == WC_OK &&
                       contract.root.fields.len >= 8 &&
                       wc_chain_read_record(l->reader, seq, &record) == WC_OK;
        wc_hash root = wc_chain_state_root(l->reader);
        if (!is_read || !wc_hash_equal(&root, &record.record.state_root) ||
            wc_load_u64(contract.root.fields.data) != 5 + seq - first) {
            (void)atomic_fetch_add(&l->all->wrong, 1);
        }
        (void)atomic_fetch_add(&l->all->looked, 1);
        wc_chain_reader_leave(l->reader);
    } while (!atomic_load(&l->all->is_over));
    return NULL;
}

static void readers_on_threads_always_see_one_whole_record(void **state)
{
    (void)state;
    world w;
    shared all;
    looker lookers[READERS];
    pthread_t threads[READERS];
    memset(&all, 0, sizeof all);
    world_in_folder(&w, "reader-threads", &all.vault);
    (void)pthread_mutex_init(&all.turn, NULL);
    all.newest = wc_moment_take(w.chain);
    for (size_t i = 0; i < READERS; i++) {
        lookers[i].all = &all;
        assert_status(wc_chain_open_reader(&lookers[i].reader, w.chain), WC_OK);
        wc_chain_reader_enter(lookers[i].reader, all.newest);
        assert_int_equal(pthread_create(&threads[i], NULL, look, &lookers[i]), 0);
    }
    for (int i = 0; i < BLOCKS; i++) {
        world_grow(&w, &all.vault, 1);
        wc_moment *next = wc_moment_take(w.chain);
        (void)pthread_mutex_lock(&all.turn);
        wc_moment *before = all.newest;
        all.newest = next;
        (void)pthread_mutex_unlock(&all.turn);
        wc_moment_drop(before);
    }
    atomic_store(&all.is_over, true);
    for (size_t i = 0; i < READERS; i++) {
        (void)pthread_join(threads[i], NULL);
        wc_chain_close(lookers[i].reader);
    }
    wc_moment_drop(all.newest);
    assert_true(atomic_load(&all.looked) >= READERS);
    assert_int_equal(atomic_load(&all.wrong), 0);
    (void)pthread_mutex_destroy(&all.turn);
    world_close(&w);
}

/* ---- following ------------------------------------------------------------------------------- */

static void a_followed_block_is_kept_only_as_it_was_named(void **state)
{
    (void)state;
    world w;
    wc_address vault;
    wc_chain *copy;
    wc_chain_report report;
    const wc_sealed *sealed;
    world_in_folder(&w, "followed", &vault);
    wc_chain_options options = {.genesis = w.genesis, .threads = 1};
    assert_status(wc_chain_open(&copy, &report, &options), WC_OK);
    uint64_t last = wc_chain_head(w.chain)->seq;
    for (uint64_t seq = 1; seq <= last; seq++) {
        const wc_chain_block *block;
        assert_status(wc_chain_read_block(w.chain, seq, &block), WC_OK);
        assert_status(wc_chain_follow(copy, &block->input, &block->record.hash,
                                      &block->record.certificate, &sealed),
                      WC_OK);
        wc_chain_record kept;
        assert_status(wc_chain_read_record(copy, seq, &kept), WC_OK);
        assert_true(kept.has_certificate);
        assert_int_equal(kept.certificate.incarnation, block->record.certificate.incarnation);
        assert_memory_equal(kept.certificate.sigs[0].signature.bytes,
                            block->record.certificate.sigs[0].signature.bytes, WC_SIGNATURE_SIZE);
    }
    world_grow(&w, &vault, 1);
    const wc_chain_block *block;
    assert_status(wc_chain_read_block(w.chain, last + 1, &block), WC_OK);
    wc_hash other = block->record.hash;
    other.bytes[0] ^= 1;
    assert_status(wc_chain_follow(copy, &block->input, &other, NULL, &sealed), WC_DIFFERS);
    assert_true(wc_hash_equal(&sealed->head.record_hash, &block->record.hash));
    assert_int_equal(wc_chain_head(copy)->seq, last);
    wc_chain_record nothing;
    assert_status(wc_chain_read_record(copy, last + 1, &nothing), WC_NOT_FOUND);
    wc_chain_close(copy);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reader_stays_where_it_stands),
        cmocka_unit_test(a_reader_proves_and_seals_nothing),
        cmocka_unit_test(a_chain_in_memory_has_no_readers),
        cmocka_unit_test(a_reader_admits_like_the_chain),
        cmocka_unit_test(readers_on_threads_always_see_one_whole_record),
        cmocka_unit_test(a_followed_block_is_kept_only_as_it_was_named),
    };
    assert_status(wc_crypto_start(), WC_OK);
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
