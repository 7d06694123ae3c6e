/* JSON values to bytes, type by type. Types nest WC_TYPE_NESTING_MAX deep at most, so the walk
 * calls itself. */
#include "node/abi/encode.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/abi/abi.h"
#include "node/abi/encode_inside.h"
#include "node/crypto/address.h"
#include "vm/base/codec.h"

wc_status wc_encode_refuse(const wc_encoding *e, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(e->fault->text, sizeof e->fault->text, format, args);
    va_end(args);
    return WC_OUT_OF_DOMAIN;
}

/* Extends the path by a name or an index; the mark is what it is cut back to. */
__attribute__((format(printf, 2, 3))) static size_t enter(const wc_encoding *e, const char *format,
                                                          ...)
{
    size_t mark = strlen(e->fault->path);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(e->fault->path + mark, sizeof e->fault->path - mark, format, args);
    va_end(args);
    return mark;
}

static void leave(const wc_encoding *e, size_t mark)
{
    e->fault->path[mark] = '\0';
}

static wc_str name_of(const wc_encoding *e, uint16_t string)
{
    return string == WC_NONE ? WC_STR("") : e->module->strings[string];
}

static const char *found(const json_t *value)
{
    static const char *const names[] = {"an object", "a list", "a text", "a whole number",
                                        "a decimal", "true",   "false",  "null"};
    return value == NULL ? "nothing" : names[json_typeof(value)];
}

wc_status wc_encode_text_of(const wc_encoding *e, const json_t *value, const char *what,
                            wc_str *text)
{
    if (!json_is_string(value))
        return wc_encode_refuse(e, "needs %s, found %s", what, found(value));
    *text = (wc_str){json_string_value(value), json_string_length(value)};
    return WC_OK;
}

/* ---- leaves ---------------------------------------------------------------------------------- */

static wc_status encode_bool(const wc_encoding *e, const json_t *value)
{
    if (!json_is_boolean(value)) {
        return wc_encode_refuse(e, "needs true or false, found %s", found(value));
    }
    wc_buf_put_u8(e->out, json_is_true(value) ? 1 : 0);
    return WC_OK;
}

static wc_status encode_party(const wc_encoding *e, const json_t *value)
{
    wc_str text;
    wc_address address;
    char why[sizeof e->fault->text];
    wc_buf refusal;
    WC_TRY(wc_encode_text_of(e, value, "an address \"wc1...\" or a name", &text));
    if (wc_names_address(&address, e->names, text) != WC_OK) {
        wc_buf_init(&refusal, (uint8_t *)why, sizeof why - 1);
        wc_names_refuse(&refusal, e->names, text);
        why[refusal.len] = '\0';
        return wc_encode_refuse(e, "%s", why);
    }
    wc_buf_put(e->out, address.bytes, sizeof address.bytes);
    return WC_OK;
}

static wc_status encode_bytes(const wc_encoding *e, const wc_type *type, const json_t *value)
{
    wc_str text;
    WC_TRY(wc_encode_text_of(e, value, "a text of hex digits", &text));
    uint8_t *bytes = wc_arena_alloc(e->arena, type->capacity, 1);
    if (bytes == NULL) return WC_NO_MEMORY;
    if (wc_parse_hex(text, bytes, type->capacity) != WC_OK) {
        return wc_encode_refuse(e, "needs %u hex digits", 2 * type->capacity);
    }
    wc_buf_put(e->out, bytes, type->capacity);
    return WC_OK;
}

static wc_status encode_text(const wc_encoding *e, const wc_type *type, const json_t *value)
{
    wc_str text;
    size_t bad;
    WC_TRY(wc_encode_text_of(e, value, "a text", &text));
    if (text.len > type->capacity) {
        return wc_encode_refuse(e, "the text has %zu bytes, %u are allowed", text.len,
                                type->capacity);
    }
    wc_slice bytes = wc_slice_of(text.data, text.len);
    if (wc_utf8_check(bytes, &bad) != WC_OK) {
        return wc_encode_refuse(
            e, "byte %zu of the text is a control character, a mark of direction or no UTF-8", bad);
    }
    wc_buf_put_str32(e->out, bytes);
    return WC_OK;
}

/* ---- parts ----------------------------------------------------------------------------------- */

static wc_status encode_member(const wc_encoding *e, const json_t *object, wc_str name,
                               uint16_t type)
{
    char key[256];
    if (name.len >= sizeof key) return WC_OUT_OF_DOMAIN;
    memcpy(key, name.data, name.len);
    key[name.len] = '\0';
    size_t mark = enter(e, e->fault->path[0] == '\0' ? "%s" : ".%s", key);
    const json_t *member = json_object_get(object, key);
    if (member == NULL) return wc_encode_refuse(e, "is missing");
    wc_status status = wc_encode_value(e, type, member);
    if (status == WC_OK) leave(e, mark);
    return status;
}

/* A member that no field has is a misspelt one. */
static wc_status check_members(const wc_encoding *e, const wc_type *type, const json_t *object)
{
    const char *key;
    json_t *member;
    json_object_foreach((json_t *)(uintptr_t)object, key, member)
    {
        bool is_known = false;
        for (uint16_t i = 0; i < type->count && !is_known; i++) {
            is_known = wc_str_equal(name_of(e, type->fields[i].name), wc_str_of(key));
        }
        if (is_known) continue;
        (void)enter(e, e->fault->path[0] == '\0' ? "%s" : ".%s", key);
        return wc_encode_refuse(e, "is not a field here");
    }
    return WC_OK;
}

static wc_status encode_element(const wc_encoding *e, uint16_t type, const json_t *list, size_t i)
{
    size_t mark = enter(e, "[%zu]", i);
    wc_status status = wc_encode_value(e, type, json_array_get(list, i));
    if (status == WC_OK) leave(e, mark);
    return status;
}

static wc_status encode_tuple(const wc_encoding *e, const wc_type *type, const json_t *value)
{
    if (type->count == 0 && value == NULL) return WC_OK;
    bool has_names = type->count == 0 || type->fields[0].name != WC_NONE;
    if (has_names) {
        if (!json_is_object(value)) {
            return wc_encode_refuse(e, "needs an object, found %s", found(value));
        }
        WC_TRY(check_members(e, type, value));
    } else if (!json_is_array(value) || json_array_size(value) != type->count) {
        return wc_encode_refuse(e, "needs a list of %u, found %s", type->count, found(value));
    }
    for (uint16_t i = 0; i < type->count; i++) {
        const wc_field *field = &type->fields[i];
        WC_TRY(has_names ? encode_member(e, value, name_of(e, field->name), field->type)
                         : encode_element(e, field->type, value, i));
    }
    return WC_OK;
}

/* "needs 2 values (who, at), found 1" */
static wc_status refuse_count(const wc_encoding *e, const wc_type *type, const json_t *value)
{
    char names[160] = "";
    if (type->count == 0) return wc_encode_refuse(e, "takes no values");
    for (uint16_t i = 0; i < type->count; i++) {
        size_t len = strlen(names);
        (void)snprintf(names + len, sizeof names - len, "%s%.*s", i == 0 ? "" : ", ",
                       WC_STR_ARG(name_of(e, type->fields[i].name)));
    }
    return wc_encode_refuse(e, "needs %u value%s (%s), found %zu", type->count,
                            type->count == 1 ? "" : "s", names, json_array_size(value));
}

/* Named fields without their names: they must all be there. */
static wc_status encode_in_order(const wc_encoding *e, const wc_type *type, const json_t *value)
{
    if (json_array_size(value) != type->count) return refuse_count(e, type, value);
    for (uint16_t i = 0; i < type->count; i++) {
        wc_str name = name_of(e, type->fields[i].name);
        size_t mark = enter(e, "%.*s", WC_STR_ARG(name));
        WC_TRY(wc_encode_value(e, type->fields[i].type, json_array_get(value, i)));
        leave(e, mark);
    }
    return WC_OK;
}

static int variant_of(const wc_encoding *e, const wc_type *type, wc_str name)
{
    for (uint16_t i = 0; i < type->count; i++) {
        if (wc_str_equal(name_of(e, type->variants[i].name), name)) return i;
    }
    return -1;
}

static wc_status refuse_variant(const wc_encoding *e, const wc_type *type, wc_str name)
{
    char list[160] = "";
    for (uint16_t i = 0; i < type->count; i++) {
        wc_str known = name_of(e, type->variants[i].name);
        size_t len = strlen(list);
        (void)snprintf(list + len, sizeof list - len, "%s%.*s", i == 0 ? "" : ", ",
                       WC_STR_ARG(known));
    }
    return wc_encode_refuse(e, "`%.40s` is none of: %s", name.data, list);
}

static wc_status encode_option(const wc_encoding *e, const wc_type *type, const json_t *value)
{
    bool is_some = !json_is_null(value);
    wc_buf_put_u16(e->out, is_some ? 1 : 0);
    if (!is_some) return WC_OK;
    uint16_t data = type->variants[1].data;
    return wc_encode_value(e, e->module->types[data].fields[0].type, value);
}

static wc_status encode_enum(const wc_encoding *e, const wc_type *type, const json_t *value)
{
    if (wc_abi_is_option(e->module, type)) return encode_option(e, type, value);
    const json_t *chosen = json_is_object(value) ? json_object_get(value, "variant") : value;
    wc_str name;
    WC_TRY(wc_encode_text_of(e, chosen, "the name of a variant", &name));
    int tag = variant_of(e, type, name);
    if (tag < 0) return refuse_variant(e, type, name);
    wc_buf_put_u16(e->out, (uint16_t)tag);
    uint16_t data = type->kind == WC_TYPE_TAG ? WC_NONE : type->variants[tag].data;
    if (data == WC_NONE) return WC_OK;
    size_t mark = enter(e, ".data");
    wc_status status = wc_encode_value(e, data, json_object_get(value, "data"));
    if (status == WC_OK) leave(e, mark);
    return status;
}

/* ---- collections ----------------------------------------------------------------------------- */

/* Keys ascend as values do (EM 3): numbers numerically, text and bytes as bytes, tuples field by
 * field. Both readers stand at a key of the type and move behind it; its encoding is our own. */
static int compare_keys(const wc_module *module, const wc_type *type, wc_reader *a, wc_reader *b)
{
    int order = 0;
    wc_slice x, y;
    int64_t m, n;
    switch (type->kind) {
    case WC_TYPE_TUPLE:
        for (uint16_t i = 0; i < type->count && order == 0; i++) {
            order = compare_keys(module, &module->types[type->fields[i].type], a, b);
        }
        return order;
    case WC_TYPE_TEXT:
        wc_assert(wc_read_str32(a, type->capacity, &x) == WC_OK);
        wc_assert(wc_read_str32(b, type->capacity, &y) == WC_OK);
        order = memcmp(x.data, y.data, x.len < y.len ? x.len : y.len);
        return order != 0 ? order : (x.len > y.len) - (x.len < y.len);
    case WC_TYPE_INTERVAL:
        for (int i = 0; i < 2 && order == 0; i++) {
            wc_assert(wc_read_i64(a, &m) == WC_OK && wc_read_i64(b, &n) == WC_OK);
            order = (m > n) - (m < n);
        }
        return order;
    case WC_TYPE_INT:
    case WC_TYPE_DEC:
    case WC_TYPE_TIME:
    case WC_TYPE_DATE:
        wc_assert(wc_read_i64(a, &m) == WC_OK && wc_read_i64(b, &n) == WC_OK);
        return (m > n) - (m < n);
    case WC_TYPE_BOOL:
    case WC_TYPE_TAG:
    case WC_TYPE_PARTY:
    case WC_TYPE_BYTES:
        wc_assert(wc_read_slice(a, type->encoded_max, &x) == WC_OK); /* of one length only */
        wc_assert(wc_read_slice(b, type->encoded_max, &y) == WC_OK);
        return memcmp(x.data, y.data, x.len);
    case WC_TYPE_ENUM:
    case WC_TYPE_LIST:
    case WC_TYPE_SET:
    case WC_TYPE_MAP:
    case WC_TYPE_SORTED:
    case WC_TYPE_SERIES: break; /* no keys */
    }
    return 0;
}

/* An encoded entry; its key comes first. */
typedef struct entry {
    const wc_module *module;
    const wc_type *key;
    wc_slice bytes;
} entry;

static int by_key(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    wc_reader left = wc_reader_of(x->bytes), right = wc_reader_of(y->bytes);
    return compare_keys(x->module, x->key, &left, &right);
}

static wc_status encode_entry(const wc_encoding *e, const wc_type *type, const json_t *list,
                              size_t i, entry *at)
{
    size_t start = e->out->len;
    if (type->kind == WC_TYPE_MAP) {
        size_t mark = enter(e, "[%zu]", i);
        const json_t *pair = json_array_get(list, i);
        if (!json_is_object(pair) || json_object_size(pair) != 2) {
            return wc_encode_refuse(e, "needs an object {key, value}");
        }
        WC_TRY(encode_member(e, pair, WC_STR("key"), type->item));
        WC_TRY(encode_member(e, pair, WC_STR("value"), type->value));
        leave(e, mark);
    } else {
        WC_TRY(encode_element(e, type->item, list, i));
    }
    if (e->out->full) return WC_OK;
    size_t len = e->out->len - start;
    uint8_t *copy = wc_arena_alloc(e->arena, len + 1, 1);
    if (copy == NULL) return WC_NO_MEMORY;
    memcpy(copy, e->out->data + start, len);
    *at = (entry){e->module, &e->module->types[type->item], wc_slice_of(copy, len)};
    e->out->len = start;
    return WC_OK;
}

static wc_status encode_keyed(const wc_encoding *e, const wc_type *type, const json_t *list)
{
    size_t count = json_array_size(list);
    entry *entries = WC_ARENA_ARRAY(e->arena, entry, count + 1);
    if (entries == NULL) return WC_NO_MEMORY;
    for (size_t i = 0; i < count; i++) WC_TRY(encode_entry(e, type, list, i, &entries[i]));
    if (e->out->full) return WC_OK;
    qsort(entries, count, sizeof *entries, by_key);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && by_key(&entries[i - 1], &entries[i]) == 0) {
            return wc_encode_refuse(e, "the same key stands twice");
        }
        wc_buf_put_slice(e->out, entries[i].bytes);
    }
    return WC_OK;
}

static wc_status encode_collection(const wc_encoding *e, const wc_type *type, const json_t *value)
{
    if (!json_is_array(value)) return wc_encode_refuse(e, "needs a list, found %s", found(value));
    size_t count = json_array_size(value);
    if (count > type->capacity) {
        return wc_encode_refuse(e, "the list has %zu entries, %u are allowed", count,
                                type->capacity);
    }
    wc_buf_put_u32(e->out, (uint32_t)count);
    if (type->kind != WC_TYPE_LIST) return encode_keyed(e, type, value);
    for (size_t i = 0; i < count; i++) WC_TRY(encode_element(e, type->item, value, i));
    return WC_OK;
}

/* ---- a value --------------------------------------------------------------------------------- */

wc_status wc_encode_value(const wc_encoding *e, uint16_t index, const json_t *value)
{
    const wc_type *type = &e->module->types[index];
    if (value == NULL && type->kind != WC_TYPE_TUPLE) return wc_encode_refuse(e, "is missing");
    switch (type->kind) {
    case WC_TYPE_BOOL: return encode_bool(e, value);
    case WC_TYPE_INT:
    case WC_TYPE_DEC:
    case WC_TYPE_TIME:
    case WC_TYPE_DATE: return wc_encode_number(e, type, value);
    case WC_TYPE_INTERVAL: return wc_encode_interval(e, value);
    case WC_TYPE_PARTY: return encode_party(e, value);
    case WC_TYPE_BYTES: return encode_bytes(e, type, value);
    case WC_TYPE_TEXT: return encode_text(e, type, value);
    case WC_TYPE_TUPLE: return encode_tuple(e, type, value);
    case WC_TYPE_TAG:
    case WC_TYPE_ENUM: return encode_enum(e, type, value);
    case WC_TYPE_LIST:
    case WC_TYPE_SET:
    case WC_TYPE_MAP: return encode_collection(e, type, value);
    case WC_TYPE_SERIES: return wc_encode_series(e, type, value);
    case WC_TYPE_SORTED: break; /* never encoded */
    }
    return wc_encode_refuse(e, "a value of this type is never given");
}

wc_status wc_abi_encode(wc_buf *out, wc_abi_fault *fault, wc_arena *arena,
                        const wc_abi_means *means, uint16_t type, const json_t *value)
{
    wc_encoding e = {out, fault, arena, means->module, means->names};
    *fault = (wc_abi_fault){.path = ""};
    size_t mark = wc_arena_mark(arena);
    wc_status status = wc_encode_value(&e, type, value);
    wc_arena_rewind(arena, mark);
    return status;
}

wc_status wc_abi_encode_fields(wc_buf *out, wc_abi_fault *fault, wc_arena *arena,
                               const wc_abi_means *means, uint16_t tuple, const json_t *value)
{
    const wc_type *type = &means->module->types[tuple];
    bool has_names = type->count == 0 || type->fields[0].name != WC_NONE;
    bool is_in_order = json_is_array(value) && has_names;
    if (!is_in_order) return wc_abi_encode(out, fault, arena, means, tuple, value);
    wc_encoding e = {out, fault, arena, means->module, means->names};
    *fault = (wc_abi_fault){.path = ""};
    size_t mark = wc_arena_mark(arena);
    wc_status status = encode_in_order(&e, type, value);
    wc_arena_rewind(arena, mark);
    return status;
}

bool wc_abi_is_shallow(wc_str json)
{
    unsigned depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < json.len; i++) {
        char c = json.data[i];
        if (in_string) {
            if (c == '\\') i++;
            if (c == '"') in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            if (++depth > WC_ABI_DEPTH_MAX) return false;
        } else if ((c == ']' || c == '}') && depth > 0) {
            depth--;
        }
    }
    return true;
}

wc_status wc_abi_encode_text(wc_buf *out, wc_abi_fault *fault, wc_arena *arena,
                             const wc_abi_means *means, uint16_t tuple, wc_str json)
{
    json_error_t why;
    *fault = (wc_abi_fault){.path = ""};
    if (!wc_abi_is_shallow(json)) {
        (void)snprintf(fault->text, sizeof fault->text, "nests deeper than %d", WC_ABI_DEPTH_MAX);
        return WC_OUT_OF_DOMAIN;
    }
    json_t *root = json_loadb(json.data, json.len, JSON_REJECT_DUPLICATES, &why);
    if (root == NULL) {
        (void)snprintf(fault->text, sizeof fault->text, "is no JSON: line %d, column %d: %.160s",
                       why.line, why.column, why.text);
        return WC_OUT_OF_DOMAIN;
    }
    wc_status status = wc_abi_encode_fields(out, fault, arena, means, tuple, root);
    json_decref(root);
    return status;
}
