/* What the formatter must never do, over every source on the command line and mutants of each:
 * change a token, lose a comment, or change its own output. Sources with errors stay as they are.
 */
#include <stdio.h>
#include <stdlib.h>

#include "compiler/fmt/fmt.h"
#include "compiler/lex/lexer.h"
#include "compiler/lex/literal.h"
#include "tests/support/golden.h"
#include "tests/support/mutate.h"
#include "tests/support/test.h"

#define MEMORY   ((size_t)128 << 20)
#define TEXT_MAX ((size_t)64 << 10)

static char **paths;
static int path_count;

typedef struct rig {
    void *memory;
    wc_arena arena;
    wc_sources *sources;
    wc_diags diags;
} rig;

static void rig_start(rig *r)
{
    wc_arena_init(&r->arena, r->memory, MEMORY);
    r->sources = WC_ARENA_NEW(&r->arena, wc_sources);
    wc_sources_init(r->sources, &r->arena);
    wc_diags_init(&r->diags, &r->arena, r->sources);
}

static const wc_source *add(rig *r, wc_str text)
{
    const wc_source *source;
    assert_status(wc_sources_add(r->sources, WC_STR("x.clause"), text, &source), WC_OK);
    return source;
}

static wc_str format(rig *r, const wc_source *source)
{
    wc_str text;
    assert_status(wc_fmt(&r->arena, &r->diags, source, &text), WC_OK);
    return text;
}

/* The next token's text, as far as it means something: not the blank inside a quantity, not blanks
 * at the end of a comment. */
static wc_str meaning(const wc_source *source, wc_token token, char *memory, size_t size)
{
    wc_str text = wc_source_text(source, token.span);
    if (token.kind == WC_TOKEN_COMMENT) {
        while (text.len > 0 && strchr(" \t", text.data[text.len - 1]) != NULL) text.len--;
        return text;
    }
    if (token.kind != WC_TOKEN_QUANTITY) return text;
    size_t number = wc_number_len(text), skip = text.data[number] == ' ';
    assert_true(text.len < size);
    memcpy(memory, text.data, number);
    memcpy(memory + number, text.data + number + skip, text.len - number - skip);
    return (wc_str){memory, text.len - skip};
}

static void assert_same_tokens(rig *r, const wc_source *a, const wc_source *b)
{
    wc_lexer left, right;
    wc_lexer_init(&left, &r->diags, a);
    wc_lexer_init(&right, &r->diags, b);
    for (;;) {
        char one[4096], other[4096];
        wc_token x = wc_lexer_next(&left), y = wc_lexer_next(&right);
        assert_int_equal(x.kind, y.kind);
        if (x.kind == WC_TOKEN_END) return;
        wc_str first = meaning(a, x, one, sizeof one), second = meaning(b, y, other, sizeof other);
        if (!wc_str_equal(first, second))
            fail_msg("`%.*s` became `%.*s`", WC_STR_ARG(first), WC_STR_ARG(second));
    }
}

/* True when the text was formatted; false when it has errors. */
static bool check(rig *r, wc_str text)
{
    rig_start(r);
    const wc_source *source = add(r, text);
    wc_str once = format(r, source);
    assert_true((once.data == NULL) == (r->diags.error_count > 0));
    if (once.data == NULL) return false;
    const wc_source *formatted = add(r, once);
    assert_same_tokens(r, source, formatted);
    wc_str twice = format(r, formatted);
    if (!wc_str_equal(once, twice))
        fail_msg("not stable:\n%.*s\n---- becomes ----\n%.*s", WC_STR_ARG(once), WC_STR_ARG(twice));
    return true;
}

static void each_source_keeps_its_tokens_and_comments(void **state)
{
    (void)state;
    rig r = {.memory = malloc(MEMORY)};
    assert_non_null(r.memory);
    unsigned formatted = 0;
    for (int i = 0; i < path_count; i++) {
        wc_slice bytes = wc_test_read_file(paths[i]);
        formatted += check(&r, (wc_str){(const char *)bytes.data, bytes.len});
        free((void *)(uintptr_t)bytes.data);
    }
    assert_true(formatted + 8 >= (unsigned)path_count); /* all but those that show errors */
    free(r.memory);
}

static void mutants_do(wc_mutation kind, unsigned rounds, unsigned needed)
{
    rig r = {.memory = malloc(MEMORY)};
    char *mutant = malloc(TEXT_MAX);
    assert_non_null(r.memory);
    assert_non_null(mutant);
    wc_prng prng;
    wc_prng_start(&prng, 20261130);
    unsigned formatted = 0;
    for (int i = 0; i < path_count; i++) {
        wc_slice bytes = wc_test_read_file(paths[i]);
        wc_str text = {(const char *)bytes.data, bytes.len};
        for (unsigned k = 0; k < rounds && text.len <= TEXT_MAX / 2; k++) {
            unsigned edits =
                kind == WC_MUTATE_LAYOUT ? 1u + (unsigned)wc_prng_below(&prng, 40) : 1u;
            size_t len = wc_mutate(&prng, kind, edits, text, mutant, TEXT_MAX);
            formatted += check(&r, (wc_str){mutant, len});
        }
        free((void *)(uintptr_t)bytes.data);
    }
    if (formatted < needed) fail_msg("only %u of the mutants parsed", formatted);
    free(mutant);
    free(r.memory);
}

static void comments_and_line_ends_may_stand_anywhere(void **state)
{
    (void)state;
    mutants_do(WC_MUTATE_LAYOUT, 40, 1000);
}

static void mutated_tokens_are_kept(void **state)
{
    (void)state;
    mutants_do(WC_MUTATE_TOKENS, 40, 100);
}

int main(int argc, char **argv)
{
    paths = argv + 1;
    path_count = argc - 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_source_keeps_its_tokens_and_comments),
        cmocka_unit_test(comments_and_line_ends_may_stand_anywhere),
        cmocka_unit_test(mutated_tokens_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
