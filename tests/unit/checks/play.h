/* Compiles a text and runs the tests in it, for properties that hold what the compiler says against
 * what the machine does. */
#ifndef WC_TESTS_CHECKS_PLAY_H
#define WC_TESTS_CHECKS_PLAY_H

#include "compiler/compiler.h"
#include "tests/support/test.h"

typedef struct play {
    void *memory;
    wc_arena arena;
    wc_compilation *compilation; /* of the last text */
    char failure[1024];          /* of the last run: which test failed and why; "" when none */
} play;

void play_open(play *p);
void play_close(play *p);

/* Compiles; code only on request. std.* is there, no other modules. */
void play_compile(play *p, const char *text, bool check_only);

/* Diagnostics of the last text, one short line each; valid until the next call. */
const char *play_report(play *p);

/* Compiles the text, which must be sound, and runs all its tests. False: `failure` says which. */
bool play_run(play *p, const char *text);

#endif
