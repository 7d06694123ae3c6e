/* Moments, and chains that only read. */
#include "node/chain/reader.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "node/chain/inside.h"

struct wc_moment {
    atomic_uint holders;
    const wc_store *store; /* the chain's; outlives the moment */
    wc_snapshot *snapshot;
    wc_head head;
    wc_hash state_root;
    wc_params params;
};

wc_moment *wc_moment_take(wc_chain *chain)
{
    wc_moment *moment = calloc(1, sizeof *moment);
    if (moment == NULL) return NULL;
    atomic_init(&moment->holders, 1);
    moment->store = &chain->store;
    moment->snapshot = wc_store_snapshot(&chain->store);
    moment->head = chain->head;
    moment->state_root = chain->state_root;
    moment->params = chain->params;
    return moment;
}

wc_moment *wc_moment_hold(wc_moment *moment)
{
    unsigned before = atomic_fetch_add(&moment->holders, 1);
    wc_assert(before > 0);
    return moment;
}

void wc_moment_drop(wc_moment *moment)
{
    if (moment == NULL || atomic_fetch_sub(&moment->holders, 1) != 1) return;
    wc_store_release(moment->store, moment->snapshot);
    free(moment);
}

const wc_head *wc_moment_head(const wc_moment *moment)
{
    return &moment->head;
}

/* ---- readers --------------------------------------------------------------------------------- */

wc_status wc_chain_open_reader(wc_chain **reader, wc_chain *chain)
{
    wc_assert(chain->owner == NULL);
    if (!chain->has_seal && !chain->is_read_only) return WC_NOT_SUPPORTED;
    wc_chain *opened = calloc(1, sizeof *opened);
    if (opened == NULL) return WC_NO_MEMORY;
    opened->owner = chain;
    opened->is_read_only = true;
    opened->store = chain->store;
    opened->genesis_bytes = chain->genesis_bytes; /* the owner's, like all that genesis points to */
    opened->genesis_len = chain->genesis_len;
    opened->genesis = chain->genesis;
    opened->genesis_hash = chain->genesis_hash;
    opened->oldest = chain->oldest;
    wc_status status = wc_chain_make_reading_parts(opened);
    if (status != WC_OK) {
        wc_chain_close(opened);
        return status;
    }
    wc_chain_make_ledger(opened);
    *reader = opened;
    return WC_OK;
}

static void look_at(wc_chain *reader, const wc_snapshot *snapshot)
{
    wc_chain_close_cursors(reader);
    reader->block_state.at = snapshot;
    reader->timers.at = snapshot;
    reader->user_state.at = snapshot;
    reader->records.at = snapshot;
}

void wc_chain_reader_enter(wc_chain *reader, wc_moment *moment)
{
    wc_assert(reader->owner != NULL && moment->store == &reader->owner->store);
    (void)wc_moment_hold(moment);
    wc_chain_reader_leave(reader);
    reader->moment = moment;
    reader->head = moment->head;
    reader->state_root = moment->state_root;
    reader->params = moment->params;
    look_at(reader, moment->snapshot);
}

void wc_chain_reader_leave(wc_chain *reader)
{
    if (reader->moment == NULL) return;
    look_at(reader, NULL);
    wc_moment_drop(reader->moment);
    reader->moment = NULL;
}

void wc_chain_reader_end(wc_chain *reader)
{
    wc_chain_reader_leave(reader);
    wc_chain_close_cursors(reader);
    wc_pool_reset(&reader->block_pool);
    wc_pool_reset(&reader->record_pool);
    wc_pool_reset(&reader->state_pool);
    wc_pages_give(reader->ledger_memory);
    free(reader);
}
