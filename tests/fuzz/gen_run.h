/* Part of the generator of random contracts: several instructions on the same few numbers, one
 * behind the other, as expressions give them. */
#ifndef WC_TESTS_FUZZ_GEN_RUN_H
#define WC_TESTS_FUZZ_GEN_RUN_H

#include "tests/fuzz/gen_code.h"
#include "vm/isa/builder.h"

#define GEN_RUN_REGS 3u

/* regs: i64, assigned; all may be written. */
void gen_run_step(wc_builder *b, wc_decisions *d, const uint16_t regs[GEN_RUN_REGS]);

#endif
