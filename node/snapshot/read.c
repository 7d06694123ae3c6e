/* Opening a snapshot, checking its chunks, and beginning a chain with it. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/crypto/crypto.h"
#include "node/ledger/read.h"
#include "node/snapshot/snapshot.h"
#include "node/snapshot/sorter.h"
#include "node/store/folder.h"

struct wc_snap {
    char folder[WC_FOLDER_PATH_MAX + 1]; /* or the name of the source */
    const wc_snap_source *source;        /* NULL: the files of the folder */
    wc_snap_info info;
    uint8_t *header_bytes, *genesis; /* owned */
    size_t header_len, genesis_len;
    wc_snap_header header;
    wc_record record;
    uint8_t *chunk; /* owned; the chunk at hand */
    size_t chunk_size, chunk_len;
    wc_fold *fold;              /* owned */
    wc_fold_siblings *siblings; /* owned */
    wc_sorter *sorter;          /* takes the entries of checked chunks; NULL: nobody does */
    wc_store_problem *problem;  /* of the restore that is going on */
    uint64_t checked_leaves;    /* in the chunks checked so far */
};

wc_snap_name wc_snap_chunk_name(uint32_t index)
{
    wc_snap_name name;
    (void)snprintf(name.text, sizeof name.text, "chunk-%05u", (unsigned)index);
    return name;
}

static wc_status say(const wc_snap *snap, wc_store_problem *problem, wc_status status,
                     const char *format, ...) __attribute__((format(printf, 4, 5)));

/* "FOLDER/what: sentence" */
static wc_status say(const wc_snap *snap, wc_store_problem *problem, wc_status status,
                     const char *format, ...)
{
    char text[320];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    wc_store_say(problem, snap->folder, "/", text, NULL);
    return status;
}

/* ---- files ----------------------------------------------------------------------------------- */

static wc_status read_all(int file, uint8_t *bytes, size_t max, size_t *len)
{
    *len = 0;
    while (*len < max) {
        ssize_t got = read(file, bytes + *len, max - *len);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return WC_IO;
        if (got == 0) return WC_OK;
        *len += (size_t)got;
    }
    return WC_OK;
}

/* Opens a file of the snapshot that has at most max bytes. */
static wc_status open_file(const wc_snap *snap, wc_store_problem *problem, const char *name,
                           size_t max, int *file, size_t *size)
{
    struct stat about;
    wc_path_text path = wc_folder_path(snap->folder, name);
    *file = open(path.text, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*file < 0) {
        return say(snap, problem, errno == ENOENT ? WC_NOT_FOUND : WC_IO, "%s: %s", name,
                   strerror(errno));
    }
    if (fstat(*file, &about) != 0 || !S_ISREG(about.st_mode) || (uint64_t)about.st_size > max) {
        (void)close(*file);
        return say(snap, problem, WC_CORRUPT, "%s: is longer than it can be", name);
    }
    *size = (size_t)about.st_size;
    return WC_OK;
}

static wc_status read_file(const wc_snap *snap, wc_store_problem *problem, const char *name,
                           size_t max, uint8_t **bytes, size_t *len)
{
    int file;
    size_t size;
    WC_TRY(open_file(snap, problem, name, max, &file, &size));
    *bytes = malloc(size + 1);
    wc_status status = *bytes == NULL ? WC_NO_MEMORY : read_all(file, *bytes, size, len);
    if (status == WC_IO) (void)say(snap, problem, status, "%s: %s", name, strerror(errno));
    (void)close(file);
    return status;
}

static wc_status copy_of(wc_slice bytes, uint8_t **copy, size_t *len)
{
    *copy = malloc(bytes.len + 1);
    if (*copy == NULL) return WC_NO_MEMORY;
    if (bytes.len > 0) memcpy(*copy, bytes.data, bytes.len);
    *len = bytes.len;
    return WC_OK;
}

static wc_status read_header(wc_snap *snap, wc_store_problem *problem)
{
    if (snap->source != NULL) {
        return copy_of(snap->source->header, &snap->header_bytes, &snap->header_len);
    }
    return read_file(snap, problem, WC_SNAP_HEADER_NAME, WC_SNAP_HEADER_MAX, &snap->header_bytes,
                     &snap->header_len);
}

static wc_status read_genesis(wc_snap *snap, wc_store_problem *problem)
{
    if (snap->source != NULL) {
        return copy_of(snap->source->genesis, &snap->genesis, &snap->genesis_len);
    }
    return read_file(snap, problem, WC_SNAP_GENESIS_NAME, WC_GENESIS_SIZE_MAX, &snap->genesis,
                     &snap->genesis_len);
}

/* ---- opening --------------------------------------------------------------------------------- */

static wc_status check_header(wc_snap *snap, wc_store_problem *problem)
{
    size_t bad = 0;
    wc_slice bytes = wc_slice_of(snap->header_bytes, snap->header_len);
    wc_status status = wc_snap_header_decode(&snap->header, &bad, bytes);
    if (status == WC_BAD_VERSION) {
        return say(snap, problem, status, "header: is of another format than this program knows");
    }
    if (status != WC_OK) {
        return say(snap, problem, WC_CORRUPT, "header, byte %zu: %s", bad, wc_status_text(status));
    }
    status = wc_record_decode(&snap->record, &bad, snap->header.record);
    if (status != WC_OK) {
        return say(snap, problem, WC_CORRUPT, "header, byte %zu of the record: %s", bad,
                   wc_status_text(status));
    }
    if (snap->record.seq != snap->header.seq || snap->record.height != snap->header.height) {
        return say(snap, problem, WC_CORRUPT, "header: names another record than it holds");
    }
    return WC_OK;
}

static void describe(wc_snap *snap)
{
    wc_snap_info *info = &snap->info;
    const wc_record *record = &snap->record;
    *info = (wc_snap_info){.genesis_hash = record->genesis_hash,
                           .seq = record->seq,
                           .height = record->height,
                           .time_s = record->time_s,
                           .record_hash = wc_record_hash(snap->header.record),
                           .state_root = record->state_root,
                           .has_certificate = snap->header.has_certificate,
                           .leaf_count = snap->header.leaf_count,
                           .chunk_count = snap->header.chunk_count,
                           .hash = wc_snap_hash(wc_slice_of(snap->header_bytes, snap->header_len))};
    memcpy(info->chain_id, record->chain_id.data, record->chain_id.len);
}

static wc_status check_genesis(const wc_snap *snap, wc_store_problem *problem,
                               const wc_snap_trust *trust)
{
    wc_hash hash = wc_genesis_hash(wc_slice_of(snap->genesis, snap->genesis_len));
    if (!wc_hash_equal(&hash, &snap->record.genesis_hash)) {
        return say(snap, problem, WC_CORRUPT, "genesis: is not the one that the record names");
    }
    if (trust->genesis_hash == NULL || wc_hash_equal(&hash, trust->genesis_hash)) return WC_OK;
    return say(snap, problem, WC_WRONG_CHAIN, "genesis: is not the one of the given hash");
}

/* The key of the first validator, which certifies. */
static wc_status find_key(const wc_snap *snap, wc_store_problem *problem, wc_public_key *key)
{
    size_t bad = 0;
    wc_genesis *genesis = malloc(sizeof *genesis);
    wc_validators *validators = malloc(sizeof *validators);
    wc_status status = genesis == NULL || validators == NULL ? WC_NO_MEMORY : WC_OK;
    if (status == WC_OK) {
        wc_slice bytes = wc_slice_of(snap->genesis, snap->genesis_len);
        status = wc_genesis_decode(genesis, &bad, bytes);
        if (status == WC_OK) status = wc_validators_decode(validators, genesis->validators);
        if (status != WC_OK) {
            status = say(snap, problem, WC_CORRUPT, "genesis, byte %zu: %s", bad,
                         wc_status_text(status));
        }
    }
    if (status == WC_OK) memcpy(key->bytes, validators->list[0].pub, sizeof key->bytes);
    free(validators);
    free(genesis);
    return status;
}

static wc_status check_certificate(const wc_snap *snap, wc_store_problem *problem,
                                   const wc_snap_trust *trust)
{
    uint8_t message[WC_CERTIFICATE_MESSAGE_SIZE];
    wc_public_key key;
    const wc_certificate *certificate = &snap->header.certificate;
    if (trust->record_hash != NULL) {
        if (wc_hash_equal(trust->record_hash, &snap->info.record_hash)) return WC_OK;
        return say(snap, problem, WC_WRONG_CHAIN,
                   "header: holds another record than the given one");
    }
    if (trust->is_compared) return WC_OK;
    if (!snap->header.has_certificate) {
        if (trust->takes_any) return WC_OK;
        return say(snap, problem, WC_BAD_SIGNATURE,
                   "header: the record has no certificate; its hash has to come from elsewhere");
    }
    WC_TRY(find_key(snap, problem, &key));
    wc_certificate_message(message, &snap->record.genesis_hash, certificate->incarnation,
                           snap->record.seq, snap->record.height, &snap->info.record_hash);
    if (certificate->sig_count == 1 && certificate->sigs[0].key_index == 0 &&
        wc_verify(&key, &certificate->sigs[0].signature, wc_slice_of(message, sizeof message))) {
        return WC_OK;
    }
    return say(snap, problem, WC_BAD_SIGNATURE,
               "header: the record's certificate does not verify under the sequencer's key");
}

static wc_status open_all(wc_snap *snap, wc_store_problem *problem, const wc_snap_trust *trust)
{
    WC_TRY(read_header(snap, problem));
    WC_TRY(check_header(snap, problem));
    describe(snap);
    WC_TRY(read_genesis(snap, problem));
    WC_TRY(check_genesis(snap, problem, trust));
    return check_certificate(snap, problem, trust);
}

static wc_status open_named(wc_snap **snap, wc_store_problem *problem, const char *name,
                            const wc_snap_source *source, const wc_snap_trust *trust)
{
    problem->text[0] = '\0';
    if (strlen(name) > WC_FOLDER_PATH_MAX) {
        wc_store_say(problem, "the path of the snapshot is too long", NULL, NULL, NULL);
        return WC_TOO_LARGE;
    }
    wc_snap *opened = calloc(1, sizeof *opened);
    if (opened == NULL) return WC_NO_MEMORY;
    memcpy(opened->folder, name, strlen(name) + 1);
    opened->source = source;
    opened->fold = malloc(sizeof *opened->fold);
    opened->siblings = malloc(sizeof *opened->siblings);
    bool has_memory = opened->fold != NULL && opened->siblings != NULL;
    wc_status status = has_memory ? open_all(opened, problem, trust) : WC_NO_MEMORY;
    if (status != WC_OK) {
        wc_snap_close(opened);
        return status;
    }
    *snap = opened;
    return WC_OK;
}

wc_status wc_snap_open(wc_snap **snap, wc_store_problem *problem, const char *folder,
                       const wc_snap_trust *trust)
{
    return open_named(snap, problem, folder, NULL, trust);
}

wc_status wc_snap_open_source(wc_snap **snap, wc_store_problem *problem,
                              const wc_snap_source *source, const wc_snap_trust *trust)
{
    return open_named(snap, problem, source->name, source, trust);
}

void wc_snap_close(wc_snap *snap)
{
    if (snap == NULL) return;
    wc_sorter_close(snap->sorter);
    free(snap->siblings);
    free(snap->fold);
    free(snap->chunk);
    free(snap->genesis);
    free(snap->header_bytes);
    free(snap);
}

const wc_snap_info *wc_snap_info_of(const wc_snap *snap)
{
    return &snap->info;
}

wc_slice wc_snap_header_bytes(const wc_snap *snap)
{
    return wc_slice_of(snap->header_bytes, snap->header_len);
}

wc_slice wc_snap_chunk_bytes(const wc_snap *snap)
{
    return wc_slice_of(snap->chunk, snap->chunk_len);
}

wc_slice wc_snap_genesis(const wc_snap *snap)
{
    return wc_slice_of(snap->genesis, snap->genesis_len);
}

wc_slice wc_snap_record(const wc_snap *snap)
{
    return snap->header.record;
}

const wc_certificate *wc_snap_certificate(const wc_snap *snap)
{
    return snap->header.has_certificate ? &snap->header.certificate : NULL;
}

/* ---- a chunk --------------------------------------------------------------------------------- */

static wc_status corrupt_at(const wc_snap *snap, wc_store_problem *problem, uint32_t index,
                            size_t at, wc_status status)
{
    return say(snap, problem, WC_CORRUPT, "%s, byte %zu: %s", wc_snap_chunk_name(index).text, at,
               wc_status_text(status));
}

static wc_status check_place(const wc_snap *snap, wc_store_problem *problem, uint32_t index,
                             const wc_snap_chunk *chunk)
{
    if (chunk->seq == snap->header.seq && chunk->index == index) return WC_OK;
    return say(snap, problem, WC_CORRUPT, "%s: is chunk %u of record %llu",
               wc_snap_chunk_name(index).text, (unsigned)chunk->index,
               (unsigned long long)chunk->seq);
}

/* One entry behind the key `last` (NULL: the first); *last is its key then. */
static wc_status fold_entry(wc_snap *snap, wc_store_problem *problem, wc_reader *reader,
                            wc_hash *last, bool is_first)
{
    wc_slice key, value;
    size_t start = reader->at;
    WC_TRY(wc_snap_entry_read(reader, &key, &value));
    wc_hash k = wc_tree_key(key);
    if (is_first) {
        if (!wc_snap_siblings_fit(snap->siblings, &k, 1)) {
            return wc_reader_refuse(reader, WC_SNAP_CHUNK_HEAD, WC_OUT_OF_DOMAIN);
        }
        wc_fold_begin_beside(snap->fold, &k, snap->siblings);
    } else if (memcmp(last->bytes, k.bytes, WC_HASH_SIZE) >= 0) {
        return wc_reader_refuse(reader, start, WC_NOT_CANONICAL);
    }
    wc_hash value_hash = wc_value_hash(value);
    wc_hash leaf = wc_tree_leaf_hash(&k, &value_hash);
    wc_fold_add(snap->fold, &k, &leaf);
    *last = k;
    return snap->sorter == NULL ? WC_OK : wc_sorter_add(snap->sorter, problem, key, value);
}

/* Folds all of a chunk into *root. */
static wc_status fold_chunk(wc_snap *snap, wc_store_problem *problem, wc_reader *reader,
                            uint32_t count, wc_hash *root)
{
    wc_hash last = {{0}};
    WC_TRY(wc_snap_siblings_read(reader, snap->siblings));
    size_t start = reader->at;
    for (uint32_t i = 0; i < count; i++) {
        WC_TRY(fold_entry(snap, problem, reader, &last, i == 0));
    }
    if (reader->at - start > WC_SNAP_CHUNK_BYTES) {
        return wc_reader_refuse(reader, start, WC_TOO_LARGE);
    }
    start = reader->at;
    WC_TRY(wc_snap_siblings_read(reader, snap->siblings));
    if (!wc_snap_siblings_fit(snap->siblings, &last, 0)) {
        return wc_reader_refuse(reader, start, WC_OUT_OF_DOMAIN);
    }
    WC_TRY(wc_read_end(reader));
    *root = wc_fold_end(snap->fold, snap->siblings);
    return WC_OK;
}

static wc_status check_content(wc_snap *snap, wc_store_problem *problem, uint32_t index,
                               wc_slice bytes)
{
    wc_snap_chunk chunk = {0};
    wc_hash root;
    wc_reader reader = wc_reader_of(bytes);
    wc_status status = wc_snap_chunk_read(&reader, &chunk);
    if (status != WC_OK) return corrupt_at(snap, problem, index, reader.at, status);
    WC_TRY(check_place(snap, problem, index, &chunk));
    status = fold_chunk(snap, problem, &reader, chunk.count, &root);
    if (status == WC_NO_MEMORY || status == WC_IO || status == WC_DISK_FULL) return status;
    if (status != WC_OK) return corrupt_at(snap, problem, index, reader.at, status);
    if (!wc_hash_equal(&root, &snap->record.state_root)) {
        return say(snap, problem, WC_CORRUPT,
                   "%s: its entries are not a part of the state that the record names",
                   wc_snap_chunk_name(index).text);
    }
    snap->info.bytes += bytes.len;
    snap->checked_leaves += chunk.count;
    return WC_OK;
}

static wc_status make_room(wc_snap *snap, size_t size)
{
    if (snap->chunk != NULL && size <= snap->chunk_size) return WC_OK;
    free(snap->chunk);
    snap->chunk = malloc(size + 1);
    snap->chunk_size = snap->chunk == NULL ? 0 : size;
    return snap->chunk == NULL ? WC_NO_MEMORY : WC_OK;
}

static wc_status read_chunk(wc_snap *snap, wc_store_problem *problem, uint32_t index)
{
    int file;
    size_t size;
    if (snap->source != NULL) {
        WC_TRY(make_room(snap, WC_SNAP_CHUNK_MAX));
        return snap->source->chunk(snap->source->self, index, snap->chunk, &snap->chunk_len);
    }
    wc_snap_name name = wc_snap_chunk_name(index);
    WC_TRY(open_file(snap, problem, name.text, WC_SNAP_CHUNK_MAX, &file, &size));
    wc_status status = make_room(snap, size);
    if (status == WC_OK) status = read_all(file, snap->chunk, size, &snap->chunk_len);
    if (status == WC_IO) (void)say(snap, problem, status, "%s: %s", name.text, strerror(errno));
    (void)close(file);
    return status;
}

wc_status wc_snap_check(wc_snap *snap, wc_store_problem *problem, uint32_t index)
{
    wc_assert(index < snap->header.chunk_count);
    snap->chunk_len = 0;
    WC_TRY(read_chunk(snap, problem, index));
    wc_slice bytes = wc_snap_chunk_bytes(snap);
    wc_hash hash = wc_sha256_one(bytes), listed = wc_snap_header_chunk(&snap->header, index);
    if (!wc_hash_equal(&hash, &listed)) {
        return say(snap, problem, WC_CORRUPT, "%s: is not the chunk that the header lists",
                   wc_snap_chunk_name(index).text);
    }
    return check_content(snap, problem, index, bytes);
}

wc_status wc_snap_check_all(wc_snap *snap, wc_store_problem *problem)
{
    snap->checked_leaves = 0;
    snap->info.bytes = 0;
    for (uint32_t i = 0; i < snap->header.chunk_count; i++) {
        WC_TRY(wc_snap_check(snap, problem, i));
    }
    if (snap->checked_leaves == snap->header.leaf_count) return WC_OK;
    return say(snap, problem, WC_CORRUPT, "header: says %llu entries, the chunks hold %llu",
               (unsigned long long)snap->header.leaf_count,
               (unsigned long long)snap->checked_leaves);
}

/* ---- beginning a chain ----------------------------------------------------------------------- */

static wc_status next_entry(void *self, wc_slice *key, wc_slice *value)
{
    wc_snap *snap = self;
    return wc_sorter_next(snap->sorter, snap->problem, key, value);
}

wc_status wc_snap_restore(wc_chain **chain, wc_chain_report *report, wc_snap *snap,
                          const wc_chain_options *options, const char *sort_folder)
{
    *report = (wc_chain_report){0};
    wc_store_problem *problem = &report->store.problem;
    wc_store_problem reading = {""};
    snap->sorter = wc_sorter_open(sort_folder, 0);
    wc_status status = snap->sorter == NULL ? WC_NO_MEMORY : wc_snap_check_all(snap, problem);
    if (status == WC_OK) status = wc_sorter_finish(snap->sorter, problem);
    if (status == WC_OK) {
        wc_chain_options own = *options;
        wc_chain_base base = {wc_snap_record(snap), wc_snap_certificate(snap), {next_entry, snap}};
        own.create = true;
        own.genesis = wc_snap_genesis(snap);
        own.base = &base;
        snap->problem = &reading; /* opening clears its own */
        status = wc_chain_open(chain, report, &own);
        if (status != WC_OK && reading.text[0] != '\0') *problem = reading;
    }
    wc_sorter_close(snap->sorter);
    snap->sorter = NULL;
    return status;
}

/* The header goes first: what is left of a snapshot without one is none. */
wc_status wc_snap_remove(wc_store_problem *problem, const char *folder)
{
    static const char *const names[] = {WC_SNAP_HEADER_NAME, WC_SNAP_GENESIS_NAME, "leaves.tmp",
                                        "sort.tmp"};
    for (size_t i = 0; i < WC_ARRAY_LEN(names); i++) {
        wc_path_text path = wc_folder_path(folder, names[i]);
        (void)unlink(path.text);
    }
    for (uint32_t i = 0; i < WC_SNAP_CHUNKS_MAX; i++) { /* ends at the first one that is missing */
        wc_snap_name name = wc_snap_chunk_name(i);
        wc_path_text path = wc_folder_path(folder, name.text);
        if (unlink(path.text) != 0) break;
    }
    if (rmdir(folder) == 0 || errno == ENOENT) return WC_OK;
    wc_store_say(problem, folder, ": ", strerror(errno), NULL);
    return WC_IO;
}
