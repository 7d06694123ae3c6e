/* Sorting by a hash: radix passes over the first eight bytes, ties by the rest. Time is linear and
 * memory is the caller's; the result depends on the keys alone. */
#ifndef WC_NODE_LEDGER_SORT_H
#define WC_NODE_LEDGER_SORT_H

#include "vm/base/hash.h"

typedef struct wc_sort_item {
    uint64_t prefix; /* first eight bytes of the hash, big-endian */
    uint32_t index;  /* of the caller's entry */
} wc_sort_item;

/* The hashes of the entries: that of entry 0, and bytes from one to the next. */
typedef struct wc_sort_keys {
    const wc_hash *first;
    size_t stride;
} wc_sort_keys;

/* Sorts count items; scratch has room for as many. The result is in items. */
void wc_sort_by_hash(wc_sort_item *items, wc_sort_item *scratch, size_t count, wc_sort_keys keys);

#endif
