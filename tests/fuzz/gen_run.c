/* Runs of instructions on numbers. Steps of other families stand on registers anywhere in the
 * function, so two of them seldom meet; here each operand is one of three, and what was just
 * written is read at once, in any place. The interpreter has handlers for several together. */
#include "tests/fuzz/gen_run.h"

#define EMIT(op, ...) wc_builder_emit(b, &(wc_instr){WC_OP_##op, {__VA_ARGS__}})

static uint16_t constant(wc_builder *b, int64_t value)
{
    return wc_builder_number(b, wc_i128_of(value));
}

static void wide_step(wc_builder *b, wc_decisions *d, uint16_t out, uint16_t x, uint16_t y)
{
    uint16_t power = constant(b, INT64_C(1) << wc_decide(d, 40)), one = constant(b, 1);
    switch (wc_decide(d, 6)) {
    case 0: EMIT(modk, out, x, power); break;
    case 1: EMIT(idivk, out, x, power); break;
    case 2: EMIT(mr_half_even, out, x, y, 0, one, power); break;
    case 3: EMIT(mr_down, out, x, y, 0, one, power); break;
    case 4: EMIT(range, out, constant(b, 0), constant(b, INT64_MAX)); break;
    default: EMIT(range, out, constant(b, INT64_MIN), constant(b, INT64_MAX - 1)); break;
    }
}

void gen_run_step(wc_builder *b, wc_decisions *d, const uint16_t regs[GEN_RUN_REGS])
{
    for (uint32_t i = 2 + wc_decide(d, 5); i > 0; i--) {
        uint16_t out = regs[wc_decide(d, GEN_RUN_REGS)], x = regs[wc_decide(d, GEN_RUN_REGS)];
        uint16_t y = regs[wc_decide(d, GEN_RUN_REGS)], z = regs[wc_decide(d, GEN_RUN_REGS)];
        switch (wc_decide(d, 11)) {
        case 0: EMIT(ldi, out, (uint16_t)wc_decide(d, 100), 0); break;
        case 1: EMIT(add, out, x, y); break;
        case 2: EMIT(add, out, x, y); break;
        case 3: EMIT(sub, out, x, y); break;
        case 4: EMIT(mul, out, x, y); break;
        case 5: EMIT(addi, out, x, (uint16_t)wc_decide(d, 65536)); break;
        case 6: EMIT(min, out, x, y); break;
        case 7: EMIT(lt, out, x, y); break;
        case 8: EMIT(select, out, x, y, z); break;
        case 9: EMIT(mov, out, x); break;
        default: wide_step(b, d, out, x, y); break;
        }
    }
}
