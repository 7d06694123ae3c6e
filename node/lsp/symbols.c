/* The outline of a document, names of the workspace, what can be folded, the canonical form. */
#include <string.h>

#include "compiler/fmt/fmt.h"
#include "node/lsp/inside.h"

#define FOUND_MAX 500u /* names that a search of the workspace answers with */

int wc_lsp_symbol_kind(wc_index_kind kind)
{
    static const int kinds[] = {[WC_INDEX_MODULE] = 0,
                                [WC_INDEX_UNIT] = 25 /* operator */,
                                [WC_INDEX_CURRENCY] = 25,
                                [WC_INDEX_DIMENSION] = 25,
                                [WC_INDEX_CALENDAR] = 14,
                                [WC_INDEX_ALIAS] = 26 /* type parameter */,
                                [WC_INDEX_RECORD] = 23,
                                [WC_INDEX_ENUM] = 10,
                                [WC_INDEX_INTERFACE] = 11,
                                [WC_INDEX_CONST] = 14,
                                [WC_INDEX_FUNC] = 12,
                                [WC_INDEX_CONTRACT] = 5 /* class */,
                                [WC_INDEX_ERROR] = 24,
                                [WC_INDEX_EVENT] = 24,
                                [WC_INDEX_PARTY] = 20 /* key */,
                                [WC_INDEX_TERM] = 7 /* property */,
                                [WC_INDEX_FIELD] = 8,
                                [WC_INDEX_STATE] = 22 /* enum member */,
                                [WC_INDEX_ACTION] = 6,
                                [WC_INDEX_VIEW] = 6,
                                [WC_INDEX_AFTER] = 24,
                                [WC_INDEX_INVARIANT] = 17 /* boolean */,
                                [WC_INDEX_TEST] = 12,
                                [WC_INDEX_VARIANT] = 22,
                                [WC_INDEX_MEMBER] = 8,
                                [WC_INDEX_METHOD] = 6,
                                [WC_INDEX_PARAM] = 0,
                                [WC_INDEX_LOCAL] = 0};
    return kinds[kind];
}

static json_t *label_of(const wc_index_def *def)
{
    if (def->name.len > 0) return wc_json_str(def->name);
    return wc_json_str(def->written.len > 0 ? def->written : WC_STR("after")); /* a time-out */
}

static json_t *detail_of(const wc_index_def *def)
{
    if (def->kind == WC_INDEX_ACTION && def->callers.len > 0) {
        return wc_json_format("by %.*s", WC_STR_ARG(def->callers));
    }
    return wc_json_str(def->type != NULL ? def->type->text : WC_STR(""));
}

static json_t *tree_of(const wc_lsp *lsp, wc_analysis *analysis, uint32_t owner);

static json_t *node_of(const wc_lsp *lsp, wc_analysis *analysis, uint32_t number)
{
    const wc_index_def *def = &analysis->index->defs[number];
    return json_pack("{s:o,s:o,s:i,s:o,s:o,s:o}", "name", label_of(def), "detail", detail_of(def),
                     "kind", wc_lsp_symbol_kind(def->kind), "range",
                     wc_json_range(lsp, analysis, def->full), "selectionRange",
                     wc_json_range(lsp, analysis, def->span), "children",
                     tree_of(lsp, analysis, number));
}

/* Recursion follows owners: module, contract, state, datum. */
static json_t *tree_of(const wc_lsp *lsp, wc_analysis *analysis, uint32_t owner)
{
    const wc_source_index *index = analysis->index;
    json_t *list = json_array();
    for (uint32_t i = owner == WC_INDEX_NONE ? 0 : owner; i < index->def_count; i++) {
        const wc_index_def *def = &index->defs[i];
        if (def->span.file != 0) break;
        bool is_behind = owner != WC_INDEX_NONE && def->span.start > index->defs[owner].full.end;
        if (is_behind) break;
        if (def->owner != owner || wc_lsp_symbol_kind(def->kind) == 0) continue;
        (void)json_array_append_new(list, node_of(lsp, analysis, i));
    }
    return list;
}

static json_t *flat_symbol(wc_lsp *lsp, wc_analysis *analysis, const wc_index_def *def)
{
    json_t *location = wc_lsp_location(lsp, analysis, def->span);
    if (location == NULL) return NULL;
    json_t *made = json_pack("{s:o,s:i,s:o}", "name", label_of(def), "kind",
                             wc_lsp_symbol_kind(def->kind), "location", location);
    if (def->owner != WC_INDEX_NONE) {
        wc_str owner = analysis->index->defs[def->owner].name;
        (void)json_object_set_new(made, "containerName", wc_json_str(owner));
    }
    return made;
}

json_t *wc_lsp_document_symbols(wc_lsp *lsp, const json_t *params, wc_lsp_failure *failure)
{
    wc_place_asked asked;
    if (!wc_lsp_asked(lsp, params, false, &asked, failure)) return NULL;
    if (lsp->takes_tree) return tree_of(lsp, asked.analysis, WC_INDEX_NONE);
    const wc_source_index *index = asked.analysis->index;
    json_t *list = json_array();
    for (uint32_t i = 0; i < index->def_count && index->defs[i].span.file == 0; i++) {
        if (wc_lsp_symbol_kind(index->defs[i].kind) == 0) continue;
        (void)json_array_append_new(list, flat_symbol(lsp, asked.analysis, &index->defs[i]));
    }
    return list;
}

/* --- the workspace ---------------------------------------------------------------------------- */

typedef struct symbol_search {
    wc_lsp *lsp;
    wc_str query;
    json_t *found;
} symbol_search;

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* The letters of the query stand in the name in their order. */
static bool matches(wc_str name, wc_str query)
{
    size_t at = 0;
    for (size_t i = 0; i < name.len && at < query.len; i++) {
        if (lower(name.data[i]) == lower(query.data[at])) at++;
    }
    return at == query.len;
}

static bool search_source(void *self, const char *name)
{
    symbol_search *search = self;
    wc_analysis *analysis = wc_analysis_try(search->lsp, name, NULL);
    if (analysis == NULL) return true;
    const wc_source_index *index = analysis->index;
    for (uint32_t i = 0; i < index->def_count && index->defs[i].span.file == 0; i++) {
        const wc_index_def *def = &index->defs[i];
        bool is_shown = wc_lsp_symbol_kind(def->kind) != 0 && def->name.len > 0;
        if (!is_shown || !matches(def->name, search->query)) continue;
        json_t *symbol = flat_symbol(search->lsp, analysis, def);
        if (symbol != NULL) (void)json_array_append_new(search->found, symbol);
        if (json_array_size(search->found) >= FOUND_MAX) return false;
    }
    return true;
}

json_t *wc_lsp_workspace_symbols(wc_lsp *lsp, const json_t *params, wc_lsp_failure *failure)
{
    symbol_search search = {.lsp = lsp, .query = {"", 0}};
    if (!wc_json_text(params, &search.query, "query", NULL)) {
        return wc_lsp_fail(failure, WC_LSP_INVALID_PARAMS, "which query?");
    }
    search.found = json_array();
    wc_lsp_each_source(lsp, search_source, &search);
    return search.found;
}

/* --- folding ---------------------------------------------------------------------------------- */

#define OPEN_MAX 512u /* braces inside each other; deeper ones are not folded */

static void add_fold(const wc_lsp *lsp, const wc_lined_text *text, json_t *list, uint32_t from,
                     uint32_t to, const char *kind)
{
    wc_position start = wc_position_of(text, lsp->encoding, from);
    wc_position end = wc_position_of(text, lsp->encoding, to);
    if (end.line <= start.line) return;
    json_t *made = json_pack("{s:I,s:I}", "startLine", (json_int_t)start.line, "endLine",
                             (json_int_t)end.line);
    if (kind != NULL) (void)json_object_set_new(made, "kind", json_string(kind));
    (void)json_array_append_new(list, made);
}

/* The last comment of a run of comments on lines of their own. */
static uint32_t comment_run(const wc_source_index *index, const wc_lined_text *text, uint32_t first)
{
    uint32_t last = first;
    while (last + 1 < index->token_count &&
           index->tokens[last + 1].class == WC_INDEX_TOKEN_COMMENT) {
        uint32_t from = index->tokens[last].span.end, to = index->tokens[last + 1].span.start;
        unsigned ends = 0;
        for (uint32_t i = from; i < to; i++) ends += text->text.data[i] == '\n';
        if (ends != 1) break;
        last++;
    }
    return last;
}

json_t *wc_lsp_folding(wc_lsp *lsp, const json_t *params, wc_lsp_failure *failure)
{
    wc_place_asked asked;
    if (!wc_lsp_asked(lsp, params, false, &asked, failure)) return NULL;
    const wc_source_index *index = asked.analysis->index;
    const wc_lined_text *text = wc_analysis_text(asked.analysis, 0);
    uint32_t open[OPEN_MAX], depth = 0;
    json_t *list = json_array();
    for (uint32_t i = 0; i < index->token_count; i++) {
        const wc_index_token *token = &index->tokens[i];
        char first = text->text.data[token->span.start];
        if (token->class == WC_INDEX_TOKEN_COMMENT) {
            uint32_t last = comment_run(index, text, i);
            add_fold(lsp, text, list, token->span.start, index->tokens[last].span.end, "comment");
            i = last;

        } else if (token->class == WC_INDEX_TOKEN_OPERATOR && first == '{') {
            if (depth < OPEN_MAX) open[depth] = token->span.start;
            depth++;

        } else if (token->class == WC_INDEX_TOKEN_OPERATOR && first == '}' && depth > 0) {

            depth--;
            /* The line of the brace stays visible. */
            uint32_t end = text->lines[wc_position_of(text, lsp->encoding, token->span.start).line];
            uint32_t to = end > 0 ? end - 1 : 0;
            if (depth < OPEN_MAX) add_fold(lsp, text, list, open[depth], to, NULL);
        }
    }
    return list;
}

/* --- formatting ------------------------------------------------------------------------------- */

/* The whole text as one edit; a text with errors stays as it is. */
json_t *wc_lsp_formatting(wc_lsp *lsp, const json_t *params, wc_lsp_failure *failure)
{
    wc_place_asked asked;
    if (!wc_lsp_asked(lsp, params, false, &asked, failure)) return NULL;
    wc_arena *arena = &asked.analysis->arena;
    const wc_source *source = asked.analysis->out->sources.items[0];
    wc_diags diags;
    wc_str text;
    wc_diags_init(&diags, arena, &asked.analysis->out->sources);
    if (wc_fmt(arena, &diags, source, &text) != WC_OK) return NULL;
    if (text.data == NULL) {
        return wc_lsp_fail(failure, WC_LSP_REQUEST_FAILED,
                           "a text with errors of syntax is not formatted");
    }
    json_t *list = json_array();
    if (wc_str_equal(text, source->text)) return list;
    wc_span all = {0, (uint32_t)source->text.len, 0};
    json_t *edit = json_pack("{s:o,s:o}", "range", wc_json_range(lsp, asked.analysis, all),
                             "newText", wc_json_str(text));
    (void)json_array_append_new(list, edit);
    return list;
}
