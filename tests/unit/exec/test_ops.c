/* Every instruction with success and with each failure it can end in. The last group looks whether
 * the cases before it have covered the instruction table: a new instruction without a case fails.
 */
#include "tests/unit/exec/ops.h"
#include "tests/unit/exec/rig.h"

/* The failures beyond OUT_OF_GAS, which the rig provokes in every case: traps (HOST for all with
 * flag H) and built-in errors. An instruction with flag T must be here. */
typedef struct failures {
    wc_op op;
    uint32_t traps, builtins; /* bit per number; trap 0: error of the contract */
} failures;

#define T(name) (1u << WC_TRAP_##name)
#define B(name) (1u << WC_BUILTIN_##name)
#define CODES                                                                                      \
    (T(ENSURES) | T(INVARIANT) | T(MISSING) | T(NO_KEY) | T(CALENDAR) | T(INDEX) | T(RANGE) |      \
     T(DIVZERO))
#define FULL  B(Full)
#define MONEY (B(InsufficientEscrow) | B(NotAuthorised))
#define ROW(name, traps, builtins)                                                                 \
    {                                                                                              \
        WC_OP_##name, (traps), (builtins)                                                          \
    }

static const failures table[] = {
    ROW(lenter, T(RANGE), 0),
    ROW(fail, 1u | T(RANGE), 0),
    ROW(check, CODES, 0),
    ROW(narrow, T(RANGE), 0),
    ROW(range, T(RANGE), 0),
    ROW(add, T(RANGE), 0),
    ROW(sub, T(RANGE), 0),
    ROW(mul, T(RANGE), 0),
    ROW(neg, T(RANGE), 0),
    ROW(idiv, T(DIVZERO) | T(RANGE), 0),
    ROW(mod, T(DIVZERO), 0),
    ROW(addi, T(RANGE), 0),
    ROW(addw, T(RANGE), 0),
    ROW(subw, T(RANGE), 0),
    ROW(mulwi, T(RANGE), 0),
    ROW(negw, T(RANGE), 0),
    ROW(mdr_half_even, T(DIVZERO) | T(RANGE), 0),
    ROW(mdr_half_up, T(DIVZERO) | T(RANGE), 0),
    ROW(mdr_half_down, T(DIVZERO) | T(RANGE), 0),
    ROW(mdr_up, T(DIVZERO) | T(RANGE), 0),
    ROW(mdr_down, T(DIVZERO) | T(RANGE), 0),
    ROW(mdr_floor, T(DIVZERO) | T(RANGE), 0),
    ROW(mdr_ceil, T(DIVZERO) | T(RANGE), 0),
    ROW(mdr_exact, T(DIVZERO) | T(RANGE) | T(INEXACT), 0),
    ROW(mdrw_half_even, T(DIVZERO) | T(RANGE), 0),
    ROW(mdrw_half_up, T(DIVZERO) | T(RANGE), 0),
    ROW(mdrw_half_down, T(DIVZERO) | T(RANGE), 0),
    ROW(mdrw_up, T(DIVZERO) | T(RANGE), 0),
    ROW(mdrw_down, T(DIVZERO) | T(RANGE), 0),
    ROW(mdrw_floor, T(DIVZERO) | T(RANGE), 0),
    ROW(mdrw_ceil, T(DIVZERO) | T(RANGE), 0),
    ROW(mdrw_exact, T(DIVZERO) | T(RANGE) | T(INEXACT), 0),
    ROW(mr_half_even, T(RANGE), 0),
    ROW(mr_half_up, T(RANGE), 0),
    ROW(mr_half_down, T(RANGE), 0),
    ROW(mr_up, T(RANGE), 0),
    ROW(mr_down, T(RANGE), 0),
    ROW(mr_floor, T(RANGE), 0),
    ROW(mr_ceil, T(RANGE), 0),
    ROW(mr_exact, T(RANGE) | T(INEXACT), 0),
    ROW(mrw_half_even, T(RANGE), 0),
    ROW(mrw_half_up, T(RANGE), 0),
    ROW(mrw_half_down, T(RANGE), 0),
    ROW(mrw_up, T(RANGE), 0),
    ROW(mrw_down, T(RANGE), 0),
    ROW(mrw_floor, T(RANGE), 0),
    ROW(mrw_ceil, T(RANGE), 0),
    ROW(mrw_exact, T(RANGE) | T(INEXACT), 0),
    ROW(ldx, T(INDEX) | T(MISSING), 0),
    ROW(stx, T(INDEX), 0),
    ROW(xref, T(INDEX), 0),
    ROW(mkey, T(INDEX), 0),
    ROW(mval, T(INDEX), 0),
    ROW(vref, T(INDEX), 0),
    ROW(push, 0, FULL),
    ROW(pushn, 0, FULL),
    ROW(mneed, T(NO_KEY), 0),
    ROW(mput, 0, FULL),
    ROW(qual, T(INDEX), 0),
    ROW(clocal, T(CALENDAR), 0),
    ROW(ctime, T(CALENDAR), 0),
    ROW(cdate, T(CALENDAR), 0),
    ROW(dfirst, T(CALENDAR), 0),
    ROW(dpart, T(CALENDAR), 0),
    ROW(snew, T(RANGE), 0),
    ROW(sset, T(INDEX) | T(RANGE), 0),
    ROW(sidx, T(INDEX) | T(RANGE), 0),
    ROW(slice, T(INDEX) | T(RANGE), 0),
    ROW(sfill, T(RANGE), 0),
    ROW(sagg, T(MISSING) | T(RANGE) | T(INEXACT), 0),
    ROW(qrange, T(INDEX), 0),
    ROW(kvget, T(RANGE), 0),
    ROW(kvneed, T(RANGE) | T(NO_KEY), 0),
    ROW(kvhas, T(RANGE), 0),
    ROW(kvput, T(RANGE), FULL),
    ROW(kvdel, T(RANGE), 0),
    ROW(kvadd, T(RANGE), FULL),
    ROW(nneed, T(RANGE) | T(NO_KEY), 0),
    ROW(nput, T(RANGE), FULL),
    ROW(nadd, T(RANGE), FULL),
    ROW(setadd, T(RANGE), FULL),
    ROW(sins, T(RANGE), FULL),
    ROW(sdel, T(INDEX), 0),
    ROW(lget, T(INDEX), 0),
    ROW(lput, T(INDEX) | T(RANGE), 0),
    ROW(lpush, T(RANGE), FULL),
    ROW(clen, 0, 0),
    ROW(cload, 0, 0),
    ROW(cclear, 0, 0),
    ROW(rebind, 0, B(NotAuthorised)),
    ROW(lock, T(NEG_AMOUNT), MONEY | FULL),
    ROW(unlock, T(NEG_AMOUNT), B(InsufficientEscrow)),
    ROW(unlockall, 0, 0),
    ROW(pay, T(NEG_AMOUNT), B(InsufficientEscrow)),
    ROW(split, T(NEG_AMOUNT) | T(INEXACT), B(InsufficientEscrow) | B(BadShares)),
    ROW(clearnet, T(RANGE), B(InsufficientEscrow) | B(ResidualTooLarge)),
    ROW(redeem, T(NEG_AMOUNT), MONEY),
    ROW(emit, T(RANGE) | T(SEND_LIMIT), 0),
    ROW(view, T(NO_KEY) | T(RANGE) | T(SEND_LIMIT), 0),
    ROW(send, T(RANGE) | T(SEND_LIMIT), 0),
    ROW(tdeploy, T(RANGE), 0),
    ROW(tcall, T(RANGE), 0),
    ROW(tadvance, T(RANGE), 0),
    ROW(tunmet, T(UNMET), 0),
    ROW(tassert, T(ASSERT), 0),
    ROW(tseries, T(RANGE), 0),
    ROW(tmandate, T(NEG_AMOUNT), 0),
};

static const failures *row_of(uint16_t op)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(table); i++) {
        if (table[i].op == op) return &table[i];
    }
    return NULL;
}

/* `ext` never runs; `fail` and `tunmet` only fail. */
static bool can_succeed(uint16_t op)
{
    return op != WC_OP_ext && op != WC_OP_fail && op != WC_OP_tunmet;
}

static void every_instruction_has_a_case_that_succeeds(void **state)
{
    (void)state;
    for (uint16_t op = 0; op < 256; op++) {
        const wc_op_info *info = wc_op_lookup(op);
        if (info == NULL || !can_succeed(op)) continue;
        if (!rig_seen_ok[op]) fail_msg("%s: no case succeeds", info->name);
    }
}

static void every_instruction_has_a_case_for_each_of_its_failures(void **state)
{
    (void)state;
    for (uint16_t op = 0; op < 256; op++) {
        const wc_op_info *info = wc_op_lookup(op);
        if (info == NULL) continue;
        const failures *row = row_of(op);
        if ((info->flags & WC_OP_TRAPS) != 0 && row == NULL) {
            fail_msg("%s: can trap, but its failures are not listed", info->name);
        }
        uint32_t traps = row == NULL ? 0 : row->traps;
        if ((info->flags & WC_OP_HOST) != 0) traps |= T(HOST);
        for (uint16_t i = 0; i < 32; i++) {
            if ((traps >> i & 1) != 0 && !rig_seen_trap[op][i]) {
                fail_msg("%s: no case ends in trap %s", info->name, wc_trap_name(i));
            }
            if (row != NULL && (row->builtins >> i & 1) != 0 && !rig_seen_builtin[op][i]) {
                fail_msg("%s: no case ends in error %s", info->name, wc_builtin_name(i));
            }
        }
    }
}

/* And the other way round: what a case has met is listed. */
static void no_instruction_fails_in_a_way_that_is_not_listed(void **state)
{
    (void)state;
    for (uint16_t op = 0; op < 256; op++) {
        const wc_op_info *info = wc_op_lookup(op);
        if (info == NULL) continue;
        const failures *row = row_of(op);
        uint32_t traps = (row == NULL ? 0 : row->traps) | T(OUT_OF_GAS) | T(HOST);
        for (uint16_t i = 0; i < 32; i++) {
            if (rig_seen_trap[op][i] && (traps >> i & 1) == 0) {
                fail_msg("%s: trap %s is not listed", info->name, wc_trap_name(i));
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_instruction_has_a_case_that_succeeds),
        cmocka_unit_test(every_instruction_has_a_case_for_each_of_its_failures),
        cmocka_unit_test(no_instruction_fails_in_a_way_that_is_not_listed),
    };
    int failed = ops_control() + ops_numbers() + ops_values() + ops_maps() + ops_storage() +
                 ops_stored() + ops_registers() + ops_money() + ops_outside() + ops_tests() +
                 ops_time();
    return failed + cmocka_run_group_tests_name("coverage", tests, NULL, NULL);
}
