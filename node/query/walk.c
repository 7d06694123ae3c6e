/* Modules of a chain, and the walk over its receipts. */
#include "node/ledger/instance.h"
#include "node/query/query.h"

/* ---- modules and assets ------------------------------------------------------------------------
 */

static wc_status add_module(wc_query *query, wc_slice key, wc_slice value)
{
    wc_module_entry entry;
    size_t bad;
    if (query->module_count == WC_QUERY_MODULES_MAX) return WC_TOO_LARGE;
    if (key.len != 1 + WC_HASH_SIZE || wc_module_entry_decode(&entry, value) != WC_OK) {
        return WC_CORRUPT;
    }
    uint8_t *copy = wc_arena_alloc(query->arena, entry.module.len, 1);
    if (copy == NULL) return WC_NO_MEMORY;
    memcpy(copy, entry.module.data, entry.module.len);
    wc_query_module *row = &query->modules[query->module_count];
    wc_module *module;
    memcpy(row->code.bytes, key.data + 1, WC_HASH_SIZE);
    WC_TRY(wc_module_decode(wc_slice_of(copy, entry.module.len), query->arena, &module, &bad));
    row->module = module;
    query->module_count++;
    return WC_OK;
}

static wc_status add_asset(wc_query *query, wc_slice key, wc_slice value)
{
    wc_asset asset;
    if (query->money.count == WC_ASSETS_MAX) return WC_TOO_LARGE;
    if (key.len != 5 || wc_asset_decode(&asset, value) != WC_OK) return WC_CORRUPT;
    wc_str code = {(const char *)asset.code.data, asset.code.len};
    code = wc_arena_str(query->arena, code);
    if (code.data == NULL) return WC_NO_MEMORY;
    query->money.list[query->money.count++] =
        (wc_money_name){wc_load_u32(key.data + 1), asset.scale, code};
    return WC_OK;
}

static wc_status each(wc_query *query, wc_space space,
                      wc_status (*add)(wc_query *query, wc_slice key, wc_slice value))
{
    wc_state_key prefix = wc_key_space(space), after = {.len = 0};
    wc_slice key, value;
    wc_status status;
    while ((status = wc_chain_next(query->chain, wc_state_key_slice(&prefix),
                                   wc_state_key_slice(&after), &key, &value)) == WC_OK) {
        memcpy(after.bytes, key.data, key.len);
        after.len = (uint8_t)key.len;
        WC_TRY(add(query, key, value));
    }
    return status == WC_NOT_FOUND ? WC_OK : status;
}

wc_status wc_query_open(wc_query *query, wc_chain *chain, wc_arena *arena)
{
    *query = (wc_query){.chain = chain, .arena = arena};
    WC_TRY(each(query, WC_SPACE_ASSET, add_asset));
    return each(query, WC_SPACE_MODULE, add_module);
}

bool wc_query_add_file(wc_query *query, const char *path, wc_slice bytes)
{
    size_t len, bad;
    if (wc_module_length(bytes, &len) != WC_OK) return false;
    wc_hash code = wc_code_id(wc_slice_of(bytes.data, len));
    for (uint32_t i = 0; i < query->module_count; i++) {
        wc_query_module *row = &query->modules[i];
        if (!wc_hash_equal(&row->code, &code)) continue;
        wc_debug *debug;
        wc_slice part = wc_slice_of(bytes.data + len, bytes.len - len);
        row->path = path;
        if (part.len == 0) return true;
        wc_hash module = wc_sha256_one(wc_slice_of(bytes.data, len));
        if (wc_debug_decode(part, query->arena, &debug, &bad) != WC_OK) return false;
        if (wc_hash_equal(&debug->module, &module)) row->debug = debug;
        return true;
    }
    return false;
}

const wc_query_module *wc_query_module_of(const wc_query *query, const wc_hash *code)
{
    for (uint32_t i = 0; i < query->module_count; i++) {
        if (wc_hash_equal(&query->modules[i].code, code)) return &query->modules[i];
    }
    return NULL;
}

const wc_query_module *wc_query_contract(wc_query *query, const wc_address *instance)
{
    wc_state_key key = wc_key_instance(instance);
    wc_slice value;
    wc_instance_entry entry;
    if (wc_chain_get(query->chain, &key, &value) != WC_OK) return NULL;
    if (wc_instance_decode(&entry, value) != WC_OK) return NULL;
    return wc_query_module_of(query, &entry.code);
}

wc_str wc_query_contract_name(const wc_query_module *module)
{
    return module != NULL ? module->module->strings[0] : WC_STR("");
}

/* ---- parties and ids ---------------------------------------------------------------------------
 */

void wc_query_put_party(wc_buf *text, const wc_query *query, const wc_address *address)
{
    wc_str id = wc_names_of(&query->names, address);
    if (id.len > 0) {
        wc_buf_put(text, id.data, id.len);
        wc_buf_put_text(text, " (");
    }
    wc_address_put(text, address);
    if (id.len > 0) wc_buf_put_text(text, ")");
}

wc_status wc_query_party(const wc_query *query, wc_str text, wc_address *address)
{
    return wc_names_address(address, &query->names, text);
}

static bool take_number(wc_str *text, uint64_t max, uint64_t *value)
{
    size_t digits = 0;
    *value = 0;
    while (digits < text->len && text->data[digits] >= '0' && text->data[digits] <= '9') {
        if (digits == 18) return false;
        *value = *value * 10 + (uint64_t)(text->data[digits++] - '0');
    }
    *text = (wc_str){text->data + digits, text->len - digits};
    return digits > 0 && *value <= max;
}

bool wc_event_id_parse(wc_event_id *id, wc_str text)
{
    uint64_t parts[3];
    for (int i = 0; i < 3; i++) {
        if (i > 0 && (text.len == 0 || text.data[0] != '.')) return false;
        if (i > 0) text = (wc_str){text.data + 1, text.len - 1};
        if (!take_number(&text, i == 0 ? UINT64_MAX : UINT32_MAX, &parts[i])) return false;
    }
    *id = (wc_event_id){parts[0], (uint32_t)parts[1], (uint32_t)parts[2]};
    return text.len == 0;
}

void wc_event_id_put(wc_buf *text, const wc_event_id *id)
{
    wc_buf_put_decimal(text, (int64_t)id->seq);
    wc_buf_put_text(text, ".");
    wc_buf_put_decimal(text, id->receipt);
    wc_buf_put_text(text, ".");
    wc_buf_put_decimal(text, id->event);
}

/* ---- the walk ----------------------------------------------------------------------------------
 */

static bool visit_block(wc_query *query, wc_visit *visit, wc_visit_fn fn, void *self)
{
    const wc_chain_block *block = visit->block;
    uint32_t next_tx = 0;
    for (uint32_t i = 0; i < block->record.record.receipt_count; i++) {
        size_t mark = wc_arena_mark(query->arena);
        wc_tx *tx = WC_ARENA_NEW(query->arena, wc_tx);
        wc_tx_fault fault;
        visit->receipt = i;
        visit->page = &block->receipts[i];
        visit->tx = NULL;
        if (visit->page->receipt.kind == WC_RECEIPT_TX && tx != NULL) {
            const wc_chain_tx *stored = &block->txs[next_tx];
            visit->tx_index = next_tx++;
            if (wc_tx_decode_stripped(tx, &fault, query->arena, stored->stripped,
                                      stored->payloads) == WC_OK) {
                visit->tx = tx;
            }
        }
        bool goes_on = fn(self, visit);
        wc_arena_rewind(query->arena, mark);
        if (!goes_on) return false;
    }
    return true;
}

wc_status wc_query_walk(wc_query *query, uint64_t from, uint64_t to, wc_visit_fn fn, void *self)
{
    uint64_t last = wc_chain_head(query->chain)->seq;
    uint64_t oldest = wc_chain_oldest(query->chain);
    if (to > last) to = last;
    if (oldest > 0 && from <= oldest && to > oldest) from = oldest + 1;
    for (uint64_t seq = from; seq <= to; seq++) {
        wc_visit visit = {.seq = seq};
        WC_TRY(wc_chain_read_block(query->chain, seq, &visit.block));
        visit.time_s = visit.block->record.record.time_s;
        if (!visit_block(query, &visit, fn, self)) return WC_OK;
    }
    return WC_OK;
}

wc_status wc_query_event(const wc_receipt_page *page, uint32_t index, wc_event *event)
{
    wc_reader reader = wc_reader_of(page->events);
    if (index >= page->event_count) return WC_NOT_FOUND;
    for (uint32_t i = 0; i <= index; i++) WC_TRY(wc_event_read(&reader, event));
    return WC_OK;
}

/* ---- text --------------------------------------------------------------------------------------
 */

void wc_query_put_event(wc_buf *text, wc_query *query, const wc_event *event, uint32_t items_max)
{
    wc_address ledger = wc_address_system(WC_SYSTEM_LEDGER);
    if (wc_address_equal(&event->emitter, &ledger)) {
        wc_decode_ledger_event(text, &query->names, &query->money, event->type, event->data);
        return;
    }
    const wc_query_module *module = wc_query_contract(query, &event->emitter);
    if (module == NULL) {
        wc_buf_put_text(text, "event of a contract that is not there");
        return;
    }
    wc_decoder decoder = {.module = module->module, .names = &query->names, .items_max = items_max};
    wc_decode_event(text, &decoder, event->type, event->data);
}

void wc_query_put_status(wc_buf *text, const wc_query *query, const wc_receipt_page *page)
{
    wc_hash code;
    wc_decoder decoder = {.names = &query->names, .items_max = 8};
    uint16_t status = page->receipt.status;
    if (status == WC_RECEIPT_OK) {
        wc_buf_put_text(text, "done");
        return;
    }
    if (wc_failure_code(status, page->outcome, &code)) {
        const wc_query_module *module = wc_query_module_of(query, &code);
        if (module != NULL) decoder.module = module->module;
    }
    wc_failure_name(text, status, page->outcome, decoder.module);
    wc_buf_put_text(text, ": ");
    wc_decode_failure(text, &decoder, status, page->outcome);
}
