/* Canonical encodings of values (docs/reference/bytecode.md), by the types of the checker. */
#include "compiler/interp/machine.h"

#include "vm/base/codec.h"
#include "vm/base/text.h"

static void encode_members(wc_interp *in, wc_buf *buf, const wc_sema_member *members,
                           uint16_t count, const wc_ival *values)
{
    for (uint16_t i = 0; i < count; i++) wc_interp_encode(in, buf, members[i].type, &values[i]);
}

static void encode_elements(wc_interp *in, wc_buf *buf, const wc_sema_type *type,
                            const wc_ival *value)
{
    bool is_map = type->kind == WC_SEMA_MAP;
    wc_buf_put_u32(buf, value->count);
    for (uint32_t i = 0; i < value->count; i++) {
        if (is_map) wc_interp_encode(in, buf, type->item, &value->keys[i]);
        wc_interp_encode(in, buf, is_map ? type->value : type->item, &value->parts[i]);
    }
}

static void encode_series(wc_buf *buf, const wc_ival *value)
{
    wc_buf_put_i64(buf, wc_exact_i64(&value->number));
    wc_buf_put_u32(buf, value->count);
    for (uint32_t i = 0; i < value->count; i++) {
        bool is_missing = value->qualities[i] == WC_INTERP_MISSING;
        wc_buf_put_i64(buf, is_missing ? 0 : wc_exact_i64(&value->parts[i].number));
    }
    for (uint32_t i = 0; i < value->count; i++) wc_buf_put_u8(buf, value->qualities[i]);
}

static void encode_variant(wc_interp *in, wc_buf *buf, const wc_sema_type *type,
                           const wc_ival *value)
{
    uint16_t tag = (uint16_t)wc_exact_i64(&value->number);
    wc_buf_put_u16(buf, tag);
    if (type->kind == WC_SEMA_OPTION) {
        if (tag == 1) wc_interp_encode(in, buf, type->item, &value->parts[0]);
    } else if (type->has_data) {
        const wc_sema_variant *variant = &type->variants[tag];
        encode_members(in, buf, variant->members, variant->member_count, value->parts);
    }
}

void wc_interp_encode(wc_interp *in, wc_buf *buf, const wc_sema_type *type, const wc_ival *value)
{
    wc_interp_down(in);
    if (wc_sema_is_collection(type)) {
        encode_elements(in, buf, type, value);
    } else if (type->kind == WC_SEMA_SERIES) {
        encode_series(buf, value);
    } else if (type->kind == WC_SEMA_RECORD || type->kind == WC_SEMA_TUPLE) {
        encode_members(in, buf, type->members, type->member_count, value->parts);
    } else if (type->kind == WC_SEMA_ENUM || type->kind == WC_SEMA_OPTION) {
        encode_variant(in, buf, type, value);
    } else if (type->kind == WC_SEMA_INTERVAL) {
        wc_buf_put_i64(buf, wc_exact_i64(&value->parts[0].number));
        wc_buf_put_i64(buf, wc_exact_i64(&value->parts[1].number));
    } else if (type->kind == WC_SEMA_BOOL) {
        wc_buf_put_u8(buf, !wc_exact_is_zero(&value->number));
    } else if (type->kind == WC_SEMA_TEXT) {
        wc_buf_put_str32(buf, value->bytes);
    } else if (wc_sema_is_scalar(type)) {
        wc_buf_put_i64(buf, wc_exact_i64(&value->number));
    } else {
        wc_buf_put_slice(buf, value->bytes);
    }
    wc_interp_up(in);
}

wc_slice wc_interp_encoded(wc_interp *in, const wc_sema_member *members, uint16_t count,
                           const wc_ival *values)
{
    size_t size = 0;
    for (uint16_t i = 0; i < count; i++) size += members[i].type->encoded_max;
    wc_buf buf;
    wc_buf_init(&buf, wc_interp_alloc(in, size + 1, 1), size);
    encode_members(in, &buf, members, count, values);
    wc_assert(!buf.full);
    return wc_buf_slice(&buf);
}

/* --- decoding --------------------------------------------------------------------------------- */

typedef struct decoding {
    wc_interp *in;
    wc_reader reader;
} decoding;

static bool decode(decoding *self, const wc_sema_type *type, wc_ival *value);

static bool decode_i64(decoding *self, wc_exact *number)
{
    int64_t value;
    if (wc_read_i64(&self->reader, &value) != WC_OK) return false;
    *number = wc_exact_of(value);
    return true;
}

static bool decode_members(decoding *self, const wc_sema_member *members, uint16_t count,
                           wc_ival *value)
{
    wc_ival *parts = WC_INTERP_ARRAY(self->in, wc_ival, count);
    for (uint16_t i = 0; i < count; i++) {
        if (!decode(self, members[i].type, &parts[i])) return false;
    }
    *value = (wc_ival){.number = value->number, .count = count, .parts = parts};
    return true;
}

static bool decode_elements(decoding *self, const wc_sema_type *type, wc_ival *value)
{
    uint32_t count;
    if (wc_read_u32(&self->reader, &count) != WC_OK || count > type->capacity) return false;
    bool is_map = type->kind == WC_SEMA_MAP;
    bool has_order = is_map || type->kind == WC_SEMA_SET;
    wc_ival *keys = WC_INTERP_ARRAY(self->in, wc_ival, count);
    wc_ival *parts = is_map ? WC_INTERP_ARRAY(self->in, wc_ival, count) : keys;
    for (uint32_t i = 0; i < count; i++) {
        if (!decode(self, type->item, &keys[i])) return false;
        if (has_order && i > 0 && wc_ival_compare(type->item, &keys[i - 1], &keys[i]) >= 0) {
            return false;
        }
        if (is_map && !decode(self, type->value, &parts[i])) return false;
    }
    *value = (wc_ival){.count = count, .parts = parts, .keys = is_map ? keys : NULL};
    return true;
}

static bool decode_series(decoding *self, const wc_sema_type *type, wc_ival *value)
{
    uint32_t count;
    wc_slice qualities;
    if (!decode_i64(self, &value->number)) return false;
    if (wc_read_u32(&self->reader, &count) != WC_OK || count > type->capacity) return false;
    wc_ival *parts = WC_INTERP_ARRAY(self->in, wc_ival, count);
    for (uint32_t i = 0; i < count; i++) {
        if (!decode_i64(self, &parts[i].number)) return false;
    }
    if (wc_read_slice(&self->reader, count, &qualities) != WC_OK) return false;
    for (uint32_t i = 0; i < count; i++) {
        if (qualities.data[i] > WC_INTERP_MISSING) return false;
        bool is_missing = qualities.data[i] == WC_INTERP_MISSING;
        bool fits =
            is_missing ? wc_exact_is_zero(&parts[i].number) : wc_ival_fits(type->item, &parts[i]);
        if (!fits) return false;
    }
    *value = (wc_ival){
        .number = value->number, .count = count, .parts = parts, .qualities = qualities.data};
    return true;
}

static bool decode_variant(decoding *self, const wc_sema_type *type, wc_ival *value)
{
    uint16_t tag;
    if (wc_read_u16(&self->reader, &tag) != WC_OK) return false;
    *value = wc_ival_number(tag);
    if (type->kind == WC_SEMA_OPTION) {
        wc_sema_member some = {.type = type->item};
        return tag <= 1 && (tag == 0 || decode_members(self, &some, 1, value));
    }
    if (tag >= type->variant_count) return false;
    const wc_sema_variant *variant = &type->variants[tag];
    return !type->has_data || decode_members(self, variant->members, variant->member_count, value);
}

static bool decode_bytes(decoding *self, const wc_sema_type *type, wc_ival *value)
{
    size_t bad, size = type->kind == WC_SEMA_BYTES ? type->capacity : 32;
    if (type->kind == WC_SEMA_TEXT) {
        return wc_read_str32(&self->reader, type->capacity, &value->bytes) == WC_OK &&
               wc_utf8_check(value->bytes, &bad) == WC_OK;
    }
    return wc_read_slice(&self->reader, size, &value->bytes) == WC_OK;
}

static bool decode_scalar(decoding *self, const wc_sema_type *type, wc_ival *value)
{
    if (type->kind != WC_SEMA_BOOL) return decode_i64(self, &value->number);
    uint8_t byte;
    if (wc_read_u8(&self->reader, &byte) != WC_OK || byte > 1) return false;
    *value = wc_ival_bool(byte == 1);
    return true;
}

static bool decode_interval(decoding *self, wc_ival *value)
{
    wc_ival *ends = WC_INTERP_ARRAY(self->in, wc_ival, 2);
    *value = (wc_ival){.count = 2, .parts = ends};
    return decode_i64(self, &ends[0].number) && decode_i64(self, &ends[1].number);
}

/* The nesting of types bounds the recursion. */
static bool decode(decoding *self, const wc_sema_type *type, wc_ival *value)
{
    bool done;
    *value = (wc_ival){.count = 0};
    wc_interp_down(self->in);
    wc_assert(type->kind != WC_SEMA_SORTED); /* exists in storage only */
    if (wc_sema_is_collection(type)) {
        done = decode_elements(self, type, value);
    } else if (type->kind == WC_SEMA_SERIES) {
        done = decode_series(self, type, value);
    } else if (type->kind == WC_SEMA_RECORD || type->kind == WC_SEMA_TUPLE) {
        done = decode_members(self, type->members, type->member_count, value);
    } else if (type->kind == WC_SEMA_ENUM || type->kind == WC_SEMA_OPTION) {
        done = decode_variant(self, type, value);
    } else if (type->kind == WC_SEMA_INTERVAL) {
        done = decode_interval(self, value);
    } else if (wc_sema_is_scalar(type)) {
        done = decode_scalar(self, type, value);
    } else {
        done = decode_bytes(self, type, value);
    }
    wc_interp_up(self->in);
    return done && wc_ival_fits(type, value);
}

bool wc_interp_decode(wc_interp *in, const wc_sema_member *members, uint16_t count, wc_slice bytes,
                      wc_ival *values)
{
    decoding self = {in, wc_reader_of(bytes)};
    for (uint16_t i = 0; i < count; i++) {
        if (!decode(&self, members[i].type, &values[i])) return false;
    }
    return wc_read_end(&self.reader) == WC_OK;
}
