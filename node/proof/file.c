/* Encoding and decoding of proof files; see file.h for the layout. */
#include "node/proof/file.h"

#include "node/ledger/proof.h"
#include "node/ledger/read.h"
#include "node/proof/position.h"

#define MAGIC_SIZE (sizeof WC_PROOF_FILE_MAGIC - 1)

/* ---- encoding --------------------------------------------------------------------------------
 */

static void put_state(wc_buf *buf, const wc_fact_state *state)
{
    wc_buf_put_str8(buf, state->key);
    wc_buf_put_str32(buf, state->proof);
}

static void put_path(wc_buf *buf, const wc_inclusion *path)
{
    wc_buf_put_u32(buf, (uint32_t)path->index);
    wc_buf_put_u8(buf, path->depth);
    for (uint8_t i = 0; i < path->depth; i++) wc_buf_put_hash(buf, &path->path[i]);
}

static void put_included(wc_buf *buf, const wc_proof_file *file)
{
    wc_buf_put_slice(buf, file->receipt_bytes);
    wc_buf_put_str32(buf, file->result);
    put_path(buf, &file->path);
}

static void put_piece(wc_buf *buf, const wc_piece_proof *piece)
{
    wc_buf_put_u32(buf, piece->index);
    wc_buf_put_hash(buf, &piece->salt);
    wc_buf_put(buf, piece->bytes, sizeof piece->bytes);
    wc_buf_put_u8(buf, piece->depth);
    for (uint8_t i = 0; i < piece->depth; i++) wc_buf_put_hash(buf, &piece->path[i]);
}

static void put_fact(wc_buf *buf, const wc_proof_file *file)
{
    switch (file->kind) {
    case WC_FACT_STATE:
        put_state(buf, &file->state);
        wc_buf_put_str8(buf, file->focus);
        return;
    case WC_FACT_RECEIPT: put_included(buf, file); return;
    case WC_FACT_EVENT:
        put_included(buf, file);
        wc_buf_put_str32(buf, file->event_bytes);
        wc_buf_put_slice(buf, file->position);
        return;
    case WC_FACT_TX:
        wc_buf_put_str32(buf, file->tx);
        put_path(buf, &file->path);
        return;
    case WC_FACT_READINGS:
        put_included(buf, file);
        wc_buf_put_str32(buf, file->body);
        wc_buf_put_u8(buf, file->call);
        wc_buf_put_slice(buf, file->salt);
        wc_buf_put_str32(buf, file->payload);
        return;
    case WC_FACT_METERED:
        put_included(buf, file);
        wc_buf_put_str32(buf, file->body);
        wc_buf_put_u8(buf, file->call);
        put_piece(buf, &file->head);
        put_piece(buf, &file->reading);
        return;
    }
}

void wc_proof_file_put(wc_buf *buf, const wc_proof_file *file)
{
    wc_buf_put_text(buf, WC_PROOF_FILE_MAGIC);
    wc_buf_put_u8(buf, WC_PROOF_FILE_VERSION);
    wc_buf_put_str16(buf, file->record_bytes);
    wc_buf_put_str16(buf, file->certificate_bytes);
    wc_buf_put_u8(buf, (uint8_t)file->kind);
    put_fact(buf, file);
    wc_buf_put_u8(buf, file->support_count);
    for (uint8_t i = 0; i < file->support_count; i++) put_state(buf, &file->supports[i]);
}

/* ---- decoding --------------------------------------------------------------------------------
 */

static wc_status read_state(wc_reader *r, wc_fact_state *state)
{
    WC_TRY(wc_read_str8_in(r, 1, WC_STATE_KEY_MAX, &state->key));
    WC_TRY(wc_read_str32_in(r, 1, WC_PROOF_SIZE_MAX, &state->proof));
    state->is_present = false;
    state->value = wc_slice_of(NULL, 0);
    return WC_OK;
}

static wc_status read_path(wc_reader *r, wc_inclusion *path, uint32_t count)
{
    size_t start = r->at;
    uint32_t index;
    WC_TRY(wc_read_u32(r, &index));
    if (index >= count) return wc_reader_refuse(r, start, WC_OUT_OF_DOMAIN);
    path->index = index;
    path->count = count;
    WC_TRY(wc_read_u8_in(r, 0, WC_PROOF_PATH_MAX, &path->depth));
    for (uint8_t i = 0; i < path->depth; i++) WC_TRY(wc_read_hash(r, &path->path[i]));
    return WC_OK;
}

static wc_status read_included(wc_reader *r, wc_proof_file *file)
{
    size_t bad = 0, start = r->at;
    WC_TRY(wc_read_slice(r, WC_RECEIPT_SIZE, &file->receipt_bytes));
    wc_status status = wc_receipt_decode(&file->receipt, &bad, file->receipt_bytes);
    if (status != WC_OK) return wc_reader_refuse(r, start + bad, status);
    WC_TRY(wc_read_str32(r, WC_STATE_VALUE_MAX, &file->result));
    return read_path(r, &file->path, file->record.receipt_count);
}

static wc_status read_event(wc_reader *r, wc_proof_file *file)
{
    size_t start = r->at;
    WC_TRY(wc_read_str32(r, WC_EVENT_DATA_MAX + 38u, &file->event_bytes));
    wc_reader inside = wc_reader_of(file->event_bytes);
    wc_status status = wc_event_read(&inside, &file->event);
    if (status == WC_OK) status = wc_read_end(&inside);
    if (status != WC_OK) return wc_reader_refuse(r, start + 4 + inside.at, status);
    return wc_position_read(r, &file->position);
}

static wc_status read_readings(wc_reader *r, wc_proof_file *file)
{
    WC_TRY(wc_read_str32_in(r, 1, WC_TX_SIZE_MAX, &file->body));
    WC_TRY(wc_read_u8_in(r, 0, WC_TX_CALLS_MAX - 1, &file->call));
    WC_TRY(wc_read_slice(r, WC_PAYLOAD_SALT_SIZE, &file->salt));
    return wc_read_str32(r, WC_TX_SIZE_MAX, &file->payload);
}

static wc_status read_piece(wc_reader *r, wc_piece_proof *piece)
{
    WC_TRY(wc_read_u32_in(r, 0, WC_PIECES_MAX, &piece->index));
    WC_TRY(wc_read_hash(r, &piece->salt));
    WC_TRY(wc_read_bytes(r, piece->bytes, sizeof piece->bytes));
    WC_TRY(wc_read_u8_in(r, 0, WC_PIECES_DEPTH_MAX, &piece->depth));
    for (uint8_t i = 0; i < piece->depth; i++) WC_TRY(wc_read_hash(r, &piece->path[i]));
    return WC_OK;
}

static wc_status read_metered(wc_reader *r, wc_proof_file *file)
{
    WC_TRY(wc_read_str32_in(r, 1, WC_TX_SIZE_MAX, &file->body));
    WC_TRY(wc_read_u8_in(r, 0, WC_TX_CALLS_MAX - 1, &file->call));
    WC_TRY(read_piece(r, &file->head));
    return read_piece(r, &file->reading);
}

static wc_status read_fact(wc_reader *r, wc_proof_file *file)
{
    uint8_t kind;
    WC_TRY(wc_read_u8_in(r, WC_FACT_STATE, WC_FACT_METERED, &kind));
    file->kind = (wc_fact_kind)kind;
    switch (file->kind) {
    case WC_FACT_STATE:
        WC_TRY(read_state(r, &file->state));
        return wc_read_str8_in(r, 0, WC_PROOF_FOCUS_MAX, &file->focus);
    case WC_FACT_RECEIPT: return read_included(r, file);
    case WC_FACT_EVENT: WC_TRY(read_included(r, file)); return read_event(r, file);
    case WC_FACT_TX:
        WC_TRY(wc_read_str32(r, WC_BLOCK_TX_BYTES_MAX, &file->tx));
        return read_path(r, &file->path, file->record.tx_count);
    case WC_FACT_READINGS: WC_TRY(read_included(r, file)); return read_readings(r, file);
    case WC_FACT_METERED: WC_TRY(read_included(r, file)); return read_metered(r, file);
    }
    wc_assert(false);
    return WC_OUT_OF_DOMAIN;
}

static wc_status read_supports(wc_reader *r, wc_proof_file *file)
{
    uint8_t count;
    WC_TRY(wc_read_u8_in(r, 0, WC_PROOF_SUPPORTS_MAX, &count));
    for (uint8_t i = 0; i < count; i++) {
        size_t start = r->at;
        WC_TRY(read_state(r, &file->supports[i]));
        if (i == 0) continue;
        int order = wc_slice_compare(file->supports[i - 1].key, file->supports[i].key);
        if (order >= 0) return wc_reader_refuse(r, start, WC_NOT_CANONICAL);
    }
    file->support_count = count;
    return WC_OK;
}

/* Record and certificate. A certificate that does not decode is no shape of a proof file. */
static wc_status read_record(wc_reader *r, wc_proof_file *file)
{
    size_t bad = 0, start = r->at;
    WC_TRY(wc_read_str16(r, WC_RECORD_SIZE_MAX, &file->record_bytes));
    wc_status status = wc_record_decode(&file->record, &bad, file->record_bytes);
    if (status != WC_OK) return wc_reader_refuse(r, start + 2 + bad, status);
    file->record_hash = wc_record_hash(file->record_bytes);
    start = r->at;
    WC_TRY(wc_read_str16(r, WC_CERTIFICATE_SIZE_MAX, &file->certificate_bytes));
    if (file->certificate_bytes.len == 0) return WC_OK;
    status = wc_certificate_decode(&file->certificate, &bad, file->certificate_bytes);
    return status == WC_OK ? WC_OK : wc_reader_refuse(r, start + 2 + bad, status);
}

static wc_status read_file(wc_reader *r, wc_proof_file *file)
{
    wc_slice magic;
    uint8_t version;
    if (wc_read_slice(r, MAGIC_SIZE, &magic) != WC_OK ||
        memcmp(magic.data, WC_PROOF_FILE_MAGIC, MAGIC_SIZE) != 0) {
        return wc_reader_refuse(r, 0, WC_BAD_MAGIC);
    }
    WC_TRY(wc_read_u8(r, &version));
    if (version != WC_PROOF_FILE_VERSION) return wc_reader_refuse(r, MAGIC_SIZE, WC_BAD_VERSION);
    WC_TRY(read_record(r, file));
    WC_TRY(read_fact(r, file));
    WC_TRY(read_supports(r, file));
    return wc_read_end(r);
}

wc_status wc_proof_file_decode(wc_proof_file *file, size_t *bad, wc_slice bytes)
{
    wc_reader reader = wc_reader_of(bytes);
    *file = (wc_proof_file){.kind = WC_FACT_STATE};
    wc_status status = read_file(&reader, file);
    if (status != WC_OK) *bad = reader.at;
    return status;
}

const wc_fact_state *wc_proof_file_support(const wc_proof_file *file, wc_slice key)
{
    for (uint8_t i = 0; i < file->support_count; i++) {
        const wc_fact_state *state = &file->supports[i];
        if (state->is_present && wc_slice_equal(state->key, key)) return state;
    }
    return NULL;
}
