/* The memory store and its tree: against a sorted array, in the orders that stress the tree, and
 * under snapshots. Sizes are chosen to make three levels of nodes. */
#include <stdlib.h>

#include "node/store/store.h"
#include "node/store/tree.h"
#include "tests/support/prng.h"
#include "tests/support/test.h"
#include "vm/base/codec.h"

#define NUMBERS 20000u

static wc_slice text(const char *value)
{
    return wc_slice_of(value, strlen(value));
}

static void release(wc_entry *entry)
{
    (void)entry;
}

static void insert_number(wc_tree *tree, uint32_t number)
{
    uint8_t key[4];
    wc_store_u32(key, number);
    assert_null(wc_tree_find(tree, wc_slice_of(key, 4)));
    assert_non_null(wc_tree_insert(tree, wc_slice_of(key, 4)));
}

/* The tree holds exactly the numbers marked in present[NUMBERS]. */
static void assert_tree(const wc_tree *tree, const bool *present)
{
    wc_cursor cursor = wc_tree_seek(tree, wc_slice_of(NULL, 0));
    for (uint32_t i = 0; i < NUMBERS; i++) {
        uint8_t key[4];
        wc_store_u32(key, i);
        assert_int_equal(wc_tree_find(tree, wc_slice_of(key, 4)) != NULL, present[i]);
        if (!present[i]) continue;
        const wc_entry *entry = wc_cursor_next(&cursor);
        assert_non_null(entry);
        assert_memory_equal(entry->key, key, 4);
    }
    assert_null(wc_cursor_next(&cursor));
    assert_null(wc_cursor_next(&cursor)); /* and stays at the end */
}

static void fill_order(uint32_t *order, unsigned kind, wc_prng *prng)
{
    for (uint32_t i = 0; i < NUMBERS; i++) order[i] = kind == 1 ? NUMBERS - 1 - i : i;
    for (uint32_t i = NUMBERS - 1; kind == 2 && i > 0; i--) {
        uint32_t other = (uint32_t)wc_prng_below(prng, i + 1);
        uint32_t kept = order[i];
        order[i] = order[other];
        order[other] = kept;
    }
}

static void tree_holds_what_was_inserted_and_not_removed_in_any_order(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_start(&prng, 21);
    uint32_t *order = (uint32_t *)malloc(NUMBERS * sizeof *order);
    bool *present = (bool *)calloc(NUMBERS, sizeof *present);
    for (unsigned insert_kind = 0; insert_kind < 3; insert_kind++) {
        for (unsigned remove_kind = 0; remove_kind < 3; remove_kind++) {
            wc_tree tree = {NULL, 0};
            fill_order(order, insert_kind, &prng);
            for (uint32_t i = 0; i < NUMBERS; i++) insert_number(&tree, order[i]);
            memset(present, true, NUMBERS);
            assert_tree(&tree, present);
            fill_order(order, remove_kind, &prng);
            for (uint32_t i = 0; i < NUMBERS; i++) {
                uint8_t key[4];
                wc_store_u32(key, order[i]);
                wc_tree_remove(&tree, wc_tree_find(&tree, wc_slice_of(key, 4)));
                present[order[i]] = false;
                if (i == NUMBERS / 3 || i == NUMBERS - 5) assert_tree(&tree, present);
                if (i == NUMBERS / 2 && insert_kind == remove_kind) { /* holes fill again */
                    for (uint32_t j = 0; j <= i; j++) insert_number(&tree, order[j]);
                    memset(present, true, NUMBERS);
                    assert_tree(&tree, present);
                    wc_tree_clear(&tree, release);
                    break;
                }
            }
            assert_null(tree.root);
        }
    }
    free(order);
    free(present);
}

static void cursor_starts_at_any_place_and_survives_changes(void **state)
{
    (void)state;
    wc_tree tree = {NULL, 0};
    for (uint32_t i = 0; i < NUMBERS; i += 2) insert_number(&tree, i);
    for (uint32_t i = 0; i < NUMBERS - 1; i++) {
        uint8_t key[4];
        wc_store_u32(key, i);
        wc_cursor cursor = wc_tree_seek(&tree, wc_slice_of(key, 4));
        const wc_entry *entry = wc_cursor_next(&cursor);
        if (i + 1 == NUMBERS - 0 && entry == NULL) continue;
        assert_int_equal(wc_load_u32(entry->key), i + i % 2);
    }
    uint8_t past[4];
    wc_store_u32(past, NUMBERS);
    wc_cursor at_end = wc_tree_seek(&tree, wc_slice_of(past, 4));
    assert_null(wc_cursor_next(&at_end));

    /* Odd numbers inserted behind and before the cursor: those before it are seen. */
    wc_cursor cursor = wc_tree_seek(&tree, wc_slice_of(NULL, 0));
    for (uint32_t i = 0; i + 3 < NUMBERS; i += 2) {
        assert_int_equal(wc_load_u32(wc_cursor_next(&cursor)->key), i);
        if (i >= 1000) continue;
        insert_number(&tree, i + 1);
        assert_int_equal(wc_load_u32(wc_cursor_next(&cursor)->key), i + 1);
    }
    wc_tree_clear(&tree, release);
}

static void put(const wc_store *store, const char *key, const char *value)
{
    wc_batch *batch = wc_batch_create(1000);
    if (value == NULL) {
        wc_batch_delete(batch, WC_CF_STATE, text(key));
    } else {
        wc_batch_put(batch, WC_CF_STATE, text(key), text(value));
    }
    assert_status(wc_store_commit(store, batch), WC_OK);
    wc_batch_destroy(batch);
}

/* value NULL: absent. */
static void assert_value(const wc_store *store, const wc_snapshot *at, const char *key,
                         const char *value)
{
    uint8_t bytes[64];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    assert_int_equal(wc_store_get(store, at, WC_CF_STATE, text(key), &buf), value != NULL);
    if (value != NULL) assert_true(wc_slice_equal(wc_buf_slice(&buf), text(value)));
}

static void each_snapshot_sees_its_own_time(void **state)
{
    (void)state;
    wc_store store;
    assert_status(wc_store_open_memory(&store), WC_OK);
    wc_snapshot *empty = wc_store_snapshot(&store);
    put(&store, "a", "1");
    wc_snapshot *one = wc_store_snapshot(&store);
    put(&store, "a", "22");
    put(&store, "a", "a longer value than before");
    put(&store, "b", "1");
    wc_snapshot *two = wc_store_snapshot(&store);
    put(&store, "a", NULL);
    put(&store, "b", "2");
    wc_snapshot *three = wc_store_snapshot(&store);
    put(&store, "a", "back");

    for (unsigned turn = 0; turn < 2; turn++) {
        assert_value(&store, empty, "a", NULL);
        assert_value(&store, two, "a", "a longer value than before");
        assert_value(&store, two, "b", "1");
        assert_value(&store, three, "a", NULL);
        assert_value(&store, three, "b", "2");
        assert_value(&store, NULL, "a", "back");
        if (turn == 0) {
            assert_value(&store, one, "a", "1");
            assert_value(&store, one, "b", NULL);
            wc_store_release(&store, one); /* releasing one leaves the others as they are */
        }
    }
    wc_store_release(&store, three);
    wc_store_release(&store, empty);
    assert_value(&store, two, "a", "a longer value than before");
    wc_store_release(&store, two);
    assert_value(&store, NULL, "a", "back");
    assert_value(&store, NULL, "b", "2");
    put(&store, "b", NULL);
    assert_value(&store, NULL, "b", NULL);
    wc_store_close(&store);
}

static void prunes_deleted_entries_when_the_last_snapshot_goes(void **state)
{
    (void)state;
    wc_store store;
    wc_store_totals totals;
    wc_store_problem problem;
    assert_status(wc_store_open_memory(&store), WC_OK);
    put(&store, "a", "1");
    wc_snapshot *view = wc_store_snapshot(&store);
    put(&store, "a", NULL);
    put(&store, "c", "made and deleted under the snapshot");
    put(&store, "c", NULL);
    assert_value(&store, view, "a", "1");
    wc_store_release(&store, view);
    assert_status(wc_store_verify(&store, &totals, &problem), WC_OK);
    assert_int_equal(totals.keys[WC_CF_STATE], 0);
    put(&store, "a", "2");
    assert_value(&store, NULL, "a", "2");
    wc_store_close(&store);
}

/* Each prefix finds exactly the keys that start with it, also where its bytes cannot be counted up.
 */
static void a_prefix_finds_its_keys_and_no_others(void **state)
{
    (void)state;
    static const char *const keys[] = {
        "\x01", "\x01\xff", "\x01\xff\xff", "\x01\xff\xff\x01", "\x02", "\x02\x01", "\xfe\xff",
        "\xff", "\xff\x01", "\xff\xff\xff", "\xff\xff\xff\xff"};
    static const char *const prefixes[] = {"",     "\x01",     "\x01\xff", "\x01\xff\xff", "\x02",
                                           "\xfe", "\xfe\xff", "\xff",     "\xff\xff",     "\x03"};
    wc_store store;
    assert_status(wc_store_open_memory(&store), WC_OK);
    for (size_t i = 0; i < WC_ARRAY_LEN(keys); i++) put(&store, keys[i], "v");
    wc_snapshot *view = wc_store_snapshot(&store);
    for (size_t i = 0; i < WC_ARRAY_LEN(prefixes); i++) {
        wc_slice key;
        wc_slice value;
        wc_store_iter iter = wc_store_iter_prefix(&store, view, WC_CF_STATE, text(prefixes[i]));
        for (size_t j = 0; j < WC_ARRAY_LEN(keys); j++) {
            if (strncmp(keys[j], prefixes[i], strlen(prefixes[i])) != 0) continue;
            assert_true(wc_store_iter_next(&iter, &key, &value));
            assert_true(wc_slice_equal(key, text(keys[j])));
        }
        assert_false(wc_store_iter_next(&iter, &key, &value));
        wc_store_iter_close(&iter);
    }
    wc_store_release(&store, view);
    wc_store_close(&store);
}

static wc_status copy_of(const wc_store *store, const char *key, wc_arena *arena, wc_slice *value)
{
    return wc_store_get_copy(store, NULL, WC_CF_STATE, text(key), arena, value);
}

static void values_that_do_not_fit_mark_their_buffer_or_name_the_arena(void **state)
{
    (void)state;
    wc_store store;
    uint8_t bytes[8];
    _Alignas(16) uint8_t memory[16];
    wc_buf buf;
    wc_arena arena;
    wc_slice value;
    assert_status(wc_store_open_memory(&store), WC_OK);
    put(&store, "a", "12345678");
    put(&store, "b", "123456789");
    put(&store, "c", "");
    wc_buf_init(&buf, bytes, sizeof bytes);
    assert_true(wc_store_get(&store, NULL, WC_CF_STATE, text("a"), &buf));
    assert_status(wc_buf_status(&buf), WC_OK);
    wc_buf_init(&buf, bytes, sizeof bytes);
    assert_true(wc_store_get(&store, NULL, WC_CF_STATE, text("b"), &buf));
    assert_status(wc_buf_status(&buf), WC_NO_SPACE);

    wc_arena_init(&arena, memory, sizeof memory);
    assert_status(copy_of(&store, "no", &arena, &value), WC_OK);
    assert_null(value.data);
    assert_status(copy_of(&store, "c", &arena, &value), WC_OK);
    assert_non_null(value.data);
    assert_int_equal(value.len, 0);
    wc_arena_init(&arena, memory, sizeof memory);
    assert_status(copy_of(&store, "b", &arena, &value), WC_OK);
    assert_true(wc_slice_equal(value, text("123456789")));
    assert_status(copy_of(&store, "b", &arena, &value), WC_NO_MEMORY);
    assert_true(wc_slice_equal(value, text("123456789")));
    assert_int_equal(wc_store_room(&store, UINT64_MAX), WC_ROOM_ENOUGH);
    wc_store_close(&store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tree_holds_what_was_inserted_and_not_removed_in_any_order),
        cmocka_unit_test(cursor_starts_at_any_place_and_survives_changes),
        cmocka_unit_test(each_snapshot_sees_its_own_time),
        cmocka_unit_test(prunes_deleted_entries_when_the_last_snapshot_goes),
        cmocka_unit_test(a_prefix_finds_its_keys_and_no_others),
        cmocka_unit_test(values_that_do_not_fit_mark_their_buffer_or_name_the_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
