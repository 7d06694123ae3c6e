/* Frames: reading an instance, running the machine on it, storing it again. */
#include "node/ledger/frame.h"

#include "node/ledger/asset.h"
#include "node/ledger/post.h"
#include "vm/isa/upgrade.h"

/* ---- images ---------------------------------------------------------------------------------- */

wc_status wc_ledger_load(wc_ledger *ledger, const wc_hash *code, wc_image_slot **slot)
{
    *slot = wc_images_find(&ledger->images, code);
    if (*slot != NULL) return WC_OK;
    wc_state_key key = wc_key_module(code);
    wc_slice value;
    WC_TRY(wc_overlay_get(ledger->overlay, &value, wc_state_key_slice(&key)));
    wc_module_entry entry;
    if (wc_module_entry_decode(&entry, value) != WC_OK) return WC_CORRUPT;
    wc_hash id = wc_code_id(entry.module);
    if (!wc_hash_equal(&id, code)) return WC_CORRUPT;
    wc_finding finding;
    /* It was verified when it was deployed: another answer now means damage or another program. */
    wc_status status = wc_images_load(&ledger->images, code, entry.module, slot, &finding);
    return status == WC_OK ? WC_OK : WC_CORRUPT;
}

/* Number of the asset with this code; 0 when there is none. The registry is a handful of entries,
 * and the answer is kept with the image. */
static wc_status find_asset(wc_ledger *ledger, wc_str code, uint8_t minor, uint32_t *asset)
{
    wc_overlay_scan scan;
    wc_slice key, value;
    wc_state_key prefix = wc_key_space(WC_SPACE_ASSET);
    wc_overlay_scan_begin(&scan, wc_state_key_slice(&prefix));
    wc_status status;
    *asset = 0;
    while ((status = wc_overlay_scan_next(ledger->overlay, &scan, &key, &value)) == WC_OK) {
        wc_asset entry;
        if (wc_asset_decode(&entry, value) != WC_OK) return WC_CORRUPT;
        if (!wc_slice_equal(entry.code, wc_slice_of(code.data, code.len))) continue;
        if (entry.scale == minor) *asset = wc_load_u32(key.data + 1);
        return WC_OK;
    }
    return status == WC_NOT_FOUND ? WC_OK : status;
}

wc_status wc_ledger_bind_assets(wc_ledger *ledger, wc_image_slot *slot, wc_refusal *refusal)
{
    *refusal = WC_REFUSAL_NONE;
    if (slot->has_assets) return WC_OK;
    const wc_module *module = slot->module;
    for (uint16_t i = 0; i < module->currency_count; i++) {
        const wc_currency *currency = &module->currencies[i];
        wc_str code = module->strings[currency->code];
        WC_TRY(find_asset(ledger, code, currency->minor, &slot->assets[i]));
        if (slot->assets[i] == 0) *refusal = WC_REFUSAL_ASSET_UNKNOWN;
        if (slot->assets[i] == WC_ASSET_NETWORK) *refusal = WC_REFUSAL_ASSET_NOT_TRANSFERABLE;
        if (*refusal != WC_REFUSAL_NONE) return WC_OK;
    }
    slot->has_assets = true;
    return WC_OK;
}

/* ---- opening --------------------------------------------------------------------------------- */

/* The overlay's slices end with its next call; a frame needs its instance for its whole life. */
static wc_status copy_entry(wc_frame *frame)
{
    wc_ledger *ledger = frame->job->ledger;
    wc_state_key key = wc_key_instance(&frame->id);
    wc_slice value;
    WC_TRY(wc_overlay_get(ledger->overlay, &value, wc_state_key_slice(&key)));
    uint8_t *copy = wc_stack_take(&ledger->stack, value.len);
    wc_assert(copy != NULL);
    memcpy(copy, value.data, value.len);
    return wc_instance_decode(&frame->entry, wc_slice_of(copy, value.len)) == WC_OK ? WC_OK
                                                                                    : WC_CORRUPT;
}

wc_status wc_frame_open(wc_frame *frame, wc_job *job, wc_frame_kind kind, const wc_address *id)
{
    wc_ledger *ledger = job->ledger;
    *frame = (wc_frame){.job = job, .kind = kind, .mark = ledger->stack.used, .id = *id};
    wc_status status = copy_entry(frame);
    if (status == WC_OK) {
        frame->holders_before = frame->entry.holders;
        status = wc_ledger_load(ledger, &frame->entry.code, &frame->image);
        if (status == WC_NOT_FOUND) status = WC_CORRUPT; /* an instance without its module */
    }
    if (status == WC_OK) {
        wc_refusal refusal;
        status = wc_ledger_bind_assets(ledger, frame->image, &refusal);
        if (status == WC_OK && refusal != WC_REFUSAL_NONE) status = WC_CORRUPT;
    }
    if (status != WC_OK) wc_frame_close(frame);
    return status;
}

void wc_frame_close(wc_frame *frame)
{
    if (frame->image != NULL) wc_images_unpin(frame->image);
    frame->image = NULL;
    frame->job->ledger->stack.used = frame->mark;
}

/* ---- running --------------------------------------------------------------------------------- */

static wc_party party_of(const wc_address *address)
{
    wc_party party;
    memcpy(party.bytes, address->bytes, sizeof party.bytes);
    return party;
}

/* What a run ends with beside its outcome: the first status other than OK that the host met; or
 * CORRUPT, when the machine itself met a stored value that is none (VM-36). Both leave the machine
 * with the trap HOST, which no contract causes and no receipt shows: the block is abandoned. Where
 * the host has refused something by name, that is what the call fails with. */
static wc_status end_of_run(wc_frame *frame, const wc_outcome *outcome)
{
    wc_ledger *ledger = frame->job->ledger;
    wc_status stop = ledger->stop;
    bool is_host_trap = outcome->kind == WC_OUTCOME_TRAP && outcome->code == WC_TRAP_HOST;
    ledger->stop = WC_OK;
    if (stop != WC_OK || !is_host_trap) return stop;
    return frame->job->host_refusal == WC_REFUSAL_NONE ? WC_CORRUPT : WC_OK;
}

wc_status wc_frame_run(wc_frame *frame, uint16_t entry, wc_slice args, uint64_t gas_limit,
                       wc_outcome *outcome)
{
    wc_ledger *ledger = frame->job->ledger;
    void *memory = wc_stack_take(&ledger->stack, wc_call_memory_size(frame->image->image));
    wc_assert(memory != NULL);
    if (frame->kind != WC_FRAME_VIEW) {
        ledger->posted.generation++;
        ledger->posted.count = 0;
    }
    wc_instance instance = {
        .image = frame->image->image, .id = party_of(&frame->id), .root = frame->entry.root};
    wc_call call = {.entry = entry,
                    .args = args,
                    .principal = party_of(&frame->principal),
                    .has_principal = frame->has_principal,
                    .now = ledger->time_s,
                    .gas_limit = gas_limit};
    wc_host host = {&wc_ledger_host_ops, frame};
    if (frame->kind == WC_FRAME_DEPLOY) {
        instance.parties = frame->entry.parties;
        wc_deploy_run(&instance, &call, &host, memory, outcome);
    } else {
        wc_call_run(&instance, &call, &host, memory, outcome);
    }
    return end_of_run(frame, outcome);
}

wc_status wc_frame_upgrade(wc_frame *frame, const wc_module *old, uint64_t gas_limit,
                           wc_outcome *outcome)
{
    wc_ledger *ledger = frame->job->ledger;
    void *memory = wc_stack_take(&ledger->stack, wc_call_memory_size(frame->image->image));
    wc_assert(memory != NULL);
    wc_instance instance = {
        .image = frame->image->image, .id = party_of(&frame->id), .root = frame->entry.root};
    wc_call call = {.entry = wc_module_upgrade(frame->image->module),
                    .now = ledger->time_s,
                    .gas_limit = gas_limit};
    wc_host host = {&wc_ledger_host_ops, frame};
    wc_upgrade_run(&instance, old, &call, &host, memory, outcome);
    return end_of_run(frame, outcome);
}

/* The clauses are walked in their order until the one in force has been passed: its own due time is
 * not at hand, because the entry may hold that of a retry. */
wc_status wc_frame_next_clause(wc_frame *frame, int64_t *due_s, uint16_t *clause, bool *is_found)
{
    wc_ledger *ledger = frame->job->ledger;
    size_t mark = ledger->stack.used;
    void *memory = wc_stack_take(&ledger->stack, wc_call_memory_size(frame->image->image));
    wc_assert(memory != NULL);
    wc_instance instance = {
        .image = frame->image->image, .id = party_of(&frame->id), .root = frame->entry.root};
    wc_host host = {&wc_ledger_host_ops, frame};
    wc_due_after after = {INT64_MIN, 0};
    wc_outcome outcome;
    bool has_passed = false;
    *is_found = false;
    for (;;) { /* ends: each step goes to a later clause */
        wc_due_run(&instance, &after, &host, ledger->params.timer_gas_max, memory, &outcome);
        bool has_due = outcome.has_due && outcome.due != WC_DUE_NONE;
        *is_found = has_due && has_passed;
        if (*is_found || !has_due) break;
        has_passed = outcome.due_entry == frame->entry.due_clause;
        after = (wc_due_after){outcome.due, outcome.due_entry};
    }
    if (*is_found) {
        *due_s = outcome.due;
        *clause = outcome.due_entry;
    }
    ledger->stack.used = mark;
    return end_of_run(frame, &outcome);
}

/* ---- failure --------------------------------------------------------------------------------- */

/* Arguments of an error are left out when they, or those of the block's other failures, are too
 * long for its receipts. */
static void fail_with_error(const wc_frame *frame, const wc_outcome *outcome, uint16_t error)
{
    wc_job *job = frame->job;
    wc_error_outcome failure = {frame->entry.code, error, outcome->args};
    if (outcome->args.len > WC_OUTCOME_DETAIL_MAX / 2 ||
        job->ledger->outcome_bytes + outcome->args.len > WC_BLOCK_OUTCOME_BYTES_MAX) {
        failure.args.len = 0;
    }
    size_t mark = job->ledger->stack.used;
    size_t size = outcome->args.len + 64;
    uint8_t *bytes = wc_stack_take(&job->ledger->stack, size);
    wc_assert(bytes != NULL);
    wc_buf buf;
    wc_buf_init(&buf, bytes, size);
    wc_outcome_put_error(&buf, &failure);
    wc_assert(!buf.full);
    wc_job_fail(job, WC_RECEIPT_ERROR, wc_buf_slice(&buf));
    job->ledger->stack.used = mark;
}

static void fail_with_trap(const wc_frame *frame, const wc_outcome *outcome)
{
    wc_trap_outcome failure = {.trap = outcome->code,
                               .code = frame->entry.code,
                               .function = outcome->function,
                               .word = outcome->word,
                               .value_count = outcome->operand_count};
    for (uint8_t i = 0; i < outcome->operand_count; i++) {
        failure.values[i] = wc_i128_of(outcome->operands[i]);
    }
    uint8_t bytes[128];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_outcome_put_trap(&buf, &failure);
    wc_assert(!buf.full);
    wc_job_fail(frame->job, WC_RECEIPT_TRAP, wc_buf_slice(&buf));
}

void wc_frame_fail(const wc_frame *frame, const wc_outcome *outcome)
{
    wc_job *job = frame->job;
    if (job->host_refusal != WC_REFUSAL_NONE) {
        wc_job_refuse(job, job->host_refusal);
        return;
    }
    switch (outcome->kind) {
    case WC_OUTCOME_ERROR: fail_with_error(frame, outcome, outcome->code); break;
    case WC_OUTCOME_BUILTIN:
        fail_with_error(frame, outcome, (uint16_t)(WC_ERROR_BUILTIN | outcome->code));
        break;
    case WC_OUTCOME_TRAP: fail_with_trap(frame, outcome); break;
    case WC_OUTCOME_CALLEE: wc_assert(job->is_failed); break; /* the inner frame has said how */
    case WC_OUTCOME_OK: wc_assert(false);
    }
}

/* ---- storing --------------------------------------------------------------------------------- */

wc_status wc_entry_store(wc_job *job, const wc_address *id, const wc_instance_entry *entry)
{
    wc_stack *stack = &job->ledger->stack;
    size_t mark = stack->used;
    size_t size = entry->root.len + entry->parties.len + 256;
    uint8_t *bytes = wc_stack_take(stack, size);
    wc_assert(bytes != NULL);
    wc_buf buf;
    wc_buf_init(&buf, bytes, size);
    wc_instance_put(&buf, entry);
    wc_assert(!buf.full);
    wc_state_key key = wc_key_instance(id);
    wc_status status =
        wc_overlay_put(job->ledger->overlay, wc_state_key_slice(&key), wc_buf_slice(&buf));
    stack->used = mark;
    return status;
}

const wc_address *wc_frame_heir(const wc_frame *frame, wc_address *heir)
{
    if (frame->entry.party_count == 0) return NULL;
    uint8_t first = 0;
    for (uint8_t i = frame->entry.party_count; i-- > 0;) {
        if (frame->image->module->parties[i].signatory) first = i;
    }
    *heir = wc_instance_party(&frame->entry, first);
    return heir;
}

static void announce_state(wc_frame *frame, uint16_t from, uint16_t to)
{
    wc_event_data data;
    wc_buf *buf = wc_event_data_begin(&data);
    wc_buf_put(buf, frame->id.bytes, sizeof frame->id.bytes);
    wc_buf_put_u16(buf, from);
    wc_buf_put_u16(buf, to);
    wc_event event = {frame->job->ledger->system, WC_EVENT_INSTANCE_CHANGED, wc_buf_slice(buf)};
    if (!wc_job_emit(frame->job, &event)) {
        wc_job_refuse(frame->job, WC_REFUSAL_EVENT_LIMIT);
    }
}

/* A time-out at WC_DUE_NONE, the last second there is, never comes and so is none. */
static void set_timer(wc_frame *frame, const wc_outcome *outcome)
{
    wc_instance_entry *entry = &frame->entry;
    int64_t prior_due_s = entry->due_s;
    bool has_due = outcome->has_due && outcome->due != WC_DUE_NONE;
    entry->fails = 0;
    entry->due_s = has_due ? outcome->due : WC_DUE_NONE;
    entry->due_clause = has_due ? outcome->due_entry : 0;
    wc_job_timer(frame->job, &frame->id, prior_due_s, entry->due_s);
}

/* The entry repeats the parties of the record, for the ledger's own questions. */
static void take_parties(wc_frame *frame)
{
    wc_root_parts parts;
    wc_status status = wc_root_read(frame->image->module, frame->entry.root, &parts);
    wc_assert(status == WC_OK && parts.parties.len == frame->entry.parties.len);
    frame->entry.parties = parts.parties;
}

static wc_status enter_state(wc_frame *frame, const wc_outcome *outcome)
{
    wc_job *job = frame->job;
    wc_instance_entry *entry = &frame->entry;
    if (frame->kind != WC_FRAME_DEPLOY) announce_state(frame, entry->state, outcome->state);
    if (job->is_failed) return WC_OK;
    entry->state = outcome->state;
    entry->entered_s = job->ledger->time_s;
    set_timer(frame, outcome);
    if (!outcome->final) return WC_OK;

    entry->status = WC_INSTANCE_FINAL;
    wc_address heir;
    wc_post_answer answer;
    WC_TRY(wc_post_release(job, &frame->id, wc_frame_heir(frame, &heir), WC_CAUSE_CLOSE,
                           &entry->holders, &answer));
    if (answer != WC_POSTED) wc_job_refuse(job, WC_REFUSAL_EVENT_LIMIT);
    return WC_OK;
}

wc_status wc_frame_store(wc_frame *frame, const wc_outcome *outcome)
{
    wc_job *job = frame->job;
    if (outcome->root_changed) frame->entry.root = outcome->root;
    if (outcome->rebound) take_parties(frame);
    if (outcome->retimed) set_timer(frame, outcome);
    if (outcome->entered) {
        wc_status status = enter_state(frame, outcome);
        if (status == WC_TOO_LARGE) {
            wc_job_refuse(job, WC_REFUSAL_WRITE_LIMIT);
            status = WC_OK;
        }
        if (status != WC_OK || job->is_failed) return status;
    }
    bool is_changed = outcome->root_changed || outcome->entered || outcome->retimed ||
                      frame->entry.holders != frame->holders_before;
    if (!is_changed) return WC_OK;
    wc_status status = wc_entry_store(job, &frame->id, &frame->entry);
    if (status != WC_TOO_LARGE) return status;
    wc_job_refuse(job, WC_REFUSAL_WRITE_LIMIT);
    return WC_OK;
}
