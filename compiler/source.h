/* Source files and places in them.
 *
 * A source is a copy of the text, ended by one NUL that length does not count: the scanner needs a
 * sentinel. Places are byte offsets; lines and columns are worked out only for what is printed or
 * put into a debug part. A compilation numbers its sources, and a span holds that number. */
#ifndef WC_COMPILER_SOURCE_H
#define WC_COMPILER_SOURCE_H

#include "compiler/limits.h"
#include "vm/base/arena.h"
#include "vm/base/status.h"

/* A half-open range of bytes [start, end) of one source. */
typedef struct wc_span {
    uint32_t start; /* in [0, text.len] */
    uint32_t end;   /* in [start, text.len] */
    uint16_t file;  /* index in wc_sources, in [0, count) */
} wc_span;

typedef struct wc_source {
    wc_str name; /* as shown in messages: a path, or "std.energy" for an embedded module */
    wc_str text; /* at most WC_SOURCE_MAX bytes; text.data[text.len] is 0 */
    const uint32_t *lines; /* offset of the first byte of each line; lines[0] is 0 */
    uint32_t line_count;   /* at least 1 */
    uint16_t file;         /* its index in wc_sources */
    bool is_too_large;     /* longer than WC_SOURCE_MAX: text is empty, the parser reports E0112 */
    bool has_origin;       /* a text that the compiler made from another source */
    bool is_library;       /* has_origin: the lines are those of a library's source of that name */
    wc_span origin;        /* what it was made for */
} wc_source;

/* The sources of one compilation, in the order they were added. */
typedef struct wc_sources {
    wc_arena *arena;
    wc_source *items[WC_SOURCES_MAX];
    uint32_t count; /* in [0, WC_SOURCES_MAX] */
} wc_sources;

/* What a person reads: both count from 1; a column is one character (code point), a tab too. */
typedef struct wc_place {
    uint32_t line;
    uint32_t column;
} wc_place;

/* The arena holds names, texts and line tables, and must outlive the sources. */
void wc_sources_init(wc_sources *sources, wc_arena *arena);

/* Copies name and text and numbers the source. The text may hold anything: the scanner reports it.
 * Errors: TOO_LARGE - there are WC_SOURCES_MAX sources already; NO_MEMORY. Nothing is added. */
WC_MUST_USE wc_status wc_sources_add(wc_sources *sources, wc_str name, wc_str text,
                                     const wc_source **source);

/* The same for a text that was made for the place `origin` of another source: what is wrong with it
 * is reported there. is_library: its name and lines are those of a source that a reader can open.
 */
WC_MUST_USE wc_status wc_sources_add_made(wc_sources *sources, wc_str name, wc_str text,
                                          wc_span origin, bool is_library,
                                          const wc_source **source);

/* Where the author can mend it: the place itself, or what its text was made for. */
wc_span wc_sources_origin(const wc_sources *sources, wc_span span);

/* Reads the file at path (NUL-terminated; also the source's name) and adds it.
 * Errors: as wc_sources_add; NOT_FOUND - no such file; IO - it cannot be read. */
WC_MUST_USE wc_status wc_sources_read(wc_sources *sources, const char *path,
                                      const wc_source **source);

/* The source a span lies in. */
const wc_source *wc_sources_of(const wc_sources *sources, wc_span span);

/* offset in [0, text.len]. */
wc_place wc_source_place(const wc_source *source, uint32_t offset);

/* The text of a line without its line end; line in [1, line_count]. */
wc_str wc_source_line(const wc_source *source, uint32_t line);

/* The text a span covers. */
wc_str wc_source_text(const wc_source *source, wc_span span);

/* The span with a `;` behind it, and with the lines it stands on when nothing else stands there:
 * what goes when something is left out. */
wc_span wc_source_whole_lines(const wc_source *source, wc_span span);

/* The smallest span over both, which lie in one file. */
static inline wc_span wc_span_join(wc_span a, wc_span b)
{
    wc_span joined = {a.start < b.start ? a.start : b.start, a.end > b.end ? a.end : b.end, a.file};
    return joined;
}

#endif
