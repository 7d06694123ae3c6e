/* An instance becomes one of the next version of its contract (language D24).
 *
 * Signed by every signatory; without one, by every party. Party, terms, state, escrow and time of
 * entry stay; the record is written anew by the new version's upgrade function, and its time-outs
 * are evaluated. Versions are not skipped; while another contract refers to the instance its
 * actions and views stay. */
#include "vm/isa/upgrade.h"
#include "node/crypto/crypto.h"
#include "node/ledger/authority.h"
#include "node/ledger/frame.h"
#include "node/ledger/natives.h"
#include "node/ledger/read.h"

typedef struct upgrade {
    wc_job *job;
    const wc_tx_call *call;
    wc_frame frame;     /* of the instance; its image is the one in use until the new one runs */
    wc_image_slot *old; /* in use */
    wc_image_slot *next;
    wc_hash code; /* of next */
} upgrade;

/* Outcome detail: rule u16 | row u16 (vm/isa/upgrade.def). */
static void refuse(const upgrade *u, wc_refusal refusal, wc_upgrade_fault fault)
{
    uint8_t bytes[4];
    wc_store_u16(bytes, (uint16_t)fault.rule);
    wc_store_u16(bytes + 2, fault.row);
    wc_job_fail(u->job, (uint16_t)refusal, wc_slice_of(bytes, sizeof bytes));
}

static bool has_signed(const upgrade *u, const wc_address *party)
{
    const wc_tx *tx = u->job->tx;
    for (uint8_t i = 0; i < tx->auth_count; i++) {
        bool is_signer = (u->call->auth_mask >> i & 1) != 0;
        if (is_signer && wc_hash_equal(&tx->auth[i].address, party)) return true;
    }
    return false;
}

static void check_signatures(const upgrade *u)
{
    const wc_module *module = u->old->module;
    bool has_signatory = false;
    for (uint16_t i = 0; i < module->party_count; i++) {
        has_signatory = has_signatory || module->parties[i].signatory;
    }
    for (uint16_t i = 0; i < module->party_count; i++) {
        wc_address party = wc_instance_party(&u->frame.entry, (uint8_t)i);
        bool counts = module->parties[i].signatory || !has_signatory;
        if (counts && !has_signed(u, &party)) {
            wc_job_refuse(u->job, WC_REFUSAL_SIGNATORY_MISSING);
        }
    }
    if (module->party_count == 0) wc_job_refuse(u->job, WC_REFUSAL_SIGNATORY_MISSING);
}

static void check_modules(const upgrade *u)
{
    wc_stack *stack = &u->job->ledger->stack;
    size_t mark = stack->used;
    uint8_t *scratch = wc_stack_take(stack, WC_UPGRADE_SCRATCH);
    wc_assert(scratch != NULL);
    wc_upgrade_fault fault =
        wc_upgrade_check(u->old->module, u->next->module, u->frame.entry.state, scratch);
    stack->used = mark;
    if (fault.rule == WC_UPGRADE_FITS) return;
    refuse(u, fault.rule == WC_UPGRADE_STATE ? WC_REFUSAL_UPGRADE_STATE : WC_REFUSAL_UPGRADE_UNFIT,
           fault);
}

static wc_status check_interface(const upgrade *u)
{
    wc_state_key key = wc_key_reference(&u->frame.id);
    wc_slice value;
    wc_status status = wc_job_get(u->job, &key, &value);
    if (status == WC_NOT_FOUND || u->job->is_failed) return WC_OK;
    if (status != WC_OK) return status;
    wc_upgrade_fault fault = wc_upgrade_interface(u->old->module, u->next->module, wc_sha256);
    if (fault.rule != WC_UPGRADE_FITS) refuse(u, WC_REFUSAL_INTERFACE_IN_USE, fault);
    return WC_OK;
}

/* What the new code may ask of the contracts that the terms name. A term that named a party may
 * name a contract now, made later than this one: only those that lie below it are let in, as at
 * creation, so that there are still no circles and its own depth stays true. */
static wc_status check_references(const upgrade *u)
{
    wc_root_parts parts;
    uint8_t depth;
    wc_refusal refusal;
    if (wc_root_read(u->old->module, u->frame.entry.root, &parts) != WC_OK) return WC_CORRUPT;
    WC_TRY(wc_references_check(u->job, u->next->module, parts.terms, &depth, &refusal));
    if (refusal == WC_REFUSAL_NONE && depth > u->frame.entry.depth) {
        refusal = WC_REFUSAL_DEPTH_TOO_HIGH;
    }
    if (refusal != WC_REFUSAL_NONE) wc_job_refuse(u->job, refusal);
    return WC_OK;
}

static wc_status check(upgrade *u)
{
    wc_refusal refusal;
    check_signatures(u);
    if (u->job->is_failed) return WC_OK;
    check_modules(u);
    if (u->job->is_failed) return WC_OK;
    WC_TRY(check_interface(u));
    if (u->job->is_failed) return WC_OK;
    WC_TRY(wc_ledger_bind_assets(u->job->ledger, u->next, &refusal));
    if (refusal != WC_REFUSAL_NONE) return WC_CORRUPT; /* deployment has bound them */
    return check_references(u);
}

static void announce(const upgrade *u)
{
    wc_event_data data;
    wc_buf *buf = wc_event_data_begin(&data);
    wc_buf_put(buf, u->frame.id.bytes, sizeof u->frame.id.bytes);
    wc_buf_put(buf, u->code.bytes, sizeof u->code.bytes);
    wc_buf_put_u16(buf, wc_module_version(u->next->module));
    wc_job_announce(u->job, WC_EVENT_INSTANCE_UPGRADED, wc_buf_slice(buf));
}

/* From here on the frame is one of the new version: its events and currencies are numbered there.
 */
static wc_status run(upgrade *u)
{
    wc_frame *frame = &u->frame;
    wc_outcome outcome;
    frame->image = u->next;
    frame->entry.code = u->code;
    frame->entry.version = wc_module_version(u->next->module);
    WC_TRY(wc_frame_upgrade(frame, u->old->module, u->job->gas_limit - u->job->gas_used, &outcome));
    u->job->gas_used += outcome.gas_used;
    if (outcome.kind != WC_OUTCOME_OK) {
        wc_frame_fail(frame, &outcome);
        return WC_OK;
    }
    frame->entry.state = outcome.state;
    announce(u);
    return u->job->is_failed ? WC_OK : wc_frame_store(frame, &outcome);
}

static wc_status load_next(upgrade *u)
{
    wc_state_key key = wc_key_module(&u->code);
    wc_slice value;
    wc_status status = wc_job_get(u->job, &key, &value);
    if (status == WC_NOT_FOUND) wc_job_refuse(u->job, WC_REFUSAL_MODULE_UNKNOWN);
    if (status == WC_NOT_FOUND || u->job->is_failed) return WC_OK;
    WC_TRY(status);
    return wc_ledger_load(u->job->ledger, &u->code, &u->next);
}

static wc_status upgrade_instance(upgrade *u)
{
    const wc_instance_entry *entry = &u->frame.entry;
    u->old = u->frame.image;
    if (entry->status == WC_INSTANCE_FINAL) {
        wc_job_builtin(u->job, &entry->code, WC_BUILTIN_InstanceClosed, wc_slice_of(NULL, 0));
    } else if (entry->status == WC_INSTANCE_STUCK) {
        wc_job_refuse(u->job, WC_REFUSAL_INSTANCE_STUCK);
    } else {
        wc_frame_refuse_overdue(&u->frame);
    }
    if (u->job->is_failed) return WC_OK;
    WC_TRY(load_next(u));
    if (u->next == NULL) return WC_OK;
    wc_status status = check(u);
    if (status == WC_OK && !u->job->is_failed) status = run(u);
    u->frame.image = u->old;
    wc_images_unpin(u->next);
    return status;
}

wc_status wc_native_contract_upgrade(wc_job *job, const wc_tx_call *call, wc_slice args)
{
    upgrade u = {.job = job, .call = call};
    wc_address id;
    wc_reader reader = wc_reader_of(args);
    bool is_read = wc_read_hash(&reader, &id) == WC_OK && wc_read_hash(&reader, &u.code) == WC_OK &&
                   wc_read_end(&reader) == WC_OK;
    if (!is_read) {
        wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
        return WC_OK;
    }
    wc_status status = wc_frame_open(&u.frame, job, WC_FRAME_ACTION, &id);
    if (status == WC_NOT_FOUND) {
        wc_job_refuse(job, WC_REFUSAL_TARGET_UNKNOWN);
        return WC_OK;
    }
    WC_TRY(status);
    u.frame.principal = *wc_call_principal(job, call);
    u.frame.has_principal = true;
    status = upgrade_instance(&u);
    wc_frame_close(&u.frame);
    return status;
}
