/* Calendars and series in the reference interpreter.
 *
 * Written from the rules (ADR 14, ADR 15), not from vm/base/calendar.c: offsets are looked up in
 * the order of the table, years and months are counted one by one. */
#include "compiler/interp/machine.h"

#define DAY INT64_C(86400)
#define END INT64_C(4133980800) /* 2101-01-01T00:00:00Z */

#define STEPS INT64_C(200000) /* units that a date or a span goes on or back, at most */

WC_NORETURN static void outside(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_interp_trap(in, frame, WC_TRAP_CALENDAR, expr->span);
}

/* --- dates ------------------------------------------------------------------------------------ */

typedef struct civil {
    int64_t year;
    int month, day; /* from 1 */
} civil;

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in(int64_t year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

static int64_t days_before(int64_t year) /* days from 0001-01-01 to the first of the year */
{
    int64_t days = 0;
    for (int64_t y = 1; y < year; y++) days += is_leap(y) ? 366 : 365;
    return days;
}

#define EPOCH INT64_C(719162) /* days from 0001-01-01 to 1970-01-01 */

/* Requires a year from 1 to 9999. */
static int64_t number_of(civil on)
{
    int64_t days = days_before(on.year);
    for (int month = 1; month < on.month; month++) days += days_in(on.year, month);
    return days + on.day - 1 - EPOCH;
}

static bool is_date(int64_t date)
{
    return date >= -EPOCH && date <= number_of((civil){9999, 12, 31});
}

static civil civil_of(int64_t date)
{
    civil on = {1, 1, 1};
    int64_t left = date + EPOCH;
    for (; left >= (is_leap(on.year) ? 366 : 365); on.year++) left -= is_leap(on.year) ? 366 : 365;
    for (; left >= days_in(on.year, on.month); on.month++) left -= days_in(on.year, on.month);
    on.day += (int)left;
    return on;
}

static int weekday_of(int64_t date) /* Monday is 1; 0001-01-01 was one */
{
    return (int)((date + EPOCH) % 7) + 1;
}

/* First date of the unit `steps` after the one that contains the date; false: no such date. */
static bool first_of(int64_t date, int64_t steps, unsigned unit, int64_t *first)
{
    wc_assert(steps >= -STEPS && steps <= STEPS);
    if (!is_date(date)) return false;
    civil on = civil_of(date);
    int64_t found = date + steps;
    if (unit == WC_UNIT_WEEK) found = date - (weekday_of(date) - 1) + 7 * steps;
    if (unit >= WC_UNIT_MONTH) {
        int months = unit == WC_UNIT_MONTH ? 1 : unit == WC_UNIT_QUARTER ? 3 : 12;
        int64_t number = 12 * on.year + (on.month - 1) / months * months + steps * months;
        if (number < 12 || number >= 120000) return false; /* years 1 to 9999 */
        found = number_of((civil){number / 12, (int)(number % 12) + 1, 1});
    }
    if (!is_date(found)) return false;
    *first = found;
    return true;
}

/* --- local clocks ----------------------------------------------------------------------------- */

static int64_t offset_at(const wc_zone *zone, int64_t instant)
{
    int64_t offset = zone->offset;
    for (uint16_t i = 0; i < zone->count && zone->shifts[i].at <= instant; i++) {
        offset = zone->shifts[i].offset;
    }
    return offset;
}

/* The first instant at which the clock shows `local` or more: in each stretch of one offset, in
 * order, it would be local - offset, or the start of the stretch. */
static int64_t instant_of(const wc_zone *zone, int64_t local)
{
    int64_t start = INT64_MIN;
    int64_t offset = zone->offset;
    for (uint16_t i = 0; i < zone->count; i++) {
        int64_t instant = local - offset > start ? local - offset : start;
        if (instant < zone->shifts[i].at) return instant;
        start = zone->shifts[i].at;
        offset = zone->shifts[i].offset;
    }
    return local - offset > start ? local - offset : start;
}

static bool is_covered(int64_t instant)
{
    return instant >= 0 && instant <= END;
}

static int64_t instant_or_stop(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr,
                               int64_t local)
{
    bool is_near = local > -10 * END && local < 10 * END;
    int64_t instant = is_near ? instant_of(&expr->calendar->table, local) : -1;
    if (!is_covered(instant)) outside(in, frame, expr);
    return instant;
}

/* The local day that contains the instant: the last one that has begun. */
static int64_t date_of(const wc_zone *zone, int64_t instant)
{
    int64_t date = (instant + offset_at(zone, instant)) / DAY - 2;
    while (instant_of(zone, (date + 1) * DAY) <= instant) date++;
    return date;
}

static wc_ival local_span(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    int64_t date = wc_interp_int(in, frame, expr->a);
    int64_t steps = wc_interp_int(in, frame, expr->b);
    int64_t first, next;
    if (!first_of(date, steps, expr->unit, &first)) outside(in, frame, expr);
    if (!first_of(first, 1, expr->unit, &next)) outside(in, frame, expr);
    wc_ival *ends = WC_INTERP_ARRAY(in, wc_ival, 2);
    ends[0] = wc_ival_number(instant_or_stop(in, frame, expr, first * DAY));
    ends[1] = wc_ival_number(instant_or_stop(in, frame, expr, next * DAY));
    return (wc_ival){.count = 2, .parts = ends};
}

static int64_t part_of(int64_t date, unsigned part)
{
    civil on = civil_of(date);
    if (part == WC_PART_YEAR) return on.year;
    if (part == WC_PART_MONTH) return on.month;
    if (part == WC_PART_DAY) return on.day;
    if (part == WC_PART_WEEKDAY) return weekday_of(date);
    return date - number_of((civil){on.year, 1, 1}) + 1;
}

static wc_ival calendar_value(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    if (expr->op == WC_OPER_CAL_SPAN) return local_span(in, frame, expr);
    int64_t value = wc_interp_int(in, frame, expr->a);
    if (expr->op == WC_OPER_CAL_TIME) {
        return wc_ival_number(instant_or_stop(in, frame, expr, value));
    }
    if (expr->op == WC_OPER_DATE_FIRST) {
        int64_t first;
        int64_t steps = wc_interp_int(in, frame, expr->b);
        if (!first_of(value, steps, expr->unit, &first)) outside(in, frame, expr);
        return wc_ival_number(first);
    }
    if (expr->op == WC_OPER_DATE_PART) {
        if (!is_date(value)) outside(in, frame, expr);
        return wc_ival_number(part_of(value, expr->index));
    }
    if (!is_covered(value)) outside(in, frame, expr);
    const wc_zone *zone = &expr->calendar->table;
    if (expr->op == WC_OPER_CAL_DATE) return wc_ival_number(date_of(zone, value));
    return wc_ival_number(value + offset_at(zone, value));
}

/* --- windows ---------------------------------------------------------------------------------- */

/* Number of intervals of the series that end by `time`. */
static uint32_t boundary(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *window,
                         const wc_ival *series, const wc_exact *time)
{
    bool has_remainder;
    wc_exact step = wc_exact_of(window->type->step);
    wc_exact past = wc_exact_subtract(*time, series->number);
    wc_exact index = wc_exact_divide(past, step, WC_ROUND_FLOOR, &has_remainder);
    wc_exact count = wc_exact_of(series->count);
    if (index.is_negative || wc_exact_compare(&index, &count) > 0) {
        wc_interp_trap(in, frame, WC_TRAP_INDEX, window->span);
    }
    if (has_remainder) wc_interp_trap(in, frame, WC_TRAP_RANGE, window->span);
    return (uint32_t)wc_exact_i64(&index);
}

wc_interp_view_of wc_interp_series(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_interp_view_of view = {.first = 0};
    if (expr->op != WC_OPER_WINDOW) {
        view.series = wc_interp_eval(in, frame, expr);
        view.end = view.series.count;
        view.start = view.series.number;
        return view;
    }
    view.series = wc_interp_eval(in, frame, expr->a);
    wc_ival span = wc_interp_eval(in, frame, expr->b);
    view.start = span.parts[0].number;
    view.first = boundary(in, frame, expr, &view.series, &span.parts[0].number);
    view.end = boundary(in, frame, expr, &view.series, &span.parts[1].number);
    return view;
}

static void index_in(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr,
                     const wc_interp_view_of *view, wc_exact *index)
{
    *index = wc_exact_of(wc_interp_int(in, frame, expr->b));
    if (expr->op == WC_OPER_AT) {
        bool has_remainder;
        wc_exact past = wc_exact_subtract(*index, view->series.number);
        if (!wc_exact_fits(&past, 64)) wc_interp_trap(in, frame, WC_TRAP_RANGE, expr->span);
        wc_exact step = wc_exact_of(expr->a->type->step);
        *index = wc_exact_divide(past, step, WC_ROUND_FLOOR, &has_remainder);
    }
    wc_exact first = wc_exact_of(view->first);
    wc_exact end = wc_exact_of(view->end);
    bool is_inside = wc_exact_compare(&first, index) <= 0 && wc_exact_compare(index, &end) < 0;
    if (!is_inside) wc_interp_trap(in, frame, WC_TRAP_INDEX, expr->span);
}

wc_ival wc_interp_window_value(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    const wc_interp_view_of view = wc_interp_series(in, frame, expr->a);
    wc_exact index;
    int64_t count = 0;
    switch ((int)expr->op) {
    case WC_OPER_START: return (wc_ival){.number = view.start};
    case WC_OPER_LEN: return wc_ival_number(view.end - view.first);
    case WC_OPER_SPAN: return wc_interp_eval(in, frame, expr->a->b);
    case WC_OPER_QCOUNT:
        for (uint32_t i = view.first; i < view.end; i++) {
            count += view.series.qualities[i] == expr->index;
        }
        return wc_ival_number(count);
    default: break;
    }
    index_in(in, frame, expr, &view, &index);
    if (expr->op == WC_OPER_QUALITY) {
        return wc_ival_number(view.series.qualities[wc_exact_i64(&index)]);
    }
    return wc_interp_element(in, frame, expr->a->type, &view.series, &index, expr->span);
}

/* --- loops ------------------------------------------------------------------------------------ */

void wc_interp_way_open(wc_interp *in, wc_interp_frame *frame, wc_interp_way *way, wc_span span)
{
    way->first = 0;
    if (way->other == NULL && way->over->op != WC_OPER_WINDOW) {
        way->all = wc_interp_eval(in, frame, way->over);
        way->end = way->all.count;
        return;
    }
    const wc_interp_view_of view = wc_interp_series(in, frame, way->over);
    way->all = view.series;
    way->first = view.first;
    way->end = view.end;
    if (way->other == NULL) return;
    const wc_interp_view_of other = wc_interp_series(in, frame, way->other);
    bool is_same = wc_exact_compare(&view.start, &other.start) == 0 &&
                   view.end - view.first == other.end - other.first;
    if (!is_same) wc_interp_trap(in, frame, WC_TRAP_RANGE, span);
    way->second = other.series;
    way->second_first = other.first;
}

void wc_interp_way_bind(wc_interp *in, wc_interp_frame *frame, const wc_interp_way *way,
                        uint32_t at)
{
    wc_interp_binders binders = {way->over, way->key, way->item};
    wc_interp_bind(in, frame, &binders, &way->all, at);
    if (way->zip == NULL) return;
    wc_exact index = wc_exact_of(at - way->first + way->second_first);
    wc_ival value =
        wc_interp_element(in, frame, way->other->type, &way->second, &index, way->other->span);
    wc_interp_set(in, frame, way->zip, &value);
}

/* --- series that are made --------------------------------------------------------------------- */

static wc_ival new_series(wc_interp *in, uint32_t count, wc_exact start, wc_ival **parts,
                          uint8_t **qualities)
{
    *parts = WC_INTERP_ARRAY(in, wc_ival, count);
    *qualities = WC_INTERP_ARRAY(in, uint8_t, count);
    for (uint32_t i = 0; i < count; i++) (*qualities)[i] = WC_INTERP_MISSING;
    return (wc_ival){.number = start, .count = count, .parts = *parts, .qualities = *qualities};
}

static bool is_multiple(const wc_exact *number, uint32_t step)
{
    bool has_remainder;
    (void)wc_exact_divide(*number, wc_exact_of(step), WC_ROUND_FLOOR, &has_remainder);
    return !has_remainder;
}

/* BLANK, FLAT: over an interval; `every` NULL: missing. */
static wc_ival over_span(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_ival span = wc_interp_eval(in, frame, expr->a);
    wc_ival every = {.count = 0};
    if (expr->op == WC_OPER_FLAT) every = wc_interp_eval(in, frame, expr->b);
    const wc_sema_type *type = expr->type;
    wc_exact length = wc_exact_subtract(span.parts[1].number, span.parts[0].number);
    wc_exact most = wc_exact_of((int64_t)type->capacity * type->step);
    bool fits = is_multiple(&span.parts[0].number, type->step) &&
                is_multiple(&length, type->step) && wc_exact_compare(&length, &most) <= 0;
    if (!fits) wc_interp_trap(in, frame, WC_TRAP_RANGE, expr->span);
    wc_ival *parts;
    uint8_t *qualities;
    uint32_t count = (uint32_t)(wc_exact_i64(&length) / type->step);
    wc_ival made = new_series(in, count, span.parts[0].number, &parts, &qualities);
    for (uint32_t i = 0; expr->op == WC_OPER_FLAT && i < count; i++) {
        parts[i] = every;
        qualities[i] = 0;
    }
    return made;
}

static wc_ival of_values(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_ival *parts;
    uint8_t *qualities;
    wc_exact start = wc_exact_of(wc_interp_int(in, frame, expr->a));
    if (!is_multiple(&start, expr->type->step)) {
        wc_interp_trap(in, frame, WC_TRAP_RANGE, expr->span);
    }
    wc_ival made = new_series(in, expr->arg_count, start, &parts, &qualities);
    for (uint16_t i = 0; i < expr->arg_count; i++) {
        parts[i] = wc_interp_eval(in, frame, expr->args[i]);
        qualities[i] = 0;
    }
    return made;
}

static wc_ival sliced(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_ival *parts;
    uint8_t *qualities;
    const wc_interp_view_of view = wc_interp_series(in, frame, expr->a);
    wc_ival made = new_series(in, view.end - view.first, view.start, &parts, &qualities);
    for (uint32_t i = 0; i < made.count; i++) {
        parts[i] = view.series.parts[view.first + i];
        qualities[i] = view.series.qualities[view.first + i];
    }
    return made;
}

/* The nearest interval with a value before (step -1) or behind; false: there is none. */
static bool neighbour(const wc_ival *series, uint32_t at, int step, uint32_t *found)
{
    for (int64_t i = (int64_t)at + step; i >= 0 && i < (int64_t)series->count; i += step) {
        if (series->qualities[i] == WC_INTERP_MISSING) continue;
        *found = (uint32_t)i;
        return true;
    }
    return false;
}

/* The value for a gap; false: the rule has none. */
static bool filled_value(const wc_ival *series, uint32_t at, unsigned rule, wc_ival *value)
{
    uint32_t before, behind;
    if (rule == 0) return true;
    if (!neighbour(series, at, -1, &before)) return false;
    wc_exact low = series->parts[before].number;
    *value = (wc_ival){.number = low};
    if (rule == 1) return true;
    if (!neighbour(series, at, 1, &behind)) return false;
    bool has_remainder;
    wc_exact rise = wc_exact_subtract(series->parts[behind].number, low);
    wc_exact top = wc_exact_add(wc_exact_multiply(low, wc_exact_of(behind - before)),
                                wc_exact_multiply(rise, wc_exact_of(at - before)));
    value->number =
        wc_exact_divide(top, wc_exact_of(behind - before), WC_ROUND_HALF_EVEN, &has_remainder);
    return true;
}

static wc_ival filled(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_ival *parts;
    uint8_t *qualities;
    wc_ival series = wc_interp_eval(in, frame, expr->a);
    wc_ival given = wc_interp_eval(in, frame, expr->b);
    wc_ival made = new_series(in, series.count, series.number, &parts, &qualities);
    for (uint32_t i = 0; i < series.count; i++) {
        parts[i] = series.parts[i];
        qualities[i] = series.qualities[i];
        wc_ival value = given;
        if (qualities[i] != WC_INTERP_MISSING) continue;
        if (!filled_value(&series, i, expr->index, &value)) continue;
        parts[i] = value;
        qualities[i] = 2;
    }
    return made;
}

static wc_ival resampled(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_ival *parts;
    uint8_t *qualities;
    wc_ival series = wc_interp_eval(in, frame, expr->a);
    uint32_t times = expr->type->step / expr->a->type->step;
    bool fits = series.count % times == 0 && is_multiple(&series.number, expr->type->step);
    if (!fits) wc_interp_trap(in, frame, WC_TRAP_RANGE, expr->span);
    wc_assert(series.count / times <= expr->type->capacity);
    wc_ival made = new_series(in, series.count / times, series.number, &parts, &qualities);
    for (uint32_t i = 0; i < made.count; i++) {
        wc_exact total = wc_exact_of(0);
        qualities[i] = 0;
        for (uint32_t k = i * times; k < (i + 1) * times; k++) {
            wc_exact index = wc_exact_of(k);
            wc_ival part = wc_interp_element(in, frame, expr->a->type, &series, &index, expr->span);
            total = wc_exact_add(total, part.number);
            if (series.qualities[k] > qualities[i]) qualities[i] = series.qualities[k];
        }
        bool has_remainder = false;
        wc_exact result = total;
        if (expr->index < 8) {
            result =
                wc_exact_divide(total, wc_exact_of(times), (wc_round)expr->index, &has_remainder);
        }
        if (has_remainder && expr->index == WC_ROUND_EXACT) {
            wc_interp_trap(in, frame, WC_TRAP_INEXACT, expr->span);
        }
        parts[i] = (wc_ival){.number = result};
        if (!wc_ival_fits(expr->type->item, &parts[i])) {
            wc_interp_trap(in, frame, WC_TRAP_RANGE, expr->span);
        }
    }
    return made;
}

bool wc_interp_time_value(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr,
                          wc_ival *value)
{
    switch ((int)expr->op) {
    case WC_OPER_CAL_LOCAL:
    case WC_OPER_CAL_TIME:
    case WC_OPER_CAL_DATE:
    case WC_OPER_CAL_SPAN:
    case WC_OPER_DATE_FIRST:
    case WC_OPER_DATE_PART: *value = calendar_value(in, frame, expr); return true;
    case WC_OPER_SLICE: *value = sliced(in, frame, expr); return true;
    case WC_OPER_FILL: *value = filled(in, frame, expr); return true;
    case WC_OPER_RESAMPLE: *value = resampled(in, frame, expr); return true;
    case WC_OPER_BLANK:
    case WC_OPER_FLAT: *value = over_span(in, frame, expr); return true;
    case WC_OPER_SERIES: *value = of_values(in, frame, expr); return true;
    default: return false;
    }
}

void wc_interp_series_set(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt)
{
    int64_t index = wc_interp_int(in, frame, stmt->b);
    wc_ival value = wc_interp_eval(in, frame, stmt->c);
    wc_ival quality = wc_interp_eval(in, frame, stmt->args[0]);
    wc_ival series = frame->locals[stmt->a->local->index];
    if (index < 0 || index >= (int64_t)series.count) {
        wc_interp_trap(in, frame, WC_TRAP_INDEX, stmt->span);
    }
    uint8_t *qualities = WC_INTERP_ARRAY(in, uint8_t, series.count);
    memcpy(qualities, series.qualities, series.count);
    qualities[index] = (uint8_t)wc_exact_i64(&quality.number);
    if (qualities[index] == WC_INTERP_MISSING) value.number = wc_exact_of(0);
    series = wc_ival_replace(in, &series, (uint32_t)index, &value);
    series.qualities = qualities;
    wc_interp_set(in, frame, stmt->a->local, &series);
}
