/* RFC 6962 roots from the published tree of eight leaves and from an independent calculation (a
 * recursive one, as the RFC words it); domain hashes from the same. */
#include "node/crypto/crypto.h"
#include "node/crypto/node_hash.h"
#include "tests/support/prng.h"
#include "tests/support/test.h"
#include "vm/base/codec.h"
#include "vm/base/text.h"

static void assert_hash(wc_hash hash, const char *hex)
{
    wc_hash expected;
    assert_status(wc_parse_hex(wc_str_of(hex), expected.bytes, sizeof expected.bytes), WC_OK);
    assert_memory_equal(hash.bytes, expected.bytes, sizeof expected.bytes);
}

/* The inputs and roots of the Certificate Transparency reference tests. */
static const char *const inputs[8] = {"",
                                      "00",
                                      "10",
                                      "2021",
                                      "3031",
                                      "40414243",
                                      "5051525354555657",
                                      "606162636465666768696a6b6c6d6e6f"};
static const char *const roots[9] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

static void gives_the_published_roots_of_zero_to_eight_leaves(void **state)
{
    (void)state;
    wc_hash leaves[8];
    for (size_t i = 0; i < 8; i++) {
        uint8_t bytes[16];
        size_t size = strlen(inputs[i]) / 2;
        assert_status(wc_parse_hex(wc_str_of(inputs[i]), bytes, size), WC_OK);
        leaves[i] = wc_merkle_leaf(wc_slice_of(bytes, size));
    }
    for (size_t count = 0; count <= 8; count++)
        assert_hash(wc_merkle_root(leaves, count), roots[count]);
}

static void can_be_asked_for_its_root_while_it_grows(void **state)
{
    (void)state;
    wc_merkle tree;
    wc_merkle_begin(&tree);
    for (size_t i = 0; i < 8; i++) {
        uint8_t bytes[16];
        size_t size = strlen(inputs[i]) / 2;
        assert_hash(wc_merkle_end(&tree), roots[i]);
        assert_status(wc_parse_hex(wc_str_of(inputs[i]), bytes, size), WC_OK);
        wc_hash leaf = wc_merkle_leaf(wc_slice_of(bytes, size));
        wc_merkle_add(&tree, &leaf);
    }
    assert_hash(wc_merkle_end(&tree), roots[8]);
}

/* Leaves are the numbers 0, 1, ... in four bytes. */
static wc_hash root_of_numbers(uint32_t count)
{
    wc_merkle tree;
    wc_merkle_begin(&tree);
    for (uint32_t i = 0; i < count; i++) {
        uint8_t bytes[4];
        wc_store_u32(bytes, i);
        wc_hash leaf = wc_merkle_leaf(wc_slice_of(bytes, sizeof bytes));
        wc_merkle_add(&tree, &leaf);
    }
    return wc_merkle_end(&tree);
}

static void agrees_with_the_recursive_definition_on_uneven_counts(void **state)
{
    (void)state;
    assert_hash(root_of_numbers(9),
                "47c3f22a08fcf88c58c627b1f49fdb311cc1ca7c6fa52aaac4d7ef23db6fdd2a");
    assert_hash(root_of_numbers(100),
                "740488a3c43c052bfb21dd92199095914175ef355679e09a446f569db63e3f5b");
    assert_hash(root_of_numbers(1000),
                "ed58fe22105717ceedf760a43eedfb173a60c44ef40fd61b6cd86bd4ebb59b61");
}

static void separates_domains_as_specified(void **state)
{
    (void)state;
    const wc_slice whole[1] = {wc_slice_of("abc", 3)};
    const wc_slice parts[3] = {wc_slice_of("a", 1), wc_slice_of("", 0), wc_slice_of("bc", 2)};
    assert_hash(wc_hash_domain("tx/1", whole, 1),
                "f23c75f34fe05c5716231984e7799b9e427c56da8469c85bae15353ec7f81e74");
    assert_hash(wc_hash_domain("tx/1", parts, 3),
                "f23c75f34fe05c5716231984e7799b9e427c56da8469c85bae15353ec7f81e74");
    assert_hash(wc_hash_domain("code/1", NULL, 0),
                "8480837ffba0b331161b3e34577ac104cf4a8ad60718e3ad0b4016631471bf86");
    assert_hash(wc_hash_domain("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                               whole, 1), /* 64 characters, the longest */
                "9e59582923543a8ab6cba208d279b95aaf3f01354f8619296f50385dd5c9c3d8");
}

static wc_hash marked(uint8_t mark, const wc_hash *left, const wc_hash *right)
{
    uint8_t bytes[1 + 2 * WC_HASH_SIZE];
    bytes[0] = mark;
    memcpy(bytes + 1, left->bytes, WC_HASH_SIZE);
    memcpy(bytes + 1 + WC_HASH_SIZE, right->bytes, WC_HASH_SIZE);
    return wc_sha256_one(wc_slice_of(bytes, sizeof bytes));
}

/* One at a time, two at a time, and results in the place of children. */
static void hashes_nodes_and_leaves_as_the_library_does(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_start(&prng, 75);
    print_message("instructions of the processor: %s\n", wc_node_hash_is_fast() ? "yes" : "no");
    for (int turn = 0; turn < 2000; turn++) {
        wc_hash h[4], first, second;
        wc_prng_bytes(&prng, h, sizeof h);
        if (turn < 4) memset(&h[turn], turn % 2 == 0 ? 0x00 : 0xff, sizeof h[0]);
        const wc_hash *const children[4] = {&h[0], &h[1], &h[2], &h[3]};
        wc_hash expected = marked(1, &h[0], &h[1]), other = marked(1, &h[2], &h[3]);
        wc_hash node = wc_merkle_node(&h[0], &h[1]);
        wc_hash leaf = wc_merkle_leaf(wc_slice_of(h, 2 * WC_HASH_SIZE));
        wc_hash expected_leaf = marked(0, &h[0], &h[1]);
        assert_true(wc_hash_equal(&leaf, &expected_leaf));
        wc_merkle_two_leaves(&first, &second, children);
        assert_true(wc_hash_equal(&first, &expected_leaf));
        expected_leaf = marked(0, &h[2], &h[3]);
        assert_true(wc_hash_equal(&second, &expected_leaf));
        wc_merkle_two_nodes(&first, &second, children);
        assert_true(wc_hash_equal(&node, &expected));
        assert_true(wc_hash_equal(&first, &expected) && wc_hash_equal(&second, &other));
        wc_merkle_two_nodes(&h[turn % 4], &h[(turn + 1) % 4], children);
        assert_true(wc_hash_equal(&h[turn % 4], &expected));
        assert_true(wc_hash_equal(&h[(turn + 1) % 4], &other));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_the_published_roots_of_zero_to_eight_leaves),
        cmocka_unit_test(can_be_asked_for_its_root_while_it_grows),
        cmocka_unit_test(agrees_with_the_recursive_definition_on_uneven_counts),
        cmocka_unit_test(separates_domains_as_specified),
        cmocka_unit_test(hashes_nodes_and_leaves_as_the_library_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
