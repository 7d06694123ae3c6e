/* Folding leaves in their order gives the root of the tree; and every run of neighbours, with what
 * lies beside it, gives that root by itself and no other. */
#include <stdio.h>
#include <stdlib.h>

#include "node/crypto/crypto.h"
#include "node/ledger/tree.h"
#include "node/snapshot/fold.h"
#include "tests/support/prng.h"
#include "tests/support/test.h"

#define LEAVES_MAX 96u

typedef struct leaves {
    size_t count;
    wc_tree_change list[LEAVES_MAX];
    wc_hash hash[LEAVES_MAX];
    wc_fold_siblings left[LEAVES_MAX], right[LEAVES_MAX]; /* beside each of them */
    wc_hash root;                                         /* of the tree */
} leaves;

static int by_key(const void *a, const void *b)
{
    const wc_tree_change *left = a, *right = b;
    return memcmp(left->k.bytes, right->k.bytes, WC_HASH_SIZE);
}

static void random_hash(wc_prng *prng, wc_hash *hash)
{
    for (size_t i = 0; i < WC_HASH_SIZE; i++) hash->bytes[i] = (uint8_t)wc_prng_below(prng, 256);
}

/* Keys that share many leading bits with one before them are as likely as strangers. */
static void random_key(wc_prng *prng, leaves *l, size_t i)
{
    wc_hash *k = &l->list[i].k;
    random_hash(prng, k);
    if (i == 0 || wc_prng_below(prng, 3) == 0) return;
    const wc_hash *near = &l->list[wc_prng_below(prng, (uint32_t)i)].k;
    size_t bit = wc_prng_below(prng, 256);
    wc_hash made = *near;
    made.bytes[bit / 8] ^= (uint8_t)(0x80u >> bit % 8);
    for (size_t byte = bit / 8 + 1; byte < WC_HASH_SIZE; byte++) made.bytes[byte] = k->bytes[byte];
    *k = made;
}

static void make_leaves(leaves *l, wc_prng *prng, size_t count)
{
    l->count = 0;
    for (size_t i = 0; i < count; i++) {
        random_key(prng, l, i);
        random_hash(prng, &l->list[i].value_hash);
    }
    qsort(l->list, count, sizeof l->list[0], by_key);
    for (size_t i = 0; i < count; i++) {
        if (l->count > 0 && by_key(&l->list[l->count - 1], &l->list[i]) == 0) continue;
        l->list[l->count++] = l->list[i];
    }
    size_t size = wc_tree_memory(LEAVES_MAX, LEAVES_MAX);
    void *memory = aligned_alloc(64, (size + 63) & ~(size_t)63);
    wc_tree tree;
    assert_int_equal(wc_tree_init(&tree, memory, size), WC_OK);
    assert_int_equal(wc_tree_update(&tree, &l->root, 1, l->list, l->count), WC_OK);
    free(memory);
    for (size_t i = 0; i < l->count; i++) {
        l->hash[i] = wc_tree_leaf_hash(&l->list[i].k, &l->list[i].value_hash);
    }
}

static void fold_both_ways(leaves *l)
{
    static wc_fold fold;
    wc_fold_begin(&fold, false);
    for (size_t i = 0; i < l->count; i++) {
        wc_fold_add(&fold, &l->list[i].k, &l->hash[i]);
        wc_fold_siblings_of(&fold, &l->left[i]);
    }
    wc_hash root = wc_fold_end(&fold, NULL);
    assert_memory_equal(root.bytes, l->root.bytes, WC_HASH_SIZE);
    wc_fold_begin(&fold, true);
    for (size_t i = l->count; i > 0; i--) {
        wc_fold_add(&fold, &l->list[i - 1].k, &l->hash[i - 1]);
        wc_fold_siblings_of(&fold, &l->right[i - 1]);
    }
    root = wc_fold_end(&fold, NULL);
    assert_memory_equal(root.bytes, l->root.bytes, WC_HASH_SIZE);
}

/* Root over [first, last] and what lies beside; `without` is left out when it is in the middle. */
static wc_hash root_of_range(const leaves *l, size_t first, size_t last, size_t without)
{
    static wc_fold fold;
    wc_fold_begin_beside(&fold, &l->list[first].k, &l->left[first]);
    for (size_t i = first; i <= last; i++) {
        if (i != without) wc_fold_add(&fold, &l->list[i].k, &l->hash[i]);
    }
    return wc_fold_end(&fold, &l->right[last]);
}

static void every_range_gives_the_root_and_only_whole(void **state)
{
    (void)state;
    static leaves l;
    wc_prng prng;
    uint64_t ranges = 0;
    wc_prng_start(&prng, 20261130);
    for (int round = 0; round < 60; round++) {
        make_leaves(&l, &prng, 1 + wc_prng_below(&prng, LEAVES_MAX));
        fold_both_ways(&l);
        for (size_t first = 0; first < l.count; first += 1 + wc_prng_below(&prng, 4)) {
            size_t last = first + wc_prng_below(&prng, (uint32_t)(l.count - first));
            wc_hash root = root_of_range(&l, first, last, SIZE_MAX);
            assert_memory_equal(root.bytes, l.root.bytes, WC_HASH_SIZE);
            ranges++;
            if (last - first < 2) continue;
            size_t without = first + 1 + wc_prng_below(&prng, (uint32_t)(last - first - 1));
            root = root_of_range(&l, first, last, without);
            assert_memory_not_equal(root.bytes, l.root.bytes, WC_HASH_SIZE);
        }
    }
    assert_true(ranges > 1000);
}

/* A bit of any sibling, of a key or of a leaf changes the root. */
static void every_hash_counts(void **state)
{
    (void)state;
    static leaves l;
    wc_prng prng;
    wc_prng_start(&prng, 7);
    make_leaves(&l, &prng, LEAVES_MAX);
    fold_both_ways(&l);
    size_t first = l.count / 3, last = 2 * l.count / 3;
    for (int side = 0; side < 2; side++) {
        wc_fold_siblings *beside = side == 0 ? &l.left[first] : &l.right[last];
        assert_true(beside->count > 0);
        for (uint16_t i = 0; i < beside->count; i++) {
            beside->list[i].hash.bytes[31] ^= 1;
            wc_hash root = root_of_range(&l, first, last, SIZE_MAX);
            assert_memory_not_equal(root.bytes, l.root.bytes, WC_HASH_SIZE);
            beside->list[i].hash.bytes[31] ^= 1;
        }
    }
    for (size_t i = first; i <= last; i++) {
        l.hash[i].bytes[0] ^= 0x80;
        wc_hash root = root_of_range(&l, first, last, SIZE_MAX);
        assert_memory_not_equal(root.bytes, l.root.bytes, WC_HASH_SIZE);
        l.hash[i].bytes[0] ^= 0x80;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_range_gives_the_root_and_only_whole),
        cmocka_unit_test(every_hash_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
