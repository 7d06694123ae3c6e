/* docs/reference/api.md: methods, answers, errors and limits of the API, from node/api/methods.def,
 * schemas.def, errors.def and limits.def. */
#include "tests/docs/page.h"

typedef struct param_row {
    const char *method, *name, *type, *place, *presence, *text;
} param_row;

static const param_row params[] = {
#define WC_METHOD(id, name, verb, path, run, access, result, text)
#define WC_PARAM(id, name, type, place, presence, text)                                            \
    {#id, #name, #type, #place, #presence, text},
#include "node/api/methods.def"
#undef WC_METHOD
#undef WC_PARAM
};

static void put_lower(const char *text)
{
    for (; *text != '\0'; text++) {
        char c = *text;
        wc_buf_put_u8(&doc_page, (uint8_t)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c));
    }
}

static const char *access_text(const char *access)
{
    static const char *const texts[][2] = {
        {"OPEN", "anybody"},
        {"ANY", "any token"},
        {"PARTY", "token of that party, or of an auditor"},
        {"PARTIES", "token of a party of the contract, or of an auditor"},
        {"AUDITOR", "token of an auditor"},
    };
    for (size_t i = 0; i < WC_ARRAY_LEN(texts); i++) {
        if (strcmp(texts[i][0], access) == 0) return texts[i][1];
    }
    return "";
}

typedef struct method_row {
    const char *id, *name, *verb, *path, *run, *access, *result, *text;
} method_row;

static void put_method(const method_row *method)
{
    bool is_first = true;
    doc_put("\n### ");
    doc_put(method->name);
    doc_put("\n\n`");
    doc_put(method->verb);
    doc_put(" ");
    doc_put(method->path);
    doc_put("`: ");
    doc_put_prose(method->text);
    doc_put(". Answer: ");
    doc_put("[");
    doc_put(method->result);
    doc_put("](#");
    put_lower(method->result);
    doc_put("). For: ");
    doc_put(access_text(method->access));
    doc_put(".\n");
    for (size_t i = 0; i < WC_ARRAY_LEN(params); i++) {
        if (strcmp(params[i].method, method->id) != 0) continue;
        if (is_first) {
            doc_put("\n");
            DOC_HEAD("parameter", "type", "place", "", "what it is");
        }
        is_first = false;
        doc_put("| `");
        doc_put(params[i].name);
        doc_put("` | ");
        put_lower(params[i].type);
        doc_put(" | ");
        put_lower(params[i].place);
        doc_put(" | ");
        put_lower(params[i].presence);
        doc_put(" | ");
        doc_put_prose(params[i].text);
        doc_put(" |\n");
    }
}

/* ---- answers --------------------------------------------------------------------------------- */

static const char *current_schema;

static void begin_schema(const char *name, const char *text)
{
    current_schema = NULL;
    doc_put("\n### ");
    doc_put(name);
    doc_put("\n\n");
    wc_buf_put_u8(&doc_page,
                  (uint8_t)(text[0] >= 'a' && text[0] <= 'z' ? text[0] - 'a' + 'A' : text[0]));
    doc_put_prose(text + 1);
    doc_put(".\n");
}

static void put_type(const char *type, const char *of)
{
    bool is_list = strcmp(type, "LIST") == 0;
    if (!is_list && strcmp(type, "OBJECT") != 0) {
        put_lower(type);
        return;
    }
    if (is_list) doc_put("list of ");
    if (strcmp(of, "HEX") == 0 || strcmp(of, "TEXT") == 0 || strcmp(of, "HASH") == 0) {
        put_lower(of);
        return;
    }
    doc_put("[");
    doc_put(of);
    doc_put("](#");
    put_lower(of);
    doc_put(")");
}

typedef struct field_row {
    const char *schema, *name, *type, *of, *presence, *text;
} field_row;

static void put_field(const field_row *field)
{
    if (current_schema == NULL || strcmp(current_schema, field->schema) != 0) {
        doc_put("\n");
        DOC_HEAD("member", "type", "", "what it says");
    }
    current_schema = field->schema;
    doc_put("| `");
    doc_put(field->name);
    doc_put("` | ");
    put_type(field->type, field->of);
    doc_put(strcmp(field->presence, "ALWAYS") == 0 ? " |  | " : " | may be left out | ");
    doc_put_prose(field->text);
    doc_put(" |\n");
}

static void put_answers(void)
{
    doc_put("\n## Answers\n");
#define WC_SCHEMA(name, text) begin_schema(#name, text);
#define WC_FIELD(schema, name, type, of, presence, text)                                           \
    put_field(&(const field_row){#schema, #name, #type, #of, #presence, text});
#include "node/api/schemas.def"
#undef WC_SCHEMA
#undef WC_FIELD
}

/* ---- the page -------------------------------------------------------------------------------- */

static void put_errors(void)
{
    doc_put("\n## Errors\n\n`{\"error\": {\"code\": .., \"message\": \"a sentence\", \"data\": "
            "{\"name\": \"NOT_FOUND\", ..}}}`; in JSON-RPC the same object stands under `error`. "
            "`data` has what a program needs beside the name: `refusal` "
            "([refusals.md](refusals.md)), `reason`, `oldest`, `failure`.\n\n");
    DOC_HEAD("name", "code", "HTTP", "what was found");
#define WC_API_ERROR(name, code, status, text) DOC_ROW("`" #name "`", #code, #status, text);
#include "node/api/errors.def"
#undef WC_API_ERROR
}

static void put_limits(void)
{
    doc_put(
        "\n## Limits\n\nThose that an operator sets stand in [node.md](node.md); these are part of "
        "the program.\n\n");
    DOC_HEAD("name", "number", "what it counts");
#define WC_API_LIMIT(name, number, text)                                                           \
    doc_put("| `" #name "` | ");                                                                   \
    doc_put_number(number);                                                                        \
    doc_put(" | ");                                                                                \
    doc_put_prose(text);                                                                           \
    doc_put(" |\n");
#include "node/api/limits.def"
#undef WC_API_LIMIT
}

void doc_api(void)
{
    doc_put_title("API of a node", "node/api/methods.def, schemas.def, errors.def and limits.def");
    doc_put("`POST /rpc` takes JSON-RPC 2.0: one request or a batch, parameters by name. Every "
            "method has a "
            "path, too, in its REST mirror. A running node serves the OpenAPI 3.1 document at "
            "`/v1/openapi.json`; a test holds every answer against it. Events come as a stream at "
            "`/v1/events/stream` (Server-Sent Events): `after=SEQ.RECEIPT.EVENT` or the header "
            "`Last-Event-ID` goes on behind an event, `emitter=ADDRESS` selects a contract. "
            "`/metrics` is "
            "for Prometheus ([metrics.md](metrics.md)).\n\n"
            "Amounts are decimal strings with exactly the asset's decimals; hashes are 64 "
            "lower-case hex "
            "digits; times are UTC; numbers are below 2^53; bytes of a transaction are base64.\n\n"
            "Host must be a name of the node, Origin absent or the same, a body declared as "
            "`application/json`; no other origin is ever allowed. Tokens are sent as "
            "`Authorization: Bearer "
            "TOKEN`; a node without a token file asks for none and listens on loopback only.\n\n"
            "## Methods\n\n");
    DOC_HEAD("method", "path", "what it does");
#define WC_METHOD(id, name, verb, path, run, access, result, text)                                 \
    DOC_ROW("`" name "`", "`" #verb " " path "`", text);
#define WC_PARAM(id, name, type, place, presence, text)
#include "node/api/methods.def"
#undef WC_METHOD
#undef WC_PARAM
#define WC_METHOD(id, name, verb, path, run, access, result, text)                                 \
    put_method(&(const method_row){#id, name, #verb, path, #run, #access, #result, text});
#define WC_PARAM(id, name, type, place, presence, text)
#include "node/api/methods.def"
#undef WC_METHOD
#undef WC_PARAM
    put_answers();
    put_errors();
    put_limits();
}
