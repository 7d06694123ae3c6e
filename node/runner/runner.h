/* Runs the tests of a Clause source on a real ledger.
 *
 * Each test gets a chain of its own, in memory, with the contracts' modules in its genesis, one
 * account per test party and the clock at 2026-01-01T00:00:00Z. What the test calls is signed,
 * sealed in a block and answered by a receipt, as on a node: so a test sees the authority, escrow,
 * time-out and rollback rules that money will meet, on the bytecode that will be deployed.
 *
 *   parties    1,000,000.00 of every currency each (10^8 minor units with two decimals), no
 * ceilings roles      a party bound where a contract needs a role is granted that role before
 * deployment bank       the party named `bank` issues every currency, else the first test party
 * does deploy     signed by every signatory; without one, by the first party time       moves by
 * `advance` only; time-outs that fall due run at their time
 *
 * A module's tests may run in any order and give the same results. */
#ifndef WC_NODE_RUNNER_RUNNER_H
#define WC_NODE_RUNNER_RUNNER_H

#include "vm/vm.h"

#define WC_RUNNER_START_S     1767225600 /* 2026-01-01T00:00:00Z */
#define WC_RUNNER_PARTIES_MAX 64u
#define WC_RUNNER_GAS         2000000000u /* of a test's own code */
#define WC_RUNNER_TEXT_MAX    512u

/* What a test did, told as it happens to whoever wants to show it. */
typedef enum wc_runner_step_kind {
    WC_STEP_DEPLOY,  /* args: terms */
    WC_STEP_ACTION,  /* args: parameters */
    WC_STEP_VIEW,    /* args: parameters; outcome->result */
    WC_STEP_TIMEOUT, /* page: its receipt; the clock stands at its time */
    WC_STEP_ADVANCE, /* the clock stands at its new time */
    WC_STEP_END      /* the test's code has ended, well or not; the ledger still stands */
} wc_runner_step_kind;

struct wc_world;        /* node/runner/world.h */
struct wc_receipt_page; /* node/ledger/receipt.h */

typedef struct wc_runner_step {
    wc_runner_step_kind kind;
    uint16_t contract;
    uint16_t entry; /* ACTION, VIEW: in the contract's module */
    wc_party instance;
    wc_slice args;
    const wc_outcome *outcome;          /* DEPLOY, ACTION, VIEW */
    const struct wc_receipt_page *page; /* DEPLOY, ACTION, TIMEOUT; NULL: nobody signed */
} wc_runner_step;

typedef struct wc_runner_observer {
    /* Everything is borrowed for the call. */
    void (*step)(void *self, struct wc_world *world, const wc_runner_step *step);
    void *self;
} wc_runner_observer;

typedef struct wc_runner_job {
    wc_arena *arena;           /* images, and all that one test needs; rewound after each */
    wc_slice image;            /* test image: module bytes */
    const wc_slice *contracts; /* module bytes, in the image's numbering */
    uint16_t contract_count;
    const wc_runner_observer *observer; /* NULL: nobody watches */
    wc_slice previous; /* module bytes of the version before contract previous_of, or empty */
    uint16_t previous_of;
} wc_runner_job;

typedef struct wc_runner_test {
    uint16_t number; /* in the test image */
    const wc_str *parties;
    uint16_t party_count; /* in [0, WC_RUNNER_PARTIES_MAX] */
} wc_runner_test;

typedef struct wc_runner_result {
    bool has_passed;
    char text[WC_RUNNER_TEXT_MAX]; /* why not: one sentence with names and values */
    uint16_t function;             /* place in the test image, for its line; WC_NONE: none */
    uint32_t word;
    bool has_callee; /* a contract failed: place in contract's module */
    uint16_t contract;
    uint16_t callee_function;
    uint32_t callee_word;
    uint64_t gas; /* of all calls */
    uint32_t calls;
} wc_runner_result;

/* Runs one test. Errors are the environment's or our own (NO_MEMORY, a module that does not load);
 * how the test went is in *result. */
WC_MUST_USE wc_status wc_runner_run(const wc_runner_job *job, const wc_runner_test *test,
                                    wc_runner_result *result);

#endif
