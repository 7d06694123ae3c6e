/* Facts and bounds: see flow.h. */
#include "compiler/sema/flow.h"

#define WC_FLOW_DEPTH 3u
#define WC_FLOW_STEPS 500u /* forms looked at for one bound */

void wc_flow_init(wc_flow *flow, wc_sema *sema, const wc_sema_routine *routine,
                  const wc_sema_contract *contract)
{
    static const wc_sema_contract no_contract;
    if (sema->facts == NULL) {
        sema->facts = WC_SEMA_ARRAY(sema, const wc_linear *, WC_FLOW_FACTS_MAX);
        sema->fact_masks = WC_SEMA_ARRAY(sema, uint64_t, WC_FLOW_FACTS_MAX);
        sema->fact_bounds = WC_SEMA_ARRAY(sema, uint16_t, WC_FLOW_FACTS_MAX);
    }
    *flow = (wc_flow){.facts = sema->facts, .masks = sema->fact_masks, .bounds = sema->fact_bounds};
    wc_symbolic *symbolic = &flow->symbolic;
    symbolic->sema = sema;
    symbolic->unit = sema->plain;
    symbolic->routine = routine;
    symbolic->contract = contract != NULL ? contract : &no_contract;
    symbolic->keeps_forms = true;
    wc_linear_init(&symbolic->space, sema);
    size_t locals = routine->local_count;
    size_t fields = symbolic->contract->field_count;
    symbolic->env.locals = WC_SEMA_ARRAY(sema, const wc_linear *, locals);
    symbolic->env.local_versions = WC_SEMA_ARRAY(sema, uint64_t, locals);
    symbolic->env.fields = WC_SEMA_ARRAY(sema, const wc_linear *, fields);
    symbolic->env.field_versions = WC_SEMA_ARRAY(sema, uint64_t, fields);
    symbolic->env.delta = wc_linear_zero();
}

/* A factor beyond 128 bits: the form says nothing. */
static bool took_overflow(wc_flow *flow)
{
    bool had = flow->symbolic.space.has_overflow;
    flow->symbolic.space.has_overflow = false;
    return had;
}

const wc_linear *wc_flow_value(wc_flow *flow, wc_sema_expr *expr)
{
    expr->form = NULL;
    const wc_linear *form = wc_symbolic_value(&flow->symbolic, expr);
    if (took_overflow(flow)) {
        form = wc_symbolic_unknown(&flow->symbolic, expr->type, expr->span);
        wc_atom *atom = wc_sema_at(&flow->symbolic.space.atoms, form->terms[0].atom);
        atom->range = expr->range;
    }
    expr->form = form;
    return form;
}

const wc_linear *wc_flow_number(wc_flow *flow, int64_t number)
{
    return wc_linear_number(&flow->symbolic.space, wc_i128_of(number));
}

const wc_linear *wc_flow_minus(wc_flow *flow, const wc_linear *a, const wc_linear *b)
{
    return wc_linear_add(&flow->symbolic.space, a, b, wc_i128_of(-1));
}

/* --- facts ------------------------------------------------------------------------------------ */

static bool is_about_several(const wc_linear *fact)
{
    return fact->count > 2 || (fact->count == 2 && fact->terms[0].atom != 0);
}

void wc_flow_put(wc_flow *flow, uint32_t at, const wc_linear *fact)
{
    uint64_t mask = 0;
    for (uint32_t i = 0; i < fact->count; i++) mask |= UINT64_C(1) << (fact->terms[i].atom & 63);
    flow->facts[at] = fact;
    flow->masks[at] = is_about_several(fact) ? mask : 0;
    flow->bounds[at] = at > 0 ? flow->bounds[at - 1] : 0;
    if (flow->masks[at] == 0) flow->bounds[at] = (uint16_t)(at + 1);
}

void wc_flow_assume(wc_flow *flow, const wc_linear *form)
{
    wc_i128 value;
    if (took_overflow(flow) || wc_linear_is_constant(form, &value)) return;
    if (flow->fact_count == WC_FLOW_FACTS_MAX || form->count > WC_FLOW_TERMS_MAX) return;
    wc_flow_put(flow, flow->fact_count++, form);
}

void wc_flow_assume_zero(wc_flow *flow, const wc_linear *form)
{
    wc_flow_assume(flow, form);
    wc_flow_assume(flow, wc_linear_scale(&flow->symbolic.space, form, wc_i128_of(-1)));
}

void wc_flow_assume_within(wc_flow *flow, const wc_linear *form, wc_sema_range range)
{
    wc_linear_space *space = &flow->symbolic.space;
    if (wc_i128_compare(range.lo, WC_I128_MIN) > 0) {
        wc_flow_assume(flow, wc_flow_minus(flow, form, wc_linear_number(space, range.lo)));
    }
    if (wc_i128_compare(range.hi, WC_I128_MAX) < 0) {
        wc_flow_assume(flow, wc_flow_minus(flow, wc_linear_number(space, range.hi), form));
    }
}

/* --- bounds ----------------------------------------------------------------------------------- */

/* value / by, rounded down; by > 0 fits 64 bits, else nothing is said. */
static bool floor_of(wc_i128 value, wc_i128 by, wc_i128 *result)
{
    int64_t divisor;
    wc_assert(wc_i128_sign(by) > 0);
    if (wc_i128_narrow(by, &divisor) != WC_OK) return false;
    return wc_mul_div_round_wide(value, 1, 1, 1, divisor, WC_ROUND_FLOOR, result) == WC_OK;
}

/* A fact about one atom: a bound of it. */
static void narrow_by(const wc_linear *fact, uint32_t atom, wc_sema_range *range)
{
    wc_i128 rest = wc_i128_of(0), factor, bound;
    uint32_t at = 0;
    if (fact->terms[0].atom == 0) rest = fact->terms[at++].factor;
    wc_assert(at + 1 == fact->count);
    if (fact->terms[at].atom != atom) return;
    factor = fact->terms[at].factor;
    if (wc_i128_sign(factor) > 0) { /* f a + r >= 0: a >= -floor(r / f) */
        if (!floor_of(rest, factor, &bound) || wc_i128_neg(bound, &bound) != WC_OK) return;
        if (wc_i128_compare(bound, range->lo) > 0) range->lo = bound;
    } else { /* -f a + r >= 0: a <= floor(r / f) */
        if (wc_i128_neg(factor, &factor) != WC_OK || !floor_of(rest, factor, &bound)) return;
        if (wc_i128_compare(bound, range->hi) < 0) range->hi = bound;
    }
}

static wc_sema_range range_of_atom(const wc_flow *flow, uint32_t atom)
{
    wc_sema_range range = wc_linear_atom_at(&flow->symbolic.space, atom)->range;
    uint32_t at = flow->fact_count > 0 ? flow->bounds[flow->fact_count - 1] : 0;
    while (at > 0) {
        narrow_by(flow->facts[at - 1], atom, &range);
        at = at > 1 ? flow->bounds[at - 2] : 0;
    }
    return range;
}

/* bound * factor; false: outside 128 bits, or nothing is known of the atom at this end. */
static bool times(wc_i128 bound, wc_i128 factor, wc_i128 *product)
{
    int64_t narrow;
    bool is_open =
        wc_i128_compare(bound, WC_I128_MIN) == 0 || wc_i128_compare(bound, WC_I128_MAX) == 0;
    if (is_open) return false;
    if (wc_i128_narrow(factor, &narrow) == WC_OK) {
        return wc_i128_mul_i64(bound, narrow, product) == WC_OK;
    }
    return wc_i128_narrow(bound, &narrow) == WC_OK &&
           wc_i128_mul_i64(factor, narrow, product) == WC_OK;
}

/* What the ranges of the atoms say about the least value; false: nothing. */
static bool least_by_ranges(const wc_flow *flow, const wc_linear *form, wc_i128 *least)
{
    *least = wc_i128_of(0);
    for (uint32_t i = 0; i < form->count; i++) {
        const wc_linear_term *term = &form->terms[i];
        wc_sema_range range = range_of_atom(flow, term->atom);
        wc_i128 part;
        wc_i128 end = wc_i128_sign(term->factor) > 0 ? range.lo : range.hi;
        if (!times(end, term->factor, &part)) return false;
        if (wc_i128_add(*least, part, least) != WC_OK) return false;
    }
    return true;
}

/* k > 0 such that form - k fact has no `atom` any more; 0: there is none. */
static int64_t multiple(const wc_linear_term *term, const wc_linear *fact)
{
    for (uint32_t i = 0; i < fact->count; i++) {
        int64_t a, b;
        if (fact->terms[i].atom != term->atom) continue;
        if (wc_i128_narrow(term->factor, &a) != WC_OK) return 0;
        if (wc_i128_narrow(fact->terms[i].factor, &b) != WC_OK) return 0;
        bool fits = b != -1 && a % b == 0 && a / b > 0; /* no factor of a form is zero */
        if (b == -1 && a < 0 && a != INT64_MIN) return -a;
        return fits ? a / b : 0;
    }
    return 0;
}

/* The greatest lower bound that is found; false: none. Stops as soon as `enough` is reached. */
static bool least_of(wc_flow *flow, const wc_linear *form, unsigned depth, wc_i128 enough,
                     wc_i128 *least)
{
    bool is_known = least_by_ranges(flow, form, least);
    if (depth == 0 || form->count > WC_FLOW_TERMS_MAX) return is_known;
    for (uint32_t i = 0; i < form->count; i++) {
        const wc_linear_term *term = &form->terms[i];
        if (term->atom == 0) continue;
        for (uint32_t j = flow->fact_count; j > 0; j--) {
            if (flow->steps == 0) return is_known;
            if (is_known && wc_i128_compare(*least, enough) >= 0) return true;
            if ((flow->masks[j - 1] >> (term->atom & 63) & 1) == 0) continue;
            const wc_linear *fact = flow->facts[j - 1];
            int64_t k = multiple(term, fact);
            if (k == 0) continue;
            flow->steps--;
            const wc_linear *rest =
                wc_linear_add(&flow->symbolic.space, form, fact, wc_i128_of(-k));
            wc_i128 found;
            if (took_overflow(flow) || !least_of(flow, rest, depth - 1, enough, &found)) continue;
            if (!is_known || wc_i128_compare(found, *least) > 0) *least = found;
            is_known = true;
        }
    }
    return is_known;
}

static wc_i128 least_value(wc_flow *flow, const wc_linear *form, wc_i128 enough)
{
    wc_i128 least;
    flow->steps = WC_FLOW_STEPS;
    return least_of(flow, form, WC_FLOW_DEPTH, enough, &least) ? least : WC_I128_MIN;
}

wc_sema_range wc_flow_range(wc_flow *flow, const wc_linear *form)
{
    size_t mark = wc_arena_mark(flow->symbolic.sema->arena);
    const wc_linear *minus = wc_linear_scale(&flow->symbolic.space, form, wc_i128_of(-1));
    wc_sema_range range = wc_range_widest();
    if (!took_overflow(flow)) {
        wc_i128 least = least_value(flow, minus, WC_I128_MAX);
        range.lo = least_value(flow, form, WC_I128_MAX);
        if (wc_i128_neg(least, &range.hi) != WC_OK) range.hi = WC_I128_MAX;
    }
    wc_arena_rewind(flow->symbolic.sema->arena, mark); /* forms of the search are not kept */
    return range;
}

bool wc_flow_is_positive(wc_flow *flow, const wc_linear *form)
{
    if (took_overflow(flow)) return false;
    size_t mark = wc_arena_mark(flow->symbolic.sema->arena);
    wc_i128 least = least_value(flow, form, wc_i128_of(0));
    wc_arena_rewind(flow->symbolic.sema->arena, mark);
    return wc_i128_sign(least) >= 0;
}

/* --- learning --------------------------------------------------------------------------------- */

static void learn_order(wc_flow *flow, wc_sema_op op, const wc_linear *a, const wc_linear *b)
{
    const wc_linear *one = wc_flow_number(flow, 1);
    switch ((int)op) {
    case WC_OPER_LT:
        wc_flow_assume(flow, wc_flow_minus(flow, wc_flow_minus(flow, b, a), one));
        break;
    case WC_OPER_LE: wc_flow_assume(flow, wc_flow_minus(flow, b, a)); break;
    case WC_OPER_GT:
        wc_flow_assume(flow, wc_flow_minus(flow, wc_flow_minus(flow, a, b), one));
        break;
    case WC_OPER_GE: wc_flow_assume(flow, wc_flow_minus(flow, a, b)); break;
    default: wc_assert(op == WC_OPER_EQ); wc_flow_assume_zero(flow, wc_flow_minus(flow, a, b));
    }
}

/* a != b and one of them is not below the other: it is above. */
static void learn_different(wc_flow *flow, const wc_linear *a, const wc_linear *b)
{
    const wc_linear *difference = wc_flow_minus(flow, a, b);
    if (wc_flow_is_positive(flow, difference)) {
        learn_order(flow, WC_OPER_GT, a, b);
    } else if (wc_flow_is_positive(flow, wc_flow_minus(flow, b, a))) {
        learn_order(flow, WC_OPER_LT, a, b);
    }
}

static wc_sema_op inverse(wc_sema_op op)
{
    switch ((int)op) {
    case WC_OPER_EQ: return WC_OPER_NE;
    case WC_OPER_NE: return WC_OPER_EQ;
    case WC_OPER_LT: return WC_OPER_GE;
    case WC_OPER_LE: return WC_OPER_GT;
    case WC_OPER_GT: return WC_OPER_LE;
    default: return WC_OPER_LT;
    }
}

static void learn_comparison(wc_flow *flow, const wc_sema_expr *condition, bool holds)
{
    const wc_linear *a = condition->a->form, *b = condition->b->form;
    wc_sema_op op = holds ? condition->op : inverse(condition->op);
    wc_assert(a != NULL && b != NULL); /* a condition is learnt when it was evaluated */
    if (!wc_sema_is_scalar(condition->a->type)) return;
    if (op == WC_OPER_NE) {
        learn_different(flow, a, b);
    } else {
        learn_order(flow, op, a, b);
    }
}

/* Interval a contains time b, or all of interval b. */
static void learn_inside(wc_flow *flow, const wc_sema_expr *condition)
{
    wc_symbolic *symbolic = &flow->symbolic;
    const wc_linear *a = condition->a->form, *b = condition->b->form;
    wc_assert(a != NULL && b != NULL);
    const wc_linear *start = wc_symbolic_edge(symbolic, a, WC_OPER_START);
    const wc_linear *end = wc_symbolic_edge(symbolic, a, WC_OPER_END);
    if (condition->b->type->kind == WC_SEMA_INTERVAL) {
        const wc_linear *first = wc_symbolic_edge(symbolic, b, WC_OPER_START);
        const wc_linear *last = wc_symbolic_edge(symbolic, b, WC_OPER_END);
        wc_flow_assume(flow, wc_flow_minus(flow, first, start));
        wc_flow_assume(flow, wc_flow_minus(flow, end, last));
        return;
    }
    learn_order(flow, WC_OPER_LE, start, b);
    learn_order(flow, WC_OPER_LT, b, end);
}

void wc_flow_learn(wc_flow *flow, const wc_sema_expr *condition, bool holds)
{
    condition = wc_sema_origin(condition);
    wc_sema_op op = condition->op;
    if (op == WC_OPER_NOT) {
        wc_flow_learn(flow, condition->a, !holds);
        return;
    }
    if (op == WC_OPER_AND || op == WC_OPER_OR) {
        if (holds != (op == WC_OPER_AND)) return;
        wc_flow_learn(flow, condition->a, holds);
        wc_flow_learn(flow, condition->b, holds);
        return;
    }
    if (op >= WC_OPER_EQ && op <= WC_OPER_GE) learn_comparison(flow, condition, holds);
    if (op == WC_OPER_CONTAINS && holds) learn_inside(flow, condition);
    wc_assert(condition->form != NULL);
    wc_flow_assume_zero(flow, wc_flow_minus(flow, condition->form, wc_flow_number(flow, holds)));
}
