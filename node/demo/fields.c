/* Fields of a tuple found by walking those before them. */
#include "node/demo/fields.h"

#include "vm/base/codec.h"

bool wc_event_is(const wc_code *code, uint16_t event, const char *name)
{
    const wc_module *module = code->module;
    return event < module->event_count &&
           wc_str_equal(module->strings[module->events[event].name], wc_str_of(name));
}

wc_fields wc_event_fields(const wc_code *code, uint16_t event, wc_slice data)
{
    const wc_module *module = code->module;
    return (wc_fields){
        .module = module, .tuple = &module->types[module->events[event].args], .data = data};
}

/* Bytes of a flat value at `rest`; 0: it is not flat, or is cut off. */
static size_t width_of(const wc_type *type, wc_slice rest)
{
    size_t width = 0;
    if (type->kind == WC_TYPE_BOOL) width = 1;
    if (type->kind == WC_TYPE_TAG) width = 2;
    if (type->kind == WC_TYPE_INT || type->kind == WC_TYPE_DEC) width = 8;
    if (type->kind == WC_TYPE_TIME || type->kind == WC_TYPE_DATE) width = 8;
    if (type->kind == WC_TYPE_INTERVAL) width = 16;
    if (type->kind == WC_TYPE_PARTY) width = 32;
    if (type->kind == WC_TYPE_BYTES) width = type->capacity;
    if (type->kind == WC_TYPE_TEXT && rest.len >= 4) width = 4 + (size_t)wc_load_u32(rest.data);
    return width <= rest.len ? width : 0;
}

/* The bytes of a field and its type; NULL and is_missing when it is not there. */
static const wc_type *find(wc_fields *fields, const char *name, wc_slice *bytes)
{
    size_t at = 0;
    for (uint16_t i = 0; i < fields->tuple->count; i++) {
        const wc_field *field = &fields->tuple->fields[i];
        const wc_type *type = &fields->module->types[field->type];
        wc_slice rest = wc_slice_of(fields->data.data + at, fields->data.len - at);
        size_t width = width_of(type, rest);
        if (width == 0) break;
        if (wc_str_equal(fields->module->strings[field->name], wc_str_of(name))) {
            *bytes = wc_slice_of(rest.data, width);
            return type;
        }
        at += width;
    }
    fields->is_missing = true;
    return NULL;
}

int64_t wc_field_number(wc_fields *fields, const char *name)
{
    wc_slice bytes;
    const wc_type *type = find(fields, name, &bytes);
    if (type == NULL) return 0;
    if (type->kind == WC_TYPE_BOOL) return bytes.data[0];
    if (type->kind == WC_TYPE_TAG) return wc_load_u16(bytes.data);
    if (wc_type_is_scalar(type)) return (int64_t)wc_load_u64(bytes.data);
    fields->is_missing = true;
    return 0;
}

wc_hash wc_field_party(wc_fields *fields, const char *name)
{
    wc_slice bytes;
    wc_hash party = {{0}};
    const wc_type *type = find(fields, name, &bytes);
    if (type == NULL) return party;
    if (type->kind == WC_TYPE_PARTY) {
        memcpy(party.bytes, bytes.data, sizeof(party.bytes));
    } else {
        fields->is_missing = true;
    }
    return party;
}

void wc_field_text(wc_fields *fields, const char *name, char text[WC_FIELD_TEXT_MAX])
{
    wc_slice bytes;
    const wc_type *type = find(fields, name, &bytes);
    text[0] = '\0';
    if (type == NULL) return;
    if (type->kind != WC_TYPE_TEXT) {
        fields->is_missing = true;
        return;
    }
    size_t len = bytes.len - 4 < WC_FIELD_TEXT_MAX - 1 ? bytes.len - 4 : WC_FIELD_TEXT_MAX - 1;
    memcpy(text, bytes.data + 4, len);
    text[len] = '\0';
}
