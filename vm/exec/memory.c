/* Values in call memory. Nothing here checks bounds: memory.h says why lengths and tags that are
 * found in memory can be trusted. */
#include "vm/exec/memory.h"

/* ---- clearing and copying -----------------------------------------------------------------------
 * Both visit the parts of a value outside the items of its direct collections. Only tuples are
 * entered, and only those that hold such a collection: the others are one piece of memory. */

static uint32_t direct_header(const wc_type *type)
{
    if (type->kind == WC_TYPE_SERIES) return WC_MEM_VALUES;
    return wc_type_is_collection(type) ? WC_MEM_ITEMS : 0;
}

/* Items in use, behind the header; the two parts of a series are handled by its caller. */
static uint32_t direct_items(const wc_module *module, const wc_type *type, const uint8_t *at)
{
    return wc_mem_length(at) * wc_type_entry_size(module, type);
}

typedef struct piece_walk {
    const wc_module *module;
    const wc_type *root;
    const uint8_t *base;
    wc_level levels[WC_LEVELS_MAX];
    uint32_t depth;
    bool started;
} piece_walk;

/* The next piece: a direct collection, or a value without one. NULL at the end. */
static const wc_type *next_piece(piece_walk *walk, uint32_t *offset)
{
    const wc_type *type = walk->root;
    *offset = 0;
    if (walk->started) {
        while (walk->depth > 0 &&
               walk->levels[walk->depth - 1].next == walk->levels[walk->depth - 1].count) {
            walk->depth--;
        }
        if (walk->depth == 0) return NULL;
        type = wc_level_child(walk->module, walk->base, &walk->levels[walk->depth - 1], offset);
    }
    walk->started = true;
    while (type->kind == WC_TYPE_TUPLE && type->head_size != type->size) {
        walk->levels[walk->depth] = wc_level_open(walk->module, type, walk->base, *offset);
        type = wc_level_child(walk->module, walk->base, &walk->levels[walk->depth++], offset);
    }
    return type;
}

void wc_value_clear(const wc_module *module, const wc_type *type, uint8_t *at)
{
    if (type->head_size == type->size) {
        memset(at, 0, type->size);
        return;
    }
    piece_walk walk = {.module = module, .root = type, .base = at};
    uint32_t offset;
    for (const wc_type *piece; (piece = next_piece(&walk, &offset)) != NULL;) {
        uint32_t header = direct_header(piece);
        memset(at + offset, 0, header != 0 ? header : piece->size);
    }
}

static void copy_piece(const wc_module *module, const wc_type *piece, uint8_t *to,
                       const uint8_t *from)
{
    if (piece->kind == WC_TYPE_SERIES) {
        uint32_t length = (uint32_t)wc_mem_u64(from + WC_MEM_LENGTH);
        size_t qualities = WC_MEM_VALUES + (size_t)piece->capacity * 8;
        memmove(to, from, WC_MEM_VALUES + (size_t)length * 8);
        memmove(to + qualities, from + qualities, length);
    } else if (wc_type_is_collection(piece)) {
        memmove(to, from, WC_MEM_ITEMS + direct_items(module, piece, from));
    } else {
        memmove(to, from, piece->size); /* memmove: the two may be the same place */
    }
}

void wc_value_copy(const wc_module *module, const wc_type *type, uint8_t *to, const uint8_t *from)
{
    if (type->head_size == type->size) {
        memmove(to, from, type->size);
        return;
    }
    piece_walk walk = {.module = module, .root = type, .base = from};
    uint32_t offset;
    for (const wc_type *piece; (piece = next_piece(&walk, &offset)) != NULL;) {
        copy_piece(module, piece, to + offset, from + offset);
    }
}

uint32_t wc_value_used(const wc_module *module, const wc_type *type, const uint8_t *at)
{
    uint32_t used = type->head_size;
    if (used == type->size) return used;
    piece_walk walk = {.module = module, .root = type, .base = at};
    uint32_t offset;
    for (const wc_type *piece; (piece = next_piece(&walk, &offset)) != NULL;) {
        if (piece->kind == WC_TYPE_SERIES) {
            used += 9 * (uint32_t)wc_mem_u64(at + offset + WC_MEM_LENGTH);
        } else if (wc_type_is_collection(piece)) {
            used += direct_items(module, piece, at + offset);
        }
    }
    return used;
}

/* ---- comparing ----------------------------------------------------------------------------------
 */

static inline int order_i64(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

static inline int sign(int order)
{
    return order < 0 ? -1 : order > 0;
}

static int compare_leaf(const wc_type *type, const uint8_t *a, const uint8_t *b)
{
    if (wc_type_is_scalar(type)) return order_i64(wc_mem_i64(a), wc_mem_i64(b));
    if (type->kind == WC_TYPE_INTERVAL) {
        int order = order_i64(wc_mem_i64(a), wc_mem_i64(b));
        return order != 0 ? order : order_i64(wc_mem_i64(a + 8), wc_mem_i64(b + 8));
    }
    return sign(wc_slice_compare(wc_mem_bytes(type, a), wc_mem_bytes(type, b)));
}

int wc_value_compare(const wc_module *module, const wc_type *type, const uint8_t *a,
                     const uint8_t *b)
{
    if (wc_type_is_leaf(type)) return compare_leaf(type, a, b);
    wc_level levels[WC_LEVELS_MAX];
    levels[0] = wc_level_open(module, type, a, 0);
    for (uint32_t depth = 1; depth > 0;) { /* ends: each turn takes a field or closes a tuple */
        wc_level *level = &levels[depth - 1];
        if (level->next == level->count) {
            depth--;
            continue;
        }
        uint32_t offset;
        const wc_type *child = wc_level_child(module, a, level, &offset);
        if (child->kind == WC_TYPE_TUPLE) {
            levels[depth++] = wc_level_open(module, child, a, offset);
            continue;
        }
        int order = compare_leaf(child, a + offset, b + offset);
        if (order != 0) return order;
    }
    return 0;
}

/* ---- searching ----------------------------------------------------------------------------------
 */

wc_place wc_value_search(const wc_module *module, const wc_type *type, const uint8_t *at,
                         const uint8_t *key)
{
    const wc_type *key_type = &module->types[type->item];
    const uint8_t *items = at + WC_MEM_ITEMS;
    size_t stride = wc_type_entry_size(module, type);
    bool is_scalar = wc_type_is_scalar(key_type);
    uint32_t low = 0;
    uint32_t high = wc_mem_length(at);
    while (low < high) { /* ends: the gap halves */
        uint32_t middle = low + (high - low) / 2;
        const uint8_t *entry = items + middle * stride;
        int order = is_scalar ? order_i64(wc_mem_i64(entry), wc_mem_i64(key))
                              : wc_value_compare(module, key_type, entry, key);
        if (order == 0) return (wc_place){middle, true};
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return (wc_place){low, false};
}
