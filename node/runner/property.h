/* Properties: a test with parameters, run on many values; a failing case is made as small as it
 * gets while it still fails on the same obligation. */
#ifndef WC_NODE_RUNNER_PROPERTY_H
#define WC_NODE_RUNNER_PROPERTY_H

#include "node/runner/runner.h"

#define WC_PROPERTY_RUNS   200u
#define WC_PROPERTY_SHRINK 1500u /* runs spent on making a failing case smaller */

typedef struct wc_property_result {
    wc_runner_result last; /* of the smallest failing case, else of the last run */
    uint32_t runs;         /* that were made before one failed, it included */
    uint32_t shrink_runs;
    wc_slice given; /* the smallest failing case, canonical, from the arena; empty: none failed */
} wc_property_result;

/* Runs property `test` (test->given is not read) `runs` times with values that the seed decides.
 * Errors: as wc_runner_run. */
WC_MUST_USE wc_status wc_property_run(const wc_runner_job *job, const wc_runner_test *test,
                                      uint64_t seed, uint32_t runs, wc_property_result *result);

/* The values of run `number`, the same that wc_property_run takes: canonical, from the job's arena.
 * Errors: as wc_runner_run. */
WC_MUST_USE wc_status wc_property_values(const wc_runner_job *job, const wc_runner_test *test,
                                         uint64_t seed, uint32_t number, wc_slice *given);

#endif
