/* The figures held against a recomputation that knows the business rules and nothing of the ledger:
 * tests/reference/recompute.py, run as a process of its own. */
#ifndef WC_NODE_DEMO_RECOMPUTE_H
#define WC_NODE_DEMO_RECOMPUTE_H

#include "node/demo/demo.h"

typedef enum wc_recompute_answer {
    WC_RECOMPUTE_EQUAL,
    WC_RECOMPUTE_DIFFERS, /* by *difference fen in sum; or 0 when a party is missing */
    WC_RECOMPUTE_NOT_RUN  /* no python3, no script, or it stopped with an error: see text */
} wc_recompute_answer;

typedef struct wc_recompute {
    wc_recompute_answer answer;
    int64_t difference; /* fen */
    char text[512];     /* what the script said last, or why it did not run */
} wc_recompute;

/* script: path of recompute.py; data: folder of the CSV files. Waits for the process. */
void wc_demo_recompute(wc_recompute *result, const wc_demo *demo, const char *script,
                       const char *data);

#endif
