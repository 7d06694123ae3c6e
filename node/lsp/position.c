/* See position.h. */
#include "node/lsp/position.h"

uint32_t wc_lines_of(wc_str text, uint32_t *lines)
{
    uint32_t count = 1;
    if (lines != NULL) lines[0] = 0;
    for (size_t i = 0; i < text.len; i++) {
        bool is_pair = text.data[i] == '\r' && i + 1 < text.len && text.data[i + 1] == '\n';
        bool is_end = (text.data[i] == '\n' || text.data[i] == '\r') && !is_pair;
        if (!is_end) continue;
        if (lines != NULL) lines[count] = (uint32_t)(i + 1);
        count++;
    }
    return count;
}

/* Bytes and units of the code point at the offset; a byte that begins none is one of each. */
static size_t step(const wc_lined_text *text, wc_encoding encoding, size_t offset, uint32_t *units)
{
    uint8_t first = (uint8_t)text->text.data[offset];
    size_t size = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF8 ? 4 : 1;
    for (size_t i = 1; i < size; i++) {
        bool continues =
            offset + i < text->text.len && ((uint8_t)text->text.data[offset + i] & 0xC0) == 0x80;
        if (!continues) size = 1;
    }
    *units = encoding == WC_ENCODING_UTF8 ? (uint32_t)size : size == 4 ? 2 : 1;
    return size;
}

static uint32_t line_of(const wc_lined_text *text, uint32_t offset)
{
    uint32_t low = 0, high = text->line_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (text->lines[middle] <= offset) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Where the line's own bytes end, before what ends it. */
static size_t line_end(const wc_lined_text *text, uint32_t line)
{
    size_t end = line + 1 < text->line_count ? text->lines[line + 1] : text->text.len;
    size_t start = text->lines[line];
    if (line + 1 < text->line_count) {
        if (end > start && text->text.data[end - 1] == '\n') end--;
        if (end > start && text->text.data[end - 1] == '\r') end--;
    }
    return end;
}

wc_position wc_position_of(const wc_lined_text *text, wc_encoding encoding, uint32_t offset)
{
    wc_assert(offset <= text->text.len);
    uint32_t line = line_of(text, offset);
    size_t at = text->lines[line], end = line_end(text, line);
    wc_position position = {line, 0};
    while (at < offset && at < end) {
        uint32_t units;
        size_t size = step(text, encoding, at, &units);
        if (at + size > offset) break;
        at += size;
        position.character += units;
    }
    return position;
}

uint32_t wc_offset_of(const wc_lined_text *text, wc_encoding encoding, wc_position position)
{
    if (position.line >= text->line_count) return (uint32_t)text->text.len;
    size_t at = text->lines[position.line], end = line_end(text, position.line);
    uint32_t character = 0;
    while (at < end && character < position.character) {
        uint32_t units;
        size_t size = step(text, encoding, at, &units);
        if (character + units > position.character) break;
        at += size;
        character += units;
    }
    return (uint32_t)at;
}
