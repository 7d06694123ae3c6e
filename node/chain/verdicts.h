/* Verifying signatures on several cores, and remembering what was verified (ledger D3).
 *
 * A verdict is kept under the digest of the transaction and of the keys it was verified with, and
 * only when it was good; so neither the cache nor the number of threads can change an answer. */
#ifndef WC_NODE_CHAIN_VERDICTS_H
#define WC_NODE_CHAIN_VERDICTS_H

#include <pthread.h>

#include "node/ledger/apply.h"

#define WC_VERDICT_SLOTS 65536u

typedef struct wc_verdicts {
    wc_hash *known; /* owned; WC_VERDICT_SLOTS, by the first bytes of the digest; zero: empty */
    pthread_mutex_t turn; /* over known: readers of the chain verify, too */
    uint32_t threads;     /* of the chain itself */
} wc_verdicts;

/* NO_MEMORY. */
WC_MUST_USE wc_status wc_verdicts_open(wc_verdicts *verdicts, uint32_t threads);
void wc_verdicts_close(wc_verdicts *verdicts);

/* Answers from memory where it can, verifies the rest on at most so many threads, remembers the
 * good ones. From any thread. */
void wc_verdicts_verify(wc_verdicts *verdicts, wc_verdict_task *tasks, size_t count,
                        uint32_t threads);

#endif
