/* Native methods on offers: propose, accept, decline.
 *
 *   propose   OPEN; the proposer has signed, and whoever else signed the call
 *   accept    one more signature over the same terms hash; the last one creates the contract in the
 *             same call
 *   decline   DECLINED, or WITHDRAWN by the proposer
 *   propose with counter_of   the old offer becomes COUNTERED, the new one takes its place */
#include "node/ledger/authority.h"
#include "node/ledger/frame.h"
#include "node/ledger/natives.h"
#include "node/ledger/read.h"
#include "node/ledger/roles.h"

/* ---- state ----------------------------------------------------------------------------------- */

/* The offer, with its bytes on the stack, so that it stays readable while the state is used.
 * Refuses OFFER_UNKNOWN. */
static wc_status load_offer(wc_job *job, const wc_hash *id, wc_offer *offer)
{
    wc_state_key key = wc_key_offer(id);
    wc_slice value;
    wc_status status = wc_job_get(job, &key, &value);
    if (status == WC_NOT_FOUND) {
        wc_job_refuse(job, WC_REFUSAL_OFFER_UNKNOWN);
        return WC_OK;
    }
    if (status != WC_OK) return status;
    uint8_t *copy = wc_stack_take(&job->ledger->stack, value.len);
    wc_assert(copy != NULL);
    memcpy(copy, value.data, value.len);
    return wc_offer_decode(offer, wc_slice_of(copy, value.len)) == WC_OK ? WC_OK : WC_CORRUPT;
}

static void store_offer(wc_job *job, const wc_hash *id, const wc_offer *offer)
{
    wc_stack *stack = &job->ledger->stack;
    size_t mark = stack->used;
    uint8_t *bytes = wc_stack_take(stack, WC_OFFER_SIZE_MAX);
    wc_assert(bytes != NULL);
    wc_buf buf;
    wc_buf_init(&buf, bytes, WC_OFFER_SIZE_MAX);
    wc_offer_put(&buf, offer);
    wc_assert(!buf.full);
    wc_state_key key = wc_key_offer(id);
    wc_job_put(job, &key, wc_buf_slice(&buf));
    stack->used = mark;
}

static void announce(wc_job *job, const wc_hash *id, const wc_offer *offer, const wc_address *by)
{
    wc_event_data data;
    wc_buf *buf = wc_event_data_begin(&data);
    wc_buf_put_hash(buf, id);
    wc_buf_put_u8(buf, (uint8_t)offer->status);
    wc_buf_put_hash(buf, by);
    wc_buf_put_u8(buf, offer->party_count);
    for (uint8_t i = 0; i < offer->party_count; i++) {
        wc_buf_put_hash(buf, &offer->parties[i].party);
    }
    wc_assert(!buf->full);
    wc_job_announce(job, WC_EVENT_OFFER_CHANGED, wc_buf_slice(buf));
}

/* Refuses an offer that cannot be answered any more. */
static void require_open(wc_job *job, const wc_offer *offer)
{
    if (offer->status != WC_OFFER_OPEN) wc_job_refuse(job, WC_REFUSAL_OFFER_NOT_OPEN);
    if (job->ledger->time_s >= offer->valid_until_s) {
        wc_job_refuse(job, WC_REFUSAL_OFFER_EXPIRED);
    }
}

typedef struct role_question {
    wc_ledger *ledger;
    const wc_address *party;
    wc_status status;
} role_question;

static bool holds_role(void *context, uint16_t role)
{
    role_question *question = context;
    bool is_held = false;
    wc_status status = wc_role_is_held(question->ledger, question->party, role, &is_held);
    if (status != WC_OK) question->status = status;
    return is_held;
}

/* Position that the party may answer for, or -1. */
static wc_status find_position(wc_job *job, const wc_offer *offer, const wc_address *party,
                               int *position)
{
    role_question question = {job->ledger, party, WC_OK};
    *position = wc_offer_position(offer, party, holds_role, &question);
    return question.status;
}

static bool is_named(const wc_offer *offer, const wc_address *party)
{
    for (uint8_t i = 0; i < offer->party_count; i++) {
        if (wc_hash_equal(&offer->parties[i].party, party)) return true;
    }
    return false;
}

/* ---- propose --------------------------------------------------------------------------------- */

static bool read_offer(wc_offer *offer, wc_slice args)
{
    wc_reader reader = wc_reader_of(args);
    *offer = (wc_offer){.status = WC_OFFER_OPEN};
    if (wc_read_hash(&reader, &offer->code) != WC_OK) return false;
    if (wc_read_u8_in(&reader, 1, WC_OFFER_PARTIES_MAX, &offer->party_count) != WC_OK) return false;
    for (uint8_t i = 0; i < offer->party_count; i++) {
        if (wc_read_hash(&reader, &offer->parties[i].party) != WC_OK) return false;
        if (wc_read_u16(&reader, &offer->parties[i].role) != WC_OK) return false;
    }
    return wc_read_i64(&reader, &offer->valid_until_s) == WC_OK &&
           wc_read_hash(&reader, &offer->counter_of) == WC_OK &&
           wc_read_str32(&reader, WC_OFFER_TERMS_MAX, &offer->terms) == WC_OK &&
           wc_read_end(&reader) == WC_OK;
}

/* A place of the contract: named (its role must be the contract's), or open to holders of a role.
 */
static wc_status fill_place(wc_job *job, const wc_module *module, uint8_t index,
                            wc_offer_party *place)
{
    const wc_party_decl *decl = &module->parties[index];
    uint16_t wanted = WC_ROLE_NONE;
    if (decl->role != WC_NONE) wanted = (uint16_t)wc_role_find(module->strings[decl->role]);
    bool was_open = wc_address_is_zero(&place->party);
    place->flags = decl->signatory || was_open ? WC_OFFER_MUST_SIGN : 0;
    if (was_open) {
        place->flags |= WC_OFFER_WAS_OPEN;
        if (!wc_role_exists(place->role)) wc_job_refuse(job, WC_REFUSAL_ROLE_UNKNOWN);
        if (wanted != WC_ROLE_NONE && place->role != wanted) {
            wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
        }
        return WC_OK;
    }
    if (place->role != wanted) wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
    bool exists, is_open, is_held = true;
    WC_TRY(wc_party_find(job, &place->party, &exists, &is_open));
    if (wanted != WC_ROLE_NONE) {
        WC_TRY(wc_role_is_held(job->ledger, &place->party, wanted, &is_held));
    }
    if (!is_open || !is_held) wc_job_refuse(job, WC_REFUSAL_PARTY_UNFIT);
    return WC_OK;
}

static wc_status fill_places(wc_job *job, wc_offer *offer)
{
    wc_image_slot *slot;
    wc_slice stored;
    wc_state_key key = wc_key_module(&offer->code);
    wc_status status = wc_job_get(job, &key, &stored);
    if (status == WC_NOT_FOUND) wc_job_refuse(job, WC_REFUSAL_MODULE_UNKNOWN);
    if (status != WC_OK && status != WC_NOT_FOUND) return status;
    if (job->is_failed) return WC_OK;
    WC_TRY(wc_ledger_load(job->ledger, &offer->code, &slot));
    if (slot->module->party_count != offer->party_count) {
        wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
    }
    for (uint8_t i = 0; i < offer->party_count && !job->is_failed && status == WC_OK; i++) {
        status = fill_place(job, slot->module, i, &offer->parties[i]);
    }
    wc_images_unpin(slot);
    return status;
}

/* Whoever signs the call signs the offer; one more party at least has to. */
static void sign_first(wc_job *job, wc_offer *offer)
{
    bool is_one_sided = true;
    for (uint8_t i = 0; i < offer->party_count; i++) {
        wc_offer_party *place = &offer->parties[i];
        if ((place->flags & WC_OFFER_MUST_SIGN) == 0) continue;
        if (!wc_address_is_zero(&place->party) && wc_call_is_signed_by(job, &place->party)) {
            place->flags |= WC_OFFER_SIGNED;
        } else {
            is_one_sided = false;
        }
    }
    if (is_one_sided) wc_job_refuse(job, WC_REFUSAL_OFFER_ONE_SIDED);
}

static void check_validity(wc_job *job, const wc_offer *offer)
{
    int64_t now = job->ledger->time_s; /* from 0 on */
    if (offer->valid_until_s <= now) {
        wc_job_refuse(job, WC_REFUSAL_OFFER_EXPIRED);
        return;
    }
    if (offer->valid_until_s - now > job->ledger->params.offer_ttl_s_max) {
        wc_job_refuse(job, WC_REFUSAL_OFFER_TERM_TOO_LONG);
    }
}

/* Closes the offer that this one answers. One that is open to a role stays open to its other
 * holders: who could have taken the place has not lost it for them by asking for other terms. */
static wc_status counter(wc_job *job, const wc_hash *old_id, const wc_hash *new_id,
                         const wc_address *by)
{
    wc_offer old;
    int position;
    WC_TRY(load_offer(job, old_id, &old));
    if (job->is_failed) return WC_OK;
    require_open(job, &old);
    WC_TRY(find_position(job, &old, by, &position));
    if (position < 0) wc_job_refuse(job, WC_REFUSAL_OFFER_NOT_FOR_YOU);
    if (job->is_failed || !is_named(&old, by)) return WC_OK;
    old.status = WC_OFFER_COUNTERED;
    old.outcome = *new_id;
    store_offer(job, old_id, &old);
    announce(job, old_id, &old, by);
    return WC_OK;
}

wc_status wc_native_offer_propose(wc_job *job, const wc_tx_call *call, wc_slice args)
{
    wc_offer offer;
    if (!read_offer(&offer, args)) {
        wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
        return WC_OK;
    }
    offer.proposer = *wc_call_principal(job, call);
    offer.created_s = job->ledger->time_s;
    if (!is_named(&offer, &offer.proposer)) wc_job_refuse(job, WC_REFUSAL_NOT_AUTHORISED);
    check_validity(job, &offer);
    if (!job->is_failed) WC_TRY(fill_places(job, &offer));
    if (job->is_failed) return WC_OK;
    sign_first(job, &offer);
    if (job->is_failed) return WC_OK;

    offer.terms_hash = wc_offer_terms_hash(&offer);
    wc_origin origin = {job->tx_id, job->call, 0};
    wc_hash id = wc_address_offer(&origin);
    if (!wc_hash_is_zero(&offer.counter_of)) {
        WC_TRY(counter(job, &offer.counter_of, &id, &offer.proposer));
        if (job->is_failed) return WC_OK;
    }
    store_offer(job, &id, &offer);
    announce(job, &id, &offer, &offer.proposer);
    wc_native_return(job, wc_slice_of(id.bytes, sizeof id.bytes));
    return WC_OK;
}

/* ---- accept ---------------------------------------------------------------------------------- */

static wc_status create_from(wc_job *job, const wc_hash *id, wc_offer *offer, const wc_address *by)
{
    uint8_t parties[WC_OFFER_PARTIES_MAX * 32u] = {0};
    wc_address signers[WC_OFFER_PARTIES_MAX];
    wc_creation creation = {.code = offer->code,
                            .parties = wc_slice_of(parties, 32 * (size_t)offer->party_count),
                            .party_count = offer->party_count,
                            .terms = offer->terms,
                            .signers = signers,
                            .principal = *by,
                            .offer = *id};
    for (uint8_t i = 0; i < offer->party_count; i++) {
        memcpy(parties + 32 * (size_t)i, offer->parties[i].party.bytes, 32);
        if ((offer->parties[i].flags & WC_OFFER_SIGNED) == 0) continue;
        signers[creation.signer_count++] = offer->parties[i].party;
    }
    wc_address instance;
    WC_TRY(wc_create_instance(job, &creation, &instance));
    if (job->is_failed) return WC_OK;
    offer->status = WC_OFFER_ACCEPTED;
    offer->outcome = instance;
    wc_native_return(job, wc_slice_of(instance.bytes, sizeof instance.bytes));
    return WC_OK;
}

/* The answering party's place; refuses who has none there, or has signed before. */
static wc_status sign_place(wc_job *job, wc_offer *offer, const wc_address *by)
{
    int position;
    WC_TRY(find_position(job, offer, by, &position));
    if (position < 0 || (offer->parties[position].flags & WC_OFFER_MUST_SIGN) == 0) {
        wc_job_refuse(job, WC_REFUSAL_OFFER_NOT_FOR_YOU);
        return WC_OK;
    }
    wc_offer_party *place = &offer->parties[position];
    if ((place->flags & WC_OFFER_SIGNED) != 0) {
        wc_job_refuse(job, WC_REFUSAL_ALREADY_SIGNED);
        return WC_OK;
    }
    place->party = *by;
    /* Who stands in several places signs for all of them at once. */
    for (uint8_t i = 0; i < offer->party_count; i++) {
        place = &offer->parties[i];
        bool must_sign = (place->flags & WC_OFFER_MUST_SIGN) != 0;
        if (must_sign && wc_hash_equal(&place->party, by)) place->flags |= WC_OFFER_SIGNED;
    }
    return WC_OK;
}

wc_status wc_native_offer_accept(wc_job *job, const wc_tx_call *call, wc_slice args)
{
    wc_reader reader = wc_reader_of(args);
    wc_hash id, terms_hash;
    if (wc_read_hash(&reader, &id) != WC_OK || wc_read_hash(&reader, &terms_hash) != WC_OK ||
        wc_read_end(&reader) != WC_OK) {
        wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
        return WC_OK;
    }
    wc_offer offer;
    WC_TRY(load_offer(job, &id, &offer));
    if (job->is_failed) return WC_OK;
    require_open(job, &offer);
    if (!wc_hash_equal(&terms_hash, &offer.terms_hash)) {
        wc_job_refuse(job, WC_REFUSAL_TERMS_DIFFER);
    }
    if (job->is_failed) return WC_OK;
    const wc_address *by = wc_call_principal(job, call);
    WC_TRY(sign_place(job, &offer, by));
    if (job->is_failed) return WC_OK;
    if (wc_offer_is_complete(&offer)) {
        WC_TRY(create_from(job, &id, &offer, by));
        if (job->is_failed) return WC_OK;
    }
    store_offer(job, &id, &offer);
    announce(job, &id, &offer, by);
    return WC_OK;
}

/* ---- decline --------------------------------------------------------------------------------- */

wc_status wc_native_offer_decline(wc_job *job, const wc_tx_call *call, wc_slice args)
{
    wc_reader reader = wc_reader_of(args);
    wc_hash id;
    if (wc_read_hash(&reader, &id) != WC_OK || wc_read_end(&reader) != WC_OK) {
        wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
        return WC_OK;
    }
    wc_offer offer;
    WC_TRY(load_offer(job, &id, &offer));
    if (job->is_failed) return WC_OK;
    const wc_address *by = wc_call_principal(job, call);
    require_open(job, &offer);
    /* A place that is open to a role is not closed for everybody by one who could have taken it. */
    if (!is_named(&offer, by)) wc_job_refuse(job, WC_REFUSAL_OFFER_NOT_FOR_YOU);
    if (job->is_failed) return WC_OK;
    bool is_withdrawn = wc_hash_equal(by, &offer.proposer);
    offer.status = is_withdrawn ? WC_OFFER_WITHDRAWN : WC_OFFER_DECLINED;
    offer.outcome = is_withdrawn ? (wc_hash){{0}} : *by;
    store_offer(job, &id, &offer);
    announce(job, &id, &offer, by);
    return WC_OK;
}
