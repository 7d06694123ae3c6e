/* Messages: which method, in which phase, answered how; and what the server says it can do. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/lsp/inside.h"

typedef struct method_row {
    const char *name;
    wc_lsp_request request; /* one of the two */
    wc_lsp_notice notice;
} method_row;

static const method_row methods[] = {
#define WC_LSP_REQUEST(method, function) {method, wc_lsp_##function, NULL},
#define WC_LSP_NOTICE(method, function)  {method, NULL, wc_lsp_##function},
#include "node/lsp/methods.def"
#undef WC_LSP_REQUEST
#undef WC_LSP_NOTICE
};

static const method_row *find_method(const char *name)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(methods); i++) {
        if (strcmp(methods[i].name, name) == 0) return &methods[i];
    }
    return NULL;
}

/* --- sending ---------------------------------------------------------------------------------- */

/* Takes the message over. One that could not be made for want of memory is dropped: an answer is
 * tried again as an error, which needs less. */
static bool send(const wc_lsp *lsp, json_t *message)
{
    char *text = message == NULL ? NULL : json_dumps(message, JSON_COMPACT);
    if (text != NULL) lsp->options->send(lsp->options->self, text, strlen(text));
    free(text);
    json_decref(message);
    return text != NULL;
}

void wc_lsp_notify(wc_lsp *lsp, const char *method, json_t *params)
{
    (void)send(lsp,
               json_pack("{s:s,s:s,s:o}", "jsonrpc", "2.0", "method", method, "params", params));
}

static void answer_failure(const wc_lsp *lsp, const json_t *id, const wc_lsp_failure *failure)
{
    json_t *error = json_pack("{s:i,s:o}", "code", (int)failure->code, "message",
                              wc_json_str(wc_str_of(failure->text)));
    json_t *copy = id == NULL ? json_null() : json_deep_copy(id);
    (void)send(lsp, json_pack("{s:s,s:o,s:o}", "jsonrpc", "2.0", "id", copy, "error", error));
}

json_t *wc_lsp_fail(wc_lsp_failure *failure, wc_lsp_code code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    failure->code = code;
    (void)vsnprintf(failure->text, sizeof(failure->text), format, args);
    va_end(args);
    return NULL;
}

/* --- messages --------------------------------------------------------------------------------- */

static void answer(wc_lsp *lsp, const json_t *id, const method_row *method, const json_t *params)
{
    wc_lsp_failure failure = {WC_LSP_INTERNAL_ERROR, "out of memory"};
    bool is_first = method != NULL && method->request == wc_lsp_initialize;
    json_t *result = NULL;
    if (lsp->phase == WC_LSP_CREATED && !is_first) {
        (void)wc_lsp_fail(&failure, WC_LSP_NOT_INITIALIZED, "`initialize` comes first");
    } else if (lsp->phase == WC_LSP_SHUT_DOWN) {
        (void)wc_lsp_fail(&failure, WC_LSP_INVALID_REQUEST, "after `shutdown` only `exit` follows");
    } else if (method == NULL || method->request == NULL) {
        (void)wc_lsp_fail(&failure, WC_LSP_METHOD_NOT_FOUND, "no such request");
    } else {
        result = method->request(lsp, params, &failure);
    }
    bool is_sent = result != NULL && send(lsp, json_pack("{s:s,s:O,s:o}", "jsonrpc", "2.0", "id",
                                                         id, "result", result));
    if (!is_sent) answer_failure(lsp, id, &failure);
}

static void handle(wc_lsp *lsp, const json_t *message)
{
    static const wc_lsp_failure bad = {WC_LSP_INVALID_REQUEST, "this is no JSON-RPC 2.0 message"};
    const json_t *id = json_object_get(message, "id");
    wc_str name, version;
    bool has_id = json_is_integer(id) || json_is_string(id);
    bool is_message = json_is_object(message) && (id == NULL || has_id || json_is_null(id)) &&
                      wc_json_text(message, &version, "jsonrpc", NULL) &&
                      wc_str_equal(version, WC_STR("2.0"));
    if (is_message && wc_json_text(message, &name, "method", NULL)) {
        const method_row *method = find_method(name.data);
        const json_t *params = json_object_get(message, "params");
        if (has_id) {
            answer(lsp, id, method, params);
            return;
        }
        if (method == NULL || method->notice == NULL)
            return; /* unknown notifications are dropped */
        bool may = lsp->phase == WC_LSP_RUNNING || method->notice == wc_lsp_exit;
        if (may) method->notice(lsp, params);
        return;
    }
    /* An answer to something asked: nothing is ever asked, so nothing waits for it. */
    bool is_answer = is_message && (json_object_get(message, "result") != NULL ||
                                    json_object_get(message, "error") != NULL);
    if (!is_answer) answer_failure(lsp, has_id ? id : NULL, &bad);
}

/* The members of a batch one by one; LSP has none, JSON-RPC does. */
void wc_lsp_handle(wc_lsp *lsp, const char *message, size_t size)
{
    if (lsp->phase >= WC_LSP_EXITED_EARLY) return;
    json_error_t error;
    json_t *parsed = json_loadb(message, size,
                                JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (parsed == NULL) {
        wc_lsp_failure failure = {WC_LSP_PARSE_ERROR, ""};
        (void)snprintf(failure.text, sizeof(failure.text), "no JSON: %.200s", error.text);
        answer_failure(lsp, NULL, &failure);
        return;
    }
    size_t i;
    json_t *item;
    if (json_is_array(parsed) && json_array_size(parsed) > 0) {
        json_array_foreach(parsed, i, item) handle(lsp, item);
    } else {
        handle(lsp, parsed);
    }
    json_decref(parsed);
}

/* --- life cycle ------------------------------------------------------------------------------- */

wc_lsp *wc_lsp_open(const wc_lsp_options *options)
{
    wc_lsp *lsp = calloc(1, sizeof(*lsp));
    if (lsp == NULL) return NULL;
    lsp->options = options;
    lsp->generation = 1;
    return lsp;
}

void wc_lsp_close(wc_lsp *lsp)
{
    if (lsp == NULL) return;
    wc_analyses_close(lsp);
    wc_documents_close(lsp);
    free(lsp->root);
    free(lsp);
}

void wc_lsp_idle(wc_lsp *lsp)
{
    if (lsp->phase != WC_LSP_RUNNING) return;
    for (size_t i = 0; i < lsp->document_count; i++) {
        wc_document *document = lsp->documents[i];
        if (document->is_dirty) wc_lsp_publish(lsp, document);
        document->is_dirty = false;
    }
}

bool wc_lsp_has_ended(const wc_lsp *lsp, bool *in_order)
{
    *in_order = lsp->phase == WC_LSP_EXITED;
    return lsp->phase >= WC_LSP_EXITED_EARLY;
}

void wc_lsp_initialized(wc_lsp *lsp, const json_t *params)
{
    (void)lsp;
    (void)params;
}

void wc_lsp_ignore(wc_lsp *lsp, const json_t *params)
{
    (void)lsp;
    (void)params;
}

json_t *wc_lsp_shutdown(wc_lsp *lsp, const json_t *params, wc_lsp_failure *failure)
{
    (void)params;
    (void)failure;
    lsp->phase = WC_LSP_SHUT_DOWN;
    return json_null();
}

void wc_lsp_exit(wc_lsp *lsp, const json_t *params)
{
    (void)params;
    lsp->phase = lsp->phase == WC_LSP_SHUT_DOWN ? WC_LSP_EXITED : WC_LSP_EXITED_EARLY;
}

/* --- initialize ------------------------------------------------------------------------------- */

static void read_client(wc_lsp *lsp, const json_t *params)
{
    const json_t *text = wc_json_at(params, "capabilities", "textDocument", NULL);
    const json_t *encodings =
        wc_json_at(params, "capabilities", "general", "positionEncodings", NULL);
    if (wc_json_has_word(encodings, "utf-8")) lsp->encoding = WC_ENCODING_UTF8;
    lsp->takes_tree =
        wc_json_is_true(text, "documentSymbol", "hierarchicalDocumentSymbolSupport", NULL);
    lsp->takes_versions = wc_json_is_true(params, "capabilities", "workspace", "workspaceEdit",
                                          "documentChanges", NULL);
    lsp->takes_snippets =
        wc_json_is_true(text, "completion", "completionItem", "snippetSupport", NULL);
    wc_str uri;
    const json_t *folder = json_array_get(json_object_get(params, "workspaceFolders"), 0);
    bool has_root =
        wc_json_text(folder, &uri, "uri", NULL) || wc_json_text(params, &uri, "rootUri", NULL);
    if (has_root) lsp->root = wc_path_of_uri(uri);
}

json_t *wc_lsp_token_legend(void);

static json_t *capabilities(const wc_lsp *lsp)
{
    json_t *edits = json_pack(
        "{s:s,s:{s:b,s:i,s:b},s:b,s:{s:[s,s],s:b},s:{s:[s,s,s]}}", "positionEncoding",
        lsp->encoding == WC_ENCODING_UTF8 ? "utf-8" : "utf-16", "textDocumentSync", "openClose", 1,
        "change", 2, "save", 1, "hoverProvider", 1, "completionProvider", "triggerCharacters", ".",
        " ", "resolveProvider", 0, "signatureHelpProvider", "triggerCharacters", "(", ",", ":");
    json_t *places =
        json_pack("{s:b,s:b,s:b,s:b,s:{s:b},s:b,s:b,s:b}", "definitionProvider", 1,
                  "typeDefinitionProvider", 1, "referencesProvider", 1, "documentHighlightProvider",
                  1, "renameProvider", "prepareProvider", 1, "documentSymbolProvider", 1,
                  "workspaceSymbolProvider", 1, "foldingRangeProvider", 1);
    json_t *views = json_pack("{s:{s:o,s:b},s:{s:[s]},s:b,s:b,s:{s:b}}", "semanticTokensProvider",
                              "legend", wc_lsp_token_legend(), "full", 1, "codeActionProvider",
                              "codeActionKinds", "quickfix", "documentFormattingProvider", 1,
                              "inlayHintProvider", 1, "codeLensProvider", "resolveProvider", 0);
    (void)json_object_update(edits, places);
    (void)json_object_update(edits, views);
    json_decref(places);
    json_decref(views);
    return edits;
}

json_t *wc_lsp_initialize(wc_lsp *lsp, const json_t *params, wc_lsp_failure *failure)
{
    if (lsp->phase != WC_LSP_CREATED) {
        return wc_lsp_fail(failure, WC_LSP_INVALID_REQUEST, "`initialize` comes once");
    }
    read_client(lsp, params);
    lsp->phase = WC_LSP_RUNNING;
    return json_pack("{s:o,s:{s:s,s:s}}", "capabilities", capabilities(lsp), "serverInfo", "name",
                     "wattclause", "version", lsp->options->version);
}
