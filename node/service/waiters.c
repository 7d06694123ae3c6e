/* A table of lists, and one list through all of them. */
#include "node/service/waiters.h"

#include <stdlib.h>

#include "vm/base/codec.h"

#define SLOTS 16384u

wc_status wc_waiters_open(wc_waiters *waiters)
{
    *waiters = (wc_waiters){.slots = calloc(SLOTS, sizeof(wc_submission *))};
    return waiters->slots == NULL ? WC_NO_MEMORY : WC_OK;
}

void wc_waiters_close(wc_waiters *waiters)
{
    wc_assert(waiters->oldest == NULL);
    free(waiters->slots);
    waiters->slots = NULL;
}

static wc_submission **slot_of(const wc_waiters *waiters, const wc_hash *raw_hash)
{
    return &waiters->slots[wc_load_u32(raw_hash->bytes) % SLOTS];
}

void wc_waiters_add(wc_waiters *waiters, wc_submission *submission)
{
    wc_submission **slot = slot_of(waiters, &submission->admission.raw_hash);
    submission->next_of_hash = *slot;
    *slot = submission;
    submission->before = waiters->newest;
    submission->behind = NULL;
    if (waiters->newest != NULL) waiters->newest->behind = submission;
    if (waiters->oldest == NULL) waiters->oldest = submission;
    waiters->newest = submission;
}

void wc_waiters_remove(wc_waiters *waiters, wc_submission *submission)
{
    wc_submission **link = slot_of(waiters, &submission->admission.raw_hash);
    while (*link != submission) {
        wc_assert(*link != NULL);
        link = &(*link)->next_of_hash;
    }
    *link = submission->next_of_hash;
    if (submission->before != NULL) submission->before->behind = submission->behind;
    if (submission->behind != NULL) submission->behind->before = submission->before;
    if (waiters->oldest == submission) waiters->oldest = submission->behind;
    if (waiters->newest == submission) waiters->newest = submission->before;
}

wc_submission *wc_waiters_take(wc_waiters *waiters, const wc_hash *raw_hash)
{
    wc_submission *at = *slot_of(waiters, raw_hash);
    while (at != NULL && !wc_hash_equal(&at->admission.raw_hash, raw_hash)) at = at->next_of_hash;
    if (at != NULL) wc_waiters_remove(waiters, at);
    return at;
}

wc_submission *wc_submission_make(wc_slice raw)
{
    wc_submission *made = calloc(1, sizeof *made);
    if (made == NULL) return NULL;
    made->raw = malloc(raw.len + 1);
    if (made->raw == NULL) {
        free(made);
        return NULL;
    }
    if (raw.len > 0) memcpy(made->raw, raw.data, raw.len);
    made->len = raw.len;
    return made;
}

void wc_submission_free(wc_submission *submission)
{
    if (submission == NULL) return;
    free(submission->raw);
    free(submission->page);
    free(submission);
}
