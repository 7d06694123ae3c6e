/* Inside the ledger: the one place where balances change.
 *
 * A posting moves an amount of one asset between two sub-accounts and leaves an event with its
 * cause. free(issuance) is not stored: what leaves it is issued, what enters it is redeemed, so the
 * supply of an asset is what all other sub-accounts hold together. */
#ifndef WC_NODE_LEDGER_POST_H
#define WC_NODE_LEDGER_POST_H

#include "node/ledger/job.h"

typedef enum wc_post_answer {
    WC_POSTED = 0,
    WC_POST_SHORT = 1,   /* `from` holds less than the amount */
    WC_POST_HOLDERS = 2, /* the contract has WC_ESCROW_MAX holders */
    WC_POST_REPORT = 3   /* the report is full */
} wc_post_answer;

/* Moves the amount (> 0). holders: number of escrow entries of the instance whose escrow is
 * touched; kept up to date; NULL when no escrow is. *have: what `from` held. Only WC_POSTED changes
 * anything. Errors: TOO_LARGE - a write limit of the transaction. */
WC_MUST_USE wc_status wc_post(wc_job *job, const wc_ledger_posting *posting, uint16_t *holders,
                              wc_post_answer *answer, int64_t *have);

/* What a sub-account holds; 0 when nothing. Not for free(issuance). */
WC_MUST_USE wc_status wc_balance(wc_ledger *ledger, const wc_sub_account *account, uint32_t asset,
                                 int64_t *amount);

wc_sub_account wc_sub_free(const wc_address *owner);
wc_sub_account wc_sub_escrow(const wc_address *instance, const wc_address *party);

/* Returns every escrow of an instance to its owner in key order, then, when heir is given, the
 * instance's own balances to heir. *holders: escrow entries, counted down. *answer: POSTED or
 * REPORT.
 */
WC_MUST_USE wc_status wc_post_release(wc_job *job, const wc_address *instance,
                                      const wc_address *heir, wc_posting_cause cause,
                                      uint16_t *holders, wc_post_answer *answer);

/* Fee of the job: payer -> fees; nothing for 0. Requires: the payer holds it (admission). */
WC_MUST_USE wc_status wc_post_fee(wc_job *job, const wc_address *payer, int64_t fee);

/* ceil(gas * price / 10^6); OVERFLOW. */
WC_MUST_USE wc_status wc_fee_of(int64_t *fee, uint64_t gas, uint64_t price);

/* Does the block leave as much money as it should? Sums the changes of all balances and of the
 * registry per asset; a difference is our own bug and stops the node (D27). */
void wc_assert_conservation(const wc_ledger *ledger);

#endif
