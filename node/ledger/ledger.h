/* Inside the ledger: its beginning, and what block and reading share. */
#ifndef WC_NODE_LEDGER_LEDGER_H
#define WC_NODE_LEDGER_LEDGER_H

#include "node/ledger/job.h"

/* From here on the state is read as the store has it, until a block begins; nothing is written. */
void wc_ledger_read_only(wc_ledger *ledger);

/* The same, with parameters and administration read. */
WC_MUST_USE wc_status wc_ledger_begin_reading(wc_ledger *ledger, uint64_t height, int64_t time_s);

/* Makes the overlay of blocks anew when the parameters' limit of written bytes has changed. */
void wc_ledger_limit_writes(wc_ledger *ledger, uint32_t block_bytes);

#endif
