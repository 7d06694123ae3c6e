/* Random blocks, applied four ways: one thread in memory, two threads in memory, in a folder that
 * is closed and opened in between, and replayed from what the folder recorded. All must give the
 * same records; money is recounted from the state after every block. */
#include <stdio.h>
#include <stdlib.h>

#include "node/ledger/asset.h"
#include "node/ledger/ids.h"
#include "tests/unit/chain/random_blocks.h"

#define BLOCKS 60

/* Sum of all balances of an asset less its supply, from the state itself. */
static int64_t imbalance(world *w, uint32_t asset)
{
    static const uint8_t spaces[] = {WC_SPACE_FREE, WC_SPACE_ESCROW};
    int64_t sum = 0;
    for (size_t i = 0; i < sizeof spaces; i++) {
        wc_slice key = {NULL, 0}, value;
        while (wc_chain_next(w->chain, wc_slice_of(&spaces[i], 1), key, &key, &value) == WC_OK) {
            int64_t amount;
            assert_status(wc_amount_decode(&amount, value), WC_OK);
            if (wc_load_u32(key.data + key.len - 4) == asset) sum += amount;
        }
    }
    wc_state_key key = wc_key_asset(asset);
    wc_slice value;
    wc_asset entry;
    assert_status(wc_chain_get(w->chain, &key, &value), WC_OK);
    assert_status(wc_asset_decode(&entry, value), WC_OK);
    return sum - (entry.issued - entry.redeemed);
}

/* Number of escrow entries of each instance against what it says. */
static void check_holders(world *w)
{
    uint8_t space = WC_SPACE_INSTANCE;
    wc_state_key after = {.len = 0};
    wc_slice key, value;
    while (wc_chain_next(w->chain, wc_slice_of(&space, 1), wc_state_key_slice(&after), &key,
                         &value) == WC_OK) {
        memcpy(after.bytes, key.data, key.len);
        after.len = (uint8_t)key.len;
        wc_instance_entry entry;
        assert_status(wc_instance_decode(&entry, value), WC_OK);
        uint16_t holders = entry.holders, found = 0;
        wc_address id;
        memcpy(id.bytes, after.bytes + 1, sizeof id.bytes);
        wc_state_key prefix = wc_key_owner(WC_SPACE_ESCROW, &id);
        wc_slice at = {NULL, 0};
        while (wc_chain_next(w->chain, wc_state_key_slice(&prefix), at, &at, &value) == WC_OK) {
            found++;
        }
        assert_int_equal(found, holders);
    }
}

typedef struct follower {
    wc_chain *chain;
    bool is_folder;
} follower;

static void open_follower(follower *f, const world *w, const char *folder, uint32_t threads,
                          bool create)
{
    wc_chain_report report;
    wc_chain_options options = {.folder = folder,
                                .genesis =
                                    create || folder == NULL ? w->genesis : wc_slice_of(NULL, 0),
                                .create = create && folder != NULL,
                                .threads = threads,
                                .sequencer = &w->sequencer};
    wc_status status = wc_chain_open(&f->chain, &report, &options);
    if (status != WC_OK) fail_msg("follower: %s", report.store.problem.text);
    f->is_folder = folder != NULL;
}

static void follow(follower *f, const world *w, const wc_slice *txs, size_t count)
{
    const wc_sealed *sealed;
    assert_status(wc_chain_seal(f->chain, w->now, txs, count, &sealed), WC_OK);
    assert_same_head(wc_chain_head(f->chain), wc_chain_head(w->chain));
}

/* Blocks that the world sealed before the random ones, copied to a follower. */
static void catch_up(follower *f, world *w)
{
    for (uint64_t seq = 1; seq <= wc_chain_head(w->chain)->seq; seq++) {
        const wc_chain_block *block;
        const wc_sealed *sealed;
        assert_status(wc_chain_read_block(w->chain, seq, &block), WC_OK);
        assert_true(block->is_complete);
        assert_status(wc_chain_seal_input(f->chain, &block->input, &sealed), WC_OK);
        assert_true(wc_hash_equal(&sealed->head.record_hash, &block->record.hash));
        for (uint32_t i = 0; i < block->record.record.receipt_count; i++) {
            wc_hash made = wc_receipt_hash(&sealed->applied.receipts[i].receipt);
            wc_hash read = wc_receipt_hash(&block->receipts[i].receipt);
            assert_true(wc_hash_equal(&made, &read));
            assert_status(wc_receipt_page_check(&block->receipts[i]), WC_OK);
        }
    }
}

static void random_blocks_give_the_same_records_everywhere(void **state)
{
    (void)state;
    world w;
    wc_prng prng;
    random_blocks r;
    follower threads, folder, replay;
    wc_prng_start(&prng, 20260101);
    world_options options = {.gas_price = 3};
    world_open(&w, &options);
    random_begin(&r, &w, &prng);
    open_follower(&threads, &w, NULL, 2, true);
    open_follower(&folder, &w, path_in_test("random"), 1, true);
    catch_up(&threads, &w);
    catch_up(&folder, &w);
    for (int i = 0; i < BLOCKS; i++) {
        wc_slice txs[RANDOM_TXS_MAX];
        w.now += (int64_t)wc_prng_below(&prng, 1500);
        size_t count = random_txs(&r, txs);
        wc_admission first = {.refusal = WC_REFUSAL_NONE};
        if (count > 0) assert_status(wc_chain_admit(w.chain, w.now, txs[0], &first), WC_OK);
        const wc_sealed *sealed = world_seal(&w, txs, count);
        random_learn(&r, sealed);
        if (count > 0) { /* asked before, the ledger had said the same */
            uint16_t found = sealed->applied.receipts[sealed->applied.timer_count].receipt.status;
            bool is_refused = found >= WC_REFUSAL_REJECTED_FIRST && found < WC_REFUSAL_FAILED_FIRST;
            assert_int_equal(first.refusal, is_refused ? found : WC_REFUSAL_NONE);
        }
        follow(&threads, &w, txs, count);
        follow(&folder, &w, txs, count);
        assert_int_equal(imbalance(&w, WORLD_CNY), 0);
        assert_int_equal(imbalance(&w, WORLD_UNITS), 0);
        check_holders(&w);
        if (i % 20 == 19) {
            wc_chain_close(folder.chain);
            open_follower(&folder, &w, path_in_test("random"), 1, false);
        }
    }
    (void)fprintf(stderr, "%llu done, %llu failed, %llu refused, %zu instances\n",
                  (unsigned long long)r.ok, (unsigned long long)r.failed,
                  (unsigned long long)r.refused, r.made_count);
    assert_true(r.ok > 50 && r.failed > 30 && r.refused > 10);

    /* Replay: from genesis, in a fresh store, out of what the folder recorded. */
    open_follower(&replay, &w, NULL, 1, true);
    wc_chain *recorded = w.chain;
    w.chain = folder.chain;
    catch_up(&replay, &w);
    w.chain = recorded;
    wc_hash a = wc_chain_state_root(w.chain), b = wc_chain_state_root(replay.chain);
    assert_true(wc_hash_equal(&a, &b));
    wc_chain_close(threads.chain);
    wc_chain_close(folder.chain);
    wc_chain_close(replay.chain);
    world_close(&w);
}

/* ---- what a failure leaves ------------------------------------------------------------------- */

#define ENTRIES_MAX 4096u

typedef struct state_entry {
    wc_state_key key;
    wc_hash value;
} state_entry;

typedef struct state_copy {
    state_entry entries[ENTRIES_MAX]; /* ascending by key */
    size_t count;
} state_copy;

static void take_copy(world *w, state_copy *copy)
{
    wc_slice all = {NULL, 0}, key = {NULL, 0}, value;
    copy->count = 0;
    while (wc_chain_next(w->chain, all, key, &key, &value) == WC_OK) {
        assert_true(copy->count < ENTRIES_MAX);
        state_entry *entry = &copy->entries[copy->count++];
        memcpy(entry->key.bytes, key.data, key.len);
        entry->key.len = (uint8_t)key.len;
        entry->value = wc_value_hash(value);
    }
}

/* May a failed transaction of this sender and payer have changed this key? */
static bool is_of_fee(const wc_tx *tx, const wc_state_key *key)
{
    wc_address fees = wc_address_system(WC_SYSTEM_FEES);
    const wc_state_key allowed[] = {
        wc_key_nonce(&tx->auth[0].address, tx->lane),
        wc_key_free(&tx->auth[tx->payer].address, WC_ASSET_NETWORK),
        wc_key_free(&fees, WC_ASSET_NETWORK),
    };
    for (size_t i = 0; i < WC_ARRAY_LEN(allowed); i++) {
        if (wc_slice_equal(wc_state_key_slice(key), wc_state_key_slice(&allowed[i]))) return true;
    }
    return false;
}

/* Changed, new and removed keys of two copies. tx NULL: none may be. */
static size_t compare_copies(const state_copy *before, const state_copy *after, const wc_tx *tx)
{
    size_t i = 0, j = 0, changes = 0;
    while (i < before->count || j < after->count) { /* ends: one of them goes on */
        const state_entry *a = i < before->count ? &before->entries[i] : NULL;
        const state_entry *b = j < after->count ? &after->entries[j] : NULL;
        int order = a == NULL   ? 1
                    : b == NULL ? -1
                                : wc_slice_compare(wc_state_key_slice(&a->key),
                                                   wc_state_key_slice(&b->key));
        i += order <= 0;
        j += order >= 0;
        if (order == 0 && wc_hash_equal(&a->value, &b->value)) continue;
        changes++;
        const wc_state_key *key = order <= 0 ? &a->key : &b->key;
        if (tx == NULL || !is_of_fee(tx, key)) {
            fail_msg("%s changed", wc_space_name(key->bytes[0]));
        }
    }
    return changes;
}

static void a_failed_transaction_changes_a_nonce_and_pays_its_fee_and_no_more(void **state)
{
    (void)state;
    static state_copy before, after;
    world w;
    wc_prng prng;
    random_blocks r;
    size_t failed = 0, refused = 0;
    wc_prng_start(&prng, 20260102);
    world_options options = {.gas_price = 3};
    world_open(&w, &options);
    random_begin(&r, &w, &prng);
    for (int i = 0; i < BLOCKS; i++) {
        wc_slice txs[RANDOM_TXS_MAX];
        size_t count = random_txs(&r, txs);
        for (size_t k = 0; k < count; k++) {
            take_copy(&w, &before);
            const wc_sealed *sealed = world_seal(&w, &txs[k], 1);
            random_learn(&r, sealed);
            uint16_t status = sealed->applied.receipts[sealed->applied.timer_count].receipt.status;
            const wc_tx *tx = sealed->applied.txs[0].tx;
            bool is_refused =
                status >= WC_REFUSAL_REJECTED_FIRST && status < WC_REFUSAL_FAILED_FIRST;
            if (status == WC_RECEIPT_OK || sealed->applied.timer_count > 0) continue;
            wc_tx copy = tx == NULL ? (wc_tx){0} : *tx; /* reading the state ends what was lent */
            take_copy(&w, &after);
            size_t changes = compare_copies(&before, &after, is_refused ? NULL : &copy);
            if (!is_refused) assert_in_range(changes, 1, 3);
            failed += !is_refused;
            refused += is_refused;
        }
    }
    (void)fprintf(stderr, "%zu failed, %zu refused\n", failed, refused);
    assert_true(failed > 30 && refused > 10);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_blocks_give_the_same_records_everywhere),
        cmocka_unit_test(a_failed_transaction_changes_a_nonce_and_pays_its_fee_and_no_more),
    };
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
