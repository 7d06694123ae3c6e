/* Calendars: their declaration, C.month(t, k) and the like, and the methods of dates. With constant
 * operands all of it is worked out here, by the functions that the machine uses (D21). */
#include "compiler/sema/calendar.h"

#include "compiler/calendar.h"

/* Steps and days in one call: more than the table or the dates have. */
#define WC_STEPS_MAX INT64_C(200000)

/* --- the declaration -------------------------------------------------------------------------- */

static bool string_arg(const wc_ast_item *item, uint32_t index, const char *name, wc_str *text,
                       wc_span *span)
{
    const wc_ast_arg *arg = wc_ast_at(&item->as.calendar.args, index);
    bool is_string =
        arg->value->kind == WC_EXPR_LITERAL && arg->value->as.literal->kind == WC_LITERAL_STRING;
    if (!is_string || !wc_str_equal(arg->name.text, wc_str_of(name))) return false;
    *text = arg->value->as.literal->text;
    *span = arg->value->span;
    return true;
}

static void note_releases(wc_sema *sema, wc_diag *diag)
{
    wc_str list = {"", 0};
    for (size_t i = 0; i < wc_tz_file_count; i++) {
        const wc_str parts[] = {list, wc_str_of(i > 0 ? ", " : ""), wc_str_of(wc_tz_files[i].path)};
        list = wc_sema_join(sema, parts, WC_ARRAY_LEN(parts));
    }
    wc_diag_add_note(sema->diags, diag, "there are: {}", list);
}

#define LINE 48u /* characters of a note, after which the list goes on in the next */

static void note_zones(wc_sema *sema, wc_diag *diag, const wc_embedded *release,
                       const wc_ast_expr *given)
{
    wc_str list = {"", 0};
    wc_str name;
    wc_sema_guess guess = {.wanted = given->as.literal->text};
    size_t at = 0;
    while (wc_tz_next(release, &at, &name)) {
        if (list.len >= LINE) {
            wc_diag_add_note(sema->diags, diag, "there are: {}", list);
            list.len = 0;
        }
        const wc_str parts[] = {list, wc_str_of(list.len > 0 ? ", " : ""), name};
        list = wc_sema_join(sema, parts, WC_ARRAY_LEN(parts));
        wc_sema_guess_try(&guess, name);
    }
    if (guess.found.len > 0) {
        const wc_str parts[] = {WC_STR("\""), guess.found, WC_STR("\"")};
        wc_str text = wc_sema_join(sema, parts, WC_ARRAY_LEN(parts));
        wc_diag_add_fix(sema->diags, diag, given->span, WC_FIX_MAYBE, text, "did you mean {}?",
                        text);
    }
    wc_diag_add_note(sema->diags, diag, "and {}", list);
}

static const wc_ast_expr *arg_value(const wc_ast_item *item, uint32_t index)
{
    const wc_ast_arg *arg = wc_ast_at(&item->as.calendar.args, index);
    return arg->value;
}

void wc_sema_calendar_define(wc_sema *sema, wc_sema_symbol *symbol)
{
    const wc_ast_item *item = symbol->item;
    wc_str zone, version;
    wc_span zone_span, version_span;
    bool is_zone = wc_str_equal(item->as.calendar.source.text, WC_STR("zone")) &&
                   item->as.calendar.args.count == 2 &&
                   string_arg(item, 0, "", &zone, &zone_span) &&
                   string_arg(item, 1, "tzdata", &version, &version_span);
    if (!is_zone) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0403, item->span,
                                       "a calendar names a zone and a "
                                       "release of the time zone database");
        wc_diag_add_note(sema->diags, diag,
                         "calendar {} = zone(\"Asia/Shanghai\", tzdata: \"2026a\");", symbol->name);
        return;
    }
    const wc_embedded *release = wc_tz_release(version);
    if (release == NULL) {
        note_releases(sema, wc_diag_report(sema->diags, WC_E1101, version_span,
                                           "there is no release `{}` of the time zone database "
                                           "here",
                                           version));
        return;
    }
    wc_sema_calendar *calendar = WC_SEMA_NEW(sema, wc_sema_calendar);
    wc_status status = wc_tz_find(release, zone, sema->arena, &calendar->table);
    if (status == WC_NOT_FOUND) {
        note_zones(sema,
                   wc_diag_report(sema->diags, WC_E1101, zone_span,
                                  "release {} has no zone `{}` here", version, zone),
                   release, arg_value(item, 0));
        return;
    }
    if (status == WC_NO_MEMORY) longjmp(sema->full, 1);
    wc_assert(status == WC_OK); /* a test reads every table */
    calendar->name = symbol->name;
    calendar->zone = zone;
    calendar->version = version;
    calendar->index = sema->calendar_count++;
    symbol->calendar = calendar;
}

/* --- nodes, worked out when they can be ------------------------------------------------------- */

static bool is_number(const wc_sema_expr *expr)
{
    return expr->op == WC_OPER_NUMBER;
}

static int64_t value_of(const wc_sema_expr *expr)
{
    return (int64_t)expr->number.lo;
}

static wc_sema_expr *outside(wc_sema *sema, wc_span span)
{
    wc_diag *diag = wc_diag_report(sema->diags, WC_E1105, span,
                                   "this lies outside the calendar, which covers 1970 to 2100");
    wc_diag_add_note(sema->diags, diag,
                     "times count from 1970-01-01T00:00:00Z up to 2101-01-01T00:00:00Z");
    return wc_sema_poison(sema, span);
}

static wc_sema_expr *no_date(wc_sema *sema, wc_span span)
{
    wc_diag_report(sema->diags, WC_E1105, span,
                   "there is no such date: the civil calendar has the years 1 to 9999");
    return wc_sema_poison(sema, span);
}

static wc_sema_expr *constant(wc_sema *sema, wc_status status, int64_t value,
                              const wc_sema_type *type, wc_span span)
{
    if (status != WC_OK) return outside(sema, span);
    return wc_sema_number(sema, wc_i128_of(value), type, span);
}

static wc_sema_expr *calendar_node(wc_sema *sema, wc_sema_op op, const wc_sema_type *type,
                                   wc_sema_expr *a, const wc_sema_calendar *calendar, wc_span span)
{
    wc_sema_expr *node = wc_sema_unary(sema, op, type, a, span);
    node->calendar = calendar;
    node->index = calendar->index;
    return node;
}

/* What the local clock shows at a time, in seconds. */
static wc_sema_expr *local_of(wc_sema *sema, const wc_sema_calendar *calendar, wc_sema_expr *time,
                              wc_span span)
{
    if (is_number(time)) {
        int64_t local = 0;
        wc_status status = wc_zone_local(&calendar->table, value_of(time), &local);
        return constant(sema, status, local, sema->integer, span);
    }
    wc_sema_expr *node =
        calendar_node(sema, WC_OPER_CAL_LOCAL, sema->integer, time, calendar, span);
    return wc_sema_ranged(node, wc_range_of(-WC_OFFSET_MAX, WC_CALENDAR_END + WC_OFFSET_MAX));
}

/* The first time at which the local clock shows so many seconds. */
static wc_sema_expr *time_of(wc_sema *sema, const wc_sema_calendar *calendar, wc_sema_expr *local,
                             wc_span span)
{
    if (wc_sema_is_poison(local)) return local;
    if (is_number(local)) {
        int64_t instant = 0;
        wc_status status = wc_zone_instant(&calendar->table, value_of(local), &instant);
        return constant(sema, status, instant, sema->time, span);
    }
    return calendar_node(sema, WC_OPER_CAL_TIME, sema->time, local, calendar, span);
}

static wc_sema_expr *date_of(wc_sema *sema, const wc_sema_calendar *calendar, wc_sema_expr *time,
                             wc_span span)
{
    if (is_number(time)) {
        int64_t date = 0;
        wc_status status = wc_zone_date(&calendar->table, value_of(time), &date);
        return constant(sema, status, date, sema->date, span);
    }
    return calendar_node(sema, WC_OPER_CAL_DATE, sema->date, time, calendar, span);
}

static wc_sema_expr *first_of(wc_sema *sema, wc_sema_expr *date, wc_sema_expr *steps,
                              wc_date_unit unit, wc_span span)
{
    if (is_number(date) && is_number(steps)) {
        int64_t first = 0;
        wc_status status = wc_date_first(value_of(date), value_of(steps), unit, &first);
        return status == WC_OK ? constant(sema, status, first, sema->date, span)
                               : no_date(sema, span);
    }
    wc_sema_expr *node = wc_sema_pair(sema, WC_OPER_DATE_FIRST, sema->date, date, steps, span);
    node->unit = (uint8_t)unit;
    return node;
}

static wc_sema_expr *part_of(wc_sema *sema, wc_sema_expr *date, wc_date_part part, wc_span span)
{
    static const int64_t ends[WC_PART_COUNT][2] = {{1, 9999}, {1, 12}, {1, 31}, {1, 7}, {1, 366}};
    if (wc_sema_is_poison(date)) return date;
    if (is_number(date)) {
        int64_t value = 0;
        wc_status status = wc_date_part_of(value_of(date), part, &value);
        return status == WC_OK ? constant(sema, status, value, sema->integer, span)
                               : no_date(sema, span);
    }
    wc_sema_expr *node = wc_sema_unary(sema, WC_OPER_DATE_PART, sema->integer, date, span);
    node->index = (uint16_t)part;
    return wc_sema_ranged(node, wc_range_of(ends[part][0], ends[part][1]));
}

/* The unit of local time that is `steps` after the one that contains the date. */
static wc_sema_expr *span_of(wc_sema *sema, const wc_sema_calendar *calendar, wc_sema_expr *date,
                             wc_sema_expr *steps, wc_date_unit unit, wc_span span)
{
    if (!is_number(date) || !is_number(steps)) {
        wc_sema_expr *node =
            calendar_node(sema, WC_OPER_CAL_SPAN, sema->interval, date, calendar, span);
        node->b = steps;
        node->unit = (uint8_t)unit;
        return node;
    }
    int64_t from = 0;
    int64_t to = 0;
    int64_t start = 0;
    int64_t end = 0;
    const wc_zone *zone = &calendar->table;
    wc_status status = wc_date_first(value_of(date), value_of(steps), unit, &from);
    if (status == WC_OK) status = wc_date_first(from, 1, unit, &to);
    if (status == WC_OK) status = wc_zone_instant(zone, from * WC_DAY_SECONDS, &start);
    if (status == WC_OK) status = wc_zone_instant(zone, to * WC_DAY_SECONDS, &end);
    if (status != WC_OK) return outside(sema, span);
    wc_sema_expr *node =
        wc_sema_pair(sema, WC_OPER_INTERVAL, sema->interval,
                     wc_sema_number(sema, wc_i128_of(start), sema->time, span),
                     wc_sema_number(sema, wc_i128_of(end), sema->time, span), span);
    node->is_const = true;
    return node;
}

/* --- arguments -------------------------------------------------------------------------------- */

static wc_ast_expr *arg_at(const wc_ast_expr *ast, uint32_t index)
{
    const wc_ast_arg *arg = wc_ast_at(&ast->as.call.args, index);
    return arg->value;
}

/* A time or a date, as a local date. */
static wc_sema_expr *date_arg(wc_sema *sema, const wc_ast_expr *ast,
                              const wc_sema_calendar *calendar)
{
    wc_sema_expr *value = wc_sema_infer(sema, arg_at(ast, 0), NULL);
    if (wc_sema_is_poison(value) || value->type->kind == WC_SEMA_DATE) return value;
    if (value->type->kind == WC_SEMA_TIME) return date_of(sema, calendar, value, value->span);
    wc_diag_report(sema->diags, WC_E0401, value->span, "a time or a date is needed here, not `{}`",
                   value->type->text);
    return wc_sema_poison(sema, value->span);
}

static wc_sema_expr *time_arg(wc_sema *sema, const wc_ast_expr *ast)
{
    return wc_sema_value(sema, arg_at(ast, 0), sema->time, "the time");
}

static wc_sema_expr *steps_arg(wc_sema *sema, const wc_ast_expr *ast, uint32_t index,
                               const char *what)
{
    const wc_sema_type *type = wc_sema_type_int(sema, -WC_STEPS_MAX, WC_STEPS_MAX);
    return wc_sema_value(sema, arg_at(ast, index), type, what);
}

/* --- C.xxx(...) ------------------------------------------------------------------------------- */

typedef struct call {
    wc_sema *sema;
    const wc_ast_expr *ast;
    const wc_sema_calendar *calendar;
    uint16_t unit; /* of the row */
} call;

static wc_sema_expr *make_span(const call *c)
{
    wc_sema_expr *date = date_arg(c->sema, c->ast, c->calendar);
    wc_sema_expr *steps = steps_arg(c->sema, c->ast, 1, "the number of steps");
    if (wc_sema_is_poison(date)) return date;
    if (wc_sema_is_poison(steps)) return steps;
    return span_of(c->sema, c->calendar, date, steps, (wc_date_unit)c->unit, c->ast->span);
}

static wc_sema_expr *make_date(const call *c)
{
    wc_sema_expr *time = time_arg(c->sema, c->ast);
    if (wc_sema_is_poison(time)) return time;
    return date_of(c->sema, c->calendar, time, c->ast->span);
}

static wc_sema_expr *seconds_of_days(wc_sema *sema, wc_sema_expr *days, wc_span span)
{
    wc_sema_expr *day = wc_sema_integer(sema, WC_DAY_SECONDS, span);
    return wc_sema_arith(sema, WC_OPER_MUL, sema->integer, days, day, span);
}

/* Days since 1970-01-01 as a number. */
static wc_sema_expr *days_of(wc_sema *sema, const wc_sema_expr *date, wc_span span)
{
    if (is_number(date)) return wc_sema_integer(sema, value_of(date), span);
    wc_sema_expr *epoch = wc_sema_number(sema, wc_i128_of(0), sema->date, span);
    wc_sema_expr *copy = WC_SEMA_NEW(sema, wc_sema_expr);
    *copy = *date;
    wc_sema_expr *node = wc_sema_pair(sema, WC_OPER_SUB, sema->integer, copy, epoch, span);
    return wc_sema_ranged(node, wc_range_full());
}

static wc_sema_expr *place_of(wc_sema *sema, wc_sema_expr *local)
{
    return wc_sema_fit(sema, local, sema->integer, "the local time");
}

/* The time at which the local clock shows `length` past midnight of the date. */
static wc_sema_expr *clock_time(const call *c, const wc_sema_expr *date, wc_sema_expr *length)
{
    wc_sema *sema = c->sema;
    wc_span span = c->ast->span;
    wc_sema_expr *local = seconds_of_days(sema, days_of(sema, date, span), span);
    if (length != NULL) {
        length = wc_sema_retype(sema, length, sema->integer);
        local = wc_sema_arith(sema, WC_OPER_ADD, sema->integer, local, length, span);
    }
    return time_of(sema, c->calendar, place_of(sema, local), span);
}

static wc_sema_expr *make_start(const call *c)
{
    wc_sema_expr *date = wc_sema_value(c->sema, arg_at(c->ast, 0), c->sema->date, "the date");
    return wc_sema_is_poison(date) ? date : clock_time(c, date, NULL);
}

static wc_sema_expr *make_at(const call *c)
{
    wc_sema *sema = c->sema;
    wc_sema_expr *date = wc_sema_value(sema, arg_at(c->ast, 0), sema->date, "the date");
    wc_sema_expr *length = wc_sema_infer(sema, arg_at(c->ast, 1), NULL);
    if (wc_sema_is_poison(length)) return length;
    if (!wc_sema_needs_seconds(sema, c->ast->span)) return wc_sema_poison(sema, c->ast->span);
    length = wc_sema_seconds(sema, length);
    if (length == NULL || wc_sema_is_poison(length)) return wc_sema_poison(sema, c->ast->span);
    return wc_sema_is_poison(date) ? date : clock_time(c, date, length);
}

static wc_sema_expr *make_add_days(const call *c)
{
    wc_sema *sema = c->sema;
    wc_span span = c->ast->span;
    wc_sema_expr *time = time_arg(sema, c->ast);
    wc_sema_expr *days = steps_arg(sema, c->ast, 1, "the number of days");
    if (wc_sema_is_poison(time)) return time;
    if (wc_sema_is_poison(days)) return days;
    wc_sema_expr *local = local_of(sema, c->calendar, time, span);
    if (wc_sema_is_poison(local)) return local;
    local = wc_sema_arith(sema, WC_OPER_ADD, sema->integer, local,
                          seconds_of_days(sema, days, span), span);
    return time_of(sema, c->calendar, place_of(sema, local), span);
}

/* local mod `whole` / `part`, as the clock on the wall shows it. */
static wc_sema_expr *clock_part(const call *c, int64_t whole, int64_t part)
{
    wc_sema *sema = c->sema;
    wc_span span = c->ast->span;
    wc_sema_expr *time = time_arg(sema, c->ast);
    if (wc_sema_is_poison(time)) return time;
    wc_sema_expr *local = local_of(sema, c->calendar, time, span);
    if (wc_sema_is_poison(local)) return local;
    if (is_number(local)) {
        int64_t rest = 0;
        wc_status status = wc_i64_mod(value_of(local), whole, &rest);
        return constant(sema, status, rest / part, sema->integer, span);
    }
    wc_sema_expr *rest = wc_sema_pair(sema, WC_OPER_MOD, sema->integer, local,
                                      wc_sema_integer(sema, whole, span), span);
    (void)wc_sema_ranged(rest, wc_range_of(0, whole - 1));
    if (part == 1) return rest;
    wc_sema_expr *node = wc_sema_pair(sema, WC_OPER_IDIV, sema->integer, rest,
                                      wc_sema_integer(sema, part, span), span);
    return wc_sema_ranged(node, wc_range_of(0, whole / part - 1));
}

static wc_sema_expr *make_clock(const call *c)
{
    if (!wc_sema_needs_seconds(c->sema, c->ast->span)) return wc_sema_poison(c->sema, c->ast->span);
    wc_sema_expr *seconds = clock_part(c, WC_DAY_SECONDS, 1);
    if (wc_sema_is_poison(seconds)) return seconds;
    return wc_sema_retype(c->sema, seconds, wc_sema_type_dec(c->sema, 0, c->sema->seconds));
}

static wc_sema_expr *make_hour(const call *c)
{
    return clock_part(c, WC_DAY_SECONDS, 3600);
}

static wc_sema_expr *make_minute(const call *c)
{
    return clock_part(c, 3600, 60);
}

static wc_sema_expr *make_weekday(const call *c)
{
    return part_of(c->sema, date_arg(c->sema, c->ast, c->calendar), WC_PART_WEEKDAY, c->ast->span);
}

static const struct calendar_row {
    const char *name;
    uint8_t args;
    uint8_t unit;
    wc_sema_expr *(*make)(const call *c);
    const char *usage;
} rows[] = {
    {"day", 2, WC_UNIT_DAY, make_span, "day(time, steps)"},
    {"week", 2, WC_UNIT_WEEK, make_span, "week(time, steps)"},
    {"month", 2, WC_UNIT_MONTH, make_span, "month(time, steps)"},
    {"quarter", 2, WC_UNIT_QUARTER, make_span, "quarter(time, steps)"},
    {"year", 2, WC_UNIT_YEAR, make_span, "year(time, steps)"},
    {"date", 1, 0, make_date, "date(time)"},
    {"start", 1, 0, make_start, "start(date)"},
    {"at", 2, 0, make_at, "at(date, 8 h)"},
    {"add_days", 2, 0, make_add_days, "add_days(time, days)"},
    {"clock", 1, 0, make_clock, "clock(time)"},
    {"hour", 1, 0, make_hour, "hour(time)"},
    {"minute", 1, 0, make_minute, "minute(time)"},
    {"weekday", 1, 0, make_weekday, "weekday(time)"},
};

static wc_sema_expr *no_function(wc_sema *sema, const wc_ast_expr *ast, wc_str calendar)
{
    const wc_ast_name *name = &ast->as.call.callee->as.member.name;
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0308, name->span,
                                   "the calendar `{}` has no `{}`", calendar, name->text);
    wc_sema_guess guess = {.wanted = name->text};
    for (size_t i = 0; i < WC_ARRAY_LEN(rows); i++) {
        wc_sema_guess_try(&guess, wc_str_of(rows[i].name));
    }
    wc_sema_guess_say(sema, diag, name->span, &guess);
    wc_diag_add_note(sema->diags, diag,
                     "it has day, week, month, quarter, year, date, start, at, add_days, clock, "
                     "hour, minute, weekday");
    return wc_sema_poison(sema, ast->span);
}

static wc_sema_expr *wrong_usage(wc_sema *sema, const wc_ast_expr *ast, const char *name,
                                 const char *usage)
{
    wc_diag_report(sema->diags, WC_E0403, ast->span, "`{}` is written {}", name, usage);
    return wc_sema_poison(sema, ast->span);
}

wc_sema_expr *wc_sema_calendar_call(wc_sema *sema, wc_ast_expr *ast, wc_sema_symbol *symbol)
{
    wc_str name = ast->as.call.callee->as.member.name.text;
    symbol->is_used = true;
    for (size_t i = 0; i < WC_ARRAY_LEN(rows); i++) {
        const struct calendar_row *row = &rows[i];
        if (!wc_str_equal(name, wc_str_of(row->name))) continue;
        if (ast->as.call.args.count != row->args) {
            return wrong_usage(sema, ast, row->name, row->usage);
        }
        if (symbol->calendar == NULL) return wc_sema_poison(sema, ast->span); /* reported */
        const call c = {sema, ast, symbol->calendar, row->unit};
        return row->make(&c);
    }
    return no_function(sema, ast, symbol->name);
}

/* --- methods of dates ------------------------------------------------------------------------- */

static const struct date_row {
    const char *name;
    uint8_t args;
    uint8_t number; /* wc_date_part, or wc_date_unit with an argument */
} date_rows[] = {{"year", 0, WC_PART_YEAR},
                 {"month", 0, WC_PART_MONTH},
                 {"day", 0, WC_PART_DAY},
                 {"weekday", 0, WC_PART_WEEKDAY},
                 {"day_of_year", 0, WC_PART_YEARDAY},
                 {"week_start", 1, WC_UNIT_WEEK},
                 {"month_start", 1, WC_UNIT_MONTH},
                 {"quarter_start", 1, WC_UNIT_QUARTER},
                 {"year_start", 1, WC_UNIT_YEAR}};

wc_sema_expr *wc_sema_date_method(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *date)
{
    wc_str name = ast->as.call.callee->as.member.name.text;
    const struct date_row *row = date_rows;
    while (!wc_str_equal(name, wc_str_of(row->name))) {
        row++;
        wc_assert(row < date_rows + WC_ARRAY_LEN(date_rows)); /* method.c has found the name */
    }
    if (row->args == 0) return part_of(sema, date, (wc_date_part)row->number, ast->span);
    wc_sema_expr *steps = steps_arg(sema, ast, 0, "the number of steps");
    if (wc_sema_is_poison(steps)) return steps;
    return first_of(sema, date, steps, (wc_date_unit)row->number, ast->span);
}
