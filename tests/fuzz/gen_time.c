/* Random instructions on calendars and series; and how decisions are read. */
#include "tests/fuzz/gen_time.h"

uint32_t wc_decide(wc_decisions *d, uint32_t bound)
{
    uint32_t value = 0;
    for (uint32_t width = bound - 1; width != 0; width >>= 8) {
        if (d->at < d->bytes.len) value = value << 8 | d->bytes.data[d->at++];
    }
    return value % bound;
}

#define EMIT(op, ...) wc_builder_emit(b, &(wc_instr){WC_OP_##op, {__VA_ARGS__}})

static void calendar_step(wc_builder *b, wc_decisions *d, const gen_time_regs *r)
{
    uint16_t calendar = (uint16_t)wc_decide(d, 3);
    switch (wc_decide(d, 5)) {
    case 0: EMIT(clocal, r->out, r->x, calendar); break;
    case 1: EMIT(ctime, r->out, r->x, calendar); break;
    case 2: EMIT(cdate, r->out, r->x, calendar); break;
    case 3: EMIT(dfirst, r->out, r->x, r->y, (uint16_t)wc_decide(d, 5)); break;
    default: EMIT(dpart, r->out, r->x, (uint16_t)wc_decide(d, 5)); break;
    }
}

void gen_time_step(wc_builder *b, wc_decisions *d, const gen_time_regs *r)
{
    uint16_t series = wc_decide(d, 2) == 0 ? r->series : r->source;
    switch (wc_decide(d, 9)) {
    case 0: EMIT(snew, r->series, r->x, r->y); break;
    case 1: EMIT(sset, r->series, r->x, r->y, r->z); break;
    case 2: EMIT(sidx, r->out, series, r->x); break;
    case 3: EMIT(slice, r->series, series, r->x, r->y); break;
    case 4: EMIT(sfill, r->series, series, (uint16_t)wc_decide(d, 3), r->x); break;
    case 5: EMIT(sagg, r->longer, series, 2, (uint16_t)wc_decide(d, 9)); break;
    case 6: EMIT(qrange, r->out, series, (uint16_t)wc_decide(d, 4), r->x, r->y); break;
    default: calendar_step(b, d, r); break;
    }
}
