/* Dates, local clocks and series of a generated program. */
#include "tests/fuzz/gen_series.h"

#include <stdio.h>

#define ANY GEN_TYPES_MAX

static const char *const qualities[] = {"Measured", "Estimated", "Substituted", "Missing"};

static const char *quality(gen *g)
{
    return qualities[gen_below(g, 4)];
}

static unsigned less(unsigned depth)
{
    return depth > 0 ? depth - 1 : 0;
}

static const gen_name *some_series(gen *g)
{
    unsigned type = gen_type_of(g, GEN_SERIES);
    return type == ANY ? NULL : gen_pick(g, type, false);
}

/* An interval that often lies between two intervals of a series. */
static void span(gen *g, unsigned depth)
{
    const gen_name *series = some_series(g);
    unsigned dice = gen_below(g, 10);
    if (series != NULL && dice < 3) {
        gen_put(g, "%s.span()", series->text);
    } else if (dice < 9 || depth == 0) {
        unsigned from = gen_below(g, 6), to = from + gen_below(g, 6);
        unsigned unit = gen_chance(g, 60) ? 60 : gen_chance(g, 90) ? 15 : 20;
        from *= unit;
        to *= unit;
        gen_put(g, "interval(2026-01-01T%02u:%02u:00Z, 2026-01-01T%02u:%02u:00Z)", from / 60,
                from % 60, to / 60, to % 60);
    } else {
        gen_value(g, gen_type_of(g, GEN_INTERVAL), depth - 1);
    }
}

static void filled(gen *g, const gen_name *series, unsigned depth)
{
    unsigned dice = gen_below(g, 4);
    gen_put(g, "%s.fill(", series->text);
    if (dice == 0) {
        gen_value(g, g->types[series->type].item, less(depth));
    } else {
        static const char *const rules[] = {"zero", "previous", "linear"};
        gen_put(g, "%s", rules[dice - 1]);
    }
    gen_put(g, ")");
}

/* A window of a series without gaps, or with what gaps there are. */
static void window(gen *g, const gen_name *series, unsigned depth)
{
    if (gen_chance(g, 60)) {
        filled(g, series, depth);
    } else {
        gen_put(g, "%s", series->text);
    }
    gen_put(g, ".window(");
    span(g, depth);
    gen_put(g, ")");
}

static void index(gen *g, unsigned depth)
{
    if (gen_chance(g, 80)) {
        gen_put(g, "%u", gen_below(g, 5));
    } else {
        gen_value(g, gen_chance(g, 50) ? 1 : 0, less(depth));
    }
}

/* --- values of one type ----------------------------------------------------------------------- */

static const gen_name *series_with_step(gen *g, unsigned step)
{
    const gen_name *found = NULL;
    unsigned count = 0;
    for (unsigned i = 0; i < g->name_count; i++) {
        const gen_type *type = &g->types[g->names[i].type];
        if (type->kind != GEN_SERIES || type->step != step) continue;
        if (gen_below(g, ++count) == 0) found = &g->names[i];
    }
    return found;
}

void gen_series_value(gen *g, unsigned number, unsigned depth)
{
    const gen_type *type = &g->types[number];
    const gen_name *name = gen_pick(g, number, false);
    const gen_name *finer = type->step == 60 ? series_with_step(g, 15) : NULL;
    if (finer != NULL && g->types[finer->type].item != type->item) finer = NULL;
    unsigned dice = gen_below(g, 10);
    if (finer != NULL && dice < 6) {
        filled(g, finer, depth);
        if (g->types[finer->type].unit != GEN_PRICE) {
            gen_put(g, ".resample(1 h, total)");
        } else {
            gen_put(g, ".resample(1 h, average, %s)", gen_mode(g));
        }
    } else if (name != NULL && dice < 7) {
        filled(g, name, depth);
    } else if (name != NULL && dice < 8) {
        window(g, name, depth);
        gen_put(g, ".copy()");
    } else if (name != NULL && dice < 9) {
        gen_put(g, "%s", name->text);
    } else {
        unsigned length = gen_below(g, type->capacity + (gen_chance(g, 90) ? 1 : 3)) * type->step;
        gen_put(g, "all_missing(interval(2026-01-01T01:00:00Z, 2026-01-01T%02u:%02u:00Z))",
                1 + length / 60, length % 60);
    }
}

/* An interval's value, or the sum. */
static bool measured(gen *g, unsigned number, unsigned depth)
{
    const gen_name *found = NULL;
    unsigned count = 0;
    for (unsigned i = 0; i < g->name_count; i++) {
        const gen_type *type = &g->types[g->names[i].type];
        if (type->kind != GEN_SERIES || type->item != number) continue;
        if (gen_below(g, ++count) == 0) found = &g->names[i];
    }
    if (found == NULL) return false;
    unsigned dice = gen_below(g, 10);
    if (dice < 2) gen_put(g, "sum(");
    if (gen_chance(g, 50)) {
        window(g, found, depth);
    } else {
        filled(g, found, depth);
    }
    if (dice < 2) {
        gen_put(g, ")");
    } else if (dice < 7) {
        gen_put(g, "[");
        index(g, depth);
        gen_put(g, "]");
    } else {
        gen_put(g, ".at(");
        gen_value(g, gen_type_of(g, GEN_TIME), less(depth));
        gen_put(g, ")");
    }
    return true;
}

static void counted(gen *g, unsigned depth)
{
    static const char *const of_time[] = {"DE.hour(", "DE.minute(", "DE.weekday(", "NY.hour("};
    static const char *const of_date[] = {"year", "month", "day", "weekday", "day_of_year"};
    const gen_name *series = some_series(g);
    unsigned dice = gen_below(g, 10);
    if (series != NULL && dice < 5) {
        if (gen_chance(g, 60)) {
            window(g, series, depth);
        } else {
            gen_put(g, "%s", series->text);
        }
        if (gen_chance(g, 30)) {
            gen_put(g, ".len()");
        } else {
            gen_put(g, ".count(%s)", quality(g));
        }
    } else if (dice < 7) {
        gen_put(g, "%s", of_time[gen_below(g, 4)]);
        gen_value(g, gen_type_of(g, GEN_TIME), less(depth));
        gen_put(g, ")");
    } else if (dice < 8) {
        unsigned date = gen_type_of(g, GEN_DATE);
        gen_put(g, "(");
        gen_value(g, date, less(depth));
        gen_put(g, " - ");
        gen_value(g, date, less(depth));
        gen_put(g, ")");
    } else {
        gen_value(g, gen_type_of(g, GEN_DATE), less(depth));
        gen_put(g, ".%s()", of_date[gen_below(g, 5)]);
    }
}

static void days(gen *g, unsigned depth)
{
    if (gen_chance(g, 80)) {
        gen_put(g, "%u", gen_below(g, 40));
    } else {
        gen_value(g, 1, less(depth)); /* a bounded whole number */
    }
}

static void moment(gen *g, unsigned depth)
{
    unsigned dice = gen_below(g, 10);
    const gen_name *series = some_series(g);
    if (dice < 2 && g->in_action) {
        gen_put(g, "now()");
    } else if (dice < 4) {
        gen_put(g, "%s.add_days(", gen_chance(g, 50) ? "DE" : "NY");
        gen_value(g, gen_type_of(g, GEN_TIME), less(depth));
        gen_put(g, ", ");
        days(g, depth);
        gen_put(g, ")");
    } else if (dice < 6) {
        gen_put(g, "DE.start(");
        gen_value(g, gen_type_of(g, GEN_DATE), less(depth));
        gen_put(g, ")");
    } else if (dice < 7) {
        gen_put(g, "NY.at(");
        gen_value(g, gen_type_of(g, GEN_DATE), less(depth));
        gen_put(g, ", %u min)", 30 * gen_below(g, 52));
    } else if (dice < 8 && series != NULL) {
        gen_put(g, "%s.start", series->text);
    } else {
        gen_value(g, gen_type_of(g, GEN_INTERVAL), less(depth));
        gen_put(g, gen_chance(g, 50) ? ".start" : ".end");
    }
}

static void date(gen *g, unsigned depth)
{
    static const char *const units[] = {"week", "month", "quarter", "year"};
    unsigned dice = gen_below(g, 10);
    if (dice < 4) {
        gen_put(g, "%s.date(", gen_chance(g, 50) ? "DE" : "NY");
        gen_value(g, gen_type_of(g, GEN_TIME), less(depth));
        gen_put(g, ")");
    } else if (dice < 7) {
        gen_put(g, "(");
        gen_value(g, gen_type_of(g, GEN_DATE), less(depth));
        gen_put(g, gen_chance(g, 50) ? " + " : " - ");
        days(g, depth);
        gen_put(g, ")");
    } else {
        gen_value(g, gen_type_of(g, GEN_DATE), less(depth));
        gen_put(g, ".%s_start(", units[gen_below(g, 4)]);
        days(g, depth);
        gen_put(g, ")");
    }
}

static void local_span(gen *g, unsigned depth)
{
    static const char *const units[] = {"day", "week", "month", "quarter", "year"};
    gen_put(g, "%s.%s(", gen_chance(g, 50) ? "DE" : "NY", units[gen_below(g, 5)]);
    gen_value(g, gen_type_of(g, gen_chance(g, 50) ? GEN_TIME : GEN_DATE), less(depth));
    gen_put(g, ", ");
    days(g, depth);
    gen_put(g, ")");
}

bool gen_time_value(gen *g, unsigned number, unsigned depth)
{
    const gen_type *type = &g->types[number];
    switch ((int)type->kind) {
    case GEN_TIME: moment(g, depth); return true;
    case GEN_DATE: date(g, depth); return true;
    case GEN_INTERVAL: local_span(g, depth); return true;
    case GEN_INT:
        if (!type->is_bounded) counted(g, depth);
        return !type->is_bounded;
    case GEN_DEC: return measured(g, number, depth);
    default: return false;
    }
}

void gen_time_condition(gen *g, unsigned depth)
{
    const gen_name *series = some_series(g);
    if (series == NULL || gen_chance(g, 30)) {
        gen_value(g, gen_type_of(g, GEN_INTERVAL), less(depth));
        gen_put(g, ".contains(");
        gen_value(g, gen_type_of(g, gen_chance(g, 60) ? GEN_TIME : GEN_INTERVAL), less(depth));
        gen_put(g, ")");
    } else if (gen_chance(g, 50)) {
        gen_put(g, "(%s", series->text);
        if (gen_chance(g, 40)) {
            gen_put(g, ".window(");
            span(g, depth);
            gen_put(g, ")");
        }
        gen_put(g, ".quality(");
        index(g, depth);
        gen_put(g, ") %s %s)", gen_chance(g, 50) ? "==" : "!=", quality(g));
    } else {
        char text[32];
        unsigned mark = g->name_count;
        snprintf(text, sizeof text, "e%u", g->serial++);
        gen_put(g, "forall(%s in ", text);
        window(g, series, depth);
        gen_put(g, " : ");
        gen_declare(g, text, g->types[series->type].item, false, false);
        gen_condition(g, less(depth));
        gen_put(g, ")");
        g->name_count = mark;
    }
}

/* --- statements ------------------------------------------------------------------------------- */

static bool written(gen *g)
{
    unsigned type = gen_type_of(g, GEN_SERIES);
    const gen_name *name = gen_pick(g, type, true);
    if (name == NULL) return false;
    gen_put(g, "%s.set(", name->text);
    index(g, 1);
    gen_put(g, ", ");
    gen_value(g, g->types[type].item, 2);
    gen_put(g, ", %s);\n", quality(g));
    return true;
}

static void made(gen *g)
{
    unsigned type = gen_type_of(g, GEN_SERIES);
    char text[32];
    snprintf(text, sizeof text, "x%u", g->serial++);
    gen_put(g, "var %s : %s = ", text, g->types[type].text);
    gen_series_value(g, type, 2);
    gen_put(g, ";\n");
    gen_declare(g, text, type, true, false);
    if (gen_chance(g, 60)) (void)written(g);
}

static bool loop(gen *g)
{
    const gen_name *a = some_series(g), *b = NULL;
    if (a == NULL) return false;
    if (gen_chance(g, 60)) b = series_with_step(g, g->types[a->type].step);
    unsigned mark = g->name_count, first = g->serial;
    bool has_index = gen_chance(g, 50);
    g->serial += 3;
    gen_put(g, "for ");
    if (has_index || b != NULL) gen_put(g, "(");
    if (has_index) gen_put(g, "e%u, ", first);
    gen_put(g, "e%u", first + 1);
    if (b != NULL) gen_put(g, ", e%u", first + 2);
    if (has_index || b != NULL) gen_put(g, ")");
    gen_put(g, " in ");
    window(g, a, 2);
    if (b != NULL) {
        gen_put(g, ".zip(");
        if (gen_chance(g, 50)) {
            window(g, b, 2);
        } else {
            filled(g, b, 2);
        }
        gen_put(g, ")");
    }
    unsigned types[] = {0, g->types[a->type].item, b == NULL ? ANY : g->types[b->type].item};
    for (unsigned i = has_index ? 0 : 1; i < 3; i++) {
        char text[32];
        snprintf(text, sizeof text, "e%u", first + i);
        if (types[i] != ANY) gen_declare(g, text, types[i], false, false);
    }
    gen_put(g, " {\n");
    gen_block(g, 1 + gen_below(g, 2));
    gen_put(g, "}\n");
    g->name_count = mark;
    return true;
}

bool gen_series_stmt(gen *g)
{
    if (gen_type_of(g, GEN_SERIES) == ANY) return false;
    unsigned dice = gen_below(g, 10);
    if (dice < 4) {
        made(g);
        return true;
    }
    return dice < 7 ? written(g) : g->depth < 4 && loop(g);
}
