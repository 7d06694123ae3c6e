/* Instructions on numbers: values at the edges, all rounding modes and signs, every trap. Expected
 * values are written out, or come from tests/data/vectors/muldiv.csv, which a script with unbounded
 * integers has made (tests/reference/make_arith_vectors.py). */
#include <stdlib.h>

#include "tests/support/golden.h"
#include "tests/unit/exec/ops.h"
#include "tests/unit/exec/rig.h"
#include "vm/base/text.h"

#define MIN64 INT64_MIN
#define MAX64 INT64_MAX
#define N(x)                                                                                       \
    {                                                                                              \
        (uint64_t)(int64_t)(x), (int64_t)(x) < 0 ? -1 : 0                                          \
    }
#define W(hi, lo)                                                                                  \
    {                                                                                              \
        (lo), (int64_t)(hi)                                                                        \
    }
#define MIN128 W(MIN64, 0)
#define MAX128 W(MAX64, UINT64_MAX)
#define HALF64 INT64_C(4611686018427387904) /* 2^62 */

typedef struct number_case {
    wc_op op;
    wc_trap trap; /* 0: none */
    wc_i128 out;
    wc_i128 in[5]; /* read operands, constants and immediates, in operand order */
} number_case;

#define OK(name, out, ...)                                                                         \
    {                                                                                              \
        WC_OP_##name, (wc_trap)0, out,                                                             \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }
#define TRAP(name, trap, ...)                                                                      \
    {                                                                                              \
        WC_OP_##name, WC_TRAP_##trap, {0, 0},                                                      \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }

static const number_case cases[] = {
    OK(ldi, N(0), N(0)),
    OK(ldi, N(INT32_MAX), N(INT32_MAX)),
    OK(ldi, N(INT32_MIN), N(INT32_MIN)),
    OK(ldi, N(-1), N(-1)),
    OK(ldc, N(MAX64), N(MAX64)),
    OK(ldc, N(MIN64), N(MIN64)),
    OK(ldcw, MAX128, MAX128),
    OK(ldcw, MIN128, MIN128),
    OK(mov, N(-7), N(-7)),
    OK(movw, MIN128, MIN128),
    OK(widen, N(MIN64), N(MIN64)),
    OK(widen, N(MAX64), N(MAX64)),
    OK(narrow, N(MAX64), N(MAX64)),
    OK(narrow, N(MIN64), N(MIN64)),
    TRAP(narrow, RANGE, W(0, UINT64_C(1) << 63)),
    TRAP(narrow, RANGE, W(-1, (UINT64_C(1) << 63) - 1)),
    TRAP(narrow, RANGE, MAX128),
    OK(range, N(0), N(5), N(5), N(5)),
    OK(range, N(0), N(MIN64), N(MIN64), N(MAX64)),
    TRAP(range, RANGE, N(4), N(5), N(9)),
    OK(range, N(0), N(3), N(0), N(MAX64)),
    TRAP(range, RANGE, N(-1), N(0), N(9)),
    TRAP(range, RANGE, N(0), N(0), N(-1)), /* no number lies in such a range */
    TRAP(range, RANGE, N(MIN64), N(0), N(-1)),
    TRAP(range, RANGE, N(10), N(5), N(9)),
    OK(add, N(MAX64), N(MAX64 - 1), N(1)),
    OK(add, N(MIN64), N(MIN64 + 1), N(-1)),
    OK(add, N(-1), N(MIN64), N(MAX64)),
    TRAP(add, RANGE, N(MAX64), N(1)),
    TRAP(add, RANGE, N(MIN64), N(-1)),
    OK(sub, N(MIN64), N(-1), N(MAX64)),
    OK(sub, N(MAX64), N(-1), N(MIN64)),
    TRAP(sub, RANGE, N(0), N(MIN64)),
    TRAP(sub, RANGE, N(-2), N(MAX64)),
    OK(mul, N(MIN64), N(-HALF64), N(2)),
    OK(mul, N(-MAX64), N(MAX64), N(-1)),
    TRAP(mul, RANGE, N(HALF64), N(2)),
    TRAP(mul, RANGE, N(MIN64), N(-1)),
    OK(neg, N(-MAX64), N(MAX64)),
    OK(neg, N(0), N(0)),
    TRAP(neg, RANGE, N(MIN64)),
    OK(idiv, N(3), N(7), N(2)),
    OK(idiv, N(-4), N(-7), N(2)),
    OK(idiv, N(-4), N(7), N(-2)),
    OK(idiv, N(3), N(-7), N(-2)),
    OK(idiv, N(-3), N(-6), N(2)),
    OK(idiv, N(MIN64), N(MIN64), N(1)),
    OK(idiv, N(-1), N(MAX64), N(MIN64)),
    OK(idiv, N(-1), N(-1), N(MAX64)),
    TRAP(idiv, DIVZERO, N(1), N(0)),
    TRAP(idiv, RANGE, N(MIN64), N(-1)),
    OK(mod, N(1), N(7), N(2)),
    OK(mod, N(1), N(-7), N(2)),
    OK(mod, N(-1), N(7), N(-2)),
    OK(mod, N(-1), N(-7), N(-2)),
    OK(mod, N(0), N(-6), N(3)),
    OK(mod, N(0), N(MIN64), N(-1)),
    OK(mod, N(MAX64 - 1), N(-1), N(MAX64)),
    TRAP(mod, DIVZERO, N(1), N(0)),
    OK(addi, N(MAX64), N(MAX64 - 32767), N(32767)),
    OK(addi, N(MIN64), N(MIN64 + 32768), N(-32768)),
    TRAP(addi, RANGE, N(MAX64), N(1)),
    TRAP(addi, RANGE, N(MIN64), N(-1)),
    OK(min, N(MIN64), N(MAX64), N(MIN64)),
    OK(min, N(-2), N(-2), N(-1)),
    OK(max, N(MAX64), N(MAX64), N(MIN64)),
    OK(max, N(-1), N(-2), N(-1)),
    OK(select, N(10), N(10), N(20), N(1)),
    OK(select, N(10), N(10), N(20), N(-1)),
    OK(select, N(20), N(10), N(20), N(0)),
    OK(eq, N(1), N(MIN64), N(MIN64)),
    OK(eq, N(0), N(MIN64), N(MAX64)),
    OK(ne, N(0), N(3), N(3)),
    OK(ne, N(1), N(3), N(-3)),
    OK(lt, N(1), N(-1), N(0)),
    OK(lt, N(0), N(0), N(0)),
    OK(lt, N(0), N(MAX64), N(MIN64)),
    OK(le, N(1), N(0), N(0)),
    OK(le, N(0), N(1), N(0)),
    OK(not, N(1), N(0)),
    OK(not, N(0), N(-5)),
    OK(mulw, W(HALF64, 0), N(MIN64), N(MIN64)),
    OK(mulw, W(-1, 2), N(MAX64), N(-2)) /* -(2^64 - 2) = -2^64 + 2 */,
    OK(mulw, W(HALF64 - 1, 1), N(MAX64), N(MAX64)),
    OK(addw, W(1, 0), W(0, UINT64_MAX), N(1)),
    OK(addw, MAX128, W(MAX64, UINT64_MAX - 1), N(1)),
    TRAP(addw, RANGE, MAX128, N(1)),
    TRAP(addw, RANGE, MIN128, N(-1)),
    OK(subw, W(0, UINT64_MAX), W(1, 0), N(1)),
    OK(subw, MIN128, W(MIN64, 1), N(1)),
    TRAP(subw, RANGE, MIN128, N(1)),
    TRAP(subw, RANGE, N(0), MIN128),
    OK(mulwi, W(-2, 0), W(1, 0), N(-2)),
    OK(mulwi, MIN128, W(INT64_MIN / 2, 0), N(2)),
    TRAP(mulwi, RANGE, MIN128, N(-1)),
    TRAP(mulwi, RANGE, W(HALF64, 0), N(2)),
    OK(negw, W(MIN64, 1), MAX128),
    OK(negw, N(0), N(0)),
    TRAP(negw, RANGE, MIN128),
    OK(minw, MIN128, MAX128, MIN128),
    OK(minw, W(0, 1), W(0, 1), W(1, 0)),
    OK(maxw, MAX128, MAX128, MIN128),
    OK(maxw, W(1, 0), W(0, UINT64_MAX), W(1, 0)),
    OK(eqw, N(1), MIN128, MIN128),
    OK(eqw, N(0), W(1, 5), W(0, 5)),
    OK(ltw, N(1), W(-1, UINT64_MAX), N(0)),
    OK(ltw, N(0), W(1, 0), W(0, UINT64_MAX)),
    OK(lew, N(1), MAX128, MAX128),
    OK(lew, N(0), N(1), MIN128),
    OK(selectw, MAX128, MAX128, MIN128, N(7)),
    OK(selectw, MIN128, MAX128, MIN128, N(0)),
    /* rounded down, the remainder below the divisor and never negative; powers of two, too */
    OK(idivk, N(2), N(7), N(3)),
    OK(idivk, N(-3), N(-7), N(3)),
    OK(idivk, N(-2), N(-6), N(3)),
    OK(idivk, N(MIN64), N(MIN64), N(1)),
    OK(idivk, N(-2), N(MIN64), N(MAX64)),
    OK(idivk, N(1), N(7), N(4)),
    OK(idivk, N(-2), N(-7), N(4)),
    OK(idivk, N(-2), N(MIN64), N(INT64_C(1) << 62)),
    OK(modk, N(1), N(7), N(3)),
    OK(modk, N(2), N(-7), N(3)),
    OK(modk, N(0), N(-6), N(3)),
    OK(modk, N(0), N(MIN64), N(1)),
    OK(modk, N(MAX64 - 1), N(MIN64), N(MAX64)),
    OK(modk, N(3), N(7), N(4)),
    OK(modk, N(1), N(-7), N(4)),
    /* 7 * 3 * 1 / (2 * 1) = 10.5; 9 * 1 / 2 = 4.5: the ties of the table in language D4 */
    OK(mdr_half_even, N(10), N(7), N(3), N(2), N(1), N(1)),
    OK(mdr_half_even, N(4), N(9), N(1), N(2), N(1), N(1)),
    OK(mdr_half_even, N(-10), N(-7), N(3), N(2), N(1), N(1)),
    OK(mdr_half_up, N(11), N(7), N(3), N(2), N(1), N(1)),
    OK(mdr_half_up, N(-11), N(7), N(-3), N(2), N(1), N(1)),
    OK(mdr_half_up, N(-11), N(7), N(3), N(-2), N(1), N(1)),
    OK(mdr_half_down, N(10), N(7), N(3), N(2), N(1), N(1)),
    OK(mdr_half_down, N(-10), N(-7), N(3), N(2), N(1), N(1)),
    OK(mdr_up, N(11), N(7), N(3), N(2), N(1), N(1)),
    OK(mdr_up, N(-11), N(-7), N(3), N(2), N(1), N(1)),
    OK(mdr_down, N(10), N(7), N(3), N(2), N(1), N(1)),
    OK(mdr_down, N(-10), N(-7), N(3), N(2), N(1), N(1)),
    OK(mdr_floor, N(-11), N(-7), N(3), N(2), N(1), N(1)),
    OK(mdr_ceil, N(-10), N(-7), N(3), N(2), N(1), N(1)),
    OK(mdr_ceil, N(11), N(7), N(3), N(2), N(1), N(1)),
    OK(mdr_exact, N(-6), N(4), N(-3), N(2), N(1), N(1)),
    OK(mdr_half_even, N(MIN64), N(MIN64), N(1), N(1), N(1), N(1)),
    OK(mdr_half_even, N(MAX64), N(MIN64 + 1), N(1), N(-1), N(1), N(1)),
    OK(mdr_half_even, N(MAX64), N(MAX64), N(MAX64), N(MAX64), N(MAX64), N(MAX64)),
    OK(mdrw_half_even, N(HALF64), MAX128, N(1), N(8), N(1), N(HALF64)),
};

/* Puts operand i in place; values[] are taken in order. */
static uint16_t operand_for(wc_rig *rig, wc_operand kind, const wc_i128 **values)
{
    if (kind == WC_OPERAND_none) return 0;
    if (kind == WC_OPERAND_wi) return rig_int(rig);
    if (kind == WC_OPERAND_ww) return rig_wide(rig);
    wc_i128 value = **values;
    if (kind != WC_OPERAND_lo) (*values)++; /* `hi` takes the other half of the same number */
    if (kind == WC_OPERAND_ri) return rig_number(rig, (int64_t)value.lo);
    if (kind == WC_OPERAND_rw) return rig_wide_number(rig, value);
    if (kind == WC_OPERAND_ki || kind == WC_OPERAND_kn) return wc_builder_number(rig->b, value);
    return (uint16_t)(kind == WC_OPERAND_hi ? value.lo >> 16 : value.lo);
}

static void run_case(const number_case *c)
{
    wc_rig rig;
    rig_open(&rig);
    rig.subject = c->op;
    rig.has_subject = true;
    const wc_op_info *info = wc_op_lookup((uint16_t)c->op);
    const wc_i128 *values = c->in;
    wc_instr instr = {.op = c->op};
    for (size_t i = 0; i < 6; i++) {
        instr.operands[i] = operand_for(&rig, (wc_operand)info->operands[i], &values);
    }
    wc_builder_emit(rig.b, &instr);
    bool is_wide = info->operands[0] == WC_OPERAND_ww;
    bool has_result = is_wide || info->operands[0] == WC_OPERAND_wi;
    if (is_wide) rig_put_flag_eqw(&rig, instr.operands[0], c->out);
    if (has_result && !is_wide) rig_put(&rig, instr.operands[0]);
    rig_close(&rig);
    rig_run(&rig);
    if (c->trap != 0) {
        rig_expect_trap(&rig, c->trap);
    } else {
        rig_expect_out(&rig, has_result, is_wide ? INT64_C(1) : (int64_t)c->out.lo);
    }
    rig_drop(&rig);
}

static void numbers_at_their_edges_give_the_written_results(void **state)
{
    (void)state;
    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) run_case(&cases[i]);
}

static void results_may_overwrite_their_operands(void **state)
{
    (void)state;
    wc_rig rig;
    rig_open(&rig);
    uint16_t x = rig_number(&rig, 5);
    uint16_t y = rig_number(&rig, 7);
    uint16_t w = rig_wide_number(&rig, (wc_i128){3, 0});
    uint16_t n = rig_int(&rig);
    RIG_EMIT(&rig, sub, x, x, y);
    RIG_EMIT(&rig, select, y, x, y, y);
    RIG_EMIT(&rig, addw, w, w, w);
    RIG_EMIT(&rig, subw, w, w, w);
    RIG_EMIT(&rig, narrow, n, w);
    rig_put(&rig, x);
    rig_put(&rig, y);
    rig_put(&rig, n);
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_out(&rig, 3, INT64_C(-2), INT64_C(-2), INT64_C(0));
    rig_drop(&rig);
}

static void a_trap_names_its_place_and_its_operands(void **state)
{
    (void)state;
    wc_rig rig;
    rig_open(&rig);
    uint16_t x = rig_number(&rig, MAX64);
    uint16_t y = rig_number(&rig, 9);
    uint16_t z = rig_int(&rig);
    uint32_t word = wc_builder_word(rig.b);
    RIG_EMIT(&rig, mul, z, x, y);
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_trap(&rig, WC_TRAP_RANGE);
    rig_expect_operands(&rig, 2, MAX64, 9);
    assert_int_equal(rig.outcome.word, word);
    assert_int_equal(rig.outcome.function, 0);
    rig_drop(&rig);
}

/* ---- vectors ------------------------------------------------------------------------------------
 */

/* Reads a hex number of up to 32 digits, two's complement in its own width. */
static wc_i128 parse_number(const char *text, size_t digits)
{
    uint8_t bytes[16] = {0};
    wc_str part = {text, digits};
    assert_status(wc_parse_hex(part, bytes, digits / 2), WC_OK);
    uint64_t limbs[2] = {0, 0};
    for (size_t i = 0; i < digits / 2; i++) {
        size_t limb = digits / 2 <= 8 || i >= 8 ? 0 : 1;
        limbs[limb] = limbs[limb] << 8 | bytes[i];
    }
    if (digits <= 16) return wc_i128_of((int64_t)limbs[0]);
    return (wc_i128){limbs[0], (int64_t)limbs[1]};
}

static size_t constant_vectors;

/* A vector whose divisor is 1, and whose constants are positive, is one of mr and mrw, too. One
 * whose factor is 1 and whose constant divisor is 1 is one with the divisor in the constant. */
static void run_constant_vector(number_case c, bool is_wide, size_t mode)
{
    const wc_i128 one = {1, 0};
    wc_i128 z = c.in[2], n = c.in[3], m = c.in[4];
    bool has_divisor = wc_i128_compare(z, one) != 0;
    if (has_divisor && (wc_i128_compare(m, one) != 0 || wc_i128_sign(z) <= 0)) return;
    c.in[2] = n;
    c.in[3] = has_divisor ? z : m;
    c.op = (wc_op)(WC_OP_mrw_half_even + (int)mode);
    run_case(&c);
    c.op = (wc_op)(WC_OP_mr_half_even + (int)mode);
    if (!is_wide) run_case(&c);
    constant_vectors++;
}

/* One line: five numbers, then a result for each mode. */
static void run_vector(const char *line)
{
    wc_i128 in[5];
    const char *at = line;
    for (size_t i = 0; i < 5; i++) {
        size_t digits = strcspn(at, ",");
        in[i] = parse_number(at, digits);
        at += digits + 1;
    }
    int64_t narrow;
    bool is_wide = wc_i128_narrow(in[0], &narrow) != WC_OK;
    for (size_t mode = 0; mode < WC_ROUND_COUNT; mode++) {
        size_t len = strcspn(at, ",\r\n");
        number_case c = {.in = {in[0], in[1], in[3], in[2], in[4]}}; /* x y z n m */
        if (strncmp(at, "INEXACT", len) == 0) {
            c.trap = WC_TRAP_INEXACT;
        } else if (strncmp(at, "OVERFLOW", len) == 0) {
            c.trap = WC_TRAP_RANGE;
        } else if (strncmp(at, "DIVISION_BY_ZERO", len) == 0) {
            c.trap = WC_TRAP_DIVZERO;
        } else {
            c.out = parse_number(at, len);
            if (wc_i128_narrow(c.out, &narrow) != WC_OK) c.trap = WC_TRAP_RANGE;
        }
        at += len + 1;
        c.op = (wc_op)(WC_OP_mdrw_half_even + (int)mode);
        run_case(&c);
        c.op = (wc_op)(WC_OP_mdr_half_even + (int)mode);
        if (!is_wide) run_case(&c);
        run_constant_vector(c, is_wide, mode);
    }
}

static void multiply_divide_round_agrees_with_the_vectors(void **state)
{
    (void)state;
    wc_slice file = wc_test_read_file(WC_TEST_DATA "/vectors/muldiv.csv");
    size_t lines = 0;
    const char *text = (const char *)file.data;
    for (const char *line = text; *line != 0;) {
        const char *end = strchr(line, '\n');
        assert_non_null(end);
        if (*line != '#') {
            run_vector(line);
            lines++;
        }
        line = end + 1;
    }
    assert_true(lines > 100);
    assert_true(constant_vectors > 8 * 100);
    free((uint8_t *)(uintptr_t)file.data);
}

static void multiply_divide_round_refuses_to_divide_by_zero(void **state)
{
    (void)state;
    for (int mode = 0; mode < WC_ROUND_COUNT; mode++) {
        number_case c = {.in = {N(5), N(6), N(0), N(1), N(1)}, .trap = WC_TRAP_DIVZERO};
        c.op = (wc_op)(WC_OP_mdr_half_even + mode);
        run_case(&c);
        c.op = (wc_op)(WC_OP_mdrw_half_even + mode);
        run_case(&c);
    }
}

int ops_numbers(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_at_their_edges_give_the_written_results),
        cmocka_unit_test(results_may_overwrite_their_operands),
        cmocka_unit_test(a_trap_names_its_place_and_its_operands),
        cmocka_unit_test(multiply_divide_round_agrees_with_the_vectors),
        cmocka_unit_test(multiply_divide_round_refuses_to_divide_by_zero),
    };
    return cmocka_run_group_tests_name("numbers", tests, NULL, NULL);
}
