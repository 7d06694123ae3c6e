/* What is known of call memory: regions and words. One table of words for all calls of a receipt;
 * each call has a number, so that memory used again by a later call holds nothing of the earlier.
 */
#ifndef WC_NODE_AUDIT_WHY_MEMORY_H
#define WC_NODE_AUDIT_WHY_MEMORY_H

#include "node/audit/why_inside.h"

typedef struct wc_why_memory {
    uint32_t word_room, word_count; /* room: a power of two */
    wc_why_word *words;             /* open addressing; owned */
    uint32_t region_room, region_count;
    wc_why_region *regions; /* the newest last; owned */
} wc_why_memory;

void wc_why_memory_close(wc_why_memory *memory);

/* The node of a word; 0: nothing is known. */
uint32_t wc_why_word_get(const wc_why_memory *memory, uint32_t run, const uint8_t *at);
WC_MUST_USE bool wc_why_word_put(wc_why_memory *memory, uint32_t run, const uint8_t *at,
                                 uint32_t node);

/* Forgets the words of [at, at + size). */
WC_MUST_USE bool wc_why_words_clear(wc_why_memory *memory, uint32_t run, const uint8_t *at,
                                    uint32_t size);

WC_MUST_USE bool wc_why_region_add(wc_why_memory *memory, const wc_why_region *region);

/* The newest region that holds a place; NULL: none. */
const wc_why_region *wc_why_region_at(const wc_why_memory *memory, uint32_t run, const uint8_t *at);

#endif
