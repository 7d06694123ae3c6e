/* Uniqueness of table rows by their stored bytes: a heap sort of an index, so that neither an
 * attacker's choice of rows nor their order makes it slow, and then a look at neighbours. */
#include "vm/isa/tables.h"

/* Order of two rows: bytes, then position, so that equal rows come out in the order they came in.
 */
static bool is_before(const wc_slice *slices, uint32_t a, uint32_t b)
{
    int order = wc_slice_compare(slices[a], slices[b]);
    return order != 0 ? order < 0 : a < b;
}

/* Lets index[root] sink to its place in the heap index[0..count), whose greatest is at 0. */
static void sink(const wc_slice *slices, uint32_t *index, uint32_t root, uint32_t count)
{
    for (uint32_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && is_before(slices, index[child], index[child + 1])) child++;
        if (!is_before(slices, index[root], index[child])) return;
        uint32_t held = index[root];
        index[root] = index[child];
        index[child] = held;
    }
}

static void sort(const wc_slice *slices, uint32_t *index, uint32_t count)
{
    for (uint32_t root = count / 2; root > 0; root--) sink(slices, index, root - 1, count);
    for (uint32_t end = count; end > 1; end--) {
        uint32_t greatest = index[0];
        index[0] = index[end - 1];
        index[end - 1] = greatest;
        sink(slices, index, 0, end - 1);
    }
}

wc_status wc_slices_unique(const wc_slice *slices, uint32_t count, wc_arena *arena, uint32_t *which)
{
    size_t mark = wc_arena_mark(arena);
    uint32_t *index = WC_ARENA_ARRAY(arena, uint32_t, count);
    if (index == NULL) return WC_NO_MEMORY;
    for (uint32_t i = 0; i < count; i++) index[i] = i;
    sort(slices, index, count);
    wc_status status = WC_OK;
    for (uint32_t i = 1; i < count && status == WC_OK; i++) {
        if (!wc_slice_equal(slices[index[i - 1]], slices[index[i]])) continue;
        *which = index[i];
        status = WC_DUPLICATE;
    }
    wc_arena_rewind(arena, mark);
    return status;
}
