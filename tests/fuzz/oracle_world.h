/* Inside the oracle: two contracts on a real ledger in memory, and in the reference interpreter. */
#ifndef WC_TESTS_FUZZ_ORACLE_WORLD_H
#define WC_TESTS_FUZZ_ORACLE_WORLD_H

#include "compiler/compiler.h"
#include "tests/fuzz/oracle.h"

/* A program of two contracts; the second one refers to nothing, the first one to the second by its
 * term `peer`. Both bind three parties. next: with the next version of the first; NULL. False: they
 * differ, o->text says how. */
bool oracle_world_run(oracle *o, const wc_compilation *compilation, const wc_compilation *next,
                      uint64_t seed);

void oracle_count_end(oracle_counts *counts, unsigned end); /* of wc_interp_end */

#endif
