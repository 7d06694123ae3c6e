/* Offers; see offer.h for the layout. */
#include "node/ledger/offer.h"

#include "node/crypto/crypto.h"
#include "node/ledger/read.h"
#include "node/ledger/roles.h"

#define KNOWN_FLAGS (WC_OFFER_MUST_SIGN | WC_OFFER_SIGNED | WC_OFFER_WAS_OPEN)

static void put_party(wc_buf *buf, const wc_offer_party *party)
{
    wc_buf_put_hash(buf, &party->party);
    wc_buf_put_u16(buf, party->role);
    wc_buf_put_u8(buf, party->flags);
}

void wc_offer_put(wc_buf *buf, const wc_offer *offer)
{
    wc_buf_put_u8(buf, WC_STATE_VALUE_VERSION);
    wc_buf_put_u8(buf, (uint8_t)offer->status);
    wc_buf_put_hash(buf, &offer->proposer);
    wc_buf_put_hash(buf, &offer->code);
    wc_buf_put_hash(buf, &offer->counter_of);
    wc_buf_put_hash(buf, &offer->outcome);
    wc_buf_put_i64(buf, offer->created_s);
    wc_buf_put_i64(buf, offer->valid_until_s);
    wc_buf_put_hash(buf, &offer->terms_hash);
    wc_buf_put_u8(buf, offer->party_count);
    for (size_t i = 0; i < offer->party_count; i++) put_party(buf, &offer->parties[i]);
    wc_buf_put_str32(buf, offer->terms);
}

/* Who may sign, who must and who has agree with each other. */
static bool party_is_consistent(const wc_offer_party *party)
{
    bool must_sign = (party->flags & WC_OFFER_MUST_SIGN) != 0;
    bool has_signed = (party->flags & WC_OFFER_SIGNED) != 0;
    bool was_open = (party->flags & WC_OFFER_WAS_OPEN) != 0;
    if ((party->flags & ~KNOWN_FLAGS) != 0) return false;
    if ((has_signed || was_open) && !must_sign) return false;
    if (wc_address_is_zero(&party->party) != (was_open && !has_signed)) return false;
    return party->role != WC_ROLE_NONE ? wc_role_exists(party->role) : !was_open;
}

static wc_status read_party(wc_reader *r, wc_offer_party *party)
{
    WC_TRY(wc_read_hash(r, &party->party));
    WC_TRY(wc_read_u16(r, &party->role));
    WC_TRY(wc_read_u8(r, &party->flags));
    return party_is_consistent(party) ? WC_OK : WC_OUT_OF_DOMAIN;
}

wc_status wc_offer_decode(wc_offer *offer, wc_slice value)
{
    wc_reader r = wc_reader_of(value);
    uint8_t status;
    WC_TRY(wc_read_value_version(&r));
    WC_TRY(wc_read_u8_in(&r, WC_OFFER_OPEN, WC_OFFER_WITHDRAWN, &status));
    offer->status = (wc_offer_status)status;
    WC_TRY(wc_read_hash(&r, &offer->proposer));
    WC_TRY(wc_read_hash(&r, &offer->code));
    WC_TRY(wc_read_hash(&r, &offer->counter_of));
    WC_TRY(wc_read_hash(&r, &offer->outcome));
    bool has_outcome = offer->status != WC_OFFER_OPEN && offer->status != WC_OFFER_WITHDRAWN;
    if (wc_hash_is_zero(&offer->outcome) == has_outcome) return WC_OUT_OF_DOMAIN;
    WC_TRY(wc_read_i64_in(&r, INT64_MIN, INT64_MAX - 1, &offer->created_s));
    WC_TRY(wc_read_i64_in(&r, offer->created_s + 1, INT64_MAX, &offer->valid_until_s));
    WC_TRY(wc_read_hash(&r, &offer->terms_hash));
    WC_TRY(wc_read_u8_in(&r, 1, WC_OFFER_PARTIES_MAX, &offer->party_count));
    for (size_t i = 0; i < offer->party_count; i++) WC_TRY(read_party(&r, &offer->parties[i]));
    WC_TRY(wc_read_str32(&r, WC_OFFER_TERMS_MAX, &offer->terms));
    WC_TRY(wc_read_end(&r));
    wc_hash terms_hash = wc_offer_terms_hash(offer);
    return wc_hash_equal(&terms_hash, &offer->terms_hash) ? WC_OK : WC_DIFFERS;
}

wc_hash wc_offer_terms_hash(const wc_offer *offer)
{
    wc_assert(offer->party_count <= WC_OFFER_PARTIES_MAX);
    uint8_t bytes[WC_HASH_SIZE + 8 + 1 + WC_OFFER_PARTIES_MAX * 35u];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_buf_put_hash(&buf, &offer->code);
    wc_buf_put_i64(&buf, offer->valid_until_s);
    wc_buf_put_u8(&buf, offer->party_count);
    for (size_t i = 0; i < offer->party_count; i++) {
        wc_offer_party party = offer->parties[i];
        if ((party.flags & WC_OFFER_WAS_OPEN) != 0) party.party = (wc_address){{0}};
        party.flags = (uint8_t)(party.flags & ~WC_OFFER_SIGNED);
        put_party(&buf, &party);
    }
    wc_slice parts[2] = {wc_buf_slice(&buf), offer->terms};
    return wc_hash_domain("terms/1", parts, 2);
}

bool wc_offer_is_complete(const wc_offer *offer)
{
    for (size_t i = 0; i < offer->party_count; i++) {
        uint8_t flags = offer->parties[i].flags;
        if ((flags & WC_OFFER_MUST_SIGN) != 0 && (flags & WC_OFFER_SIGNED) == 0) return false;
    }
    return true;
}

int wc_offer_position(const wc_offer *offer, const wc_address *party,
                      bool (*holds_role)(void *context, uint16_t role), void *context)
{
    for (size_t i = 0; i < offer->party_count; i++) {
        if (wc_hash_equal(&offer->parties[i].party, party)) return (int)i;
    }
    for (size_t i = 0; i < offer->party_count; i++) {
        const wc_offer_party *open = &offer->parties[i];
        if (wc_address_is_zero(&open->party) && holds_role(context, open->role)) return (int)i;
    }
    return -1;
}
