/* Scalars: constants, arithmetic in 64 and 128 bits, rounding, comparison, conditions as jumps. */
#include "compiler/emit/gen.h"

uint16_t wc_gen_int(wc_gen *gen, int64_t value)
{
    uint16_t reg = wc_gen_i64(gen);
    if (value >= INT32_MIN && value <= INT32_MAX) {
        uint32_t bits = (uint32_t)(int32_t)value;
        GEN(gen, ldi, reg, (uint16_t)bits, (uint16_t)(bits >> 16));
    } else {
        GEN(gen, ldc, reg, wc_gen_number(gen, value));
    }
    return reg;
}

static wc_val constant(wc_gen *gen, const wc_sema_expr *expr)
{
    int64_t value = 0;
    if (!expr->is_wide && wc_i128_narrow(expr->number, &value) == WC_OK) {
        return (wc_val){wc_gen_int(gen, value), false};
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
    } else if (value.is_wide) {
        GEN(gen, narrow, target.reg, value.reg);
    } else {
        GEN(gen, mov, target.reg, value.reg);
    }
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

/* a op b for + - min max. */
static wc_val two_operands(wc_gen *gen, const wc_sema_expr *expr)
{
    wc_val a = wc_gen_scalar(gen, expr->a);
    wc_val b = wc_gen_scalar(gen, expr->b);
    if (!expr->is_wide && !a.is_wide && !b.is_wide) {
        uint16_t reg = wc_gen_i64(gen);
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
    wc_val a = wc_gen_scalar(gen, expr->a);
    wc_val b = wc_gen_scalar(gen, expr->b);
    wc_assert(!a.is_wide || !b.is_wide);
    if (!expr->is_wide && !a.is_wide && !b.is_wide) {
        uint16_t reg = wc_gen_i64(gen);
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
    uint16_t a = wc_gen_narrow(gen, expr->a);
    uint16_t b = wc_gen_narrow(gen, expr->b);
    uint16_t reg = wc_gen_i64(gen);
    if (expr->op == WC_OPER_IDIV) {
        GEN(gen, idiv, reg, a, b);
    } else {
        GEN(gen, mod, reg, a, b);
    }
    return (wc_val){reg, false};
}

/* round(a * b * n / (c * d)); most often there is no c: amounts are rescaled, not divided. */
static wc_val rounded(wc_gen *gen, const wc_sema_expr *expr)
{
    wc_val x = wc_gen_scalar(gen, expr->a);
    uint16_t y = expr->b == NULL ? wc_gen_int(gen, 1) : wc_gen_narrow(gen, expr->b);
    uint16_t z = expr->c == NULL ? 0 : wc_gen_narrow(gen, expr->c);
    uint16_t n = wc_gen_number(gen, expr->n);
    uint16_t d = wc_gen_number(gen, expr->d);
    uint16_t reg = wc_gen_i64(gen);
    unsigned base = x.is_wide ? WC_OP_mdrw_half_even : WC_OP_mdr_half_even;
    if (expr->c == NULL) base = x.is_wide ? WC_OP_mrw_half_even : WC_OP_mr_half_even;
    wc_builder_emit(gen->builder,
                    &(wc_instr){(wc_op)(base + (unsigned)expr->round), {reg, x.reg, y, z, n, d}});
    return (wc_val){reg, false};
}

/* The value as one of the place type: narrowed, and checked against the type's bounds unless the
 * checker has proved that it lies within them. */
static wc_val fitted(wc_gen *gen, const wc_sema_expr *expr)
{
    wc_val value = narrowed(gen, wc_gen_scalar(gen, expr->a));
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
