/* Runs of instructions that one handler does (pairs.def). The rig runs each case with them, without
 * them and observed, and compares; here are the sequences, with operands that let every step of a
 * run succeed and fail, and the results by an independent calculation. */
#include "tests/unit/exec/rig.h"

#define I(x) INT64_C(x)

static const int64_t values[] = {
    0, 1, -1, 7, -8, 99, 100, 101, I(1) << 31, I(1) << 62, -(I(1) << 62), INT64_MAX, INT64_MIN};

typedef void (*sequence)(wc_rig *rig, uint16_t x, uint16_t y);

static uint16_t index_of(wc_rig *rig, int64_t number)
{
    return rig_constant(rig, number);
}

static void draw(wc_rig *rig, uint16_t x, uint16_t y)
{
    uint16_t a = rig_int(rig), m = rig_int(rig), d = rig_int(rig);
    RIG_EMIT(rig, mul, a, x, y);
    RIG_EMIT(rig, addi, a, a, 1);
    RIG_EMIT(rig, modk, a, a, index_of(rig, 1024));
    RIG_EMIT(rig, idivk, d, a, index_of(rig, 8));
    RIG_EMIT(rig, mul, m, x, y);
    RIG_EMIT(rig, addi, m, m, 1);
    RIG_EMIT(rig, modk, m, m, index_of(rig, 1024)); /* the first one's place is another register */
    rig_put(rig, a);
    rig_put(rig, d);
    rig_put(rig, m);
}

static void child(wc_rig *rig, uint16_t x, uint16_t y)
{
    uint16_t a = rig_int(rig);
    wc_label less = wc_builder_label(rig->b);
    RIG_EMIT(rig, mul, a, x, y);
    RIG_EMIT(rig, addi, a, a, 1);
    RIG_EMIT(rig, range, a, index_of(rig, 0), index_of(rig, 10000));
    RIG_EMIT(rig, brlt, a, y, less);
    RIG_EMIT(rig, addi, a, a, 5);
    wc_builder_place(rig->b, less);
    rig_put(rig, a);
}

static void sums(wc_rig *rig, uint16_t x, uint16_t y)
{
    uint16_t a = rig_int(rig), b = rig_int(rig);
    RIG_EMIT(rig, add, a, x, y);
    RIG_EMIT(rig, range, a, index_of(rig, 0), index_of(rig, 200));
    RIG_EMIT(rig, add, b, a, y);
    RIG_EMIT(rig, range, b, index_of(rig, 0), index_of(rig, 250));
    RIG_EMIT(rig, sub, a, a, b);
    RIG_EMIT(rig, sub, a, a, x);
    RIG_EMIT(rig, sub, a, a, y);
    RIG_EMIT(rig, range, a, index_of(rig, -1000), index_of(rig, 1000));
    rig_put(rig, a);
    rig_put(rig, b);
}

static void differences(wc_rig *rig, uint16_t x, uint16_t y)
{
    uint16_t a = rig_int(rig), b = rig_int(rig);
    RIG_EMIT(rig, sub, a, x, y);
    RIG_EMIT(rig, sub, a, a, y);
    RIG_EMIT(rig, sub, a, a, x);
    RIG_EMIT(rig, addi, b, a, 3);
    RIG_EMIT(rig, addi, a, a, (uint16_t)-3);
    RIG_EMIT(rig, min, a, a, b);
    RIG_EMIT(rig, range, a, index_of(rig, 0), index_of(rig, INT64_MAX));
    rig_put(rig, a);
}

static void elements(wc_rig *rig, uint16_t x, uint16_t y)
{
    uint16_t list = rig_new(rig, rig->t.ints);
    uint16_t a = rig_int(rig), b = rig_int(rig), less = rig_int(rig), chosen = rig_int(rig);
    RIG_EMIT(rig, push, list, y);
    RIG_EMIT(rig, push, list, x);
    RIG_EMIT(rig, ldx, a, list, x);
    RIG_EMIT(rig, ldx, b, list, y);
    RIG_EMIT(rig, lt, less, a, b);
    RIG_EMIT(rig, select, chosen, a, b, less);
    RIG_EMIT(rig, stx, list, y, chosen);
    RIG_EMIT(rig, mov, a, b);
    rig_put(rig, chosen);
    rig_put(rig, a);
}

static void shares(wc_rig *rig, uint16_t x, uint16_t y)
{
    uint16_t sum = rig_int(rig), half = rig_int(rig), part[3];
    uint16_t one = index_of(rig, 1);
    RIG_EMIT(rig, add, sum, x, y);
    RIG_EMIT(rig, mr_half_even, half, sum, y, 0, one, index_of(rig, 2));
    for (unsigned i = 0; i < 3; i++) {
        part[i] = rig_int(rig);
        RIG_EMIT(rig, mr_down, part[i], half, y, 0, one, index_of(rig, 3 + i));
    }
    rig_put(rig, half);
    for (unsigned i = 0; i < 3; i++) rig_put(rig, part[i]);
}

/* A constant as right factor, as left one and as both; its register is read again behind. */
static void products(wc_rig *rig, uint16_t x, uint16_t y)
{
    uint16_t k = rig_int(rig), p = rig_int(rig), q = rig_int(rig), s = rig_int(rig);
    RIG_EMIT(rig, ldi, k, 3, 0);
    RIG_EMIT(rig, mul, p, x, k);
    RIG_EMIT(rig, add, p, p, y);
    RIG_EMIT(rig, ldi, q, 5, 0);
    RIG_EMIT(rig, mul, q, q, k);
    RIG_EMIT(rig, ldi, s, 7, 0);
    RIG_EMIT(rig, mul, s, s, s);
    RIG_EMIT(rig, add, s, s, q);
    RIG_EMIT(rig, ldi, q, 2, 0);
    RIG_EMIT(rig, mul, q, y, q);
    rig_put(rig, k);
    rig_put(rig, p);
    rig_put(rig, s);
    rig_put(rig, q);
}

/* What would run together, but the first result is read again behind. */
static void kept(wc_rig *rig, uint16_t x, uint16_t y)
{
    uint16_t a = rig_int(rig), b = rig_int(rig), c = rig_int(rig);
    RIG_EMIT(rig, mul, a, x, y);
    RIG_EMIT(rig, addi, b, a, 1);
    rig_put(rig, a);
    rig_put(rig, b);
    RIG_EMIT(rig, mul, a, x, y);
    RIG_EMIT(rig, add, c, a, y);
    rig_put(rig, a);
    rig_put(rig, c);
}

static void run_all(sequence put)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(values); i++) {
        for (size_t k = 0; k < WC_ARRAY_LEN(values); k++) {
            wc_rig rig;
            rig_open(&rig);
            put(&rig, rig_number(&rig, values[i]), rig_number(&rig, values[k]));
            rig_close(&rig);
            rig_run(&rig); /* compares */
            rig_drop(&rig);
        }
    }
}

static void runs_end_as_single_instructions_do(void **state)
{
    (void)state;
    static const sequence all[] = {draw,     child,  sums,     differences,
                                   elements, shares, products, kept};
    for (size_t i = 0; i < WC_ARRAY_LEN(all); i++) run_all(all[i]);
}

/* 7 * -8 + 1 = -55; modulo 1024 with the sign of the divisor 969, divided by 8 rounded down 121. */
static void a_run_gives_what_arithmetic_gives(void **state)
{
    (void)state;
    wc_rig rig;
    rig_open(&rig);
    draw(&rig, rig_number(&rig, 7), rig_number(&rig, -8));
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_out(&rig, 3, I(969), I(121), I(969));
    rig_drop(&rig);
    rig_open(&rig); /* the second step of a run fails, and says so with its own operands */
    draw(&rig, rig_number(&rig, 1), rig_number(&rig, INT64_MAX));
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_trap(&rig, WC_TRAP_RANGE);
    rig_expect_operands(&rig, 2, INT64_MAX, 1);
    rig_drop(&rig);
    rig_open(&rig); /* 10 * 3 + 4, 7 * 7 + 5 * 3, 4 * 2 */
    products(&rig, rig_number(&rig, 10), rig_number(&rig, 4));
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_out(&rig, 4, I(3), I(34), I(64), I(8));
    rig_drop(&rig);
    rig_open(&rig);
    kept(&rig, rig_number(&rig, 7), rig_number(&rig, -8));
    rig_close(&rig);
    rig_run(&rig);
    rig_expect_out(&rig, 4, I(-56), I(-55), I(-56), I(-64));
    rig_drop(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_end_as_single_instructions_do),
        cmocka_unit_test(a_run_gives_what_arithmetic_gives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
