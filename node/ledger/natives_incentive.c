/* Native methods of the incentive: topping up network units, and attesting a replay. */
#include "node/ledger/asset.h"
#include "node/ledger/authority.h"
#include "node/ledger/incentive.h"
#include "node/ledger/natives.h"
#include "node/ledger/post.h"
#include "node/ledger/read.h"
#include "node/ledger/roles.h"

/* ---- network units --------------------------------------------------------------------------- */

typedef struct issue_args {
    wc_address party;
    int64_t amount;
    wc_slice reference;
} issue_args;

static bool read_issue(issue_args *issue, wc_slice args)
{
    wc_reader reader = wc_reader_of(args);
    return wc_read_hash(&reader, &issue->party) == WC_OK &&
           wc_read_i64(&reader, &issue->amount) == WC_OK &&
           wc_read_str8_in(&reader, 1, 255, &issue->reference) == WC_OK &&
           wc_read_end(&reader) == WC_OK;
}

/* Units are topped up for accounts only: a contract cannot hold or spend them. */
static wc_status check_issue(wc_job *job, const issue_args *issue, const wc_address *treasury)
{
    wc_state_key key = wc_key_asset(WC_ASSET_NETWORK);
    wc_slice value;
    wc_asset asset;
    bool is_treasury;
    wc_status status = wc_job_get(job, &key, &value);
    if (status != WC_OK) return status == WC_NOT_FOUND ? WC_CORRUPT : status;
    if (wc_asset_decode(&asset, value) != WC_OK) return WC_CORRUPT;
    WC_TRY(wc_role_is_held(job->ledger, treasury, WC_ROLE_TREASURY, &is_treasury));
    if (!is_treasury || !wc_hash_equal(treasury, &asset.issuer)) {
        wc_job_refuse(job, WC_REFUSAL_NOT_THE_ISSUER);
    }
    int64_t issued;
    if (issue->amount <= 0 || wc_i64_add(asset.issued, issue->amount, &issued) != WC_OK) {
        wc_job_refuse(job, WC_REFUSAL_AMOUNT_OUT_OF_RANGE);
    }
    if (job->is_failed) return WC_OK;
    key = wc_key_account(&issue->party);
    status = wc_job_get(job, &key, &value);
    if (status != WC_OK && status != WC_NOT_FOUND) return status;
    bool exists = status == WC_OK, is_open = false;
    if (exists) WC_TRY(wc_party_find(job, &issue->party, &exists, &is_open));
    if (!is_open) wc_job_refuse(job, WC_REFUSAL_TARGET_UNKNOWN);
    return WC_OK;
}

/* Each reference of the treasury, an invoice for instance, counts once. */
static wc_status note_reference(wc_job *job, const issue_args *issue, const wc_address *treasury,
                                wc_hash *reference)
{
    uint8_t length = (uint8_t)issue->reference.len;
    wc_slice parts[2] = {wc_slice_of(&length, 1), issue->reference};
    *reference = wc_hash_domain("units/1", parts, WC_ARRAY_LEN(parts));
    wc_state_key key = wc_key_top_up(treasury, reference);
    wc_slice value;
    wc_status status = wc_job_get(job, &key, &value);
    if (status != WC_OK && status != WC_NOT_FOUND) return status;
    if (status == WC_OK) wc_job_refuse(job, WC_REFUSAL_ALREADY_RECORDED);
    if (job->is_failed) return WC_OK;
    wc_top_up top_up = {issue->party, issue->amount, job->ledger->time_s};
    uint8_t bytes[WC_TOP_UP_SIZE];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_top_up_put(&buf, &top_up);
    wc_assert(!buf.full);
    wc_job_put(job, &key, wc_buf_slice(&buf));
    return WC_OK;
}

static wc_status post_units(wc_job *job, const issue_args *issue, const wc_hash *reference)
{
    wc_ledger_posting posting = {.asset = WC_ASSET_NETWORK,
                                 .from = wc_sub_free(&job->ledger->issuance),
                                 .to = wc_sub_free(&issue->party),
                                 .amount = issue->amount,
                                 .call = job->call,
                                 .cause = WC_CAUSE_ISSUE,
                                 .function = WC_NONE};
    wc_post_answer answer;
    if (!wc_job_charge(job, WC_GAS_POSTING)) return WC_OK;
    wc_status status = wc_post(job, &posting, NULL, &answer, NULL);
    if (status == WC_TOO_LARGE) wc_job_refuse(job, WC_REFUSAL_WRITE_LIMIT);
    if (status != WC_OK) return status == WC_TOO_LARGE ? WC_OK : status;
    if (answer != WC_POSTED) wc_job_refuse(job, WC_REFUSAL_EVENT_LIMIT);
    wc_event_data data;
    wc_buf *buf = wc_event_data_begin(&data);
    wc_buf_put_hash(buf, &issue->party);
    wc_buf_put_i64(buf, issue->amount);
    wc_buf_put_hash(buf, reference);
    wc_job_announce(job, WC_EVENT_UNITS_ISSUED, wc_buf_slice(buf));
    return WC_OK;
}

wc_status wc_native_units_issue(wc_job *job, const wc_tx_call *call, wc_slice args)
{
    issue_args issue;
    wc_hash reference;
    if (!read_issue(&issue, args)) {
        wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
        return WC_OK;
    }
    const wc_address *treasury = wc_call_principal(job, call);
    WC_TRY(check_issue(job, &issue, treasury));
    if (job->is_failed) return WC_OK;
    WC_TRY(note_reference(job, &issue, treasury, &reference));
    if (job->is_failed) return WC_OK;
    wc_refusal why;
    WC_TRY(wc_key_limits_use(job, treasury, WC_ASSET_NETWORK, issue.amount, &why));
    if (why != WC_REFUSAL_NONE) wc_job_refuse(job, why);
    return job->is_failed ? WC_OK : post_units(job, &issue, &reference);
}

/* ---- attestations ---------------------------------------------------------------------------- */

/* Reads the running epoch, with gas; NO_INCENTIVE where the chain shares nothing. */
static wc_status read_epoch(wc_job *job, wc_epoch *epoch)
{
    wc_state_key key = wc_key_epoch();
    wc_slice value;
    wc_status status = wc_job_get(job, &key, &value);
    if (status != WC_OK && status != WC_NOT_FOUND) return status;
    if (status == WC_NOT_FOUND || !job->ledger->has_incentive) {
        wc_job_refuse(job, WC_REFUSAL_NO_INCENTIVE);
        return WC_OK;
    }
    return wc_epoch_decode(epoch, value) == WC_OK ? WC_OK : WC_CORRUPT;
}

/* Refuses a second attestation, and one that the epoch has no place for. */
static wc_status check_credit(wc_job *job, const wc_epoch *epoch, const wc_address *auditor)
{
    wc_state_key key = wc_key_epoch_credit(epoch->number, auditor);
    wc_slice value;
    wc_credit credit = {{0}};
    wc_status status = wc_job_get(job, &key, &value);
    if (status != WC_OK && status != WC_NOT_FOUND) return status;
    if (status == WC_OK && wc_credit_decode(&credit, value) != WC_OK) return WC_CORRUPT;
    if (credit.work[WC_WORK_AUDITED] > 0) wc_job_refuse(job, WC_REFUSAL_ALREADY_ATTESTED);
    bool is_full = status == WC_NOT_FOUND && epoch->credit_count == WC_EPOCH_CREDITS_MAX;
    if (is_full) wc_job_refuse(job, WC_REFUSAL_TOO_MANY);
    return WC_OK;
}

wc_status wc_native_audit_attest(wc_job *job, const wc_tx_call *call, wc_slice args)
{
    wc_reader reader = wc_reader_of(args);
    uint64_t seq = 0;
    wc_hash record;
    wc_epoch epoch;
    bool is_auditor;
    if (wc_read_u64(&reader, &seq) != WC_OK || wc_read_hash(&reader, &record) != WC_OK ||
        wc_read_end(&reader) != WC_OK) {
        wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
        return WC_OK;
    }
    const wc_address *auditor = wc_call_principal(job, call);
    WC_TRY(wc_role_is_held(job->ledger, auditor, WC_ROLE_AUDITOR, &is_auditor));
    if (!is_auditor) wc_job_refuse(job, WC_REFUSAL_NOT_AUTHORISED);
    if (job->is_failed) return WC_OK;
    WC_TRY(read_epoch(job, &epoch));
    if (job->is_failed) return WC_OK;
    if (seq != epoch.seq || !wc_hash_equal(&record, &epoch.record)) {
        wc_job_refuse(job, WC_REFUSAL_RECORD_DIFFERS);
        return WC_OK;
    }
    WC_TRY(check_credit(job, &epoch, auditor));
    if (job->is_failed || !wc_job_charge(job, WC_GAS_KEY_WRITE)) return WC_OK;
    WC_TRY(wc_epoch_credit(job->ledger, auditor, WC_WORK_AUDITED, 1));

    wc_event_data data;
    wc_buf *buf = wc_event_data_begin(&data);
    wc_buf_put_hash(buf, auditor);
    wc_buf_put_u32(buf, epoch.number);
    wc_buf_put_u64(buf, seq);
    wc_buf_put_hash(buf, &record);
    wc_job_announce(job, WC_EVENT_AUDIT_ATTESTED, wc_buf_slice(buf));
    return WC_OK;
}
