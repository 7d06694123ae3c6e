/* Encoding and decoding of headers and chunks. */
#include "node/snapshot/format.h"

#include <string.h>

#include "node/ledger/read.h"

static void put_certificate(wc_buf *buf, bool has, const wc_certificate *certificate)
{
    uint8_t memory[WC_CERTIFICATE_SIZE_MAX];
    wc_buf bytes;
    wc_buf_init(&bytes, memory, sizeof memory);
    if (has) wc_certificate_put(&bytes, certificate);
    wc_buf_put_str16(buf, wc_buf_slice(&bytes));
}

void wc_snap_change_put(wc_buf *buf, const wc_snap_change *change)
{
    wc_buf_put_str16(buf, change->record);
    put_certificate(buf, change->has_certificate, &change->certificate);
    wc_buf_put_str32(buf, change->proof);
}

void wc_snap_header_put(wc_buf *buf, const wc_snap_header *header)
{
    wc_buf_put_u16(buf, WC_SNAP_FORMAT);
    wc_buf_put_u64(buf, header->seq);
    wc_buf_put_u64(buf, header->height);
    wc_buf_put_str16(buf, header->record);
    put_certificate(buf, header->has_certificate, &header->certificate);
    wc_buf_put_u16(buf, header->change_count);
    wc_buf_put_slice(buf, header->changes);
    wc_buf_put_u64(buf, header->leaf_count);
    wc_buf_put_u32(buf, header->chunk_count);
    wc_buf_put_slice(buf, header->hashes);
}

static wc_status read_format(wc_reader *reader, uint16_t known)
{
    uint16_t format;
    WC_TRY(wc_read_u16(reader, &format));
    return format == known ? WC_OK : wc_reader_refuse(reader, 0, WC_BAD_VERSION);
}

static wc_status read_certificate(wc_reader *reader, bool *has, wc_certificate *certificate)
{
    wc_slice bytes;
    size_t bad = 0;
    WC_TRY(wc_read_str16(reader, WC_CERTIFICATE_SIZE_MAX, &bytes));
    *has = bytes.len > 0;
    if (!*has) return WC_OK;
    wc_status status = wc_certificate_decode(certificate, &bad, bytes);
    if (status == WC_OK) return WC_OK;
    return wc_reader_refuse(reader, reader->at - bytes.len + bad, status);
}

wc_status wc_snap_change_read(wc_reader *reader, wc_snap_change *change)
{
    WC_TRY(wc_read_str16(reader, WC_RECORD_SIZE_MAX, &change->record));
    WC_TRY(read_certificate(reader, &change->has_certificate, &change->certificate));
    return wc_read_str32_in(reader, 1, WC_SNAP_PROOF_MAX, &change->proof);
}

static wc_status read_changes(wc_reader *reader, wc_snap_header *header)
{
    wc_snap_change change;
    WC_TRY(wc_read_u16_in(reader, 0, WC_SNAP_CHANGES_MAX, &header->change_count));
    size_t start = reader->at;
    for (uint16_t i = 0; i < header->change_count; i++) {
        WC_TRY(wc_snap_change_read(reader, &change));
    }
    header->changes = wc_slice_of(reader->bytes.data + start, reader->at - start);
    return WC_OK;
}

static wc_status read_header(wc_reader *reader, wc_snap_header *header)
{
    WC_TRY(read_format(reader, WC_SNAP_FORMAT));
    WC_TRY(wc_read_u64(reader, &header->seq));
    WC_TRY(wc_read_u64(reader, &header->height));
    WC_TRY(wc_read_str16(reader, WC_RECORD_SIZE_MAX, &header->record));
    WC_TRY(read_certificate(reader, &header->has_certificate, &header->certificate));
    WC_TRY(read_changes(reader, header));
    WC_TRY(wc_read_u64_in(reader, 1, UINT64_MAX, &header->leaf_count));
    WC_TRY(wc_read_u32_in(reader, 1, WC_SNAP_CHUNKS_MAX, &header->chunk_count));
    WC_TRY(wc_read_slice(reader, (size_t)header->chunk_count * WC_HASH_SIZE, &header->hashes));
    return wc_read_end(reader);
}

wc_status wc_snap_header_decode(wc_snap_header *header, size_t *bad, wc_slice bytes)
{
    wc_reader reader = wc_reader_of(bytes);
    wc_status status = read_header(&reader, header);
    *bad = reader.at;
    return status;
}

wc_hash wc_snap_header_chunk(const wc_snap_header *header, uint32_t index)
{
    wc_hash hash;
    wc_assert(index < header->chunk_count);
    memcpy(hash.bytes, header->hashes.data + (size_t)index * WC_HASH_SIZE, WC_HASH_SIZE);
    return hash;
}

wc_hash wc_snap_hash(wc_slice header)
{
    return wc_hash_domain("snapshot/1", &header, 1);
}

/* ---- chunks ---------------------------------------------------------------------------------- */

void wc_snap_chunk_put_head(wc_buf *buf, uint64_t seq, uint32_t index, uint32_t count)
{
    wc_buf_put_u16(buf, WC_SNAP_CHUNK_FORMAT);
    wc_buf_put_u64(buf, seq);
    wc_buf_put_u32(buf, index);
    wc_buf_put_u32(buf, count);
}

void wc_snap_entry_put(wc_buf *buf, wc_slice key, wc_slice value)
{
    wc_buf_put_str8(buf, key);
    wc_buf_put_str32(buf, value);
}

void wc_snap_siblings_put(wc_buf *buf, const wc_fold_siblings *siblings)
{
    wc_buf_put_u16(buf, siblings->count);
    for (uint16_t i = 0; i < siblings->count; i++) {
        wc_buf_put_u8(buf, siblings->list[i].level);
        wc_buf_put_hash(buf, &siblings->list[i].hash);
    }
}

wc_status wc_snap_chunk_read(wc_reader *reader, wc_snap_chunk *chunk)
{
    WC_TRY(read_format(reader, WC_SNAP_CHUNK_FORMAT));
    WC_TRY(wc_read_u64(reader, &chunk->seq));
    WC_TRY(wc_read_u32_in(reader, 0, WC_SNAP_CHUNKS_MAX - 1, &chunk->index));
    return wc_read_u32_in(reader, 1, WC_SNAP_CHUNK_BYTES, &chunk->count);
}

wc_status wc_snap_entry_read(wc_reader *reader, wc_slice *key, wc_slice *value)
{
    WC_TRY(wc_read_str8_in(reader, 1, WC_STATE_KEY_MAX, key));
    return wc_read_str32_in(reader, 0, WC_STATE_VALUE_MAX, value);
}

wc_status wc_snap_siblings_read(wc_reader *reader, wc_fold_siblings *siblings)
{
    WC_TRY(wc_read_u16_in(reader, 0, WC_PROOF_DEPTH_MAX, &siblings->count));
    for (uint16_t i = 0; i < siblings->count; i++) {
        wc_fold_sibling *sibling = &siblings->list[i];
        size_t start = reader->at;
        WC_TRY(wc_read_u8(reader, &sibling->level));
        if (i > 0 && sibling->level <= siblings->list[i - 1].level) {
            return wc_reader_refuse(reader, start, WC_NOT_CANONICAL);
        }
        start = reader->at;
        WC_TRY(wc_read_hash(reader, &sibling->hash));
        if (wc_hash_is_zero(&sibling->hash)) {
            return wc_reader_refuse(reader, start, WC_NOT_CANONICAL);
        }
    }
    return WC_OK;
}

bool wc_snap_siblings_fit(const wc_fold_siblings *siblings, const wc_hash *k, unsigned bit)
{
    for (uint16_t i = 0; i < siblings->count; i++) {
        if (wc_fold_bit(k, siblings->list[i].level) != bit) return false;
    }
    return true;
}
