/* The state tree: golden roots, a naive recursive tree as second opinion, random histories,
 * versions, memory. */
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "node/crypto/crypto.h"
#include "node/ledger/proof.h"
#include "node/ledger/tree.h"
#include "tests/support/prng.h"
#include "tests/unit/ledger_model/tree_sample.h"
#include "tests/unit/ledger_model/vectors.h"

#define ENTRIES_MAX 6000u

/* ---- the naive tree: entries sorted by k, split at each bit -------------------------------------
 */

static wc_hash naive_root(const wc_tree_change *entries, size_t count, size_t depth)
{
    if (count == 0) return (wc_hash){{0}};
    if (count == 1) {
        uint8_t bytes[65] = {0x00};
        memcpy(bytes + 1, entries[0].k.bytes, 32);
        memcpy(bytes + 33, entries[0].value_hash.bytes, 32);
        return wc_sha256_one(wc_slice_of(bytes, sizeof bytes));
    }
    size_t left = 0;
    while (left < count && (entries[left].k.bytes[depth / 8] >> (7 - depth % 8) & 1) == 0) left++;
    wc_hash halves[2] = {naive_root(entries, left, depth + 1),
                         naive_root(entries + left, count - left, depth + 1)};
    uint8_t bytes[65] = {0x01};
    memcpy(bytes + 1, halves[0].bytes, 32);
    memcpy(bytes + 33, halves[1].bytes, 32);
    return wc_sha256_one(wc_slice_of(bytes, sizeof bytes));
}

/* ---- roots --------------------------------------------------------------------------------------
 */

static void roots_are_those_of_the_specification(void **state)
{
    (void)state;
    static const uint32_t counts[] = {0, 1, 2, 3, 16, 17, 100, 1000, 5000};
    static wc_tree_change entries[ENTRIES_MAX];
    for (size_t i = 0; i < WC_ARRAY_LEN(counts); i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "root_%u", counts[i]);
        tree_entries(entries, counts[i]);
        wc_tree tree = tree_fresh();
        assert_vector_hash(TREE_FILE, name, tree_apply(&tree, 1, entries, counts[i]));
        assert_int_equal(tree_newest(&tree).leaf_count, counts[i]);
    }
}

static void entries_taken_out_leave_the_root_of_those_that_stay(void **state)
{
    (void)state;
    static wc_tree_change entries[1000];
    wc_tree_change gone[334];
    tree_entries(entries, 1000);
    wc_tree tree = tree_fresh();
    (void)tree_apply(&tree, 1, entries, 1000);
    for (uint32_t i = 0; i < 334; i++) gone[i] = (wc_tree_change){tree_hash("k", 3 * i), {{0}}};
    tree_sort(gone, 334);
    assert_vector_hash(TREE_FILE, "root_1000_without_thirds", tree_apply(&tree, 2, gone, 334));
    assert_int_equal(tree_newest(&tree).leaf_count, 666);
    for (size_t i = 0; i < 1000; i++) entries[i].value_hash = (wc_hash){{0}};
    assert_vector_hash(TREE_FILE, "root_0", tree_apply(&tree, 3, entries, 1000));
    assert_int_equal(tree_newest(&tree).leaf_count, 0);
}

static void keys_that_part_at_the_last_bit_make_a_path_of_256_levels(void **state)
{
    (void)state;
    wc_tree_change entries[7];
    tree_near_entries(entries);
    wc_tree tree = tree_fresh();
    assert_vector_hash(TREE_FILE, "root_near", tree_apply(&tree, 1, entries, 7));
    for (size_t i = 0; i < 7; i++) { /* taken out one by one, down to nothing */
        wc_tree_change gone = {entries[i].k, {{0}}};
        wc_hash expected = naive_root(entries + i + 1, 6 - i, 0);
        wc_hash root = tree_apply(&tree, 2 + i, &gone, 1);
        assert_memory_equal(root.bytes, expected.bytes, 32);
    }
}

static void the_order_of_insertion_does_not_show(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_start(&prng, 31);
    static wc_tree_change entries[800];
    tree_entries(entries, 800);
    wc_hash expected = naive_root(entries, 800, 0);
    for (size_t round = 0; round < 5; round++) {
        static wc_tree_change shuffled[800];
        memcpy(shuffled, entries, sizeof shuffled);
        for (size_t i = 799; i > 0; i--) {
            size_t other = wc_prng_below(&prng, i + 1);
            wc_tree_change swapped = shuffled[i];
            shuffled[i] = shuffled[other];
            shuffled[other] = swapped;
        }
        wc_tree tree = tree_fresh();
        uint64_t seq = 1;
        wc_hash root = {{0}};
        for (size_t at = 0; at < 800;) { /* in batches of random size */
            size_t batch = 1 + wc_prng_below(&prng, 60);
            if (batch > 800 - at) batch = 800 - at;
            tree_sort(shuffled + at, batch);
            root = tree_apply(&tree, seq++, shuffled + at, batch);
            at += batch;
        }
        assert_memory_equal(root.bytes, expected.bytes, 32);
    }
}

/* ---- random histories ---------------------------------------------------------------------------
 */

static wc_tree_change world[ENTRIES_MAX]; /* present entries, sorted */
static size_t world_count;

static void world_apply(const wc_tree_change *changes, size_t count)
{
    static wc_tree_change merged[ENTRIES_MAX];
    size_t out = 0;
    size_t at = 0;
    for (size_t i = 0; i <= count; i++) {
        while (at < world_count && (i == count || tree_by_k(&world[at], &changes[i]) < 0)) {
            merged[out++] = world[at++];
        }
        if (i == count) break;
        if (at < world_count && tree_by_k(&world[at], &changes[i]) == 0) at++;
        const wc_hash zero = {{0}};
        if (memcmp(&changes[i].value_hash, &zero, 32) != 0) merged[out++] = changes[i];
    }
    assert_true(out <= ENTRIES_MAX);
    memcpy(world, merged, out * sizeof world[0]);
    world_count = out;
}

/* Keys from a small set, so that they meet again; clustered under few prefixes to get deep paths.
 */
static wc_hash random_k(wc_prng *prng)
{
    wc_hash k = tree_hash("random", (uint32_t)wc_prng_below(prng, 700));
    if (wc_prng_below(prng, 3) == 0) memset(k.bytes, 0x5a, 1 + wc_prng_below(prng, 31));
    return k;
}

static size_t random_changes(wc_prng *prng, wc_tree_change *changes, size_t max)
{
    size_t count = wc_prng_below(prng, max + 1);
    for (size_t i = 0; i < count; i++) {
        changes[i].k = random_k(prng);
        changes[i].value_hash = (wc_hash){{0}};
        if (wc_prng_below(prng, 5) < 3) wc_prng_bytes(prng, changes[i].value_hash.bytes, 32);
    }
    tree_sort(changes, count);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || tree_by_k(&changes[kept - 1], &changes[i]) != 0)
            changes[kept++] = changes[i];
    }
    return kept;
}

static void any_history_gives_the_root_of_the_naive_tree(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_start(&prng, 1101);
    world_count = 0;
    wc_tree tree = tree_fresh();
    for (uint64_t seq = 1; seq <= 400; seq++) {
        wc_tree_change changes[64];
        size_t count = random_changes(&prng, changes, seq % 10 == 0 ? 64 : 8);
        world_apply(changes, count);
        wc_hash root = tree_apply(&tree, seq, changes, count);
        wc_hash expected = naive_root(world, world_count, 0);
        assert_memory_equal(root.bytes, expected.bytes, 32);
        assert_int_equal(tree_newest(&tree).leaf_count, world_count);
        wc_hash k = random_k(&prng);
        wc_tree_version version = tree_newest(&tree);
        wc_hash found;
        const wc_tree_change probe = {k, {{0}}};
        const wc_tree_change *entry = bsearch(&probe, world, world_count, sizeof probe, tree_by_k);
        assert_status(wc_tree_get(&tree, &found, &version, &k),
                      entry != NULL ? WC_OK : WC_NOT_FOUND);
        if (entry != NULL) assert_memory_equal(&found, &entry->value_hash, 32);
    }
}

static void a_change_of_nothing_keeps_the_root_and_takes_no_memory(void **state)
{
    (void)state;
    static wc_tree_change entries[200];
    tree_entries(entries, 200);
    wc_tree tree = tree_fresh();
    wc_hash root = tree_apply(&tree, 1, entries, 200);
    uint64_t bytes = wc_tree_bytes(&tree);
    wc_tree_change absent[20];
    for (uint32_t i = 0; i < 20; i++) absent[i] = (wc_tree_change){tree_hash("absent", i), {{0}}};
    tree_sort(absent, 20);
    wc_hash same = tree_apply(&tree, 2, absent, 20);
    assert_memory_equal(same.bytes, root.bytes, 32);
    same = tree_apply(&tree, 3, NULL, 0);
    assert_memory_equal(same.bytes, root.bytes, 32);
    assert_int_equal(wc_tree_bytes(&tree), bytes);
}

/* ---- versions and memory ------------------------------------------------------------------------
 */

static void the_last_16_versions_stay_readable_and_older_ones_do_not(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_start(&prng, 16);
    static wc_tree_change history[40][64];
    wc_hash roots[40];
    wc_tree tree = tree_fresh();
    wc_tree_version version;
    assert_status(wc_tree_version_at(&tree, &version, 0), WC_NOT_FOUND);
    world_count = 0;
    for (uint64_t i = 0; i < 40; i++) {
        size_t count = random_changes(&prng, history[i], 64);
        world_apply(history[i], count);
        roots[i] = tree_apply(&tree, 10 * i, history[i],
                              count); /* records without changes have no version */
        for (uint64_t old = 0; old <= i; old++) {
            wc_status expected = i - old < WC_TREE_VERSIONS ? WC_OK : WC_NOT_FOUND;
            assert_status(wc_tree_version_at(&tree, &version, 10 * old + 9), expected);
            if (expected != WC_OK) continue;
            assert_int_equal(version.seq, 10 * old);
            assert_memory_equal(&version.root, &roots[old], 32);
            wc_proof proof;
            wc_hash k = tree_hash("never", (uint32_t)i);
            assert_status(wc_proof_build(&proof, &tree, &version, &k, wc_slice_of(NULL, 0)), WC_OK);
            assert_status(wc_proof_verify(&proof, &roots[old], &k), WC_OK);
        }
    }
}

static void replaced_nodes_are_used_again(void **state)
{
    (void)state;
    static wc_tree_change entries[2000];
    tree_entries(entries, 2000);
    wc_tree tree = tree_fresh();
    (void)tree_apply(&tree, 1, entries, 2000);
    uint64_t after_40 = 0;
    for (uint64_t seq = 2; seq < 400; seq++) {
        wc_tree_change changes[50];
        for (uint32_t i = 0; i < 50; i++) {
            changes[i] = (wc_tree_change){tree_hash("k", (uint32_t)(seq * 37 + i * 40) % 2000),
                                          tree_hash("v", (uint32_t)seq)};
        }
        tree_sort(changes, 50);
        (void)tree_apply(&tree, seq, changes, 50);
        if (seq == 40) after_40 = tree.node_end;
    }
    assert_true(tree.node_end <= after_40 + after_40 / 10); /* else it would have grown 14-fold */
}

static void memory_stays_within_the_estimate(void **state)
{
    (void)state;
    static wc_tree_change entries[ENTRIES_MAX];
    tree_entries(entries, ENTRIES_MAX);
    size_t size = wc_tree_memory(ENTRIES_MAX, 500) / 64 * 64;
    assert_true(size < TREE_SIZE);
    wc_tree tree = tree_fresh();
    assert_status(wc_tree_init(&tree, tree_memory, size), WC_OK);
    (void)tree_apply(&tree, 1, entries, ENTRIES_MAX);
    for (uint64_t seq = 2; seq < 60; seq++) {
        wc_tree_change changes[500];
        for (uint32_t i = 0; i < 500; i++) {
            changes[i] =
                (wc_tree_change){tree_hash("k", (uint32_t)(seq * 997 + i * 12) % ENTRIES_MAX),
                                 tree_hash("v", (uint32_t)seq)};
        }
        tree_sort(changes, 500);
        (void)tree_apply(&tree, seq, changes, 500);
    }
}

static void a_tree_without_room_says_so(void **state)
{
    (void)state;
    static wc_tree_change entries[1000];
    tree_entries(entries, 1000);
    wc_tree tree = tree_fresh();
    assert_status(wc_tree_init(&tree, tree_memory, 4096), WC_NO_MEMORY);
    size_t least = wc_tree_memory(0, 0);
    wc_hash root;
    size_t refused = 0;
    for (size_t size = least; refused == 0 || size < least + 150000; size += 4096) {
        assert_status(wc_tree_init(&tree, tree_memory, size / 64 * 64), WC_OK);
        wc_status status = wc_tree_update(&tree, &root, 1, entries, 1000);
        if (status == WC_OK) break;
        assert_status(status, WC_NO_MEMORY);
        refused++;
    }
    assert_true(refused > 5);
    wc_hash expected = naive_root(entries, 1000, 0);
    assert_memory_equal(root.bytes, expected.bytes, 32);
}

/* However little memory there is: each version has the right root, or there is none of it. */
static void a_tree_that_runs_out_of_memory_at_any_step_says_so(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_init(&prng, 7);
    static wc_tree_change entries[400];
    size_t least = wc_tree_memory(0, 0) / 64 * 64, refused = 0, kept = 0;
    wc_tree tree = tree_fresh();
    for (size_t size = 64; size < least; size += 1024) {
        wc_status status = wc_tree_init(&tree, tree_memory, size);
        if (status != WC_OK) assert_status(status, WC_NO_MEMORY);
    }
    for (size_t size = least; size < least + 60000; size += 1024 + 64 * wc_prng_below(&prng, 9)) {
        assert_status(wc_tree_init(&tree, tree_memory, size), WC_OK);
        world_count = 0;
        for (uint64_t seq = 1; seq < 60; seq++) {
            wc_hash root;
            size_t count = random_changes(&prng, entries, 400);
            wc_status status = wc_tree_update(&tree, &root, seq, entries, count);
            refused += status == WC_NO_MEMORY;
            if (status == WC_NO_MEMORY) break;
            assert_status(status, WC_OK);
            world_apply(entries, count);
            wc_hash expected = naive_root(world, world_count, 0);
            assert_memory_equal(root.bytes, expected.bytes, 32);
            kept++;
        }
    }
    assert_true(refused > 20 && kept > 100);
}

static void a_full_tree_cuts_small_nodes_from_large_free_ones(void **state)
{
    (void)state;
    /* Many leaves in one node, then gone for 16 versions: their large pieces serve smaller nodes.
     */
    wc_tree_change entries[256];
    for (uint32_t i = 0; i < 256; i++) {
        entries[i] = (wc_tree_change){tree_hash("k", i), tree_hash("v", i)};
        entries[i].k.bytes[0] = (uint8_t)i;
    }
    wc_tree tree = tree_fresh();
    assert_status(wc_tree_init(&tree, tree_memory, wc_tree_memory(256, 20) / 64 * 64), WC_OK);
    (void)tree_apply(&tree, 1, entries, 256);
    wc_tree_change gone[256];
    for (uint32_t i = 0; i < 256; i++) gone[i] = (wc_tree_change){entries[i].k, {{0}}};
    (void)tree_apply(&tree, 2, gone, 256);
    uint64_t seq = 3;
    for (; seq < 40; seq++) (void)tree_apply(&tree, seq, NULL, 0);
    assert_int_equal(wc_tree_bytes(&tree), 0);
    tree.leaf_start = tree.node_end; /* no new pieces: only cut ones */
    wc_tree_change pairs[40];
    for (uint32_t i = 0; i < 40; i++) {
        pairs[i] = (wc_tree_change){entries[i / 2 * 2].k, tree_hash("p", i)};
        pairs[i].k.bytes[1] = (uint8_t)(i % 2 * 0x80);
    }
    tree_sort(pairs, 40);
    wc_hash root = tree_apply(&tree, seq, pairs, 40);
    wc_hash expected = naive_root(pairs, 40, 0);
    assert_memory_equal(root.bytes, expected.bytes, 32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roots_are_those_of_the_specification),
        cmocka_unit_test(entries_taken_out_leave_the_root_of_those_that_stay),
        cmocka_unit_test(keys_that_part_at_the_last_bit_make_a_path_of_256_levels),
        cmocka_unit_test(the_order_of_insertion_does_not_show),
        cmocka_unit_test(any_history_gives_the_root_of_the_naive_tree),
        cmocka_unit_test(a_change_of_nothing_keeps_the_root_and_takes_no_memory),
        cmocka_unit_test(the_last_16_versions_stay_readable_and_older_ones_do_not),
        cmocka_unit_test(replaced_nodes_are_used_again),
        cmocka_unit_test(memory_stays_within_the_estimate),
        cmocka_unit_test(a_tree_without_room_says_so),
        cmocka_unit_test(a_tree_that_runs_out_of_memory_at_any_step_says_so),
        cmocka_unit_test(a_full_tree_cuts_small_nodes_from_large_free_ones),
    };
    return cmocka_run_group_tests(tests, NULL, tree_drop);
}
