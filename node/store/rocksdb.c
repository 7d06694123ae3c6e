/* The store in a RocksDB folder; the only file that includes RocksDB.
 *
 * RocksDB hands out error texts it allocated; none leaves this file. During operation an error goes
 * to wc_store_fatal and the process ends; while opening and verifying it becomes a status and a
 * message. Its options are the ones of ledger D1, D19 and D20; those that guard against silent loss
 * are read back from what RocksDB says it uses. */
#define _POSIX_C_SOURCE 200809L

#include <pthread.h>
#include <rocksdb/c.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "node/store/effective.h"
#include "node/store/folder.h"
#include "node/store/guard.h"
#include "node/store/rocks.h"

#define MIB              ((size_t)1 << 20)
#define MEMTABLE_DEFAULT (128 * MIB) /* holds the largest batch twice (ledger D23) */
#define MEMTABLES_TOTAL  (512 * MIB)
#define CACHE_DEFAULT    (256 * MIB)
#define TABLE_BYTES      (64 * MIB) /* of keys and values in a table that is loaded */

/* Options without a setter in the C interface. The second is RocksDB's default today. */
#define EXTRA_OPTIONS "track_and_verify_wals_in_manifest=true;verify_sst_unique_id_in_manifest=true"

/* Of the state: a put begins its search in the memtable where the put before it ended, for each
 * first byte of the key. Batches are sorted, so it ends a few steps further on instead of at the
 * root. The other families grow at their ends, where RocksDB finds its place anyway. It mixes up
 * its hints when such a family has range deletions (7.8.3): the batch allows none in the state. */
#define STATE_OPTIONS                                                                              \
    "memtable_insert_with_hint_prefix_extractor=fixed:1;"                                          \
    "memtable_whole_key_filtering=true;memtable_prefix_bloom_size_ratio=0.005"

struct wc_snapshot {
    const rocksdb_snapshot_t *view;
    rocksdb_readoptions_t *read;
};

typedef struct wc_rocks {
    rocksdb_t *db;
    rocksdb_options_t *options;
    rocksdb_options_t *state_options; /* of the family STATE */
    rocksdb_block_based_table_options_t *table;
    rocksdb_cache_t *cache;
    rocksdb_column_family_handle_t *families[WC_CF_COUNT];
    rocksdb_readoptions_t *read;
    rocksdb_writeoptions_t *write_synced;
    rocksdb_writeoptions_t *write_unsynced;
    rocksdb_writebatch_t *batch_synced;   /* of the committing thread; keeps its memory */
    rocksdb_writebatch_t *batch_unsynced; /* of the indexing thread */
    bool is_guarded;                      /* open for writing */
    wc_guard guard;
    pthread_mutex_t guard_turn; /* the committing and the indexing thread both follow */
    int lock;                   /* < 0: none */
    char folder[WC_FOLDER_PATH_MAX + 1];
} wc_rocks;

typedef struct wc_rocks_iter {
    rocksdb_iterator_t *walk;
    rocksdb_readoptions_t *read;
    wc_cf cf;
    bool is_started;
    size_t end_len;
    char end[WC_STORE_KEY_MAX]; /* RocksDB keeps a pointer to it */
} wc_rocks_iter;

static const char *const family_names[WC_CF_COUNT] = {"default", "state", "chain", "undo", "index"};

/* ---- stopping
 * -----------------------------------------------------------------------------------*/

static void stop_on(const wc_rocks *rocks, const char *what, const char *name, const char *error)
{
    if (error == NULL) return;
    wc_store_problem place;
    wc_store_say(&place, rocks->folder, "/db, ", what, name);
    wc_store_fatal(place.text, error);
}

static void *allocate(size_t size)
{
    void *memory = calloc(1, size);
    if (memory == NULL) wc_store_fatal("store", "out of memory");
    return memory;
}

/* RocksDB opens CURRENT to learn whether direct input and output work, which we never ask for. Does
 * the system refuse that once, it says that they do not. */
static bool is_failed_open(const char *error)
{
    return strstr(error, "Direct I/O is not supported by the specified DB") != NULL ||
           strstr(error, "Found options incompatible with filesystem") != NULL;
}

/* Turns RocksDB's text into a status and frees it. */
static wc_status report(const wc_rocks *rocks, wc_store_problem *problem, const char *name,
                        char *error)
{
    wc_status status = WC_CORRUPT;
    bool is_unopened = is_failed_open(error);
    if (is_unopened || strncmp(error, "IO error", 8) == 0) status = WC_IO;
    if (strstr(error, "No space left") != NULL) status = WC_DISK_FULL;
    if (strstr(error, "/LOCK") != NULL) status = WC_LOCKED; /* should node.lock have been removed */
    wc_store_say(problem, rocks->folder, name, is_unopened ? "/CURRENT cannot be opened: " : ": ",
                 error);
    rocksdb_free(error);
    return status;
}

/* ---- options
 * ------------------------------------------------------------------------------------*/

WC_MUST_USE static wc_status make_options(wc_rocks *rocks, wc_store_problem *problem,
                                          const wc_store_options *wanted, wc_rocks_mode mode)
{
    char *error = NULL;
    rocksdb_options_t *base = rocksdb_options_create();
    rocks->options = rocksdb_options_create();
    rocksdb_get_options_from_string(base, EXTRA_OPTIONS, rocks->options, &error);
    rocksdb_options_destroy(base);
    if (error != NULL) return report(rocks, problem, "/db, options", error);

    rocksdb_options_t *options = rocks->options;
    bool is_new = mode == WC_ROCKS_CREATE;
    rocksdb_options_set_create_if_missing(options, is_new);
    rocksdb_options_set_create_missing_column_families(options, is_new);
    rocksdb_options_set_error_if_exists(options, is_new);
    rocksdb_options_set_wal_recovery_mode(options, rocksdb_point_in_time_recovery);
    rocksdb_options_set_recycle_log_file_num(options, 0);
    rocksdb_options_set_paranoid_checks(options, 1);
    rocksdb_options_set_atomic_flush(options, 1);
    rocksdb_options_set_manual_wal_flush(options, 0);
    rocksdb_options_set_use_fsync(options, 0); /* fdatasync */
    rocksdb_options_set_db_write_buffer_size(options, MEMTABLES_TOTAL);
    rocksdb_options_set_write_buffer_size(
        options, wanted->memtable_bytes == 0 ? MEMTABLE_DEFAULT : wanted->memtable_bytes);
    rocksdb_options_set_max_write_buffer_number(options, 4);
    rocksdb_options_set_max_open_files(options,
                                       -1); /* all tables open at start: their ends are checked */
    rocksdb_options_set_max_background_jobs(options, 2);
    rocksdb_options_set_bytes_per_sync(options, MIB);
    rocksdb_options_set_compression(options, rocksdb_no_compression);
    rocksdb_options_set_keep_log_file_num(options, 4);
    rocksdb_options_set_info_log_level(options, 2); /* warnings */
    rocksdb_options_set_stats_dump_period_sec(options, 0);
    rocksdb_options_set_stats_persist_period_sec(options, 0);
    return WC_OK;
}

static void make_table_options(wc_rocks *rocks, const wc_store_options *wanted)
{
    rocks->cache =
        rocksdb_cache_create_lru(wanted->cache_bytes == 0 ? CACHE_DEFAULT : wanted->cache_bytes);
    rocks->table = rocksdb_block_based_options_create();
    rocksdb_block_based_options_set_block_size(rocks->table, 8192);
    rocksdb_block_based_options_set_block_cache(rocks->table, rocks->cache);
    rocksdb_block_based_options_set_cache_index_and_filter_blocks(rocks->table, 1);
    rocksdb_block_based_options_set_pin_l0_filter_and_index_blocks_in_cache(rocks->table, 1);
    /* Ten bits a key: an absent key costs an eighth of a search. The policy is owned by table. */
    rocksdb_block_based_options_set_filter_policy(rocks->table,
                                                  rocksdb_filterpolicy_create_bloom_full(10));
    rocksdb_options_set_block_based_table_factory(rocks->options, rocks->table);

    rocks->read = rocksdb_readoptions_create();
    rocksdb_readoptions_set_verify_checksums(rocks->read, 1);
    rocks->write_synced = rocksdb_writeoptions_create();
    rocksdb_writeoptions_set_sync(rocks->write_synced, 1);
    rocks->write_unsynced = rocksdb_writeoptions_create();
    rocksdb_writeoptions_set_sync(rocks->write_unsynced, 0);
    rocks->batch_synced = rocksdb_writebatch_create();
    rocks->batch_unsynced = rocksdb_writebatch_create();
}

/* Those of all families and STATE_OPTIONS. */
WC_MUST_USE static wc_status make_state_options(wc_rocks *rocks, wc_store_problem *problem)
{
    char *error = NULL;
    rocks->state_options = rocksdb_options_create();
    rocksdb_get_options_from_string(rocks->options, STATE_OPTIONS, rocks->state_options, &error);
    return error == NULL ? WC_OK : report(rocks, problem, "/db, options of the state", error);
}

/* RocksDB counts the comparisons of each thread unless it is told not to; nobody asks for the
 * counts, and finding the counters costs as much as comparing. It is a setting of the thread. */
static void count_nothing(void)
{
    rocksdb_set_perf_level(rocksdb_disable);
}

/* ---- reading
 * ------------------------------------------------------------------------------------*/

static bool rocks_get(void *self, const wc_snapshot *at, wc_cf cf, wc_slice key, wc_pin *pin)
{
    wc_rocks *rocks = (wc_rocks *)self;
    count_nothing();
    char *error = NULL;
    rocksdb_pinnableslice_t *found =
        rocksdb_get_pinned_cf(rocks->db, at == NULL ? rocks->read : at->read, rocks->families[cf],
                              (const char *)key.data, key.len, &error);
    stop_on(rocks, "get in ", wc_cf_name(cf), error); /* NULL alone is no answer yet */
    if (found == NULL) return false;
    size_t len = 0;
    const char *value = rocksdb_pinnableslice_value(found, &len);
    *pin = (wc_pin){wc_slice_of(value, len), found};
    return true;
}

static void rocks_unpin(void *self, wc_pin *pin)
{
    (void)self;
    rocksdb_pinnableslice_destroy((rocksdb_pinnableslice_t *)pin->handle);
}

static wc_snapshot *rocks_snapshot(void *self)
{
    wc_rocks *rocks = (wc_rocks *)self;
    wc_snapshot *snapshot = (wc_snapshot *)allocate(sizeof *snapshot);
    snapshot->view = rocksdb_create_snapshot(rocks->db);
    snapshot->read = rocksdb_readoptions_create();
    rocksdb_readoptions_set_verify_checksums(snapshot->read, 1);
    rocksdb_readoptions_set_snapshot(snapshot->read, snapshot->view);
    return snapshot;
}

static void rocks_release(void *self, wc_snapshot *snapshot)
{
    wc_rocks *rocks = (wc_rocks *)self;
    rocksdb_readoptions_destroy(snapshot->read);
    rocksdb_release_snapshot(rocks->db, snapshot->view);
    free(snapshot);
}

static void *rocks_iter_open(void *self, const wc_snapshot *at, wc_cf cf, wc_slice first,
                             wc_slice end)
{
    wc_rocks *rocks = (wc_rocks *)self;
    wc_rocks_iter *iter = (wc_rocks_iter *)allocate(sizeof *iter);
    iter->cf = cf;
    iter->read = rocksdb_readoptions_create();
    rocksdb_readoptions_set_verify_checksums(iter->read, 1);
    rocksdb_readoptions_set_snapshot(iter->read, at->view);
    if (end.len > 0) {
        memcpy(iter->end, end.data, end.len);
        iter->end_len = end.len;
        rocksdb_readoptions_set_iterate_upper_bound(iter->read, iter->end, iter->end_len);
    }
    iter->walk = rocksdb_create_iterator_cf(rocks->db, iter->read, rocks->families[cf]);
    if (first.len == 0) {
        rocksdb_iter_seek_to_first(iter->walk);
    } else {
        rocksdb_iter_seek(iter->walk, (const char *)first.data, first.len);
    }
    return iter;
}

static bool rocks_iter_next(void *self, void *handle, wc_slice *key, wc_slice *value)
{
    const wc_rocks *rocks = (const wc_rocks *)self;
    wc_rocks_iter *iter = (wc_rocks_iter *)handle;
    if (iter->is_started && rocksdb_iter_valid(iter->walk) != 0) rocksdb_iter_next(iter->walk);
    iter->is_started = true;
    if (rocksdb_iter_valid(iter->walk) == 0) {
        char *error = NULL; /* an end and an error look alike until asked */
        rocksdb_iter_get_error(iter->walk, &error);
        stop_on(rocks, "iterator over ", wc_cf_name(iter->cf), error);
        return false;
    }
    size_t key_len = 0;
    size_t value_len = 0;
    const char *key_bytes = rocksdb_iter_key(iter->walk, &key_len);
    const char *value_bytes = rocksdb_iter_value(iter->walk, &value_len);
    *key = wc_slice_of(key_bytes, key_len);
    *value = wc_slice_of(value_bytes, value_len);
    return true;
}

static void rocks_iter_close(void *self, void *handle)
{
    wc_rocks_iter *iter = (wc_rocks_iter *)handle;
    (void)self;
    rocksdb_iter_destroy(iter->walk);
    rocksdb_readoptions_destroy(iter->read);
    free(iter);
}

/* Walks one family to its end; a NULL result means that every block held its checksum. */
static char *scan_family(const wc_rocks *rocks, wc_cf cf, wc_store_totals *totals)
{
    char *error = NULL;
    rocksdb_readoptions_t *read = rocksdb_readoptions_create();
    rocksdb_readoptions_set_verify_checksums(read, 1);
    rocksdb_readoptions_set_fill_cache(read, 0);
    rocksdb_iterator_t *walk = rocksdb_create_iterator_cf(rocks->db, read, rocks->families[cf]);
    for (rocksdb_iter_seek_to_first(walk); rocksdb_iter_valid(walk) != 0; rocksdb_iter_next(walk)) {
        size_t key_len = 0;
        size_t value_len = 0;
        (void)rocksdb_iter_key(walk, &key_len);
        (void)rocksdb_iter_value(walk, &value_len);
        totals->keys[cf]++;
        totals->bytes[cf] += key_len + value_len;
    }
    rocksdb_iter_get_error(walk, &error);
    rocksdb_iter_destroy(walk);
    rocksdb_readoptions_destroy(read);
    return error;
}

static wc_status rocks_verify(void *self, wc_store_totals *totals, wc_store_problem *problem)
{
    const wc_rocks *rocks = (const wc_rocks *)self;
    wc_store_totals sums = {{0}, {0}};
    problem->text[0] = '\0';
    for (unsigned cf = 0; cf < WC_CF_COUNT; cf++) {
        wc_store_problem place;
        char *error = scan_family(rocks, (wc_cf)cf, &sums);
        if (error == NULL) continue;
        wc_store_say(&place, "/db, scan of ", wc_cf_name((wc_cf)cf), NULL, NULL);
        return report(rocks, problem, place.text, error);
    }
    *totals = sums;
    return WC_OK;
}

/* ---- writing
 * ------------------------------------------------------------------------------------*/

static void add_entry(const wc_rocks *rocks, rocksdb_writebatch_t *batch,
                      const wc_batch_entry *entry)
{
    rocksdb_column_family_handle_t *family = rocks->families[entry->cf];
    const char *key = (const char *)entry->key.data;
    const char *value = (const char *)entry->value.data;
    switch (entry->kind) {
    case WC_BATCH_DELETE_RANGE:
        rocksdb_writebatch_delete_range_cf(batch, family, key, entry->key.len, value,
                                           entry->value.len);
        return;
    case WC_BATCH_PUT:
        rocksdb_writebatch_put_cf(batch, family, key, entry->key.len, value, entry->value.len);
        return;
    case WC_BATCH_DELETE: rocksdb_writebatch_delete_cf(batch, family, key, entry->key.len); return;
    }
}

/* After each write, because a write may have made RocksDB switch to new tables. */
static void follow_manifest(wc_rocks *rocks)
{
    (void)pthread_mutex_lock(&rocks->guard_turn);
    wc_status status = wc_guard_follow(&rocks->guard, rocks->folder);
    (void)pthread_mutex_unlock(&rocks->guard_turn);
    if (status != WC_OK) stop_on(rocks, "db.guard", NULL, wc_status_text(status));
}

static void rocks_write(void *self, const wc_batch_entry *entries, size_t count, bool is_synced)
{
    wc_rocks *rocks = (wc_rocks *)self;
    char *error = NULL;
    rocksdb_writebatch_t *batch = is_synced ? rocks->batch_synced : rocks->batch_unsynced;
    count_nothing();
    rocksdb_writebatch_clear(batch);
    for (size_t i = 0; i < count; i++) add_entry(rocks, batch, &entries[i]);
    rocksdb_write(rocks->db, is_synced ? rocks->write_synced : rocks->write_unsynced, batch,
                  &error);
    stop_on(rocks, is_synced ? "commit" : "write of the index", NULL, error);
    follow_manifest(rocks);
}

/* ---- loading
 * ------------------------------------------------------------------------------------*/

typedef struct table_writer {
    const wc_rocks *rocks;
    rocksdb_envoptions_t *env;
    rocksdb_sstfilewriter_t *file;
    wc_path_text path;
    uint64_t bytes; /* in the table at hand */
    size_t last_len;
    uint8_t last[WC_STORE_KEY_MAX];
} table_writer;

/* Fills one table from the source; *status says how the source ended. A NULL result: no error. */
static char *fill_table(table_writer *writer, const wc_store_source *source, wc_status *status)
{
    char *error = NULL;
    wc_slice key, value;
    while (error == NULL && writer->bytes < TABLE_BYTES) {
        *status = source->next(source->self, &key, &value);
        if (*status != WC_OK) return NULL;
        wc_assert(key.len >= 1 && key.len <= WC_STORE_KEY_MAX);
        wc_assert(wc_slice_compare(wc_slice_of(writer->last, writer->last_len), key) < 0);
        memcpy(writer->last, key.data, key.len);
        writer->last_len = key.len;
        if (writer->bytes == 0) rocksdb_sstfilewriter_open(writer->file, writer->path.text, &error);
        if (error != NULL) return error;
        rocksdb_sstfilewriter_put(writer->file, (const char *)key.data, key.len,
                                  (const char *)value.data, value.len, &error);
        writer->bytes += key.len + value.len;
    }
    return error;
}

/* Hands the table that has been filled over to the database, which takes its file. */
static char *take_table(table_writer *writer, wc_cf cf)
{
    char *error = NULL;
    const char *path = writer->path.text;
    rocksdb_sstfilewriter_finish(writer->file, &error);
    if (error != NULL) return error;
    rocksdb_ingestexternalfileoptions_t *how = rocksdb_ingestexternalfileoptions_create();
    rocksdb_ingestexternalfileoptions_set_move_files(how, 1);
    rocksdb_ingest_external_file_cf(writer->rocks->db, writer->rocks->families[cf], &path, 1, how,
                                    &error);
    rocksdb_ingestexternalfileoptions_destroy(how);
    writer->bytes = 0;
    return error;
}

static wc_status rocks_load(void *self, wc_cf cf, const wc_store_source *source,
                            wc_store_problem *problem)
{
    wc_rocks *rocks = (wc_rocks *)self;
    char *error = NULL;
    wc_status status = WC_OK;
    table_writer writer = {.rocks = rocks, .path = wc_folder_path(rocks->folder, "load.sst")};
    writer.env = rocksdb_envoptions_create();
    writer.file = rocksdb_sstfilewriter_create(writer.env, rocks->options);
    while (status == WC_OK && error == NULL) { /* ends with the source */
        error = fill_table(&writer, source, &status);
        bool is_good = error == NULL && (status == WC_OK || status == WC_NOT_FOUND);
        if (is_good && writer.bytes > 0) error = take_table(&writer, cf);
    }
    rocksdb_sstfilewriter_destroy(writer.file);
    rocksdb_envoptions_destroy(writer.env);
    if (error != NULL) return report(rocks, problem, "/db, load", error);
    follow_manifest(rocks);
    return status == WC_NOT_FOUND ? WC_OK : status;
}

static uint64_t rocks_free_bytes(void *self)
{
    return wc_folder_free_bytes(((const wc_rocks *)self)->folder);
}

/* ---- opening and closing
 * ------------------------------------------------------------------------*/

static wc_status rocks_checkpoint(void *self, const char *path, wc_store_problem *problem)
{
    wc_rocks *rocks = (wc_rocks *)self;
    char *error = NULL;
    rocksdb_checkpoint_t *maker = rocksdb_checkpoint_object_create(rocks->db, &error);
    if (error != NULL) return report(rocks, problem, "/db, checkpoint", error);
    rocksdb_checkpoint_create(maker, path, 0, &error); /* 0: flush, so that no log is needed */
    rocksdb_checkpoint_object_destroy(maker);
    if (rocks->is_guarded) follow_manifest(rocks); /* the flush added tables */
    return error == NULL ? WC_OK : report(rocks, problem, "/db, checkpoint", error);
}

static void rocks_close(void *self)
{
    wc_rocks *rocks = (wc_rocks *)self;
    for (size_t cf = 0; cf < WC_CF_COUNT; cf++) {
        if (rocks->families[cf] != NULL) rocksdb_column_family_handle_destroy(rocks->families[cf]);
    }
    if (rocks->db != NULL) rocksdb_close(rocks->db);
    if (rocks->is_guarded) { /* closing may have finished a flush */
        follow_manifest(rocks);
        wc_guard_stop(&rocks->guard);
    }
    (void)pthread_mutex_destroy(&rocks->guard_turn);
    if (rocks->read != NULL) rocksdb_readoptions_destroy(rocks->read);
    if (rocks->write_synced != NULL) rocksdb_writeoptions_destroy(rocks->write_synced);
    if (rocks->write_unsynced != NULL) rocksdb_writeoptions_destroy(rocks->write_unsynced);
    if (rocks->batch_synced != NULL) rocksdb_writebatch_destroy(rocks->batch_synced);
    if (rocks->batch_unsynced != NULL) rocksdb_writebatch_destroy(rocks->batch_unsynced);
    if (rocks->state_options != NULL) rocksdb_options_destroy(rocks->state_options);
    if (rocks->options != NULL) rocksdb_options_destroy(rocks->options);
    if (rocks->table != NULL) rocksdb_block_based_options_destroy(rocks->table);
    if (rocks->cache != NULL) rocksdb_cache_destroy(rocks->cache);
    if (rocks->lock >= 0) (void)close(rocks->lock);
    free(rocks);
}

static const wc_store_ops rocks_ops = {
    .get = rocks_get,
    .unpin = rocks_unpin,
    .write = rocks_write,
    .snapshot = rocks_snapshot,
    .release = rocks_release,
    .iter_open = rocks_iter_open,
    .iter_next = rocks_iter_next,
    .iter_close = rocks_iter_close,
    .verify = rocks_verify,
    .load = rocks_load,
    .free_bytes = rocks_free_bytes,
    .checkpoint = rocks_checkpoint,
    .close = rocks_close,
};

/* The families are opened by name, so a missing or a further one is RocksDB's error. */
WC_MUST_USE static wc_status open_database(wc_rocks *rocks, wc_store_problem *problem,
                                           wc_rocks_mode mode)
{
    const rocksdb_options_t *options[WC_CF_COUNT];
    char *error = NULL;
    wc_path_text path = wc_folder_path(rocks->folder, "db");
    for (size_t cf = 0; cf < WC_CF_COUNT; cf++) options[cf] = rocks->options;
    options[WC_CF_STATE] = rocks->state_options;
    if (mode == WC_ROCKS_READ_ONLY) {
        rocks->db = rocksdb_open_for_read_only_column_families(rocks->options, path.text,
                                                               WC_CF_COUNT, family_names, options,
                                                               rocks->families, 0, &error);
    } else {
        rocks->db = rocksdb_open_column_families(rocks->options, path.text, WC_CF_COUNT,
                                                 family_names, options, rocks->families, &error);
    }
    return error == NULL ? WC_OK : report(rocks, problem, "/db", error);
}

wc_status wc_rocks_open(wc_store *store, wc_store_problem *problem, const char *folder,
                        const wc_store_options *options, wc_rocks_mode mode, int lock)
{
    wc_rocks *rocks = (wc_rocks *)allocate(sizeof *rocks);
    size_t len = strlen(folder);
    wc_assert(len < sizeof rocks->folder);
    memcpy(rocks->folder, folder, len + 1);
    rocks->lock = -1;
    int failed = pthread_mutex_init(&rocks->guard_turn, NULL);
    wc_assert(failed == 0);

    wc_status status = make_options(rocks, problem, options, mode);
    if (status == WC_OK) {
        make_table_options(rocks, options);
        status = make_state_options(rocks, problem);
    }
    if (status == WC_OK) {
        status = open_database(rocks, problem, mode);
    }
    if (status == WC_OK && mode != WC_ROCKS_READ_ONLY) {
        status = wc_store_check_options(rocks->folder, problem);
        if (status == WC_OK) {
            status = wc_guard_start(&rocks->guard, problem, folder, mode == WC_ROCKS_CREATE);
        }
        rocks->is_guarded = status == WC_OK;
    }
    if (status != WC_OK) {
        rocks_close(rocks);
        return status;
    }
    rocks->lock = lock;
    *store = (wc_store){&rocks_ops, rocks};
    return WC_OK;
}
