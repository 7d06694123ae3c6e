/* statement: a party's lines, their sums, what its bank recorded, and its network units.
 *
 * A line is an event `Line` of any contract, with the fields component, payer, payee, quantity,
 * exact, amount and, when it has one, day (stdlib std.settle), or a payment of a page's close
 * (page_line.h), whose day is that of the payment. */
#include <stdio.h>

#include "node/query/inside.h"
#include "node/query/page_line.h"
#include "node/query/when.h"
#include "vm/base/text.h"

#define TEXT_MAX   8192u
#define SUMS_MAX   8u
#define BEFORE_S   (4 * 3600)  /* bank facts of a day: from the evening before */
#define BEHIND_S   (28 * 3600) /* to the morning after its end */
#define FIELD_TEXT 96u

typedef struct sum {
    wc_str unit;
    uint8_t scale;
    int64_t paid, received;
} sum;

typedef struct statement {
    wc_query *query;
    wc_outline *outline;
    const wc_address *party;
    int64_t day; /* INT64_MIN: all */
    bool is_bank_part;
    bool is_mentioned; /* set while an event is decoded */
    uint32_t lines, facts;
    uint32_t sum_count;
    sum sums[SUMS_MAX];
    bool has_overflow;
} statement;

/* ---- one line ----------------------------------------------------------------------------------
 */

typedef struct bill_line {
    const wc_query_module *module;
    wc_address contract, payer, payee;
    int64_t day;
    int64_t amount;
    wc_str unit;
    uint8_t scale;
    char component[FIELD_TEXT], quantity[FIELD_TEXT], exact[FIELD_TEXT], shown[FIELD_TEXT];
} bill_line;

static bool take_text(const wc_decoder *decoder, uint16_t tuple, wc_slice data, const char *name,
                      char text[FIELD_TEXT])
{
    uint16_t type;
    wc_slice value;
    wc_buf buf;
    if (wc_decode_field(decoder, tuple, data, name, &type, &value) != WC_OK) return false;
    wc_buf_init(&buf, text, FIELD_TEXT - 1);
    wc_decode_put(&buf, decoder, type, value);
    text[buf.len] = '\0';
    return true;
}

static bool take_party(const wc_decoder *decoder, uint16_t tuple, wc_slice data, const char *name,
                       wc_address *address)
{
    uint16_t type;
    wc_slice value;
    if (wc_decode_field(decoder, tuple, data, name, &type, &value) != WC_OK) return false;
    if (value.len != WC_ADDRESS_SIZE) return false;
    memcpy(address->bytes, value.data, sizeof address->bytes);
    return true;
}

static int64_t day_of(const wc_decoder *decoder, uint16_t tuple, wc_slice data, int64_t time_s)
{
    uint16_t type;
    wc_slice value;
    if (wc_decode_field(decoder, tuple, data, "day", &type, &value) == WC_OK &&
        decoder->module->types[type].kind == WC_TYPE_TIME) {
        time_s = (int64_t)wc_load_u64(value.data);
    }
    return time_s / WC_DAY_S - (time_s % WC_DAY_S < 0);
}

/* False: the event is no line. */
static bool read_line(statement *s, const wc_event *event, int64_t time_s, bill_line *line)
{
    wc_slice value;
    uint16_t amount;
    line->contract = event->emitter;
    line->module = wc_query_contract(s->query, &event->emitter);
    if (line->module == NULL || event->type >= line->module->module->event_count) return false;
    const wc_module *module = line->module->module;
    const wc_signature_decl *decl = &module->events[event->type];
    if (!wc_str_equal(module->strings[decl->name], WC_STR("Line"))) return false;
    wc_decoder decoder = {.module = module, .names = &s->query->names};
    uint16_t tuple = decl->args;
    if (!take_party(&decoder, tuple, event->data, "payer", &line->payer) ||
        !take_party(&decoder, tuple, event->data, "payee", &line->payee) ||
        !take_text(&decoder, tuple, event->data, "component", line->component) ||
        !take_text(&decoder, tuple, event->data, "quantity", line->quantity) ||
        !take_text(&decoder, tuple, event->data, "exact", line->exact) ||
        !take_text(&decoder, tuple, event->data, "amount", line->shown) ||
        wc_decode_field(&decoder, tuple, event->data, "amount", &amount, &value) != WC_OK ||
        module->types[amount].kind != WC_TYPE_DEC) {
        return false;
    }
    const wc_type *type = &module->types[amount];
    line->scale = type->scale;
    line->unit = WC_STR("");
    if (type->unit != WC_NONE) line->unit = module->strings[module->units[type->unit].text];
    line->amount = (int64_t)wc_load_u64(value.data);
    line->day = day_of(&decoder, tuple, event->data, time_s);
    return true;
}

/* False: the event is no payment of a page's close. */
static bool read_page_line(statement *s, const wc_visit *seen, const wc_event *event,
                           bill_line *line)
{
    wc_page_line page;
    wc_buf shown;
    if (!wc_page_line_read(&page, s->query, seen, event)) return false;
    *line = (bill_line){.module = page.module,
                        .contract = page.contract,
                        .payer = page.payer,
                        .payee = page.payee,
                        .day = seen->time_s / WC_DAY_S,
                        .amount = page.amount,
                        .unit = page.money->code,
                        .scale = page.money->scale};
    (void)snprintf(line->component, FIELD_TEXT, "page %u", page.page);
    wc_buf_init(&shown, line->shown, FIELD_TEXT - 1);
    wc_put_scaled(&shown, page.amount, page.money->scale);
    wc_buf_put_text(&shown, " ");
    wc_buf_put(&shown, page.money->code.data, page.money->code.len);
    line->shown[shown.len] = '\0';
    return true;
}

static sum *sum_of(statement *s, const bill_line *line)
{
    for (uint32_t i = 0; i < s->sum_count; i++) {
        if (s->sums[i].scale == line->scale && wc_str_equal(s->sums[i].unit, line->unit)) {
            return &s->sums[i];
        }
    }
    if (s->sum_count == SUMS_MAX) return NULL;
    s->sums[s->sum_count] = (sum){.unit = line->unit, .scale = line->scale};
    return &s->sums[s->sum_count++];
}

static void add_line(statement *s, const bill_line *line, bool is_payer)
{
    sum *total = sum_of(s, line);
    if (total == NULL) {
        s->has_overflow = true;
        return;
    }
    int64_t *side = is_payer ? &total->paid : &total->received;
    if (wc_i64_add(*side, line->amount, side) != WC_OK) s->has_overflow = true;
}

static void put_line(statement *s, const wc_event_id *id, const bill_line *line)
{
    bool is_payer = wc_address_equal(&line->payer, s->party);
    uint8_t id_memory[64], other_memory[128], day_memory[16];
    wc_buf id_text, other, day;
    wc_buf_init(&id_text, id_memory, sizeof id_memory);
    wc_buf_init(&other, other_memory, sizeof other_memory);
    wc_buf_init(&day, day_memory, sizeof day_memory);
    wc_event_id_put(&id_text, id);
    wc_names_put(&other, &s->query->names, is_payer ? &line->payee : &line->payer);
    wc_put_date(&day, line->day);
    wc_str contract = wc_names_of(&s->query->names, &line->contract);
    if (contract.len == 0) contract = wc_query_contract_name(line->module);
    s->lines++;
    add_line(s, line, is_payer);
    wc_outline_open(s->outline, NULL);
    wc_outline_str(s->outline, "id", wc_query_text(&id_text));
    wc_outline_str(s->outline, "day", wc_query_text(&day));
    wc_outline_str(s->outline, "contract", contract);
    wc_outline_str(s->outline, "component", wc_str_of(line->component));
    wc_outline_str(s->outline, "side", is_payer ? WC_STR("pays") : WC_STR("receives"));
    wc_outline_str(s->outline, "other", wc_query_text(&other));
    wc_outline_str(s->outline, "quantity", wc_str_of(line->quantity));
    wc_outline_str(s->outline, "exact", wc_str_of(line->exact));
    wc_outline_str(s->outline, "amount", wc_str_of(line->shown));
    wc_outline_close(s->outline);
    wc_outline_line(s->outline, "%-9.*s %.*s %-14.*s %-9s %-8s %-15.*s %13s %12s",
                    WC_STR_ARG(wc_query_text(&id_text)), WC_STR_ARG(wc_query_text(&day)),
                    WC_STR_ARG(contract), line->component, is_payer ? "pays" : "receives",
                    WC_STR_ARG(wc_query_text(&other)), line->quantity, line->shown);
}

/* ---- bank facts --------------------------------------------------------------------------------
 */

static void note_mention(void *self, const wc_address *address, bool is_contract)
{
    statement *s = self;
    (void)is_contract;
    if (wc_address_equal(address, s->party)) s->is_mentioned = true;
}

static bool is_bank_contract(const wc_module *module)
{
    for (uint16_t i = 0; i < module->party_count; i++) {
        uint16_t role = module->parties[i].role;
        if (role != WC_NONE && wc_str_equal(module->strings[role], WC_STR("SettlementBank"))) {
            return true;
        }
    }
    return false;
}

/* The party of a split contract is the payer of its legs, though events name payees only. */
static bool is_party_of(statement *s, const wc_address *contract)
{
    wc_state_key key = wc_key_instance(contract);
    wc_slice value;
    wc_instance_entry entry;
    if (wc_chain_get(s->query->chain, &key, &value) != WC_OK) return false;
    if (wc_instance_decode(&entry, value) != WC_OK) return false;
    for (uint8_t i = 0; i < entry.party_count; i++) {
        wc_address party = wc_instance_party(&entry, i);
        if (wc_address_equal(&party, s->party)) return true;
    }
    return false;
}

static bool holds_address(wc_slice data, const wc_address *address)
{
    for (size_t i = 0; i + WC_ADDRESS_SIZE <= data.len; i++) {
        if (memcmp(data.data + i, address->bytes, WC_ADDRESS_SIZE) == 0) return true;
    }
    return false;
}

static bool concerns(statement *s, const wc_event *event)
{
    wc_address ledger = wc_address_system(WC_SYSTEM_LEDGER);
    if (wc_address_equal(&event->emitter, &ledger)) {
        return (event->type == WC_EVENT_DEPOSIT_RECORDED || event->type == WC_EVENT_REDEEMED) &&
               holds_address(event->data, s->party);
    }
    const wc_query_module *module = wc_query_contract(s->query, &event->emitter);
    if (module == NULL || event->type >= module->module->event_count) return false;
    if (!is_bank_contract(module->module)) return false;
    wc_decoder decoder = {.module = module->module, .on_party = note_mention, .self = s};
    wc_buf dropped;
    wc_buf_init(&dropped, NULL, 0);
    s->is_mentioned = false;
    wc_decode_put(&dropped, &decoder, module->module->events[event->type].args, event->data);
    return s->is_mentioned || is_party_of(s, &event->emitter);
}

static void put_fact(statement *s, const wc_event_id *id, const wc_event *event, int64_t time_s)
{
    uint8_t id_memory[64], time_memory[32], memory[TEXT_MAX];
    wc_buf id_text, when, what;
    int64_t start = s->day == INT64_MIN ? 0 : s->day * WC_DAY_S;
    if (s->day != INT64_MIN && (time_s < start - BEFORE_S || time_s >= start + BEHIND_S)) return;
    if (!concerns(s, event)) return;
    wc_buf_init(&id_text, id_memory, sizeof id_memory);
    wc_buf_init(&when, time_memory, sizeof time_memory);
    wc_buf_init(&what, memory, sizeof memory);
    wc_event_id_put(&id_text, id);
    wc_put_time(&when, time_s);
    wc_query_put_event(&what, s->query, event, 8);
    s->facts++;
    wc_outline_open(s->outline, NULL);
    wc_outline_str(s->outline, "id", wc_query_text(&id_text));
    wc_outline_str(s->outline, "time", wc_query_text(&when));
    wc_outline_str(s->outline, "event", wc_query_text(&what));
    wc_outline_close(s->outline);
    wc_outline_line(s->outline, "%-9.*s %.*s %.*s", WC_STR_ARG(wc_query_text(&id_text)),
                    WC_STR_ARG(wc_query_text(&when)), WC_STR_ARG(wc_query_text(&what)));
}

/* ---- the walk ----------------------------------------------------------------------------------
 */

static void see_event(statement *s, const wc_event_id *id, const wc_event *event,
                      const wc_visit *seen)
{
    bill_line line;
    if (s->is_bank_part) {
        put_fact(s, id, event, seen->time_s);
        return;
    }
    if (!read_line(s, event, seen->time_s, &line) && !read_page_line(s, seen, event, &line)) {
        return;
    }
    if (!wc_address_equal(&line.payer, s->party) && !wc_address_equal(&line.payee, s->party)) {
        return;
    }
    if (s->day == INT64_MIN || s->day == line.day) put_line(s, id, &line);
}

static bool visit(void *self, const wc_visit *seen)
{
    statement *s = self;
    wc_reader reader = wc_reader_of(seen->page->events);
    for (uint32_t i = 0; i < seen->page->event_count; i++) {
        wc_event event;
        wc_event_id id = {seen->seq, seen->receipt, i};
        if (wc_event_read(&reader, &event) != WC_OK) break;
        see_event(s, &id, &event, seen);
    }
    return true;
}

static void put_amount(wc_buf *text, const sum *total, int64_t amount)
{
    wc_put_scaled(text, amount, total->scale);
    wc_buf_put_text(text, " ");
    wc_buf_put(text, total->unit.data, total->unit.len);
}

static void put_sums(statement *s)
{
    wc_outline_open_list(s->outline, "sums");
    for (uint32_t i = 0; i < s->sum_count; i++) {
        const sum *total = &s->sums[i];
        uint8_t paid_memory[64], received_memory[64], net_memory[64];
        wc_buf paid, received, net;
        int64_t difference = 0;
        wc_buf_init(&paid, paid_memory, sizeof paid_memory);
        wc_buf_init(&received, received_memory, sizeof received_memory);
        wc_buf_init(&net, net_memory, sizeof net_memory);
        if (wc_i64_sub(total->received, total->paid, &difference) != WC_OK) s->has_overflow = true;
        put_amount(&paid, total, total->paid);
        put_amount(&received, total, total->received);
        if (difference > 0) wc_buf_put_text(&net, "+");
        put_amount(&net, total, difference);
        wc_outline_open(s->outline, NULL);
        wc_outline_str(s->outline, "paid", wc_query_text(&paid));
        wc_outline_str(s->outline, "received", wc_query_text(&received));
        wc_outline_str(s->outline, "net", wc_query_text(&net));
        wc_outline_close(s->outline);
        wc_outline_line(s->outline, "pays %.*s   receives %.*s   net %.*s",
                        WC_STR_ARG(wc_query_text(&paid)), WC_STR_ARG(wc_query_text(&received)),
                        WC_STR_ARG(wc_query_text(&net)));
    }
    wc_outline_close(s->outline);
}

wc_status wc_query_statement(wc_query *query, wc_outline *outline, const wc_address *party,
                             int64_t day)
{
    statement s = {.query = query, .outline = outline, .party = party, .day = day};
    uint8_t memory[256];
    wc_buf text;
    wc_buf_init(&text, memory, sizeof memory);
    wc_query_put_party(&text, query, party);
    wc_outline_both(outline, "party", "statement of", wc_query_text(&text));
    if (day != INT64_MIN) {
        wc_buf_init(&text, memory, sizeof memory);
        wc_put_date(&text, day);
        wc_outline_both(outline, "day", "day", wc_query_text(&text));
    }
    wc_outline_open_list(outline, "lines");
    wc_status status = wc_query_walk(query, 1, UINT64_MAX, visit, &s);
    wc_outline_close(outline);
    WC_TRY(status);
    put_sums(&s);
    s.is_bank_part = true;
    wc_outline_line(outline, "bank");
    wc_outline_open_list(outline, "bank");
    status = wc_query_walk(query, 1, UINT64_MAX, visit, &s);
    wc_outline_close(outline);
    WC_TRY(status);
    bool has_units;
    WC_TRY(wc_query_units(query, outline, party, day, &has_units));
    if (s.has_overflow) return WC_OVERFLOW;
    return s.lines + s.facts > 0 || has_units ? WC_OK : WC_NOT_FOUND;
}
