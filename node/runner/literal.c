/* Literals of Clause. */
#include "node/runner/literal.h"

#include <string.h>

#include "node/query/decode.h"
#include "node/query/when.h"
#include "vm/base/text.h"

static wc_str name_of(const wc_literal *literal, uint16_t string)
{
    return literal->module->strings[string];
}

static void put_str(wc_buf *text, wc_str str)
{
    wc_buf_put(text, str.data, str.len);
}

/* Moves a reader behind a value that is known to be canonical. */
static void skip(const wc_literal *literal, uint16_t type, wc_reader *reader)
{
    wc_buf nowhere;
    wc_buf_init(&nowhere, NULL, 0);
    wc_decoder decoder = {.module = literal->module};
    wc_assert(wc_decode_value(&nowhere, &decoder, type, reader) == WC_OK);
}

static bool holds_party(const wc_module *module, uint16_t index)
{
    const wc_type *type = &module->types[index];
    if (type->kind == WC_TYPE_PARTY) return true;
    if (type->kind == WC_TYPE_TUPLE) {
        for (uint16_t i = 0; i < type->count; i++) {
            if (holds_party(module, type->fields[i].type)) return true;
        }
        return false;
    }
    if (type->kind == WC_TYPE_ENUM) {
        for (uint16_t i = 0; i < type->count; i++) {
            uint16_t data = type->variants[i].data;
            if (data != WC_NONE && holds_party(module, data)) return true;
        }
        return false;
    }
    if (type->kind == WC_TYPE_MAP && holds_party(module, type->value)) return true;
    return wc_type_is_collection(type) && holds_party(module, type->item);
}

static void put_encoded(wc_buf *text, wc_literal *literal, uint16_t type, wc_reader *reader)
{
    size_t start = reader->at;
    skip(literal, type, reader);
    wc_buf_put_text(text, "encoded(\"");
    wc_buf_put_hex(text, wc_slice_of(reader->bytes.data + start, reader->at - start));
    wc_buf_put_text(text, "\")");
    if (holds_party(literal->module, type)) literal->hides_parties = true;
}

/* ---- leaves ------------------------------------------------------------------------------------
 */

static void put_text(wc_buf *text, const wc_type *type, wc_reader *reader)
{
    wc_slice bytes;
    wc_assert(wc_read_str32(reader, type->capacity, &bytes) == WC_OK);
    wc_buf_put_text(text, "\"");
    for (size_t i = 0; i < bytes.len; i++) {
        if (bytes.data[i] == '"' || bytes.data[i] == '\\') wc_buf_put_text(text, "\\");
        wc_buf_put_u8(text, bytes.data[i]);
    }
    wc_buf_put_text(text, "\"");
}

static void put_interval(wc_buf *text, int64_t start, int64_t end)
{
    wc_buf_put_text(text, "interval(");
    wc_put_time(text, start);
    wc_buf_put_text(text, ", ");
    wc_put_time(text, end);
    wc_buf_put_text(text, ")");
}

/* A series with one value for all intervals is flat(...); any other is encoded. */
static void put_series(wc_buf *text, wc_literal *literal, uint16_t index, wc_reader *reader)
{
    const wc_type *type = &literal->module->types[index];
    wc_reader ahead = *reader;
    int64_t start;
    uint32_t count;
    wc_slice values, qualities;
    wc_assert(wc_read_i64(&ahead, &start) == WC_OK && wc_read_u32(&ahead, &count) == WC_OK);
    wc_assert(wc_read_slice(&ahead, 8 * (size_t)count, &values) == WC_OK);
    wc_assert(wc_read_slice(&ahead, count, &qualities) == WC_OK);
    bool is_flat = count > 0;
    for (uint32_t i = 0; i < count; i++) {
        is_flat = is_flat && qualities.data[i] == 0 &&
                  memcmp(values.data, values.data + 8 * (size_t)i, 8) == 0;
    }
    if (!is_flat) {
        put_encoded(text, literal, index, reader);
        return;
    }
    *reader = ahead;
    wc_buf_put_text(text, "flat(");
    put_interval(text, start, start + (int64_t)count * type->step);
    wc_buf_put_text(text, ", ");
    wc_reader value = wc_reader_of(wc_slice_of(values.data, 8));
    wc_literal_put(text, literal, type->item, &value);
    wc_buf_put_text(text, ")");
}

/* ---- what has parts ----------------------------------------------------------------------------
 */

static void put_fields(wc_buf *text, wc_literal *literal, const wc_type *tuple, bool is_named,
                       wc_reader *reader)
{
    wc_buf_put_text(text, "(");
    for (uint16_t i = 0; i < tuple->count; i++) {
        if (i > 0) wc_buf_put_text(text, ", ");
        if (is_named && tuple->fields[i].name != WC_NONE) {
            put_str(text, name_of(literal, tuple->fields[i].name));
            wc_buf_put_text(text, ": ");
        }
        wc_literal_put(text, literal, tuple->fields[i].type, reader);
    }
    wc_buf_put_text(text, ")");
}

static void put_variant(wc_buf *text, wc_literal *literal, const wc_type *type, wc_reader *reader)
{
    uint16_t tag;
    wc_assert(wc_read_u16(reader, &tag) == WC_OK && tag < type->count);
    put_str(text, name_of(literal, type->variants[tag].name));
    if (type->kind == WC_TYPE_TAG || type->variants[tag].data == WC_NONE) return;
    const wc_type *data = &literal->module->types[type->variants[tag].data];
    bool is_option = type->name == WC_NONE;
    put_fields(text, literal, data, !is_option, reader);
}

static void put_list(wc_buf *text, wc_literal *literal, const wc_type *type, wc_reader *reader)
{
    uint32_t count;
    wc_assert(wc_read_u32(reader, &count) == WC_OK);
    wc_buf_put_text(text, "[");
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0) wc_buf_put_text(text, ", ");
        wc_literal_put(text, literal, type->item, reader);
    }
    wc_buf_put_text(text, "]");
}

/* Empty maps and sets have a name; others are encoded. */
static void put_keyed(wc_buf *text, wc_literal *literal, uint16_t index, wc_reader *reader)
{
    wc_reader ahead = *reader;
    uint32_t count;
    wc_assert(wc_read_u32(&ahead, &count) == WC_OK);
    if (count > 0) {
        put_encoded(text, literal, index, reader);
        return;
    }
    *reader = ahead;
    bool is_map = literal->module->types[index].kind == WC_TYPE_MAP;
    wc_buf_put_text(text, is_map ? "map_of()" : "set_of()");
}

/* ---- all of them -------------------------------------------------------------------------------
 */

/* Numbers, times, parties: as messages show them. */
static void put_leaf(wc_buf *text, const wc_literal *literal, uint16_t type, wc_reader *reader)
{
    wc_decoder decoder = {.module = literal->module, .names = literal->names};
    wc_assert(wc_decode_value(text, &decoder, type, reader) == WC_OK);
}

void wc_literal_put(wc_buf *text, wc_literal *literal, uint16_t index, wc_reader *reader)
{
    const wc_type *type = &literal->module->types[index];
    switch (type->kind) {
    case WC_TYPE_BOOL:
    case WC_TYPE_INT:
    case WC_TYPE_DEC:
    case WC_TYPE_TIME:
    case WC_TYPE_DATE:
    case WC_TYPE_PARTY: put_leaf(text, literal, index, reader); return;
    case WC_TYPE_TAG:
    case WC_TYPE_ENUM: put_variant(text, literal, type, reader); return;
    case WC_TYPE_INTERVAL: {
        int64_t start, end;
        wc_assert(wc_read_i64(reader, &start) == WC_OK && wc_read_i64(reader, &end) == WC_OK);
        put_interval(text, start, end);
        return;
    }
    case WC_TYPE_TEXT: put_text(text, type, reader); return;
    case WC_TYPE_TUPLE:
        if (type->name != WC_NONE) put_str(text, name_of(literal, type->name));
        put_fields(text, literal, type, type->name != WC_NONE, reader);
        return;
    case WC_TYPE_LIST: put_list(text, literal, type, reader); return;
    case WC_TYPE_SET:
    case WC_TYPE_MAP: put_keyed(text, literal, index, reader); return;
    case WC_TYPE_SERIES: put_series(text, literal, index, reader); return;
    case WC_TYPE_BYTES:
    case WC_TYPE_SORTED: break;
    }
    put_encoded(text, literal, index, reader);
}
