/* Names of places inside a value: from a byte of call memory to the path of its field. Layouts are
 * those of module.h; keys of maps are read from the value's encoding. */
#include "node/audit/why_inside.h"

#define ITEMS_AT  8u  /* bytes before the entries of a collection */
#define SERIES_AT 16u /* and before the values of a series */

typedef struct walk {
    wc_buf *path;
    const wc_module *module;
    const wc_names *names;
    uint16_t type;
    uint32_t offset; /* in the value of this type */
    wc_reader bytes; /* at its encoding; data NULL: not known any more */
} walk;

static void put_str(wc_buf *text, wc_str str)
{
    wc_buf_put(text, str.data, str.len);
}

/* Moves behind one value of the encoding. */
static void skip(walk *w, uint16_t type)
{
    wc_buf dropped;
    const wc_decoder decoder = {.module = w->module};
    if (w->bytes.bytes.data == NULL) return;
    wc_buf_init(&dropped, NULL, 0);
    if (wc_decode_value(&dropped, &decoder, type, &w->bytes) != WC_OK) {
        w->bytes.bytes = wc_slice_of(NULL, 0);
    }
}

static void put_name(walk *w, uint16_t name)
{
    if (name == WC_NONE) return;
    if (w->path->len > 0 && w->path->data[w->path->len - 1] != ' ') wc_buf_put_text(w->path, ".");
    put_str(w->path, w->module->strings[name]);
}

static bool step_tuple(walk *w, const wc_type *type)
{
    for (uint16_t i = 0; i < type->count; i++) {
        uint32_t at = wc_type_field_offset(w->module, type, i);
        uint16_t of = type->fields[i].type;
        if (w->offset < at + w->module->types[of].size) {
            put_name(w, type->fields[i].name);
            w->offset -= at;
            w->type = of;
            return true;
        }
        skip(w, of);
    }
    return false;
}

static bool step_enum(walk *w, const wc_type *type)
{
    if (w->offset < 8) return false;
    for (uint16_t i = type->count; i > 0; i--) {
        const wc_variant *variant = &type->variants[i - 1];
        if (variant->data == WC_NONE || w->offset < variant->offset) continue;
        uint16_t tag;
        if (w->bytes.bytes.data != NULL && wc_read_u16(&w->bytes, &tag) != WC_OK) return false;
        put_name(w, variant->name);
        w->offset -= variant->offset;
        w->type = variant->data;
        return true;
    }
    return false;
}

static void put_index(walk *w, uint32_t index)
{
    wc_buf_put_text(w->path, "[");
    wc_buf_put_decimal(w->path, index);
    wc_buf_put_text(w->path, "]");
}

static bool step_collection(walk *w, const wc_type *type)
{
    uint32_t stride = wc_type_entry_size(w->module, type), count = 0;
    if (w->offset < ITEMS_AT || stride == 0) return false;
    uint32_t index = (w->offset - ITEMS_AT) / stride;
    bool is_map = type->kind == WC_TYPE_MAP;
    if (w->bytes.bytes.data != NULL && wc_read_u32(&w->bytes, &count) != WC_OK) return false;
    for (uint32_t i = 0; i < index; i++) {
        skip(w, type->item);
        if (is_map) skip(w, type->value);
    }
    w->offset = (w->offset - ITEMS_AT) % stride;
    uint32_t key_size = is_map ? w->module->types[type->item].size : 0;
    if (!is_map) {
        put_index(w, index);
        w->type = type->item;
        return true;
    }
    if (w->bytes.bytes.data == NULL) {
        put_index(w, index);
    } else {
        const wc_decoder decoder = {.module = w->module, .names = w->names, .items_max = 4};
        wc_buf_put_text(w->path, "[");
        if (wc_decode_value(w->path, &decoder, type->item, &w->bytes) != WC_OK) return false;
        wc_buf_put_text(w->path, "]");
    }
    if (w->offset < key_size) return false; /* a key is no amount */
    w->offset -= key_size;
    w->type = type->value;
    return true;
}

static bool step_series(walk *w, const wc_type *type)
{
    if (w->offset < SERIES_AT) return false;
    uint32_t index = (w->offset - SERIES_AT) / 8;
    if (index >= type->capacity) return false;
    put_index(w, index);
    w->offset = 0;
    w->type = type->item;
    w->bytes.bytes = wc_slice_of(NULL, 0);
    return true;
}

static bool step(walk *w)
{
    const wc_type *type = &w->module->types[w->type];
    switch (type->kind) {
    case WC_TYPE_TUPLE: return step_tuple(w, type);
    case WC_TYPE_ENUM: return step_enum(w, type);
    case WC_TYPE_LIST:
    case WC_TYPE_SET:
    case WC_TYPE_MAP:
    case WC_TYPE_SORTED: return step_collection(w, type);
    case WC_TYPE_SERIES: return step_series(w, type);
    case WC_TYPE_BOOL:
    case WC_TYPE_INT:
    case WC_TYPE_DEC:
    case WC_TYPE_TIME:
    case WC_TYPE_DATE:
    case WC_TYPE_TAG:
    case WC_TYPE_INTERVAL:
    case WC_TYPE_PARTY:
    case WC_TYPE_BYTES:
    case WC_TYPE_TEXT: break;
    }
    return false;
}

bool wc_why_path(wc_buf *path, const wc_why_region *region, uint32_t offset, const wc_names *names,
                 uint16_t *type)
{
    walk w = {.path = path,
              .module = region->module,
              .names = names,
              .type = region->type,
              .offset = offset,
              .bytes = wc_reader_of(region->bytes)};
    for (unsigned depth = 0; depth <= WC_TYPE_NESTING_MAX; depth++) {
        const wc_type *at = &w.module->types[w.type];
        if (wc_type_is_scalar(at)) {
            *type = w.type;
            return w.offset == 0;
        }
        if (!step(&w)) return false;
    }
    return false;
}
