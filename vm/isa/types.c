/* Layout of types (EM 2): sizes in memory and in encodings, nesting, keys. Types refer to lower
 * indexes only, so one pass in index order computes everything and cycles cannot exist; nothing
 * recurses.
 *
 * Sums are made in 64 bits: a type has at most 2^10 members or 2^32 items of at most 2^30 bytes, so
 * no sum wraps before it is compared with WC_TYPE_SIZE_MAX. */
#include "vm/isa/gas.h"
#include "vm/isa/tables.h"

/* What layout computes, before it is known to fit. */
typedef struct shape {
    uint64_t size, head, encoded;
    uint64_t starts, loads, stores;
    uint32_t key; /* 0: not a key type; sticky through WC_KEY_NEVER */
    uint8_t depth;
} shape;

static uint64_t pad8(uint64_t bytes)
{
    return (bytes + 7) & ~UINT64_C(7);
}

static shape scalar_shape(uint64_t encoded, uint32_t key)
{
    return (shape){
        .size = 8, .head = 8, .encoded = encoded, .loads = 1, .stores = 1, .key = key, .depth = 1};
}

static shape block_shape(uint64_t size, uint64_t encoded, uint64_t key)
{
    return (shape){.size = size,
                   .head = size,
                   .encoded = encoded,
                   .key = key <= WC_KEY_MAX ? (uint32_t)key : 0,
                   .depth = 1};
}

/* A type that may stand inside another: lower, not empty, and not a SORTED, which has no encoding
 * of its own: its order is that of its stored keys. */
static const wc_type *inner(const wc_module *module, const wc_type *owner, uint16_t index)
{
    if (index >= (size_t)(owner - module->types)) return NULL;
    const wc_type *type = &module->types[index];
    return type->size > 0 && type->kind != WC_TYPE_SORTED ? type : NULL;
}

static wc_status check_member_names(const wc_module *module, const wc_type *type)
{
    wc_name_set names;
    if (type->count > 1) wc_name_set_clear(&names, module->string_count);
    for (uint16_t i = 0; i < type->count; i++) {
        uint16_t name = type->kind == WC_TYPE_TUPLE ? type->fields[i].name : type->variants[i].name;
        bool may_be_unnamed = type->kind == WC_TYPE_TUPLE && type->fields[0].name == WC_NONE;
        if (may_be_unnamed && name == WC_NONE) continue;
        if (may_be_unnamed || name >= module->string_count) return WC_OUT_OF_DOMAIN;
        if (type->count > 1 && !wc_name_set_add(&names, name)) return WC_DUPLICATE;
    }
    return WC_OK;
}

static wc_status tuple_shape(wc_module *module, wc_type *type, shape *out)
{
    shape sum = {.depth = 1};
    bool is_key = type->count > 0;
    for (uint16_t i = 0; i < type->count; i++) {
        const wc_type *field = inner(module, type, type->fields[i].type);
        if (field == NULL) return WC_OUT_OF_DOMAIN;
        if (sum.size > WC_TYPE_SIZE_MAX) return WC_TOO_LARGE;
        type->fields[i].offset = (uint32_t)sum.size;
        if (sum.size / 8 < WC_TYPE_MAPPED) {
            sum.starts |= UINT64_C(1) << sum.size / 8;
            sum.loads |= field->loads << sum.size / 8;
            sum.stores |= field->stores << sum.size / 8;
        }
        sum.size += field->size;
        sum.head += field->head_size;
        sum.encoded += field->encoded_max;
        sum.key += field->key_max;
        is_key = is_key && field->key_max > 0 && sum.key <= WC_KEY_MAX;
        if (field->depth + 1 > sum.depth) sum.depth = (uint8_t)(field->depth + 1);
    }
    if (!is_key) sum.key = 0;
    *out = sum;
    return WC_OK;
}

static wc_status enum_shape(wc_module *module, wc_type *type, shape *out)
{
    uint64_t size = 8, longest = 0;
    uint8_t depth = 1;
    for (uint16_t i = 0; i < type->count; i++) {
        wc_variant *variant = &type->variants[i];
        variant->offset = 0;
        if (variant->data == WC_NONE) continue;
        const wc_type *data = inner(module, type, variant->data);
        if (data == NULL || data->kind != WC_TYPE_TUPLE) return WC_OUT_OF_DOMAIN;
        if (size > WC_TYPE_SIZE_MAX) return WC_TOO_LARGE;
        variant->offset = (uint32_t)size;
        size += data->size;
        if (data->encoded_max > longest) longest = data->encoded_max;
        if (data->depth + 1 > depth) depth = (uint8_t)(data->depth + 1);
    }
    *out = (shape){.size = size, .head = size, .encoded = 2 + longest, .depth = depth};
    return WC_OK;
}

static wc_status tag_shape(const wc_type *type, shape *out)
{
    for (uint16_t i = 0; i < type->count; i++) {
        if (type->variants[i].data != WC_NONE) return WC_OUT_OF_DOMAIN;
    }
    *out = scalar_shape(2, 2);
    return WC_OK;
}

static wc_status members_shape(wc_module *module, wc_type *type, shape *out)
{
    if (type->count > WC_MEMBERS_MAX) return WC_TOO_LARGE;
    if (type->count == 0 && type->kind != WC_TYPE_TUPLE) return WC_OUT_OF_DOMAIN;
    if (type->count > 0) WC_TRY(check_member_names(module, type));
    if (type->kind == WC_TYPE_TUPLE) return tuple_shape(module, type, out);
    if (type->kind == WC_TYPE_ENUM) return enum_shape(module, type, out);
    return tag_shape(type, out);
}

static bool is_order_field(const wc_module *module, const wc_type *item, uint16_t field)
{
    if (item->kind != WC_TYPE_TUPLE || field >= item->count) return false;
    return module->types[item->fields[field].type].key_max > 0;
}

static wc_status collection_shape(const wc_module *module, const wc_type *type, shape *out)
{
    const wc_type *item = inner(module, type, type->item);
    if (item == NULL) return WC_OUT_OF_DOMAIN;
    uint64_t entry = item->size, encoded = item->encoded_max;
    uint8_t depth = item->depth;
    bool needs_key = type->kind == WC_TYPE_SET || type->kind == WC_TYPE_MAP;
    if (needs_key && item->key_max == 0) return WC_OUT_OF_DOMAIN;
    if (type->kind == WC_TYPE_SORTED && !is_order_field(module, item, type->value)) {
        return WC_OUT_OF_DOMAIN;
    }
    if (type->kind == WC_TYPE_MAP) {
        const wc_type *value = inner(module, type, type->value);
        if (value == NULL) return WC_OUT_OF_DOMAIN;
        entry += value->size;
        encoded += value->encoded_max;
        if (value->depth > depth) depth = value->depth;
    }
    *out = (shape){.size = 8 + type->capacity * entry,
                   .head = 8,
                   .encoded = 4 + type->capacity * encoded,
                   .depth = (uint8_t)(depth + 1)};
    return WC_OK;
}

static wc_status series_shape(const wc_module *module, const wc_type *type, shape *out)
{
    const wc_type *item = inner(module, type, type->item);
    if (item == NULL || type->step == 0) return WC_OUT_OF_DOMAIN;
    if (item->kind != WC_TYPE_INT && item->kind != WC_TYPE_DEC) return WC_OUT_OF_DOMAIN;
    uint64_t count = type->capacity;
    *out = (shape){.size = 16 + 8 * count + pad8(count),
                   .head = 16,
                   .encoded = 12 + 9 * count,
                   .loads = 1,
                   .depth = 2};
    return WC_OK;
}

static wc_status number_shape(const wc_module *module, wc_type *type, shape *out)
{
    bool is_dec = type->kind == WC_TYPE_DEC;
    if (type->lo > type->hi) return WC_OUT_OF_DOMAIN;
    if (is_dec && type->scale > 18) return WC_OUT_OF_DOMAIN;
    if (is_dec && type->unit != WC_NONE && type->unit >= module->unit_count) {
        return WC_OUT_OF_DOMAIN;
    }
    *out = scalar_shape(8, 8);
    return WC_OK;
}

/* Scalars without a range of their own get the one that their encoding has. */
static void derive_range(wc_type *type)
{
    bool is_small = type->kind == WC_TYPE_BOOL || type->kind == WC_TYPE_TAG;
    if (type->kind == WC_TYPE_INT || type->kind == WC_TYPE_DEC) return;
    type->lo = is_small ? 0 : INT64_MIN;
    type->hi = is_small ? 1 : INT64_MAX;
    if (type->kind == WC_TYPE_TAG) type->hi = type->count - 1;
}

static wc_status type_shape(wc_module *module, wc_type *type, shape *out)
{
    bool has_capacity =
        type->kind == WC_TYPE_BYTES || type->kind == WC_TYPE_TEXT || type->kind >= WC_TYPE_LIST;
    if (has_capacity && type->capacity == 0) return WC_OUT_OF_DOMAIN;
    switch (type->kind) {
    case WC_TYPE_BOOL: *out = scalar_shape(1, 1); return WC_OK;
    case WC_TYPE_INT:
    case WC_TYPE_DEC: return number_shape(module, type, out);
    case WC_TYPE_TIME:
    case WC_TYPE_DATE: *out = scalar_shape(8, 8); return WC_OK;
    case WC_TYPE_INTERVAL:
        *out = block_shape(16, 16, 16);
        out->loads = out->stores = 3;
        return WC_OK;
    case WC_TYPE_PARTY: *out = block_shape(32, 32, 32); return WC_OK;
    case WC_TYPE_BYTES:
        *out = block_shape(pad8(type->capacity), type->capacity, type->capacity);
        return WC_OK;
    case WC_TYPE_TEXT:
        *out = block_shape(pad8(4 + (uint64_t)type->capacity), 4 + (uint64_t)type->capacity,
                           1 + (uint64_t)type->capacity);
        return WC_OK;
    case WC_TYPE_TAG:
    case WC_TYPE_TUPLE:
    case WC_TYPE_ENUM: return members_shape(module, type, out);
    case WC_TYPE_LIST:
    case WC_TYPE_SET:
    case WC_TYPE_MAP:
    case WC_TYPE_SORTED: return collection_shape(module, type, out);
    case WC_TYPE_SERIES: return series_shape(module, type, out);
    }
    return WC_OUT_OF_DOMAIN;
}

wc_status wc_type_layout(wc_module *module, uint16_t index)
{
    wc_type *type = &module->types[index];
    if (type->name != WC_NONE && type->name >= module->string_count) return WC_OUT_OF_DOMAIN;
    shape out = {0};
    WC_TRY(type_shape(module, type, &out));
    if (out.size > WC_TYPE_SIZE_MAX) return WC_TOO_LARGE;
    wc_assert(out.encoded <= out.size); /* nothing is longer outside memory */
    if (out.depth > WC_TYPE_NESTING_MAX) return WC_TOO_LARGE;
    derive_range(type);
    type->size = (uint32_t)out.size;
    type->head_size = (uint32_t)out.head;
    type->encoded_max = (uint32_t)out.encoded;
    type->key_max = out.key;
    type->depth = out.depth;
    type->starts = out.starts;
    type->loads = out.loads;
    type->stores = out.stores;
    return WC_OK;
}

wc_status wc_module_layout(wc_module *module, size_t *bad)
{
    for (uint16_t i = 0; i < module->type_count; i++) {
        wc_status status = wc_type_layout(module, i);
        if (status != WC_OK) {
            *bad = i;
            return status;
        }
    }
    return WC_OK;
}

uint32_t wc_type_field_offset(const wc_module *module, const wc_type *tuple, uint16_t index)
{
    (void)module;
    wc_assert(tuple->kind == WC_TYPE_TUPLE && index < tuple->count);
    return tuple->fields[index].offset;
}

uint32_t wc_type_variant_offset(const wc_type *type, uint16_t index)
{
    wc_assert(type->kind == WC_TYPE_ENUM && index < type->count);
    wc_assert(type->variants[index].data != WC_NONE);
    return type->variants[index].offset;
}

uint32_t wc_type_entry_size(const wc_module *module, const wc_type *type)
{
    wc_assert(wc_type_is_collection(type));
    uint32_t size = module->types[type->item].size;
    return type->kind == WC_TYPE_MAP ? size + module->types[type->value].size : size;
}

bool wc_type_fits(const wc_module *module, uint16_t wanted, uint16_t given)
{
    if (wanted == given) return true;
    const wc_type *want = &module->types[wanted], *have = &module->types[given];
    return want->kind == WC_TYPE_PARTY && have->kind == WC_TYPE_PARTY && want->item == WC_NONE;
}

/* The field of a not empty tuple that contains byte offset, which is inside the tuple. Offsets
 * ascend strictly, because no field is empty. */
static const wc_field *field_around(const wc_type *tuple, uint32_t offset)
{
    uint16_t first = 0, last = (uint16_t)(tuple->count - 1);
    while (first < last) { /* halves: the last field that starts at or before offset */
        uint16_t middle = (uint16_t)((first + last + 1) / 2);
        if (tuple->fields[middle].offset <= offset) {
            first = middle;
        } else {
            last = (uint16_t)(middle - 1);
        }
    }
    return &tuple->fields[first];
}

uint16_t wc_type_leaf_at(const wc_module *module, uint16_t type, uint32_t offset)
{
    while (module->types[type].kind == WC_TYPE_TUPLE) { /* each step enters a lower type */
        if (offset >= module->types[type].size) return WC_NONE;
        const wc_field *field = field_around(&module->types[type], offset);
        offset -= field->offset;
        type = field->type;
    }
    const wc_type *leaf = &module->types[type];
    bool is_leaf = wc_type_is_scalar(leaf) || leaf->kind == WC_TYPE_SERIES;
    if (is_leaf && offset == 0) return type;
    if (leaf->kind == WC_TYPE_INTERVAL && (offset == 0 || offset == 8)) return type;
    return WC_NONE;
}

uint16_t wc_type_field_at(const wc_module *module, uint16_t type, uint32_t offset, uint16_t wanted)
{
    while (module->types[type].kind == WC_TYPE_TUPLE) { /* each step enters a lower type */
        if (offset >= module->types[type].size) return WC_NONE;
        const wc_field *field = field_around(&module->types[type], offset);
        offset -= field->offset;
        type = field->type;
        if (offset == 0 && wc_type_fits(module, wanted, type)) return type;
    }
    return WC_NONE;
}

uint32_t wc_collection_key_max(const wc_module *module, const wc_type *collection)
{
    wc_assert(wc_type_is_collection(collection));
    const wc_type *item = &module->types[collection->item];
    if (collection->kind == WC_TYPE_LIST) return 4;
    if (collection->kind != WC_TYPE_SORTED) return item->key_max;
    return module->types[item->fields[collection->value].type].key_max + 8;
}

uint32_t wc_collection_value_max(const wc_module *module, const wc_type *collection)
{
    wc_assert(wc_type_is_collection(collection));
    if (collection->kind == WC_TYPE_SET) return 0;
    bool is_map = collection->kind == WC_TYPE_MAP;
    return module->types[is_map ? collection->value : collection->item].encoded_max;
}

uint32_t wc_module_holders_max(const wc_module *module)
{
    return module->currency_count > 0 ? WC_ESCROW_MAX : 0;
}

uint64_t wc_module_root_max(const wc_module *module)
{
    uint64_t state_data = 0;
    for (uint16_t i = 0; i < module->state_count; i++) {
        uint16_t data = module->states[i].data;
        if (data == WC_NONE) continue;
        if (module->types[data].encoded_max > state_data) {
            state_data = module->types[data].encoded_max;
        }
    }
    uint64_t head = 1 + 8 + 8 + 2; /* version, entered, deployed, state tag */
    return head + state_data + module->types[module->parties_type].encoded_max +
           module->types[module->terms_type].encoded_max +
           module->types[module->storage_type].encoded_max;
}

uint64_t wc_module_base_memory(const wc_module *module)
{
    uint64_t bytes = 32 + 32; /* own id, caller */
    for (uint16_t i = 0; i < module->bytes_count; i++) {
        bytes += module->types[module->bytes[i].type].size;
    }
    bytes += module->types[module->parties_type].size;
    bytes += module->types[module->terms_type].size;
    bytes += module->types[module->storage_type].size;
    if (module->state_type != WC_NONE) bytes += module->types[module->state_type].size;
    return bytes;
}

uint64_t wc_module_states(const wc_module *module, bool final_too)
{
    uint64_t states = 0;
    for (uint16_t i = 0; i < module->state_count; i++) {
        uint64_t is_in = final_too || !module->states[i].final;
        states |= is_in << i;
    }
    return states;
}

uint64_t wc_entry_states(const wc_module *module, const wc_entry *entry)
{
    return wc_entry_states_among(entry, wc_module_states(module, true),
                                 wc_module_states(module, false));
}
