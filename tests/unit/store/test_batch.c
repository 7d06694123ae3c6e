/* The batch: order of application, who wins, limits. */
#include <stdlib.h>

#include "node/store/store.h"
#include "tests/support/prng.h"
#include "tests/support/test.h"

static wc_slice text(const char *value)
{
    return wc_slice_of(value, strlen(value));
}

static void assert_entry(const wc_batch_entry *entry, wc_cf cf, wc_batch_kind kind, const char *key,
                         const char *value)
{
    assert_int_equal(entry->cf, cf);
    assert_int_equal(entry->kind, kind);
    assert_true(wc_slice_equal(entry->key, text(key)));
    assert_true(wc_slice_equal(entry->value, text(value)));
}

static void applies_ranges_first_then_by_family_and_key(void **state)
{
    (void)state;
    size_t count = 0;
    wc_batch *batch = wc_batch_create(1000);
    wc_batch_put(batch, WC_CF_CHAIN, text("a"), text("1"));
    wc_batch_put(batch, WC_CF_STATE, text("b"), text("2"));
    wc_batch_put(batch, WC_CF_STATE, text("aa"), text(""));
    wc_batch_delete(batch, WC_CF_STATE, text("a"));
    wc_batch_put(batch, WC_CF_META, text("z"), text("3"));
    wc_batch_delete_range(batch, WC_CF_UNDO, text("k"), text("l"));
    const wc_batch_entry *sorted = wc_batch_sorted(batch, &count);
    assert_int_equal(count, 6);
    assert_entry(&sorted[0], WC_CF_UNDO, WC_BATCH_DELETE_RANGE, "k", "l");
    assert_entry(&sorted[1], WC_CF_META, WC_BATCH_PUT, "z", "3");
    assert_entry(&sorted[2], WC_CF_STATE, WC_BATCH_DELETE, "a", "");
    assert_entry(&sorted[3], WC_CF_STATE, WC_BATCH_PUT, "aa", "");
    assert_entry(&sorted[4], WC_CF_STATE, WC_BATCH_PUT, "b", "2");
    assert_entry(&sorted[5], WC_CF_CHAIN, WC_BATCH_PUT, "a", "1");
    wc_batch_destroy(batch);
}

static void the_last_call_for_a_key_counts(void **state)
{
    (void)state;
    size_t count = 0;
    wc_batch *batch = wc_batch_create(1000);
    wc_batch_put(batch, WC_CF_STATE, text("key"), text("1"));
    wc_batch_delete(batch, WC_CF_STATE, text("key"));
    wc_batch_put(batch, WC_CF_STATE, text("key"), text("3"));
    wc_batch_put(batch, WC_CF_META, text("key"), text("other family"));
    wc_batch_put(batch, WC_CF_STATE, text("gone"), text("1"));
    wc_batch_delete(batch, WC_CF_STATE, text("gone"));
    const wc_batch_entry *sorted = wc_batch_sorted(batch, &count);
    assert_int_equal(count, 3);
    assert_entry(&sorted[0], WC_CF_META, WC_BATCH_PUT, "key", "other family");
    assert_entry(&sorted[1], WC_CF_STATE, WC_BATCH_DELETE, "gone", "");
    assert_entry(&sorted[2], WC_CF_STATE, WC_BATCH_PUT, "key", "3");
    wc_batch_destroy(batch);
}

static void keys_alike_in_their_first_bytes_are_told_apart(void **state)
{
    (void)state;
    size_t count = 0;
    wc_batch *batch = wc_batch_create(1000);
    static const char *const keys[] = {"abcdefgh2", "abcdef", "abcdefgh1", "abcdefgh", "abcde"};
    for (size_t i = 0; i < WC_ARRAY_LEN(keys); i++)
        wc_batch_put(batch, WC_CF_STATE, text(keys[i]), text("v"));
    wc_batch_put(batch, WC_CF_STATE, wc_slice_of("abcde\0", 6), text("zero"));
    const wc_batch_entry *sorted = wc_batch_sorted(batch, &count);
    assert_int_equal(count, 6);
    assert_entry(&sorted[0], WC_CF_STATE, WC_BATCH_PUT, "abcde", "v");
    assert_int_equal(sorted[1].key.len, 6);
    assert_int_equal(sorted[1].key.data[5], 0);
    assert_entry(&sorted[2], WC_CF_STATE, WC_BATCH_PUT, "abcdef", "v");
    assert_entry(&sorted[3], WC_CF_STATE, WC_BATCH_PUT, "abcdefgh", "v");
    assert_entry(&sorted[4], WC_CF_STATE, WC_BATCH_PUT, "abcdefgh1", "v");
    assert_entry(&sorted[5], WC_CF_STATE, WC_BATCH_PUT, "abcdefgh2", "v");
    wc_batch_destroy(batch);
}

static void holds_max_bytes_and_not_one_more(void **state)
{
    (void)state;

    static const struct {
        size_t max;
        wc_status status;
    } cases[] = {{9, WC_TOO_LARGE}, {10, WC_OK}, {11, WC_OK}};

    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        size_t count = 7;
        wc_batch *batch = wc_batch_create(cases[i].max);
        wc_batch_put(batch, WC_CF_STATE, text("abc"), text("de"));
        wc_batch_put(batch, WC_CF_STATE, text("fg"), text("hij"));
        assert_status(wc_batch_status(batch), cases[i].status);
        const wc_batch_entry *sorted = wc_batch_sorted(batch, &count);
        assert_int_equal(count, cases[i].status == WC_OK ? 2 : 0);
        assert_int_equal(sorted != NULL, cases[i].status == WC_OK);
        /* The mark stays until the batch is cleared. */
        wc_batch_put(batch, WC_CF_STATE, text("k"), text(""));
        assert_status(wc_batch_status(batch), cases[i].max == 11 ? WC_OK : WC_TOO_LARGE);
        wc_batch_clear(batch);
        assert_status(wc_batch_status(batch), WC_OK);
        assert_int_equal(wc_batch_bytes(batch), 0);
        wc_batch_destroy(batch);
    }
}

static void an_overfull_batch_is_not_written_at_all(void **state)
{
    (void)state;
    wc_store store;
    wc_batch *batch = wc_batch_create(8);
    assert_status(wc_store_open_memory(&store), WC_OK);
    wc_batch_put(batch, WC_CF_STATE, text("abc"), text("de"));
    wc_batch_put(batch, WC_CF_STATE, text("abcd"), text(""));
    assert_status(wc_store_commit(&store, batch), WC_TOO_LARGE);
    assert_false(wc_store_has(&store, NULL, WC_CF_STATE, text("abc")));
    wc_batch_destroy(batch);
    wc_store_close(&store);
}

static void keeps_every_byte_of_large_and_many_values(void **state)
{
    (void)state;
    wc_prng prng;
    size_t count = 0;
    wc_prng_start(&prng, 11);
    wc_batch *batch = wc_batch_create(WC_STORE_BATCH_MAX);
    uint8_t *large = (uint8_t *)malloc(3u << 20);
    assert_non_null(large);
    for (unsigned round = 0; round < 3; round++) { /* the memory of a cleared batch is used again */
        wc_prng_bytes(&prng, large, 3u << 20);
        wc_batch_clear(batch);
        for (uint32_t i = 0; i < 5000; i++) {
            uint8_t key[4] = {(uint8_t)(i >> 8), (uint8_t)i, 1, 2};
            wc_batch_put(batch, WC_CF_STATE, wc_slice_of(key, 4), wc_slice_of(large + i, 700));
            if (i % 1000 == 0) {
                key[2] = 9;
                wc_batch_put(batch, WC_CF_CHAIN, wc_slice_of(key, 4), wc_slice_of(large, 3u << 20));
            }
        }
        const wc_batch_entry *sorted = wc_batch_sorted(batch, &count);
        assert_int_equal(count, 5005);
        for (uint32_t i = 0; i < 5000; i++) {
            assert_int_equal(sorted[i].key.data[0] << 8 | sorted[i].key.data[1], i);
            assert_memory_equal(sorted[i].value.data, large + i, 700);
        }
        for (uint32_t i = 0; i < 5; i++) {
            assert_memory_equal(sorted[5000 + i].value.data, large, 3u << 20);
        }
    }
    free(large);
    wc_batch_destroy(batch);
}

/* Against a plain insertion sort that replaces equal keys. */
static void sorts_random_entries_as_a_plain_sort_does(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_start(&prng, 12);
    for (unsigned round = 0; round < 50; round++) {
        struct {
            uint8_t cf;
            uint8_t len;
            uint8_t key[8];
            uint32_t mark;
        } plain[200];

        size_t plain_count = 0;
        size_t count = 0;
        wc_batch *batch = wc_batch_create(1 << 20);
        for (uint32_t mark = 0; mark < 200; mark++) {
            uint8_t key[8];
            uint8_t len = (uint8_t)(1 + wc_prng_below(&prng, 8));
            uint8_t cf = (uint8_t)wc_prng_below(&prng, 2);
            for (size_t i = 0; i < len; i++) key[i] = (uint8_t)wc_prng_below(&prng, 3);
            wc_batch_put(batch, (wc_cf)cf, wc_slice_of(key, len), wc_slice_of(&mark, sizeof mark));
            size_t at = 0;
            while (at < plain_count && (plain[at].cf < cf ||
                                        (plain[at].cf == cf &&
                                         wc_slice_compare(wc_slice_of(plain[at].key, plain[at].len),
                                                          wc_slice_of(key, len)) < 0))) {
                at++;
            }
            bool is_same = at < plain_count && plain[at].cf == cf && plain[at].len == len &&
                           memcmp(plain[at].key, key, len) == 0;
            if (!is_same) {
                memmove(&plain[at + 1], &plain[at], (plain_count - at) * sizeof plain[0]);
                plain_count++;
            }
            plain[at].cf = cf;
            plain[at].len = len;
            memcpy(plain[at].key, key, sizeof key);
            plain[at].mark = mark;
        }
        const wc_batch_entry *sorted = wc_batch_sorted(batch, &count);
        assert_int_equal(count, plain_count);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(sorted[i].cf, plain[i].cf);
            assert_true(wc_slice_equal(sorted[i].key, wc_slice_of(plain[i].key, plain[i].len)));
            assert_memory_equal(sorted[i].value.data, &plain[i].mark, sizeof plain[i].mark);
        }
        wc_batch_destroy(batch);
    }
}

static void room_is_judged_at_its_exact_limits(void **state)
{
    (void)state;
    const uint64_t gib = (uint64_t)1 << 30;
    assert_int_equal(wc_store_room_of(gib, 0), WC_ROOM_ENOUGH);
    assert_int_equal(wc_store_room_of(gib - 1, 0), WC_ROOM_LOW);
    assert_int_equal(wc_store_room_of(gib / 2, 0), WC_ROOM_LOW);
    assert_int_equal(wc_store_room_of(gib / 2 - 1, 0), WC_ROOM_OUT);
    assert_int_equal(wc_store_room_of(8 * gib, gib), WC_ROOM_ENOUGH); /* 8 blocks above 1 GiB */
    assert_int_equal(wc_store_room_of(8 * gib - 1, gib), WC_ROOM_LOW);
    assert_int_equal(wc_store_room_of(4 * gib - 1, gib), WC_ROOM_OUT);
    assert_int_equal(wc_store_room_of(UINT64_MAX - 1, UINT64_MAX), WC_ROOM_LOW); /* no wrapping */
}

static void borrows_what_is_lent(void **state)
{
    (void)state;
    size_t count = 0;
    uint8_t key[] = "key", value[] = "value";
    wc_batch *batch = wc_batch_create(16);
    wc_batch_put(batch, WC_CF_STATE, wc_slice_of(key, 3), wc_slice_of(value, 5));
    wc_batch_put_borrowed(batch, WC_CF_META, wc_slice_of(key, 3), wc_slice_of(value, 5));
    assert_int_equal(wc_batch_bytes(batch), 16);
    key[0] = 'h';
    value[0] = 'V';
    const wc_batch_entry *sorted = wc_batch_sorted(batch, &count);
    assert_int_equal(count, 2);
    assert_entry(&sorted[0], WC_CF_META, WC_BATCH_PUT, "hey", "Value");
    assert_ptr_equal(sorted[0].key.data, key);
    assert_ptr_equal(sorted[0].value.data, value);
    assert_entry(&sorted[1], WC_CF_STATE, WC_BATCH_PUT, "key", "value");
    wc_batch_put_borrowed(batch, WC_CF_META, wc_slice_of(key, 1), wc_slice_of(NULL, 0));
    assert_status(wc_batch_status(batch), WC_TOO_LARGE);
    wc_batch_destroy(batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(applies_ranges_first_then_by_family_and_key),
        cmocka_unit_test(the_last_call_for_a_key_counts),
        cmocka_unit_test(keys_alike_in_their_first_bytes_are_told_apart),
        cmocka_unit_test(holds_max_bytes_and_not_one_more),
        cmocka_unit_test(an_overfull_batch_is_not_written_at_all),
        cmocka_unit_test(keeps_every_byte_of_large_and_many_values),
        cmocka_unit_test(sorts_random_entries_as_a_plain_sort_does),
        cmocka_unit_test(room_is_judged_at_its_exact_limits),
        cmocka_unit_test(borrows_what_is_lent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
