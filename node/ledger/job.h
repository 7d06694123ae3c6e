/* Inside the ledger: the running block, and the job that runs in it.
 *
 * A job is a transaction, a time-out or epoch work: one atomic unit. Its writes lie in the
 * transaction level of the overlay, its events behind events_start, its time-out changes behind
 * timers_start; all three are dropped together when it fails. Two kinds of failure are kept apart
 * throughout execution:
 *
 *   wc_status other than OK   the state at hand cannot be read or trusted; the block is abandoned
 *   job->is_failed           the transaction fails; a result like any other
 *
 * So a step is `WC_TRY(step(job)); if (job->is_failed) return WC_OK;`. */
#ifndef WC_NODE_LEDGER_JOB_H
#define WC_NODE_LEDGER_JOB_H

#include "node/ledger/account.h"
#include "node/ledger/apply.h"
#include "node/ledger/images.h"
#include "node/ledger/instance.h"

#define WC_BLOCK_TIMERS_MAX        10000u /* time-outs that fire in one block */
#define WC_BLOCK_RECEIPTS_MAX      (WC_BLOCK_TXS_MAX + WC_BLOCK_TIMERS_MAX)
#define WC_BLOCK_REPORT_BYTES_MAX  33554432u /* events of a block */
#define WC_JOB_REPORT_BYTES_MAX    1048576u  /* of one job */
#define WC_JOB_TAIL_BYTES_MAX      1024u     /* what even a failed job reports: failure and fee */
#define WC_BLOCK_OUTCOME_BYTES_MAX 16777216u /* of failures; then their arguments are left out */
#define WC_CALL_RESULT_MAX         32u       /* what a call returns: an address, a code id */
#define WC_BLOCK_TIMER_CHANGES_MAX 262144u   /* each costs at least ROOT + ROOT_WRITE of gas */

/* Memory in a stack: taken in order, given back to a mark. Not cleared. */
typedef struct wc_stack {
    uint8_t *base; /* aligned to 64 */
    size_t size;
    size_t used; /* multiple of 16 */
} wc_stack;

/* 16-aligned; NULL when it is full. */
void *wc_stack_take(wc_stack *stack, size_t size);

typedef struct wc_sent {
    wc_address from, to;
    uint32_t method; /* interface method id */
    wc_slice args;   /* on the ledger's stack */
} wc_sent;

typedef struct wc_job {
    wc_ledger *ledger;
    wc_receipt_kind kind;
    const wc_tx *tx; /* NULL in a time-out */
    wc_hash tx_id;
    size_t tx_size; /* raw bytes */
    uint8_t call;   /* running call, or WC_RECEIPT_NO_CALL */
    uint64_t gas_limit;
    uint64_t gas_used;    /* in [0, gas_limit] */
    uint64_t gas_covered; /* by reading quotas */

    /* What the running reading call has reported, set by wc_reading_accept. */
    wc_address reading_operator; /* of its meter */
    uint32_t reading_day;        /* delivery day: UTC day of the interval */
    uint32_t reading_count;      /* intervals that are new; 0: they were in an earlier call */

    bool is_failed;
    uint16_t status; /* of the failure */
    uint8_t failed_call;
    wc_slice outcome; /* of the failure; in the block's report memory */

    /* Why the host refused the machine something, when that has a code of its own; the machine then
     * ends with NotAuthorised, CALLEE or a limit, and this code stands in the receipt instead. */
    wc_refusal host_refusal;

    size_t report_start; /* in ledger->report */
    uint32_t event_count;
    uint32_t timers_start; /* in ledger->timer_log */

    wc_sent sends[WC_SENDS_MAX];
    uint8_t send_count, send_next;
    int64_t ceiling_left[WC_TX_DEBITS_MAX]; /* of the running call's debits */
    uint8_t result_bytes[WC_TX_CALLS_MAX * (4u + WC_CALL_RESULT_MAX)];
    wc_buf results; /* outcome of success: str32 per call */
    uint8_t call_result_bytes[WC_CALL_RESULT_MAX];
    size_t call_result; /* bytes that the running call returns */
} wc_job;

/* Balances posted by pay, split and netting of the running call, for the instruction `posted`. */
typedef struct wc_posted_entry {
    uint64_t generation; /* entry is in use when equal to the table's */
    uint64_t hash;
    wc_party party;
    uint16_t currency;
    int64_t amount;
} wc_posted_entry;

#define WC_POSTED_SLOTS 65536u /* power of two */
#define WC_POSTED_MAX   32768u

typedef struct wc_posted {
    wc_posted_entry *slots;
    uint64_t generation;
    uint32_t count;
} wc_posted;

/* Raw values of accounts as of block start, remembered for the block. */
typedef struct wc_account_slot {
    uint64_t generation; /* entry is in use when equal to the ledger's */
    wc_address address;
    wc_slice value;
} wc_account_slot;

#define WC_ACCOUNT_SLOTS 32768u

typedef struct wc_timer_log_entry {
    wc_timer_change change;
    uint32_t ordinal;
} wc_timer_log_entry;

/* A transaction of the block before it runs. */
typedef struct wc_candidate {
    wc_tx *tx; /* NULL: does not decode */
    wc_hash id;
    wc_hash raw_hash;
    size_t size;
    wc_refusal refusal; /* found before signatures were verified */
    wc_tx_fault fault;
    uint32_t task; /* index of its verdict task; valid when refusal is NONE */
} wc_candidate;

struct wc_ledger {
    wc_hash genesis_hash;
    uint8_t chain_id[WC_CHAIN_ID_MAX];
    uint8_t chain_id_len;
    wc_address fees, issuance, system; /* system accounts; `system` emits the ledger's events */
    wc_ledger_ports ports;
    uint8_t *overlay_memory;
    wc_overlay *overlay;
    uint32_t overlay_block_bytes; /* limit that it was made with */
    wc_images images;
    wc_stack stack; /* frames of the job */
    wc_stack sends; /* arguments of the job's queued sends */
    wc_arena arena; /* everything that lives as long as the block's results */
    wc_buf report;  /* events of the block */
    size_t outcome_bytes;
    wc_posted posted;
    wc_account_slot *accounts; /* WC_ACCOUNT_SLOTS, open addressing */
    uint64_t account_generation;
    uint32_t account_count;
    size_t account_bytes;
    bool keeps_accounts; /* while a block is applied */

    /* the running block */
    uint64_t height;
    int64_t time_s;
    wc_params params;
    wc_hash params_hash;
    wc_admin_rule admin;
    wc_hash validators_value, validators_hash; /* hash of the value; the engine's hash of the set */
    uint64_t head_seq;                         /* the record before */
    wc_hash head_record;                       /* and its hash */
    bool has_incentive;                        /* the chain shares its fees */
    wc_address incentive;                      /* by this contract */
    uint64_t gas_taken;                        /* sum of gas limits of admitted transactions */
    uint64_t bytes_taken;                      /* and of their raw bytes */
    uint32_t txs_taken;
    uint64_t gas_used;
    wc_candidate *candidates;
    wc_verdict_task *tasks;
    uint32_t task_count;
    wc_receipt_page *pages; /* WC_BLOCK_RECEIPTS_MAX */
    uint32_t page_count;
    wc_timer_log_entry *timer_log; /* WC_BLOCK_TIMER_CHANGES_MAX */
    uint32_t timer_log_count;      /* in [0, WC_BLOCK_TIMER_CHANGES_MAX] */
    wc_timer *timer_heap;          /* re-armed time-outs that are due in this very block */
    uint32_t timer_heap_count;
    wc_writes_fn on_writes; /* NULL: nobody watches */
    void *on_writes_self;
    wc_status stop; /* first failure that the host met while the machine ran */
    wc_job job;
};

/* ---- the job (job.c) ------------------------------------------------------------------------- */

void wc_job_begin(wc_ledger *ledger, wc_receipt_kind kind, uint64_t gas_limit);

/* Marks the job as failed; the first failure stays. detail is copied. */
void wc_job_fail(wc_job *job, uint16_t status, wc_slice detail);
void wc_job_refuse(wc_job *job, wc_refusal refusal);

/* Takes gas; false: there is too little, all of it is used up and the job has failed. */
bool wc_job_charge(wc_job *job, uint64_t gas);

/* Trap of the ledger's own (OUT_OF_GAS): no code, no place. */
void wc_job_trap(wc_job *job, wc_trap trap);

/* Built-in error of the machine, raised by the ledger before a call runs. */
void wc_job_builtin(wc_job *job, const wc_hash *code, wc_builtin builtin, wc_slice args);

/* Appends an event; false: a limit of the report is reached, nothing was appended. */
bool wc_job_emit(wc_job *job, const wc_event *event);

/* The ledger's own event, with gas; the job fails with EVENT_LIMIT when there is no room. */
void wc_job_announce(wc_job *job, wc_ledger_event type, wc_slice data);

/* Reading and writing of the state by native code, with gas. NOT_FOUND: absent. A write beyond the
 * limits fails the job with WRITE_LIMIT, as running out of gas fails it: look at job->is_failed
 * before going on. */
WC_MUST_USE wc_status wc_job_get(wc_job *job, const wc_state_key *key, wc_slice *value);
void wc_job_put(wc_job *job, const wc_state_key *key, wc_slice value);
void wc_job_delete(wc_job *job, const wc_state_key *key);

/* Notes that an instance's time-out changed. */
void wc_job_timer(wc_job *job, const wc_address *instance, int64_t old_due_s, int64_t new_due_s);

/* Undoes everything the job did and makes it ready to report its failure: gas, status and outcome
 * stay. */
void wc_job_undo(wc_job *job);

/* Seals and commits the job's writes and appends its receipt. *fits false: the block's write
 * limits do not hold them; the job is undone and has no receipt. */
WC_MUST_USE wc_status wc_job_finish(wc_job *job, wc_receipt *receipt, bool *fits);

/* Event data: a few fields in a fixed array. */
typedef struct wc_event_data {
    uint8_t bytes[WC_OFFER_PARTIES_MAX * 32u + 160u];
    wc_buf buf;
} wc_event_data;

wc_buf *wc_event_data_begin(wc_event_data *data);

#endif
