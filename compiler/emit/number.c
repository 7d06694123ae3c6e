/* Scalars: constants, arithmetic in 64 and 128 bits, rounding, comparison, conditions as jumps. */
#include "compiler/emit/gen.h"

wc_instr wc_gen_load_number(wc_gen *gen, uint16_t reg, int64_t value)
{
    if (value >= INT32_MIN && value <= INT32_MAX) {
        uint32_t bits = (uint32_t)(int32_t)value;
        return (wc_instr){WC_OP_ldi, {reg, (uint16_t)bits, (uint16_t)(bits >> 16)}};
    }
    return (wc_instr){WC_OP_ldc, {reg, wc_gen_number(gen, value)}};
}

uint16_t wc_gen_int(wc_gen *gen, int64_t value)
{
    uint16_t reg = wc_gen_i64(gen);
    wc_instr load = wc_gen_load_number(gen, reg, value);
    wc_builder_emit(gen->builder, &load);
    return reg;
}

uint16_t wc_gen_const(wc_gen *gen, int64_t value)
{
    for (uint32_t i = 0; i < gen->hoisted_count; i++) {
        const wc_gen_hoisted *hoisted = &gen->hoisted[i];
        if (!hoisted->is_box && hoisted->value == value) return hoisted->reg;
    }
    if (!wc_gen_can_hoist(gen)) return wc_gen_int(gen, value);
    uint16_t reg = wc_builder_reg(gen->builder, WC_REG_I64, WC_NONE);
    gen->register_count++;
    gen->hoisted[gen->hoisted_count++] = (wc_gen_hoisted){.reg = reg, .value = value};
    return reg;
}

static wc_val constant(wc_gen *gen, const wc_sema_expr *expr)
{
    int64_t value = 0;
    if (!expr->is_wide && wc_i128_narrow(expr->number, &value) == WC_OK) {
        return (wc_val){wc_gen_const(gen, value), false};
    }
    uint16_t reg = wc_gen_i128(gen);
    GEN(gen, ldcw, reg, wc_builder_number(gen->builder, expr->number));
    return (wc_val){reg, true};
}

wc_val wc_gen_widened(wc_gen *gen, wc_val value)
{
    if (value.is_wide) return value;
    uint16_t reg = wc_gen_i128(gen);
    GEN(gen, widen, reg, value.reg);
    return (wc_val){reg, true};
}

static wc_val narrowed(wc_gen *gen, wc_val value)
{
    if (!value.is_wide) return value;
    uint16_t reg = wc_gen_i64(gen);
    GEN(gen, narrow, reg, value.reg);
    return (wc_val){reg, false};
}

uint16_t wc_gen_narrow(wc_gen *gen, const wc_sema_expr *expr)
{
    return narrowed(gen, wc_gen_scalar(gen, expr)).reg;
}

void wc_gen_move(wc_gen *gen, wc_val target, wc_val value)
{
    if (target.is_wide && value.is_wide) {
        GEN(gen, movw, target.reg, value.reg);
    } else if (target.is_wide) {
        GEN(gen, widen, target.reg, value.reg);
    } else {
        wc_assert(!value.is_wide); /* the checker has put a FIT where a value must be narrowed */
        GEN(gen, mov, target.reg, value.reg);
    }
}

/* Whether the register was taken after the mark: a value on its way, not a local's home. */
static bool is_passing(const wc_gen *gen, uint32_t mark, uint16_t reg)
{
    for (uint32_t i = mark; i < gen->taken_count; i++) {
        const wc_gen_pool_entry *entry = &gen->pool[gen->taken[i]];
        if (!entry->is_slot && entry->number == reg) return true;
    }
    return false;
}

void wc_gen_scalar_to(wc_gen *gen, wc_val target, const wc_sema_expr *expr)
{
    uint32_t mark = wc_gen_mark(gen);
    wc_val value = wc_gen_scalar(gen, expr);
    bool fits = value.is_wide == target.is_wide && is_passing(gen, mark, value.reg);
    if (fits && wc_builder_retarget(gen->builder, value.reg, target.reg)) return;
    wc_gen_move(gen, target, value);
}

/* A register for a result. An operand's own one, when the operand was made for this operation alone
 * (after the mark): instructions read their operands before they write, and one register less is in
 * use. */
static uint16_t result_in(wc_gen *gen, uint32_t mark, uint16_t operand)
{
    for (uint32_t i = mark; i < gen->taken_count; i++) {
        const wc_gen_pool_entry *entry = &gen->pool[gen->taken[i]];
        bool is_plain = !entry->is_slot && entry->kind == WC_REG_I64 && entry->type == WC_NONE;
        if (is_plain && entry->number == operand) return operand;
    }
    return wc_gen_i64(gen);
}

/* A result of an operation done in 128 bits, in the width the checker proved for it. */
static wc_val result_of(wc_gen *gen, const wc_sema_expr *expr, uint16_t wide)
{
    wc_val value = {wide, true};
    return expr->is_wide ? value : narrowed(gen, value);
}

static wc_op narrow_op(wc_sema_op op)
{
    if (op == WC_OPER_ADD) return WC_OP_add;
    if (op == WC_OPER_SUB) return WC_OP_sub;
    if (op == WC_OPER_MIN) return WC_OP_min;
    wc_assert(op == WC_OPER_MAX);
    return WC_OP_max;
}

static wc_op wide_op(wc_sema_op op)
{
    if (op == WC_OPER_ADD) return WC_OP_addw;
    if (op == WC_OPER_SUB) return WC_OP_subw;
    if (op == WC_OPER_MIN) return WC_OP_minw;
    wc_assert(op == WC_OPER_MAX);
    return WC_OP_maxw;
}

/* A number that `addi` can add, or subtract as its opposite. */
static bool is_small(const wc_sema_expr *expr)
{
    int64_t value;
    return expr->op == WC_OPER_NUMBER && wc_i128_narrow(expr->number, &value) == WC_OK &&
           value > INT16_MIN && value <= INT16_MAX;
}

static bool is_one(const wc_sema_expr *expr)
{
    return expr->op == WC_OPER_NUMBER && wc_i128_compare(expr->number, wc_i128_of(1)) == 0;
}

/* a + k, a - k, k + a. False: it is none of these, nothing was generated. */
static bool add_small(wc_gen *gen, const wc_sema_expr *expr, wc_val *result)
{
    const wc_sema_expr *term = expr->a, *number = expr->b;
    if (expr->op == WC_OPER_ADD && is_small(term)) {
        term = expr->b;
        number = expr->a;
    }
    bool is_sum = expr->op == WC_OPER_ADD || expr->op == WC_OPER_SUB;
    if (!is_sum || expr->is_wide || term->is_wide || !is_small(number)) return false;
    uint32_t mark = wc_gen_mark(gen);
    uint16_t reg = wc_gen_narrow(gen, term);
    uint16_t sum = result_in(gen, mark, reg);
    int64_t step = (int64_t)number->number.lo;
    GEN(gen, addi, sum, reg, (uint16_t)(expr->op == WC_OPER_SUB ? -step : step));
    *result = (wc_val){sum, false};
    return true;
}

/* a op b for + - min max. */
static wc_val two_operands(wc_gen *gen, const wc_sema_expr *expr)
{
    wc_val sum;
    if (add_small(gen, expr, &sum)) return sum;
    uint32_t mark = wc_gen_mark(gen);
    wc_val a = wc_gen_scalar(gen, expr->a);
    wc_val b = wc_gen_scalar(gen, expr->b);
    if (!expr->is_wide && !a.is_wide && !b.is_wide) {
        uint16_t reg = result_in(gen, mark, a.reg);
        wc_builder_emit(gen->builder, &(wc_instr){narrow_op(expr->op), {reg, a.reg, b.reg}});
        return (wc_val){reg, false};
    }
    a = wc_gen_widened(gen, a);
    b = wc_gen_widened(gen, b);
    uint16_t reg = wc_gen_i128(gen);
    wc_builder_emit(gen->builder, &(wc_instr){wide_op(expr->op), {reg, a.reg, b.reg}});
    return result_of(gen, expr, reg);
}

static wc_val product(wc_gen *gen, const wc_sema_expr *expr)
{
    if (is_one(expr->a)) return wc_gen_scalar(gen, expr->b); /* only the scale changes */
    if (is_one(expr->b)) return wc_gen_scalar(gen, expr->a);
    uint32_t mark = wc_gen_mark(gen);
    wc_val a = wc_gen_scalar(gen, expr->a);
    wc_val b = wc_gen_scalar(gen, expr->b);
    wc_assert(!a.is_wide || !b.is_wide);
    if (!expr->is_wide && !a.is_wide && !b.is_wide) {
        uint16_t reg = result_in(gen, mark, a.reg);
        GEN(gen, mul, reg, a.reg, b.reg);
        return (wc_val){reg, false};
    }
    uint16_t reg = wc_gen_i128(gen);
    if (a.is_wide) {
        GEN(gen, mulwi, reg, a.reg, b.reg);
    } else if (b.is_wide) {
        GEN(gen, mulwi, reg, b.reg, a.reg);
    } else {
        GEN(gen, mulw, reg, a.reg, b.reg);
    }
    return result_of(gen, expr, reg);
}

static wc_val negated(wc_gen *gen, const wc_sema_expr *expr, wc_val a)
{
    if (!expr->is_wide && !a.is_wide) {
        uint16_t reg = wc_gen_i64(gen);
        GEN(gen, neg, reg, a.reg);
        return (wc_val){reg, false};
    }
    a = wc_gen_widened(gen, a);
    uint16_t reg = wc_gen_i128(gen);
    GEN(gen, negw, reg, a.reg);
    return (wc_val){reg, true};
}

/* |a| = max(a, -a). */
static wc_val absolute(wc_gen *gen, const wc_sema_expr *expr)
{
    wc_val a = wc_gen_scalar(gen, expr->a);
    wc_val minus = negated(gen, expr, a);
    if (!minus.is_wide) {
        uint16_t reg = wc_gen_i64(gen);
        GEN(gen, max, reg, a.reg, minus.reg);
        return (wc_val){reg, false};
    }
    a = wc_gen_widened(gen, a);
    uint16_t reg = wc_gen_i128(gen);
    GEN(gen, maxw, reg, a.reg, minus.reg);
    return result_of(gen, expr, reg);
}

static wc_val divided(wc_gen *gen, const wc_sema_expr *expr)
{
    uint32_t mark = wc_gen_mark(gen);
    uint16_t a = wc_gen_narrow(gen, expr->a);
    uint16_t reg = result_in(gen, mark, a);
    int64_t divisor;
    bool is_constant = expr->b->op == WC_OPER_NUMBER &&
                       wc_i128_narrow(expr->b->number, &divisor) == WC_OK && divisor > 0;
    if (is_constant) {
        wc_op op = expr->op == WC_OPER_IDIV ? WC_OP_idivk : WC_OP_modk;
        wc_builder_emit(gen->builder, &(wc_instr){op, {reg, a, wc_gen_number(gen, divisor)}});
        return (wc_val){reg, false};
    }
    uint16_t b = wc_gen_narrow(gen, expr->b);
    if (expr->op == WC_OPER_IDIV) {
        GEN(gen, idiv, reg, a, b);
    } else {
        GEN(gen, mod, reg, a, b);
    }
    return (wc_val){reg, false};
}

/* floor(a / 2^k): a shift. */
static bool is_shift(const wc_sema_expr *expr)
{
    return expr->b == NULL && expr->c == NULL && expr->n == 1 && expr->d > 1 &&
           (expr->d & (expr->d - 1)) == 0 && expr->round == WC_ROUND_FLOOR;
}

/* round(a * b * n / (c * d)); most often there is no c: amounts are rescaled, not divided. */
static wc_val rounded(wc_gen *gen, const wc_sema_expr *expr)
{
    uint32_t mark = wc_gen_mark(gen);
    wc_val x = wc_gen_scalar(gen, expr->a);
    if (is_shift(expr) && !x.is_wide) {
        uint16_t shifted = result_in(gen, mark, x.reg);
        GEN(gen, idivk, shifted, x.reg, wc_gen_number(gen, expr->d));
        return (wc_val){shifted, false};
    }
    /* Without a second factor the numerator takes its place: the machine divides by a constant
     * fastest when nothing else is left in the fraction. */
    bool has_factor = expr->b != NULL;
    uint16_t y = has_factor ? wc_gen_narrow(gen, expr->b) : wc_gen_const(gen, expr->n);
    uint16_t z = expr->c == NULL ? 0 : wc_gen_narrow(gen, expr->c);
    uint16_t n = wc_gen_number(gen, has_factor ? expr->n : 1);
    uint16_t d = wc_gen_number(gen, expr->d);
    uint16_t reg = wc_gen_i64(gen);
    unsigned base = x.is_wide ? WC_OP_mdrw_half_even : WC_OP_mdr_half_even;
    if (expr->c == NULL) base = x.is_wide ? WC_OP_mrw_half_even : WC_OP_mr_half_even;
    wc_builder_emit(gen->builder,
                    &(wc_instr){(wc_op)(base + (unsigned)expr->round), {reg, x.reg, y, z, n, d}});
    return (wc_val){reg, false};
}

/* What goes into a 64-bit place: a sum, difference or product of two 64-bit values is computed in
 * 64 bits, where leaving them is the same trap as narrowing the 128-bit result would be. */
static wc_val checked(wc_gen *gen, const wc_sema_expr *expr)
{
    bool is_step = expr->op == WC_OPER_ADD || expr->op == WC_OPER_SUB || expr->op == WC_OPER_MUL;
    if (!is_step || !expr->is_wide || expr->a->is_wide || expr->b->is_wide) {
        return wc_gen_scalar(gen, expr);
    }
    wc_sema_expr narrow = *expr;
    narrow.is_wide = false;
    return wc_gen_arithmetic(gen, &narrow);
}

/* The value as one of the place type: narrowed, and checked against the type's bounds unless the
 * checker has proved that it lies within them. */
static wc_val fitted(wc_gen *gen, const wc_sema_expr *expr)
{
    wc_val value = narrowed(gen, checked(gen, expr->a));
    const wc_sema_type *type = expr->type;
    if (!wc_sema_is_number(type)) return value;

    const wc_sema_range *range = &expr->a->range;
    bool whole = type->lo == INT64_MIN && type->hi == INT64_MAX;
    bool inside = wc_i128_compare(range->lo, wc_i128_of(type->lo)) >= 0 &&
                  wc_i128_compare(range->hi, wc_i128_of(type->hi)) <= 0;
    if (!whole && !inside) {
        GEN(gen, range, value.reg, wc_gen_number(gen, type->lo), wc_gen_number(gen, type->hi));
    }
    return value;
}

wc_val wc_gen_arithmetic(wc_gen *gen, const wc_sema_expr *expr)
{
    if (expr->op == WC_OPER_NUMBER) return constant(gen, expr);
    if (expr->op == WC_OPER_MUL) return product(gen, expr);
    if (expr->op == WC_OPER_ABS) return absolute(gen, expr);
    if (expr->op == WC_OPER_ROUND) return rounded(gen, expr);
    if (expr->op == WC_OPER_FIT) return fitted(gen, expr);
    if (expr->op == WC_OPER_IDIV || expr->op == WC_OPER_MOD) return divided(gen, expr);
    if (expr->op == WC_OPER_NEG) {
        wc_val value = negated(gen, expr, wc_gen_scalar(gen, expr->a));
        return expr->is_wide ? value : narrowed(gen, value);
    }
    return two_operands(gen, expr);
}
