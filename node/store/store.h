/* The key-value store under the ledger: five ordered maps of bytes to bytes, one batch per block.
 *
 * Reading has three outcomes and returns only two: a value, or its certain absence. The third, "the
 * storage cannot say", never returns: the process stops with a fixed message and code 3, because a
 * corrupt block read as "no such key" would be a balance of zero. So no caller can forget it.
 *
 * Two implementations behave alike byte for byte (a test runs them side by side): memory.c for
 * replay, simulation and tests; rocksdb.c for a node's folder. Keys are ordered by their bytes, a
 * prefix before its extensions.
 *
 * Threads: one thread writes. A RocksDB store may be read from any thread, with or without
 * snapshot; a memory store belongs to one thread altogether. */
#ifndef WC_NODE_STORE_STORE_H
#define WC_NODE_STORE_STORE_H

#include "vm/base/arena.h"
#include "vm/base/buf.h"

typedef enum wc_cf {
    WC_CF_META = 0,  /* RocksDB's default family: schema, height, seq, app hash, timer index */
    WC_CF_STATE = 1, /* space ‖ logical key -> value */
    WC_CF_CHAIN = 2, /* records, block inputs, payloads, receipts */
    WC_CF_UNDO = 3,  /* old values of the last records */
    WC_CF_INDEX = 4, /* derived look-ups; written apart and unsynced, rebuilt when lost */
    WC_CF_COUNT = 5
} wc_cf;

#define WC_STORE_KEY_MAX   1024u                /* bytes; keys have at least one */
#define WC_STORE_BATCH_MAX ((size_t)128u << 20) /* bytes of keys and values in one batch */

/* Returns "meta", "state", "chain", "undo" or "index". */
const char *wc_cf_name(wc_cf cf);

/* ---- batch --------------------------------------------------------------------------------------
 * Collects what one block writes. The last put or delete of a key counts. Range deletions act
 * before all puts and deletes of the same batch, whatever the order of the calls. */

typedef enum wc_batch_kind {
    WC_BATCH_DELETE_RANGE,
    WC_BATCH_PUT,
    WC_BATCH_DELETE
} wc_batch_kind;

typedef struct wc_batch_entry {
    wc_cf cf;
    wc_batch_kind kind;
    uint32_t ordinal; /* order of the call; the highest wins */
    wc_slice key;     /* delete_range: first key */
    wc_slice value;   /* delete_range: end key, excluded */
} wc_batch_entry;

typedef struct wc_batch wc_batch;

/* max_bytes in [1, WC_STORE_BATCH_MAX] bounds keys plus values. NULL when memory is short. */
wc_batch *wc_batch_create(size_t max_bytes);
void wc_batch_destroy(wc_batch *batch); /* NULL is allowed */

/* Empties the batch and keeps its memory. */
void wc_batch_clear(wc_batch *batch);

/* Copy key and value. Require: 1 <= key.len <= WC_STORE_KEY_MAX. What does not fit marks the batch,
 * which then cannot be written; see wc_batch_status. */
void wc_batch_put(wc_batch *batch, wc_cf cf, wc_slice key, wc_slice value);
void wc_batch_delete(wc_batch *batch, wc_cf cf, wc_slice key);

/* The same without copies: key and value stay as they are until the batch is cleared. */
void wc_batch_put_borrowed(wc_batch *batch, wc_cf cf, wc_slice key, wc_slice value);

/* Deletes every key in [first, end). Requires: first < end; not of the family STATE, whose keys go
 * one by one. */
void wc_batch_delete_range(wc_batch *batch, wc_cf cf, wc_slice first, wc_slice end);

/* WC_OK; TOO_LARGE - past max_bytes; NO_MEMORY. */
WC_MUST_USE wc_status wc_batch_status(const wc_batch *batch);
size_t wc_batch_bytes(const wc_batch *batch); /* keys plus values so far */

/* For implementations: the entries in the order of application: range deletions first, then by
 * (family, key), each key once. Sorts the batch; valid until the batch changes. */
const wc_batch_entry *wc_batch_sorted(wc_batch *batch, size_t *count);

/* ---- store
 * --------------------------------------------------------------------------------------*/

/* A frozen view. NULL in its place means: as of now. */
typedef struct wc_snapshot wc_snapshot;

/* A found value, held in place until it is let go. */
typedef struct wc_pin {
    wc_slice value;
    void *handle; /* the implementation's; NULL when nothing is to be released */
} wc_pin;

typedef struct wc_store_totals {
    uint64_t keys[WC_CF_COUNT];
    uint64_t bytes[WC_CF_COUNT]; /* of keys and values */
} wc_store_totals;

/* Says what a status was about: file or place, and the reason. "" when there is nothing to say. */
#define WC_STORE_PROBLEM_MAX 512

typedef struct wc_store_problem {
    char text[WC_STORE_PROBLEM_MAX]; /* ends with a NUL */
} wc_store_problem;

/* Entries one by one, by ascending key, each key once; valid until the next call. NOT_FOUND: there
 * are no more; any other error ends what asked. */
typedef struct wc_store_source {
    wc_status (*next)(void *self, wc_slice *key, wc_slice *value);
    void *self;
} wc_store_source;

/* What an implementation provides. None of them reports a storage failure: it stops the process
 * through wc_store_fatal. `self` comes first everywhere. */
typedef struct wc_store_ops {
    bool (*get)(void *self, const wc_snapshot *at, wc_cf cf, wc_slice key, wc_pin *pin);
    void (*unpin)(void *self, wc_pin *pin);
    void (*write)(void *self, const wc_batch_entry *entries, size_t count, bool is_synced);
    wc_snapshot *(*snapshot)(void *self);
    void (*release)(void *self, wc_snapshot *snapshot);
    void *(*iter_open)(void *self, const wc_snapshot *at, wc_cf cf, wc_slice first, wc_slice end);
    bool (*iter_next)(void *self, void *iter, wc_slice *key, wc_slice *value);
    void (*iter_close)(void *self, void *iter);
    wc_status (*verify)(void *self, wc_store_totals *totals, wc_store_problem *problem);
    wc_status (*load)(void *self, wc_cf cf, const wc_store_source *source,
                      wc_store_problem *problem); /* NULL: by batches */
    uint64_t (*free_bytes)(void *self);
    wc_status (*checkpoint)(void *self, const char *path, wc_store_problem *problem); /* or NULL */
    void (*close)(void *self);
} wc_store_ops;

typedef struct wc_store {
    const wc_store_ops *ops;
    void *self;
} wc_store;

/* Looks key up and appends its value to `value`; false: there is no such key, `value` unchanged. A
 * value that does not fit marks the buffer as full, as every append does. */
WC_MUST_USE bool wc_store_get(const wc_store *store, const wc_snapshot *at, wc_cf cf, wc_slice key,
                              wc_buf *value);

/* The same with the value copied into the arena; value->data is NULL exactly when there is none.
 * Errors: NO_MEMORY - there is a value, but the arena is full; *value is unchanged. */
WC_MUST_USE wc_status wc_store_get_copy(const wc_store *store, const wc_snapshot *at, wc_cf cf,
                                        wc_slice key, wc_arena *arena, wc_slice *value);

/* The same without a copy, for values of unknown size. After true, unpin exactly once. */
WC_MUST_USE bool wc_store_pin(const wc_store *store, const wc_snapshot *at, wc_cf cf, wc_slice key,
                              wc_pin *pin);
void wc_store_unpin(const wc_store *store, wc_pin *pin);

WC_MUST_USE bool wc_store_has(const wc_store *store, const wc_snapshot *at, wc_cf cf, wc_slice key);

/* Writes all of the batch or nothing, on the medium when it returns. Families other than INDEX
 * only. Errors: those of wc_batch_status, nothing written. A storage failure stops the process:
 * whether the batch is on the disk is then unknown, and only the next start can find out. */
WC_MUST_USE wc_status wc_store_commit(const wc_store *store, wc_batch *batch);

/* Writes a batch of INDEX entries only; atomic, not synced, lost at most as a suffix. */
WC_MUST_USE wc_status wc_store_write_index(const wc_store *store, wc_batch *batch);

/* Fills an empty family of a store that nobody reads yet, faster than batches do: whole tables are
 * written beside the database and taken over. Not atomic; what was begun is to be thrown away after
 * an error. On the medium when it returns. Errors, with problem: those of the source; IO,
 * DISK_FULL, CORRUPT; NO_MEMORY. Requires: keys ascend strictly (asserted). */
WC_MUST_USE wc_status wc_store_load(const wc_store *store, wc_cf cf, const wc_store_source *source,
                                    wc_store_problem *problem);

/* A view that later writes do not change. Release it before the store is closed. */
wc_snapshot *wc_store_snapshot(const wc_store *store);
void wc_store_release(const wc_store *store, wc_snapshot *snapshot);

/* Ascending walk over the keys in [first, end) of one family, always on a snapshot; first.len 0:
 * from the start, end.len 0: to the last key. Close it before its snapshot is released. */
typedef struct wc_store_iter {
    const wc_store *store;
    void *handle;
} wc_store_iter;

wc_store_iter wc_store_iter_range(const wc_store *store, const wc_snapshot *at, wc_cf cf,
                                  wc_slice first, wc_slice end);
wc_store_iter wc_store_iter_prefix(const wc_store *store, const wc_snapshot *at, wc_cf cf,
                                   wc_slice prefix);

/* False at the end. Key and value are valid until the next call on this iterator. */
WC_MUST_USE bool wc_store_iter_next(wc_store_iter *iter, wc_slice *key, wc_slice *value);
void wc_store_iter_close(wc_store_iter *iter);

/* Reads every entry of every family with its checksum and counts it. Unlike all other reads this
 * one reports damage instead of stopping. Errors: CORRUPT, IO; problem names the family and the
 * file. */
WC_MUST_USE wc_status wc_store_verify(const wc_store *store, wc_store_totals *totals,
                                      wc_store_problem *problem);

/* Makes a folder that holds the store as it is now and opens like its own; from the writing thread.
 * The new folder may share unchanging files with the old one (hard links). Errors, with problem:
 * EXISTS - there is something at that path; NOT_SUPPORTED - a store in memory; IO; DISK_FULL;
 * CORRUPT. What was begun stays and is to be removed by hand. */
WC_MUST_USE wc_status wc_store_checkpoint(const wc_store *store, wc_store_problem *problem,
                                          const char *folder);

void wc_store_close(wc_store *store);

/* ---- free space (ledger D11)
 * --------------------------------------------------------------------*/

typedef enum wc_room {
    WC_ROOM_ENOUGH, /* at least max(1 GiB, 8 * block_bytes) */
    WC_ROOM_LOW,    /* seal nothing and say so */
    WC_ROOM_OUT,    /* below half of it: stop with code 3 */
} wc_room;

wc_room wc_store_room_of(uint64_t free_bytes, uint64_t block_bytes);
wc_room wc_store_room(const wc_store *store, uint64_t block_bytes); /* a memory store: ENOUGH */

/* ---- opening
 * ------------------------------------------------------------------------------------*/

/* An empty store in memory. Errors: NO_MEMORY. */
WC_MUST_USE wc_status wc_store_open_memory(wc_store *store);

typedef struct wc_store_options {
    bool create; /* make a new database; the folder is absent, empty, or marked and without one */
    bool read_only;        /* change nothing in the folder; several readers may share it */
    size_t memtable_bytes; /* per family; 0: 128 MiB */
    size_t cache_bytes;    /* block cache; 0: 256 MiB */

    /* Asked with the database opened read-only, before anything in the folder may change: opening
     * for writing replays the log and drops what it cannot read, so the SEAL must have its say
     * first. A refusal becomes the result of wc_store_open. NULL: no question. */
    wc_status (*admit)(void *admit_self, const wc_store *probe, wc_store_problem *problem);
    void *admit_self;
} wc_store_options;

typedef struct wc_store_report {
    wc_store_problem problem;   /* why not */
    uint64_t wal_dropped_bytes; /* at the end of the newest log: a torn, unacknowledged tail */
    char wal_file[32];          /* that log's name, "" when nothing was dropped */
} wc_store_report;

/* Opens the database in folder/db.
 *
 *   folder/WATTCLAUSE   mark and format version of the folder
 *   folder/node.lock    held while the store is open; "PID on HOST" of the holder
 *   folder/db.guard     witness of RocksDB's MANIFEST (guard.h)
 *   folder/db/          RocksDB's files
 *
 * Errors, each with report->problem naming the place; nothing stays open:
 *   NOT_FOUND       no such folder or no database in it, and create is not set
 *   EXISTS          create is set and there is a database
 *   FOREIGN_FOLDER  the folder is not ours, or db/ holds a file that RocksDB does not make
 *   BAD_VERSION     marked by another format version
 *   LOCKED          another process has it; the problem names its pid and host
 *   CORRUPT, IO     damage that is seen before a block is read
 *   DIFFERS         an effective option of the database is not the one that was asked for
 *   any status of admit */
WC_MUST_USE wc_status wc_store_open(wc_store *store, wc_store_report *report, const char *folder,
                                    const wc_store_options *options);

/* ---- stopping
 * -----------------------------------------------------------------------------------*/

/* Writes "wattclause: storage failure: PLACE: REASON; stopped, nothing is half applied" and ends
 * the process with code 3, without running exit handlers. */
WC_NORETURN void wc_store_fatal(const char *place, const char *reason);

/* Makes an abort of the storage library (a full disk, an exception) end in the same way. Called by
 * wc_store_open; a program may call it earlier. */
void wc_store_catch_abort(void);

#endif
