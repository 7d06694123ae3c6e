/* What comes out of the sorter is what went in, by its keys, however little of it fits in memory.
 */
#include <dirent.h>
#include <stdlib.h>

#include "node/snapshot/sorter.h"
#include "tests/support/prng.h"
#include "tests/unit/store/support.h"

#define COUNT 3000u

typedef struct item {
    uint8_t key[24];
    size_t key_len, value_len;
} item;

static int by_key(const void *a, const void *b)
{
    const item *left = a, *right = b;
    return wc_slice_compare(wc_slice_of(left->key, left->key_len),
                            wc_slice_of(right->key, right->key_len));
}

/* Different keys: the last four bytes are the number. Half of them share their first eight. */
static void make_items(item *items, wc_prng *prng)
{
    for (uint32_t i = 0; i < COUNT; i++) {
        items[i].key_len = 4 + wc_prng_below(prng, 20);
        memset(items[i].key, 0, sizeof items[i].key);
        for (size_t b = i % 2 == 0 ? 0 : 8; b + 4 < items[i].key_len; b++) {
            items[i].key[b] = (uint8_t)wc_prng_below(prng, 4);
        }
        uint8_t *number = items[i].key + items[i].key_len - 4;
        number[0] = 0xee;
        number[1] = (uint8_t)(i >> 16);
        number[2] = (uint8_t)(i >> 8);
        number[3] = (uint8_t)i;
        items[i].value_len = wc_prng_below(prng, 100) == 0 ? 3000 : wc_prng_below(prng, 60);
    }
}

/* The value of an item: its length times a byte of its key. */
static uint8_t filling(const item *it)
{
    return (uint8_t)(it->key[it->key_len - 1] ^ it->key_len);
}

static void check_with(size_t run_bytes)
{
    static item items[COUNT];
    static uint8_t value[4096];
    wc_prng prng;
    wc_store_problem problem = {""};
    wc_slice key, found;
    wc_prng_start(&prng, 5);
    make_items(items, &prng);
    wc_sorter *sorter = wc_sorter_open(test_folder, run_bytes);
    assert_non_null(sorter);
    for (size_t i = 0; i < COUNT; i++) {
        memset(value, filling(&items[i]), items[i].value_len);
        assert_int_equal(wc_sorter_add(sorter, &problem,
                                       wc_slice_of(items[i].key, items[i].key_len),
                                       wc_slice_of(value, items[i].value_len)),
                         WC_OK);
    }
    assert_int_equal(wc_sorter_finish(sorter, &problem), WC_OK);
    qsort(items, COUNT, sizeof items[0], by_key);
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(wc_sorter_next(sorter, &problem, &key, &found), WC_OK);
        assert_true(wc_slice_equal(key, wc_slice_of(items[i].key, items[i].key_len)));
        memset(value, filling(&items[i]), items[i].value_len);
        assert_true(wc_slice_equal(found, wc_slice_of(value, items[i].value_len)));
    }
    assert_int_equal(wc_sorter_next(sorter, &problem, &key, &found), WC_NOT_FOUND);
    wc_sorter_close(sorter);
    assert_int_equal(list_files(test_folder).count, 0); /* nothing is left behind */
}

static void all_in_memory(void **state)
{
    (void)state;
    check_with(0);
}

static void in_many_runs(void **state)
{
    (void)state;
    check_with(1);
    check_with(2000);
    check_with(50000);
}

static void nothing_gives_nothing(void **state)
{
    (void)state;
    wc_slice key, value;
    wc_store_problem problem = {""};
    wc_sorter *sorter = wc_sorter_open(test_folder, 10);
    assert_int_equal(wc_sorter_finish(sorter, &problem), WC_OK);
    assert_int_equal(wc_sorter_next(sorter, &problem, &key, &value), WC_NOT_FOUND);
    wc_sorter_close(sorter);
}

static void a_folder_that_is_not_there_is_named(void **state)
{
    (void)state;
    wc_store_problem problem = {""};
    wc_sorter *sorter = wc_sorter_open(path_in_test("absent"), 10);
    uint8_t byte = 1;
    wc_status status = WC_OK;
    for (int i = 0; i < 20 && status == WC_OK; i++) {
        status = wc_sorter_add(sorter, &problem, wc_slice_of(&byte, 1), wc_slice_of(NULL, 0));
    }
    assert_int_equal(status, WC_IO);
    assert_non_null(strstr(problem.text, "absent/sort.tmp"));
    wc_sorter_close(sorter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_in_memory),
        cmocka_unit_test(in_many_runs),
        cmocka_unit_test(nothing_gives_nothing),
        cmocka_unit_test(a_folder_that_is_not_there_is_named),
    };
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
