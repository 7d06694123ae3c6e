/* Values of expressions: names, arithmetic, logic. Aggregates and collections are in parts.c. */
#include "compiler/interp/machine.h"

void wc_interp_set(wc_interp *in, wc_interp_frame *frame, const wc_sema_local *local,
                   const wc_ival *value)
{
    (void)in;
    frame->locals[local->index] = *value;
}

bool wc_interp_true(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_ival value = wc_interp_eval(in, frame, expr);
    return !wc_exact_is_zero(&value.number);
}

/* Where 64 bits are needed: what may lie beyond passes through FIT. */
static wc_exact narrow(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_ival value = wc_interp_eval(in, frame, expr);
    wc_assert(wc_exact_fits(&value.number, 64));
    return value.number;
}

int64_t wc_interp_int(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_exact number = narrow(in, frame, expr);
    return wc_exact_i64(&number);
}

/* --- arithmetic ------------------------------------------------------------------------------- */

static wc_exact smaller(wc_exact a, wc_exact b, bool wants_larger)
{
    bool b_is_larger = wc_exact_compare(&a, &b) < 0;
    return b_is_larger == wants_larger ? b : a;
}

static wc_exact two_operands(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_exact a = wc_interp_eval(in, frame, expr->a).number;
    wc_exact b = wc_interp_eval(in, frame, expr->b).number;
    if (expr->op == WC_OPER_ADD) return wc_exact_add(a, b);
    if (expr->op == WC_OPER_SUB) return wc_exact_subtract(a, b);
    if (expr->op == WC_OPER_MUL) return wc_exact_multiply(a, b);
    return smaller(a, b, expr->op == WC_OPER_MAX);
}

/* floor(a / b), and a - b * floor(a / b). */
static wc_exact floored(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_exact a = narrow(in, frame, expr->a);
    wc_exact b = narrow(in, frame, expr->b);
    if (wc_exact_is_zero(&b)) wc_interp_trap(in, frame, WC_TRAP_DIVZERO, expr->span);
    bool has_remainder;
    wc_exact quotient = wc_exact_divide(a, b, WC_ROUND_FLOOR, &has_remainder);
    if (expr->op == WC_OPER_MOD) {
        return wc_exact_subtract(a, wc_exact_multiply(b, quotient));
    }
    if (!wc_exact_fits(&quotient, 64)) wc_interp_trap(in, frame, WC_TRAP_RANGE, expr->span);
    return quotient;
}

/* a * b * n / (c * d), exact until it is rounded. */
static wc_exact rounded(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_exact top = wc_interp_eval(in, frame, expr->a).number;
    if (expr->b != NULL) top = wc_exact_multiply(top, narrow(in, frame, expr->b));
    wc_exact below = expr->c != NULL ? narrow(in, frame, expr->c) : wc_exact_of(1);
    if (wc_exact_is_zero(&below)) wc_interp_trap(in, frame, WC_TRAP_DIVZERO, expr->span);
    top = wc_exact_multiply(top, wc_exact_of(expr->n));
    below = wc_exact_multiply(below, wc_exact_of(expr->d));
    bool has_remainder;
    wc_exact result = wc_exact_divide(top, below, expr->round, &has_remainder);
    if (has_remainder && expr->round == WC_ROUND_EXACT) {
        wc_interp_trap(in, frame, WC_TRAP_INEXACT, expr->span);
    }
    if (!wc_exact_fits(&result, 64)) wc_interp_trap(in, frame, WC_TRAP_RANGE, expr->span);
    return result;
}

/* Times and dates are 64-bit places of their own: their sums trap RANGE. The sums of numbers are
 * exact in 128 bits. */
static bool is_calendar(const wc_sema_type *type)
{
    return type->kind == WC_SEMA_TIME || type->kind == WC_SEMA_DATE;
}

static wc_ival arithmetic(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_ival value = {.count = 0};
    switch ((int)expr->op) {
    case WC_OPER_NUMBER: value.number = wc_exact_of_i128(expr->number); return value;
    case WC_OPER_NEG:
        value.number = wc_exact_negate(wc_interp_eval(in, frame, expr->a).number);
        break;
    case WC_OPER_ABS:
        value.number = wc_interp_eval(in, frame, expr->a).number;
        value.number.is_negative = false;
        break;
    case WC_OPER_IDIV:
    case WC_OPER_MOD: value.number = floored(in, frame, expr); return value;
    case WC_OPER_ROUND: value.number = rounded(in, frame, expr); return value;
    default: value.number = two_operands(in, frame, expr); break;
    }
    unsigned bits = is_calendar(expr->type) || is_calendar(expr->a->type) ? 64 : 128;
    if (!wc_exact_fits(&value.number, bits)) wc_interp_trap(in, frame, WC_TRAP_RANGE, expr->span);
    return value;
}

/* --- places that check ------------------------------------------------------------------------ */

static wc_ival fitted(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_ival value = wc_interp_eval(in, frame, expr->a);
    if (wc_sema_is_scalar(expr->type) && !wc_ival_fits(expr->type, &value)) {
        wc_interp_trap(in, frame, WC_TRAP_RANGE, expr->span);
    }
    return value;
}

/* --- logic ------------------------------------------------------------------------------------ */

/* == != < <= > >= */
static bool compared(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_ival a = wc_interp_eval(in, frame, expr->a);
    wc_ival b = wc_interp_eval(in, frame, expr->b);
    int order = wc_ival_compare(expr->a->type, &a, &b);
    switch ((int)expr->op) {
    case WC_OPER_EQ: return order == 0;
    case WC_OPER_NE: return order != 0;
    case WC_OPER_LT: return order < 0;
    case WC_OPER_LE: return order <= 0;
    case WC_OPER_GT: return order > 0;
    default: break;
    }
    wc_assert(expr->op == WC_OPER_GE);
    return order >= 0;
}

/* start <= t < end; all of an interval, the empty one when its start lies in [start, end]. */
static bool contains(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_ival outer = wc_interp_eval(in, frame, expr->a);
    wc_ival inner = wc_interp_eval(in, frame, expr->b);
    const wc_exact *start = &outer.parts[0].number, *end = &outer.parts[1].number;
    if (expr->b->type->kind == WC_SEMA_TIME) {
        return wc_exact_compare(start, &inner.number) <= 0 &&
               wc_exact_compare(&inner.number, end) < 0;
    }
    return wc_exact_compare(start, &inner.parts[0].number) <= 0 &&
           wc_exact_compare(&inner.parts[1].number, end) <= 0;
}

static bool truth(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    if (expr->op == WC_OPER_NOT) return !wc_interp_true(in, frame, expr->a);
    if (expr->op == WC_OPER_AND) {
        return wc_interp_true(in, frame, expr->a) && wc_interp_true(in, frame, expr->b);
    }
    if (expr->op == WC_OPER_OR) {
        return wc_interp_true(in, frame, expr->a) || wc_interp_true(in, frame, expr->b);
    }
    if (expr->op == WC_OPER_IS) {
        return wc_interp_int(in, frame, expr->a) == (int64_t)expr->index;
    }
    return expr->op == WC_OPER_CONTAINS ? contains(in, frame, expr) : compared(in, frame, expr);
}

/* --- names ------------------------------------------------------------------------------------ */

static wc_ival of_instance(wc_interp *in, const wc_interp_frame *frame, const wc_sema_expr *expr)
{
    const wc_interp_instance *self = wc_interp_self(in, frame);
    switch ((int)expr->op) {
    case WC_OPER_TERM: return self->terms[expr->index];
    case WC_OPER_FIELD: return self->fields[expr->index];
    case WC_OPER_PARTY: return self->parties[expr->index];
    case WC_OPER_SELF: return wc_interp_party_value(in, &self->id);
    case WC_OPER_ENTERED: return wc_ival_number(self->entered);
    case WC_OPER_DEPLOYED: return wc_ival_number(self->deployed);
    case WC_OPER_STATE_DATA: return self->state.parts[expr->index];
    default: break;
    }
    wc_assert(expr->op == WC_OPER_STATE);
    return self->state;
}

static wc_ival money(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    if (expr->op == WC_OPER_BALANCE) {
        const wc_interp_party *own = &wc_interp_self(in, frame)->id;
        return wc_ival_number(wc_interp_amount(in, WC_NO_INSTANCE, expr->index, own));
    }
    wc_ival who = wc_interp_eval(in, frame, expr->a);
    wc_interp_party party = wc_interp_id(&who);
    if (expr->op == WC_OPER_ESCROW) {
        return wc_ival_number(wc_interp_amount(in, frame->instance, expr->index, &party));
    }
    int64_t total = 0;
    for (const wc_interp_posted *p = frame->posted; p != NULL; p = p->next) {
        if (p->currency == expr->index && wc_interp_same(&p->party, &party)) total += p->amount;
    }
    return wc_ival_number(total);
}

/* --- all of them ------------------------------------------------------------------------------ */

static wc_ival evaluate(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    switch ((int)expr->op) {
    case WC_OPER_LOCAL: return frame->locals[expr->local->index];
    case WC_OPER_TERM:
    case WC_OPER_FIELD:
    case WC_OPER_PARTY:
    case WC_OPER_SELF:
    case WC_OPER_ENTERED:
    case WC_OPER_DEPLOYED:
    case WC_OPER_STATE:
    case WC_OPER_STATE_DATA: return of_instance(in, frame, expr);
    case WC_OPER_CALLER: return wc_interp_party_value(in, &frame->caller);
    case WC_OPER_NOW: return wc_ival_number(in->now);
    case WC_OPER_CURRENT:
        wc_assert(frame->current != NULL);
        return wc_interp_place_read(in, frame, frame->current, frame->current->count);
    case WC_OPER_NUMBER:
    case WC_OPER_NEG:
    case WC_OPER_ADD:
    case WC_OPER_SUB:
    case WC_OPER_MUL:
    case WC_OPER_MIN:
    case WC_OPER_MAX:
    case WC_OPER_ABS:
    case WC_OPER_IDIV:
    case WC_OPER_MOD:
    case WC_OPER_ROUND: return arithmetic(in, frame, expr);
    case WC_OPER_FIT: return fitted(in, frame, expr);
    case WC_OPER_NOT:
    case WC_OPER_AND:
    case WC_OPER_OR:
    case WC_OPER_EQ:
    case WC_OPER_NE:
    case WC_OPER_LT:
    case WC_OPER_LE:
    case WC_OPER_GT:
    case WC_OPER_GE:
    case WC_OPER_IS:
    case WC_OPER_CONTAINS: return wc_ival_bool(truth(in, frame, expr));
    case WC_OPER_CHOOSE:
        return wc_interp_eval(in, frame, wc_interp_true(in, frame, expr->a) ? expr->b : expr->c);
    case WC_OPER_ESCROW:
    case WC_OPER_BALANCE:
    case WC_OPER_POSTED: return money(in, frame, expr);
    case WC_OPER_CALL: return wc_interp_function(in, frame, expr);
    case WC_OPER_VIEW: return wc_interp_view(in, frame, expr);
    case WC_OPER_TEST_PARTY:
    case WC_OPER_DEPLOY:
    case WC_OPER_TEST_CALL:
    case WC_OPER_TEST_MONEY:
    case WC_OPER_TEST_STATE:
    case WC_OPER_ENCODED: return wc_interp_test_value(in, frame, expr);
    default: break;
    }
    return wc_interp_parts(in, frame, expr);
}

/* The checker says in which range every number lies, and emits code that relies on it. */
static bool keeps_claim(const wc_sema_expr *expr, const wc_ival *value)
{
    if (!wc_sema_is_number(expr->type)) return true;
    wc_exact lo = wc_exact_of_i128(expr->range.lo), hi = wc_exact_of_i128(expr->range.hi);
    return wc_exact_compare(&lo, &value->number) <= 0 &&
           wc_exact_compare(&value->number, &hi) <= 0 &&
           (expr->is_wide || wc_exact_fits(&value->number, 64));
}

wc_ival wc_interp_eval(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_interp_step(in);
    wc_interp_down(in);
    wc_ival value = evaluate(in, frame, expr);
    if (!keeps_claim(expr, &value)) wc_interp_claim(in, expr->span);
    wc_interp_up(in);
    return value;
}

wc_ival *wc_interp_eval_all(wc_interp *in, wc_interp_frame *frame, wc_sema_expr *const *exprs,
                            uint16_t count)
{
    wc_ival *values = WC_INTERP_ARRAY(in, wc_ival, count);
    for (uint16_t i = 0; i < count; i++) values[i] = wc_interp_eval(in, frame, exprs[i]);
    return values;
}
