/* Runs the tests of a Clause source on a real ledger.
 *
 * Each test gets a chain of its own, in memory, with the contracts' modules in its genesis, one
 * account per test party and the clock at 2026-01-01T00:00:00Z. What the test calls is signed,
 * sealed in a block and answered by a receipt, as on a node: so a test sees the authority, escrow,
 * time-out and rollback rules that money will meet, on the bytecode that will be deployed.
 *
 *   rules      those of a chain that sets no others (wc_params_default): what is deployed here is
 *              deployed there
 *   parties    1,000,000.00 of every currency each (10^8 minor units), no ceilings
 *   roles      a party bound where a contract needs a role is granted it before deployment
 *   bank       the party named `bank` issues every currency, else the first test party does
 *   deploy     signed by every signatory; without one, by the first party
 *   time       moves by `advance` only; time-outs that fall due run at their time
 *
 * A module's tests may run in any order and give the same results. */
#ifndef WC_NODE_RUNNER_RUNNER_H
#define WC_NODE_RUNNER_RUNNER_H

#include "node/crypto/address.h"
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
    const wc_runner_observer *observer; /* of what tests do; NULL: nobody watches */
    wc_slice previous; /* module bytes of the version before contract previous_of, or empty */
    uint16_t previous_of;
    const wc_observer *watcher;     /* of the contracts that run; NULL: nobody watches */
    const wc_native_source *native; /* compiled contracts; NULL: everything is interpreted */
    wc_slice image_file; /* the image with its debug part: lines of a trace; may be empty */
    wc_buf *trace;       /* of a test that fails: what happened in it; NULL: not wanted */
} wc_runner_job;

typedef struct wc_runner_test {
    uint16_t number; /* in the test image */
    const wc_str *parties;
    uint16_t party_count; /* in [0, WC_RUNNER_PARTIES_MAX] */
    wc_slice given;       /* a property: the values of its parameters, canonical */
} wc_runner_test;

/* What failed, and where: two runs that agree in this failed on the same obligation. */
typedef struct wc_runner_failure {
    uint8_t own_kind, callee_kind; /* wc_outcome_kind of the test's code and of the call it made */
    uint16_t code;                 /* trap or error of the deeper one */
    uint16_t contract;             /* whose call failed; WC_NONE: the test itself */
    uint16_t raiser;               /* whose error it is; WC_NONE: the test's own */
    uint16_t function;             /* place of the deeper one */
    uint32_t word;
} wc_runner_failure;

typedef struct wc_runner_result {
    bool has_passed;
    char text[WC_RUNNER_TEXT_MAX]; /* why not: one sentence with names and values */
    uint16_t function;             /* place in the test image, for its line; WC_NONE: none */
    uint32_t word;
    bool has_callee; /* a contract failed: place in contract's module */
    uint16_t contract;
    uint16_t callee_function;
    uint32_t callee_word;
    wc_runner_failure failure; /* all zero when it has passed */
    uint64_t gas;              /* of all calls */
    uint32_t calls;
} wc_runner_result;

/* The tuple of a property's parameters in the test image; WC_NONE: test `number` is no property. */
uint16_t wc_runner_params(const wc_module *image, uint16_t number);

/* The address of test party `number`, the same in every test. */
wc_address wc_runner_party(uint16_t number);

/* What a test's instructions do to a wc_world: for who drives one without a test. */
const wc_test_ops *wc_runner_ops(void);

/* Whether both failed on the same obligation: the same assertion, or the same trap or error at the
 * same place. */
bool wc_runner_same(const wc_runner_failure *a, const wc_runner_failure *b);

/* Runs one test. Errors are the environment's or our own (NO_MEMORY, a module that does not load);
 * how the test went is in *result. One that fails is run again for the trace, when that is wanted.
 */
WC_MUST_USE wc_status wc_runner_run(const wc_runner_job *job, const wc_runner_test *test,
                                    wc_runner_result *result);

/* The parts of it, for who runs a test many times: the test image is loaded once. */
WC_MUST_USE wc_status wc_runner_load(const wc_runner_job *job, wc_image **image);
WC_MUST_USE wc_status wc_runner_run_loaded(const wc_runner_job *job, wc_image *image,
                                           const wc_runner_test *test, wc_runner_result *result);
/* Runs it on a fresh image that reports to job->watcher, too. begun is told once the ledger stands,
 * before the test's first instruction; not at all when no ledger takes the contracts, which the
 * test will say. May be run again: a test does the same each time. */
WC_MUST_USE wc_status wc_runner_watch(const wc_runner_job *job, const wc_runner_test *test,
                                      void (*begun)(void *self, struct wc_world *world), void *self,
                                      wc_runner_result *result);
WC_MUST_USE wc_status wc_runner_trace(const wc_runner_job *job, const wc_runner_test *test,
                                      wc_runner_result *result);

#endif
