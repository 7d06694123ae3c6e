/* Positions: every item of every small list is found at its number, and at no other. */
#include "node/proof/position.h"
#include "tests/support/prng.h"
#include "tests/support/test.h"

#define COUNT_MAX 70u

static wc_hash items[COUNT_MAX], leaves[COUNT_MAX];
static uint8_t memory[WC_POSITION_SIZE_MAX];

static int make(void **state)
{
    (void)state;
    assert_status(wc_crypto_start(), WC_OK);
    for (uint8_t i = 0; i < COUNT_MAX; i++) {
        items[i] = wc_sha256_one(wc_slice_of(&i, 1));
        leaves[i] = wc_merkle_leaf(wc_slice_of(items[i].bytes, WC_HASH_SIZE));
    }
    return 0;
}

static wc_slice position_of(uint64_t count, uint64_t index)
{
    wc_buf buf;
    wc_buf_init(&buf, memory, sizeof memory);
    wc_position_put(&buf, items, leaves, count, index);
    assert_false(buf.full);
    return wc_buf_slice(&buf);
}

static void every_item_of_every_small_list_is_found_at_its_number(void **state)
{
    (void)state;
    for (uint64_t count = 1; count <= COUNT_MAX; count++) {
        wc_hash expected = wc_merkle_root(leaves, count);
        for (uint64_t index = 0; index < count; index++) {
            wc_hash root;
            uint64_t found;
            wc_slice position, bytes = position_of(count, index);
            wc_reader reader = wc_reader_of(bytes);
            assert_status(wc_position_read(&reader, &position), WC_OK);
            assert_status(wc_read_end(&reader), WC_OK);
            wc_position_follow(&root, &found, position, &items[index]);
            assert_true(wc_hash_equal(&root, &expected));
            assert_int_equal(found, index);
        }
    }
}

/* The last of three items has the path [node of the first two]: as item 1 of two it would have the
 * same. What shows its number is that the first item stands one level deeper. */
static void a_path_that_fits_two_numbers_gives_the_true_one(void **state)
{
    (void)state;
    uint8_t claimed[1 + 34];
    wc_hash root, expected = wc_merkle_root(leaves, 3);
    wc_hash pair = wc_merkle_node(&leaves[0], &leaves[1]);
    uint64_t found;
    wc_slice position = position_of(3, 2);
    assert_int_equal(position.len, 1 + 1 + 32 + 1 + 32);
    wc_position_follow(&root, &found, position, &items[2]);
    assert_int_equal(found, 2);
    assert_true(wc_hash_equal(&root, &expected));

    claimed[0] = 1;
    claimed[1] = 1;
    memcpy(claimed + 2, pair.bytes, sizeof pair.bytes); /* as if the node were an item */
    claimed[34] = 0;
    wc_position_follow(&root, &found, wc_slice_of(claimed, sizeof claimed), &items[2]);
    assert_int_equal(found, 1);
    assert_false(wc_hash_equal(&root, &expected));
}

/* Whatever is altered: another root, or the same number. */
static void no_alteration_gives_another_number_under_the_root(void **state)
{
    (void)state;
    wc_prng prng;
    uint8_t altered[WC_POSITION_SIZE_MAX];
    wc_prng_start(&prng, 20240607);
    for (unsigned run = 0; run < 4000; run++) {
        uint64_t count = 1 + wc_prng_below(&prng, COUNT_MAX);
        uint64_t index = wc_prng_below(&prng, count), found;
        wc_hash root, expected = wc_merkle_root(leaves, count);
        wc_slice bytes = position_of(count, index), position;
        memcpy(altered, bytes.data, bytes.len);
        for (uint64_t i = 1 + wc_prng_below(&prng, 3); i > 0; i--) {
            altered[wc_prng_below(&prng, bytes.len)] ^= (uint8_t)(1u << wc_prng_below(&prng, 8));
        }
        wc_reader reader = wc_reader_of(wc_slice_of(altered, bytes.len));
        if (wc_position_read(&reader, &position) != WC_OK || wc_read_end(&reader) != WC_OK)
            continue;
        wc_position_follow(&root, &found, position, &items[index]);
        if (wc_hash_equal(&root, &expected)) assert_int_equal(found, index);
    }
}

static void bad_shapes_are_refused(void **state)
{
    (void)state;
    wc_slice position, bytes = position_of(70, 69);
    uint8_t copy[WC_POSITION_SIZE_MAX];
    for (size_t len = 0; len < bytes.len; len++) {
        wc_reader reader = wc_reader_of(wc_slice_of(bytes.data, len));
        assert_status(wc_position_read(&reader, &position), WC_TRUNCATED);
    }
    memcpy(copy, bytes.data, bytes.len);
    copy[0] = WC_POSITION_STEPS_MAX + 1;
    wc_reader reader = wc_reader_of(wc_slice_of(copy, bytes.len));
    assert_status(wc_position_read(&reader, &position), WC_OUT_OF_DOMAIN);
    copy[0] = bytes.data[0];
    copy[1] = 2; /* neither left nor right */
    reader = wc_reader_of(wc_slice_of(copy, bytes.len));
    assert_status(wc_position_read(&reader, &position), WC_OUT_OF_DOMAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_item_of_every_small_list_is_found_at_its_number),
        cmocka_unit_test(a_path_that_fits_two_numbers_gives_the_true_one),
        cmocka_unit_test(no_alteration_gives_another_number_under_the_root),
        cmocka_unit_test(bad_shapes_are_refused),
    };
    return cmocka_run_group_tests(tests, make, NULL);
}
