/* Inside the ledger: the functions behind wc_host_ops, for the frame that `self` is.
 *
 * A failure of the state below is noted in ledger->stop and answered with STOP; a refusal that has
 * a code of its own is noted in job->host_refusal. */
#ifndef WC_NODE_LEDGER_HOST_H
#define WC_NODE_LEDGER_HOST_H

#include "node/ledger/frame.h"

wc_host_answer wc_host_stop(wc_frame *frame, wc_status status);
wc_host_answer wc_host_refuse(wc_frame *frame, wc_refusal refusal, wc_host_answer answer);

/* Answer to a write: TOO_LARGE is the transaction's limit, everything else stops. */
wc_host_answer wc_host_written(wc_frame *frame, wc_status status);

wc_address wc_address_of(const wc_party *party);

/* host_money.c */
wc_host_answer wc_host_post(void *self, const wc_posting *posting, int64_t *have);
wc_host_answer wc_host_escrow(void *self, const wc_party *party, uint16_t currency,
                              int64_t *amount);
wc_host_answer wc_host_own_balance(void *self, uint16_t currency, int64_t *amount);
wc_host_answer wc_host_posted(void *self, const wc_party *party, uint16_t currency,
                              int64_t *amount);
wc_host_answer wc_host_unlock_all(void *self, uint32_t *holders);
wc_host_answer wc_host_holder_count(void *self, uint32_t *holders);

#endif
