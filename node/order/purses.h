/* What the payers of a block have left while it is filled.
 *
 * Each waiting transaction was found admissible alone. Two of one payer may not be: the second
 * would be refused in the block, at nobody's cost (D4). So the block takes what the payer covers
 * together, each with the fee of its whole gas limit, and leaves the rest to the next one, when it
 * is known what was really paid. */
#ifndef WC_NODE_ORDER_PURSES_H
#define WC_NODE_ORDER_PURSES_H

#include "node/order/pending.h"

typedef struct wc_purse wc_purse;

typedef struct wc_purses {
    wc_purse *slots; /* owned; open addressing by payer */
    uint64_t block;  /* number of the block at hand: slots of another are free */
} wc_purses;

WC_MUST_USE wc_status wc_purses_open(wc_purses *purses);
void wc_purses_close(wc_purses *purses);

/* Forgets everything: another block is filled. At most WC_BLOCK_TXS_MAX payers take part. */
void wc_purses_begin(wc_purses *purses);

/* Takes the fee of a transaction that is admissible on the newest record. False: the payer does not
 * hold it beside what was taken before; nothing was taken. */
bool wc_purses_take(wc_purses *purses, wc_chain *chain, const wc_waiting *waiting);

#endif
