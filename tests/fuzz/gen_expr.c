/* Expressions of a generated program, by the type that is wanted. */
#include <stdio.h>
#include <string.h>

#include "tests/fuzz/gen_series.h"

#define ANY GEN_TYPES_MAX

static const char *const unit_texts[GEN_UNIT_COUNT] = {"", " kWh", " CNY", " CNY/kWh"};

const char *gen_mode(gen *g)
{
    static const char *const modes[] = {"half_even", "half_up", "half_down", "up",
                                        "down",      "floor",   "ceil",      "exact"};
    return modes[gen_below(g, gen_chance(g, 10) ? 8 : 7)];
}

/* --- names ------------------------------------------------------------------------------------ */

const gen_name *gen_pick(gen *g, unsigned type, bool to_write)
{
    const gen_name *found = NULL;
    unsigned count = 0;
    for (unsigned i = 0; i < g->name_count; i++) {
        const gen_name *name = &g->names[i];
        if (name->type != type || (to_write && !name->can_write)) continue;
        if (gen_below(g, ++count) == 0) found = name;
    }
    return found;
}

/* --- literals --------------------------------------------------------------------------------- */

static int64_t literal_number(gen *g, const gen_type *type)
{
    int64_t one = 1;
    for (unsigned i = 0; i < type->scale && type->kind == GEN_DEC; i++) one *= 10;
    unsigned dice = gen_below(g, 100);
    int64_t value = (int64_t)gen_below(g, 20) - 5;
    if (dice < 45) {
        value = gen_chance(g, 50) ? value * one : value;
    } else if (dice < 80) {
        value = (int64_t)wc_prng_below(&g->prng, 2000000) - 200000;
    } else if (dice < 95) {
        value = (int64_t)wc_prng_below(&g->prng, UINT64_C(1) << 40);
    } else {
        value = wc_prng_i64(&g->prng);
    }
    if (value == INT64_MIN) value++;
    if (type->is_bounded && (value < type->lo || value > type->hi)) {
        int64_t size = value < 0 ? -value : value;
        value = type->lo + size % (type->hi - type->lo + 1);
    }
    return value;
}

static void put_number(gen *g, const gen_type *type, int64_t value)
{
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value, one = 1;
    unsigned scale = type->kind == GEN_DEC ? type->scale : 0;
    for (unsigned i = 0; i < scale; i++) one *= 10;
    gen_put(g, value < 0 ? "(-%llu" : "%llu", (unsigned long long)(size / one));
    if (scale > 0) gen_put(g, ".%0*llu", (int)scale, (unsigned long long)(size % one));
    if (type->kind == GEN_DEC) gen_put(g, "%s", unit_texts[type->unit]);
    if (value < 0) gen_put(g, ")");
}

static void two_parts(gen *g, const gen_type *type, unsigned depth, bool is_named)
{
    gen_put(g, is_named ? "(a: " : "(");
    gen_value(g, type->item, depth);
    gen_put(g, is_named ? ", b: " : ", ");
    gen_value(g, type->value, depth);
    gen_put(g, ")");
}

static void variant(gen *g, unsigned number, unsigned depth)
{
    const gen_type *type = &g->types[number];
    unsigned which = gen_below(g, 3);
    if (which == 0) {
        gen_put(g, "A%u", number);
    } else if (which == 1) {
        gen_put(g, "B%u(", number);
        gen_value(g, type->item, depth);
        gen_put(g, ")");
    } else {
        gen_put(g, "C%u", number);
        two_parts(g, type, depth, false);
    }
}

static void list(gen *g, const gen_type *type, unsigned depth)
{
    unsigned count = gen_below(g, type->capacity + 1);
    gen_put(g, "[");
    for (unsigned i = 0; i < count; i++) {
        if (i > 0) gen_put(g, ", ");
        gen_value(g, type->item, depth);
    }
    gen_put(g, "]");
}

static void moment(gen *g)
{
    gen_put(g, "2026-01-%02uT%02u:%s:00Z", 1 + gen_below(g, 3), gen_below(g, 24),
            gen_chance(g, 80) ? "00" : "15");
}

static void made(gen *g, unsigned number, unsigned depth)
{
    const gen_type *type = &g->types[number];
    switch (type->kind) {
    case GEN_INT:
    case GEN_DEC: put_number(g, type, literal_number(g, type)); break;
    case GEN_BOOL: gen_put(g, gen_chance(g, 50) ? "true" : "false"); break;
    case GEN_TIME: moment(g); break;
    case GEN_DATE:
        gen_put(g, "20%02u-%02u-%02u", gen_below(g, 40), 1 + gen_below(g, 12),
                1 + gen_below(g, 29));
        break;
    case GEN_PARTY: gen_put(g, "%c", "pqr"[gen_below(g, 3)]); break;
    case GEN_TEXT: gen_put(g, "\"%.*s\"", (int)gen_below(g, 6), "abzzz"); break;
    case GEN_INTERVAL:
        gen_put(g, "interval(");
        if (gen_chance(g, 50)) {
            gen_put(g, "2026-01-01T%02u:00:00Z", gen_below(g, 24));
        } else {
            gen_value(g, gen_type_of(g, GEN_TIME), depth);
        }
        gen_put(g, ", 2026-01-0%uT00:00:00Z)", 2 + gen_below(g, 8));
        break;
    case GEN_TAG: gen_put(g, "V%u_%u", number, gen_below(g, type->capacity)); break;
    case GEN_ENUM: variant(g, number, depth); break;
    case GEN_RECORD:
        gen_put(g, "%s", type->text);
        two_parts(g, type, depth, true);
        break;
    case GEN_TUPLE: two_parts(g, type, depth, false); break;
    case GEN_OPTION:
        if (gen_chance(g, 30)) {
            gen_put(g, "none");
        } else {
            gen_put(g, "some(");
            gen_value(g, type->item, depth);
            gen_put(g, ")");
        }
        break;
    case GEN_LIST: list(g, type, depth); break;
    case GEN_MAP: gen_put(g, "map_of()"); break;
    case GEN_SET: gen_put(g, "set_of()"); break;
    case GEN_SORTED: gen_put(g, "[]"); break;
    case GEN_SERIES: gen_series_value(g, number, depth); break;
    }
}

void gen_literal(gen *g, unsigned type)
{
    made(g, type, 0);
}

/* --- parts of what is in scope ---------------------------------------------------------------- */

static void index_of(gen *g, unsigned depth)
{
    if (gen_chance(g, 60)) {
        gen_put(g, "%u", gen_below(g, 3));
    } else {
        gen_value(g, gen_chance(g, 50) ? 1 : 0, depth > 0 ? depth - 1 : 0);
    }
}

/* Writes an element, member or value of that type out of something in scope; false: there is none.
 */
static bool part(gen *g, unsigned type, unsigned depth)
{
    const gen_name *found = NULL;
    unsigned count = 0;
    for (unsigned i = 0; i < g->name_count; i++) {
        const gen_type *whole = &g->types[g->names[i].type];
        bool fits =
            ((whole->kind == GEN_LIST || whole->kind == GEN_SERIES || whole->kind == GEN_SORTED) &&
             whole->item == type) ||
            (whole->kind == GEN_MAP && whole->value == type) ||
            (whole->kind == GEN_RECORD && (whole->item == type || whole->value == type));
        if (fits && gen_below(g, ++count) == 0) found = &g->names[i];
    }
    if (found == NULL) return false;
    const gen_type *whole = &g->types[found->type];
    gen_put(g, "%s", found->text);
    if (whole->kind == GEN_RECORD) {
        gen_put(g, whole->item == type ? ".a" : ".b");
    } else if (whole->kind == GEN_MAP && gen_chance(g, 60)) {
        gen_put(g, ".get_or(");
        gen_value(g, whole->item, depth > 0 ? depth - 1 : 0);
        gen_put(g, ", ");
        gen_value(g, type, depth > 0 ? depth - 1 : 0);
        gen_put(g, ")");
    } else {
        gen_put(g, "[");
        if (whole->kind == GEN_MAP) {
            gen_value(g, whole->item, depth > 0 ? depth - 1 : 0);
        } else {
            index_of(g, depth);
        }
        gen_put(g, "]");
    }
    return true;
}

static bool called(gen *g, unsigned type, unsigned depth)
{
    unsigned found = 8, count = 0;
    for (unsigned i = 0; i < g->func_count; i++) {
        if (g->func_results[i] == type && gen_below(g, ++count) == 0) found = i;
    }
    if (found == 8) return false;
    gen_put(g, "f%u(", found);
    gen_value(g, g->func_params[found][0], depth - 1);
    gen_put(g, ", ");
    gen_value(g, g->func_params[found][1], depth - 1);
    gen_put(g, ")");
    return true;
}

/* --- numbers ---------------------------------------------------------------------------------- */

static unsigned number_of_unit(gen *g, gen_unit unit)
{
    unsigned found = ANY, count = 0;
    for (unsigned i = 0; i < g->type_count; i++) {
        const gen_type *type = &g->types[i];
        bool fits = (type->kind == GEN_DEC && type->unit == unit) ||
                    (unit == GEN_NONE && type->kind == GEN_INT);
        if (fits && gen_below(g, ++count) == 0) found = i;
    }
    return found;
}

static void factor(gen *g, gen_unit unit, unsigned depth)
{
    gen_value(g, number_of_unit(g, unit), depth - 1);
}

/* round<T>(x * y / z, mode) in units that come out as T's. */
static void rounded(gen *g, const gen_type *type, unsigned depth)
{
    gen_unit unit = type->kind == GEN_INT ? GEN_NONE : type->unit;
    gen_put(g, "round<%s>(", type->text);
    unsigned dice = gen_below(g, 10);
    if (unit == GEN_CNY && dice < 5) {
        factor(g, GEN_KWH, depth);
        gen_put(g, " * ");
        factor(g, GEN_PRICE, depth);
    } else if (unit == GEN_KWH && dice < 2) {
        factor(g, GEN_CNY, depth);
        gen_put(g, " / ");
        factor(g, GEN_PRICE, depth);
    } else if (unit == GEN_PRICE && dice < 3) {
        factor(g, GEN_CNY, depth);
        gen_put(g, " / ");
        factor(g, GEN_KWH, depth);
    } else {
        factor(g, unit, depth);
        if (gen_chance(g, 60)) {
            gen_put(g, " * ");
            factor(g, GEN_NONE, depth);
        }
        if (gen_chance(g, 50)) {
            gen_put(g, " / ");
            factor(g, GEN_NONE, depth);
        }
    }
    gen_put(g, ", %s)", gen_mode(g));
}

/* sum(x in list : x), sum((k, v) in map : v). */
static bool summed(gen *g, unsigned type, unsigned depth)
{
    const gen_name *found = NULL;
    unsigned count = 0;
    for (unsigned i = 0; i < g->name_count; i++) {
        const gen_type *whole = &g->types[g->names[i].type];
        bool fits = whole->kind == GEN_LIST || whole->kind == GEN_MAP || whole->kind == GEN_SET ||
                    whole->kind == GEN_SERIES;
        if (fits && gen_below(g, ++count) == 0) found = &g->names[i];
    }
    if (found == NULL) return false;
    const gen_type *whole = &g->types[found->type];
    unsigned mark = g->name_count;
    unsigned binder = g->serial++;
    char text[32];
    snprintf(text, sizeof text, "e%u", binder);
    if (whole->kind == GEN_MAP) {
        gen_put(g, "sum((k%u, e%u) in %s : ", binder, binder, found->text);
        gen_declare(g, text, whole->value, false, false);
    } else {
        gen_put(g, "sum(e%u in %s : ", binder, found->text);
        gen_declare(g, text, whole->item, false, false);
    }
    gen_value(g, type, depth - 1);
    gen_put(g, ")");
    g->name_count = mark;
    return true;
}

static bool measured(gen *g, unsigned depth)
{
    static const gen_kind kinds[] = {GEN_LIST, GEN_MAP, GEN_SET, GEN_SORTED, GEN_SERIES, GEN_TEXT};
    unsigned type = gen_type_of(g, kinds[gen_below(g, 6)]);
    const gen_name *name = type == ANY ? NULL : gen_pick(g, type, false);
    if (name == NULL || gen_chance(g, 40)) {
        bool is_mod = gen_chance(g, 50);
        gen_put(g, is_mod ? "mod(" : "round<int>(");
        gen_value(g, gen_below(g, 2), depth - 1);
        gen_put(g, is_mod ? ", " : " / ");
        gen_value(g, gen_below(g, 2), depth - 1);
        gen_put(g, is_mod ? ")" : ", floor)");
        return true;
    }
    bool is_series = g->types[type].kind == GEN_SERIES && gen_chance(g, 50);
    gen_put(g, is_series ? "%s.count(Missing)" : "%s.len()", name->text);
    return true;
}

static void pair(gen *g, const char *name, unsigned type, unsigned depth)
{
    gen_put(g, "%s(", name);
    gen_value(g, type, depth - 1);
    gen_put(g, ", ");
    gen_value(g, type, depth - 1);
    gen_put(g, ")");
}

static void infix(gen *g, const char *sign, unsigned type, unsigned depth)
{
    gen_put(g, "(");
    gen_value(g, type, depth - 1);
    gen_put(g, " %s ", sign);
    gen_value(g, type, depth - 1);
    gen_put(g, ")");
}

static bool computed(gen *g, unsigned number, unsigned depth)
{
    const gen_type *type = &g->types[number];
    unsigned dice = gen_below(g, 20);
    if (dice < 4) {
        infix(g, gen_chance(g, 50) ? "+" : "-", number, depth);
    } else if (dice < 6) {
        pair(g, gen_chance(g, 50) ? "min" : "max", number, depth);
    } else if (dice < 7) {
        gen_put(g, "clamp(");
        gen_value(g, number, depth - 1);
        gen_put(g, ", ");
        gen_literal(g, number);
        gen_put(g, ", ");
        gen_literal(g, number);
        gen_put(g, ")");
    } else if (dice < 8) {
        gen_put(g, gen_chance(g, 50) ? "abs(" : "(-");
        gen_value(g, number, depth - 1);
        gen_put(g, ")");
    } else if (dice < 13) {
        rounded(g, type, depth);
    } else if (dice < 15) {
        return summed(g, number, depth);
    } else if (type->kind == GEN_INT && dice < 17) {
        return measured(g, depth);
    } else if (type->kind == GEN_INT || (type->unit == GEN_NONE && type->scale == 0)) {
        infix(g, "*", 0, depth);
    } else {
        return false;
    }
    return true;
}

/* --- all kinds -------------------------------------------------------------------------------- */

static bool special(gen *g, unsigned number, unsigned depth)
{
    const gen_type *type = &g->types[number];
    if (gen_chance(g, 20) && gen_time_value(g, number, depth)) return true;
    if (gen_is_number(type) && gen_chance(g, 60)) return computed(g, number, depth);
    if (type->kind == GEN_BOOL) {
        gen_condition(g, depth);
        return true;
    }
    if (type->kind == GEN_PARTY && g->in_action && gen_chance(g, 20)) {
        gen_put(g, "caller()");
        return true;
    }
    if (type->kind == GEN_TIME && gen_chance(g, 40)) {
        gen_put(g, "(");
        gen_value(g, number, depth - 1);
        gen_put(g, " %c %u min)", gen_chance(g, 70) ? '+' : '-', 15 * gen_below(g, 10));
        return true;
    }
    if (type->kind == GEN_SERIES) {
        gen_series_value(g, number, depth);
        return true;
    }
    return g->has_peer && gen_peer_value(g, number, depth);
}

void gen_value(gen *g, unsigned type, unsigned depth)
{
    wc_assert(type < g->type_count);
    gen_kind kind = g->types[type].kind;
    unsigned dice = gen_below(g, 100);
    bool can_choose =
        kind != GEN_MAP && kind != GEN_SET && kind != GEN_SERIES && kind != GEN_SORTED;
    if (depth > 0) {
        if (dice < 35 && special(g, type, depth)) return;
        if (dice < 50 && part(g, type, depth)) return;
        if (dice < 56 && called(g, type, depth)) return;
        if (dice < 62 && can_choose) {
            gen_put(g, "(");
            gen_condition(g, depth - 1);
            gen_put(g, " ? ");
            gen_value(g, type, depth - 1);
            gen_put(g, " : ");
            gen_value(g, type, depth - 1);
            gen_put(g, ")");
            return;
        }
    }
    const gen_name *name = gen_pick(g, type, false);
    if (name != NULL && (gen_chance(g, 75) || !can_choose)) {
        gen_put(g, "%s", name->text);
    } else {
        made(g, type, depth > 0 ? depth - 1 : 0);
    }
}

/* --- conditions ------------------------------------------------------------------------------- */

static bool membership(gen *g, unsigned depth)
{
    gen_kind kind = gen_chance(g, 50) ? GEN_MAP : GEN_SET;
    unsigned type = gen_type_of(g, kind);
    bool has_effect = kind == GEN_SET && gen_chance(g, 40);
    const gen_name *name = type == ANY ? NULL : gen_pick(g, type, has_effect);
    if (name == NULL) return false;
    gen_put(g, "%s.%s(", name->text, !has_effect ? "has" : gen_chance(g, 50) ? "add" : "remove");
    gen_value(g, g->types[type].item, depth);
    gen_put(g, ")");
    return true;
}

static bool is_variant(gen *g)
{
    static const gen_kind kinds[] = {GEN_ENUM, GEN_OPTION, GEN_TAG};
    unsigned type = gen_type_of(g, kinds[gen_below(g, 3)]);
    const gen_name *name = type == ANY ? NULL : gen_pick(g, type, false);
    if (name == NULL) return false;
    if (g->types[type].kind == GEN_OPTION) {
        gen_put(g, "%s.is(%s)", name->text, gen_chance(g, 50) ? "some" : "none");
    } else if (g->types[type].kind == GEN_TAG) {
        gen_put(g, "%s.is(V%u_%u)", name->text, type, gen_below(g, g->types[type].capacity));
    } else {
        gen_put(g, "%s.is(%c%u)", name->text, "ABC"[gen_below(g, 3)], type);
    }
    return true;
}

static bool for_all(gen *g, unsigned depth)
{
    unsigned type = gen_type_of(g, gen_chance(g, 60) ? GEN_LIST : GEN_SET);
    const gen_name *name = type == ANY ? NULL : gen_pick(g, type, false);
    if (name == NULL) return false;
    unsigned mark = g->name_count;
    char text[32];
    snprintf(text, sizeof text, "e%u", g->serial++);
    gen_put(g, "forall(%s in %s : ", text, name->text);
    gen_declare(g, text, g->types[type].item, false, false);
    gen_condition(g, depth - 1);
    gen_put(g, ")");
    g->name_count = mark;
    return true;
}

static void comparison(gen *g, unsigned depth)
{
    static const char *const signs[] = {"==", "!=", "<", "<=", ">", ">="};
    unsigned type = gen_below(g, g->type_count);
    while (g->types[type].kind > GEN_OPTION) type = gen_below(g, g->type_count);
    bool has_order = g->types[type].kind <= GEN_TEXT && g->types[type].kind != GEN_PARTY &&
                     g->types[type].kind != GEN_BOOL;
    gen_put(g, "(");
    gen_value(g, type, depth);
    gen_put(g, " %s ", signs[gen_below(g, has_order ? 6 : 2)]);
    gen_value(g, type, depth);
    gen_put(g, ")");
}

void gen_condition(gen *g, unsigned depth)
{
    unsigned dice = gen_below(g, 20);
    unsigned less = depth > 0 ? depth - 1 : 0;
    if (depth > 0 && dice < 3) {
        gen_put(g, "(");
        gen_condition(g, less);
        gen_put(g, gen_chance(g, 50) ? " && " : " || ");
        gen_condition(g, less);
        gen_put(g, ")");
    } else if (depth > 0 && dice < 4) {
        gen_put(g, "!");
        gen_condition(g, less);
    } else if (dice < 5 && depth > 0) {
        gen_time_condition(g, depth);
    } else if (dice < 7 && membership(g, less)) {
        return;
    } else if (dice < 9 && is_variant(g)) {
        return;
    } else if (depth > 0 && dice < 11 && for_all(g, depth)) {
        return;
    } else {
        comparison(g, less);
    }
}
