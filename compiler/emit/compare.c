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

/* Types that one instruction puts in order. */
static bool has_order(const wc_gen *gen, uint16_t row)
{
    const wc_type *type = wc_gen_type_of(gen, row);
    return type->key_max > 0 || type->kind == WC_TYPE_PARTY || type->kind == WC_TYPE_BYTES ||
           type->kind == WC_TYPE_TEXT;
}

/* Two values in memory that are compared part by part. */
typedef struct pair {
    uint16_t left, right; /* refs */
    uint32_t left_offset, right_offset;
} pair;

static void jump_differ(wc_gen *gen, pair at, const wc_sema_type *type, wc_label differ);

static void members_differ(wc_gen *gen, pair at, uint16_t tuple, const wc_sema_member *members,
                           uint16_t count, wc_label differ)
{
    for (uint16_t i = 0; i < count; i++) {
        uint32_t mark = wc_gen_mark(gen), offset = wc_gen_offset(gen, tuple, i);
        pair part = {at.left, at.right, at.left_offset + offset, at.right_offset + offset};
        jump_differ(gen, part, members[i].type, differ);
        wc_gen_release(gen, mark);
    }
}

static pair whole(wc_gen *gen, pair at, uint16_t row)
{
    uint16_t left = wc_gen_field_ref(gen, at.left, at.left_offset, row, false);
    uint16_t right = wc_gen_field_ref(gen, at.right, at.right_offset, row, false);
    return (pair){left, right, 0, 0};
}

/* Enums and options: the same variant, then the same data. */
static void variants_differ(wc_gen *gen, pair at, const wc_sema_type *type, wc_label differ)
{
    uint16_t row = wc_gen_type(gen, type);
    uint16_t left_tag = wc_gen_i64(gen), right_tag = wc_gen_i64(gen);
    wc_sema_member some = {.type = type->item};
    wc_label same = wc_builder_label(gen->builder);
    GEN(gen, tag, left_tag, at.left);
    GEN(gen, tag, right_tag, at.right);
    GEN(gen, brne, left_tag, right_tag, differ);
    uint16_t count = wc_gen_type_of(gen, row)->count;
    for (uint16_t i = 0; i < count; i++) {
        uint16_t data = wc_gen_type_of(gen, row)->variants[i].data;
        if (data == WC_NONE) continue;
        uint32_t mark = wc_gen_mark(gen);
        wc_label next = wc_builder_label(gen->builder);
        GEN(gen, brne, left_tag, wc_gen_const(gen, i), next);
        pair parts = {wc_gen_reg(gen, WC_REG_REF, data), wc_gen_reg(gen, WC_REG_REF, data), 0, 0};
        GEN(gen, vref, parts.left, at.left, i);
        GEN(gen, vref, parts.right, at.right, i);
        bool is_option = type->kind == WC_SEMA_OPTION;
        members_differ(gen, parts, data, is_option ? &some : type->variants[i].members,
                       is_option ? 1 : type->variants[i].member_count, differ);
        GEN(gen, jmp, same);
        wc_builder_place(gen->builder, next);
        wc_gen_release(gen, mark);
    }
    wc_builder_place(gen->builder, same);
}

static void jump_differ(wc_gen *gen, pair at, const wc_sema_type *type, wc_label differ)
{
    uint16_t row = wc_gen_type(gen, type);
    if (wc_sema_is_scalar(type)) {
        uint16_t left = wc_gen_load(gen, at.left, at.left_offset);
        GEN(gen, brne, left, wc_gen_load(gen, at.right, at.right_offset), differ);
    } else if (has_order(gen, row)) {
        pair parts = whole(gen, at, row);
        uint16_t order = wc_gen_i64(gen);
        GEN(gen, cmpb, order, parts.left, parts.right);
        GEN(gen, br, order, differ);
    } else if (type->kind == WC_SEMA_ENUM || type->kind == WC_SEMA_OPTION) {
        variants_differ(gen, whole(gen, at, row), type, differ);
    } else {
        wc_assert(type->kind == WC_SEMA_RECORD || type->kind == WC_SEMA_TUPLE);
        members_differ(gen, at, row, type->members, type->member_count, differ);
    }
}

/* Equality of values without an order: 1 when every part is the same. */
static uint16_t same_value(wc_gen *gen, uint16_t left, uint16_t right, const wc_sema_type *type)
{
    uint16_t same = wc_gen_int(gen, 0);
    wc_label differ = wc_builder_label(gen->builder);
    uint32_t mark = wc_gen_mark(gen);
    if (type->kind == WC_SEMA_ENUM || type->kind == WC_SEMA_OPTION) {
        variants_differ(gen, (pair){left, right, 0, 0}, type, differ);
    } else {
        members_differ(gen, (pair){left, right, 0, 0}, wc_gen_type(gen, type), type->members,
                       type->member_count, differ);
    }
    GEN(gen, ldi, same, 1, 0);
    wc_builder_place(gen->builder, differ);
    wc_gen_release(gen, mark);
    return same;
}

static comparison compare_aggregates(wc_gen *gen, const wc_sema_expr *expr)
{
    const wc_sema_type *type = expr->a->type;
    bool is_text = type->kind == WC_SEMA_TEXT; /* of any two sizes */
    uint16_t a = wc_gen_boxed(gen, expr->a, type);
    uint16_t b = wc_gen_boxed(gen, expr->b, is_text ? expr->b->type : type);
    if (!has_order(gen, wc_gen_type(gen, type))) {
        wc_val same = {same_value(gen, a, b, type), false};
        return (comparison){LESS, same, {wc_gen_const(gen, 1), false}};
    }
    uint16_t order = wc_gen_i64(gen);
    GEN(gen, cmpb, order, a, b);
    return (comparison){LESS, {order, false}, {wc_gen_const(gen, 0), false}};
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

static uint16_t outcome_of(wc_gen *gen, const comparison *to)
{
    comparison c = *to;
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

static uint16_t comparison_value(wc_gen *gen, const wc_sema_expr *expr)
{
    comparison c = compare(gen, expr);
    return outcome_of(gen, &c);
}

static wc_val typed(wc_gen *gen, wc_val value, uint16_t type)
{
    wc_reg_kind kind = value.is_wide ? WC_REG_I128 : WC_REG_I64;
    wc_val copy = {wc_gen_reg(gen, kind, type), value.is_wide};
    wc_gen_move(gen, copy, value);
    return copy;
}

uint16_t wc_gen_claim(wc_gen *gen, const wc_sema_expr *expr)
{
    if (!is_comparison(expr->op) || !wc_sema_is_scalar(expr->a->type)) {
        return wc_gen_narrow(gen, expr);
    }
    /* A product in flight can have more decimals than any place: it stays a plain number. */
    const wc_sema_type *type = expr->a->type;
    bool has_place = type->kind != WC_SEMA_DEC || type->scale < 19;
    comparison c = compare(gen, expr);
    if (has_place) {
        uint16_t row = wc_gen_type(gen, type);
        c.left = typed(gen, c.left, row);
        c.right = typed(gen, c.right, row);
    }
    if (expr->op != WC_OPER_GT && expr->op != WC_OPER_GE) return outcome_of(gen, &c);
    /* left > right is !(left <= right): so left stays left, as it is written. */
    comparison same = {c.test == LESS ? LESS_EQUAL : LESS, c.right, c.left};
    return inverted(gen, outcome_of(gen, &same));
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
    GEN(gen, eq, reg, tag, wc_gen_const(gen, expr->index));
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
