/* A compiled source whose tests are debugged: what the command line prepares, without files but the
 * source and the standard contracts. */
#ifndef WC_TESTS_UNIT_DEBUG_STAND_H
#define WC_TESTS_UNIT_DEBUG_STAND_H

#include "compiler/compiler.h"
#include "node/debug/trace.h"
#include "node/debug/travel.h"
#include "tests/support/test.h"

typedef struct stand {
    wc_arena arena, run, views; /* of the source, of a run, of views */
    void *memory[3];
    wc_compilation *made;
    wc_slice modules[32], files[32];
    wc_dbg_source sources[256];
    wc_runner_job job;
} stand;

/* Fails the test when the source has errors. */
void stand_open(stand *s, const char *name, wc_str text);
/* The same for a file below the repository's root: "contracts/ppa/ppa_test.clause". */
void stand_open_file(stand *s, const char *path);
void stand_close(stand *s);

wc_dbg_target stand_target(const stand *s, uint32_t test);
/* The test of this title. */
uint32_t stand_test(const stand *s, const char *title);

#endif
