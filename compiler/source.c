/* Sources, and places worked out from byte offsets: see source.h. The only file of the compiler
 * that reads from the file system. */
#include "compiler/source.h"

#include <errno.h>
#include <stdio.h>

void wc_sources_init(wc_sources *sources, wc_arena *arena)
{
    memset(sources, 0, sizeof *sources);
    sources->arena = arena;
}

static uint32_t line_count_of(wc_str text)
{
    uint32_t count = 1;
    for (size_t i = 0; i < text.len; i++) count += text.data[i] == '\n';
    return count;
}

static void lines_fill(uint32_t *lines, wc_str text)
{
    uint32_t line = 0;
    lines[line++] = 0;
    for (uint32_t i = 0; i < text.len; i++) {
        if (text.data[i] == '\n') lines[line++] = i + 1;
    }
}

/* Numbers a source whose text lies in the arena with its NUL; copies the name. */
WC_MUST_USE static wc_status source_register(wc_sources *sources, wc_str name, wc_str text,
                                             bool is_too_large, const wc_source **source)
{
    wc_source *added = WC_ARENA_NEW(sources->arena, wc_source);
    wc_str name_copy = wc_arena_str(sources->arena, name);
    uint32_t line_count = line_count_of(text);
    uint32_t *lines = WC_ARENA_ARRAY(sources->arena, uint32_t, line_count);
    if (added == NULL || name_copy.data == NULL || lines == NULL) return WC_NO_MEMORY;

    lines_fill(lines, text);
    added->name = name_copy;
    added->text = text;
    added->lines = lines;
    added->line_count = line_count;
    added->file = (uint16_t)sources->count;
    added->is_too_large = is_too_large;
    sources->items[sources->count++] = added;
    *source = added;
    return WC_OK;
}

wc_status wc_sources_add(wc_sources *sources, wc_str name, wc_str text, const wc_source **source)
{
    if (sources->count == WC_SOURCES_MAX) return WC_TOO_LARGE;

    size_t mark = wc_arena_mark(sources->arena);
    bool is_too_large = text.len > WC_SOURCE_MAX;
    wc_str copy = wc_arena_str(sources->arena, is_too_large ? WC_STR("") : text);
    wc_status status = copy.data == NULL
                           ? WC_NO_MEMORY
                           : source_register(sources, name, copy, is_too_large, source);
    if (status != WC_OK) wc_arena_rewind(sources->arena, mark);
    return status;
}

wc_status wc_sources_add_made(wc_sources *sources, wc_str name, wc_str text, wc_span origin,
                              bool is_library, const wc_source **source)
{
    const wc_source *added;
    WC_TRY(wc_sources_add(sources, name, text, &added));
    wc_source *made = sources->items[added->file];
    made->has_origin = true;
    made->is_library = is_library;
    made->origin = origin;
    *source = added;
    return WC_OK;
}

wc_span wc_sources_origin(const wc_sources *sources, wc_span span)
{
    const wc_source *source = sources->items[span.file];
    while (source->has_origin) { /* ends: a text is made for a source that was there before it */
        span = source->origin;
        source = sources->items[span.file];
    }
    return span;
}

/* Reads the whole of an open file into the arena. Of a file that is too long one byte is read, to
 * tell it from a folder, and the text is empty. */
WC_MUST_USE static wc_status file_text(FILE *file, wc_arena *arena, wc_str *text,
                                       bool *is_too_large)
{
    long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    if (size < 0) return WC_IO;     /* a pipe: nobody can tell how much will come */
    (void)fseek(file, 0, SEEK_SET); /* what can be measured can be read again */
    *is_too_large = size > (long)WC_SOURCE_MAX;
    size_t len = *is_too_large ? 0 : (size_t)size;
    char *data = WC_ARENA_ARRAY(arena, char, len + 1);
    if (data == NULL) return WC_NO_MEMORY;

    size_t wanted = *is_too_large ? 1 : len;
    if (fread(data, 1, wanted, file) != wanted) return WC_IO;
    data[len] = '\0';
    *text = (wc_str){data, len};
    return WC_OK;
}

wc_status wc_sources_read(wc_sources *sources, const char *path, const wc_source **source)
{
    if (sources->count == WC_SOURCES_MAX) return WC_TOO_LARGE;
    FILE *file = fopen(path, "rb");
    if (file == NULL) return errno == ENOENT ? WC_NOT_FOUND : WC_IO;

    size_t mark = wc_arena_mark(sources->arena);
    wc_str text;
    bool is_too_large;
    wc_status status = file_text(file, sources->arena, &text, &is_too_large);
    (void)fclose(file);
    if (status == WC_OK)
        status = source_register(sources, wc_str_of(path), text, is_too_large, source);
    if (status != WC_OK) wc_arena_rewind(sources->arena, mark);
    return status;
}

const wc_source *wc_sources_of(const wc_sources *sources, wc_span span)
{
    wc_assert(span.file < sources->count);
    return sources->items[span.file];
}

/* The index of the line that holds offset: the last line that starts at or before it. */
static uint32_t line_index(const wc_source *source, uint32_t offset)
{
    uint32_t low = 0;
    uint32_t high = source->line_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (source->lines[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

wc_place wc_source_place(const wc_source *source, uint32_t offset)
{
    wc_assert(offset <= source->text.len);
    uint32_t line = line_index(source, offset);
    uint32_t column = 1;
    for (uint32_t at = source->lines[line]; at < offset; at++) {
        bool continues = ((uint8_t)source->text.data[at] & 0xC0) == 0x80;
        column += !continues;
    }
    return (wc_place){line + 1, column};
}

wc_str wc_source_line(const wc_source *source, uint32_t line)
{
    wc_assert(line >= 1 && line <= source->line_count);
    size_t start = source->lines[line - 1];
    size_t end = line == source->line_count ? source->text.len : source->lines[line] - 1;
    if (end > start && source->text.data[end - 1] == '\r') end--;
    return (wc_str){source->text.data + start, end - start};
}

wc_str wc_source_text(const wc_source *source, wc_span span)
{
    wc_assert(span.start <= span.end && span.end <= source->text.len);
    return (wc_str){source->text.data + span.start, span.end - span.start};
}

wc_span wc_source_whole_lines(const wc_source *source, wc_span span)
{
    const char *text = source->text.data;
    uint32_t start = span.start, end = span.end;
    while (start > 0 && (text[start - 1] == ' ' || text[start - 1] == '\t')) start--;
    end += text[end] == ';';
    while (text[end] == ' ' || text[end] == '\t') end++;
    bool is_alone = (start == 0 || text[start - 1] == '\n') && text[end] == '\n';
    return is_alone ? (wc_span){start, end + 1, span.file} : (wc_span){span.start, end, span.file};
}
