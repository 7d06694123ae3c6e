/* See value.h. */
#include "node/debug/value.h"

#include "node/query/when.h"
#include "vm/base/text.h"
#include "vm/isa/abi.h"
#include "vm/isa/signature.h"

/* ---- numbers in registers ----------------------------------------------------------------------
 */

static void put_number(wc_buf *text, const wc_debug_shape *shape, wc_i128 number)
{
    int64_t narrow = 0;
    bool is_narrow = wc_i128_narrow(number, &narrow) == WC_OK;
    if (shape->kind == WC_TYPE_BOOL && is_narrow) {
        wc_buf_put_text(text, narrow != 0 ? "true" : "false");
    } else if (shape->kind == WC_TYPE_TIME && is_narrow) {
        wc_put_time(text, narrow);
    } else if (shape->kind == WC_TYPE_DATE && is_narrow) {
        wc_put_date(text, narrow);
    } else if (shape->kind == WC_TYPE_TAG && is_narrow && narrow >= 0 &&
               narrow < shape->name_count) {
        wc_buf_put(text, shape->names[narrow].data, shape->names[narrow].len);
    } else {
        wc_put_scaled_wide(text, number, shape->scale);
        if (shape->unit.len == 0) return;
        wc_buf_put_text(text, " ");
        wc_buf_put(text, shape->unit.data, shape->unit.len);
    }
}

/* ---- whole values ------------------------------------------------------------------------------
 */

static const wc_type *type_of(const wc_dbg_value *value)
{
    return &value->module->types[value->type];
}

static bool is_sorted(const wc_dbg_value *value)
{
    return value->shape == NULL && type_of(value)->kind == WC_TYPE_SORTED;
}

static void put_sorted(wc_buf *text, const wc_decoder *decoder, const wc_dbg_value *value)
{
    uint32_t count = wc_dbg_part_count(value);
    wc_reader reader = wc_reader_of(value->bytes);
    wc_status status = wc_read_u32(&reader, &count);
    wc_buf_put_text(text, "[");
    for (uint32_t i = 0; i < count && status == WC_OK; i++) {
        if (i > 0) wc_buf_put_text(text, ", ");
        if (decoder->items_max != 0 && i == decoder->items_max) {
            wc_buf_put_text(text, "... ");
            wc_buf_put_decimal(text, count - i);
            wc_buf_put_text(text, " more");
            break;
        }
        status = wc_decode_value(text, decoder, type_of(value)->item, &reader);
    }
    wc_buf_put_text(text, "]");
}

void wc_dbg_put_value(wc_buf *text, const wc_dbg_value *value, const wc_names *names,
                      uint32_t items_max)
{
    if (value->known == WC_DBG_UNSET) {
        wc_buf_put_text(text, "(not set yet)");
    } else if (value->known == WC_DBG_ODD) {
        wc_buf_put_text(text, "(outside the range of its type)");
    } else if (value->shape != NULL) {
        put_number(text, value->shape, value->number);
    } else {
        const wc_decoder decoder = {
            .module = value->module, .names = names, .items_max = items_max};
        if (is_sorted(value)) {
            put_sorted(text, &decoder, value);
        } else {
            wc_decode_put(text, &decoder, value->type, value->bytes);
        }
    }
}

void wc_dbg_put_type(wc_buf *text, const wc_dbg_value *value)
{
    if (value->shape != NULL) {
        wc_buf_put(text, value->shape->text.data, value->shape->text.len);
    } else if (type_of(value)->name != WC_NONE) {
        wc_str name = value->module->strings[type_of(value)->name];
        wc_buf_put(text, name.data, name.len);
    } else if (!is_sorted(value)) {
        uint8_t memory[512];
        wc_buf whole;
        wc_buf_init(&whole, memory, sizeof(memory));
        wc_type_text(value->module, value->type, &whole);
        wc_buf_put(text, memory, whole.len);
        if (whole.full) wc_buf_put_text(text, "...");
    } else {
        wc_buf_put_text(text, "sorted");
    }
}

/* ---- parts -------------------------------------------------------------------------------------
 */

static bool read_count(const wc_dbg_value *value, size_t at, uint32_t *count)
{
    if (value->bytes.len < at + 4) return false;
    *count = wc_load_u32(value->bytes.data + at);
    return *count <= type_of(value)->capacity;
}

/* Data of the variant that an enum has, WC_NONE without. */
static uint16_t variant_data(const wc_dbg_value *value)
{
    if (value->bytes.len < 2) return WC_NONE;
    uint16_t tag = wc_load_u16(value->bytes.data);
    return tag < type_of(value)->count ? type_of(value)->variants[tag].data : WC_NONE;
}

uint32_t wc_dbg_part_count(const wc_dbg_value *value)
{
    uint32_t count = 0;
    if (value->known != WC_DBG_SET || value->shape != NULL) return 0;
    const wc_type *type = type_of(value);
    if (type->kind == WC_TYPE_TUPLE) return type->count;
    if (type->kind == WC_TYPE_ENUM) {
        uint16_t data = variant_data(value);
        return data == WC_NONE ? 0 : value->module->types[data].count;
    }
    if (type->kind == WC_TYPE_SERIES) return read_count(value, 8, &count) ? count : 0;
    if (!wc_type_is_collection(type)) return 0;
    return read_count(value, 0, &count) ? count : 0;
}

/* Reads one value of a type without showing it. */
static wc_status skip(const wc_dbg_value *value, uint16_t type, wc_reader *reader)
{
    wc_buf dropped;
    wc_buf_init(&dropped, NULL, 0);
    const wc_decoder decoder = {.module = value->module};
    return wc_decode_value(&dropped, &decoder, type, reader);
}

/* The bytes of the value at the reader, which moves behind it. */
static void take_part(const wc_dbg_value *value, uint16_t type, wc_reader *reader,
                      wc_dbg_value *part)
{
    size_t start = reader->at;
    *part = (wc_dbg_value){.module = value->module, .type = type, .known = WC_DBG_ODD};
    if (skip(value, type, reader) != WC_OK) return;
    part->bytes = wc_slice_of(value->bytes.data + start, reader->at - start);
    part->known = WC_DBG_SET;
}

static void put_index(wc_buf *name, uint32_t index)
{
    wc_buf_put_text(name, "[");
    wc_buf_put_decimal(name, index);
    wc_buf_put_text(name, "]");
}

static void tuple_part(const wc_dbg_value *value, uint16_t tuple, size_t at, uint32_t index,
                       wc_buf *name, wc_dbg_value *part)
{
    const wc_type *type = &value->module->types[tuple];
    wc_reader reader = wc_reader_of(value->bytes);
    reader.at = at;
    for (uint32_t i = 0; i <= index; i++) take_part(value, type->fields[i].type, &reader, part);
    if (type->fields[index].name == WC_NONE) {
        put_index(name, index);
        return;
    }
    wc_str field = value->module->strings[type->fields[index].name];
    wc_buf_put(name, field.data, field.len);
}

static void entry_part(const wc_dbg_value *value, uint32_t index, const wc_names *names,
                       wc_buf *name, wc_dbg_value *part)
{
    const wc_type *type = type_of(value);
    wc_reader reader = wc_reader_of(value->bytes);
    wc_dbg_value key = {0};
    reader.at = 4;
    for (uint32_t i = 0; i <= index; i++) {
        take_part(value, type->item, &reader, &key);
        *part = key;
        if (type->kind == WC_TYPE_MAP) take_part(value, type->value, &reader, part);
    }
    if (type->kind != WC_TYPE_MAP) {
        put_index(name, index);
        return;
    }
    wc_buf_put_text(name, "[");
    wc_dbg_put_value(name, &key, names, 4);
    wc_buf_put_text(name, "]");
}

/* start i64 | count u32 | value i64 * count | quality u8 * count; a missing one has no value. */
static void series_part(const wc_dbg_value *value, uint32_t index, wc_buf *name, wc_dbg_value *part)
{
    uint32_t count = wc_dbg_part_count(value);
    put_index(name, index);
    *part = (wc_dbg_value){.module = value->module, .type = type_of(value)->item};
    if (value->bytes.len != 12 + 9 * (size_t)count) return;
    if (value->bytes.data[12 + 8 * (size_t)count + index] == 3) return;
    part->known = WC_DBG_SET;
    part->bytes = wc_slice_of(value->bytes.data + 12 + 8 * (size_t)index, 8);
}

void wc_dbg_part(const wc_dbg_value *value, uint32_t index, const wc_names *names, wc_buf *name,
                 wc_dbg_value *part)
{
    wc_assert(index < wc_dbg_part_count(value));
    const wc_type *type = type_of(value);
    if (type->kind == WC_TYPE_TUPLE) {
        tuple_part(value, value->type, 0, index, name, part);
    } else if (type->kind == WC_TYPE_ENUM) {
        tuple_part(value, variant_data(value), 2, index, name, part);
    } else if (type->kind == WC_TYPE_SERIES) {
        series_part(value, index, name, part);
    } else {
        entry_part(value, index, names, name, part);
    }
}

/* ---- reading -----------------------------------------------------------------------------------
 */

wc_status wc_dbg_take(wc_arena *arena, const wc_buf *buf, wc_status read, wc_dbg_value *value)
{
    if (buf->full) return WC_NO_MEMORY;
    value->known = read == WC_OK ? WC_DBG_SET : read == WC_NOT_FOUND ? WC_DBG_UNSET : WC_DBG_ODD;
    if (read != WC_OK) return WC_OK;
    value->bytes = wc_buf_slice(buf);
    wc_arena_take(arena, buf->len);
    return WC_OK;
}

wc_status wc_dbg_read_local(const wc_exec *exec, uint32_t frame, const wc_dbg_unit *unit,
                            const wc_debug_local *local, wc_arena *arena, wc_dbg_value *value)
{
    const wc_debug_shape *shape = &unit->debug->shapes[local->shape];
    *value = (wc_dbg_value){.module = unit->module};
    if (shape->kind != 0) {
        value->known = WC_DBG_SET;
        value->shape = shape;
        value->number = wc_inspect_number(exec, frame, local->reg);
        return WC_OK;
    }
    wc_inspect_frame at = wc_inspect_frame_at(exec, frame);
    value->type = unit->module->functions[at.function].regs[local->reg].type;
    size_t size;
    wc_buf buf;
    uint8_t *memory = wc_arena_ahead(arena, &size);
    if (memory == NULL) return WC_NO_MEMORY;
    wc_buf_init(&buf, memory, size);
    return wc_dbg_take(arena, &buf, wc_inspect_value(exec, frame, local->reg, &buf), value);
}
