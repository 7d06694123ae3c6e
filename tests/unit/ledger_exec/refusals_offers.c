/* 230..239: offers. */
#include "node/ledger/offer.h"
#include "tests/unit/ledger_exec/refusals.h"

wc_slice offer_args(world *w, const wc_hash *code, world_actor a, world_actor b,
                    int64_t valid_until_s, const wc_hash *counter_of)
{
    static const wc_hash none;
    return world_abi(w, "pbphphqpw", code, 2, &w->people[a].address, 0, &w->people[b].address, 0,
                     valid_until_s, counter_of != NULL ? counter_of : &none, UINT32_C(0));
}

static const wc_receipt_page *propose(world *w, world_actor by, wc_slice args)
{
    letter l = world_letter(w, by);
    (void)letter_native(&l, WC_NATIVE_offer_propose, args);
    return world_send(w, &l);
}

static wc_hash two_sided_code(world *w)
{
    vault_options options = {.name = "Vault", .signatories = 2};
    return world_deploy(w, vault_module(w, &options));
}

wc_hash offer_terms_hash(world *w, const wc_hash *id)
{
    wc_state_key key = wc_key_offer(id);
    wc_slice value;
    wc_offer offer;
    assert_status(wc_chain_get(w->chain, &key, &value), WC_OK);
    assert_status(wc_offer_decode(&offer, value), WC_OK);
    return offer.terms_hash;
}

made_offer offer_made(world *w)
{
    made_offer made = {.code = two_sided_code(w), .valid_until_s = w->now + 86400};
    const wc_receipt_page *page =
        propose(w, ALICE, offer_args(w, &made.code, ALICE, BOB, made.valid_until_s, NULL));
    assert_done(page);
    made.id = world_result(page, 0);
    made.terms_hash = offer_terms_hash(w, &made.id);
    return made;
}

const wc_receipt_page *offer_accept(world *w, world_actor by, const wc_hash *id,
                                    const wc_hash *terms_hash)
{
    letter l = world_letter(w, by);
    (void)letter_native(&l, WC_NATIVE_offer_accept, world_abi(w, "pp", id, terms_hash));
    return world_send(w, &l);
}

static const wc_receipt_page *offer_unknown(world *w)
{
    static const wc_hash id = {{1}};
    return offer_accept(w, BOB, &id, &id);
}

static const wc_receipt_page *offer_expired(world *w)
{
    made_offer made = offer_made(w);
    w->now = made.valid_until_s;
    return offer_accept(w, BOB, &made.id, &made.terms_hash);
}

static const wc_receipt_page *offer_not_open(world *w)
{
    made_offer made = offer_made(w);
    assert_done(offer_accept(w, BOB, &made.id, &made.terms_hash));
    return offer_accept(w, BOB, &made.id, &made.terms_hash);
}

static const wc_receipt_page *offer_not_for_you(world *w)
{
    made_offer made = offer_made(w);
    return offer_accept(w, CAROL, &made.id, &made.terms_hash);
}

static const wc_receipt_page *offer_one_sided(world *w)
{
    wc_hash code = two_sided_code(w);
    return propose(w, ALICE, offer_args(w, &code, ALICE, ALICE, w->now + 100, NULL));
}

static const wc_receipt_page *terms_differ(world *w)
{
    made_offer made = offer_made(w);
    made.terms_hash.bytes[31] ^= 1;
    return offer_accept(w, BOB, &made.id, &made.terms_hash);
}

static const wc_receipt_page *already_signed(world *w)
{
    made_offer made = offer_made(w);
    return offer_accept(w, ALICE, &made.id, &made.terms_hash);
}

static const wc_receipt_page *offer_term_too_long(world *w)
{
    wc_hash code = two_sided_code(w);
    return propose(w, ALICE, offer_args(w, &code, ALICE, BOB, w->now + 7 * 86400 + 1, NULL));
}

const refusal_case refusals_of_offers[] = {
    {WC_REFUSAL_OFFER_UNKNOWN, offer_unknown, NULL},
    {WC_REFUSAL_OFFER_EXPIRED, offer_expired, NULL},
    {WC_REFUSAL_OFFER_NOT_OPEN, offer_not_open, NULL},
    {WC_REFUSAL_OFFER_NOT_FOR_YOU, offer_not_for_you, NULL},
    {WC_REFUSAL_OFFER_ONE_SIDED, offer_one_sided, NULL},
    {WC_REFUSAL_TERMS_DIFFER, terms_differ, NULL},
    {WC_REFUSAL_ALREADY_SIGNED, already_signed, NULL},
    {WC_REFUSAL_OFFER_TERM_TOO_LONG, offer_term_too_long, NULL},
};
const size_t refusals_of_offers_count = WC_ARRAY_LEN(refusals_of_offers);
