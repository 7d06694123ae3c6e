/* Trades and bank settlement.
 *
 *   trades       events with a buyer, a seller, a quantity and a price: deals of markets
 *   settlement   every event of contracts that instruct a bank */
#include <string.h>

#include "node/export/row.h"

static void put_contract(wc_export *e, const wc_export_event *event)
{
    wc_export_contract(e, event->module, &event->event->emitter);
}

static void put_value(wc_export *e, const wc_export_value *value)
{
    wc_export_decimal(e, value->number, value->scale);
    wc_export_str(e, value->unit);
}

/* ---- trades ------------------------------------------------------------------------------------
 */

static void put_trade(wc_export *e, const wc_visit *visit, uint32_t index,
                      const wc_export_event *event)
{
    wc_address buyer, seller;
    wc_export_value quantity, price;
    bool is_trade = wc_export_party_of(event, "buyer", &buyer) &&
                    wc_export_party_of(event, "seller", &seller) &&
                    wc_export_value_of(event, "qty", &quantity) &&
                    wc_export_value_of(event, "price", &price);
    if (!is_trade) return;
    wc_export_begin(e, visit, index);
    put_contract(e, event);
    wc_export_field(e, event, "slot");
    wc_export_party(e, &buyer);
    wc_export_party(e, &seller);
    put_value(e, &quantity);
    put_value(e, &price);
    wc_export_end(e);
    wc_export_add(e, quantity.unit, quantity.scale, quantity.number, 0);
}

/* ---- settlement --------------------------------------------------------------------------------
 */

static bool has_event(const wc_module *module, const char *name)
{
    for (uint16_t i = 0; i < module->event_count; i++) {
        if (wc_str_equal(module->strings[module->events[i].name], wc_str_of(name))) return true;
    }
    return false;
}

/* The party of this name of the contract, as it is bound now. */
static bool bound_party(wc_export *e, const wc_export_event *event, const char *name,
                        wc_address *party)
{
    const wc_module *module = event->module->module;
    wc_state_key key = wc_key_instance(&event->event->emitter);
    wc_slice value;
    wc_instance_entry entry;
    if (wc_chain_get(e->query->chain, &key, &value) != WC_OK) return false;
    if (wc_instance_decode(&entry, value) != WC_OK) return false;
    for (uint16_t i = 0; i < module->party_count && i < entry.party_count; i++) {
        if (!wc_str_equal(module->strings[module->parties[i].name], wc_str_of(name))) continue;
        *party = wc_instance_party(&entry, (uint8_t)i);
        return true;
    }
    return false;
}

static void put_optional_party(wc_export *e, bool has, const wc_address *party)
{
    if (has) {
        wc_export_party(e, party);
        return;
    }
    wc_export_str(e, WC_STR(""));
    wc_export_str(e, WC_STR(""));
}

static void put_settlement(wc_export *e, const wc_visit *visit, uint32_t index,
                           const wc_export_event *event)
{
    static const char *const amounts[] = {"amount", "total", "paid"};
    static const char *const rest[] = {"end_to_end", "status", "code",
                                       "statement",  "entry",  "value_date"};
    wc_address payer, to;
    wc_export_value amount;
    size_t i = 0;
    if (!has_event(event->module->module, "Instruct")) return;
    while (i < WC_ARRAY_LEN(amounts) && !wc_export_value_of(event, amounts[i], &amount)) i++;
    bool has_amount = i < WC_ARRAY_LEN(amounts);
    bool has_payer = bound_party(e, event, "payer", &payer);
    bool has_to = wc_export_party_of(event, "to", &to);
    wc_export_begin(e, visit, index);
    put_contract(e, event);
    put_optional_party(e, has_payer, &payer);
    wc_export_str(e, event->name);
    put_optional_party(e, has_to, &to);
    if (has_amount) {
        put_value(e, &amount);
    } else {
        wc_export_str(e, WC_STR(""));
        wc_export_str(e, WC_STR(""));
    }
    for (size_t k = 0; k < WC_ARRAY_LEN(rest); k++) wc_export_field(e, event, rest[k]);
    wc_export_end(e);
    bool is_booked = wc_str_equal(event->name, WC_STR("LegBooked"));
    bool is_back = wc_str_equal(event->name, WC_STR("Refunded"));
    if (!has_amount || (!is_booked && !is_back)) return;
    wc_export_add(e, amount.unit, amount.scale, is_booked ? amount.number : 0,
                  is_back ? amount.number : 0);
}

/* ---- events ------------------------------------------------------------------------------------
 */

void wc_export_market_event(wc_export *e, const wc_visit *visit, uint32_t index,
                            const wc_event *event)
{
    wc_export_event opened;
    if (!wc_export_open_event(e, event, &opened)) return;
    if (e->table == WC_EXPORT_trades) put_trade(e, visit, index, &opened);
    if (e->table == WC_EXPORT_settlement) put_settlement(e, visit, index, &opened);
}
