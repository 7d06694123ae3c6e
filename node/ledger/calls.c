/* Running contract code in a transaction: listed actions, queued sends, views. */
#include "node/ledger/authority.h"
#include "node/ledger/frame.h"
#include "node/ledger/roles.h"

/* Index of the module's n-th ACTION, in the order of its entries; WC_NONE when there is none. */
static uint16_t action_entry(const wc_module *module, uint16_t number)
{
    for (uint16_t i = 0; i < module->entry_count; i++) {
        if (module->entries[i].kind != WC_ENTRY_ACTION) continue;
        if (number-- == 0) return i;
    }
    return WC_NONE;
}

/* A stuck instance keeps its escrow only when a settlement bank is among its parties, and answers
 * to that bank alone: what it instructed may still be booked (timers.c). */
static wc_status refuse_stuck(wc_frame *frame)
{
    bool is_bank = false;
    for (uint8_t i = 0; i < frame->entry.party_count; i++) {
        wc_address party = wc_instance_party(&frame->entry, i);
        if (!wc_hash_equal(&party, &frame->principal)) continue;
        WC_TRY(wc_role_is_held(frame->job->ledger, &party, WC_ROLE_BANK, &is_bank));
    }
    if (!is_bank) wc_job_refuse(frame->job, WC_REFUSAL_INSTANCE_STUCK);
    return WC_OK;
}

void wc_frame_refuse_overdue(wc_frame *frame)
{
    wc_job *job = frame->job;
    const wc_instance_entry *entry = &frame->entry;
    if (entry->due_s == WC_DUE_NONE || entry->due_s > job->ledger->time_s) return;
    uint8_t due[8];
    wc_store_u64(due, (uint64_t)entry->due_s);
    wc_job_builtin(job, &entry->code, WC_BUILTIN_TimedOut, wc_slice_of(due, sizeof due));
}

/* Runs an action in an open frame and stores its effects. */
static wc_status run_action(wc_frame *frame, uint16_t entry, wc_slice args)
{
    wc_job *job = frame->job;
    if (frame->entry.status == WC_INSTANCE_STUCK) {
        WC_TRY(refuse_stuck(frame));
    } else {
        wc_frame_refuse_overdue(frame);
    }
    if (job->is_failed) return WC_OK;
    wc_outcome outcome;
    WC_TRY(wc_frame_run(frame, entry, args, job->gas_limit - job->gas_used, &outcome));
    job->gas_used += outcome.gas_used;
    if (outcome.kind != WC_OUTCOME_OK) {
        wc_frame_fail(frame, &outcome);
        return WC_OK;
    }
    return wc_frame_store(frame, &outcome);
}

wc_status wc_call_action_as(wc_job *job, const wc_address *target, uint16_t method,
                            const wc_address *caller, wc_slice args)
{
    wc_frame frame;
    wc_status status = wc_frame_open(&frame, job, WC_FRAME_ACTION, target);
    if (status == WC_NOT_FOUND) {
        wc_job_refuse(job, WC_REFUSAL_TARGET_UNKNOWN);
        return WC_OK;
    }
    if (status != WC_OK) return status;
    frame.principal = *caller;
    frame.has_principal = true;
    uint16_t entry = action_entry(frame.image->module, method);
    if (entry == WC_NONE) {
        wc_job_refuse(job, WC_REFUSAL_METHOD_UNKNOWN);
    } else {
        status = run_action(&frame, entry, args);
    }
    wc_frame_close(&frame);
    return status;
}

wc_status wc_call_action(wc_job *job, const wc_tx_call *call)
{
    const wc_address *caller = &job->tx->auth[call->principal].address;
    return wc_call_action_as(job, &call->target, call->method, caller, call->args);
}

static wc_status run_sent(wc_job *job, const wc_sent *sent)
{
    wc_frame frame;
    wc_status status = wc_frame_open(&frame, job, WC_FRAME_SENT, &sent->to);
    if (status == WC_NOT_FOUND) {
        wc_job_refuse(job, WC_REFUSAL_TARGET_UNKNOWN);
        return WC_OK;
    }
    if (status != WC_OK) return status;
    frame.principal = sent->from;
    frame.has_principal = true;
    uint16_t entry = wc_image_method(frame.image->image, sent->method);
    if (entry == WC_NONE || frame.image->module->entries[entry].kind != WC_ENTRY_ACTION) {
        wc_job_refuse(job, WC_REFUSAL_METHOD_UNKNOWN);
    } else {
        status = run_action(&frame, entry, sent->args);
    }
    wc_frame_close(&frame);
    return status;
}

wc_status wc_call_sends(wc_job *job)
{
    while (job->send_next < job->send_count && !job->is_failed) {
        wc_sent sent = job->sends[job->send_next++];
        WC_TRY(run_sent(job, &sent));
    }
    return WC_OK;
}
