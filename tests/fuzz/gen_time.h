/* Part of the generator of random contracts: instructions on calendars and series. */
#ifndef WC_TESTS_FUZZ_GEN_TIME_H
#define WC_TESTS_FUZZ_GEN_TIME_H

#include "tests/fuzz/gen_code.h"
#include "vm/isa/builder.h"

/* Registers that the instruction may use. */
typedef struct gen_time_regs {
    uint16_t out;            /* i64, written */
    uint16_t x, y, z;        /* i64, assigned */
    uint16_t series, source; /* refmut and ref to the bench's series */
    uint16_t longer;         /* refmut to the one of twice the step */
} gen_time_regs;

void gen_time_step(wc_builder *b, wc_decisions *d, const gen_time_regs *r);

#endif
