/* What the tests of the compiler's front end share: one arena, sources from literals, results as
 * text.
 *
 *     front f;
 *     front_open(&f);
 *     wc_ast_file *file = front_parse(&f, "module m;\n");
 *     assert_string_equal(front_report(&f), "");
 *     front_close(&f);
 */
#ifndef WC_TESTS_COMPILER_FRONT_H
#define WC_TESTS_COMPILER_FRONT_H

#include "compiler/ast/dump.h"
#include "compiler/parse/parse.h"
#include "tests/support/test.h"

typedef struct front {
    void *memory;
    wc_arena arena;
    wc_sources *sources;
    wc_diags diags;
    const wc_source *source; /* the last one parsed */
    char *text;              /* the last rendering; NUL-terminated */
} front;

void front_open(front *f);
void front_close(front *f);

/* Forgets all sources and diagnostics; cheaper than a new front. */
void front_reset(front *f);

/* Adds a source called "test.clause" with the bytes. */
const wc_source *front_add(front *f, wc_str text);

/* Parses text, which must not run out of memory. */
wc_ast_file *front_parse_bytes(front *f, wc_str text);
wc_ast_file *front_parse(front *f, const char *text);

/* All diagnostics so far: lines of "line:column CODE message". Valid until the next rendering. */
const char *front_report(front *f);

/* All diagnostics in one of the compiler's own forms. */
const char *front_render(front *f, wc_diag_format format, bool colour);

/* The dump of a file. */
const char *front_dump(front *f, const wc_ast_file *file);

/* Parses text and asserts that it reports exactly these lines (front_report). */
void front_expect(const char *text, const char *report);

/* The text of a file below tests/data; the caller frees data. */
wc_str front_data(const char *name);

#endif
