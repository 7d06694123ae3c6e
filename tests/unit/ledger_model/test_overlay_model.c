/* The overlay against a model: any sequence of operations behaves like three sorted lists. */
#include "tests/support/test.h"

#include "node/ledger/overlay.h"
#include "tests/support/prng.h"
#include "tests/unit/ledger_model/base_list.h"

typedef struct model {
    list levels[3]; /* transaction, block, base (its own copy) */
} model;

static model the_model;

static const pair *model_get(wc_slice key)
{
    for (size_t level = 0; level < 3; level++) {
        const pair *p = list_find(&the_model.levels[level], key);
        if (p != NULL) return p->value_len == 0 ? NULL : p;
    }
    return NULL;
}

static wc_slice random_key(wc_prng *prng, uint8_t *bytes)
{
    size_t len = 1 + wc_prng_below(prng, 4);
    for (size_t i = 0; i < len; i++) bytes[i] = (uint8_t)(wc_prng_below(prng, 4) * 85);
    return wc_slice_of(bytes, len);
}

static void check_scan(wc_overlay *overlay, wc_slice prefix)
{
    wc_overlay_scan scan;
    wc_overlay_scan_begin(&scan, prefix);
    list all;
    all.count = 0;
    for (size_t level = 0; level < 3; level++) {
        for (size_t i = 0; i < the_model.levels[level].count; i++) {
            wc_slice key = pair_key(&the_model.levels[level].pairs[i]);
            if (key.len < prefix.len || memcmp(key.data, prefix.data, prefix.len) != 0) continue;
            const pair *p = model_get(key);
            if (p != NULL) list_put(&all, key, wc_slice_of(p->value, p->value_len));
        }
    }
    wc_slice key;
    wc_slice value;
    for (size_t i = 0; i < all.count; i++) {
        assert_status(wc_overlay_scan_next(overlay, &scan, &key, &value), WC_OK);
        assert_true(wc_slice_equal(key, pair_key(&all.pairs[i])));
        assert_true(wc_slice_equal(value, wc_slice_of(all.pairs[i].value, all.pairs[i].value_len)));
    }
    assert_status(wc_overlay_scan_next(overlay, &scan, &key, &value), WC_NOT_FOUND);
}

static void model_merge(list *to, list *from)
{
    for (size_t i = 0; i < from->count; i++) {
        const pair *p = &from->pairs[i];
        list_put(to, pair_key(p), wc_slice_of(p->value, p->value_len));
    }
    from->count = 0;
}

static wc_slice value_of(const pair *p)
{
    return p == NULL ? wc_slice_of(NULL, 0) : wc_slice_of(p->value, p->value_len);
}

static void assert_hash_of(const wc_hash *hash, wc_slice value)
{
    wc_hash expected = {{0}};
    if (value.len > 0) expected = wc_value_hash(value);
    assert_true(wc_hash_equal(hash, &expected));
}

/* Ends the transaction: its write set names what has changed, with the hashes before and after. */
static void commit(wc_overlay *overlay)
{
    const wc_write *writes;
    size_t count, expected = 0;
    list *tx = &the_model.levels[0];
    assert_status(wc_overlay_tx_seal(overlay, &writes, &count), WC_OK);
    for (size_t i = 0; i < tx->count; i++) {
        wc_slice key = pair_key(&tx->pairs[i]), after = value_of(&tx->pairs[i]);
        const pair *below = list_find(&the_model.levels[1], key);
        if (below == NULL) below = list_find(&the_model.levels[2], key);
        if (wc_slice_equal(value_of(below), after)) continue;
        expected++;
        wc_hash k = wc_tree_key(key);
        size_t at = 0;
        while (at < count && !wc_hash_equal(&writes[at].k, &k)) at++;
        assert_true(at < count);
        assert_hash_of(&writes[at].old_value_hash, value_of(below));
        assert_hash_of(&writes[at].new_value_hash, after);
    }
    assert_int_equal(count, expected);
    assert_status(wc_overlay_tx_commit(overlay), WC_OK);
    model_merge(&the_model.levels[1], tx);
}

/* Ends the block: the changes, applied to the base, give what the model's block gives. */
static void finish_block(wc_overlay *overlay, bool keeps)
{
    wc_overlay_change change;
    wc_state_key after = {{0}, 0};
    size_t count = 0;
    while (wc_overlay_block_next(overlay, wc_state_key_slice(&after), &change) == WC_OK) {
        const pair *p = list_find(&base_list, change.key);
        assert_int_equal(p != NULL, change.had_old);
        if (p != NULL) {
            assert_true(wc_slice_equal(change.old_value, wc_slice_of(p->value, p->value_len)));
        }
        wc_hash k = wc_tree_key(change.key);
        assert_memory_equal(&change.k, &k, 32);
        assert_hash_of(&change.new_value_hash, change.new_value);
        memcpy(after.bytes, change.key.data, change.key.len);
        after.len = (uint8_t)change.key.len;
        if (change.has_new) {
            list_put(&base_list, change.key, change.new_value);
        } else {
            list_remove(&base_list, change.key);
        }
        count++;
    }
    const wc_tree_change *changes;
    size_t tree_count;
    wc_overlay_tree_changes(overlay, &changes, &tree_count);
    assert_int_equal(tree_count, count);
    if (keeps) {
        wc_overlay_block_keep(overlay);
    } else {
        wc_overlay_block_drop(overlay);
    }

    list *base = &the_model.levels[2];
    model_merge(base, &the_model.levels[1]);
    for (size_t i = base->count; i > 0; i--) {
        if (base->pairs[i - 1].value_len == 0) list_remove(base, pair_key(&base->pairs[i - 1]));
    }
    assert_int_equal(base->count, base_list.count);
    for (size_t i = 0; i < base->count; i++) {
        assert_true(wc_slice_equal(pair_key(&base->pairs[i]), pair_key(&base_list.pairs[i])));
        assert_memory_equal(base->pairs[i].value, base_list.pairs[i].value,
                            base->pairs[i].value_len);
    }
}

/* keeping: of a hundred blocks, those whose end is the next one's base. */
static void check_sequence(const wc_overlay_limits *limits, uint64_t seed, uint64_t keeping)
{
    wc_prng prng;
    wc_prng_start(&prng, seed);
    wc_overlay *overlay = overlay_fresh(limits);
    memset(&the_model, 0, sizeof the_model);
    for (size_t step = 0; step < 60000; step++) {
        uint8_t key_bytes[8];
        uint8_t value_bytes[VALUE_MAX];
        wc_slice key = random_key(&prng, key_bytes);
        wc_slice value = wc_slice_of(value_bytes, 1 + wc_prng_below(&prng, 12));
        wc_prng_bytes(&prng, value_bytes, value.len);
        uint64_t dice = wc_prng_below(&prng, 100);
        if (dice < 40) {
            assert_status(wc_overlay_put(overlay, key, value), WC_OK);
            list_put(&the_model.levels[0], key, value);
        } else if (dice < 55) {
            assert_status(wc_overlay_delete(overlay, key), WC_OK);
            list_put(&the_model.levels[0], key, wc_slice_of(NULL, 0));
        } else if (dice < 85) {
            const pair *p = model_get(key);
            wc_slice found;
            assert_status(wc_overlay_get(overlay, &found, key), p != NULL ? WC_OK : WC_NOT_FOUND);
            if (p != NULL) assert_true(wc_slice_equal(found, wc_slice_of(p->value, p->value_len)));
        } else if (dice < 90) {
            check_scan(overlay, wc_slice_of(key.data, 1 + wc_prng_below(&prng, key.len)));
        } else if (dice < 94) {
            wc_overlay_tx_drop(overlay);
            the_model.levels[0].count = 0;
        } else if (dice < 99) {
            commit(overlay);
        } else {
            wc_overlay_tx_drop(overlay);
            the_model.levels[0].count = 0;
            finish_block(overlay, wc_prng_below(&prng, 100) < keeping);
        }
    }
}

static void any_sequence_of_operations_behaves_like_three_sorted_lists(void **state)
{
    (void)state;
    check_sequence(&(wc_overlay_limits){400, 100000, 400, 1000000, 20, 400}, 96, 0);
}

static void so_it_does_when_it_goes_on_from_block_to_block(void **state)
{
    (void)state;
    /* Room for all 340 keys, for some, for none; values that outgrow their place. */
    check_sequence(&(wc_overlay_limits){400, 100000, 400, 1000000, 800, 40000}, 97, 95);
    check_sequence(&(wc_overlay_limits){400, 100000, 400, 1000000, 200, 2000}, 98, 95);
    check_sequence(&(wc_overlay_limits){400, 100000, 400, 1000000, 0, 0}, 99, 95);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(so_it_does_when_it_goes_on_from_block_to_block),
        cmocka_unit_test(any_sequence_of_operations_behaves_like_three_sorted_lists),
    };
    return cmocka_run_group_tests(tests, NULL, overlay_drop);
}
