/* Threads live for one block: starting one costs less than verifying a single signature. The cache
 * is asked before they start and written when they have ended, each time under its lock. */
#include "node/chain/verdicts.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "node/chain/chain.h"
#include "node/chain/pages.h"

#define SHARE 8u /* tasks a thread takes at a time */

typedef struct verify_work {
    wc_verdict_task *tasks;
    size_t count;
    atomic_size_t next;
} verify_work;

static wc_hash *slot_of(const wc_verdicts *verdicts, const wc_hash *digest)
{
    uint32_t at = ((uint32_t)digest->bytes[0] << 8 | digest->bytes[1]) % WC_VERDICT_SLOTS;
    return &verdicts->known[at];
}

static void *verify_shares(void *context)
{
    verify_work *work = context;
    for (;;) {
        size_t first = atomic_fetch_add(&work->next, SHARE);
        if (first >= work->count) return NULL;
        size_t end = first + SHARE < work->count ? first + SHARE : work->count;
        for (size_t i = first; i < end; i++) {
            wc_verdict_task *task = &work->tasks[i];
            if (!task->is_genuine) task->is_genuine = wc_verdict_of(task); /* not known yet */
        }
    }
}

wc_status wc_verdicts_open(wc_verdicts *verdicts, uint32_t threads)
{
    int failed = pthread_mutex_init(&verdicts->turn, NULL);
    wc_assert(failed == 0);
    verdicts->known = wc_pages_take(WC_VERDICT_SLOTS * sizeof *verdicts->known);
    verdicts->threads = threads;
    return verdicts->known == NULL ? WC_NO_MEMORY : WC_OK;
}

void wc_verdicts_close(wc_verdicts *verdicts)
{
    wc_pages_give(verdicts->known);
    verdicts->known = NULL;
    (void)pthread_mutex_destroy(&verdicts->turn);
}

static size_t look_up(wc_verdicts *verdicts, wc_verdict_task *tasks, size_t count)
{
    size_t unknown = 0;
    (void)pthread_mutex_lock(&verdicts->turn);
    for (size_t i = 0; i < count; i++) {
        tasks[i].is_genuine = wc_hash_equal(slot_of(verdicts, &tasks[i].digest), &tasks[i].digest);
        if (!tasks[i].is_genuine) unknown++;
    }
    (void)pthread_mutex_unlock(&verdicts->turn);
    return unknown;
}

void wc_verdicts_verify(wc_verdicts *verdicts, wc_verdict_task *tasks, size_t count,
                        uint32_t threads_max)
{
    size_t unknown = look_up(verdicts, tasks, count);
    if (unknown == 0) return;
    verify_work work = {.tasks = tasks, .count = count};
    atomic_init(&work.next, 0);
    pthread_t threads[WC_CHAIN_THREADS_MAX];
    uint32_t started = 0;
    size_t useful = unknown / SHARE;
    /* A thread that does not start leaves its share to the others. */
    while (started + 1 < threads_max && started < useful &&
           pthread_create(&threads[started], NULL, verify_shares, &work) == 0) {
        started++;
    }
    (void)verify_shares(&work);
    for (uint32_t i = 0; i < started; i++) (void)pthread_join(threads[i], NULL);
    (void)pthread_mutex_lock(&verdicts->turn);
    for (size_t i = 0; i < count; i++) {
        if (tasks[i].is_genuine) *slot_of(verdicts, &tasks[i].digest) = tasks[i].digest;
    }
    (void)pthread_mutex_unlock(&verdicts->turn);
}
