/* Stateful fuzzing of a contract: deployed with made parties and terms, then called in any order,
 * by the right and the wrong people, with time passing, on the ledger that tests run on.
 *
 * A refused call (a contract error, a built-in error) is how contracts defend themselves and no
 * finding. What is one:
 *
 *   TRAP       a call ended with a trap: a contract never means to (INVARIANT, ENSURES, RANGE, ...)
 *   TIMEOUT    a time-out trapped (with an error it gives way to the next one, as some mean to)
 *   MONEY      the sum of all balances, escrows and redemptions of a currency has changed
 *   STRANDED   money is left in a state that no time-out leaves, and that is no bank's custody
 *
 * A run is a list of choices (draw.h); what fails is made smaller while the same obligation fails,
 * and is then written as the body of a test of Clause. */
#ifndef WC_NODE_RUNNER_FUZZ_H
#define WC_NODE_RUNNER_FUZZ_H

#include "node/runner/runner.h"

#define WC_FUZZ_RUNS     300u
#define WC_FUZZ_STEPS    40u /* calls of one run, at most */
#define WC_FUZZ_SHRINK   1200u
#define WC_FUZZ_FINDINGS 16u /* different ones, of one contract */

typedef enum wc_fuzz_kind {
    WC_FUZZ_TRAP = 1,
    WC_FUZZ_TIMEOUT = 2,
    WC_FUZZ_MONEY = 3,
    WC_FUZZ_STRANDED = 4
} wc_fuzz_kind;

typedef struct wc_fuzz_finding {
    wc_fuzz_kind kind;
    uint16_t contract; /* whose; in the job's numbering */
    uint16_t code;     /* TRAP: number; TIMEOUT: clause; STRANDED: state */
    uint16_t function; /* TRAP: where */
    uint32_t word;
    uint32_t run, shrink_runs, steps; /* steps: calls of the smallest case */
    char text[256];                   /* one sentence */
    wc_slice test;                    /* body of a test of Clause, from the arena */
} wc_fuzz_finding;

/* Terms with which a test has deployed a contract, canonical. */
typedef struct wc_fuzz_example {
    uint16_t contract;
    wc_slice terms;
} wc_fuzz_example;

typedef struct wc_fuzz_job {
    wc_runner_job base;
    uint16_t contract; /* the one to fuzz; what it refers to is deployed from the others */
    uint32_t example_count;
    const wc_fuzz_example *examples; /* of any contract of the job */
    uint64_t seed;
    uint32_t runs;
    uint64_t allowed;            /* bits of trap numbers that are no findings */
    bool (*is_late)(void *self); /* asked between runs: stop? NULL: never */
    void *self;
} wc_fuzz_job;

typedef struct wc_fuzz_result {
    uint32_t runs, calls, refused; /* refused: of the calls, with an error */
    uint32_t deployed;             /* runs whose contract came into being */
    uint32_t count;
    wc_fuzz_finding findings[WC_FUZZ_FINDINGS];
    char skipped[160]; /* why it could not be fuzzed; empty: it was */
} wc_fuzz_result;

/* Errors: as wc_runner_run. */
WC_MUST_USE wc_status wc_fuzz_run(const wc_fuzz_job *job, wc_fuzz_result *result);

#endif
