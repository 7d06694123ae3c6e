/* Writing a bundle from a store; see bundle.h for the layout. */
#include "node/audit/bundle.h"
#include "node/audit/inside.h"
#include "node/snapshot/snapshot.h"

typedef struct writer {
    const wc_store *store;
    const wc_bundle_range *range;
    wc_snap *snap; /* that it begins with; NULL: it begins with the genesis */
    wc_packer *packer;
    wc_bundle_report *report;
    uint64_t bytes;
} writer;

/* ---- pieces ------------------------------------------------------------------------------------
 */

static wc_status put(writer *w, wc_slice bytes)
{
    w->bytes += bytes.len;
    return wc_packer_put(w->packer, bytes);
}

static wc_status put_u32(writer *w, uint32_t value)
{
    uint8_t bytes[4];
    wc_store_u32(bytes, value);
    return put(w, wc_slice_of(bytes, sizeof bytes));
}

static wc_status refuse_part(writer *w, uint64_t seq)
{
    wc_chain_say(&w->report->store.problem,
                 "record %llu: what is stored for it is larger than any block can be; replay the "
                 "folder itself",
                 (unsigned long long)seq);
    return WC_TOO_LARGE;
}

/* Value of a key with a length of this many bytes before it; without the key the length is 0. */
static wc_status put_value(writer *w, uint64_t seq, const wc_chain_key *key, size_t length_bytes,
                           size_t max)
{
    wc_pin pin = {0};
    bool is_there = wc_store_pin(w->store, NULL, WC_CF_CHAIN, wc_chain_key_slice(key), &pin);
    size_t len = is_there ? pin.value.len : 0;
    wc_status status = len > max ? refuse_part(w, seq) : WC_OK;
    uint8_t length[4];
    wc_store_u32(length, (uint32_t)len);
    if (status == WC_OK) status = put(w, wc_slice_of(length + 4 - length_bytes, length_bytes));
    if (status == WC_OK && is_there) status = put(w, pin.value);
    if (is_there) wc_store_unpin(w->store, &pin);
    return status;
}

/* ---- entries of a record that have an index ----------------------------------------------------
 */

typedef struct walk {
    wc_snapshot *snapshot;
    wc_store_iter iter;
} walk;

static walk walk_begin(const writer *w, wc_slice prefix)
{
    walk at = {.snapshot = wc_store_snapshot(w->store)};
    at.iter = wc_store_iter_prefix(w->store, at.snapshot, WC_CF_CHAIN, prefix);
    return at;
}

static void walk_end(const writer *w, walk *at)
{
    wc_store_iter_close(&at->iter);
    wc_store_release(w->store, at->snapshot);
}

/* Number of entries behind the prefix and the bytes of all. */
static uint64_t count_entries(const writer *w, wc_slice prefix, uint64_t *bytes)
{
    walk at = walk_begin(w, prefix);
    wc_slice key, value;
    uint64_t count = 0;
    while (wc_store_iter_next(&at.iter, &key, &value)) {
        count++;
        *bytes += value.len > WC_BUNDLE_PART_MAX ? WC_BUNDLE_BLOCK_MAX + 1 : value.len;
    }
    walk_end(w, &at);
    return count;
}

static wc_status put_entries(writer *w, wc_slice prefix, uint32_t count)
{
    walk at = walk_begin(w, prefix);
    wc_slice key, value;
    wc_status status = put_u32(w, count);
    while (status == WC_OK && wc_store_iter_next(&at.iter, &key, &value)) {
        status = put_u32(w, wc_load_u32(key.data + prefix.len));
        if (status == WC_OK) status = put_u32(w, (uint32_t)value.len);
        if (status == WC_OK) status = put(w, value);
    }
    walk_end(w, &at);
    return status;
}

/* What led to the first record is not in the bundle, whatever the folder has. */
static wc_status put_first(writer *w)
{
    wc_chain_key record = wc_chain_record_key(w->report->first_seq);
    WC_TRY(put_value(w, w->report->first_seq, &record, 2, WC_CHAIN_RECORD_MAX));
    for (int i = 0; i < 3; i++) WC_TRY(put_u32(w, 0)); /* input, payloads, pages */
    return WC_OK;
}

static wc_status put_block(writer *w, uint64_t seq)
{
    wc_chain_key record = wc_chain_record_key(seq), input = wc_chain_input_key(seq);
    wc_chain_key payload = wc_chain_payload_key(seq, 0), page = wc_chain_receipt_key(seq, 0);
    wc_slice payloads = wc_slice_of(payload.bytes, payload.len - 4u);
    wc_slice pages = wc_slice_of(page.bytes, page.len - 4u);
    uint64_t bytes = 0;
    uint64_t payload_count = count_entries(w, payloads, &bytes);
    uint64_t page_count = count_entries(w, pages, &bytes);
    if (bytes > WC_BUNDLE_BLOCK_MAX - WC_BUNDLE_PART_MAX || payload_count > WC_BUNDLE_PARTS_MAX ||
        page_count > WC_BUNDLE_PARTS_MAX) {
        return refuse_part(w, seq);
    }
    WC_TRY(put_value(w, seq, &record, 2, WC_CHAIN_RECORD_MAX));
    WC_TRY(put_value(w, seq, &input, 4, WC_BUNDLE_PART_MAX));
    WC_TRY(put_entries(w, payloads, (uint32_t)payload_count));
    return put_entries(w, pages, (uint32_t)page_count);
}

/* ---- the whole ---------------------------------------------------------------------------------
 */

static wc_status put_genesis(writer *w)
{
    uint8_t kind = 'g';
    uint64_t bytes = 0;
    wc_slice key, value;
    walk at = walk_begin(w, wc_slice_of(&kind, 1));
    while (wc_store_iter_next(&at.iter, &key, &value)) bytes += value.len;
    walk_end(w, &at);
    if (bytes > WC_GENESIS_SIZE_MAX) return refuse_part(w, 0);
    wc_status status = put_u32(w, (uint32_t)bytes);
    at = walk_begin(w, wc_slice_of(&kind, 1));
    while (status == WC_OK && wc_store_iter_next(&at.iter, &key, &value)) status = put(w, value);
    walk_end(w, &at);
    return status;
}

static bool read_record(const writer *w, uint64_t seq, wc_chain_record *record, uint8_t *memory)
{
    wc_buf buf;
    wc_chain_key key = wc_chain_record_key(seq);
    wc_buf_init(&buf, memory, WC_CHAIN_RECORD_MAX);
    return wc_store_get(w->store, NULL, WC_CF_CHAIN, wc_chain_key_slice(&key), &buf) && !buf.full &&
           wc_chain_record_decode(record, wc_buf_slice(&buf)) == WC_OK;
}

/* The head of a range that ends before the newest record: what the record behind it says. */
static wc_status head_at(writer *w, uint64_t seq, wc_head *head)
{
    uint8_t memory[WC_CHAIN_RECORD_MAX], next_memory[WC_CHAIN_RECORD_MAX];
    wc_chain_record record, next;
    if (!read_record(w, seq, &record, memory) || !read_record(w, seq + 1, &next, next_memory)) {
        wc_chain_say(&w->report->store.problem,
                     "record %llu or the one behind it does not decode; replay the folder itself",
                     (unsigned long long)seq);
        return WC_NOT_FOUND;
    }
    *head = (wc_head){seq, record.record.height, record.record.time_s, record.record.time_ns,
                      next.record.prev_record_hash};
    return WC_OK;
}

static wc_status find_oldest(writer *w)
{
    uint64_t oldest = 0;
    wc_store_problem *problem = &w->report->store.problem;
    if (wc_chain_read_oldest(w->store, &oldest) != WC_OK) {
        wc_chain_say(problem, "the record with which the ledger begins does not decode");
        return WC_CORRUPT;
    }
    if (oldest <= w->report->first_seq) return WC_OK;
    wc_chain_say(problem,
                 "the ledger begins with a snapshot of record %llu: give that one, or a later one, "
                 "with --snapshot DIR; a bundle from the genesis on comes from the folder of a "
                 "node that has all records",
                 (unsigned long long)oldest);
    return WC_PRUNED;
}

/* The snapshot is one of this ledger: its record stands in it. */
static wc_status find_first(writer *w)
{
    uint8_t memory[WC_CHAIN_RECORD_MAX];
    wc_chain_record record;
    wc_store_problem *problem = &w->report->store.problem;
    wc_snap_trust trust = {.is_compared = true};
    if (w->range->snapshot == NULL) return find_oldest(w);
    WC_TRY(wc_snap_open(&w->snap, problem, w->range->snapshot, &trust));
    w->report->first_seq = wc_snap_info_of(w->snap)->seq;
    w->report->first_hash = wc_snap_info_of(w->snap)->record_hash;
    WC_TRY(find_oldest(w));
    if (read_record(w, w->report->first_seq, &record, memory) &&
        wc_hash_equal(&record.hash, &w->report->first_hash)) {
        return WC_OK;
    }
    wc_chain_say(problem, "%s: is not a snapshot of this ledger, which has another record %llu",
                 w->range->snapshot, (unsigned long long)w->report->first_seq);
    return WC_DIFFERS;
}

static wc_status find_head(writer *w)
{
    uint64_t last_seq = w->range->last;
    wc_head *head = &w->report->head;
    uint8_t bytes[WC_CHAIN_STORED_HEAD];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    bool is_there = wc_store_get(w->store, NULL, WC_CF_META, wc_chain_head_key(), &buf) &&
                    !buf.full && wc_chain_head_decode(head, wc_buf_slice(&buf)) == WC_OK;
    if (!is_there) {
        wc_chain_say(&w->report->store.problem, "the folder names no newest record");
        return WC_NOT_FOUND;
    }
    WC_TRY(find_first(w));
    if (last_seq < w->report->first_seq) {
        wc_chain_say(&w->report->store.problem,
                     "the range ends with record %llu, before the snapshot of record %llu",
                     (unsigned long long)last_seq, (unsigned long long)w->report->first_seq);
        return WC_OUT_OF_DOMAIN;
    }
    if (last_seq == WC_BUNDLE_NEWEST || last_seq == head->seq) return WC_OK;
    if (last_seq > head->seq) {
        wc_chain_say(&w->report->store.problem, "there is no record %llu; the newest is %llu",
                     (unsigned long long)last_seq, (unsigned long long)head->seq);
        return WC_OUT_OF_DOMAIN;
    }
    return head_at(w, last_seq, head);
}

static wc_status put_part(writer *w, wc_slice bytes)
{
    WC_TRY(put_u32(w, (uint32_t)bytes.len));
    return put(w, bytes);
}

/* Each chunk is checked on its way: the bundle's reader would refuse it, too. */
static wc_status put_base(writer *w)
{
    if (w->snap == NULL) return WC_OK;
    WC_TRY(put_part(w, wc_snap_header_bytes(w->snap)));
    for (uint32_t i = 0; i < wc_snap_info_of(w->snap)->chunk_count; i++) {
        WC_TRY(wc_snap_check(w->snap, &w->report->store.problem, i));
        WC_TRY(put_part(w, wc_snap_chunk_bytes(w->snap)));
    }
    return WC_OK;
}

static wc_status put_content(writer *w)
{
    uint8_t bytes[WC_CHAIN_STORED_HEAD];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_chain_head_put(&buf, &w->report->head);
    WC_TRY(put(w, wc_buf_slice(&buf)));
    WC_TRY(put_genesis(w));
    WC_TRY(put_base(w));
    for (uint64_t seq = w->report->first_seq; seq <= w->report->head.seq; seq++) {
        WC_TRY(w->snap != NULL && seq == w->report->first_seq ? put_first(w) : put_block(w, seq));
    }
    wc_hash hash = w->report->hash = wc_packer_hash(w->packer);
    WC_TRY(put(w, wc_slice_of(hash.bytes, sizeof hash.bytes)));
    return wc_packer_end(w->packer);
}

static wc_status write_all(writer *w, wc_coding coding, FILE *file)
{
    uint8_t start[11] = "WCBUNDLE";
    WC_TRY(find_head(w));
    wc_store_u16(start + 8, w->snap == NULL ? WC_BUNDLE_VERSION : WC_BUNDLE_WITH_BASE);
    start[10] = (uint8_t)coding;
    if (fwrite(start, 1, sizeof start, file) != sizeof start) return WC_IO;
    w->packer = wc_packer_open(file, coding);
    if (w->packer == NULL) return WC_NO_MEMORY;
    wc_status status = put_content(w);
    wc_packer_close(w->packer);
    w->report->bytes = w->bytes;
    return status;
}

wc_status wc_bundle_write(wc_bundle_report *report, const wc_store *store,
                          const wc_bundle_range *range, wc_coding coding, FILE *file)
{
    writer w = {.store = store, .range = range, .report = report};
    wc_status status = write_all(&w, coding, file);
    wc_snap_close(w.snap);
    return status;
}

wc_status wc_bundle_write_folder(wc_bundle_report *report, const char *folder,
                                 const wc_bundle_range *range, wc_coding coding, FILE *file)
{
    *report = (wc_bundle_report){0};
    wc_store store;
    wc_store_options options = {.read_only = true};
    WC_TRY(wc_store_open(&store, &report->store, folder, &options));
    wc_status status = wc_chain_check_schema(&store, &report->store.problem);
    if (status == WC_OK) status = wc_bundle_write(report, &store, range, coding, file);
    wc_store_close(&store);
    return status;
}
