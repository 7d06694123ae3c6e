/* Inside the ledger: one run of contract code, from reading the instance to storing it again.
 *
 *   wc_frame_open    instance entry and image; memory from the ledger's stack
 *   wc_frame_run     the machine runs an entry, with host.c as its host
 *   wc_frame_store   on success: root record, state, time-out, release of escrow at the end
 *   wc_frame_close   gives image and memory back, always
 *
 * Only one frame at a time may write; views open frames inside it, at most
 * WC_INSTANCE_DEPTH_MAX deep, because references lead to older instances only. */
#ifndef WC_NODE_LEDGER_FRAME_H
#define WC_NODE_LEDGER_FRAME_H

#include "node/ledger/job.h"

typedef enum wc_frame_kind {
    WC_FRAME_ACTION, /* a listed call */
    WC_FRAME_SENT,   /* a queued send */
    WC_FRAME_TIMER,
    WC_FRAME_DEPLOY,
    WC_FRAME_VIEW
} wc_frame_kind;

typedef struct wc_frame {
    wc_job *job;
    wc_frame_kind kind;
    uint8_t depth; /* 0: not a view of a view */
    size_t mark;   /* of the ledger's stack */
    wc_address id;
    wc_instance_entry entry; /* its slices lie on the stack */
    wc_image_slot *image;
    wc_address principal; /* zero without */
    bool has_principal;
    const wc_address *signers; /* DEPLOY: who signed the creation; else NULL */
    uint8_t signer_count;
    uint16_t holders_before;
} wc_frame;

/* Module of a code id, loaded and pinned (wc_images_unpin). Errors: NOT_FOUND; CORRUPT. */
WC_MUST_USE wc_status wc_ledger_load(wc_ledger *ledger, const wc_hash *code, wc_image_slot **slot);

/* Sets slot->assets from the registry. *refusal: NONE, ASSET_UNKNOWN (no such code, or another
 * number of decimals), or ASSET_NOT_TRANSFERABLE (network units). */
WC_MUST_USE wc_status wc_ledger_bind_assets(wc_ledger *ledger, wc_image_slot *slot,
                                            wc_refusal *refusal);

/* Opens a frame on a stored instance. NOT_FOUND: there is none. */
WC_MUST_USE wc_status wc_frame_open(wc_frame *frame, wc_job *job, wc_frame_kind kind,
                                    const wc_address *id);
void wc_frame_close(wc_frame *frame);

/* Runs an entry within gas_limit. Gas is not charged to the job. */
WC_MUST_USE wc_status wc_frame_run(wc_frame *frame, uint16_t entry, wc_slice args,
                                   uint64_t gas_limit, wc_outcome *outcome);

/* Runs the upgrade function of the frame's image, the next version, on the record that `old` wrote.
 */
WC_MUST_USE wc_status wc_frame_upgrade(wc_frame *frame, const wc_module *old, uint64_t gas_limit,
                                       wc_outcome *outcome);

/* Fails the job when a time-out of the instance is due and has not run. */
void wc_frame_refuse_overdue(wc_frame *frame);

/* The time-out of the present state that comes next behind the clause in force, in the order (due
 * time, clause). *is_found false: that one is the last. */
WC_MUST_USE wc_status wc_frame_next_clause(wc_frame *frame, int64_t *due_s, uint16_t *clause,
                                           bool *is_found);

/* Turns an outcome that is not OK into the job's failure. */
void wc_frame_fail(const wc_frame *frame, const wc_outcome *outcome);

/* Stores what an outcome that is OK changed. prior_due_s: time-out before, for the index. */
WC_MUST_USE wc_status wc_frame_store(wc_frame *frame, const wc_outcome *outcome);

/* Writes the entry as it stands. Errors: as wc_overlay_put. */
WC_MUST_USE wc_status wc_entry_store(wc_job *job, const wc_address *id,
                                     const wc_instance_entry *entry);

/* Who receives the own balance of an instance that ends: first signatory, else first party; NULL
 * when it has no party. *heir is filled. */
const wc_address *wc_frame_heir(const wc_frame *frame, wc_address *heir);

/* ---- calls (calls.c) ------------------------------------------------------------------------- */

/* Runs the listed call job->call of the transaction: kinds ACTION and READINGS. */
WC_MUST_USE wc_status wc_call_action(wc_job *job, const wc_tx_call *call);

/* Runs an action in the listed call job->call, with another caller than its principal: a page
 * (page.h), whose actions the ledger itself calls. */
WC_MUST_USE wc_status wc_call_action_as(wc_job *job, const wc_address *target, uint16_t method,
                                        const wc_address *caller, wc_slice args);

/* Runs queued sends until none is left or the job has failed. */
WC_MUST_USE wc_status wc_call_sends(wc_job *job);

/* ---- creation (create.c) --------------------------------------------------------------------- */

WC_MUST_USE wc_status wc_call_deploy(wc_job *job, const wc_tx_call *call);
WC_MUST_USE wc_status wc_call_instantiate(wc_job *job, const wc_tx_call *call);

typedef struct wc_creation {
    wc_hash code;
    wc_slice parties; /* 32 bytes each */
    uint8_t party_count;
    wc_slice terms;
    const wc_address *signers; /* who signed */
    uint8_t signer_count;
    wc_address principal;
    wc_hash offer; /* zero: none */
} wc_creation;

/* Creates an instance (ordinal 0 of the running call). *id is its address unless the job failed.
 */
WC_MUST_USE wc_status wc_create_instance(wc_job *job, const wc_creation *creation, wc_address *id);

/* Depth and fitness of the contracts that terms refer to (references.c), which are marked: while
 * they are referred to, an upgrade keeps what they offer. *depth: 1 + the deepest. *refusal: NONE,
 * BAD_ARGUMENTS (terms do not parse), REFERENCE_UNFIT or DEPTH_TOO_HIGH. */
WC_MUST_USE wc_status wc_references_check(wc_job *job, const wc_module *module, wc_slice terms,
                                          uint8_t *depth, wc_refusal *refusal);

/* ---- host (host.c) --------------------------------------------------------------------------- */

extern const wc_host_ops wc_ledger_host_ops;

#endif
