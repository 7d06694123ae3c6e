/* Recovery requests as state values; see recovery.h for the layout. */
#include "node/ledger/recovery.h"

#include "node/crypto/crypto.h"
#include "node/ledger/read.h"

wc_hash wc_recovery_id(const wc_address *account, const wc_account_key *key)
{
    uint8_t bytes[WC_ACCOUNT_KEY_SIZE];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_account_key_put(&buf, key);
    wc_assert(!buf.full);
    wc_slice parts[2] = {wc_slice_of(account->bytes, WC_HASH_SIZE), wc_buf_slice(&buf)};
    return wc_hash_domain("rec/1", parts, WC_ARRAY_LEN(parts));
}

void wc_recovery_put(wc_buf *buf, const wc_recovery *recovery)
{
    wc_buf_put_u8(buf, WC_STATE_VALUE_VERSION);
    wc_buf_put_i64(buf, recovery->started_s);
    wc_buf_put_i64(buf, recovery->effective_s);
    wc_account_key_put(buf, &recovery->key);
    wc_buf_put_u8(buf, recovery->guardian_count);
    for (uint8_t i = 0; i < recovery->guardian_count; i++) {
        wc_buf_put_hash(buf, &recovery->guardians[i]);
    }
}

wc_status wc_recovery_decode(wc_recovery *recovery, wc_slice value)
{
    wc_reader r = wc_reader_of(value);
    WC_TRY(wc_read_value_version(&r));
    WC_TRY(wc_read_i64(&r, &recovery->started_s));
    WC_TRY(wc_read_i64(&r, &recovery->effective_s));
    WC_TRY(wc_account_key_read(&r, &recovery->key));
    WC_TRY(wc_read_u8_in(&r, 1, WC_ACCOUNT_GUARDIANS_MAX, &recovery->guardian_count));
    for (uint8_t i = 0; i < recovery->guardian_count; i++) {
        wc_address *guardian = &recovery->guardians[i];
        WC_TRY(wc_read_hash(&r, guardian));
        if (i > 0 && wc_hash_compare(guardian - 1, guardian) >= 0) return WC_NOT_CANONICAL;
    }
    return wc_read_end(&r);
}
