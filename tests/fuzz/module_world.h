/* A contract in a world of its own: whatever the verifier accepts is deployed and called with
 * random arguments and gas, on every engine, and must behave:
 *   - no sanitizer finding, no failed assertion;
 *   - gas used <= the limit, and <= the bound that the verifier derived;
 *   - all engines end alike, with the same effects, on memory full of different rubbish;
 *   - a failure leaves no trace in the outcome: no new root, no state, no result;
 *   - the host works, so trap HOST never occurs: what a contract has stored always decodes again.
 * What does not hold fails an assertion. */
#ifndef WC_TESTS_FUZZ_MODULE_WORLD_H
#define WC_TESTS_FUZZ_MODULE_WORLD_H

#include "tests/support/fake_host.h"
#include "tests/support/prng.h"
#include "vm/exec/image.h"

/* The engines that are compared; the first one's effects are kept. A further engine of the same
 * interface is one more row of the table in module_world.c. */
#define MODULE_ENGINES 2u

/* More gas than any call here uses, and a number that every notation can write. */
#define MODULE_GAS ((uint64_t)INT64_MAX)

typedef struct module_world module_world;

typedef struct module_attempt {
    bool deploys;
    wc_slice parties; /* deploys only */
    wc_call call;
} module_attempt;

/* Called for each attempt before it is run: for further properties of it. */
typedef void (*module_property)(module_world *world, const module_attempt *what);

struct module_world {
    wc_arena arena;
    wc_image *images[MODULE_ENGINES];
    uint8_t *memory[MODULE_ENGINES];
    wc_fake_host host;
    wc_party own, alice;
    uint8_t *root;
    size_t root_len;
    wc_prng prng;
    wc_slice bytes; /* stored form of the module */
    const wc_module *module;
    module_property property; /* NULL: none */
    uint64_t calls, done;     /* attempts, and those that succeeded */
};

/* Decides by the bytes: the first one says whether the rest is a stored module (0; its bounds are
 * derived anew, so that changed code is not refused for them) or decisions for the generator. Runs
 * what the verifier accepts. False: nothing was accepted. */
bool module_world_run(module_world *world, wc_slice bytes);

/* Its two halves. Between them the caller may let images[1] run by something else. The worlds of a
 * process share their memory: opening one ends the one before. */
bool module_world_open(module_world *world, wc_slice bytes);
void module_world_play(module_world *world);

/* Runs an attempt on one engine against a copy of the world's host. The caller drops the host. */
void module_world_try(module_world *world, const module_attempt *what, size_t engine,
                      wc_fake_host *host, wc_outcome *outcome);

bool module_same_outcome(const wc_outcome *a, const wc_outcome *b);

#endif
