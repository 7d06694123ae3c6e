/* Random contracts that the verifier mostly accepts: bytes are read as decisions, instructions get
 * operands of the kinds and types they ask for. A decision stream that has ended answers 0, so
 * every byte string is a contract, and small changes of it are small changes of the contract. */
#ifndef WC_TESTS_FUZZ_GEN_CODE_H
#define WC_TESTS_FUZZ_GEN_CODE_H

#include "vm/isa/builder.h"

typedef struct wc_decisions {
    wc_slice bytes;
    size_t at;
} wc_decisions;

/* In [0, bound), bound in [1, 65536]. */
uint32_t wc_decide(wc_decisions *decisions, uint32_t bound);

/* Builds a module with entries; NULL when the builder refuses (registers or words used up). Bounds
 * are not computed. */
wc_module *wc_gen_module(wc_arena *arena, wc_decisions *decisions);

#endif
