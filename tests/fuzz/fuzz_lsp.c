/* Any bytes as the input of the language server: framing, JSON, messages in any order, edits, every
 * request at any place. What must hold: no crash, every answer is JSON with the version and one of
 * result and error, answers and requests with an id are as many. */
#include <jansson.h>

#include "node/lsp/lsp.h"
#include "node/rpc/frame.h"
#include "tests/support/sha256.h"

#define MESSAGES_MAX 200u
#define ARENA_SIZE   ((size_t)16 << 20) /* so that running out of memory is met, too */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void hear(void *self, const char *message, size_t size)
{
    size_t *answers = self;
    json_t *parsed = json_loadb(message, size, JSON_ALLOW_NUL, NULL);
    wc_assert(parsed != NULL);
    const json_t *version = json_object_get(parsed, "jsonrpc");
    wc_assert(json_is_string(version) && strcmp(json_string_value(version), "2.0") == 0);
    bool is_answer = json_object_get(parsed, "method") == NULL;
    bool has_result = json_object_get(parsed, "result") != NULL;
    bool has_error = json_object_get(parsed, "error") != NULL;
    wc_assert(!is_answer || has_result != has_error);
    *answers += is_answer;
    json_decref(parsed);
}

/* The lines of the input behind the first byte that is no message, as requests about a document: so
 * that plain text reaches the features, too. */
static void handle_all(wc_lsp *lsp, const uint8_t *data, size_t size)
{
    wc_rpc_frame_reader reader;
    wc_str message;
    wc_rpc_frame_open(&reader, WC_LSP_MESSAGE_MAX);
    wc_assert(wc_rpc_frame_add(&reader, data, size));
    unsigned count = 0;
    while (count++ < MESSAGES_MAX && wc_rpc_frame_next(&reader, &message) == WC_RPC_FRAME_READY) {
        wc_lsp_handle(lsp, message.data, message.len);
        wc_lsp_idle(lsp);
    }
    wc_rpc_frame_close(&reader);
}

static void ask(wc_lsp *lsp, const char *method, json_int_t line, json_int_t character)
{
    json_t *message = json_pack(
        "{s:s,s:i,s:s,s:{s:{s:s},s:{s:I,s:I},s:{s:{s:i,s:i},s:{s:I,s:I}},s:{s:b,s:[]},s:s,s:s}}",
        "jsonrpc", "2.0", "id", 7, "method", method, "params", "textDocument", "uri", "untitled:f",
        "position", "line", line, "character", character, "range", "start", "line", 0, "character",
        0, "end", "line", line, "character", character, "context", "includeDeclaration", 1,
        "diagnostics", "newName", "other", "query", "a");
    char *text = json_dumps(message, JSON_COMPACT);
    wc_assert(text != NULL);
    wc_lsp_handle(lsp, text, strlen(text));
    free(text);
    json_decref(message);
}

/* The input as the text of a document, and every request at a place that it names itself. */
static void ask_all(wc_lsp *lsp, const uint8_t *data, size_t size)
{
    static const char *const methods[] = {
#define WC_LSP_REQUEST(method, function) method,
#define WC_LSP_NOTICE(method, function)
#include "node/lsp/methods.def"
#undef WC_LSP_REQUEST
#undef WC_LSP_NOTICE
    };
    json_t *text = json_stringn((const char *)data, size);
    if (text == NULL) return; /* no UTF-8 */
    json_t *message = json_pack("{s:s,s:s,s:{s:{s:s,s:i,s:o}}}", "jsonrpc", "2.0", "method",
                                "textDocument/didOpen", "params", "textDocument", "uri",
                                "untitled:f", "version", 1, "text", text);
    char *bytes = json_dumps(message, JSON_COMPACT);
    wc_assert(bytes != NULL);
    wc_lsp_handle(lsp, bytes, strlen(bytes));
    free(bytes);
    json_decref(message);
    wc_lsp_idle(lsp);
    unsigned line = size > 0 ? data[size - 1] % 64 : 0;
    unsigned character = size > 1 ? data[size / 2] % 80 : 0;
    for (size_t i = 0; i < WC_ARRAY_LEN(methods); i++) {
        bool is_end = strcmp(methods[i], "shutdown") == 0 || strcmp(methods[i], "initialize") == 0;
        if (!is_end) ask(lsp, methods[i], line, character);
    }
}

static void initialize(wc_lsp *lsp)
{
    static const char message[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\","
                                  "\"params\":{\"capabilities\":{}}}";
    wc_lsp_handle(lsp, message, sizeof(message) - 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t answers = 0;
    const wc_lsp_options options = {.hash = wc_test_sha256,
                                    .version = "fuzz",
                                    .arena_size = ARENA_SIZE,
                                    .send = hear,
                                    .self = &answers};
    wc_lsp *lsp = wc_lsp_open(&options);
    wc_assert(lsp != NULL);
    bool is_stream = size >= 8 && memcmp(data, "Content-", 8) == 0;
    if (is_stream) {
        handle_all(lsp, data, size);
    } else {
        initialize(lsp);
        ask_all(lsp, data, size);
        wc_assert(answers >= 1);
    }
    wc_lsp_close(lsp);
    return 0;
}
