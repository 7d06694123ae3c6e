/* What several answers consist of: amounts, events, receipts, certificates. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "node/abi/abi.h"
#include "node/api/run.h"
#include "node/query/when.h"
#include "vm/base/text.h"
#include "vm/isa/abi.h"

#define EVENT_TEXT_MAX ((size_t)64 << 10)
#define ITEMS_MAX      16u /* shown of a collection in an event's text; its members have all */

wc_api_error wc_api_fail(wc_api_run *run, wc_api_error error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(run->problem, sizeof run->problem, format, args);
    va_end(args);
    return error;
}

wc_api_error wc_api_fail_status(wc_api_run *run, wc_status status, const char *what)
{
    if (status == WC_NOT_FOUND) return wc_api_fail(run, WC_API_NOT_FOUND, "%s", what);
    return wc_api_fail(run, WC_API_INTERNAL, "%s: %s", what, wc_status_text(status));
}

wc_api_error wc_api_fail_record(wc_api_run *run, wc_status status, uint64_t seq, const char *what)
{
    uint64_t oldest = wc_chain_oldest(run->chain);
    if (status != WC_NOT_FOUND || oldest == 0 || seq > oldest) {
        return wc_api_fail_status(run, status, what);
    }
    run->detail_name = "oldest";
    (void)snprintf(run->detail, sizeof run->detail, "%llu", (unsigned long long)(oldest + 1));
    return wc_api_fail(run, WC_API_PRUNED,
                       "this node's ledger begins with a snapshot of record %llu; %s is the oldest "
                       "whose block it has",
                       (unsigned long long)oldest, run->detail);
}

/* ---- values ---------------------------------------------------------------------------------- */

void wc_api_put_address(wc_json *json, const char *name, const wc_address *address)
{
    char text[WC_ADDRESS_TEXT_LEN + 1];
    wc_address_text(text, address);
    wc_json_add_text(json, name, text);
}

void wc_api_put_hash(wc_json *json, const char *name, const wc_hash *hash)
{
    wc_json_add_hex(json, name, wc_slice_of(hash->bytes, sizeof hash->bytes));
}

void wc_api_put_time(wc_json *json, const char *name, int64_t time_s)
{
    wc_json_name(json, name);
    wc_buf_put_u8(json->buf, '"');
    wc_put_time(json->buf, time_s);
    wc_buf_put_u8(json->buf, '"');
}

void wc_api_put_base64(wc_json *json, const char *name, wc_slice bytes)
{
    wc_json_name(json, name);
    wc_buf_put_u8(json->buf, '"');
    wc_base64_encode(json->buf, bytes);
    wc_buf_put_u8(json->buf, '"');
}

/* ---- money ----------------------------------------------------------------------------------- */

wc_status wc_api_read_money(wc_chain *chain, wc_api_money *money)
{
    wc_state_key prefix = wc_key_space(WC_SPACE_ASSET), after = {.len = 0};
    wc_slice key, value;
    wc_status status;
    money->names.count = 0;
    while ((status = wc_chain_next(chain, wc_state_key_slice(&prefix), wc_state_key_slice(&after),
                                   &key, &value)) == WC_OK) {
        wc_asset asset;
        uint32_t at = money->names.count;
        memcpy(after.bytes, key.data, key.len);
        after.len = (uint8_t)key.len;
        if (at == WC_ASSETS_MAX) return WC_TOO_LARGE;
        if (key.len != 5 || wc_asset_decode(&asset, value) != WC_OK) return WC_CORRUPT;
        memcpy(money->codes[at], asset.code.data, asset.code.len);
        money->names.list[at] = (wc_money_name){
            wc_load_u32(key.data + 1), asset.scale, {money->codes[at], asset.code.len}};
        money->names.count++;
    }
    return status == WC_NOT_FOUND ? WC_OK : status;
}

const wc_money_name *wc_api_asset(const wc_api_money *money, uint32_t asset)
{
    for (uint32_t i = 0; i < money->names.count; i++) {
        if (money->names.list[i].asset == asset) return &money->names.list[i];
    }
    return NULL;
}

void wc_api_put_amount(wc_json *json, const char *name, const wc_api_money *money, uint32_t asset,
                       int64_t amount)
{
    const wc_money_name *known = wc_api_asset(money, asset);
    wc_json_add_scaled(json, name, amount, known != NULL ? known->scale : 0);
}

wc_status wc_api_put_balances(wc_api_run *run, const wc_api_money *money, const wc_address *owner)
{
    wc_json_open_line(run->json, "balances", '[');
    for (uint32_t i = 0; i < money->names.count; i++) {
        const wc_money_name *asset = &money->names.list[i];
        int64_t amount = wc_chain_free(run->chain, owner, asset->asset);
        if (amount == 0) continue;
        wc_json_open_line(run->json, NULL, '{');
        wc_json_add_str(run->json, "asset", asset->code);
        wc_api_put_amount(run->json, "amount", money, asset->asset, amount);
        wc_json_close(run->json);
    }
    wc_json_close(run->json);
    return WC_OK;
}

/* ---- events ---------------------------------------------------------------------------------- */

const wc_module *wc_api_module(wc_chain *chain, const wc_address *instance)
{
    wc_state_key key = wc_key_instance(instance);
    wc_slice value;
    wc_instance_entry entry;
    const wc_module *module;
    if (wc_chain_get(chain, &key, &value) != WC_OK) return NULL;
    if (wc_instance_decode(&entry, value) != WC_OK) return NULL;
    return wc_chain_module(chain, &entry.code, &module) == WC_OK ? module : NULL;
}

static void put_words(wc_api_run *run, const wc_module *module, const wc_api_money *money,
                      const wc_event *event)
{
    uint8_t *memory = malloc(EVENT_TEXT_MAX);
    wc_buf text;
    if (memory == NULL) {
        wc_json_add_text(run->json, "text", "");
        return;
    }
    wc_buf_init(&text, memory, EVENT_TEXT_MAX);
    if (module == NULL) {
        wc_decode_ledger_event(&text, &run->node->names, &money->names, event->type, event->data);
    } else {
        wc_decoder decoder = {.module = module, .names = &run->node->names, .items_max = ITEMS_MAX};
        wc_decode_event(&text, &decoder, event->type, event->data);
    }
    wc_json_add_str(run->json, "text", (wc_str){(const char *)text.data, text.len});
    free(memory);
}

/* Of a contract that is gone from the state nothing but the bytes is known. */
static void put_name(wc_json *json, const wc_module *module, bool is_ledger, const wc_event *event)
{
    const char *known = is_ledger ? wc_ledger_event_name(event->type) : NULL;
    if (module != NULL && event->type < module->event_count) {
        wc_json_add_str(json, "name", module->strings[module->events[event->type].name]);
    } else {
        wc_json_add_text(json, "name", known != NULL ? known : "");
    }
}

void wc_api_put_event(wc_api_run *run, const char *name, const wc_api_money *money,
                      const wc_api_event *shown)
{
    char digits[64];
    wc_buf id;
    wc_json *json = run->json;
    const wc_event *event = &shown->event;
    wc_address ledger = wc_address_system(WC_SYSTEM_LEDGER);
    bool is_ledger = wc_address_equal(&event->emitter, &ledger);
    const wc_module *module = is_ledger ? NULL : wc_api_module(run->chain, &event->emitter);
    wc_buf_init(&id, digits, sizeof digits);
    wc_event_id_put(&id, &shown->id);
    wc_json_open_line(json, name, '{');
    wc_json_add_str(json, "id", (wc_str){digits, id.len});
    wc_api_put_time(json, "time", shown->time_s);
    wc_api_put_address(json, "emitter", &event->emitter);
    put_name(json, module, is_ledger, event);
    if (is_ledger || module != NULL) {
        put_words(run, module, money, event);
    } else {
        wc_json_add_text(json, "text", "event of a contract that is not there");
    }
    if (module != NULL && event->type < module->event_count) {
        uint16_t members = module->events[event->type].args;
        size_t bad;
        wc_reader reader = wc_reader_of(event->data);
        /* An upgraded contract may have told it in the words of a version before. */
        if (wc_abi_check(module, members, event->data, &bad) == WC_OK) {
            wc_status status = wc_abi_put_fields(json, "members", module, members, &reader);
            wc_assert(status == WC_OK);
        }
    }
    wc_json_add_hex(json, "data", event->data);
    wc_json_close(json);
}

/* ---- receipts -------------------------------------------------------------------------------- */

static const char *kind_name(wc_receipt_kind kind)
{
    switch (kind) {
    case WC_RECEIPT_TX: return "transaction";
    case WC_RECEIPT_TIMER: return "timeout";
    case WC_RECEIPT_SYSTEM: return "system";
    }
    return "";
}

static void put_outcome(wc_api_run *run, const wc_receipt_page *page)
{
    uint8_t name_bytes[128], text_bytes[1024];
    wc_buf name, text;
    wc_hash code;
    const wc_module *module = NULL;
    uint16_t status = page->receipt.status;
    wc_buf_init(&name, name_bytes, sizeof name_bytes);
    wc_buf_init(&text, text_bytes, sizeof text_bytes);
    if (status == WC_RECEIPT_OK) {
        wc_buf_put_text(&name, "OK");
        wc_buf_put_text(&text, "done");
    } else {
        if (wc_failure_code(status, page->outcome, &code) &&
            wc_chain_module(run->chain, &code, &module) != WC_OK) {
            module = NULL;
        }
        wc_decoder decoder = {.module = module, .names = &run->node->names, .items_max = ITEMS_MAX};
        wc_failure_name(&name, status, page->outcome, module);
        wc_decode_failure(&text, &decoder, status, page->outcome);
    }
    wc_json_add_str(run->json, "result", (wc_str){(const char *)name.data, name.len});
    wc_json_add_str(run->json, "text", (wc_str){(const char *)text.data, text.len});
}

static void put_results(wc_json *json, const wc_receipt_page *page)
{
    wc_reader reader = wc_reader_of(page->outcome);
    wc_slice result;
    wc_json_open_line(json, "results", '[');
    while (page->receipt.status == WC_RECEIPT_OK && wc_reader_left(&reader) > 0 &&
           wc_read_str32(&reader, WC_OUTCOME_DETAIL_MAX, &result) == WC_OK) {
        wc_json_add_hex(json, NULL, result);
    }
    wc_json_close(json);
}

static void put_events(wc_api_run *run, const wc_api_money *money, const wc_api_receipt *shown)
{
    wc_reader reader = wc_reader_of(shown->page.events);
    wc_json_open_line(run->json, "events", '[');
    for (uint32_t i = 0; i < shown->page.event_count; i++) {
        wc_api_event event = {.id = {shown->seq, shown->page.receipt.index, i},
                              .time_s = shown->time_s};
        if (wc_event_read(&reader, &event.event) != WC_OK) break;
        wc_api_put_event(run, NULL, money, &event);
    }
    wc_json_close(run->json);
}

void wc_api_put_receipt(wc_api_run *run, const char *name, const wc_api_money *money,
                        const wc_api_receipt *shown)
{
    wc_json *json = run->json;
    const wc_receipt *receipt = &shown->page.receipt;
    uint8_t bytes[WC_RECEIPT_SIZE];
    wc_buf encoded;
    wc_buf_init(&encoded, bytes, sizeof bytes);
    wc_receipt_put(&encoded, receipt);
    wc_json_open_line(json, name, '{');
    wc_json_add_number(json, "seq", (int64_t)shown->seq);
    wc_json_add_number(json, "index", receipt->index);
    wc_json_add_text(json, "kind", kind_name(receipt->kind));
    wc_api_put_hash(json, "subject", &receipt->subject);
    wc_json_add_number(json, "status", receipt->status);
    put_outcome(run, &shown->page);
    if (receipt->call != WC_RECEIPT_NO_CALL) {
        wc_json_add_number(json, "failed_call", receipt->call);
    }
    wc_json_add_number(json, "gas_limit", (int64_t)receipt->gas_limit);
    wc_json_add_number(json, "gas_used", (int64_t)receipt->gas_used);
    wc_api_put_amount(json, "fee", money, WC_ASSET_NETWORK, (int64_t)receipt->fee);
    if (!wc_address_is_zero(&receipt->payer)) wc_api_put_address(json, "payer", &receipt->payer);
    put_results(json, &shown->page);
    put_events(run, money, shown);
    wc_json_add_hex(json, "receipt", wc_buf_slice(&encoded));
    wc_json_close(json);
}

void wc_api_put_certificate(wc_json *json, const wc_certificate *certificate)
{
    wc_json_open_line(json, "certificate", '{');
    wc_json_add_number(json, "incarnation", certificate->incarnation);
    wc_json_open_line(json, "signatures", '[');
    for (uint8_t i = 0; i < certificate->sig_count; i++) {
        const wc_certificate_sig *sig = &certificate->sigs[i];
        wc_json_open_line(json, NULL, '{');
        wc_json_add_number(json, "key_index", sig->key_index);
        wc_json_add_hex(json, "signature",
                        wc_slice_of(sig->signature.bytes, sizeof sig->signature.bytes));
        wc_json_close(json);
    }
    wc_json_close(json);
    wc_json_close(json);
}
