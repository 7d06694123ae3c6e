/* A compiled source whose tests and properties are run. */
#ifndef WC_TESTS_UNIT_RUNNER_BENCH_H
#define WC_TESTS_UNIT_RUNNER_BENCH_H

#include "compiler/compiler.h"
#include "node/runner/property.h"
#include "tests/support/test.h"

typedef struct bench {
    wc_arena arena;
    void *memory;
    wc_compilation *made;
    wc_slice modules[8];
    wc_runner_job job;
    const wc_module *image;
} bench;

/* Fails the test when the source has errors. */
void bench_open(bench *b, const char *source);
void bench_close(bench *b);

wc_runner_test bench_test(const bench *b, uint16_t number);

#endif
