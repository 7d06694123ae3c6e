/* What the parts of test_ops share: how a case ends, and what a stored map holds. */
#include "tests/unit/exec/ops.h"

#define I(x) INT64_C(x)

void ops_ends_with(wc_rig *rig, int64_t value)
{
    rig_close(rig);
    rig_run(rig);
    rig_expect_out(rig, 1, value);
    rig_drop(rig);
}

void ops_traps(wc_rig *rig, wc_trap trap)
{
    rig_close(rig);
    rig_run(rig);
    rig_expect_trap(rig, trap);
    rig_drop(rig);
}

wc_slice ops_number_key(wc_rig *rig, int64_t key)
{
    return rig_abi(rig, "q", (int64_t)((uint64_t)key ^ (UINT64_C(1) << 63)));
}

uint16_t ops_integer(wc_rig *rig, int64_t value)
{
    return rig_value(rig, rig->t.integer, rig_abi(rig, "q", value));
}

void ops_fill_map(wc_rig *rig, size_t count)
{
    uint16_t f = rig->f.map;
    wc_slice none = {NULL, 0};
    rig_put_stored(rig, WC_KEY_HEADER, f, none, rig_abi(rig, "wq", (int)(2 + count), I(0)));
    rig_put_stored(rig, WC_KEY_ELEMENT, f, ops_number_key(rig, -1), rig_abi(rig, "q", I(10)));
    rig_put_stored(rig, WC_KEY_ELEMENT, f, ops_number_key(rig, 3), rig_abi(rig, "q", I(30)));
    for (size_t i = 0; i < count; i++) {
        wc_slice key = ops_number_key(rig, 100 + (int64_t)i);
        rig_put_stored(rig, WC_KEY_ELEMENT, f, key, rig_abi(rig, "q", I(0)));
    }
}
