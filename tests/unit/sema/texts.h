/* Texts that are written piece by piece, and what a text of some size is refused for. */
#ifndef WC_TESTS_SEMA_TEXTS_H
#define WC_TESTS_SEMA_TEXTS_H

#include "tests/unit/sema/bench.h"

typedef struct writer {
    char *text; /* of WRITER_MAX bytes */
    size_t len;
} writer;

#define WRITER_MAX ((size_t)1 << 20)

void put(writer *w, const char *text);
/* The numbers in [from, to), each between the two texts. */
void put_many(writer *w, unsigned from, unsigned to, const char *before, const char *after);

/* Adds a text that is larger for a larger count. */
typedef void (*write_fn)(writer *w, unsigned count);

/* The errors of the module with that text behind `use std.energy;`; the first of them must have the
 * code. */
unsigned errors_with(bench *b, write_fn write, unsigned count, const char *code);

/* The end of a contract. */
#define REST                                                                                       \
    "  states { Open initial; Closed final; }\n"                                                   \
    "  action close() by any_party when Open -> Closed { goto Closed(); }\n}\n"

#endif
