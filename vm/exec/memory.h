/* Values in call memory: access, walking, making, copying, comparing.
 *
 * What keeps unchecked access in bounds: every length in call memory is in [0, capacity] of its
 * type and every enum tag in [0, count). All bytes of a value that can be reached were written
 * through its own type (decoder, `new`, element insertion, `copy`), because places of different
 * type never overlap: frames, fields and entries are disjoint, and so are the variants of an enum.
 * So a ref, even one that was taken before its enum changed the variant, reads what was written
 * with the ref's type.
 */
#ifndef WC_VM_EXEC_MEMORY_H
#define WC_VM_EXEC_MEMORY_H

#include "vm/exec/access.h"
#include "vm/isa/module.h"

/* Length of a LIST, SET, SORTED or MAP, or tag of an ENUM: both fit 32 bits. */
static inline uint32_t wc_mem_length(const uint8_t *at)
{
    return (uint32_t)wc_mem_u64(at);
}

/* Text or bytes-like value as a slice: TEXT, BYTES, PARTY. */
static inline wc_slice wc_mem_bytes(const wc_type *type, const uint8_t *at)
{
    if (type->kind == WC_TYPE_TEXT) return wc_slice_of(at + WC_MEM_TEXT, wc_mem_u32(at));
    return wc_slice_of(at, type->kind == WC_TYPE_PARTY ? 32 : type->capacity);
}

/* Whether a scalar lies in the domain of its type; bool and tag have derived bounds, too. */
static inline bool wc_scalar_fits(const wc_type *type, int64_t value)
{
    return value >= type->lo && value <= type->hi;
}

/* Makes the value at `at` zero: collections that are reached through tuples become empty, their
 * items stay what they were; all other bytes become 0, which is the zero of every type. */
void wc_value_clear(const wc_module *module, const wc_type *type, uint8_t *at);

/* Copies a value onto one of the same type; the two are the same place or disjoint. Of collections
 * that are reached through tuples only the items in use are copied. */
void wc_value_copy(const wc_module *module, const wc_type *type, uint8_t *to, const uint8_t *from);

/* Bytes that wc_value_copy moves. */
uint32_t wc_value_used(const wc_module *module, const wc_type *type, const uint8_t *at);

/* -1, 0 or 1, for the types that have an order: key types, and PARTY, BYTES, TEXT of any size.
 * Numbers by value, bytes and text bytewise, tuples field by field: the order of their key
 * encodings. */
int wc_value_compare(const wc_module *module, const wc_type *type, const uint8_t *a,
                     const uint8_t *b);

/* Zeroes a fresh entry of a collection that is about to be filled from bytes: a value whose unused
 * parts would otherwise stay undefined. size: of the entry. Nothing to do for flat values. */
static inline void wc_entry_clear(const wc_module *module, const wc_type *collection, uint8_t *at,
                                  size_t size)
{
    const wc_type *item = &module->types[collection->item];
    bool is_flat = item->head_size == item->size;
    if (collection->kind == WC_TYPE_MAP) {
        const wc_type *value = &module->types[collection->value];
        is_flat = value->head_size == value->size; /* keys are flat */
    }
    if (!is_flat) memset(at, 0, size);
}

/* Where a key is, or would be inserted, among the sorted entries of a MAP or SET. */
typedef struct wc_place {
    uint32_t index; /* in [0, length] */
    bool found;
} wc_place;

wc_place wc_value_search(const wc_module *module, const wc_type *type, const uint8_t *at,
                         const uint8_t *key);

/* ---- walking a value ----------------------------------------------------------------------------
 * A value is a tree: tuples, enums and collections have children, everything else is a leaf. Types
 * nest at most WC_TYPE_NESTING_MAX deep, so an array of levels replaces recursion. Places are
 * offsets from the start of the outermost value, so that one walk serves reading and writing. */
typedef struct wc_level {
    const wc_type *type;
    uint32_t offset; /* of this value */
    uint32_t next;   /* the child to visit next, in [0, count] */
    uint32_t count;  /* TUPLE: fields; ENUM: 1 or 0; LIST, SET, SORTED: items; MAP: 2 per entry */
    uint32_t stride; /* LIST, SET, SORTED, MAP: bytes of an entry */
    uint32_t mark;   /* free for the walker */
} wc_level;

#define WC_LEVELS_MAX (WC_TYPE_NESTING_MAX + 1u)

static inline bool wc_type_is_leaf(const wc_type *type)
{
    return type->kind < WC_TYPE_TUPLE || type->kind == WC_TYPE_SERIES;
}

/* The level of the value at base + offset, whose length or tag is in place; not a leaf. */
static inline wc_level wc_level_open(const wc_module *module, const wc_type *type,
                                     const uint8_t *base, uint32_t offset)
{
    wc_level level = {.type = type, .offset = offset, .count = type->count};
    if (type->kind == WC_TYPE_TUPLE) return level;
    uint32_t header = wc_mem_length(base + offset);
    if (type->kind == WC_TYPE_ENUM) {
        level.count = type->variants[header].data != WC_NONE;
        return level;
    }
    level.stride = wc_type_entry_size(module, type);
    level.count = type->kind == WC_TYPE_MAP ? 2 * header : header;
    return level;
}

/* Type of child `level->next`, and its offset; advances next. */
static inline const wc_type *wc_level_child(const wc_module *module, const uint8_t *base,
                                            wc_level *level, uint32_t *offset)
{
    const wc_type *type = level->type;
    uint32_t index = level->next++;
    if (type->kind == WC_TYPE_TUPLE) {
        *offset = level->offset + type->fields[index].offset;
        return &module->types[type->fields[index].type];
    }
    if (type->kind == WC_TYPE_ENUM) {
        const wc_variant *variant = &type->variants[wc_mem_length(base + level->offset)];
        *offset = level->offset + variant->offset;
        return &module->types[variant->data];
    }
    uint32_t items = level->offset + WC_MEM_ITEMS;
    const wc_type *item = &module->types[type->item];
    if (type->kind != WC_TYPE_MAP) {
        *offset = items + index * level->stride;
        return item;
    }
    *offset = items + index / 2 * level->stride;
    if (index % 2 == 0) return item;
    *offset += item->size;
    return &module->types[type->value];
}

#endif
