/* Canonical signatures. A type's text is written by a walk with its own stack: a step either writes
 * a piece of text or enters a lower type, and it stops when the buffer is full. */
#include "vm/isa/signature.h"

/* A type whose text is being written; step counts the pieces done. */
typedef struct frame {
    const wc_type *type;
    uint16_t step;
} frame;

typedef struct walk {
    const wc_module *module;
    wc_buf *buf;
    frame stack[WC_TYPE_NESTING_MAX]; /* entering a type goes to a smaller depth */
    unsigned depth;
} walk;

static void put_string(const walk *w, uint16_t string)
{
    wc_str text = w->module->strings[string];
    wc_buf_put(w->buf, text.data, text.len);
}

static void put_range(wc_buf *buf, const wc_type *type)
{
    wc_buf_put_decimal(buf, type->lo);
    wc_buf_put_text(buf, "..");
    wc_buf_put_decimal(buf, type->hi);
}

static void put_number(const walk *w, const wc_type *type)
{
    bool has_range = type->lo != INT64_MIN || type->hi != INT64_MAX;
    if (type->kind == WC_TYPE_INT) {
        wc_buf_put_text(w->buf, has_range ? "int<" : "int");
        if (has_range) put_range(w->buf, type);
        if (has_range) wc_buf_put_text(w->buf, ">");
        return;
    }
    wc_buf_put_text(w->buf, "dec<");
    wc_buf_put_decimal(w->buf, type->scale);
    if (type->unit != WC_NONE || has_range) wc_buf_put_text(w->buf, ",");
    if (type->unit != WC_NONE) put_string(w, w->module->units[type->unit].text);
    if (has_range) wc_buf_put_text(w->buf, ",");
    if (has_range) put_range(w->buf, type);
    wc_buf_put_text(w->buf, ">");
}

static void put_capacity(wc_buf *buf, const char *name, const wc_type *type)
{
    wc_buf_put_text(buf, name);
    wc_buf_put_decimal(buf, type->capacity);
    wc_buf_put_text(buf, ">");
}

/* True for a type without parts, whose text is written at once. */
static bool put_simple(const walk *w, const wc_type *type)
{
    switch (type->kind) {
    case WC_TYPE_BOOL: wc_buf_put_text(w->buf, "bool"); return true;
    case WC_TYPE_INT:
    case WC_TYPE_DEC: put_number(w, type); return true;
    case WC_TYPE_TIME: wc_buf_put_text(w->buf, "time"); return true;
    case WC_TYPE_DATE: wc_buf_put_text(w->buf, "date"); return true;
    case WC_TYPE_INTERVAL: wc_buf_put_text(w->buf, "interval"); return true;
    case WC_TYPE_PARTY: wc_buf_put_text(w->buf, "party"); return true;
    case WC_TYPE_BYTES: put_capacity(w->buf, "bytes<", type); return true;
    case WC_TYPE_TEXT: put_capacity(w->buf, "text<", type); return true;
    case WC_TYPE_TAG:
    case WC_TYPE_TUPLE:
    case WC_TYPE_ENUM:
    case WC_TYPE_LIST:
    case WC_TYPE_SET:
    case WC_TYPE_MAP:
    case WC_TYPE_SORTED:
    case WC_TYPE_SERIES: return false;
    }
    return false;
}

static void enter(walk *w, uint16_t type)
{
    wc_assert(w->depth < WC_ARRAY_LEN(w->stack));
    w->stack[w->depth++] = (frame){&w->module->types[type], 0};
}

static bool is_option(const wc_module *module, const wc_type *type)
{
    if (type->kind != WC_TYPE_ENUM || type->name != WC_NONE || type->count != 2) return false;
    const wc_variant *none = &type->variants[0], *some = &type->variants[1];
    if (none->data != WC_NONE || some->data == WC_NONE) return false;
    const wc_type *data = &module->types[some->data];
    return data->count == 1 && wc_str_equal(module->strings[none->name], WC_STR("none")) &&
           wc_str_equal(module->strings[some->name], WC_STR("some"));
}

/* The next piece of a tuple; false when it was the last. */
static bool step_tuple(walk *w, frame *top)
{
    const wc_type *type = top->type;
    bool is_record = type->count > 0 && type->fields[0].name != WC_NONE;
    uint16_t i = top->step++;
    if (i == 0) wc_buf_put_text(w->buf, is_record ? "record{" : "(");
    if (i == type->count) {
        wc_buf_put_text(w->buf, is_record ? "}" : ")");
        return false;
    }
    if (i > 0) wc_buf_put_text(w->buf, ",");
    if (is_record) put_string(w, type->fields[i].name);
    if (is_record) wc_buf_put_text(w->buf, ":");
    enter(w, type->fields[i].type);
    return true;
}

static bool step_option(walk *w, frame *top)
{
    if (top->step++ == 1) {
        wc_buf_put_text(w->buf, "}");
        return false;
    }
    wc_buf_put_text(w->buf, "option{");
    enter(w, w->module->types[top->type->variants[1].data].fields[0].type);
    return true;
}

/* Variant data is written as (types), also when its fields have names: names of variants are in the
 * ABI of an enum, positions are in that of their data. */
static bool step_variant_data(walk *w, frame *top)
{
    const wc_type *tuple = top->type;
    uint16_t i = top->step++;
    if (i == 0) wc_buf_put_text(w->buf, "(");
    if (i == tuple->count) {
        wc_buf_put_text(w->buf, ")");
        return false;
    }
    if (i > 0) wc_buf_put_text(w->buf, ",");
    enter(w, tuple->fields[i].type);
    return true;
}

static bool step_enum(walk *w, frame *top)
{
    const wc_type *type = top->type;
    uint16_t i = top->step++;
    if (i == 0) wc_buf_put_text(w->buf, "enum{");
    if (i == type->count) {
        wc_buf_put_text(w->buf, "}");
        return false;
    }
    if (i > 0) wc_buf_put_text(w->buf, ",");
    put_string(w, type->variants[i].name);
    if (type->variants[i].data != WC_NONE) enter(w, type->variants[i].data);
    return true;
}

static void put_collection_end(const walk *w, const wc_type *type)
{
    wc_buf_put_text(w->buf, ",");
    if (type->kind == WC_TYPE_SERIES) {
        wc_buf_put_decimal(w->buf, type->step);
        wc_buf_put_text(w->buf, ",");
    }
    wc_buf_put_decimal(w->buf, type->capacity);
    if (type->kind == WC_TYPE_SORTED) {
        wc_buf_put_text(w->buf, type->descending ? ",-" : ",");
        const wc_field *field = &w->module->types[type->item].fields[type->value];
        if (field->name != WC_NONE) put_string(w, field->name);
        if (field->name == WC_NONE) wc_buf_put_decimal(w->buf, type->value);
    }
    wc_buf_put_text(w->buf, ">");
}

static bool step_collection(walk *w, frame *top)
{
    static const char *const names[] = {"list<", "set<", "map<", "sorted<", "series<"};
    const wc_type *type = top->type;
    uint16_t i = top->step++, parts = type->kind == WC_TYPE_MAP ? 2 : 1;
    if (i == 0) wc_buf_put_text(w->buf, names[type->kind - WC_TYPE_LIST]);
    if (i == parts) {
        put_collection_end(w, type);
        return false;
    }
    if (i == 1) wc_buf_put_text(w->buf, ",");
    enter(w, i == 0 ? type->item : type->value);
    return true;
}

/* True when the tuple on top is the data of a variant, not the T of an option. */
static bool is_variant_data(const walk *w)
{
    if (w->depth < 2) return false;
    const wc_type *owner = w->stack[w->depth - 2].type;
    return owner->kind == WC_TYPE_ENUM && !is_option(w->module, owner);
}

/* One step of the type on top of the stack; false when it is done. */
static bool step(walk *w)
{
    frame *top = &w->stack[w->depth - 1];
    const wc_type *type = top->type;
    if (put_simple(w, type)) return false;
    if (type->kind == WC_TYPE_TUPLE) {
        return is_variant_data(w) ? step_variant_data(w, top) : step_tuple(w, top);
    }
    if (is_option(w->module, type)) return step_option(w, top);
    if (type->kind == WC_TYPE_ENUM || type->kind == WC_TYPE_TAG) return step_enum(w, top);
    return step_collection(w, top);
}

void wc_type_text(const wc_module *module, uint16_t type, wc_buf *buf)
{
    walk w; /* of the stack, only what has been entered is looked at */
    w.module = module;
    w.buf = buf;
    w.depth = 0;
    if (put_simple(&w, &module->types[type])) return;
    enter(&w, type);
    while (w.depth > 0 && !buf->full) { /* every step writes at least one byte or ends a type */
        if (!step(&w)) w.depth--;
    }
}

wc_method wc_entry_method(const wc_module *module, uint16_t entry)
{
    const wc_entry *row = &module->entries[entry];
    wc_assert(row->kind == WC_ENTRY_ACTION || row->kind == WC_ENTRY_VIEW);
    return (wc_method){.name = row->name,
                       .is_view = row->kind == WC_ENTRY_VIEW,
                       .args = row->args,
                       .result = row->kind == WC_ENTRY_VIEW ? row->result : WC_NONE};
}

/* The text of a type, kept for the next time when it is short. */
static void put_type(const wc_module *module, wc_type_texts *texts, uint16_t type, wc_buf *buf)
{
    if (texts != NULL && texts->length[type] > 0) {
        wc_buf_put(buf, texts->text[type], texts->length[type]);
        return;
    }
    size_t start = buf->len;
    wc_type_text(module, type, buf);
    size_t length = buf->len - start;
    if (texts == NULL || buf->full || length > WC_TYPE_TEXT_KEPT) return;
    memcpy(texts->text[type], buf->data + start, length);
    texts->length[type] = (uint8_t)length;
}

static void put_signature(const wc_module *module, wc_type_texts *texts, const wc_method *method,
                          wc_buf *buf)
{
    const wc_type *args = &module->types[method->args];
    wc_str name = module->strings[method->name];
    wc_buf_put_text(buf, method->is_view ? "view " : "action ");
    wc_buf_put(buf, name.data, name.len);
    wc_buf_put_text(buf, "(");
    for (uint16_t i = 0; i < args->count && !buf->full; i++) {
        if (i > 0) wc_buf_put_text(buf, ",");
        put_type(module, texts, args->fields[i].type, buf);
    }
    wc_buf_put_text(buf, ")");
    if (!method->is_view) return;
    wc_buf_put_text(buf, "->");
    put_type(module, texts, method->result, buf);
}

void wc_method_signature(const wc_module *module, const wc_method *method, wc_buf *buf)
{
    put_signature(module, NULL, method, buf);
}

wc_status wc_type_texts_make(wc_type_texts *texts, const wc_module *module, wc_arena *arena)
{
    texts->length = WC_ARENA_ARRAY(arena, uint8_t, module->type_count);
    texts->text = wc_arena_alloc_raw(arena, module->type_count, sizeof texts->text[0]);
    return texts->length != NULL && texts->text != NULL ? WC_OK : WC_NO_MEMORY;
}

wc_status wc_method_id(const wc_module *module, const wc_method *method, wc_sha256_fn hash,
                       uint32_t *id)
{
    return wc_method_id_with(module, NULL, method, hash, id);
}

wc_status wc_method_id_with(const wc_module *module, wc_type_texts *texts, const wc_method *method,
                            wc_sha256_fn hash, uint32_t *id)
{
    uint8_t memory[WC_SIGNATURE_MAX];
    wc_buf text;
    wc_buf_init(&text, memory, sizeof memory);
    put_signature(module, texts, method, &text);
    if (text.full) return WC_TOO_LARGE;
    wc_slice part = wc_buf_slice(&text);
    wc_hash digest = hash(&part, 1);
    *id = (uint32_t)digest.bytes[0] << 24 | (uint32_t)digest.bytes[1] << 16 |
          (uint32_t)digest.bytes[2] << 8 | digest.bytes[3];
    return WC_OK;
}
