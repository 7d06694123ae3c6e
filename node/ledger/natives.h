/* Native methods: what the ledger itself does when it is called. Table: natives.def.
 *
 * A native call (kind 3) has the target wc_native_target() and the number of the method; it is
 * authorised by the call's signers, its principal acting. What it returns stands in the outcome. */
#ifndef WC_NODE_LEDGER_NATIVES_H
#define WC_NODE_LEDGER_NATIVES_H

#include "node/ledger/job.h"
#include "node/ledger/offer.h"
#include "node/ledger/page.h"

typedef enum wc_native_method {
#define WC_NATIVE(number, name, who, args, text) WC_NATIVE_##name = (number),
#include "node/ledger/natives.def"
#undef WC_NATIVE
} wc_native_method;

typedef struct wc_native_entry {
    uint16_t number;
    wc_str name; /* "offer_accept" */
    wc_str who;
    wc_str args;
    wc_str text;
} wc_native_entry;

/* The table, for clients and documentation. */
const wc_native_entry *wc_native_table(size_t *count);
const wc_native_entry *wc_native_find(uint16_t number); /* NULL: none */

/* H("sys/1", "native"). */
wc_address wc_native_target(void);

/* ---- inside the ledger ----------------------------------------------------------------------- */

/* Runs the native call job->call. */
WC_MUST_USE wc_status wc_native_run(wc_job *job, const wc_tx_call *call);

/* Result of the running call; at most WC_CALL_RESULT_MAX bytes. */
void wc_native_return(wc_job *job, wc_slice result);

/* Called by natives.c. Each reads its arguments from args, which it consumes or refuses with
 * BAD_ARGUMENTS; what fails the transaction is in the job. */
#define WC_NATIVE(number, name, who, args_text, text)                                              \
    WC_MUST_USE wc_status wc_native_##name(wc_job *job, const wc_tx_call *call, wc_slice args);
#include "node/ledger/natives.def"
#undef WC_NATIVE

/* Kinds of changes that the administration proposes. Table: proposals.def. */
typedef enum wc_proposal_kind {
#define WC_PROPOSAL(number, name, body, text) WC_PROPOSES_##name = (number),
#include "node/ledger/proposals.def"
#undef WC_PROPOSAL
} wc_proposal_kind;

/* H("prop/1", kind u16 ‖ body): the same change has one number. */
wc_hash wc_proposal_id(uint16_t kind, wc_slice body);

/* Refuses the deployment of this code unless the administration's rule allows it: by its signatures
 * on the call, or, on a chain with a governance delay, by an approved proposal whose time has come,
 * which is then done. */
WC_MUST_USE wc_status wc_governance_allow_code(wc_job *job, const wc_tx_call *call,
                                               const wc_hash *code);

/* The principal of a call. */
const wc_address *wc_call_principal(const wc_job *job, const wc_tx_call *call);

/* Before a reading call (kind 4) runs its action: is it signed by a registered, valid meter, and
 * new? Records it (readings.c). */
WC_MUST_USE wc_status wc_reading_accept(wc_job *job, const wc_tx_call *call);

/* A reading call in pieces: a batch of readings of a page. Accepts it and runs the action of the
 * page's contract (batches.c). */
WC_MUST_USE wc_status wc_batch_call(wc_job *job, const wc_tx_call *call);

/* The operator whose quota pays for the batch. Requires: the call has succeeded. */
WC_MUST_USE wc_status wc_batch_quota_holder(wc_job *job, const wc_tx_call *call,
                                            wc_address *holder);

/* Page `number` of the aggregator; what it borrows lies on the ledger's stack. Refuses with
 * PAGE_UNKNOWN. */
WC_MUST_USE wc_status wc_page_load(wc_job *job, const wc_address *aggregator, uint32_t number,
                                   wc_page *page);

#endif
