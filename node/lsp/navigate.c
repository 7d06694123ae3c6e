/* Where names are defined and used: definition, references, highlights. */
#include <stdlib.h>
#include <string.h>

#include "node/lsp/inside.h"

json_t *wc_lsp_location(wc_lsp *lsp, wc_analysis *analysis, wc_span span)
{
    wc_str name = analysis->out->sources.items[span.file]->name;
    char *uri = wc_source_uri(lsp, name, true);
    if (uri == NULL) return NULL;
    json_t *made = json_pack("{s:s,s:o}", "uri", uri, "range", wc_json_range(lsp, analysis, span));
    free(uri);
    return made;
}

bool wc_identity_of(wc_lsp *lsp, const wc_analysis *analysis, const wc_index_def *def,
                    wc_identity *identity)
{
    wc_str name = analysis->out->sources.items[def->span.file]->name;
    identity->uri = wc_source_uri(lsp, name, false);
    identity->start = def->span.start;
    return identity->uri != NULL;
}

const wc_index_def *wc_identity_find(wc_lsp *lsp, const wc_analysis *analysis,
                                     const wc_identity *identity)
{
    const wc_sources *sources = &analysis->out->sources;
    const wc_index_def *found = NULL;
    for (uint32_t file = 0; file < sources->count && found == NULL; file++) {
        char *uri = wc_source_uri(lsp, sources->items[file]->name, false);
        bool is_it = uri != NULL && strcmp(uri, identity->uri) == 0;
        free(uri);
        for (uint32_t i = 0; is_it && i < analysis->index->def_count; i++) {
            const wc_index_def *def = &analysis->index->defs[i];
            if (def->span.file == file && def->span.start == identity->start) found = def;
        }
    }
    return found;
}

/* --- definition ------------------------------------------------------------------------------- */

static json_t *location_or_null(wc_lsp *lsp, wc_analysis *analysis, wc_span span)
{
    json_t *location = wc_lsp_location(lsp, analysis, span);
    return location != NULL ? location : json_null();
}

json_t *wc_lsp_definition(wc_lsp *lsp, const json_t *params, wc_lsp_failure *failure)
{
    wc_place_asked asked;
    wc_span span;
    if (!wc_lsp_asked(lsp, params, true, &asked, failure)) return NULL;
    const wc_index_def *def = wc_meaning_at(asked.analysis->index, asked.offset, &span);
    return def == NULL ? json_null() : location_or_null(lsp, asked.analysis, def->span);
}

json_t *wc_lsp_type_definition(wc_lsp *lsp, const json_t *params, wc_lsp_failure *failure)
{
    wc_place_asked asked;
    wc_span span;
    if (!wc_lsp_asked(lsp, params, true, &asked, failure)) return NULL;
    const wc_source_index *index = asked.analysis->index;
    const wc_index_def *def = wc_meaning_at(index, asked.offset, &span);
    const wc_index_value *value = wc_value_at(index, asked.offset);
    const wc_index_type *type = def != NULL ? def->type : value != NULL ? value->type : NULL;
    if (type == NULL || type->where.end == 0) return json_null();
    return location_or_null(lsp, asked.analysis, type->where);
}

/* --- references ------------------------------------------------------------------------------- */

typedef struct reference_search {
    wc_lsp *lsp;
    const wc_identity *wanted;
    bool with_definition;
    json_t *found;
} reference_search;

static void add_uses(reference_search *search, wc_analysis *analysis)
{
    const wc_source_index *index = analysis->index;
    const wc_index_def *def = wc_identity_find(search->lsp, analysis, search->wanted);
    if (def == NULL) return;
    if (search->with_definition && def->span.file == 0) {
        json_t *location = wc_lsp_location(search->lsp, analysis, def->span);
        if (location != NULL) (void)json_array_append_new(search->found, location);
    }
    for (uint32_t i = 0; i < index->use_count; i++) {
        if (&index->defs[index->uses[i].def] != def) continue;
        json_t *location = wc_lsp_location(search->lsp, analysis, index->uses[i].span);
        if (location != NULL) (void)json_array_append_new(search->found, location);
    }
}

static bool search_source(void *self, const char *name)
{
    reference_search *search = self;
    wc_analysis *analysis = wc_analysis_try(search->lsp, name, NULL);
    if (analysis != NULL) add_uses(search, analysis);
    return true;
}

/* Names of locals and parameters of bodies mean something in their own file only. */
static bool is_private(const wc_source_index *index, const wc_index_def *def)
{
    if (def->kind == WC_INDEX_LOCAL) return true;
    if (def->kind != WC_INDEX_PARAM || def->owner == WC_INDEX_NONE) return false;
    wc_index_kind owner = index->defs[def->owner].kind;
    return owner == WC_INDEX_TEST || owner == WC_INDEX_AFTER;
}

json_t *wc_lsp_references(wc_lsp *lsp, const json_t *params, wc_lsp_failure *failure)
{
    wc_place_asked asked;
    wc_span span;
    if (!wc_lsp_asked(lsp, params, true, &asked, failure)) return NULL;
    const wc_source_index *index = asked.analysis->index;
    const wc_index_def *def = wc_meaning_at(index, asked.offset, &span);
    wc_identity wanted = {NULL, 0};
    if (def == NULL) return json_array();
    if (!wc_identity_of(lsp, asked.analysis, def, &wanted)) {
        return wc_lsp_fail(failure, WC_LSP_REQUEST_FAILED, "this definition has no file");
    }
    reference_search search = {.lsp = lsp, .wanted = &wanted, .found = json_array()};
    search.with_definition = wc_json_is_true(params, "context", "includeDeclaration", NULL);
    if (is_private(index, def)) {
        add_uses(&search, asked.analysis);
    } else {
        wc_lsp_each_source(lsp, search_source, &search);
    }
    free(wanted.uri);
    return search.found;
}

/* --- highlights ------------------------------------------------------------------------------- */

static void add_highlight(const wc_lsp *lsp, wc_analysis *analysis, wc_span span, json_t *list)
{
    (void)json_array_append_new(
        list, json_pack("{s:o,s:i}", "range", wc_json_range(lsp, analysis, span), "kind", 1));
}

json_t *wc_lsp_highlight(wc_lsp *lsp, const json_t *params, wc_lsp_failure *failure)
{
    wc_place_asked asked;
    wc_span span;
    if (!wc_lsp_asked(lsp, params, true, &asked, failure)) return NULL;
    const wc_source_index *index = asked.analysis->index;
    const wc_index_def *def = wc_meaning_at(index, asked.offset, &span);
    json_t *list = json_array();
    if (def == NULL) return list;
    if (def->span.file == 0) add_highlight(lsp, asked.analysis, def->span, list);
    for (uint32_t i = 0; i < index->use_count; i++) {
        if (&index->defs[index->uses[i].def] != def) continue;
        add_highlight(lsp, asked.analysis, index->uses[i].span, list);
    }
    return list;
}
