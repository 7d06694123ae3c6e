/* Seeded random numbers for property tests: xoshiro256**, started by splitmix64.
 *
 * The same seed gives the same run on every machine. WATTCLAUSE_SEED (decimal) overrides the seed
 * of a test; the seed in use is always printed, so a failure can be repeated. */
#ifndef WC_TESTS_SUPPORT_PRNG_H
#define WC_TESTS_SUPPORT_PRNG_H

#include "vm/base/base.h"

typedef struct wc_prng {
    uint64_t state[4]; /* not all zero */
} wc_prng;

/* Starts from exactly this seed, silently. */
void wc_prng_init(wc_prng *prng, uint64_t seed);

/* Starts from WATTCLAUSE_SEED if set, else from fallback; prints "seed N" to stderr. */
void wc_prng_start(wc_prng *prng, uint64_t fallback);

uint64_t wc_prng_next(wc_prng *prng);

/* Uniform in [0, bound); bound > 0. */
uint64_t wc_prng_below(wc_prng *prng, uint64_t bound);

/* Numbers that find bugs: a random bit length first, then often a power of two, its neighbours, an
 * extreme or a small value. All 64-bit values can occur. */
int64_t wc_prng_i64(wc_prng *prng);

/* Fills out with len random bytes. */
void wc_prng_bytes(wc_prng *prng, void *out, size_t len);

#endif
