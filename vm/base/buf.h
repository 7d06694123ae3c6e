/* Append buffer with a fixed maximum, for canonical encodings and for text.
 *
 * Appending past the maximum sets `full` and drops the bytes; the writer checks once at the end
 * with wc_buf_status. So an encoder is a straight list of puts, and no partial value is ever used.
 * All integers are big-endian: every stored or hashed byte of the system is (ledger model). */
#ifndef WC_VM_BASE_BUF_H
#define WC_VM_BASE_BUF_H

#include "vm/base/slice.h"
#include "vm/base/status.h"

typedef struct wc_buf {
    uint8_t *data; /* capacity bytes, owned by whoever made the buffer */
    size_t len;    /* bytes written, in [0, capacity] */
    size_t capacity;
    bool full; /* something did not fit; sticky */
} wc_buf;

void wc_buf_init(wc_buf *buf, void *memory, size_t capacity);

/* WC_OK, or WC_NO_SPACE when something did not fit. */
WC_MUST_USE wc_status wc_buf_status(const wc_buf *buf);

void wc_buf_put(wc_buf *buf, const void *data, size_t len);
void wc_buf_put_slice(wc_buf *buf, wc_slice bytes);
void wc_buf_put_u8(wc_buf *buf, uint8_t value);
void wc_buf_put_u16(wc_buf *buf, uint16_t value);
void wc_buf_put_u32(wc_buf *buf, uint32_t value);
void wc_buf_put_u64(wc_buf *buf, uint64_t value);
void wc_buf_put_i64(wc_buf *buf, int64_t value); /* two's complement */

/* strN: an N-bit length, then the bytes. A text longer than the length can say sets `full`. */
void wc_buf_put_str8(wc_buf *buf, wc_slice bytes);
void wc_buf_put_str16(wc_buf *buf, wc_slice bytes);
void wc_buf_put_str32(wc_buf *buf, wc_slice bytes);

/* Overwrites four bytes written before; for lengths that are known only afterwards. */
void wc_buf_patch_u32(wc_buf *buf, size_t offset, uint32_t value);

/* Text: decimal integers and literals, no terminator. Inline: the length of a literal is known. */
static inline void wc_buf_put_text(wc_buf *buf, const char *text)
{
    wc_buf_put(buf, text, strlen(text));
}

void wc_buf_put_decimal(wc_buf *buf, int64_t value);
void wc_buf_put_hex(wc_buf *buf, wc_slice bytes);

static inline wc_slice wc_buf_slice(const wc_buf *buf)
{
    return wc_slice_of(buf->data, buf->len);
}

#endif
