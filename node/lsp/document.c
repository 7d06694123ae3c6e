/* Open documents: what the editor shows counts, not what the disk has. */
#include <stdlib.h>
#include <string.h>

#include "node/lsp/inside.h"

/* Bytes of a document; the compiler refuses less than that with a message of its own. */
#define TEXT_MAX ((size_t)8 << 20)

wc_document *wc_document_find(const wc_lsp *lsp, wc_str uri)
{
    for (size_t i = 0; i < lsp->document_count; i++) {
        if (wc_str_equal(wc_str_of(lsp->documents[i]->uri), uri)) return lsp->documents[i];
    }
    return NULL;
}

wc_document *wc_document_of_path(const wc_lsp *lsp, const char *path)
{
    for (size_t i = 0; i < lsp->document_count; i++) {
        if (strcmp(wc_document_name(lsp->documents[i]), path) == 0) return lsp->documents[i];
    }
    return NULL;
}

const char *wc_document_name(const wc_document *document)
{
    return document->path != NULL ? document->path : document->uri;
}

static void document_free(wc_document *document)
{
    if (document == NULL) return;
    free(document->uri);
    free(document->path);
    free(document->text);
    free(document);
}

void wc_documents_close(wc_lsp *lsp)
{
    for (size_t i = 0; i < lsp->document_count; i++) document_free(lsp->documents[i]);
    free(lsp->documents);
    lsp->documents = NULL;
    lsp->document_count = 0;
}

static bool set_text(wc_document *document, wc_str text)
{
    if (text.len > TEXT_MAX) return false;
    char *copy = malloc(text.len + 1);
    if (copy == NULL) return false;
    if (text.len > 0) memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';
    free(document->text);
    document->text = copy;
    document->size = text.len;
    return true;
}

/* What is checked again: the document, and every other open one, which may use it. */
static void mark_changed(wc_lsp *lsp)
{
    lsp->generation++;
    for (size_t i = 0; i < lsp->document_count; i++) lsp->documents[i]->is_dirty = true;
}

static char *copy_of(wc_str text)
{
    char *copy = memchr(text.data, '\0', text.len) == NULL ? malloc(text.len + 1) : NULL;
    if (copy == NULL) return NULL;
    memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';
    return copy;
}

static wc_document *document_add(wc_lsp *lsp, wc_str uri)
{
    if (lsp->document_count >= WC_LSP_DOCUMENTS_MAX) return NULL;
    wc_document *document = calloc(1, sizeof(*document));
    wc_document **grown =
        realloc(lsp->documents, (lsp->document_count + 1) * sizeof(*lsp->documents));
    if (grown != NULL) lsp->documents = grown;
    if (document != NULL) document->uri = copy_of(uri);
    if (grown == NULL || document == NULL || document->uri == NULL) {
        document_free(document);
        return NULL;
    }
    document->path = wc_path_of_uri(uri);
    lsp->documents[lsp->document_count++] = document;
    return document;
}

static void complain(wc_lsp *lsp, wc_str uri, const char *what)
{
    json_t *message = wc_json_format("%.*s: %s", WC_STR_ARG(uri), what);
    wc_lsp_notify(lsp, "window/logMessage", json_pack("{s:i,s:o}", "type", 1, "message", message));
}

static json_int_t version_of(const json_t *params)
{
    return json_integer_value(wc_json_at(params, "textDocument", "version", NULL));
}

void wc_lsp_did_open(wc_lsp *lsp, const json_t *params)
{
    wc_str uri, text;
    if (!wc_json_text(params, &uri, "textDocument", "uri", NULL)) return;
    if (!wc_json_text(params, &text, "textDocument", "text", NULL)) return;
    wc_document *document = wc_document_find(lsp, uri);
    if (document == NULL) document = document_add(lsp, uri);
    if (document == NULL || !set_text(document, text)) {
        complain(lsp, uri, "cannot be opened: too many documents, or too large");
        return;
    }
    document->version = version_of(params);
    mark_changed(lsp);
}

/* Puts the new text in place of [start, end). */
static bool splice(wc_document *document, uint32_t start, uint32_t end, wc_str text)
{
    size_t size = document->size - (end - start) + text.len;
    if (size > TEXT_MAX) return false;
    char *made = malloc(size + 1);
    if (made == NULL) return false;
    memcpy(made, document->text, start);
    if (text.len > 0) memcpy(made + start, text.data, text.len);
    memcpy(made + start + text.len, document->text + end, document->size - end);
    made[size] = '\0';
    free(document->text);
    document->text = made;
    document->size = size;
    return true;
}

static bool change_range(const wc_lsp *lsp, wc_document *document, const json_t *range, wc_str text)
{
    wc_position start, end;
    bool fits = wc_json_position(json_object_get(range, "start"), &start) &&
                wc_json_position(json_object_get(range, "end"), &end);
    if (!fits) return false;
    wc_lined_text lined = {.text = {document->text, document->size}};
    lined.line_count = wc_lines_of(lined.text, NULL);
    uint32_t *lines = calloc(lined.line_count, sizeof(*lines));
    if (lines == NULL) return false;
    (void)wc_lines_of(lined.text, lines);
    lined.lines = lines;
    uint32_t from = wc_offset_of(&lined, lsp->encoding, start);
    uint32_t to = wc_offset_of(&lined, lsp->encoding, end);
    free(lines);
    return from <= to && splice(document, from, to, text);
}

static bool change(const wc_lsp *lsp, wc_document *document, const json_t *item)
{
    wc_str text;
    if (!wc_json_text(item, &text, "text", NULL)) return false;
    const json_t *range = json_object_get(item, "range");
    return range == NULL ? set_text(document, text) : change_range(lsp, document, range, text);
}

void wc_lsp_did_change(wc_lsp *lsp, const json_t *params)
{
    wc_str uri;
    if (!wc_json_text(params, &uri, "textDocument", "uri", NULL)) return;
    wc_document *document = wc_document_find(lsp, uri);
    if (document == NULL) {
        complain(lsp, uri, "changed, but never opened");
        return;
    }
    size_t i;
    json_t *item;
    json_array_foreach(wc_json_at(params, "contentChanges", NULL), i, item)
    {
        if (change(lsp, document, item)) continue;
        complain(lsp, uri, "a change does not fit the text; open the file again");
        break;
    }
    document->version = version_of(params);
    mark_changed(lsp);
}

void wc_lsp_did_save(wc_lsp *lsp, const json_t *params)
{
    (void)params;
    mark_changed(lsp);
}

void wc_lsp_files_changed(wc_lsp *lsp, const json_t *params)
{
    (void)params;
    mark_changed(lsp);
}

void wc_lsp_did_close(wc_lsp *lsp, const json_t *params)
{
    wc_str uri;
    if (!wc_json_text(params, &uri, "textDocument", "uri", NULL)) return;
    for (size_t i = 0; i < lsp->document_count; i++) {
        wc_document *document = lsp->documents[i];
        if (!wc_str_equal(wc_str_of(document->uri), uri)) continue;
        wc_lsp_notify(lsp, "textDocument/publishDiagnostics",
                      json_pack("{s:s,s:[]}", "uri", document->uri, "diagnostics"));
        document_free(document);
        lsp->documents[i] = lsp->documents[--lsp->document_count];
        break;
    }
    mark_changed(lsp);
}
