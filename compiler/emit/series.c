/* Calendars, and series: windows, what is made of them, what code makes. */
#include "compiler/emit/gen.h"

#include "vm/base/calendar.h"

/* ---- calendars ---------------------------------------------------------------------------------
 */

static uint16_t calendar_row(wc_gen *gen, const wc_sema_calendar *calendar)
{
    return wc_builder_calendar(gen->builder, calendar->zone, calendar->version, &calendar->table);
}

static uint16_t date_first(wc_gen *gen, uint16_t date, uint16_t steps, uint16_t unit)
{
    uint16_t reg = wc_gen_i64(gen);
    GEN(gen, dfirst, reg, date, steps, unit);
    return reg;
}

wc_val wc_gen_calendar_scalar(wc_gen *gen, const wc_sema_expr *expr)
{
    uint16_t value = wc_gen_narrow(gen, expr->a);
    if (expr->op == WC_OPER_DATE_FIRST) {
        uint16_t steps = wc_gen_narrow(gen, expr->b);
        return (wc_val){date_first(gen, value, steps, expr->unit), false};
    }
    uint16_t reg = wc_gen_i64(gen);
    if (expr->op == WC_OPER_DATE_PART) {
        GEN(gen, dpart, reg, value, expr->index);
    } else if (expr->op == WC_OPER_CAL_LOCAL) {
        GEN(gen, clocal, reg, value, calendar_row(gen, expr->calendar));
    } else if (expr->op == WC_OPER_CAL_DATE) {
        GEN(gen, cdate, reg, value, calendar_row(gen, expr->calendar));
    } else {
        wc_assert(expr->op == WC_OPER_CAL_TIME);
        GEN(gen, ctime, reg, value, calendar_row(gen, expr->calendar));
    }
    return (wc_val){reg, false};
}

/* Start of a local date. */
static uint16_t midnight(wc_gen *gen, uint16_t date, uint16_t calendar)
{
    uint16_t reg = wc_gen_i64(gen);
    GEN(gen, mul, reg, date, wc_gen_int(gen, WC_DAY_SECONDS));
    GEN(gen, ctime, reg, reg, calendar);
    return reg;
}

void wc_gen_calendar_span(wc_gen *gen, const wc_sema_expr *expr, uint16_t *start, uint16_t *end)
{
    wc_assert(expr->op == WC_OPER_CAL_SPAN);
    uint16_t calendar = calendar_row(gen, expr->calendar);
    uint16_t date = wc_gen_narrow(gen, expr->a);
    uint16_t first = date_first(gen, date, wc_gen_narrow(gen, expr->b), expr->unit);
    uint16_t next = date_first(gen, first, wc_gen_int(gen, 1), expr->unit);
    *start = midnight(gen, first, calendar);
    *end = midnight(gen, next, calendar);
}

/* ---- windows -----------------------------------------------------------------------------------
 */

void wc_gen_ends(wc_gen *gen, const wc_sema_expr *span, uint16_t *start, uint16_t *end)
{
    if (span->op == WC_OPER_INTERVAL) {
        *start = wc_gen_narrow(gen, span->a);
        *end = wc_gen_narrow(gen, span->b);
        if (span->is_const) return;
        uint16_t ordered = wc_gen_i64(gen);
        GEN(gen, le, ordered, *start, *end);
        GEN(gen, check, ordered, WC_TRAP_RANGE);
    } else if (span->op == WC_OPER_CAL_SPAN) {
        wc_gen_calendar_span(gen, span, start, end);
    } else {
        wc_gen_object object = wc_gen_object_of(gen, span);
        *start = wc_gen_load(gen, object.reg, object.offset);
        *end = wc_gen_load(gen, object.reg, object.offset + 8);
    }
}

wc_gen_part wc_gen_part_of(wc_gen *gen, const wc_sema_expr *series)
{
    wc_gen_part part = {.first = wc_gen_i64(gen), .end = wc_gen_i64(gen)};
    if (series->op != WC_OPER_WINDOW) {
        part.series = wc_gen_ref(gen, series);
        part.start = wc_gen_load(gen, part.series, 0);
        GEN(gen, ldi, part.first, 0, 0);
        GEN(gen, len, part.end, part.series);
        return part;
    }
    uint16_t end;
    part.series = wc_gen_ref(gen, series->a);
    wc_gen_ends(gen, series->b, &part.start, &end);
    GEN(gen, sidx, part.first, part.series, part.start);
    GEN(gen, sidx, part.end, part.series, end);
    return part;
}

/* An index that must lie in the window. */
static void check_inside(wc_gen *gen, const wc_gen_part *part, uint16_t index)
{
    uint16_t inside = wc_gen_i64(gen);
    GEN(gen, le, inside, part->first, index);
    GEN(gen, check, inside, WC_TRAP_INDEX);
    GEN(gen, lt, inside, index, part->end);
    GEN(gen, check, inside, WC_TRAP_INDEX);
}

static uint16_t window_index(wc_gen *gen, const wc_sema_expr *expr, const wc_gen_part *part)
{
    uint16_t index = wc_gen_narrow(gen, expr->b);
    if (expr->op == WC_OPER_AT) {
        uint16_t number = wc_gen_i64(gen);
        GEN(gen, sub, number, index, wc_gen_load(gen, part->series, 0));
        GEN(gen, idiv, number, number, wc_gen_int(gen, expr->a->type->step));
        index = number;
    }
    check_inside(gen, part, index);
    return index;
}

bool wc_gen_is_of_window(const wc_sema_expr *expr)
{
    bool takes_one = expr->op == WC_OPER_LEN || expr->op == WC_OPER_START ||
                     expr->op == WC_OPER_QCOUNT || expr->op == WC_OPER_INDEX ||
                     expr->op == WC_OPER_AT || expr->op == WC_OPER_QUALITY;
    return takes_one && expr->a->op == WC_OPER_WINDOW;
}

wc_val wc_gen_window_scalar(wc_gen *gen, const wc_sema_expr *expr)
{
    const wc_gen_part part = wc_gen_part_of(gen, expr->a);
    if (expr->op == WC_OPER_START) return (wc_val){part.start, false};
    uint16_t reg = wc_gen_i64(gen);
    if (expr->op == WC_OPER_LEN) {
        GEN(gen, sub, reg, part.end, part.first);
    } else if (expr->op == WC_OPER_QCOUNT) {
        GEN(gen, qrange, reg, part.series, expr->index, part.first, part.end);
    } else if (expr->op == WC_OPER_QUALITY) {
        GEN(gen, qual, reg, part.series, window_index(gen, expr, &part));
    } else {
        GEN(gen, ldx, reg, part.series, window_index(gen, expr, &part));
    }
    return (wc_val){reg, false};
}

/* ---- series that are made ----------------------------------------------------------------------
 */

/* A series over an interval, every interval missing; returns its length. */
static uint16_t new_series(wc_gen *gen, uint16_t refmut, uint16_t start, uint16_t end,
                           uint32_t step)
{
    uint16_t length = wc_gen_i64(gen);
    uint16_t count = wc_gen_i64(gen);
    uint16_t seconds = wc_gen_int(gen, step);
    uint16_t whole = wc_gen_i64(gen);
    GEN(gen, sub, length, end, start);
    GEN(gen, idiv, count, length, seconds);
    GEN(gen, mul, whole, count, seconds);
    GEN(gen, eq, seconds, whole, length);
    GEN(gen, check, seconds, WC_TRAP_RANGE);
    GEN(gen, snew, refmut, start, count);
    return count;
}

static void flat_into(wc_gen *gen, uint16_t refmut, const wc_sema_expr *expr)
{
    const wc_sema_type *type = expr->type;
    const wc_sema_expr *span = expr->a;
    if (span->op == WC_OPER_INTERVAL && span->is_const) {
        int64_t length = (int64_t)span->b->number.lo - (int64_t)span->a->number.lo;
        uint16_t start = wc_gen_narrow(gen, span->a);
        uint16_t value = wc_gen_narrow(gen, expr->b);
        if (length / type->step <= UINT16_MAX) {
            GEN(gen, tseries, refmut, start, value, (uint16_t)(length / type->step));
            return;
        }
    }
    uint16_t from, to;
    wc_gen_ends(gen, span, &from, &to);
    uint16_t value = wc_gen_narrow(gen, expr->b);
    uint16_t count = new_series(gen, refmut, from, to, type->step);
    uint16_t index = wc_gen_int(gen, 0);
    uint16_t measured = wc_gen_int(gen, 0);
    wc_label exit = wc_builder_label(gen->builder);
    uint16_t most = wc_gen_number(gen, type->capacity);
    wc_loop loop = wc_builder_loop(gen->builder, index, count, most, exit);
    GEN(gen, sset, refmut, index, value, measured);
    wc_builder_loop_end(gen->builder, &loop);
}

static void values_into(wc_gen *gen, uint16_t refmut, const wc_sema_expr *expr)
{
    uint16_t measured = wc_gen_int(gen, 0);
    GEN(gen, snew, refmut, wc_gen_narrow(gen, expr->a), wc_gen_int(gen, expr->arg_count));
    for (uint16_t i = 0; i < expr->arg_count; i++) {
        uint32_t mark = wc_gen_mark(gen);
        uint16_t value = wc_gen_narrow(gen, expr->args[i]);
        GEN(gen, sset, refmut, wc_gen_int(gen, i), value, measured);
        wc_gen_release(gen, mark);
    }
}

bool wc_gen_series_into(wc_gen *gen, uint16_t refmut, const wc_sema_expr *expr)
{
    if (expr->op == WC_OPER_FLAT) {
        flat_into(gen, refmut, expr);
    } else if (expr->op == WC_OPER_BLANK) {
        uint16_t start, end;
        wc_gen_ends(gen, expr->a, &start, &end);
        (void)new_series(gen, refmut, start, end, expr->type->step);
    } else if (expr->op == WC_OPER_SERIES) {
        values_into(gen, refmut, expr);
    } else if (expr->op == WC_OPER_SLICE) {
        const wc_gen_part part = wc_gen_part_of(gen, expr->a);
        GEN(gen, slice, refmut, part.series, part.first, part.end);
    } else if (expr->op == WC_OPER_FILL) {
        uint16_t from = wc_gen_ref(gen, expr->a);
        GEN(gen, sfill, refmut, from, expr->index, wc_gen_narrow(gen, expr->b));
    } else if (expr->op == WC_OPER_RESAMPLE) {
        uint16_t times = (uint16_t)(expr->type->step / expr->a->type->step);
        GEN(gen, sagg, refmut, wc_gen_ref(gen, expr->a), times, expr->index);
    } else {
        return false;
    }
    return true;
}

void wc_gen_series_set(wc_gen *gen, const wc_sema_stmt *stmt)
{
    uint16_t series = wc_gen_refmut(gen, stmt->a);
    uint16_t index = wc_gen_narrow(gen, stmt->b);
    uint16_t value = wc_gen_narrow(gen, stmt->c);
    GEN(gen, sset, series, index, value, wc_gen_narrow(gen, stmt->args[0]));
}
