/* Ways to a receipt, each in a world of its own: what is done last, and how it ends. */
#ifndef WC_TESTS_LEDGER_EXEC_WAYS_H
#define WC_TESTS_LEDGER_EXEC_WAYS_H

#include "tests/unit/ledger_exec/refusals.h"

typedef struct way {
    const char *what, *result; /* "OK", or the name of the failure */
    refusal_producer produce;
} way;

static inline void expect_ways(const way *ways, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        world w;
        world_open(&w, NULL);
        const wc_receipt_page *page = ways[i].produce(&w);
        const char *got = page->receipt.status == WC_RECEIPT_OK ? "OK" : world_failure(&w, page);
        if (strcmp(got, ways[i].result) != 0) fail_msg("%s: %s", ways[i].what, got);
        world_close(&w);
    }
}

#endif
