/* Compiles sources of contracts/ and stdlib/ from their files, with the modules they use. */
#ifndef WC_TESTS_CONTRACTS_SOURCES_H
#define WC_TESTS_CONTRACTS_SOURCES_H

#include "compiler/compiler.h"

typedef struct wc_sources_finder {
    wc_arena *arena;
    const char *folder; /* where "ppa.direct" is ppa/direct.clause */
} wc_sources_finder;

/* The source with code and tests; fails the running test when it has errors. From the arena. */
wc_compilation *sources_compile(wc_sources_finder *finder, const char *path);

#endif
