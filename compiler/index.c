/* The index outside the checker: tokens, what can stand at a place, gas. See index.h. */
#include "compiler/index_build.h"

#include "compiler/sema/check.h"

/* --- tokens ----------------------------------------------------------------------------------- */

static wc_index_token_class class_of(int kind)
{
    switch (kind) {
    case WC_TOKEN_IDENT: return WC_INDEX_TOKEN_NAME;
    case WC_TOKEN_NUMBER:
    case WC_TOKEN_QUANTITY:
    case WC_TOKEN_PERCENT:
    case WC_TOKEN_DATE:
    case WC_TOKEN_DATETIME: return WC_INDEX_TOKEN_NUMBER;
    case WC_TOKEN_STRING: return WC_INDEX_TOKEN_STRING;
    case WC_TOKEN_COMMENT: return WC_INDEX_TOKEN_COMMENT;
    default: break; /* not an enum: keywords and punctuation, by table */
    }
    return wc_token_is_keyword(kind) ? WC_INDEX_TOKEN_KEYWORD : WC_INDEX_TOKEN_OPERATOR;
}

wc_status wc_index_add_tokens(wc_source_index *index, wc_arena *arena, const wc_parse_watch *watch)
{
    wc_index_token *tokens = WC_ARENA_ARRAY(arena, wc_index_token, watch->token_count);
    if (tokens == NULL) return WC_NO_MEMORY;
    for (uint32_t i = 0; i < watch->token_count; i++) {
        tokens[i].span = watch->tokens[i].span;
        tokens[i].class = class_of(watch->tokens[i].kind);
    }
    index->tokens = tokens;
    index->token_count = watch->token_count;
    return WC_OK;
}

/* --- what can stand at a place ---------------------------------------------------------------- */

static wc_status expected_words(wc_arena *arena, const wc_parse_watch *watch, const wc_str **words,
                                uint32_t *count)
{
    wc_str *list = WC_ARENA_ARRAY(arena, wc_str, WC_TOKEN_KINDS);
    if (list == NULL) return WC_NO_MEMORY;
    *count = 0;
    for (int kind = 1; kind < (int)WC_TOKEN_KINDS; kind++) {
        if (!watch->is_expected[kind] || !wc_token_is_keyword(kind)) continue;
        list[(*count)++] = wc_str_of(wc_token_spelling(kind));
    }
    *words = list;
    return WC_OK;
}

wc_status wc_index_expected(wc_arena *arena, wc_str text, uint32_t offset, const wc_str **words,
                            uint32_t *count, bool *takes_name)
{
    if (offset > WC_SOURCE_MAX || offset > text.len) return WC_TOO_LARGE;
    wc_sources *sources = WC_ARENA_NEW(arena, wc_sources);
    wc_parse_watch *watch = WC_ARENA_NEW(arena, wc_parse_watch);
    if (sources == NULL || watch == NULL) return WC_NO_MEMORY;
    const wc_source *source;
    wc_ast_file *file;
    wc_diags diags;
    wc_sources_init(sources, arena);
    wc_diags_init(&diags, arena, sources);
    WC_TRY(wc_sources_add(sources, WC_STR("text"), (wc_str){text.data, offset}, &source));
    WC_TRY(wc_parse_watched(arena, &diags, source, watch, &file));
    *takes_name = watch->is_expected[WC_TOKEN_IDENT];
    return expected_words(arena, watch, words, count);
}

bool wc_index_is_keyword(wc_str word)
{
    return wc_token_of_word(word) != WC_TOKEN_IDENT;
}

bool wc_index_is_reserved(wc_str word)
{
    return wc_token_is_reserved(wc_token_of_word(word));
}

/* --- the language's own words ----------------------------------------------------------------- */

static bool function_at(uint32_t number, const char **name, const char **usage)
{
    uint32_t functions = 0;
    while (wc_sema_builtin_at(functions, name, usage)) {
        if (functions++ == number) return true;
    }
    return wc_sema_money_call_at(number - functions, name, usage);
}

bool wc_index_word_at(wc_index_word_kind kind, uint32_t number, wc_index_word *word)
{
    static const char *const values[] = {"entered", "deployed", "none"};
    const char *name = NULL, *usage = NULL;
    switch (kind) {
    case WC_INDEX_WORD_FUNCTION:
        if (!function_at(number, &name, &usage)) return false;
        break;
    case WC_INDEX_WORD_TYPE:
        if (!wc_sema_builtin_type_at(number, &name, &usage)) return false;
        break;
    case WC_INDEX_WORD_VALUE:
        if (number >= WC_ARRAY_LEN(values)) return false;
        name = usage = values[number];
        break;
    case WC_INDEX_WORD_MODE:
        name = usage = wc_sema_round_mode_name(number);
        if (name == NULL) return false;
        break;
    }
    *word = (wc_index_word){wc_str_of(name), wc_str_of(usage), kind};
    return true;
}

/* --- gas -------------------------------------------------------------------------------------- */

static void put_gas(wc_source_index *index, const wc_sema_routine *routine, uint64_t gas)
{
    for (uint32_t i = 0; i < index->def_count; i++) {
        wc_index_def *def = &index->defs[i];
        bool is_it = def->full.file == routine->span.file && def->full.start == routine->span.start;
        if (is_it && !routine->is_generated) def->gas = gas;
    }
}

/* The entries of a module: actions, views, invariants, then each time-out with its test. */
void wc_index_add_gas(wc_source_index *index, const wc_sema_contract *contract,
                      const wc_module *module)
{
    uint32_t entry = 0;
    for (uint16_t i = 0; i < contract->action_count; i++) {
        put_gas(index, contract->actions[i], module->entries[entry++].gas_bound);
    }
    for (uint16_t i = 0; i < contract->view_count; i++) {
        put_gas(index, contract->views[i], module->entries[entry++].gas_bound);
    }
    entry += contract->invariant_count;
    for (uint16_t i = 0; i < contract->after_count; i++, entry += 2) {
        put_gas(index, contract->afters[i], module->entries[entry].gas_bound);
    }
}
