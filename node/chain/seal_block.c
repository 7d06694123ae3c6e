/* Sealing a block: apply, one synced batch, SEAL; only then is anything told.
 *
 *   batch   STATE   new values and deletions
 *           UNDO    their old values under seq; what is older than WC_CHAIN_UNDO_RECORDS goes
 *           META    time-outs, head
 *           CHAIN   record with certificate, block input, payloads, receipt pages; where the
 *                   validators changed, the proof of their entry */
#include <stdlib.h>

#include "node/chain/inside.h"

/* ---- the batch ------------------------------------------------------------------------------- */

/* One part of what a record undoes, under its last key: neighbours share a put, which costs the
 * storage more than their bytes do. */
static void put_undo(wc_chain *chain, uint64_t seq, wc_slice last, wc_buf *part)
{
    wc_assert(!part->full);
    wc_chain_key key = wc_chain_undo_key(seq, last);
    wc_batch_put(chain->batch, WC_CF_UNDO, wc_chain_key_slice(&key), wc_buf_slice(part));
    part->len = 0;
}

static bool is_of_validators(wc_slice key)
{
    wc_state_key validators = wc_key_validators();
    return wc_slice_equal(key, wc_state_key_slice(&validators));
}

static void put_change(wc_chain *chain, const wc_overlay_change *change)
{
    if (is_of_validators(change->key)) chain->new_validators = change->new_value;
    if (change->has_new) {
        wc_batch_put_borrowed(chain->batch, WC_CF_STATE, change->key, change->new_value);
    } else {
        wc_batch_delete(chain->batch, WC_CF_STATE, change->key);
    }
    if (!change->had_old) wc_present_add(&chain->present, wc_present_hash(change->key));
}

static void put_changes(wc_chain *chain, uint64_t seq)
{
    wc_overlay_change change;
    wc_slice after = {NULL, 0};
    wc_buf part;
    wc_buf_init(&part, chain->scratch, WC_CHAIN_SCRATCH_BYTES);
    while (wc_ledger_next_change(chain->ledger, after, &change) == WC_OK) {
        put_change(chain, &change);
        wc_buf_put_str8(&part, change.key);
        wc_buf_put_u8(&part, change.had_old);
        if (change.had_old) wc_buf_put_str32(&part, change.old_value);
        after = change.key;
        if (part.len >= WC_CHAIN_UNDO_PART) put_undo(chain, seq, after, &part);
    }
    if (part.len > 0) put_undo(chain, seq, after, &part);
    if (seq <= WC_CHAIN_UNDO_RECORDS) return;
    wc_chain_key first = wc_chain_undo_prefix(0);
    wc_chain_key end = wc_chain_undo_prefix(seq - WC_CHAIN_UNDO_RECORDS + 1);
    wc_batch_delete_range(chain->batch, WC_CF_UNDO, wc_chain_key_slice(&first),
                          wc_chain_key_slice(&end));
}

static void put_timers(wc_chain *chain, const wc_applied *applied)
{
    for (uint32_t i = 0; i < applied->timer_change_count; i++) {
        const wc_timer_change *change = &applied->timer_changes[i];
        if (change->old_due_s != WC_DUE_NONE) {
            wc_chain_key key = wc_chain_timer_key(change->old_due_s, &change->instance);
            wc_batch_delete(chain->batch, WC_CF_META, wc_chain_key_slice(&key));
        }
        if (change->new_due_s != WC_DUE_NONE) {
            wc_chain_key key = wc_chain_timer_key(change->new_due_s, &change->instance);
            wc_batch_put(chain->batch, WC_CF_META, wc_chain_key_slice(&key), wc_slice_of(NULL, 0));
        }
    }
}

static void put_head(wc_chain *chain, const wc_head *head)
{
    uint8_t bytes[WC_CHAIN_STORED_HEAD];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_chain_head_put(&buf, head);
    wc_batch_put(chain->batch, WC_CF_META, wc_chain_head_key(), wc_buf_slice(&buf));
}

/* A transaction is kept without its payloads, which lie apart; what is no transaction is kept
 * whole. */
static wc_status put_input(wc_chain *chain, const wc_block_input *input, const wc_applied *applied,
                           uint64_t seq)
{
    wc_block_tx *txs = malloc((input->tx_count + 1u) * sizeof *txs);
    if (txs == NULL) return WC_NO_MEMORY;
    for (uint32_t i = 0; i < input->tx_count; i++) {
        const wc_tx *tx = applied->txs[i].tx;
        txs[i] = input->txs[i];
        if (tx != NULL) txs[i].bytes = tx->stripped;
    }
    wc_block_input *stored = malloc(sizeof *stored);
    if (stored == NULL) {
        free(txs);
        return WC_NO_MEMORY;
    }
    *stored = *input;
    stored->form = WC_BLOCK_STORED;
    stored->txs = txs;
    wc_buf buf;
    wc_buf_init(&buf, chain->scratch, WC_CHAIN_SCRATCH_BYTES);
    wc_block_input_put(&buf, stored);
    wc_assert(!buf.full);
    wc_chain_key key = wc_chain_input_key(seq);
    wc_batch_put(chain->batch, WC_CF_CHAIN, wc_chain_key_slice(&key), wc_buf_slice(&buf));
    free(stored);
    free(txs);
    return WC_OK;
}

/* A part without payloads is one zero byte and is not worth a key. */
static void put_payloads(wc_chain *chain, const wc_block_input *input, const wc_applied *applied,
                         uint64_t seq)
{
    for (uint32_t i = 0; i < input->tx_count; i++) {
        const wc_tx *tx = applied->txs[i].tx;
        if (tx == NULL || tx->payloads.len <= 1) continue;
        wc_chain_key key = wc_chain_payload_key(seq, i);
        wc_batch_put(chain->batch, WC_CF_CHAIN, wc_chain_key_slice(&key), tx->payloads);
    }
}

static void put_receipts(wc_chain *chain, const wc_applied *applied, uint64_t seq)
{
    for (uint32_t i = 0; i < applied->receipt_count; i++) {
        wc_buf buf;
        wc_buf_init(&buf, chain->scratch, WC_CHAIN_SCRATCH_BYTES);
        wc_receipt_page_put(&buf, &applied->receipts[i]);
        wc_assert(!buf.full);
        wc_chain_key key = wc_chain_receipt_key(seq, i);
        wc_batch_put(chain->batch, WC_CF_CHAIN, wc_chain_key_slice(&key), wc_buf_slice(&buf));
    }
}

static void put_record(wc_chain *chain, const wc_sealed *sealed)
{
    uint8_t bytes[WC_CHAIN_RECORD_MAX];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_chain_record_put(&buf, sealed->applied.record_bytes,
                        sealed->has_certificate ? &sealed->certificate : NULL);
    wc_assert(!buf.full);
    wc_chain_key key = wc_chain_record_key(sealed->head.seq);
    wc_batch_put(chain->batch, WC_CF_CHAIN, wc_chain_key_slice(&key), wc_buf_slice(&buf));
}

/* ---- certificate ----------------------------------------------------------------------------- */

static void certify(wc_chain *chain, wc_sealed *sealed)
{
    if (!chain->has_sequencer) return;
    uint8_t message[WC_CERTIFICATE_MESSAGE_SIZE];
    sealed->certificate.incarnation = chain->incarnation;
    wc_certificate_message(message, &chain->genesis_hash, chain->incarnation, sealed->head.seq,
                           sealed->head.height, &sealed->head.record_hash);
    wc_certificate_sig *sig = &sealed->certificate.sigs[0];
    sealed->certificate.sig_count = 1;
    sig->key_index = 0;
    sig->signature = wc_sign(&chain->sequencer, wc_slice_of(message, sizeof message));
    sealed->has_certificate = true;
}

/* ---- the block ------------------------------------------------------------------------------- */

/* In each family by ascending key, but for the time-outs: what is in order need not be sorted. */
static wc_status commit(wc_chain *chain, const wc_block_input *input, const wc_sealed *sealed)
{
    wc_batch_clear(chain->batch);
    chain->new_validators = wc_slice_of(NULL, 0);
    put_head(chain, &sealed->head);
    if (sealed->applied.is_recorded) {
        uint64_t seq = sealed->head.seq;
        put_changes(chain, seq);
        put_timers(chain, &sealed->applied);
        WC_TRY(put_input(chain, input, &sealed->applied, seq));
        put_receipts(chain, &sealed->applied, seq);
        put_payloads(chain, input, &sealed->applied, seq);
        put_record(chain, sealed);
        if (chain->new_validators.data != NULL) {
            WC_TRY(wc_chain_prove_validators(chain, seq, chain->new_validators));
        }
    }
    wc_chain_close_cursors(chain);
    return wc_store_commit(&chain->store, chain->batch);
}

/* The SEAL's writer stops nothing itself; but a record that is written and cannot be witnessed must
 * not be acknowledged, and the next start decides what becomes of it. */
static void witness(wc_chain *chain, const wc_head *head)
{
    if (!chain->has_seal) return;
    wc_seal seal = {head->seq, head->height, head->record_hash};
    wc_status status = wc_seal_write(&chain->seal, &seal);
    if (status != WC_OK) wc_store_fatal("SEAL", wc_status_text(status));
}

static wc_status check_input(wc_chain *chain, const wc_block_input *input)
{
    if (chain->is_read_only) return WC_NOT_SUPPORTED;
    if (input->form != WC_BLOCK_RAW || input->height <= chain->head.height) return WC_OUT_OF_DOMAIN;
    if (input->time_s < chain->head.time_s ||
        (input->time_s == chain->head.time_s && input->time_ns < chain->head.time_ns)) {
        return WC_OUT_OF_DOMAIN;
    }
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < input->tx_count; i++) bytes += input->txs[i].bytes.len;
    if (input->tx_count > WC_BLOCK_TXS_MAX || bytes > WC_BLOCK_TX_BYTES_MAX) return WC_TOO_LARGE;
    switch (wc_store_room(&chain->store, WC_BLOCK_TX_BYTES_MAX)) {
    case WC_ROOM_ENOUGH: return WC_OK;
    case WC_ROOM_LOW: return WC_DISK_FULL;
    case WC_ROOM_OUT: break;
    }
    wc_store_fatal("folder", "the disk has too little free space to go on");
}

/* Applies the block; nothing is written. */
static wc_status apply(wc_chain *chain, const wc_block_input *input)
{
    WC_TRY(check_input(chain, input));
    wc_sealed *next = &chain->sealed;
    *next = (wc_sealed){0};
    wc_chain_cursor_close(&chain->user_state);
    int64_t start = wc_chain_tick(chain);
    wc_status status = wc_apply(chain->ledger, &chain->head, input, &next->applied);
    chain->stages.apply += wc_chain_tick(chain) - start;
    WC_TRY(status);
    next->head = (wc_head){chain->head.seq, input->height, input->time_s, input->time_ns,
                           chain->head.record_hash};
    if (next->applied.is_recorded) {
        next->head.seq++;
        next->head.record_hash = next->applied.record_hash;
    }
    return WC_OK;
}

static wc_status finish(wc_chain *chain, const wc_block_input *input, const wc_sealed **sealed)
{
    wc_sealed *next = &chain->sealed;
    int64_t start = wc_chain_tick(chain);
    WC_TRY(commit(chain, input, next));
    if (next->applied.is_recorded) {
        witness(chain, &next->head);
        chain->state_root = next->applied.record.state_root;
    }
    chain->stages.write += wc_chain_tick(chain) - start;
    chain->head = next->head;
    *sealed = next;
    if (!next->applied.is_recorded) return WC_OK;
    wc_chain_read_params(chain);
    /* Their order says who makes records, and is not in their hash. */
    return chain->new_validators.data == NULL ? WC_OK : wc_chain_read_maker(chain);
}

bool wc_chain_is_maker(const wc_chain *chain)
{
    return !chain->has_sequencer || memcmp(chain->sequencer.public_key.bytes, chain->maker.bytes,
                                           sizeof chain->maker.bytes) == 0;
}

wc_status wc_chain_seal_input(wc_chain *chain, const wc_block_input *input,
                              const wc_sealed **sealed)
{
    if (!wc_chain_is_maker(chain)) return WC_BAD_KEY;
    WC_TRY(apply(chain, input));
    if (chain->sealed.applied.is_recorded) certify(chain, &chain->sealed);
    return finish(chain, input, sealed);
}

wc_status wc_chain_follow(wc_chain *chain, const wc_block_input *input, const wc_hash *record_hash,
                          const wc_certificate *certificate, const wc_sealed **sealed)
{
    WC_TRY(apply(chain, input));
    wc_sealed *next = &chain->sealed;
    *sealed = next;
    if (!next->applied.is_recorded || !wc_hash_equal(&next->head.record_hash, record_hash)) {
        return WC_DIFFERS;
    }
    next->has_certificate = certificate != NULL;
    if (certificate != NULL) next->certificate = *certificate;
    return finish(chain, input, sealed);
}

wc_status wc_chain_seal(wc_chain *chain, int64_t time_s, const wc_slice *txs, size_t tx_count,
                        const wc_sealed **sealed)
{
    if (tx_count > WC_BLOCK_TXS_MAX) return WC_TOO_LARGE;
    wc_block_input *input = calloc(1, sizeof *input);
    wc_block_tx *listed = malloc((tx_count + 1) * sizeof *listed);
    wc_status status = WC_NO_MEMORY;
    if (input != NULL && listed != NULL) {
        for (size_t i = 0; i < tx_count; i++) {
            listed[i] = (wc_block_tx){wc_tx_raw_hash(txs[i]), txs[i]};
        }
        input->form = WC_BLOCK_RAW;
        input->height = chain->head.height + 1;
        input->time_s = time_s;
        input->time_ns = time_s == chain->head.time_s ? chain->head.time_ns : 0;
        memcpy(input->proposer, chain->proposer, sizeof input->proposer);
        input->tx_count = (uint32_t)tx_count;
        input->txs = listed;
        status = wc_chain_seal_input(chain, input, sealed);
    }
    free(listed);
    free(input);
    return status;
}

wc_status wc_chain_admit(wc_chain *chain, int64_t time_s, wc_slice raw, wc_admission *admission)
{
    return wc_ledger_admit(chain->ledger, chain->head.height + 1, time_s, raw, admission);
}
