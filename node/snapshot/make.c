/* Making a snapshot: walk, sort, fold forwards while the chunks are written, fold backwards over
 * the leaves for what lies right of each chunk. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/crypto/crypto.h"
#include "node/ledger/read.h"
#include "node/snapshot/makers.h"
#include "node/snapshot/snapshot.h"
#include "node/snapshot/sorter.h"
#include "node/store/folder.h"

#define ASK_EVERY    4096u /* entries between two questions whether to stop */
#define LEAF_SIZE    64u   /* k, leaf hash */
#define LEAVES_BLOCK 4096u /* leaves that are written and read at a time */
#define LEAVES_NAME  "leaves.tmp"

/* What is kept of a chunk until its right side is known. */
typedef struct part {
    wc_sha256_state state; /* over all but the right siblings */
    uint32_t count;
    wc_hash hash;
} part;

typedef struct maker {
    wc_snap_info *info;
    wc_store_problem *problem;
    wc_chain *chain;
    const char *folder;
    const wc_snap_options *options;
    uint32_t chunk_bytes;
    wc_sorter *sorter;
    uint8_t *memory;   /* owned; a chunk, or a run of leaves */
    wc_buf chunk;      /* over memory */
    uint32_t count;    /* entries in it, */
    size_t entries_at; /* from here on */
    wc_fold *fold;     /* owned */
    wc_fold_siblings *beside;
    part *parts; /* owned; info->chunk_count */
    uint32_t part_capacity;
    int leaves; /* file without a name: LEAF_SIZE each, in order; < 0: none */
    uint8_t *block;
    size_t block_count;
} maker;

static wc_status failed(maker *m, const char *name)
{
    wc_status status = errno == ENOSPC ? WC_DISK_FULL : WC_IO;
    wc_store_say(m->problem, m->folder, name, ": ", strerror(errno));
    return status;
}

static wc_status write_all(int file, const uint8_t *bytes, size_t len)
{
    while (len > 0) {
        ssize_t done = write(file, bytes, len);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return WC_IO;
        bytes += done;
        len -= (size_t)done;
    }
    return WC_OK;
}

/* Writes to the end of a file of the folder; is_last: on the medium after it. */
static wc_status append(maker *m, const char *name, wc_slice bytes, bool is_last)
{
    wc_path_text path = wc_folder_path(m->folder, name);
    int file = open(path.text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0) return failed(m, "");
    wc_status status = write_all(file, bytes.data, bytes.len);
    if (status == WC_OK && is_last && fsync(file) != 0) status = WC_IO;
    if (status != WC_OK) status = failed(m, "");
    (void)close(file);
    return status;
}

static bool is_stopping(const maker *m)
{
    return m->options->is_stopping != NULL && m->options->is_stopping(m->options->self);
}

static wc_status stop(maker *m)
{
    wc_store_say(m->problem, m->folder, ": given up: the node stops", NULL, NULL);
    return WC_LOCKED;
}

/* ---- walk and sort --------------------------------------------------------------------------- */

static wc_status collect(maker *m)
{
    uint8_t *entry = m->memory; /* no chunk is begun yet */
    wc_slice all = {NULL, 0}, key = {NULL, 0}, value;
    uint64_t walked = 0;
    while (wc_chain_next(m->chain, all, key, &key, &value) == WC_OK) {
        if (walked++ % ASK_EVERY == 0 && is_stopping(m)) return stop(m);
        wc_hash k = wc_tree_key(key);
        wc_assert(key.len <= WC_STATE_KEY_MAX && value.len <= WC_STATE_VALUE_MAX);
        entry[0] = (uint8_t)key.len;
        memcpy(entry + 1, key.data, key.len);
        memcpy(entry + 1 + key.len, value.data, value.len);
        WC_TRY(wc_sorter_add(m->sorter, m->problem, wc_slice_of(k.bytes, WC_HASH_SIZE),
                             wc_slice_of(entry, 1 + key.len + value.len)));
    }
    return wc_sorter_finish(m->sorter, m->problem);
}

/* ---- forwards -------------------------------------------------------------------------------- */

static wc_status open_leaves(maker *m)
{
    wc_path_text path = wc_folder_path(m->folder, LEAVES_NAME);
    m->leaves = open(path.text, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (m->leaves < 0 || unlink(path.text) != 0) return failed(m, "/" LEAVES_NAME);
    return WC_OK;
}

static wc_status flush_leaves(maker *m)
{
    wc_status status = write_all(m->leaves, m->block, m->block_count * LEAF_SIZE);
    m->block_count = 0;
    return status == WC_OK ? WC_OK : failed(m, "/" LEAVES_NAME);
}

static wc_status keep_leaf(maker *m, const wc_hash *k, const wc_hash *leaf)
{
    uint8_t *at = m->block + m->block_count * LEAF_SIZE;
    memcpy(at, k->bytes, WC_HASH_SIZE);
    memcpy(at + WC_HASH_SIZE, leaf->bytes, WC_HASH_SIZE);
    m->block_count++;
    return m->block_count < LEAVES_BLOCK ? WC_OK : flush_leaves(m);
}

static wc_status make_part(maker *m)
{
    if (m->info->chunk_count == WC_SNAP_CHUNKS_MAX) {
        wc_store_say(m->problem, m->folder, ": the state has more chunks than a snapshot may have",
                     NULL, NULL);
        return WC_TOO_LARGE;
    }
    if (m->info->chunk_count < m->part_capacity) return WC_OK;
    uint32_t capacity = m->part_capacity == 0 ? 16 : 2 * m->part_capacity;
    part *grown = realloc(m->parts, capacity * sizeof *grown);
    if (grown == NULL) return WC_NO_MEMORY;
    m->parts = grown;
    m->part_capacity = capacity;
    return WC_OK;
}

static void begin_chunk(maker *m)
{
    wc_buf_init(&m->chunk, m->memory, WC_SNAP_CHUNK_MAX);
    wc_snap_chunk_put_head(&m->chunk, m->info->seq, m->info->chunk_count, 0);
    m->count = 0;
}

static wc_status end_chunk(maker *m)
{
    WC_TRY(make_part(m));
    part *made = &m->parts[m->info->chunk_count];
    wc_buf_patch_u32(&m->chunk, WC_SNAP_CHUNK_HEAD - 4u, m->count);
    wc_assert(!m->chunk.full);
    made->count = m->count;
    wc_sha256_begin(&made->state);
    wc_sha256_update(&made->state, wc_buf_slice(&m->chunk));
    wc_snap_name name = wc_snap_chunk_name(m->info->chunk_count);
    WC_TRY(append(m, name.text, wc_buf_slice(&m->chunk), false));
    m->info->bytes += m->chunk.len;
    m->info->chunk_count++;
    return WC_OK;
}

static wc_status put_entry(maker *m, const wc_hash *k, wc_slice key, wc_slice value)
{
    wc_hash value_hash = wc_value_hash(value);
    wc_hash leaf = wc_tree_leaf_hash(k, &value_hash);
    if (m->count > 0 &&
        m->chunk.len - m->entries_at + wc_snap_entry_size(key, value) > m->chunk_bytes) {
        WC_TRY(end_chunk(m));
        begin_chunk(m);
    }
    wc_fold_add(m->fold, k, &leaf);
    if (m->count == 0) { /* what is folded already lies left of this leaf */
        wc_fold_siblings_of(m->fold, m->beside);
        wc_snap_siblings_put(&m->chunk, m->beside);
        m->entries_at = m->chunk.len;
    }
    wc_snap_entry_put(&m->chunk, key, value);
    m->count++;
    m->info->leaf_count++;
    return keep_leaf(m, k, &leaf);
}

static wc_status check_root(maker *m, const wc_hash *root)
{
    if (wc_hash_equal(root, &m->info->state_root)) return WC_OK;
    wc_store_say(m->problem, m->folder,
                 ": the state that was read does not have the root that the record names", NULL,
                 NULL);
    return WC_DIFFERS;
}

static wc_status write_forwards(maker *m)
{
    wc_slice sorted, entry;
    wc_status status;
    wc_fold_begin(m->fold, false);
    begin_chunk(m);
    while ((status = wc_sorter_next(m->sorter, m->problem, &sorted, &entry)) == WC_OK) {
        wc_hash k;
        memcpy(k.bytes, sorted.data, WC_HASH_SIZE);
        wc_slice key = wc_slice_of(entry.data + 1, entry.data[0]);
        if (m->info->leaf_count % ASK_EVERY == 0 && is_stopping(m)) return stop(m);
        WC_TRY(
            put_entry(m, &k, key, wc_slice_of(entry.data + 1 + key.len, entry.len - 1 - key.len)));
    }
    if (status != WC_NOT_FOUND) return status;
    wc_assert(m->count > 0); /* every state holds its parameters */
    WC_TRY(end_chunk(m));
    WC_TRY(flush_leaves(m));
    wc_hash root = wc_fold_end(m->fold, NULL);
    return check_root(m, &root);
}

/* ---- backwards ------------------------------------------------------------------------------- */

/* beside: what lies right of the chunk's last leaf, the one folded last. */
static wc_status finish_chunk(maker *m, uint32_t index)
{
    wc_buf right;
    part *finished = &m->parts[index];
    wc_buf_init(&right, m->memory, WC_SNAP_SIBLINGS_MAX);
    wc_snap_siblings_put(&right, m->beside);
    wc_sha256_update(&finished->state, wc_buf_slice(&right));
    finished->hash = wc_sha256_end(&finished->state);
    m->info->bytes += right.len;
    wc_snap_name name = wc_snap_chunk_name(index);
    return append(m, name.text, wc_buf_slice(&right), true);
}

static wc_status read_leaves(maker *m, uint64_t first, size_t count)
{
    size_t at = 0, len = count * LEAF_SIZE;
    while (at < len) {
        ssize_t got = pread(m->leaves, m->block + at, len - at, (off_t)(first * LEAF_SIZE + at));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return failed(m, "/" LEAVES_NAME);
        at += (size_t)got;
    }
    return WC_OK;
}

static wc_status write_backwards(maker *m)
{
    uint64_t left = m->info->leaf_count;
    uint32_t chunk = m->info->chunk_count,
             rest = 0; /* leaves of the chunk that are still to come */
    wc_fold_begin(m->fold, true);
    while (left > 0) {
        size_t count = left < LEAVES_BLOCK ? (size_t)left : LEAVES_BLOCK;
        left -= count;
        WC_TRY(read_leaves(m, left, count));
        if (is_stopping(m)) return stop(m);
        for (size_t i = count; i > 0; i--) {
            wc_hash k, leaf;
            memcpy(k.bytes, m->block + (i - 1) * LEAF_SIZE, WC_HASH_SIZE);
            memcpy(leaf.bytes, m->block + (i - 1) * LEAF_SIZE + WC_HASH_SIZE, WC_HASH_SIZE);
            wc_fold_add(m->fold, &k, &leaf);
            if (rest == 0) {
                rest = m->parts[--chunk].count;
                wc_fold_siblings_of(m->fold, m->beside);
                WC_TRY(finish_chunk(m, chunk));
            }
            rest--;
        }
    }
    wc_hash root = wc_fold_end(m->fold, NULL);
    return check_root(m, &root);
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* The changes of the validators up to the record. */
static wc_status list_changes(maker *m, wc_buf *buf)
{
    wc_chain_change change = {.seq = 0};
    wc_status status;
    while ((status = wc_chain_next_change(m->chain, change.seq, &change)) == WC_OK) {
        if (change.seq > m->info->seq) break;
        if (m->info->change_count == WC_SNAP_CHANGES_MAX || change.proof.len > WC_SNAP_PROOF_MAX) {
            wc_store_say(m->problem, m->folder,
                         ": the validators changed more often than a snapshot can show", NULL,
                         NULL);
            return WC_TOO_LARGE;
        }
        wc_snap_change listed = {change.record.bytes, change.record.has_certificate,
                                 change.record.certificate, change.proof};
        wc_snap_change_put(buf, &listed);
        m->info->change_count++;
    }
    return status == WC_NOT_FOUND || status == WC_OK ? wc_buf_status(buf) : status;
}

/* What nobody could believe is not made: a ledger that was sealed by a program which did not keep
 * the proofs of a change. */
static wc_status check_changes(maker *m, const wc_snap_header *header, const wc_record *record)
{
    char why[WC_SNAP_WHY_MAX];
    size_t bad;
    wc_snap_makers makers;
    wc_genesis *genesis = malloc(sizeof *genesis);
    if (genesis == NULL) return WC_NO_MEMORY;
    wc_assert(wc_genesis_decode(genesis, &bad, wc_chain_genesis(m->chain)) == WC_OK);
    wc_status status = wc_snap_follow_makers(&makers, why, header, record, genesis->validators);
    free(genesis);
    if (status == WC_OK || status == WC_NO_MEMORY) return status;
    wc_store_say(m->problem, why,
                 "; an earlier program sealed it: make the snapshot in a folder that `node follow` "
                 "has made anew",
                 NULL, NULL);
    return WC_CORRUPT;
}

static wc_status put_header_with(maker *m, const wc_chain_record *record, wc_slice changes)
{
    size_t size = WC_SNAP_HEADER_MAX;
    uint8_t *memory = malloc(size);
    uint8_t *hashes = malloc((size_t)m->info->chunk_count * WC_HASH_SIZE);
    wc_status status = memory == NULL || hashes == NULL ? WC_NO_MEMORY : WC_OK;
    if (status == WC_OK) {
        for (uint32_t i = 0; i < m->info->chunk_count; i++) {
            memcpy(hashes + (size_t)i * WC_HASH_SIZE, m->parts[i].hash.bytes, WC_HASH_SIZE);
        }
        wc_snap_header header = {
            .seq = m->info->seq,
            .height = m->info->height,
            .record = record->bytes,
            .has_certificate = record->has_certificate,
            .certificate = record->certificate,
            .change_count = m->info->change_count,
            .changes = changes,
            .leaf_count = m->info->leaf_count,
            .chunk_count = m->info->chunk_count,
            .hashes = wc_slice_of(hashes, (size_t)m->info->chunk_count * WC_HASH_SIZE)};
        wc_buf buf;
        wc_buf_init(&buf, memory, size);
        wc_snap_header_put(&buf, &header);
        wc_assert(!buf.full);
        m->info->hash = wc_snap_hash(wc_buf_slice(&buf));
        status = check_changes(m, &header, &record->record);
        if (status == WC_OK) status = append(m, WC_SNAP_HEADER_NAME, wc_buf_slice(&buf), true);
    }
    free(hashes);
    free(memory);
    return status;
}

static wc_status put_header(maker *m)
{
    wc_chain_record record;
    wc_buf changes;
    uint8_t *memory = malloc(WC_SNAP_HEADER_MAX);
    if (memory == NULL) return WC_NO_MEMORY;
    wc_buf_init(&changes, memory, WC_SNAP_HEADER_MAX);
    wc_status status = list_changes(m, &changes);
    if (status == WC_OK) status = wc_chain_read_record(m->chain, m->info->seq, &record);
    if (status == WC_OK) status = put_header_with(m, &record, wc_buf_slice(&changes));
    free(memory);
    return status;
}

static void describe(wc_snap_info *info, const wc_chain *chain, const wc_chain_record *record)
{
    wc_slice id = wc_chain_id(chain);
    *info = (wc_snap_info){.genesis_hash = wc_chain_genesis_hash(chain),
                           .seq = record->record.seq,
                           .height = record->record.height,
                           .time_s = record->record.time_s,
                           .record_hash = record->hash,
                           .state_root = record->record.state_root,
                           .has_certificate = record->has_certificate};
    memcpy(info->chain_id, id.data, id.len);
}

/* The header comes last: a folder without one is no snapshot. */
static wc_status make_all(maker *m)
{
    wc_chain_record record;
    WC_TRY(wc_chain_read_record(m->chain, wc_chain_head(m->chain)->seq, &record));
    describe(m->info, m->chain, &record);
    if (m->info->seq == 0) {
        wc_store_say(m->problem, m->folder,
                     ": the newest record is that of the genesis, which is all that a snapshot of "
                     "it would hold",
                     NULL, NULL);
        return WC_NOT_FOUND;
    }
    if (mkdir(m->folder, 0700) != 0) {
        wc_status status = errno == EEXIST ? WC_EXISTS : WC_IO;
        (void)failed(m, "");
        return status;
    }
    if (m->options->held != NULL) *m->options->held = wc_folder_hold(m->folder);
    m->sorter = wc_sorter_open(m->folder, m->options->sort_bytes);
    if (m->sorter == NULL) return WC_NO_MEMORY;
    WC_TRY(open_leaves(m));
    WC_TRY(collect(m));
    WC_TRY(write_forwards(m));
    WC_TRY(write_backwards(m));
    WC_TRY(append(m, WC_SNAP_GENESIS_NAME, wc_chain_genesis(m->chain), true));
    WC_TRY(put_header(m));
    wc_path_text header = wc_folder_path(m->folder, WC_SNAP_HEADER_NAME);
    WC_TRY(wc_folder_sync_parent(header.text));
    return wc_folder_sync_parent(m->folder);
}

wc_status wc_snap_make(wc_snap_info *info, wc_store_problem *problem, wc_chain *chain,
                       const char *folder, const wc_snap_options *options)
{
    static const wc_snap_options usual = {0};
    if (options == NULL) options = &usual;
    problem->text[0] = '\0';
    if (strlen(folder) > WC_FOLDER_PATH_MAX) {
        wc_store_say(problem, "the path of the snapshot is too long", NULL, NULL, NULL);
        return WC_TOO_LARGE;
    }
    wc_assert(options->chunk_bytes <= WC_SNAP_CHUNK_BYTES);
    maker m = {.info = info,
               .problem = problem,
               .chain = chain,
               .folder = folder,
               .options = options,
               .chunk_bytes =
                   options->chunk_bytes == 0 ? WC_SNAP_CHUNK_BYTES : options->chunk_bytes,
               .leaves = -1};
    m.memory = malloc(WC_SNAP_CHUNK_MAX);
    m.fold = malloc(sizeof *m.fold);
    m.beside = malloc(sizeof *m.beside);
    m.block = malloc((size_t)LEAVES_BLOCK * LEAF_SIZE);
    bool has_memory = m.memory != NULL && m.fold != NULL && m.beside != NULL && m.block != NULL;
    wc_status status = has_memory ? make_all(&m) : WC_NO_MEMORY;
    if (m.leaves >= 0) (void)close(m.leaves);
    wc_sorter_close(m.sorter);
    free(m.parts);
    free(m.block);
    free(m.beside);
    free(m.fold);
    free(m.memory);
    return status;
}
