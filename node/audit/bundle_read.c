/* Reading a bundle: block after block into a store in memory, from which the replay reads as from a
 * folder, and out of it again. A snapshot at its beginning goes through, chunk by chunk. */
#include "node/audit/bundle.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "node/audit/inside.h"

/* The longest of what is read in one piece: a part of a block, or a chunk of a snapshot. */
#define PART_SIZE ((size_t)WC_SNAP_CHUNK_MAX)
_Static_assert(WC_SNAP_CHUNK_MAX >= WC_BUNDLE_PART_MAX, "a part has room where a chunk has");

struct wc_bundle_reader {
    wc_store store;
    wc_unpacker *unpacker;
    wc_batch *batch;
    uint8_t *part; /* PART_SIZE bytes */
    wc_head head;
    uint8_t *header; /* owned; of the snapshot that it begins with. NULL: with the genesis */
    uint32_t header_len;
    uint32_t next_chunk, chunk_count; /* of that snapshot: the chunk that comes next in the file */
    uint64_t first;
    uint64_t next_seq;  /* the block that comes next in the file */
    size_t block_bytes; /* of its parts so far */
};

/* ---- pieces ------------------------------------------------------------------------------------
 */

static wc_status take_u32(wc_bundle_reader *r, uint32_t max, uint32_t *value)
{
    uint8_t bytes[4];
    WC_TRY(wc_unpacker_take(r->unpacker, bytes, sizeof bytes));
    *value = wc_load_u32(bytes);
    return *value <= max ? WC_OK : WC_TOO_LARGE;
}

/* A length, then as many bytes, which go under the key; none without bytes. */
static wc_status take_value(wc_bundle_reader *r, uint32_t len, const wc_chain_key *key)
{
    r->block_bytes += len;
    if (r->block_bytes > WC_BUNDLE_BLOCK_MAX) return WC_TOO_LARGE;
    WC_TRY(wc_unpacker_take(r->unpacker, r->part, len));
    if (len == 0) return WC_OK;
    wc_batch_put(r->batch, WC_CF_CHAIN, wc_chain_key_slice(key), wc_slice_of(r->part, len));
    return wc_batch_status(r->batch);
}

static wc_status take_entries(wc_bundle_reader *r, uint64_t seq,
                              wc_chain_key (*key_of)(uint64_t seq, uint32_t index))
{
    uint32_t count, len, index, free_from = 0;
    WC_TRY(take_u32(r, WC_BUNDLE_PARTS_MAX, &count));
    for (uint32_t i = 0; i < count; i++) {
        WC_TRY(take_u32(r, UINT32_MAX - 1, &index));
        if (index < free_from) return WC_NOT_CANONICAL;
        free_from = index + 1;
        WC_TRY(take_u32(r, WC_BUNDLE_PART_MAX, &len));
        if (len == 0) return WC_NOT_CANONICAL; /* no stored value is empty */
        wc_chain_key key = key_of(seq, index);
        WC_TRY(take_value(r, len, &key));
    }
    return WC_OK;
}

static void forget_block(wc_bundle_reader *r, uint64_t seq)
{
    wc_chain_key keys[][2] = {{wc_chain_record_key(seq), wc_chain_record_key(seq + 1)},
                              {wc_chain_input_key(seq), wc_chain_input_key(seq + 1)},
                              {wc_chain_payload_key(seq, 0), wc_chain_payload_key(seq + 1, 0)},
                              {wc_chain_receipt_key(seq, 0), wc_chain_receipt_key(seq + 1, 0)}};
    for (size_t i = 0; i < WC_ARRAY_LEN(keys); i++) {
        wc_batch_delete_range(r->batch, WC_CF_CHAIN, wc_chain_key_slice(&keys[i][0]),
                              wc_chain_key_slice(&keys[i][1]));
    }
}

static wc_status take_block(wc_bundle_reader *r)
{
    uint64_t seq = r->next_seq++;
    uint8_t length[2];
    uint32_t len;
    wc_chain_key record = wc_chain_record_key(seq), input = wc_chain_input_key(seq);
    wc_batch_clear(r->batch);
    r->block_bytes = 0;
    if (seq > r->first + 1) forget_block(r, seq - 2);
    WC_TRY(wc_unpacker_take(r->unpacker, length, sizeof length));
    WC_TRY(take_value(r, wc_load_u16(length), &record));
    WC_TRY(take_u32(r, WC_BUNDLE_PART_MAX, &len));
    WC_TRY(take_value(r, len, &input));
    WC_TRY(take_entries(r, seq, wc_chain_payload_key));
    WC_TRY(take_entries(r, seq, wc_chain_receipt_key));
    return wc_store_commit(&r->store, r->batch);
}

/* ---- the snapshot that it begins with ----------------------------------------------------------
 */

static wc_status take_chunk(wc_bundle_reader *r, uint8_t *bytes, size_t *len)
{
    uint32_t size;
    WC_TRY(take_u32(r, WC_SNAP_CHUNK_MAX, &size));
    WC_TRY(wc_unpacker_take(r->unpacker, bytes, size));
    r->next_chunk++;
    *len = size;
    return WC_OK;
}

static wc_status skip_chunks(wc_bundle_reader *r)
{
    size_t len;
    while (r->next_chunk < r->chunk_count) WC_TRY(take_chunk(r, r->part, &len));
    return WC_OK;
}

/* The header alone; chunks are taken by whoever begins a chain, or skipped. */
static wc_status take_base(wc_bundle_reader *r)
{
    wc_snap_header header;
    size_t bad;
    WC_TRY(take_u32(r, WC_SNAP_HEADER_MAX, &r->header_len));
    r->header = malloc(r->header_len + 1u);
    if (r->header == NULL) return WC_NO_MEMORY;
    WC_TRY(wc_unpacker_take(r->unpacker, r->header, r->header_len));
    WC_TRY(wc_snap_header_decode(&header, &bad, wc_slice_of(r->header, r->header_len)));
    if (header.seq == 0 || header.seq > r->head.seq) return WC_OUT_OF_DOMAIN;
    r->chunk_count = header.chunk_count;
    r->first = r->next_seq = header.seq;
    return WC_OK;
}

typedef struct base_source {
    wc_bundle_reader *reader;
    wc_status status; /* of the bundle itself */
} base_source;

static wc_status next_chunk(void *self, uint32_t index, uint8_t *bytes, size_t *len)
{
    base_source *from = self;
    wc_assert(index == from->reader->next_chunk);
    from->status = take_chunk(from->reader, bytes, len);
    return from->status;
}

static wc_status read_stored_genesis(const wc_bundle_reader *r, uint8_t **bytes, size_t *len)
{
    wc_audit reading = {.store = &r->store, .report = calloc(1, sizeof *reading.report)};
    wc_status status =
        reading.report == NULL ? WC_NO_MEMORY : wc_audit_read_genesis(&reading, bytes, len);
    free(reading.report);
    return status == WC_NOT_FOUND ? WC_TRUNCATED : status;
}

wc_status wc_bundle_begin(wc_bundle_reader *r, const char *path, wc_chain **chain,
                          wc_chain_report *report, const wc_chain_options *options,
                          const wc_snap_trust *trust)
{
    wc_snap *snap = NULL;
    uint8_t *genesis = NULL;
    size_t genesis_len;
    wc_store_problem *problem = &report->store.problem;
    *report = (wc_chain_report){0};
    wc_assert(r->header != NULL && r->next_chunk == 0);
    base_source from = {.reader = r};
    from.status = read_stored_genesis(r, &genesis, &genesis_len);
    if (from.status != WC_OK) return wc_bundle_tell(problem, path, from.status);
    wc_snap_source source = {.name = path,
                             .header = wc_slice_of(r->header, r->header_len),
                             .genesis = wc_slice_of(genesis, genesis_len),
                             .chunk = next_chunk,
                             .self = &from};
    wc_status status = wc_snap_open_source(&snap, problem, &source, trust);
    if (status == WC_OK) status = wc_snap_restore(chain, report, snap, options, NULL);
    wc_snap_close(snap);
    free(genesis);
    return from.status == WC_OK ? status : wc_bundle_tell(problem, path, from.status);
}

wc_status wc_bundle_load(wc_bundle_reader *r, uint64_t seq)
{
    WC_TRY(skip_chunks(r));
    while (r->next_seq <= seq && r->next_seq <= r->head.seq) WC_TRY(take_block(r));
    return WC_OK;
}

/* ---- begin and end -----------------------------------------------------------------------------
 */

static wc_status take_head(wc_bundle_reader *r)
{
    uint8_t bytes[WC_CHAIN_STORED_HEAD];
    WC_TRY(wc_unpacker_take(r->unpacker, bytes, sizeof bytes));
    wc_slice value = wc_slice_of(bytes, sizeof bytes);
    WC_TRY(wc_chain_head_decode(&r->head, value));
    if (r->head.seq == UINT64_MAX) return WC_OUT_OF_DOMAIN;
    wc_batch_put(r->batch, WC_CF_META, wc_chain_head_key(), value);
    wc_chain_put_schema(r->batch);
    return wc_batch_status(r->batch);
}

static wc_status take_genesis(wc_bundle_reader *r)
{
    uint32_t left, index = 0;
    WC_TRY(take_u32(r, WC_GENESIS_SIZE_MAX, &left));
    while (left > 0) {
        uint32_t len = left < WC_CHAIN_GENESIS_PART ? left : WC_CHAIN_GENESIS_PART;
        wc_chain_key key = wc_chain_genesis_key(index++);
        r->block_bytes = 0;
        WC_TRY(take_value(r, len, &key));
        WC_TRY(wc_store_commit(&r->store, r->batch));
        wc_batch_clear(r->batch);
        left -= len;
    }
    return wc_store_commit(&r->store, r->batch);
}

static wc_status take_start(FILE *file, uint16_t *version, wc_coding *coding)
{
    uint8_t start[11];
    if (fread(start, 1, sizeof start, file) != sizeof start || memcmp(start, "WCBUNDLE", 8) != 0) {
        return ferror(file) != 0 ? WC_IO : WC_BAD_MAGIC;
    }
    *version = wc_load_u16(start + 8);
    if (*version != WC_BUNDLE_VERSION && *version != WC_BUNDLE_WITH_BASE) return WC_BAD_VERSION;
    *coding = (wc_coding)start[10];
    return start[10] <= WC_CODING_ZSTD ? WC_OK : WC_BAD_VERSION;
}

static wc_status open_reader(wc_bundle_reader *r, FILE *file)
{
    wc_coding coding = WC_CODING_PLAIN;
    uint16_t version = 0;
    WC_TRY(take_start(file, &version, &coding));
    r->unpacker = wc_unpacker_open(file, coding);
    r->batch = wc_batch_create(WC_BUNDLE_BLOCK_MAX + ((size_t)8u << 20));
    r->part = malloc(PART_SIZE);
    if (r->unpacker == NULL || r->batch == NULL || r->part == NULL) return WC_NO_MEMORY;
    WC_TRY(wc_store_open_memory(&r->store));
    WC_TRY(take_head(r));
    WC_TRY(take_genesis(r));
    return version == WC_BUNDLE_WITH_BASE ? take_base(r) : WC_OK;
}

static void close_reader(wc_bundle_reader *r)
{
    if (r->store.ops != NULL) wc_store_close(&r->store);
    wc_batch_destroy(r->batch);
    wc_unpacker_close(r->unpacker);
    free(r->header);
    free(r->part);
}

/* What is left of the file after a difference was found: a bundle that was damaged on its way says
 * nothing about a ledger, so its hash is compared in any case. */
static wc_status finish(wc_bundle_reader *r)
{
    wc_hash named;
    WC_TRY(wc_bundle_load(r, r->head.seq));
    wc_hash hash = wc_unpacker_hash(r->unpacker);
    WC_TRY(wc_unpacker_take(r->unpacker, named.bytes, sizeof named.bytes));
    if (!wc_hash_equal(&hash, &named)) return WC_CORRUPT;
    return wc_unpacker_end(r->unpacker);
}

wc_status wc_bundle_open(wc_bundle_reader **opened, FILE *file)
{
    wc_bundle_reader *reader = calloc(1, sizeof *reader);
    *opened = NULL;
    if (reader == NULL) return WC_NO_MEMORY;
    wc_status status = open_reader(reader, file);
    *opened = reader;
    if (status != WC_OK) wc_bundle_close(opened);
    return status;
}

void wc_bundle_close(wc_bundle_reader **reader)
{
    if (*reader == NULL) return;
    close_reader(*reader);
    free(*reader);
    *reader = NULL;
}

const wc_store *wc_bundle_store(const wc_bundle_reader *reader)
{
    return &reader->store;
}

uint64_t wc_bundle_first(const wc_bundle_reader *reader)
{
    return reader->first;
}

uint64_t wc_bundle_next(const wc_bundle_reader *reader)
{
    return reader->next_seq;
}

wc_status wc_bundle_finish(wc_bundle_reader *reader)
{
    return finish(reader);
}

wc_status wc_bundle_check(wc_head *head, FILE *file)
{
    wc_bundle_reader reader = {.next_seq = 0};
    wc_status status = open_reader(&reader, file);
    if (status == WC_OK) status = finish(&reader);
    *head = reader.head;
    close_reader(&reader);
    return status;
}

wc_status wc_bundle_tell(wc_store_problem *problem, const char *path, wc_status status)
{
    if (status == WC_NO_MEMORY || status == WC_NOT_SUPPORTED) return status;
    if (status == WC_IO) {
        wc_chain_say(problem, "%s: %s", path, strerror(errno));
        return status;
    }
    if (status == WC_BAD_MAGIC) {
        wc_chain_say(problem, "%s: is neither a ledger folder nor a bundle", path);
        return status;
    }
    if (status == WC_BAD_VERSION) {
        wc_chain_say(problem, "%s: a bundle of a form that this program does not know", path);
        return status;
    }
    wc_chain_say(problem, "%s: the bundle is damaged (%s); have it sent again", path,
                 wc_status_text(status));
    return WC_CORRUPT;
}

static wc_status replay(wc_replay_report *report, wc_bundle_reader *reader, FILE *file,
                        const char *path, const wc_replay_options *options)
{
    wc_status status = open_reader(reader, file);
    if (status != WC_OK) return wc_bundle_tell(&report->store.problem, path, status);
    status = wc_audit_run(report, &reader->store, reader, path, options);
    if (status != WC_OK && report->store.problem.text[0] != '\0') return status;
    if (status == WC_OK) status = finish(reader);
    return status == WC_OK ? WC_OK : wc_bundle_tell(&report->store.problem, path, status);
}

wc_status wc_replay_bundle(wc_replay_report *report, const char *path,
                           const wc_replay_options *options)
{
    *report = (wc_replay_report){.is_bundle = true};
    wc_bundle_reader reader = {.next_seq = 0};
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        wc_chain_say(&report->store.problem, "%s: %s", path, strerror(errno));
        return errno == ENOENT ? WC_NOT_FOUND : WC_IO;
    }
    wc_status status = replay(report, &reader, file, path, options);
    close_reader(&reader);
    (void)fclose(file);
    return status;
}
