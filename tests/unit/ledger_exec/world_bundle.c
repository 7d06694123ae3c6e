/* Chains of tests for another engine: with WC_TEST_BUNDLES=FOLDER in the environment every world
 * leaves a bundle of its chain there when it is closed. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "node/audit/bundle.h"
#include "tests/unit/ledger_exec/world.h"

void world_leave_bundle(const world *w)
{
    static unsigned count;
    static wc_bundle_report report;
    char path[4096];
    const char *folder = getenv("WC_TEST_BUNDLES");
    if (folder == NULL || w->chain == NULL) return;
    int len = snprintf(path, sizeof path, "%s/%ld-%03u.wcbundle", folder, (long)getpid(), count++);
    assert_true(len > 0 && (size_t)len < sizeof path);
    const wc_bundle_range all = {.last = WC_BUNDLE_NEWEST};
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_status(wc_bundle_write(&report, wc_chain_store(w->chain), &all, WC_CODING_ZSTD, file),
                  WC_OK);
    assert_int_equal(fclose(file), 0);
}
