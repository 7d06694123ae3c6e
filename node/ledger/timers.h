/* Inside the ledger: the time-outs of a block (D8). */
#ifndef WC_NODE_LEDGER_TIMERS_H
#define WC_NODE_LEDGER_TIMERS_H

#include "node/ledger/job.h"

/* Fires what is due, in the order (due time, instance), until params.timer_gas_max is used up or a
 * limit of the block is reached; the rest stays due. Each appends its receipt. */
WC_MUST_USE wc_status wc_timers_run(wc_ledger *ledger);

/* Changes of the block, ascending by instance, each instance once; from the ledger's arena. */
const wc_timer_change *wc_timers_changes(wc_ledger *ledger, uint32_t *count);

#endif
