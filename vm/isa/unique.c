/* Uniqueness of table rows by their stored bytes: a table of hashes, and where that does not show
 * it soon, a heap sort of an index and a look at neighbours. So neither an attacker's choice of
 * rows nor their order makes it slow, and of several equal rows the same one is named. */
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

uint64_t wc_row_hash(wc_slice bytes)
{
    uint64_t state = bytes.len;
    for (size_t i = 0; i < bytes.len; i += 8) {
        size_t left = bytes.len - i;
        uint64_t piece = wc_piece(bytes.data + i, left < 8 ? left : 8);
        state = (state ^ piece ^ state >> 32) * UINT64_C(0x9e3779b97f4a7c15);
    }
    return state;
}

#define LOOKS_MAX 4u /* at places of the table, for each row on average */

/* A place of the table: most of a row's hash, and the row + 1; 0: it is free. */
#define ROW_BITS 17
_Static_assert(WC_NONE < 1 << ROW_BITS, "rows of a table are counted by u16");

/* Two places of three are free at least, and rows are compared only where their hashes are equal:
 * so most rows are put where they are looked for first, and few branches have to be guessed. */
wc_status wc_unique_begin(wc_unique *unique, uint32_t count, wc_arena *arena)
{
    uint32_t size = 16;
    unsigned shift = 60;
    for (; size < 3 * count; size *= 2) shift--;
    *unique = (wc_unique){.table = WC_ARENA_ARRAY(arena, uint64_t, size),
                          .mask = size - 1,
                          .shift = shift,
                          .looks = (uint64_t)LOOKS_MAX * count,
                          .are_unique = true};
    return unique->table != NULL ? WC_OK : WC_NO_MEMORY;
}

/* Gives up when two rows are equal, and where rows were chosen to fall into one place: then sorting
 * tells. */
void wc_unique_add(wc_unique *unique, const wc_slice *rows, uint32_t row, uint64_t hash)
{
    uint64_t own = (hash >> ROW_BITS << ROW_BITS) | (row + 1);
    uint32_t at = (uint32_t)(hash >> unique->shift);
    for (uint64_t other; (other = unique->table[at]) != 0; at = (at + 1) & unique->mask) {
        bool is_granted = unique->looks > 0 && unique->are_unique;
        if (is_granted) unique->looks--;
        uint32_t held = (uint32_t)(other & ((1u << ROW_BITS) - 1)) - 1;
        bool may_be_equal = (other ^ own) >> ROW_BITS == 0;
        if (!is_granted || (may_be_equal && wc_slice_equal(rows[held], rows[row]))) {
            unique->are_unique = false;
            return;
        }
    }
    unique->table[at] = own;
}

wc_status wc_slices_unique(const wc_slice *slices, uint32_t count, wc_arena *arena, uint32_t *which)
{
    size_t mark = wc_arena_mark(arena);
    wc_unique unique;
    WC_TRY(wc_unique_begin(&unique, count, arena));
    for (uint32_t i = 0; i < count && unique.are_unique; i++) {
        wc_unique_add(&unique, slices, i, wc_row_hash(slices[i]));
    }
    wc_arena_rewind(arena, mark);
    if (unique.are_unique) return WC_OK;
    uint32_t *index = WC_ARENA_RAW(arena, uint32_t, count);
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
