/* JSON Schema 2020-12 of a module's arguments, results, events and errors. */
#include "node/abi/abi.h"

#include "vm/base/text.h"

static void put_type_schema(wc_json *json, const char *name, const wc_module *module,
                            uint16_t index);

static wc_str text_of(const wc_module *module, uint16_t string)
{
    return string == WC_NONE ? WC_STR("") : module->strings[string];
}

/* ---- leaves ------------------------------------------------------------------------------------
 */

/* A decimal string with exactly `scale` decimals. */
static void put_pattern(wc_json *json, unsigned scale)
{
    wc_json_name(json, "pattern");
    wc_buf_put_text(json->buf, "\"^-?(0|[1-9][0-9]*)");
    if (scale > 0) {
        wc_buf_put_text(json->buf, "\\\\.[0-9]{");
        wc_buf_put_decimal(json->buf, scale);
        wc_buf_put_text(json->buf, "}");
    }
    wc_buf_put_text(json->buf, "$\"");
}

static void put_number(wc_json *json, const wc_module *module, const wc_type *type)
{
    bool is_dec = type->kind == WC_TYPE_DEC;
    unsigned scale = is_dec ? type->scale : 0;
    wc_str unit = is_dec && type->unit != WC_NONE ? text_of(module, module->units[type->unit].text)
                                                  : WC_STR("");
    wc_str currency = wc_abi_currency(module, unit);
    wc_json_add_text(json, "type", "string");
    put_pattern(json, scale);
    wc_json_add_number(json, "x-scale", scale);
    if (unit.len > 0) wc_json_add_str(json, "x-unit", unit);
    if (currency.len > 0) wc_json_add_str(json, "x-currency", currency);
    wc_json_add_scaled(json, "x-minimum", type->lo, scale);
    wc_json_add_scaled(json, "x-maximum", type->hi, scale);
}

static void put_string(wc_json *json, const char *pattern)
{
    wc_json_add_text(json, "type", "string");
    wc_json_add_text(json, "pattern", pattern);
}

#define TIME_PATTERN "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$|^-?[0-9]+$"
#define DATE_PATTERN "^[0-9]{4}-[0-9]{2}-[0-9]{2}$|^-?[0-9]+$"

static void put_time(wc_json *json, const char *name)
{
    wc_json_open_line(json, name, '{');
    put_string(json, TIME_PATTERN);
    wc_json_add_text(json, "x-unit", "s since 1970-01-01T00:00:00Z");
    wc_json_close(json);
}

static void put_required(wc_json *json, const char *first, const char *second)
{
    wc_json_open_line(json, "required", '[');
    wc_json_add_text(json, NULL, first);
    if (second != NULL) wc_json_add_text(json, NULL, second);
    wc_json_close(json);
    wc_json_add_bool(json, "additionalProperties", false);
}

static void put_interval(wc_json *json)
{
    wc_json_add_text(json, "type", "object");
    wc_json_open(json, "properties", '{');
    put_time(json, "start");
    put_time(json, "end");
    wc_json_close(json);
    put_required(json, "start", "end");
}

static void put_party(wc_json *json, const wc_module *module, const wc_type *type)
{
    put_string(json, "^wc1[02-9ac-hj-np-z]{58}$");
    if (type->item == WC_NONE) return;
    wc_json_add_str(json, "x-interface", text_of(module, module->interfaces[type->item].name));
}

static void put_bytes(wc_json *json, uint32_t size)
{
    wc_json_add_text(json, "type", "string");
    wc_json_name(json, "pattern");
    wc_buf_put_text(json->buf, "\"^[0-9a-f]{");
    wc_buf_put_decimal(json->buf, 2 * (int64_t)size);
    wc_buf_put_text(json->buf, "}$\"");
}

/* ---- types with parts --------------------------------------------------------------------------
 */

static void put_record(wc_json *json, const wc_module *module, const wc_type *type)
{
    wc_json_add_text(json, "type", "object");
    wc_json_open(json, "properties", '{');
    for (uint16_t i = 0; i < type->count; i++) {
        wc_json_name_ahead(json, text_of(module, type->fields[i].name));
        put_type_schema(json, NULL, module, type->fields[i].type);
    }
    wc_json_close(json);
    wc_json_open_line(json, "required", '[');
    for (uint16_t i = 0; i < type->count; i++) {
        wc_json_add_str(json, NULL, text_of(module, type->fields[i].name));
    }
    wc_json_close(json);
    wc_json_add_bool(json, "additionalProperties", false);
}

static void put_tuple(wc_json *json, const wc_module *module, const wc_type *type)
{
    if (type->count == 0 || type->fields[0].name != WC_NONE) {
        put_record(json, module, type);
        return;
    }
    wc_json_add_text(json, "type", "array");
    wc_json_open(json, "prefixItems", '[');
    for (uint16_t i = 0; i < type->count; i++) {
        put_type_schema(json, NULL, module, type->fields[i].type);
    }
    wc_json_close(json);
    wc_json_add_number(json, "minItems", type->count);
    wc_json_add_bool(json, "items", false);
}

static void put_tag(wc_json *json, const wc_module *module, const wc_type *type)
{
    wc_json_add_text(json, "type", "string");
    wc_json_open_line(json, "enum", '[');
    for (uint16_t i = 0; i < type->count; i++) {
        wc_json_add_str(json, NULL, text_of(module, type->variants[i].name));
    }
    wc_json_close(json);
}

static void put_variant(wc_json *json, const wc_module *module, const wc_variant *variant)
{
    wc_json_open(json, NULL, '{');
    wc_json_add_text(json, "type", "object");
    wc_json_open(json, "properties", '{');
    wc_json_open_line(json, "variant", '{');
    wc_json_add_str(json, "const", text_of(module, variant->name));
    wc_json_close(json);
    if (variant->data != WC_NONE) put_type_schema(json, "data", module, variant->data);
    wc_json_close(json);
    put_required(json, "variant", variant->data != WC_NONE ? "data" : NULL);
    wc_json_close(json);
}

static void put_enum(wc_json *json, const wc_module *module, const wc_type *type)
{
    bool is_option = wc_abi_is_option(module, type);
    wc_json_open(json, is_option ? "anyOf" : "oneOf", '[');
    if (is_option) {
        wc_json_open_line(json, NULL, '{');
        wc_json_add_text(json, "type", "null");
        wc_json_close(json);
        put_type_schema(json, NULL, module, module->types[type->variants[1].data].fields[0].type);
    }
    for (uint16_t i = 0; i < type->count && !is_option; i++) {
        put_variant(json, module, &type->variants[i]);
    }
    wc_json_close(json);
}

static void put_collection(wc_json *json, const wc_module *module, const wc_type *type)
{
    wc_json_add_text(json, "type", "array");
    wc_json_add_number(json, "maxItems", type->capacity);
    if (type->kind == WC_TYPE_SET) wc_json_add_bool(json, "uniqueItems", true);
    if (type->kind != WC_TYPE_MAP) {
        put_type_schema(json, "items", module, type->item);
        return;
    }
    wc_json_open(json, "items", '{');
    wc_json_add_text(json, "type", "object");
    wc_json_open(json, "properties", '{');
    put_type_schema(json, "key", module, type->item);
    put_type_schema(json, "value", module, type->value);
    wc_json_close(json);
    put_required(json, "key", "value");
    wc_json_close(json);
}

static void put_series(wc_json *json, const wc_module *module, const wc_type *type)
{
    wc_json_add_text(json, "type", "object");
    wc_json_open(json, "properties", '{');
    put_time(json, "start");
    wc_json_open_line(json, "step", '{');
    wc_json_add_number(json, "const", type->step);
    wc_json_add_text(json, "x-unit", "s");
    wc_json_close(json);
    wc_json_open(json, "values", '{');
    wc_json_add_text(json, "type", "array");
    wc_json_add_number(json, "maxItems", type->capacity);
    wc_json_open(json, "items", '{');
    wc_json_add_text(json, "type", "object");
    wc_json_open(json, "properties", '{');
    wc_json_open_line(json, "quality", '{');
    wc_json_open_line(json, "enum", '[');
    for (unsigned i = 0; i < 4; i++) wc_json_add_text(json, NULL, wc_abi_quality(i));
    wc_json_close(json);
    wc_json_close(json);
    put_type_schema(json, "value", module, type->item);
    wc_json_close(json);
    put_required(json, "quality", NULL);
    wc_json_close(json);
    wc_json_close(json);
    wc_json_close(json);
    wc_json_open_line(json, "required", '[');
    wc_json_add_text(json, NULL, "start");
    wc_json_add_text(json, NULL, "step");
    wc_json_add_text(json, NULL, "values");
    wc_json_close(json);
    wc_json_add_bool(json, "additionalProperties", false);
}

static void put_type_schema(wc_json *json, const char *name, const wc_module *module,
                            uint16_t index)
{
    const wc_type *type = &module->types[index];
    if (json->buf->full) { /* bounds the work, too: types share parts */
        wc_json_add_null(json, name);
        return;
    }
    if (type->kind <= WC_TYPE_DATE) {
        wc_json_open_line(json, name, '{');
    } else {
        wc_json_open(json, name, '{');
    }
    if (type->name != WC_NONE) wc_json_add_str(json, "title", text_of(module, type->name));
    switch (type->kind) {
    case WC_TYPE_BOOL: wc_json_add_text(json, "type", "boolean"); break;
    case WC_TYPE_INT:
    case WC_TYPE_DEC: put_number(json, module, type); break;
    case WC_TYPE_TIME: put_string(json, TIME_PATTERN); break;
    case WC_TYPE_DATE: put_string(json, DATE_PATTERN); break;
    case WC_TYPE_TAG: put_tag(json, module, type); break;
    case WC_TYPE_INTERVAL: put_interval(json); break;
    case WC_TYPE_PARTY: put_party(json, module, type); break;
    case WC_TYPE_BYTES: put_bytes(json, type->capacity); break;
    case WC_TYPE_TEXT:
        wc_json_add_text(json, "type", "string");
        wc_json_add_number(json, "maxLength", type->capacity); /* characters <= bytes */
        wc_json_add_number(json, "x-maximum-bytes", type->capacity);
        break;
    case WC_TYPE_TUPLE: put_tuple(json, module, type); break;
    case WC_TYPE_ENUM: put_enum(json, module, type); break;
    case WC_TYPE_LIST:
    case WC_TYPE_SET:
    case WC_TYPE_MAP:
    case WC_TYPE_SORTED: put_collection(json, module, type); break;
    case WC_TYPE_SERIES: put_series(json, module, type); break;
    }
    wc_json_close(json);
}

/* ---- definitions -------------------------------------------------------------------------------
 */

/* "action.settle" */
static bool definition_name(char *out, size_t size, const char *kind, wc_str name)
{
    size_t first = strlen(kind);
    if (first + name.len + 1 > size) return false;
    memcpy(out, kind, first);
    memcpy(out + first, name.data, name.len);
    out[first + name.len] = '\0';
    return true;
}

static void define(wc_json *json, const wc_module *module, const char *kind, wc_str name,
                   uint16_t type)
{
    char key[320];
    if (type != WC_NONE && definition_name(key, sizeof key, kind, name)) {
        put_type_schema(json, key, module, type);
    }
}

void wc_abi_put_schema(wc_buf *text, const wc_module *module, const wc_hash *code_id)
{
    wc_json json = wc_json_to(text);
    wc_json_open(&json, NULL, '{');
    wc_json_add_text(&json, "$schema", "https://json-schema.org/draft/2020-12/schema");
    wc_json_name(&json, "$id");
    wc_buf_put_text(text, "\"urn:wattclause:code:");
    wc_buf_put_hex(text, wc_slice_of(code_id->bytes, sizeof code_id->bytes));
    wc_buf_put_text(text, "\"");
    wc_json_add_str(&json, "title", module->strings[0]);
    wc_json_open(&json, "$defs", '{');
    define(&json, module, "terms", WC_STR(""), module->terms_type);
    for (uint16_t i = 0; i < module->entry_count; i++) {
        const wc_entry *entry = &module->entries[i];
        wc_str name = text_of(module, entry->name);
        if (entry->kind == WC_ENTRY_ACTION) define(&json, module, "action.", name, entry->args);
        if (entry->kind != WC_ENTRY_VIEW) continue;
        define(&json, module, "view.", name, entry->args);
        define(&json, module, "result.", name, entry->result);
    }
    for (uint16_t i = 0; i < module->event_count; i++) {
        define(&json, module, "event.", text_of(module, module->events[i].name),
               module->events[i].args);
    }
    for (uint16_t i = 0; i < module->error_count; i++) {
        define(&json, module, "error.", text_of(module, module->errors[i].name),
               module->errors[i].args);
    }
    wc_json_close(&json);
    wc_json_close(&json);
}
