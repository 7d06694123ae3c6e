/* Random types of bounded size, and canonical bytes of their values. */
#include "tests/unit/exec/values.h"

#include <stdlib.h>

#include "tests/support/sha256.h"

/* ---- types --------------------------------------------------------------------------------------
 */

static uint16_t pick(wc_prng *prng, uint16_t count)
{
    return (uint16_t)wc_prng_below(prng, count);
}

static bool may_nest(const wc_module *module, uint16_t type)
{
    const wc_type *t = &module->types[type];
    return t->size > 0 && t->size < 4096 && t->depth < 6 && t->kind != WC_TYPE_SORTED;
}

/* A type that exists and may stand inside another; WC_NONE when one try finds none. */
static uint16_t inner(const wc_module *module, wc_prng *prng, bool is_key)
{
    uint16_t type = pick(prng, module->type_count);
    if (!may_nest(module, type)) return WC_NONE;
    return is_key && module->types[type].key_max == 0 ? WC_NONE : type;
}

static wc_type random_leaf(wc_prng *prng)
{
    static const wc_type_kind kinds[] = {WC_TYPE_BOOL,  WC_TYPE_INT,      WC_TYPE_TIME,
                                         WC_TYPE_DATE,  WC_TYPE_INTERVAL, WC_TYPE_PARTY,
                                         WC_TYPE_BYTES, WC_TYPE_TEXT};
    wc_type type = {.kind = kinds[pick(prng, WC_ARRAY_LEN(kinds))],
                    .name = WC_NONE,
                    .unit = WC_NONE,
                    .item = WC_NONE};
    type.lo = wc_prng_i64(prng);
    type.hi = wc_prng_i64(prng);
    if (type.lo > type.hi) {
        int64_t swap = type.lo;
        type.lo = type.hi;
        type.hi = swap;
    }
    type.capacity = 1 + pick(prng, 20);
    return type;
}

static void add_tag(wc_builder *b, wc_prng *prng)
{
    wc_variant variants[4];
    char name[2] = "a";
    wc_type type = {.kind = WC_TYPE_TAG, .name = WC_NONE, .variants = variants};
    type.count = (uint16_t)(1 + pick(prng, 4));
    for (uint16_t i = 0; i < type.count; i++, name[0]++) {
        variants[i] = (wc_variant){.name = wc_builder_string(b, wc_str_of(name)), .data = WC_NONE};
    }
    (void)wc_builder_type(b, &type);
}

static void add_members(wc_builder *b, wc_prng *prng)
{
    const wc_module *module = wc_builder_module(b);
    wc_field fields[4];
    wc_variant variants[4];
    uint16_t count = (uint16_t)(1 + pick(prng, 4));
    char name[2] = "a";
    for (uint16_t i = 0; i < count; i++, name[0]++) {
        uint16_t type = inner(module, prng, false);
        if (type == WC_NONE) return;
        bool is_tuple = module->types[type].kind == WC_TYPE_TUPLE;
        fields[i] = (wc_field){.name = WC_NONE, .type = type};
        variants[i] = (wc_variant){.name = wc_builder_string(b, wc_str_of(name)),
                                   .data = is_tuple ? type : WC_NONE};
    }
    wc_type tuple = {.kind = WC_TYPE_TUPLE, .name = WC_NONE, .count = count, .fields = fields};
    wc_type options = {.kind = WC_TYPE_ENUM, .name = WC_NONE, .count = count, .variants = variants};
    (void)wc_builder_type(b, wc_prng_below(prng, 2) == 0 ? &tuple : &options);
}

static void add_collection(wc_builder *b, wc_prng *prng)
{
    const wc_module *module = wc_builder_module(b);
    static const wc_type_kind kinds[] = {WC_TYPE_LIST, WC_TYPE_SET, WC_TYPE_MAP};
    wc_type type = {.kind = kinds[pick(prng, 3)], .name = WC_NONE};
    type.item = inner(module, prng, type.kind != WC_TYPE_LIST);
    type.value = inner(module, prng, false);
    type.capacity = 1 + pick(prng, 5);
    if (type.item == WC_NONE || type.value == WC_NONE) return;
    (void)wc_builder_type(b, &type);
}

static void add_series(wc_builder *b, wc_prng *prng)
{
    wc_type item = random_leaf(prng);
    item.kind = WC_TYPE_INT;
    wc_type type = {.kind = WC_TYPE_SERIES, .name = WC_NONE, .step = 900};
    type.item = wc_builder_type(b, &item);
    type.capacity = 1 + pick(prng, 6);
    (void)wc_builder_type(b, &type);
}

const wc_module *values_module(wc_arena *arena, wc_prng *prng, uint16_t count)
{
    wc_builder *b = wc_builder_new(arena, wc_test_sha256, WC_STR("Values"), WC_STR("values"));
    wc_assert(b != NULL);
    const wc_module *module = wc_builder_module(b);
    while (module->type_count < count) { /* ends: leaves are nearly always new */
        wc_type leaf = random_leaf(prng);
        switch (module->type_count < 6 ? 0 : wc_prng_below(prng, 6)) {
        case 0: (void)wc_builder_type(b, &leaf); break;
        case 1: add_series(b, prng); break;
        case 4: add_tag(b, prng); break;
        case 2:
        case 3: add_collection(b, prng); break;
        default: add_members(b, prng); break;
        }
        wc_assert(wc_builder_status(b) == WC_OK);
    }
    return module;
}

/* ---- values -------------------------------------------------------------------------------------
 */

static int64_t random_number(const wc_type *type, wc_prng *prng)
{
    switch (wc_prng_below(prng, 4)) {
    case 0: return type->lo;
    case 1: return type->hi;
    default: break;
    }
    uint64_t width = (uint64_t)type->hi - (uint64_t)type->lo;
    uint64_t offset = width == UINT64_MAX ? wc_prng_next(prng) : wc_prng_below(prng, width + 1);
    return (int64_t)((uint64_t)type->lo + offset);
}

static void put_number(const wc_type *type, wc_prng *prng, wc_buf *buf)
{
    int64_t value = random_number(type, prng);
    if (type->kind == WC_TYPE_BOOL) {
        wc_buf_put_u8(buf, (uint8_t)value);
    } else if (type->kind == WC_TYPE_TAG) {
        wc_buf_put_u16(buf, (uint16_t)value);
    } else {
        wc_buf_put_i64(buf, value);
    }
}

static void put_text(const wc_type *type, wc_prng *prng, wc_buf *buf)
{
    static const char *const pieces[] = {
        "a", "Z", " ", "\xc3\xa4", "\xe7\x94\xb5", "\xf0\x9f\x94\x8b"};
    uint8_t text[32];
    size_t len = 0;
    for (size_t i = pick(prng, 9); i > 0; i--) {
        const char *piece = pieces[pick(prng, WC_ARRAY_LEN(pieces))];
        if (len + strlen(piece) > type->capacity) break;
        memcpy(text + len, piece, strlen(piece));
        len += strlen(piece);
    }
    wc_buf_put_str32(buf, wc_slice_of(text, len));
}

static uint32_t random_length(const wc_type *type, wc_prng *prng)
{
    if (wc_prng_below(prng, 3) == 0) return type->capacity;
    return (uint32_t)wc_prng_below(prng, type->capacity + 1u);
}

static void put_series(const wc_module *module, const wc_type *type, wc_prng *prng, wc_buf *buf)
{
    const wc_type *item = &module->types[type->item];
    uint32_t length = random_length(type, prng);
    bool may_miss = item->lo <= 0 && item->hi >= 0;
    uint64_t missing = may_miss ? wc_prng_next(prng) & wc_prng_next(prng) : 0;
    wc_buf_put_i64(buf, ((int64_t)wc_prng_below(prng, 2000001) - 1000000) * 900);
    wc_buf_put_u32(buf, length);
    for (uint32_t i = 0; i < length && !buf->full; i++) {
        wc_buf_put_i64(buf, (missing >> i % 64 & 1) != 0 ? 0 : random_number(item, prng));
    }
    for (uint32_t i = 0; i < length && !buf->full; i++) {
        wc_buf_put_u8(buf, (missing >> i % 64 & 1) != 0 ? 3 : (uint8_t)wc_prng_below(prng, 3));
    }
}

/* Order of two encoded keys of one type: walks both encodings at once. */
static int order_keys(const wc_module *module, const wc_type *type, const uint8_t **a,
                      const uint8_t **b)
{
    size_t len = type->kind == WC_TYPE_INTERVAL ? 16 : 8;
    int order = 0;
    if (type->kind == WC_TYPE_TUPLE) {
        for (uint16_t i = 0; i < type->count && order == 0; i++) {
            order = order_keys(module, &module->types[type->fields[i].type], a, b);
        }
        return order;
    }
    if (type->kind == WC_TYPE_TEXT) {
        size_t len_a = (*a)[3];
        size_t len_b = (*b)[3]; /* texts here are shorter than 256 */
        wc_slice x = wc_slice_of(*a + 4, len_a);
        wc_slice y = wc_slice_of(*b + 4, len_b);
        *a += 4 + len_a;
        *b += 4 + len_b;
        return wc_slice_compare(x, y);
    }
    if (type->kind == WC_TYPE_BOOL) len = 1;
    if (type->kind == WC_TYPE_TAG) len = 2;
    if (type->kind == WC_TYPE_PARTY) len = 32;
    if (type->kind == WC_TYPE_BYTES) len = type->capacity;
    bool is_signed = wc_type_is_scalar(type) && len == 8;
    if ((is_signed || type->kind == WC_TYPE_INTERVAL) && ((*a)[0] ^ (*b)[0]) >= 0x80) {
        return (*a)[0] >= 0x80 ? -1 : 1; /* one of the two is negative */
    }
    if (type->kind == WC_TYPE_INTERVAL && memcmp(*a, *b, 8) == 0 && ((*a)[8] ^ (*b)[8]) >= 0x80) {
        return (*a)[8] >= 0x80 ? -1 : 1;
    }
    order = memcmp(*a, *b, len);
    *a += len;
    *b += len;
    return order;
}

/* Makes `length` random keys, drops those that do not ascend, and puts them with their values. */
static void put_keyed(const wc_module *module, const wc_type *type, wc_prng *prng, wc_buf *buf)
{
    size_t count_at = buf->len;
    uint32_t count = 0;
    const uint8_t *last = NULL;
    wc_buf_put_u32(buf, 0);
    for (uint32_t tries = random_length(type, prng); tries > 0 && !buf->full; tries--) {
        size_t start = buf->len;
        values_put(module, type->item, prng, buf);
        if (last != NULL) {
            const uint8_t *a = last;
            const uint8_t *b = buf->data + start;
            if (order_keys(module, &module->types[type->item], &a, &b) >= 0) {
                buf->len = start;
                continue;
            }
        }
        last = buf->data + start;
        count++;
        if (type->kind == WC_TYPE_MAP) values_put(module, type->value, prng, buf);
    }
    wc_buf_patch_u32(buf, count_at, count);
}

static void put_interval(wc_prng *prng, wc_buf *buf)
{
    int64_t start = wc_prng_i64(prng);
    int64_t end = wc_prng_i64(prng);
    wc_buf_put_i64(buf, start < end ? start : end);
    wc_buf_put_i64(buf, start < end ? end : start);
}

static void put_members(const wc_module *module, const wc_type *type, wc_prng *prng, wc_buf *buf)
{
    if (type->kind == WC_TYPE_TUPLE) {
        for (uint16_t i = 0; i < type->count; i++) {
            values_put(module, type->fields[i].type, prng, buf);
        }
        return;
    }
    uint16_t tag = pick(prng, type->count);
    wc_buf_put_u16(buf, tag);
    if (type->variants[tag].data != WC_NONE) {
        values_put(module, type->variants[tag].data, prng, buf);
    }
}

/* Recursion: test code, and types nest at most 16 deep. */
void values_put(const wc_module *module, uint16_t index, wc_prng *prng, wc_buf *buf)
{
    const wc_type *type = &module->types[index];
    uint8_t bytes[64];
    wc_prng_bytes(prng, bytes, sizeof bytes);
    if (wc_type_is_scalar(type)) {
        put_number(type, prng, buf);
        return;
    }
    if (type->kind == WC_TYPE_INTERVAL) put_interval(prng, buf);
    if (type->kind == WC_TYPE_PARTY) wc_buf_put(buf, bytes, 32);
    if (type->kind == WC_TYPE_BYTES) wc_buf_put(buf, bytes, type->capacity);
    if (type->kind == WC_TYPE_TEXT) put_text(type, prng, buf);
    if (type->kind == WC_TYPE_SERIES) put_series(module, type, prng, buf);
    if (type->kind == WC_TYPE_TUPLE || type->kind == WC_TYPE_ENUM) {
        put_members(module, type, prng, buf);
    }
    if (type->kind == WC_TYPE_SET || type->kind == WC_TYPE_MAP) {
        put_keyed(module, type, prng, buf);
    }
    if (type->kind != WC_TYPE_LIST) return;
    uint32_t length = random_length(type, prng);
    wc_buf_put_u32(buf, length);
    for (uint32_t i = 0; i < length && !buf->full; i++) {
        values_put(module, type->item, prng, buf);
    }
}
