/* Compiles a text with its index, and finds things in it by the text around them. */
#ifndef WC_TESTS_INDEX_DESK_H
#define WC_TESTS_INDEX_DESK_H

#include "compiler/compiler.h"
#include "tests/support/test.h"

typedef struct desk {
    void *memory;
    wc_arena arena;
    wc_str text;
    wc_compilation *out;
    const wc_source_index *index;
} desk;

void desk_open(desk *d);
void desk_close(desk *d);

/* Modules other than std.* come from contracts/. The text must outlive its use. */
void desk_compile(desk *d, wc_str text);

/* A desk with the text compiled on it. */
void desk_use(desk *d, const char *text);

/* assert_string_equal needs a terminator. */
void desk_text_is(wc_str text, const char *expected);

/* The offset of the number-th occurrence (from 0) of a piece of the text. */
uint32_t desk_at(const desk *d, const char *piece, unsigned number);

/* What the name at that occurrence means, be it a use or the definition itself; NULL: nothing. */
const wc_index_def *desk_meaning(const desk *d, const char *name, unsigned number);

/* The longest value that starts at the occurrence. */
const wc_index_value *desk_value(const desk *d, const char *piece, unsigned number);

#endif
