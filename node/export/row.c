/* Rows of CSV (RFC 4180: CRLF, quotes where needed; no cell is a formula), and fields of events. */
#include "node/export/row.h"

#include <string.h>

#include "node/query/when.h"
#include "vm/base/text.h"

/* ---- writing -----------------------------------------------------------------------------------
 */

static void put(wc_export *e, const char *bytes, size_t len)
{
    if (len == 0 || e->status != WC_OK) return;
    if (fwrite(bytes, 1, len, e->file) != len) e->status = WC_IO;
}

static bool needs_quotes(wc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (strchr(",\"\r\n", text.data[i]) != NULL) return true;
    }
    return false;
}

/* "-12.50" is data also for a spreadsheet. */
static bool is_negative(wc_str text)
{
    if (text.len < 2 || text.data[0] != '-') return false;
    for (size_t i = 1; i < text.len; i++) {
        if ((text.data[i] < '0' || text.data[i] > '9') && text.data[i] != '.') return false;
    }
    return true;
}

/* Spreadsheets take a cell that begins so for a formula, and run it. Names and texts are chosen by
 * people whom the reader of a table need not trust. */
static bool is_formula(wc_str text)
{
    static const char *const starts[] = {
        "=",           "+", "-", "@", "\t", "\r", "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d",
        "\xef\xbc\xa0"};
    for (size_t i = 0; i < WC_ARRAY_LEN(starts); i++) {
        size_t len = strlen(starts[i]);
        if (text.len >= len && memcmp(text.data, starts[i], len) == 0) return !is_negative(text);
    }
    return false;
}

void wc_export_str(wc_export *e, wc_str text)
{
    bool is_quoted = needs_quotes(text);
    if (e->column++ > 0) put(e, ",", 1);
    if (is_quoted) put(e, "\"", 1);
    if (is_formula(text)) put(e, "'", 1);
    if (!is_quoted) {
        put(e, text.data, text.len);
        return;
    }
    for (size_t i = 0; i < text.len; i++) {
        put(e, text.data + i, 1);
        if (text.data[i] == '"') put(e, "\"", 1);
    }
    put(e, "\"", 1);
}

static wc_buf field_begin(const wc_export *e)
{
    wc_buf text;
    wc_buf_init(&text, e->field, WC_EXPORT_FIELD_MAX);
    return text;
}

static void field_end(wc_export *e, const wc_buf *text)
{
    if (text->full && e->status == WC_OK) e->status = WC_TOO_LARGE;
    wc_export_str(e, (wc_str){(const char *)text->data, text->full ? 0 : text->len});
}

void wc_export_number(wc_export *e, int64_t number)
{
    wc_buf text = field_begin(e);
    wc_buf_put_decimal(&text, number);
    field_end(e, &text);
}

void wc_export_decimal(wc_export *e, int64_t value, unsigned scale)
{
    wc_buf text = field_begin(e);
    wc_put_scaled(&text, value, scale);
    field_end(e, &text);
}

void wc_export_party(wc_export *e, const wc_address *party)
{
    wc_buf text = field_begin(e);
    wc_address_put(&text, party);
    field_end(e, &text);
    wc_export_str(e, wc_names_of(&e->query->names, party));
}

void wc_export_contract(wc_export *e, const wc_query_module *module, const wc_address *instance)
{
    wc_export_str(e, wc_query_contract_name(module));
    wc_buf text = field_begin(e);
    wc_address_put(&text, instance);
    field_end(e, &text);
}

void wc_export_begin(wc_export *e, const wc_visit *visit, uint32_t event)
{
    e->column = 0;
    wc_export_number(e, (int64_t)visit->seq);
    wc_export_number(e, visit->receipt);
    wc_export_number(e, event);
    const wc_receipt *receipt = &visit->page->receipt;
    wc_buf text = field_begin(e);
    if (receipt->kind == WC_RECEIPT_TX) {
        wc_buf_put_hex(&text, wc_slice_of(receipt->subject.bytes, sizeof receipt->subject.bytes));
    }
    field_end(e, &text);
    text = field_begin(e);
    wc_put_time(&text, visit->time_s);
    field_end(e, &text);
}

void wc_export_end(wc_export *e)
{
    put(e, "\r\n", 2);
    e->report->rows++;
}

/* ---- totals ------------------------------------------------------------------------------------
 */

static void add_to(wc_export *e, int64_t *sum, int64_t amount)
{
    if (__builtin_add_overflow(*sum, amount, sum) && e->status == WC_OK) e->status = WC_OVERFLOW;
}

void wc_export_add(wc_export *e, wc_str unit, uint8_t scale, int64_t first, int64_t second)
{
    wc_export_report *report = e->report;
    uint32_t i = 0;
    while (i < report->total_count &&
           !(report->totals[i].scale == scale && wc_str_equal(report->totals[i].unit, unit))) {
        i++;
    }
    if (i == WC_EXPORT_TOTALS_MAX) {
        if (e->status == WC_OK) e->status = WC_TOO_LARGE;
        return;
    }
    if (i == report->total_count) {
        report->totals[report->total_count++] = (wc_export_total){.unit = unit, .scale = scale};
    }
    add_to(e, &report->totals[i].first, first);
    add_to(e, &report->totals[i].second, second);
}

const wc_money_name *wc_export_asset(const wc_export *e, uint32_t asset)
{
    const wc_money_names *money = &e->query->money;
    for (uint32_t i = 0; i < money->count; i++) {
        if (money->list[i].asset == asset) return &money->list[i];
    }
    return NULL;
}

/* ---- events ------------------------------------------------------------------------------------
 */

bool wc_export_open_event(wc_export *e, const wc_event *event, wc_export_event *opened)
{
    wc_address ledger = wc_address_system(WC_SYSTEM_LEDGER);
    if (wc_address_equal(&event->emitter, &ledger)) return false;
    const wc_query_module *module = wc_query_contract(e->query, &event->emitter);
    if (module == NULL || event->type >= module->module->event_count) return false;
    const wc_signature_decl *decl = &module->module->events[event->type];
    *opened = (wc_export_event){.module = module,
                                .event = event,
                                .name = module->module->strings[decl->name],
                                .args = decl->args};
    return true;
}

static bool find(const wc_export_event *event, const char *name, const wc_type **type,
                 uint16_t *index, wc_slice *value)
{
    const wc_decoder decoder = {.module = event->module->module};
    if (wc_decode_field(&decoder, event->args, event->event->data, name, index, value) != WC_OK) {
        return false;
    }
    *type = &event->module->module->types[*index];
    return true;
}

bool wc_export_value_of(const wc_export_event *event, const char *name, wc_export_value *value)
{
    const wc_type *type;
    uint16_t index;
    wc_slice bytes;
    if (!find(event, name, &type, &index, &bytes)) return false;
    if (type->kind != WC_TYPE_DEC || bytes.len != 8) return false;
    const wc_module *module = event->module->module;
    value->number = (int64_t)wc_load_u64(bytes.data);
    value->scale = type->scale;
    value->unit =
        type->unit != WC_NONE ? module->strings[module->units[type->unit].text] : WC_STR("");
    return true;
}

bool wc_export_party_of(const wc_export_event *event, const char *name, wc_address *party)
{
    const wc_type *type;
    uint16_t index;
    wc_slice bytes;
    if (!find(event, name, &type, &index, &bytes)) return false;
    if (type->kind != WC_TYPE_PARTY || bytes.len != sizeof party->bytes) return false;
    memcpy(party->bytes, bytes.data, sizeof party->bytes);
    return true;
}

void wc_export_field(wc_export *e, const wc_export_event *event, const char *name)
{
    const wc_type *type;
    uint16_t index;
    wc_slice bytes;
    if (!find(event, name, &type, &index, &bytes)) {
        wc_export_str(e, WC_STR(""));
        return;
    }
    if (type->kind == WC_TYPE_TEXT && bytes.len >= 4) { /* length u32, bytes */
        wc_export_str(e, (wc_str){(const char *)bytes.data + 4, bytes.len - 4});
        return;
    }
    wc_buf text = field_begin(e);
    const wc_decoder decoder = {.module = event->module->module, .names = &e->query->names};
    wc_decode_put(&text, &decoder, index, bytes);
    field_end(e, &text);
}
