/* A random contract on two engines: deployed, its entries called several times with random
 * arguments and gas, every call compared. Whatever differs, or misbehaves, ends the process by
 * wc_assert. */
#ifndef WC_TESTS_FUZZ_RUN_WORLD_H
#define WC_TESTS_FUZZ_RUN_WORLD_H

#include "tests/support/fake_host.h"
#include "tests/support/prng.h"
#include "vm/exec/image.h"

#define RUN_ARENA (16u << 20)

typedef struct run_world {
    wc_arena arena;
    wc_slice input;      /* that the contract was made from: seeds what is random in the calls */
    wc_slice bytes;      /* of the module */
    wc_image *images[2]; /* computed goto; the other one is the caller's */
    uint8_t *memory[2];
    wc_fake_host host;
    wc_party own, alice;
    uint8_t *root;
    size_t root_len;
    wc_prng prng;
    const wc_module *module;
    uint32_t cuts;     /* runs of each call with less gas than it uses */
    uint64_t compared; /* runs, so far */
} run_world;

/* The contract of an input, loaded into images[0]: the first byte chooses, 0 - the rest is a stored
 * module (its bounds are derived anew, so that changed code is not refused for them); else the rest
 * is decisions for the generator of random contracts. memory: RUN_ARENA bytes. False: refused, or a
 * test image. */
bool run_world_open(run_world *w, void *memory, const uint8_t *data, size_t size);

/* Deploys and calls it on both engines. */
void run_world_play(run_world *w);

#endif
