/* The overlay: levels, write sets, scans, and each of its limits. */
#include "tests/support/test.h"

#include "node/crypto/crypto.h"
#include "node/ledger/overlay.h"
#include "tests/unit/ledger_model/base_list.h"

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

/* ---- levels ------------------------------------------------------------------------------------
 */

static void reads_see_the_uppermost_level(void **state)
{
    (void)state;
    wc_overlay *overlay = overlay_fresh(&small);
    list_put(&base_list, text("a"), text("base"));
    assert_value(overlay, "a", "base");
    assert_value(overlay, "b", NULL);
    put(overlay, "a", "tx");
    put(overlay, "b", "new");
    assert_value(overlay, "a", "tx");
    assert_int_equal(overlay_commit(overlay), 2);
    assert_value(overlay, "a", "tx");
    assert_status(wc_overlay_delete(overlay, text("a")), WC_OK);
    assert_value(overlay, "a", NULL);
    assert_value(overlay, "b", "new");
}

static void a_dropped_transaction_leaves_what_was_before(void **state)
{
    (void)state;
    wc_overlay *overlay = overlay_fresh(&small);
    list_put(&base_list, text("a"), text("base"));
    put(overlay, "b", "kept");
    (void)overlay_commit(overlay);
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
    wc_overlay *overlay = overlay_fresh(&small);
    list_put(&base_list, text("a"), text("base"));
    put(overlay, "a", "block");
    (void)overlay_commit(overlay);
    put(overlay, "b", "tx");
    wc_overlay_block_drop(overlay);
    assert_value(overlay, "a", "base");
    assert_value(overlay, "b", NULL);
    assert_int_equal(wc_overlay_block_bytes(overlay), 0);
    list_put(&base_list, text("a"), text("newer"));
    wc_overlay_block_drop(overlay); /* remembered values are forgotten, too */
    assert_value(overlay, "a", "newer");
}

static void assert_start(wc_overlay *overlay, const char *key, const char *value)
{
    wc_slice found;
    wc_status status = wc_overlay_get_start(overlay, &found, text(key));
    assert_status(status, value == NULL ? WC_NOT_FOUND : WC_OK);
    if (value != NULL) assert_true(wc_slice_equal(found, text(value)));
}

static void the_value_at_block_start_stays(void **state)
{
    (void)state;
    wc_overlay_limits limits = small;
    for (limits.cache_keys = 0; limits.cache_keys <= 32; limits.cache_keys += 32) {
        wc_overlay *overlay = overlay_fresh(&limits);
        list_put(&base_list, text("a"), text("base"));
        put(overlay, "a", "tx");
        put(overlay, "b", "tx");
        assert_start(overlay, "a", "base");
        assert_start(overlay, "b", NULL);
        (void)overlay_commit(overlay);
        assert_start(overlay, "a", "base");
        assert_start(overlay, "b", NULL);
        assert_status(wc_overlay_delete(overlay, text("a")), WC_OK);
        (void)overlay_commit(overlay);
        assert_value(overlay, "a", NULL);
        assert_start(overlay, "a", "base");
    }
}

static void a_kept_block_is_the_base_of_the_next(void **state)
{
    (void)state;
    wc_overlay *overlay = overlay_fresh(&small);
    list_put(&base_list, text("a"), text("base"));
    list_put(&base_list, text("b"), text("base"));
    put(overlay, "a", "longer than before");
    put(overlay, "c", "new");
    assert_status(wc_overlay_delete(overlay, text("b")), WC_OK);
    (void)overlay_commit(overlay);
    put(overlay, "a", "open"); /* a transaction that nobody has ended */
    list_put(&base_list, text("a"), text("longer than before"));
    list_put(&base_list, text("c"), text("new"));
    list_remove(&base_list, text("b"));
    base_list.reads = 0;
    wc_overlay_block_keep(overlay);
    assert_int_equal(wc_overlay_block_bytes(overlay), 0);
    assert_value(overlay, "a", "longer than before");
    assert_value(overlay, "b", NULL);
    assert_value(overlay, "c", "new");
    assert_int_equal(base_list.reads, 0);
    wc_overlay_change change;
    assert_status(wc_overlay_block_next(overlay, text(""), &change), WC_NOT_FOUND);
    put(overlay, "a", "next");
    (void)overlay_commit(overlay);
    assert_status(wc_overlay_block_next(overlay, text(""), &change), WC_OK);
    assert_true(wc_slice_equal(change.old_value, text("longer than before")));
    assert_status(wc_overlay_block_next(overlay, text("a"), &change), WC_NOT_FOUND);
}

static void a_block_is_forgotten_when_half_the_room_is_used(void **state)
{
    (void)state;
    wc_overlay_limits limits = small;
    limits.cache_keys = 4;
    for (uint64_t keys = 2; keys <= 3; keys++) {
        wc_overlay *overlay = overlay_fresh(&limits);
        for (uint64_t i = 0; i < keys; i++) {
            uint8_t name = (uint8_t)('a' + i);
            wc_slice value;
            assert_status(wc_overlay_get(overlay, &value, wc_slice_of(&name, 1)), WC_NOT_FOUND);
        }
        base_list.reads = 0;
        wc_overlay_block_keep(overlay);
        assert_value(overlay, "a", NULL);
        assert_int_equal(base_list.reads, keys == 2 ? 0 : 1);
    }
}

static void a_write_set_holds_hashes_before_and_after_in_tree_order(void **state)
{
    (void)state;
    wc_overlay *overlay = overlay_fresh(&small);
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
    wc_overlay *overlay = overlay_fresh(&small);
    list_put(&base_list, text("a"), text("old a"));
    list_put(&base_list, text("b"), text("old b"));
    list_put(&base_list, text("d"), text("old d"));
    put(overlay, "c", "first");
    put(overlay, "a", "first");
    put(overlay, "d", "changed and");
    (void)overlay_commit(overlay);
    put(overlay, "c", "second");
    assert_status(wc_overlay_delete(overlay, text("b")), WC_OK);
    put(overlay, "d", "old d"); /* changed back */
    put(overlay, "e", "born and");
    (void)overlay_commit(overlay);
    assert_status(wc_overlay_delete(overlay, text("e")), WC_OK);
    (void)overlay_commit(overlay);

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
    wc_overlay *overlay = overlay_fresh(&small);
    static const char *const base_keys[] = {"p", "p1", "p3", "p5", "q"};
    for (size_t i = 0; i < WC_ARRAY_LEN(base_keys); i++) {
        list_put(&base_list, text(base_keys[i]), text("base"));
    }
    put(overlay, "p2", "block");
    put(overlay, "p3", "block");
    assert_status(wc_overlay_delete(overlay, text("p5")), WC_OK);
    (void)overlay_commit(overlay);
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
    wc_overlay *overlay = overlay_fresh(&small);
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
    wc_overlay *overlay = overlay_fresh(&limits);
    put(overlay, "a", "1");
    put(overlay, "b", "1");
    put(overlay, "c", "1");
    put(overlay, "c", "2");
    assert_status(wc_overlay_put(overlay, text("d"), text("1")), WC_TOO_LARGE);
    assert_status(wc_overlay_delete(overlay, text("d")), WC_TOO_LARGE);
    assert_int_equal(overlay_commit(overlay), 3);
    put(overlay, "d", "1");
}

static void a_transaction_puts_as_many_bytes_as_its_limit(void **state)
{
    (void)state;
    wc_overlay_limits limits = small;
    limits.tx_bytes = 10;
    wc_overlay *overlay = overlay_fresh(&limits);
    put(overlay, "k1", "1234");                                                    /* 6 */
    assert_status(wc_overlay_put(overlay, text("k2"), text("123")), WC_TOO_LARGE); /* 11 */
    assert_value(overlay, "k2", NULL);
    put(overlay, "k1", "1");    /* in place */
    put(overlay, "k1", "4321"); /* in place */
    assert_status(wc_overlay_put(overlay, text("k1"), text("12345")), WC_TOO_LARGE);
    assert_value(overlay, "k1", "4321");
    put(overlay, "k2", "12"); /* 10 */
    assert_status(wc_overlay_delete(overlay, text("k")), WC_TOO_LARGE);
    assert_int_equal(overlay_commit(overlay), 2);
}

static void a_value_has_at_most_the_size_of_a_state_value(void **state)
{
    (void)state;
    wc_overlay_limits limits = small;
    limits.tx_bytes = limits.block_bytes = 3 * WC_STATE_VALUE_MAX;
    wc_overlay *overlay = overlay_fresh(&limits);
    static uint8_t value[WC_STATE_VALUE_MAX + 1];
    assert_status(wc_overlay_put(overlay, text("a"), wc_slice_of(value, sizeof value)),
                  WC_TOO_LARGE);
    assert_status(wc_overlay_put(overlay, text("a"), wc_slice_of(value, sizeof value - 1)), WC_OK);
    assert_int_equal(overlay_commit(overlay), 1);
}

static void a_block_counts_key_old_and_new_value_of_each_write(void **state)
{
    (void)state;
    wc_overlay_limits limits = small;
    limits.block_bytes = 20;
    wc_overlay *overlay = overlay_fresh(&limits);
    list_put(&base_list, text("ab"), text("base"));
    const wc_write *writes;
    size_t count;
    put(overlay, "ab", "123"); /* 2 + 4 + 3 */
    (void)overlay_commit(overlay);
    assert_int_equal(wc_overlay_block_bytes(overlay), 9);
    put(overlay, "ab", "1234567"); /* 2 + 3 + 7 = 12 */
    assert_status(wc_overlay_tx_seal(overlay, &writes, &count), WC_TOO_LARGE);
    wc_overlay_tx_drop(overlay);
    assert_value(overlay, "ab", "123");
    put(overlay, "ab", "123456"); /* 11: exactly full */
    (void)overlay_commit(overlay);
    assert_int_equal(wc_overlay_block_bytes(overlay), 20);
    put(overlay, "ab", "123456"); /* nothing changes: nothing is counted */
    assert_int_equal(overlay_commit(overlay), 0);
    put(overlay, "c", "1");
    assert_status(wc_overlay_tx_seal(overlay, &writes, &count), WC_TOO_LARGE);
}

static void a_block_writes_as_many_keys_as_its_limit(void **state)
{
    (void)state;
    wc_overlay_limits limits = small;
    limits.block_keys = 2;
    wc_overlay *overlay = overlay_fresh(&limits);
    const wc_write *writes;
    size_t count;
    put(overlay, "a", "1");
    (void)overlay_commit(overlay);
    put(overlay, "b", "1");
    put(overlay, "c", "1");
    assert_status(wc_overlay_tx_seal(overlay, &writes, &count), WC_TOO_LARGE);
    wc_overlay_tx_drop(overlay);
    put(overlay, "b", "1");
    put(overlay, "a", "2");
    (void)overlay_commit(overlay);
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
    wc_overlay *overlay = overlay_fresh(&limits);
    list_put(&base_list, text("a"), text("12345"));
    list_put(&base_list, text("b"), text("123456"));
    list_put(&base_list, text("c"), text("12345"));
    assert_value(overlay, "a", "12345"); /* 6 bytes */
    assert_value(overlay, "a", "12345");
    assert_int_equal(base_list.reads, 1);
    assert_value(overlay, "b", "123456"); /* 7 more do not fit */
    assert_value(overlay, "b", "123456");
    assert_int_equal(base_list.reads, 3);
    assert_value(overlay, "c", "12345"); /* 6 do */
    assert_value(overlay, "c", "12345");
    assert_int_equal(base_list.reads, 4);
    assert_value(overlay, "d", NULL); /* a third key is one too many */
    assert_value(overlay, "d", NULL);
    assert_int_equal(base_list.reads, 6);
}

static void failures_of_the_base_come_through_unchanged(void **state)
{
    (void)state;
    wc_overlay_limits limits = small;
    limits.cache_keys = 0; /* every read reaches the base */
    for (uint64_t answered = 0; answered < 4; answered++) {
        wc_overlay *overlay = overlay_fresh(&limits);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_see_the_uppermost_level),
        cmocka_unit_test(a_dropped_transaction_leaves_what_was_before),
        cmocka_unit_test(a_dropped_block_leaves_the_base),
        cmocka_unit_test(the_value_at_block_start_stays),
        cmocka_unit_test(a_kept_block_is_the_base_of_the_next),
        cmocka_unit_test(a_block_is_forgotten_when_half_the_room_is_used),
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
    };
    return cmocka_run_group_tests(tests, NULL, overlay_drop);
}
