/* Least significant byte first: eight stable passes, each a counting sort. Few items are inserted.
 */
#include "node/ledger/sort.h"

#include "vm/base/codec.h"

#define FEW 48u /* below this, insertion is faster than eight passes */

/* How ties are told apart: by names, or by hashes when there are none. */
typedef struct order {
    wc_sort_keys keys;
    const wc_slice *names;
} order;

uint64_t wc_sort_prefix(wc_slice key)
{
    if (key.len >= 8) return wc_load_u64(key.data);
    uint8_t bytes[8] = {0};
    if (key.len > 0) memcpy(bytes, key.data, key.len);
    return wc_load_u64(bytes);
}

static const uint8_t *hash_of(wc_sort_keys keys, const wc_sort_item *item)
{
    return (const uint8_t *)keys.first + item->index * keys.stride;
}

static bool goes_before(const wc_sort_item *a, const wc_sort_item *b, const order *by)
{
    if (a->prefix != b->prefix) return a->prefix < b->prefix;
    if (by->names != NULL) {
        return wc_slice_compare(by->names[a->index], by->names[b->index]) < 0;
    }
    return memcmp(hash_of(by->keys, a), hash_of(by->keys, b), WC_HASH_SIZE) < 0;
}

static void insertion_sort(wc_sort_item *items, size_t count, const order *by)
{
    for (size_t i = 1; i < count; i++) {
        wc_sort_item item = items[i];
        size_t at = i;
        for (; at > 0 && goes_before(&item, &items[at - 1], by); at--) items[at] = items[at - 1];
        items[at] = item;
    }
}

/* Merges two sorted neighbours, [0, middle) and [middle, count). */
static void merge(wc_sort_item *items, wc_sort_item *scratch, size_t middle, size_t count,
                  const order *by)
{
    memcpy(scratch, items, middle * sizeof *items);
    size_t left = 0, right = middle;
    for (size_t out = 0; left < middle; out++) {
        bool is_right = right < count && goes_before(&items[right], &scratch[left], by);
        items[out] = is_right ? items[right++] : scratch[left++];
    }
}

/* Keys with the same first bytes: those of one contract's collection may be many. */
static void sort_ties(wc_sort_item *items, wc_sort_item *scratch, size_t count, const order *by)
{
    for (size_t at = 0; at < count; at += FEW) {
        insertion_sort(items + at, count - at < FEW ? count - at : FEW, by);
    }
    for (size_t width = FEW; width < count; width *= 2) {
        for (size_t at = 0; count - at > width; at += 2 * width) {
            size_t both = count - at < 2 * width ? count - at : 2 * width;
            merge(items + at, scratch, width, both, by);
            if (both < 2 * width) break;
        }
    }
}

static void counting_pass(wc_sort_item *out, const wc_sort_item *items, size_t count,
                          unsigned shift)
{
    size_t start[256] = {0};
    for (size_t i = 0; i < count; i++) start[items[i].prefix >> shift & 0xff]++;
    size_t sum = 0;
    for (size_t digit = 0; digit < 256; digit++) {
        size_t here = start[digit];
        start[digit] = sum;
        sum += here;
    }
    for (size_t i = 0; i < count; i++) out[start[items[i].prefix >> shift & 0xff]++] = items[i];
}

static void sort(wc_sort_item *items, wc_sort_item *scratch, size_t count, const order *by)
{
    if (count < FEW) {
        insertion_sort(items, count, by);
        return;
    }
    for (unsigned shift = 0; shift < 64; shift += 16) { /* two passes end in items again */
        counting_pass(scratch, items, count, shift);
        counting_pass(items, scratch, count, shift + 8);
    }
    for (size_t i = 0; i < count;) { /* equal prefixes are next to each other now */
        size_t end = i + 1;
        while (end < count && items[end].prefix == items[i].prefix) end++;
        if (end - i > 1) sort_ties(items + i, scratch, end - i, by);
        i = end;
    }
}

void wc_sort_by_hash(wc_sort_item *items, wc_sort_item *scratch, size_t count, wc_sort_keys keys)
{
    sort(items, scratch, count, &(order){.keys = keys});
}

void wc_sort_by_name(wc_sort_item *items, wc_sort_item *scratch, size_t count,
                     const wc_slice *names)
{
    sort(items, scratch, count, &(order){.names = names});
}
