/* Executing a transaction: calls in order, each followed by the sends it queued; then nonce, fee
 * and receipt. All calls or none.
 *
 * A failed transaction is undone as a whole and then changes nonce and fee only. A refused one
 * changes nothing and costs nothing. */
#include "node/ledger/execute.h"

#include "node/ledger/admit.h"
#include "node/ledger/asset.h"
#include "node/ledger/authority.h"
#include "node/ledger/frame.h"
#include "node/ledger/incentive.h"
#include "node/ledger/natives.h"
#include "node/ledger/post.h"
#include "node/ledger/prices.h"

uint64_t wc_intrinsic_gas(const wc_tx *tx, size_t size)
{
    return WC_PRICE_TX + WC_PRICE_SIGNATURE * (uint64_t)tx->sig_count +
           WC_PRICE_CALL * (uint64_t)tx->call_count + WC_PRICE_BYTE * (uint64_t)size;
}

/* ---- calls ----------------------------------------------------------------------------------- */

static wc_status dispatch(wc_job *job, const wc_tx_call *call)
{
    switch (call->kind) {
    case WC_CALL_ACTION: return wc_call_action(job, call);
    case WC_CALL_DEPLOY: return wc_call_deploy(job, call);
    case WC_CALL_INSTANTIATE: return wc_call_instantiate(job, call);
    case WC_CALL_NATIVE: return wc_native_run(job, call);
    case WC_CALL_READINGS:
        if (call->carried == WC_CARRIED_PIECES) return wc_batch_call(job, call);
        WC_TRY(wc_reading_accept(job, call));
        return job->is_failed ? WC_OK : wc_call_action(job, call);
    case WC_CALL_KIND_COUNT: break;
    }
    wc_assert(false); /* the decoder lets no other pass */
    return WC_OK;
}

/* Reading calls run free of charge within the quota of the meter's operator for the delivery day
 * (D26). */
static wc_status use_quota(wc_job *job, uint64_t gas)
{
    wc_ledger *ledger = job->ledger;
    uint64_t quota = ledger->params.reading_quota_gas;
    if (quota == 0) return WC_OK;
    wc_slice value;
    uint64_t used = 0;
    wc_state_key key = wc_key_quota(&job->reading_operator, job->reading_day);
    wc_status status = wc_overlay_get(ledger->overlay, &value, wc_state_key_slice(&key));
    if (status == WC_OK && wc_quota_decode(&used, value) != WC_OK) return WC_CORRUPT;
    if (status != WC_OK && status != WC_NOT_FOUND) return status;
    uint64_t left = used < quota ? quota - used : 0;
    uint64_t covered = gas < left ? gas : left;
    if (covered == 0) return WC_OK;
    job->gas_covered += covered;
    uint8_t bytes[WC_QUOTA_SIZE];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_quota_put(&buf, used + covered);
    return wc_overlay_put(ledger->overlay, wc_state_key_slice(&key), wc_buf_slice(&buf));
}

static wc_status run_call(wc_job *job, uint8_t index)
{
    const wc_tx_call *call = &job->tx->calls[index];
    uint64_t gas_before = job->gas_used;
    job->call = index;
    job->call_result = 0;
    for (uint8_t i = 0; i < call->debit_count; i++) job->ceiling_left[i] = call->debits[i].max;
    WC_TRY(dispatch(job, call));
    if (!job->is_failed) WC_TRY(wc_call_sends(job));
    if (job->is_failed) return WC_OK;
    wc_buf_put_str32(&job->results, wc_slice_of(job->call_result_bytes, job->call_result));
    uint64_t share = wc_intrinsic_gas(job->tx, job->tx_size) / job->tx->call_count;
    if (call->kind != WC_CALL_READINGS) return WC_OK;
    WC_TRY(
        wc_epoch_credit(job->ledger, &job->reading_operator, WC_WORK_METERED, job->reading_count));
    return use_quota(job, job->gas_used - gas_before + share);
}

static wc_status run_calls(wc_job *job)
{
    if (!wc_job_charge(job, wc_intrinsic_gas(job->tx, job->tx_size))) return WC_OK;
    for (uint8_t i = 0; i < job->tx->call_count && !job->is_failed; i++) {
        wc_status status = run_call(job, i);
        if (status == WC_TOO_LARGE) {
            wc_job_refuse(job, WC_REFUSAL_WRITE_LIMIT);
            status = WC_OK;
        }
        if (status != WC_OK) return status;
    }
    job->call = WC_RECEIPT_NO_CALL;
    return WC_OK;
}

/* ---- nonce and fee --------------------------------------------------------------------------- */

static wc_status use_nonce(wc_job *job)
{
    const wc_tx *tx = job->tx;
    wc_nonce nonce;
    WC_TRY(wc_nonce_load(job->ledger, tx, &nonce));
    wc_nonce_use(&nonce, tx->lane, tx->nonce);
    uint8_t bytes[WC_NONCE_SIZE];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_nonce_put(&buf, &nonce);
    wc_state_key key = wc_key_nonce(&tx->auth[0].address, tx->lane);
    return wc_overlay_put(job->ledger->overlay, wc_state_key_slice(&key), wc_buf_slice(&buf));
}

/* Nonce, fee, write set. *fits false: a limit does not hold them; the job has been undone. */
static wc_status settle(wc_job *job, bool *fits)
{
    const wc_tx *tx = job->tx;
    const wc_address *payer = &tx->auth[tx->payer].address;
    uint64_t covered = job->gas_covered < job->gas_used ? job->gas_covered : job->gas_used;
    bool had_failed = job->is_failed;
    int64_t fee;
    *fits = false;
    /* Admission computed the fee of the whole limit, which is not less. */
    wc_assert(wc_fee_of(&fee, job->gas_used - covered, job->ledger->params.gas_price) == WC_OK);
    wc_status status = use_nonce(job);
    if (status == WC_OK) status = wc_post_fee(job, payer, fee);
    if (status == WC_TOO_LARGE || (status == WC_OK && job->is_failed && !had_failed)) {
        wc_job_undo(job);
        return WC_OK;
    }
    if (status != WC_OK) return status;
    wc_receipt receipt = {.subject = job->tx_id, .fee = (uint64_t)fee, .payer = *payer};
    return wc_job_finish(job, &receipt, fits);
}

/* ---- outcomes -------------------------------------------------------------------------------- */

/* Outcome detail of BAD_ENCODING: rule u16 | offset u64. */
static void report_refusal(wc_ledger *ledger, const wc_candidate *candidate, wc_refusal refusal)
{
    wc_job *job = &ledger->job;
    wc_job_begin(ledger, WC_RECEIPT_TX, candidate->tx != NULL ? candidate->tx->gas_limit : 0);
    uint8_t bytes[16];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    if (candidate->tx == NULL) {
        wc_buf_put_u16(&buf, (uint16_t)candidate->fault.rule);
        wc_buf_put_u64(&buf, candidate->fault.offset);
    }
    wc_job_fail(job, (uint16_t)refusal, wc_buf_slice(&buf));
    wc_receipt receipt = {.subject = candidate->tx != NULL ? candidate->id : candidate->raw_hash};
    bool fits;
    wc_status status = wc_job_finish(job, &receipt, &fits);
    wc_assert(status == WC_OK && fits); /* it reads and writes nothing */
}

static wc_status report_failure(wc_job *job, bool *fits)
{
    wc_job_undo(job);
    uint8_t bytes[3];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_buf_put_u16(&buf, job->status);
    wc_buf_put_u8(&buf, job->failed_call);
    wc_event event = {job->ledger->system, WC_EVENT_FAILED, wc_buf_slice(&buf)};
    wc_assert(wc_job_emit(job, &event));
    return settle(job, fits);
}

wc_status wc_execute(wc_ledger *ledger, const wc_candidate *candidate)
{
    wc_job *job = &ledger->job;
    wc_refusal refusal = candidate->refusal;
    if (refusal == WC_REFUSAL_NONE && !ledger->tasks[candidate->task].is_genuine) {
        refusal = WC_REFUSAL_SIGNATURE_BAD;
    }
    if (refusal == WC_REFUSAL_NONE) WC_TRY(wc_admit_running(ledger, candidate, &refusal));
    if (refusal != WC_REFUSAL_NONE) {
        report_refusal(ledger, candidate, refusal);
        return WC_OK;
    }

    wc_job_begin(ledger, WC_RECEIPT_TX, candidate->tx->gas_limit);
    job->tx = candidate->tx;
    job->tx_id = candidate->id;
    job->tx_size = candidate->size;
    WC_TRY(run_calls(job));
    bool fits = false;
    if (!job->is_failed) {
        WC_TRY(settle(job, &fits));
        if (!fits) wc_job_refuse(job, WC_REFUSAL_WRITE_LIMIT);
    }
    if (job->is_failed) WC_TRY(report_failure(job, &fits));
    if (!fits) {
        report_refusal(ledger, candidate, WC_REFUSAL_BLOCK_FULL);
        return WC_OK;
    }
    ledger->gas_taken += candidate->tx->gas_limit;
    ledger->bytes_taken += candidate->size;
    ledger->txs_taken++;
    return WC_OK;
}
