/* Typed writing of ABI values. */
#include "node/demo/pen.h"

#include "node/ledger/read.h"
#include "vm/isa/abi.h"

static const wc_type *type_at(const wc_pen *pen, uint16_t index)
{
    return &pen->code->module->types[index];
}

static void refuse(wc_pen *pen, const char *what)
{
    wc_client_fail(pen->client, "%s: %s of %s does not fit at byte %zu", pen->label, what,
                   pen->code->name, pen->buf.len);
}

static uint16_t child_type(const wc_pen *pen, const wc_pen_place *place)
{
    const wc_type *type = type_at(pen, place->type);
    return type->kind == WC_TYPE_TUPLE ? type->fields[place->next].type : type->item;
}

static void push(wc_pen *pen, uint16_t type, uint32_t count)
{
    if (pen->depth == WC_TYPE_NESTING_MAX) {
        refuse(pen, "nesting");
        return;
    }
    pen->places[pen->depth++] = (wc_pen_place){.type = type, .count = count};
}

/* Closes everything that is complete. */
static void settle(wc_pen *pen)
{
    while (pen->depth > 0) {
        const wc_pen_place *place = &pen->places[pen->depth - 1];
        if (place->next < place->count) return;
        pen->depth--;
    }
}

/* Type of the value that comes next, records opened; NULL: nothing more is expected. The place of
 * the value counts as written. */
static const wc_type *expect(wc_pen *pen)
{
    if (pen->client->has_failed) return NULL;
    while (pen->depth > 0) {
        wc_pen_place *place = &pen->places[pen->depth - 1];
        uint16_t index = child_type(pen, place);
        place->next++;
        const wc_type *type = type_at(pen, index);
        if (type->kind != WC_TYPE_TUPLE) return type;
        push(pen, index, type->count);
    }
    refuse(pen, "one value more than the parameters");
    return NULL;
}

void wc_pen_open(wc_pen *pen, wc_client *client, const wc_code *code, uint16_t type, size_t size,
                 const char *label)
{
    *pen = (wc_pen){.client = client, .code = code, .label = label, .type = type};
    if (client->has_failed) return;
    pen->buf = wc_client_buf(client, size);
    const wc_type *tuple = type_at(pen, type);
    wc_assert(tuple->kind == WC_TYPE_TUPLE);
    if (tuple->count > 0) push(pen, type, tuple->count);
}

void wc_pen_number(wc_pen *pen, int64_t value)
{
    const wc_type *type = expect(pen);
    if (type == NULL) return;
    if (type->kind == WC_TYPE_BOOL) {
        wc_buf_put_u8(&pen->buf, value != 0);
    } else if (wc_type_is_scalar(type) && type->kind != WC_TYPE_TAG) {
        if (value < type->lo || value > type->hi) refuse(pen, "a number");
        wc_buf_put_i64(&pen->buf, value);
    } else {
        refuse(pen, "a number");
    }
    settle(pen);
}

void wc_pen_interval(wc_pen *pen, int64_t start, int64_t end)
{
    const wc_type *type = expect(pen);
    if (type == NULL) return;
    if (type->kind != WC_TYPE_INTERVAL) refuse(pen, "an interval");
    wc_buf_put_i64(&pen->buf, start);
    wc_buf_put_i64(&pen->buf, end);
    settle(pen);
}

void wc_pen_party(wc_pen *pen, const wc_address *party)
{
    const wc_type *type = expect(pen);
    if (type == NULL) return;
    if (type->kind != WC_TYPE_PARTY) refuse(pen, "a party");
    wc_buf_put_hash(&pen->buf, party);
    settle(pen);
}

void wc_pen_text(wc_pen *pen, const char *text)
{
    const wc_type *type = expect(pen);
    if (type == NULL) return;
    if (type->kind != WC_TYPE_TEXT || strlen(text) > type->capacity) refuse(pen, "a text");
    wc_buf_put_str32(&pen->buf, wc_slice_of(text, strlen(text)));
    settle(pen);
}

void wc_pen_variant(wc_pen *pen, const char *name)
{
    const wc_type *type = expect(pen);
    if (type == NULL) return;
    bool is_enum = type->kind == WC_TYPE_TAG || type->kind == WC_TYPE_ENUM;
    for (uint16_t i = 0; is_enum && i < type->count; i++) {
        const wc_variant *variant = &type->variants[i];
        wc_str known = pen->code->module->strings[variant->name];
        if (!wc_str_equal(known, wc_str_of(name))) continue;
        wc_buf_put_u16(&pen->buf, i);
        if (variant->data != WC_NONE) push(pen, variant->data, type_at(pen, variant->data)->count);
        settle(pen);
        return;
    }
    refuse(pen, name);
}

void wc_pen_list(wc_pen *pen, uint32_t count)
{
    const wc_type *type = expect(pen);
    if (type == NULL) return;
    if (type->kind != WC_TYPE_LIST || count > type->capacity) {
        refuse(pen, "a list");
        return;
    }
    wc_buf_put_u32(&pen->buf, count);
    push(pen, (uint16_t)(type - pen->code->module->types), count);
    settle(pen);
}

wc_slice wc_pen_close(wc_pen *pen)
{
    wc_slice none = {NULL, 0}, bytes = wc_buf_slice(&pen->buf);
    size_t bad = 0;
    if (pen->client->has_failed) return none;
    if (pen->depth > 0) refuse(pen, "fewer values than the parameters");
    if (!pen->client->has_failed &&
        (wc_buf_status(&pen->buf) != WC_OK ||
         wc_abi_check(pen->code->module, pen->type, bytes, &bad) != WC_OK)) {
        refuse(pen, "the encoding");
    }
    return pen->client->has_failed ? none : bytes;
}
