/* Chains of whole runs: the program `wattclause`, linked with wc_chain_close wrapped, leaves a
 * bundle of every chain that it closes in the folder that WC_TEST_BUNDLES names. What tests in
 * Clause did on their ledgers can so be replayed by another engine
 * (tests/reference/replay_bundles.py). Runs of one thread only. */
#include <stdio.h>
#include <stdlib.h>

#include "node/audit/bundle.h"

void __real_wc_chain_close(wc_chain *chain);
void __wrap_wc_chain_close(wc_chain *chain);

static void leave_bundle(const wc_chain *chain, const char *folder)
{
    static unsigned count;
    static wc_bundle_report report;
    char path[4096];
    int len = snprintf(path, sizeof path, "%s/%05u.wcbundle", folder, count++);
    wc_assert(len > 0 && (size_t)len < sizeof path);
    const wc_bundle_range all = {.last = WC_BUNDLE_NEWEST};
    FILE *file = fopen(path, "wb");
    wc_assert(file != NULL);
    report = (wc_bundle_report){0};
    wc_assert(wc_bundle_write(&report, wc_chain_store(chain), &all, WC_CODING_ZSTD, file) == WC_OK);
    wc_assert(fclose(file) == 0);
}

void __wrap_wc_chain_close(wc_chain *chain)
{
    const char *folder = getenv("WC_TEST_BUNDLES");
    bool has_blocks = chain != NULL && wc_chain_head(chain)->seq > 0;
    if (folder != NULL && has_blocks) leave_bundle(chain, folder);
    __real_wc_chain_close(chain);
}
