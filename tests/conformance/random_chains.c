/* Random chains for a second engine: for each seed a chain of random blocks, of which a bundle is
 * left in the folder that WC_TEST_BUNDLES names (tests/reference/replay_bundles.py replays them).
 *   wc_conformance_random FIRST_SEED COUNT */
#include <stdio.h>
#include <stdlib.h>

#include "tests/conformance/random_batches.h"
#include "tests/unit/ledger_exec/sale.h"

#define BLOCKS          60
#define TIGHT_TIMER_GAS 60000 /* what a few clocks use */

static uint64_t first_seed;
static unsigned long seed_count;

static void offer_upgrades(random_blocks *r)
{
    static const sale_version versions[] = {SALE_2, SALE_2_WITHOUT_HELD, SALE_2_WITHOUT_SOLD,
                                            SALE_3};
    r->upgradable = sale_open(r->w);
    if (r->w->people[ALICE].next_nonce % 2 == 0) (void)sale_reader(r->w, &r->upgradable);
    for (size_t i = 0; i < WC_ARRAY_LEN(versions); i++) {
        r->next_codes[i] = world_deploy(r->w, sale_module(r->w, versions[i]));
    }
    r->next_code_count = WC_ARRAY_LEN(versions);
}

static void run(uint64_t seed)
{
    world w;
    wc_prng prng;
    random_blocks r;
    static random_batches batches;
    wc_prng_start(&prng, seed);
    world_options options = {.gas_price = wc_prng_below(&prng, 3) == 0 ? 0 : 3,
                             .extra_accounts = FLEET_ACCOUNTS,
                             .reading_quota_gas = wc_prng_below(&prng, 2) * 400000};
    bool is_tight = wc_prng_below(&prng, 3) == 0; /* time-outs wait for later blocks */
    if (is_tight) options.timer_gas_max = TIGHT_TIMER_GAS;
    if (wc_prng_below(&prng, 4) == 0) options.block_write_bytes_max = 9000;
    world_open(&w, &options);
    random_begin(&r, &w, &prng);
    if (!is_tight) {
        offer_upgrades(&r);
        random_batches_begin(&batches, &r);
        r.extra = random_batch;
        r.extra_self = &batches;
    }
    for (int i = 0; i < BLOCKS; i++) {
        wc_slice txs[RANDOM_TXS_MAX];
        w.now += (int64_t)wc_prng_below(&prng, 1500);
        size_t count = random_txs(&r, txs);
        random_learn(&r, world_seal(&w, txs, count));
    }
    (void)fprintf(stderr, "seed %llu: %llu done, %llu failed, %llu refused, %zu instances\n",
                  (unsigned long long)seed, (unsigned long long)r.ok, (unsigned long long)r.failed,
                  (unsigned long long)r.refused, r.made_count);
    world_close(&w);
}

static void chains_of_all_seeds_are_made(void **state)
{
    (void)state;
    for (unsigned long i = 0; i < seed_count; i++) run(first_seed + i);
}

int main(int argc, char *argv[])
{
    if (argc != 3) {
        fprintf(stderr, "usage: wc_conformance_random FIRST_SEED COUNT\n");
        return 2;
    }
    first_seed = strtoull(argv[1], NULL, 10);
    seed_count = strtoul(argv[2], NULL, 10);
    const struct CMUnitTest tests[] = {cmocka_unit_test(chains_of_all_seeds_are_made)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
