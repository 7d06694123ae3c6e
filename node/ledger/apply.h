/* Applying a block: the pure function at the heart of the ledger.
 *
 *   apply(state at block start, record before, block input) -> receipts, changes, record
 *
 * Nothing here reads a clock, a file or another thread, and nothing allocates: a wc_ledger lives in
 * memory of the caller and is reused for every block. What lies outside is reached through four
 * ports: the state at block start, its pending time-outs, the verification of signatures, and the
 * state tree. Whoever provides them (the chain, a replay, a test) gets the same bytes.
 *
 * Order inside a block: due time-outs by (due time, instance); transactions as listed; epoch work.
 * Each is one atomic unit with its own receipt. A refused transaction (status 100..199) changes
 * nothing; a failed one (1, 2, 200..) changes its sender's nonce and its payer's fee only.
 *
 * A record is made when the block has a transaction or a time-out fires (D7); otherwise nothing
 * changes. Everything handed out is borrowed until the next wc_apply on the same ledger. */
#ifndef WC_NODE_LEDGER_APPLY_H
#define WC_NODE_LEDGER_APPLY_H

#include "node/ledger/overlay.h"
#include "node/ledger/params.h"
#include "node/ledger/receipt.h"
#include "node/ledger/record.h"
#include "node/ledger/tx.h"
#include "vm/vm.h"

/* ---- ports ----------------------------------------------------------------------------------- */

/* A pending time-out. The index of them is derived from the instances (due_s) and not in the tree.
 */
typedef struct wc_timer {
    int64_t due_s;
    wc_address instance;
} wc_timer;

/* Order of firing: due_s, then address. < 0, 0, > 0. */
int wc_timer_compare(const wc_timer *a, const wc_timer *b);

/* One signature to verify. */
typedef struct wc_sig_check {
    wc_public_key key;
    wc_signature signature;
    uint8_t message[WC_SIGNED_MESSAGE_SIZE];
} wc_sig_check;

/* All signatures of one transaction. The digest covers the raw transaction and the keys that the
 * state at block start names for it: equal digests have equal verdicts, so a verdict may be kept
 * (D3). */
typedef struct wc_verdict_task {
    wc_hash digest;
    const wc_sig_check *checks;
    uint8_t count;   /* in [1, WC_TX_SIGS_MAX] */
    bool is_genuine; /* out: every signature verifies */
} wc_verdict_task;

/* Sets is_genuine of every task. May use threads and caches; the answers may not depend on them. */
typedef void (*wc_verify_fn)(void *self, wc_verdict_task *tasks, size_t count);

/* Verifies one task, and all of them in the calling thread (a wc_verify_fn; self is not used). */
bool wc_verdict_of(const wc_verdict_task *task);
void wc_verify_serial(void *self, wc_verdict_task *tasks, size_t count);

typedef struct wc_ledger_ports {
    wc_state_base state; /* at block start; unchanged until the results have been used */

    /* First pending time-out greater than `after` (NULL: the first of all), as of block start.
     * NOT_FOUND behind the last. */
    wc_status (*next_timer)(void *self, const wc_timer *after, wc_timer *timer);

    wc_verify_fn verify;

    /* Applies changes (ascending by k) to the state tree as version seq and gives its root. */
    wc_status (*root)(void *self, wc_hash *root, uint64_t seq, const wc_tree_change *changes,
                      size_t count);
    void *self;                     /* of next_timer, verify and root */
    const wc_observer *observer;    /* NULL: nobody watches what runs */
    const wc_native_source *native; /* compiled modules; NULL: everything is interpreted */
} wc_ledger_ports;

/* ---- the ledger ------------------------------------------------------------------------------ */

typedef struct wc_ledger wc_ledger;

/* Bytes of memory, about 900 MiB of address space; what is not needed is never touched. */
size_t wc_ledger_memory(void);

/* memory: wc_ledger_memory() bytes, all zero, aligned to 64, outliving the ledger. Most of it is
 * only touched by large blocks: pages fresh from the system are cheapest. */
wc_ledger *wc_ledger_init(void *memory, const wc_hash *genesis_hash, wc_slice chain_id,
                          const wc_ledger_ports *ports);

/* Tells another observer of what runs from the next block on; NULL: nobody. */
void wc_ledger_watch(wc_ledger *ledger, const wc_observer *observer);

/* Told of each receipt's write set, ascending by k and borrowed, when the receipt is made; it may
 * change nothing. fn NULL: nobody. */
typedef void (*wc_writes_fn)(void *self, uint32_t receipt, const wc_write *writes, size_t count);
void wc_ledger_watch_writes(wc_ledger *ledger, wc_writes_fn fn, void *self);

/* While a block is applied: index of the receipt that is being made. */
uint32_t wc_ledger_receipt(const wc_ledger *ledger);

/* The newest record, on which a block is built. */
typedef struct wc_head {
    uint64_t seq;
    uint64_t height; /* of the newest block; moves without a record when nothing happened */
    int64_t time_s;
    uint32_t time_ns;
    wc_hash record_hash;
} wc_head;

/* A transaction of the block as it was applied. */
typedef struct wc_applied_tx {
    const wc_tx *tx; /* NULL: its bytes are not a transaction */
    wc_hash id;      /* tx_id; zero when tx is NULL */
    wc_hash raw_hash;
} wc_applied_tx;

typedef struct wc_timer_change {
    wc_address instance;
    int64_t old_due_s; /* WC_DUE_NONE: there was none */
    int64_t new_due_s; /* WC_DUE_NONE: there is none any more; differs from old_due_s */
} wc_timer_change;

typedef struct wc_applied {
    bool is_recorded; /* false: nothing happened; all that follows is zero or empty */
    wc_record record;
    wc_slice record_bytes;
    wc_hash record_hash;
    uint32_t receipt_count;
    const wc_receipt_page *receipts; /* time-outs, transactions in order, epoch work */
    uint32_t timer_count;            /* receipts of time-outs at the front */
    uint32_t tx_count;
    const wc_applied_tx *txs;             /* receipt of txs[i]: receipts[timer_count + i] */
    const wc_timer_change *timer_changes; /* ascending by instance, each once */
    uint32_t timer_change_count;
} wc_applied;

/* Applies input (form RAW) to the state behind the ports. Requires (asserted): input->height >
 * head->height; (time_s, time_ns) not before head's; no more transactions and bytes than
 * WC_BLOCK_TXS_MAX and WC_BLOCK_TX_BYTES_MAX; the raw hashes are set.
 *
 * Errors: whatever the ports answer beside OK and NOT_FOUND; NOT_SUPPORTED - params.protocol is not
 *         known to this program; CORRUPT - a stored value does not decode. Nothing may be written
 *         then, and the process that meets one of them with its own state must stop. */
WC_MUST_USE wc_status wc_apply(wc_ledger *ledger, const wc_head *head, const wc_block_input *input,
                               wc_applied *applied);

/* Changes of the applied block in key order, as wc_overlay_block_next: what is to be stored. */
WC_MUST_USE wc_status wc_ledger_next_change(const wc_ledger *ledger, wc_slice after,
                                            wc_overlay_change *change);

/* ---- reading through the ledger -------------------------------------------------------------- */

/* The same checks as in a block of this height and time, against the state as it stands: what a
 * mempool does before it keeps a transaction. A nonce gap is reported as NONCE_GAP and may be
 * waited for, unless something stands beside it. *task is set when the refusal is NONE or a nonce:
 * its verdict may be kept. */
typedef struct wc_admission {
    wc_refusal refusal;    /* NONE: admissible */
    wc_refusal beside_gap; /* refusal NONCE_GAP: FEE_NOT_COVERED, or NONE */
    wc_tx_fault fault;     /* BAD_ENCODING only */
    wc_hash tx_id;
    wc_hash raw_hash;
    wc_address sender;
    uint16_t lane;
    uint64_t nonce;
    uint64_t gas_limit;
    wc_address payer;
    int64_t fee; /* of the whole gas limit, which the payer holds; refusal NONE or NONCE_GAP */
    int64_t expiry_time_s;
} wc_admission;

WC_MUST_USE wc_status wc_ledger_admit(wc_ledger *ledger, uint64_t height, int64_t time_s,
                                      wc_slice raw, wc_admission *admission);

/* An image of a stored module, verified and cached; borrowed until the next call on the ledger.
 * NOT_FOUND; CORRUPT - what is stored does not verify. */
WC_MUST_USE wc_status wc_ledger_image(wc_ledger *ledger, const wc_hash *code,
                                      const wc_image **image);

/* Would a stored module be deployed by the parameters as they stand? *refusal: NONE or why not.
 * Errors: as wc_ledger_image. */
WC_MUST_USE wc_status wc_ledger_check_module(wc_ledger *ledger, const wc_hash *code,
                                             wc_refusal *refusal);

typedef struct wc_view_call {
    wc_address instance;
    wc_str method; /* name of the VIEW */
    wc_slice args;
    int64_t now_s;
    uint64_t gas_limit;
} wc_view_call;

/* Runs a view on the state as it stands. outcome->result is borrowed until the next call on the
 * ledger. Errors: NOT_FOUND - no such instance, or no such view in its module. */
WC_MUST_USE wc_status wc_ledger_view(wc_ledger *ledger, const wc_view_call *view,
                                     wc_outcome *outcome);

/* The last view ended with CALLEE: how the inner one failed, as a receipt would tell it. *outcome
 * is borrowed like a result. */
uint16_t wc_ledger_view_failure(const wc_ledger *ledger, wc_slice *outcome);

/* What a receipt's failure is called, as users see it and `explain` knows it: "ESCROW_SHORT",
 * "GATE_CLOSED", "TRAP_RANGE", "NONCE_USED". module: that of the outcome's code, or NULL when it is
 * not at hand (then a contract error is "ERROR_7"). Nothing for status OK. */
void wc_failure_name(wc_buf *text, uint16_t status, wc_slice outcome, const wc_module *module);

#endif
