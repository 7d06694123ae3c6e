/* Inside the ledger: may a transaction stand in this block? (D3, D4, admission in the fixed order.)
 *
 *   static part    everything that depends on the bytes and on the state at block start: decoding,
 *                  chain, size, window, accounts, roles, keys, thresholds; makes the verdict task
 *   verdict        the task's signatures, verified by whoever provides ledger->ports.verify
 *   running part   nonce, fee, room in the block: depends on the transactions before */
#ifndef WC_NODE_LEDGER_ADMIT_H
#define WC_NODE_LEDGER_ADMIT_H

#include "node/ledger/job.h"

/* Fills the candidate; when its refusal is NONE, *task is complete but for its verdict. Everything
 * lies in the ledger's arena. */
WC_MUST_USE wc_status wc_admit_static(wc_ledger *ledger, wc_slice raw, const wc_hash *raw_hash,
                                      wc_candidate *candidate, wc_verdict_task *task);

/* NONE, NONCE_*, FEE_NOT_COVERED or BLOCK_FULL. */
WC_MUST_USE wc_status wc_admit_running(wc_ledger *ledger, const wc_candidate *candidate,
                                       wc_refusal *refusal);

/* Does max_fee, and what the payer holds, cover the fee of the whole gas limit? NONE or
 * FEE_NOT_COVERED; *fee: that fee, when NONE. */
WC_MUST_USE wc_status wc_admit_fee(wc_ledger *ledger, const wc_candidate *candidate, int64_t *fee,
                                   wc_refusal *refusal);

/* State of the sender's lane as it stands. */
WC_MUST_USE wc_status wc_nonce_load(wc_ledger *ledger, const wc_tx *tx, wc_nonce *nonce);

#endif
