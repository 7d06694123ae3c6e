/* Large blocks of memory, straight from the system.
 *
 * A chain holds some hundred megabytes of which a small ledger touches little. The allocator of the
 * C library clears such a block when it hands out a used one, and a sanitizer marks all of it at
 * each turn: opening a chain would cost as much as running it. Pages of the system are zero and
 * cost nothing until they are touched. */
#ifndef WC_NODE_CHAIN_PAGES_H
#define WC_NODE_CHAIN_PAGES_H

#include <stddef.h>

/* size > 0 zero bytes aligned to 64; what lies behind them cannot be read or written, but for the
 * rounding to 64. NULL: memory is short. Give it back with wc_pages_give. */
void *wc_pages_take(size_t size);

/* Asks for large pages, before the block is used: of a block that is used everywhere and at random
 * the processor then finds the addresses in its caches. Each page costs 2 MiB as soon as one byte
 * is touched, so it is not worth it for a block that is mostly idle. */
void wc_pages_enlarge(void *pages);

/* NULL is allowed. */
void wc_pages_give(void *pages);

#endif
