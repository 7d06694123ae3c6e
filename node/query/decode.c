/* Values of contracts as text. Types nest WC_TYPE_NESTING_MAX deep at most, so the walk may call
 * itself. */
#include "node/query/decode.h"

#include "node/query/when.h"
#include "vm/base/text.h"
#include "vm/isa/abi.h"

static wc_str text_of(const wc_module *module, uint16_t string)
{
    return string == WC_NONE ? WC_STR("") : module->strings[string];
}

static void put_str(wc_buf *text, wc_str str)
{
    wc_buf_put(text, str.data, str.len);
}

/* ---- leaves ------------------------------------------------------------------------------------
 */

static void put_number(wc_buf *text, const wc_module *module, const wc_type *type, int64_t value)
{
    switch (type->kind) {
    case WC_TYPE_BOOL: wc_buf_put_text(text, value != 0 ? "true" : "false"); return;
    case WC_TYPE_DEC:
        wc_put_scaled(text, value, type->scale);
        if (type->unit == WC_NONE) return;
        wc_buf_put_text(text, " ");
        put_str(text, text_of(module, module->units[type->unit].text));
        return;
    case WC_TYPE_TIME: wc_put_time(text, value); return;
    case WC_TYPE_DATE: wc_put_date(text, value); return;
    case WC_TYPE_TAG: put_str(text, text_of(module, type->variants[value].name)); return;
    case WC_TYPE_INT:
    case WC_TYPE_INTERVAL:
    case WC_TYPE_PARTY:
    case WC_TYPE_BYTES:
    case WC_TYPE_TEXT:
    case WC_TYPE_TUPLE:
    case WC_TYPE_ENUM:
    case WC_TYPE_LIST:
    case WC_TYPE_SET:
    case WC_TYPE_MAP:
    case WC_TYPE_SORTED:
    case WC_TYPE_SERIES: break;
    }
    wc_buf_put_decimal(text, value);
}

static wc_status decode_number(wc_buf *text, const wc_decoder *decoder, const wc_type *type,
                               wc_reader *reader)
{
    int64_t value;
    WC_TRY(wc_read_i64(reader, &value));
    put_number(text, decoder->module, type, value);
    return WC_OK;
}

static wc_status decode_bool(wc_buf *text, const wc_decoder *decoder, const wc_type *type,
                             wc_reader *reader)
{
    uint8_t value;
    WC_TRY(wc_read_u8(reader, &value));
    if (value > 1) return WC_NOT_CANONICAL;
    put_number(text, decoder->module, type, value);
    return WC_OK;
}

static wc_status decode_interval(wc_buf *text, wc_reader *reader)
{
    int64_t start, end;
    WC_TRY(wc_read_i64(reader, &start));
    WC_TRY(wc_read_i64(reader, &end));
    wc_buf_put_text(text, "[");
    wc_put_time(text, start);
    wc_buf_put_text(text, ", ");
    wc_put_time(text, end);
    wc_buf_put_text(text, ")");
    return WC_OK;
}

static wc_status decode_party(wc_buf *text, const wc_decoder *decoder, const wc_type *type,
                              wc_reader *reader)
{
    wc_address address;
    WC_TRY(wc_read_bytes(reader, address.bytes, sizeof address.bytes));
    wc_names_put(text, decoder->names, &address);
    if (decoder->on_party != NULL) {
        decoder->on_party(decoder->self, &address, type->item != WC_NONE);
    }
    return WC_OK;
}

static wc_status decode_bytes(wc_buf *text, const wc_type *type, wc_reader *reader)
{
    wc_slice bytes;
    WC_TRY(wc_read_slice(reader, type->capacity, &bytes));
    wc_buf_put_hex(text, bytes);
    return WC_OK;
}

static wc_status decode_text(wc_buf *text, const wc_type *type, wc_reader *reader)
{
    wc_slice bytes;
    size_t bad;
    WC_TRY(wc_read_str32(reader, type->capacity, &bytes));
    WC_TRY(wc_utf8_check(bytes, &bad)); /* no control characters reach a terminal */
    wc_buf_put_text(text, "\"");
    wc_buf_put_slice(text, bytes);
    wc_buf_put_text(text, "\"");
    return WC_OK;
}

/* ---- types with parts --------------------------------------------------------------------------
 */

static wc_status decode_tuple(wc_buf *text, const wc_decoder *decoder, const wc_type *type,
                              wc_reader *reader)
{
    wc_buf_put_text(text, "(");
    for (uint16_t i = 0; i < type->count; i++) {
        if (i > 0) wc_buf_put_text(text, ", ");
        if (type->fields[i].name != WC_NONE) {
            put_str(text, text_of(decoder->module, type->fields[i].name));
            wc_buf_put_text(text, " ");
        }
        WC_TRY(wc_decode_value(text, decoder, type->fields[i].type, reader));
    }
    wc_buf_put_text(text, ")");
    return WC_OK;
}

/* Enums without data are tags; both have two bytes and the variant's name. */
static wc_status decode_enum(wc_buf *text, const wc_decoder *decoder, const wc_type *type,
                             wc_reader *reader)
{
    uint16_t tag;
    WC_TRY(wc_read_u16(reader, &tag));
    if (tag >= type->count) return WC_OUT_OF_DOMAIN;
    put_str(text, text_of(decoder->module, type->variants[tag].name));
    if (type->kind == WC_TYPE_TAG || type->variants[tag].data == WC_NONE) return WC_OK;
    return wc_decode_value(text, decoder, type->variants[tag].data, reader);
}

static void put_more(wc_buf *text, uint32_t left)
{
    wc_buf_put_text(text, "... ");
    wc_buf_put_decimal(text, left);
    wc_buf_put_text(text, " more");
}

/* One entry; entries behind items_max are read, not shown. */
static wc_status decode_entry(wc_buf *text, const wc_decoder *decoder, const wc_type *type,
                              wc_reader *reader)
{
    WC_TRY(wc_decode_value(text, decoder, type->item, reader));
    if (type->kind != WC_TYPE_MAP) return WC_OK;
    wc_buf_put_text(text, ": ");
    return wc_decode_value(text, decoder, type->value, reader);
}

static wc_status decode_collection(wc_buf *text, const wc_decoder *decoder, const wc_type *type,
                                   wc_reader *reader)
{
    uint32_t count;
    WC_TRY(wc_read_u32(reader, &count));
    if (count > type->capacity) return WC_TOO_LARGE;
    if (count > wc_reader_left(reader)) return WC_TRUNCATED; /* an entry has at least one byte */
    bool is_list = type->kind == WC_TYPE_LIST;
    uint32_t shown =
        decoder->items_max == 0 || count < decoder->items_max ? count : decoder->items_max;
    wc_buf dropped;
    wc_buf_init(&dropped, NULL, 0);
    wc_buf_put_text(text, is_list ? "[" : "{");
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0 && i < shown) wc_buf_put_text(text, ", ");
        WC_TRY(decode_entry(i < shown ? text : &dropped, decoder, type, reader));
    }
    if (shown < count) {
        wc_buf_put_text(text, ", ");
        put_more(text, count - shown);
    }
    wc_buf_put_text(text, is_list ? "]" : "}");
    return WC_OK;
}

static wc_status decode_series(wc_buf *text, const wc_decoder *decoder, const wc_type *type,
                               wc_reader *reader)
{
    static const char *const qualities[] = {"", " est", " sub", ""};
    int64_t start;
    uint32_t count;
    wc_slice values, marks;
    WC_TRY(wc_read_i64(reader, &start));
    WC_TRY(wc_read_u32(reader, &count));
    if (count > type->capacity) return WC_TOO_LARGE;
    WC_TRY(wc_read_slice(reader, 8 * (size_t)count, &values));
    WC_TRY(wc_read_slice(reader, count, &marks));
    wc_put_time(text, start);
    wc_buf_put_text(text, " every ");
    wc_buf_put_decimal(text, type->step);
    wc_buf_put_text(text, " s: [");
    for (uint32_t i = 0; i < count; i++) {
        if (marks.data[i] > 3) return WC_OUT_OF_DOMAIN;
        if (i > 0) wc_buf_put_text(text, ", ");
        if (decoder->items_max != 0 && i == decoder->items_max) {
            put_more(text, count - i);
            break;
        }
        int64_t value = (int64_t)wc_load_u64(values.data + 8 * (size_t)i);
        if (marks.data[i] == 3) {
            wc_buf_put_text(text, "missing");
        } else {
            put_number(text, decoder->module, &decoder->module->types[type->item], value);
        }
        wc_buf_put_text(text, qualities[marks.data[i]]);
    }
    wc_buf_put_text(text, "]");
    return WC_OK;
}

wc_status wc_decode_value(wc_buf *text, const wc_decoder *decoder, uint16_t index,
                          wc_reader *reader)
{
    const wc_type *type = &decoder->module->types[index];
    switch (type->kind) {
    case WC_TYPE_BOOL: return decode_bool(text, decoder, type, reader);
    case WC_TYPE_INT:
    case WC_TYPE_DEC:
    case WC_TYPE_TIME:
    case WC_TYPE_DATE: return decode_number(text, decoder, type, reader);
    case WC_TYPE_INTERVAL: return decode_interval(text, reader);
    case WC_TYPE_PARTY: return decode_party(text, decoder, type, reader);
    case WC_TYPE_BYTES: return decode_bytes(text, type, reader);
    case WC_TYPE_TEXT: return decode_text(text, type, reader);
    case WC_TYPE_TUPLE: return decode_tuple(text, decoder, type, reader);
    case WC_TYPE_TAG:
    case WC_TYPE_ENUM: return decode_enum(text, decoder, type, reader);
    case WC_TYPE_LIST:
    case WC_TYPE_SET:
    case WC_TYPE_MAP: return decode_collection(text, decoder, type, reader);
    case WC_TYPE_SERIES: return decode_series(text, decoder, type, reader);
    case WC_TYPE_SORTED: break; /* has no encoding of its own */
    }
    return WC_OUT_OF_DOMAIN;
}

void wc_decode_put(wc_buf *text, const wc_decoder *decoder, uint16_t type, wc_slice bytes)
{
    size_t bad;
    wc_reader reader = wc_reader_of(bytes);
    if (wc_abi_check(decoder->module, type, bytes, &bad) != WC_OK) {
        wc_buf_put_text(text, "(malformed)");
        return;
    }
    if (wc_decode_value(text, decoder, type, &reader) != WC_OK) {
        wc_buf_put_text(text, "(malformed)");
    }
}

wc_status wc_decode_field(const wc_decoder *decoder, uint16_t tuple, wc_slice bytes,
                          const char *name, uint16_t *type, wc_slice *value)
{
    const wc_type *whole = &decoder->module->types[tuple];
    wc_reader reader = wc_reader_of(bytes);
    wc_buf dropped;
    wc_buf_init(&dropped, NULL, 0);
    if (whole->kind != WC_TYPE_TUPLE) return WC_NOT_FOUND;
    for (uint16_t i = 0; i < whole->count; i++) {
        size_t start = reader.at;
        *type = whole->fields[i].type;
        if (wc_decode_value(&dropped, decoder, *type, &reader) != WC_OK) return WC_NOT_FOUND;
        if (!wc_str_equal(text_of(decoder->module, whole->fields[i].name), wc_str_of(name))) {
            continue;
        }
        *value = wc_slice_of(bytes.data + start, reader.at - start);
        return WC_OK;
    }
    return WC_NOT_FOUND;
}
