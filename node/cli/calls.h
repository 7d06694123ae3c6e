/* The calls that a test made, as JSON: what `test --json --calls` adds to each test. */
#ifndef WC_NODE_CLI_CALLS_H
#define WC_NODE_CLI_CALLS_H

#include "node/runner/runner.h"
#include "vm/base/buf.h"

typedef struct wc_cli_calls {
    wc_buf text; /* elements of an array, separated by commas */
    wc_runner_observer observer;
} wc_cli_calls;

/* Starts to collect into memory; set job.observer to &calls->observer. */
void wc_cli_calls_begin(wc_cli_calls *calls, void *memory, size_t size);

#endif
