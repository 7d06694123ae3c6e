/* Native methods of guardians: who they are, and how they give an account a new key. */
#include "node/ledger/accounts.h"
#include "node/ledger/authority.h"
#include "node/ledger/natives.h"
#include "node/ledger/read.h"
#include "node/ledger/recovery.h"

/* ---- who the guardians are ------------------------------------------------------------------- */

static bool read_guardians(wc_reader *reader, wc_account *account)
{
    if (wc_read_u8(reader, &account->guardian_threshold) != WC_OK ||
        wc_read_u32(reader, &account->recovery_delay_s) != WC_OK ||
        wc_read_u8_in(reader, 0, WC_ACCOUNT_GUARDIANS_MAX, &account->guardian_count) != WC_OK) {
        return false;
    }
    for (uint8_t i = 0; i < account->guardian_count; i++) {
        wc_address *guardian = &account->guardians[i];
        if (wc_read_hash(reader, guardian) != WC_OK) return false;
        if (i > 0 && wc_hash_compare(guardian - 1, guardian) >= 0) return false;
    }
    uint8_t least = account->guardian_count > 0 ? 1 : 0;
    return account->guardian_threshold >= least &&
           account->guardian_threshold <= account->guardian_count && wc_read_end(reader) == WC_OK;
}

/* Each guardian is an account that can sign, and another one than the account itself. */
static wc_status check_guardians(wc_job *job, const wc_address *address, const wc_account *account)
{
    for (uint8_t i = 0; i < account->guardian_count; i++) {
        const wc_address *guardian = &account->guardians[i];
        wc_account other;
        if (wc_hash_equal(guardian, address)) wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
        WC_TRY(wc_accounts_load(job, guardian, &other));
        if (job->is_failed) return WC_OK;
    }
    if (account->guardian_count > 0 && account->recovery_delay_s < WC_RECOVERY_DELAY_S_MIN) {
        wc_job_refuse(job, WC_REFUSAL_DELAY_TOO_SHORT);
    }
    return WC_OK;
}

wc_status wc_native_guardians_set(wc_job *job, const wc_tx_call *call, wc_slice args)
{
    (void)call;
    wc_reader reader = wc_reader_of(args);
    wc_address address = {{0}};
    wc_account account;
    if (wc_read_hash(&reader, &address) != WC_OK) {
        wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
        return WC_OK;
    }
    WC_TRY(wc_accounts_load(job, &address, &account));
    if (job->is_failed) return WC_OK;
    WC_TRY(wc_accounts_require(job, &address, &account, false));
    if (!read_guardians(&reader, &account)) wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
    if (job->is_failed) return WC_OK;
    WC_TRY(check_guardians(job, &address, &account));
    if (job->is_failed) return WC_OK;
    wc_accounts_store(job, &address, &account);
    wc_accounts_announce(job, &address, WC_ACCOUNT_GUARDIANS_SET, 0);
    return WC_OK;
}

/* ---- a request ------------------------------------------------------------------------------- */

static wc_status load_recovery(wc_job *job, const wc_address *address, const wc_hash *id,
                               wc_recovery *recovery)
{
    wc_state_key key = wc_key_recovery(address, id);
    wc_slice value;
    wc_status status = wc_job_get(job, &key, &value);
    if (status != WC_OK) return status;
    return wc_recovery_decode(recovery, value) == WC_OK ? WC_OK : WC_CORRUPT;
}

static void store_recovery(wc_job *job, const wc_address *address, const wc_hash *id,
                           const wc_recovery *recovery)
{
    uint8_t bytes[WC_RECOVERY_SIZE_MAX];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_recovery_put(&buf, recovery);
    wc_assert(!buf.full);
    wc_state_key key = wc_key_recovery(address, id);
    wc_job_put(job, &key, wc_buf_slice(&buf));
}

static void announce(wc_job *job, const wc_tx_call *call, const wc_address *address,
                     const wc_hash *id, wc_recovery_status status, int64_t effective_s)
{
    wc_event_data data;
    wc_buf *buf = wc_event_data_begin(&data);
    wc_buf_put_hash(buf, address);
    wc_buf_put_hash(buf, id);
    wc_buf_put_u8(buf, (uint8_t)status);
    wc_buf_put_hash(buf, wc_call_principal(job, call));
    wc_buf_put_i64(buf, effective_s);
    wc_job_announce(job, WC_EVENT_RECOVERY_CHANGED, wc_buf_slice(buf));
}

static bool is_guardian(const wc_account *account, const wc_address *address)
{
    for (uint8_t i = 0; i < account->guardian_count; i++) {
        if (wc_hash_equal(&account->guardians[i], address)) return true;
    }
    return false;
}

/* Adds a guardian in the order of addresses; one that stands there is ALREADY_SIGNED. */
static void add_support(wc_job *job, wc_recovery *recovery, const wc_address *guardian)
{
    uint8_t at = 0;
    for (; at < recovery->guardian_count; at++) {
        int order = wc_hash_compare(&recovery->guardians[at], guardian);
        if (order == 0) wc_job_refuse(job, WC_REFUSAL_ALREADY_SIGNED);
        if (order >= 0) break;
    }
    if (!job->is_failed && recovery->guardian_count == WC_ACCOUNT_GUARDIANS_MAX) {
        wc_job_refuse(job, WC_REFUSAL_TOO_MANY); /* former guardians stand there, too */
    }
    if (job->is_failed) return;
    memmove(&recovery->guardians[at + 1], &recovery->guardians[at],
            (size_t)(recovery->guardian_count - at) * sizeof recovery->guardians[0]);
    recovery->guardians[at] = *guardian;
    recovery->guardian_count++;
}

/* How many of those who support it are guardians now. */
static unsigned support_of(const wc_recovery *recovery, const wc_account *account)
{
    unsigned count = 0;
    for (uint8_t i = 0; i < recovery->guardian_count; i++) {
        if (is_guardian(account, &recovery->guardians[i])) count++;
    }
    return count;
}

static void begin_delay(wc_job *job, wc_recovery *recovery, const wc_account *account)
{
    bool waits = recovery->effective_s != 0;
    if (waits || support_of(recovery, account) < account->guardian_threshold) return;
    if (wc_i64_add(job->ledger->time_s, account->recovery_delay_s, &recovery->effective_s) !=
        WC_OK) {
        wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
    }
}

/* Loads the account and demands that the call's principal is a guardian of it. */
static wc_status open_guarded(wc_job *job, const wc_tx_call *call, const wc_address *address,
                              wc_account *account)
{
    WC_TRY(wc_accounts_load(job, address, account));
    if (job->is_failed) return WC_OK;
    if (!is_guardian(account, wc_call_principal(job, call))) {
        wc_job_refuse(job, WC_REFUSAL_NOT_AUTHORISED);
    }
    return WC_OK;
}

wc_status wc_native_recovery_support(wc_job *job, const wc_tx_call *call, wc_slice args)
{
    wc_reader reader = wc_reader_of(args);
    wc_address address = {{0}};
    wc_new_key offer;
    wc_account account;
    if (wc_read_hash(&reader, &address) != WC_OK ||
        wc_account_key_read(&reader, &offer.key) != WC_OK ||
        wc_read_bytes(&reader, offer.proof.bytes, sizeof offer.proof.bytes) != WC_OK ||
        wc_read_end(&reader) != WC_OK) {
        wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
        return WC_OK;
    }
    WC_TRY(open_guarded(job, call, &address, &account));
    if (job->is_failed) return WC_OK;
    wc_hash id = wc_recovery_id(&address, &offer.key);
    WC_TRY(wc_accounts_check_key(job, &address, &account, &offer));
    if (job->is_failed) return WC_OK;
    wc_recovery recovery;
    wc_status status = load_recovery(job, &address, &id, &recovery);
    if (status == WC_NOT_FOUND) {
        recovery = (wc_recovery){.started_s = job->ledger->time_s, .key = offer.key};
    } else if (status != WC_OK) {
        return status;
    }
    add_support(job, &recovery, wc_call_principal(job, call));
    if (!job->is_failed) begin_delay(job, &recovery, &account);
    if (job->is_failed) return WC_OK;
    store_recovery(job, &address, &id, &recovery);
    announce(job, call, &address, &id,
             recovery.effective_s != 0 ? WC_RECOVERY_WAITS : WC_RECOVERY_SUPPORTED,
             recovery.effective_s);
    wc_native_return(job, wc_slice_of(id.bytes, sizeof id.bytes));
    return WC_OK;
}

/* ---- its end --------------------------------------------------------------------------------- */

typedef struct request_args {
    wc_address account;
    wc_hash id;
} request_args;

/* Reads which request a call means, and loads it; TARGET_UNKNOWN. */
static wc_status open_request(wc_job *job, wc_slice args, request_args *request,
                              wc_recovery *recovery)
{
    wc_reader reader = wc_reader_of(args);
    if (wc_read_hash(&reader, &request->account) != WC_OK ||
        wc_read_hash(&reader, &request->id) != WC_OK || wc_read_end(&reader) != WC_OK) {
        wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
        return WC_OK;
    }
    wc_status status = load_recovery(job, &request->account, &request->id, recovery);
    if (status == WC_NOT_FOUND) wc_job_refuse(job, WC_REFUSAL_TARGET_UNKNOWN);
    return status == WC_NOT_FOUND ? WC_OK : status;
}

static void close_request(wc_job *job, const wc_tx_call *call, const request_args *request,
                          wc_recovery_status status)
{
    wc_state_key key = wc_key_recovery(&request->account, &request->id);
    wc_job_delete(job, &key);
    announce(job, call, &request->account, &request->id, status, 0);
}

wc_status wc_native_recovery_cancel(wc_job *job, const wc_tx_call *call, wc_slice args)
{
    request_args request = {0};
    wc_recovery recovery;
    wc_account account;
    WC_TRY(open_request(job, args, &request, &recovery));
    if (job->is_failed) return WC_OK;
    WC_TRY(wc_accounts_load(job, &request.account, &account));
    if (job->is_failed) return WC_OK;
    WC_TRY(wc_accounts_require(job, &request.account, &account, false));
    if (job->is_failed) return WC_OK;
    close_request(job, call, &request, WC_RECOVERY_CANCELLED);
    return WC_OK;
}

/* The requested key takes the place of all others; its weight alone is the threshold. */
static void replace_all_keys(wc_job *job, const wc_address *address, wc_account *account,
                             const wc_recovery *recovery)
{
    while (account->key_count > 0) {
        wc_accounts_retire_key(job, address, account, 0);
    }
    wc_account_key key = recovery->key;
    if (key.from_h <= job->ledger->height) key.from_h = job->ledger->height + 1;
    wc_accounts_insert_key(job, account, &key);
    account->threshold = key.weight;
    wc_accounts_check_policy(job, account);
}

wc_status wc_native_recovery_complete(wc_job *job, const wc_tx_call *call, wc_slice args)
{
    request_args request = {0};
    wc_recovery recovery;
    wc_account account;
    WC_TRY(open_request(job, args, &request, &recovery));
    if (job->is_failed) return WC_OK;
    WC_TRY(open_guarded(job, call, &request.account, &account));
    if (job->is_failed) return WC_OK;
    bool is_supported = support_of(&recovery, &account) >= account.guardian_threshold;
    bool is_due = recovery.effective_s != 0 && job->ledger->time_s >= recovery.effective_s;
    if (!is_supported || !is_due) wc_job_refuse(job, WC_REFUSAL_NOT_APPROVED);
    if (job->is_failed) return WC_OK;
    WC_TRY(wc_accounts_check_number(job, &request.account, &account, recovery.key.key_id));
    if (job->is_failed) return WC_OK;
    replace_all_keys(job, &request.account, &account, &recovery);
    if (job->is_failed) return WC_OK;
    wc_accounts_store(job, &request.account, &account);
    wc_accounts_announce(job, &request.account, WC_ACCOUNT_KEY_ADDED, recovery.key.key_id);
    close_request(job, call, &request, WC_RECOVERY_DONE);
    return WC_OK;
}
