/* The sealing thread: it alone owns the chain and its solo engine.
 *
 *   any thread   wc_writer_submit   a transaction, checked and verified on a reader before
 *   this thread  takes what has come, submits it to the engine, makes blocks; what came while a
 * block was sealed stands in the next one, so load makes blocks larger, not more frequent
 *
 * A submission is answered exactly once, by this thread: when its block is sealed, when it is
 * refused, when its time is over, or when the node stops. Also run here: jobs that need the chain
 * itself, such as a checkpoint for a backup. */
#ifndef WC_NODE_SERVICE_WRITER_H
#define WC_NODE_SERVICE_WRITER_H

#include "node/order/solo.h"
#include "node/service/stage.h"

/* Answers to a submission. WC_SUBMIT(NAME, "NAME", "text") */
#define WC_SUBMIT_ANSWERS(ANSWER)                                                                  \
    ANSWER(SEALED, "the transaction stands in a sealed block")                                     \
    ANSWER(REFUSED, "the transaction is not admissible; nothing was consumed")                     \
    ANSWER(PENDING, "the transaction is valid and waits; ask for it later by its id")              \
    ANSWER(FULL, "too many transactions wait; try again in a moment")                              \
    ANSWER(NOT_SEALING, "this node seals nothing at present; its status says why")                 \
    ANSWER(STOPPING, "the node is being stopped")

typedef enum wc_submit_answer {
#define ANSWER(name, text) WC_SUBMIT_##name,
    WC_SUBMIT_ANSWERS(ANSWER)
#undef ANSWER
    WC_SUBMIT_ANSWER_COUNT
} wc_submit_answer;

const char *wc_submit_answer_name(wc_submit_answer answer); /* "SEALED" */
const char *wc_submit_answer_text(wc_submit_answer answer);

/* Why nothing is sealed. */
#define WC_STOP_REASONS(REASON)                                                                    \
    REASON(NONE, "transactions are sealed")                                                        \
    REASON(CLOCK, "the machine's clock jumped, or lies behind the chain or far ahead of it; set "  \
                  "it right, then `node start --accept-time`")                                     \
    REASON(DISK, "the disk of the ledger has too little free space")                               \
    REASON(FOLLOWER, "this node follows another one; send transactions there")                     \
    REASON(FAULT, "the chain could not be applied; see the log")

typedef enum wc_stop_reason {
#define REASON(name, text) WC_STOP_##name,
    WC_STOP_REASONS(REASON)
#undef REASON
    WC_STOP_REASON_COUNT
} wc_stop_reason;

const char *wc_stop_reason_name(wc_stop_reason reason); /* "CLOCK" */
const char *wc_stop_reason_text(wc_stop_reason reason);

typedef struct wc_submission {
    /* Set by the caller; the submission is the writer's until `done` is called. */
    uint8_t *raw; /* from malloc; freed by wc_submission_free */
    size_t len;
    int64_t time_s; /* chains with the scripted clock: the block's time; else ignored */
    void (*done)(struct wc_submission *submission); /* by the sealing thread, once */
    void *self;

    /* The answer. */
    wc_submit_answer answer;
    wc_admission admission; /* tx_id, raw_hash, refusal */
    wc_head head;           /* SEALED: of its block */
    wc_record record;       /* SEALED; chain_id is not set */
    uint32_t receipt_index; /* SEALED */
    uint8_t *page;          /* SEALED: the receipt page, encoded; owned */
    size_t page_len;
    bool has_certificate;
    wc_certificate certificate;

    /* Inside. */
    struct wc_submission *next;
    struct wc_submission *next_of_hash, *before, *behind;
    int64_t arrived_ns;
} wc_submission;

/* An empty submission of a copy of raw; NULL: memory is short. */
wc_submission *wc_submission_make(wc_slice raw);
void wc_submission_free(wc_submission *submission); /* NULL is allowed */

typedef struct wc_writer wc_writer;

typedef struct wc_writer_options {
    wc_chain *chain; /* opened for writing in a folder; used by this thread alone until stopped */
    wc_stage *stage;
    const char *data_folder; /* whose disk is watched */
    int64_t submit_seconds;
    bool accepts_time; /* the machine's clock is right, whatever it says (--accept-time) */
} wc_writer_options;

/* Looks once whether the clock and the disk let blocks be sealed, and seals what is due, so that
 * wc_writer_reason is right when this returns; then starts the thread. Errors: NO_MEMORY, IO (no
 * thread). */
WC_MUST_USE wc_status wc_writer_start(wc_writer **writer, const wc_writer_options *options);

/* Finishes the block at hand, answers everything that waits with STOPPING, ends the thread. Others
 * may go on asking the writer; whatever they submit is answered STOPPING. */
void wc_writer_stop(wc_writer *writer);

/* Nobody asks it any more. Requires: stopped. NULL is allowed. */
void wc_writer_free(wc_writer *writer);

/* Hands a submission over. False: the writer stops, or too many are handed over already; it stays
 * the caller's and answer says why. */
bool wc_writer_submit(wc_writer *writer, wc_submission *submission);

/* When the thread last came around, as wc_now_ns counts: about once a second while nothing happens.
 */
int64_t wc_writer_beat_ns(const wc_writer *writer);

uint64_t wc_writer_pending(const wc_writer *writer); /* transactions that wait */

wc_stop_reason wc_writer_reason(const wc_writer *writer);

/* Runs a job on the sealing thread between two blocks and waits for it. False: it stops. */
bool wc_writer_run(wc_writer *writer, void (*job)(void *self, wc_chain *chain), void *self);

/* The sealing thread has ended by itself because its state cannot be trusted (reason FAULT). */
bool wc_writer_has_failed(const wc_writer *writer);

#endif
