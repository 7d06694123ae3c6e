/* A state tree in memory that is used again, and the entries of the golden vectors; shared by the
 * tests of tree.h and proof.h. */
#ifndef WC_TESTS_UNIT_LEDGER_MODEL_TREE_SAMPLE_H
#define WC_TESTS_UNIT_LEDGER_MODEL_TREE_SAMPLE_H

#include "node/ledger/tree.h"

#define TREE_FILE "tree.hex"
#define TREE_SIZE ((size_t)32 << 20)

extern uint8_t *tree_memory; /* TREE_SIZE bytes, from the first tree_fresh on */

/* An empty tree; the one before is gone. */
wc_tree tree_fresh(void);

/* Frees the memory: the group's teardown. */
int tree_drop(void **state);

/* SHA256(word ‖ i u32). */
wc_hash tree_hash(const char *word, uint32_t i);

/* Order of the keys, for qsort and bsearch. */
int tree_by_k(const void *a, const void *b);
void tree_sort(wc_tree_change *changes, size_t count);

/* The entries of layout_vectors.py's tree_entries(count) and near_entries(), sorted. */
void tree_entries(wc_tree_change *entries, uint32_t count);
void tree_near_entries(wc_tree_change entries[7]);

/* Applies changes and returns the root. */
wc_hash tree_apply(wc_tree *tree, uint64_t seq, const wc_tree_change *changes, size_t count);

wc_tree_version tree_newest(const wc_tree *tree);

#endif
