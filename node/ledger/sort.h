/* Sorting by hashes or by byte strings: radix passes over the first eight bytes, ties by the rest,
 * merged where there are many. Memory is the caller's; the result depends on the keys alone. */
#ifndef WC_NODE_LEDGER_SORT_H
#define WC_NODE_LEDGER_SORT_H

#include "vm/base/hash.h"
#include "vm/base/slice.h"

typedef struct wc_sort_item {
    uint64_t prefix; /* wc_sort_prefix of the key */
    uint32_t index;  /* of the caller's entry */
} wc_sort_item;

/* The hashes of the entries: that of entry 0, and bytes from one to the next. */
typedef struct wc_sort_keys {
    const wc_hash *first;
    size_t stride;
} wc_sort_keys;

/* First eight bytes, big-endian, of a shorter key with zeros behind it. */
uint64_t wc_sort_prefix(wc_slice key);

/* Sorts count items; scratch has room for as many. The result is in items. */
void wc_sort_by_hash(wc_sort_item *items, wc_sort_item *scratch, size_t count, wc_sort_keys keys);

/* The same in the order of wc_slice_compare; names: by index. */
void wc_sort_by_name(wc_sort_item *items, wc_sort_item *scratch, size_t count,
                     const wc_slice *names);

#endif
