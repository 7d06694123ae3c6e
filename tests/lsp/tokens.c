/* Prints the tokens of sources as the parser takes them: "start end class" a line, and a line with
 * the path before those of each file. Offsets are bytes. For grammar.js. */
#include <stdio.h>
#include <stdlib.h>

#include "compiler/compiler.h"
#include "tests/support/sha256.h"

#define ARENA ((size_t)128 << 20)

static const char *const classes[] = {
    [WC_INDEX_TOKEN_KEYWORD] = "keyword", [WC_INDEX_TOKEN_NAME] = "name",
    [WC_INDEX_TOKEN_NUMBER] = "number",   [WC_INDEX_TOKEN_STRING] = "string",
    [WC_INDEX_TOKEN_COMMENT] = "comment", [WC_INDEX_TOKEN_OPERATOR] = "operator"};

/* The text of a file into the arena; false: it cannot be read. */
static bool read_text(const char *path, wc_arena *arena, wc_str *text)
{
    FILE *file = fopen(path, "rb");
    char *data = WC_ARENA_ARRAY(arena, char, WC_SOURCE_MAX);
    if (file == NULL || data == NULL) {
        if (file != NULL) (void)fclose(file);
        return false;
    }
    *text = (wc_str){data, fread(data, 1, WC_SOURCE_MAX, file)};
    return fclose(file) == 0;
}

static bool print_tokens(const char *path, wc_arena *arena)
{
    wc_str text;
    wc_compilation *out;
    const wc_compile_options options = {
        .arena = arena, .hash = wc_test_sha256, .check_only = true, .index = true};
    if (!read_text(path, arena, &text)) return false;
    if (wc_compile(&options, wc_str_of(path), text, &out) != WC_OK) return false;
    printf("%s\n", path);
    for (uint32_t i = 0; i < out->index->token_count; i++) {
        const wc_index_token *token = &out->index->tokens[i];
        printf("%u %u %s\n", token->span.start, token->span.end, classes[token->class]);
    }
    return true;
}

int main(int argc, char **argv)
{
    void *memory = aligned_alloc(16, ARENA);
    bool fine = memory != NULL && argc > 1;
    for (int i = 1; fine && i < argc; i++) {
        wc_arena arena;
        wc_arena_init(&arena, memory, ARENA);
        fine = print_tokens(argv[i], &arena);
        if (!fine) (void)fprintf(stderr, "%s: cannot be read or compiled\n", argv[i]);
    }
    free(memory);
    return fine ? 0 : 1;
}
