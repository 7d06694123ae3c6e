/* Series as values: windows, gaps that are filled, other steps, series that code makes.
 *
 * A window is a view of a series: its indexes are those of the series (D23). So it is no value of
 * its own: loops, sums, count, quality, indexes and copy() take it, nothing can keep it
 * (wc_sema_infer reports that). */
#include "compiler/sema/calendar.h"

static wc_ast_expr *arg_at(const wc_ast_expr *ast, uint32_t index)
{
    const wc_ast_arg *arg = wc_ast_at(&ast->as.call.args, index);
    return arg->value;
}

static bool is_word(const wc_ast_expr *ast, const char *word)
{
    return ast->kind == WC_EXPR_NAME && wc_str_equal(ast->as.name.text, wc_str_of(word));
}

/* --- spans ------------------------------------------------------------------------------------ */

static bool is_constant_span(const wc_sema_expr *span)
{
    return span->op == WC_OPER_INTERVAL && span->is_const;
}

/* Length in seconds; false when it does not fit 64 bits. */
static bool length_of(const wc_sema_expr *span, int64_t *length)
{
    int64_t from = (int64_t)span->a->number.lo;
    return wc_i64_sub((int64_t)span->b->number.lo, from, length) == WC_OK;
}

bool wc_sema_span_fits(wc_sema *sema, const wc_sema_expr *span, const wc_sema_type *type)
{
    int64_t length = 0;
    if (!is_constant_span(span)) return true;
    int64_t from = (int64_t)span->a->number.lo;
    bool fits = length_of(span, &length) && from % type->step == 0 && length % type->step == 0 &&
                length / type->step <= type->capacity;
    if (fits) return true;
    wc_diag *diag = wc_diag_report(sema->diags, WC_E1104, span->span, "this span does not fit `{}`",
                                   type->text);
    wc_diag_add_note(sema->diags, diag,
                     "it starts and ends on a multiple of {} s and holds at most {} intervals",
                     type->step, type->capacity);
    return false;
}

uint32_t wc_sema_most_intervals(const wc_sema_expr *series)
{
    uint32_t most = series->type->capacity;
    int64_t length = 0;
    if (series->op != WC_OPER_WINDOW || !is_constant_span(series->b)) return most;
    bool is_known = length_of(series->b, &length);
    wc_assert(is_known); /* the window was examined when it was made */
    uint32_t step = series->type->step;
    return length / step < most ? (uint32_t)(length / step) : most;
}

/* --- windows ---------------------------------------------------------------------------------- */

wc_sema_expr *wc_sema_make_window(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object)
{
    wc_sema_expr *span = wc_sema_value(sema, arg_at(ast, 0), sema->interval, "the span");
    if (wc_sema_is_poison(span)) return span;
    if (object->op == WC_OPER_WINDOW) {
        wc_diag *diag =
            wc_diag_report(sema->diags, WC_E1106, ast->span, "this is a window of a window");
        wc_diag_add_note(sema->diags, diag, "take the window of the series itself");
        return wc_sema_poison(sema, ast->span);
    }
    int64_t length = 0;
    uint32_t step = object->type->step;
    bool is_off =
        is_constant_span(span) && (!length_of(span, &length) ||
                                   (int64_t)span->a->number.lo % step != 0 || length % step != 0);
    if (is_off) {
        wc_diag_report(sema->diags, WC_E1104, span->span,
                       "this window does not start and end on a multiple of {} s", step);
        return wc_sema_poison(sema, ast->span);
    }
    return wc_sema_pair(sema, WC_OPER_WINDOW, object->type, object, span, ast->span);
}

wc_sema_expr *wc_sema_make_copy(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object)
{
    if (object->op == WC_OPER_WINDOW) {
        return wc_sema_unary(sema, WC_OPER_SLICE, object->type, object, ast->span);
    }
    wc_diag *diag = wc_diag_report(sema->diags, WC_E1106, ast->span,
                                   "`copy` makes a series of a window, and this is none");
    wc_diag_add_note(sema->diags, diag, "a series is copied when it is assigned");
    return wc_sema_poison(sema, ast->span);
}

/* --- filling ---------------------------------------------------------------------------------- */

static wc_sema_expr *not_of_a_window(wc_sema *sema, const wc_ast_expr *ast,
                                     const wc_sema_expr *object, const char *what)
{
    if (object->op != WC_OPER_WINDOW) return NULL;
    wc_diag *diag = wc_diag_report(sema->diags, WC_E1106, ast->span,
                                   "`{}` makes a series, and a window has none of its own", what);
    wc_diag_add_note(sema->diags, diag, "copy the window first: {}.copy().{}(...)",
                     wc_sema_source_text(sema, object->span), what);
    return wc_sema_poison(sema, ast->span);
}

wc_sema_expr *wc_sema_make_fill(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object)
{
    wc_sema_expr *refused = not_of_a_window(sema, ast, object, "fill");
    if (refused != NULL) return refused;
    const wc_sema_type *item = object->type->item;
    wc_ast_expr *rule = arg_at(ast, 0);
    wc_sema_expr *node = wc_sema_unary(sema, WC_OPER_FILL, object->type, object, ast->span);
    if (is_word(rule, "previous")) {
        node->index = WC_FILL_PREVIOUS;
    } else if (is_word(rule, "linear")) {
        node->index = WC_FILL_LINEAR;
    } else if (is_word(rule, "zero")) {
        node->b = wc_sema_number(sema, wc_i128_of(0), item, rule->span);
        node->b = wc_sema_fit(sema, node->b, item, "zero");
    } else {
        node->b = wc_sema_value(sema, rule, item, "the value for gaps");
    }
    if (node->b == NULL) node->b = wc_sema_number(sema, wc_i128_of(0), item, rule->span);
    return wc_sema_is_poison(node->b) ? node->b : node;
}

/* --- other steps ------------------------------------------------------------------------------ */

#define RESAMPLE_SUM 8u

/* What a longer interval holds: the sum of its parts, or their mean. */
typedef enum nature {
    EITHER,  /* a number without unit */
    ADDS_UP, /* an amount: energy, money, seconds */
    AVERAGES /* a rate: power, a price, anything per something */
} nature;

static nature nature_of(const wc_sema *sema, const wc_sema_type *item)
{
    if (item->kind != WC_SEMA_DEC || item->unit == sema->plain) return EITHER;
    for (uint8_t i = 0; i < item->unit->power_count; i++) {
        if (item->unit->powers[i].exponent < 0) return AVERAGES;
    }
    return ADDS_UP;
}

/* The new step in seconds, a multiple of the old one; 0 after a report. */
static uint32_t new_step(wc_sema *sema, wc_ast_expr *ast, uint32_t old)
{
    wc_sema_expr *length = wc_sema_infer(sema, ast, NULL);
    if (wc_sema_is_poison(length)) return 0;
    bool has_seconds = wc_sema_needs_seconds(sema, ast->span);
    wc_assert(has_seconds); /* the series has a step */
    length = wc_sema_seconds(sema, length);
    if (length == NULL || wc_sema_is_poison(length)) return 0;
    int64_t step = length->op == WC_OPER_NUMBER ? (int64_t)length->number.lo : 0;
    if (step > old && step % old == 0 && step / old <= UINT16_MAX && step <= UINT32_MAX) {
        return (uint32_t)step;
    }
    wc_diag *diag = wc_diag_report(sema->diags, WC_E1104, ast->span,
                                   "the new step is no multiple of the old one, {} s", old);
    bool is_finer = step > 0 && step < old && old % step == 0;
    wc_diag_add_note(sema->diags, diag,
                     is_finer ? "to shorter steps: split_hours of std.time divides energy exactly"
                              : "give a constant duration, for example 1 h");
    return 0;
}

static wc_sema_expr *wrong_rule(wc_sema *sema, const wc_ast_expr *rule, const wc_sema_type *item,
                                nature is)
{
    wc_diag *diag = NULL;
    if (is == ADDS_UP) {
        diag = wc_diag_report(sema->diags, WC_E1107, rule->span,
                              "`{}` adds up over time: its mean is no {}", item->text,
                              item->unit->text);
        wc_diag_add_note(sema->diags, diag, "write resample(step, total)");
    } else {
        diag = wc_diag_report(sema->diags, WC_E1107, rule->span, "`{}` does not add up over time",
                              item->text);
        wc_diag_add_note(sema->diags, diag, "write resample(step, average, half_even)");
    }
    return wc_sema_poison(sema, rule->span);
}

static wc_sema_expr *wrong_resample(wc_sema *sema, const wc_ast_expr *ast)
{
    wc_diag_report(
        sema->diags, WC_E0403, ast->span,
        "`resample` is written resample(1 h, total) or resample(1 h, average, half_even)");
    return wc_sema_poison(sema, ast->span);
}

/* Mode of the instruction: a rounding, or the sum; -1 after a report. */
static int resample_mode(wc_sema *sema, const wc_ast_expr *ast, const wc_sema_type *item)
{
    uint32_t count = ast->as.call.args.count;
    if (count < 2) {
        (void)wrong_resample(sema, ast);
        return -1;
    }
    const wc_ast_expr *rule = arg_at(ast, 1);
    nature is = nature_of(sema, item);
    bool is_sum = is_word(rule, "total");
    if (is_sum && count == 2) {
        if (is != AVERAGES) return RESAMPLE_SUM;
        (void)wrong_rule(sema, rule, item, is);
        return -1;
    }
    wc_round mode;
    bool is_mean = is_word(rule, "average") && count == 3 && arg_at(ast, 2)->kind == WC_EXPR_NAME;
    if (!is_mean) {
        (void)wrong_resample(sema, ast);
        return -1;
    }
    if (!wc_sema_round_mode(sema, &arg_at(ast, 2)->as.name, &mode)) return -1;
    if (is != ADDS_UP) return (int)mode;
    (void)wrong_rule(sema, rule, item, is);
    return -1;
}

wc_sema_expr *wc_sema_make_resample(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object)
{
    const wc_sema_type *from = object->type;
    wc_sema_expr *refused = not_of_a_window(sema, ast, object, "resample");
    if (refused != NULL) return refused;
    int mode = resample_mode(sema, ast, from->item);
    if (mode < 0) return wc_sema_poison(sema, ast->span);
    uint32_t step = new_step(sema, arg_at(ast, 0), from->step);
    if (step == 0) return wc_sema_poison(sema, ast->span);
    wc_sema_need_present(sema, object, NULL, ast->span);
    wc_sema_type raw = *from;
    raw.step = step;
    raw.capacity = (from->capacity + step / from->step - 1) / (step / from->step);
    raw.item = (unsigned)mode == RESAMPLE_SUM ? wc_sema_place_type(sema, from->item) : from->item;
    const wc_sema_type *type = wc_sema_type_intern(sema, &raw);
    wc_sema_expr *node = wc_sema_unary(sema, WC_OPER_RESAMPLE, type, object, ast->span);
    node->index = (uint16_t)mode;
    return node;
}

/* --- made by code ----------------------------------------------------------------------------- */

static bool wants_series(wc_sema *sema, const wc_ast_expr *ast, const wc_sema_type *want)
{
    if (want != NULL && want->kind == WC_SEMA_SERIES) return true;
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0417, ast->span,
                                   "the type of this series is not known here");
    wc_diag_add_note(sema->diags, diag, "give it: var s : series<Energy, 15 min, 100> = ...;");
    return false;
}

/* all_missing(span): every interval missing, to be set one by one. */
wc_sema_expr *wc_sema_make_blank(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    if (!wants_series(sema, ast, want)) return wc_sema_poison(sema, ast->span);
    wc_sema_expr *span = wc_sema_value(sema, arg_at(ast, 0), sema->interval, "the span");
    if (wc_sema_is_poison(span) || !wc_sema_span_fits(sema, span, want)) {
        return wc_sema_poison(sema, ast->span);
    }
    return wc_sema_unary(sema, WC_OPER_BLANK, want, span, ast->span);
}

/* series_of(start, [values]): measured, in tests. */
wc_sema_expr *wc_sema_make_series(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want)
{
    if (!wants_series(sema, ast, want)) return wc_sema_poison(sema, ast->span);
    wc_sema_expr *start = wc_sema_value(sema, arg_at(ast, 0), sema->time, "the start");
    wc_ast_expr *list = arg_at(ast, 1);
    if (list->kind != WC_EXPR_LIST) {
        wc_diag_report(sema->diags, WC_E0403, list->span,
                       "the values of a series are written out: series_of(start, [1.000 kWh])");
        return wc_sema_poison(sema, ast->span);
    }
    const wc_ast_list *elements = &list->as.elements;
    bool is_off = start->op == WC_OPER_NUMBER && (int64_t)start->number.lo % want->step != 0;
    if (is_off || elements->count > want->capacity || elements->count > WC_SEMA_ARGS_MAX) {
        wc_diag *diag =
            wc_diag_report(sema->diags, WC_E1104, ast->span, "this series is no `{}`", want->text);
        wc_diag_add_note(sema->diags, diag,
                         "it starts on a multiple of {} s and holds at most {} intervals",
                         want->step, want->capacity);
        return wc_sema_poison(sema, ast->span);
    }
    wc_sema_expr *node = wc_sema_unary(sema, WC_OPER_SERIES, want, start, ast->span);
    node->args = WC_SEMA_ARRAY(sema, wc_sema_expr *, elements->count);
    node->arg_count = (uint16_t)elements->count;
    bool fine = !wc_sema_is_poison(start);
    for (uint32_t i = 0; i < elements->count; i++) {
        node->args[i] = wc_sema_value(sema, wc_ast_at(elements, i), want->item, "the value");
        fine = fine && !wc_sema_is_poison(node->args[i]);
    }
    return fine ? node : wc_sema_poison(sema, ast->span);
}

wc_sema_stmt *wc_sema_series_set(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object)
{
    if (ast->as.call.args.count != 3) {
        wc_diag_report(sema->diags, WC_E0403, ast->span,
                       "`set` is written set(index, value, Measured)");
        return NULL;
    }
    if (object->op != WC_OPER_LOCAL) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0406, object->span,
                                       "only a series of your own is set interval by interval");
        wc_diag_add_note(sema->diags, diag, "copy it to a `var`, set there, and assign it");
        return NULL;
    }
    const wc_sema_type *quality = wc_sema_quality_type(sema, ast->span);
    wc_sema_stmt *stmt = wc_sema_stmt_new(sema, WC_DO_SERIES_SET, ast->span);
    stmt->a = object;
    stmt->b = wc_sema_value(sema, arg_at(ast, 0), sema->integer, "the index");
    stmt->c = wc_sema_value(sema, arg_at(ast, 1), object->type->item, "the value");
    stmt->args = WC_SEMA_ARRAY(sema, wc_sema_expr *, 1);
    stmt->arg_count = 1;
    if (quality == NULL) return NULL;
    stmt->args[0] = wc_sema_value(sema, arg_at(ast, 2), quality, "the quality");
    bool fine = !wc_sema_is_poison(stmt->b) && !wc_sema_is_poison(stmt->c) &&
                !wc_sema_is_poison(stmt->args[0]);
    return wc_sema_written(sema, object, ast->span) && fine ? stmt : NULL;
}
