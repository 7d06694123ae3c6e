/* Native methods of the administration: changes to the chain's own rules. A change is proposed,
 * approved by as many members as the administration's rule asks for, and takes effect after the
 * delay that the parameters set, so that everybody can see it coming. */
#include "node/crypto/crypto.h"
#include "node/ledger/authority.h"
#include "node/ledger/incentive.h"
#include "node/ledger/natives.h"
#include "node/ledger/prices.h"
#include "node/ledger/read.h"
#include "node/ledger/roles.h"

wc_hash wc_proposal_id(uint16_t kind, wc_slice body)
{
    uint8_t number[2];
    wc_store_u16(number, kind);
    wc_slice parts[2] = {wc_slice_of(number, sizeof number), body};
    return wc_hash_domain("prop/1", parts, WC_ARRAY_LEN(parts));
}

/* ---- who ------------------------------------------------------------------------------------- */

static bool is_member(const wc_admin_rule *rule, const wc_address *address)
{
    for (uint8_t i = 0; i < rule->count; i++) {
        if (wc_hash_equal(&rule->members[i], address)) return true;
    }
    return false;
}

static void require_member(wc_job *job, const wc_tx_call *call)
{
    if (!is_member(&job->ledger->admin, wc_call_principal(job, call))) {
        wc_job_refuse(job, WC_REFUSAL_NOT_AUTHORISED);
    }
}

/* Members that have approved and are members still. */
static unsigned approvals_of(const wc_job *job, const wc_proposal *proposal)
{
    unsigned count = 0;
    for (uint8_t i = 0; i < proposal->approver_count; i++) {
        if (is_member(&job->ledger->admin, &proposal->approvers[i])) count++;
    }
    return count;
}

/* ---- proposals in the state ------------------------------------------------------------------ */

/* The body is borrowed until the next access to the state. */
static wc_status load_proposal(wc_job *job, const wc_hash *id, wc_proposal *proposal)
{
    wc_state_key key = wc_key_proposal(id);
    wc_slice value;
    wc_status status = wc_job_get(job, &key, &value);
    if (status != WC_OK) return status;
    return wc_proposal_decode(proposal, value) == WC_OK ? WC_OK : WC_CORRUPT;
}

/* Copies the body out of the state, so that it outlives further accesses. */
static void keep_body(wc_job *job, wc_proposal *proposal)
{
    uint8_t *copy = wc_stack_take(&job->ledger->stack, proposal->body.len);
    wc_assert(copy != NULL);
    memcpy(copy, proposal->body.data, proposal->body.len);
    proposal->body = wc_slice_of(copy, proposal->body.len);
}

static void announce_proposal(wc_job *job, const wc_tx_call *call, const wc_hash *id,
                              const wc_proposal *proposal)
{
    wc_event_data data;
    wc_buf *buf = wc_event_data_begin(&data);
    wc_buf_put_hash(buf, id);
    wc_buf_put_u16(buf, proposal->kind);
    wc_buf_put_u8(buf, (uint8_t)proposal->status);
    wc_buf_put_hash(buf, wc_call_principal(job, call));
    wc_buf_put_i64(buf, proposal->effective_s);
    wc_job_announce(job, WC_EVENT_PROPOSAL_CHANGED, wc_buf_slice(buf));
}

static void store_proposal(wc_job *job, const wc_tx_call *call, const wc_hash *id,
                           const wc_proposal *proposal)
{
    size_t size = proposal->body.len + 96 + (size_t)proposal->approver_count * WC_HASH_SIZE;
    uint8_t *bytes = wc_stack_take(&job->ledger->stack, size);
    wc_assert(bytes != NULL);
    wc_buf buf;
    wc_buf_init(&buf, bytes, size);
    wc_proposal_put(&buf, proposal);
    wc_assert(!buf.full);
    wc_state_key key = wc_key_proposal(id);
    wc_job_put(job, &key, wc_buf_slice(&buf));
    if (!job->is_failed) announce_proposal(job, call, id, proposal);
}

/* Adds the principal in the order of addresses; with the last approval needed the delay begins. */
static void approve(wc_job *job, const wc_tx_call *call, wc_proposal *proposal)
{
    const wc_address *member = wc_call_principal(job, call);
    uint8_t at = 0;
    for (; at < proposal->approver_count; at++) {
        int order = wc_hash_compare(&proposal->approvers[at], member);
        if (order == 0) wc_job_refuse(job, WC_REFUSAL_ALREADY_SIGNED);
        if (order >= 0) break;
    }
    if (!job->is_failed && proposal->approver_count == WC_ADMINS_MAX) {
        wc_job_refuse(job, WC_REFUSAL_TOO_MANY); /* former members stand there, too */
    }
    if (job->is_failed) return;
    memmove(&proposal->approvers[at + 1], &proposal->approvers[at],
            (size_t)(proposal->approver_count - at) * sizeof proposal->approvers[0]);
    proposal->approvers[at] = *member;
    proposal->approver_count++;
    if (proposal->status != WC_PROPOSAL_OPEN) return;
    if (approvals_of(job, proposal) < job->ledger->admin.threshold) return;
    proposal->status = WC_PROPOSAL_APPROVED;
    int64_t delay = job->ledger->params.governance_delay_s;
    wc_assert(wc_i64_add(job->ledger->time_s, delay, &proposal->effective_s) == WC_OK);
}

/* Approved by members of today, and its time has come. */
static bool is_due(const wc_job *job, const wc_proposal *proposal)
{
    return proposal->status == WC_PROPOSAL_APPROVED &&
           job->ledger->time_s >= proposal->effective_s &&
           approvals_of(job, proposal) >= job->ledger->admin.threshold;
}

/* ---- what a proposal may say ----------------------------------------------------------------- */

static bool params_fit(const wc_job *job, wc_slice body)
{
    wc_params params;
    return wc_params_decode(&params, body) == WC_OK &&
           params.protocol == job->ledger->params.protocol &&
           wc_hash_equal(&params.schedule_hash, &job->ledger->params.schedule_hash);
}

/* Every member of the new rule must be able to sign. */
static wc_status check_members(wc_job *job, wc_slice body)
{
    wc_admin_rule rule;
    if (wc_admin_rule_decode(&rule, body) != WC_OK) {
        wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
        return WC_OK;
    }
    for (uint8_t i = 0; i < rule.count; i++) {
        wc_state_key key = wc_key_account(&rule.members[i]);
        wc_slice value;
        wc_account account;
        wc_status status = wc_job_get(job, &key, &value);
        if (status == WC_NOT_FOUND) wc_job_refuse(job, WC_REFUSAL_TARGET_UNKNOWN);
        if (status != WC_OK) return status == WC_NOT_FOUND ? WC_OK : status;
        if (wc_account_decode(&account, value) != WC_OK) return WC_CORRUPT;
        if (account.status != WC_ACCOUNT_ACTIVE) wc_job_refuse(job, WC_REFUSAL_ACCOUNT_STATUS);
    }
    return WC_OK;
}

/* Who makes records is known: an active account with the role, whose key is acceptable. The first
 * one makes them on a chain of one machine, so it is no mere witness. */
static wc_status check_validator(wc_job *job, const wc_validator *validator)
{
    wc_public_key pub;
    bool is_held;
    memcpy(pub.bytes, validator->pub, sizeof pub.bytes);
    if (wc_public_key_check(&pub) != WC_OK) wc_job_refuse(job, WC_REFUSAL_KEY_UNFIT);
    if (job->is_failed || !wc_job_charge(job, WC_GAS_KEY_READ)) return WC_OK;
    WC_TRY(wc_role_is_held(job->ledger, &validator->operator_account, WC_ROLE_VALIDATOR, &is_held));
    if (!is_held) wc_job_refuse(job, WC_REFUSAL_PARTY_UNFIT);
    return WC_OK;
}

static wc_status check_validators(wc_job *job, wc_slice body)
{
    wc_validators *validators = wc_stack_take(&job->ledger->stack, sizeof *validators);
    wc_assert(validators != NULL);
    bool fits = wc_validators_decode(validators, body) == WC_OK && validators->list[0].power > 0;
    uint64_t power =
        0; /* 100 powers below 2^60 are below 2^67: stop at the first that is too much */
    for (uint16_t i = 0; fits && i < validators->count; i++) {
        power += validators->list[i].power;
        fits = power <= WC_VALIDATORS_POWER_MAX;
    }
    if (!fits) wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
    for (uint16_t i = 0; i < validators->count && !job->is_failed; i++) {
        WC_TRY(check_validator(job, &validators->list[i]));
    }
    return WC_OK;
}

/* Zero, or a live contract that answers how fees are shared. */
static wc_status check_incentive(wc_job *job, wc_slice body)
{
    wc_address instance;
    bool fits;
    if (body.len != sizeof instance.bytes) {
        wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
        return WC_OK;
    }
    memcpy(instance.bytes, body.data, sizeof instance.bytes);
    if (wc_address_is_zero(&instance)) return WC_OK;
    if (!wc_job_charge(job, WC_GAS_KEY_READ)) return WC_OK;
    WC_TRY(wc_incentive_fits(job, &instance, &fits));
    if (!fits) wc_job_refuse(job, WC_REFUSAL_REFERENCE_UNFIT);
    return WC_OK;
}

static wc_status check_body(wc_job *job, uint16_t kind, wc_slice body)
{
    bool fits = false;
    switch (kind) {
    case WC_PROPOSES_CODE: fits = body.len == WC_HASH_SIZE; break;
    case WC_PROPOSES_PARAMETERS: fits = params_fit(job, body); break;
    case WC_PROPOSES_ADMINISTRATION: return check_members(job, body);
    case WC_PROPOSES_VALIDATORS: return check_validators(job, body);
    case WC_PROPOSES_INCENTIVE: return check_incentive(job, body);
    default: break; /* any number can stand in a call */
    }
    if (!fits) wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
    return WC_OK;
}

/* ---- methods --------------------------------------------------------------------------------- */

wc_status wc_native_proposal_make(wc_job *job, const wc_tx_call *call, wc_slice args)
{
    wc_reader reader = wc_reader_of(args);
    wc_proposal proposal = {.proposer = *wc_call_principal(job, call),
                            .created_s = job->ledger->time_s};
    bool parses = wc_read_u16(&reader, &proposal.kind) == WC_OK &&
                  wc_read_str32(&reader, WC_PROPOSAL_BODY_MAX, &proposal.body) == WC_OK &&
                  wc_read_end(&reader) == WC_OK;
    if (!parses) wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
    require_member(job, call);
    if (job->is_failed) return WC_OK;
    WC_TRY(check_body(job, proposal.kind, proposal.body));
    if (job->is_failed) return WC_OK;
    wc_hash id = wc_proposal_id(proposal.kind, proposal.body);
    wc_proposal before;
    wc_status status = load_proposal(job, &id, &before);
    if (status != WC_OK && status != WC_NOT_FOUND) return status;
    bool is_pending = status == WC_OK &&
                      (before.status == WC_PROPOSAL_OPEN || before.status == WC_PROPOSAL_APPROVED);
    if (is_pending) wc_job_refuse(job, WC_REFUSAL_ALREADY_PROPOSED);
    if (job->is_failed) return WC_OK;
    approve(job, call, &proposal);
    store_proposal(job, call, &id, &proposal);
    wc_native_return(job, wc_slice_of(id.bytes, sizeof id.bytes));
    return WC_OK;
}

/* Reads which proposal a call means, and loads it; TARGET_UNKNOWN, also for one that has ended. */
static wc_status open_proposal(wc_job *job, wc_slice args, wc_hash *id, wc_proposal *proposal)
{
    wc_reader reader = wc_reader_of(args);
    if (wc_read_hash(&reader, id) != WC_OK || wc_read_end(&reader) != WC_OK) {
        wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
        return WC_OK;
    }
    wc_status status = load_proposal(job, id, proposal);
    bool has_ended = status == WC_OK && (proposal->status == WC_PROPOSAL_DONE ||
                                         proposal->status == WC_PROPOSAL_REJECTED);
    if (status == WC_NOT_FOUND || has_ended) {
        wc_job_refuse(job, WC_REFUSAL_TARGET_UNKNOWN);
        return WC_OK;
    }
    if (status == WC_OK) keep_body(job, proposal);
    return status;
}

wc_status wc_native_proposal_approve(wc_job *job, const wc_tx_call *call, wc_slice args)
{
    wc_hash id;
    wc_proposal proposal;
    require_member(job, call);
    if (job->is_failed) return WC_OK;
    WC_TRY(open_proposal(job, args, &id, &proposal));
    if (job->is_failed) return WC_OK;
    approve(job, call, &proposal);
    if (!job->is_failed) store_proposal(job, call, &id, &proposal);
    return WC_OK;
}

wc_status wc_native_proposal_withdraw(wc_job *job, const wc_tx_call *call, wc_slice args)
{
    wc_hash id;
    wc_proposal proposal;
    WC_TRY(open_proposal(job, args, &id, &proposal));
    if (job->is_failed) return WC_OK;
    if (!wc_call_is_signed_by(job, &proposal.proposer)) wc_require_admin(job);
    if (job->is_failed) return WC_OK;
    proposal.status = WC_PROPOSAL_REJECTED;
    store_proposal(job, call, &id, &proposal);
    return WC_OK;
}

/* Writes the named state value; accounts, parameters and the rule are read at block start, so it
 * counts from the next block. */
static void put_named(wc_job *job, const char *name, wc_slice value)
{
    wc_state_key key = wc_key_params(name);
    wc_job_put(job, &key, value);
}

static void change_params(wc_job *job, wc_slice body)
{
    put_named(job, WC_PARAMS_NAME, body);
    wc_hash hash = wc_value_hash(body);
    wc_event_data data;
    wc_buf *buf = wc_event_data_begin(&data);
    wc_buf_put_u16(buf, job->ledger->params.protocol);
    wc_buf_put_hash(buf, &hash);
    wc_job_announce(job, WC_EVENT_PARAMS_CHANGED, wc_buf_slice(buf));
}

static void change_validators(wc_job *job, wc_slice body)
{
    wc_state_key key = wc_key_validators();
    wc_validators *validators = wc_stack_take(&job->ledger->stack, sizeof *validators);
    wc_assert(validators != NULL && wc_validators_decode(validators, body) == WC_OK);
    wc_job_put(job, &key, body);
    wc_hash hash = wc_validators_hash(validators);
    wc_job_announce(job, WC_EVENT_VALIDATORS_CHANGED, wc_slice_of(hash.bytes, sizeof hash.bytes));
}

/* The first contract opens the first epoch; a later one takes over the running one. The contract is
 * marked as referred to, so that an upgrade keeps the view (references.c). */
static wc_status begin_incentive(wc_job *job, const wc_address *instance)
{
    wc_ledger *ledger = job->ledger;
    static const uint8_t mark[1] = {WC_STATE_VALUE_VERSION};
    uint8_t bytes[WC_INCENTIVE_SIZE];
    wc_buf buf;
    wc_epoch epoch;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_incentive_put(&buf, instance);
    put_named(job, WC_INCENTIVE_NAME, wc_buf_slice(&buf));
    wc_state_key reference = wc_key_reference(instance);
    wc_job_put(job, &reference, wc_slice_of(mark, sizeof mark));
    wc_status status = wc_epoch_load(ledger, &epoch);
    if (status != WC_NOT_FOUND) return status;
    epoch = (wc_epoch){.number = 1,
                       .until_s = wc_epoch_end(ledger->time_s, ledger->params.epoch_s),
                       .seq = ledger->head_seq,
                       .record = ledger->head_record};
    return wc_epoch_store(ledger, &epoch);
}

static wc_status change_incentive(wc_job *job, wc_slice body)
{
    wc_address instance;
    memcpy(instance.bytes, body.data, sizeof instance.bytes);
    if (wc_address_is_zero(&instance)) {
        wc_state_key key = wc_key_params(WC_INCENTIVE_NAME);
        wc_job_delete(job, &key);
    } else {
        WC_TRY(begin_incentive(job, &instance));
    }
    wc_job_announce(job, WC_EVENT_INCENTIVE_CHANGED, body);
    return WC_OK;
}

static wc_status take_effect(wc_job *job, const wc_proposal *proposal)
{
    switch (proposal->kind) {
    case WC_PROPOSES_ADMINISTRATION: put_named(job, WC_ADMIN_NAME, proposal->body); break;
    case WC_PROPOSES_VALIDATORS: change_validators(job, proposal->body); break;
    case WC_PROPOSES_INCENTIVE: return change_incentive(job, proposal->body);
    default: change_params(job, proposal->body); break; /* the bodies were checked */
    }
    return WC_OK;
}

wc_status wc_native_proposal_run(wc_job *job, const wc_tx_call *call, wc_slice args)
{
    wc_hash id;
    wc_proposal proposal;
    require_member(job, call);
    if (job->is_failed) return WC_OK;
    WC_TRY(open_proposal(job, args, &id, &proposal));
    if (job->is_failed) return WC_OK;
    if (proposal.kind == WC_PROPOSES_CODE) { /* deploying the module is what runs it */
        wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
        return WC_OK;
    }
    if (!is_due(job, &proposal)) wc_job_refuse(job, WC_REFUSAL_NOT_APPROVED);
    if (job->is_failed) return WC_OK;
    WC_TRY(check_body(job, proposal.kind, proposal.body)); /* the state has moved on since */
    if (job->is_failed) return WC_OK;
    WC_TRY(take_effect(job, &proposal));
    if (job->is_failed) return WC_OK;
    proposal.status = WC_PROPOSAL_DONE;
    store_proposal(job, call, &id, &proposal);
    return WC_OK;
}

/* ---- deployment ------------------------------------------------------------------------------ */

wc_status wc_governance_allow_code(wc_job *job, const wc_tx_call *call, const wc_hash *code)
{
    if (job->ledger->params.governance_delay_s == 0) {
        wc_require_admin(job);
        return WC_OK;
    }
    require_member(job, call);
    if (job->is_failed) return WC_OK;
    wc_hash id = wc_proposal_id(WC_PROPOSES_CODE, wc_slice_of(code->bytes, sizeof code->bytes));
    wc_proposal proposal;
    wc_status status = load_proposal(job, &id, &proposal);
    if (status != WC_OK && status != WC_NOT_FOUND) return status;
    if (status == WC_NOT_FOUND || !is_due(job, &proposal)) {
        wc_job_refuse(job, WC_REFUSAL_NOT_APPROVED);
        return WC_OK;
    }
    keep_body(job, &proposal);
    proposal.status = WC_PROPOSAL_DONE;
    store_proposal(job, call, &id, &proposal);
    return WC_OK;
}
