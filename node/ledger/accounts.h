/* Inside the ledger: accounts while native calls change them.
 *
 * A change builds on the account as earlier calls of the block left it; who may sign is read as of
 * block start (D3), so that everything here counts from the next block on. */
#ifndef WC_NODE_LEDGER_ACCOUNTS_H
#define WC_NODE_LEDGER_ACCOUNTS_H

#include "node/crypto/crypto.h"
#include "node/ledger/account.h"
#include "node/ledger/job.h"

typedef enum wc_account_change {
#define WC_ACCOUNT_CHANGE(number, name, third, text) WC_ACCOUNT_##name = (number),
#include "node/ledger/account_changes.def"
#undef WC_ACCOUNT_CHANGE
} wc_account_change;

/* Loads an account; the job fails with TARGET_UNKNOWN when there is none. */
WC_MUST_USE wc_status wc_accounts_load(wc_job *job, const wc_address *address, wc_account *account);
void wc_accounts_store(wc_job *job, const wc_address *address, const wc_account *account);

/* Event ACCOUNT_CHANGED; detail: the role or key number, 0 when there is none. */
void wc_accounts_announce(wc_job *job, const wc_address *address, wc_account_change what,
                          uint16_t detail);

/* Is every key that signed for this account free of limits: full scope, no daily limit? A limited
 * key that changed keys could lift its own limits. The account must be a signer. */
WC_MUST_USE wc_status wc_accounts_signed_freely(wc_job *job, const wc_address *address,
                                                bool *is_free);

/* Refuses with NOT_AUTHORISED unless the account signs the running call (with `or_owner` the owner
 * of a device may sign for it), with KEY_LIMITED when a limited key did. */
WC_MUST_USE wc_status wc_accounts_require(wc_job *job, const wc_address *address,
                                          const wc_account *account, bool or_owner);

/* ---- keys (natives_keys.c) ------------------------------------------------------------------- */

typedef struct wc_new_key {
    wc_account_key key;
    wc_signature proof; /* of possession: over wc_possession_hash */
} wc_new_key;

/* Refuses with KEY_EXISTS when the number stands in the account or its history. */
WC_MUST_USE wc_status wc_accounts_check_number(wc_job *job, const wc_address *address,
                                               const wc_account *account, uint16_t key_id);

/* Refuses with KEY_UNFIT (public key or proof), KEY_EXISTS or BAD_ARGUMENTS (revoked already, never
 * valid). Moves from_h to the next block. Charges for the verification. */
WC_MUST_USE wc_status wc_accounts_check_key(wc_job *job, const wc_address *address,
                                            const wc_account *account, wc_new_key *offer);

/* Puts a key in its place by number; refuses with TOO_MANY. */
void wc_accounts_insert_key(wc_job *job, wc_account *account, const wc_account_key *key);

/* Writes the key at this position to the history, revoked from the next block on, and takes it out
 * of the account. */
void wc_accounts_retire_key(wc_job *job, const wc_address *address, wc_account *account,
                            uint8_t at);

/* Refuses with POLICY_UNREACHABLE when the keys that are valid in the next block do not reach the
 * threshold. */
void wc_accounts_check_policy(wc_job *job, const wc_account *account);

#endif
