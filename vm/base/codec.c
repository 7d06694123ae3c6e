/* Read cursor and big-endian loads and stores. The shifts compile to one load and a byte swap. */
#include "vm/base/codec.h"

uint16_t wc_load_u16(const uint8_t *at)
{
    return (uint16_t)((unsigned)at[0] << 8 | at[1]);
}

uint32_t wc_load_u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

uint64_t wc_load_u64(const uint8_t *at)
{
    return (uint64_t)wc_load_u32(at) << 32 | wc_load_u32(at + 4);
}

void wc_store_u16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

void wc_store_u32(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 24);
    at[1] = (uint8_t)(value >> 16);
    at[2] = (uint8_t)(value >> 8);
    at[3] = (uint8_t)value;
}

void wc_store_u64(uint8_t *at, uint64_t value)
{
    wc_store_u32(at, (uint32_t)(value >> 32));
    wc_store_u32(at + 4, (uint32_t)value);
}

/* Returns the address of the next len bytes and steps over them; NULL when fewer are left. */
static const uint8_t *take(wc_reader *reader, size_t len)
{
    wc_assert(reader->at <= reader->bytes.len);
    if (len > wc_reader_left(reader)) return NULL;
    const uint8_t *at = reader->bytes.data + reader->at;
    reader->at += len;
    return at;
}

wc_status wc_read_u8(wc_reader *reader, uint8_t *value)
{
    const uint8_t *at = take(reader, 1);
    if (at == NULL) return WC_TRUNCATED;
    *value = *at;
    return WC_OK;
}

wc_status wc_read_u16(wc_reader *reader, uint16_t *value)
{
    const uint8_t *at = take(reader, 2);
    if (at == NULL) return WC_TRUNCATED;
    *value = wc_load_u16(at);
    return WC_OK;
}

wc_status wc_read_u32(wc_reader *reader, uint32_t *value)
{
    const uint8_t *at = take(reader, 4);
    if (at == NULL) return WC_TRUNCATED;
    *value = wc_load_u32(at);
    return WC_OK;
}

wc_status wc_read_u64(wc_reader *reader, uint64_t *value)
{
    const uint8_t *at = take(reader, 8);
    if (at == NULL) return WC_TRUNCATED;
    *value = wc_load_u64(at);
    return WC_OK;
}

wc_status wc_read_i64(wc_reader *reader, int64_t *value)
{
    uint64_t bits;
    WC_TRY(wc_read_u64(reader, &bits));
    *value = (int64_t)bits;
    return WC_OK;
}

wc_status wc_read_slice(wc_reader *reader, size_t len, wc_slice *bytes)
{
    if (len > wc_reader_left(reader)) return WC_TRUNCATED;
    /* An empty read of an empty input must not do arithmetic on a NULL pointer. */
    *bytes = len == 0 ? wc_slice_of(reader->bytes.data, 0) : wc_slice_of(take(reader, len), len);
    return WC_OK;
}

wc_status wc_read_bytes(wc_reader *reader, void *out, size_t len)
{
    wc_slice bytes;
    WC_TRY(wc_read_slice(reader, len, &bytes));
    if (len != 0) memcpy(out, bytes.data, len);
    return WC_OK;
}

/* The rest of strN: `before` is where its length field began, to go back to when it fails. */
static wc_status read_counted(wc_reader *reader, size_t before, size_t len, size_t max,
                              wc_slice *bytes)
{
    wc_status status = len > max ? WC_TOO_LARGE : wc_read_slice(reader, len, bytes);
    if (status != WC_OK) reader->at = before;
    return status;
}

wc_status wc_read_str8(wc_reader *reader, size_t max, wc_slice *bytes)
{
    size_t before = reader->at;
    uint8_t len;
    WC_TRY(wc_read_u8(reader, &len));
    return read_counted(reader, before, len, max, bytes);
}

wc_status wc_read_str16(wc_reader *reader, size_t max, wc_slice *bytes)
{
    size_t before = reader->at;
    uint16_t len;
    WC_TRY(wc_read_u16(reader, &len));
    return read_counted(reader, before, len, max, bytes);
}

wc_status wc_read_str32(wc_reader *reader, size_t max, wc_slice *bytes)
{
    size_t before = reader->at;
    uint32_t len;
    WC_TRY(wc_read_u32(reader, &len));
    return read_counted(reader, before, len, max, bytes);
}

wc_status wc_read_end(const wc_reader *reader)
{
    return wc_reader_left(reader) == 0 ? WC_OK : WC_TRAILING;
}
