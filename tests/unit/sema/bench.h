/* What the tests of the checker share: compile a text, look at the diagnostics as text.
 *
 *     bench b;
 *     bench_open(&b);
 *     assert_string_equal(bench_report(&b, "module m;\n"), "");
 *     bench_close(&b);
 */
#ifndef WC_TESTS_SEMA_BENCH_H
#define WC_TESTS_SEMA_BENCH_H

#include "compiler/parse/parse.h"
#include "compiler/sema/sema.h"
#include "tests/support/test.h"

typedef struct bench {
    void *memory;
    wc_arena arena;
    wc_sources *sources;
    wc_diags diags;
    const wc_sema_program *program; /* of the last text; NULL when it had errors */
    const char *roots[2]; /* folders of std.* and of other modules; NULL: there are none */
    wc_status status;     /* of the last run */
    bool explains_states; /* say which party can hold up the others; false at first */
    bool lints;           /* look for lints, too; false at first */
    wc_sema_traps traps;  /* what to say of operations that may trap; silent at first */
    char *text;
} bench;

void bench_open(bench *b);
void bench_close(bench *b);

/* Checks a text; std.* is read from the folder stdlib. */
void bench_check(bench *b, wc_str text);

/* Checks a text and gives its diagnostics, one line each: "line:column CODE message"; without an
 * L0305 of the second line, which is a `use` that most texts here begin with, needed or not. */
const char *bench_report(bench *b, const char *text);

/* The diagnostics of the last text as a terminal shows them. */
const char *bench_render(bench *b);

/* "module demo;\nuse std.energy;\n" and the text; checks that it reports exactly these lines. */
void bench_expect(const char *text, const char *report);

/* The function of that name in the last program, out of the contract's or test's functions. */
const wc_sema_routine *bench_func(const bench *b, const char *name);

#endif
