/* A batch of readings (node/ledger/batch.h) from the rows that an aggregator has.
 *
 *   meter,at,kwh,quality
 *   wc1...,2026-01-01T00:30:00Z,0.125,measured
 *   pv-17,2026-01-01T00:30:00Z,,missing
 *
 * One row for every meter of the page, in any order; columns in any order; `wh` instead of `kwh`
 * for whole watt-hours. What the ledger would refuse is refused here, by the ledger's own name for
 * it and with line and column, as far as page and time decide it. */
#ifndef WC_NODE_TXFILE_BATCH_ARGS_H
#define WC_NODE_TXFILE_BATCH_ARGS_H

#include "node/ledger/batch.h"
#include "node/txfile/inside.h"

typedef struct wc_batch_wish {
    const wc_txfile_page *page;
    const char *path; /* of the CSV, for messages */
    wc_str csv;
    const wc_tx_call *before; /* call with the batch that is corrected; NULL: version 0 */
    const wc_names *names;    /* or NULL */
    int64_t now_s;            /* about when it is sent */
} wc_batch_wish;

/* What is worth a word although the batch is good; empty: nothing. */
typedef struct wc_batch_note {
    char text[WC_TXFILE_TEXT_MAX];
} wc_batch_note;

/* Appends the payload: *count readings. Errors: OUT_OF_DOMAIN, with *fault: "FILE:LINE:COLUMN:
 * NAME: sentence"; NO_MEMORY. */
WC_MUST_USE wc_status wc_batch_of_csv(wc_buf *out, wc_txfile_fault *fault, wc_batch_note *note,
                                      wc_arena *arena, const wc_batch_wish *wish);

#endif
