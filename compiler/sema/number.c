/* Arithmetic: units, scales and widths of + - * / and of comparisons, and numbers in places.
 *
 * An operand of the smaller scale is multiplied up, which is exact; units must be the same already.
 * Constants are folded at once, so a literal never costs an instruction. */
#include "compiler/sema/check.h"

static unsigned scale_of(const wc_sema_type *type)
{
    return type->kind == WC_SEMA_DEC ? type->scale : 0;
}

static const wc_sema_unit *unit_of(const wc_sema *sema, const wc_sema_type *type)
{
    return type->kind == WC_SEMA_DEC ? type->unit : sema->plain;
}

wc_str wc_sema_source_text(const wc_sema *sema, wc_span span)
{
    return wc_source_text(wc_sources_of(sema->diags->sources, span), span);
}

/* The type between places of a number of this kind, scale and unit. */
static const wc_sema_type *flight_of(wc_sema *sema, const wc_sema_type *type)
{
    if (type->kind == WC_SEMA_INT) return sema->integer;
    return wc_sema_type_dec(sema, type->scale, type->unit);
}

const wc_sema_type *wc_sema_place_type(wc_sema *sema, const wc_sema_type *type)
{
    return wc_sema_is_number(type) ? flight_of(sema, type) : type;
}

/* Of a sum or a choice of two numbers that wc_sema_unify brought together. */
const wc_sema_type *wc_sema_flight(wc_sema *sema, const wc_sema_type *a, const wc_sema_type *b)
{
    if (a->kind == WC_SEMA_INT && b->kind == WC_SEMA_INT) return sema->integer;
    wc_assert(scale_of(a) == scale_of(b));
    return wc_sema_type_dec(sema, scale_of(a), unit_of(sema, a));
}

/* --- operations on nodes, folded when constant ------------------------------------------------ */

static wc_status fold(wc_sema_op op, wc_i128 a, wc_i128 b, wc_i128 *result)
{
    int64_t narrow;
    if (op == WC_OPER_ADD) return wc_i128_add(a, b, result);
    if (op == WC_OPER_SUB) return wc_i128_sub(a, b, result);
    if (op == WC_OPER_MUL) {
        if (wc_i128_narrow(b, &narrow) == WC_OK) return wc_i128_mul_i64(a, narrow, result);
        if (wc_i128_narrow(a, &narrow) == WC_OK) return wc_i128_mul_i64(b, narrow, result);
        return WC_OVERFLOW;
    }
    bool a_is_less = wc_i128_compare(a, b) < 0;
    wc_assert(op == WC_OPER_MIN || op == WC_OPER_MAX);
    *result = a_is_less == (op == WC_OPER_MIN) ? a : b;
    return WC_OK;
}

static wc_sema_range range_of(wc_sema_op op, const wc_sema_expr *a, const wc_sema_expr *b)
{
    if (op == WC_OPER_ADD) return wc_range_add(a->range, b->range);
    if (op == WC_OPER_SUB) return wc_range_sub(a->range, b->range);
    if (op == WC_OPER_MIN) return wc_range_min(a->range, b->range);
    if (op == WC_OPER_MAX) return wc_range_max(a->range, b->range);
    wc_assert(op == WC_OPER_MUL);
    if (b->is_wide) return wc_range_mul(b->range, a->range);
    return wc_range_mul(a->range, b->range);
}

wc_sema_expr *wc_sema_arith(wc_sema *sema, wc_sema_op op, const wc_sema_type *type, wc_sema_expr *a,
                            wc_sema_expr *b, wc_span span)
{
    if (a->op == WC_OPER_NUMBER && b->op == WC_OPER_NUMBER) {
        wc_i128 value;
        if (fold(op, a->number, b->number, &value) == WC_OK) {
            return wc_sema_number(sema, value, type, span);
        }
        wc_diag_report(sema->diags, WC_E0903, span, "this constant exceeds 128 bits");
        return wc_sema_poison(sema, span);
    }
    wc_sema_expr *node = wc_sema_pair(sema, op, type, a, b, span);
    return wc_sema_ranged(node, range_of(op, a, b));
}

wc_sema_expr *wc_sema_retype(wc_sema *sema, const wc_sema_expr *value, const wc_sema_type *type)
{
    wc_sema_expr *copy = WC_SEMA_NEW(sema, wc_sema_expr);
    *copy = *value;
    copy->type = type;
    if (value->op == WC_OPER_FIT) { /* its type says what is checked: that check stays */
        wc_sema_expr *inner = WC_SEMA_NEW(sema, wc_sema_expr);
        *inner = *value;
        copy->a = inner;
    }
    return copy;
}

wc_sema_expr *wc_sema_times(wc_sema *sema, wc_sema_expr *value, int64_t factor,
                            const wc_sema_type *type)
{
    if (factor == 1) return wc_sema_retype(sema, value, type);
    wc_sema_expr *by = wc_sema_integer(sema, factor, value->span);
    wc_sema_expr *product = wc_sema_arith(sema, WC_OPER_MUL, type, value, by, value->span);
    product->is_literal = value->is_literal;
    return product;
}

/* The same value with `scale` decimals, at least as many as it has. */
static wc_sema_expr *scale_up(wc_sema *sema, wc_sema_expr *value, unsigned scale)
{
    unsigned own = scale_of(value->type);
    wc_assert(own <= scale);
    if (own == scale) return value;
    const wc_sema_type *type = wc_sema_type_dec(sema, scale, unit_of(sema, value->type));
    return wc_sema_times(sema, value, wc_power_of_ten(scale - own), type);
}

/* --- same unit, same scale -------------------------------------------------------------------- */

/* a times b to the exponent where that is a unit with a name of its own (h, CNY), or NULL. */
static const wc_sema_unit *simple_unit(wc_sema *sema, const wc_sema_unit *a, const wc_sema_unit *b,
                                       int exponent)
{
    wc_sema_unit product = *a;
    if (!wc_sema_unit_multiply(&product, b, exponent)) return NULL;
    const wc_sema_unit *known = wc_sema_unit_intern(sema, &product);
    if (known == NULL || known->text.len == 0) return NULL;
    for (size_t i = 0; i < known->text.len; i++) {
        char c = known->text.data[i];
        if (c == '/' || c == '*') return NULL;
    }
    return known;
}

/* Which third quantity brings the two units together, if one with a name does. */
static void note_dimensions(wc_sema *sema, wc_diag *diag, const wc_sema_unit *a,
                            const wc_sema_unit *b)
{
    if (diag == NULL) return;
    const wc_sema_unit *product = simple_unit(sema, a, b, 1);
    const wc_sema_unit *of_b = simple_unit(sema, a, b, -1);
    const wc_sema_unit *of_a = simple_unit(sema, b, a, -1);
    if (product != NULL) {
        wc_diag_add_note(sema->diags, diag,
                         "{} and {} measure different things; their product is {}", a->text,
                         b->text, product->text);
    } else if (of_b != NULL || of_a != NULL) {
        wc_diag_add_note(sema->diags, diag, "{} and {} measure different things; {} times {} is {}",
                         a->text, b->text, of_b != NULL ? b->text : a->text,
                         of_b != NULL ? of_b->text : of_a->text, of_b != NULL ? a->text : b->text);
    } else {
        wc_diag_add_note(sema->diags, diag, "{} and {} measure different things", a->text, b->text);
    }
}

static void fix_convert(wc_sema *sema, wc_diag *diag, const wc_sema_expr *value,
                        const wc_sema_type *to)
{
    wc_str source = wc_sema_source_text(sema, value->span);
    const wc_str parts[] = {WC_STR("convert<"), to->text, WC_STR(">("), source, WC_STR(")")};
    wc_str text = wc_sema_join(sema, parts, WC_ARRAY_LEN(parts));
    wc_diag_add_fix(sema->diags, diag, value->span, WC_FIX_MAYBE, text, "{}", text);
}

static void fix_literal(wc_sema *sema, wc_diag *diag, const wc_sema_expr *value,
                        const wc_sema_unit *unit)
{
    if (!value->is_literal) return;
    const wc_str parts[] = {wc_sema_source_text(sema, value->span), WC_STR(" "), unit->text};
    wc_str text = wc_sema_join(sema, parts, WC_ARRAY_LEN(parts));
    /* Zero is zero in every unit; another number may have been meant in a larger or smaller one. */
    wc_fix_kind kind = value->op == WC_OPER_NUMBER && wc_i128_sign(value->number) == 0
                           ? WC_FIX_SURE
                           : WC_FIX_MAYBE;
    wc_diag_add_fix(sema->diags, diag, value->span, kind, text, "{}", text);
}

static void report_units(wc_sema *sema, const wc_sema_expr *a, const wc_sema_expr *b,
                         const char *op, wc_span span)
{
    const wc_sema_unit *left = unit_of(sema, a->type);
    const wc_sema_unit *right = unit_of(sema, b->type);
    bool is_bare = left == sema->plain || right == sema->plain;
    wc_diag *diag;
    if (is_bare) {
        diag = wc_diag_report(sema->diags, WC_E0502, span,
                              "one side of `{}` is in {}, the other has no unit", op,
                              left == sema->plain ? right->text : left->text);
    } else {
        diag = wc_diag_report(sema->diags, WC_E0503, span, "units do not match in `{}`", op);
    }
    wc_diag_add_label(sema->diags, diag, a->span, "{}", a->type->text);
    wc_diag_add_label(sema->diags, diag, b->span, "{}", b->type->text);
    if (is_bare) {
        wc_diag_add_note(sema->diags, diag, "every number has its unit written, zero too");
        if (left == sema->plain) {
            fix_literal(sema, diag, a, right);
        } else {
            fix_literal(sema, diag, b, left);
        }
    } else if (wc_sema_same_dimension(left, right)) {
        wc_diag_add_note(sema->diags, diag, "one {} is not one {}: convert one of them", left->text,
                         right->text);
        fix_convert(sema, diag, b, a->type);
    } else {
        note_dimensions(sema, diag, left, right);
    }
}

bool wc_sema_unify(wc_sema *sema, wc_sema_expr **a, wc_sema_expr **b, const char *op, wc_span span)
{
    const wc_sema_type *left = (*a)->type;
    const wc_sema_type *right = (*b)->type;
    if (unit_of(sema, left) != unit_of(sema, right)) {
        report_units(sema, *a, *b, op, span);
        return false;
    }
    unsigned scale = scale_of(left) > scale_of(right) ? scale_of(left) : scale_of(right);
    *a = scale_up(sema, *a, scale);
    *b = scale_up(sema, *b, scale);
    return !wc_sema_is_poison(*a) && !wc_sema_is_poison(*b);
}

/* --- numbers in places ------------------------------------------------------------------------ */

static void report_bare(wc_sema *sema, const wc_sema_expr *value, const wc_sema_type *place,
                        const char *what)
{
    const wc_sema_unit *from = unit_of(sema, value->type);
    const wc_sema_unit *to = unit_of(sema, place);
    wc_diag *diag;
    if (from == sema->plain) {
        diag = wc_diag_report(sema->diags, WC_E0502, value->span,
                              "{} must be `{}`, but this number has no unit", what, place->text);
        fix_literal(sema, diag, value, to);
        return;
    }
    if (to == sema->plain) {
        diag = wc_diag_report(sema->diags, WC_E0502, value->span,
                              "{} is a number without unit, but this is `{}`", what,
                              value->type->text);
        wc_diag_add_note(sema->diags, diag, "strip(x) gives the number alone");
        return;
    }
    diag = wc_diag_report(sema->diags, WC_E0503, value->span, "{} must be `{}`, not `{}`", what,
                          place->text, value->type->text);
    if (wc_sema_same_dimension(from, to)) {
        fix_convert(sema, diag, value, place);
    } else {
        note_dimensions(sema, diag, from, to);
    }
}

/* round<T>(the source text, half_even) */
wc_str wc_sema_round_text(wc_sema *sema, wc_span span, const wc_sema_type *type)
{
    const wc_str parts[] = {WC_STR("round<"), type->text, WC_STR(">("),
                            wc_sema_source_text(sema, span), WC_STR(", half_even)")};
    return wc_sema_join(sema, parts, WC_ARRAY_LEN(parts));
}

static void report_scale(wc_sema *sema, const wc_sema_expr *value, const wc_sema_type *place,
                         const char *what)
{
    unsigned own = scale_of(value->type);
    unsigned most = scale_of(place);
    if (value->is_literal) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0505, value->span,
                                       "{} has {} decimal{}, this number has {}", what, most,
                                       most == 1 ? "" : "s", own);
        wc_sema_fix_decimals(sema, diag, value->span, own - most);
        return;
    }
    wc_sema_local *local = value->op == WC_OPER_LOCAL ? value->local : NULL;
    if (local != NULL && local->equals == NULL) local = NULL; /* no `let` */
    if (local != NULL && local->is_too_exact) return;
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0521, value->span,
                                   "this needs a rounding before it becomes `{}`", place->text);
    wc_diag_add_label(sema->diags, diag, value->span,
                      "the exact value has {} decimal{}, `{}` has {}", own, own == 1 ? "" : "s",
                      place->text, most);
    wc_span where = value->span;
    if (local != NULL) { /* all its places want the same */
        local->is_too_exact = true;
        where = local->equals->span;
        wc_diag_add_label(sema->diags, diag, where, "and gets it here");
    }
    wc_str text = wc_sema_round_text(sema, where, place);
    wc_diag_add_fix(sema->diags, diag, where, WC_FIX_MAYBE, text, "{} (choose a mode)", text);
}

static wc_sema_expr *fit_constant(wc_sema *sema, wc_sema_expr *value, const wc_sema_type *place)
{
    if (wc_range_within(value->range, wc_range_of_type(place))) {
        wc_sema_expr *placed = wc_sema_number(sema, value->number, place, value->span);
        placed->is_literal = value->is_literal;
        return placed;
    }
    wc_diag_report(sema->diags, WC_E0904, value->span, "`{}` lies outside `{}`",
                   wc_sema_source_text(sema, value->span), place->text);
    return wc_sema_poison(sema, value->span);
}

wc_sema_expr *wc_sema_fit_number(wc_sema *sema, wc_sema_expr *value, const wc_sema_type *place,
                                 const char *what)
{
    if (unit_of(sema, value->type) != unit_of(sema, place)) {
        report_bare(sema, value, place, what);
        return wc_sema_poison(sema, value->span);
    }
    if (scale_of(value->type) > scale_of(place)) {
        report_scale(sema, value, place, what);
        return wc_sema_poison(sema, value->span);
    }
    value = scale_up(sema, value, scale_of(place));
    if (wc_sema_is_poison(value)) return value;
    if (value->op == WC_OPER_NUMBER) return fit_constant(sema, value, place);
    if (value->type == place && !value->is_wide) return value;
    wc_sema_expr *node = wc_sema_unary(sema, WC_OPER_FIT, place, value, value->span);
    wc_sema_range takes = wc_range_of_type(place);
    node->range = wc_range_meet(takes, value->range);
    bool is_apart = wc_i128_compare(value->range.hi, takes.lo) < 0 ||
                    wc_i128_compare(takes.hi, value->range.lo) < 0;
    if (is_apart) {
        wc_diag_report(sema->diags, WC_E0904, value->span, "this never lies inside `{}`",
                       place->text);
        return wc_sema_poison(sema, value->span);
    }
    return node;
}

/* --- times ------------------------------------------------------------------------------------ */

wc_status wc_sema_whole_seconds(wc_i128 mantissa, unsigned scale, const wc_sema_unit *unit,
                                int64_t *seconds)
{
    wc_i128 product;
    WC_TRY(wc_i128_mul_i64(mantissa, unit->numerator, &product));
    int64_t divisor;
    if (wc_i64_mul(unit->denominator, wc_power_of_ten(scale), &divisor) != WC_OK) {
        return WC_INEXACT; /* as good as: so small a part of a second */
    }
    return wc_mul_div_round(product, 1, 1, divisor, 1, WC_ROUND_EXACT, seconds);
}

/* A duration as 64-bit whole seconds; NULL after a report. */
wc_sema_expr *wc_sema_seconds(wc_sema *sema, wc_sema_expr *value)
{
    const wc_sema_unit *unit = unit_of(sema, value->type);
    bool is_duration = sema->seconds != NULL && wc_sema_is_number(value->type) &&
                       wc_sema_same_dimension(unit, sema->seconds);
    if (!is_duration) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0401, value->span,
                                       "a duration is needed here, not `{}`", value->type->text);
        wc_diag_add_note(sema->diags, diag, "durations have units such as s, min and h");
        return NULL;
    }
    const wc_sema_type *type = wc_sema_type_dec(sema, 0, sema->seconds);
    if (value->op == WC_OPER_NUMBER) {
        int64_t seconds;
        wc_status status =
            wc_sema_whole_seconds(value->number, scale_of(value->type), unit, &seconds);
        if (status == WC_OK) return wc_sema_number(sema, wc_i128_of(seconds), type, value->span);
        if (status == WC_OVERFLOW) {
            wc_diag_report(sema->diags, WC_E0903, value->span, "this duration exceeds 64 bits");
            return NULL;
        }
    } else if (unit->denominator == 1 && scale_of(value->type) == 0) {
        wc_sema_expr *scaled = wc_sema_times(sema, value, unit->numerator, type);
        return wc_sema_fit_number(sema, scaled, type, "the duration");
    }
    wc_diag *diag = wc_diag_report(sema->diags, WC_E1102, value->span,
                                   "this duration is not a whole number of seconds");
    wc_diag_add_note(sema->diags, diag, "try: round<{}>({}, floor)", type->text,
                     wc_sema_source_text(sema, value->span));
    return NULL;
}

static wc_sema_expr *time_step(wc_sema *sema, wc_sema_op op, wc_sema_expr *a, wc_sema_expr *b,
                               wc_span span)
{
    if (a->type->kind == WC_SEMA_TIME) {
        b = wc_sema_seconds(sema, b);
    } else {
        b = wc_sema_fit(sema, b, sema->integer, "the number of days");
    }
    if (b == NULL || wc_sema_is_poison(b)) return wc_sema_poison(sema, span);
    if (a->op == WC_OPER_NUMBER && b->op == WC_OPER_NUMBER) {
        wc_i128 value = wc_i128_of(0);
        int64_t narrow;
        wc_status status = fold(op, a->number, b->number, &value);
        wc_assert(status == WC_OK); /* of two numbers of 64 bits */
        if (wc_i128_narrow(value, &narrow) == WC_OK) {
            return wc_sema_number(sema, value, a->type, span);
        }
        wc_diag_report(sema->diags, WC_E0903, span, "this constant exceeds 64 bits");
        return wc_sema_poison(sema, span);
    }
    return wc_sema_pair(sema, op, a->type, a, b, span);
}

static wc_sema_expr *time_difference(wc_sema *sema, wc_sema_expr *a, wc_sema_expr *b, wc_span span)
{
    const wc_sema_type *type = sema->integer;
    if (a->type->kind == WC_SEMA_TIME) {
        if (!wc_sema_needs_seconds(sema, span)) return wc_sema_poison(sema, span);
        type = wc_sema_type_dec(sema, 0, sema->seconds);
    }
    return wc_sema_pair(sema, WC_OPER_SUB, type, a, b, span);
}

/* The unit of duration may come from any module, not only from those that this one names. */
static void need_seconds(wc_sema *sema)
{
    for (uint32_t i = 0; i < sema->bases.count; i++) {
        wc_sema_symbol *base = wc_sema_at(&sema->bases, i);
        if (base->unit != sema->seconds) continue;
        base->is_used = true;
        wc_sema_need_module(sema, base->module);
    }
}

bool wc_sema_needs_seconds(wc_sema *sema, wc_span span)
{
    if (sema->seconds != NULL) {
        need_seconds(sema);
        return true;
    }
    if (sema->module->is_blind) return false; /* the use is reported */
    wc_diag *diag =
        wc_diag_report(sema->diags, WC_E0303, span, "there is no unit of duration here");
    wc_diag_add_note(sema->diags, diag, "add: use std.energy;");
    return false;
}

/* --- operators -------------------------------------------------------------------------------- */

static wc_sema_expr *check_sum(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *a, wc_sema_expr *b)
{
    bool is_add = ast->as.binary.op == WC_BINARY_ADD;
    wc_sema_op op = is_add ? WC_OPER_ADD : WC_OPER_SUB;
    bool a_is_time = a->type->kind == WC_SEMA_TIME || a->type->kind == WC_SEMA_DATE;
    bool b_is_time = b->type->kind == WC_SEMA_TIME || b->type->kind == WC_SEMA_DATE;
    if (a_is_time && wc_sema_is_number(b->type)) return time_step(sema, op, a, b, ast->span);
    if (is_add && b_is_time && wc_sema_is_number(a->type)) {
        return time_step(sema, op, b, a, ast->span);
    }
    if (!is_add && a_is_time && a->type == b->type) return time_difference(sema, a, b, ast->span);
    if (!wc_sema_is_number(a->type) || !wc_sema_is_number(b->type)) {
        return wc_sema_bad_operands(sema, ast, a, b);
    }
    if (!wc_sema_unify(sema, &a, &b, is_add ? "+" : "-", ast->as.binary.op_span)) {
        return wc_sema_poison(sema, ast->span);
    }
    return wc_sema_arith(sema, op, wc_sema_flight(sema, a->type, b->type), a, b, ast->span);
}

wc_sema_expr *wc_sema_product(wc_sema *sema, wc_sema_expr *a, wc_sema_expr *b, wc_span span)
{
    if (a->is_wide && b->is_wide) {
        wc_diag *diag =
            wc_diag_report(sema->diags, WC_E0524, span, "both factors may need more than 64 bits");
        wc_diag_add_label(sema->diags, diag, a->span, "wide");
        wc_diag_add_label(sema->diags, diag, b->span, "wide");
        wc_diag_add_note(sema->diags, diag,
                         "give one of them a type: let x : T = ...; or round it first");
        return wc_sema_poison(sema, span);
    }
    if (a->type->kind == WC_SEMA_INT && b->type->kind == WC_SEMA_INT) {
        return wc_sema_arith(sema, WC_OPER_MUL, sema->integer, a, b, span);
    }
    unsigned scale = scale_of(a->type) + scale_of(b->type);
    if (scale > WC_DECIMALS_MAX) {
        wc_diag *diag =
            wc_diag_report(sema->diags, WC_E0527, span,
                           "this product has {} decimals; {} are possible", scale, WC_DECIMALS_MAX);
        wc_diag_add_note(sema->diags, diag, "round one of the factors first");
        return wc_sema_poison(sema, span);
    }
    const wc_sema_unit *unit =
        wc_sema_unit_product(sema, unit_of(sema, a->type), unit_of(sema, b->type), 1, span);
    if (unit == NULL) return wc_sema_poison(sema, span);
    return wc_sema_arith(sema, WC_OPER_MUL, wc_sema_type_dec(sema, scale, unit), a, b, span);
}

static wc_sema_expr *check_division(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0522, ast->as.binary.op_span,
                                   "a division stands only directly inside `round`");
    wc_diag_add_note(sema->diags, diag,
                     "the rounding says what happens to the remainder: round<T>(a * b / c, mode), "
                     "the division last");
    if (want != NULL && wc_sema_is_number(want)) {
        wc_str text = wc_sema_round_text(sema, ast->span, want);
        wc_diag_add_fix(sema->diags, diag, ast->span, WC_FIX_MAYBE, text, "{} (choose a mode)",
                        text);
    }
    return wc_sema_poison(sema, ast->span);
}

static wc_sema_expr *check_logic(wc_sema *sema, wc_ast_expr *ast)
{
    bool is_and = ast->as.binary.op == WC_BINARY_AND;
    wc_sema_expr *a = wc_sema_value(sema, ast->as.binary.left, sema->boolean, "the operand");
    wc_sema_evidence *known = sema->body->evidence;
    wc_sema_learn(sema, a, is_and);
    wc_sema_expr *b = wc_sema_value(sema, ast->as.binary.right, sema->boolean, "the operand");
    sema->body->evidence = known;
    if (wc_sema_is_poison(a) || wc_sema_is_poison(b)) return wc_sema_poison(sema, ast->span);
    if (a->op == WC_OPER_NUMBER) {
        bool is_true = wc_i128_sign(a->number) != 0;
        return is_true == is_and ? b : a;
    }
    return wc_sema_pair(sema, is_and ? WC_OPER_AND : WC_OPER_OR, sema->boolean, a, b, ast->span);
}

wc_sema_expr *wc_sema_check_binary(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    wc_ast_binary_op op = ast->as.binary.op;
    if (op == WC_BINARY_AND || op == WC_BINARY_OR) return check_logic(sema, ast);
    bool is_compare =
        op != WC_BINARY_ADD && op != WC_BINARY_SUB && op != WC_BINARY_MUL && op != WC_BINARY_DIV;
    wc_sema_expr *a = wc_sema_infer(sema, ast->as.binary.left, NULL);
    wc_sema_expr *b = wc_sema_infer(sema, ast->as.binary.right, is_compare ? a->type : NULL);
    if (wc_sema_is_poison(a) || wc_sema_is_poison(b)) return wc_sema_poison(sema, ast->span);
    if (is_compare) return wc_sema_check_compare(sema, ast, a, b);
    if (op == WC_BINARY_ADD || op == WC_BINARY_SUB) return check_sum(sema, ast, a, b);
    if (!wc_sema_is_number(a->type) || !wc_sema_is_number(b->type)) {
        return wc_sema_bad_operands(sema, ast, a, b);
    }
    if (op == WC_BINARY_DIV) return check_division(sema, ast, want);
    return wc_sema_product(sema, a, b, ast->span);
}

wc_sema_expr *wc_sema_negate(wc_sema *sema, wc_sema_expr *value, wc_span span)
{
    const wc_sema_type *type = flight_of(sema, value->type);
    if (value->op == WC_OPER_NUMBER) {
        wc_i128 negated;
        if (wc_i128_neg(value->number, &negated) == WC_OK) {
            wc_sema_expr *node = wc_sema_number(sema, negated, type, span);
            node->is_literal = value->is_literal;
            return node;
        }
    }
    wc_sema_expr *node = wc_sema_unary(sema, WC_OPER_NEG, type, value, span);
    return wc_sema_ranged(node, wc_range_neg(value->range));
}

wc_sema_expr *wc_sema_check_unary(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    bool is_not = ast->as.unary.op == WC_UNARY_NOT;
    if (is_not) want = sema->boolean;
    wc_sema_expr *value = wc_sema_infer(sema, ast->as.unary.operand, want);
    if (wc_sema_is_poison(value)) return value;
    if (is_not && value->type->kind == WC_SEMA_BOOL) {
        if (value->op == WC_OPER_NUMBER) {
            bool is_true = wc_i128_sign(value->number) != 0;
            return wc_sema_number(sema, wc_i128_of(!is_true), sema->boolean, ast->span);
        }
        return wc_sema_unary(sema, WC_OPER_NOT, sema->boolean, value, ast->span);
    }
    if (!is_not && wc_sema_is_number(value->type)) {
        return wc_sema_negate(sema, value, ast->span);
    }
    wc_diag_report(sema->diags, WC_E0405, ast->span, "`{}` is not possible for `{}`",
                   wc_ast_unary_name(ast->as.unary.op), value->type->text);
    return wc_sema_poison(sema, ast->span);
}
