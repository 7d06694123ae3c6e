/* Places in a text: bytes inside, lines and characters outside.
 *
 * Lines end with LF, CR LF or CR and count from 0. A character is one unit of the encoding the
 * client chose: a byte of UTF-8, or a unit of UTF-16, of which a code point above U+FFFF has two. A
 * place inside a code point means its start; one behind the end of its line means that end. */
#ifndef WC_NODE_LSP_POSITION_H
#define WC_NODE_LSP_POSITION_H

#include "vm/base/slice.h"

typedef enum wc_encoding {
    WC_ENCODING_UTF16, /* what a client has that chooses nothing */
    WC_ENCODING_UTF8
} wc_encoding;

typedef struct wc_position {
    uint32_t line;
    uint32_t character;
} wc_position;

/* A text with the starts of its lines. Both are borrowed. */
typedef struct wc_lined_text {
    wc_str text;
    const uint32_t *lines; /* offset of the first byte of each line; lines[0] is 0 */
    uint32_t line_count;   /* at least 1 */
} wc_lined_text;

/* Lines of a text; with lines NULL only counts them. */
uint32_t wc_lines_of(wc_str text, uint32_t *lines);

wc_position wc_position_of(const wc_lined_text *text, wc_encoding encoding, uint32_t offset);

/* A line behind the last one: the end of the text. */
uint32_t wc_offset_of(const wc_lined_text *text, wc_encoding encoding, wc_position position);

#endif
