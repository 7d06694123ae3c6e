/* Runs of instructions that one handler does (pairs.def), with every choice of registers: an
 * operand may be the register that an instruction before it in the same run has written, or one
 * that the run has not touched, whichever place it stands in. A handler that keeps a result on its
 * way to the next step must not let another operand read what the register held before.
 *
 * Each row whose instructions work on registers only is laid out over three registers, in all ways;
 * what must come out is calculated here, one instruction after the other. Each sequence is a
 * function of its own, so that a run begins at its first instruction. */
#include "tests/unit/exec/rig.h"

#define REGS         3u
#define PARTS_MAX    4u
#define PER_RIG      128u
#define MODULUS      1000003
#define SHIFT_BY     8 /* a power of two, for idivk_shift */
#define MASK_BY      1024
#define HALVES       2
#define IMMEDIATE    3
#define CONSTANT     9
#define LARGE        (INT64_C(1) << 30) /* products of two have 60 bits */
#define RANGE_BOTTOM (-INT64_C(1000000000))
#define RANGE_TOP    INT64_C(1000000000)

static const int64_t given[REGS] = {11, 5, 3000};

/* ---- instructions -------------------------------------------------------------------------------
 */

typedef struct part {
    const char *handler; /* as in pairs.def */
    uint16_t op;         /* wc_op */
    unsigned regs;       /* operands that are registers, the written one first */
} part;

static const part parts[] = {
    {"ldi", WC_OP_ldi, 1},
    {"mov", WC_OP_mov, 2},
    {"add", WC_OP_add, 3},
    {"sub", WC_OP_sub, 3},
    {"mul", WC_OP_mul, 3},
    {"min", WC_OP_min, 3},
    {"lt", WC_OP_lt, 3},
    {"addi", WC_OP_addi, 2},
    {"select", WC_OP_select, 4},
    {"modk_mask", WC_OP_modk, 2},
    {"idivk_shift", WC_OP_idivk, 2},
    {"range", WC_OP_range, 1},
    {"range_up", WC_OP_range, 1},
    {"mr_half_even_div", WC_OP_mr_half_even, 3},
    {"mr_down_div", WC_OP_mr_down, 3},
    {"ret_one", WC_OP_ret, 1},
};

typedef struct sequence {
    const part *parts[PARTS_MAX];
    unsigned count;
    unsigned regs; /* of all parts */
    bool returns;  /* its last part is a return of one result */
} sequence;

/* A number of base REGS says which register stands where. */
static unsigned pick(uint32_t *choice)
{
    unsigned reg = *choice % REGS;
    *choice /= REGS;
    return reg;
}

static int64_t half_even(int64_t product)
{
    int64_t down = product / HALVES; /* the given numbers and their sums are not negative here */
    return product % HALVES == 0 ? down : down + down % 2;
}

/* False: the instruction would trap. */
static bool calculated(const part *p, int64_t r[REGS], const unsigned at[4])
{
    int64_t x = p->regs > 1 ? r[at[1]] : 0, y = p->regs > 2 ? r[at[2]] : 0;
    int64_t *out = &r[at[0]];
    switch (p->op) {
    case WC_OP_ldi: *out = CONSTANT; return true;
    case WC_OP_mov: *out = x; return true;
    case WC_OP_add: *out = x + y; return true;
    case WC_OP_sub: *out = x - y; return true;
    case WC_OP_mul: *out = x * y; return true;
    case WC_OP_min: *out = x < y ? x : y; return true;
    case WC_OP_lt: *out = x < y; return true;
    case WC_OP_addi: *out = x + IMMEDIATE; return true;
    case WC_OP_select: *out = r[at[3]] != 0 ? x : y; return true;
    case WC_OP_modk: *out = ((x % MASK_BY) + MASK_BY) % MASK_BY; return true;
    case WC_OP_idivk: *out = x / SHIFT_BY - (x % SHIFT_BY < 0); return true;
    case WC_OP_mr_half_even: *out = half_even(x * y); return x * y >= 0;
    case WC_OP_mr_down: *out = x * y / HALVES; return true;
    case WC_OP_range:
        return *out <= RANGE_TOP && *out >= (strcmp(p->handler, "range") == 0 ? RANGE_BOTTOM : 0);
    default: return true; /* the return */
    }
}

static void emit(wc_rig *rig, const part *p, const unsigned at[4])
{
    wc_instr instr = {.op = (wc_op)p->op};
    for (unsigned i = 0; i < p->regs; i++) instr.operands[i] = (uint16_t)at[i];
    bool is_up = strcmp(p->handler, "range_up") == 0;
    switch (p->op) {
    case WC_OP_ldi: instr.operands[1] = CONSTANT; break;
    case WC_OP_addi: instr.operands[2] = IMMEDIATE; break;
    case WC_OP_modk: instr.operands[2] = rig_constant(rig, MASK_BY); break;
    case WC_OP_idivk: instr.operands[2] = rig_constant(rig, SHIFT_BY); break;
    case WC_OP_range:
        instr.operands[1] = rig_constant(rig, is_up ? 0 : RANGE_BOTTOM);
        instr.operands[2] = rig_constant(rig, RANGE_TOP);
        break;
    case WC_OP_mr_half_even:
    case WC_OP_mr_down:
        instr.operands[4] = rig_constant(rig, 1);
        instr.operands[5] = rig_constant(rig, HALVES);
        break;
    default: break;
    }
    wc_builder_emit(rig->b, &instr);
}

/* ---- sequences ----------------------------------------------------------------------------------
 */

/* What the caller makes of the registers: three results of a sequence, or the one it returns. */
static int64_t folded(int64_t sum, const int64_t *results, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        sum = sum * 31 + results[i] % MODULUS + (results[i] % MODULUS < 0 ? MODULUS : 0);
        sum %= MODULUS;
    }
    return sum;
}

/* False: it traps with these registers, or numbers grow too large for the calculation here. */
static bool expect(const sequence *s, uint32_t choice, int64_t *sum)
{
    int64_t r[REGS];
    memcpy(r, given, sizeof r);
    unsigned at[4] = {0};
    for (unsigned i = 0; i < s->count; i++) {
        for (unsigned k = 0; k < s->parts[i]->regs; k++) at[k] = pick(&choice);
        if (!calculated(s->parts[i], r, at)) return false;
        if (r[at[0]] > LARGE || r[at[0]] < -LARGE) return false;
    }
    *sum = s->returns ? folded(*sum, &r[at[0]], 1) : folded(*sum, r, REGS);
    return true;
}

static uint16_t make_function(wc_rig *rig, const sequence *s, uint32_t choice)
{
    uint16_t f = wc_builder_function(rig->b, WC_STR("f"));
    for (unsigned i = 0; i < REGS; i++) (void)rig_int(rig);
    wc_builder_params(rig->b);
    for (unsigned i = 0; i < (s->returns ? 1 : REGS); i++) wc_builder_result(rig->b, WC_REG_I64);
    unsigned at[4] = {0};
    for (unsigned i = 0; i < s->count; i++) {
        for (unsigned k = 0; k < s->parts[i]->regs; k++) at[k] = pick(&choice);
        emit(rig, s->parts[i], at);
    }
    if (!s->returns) RIG_EMIT(rig, ret, 0);
    wc_builder_end(rig->b);
    return f;
}

/* sum = (sum * 31 + result mod MODULUS) mod MODULUS, for each result. */
static void fold(wc_rig *rig, uint16_t sum, uint16_t factor, uint16_t results, unsigned count)
{
    uint16_t modulus = rig_constant(rig, MODULUS);
    for (unsigned i = 0; i < count; i++) {
        uint16_t result = (uint16_t)(results + i);
        RIG_EMIT(rig, modk, result, result, modulus);
        RIG_EMIT(rig, mul, sum, sum, factor);
        RIG_EMIT(rig, add, sum, sum, result);
        RIG_EMIT(rig, modk, sum, sum, modulus);
    }
}

/* Runs these choices in one contract; true: the machine and the calculation agree. */
static bool agrees(const sequence *s, const uint32_t *choices, size_t count)
{
    wc_rig rig;
    rig_open_tables(&rig);
    uint16_t functions[PER_RIG];
    for (size_t i = 0; i < count; i++) functions[i] = make_function(&rig, s, choices[i]);
    rig_body(&rig);
    uint16_t first = rig_number(&rig, given[0]);
    for (unsigned i = 1; i < REGS; i++) (void)rig_number(&rig, given[i]);
    uint16_t results = rig_int(&rig);
    for (unsigned i = 1; i < REGS; i++) (void)rig_int(&rig);
    uint16_t sum = rig_number(&rig, 1), factor = rig_number(&rig, 31);
    int64_t expected = 1;
    for (size_t i = 0; i < count; i++) {
        RIG_EMIT(&rig, call, functions[i], first, results);
        fold(&rig, sum, factor, results, s->returns ? 1 : REGS);
        assert_true(expect(s, choices[i], &expected));
    }
    rig_put(&rig, sum);
    rig_close(&rig);
    rig_run(&rig);
    int64_t out[RIG_OUT_MAX];
    assert_int_equal(rig_outputs(&rig, out), 1);
    rig_drop(&rig);
    return out[0] == expected;
}

static void name_choice(const sequence *s, uint32_t choice)
{
    for (unsigned i = 0; i < s->count; i++) {
        print_error("  %s", s->parts[i]->handler);
        for (unsigned k = 0; k < s->parts[i]->regs; k++) print_error(" r%u", pick(&choice));
        print_error("\n");
    }
}

static void compare(const sequence *s, const uint32_t *choices, size_t count)
{
    if (agrees(s, choices, count)) return;
    for (size_t i = 0; i < count; i++) {
        if (agrees(s, &choices[i], 1)) continue;
        name_choice(s, choices[i]);
        fail_msg("the run does not give what its instructions give one by one");
    }
    fail_msg("only together");
}

/* All choices of registers. The first instruction writes r0: other registers only swap names with
 * it, and what they hold. */
static void compare_all(const sequence *s)
{
    uint32_t all = 1, choices[PER_RIG];
    size_t count = 0;
    for (unsigned i = 0; i < s->regs; i++) all *= REGS;
    for (uint32_t choice = 0; choice < all; choice += REGS) {
        int64_t sum = 0;
        if (expect(s, choice, &sum)) choices[count++] = choice;
        if (count < PER_RIG) continue;
        compare(s, choices, count);
        count = 0;
    }
    if (count > 0) compare(s, choices, count);
}

/* ---- rows ---------------------------------------------------------------------------------------
 */

static const part *find_part(const char *name, size_t len)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(parts); i++) {
        if (strlen(parts[i].handler) == len && memcmp(parts[i].handler, name, len) == 0) {
            return &parts[i];
        }
    }
    return NULL;
}

/* Reads a_then_b_then_c. False: an instruction of it works on memory, or branches. */
static bool read_row(const char *name, sequence *s)
{
    *s = (sequence){0};
    for (const char *at = name; at != NULL;) {
        const char *then = strstr(at, "_then_");
        const part *p = find_part(at, then != NULL ? (size_t)(then - at) : strlen(at));
        if (p == NULL) return false;
        assert_in_range(s->count, 0, PARTS_MAX - 1);
        s->parts[s->count++] = p;
        s->regs += p->regs;
        s->returns = p->op == WC_OP_ret;
        at = then != NULL ? then + strlen("_then_") : NULL;
    }
    return true;
}

static const char *const rows[] = {
#define WC_RUN(first, second, link, body) #first "_then_" #second,
#include "vm/exec/pairs.def"
#undef WC_RUN
};

/* What is left out must be of these: their steps are whole instructions, one behind the other. */
static bool works_elsewhere(const char *row)
{
    static const char *const names[] = {"ldx", "ldf", "stx", "stf", "loop", "brlt", "brle"};
    for (size_t i = 0; i < WC_ARRAY_LEN(names); i++) {
        if (strstr(row, names[i]) != NULL) return true;
    }
    return false;
}

static void runs_read_what_was_written_before_them(void **state)
{
    (void)state;
    size_t compared = 0;
    for (size_t i = 0; i < WC_ARRAY_LEN(rows); i++) {
        sequence s;
        bool is_read = read_row(rows[i], &s);
        assert_true(is_read || works_elsewhere(rows[i]));
        if (!is_read) continue;
        print_message("%s\n", rows[i]); /* the last one is the one that fails */
        compare_all(&s);
        compared++;
    }
    assert_int_equal(compared, 41);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(runs_read_what_was_written_before_them)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
