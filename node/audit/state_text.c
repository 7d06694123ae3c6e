/* State keys and fields as text. The form of each key stands in state_spaces.def. */
#include "node/audit/state_text.h"

#include "vm/base/codec.h"

/* Parts of a logical key: a address or id of 32 bytes, 2 u16, 4 u32, 1 u8, x the rest in hex, n the
 * rest as text. */
typedef struct key_form {
    uint8_t space;
    const char *parts;
    const char *names[5]; /* before each part; "" for none */
} key_form;

static const key_form forms[] = {
    {WC_SPACE_PARAMS, "n", {""}},
    {WC_SPACE_ACCOUNT, "a", {""}},
    {WC_SPACE_NONCE, "a2", {"", "lane "}},
    {WC_SPACE_FREE, "a4", {"", "asset "}},
    {WC_SPACE_ESCROW, "aa4", {"contract ", "party ", "asset "}},
    {WC_SPACE_ASSET, "4", {""}},
    {WC_SPACE_MODULE, "h", {""}},
    {WC_SPACE_INSTANCE, "a", {""}},
    {WC_SPACE_FIELD, "a2x", {"contract ", "field ", "element "}},
    {WC_SPACE_MANDATE, "aa4", {"", "contract ", "asset "}},
    {WC_SPACE_KEY_HISTORY, "a2", {"", "key "}},
    {WC_SPACE_VALIDATORS, "", {""}},
    {WC_SPACE_PROPOSAL, "h", {""}},
    {WC_SPACE_QUOTA, "a4", {"", "day "}},
    {WC_SPACE_KEY_SPEND, "a24", {"", "key ", "day "}},
    {WC_SPACE_EPOCH_CREDIT, "4a", {"epoch ", ""}},
    {WC_SPACE_READING_PAGE, "a4", {"", "page "}},
    {WC_SPACE_OFFER, "h", {""}},
    {WC_SPACE_METER, "a", {""}},
    {WC_SPACE_READING, "a1412", {"", "channel ", "day ", "source ", "version "}},
    {WC_SPACE_BANK_FACT, "ah", {"", "reference "}},
    {WC_SPACE_REFERENCE, "a", {""}},
    {WC_SPACE_RECOVERY, "ah", {"", "request "}},
    {WC_SPACE_EPOCH, "", {""}},
    {WC_SPACE_TOP_UP, "ah", {"", "reference "}},
};

static const key_form *form_of(uint8_t space)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(forms); i++) {
        if (forms[i].space == space) return &forms[i];
    }
    return NULL;
}

static size_t width_of(char part)
{
    switch (part) {
    case 'a':
    case 'h': return 32;
    case '1': return 1;
    case '2': return 2;
    case '4': return 4;
    default: return 0; /* the rest */
    }
}

static void put_part(wc_buf *text, char part, wc_slice bytes)
{
    wc_address address;
    if (part == 'a') {
        memcpy(address.bytes, bytes.data, sizeof address.bytes);
        wc_address_put(text, &address);
    } else if (part == '1') {
        wc_buf_put_decimal(text, bytes.data[0]);
    } else if (part == '2') {
        wc_buf_put_decimal(text, wc_load_u16(bytes.data));
    } else if (part == '4') {
        wc_buf_put_decimal(text, wc_load_u32(bytes.data));
    } else if (part == 'n') {
        wc_buf_put_slice(text, bytes);
    } else {
        wc_buf_put_hex(text, bytes);
    }
}

static bool fits(const key_form *form, size_t len)
{
    size_t fixed = 0;
    bool has_rest = false;
    for (const char *part = form->parts; *part != '\0'; part++) {
        fixed += width_of(*part);
        has_rest = has_rest || width_of(*part) == 0;
    }
    return has_rest ? len >= fixed : len == fixed;
}

void wc_state_key_put_text(wc_buf *text, wc_slice key)
{
    const char *name = key.len > 0 ? wc_space_name(key.data[0]) : NULL;
    const key_form *form = key.len > 0 ? form_of(key.data[0]) : NULL;
    if (name == NULL || form == NULL || !fits(form, key.len - 1)) {
        wc_buf_put_text(text, "key ");
        wc_buf_put_hex(text, key);
        return;
    }
    wc_buf_put_text(text, name);
    size_t at = 1;
    for (size_t i = 0; form->parts[i] != '\0'; i++) {
        size_t width = width_of(form->parts[i]);
        if (width == 0) width = key.len - at;
        if (width == 0) break; /* the header of a collection has no element key */
        wc_buf_put_text(text, i == 0 ? " " : ", ");
        wc_buf_put_text(text, form->names[i]);
        put_part(text, form->parts[i], wc_slice_of(key.data + at, width));
        at += width;
    }
}

typedef struct field_row {
    uint8_t space, size;
    const char *name;
} field_row;

static const field_row fields[] = {
#define WC_STATE_FIELD(space, size, name) {WC_SPACE_##space, size, name},
#include "node/audit/state_fields.def"
#undef WC_STATE_FIELD
};

void wc_state_field_put_text(wc_buf *text, uint8_t space, size_t offset)
{
    size_t end = 0;
    for (size_t i = 0; i < WC_ARRAY_LEN(fields); i++) {
        if (fields[i].space != space) continue;
        end += fields[i].size;
        if (offset >= end) continue;
        wc_buf_put_text(text, fields[i].name);
        return;
    }
    wc_buf_put_text(text, "contents");
}
