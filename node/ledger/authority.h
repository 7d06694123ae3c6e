/* Inside the ledger: who may do what, and whose money may leave a free balance (D2).
 *
 * Accounts, roles, the administration's rule and the granted part of mandates are read as of block
 * start; what has been used of a ceiling, a mandate or a key's daily limit is running state. */
#ifndef WC_NODE_LEDGER_AUTHORITY_H
#define WC_NODE_LEDGER_AUTHORITY_H

#include "node/ledger/job.h"

/* The account as of block start. NOT_FOUND; CORRUPT. */
WC_MUST_USE wc_status wc_account_at_start(wc_ledger *ledger, const wc_address *address,
                                          wc_account *account);

/* Does it hold the role at this height? An address without account holds none. */
WC_MUST_USE wc_status wc_role_is_held(wc_ledger *ledger, const wc_address *address, uint16_t role,
                                      bool *is_held);

/* Has it begun to hold the role at this height or an earlier one, whatever has become of the grant
 * or of the account? Who did something in a role answers for it when the role has ended. */
WC_MUST_USE wc_status wc_role_was_held(wc_ledger *ledger, const wc_address *address, uint16_t role,
                                       bool *was_held);

/* Position of an address among the transaction's signers, or -1. */
int wc_tx_auth_index(const wc_tx *tx, const wc_address *address);

/* True when the address signs the running call of the transaction. */
bool wc_call_is_signed_by(const wc_job *job, const wc_address *address);

/* Number of different keys that signed the transaction for this address. */
unsigned wc_tx_key_count(const wc_tx *tx, const wc_address *address);

/* Refuses with NOT_AUTHORISED unless the administration's rule is met by the signers of the running
 * call. */
void wc_require_admin(wc_job *job);

/* Is there an account or a contract of this address now? *is_open: it may be given money (an active
 * account, a contract that has not ended). */
WC_MUST_USE wc_status wc_party_find(wc_job *job, const wc_address *party, bool *exists,
                                    bool *is_open);

/* Asks the daily limits of the keys that signed for the party, and uses them up: what it debits, or
 * issues. *why: NONE or KEY_CAP_EXCEEDED. Requires: the party is a signer. Errors: as
 * wc_overlay_put. */
WC_MUST_USE wc_status wc_key_limits_use(wc_job *job, const wc_address *party, uint32_t asset,
                                        int64_t amount, wc_refusal *why);

typedef struct wc_debit {
    wc_address party;    /* whose free balance */
    wc_address instance; /* the contract that takes it into escrow */
    uint32_t asset;
    int64_t amount;        /* > 0 */
    bool may_use_ceilings; /* a listed call; false in sends and time-outs */
} wc_debit;

/* Asks whether the debit is covered by a signed ceiling or a mandate, and uses it up. *cause: LOCK
 * or MANDATE. *why: NONE when it is; else CALL_NOT_SIGNED, CEILING_EXCEEDED, KEY_CAP_EXCEEDED or
 * MANDATE_EXCEEDED. */
WC_MUST_USE wc_status wc_debit_authorise(wc_job *job, const wc_debit *debit,
                                         wc_posting_cause *cause, wc_refusal *why);

#endif
