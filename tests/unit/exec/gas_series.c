/* Gas of instructions on whole series: by intervals. */
#include "tests/unit/exec/gas_cases.h"

#define I(x) INT64_C(x)

/* series<int,900,4> with three intervals */
static uint16_t three_intervals(wc_rig *rig)
{
    return rig_copy(rig, rig->t.series,
                    rig_abi(rig, "qwqqqbbb", I(1800), 3, I(5), I(0), I(7), 0, 3, 1));
}

BUILD(snew)
{
    uint16_t made = rig_new(rig, rig->t.series);
    uint16_t start = rig_number(rig, 1800);
    uint16_t length = rig_number(rig, 3);
    EMIT(snew, made, start, length);
}

BUILD(slice)
{
    uint16_t series = three_intervals(rig);
    uint16_t from = rig_number(rig, 1);
    uint16_t to = rig_number(rig, 3);
    EMIT(slice, series, series, from, to);
}

BUILD(sfill)
{
    uint16_t series = three_intervals(rig);
    uint16_t value = rig_number(rig, 1);
    EMIT(sfill, series, series, 0, value);
}

BUILD(sagg)
{
    uint16_t series =
        rig_copy(rig, rig->t.series, rig_abi(rig, "qwqqbb", I(1800), 2, I(5), I(0), 0, 0));
    uint16_t made = rig_new(rig, rig->t.longer);
    EMIT(sagg, made, series, 2, 8);
}

BUILD(qrange)
{
    uint16_t series = three_intervals(rig);
    uint16_t from = rig_number(rig, 1);
    uint16_t to = rig_number(rig, 3);
    uint16_t x = rig_int(rig);
    EMIT(qrange, x, series, 0, from, to);
}

void gas_work_on_series(void **state)
{
    (void)state;
    charges(WC_OP_snew, build_snew, WORK(.size = 16 + 3 * 9));
    charges(WC_OP_slice, build_slice, WORK(.size = 16 + 2 * 9));
    charges(WC_OP_sfill, build_sfill, WORK(.length = 3));
    charges(WC_OP_sagg, build_sagg, WORK(.length = 2));
    charges(WC_OP_qrange, build_qrange, WORK(.length = 2));
}

bool gas_is_of_series(uint16_t op)
{
    return op == WC_OP_snew || op == WC_OP_slice || op == WC_OP_sfill || op == WC_OP_sagg ||
           op == WC_OP_qrange;
}
