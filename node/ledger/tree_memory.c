/* Memory of the state tree: nodes from the front of one region, leaves from its back, and stacks of
 * pieces to be used again.
 *
 * The stacks are arrays, not links through the free pieces: those have long left the caches when
 * they are used again, and following a link through each of them costs as much as hashing it. */
#include "node/ledger/tree_node.h"

#define CHUNK_UNITS   32u
#define CHUNK_ENTRIES 63u

/* A chunk: next chunk u32, unused u32, entries. An entry is ref u32, units u32 (0: a leaf). */
typedef struct chunk {
    uint32_t next;
    uint32_t unused;

    struct {
        uint32_t ref;
        uint32_t units;
    } entries[CHUNK_ENTRIES];
} chunk;

_Static_assert(sizeof(chunk) == (size_t)CHUNK_UNITS * WC_TREE_UNIT, "a chunk fills its piece");

static chunk *chunk_at(const wc_tree *tree, uint32_t ref)
{
    return (chunk *)(void *)wc_tree_at(tree, ref); /* pieces of 16 bytes: aligned for u32 */
}

/* New units from the front. 0: no room. */
static uint32_t take_front(wc_tree *tree, uint32_t units)
{
    if (units > tree->leaf_start - tree->node_end) return 0;
    uint32_t ref = tree->node_end;
    tree->node_end += units;
    return ref;
}

static uint32_t take_chunk(wc_tree *tree)
{
    uint32_t ref = tree->spare_chunk;
    if (ref == 0) return take_front(tree, CHUNK_UNITS);
    tree->spare_chunk = chunk_at(tree, ref)->next;
    return ref;
}

void wc_tree_reserve(wc_tree *tree)
{
    for (size_t i = 0; i < WC_TREE_UNITS_MAX + 1 + WC_TREE_VERSIONS; i++) {
        uint32_t ref = take_front(tree, CHUNK_UNITS);
        wc_assert(ref != 0);
        chunk_at(tree, ref)->next = tree->spare_chunk;
        tree->spare_chunk = ref;
    }
}

static bool push(wc_tree *tree, wc_tree_list *list, uint32_t ref, uint32_t units)
{
    if (list->chunk == 0 || list->count == CHUNK_ENTRIES) {
        uint32_t fresh = take_chunk(tree);
        if (fresh == 0) return false;
        chunk_at(tree, fresh)->next = list->chunk;
        *list = (wc_tree_list){fresh, 0};
    }
    chunk *top = chunk_at(tree, list->chunk);
    top->entries[list->count].ref = ref;
    top->entries[list->count].units = units;
    list->count++;
    return true;
}

/* Takes the last entry off; 0 when the list is empty. */
static uint32_t pop(wc_tree *tree, wc_tree_list *list, uint32_t *units)
{
    if (list->chunk == 0) return 0;
    chunk *top = chunk_at(tree, list->chunk);
    list->count--;
    uint32_t ref = top->entries[list->count].ref;
    *units = top->entries[list->count].units;
    if (list->count == 0) {
        uint32_t emptied = list->chunk;
        *list = (wc_tree_list){top->next, top->next == 0 ? 0 : CHUNK_ENTRIES};
        top->next = tree->spare_chunk;
        tree->spare_chunk = emptied;
    }
    return ref;
}

/* Part of a larger free node. The rest stays free. This comes before new memory: as a tree grows,
 * its nodes do, and the pieces they leave behind would else never be used again. */
static uint32_t cut_larger(wc_tree *tree, uint32_t units)
{
    for (uint32_t larger = units + 1; larger <= WC_TREE_UNITS_MAX; larger++) {
        uint32_t size;
        uint32_t ref = pop(tree, &tree->free_nodes[larger], &size);
        if (ref == 0) continue;
        return push(tree, &tree->free_nodes[larger - units], ref + units, larger - units) ? ref : 0;
    }
    return 0;
}

uint32_t wc_tree_take_node(wc_tree *tree, uint32_t units)
{
    wc_assert(units >= 1 && units <= WC_TREE_UNITS_MAX);
    uint32_t size;
    uint32_t ref = pop(tree, &tree->free_nodes[units], &size);
    if (ref == 0) ref = cut_larger(tree, units);
    if (ref == 0) ref = take_front(tree, units);
    if (ref != 0) tree->units_used += units;
    return ref;
}

uint32_t wc_tree_take_leaf(wc_tree *tree)
{
    uint32_t size;
    uint32_t ref = pop(tree, &tree->free_leaves, &size);
    if (ref == 0 && tree->leaf_start - tree->node_end >= WC_TREE_LEAF_UNITS) {
        tree->leaf_start -= WC_TREE_LEAF_UNITS;
        ref = tree->leaf_start;
    }
    if (ref != 0) tree->units_used += WC_TREE_LEAF_UNITS;
    return ref;
}

bool wc_tree_retire(wc_tree *tree, wc_tree_list *retired, uint32_t ref, uint32_t units)
{
    return push(tree, retired, ref, units);
}

bool wc_tree_reuse(wc_tree *tree, wc_tree_list *retired)
{
    uint32_t units;
    for (uint32_t ref = pop(tree, retired, &units); ref != 0; ref = pop(tree, retired, &units)) {
        wc_tree_list *list = units == 0 ? &tree->free_leaves : &tree->free_nodes[units];
        tree->units_used -= units == 0 ? WC_TREE_LEAF_UNITS : units;
        if (!push(tree, list, ref, units)) return false;
    }
    return true;
}

uint64_t wc_tree_bytes(const wc_tree *tree)
{
    return tree->units_used * WC_TREE_UNIT;
}
