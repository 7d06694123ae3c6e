/* Following the records, and looking up. */
#include "node/service/tx_index.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "node/ledger/read.h"
#include "node/service/log.h"
#include "node/service/metrics.h"
#include "vm/base/codec.h"

#define BATCH_BYTES   ((size_t)4 << 20)
#define RECORDS_AHEAD 64u /* that one batch covers */
#define ENTRY_SIZE    12u
#define CURSOR_SIZE   (8u + WC_HASH_SIZE)
#define TX_KEY_SIZE   (1u + WC_HASH_SIZE)

struct wc_tx_index {
    wc_stage *stage;
    const wc_store *store; /* the chain's */
    wc_batch *batch;       /* owned */
    pthread_t thread;
    pthread_mutex_t turn; /* over the next two */
    pthread_cond_t is_told;
    bool has_news, is_stopping;
    atomic_ullong seq;
};

static const uint8_t cursor_name = 'c';

static void tx_key(uint8_t key[TX_KEY_SIZE], const wc_hash *tx_id)
{
    key[0] = 't';
    memcpy(key + 1, tx_id->bytes, WC_HASH_SIZE);
}

static bool is_rejected(uint16_t status)
{
    return status >= WC_REFUSAL_REJECTED_FIRST && status < WC_REFUSAL_FAILED_FIRST;
}

/* ---- following ------------------------------------------------------------------------------- */

static void put_receipt(wc_tx_index *index, const wc_receipt *receipt, uint64_t seq)
{
    uint8_t key[TX_KEY_SIZE], value[ENTRY_SIZE];
    if (receipt->kind != WC_RECEIPT_TX || wc_hash_is_zero(&receipt->subject)) return;
    tx_key(key, &receipt->subject);
    wc_slice name = wc_slice_of(key, sizeof key);
    if (is_rejected(receipt->status) && wc_store_has(index->store, NULL, WC_CF_INDEX, name)) return;
    wc_store_u64(value, seq);
    wc_store_u32(value + 8, receipt->index);
    wc_batch_put(index->batch, WC_CF_INDEX, name, wc_slice_of(value, sizeof value));
}

static wc_status put_record(wc_tx_index *index, wc_chain *reader, uint64_t seq, wc_hash *hash)
{
    wc_chain_record record;
    WC_TRY(wc_chain_read_record(reader, seq, &record));
    uint32_t count = record.record.receipt_count;
    *hash = record.hash;
    for (uint32_t i = 0; i < count; i++) {
        wc_receipt_page page;
        WC_TRY(wc_chain_read_receipt(reader, seq, i, &page));
        put_receipt(index, &page.receipt, seq);
    }
    return WC_OK;
}

/* Some records further; false: there is nothing to do, or it cannot go on. */
static bool go_on(wc_tx_index *index, wc_chain *reader)
{
    uint64_t from = atomic_load(&index->seq), head = wc_chain_head(reader)->seq;
    uint64_t to = head - from > RECORDS_AHEAD ? from + RECORDS_AHEAD : head;
    uint8_t cursor[CURSOR_SIZE];
    wc_hash hash;
    if (from >= head) return false;
    wc_batch_clear(index->batch);
    wc_status status = WC_OK;
    for (uint64_t seq = from + 1; status == WC_OK && seq <= to; seq++) {
        status = put_record(index, reader, seq, &hash);
    }
    if (status == WC_OK) {
        wc_store_u64(cursor, to);
        memcpy(cursor + 8, hash.bytes, WC_HASH_SIZE);
        wc_batch_put(index->batch, WC_CF_INDEX, wc_slice_of(&cursor_name, 1),
                     wc_slice_of(cursor, sizeof cursor));
        status = wc_store_write_index(index->store, index->batch);
    }
    if (status != WC_OK) {
        WC_LOG(ERROR, "index_failed", WC_LOG_NUMBER("seq", from),
               WC_LOG_TEXT("why", wc_status_text(status)));
        return false;
    }
    atomic_store(&index->seq, to);
    wc_metric_set(WC_METRIC_INDEX_SEQ, 0, (int64_t)to);
    return true;
}

/* Where it was; everything is thrown away when it is of another course of the chain, as after a
 * restore. */
static void find_cursor(wc_tx_index *index, wc_chain *reader)
{
    uint8_t bytes[CURSOR_SIZE], first = 't', end = 'u';
    wc_buf buf;
    wc_chain_record record;
    atomic_store(&index->seq, wc_chain_oldest(reader)); /* of whose block nothing is there */
    wc_buf_init(&buf, bytes, sizeof bytes);
    bool has = wc_store_get(index->store, NULL, WC_CF_INDEX, wc_slice_of(&cursor_name, 1), &buf);
    if (!has || buf.len != sizeof bytes) return;
    uint64_t seq = wc_load_u64(bytes);
    if (wc_chain_read_record(reader, seq, &record) == WC_OK &&
        memcmp(record.hash.bytes, bytes + 8, WC_HASH_SIZE) == 0) {
        atomic_store(&index->seq, seq);
        return;
    }
    WC_LOG(WARN, "index_rebuilt", WC_LOG_NUMBER("was_seq", seq));
    wc_batch_clear(index->batch);
    wc_batch_delete_range(index->batch, WC_CF_INDEX, wc_slice_of(&first, 1), wc_slice_of(&end, 1));
    wc_batch_delete(index->batch, WC_CF_INDEX, wc_slice_of(&cursor_name, 1));
    wc_status status = wc_store_write_index(index->store, index->batch);
    wc_assert(status == WC_OK);
}

static bool wait_for_news(wc_tx_index *index)
{
    (void)pthread_mutex_lock(&index->turn);
    while (!index->has_news && !index->is_stopping) {
        (void)pthread_cond_wait(&index->is_told, &index->turn);
    }
    index->has_news = false;
    bool goes_on = !index->is_stopping;
    (void)pthread_mutex_unlock(&index->turn);
    return goes_on;
}

static bool is_stopping(wc_tx_index *index)
{
    (void)pthread_mutex_lock(&index->turn);
    bool stopping = index->is_stopping;
    (void)pthread_mutex_unlock(&index->turn);
    return stopping;
}

static void *run_index(void *self)
{
    wc_tx_index *index = self;
    wc_chain *reader = wc_stage_enter(index->stage);
    find_cursor(index, reader);
    wc_stage_leave(index->stage, reader);
    do {
        bool has_more = true;
        while (has_more && !is_stopping(index)) {
            reader = wc_stage_enter(index->stage);
            has_more = go_on(index, reader);
            wc_stage_leave(index->stage, reader);
        }
    } while (wait_for_news(index));
    return NULL;
}

static void on_publish(void *self)
{
    wc_tx_index *index = self;
    (void)pthread_mutex_lock(&index->turn);
    index->has_news = true;
    (void)pthread_cond_signal(&index->is_told);
    (void)pthread_mutex_unlock(&index->turn);
}

wc_status wc_tx_index_start(wc_tx_index **index, wc_stage *stage, wc_chain *chain)
{
    wc_tx_index *started = calloc(1, sizeof *started);
    if (started == NULL) return WC_NO_MEMORY;
    started->stage = stage;
    started->store = wc_chain_store(chain);
    started->batch = wc_batch_create(BATCH_BYTES);
    (void)pthread_mutex_init(&started->turn, NULL);
    (void)pthread_cond_init(&started->is_told, NULL);
    wc_status status = started->batch == NULL ? WC_NO_MEMORY : WC_OK;
    if (status == WC_OK && pthread_create(&started->thread, NULL, run_index, started) != 0) {
        status = WC_IO;
    }
    if (status != WC_OK) {
        wc_batch_destroy(started->batch);
        free(started);
        return status;
    }
    wc_stage_listen(stage, on_publish, started);
    *index = started;
    return WC_OK;
}

void wc_tx_index_stop(wc_tx_index *index)
{
    if (index == NULL) return;
    (void)pthread_mutex_lock(&index->turn);
    index->is_stopping = true;
    (void)pthread_cond_signal(&index->is_told);
    (void)pthread_mutex_unlock(&index->turn);
    (void)pthread_join(index->thread, NULL);
    wc_batch_destroy(index->batch);
    (void)pthread_mutex_destroy(&index->turn);
    (void)pthread_cond_destroy(&index->is_told);
    free(index);
}

uint64_t wc_tx_index_seq(const wc_tx_index *index)
{
    return atomic_load(&((wc_tx_index *)(uintptr_t)index)->seq);
}

/* ---- looking up ------------------------------------------------------------------------------ */

static wc_status walk(wc_chain *reader, uint64_t from, const wc_hash *tx_id, uint64_t *seq,
                      uint32_t *receipt)
{
    for (uint64_t at = from; at <= wc_chain_head(reader)->seq; at++) {
        wc_chain_record record;
        wc_receipt_page page;
        WC_TRY(wc_chain_read_record(reader, at, &record));
        uint32_t count = record.record.receipt_count;
        for (uint32_t i = 0; i < count; i++) {
            WC_TRY(wc_chain_read_receipt(reader, at, i, &page));
            if (page.receipt.kind != WC_RECEIPT_TX) continue;
            if (!wc_hash_equal(&page.receipt.subject, tx_id)) continue;
            *seq = at;
            *receipt = i;
            return WC_OK;
        }
    }
    return WC_NOT_FOUND;
}

wc_status wc_tx_index_find(wc_tx_index *index, wc_chain *reader, const wc_hash *tx_id,
                           uint64_t *seq, uint32_t *receipt)
{
    uint8_t key[TX_KEY_SIZE], value[ENTRY_SIZE];
    wc_buf buf;
    uint64_t known = wc_tx_index_seq(index); /* read first: what is written later is found, too */
    tx_key(key, tx_id);
    wc_buf_init(&buf, value, sizeof value);
    if (wc_store_get(index->store, NULL, WC_CF_INDEX, wc_slice_of(key, sizeof key), &buf)) {
        *seq = wc_load_u64(value);
        *receipt = wc_load_u32(value + 8);
        if (*seq <= wc_chain_head(reader)->seq) return WC_OK;
    }
    return walk(reader, known + 1, tx_id, seq, receipt);
}
