/* Types as JSON objects. Types nest WC_TYPE_NESTING_MAX deep at most, so the walk calls itself. */
#include "node/abi/abi.h"

#include "vm/isa/signature.h"

static wc_str text_of(const wc_module *module, uint16_t string)
{
    return string == WC_NONE ? WC_STR("") : module->strings[string];
}

bool wc_abi_is_option(const wc_module *module, const wc_type *type)
{
    if (type->kind != WC_TYPE_ENUM || type->name != WC_NONE || type->count != 2) return false;
    const wc_variant *none = &type->variants[0], *some = &type->variants[1];
    if (none->data != WC_NONE || some->data == WC_NONE) return false;
    return module->types[some->data].count == 1 &&
           wc_str_equal(module->strings[none->name], WC_STR("none")) &&
           wc_str_equal(module->strings[some->name], WC_STR("some"));
}

/* Currency codes are three capitals; a unit names one at most in its numerator. */
wc_str wc_abi_currency(const wc_module *module, wc_str unit)
{
    size_t len = 0;
    while (len < unit.len && unit.data[len] != '/' && unit.data[len] != '*') len++;
    wc_str first = {unit.data, len};
    for (uint16_t i = 0; i < module->currency_count; i++) {
        if (wc_str_equal(first, module->strings[module->currencies[i].code])) return first;
    }
    bool is_code = len == 3;
    for (size_t i = 0; i < len && is_code; i++)
        is_code = first.data[i] >= 'A' && first.data[i] <= 'Z';
    return is_code ? first : WC_STR("");
}

const char *wc_abi_quality(unsigned number)
{
    static const char *const names[] = {"Measured", "Estimated", "Substituted", "Missing"};
    return number < WC_ARRAY_LEN(names) ? names[number] : "Missing";
}

static const char *kind_name(const wc_module *module, const wc_type *type)
{
    switch (type->kind) {
    case WC_TYPE_BOOL: return "bool";
    case WC_TYPE_INT: return "int";
    case WC_TYPE_DEC: return "dec";
    case WC_TYPE_TIME: return "time";
    case WC_TYPE_DATE: return "date";
    case WC_TYPE_INTERVAL: return "interval";
    case WC_TYPE_PARTY: return type->item == WC_NONE ? "party" : "contract";
    case WC_TYPE_BYTES: return "bytes";
    case WC_TYPE_TEXT: return "text";
    case WC_TYPE_TUPLE:
        return type->count > 0 && type->fields[0].name != WC_NONE ? "record" : "tuple";
    case WC_TYPE_TAG: return "enum";
    case WC_TYPE_ENUM: return wc_abi_is_option(module, type) ? "option" : "enum";
    case WC_TYPE_LIST: return "list";
    case WC_TYPE_SET: return "set";
    case WC_TYPE_MAP: return "map";
    case WC_TYPE_SORTED: return "sorted";
    case WC_TYPE_SERIES: return "series";
    }
    return "";
}

static void put_bounds(wc_json *json, const wc_module *module, const wc_type *type)
{
    if (type->kind == WC_TYPE_DEC) {
        wc_str unit =
            type->unit == WC_NONE ? WC_STR("") : text_of(module, module->units[type->unit].text);
        wc_str currency = wc_abi_currency(module, unit);
        wc_json_add_number(json, "scale", type->scale);
        if (unit.len > 0) wc_json_add_str(json, "unit", unit);
        if (currency.len > 0) wc_json_add_str(json, "currency", currency);
    }
    unsigned scale = type->kind == WC_TYPE_DEC ? type->scale : 0;
    wc_json_add_scaled(json, "min", type->lo, scale);
    wc_json_add_scaled(json, "max", type->hi, scale);
}

static void put_fields(wc_json *json, const wc_module *module, const wc_type *type)
{
    wc_json_open(json, "fields", '[');
    for (uint16_t i = 0; i < type->count; i++) {
        wc_json_open(json, NULL, '{');
        if (type->fields[i].name != WC_NONE) {
            wc_json_add_str(json, "name", text_of(module, type->fields[i].name));
        }
        wc_abi_put_type(json, "type", module, type->fields[i].type);
        wc_json_close(json);
    }
    wc_json_close(json);
}

static void put_variants(wc_json *json, const wc_module *module, const wc_type *type)
{
    wc_json_open(json, "variants", '[');
    for (uint16_t i = 0; i < type->count; i++) {
        bool has_data = type->kind == WC_TYPE_ENUM && type->variants[i].data != WC_NONE;
        if (has_data) {
            wc_json_open(json, NULL, '{');
        } else {
            wc_json_open_line(json, NULL, '{');
        }
        wc_json_add_str(json, "name", text_of(module, type->variants[i].name));
        if (has_data) wc_abi_put_type(json, "data", module, type->variants[i].data);
        wc_json_close(json);
    }
    wc_json_close(json);
}

static void put_parts(wc_json *json, const wc_module *module, const wc_type *type)
{
    switch (type->kind) {
    case WC_TYPE_INT:
    case WC_TYPE_DEC: put_bounds(json, module, type); return;
    case WC_TYPE_TUPLE: put_fields(json, module, type); return;
    case WC_TYPE_TAG: put_variants(json, module, type); return;
    case WC_TYPE_ENUM:
        if (wc_abi_is_option(module, type)) {
            uint16_t data = type->variants[1].data;
            wc_abi_put_type(json, "item", module, module->types[data].fields[0].type);
        } else {
            put_variants(json, module, type);
        }
        return;
    case WC_TYPE_PARTY:
        if (type->item == WC_NONE) return;
        wc_json_add_str(json, "interface", text_of(module, module->interfaces[type->item].name));
        return;
    case WC_TYPE_BYTES: wc_json_add_number(json, "size", type->capacity); return;
    case WC_TYPE_TEXT: wc_json_add_number(json, "size_max", type->capacity); return;
    case WC_TYPE_SERIES: wc_json_add_number(json, "step_s", type->step); break;
    case WC_TYPE_SORTED:
        wc_json_add_str(json, "by",
                        text_of(module, module->types[type->item].fields[type->value].name));
        wc_json_add_bool(json, "descending", type->descending);
        break;
    case WC_TYPE_LIST:
    case WC_TYPE_SET:
    case WC_TYPE_MAP: break;
    case WC_TYPE_BOOL:
    case WC_TYPE_TIME:
    case WC_TYPE_DATE:
    case WC_TYPE_INTERVAL: return;
    }
    wc_json_add_number(json, "count_max", type->capacity);
    wc_abi_put_type(json, type->kind == WC_TYPE_MAP ? "key" : "item", module, type->item);
    if (type->kind == WC_TYPE_MAP) wc_abi_put_type(json, "value", module, type->value);
}

/* Types without parts stand in one line. */
static bool is_leaf(const wc_type *type)
{
    return type->kind <= WC_TYPE_DATE ||
           (type->kind >= WC_TYPE_INTERVAL && type->kind <= WC_TYPE_TEXT);
}

void wc_abi_put_type(wc_json *json, const char *name, const wc_module *module, uint16_t index)
{
    const wc_type *type = &module->types[index];
    if (json->buf->full) { /* bounds the work, too: types share parts */
        wc_json_add_null(json, name);
        return;
    }
    if (is_leaf(type)) {
        wc_json_open_line(json, name, '{');
    } else {
        wc_json_open(json, name, '{');
    }
    wc_json_add_text(json, "kind", kind_name(module, type));
    if (type->name != WC_NONE) wc_json_add_str(json, "name", text_of(module, type->name));
    if (is_leaf(type)) {
        uint8_t memory[256];
        wc_buf text;
        wc_buf_init(&text, memory, sizeof memory);
        wc_type_text(module, index, &text);
        if (!text.full) wc_json_add_str(json, "text", (wc_str){(const char *)memory, text.len});
    }
    put_parts(json, module, type);
    wc_json_close(json);
}
