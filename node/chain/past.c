/* Going back: the leaves of the newest state, with those replaced that later records changed. */
#include "node/chain/past.h"

#include <stdlib.h>

#include "node/chain/inside.h"
#include "node/ledger/read.h"

#define TREE_CHANGES 4096u

/* A leaf, or what a key had before a later record changed it (zero hash: nothing). */
typedef struct past_leaf {
    wc_tree_change leaf;
    uint64_t order; /* 0: as it is now; else of undo entries, the oldest first */
} past_leaf;

typedef struct past {
    past_leaf *leaves; /* owned */
    size_t count, capacity;
} past;

static bool add(past *p, wc_slice state_key, const wc_slice *value, uint64_t order)
{
    if (p->count == p->capacity) {
        size_t capacity = p->capacity == 0 ? 4096 : 2 * p->capacity;
        past_leaf *grown = realloc(p->leaves, capacity * sizeof *grown);
        if (grown == NULL) return false;
        p->leaves = grown;
        p->capacity = capacity;
    }
    past_leaf *added = &p->leaves[p->count++];
    *added = (past_leaf){.leaf = {.k = wc_tree_key(state_key)}, .order = order};
    if (value != NULL) added->leaf.value_hash = wc_value_hash(*value);
    return true;
}

/* By key, then the oldest undo entry first, what is there now last. */
static int by_age(const void *a, const void *b)
{
    const past_leaf *left = a, *right = b;
    int order = memcmp(left->leaf.k.bytes, right->leaf.k.bytes, WC_HASH_SIZE);
    if (order != 0) return order;
    uint64_t older = left->order - 1, newer = right->order - 1; /* 0 becomes the greatest */
    return older < newer ? -1 : older > newer;
}

/* ---- reading ----------------------------------------------------------------------------------
 */

static wc_status read_now(wc_chain *chain, past *p)
{
    wc_slice all = {NULL, 0}, key = {NULL, 0}, value;
    wc_status status = WC_OK;
    wc_chain_cursor cursor = {.store = &chain->store, .cf = WC_CF_STATE};
    while (status == WC_OK && wc_chain_cursor_next(&cursor, all, key, &key, &value) == WC_OK) {
        if (!add(p, key, &value, 0)) status = WC_NO_MEMORY;
    }
    wc_chain_cursor_close(&cursor);
    return status;
}

/* One undo entry: seq u64 ‖ state key -> 1 ‖ old value, or 0. */
static wc_status add_undo(past *p, wc_slice key, wc_slice value, uint64_t order)
{
    if (key.len <= 8 || value.len == 0 || value.data[0] > 1) return WC_CORRUPT;
    wc_slice old = wc_slice_of(value.data + 1, value.len - 1);
    bool was_there = value.data[0] == 1;
    if (!add(p, wc_slice_of(key.data + 8, key.len - 8), was_there ? &old : NULL, order)) {
        return WC_NO_MEMORY;
    }
    return WC_OK;
}

static wc_status read_undo(wc_chain *chain, past *p, uint64_t seq)
{
    wc_chain_key first = wc_chain_undo_prefix(seq + 1);
    wc_slice all = {NULL, 0}, key = wc_chain_key_slice(&first), value;
    wc_status status = WC_OK;
    wc_chain_cursor cursor = {.store = &chain->store, .cf = WC_CF_UNDO};
    for (uint64_t order = 1; status == WC_OK; order++) {
        if (wc_chain_cursor_next(&cursor, all, key, &key, &value) != WC_OK) break;
        status = add_undo(p, key, value, order);
    }
    wc_chain_cursor_close(&cursor);
    return status;
}

/* ---- the tree ---------------------------------------------------------------------------------
 */

/* Sorted, one entry for each key that was there: in place. */
static size_t settle(past *p, wc_tree_change *leaves)
{
    size_t count = 0;
    for (size_t i = 0; i < p->count; i++) {
        const wc_hash *k = &p->leaves[i].leaf.k;
        if (i > 0 && wc_hash_equal(&p->leaves[i - 1].leaf.k, k)) continue;
        if (!wc_hash_is_zero(&p->leaves[i].leaf.value_hash)) leaves[count++] = p->leaves[i].leaf;
    }
    return count;
}

static void take_tree(wc_chain *chain, const wc_tree *tree, uint8_t *memory, uint64_t room)
{
    (void)pthread_mutex_lock(&chain->tree_turn);
    wc_pages_give(chain->tree_memory);
    chain->tree_memory = memory;
    chain->tree_room = room;
    chain->tree = *tree;
    chain->is_read_only = true;
    (void)pthread_mutex_unlock(&chain->tree_turn);
}

static wc_status build(wc_chain *chain, uint64_t seq, const wc_hash *expected,
                       const wc_tree_change *leaves, size_t count)
{
    wc_tree tree;
    wc_hash root;
    size_t size = wc_tree_memory(count, TREE_CHANGES);
    uint8_t *memory = wc_pages_take(size);
    if (memory == NULL) return WC_NO_MEMORY;
    wc_status status = wc_tree_init(&tree, memory, size);
    if (status == WC_OK) status = wc_tree_update(&tree, &root, seq, leaves, count);
    if (status == WC_OK && !wc_hash_equal(&root, expected)) status = WC_NOT_FOUND;
    if (status == WC_OK) {
        take_tree(chain, &tree, memory, count);
    } else {
        wc_pages_give(memory);
    }
    return status;
}

wc_status wc_chain_go_back(wc_chain *chain, uint64_t seq)
{
    wc_chain_record record;
    past p = {0};
    wc_assert(chain->owner == NULL);
    WC_TRY(wc_chain_read_record(chain, seq, &record));
    wc_hash expected = record.record.state_root;
    wc_status status = read_now(chain, &p);
    if (status == WC_OK) status = read_undo(chain, &p, seq);
    wc_tree_change *leaves = malloc((p.count + 1) * sizeof *leaves);
    if (status == WC_OK && leaves == NULL) status = WC_NO_MEMORY;
    if (status == WC_OK) {
        qsort(p.leaves, p.count, sizeof *p.leaves, by_age);
        status = build(chain, seq, &expected, leaves, settle(&p, leaves));
    }
    free(leaves);
    free(p.leaves);
    return status;
}

uint64_t wc_chain_oldest_past(wc_chain *chain)
{
    wc_slice none = {NULL, 0}, key, value;
    uint64_t oldest = chain->head.seq;
    wc_chain_cursor cursor = {.store = &chain->store, .cf = WC_CF_UNDO};
    if (wc_chain_cursor_next(&cursor, none, none, &key, &value) == WC_OK && key.len > 8) {
        oldest = wc_load_u64(key.data) - 1;
    }
    wc_chain_cursor_close(&cursor);
    return oldest;
}
