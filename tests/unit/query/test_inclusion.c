/* Inclusion proofs against the roots of the Merkle tree, for every list that is small. */
#include "node/query/inclusion.h"
#include "tests/support/test.h"

#define COUNT_MAX 70u

static wc_hash leaves[COUNT_MAX];

static int make(void **state)
{
    (void)state;
    assert_status(wc_crypto_start(), WC_OK);
    for (uint8_t i = 0; i < COUNT_MAX; i++) leaves[i] = wc_merkle_leaf(wc_slice_of(&i, 1));
    return 0;
}

static void every_position_of_every_small_list_is_proved(void **state)
{
    (void)state;
    for (uint64_t count = 1; count <= COUNT_MAX; count++) {
        wc_hash expected = wc_merkle_root(leaves, count);
        for (uint64_t index = 0; index < count; index++) {
            wc_inclusion proof;
            wc_hash root;
            wc_inclusion_build(&proof, leaves, count, index);
            assert_true(wc_inclusion_root(&proof, &leaves[index], &root));
            assert_true(wc_hash_equal(&root, &expected));
        }
    }
}

/* RFC 6962, 2.1.3: the path of d3 in a tree of seven is [c, g, l]. */
static void the_path_is_the_one_of_the_standard(void **state)
{
    (void)state;
    wc_inclusion proof;
    wc_inclusion_build(&proof, leaves, 7, 3);
    wc_hash g = wc_merkle_node(&leaves[0], &leaves[1]);
    wc_hash i = wc_merkle_node(&leaves[4], &leaves[5]);
    wc_hash l = wc_merkle_node(&i, &leaves[6]);
    assert_int_equal(proof.depth, 3);
    assert_true(wc_hash_equal(&proof.path[0], &leaves[2]));
    assert_true(wc_hash_equal(&proof.path[1], &g));
    assert_true(wc_hash_equal(&proof.path[2], &l));
}

static bool proves(const wc_inclusion *proof, const wc_hash *leaf, const wc_hash *expected)
{
    wc_hash root;
    return wc_inclusion_root(proof, leaf, &root) && wc_hash_equal(&root, expected);
}

static void another_leaf_position_count_or_path_proves_nothing(void **state)
{
    (void)state;
    for (uint64_t count = 2; count <= 20; count++) {
        wc_hash expected = wc_merkle_root(leaves, count);
        for (uint64_t index = 0; index < count; index++) {
            wc_inclusion proof, altered;
            wc_inclusion_build(&proof, leaves, count, index);
            assert_false(proves(&proof, &leaves[(index + 1) % count], &expected));
            for (uint64_t other = 0; other < count; other++) {
                altered = proof;
                altered.index = other;
                if (other != index) assert_false(proves(&altered, &leaves[index], &expected));
            }
            for (uint8_t i = 0; i < proof.depth; i++) {
                altered = proof;
                altered.path[i].bytes[31] ^= 1;
                assert_false(proves(&altered, &leaves[index], &expected));
            }
            altered = proof;
            altered.depth--;
            assert_false(proves(&altered, &leaves[index], &expected));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_position_of_every_small_list_is_proved),
        cmocka_unit_test(the_path_is_the_one_of_the_standard),
        cmocka_unit_test(another_leaf_position_count_or_path_proves_nothing),
    };
    return cmocka_run_group_tests(tests, make, NULL);
}
