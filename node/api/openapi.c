/* The OpenAPI 3.1 document, made from the tables. */
#include <stdio.h>

#include "node/api/request.h"

typedef struct field_row {
    const char *schema, *name, *type, *of;
    bool is_always;
    const char *text;
} field_row;

#define IS_ALWAYS    true
#define IS_SOMETIMES false

static const field_row field_rows[] = {
#define WC_SCHEMA(name, text)
#define WC_FIELD(schema, name, type, of, presence, text)                                           \
    {#schema, #name, #type, #of, IS_##presence, text},
#include "node/api/schemas.def"
#undef WC_SCHEMA
#undef WC_FIELD
};

static const struct {
    const char *name, *text;
} schema_rows[] = {

#define WC_SCHEMA(name, text) {#name, text},
#define WC_FIELD(schema, name, type, of, presence, text)
#include "node/api/schemas.def"
#undef WC_SCHEMA
#undef WC_FIELD
};

/* ---- types ----------------------------------------------------------------------------------- */

static void put_reference(wc_json *json, const char *name)
{
    char text[96];
    (void)snprintf(text, sizeof text, "#/components/schemas/%s", name);
    wc_json_add_text(json, "$ref", text);
}

/* Members that say what a simple type is. */
static void put_simple(wc_json *json, const char *type)
{
    static const struct {
        const char *type, *kind, *pattern;
    } simple[] = {
        {"NUMBER", "integer", NULL},
        {"TEXT", "string", NULL},
        {"HASH", "string", "^[0-9a-f]{64}$"},
        {"ADDRESS", "string", "^wc1[02-9ac-hj-np-z]{58}$"},
        {"AMOUNT", "string", "^-?[0-9]+(\\.[0-9]+)?$"},
        {"TIME", "string", "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"},
        {"BOOL", "boolean", NULL},
        {"BASE64", "string", "^[A-Za-z0-9+/]*={0,2}$"},
        {"HEX", "string", "^([0-9a-f]{2})*$"},
        {"VALUES", "string", NULL},
        {"EVENT", "string", "^[0-9]+\\.[0-9]+\\.[0-9]+$"},
        {"DATE", "string", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    };

    for (size_t i = 0; i < WC_ARRAY_LEN(simple); i++) {
        if (strcmp(simple[i].type, type) != 0) continue;
        wc_json_add_text(json, "type", simple[i].kind);
        if (simple[i].pattern != NULL) wc_json_add_text(json, "pattern", simple[i].pattern);
        if (strcmp(type, "NUMBER") == 0) {
            wc_json_add_number(json, "minimum", 0);
            wc_json_add_number(json, "maximum", INT64_C(9007199254740991));
        }
        return;
    }
    wc_assert(strcmp(type, "ANY") == 0);
}

static bool is_simple(const char *of)
{
    return strcmp(of, "HEX") == 0 || strcmp(of, "TEXT") == 0 || strcmp(of, "HASH") == 0;
}

static void put_field(wc_json *json, const field_row *field)
{
    wc_json_open_line(json, field->name, '{');
    if (strcmp(field->type, "OBJECT") == 0) {
        put_reference(json, field->of);
    } else if (strcmp(field->type, "LIST") == 0) {
        wc_json_add_text(json, "type", "array");
        wc_json_open_line(json, "items", '{');
        if (is_simple(field->of)) {
            put_simple(json, field->of);
        } else {
            put_reference(json, field->of);
        }
        wc_json_close(json);
    } else {
        put_simple(json, field->type);
    }
    if (field->text[0] != '\0') wc_json_add_text(json, "description", field->text);
    wc_json_close(json);
}

/* A schema without fields is an object of another document's form. */
static void put_schema(wc_json *json, const char *name, const char *text)
{
    bool has_fields = false;
    wc_json_open(json, name, '{');
    wc_json_add_text(json, "type", "object");
    wc_json_add_text(json, "description", text);
    wc_json_open(json, "properties", '{');
    for (size_t i = 0; i < WC_ARRAY_LEN(field_rows); i++) {
        if (strcmp(field_rows[i].schema, name) != 0) continue;
        has_fields = true;
        put_field(json, &field_rows[i]);
    }
    wc_json_close(json);
    wc_json_open_line(json, "required", '[');
    for (size_t i = 0; i < WC_ARRAY_LEN(field_rows); i++) {
        if (strcmp(field_rows[i].schema, name) != 0 || !field_rows[i].is_always) continue;
        wc_json_add_text(json, NULL, field_rows[i].name);
    }
    wc_json_close(json);
    if (has_fields) wc_json_add_bool(json, "additionalProperties", false);
    wc_json_close(json);
}

static void put_error_schema(wc_json *json)
{
    wc_json_open(json, "Error", '{');
    wc_json_add_text(json, "type", "object");
    wc_json_open(json, "properties", '{');
    wc_json_open(json, "error", '{');
    wc_json_add_text(json, "type", "object");
    wc_json_open(json, "properties", '{');
    wc_json_open_line(json, "code", '{');
    wc_json_open_line(json, "enum", '[');
    for (int i = 1; i < WC_API_ERROR_COUNT; i++) {
        wc_json_add_number(json, NULL, wc_api_error_of((wc_api_error)i)->code);
    }
    wc_json_close(json);
    wc_json_close(json);
    wc_json_open_line(json, "message", '{');
    wc_json_add_text(json, "type", "string");
    wc_json_close(json);
    wc_json_open(json, "data", '{');
    wc_json_add_text(json, "type", "object");
    wc_json_open(json, "properties", '{');
    wc_json_open_line(json, "name", '{');
    wc_json_open_line(json, "enum", '[');
    for (int i = 1; i < WC_API_ERROR_COUNT; i++) {
        wc_json_add_text(json, NULL, wc_api_error_of((wc_api_error)i)->name);
    }
    wc_json_close(json);
    wc_json_close(json);
    wc_json_close(json);
    wc_json_open_line(json, "required", '[');
    wc_json_add_text(json, NULL, "name");
    wc_json_close(json);
    wc_json_open_line(json, "additionalProperties", '{');
    wc_json_add_text(json, "type", "string");
    wc_json_close(json);
    wc_json_close(json);
    wc_json_close(json);
    wc_json_open_line(json, "required", '[');
    wc_json_add_text(json, NULL, "code");
    wc_json_add_text(json, NULL, "message");
    wc_json_add_text(json, NULL, "data");
    wc_json_close(json);
    wc_json_add_bool(json, "additionalProperties", false);
    wc_json_close(json);
    wc_json_close(json);
    wc_json_open_line(json, "required", '[');
    wc_json_add_text(json, NULL, "error");
    wc_json_close(json);
    wc_json_add_bool(json, "additionalProperties", false);
    wc_json_close(json);
}

/* ---- paths ----------------------------------------------------------------------------------- */

static const char *type_name(wc_api_type type)
{
    switch (type) {
    case WC_API_NUMBER: return "NUMBER";
    case WC_API_TEXT: return "TEXT";
    case WC_API_HASH: return "HASH";
    case WC_API_ADDRESS: return "ADDRESS";
    case WC_API_BASE64: return "BASE64";
    case WC_API_HEX: return "HEX";
    case WC_API_VALUES: return "VALUES";
    case WC_API_EVENT: return "EVENT";
    case WC_API_DATE: return "DATE";
    }
    return "";
}

static void put_param_schema(wc_json *json, const char *name, const wc_api_param *param)
{
    wc_json_open_line(json, name, '{');
    put_simple(json, type_name(param->type));
    if (param->text[0] != '\0') wc_json_add_text(json, "description", param->text);
    wc_json_close(json);
}

static void put_params(wc_json *json, const wc_api_method *method)
{
    wc_json_open(json, "parameters", '[');
    for (uint32_t i = 0; i < method->param_count; i++) {
        const wc_api_param *param = &method->params[i];
        if (param->place == WC_API_BODY) continue;
        wc_json_open(json, NULL, '{');
        wc_json_add_text(json, "name", param->name);
        wc_json_add_text(json, "in", param->place == WC_API_PATH ? "path" : "query");
        wc_json_add_bool(json, "required", param->is_required);
        put_param_schema(json, "schema", param);
        wc_json_close(json);
    }
    wc_json_close(json);
}

static void put_body(wc_json *json, const wc_api_method *method)
{
    if (method->verb != WC_API_POST) return;
    wc_json_open(json, "requestBody", '{');
    wc_json_add_bool(json, "required", true);
    wc_json_open(json, "content", '{');
    wc_json_open(json, "application/json", '{');
    wc_json_open(json, "schema", '{');
    wc_json_add_text(json, "type", "object");
    wc_json_open(json, "properties", '{');
    for (uint32_t i = 0; i < method->param_count; i++) {
        put_param_schema(json, method->params[i].name, &method->params[i]);
    }
    wc_json_close(json);
    wc_json_open_line(json, "required", '[');
    for (uint32_t i = 0; i < method->param_count; i++) {
        if (method->params[i].is_required) wc_json_add_text(json, NULL, method->params[i].name);
    }
    wc_json_close(json);
    wc_json_add_bool(json, "additionalProperties", false);
    for (int i = 0; i < 4; i++) wc_json_close(json);
}

static void put_response(wc_json *json, const char *code, const char *schema, const char *text)
{
    wc_json_open(json, code, '{');
    wc_json_add_text(json, "description", text);
    wc_json_open(json, "content", '{');
    wc_json_open(json, "application/json", '{');
    wc_json_open_line(json, "schema", '{');
    put_reference(json, schema);
    wc_json_close(json);
    for (int i = 0; i < 3; i++) wc_json_close(json);
}

static void put_method(wc_json *json, const wc_api_method *method)
{
    wc_json_open(json, method->path, '{');
    wc_json_open(json, method->verb == WC_API_GET ? "get" : "post", '{');
    wc_json_add_text(json, "operationId", method->name);
    wc_json_add_text(json, "summary", method->text);
    put_params(json, method);
    put_body(json, method);
    wc_json_open(json, "responses", '{');
    put_response(json, "200", method->result, "done");
    if (method->run_on == WC_API_SEAL) {
        put_response(json, "202", method->result, "it waits; ask for it later by its id");
    }
    put_response(json, "default", "Error", "why not");
    wc_json_close(json);
    wc_json_close(json);
    wc_json_close(json);
}

void wc_api_put_openapi(wc_buf *buf)
{
    wc_json json = wc_json_to(buf);
    wc_json_open(&json, NULL, '{');
    wc_json_add_text(&json, "openapi", "3.1.0");
    wc_json_open(&json, "info", '{');
    wc_json_add_text(&json, "title", "Wattclause node");
    wc_json_add_text(&json, "version", WC_VERSION);
    wc_json_add_text(&json, "description",
                     "The REST mirror of the methods that POST /rpc takes as JSON-RPC 2.0 under "
                     "their operationId.");
    wc_json_close(&json);
    wc_json_open(&json, "paths", '{');
    for (size_t i = 0; i < WC_API_METHOD_COUNT; i++) put_method(&json, wc_api_method_at(i));
    wc_json_close(&json);
    wc_json_open(&json, "components", '{');
    wc_json_open(&json, "schemas", '{');
    for (size_t i = 0; i < WC_ARRAY_LEN(schema_rows); i++) {
        put_schema(&json, schema_rows[i].name, schema_rows[i].text);
    }
    put_error_schema(&json);
    wc_json_close(&json);
    wc_json_open(&json, "securitySchemes", '{');
    wc_json_open_line(&json, "token", '{');
    wc_json_add_text(&json, "type", "http");
    wc_json_add_text(&json, "scheme", "bearer");
    wc_json_close(&json);
    wc_json_close(&json);
    wc_json_close(&json);
    wc_json_close(&json);
    wc_buf_put_text(buf, "\n");
}
