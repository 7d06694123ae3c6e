/* Documentation comments: what stands beside a name on its line, or on the lines above it. Lines of
 * the source are enough; strings do not go over a line end. */
#include "compiler/doc/sheet.h"

static wc_str trim(wc_str text)
{
    while (text.len > 0 && (text.data[0] == ' ' || text.data[0] == '\t')) {
        text.data++;
        text.len--;
    }
    while (text.len > 0 && strchr(" \t\r", text.data[text.len - 1]) != NULL) text.len--;
    return text;
}

/* The comment that a line ends with, without its slashes; data NULL: none. */
static wc_str comment_in(wc_str line)
{
    bool in_text = false;
    for (size_t i = 0; i + 1 < line.len; i++) {
        if (in_text && line.data[i] == '\\') {
            i++;
        } else if (line.data[i] == '"') {
            in_text = !in_text;
        } else if (!in_text && line.data[i] == '/' && line.data[i + 1] == '/') {
            size_t at = i + 2;
            while (at < line.len && line.data[at] == '/') at++;
            return trim((wc_str){line.data + at, line.len - at});
        }
    }
    return (wc_str){NULL, 0};
}

/* A line that is nothing but a comment. */
static bool is_comment(wc_str line, wc_str *text)
{
    wc_str trimmed = trim(line);
    if (trimmed.len < 2 || trimmed.data[0] != '/' || trimmed.data[1] != '/') return false;
    *text = comment_in(trimmed);
    return true;
}

/* "allow L0701: reason": said to the compiler, not to those who sign. */
static bool is_allow(wc_str text)
{
    bool has_word = text.len > 7 && memcmp(text.data, "allow ", 6) == 0;
    return has_word && text.data[6] >= 'A' && text.data[6] <= 'Z';
}

static bool is_rule(wc_str text)
{
    return text.len >= 3 && memcmp(text.data, "---", 3) == 0; /* "---- time ----" */
}

wc_str wc_sheet_comment_above(wc_sheet *sheet, wc_span span)
{
    const wc_source *source = wc_sources_of(sheet->job->sources, span);
    uint32_t line = wc_source_place(source, span.start).line, first = line;
    wc_str text;
    while (first > 1 && is_comment(wc_source_line(source, first - 1), &text) && !is_rule(text)) {
        first--;
    }
    wc_buf all = wc_doc_scratch(sheet->doc, 8192);
    for (uint32_t i = first; i < line; i++) {
        bool is_said = is_comment(wc_source_line(source, i), &text);
        wc_assert(is_said);
        if (is_allow(text)) continue;
        if (all.len > 0) wc_buf_put_u8(&all, ' ');
        if (all.len + text.len < all.capacity) wc_buf_put(&all, text.data, text.len);
    }
    return wc_doc_keep(sheet->doc, &all);
}

wc_str wc_sheet_comment(wc_sheet *sheet, wc_span span)
{
    const wc_source *source = wc_sources_of(sheet->job->sources, span);
    wc_place place = wc_source_place(source, span.start);
    wc_str beside = comment_in(wc_source_line(source, place.line));
    bool is_said = beside.data != NULL && !is_allow(beside);
    return is_said ? beside : wc_sheet_comment_above(sheet, span);
}
