/* Batches of readings as events and payloads tell of them (node/ledger/batch.h). */
#ifndef WC_NODE_QUERY_BATCHES_H
#define WC_NODE_QUERY_BATCHES_H

#include "node/ledger/batch.h"
#include "node/ledger/page.h"
#include "node/query/query.h"

/* The event BATCH_ACCEPTED, but for its counts. */
typedef struct wc_query_batch {
    wc_address aggregator;
    uint32_t page;
    int64_t at; /* start of the interval */
    uint16_t version;
    wc_hash root;
    uint8_t flags; /* 1 late, 2 overtaken, 4 correction */
} wc_query_batch;

#define WC_QUERY_BATCH_LATE 1u

/* False: the event says something else. */
bool wc_query_batch_read(wc_query_batch *batch, const wc_event *event);

/* The page of a batch; its meters are borrowed from memory that the chain's next look-up may take.
 * False: it is not there. */
bool wc_query_batch_page(wc_page *page, const wc_query *query, const wc_query_batch *batch);

/* Is it the newest version of its interval, at the newest record? Memory from the query's arena. */
bool wc_query_batch_stands(const wc_query *query, const wc_query_batch *batch);

/* The payload, from the call that carried it. False: it was destroyed. */
bool wc_query_batch_payload(wc_batch *payload, const wc_tx_call **call, const wc_visit *visit,
                            const wc_query_batch *batch);

/* "measured"; what rows and answers call it. */
const char *wc_quality_name(wc_quality quality);

#endif
