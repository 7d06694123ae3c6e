/* Text in and out. ASCII is compared by value: no locale, no character classes of the C library. */
#include "vm/base/text.h"

#define SCALE_MAX 18u

/* ---- UTF-8 --------------------------------------------------------------------------------------
 */

/* Length of the character that starts with `lead`, and the half-open range of its second byte,
 * which alone decides on overlong forms, surrogates and values above U+10FFFF (RFC 3629, section
 * 4). */
typedef struct utf8_lead {
    size_t len; /* 0: cannot start a character */
    uint8_t second_first;
    uint8_t second_end;
} utf8_lead;

static utf8_lead classify(uint8_t lead)
{
    if (lead < 0x80) return (utf8_lead){1, 0, 0};
    if (lead < 0xc2) return (utf8_lead){0, 0, 0};
    if (lead < 0xe0) return (utf8_lead){2, 0x80, 0xc0};
    if (lead == 0xe0) return (utf8_lead){3, 0xa0, 0xc0};
    if (lead == 0xed) return (utf8_lead){3, 0x80, 0xa0};
    if (lead < 0xf0) return (utf8_lead){3, 0x80, 0xc0};
    if (lead == 0xf0) return (utf8_lead){4, 0x90, 0xc0};
    if (lead < 0xf4) return (utf8_lead){4, 0x80, 0xc0};
    if (lead == 0xf4) return (utf8_lead){4, 0x80, 0x90};
    return (utf8_lead){0, 0, 0};
}

/* Length of the well-formed character at data, which has `left` > 0 bytes; 0 if there is none. */
static size_t well_formed_len(const uint8_t *data, size_t left)
{
    utf8_lead lead = classify(data[0]);
    if (lead.len > left) return 0;
    if (lead.len > 1 && (data[1] < lead.second_first || data[1] >= lead.second_end)) return 0;
    for (size_t i = 2; i < lead.len; i++) {
        if (data[i] < 0x80 || data[i] >= 0xc0) return 0;
    }
    return lead.len;
}

/* Of a well-formed character. */
static bool hides(const uint8_t *data, size_t len)
{
    if (len == 1) return data[0] < 0x20 || data[0] == 0x7f;
    if (len == 2) return data[0] == 0xc2 ? data[1] < 0xa0 : data[0] == 0xd8 && data[1] == 0x9c;
    if (len != 3 || data[0] != 0xe2) return false;
    if (data[1] == 0x81) return data[2] >= 0xa6 && data[2] <= 0xa9; /* U+2066..U+2069 */
    bool is_mark = data[2] == 0x8e || data[2] == 0x8f;              /* U+200E, U+200F */
    return data[1] == 0x80 && (is_mark || (data[2] >= 0xaa && data[2] <= 0xae));
}

/* Length of the character of a text at data, which has `left` > 0 bytes; 0 if there is none. */
static size_t character_len(const uint8_t *data, size_t left)
{
    size_t len = well_formed_len(data, left);
    return hides(data, len) ? 0 : len;
}

size_t wc_utf8_hiding(wc_slice text, uint32_t *code)
{
    static const uint8_t mask[] = {0, 0x7f, 0x1f, 0x0f};
    size_t len = text.len > 0 ? well_formed_len(text.data, text.len) : 0;
    if (len == 0 || !hides(text.data, len)) return 0;
    *code = text.data[0] & mask[len];
    for (size_t i = 1; i < len; i++) *code = *code << 6 | (text.data[i] & 0x3fu);
    return len;
}

wc_status wc_utf8_check(wc_slice text, size_t *bad)
{
    for (size_t at = 0; at < text.len;) {
        size_t left = text.len - at, piece = left < 8 ? left : 8;
        if (wc_is_plain(wc_piece(text.data + at, piece))) {
            at += piece;
            continue;
        }
        size_t len = character_len(text.data + at, left);
        if (len == 0) {
            *bad = at;
            return WC_BAD_UTF8;
        }
        at += len;
    }
    return WC_OK;
}

/* ---- decimal numbers out ------------------------------------------------------------------------
 */

#define PIECES 4u /* a 128-bit magnitude as 32-bit digits, most significant first */

/* pieces /= 10, returns the remainder. 128-bit numbers are printed for people, not in a hot path.
 */
static unsigned divide_by_ten(uint32_t pieces[PIECES])
{
    uint64_t remainder = 0;
    for (size_t i = 0; i < PIECES; i++) {
        uint64_t value = remainder << 32 | pieces[i];
        pieces[i] = (uint32_t)(value / 10);
        remainder = value % 10;
    }
    return (unsigned)remainder;
}

void wc_put_scaled_wide(wc_buf *buf, wc_i128 value, unsigned scale)
{
    wc_assert(scale <= SCALE_MAX);
    bool negative = value.hi < 0;
    uint64_t lo = negative ? 0 - value.lo : value.lo;
    uint64_t hi = negative ? ~(uint64_t)value.hi + (value.lo == 0) : (uint64_t)value.hi;
    uint32_t pieces[PIECES] = {(uint32_t)(hi >> 32), (uint32_t)hi, (uint32_t)(lo >> 32),
                               (uint32_t)lo};

    char text[WC_DECIMAL_MAX];
    size_t at = sizeof text;
    unsigned digits = 0;
    do { /* ends: 39 digits at most, or scale + 1 */
        if (digits == scale && scale != 0) text[--at] = '.';
        text[--at] = (char)('0' + divide_by_ten(pieces));
        digits++;
    } while ((pieces[0] | pieces[1] | pieces[2] | pieces[3]) != 0 || digits <= scale);
    if (negative) text[--at] = '-';
    wc_buf_put(buf, text + at, sizeof text - at);
}

void wc_put_scaled(wc_buf *buf, int64_t value, unsigned scale)
{
    wc_put_scaled_wide(buf, wc_i128_of(value), scale);
}

/* ---- decimal numbers in -------------------------------------------------------------------------
 */

/* Length of the run of ASCII digits at `at`. */
static size_t digits_at(wc_str text, size_t at)
{
    size_t end = at;
    while (end < text.len && text.data[end] >= '0' && text.data[end] <= '9') end++;
    return end - at;
}

static wc_status append_digit(uint64_t *magnitude, uint64_t digit)
{
    uint64_t value;
    WC_TRY(wc_u64_mul(*magnitude, 10, &value));
    return wc_u64_add(value, digit, magnitude);
}

static wc_status append_digits(uint64_t *magnitude, wc_str text, size_t at, size_t count)
{
    for (size_t i = at; i < at + count; i++) {
        WC_TRY(append_digit(magnitude, (uint64_t)(text.data[i] - '0')));
    }
    return WC_OK;
}

wc_status wc_parse_scaled(wc_str text, unsigned scale, int64_t *value)
{
    wc_assert(scale <= SCALE_MAX);

    /* The whole form is judged first, so that a malformed number is never called an overflow. */
    bool negative = text.len != 0 && text.data[0] == '-';
    size_t whole = negative ? 1 : 0;
    size_t whole_len = digits_at(text, whole);
    size_t end = whole + whole_len;
    size_t decimals = end;
    size_t decimals_len = 0;
    if (end < text.len && text.data[end] == '.') {
        decimals = end + 1;
        decimals_len = digits_at(text, decimals);
        end = decimals + decimals_len;
        if (decimals_len == 0) return WC_OUT_OF_DOMAIN;
    }
    if (whole_len == 0 || decimals_len > scale || end != text.len) return WC_OUT_OF_DOMAIN;

    uint64_t magnitude = 0;
    WC_TRY(append_digits(&magnitude, text, whole, whole_len));
    WC_TRY(append_digits(&magnitude, text, decimals, decimals_len));
    for (size_t i = decimals_len; i < scale; i++) WC_TRY(append_digit(&magnitude, 0));
    if (magnitude > (uint64_t)INT64_MAX + negative) return WC_OVERFLOW;
    *value = (int64_t)(negative ? 0 - magnitude : magnitude);
    return WC_OK;
}

/* ---- hex ----------------------------------------------------------------------------------------
 */

/* The value of a hex digit, or 16. */
static unsigned hex_digit(char c)
{
    if (c >= '0' && c <= '9') return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f') return (unsigned)(c - 'a') + 10;
    if (c >= 'A' && c <= 'F') return (unsigned)(c - 'A') + 10;
    return 16;
}

wc_status wc_parse_hex(wc_str text, uint8_t *out, size_t size)
{
    if (text.len % 2 != 0 || text.len / 2 != size) return WC_OUT_OF_DOMAIN;
    for (size_t i = 0; i < text.len; i++) {
        if (hex_digit(text.data[i]) == 16) return WC_OUT_OF_DOMAIN;
    }
    for (size_t i = 0; i < size; i++) {
        out[i] = (uint8_t)(hex_digit(text.data[2 * i]) << 4 | hex_digit(text.data[2 * i + 1]));
    }
    return WC_OK;
}
