/* Epoch work: at the end of each record of a chain that shares its fees.
 *
 *   count      the proposer, and who signed the block before, for the operators of their keys
 *   and, from the end of the epoch on:
 *   ask        the incentive contract, by a view, for payments that add up to the pool
 *   pay        from `fees`, cause REWARD; the credit of the epoch is gone
 *   begin      the next epoch
 *
 * The contract decides and the ledger pays: no contract ever holds network units. What it answers
 * is believed only when it adds up. When it fails in any way nothing is paid, the epoch goes on for
 * another length, and pool and credit stay: nobody loses by a contract that has to be replaced. */
#include "node/ledger/incentive.h"

#include "node/crypto/crypto.h"
#include "node/ledger/asset.h"
#include "node/ledger/authority.h"
#include "node/ledger/frame.h"
#include "node/ledger/post.h"
#include "node/ledger/prices.h"
#include "node/ledger/read.h"

#define CREDIT_BYTES  56u /* of one entry in the arguments of the view */
#define PAYMENT_BYTES 40u /* and in its result */

/* ---- who made the record -----------------------------------------------------------------------
 */

static wc_status credit_key(wc_ledger *ledger, const wc_validators *validators,
                            const uint8_t key[WC_PROPOSER_SIZE])
{
    for (uint16_t i = 0; i < validators->count; i++) {
        uint8_t known[WC_PROPOSER_SIZE];
        wc_proposer_of_key(known, validators->list[i].pub);
        if (memcmp(known, key, sizeof known) != 0) continue;
        return wc_epoch_credit(ledger, &validators->list[i].operator_account, WC_WORK_PRODUCED, 1);
    }
    return WC_OK; /* a key of a set before; it is not known any more */
}

static wc_status credit_producers(wc_job *job, const wc_block_input *input)
{
    wc_ledger *ledger = job->ledger;
    wc_state_key key = wc_key_validators();
    wc_slice value;
    WC_TRY(
        ledger->ports.state.ops->get(ledger->ports.state.self, wc_state_key_slice(&key), &value));
    size_t mark = ledger->stack.used;
    wc_validators *validators = wc_stack_take(&ledger->stack, sizeof *validators);
    wc_assert(validators != NULL);
    if (wc_validators_decode(validators, value) != WC_OK) return WC_CORRUPT;
    wc_status status = credit_key(ledger, validators, input->proposer);
    for (uint16_t i = 0; i < input->signer_count && status == WC_OK; i++) {
        if (input->signers[i].flag != WC_SIGNER_COMMIT) continue;
        status = credit_key(ledger, validators, input->signers[i].validator);
    }
    ledger->stack.used = mark;
    return status;
}

/* ---- asking the contract -----------------------------------------------------------------------
 */

/* Arguments of the view: pool i64 | n u32 | (account 32 | produced i64 | metered i64 | audited
 * i64)*, on the ledger's stack. */
static wc_status list_credit(wc_ledger *ledger, const wc_epoch *epoch, int64_t pool, wc_slice *args)
{
    size_t size = 12 + (size_t)epoch->credit_count * CREDIT_BYTES;
    uint8_t *bytes = wc_stack_take(&ledger->stack, size);
    wc_assert(bytes != NULL);
    wc_buf buf;
    wc_buf_init(&buf, bytes, size);
    wc_buf_put_i64(&buf, pool);
    wc_buf_put_u32(&buf, epoch->credit_count);
    wc_state_key prefix = wc_key_epoch_credits(epoch->number);
    wc_overlay_scan scan;
    wc_slice key, value;
    wc_status status;
    wc_overlay_scan_begin(&scan, wc_state_key_slice(&prefix));
    while ((status = wc_overlay_scan_next(ledger->overlay, &scan, &key, &value)) == WC_OK) {
        wc_credit credit;
        if (wc_credit_decode(&credit, value) != WC_OK) return WC_CORRUPT;
        wc_buf_put(&buf, key.data + prefix.len, WC_HASH_SIZE);
        for (size_t i = 0; i < WC_WORK_COUNT; i++) wc_buf_put_u64(&buf, credit.work[i]);
    }
    if (status != WC_NOT_FOUND) return status;
    if (buf.full || buf.len != size) return WC_CORRUPT; /* the epoch counts its credit */
    *args = wc_buf_slice(&buf);
    return WC_OK;
}

/* ---- paying ------------------------------------------------------------------------------------
 */

static wc_status pay_one(wc_job *job, const wc_address *account, int64_t amount)
{
    bool exists, is_open;
    wc_state_key key = wc_key_account(account);
    wc_slice value;
    wc_post_answer answer;
    wc_status status =
        wc_overlay_get(job->ledger->overlay, &value, wc_state_key_slice(&key)); /* no contract */
    if (status != WC_OK && status != WC_NOT_FOUND) return status;
    exists = status == WC_OK;
    is_open = false;
    if (exists) WC_TRY(wc_party_find(job, account, &exists, &is_open));
    if (!is_open) wc_job_refuse(job, WC_REFUSAL_PARTY_UNFIT);
    if (job->is_failed) return WC_OK;
    wc_ledger_posting posting = {.asset = WC_ASSET_NETWORK,
                                 .from = wc_sub_free(&job->ledger->fees),
                                 .to = wc_sub_free(account),
                                 .amount = amount,
                                 .call = WC_RECEIPT_NO_CALL,
                                 .cause = WC_CAUSE_REWARD,
                                 .function = WC_NONE};
    WC_TRY(wc_post(job, &posting, NULL, &answer, NULL));
    if (answer != WC_POSTED) wc_job_refuse(job, WC_REFUSAL_EVENT_LIMIT);
    return WC_OK;
}

/* Result of the view: n u32 | (account 32 | amount i64)*. The machine wrote it, so its form is
 * sound; whether it adds up is the contract's doing. */
static bool adds_up(wc_slice result, int64_t pool)
{
    wc_reader reader = wc_reader_of(result);
    uint32_t count = 0;
    uint64_t left = (uint64_t)pool; /* of it; an amount below zero would exceed any rest */
    wc_assert(wc_read_u32(&reader, &count) == WC_OK && count <= WC_INCENTIVE_PAYMENTS_MAX);
    wc_assert(result.len == 4 + (size_t)count * PAYMENT_BYTES);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t amount = wc_load_u64(result.data + 4 + i * PAYMENT_BYTES + WC_HASH_SIZE);
        if (amount > left) return false;
        left -= amount;
    }
    return left == 0;
}

static wc_status pay(wc_job *job, wc_slice result, int64_t pool)
{
    if (!adds_up(result, pool)) {
        wc_job_refuse(job, WC_REFUSAL_SHARES_DIFFER);
        return WC_OK;
    }
    uint32_t count = wc_load_u32(result.data);
    for (uint32_t i = 0; i < count && !job->is_failed; i++) {
        const uint8_t *payment = result.data + 4 + (size_t)i * PAYMENT_BYTES;
        int64_t amount = (int64_t)wc_load_u64(payment + WC_HASH_SIZE);
        wc_address account;
        memcpy(account.bytes, payment, sizeof account.bytes);
        if (amount > 0) WC_TRY(pay_one(job, &account, amount));
    }
    return WC_OK;
}

/* Asks the contract and pays what it says; the job fails where it cannot be followed. */
static wc_status share(wc_job *job, const wc_epoch *epoch, int64_t pool)
{
    wc_ledger *ledger = job->ledger;
    wc_frame frame;
    wc_outcome outcome;
    wc_slice args;
    bool fits;
    WC_TRY(wc_incentive_fits(job, &ledger->incentive, &fits));
    if (!fits) wc_job_refuse(job, WC_REFUSAL_REFERENCE_UNFIT);
    if (pool > WC_INCENTIVE_POOL_MAX) wc_job_refuse(job, WC_REFUSAL_AMOUNT_OUT_OF_RANGE);
    if (job->is_failed) return WC_OK;
    size_t mark = ledger->stack.used;
    WC_TRY(list_credit(ledger, epoch, pool, &args));
    WC_TRY(wc_frame_open(&frame, job, WC_FRAME_VIEW, &ledger->incentive));
    uint16_t entry = wc_image_method(frame.image->image, wc_incentive_method());
    wc_status status = wc_frame_run(&frame, entry, args, job->gas_limit, &outcome);
    if (status == WC_OK) {
        job->gas_used = outcome.gas_used;
        if (outcome.kind == WC_OUTCOME_OK) {
            status = pay(job, outcome.result, pool);
        } else {
            wc_frame_fail(&frame, &outcome);
        }
    }
    wc_frame_close(&frame);
    ledger->stack.used = mark;
    return status;
}

/* ---- the end of an epoch -----------------------------------------------------------------------
 */

static wc_status drop_credit(wc_ledger *ledger, uint32_t number)
{
    wc_state_key prefix = wc_key_epoch_credits(number);
    wc_overlay_scan scan;
    wc_slice key, value;
    wc_status status;
    wc_overlay_scan_begin(&scan, wc_state_key_slice(&prefix));
    while ((status = wc_overlay_scan_next(ledger->overlay, &scan, &key, &value)) == WC_OK) {
        WC_TRY(wc_overlay_delete(ledger->overlay, key));
    }
    return status == WC_NOT_FOUND ? WC_OK : status;
}

static void tell(wc_job *job, wc_ledger_event type, wc_slice data)
{
    wc_event event = {job->ledger->system, (uint16_t)type, data};
    if (!wc_job_emit(job, &event)) wc_job_refuse(job, WC_REFUSAL_EVENT_LIMIT);
}

static void tell_closed(wc_job *job, const wc_epoch *epoch, bool is_shared, int64_t pool)
{
    static const wc_address nobody;
    wc_event_data data;
    wc_buf *buf = wc_event_data_begin(&data);
    wc_buf_put_u32(buf, epoch->number);
    wc_buf_put_hash(buf, is_shared ? &job->ledger->incentive : &nobody);
    wc_buf_put_i64(buf, pool);
    wc_buf_put_u16(buf, epoch->credit_count);
    tell(job, WC_EVENT_EPOCH_CLOSED, wc_buf_slice(buf));
}

static wc_status close_epoch(wc_job *job)
{
    wc_ledger *ledger = job->ledger;
    wc_epoch epoch;
    int64_t pool;
    WC_TRY(wc_epoch_load(ledger, &epoch));
    if (ledger->time_s < epoch.until_s) return WC_OK;
    wc_sub_account fees = wc_sub_free(&ledger->fees);
    WC_TRY(wc_balance(ledger, &fees, WC_ASSET_NETWORK, &pool));
    bool is_shared = pool > 0 && epoch.credit_count > 0;
    if (is_shared) WC_TRY(share(job, &epoch, pool));
    if (job->is_failed) return WC_OK;
    WC_TRY(drop_credit(ledger, epoch.number));
    tell_closed(job, &epoch, is_shared, pool);
    if (epoch.number == UINT32_MAX) epoch.number = 0; /* after 2^32 epochs; the credit is gone */
    epoch = (wc_epoch){.number = epoch.number + 1,
                       .until_s = wc_epoch_end(ledger->time_s, ledger->params.epoch_s),
                       .seq = ledger->head_seq,
                       .record = ledger->head_record};
    return wc_epoch_store(ledger, &epoch);
}

/* After a failure: the epoch goes on, with what has been counted and what lies in `fees`. */
static wc_status postpone(wc_job *job)
{
    wc_ledger *ledger = job->ledger;
    wc_epoch epoch;
    WC_TRY(wc_epoch_load(ledger, &epoch));
    epoch.until_s = wc_epoch_end(ledger->time_s, ledger->params.epoch_s);
    wc_event_data data;
    wc_buf *buf = wc_event_data_begin(&data);
    wc_buf_put_u32(buf, epoch.number);
    wc_buf_put_i64(buf, epoch.until_s);
    wc_buf_put_u16(buf, job->status);
    tell(job, WC_EVENT_EPOCH_POSTPONED, wc_buf_slice(buf));
    return wc_epoch_store(ledger, &epoch);
}

wc_status wc_epoch_work(wc_ledger *ledger, const wc_block_input *input)
{
    if (!ledger->has_incentive || ledger->page_count >= WC_BLOCK_RECEIPTS_MAX) return WC_OK;
    wc_job *job = &ledger->job;
    wc_job_begin(ledger, WC_RECEIPT_SYSTEM, WC_VIEW_GAS_MAX);
    wc_status status = credit_producers(job, input);
    if (status == WC_OK) status = close_epoch(job);
    if (status == WC_OK && job->is_failed) {
        wc_job_undo(job);
        status = credit_producers(job, input);
        if (status == WC_OK) status = postpone(job);
    }
    if (status == WC_TOO_LARGE) {
        wc_job_undo(job);
        return WC_OK;
    }
    if (status != WC_OK) return status;
    bool fits;
    wc_slice name = wc_slice_of("epoch", 5);
    wc_receipt receipt = {.subject = wc_hash_domain("sys/1", &name, 1)};
    return wc_job_finish(job, &receipt, &fits);
}
