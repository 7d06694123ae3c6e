/* Threads live for one block: starting one costs less than verifying a single signature. */
#include "node/chain/verdicts.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "node/chain/chain.h"

#define SHARE 8u /* tasks a thread takes at a time */

typedef struct verify_work {
    wc_verdict_task *tasks;
    size_t count;
    const wc_verdicts *verdicts;
    atomic_size_t next;
} verify_work;

static wc_hash *slot_of(const wc_verdicts *verdicts, const wc_hash *digest)
{
    uint32_t at = ((uint32_t)digest->bytes[0] << 8 | digest->bytes[1]) % WC_VERDICT_SLOTS;
    return &verdicts->known[at];
}

/* The cache is only read here; it is written when all threads have ended. */
static void *verify_shares(void *context)
{
    verify_work *work = context;
    for (;;) {
        size_t first = atomic_fetch_add(&work->next, SHARE);
        if (first >= work->count) return NULL;
        size_t end = first + SHARE < work->count ? first + SHARE : work->count;
        for (size_t i = first; i < end; i++) {
            wc_verdict_task *task = &work->tasks[i];
            bool is_known = wc_hash_equal(slot_of(work->verdicts, &task->digest), &task->digest);
            task->is_genuine = is_known || wc_verdict_of(task);
        }
    }
}

wc_status wc_verdicts_open(wc_verdicts *verdicts, uint32_t threads)
{
    verdicts->known = calloc(WC_VERDICT_SLOTS, sizeof *verdicts->known);
    verdicts->threads = threads;
    return verdicts->known == NULL ? WC_NO_MEMORY : WC_OK;
}

void wc_verdicts_close(wc_verdicts *verdicts)
{
    free(verdicts->known);
    verdicts->known = NULL;
}

void wc_verdicts_verify(void *self, wc_verdict_task *tasks, size_t count)
{
    wc_verdicts *verdicts = self;
    verify_work work = {.tasks = tasks, .count = count, .verdicts = verdicts};
    atomic_init(&work.next, 0);
    pthread_t threads[WC_CHAIN_THREADS_MAX];
    uint32_t started = 0;
    size_t useful = count / SHARE;
    /* A thread that does not start leaves its share to the others. */
    while (started + 1 < verdicts->threads && started < useful &&
           pthread_create(&threads[started], NULL, verify_shares, &work) == 0) {
        started++;
    }
    (void)verify_shares(&work);
    for (uint32_t i = 0; i < started; i++) (void)pthread_join(threads[i], NULL);
    for (size_t i = 0; i < count; i++) {
        if (tasks[i].is_genuine) *slot_of(verdicts, &tasks[i].digest) = tasks[i].digest;
    }
}
