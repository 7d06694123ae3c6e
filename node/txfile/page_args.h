/* A page of meters as its aggregator keeps it: the arguments with which it was registered.
 *
 *   {"page": 7, "instance": "wc1...", "report": 3, "settle": 4, "channel": 1, "step_s": 900,
 *    "energy_max": 50000, "from_s": "2026-01-01T00:00:00Z", "until_s": "2027-01-01T00:00:00Z",
 *    "meter": ["wc1...", ...]}                          by slot
 *
 * One file serves the call `page_register`, the batches of the page, and those who look at one. */
#ifndef WC_NODE_TXFILE_PAGE_ARGS_H
#define WC_NODE_TXFILE_PAGE_ARGS_H

#include <jansson.h>

#include "node/txfile/inside.h"

/* Fills *page from the encoded arguments of page_register; the meters are borrowed from them.
 * OUT_OF_DOMAIN, with *fault: a page that the ledger would refuse for its form. */
WC_MUST_USE wc_status wc_page_of_args(wc_txfile_page *page, wc_txfile_fault *fault, wc_slice args);

/* The same from the JSON object. Errors: as above; NO_MEMORY. */
WC_MUST_USE wc_status wc_page_of_object(wc_txfile_page *page, wc_txfile_fault *fault,
                                        wc_arena *arena, const json_t *object,
                                        const wc_names *names);

/* Meter of a slot. Requires: slot < count. */
wc_address wc_txfile_page_meter(const wc_txfile_page *page, uint16_t slot);

#endif
