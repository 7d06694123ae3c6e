/* The solo engine: what waits, when a block is made, and what goes into it. */
#define _POSIX_C_SOURCE 200809L

#include "node/order/solo.h"

#include <stdlib.h>

#include "node/ledger/account.h"
#include "node/order/clock.h"
#include "node/order/pending.h"
#include "node/order/purses.h"

struct wc_solo {
    wc_solo_options options;
    wc_pending pending;
    wc_purses purses;
    wc_watch watch;
    wc_slice *block; /* owned; raw bytes of the block at hand, WC_BLOCK_TXS_MAX entries */
    size_t block_count;
    size_t block_bytes;
    uint64_t block_gas;
};

wc_status wc_solo_open(wc_solo **solo, const wc_solo_options *options)
{
    wc_solo *opened = calloc(1, sizeof *opened);
    if (opened == NULL) return WC_NO_MEMORY;
    opened->options = *options;
    opened->block = malloc(WC_BLOCK_TXS_MAX * sizeof *opened->block);
    wc_status status = wc_pending_open(&opened->pending);
    if (status == WC_OK) status = wc_purses_open(&opened->purses);
    if (opened->block == NULL) status = WC_NO_MEMORY;
    if (status != WC_OK) {
        wc_solo_close(opened);
        return status;
    }
    wc_watch_start(&opened->watch, options->clock, options->clock_self);
    *solo = opened;
    return WC_OK;
}

void wc_solo_close(wc_solo *solo)
{
    if (solo == NULL) return;
    wc_pending_close(&solo->pending);
    wc_purses_close(&solo->purses);
    free(solo->block);
    free(solo);
}

size_t wc_solo_pending(const wc_solo *solo)
{
    return solo->pending.count;
}

bool wc_solo_is_pending(const wc_solo *solo, const wc_hash *raw_hash)
{
    return wc_pending_find(&solo->pending, raw_hash) != NULL;
}

void wc_solo_accept_time(wc_solo *solo)
{
    wc_watch_accept(&solo->watch);
}

/* ---- submitting ------------------------------------------------------------------------------ */

/* Time at which a transaction submitted now would be looked at. */
static int64_t time_of_check(wc_solo *solo, int64_t time_s)
{
    const wc_head *head = wc_chain_head(solo->options.chain);
    if (wc_chain_clock(solo->options.chain) == WC_CLOCK_SYSTEM) {
        time_s = wc_watch_now_s(&solo->watch);
    }
    return time_s > head->time_s ? time_s : head->time_s;
}

wc_status wc_solo_submit(wc_solo *solo, int64_t time_s, wc_slice raw, wc_solo_ticket *ticket)
{
    wc_hash raw_hash = wc_tx_raw_hash(raw);
    *ticket = (wc_solo_ticket){.answer = WC_SOLO_KNOWN, .admission = {.raw_hash = raw_hash}};
    if (wc_pending_find(&solo->pending, &raw_hash) != NULL) return WC_OK;
    wc_admission *facts = &ticket->admission;
    WC_TRY(wc_chain_admit(solo->options.chain, time_of_check(solo, time_s), raw, facts));
    ticket->answer = WC_SOLO_REFUSED;
    if (facts->refusal == WC_REFUSAL_NONCE_GAP)
        facts->refusal = facts->beside_gap; /* it may wait */
    if (facts->refusal != WC_REFUSAL_NONE) return WC_OK;
    if (wc_pending_nonce(&solo->pending, &facts->sender, facts->lane, facts->nonce) != NULL) {
        facts->refusal = WC_REFUSAL_NONCE_USED;
        return WC_OK;
    }
    wc_waiting *waiting = wc_pending_add(&solo->pending, &raw_hash, raw, facts);
    ticket->answer = waiting == NULL ? WC_SOLO_FULL : WC_SOLO_KEPT;
    if (waiting != NULL) waiting->checked_seq = wc_chain_head(solo->options.chain)->seq;
    return WC_OK;
}

wc_solo_answer wc_solo_force(wc_solo *solo, wc_slice raw)
{
    wc_hash raw_hash = wc_tx_raw_hash(raw);
    bool is_kept = wc_pending_add(&solo->pending, &raw_hash, raw, NULL) != NULL;
    return is_kept ? WC_SOLO_KEPT : WC_SOLO_FULL;
}

/* ---- choosing -------------------------------------------------------------------------------- */

/* Next nonce of a strict lane, as the chain has it. */
static uint64_t lane_base(wc_solo *solo, const wc_waiting *waiting)
{
    wc_state_key key = wc_key_nonce(&waiting->sender, waiting->lane);
    wc_slice value;
    wc_nonce nonce = {0};
    if (wc_chain_get(solo->options.chain, &key, &value) == WC_OK) {
        wc_assert(wc_nonce_decode(&nonce, waiting->lane, value) == WC_OK);
    }
    return nonce.base;
}

/* Strict lanes go in order: the one before must stand in this block, or in one before. */
static bool is_next(wc_solo *solo, const wc_waiting *waiting)
{
    if (waiting->is_forced || waiting->lane >= WC_LANE_WINDOW_FIRST) return true;
    if (waiting->nonce > 0) {
        const wc_waiting *before =
            wc_pending_nonce(&solo->pending, &waiting->sender, waiting->lane, waiting->nonce - 1);
        if (before != NULL) return before->is_taken;
    }
    return lane_base(solo, waiting) == waiting->nonce;
}

static bool fits(const wc_solo *solo, const wc_waiting *waiting)
{
    const wc_params *params = wc_chain_params(solo->options.chain);
    return solo->block_count < params->block_txs_max &&
           waiting->len <= params->block_tx_bytes_max - solo->block_bytes &&
           waiting->gas_limit <= params->block_gas_max - solo->block_gas;
}

/* Takes it, and then those of its lane that came earlier and waited for it. */
static void take(wc_solo *solo, wc_waiting *waiting)
{
    while (waiting != NULL && fits(solo, waiting) &&
           wc_purses_take(&solo->purses, solo->options.chain, waiting)) {
        waiting->is_taken = true;
        solo->block[solo->block_count++] = wc_slice_of(waiting->raw, waiting->len);
        solo->block_bytes += waiting->len;
        solo->block_gas += waiting->gas_limit;
        if (waiting->is_forced) return;
        waiting =
            wc_pending_nonce(&solo->pending, &waiting->sender, waiting->lane, waiting->nonce + 1);
        if (waiting != NULL && (!waiting->is_passed || waiting->is_taken)) return;
    }
}

/* What was admissible on an older record may have lost its key or its account. */
static wc_status recheck(wc_solo *solo, int64_t time_s, wc_waiting *waiting, bool *is_good)
{
    uint64_t seq = wc_chain_head(solo->options.chain)->seq;
    *is_good = waiting->is_forced || waiting->expiry_time_s >= time_s;
    if (!*is_good || waiting->is_forced || waiting->checked_seq == seq) return WC_OK;
    wc_admission facts;
    WC_TRY(wc_chain_admit(solo->options.chain, time_s, wc_slice_of(waiting->raw, waiting->len),
                          &facts));
    bool may_wait = facts.refusal == WC_REFUSAL_NONCE_GAP && facts.beside_gap == WC_REFUSAL_NONE;
    *is_good = facts.refusal == WC_REFUSAL_NONE || may_wait;
    waiting->fee = facts.fee; /* the price may be another */
    waiting->checked_seq = seq;
    return WC_OK;
}

static bool is_taken(void *context, const wc_waiting *waiting)
{
    (void)context;
    return waiting->is_taken;
}

/* Fills the block; what can never be admitted any more is dropped. */
static wc_status choose(wc_solo *solo, int64_t time_s)
{
    bool has_stale = false;
    solo->block_count = 0;
    solo->block_bytes = 0;
    solo->block_gas = 0;
    wc_purses_begin(&solo->purses);
    for (wc_waiting *at = solo->pending.first; at != NULL; at = at->next) {
        bool is_good;
        at->is_passed = false;
        at->is_taken = false;
        WC_TRY(recheck(solo, time_s, at, &is_good));
        at->is_taken = !is_good; /* swept before the choice begins */
        has_stale = has_stale || !is_good;
    }
    if (has_stale) wc_pending_sweep(&solo->pending, is_taken, NULL);
    for (wc_waiting *at = solo->pending.first; at != NULL; at = at->next) {
        at->is_passed = true;
        if (!at->is_taken && is_next(solo, at)) take(solo, at);
    }
    return WC_OK;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static wc_status seal(wc_solo *solo, int64_t time_s, bool *is_recorded)
{
    const wc_sealed *sealed;
    WC_TRY(wc_chain_seal(solo->options.chain, time_s, solo->block, solo->block_count, &sealed));
    if (solo->block_count > 0) wc_pending_sweep(&solo->pending, is_taken, NULL);
    *is_recorded = sealed->applied.is_recorded;
    if (*is_recorded && solo->options.on_block != NULL) {
        solo->options.on_block(solo->options.on_block_self, sealed);
    }
    return WC_OK;
}

/* A block without transactions for each moment at which something is due before time_s. */
static wc_status run_due(wc_solo *solo, int64_t time_s)
{
    wc_chain *chain = solo->options.chain;
    int64_t due_s;
    bool is_recorded = true;
    solo->block_count = 0;
    while (is_recorded && wc_chain_next_due(chain, &due_s) && due_s < time_s) {
        int64_t head_s = wc_chain_head(chain)->time_s;
        if (due_s <= head_s && head_s == time_s) return WC_OK; /* the last block takes it along */
        WC_TRY(seal(solo, due_s > head_s ? due_s : head_s, &is_recorded));
    }
    return WC_OK;
}

static wc_status make_blocks(wc_solo *solo, int64_t time_s)
{
    wc_chain *chain = solo->options.chain;
    int64_t due_s;
    bool is_recorded;
    WC_TRY(run_due(solo, time_s));
    WC_TRY(choose(solo, time_s));
    bool is_due = wc_chain_next_due(chain, &due_s) && due_s <= time_s;
    if (solo->block_count == 0 && !is_due) return WC_OK;
    return seal(solo, time_s, &is_recorded);
}

wc_status wc_solo_seal(wc_solo *solo, int64_t time_s)
{
    wc_chain *chain = solo->options.chain;
    if (wc_chain_clock(chain) != WC_CLOCK_SCRIPTED) return WC_NOT_SUPPORTED;
    if (time_s < wc_chain_head(chain)->time_s || time_s > WC_BLOCK_TIME_MAX)
        return WC_OUT_OF_DOMAIN;
    return make_blocks(solo, time_s);
}

wc_status wc_solo_tick(wc_solo *solo, uint64_t *wait_ms)
{
    wc_chain *chain = solo->options.chain;
    int64_t now_s, due_s;
    if (wc_chain_clock(chain) != WC_CLOCK_SYSTEM) return WC_NOT_SUPPORTED;
    WC_TRY(wc_watch_read(&solo->watch, wc_chain_head(chain)->time_s, &now_s));
    WC_TRY(make_blocks(solo, now_s));
    *wait_ms = UINT64_MAX;
    if (!wc_chain_next_due(chain, &due_s)) return WC_OK;
    *wait_ms = due_s <= now_s ? 0 : (uint64_t)(due_s - now_s) * 1000;
    return WC_OK;
}
