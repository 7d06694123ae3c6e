/* Random contracts, compiled: fuzz_native COUNT SEED. Contract i is made of random bytes with the
 * seed SEED + i, as fuzz_run makes them of its inputs; the calls on it are made by the interpreter
 * and by the compiled module, each also with less gas than it uses, and must be alike in
 * everything. Every second batch is compiled so that what C leaves undefined stops the process.
 * Prints what was compared; on a difference, the seed. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/module_world.h"
#include "tests/native/batch.h"
#include "vm/exec/exec.h"

#define AT_ONCE   32u
#define INPUT_MAX 6000u
#define CUTS      12u

typedef struct totals {
    uint64_t contracts, compiled, declined, words, calls;
} totals;

static uint64_t playing; /* seed of the contract that is being run, for the report */

static void on_assert(const char *condition, const char *file, int line)
{
    (void)fprintf(stderr, "%s:%d: `%s` does not hold; repeat with: fuzz_native 1 %llu\n", file,
                  line, condition, (unsigned long long)playing);
    abort();
}

static size_t input_of(uint64_t seed, uint8_t *input)
{
    wc_prng prng;
    wc_prng_init(&prng, seed);
    size_t size = 2 + wc_prng_below(&prng, INPUT_MAX - 2);
    wc_prng_bytes(&prng, input, size);
    input[0] = 1; /* decisions for the generator */
    return size;
}

static void collect(native_batch *batch, uint64_t seed)
{
    uint8_t input[INPUT_MAX];
    module_world w = {.property = NULL};
    playing = seed;
    if (module_world_open(&w, wc_slice_of(input, input_of(seed, input)))) {
        native_batch_add(batch, w.module, w.bytes);
    }
}

static uint64_t cuts_compared;

/* The same call with less gas than it uses: the same end at the same place, and the same effects
 * until then. Nothing of it is kept. */
static void compare_cuts(module_world *w, const module_attempt *what)
{
    wc_fake_host hosts[MODULE_ENGINES];
    wc_outcome outcomes[MODULE_ENGINES];
    module_attempt cut = *what;
    module_world_try(w, what, 0, &hosts[0], &outcomes[0]);
    wc_fake_host_drop(&hosts[0]);
    uint64_t used = outcomes[0].gas_used;
    for (uint32_t i = 0; i < CUTS && used > 0; i++) {
        cut.call.gas_limit = i == 0 ? used - 1 : wc_prng_below(&w->prng, used);
        for (size_t k = 0; k < MODULE_ENGINES; k++) {
            module_world_try(w, &cut, k, &hosts[k], &outcomes[k]);
        }
        wc_assert(module_same_outcome(&outcomes[0], &outcomes[1]));
        const wc_exec *exec = (const void *)w->memory[1]; /* call memory starts with it */
        wc_assert(exec->slots == exec->frames);
        wc_assert(wc_slice_equal(wc_fake_log(&hosts[0]), wc_fake_log(&hosts[1])));
        for (size_t k = 0; k < MODULE_ENGINES; k++) wc_fake_host_drop(&hosts[k]);
        cuts_compared++;
    }
}

static void play(const native_batch *batch, uint64_t seed, totals *sum)
{
    uint8_t input[INPUT_MAX];
    module_world w = {.property = compare_cuts};
    playing = seed;
    if (!module_world_open(&w, wc_slice_of(input, input_of(seed, input)))) return;
    sum->contracts++;
    const wc_native_object *object = native_batch_find(batch, w.bytes);
    if (object == NULL) return;
    wc_assert(wc_image_attach(w.images[1], object));
    cuts_compared = 0;
    module_world_play(&w);
    sum->calls += w.calls + cuts_compared;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        (void)fprintf(stderr, "usage: fuzz_native COUNT SEED\n");
        return 2;
    }
    uint64_t count = strtoull(argv[1], NULL, 10), seed = strtoull(argv[2], NULL, 10);
    wc_assert_set_handler(on_assert);
    totals sum = {0};
    for (uint64_t first = 0; first < count; first += AT_ONCE) {
        uint64_t end = first + AT_ONCE < count ? first + AT_ONCE : count;
        native_batch *batch = native_batch_open(first / AT_ONCE % 2 == 0);
        for (uint64_t i = first; i < end; i++) collect(batch, seed + i);
        native_batch_compile(batch);
        for (uint64_t i = first; i < end; i++) play(batch, seed + i, &sum);
        native_batch_counts counts = native_batch_count(batch);
        sum.compiled += counts.compiled;
        sum.declined += counts.declined;
        sum.words += counts.words;
        native_batch_close(batch);
    }
    (void)printf("%llu contracts, %llu compiled, %llu declined, %llu words, %llu calls compared\n",
                 (unsigned long long)sum.contracts, (unsigned long long)sum.compiled,
                 (unsigned long long)sum.declined, (unsigned long long)sum.words,
                 (unsigned long long)sum.calls);
    return sum.compiled > 0 ? 0 : 1;
}
