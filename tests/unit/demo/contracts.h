/* Modules for tests of the demo: the standard contracts of the tree, and sources of a test. */
#ifndef WC_TESTS_UNIT_DEMO_CONTRACTS_H
#define WC_TESTS_UNIT_DEMO_CONTRACTS_H

#include "node/demo/code.h"

/* Compiles every contract of contracts.def; fails the running test when one does not compile. */
void test_shelf(wc_shelf *shelf, wc_arena *arena);

/* Compiles a text with one contract. The module's bytes are copied into the arena. */
wc_slice test_compile(const char *name, const char *text, wc_arena *arena);

/* An arena from malloc. */
wc_arena *test_arena(size_t size);
void test_arena_free(wc_arena *arena);

#endif
