/* Events of the ledger, read by the table that defines them: each row says what its data are, as
 * "name type, name type", and that text is what is interpreted here. So a new event needs no code.
 *
 * Types: u8 u16 u32 u64 i64, 32 (address or hash), 65 (sub-account), "32 each" (as many as n said).
 * An amount is of the asset read before it; units and a pool are of the network unit. */
#include "node/query/decode.h"

#include "node/ledger/asset.h"
#include "node/query/posting.h"
#include "vm/base/text.h"

typedef struct event_row {
    uint16_t number;
    const char *data;
} event_row;

static const event_row rows[] = {
#define WC_EVENT(number, name, data, text) {number, data},
#include "node/ledger/events.def"
#undef WC_EVENT
};

void wc_money_put(wc_buf *text, const wc_money_names *money, uint32_t asset, int64_t amount)
{
    for (uint32_t i = 0; money != NULL && i < money->count; i++) {
        if (money->list[i].asset != asset) continue;
        wc_put_scaled(text, amount, money->list[i].scale);
        wc_buf_put_text(text, " ");
        wc_buf_put(text, money->list[i].code.data, money->list[i].code.len);
        return;
    }
    wc_buf_put_decimal(text, amount);
    wc_buf_put_text(text, " of asset ");
    wc_buf_put_decimal(text, asset);
}

/* ---- one field ---------------------------------------------------------------------------------
 */

typedef struct event_walk {
    wc_buf *text;
    const wc_names *names;
    const wc_money_names *money;
    wc_reader reader;
    uint32_t asset; /* as read before; amounts are of it */
    uint8_t count;  /* the field n as read before */
} event_walk;

/* "offer 32 (zero none)" -> name "offer", type "32". */
typedef struct event_field {
    wc_str name, type;
    bool is_repeated;
} event_field;

static wc_str trim(wc_str text)
{
    while (text.len > 0 && text.data[0] == ' ') text = (wc_str){text.data + 1, text.len - 1};
    while (text.len > 0 && text.data[text.len - 1] == ' ') text.len--;
    return text;
}

static wc_str cut_last_word(wc_str *text)
{
    size_t start = text->len;
    while (start > 0 && text->data[start - 1] != ' ') start--;
    wc_str word = {text->data + start, text->len - start};
    *text = trim((wc_str){text->data, start});
    return word;
}

static event_field field_of(wc_str text)
{
    event_field field = {.is_repeated = false};
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '(') text.len = i;
    }
    text = trim(text);
    field.type = cut_last_word(&text);
    if (wc_str_equal(field.type, WC_STR("each"))) {
        field.is_repeated = true;
        field.type = cut_last_word(&text);
    }
    field.name = text;
    return field;
}

static wc_status put_sub_account(event_walk *w)
{
    uint8_t kind;
    wc_address owner, party;
    WC_TRY(wc_read_u8(&w->reader, &kind));
    WC_TRY(wc_read_bytes(&w->reader, owner.bytes, sizeof owner.bytes));
    WC_TRY(wc_read_bytes(&w->reader, party.bytes, sizeof party.bytes));
    if (kind == WC_SUB_ESCROW) {
        wc_buf_put_text(w->text, "escrow of ");
        wc_names_put(w->text, w->names, &party);
        wc_buf_put_text(w->text, " in ");
    } else {
        wc_buf_put_text(w->text, kind == WC_SUB_FREE ? "free balance of " : "reserve of ");
    }
    for (int i = 0; i < WC_SYSTEM_COUNT; i++) {
        wc_address system = wc_address_system((wc_system_account)i);
        if (!wc_address_equal(&owner, &system)) continue;
        wc_buf_put_text(w->text, wc_system_account_name((wc_system_account)i));
        return WC_OK;
    }
    wc_names_put(w->text, w->names, &owner);
    return WC_OK;
}

/* Its code, or its number when it is not known. */
static void put_asset(event_walk *w)
{
    for (uint32_t i = 0; w->money != NULL && i < w->money->count; i++) {
        if (w->money->list[i].asset != w->asset) continue;
        wc_buf_put(w->text, w->money->list[i].code.data, w->money->list[i].code.len);
        return;
    }
    wc_buf_put_decimal(w->text, w->asset);
}

/* A posting that no call and no code made says so by the largest number. */
static bool is_none(const event_field *field, uint64_t value)
{
    return (wc_str_equal(field->name, WC_STR("call")) && value == UINT8_MAX) ||
           (wc_str_equal(field->name, WC_STR("function")) && value == UINT16_MAX);
}

static wc_status put_number(event_walk *w, const event_field *field, size_t width)
{
    wc_slice bytes;
    uint64_t value = 0;
    WC_TRY(wc_read_slice(&w->reader, width, &bytes));
    for (size_t i = 0; i < width; i++) value = value << 8 | bytes.data[i];
    if (wc_str_equal(field->name, WC_STR("amount"))) {
        wc_money_put(w->text, w->money, w->asset, (int64_t)value);
        return WC_OK;
    }
    if (wc_str_equal(field->name, WC_STR("units")) || wc_str_equal(field->name, WC_STR("pool"))) {
        wc_money_put(w->text, w->money, WC_ASSET_NETWORK, (int64_t)value);
        return WC_OK;
    }
    if (wc_str_equal(field->name, WC_STR("asset"))) {
        w->asset = (uint32_t)value;
        put_asset(w);
        return WC_OK;
    }
    if (wc_str_equal(field->name, WC_STR("cause"))) {
        wc_buf_put_text(w->text, wc_posting_cause_name((wc_posting_cause)value));
        return WC_OK;
    }
    if (wc_str_equal(field->name, WC_STR("n"))) w->count = (uint8_t)value;
    if (is_none(field, value)) {
        wc_buf_put_text(w->text, "none");
        return WC_OK;
    }
    wc_buf_put_decimal(w->text, (int64_t)value);
    return WC_OK;
}

static wc_status put_address(event_walk *w)
{
    wc_address address;
    WC_TRY(wc_read_bytes(&w->reader, address.bytes, sizeof address.bytes));
    if (wc_address_is_zero(&address)) {
        wc_buf_put_text(w->text, "none");
    } else {
        wc_names_put(w->text, w->names, &address);
    }
    return WC_OK;
}

static wc_status put_value(event_walk *w, const event_field *field)
{
    if (wc_str_equal(field->type, WC_STR("65"))) return put_sub_account(w);
    if (wc_str_equal(field->type, WC_STR("32"))) return put_address(w);
    if (wc_str_equal(field->type, WC_STR("u8"))) return put_number(w, field, 1);
    if (wc_str_equal(field->type, WC_STR("u16"))) return put_number(w, field, 2);
    if (wc_str_equal(field->type, WC_STR("u32"))) return put_number(w, field, 4);
    if (wc_str_equal(field->type, WC_STR("i64"))) return put_number(w, field, 8);
    if (wc_str_equal(field->type, WC_STR("u64"))) return put_number(w, field, 8);
    return WC_NOT_SUPPORTED;
}

/* ---- the row -----------------------------------------------------------------------------------
 */

static wc_status put_field(event_walk *w, wc_str text)
{
    event_field field = field_of(text);
    uint32_t times = field.is_repeated ? w->count : 1;
    wc_buf_put(w->text, field.name.data, field.name.len);
    for (uint32_t i = 0; i < times; i++) {
        wc_buf_put_text(w->text, i == 0 ? " " : ", ");
        WC_TRY(put_value(w, &field));
    }
    return WC_OK;
}

static wc_status put_row(event_walk *w, wc_str data)
{
    size_t start = 0;
    for (size_t i = 0; i <= data.len; i++) {
        if (i < data.len && data.data[i] != ',') continue;
        if (start > 0) wc_buf_put_text(w->text, ", ");
        WC_TRY(put_field(w, (wc_str){data.data + start, i - start}));
        start = i + 1;
    }
    return wc_read_end(&w->reader);
}

void wc_decode_ledger_event(wc_buf *text, const wc_names *names, const wc_money_names *money,
                            uint16_t type, wc_slice data)
{
    event_walk w = {.text = text, .names = names, .money = money, .reader = wc_reader_of(data)};
    const char *name = wc_ledger_event_name(type);
    wc_buf_put_text(text, name != NULL ? name : "unknown event");
    for (size_t i = 0; i < WC_ARRAY_LEN(rows); i++) {
        if (rows[i].number != type) continue;
        wc_buf_put_text(text, "(");
        wc_status status = put_row(&w, wc_str_of(rows[i].data));
        wc_buf_put_text(text, status == WC_OK ? ")" : " malformed)");
        return;
    }
}
