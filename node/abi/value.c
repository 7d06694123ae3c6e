/* Encoded values as JSON; the form is described in abi.h. */
#include "node/abi/abi.h"

#include "node/crypto/address.h"
#include "node/query/when.h"
#include "vm/base/text.h"

static wc_str name_of(const wc_module *module, uint16_t string)
{
    return string == WC_NONE ? WC_STR("") : module->strings[string];
}

static void put_moment(wc_json *json, const char *name, int64_t value, bool is_date)
{
    wc_json_name(json, name);
    wc_buf_put_u8(json->buf, '"');
    if (is_date) {
        wc_put_date(json->buf, value);
    } else {
        wc_put_time(json->buf, value);
    }
    wc_buf_put_u8(json->buf, '"');
}

static void put_number(wc_json *json, const char *name, const wc_type *type, int64_t value)
{
    if (type->kind == WC_TYPE_TIME || type->kind == WC_TYPE_DATE) {
        put_moment(json, name, value, type->kind == WC_TYPE_DATE);
    } else {
        wc_json_add_scaled(json, name, value, type->kind == WC_TYPE_DEC ? type->scale : 0);
    }
}

static wc_status read_number(wc_json *json, const char *name, const wc_type *type,
                             wc_reader *reader)
{
    int64_t value;
    WC_TRY(wc_read_i64(reader, &value));
    if (value < type->lo || value > type->hi) return WC_OUT_OF_DOMAIN;
    put_number(json, name, type, value);
    return WC_OK;
}

static wc_status read_bool(wc_json *json, const char *name, wc_reader *reader)
{
    uint8_t value;
    WC_TRY(wc_read_u8(reader, &value));
    if (value > 1) return WC_NOT_CANONICAL;
    wc_json_add_bool(json, name, value == 1);
    return WC_OK;
}

static wc_status read_interval(wc_json *json, const char *name, wc_reader *reader)
{
    int64_t start, end;
    WC_TRY(wc_read_i64(reader, &start));
    WC_TRY(wc_read_i64(reader, &end));
    wc_json_open_line(json, name, '{');
    put_moment(json, "start", start, false);
    put_moment(json, "end", end, false);
    wc_json_close(json);
    return WC_OK;
}

static wc_status read_party(wc_json *json, const char *name, wc_reader *reader)
{
    wc_address address;
    WC_TRY(wc_read_bytes(reader, address.bytes, sizeof address.bytes));
    wc_json_name(json, name);
    wc_buf_put_u8(json->buf, '"');
    wc_address_put(json->buf, &address);
    wc_buf_put_u8(json->buf, '"');
    return WC_OK;
}

static wc_status read_text(wc_json *json, const char *name, const wc_type *type, wc_reader *reader)
{
    wc_slice bytes;
    size_t bad;
    WC_TRY(wc_read_str32(reader, type->capacity, &bytes));
    WC_TRY(wc_utf8_check(bytes, &bad));
    wc_json_add_str(json, name, (wc_str){(const char *)bytes.data, bytes.len});
    return WC_OK;
}

static wc_status read_bytes(wc_json *json, const char *name, const wc_type *type, wc_reader *reader)
{
    wc_slice bytes;
    WC_TRY(wc_read_slice(reader, type->capacity, &bytes));
    wc_json_add_hex(json, name, bytes);
    return WC_OK;
}

static wc_status read_tuple(wc_json *json, const char *name, const wc_module *module,
                            const wc_type *type, wc_reader *reader)
{
    bool has_names = type->count == 0 || type->fields[0].name != WC_NONE;
    wc_json_open_line(json, name, has_names ? '{' : '[');
    for (uint16_t i = 0; i < type->count; i++) {
        if (has_names) wc_json_name_ahead(json, name_of(module, type->fields[i].name));
        WC_TRY(wc_abi_put_value(json, NULL, module, type->fields[i].type, reader));
    }
    wc_json_close(json);
    return WC_OK;
}

static wc_status read_enum(wc_json *json, const char *name, const wc_module *module,
                           const wc_type *type, wc_reader *reader)
{
    uint16_t tag;
    WC_TRY(wc_read_u16(reader, &tag));
    if (tag >= type->count) return WC_OUT_OF_DOMAIN;
    uint16_t data = type->kind == WC_TYPE_TAG ? WC_NONE : type->variants[tag].data;
    if (wc_abi_is_option(module, type)) {
        if (tag == 1)
            return wc_abi_put_value(json, name, module, module->types[data].fields[0].type, reader);
        wc_json_add_null(json, name);
        return WC_OK;
    }
    wc_str variant = name_of(module, type->variants[tag].name);
    if (type->kind == WC_TYPE_TAG) {
        wc_json_add_str(json, name, variant);
        return WC_OK;
    }
    wc_json_open_line(json, name, '{');
    wc_json_add_str(json, "variant", variant);
    if (data != WC_NONE) WC_TRY(wc_abi_put_value(json, "data", module, data, reader));
    wc_json_close(json);
    return WC_OK;
}

static wc_status read_collection(wc_json *json, const char *name, const wc_module *module,
                                 const wc_type *type, wc_reader *reader)
{
    uint32_t count;
    WC_TRY(wc_read_u32(reader, &count));
    if (count > type->capacity) return WC_TOO_LARGE;
    if (count > wc_reader_left(reader)) return WC_TRUNCATED; /* an entry has at least one byte */
    wc_json_open_line(json, name, '[');
    for (uint32_t i = 0; i < count; i++) {
        if (type->kind != WC_TYPE_MAP) {
            WC_TRY(wc_abi_put_value(json, NULL, module, type->item, reader));
            continue;
        }
        wc_json_open_line(json, NULL, '{');
        WC_TRY(wc_abi_put_value(json, "key", module, type->item, reader));
        WC_TRY(wc_abi_put_value(json, "value", module, type->value, reader));
        wc_json_close(json);
    }
    wc_json_close(json);
    return WC_OK;
}

static wc_status read_series(wc_json *json, const char *name, const wc_module *module,
                             const wc_type *type, wc_reader *reader)
{
    int64_t start;
    uint32_t count;
    wc_slice values, marks;
    WC_TRY(wc_read_i64(reader, &start));
    WC_TRY(wc_read_u32(reader, &count));
    if (count > type->capacity) return WC_TOO_LARGE;
    WC_TRY(wc_read_slice(reader, 8 * (size_t)count, &values));
    WC_TRY(wc_read_slice(reader, count, &marks));
    wc_json_open_line(json, name, '{');
    put_moment(json, "start", start, false);
    wc_json_add_number(json, "step", type->step);
    wc_json_open_line(json, "values", '[');
    for (uint32_t i = 0; i < count; i++) {
        if (marks.data[i] > 3) return WC_OUT_OF_DOMAIN;
        wc_json_open_line(json, NULL, '{');
        wc_json_add_text(json, "quality", wc_abi_quality(marks.data[i]));
        int64_t value = (int64_t)wc_load_u64(values.data + 8 * (size_t)i);
        if (marks.data[i] != 3) put_number(json, "value", &module->types[type->item], value);
        wc_json_close(json);
    }
    wc_json_close(json);
    wc_json_close(json);
    return WC_OK;
}

wc_status wc_abi_put_value(wc_json *json, const char *name, const wc_module *module, uint16_t index,
                           wc_reader *reader)
{
    const wc_type *type = &module->types[index];
    switch (type->kind) {
    case WC_TYPE_BOOL: return read_bool(json, name, reader);
    case WC_TYPE_INT:
    case WC_TYPE_DEC:
    case WC_TYPE_TIME:
    case WC_TYPE_DATE: return read_number(json, name, type, reader);
    case WC_TYPE_INTERVAL: return read_interval(json, name, reader);
    case WC_TYPE_PARTY: return read_party(json, name, reader);
    case WC_TYPE_BYTES: return read_bytes(json, name, type, reader);
    case WC_TYPE_TEXT: return read_text(json, name, type, reader);
    case WC_TYPE_TUPLE: return read_tuple(json, name, module, type, reader);
    case WC_TYPE_TAG:
    case WC_TYPE_ENUM: return read_enum(json, name, module, type, reader);
    case WC_TYPE_LIST:
    case WC_TYPE_SET:
    case WC_TYPE_MAP: return read_collection(json, name, module, type, reader);
    case WC_TYPE_SORTED: return WC_OUT_OF_DOMAIN; /* never encoded */
    case WC_TYPE_SERIES: return read_series(json, name, module, type, reader);
    }
    return WC_OUT_OF_DOMAIN;
}

wc_status wc_abi_put_fields(wc_json *json, const char *name, const wc_module *module,
                            uint16_t tuple, wc_reader *reader)
{
    return read_tuple(json, name, module, &module->types[tuple], reader);
}
