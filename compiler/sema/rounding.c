/* round and convert: scales and unit factors become one reduced fraction n/d.
 *
 *     round<T>(X * Y / Z, mode)  ->  X * Y * n / (Z * d), once rounded, 256 bits wide inside (D4)
 *
 * X may be wide; Y and Z are 64 bits. Constant factors go into n and d. A rounding without divisor
 * whose d is 1 is exact and becomes a multiplication. */
#include "compiler/sema/check.h"

static const char *const mode_names[] = {
    [WC_ROUND_HALF_EVEN] = "half_even", [WC_ROUND_HALF_UP] = "half_up",
    [WC_ROUND_HALF_DOWN] = "half_down", [WC_ROUND_UP] = "up",
    [WC_ROUND_DOWN] = "down",           [WC_ROUND_FLOOR] = "floor",
    [WC_ROUND_CEIL] = "ceil",           [WC_ROUND_EXACT] = "exact"};

const char *wc_sema_round_mode_name(uint32_t mode)
{
    return mode < WC_ROUND_COUNT ? mode_names[mode] : NULL;
}

bool wc_sema_round_mode(wc_sema *sema, const wc_ast_name *name, wc_round *mode)
{
    wc_sema_guess guess = {.wanted = name->text};
    for (unsigned i = 0; i < WC_ROUND_COUNT; i++) {
        if (wc_str_equal(name->text, wc_str_of(mode_names[i]))) {
            *mode = (wc_round)i;
            return true;
        }
        wc_sema_guess_try(&guess, wc_str_of(mode_names[i]));
    }
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0526, name->span,
                                   "there is no rounding mode `{}`", name->text);
    wc_diag_add_note(sema->diags, diag,
                     "modes: half_even, half_up, half_down, up, down, floor, ceil, exact");
    wc_sema_guess_say(sema, diag, name->span, &guess);
    return false;
}

/* --- the fraction ----------------------------------------------------------------------------- */

typedef struct quotient {
    wc_sema_expr *x, *y, *z; /* y, z: NULL for 1 */
    wc_sema_unit factor;     /* powers unused once checked; numerator/denominator are n/d */
    int scale;               /* decimals of X * Y / Z */
    wc_span span;
} quotient;

static const wc_sema_unit *unit_of(const wc_sema *sema, const wc_sema_expr *value)
{
    return value->type->kind == WC_SEMA_DEC ? value->type->unit : sema->plain;
}

static int scale_of(const wc_sema_type *type)
{
    return type->kind == WC_SEMA_DEC ? type->scale : 0;
}

static bool scale_factor(wc_sema_unit *factor, int exponent)
{
    while (exponent != 0) {
        int step = exponent > 18 ? 18 : exponent < -18 ? -18 : exponent;
        int64_t power = wc_power_of_ten((unsigned)(step < 0 ? -step : step));
        bool fits =
            step > 0 ? wc_sema_unit_scale(factor, power, 1) : wc_sema_unit_scale(factor, 1, power);
        if (!fits) return false;
        exponent -= step;
    }
    return true;
}

static void report_factor(wc_sema *sema, wc_span span)
{
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0529, span,
                                   "the factor between these units and decimals exceeds 64 bits");
    wc_diag_add_note(sema->diags, diag, "round in two steps");
}

/* Fills factor and scale; false after a report: the dimensions of quotient and target differ. */
static bool find_factor(wc_sema *sema, quotient *q, const wc_sema_type *target)
{
    q->factor = *unit_of(sema, q->x);
    q->scale = scale_of(q->x->type);
    bool fits = true;
    if (q->y != NULL) {
        fits = wc_sema_unit_multiply(&q->factor, unit_of(sema, q->y), 1);
        q->scale += scale_of(q->y->type);
    }
    if (q->z != NULL) {
        fits = fits && wc_sema_unit_multiply(&q->factor, unit_of(sema, q->z), -1);
        q->scale -= scale_of(q->z->type);
    }
    const wc_sema_unit *unit = target->kind == WC_SEMA_DEC ? target->unit : sema->plain;
    if (fits && !wc_sema_same_dimension(&q->factor, unit)) {
        const wc_sema_unit *own = wc_sema_unit_intern(sema, &q->factor);
        wc_str text = WC_STR("of another dimension"); /* which has no place among the units */
        if (own != NULL) text = own->text.len > 0 ? own->text : WC_STR("a plain number");
        wc_diag_report(sema->diags, WC_E0503, q->span, "this is {}, and `{}` cannot hold it", text,
                       target->text);
        return false;
    }
    fits = fits && wc_sema_unit_multiply(&q->factor, unit, -1);
    fits = fits && scale_factor(&q->factor, scale_of(target) - q->scale);
    if (!fits) report_factor(sema, q->span);
    return fits;
}

/* Of Y and Z, which have 64 bits (check_operands). */
static int64_t narrow_number(const wc_sema_expr *expr)
{
    int64_t value;
    wc_status status = wc_i128_narrow(expr->number, &value);
    wc_assert(status == WC_OK);
    return value;
}

/* Constant positive Y and Z join the fraction when it has room. */
static void absorb_constants(quotient *q)
{
    if (q->y != NULL && q->y->op == WC_OPER_NUMBER) {
        int64_t value = narrow_number(q->y);
        if (value > 0 && wc_sema_unit_scale(&q->factor, value, 1)) q->y = NULL;
    }
    if (q->z != NULL && q->z->op == WC_OPER_NUMBER) {
        int64_t value = narrow_number(q->z);
        if (value > 0 && wc_sema_unit_scale(&q->factor, 1, value)) q->z = NULL;
    }
}

/* --- ranges ----------------------------------------------------------------------------------- */

static wc_i128 divide(wc_i128 value, int64_t divisor, wc_round mode)
{
    wc_i128 result = value;
    wc_status status = wc_mul_div_round_wide(value, 1, 1, 1, divisor, mode, &result);
    wc_assert(status == WC_OK);
    return result;
}

/* Rounding keeps the order of values, so the ends of the exact range, rounded, are the ends. Where
 * `exact` would trap, any neighbour will do. */
static wc_sema_range quotient_range(const quotient *q, wc_round mode)
{
    wc_sema_range range = q->x->range;
    if (q->y != NULL) range = wc_range_mul(range, q->y->range);
    range = wc_range_mul(range, wc_range_of(q->factor.numerator, q->factor.numerator));
    if (q->z != NULL) {
        wc_sema_range zero = wc_range_of(0, 0);
        bool is_positive = wc_i128_sign(q->z->range.lo) > 0;
        if (!is_positive) range = wc_range_union(range, wc_range_neg(range));
        range = wc_range_union(range, zero);
    }
    bool is_exact = mode == WC_ROUND_EXACT;
    range.lo = divide(range.lo, q->factor.denominator, is_exact ? WC_ROUND_FLOOR : mode);
    range.hi = divide(range.hi, q->factor.denominator, is_exact ? WC_ROUND_CEIL : mode);
    return wc_range_meet(wc_range_full(), range);
}

/* --- round ------------------------------------------------------------------------------------ */

static bool is_zero(const wc_sema_expr *value)
{
    return value->op == WC_OPER_NUMBER && wc_i128_sign(value->number) == 0;
}

static bool check_operands(wc_sema *sema, quotient *q)
{
    wc_sema_expr *const operands[] = {q->x, q->y, q->z};
    for (size_t i = 0; i < WC_ARRAY_LEN(operands); i++) {
        const wc_sema_expr *value = operands[i];
        if (value == NULL) continue;
        if (wc_sema_is_poison(value)) return false;
        if (wc_sema_is_number(value->type)) continue;
        wc_diag_report(sema->diags, WC_E0405, value->span, "`round` takes numbers, not `{}`",
                       value->type->text);
        return false;
    }
    if (q->y != NULL && q->y->is_wide) {
        if (q->x->is_wide) {
            (void)wc_sema_product(sema, q->x, q->y, q->span); /* reports E0524 */
            return false;
        }
        wc_sema_expr *wide = q->y;
        q->y = q->x;
        q->x = wide;
    }
    if (q->z != NULL && q->z->is_wide) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0525, q->z->span,
                                       "the divisor may need more than 64 bits");
        wc_diag_add_note(sema->diags, diag, "give it a type first: let d : T = {};",
                         wc_sema_source_text(sema, q->z->span));
        return false;
    }
    if (q->z != NULL && is_zero(q->z)) {
        wc_diag_report(sema->diags, WC_E0530, q->z->span, "this divides by zero");
        return false;
    }
    return true;
}

static wc_sema_expr *fold_round(wc_sema *sema, const quotient *q, wc_round mode,
                                const wc_sema_type *type)
{
    int64_t y = q->y != NULL ? narrow_number(q->y) : 1;
    int64_t z = q->z != NULL ? narrow_number(q->z) : 1;
    int64_t value;
    wc_status status = wc_mul_div_round(q->x->number, y, q->factor.numerator, z,
                                        q->factor.denominator, mode, &value);
    if (status == WC_OK) return wc_sema_number(sema, wc_i128_of(value), type, q->span);
    if (status == WC_INEXACT) {
        wc_diag_report(sema->diags, WC_E0528, q->span,
                       "this leaves a remainder; `exact` allows none");
    } else {
        wc_diag_report(sema->diags, WC_E0903, q->span, "this constant exceeds 64 bits");
    }
    return wc_sema_poison(sema, q->span);
}

static bool is_constant(const quotient *q)
{
    return q->x->op == WC_OPER_NUMBER && (q->y == NULL || q->y->op == WC_OPER_NUMBER) &&
           (q->z == NULL || q->z->op == WC_OPER_NUMBER);
}

static bool is_money(const wc_sema_expr *value)
{
    return value->type->kind == WC_SEMA_DEC && value->type->unit->currency != NULL;
}

/* A number without a unit; nothing at all stands for 1. */
static bool is_plain_or_none(const wc_sema_expr *value)
{
    if (value == NULL || value->type->kind == WC_SEMA_INT) return true;
    return value->type->kind == WC_SEMA_DEC && value->type->unit->index == 0;
}

/* In round(x * s), round(x / n) and round(x * s / n) with x money and the others plain numbers, a
 * share of it: x (E0601). A whole number alone counts pieces: x is the price of one. */
static const wc_sema_expr *shared_whole(const quotient *q)
{
    if (!is_plain_or_none(q->z)) return NULL;
    const wc_sema_expr *const pairs[][2] = {{q->x, q->y}, {q->y, q->x}};
    for (unsigned i = 0; i < 2; i++) {
        const wc_sema_expr *whole = pairs[i][0], *share = pairs[i][1];
        if (whole == NULL || !is_money(whole) || !is_plain_or_none(share)) continue;
        bool has_share = share != NULL && share->type->kind == WC_SEMA_DEC;
        if (q->z != NULL || has_share) return whole;
    }
    return NULL;
}

static wc_sema_expr *make_round(wc_sema *sema, quotient *q, wc_round mode,
                                const wc_sema_type *target)
{
    const wc_sema_type *type = wc_sema_place_type(sema, target);
    if (is_constant(q)) return fold_round(sema, q, mode, type);
    const wc_sema_expr *whole = shared_whole(q);
    absorb_constants(q);
    if (q->z == NULL && q->factor.denominator == 1) {
        wc_sema_expr *product = q->x;
        if (q->y != NULL) product = wc_sema_arith(sema, WC_OPER_MUL, type, q->x, q->y, q->span);
        return wc_sema_times(sema, product, q->factor.numerator, type);
    }
    bool is_plain = q->factor.numerator == 1 && q->factor.denominator == 1 && q->y == NULL;
    if (is_plain && mode == WC_ROUND_FLOOR && !q->x->is_wide) {
        wc_sema_expr *node = wc_sema_pair(sema, WC_OPER_IDIV, type, q->x, q->z, q->span);
        node->whole = whole;
        return wc_sema_ranged(node, quotient_range(q, mode));
    }
    wc_sema_expr *node = wc_sema_pair(sema, WC_OPER_ROUND, type, q->x, q->y, q->span);
    node->c = q->z;
    node->n = q->factor.numerator;
    node->d = q->factor.denominator;
    node->round = mode;
    node->whole = whole;
    return wc_sema_ranged(node, quotient_range(q, mode));
}

static const wc_sema_type *round_target(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    const wc_sema_type *target = want;
    if (ast->as.round.target != NULL) target = wc_sema_resolve(sema, ast->as.round.target, 0);
    if (target == NULL) {
        wc_diag *diag =
            wc_diag_report(sema->diags, WC_E0523, ast->span, "to which type is this rounded?");
        wc_diag_add_note(sema->diags, diag, "write round<T>(value, mode)");
        return NULL;
    }
    if (target->kind == WC_SEMA_POISON || wc_sema_is_number(target)) return target;
    wc_diag_report(sema->diags, WC_E0401, ast->span, "`round` gives a number, but `{}` is needed",
                   target->text);
    return NULL;
}

wc_sema_expr *wc_sema_check_round(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    const wc_sema_type *target = round_target(sema, ast, want);
    wc_ast_expr *value = ast->as.round.value;
    wc_ast_expr *divisor = NULL;
    if (value->kind == WC_EXPR_BINARY && value->as.binary.op == WC_BINARY_DIV) {
        divisor = value->as.binary.right;
        value = value->as.binary.left;
    }
    quotient q = {.span = ast->span};
    if (value->kind == WC_EXPR_BINARY && value->as.binary.op == WC_BINARY_MUL) {
        q.x = wc_sema_infer(sema, value->as.binary.left, NULL);
        q.y = wc_sema_infer(sema, value->as.binary.right, NULL);
    } else {
        q.x = wc_sema_infer(sema, value, NULL);
    }
    if (divisor != NULL) q.z = wc_sema_infer(sema, divisor, NULL);
    wc_round mode;
    bool has_mode = wc_sema_round_mode(sema, &ast->as.round.mode, &mode);
    bool fine = check_operands(sema, &q) && has_mode && target != NULL;
    if (!fine || target->kind == WC_SEMA_POISON || !find_factor(sema, &q, target)) {
        return wc_sema_poison(sema, ast->span);
    }
    if (q.z != NULL) wc_sema_need_nonzero(sema, q.z);
    wc_sema_expr *rounded = make_round(sema, &q, mode, target);
    return wc_sema_fit(sema, rounded, target, "the rounded value");
}

/* --- literals --- */

void wc_sema_fix_decimals(wc_sema *sema, wc_diag *diag, wc_span span, unsigned surplus)
{
    wc_str text = wc_sema_source_text(sema, span);
    size_t end = 0;
    while (end < text.len && ((text.data[end] >= '0' && text.data[end] <= '9') ||
                              text.data[end] == '.' || text.data[end] == '_'))
        end++;
    size_t start = end;
    while (surplus > 0 && start > 0 && text.data[start - 1] == '0') {
        start--;
        surplus--;
    }
    if (surplus > 0) return;
    if (text.data[start - 1] == '.') start--;
    wc_span zeros = {span.start + (uint32_t)start, span.start + (uint32_t)end, span.file};
    wc_diag_add_fix(sema->diags, diag, zeros, WC_FIX_SURE, WC_STR(""),
                    "leave out the zeros at the end");
}

/* --- convert ---------------------------------------------------------------------------------- */

static void report_lossy(wc_sema *sema, const wc_sema_expr *value, const wc_sema_type *target,
                         wc_span span)
{
    wc_diag *diag =
        wc_diag_report(sema->diags, WC_E0528, value->span, "`{}` cannot hold every `{}` exactly",
                       target->text, value->type->text);
    wc_str text = wc_sema_round_text(sema, value->span, target);
    wc_diag_add_note(sema->diags, diag, "round it, or convert to a type with more decimals");
    wc_diag_add_fix(sema->diags, diag, span, WC_FIX_MAYBE, text, "{} (choose a mode)", text);
}

wc_sema_expr *wc_sema_check_convert(wc_sema *sema, wc_ast_expr *ast)
{
    const wc_sema_type *target = wc_sema_resolve(sema, ast->as.convert.target, 0);
    quotient q = {.span = ast->span, .x = wc_sema_infer(sema, ast->as.convert.value, NULL)};
    if (wc_sema_is_poison(q.x) || target->kind == WC_SEMA_POISON) {
        return wc_sema_poison(sema, ast->span);
    }
    if (!wc_sema_is_number(q.x->type) || !wc_sema_is_number(target)) {
        wc_diag_report(sema->diags, WC_E0405, ast->span, "`convert` changes the unit of a number");
        return wc_sema_poison(sema, ast->span);
    }
    if (!find_factor(sema, &q, target)) return wc_sema_poison(sema, ast->span);
    const wc_sema_type *type = wc_sema_place_type(sema, target);
    wc_sema_expr *result;
    if (q.x->op == WC_OPER_NUMBER) {
        result = fold_round(sema, &q, WC_ROUND_EXACT, type);
    } else if (q.factor.denominator != 1) {
        report_lossy(sema, q.x, target, ast->span);
        return wc_sema_poison(sema, ast->span);
    } else {
        result = wc_sema_times(sema, q.x, q.factor.numerator, type);
    }
    return wc_sema_fit(sema, result, target, "the converted value");
}
