/* Key encodings (abi.h). Only tuples have parts; everything else is one leaf. */
#include "vm/base/codec.h"
#include "vm/base/text.h"
#include "vm/exec/abi.h"

#define SIGN_BIT (UINT64_C(1) << 63)

/* ---- writing ------------------------------------------------------------------------------------
 */

static void put_ordered(wc_buf *buf, int64_t value)
{
    wc_buf_put_u64(buf, (uint64_t)value ^ SIGN_BIT);
}

WC_MUST_USE static wc_status write_scalar(const wc_type *type, int64_t value, wc_buf *buf)
{
    if (!wc_scalar_fits(type, value)) return WC_OUT_OF_DOMAIN;
    if (type->kind == WC_TYPE_BOOL) {
        wc_buf_put_u8(buf, (uint8_t)value);
    } else if (type->kind == WC_TYPE_TAG) {
        wc_buf_put_u16(buf, (uint16_t)value);
    } else {
        put_ordered(buf, value);
    }
    return WC_OK;
}

WC_MUST_USE static wc_status write_leaf(const wc_type *type, const uint8_t *memory, wc_buf *buf)
{
    if (wc_type_is_scalar(type)) return write_scalar(type, wc_mem_i64(memory), buf);
    if (type->kind == WC_TYPE_INTERVAL) {
        int64_t start = wc_mem_i64(memory);
        int64_t end = wc_mem_i64(memory + 8);
        if (start > end) return WC_OUT_OF_DOMAIN;
        put_ordered(buf, start);
        put_ordered(buf, end);
        return WC_OK;
    }
    wc_buf_put_slice(buf, wc_mem_bytes(type, memory));
    if (type->kind == WC_TYPE_TEXT) wc_buf_put_u8(buf, 0); /* below every character of a text */
    return WC_OK;
}

wc_status wc_key_write(const wc_module *module, const wc_type *type, const uint8_t *memory,
                       wc_buf *buf)
{
    wc_assert(type->key_max != 0);

    if (type->kind != WC_TYPE_TUPLE) return write_leaf(type, memory, buf);
    wc_level levels[WC_LEVELS_MAX];
    uint32_t depth = 0;
    uint32_t offset = 0;
    for (;;) {
        if (type->kind == WC_TYPE_TUPLE) {
            levels[depth++] = wc_level_open(module, type, memory, offset);
        } else {
            WC_TRY(write_leaf(type, memory + offset, buf));
        }
        while (depth > 0 && levels[depth - 1].next == levels[depth - 1].count) depth--;
        if (depth == 0) return WC_OK;
        type = wc_level_child(module, memory, &levels[depth - 1], &offset);
    }
}

/* ---- reading ------------------------------------------------------------------------------------
 */

WC_MUST_USE static wc_status read_ordered(wc_reader *reader, int64_t *value)
{
    uint64_t bits;
    WC_TRY(wc_read_u64(reader, &bits));
    *value = (int64_t)(bits ^ SIGN_BIT);
    return WC_OK;
}

WC_MUST_USE static wc_status read_scalar(const wc_type *type, wc_reader *reader, uint8_t *memory)
{
    int64_t value = 0;
    if (type->kind == WC_TYPE_BOOL) {
        uint8_t bits;
        WC_TRY(wc_read_u8(reader, &bits));
        value = bits;
    } else if (type->kind == WC_TYPE_TAG) {
        uint16_t bits;
        WC_TRY(wc_read_u16(reader, &bits));
        value = bits;
    } else {
        WC_TRY(read_ordered(reader, &value));
    }
    if (!wc_scalar_fits(type, value)) return WC_OUT_OF_DOMAIN;
    wc_mem_set_i64(memory, value);
    return WC_OK;
}

WC_MUST_USE static wc_status read_text(const wc_type *type, wc_reader *reader, uint8_t *memory)
{
    size_t left = wc_reader_left(reader);
    const uint8_t *data = reader->bytes.data + reader->at;
    size_t len = 0;
    while (len < left && data[len] != 0) len++;
    if (len == left) return WC_TRUNCATED;
    if (len > type->capacity) return WC_TOO_LARGE;
    size_t bad;
    WC_TRY(wc_utf8_check(wc_slice_of(data, len), &bad));
    wc_mem_set_u32(memory, (uint32_t)len);
    if (len != 0) memcpy(memory + WC_MEM_TEXT, data, len);
    reader->at += len + 1;
    return WC_OK;
}

WC_MUST_USE static wc_status read_leaf(const wc_type *type, wc_reader *reader, uint8_t *memory)
{
    if (wc_type_is_scalar(type)) return read_scalar(type, reader, memory);
    if (type->kind == WC_TYPE_PARTY) return wc_read_bytes(reader, memory, 32);
    if (type->kind == WC_TYPE_BYTES) return wc_read_bytes(reader, memory, type->capacity);
    if (type->kind == WC_TYPE_TEXT) return read_text(type, reader, memory);

    int64_t start;
    int64_t end;
    WC_TRY(read_ordered(reader, &start));
    WC_TRY(read_ordered(reader, &end));
    if (start > end) return WC_OUT_OF_DOMAIN;
    wc_mem_set_i64(memory, start);
    wc_mem_set_i64(memory + 8, end);
    return WC_OK;
}

wc_status wc_key_read(const wc_module *module, const wc_type *type, wc_reader *reader,
                      uint8_t *memory)
{
    wc_assert(type->key_max != 0);

    wc_level levels[WC_LEVELS_MAX];
    uint32_t depth = 0;
    uint32_t offset = 0;
    for (;;) {
        if (type->kind == WC_TYPE_TUPLE) {
            levels[depth++] = wc_level_open(module, type, memory, offset);
        } else {
            WC_TRY(read_leaf(type, reader, memory + offset));
        }
        while (depth > 0 && levels[depth - 1].next == levels[depth - 1].count) depth--;
        if (depth == 0) return WC_OK;
        type = wc_level_child(module, memory, &levels[depth - 1], &offset);
    }
}
