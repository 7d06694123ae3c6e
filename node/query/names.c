/* names.json: a flat JSON object, read without a general JSON parser. */
#include "node/query/names.h"

typedef struct reader {
    wc_str text;
    size_t at;
} reader;

static void skip_space(reader *r)
{
    while (r->at < r->text.len && strchr(" \t\r\n", r->text.data[r->at]) != NULL &&
           r->text.data[r->at] != '\0') {
        r->at++;
    }
}

static bool take(reader *r, char mark)
{
    skip_space(r);
    if (r->at == r->text.len || r->text.data[r->at] != mark) return false;
    r->at++;
    return true;
}

static bool take_string(reader *r, wc_str *string)
{
    if (!take(r, '"')) return false;
    size_t start = r->at;
    while (r->at < r->text.len && r->text.data[r->at] != '"') {
        if (r->text.data[r->at] == '\\' || (uint8_t)r->text.data[r->at] < 0x20) return false;
        r->at++;
    }
    *string = (wc_str){r->text.data + start, r->at - start};
    return take(r, '"');
}

static wc_status read_list(reader *r, wc_name *list, uint32_t *count)
{
    if (!take(r, '{')) return WC_OUT_OF_DOMAIN;
    if (take(r, '}')) return WC_OK;
    do {
        wc_name *name = &list[*count];
        wc_str address;
        if (*count == WC_NAMES_MAX) return WC_TOO_LARGE;
        if (!take_string(r, &name->id) || !take(r, ':') || !take_string(r, &address)) {
            return WC_OUT_OF_DOMAIN;
        }
        WC_TRY(wc_address_parse(&name->address, address));
        (*count)++;
    } while (take(r, ','));
    return take(r, '}') ? WC_OK : WC_OUT_OF_DOMAIN;
}

wc_status wc_names_read(wc_names *names, size_t *bad, wc_arena *arena, wc_str json)
{
    reader r = {json, 0};
    uint32_t count = 0;
    *names = (wc_names){.count = 0};
    wc_name *list = WC_ARENA_ARRAY(arena, wc_name, WC_NAMES_MAX + 1);
    if (list == NULL) return WC_NO_MEMORY;
    wc_status status = read_list(&r, list, &count);
    skip_space(&r);
    if (status == WC_OK && r.at < r.text.len) status = WC_OUT_OF_DOMAIN;
    *bad = r.at;
    if (status == WC_OK) *names = (wc_names){.count = count, .list = list};
    return status;
}

const wc_address *wc_names_find(const wc_names *names, wc_str id)
{
    for (uint32_t i = 0; i < names->count; i++) {
        if (wc_str_equal(names->list[i].id, id)) return &names->list[i].address;
    }
    return NULL;
}

wc_str wc_names_of(const wc_names *names, const wc_address *address)
{
    for (uint32_t i = 0; i < names->count; i++) {
        if (wc_address_equal(&names->list[i].address, address)) return names->list[i].id;
    }
    return (wc_str){NULL, 0};
}

void wc_names_put(wc_buf *text, const wc_names *names, const wc_address *address)
{
    wc_str id = {NULL, 0};
    if (names != NULL) id = wc_names_of(names, address);
    if (id.len > 0) {
        wc_buf_put(text, id.data, id.len);
        return;
    }
    if (names != NULL && names->is_whole) {
        wc_address_put(text, address);
        return;
    }
    char whole[WC_ADDRESS_TEXT_LEN + 1];
    wc_address_text(whole, address);
    wc_buf_put(text, whole, 8);
    wc_buf_put_text(text, "...");
    wc_buf_put(text, whole + WC_ADDRESS_TEXT_LEN - 4, 4);
}
