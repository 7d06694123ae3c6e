/* The overlay against a model made of three sorted lists, and at each of its limits. */
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "node/crypto/crypto.h"
#include "node/ledger/overlay.h"
#include "tests/support/prng.h"

/* ---- a base: a sorted list in memory ------------------------------------------------------------
 */

#define LIST_MAX  600u
#define VALUE_MAX 64u

typedef struct pair {
    uint8_t key[16];
    uint8_t key_len;
    uint8_t value[VALUE_MAX];
    uint8_t value_len; /* 0: deleted, in the upper lists of the model */
} pair;

typedef struct list {
    pair pairs[LIST_MAX];
    size_t count;
    uint64_t fail_after; /* calls of the base still answered */
    uint64_t gets;
    pair answer; /* a copy, overwritten by each call: slices are valid until the next one */
} list;

static wc_slice pair_key(const pair *p)
{
    return wc_slice_of(p->key, p->key_len);
}

static size_t list_at(const list *l, wc_slice key)
{
    size_t at = 0;
    while (at < l->count && wc_slice_compare(pair_key(&l->pairs[at]), key) < 0) at++;
    return at;
}

static pair *list_find(list *l, wc_slice key)
{
    size_t at = list_at(l, key);
    return at < l->count && wc_slice_equal(pair_key(&l->pairs[at]), key) ? &l->pairs[at] : NULL;
}

/* value.len 0: keep the pair as a mark of deletion. */
static void list_put(list *l, wc_slice key, wc_slice value)
{
    size_t at = list_at(l, key);
    if (at == l->count || !wc_slice_equal(pair_key(&l->pairs[at]), key)) {
        assert_true(l->count < LIST_MAX);
        memmove(&l->pairs[at + 1], &l->pairs[at], (l->count - at) * sizeof l->pairs[0]);
        l->count++;
    }
    pair *p = &l->pairs[at];
    memcpy(p->key, key.data, key.len);
    p->key_len = (uint8_t)key.len;
    if (value.len != 0) memcpy(p->value, value.data, value.len);
    p->value_len = (uint8_t)value.len;
}

static void list_remove(list *l, wc_slice key)
{
    pair *p = list_find(l, key);
    if (p == NULL) return;
    size_t at = (size_t)(p - l->pairs);
    memmove(p, p + 1, (l->count - at - 1) * sizeof *p);
    l->count--;
}

static wc_status base_get(void *self, wc_slice key, wc_slice *value)
{
    list *l = self;
    if (l->fail_after-- == 0) return WC_IO;
    l->gets++;
    memset(&l->answer, 0xee, sizeof l->answer);
    const pair *p = list_find(l, key);
    if (p == NULL) return WC_NOT_FOUND;
    l->answer = *p;
    *value = wc_slice_of(l->answer.value, l->answer.value_len);
    return WC_OK;
}

static wc_status base_next(void *self, wc_slice prefix, wc_slice after, wc_slice *key,
                           wc_slice *value)
{
    list *l = self;
    if (l->fail_after-- == 0) return WC_IO;
    memset(&l->answer, 0xee, sizeof l->answer);
    size_t at = list_at(l, after.len == 0 ? prefix : after);
    if (after.len != 0 && at < l->count && wc_slice_equal(pair_key(&l->pairs[at]), after)) at++;
    if (at == l->count) return WC_NOT_FOUND;
    l->answer = l->pairs[at];
    *key = pair_key(&l->answer);
    *value = wc_slice_of(l->answer.value, l->answer.value_len);
    if (key->len < prefix.len || memcmp(key->data, prefix.data, prefix.len) != 0)
        return WC_NOT_FOUND;
    return WC_OK;
}

static const wc_state_base_ops base_ops = {base_get, base_next};

static list base_list;
static void *memory;

static wc_overlay *fresh(const wc_overlay_limits *limits)
{
    base_list.count = 0;
    base_list.fail_after = UINT64_MAX;
    base_list.gets = 0;
    free(memory);
    size_t size = wc_overlay_memory(limits);
    memory = aligned_alloc(64, size);
    assert_non_null(memory);
    memset(memory, 0xa5, size);
    return wc_overlay_init(memory, limits, (wc_state_base){&base_ops, &base_list});
}

static const wc_overlay_limits small = {64, 4096, 256, 65536, 32, 1024};

static wc_slice text(const char *bytes)
{
    return wc_slice_of(bytes, strlen(bytes));
}

static void put(wc_overlay *overlay, const char *key, const char *value)
{
    assert_status(wc_overlay_put(overlay, text(key), text(value)), WC_OK);
}

static void assert_value(wc_overlay *overlay, const char *key, const char *value)
{
    wc_slice found;
    if (value == NULL) {
        assert_status(wc_overlay_get(overlay, &found, text(key)), WC_NOT_FOUND);
        return;
    }
    assert_status(wc_overlay_get(overlay, &found, text(key)), WC_OK);
    assert_true(wc_slice_equal(found, text(value)));
}

static size_t commit(wc_overlay *overlay)
{
    const wc_write *writes;
    size_t count;
    assert_status(wc_overlay_tx_seal(overlay, &writes, &count), WC_OK);
    assert_status(wc_overlay_tx_commit(overlay), WC_OK);
    return count;
}

/* ---- levels ------------------------------------------------------------------------------------
 */

static void reads_see_the_uppermost_level(void **state)
{
    (void)state;
    wc_overlay *overlay = fresh(&small);
    list_put(&base_list, text("a"), text("base"));
    assert_value(overlay, "a", "base");
    assert_value(overlay, "b", NULL);
    put(overlay, "a", "tx");
    put(overlay, "b", "new");
    assert_value(overlay, "a", "tx");
    assert_int_equal(commit(overlay), 2);
    assert_value(overlay, "a", "tx");
    assert_status(wc_overlay_delete(overlay, text("a")), WC_OK);
    assert_value(overlay, "a", NULL);
    assert_value(overlay, "b", "new");
}

static void a_dropped_transaction_leaves_what_was_before(void **state)
{
    (void)state;
    wc_overlay *overlay = fresh(&small);
    list_put(&base_list, text("a"), text("base"));
    put(overlay, "b", "kept");
    (void)commit(overlay);
    put(overlay, "a", "x");
    put(overlay, "b", "y");
    assert_status(wc_overlay_delete(overlay, text("b")), WC_OK);
    wc_overlay_tx_drop(overlay);
    assert_value(overlay, "a", "base");
    assert_value(overlay, "b", "kept");
}

static void a_dropped_block_leaves_the_base(void **state)
{
    (void)state;
    wc_overlay *overlay = fresh(&small);
    list_put(&base_list, text("a"), text("base"));
    put(overlay, "a", "block");
    (void)commit(overlay);
    put(overlay, "b", "tx");
    wc_overlay_block_drop(overlay);
    assert_value(overlay, "a", "base");
    assert_value(overlay, "b", NULL);
    assert_int_equal(wc_overlay_block_bytes(overlay), 0);
    list_put(&base_list, text("a"), text("newer"));
    wc_overlay_block_drop(overlay); /* remembered values are forgotten, too */
    assert_value(overlay, "a", "newer");
}

static void a_write_set_holds_hashes_before_and_after_in_tree_order(void **state)
{
    (void)state;
    wc_overlay *overlay = fresh(&small);
    list_put(&base_list, text("a"), text("old a"));
    list_put(&base_list, text("b"), text("old b"));
    list_put(&base_list, text("same"), text("s"));
    put(overlay, "a", "new a");
    put(overlay, "c", "new c");
    put(overlay, "same", "s");
    assert_status(wc_overlay_delete(overlay, text("b")), WC_OK);
    assert_status(wc_overlay_delete(overlay, text("never")), WC_OK);
    const wc_write *writes;
    size_t count;
    assert_status(wc_overlay_tx_seal(overlay, &writes, &count), WC_OK);
    assert_int_equal(count, 3);

    static const struct {
        const char *key, *before, *after;
    } expected[3] = {{"a", "old a", "new a"}, {"b", "old b", NULL}, {"c", NULL, "new c"}};

    const wc_hash zero = {{0}};
    for (size_t i = 0; i < 3; i++) {
        wc_hash k = wc_tree_key(text(expected[i].key));
        const wc_write *write = NULL;
        for (size_t n = 0; n < count; n++) {
            if (wc_hash_equal(&writes[n].k, &k)) write = &writes[n];
        }
        assert_non_null(write);
        wc_hash before = expected[i].before ? wc_sha256_one(text(expected[i].before)) : zero;
        wc_hash after = expected[i].after ? wc_sha256_one(text(expected[i].after)) : zero;
        assert_memory_equal(&write->old_value_hash, &before, 32);
        assert_memory_equal(&write->new_value_hash, &after, 32);
    }
    assert_true(memcmp(&writes[0].k, &writes[1].k, 32) < 0);
    assert_true(memcmp(&writes[1].k, &writes[2].k, 32) < 0);
    assert_status(wc_overlay_tx_commit(overlay), WC_OK);

    put(overlay, "a", "third"); /* before is now what the block left */
    assert_status(wc_overlay_tx_seal(overlay, &writes, &count), WC_OK);
    wc_hash middle = wc_sha256_one(text("new a"));
    assert_int_equal(count, 1);
    assert_memory_equal(&writes[0].old_value_hash, &middle, 32);
}

static void block_changes_name_the_value_at_block_start(void **state)
{
    (void)state;
    wc_overlay *overlay = fresh(&small);
    list_put(&base_list, text("a"), text("old a"));
    list_put(&base_list, text("b"), text("old b"));
    list_put(&base_list, text("d"), text("old d"));
    put(overlay, "c", "first");
    put(overlay, "a", "first");
    put(overlay, "d", "changed and");
    (void)commit(overlay);
    put(overlay, "c", "second");
    assert_status(wc_overlay_delete(overlay, text("b")), WC_OK);
    put(overlay, "d", "old d"); /* changed back */
    put(overlay, "e", "born and");
    (void)commit(overlay);
    assert_status(wc_overlay_delete(overlay, text("e")), WC_OK);
    (void)commit(overlay);

    wc_overlay_change change;
    assert_status(wc_overlay_block_next(overlay, text(""), &change), WC_OK);
    assert_true(wc_slice_equal(change.key, text("a")));
    assert_true(change.had_old && change.has_new);
    assert_true(wc_slice_equal(change.old_value, text("old a")));
    assert_true(wc_slice_equal(change.new_value, text("first")));
    assert_status(wc_overlay_block_next(overlay, text("a"), &change), WC_OK);
    assert_true(wc_slice_equal(change.key, text("b")));
    assert_true(change.had_old && !change.has_new);
    assert_status(wc_overlay_block_next(overlay, text("b"), &change), WC_OK);
    assert_true(wc_slice_equal(change.key, text("c")));
    assert_false(change.had_old);
    assert_true(wc_slice_equal(change.new_value, text("second")));
    wc_hash hash = wc_sha256_one(text("second"));
    assert_memory_equal(&change.new_value_hash, &hash, 32);
    assert_status(wc_overlay_block_next(overlay, text("c"), &change), WC_NOT_FOUND);

    const wc_tree_change *changes;
    size_t count;
    wc_overlay_tree_changes(overlay, &changes, &count);
    assert_int_equal(count, 3);
    assert_true(memcmp(&changes[0].k, &changes[1].k, 32) < 0);
    assert_true(memcmp(&changes[1].k, &changes[2].k, 32) < 0);
}

static void a_scan_merges_the_levels_and_skips_what_was_deleted(void **state)
{
    (void)state;
    wc_overlay *overlay = fresh(&small);
    static const char *const base_keys[] = {"p", "p1", "p3", "p5", "q"};
    for (size_t i = 0; i < WC_ARRAY_LEN(base_keys); i++) {
        list_put(&base_list, text(base_keys[i]), text("base"));
    }
    put(overlay, "p2", "block");
    put(overlay, "p3", "block");
    assert_status(wc_overlay_delete(overlay, text("p5")), WC_OK);
    (void)commit(overlay);
    put(overlay, "p3", "tx");
    put(overlay, "p4", "tx");
    assert_status(wc_overlay_delete(overlay, text("p1")), WC_OK);
    static const char *const expected[][2] = {
        {"p", "base"}, {"p2", "block"}, {"p3", "tx"}, {"p4", "tx"}};
    wc_overlay_scan scan;
    wc_overlay_scan_begin(&scan, text("p"));
    for (size_t i = 0; i < WC_ARRAY_LEN(expected); i++) {
        wc_slice key;
        wc_slice value;
        assert_status(wc_overlay_scan_next(overlay, &scan, &key, &value), WC_OK);
        assert_true(wc_slice_equal(key, text(expected[i][0])));
        assert_true(wc_slice_equal(value, text(expected[i][1])));
        put(overlay, "p45", "tx"); /* writing behind the walk is seen, in front of it is not */
        put(overlay, "p0", "tx");
        if (i == 0) assert_status(wc_overlay_delete(overlay, text("p0")), WC_OK);
        if (i == 0) assert_status(wc_overlay_delete(overlay, text("p45")), WC_OK);
        if (i == 3) {
            assert_status(wc_overlay_scan_next(overlay, &scan, &key, &value), WC_OK);
            assert_true(wc_slice_equal(key, text("p45")));
            assert_status(wc_overlay_scan_next(overlay, &scan, &key, &value), WC_NOT_FOUND);
        }
        if (i == 0) assert_status(wc_overlay_delete(overlay, text("p0")), WC_OK);
    }
}

static void a_value_may_be_written_back_from_a_slice_of_the_overlay(void **state)
{
    (void)state;
    wc_overlay *overlay = fresh(&small);
    list_put(&base_list, text("a"), text("from base"));
    wc_slice value;
    assert_status(wc_overlay_get(overlay, &value, text("a")), WC_OK);
    assert_status(wc_overlay_put(overlay, text("b"), value), WC_OK);
    assert_status(wc_overlay_get(overlay, &value, text("b")), WC_OK);
    assert_status(wc_overlay_put(overlay, text("b"), wc_slice_of(value.data + 5, 4)), WC_OK);
    assert_value(overlay, "b", "base");
}

/* ---- limits ------------------------------------------------------------------------------------
 */

static void a_transaction_writes_as_many_keys_as_its_limit(void **state)
{
    (void)state;
    wc_overlay_limits limits = small;
    limits.tx_keys = 3;
    wc_overlay *overlay = fresh(&limits);
    put(overlay, "a", "1");
    put(overlay, "b", "1");
    put(overlay, "c", "1");
    put(overlay, "c", "2");
    assert_status(wc_overlay_put(overlay, text("d"), text("1")), WC_TOO_LARGE);
    assert_status(wc_overlay_delete(overlay, text("d")), WC_TOO_LARGE);
    assert_int_equal(commit(overlay), 3);
    put(overlay, "d", "1");
}

static void a_transaction_puts_as_many_bytes_as_its_limit(void **state)
{
    (void)state;
    wc_overlay_limits limits = small;
    limits.tx_bytes = 10;
    wc_overlay *overlay = fresh(&limits);
    put(overlay, "k1", "1234");                                                    /* 6 */
    assert_status(wc_overlay_put(overlay, text("k2"), text("123")), WC_TOO_LARGE); /* 11 */
    assert_value(overlay, "k2", NULL);
    put(overlay, "k1", "1");    /* in place */
    put(overlay, "k1", "4321"); /* in place */
    assert_status(wc_overlay_put(overlay, text("k1"), text("12345")), WC_TOO_LARGE);
    assert_value(overlay, "k1", "4321");
    put(overlay, "k2", "12"); /* 10 */
    assert_status(wc_overlay_delete(overlay, text("k")), WC_TOO_LARGE);
    assert_int_equal(commit(overlay), 2);
}

static void a_value_has_at_most_the_size_of_a_state_value(void **state)
{
    (void)state;
    wc_overlay_limits limits = small;
    limits.tx_bytes = limits.block_bytes = 3 * WC_STATE_VALUE_MAX;
    wc_overlay *overlay = fresh(&limits);
    static uint8_t value[WC_STATE_VALUE_MAX + 1];
    assert_status(wc_overlay_put(overlay, text("a"), wc_slice_of(value, sizeof value)),
                  WC_TOO_LARGE);
    assert_status(wc_overlay_put(overlay, text("a"), wc_slice_of(value, sizeof value - 1)), WC_OK);
    assert_int_equal(commit(overlay), 1);
}

static void a_block_counts_key_old_and_new_value_of_each_write(void **state)
{
    (void)state;
    wc_overlay_limits limits = small;
    limits.block_bytes = 20;
    wc_overlay *overlay = fresh(&limits);
    list_put(&base_list, text("ab"), text("base"));
    const wc_write *writes;
    size_t count;
    put(overlay, "ab", "123"); /* 2 + 4 + 3 */
    (void)commit(overlay);
    assert_int_equal(wc_overlay_block_bytes(overlay), 9);
    put(overlay, "ab", "1234567"); /* 2 + 3 + 7 = 12 */
    assert_status(wc_overlay_tx_seal(overlay, &writes, &count), WC_TOO_LARGE);
    wc_overlay_tx_drop(overlay);
    assert_value(overlay, "ab", "123");
    put(overlay, "ab", "123456"); /* 11: exactly full */
    (void)commit(overlay);
    assert_int_equal(wc_overlay_block_bytes(overlay), 20);
    put(overlay, "ab", "123456"); /* nothing changes: nothing is counted */
    assert_int_equal(commit(overlay), 0);
    put(overlay, "c", "1");
    assert_status(wc_overlay_tx_seal(overlay, &writes, &count), WC_TOO_LARGE);
}

static void a_block_writes_as_many_keys_as_its_limit(void **state)
{
    (void)state;
    wc_overlay_limits limits = small;
    limits.block_keys = 2;
    wc_overlay *overlay = fresh(&limits);
    const wc_write *writes;
    size_t count;
    put(overlay, "a", "1");
    (void)commit(overlay);
    put(overlay, "b", "1");
    put(overlay, "c", "1");
    assert_status(wc_overlay_tx_seal(overlay, &writes, &count), WC_TOO_LARGE);
    wc_overlay_tx_drop(overlay);
    put(overlay, "b", "1");
    put(overlay, "a", "2");
    (void)commit(overlay);
    assert_value(overlay, "x", NULL); /* remembering reads has a limit of its own */
    put(overlay, "c", "1");
    assert_status(wc_overlay_tx_seal(overlay, &writes, &count), WC_TOO_LARGE);
}

static void values_of_the_base_are_remembered_as_far_as_there_is_room(void **state)
{
    (void)state;
    wc_overlay_limits limits = small;
    limits.cache_keys = 2;
    limits.cache_bytes = 12;
    wc_overlay *overlay = fresh(&limits);
    list_put(&base_list, text("a"), text("12345"));
    list_put(&base_list, text("b"), text("123456"));
    list_put(&base_list, text("c"), text("12345"));
    assert_value(overlay, "a", "12345"); /* 6 bytes */
    assert_value(overlay, "a", "12345");
    assert_int_equal(base_list.gets, 1);
    assert_value(overlay, "b", "123456"); /* 7 more do not fit */
    assert_value(overlay, "b", "123456");
    assert_int_equal(base_list.gets, 3);
    assert_value(overlay, "c", "12345"); /* 6 do */
    assert_value(overlay, "c", "12345");
    assert_int_equal(base_list.gets, 4);
    assert_value(overlay, "d", NULL); /* a third key is one too many */
    assert_value(overlay, "d", NULL);
    assert_int_equal(base_list.gets, 6);
}

static void failures_of_the_base_come_through_unchanged(void **state)
{
    (void)state;
    wc_overlay_limits limits = small;
    limits.cache_keys = 0; /* every read reaches the base */
    for (uint64_t answered = 0; answered < 4; answered++) {
        wc_overlay *overlay = fresh(&limits);
        list_put(&base_list, text("a"), text("1"));
        base_list.fail_after = answered;
        wc_slice key;
        wc_slice value;
        const wc_write *writes;
        size_t count;
        wc_overlay_scan scan;
        wc_overlay_scan_begin(&scan, text("a"));
        wc_status status = wc_overlay_get(overlay, &value, text("a"));
        if (status == WC_OK) status = wc_overlay_scan_next(overlay, &scan, &key, &value);
        if (status == WC_OK) status = wc_overlay_put(overlay, text("a"), text("2"));
        if (status == WC_OK) status = wc_overlay_tx_seal(overlay, &writes, &count);
        if (status == WC_OK) status = wc_overlay_tx_commit(overlay);
        assert_status(status, WC_IO);
    }
}

static void the_limits_of_consensus_fit_into_the_memory_of_a_node(void **state)
{
    (void)state;
    size_t size = wc_overlay_memory(&WC_OVERLAY_DEFAULT);
    assert_true(size > (size_t)WC_BLOCK_WRITE_BYTES_MAX);
    assert_true(size < (size_t)512 << 20);
}

/* ---- against a model ---------------------------------------------------------------------------
 */

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

/* Ends the block: the changes, applied to the base, give what the model's block gives. */
static void finish_block(wc_overlay *overlay)
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
    wc_overlay_block_drop(overlay);

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

static void any_sequence_of_operations_behaves_like_three_sorted_lists(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_start(&prng, 96);
    wc_overlay_limits limits = {400, 100000, 400, 1000000, 20, 400};
    wc_overlay *overlay = fresh(&limits);
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
            (void)commit(overlay);
            model_merge(&the_model.levels[1], &the_model.levels[0]);
        } else {
            wc_overlay_tx_drop(overlay);
            the_model.levels[0].count = 0;
            finish_block(overlay);
        }
    }
}

static int drop_memory(void **state)
{
    (void)state;
    free(memory);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_see_the_uppermost_level),
        cmocka_unit_test(a_dropped_transaction_leaves_what_was_before),
        cmocka_unit_test(a_dropped_block_leaves_the_base),
        cmocka_unit_test(a_write_set_holds_hashes_before_and_after_in_tree_order),
        cmocka_unit_test(block_changes_name_the_value_at_block_start),
        cmocka_unit_test(a_scan_merges_the_levels_and_skips_what_was_deleted),
        cmocka_unit_test(a_value_may_be_written_back_from_a_slice_of_the_overlay),
        cmocka_unit_test(a_transaction_writes_as_many_keys_as_its_limit),
        cmocka_unit_test(a_transaction_puts_as_many_bytes_as_its_limit),
        cmocka_unit_test(a_value_has_at_most_the_size_of_a_state_value),
        cmocka_unit_test(a_block_counts_key_old_and_new_value_of_each_write),
        cmocka_unit_test(a_block_writes_as_many_keys_as_its_limit),
        cmocka_unit_test(values_of_the_base_are_remembered_as_far_as_there_is_room),
        cmocka_unit_test(failures_of_the_base_come_through_unchanged),
        cmocka_unit_test(the_limits_of_consensus_fit_into_the_memory_of_a_node),
        cmocka_unit_test(any_sequence_of_operations_behaves_like_three_sorted_lists),
    };
    return cmocka_run_group_tests(tests, NULL, drop_memory);
}
