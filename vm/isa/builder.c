/* Builder, tables: interning and plain rows. Rows that must be unique are found again by their
 * stored form (rows.h), through chains whose order never shows in the result. */
#include "vm/isa/builder_state.h"
#include "vm/isa/rows.h"
#include "vm/isa/signature.h"
#include "vm/isa/tables.h"

enum {
    KIND_STRING,
    KIND_UNIT,
    KIND_CURRENCY,
    KIND_TYPE,
    KIND_NUMBER,
    KIND_BYTES
};

#define TYPE_ROW_MAX (8u + 4u * WC_MEMBERS_MAX)

uint16_t wc_builder_fail(wc_builder *builder, wc_status status)
{
    if (builder->status == WC_OK) builder->status = status;
    return 0;
}

void *wc_builder_append(wc_builder *builder, wc_vector *vector, uint32_t limit, size_t size)
{
    if (builder->status != WC_OK) return NULL;
    if (vector->count >= limit) {
        (void)wc_builder_fail(builder, WC_TOO_LARGE);
        return NULL;
    }
    if (vector->count == vector->capacity) {
        uint32_t capacity = vector->capacity == 0 ? 8 : vector->capacity * 2;
        void *items = wc_arena_alloc(builder->arena, capacity, size);
        if (items == NULL) {
            (void)wc_builder_fail(builder, WC_NO_MEMORY);
            return NULL;
        }
        if (vector->count > 0) memcpy(items, vector->items, vector->count * size);
        vector->items = items;
        vector->capacity = capacity;
    }
    void *item = (uint8_t *)vector->items + vector->count * size;
    memset(item, 0, size); /* a vector that was emptied and is filled again holds old items */
    vector->count++;
    return item;
}

static uint32_t chain_of(uint16_t kind, wc_slice key)
{
    uint32_t hash = 2166136261u + kind; /* FNV-1a */
    for (size_t i = 0; i < key.len; i++) hash = (hash ^ key.data[i]) * 16777619u;
    return hash % WC_INTERN_HEADS;
}

/* The index under which the row was interned, or WC_NONE. */
static uint16_t lookup(const wc_builder *builder, uint16_t kind, wc_slice key)
{
    const wc_interned *rows = (const wc_interned *)builder->interned.items;
    uint32_t at = builder->heads[chain_of(kind, key)];
    for (; at != 0; at = rows[at - 1].next) { /* a chain is shorter than the table */
        if (rows[at - 1].kind == kind && wc_slice_equal(rows[at - 1].key, key)) {
            return rows[at - 1].index;
        }
    }
    return WC_NONE;
}

/* Remembers a row under its index; the key is copied. */
static void remember(wc_builder *builder, uint16_t kind, wc_slice key, uint16_t index)
{
    wc_str copy = wc_arena_str(builder->arena, (wc_str){(const char *)key.data, key.len});
    if (copy.data == NULL) {
        (void)wc_builder_fail(builder, WC_NO_MEMORY);
        return;
    }
    wc_interned *row =
        (wc_interned *)wc_builder_append(builder, &builder->interned, UINT32_MAX, sizeof *row);
    if (row == NULL) return;
    uint32_t *head = &builder->heads[chain_of(kind, key)];
    *row = (wc_interned){wc_slice_of(copy.data, copy.len), *head, kind, index};
    *head = builder->interned.count;
}

static uint16_t append_string(wc_builder *builder, wc_str text)
{
    if (text.len > UINT16_MAX) return wc_builder_fail(builder, WC_TOO_LARGE);
    wc_str copy = wc_arena_str(builder->arena, text);
    if (copy.data == NULL) return wc_builder_fail(builder, WC_NO_MEMORY);
    wc_str *row =
        (wc_str *)wc_builder_append(builder, &builder->strings, WC_STRINGS_MAX, sizeof *row);
    if (row == NULL) return 0;
    *row = copy;
    builder->module.strings = (wc_str *)builder->strings.items;
    builder->module.string_count = (uint16_t)builder->strings.count;
    return (uint16_t)(builder->strings.count - 1);
}

wc_builder *wc_builder_new(wc_arena *arena, wc_sha256_fn hash, wc_str contract, wc_str path)
{
    wc_builder *builder = WC_ARENA_NEW(arena, wc_builder);
    if (builder == NULL) return NULL;
    builder->scratch = WC_ARENA_ARRAY(arena, uint8_t, TYPE_ROW_MAX);
    if (builder->scratch == NULL) return NULL;
    builder->arena = arena;
    builder->hash = hash;
    builder->module.format = WC_MODULE_FORMAT;
    builder->module.isa = WC_ISA_VERSION;
    builder->module.schedule = wc_schedule_hash(hash);
    builder->module.state_type = WC_NONE;
    (void)wc_builder_string(builder, contract);
    if (wc_str_equal(contract, path)) {
        (void)append_string(builder, path); /* the path is string 1 even where it is the name */
    } else {
        (void)wc_builder_string(builder, path);
    }
    return builder->status == WC_NO_MEMORY ? NULL : builder;
}

wc_status wc_builder_status(const wc_builder *builder)
{
    return builder->status;
}

const wc_module *wc_builder_module(const wc_builder *builder)
{
    return &builder->module;
}

uint16_t wc_builder_string(wc_builder *builder, wc_str text)
{
    wc_slice key = wc_slice_of(text.data, text.len);
    uint16_t index = lookup(builder, KIND_STRING, key);
    if (index != WC_NONE || builder->status != WC_OK) return index != WC_NONE ? index : 0;
    index = append_string(builder, text);
    remember(builder, KIND_STRING, key, index);
    return index;
}

uint16_t wc_builder_unit(wc_builder *builder, wc_str text)
{
    wc_slice key = wc_slice_of(text.data, text.len);
    uint16_t index = lookup(builder, KIND_UNIT, key);
    if (index != WC_NONE || builder->status != WC_OK) return index != WC_NONE ? index : 0;
    uint16_t string = wc_builder_string(builder, text);
    wc_unit *row = (wc_unit *)wc_builder_append(builder, &builder->units, WC_ROWS_MAX, sizeof *row);
    if (row == NULL) return 0;
    row->text = string;
    builder->module.units = (wc_unit *)builder->units.items;
    builder->module.unit_count = (uint16_t)builder->units.count;
    index = (uint16_t)(builder->units.count - 1);
    remember(builder, KIND_UNIT, key, index);
    return index;
}

uint16_t wc_builder_currency(wc_builder *builder, wc_str code, uint8_t minor)
{
    wc_slice key = wc_slice_of(code.data, code.len);
    uint16_t index = lookup(builder, KIND_CURRENCY, key);
    if (index != WC_NONE || builder->status != WC_OK) return index != WC_NONE ? index : 0;
    uint16_t string = wc_builder_string(builder, code);
    wc_currency *row =
        (wc_currency *)wc_builder_append(builder, &builder->currencies, WC_ROWS_MAX, sizeof *row);
    if (row == NULL) return 0;
    *row = (wc_currency){string, minor};
    builder->module.currencies = (wc_currency *)builder->currencies.items;
    builder->module.currency_count = (uint16_t)builder->currencies.count;
    index = (uint16_t)(builder->currencies.count - 1);
    remember(builder, KIND_CURRENCY, key, index);
    return index;
}

/* Copies the members of a new type, so that the caller's may go. */
static wc_status copy_members(wc_builder *builder, wc_type *type)
{
    if (type->kind == WC_TYPE_TUPLE) {
        wc_field *fields = WC_ARENA_ARRAY(builder->arena, wc_field, type->count);
        if (fields == NULL) return WC_NO_MEMORY;
        if (type->count > 0) memcpy(fields, type->fields, type->count * sizeof *fields);
        type->fields = fields;
    }
    if (type->kind == WC_TYPE_ENUM || type->kind == WC_TYPE_TAG) {
        wc_variant *variants = WC_ARENA_ARRAY(builder->arena, wc_variant, type->count);
        if (variants == NULL) return WC_NO_MEMORY;
        if (type->count > 0) memcpy(variants, type->variants, type->count * sizeof *variants);
        type->variants = variants;
    }
    return WC_OK;
}

/* A type row with the members that its kind does not use cleared, as the decoder leaves them. */
static wc_type normal_type(const wc_type *type)
{
    wc_type normal = {.kind = type->kind, .name = type->name, .unit = WC_NONE, .item = WC_NONE};
    bool has_range = type->kind == WC_TYPE_INT || type->kind == WC_TYPE_DEC;
    bool has_item = type->kind == WC_TYPE_PARTY || type->kind >= WC_TYPE_LIST;
    bool has_capacity =
        type->kind == WC_TYPE_BYTES || type->kind == WC_TYPE_TEXT || type->kind >= WC_TYPE_LIST;
    normal.lo = has_range ? type->lo : 0;
    normal.hi = has_range ? type->hi : 0;
    normal.scale = type->kind == WC_TYPE_DEC ? type->scale : 0;
    normal.unit = type->kind == WC_TYPE_DEC ? type->unit : WC_NONE;
    normal.item = has_item ? type->item : WC_NONE;
    normal.capacity = has_capacity ? type->capacity : 0;
    normal.value = WC_NONE;
    if (type->kind == WC_TYPE_MAP || type->kind == WC_TYPE_SORTED) normal.value = type->value;
    normal.descending = type->kind == WC_TYPE_SORTED && type->descending;
    normal.step = type->kind == WC_TYPE_SERIES ? type->step : 0;
    if (type->kind == WC_TYPE_TUPLE) normal.fields = type->fields;
    if (type->kind == WC_TYPE_ENUM || type->kind == WC_TYPE_TAG) {
        normal.variants = type->variants;
    }
    if (normal.fields != NULL || normal.variants != NULL) normal.count = type->count;
    return normal;
}

uint16_t wc_builder_type(wc_builder *builder, const wc_type *type)
{
    if (builder->status != WC_OK) return 0;
    wc_type normal = normal_type(type);
    if (normal.count > WC_MEMBERS_MAX) return wc_builder_fail(builder, WC_TOO_LARGE);
    wc_buf stored;
    wc_buf_init(&stored, builder->scratch, TYPE_ROW_MAX);
    wc_row_put_type(&stored, &normal);
    wc_slice key = wc_buf_slice(&stored);
    uint16_t index = lookup(builder, KIND_TYPE, key);
    if (index != WC_NONE) return index;

    wc_status status = copy_members(builder, &normal);
    if (status != WC_OK) return wc_builder_fail(builder, status);
    wc_type *row =
        (wc_type *)wc_builder_append(builder, &builder->types, WC_TYPES_MAX, sizeof *row);
    if (row == NULL) return 0;
    *row = normal;
    index = (uint16_t)(builder->types.count - 1);
    builder->module.types = (wc_type *)builder->types.items;
    builder->module.type_count = (uint16_t)builder->types.count;
    remember(builder, KIND_TYPE, key, index);
    status = wc_type_layout(&builder->module, index);
    return status == WC_OK ? index : wc_builder_fail(builder, status);
}

uint16_t wc_builder_tuple(wc_builder *builder, const uint16_t *names, const uint16_t *types,
                          uint16_t count)
{
    if (count > WC_MEMBERS_MAX) return wc_builder_fail(builder, WC_TOO_LARGE);
    size_t mark = wc_arena_mark(builder->arena);
    wc_field *fields = WC_ARENA_ARRAY(builder->arena, wc_field, count);
    if (fields == NULL) return wc_builder_fail(builder, WC_NO_MEMORY);
    for (uint16_t i = 0; i < count; i++) {
        fields[i] = (wc_field){.name = names != NULL ? names[i] : WC_NONE, .type = types[i]};
    }
    wc_type tuple = {.kind = WC_TYPE_TUPLE, .name = WC_NONE, .count = count, .fields = fields};
    uint32_t before = builder->types.count;
    uint16_t index = wc_builder_type(builder, &tuple);
    if (builder->types.count == before) wc_arena_rewind(builder->arena, mark);
    return index;
}

uint16_t wc_builder_number(wc_builder *builder, wc_i128 value)
{
    wc_buf stored;
    wc_buf_init(&stored, builder->scratch, TYPE_ROW_MAX);
    wc_row_put_number(&stored, value);
    wc_slice key = wc_buf_slice(&stored);
    uint16_t index = lookup(builder, KIND_NUMBER, key);
    if (index != WC_NONE || builder->status != WC_OK) return index != WC_NONE ? index : 0;
    wc_i128 *row = (wc_i128 *)wc_builder_append(builder, &builder->numbers, WC_NONE, sizeof *row);
    if (row == NULL) return 0;
    *row = value;
    builder->module.numbers = (wc_i128 *)builder->numbers.items;
    builder->module.number_count = (uint16_t)builder->numbers.count;
    index = (uint16_t)(builder->numbers.count - 1);
    remember(builder, KIND_NUMBER, key, index);
    return index;
}

uint16_t wc_builder_bytes(wc_builder *builder, uint16_t type, wc_slice abi)
{
    if (builder->status != WC_OK) return 0;
    size_t mark = wc_arena_mark(builder->arena);
    uint8_t *stored = WC_ARENA_ARRAY(builder->arena, uint8_t, abi.len + 2);
    if (stored == NULL) return wc_builder_fail(builder, WC_NO_MEMORY);
    stored[0] = (uint8_t)(type >> 8);
    stored[1] = (uint8_t)type;
    if (abi.len > 0) memcpy(stored + 2, abi.data, abi.len);
    wc_slice key = wc_slice_of(stored, abi.len + 2);
    uint16_t index = lookup(builder, KIND_BYTES, key);
    if (index != WC_NONE) {
        wc_arena_rewind(builder->arena, mark);
        return index;
    }
    wc_bytes_const *row =
        (wc_bytes_const *)wc_builder_append(builder, &builder->bytes, WC_NONE, sizeof *row);
    if (row == NULL) return 0;
    *row = (wc_bytes_const){type, wc_slice_of(stored + 2, abi.len)};
    builder->module.bytes = (wc_bytes_const *)builder->bytes.items;
    builder->module.bytes_count = (uint16_t)builder->bytes.count;
    index = (uint16_t)(builder->bytes.count - 1);
    remember(builder, KIND_BYTES, key, index);
    return index;
}
