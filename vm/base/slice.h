/* Borrowed views of bytes and of text. Neither owns memory nor ends with a NUL. */
#ifndef WC_VM_BASE_SLICE_H
#define WC_VM_BASE_SLICE_H

#include <string.h>

#include "vm/base/base.h"

typedef struct wc_slice {
    const uint8_t *data; /* may be NULL when len is 0 */
    size_t len;          /* bytes */
} wc_slice;

typedef struct wc_str {
    const char *data; /* UTF-8, not NUL-terminated; may be NULL when len is 0 */
    size_t len;       /* bytes */
} wc_str;

#define WC_STR(literal) ((wc_str){(literal), sizeof(literal) - 1})
#define WC_STR_ARG(str) (int)(str).len, ((str).data != NULL ? (str).data : "") /* for "%.*s" */

static inline wc_slice wc_slice_of(const void *data, size_t len)
{
    return (wc_slice){(const uint8_t *)data, len};
}

static inline wc_str wc_str_of(const char *text)
{
    return (wc_str){text, strlen(text)};
}

/* All bytes of data[0, len), len in [1, 8], in one number: each at least once, others again, in an
 * order that is the machine's. For what asks all bytes the same question, and for tables of hashes
 * that decide about nothing. */
static inline uint64_t wc_piece(const uint8_t *data, size_t len)
{
    uint64_t eight;
    uint32_t low, high;
    if (len == 8) {
        memcpy(&eight, data, sizeof eight);
        return eight;
    }
    if (len >= 4) {
        memcpy(&low, data, sizeof low);
        memcpy(&high, data + len - 4, sizeof high);
        return (uint64_t)high << 32 | low;
    }
    return data[0] * UINT64_C(0x0101010101000001) | (uint64_t)data[len / 2] << 8 |
           (uint64_t)data[len - 1] << 16;
}

/* Order of the bytes, a prefix before its extensions: < 0, 0 or > 0. Stored keys sort like this. */
static inline int wc_slice_compare(wc_slice a, wc_slice b)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    int order = shorter == 0 ? 0 : memcmp(a.data, b.data, shorter);
    if (order != 0) return order;
    return a.len < b.len ? -1 : a.len > b.len;
}

static inline bool wc_slice_equal(wc_slice a, wc_slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static inline bool wc_str_equal(wc_str a, wc_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static inline int wc_str_compare(wc_str a, wc_str b)
{
    return wc_slice_compare(wc_slice_of(a.data, a.len), wc_slice_of(b.data, b.len));
}

#endif
