/* Characters of a source: decoding, how wide they print, and printing them safely.
 *
 * A source is untrusted text. What is printed of it must not steer a terminal, nor show another
 * order of characters than the compiler reads ("Trojan Source", CVE-2021-42574). */
#ifndef WC_COMPILER_LEX_UTF8_H
#define WC_COMPILER_LEX_UTF8_H

#include "vm/base/buf.h"

/* One character at an offset of a text. */
typedef struct wc_utf8_char {
    uint32_t code; /* in [0, 0x110000); the byte itself when it is not well-formed */
    uint8_t len;   /* bytes, in [1, 4]; 1 when it is not well-formed */
    bool is_valid; /* well-formed (RFC 3629) */
} wc_utf8_char;

/* at in [0, text.len). */
wc_utf8_char wc_utf8_at(wc_str text, size_t at);

/* The length of the longest prefix that does not end inside a character: what a cut may keep. */
size_t wc_utf8_whole(wc_str text);

/* U+0000..U+001F, U+007F..U+009F. Tabs and line ends are among them. */
bool wc_utf8_is_control(uint32_t code);

/* The characters that change the direction of text or are its invisible marks. */
bool wc_utf8_is_bidi(uint32_t code);

/* Columns on a terminal: 0 for combining and zero-width characters, 2 for the wide East Asian
 * blocks, else 1. A rule of blocks, not of the full Unicode table: it only places carets. */
unsigned wc_utf8_width(uint32_t code);

/* Appends the text as it may be shown: control characters, direction marks and stray bytes as
 * \u{..} and \x... Cuts after max bytes of the text and appends `...` then. */
void wc_utf8_put_escaped(wc_buf *buf, wc_str text, size_t max);

#endif
