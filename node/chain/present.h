/* Which keys the state may have: a filter in front of the store (Bloom, in blocks of a cache line).
 *
 * A reading asks for keys that are not there yet, and finding nothing costs the store as much as
 * finding something. The filter knows every key that the state has; of those that it has not it
 * takes about one in two hundred for present, and the store is asked as before. So it changes speed
 * and nothing else. Keys that are deleted stay in it until it is made anew. */
#ifndef WC_NODE_CHAIN_PRESENT_H
#define WC_NODE_CHAIN_PRESENT_H

#include "vm/base/slice.h"

/* All zero: every key may be there. */
typedef struct wc_present {
    uint64_t *blocks;     /* owned pages; 8 words each */
    uint64_t block_count; /* a power of two */
} wc_present;

/* What the filter keeps of a key. */
uint64_t wc_present_hash(wc_slice key);

/* An empty filter with room for so many keys; more may be added, at the price of more mistakes.
 * What was there before is given back. False: memory is short; every key may be there. */
WC_MUST_USE bool wc_present_make(wc_present *present, uint64_t keys);
void wc_present_close(wc_present *present);

void wc_present_add(wc_present *present, uint64_t hash);

/* False: no key of this hash was added. */
WC_MUST_USE bool wc_present_may(const wc_present *present, uint64_t hash);

#endif
