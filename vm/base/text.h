/* Text at the borders: UTF-8 admission, decimal numbers with a scale, hex. No locale anywhere. */
#ifndef WC_VM_BASE_TEXT_H
#define WC_VM_BASE_TEXT_H

#include "vm/base/buf.h"
#include "vm/base/int.h"

/* A number of eight bytes that all are this. */
#define WC_EACH_BYTE(x) (UINT64_C(0x0101010101010101) * (x))

/* Whether eight bytes are printable ASCII. A byte below 0x20 or above 0x7e leaves its high bit in
 * one of the three; what it borrows from or carries to its neighbours can only make them look bad,
 * too. */
static inline bool wc_is_plain(uint64_t bytes)
{
    uint64_t seen = bytes | (bytes - WC_EACH_BYTE(0x20)) | (bytes + WC_EACH_BYTE(1));
    return (seen & WC_EACH_BYTE(0x80)) == 0;
}

/* WC_OK when text is well-formed UTF-8 (RFC 3629: shortest form, no surrogates, <= U+10FFFF)
 * without characters that hide what a text says [VM-33]: control characters, U+0000..U+001F and
 * U+007F..U+009F, and marks of direction, U+061C, U+200E, U+200F, U+202A..U+202E, U+2066..U+2069.
 * Else WC_BAD_UTF8 and *bad is the offset at which the first bad character starts. */
WC_MUST_USE wc_status wc_utf8_check(wc_slice text, size_t *bad);

/* The bytes of a well-formed character at the start of text that is none of a text, for it hides
 * something; *code: its number, below 0x10000. 0: there is none such. */
size_t wc_utf8_hiding(wc_slice text, uint32_t *code);

/* Longest decimal text of a 128-bit value with sign and point. */
#define WC_DECIMAL_MAX 48

/* Appends value * 10^-scale, for example (-5, 2) gives "-0.05". scale in [0, 18]. */
void wc_put_scaled(wc_buf *buf, int64_t value, unsigned scale);
void wc_put_scaled_wide(wc_buf *buf, wc_i128 value, unsigned scale);

/* Parses "[-]digits[.digits]" with at most `scale` decimals, scale in [0, 18]: "1.5" with scale 2
 * gives 150. Leading zeros and a negative zero are read as what they mean.
 * OUT_OF_DOMAIN: not of that form or more decimals; OVERFLOW: outside 64 bits. */
WC_MUST_USE wc_status wc_parse_scaled(wc_str text, unsigned scale, int64_t *value);

/* Parses exactly 2 * size hex digits of either case. OUT_OF_DOMAIN otherwise. */
WC_MUST_USE wc_status wc_parse_hex(wc_str text, uint8_t *out, size_t size);

#endif
