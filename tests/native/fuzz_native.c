/* Random contracts, compiled: fuzz_native COUNT SEED. Contract i is made of random bytes with the
 * seed SEED + i, as fuzz_run makes them of its inputs; the calls on it are made by the interpreter
 * and by the compiled module, each also with less gas than it uses, and must be alike in
 * everything. Every second batch is compiled so that what C leaves undefined stops the process.
 * Prints what was compared; on a difference, the seed. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/run_world.h"
#include "tests/native/batch.h"
#include "tests/support/sha256.h"

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

static void collect(native_batch *batch, uint64_t seed, void *memory)
{
    uint8_t input[INPUT_MAX];
    run_world w = {.cuts = 0};
    playing = seed;
    if (run_world_open(&w, memory, input, input_of(seed, input))) {
        native_batch_add(batch, w.module, w.bytes);
    }
}

static void play(const native_batch *batch, uint64_t seed, void *memory, totals *sum)
{
    uint8_t input[INPUT_MAX];
    run_world w = {.cuts = CUTS};
    playing = seed;
    if (!run_world_open(&w, memory, input, input_of(seed, input))) return;
    sum->contracts++;
    const wc_native_object *object = native_batch_find(batch, w.bytes);
    if (object == NULL) return;
    wc_status status =
        wc_image_translate(w.module, &wc_engine_loop, &w.arena, &w.images[1]);
    wc_assert(status == WC_OK && wc_image_attach(w.images[1], object));
    run_world_play(&w);
    sum->calls += w.compared;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        (void)fprintf(stderr, "usage: fuzz_native COUNT SEED\n");
        return 2;
    }
    uint64_t count = strtoull(argv[1], NULL, 10), seed = strtoull(argv[2], NULL, 10);
    void *memory = malloc(RUN_ARENA);
    wc_assert(memory != NULL);
    wc_assert_set_handler(on_assert);
    totals sum = {0};
    for (uint64_t first = 0; first < count; first += AT_ONCE) {
        uint64_t end = first + AT_ONCE < count ? first + AT_ONCE : count;
        native_batch *batch = native_batch_open(first / AT_ONCE % 2 == 0);
        for (uint64_t i = first; i < end; i++) collect(batch, seed + i, memory);
        native_batch_compile(batch);
        for (uint64_t i = first; i < end; i++) play(batch, seed + i, memory, &sum);
        native_batch_counts counts = native_batch_count(batch);
        sum.compiled += counts.compiled;
        sum.declined += counts.declined;
        sum.words += counts.words;
        native_batch_close(batch);
    }
    free(memory);
    (void)printf("%llu contracts, %llu compiled, %llu declined, %llu words, %llu calls compared\n",
                 (unsigned long long)sum.contracts, (unsigned long long)sum.compiled,
                 (unsigned long long)sum.declined, (unsigned long long)sum.words,
                 (unsigned long long)sum.calls);
    return sum.compiled > 0 ? 0 : 1;
}
