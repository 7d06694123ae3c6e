/* Parts of test_gas: a case compares what an instruction charges with the schedule. */
#ifndef WC_TESTS_UNIT_EXEC_GAS_CASES_H
#define WC_TESTS_UNIT_EXEC_GAS_CASES_H

#include "tests/unit/exec/rig.h"
#include "vm/isa/gas.h"

/* Adds what the instruction needs (registers, values), then the instruction itself when `with`. */
typedef void (*builder)(wc_rig *rig, bool with);

/* Fails unless the program with the instruction uses its base gas and the charges for `work` more
 * than the one without. */
void charges(wc_op op, builder build, wc_gas_work work);

#define WORK(...)   ((wc_gas_work){__VA_ARGS__})
#define BUILD(name) static void build_##name(wc_rig *rig, bool with)
#define EMIT(...)                                                                                  \
    if (with) RIG_EMIT(rig, __VA_ARGS__)

/* gas_series.c: a test of its own. */
void gas_work_on_series(void **state);
bool gas_is_of_series(uint16_t op); /* one that it covers */

#endif
