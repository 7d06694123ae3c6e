/* Least significant byte first: eight stable passes, each a counting sort. Few items are inserted.
 */
#include "node/ledger/sort.h"

#define FEW 48u /* below this, insertion is faster than eight passes */

static const uint8_t *key_of(wc_sort_keys keys, const wc_sort_item *item)
{
    return (const uint8_t *)keys.first + item->index * keys.stride;
}

static bool goes_before(const wc_sort_item *a, const wc_sort_item *b, wc_sort_keys keys)
{
    if (a->prefix != b->prefix) return a->prefix < b->prefix;
    return memcmp(key_of(keys, a), key_of(keys, b), WC_HASH_SIZE) < 0;
}

static void insertion_sort(wc_sort_item *items, size_t count, wc_sort_keys keys)
{
    for (size_t i = 1; i < count; i++) {
        wc_sort_item item = items[i];
        size_t at = i;
        for (; at > 0 && goes_before(&item, &items[at - 1], keys); at--) {
            items[at] = items[at - 1];
        }
        items[at] = item;
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

void wc_sort_by_hash(wc_sort_item *items, wc_sort_item *scratch, size_t count, wc_sort_keys keys)
{
    if (count < FEW) {
        insertion_sort(items, count, keys);
        return;
    }
    for (unsigned shift = 0; shift < 64; shift += 16) { /* two passes end in items again */
        counting_pass(scratch, items, count, shift);
        counting_pass(items, scratch, count, shift + 8);
    }
    /* Equal prefixes are next to each other now; hashes that share eight bytes are rare. */
    for (size_t i = 0; i < count;) {
        size_t end = i + 1;
        while (end < count && items[end].prefix == items[i].prefix) end++;
        if (end - i > 1) insertion_sort(items + i, end - i, keys);
        i = end;
    }
}
