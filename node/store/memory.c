/* The store in memory: for replay, simulation and tests. Deterministic, one thread, never fails but
 * for want of memory, which stops the process.
 *
 * Values have versions only while a snapshot lives: then a write puts a new version in front
 * instead of replacing the old one, and a deletion leaves a mark. When the last snapshot goes, the
 * entries that gathered versions are pruned. Without snapshots, which is how replay runs, a put is
 * one search and one copy. */
#include <stdlib.h>

#include "node/store/store.h"
#include "node/store/tree.h"

struct wc_snapshot {
    uint64_t seq; /* sees versions with seq <= this */
};

typedef struct wc_memory {
    wc_tree trees[WC_CF_COUNT];
    uint64_t seq;          /* writes so far */
    uint64_t newest_seen;  /* greatest seq of a living snapshot; meaningless without one */
    size_t snapshot_count; /* living */
    wc_entry **listed;     /* entries with more than one version or a deletion mark */
    wc_cf *listed_cf;      /* their families */
    size_t listed_count;
    size_t listed_capacity;
} wc_memory;

typedef struct wc_memory_iter {
    wc_cursor cursor;
    uint64_t seq;
    size_t first_len;
    size_t end_len; /* 0: no end */
    uint8_t first[WC_STORE_KEY_MAX];
    uint8_t end[WC_STORE_KEY_MAX];
} wc_memory_iter;

/* The version that a reader at seq sees; NULL: none, or a deletion. Versions of one entry are as
 * many as the writes to it since the oldest snapshot. */
static const wc_version *visible(const wc_entry *entry, uint64_t seq)
{
    const wc_version *version = entry->newest;
    while (version != NULL && version->seq > seq) version = version->older;
    return version == NULL || version->is_deleted ? NULL : version;
}

static uint64_t seq_of(const wc_memory *memory, const wc_snapshot *at)
{
    return at == NULL ? memory->seq : at->seq;
}

static bool memory_get(void *self, const wc_snapshot *at, wc_cf cf, wc_slice key, wc_pin *pin)
{
    const wc_memory *memory = (const wc_memory *)self;
    const wc_entry *entry = wc_tree_find(&memory->trees[cf], key);
    const wc_version *version = entry == NULL ? NULL : visible(entry, seq_of(memory, at));
    if (version == NULL) return false;
    *pin = (wc_pin){wc_slice_of(version->bytes, version->len), NULL};
    return true;
}

static void memory_unpin(void *self, wc_pin *pin)
{
    (void)self;
    (void)pin; /* values stay where they are until the next write */
}

static wc_version *make_version(size_t len)
{
    size_t capacity = (len + 15) & ~(size_t)15;
    wc_version *version = (wc_version *)wc_store_allocate(sizeof *version + capacity);
    version->capacity = capacity;
    return version;
}

static void free_versions(wc_version *version)
{
    while (version != NULL) {
        wc_version *older = version->older;
        free(version);
        version = older;
    }
}

static void release_entry(wc_entry *entry)
{
    free_versions(entry->newest);
}

static void list_entry(wc_memory *memory, wc_cf cf, wc_entry *entry)
{
    if (entry->is_listed) return;
    if (memory->listed_count == memory->listed_capacity) {
        size_t capacity = memory->listed_capacity == 0 ? 256 : 2 * memory->listed_capacity;
        void *listed = realloc(memory->listed, capacity * sizeof *memory->listed);
        void *families = realloc(memory->listed_cf, capacity * sizeof *memory->listed_cf);
        if (listed == NULL || families == NULL) wc_store_fatal("memory store", "out of memory");
        memory->listed = (wc_entry **)listed;
        memory->listed_cf = (wc_cf *)families;
        memory->listed_capacity = capacity;
    }
    entry->is_listed = true;
    memory->listed[memory->listed_count] = entry;
    memory->listed_cf[memory->listed_count] = cf;
    memory->listed_count++;
}

/* Sets the entry's value as of write memory->seq. */
static void set_version(wc_memory *memory, wc_cf cf, wc_entry *entry, bool is_deleted,
                        wc_slice value)
{
    wc_version *old = entry->newest;
    bool is_kept = old != NULL && memory->snapshot_count > 0 && old->seq <= memory->newest_seen;
    wc_version *version = old;
    if (is_kept || old == NULL || old->capacity < value.len) {
        version = make_version(value.len);
        version->older = is_kept || old == NULL ? old : old->older;
        if (!is_kept) free(old);
        entry->newest = version;
    }
    version->seq = memory->seq;
    version->is_deleted = is_deleted;
    version->len = value.len;
    if (value.len > 0) memcpy(version->bytes, value.data, value.len);
    if (is_deleted || version->older != NULL) list_entry(memory, cf, entry);
}

static void remove_entry(wc_memory *memory, wc_cf cf, wc_entry *entry)
{
    free_versions(entry->newest);
    wc_tree_remove(&memory->trees[cf], entry);
}

static void delete_entry(wc_memory *memory, wc_cf cf, wc_entry *entry)
{
    if (memory->snapshot_count > 0) {
        set_version(memory, cf, entry, true, wc_slice_of(NULL, 0));
    } else {
        wc_assert(!entry->is_listed); /* the list is empty without snapshots */
        remove_entry(memory, cf, entry);
    }
}

static void delete_range(wc_memory *memory, wc_cf cf, wc_slice first, wc_slice end)
{
    /* One step ahead: the entry that is deleted must not be the cursor's place. */
    wc_cursor cursor = wc_tree_seek(&memory->trees[cf], first);
    wc_entry *entry = wc_cursor_next(&cursor);
    while (entry != NULL && wc_slice_compare(wc_entry_key(entry), end) < 0) {
        wc_entry *next = wc_cursor_next(&cursor);
        delete_entry(memory, cf, entry);
        entry = next;
    }
}

static void apply(wc_memory *memory, const wc_batch_entry *change)
{
    wc_tree *tree = &memory->trees[change->cf];
    wc_entry *entry = NULL;
    switch (change->kind) {
    case WC_BATCH_DELETE_RANGE:
        delete_range(memory, change->cf, change->key, change->value);
        return;
    case WC_BATCH_DELETE:
        entry = wc_tree_find(tree, change->key);
        if (entry != NULL) delete_entry(memory, change->cf, entry);
        return;
    case WC_BATCH_PUT:
        entry = wc_tree_find(tree, change->key);
        if (entry == NULL) entry = wc_tree_insert(tree, change->key);
        set_version(memory, change->cf, entry, false, change->value);
        return;
    }
}

static void memory_write(void *self, const wc_batch_entry *entries, size_t count, bool is_synced)
{
    wc_memory *memory = (wc_memory *)self;
    (void)is_synced;
    memory->seq++;
    for (size_t i = 0; i < count; i++) apply(memory, &entries[i]);
}

static wc_snapshot *memory_snapshot(void *self)
{
    wc_memory *memory = (wc_memory *)self;
    wc_snapshot *snapshot = (wc_snapshot *)wc_store_allocate(sizeof *snapshot);
    snapshot->seq = memory->seq;
    memory->newest_seen = memory->seq;
    memory->snapshot_count++;
    return snapshot;
}

static void prune(wc_memory *memory)
{
    for (size_t i = 0; i < memory->listed_count; i++) {
        wc_entry *entry = memory->listed[i];
        entry->is_listed = false;
        free_versions(entry->newest->older);
        entry->newest->older = NULL;
        if (entry->newest->is_deleted) remove_entry(memory, memory->listed_cf[i], entry);
    }
    memory->listed_count = 0;
}

static void memory_release(void *self, wc_snapshot *snapshot)
{
    wc_memory *memory = (wc_memory *)self;
    wc_assert(memory->snapshot_count > 0);
    free(snapshot);
    memory->snapshot_count--;
    if (memory->snapshot_count == 0) prune(memory);
}

static void *memory_iter_open(void *self, const wc_snapshot *at, wc_cf cf, wc_slice first,
                              wc_slice end)
{
    const wc_memory *memory = (const wc_memory *)self;
    wc_memory_iter *iter = (wc_memory_iter *)wc_store_allocate(sizeof *iter);
    iter->seq = seq_of(memory, at);
    iter->first_len = first.len;
    iter->end_len = end.len;
    if (first.len > 0) memcpy(iter->first, first.data, first.len);
    if (end.len > 0) memcpy(iter->end, end.data, end.len);
    iter->cursor = wc_tree_seek(&memory->trees[cf], wc_slice_of(iter->first, first.len));
    return iter;
}

static bool memory_iter_next(void *self, void *handle, wc_slice *key, wc_slice *value)
{
    wc_memory_iter *iter = (wc_memory_iter *)handle;
    (void)self;
    for (;;) { /* ends with the tree */
        const wc_entry *entry = wc_cursor_next(&iter->cursor);
        if (entry == NULL) return false;
        wc_slice found = wc_entry_key(entry);
        if (iter->end_len > 0 &&
            wc_slice_compare(found, wc_slice_of(iter->end, iter->end_len)) >= 0) {
            return false;
        }
        const wc_version *version = visible(entry, iter->seq);
        if (version == NULL) continue;
        *key = found;
        *value = wc_slice_of(version->bytes, version->len);
        return true;
    }
}

static void memory_iter_close(void *self, void *handle)
{
    (void)self;
    free(handle);
}

static wc_status memory_verify(void *self, wc_store_totals *totals, wc_store_problem *problem)
{
    const wc_memory *memory = (const wc_memory *)self;
    wc_store_totals sums = {{0}, {0}};
    for (size_t cf = 0; cf < WC_CF_COUNT; cf++) {
        wc_cursor cursor = wc_tree_seek(&memory->trees[cf], wc_slice_of(NULL, 0));
        for (const wc_entry *entry = wc_cursor_next(&cursor); entry != NULL;
             entry = wc_cursor_next(&cursor)) {
            const wc_version *version = visible(entry, memory->seq);
            if (version == NULL) continue;
            sums.keys[cf]++;
            sums.bytes[cf] += entry->key_len + version->len;
        }
    }
    *totals = sums;
    problem->text[0] = '\0';
    return WC_OK;
}

static uint64_t memory_free_bytes(void *self)
{
    (void)self;
    return UINT64_MAX;
}

static void memory_close(void *self)
{
    wc_memory *memory = (wc_memory *)self;
    wc_assert(memory->snapshot_count == 0);
    for (size_t cf = 0; cf < WC_CF_COUNT; cf++) wc_tree_clear(&memory->trees[cf], release_entry);
    free(memory->listed);
    free(memory->listed_cf);
    free(memory);
}

static const wc_store_ops memory_ops = {
    .get = memory_get,
    .unpin = memory_unpin,
    .write = memory_write,
    .snapshot = memory_snapshot,
    .release = memory_release,
    .iter_open = memory_iter_open,
    .iter_next = memory_iter_next,
    .iter_close = memory_iter_close,
    .verify = memory_verify,
    .free_bytes = memory_free_bytes,
    .close = memory_close,
};

wc_status wc_store_open_memory(wc_store *store)
{
    wc_memory *memory = (wc_memory *)calloc(1, sizeof *memory);
    if (memory == NULL) return WC_NO_MEMORY;
    *store = (wc_store){&memory_ops, memory};
    return WC_OK;
}
