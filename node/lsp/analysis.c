/* Texts compiled with their index, a few of them kept. */
#include <stdlib.h>
#include <string.h>

#include "node/lsp/inside.h"

static void forget(wc_analysis *analysis)
{
    free(analysis->name);
    analysis->name = NULL;
    analysis->out = NULL;
    analysis->index = NULL;
}

void wc_analyses_close(wc_lsp *lsp)
{
    for (size_t i = 0; i < WC_LSP_ANALYSES; i++) {
        forget(&lsp->analyses[i]);
        free(lsp->analyses[i].memory);
    }
    forget(&lsp->trial);
    free(lsp->trial.memory);
}

static bool has_memory(const wc_lsp *lsp, wc_analysis *analysis)
{
    size_t size = lsp->options->arena_size;
    if (size == 0) size = WC_COMPILE_ARENA;
    if (analysis->memory == NULL) analysis->memory = aligned_alloc(16, size);
    if (analysis->memory == NULL) return false;
    wc_arena_init(&analysis->arena, analysis->memory, size);
    return true;
}

/* Compiles into the analysis; false: nothing came of it. */
static bool compile(wc_lsp *lsp, wc_analysis *analysis, const char *name, const wc_str *text)
{
    forget(analysis);
    if (!has_memory(lsp, analysis)) return false;
    wc_str own;
    if (text == NULL && !wc_lsp_text_of(lsp, name, &analysis->arena, &own)) return false;
    wc_finder finder = {lsp, &analysis->arena, name};
    const wc_compile_options options = {.arena = &analysis->arena,
                                        .hash = lsp->options->hash,
                                        .find = wc_lsp_find_module,
                                        .self = &finder,
                                        .roles = lsp->options->roles,
                                        .role_count = lsp->options->role_count,
                                        .index = true};
    wc_status status =
        wc_compile(&options, wc_str_of(name), text == NULL ? own : *text, &analysis->out);
    if (status != WC_OK) return false;
    analysis->index = analysis->out->index;
    analysis->texts = WC_ARENA_ARRAY(&analysis->arena, wc_lined_text, analysis->out->sources.count);
    analysis->name = strdup(name);
    analysis->generation = lsp->generation;
    return analysis->texts != NULL && analysis->name != NULL;
}

wc_analysis *wc_analysis_of(wc_lsp *lsp, const char *name)
{
    wc_analysis *oldest = &lsp->analyses[0];
    for (size_t i = 0; i < WC_LSP_ANALYSES; i++) {
        wc_analysis *analysis = &lsp->analyses[i];
        bool is_it = analysis->name != NULL && analysis->generation == lsp->generation &&
                     strcmp(analysis->name, name) == 0;
        if (is_it) {
            analysis->used = ++lsp->turn;
            return analysis;
        }
        if (analysis->name == NULL && oldest->name != NULL) oldest = analysis;
        if (oldest->name != NULL && analysis->used < oldest->used) oldest = analysis;
    }
    oldest->used = ++lsp->turn;
    if (compile(lsp, oldest, name, NULL)) return oldest;
    forget(oldest);
    return NULL;
}

wc_analysis *wc_analysis_try(wc_lsp *lsp, const char *name, const wc_str *text)
{
    if (compile(lsp, &lsp->trial, name, text)) return &lsp->trial;
    forget(&lsp->trial);
    return NULL;
}

const wc_lined_text *wc_analysis_text(wc_analysis *analysis, uint16_t file)
{
    wc_lined_text *text = &analysis->texts[file];
    if (text->lines != NULL) return text;
    text->text = analysis->out->sources.items[file]->text;
    text->line_count = wc_lines_of(text->text, NULL);
    uint32_t *lines = WC_ARENA_ARRAY(&analysis->arena, uint32_t, text->line_count);
    if (lines == NULL) return NULL;
    (void)wc_lines_of(text->text, lines);
    text->lines = lines;
    return text;
}

wc_str wc_analysis_words(const wc_analysis *analysis, wc_span span)
{
    return wc_source_text(analysis->out->sources.items[span.file], span);
}

/* --- places ----------------------------------------------------------------------------------- */

bool wc_lsp_asked(wc_lsp *lsp, const json_t *params, bool has_position, wc_place_asked *asked,
                  wc_lsp_failure *failure)
{
    wc_str uri;
    wc_position position = {0, 0};
    bool is_whole = wc_json_text(params, &uri, "textDocument", "uri", NULL);
    if (has_position) {
        is_whole = is_whole && wc_json_position(wc_json_at(params, "position", NULL), &position);
    }
    if (!is_whole) {
        (void)wc_lsp_fail(failure, WC_LSP_INVALID_PARAMS, "which document, which place?");
        return false;
    }
    asked->document = wc_document_find(lsp, uri);
    if (asked->document == NULL) {
        (void)wc_lsp_fail(failure, WC_LSP_INVALID_PARAMS, "`%.100s` is not open", uri.data);
        return false;
    }
    asked->analysis = wc_analysis_of(lsp, wc_document_name(asked->document));
    const wc_lined_text *text =
        asked->analysis == NULL ? NULL : wc_analysis_text(asked->analysis, 0);
    if (text == NULL) {
        (void)wc_lsp_fail(failure, WC_LSP_REQUEST_FAILED, "the document cannot be checked");
        return false;
    }
    asked->offset = wc_offset_of(text, lsp->encoding, position);
    return true;
}

static bool touches(wc_span span, uint32_t offset)
{
    return span.file == 0 && span.start <= offset && offset <= span.end;
}

const wc_index_def *wc_meaning_at(const wc_source_index *index, uint32_t offset, wc_span *span)
{
    for (uint32_t i = 0; i < index->use_count && index->uses[i].span.start <= offset; i++) {
        if (!touches(index->uses[i].span, offset)) continue;
        /* Of two names that touch at the offset the one behind it is meant. */
        bool is_next = i + 1 < index->use_count && touches(index->uses[i + 1].span, offset);
        if (is_next) continue;
        *span = index->uses[i].span;
        return &index->defs[index->uses[i].def];
    }
    for (uint32_t i = 0; i < index->def_count && index->defs[i].span.file == 0; i++) {
        const wc_index_def *def = &index->defs[i];
        if (def->kind == WC_INDEX_AFTER || !touches(def->span, offset)) continue;
        *span = def->span;
        return def;
    }
    return NULL;
}

const wc_index_value *wc_value_at(const wc_source_index *index, uint32_t offset)
{
    const wc_index_value *found = NULL;
    for (uint32_t i = 0; i < index->value_count; i++) {
        const wc_index_value *value = &index->values[i];
        if (value->span.start > offset) break;
        bool is_inside = offset < value->span.end;
        bool is_closer = found == NULL ||
                         value->span.end - value->span.start <= found->span.end - found->span.start;
        if (is_inside && is_closer) found = value;
    }
    return found;
}

const wc_index_value *wc_value_ending(const wc_source_index *index, uint32_t end)
{
    for (uint32_t i = 0; i < index->value_count; i++) {
        if (index->values[i].span.end == end) return &index->values[i];
    }
    return NULL;
}

uint32_t wc_token_before(const wc_source_index *index, uint32_t offset)
{
    uint32_t low = 0, high = index->token_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (index->tokens[middle].span.start < offset) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low == 0 ? index->token_count : low - 1;
}

const wc_index_def *wc_def_around(const wc_source_index *index, uint32_t offset, wc_index_kind kind)
{
    for (uint32_t i = 0; i < index->def_count && index->defs[i].span.file == 0; i++) {
        const wc_index_def *def = &index->defs[i];
        bool is_around = def->full.start <= offset && offset <= def->full.end;
        if (def->kind == kind && is_around) return def;
    }
    return NULL;
}
