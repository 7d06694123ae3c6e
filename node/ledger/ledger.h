/* Inside the ledger: its beginning, and what block and reading share. */
#ifndef WC_NODE_LEDGER_LEDGER_H
#define WC_NODE_LEDGER_LEDGER_H

#include "node/ledger/job.h"

/* Forgets the block before and reads parameters, administration and validators. */
WC_MUST_USE wc_status wc_ledger_begin(wc_ledger *ledger, uint64_t height, int64_t time_s);

/* Makes the overlay anew when the parameters' limit of written bytes has changed. */
void wc_ledger_limit_writes(wc_ledger *ledger, uint32_t block_bytes);

#endif
