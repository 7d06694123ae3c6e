/* A table of payers. What one holds is read when it is asked for the second time: the first
 * transaction of each was checked against it. */
#include "node/order/purses.h"

#include <stdlib.h>

#include "node/ledger/asset.h"

#define SLOTS 32768u /* power of two, at most a third full */

_Static_assert(3u * WC_BLOCK_TXS_MAX < SLOTS, "the table is sparse");

struct wc_purse {
    uint64_t block; /* in use when equal to the table's */
    wc_address payer;
    int64_t taken; /* in [0, held] */
    int64_t held;  /* -1: not read yet */
};

wc_status wc_purses_open(wc_purses *purses)
{
    *purses = (wc_purses){.slots = calloc(SLOTS, sizeof *purses->slots)};
    return purses->slots == NULL ? WC_NO_MEMORY : WC_OK;
}

void wc_purses_close(wc_purses *purses)
{
    free(purses->slots);
    *purses = (wc_purses){0};
}

void wc_purses_begin(wc_purses *purses)
{
    purses->block++;
}

static wc_purse *purse_of(const wc_purses *purses, const wc_address *payer)
{
    uint32_t at = wc_load_u32(payer->bytes) % SLOTS;
    while (purses->slots[at].block == purses->block &&
           !wc_hash_equal(&purses->slots[at].payer, payer)) {
        at = (at + 1) % SLOTS; /* ends: a third is in use at most */
    }
    return &purses->slots[at];
}

bool wc_purses_take(wc_purses *purses, wc_chain *chain, const wc_waiting *waiting)
{
    if (waiting->is_forced || waiting->fee == 0) return true;
    wc_purse *purse = purse_of(purses, &waiting->payer);
    if (purse->block != purses->block) {
        *purse = (wc_purse){purses->block, waiting->payer, waiting->fee, -1};
        return true;
    }
    if (purse->held < 0) purse->held = wc_chain_free(chain, &waiting->payer, WC_ASSET_NETWORK);
    if (waiting->fee > purse->held - purse->taken) return false;
    purse->taken += waiting->fee;
    return true;
}
