/* Inside the ledger: one transaction of a block, from its verdict to its receipt. */
#ifndef WC_NODE_LEDGER_EXECUTE_H
#define WC_NODE_LEDGER_EXECUTE_H

#include "node/ledger/job.h"

/* Runs the candidate (refused before: only reports that) and appends its receipt. */
WC_MUST_USE wc_status wc_execute(wc_ledger *ledger, const wc_candidate *candidate);

/* Gas that a transaction costs before its calls do anything. */
uint64_t wc_intrinsic_gas(const wc_tx *tx, size_t size);

#endif
