/* Fuzz target: any text through the whole compiler, lints included. What it emits, the verifier
 * accepts; a text without errors has code for each of its contracts, one with errors has none; all
 * forms of the report can be printed, and a sure fix lies inside its file. No input needs more than
 * the memory that the compiler is given. libFuzzer's mutants are mixed with those of words and
 * signs, which get past the parser. */
#include <stdlib.h>
#include <string.h>

#include "compiler/compiler.h"
#include "compiler/lint/lint.h"
#include "tests/fuzz/report.h"
#include "tests/support/mutate.h"
#include "tests/support/sha256.h"
#include "vm/isa/isa.h"

#define INPUT_MAX ((size_t)32 << 10)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);

static void check_contract(wc_slice bytes)
{
    static _Alignas(16) uint8_t memory[WC_MODULE_ARENA_SIZE];
    wc_arena arena;
    wc_module *module;
    wc_finding finding;
    size_t bad;
    wc_arena_init(&arena, memory, sizeof memory);
    wc_assert(wc_module_decode(bytes, &arena, &module, &bad) == WC_OK);
    wc_assert(wc_module_verify(module, wc_test_sha256, &arena, &finding) == WC_OK);
}

static void check_code(const wc_compilation *compilation)
{
    for (uint16_t i = 0; i < compilation->contract_count; i++) {
        wc_assert(compilation->contracts[i].module.len > 0);
        check_contract(compilation->contracts[i].module);
    }
    if (compilation->test_count > 0) check_contract(compilation->test_image);
}

static void check_fixes(wc_arena *arena, const wc_compilation *compilation)
{
    wc_str text;
    uint32_t count;
    const wc_source *source = compilation->sources.items[0];
    wc_assert(wc_lint_fix(arena, &compilation->diags, source, &text, &count) == WC_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void *memory;
    if (size > INPUT_MAX) return 0;
    if (memory == NULL) memory = aligned_alloc(16, WC_COMPILE_ARENA);
    if (memory == NULL) abort();
    wc_arena arena;
    wc_compilation *compilation;
    wc_arena_init(&arena, memory, WC_COMPILE_ARENA);
    wc_compile_options options = {.arena = &arena, .hash = wc_test_sha256, .lint = true};
    wc_str text = {(const char *)data, size};
    wc_status status = wc_compile(&options, WC_STR("fuzz.clause"), text, &compilation);
    wc_assert(status == WC_OK);
    wc_assert(compilation->has_failed == (compilation->diags.error_count > 0));
    report_check(&compilation->diags);
    check_fixes(&arena, compilation);
    if (!compilation->has_failed) check_code(compilation);
    return 0;
}

#ifdef WC_FUZZ_ENGINE
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    wc_prng prng;
    wc_prng_init(&prng, seed);
    if (wc_prng_below(&prng, 4) == 0 || size == 0) return LLVMFuzzerMutate(data, size, max);
    char *copy = malloc(size);
    if (copy == NULL) return size;
    memcpy(copy, data, size);
    unsigned edits = 1 + (unsigned)wc_prng_below(&prng, 4);
    size_t length =
        wc_mutate(&prng, WC_MUTATE_TOKENS, edits, (wc_str){copy, size}, (char *)data, max);
    free(copy);
    return length;
}
#endif
