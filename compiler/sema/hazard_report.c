/* What is said about an operation that may trap: the trap, the range found, the range needed, and
 * what would make it safe. See hazard.h. */
#include "compiler/sema/hazard.h"
#include "compiler/sema/warn.h"

#include "vm/base/text.h"

/* NULL: nothing is to be said (but it was counted). */
static wc_diag *report_args(wc_hazards *self, wc_diag_code code, wc_span span, const wc_arg *args,
                            size_t count)
{
    wc_sema *sema = self->sema;
    bool is_author = self->body == NULL || !self->body->out->is_generated;
    if (wc_diags_is_allowed(sema->diags, code, span)) return NULL;
    if (is_author) sema->may_trap_count++;
    if (!is_author || sema->traps == WC_TRAPS_SILENT) return NULL;
    wc_diag *diag = wc_diag_report_args(sema->diags, code, span, args, count);
    if (diag != NULL && sema->traps == WC_TRAPS_DENY) wc_diag_make_error(sema->diags, diag);
    return diag;
}

#define report(self, code, span, ...) report_args((self), (code), (span), WC_ARGS(__VA_ARGS__))

/* --- numbers with their units ----------------------------------------------------------------- */

static wc_str number_text(wc_sema *sema, wc_i128 value, const wc_sema_type *type)
{
    char bytes[WC_DECIMAL_MAX];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof(bytes));
    wc_put_scaled_wide(&buf, value, type->kind == WC_SEMA_DEC ? type->scale : 0);
    bool has_unit = type->kind == WC_SEMA_DEC && type->unit->text.len > 0;
    const wc_str parts[] = {
        {bytes, buf.len}, WC_STR(" "), has_unit ? type->unit->text : WC_STR("")};
    return wc_sema_join(sema, parts, has_unit ? 3 : 1);
}

/* "from 0.000 kWh to 500.000 kWh", "at least 1", "any value of 64 bits". */
static wc_str range_text(wc_sema *sema, wc_sema_range range, const wc_sema_type *type)
{
    wc_sema_range whole = wc_range_full();
    bool has_lo = wc_i128_compare(range.lo, whole.lo) > 0;
    bool has_hi = wc_i128_compare(range.hi, whole.hi) < 0;
    if (!has_lo && !has_hi) {
        return wc_range_within(range, whole) ? WC_STR("any number of 64 bits")
                                             : WC_STR("more than 64 bits can hold");
    }
    wc_str lo = number_text(sema, range.lo, type), hi = number_text(sema, range.hi, type);
    if (has_lo && has_hi) {
        const wc_str parts[] = {WC_STR("from "), lo, WC_STR(" to "), hi};
        return wc_sema_join(sema, parts, WC_ARRAY_LEN(parts));
    }
    bool leaves =
        has_lo ? wc_i128_compare(range.hi, whole.hi) > 0 : wc_i128_compare(range.lo, whole.lo) < 0;
    const wc_str parts[] = {has_lo ? WC_STR("at least ") : WC_STR("at most "), has_lo ? lo : hi,
                            leaves ? WC_STR(", and more than 64 bits can hold") : WC_STR("")};
    return wc_sema_join(sema, parts, WC_ARRAY_LEN(parts));
}

static wc_str source(const wc_hazards *self, wc_span span)
{
    return wc_sema_source_text(self->sema, span);
}

/* --- RANGE ------------------------------------------------------------------------------------ */

static void note_limits(wc_hazards *self, wc_diag *diag, const wc_sema_expr *value,
                        wc_sema_range range, wc_sema_range limits)
{
    wc_sema *sema = self->sema;
    bool below = wc_i128_compare(range.lo, limits.lo) < 0;
    bool above = wc_i128_compare(range.hi, limits.hi) > 0;
    wc_str text = source(self, value->span);
    bool is_short = text.len <= 40 && range.lo.lo != range.hi.lo;
    bool is_whole = wc_range_within(wc_range_full(), limits);
    if (is_whole || !is_short || below == above) {
        wc_diag_add_note(sema->diags, diag,
                         "safe: when what it is made of has ranges in its types, or a `require` "
                         "before bounds it");
        return;
    }
    wc_diag_add_note(
        sema->diags, diag, "safe: behind require {} {} {} : ...;", text,
        below ? ">=" : "<=", number_text(sema, below ? limits.lo : limits.hi, value->type));
}

void wc_hazard_report_range(wc_hazards *self, const wc_sema_expr *value, wc_sema_range range,
                            const wc_sema_type *place, wc_sema_range limits)
{
    wc_sema *sema = self->sema;
    wc_diag *diag;
    if (place != NULL) {
        diag = report(self, WC_L0911, value->span, "this value may not fit `{}`", place->text);
    } else if (wc_range_within(wc_range_widest(), limits)) {
        diag = report(self, WC_L0911, value->span, "this value may need more than 128 bits");
    } else {
        diag = report(self, WC_L0911, value->span, "this value may need more than 64 bits");
    }
    if (diag == NULL) return;
    wc_diag_add_label(sema->diags, diag, value->span, "{}", range_text(sema, range, value->type));
    if (place != NULL && !wc_range_within(wc_range_full(), limits)) {
        wc_diag_add_note(sema->diags, diag, "the place takes {}",
                         range_text(sema, limits, value->type));
    }
    note_limits(self, diag, value, range, limits);
}

static bool is_of_calendar(const wc_sema_expr *expr)
{
    return expr->op == WC_OPER_CAL_LOCAL || expr->op == WC_OPER_CAL_TIME ||
           expr->op == WC_OPER_CAL_DATE || expr->op == WC_OPER_CAL_SPAN ||
           expr->op == WC_OPER_DATE_FIRST || expr->op == WC_OPER_DATE_PART;
}

/* Calendars and series; false: neither. */
static bool report_series(wc_hazards *self, const wc_sema_expr *expr)
{
    wc_sema *sema = self->sema;
    if (is_of_calendar(expr)) {
        wc_diag *diag =
            report(self, WC_L0911, expr->span, "this may lie outside the years of a calendar");
        wc_diag_add_note(sema->diags, diag, "a calendar knows the years 1970 to 2100");
        return true;
    }
    if (expr->op == WC_OPER_WINDOW) {
        wc_diag *diag =
            report(self, WC_L0913, expr->span, "this interval may lie outside the series");
        wc_diag_add_note(sema->diags, diag, "safe: a loop over the whole series");
        return true;
    }
    if (expr->type->kind != WC_SEMA_SERIES) return false;
    wc_diag *diag =
        report(self, WC_L0911, expr->span, "the intervals of this series may not fit its steps");
    wc_diag_add_note(sema->diags, diag,
                     "a series starts and ends on a multiple of its step, and two series of one "
                     "loop have one span");
    return true;
}

void wc_hazard_report_time(wc_hazards *self, const wc_sema_expr *expr)
{
    wc_sema *sema = self->sema;
    if (expr->op != WC_OPER_AT && report_series(self, expr)) return;
    if (expr->op == WC_OPER_AT) {
        wc_diag *diag = report(self, WC_L0913, expr->span, "this time may lie outside the series");
        wc_diag_add_note(sema->diags, diag, "safe: a loop over the series");
        return;
    }
    if (expr->op == WC_OPER_INTERVAL) {
        wc_diag *diag =
            report(self, WC_L0911, expr->span, "this interval may end before it begins");
        wc_diag_add_note(sema->diags, diag, "safe: behind require {} <= {} : ...;",
                         source(self, expr->a->span), source(self, expr->b->span));
        return;
    }
    wc_diag *diag =
        report(self, WC_L0911, expr->span, "this time may lie beyond 64 bits of seconds");
    wc_diag_add_note(sema->diags, diag,
                     "safe: when an invariant or a `require` bounds the times it is made of");
}

/* --- the others ------------------------------------------------------------------------------- */

/* Each divisor is met once: wc_sema_warn_divisors says no more of those that are named here. */
void wc_hazard_report_divisor(wc_hazards *self, const wc_sema_expr *divisor, wc_sema_range range)
{
    wc_sema *sema = self->sema;
    wc_diag *diag = report(self, WC_L0502, divisor->span, "this divisor may be zero");
    if (diag == NULL) return;
    wc_diag_add_label(sema->diags, diag, divisor->span, "{}",
                      range_text(sema, range, divisor->type));
    wc_diag_add_note(sema->diags, diag, "safe: behind require {} > {} : ...;",
                     source(self, divisor->span), number_text(sema, wc_i128_of(0), divisor->type));
}

void wc_hazard_report_inexact(wc_hazards *self, const wc_sema_expr *expr)
{
    wc_diag *diag = report(self, WC_L0912, expr->span, "this rounding may meet a remainder");
    wc_diag_add_note(self->sema->diags, diag,
                     "safe: with another mode, which says what happens to the remainder");
}

void wc_hazard_report_index(wc_hazards *self, const wc_sema_expr *collection,
                            const wc_sema_expr *index, wc_sema_range range, wc_span span)
{
    wc_sema *sema = self->sema;
    wc_diag *diag = report(self, WC_L0913, span, "this index may lie outside");
    if (diag == NULL) return;
    wc_str name = source(self, collection->span);
    wc_diag_add_label(sema->diags, diag, index->span, "{}", range_text(sema, range, index->type));
    wc_diag_add_note(sema->diags, diag, "`{}` has up to {} elements, and may have fewer", name,
                     collection->type->capacity);
    wc_diag_add_note(sema->diags, diag, "safe: behind require {} < {}.len() : ...;{}",
                     source(self, index->span), name,
                     wc_i128_sign(range.lo) < 0 ? " and for an index that is not negative" : "");
}

void wc_hazard_report_key(wc_hazards *self, const wc_sema_expr *map, const wc_sema_expr *key,
                          wc_span span)
{
    wc_diag *diag = report(self, WC_L0914, span, "this key may be absent");
    wc_str name = source(self, map->span), text = source(self, key->span);
    wc_diag_add_note(self->sema->diags, diag, "safe: behind require {}.has({}) : ...;", name, text);
    wc_diag_add_note(self->sema->diags, diag, "or with a value for that case: {}.get_or({}, ...)",
                     name, text);
}

void wc_hazard_report_gap(wc_hazards *self, const wc_sema_expr *series, wc_span span)
{
    wc_diag *diag = report(self, WC_L0916, span, "an interval may still be missing");
    wc_str name = source(self, series->span);
    wc_diag_add_note(self->sema->diags, diag,
                     "a gap without the neighbours that its rule needs stays a gap");
    wc_diag_add_note(self->sema->diags, diag, "safe: behind require {}.count(Missing) == 0 : ...;",
                     name);
    wc_diag_add_note(self->sema->diags, diag, "or with a value for every gap: fill(value)");
}

void wc_hazard_report_net(wc_hazards *self, const wc_sema_expr *net)
{
    wc_diag *diag = report(self, WC_L0911, net->span, "this netting may need more than 64 bits");
    wc_diag_add_note(self->sema->diags, diag,
                     "safe: when the amounts have bounds, map<party, dec<2, CNY, -1_000..1_000>, "
                     "N>, and their sum fits");
}

void wc_hazard_report_amount(wc_hazards *self, const wc_sema_expr *amount, wc_sema_range range)
{
    wc_sema *sema = self->sema;
    wc_diag *diag = report(self, WC_L0915, amount->span, "this amount may be negative");
    if (diag == NULL) return;
    wc_diag_add_label(sema->diags, diag, amount->span, "{}", range_text(sema, range, amount->type));
    wc_diag_add_note(sema->diags, diag, "safe: behind require {} >= {} : ...;",
                     source(self, amount->span), number_text(sema, wc_i128_of(0), amount->type));
}
