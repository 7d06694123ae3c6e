/* Compiling the tree's contracts for tests. */
#include "tests/unit/demo/contracts.h"

#include <stdio.h>
#include <stdlib.h>

#include "compiler/compiler.h"
#include "tests/support/golden.h"
#include "tests/support/test.h"

#define FOLDER WC_TEST_DATA "/../../contracts/"

wc_arena *test_arena(size_t size)
{
    wc_arena *arena = malloc(sizeof(*arena));
    void *memory = aligned_alloc(16, (size + 15) / 16 * 16);
    assert_non_null(arena);
    assert_non_null(memory);
    wc_arena_init(arena, memory, size);
    return arena;
}

void test_arena_free(wc_arena *arena)
{
    free(arena->base);
    free(arena);
}

static wc_str read_module(wc_str path, wc_arena *arena)
{
    char file[1024];
    int length = snprintf(file, sizeof(file), FOLDER "%.*s.clause", WC_STR_ARG(path));
    assert_in_range(length, 1, sizeof(file) - 1);
    for (size_t i = strlen(FOLDER); i < strlen(FOLDER) + path.len; i++) {
        if (file[i] == '.') file[i] = '/';
    }
    wc_slice text = wc_test_read_file(file);
    wc_str copy = wc_arena_str(arena, (wc_str){(const char *)text.data, text.len});
    free((void *)(uintptr_t)text.data);
    assert_non_null(copy.data);
    return copy;
}

static bool find(void *self, wc_str path, wc_str *name, wc_str *text)
{
    *name = path;
    *text = read_module(path, self);
    return true;
}

static wc_slice compile(wc_str name, wc_str text, wc_arena *arena)
{
    wc_arena *scratch = test_arena(WC_COMPILE_ARENA);
    wc_compilation *compilation = NULL;
    wc_compile_options options = {
        .arena = scratch, .hash = wc_sha256, .find = find, .self = scratch, .no_tests = true};
    assert_status(wc_compile(&options, name, text, &compilation), WC_OK);
    assert_false(compilation->has_failed);
    for (uint16_t i = 0; i < compilation->contract_count; i++) {
        if (!compilation->contracts[i].is_own) continue;
        wc_slice module = compilation->contracts[i].module;
        uint8_t *copy = wc_arena_alloc(arena, module.len, 1);
        assert_non_null(copy);
        memcpy(copy, module.data, module.len);
        test_arena_free(scratch);
        return wc_slice_of(copy, module.len);
    }
    fail_msg("%.*s has no contract", WC_STR_ARG(name));
    return (wc_slice){NULL, 0};
}

wc_slice test_compile(const char *name, const char *text, wc_arena *arena)
{
    return compile(wc_str_of(name), wc_str_of(text), arena);
}

void test_shelf(wc_shelf *shelf, wc_arena *arena)
{
    wc_shelf_init(shelf);
    for (uint32_t i = 0; i < WC_CONTRACT_COUNT; i++) {
        wc_str path = wc_str_of(shelf->codes[i].path);
        wc_slice module = compile(path, read_module(path, arena), arena);
        assert_status(wc_shelf_put(shelf, (wc_contract_id)i, module, arena), WC_OK);
    }
}
