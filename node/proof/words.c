/* Facts in words: what is shared, and those about receipts, events, transactions and readings. */
#include "node/proof/words.h"

#include "node/ledger/asset.h"
#include "node/ledger/natives.h"
#include "node/ledger/page.h"
#include "node/ledger/state.h"
#include "node/ledger/tx.h"
#include "node/query/query.h"
#include "node/query/when.h"
#include "vm/base/text.h"

#define TX_ARENA  ((WC_TX_ARENA_MAX + 15u) & ~(size_t)15)
#define ITEMS_MAX 100u /* shown of a collection */

static void put_str(wc_buf *text, wc_str str)
{
    wc_buf_put(text, str.data, str.len);
}

static void put_hash(wc_buf *text, const wc_hash *hash)
{
    wc_buf_put_hex(text, wc_slice_of(hash->bytes, sizeof hash->bytes));
}

/* ---- shared ----------------------------------------------------------------------------------
 */

void wc_words_party(wc_buf *text, const wc_proof_words *words, const wc_address *address)
{
    wc_str id = {NULL, 0};
    if (words->names != NULL) id = wc_names_of(words->names, address);
    for (int i = 0; i < WC_SYSTEM_COUNT; i++) {
        wc_address system = wc_address_system((wc_system_account)i);
        if (wc_address_equal(address, &system))
            id = wc_str_of(wc_system_account_name((wc_system_account)i));
    }
    if (id.len > 0) {
        put_str(text, id);
        wc_buf_put_text(text, " (");
    }
    wc_address_put(text, address);
    if (id.len > 0) wc_buf_put_text(text, ")");
}

/* The asset's entry; false: the file does not bring it. */
static bool find_asset(const wc_proof_words *words, uint32_t number, wc_asset *asset)
{
    wc_state_key key = wc_key_asset(number);
    const wc_fact_state *state = wc_proof_file_support(words->file, wc_state_key_slice(&key));
    return state != NULL && wc_asset_decode(asset, state->value) == WC_OK;
}

void wc_words_asset(wc_buf *text, const wc_proof_words *words, uint32_t asset)
{
    wc_asset entry;
    if (find_asset(words, asset, &entry)) {
        wc_buf_put_slice(text, entry.code);
        return;
    }
    wc_buf_put_text(text, "asset ");
    wc_buf_put_decimal(text, asset);
}

void wc_words_amount(wc_buf *text, const wc_proof_words *words, uint32_t asset, int64_t amount)
{
    wc_asset entry;
    if (find_asset(words, asset, &entry)) {
        wc_put_scaled(text, amount, entry.scale);
        wc_buf_put_text(text, " ");
        wc_buf_put_slice(text, entry.code);
        return;
    }
    wc_buf_put_decimal(text, amount);
    wc_buf_put_text(text, " minor units of asset ");
    wc_buf_put_decimal(text, asset);
}

const wc_module *wc_words_module(wc_proof_words *words, const wc_hash *code)
{
    wc_state_key key = wc_key_module(code);
    wc_slice name = wc_state_key_slice(&key);
    const wc_fact_state *state = wc_proof_file_support(words->file, name);
    if (state == NULL && words->file->kind == WC_FACT_STATE && words->file->state.is_present &&
        wc_slice_equal(words->file->state.key, name)) {
        state = &words->file->state;
    }
    wc_module_entry entry;
    wc_module *module;
    size_t bad;
    if (state == NULL || wc_module_entry_decode(&entry, state->value) != WC_OK) return NULL;
    wc_arena_rewind(words->arena, 0); /* one module is in use at a time */
    return wc_module_decode(entry.module, words->arena, &module, &bad) == WC_OK ? module : NULL;
}

const wc_module *wc_words_contract(wc_proof_words *words, const wc_address *address,
                                   wc_instance_entry *entry)
{
    wc_state_key key = wc_key_instance(address);
    wc_slice name = wc_state_key_slice(&key);
    const wc_fact_state *state = wc_proof_file_support(words->file, name);
    if (state == NULL && words->file->kind == WC_FACT_STATE && words->file->state.is_present &&
        wc_slice_equal(words->file->state.key, name)) {
        state = &words->file->state;
    }
    if (state == NULL || wc_instance_decode(entry, state->value) != WC_OK) return NULL;
    return wc_words_module(words, &entry->code);
}

void wc_words_put_contract(wc_buf *text, const wc_proof_words *words, const wc_address *address,
                           const wc_module *module)
{
    wc_buf_put_text(text, "contract ");
    wc_words_party(text, words, address);
    if (module == NULL) return;
    wc_buf_put_text(text, ", a ");
    put_str(text, module->strings[0]);
}

wc_decoder wc_words_decoder(const wc_proof_words *words, const wc_module *module)
{
    const wc_names *names = words->names != NULL ? words->names : &words->nobody;
    return (wc_decoder){.module = module, .names = names, .items_max = ITEMS_MAX};
}

/* ---- receipts --------------------------------------------------------------------------------
 */

static void put_subject(wc_buf *text, const wc_proof_words *words, const wc_receipt *receipt)
{
    switch (receipt->kind) {
    case WC_RECEIPT_TX:
        wc_buf_put_text(text, "transaction ");
        put_hash(text, &receipt->subject);
        return;
    case WC_RECEIPT_TIMER:
        wc_buf_put_text(text, "a time-out of contract ");
        wc_words_party(text, words, &receipt->subject);
        return;
    case WC_RECEIPT_SYSTEM:
        wc_buf_put_text(text, "work of the ledger ");
        put_hash(text, &receipt->subject);
        return;
    }
}

static void put_failure(wc_buf *text, wc_proof_words *words)
{
    const wc_proof_file *file = words->file;
    wc_hash code;
    const wc_module *module = NULL;
    if (wc_failure_code(file->receipt.status, file->result, &code)) {
        module = wc_words_module(words, &code);
    }
    wc_decoder decoder = wc_words_decoder(words, module);
    bool is_refused = file->receipt.status >= WC_REFUSAL_REJECTED_FIRST &&
                      file->receipt.status < WC_REFUSAL_FAILED_FIRST;
    wc_buf_put_text(text, is_refused ? " was refused: " : " failed: ");
    wc_failure_name(text, file->receipt.status, file->result, module);
    wc_buf_put_text(text, ", ");
    wc_decode_failure(text, &decoder, file->receipt.status, file->result);
}

static void put_receipt(wc_buf *text, wc_proof_words *words)
{
    const wc_receipt *receipt = &words->file->receipt;
    put_subject(text, words, receipt);
    if (receipt->status == WC_RECEIPT_OK) {
        wc_buf_put_text(text, " was done");
    } else {
        put_failure(text, words);
    }
    wc_buf_put_text(text, "; gas ");
    wc_buf_put_decimal(text, (int64_t)receipt->gas_used);
    if (wc_address_is_zero(&receipt->payer)) return;
    wc_buf_put_text(text, ", fee ");
    wc_put_scaled(text, (int64_t)receipt->fee, WC_ASSET_NETWORK_SCALE);
    wc_buf_put_text(text, " network units, paid by ");
    wc_words_party(text, words, &receipt->payer);
}

/* ---- events ----------------------------------------------------------------------------------
 */

static void put_event_id(wc_buf *text, const wc_proof_file *file)
{
    wc_event_id id = {file->record.seq, file->receipt.index, (uint32_t)file->event_index};
    wc_event_id_put(text, &id);
}

static void put_ledger_event(wc_buf *text, const wc_proof_words *words)
{
    const wc_event *event = &words->file->event;
    wc_money_names money = {.count = 0};
    wc_asset asset;
    uint32_t number = event->data.len >= 4 ? wc_load_u32(event->data.data) : 0;
    if (find_asset(words, number, &asset)) {
        wc_str code = {(const char *)asset.code.data, asset.code.len};
        money.list[money.count++] = (wc_money_name){number, asset.scale, code};
    }
    const wc_names *names = words->names != NULL ? words->names : &words->nobody;
    wc_decode_ledger_event(text, names, &money, event->type, event->data);
}

static void put_event(wc_buf *text, wc_proof_words *words)
{
    const wc_event *event = &words->file->event;
    wc_address ledger = wc_address_system(WC_SYSTEM_LEDGER);
    wc_buf_put_text(text, "event ");
    put_event_id(text, words->file);
    if (wc_address_equal(&event->emitter, &ledger)) {
        wc_buf_put_text(text, " was ");
        put_ledger_event(text, words);
    } else {
        wc_instance_entry entry;
        const wc_module *module = wc_words_contract(words, &event->emitter, &entry);
        wc_buf_put_text(text, " of ");
        wc_words_put_contract(text, words, &event->emitter, module);
        wc_buf_put_text(text, ", was ");
        if (module != NULL) {
            wc_decoder decoder = wc_words_decoder(words, module);
            wc_decode_event(text, &decoder, event->type, event->data);
        } else {
            wc_buf_put_text(text, "its event number ");
            wc_buf_put_decimal(text, event->type);
            wc_buf_put_text(text, ", bytes ");
            wc_buf_put_hex(text, event->data);
        }
    }
    wc_buf_put_text(text, "; told by ");
    put_subject(text, words, &words->file->receipt);
}

/* ---- transactions and readings ---------------------------------------------------------------
 */

/* "Supply.accept", "native transfer": without arguments. */
static void put_call(wc_buf *text, wc_proof_words *words, const wc_tx_call *call)
{
    wc_instance_entry entry;
    const wc_module *module;
    const wc_entry *action = NULL;
    const wc_native_entry *native;
    switch (call->kind) {
    case WC_CALL_ACTION:
    case WC_CALL_READINGS:
        module = wc_words_contract(words, &call->target, &entry);
        if (module != NULL) action = wc_query_action(module, call->method);
        if (action == NULL) {
            wc_buf_put_text(text, "action ");
            wc_buf_put_decimal(text, call->method);
        } else {
            put_str(text, module->strings[0]);
            wc_buf_put_text(text, ".");
            put_str(text, module->strings[action->name]);
        }
        wc_buf_put_text(text, " of ");
        wc_words_party(text, words, &call->target);
        return;
    case WC_CALL_DEPLOY: wc_buf_put_text(text, "publish a module"); return;
    case WC_CALL_INSTANTIATE:
        wc_buf_put_text(text, "create a contract of code ");
        put_hash(text, &call->target);
        return;
    case WC_CALL_NATIVE:
        native = wc_native_find(call->method);
        put_str(text, native != NULL ? native->name : WC_STR("an unknown method"));
        return;
    case WC_CALL_KIND_COUNT: break;
    }
}

static wc_arena *tx_arena(wc_proof_words *words, wc_arena *arena)
{
    /* The end of the words' memory: modules take its beginning again and again. */
    uint8_t *end = words->arena->base + words->arena->size - TX_ARENA;
    wc_arena_init(arena, end, TX_ARENA);
    return arena;
}

static void put_tx(wc_buf *text, wc_proof_words *words)
{
    const wc_proof_file *file = words->file;
    wc_tx tx;
    wc_tx_fault fault;
    wc_arena arena;
    bool is_tx = wc_tx_decode(&tx, &fault, tx_arena(words, &arena), file->tx) == WC_OK;
    wc_hash id = is_tx ? wc_tx_id(&file->record.genesis_hash, tx.body) : wc_tx_raw_hash(file->tx);
    wc_buf_put_text(text, is_tx ? "transaction " : "what is no transaction, with hash ");
    put_hash(text, &id);
    wc_buf_put_text(text, " stood in the block at position ");
    wc_buf_put_decimal(text, (int64_t)file->path.index);
    if (!is_tx) return;
    wc_buf_put_text(text, "; in the name of ");
    for (uint8_t i = 0; i < tx.auth_count; i++) {
        if (i > 0) wc_buf_put_text(text, ", ");
        wc_words_party(text, words, &tx.auth[i].address);
    }
    wc_buf_put_text(text, tx.call_count == 1 ? "; call: " : "; calls: ");
    for (uint8_t i = 0; i < tx.call_count; i++) {
        if (i > 0) wc_buf_put_text(text, ", ");
        put_call(text, words, &tx.calls[i]);
    }
}

/* The arguments by the action's types: "(at .., version 0, energy 0.250 kWh)". */
static void put_payload(wc_buf *text, wc_proof_words *words, const wc_tx_call *call)
{
    wc_instance_entry entry;
    const wc_module *module = wc_words_contract(words, &call->target, &entry);
    const wc_entry *action = module != NULL ? wc_query_action(module, call->method) : NULL;
    wc_buf_put_text(text, " to ");
    wc_words_put_contract(text, words, &call->target, module);
    wc_buf_put_text(text, ": ");
    if (action == NULL) {
        wc_buf_put_text(text, "bytes ");
        wc_buf_put_hex(text, words->file->payload);
        return;
    }
    wc_decoder decoder = wc_words_decoder(words, module);
    put_str(text, module->strings[action->name]);
    wc_decode_put(text, &decoder, action->args, words->file->payload);
}

static void put_readings(wc_buf *text, wc_proof_words *words)
{
    const wc_proof_file *file = words->file;
    wc_tx tx;
    wc_tx_fault fault;
    wc_arena arena;
    if (wc_tx_decode_body(&tx, &fault, tx_arena(words, &arena), file->body) != WC_OK) return;
    const wc_tx_call *call = &tx.calls[file->call];
    wc_buf_put_text(text, "meter ");
    wc_words_party(text, words, &tx.auth[call->principal].address);
    if (file->payload.len >= 16) {
        wc_buf_put_text(text, " reported, for the interval from ");
        wc_put_time(text, (int64_t)wc_load_u64(file->payload.data));
        wc_buf_put_text(text, " in version ");
        wc_buf_put_decimal(text, (int64_t)wc_load_u64(file->payload.data + 8));
        wc_buf_put_text(text, ",");
    } else {
        wc_buf_put_text(text, " reported");
    }
    put_payload(text, words, call);
    wc_buf_put_text(text, "; in transaction ");
    put_hash(text, &file->receipt.subject);
}

static const char *quality_text(uint8_t quality)
{
    static const char *const texts[] = {"measured", "estimated", "substituted", "missing"};
    return quality < WC_ARRAY_LEN(texts) ? texts[quality] : "of unknown quality";
}

/* The meter of a slot, and when the interval begins, when the file brings the page. */
static void put_metered_place(wc_buf *text, wc_proof_words *words, const wc_address *aggregator)
{
    uint32_t number = wc_load_u32(words->file->head.bytes + 4);
    uint16_t slot = wc_load_u16(words->file->reading.bytes);
    uint32_t interval = wc_load_u32(words->file->reading.bytes + 4);
    wc_state_key key = wc_key_reading_page(aggregator, number);
    const wc_fact_state *state = wc_proof_file_support(words->file, wc_state_key_slice(&key));
    wc_page page;
    bool has_page = state != NULL && wc_page_decode(&page, state->value) == WC_OK;
    if (has_page && slot < page.count) {
        wc_page_meter one = wc_page_meter_at(&page, slot);
        wc_buf_put_text(text, "meter ");
        wc_words_party(text, words, &one.meter);
        wc_buf_put_text(text, ", ");
    }
    wc_buf_put_text(text, "slot ");
    wc_buf_put_decimal(text, slot);
    wc_buf_put_text(text, " of page ");
    wc_buf_put_decimal(text, number);
    wc_buf_put_text(text, " of ");
    wc_words_party(text, words, aggregator);
    wc_buf_put_text(text, ", reported, for the interval ");
    if (has_page) {
        wc_buf_put_text(text, "from ");
        wc_put_time(text, (int64_t)interval * page.step_s);
    } else {
        wc_buf_put_text(text, "number ");
        wc_buf_put_decimal(text, interval);
    }
}

static void put_metered(wc_buf *text, wc_proof_words *words)
{
    const wc_proof_file *file = words->file;
    const uint8_t *reading = file->reading.bytes;
    wc_tx tx;
    wc_tx_fault fault;
    wc_arena arena;
    if (wc_tx_decode_body(&tx, &fault, tx_arena(words, &arena), file->body) != WC_OK) return;
    put_metered_place(text, words, &tx.auth[tx.calls[file->call].principal].address);
    wc_buf_put_text(text, " in version ");
    wc_buf_put_decimal(text, wc_load_u16(file->head.bytes + 2));
    wc_buf_put_text(text, ", ");
    wc_put_scaled(text, (int64_t)wc_load_u64(reading + 8), WC_BATCH_SCALE);
    wc_buf_put_text(text, " kWh, ");
    wc_buf_put_text(text, quality_text(reading[2]));
    wc_buf_put_text(text, "; in transaction ");
    put_hash(text, &file->receipt.subject);
}

/* ---- the whole -------------------------------------------------------------------------------
 */

void wc_proof_put_fact(wc_buf *text, wc_proof_words *words)
{
    words->nobody = (wc_names){.is_whole = true};
    switch (words->file->kind) {
    case WC_FACT_STATE: wc_words_state(text, words); return;
    case WC_FACT_RECEIPT: put_receipt(text, words); return;
    case WC_FACT_EVENT: put_event(text, words); return;
    case WC_FACT_TX: put_tx(text, words); return;
    case WC_FACT_READINGS: put_readings(text, words); return;
    case WC_FACT_METERED: put_metered(text, words); return;
    }
}

void wc_proof_put_record(wc_buf *text, const wc_proof_words *words)
{
    const wc_record *record = &words->file->record;
    if (!words->file->is_record_known) {
        wc_buf_put_text(text, "the state with root ");
        put_hash(text, &record->state_root);
        return;
    }
    wc_buf_put_text(text, "record ");
    wc_buf_put_decimal(text, (int64_t)record->seq);
    wc_buf_put_text(text, " of ");
    wc_buf_put_slice(text, record->chain_id);
    wc_buf_put_text(text, ", ");
    wc_put_time(text, record->time_s);
}

static const char *kind_name(wc_fact_kind kind)
{
    switch (kind) {
    case WC_FACT_STATE: return "state";
    case WC_FACT_RECEIPT: return "receipt";
    case WC_FACT_EVENT: return "event";
    case WC_FACT_TX: return "transaction";
    case WC_FACT_READINGS: return "readings";
    case WC_FACT_METERED: return "metered";
    }
    return "";
}

static void add_hex(wc_outline *outline, wc_buf *text, const char *key, wc_slice bytes)
{
    text->len = 0;
    wc_buf_put_hex(text, bytes);
    wc_outline_str(outline, key, (wc_str){(const char *)text->data, text->len});
}

/* The parts of the fact in bytes, for programs. */
static void add_bytes(wc_outline *outline, wc_buf *text, const wc_proof_file *file)
{
    wc_hash k;
    switch (file->kind) {
    case WC_FACT_STATE:
        k = wc_tree_key(file->state.key);
        add_hex(outline, text, "key", file->state.key);
        wc_outline_hash(outline, "tree_key", &k);
        wc_outline_bool(outline, "present", file->state.is_present);
        if (file->state.is_present) add_hex(outline, text, "value", file->state.value);
        return;
    case WC_FACT_RECEIPT:
        wc_outline_number(outline, "receipt_index", (int64_t)file->path.index);
        add_hex(outline, text, "receipt", file->receipt_bytes);
        return;
    case WC_FACT_EVENT:
        wc_outline_number(outline, "receipt_index", (int64_t)file->path.index);
        wc_outline_number(outline, "event_index", (int64_t)file->event_index);
        add_hex(outline, text, "event", file->event_bytes);
        return;
    case WC_FACT_TX:
        wc_outline_number(outline, "transaction_index", (int64_t)file->path.index);
        add_hex(outline, text, "transaction", file->tx);
        return;
    case WC_FACT_READINGS:
        wc_outline_number(outline, "receipt_index", (int64_t)file->path.index);
        wc_outline_number(outline, "call", file->call);
        add_hex(outline, text, "body", file->body);
        add_hex(outline, text, "payload", file->payload);
        return;
    case WC_FACT_METERED:
        wc_outline_number(outline, "receipt_index", (int64_t)file->path.index);
        wc_outline_number(outline, "call", file->call);
        add_hex(outline, text, "body", file->body);
        add_hex(outline, text, "head", wc_slice_of(file->head.bytes, WC_PIECE_SIZE));
        add_hex(outline, text, "reading", wc_slice_of(file->reading.bytes, WC_PIECE_SIZE));
        return;
    }
}

static void add_record(wc_outline *outline, wc_buf *text, const wc_proof_words *words)
{
    const wc_proof_file *file = words->file;
    if (!file->is_record_known) {
        wc_outline_hash(outline, "state_root", &file->record.state_root);
        return;
    }
    wc_slice id = file->record.chain_id;
    wc_outline_number(outline, "record", (int64_t)file->record.seq);
    wc_outline_str(outline, "chain", (wc_str){(const char *)id.data, id.len});
    text->len = 0;
    wc_put_time(text, file->record.time_s);
    wc_outline_str(outline, "time", (wc_str){(const char *)text->data, text->len});
    wc_outline_hash(outline, "genesis", &file->record.genesis_hash);
    wc_outline_hash(outline, "record_hash", &file->record_hash);
    wc_outline_hash(outline, "state_root", &file->record.state_root);
}

/* A line of any length; label: of 14 characters. */
static void put_line(wc_outline *outline, const char *label, const wc_buf *text)
{
    if (outline->is_json) return;
    wc_buf_put_text(outline->buf, label);
    wc_buf_put_slice(outline->buf, wc_buf_slice(text));
    wc_buf_put_text(outline->buf, "\n");
}

void wc_proof_tell(wc_outline *outline, wc_buf *text, wc_proof_words *words)
{
    wc_outline_str(outline, "kind", wc_str_of(kind_name(words->file->kind)));
    text->len = 0;
    wc_proof_put_fact(text, words);
    wc_outline_str(outline, "fact", (wc_str){(const char *)text->data, text->len});
    wc_buf_put_text(text, ", at ");
    wc_proof_put_record(text, words);
    put_line(outline, "proved        ", text);
    add_record(outline, text, words);
    add_bytes(outline, text, words->file);
}
