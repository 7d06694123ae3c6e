/* Append buffer. Bytes are written by wc_buf_put, numbers straight into their place. */
#include "vm/base/buf.h"

#include "vm/base/codec.h"

void wc_buf_init(wc_buf *buf, void *memory, size_t capacity)
{
    wc_assert(memory != NULL || capacity == 0);
    *buf = (wc_buf){(uint8_t *)memory, 0, capacity, false};
}

wc_status wc_buf_status(const wc_buf *buf)
{
    return buf->full ? WC_NO_SPACE : WC_OK;
}

void wc_buf_put(wc_buf *buf, const void *data, size_t len)
{
    wc_assert(buf->len <= buf->capacity);
    if (len > buf->capacity - buf->len) buf->full = true;
    if (buf->full || len == 0) return;
    memcpy(buf->data + buf->len, data, len);
    buf->len += len;
}

void wc_buf_put_slice(wc_buf *buf, wc_slice bytes)
{
    wc_buf_put(buf, bytes.data, bytes.len);
}

/* The place of the next len bytes, or NULL when they do not fit. */
static inline uint8_t *reserve(wc_buf *buf, size_t len)
{
    if (len > buf->capacity - buf->len) buf->full = true;
    if (buf->full) return NULL;
    uint8_t *at = buf->data + buf->len;
    buf->len += len;
    return at;
}

void wc_buf_put_u8(wc_buf *buf, uint8_t value)
{
    uint8_t *at = reserve(buf, 1);
    if (at != NULL) *at = value;
}

void wc_buf_put_u16(wc_buf *buf, uint16_t value)
{
    uint8_t *at = reserve(buf, 2);
    if (at != NULL) wc_store_u16(at, value);
}

void wc_buf_put_u32(wc_buf *buf, uint32_t value)
{
    uint8_t *at = reserve(buf, 4);
    if (at != NULL) wc_store_u32(at, value);
}

void wc_buf_put_u64(wc_buf *buf, uint64_t value)
{
    uint8_t *at = reserve(buf, 8);
    if (at != NULL) wc_store_u64(at, value);
}

void wc_buf_put_i64(wc_buf *buf, int64_t value)
{
    wc_buf_put_u64(buf, (uint64_t)value);
}

void wc_buf_put_str8(wc_buf *buf, wc_slice bytes)
{
    if (bytes.len > UINT8_MAX) buf->full = true;
    wc_buf_put_u8(buf, (uint8_t)bytes.len);
    wc_buf_put_slice(buf, bytes);
}

void wc_buf_put_str16(wc_buf *buf, wc_slice bytes)
{
    if (bytes.len > UINT16_MAX) buf->full = true;
    wc_buf_put_u16(buf, (uint16_t)bytes.len);
    wc_buf_put_slice(buf, bytes);
}

void wc_buf_put_str32(wc_buf *buf, wc_slice bytes)
{
    if (bytes.len > UINT32_MAX) buf->full = true;
    wc_buf_put_u32(buf, (uint32_t)bytes.len);
    wc_buf_put_slice(buf, bytes);
}

void wc_buf_patch_u32(wc_buf *buf, size_t offset, uint32_t value)
{
    if (buf->full) return; /* the place itself may be among the dropped bytes */
    wc_assert(offset <= buf->len && buf->len - offset >= 4);
    wc_store_u32(buf->data + offset, value);
}

void wc_buf_put_decimal(wc_buf *buf, int64_t value)
{
    char digits[20]; /* 19 digits and a sign */
    size_t at = sizeof digits;
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        digits[--at] = (char)('0' + magnitude % 10);
        magnitude /= 10;
    } while (magnitude != 0);
    if (value < 0) digits[--at] = '-';
    wc_buf_put(buf, digits + at, sizeof digits - at);
}

void wc_buf_put_hex(wc_buf *buf, wc_slice bytes)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes.len; i++) {
        wc_buf_put_u8(buf, (uint8_t)digits[bytes.data[i] >> 4]);
        wc_buf_put_u8(buf, (uint8_t)digits[bytes.data[i] & 15]);
    }
}
