/* The ordered map and the hash sort, against sorted arrays. */
#include "tests/support/test.h"

#include <stdlib.h>

#include "node/ledger/keymap.h"
#include "node/ledger/sort.h"
#include "tests/support/prng.h"
#include "vm/base/codec.h"

#define KEYS_MAX 3000u

static wc_slice keys[KEYS_MAX];
static wc_keymap_node nodes[KEYS_MAX];
static uint8_t bytes[KEYS_MAX + 1][12]; /* the last is for probes */

static wc_slice text(const char *word)
{
    return wc_slice_of(word, strlen(word));
}

static wc_keymap empty_map(void)
{
    wc_keymap map;
    wc_keymap_init(&map, keys, nodes, KEYS_MAX);
    return map;
}

static void an_empty_map_finds_nothing(void **state)
{
    (void)state;
    wc_keymap map = empty_map();
    assert_int_equal(wc_keymap_find(&map, text("a")), WC_KEYMAP_NONE);
    assert_int_equal(wc_keymap_seek(&map, text(""), true), WC_KEYMAP_NONE);
}

static void keys_come_in_byte_order_with_prefixes_first(void **state)
{
    (void)state;
    static const char *const sorted[] = {"",   "a", "a!",   "aa",   "aaa",
                                         "ab", "b", "\x7f", "\x80", "\xff"};
    wc_keymap map = empty_map();
    for (size_t i = 0; i < WC_ARRAY_LEN(sorted); i++) { /* in another order: 0, 3, 6, 9, 2, ... */
        (void)wc_keymap_add(&map, text(sorted[i * 3 % WC_ARRAY_LEN(sorted)]));
    }
    uint32_t at = wc_keymap_seek(&map, text(""), true);
    for (size_t i = 0; i < WC_ARRAY_LEN(sorted); i++) {
        assert_true(wc_slice_equal(map.keys[at], text(sorted[i])));
        at = wc_keymap_seek(&map, text(sorted[i]), false);
    }
    assert_int_equal(at, WC_KEYMAP_NONE);
}

static void a_zero_byte_is_not_the_end_of_a_key(void **state)
{
    (void)state;
    wc_keymap map = empty_map();
    uint32_t shorter = wc_keymap_add(&map, wc_slice_of("k", 1));
    uint32_t longer = wc_keymap_add(&map, wc_slice_of("k\0", 2));
    assert_int_equal(wc_keymap_find(&map, wc_slice_of("k", 1)), shorter);
    assert_int_equal(wc_keymap_find(&map, wc_slice_of("k\0", 2)), longer);
    assert_int_equal(wc_keymap_find(&map, wc_slice_of("k\0\0", 3)), WC_KEYMAP_NONE);
    assert_int_equal(wc_keymap_seek(&map, wc_slice_of("k", 1), false), longer);
}

static void a_cleared_map_is_empty_again(void **state)
{
    (void)state;
    wc_keymap map = empty_map();
    (void)wc_keymap_add(&map, text("a"));
    wc_keymap_clear(&map);
    assert_int_equal(wc_keymap_find(&map, text("a")), WC_KEYMAP_NONE);
    assert_int_equal(wc_keymap_add(&map, text("a")), 0);
}

static int by_bytes(const void *a, const void *b)
{
    return wc_slice_compare(*(const wc_slice *)a, *(const wc_slice *)b);
}

/* Random keys over few byte values and short lengths, so that many share prefixes. */
static wc_slice random_key(wc_prng *prng, size_t slot)
{
    static const uint8_t alphabet[5] = {0x00, 0x01, 0x7f, 0x80, 0xff};
    size_t len = wc_prng_below(prng, 9);
    for (size_t i = 0; i < len; i++) bytes[slot][i] = alphabet[wc_prng_below(prng, 5)];
    return wc_slice_of(bytes[slot], len);
}

static void any_keys_are_found_and_ordered_like_a_sorted_array(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_start(&prng, 20220901);
    wc_keymap map = empty_map();
    for (size_t slot = 0; slot < KEYS_MAX; slot++) {
        wc_slice key = random_key(&prng, slot);
        uint32_t found = wc_keymap_find(&map, key);
        if (found == WC_KEYMAP_NONE) found = wc_keymap_add(&map, key);
        assert_int_equal(wc_keymap_find(&map, key), found);
    }
    static wc_slice sorted[KEYS_MAX];
    memcpy(sorted, keys, map.count * sizeof sorted[0]);
    qsort(sorted, map.count, sizeof sorted[0], by_bytes);
    for (size_t round = 0; round < 20000; round++) {
        wc_slice probe = random_key(&prng, KEYS_MAX);
        bool or_equal = wc_prng_below(&prng, 2) == 0;
        size_t expected = 0;
        while (expected < map.count && wc_slice_compare(sorted[expected], probe) < !or_equal)
            expected++;
        uint32_t got = wc_keymap_seek(&map, probe, or_equal);
        if (expected == map.count) {
            assert_int_equal(got, WC_KEYMAP_NONE);
        } else {
            assert_true(wc_slice_equal(map.keys[got], sorted[expected]));
        }
    }
}

/* ---- sorting ----------------------------------------------------------------------------------
 */

static void check_sorted(wc_prng *prng, size_t count, unsigned distinct_bytes)
{
    wc_hash *hashes = calloc(count + 1, sizeof *hashes);
    wc_sort_item *items = calloc(count + 1, sizeof *items);
    wc_sort_item *scratch = calloc(count + 1, sizeof *scratch);
    bool *seen = calloc(count + 1, sizeof *seen);
    for (uint32_t i = 0; i < count; i++) {
        for (size_t b = 32 - distinct_bytes; b < 32; b++) {
            hashes[i].bytes[b] = (uint8_t)wc_prng_below(prng, 256);
        }
        items[i] = (wc_sort_item){wc_load_u64(hashes[i].bytes), i};
    }
    const wc_sort_keys by = {hashes, sizeof hashes[0]};
    wc_sort_by_hash(items, scratch, count, by);
    for (size_t i = 0; i < count; i++) {
        assert_false(seen[items[i].index]);
        seen[items[i].index] = true;
        if (i == 0) continue;
        assert_true(memcmp(hashes[items[i - 1].index].bytes, hashes[items[i].index].bytes, 32) <=
                    0);
    }
    free(hashes);
    free(items);
    free(scratch);
    free(seen);
}

static void hashes_are_sorted_whole_also_when_their_first_bytes_agree(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_start(&prng, 7);
    static const size_t counts[] = {0, 1, 2, 47, 48, 49, 1000};
    for (size_t i = 0; i < WC_ARRAY_LEN(counts); i++) {
        check_sorted(&prng, counts[i], 32);
        check_sorted(&prng, counts[i], 25);
        check_sorted(&prng, counts[i], 24); /* all prefixes equal */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_map_finds_nothing),
        cmocka_unit_test(keys_come_in_byte_order_with_prefixes_first),
        cmocka_unit_test(a_zero_byte_is_not_the_end_of_a_key),
        cmocka_unit_test(a_cleared_map_is_empty_again),
        cmocka_unit_test(any_keys_are_found_and_ordered_like_a_sorted_array),
        cmocka_unit_test(hashes_are_sorted_whole_also_when_their_first_bytes_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
