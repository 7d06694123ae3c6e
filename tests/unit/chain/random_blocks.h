/* Random blocks over a world: deposits, funding, payments, sends, views, mandates, offers,
 * accounts, roles, meters, readings, upgrades, time-outs, failures of each kind, refused and
 * undecodable transactions. The same seed gives the same blocks. */
#ifndef WC_TESTS_UNIT_CHAIN_RANDOM_BLOCKS_H
#define WC_TESTS_UNIT_CHAIN_RANDOM_BLOCKS_H

#include "tests/support/prng.h"
#include "tests/unit/chain/folders.h"

#define RANDOM_TXS_MAX 12u

typedef struct random_blocks {
    world *w;
    wc_prng *prng;
    wc_hash codes[3];    /* vault, tower, repeating clock */
    wc_address made[64]; /* instances, the first a vault */
    uint8_t kinds[64];   /* 0 vault or tower, 1 clock */
    size_t made_count;
    wc_hash offers[32];
    size_t offer_count;
    wc_address upgradable; /* an instance, and codes that may be its next; none unless a caller */
    wc_hash next_codes[4]; /* gives them */
    size_t next_code_count;
    /* Makes one of a caller's own transactions, now and then; NULL: none. */
    wc_slice (*extra)(void *self, struct random_blocks *r);
    void *extra_self;
    uint64_t ok, failed, refused; /* receipts so far */
} random_blocks;

/* Deploys what is needed and makes the first vault. */
void random_begin(random_blocks *r, world *w, wc_prng *prng);

/* Makes the transactions of one block (w->now has been moved); returns how many. */
size_t random_txs(random_blocks *r, wc_slice txs[RANDOM_TXS_MAX]);

/* One transaction with a native call, a reading, an upgrade or unusual terms (random_natives.c). */
wc_slice random_native(random_blocks *r);

/* Looks at the receipts of the sealed block: remembers new instances, counts. */
void random_learn(random_blocks *r, const wc_sealed *sealed);

#endif
