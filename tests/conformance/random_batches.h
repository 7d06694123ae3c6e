/* Random batches of readings, pages and closes, over the fleet of tests/unit/ledger_exec/fleet.h:
 * good ones, corrections of what was sent, and ones that are wrong in one way or several. */
#ifndef WC_TESTS_CONFORMANCE_RANDOM_BATCHES_H
#define WC_TESTS_CONFORMANCE_RANDOM_BATCHES_H

#include "tests/unit/chain/random_blocks.h"
#include "tests/unit/ledger_exec/fleet.h"

#define RANDOM_BATCHES_KEPT 16u

typedef struct random_batches {
    fleet fleet;

    struct {
        uint32_t quarter;
        uint16_t version;
        wc_slice payload;
        wc_hash salt, root;
    } kept[RANDOM_BATCHES_KEPT]; /* sent last, by a number that goes round */

    uint32_t kept_count;
} random_batches;

/* Makes the fleet; its world has the accounts of fleet_options. */
void random_batches_begin(random_batches *b, random_blocks *r);

/* One transaction; for random_blocks.extra. */
wc_slice random_batch(void *self, random_blocks *r);

#endif
