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

/* All: WC_TRUNCATED when the bytes end first. */
WC_MUST_USE wc_status wc_read_u8(wc_reader *reader, uint8_t *value);
WC_MUST_USE wc_status wc_read_u16(wc_reader *reader, uint16_t *value);
WC_MUST_USE wc_status wc_read_u32(wc_reader *reader, uint32_t *value);
WC_MUST_USE wc_status wc_read_u64(wc_reader *reader, uint64_t *value);
WC_MUST_USE wc_status wc_read_i64(wc_reader *reader, int64_t *value);

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

/* Big-endian loads and stores at an address of any alignment. */
uint16_t wc_load_u16(const uint8_t *at);
uint32_t wc_load_u32(const uint8_t *at);
uint64_t wc_load_u64(const uint8_t *at);
void wc_store_u16(uint8_t *at, uint16_t value);
void wc_store_u32(uint8_t *at, uint32_t value);
void wc_store_u64(uint8_t *at, uint64_t value);

#endif
