/* Read cursor over bytes from outside.
 *
 * Each read checks the length first and advances only on success, so `at` names the first byte that
 * could not be read. Nothing is copied: slices point into the input. */
#ifndef WC_VM_BASE_CODEC_H
#define WC_VM_BASE_CODEC_H

#include "vm/base/slice.h"
#include "vm/base/status.h"

typedef struct wc_reader {
    wc_slice bytes;
    size_t at; /* offset of the next byte, in [0, bytes.len] */
} wc_reader;

static inline wc_reader wc_reader_of(wc_slice bytes)
{
    return (wc_reader){bytes, 0};
}

static inline size_t wc_reader_left(const wc_reader *reader)
{
    return reader->bytes.len - reader->at;
}

/* Big-endian loads and stores at an address of any alignment. Inline, because records, arguments
 * and keys consist of them: the shifts compile to one load and a byte swap. */
static inline uint16_t wc_load_u16(const uint8_t *at)
{
    return (uint16_t)((unsigned)at[0] << 8 | at[1]);
}

static inline uint32_t wc_load_u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static inline uint64_t wc_load_u64(const uint8_t *at)
{
    return (uint64_t)at[0] << 56 | (uint64_t)at[1] << 48 | (uint64_t)at[2] << 40 |
           (uint64_t)at[3] << 32 | (uint64_t)at[4] << 24 | (uint64_t)at[5] << 16 |
           (uint64_t)at[6] << 8 | at[7];
}

static inline void wc_store_u16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static inline void wc_store_u32(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 24);
    at[1] = (uint8_t)(value >> 16);
    at[2] = (uint8_t)(value >> 8);
    at[3] = (uint8_t)value;
}

static inline void wc_store_u64(uint8_t *at, uint64_t value)
{
    at[0] = (uint8_t)(value >> 56);
    at[1] = (uint8_t)(value >> 48);
    at[2] = (uint8_t)(value >> 40);
    at[3] = (uint8_t)(value >> 32);
    at[4] = (uint8_t)(value >> 24);
    at[5] = (uint8_t)(value >> 16);
    at[6] = (uint8_t)(value >> 8);
    at[7] = (uint8_t)value;
}

/* Steps over the next len bytes and returns their address; NULL when fewer are left. */
static inline const uint8_t *wc_reader_take(wc_reader *reader, size_t len)
{
    wc_assert(reader->at <= reader->bytes.len);
    if (len > wc_reader_left(reader)) return NULL;
    const uint8_t *at = reader->bytes.data + reader->at;
    reader->at += len;
    return at;
}

/* All: WC_TRUNCATED when the bytes end first. */
WC_MUST_USE static inline wc_status wc_read_u8(wc_reader *reader, uint8_t *value)
{
    const uint8_t *at = wc_reader_take(reader, 1);
    if (at == NULL) return WC_TRUNCATED;
    *value = *at;
    return WC_OK;
}

WC_MUST_USE static inline wc_status wc_read_u16(wc_reader *reader, uint16_t *value)
{
    const uint8_t *at = wc_reader_take(reader, 2);
    if (at == NULL) return WC_TRUNCATED;
    *value = wc_load_u16(at);
    return WC_OK;
}

WC_MUST_USE static inline wc_status wc_read_u32(wc_reader *reader, uint32_t *value)
{
    const uint8_t *at = wc_reader_take(reader, 4);
    if (at == NULL) return WC_TRUNCATED;
    *value = wc_load_u32(at);
    return WC_OK;
}

WC_MUST_USE static inline wc_status wc_read_u64(wc_reader *reader, uint64_t *value)
{
    const uint8_t *at = wc_reader_take(reader, 8);
    if (at == NULL) return WC_TRUNCATED;
    *value = wc_load_u64(at);
    return WC_OK;
}

WC_MUST_USE static inline wc_status wc_read_i64(wc_reader *reader, int64_t *value)
{
    uint64_t bits;
    WC_TRY(wc_read_u64(reader, &bits));
    *value = (int64_t)bits;
    return WC_OK;
}

/* Borrows len bytes. */
WC_MUST_USE wc_status wc_read_slice(wc_reader *reader, size_t len, wc_slice *bytes);

/* Copies len bytes out. */
WC_MUST_USE wc_status wc_read_bytes(wc_reader *reader, void *out, size_t len);

/* strN with a maximum length; WC_TOO_LARGE when the length field exceeds max. */
WC_MUST_USE wc_status wc_read_str8(wc_reader *reader, size_t max, wc_slice *bytes);
WC_MUST_USE wc_status wc_read_str16(wc_reader *reader, size_t max, wc_slice *bytes);
WC_MUST_USE wc_status wc_read_str32(wc_reader *reader, size_t max, wc_slice *bytes);

/* WC_OK when everything has been consumed, else WC_TRAILING. */
WC_MUST_USE wc_status wc_read_end(const wc_reader *reader);

#endif
