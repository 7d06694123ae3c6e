/* The batch: bytes in chunks that never move, or the caller's; entries that point to them, sorted
 * once.
 *
 * Entries are put together by family first and most families then are in order. Sorting the others
 * compares a 64-bit digest of (family, first key bytes) and looks at the key itself only on a tie:
 * a block has tens of thousands of entries and most differ in the first bytes. */
#include "node/store/store.h"

#include <stdlib.h>

#define CHUNK_SIZE ((size_t)1 << 20)
#define CHUNKS_MAX                                                                                 \
    512 /* 128 MiB in chunks of which no two neighbours are both less than half full */

typedef struct wc_chunk {
    uint8_t *bytes;
    size_t used;
    size_t size;
} wc_chunk;

#define RUNS_MAX (1u + WC_CF_COUNT) /* range deletions, then each family */

/* Place of an entry in the sort. */
typedef struct wc_batch_rank {
    uint64_t digest;
    const wc_batch_entry *entry;
} wc_batch_rank;

struct wc_batch {
    wc_status status; /* sticky */
    size_t max_bytes;
    size_t bytes;
    wc_chunk chunks[CHUNKS_MAX];
    size_t chunk_count;
    size_t chunk_now;        /* chunks before it are closed */
    wc_batch_entry *entries; /* in the order of the calls */
    size_t count;
    size_t capacity;
    wc_batch_rank *ranks;
    wc_batch_entry *sorted;
    size_t sorted_capacity;
};

wc_batch *wc_batch_create(size_t max_bytes)
{
    wc_assert(max_bytes >= 1 && max_bytes <= WC_STORE_BATCH_MAX);
    wc_batch *batch = (wc_batch *)calloc(1, sizeof *batch);
    if (batch != NULL) batch->max_bytes = max_bytes;
    return batch;
}

void wc_batch_destroy(wc_batch *batch)
{
    if (batch == NULL) return;
    for (size_t i = 0; i < batch->chunk_count; i++) free(batch->chunks[i].bytes);
    free(batch->entries);
    free(batch->ranks);
    free(batch->sorted);
    free(batch);
}

void wc_batch_clear(wc_batch *batch)
{
    for (size_t i = 0; i < batch->chunk_count; i++) batch->chunks[i].used = 0;
    batch->chunk_now = 0;
    batch->count = 0;
    batch->bytes = 0;
    batch->status = WC_OK;
}

wc_status wc_batch_status(const wc_batch *batch)
{
    return batch->status;
}

size_t wc_batch_bytes(const wc_batch *batch)
{
    return batch->bytes;
}

/* A chunk with `size` bytes free: the current one, a kept later one, or a new one. NULL: no memory.
 */
static wc_chunk *chunk_for(wc_batch *batch, size_t size)
{
    for (; batch->chunk_now < batch->chunk_count; batch->chunk_now++) {
        wc_chunk *chunk = &batch->chunks[batch->chunk_now];
        if (chunk->size - chunk->used >= size) return chunk;
    }
    if (batch->chunk_count == CHUNKS_MAX) return NULL;
    wc_chunk chunk = {NULL, 0, size > CHUNK_SIZE ? size : CHUNK_SIZE};
    chunk.bytes = (uint8_t *)malloc(chunk.size);
    if (chunk.bytes == NULL) return NULL;
    batch->chunks[batch->chunk_count++] = chunk;
    return &batch->chunks[batch->chunk_now];
}

WC_MUST_USE static wc_status keep(wc_batch *batch, wc_slice from, wc_slice *kept)
{
    wc_chunk *chunk = chunk_for(batch, from.len);
    if (chunk == NULL) return WC_NO_MEMORY;
    uint8_t *to = chunk->bytes + chunk->used;
    if (from.len > 0) memcpy(to, from.data, from.len);
    chunk->used += from.len;
    *kept = wc_slice_of(to, from.len);
    return WC_OK;
}

WC_MUST_USE static wc_status make_room(wc_batch *batch)
{
    if (batch->count < batch->capacity) return WC_OK;
    size_t capacity = batch->capacity == 0 ? 1024 : batch->capacity * 2;
    void *entries = realloc(batch->entries, capacity * sizeof *batch->entries);
    if (entries == NULL) return WC_NO_MEMORY;
    batch->entries = (wc_batch_entry *)entries;
    batch->capacity = capacity;
    return WC_OK;
}

WC_MUST_USE static wc_status add(wc_batch *batch, wc_cf cf, wc_batch_kind kind, wc_slice key,
                                 wc_slice value, bool is_borrowed)
{
    if (batch->status != WC_OK) return batch->status;
    if (key.len + value.len < value.len) return WC_TOO_LARGE;
    if (key.len + value.len > batch->max_bytes - batch->bytes) return WC_TOO_LARGE;
    wc_assert(batch->count < UINT32_MAX); /* each entry has at least a byte of key */
    WC_TRY(make_room(batch));

    wc_batch_entry entry = {cf, kind, (uint32_t)batch->count, key, value};
    if (!is_borrowed) {
        WC_TRY(keep(batch, key, &entry.key));
        WC_TRY(keep(batch, value, &entry.value));
    }
    batch->bytes += key.len + value.len;
    batch->entries[batch->count++] = entry;
    return WC_OK;
}

static void check_key(wc_cf cf, wc_slice key)
{
    wc_assert(cf < WC_CF_COUNT);
    wc_assert(key.len >= 1 && key.len <= WC_STORE_KEY_MAX);
}

void wc_batch_put(wc_batch *batch, wc_cf cf, wc_slice key, wc_slice value)
{
    check_key(cf, key);
    batch->status = add(batch, cf, WC_BATCH_PUT, key, value, false);
}

void wc_batch_put_borrowed(wc_batch *batch, wc_cf cf, wc_slice key, wc_slice value)
{
    check_key(cf, key);
    batch->status = add(batch, cf, WC_BATCH_PUT, key, value, true);
}

void wc_batch_delete(wc_batch *batch, wc_cf cf, wc_slice key)
{
    check_key(cf, key);
    batch->status = add(batch, cf, WC_BATCH_DELETE, key, wc_slice_of(NULL, 0), false);
}

void wc_batch_delete_range(wc_batch *batch, wc_cf cf, wc_slice first, wc_slice end)
{
    check_key(cf, first);
    check_key(cf, end);
    wc_assert(cf != WC_CF_STATE); /* see STATE_OPTIONS in rocksdb.c */
    wc_assert(wc_slice_compare(first, end) < 0);
    batch->status = add(batch, cf, WC_BATCH_DELETE_RANGE, first, end, false);
}

/* Where an entry is applied: range deletions first, then by family. */
static size_t run_of(const wc_batch_entry *entry)
{
    return entry->kind == WC_BATCH_DELETE_RANGE ? 0 : 1 + (size_t)entry->cf;
}

/* The family, then the first seven bytes of the key, zeros behind a shorter one: never greater for
 * a smaller entry. */
static uint64_t digest_of(const wc_batch_entry *entry)
{
    uint64_t digest = (uint64_t)entry->cf;
    for (size_t i = 0; i < 7; i++) {
        digest = digest << 8 | (i < entry->key.len ? entry->key.data[i] : 0);
    }
    return digest;
}

/* A total order, so that the result does not depend on the sorting algorithm. */
static int compare_ranks(const void *left, const void *right)
{
    const wc_batch_rank *a = (const wc_batch_rank *)left;
    const wc_batch_rank *b = (const wc_batch_rank *)right;
    if (a->digest != b->digest) return a->digest < b->digest ? -1 : 1;
    int order = wc_slice_compare(a->entry->key, b->entry->key);
    if (order != 0) return order;
    return a->entry->ordinal < b->entry->ordinal ? -1 : a->entry->ordinal > b->entry->ordinal;
}

WC_MUST_USE static wc_status make_room_for_sorting(wc_batch *batch)
{
    if (batch->count <= batch->sorted_capacity) return WC_OK;
    void *ranks = realloc(batch->ranks, batch->capacity * sizeof *batch->ranks);
    if (ranks == NULL) return WC_NO_MEMORY;
    batch->ranks = (wc_batch_rank *)ranks;
    void *sorted = realloc(batch->sorted, batch->capacity * sizeof *batch->sorted);
    if (sorted == NULL) return WC_NO_MEMORY;
    batch->sorted = (wc_batch_entry *)sorted;
    batch->sorted_capacity = batch->capacity;
    return WC_OK;
}

/* Whether the later entry makes the earlier one of the same key void. */
static bool overrides(const wc_batch_entry *earlier, const wc_batch_entry *later)
{
    if (earlier->kind == WC_BATCH_DELETE_RANGE || later->kind == WC_BATCH_DELETE_RANGE)
        return false;
    return earlier->cf == later->cf && wc_slice_equal(earlier->key, later->key);
}

/* Fills ranks run by run; runs[r] becomes where run r ends. */
static void rank_runs(wc_batch *batch, size_t runs[RUNS_MAX])
{
    size_t next[RUNS_MAX] = {0};
    for (size_t i = 0; i < batch->count; i++) next[run_of(&batch->entries[i])]++;
    size_t sum = 0;
    for (size_t r = 0; r < RUNS_MAX; r++) {
        size_t here = next[r];
        next[r] = sum;
        sum += here;
    }
    for (size_t i = 0; i < batch->count; i++) {
        const wc_batch_entry *entry = &batch->entries[i];
        batch->ranks[next[run_of(entry)]++] = (wc_batch_rank){digest_of(entry), entry};
    }
    memcpy(runs, next, sizeof next);
}

/* A block calls in the order of the keys but for a few; sorting what is sorted costs a comparison
 * each. */
static void sort_run(wc_batch_rank *ranks, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (compare_ranks(&ranks[i - 1], &ranks[i]) < 0) continue;
        qsort(ranks, count, sizeof *ranks, compare_ranks);
        return;
    }
}

const wc_batch_entry *wc_batch_sorted(wc_batch *batch, size_t *count)
{
    size_t runs[RUNS_MAX];
    *count = 0;
    if (batch->status == WC_OK) batch->status = make_room_for_sorting(batch);
    if (batch->status != WC_OK) return NULL;

    rank_runs(batch, runs);
    for (size_t r = 0, first = 0; r < RUNS_MAX; first = runs[r++]) {
        sort_run(batch->ranks + first, runs[r] - first);
    }

    size_t kept = 0;
    for (size_t i = 0; i < batch->count; i++) {
        const wc_batch_entry *entry = batch->ranks[i].entry;
        if (kept > 0 && overrides(&batch->sorted[kept - 1], entry)) kept--;
        batch->sorted[kept++] = *entry;
    }
    *count = kept;
    return batch->sorted;
}
