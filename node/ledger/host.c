/* The machine's host: storage, events, other instances and authority, over the overlay. */
#include "node/ledger/host.h"

#include "node/ledger/authority.h"
#include "node/ledger/read.h"
#include "node/ledger/roles.h"

wc_host_answer wc_host_stop(wc_frame *frame, wc_status status)
{
    frame->job->ledger->stop = status; /* the machine asks nothing more */
    return WC_HOST_STOP;
}

wc_host_answer wc_host_refuse(wc_frame *frame, wc_refusal refusal, wc_host_answer answer)
{
    frame->job->host_refusal = refusal; /* the call ends with it */
    return answer;
}

wc_host_answer wc_host_written(wc_frame *frame, wc_status status)
{
    if (status == WC_OK) return WC_HOST_OK;
    if (status == WC_TOO_LARGE) return wc_host_refuse(frame, WC_REFUSAL_WRITE_LIMIT, WC_HOST_LIMIT);
    return wc_host_stop(frame, status);
}

wc_address wc_address_of(const wc_party *party)
{
    wc_address address;
    memcpy(address.bytes, party->bytes, sizeof address.bytes);
    return address;
}

/* ---- storage --------------------------------------------------------------------------------- */

static wc_state_key key_of(const wc_frame *frame, const wc_storage_key *key)
{
    return key->part == WC_KEY_HEADER ? wc_key_field(&frame->id, key->field)
                                      : wc_key_element(&frame->id, key->field, key->key);
}

/* Stored values begin with their version; the machine sees the rest. */
static wc_status without_version(wc_slice stored, wc_slice *value)
{
    wc_reader reader = wc_reader_of(stored);
    if (wc_read_value_version(&reader) != WC_OK) return WC_CORRUPT;
    *value = wc_slice_of(stored.data + 1, stored.len - 1);
    return WC_OK;
}

static wc_host_answer host_load(void *self, const wc_storage_key *key, wc_slice *value)
{
    wc_frame *frame = self;
    wc_state_key state_key = key_of(frame, key);
    wc_slice stored;
    wc_status status =
        wc_overlay_get(frame->job->ledger->overlay, &stored, wc_state_key_slice(&state_key));
    if (status == WC_NOT_FOUND) return WC_HOST_ABSENT;
    if (status == WC_OK) status = without_version(stored, value);
    return status == WC_OK ? WC_HOST_OK : wc_host_stop(frame, status);
}

static void tell_stored(const wc_frame *frame, const wc_storage_key *key, const wc_slice *value)
{
    const wc_observer *observer = frame->job->ledger->images.observer;
    if (observer == NULL || observer->stored == NULL) return;
    wc_party instance;
    memcpy(instance.bytes, frame->id.bytes, sizeof instance.bytes);
    observer->stored(observer->self, &instance, key, value);
}

static wc_host_answer host_store(void *self, const wc_storage_key *key, wc_slice value)
{
    wc_frame *frame = self;
    uint8_t bytes[1 + WC_ELEMENT_MAX];
    wc_assert(frame->kind != WC_FRAME_VIEW && value.len <= WC_ELEMENT_MAX);
    tell_stored(frame, key, &value);
    bytes[0] = WC_STATE_VALUE_VERSION;
    if (value.len > 0) memcpy(bytes + 1, value.data, value.len);
    wc_state_key state_key = key_of(frame, key);
    return wc_host_written(frame, wc_overlay_put(frame->job->ledger->overlay,
                                                 wc_state_key_slice(&state_key),
                                                 wc_slice_of(bytes, value.len + 1)));
}

static wc_host_answer host_remove(void *self, const wc_storage_key *key)
{
    wc_frame *frame = self;
    wc_assert(frame->kind != WC_FRAME_VIEW);
    tell_stored(frame, key, NULL);
    wc_state_key state_key = key_of(frame, key);
    return wc_host_written(
        frame, wc_overlay_delete(frame->job->ledger->overlay, wc_state_key_slice(&state_key)));
}

static wc_host_answer host_elements(void *self, uint16_t field, wc_host_element visit,
                                    void *context)
{
    wc_frame *frame = self;
    wc_overlay *overlay = frame->job->ledger->overlay;
    wc_state_key prefix = wc_key_field(&frame->id, field);
    wc_overlay_scan scan;
    wc_overlay_scan_begin(&scan, wc_state_key_slice(&prefix));
    for (;;) {
        wc_slice key, stored, value;
        wc_status status = wc_overlay_scan_next(overlay, &scan, &key, &stored);
        if (status == WC_NOT_FOUND) return WC_HOST_OK;
        if (status != WC_OK) return wc_host_stop(frame, status);
        if (key.len == prefix.len) continue; /* the header */
        status = without_version(stored, &value);
        if (status != WC_OK) return wc_host_stop(frame, status);
        wc_slice element = wc_slice_of(key.data + prefix.len, key.len - prefix.len);
        if (!visit(context, element, value)) return WC_HOST_OK;
    }
}

/* ---- the outside ----------------------------------------------------------------------------- */

static wc_host_answer host_emit(void *self, uint16_t event, wc_slice args)
{
    wc_frame *frame = self;
    wc_event emitted = {frame->id, event, args};
    if (wc_job_emit(frame->job, &emitted)) return WC_HOST_OK;
    return wc_host_refuse(frame, WC_REFUSAL_EVENT_LIMIT, WC_HOST_LIMIT);
}

static wc_host_answer host_view(void *self, const wc_party *instance, uint32_t method,
                                wc_slice args, uint64_t *gas, wc_buf *result)
{
    wc_frame *frame = self;
    wc_job *job = frame->job;
    if (frame->depth + 1 > (int)WC_INSTANCE_DEPTH_MAX) {
        wc_job_refuse(job, WC_REFUSAL_DEPTH_TOO_HIGH);
        return WC_HOST_FAILED;
    }
    wc_address id = wc_address_of(instance);
    wc_frame callee;
    wc_status status = wc_frame_open(&callee, job, WC_FRAME_VIEW, &id);
    if (status == WC_NOT_FOUND) {
        wc_job_refuse(job, WC_REFUSAL_TARGET_UNKNOWN);
        return WC_HOST_FAILED;
    }
    if (status != WC_OK) return wc_host_stop(frame, status);
    callee.depth = (uint8_t)(frame->depth + 1);
    uint16_t entry = wc_image_method(callee.image->image, method);
    wc_host_answer answer = WC_HOST_FAILED;
    if (entry == WC_NONE || callee.image->module->entries[entry].kind != WC_ENTRY_VIEW) {
        wc_job_refuse(job, WC_REFUSAL_METHOD_UNKNOWN);
    } else {
        wc_outcome outcome;
        status = wc_frame_run(&callee, entry, args, *gas, &outcome);
        if (status != WC_OK) {
            answer = wc_host_stop(frame, status);
        } else {
            *gas -= outcome.gas_used;
            if (outcome.kind == WC_OUTCOME_OK) {
                wc_buf_put_slice(result, outcome.result);
                answer = WC_HOST_OK;
            } else {
                wc_frame_fail(&callee, &outcome);
            }
        }
    }
    wc_frame_close(&callee);
    return answer;
}

static wc_host_answer host_send(void *self, const wc_party *instance, uint32_t method,
                                wc_slice args)
{
    wc_frame *frame = self;
    wc_job *job = frame->job;
    wc_stack *stack = &job->ledger->sends;
    wc_assert(frame->kind == WC_FRAME_ACTION || frame->kind == WC_FRAME_SENT);
    if (job->send_count == WC_SENDS_MAX) return WC_HOST_LIMIT;
    uint8_t *copy = wc_stack_take(stack, args.len);
    wc_assert(copy != NULL); /* room for WC_SENDS_MAX times WC_ARGS_MAX */
    if (args.len > 0) memcpy(copy, args.data, args.len);
    job->sends[job->send_count++] =
        (wc_sent){frame->id, wc_address_of(instance), method, wc_slice_of(copy, args.len)};
    return WC_HOST_OK;
}

/* Signatures are authority in listed calls only; in a sent action the sender alone is. */
static wc_host_answer host_is_signer(void *self, const wc_party *party, bool *answer)
{
    wc_frame *frame = self;
    wc_address address = wc_address_of(party);
    *answer = false;
    switch (frame->kind) {
    case WC_FRAME_ACTION: *answer = wc_call_is_signed_by(frame->job, &address); break;
    case WC_FRAME_SENT: *answer = wc_hash_equal(&address, &frame->principal); break;
    case WC_FRAME_DEPLOY:
        for (uint8_t i = 0; i < frame->signer_count && !*answer; i++) {
            *answer = wc_hash_equal(&address, &frame->signers[i]);
        }
        break;
    case WC_FRAME_TIMER: break;
    case WC_FRAME_VIEW: break;
    }
    return WC_HOST_OK;
}

static wc_host_answer host_holds_role(void *self, const wc_party *party, wc_str role, bool *answer)
{
    wc_frame *frame = self;
    wc_address address = wc_address_of(party);
    wc_role number = wc_role_find(role);
    *answer = false;
    if (number == WC_ROLE_NONE) return WC_HOST_OK; /* refused at deployment; not held by anybody */
    wc_status status = wc_role_is_held(frame->job->ledger, &address, (uint16_t)number, answer);
    return status == WC_OK ? WC_HOST_OK : wc_host_stop(frame, status);
}

const wc_host_ops wc_ledger_host_ops = {
    .load = host_load,
    .store = host_store,
    .remove = host_remove,
    .elements = host_elements,
    .post = wc_host_post,
    .escrow = wc_host_escrow,
    .own_balance = wc_host_own_balance,
    .posted = wc_host_posted,
    .unlock_all = wc_host_unlock_all,
    .holder_count = wc_host_holder_count,
    .emit = host_emit,
    .view = host_view,
    .send = host_send,
    .is_signer = host_is_signer,
    .holds_role = host_holds_role,
};
