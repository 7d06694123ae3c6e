/* One-line descriptions of contracts, offers, transactions and calls. */
#include "node/ledger/batch.h"
#include "node/ledger/natives.h"
#include "node/ledger/roles.h"
#include "node/query/inside.h"
#include "node/query/when.h"

static void put_str(wc_buf *text, wc_str str)
{
    wc_buf_put(text, str.data, str.len);
}

void wc_query_put_contract(wc_buf *text, const wc_query *query, const wc_address *address,
                           const wc_query_module *module, const wc_instance_entry *entry)
{
    put_str(text, wc_query_contract_name(module));
    wc_buf_put_text(text, " ");
    wc_query_put_party(text, query, address);
    if (entry->state < module->module->state_count) {
        wc_buf_put_text(text, ", state ");
        put_str(text, module->module->strings[module->module->states[entry->state].name]);
    }
    if (entry->status == WC_INSTANCE_STUCK) wc_buf_put_text(text, " (stuck)");
    for (uint8_t i = 0; i < entry->party_count; i++) {
        wc_address party = wc_instance_party(entry, i);
        wc_buf_put_text(text, ", ");
        if (i < module->module->party_count) {
            put_str(text, module->module->strings[module->module->parties[i].name]);
            wc_buf_put_text(text, " ");
        }
        wc_names_put(text, &query->names, &party);
    }
}

static const char *offer_status_name(wc_offer_status status)
{
    switch (status) {
    case WC_OFFER_OPEN: return "open until ";
    case WC_OFFER_ACCEPTED: return "accepted; was open until ";
    case WC_OFFER_DECLINED: return "declined; was open until ";
    case WC_OFFER_COUNTERED: return "countered; was open until ";
    case WC_OFFER_WITHDRAWN: return "withdrawn; was open until ";
    }
    return "";
}

/* Parties whose signature is there, or is missing. */
static void put_signers(wc_buf *text, const wc_query *query, const wc_offer *offer, bool has_signed)
{
    bool is_first = true;
    for (uint8_t i = 0; i < offer->party_count; i++) {
        const wc_offer_party *party = &offer->parties[i];
        if ((party->flags & WC_OFFER_MUST_SIGN) == 0) continue;
        if (((party->flags & WC_OFFER_SIGNED) != 0) != has_signed) continue;
        wc_buf_put_text(text, !is_first ? ", " : has_signed ? ", signed by " : ", waits for ");
        is_first = false;
        if (wc_address_is_zero(&party->party)) {
            wc_buf_put_text(text, "anybody");
            if (party->role != 0) wc_buf_put_text(text, " with role ");
            put_str(text, wc_role_name(party->role));
        } else {
            wc_names_put(text, &query->names, &party->party);
        }
    }
}

void wc_query_put_offer(wc_buf *text, const wc_query *query, const wc_hash *id,
                        const wc_offer *offer)
{
    wc_buf_put_text(text, "offer ");
    wc_buf_put_hex(text, wc_slice_of(id->bytes, 8));
    wc_buf_put_text(text, "... of a ");
    put_str(text, wc_query_contract_name(wc_query_module_of(query, &offer->code)));
    wc_buf_put_text(text, " by ");
    wc_names_put(text, &query->names, &offer->proposer);
    wc_buf_put_text(text, ", ");
    wc_buf_put_text(text, offer_status_name(offer->status));
    wc_put_time(text, offer->valid_until_s);
    put_signers(text, query, offer, true);
    put_signers(text, query, offer, false);
}

/* ---- calls -------------------------------------------------------------------------------------
 */

const wc_entry *wc_query_action(const wc_module *module, uint16_t method)
{
    uint16_t number = 0;
    for (uint16_t i = 0; i < module->entry_count; i++) {
        if (module->entries[i].kind != WC_ENTRY_ACTION) continue;
        if (number++ == method) return &module->entries[i];
    }
    return NULL;
}

static void put_action_name(wc_buf *text, wc_query *query, const wc_tx_call *call)
{
    const wc_query_module *module = wc_query_contract(query, &call->target);
    const wc_entry *action = NULL;
    if (module != NULL) action = wc_query_action(module->module, call->method);
    if (action == NULL) {
        wc_buf_put_text(text, "an action of no contract");
        return;
    }
    put_str(text, wc_query_contract_name(module));
    wc_buf_put_text(text, ".");
    put_str(text, module->module->strings[action->name]);
}

void wc_query_put_call_name(wc_buf *text, wc_query *query, const wc_tx_call *call)
{
    const wc_native_entry *native;
    switch (call->kind) {
    case WC_CALL_ACTION:
    case WC_CALL_READINGS: put_action_name(text, query, call); return;
    case WC_CALL_DEPLOY: wc_buf_put_text(text, "publish a module"); return;
    case WC_CALL_INSTANTIATE:
        wc_buf_put_text(text, "create a ");
        put_str(text, wc_query_contract_name(wc_query_module_of(query, &call->target)));
        return;
    case WC_CALL_NATIVE:
        native = wc_native_find(call->method);
        put_str(text, native != NULL ? native->name : WC_STR("an unknown native method"));
        return;
    case WC_CALL_KIND_COUNT: break;
    }
    wc_buf_put_text(text, "an unknown call");
}

/* What the ledger makes the action's arguments of. */
static void put_batch(wc_buf *text, const wc_tx_call *call)
{
    wc_batch batch;
    if (wc_batch_decode(&batch, call->args) != WC_OK) return;
    wc_buf_put_text(text, "(batch of page ");
    wc_buf_put_decimal(text, batch.page);
    wc_buf_put_text(text, ", version ");
    wc_buf_put_decimal(text, batch.version);
    wc_buf_put_text(text, ", readings ");
    wc_buf_put_decimal(text, batch.count);
    wc_buf_put_text(text, ")");
}

void wc_query_put_call(wc_buf *text, wc_query *query, const wc_tx_call *call, uint32_t items_max)
{
    wc_query_put_call_name(text, query, call);
    if (call->kind != WC_CALL_ACTION && call->kind != WC_CALL_READINGS) return;
    const wc_query_module *module = wc_query_contract(query, &call->target);
    const wc_entry *action = NULL;
    if (module != NULL) action = wc_query_action(module->module, call->method);
    if (action == NULL) return;
    if (!call->has_args) {
        wc_buf_put_text(text, "(arguments destroyed)");
        return;
    }
    if (call->carried == WC_CARRIED_PIECES) {
        put_batch(text, call);
        return;
    }
    wc_decoder decoder = {.module = module->module, .names = &query->names, .items_max = items_max};
    wc_decode_put(text, &decoder, action->args, call->args);
}

void wc_query_put_tx(wc_buf *text, wc_query *query, const wc_visit *visit)
{
    wc_buf_put_hex(text, wc_slice_of(visit->page->receipt.subject.bytes, 8));
    wc_buf_put_text(text, "...");
    if (visit->tx != NULL) {
        wc_buf_put_text(text, " of ");
        wc_names_put(text, &query->names, &visit->tx->auth[0].address);
        for (uint8_t i = 0; i < visit->tx->call_count; i++) {
            wc_buf_put_text(text, i == 0 ? ": " : ", ");
            wc_query_put_call_name(text, query, &visit->tx->calls[i]);
        }
    }
    wc_buf_put_text(text, "; ");
    wc_query_put_status(text, query, visit->page);
}
