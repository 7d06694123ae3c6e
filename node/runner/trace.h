/* What happened in a test, as its author would tell it: one line per call with signers, arguments
 * and units, below it the calls it made, postings, events and changes of state, at the end how it
 * failed.
 *
 *   20  deploy Sale(seller sun, buyer home; price 0.40000 CNY/kWh)
 *   22  as sun, home: Sale.settle(delivered 1.000 kWh)
 *         pay      escrow of home in Sale -> sun   0.40 CNY
 *         state    Open -> Done
 *
 * A trace is written in a second run of a test that has failed: tests are deterministic, so passing
 * ones cost nothing. It is an observer of the chain and of the test image alike. */
#ifndef WC_NODE_RUNNER_TRACE_H
#define WC_NODE_RUNNER_TRACE_H

#include "node/runner/world.h"
#include "vm/isa/debug.h"

#define WC_TRACE_INSTANCES_MAX 256u
#define WC_TRACE_DEPTH         32u
#define WC_TRACE_BYTES         262144u

typedef struct wc_trace_instance {
    wc_address address;
    const wc_module *module;
} wc_trace_instance;

typedef struct wc_trace {
    wc_buf *text;
    const wc_world *world;
    const wc_debug *debug; /* of the test image, for lines; NULL: none */
    wc_observer observer;
    wc_money_names money;
    wc_names names; /* parties, then instances in order of deployment */
    uint32_t instance_count;
    wc_name list[WC_RUNNER_PARTIES_MAX + WC_TRACE_INSTANCES_MAX];
    char labels[WC_TRACE_INSTANCES_MAX][40];
    wc_trace_instance instances[WC_TRACE_INSTANCES_MAX];
    const wc_module *running[WC_TRACE_DEPTH]; /* by depth */
    const wc_module *failed;                  /* whose code failed last; NULL: none yet */
    uint16_t failed_function;
    uint32_t failed_word;
    uint32_t depth;    /* of calls that run now */
    bool is_told;      /* the call that begins next has its line already */
    uint16_t function; /* of the test's code: where it is */
    uint32_t word;
    char failure[256]; /* the newest failure of a call, in words */
    bool has_sides;    /* of the newest comparison in the test's code */
    uint16_t sides_function;
    uint32_t sides_word;
    wc_i128 left, right;
    uint16_t sides_type; /* WC_NONE: a number without unit */
} wc_trace;

/* trace->observer is to be given to the chain and to the test image. */
void wc_trace_init(wc_trace *trace, wc_buf *text, const wc_world *world, const wc_debug *debug);

/* Once the world is open: takes the names of its parties and currencies. */
void wc_trace_name(wc_trace *trace);

void wc_trace_deploy(wc_trace *trace, uint16_t contract, wc_slice parties, wc_slice terms);
void wc_trace_call(wc_trace *trace, const wc_address *instance, uint16_t contract, uint16_t entry,
                   wc_slice args);
void wc_trace_deployed(wc_trace *trace, const wc_address *instance, uint16_t contract);
void wc_trace_advance(wc_trace *trace, int64_t to_s);
void wc_trace_mandate(wc_trace *trace, const wc_address *instance, uint32_t asset, int64_t limit);
void wc_trace_receipt(wc_trace *trace, const wc_receipt_page *page);

/* The two sides of the assertion that failed at this place, with units: "left 0.40 CNY, right
 * 0.41 CNY". False: it compared no two values. */
bool wc_trace_sides(const wc_trace *trace, uint16_t function, uint32_t word, wc_buf *text);

#endif
