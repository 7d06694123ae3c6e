/* Memory and RocksDB side by side under the same random operations: every answer must be the same.
 * RocksDB gets a tiny memtable, so that flushes and compactions happen in the middle, and is closed
 * and opened again at random. */
#include <stdlib.h>

#include "tests/support/prng.h"
#include "tests/unit/store/support.h"

#define VIEWS 4
#define STEPS 400

typedef struct wc_pair {
    wc_store memory;
    wc_store rocks;
    wc_snapshot *memory_views[VIEWS]; /* NULL: none taken */
    wc_snapshot *rocks_views[VIEWS];
    wc_prng prng;
    unsigned large; /* values may have this many bytes */
} wc_pair;

static const char *pair_folder(void)
{
    return path_in_test("pair");
}

static void open_rocks(wc_pair *pair, bool create)
{
    wc_store_options options = {create, false, 64 << 10, 1 << 20, NULL, NULL};
    assert_status(wc_store_open(&pair->rocks, &test_report, pair_folder(), &options), WC_OK);
}

/* Keys from a small set, so that they meet again: one to six bytes of few letters, ff among them.
 */
static wc_slice random_key(wc_pair *pair, uint8_t key[8])
{
    static const uint8_t letters[5] = {0x00, 0x01, 0x7f, 0xfe, 0xff};
    size_t len = 1 + (size_t)wc_prng_below(&pair->prng, 6);
    for (size_t i = 0; i < len; i++) key[i] = letters[wc_prng_below(&pair->prng, 5)];
    return wc_slice_of(key, len);
}

static void fill_batch(wc_pair *pair, wc_batch *batch, bool is_index)
{
    static uint8_t value[4096];
    uint64_t count = wc_prng_below(&pair->prng, 40);
    wc_batch_clear(batch);
    for (uint64_t i = 0; i < count; i++) {
        uint8_t first[8];
        uint8_t second[8];
        wc_cf cf = is_index ? WC_CF_INDEX : (wc_cf)wc_prng_below(&pair->prng, WC_CF_INDEX);
        wc_slice key = random_key(pair, first);
        wc_slice end = random_key(pair, second);
        uint64_t kind = wc_prng_below(&pair->prng, 20);
        size_t len = (size_t)wc_prng_below(&pair->prng, pair->large);
        wc_prng_bytes(&pair->prng, value, len);
        bool is_range = kind == 0 && cf != WC_CF_STATE; /* which has no range deletions */
        if (is_range && wc_slice_compare(key, end) < 0) {
            wc_batch_delete_range(batch, cf, key, end);
        } else if (kind < 6) {
            wc_batch_delete(batch, cf, key);
        } else {
            wc_batch_put(batch, cf, key, wc_slice_of(value, len));
        }
    }
}

static void write_both(wc_pair *pair)
{
    wc_batch *batch = wc_batch_create(1 << 20);
    bool is_index = wc_prng_below(&pair->prng, 5) == 0;
    fill_batch(pair, batch, is_index);
    if (is_index) {
        assert_status(wc_store_write_index(&pair->memory, batch), WC_OK);
        assert_status(wc_store_write_index(&pair->rocks, batch), WC_OK);
    } else {
        assert_status(wc_store_commit(&pair->memory, batch), WC_OK);
        assert_status(wc_store_commit(&pair->rocks, batch), WC_OK);
    }
    wc_batch_destroy(batch);
}

static void get_both(wc_pair *pair)
{
    size_t view = (size_t)wc_prng_below(&pair->prng, VIEWS);
    for (unsigned i = 0; i < 30; i++) {
        uint8_t bytes[8];
        wc_pin a = {{NULL, 0}, NULL};
        wc_pin b = {{NULL, 0}, NULL};
        wc_cf cf = (wc_cf)wc_prng_below(&pair->prng, WC_CF_COUNT);
        wc_slice key = random_key(pair, bytes);
        bool in_memory = wc_store_pin(&pair->memory, pair->memory_views[view], cf, key, &a);
        bool in_rocks = wc_store_pin(&pair->rocks, pair->rocks_views[view], cf, key, &b);
        assert_int_equal(in_memory, in_rocks);
        if (!in_memory) continue;
        assert_true(wc_slice_equal(a.value, b.value));
        wc_store_unpin(&pair->memory, &a);
        wc_store_unpin(&pair->rocks, &b);
    }
}

/* Walks both over the same range; with some luck writes in the middle, which must change nothing.
 */
static void walk_both(wc_pair *pair, wc_snapshot *in_memory, wc_snapshot *in_rocks)
{
    uint8_t first_bytes[8];
    uint8_t end_bytes[8];
    wc_cf cf = (wc_cf)wc_prng_below(&pair->prng, WC_CF_COUNT);
    wc_slice first = random_key(pair, first_bytes);
    wc_slice end = random_key(pair, end_bytes);
    uint64_t kind = wc_prng_below(&pair->prng, 4);
    if (kind == 0) first.len = 0;
    if (kind == 1) end.len = 0;
    bool is_prefix = kind == 2;
    if (is_prefix && first.len > 2) first.len = 2;
    wc_store_iter a = is_prefix ? wc_store_iter_prefix(&pair->memory, in_memory, cf, first)
                                : wc_store_iter_range(&pair->memory, in_memory, cf, first, end);
    wc_store_iter b = is_prefix ? wc_store_iter_prefix(&pair->rocks, in_rocks, cf, first)
                                : wc_store_iter_range(&pair->rocks, in_rocks, cf, first, end);
    bool has_more = true;
    while (has_more) {
        wc_slice keys[2];
        wc_slice values[2];
        has_more = wc_store_iter_next(&a, &keys[0], &values[0]);
        assert_int_equal(wc_store_iter_next(&b, &keys[1], &values[1]), has_more);
        if (!has_more) break;
        assert_true(wc_slice_equal(keys[0], keys[1]));
        assert_true(wc_slice_equal(values[0], values[1]));
        if (is_prefix) assert_memory_equal(keys[0].data, first.data, first.len);
        if (wc_prng_below(&pair->prng, 20) == 0) write_both(pair);
    }
    assert_false(wc_store_iter_next(&a, &first, &end)); /* the end is final */
    assert_false(wc_store_iter_next(&b, &first, &end));
    wc_store_iter_close(&a);
    wc_store_iter_close(&b);
}

static void walk_at_random(wc_pair *pair)
{
    size_t view = (size_t)wc_prng_below(&pair->prng, VIEWS);
    if (pair->memory_views[view] != NULL) {
        walk_both(pair, pair->memory_views[view], pair->rocks_views[view]);
        return;
    }
    wc_snapshot *in_memory = wc_store_snapshot(&pair->memory);
    wc_snapshot *in_rocks = wc_store_snapshot(&pair->rocks);
    walk_both(pair, in_memory, in_rocks);
    wc_store_release(&pair->memory, in_memory);
    wc_store_release(&pair->rocks, in_rocks);
}

static void drop_view(wc_pair *pair, size_t view)
{
    if (pair->memory_views[view] == NULL) return;
    wc_store_release(&pair->memory, pair->memory_views[view]);
    wc_store_release(&pair->rocks, pair->rocks_views[view]);
    pair->memory_views[view] = NULL;
    pair->rocks_views[view] = NULL;
}

static void change_view(wc_pair *pair)
{
    size_t view = (size_t)wc_prng_below(&pair->prng, VIEWS);
    bool is_taken = pair->memory_views[view] != NULL;
    drop_view(pair, view);
    if (is_taken) return;
    pair->memory_views[view] = wc_store_snapshot(&pair->memory);
    pair->rocks_views[view] = wc_store_snapshot(&pair->rocks);
}

static void compare_all(wc_pair *pair)
{
    wc_store_totals a;
    wc_store_totals b;
    wc_store_problem problem;
    wc_hash in_memory = content_hash(&pair->memory);
    wc_hash in_rocks = content_hash(&pair->rocks);
    assert_memory_equal(in_memory.bytes, in_rocks.bytes, sizeof in_memory.bytes);
    assert_status(wc_store_verify(&pair->memory, &a, &problem), WC_OK);
    assert_status(wc_store_verify(&pair->rocks, &b, &problem), WC_OK);
    assert_memory_equal(&a, &b, sizeof a);
}

static void reopen(wc_pair *pair)
{
    for (size_t view = 0; view < VIEWS; view++) drop_view(pair, view);
    wc_store_close(&pair->rocks);
    open_rocks(pair, false);
    compare_all(pair);
}

static void run_side_by_side(uint64_t seed, unsigned large)
{
    wc_pair pair = {{NULL, NULL}, {NULL, NULL}, {NULL}, {NULL}, {{0}}, large};
    wc_prng_start(&pair.prng, seed);
    assert_status(wc_store_open_memory(&pair.memory), WC_OK);
    open_rocks(&pair, true);
    for (unsigned step = 0; step < STEPS; step++) {
        uint64_t kind = wc_prng_below(&pair.prng, 100);
        if (kind < 50) {
            write_both(&pair);
        } else if (kind < 70) {
            get_both(&pair);
        } else if (kind < 85) {
            walk_at_random(&pair);
        } else if (kind < 98) {
            change_view(&pair);
        } else {
            reopen(&pair);
        }
    }
    reopen(&pair);
    wc_store_close(&pair.rocks);
    wc_store_close(&pair.memory);
    remove_tree(pair_folder());
}

static void behave_alike_with_small_values(void **state)
{
    (void)state;
    run_side_by_side(31, 40);
}

static void behave_alike_with_values_that_fill_tables(void **state)
{
    (void)state;
    run_side_by_side(32, 3000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(behave_alike_with_small_values),
        cmocka_unit_test(behave_alike_with_values_that_fill_tables),
    };
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
