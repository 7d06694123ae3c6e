/* Random modules and their properties: module_world.h and module_cuts.h say which.
 *
 * usage: module_properties COUNT SEED [CUTS]   COUNT inputs, seeds from SEED on
 *        module_properties FILE [CUTS]         one input, as it was left behind
 *
 * CUTS: how many values of gas to try for each call (default 8; 0: all of them).
 *
 * Two of three inputs are decisions for the generator, the third a generated module of which a few
 * bytes were changed. An input that breaks a property is left in module-SEED.input, which
 * fuzz_run takes, too. Exit code 4: there was one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/gen_code.h"
#include "tests/fuzz/module_cuts.h"
#include "tests/support/golden.h"
#include "tests/support/sha256.h"

#define INPUT_MAX     WC_MODULE_SIZE_MAX
#define DECISIONS_MAX 1500u
#define ARENA         (16u << 20)

static uint8_t input[INPUT_MAX + 1u];
static size_t input_len;
static uint64_t seed_now;

/* ---- inputs ---------------------------------------------------------------------------------- */

static void make_decisions(wc_prng *prng)
{
    input_len = 2 + (size_t)wc_prng_below(prng, DECISIONS_MAX);
    wc_prng_bytes(prng, input, input_len);
    if (input[0] == 0) input[0] = 1;
}

/* The stored form of the module that the decisions give; 0: the verifier refuses it. */
static size_t store_generated(uint8_t *out, size_t max)
{
    static uint8_t *memory;
    wc_arena arena;
    wc_finding finding;
    if (memory == NULL) memory = malloc(ARENA);
    wc_assert(memory != NULL);
    wc_arena_init(&arena, memory, ARENA);
    wc_decisions decisions = {wc_slice_of(input + 1, input_len - 1), 0};
    wc_module *module = wc_gen_module(&arena, &decisions);
    if (module == NULL || wc_module_bound(module, wc_test_sha256, &arena, &finding) != WC_OK) {
        return 0;
    }
    wc_buf buf;
    wc_buf_init(&buf, out, max);
    wc_module_encode(module, &buf);
    return buf.full ? 0 : buf.len;
}

/* Small changes: most of them make another instruction, operand or number. */
static void change_bytes(wc_prng *prng, uint8_t *bytes, size_t len)
{
    for (uint64_t i = 1 + wc_prng_below(prng, 4); i > 0; i--) {
        uint8_t *at = &bytes[42 + wc_prng_below(prng, len - 42)]; /* behind the header */
        uint64_t kind = wc_prng_below(prng, 3);
        if (kind == 0) *at ^= (uint8_t)(1u << wc_prng_below(prng, 8));
        if (kind == 1) *at = (uint8_t)wc_prng_below(prng, 16);
        if (kind == 2) *at = (uint8_t)(*at + (wc_prng_below(prng, 2) == 0 ? 1u : 255u));
    }
}

static void make_input(uint64_t seed)
{
    static uint8_t stored[INPUT_MAX];
    wc_prng prng;
    wc_prng_init(&prng, seed);
    make_decisions(&prng);
    if (wc_prng_below(&prng, 3) != 0) return;
    size_t len = store_generated(stored, sizeof stored);
    if (len <= 42) return;
    change_bytes(&prng, stored, len);
    input[0] = 0;
    memcpy(input + 1, stored, len);
    input_len = len + 1;
}

/* ---- the program ----------------------------------------------------------------------------- */

#ifdef __SANITIZE_ADDRESS__
#define IS_SANITIZED true /* a finding ends the program without a word to it */
#else
#define IS_SANITIZED false
#endif

static void input_path(char *path, size_t size)
{
    (void)snprintf(path, size, "module-%llu.input", (unsigned long long)seed_now);
}

static void write_input(void)
{
    char path[64];
    input_path(path, sizeof path);
    FILE *out = fopen(path, "wb");
    if (out == NULL) return;
    (void)fwrite(input, 1, input_len, out);
    (void)fclose(out);
}

static bool run_input(module_world *world)
{
    char path[64];
    if (IS_SANITIZED) write_input();
    bool is_accepted = module_world_run(world, wc_slice_of(input, input_len));
    input_path(path, sizeof path);
    if (IS_SANITIZED) (void)remove(path);
    return is_accepted;
}

static void on_assert(const char *condition, const char *file, int line)
{
    (void)fprintf(stderr, "seed %llu: %s:%d: `%s` does not hold; see module-%llu.input\n",
                  (unsigned long long)seed_now, file, line, condition,
                  (unsigned long long)seed_now);
    write_input();
    exit(4);
}

static int run_many(uint64_t count, uint64_t seed)
{
    uint64_t accepted = 0, changed = 0, calls = 0, done = 0;
    (void)fprintf(stderr, "seed %llu\n", (unsigned long long)seed);
    for (uint64_t i = 0; i < count; i++) {
        module_world world = {.property = module_cuts};
        seed_now = seed + i;
        make_input(seed_now);
        bool is_accepted = run_input(&world);
        accepted += is_accepted;
        changed += is_accepted && input[0] == 0;
        calls += world.calls;
        done += world.done;
    }
    printf("%llu modules, %llu accepted (%llu of them changed), %llu calls and deployments, %llu "
           "succeeded, %llu cuts\n",
           (unsigned long long)count, (unsigned long long)accepted, (unsigned long long)changed,
           (unsigned long long)calls, (unsigned long long)done,
           (unsigned long long)module_cuts_tried);
    return done > 0 ? 0 : 4; /* a run in which nothing succeeds tests nothing */
}

static int run_file(const char *path)
{
    wc_slice bytes = wc_test_read_file(path);
    wc_assert(bytes.len <= sizeof input);
    memcpy(input, bytes.data, bytes.len);
    input_len = bytes.len;
    free((void *)(uintptr_t)bytes.data);
    module_world world = {.property = module_cuts};
    bool is_accepted = module_world_run(&world, wc_slice_of(input, input_len));
    printf("%s\n", is_accepted ? "accepted" : "refused");
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 2 || argc > 4) {
        (void)fprintf(stderr, "usage: module_properties COUNT SEED [CUTS] | FILE [CUTS]\n");
        return 2;
    }
    char *end = NULL;
    uint64_t count = strtoull(argv[1], &end, 10);
    bool is_file = *end != '\0';
    const char *cuts = argc == (is_file ? 3 : 4) ? argv[argc - 1] : "8";
    module_cuts_max = (uint32_t)strtoul(cuts, NULL, 10);
    wc_assert_set_handler(on_assert);
    return is_file ? run_file(argv[1])
                   : run_many(count, argc > 2 ? strtoull(argv[2], NULL, 10) : 1);
}
