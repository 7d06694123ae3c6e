/* Time-outs: which are due, running one, what happens when it fails.
 *
 * Only a time-out changes the time-out of its instance here: it may not send, and views do not
 * write. So the pending ones as of block start can be walked in order while they fire; those that
 * a firing re-arms for a time that has come already are kept in a heap beside them. */
#include "node/ledger/timers.h"

#include "node/ledger/authority.h"
#include "node/ledger/frame.h"
#include "node/ledger/post.h"
#include "node/ledger/read.h"
#include "node/ledger/roles.h"

/* Room that the release of a stuck instance's escrow may need in the report. */
#define STUCK_REPORT_BYTES ((size_t)(WC_ESCROW_MAX + WC_ASSETS_MAX + 2) * (WC_POSTING_SIZE + 38u))

int wc_timer_compare(const wc_timer *a, const wc_timer *b)
{
    if (a->due_s != b->due_s) return a->due_s < b->due_s ? -1 : 1;
    return wc_hash_compare(&a->instance, &b->instance);
}

/* ---- heap of re-armed time-outs -------------------------------------------------------------- */

static void swap(wc_timer *a, wc_timer *b)
{
    wc_timer kept = *a;
    *a = *b;
    *b = kept;
}

static void heap_push(wc_ledger *ledger, wc_timer timer)
{
    wc_timer *heap = ledger->timer_heap;
    wc_assert(ledger->timer_heap_count < WC_BLOCK_TIMERS_MAX); /* one for each that fired */
    uint32_t at = ledger->timer_heap_count++;
    heap[at] = timer;
    while (at > 0 && wc_timer_compare(&heap[at], &heap[(at - 1) / 2]) < 0) {
        swap(&heap[at], &heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
}

static void heap_pop(wc_ledger *ledger)
{
    wc_timer *heap = ledger->timer_heap;
    uint32_t count = --ledger->timer_heap_count;
    heap[0] = heap[count];
    for (uint32_t at = 0;;) {
        uint32_t least = at;
        for (uint32_t child = 2 * at + 1; child <= 2 * at + 2 && child < count; child++) {
            if (wc_timer_compare(&heap[child], &heap[least]) < 0) least = child;
        }
        if (least == at) return;
        swap(&heap[at], &heap[least]);
        at = least;
    }
}

/* ---- failure --------------------------------------------------------------------------------- */

static bool emit_ledger(wc_job *job, wc_ledger_event type, wc_slice data)
{
    wc_event event = {job->ledger->system, (uint16_t)type, data};
    return wc_job_emit(job, &event);
}

/* A settlement bank among the parties may still book what it was instructed (IN_DOUBT): then the
 * escrow stays where it is, and the bank alone can act on the instance (calls.c). That its account
 * has been frozen or its role has ended since undoes no payment: the money waits until it has the
 * role again. */
static wc_status has_bank(wc_frame *frame, bool *answer)
{
    *answer = false;
    for (uint8_t i = 0; i < frame->entry.party_count && !*answer; i++) {
        wc_address party = wc_instance_party(&frame->entry, i);
        WC_TRY(wc_role_was_held(frame->job->ledger, &party, WC_ROLE_BANK, answer));
    }
    return WC_OK;
}

/* Third failure: no code of the contract is needed to give the money back. */
static wc_status become_stuck(wc_frame *frame)
{
    wc_job *job = frame->job;
    wc_instance_entry *entry = &frame->entry;
    entry->status = WC_INSTANCE_STUCK;
    entry->due_s = WC_DUE_NONE;
    bool keeps_escrow;
    WC_TRY(has_bank(frame, &keeps_escrow));
    if (!keeps_escrow) {
        wc_address heir;
        wc_post_answer answer;
        WC_TRY(wc_post_release(job, &frame->id, wc_frame_heir(frame, &heir), WC_CAUSE_STUCK,
                               &entry->holders, &answer));
        wc_assert(answer == WC_POSTED); /* there is STUCK_REPORT_BYTES of room */
    }
    wc_event_data data;
    wc_buf *buf = wc_event_data_begin(&data);
    wc_buf_put_hash(buf, &frame->id);
    wc_buf_put_u16(buf, entry->due_clause);
    entry->due_clause = 0;
    wc_assert(emit_ledger(job, WC_EVENT_INSTANCE_STUCK, wc_buf_slice(buf)));
    return WC_OK;
}

/* Says that a time-out failed; entry->fails counts this failure. */
static void announce_failure(wc_frame *frame)
{
    wc_job *job = frame->job;
    const wc_instance_entry *entry = &frame->entry;
    wc_event_data data;
    wc_buf *buf = wc_event_data_begin(&data);
    wc_buf_put_hash(buf, &frame->id);
    wc_buf_put_u16(buf, entry->due_clause);
    wc_buf_put_u8(buf, entry->fails);
    wc_buf_put_u16(buf, job->status);
    wc_assert(emit_ledger(job, WC_EVENT_TIMEOUT_FAILED, wc_buf_slice(buf)));
}

/* What follows a failure: the same clause again in an hour, at most WC_TIMER_TRIES_MAX times; or
 * the next clause of the state, when it comes before that or when the tries are used up; or,
 * without one, the end. TOO_LARGE: the block has no room for that. */
static wc_status go_on(wc_frame *frame)
{
    wc_ledger *ledger = frame->job->ledger;
    wc_instance_entry *entry = &frame->entry;
    int64_t retry_s = ledger->time_s + WC_TIMER_RETRY_S;
    bool may_retry = entry->fails < WC_TIMER_TRIES_MAX;
    int64_t next_s = 0;
    uint16_t next_clause = 0;
    bool has_next;
    WC_TRY(wc_frame_next_clause(frame, &next_s, &next_clause, &has_next));
    if (!has_next && !may_retry) {
        bool has_room = ledger->report.len + STUCK_REPORT_BYTES <= WC_BLOCK_REPORT_BYTES_MAX;
        return has_room ? become_stuck(frame) : WC_TOO_LARGE;
    }
    announce_failure(frame);
    if (has_next && (!may_retry || next_s <= retry_s)) {
        entry->due_s = next_s;
        entry->due_clause = next_clause;
        entry->fails = 0;
    } else {
        entry->due_s = retry_s;
    }
    return WC_OK;
}

/* What is left of a failed time-out. TOO_LARGE: the block cannot hold it. */
static wc_status report_failure(wc_job *job, const wc_timer *timer)
{
    wc_frame frame;
    wc_job_undo(job);
    WC_TRY(wc_frame_open(&frame, job, WC_FRAME_TIMER, &timer->instance));
    frame.entry.fails++;
    wc_status status = go_on(&frame);
    if (status == WC_OK) {
        wc_job_timer(job, &frame.id, timer->due_s, frame.entry.due_s);
        status = wc_entry_store(job, &frame.id, &frame.entry);
    }
    if (status == WC_OK && frame.entry.due_s <= job->ledger->time_s) {
        heap_push(job->ledger, (wc_timer){frame.entry.due_s, frame.id});
    }
    wc_frame_close(&frame);
    return status;
}

/* ---- firing ---------------------------------------------------------------------------------- */

/* Views of other instances are not in a time-out's own bound: a contract that refers to others may
 * use the block's whole budget. */
static uint64_t gas_limit_of(const wc_ledger *ledger, const wc_frame *frame, uint64_t bound)
{
    return frame->image->module->method_count > 0 ? ledger->params.timer_gas_max : bound;
}

static wc_status run_clause(wc_frame *frame, uint64_t bound)
{
    wc_job *job = frame->job;
    wc_outcome outcome;
    job->gas_limit = gas_limit_of(job->ledger, frame, bound);
    WC_TRY(wc_frame_run(frame, frame->entry.due_clause, wc_slice_of(NULL, 0), job->gas_limit,
                        &outcome));
    job->gas_used = outcome.gas_used;
    if (outcome.kind != WC_OUTCOME_OK) {
        wc_frame_fail(frame, &outcome);
        return WC_OK;
    }
    /* A clause that stays in its state has done its work; it does not come again. */
    int64_t due_s = frame->entry.due_s;
    frame->entry.fails = 0;
    if (!outcome.entered) {
        frame->entry.due_s = WC_DUE_NONE;
        frame->entry.due_clause = 0;
        wc_job_timer(job, &frame->id, due_s, WC_DUE_NONE);
        outcome.root_changed = true;
        outcome.root = outcome.root.len > 0 ? outcome.root : frame->entry.root;
    }
    WC_TRY(wc_frame_store(frame, &outcome));
    if (!job->is_failed && frame->entry.due_s <= job->ledger->time_s) {
        heap_push(job->ledger, (wc_timer){frame->entry.due_s, frame->id});
    }
    return WC_OK;
}

/* Opens the instance of a pending time-out; an index that names another time is damaged. */
static wc_status open_due(wc_frame *frame, wc_job *job, const wc_timer *timer, uint64_t *bound)
{
    wc_status status = wc_frame_open(frame, job, WC_FRAME_TIMER, &timer->instance);
    if (status != WC_OK) return status == WC_NOT_FOUND ? WC_CORRUPT : status;
    const wc_module *module = frame->image->module;
    uint16_t clause = frame->entry.due_clause;
    bool is_sound = frame->entry.due_s == timer->due_s && clause < module->entry_count &&
                    module->entries[clause].kind == WC_ENTRY_AFTER;
    if (!is_sound) {
        wc_frame_close(frame);
        return WC_CORRUPT;
    }
    *bound = module->entries[clause].gas_bound;
    return WC_OK;
}

/* Says that the time-out failed and ends the job. *is_done false: the block has no room for it. */
static wc_status end_failed(wc_job *job, const wc_timer *timer, bool *is_done)
{
    *is_done = false;
    wc_status status = report_failure(job, timer);
    if (status == WC_TOO_LARGE) {
        wc_job_undo(job);
        return WC_OK;
    }
    if (status != WC_OK) return status;
    wc_receipt receipt = {.subject = timer->instance};
    return wc_job_finish(job, &receipt, is_done);
}

/* Ends the job of a time-out that has run. The first of a block that is too large for it will be so
 * in each block: it fails, as a transaction would, or it would hold up all others for good. */
static wc_status end_fired(wc_job *job, const wc_timer *timer, bool *is_done)
{
    if (job->is_failed) return end_failed(job, timer, is_done);
    wc_receipt receipt = {.subject = timer->instance};
    WC_TRY(wc_job_finish(job, &receipt, is_done));
    if (*is_done || job->ledger->page_count > 0) return WC_OK;
    job->ledger->timer_heap_count = 0; /* what it armed anew is undone */
    wc_job_refuse(job, WC_REFUSAL_WRITE_LIMIT);
    return end_failed(job, timer, is_done);
}

/* Fires one. *is_done false: the block has no room for it, it stays due. */
static wc_status fire(wc_ledger *ledger, const wc_timer *timer, uint64_t gas_before, bool *is_done)
{
    wc_job *job = &ledger->job;
    wc_frame frame;
    uint64_t bound;
    *is_done = false;
    wc_job_begin(ledger, WC_RECEIPT_TIMER, 0);
    WC_TRY(open_due(&frame, job, timer, &bound));
    bool fits = gas_before == 0 || bound <= ledger->params.timer_gas_max - gas_before;
    wc_status status = fits ? run_clause(&frame, bound) : WC_OK;
    wc_frame_close(&frame);
    return status != WC_OK || !fits ? status : end_fired(job, timer, is_done);
}

static wc_status next_pending(wc_ledger *ledger, const wc_timer *after, wc_timer *timer,
                              bool *is_due)
{
    wc_status status = ledger->ports.next_timer(ledger->ports.self, after, timer);
    *is_due = status == WC_OK && timer->due_s <= ledger->time_s;
    return status == WC_NOT_FOUND ? WC_OK : status;
}

wc_status wc_timers_run(wc_ledger *ledger)
{
    wc_timer pending = {0};
    bool is_due;
    uint64_t gas_used = 0;
    ledger->timer_heap_count = 0;
    WC_TRY(next_pending(ledger, NULL, &pending, &is_due));
    while (ledger->page_count < WC_BLOCK_TIMERS_MAX && gas_used < ledger->params.timer_gas_max) {
        const wc_timer *heap = ledger->timer_heap;
        bool from_heap =
            ledger->timer_heap_count > 0 && (!is_due || wc_timer_compare(&heap[0], &pending) < 0);
        if (!from_heap && !is_due) break;
        wc_timer timer = from_heap ? heap[0] : pending;
        if (from_heap) {
            heap_pop(ledger);
        } else {
            WC_TRY(next_pending(ledger, &timer, &pending, &is_due));
        }
        bool is_done;
        WC_TRY(fire(ledger, &timer, gas_used, &is_done));
        if (!is_done) break;
        gas_used += ledger->job.gas_used;
    }
    return WC_OK;
}

/* ---- changes of the block -------------------------------------------------------------------- */

static bool log_before(const wc_timer_log_entry *a, const wc_timer_log_entry *b)
{
    int order = wc_hash_compare(&a->change.instance, &b->change.instance);
    return order != 0 ? order < 0 : a->ordinal < b->ordinal;
}

static void sift_down(wc_timer_log_entry *log, uint32_t at, uint32_t count)
{
    for (;;) {
        uint32_t last = at;
        for (uint32_t child = 2 * at + 1; child <= 2 * at + 2 && child < count; child++) {
            if (log_before(&log[last], &log[child])) last = child;
        }
        if (last == at) return;
        wc_timer_log_entry kept = log[at];
        log[at] = log[last];
        log[last] = kept;
        at = last;
    }
}

/* Heap sort: in place, and no worse on bad input. */
static void sort_log(wc_timer_log_entry *log, uint32_t count)
{
    for (uint32_t i = count / 2; i-- > 0;) sift_down(log, i, count);
    for (uint32_t end = count; end-- > 1;) {
        wc_timer_log_entry kept = log[0];
        log[0] = log[end];
        log[end] = kept;
        sift_down(log, 0, end);
    }
}

const wc_timer_change *wc_timers_changes(wc_ledger *ledger, uint32_t *count)
{
    wc_timer_log_entry *log = ledger->timer_log;
    uint32_t log_count = ledger->timer_log_count;
    sort_log(log, log_count);
    wc_timer_change *changes = WC_ARENA_ARRAY(&ledger->arena, wc_timer_change, log_count);
    wc_assert(changes != NULL);
    *count = 0;
    for (uint32_t i = 0; i < log_count;) {
        wc_timer_change change = log[i].change;
        while (++i < log_count && wc_hash_equal(&log[i].change.instance, &change.instance)) {
            change.new_due_s = log[i].change.new_due_s;
        }
        if (change.old_due_s != change.new_due_s) changes[(*count)++] = change;
    }
    return changes;
}
