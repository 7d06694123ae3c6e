/* The state tree's room: lists of pieces that find no place for one more, and a region larger than
 * references reach. An update that cannot be made whole says so, wherever it ends. */
#define _GNU_SOURCE /* mmap's flags */
#include "tests/support/test.h"

#include <sys/mman.h>

#include "node/crypto/crypto.h"
#include "node/ledger/tree.h"
#include "tests/unit/ledger_model/tree_sample.h"

#define ENTRIES_MAX 200u

/* `count` leaves that part within two nibbles, so that some stand in nodes of their own. */
static void spread(wc_tree_change *entries, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        entries[i] = (wc_tree_change){tree_hash("k", i), tree_hash("v", i)};
    }
    tree_sort(entries, count);
}

static void removed(wc_tree_change *changes, const wc_tree_change *entries, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) changes[i] = (wc_tree_change){entries[i].k, {{0}}};
}

/* From here on nothing new is taken from the region, and lists get `chunks` more chunks. */
static void close_region(wc_tree *tree, unsigned chunks)
{
    uint32_t last = 0;
    for (uint32_t ref = tree->spare_chunk; chunks > 0; chunks--) {
        last = ref;
        memcpy(&ref, tree->memory + (size_t)last * 16, sizeof ref);
    }
    if (last == 0) {
        tree->spare_chunk = 0;
    } else {
        memset(tree->memory + (size_t)last * 16, 0, sizeof last); /* its `next` */
    }
    tree->leaf_start = tree->node_end;
}

/* All leaves are removed, which retires them and every node. A list's chunk holds 63 pieces, so
 * that the piece without place is a leaf, a node below, or the top, as the count of leaves has it.
 * Whatever it is: fewer pieces are retired, more are refused. */
static void a_list_of_retired_pieces_that_is_full_ends_the_update(void **state)
{
    (void)state;
    static wc_tree_change entries[ENTRIES_MAX], gone[ENTRIES_MAX];
    bool was_refused = false;
    for (uint32_t count = 1; count <= ENTRIES_MAX; count++) {
        wc_tree tree = tree_fresh();
        spread(entries, count);
        removed(gone, entries, count);
        (void)tree_apply(&tree, 1, entries, count);
        close_region(&tree, 1);
        wc_hash root;
        wc_status status = wc_tree_update(&tree, &root, 2, gone, count);
        assert_status(status, was_refused || count >= 63 ? WC_NO_MEMORY : status);
        was_refused = was_refused || status != WC_OK;
        if (status == WC_OK) {
            assert_int_equal(tree_newest(&tree).leaf_count, 0);
        } else {
            assert_status(status, WC_NO_MEMORY);
        }
    }
    assert_true(was_refused);
}

/* The seventeenth version makes the pieces of the second free again: their list may need a chunk
 * before the other one gives its up. */
static void a_list_of_free_pieces_that_is_full_ends_the_update(void **state)
{
    (void)state;
    static wc_tree_change entries[20], gone[20];
    wc_tree tree = tree_fresh();
    spread(entries, 20);
    removed(gone, entries, 20);
    (void)tree_apply(&tree, 1, entries, 20);
    (void)tree_apply(&tree, 2, gone, 20);
    for (uint64_t seq = 3; seq <= WC_TREE_VERSIONS; seq++) (void)tree_apply(&tree, seq, NULL, 0);
    close_region(&tree, 0);
    wc_hash root;
    assert_status(wc_tree_update(&tree, &root, WC_TREE_VERSIONS + 1, NULL, 0), WC_NO_MEMORY);
}

/* References are 32 bits of 16 bytes each: what lies behind 64 GiB is not used. */
static void a_region_beyond_the_reach_of_references_is_used_as_far_as_they_go(void **state)
{
    (void)state;
    const size_t size = ((size_t)1 << 36) + ((size_t)1 << 30);
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) skip(); /* a system that promises no more than it has */
    wc_tree tree;
    wc_tree_change entries[3];
    spread(entries, 3);
    assert_status(wc_tree_init(&tree, memory, size), WC_OK);
    wc_hash root = tree_apply(&tree, 1, entries, 3);
    assert_true(tree.leaf_start % 4 == 0 && tree.leaf_start > UINT32_MAX - 64);
    wc_tree small = tree_fresh();
    wc_hash expected = tree_apply(&small, 1, entries, 3);
    assert_memory_equal(root.bytes, expected.bytes, sizeof root.bytes);
    wc_hash found;
    wc_tree_version version = tree_newest(&tree);
    assert_status(wc_tree_get(&tree, &found, &version, &entries[1].k), WC_OK);
    assert_memory_equal(found.bytes, entries[1].value_hash.bytes, sizeof found.bytes);
    (void)munmap(memory, size);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_of_retired_pieces_that_is_full_ends_the_update),
        cmocka_unit_test(a_list_of_free_pieces_that_is_full_ends_the_update),
        cmocka_unit_test(a_region_beyond_the_reach_of_references_is_used_as_far_as_they_go),
    };
    return cmocka_run_group_tests(tests, NULL, tree_drop);
}
