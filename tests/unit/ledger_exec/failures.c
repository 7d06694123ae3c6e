/* See failures.h. What changed is read from the undo entries of the newest record: every changed
 * key with its value before. */
#include "tests/unit/ledger_exec/failures.h"

#include "node/chain/inside.h"
#include "node/ledger/incentive.h"
#include "node/store/store.h"

#define KEYS_MAX 8u

typedef struct change {
    uint8_t key[WC_STATE_KEY_MAX];
    size_t key_len;
    bool had_old, has_new;
    uint8_t old_value[512], new_value[512];
    size_t old_len, new_len;
} change;

typedef struct changes {
    change list[KEYS_MAX];
    size_t count;
} changes;

static bool is_of_epoch(uint8_t space)
{
    return space == WC_SPACE_EPOCH || space == WC_SPACE_EPOCH_CREDIT;
}

static bool has_epoch_work(const world *w)
{
    const wc_applied *applied = &w->sealed->applied;
    return applied->receipts[applied->receipt_count - 1].receipt.kind == WC_RECEIPT_SYSTEM;
}

static void note(world *w, changes *all, wc_slice key, bool had, wc_slice old)
{
    if (is_of_epoch(key.data[0]) && has_epoch_work(w)) return;
    if (all->count == KEYS_MAX) fail_msg("the failure changed more than %u keys", KEYS_MAX);
    change *c = &all->list[all->count++];
    wc_state_key name = {.len = (uint8_t)key.len};
    wc_slice value;
    *c = (change){.key_len = key.len};
    memcpy(c->key, key.data, key.len);
    memcpy(name.bytes, key.data, key.len);
    c->had_old = had;
    c->old_len = old.len;
    assert_true(c->old_len <= sizeof c->old_value);
    if (c->old_len > 0) memcpy(c->old_value, old.data, c->old_len);
    c->has_new = wc_chain_get(w->chain, &name, &value) == WC_OK;
    if (!c->has_new) return;
    c->new_len = value.len;
    assert_true(value.len <= sizeof c->new_value);
    memcpy(c->new_value, value.data, value.len);
}

static void read_changes(world *w, changes *all)
{
    uint8_t prefix[8];
    wc_store_u64(prefix, wc_chain_head(w->chain)->seq);
    const wc_store *store = wc_chain_store(w->chain);
    wc_snapshot *snapshot = wc_store_snapshot(store);
    wc_store_iter iter =
        wc_store_iter_prefix(store, snapshot, WC_CF_UNDO, wc_slice_of(prefix, sizeof prefix));
    wc_slice key, value;
    all->count = 0;
    while (wc_store_iter_next(&iter, &key, &value)) {
        wc_reader part = wc_reader_of(value);
        while (wc_reader_left(&part) > 0) {
            wc_slice changed, old;
            bool had;
            assert_status(wc_chain_undo_read(&part, &changed, &had, &old), WC_OK);
            note(w, all, changed, had, old);
        }
    }
    wc_store_iter_close(&iter);
    wc_store_release(store, snapshot);
}

/* Takes the change of this key out of the list; fails when there is none. */
static change take(changes *all, const char *what, const wc_state_key *key)
{
    for (size_t i = 0; i < all->count; i++) {
        change found = all->list[i];
        if (found.key_len != key->len || memcmp(found.key, key->bytes, key->len) != 0) continue;
        all->list[i] = all->list[--all->count];
        return found;
    }
    fail_msg("the failure did not change %s", what);
    return (change){0};
}

static int64_t amount_of(bool is_there, const uint8_t *bytes, size_t len)
{
    int64_t amount = 0;
    if (is_there) assert_status(wc_amount_decode(&amount, wc_slice_of(bytes, len)), WC_OK);
    return amount;
}

static void check_moved(const change *c, int64_t by)
{
    int64_t before = amount_of(c->had_old, c->old_value, c->old_len);
    assert_int_equal(amount_of(c->has_new, c->new_value, c->new_len), before + by);
}

/* The nonce was free before and is the only one that is used now beside those of before. */
static void check_nonce(const change *c, const wc_tx *tx)
{
    wc_nonce before = {0}, after;
    if (c->had_old) {
        wc_slice old = wc_slice_of(c->old_value, c->old_len);
        assert_status(wc_nonce_decode(&before, tx->lane, old), WC_OK);
    }
    assert_true(c->has_new);
    assert_status(wc_nonce_decode(&after, tx->lane, wc_slice_of(c->new_value, c->new_len)), WC_OK);
    assert_int_equal(wc_nonce_check(&before, tx->lane, tx->nonce), WC_NONCE_FREE);
    wc_nonce_use(&before, tx->lane, tx->nonce);
    assert_memory_equal(&before, &after, sizeof after);
}

static wc_write write_of(const change *c)
{
    wc_write write = {.k = wc_tree_key(wc_slice_of(c->key, c->key_len))};
    if (c->had_old) write.old_value_hash = wc_value_hash(wc_slice_of(c->old_value, c->old_len));
    if (c->has_new) write.new_value_hash = wc_value_hash(wc_slice_of(c->new_value, c->new_len));
    return write;
}

/* Ascending by key, as a write set is. */
static wc_hash write_set_of(const change *list, size_t count)
{
    wc_write writes[KEYS_MAX];
    for (size_t i = 0; i < count; i++) {
        wc_write write = write_of(&list[i]);
        size_t at = i;
        for (; at > 0 && memcmp(write.k.bytes, writes[at - 1].k.bytes, 32) < 0; at--) {
            writes[at] = writes[at - 1];
        }
        writes[at] = write;
    }
    return wc_write_set_hash(writes, count);
}

void failure_changed_nothing(world *w, const wc_receipt_page *page)
{
    assert_int_equal(page->receipt.fee, 0);
    assert_int_equal(page->receipt.gas_used, 0);
    assert_int_equal(page->event_count, 0);
    wc_hash nothing = wc_write_set_hash(NULL, 0);
    assert_memory_equal(page->receipt.write_set.bytes, nothing.bytes, sizeof nothing.bytes);
    changes all;
    if (w->sealed->applied.tx_count > 1) return;
    read_changes(w, &all);
    assert_int_equal(all.count, 0);
}

void failure_changed_nonce_and_fee_only(world *w, const wc_receipt_page *page)
{
    const wc_applied *applied = &w->sealed->applied;
    uint64_t price = wc_chain_params(w->chain)->gas_price;
    assert_int_equal(applied->tx_count, 1);
    const wc_tx *tx = applied->txs[0].tx;
    int64_t fee = (int64_t)((page->receipt.gas_used * price + 999999) / 1000000);
    assert_true(page->receipt.gas_used > 0 && page->receipt.gas_used <= tx->gas_limit);
    assert_int_equal(page->receipt.fee, fee);
    assert_int_equal(page->event_count, fee > 0 ? 2 : 1);
    assert_int_equal(world_events(page, WC_EVENT_FAILED, NULL), 1);
    assert_int_equal(world_events(page, WC_EVENT_POSTING, NULL), fee > 0);
    assert_int_equal(applied->timer_change_count, 0);

    changes all;
    change allowed[3];
    size_t count = 0;
    read_changes(w, &all);
    wc_state_key key = wc_key_nonce(&tx->auth[0].address, tx->lane);
    allowed[count++] = take(&all, "the nonce", &key);
    check_nonce(&allowed[0], tx);
    if (fee > 0) {
        wc_address fees = wc_address_system(WC_SYSTEM_FEES);
        key = wc_key_free(&tx->auth[tx->payer].address, WORLD_UNITS);
        allowed[count++] = take(&all, "the payer's units", &key);
        check_moved(&allowed[1], -fee);
        key = wc_key_free(&fees, WORLD_UNITS);
        allowed[count++] = take(&all, "the fees", &key);
        check_moved(&allowed[2], fee);
    }
    if (all.count > 0) {
        fail_msg("%s: also a key of space %s changed", world_status_name(page->receipt.status),
                 wc_space_name(all.list[0].key[0]));
    }
    wc_hash written = write_set_of(allowed, count);
    assert_memory_equal(page->receipt.write_set.bytes, written.bytes, sizeof written.bytes);
}
