/* A chain that begins in the middle: the state as of one record, loaded whole.
 *
 * Time-outs are derived from the instances as they pass by. The head is written last, after the
 * state that was stored has been read back and has the root that the record names; a folder without
 * a head holds no chain. */
#include <stdlib.h>

#include "node/chain/inside.h"

#define TIMERS_BYTES ((size_t)16u << 20) /* after which they are written */

/* The source of the state, with the time-outs taken out in passing. */
typedef struct passing {
    wc_chain *chain;
    const wc_store_source *source;
    wc_store_problem *problem;
} passing;

static wc_status flush(wc_chain *chain)
{
    wc_status status = wc_store_commit(&chain->store, chain->batch);
    wc_batch_clear(chain->batch);
    return status;
}

static wc_status put_timer(passing *p, wc_slice key, wc_slice value)
{
    wc_instance_entry entry;
    wc_address id;
    if (key.len != 1 + sizeof id.bytes || wc_instance_decode(&entry, value) != WC_OK) {
        wc_chain_say(p->problem, "a contract in the state does not decode");
        return WC_CORRUPT;
    }
    if (entry.due_s == WC_DUE_NONE) return WC_OK;
    memcpy(id.bytes, key.data + 1, sizeof id.bytes);
    wc_chain_key timer = wc_chain_timer_key(entry.due_s, &id);
    wc_batch_put(p->chain->batch, WC_CF_META, wc_chain_key_slice(&timer), wc_slice_of(NULL, 0));
    WC_TRY(wc_batch_status(p->chain->batch));
    return wc_batch_bytes(p->chain->batch) < TIMERS_BYTES ? WC_OK : flush(p->chain);
}

static wc_status next_entry(void *self, wc_slice *key, wc_slice *value)
{
    passing *p = self;
    WC_TRY(p->source->next(p->source->self, key, value));
    return key->data[0] == WC_SPACE_INSTANCE ? put_timer(p, *key, *value) : WC_OK;
}

static wc_status take_head(wc_chain *chain, const wc_chain_base *base, wc_record *record,
                           wc_store_problem *problem)
{
    size_t bad = 0;
    wc_status status = wc_record_decode(record, &bad, base->record);
    if (status != WC_OK) {
        wc_chain_say(problem, "the record, byte %zu: %s", bad, wc_status_text(status));
        return status;
    }
    if (!wc_hash_equal(&record->genesis_hash, &chain->genesis_hash) ||
        !wc_slice_equal(record->chain_id, chain->genesis.chain_id)) {
        wc_chain_say(problem, "the record is of another genesis");
        return WC_WRONG_CHAIN;
    }
    chain->head = (wc_head){record->seq, record->height, record->time_s, record->time_ns,
                            wc_record_hash(base->record)};
    chain->oldest = record->seq;
    return WC_OK;
}

/* What shows who makes records goes on being there: the next snapshot needs it. */
static wc_status put_changes(wc_chain *chain, const wc_chain_base *base)
{
    uint8_t stored[WC_CHAIN_RECORD_MAX];
    wc_buf buf;
    wc_chain_change change;
    wc_status status = base->changes.next == NULL ? WC_NOT_FOUND : WC_OK;
    while (status == WC_OK) {
        status = base->changes.next(base->changes.self, &change);
        if (status != WC_OK) break;
        wc_chain_put_change(chain, &change);
        if (change.seq == chain->head.seq) continue;
        wc_buf_init(&buf, stored, sizeof stored);
        wc_chain_record_put(&buf, change.record.bytes,
                            change.record.has_certificate ? &change.record.certificate : NULL);
        wc_chain_key key = wc_chain_record_key(change.seq);
        wc_batch_put(chain->batch, WC_CF_CHAIN, wc_chain_key_slice(&key), wc_buf_slice(&buf));
        status = wc_batch_status(chain->batch);
    }
    return status == WC_NOT_FOUND ? WC_OK : status;
}

static wc_status put_record(wc_chain *chain, const wc_chain_base *base)
{
    uint8_t stored[WC_CHAIN_RECORD_MAX], head[WC_CHAIN_STORED_HEAD], seq[8];
    wc_buf buf;
    WC_TRY(put_changes(chain, base));
    wc_buf_init(&buf, stored, sizeof stored);
    wc_chain_record_put(&buf, base->record, base->certificate);
    wc_chain_key key = wc_chain_record_key(chain->head.seq);
    wc_batch_put(chain->batch, WC_CF_CHAIN, wc_chain_key_slice(&key), wc_buf_slice(&buf));
    wc_store_u64(seq, chain->oldest);
    wc_batch_put(chain->batch, WC_CF_META, wc_chain_base_key(), wc_slice_of(seq, sizeof seq));
    wc_chain_put_schema(chain->batch);
    wc_buf_init(&buf, head, sizeof head);
    wc_chain_head_put(&buf, &chain->head);
    wc_batch_put(chain->batch, WC_CF_META, wc_chain_head_key(), wc_buf_slice(&buf));
    return flush(chain);
}

wc_status wc_chain_load_base(wc_chain *chain, const wc_chain_base *base, wc_chain_report *report)
{
    wc_record record;
    wc_store_problem *problem = &report->store.problem;
    passing p = {chain, &base->state, problem};
    wc_store_source source = {next_entry, &p};
    WC_TRY(take_head(chain, base, &record, problem));
    WC_TRY(wc_chain_put_genesis(chain));
    WC_TRY(wc_store_load(&chain->store, WC_CF_STATE, &source, problem));
    WC_TRY(flush(chain));
    WC_TRY(wc_chain_rebuild(chain, report));
    if (!wc_hash_equal(&record.state_root, &chain->state_root)) {
        wc_chain_say(problem, "the state is not the one that record %llu names",
                     (unsigned long long)record.seq);
        return WC_DIFFERS;
    }
    return put_record(chain, base);
}

wc_status wc_chain_read_oldest(const wc_store *store, uint64_t *oldest)
{
    uint8_t bytes[8];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    *oldest = 0;
    if (!wc_store_get(store, NULL, WC_CF_META, wc_chain_base_key(), &buf)) return WC_OK;
    if (buf.full || buf.len != sizeof bytes) return WC_CORRUPT;
    *oldest = wc_load_u64(bytes);
    return WC_OK;
}
