/* Recovery of an account whose keys are lost: guardians ask for a new key, the account has a delay
 * to object, then the new key stands alone.
 *
 *   recovery  v | started_s i64 | effective_s i64 | key 77 | n u8 | guardian 32 each
 *
 * It lies under the account and its own number H("rec/1", account ‖ key), so that one guardian's
 * request cannot stand in another's way. effective_s is 0 until enough guardians support it; they
 * ascend. Decoders: one encoding, all bytes; errors as in params.h. */
#ifndef WC_NODE_LEDGER_RECOVERY_H
#define WC_NODE_LEDGER_RECOVERY_H

#include "node/ledger/account.h"

typedef struct wc_recovery {
    int64_t started_s;
    int64_t effective_s; /* 0: not enough guardians yet */
    wc_account_key key;
    uint8_t guardian_count; /* in [1, WC_ACCOUNT_GUARDIANS_MAX] */
    wc_address guardians[WC_ACCOUNT_GUARDIANS_MAX];
} wc_recovery;

#define WC_RECOVERY_SIZE_MAX (18u + WC_ACCOUNT_KEY_SIZE + WC_ACCOUNT_GUARDIANS_MAX * 32u)

/* What the event RECOVERY_CHANGED says. */
typedef enum wc_recovery_status {
    WC_RECOVERY_SUPPORTED = 1,
    WC_RECOVERY_WAITS = 2, /* enough guardians; effective_s is set */
    WC_RECOVERY_CANCELLED = 3,
    WC_RECOVERY_DONE = 4
} wc_recovery_status;

wc_hash wc_recovery_id(const wc_address *account, const wc_account_key *key);

void wc_recovery_put(wc_buf *buf, const wc_recovery *recovery);
WC_MUST_USE wc_status wc_recovery_decode(wc_recovery *recovery, wc_slice value);

#endif
