/* Operations: which can trap here, and what is known of their results. See hazard.h. */
#include "compiler/sema/hazard.h"
#include "compiler/sema/warn.h"

static wc_sema_range range_of(wc_hazards *self, const wc_linear *form)
{
    return wc_flow_range(&self->flow, form);
}

/* What is known of the value on this path and whatever the path. */
static wc_sema_range known_range(wc_hazards *self, const wc_sema_expr *expr)
{
    return wc_range_meet(expr->range, range_of(self, expr->form));
}

static bool excludes_zero(wc_sema_range range)
{
    return wc_i128_sign(range.lo) > 0 || wc_i128_sign(range.hi) < 0;
}

static bool is_open(wc_sema_range range)
{
    return wc_i128_compare(range.lo, WC_I128_MIN) == 0 ||
           wc_i128_compare(range.hi, WC_I128_MAX) == 0;
}

static const wc_linear *minus(wc_hazards *self, const wc_linear *a, const wc_linear *b)
{
    return wc_flow_minus(&self->flow, a, b);
}

static void assume(wc_hazards *self, const wc_linear *form)
{
    wc_flow_assume(&self->flow, form);
}

/* --- checks shared with statements ------------------------------------------------------------ */

void wc_hazard_check_range(wc_hazards *self, const wc_sema_expr *value, const wc_linear *form,
                           const wc_sema_type *place, wc_sema_range limits)
{
    if (wc_range_within(value->range, limits)) return;
    wc_sema_range range = wc_range_meet(value->range, range_of(self, form));
    if (!wc_range_within(range, limits)) {
        wc_hazard_report_range(self, value, range, place, limits);
    }
    wc_flow_assume_within(&self->flow, form, limits); /* else it has trapped */
}

void wc_hazard_index(wc_hazards *self, const wc_sema_expr *collection, const wc_sema_expr *index,
                     wc_span span)
{
    if (collection->op == WC_OPER_WINDOW) { /* its indexes start anywhere */
        wc_hazard_report_index(self, collection, index, known_range(self, index), span);
        return;
    }
    const wc_linear *length =
        wc_symbolic_length(&self->flow.symbolic, collection->form, collection->type);
    const wc_linear *left =
        minus(self, minus(self, length, index->form), wc_flow_number(&self->flow, 1));
    bool is_safe =
        wc_flow_is_positive(&self->flow, index->form) && wc_flow_is_positive(&self->flow, left);
    if (is_safe) return;
    wc_hazard_report_index(self, collection, index, known_range(self, index), span);
    assume(self, index->form);
    assume(self, left);
}

static bool has_key(wc_hazards *self, const wc_sema_expr *map, const wc_linear *key)
{
    const wc_linear *has = wc_symbolic_has(&self->flow.symbolic, map->form, key);
    return wc_flow_is_positive(&self->flow, minus(self, has, wc_flow_number(&self->flow, 1)));
}

static void check_key(wc_hazards *self, const wc_sema_expr *map, const wc_sema_expr *key,
                      wc_span span)
{
    if (has_key(self, map, key->form)) return;
    wc_hazard_report_key(self, map, key, span);
    const wc_linear *has = wc_symbolic_has(&self->flow.symbolic, map->form, key->form);
    wc_flow_assume_zero(&self->flow, minus(self, has, wc_flow_number(&self->flow, 1)));
}

void wc_hazard_amount(wc_hazards *self, wc_sema_expr *amount)
{
    const wc_linear *form = wc_hazard_value(self, amount);
    if (wc_i128_sign(amount->range.lo) >= 0 || wc_flow_is_positive(&self->flow, form)) return;
    wc_hazard_report_amount(self, amount, known_range(self, amount));
    assume(self, form);
}

void wc_hazard_has_added(wc_hazards *self, const wc_linear *before, const wc_sema_expr *collection,
                         const wc_linear *key)
{
    wc_symbolic *symbolic = &self->flow.symbolic;
    const wc_linear *one = wc_flow_number(&self->flow, 1);
    const wc_linear *after = wc_symbolic_value(symbolic, collection);
    uint64_t before_id = wc_linear_id(&symbolic->space, before), key_id;
    uint32_t count = self->flow.fact_count;
    for (uint32_t i = 0; i < count; i++) {
        const wc_linear *fact = self->flow.facts[i];
        if (fact->count != 2 || fact->terms[0].atom != 0) continue;
        const wc_atom *atom = wc_linear_atom_at(&symbolic->space, fact->terms[1].atom);
        bool is_present =
            wc_i128_sign(fact->terms[1].factor) > 0 && wc_i128_sign(fact->terms[0].factor) < 0;
        if (!is_present || !wc_symbolic_is_has(atom, before_id, &key_id)) continue;
        assume(self, minus(self, wc_symbolic_has_again(symbolic, after, key_id), one));
    }
    assume(self, minus(self, wc_symbolic_has(symbolic, after, key), one));
    const wc_linear *more = minus(self, wc_symbolic_length(symbolic, after, collection->type),
                                  wc_symbolic_length(symbolic, before, collection->type));
    wc_flow_assume_within(&self->flow, more, wc_range_of(0, 1));
}

/* The filling by neighbours that the series, or what it is a window or copy of, comes from; NULL:
 * none, and its gaps were ruled out (E1103). */
static const wc_sema_expr *filled(const wc_sema_expr *series)
{
    for (;;) {
        series = wc_sema_origin(series);
        bool is_part = series->op == WC_OPER_WINDOW || series->op == WC_OPER_SLICE;
        if (!is_part) break;
        series = series->a;
    }
    bool has_rule = series->op == WC_OPER_FILL && series->index != WC_FILL_VALUE;
    return has_rule ? series : NULL;
}

static bool has_no_gap(wc_hazards *self, const wc_linear *series)
{
    const wc_linear *gaps = wc_symbolic_gaps(&self->flow.symbolic, series);
    return wc_flow_is_positive(&self->flow, minus(self, wc_linear_zero(), gaps));
}

void wc_hazard_read(wc_hazards *self, const wc_sema_expr *series, wc_span span)
{
    if (series->type->kind != WC_SEMA_SERIES || filled(series) == NULL) return;
    for (const wc_sema_expr *part = series;; part = part->a) {
        if (part->form != NULL && has_no_gap(self, part->form)) return;
        part = wc_sema_origin(part);
        if (part->op != WC_OPER_WINDOW && part->op != WC_OPER_SLICE) break;
    }
    wc_hazard_report_gap(self, series, span);
}

void wc_hazard_bind(wc_hazards *self, const wc_sema_expr *over, const wc_sema_local *key,
                    const wc_sema_local *item)
{
    wc_symbolic *symbolic = &self->flow.symbolic;
    const wc_linear *one = wc_flow_number(&self->flow, 1);
    bool is_map = over->type->kind == WC_SEMA_MAP;
    const wc_sema_local *known = over->type->kind == WC_SEMA_SET ? item : key;
    if (item != NULL) wc_hazard_read(self, over, over->span);
    if (item != NULL) {
        symbolic->env.locals[item->index] =
            wc_symbolic_binder(symbolic, over, false, item->type, item->span);
    }
    if (key != NULL) {
        symbolic->env.locals[key->index] =
            wc_symbolic_binder(symbolic, over, true, key->type, key->span);
    }
    if (known == NULL) return;
    const wc_linear *value = symbolic->env.locals[known->index];
    if (is_map || known == item) {
        assume(self, minus(self, wc_symbolic_has(symbolic, over->form, value), one));
        return;
    }
    if (over->op == WC_OPER_WINDOW) over = over->a; /* whose indexes it has */
    const wc_linear *length = wc_symbolic_length(symbolic, over->form, over->type);
    assume(self, value);
    assume(self, minus(self, minus(self, length, value), one));
}

void wc_hazard_bind_zip(wc_hazards *self, const wc_sema_expr *other, const wc_sema_local *zip)
{
    wc_symbolic *symbolic = &self->flow.symbolic;
    wc_hazard_report_time(self, other);
    wc_hazard_read(self, other, other->span);
    symbolic->env.locals[zip->index] = wc_symbolic_unknown(symbolic, zip->type, zip->span);
}

/* --- single operations ------------------------------------------------------------------------ */

/* In 128 bits when wide; what is not wide was proved to fit 64. */
static void check_wide(wc_hazards *self, const wc_sema_expr *expr)
{
    if (!expr->is_wide || !is_open(expr->range)) return;
    wc_sema_range range = range_of(self, expr->form);
    if (!is_open(range)) return;
    wc_hazard_report_range(self, expr, range, NULL, wc_range_widest());
}

static void check_arithmetic(wc_hazards *self, const wc_sema_expr *expr)
{
    if (wc_sema_is_number(expr->type) && wc_sema_is_number(expr->a->type)) {
        check_wide(self, expr);
        return;
    }
    if (wc_range_is_narrow(range_of(self, expr->form))) return; /* times and dates: 64 bits */
    wc_hazard_report_time(self, expr);
    wc_flow_assume_within(&self->flow, expr->form, wc_range_full());
}

static void check_divisor(wc_hazards *self, const wc_sema_expr *divisor)
{
    if (divisor == NULL || excludes_zero(divisor->range)) return;
    wc_sema_range range = known_range(self, divisor);
    wc_sema_met_divisor(self->sema, divisor, excludes_zero(range));
    if (excludes_zero(range)) return;
    wc_hazard_report_divisor(self, divisor, range);
}

static wc_sema_range quotient(wc_hazards *self, const wc_sema_expr *expr)
{
    wc_sema_range range = known_range(self, expr->a);
    if (expr->b != NULL) range = wc_range_mul(range, known_range(self, expr->b));
    range = wc_range_mul(range, wc_range_of(expr->n, expr->n));
    if (is_open(range)) return wc_range_widest();
    int64_t divisor = expr->d, least = 1, product;
    if (expr->c != NULL) {
        wc_sema_range by = known_range(self, expr->c);
        if (wc_i128_sign(by.lo) <= 0) {
            range = wc_range_union(range, wc_range_neg(range));
        } else {
            wc_status status = wc_i128_narrow(by.lo, &least);
            wc_assert(status == WC_OK); /* divisors have 64 bits */
        }
        range = wc_range_union(range, wc_range_of(0, 0));
    }
    if (wc_i64_mul(divisor, least, &product) == WC_OK) divisor = product;
    wc_i128 lo, hi; /* no larger than before: neither bound is the last number of 128 bits */
    wc_status status = wc_mul_div_round_wide(range.lo, 1, 1, 1, divisor, WC_ROUND_FLOOR, &lo);
    wc_assert(status == WC_OK);
    status = wc_mul_div_round_wide(range.hi, 1, 1, 1, divisor, WC_ROUND_CEIL, &hi);
    wc_assert(status == WC_OK);
    return (wc_sema_range){lo, hi};
}

/* round(x * s) with 0 <= s <= 1 of a whole number x >= 0 is at most x. */
static void learn_share(wc_hazards *self, const wc_sema_expr *expr)
{
    if (expr->c != NULL || !wc_flow_is_positive(&self->flow, expr->a->form)) return;
    wc_sema_range by = wc_range_of(1, 1);
    if (expr->b != NULL) by = known_range(self, expr->b);
    if (wc_i128_sign(by.lo) < 0) return;
    wc_sema_range whole = wc_range_mul(by, wc_range_of(expr->n, expr->n));
    if (wc_i128_compare(whole.hi, wc_i128_of(expr->d)) > 0) return;
    assume(self, minus(self, expr->a->form, expr->form));
}

static void check_round(wc_hazards *self, const wc_sema_expr *expr)
{
    check_divisor(self, expr->c);
    bool is_exact = expr->round == WC_ROUND_EXACT && (expr->d != 1 || expr->c != NULL);
    if (is_exact) wc_hazard_report_inexact(self, expr);
    wc_sema_range range = quotient(self, expr);
    if (!wc_range_is_narrow(range)) {
        wc_hazard_report_range(self, expr, range, NULL, wc_range_full());
    }
    wc_flow_assume_within(&self->flow, expr->form, wc_range_meet(wc_range_full(), range));
    learn_share(self, expr);
}

static void check_quotient(wc_hazards *self, const wc_sema_expr *expr)
{
    check_divisor(self, expr->b);
    wc_sema_range a = known_range(self, expr->a), b = known_range(self, expr->b);
    const wc_linear *result = expr->form;
    bool is_plus = wc_i128_sign(b.lo) > 0;
    if (expr->op == WC_OPER_MOD) {
        if (!is_plus) return;
        assume(self, result);
        assume(self,
               minus(self, minus(self, expr->b->form, result), wc_flow_number(&self->flow, 1)));
        return;
    }
    bool may_overflow = wc_i128_compare(a.lo, wc_i128_of(INT64_MIN)) == 0 &&
                        wc_i128_compare(b.lo, wc_i128_of(-1)) <= 0 &&
                        wc_i128_compare(b.hi, wc_i128_of(-1)) >= 0;
    if (may_overflow) wc_hazard_report_range(self, expr, a, NULL, wc_range_full());
    if (!is_plus || wc_i128_sign(a.lo) < 0) return;
    assume(self, result);
    assume(self, minus(self, expr->a->form, result));
}

/* The result lies below (or above) both operands, and is one of them. */
static void learn_choice(wc_hazards *self, const wc_sema_expr *expr)
{
    bool is_min = expr->op == WC_OPER_MIN;
    const wc_sema_expr *const operands[] = {expr->a, expr->b};
    for (size_t i = 0; i < WC_ARRAY_LEN(operands); i++) {
        const wc_linear *a = is_min ? operands[i]->form : expr->form;
        const wc_linear *b = is_min ? expr->form : operands[i]->form;
        assume(self, minus(self, a, b));
    }
    wc_sema_range a = known_range(self, expr->a), b = known_range(self, expr->b);
    wc_flow_assume_within(&self->flow, expr->form,
                          is_min ? wc_range_min(a, b) : wc_range_max(a, b));
}

static void learn_product(wc_hazards *self, const wc_sema_expr *expr)
{
    wc_i128 constant;
    if (wc_linear_is_constant(expr->a->form, &constant)) return;
    if (wc_linear_is_constant(expr->b->form, &constant)) return;
    wc_sema_range a = known_range(self, expr->a), b = known_range(self, expr->b);
    bool a_is_narrow = wc_range_is_narrow(a);
    wc_assert(a_is_narrow || wc_range_is_narrow(b)); /* E0524 */
    wc_flow_assume_within(&self->flow, expr->form,
                          a_is_narrow ? wc_range_mul(b, a) : wc_range_mul(a, b));
}

static void check_interval(wc_hazards *self, const wc_sema_expr *expr)
{
    wc_symbolic *symbolic = &self->flow.symbolic;
    const wc_linear *length = minus(self, expr->b->form, expr->a->form);
    if (!wc_flow_is_positive(&self->flow, length)) {
        wc_hazard_report_time(self, expr);
        assume(self, length);
    }
    const wc_linear *start = wc_symbolic_edge(symbolic, expr->form, WC_OPER_START);
    const wc_linear *end = wc_symbolic_edge(symbolic, expr->form, WC_OPER_END);
    wc_flow_assume_zero(&self->flow, minus(self, start, expr->a->form));
    wc_flow_assume_zero(&self->flow, minus(self, end, expr->b->form));
}

/* end - start of an interval, which does not end before it starts. */
static void check_length(wc_hazards *self, const wc_sema_expr *expr)
{
    wc_symbolic *symbolic = &self->flow.symbolic;
    const wc_linear *start = wc_symbolic_edge(symbolic, expr->a->form, WC_OPER_START);
    const wc_linear *length =
        minus(self, wc_symbolic_edge(symbolic, expr->a->form, WC_OPER_END), start);
    assume(self, length);
    if (!wc_range_is_narrow(range_of(self, length))) wc_hazard_report_time(self, expr);
    wc_flow_assume_zero(&self->flow, minus(self, expr->form, length));
    wc_flow_assume_within(&self->flow, expr->form, wc_range_of(0, INT64_MAX));
}

static void check_fit(wc_hazards *self, const wc_sema_expr *expr)
{
    wc_assert(wc_sema_is_number(expr->type));
    wc_hazard_check_range(self, expr->a, expr->a->form, expr->type, wc_range_of_type(expr->type));
}

static void check_call(wc_hazards *self, const wc_sema_expr *expr)
{
    const wc_sema_routine *callee = expr->routine;
    if (!wc_sema_is_scalar(expr->type) || !callee->has_results) return;
    wc_flow_assume_within(&self->flow, expr->form, callee->results);
}

static void check_list(wc_hazards *self, const wc_sema_expr *expr)
{
    const wc_linear *length = wc_symbolic_length(&self->flow.symbolic, expr->form, expr->type);
    wc_flow_assume_zero(&self->flow,
                        minus(self, length, wc_flow_number(&self->flow, expr->arg_count)));
}

static void check(wc_hazards *self, wc_sema_expr *expr)
{
    switch ((int)expr->op) {
    case WC_OPER_NEG:
    case WC_OPER_ADD:
    case WC_OPER_SUB: check_arithmetic(self, expr); break;
    case WC_OPER_MUL:
        learn_product(self, expr);
        check_arithmetic(self, expr);
        break;
    case WC_OPER_ABS:
        assume(self, expr->form);
        check_arithmetic(self, expr);
        break;
    case WC_OPER_MIN:
    case WC_OPER_MAX: learn_choice(self, expr); break;
    case WC_OPER_IDIV:
    case WC_OPER_MOD: check_quotient(self, expr); break;
    case WC_OPER_ROUND: check_round(self, expr); break;
    case WC_OPER_FIT: check_fit(self, expr); break;
    case WC_OPER_INDEX:
        wc_hazard_index(self, expr->a, expr->b, expr->span);
        wc_hazard_read(self, expr->a, expr->span);
        break;
    case WC_OPER_QUALITY: wc_hazard_index(self, expr->a, expr->b, expr->span); break;
    case WC_OPER_LENGTH: check_length(self, expr); break;
    case WC_OPER_AT:
        wc_hazard_report_time(self, expr);
        wc_hazard_read(self, expr->a, expr->span);
        break;
    case WC_OPER_SPAN:
    case WC_OPER_CAL_LOCAL:
    case WC_OPER_CAL_TIME:
    case WC_OPER_CAL_DATE:
    case WC_OPER_CAL_SPAN:
    case WC_OPER_DATE_FIRST:
    case WC_OPER_DATE_PART:
    case WC_OPER_WINDOW:
    case WC_OPER_RESAMPLE:
    case WC_OPER_BLANK: wc_hazard_report_time(self, expr); break;
    case WC_OPER_MAP_GET: check_key(self, expr->a, expr->b, expr->span); break;
    case WC_OPER_INTERVAL: check_interval(self, expr); break;
    case WC_OPER_CALL: check_call(self, expr); break;
    case WC_OPER_LIST:
    case WC_OPER_EMPTY: check_list(self, expr); break;
    default: break; /* cannot trap, whatever its operands are */
    }
}

/* --- evaluation ------------------------------------------------------------------------------- */

/* && || : the second operand only when the first does not decide. */
static void visit_logic(wc_hazards *self, wc_sema_expr *expr)
{
    (void)wc_hazard_value(self, expr->a);
    uint32_t mark = self->flow.fact_count;
    wc_flow_learn(&self->flow, expr->a, expr->op == WC_OPER_AND);
    (void)wc_hazard_value(self, expr->b);
    self->flow.fact_count = mark;
    (void)wc_flow_value(&self->flow, expr);
}

static void visit_choose(wc_hazards *self, wc_sema_expr *expr)
{
    wc_sema_range ranges[2] = {wc_range_widest(), wc_range_widest()};
    wc_sema_expr *const choices[] = {expr->b, expr->c};
    bool is_scalar = wc_sema_is_scalar(expr->type);
    (void)wc_hazard_value(self, expr->a);
    for (unsigned i = 0; i < 2; i++) {
        uint32_t mark = self->flow.fact_count;
        wc_flow_learn(&self->flow, expr->a, i == 0);
        (void)wc_hazard_value(self, choices[i]);
        if (is_scalar) ranges[i] = known_range(self, choices[i]);
        self->flow.fact_count = mark;
    }
    const wc_linear *form = wc_flow_value(&self->flow, expr);
    if (!is_scalar) return;
    wc_flow_assume_within(&self->flow, form, wc_range_union(ranges[0], ranges[1]));
}

static void visit_fold(wc_hazards *self, wc_sema_expr *expr)
{
    (void)wc_hazard_value(self, expr->a);
    if (expr->b != NULL) (void)wc_hazard_value(self, expr->b);
    uint32_t mark = self->flow.fact_count;
    wc_hazard_bind(self, expr->a, expr->key, expr->local);
    if (expr->zip != NULL) wc_hazard_bind_zip(self, expr->b, expr->zip);
    self->flow.symbolic.depth++;
    (void)wc_hazard_value(self, expr->c);
    wc_sema_range each =
        wc_sema_is_number(expr->type) ? known_range(self, expr->c) : wc_range_widest();
    self->flow.symbolic.depth--;
    self->flow.fact_count = mark;
    const wc_linear *form = wc_flow_value(&self->flow, expr);
    if (expr->op != WC_OPER_SUM) return;
    wc_flow_assume_within(&self->flow, form,
                          wc_range_mul(each, wc_range_of(0, (int64_t)expr->trips)));
    check_wide(self, expr);
}

/* add and remove: the collection has another value afterwards. */
static void visit_change(wc_hazards *self, wc_sema_expr *expr)
{
    const wc_linear *before = wc_hazard_value(self, expr->a);
    const wc_linear *key = wc_hazard_value(self, expr->b);
    (void)wc_flow_value(&self->flow, expr); /* gives it the new value */
    expr->a->form = NULL;
    if (expr->op == WC_OPER_SET_ADD) wc_hazard_has_added(self, before, expr->a, key);
}

const wc_linear *wc_hazard_value(wc_hazards *self, wc_sema_expr *expr)
{
    switch ((int)expr->op) {
    case WC_OPER_AND:
    case WC_OPER_OR: visit_logic(self, expr); return expr->form;
    case WC_OPER_CHOOSE: visit_choose(self, expr); return expr->form;
    case WC_OPER_SUM:
    case WC_OPER_FORALL: visit_fold(self, expr); return expr->form;
    case WC_OPER_SET_ADD:
    case WC_OPER_REMOVE: visit_change(self, expr); return expr->form;
    default: break;
    }
    if (expr->a != NULL) (void)wc_hazard_value(self, expr->a);
    if (expr->b != NULL) (void)wc_hazard_value(self, expr->b);
    if (expr->c != NULL) (void)wc_hazard_value(self, expr->c);
    for (uint16_t i = 0; i < expr->arg_count; i++) (void)wc_hazard_value(self, expr->args[i]);
    (void)wc_flow_value(&self->flow, expr);
    check(self, expr);
    return expr->form;
}

void wc_hazard_place(wc_hazards *self, wc_sema_expr *place, bool is_inside)
{
    if (place->a != NULL) wc_hazard_place(self, place->a, true);
    if (place->b != NULL) (void)wc_hazard_value(self, place->b);
    (void)wc_flow_value(&self->flow, place);
    if (place->op == WC_OPER_INDEX) wc_hazard_index(self, place->a, place->b, place->span);
    bool needs_key = place->op == WC_OPER_MAP_GET && is_inside;
    if (needs_key) check_key(self, place->a, place->b, place->span);
}
