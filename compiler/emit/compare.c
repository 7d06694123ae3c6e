/* Comparisons and logic: as values 0 and 1, and as jumps. */
#include "compiler/emit/gen.h"

/* A comparison brought to `left < right`, `left <= right`, `left == right` or `left != right`. */
typedef struct comparison {
    enum {
        LESS,
        LESS_EQUAL,
        EQUAL,
        NOT_EQUAL
    } test;

    wc_val left, right; /* both of one width */
} comparison;

static bool is_comparison(wc_sema_op op)
{
    return op >= WC_OPER_EQ && op <= WC_OPER_GE;
}

static comparison compare_aggregates(wc_gen *gen, const wc_sema_expr *expr)
{
    uint16_t a = wc_gen_boxed(gen, expr->a, expr->a->type);
    uint16_t b = wc_gen_boxed(gen, expr->b, expr->a->type);
    uint16_t order = wc_gen_i64(gen);
    GEN(gen, cmpb, order, a, b);
    wc_val zero = {wc_gen_int(gen, 0), false};
    return (comparison){LESS, {order, false}, zero};
}

static comparison compare(wc_gen *gen, const wc_sema_expr *expr)
{
    comparison result;
    if (wc_sema_is_scalar(expr->a->type)) {
        result.left = wc_gen_scalar(gen, expr->a);
        result.right = wc_gen_scalar(gen, expr->b);
        if (result.left.is_wide || result.right.is_wide) {
            result.left = wc_gen_widened(gen, result.left);
            result.right = wc_gen_widened(gen, result.right);
        }
    } else {
        result = compare_aggregates(gen, expr);
    }
    if (expr->op == WC_OPER_GT || expr->op == WC_OPER_GE) {
        wc_val swapped = result.left;
        result.left = result.right;
        result.right = swapped;
    }
    result.test = expr->op == WC_OPER_EQ                             ? EQUAL
                  : expr->op == WC_OPER_NE                           ? NOT_EQUAL
                  : expr->op == WC_OPER_LT || expr->op == WC_OPER_GT ? LESS
                                                                     : LESS_EQUAL;
    return result;
}

static uint16_t inverted(wc_gen *gen, uint16_t reg)
{
    uint16_t result = wc_gen_i64(gen);
    GEN(gen, not, result, reg);
    return result;
}

static uint16_t comparison_value(wc_gen *gen, const wc_sema_expr *expr)
{
    comparison c = compare(gen, expr);
    uint16_t reg = wc_gen_i64(gen);
    bool is_wide = c.left.is_wide;
    wc_op op = WC_OP_eq;
    if (c.test == LESS) op = is_wide ? WC_OP_ltw : WC_OP_lt;
    if (c.test == LESS_EQUAL) op = is_wide ? WC_OP_lew : WC_OP_le;
    if (c.test == EQUAL || c.test == NOT_EQUAL) op = is_wide ? WC_OP_eqw : WC_OP_eq;
    if (c.test == NOT_EQUAL && !is_wide) op = WC_OP_ne;
    wc_builder_emit(gen->builder, &(wc_instr){op, {reg, c.left.reg, c.right.reg}});
    return c.test == NOT_EQUAL && is_wide ? inverted(gen, reg) : reg;
}

/* Jumps when the 64-bit comparison holds (or when it does not). */
static void jump_on(wc_gen *gen, const comparison *c, bool when, wc_label target)
{
    uint16_t a = c->left.reg, b = c->right.reg;
    bool is_equality = c->test == EQUAL || c->test == NOT_EQUAL;
    if (is_equality) {
        if ((c->test == EQUAL) == when) {
            GEN(gen, breq, a, b, target);
        } else {
            GEN(gen, brne, a, b, target);
        }
    } else if (when) {
        wc_builder_emit(gen->builder,
                        &(wc_instr){c->test == LESS ? WC_OP_brlt : WC_OP_brle, {a, b, target}});
    } else { /* !(a < b) is b <= a; !(a <= b) is b < a */
        wc_builder_emit(gen->builder,
                        &(wc_instr){c->test == LESS ? WC_OP_brle : WC_OP_brlt, {b, a, target}});
    }
}

static void jump(wc_gen *gen, const wc_sema_expr *expr, bool when, wc_label target);

/* a && b, a || b: `when` of the whole from the parts, each evaluated at most once. */
static void jump_pair(wc_gen *gen, const wc_sema_expr *expr, bool when, wc_label target)
{
    bool either = (expr->op == WC_OPER_OR) == when; /* one part alone decides for `target` */
    if (either) {
        jump(gen, expr->a, when, target);
        jump(gen, expr->b, when, target);
        return;
    }
    wc_label other = wc_builder_label(gen->builder);
    jump(gen, expr->a, !when, other);
    jump(gen, expr->b, when, target);
    wc_builder_place(gen->builder, other);
}

static void jump(wc_gen *gen, const wc_sema_expr *expr, bool when, wc_label target)
{
    uint32_t mark = wc_gen_mark(gen);
    if (expr->op == WC_OPER_NOT) {
        jump(gen, expr->a, !when, target);
    } else if (expr->op == WC_OPER_AND || expr->op == WC_OPER_OR) {
        jump_pair(gen, expr, when, target);
    } else if (is_comparison(expr->op)) {
        comparison c = compare(gen, expr);
        if (c.left.is_wide) {
            uint16_t reg = wc_gen_i64(gen);
            wc_op op = c.test == LESS ? WC_OP_ltw : c.test == LESS_EQUAL ? WC_OP_lew : WC_OP_eqw;
            wc_builder_emit(gen->builder, &(wc_instr){op, {reg, c.left.reg, c.right.reg}});
            bool holds = c.test == NOT_EQUAL ? !when : when;
            wc_builder_emit(gen->builder, &(wc_instr){holds ? WC_OP_br : WC_OP_brz, {reg, target}});
        } else {
            jump_on(gen, &c, when, target);
        }
    } else {
        uint16_t reg = wc_gen_narrow(gen, expr);
        wc_builder_emit(gen->builder, &(wc_instr){when ? WC_OP_br : WC_OP_brz, {reg, target}});
    }
    wc_gen_release(gen, mark);
}

void wc_gen_jump_false(wc_gen *gen, const wc_sema_expr *expr, wc_label target)
{
    jump(gen, expr, false, target);
}

void wc_gen_jump_true(wc_gen *gen, const wc_sema_expr *expr, wc_label target)
{
    jump(gen, expr, true, target);
}

/* && and || as a value: 0 or 1 by way of the jumps. */
static uint16_t logic_value(wc_gen *gen, const wc_sema_expr *expr)
{
    uint16_t reg = wc_gen_i64(gen);
    wc_label done = wc_builder_label(gen->builder);
    bool shortcut = expr->op == WC_OPER_OR;
    GEN(gen, ldi, reg, shortcut ? 1 : 0, 0);
    jump(gen, expr->a, shortcut, done);
    uint32_t mark = wc_gen_mark(gen);
    GEN(gen, mov, reg, wc_gen_narrow(gen, expr->b));
    wc_gen_release(gen, mark);
    wc_builder_place(gen->builder, done);
    return reg;
}

/* An interval contains a time, or the whole of another interval (half-open both). */
static uint16_t contains_value(wc_gen *gen, const wc_sema_expr *expr)
{
    wc_gen_object span = wc_gen_object_of(gen, expr->a);
    uint16_t start = wc_gen_load(gen, span.reg, span.offset);
    uint16_t end = wc_gen_load(gen, span.reg, span.offset + 8);
    uint16_t first, last;
    bool is_time = expr->b->type->kind == WC_SEMA_TIME;
    if (is_time) {
        first = last = wc_gen_narrow(gen, expr->b);
    } else {
        wc_gen_object inner = wc_gen_object_of(gen, expr->b);
        first = wc_gen_load(gen, inner.reg, inner.offset);
        last = wc_gen_load(gen, inner.reg, inner.offset + 8);
    }
    uint16_t low = wc_gen_i64(gen), high = wc_gen_i64(gen), both = wc_gen_i64(gen);
    GEN(gen, le, low, start, first);
    if (is_time) {
        GEN(gen, lt, high, last, end);
    } else {
        GEN(gen, le, high, last, end);
    }
    GEN(gen, min, both, low, high);
    return both;
}

static uint16_t is_variant(wc_gen *gen, const wc_sema_expr *expr)
{
    uint16_t tag;
    if (expr->a->op == WC_OPER_STATE) {
        tag = wc_gen_i64(gen);
        GEN(gen, sys, tag, 3);
    } else if (wc_sema_is_scalar(expr->a->type)) {
        tag = wc_gen_narrow(gen, expr->a);
    } else {
        tag = wc_gen_i64(gen);
        GEN(gen, tag, tag, wc_gen_ref(gen, expr->a));
    }
    uint16_t reg = wc_gen_i64(gen);
    GEN(gen, eq, reg, tag, wc_gen_int(gen, expr->index));
    return reg;
}

uint16_t wc_gen_truth(wc_gen *gen, const wc_sema_expr *expr)
{
    if (is_comparison(expr->op)) return comparison_value(gen, expr);
    if (expr->op == WC_OPER_NOT) return inverted(gen, wc_gen_narrow(gen, expr->a));
    if (expr->op == WC_OPER_CONTAINS) return contains_value(gen, expr);
    if (expr->op == WC_OPER_IS) return is_variant(gen, expr);
    return logic_value(gen, expr);
}
