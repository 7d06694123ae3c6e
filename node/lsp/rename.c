/* New names. The edits are tried out before they are given: with them every source has no more
 * errors than before, and the name is used in as many places. So a clash with another name, or a
 * name that would come to mean something else, is refused instead of found later. */
#include <stdlib.h>
#include <string.h>

#include "node/lsp/inside.h"

#define NAME_MAX_BYTES 64u

/* Which names can be changed, and how they read in a message. NULL: it can. */
static const char *why_not(const wc_lsp *lsp, const wc_analysis *analysis, const wc_index_def *def)
{
    if (def->kind == WC_INDEX_MODULE) return "a module is named after its file: rename that";
    if (def->kind == WC_INDEX_TEST) return "the title of a test is used nowhere: edit it";
    wc_str source = analysis->out->sources.items[def->span.file]->name;
    if (wc_is_embedded(lsp, source)) return "the name belongs to a module of the program";
    const char *cache = lsp->options->cache;
    bool is_copy = cache != NULL && source.len > strlen(cache) &&
                   memcmp(source.data, cache, strlen(cache)) == 0;
    return is_copy ? "the name belongs to a module of the program" : NULL;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* NULL: the name will do. */
static const char *bad_name(wc_str name)
{
    if (name.len == 0 || name.len > NAME_MAX_BYTES || !is_letter(name.data[0])) {
        return "a name is a letter, then letters, digits and `_`, 64 at most";
    }
    for (size_t i = 1; i < name.len; i++) {
        char c = name.data[i];
        bool fits = is_letter(c) || (c >= '0' && c <= '9') || c == '_';
        if (!fits) return "a name is a letter, then letters, digits and `_`, 64 at most";
    }
    return wc_index_is_keyword(name) ? "this word is a keyword" : NULL;
}

json_t *wc_lsp_prepare_rename(wc_lsp *lsp, const json_t *params, wc_lsp_failure *failure)
{
    wc_place_asked asked;
    wc_span span;
    if (!wc_lsp_asked(lsp, params, true, &asked, failure)) return NULL;
    const wc_index_def *def = wc_meaning_at(asked.analysis->index, asked.offset, &span);
    if (def == NULL) return json_null();
    const char *reason = why_not(lsp, asked.analysis, def);
    if (reason != NULL) return wc_lsp_fail(failure, WC_LSP_REQUEST_FAILED, "%s", reason);
    return json_pack("{s:o,s:o}", "range", wc_json_range(lsp, asked.analysis, span), "placeholder",
                     wc_json_str(wc_analysis_words(asked.analysis, span)));
}

/* --- the changed texts ------------------------------------------------------------------------ */

/* A source in which the name stands. */
typedef struct changed_source {
    struct changed_source *next;
    char *name;
    char *text;      /* with the new name */
    json_t *edits;   /* for the client */
    uint32_t errors; /* before */
    uint32_t places; /* before: uses, and the definition */
    uint32_t start;  /* of the definition afterwards, when it is here */
    bool has_definition;
    wc_overlay overlay;
} changed_source;

typedef struct renaming {
    wc_lsp *lsp;
    const wc_identity *old;
    wc_str name;
    changed_source *sources;
    bool no_memory;
} renaming;

static void renaming_close(renaming *r)
{
    while (r->sources != NULL) {
        changed_source *source = r->sources;
        r->sources = source->next;
        free(source->name);
        free(source->text);
        json_decref(source->edits);
        free(source);
    }
}

/* Puts the new name at each of the places, which ascend. */
static char *replace(wc_str text, const wc_span *places, uint32_t count, wc_str name)
{
    char *made = malloc(text.len + (size_t)count * name.len + 1);
    if (made == NULL) return NULL;
    size_t from = 0, len = 0;
    for (uint32_t i = 0; i < count; i++) {
        memcpy(made + len, text.data + from, places[i].start - from);
        len += places[i].start - from;
        memcpy(made + len, name.data, name.len);
        len += name.len;
        from = places[i].end;
    }
    memcpy(made + len, text.data + from, text.len - from);
    len += text.len - from;
    made[len] = '\0';
    return made;
}

/* Where the definition and its uses stand in the analysed file, ascending. */
static uint32_t places_of(const wc_source_index *index, const wc_index_def *def, wc_span *places)
{
    uint32_t count = 0;
    bool is_open = def->span.file == 0;
    for (uint32_t i = 0; i < index->use_count; i++) {
        if (&index->defs[index->uses[i].def] != def) continue;
        if (is_open && index->uses[i].span.start > def->span.start) {
            places[count++] = def->span;
            is_open = false;
        }
        places[count++] = index->uses[i].span;
    }
    if (is_open) places[count++] = def->span;
    return count;
}

static bool fill_source(renaming *r, changed_source *source, wc_analysis *analysis,
                        const wc_index_def *def)
{
    wc_span *places = calloc((size_t)analysis->index->use_count + 1, sizeof(*places));
    if (places == NULL) return false;
    wc_str text = analysis->out->sources.items[0]->text;
    source->places = places_of(analysis->index, def, places);
    source->errors = analysis->out->diags.error_count;
    source->has_definition = def->span.file == 0;
    source->start = def->span.start;
    source->text = replace(text, places, source->places, r->name);
    source->edits = json_array();
    source->name = strdup(analysis->name);
    for (uint32_t i = 0; i < source->places; i++) {
        json_t *edit = json_pack("{s:o,s:o}", "range", wc_json_range(r->lsp, analysis, places[i]),
                                 "newText", wc_json_str(r->name));
        (void)json_array_append_new(source->edits, edit);
        bool is_before = places[i].start < def->span.start;
        uint32_t old_len = places[i].end - places[i].start;
        if (is_before) source->start += (uint32_t)r->name.len - old_len;
    }
    free(places);
    return source->text != NULL && source->name != NULL;
}

static bool add_source(void *self, const char *name)
{
    renaming *r = self;
    wc_analysis *analysis = wc_analysis_try(r->lsp, name, NULL);
    if (analysis == NULL) return true;
    const wc_index_def *def = wc_identity_find(r->lsp, analysis, r->old);
    if (def == NULL) return true;
    changed_source *source = calloc(1, sizeof(*source));
    if (source == NULL || !fill_source(r, source, analysis, def)) r->no_memory = true;
    if (source == NULL) return false;
    source->next = r->sources;
    r->sources = source;
    return !r->no_memory;
}

/* --- trying them ------------------------------------------------------------------------------ */

/* Every source with the new name compiles as well as before, and the name is the same one. */
static bool holds(renaming *r, const changed_source *source, const wc_identity *renamed,
                  wc_lsp_failure *failure)
{
    wc_analysis *analysis = wc_analysis_try(r->lsp, source->name, NULL);
    if (analysis == NULL) return false;
    if (analysis->out->diags.error_count > source->errors) {
        const wc_diag *diag = analysis->out->diags.first;
        while (diag->next != NULL && diag->severity != WC_SEVERITY_ERROR) diag = diag->next;
        (void)wc_lsp_fail(failure, WC_LSP_REQUEST_FAILED, "then %.*s", WC_STR_ARG(diag->message));
        return false;
    }
    const wc_index_def *def = wc_identity_find(r->lsp, analysis, renamed);
    uint32_t places = def != NULL && def->span.file == 0;
    for (uint32_t i = 0; def != NULL && i < analysis->index->use_count; i++) {
        places += &analysis->index->defs[analysis->index->uses[i].def] == def;
    }
    if (places == source->places) return true;
    (void)wc_lsp_fail(failure, WC_LSP_REQUEST_FAILED, "`%.*s` already means something else there",
                      WC_STR_ARG(r->name));
    return false;
}

static bool all_hold(renaming *r, wc_lsp_failure *failure)
{
    wc_identity renamed = {r->old->uri, r->old->start};
    const wc_overlay *overlay = NULL;
    for (changed_source *source = r->sources; source != NULL; source = source->next) {
        if (source->has_definition) renamed.start = source->start;
        source->overlay = (wc_overlay){overlay, source->name, wc_str_of(source->text)};
        overlay = &source->overlay;
    }
    r->lsp->overlay = overlay;
    bool fine = true;
    for (changed_source *source = r->sources; fine && source != NULL; source = source->next) {
        fine = holds(r, source, &renamed, failure);
    }
    r->lsp->overlay = NULL;
    return fine;
}

/* --- the answer ------------------------------------------------------------------------------- */

static json_t *edits_of(const renaming *r)
{
    json_t *by_uri = json_object(), *with_version = json_array();
    for (const changed_source *source = r->sources; source != NULL; source = source->next) {
        if (source->places == 0) continue;
        const wc_document *document = wc_document_of_path(r->lsp, source->name);
        char *uri = wc_source_uri(r->lsp, wc_str_of(source->name), false);
        if (uri == NULL) continue;
        (void)json_object_set(by_uri, uri, source->edits);
        json_t *version = document == NULL ? json_null() : json_integer(document->version);
        (void)json_array_append_new(with_version,
                                    json_pack("{s:{s:s,s:o},s:O}", "textDocument", "uri", uri,
                                              "version", version, "edits", source->edits));
        free(uri);
    }
    bool versions = r->lsp->takes_versions;
    json_t *made = versions ? json_pack("{s:O}", "documentChanges", with_version)
                            : json_pack("{s:O}", "changes", by_uri);
    json_decref(by_uri);
    json_decref(with_version);
    return made;
}

json_t *wc_lsp_rename(wc_lsp *lsp, const json_t *params, wc_lsp_failure *failure)
{
    wc_place_asked asked;
    wc_span span;
    wc_str name;
    if (!wc_lsp_asked(lsp, params, true, &asked, failure)) return NULL;
    if (!wc_json_text(params, &name, "newName", NULL)) {
        return wc_lsp_fail(failure, WC_LSP_INVALID_PARAMS, "which new name?");
    }
    const wc_index_def *def = wc_meaning_at(asked.analysis->index, asked.offset, &span);
    if (def == NULL) return wc_lsp_fail(failure, WC_LSP_REQUEST_FAILED, "there is no name here");
    const char *reason = why_not(lsp, asked.analysis, def);
    if (reason == NULL) reason = bad_name(name);
    if (reason != NULL) return wc_lsp_fail(failure, WC_LSP_REQUEST_FAILED, "%s", reason);
    wc_identity old;
    if (!wc_identity_of(lsp, asked.analysis, def, &old)) {
        return wc_lsp_fail(failure, WC_LSP_REQUEST_FAILED, "this definition has no file");
    }
    renaming r = {.lsp = lsp, .old = &old, .name = name};
    wc_lsp_each_source(lsp, add_source, &r);
    json_t *result = NULL;
    if (!r.no_memory && all_hold(&r, failure)) result = edits_of(&r);
    renaming_close(&r);
    free(old.uri);
    return result;
}
