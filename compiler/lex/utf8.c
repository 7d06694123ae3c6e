/* See utf8.h. */
#include "compiler/lex/utf8.h"

/* The bytes a character has that starts with lead; 0 when lead cannot start one. */
static uint8_t char_len(uint8_t lead)
{
    if (lead < 0x80) return 1;
    if (lead < 0xC2) return 0;
    if (lead < 0xE0) return 2;
    if (lead < 0xF0) return 3;
    return lead < 0xF5 ? 4 : 0;
}

static bool is_well_formed(uint32_t code, uint8_t len)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    return code >= least[len] && code < 0x110000 && (code < 0xD800 || code >= 0xE000);
}

wc_utf8_char wc_utf8_at(wc_str text, size_t at)
{
    uint8_t lead = (uint8_t)text.data[at];
    wc_utf8_char stray = {lead, 1, false};
    uint8_t len = char_len(lead);
    if (len == 1) return (wc_utf8_char){lead, 1, true};
    if (len == 0 || len > text.len - at) return stray;

    uint32_t code = lead & (0xFFu >> (len + 1));
    for (uint8_t i = 1; i < len; i++) {
        uint8_t byte = (uint8_t)text.data[at + i];
        if ((byte & 0xC0) != 0x80) return stray;
        code = code << 6 | (byte & 0x3Fu);
    }
    return is_well_formed(code, len) ? (wc_utf8_char){code, len, true} : stray;
}

size_t wc_utf8_whole(wc_str text)
{
    size_t at = text.len;
    for (size_t back = 1; back <= 3 && back <= text.len; back++) {
        uint8_t byte = (uint8_t)text.data[text.len - back];
        if ((byte & 0xC0) == 0x80) continue;
        if (char_len(byte) > back) at = text.len - back;
        break;
    }
    return at;
}

bool wc_utf8_is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0);
}

bool wc_utf8_is_bidi(uint32_t code)
{
    return code == 0x061C || code == 0x200E || code == 0x200F ||
           (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

typedef struct range {
    uint32_t first;
    uint32_t last;
} range;

static bool is_in(const range *ranges, size_t count, uint32_t code)
{
    for (size_t i = 0; i < count; i++) {
        if (code >= ranges[i].first && code <= ranges[i].last) return true;
    }
    return false;
}

unsigned wc_utf8_width(uint32_t code)
{
    static const range zero[] = {{0x0300, 0x036F}, {0x200B, 0x200F}, {0x202A, 0x202E},
                                 {0x2060, 0x206F}, {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF}};
    static const range wide[] = {{0x1100, 0x115F},  {0x2E80, 0x303E}, {0x3041, 0xA4CF},
                                 {0xAC00, 0xD7A3},  {0xF900, 0xFAFF}, {0xFE30, 0xFE6F},
                                 {0xFF00, 0xFF60},  {0xFFE0, 0xFFE6}, {0x1F300, 0x1FAFF},
                                 {0x20000, 0x3FFFD}};
    if (code < 0x0300) return 1;
    if (is_in(zero, WC_ARRAY_LEN(zero), code)) return 0;
    return is_in(wide, WC_ARRAY_LEN(wide), code) ? 2 : 1;
}

/* With two digits or more. */
static void put_hex(wc_buf *buf, uint32_t value)
{
    static const char digits[] = "0123456789abcdef";
    unsigned shift = 28;
    while (shift > 4 && value >> shift == 0) shift -= 4;
    for (;; shift -= 4) { /* ends: shift is a multiple of 4 */
        wc_buf_put_u8(buf, (uint8_t)digits[value >> shift & 0xF]);
        if (shift == 0) return;
    }
}

static void put_char(wc_buf *buf, wc_str text, size_t at, wc_utf8_char character)
{
    if (!character.is_valid) {
        wc_buf_put_text(buf, "\\x");
        put_hex(buf, character.code);
    } else if (wc_utf8_is_control(character.code) || wc_utf8_is_bidi(character.code)) {
        wc_buf_put_text(buf, "\\u{");
        put_hex(buf, character.code);
        wc_buf_put_text(buf, "}");
    } else {
        wc_buf_put(buf, text.data + at, character.len);
    }
}

void wc_utf8_put_escaped(wc_buf *buf, wc_str text, size_t max)
{
    size_t at = 0;
    while (at < text.len) {
        wc_utf8_char character = wc_utf8_at(text, at);
        if (at + character.len > max) {
            wc_buf_put_text(buf, "...");
            return;
        }
        put_char(buf, text, at, character);
        at += character.len;
    }
}
