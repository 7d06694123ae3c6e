/* The loop of the sealing thread. */
#define _POSIX_C_SOURCE 200809L

#include "node/service/writer.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "node/service/log.h"
#include "node/service/metrics.h"
#include "node/service/waiters.h"
#include "node/store/folder.h"

#define QUEUE_MAX    16384u /* submissions that are handed over and not looked at yet */
#define IDLE_NS      INT64_C(1000000000)
#define NS_PER_MS    INT64_C(1000000)
#define LOOK_DISK_NS INT64_C(5000000000)

typedef struct writer_job {
    void (*run)(void *self, wc_chain *chain);
    void *self;
    bool is_done;
} writer_job;

struct wc_writer {
    wc_writer_options options;
    wc_solo *solo;
    pthread_t thread;
    pthread_mutex_t turn; /* over the queue, the job and is_stopping */
    pthread_cond_t has_work, job_done;
    wc_submission *first, *last;
    uint32_t count;
    writer_job *job;
    bool is_stopping, has_ended;
    wc_waiters waiters; /* of the thread alone, like all below */
    int64_t next_due_ns, looked_ns;
    int64_t scripted_s; /* latest time that somebody gave */
    atomic_int reason;
    atomic_ullong pending;
    atomic_llong beat_ns;
};

const char *wc_submit_answer_name(wc_submit_answer answer)
{
    static const char *const names[] = {
#define ANSWER(name, text) #name,
        WC_SUBMIT_ANSWERS(ANSWER)
#undef ANSWER
    };
    return names[answer];
}

const char *wc_submit_answer_text(wc_submit_answer answer)
{
    static const char *const texts[] = {
#define ANSWER(name, text) text,
        WC_SUBMIT_ANSWERS(ANSWER)
#undef ANSWER
    };
    return texts[answer];
}

const char *wc_stop_reason_name(wc_stop_reason reason)
{
    static const char *const names[] = {
#define REASON(name, text) #name,
        WC_STOP_REASONS(REASON)
#undef REASON
    };
    return names[reason];
}

const char *wc_stop_reason_text(wc_stop_reason reason)
{
    static const char *const texts[] = {
#define REASON(name, text) text,
        WC_STOP_REASONS(REASON)
#undef REASON
    };
    return texts[reason];
}

/* ---- answers --------------------------------------------------------------------------------- */

static void answer(wc_submission *submission, wc_submit_answer how)
{
    submission->answer = how;
    wc_metric_add(WC_METRIC_SUBMITTED, how, 1);
    wc_metric_take(WC_METRIC_SUBMIT_SECONDS, wc_now_ns() - submission->arrived_ns);
    submission->done(submission);
}

static void keep_page(wc_submission *submission, const wc_receipt_page *page)
{
    size_t size = WC_RECEIPT_SIZE + 16 + page->outcome.len + page->events.len;
    wc_buf buf;
    submission->page = malloc(size);
    if (submission->page == NULL) return; /* the answer then comes without its receipt */
    wc_buf_init(&buf, submission->page, size);
    wc_receipt_page_put(&buf, page);
    wc_assert(!buf.full);
    submission->page_len = buf.len;
}

static void answer_sealed(wc_submission *submission, const wc_sealed *sealed, uint32_t receipt)
{
    submission->head = sealed->head;
    submission->record = sealed->applied.record;
    submission->record.chain_id = wc_slice_of(NULL, 0);
    submission->receipt_index = receipt;
    submission->has_certificate = sealed->has_certificate;
    submission->certificate = sealed->certificate;
    keep_page(submission, &sealed->applied.receipts[receipt]);
    answer(submission, WC_SUBMIT_SEALED);
}

static void count_block(const wc_sealed *sealed)
{
    const wc_applied *applied = &sealed->applied;
    wc_metric_set(WC_METRIC_HEIGHT, 0, (int64_t)sealed->head.height);
    wc_metric_set(WC_METRIC_SEQ, 0, (int64_t)sealed->head.seq);
    wc_metric_set(WC_METRIC_RECORD_TIME, 0, sealed->head.time_s);
    wc_metric_add(WC_METRIC_GAS, 0, applied->record.gas_used);
    for (uint32_t i = 0; i < applied->receipt_count; i++) {
        uint16_t status = applied->receipts[i].receipt.status;
        if (i < applied->timer_count) {
            wc_metric_add(WC_METRIC_TIMERS, status != WC_RECEIPT_OK, 1);
        } else if (i < applied->timer_count + applied->tx_count) {
            bool is_rejected =
                status >= WC_REFUSAL_REJECTED_FIRST && status < WC_REFUSAL_FAILED_FIRST;
            wc_metric_add(WC_METRIC_TXS, is_rejected ? 2 : status != WC_RECEIPT_OK, 1);
        }
    }
}

/* Shown first, answered then: who gets the answer finds the record. */
static void on_block(void *self, const wc_sealed *sealed)
{
    wc_writer *writer = self;
    const wc_applied *applied = &sealed->applied;
    count_block(sealed);
    WC_LOG(DEBUG, "sealed", WC_LOG_NUMBER("seq", sealed->head.seq),
           WC_LOG_NUMBER("height", sealed->head.height), WC_LOG_NUMBER("txs", applied->tx_count),
           WC_LOG_NUMBER("timeouts", applied->timer_count),
           WC_LOG_NUMBER("gas", applied->record.gas_used));
    wc_stage_publish(writer->options.stage, writer->options.chain);
    for (uint32_t i = 0; i < applied->tx_count; i++) {
        wc_submission *waiting;
        while ((waiting = wc_waiters_take(&writer->waiters, &applied->txs[i].raw_hash)) != NULL) {
            answer_sealed(waiting, sealed, applied->timer_count + i);
        }
    }
}

/* ---- a round --------------------------------------------------------------------------------- */

static void set_reason(wc_writer *writer, wc_stop_reason reason)
{
    wc_stop_reason before = (wc_stop_reason)atomic_exchange(&writer->reason, (int)reason);
    if (before == reason) return;
    wc_metric_set(WC_METRIC_SEALING, 0, reason == WC_STOP_NONE);
    for (size_t i = 0; i < WC_STOP_REASON_COUNT; i++) {
        wc_metric_set(WC_METRIC_STOPPED, i, i == (size_t)reason && reason != WC_STOP_NONE);
    }
    if (reason == WC_STOP_NONE) {
        WC_LOG_PLAIN(INFO, "sealing_again");
    } else {
        WC_LOG(ERROR, "sealing_stopped", WC_LOG_TEXT("reason", wc_stop_reason_name(reason)),
               WC_LOG_TEXT("text", wc_stop_reason_text(reason)));
    }
}

/* What the chain or the engine answered that it never should: the last line but one of the log. */
static void say_fault(wc_status status)
{
    WC_LOG(ERROR, "block_failed", WC_LOG_TEXT("status", wc_status_name(status)),
           WC_LOG_TEXT("text", wc_status_text(status)));
}

static void look_at(wc_writer *writer, wc_submission *submission)
{
    wc_solo_ticket ticket;
    if (wc_writer_reason(writer) != WC_STOP_NONE) {
        answer(submission, WC_SUBMIT_NOT_SEALING);
        return;
    }
    wc_status status = wc_solo_submit(writer->solo, submission->time_s,
                                      wc_slice_of(submission->raw, submission->len), &ticket);
    if (status != WC_OK) {
        say_fault(status);
        set_reason(writer, WC_STOP_FAULT);
        answer(submission, WC_SUBMIT_NOT_SEALING);
        return;
    }
    submission->admission = ticket.admission;
    if (submission->time_s > writer->scripted_s) writer->scripted_s = submission->time_s;
    switch (ticket.answer) {
    case WC_SOLO_KEPT:
    case WC_SOLO_KNOWN: wc_waiters_add(&writer->waiters, submission); return;
    case WC_SOLO_REFUSED: answer(submission, WC_SUBMIT_REFUSED); return;
    case WC_SOLO_FULL: answer(submission, WC_SUBMIT_FULL); return;
    }
}

static wc_status make_blocks(wc_writer *writer)
{
    wc_chain *chain = writer->options.chain;
    uint64_t wait_ms = UINT64_MAX;
    wc_status status;
    if (wc_chain_clock(chain) == WC_CLOCK_SCRIPTED) {
        int64_t head_s = wc_chain_head(chain)->time_s;
        int64_t time_s = writer->scripted_s > head_s ? writer->scripted_s : head_s;
        status = wc_solo_pending(writer->solo) > 0 ? wc_solo_seal(writer->solo, time_s) : WC_OK;
    } else {
        status = wc_solo_tick(writer->solo, &wait_ms);
    }
    writer->next_due_ns = INT64_MAX;
    if (wait_ms < (uint64_t)INT64_MAX / NS_PER_MS / 2) {
        writer->next_due_ns = wc_now_ns() + (int64_t)wait_ms * NS_PER_MS;
    }
    return status;
}

/* What waited and is neither sealed nor kept was dropped by the engine: say why. */
static void answer_dropped(wc_writer *writer)
{
    wc_submission *next;
    for (wc_submission *at = writer->waiters.oldest; at != NULL; at = next) {
        next = at->behind;
        if (wc_solo_is_pending(writer->solo, &at->admission.raw_hash)) continue;
        wc_admission now;
        int64_t time_s = wc_chain_head(writer->options.chain)->time_s;
        wc_waiters_remove(&writer->waiters, at);
        if (wc_chain_admit(writer->options.chain, time_s, wc_slice_of(at->raw, at->len), &now) ==
                WC_OK &&
            now.refusal != WC_REFUSAL_NONE) {
            at->admission = now;
            if (now.beside_gap != WC_REFUSAL_NONE) at->admission.refusal = now.beside_gap;
        } else {
            at->admission.refusal = WC_REFUSAL_EXPIRED;
        }
        answer(at, WC_SUBMIT_REFUSED);
    }
}

static void answer_late(wc_writer *writer)
{
    int64_t limit_ns = writer->options.submit_seconds * INT64_C(1000000000);
    int64_t now_ns = wc_now_ns();
    while (writer->waiters.oldest != NULL &&
           now_ns - writer->waiters.oldest->arrived_ns >= limit_ns) {
        wc_submission *late = writer->waiters.oldest;
        wc_waiters_remove(&writer->waiters, late);
        answer(late, WC_SUBMIT_PENDING);
    }
}

static wc_stop_reason reason_of(wc_status status)
{
    if (status == WC_OK) return WC_STOP_NONE;
    if (status == WC_OUT_OF_DOMAIN) return WC_STOP_CLOCK;
    if (status == WC_BAD_KEY) return WC_STOP_KEY;
    return status == WC_DISK_FULL ? WC_STOP_DISK : WC_STOP_FAULT;
}

static void run_round(wc_writer *writer, wc_submission *submissions)
{
    wc_submission *next;
    for (wc_submission *at = submissions; at != NULL; at = next) {
        next = at->next;
        look_at(writer, at);
    }
    if (wc_writer_reason(writer) == WC_STOP_FAULT) return;
    uint64_t seq = wc_chain_head(writer->options.chain)->seq;
    int64_t start_ns = wc_now_ns();
    wc_status status = make_blocks(writer);
    if (status == WC_OK && !wc_chain_is_maker(writer->options.chain)) status = WC_BAD_KEY;
    bool is_recorded = wc_chain_head(writer->options.chain)->seq != seq;
    if (is_recorded) wc_metric_take(WC_METRIC_SEAL_SECONDS, wc_now_ns() - start_ns);
    /* What the block had no room for, or its payer no cover, need not wait until somebody sends. */
    if (is_recorded && wc_solo_pending(writer->solo) > 0) writer->next_due_ns = start_ns;
    if (reason_of(status) == WC_STOP_FAULT) say_fault(status);
    set_reason(writer, reason_of(status));
    if (status == WC_OK) answer_dropped(writer);
    answer_late(writer);
    atomic_store(&writer->pending, wc_solo_pending(writer->solo));
    wc_metric_set(WC_METRIC_MEMPOOL, 0, (int64_t)wc_solo_pending(writer->solo));
    if (start_ns - writer->looked_ns > LOOK_DISK_NS) {
        writer->looked_ns = start_ns;
        wc_metric_set(WC_METRIC_DISK_FREE, 0,
                      (int64_t)wc_folder_free_bytes(writer->options.data_folder));
    }
}

/* ---- the thread ------------------------------------------------------------------------------ */

/* When there is something to do though nobody sends anything. */
static int64_t wake_ns(const wc_writer *writer)
{
    int64_t wake = wc_now_ns() + IDLE_NS;
    if (writer->next_due_ns < wake) wake = writer->next_due_ns;
    return wake;
}

/* Waits for work; false: the writer stops. *submissions: what has come, in order. */
static bool wait_for_work(wc_writer *writer, wc_submission **submissions)
{
    int64_t wake = wake_ns(writer);
    struct timespec until = {(time_t)(wake / 1000000000), (long)(wake % 1000000000)};
    (void)pthread_mutex_lock(&writer->turn);
    while (writer->first == NULL && writer->job == NULL && !writer->is_stopping) {
        if (pthread_cond_timedwait(&writer->has_work, &writer->turn, &until) != 0) break;
    }
    *submissions = writer->first;
    writer->first = NULL;
    writer->last = NULL;
    writer->count = 0;
    bool goes_on = !writer->is_stopping;
    (void)pthread_mutex_unlock(&writer->turn);
    return goes_on;
}

static void run_job(wc_writer *writer)
{
    (void)pthread_mutex_lock(&writer->turn);
    writer_job *job = writer->job;
    (void)pthread_mutex_unlock(&writer->turn);
    if (job == NULL) return;
    job->run(job->self, writer->options.chain);
    (void)pthread_mutex_lock(&writer->turn);
    job->is_done = true;
    writer->job = NULL;
    (void)pthread_cond_broadcast(&writer->job_done);
    (void)pthread_mutex_unlock(&writer->turn);
}

static void answer_all(wc_submission *first, wc_submit_answer how)
{
    wc_submission *next;
    for (wc_submission *at = first; at != NULL; at = next) {
        next = at->next;
        answer(at, how);
    }
}

static void *run_writer(void *self)
{
    wc_writer *writer = self;
    wc_submission *submissions = NULL;
    while (wait_for_work(writer, &submissions)) { /* ends when the node stops */
        atomic_store(&writer->beat_ns, wc_now_ns());
        run_round(writer, submissions);
        run_job(writer);
    }
    answer_all(submissions, WC_SUBMIT_STOPPING);
    while (writer->waiters.oldest != NULL) {
        wc_submission *waiting = writer->waiters.oldest;
        wc_waiters_remove(&writer->waiters, waiting);
        answer(waiting, WC_SUBMIT_STOPPING);
    }
    (void)pthread_mutex_lock(&writer->turn);
    writer->has_ended = true;
    (void)pthread_cond_broadcast(&writer->job_done);
    (void)pthread_mutex_unlock(&writer->turn);
    return NULL;
}

static void name_values(void)
{
    static const char *const results[] = {"ok", "failed", "rejected"};
    static const char *const answers[] = {
#define ANSWER(name, text) #name,
        WC_SUBMIT_ANSWERS(ANSWER)
#undef ANSWER
    };
    static const char *const reasons[] = {
#define REASON(name, text) #name,
        WC_STOP_REASONS(REASON)
#undef REASON
    };
    wc_metric_values(WC_METRIC_TXS, results, 3);
    wc_metric_values(WC_METRIC_TIMERS, results, 2);
    wc_metric_values(WC_METRIC_SUBMITTED, answers, WC_SUBMIT_ANSWER_COUNT);
    wc_metric_values(WC_METRIC_STOPPED, reasons, WC_STOP_REASON_COUNT);
}

wc_status wc_writer_start(wc_writer **writer, const wc_writer_options *options)
{
    wc_writer *started = calloc(1, sizeof *started);
    if (started == NULL) return WC_NO_MEMORY;
    started->options = *options;
    atomic_init(&started->beat_ns, wc_now_ns());
    name_values();
    wc_solo_options solo = {
        .chain = options->chain, .on_block = on_block, .on_block_self = started};
    wc_status status = wc_solo_open(&started->solo, &solo);
    if (status == WC_OK) status = wc_waiters_open(&started->waiters);
    if (status == WC_OK) {
        pthread_condattr_t monotonic;
        (void)pthread_condattr_init(&monotonic);
        (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
        (void)pthread_mutex_init(&started->turn, NULL);
        (void)pthread_cond_init(&started->has_work, &monotonic);
        (void)pthread_cond_init(&started->job_done, NULL);
        (void)pthread_condattr_destroy(&monotonic);
        if (options->accepts_time) wc_solo_accept_time(started->solo);
        wc_metric_set(WC_METRIC_SEALING, 0, 1);
        run_round(started, NULL);
        if (pthread_create(&started->thread, NULL, run_writer, started) != 0) status = WC_IO;
    }
    if (status != WC_OK) {
        wc_waiters_close(&started->waiters);
        wc_solo_close(started->solo);
        free(started);
        return status;
    }
    *writer = started;
    return WC_OK;
}

void wc_writer_stop(wc_writer *writer)
{
    (void)pthread_mutex_lock(&writer->turn);
    writer->is_stopping = true;
    (void)pthread_cond_signal(&writer->has_work);
    (void)pthread_mutex_unlock(&writer->turn);
    (void)pthread_join(writer->thread, NULL);
}

void wc_writer_free(wc_writer *writer)
{
    if (writer == NULL) return;
    wc_assert(writer->has_ended);
    wc_waiters_close(&writer->waiters);
    wc_solo_close(writer->solo);
    (void)pthread_mutex_destroy(&writer->turn);
    (void)pthread_cond_destroy(&writer->has_work);
    (void)pthread_cond_destroy(&writer->job_done);
    free(writer);
}

bool wc_writer_submit(wc_writer *writer, wc_submission *submission)
{
    submission->arrived_ns = wc_now_ns();
    submission->next = NULL;
    (void)pthread_mutex_lock(&writer->turn);
    bool is_taken = !writer->is_stopping && writer->count < QUEUE_MAX;
    submission->answer = writer->is_stopping ? WC_SUBMIT_STOPPING : WC_SUBMIT_FULL;
    if (is_taken) {
        if (writer->last == NULL) {
            writer->first = submission;
        } else {
            writer->last->next = submission;
        }
        writer->last = submission;
        writer->count++;
        (void)pthread_cond_signal(&writer->has_work);
    }
    (void)pthread_mutex_unlock(&writer->turn);
    return is_taken;
}

int64_t wc_writer_beat_ns(const wc_writer *writer)
{
    return atomic_load(&writer->beat_ns);
}

uint64_t wc_writer_pending(const wc_writer *writer)
{
    return atomic_load(&writer->pending);
}

wc_stop_reason wc_writer_reason(const wc_writer *writer)
{
    return (wc_stop_reason)atomic_load(&writer->reason);
}

bool wc_writer_has_failed(const wc_writer *writer)
{
    return wc_writer_reason(writer) == WC_STOP_FAULT;
}

bool wc_writer_run(wc_writer *writer, void (*run)(void *self, wc_chain *chain), void *self)
{
    writer_job job = {run, self, false};
    (void)pthread_mutex_lock(&writer->turn);
    while (writer->job != NULL && !writer->has_ended) {
        (void)pthread_cond_wait(&writer->job_done, &writer->turn);
    }
    bool is_taken = !writer->is_stopping && !writer->has_ended;
    if (is_taken) {
        writer->job = &job;
        (void)pthread_cond_signal(&writer->has_work);
    }
    while (is_taken && !job.is_done && !writer->has_ended) {
        (void)pthread_cond_wait(&writer->job_done, &writer->turn);
    }
    if (writer->job == &job) writer->job = NULL;
    (void)pthread_mutex_unlock(&writer->turn);
    return job.is_done;
}
