/* ABI encoding. One loop in each direction walks the value with a stack of levels (memory.h);
 * leaves are moved by one small function per kind.
 *
 * A part that is read either succeeds or leaves the reader at the first byte that could not be
 * accepted, so that the offset in BadArguments is the same in every implementation. */
#include "vm/exec/abi.h"

#include "vm/base/codec.h"
#include "vm/base/text.h"

/* ---- reading leaves -----------------------------------------------------------------------------
 */

WC_MUST_USE static inline wc_status read_scalar(const wc_type *type, wc_reader *reader,
                                                uint8_t *memory)
{
    size_t before = reader->at;
    int64_t number;
    if (WC_UNLIKELY(type->kind == WC_TYPE_BOOL)) {
        uint8_t bits;
        WC_TRY(wc_read_u8(reader, &bits));
        number = bits;
    } else if (WC_UNLIKELY(type->kind == WC_TYPE_TAG)) {
        uint16_t bits;
        WC_TRY(wc_read_u16(reader, &bits));
        number = bits;
    } else {
        WC_TRY(wc_read_i64(reader, &number));
    }
    if (!wc_scalar_fits(type, number)) {
        reader->at = before;
        return WC_OUT_OF_DOMAIN;
    }
    wc_mem_set_i64(memory, number);
    return WC_OK;
}

WC_MUST_USE static wc_status read_interval(wc_reader *reader, uint8_t *memory)
{
    wc_slice bytes;
    WC_TRY(wc_read_slice(reader, 16, &bytes));
    int64_t start = (int64_t)wc_load_u64(bytes.data);
    int64_t end = (int64_t)wc_load_u64(bytes.data + 8);
    if (start > end) {
        reader->at -= 16;
        return WC_OUT_OF_DOMAIN;
    }
    wc_mem_set_i64(memory, start);
    wc_mem_set_i64(memory + 8, end);
    return WC_OK;
}

WC_MUST_USE static wc_status read_text(const wc_type *type, wc_reader *reader, uint8_t *memory)
{
    wc_slice text;
    size_t bad;
    WC_TRY(wc_read_str32(reader, type->capacity, &text));
    wc_status status = wc_utf8_check(text, &bad);
    if (status != WC_OK) {
        reader->at -= text.len - bad;
        return status;
    }
    wc_mem_set_u32(memory, (uint32_t)text.len);
    if (text.len != 0) memcpy(memory + WC_MEM_TEXT, text.data, text.len);
    return WC_OK;
}

/* A length field of at most `capacity`. */
WC_MUST_USE static wc_status read_length(const wc_type *type, wc_reader *reader, uint32_t *length)
{
    WC_TRY(wc_read_u32(reader, length));
    if (*length > type->capacity) {
        reader->at -= 4;
        return WC_TOO_LARGE;
    }
    return WC_OK;
}

/* Whether a series may hold this value with this quality: a missing interval has none, so 0. */
static bool interval_fits(const wc_type *item, int64_t value, uint8_t quality)
{
    if (quality > WC_QUALITY_MISS) return false;
    return quality == WC_QUALITY_MISS ? value == 0 : wc_scalar_fits(item, value);
}

/* Qualities follow all values; a value that does not go with its quality is refused there. */
WC_MUST_USE static wc_status read_intervals(const wc_type *item, wc_reader *reader, uint8_t *values,
                                            uint8_t *qualities, uint32_t length)
{
    wc_slice bytes;
    size_t before = reader->at;
    if (wc_read_slice(reader, (size_t)length * 8, &bytes) != WC_OK) {
        reader->at = before - 4; /* the length cannot be true */
        return WC_TRUNCATED;
    }
    for (uint32_t i = 0; i < length; i++) {
        int64_t value = (int64_t)wc_load_u64(bytes.data + (size_t)i * 8);
        WC_TRY(wc_read_u8(reader, &qualities[i]));
        if (!interval_fits(item, value, qualities[i])) {
            reader->at--;
            return WC_OUT_OF_DOMAIN;
        }
        wc_mem_set_i64(values + (size_t)i * 8, value);
    }
    return WC_OK;
}

WC_MUST_USE static wc_status read_series(const wc_module *module, const wc_type *type,
                                         wc_reader *reader, uint8_t *memory)
{
    int64_t start;
    uint32_t length;
    WC_TRY(wc_read_i64(reader, &start));
    if (start % (int64_t)type->step != 0) {
        reader->at -= 8;
        return WC_OUT_OF_DOMAIN;
    }
    WC_TRY(read_length(type, reader, &length));
    uint8_t *values = memory + WC_MEM_VALUES;
    uint8_t *qualities = values + (size_t)type->capacity * 8;
    WC_TRY(read_intervals(&module->types[type->item], reader, values, qualities, length));
    wc_mem_set_i64(memory, start);
    wc_mem_set_i64(memory + WC_MEM_LENGTH, length);
    return WC_OK;
}

WC_MUST_USE static wc_status read_leaf(const wc_module *module, const wc_type *type,
                                       wc_reader *reader, uint8_t *memory)
{
    if (wc_type_is_scalar(type)) return read_scalar(type, reader, memory);
    if (type->kind == WC_TYPE_INTERVAL) return read_interval(reader, memory);
    if (type->kind == WC_TYPE_PARTY) return wc_read_bytes(reader, memory, 32);
    if (type->kind == WC_TYPE_BYTES) return wc_read_bytes(reader, memory, type->capacity);
    if (type->kind == WC_TYPE_TEXT) return read_text(type, reader, memory);
    return read_series(module, type, reader, memory);
}

/* ---- reading a value ----------------------------------------------------------------------------
 */

/* Reads the tag or length of a value that has children and opens its level. */
WC_MUST_USE static wc_status open_value(const wc_module *module, const wc_type *type,
                                        wc_reader *reader, uint8_t *memory, uint32_t offset,
                                        wc_level *level)
{
    if (type->kind == WC_TYPE_ENUM) {
        uint16_t tag;
        WC_TRY(wc_read_u16(reader, &tag));
        if (tag >= type->count) {
            reader->at -= 2;
            return WC_OUT_OF_DOMAIN;
        }
        memset(memory + offset, 0, type->size); /* the other variants, too: see memory.h */
        wc_mem_set_i64(memory + offset, tag);
    } else if (type->kind != WC_TYPE_TUPLE) {
        uint32_t length;
        WC_TRY(read_length(type, reader, &length));
        if (length > wc_reader_left(reader)) { /* an item has at least one byte */
            reader->at -= 4;
            return WC_TRUNCATED;
        }
        wc_mem_set_i64(memory + offset, length);
        size_t size = (size_t)length * wc_type_entry_size(module, type);
        wc_entry_clear(module, type, memory + offset + WC_MEM_ITEMS, size);
    }
    *level = wc_level_open(module, type, memory, offset);
    return WC_OK;
}

/* Called when a child of the level has been read: keys of sets and maps ascend strictly. A key that
 * does not is refused at its first byte, level->mark. */
WC_MUST_USE static wc_status check_order(const wc_module *module, const wc_level *level,
                                         wc_reader *reader, const uint8_t *memory)
{
    bool is_map = level->type->kind == WC_TYPE_MAP;
    if (!is_map && level->type->kind != WC_TYPE_SET) return WC_OK;
    if (is_map && level->next % 2 == 0) return WC_OK; /* a value */
    uint32_t index = is_map ? level->next / 2 : level->next - 1;
    if (index == 0) return WC_OK;
    const uint8_t *key = memory + level->offset + WC_MEM_ITEMS + (size_t)index * level->stride;
    const wc_type *type = &module->types[level->type->item];
    if (wc_value_compare(module, type, key - level->stride, key) < 0) return WC_OK;
    reader->at = level->mark;
    return WC_NOT_CANONICAL;
}

wc_status wc_abi_read(const wc_module *module, const wc_type *type, wc_reader *reader,
                      uint8_t *memory)
{
    if (wc_type_is_leaf(type)) return read_leaf(module, type, reader, memory);
    wc_level levels[WC_LEVELS_MAX];
    WC_TRY(open_value(module, type, reader, memory, 0, &levels[0]));
    for (uint32_t depth = 1; depth > 0;) { /* ends: each turn takes a child or closes a level */
        wc_level *level = &levels[depth - 1];
        if (level->next == level->count) {
            if (--depth > 0) WC_TRY(check_order(module, level - 1, reader, memory));
            continue;
        }
        uint32_t offset;
        level->mark = (uint32_t)reader->at;
        const wc_type *child = wc_level_child(module, memory, level, &offset);
        if (!wc_type_is_leaf(child)) {
            WC_TRY(open_value(module, child, reader, memory, offset, &levels[depth++]));
        } else {
            WC_TRY(read_leaf(module, child, reader, memory + offset));
            WC_TRY(check_order(module, level, reader, memory));
        }
    }
    return WC_OK;
}

wc_status wc_abi_decode(const wc_module *module, const wc_type *type, wc_slice bytes,
                        uint8_t *memory, size_t *bad)
{
    wc_reader reader = wc_reader_of(bytes);
    wc_status status = wc_abi_read(module, type, &reader, memory);
    if (status == WC_OK) status = wc_read_end(&reader);
    if (status != WC_OK) *bad = reader.at;
    return status;
}

/* ---- writing ------------------------------------------------------------------------------------
 */

WC_MUST_USE static wc_status write_scalar(const wc_type *type, int64_t value, wc_buf *buf)
{
    if (!wc_scalar_fits(type, value)) return WC_OUT_OF_DOMAIN;
    if (type->kind == WC_TYPE_BOOL) {
        wc_buf_put_u8(buf, (uint8_t)value);
    } else if (type->kind == WC_TYPE_TAG) {
        wc_buf_put_u16(buf, (uint16_t)value);
    } else {
        wc_buf_put_i64(buf, value);
    }
    return WC_OK;
}

WC_MUST_USE static wc_status write_series(const wc_module *module, const wc_type *type,
                                          const uint8_t *memory, wc_buf *buf)
{
    int64_t start = wc_mem_i64(memory);
    uint32_t length = (uint32_t)wc_mem_u64(memory + WC_MEM_LENGTH);
    const uint8_t *values = memory + WC_MEM_VALUES;
    if (start % (int64_t)type->step != 0) return WC_OUT_OF_DOMAIN;
    wc_buf_put_i64(buf, start);
    wc_buf_put_u32(buf, length);
    const uint8_t *qualities = values + (size_t)type->capacity * 8;
    for (uint32_t i = 0; i < length; i++) {
        int64_t value = wc_mem_i64(values + (size_t)i * 8);
        if (!interval_fits(&module->types[type->item], value, qualities[i])) {
            return WC_OUT_OF_DOMAIN;
        }
        wc_buf_put_i64(buf, value);
    }
    wc_buf_put(buf, qualities, length);
    return WC_OK;
}

WC_MUST_USE static wc_status write_leaf(const wc_module *module, const wc_type *type,
                                        const uint8_t *memory, wc_buf *buf)
{
    if (wc_type_is_scalar(type)) return write_scalar(type, wc_mem_i64(memory), buf);
    if (type->kind == WC_TYPE_SERIES) return write_series(module, type, memory, buf);
    if (type->kind == WC_TYPE_INTERVAL) {
        int64_t start = wc_mem_i64(memory);
        int64_t end = wc_mem_i64(memory + 8);
        if (start > end) return WC_OUT_OF_DOMAIN;
        wc_buf_put_i64(buf, start);
        wc_buf_put_i64(buf, end);
    } else if (type->kind == WC_TYPE_TEXT) {
        wc_buf_put_str32(buf, wc_mem_bytes(type, memory));
    } else {
        wc_buf_put_slice(buf, wc_mem_bytes(type, memory));
    }
    return WC_OK;
}

/* Writes the tag or length of a value that has children and opens its level. */
static wc_level write_head(const wc_module *module, const wc_type *type, const uint8_t *memory,
                           uint32_t offset, wc_buf *buf)
{
    if (type->kind == WC_TYPE_ENUM) {
        wc_buf_put_u16(buf, (uint16_t)wc_mem_length(memory + offset));
    } else if (type->kind != WC_TYPE_TUPLE) {
        wc_buf_put_u32(buf, wc_mem_length(memory + offset));
    }
    return wc_level_open(module, type, memory, offset);
}

wc_status wc_abi_write(const wc_module *module, const wc_type *type, const uint8_t *memory,
                       wc_buf *buf)
{
    if (wc_type_is_leaf(type)) return write_leaf(module, type, memory, buf);
    wc_level levels[WC_LEVELS_MAX];
    levels[0] = write_head(module, type, memory, 0, buf);
    for (uint32_t depth = 1; depth > 0;) { /* ends: each turn takes a child or closes a level */
        wc_level *level = &levels[depth - 1];
        if (level->next == level->count) {
            depth--;
            continue;
        }
        uint32_t offset;
        const wc_type *child = wc_level_child(module, memory, level, &offset);
        if (wc_type_is_leaf(child)) {
            WC_TRY(write_leaf(module, child, memory + offset, buf));
        } else {
            levels[depth++] = write_head(module, child, memory, offset, buf);
        }
    }
    return WC_OK;
}

/* ---- skipping -----------------------------------------------------------------------------------
 */

/* Bytes of a leaf whose encoding has a fixed length; 0 for text and series. */
static size_t fixed_length(const wc_type *type)
{
    if (type->kind == WC_TYPE_BOOL) return 1;
    if (type->kind == WC_TYPE_TAG) return 2;
    if (wc_type_is_scalar(type)) return 8;
    if (type->kind == WC_TYPE_INTERVAL) return 16;
    if (type->kind == WC_TYPE_PARTY) return 32;
    return type->kind == WC_TYPE_BYTES ? type->capacity : 0;
}

WC_MUST_USE static wc_status skip_leaf(const wc_module *module, const wc_type *type,
                                       wc_reader *reader)
{
    wc_slice skipped;
    size_t length = fixed_length(type);
    if (type->kind == WC_TYPE_TEXT) return wc_read_str32(reader, type->capacity, &skipped);
    if (type->kind == WC_TYPE_SERIES) {
        uint32_t count;
        WC_TRY(wc_read_slice(reader, 8, &skipped));
        WC_TRY(read_length(type, reader, &count));
        length = (fixed_length(&module->types[type->item]) + 1) * count;
    }
    return wc_read_slice(reader, length, &skipped);
}

/* What is still to be skipped of a value: `count` children; MAP: keys and values in turn. */
typedef struct skip_level {
    const wc_type *type;
    uint32_t next, count;
    uint16_t tag; /* ENUM */
} skip_level;

WC_MUST_USE static wc_status skip_open(const wc_type *type, wc_reader *reader, skip_level *level)
{
    *level = (skip_level){.type = type, .count = type->count};
    if (type->kind == WC_TYPE_TUPLE) return WC_OK;
    if (type->kind == WC_TYPE_ENUM) {
        WC_TRY(wc_read_u16(reader, &level->tag));
        if (level->tag >= type->count) return WC_OUT_OF_DOMAIN;
        level->count = type->variants[level->tag].data != WC_NONE;
        return WC_OK;
    }
    WC_TRY(read_length(type, reader, &level->count));
    if (type->kind == WC_TYPE_MAP) level->count *= 2;
    return WC_OK;
}

static const wc_type *skip_child(const wc_module *module, skip_level *level)
{
    const wc_type *type = level->type;
    uint32_t index = level->next++;
    if (type->kind == WC_TYPE_TUPLE) return &module->types[type->fields[index].type];
    if (type->kind == WC_TYPE_ENUM) return &module->types[type->variants[level->tag].data];
    bool is_value = type->kind == WC_TYPE_MAP && index % 2 != 0;
    return &module->types[is_value ? type->value : type->item];
}

wc_status wc_abi_skip(const wc_module *module, const wc_type *type, wc_reader *reader)
{
    skip_level levels[WC_LEVELS_MAX];
    uint32_t depth = 0;
    for (;;) {
        if (wc_type_is_leaf(type)) {
            WC_TRY(skip_leaf(module, type, reader));
        } else {
            WC_TRY(skip_open(type, reader, &levels[depth++]));
        }
        while (depth > 0 && levels[depth - 1].next == levels[depth - 1].count) depth--;
        if (depth == 0) return WC_OK;
        type = skip_child(module, &levels[depth - 1]);
    }
}
