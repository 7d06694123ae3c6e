/* One job: gas, failure, events, state access of native code, and how it ends.
 *
 * A job ends in wc_job_finish, which turns what is in the overlay into the receipt's write set
 * and merges it into the block; or in wc_job_undo, after which it can only report its failure. */
#include "node/ledger/job.h"

void *wc_stack_take(wc_stack *stack, size_t size)
{
    size_t aligned = (size + 15) & ~(size_t)15;
    if (aligned < size || aligned > stack->size - stack->used) return NULL;
    void *taken = stack->base + stack->used;
    stack->used += aligned;
    return taken;
}

static void tell_unit(const wc_ledger *ledger, bool is_undone)
{
    const wc_observer *observer = ledger->images.observer;
    if (observer == NULL || observer->unit == NULL) return;
    observer->unit(observer->self, is_undone);
}

void wc_job_begin(wc_ledger *ledger, wc_receipt_kind kind, uint64_t gas_limit)
{
    wc_job *job = &ledger->job;
    memset(job, 0, sizeof *job);
    job->ledger = ledger;
    job->kind = kind;
    job->call = WC_RECEIPT_NO_CALL;
    job->failed_call = WC_RECEIPT_NO_CALL;
    job->gas_limit = gas_limit;
    wc_buf_init(&job->results, job->result_bytes, sizeof job->result_bytes);
    job->report_start = ledger->report.len;
    job->timers_start = ledger->timer_log_count;
    ledger->stack.used = 0;
    ledger->sends.used = 0;
    tell_unit(ledger, false);
}

/* Copies what the results of the block refer to. */
static wc_slice keep(wc_ledger *ledger, wc_slice bytes)
{
    uint8_t *copy = wc_arena_alloc(&ledger->arena, bytes.len, 1);
    wc_assert(copy != NULL);
    if (bytes.len > 0) memcpy(copy, bytes.data, bytes.len);
    return wc_slice_of(copy, bytes.len);
}

void wc_job_fail(wc_job *job, uint16_t status, wc_slice detail)
{
    if (job->is_failed) return;
    job->is_failed = true;
    job->status = status;
    job->failed_call = job->call;
    job->outcome = keep(job->ledger, detail);
    job->ledger->outcome_bytes += detail.len;
}

void wc_job_refuse(wc_job *job, wc_refusal refusal)
{
    wc_job_fail(job, (uint16_t)refusal, wc_slice_of(NULL, 0));
}

void wc_job_trap(wc_job *job, wc_trap trap)
{
    wc_trap_outcome outcome = {.trap = (uint16_t)trap, .function = WC_NONE};
    uint8_t bytes[128];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_outcome_put_trap(&buf, &outcome);
    wc_job_fail(job, WC_RECEIPT_TRAP, wc_buf_slice(&buf));
}

void wc_job_builtin(wc_job *job, const wc_hash *code, wc_builtin builtin, wc_slice args)
{
    wc_error_outcome outcome = {
        .code = *code, .error = (uint16_t)(WC_ERROR_BUILTIN | (unsigned)builtin), .args = args};
    uint8_t bytes[256];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_outcome_put_error(&buf, &outcome);
    wc_job_fail(job, WC_RECEIPT_ERROR, wc_buf_slice(&buf));
}

bool wc_job_charge(wc_job *job, uint64_t gas)
{
    if (job->is_failed) return false;
    if (gas > job->gas_limit - job->gas_used) {
        job->gas_used = job->gas_limit;
        wc_job_trap(job, WC_TRAP_OUT_OF_GAS);
        return false;
    }
    job->gas_used += gas;
    return true;
}

/* ---- events ---------------------------------------------------------------------------------- */

#define EVENT_HEAD 38u /* bytes of an event without data */

_Static_assert((WC_JOB_REPORT_BYTES_MAX + WC_JOB_TAIL_BYTES_MAX) / EVENT_HEAD < WC_TX_EVENTS_MAX,
               "a report is full before it has too many events");

static bool report_has_room(const wc_job *job, size_t bytes)
{
    const wc_buf *report = &job->ledger->report;
    size_t tail = job->is_failed ? WC_JOB_TAIL_BYTES_MAX : 0;
    return report->len - job->report_start + bytes <= WC_JOB_REPORT_BYTES_MAX + tail &&
           (job->is_failed || report->len + bytes <= WC_BLOCK_REPORT_BYTES_MAX);
}

static void tell_event(const wc_ledger *ledger, const wc_event *event)
{
    const wc_observer *observer = ledger->images.observer;
    if (observer == NULL || observer->event == NULL) return;
    wc_party emitter;
    memcpy(emitter.bytes, event->emitter.bytes, sizeof emitter.bytes);
    observer->event(observer->self, &emitter, event->type, event->data);
}

bool wc_job_emit(wc_job *job, const wc_event *event)
{
    wc_buf *report = &job->ledger->report;
    if (event->data.len > WC_EVENT_DATA_MAX) return false;
    if (!report_has_room(job, event->data.len + EVENT_HEAD)) return false;
    wc_event_put(report, event);
    wc_assert(!report->full);
    job->event_count++;
    tell_event(job->ledger, event);
    return true;
}

void wc_job_announce(wc_job *job, wc_ledger_event type, wc_slice data)
{
    if (!wc_job_charge(job, WC_GAS_EVENT + WC_GAS_EVENT_BYTE * (uint64_t)data.len)) return;
    wc_event event = {job->ledger->system, (uint16_t)type, data};
    if (!wc_job_emit(job, &event)) wc_job_refuse(job, WC_REFUSAL_EVENT_LIMIT);
}

wc_buf *wc_event_data_begin(wc_event_data *data)
{
    wc_buf_init(&data->buf, data->bytes, sizeof data->bytes);
    return &data->buf;
}

/* ---- state for native code ------------------------------------------------------------------- */

wc_status wc_job_get(wc_job *job, const wc_state_key *key, wc_slice *value)
{
    wc_slice found;
    wc_status status = wc_overlay_get(job->ledger->overlay, &found, wc_state_key_slice(key));
    size_t bytes = key->len + (status == WC_OK ? found.len : 0);
    (void)wc_job_charge(job, WC_GAS_KEY_READ + WC_GAS_KEY_READ_BYTE * (uint64_t)bytes);
    if (status == WC_OK) *value = found;
    return status;
}

/* A limit of the overlay is the transaction's failure, not the node's; writing knows no other. */
static void limit_is_failure(wc_job *job, wc_status status)
{
    wc_assert(status == WC_OK || status == WC_TOO_LARGE);
    if (status != WC_OK) wc_job_refuse(job, WC_REFUSAL_WRITE_LIMIT);
}

void wc_job_put(wc_job *job, const wc_state_key *key, wc_slice value)
{
    uint64_t bytes = (uint64_t)key->len + value.len;
    if (!wc_job_charge(job, WC_GAS_KEY_WRITE + WC_GAS_KEY_WRITE_BYTE * bytes)) return;
    limit_is_failure(job, wc_overlay_put(job->ledger->overlay, wc_state_key_slice(key), value));
}

void wc_job_delete(wc_job *job, const wc_state_key *key)
{
    uint64_t gas = WC_GAS_KEY_WRITE + WC_GAS_KEY_WRITE_BYTE * (uint64_t)key->len;
    if (!wc_job_charge(job, gas)) return;
    limit_is_failure(job, wc_overlay_delete(job->ledger->overlay, wc_state_key_slice(key)));
}

void wc_job_timer(wc_job *job, const wc_address *instance, int64_t old_due_s, int64_t new_due_s)
{
    wc_ledger *ledger = job->ledger;
    if (old_due_s == new_due_s) return;
    wc_assert(ledger->timer_log_count < WC_BLOCK_TIMER_CHANGES_MAX);
    uint32_t ordinal = ledger->timer_log_count++;
    ledger->timer_log[ordinal] = (wc_timer_log_entry){{*instance, old_due_s, new_due_s}, ordinal};
}

/* ---- the end --------------------------------------------------------------------------------- */

void wc_job_undo(wc_job *job)
{
    wc_ledger *ledger = job->ledger;
    wc_overlay_tx_drop(ledger->overlay);
    ledger->report.len = job->report_start;
    job->event_count = 0;
    ledger->timer_log_count = job->timers_start;
    job->gas_covered = 0;
    ledger->stack.used = 0;
    ledger->sends.used = 0;
    tell_unit(ledger, true);
}

static wc_hash events_root_of(wc_slice events, uint32_t count)
{
    wc_merkle tree;
    wc_merkle_begin(&tree);
    wc_reader reader = wc_reader_of(events);
    for (uint32_t i = 0; i < count; i++) {
        wc_event event;
        size_t start = reader.at;
        wc_status status = wc_event_read(&reader, &event);
        wc_assert(status == WC_OK);
        wc_hash hash = wc_sha256_one(wc_slice_of(events.data + start, reader.at - start));
        wc_hash leaf = wc_merkle_leaf(wc_slice_of(hash.bytes, WC_HASH_SIZE));
        wc_merkle_add(&tree, &leaf);
    }
    return wc_merkle_end(&tree);
}

wc_status wc_job_finish(wc_job *job, wc_receipt *receipt, bool *fits)
{
    wc_ledger *ledger = job->ledger;
    const wc_write *writes;
    size_t count;
    wc_status status = wc_overlay_tx_seal(ledger->overlay, &writes, &count);
    if (status == WC_TOO_LARGE) {
        wc_job_undo(job);
        *fits = false;
        return WC_OK;
    }
    if (status != WC_OK) return status;
    receipt->write_set = wc_write_set_hash(writes, count);
    if (ledger->on_writes != NULL) {
        ledger->on_writes(ledger->on_writes_self, ledger->page_count, writes, count);
    }
    WC_TRY(wc_overlay_tx_commit(ledger->overlay));

    wc_slice events = wc_slice_of(ledger->report.data + job->report_start,
                                  ledger->report.len - job->report_start);
    wc_slice outcome = job->is_failed ? job->outcome : keep(ledger, wc_buf_slice(&job->results));
    receipt->kind = job->kind;
    receipt->index = ledger->page_count;
    receipt->status = job->is_failed ? job->status : WC_RECEIPT_OK;
    receipt->call = job->is_failed ? job->failed_call : WC_RECEIPT_NO_CALL;
    receipt->gas_limit = job->gas_limit;
    receipt->gas_used = job->gas_used;
    receipt->events_root = events_root_of(events, job->event_count);
    receipt->result = wc_outcome_hash(outcome);
    ledger->pages[ledger->page_count++] =
        (wc_receipt_page){*receipt, outcome, job->event_count, events};
    ledger->gas_used += job->gas_used;
    *fits = true;
    return WC_OK;
}
