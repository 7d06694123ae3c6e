/* Diagnostics as an editor shows them, and their fixes as code actions. */
#include <stdlib.h>
#include <string.h>

#include "node/lsp/inside.h"

static const wc_index_def *module_of(const wc_source_index *index, uint16_t file)
{
    for (uint32_t i = 0; i < index->def_count; i++) {
        const wc_index_def *def = &index->defs[i];
        if (def->kind == WC_INDEX_MODULE && def->span.file == file) return def;
    }
    return NULL;
}

/* Where a diagnostic is shown: one of another module at the name of that module in `use`, else, as
 * a module uses others, at the start. */
static wc_span shown_at(const wc_source_index *index, wc_span span)
{
    if (span.file == 0) return span;
    const wc_index_def *module = module_of(index, span.file);
    for (uint32_t i = 0; i < index->use_count; i++) {
        if (&index->defs[index->uses[i].def] == module) return index->uses[i].span;
    }
    return (wc_span){0, 0, 0};
}

/* A message with its notes: an editor shows one text. Of another module it begins with its name. */
static json_t *message_of(const wc_analysis *analysis, const wc_diag *diag)
{
    char bytes[4096];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof(bytes));
    const wc_index_def *module = module_of(analysis->index, diag->span.file);
    if (diag->span.file != 0 && module != NULL) {
        wc_buf_put_text(&buf, "in ");
        wc_put_str(&buf, module->name);
        wc_buf_put_text(&buf, ": ");
    }
    wc_put_str(&buf, diag->message);
    for (const wc_diag_note *note = diag->notes; note != NULL; note = note->next) {
        wc_buf_put_text(&buf, "\n");
        wc_put_str(&buf, note->text);
    }
    return wc_json_str((wc_str){bytes, buf.len});
}

static json_t *related_of(wc_lsp *lsp, wc_analysis *analysis, const wc_diag *diag)
{
    json_t *list = json_array();
    for (const wc_diag_label *label = diag->labels; label != NULL; label = label->next) {
        json_t *location = wc_lsp_location(lsp, analysis, label->span);
        if (location == NULL) continue;
        json_t *text = wc_json_str(label->text.len > 0 ? label->text : WC_STR("here"));
        (void)json_array_append_new(list,
                                    json_pack("{s:o,s:o}", "location", location, "message", text));
    }
    return list;
}

static json_t *diagnostic_of(wc_lsp *lsp, wc_analysis *analysis, const wc_diag *diag)
{
    wc_span span = shown_at(analysis->index, diag->span);
    const char *code = wc_diag_info_of(diag->code)->name;
    json_t *made =
        json_pack("{s:o,s:i,s:s,s:s,s:o,s:o}", "range", wc_json_range(lsp, analysis, span),
                  "severity", diag->severity == WC_SEVERITY_ERROR ? 1 : 2, "code", code, "source",
                  "wattclause", "message", message_of(analysis, diag), "relatedInformation",
                  related_of(lsp, analysis, diag));
    char *page = wc_explain_uri(lsp, diag->code);
    if (page != NULL) {
        (void)json_object_set_new(made, "codeDescription", json_pack("{s:s}", "href", page));
    }
    free(page);
    bool is_unneeded = strcmp(code, "L0301") == 0 || strcmp(code, "L0302") == 0;
    if (is_unneeded) (void)json_object_set_new(made, "tags", json_pack("[i]", 1));
    return made;
}

void wc_lsp_publish(wc_lsp *lsp, wc_document *document)
{
    wc_analysis *analysis = wc_analysis_of(lsp, wc_document_name(document));
    if (analysis == NULL) return;
    json_t *list = json_array();
    for (const wc_diag *diag = analysis->out->diags.first; diag != NULL; diag = diag->next) {
        (void)json_array_append_new(list, diagnostic_of(lsp, analysis, diag));
    }
    wc_lsp_notify(lsp, "textDocument/publishDiagnostics",
                  json_pack("{s:s,s:I,s:o}", "uri", document->uri, "version", document->version,
                            "diagnostics", list));
}

/* --- fixes ------------------------------------------------------------------------------------ */

/* The edits of a fix; NULL when one of them lies in another file. */
static json_t *edits_of(const wc_lsp *lsp, wc_analysis *analysis, const wc_diag_fix *fix)
{
    json_t *list = json_array();
    for (const wc_diag_edit *edit = fix->edits; edit != NULL; edit = edit->next) {
        if (edit->span.file != 0) {
            json_decref(list);
            return NULL;
        }
        json_t *made = json_pack("{s:o,s:o}", "range", wc_json_range(lsp, analysis, edit->span),
                                 "newText", wc_json_str(edit->text));
        (void)json_array_append_new(list, made);
    }
    return list;
}

static json_t *action_of(wc_lsp *lsp, const wc_place_asked *asked, const wc_diag *diag,
                         const wc_diag_fix *fix)
{
    json_t *edits = edits_of(lsp, asked->analysis, fix);
    if (edits == NULL) return NULL;
    json_t *changes = json_object();
    (void)json_object_set_new(changes, asked->document->uri, edits);
    return json_pack("{s:o,s:s,s:b,s:[o],s:{s:o}}", "title",
                     wc_json_format("Try: %.*s", WC_STR_ARG(fix->title)), "kind", "quickfix",
                     "isPreferred", fix->kind == WC_FIX_SURE, "diagnostics",
                     diagnostic_of(lsp, asked->analysis, diag), "edit", "changes", changes);
}

static bool wants_fixes(const json_t *params)
{
    const json_t *only = wc_json_at(params, "context", "only", NULL);
    return !json_is_array(only) || wc_json_has_word(only, "quickfix") || wc_json_has_word(only, "");
}

json_t *wc_lsp_code_actions(wc_lsp *lsp, const json_t *params, wc_lsp_failure *failure)
{
    wc_place_asked asked;
    wc_position start, end;
    if (!wc_lsp_asked(lsp, params, false, &asked, failure)) return NULL;
    bool has_range = wc_json_position(wc_json_at(params, "range", "start", NULL), &start) &&
                     wc_json_position(wc_json_at(params, "range", "end", NULL), &end);
    if (!has_range) return wc_lsp_fail(failure, WC_LSP_INVALID_PARAMS, "which range?");
    const wc_lined_text *text = wc_analysis_text(asked.analysis, 0);
    uint32_t from = wc_offset_of(text, lsp->encoding, start);
    uint32_t to = wc_offset_of(text, lsp->encoding, end);
    json_t *list = json_array();
    if (!wants_fixes(params)) return list;
    for (const wc_diag *diag = asked.analysis->out->diags.first; diag != NULL; diag = diag->next) {
        bool is_here = diag->span.file == 0 && diag->span.start <= to && from <= diag->span.end;
        if (!is_here) continue;
        for (const wc_diag_fix *fix = diag->fixes; fix != NULL; fix = fix->next) {
            json_t *action = action_of(lsp, &asked, diag, fix);
            if (action != NULL) (void)json_array_append_new(list, action);
        }
    }
    return list;
}
