/* See tree_sample.h. */
#include "tests/support/test.h"

#include "tests/unit/ledger_model/tree_sample.h"

#include <stdlib.h>

#include "node/crypto/crypto.h"
#include "tests/unit/ledger_model/vectors.h"
#include "vm/base/buf.h"

uint8_t *tree_memory;

wc_tree tree_fresh(void)
{
    wc_tree tree;
    if (tree_memory == NULL) tree_memory = aligned_alloc(64, TREE_SIZE);
    assert_non_null(tree_memory);
    assert_status(wc_tree_init(&tree, tree_memory, TREE_SIZE), WC_OK);
    return tree;
}

wc_hash tree_hash(const char *word, uint32_t i)
{
    uint8_t bytes[32];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_buf_put_text(&buf, word);
    wc_buf_put_u32(&buf, i);
    return wc_sha256_one(wc_buf_slice(&buf));
}

int tree_by_k(const void *a, const void *b)
{
    return memcmp(((const wc_tree_change *)a)->k.bytes, ((const wc_tree_change *)b)->k.bytes, 32);
}

void tree_sort(wc_tree_change *changes, size_t count)
{
    qsort(changes, count, sizeof *changes, tree_by_k);
}

/* The entries of layout_vectors.py's tree_entries(count), sorted. */
void tree_entries(wc_tree_change *entries, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        entries[i] = (wc_tree_change){tree_hash("k", i), tree_hash("value", i)};
    }
    tree_sort(entries, count);
}

wc_hash tree_apply(wc_tree *tree, uint64_t seq, const wc_tree_change *changes, size_t count)
{
    wc_hash root;
    assert_status(wc_tree_update(tree, &root, seq, changes, count), WC_OK);
    return root;
}

wc_tree_version tree_newest(const wc_tree *tree)
{
    wc_tree_version version;
    assert_status(wc_tree_version_at(tree, &version, UINT64_MAX), WC_OK);
    return version;
}

/* layout_vectors.py's near_entries: keys that part at bits 0, 1, 5, 100, 254 and 255 from the
 * first. */
void tree_near_entries(wc_tree_change entries[7])
{
    static const size_t depths[6] = {0, 1, 5, 100, 254, 255};
    wc_hash base = name32("near");
    for (uint32_t i = 0; i < 7; i++) {
        entries[i] = (wc_tree_change){base, tree_hash("near", i)};
        if (i == 0) continue;
        size_t depth = depths[i - 1];
        entries[i].k.bytes[depth / 8] ^= (uint8_t)(0x80u >> depth % 8);
    }
    tree_sort(entries, 7);
}

int tree_drop(void **state)
{
    (void)state;
    free(tree_memory);
    tree_memory = NULL;
    return 0;
}
