/* The record of a run: where it could be stopped, which calls it made, what was posted.
 *
 * A test is a pure function of its source, so a run can be made again, any number of times, and
 * does the same (ADR 45). A debugger therefore never holds a run up: it runs the test once and
 * writes this record, in which every position has a number; what the machine held at a position is
 * read in another run, which must pass the same positions (asserted).
 *
 *   stop        the first instruction of a statement, about to run: the positions of a debugger;
 *               also the instruction that fails, where another statement has run since
 *   call        a test, or an action, view, time-out, upgrade or deployment that it led to
 *   posting     a movement of money, and the stop whose statement made it
 *
 * Balances are kept from the postings alone, so they are exact inside a transaction, too. */
#ifndef WC_NODE_DEBUG_RECORD_H
#define WC_NODE_DEBUG_RECORD_H

#include "node/debug/program.h"
#include "node/debug/value.h"
#include "node/runner/world.h"

#define WC_DBG_STOPS_MAX     1000000u
#define WC_DBG_CALLS_MAX     200000u
#define WC_DBG_POSTINGS_MAX  100000u
#define WC_DBG_BALANCES_MAX  4096u
#define WC_DBG_INSTANCES_MAX 1024u
#define WC_DBG_NESTING_MAX   16u /* calls that wait for one another: test, action, views */
#define WC_DBG_NONE          UINT32_MAX

typedef struct wc_dbg_stop {
    uint64_t step; /* instructions before it in the whole run */
    uint64_t gas;  /* left for its call */
    uint32_t call; /* index */
    uint32_t row;  /* of the line map */
    uint32_t word; /* in the function */
    uint16_t unit, function;
    uint16_t depth;  /* functions under way, those of waiting calls included; >= 1 */
    bool is_return;  /* nothing is left of the routine but its end */
    bool has_failed; /* in its statement a call ended with a failure, or the test did */
    bool is_failure; /* not the beginning of a statement: the instruction that failed, when what its
                        statement called has been stopped at since it began */
} wc_dbg_stop;

typedef enum wc_dbg_call_kind {
    WC_DBG_TEST,
    WC_DBG_DEPLOY,
    WC_DBG_ACTION,
    WC_DBG_VIEW,
    WC_DBG_TIMEOUT,
    WC_DBG_UPGRADE
} wc_dbg_call_kind;

typedef struct wc_dbg_call {
    wc_dbg_call_kind kind;
    uint16_t unit, entry; /* entry: WC_NONE of a test and of a deployment */
    uint32_t parent;      /* the call that waits for it; WC_DBG_NONE */
    uint32_t first_stop;  /* stops before it began */
    wc_address instance;
    int64_t now_s;
    uint64_t gas_limit, gas_used;
    bool has_ended;
    uint8_t outcome; /* wc_outcome_kind */
    uint16_t code;
} wc_dbg_call;

typedef struct wc_dbg_posting {
    uint32_t stop; /* whose statement made it; WC_DBG_NONE: before the first */
    uint32_t call;
    bool is_undone;
    wc_ledger_posting posting;
} wc_dbg_posting;

typedef struct wc_dbg_balance {
    wc_sub_account account;
    uint32_t asset;
    int64_t amount;
} wc_dbg_balance;

struct wc_dbg_record;

/* Who wants to know while it happens. Any function may be NULL. Everything is borrowed. */
typedef struct wc_dbg_watcher {
    void *self;
    void (*stop)(void *self, const struct wc_dbg_record *record, uint32_t stop);
    /* call->args: of the call; index: of record->calls. */
    void (*begin)(void *self, const struct wc_dbg_record *record, uint32_t index,
                  const wc_instance *instance, const wc_call *call);
    void (*end)(void *self, const struct wc_dbg_record *record, uint32_t index,
                const wc_outcome *outcome);
    /* A function under way has returned, or ended its call, at this depth. */
    void (*leave)(void *self, const struct wc_dbg_record *record, uint32_t depth);
    void (*event)(void *self, const struct wc_dbg_record *record, const wc_party *emitter,
                  uint16_t type, wc_slice data);
    void (*stored)(void *self, const struct wc_dbg_record *record, const wc_party *instance,
                   const wc_storage_key *key, const wc_slice *value);
    void (*undone)(void *self, const struct wc_dbg_record *record);
    /* Every instruction of a call that is in the record. gas: taken since the one before it in this
     * call beside its table charge, by that one, views it made not counted. */
    void (*step)(void *self, const struct wc_dbg_record *record, const wc_step *step,
                 uint64_t gas_before);
} wc_dbg_watcher;

/* Where a function under way is: what decides whether the next instruction is a stop. */
typedef struct wc_dbg_position {
    uint32_t row, word;
} wc_dbg_position;

typedef struct wc_dbg_running {
    uint32_t call;
    const wc_exec *exec; /* NULL until its first instruction */
    uint32_t depth;      /* functions under way in it, in [0, WC_CALL_DEPTH_MAX] */
    wc_dbg_position at[WC_CALL_DEPTH_MAX];
    uint64_t gas;      /* left after its newest instruction */
    uint64_t view_gas; /* that views have taken since */
    wc_dbg_stop last;  /* where its newest instruction is, a stop or not */
} wc_dbg_running;

typedef struct wc_dbg_record {
    const wc_dbg_program *program;
    const wc_runner_test *test;
    wc_str title; /* of the test */
    wc_observer observer;
    const wc_dbg_watcher *watcher; /* NULL: nobody */

    uint64_t steps;
    bool is_full;    /* a limit was reached: the run went on, the record ends there */
    bool is_checked; /* another run: positions are compared with those that are there */
    uint32_t stop_count, known_stops;
    wc_dbg_stop *stops;
    uint32_t call_count;
    wc_dbg_call *calls;
    uint32_t posting_count, unit_start; /* unit_start: postings before the ledger's unit began */
    wc_dbg_posting *postings;
    uint32_t balance_count;
    wc_dbg_balance *balances;

    uint32_t running_count; /* innermost last; 0 outside the test's code */
    wc_dbg_running running[WC_DBG_NESTING_MAX];
    uint32_t skipped; /* calls that are too deep for the record, under way */

    wc_money_names money;
    wc_names names; /* parties, then instances in order of deployment */
    uint32_t instance_count;
    wc_name *name_list;
    char (*labels)[48];
} wc_dbg_record;

/* Memory for one record, until it is closed. program, test and title are borrowed. NO_MEMORY. */
WC_MUST_USE wc_status wc_dbg_record_open(wc_dbg_record *record, const wc_dbg_program *program,
                                         const wc_runner_test *test, wc_str title);
void wc_dbg_record_close(wc_dbg_record *record);

/* Runs the test and fills the record; the second time and later it checks that the run passes the
 * same stops. Errors: of wc_runner_watch; how the test went is in *result. */
WC_MUST_USE wc_status wc_dbg_record_run(wc_dbg_record *record, const wc_dbg_watcher *watcher,
                                        wc_runner_result *result);

/* "Sale.settle", "deploy Sale", "view Sale.due", the test's title. */
void wc_dbg_put_call(wc_buf *text, const wc_dbg_record *record, uint32_t call);

/* The function of a stop inside its call: empty for the routine of the call's entry itself. */
wc_str wc_dbg_function_name(const wc_dbg_record *record, uint32_t call, uint16_t function);

/* money.c: balances from postings. */
void wc_dbg_balances_begin(wc_dbg_record *record, const wc_world *world);
void wc_dbg_balances_post(wc_dbg_record *record, const wc_ledger_posting *posting, bool is_undone);

#endif
