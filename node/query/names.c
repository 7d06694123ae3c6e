/* names.json: a flat JSON object, read without a general JSON parser. */
#include "node/query/names.h"

#include "node/query/nearest.h"
#include "vm/base/text.h"

#define NEAR_MAX   5u /* names that are offered */
#define PREFIX_MIN 2u /* letters that are enough for the beginning of a name */

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
    size_t bad, start = r->at;
    while (r->at < r->text.len && r->text.data[r->at] != '"') {
        if (r->text.data[r->at] == '\\') return false;
        r->at++;
    }
    *string = (wc_str){r->text.data + start, r->at - start};
    if (wc_utf8_check(wc_slice_of(string->data, string->len), &bad) != WC_OK) {
        r->at = start + bad;
        return false;
    }
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

/* ---- looking up ------------------------------------------------------------------------------ */

wc_status wc_names_address(wc_address *address, const wc_names *names, wc_str text)
{
    if (wc_address_parse(address, text) == WC_OK) return WC_OK;
    if (wc_parse_hex(text, address->bytes, sizeof address->bytes) == WC_OK) return WC_OK;
    const wc_address *named = names != NULL ? wc_names_find(names, text) : NULL;
    if (named == NULL) return WC_NOT_FOUND;
    *address = *named;
    return WC_OK;
}

/* Slips between two words of any encoding; a word that begins the other counts as one. */
static size_t slips_between(wc_str meant, wc_str name)
{
    char a[64], b[64];
    if (meant.len >= sizeof a || name.len >= sizeof b) return SIZE_MAX;
    if (meant.len >= PREFIX_MIN && name.len >= meant.len &&
        memcmp(meant.data, name.data, meant.len) == 0) {
        return 1;
    }
    memcpy(a, meant.data, meant.len);
    a[meant.len] = '\0';
    memcpy(b, name.data, name.len);
    b[name.len] = '\0';
    return wc_nearest_slips(a, b);
}

/* The nearest ones first, those of one distance in the order of the file. */
void wc_names_put_near(wc_buf *text, const wc_names *names, wc_str meant)
{
    uint32_t found = 0;
    if (names == NULL) return;
    for (size_t slips = 1; slips <= WC_NEAREST_SLIPS_MAX; slips++) {
        for (uint32_t i = 0; i < names->count && found < NEAR_MAX; i++) {
            if (slips_between(meant, names->list[i].id) != slips) continue;
            wc_buf_put_text(text, found++ == 0 ? "; near it: " : ", ");
            wc_buf_put(text, names->list[i].id.data, names->list[i].id.len);
        }
    }
}

/* Cut, and without what a terminal would obey. */
static void put_word(wc_buf *text, wc_str word)
{
    for (size_t i = 0; i < word.len && i < 80; i++) {
        bool is_control = (uint8_t)word.data[i] < 0x20 || word.data[i] == 0x7F;
        wc_buf_put_u8(text, is_control ? '?' : (uint8_t)word.data[i]);
    }
}

void wc_names_refuse(wc_buf *text, const wc_names *names, wc_str meant)
{
    bool has_names = names != NULL && names->count > 0;
    wc_buf_put_text(text, "`");
    put_word(text, meant);
    if (meant.len > 3 && memcmp(meant.data, "wc1", 3) == 0) {
        wc_buf_put_text(text, "` is no address: a letter of its 61 is wrong or missing");
        wc_names_put_near(text, names, meant);
    } else if (!has_names) {
        wc_buf_put_text(text, names == NULL ? "` is no address (wc1...)"
                                            : "` is no address (wc1...), and no names are known: "
                                              "--names says where they are");
    } else {
        wc_buf_put_text(text, "` is no address (wc1...) and no name of names.json");
        wc_names_put_near(text, names, meant);
    }
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
