/* Submissions whose transactions wait in the mempool: by raw hash, and by arrival. */
#ifndef WC_NODE_SERVICE_WAITERS_H
#define WC_NODE_SERVICE_WAITERS_H

#include "node/service/writer.h"

typedef struct wc_waiters {
    wc_submission **slots; /* owned; heads of lists by hash */
    wc_submission *oldest, *newest;
} wc_waiters;

/* NO_MEMORY. */
WC_MUST_USE wc_status wc_waiters_open(wc_waiters *waiters);
void wc_waiters_close(wc_waiters *waiters); /* holds none any more */

void wc_waiters_add(wc_waiters *waiters, wc_submission *submission);
void wc_waiters_remove(wc_waiters *waiters, wc_submission *submission);

/* One that waits for this transaction, removed; NULL: none. */
wc_submission *wc_waiters_take(wc_waiters *waiters, const wc_hash *raw_hash);

#endif
