/* trace: from a statement line, or a transaction, down to signatures and proofs.
 *
 *   event -> contract -> code and source line -> readings and calls that went in -> who signed them
 *         -> record, certificate -> inclusion of the receipt, proof of the contract's state */
#include <stdio.h>

#include "node/query/inside.h"
#include "node/query/when.h"
#include "vm/isa/isa.h"

#define TEXT_MAX    65536u
#define PARTIES_MAX 16u
#define PLACES_MAX  32u
#define SHOWN_MAX   4u /* of readings and calls in text; JSON has all */

typedef struct trace {
    wc_query *query;
    wc_outline *outline;
    wc_status status;
    bool is_found;
    wc_event_id event_id;
    wc_str hash; /* hex digits of a transaction id */
    wc_address contract;
    bool has_contract;
    uint32_t party_count; /* named in the event */
    wc_address parties[PARTIES_MAX];
    bool wants_readings;
    uint32_t shown, found; /* in the running list */
} trace;

/* ---- contract and source -----------------------------------------------------------------------
 */

typedef struct emit_place {
    uint16_t function;
    uint32_t word;
} emit_place;

static void put_place(trace *t, const wc_query_module *module, const emit_place *place)
{
    const wc_debug_line *line = wc_debug_find(module->debug, place->function, place->word);
    if (line == NULL) return;
    wc_str path = module->debug->files[line->file].path;
    wc_outline_open(t->outline, NULL);
    wc_outline_str(t->outline, "file", path);
    wc_outline_number(t->outline, "line", line->line);
    wc_outline_number(t->outline, "column", line->column);
    wc_outline_close(t->outline);
    wc_outline_line(t->outline, "source        %.*s:%u:%u", WC_STR_ARG(path), line->line,
                    line->column);
}

/* Every `emit` of this event in the code; an event does not say which one it came from. */
static uint32_t find_places(const wc_module *code, uint16_t event, emit_place places[PLACES_MAX])
{
    uint32_t count = 0;
    for (uint16_t f = 0; f < code->function_count; f++) {
        const wc_function *function = &code->functions[f];
        for (uint32_t w = 0; w < function->word_count && count < PLACES_MAX; w++) {
            uint64_t word = code->words[function->first_word + w];
            if (word >> 48 != WC_OP_emit || (uint16_t)(word >> 32) != event) continue;
            places[count++] = (emit_place){f, w};
        }
    }
    return count;
}

static void put_source(trace *t, const wc_query_module *module, uint16_t event)
{
    emit_place places[PLACES_MAX];
    wc_outline_open_list(t->outline, "source");
    if (module->debug == NULL) {
        wc_outline_line(t->outline, "source        no module file of this code beside the ledger");
    } else {
        uint32_t count = find_places(module->module, event, places);
        wc_outline_line(t->outline, "source        %sin %s, whose line table nobody signed:",
                        count > 1 ? "one of these places, " : "",
                        module->path != NULL ? module->path : "the module file");
        for (uint32_t i = 0; i < count; i++) put_place(t, module, &places[i]);
    }
    wc_outline_close(t->outline);
}

static void put_contract(trace *t, const wc_address *address)
{
    wc_state_key key = wc_key_instance(address);
    wc_slice value;
    wc_instance_entry entry;
    uint8_t memory[4096];
    wc_buf text;
    const wc_query_module *module = wc_query_contract(t->query, address);
    if (module == NULL || wc_chain_get(t->query->chain, &key, &value) != WC_OK) return;
    if (wc_instance_decode(&entry, value) != WC_OK) return;
    t->contract = *address;
    t->has_contract = true;
    wc_buf_init(&text, memory, sizeof memory);
    wc_query_put_contract(&text, t->query, address, module, &entry);
    wc_outline_hash(t->outline, "contract_address", address);
    wc_outline_both(t->outline, "contract", "contract", wc_query_text(&text));
    wc_buf_init(&text, memory, sizeof memory);
    wc_buf_put_hex(&text, wc_slice_of(module->code.bytes, sizeof module->code.bytes));
    wc_outline_both(t->outline, "code", "code", wc_query_text(&text));
}

/* ---- the event ---------------------------------------------------------------------------------
 */

static void note_party(void *self, const wc_address *address, bool is_contract)
{
    trace *t = self;
    if (!is_contract && t->party_count < PARTIES_MAX) t->parties[t->party_count++] = *address;
}

static void note_parties(trace *t, const wc_event *event)
{
    const wc_query_module *module = wc_query_contract(t->query, &event->emitter);
    wc_buf dropped;
    if (module == NULL || event->type >= module->module->event_count) return;
    wc_decoder decoder = {
        .module = module->module, .names = &t->query->names, .on_party = note_party, .self = t};
    wc_buf_init(&dropped, NULL, 0);
    wc_decode_put(&dropped, &decoder, module->module->events[event->type].args, event->data);
}

static void put_event(trace *t, const wc_visit *visit, uint32_t index)
{
    wc_event event;
    char *memory = wc_arena_alloc(t->query->arena, TEXT_MAX, 1);
    wc_buf text;
    if (memory == NULL || wc_query_event(visit->page, index, &event) != WC_OK) return;
    t->is_found = true;
    wc_buf_init(&text, memory, TEXT_MAX);
    wc_query_put_event(&text, t->query, &event, 0);
    wc_outline_both(t->outline, "event", "event", wc_query_text(&text));
    const wc_query_module *module = wc_query_contract(t->query, &event.emitter);
    if (module == NULL) return;
    put_contract(t, &event.emitter);
    put_source(t, module, event.type);
    note_parties(t, &event);
}

static void put_receipt(trace *t, const wc_visit *visit)
{
    char *memory = wc_arena_alloc(t->query->arena, TEXT_MAX, 1);
    wc_buf text;
    if (memory == NULL) {
        t->status = WC_NO_MEMORY;
        return;
    }
    const wc_receipt *receipt = &visit->page->receipt;
    bool is_timer = receipt->kind == WC_RECEIPT_TIMER;
    bool is_system = receipt->kind == WC_RECEIPT_SYSTEM;
    wc_buf_init(&text, memory, TEXT_MAX);
    if (is_timer) {
        wc_buf_put_text(&text, "a time-out of the contract; nobody signs it");
    } else if (is_system) {
        wc_buf_put_text(&text, "the ledger's own work at the end of a record; nobody signs it");
    } else {
        wc_buf_put_hex(&text, wc_slice_of(receipt->subject.bytes, sizeof receipt->subject.bytes));
    }
    wc_outline_both(t->outline, "cause", is_timer || is_system ? "cause" : "transaction",
                    wc_query_text(&text));
    wc_buf_init(&text, memory, TEXT_MAX);
    wc_query_put_status(&text, t->query, visit->page);
    wc_outline_both(t->outline, "status", "status", wc_query_text(&text));
    wc_outline_number(t->outline, "gas_used", (int64_t)receipt->gas_used);
    t->status = wc_query_evidence(t->query, t->outline, visit);
}

static bool visit_event(void *self, const wc_visit *visit)
{
    trace *t = self;
    if (visit->receipt != t->event_id.receipt) return true;
    if (t->event_id.event >= visit->page->event_count) return false;
    put_event(t, visit, t->event_id.event);
    put_receipt(t, visit);
    return false;
}

/* ---- readings and calls that went in -----------------------------------------------------------
 */

static bool is_named(const trace *t, const wc_address *address)
{
    for (uint32_t i = 0; i < t->party_count; i++) {
        if (wc_address_equal(&t->parties[i], address)) return true;
    }
    return false;
}

static bool went_in(const trace *t, const wc_tx *tx, const wc_tx_call *call)
{
    if (!wc_hash_equal(&call->target, &t->contract)) return false;
    if (t->wants_readings) return call->kind == WC_CALL_READINGS;
    return call->kind == WC_CALL_ACTION && is_named(t, &tx->auth[call->principal].address);
}

static void put_input(trace *t, const wc_visit *visit, const wc_tx_call *call)
{
    char *memory = wc_arena_alloc(t->query->arena, TEXT_MAX, 1);
    uint8_t who_memory[128];
    wc_buf text, who;
    if (memory == NULL) return;
    const wc_hash *id = &visit->page->receipt.subject;
    wc_buf_init(&text, memory, TEXT_MAX);
    wc_buf_init(&who, who_memory, sizeof who_memory);
    wc_query_put_call(&text, t->query, call, t->outline->is_json ? 0 : 4);
    wc_names_put(&who, &t->query->names, &visit->tx->auth[call->principal].address);
    wc_outline_open(t->outline, NULL);
    wc_outline_str(t->outline, "signed_by", wc_query_text(&who));
    wc_outline_str(t->outline, "call", wc_query_text(&text));
    wc_outline_hash(t->outline, "transaction", id);
    wc_outline_number(t->outline, "record", (int64_t)visit->seq);
    const char *verdict = wc_query_judge_signatures(t->query, visit);
    wc_outline_str(t->outline, "signatures", wc_str_of(verdict));
    wc_outline_close(t->outline);
    t->found++;
    if (t->shown == SHOWN_MAX) return;
    t->shown++;
    wc_outline_line(t->outline, "  %.*s signed %.*s", WC_STR_ARG(wc_query_text(&who)),
                    WC_STR_ARG(wc_query_text(&text)));
    wc_outline_line(t->outline,
                    "    transaction %02x%02x%02x%02x%02x%02x..., record %llu, signature: %s",
                    id->bytes[0], id->bytes[1], id->bytes[2], id->bytes[3], id->bytes[4],
                    id->bytes[5], (unsigned long long)visit->seq, verdict);
}

static bool visit_input(void *self, const wc_visit *visit)
{
    trace *t = self;
    if (visit->tx == NULL || visit->page->receipt.status != WC_RECEIPT_OK) return true;
    for (uint8_t i = 0; i < visit->tx->call_count; i++) {
        if (went_in(t, visit->tx, &visit->tx->calls[i])) put_input(t, visit, &visit->tx->calls[i]);
    }
    return true;
}

static wc_status put_inputs(trace *t, bool wants_readings, const char *key, const char *title)
{
    t->wants_readings = wants_readings;
    t->shown = t->found = 0;
    wc_outline_line(t->outline, "%s", title);
    wc_outline_open_list(t->outline, key);
    wc_status status = wc_query_walk(t->query, 1, t->event_id.seq, visit_input, t);
    wc_outline_close(t->outline);
    if (t->found > t->shown) {
        wc_outline_line(t->outline, "  ... and %u more; --json prints all", t->found - t->shown);
    }
    if (t->found == 0) wc_outline_line(t->outline, "  none");
    return status;
}

/* Contracts that the terms refer to: what the contract read besides. */
static void note_reference(void *self, const wc_address *address, bool is_contract)
{
    trace *t = self;
    if (!is_contract) return;
    wc_str name = wc_query_contract_name(wc_query_contract(t->query, address));
    uint8_t memory[256];
    wc_buf whole;
    wc_buf_init(&whole, memory, sizeof memory);
    wc_query_put_party(&whole, t->query, address);
    wc_outline_open(t->outline, NULL);
    wc_outline_str(t->outline, "contract", name);
    wc_outline_str(t->outline, "address", wc_query_text(&whole));
    wc_outline_close(t->outline);
    wc_outline_line(t->outline, "  %.*s %.*s", WC_STR_ARG(name), WC_STR_ARG(wc_query_text(&whole)));
}

static void put_references(trace *t)
{
    wc_chain_contract contract;
    wc_buf dropped;
    wc_outline_line(t->outline, "contracts it reads");
    wc_outline_open_list(t->outline, "references");
    if (wc_chain_contract_of(t->query->chain, &t->contract, &contract) == WC_OK) {
        uint8_t *terms = wc_arena_alloc(t->query->arena, contract.root.terms.len, 1);
        wc_decoder decoder = {.module = contract.module, .on_party = note_reference, .self = t};
        size_t len = terms != NULL ? contract.root.terms.len : 0;
        if (len > 0) memcpy(terms, contract.root.terms.data, len);
        wc_buf_init(&dropped, NULL, 0);
        if (terms != NULL) {
            wc_decode_put(&dropped, &decoder, contract.module->terms_type, wc_slice_of(terms, len));
        }
    }
    wc_outline_close(t->outline);
}

static wc_status trace_event(trace *t)
{
    wc_event_id id = t->event_id;
    uint8_t memory[64];
    wc_buf text;
    wc_buf_init(&text, memory, sizeof memory);
    wc_event_id_put(&text, &id);
    wc_outline_both(t->outline, "id", "id", wc_query_text(&text));
    WC_TRY(wc_query_walk(t->query, id.seq, id.seq, visit_event, t));
    WC_TRY(t->status);
    if (!t->is_found) return WC_NOT_FOUND;
    if (!t->has_contract) return WC_OK;
    WC_TRY(put_inputs(t, true, "readings", "readings that went in"));
    WC_TRY(put_inputs(t, false, "calls", "other calls by the parties named"));
    put_references(t);
    return wc_query_state_proof(t->query, t->outline, &t->contract);
}

/* ---- transactions ------------------------------------------------------------------------------
 */

static void put_calls(trace *t, const wc_visit *visit)
{
    wc_outline_open_list(t->outline, "calls");
    for (uint8_t i = 0; visit->tx != NULL && i < visit->tx->call_count; i++) {
        char *memory = wc_arena_alloc(t->query->arena, TEXT_MAX, 1);
        wc_buf text;
        if (memory == NULL) break;
        wc_buf_init(&text, memory, TEXT_MAX);
        wc_query_put_call(&text, t->query, &visit->tx->calls[i], t->outline->is_json ? 0 : 8);
        wc_outline_str(t->outline, NULL, wc_query_text(&text));
        wc_outline_line(t->outline, "call %-9u%.*s", i, WC_STR_ARG(wc_query_text(&text)));
    }
    wc_outline_close(t->outline);
}

static void put_events(trace *t, const wc_visit *visit)
{
    wc_reader reader = wc_reader_of(visit->page->events);
    char *memory = wc_arena_alloc(t->query->arena, TEXT_MAX, 1);
    wc_outline_open_list(t->outline, "events");
    for (uint32_t i = 0; memory != NULL && i < visit->page->event_count; i++) {
        wc_event event;
        uint8_t id_memory[64];
        wc_buf text, id;
        wc_event_id own = {visit->seq, visit->receipt, i};
        if (wc_event_read(&reader, &event) != WC_OK) break;
        wc_buf_init(&id, id_memory, sizeof id_memory);
        wc_event_id_put(&id, &own);
        wc_buf_init(&text, memory, TEXT_MAX);
        wc_query_put_event(&text, t->query, &event, t->outline->is_json ? 0 : 8);
        wc_outline_open(t->outline, NULL);
        wc_outline_str(t->outline, "id", wc_query_text(&id));
        wc_outline_str(t->outline, "event", wc_query_text(&text));
        wc_outline_close(t->outline);
        wc_outline_line(t->outline, "event %-8.*s%.*s", WC_STR_ARG(wc_query_text(&id)),
                        WC_STR_ARG(wc_query_text(&text)));
    }
    wc_outline_close(t->outline);
}

static bool visit_tx(void *self, const wc_visit *visit)
{
    trace *t = self;
    uint8_t memory[2 * WC_HASH_SIZE];
    wc_buf digits;
    if (visit->page->receipt.kind != WC_RECEIPT_TX) return true;
    wc_buf_init(&digits, memory, sizeof memory);
    wc_buf_put_hex(&digits, wc_slice_of(visit->page->receipt.subject.bytes, WC_HASH_SIZE));
    if (memcmp(memory, t->hash.data, t->hash.len) != 0) return true;
    t->is_found = true;
    put_calls(t, visit);
    put_receipt(t, visit);
    put_events(t, visit);
    return false;
}

static bool is_tx_id(wc_str text)
{
    if (text.len < 8 || text.len > 2 * WC_HASH_SIZE) return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
    }
    return true;
}

wc_status wc_query_trace(wc_query *query, wc_outline *outline, wc_str id)
{
    trace t = {.query = query, .outline = outline};
    if (wc_event_id_parse(&t.event_id, id)) return trace_event(&t);
    if (!is_tx_id(id)) return WC_NOT_FOUND;
    t.hash = id;
    WC_TRY(wc_query_walk(query, 1, UINT64_MAX, visit_tx, &t));
    WC_TRY(t.status);
    return t.is_found ? WC_OK : WC_NOT_FOUND;
}
