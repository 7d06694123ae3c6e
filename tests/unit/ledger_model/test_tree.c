/* The state tree and its proofs: golden roots, a naive recursive tree as second opinion, random
 * histories, versions, memory, and every byte of proofs altered. */
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "node/crypto/crypto.h"
#include "node/ledger/proof.h"
#include "node/ledger/tree.h"
#include "tests/support/prng.h"
#include "tests/unit/ledger_model/vectors.h"

#define FILE_NAME   "tree.hex"
#define ENTRIES_MAX 6000u
#define TREE_SIZE   ((size_t)32 << 20)

static uint8_t *tree_memory;
static uint8_t proof_bytes[WC_PROOF_SIZE_MAX];

static wc_tree fresh_tree(void)
{
    wc_tree tree;
    if (tree_memory == NULL) tree_memory = aligned_alloc(64, TREE_SIZE);
    assert_non_null(tree_memory);
    assert_status(wc_tree_init(&tree, tree_memory, TREE_SIZE), WC_OK);
    return tree;
}

static wc_hash hash_of(const char *word, uint32_t i)
{
    uint8_t bytes[32];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_buf_put_text(&buf, word);
    wc_buf_put_u32(&buf, i);
    return wc_sha256_one(wc_buf_slice(&buf));
}

static int by_k(const void *a, const void *b)
{
    return memcmp(((const wc_tree_change *)a)->k.bytes, ((const wc_tree_change *)b)->k.bytes, 32);
}

static void sort_changes(wc_tree_change *changes, size_t count)
{
    qsort(changes, count, sizeof *changes, by_k);
}

/* The entries of layouts.py's tree_entries(count), sorted. */
static void fill_entries(wc_tree_change *entries, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        entries[i] = (wc_tree_change){hash_of("k", i), hash_of("value", i)};
    }
    sort_changes(entries, count);
}

static wc_hash update(wc_tree *tree, uint64_t seq, const wc_tree_change *changes, size_t count)
{
    wc_hash root;
    assert_status(wc_tree_update(tree, &root, seq, changes, count), WC_OK);
    return root;
}

static wc_tree_version newest(const wc_tree *tree)
{
    wc_tree_version version;
    assert_status(wc_tree_version_at(tree, &version, UINT64_MAX), WC_OK);
    return version;
}

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
        fill_entries(entries, counts[i]);
        wc_tree tree = fresh_tree();
        assert_vector_hash(FILE_NAME, name, update(&tree, 1, entries, counts[i]));
        assert_int_equal(newest(&tree).leaf_count, counts[i]);
    }
}

static void entries_taken_out_leave_the_root_of_those_that_stay(void **state)
{
    (void)state;
    static wc_tree_change entries[1000];
    wc_tree_change gone[334];
    fill_entries(entries, 1000);
    wc_tree tree = fresh_tree();
    (void)update(&tree, 1, entries, 1000);
    for (uint32_t i = 0; i < 334; i++) gone[i] = (wc_tree_change){hash_of("k", 3 * i), {{0}}};
    sort_changes(gone, 334);
    assert_vector_hash(FILE_NAME, "root_1000_without_thirds", update(&tree, 2, gone, 334));
    assert_int_equal(newest(&tree).leaf_count, 666);
    for (size_t i = 0; i < 1000; i++) entries[i].value_hash = (wc_hash){{0}};
    assert_vector_hash(FILE_NAME, "root_0", update(&tree, 3, entries, 1000));
    assert_int_equal(newest(&tree).leaf_count, 0);
}

/* layouts.py's near_entries: keys that part at bits 0, 1, 5, 100, 254 and 255 from the first. */
static void fill_near(wc_tree_change entries[7])
{
    static const size_t depths[6] = {0, 1, 5, 100, 254, 255};
    wc_hash base = name32("near");
    for (uint32_t i = 0; i < 7; i++) {
        entries[i] = (wc_tree_change){base, hash_of("near", i)};
        if (i == 0) continue;
        size_t depth = depths[i - 1];
        entries[i].k.bytes[depth / 8] ^= (uint8_t)(0x80u >> depth % 8);
    }
    sort_changes(entries, 7);
}

static void keys_that_part_at_the_last_bit_make_a_path_of_256_levels(void **state)
{
    (void)state;
    wc_tree_change entries[7];
    fill_near(entries);
    wc_tree tree = fresh_tree();
    assert_vector_hash(FILE_NAME, "root_near", update(&tree, 1, entries, 7));
    for (size_t i = 0; i < 7; i++) { /* taken out one by one, down to nothing */
        wc_tree_change gone = {entries[i].k, {{0}}};
        wc_hash expected = naive_root(entries + i + 1, 6 - i, 0);
        wc_hash root = update(&tree, 2 + i, &gone, 1);
        assert_memory_equal(root.bytes, expected.bytes, 32);
    }
}

static void the_order_of_insertion_does_not_show(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_start(&prng, 31);
    static wc_tree_change entries[800];
    fill_entries(entries, 800);
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
        wc_tree tree = fresh_tree();
        uint64_t seq = 1;
        wc_hash root = {{0}};
        for (size_t at = 0; at < 800;) { /* in batches of random size */
            size_t batch = 1 + wc_prng_below(&prng, 60);
            if (batch > 800 - at) batch = 800 - at;
            sort_changes(shuffled + at, batch);
            root = update(&tree, seq++, shuffled + at, batch);
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
        while (at < world_count && (i == count || by_k(&world[at], &changes[i]) < 0)) {
            merged[out++] = world[at++];
        }
        if (i == count) break;
        if (at < world_count && by_k(&world[at], &changes[i]) == 0) at++;
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
    wc_hash k = hash_of("random", (uint32_t)wc_prng_below(prng, 700));
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
    sort_changes(changes, count);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || by_k(&changes[kept - 1], &changes[i]) != 0) changes[kept++] = changes[i];
    }
    return kept;
}

static void any_history_gives_the_root_of_the_naive_tree(void **state)
{
    (void)state;
    wc_prng prng;
    wc_prng_start(&prng, 1101);
    world_count = 0;
    wc_tree tree = fresh_tree();
    for (uint64_t seq = 1; seq <= 400; seq++) {
        wc_tree_change changes[64];
        size_t count = random_changes(&prng, changes, seq % 10 == 0 ? 64 : 8);
        world_apply(changes, count);
        wc_hash root = update(&tree, seq, changes, count);
        wc_hash expected = naive_root(world, world_count, 0);
        assert_memory_equal(root.bytes, expected.bytes, 32);
        assert_int_equal(newest(&tree).leaf_count, world_count);
        wc_hash k = random_k(&prng);
        wc_tree_version version = newest(&tree);
        wc_hash found;
        const wc_tree_change probe = {k, {{0}}};
        const wc_tree_change *entry = bsearch(&probe, world, world_count, sizeof probe, by_k);
        assert_status(wc_tree_get(&tree, &found, &version, &k),
                      entry != NULL ? WC_OK : WC_NOT_FOUND);
        if (entry != NULL) assert_memory_equal(&found, &entry->value_hash, 32);
    }
}

static void a_change_of_nothing_keeps_the_root_and_takes_no_memory(void **state)
{
    (void)state;
    static wc_tree_change entries[200];
    fill_entries(entries, 200);
    wc_tree tree = fresh_tree();
    wc_hash root = update(&tree, 1, entries, 200);
    uint64_t bytes = wc_tree_bytes(&tree);
    wc_tree_change absent[20];
    for (uint32_t i = 0; i < 20; i++) absent[i] = (wc_tree_change){hash_of("absent", i), {{0}}};
    sort_changes(absent, 20);
    wc_hash same = update(&tree, 2, absent, 20);
    assert_memory_equal(same.bytes, root.bytes, 32);
    same = update(&tree, 3, NULL, 0);
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
    wc_tree tree = fresh_tree();
    wc_tree_version version;
    assert_status(wc_tree_version_at(&tree, &version, 0), WC_NOT_FOUND);
    world_count = 0;
    for (uint64_t i = 0; i < 40; i++) {
        size_t count = random_changes(&prng, history[i], 64);
        world_apply(history[i], count);
        roots[i] =
            update(&tree, 10 * i, history[i], count); /* records without changes have no version */
        for (uint64_t old = 0; old <= i; old++) {
            wc_status expected = i - old < WC_TREE_VERSIONS ? WC_OK : WC_NOT_FOUND;
            assert_status(wc_tree_version_at(&tree, &version, 10 * old + 9), expected);
            if (expected != WC_OK) continue;
            assert_int_equal(version.seq, 10 * old);
            assert_memory_equal(&version.root, &roots[old], 32);
            wc_proof proof;
            wc_hash k = hash_of("never", (uint32_t)i);
            assert_status(wc_proof_build(&proof, &tree, &version, &k, wc_slice_of(NULL, 0)), WC_OK);
            assert_status(wc_proof_verify(&proof, &roots[old], &k), WC_OK);
        }
    }
}

static void replaced_nodes_are_used_again(void **state)
{
    (void)state;
    static wc_tree_change entries[2000];
    fill_entries(entries, 2000);
    wc_tree tree = fresh_tree();
    (void)update(&tree, 1, entries, 2000);
    uint64_t after_40 = 0;
    for (uint64_t seq = 2; seq < 400; seq++) {
        wc_tree_change changes[50];
        for (uint32_t i = 0; i < 50; i++) {
            changes[i] = (wc_tree_change){hash_of("k", (uint32_t)(seq * 37 + i * 40) % 2000),
                                          hash_of("v", (uint32_t)seq)};
        }
        sort_changes(changes, 50);
        (void)update(&tree, seq, changes, 50);
        if (seq == 40) after_40 = tree.node_end;
    }
    assert_true(tree.node_end <= after_40 + after_40 / 10); /* else it would have grown 14-fold */
}

static void memory_stays_within_the_estimate(void **state)
{
    (void)state;
    static wc_tree_change entries[ENTRIES_MAX];
    fill_entries(entries, ENTRIES_MAX);
    size_t size = wc_tree_memory(ENTRIES_MAX, 500) / 64 * 64;
    assert_true(size < TREE_SIZE);
    wc_tree tree = fresh_tree();
    assert_status(wc_tree_init(&tree, tree_memory, size), WC_OK);
    (void)update(&tree, 1, entries, ENTRIES_MAX);
    for (uint64_t seq = 2; seq < 60; seq++) {
        wc_tree_change changes[500];
        for (uint32_t i = 0; i < 500; i++) {
            changes[i] =
                (wc_tree_change){hash_of("k", (uint32_t)(seq * 997 + i * 12) % ENTRIES_MAX),
                                 hash_of("v", (uint32_t)seq)};
        }
        sort_changes(changes, 500);
        (void)update(&tree, seq, changes, 500);
    }
}

static void a_tree_without_room_says_so(void **state)
{
    (void)state;
    static wc_tree_change entries[1000];
    fill_entries(entries, 1000);
    wc_tree tree = fresh_tree();
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

static void a_full_tree_cuts_small_nodes_from_large_free_ones(void **state)
{
    (void)state;
    /* Many leaves in one node, then gone for 16 versions: their large pieces serve smaller nodes.
     */
    wc_tree_change entries[256];
    for (uint32_t i = 0; i < 256; i++) {
        entries[i] = (wc_tree_change){hash_of("k", i), hash_of("v", i)};
        entries[i].k.bytes[0] = (uint8_t)i;
    }
    wc_tree tree = fresh_tree();
    assert_status(wc_tree_init(&tree, tree_memory, wc_tree_memory(256, 20) / 64 * 64), WC_OK);
    (void)update(&tree, 1, entries, 256);
    wc_tree_change gone[256];
    for (uint32_t i = 0; i < 256; i++) gone[i] = (wc_tree_change){entries[i].k, {{0}}};
    (void)update(&tree, 2, gone, 256);
    uint64_t seq = 3;
    for (; seq < 40; seq++) (void)update(&tree, seq, NULL, 0);
    assert_int_equal(wc_tree_bytes(&tree), 0);
    tree.leaf_start = tree.node_end; /* no new pieces: only cut ones */
    wc_tree_change pairs[40];
    for (uint32_t i = 0; i < 40; i++) {
        pairs[i] = (wc_tree_change){entries[i / 2 * 2].k, hash_of("p", i)};
        pairs[i].k.bytes[1] = (uint8_t)(i % 2 * 0x80);
    }
    sort_changes(pairs, 40);
    wc_hash root = update(&tree, seq, pairs, 40);
    wc_hash expected = naive_root(pairs, 40, 0);
    assert_memory_equal(root.bytes, expected.bytes, 32);
}

/* ---- proofs -------------------------------------------------------------------------------------
 */

static wc_slice encode_proof(const wc_proof *proof)
{
    wc_buf buf;
    wc_buf_init(&buf, proof_bytes, sizeof proof_bytes);
    wc_proof_put(&buf, proof);
    assert_status(wc_buf_status(&buf), WC_OK);
    return wc_buf_slice(&buf);
}

static wc_slice value_bytes(const char *word, uint32_t i)
{
    static uint8_t bytes[16];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_buf_put_text(&buf, word);
    wc_buf_put_u32(&buf, i);
    return wc_buf_slice(&buf);
}

static void check_golden_proof(const char *name, const wc_tree *tree, wc_hash k, wc_slice value,
                               wc_proof_kind kind)
{
    wc_tree_version version = newest(tree);
    wc_proof proof;
    assert_status(wc_proof_build(&proof, tree, &version, &k, value), WC_OK);
    assert_int_equal(proof.kind, kind);
    assert_vector(FILE_NAME, name, encode_proof(&proof));

    static wc_proof decoded;
    size_t bad = 0;
    assert_status(wc_proof_decode(&decoded, &bad, vector_bytes(FILE_NAME, name)), WC_OK);
    assert_status(wc_proof_verify(&decoded, &version.root, &k), WC_OK);
    assert_vector(FILE_NAME, name, encode_proof(&decoded));
}

/* First key of layouts.py's "absent" series whose proof has this kind: the last one wins there. */
static wc_hash absent_k(const wc_tree *tree, wc_proof_kind kind)
{
    wc_tree_version version = newest(tree);
    for (uint32_t i = 64; i > 0; i--) {
        wc_hash k = hash_of("absent", i - 1);
        wc_proof proof;
        assert_status(wc_proof_build(&proof, tree, &version, &k, wc_slice_of(NULL, 0)), WC_OK);
        if (proof.kind == kind) return k;
    }
    fail_msg("no absent key of this kind");
    return (wc_hash){{0}};
}

static void proofs_are_those_of_the_specification(void **state)
{
    (void)state;
    static wc_tree_change entries[1000];
    wc_slice none = wc_slice_of(NULL, 0);
    wc_tree tree = fresh_tree();
    (void)update(&tree, 1, NULL, 0);
    check_golden_proof("proof_nothing", &tree, hash_of("k", 0), none, WC_PROOF_EMPTY);
    fill_entries(entries, 1);
    (void)update(&tree, 2, entries, 1);
    check_golden_proof("proof_single", &tree, hash_of("k", 0), value_bytes("value", 0),
                       WC_PROOF_PRESENT);
    fill_entries(entries, 1000);
    (void)update(&tree, 3, entries, 1000);
    check_golden_proof("proof_present", &tree, hash_of("k", 3), value_bytes("value", 3),
                       WC_PROOF_PRESENT);
    check_golden_proof("proof_empty", &tree, absent_k(&tree, WC_PROOF_EMPTY), none, WC_PROOF_EMPTY);
    check_golden_proof("proof_other", &tree, absent_k(&tree, WC_PROOF_OTHER), none, WC_PROOF_OTHER);
    tree = fresh_tree();
    fill_near(entries);
    (void)update(&tree, 1, entries, 7);
    check_golden_proof("proof_deep", &tree, name32("near"), value_bytes("near", 0),
                       WC_PROOF_PRESENT);
}

static void a_value_that_the_tree_does_not_hold_cannot_be_proved(void **state)
{
    (void)state;
    static wc_tree_change entries[100];
    fill_entries(entries, 100);
    wc_tree tree = fresh_tree();
    (void)update(&tree, 1, entries, 100);
    wc_tree_version version = newest(&tree);
    wc_proof proof;
    wc_hash k = hash_of("k", 5);
    assert_status(wc_proof_build(&proof, &tree, &version, &k, value_bytes("value", 6)), WC_DIFFERS);
}

static void every_present_key_and_no_absent_one_is_proved_present(void **state)
{
    (void)state;
    static wc_tree_change entries[1000];
    fill_entries(entries, 1000);
    wc_tree tree = fresh_tree();
    wc_hash root = update(&tree, 1, entries, 1000);
    wc_tree_version version = newest(&tree);
    for (uint32_t i = 0; i < 1000; i++) {
        wc_proof proof;
        wc_hash k = hash_of("k", i);
        assert_status(wc_proof_build(&proof, &tree, &version, &k, value_bytes("value", i)), WC_OK);
        assert_int_equal(proof.kind, WC_PROOF_PRESENT);
        assert_status(wc_proof_verify(&proof, &root, &k), WC_OK);
        assert_true(proof.depth >= 4 && proof.depth <= 40);
        wc_hash other = hash_of("absent", i);
        assert_status(wc_proof_verify(&proof, &root, &other), WC_DIFFERS);
        assert_status(wc_proof_build(&proof, &tree, &version, &other, wc_slice_of(NULL, 0)), WC_OK);
        assert_int_not_equal(proof.kind, WC_PROOF_PRESENT);
        assert_status(wc_proof_verify(&proof, &root, &other), WC_OK);
        assert_status(wc_proof_verify(&proof, &root, &k), WC_DIFFERS);
    }
}

/* Flips each bit of a golden proof: it must not decode, or not verify for its key. */
static void check_damage(const char *name, wc_hash root, wc_hash k)
{
    wc_slice golden = vector_bytes(FILE_NAME, name);
    uint8_t *bytes = malloc(golden.len + 1);
    static wc_proof proof;
    size_t bad = 0;
    assert_non_null(bytes);
    for (size_t at = 0; at < golden.len; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            memcpy(bytes, golden.data, golden.len);
            bytes[at] = (uint8_t)(bytes[at] ^ 1u << bit);
            wc_status status = wc_proof_decode(&proof, &bad, wc_slice_of(bytes, golden.len));
            if (status == WC_OK) status = wc_proof_verify(&proof, &root, &k);
            if (status == WC_OK) fail_msg("%s: byte %zu bit %u does not matter", name, at, bit);
        }
    }
    memcpy(bytes, golden.data, golden.len);
    bytes[golden.len] = 0;
    for (size_t len = 0; len < golden.len; len++) {
        assert_true(wc_proof_decode(&proof, &bad, wc_slice_of(bytes, len)) != WC_OK);
        assert_true(bad <= len);
    }
    assert_status(wc_proof_decode(&proof, &bad, wc_slice_of(bytes, golden.len + 1)), WC_TRAILING);
    assert_status(wc_proof_decode(&proof, &bad, golden), WC_OK);
    root.bytes[31] ^= 1;
    assert_status(wc_proof_verify(&proof, &root, &k), WC_DIFFERS);
    free(bytes);
}

static void a_proof_altered_in_any_bit_is_refused(void **state)
{
    (void)state;
    static wc_tree_change entries[1000];
    fill_entries(entries, 1000);
    wc_tree tree = fresh_tree();
    wc_hash root = update(&tree, 1, entries, 1000);
    check_damage("proof_present", root, hash_of("k", 3));
    check_damage("proof_empty", root, absent_k(&tree, WC_PROOF_EMPTY));
    check_damage("proof_other", root, absent_k(&tree, WC_PROOF_OTHER));
    check_damage("proof_single", vector_hash(FILE_NAME, "root_1"), hash_of("k", 0));
    check_damage("proof_nothing", (wc_hash){{0}}, hash_of("k", 0));
    check_damage("proof_deep", vector_hash(FILE_NAME, "root_near"), name32("near"));
}

/* Encodings that say the same in another way, or nonsense. */
static void only_the_canonical_encoding_of_a_proof_decodes(void **state)
{
    (void)state;
    static wc_proof proof;
    size_t bad = 0;
    assert_status(wc_proof_decode(&proof, &bad, vector_bytes(FILE_NAME, "proof_empty")), WC_OK);
    wc_proof longer = proof; /* an empty sibling at the deepest level */
    longer.siblings[longer.depth++] = (wc_hash){{0}};
    assert_status(wc_proof_decode(&proof, &bad, encode_proof(&longer)), WC_NOT_CANONICAL);
    assert_int_equal(bad, 36 + (longer.depth - 1u) / 8);

    assert_status(wc_proof_decode(&proof, &bad, vector_bytes(FILE_NAME, "proof_other")), WC_OK);
    wc_proof same = proof;
    same.other_k = same.k;
    assert_status(wc_proof_decode(&proof, &bad, encode_proof(&same)), WC_OUT_OF_DOMAIN);
    assert_int_equal(bad, 34);
    assert_status(wc_proof_verify(&same, &same.k, &same.k), WC_DIFFERS);

    wc_slice golden = vector_bytes(FILE_NAME, "proof_empty");
    static uint8_t bytes[1024];
    assert_true(golden.len < sizeof bytes);
    memcpy(bytes, golden.data, golden.len);
    memset(bytes + golden.len - 32, 0, 32); /* a sibling that is there and empty */
    assert_status(wc_proof_decode(&proof, &bad, wc_slice_of(bytes, golden.len)), WC_NOT_CANONICAL);
    assert_int_equal(bad, golden.len - 32);
    memcpy(bytes, golden.data, golden.len);
    bytes[34] = 0x01; /* depth 257 or more */
    bytes[35] = 0x01;
    assert_status(wc_proof_decode(&proof, &bad, wc_slice_of(bytes, golden.len)), WC_OUT_OF_DOMAIN);
    assert_int_equal(bad, 34);
    bytes[0] = 2;
    assert_status(wc_proof_decode(&proof, &bad, wc_slice_of(bytes, golden.len)), WC_BAD_VERSION);
}

static int drop_memory(void **state)
{
    (void)state;
    free(tree_memory);
    return 0;
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
        cmocka_unit_test(a_full_tree_cuts_small_nodes_from_large_free_ones),
        cmocka_unit_test(proofs_are_those_of_the_specification),
        cmocka_unit_test(a_value_that_the_tree_does_not_hold_cannot_be_proved),
        cmocka_unit_test(every_present_key_and_no_absent_one_is_proved_present),
        cmocka_unit_test(a_proof_altered_in_any_bit_is_refused),
        cmocka_unit_test(only_the_canonical_encoding_of_a_proof_decodes),
    };
    return cmocka_run_group_tests(tests, NULL, drop_memory);
}
