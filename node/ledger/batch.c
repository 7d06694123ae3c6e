/* Batches of readings; see batch.h for the layout. */
#include "node/ledger/batch.h"

#include "node/ledger/read.h"

#define BATCH_FORMAT 1
#define HEAD_ZEROS   6u

static wc_status read_zeros(wc_reader *r, size_t count)
{
    size_t start = r->at;
    for (size_t i = 0; i < count; i++) {
        uint8_t byte;
        WC_TRY(wc_read_u8(r, &byte));
        if (byte != 0) return wc_reader_refuse(r, start, WC_NOT_CANONICAL);
    }
    return WC_OK;
}

static wc_status read_head(wc_reader *r, wc_batch_head *head)
{
    uint8_t format;
    WC_TRY(wc_read_u8(r, &format));
    if (format != BATCH_FORMAT) return wc_reader_refuse(r, r->at - 1, WC_BAD_VERSION);
    WC_TRY(wc_read_u8(r, &head->scale));
    WC_TRY(wc_read_u16(r, &head->version));
    WC_TRY(wc_read_u32(r, &head->page));
    WC_TRY(wc_read_u16_in(r, 1, WC_PAGE_METERS_MAX, &head->count));
    WC_TRY(read_zeros(r, HEAD_ZEROS));
    size_t start = r->at;
    WC_TRY(wc_read_hash(r, &head->prior_root));
    bool names_prior = !wc_hash_is_zero(&head->prior_root);
    return names_prior == (head->version > 0) ? WC_OK
                                              : wc_reader_refuse(r, start, WC_OUT_OF_DOMAIN);
}

/* The batch before: the same page and number of readings, the version before. */
static wc_status read_before(wc_reader *r, wc_batch *batch)
{
    wc_slice salt;
    wc_batch_head head;
    WC_TRY(wc_read_slice(r, WC_HASH_SIZE, &salt));
    batch->prior_salt = salt.data;
    WC_TRY(wc_read_hash(r, &batch->prior_rest));
    size_t start = r->at;
    WC_TRY(wc_read_slice(r, batch->pieces.len, &batch->prior_pieces));
    wc_reader inner = wc_reader_of(batch->prior_pieces);
    wc_status status = read_head(&inner, &head);
    bool fits = status == WC_OK && head.page == batch->page && head.count == batch->count &&
                head.version == batch->version - 1 &&
                wc_hash_is_zero(&batch->prior_rest) == (head.version == 0);
    if (status == WC_OK && !fits) status = WC_OUT_OF_DOMAIN;
    return status == WC_OK ? WC_OK : wc_reader_refuse(r, start, status);
}

wc_status wc_batch_decode(wc_batch *batch, wc_slice payload)
{
    wc_reader r = wc_reader_of(payload);
    wc_batch_head head;
    WC_TRY(read_head(&r, &head));
    *batch = (wc_batch){.scale = head.scale,
                        .version = head.version,
                        .page = head.page,
                        .count = head.count,
                        .prior_root = head.prior_root};
    r = wc_reader_of(payload);
    WC_TRY(wc_read_slice(&r, WC_BATCH_SIZE(head.count), &batch->pieces));
    if (head.version > 0) WC_TRY(read_before(&r, batch));
    return wc_read_end(&r);
}

wc_status wc_batch_reading_at(wc_batch_reading *reading, wc_slice pieces, uint16_t n)
{
    size_t at = WC_BATCH_SIZE(n);
    wc_assert(at + WC_PIECE_SIZE <= pieces.len);
    const uint8_t *bytes = pieces.data + at;
    reading->slot = wc_load_u16(bytes);
    if (bytes[2] >= WC_QUALITY_COUNT) return WC_OUT_OF_DOMAIN;
    reading->quality = (wc_quality)bytes[2];
    if (bytes[3] != 0) return WC_NOT_CANONICAL;
    reading->interval = wc_load_u32(bytes + 4);
    reading->value = (int64_t)wc_load_u64(bytes + 8);
    bool is_missing = reading->quality == WC_QUALITY_MISSING;
    return is_missing && reading->value != 0 ? WC_OUT_OF_DOMAIN : WC_OK;
}

wc_hash wc_batch_prior_root(const wc_batch *batch)
{
    wc_assert(batch->version > 0);
    const wc_hash *rest = wc_hash_is_zero(&batch->prior_rest) ? NULL : &batch->prior_rest;
    return wc_pieces_root_with(batch->prior_salt, batch->prior_pieces, rest);
}

/* ---- for aggregators ------------------------------------------------------------------------- */

void wc_batch_put_head(wc_buf *buf, const wc_batch_head *head)
{
    static const uint8_t zeros[HEAD_ZEROS];
    wc_buf_put_u8(buf, BATCH_FORMAT);
    wc_buf_put_u8(buf, head->scale);
    wc_buf_put_u16(buf, head->version);
    wc_buf_put_u32(buf, head->page);
    wc_buf_put_u16(buf, head->count);
    wc_buf_put(buf, zeros, sizeof zeros);
    wc_buf_put_hash(buf, &head->prior_root);
}

void wc_batch_put_reading(wc_buf *buf, const wc_batch_reading *reading)
{
    wc_buf_put_u16(buf, reading->slot);
    wc_buf_put_u8(buf, (uint8_t)reading->quality);
    wc_buf_put_u8(buf, 0);
    wc_buf_put_u32(buf, reading->interval);
    wc_buf_put_i64(buf, reading->value);
}

wc_status wc_batch_put_before(wc_buf *buf, const uint8_t salt[WC_HASH_SIZE], wc_slice payload)
{
    wc_batch batch;
    WC_TRY(wc_batch_decode(&batch, payload));
    wc_hash rest = {{0}};
    if (batch.version > 0) {
        wc_hash own = wc_piece_salt(salt, WC_BATCH_PIECES(batch.count));
        size_t start = batch.pieces.len;
        rest = wc_piece_leaf(&own, wc_slice_of(payload.data + start, payload.len - start));
    }
    wc_buf_put(buf, salt, WC_HASH_SIZE);
    wc_buf_put_hash(buf, &rest);
    wc_buf_put_slice(buf, batch.pieces);
    return WC_OK;
}
