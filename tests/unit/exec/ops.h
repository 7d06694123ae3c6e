/* Parts of test_ops: each runs its cases and says how many failed. */
#ifndef WC_TESTS_UNIT_EXEC_OPS_H
#define WC_TESTS_UNIT_EXEC_OPS_H

#include "tests/unit/exec/rig.h"

/* Close the rig, run it, and drop it: the one output is `value`; or the run ends in the trap. */
void ops_ends_with(wc_rig *rig, int64_t value);
void ops_traps(wc_rig *rig, wc_trap trap);

/* The key of a number in a stored collection, and a register with a stored number. */
wc_slice ops_number_key(wc_rig *rig, int64_t key);
uint16_t ops_integer(wc_rig *rig, int64_t value);

/* The map `numbers` holds keys -1 and 3 with values 10 and 30; `count` more follow from 100 on. */
void ops_fill_map(wc_rig *rig, size_t count);

int ops_numbers(void);
int ops_control(void);
int ops_values(void);
int ops_time(void);
int ops_maps(void);
int ops_registers(void);
int ops_storage(void);
int ops_stored(void);
int ops_money(void);
int ops_outside(void);
int ops_tests(void);

#endif
