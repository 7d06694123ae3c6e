/* The filter of keys never denies one that was added, and denies nearly all others. */
#include <stdlib.h>

#include "node/chain/present.h"
#include "tests/support/test.h"
#include "vm/base/codec.h"

#define KEYS 20000u

/* Keys as the state has them: a space, an address of which little differs, an index. */
static uint64_t hash_of(uint32_t number, size_t len)
{
    uint8_t key[96] = {0x14};
    assert_true(len >= 5 && len <= sizeof key);
    wc_store_u32(key + len - 4, number);
    return wc_present_hash(wc_slice_of(key, len));
}

static void add_all(wc_present *present, uint32_t count, size_t len)
{
    for (uint32_t i = 0; i < count; i++) wc_present_add(present, hash_of(i, len));
    for (uint32_t i = 0; i < count; i++) assert_true(wc_present_may(present, hash_of(i, len)));
}

/* Of KEYS that were not added, how many are taken for present. */
static uint32_t mistakes(const wc_present *present, size_t len)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < KEYS; i++) count += wc_present_may(present, hash_of(KEYS + i, len));
    return count;
}

static void knows_what_was_added_and_little_else(void **state)
{
    (void)state;
    for (size_t len = 5; len <= 96; len += 7) {
        wc_present present = {0};
        assert_true(wc_present_make(&present, KEYS));
        assert_int_equal(mistakes(&present, len), 0);
        add_all(&present, KEYS, len);
        assert_true(mistakes(&present, len) < KEYS / 50);
        wc_present_close(&present);
    }
}

static void takes_more_than_its_room(void **state)
{
    (void)state;
    wc_present present = {0};
    assert_true(wc_present_make(&present, 1));
    add_all(&present, KEYS, 40);
    assert_true(wc_present_make(&present, 100)); /* empty again */
    assert_false(wc_present_may(&present, hash_of(0, 40)));
    wc_present_close(&present);
}

static void denies_nothing_without_memory(void **state)
{
    (void)state;
    wc_present present = {0};
    assert_true(wc_present_may(&present, hash_of(1, 40)));
    wc_present_add(&present, hash_of(1, 40));
    assert_false(wc_present_make(&present, UINT64_C(1) << 58));
    assert_true(wc_present_may(&present, hash_of(1, 40)));
    wc_present_close(&present);
}

/* Zeros at the end and the length are part of a key. */
static void tells_keys_apart_by_all_their_bytes(void **state)
{
    (void)state;
    uint8_t key[64] = {1, 2, 3};
    uint64_t seen[64];
    for (size_t len = 1; len <= 64; len++) seen[len - 1] = wc_present_hash(wc_slice_of(key, len));
    for (size_t i = 0; i < 64; i++) {
        for (size_t j = 0; j < i; j++) assert_true(seen[i] != seen[j]);
    }
    for (size_t at = 0; at < 64; at++) {
        key[at] ^= 0x80;
        assert_true(wc_present_hash(wc_slice_of(key, 64)) != seen[63]);
        key[at] ^= 0x80;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_what_was_added_and_little_else),
        cmocka_unit_test(takes_more_than_its_room),
        cmocka_unit_test(denies_nothing_without_memory),
        cmocka_unit_test(tells_keys_apart_by_all_their_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
