/* Check of canonical encodings. The walk reads leaves where it meets them and keeps a frame for
 * each type that has parts. While it reads a key of a set or map it writes the key's
 * order-preserving form beside; when the key is complete it must be greater than the one before.
 * Keys hold no collections, so one such form is open at a time. */
#include "vm/isa/abi.h"

#include "vm/base/text.h"

typedef struct frame {
    const wc_type *type;
    uint32_t step, total; /* parts done and to do; a map entry has two */
    bool key_is_open;     /* the part being read is a key */
    bool has_key;         /* `key` is the one before */
    size_t key_at;        /* where the open key starts */
    uint8_t key_len;
    uint8_t key[WC_KEY_MAX];
} frame;

typedef struct walk {
    const wc_module *module;
    wc_reader reader;
    size_t bad; /* start of what is being read */
    frame stack[WC_TYPE_NESTING_MAX];
    unsigned depth;
    wc_buf key; /* the open key */
    uint8_t key_memory[WC_KEY_MAX];
} walk;

/* Order-preserving form of a signed number: the sign bit turned over. */
static void put_key_number(walk *w, int64_t value)
{
    wc_buf_put_u64(&w->key, (uint64_t)value ^ UINT64_C(1) << 63);
}

static wc_status read_number(walk *w, const wc_type *type)
{
    int64_t value;
    WC_TRY(wc_read_i64(&w->reader, &value));
    if (value < type->lo || value > type->hi) return WC_OUT_OF_DOMAIN;
    put_key_number(w, value);
    return WC_OK;
}

static wc_status read_bool(walk *w)
{
    uint8_t value;
    WC_TRY(wc_read_u8(&w->reader, &value));
    if (value > 1) return WC_NOT_CANONICAL;
    wc_buf_put_u8(&w->key, value);
    return WC_OK;
}

static wc_status read_tag(walk *w, const wc_type *type, uint16_t *tag)
{
    WC_TRY(wc_read_u16(&w->reader, tag));
    if (*tag >= type->count) return WC_OUT_OF_DOMAIN;
    wc_buf_put_u16(&w->key, *tag);
    return WC_OK;
}

static wc_status read_interval(walk *w)
{
    int64_t start, end;
    WC_TRY(wc_read_i64(&w->reader, &start));
    WC_TRY(wc_read_i64(&w->reader, &end));
    if (start > end) return WC_OUT_OF_DOMAIN;
    put_key_number(w, start);
    put_key_number(w, end);
    return WC_OK;
}

static wc_status read_bytes(walk *w, uint32_t size)
{
    wc_slice bytes;
    WC_TRY(wc_read_slice(&w->reader, size, &bytes));
    wc_buf_put_slice(&w->key, bytes);
    return WC_OK;
}

static wc_status read_text(walk *w, const wc_type *type)
{
    wc_slice text;
    size_t at;
    WC_TRY(wc_read_str32(&w->reader, type->capacity, &text));
    wc_status status = wc_utf8_check(text, &at);
    if (status != WC_OK) {
        w->bad = w->reader.at - text.len + at;
        return status;
    }
    wc_buf_put_slice(&w->key, text);
    wc_buf_put_u8(&w->key, 0);
    return WC_OK;
}

static wc_status read_quality(walk *w, const wc_type *type, wc_slice values, uint32_t i)
{
    uint8_t quality;
    w->bad = w->reader.at;
    WC_TRY(wc_read_u8(&w->reader, &quality));
    if (quality > 3) return WC_OUT_OF_DOMAIN;
    int64_t value = (int64_t)wc_load_u64(values.data + 8 * (size_t)i);
    if (quality == 3) return value == 0 ? WC_OK : WC_NOT_CANONICAL; /* missing has no value */
    return value >= type->lo && value <= type->hi ? WC_OK : WC_OUT_OF_DOMAIN;
}

static wc_status read_series(walk *w, const wc_type *type)
{
    int64_t start;
    uint32_t count;
    wc_slice values;
    WC_TRY(wc_read_i64(&w->reader, &start));
    if (start % (int64_t)type->step != 0) return WC_OUT_OF_DOMAIN;
    w->bad = w->reader.at;
    WC_TRY(wc_read_u32(&w->reader, &count));
    if (count > type->capacity) return WC_TOO_LARGE;
    WC_TRY(wc_read_slice(&w->reader, 8 * (size_t)count, &values));
    for (uint32_t i = 0; i < count; i++) {
        WC_TRY(read_quality(w, &w->module->types[type->item], values, i));
    }
    return WC_OK;
}

static void push(walk *w, const wc_type *type, uint32_t total)
{
    wc_assert(w->depth < WC_ARRAY_LEN(w->stack)); /* each push goes to a smaller depth */
    frame *top = &w->stack[w->depth++];
    top->type = type;
    top->step = 0;
    top->total = total;
    top->key_is_open = false;
    top->has_key = false;
}

static wc_status push_enum(walk *w, const wc_type *type)
{
    uint16_t tag;
    WC_TRY(read_tag(w, type, &tag));
    uint16_t data = type->variants[tag].data;
    if (data == WC_NONE) return WC_OK;
    const wc_type *tuple = &w->module->types[data];
    push(w, tuple, tuple->count);
    return WC_OK;
}

static wc_status push_collection(walk *w, const wc_type *type)
{
    uint32_t length;
    WC_TRY(wc_read_u32(&w->reader, &length));
    if (length > type->capacity) return WC_TOO_LARGE;
    if (length > wc_reader_left(&w->reader))
        return WC_TRUNCATED; /* an item has at least one byte */
    push(w, type, type->kind == WC_TYPE_MAP ? 2 * length : length);
    return WC_OK;
}

/* Reads a leaf, or opens a frame for a type with parts. */
static wc_status enter(walk *w, const wc_type *type)
{
    uint16_t tag;
    w->bad = w->reader.at;
    switch (type->kind) {
    case WC_TYPE_BOOL: return read_bool(w);
    case WC_TYPE_INT:
    case WC_TYPE_DEC:
    case WC_TYPE_TIME:
    case WC_TYPE_DATE: return read_number(w, type);
    case WC_TYPE_TAG: return read_tag(w, type, &tag);
    case WC_TYPE_INTERVAL: return read_interval(w);
    case WC_TYPE_PARTY: return read_bytes(w, 32);
    case WC_TYPE_BYTES: return read_bytes(w, type->capacity);
    case WC_TYPE_TEXT: return read_text(w, type);
    case WC_TYPE_TUPLE: push(w, type, type->count); return WC_OK;
    case WC_TYPE_ENUM: return push_enum(w, type);
    case WC_TYPE_LIST:
    case WC_TYPE_SET:
    case WC_TYPE_MAP: return push_collection(w, type);
    case WC_TYPE_SORTED: return WC_OUT_OF_DOMAIN;
    case WC_TYPE_SERIES: return read_series(w, type);
    }
    return WC_OUT_OF_DOMAIN;
}

/* The key that was open in top is complete. */
static wc_status close_key(walk *w, frame *top)
{
    wc_slice before = wc_slice_of(top->key, top->key_len);
    top->key_is_open = false;
    if (top->has_key && wc_slice_compare(before, wc_buf_slice(&w->key)) >= 0) {
        w->bad = top->key_at;
        return WC_NOT_CANONICAL;
    }
    wc_assert(!w->key.full);
    memcpy(top->key, w->key.data, w->key.len);
    top->key_len = (uint8_t)w->key.len;
    top->has_key = true;
    return WC_OK;
}

/* The type of the next part of top. */
static const wc_type *next_part(walk *w, frame *top)
{
    const wc_type *type = top->type;
    uint32_t step = top->step++;
    if (type->kind == WC_TYPE_TUPLE) return &w->module->types[type->fields[step].type];
    bool is_value = type->kind == WC_TYPE_MAP && step % 2 == 1;
    bool is_key = type->kind == WC_TYPE_SET || (type->kind == WC_TYPE_MAP && !is_value);
    if (is_key) {
        top->key_is_open = true;
        top->key_at = w->reader.at;
        wc_buf_init(&w->key, w->key_memory, sizeof w->key_memory);
    }
    return &w->module->types[is_value ? type->value : type->item];
}

static wc_status check(walk *w, uint16_t type)
{
    WC_TRY(enter(w, &w->module->types[type]));
    while (w->depth > 0) { /* every turn reads a part, closes a key or ends a frame */
        frame *top = &w->stack[w->depth - 1];
        if (top->key_is_open) WC_TRY(close_key(w, top));
        if (top->step == top->total) {
            w->depth--;
            continue;
        }
        WC_TRY(enter(w, next_part(w, top)));
    }
    w->bad = w->reader.at;
    return wc_read_end(&w->reader);
}

wc_status wc_abi_check(const wc_module *module, uint16_t type, wc_slice bytes, size_t *bad)
{
    walk w = {.module = module, .reader = wc_reader_of(bytes)};
    wc_buf_init(&w.key, w.key_memory, sizeof w.key_memory);
    wc_status status = check(&w, type);
    if (status != WC_OK) *bad = w.bad;
    return status;
}
