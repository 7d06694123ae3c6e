/* xoshiro256** and splitmix64 by Blackman and Vigna (public domain algorithms), written from their
 * description. */
#include "tests/support/prng.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t splitmix(uint64_t *state)
{
    *state += 0x9e3779b97f4a7c15u;
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint64_t rotate_left(uint64_t value, unsigned bits)
{
    return value << bits | value >> (64 - bits);
}

void wc_prng_init(wc_prng *prng, uint64_t seed)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(prng->state); i++) prng->state[i] = splitmix(&seed);
}

void wc_prng_start(wc_prng *prng, uint64_t fallback)
{
    const char *given = getenv("WATTCLAUSE_SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : fallback;
    fprintf(stderr, "seed %llu\n", (unsigned long long)seed);
    wc_prng_init(prng, seed);
}

uint64_t wc_prng_next(wc_prng *prng)
{
    uint64_t *s = prng->state;
    uint64_t result = rotate_left(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate_left(s[3], 45);
    return result;
}

uint64_t wc_prng_below(wc_prng *prng, uint64_t bound)
{
    wc_assert(bound > 0);
    uint64_t uneven =
        (0 - bound) % bound; /* 2^64 mod bound values are rejected, so none is favoured */
    uint64_t value;
    do {
        value = wc_prng_next(prng);
    } while (value < uneven);
    return value % bound;
}

int64_t wc_prng_i64(wc_prng *prng)
{
    uint64_t bits = wc_prng_next(prng);
    bits >>= wc_prng_below(prng, 64); /* a step of its own: operands have no order in C */
    switch (wc_prng_below(prng, 8)) {
    case 0: return (int64_t)(UINT64_C(1) << wc_prng_below(prng, 64));
    case 1: return (int64_t)((UINT64_C(1) << wc_prng_below(prng, 64)) - 1);
    case 2: return (int64_t)(0 - (UINT64_C(1) << wc_prng_below(prng, 64)));
    case 3: return (int64_t)wc_prng_below(prng, 7) - 3;
    case 4: return (int64_t)((uint64_t)INT64_MIN - 2 + wc_prng_below(prng, 5));
    case 5: return (int64_t)(0 - bits);
    default: return (int64_t)bits;
    }
}

void wc_prng_bytes(wc_prng *prng, void *out, size_t len)
{
    uint8_t *bytes = (uint8_t *)out;
    for (size_t i = 0; i < len; i++) bytes[i] = (uint8_t)(wc_prng_next(prng) >> 56);
}
