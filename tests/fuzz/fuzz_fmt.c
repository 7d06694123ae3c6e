/* Fuzz target: any text through the formatter. It leaves a text with errors alone; of any other it
 * makes one with the same tokens and comments (it asserts that itself) that it does not change
 * again. */
#include <stdlib.h>
#include <string.h>

#include "compiler/fmt/fmt.h"
#include "tests/support/mutate.h"

#define INPUT_MAX  ((size_t)64 << 10)
#define ARENA_SIZE ((size_t)256 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);

static wc_str format(wc_arena *arena, wc_str text, uint32_t *errors)
{
    wc_str formatted;
    wc_diags diags;
    const wc_source *source;
    wc_sources *sources = WC_ARENA_NEW(arena, wc_sources);
    wc_assert(sources != NULL);
    wc_sources_init(sources, arena);
    wc_diags_init(&diags, arena, sources);
    wc_assert(wc_sources_add(sources, WC_STR("fuzz.clause"), text, &source) == WC_OK);
    wc_assert(wc_fmt(arena, &diags, source, &formatted) == WC_OK);
    *errors = diags.error_count;
    return formatted;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void *memory;
    wc_arena arena;
    uint32_t errors;
    if (size > INPUT_MAX) return 0;
    if (memory == NULL) memory = aligned_alloc(16, ARENA_SIZE);
    if (memory == NULL) abort();
    wc_arena_init(&arena, memory, ARENA_SIZE);
    wc_str once = format(&arena, (wc_str){(const char *)data, size}, &errors);
    wc_assert((once.data == NULL) == (errors > 0));
    if (once.data == NULL) return 0;
    wc_str twice = format(&arena, once, &errors);
    wc_assert(errors == 0);
    wc_assert(wc_str_equal(once, twice));
    return 0;
}

#ifdef WC_FUZZ_ENGINE
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    wc_prng prng;
    wc_prng_init(&prng, seed);
    if (wc_prng_below(&prng, 5) == 0 || size == 0) return LLVMFuzzerMutate(data, size, max);
    char *copy = malloc(size);
    if (copy == NULL) return size;
    memcpy(copy, data, size);
    wc_mutation kind = wc_prng_below(&prng, 3) == 0 ? WC_MUTATE_TOKENS : WC_MUTATE_LAYOUT;
    unsigned edits = kind == WC_MUTATE_TOKENS ? 1 : 1 + (unsigned)wc_prng_below(&prng, 20);
    size_t length = wc_mutate(&prng, kind, edits, (wc_str){copy, size}, (char *)data, max);
    free(copy);
    return length;
}
#endif
