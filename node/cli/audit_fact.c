/* From words to a fact: "balance home-1 CNY", "event 57.0.3". Names come from the names.json beside
 * the ledger; they choose what is proved, never what it says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/cli/audit_proof.h"
#include "node/ledger/meter.h"
#include "node/ledger/page.h"
#include "node/query/when.h"
#include "vm/base/text.h"

typedef struct wish {
    const wc_cli *cli;
    wc_chain *chain;
    const wc_names *names;
    const char *const *args; /* behind the fact's name */
    int count;
    wc_cli_fact *fact;
} wish;

/* ---- arguments -------------------------------------------------------------------------------
 */

static bool read_address(const wish *w, int i, wc_address *address)
{
    wc_str text = wc_str_of(w->args[i]);
    const wc_address *known = wc_names_find(w->names, text);
    if (known != NULL) {
        *address = *known;
        return true;
    }
    if (wc_address_parse(address, text) == WC_OK) return true;
    (void)wc_cli_fail(
        w->cli, WC_EXIT_USAGE,
        "`%.80s` is neither an address (wc1...) nor a name of the ledger's names.json", w->args[i]);
    return false;
}

static bool read_number(const wish *w, const char *text, uint64_t max, uint64_t *value)
{
    int64_t number;
    wc_status status = wc_parse_scaled(wc_str_of(text), 0, &number);
    if (status == WC_OK && number >= 0 && (uint64_t)number <= max) {
        *value = (uint64_t)number;
        return true;
    }
    (void)wc_cli_fail(w->cli, WC_EXIT_USAGE, "`%.80s` is no number up to %llu", text,
                      (unsigned long long)max);
    return false;
}

static bool read_asset(const wish *w, int i, uint32_t *asset)
{
    uint64_t number;
    *asset = wc_chain_asset(w->chain, wc_str_of(w->args[i]));
    if (*asset != 0) return true;
    if (w->args[i][0] < '0' || w->args[i][0] > '9') {
        (void)wc_cli_fail(w->cli, WC_EXIT_USAGE, "there is no asset `%.40s`", w->args[i]);
        return false;
    }
    if (!read_number(w, w->args[i], UINT32_MAX, &number)) return false;
    *asset = (uint32_t)number;
    return true;
}

static bool read_span(const wish *w, int i, int64_t *from_s)
{
    int64_t to_s;
    if (wc_parse_span(wc_str_of(w->args[i]), from_s, &to_s) == WC_OK) return true;
    (void)wc_cli_fail(w->cli, WC_EXIT_USAGE,
                      "`%.40s` is no time like 2022-09-01 or 2022-09-01T18:15", w->args[i]);
    return false;
}

static bool read_version(const wish *w, int i, uint16_t *version)
{
    uint64_t number = 0;
    if (i < w->count && !read_number(w, w->args[i], UINT16_MAX, &number)) return false;
    *version = (uint16_t)number;
    return true;
}

/* "57.0" */
static bool read_place(const wish *w, int i, uint64_t *seq, uint32_t *index)
{
    const char *text = w->args[i], *point = strchr(text, '.');
    char front[32];
    uint64_t number;
    if (point == NULL || (size_t)(point - text) >= sizeof front) {
        (void)wc_cli_fail(w->cli, WC_EXIT_USAGE, "`%.80s` is no place like 57.0: RECORD.INDEX",
                          text);
        return false;
    }
    memcpy(front, text, (size_t)(point - text));
    front[point - text] = '\0';
    if (!read_number(w, front, INT64_MAX, seq)) return false;
    if (!read_number(w, point + 1, UINT32_MAX, &number)) return false;
    *index = (uint32_t)number;
    return true;
}

static wc_exit found_key(wish *w, wc_state_key key)
{
    w->fact->kind = WC_FACT_STATE;
    w->fact->key = key;
    return WC_EXIT_DONE;
}

/* ---- facts about the state -------------------------------------------------------------------
 */

static wc_exit fact_balance(wish *w)
{
    wc_address party;
    uint32_t asset;
    if (!read_address(w, 0, &party) || !read_asset(w, 1, &asset)) return WC_EXIT_USAGE;
    return found_key(w, wc_key_free(&party, asset));
}

static wc_exit fact_escrow(wish *w)
{
    wc_address contract, party;
    uint32_t asset;
    if (!read_address(w, 0, &contract) || !read_address(w, 1, &party) ||
        !read_asset(w, 2, &asset)) {
        return WC_EXIT_USAGE;
    }
    return found_key(w, wc_key_escrow(&contract, &party, asset));
}

static wc_exit fact_account(wish *w)
{
    wc_address address;
    if (!read_address(w, 0, &address)) return WC_EXIT_USAGE;
    return found_key(w, wc_key_account(&address));
}

static wc_exit fact_contract(wish *w)
{
    wc_address address;
    if (!read_address(w, 0, &address)) return WC_EXIT_USAGE;
    return found_key(w, wc_key_instance(&address));
}

static wc_exit fact_asset(wish *w)
{
    uint32_t asset;
    if (!read_asset(w, 0, &asset)) return WC_EXIT_USAGE;
    return found_key(w, wc_key_asset(asset));
}

static wc_exit fact_meter(wish *w)
{
    wc_address address;
    if (!read_address(w, 0, &address)) return WC_EXIT_USAGE;
    return found_key(w, wc_key_meter(&address));
}

/* The page that the meter is in, of any channel; false: it reports by itself. */
static bool find_page(const wish *w, const wc_address *meter, wc_meter_page *place)
{
    for (uint8_t channel = 0; channel < WC_CHANNEL_COUNT; channel++) {
        wc_slice value;
        wc_state_key key = wc_key_meter_page(meter, channel);
        if (wc_chain_get(w->chain, &key, &value) != WC_OK) continue;
        return wc_meter_page_decode(place, value) == WC_OK;
    }
    return false;
}

/* Of a meter in a page: the page's day. Else channel 0 and the device itself, which are the only
 * ones that the ledger takes of single readings. */
static wc_exit fact_readings(wish *w)
{
    wc_address meter;
    int64_t from_s;
    uint16_t version;
    if (!read_address(w, 0, &meter) || !read_span(w, 1, &from_s) || !read_version(w, 2, &version)) {
        return WC_EXIT_USAGE;
    }
    wc_meter_page place;
    uint32_t day = (uint32_t)(from_s / WC_DAY_S);
    if (find_page(w, &meter, &place)) {
        return found_key(w, wc_key_page_day(&place.aggregator, place.page, day));
    }
    return found_key(w, wc_key_reading(&meter, 0, day, WC_SOURCE_DEVICE, version));
}

static wc_exit fact_key(wish *w)
{
    wc_str text = wc_str_of(w->args[0]);
    wc_state_key key = {.len = 0};
    size_t len = text.len / 2;
    bool is_right = text.len % 2 == 0 && len >= 1 && len <= sizeof key.bytes &&
                    wc_parse_hex(text, key.bytes, len) == WC_OK;
    if (!is_right || wc_space_name(key.bytes[0]) == NULL) {
        return wc_cli_fail(w->cli, WC_EXIT_USAGE,
                           "a key is the number of a state space and a logical key in hex, at most "
                           "%zu bytes (docs/reference/ledger.md)",
                           sizeof key.bytes);
    }
    key.len = (uint8_t)len;
    return found_key(w, key);
}

/* ---- fields of contracts ---------------------------------------------------------------------
 */

/* Numbers order by their bytes when the sign bit is turned over. */
static void put_ordered(wc_buf *buf, int64_t value)
{
    wc_buf_put_u64(buf, (uint64_t)value ^ UINT64_C(1) << 63);
}

static bool put_tag(wc_buf *buf, const wc_module *module, const wc_type *type, wc_str text)
{
    for (uint16_t i = 0; i < type->count; i++) {
        if (!wc_str_equal(module->strings[type->variants[i].name], text)) continue;
        wc_buf_put_u16(buf, i);
        return true;
    }
    return false;
}

static bool put_time(wc_buf *buf, wc_str text, bool is_date)
{
    int64_t from_s, to_s;
    if (wc_parse_span(text, &from_s, &to_s) != WC_OK) return false;
    put_ordered(buf, is_date ? from_s / WC_DAY_S : from_s);
    return true;
}

static bool put_decimal(wc_buf *buf, const wc_type *type, wc_str text)
{
    int64_t value;
    unsigned scale = type->kind == WC_TYPE_DEC ? type->scale : 0;
    if (wc_parse_scaled(text, scale, &value) != WC_OK) return false;
    put_ordered(buf, value);
    return true;
}

/* The bytes of an element's key, as people write its value; 0x.. are the bytes themselves. */
static bool put_element(const wish *w, wc_buf *buf, const wc_module *module, const wc_type *type)
{
    wc_str text = wc_str_of(w->args[2]);
    wc_address party;
    if (text.len > 2 && text.len % 2 == 0 && memcmp(text.data, "0x", 2) == 0) {
        uint8_t bytes[WC_ELEMENT_KEY_MAX];
        size_t len = text.len / 2 - 1;
        wc_str digits = {text.data + 2, text.len - 2};
        if (len > sizeof bytes || wc_parse_hex(digits, bytes, len) != WC_OK) return false;
        wc_buf_put(buf, bytes, len);
        return true;
    }
    switch ((int)type->kind) {
    case WC_TYPE_PARTY:
        if (!read_address(w, 2, &party)) return false;
        wc_buf_put(buf, party.bytes, sizeof party.bytes);
        return true;
    case WC_TYPE_INT:
    case WC_TYPE_DEC: return put_decimal(buf, type, text);
    case WC_TYPE_TIME: return put_time(buf, text, false);
    case WC_TYPE_DATE: return put_time(buf, text, true);
    case WC_TYPE_TAG: return put_tag(buf, module, type, text);
    case WC_TYPE_TEXT:
        wc_buf_put(buf, text.data, text.len);
        wc_buf_put_u8(buf, 0);
        return true;
    default: return false;
    }
}

static wc_exit find_element(wish *w, const wc_address *address, const wc_module *module,
                            const wc_storage_field *field)
{
    uint8_t bytes[WC_ELEMENT_KEY_MAX];
    wc_buf buf;
    const wc_type *type = &module->types[field->type];
    uint64_t index;
    if (w->count < 3) return found_key(w, wc_key_field(address, field->id));
    wc_buf_init(&buf, bytes, sizeof bytes);
    bool is_read = false;
    if (type->kind == WC_TYPE_LIST && strncmp(w->args[2], "0x", 2) != 0) {
        if (!read_number(w, w->args[2], UINT32_MAX, &index)) return WC_EXIT_USAGE;
        wc_buf_put_u32(&buf, (uint32_t)index);
        is_read = true;
    } else {
        is_read = put_element(w, &buf, module, &module->types[type->item]);
    }
    if (!is_read || buf.full || buf.len == 0) {
        return wc_cli_fail(
            w->cli, WC_EXIT_USAGE,
            "`%.80s` is no key of an element of `%.80s`; as bytes it is written 0x..", w->args[2],
            w->args[1]);
    }
    return found_key(w, wc_key_element(address, field->id, wc_buf_slice(&buf)));
}

static bool has_member(const wc_module *module, uint16_t tuple, wc_str name)
{
    if (tuple == WC_NONE) return false;
    const wc_type *type = &module->types[tuple];
    for (uint16_t i = 0; i < type->count; i++) {
        uint16_t string = type->fields[i].name;
        if (string != WC_NONE && wc_str_equal(module->strings[string], name)) return true;
    }
    return false;
}

static void put_names_of(wc_buf *text, const wc_module *module, uint16_t tuple)
{
    if (tuple == WC_NONE) return;
    const wc_type *type = &module->types[tuple];
    for (uint16_t i = 0; i < type->count; i++) {
        if (type->fields[i].name == WC_NONE) continue;
        wc_str name = module->strings[type->fields[i].name];
        if (text->len > 0) wc_buf_put_text(text, ", ");
        wc_buf_put(text, name.data, name.len);
    }
}

static wc_exit no_field(const wish *w, const wc_module *module, uint16_t state)
{
    uint8_t memory[2048];
    wc_buf text;
    wc_buf_init(&text, memory, sizeof memory);
    put_names_of(&text, module, module->storage_type);
    put_names_of(&text, module, module->terms_type);
    put_names_of(&text, module, module->states[state].data);
    for (uint16_t i = 0; i < module->field_count; i++) {
        if (module->fields[i].root != WC_NONE) continue;
        wc_str name = module->strings[module->fields[i].name];
        if (text.len > 0) wc_buf_put_text(&text, ", ");
        wc_buf_put(&text, name.data, name.len);
    }
    return wc_cli_fail(w->cli, WC_EXIT_USAGE, "this %.*s has no `%.80s`; it has %.*s",
                       WC_STR_ARG(module->strings[0]), w->args[1], (int)text.len,
                       (const char *)text.data);
}

static wc_exit fact_field(wish *w)
{
    wc_address address;
    wc_chain_contract contract;
    if (!read_address(w, 0, &address)) return WC_EXIT_USAGE;
    wc_str name = wc_str_of(w->args[1]);
    if (name.len > WC_PROOF_FOCUS_MAX ||
        wc_chain_contract_of(w->chain, &address, &contract) != WC_OK) {
        return wc_cli_fail(w->cli, WC_EXIT_FAILS, "there is no contract %.80s", w->args[0]);
    }
    const wc_module *module = contract.module;
    for (uint16_t i = 0; i < module->field_count; i++) {
        const wc_storage_field *field = &module->fields[i];
        if (field->root != WC_NONE) continue;
        if (wc_str_equal(module->strings[field->name], name)) {
            return find_element(w, &address, module, field);
        }
    }
    bool has = has_member(module, module->storage_type, name) ||
               has_member(module, module->terms_type, name) ||
               has_member(module, module->states[contract.entry.state].data, name);
    if (!has || w->count > 2) return no_field(w, module, contract.entry.state);
    w->fact->focus = name;
    return found_key(w, wc_key_instance(&address));
}

/* ---- facts in a record -----------------------------------------------------------------------
 */

static wc_exit fact_receipt(wish *w)
{
    if (!read_place(w, 0, &w->fact->seq, &w->fact->receipt)) return WC_EXIT_USAGE;
    w->fact->kind = WC_FACT_RECEIPT;
    w->fact->has_seq = true;
    return WC_EXIT_DONE;
}

static wc_exit fact_event(wish *w)
{
    wc_event_id id;
    if (!wc_event_id_parse(&id, wc_str_of(w->args[0]))) {
        return wc_cli_fail(w->cli, WC_EXIT_USAGE,
                           "`%.80s` is no event like 57.0.3: RECORD.RECEIPT.EVENT", w->args[0]);
    }
    *w->fact = (wc_cli_fact){.kind = WC_FACT_EVENT,
                             .has_seq = true,
                             .seq = id.seq,
                             .receipt = id.receipt,
                             .event = id.event};
    return WC_EXIT_DONE;
}

static wc_exit fact_transaction(wish *w)
{
    wc_hash id;
    wc_status status;
    wc_cli_fact *fact = w->fact;
    wc_str text = wc_str_of(w->args[0]);
    fact->kind = WC_FACT_TX;
    fact->has_seq = true;
    if (text.len != 2 * WC_HASH_SIZE || wc_parse_hex(text, id.bytes, sizeof id.bytes) != WC_OK) {
        fact->receipt = UINT32_MAX; /* by its position in the block */
        return read_place(w, 0, &fact->seq, &fact->position) ? WC_EXIT_DONE : WC_EXIT_USAGE;
    }
    wc_prove_answer answer = wc_prove_find_tx(w->chain, &status, &id, &fact->seq, &fact->receipt);
    if (answer == WC_PROVE_DONE) return WC_EXIT_DONE;
    if (answer == WC_PROVE_NOTHING) {
        return wc_cli_fail(w->cli, WC_EXIT_FAILS, "no record holds transaction %s", w->args[0]);
    }
    return wc_cli_fact_fail(w->cli, w->chain, answer, status, 0, 0);
}

static wc_exit fact_reading(wish *w)
{
    wc_address meter;
    int64_t at_s;
    uint16_t version;
    wc_status status;
    wc_cli_fact *fact = w->fact;
    if (!read_address(w, 0, &meter) || !read_span(w, 1, &at_s) || !read_version(w, 2, &version)) {
        return WC_EXIT_USAGE;
    }
    wc_prove_answer answer =
        wc_prove_find_reading(w->chain, &status, &meter, at_s, version, &fact->reading);
    fact->kind = WC_FACT_READINGS;
    fact->has_seq = true;
    fact->seq = fact->reading.seq;
    if (answer == WC_PROVE_DONE) return WC_EXIT_DONE;
    if (answer == WC_PROVE_NOTHING) {
        return wc_cli_fail(w->cli, WC_EXIT_FAILS,
                           "%.80s reported nothing for the interval from %.40s in version %u; "
                           "`audit proof LEDGER readings` proves that",
                           w->args[0], w->args[1], version);
    }
    return wc_cli_fact_fail(w->cli, w->chain, answer, status, 0, 0);
}

/* ---- the table -------------------------------------------------------------------------------
 */

typedef struct fact_row {
    const char *name, *arguments;
    int min, max;
    wc_exit (*read)(wish *w);
} fact_row;

static const fact_row rows[] = {
    {"balance", "PARTY ASSET", 2, 2, fact_balance},
    {"escrow", "CONTRACT PARTY ASSET", 3, 3, fact_escrow},
    {"account", "PARTY", 1, 1, fact_account},
    {"contract", "CONTRACT", 1, 1, fact_contract},
    {"field", "CONTRACT NAME [ELEMENT]", 2, 3, fact_field},
    {"asset", "ASSET", 1, 1, fact_asset},
    {"meter", "METER", 1, 1, fact_meter},
    {"readings", "METER DATE [VERSION]", 2, 3, fact_readings},
    {"key", "HEX", 1, 1, fact_key},
    {"receipt", "RECORD.INDEX", 1, 1, fact_receipt},
    {"event", "RECORD.RECEIPT.EVENT", 1, 1, fact_event},
    {"transaction", "ID|RECORD.POSITION", 1, 1, fact_transaction},
    {"reading", "METER TIME [VERSION]", 2, 3, fact_reading},
};

void wc_cli_fact_usage(wc_buf *text)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(rows); i++) {
        if (i > 0) wc_buf_put_text(text, ", ");
        wc_buf_put_text(text, rows[i].name);
        wc_buf_put_text(text, " ");
        wc_buf_put_text(text, rows[i].arguments);
    }
}

wc_exit wc_cli_fact_read(const wc_cli *cli, wc_chain *chain, const wc_names *names,
                         wc_cli_fact *fact)
{
    uint8_t memory[1024];
    wc_buf text;
    wish w = {.cli = cli,
              .chain = chain,
              .names = names,
              .args = cli->argv + 3,
              .count = cli->argc - 3,
              .fact = fact};
    *fact = (wc_cli_fact){.kind = WC_FACT_STATE};
    for (size_t i = 0; i < WC_ARRAY_LEN(rows); i++) {
        if (cli->argc < 3 || strcmp(cli->argv[2], rows[i].name) != 0) continue;
        if (w.count >= rows[i].min && w.count <= rows[i].max) return rows[i].read(&w);
        return wc_cli_fail(cli, WC_EXIT_USAGE, "takes `proof LEDGER %s %s`", rows[i].name,
                           rows[i].arguments);
    }
    wc_buf_init(&text, memory, sizeof memory);
    wc_cli_fact_usage(&text);
    return wc_cli_fail(cli, WC_EXIT_USAGE, "takes `proof LEDGER FACT`; a FACT is one of %.*s",
                       (int)text.len, (const char *)text.data);
}
