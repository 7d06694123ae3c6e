/* Applying a block: context, candidates, time-outs and transactions in order, record. */
#include "node/ledger/apply.h"

#include "node/ledger/admit.h"
#include "node/ledger/authority.h"
#include "node/ledger/execute.h"
#include "node/ledger/incentive.h"
#include "node/ledger/ledger.h"
#include "node/ledger/post.h"
#include "node/ledger/timers.h"

/* ---- context --------------------------------------------------------------------------------- */

static wc_status load_value(wc_ledger *ledger, const wc_state_key *key, wc_slice *value)
{
    wc_status status =
        ledger->ports.state.ops->get(ledger->ports.state.self, wc_state_key_slice(key), value);
    return status == WC_NOT_FOUND ? WC_CORRUPT : status; /* every chain has it from genesis on */
}

/* The engine's hash of the validator set as the block leaves it: a record names who makes the next
 * one. Kept as long as the set's value stays. */
static wc_status load_validators(wc_ledger *ledger)
{
    wc_state_key key = wc_key_validators();
    wc_slice value;
    wc_status status = wc_overlay_get(ledger->overlay, &value, wc_state_key_slice(&key));
    if (status != WC_OK) return status == WC_NOT_FOUND ? WC_CORRUPT : status;
    wc_hash hash = wc_value_hash(value);
    if (wc_hash_equal(&hash, &ledger->validators_value)) return WC_OK;
    wc_validators *validators = wc_stack_take(&ledger->stack, sizeof *validators);
    wc_assert(validators != NULL);
    if (wc_validators_decode(validators, value) != WC_OK) return WC_CORRUPT;
    ledger->validators_hash = wc_validators_hash(validators);
    ledger->validators_value = hash;
    ledger->stack.used = 0;
    return WC_OK;
}

/* Does the chain share its fees, and by which contract? */
static wc_status load_incentive(wc_ledger *ledger)
{
    wc_state_key key = wc_key_params(WC_INCENTIVE_NAME);
    wc_slice value;
    wc_status status =
        ledger->ports.state.ops->get(ledger->ports.state.self, wc_state_key_slice(&key), &value);
    ledger->has_incentive = status == WC_OK;
    if (status != WC_OK) return status == WC_NOT_FOUND ? WC_OK : status;
    return wc_incentive_decode(&ledger->incentive, value) == WC_OK ? WC_OK : WC_CORRUPT;
}

wc_status wc_ledger_begin(wc_ledger *ledger, uint64_t height, int64_t time_s)
{
    wc_overlay_block_drop(ledger->overlay);
    wc_accounts_reset(ledger);
    ledger->height = height;
    ledger->time_s = time_s;
    ledger->stack.used = 0;
    ledger->sends.used = 0;
    ledger->report.len = 0;
    ledger->outcome_bytes = 0;
    ledger->gas_taken = 0;
    ledger->bytes_taken = 0;
    ledger->txs_taken = 0;
    ledger->gas_used = 0;
    ledger->page_count = 0;
    ledger->task_count = 0;
    ledger->timer_log_count = 0;
    ledger->candidates = NULL;
    ledger->stop = WC_OK;
    wc_arena_rewind(&ledger->arena, 0);

    wc_slice value;
    wc_state_key key = wc_key_params(WC_PARAMS_NAME);
    WC_TRY(load_value(ledger, &key, &value));
    if (wc_params_decode(&ledger->params, value) != WC_OK) return WC_CORRUPT;
    if (ledger->params.protocol != WC_PROTOCOL) return WC_NOT_SUPPORTED;
    ledger->params_hash = wc_value_hash(value);
    wc_ledger_limit_writes(ledger, ledger->params.block_write_bytes_max);
    key = wc_key_params(WC_ADMIN_NAME);
    WC_TRY(load_value(ledger, &key, &value));
    if (wc_admin_rule_decode(&ledger->admin, value) != WC_OK) return WC_CORRUPT;
    return load_incentive(ledger);
}

/* ---- transactions ---------------------------------------------------------------------------- */

static wc_status prepare(wc_ledger *ledger, const wc_block_input *input)
{
    uint32_t count = input->tx_count;
    ledger->candidates = WC_ARENA_ARRAY(&ledger->arena, wc_candidate, count);
    ledger->tasks = WC_ARENA_ARRAY(&ledger->arena, wc_verdict_task, count);
    wc_assert(ledger->candidates != NULL && ledger->tasks != NULL);
    for (uint32_t i = 0; i < count; i++) {
        wc_candidate *candidate = &ledger->candidates[i];
        wc_verdict_task *task = &ledger->tasks[ledger->task_count];
        const wc_block_tx *tx = &input->txs[i];
        WC_TRY(wc_admit_static(ledger, tx->bytes, &tx->raw_hash, candidate, task));
        if (candidate->refusal == WC_REFUSAL_NONE) candidate->task = ledger->task_count++;
    }
    ledger->ports.verify(ledger->ports.self, ledger->tasks, ledger->task_count);
    return WC_OK;
}

static const wc_applied_tx *list_txs(wc_ledger *ledger, uint32_t count)
{
    wc_applied_tx *txs = WC_ARENA_ARRAY(&ledger->arena, wc_applied_tx, count);
    wc_assert(txs != NULL);
    for (uint32_t i = 0; i < count; i++) {
        const wc_candidate *candidate = &ledger->candidates[i];
        txs[i] = (wc_applied_tx){candidate->tx, candidate->id, candidate->raw_hash};
    }
    return txs;
}

/* ---- record ---------------------------------------------------------------------------------- */

static wc_hash receipts_root(const wc_receipt_page *pages, uint32_t count)
{
    wc_merkle tree;
    wc_merkle_begin(&tree);
    for (uint32_t i = 0; i < count; i++) {
        wc_hash hash = wc_receipt_hash(&pages[i].receipt);
        wc_hash leaf = wc_merkle_leaf(wc_slice_of(hash.bytes, WC_HASH_SIZE));
        wc_merkle_add(&tree, &leaf);
    }
    return wc_merkle_end(&tree);
}

static wc_status make_record(wc_ledger *ledger, const wc_head *head, const wc_block_input *input,
                             wc_applied *applied)
{
    const wc_tree_change *changes;
    size_t change_count;
    WC_TRY(load_validators(ledger));
    wc_overlay_tree_changes(ledger->overlay, &changes, &change_count);
    wc_record *record = &applied->record;
    *record = (wc_record){
        .chain_id = wc_slice_of(ledger->chain_id, ledger->chain_id_len),
        .genesis_hash = ledger->genesis_hash,
        .seq = head->seq + 1,
        .height = input->height,
        .time_s = input->time_s,
        .time_ns = input->time_ns,
        .prev_record_hash = head->record_hash,
        .tx_count = input->tx_count,
        .txs_root = wc_txs_root(input->txs, input->tx_count),
        .receipt_count = ledger->page_count,
        .receipts_root = receipts_root(ledger->pages, ledger->page_count),
        .gas_used = ledger->gas_used,
        .params_hash = ledger->params_hash,
        .next_validators_hash = ledger->validators_hash,
    };
    memcpy(record->proposer, input->proposer, sizeof record->proposer);
    WC_TRY(ledger->ports.root(ledger->ports.self, &record->state_root, record->seq, changes,
                              change_count));
    uint8_t *bytes = wc_arena_alloc(&ledger->arena, WC_RECORD_SIZE_MAX, 1);
    wc_assert(bytes != NULL);
    wc_buf buf;
    wc_buf_init(&buf, bytes, WC_RECORD_SIZE_MAX);
    wc_record_put(&buf, record);
    wc_assert(!buf.full);
    applied->record_bytes = wc_buf_slice(&buf);
    applied->record_hash = wc_record_hash(applied->record_bytes);
    return WC_OK;
}

/* ---- the block ------------------------------------------------------------------------------- */

static void require_input(const wc_head *head, const wc_block_input *input)
{
    wc_assert(input->form == WC_BLOCK_RAW && input->height > head->height);
    wc_assert(input->time_s > head->time_s ||
              (input->time_s == head->time_s && input->time_ns >= head->time_ns));
    wc_assert(input->time_s <= WC_BLOCK_TIME_MAX); /* what contracts are compiled for */
    wc_assert(input->tx_count <= WC_BLOCK_TXS_MAX);
    size_t bytes = 0;
    for (uint32_t i = 0; i < input->tx_count; i++) bytes += input->txs[i].bytes.len;
    wc_assert(bytes <= WC_BLOCK_TX_BYTES_MAX);
}

static wc_status run_block(wc_ledger *ledger, const wc_head *head, const wc_block_input *input,
                           wc_applied *applied)
{
    WC_TRY(wc_ledger_begin(ledger, input->height, input->time_s));
    ledger->head_seq = head->seq;
    ledger->head_record = head->record_hash;
    ledger->keeps_accounts = true;
    WC_TRY(prepare(ledger, input));
    WC_TRY(wc_timers_run(ledger));
    applied->timer_count = ledger->page_count;
    for (uint32_t i = 0; i < input->tx_count; i++) {
        WC_TRY(wc_execute(ledger, &ledger->candidates[i]));
    }
    if (ledger->page_count == 0) return WC_OK;
    WC_TRY(wc_epoch_work(ledger, input));

    wc_assert_conservation(ledger);
    applied->is_recorded = true;
    applied->receipt_count = ledger->page_count;
    applied->receipts = ledger->pages;
    applied->tx_count = input->tx_count;
    applied->txs = list_txs(ledger, input->tx_count);
    applied->timer_changes = wc_timers_changes(ledger, &applied->timer_change_count);
    return make_record(ledger, head, input, applied);
}

wc_status wc_apply(wc_ledger *ledger, const wc_head *head, const wc_block_input *input,
                   wc_applied *applied)
{
    require_input(head, input);
    *applied = (wc_applied){0};
    wc_status status = run_block(ledger, head, input, applied);
    ledger->keeps_accounts = false;
    ledger->candidates = NULL;
    ledger->stack.used = 0;
    /* What is absent and has to be there was lost. */
    return status == WC_NOT_FOUND ? WC_CORRUPT : status;
}

wc_status wc_ledger_next_change(const wc_ledger *ledger, wc_slice after, wc_overlay_change *change)
{
    return wc_overlay_block_next(ledger->overlay, after, change);
}
