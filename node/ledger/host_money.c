/* The money half of the host: postings of the running contract, and its balances. */
#include "node/ledger/asset.h"
#include "node/ledger/authority.h"
#include "node/ledger/host.h"
#include "node/ledger/post.h"
#include "node/ledger/roles.h"

/* ---- what the running call has posted -------------------------------------------------------- */

static uint64_t posted_hash(const wc_party *party, uint16_t currency)
{
    uint64_t hash = wc_load_u64(party->bytes) ^ wc_load_u64(party->bytes + 24) ^ currency;
    hash *= UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

/* The entry of a party, or the empty slot where it would stand. */
static wc_posted_entry *posted_slot(wc_posted *posted, const wc_party *party, uint16_t currency)
{
    uint64_t hash = posted_hash(party, currency);
    for (size_t at = hash % WC_POSTED_SLOTS;; at = (at + 1) % WC_POSTED_SLOTS) {
        wc_posted_entry *entry = &posted->slots[at];
        if (entry->generation != posted->generation) {
            entry->hash = hash;
            return entry;
        }
        if (entry->hash == hash && entry->currency == currency &&
            memcmp(entry->party.bytes, party->bytes, sizeof party->bytes) == 0) {
            return entry;
        }
    }
}

/* Amounts of one call stay below the supply in each direction, so sums fit. */
static bool posted_add(wc_posted *posted, const wc_party *party, uint16_t currency, int64_t amount)
{
    wc_posted_entry *entry = posted_slot(posted, party, currency);
    if (entry->generation != posted->generation) {
        if (posted->count == WC_POSTED_MAX) return false;
        posted->count++;
        entry->generation = posted->generation;
        entry->party = *party;
        entry->currency = currency;
        entry->amount = 0;
    }
    return wc_i64_add(entry->amount, amount, &entry->amount) == WC_OK;
}

wc_host_answer wc_host_posted(void *self, const wc_party *party, uint16_t currency, int64_t *amount)
{
    wc_posted *posted = &((wc_frame *)self)->job->ledger->posted;
    const wc_posted_entry *entry = posted_slot(posted, party, currency);
    *amount = entry->generation == posted->generation ? entry->amount : 0;
    return WC_HOST_OK;
}

static wc_host_answer note_posted(wc_frame *frame, const wc_posting *posting)
{
    wc_posted *posted = &frame->job->ledger->posted;
    if (posting->move != WC_MOVE_PAY || !frame->image->uses_posted) return WC_HOST_OK;
    if (!posted_add(posted, &posting->from, posting->currency, -posting->amount) ||
        !posted_add(posted, &posting->to, posting->currency, posting->amount)) {
        return wc_host_refuse(frame, WC_REFUSAL_TOO_MANY, WC_HOST_LIMIT);
    }
    return WC_HOST_OK;
}

/* ---- postings -------------------------------------------------------------------------------- */

/* Escrow of a party in this instance; for the instance itself its own free balance. */
static wc_sub_account purse_of(const wc_frame *frame, const wc_address *party)
{
    return wc_hash_equal(party, &frame->id) ? wc_sub_free(party) : wc_sub_escrow(&frame->id, party);
}

/* pay, split and netting reach the host as the same move; the instruction tells them apart. */
static wc_posting_cause cause_of_pay(const wc_frame *frame, const wc_posting *posting)
{
    const wc_module *module = frame->image->module;
    if (posting->function >= module->function_count) return WC_CAUSE_PAY;
    const wc_function *function = &module->functions[posting->function];
    if (posting->word >= function->word_count) return WC_CAUSE_PAY;
    uint64_t op = module->words[function->first_word + posting->word] >> 48;
    if (op == WC_OP_split) return WC_CAUSE_SPLIT;
    return op == WC_OP_clearnet ? WC_CAUSE_NETTING : WC_CAUSE_PAY;
}

/* Free balance into escrow: the owner must have consented (D2). The running instance may lock what
 * is its own, and in a sent action the sender what is the sender's. */
static wc_host_answer prepare_lock(wc_frame *frame, const wc_posting *posting,
                                   wc_ledger_posting *move)
{
    wc_address from = wc_address_of(&posting->from);
    move->from = wc_sub_free(&from);
    move->to = wc_sub_escrow(&frame->id, &from);
    move->cause = WC_CAUSE_LOCK;
    if (wc_hash_equal(&from, &frame->id)) return WC_HOST_OK;
    if (frame->kind == WC_FRAME_SENT && wc_hash_equal(&from, &frame->principal)) return WC_HOST_OK;
    wc_debit debit = {from, frame->id, move->asset, posting->amount,
                      frame->kind == WC_FRAME_ACTION};
    wc_refusal why;
    wc_status status = wc_debit_authorise(frame->job, &debit, &move->cause, &why);
    if (status != WC_OK) return wc_host_written(frame, status);
    return why == WC_REFUSAL_NONE ? WC_HOST_OK : wc_host_refuse(frame, why, WC_HOST_REFUSED);
}

/* Money goes to an account, or to a contract that has not ended: elsewhere it would be lost. */
static wc_host_answer prepare_pay(wc_frame *frame, const wc_posting *posting,
                                  wc_ledger_posting *move)
{
    wc_address from = wc_address_of(&posting->from);
    wc_address to = wc_address_of(&posting->to);
    bool exists, is_open;
    wc_status status = wc_party_find(frame->job, &to, &exists, &is_open);
    if (status != WC_OK) return wc_host_stop(frame, status);
    if (!is_open) return wc_host_refuse(frame, WC_REFUSAL_PARTY_UNFIT, WC_HOST_REFUSED);
    move->from = purse_of(frame, &from);
    move->to = wc_sub_free(&to);
    move->cause = cause_of_pay(frame, posting);
    return WC_HOST_OK;
}

/* Only the bank that issues an asset redeems it, in a call of its own. */
static wc_host_answer prepare_redeem(wc_frame *frame, const wc_posting *posting,
                                     wc_ledger_posting *move)
{
    wc_ledger *ledger = frame->job->ledger;
    wc_state_key key = wc_key_asset(move->asset);
    wc_slice value;
    wc_asset asset;
    wc_status status = wc_overlay_get(ledger->overlay, &value, wc_state_key_slice(&key));
    if (status != WC_OK) return wc_host_stop(frame, status);
    if (wc_asset_decode(&asset, value) != WC_OK) return wc_host_stop(frame, WC_CORRUPT);
    bool is_bank = false;
    if (frame->kind == WC_FRAME_ACTION && wc_hash_equal(&asset.issuer, &frame->principal)) {
        status = wc_role_is_held(ledger, &frame->principal, WC_ROLE_BANK, &is_bank);
        if (status != WC_OK) return wc_host_stop(frame, status);
    }
    if (!is_bank) return wc_host_refuse(frame, WC_REFUSAL_NOT_THE_ISSUER, WC_HOST_REFUSED);
    wc_address from = wc_address_of(&posting->from);
    move->from = purse_of(frame, &from);
    move->to = wc_sub_free(&ledger->issuance);
    move->cause = WC_CAUSE_REDEEM;
    return WC_HOST_OK;
}

static wc_host_answer prepare(wc_frame *frame, const wc_posting *posting, wc_ledger_posting *move)
{
    wc_address from = wc_address_of(&posting->from);
    switch (posting->move) {
    case WC_MOVE_LOCK: return prepare_lock(frame, posting, move);
    case WC_MOVE_PAY: return prepare_pay(frame, posting, move);
    case WC_MOVE_REDEEM: return prepare_redeem(frame, posting, move);
    case WC_MOVE_UNLOCK: break;
    }
    move->from = wc_sub_escrow(&frame->id, &from);
    move->to = wc_sub_free(&from);
    move->cause = WC_CAUSE_UNLOCK;
    return WC_HOST_OK;
}

static wc_host_answer announce_redemption(wc_frame *frame, const wc_posting *posting,
                                          uint32_t asset)
{
    wc_event_data data;
    wc_buf *buf = wc_event_data_begin(&data);
    wc_hash reference = wc_sha256_one(posting->reference);
    wc_buf_put_u32(buf, asset);
    wc_buf_put(buf, frame->id.bytes, sizeof frame->id.bytes);
    wc_buf_put(buf, posting->to.bytes, sizeof posting->to.bytes);
    wc_buf_put_i64(buf, posting->amount);
    wc_buf_put(buf, reference.bytes, sizeof reference.bytes);
    wc_event event = {frame->job->ledger->system, WC_EVENT_REDEEMED, wc_buf_slice(buf)};
    if (wc_job_emit(frame->job, &event)) return WC_HOST_OK;
    return wc_host_refuse(frame, WC_REFUSAL_EVENT_LIMIT, WC_HOST_REFUSED);
}

wc_host_answer wc_host_post(void *self, const wc_posting *posting, int64_t *have)
{
    wc_frame *frame = self;
    wc_assert(frame->kind != WC_FRAME_VIEW && posting->amount > 0);
    wc_assert(posting->currency < frame->image->module->currency_count);
    if (frame->kind == WC_FRAME_DEPLOY) return WC_HOST_REFUSED; /* nothing is there to move yet */
    wc_ledger_posting move = {.asset = frame->image->assets[posting->currency],
                              .amount = posting->amount,
                              .call = frame->job->call,
                              .code = frame->entry.code,
                              .function = posting->function,
                              .word = posting->word};
    wc_host_answer answer = prepare(frame, posting, &move);
    if (answer != WC_HOST_OK) return answer;
    wc_post_answer posted;
    wc_status status = wc_post(frame->job, &move, &frame->entry.holders, &posted, have);
    if (status != WC_OK) return wc_host_written(frame, status);
    switch (posted) {
    case WC_POST_SHORT: return WC_HOST_SHORT;
    case WC_POST_HOLDERS: return WC_HOST_LIMIT;
    case WC_POST_REPORT: return wc_host_refuse(frame, WC_REFUSAL_EVENT_LIMIT, WC_HOST_REFUSED);
    case WC_POSTED: break;
    }
    if (posting->move == WC_MOVE_REDEEM) {
        answer = announce_redemption(frame, posting, move.asset);
        if (answer != WC_HOST_OK) return answer;
    }
    return note_posted(frame, posting);
}

static wc_host_answer balance_answer(wc_frame *frame, const wc_sub_account *account,
                                     uint16_t currency, int64_t *amount)
{
    wc_assert(currency < frame->image->module->currency_count);
    wc_status status =
        wc_balance(frame->job->ledger, account, frame->image->assets[currency], amount);
    return status == WC_OK ? WC_HOST_OK : wc_host_stop(frame, status);
}

wc_host_answer wc_host_escrow(void *self, const wc_party *party, uint16_t currency, int64_t *amount)
{
    wc_frame *frame = self;
    wc_address owner = wc_address_of(party);
    wc_sub_account account = wc_sub_escrow(&frame->id, &owner);
    return balance_answer(frame, &account, currency, amount);
}

wc_host_answer wc_host_own_balance(void *self, uint16_t currency, int64_t *amount)
{
    wc_frame *frame = self;
    wc_sub_account account = wc_sub_free(&frame->id);
    return balance_answer(frame, &account, currency, amount);
}

wc_host_answer wc_host_unlock_all(void *self, uint32_t *holders)
{
    wc_frame *frame = self;
    wc_post_answer answer;
    uint16_t before = frame->entry.holders;
    wc_status status = wc_post_release(frame->job, &frame->id, NULL, WC_CAUSE_UNLOCK,
                                       &frame->entry.holders, &answer);
    *holders = (uint32_t)(before - frame->entry.holders);
    if (status != WC_OK) return wc_host_written(frame, status);
    if (answer != WC_POSTED) return wc_host_refuse(frame, WC_REFUSAL_EVENT_LIMIT, WC_HOST_REFUSED);
    return WC_HOST_OK;
}

wc_host_answer wc_host_holder_count(void *self, uint32_t *holders)
{
    *holders = ((wc_frame *)self)->entry.holders;
    return WC_HOST_OK;
}
