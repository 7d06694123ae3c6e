/* inbox: what waits for a party, and what it takes part in. */
#include <stdio.h>

#include "node/query/inside.h"
#include "node/query/when.h"

#define TEXT_MAX 16384u

typedef struct inbox {
    wc_query *query;
    wc_outline *outline;
    const wc_address *party;
    uint32_t entries;
} inbox;

/* Position of the party in an offer; -1: not named. */
static int position_of(const inbox *in, const wc_offer *offer)
{
    for (uint8_t i = 0; i < offer->party_count; i++) {
        if (wc_address_equal(&offer->parties[i].party, in->party)) return i;
    }
    return -1;
}

static const char *next_step(const inbox *in, const wc_offer *offer, int position)
{
    if (offer->status != WC_OFFER_OPEN) return "";
    if (offer->valid_until_s <= wc_chain_head(in->query->chain)->time_s) return "it has expired";
    uint8_t flags = position < 0 ? 0 : offer->parties[position].flags;
    if ((flags & WC_OFFER_MUST_SIGN) != 0 && (flags & WC_OFFER_SIGNED) == 0) {
        return "accept it by its terms hash, make a counter-offer, or decline it";
    }
    return wc_address_equal(&offer->proposer, in->party) ? "wait, or withdraw it" : "wait";
}

static void put_terms(inbox *in, const wc_offer *offer)
{
    uint8_t memory[TEXT_MAX];
    wc_buf terms;
    const wc_query_module *module = wc_query_module_of(in->query, &offer->code);
    if (module == NULL) return;
    wc_decoder decoder = {.module = module->module, .names = &in->query->names, .items_max = 4};
    wc_buf_init(&terms, memory, sizeof memory);
    wc_decode_put(&terms, &decoder, module->module->terms_type, offer->terms);
    wc_outline_str(in->outline, "terms", wc_query_text(&terms));
    wc_outline_line(in->outline, "  terms %.*s", WC_STR_ARG(wc_query_text(&terms)));
}

static void see_offer(inbox *in, const wc_address *id, wc_slice value)
{
    wc_offer offer;
    uint8_t memory[TEXT_MAX];
    wc_buf what;
    if (wc_offer_decode(&offer, value) != WC_OK) return;
    int position = position_of(in, &offer);
    if (position < 0 && !wc_address_equal(&offer.proposer, in->party)) return;
    const char *next = next_step(in, &offer, position);
    in->entries++;
    wc_buf_init(&what, memory, sizeof memory);
    wc_query_put_offer(&what, in->query, id, &offer);
    wc_outline_open(in->outline, NULL);
    wc_outline_hash(in->outline, "offer", id);
    wc_outline_hash(in->outline, "terms_hash", &offer.terms_hash);
    wc_outline_str(in->outline, "what", wc_query_text(&what));
    wc_outline_str(in->outline, "next", wc_str_of(next));
    wc_outline_line(in->outline, "%.*s", WC_STR_ARG(wc_query_text(&what)));
    if (offer.status == WC_OFFER_OPEN) {
        put_terms(in, &offer);
        wc_outline_line(in->outline, "  next  %s", next);
    }
    wc_outline_close(in->outline);
}

static void see_contract(inbox *in, const wc_address *address, wc_slice value)
{
    wc_instance_entry entry;
    uint8_t memory[TEXT_MAX];
    wc_buf what;
    bool is_named = false;
    if (wc_instance_decode(&entry, value) != WC_OK) return;
    for (uint8_t i = 0; i < entry.party_count; i++) {
        wc_address party = wc_instance_party(&entry, i);
        is_named = is_named || wc_address_equal(&party, in->party);
    }
    const wc_query_module *module = wc_query_module_of(in->query, &entry.code);
    if (!is_named || module == NULL) return;
    in->entries++;
    wc_buf_init(&what, memory, sizeof memory);
    wc_query_put_contract(&what, in->query, address, module, &entry);
    if (entry.due_s != WC_DUE_NONE) {
        wc_buf_put_text(&what, ", next time-out ");
        wc_put_time(&what, entry.due_s);
    }
    wc_outline_open(in->outline, NULL);
    wc_outline_hash(in->outline, "contract", address);
    wc_outline_str(in->outline, "what", wc_query_text(&what));
    wc_outline_close(in->outline);
    wc_outline_line(in->outline, "%.*s", WC_STR_ARG(wc_query_text(&what)));
}

static wc_status scan(inbox *in, wc_space space,
                      void (*see)(inbox *in, const wc_address *address, wc_slice value))
{
    wc_state_key prefix = wc_key_space(space), after = {.len = 0};
    wc_slice key, value;
    wc_status status;
    while ((status = wc_chain_next(in->query->chain, wc_state_key_slice(&prefix),
                                   wc_state_key_slice(&after), &key, &value)) == WC_OK) {
        wc_address address;
        memcpy(after.bytes, key.data, key.len);
        after.len = (uint8_t)key.len;
        memcpy(address.bytes, key.data + 1, sizeof address.bytes);
        see(in, &address, value);
    }
    return status == WC_NOT_FOUND ? WC_OK : status;
}

wc_status wc_query_inbox(wc_query *query, wc_outline *outline, const wc_address *party)
{
    inbox in = {.query = query, .outline = outline, .party = party};
    uint8_t memory[256];
    wc_buf name;
    wc_buf_init(&name, memory, sizeof memory);
    wc_query_put_party(&name, query, party);
    wc_outline_both(outline, "party", "inbox of", wc_query_text(&name));
    wc_outline_line(outline, "offers");
    wc_outline_open_list(outline, "offers");
    wc_status status = scan(&in, WC_SPACE_OFFER, see_offer);
    wc_outline_close(outline);
    wc_outline_line(outline, "contracts");
    wc_outline_open_list(outline, "contracts");
    if (status == WC_OK) status = scan(&in, WC_SPACE_INSTANCE, see_contract);
    wc_outline_close(outline);
    if (status != WC_OK) return status;
    return in.entries > 0 ? WC_OK : WC_NOT_FOUND;
}
