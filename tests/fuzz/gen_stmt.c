/* Statements of a generated program. */
#include <stdio.h>
#include <string.h>

#include "tests/fuzz/gen_series.h"

#define ANY GEN_TYPES_MAX

void gen_declare(gen *g, const char *text, unsigned type, bool can_write, bool is_field)
{
    if (g->name_count == GEN_NAMES_MAX) return;
    gen_name *name = &g->names[g->name_count++];
    *name = (gen_name){.type = type, .can_write = can_write, .is_field = is_field};
    snprintf(name->text, sizeof name->text, "%s", text);
}

/* Any type but `sorted`, which exists in storage only. */
static unsigned local_type(gen *g)
{
    for (;;) { /* ends: numbers are there */
        unsigned type = gen_chance(g, 50) ? gen_below(g, 9) : gen_below(g, g->type_count);
        if (g->types[type].kind != GEN_SORTED) return type;
    }
}

static void let(gen *g)
{
    unsigned type = local_type(g);
    bool is_var = gen_chance(g, 50);
    char text[32];
    snprintf(text, sizeof text, "x%u", g->serial++);
    if (!is_var && gen_is_number(&g->types[type]) && gen_chance(g, 50)) {
        gen_put(g, "let %s = ", text);
    } else {
        gen_put(g, "%s %s : %s = ", is_var ? "var" : "let", text, g->types[type].text);
    }
    gen_value(g, type, 3);
    gen_put(g, ";\n");
    gen_declare(g, text, type, is_var, false);
}

static void destructure(gen *g)
{
    unsigned type = gen_type_of(g, GEN_TUPLE);
    unsigned a = g->serial++, b = g->serial++;
    char text[32];
    gen_put(g, "let (x%u, x%u) = ", a, b);
    gen_value(g, type, 2);
    gen_put(g, ";\n");
    snprintf(text, sizeof text, "x%u", a);
    gen_declare(g, text, g->types[type].item, false, false);
    snprintf(text, sizeof text, "x%u", b);
    gen_declare(g, text, g->types[type].value, false, false);
}

static const gen_name *writable(gen *g)
{
    const gen_name *found = NULL;
    unsigned count = 0;
    for (unsigned i = 0; i < g->name_count; i++) {
        unsigned weight = g->types[g->names[i].type].kind >= GEN_RECORD ? 3 : 1;
        if (!g->names[i].can_write) continue;
        count += weight;
        if (gen_below(g, count) < weight) found = &g->names[i];
    }
    return found;
}

static void set(gen *g, unsigned type, bool may_add)
{
    bool is_number = gen_is_number(&g->types[type]) && may_add;
    gen_put(g, is_number && gen_chance(g, 40) ? gen_chance(g, 60) ? " += " : " -= " : " = ");
    gen_value(g, type, 3);
    gen_put(g, ";\n");
}

/* Writes ".a" or ".b" and then a value of that member. */
static void set_member(gen *g, const gen_type *record)
{
    bool is_first = gen_chance(g, 50);
    gen_put(g, is_first ? ".a" : ".b");
    set(g, is_first ? record->item : record->value, true);
}

static void set_element(gen *g, const gen_type *type, const char *name)
{
    bool is_map = type->kind == GEN_MAP;
    unsigned item = is_map ? type->value : type->item;
    gen_put(g, "%s[", name);
    if (is_map) {
        gen_value(g, type->item, 1);
    } else if (gen_chance(g, 70)) {
        gen_put(g, "%u", gen_below(g, 3));
    } else {
        gen_value(g, 1, 1);
    }
    gen_put(g, "]");
    if (g->types[item].kind == GEN_RECORD && gen_chance(g, 50)) {
        set_member(g, &g->types[item]);
    } else {
        set(g, item, true);
    }
}

static void change(gen *g, const gen_type *type, const char *name)
{
    const char *verb = "clear";
    if (gen_chance(g, 85)) {
        verb = type->kind == GEN_LIST     ? "push"
               : type->kind == GEN_SORTED ? gen_chance(g, 75) ? "insert" : "delete"
               : type->kind == GEN_SET    ? gen_chance(g, 75) ? "add" : "remove"
                                          : "remove";
    }
    gen_put(g, "%s.%s(", name, verb);
    if (strcmp(verb, "delete") == 0) {
        gen_put(g, "%u", gen_below(g, 3));
    } else if (strcmp(verb, "clear") != 0) {
        gen_value(g, type->item, 2);
    }
    gen_put(g, ");\n");
}

static bool assign(gen *g)
{
    const gen_name *name = writable(g);
    if (name == NULL) return false;
    char text[32];
    snprintf(text, sizeof text, "%s", name->text);
    const gen_type *type = &g->types[name->type];
    unsigned number = name->type;
    if ((type->kind == GEN_LIST || type->kind == GEN_MAP) && gen_chance(g, 60)) {
        set_element(g, type, text);
    } else if (type->kind >= GEN_LIST && type->kind <= GEN_SORTED && gen_chance(g, 85)) {
        change(g, type, text);
    } else if (type->kind == GEN_SORTED) {
        gen_put(g, "%s.clear();\n", text);
    } else if (type->kind == GEN_RECORD && gen_chance(g, 60)) {
        gen_put(g, "%s", text);
        set_member(g, type);
    } else {
        gen_put(g, "%s", text);
        set(g, number, true);
    }
    return true;
}

/* --- control ---------------------------------------------------------------------------------- */

static void branch(gen *g)
{
    gen_put(g, "if ");
    gen_condition(g, 2);
    gen_put(g, " {\n");
    gen_block(g, 1 + gen_below(g, 3));
    if (gen_chance(g, 50)) {
        gen_put(g, "} else {\n");
        gen_block(g, 1 + gen_below(g, 2));
    }
    gen_put(g, "}\n");
}

static void loop_body(gen *g)
{
    bool outer = g->in_loop;
    g->in_loop = true;
    gen_put(g, "{\n");
    gen_block(g, 1 + gen_below(g, 3));
    gen_put(g, "}\n");
    g->in_loop = outer;
}

static void range_loop(gen *g)
{
    unsigned mark = g->name_count;
    char text[32];
    snprintf(text, sizeof text, "i%u", g->serial++);
    unsigned first = gen_below(g, 3);
    gen_put(g, "for %s in %u .. %u ", text, first, first + gen_below(g, 5));
    gen_declare(g, text, 0, false, false);
    loop_body(g);
    g->name_count = mark;
}

static bool each_loop(gen *g)
{
    const gen_name *found = NULL;
    unsigned count = 0;
    for (unsigned i = 0; i < g->name_count; i++) {
        if (g->types[g->names[i].type].kind < GEN_LIST) continue;
        if (gen_below(g, ++count) == 0) found = &g->names[i];
    }
    if (found == NULL) return false;
    const gen_type *type = &g->types[found->type];
    unsigned mark = g->name_count, key = g->serial++, item = g->serial++;
    char text[32];
    bool is_map = type->kind == GEN_MAP;
    bool has_key = is_map || (type->kind != GEN_SET && gen_chance(g, 50));
    if (has_key) {
        gen_put(g, "for (e%u, e%u) in %s ", key, item, found->text);
        snprintf(text, sizeof text, "e%u", key);
        gen_declare(g, text, is_map ? type->item : 0, false, false);
    } else {
        gen_put(g, "for e%u in %s ", item, found->text);
    }
    snprintf(text, sizeof text, "e%u", item);
    gen_declare(g, text, is_map ? type->value : type->item, false, false);
    loop_body(g);
    g->name_count = mark;
    return true;
}

static void arm(gen *g, unsigned type, char which)
{
    const gen_type *of = &g->types[type];
    unsigned mark = g->name_count, a = g->serial++, b = g->serial++;
    char text[32];
    gen_put(g, "%c%u", which, type);
    if (which == 'B') gen_put(g, "(e%u)", a);
    if (which == 'C') gen_put(g, "(e%u, e%u)", a, b);
    snprintf(text, sizeof text, "e%u", a);
    if (which != 'A') gen_declare(g, text, of->item, false, false);
    snprintf(text, sizeof text, "e%u", b);
    if (which == 'C') gen_declare(g, text, of->value, false, false);
    gen_put(g, " => {\n");
    gen_block(g, 1 + gen_below(g, 2));
    gen_put(g, "}\n");
    g->name_count = mark;
}

static void match_option(gen *g, unsigned type)
{
    unsigned mark = g->name_count;
    char text[32];
    snprintf(text, sizeof text, "e%u", g->serial++);
    gen_put(g, " {\nsome(%s) => {\n", text);
    gen_declare(g, text, g->types[type].item, false, false);
    gen_block(g, 1 + gen_below(g, 2));
    g->name_count = mark;
    gen_put(g, "}\nnone => {\n");
    gen_block(g, 1);
    gen_put(g, "}\n}\n");
}

static void match(gen *g)
{
    bool is_option = gen_chance(g, 40) && gen_type_of(g, GEN_OPTION) != ANY;
    unsigned type = gen_type_of(g, is_option ? GEN_OPTION : GEN_ENUM);
    gen_put(g, "match ");
    gen_value(g, type, 2);
    if (is_option) {
        match_option(g, type);
        return;
    }
    gen_put(g, " {\n");
    arm(g, type, 'A');
    arm(g, type, 'B');
    if (gen_chance(g, 30)) {
        gen_put(g, "_ => {\n");
        gen_block(g, 1);
        gen_put(g, "}\n");
    } else {
        arm(g, type, 'C');
    }
    gen_put(g, "}\n");
}

/* --- money ------------------------------------------------------------------------------------ */

static unsigned yuan(const gen *g)
{
    unsigned type = 0;
    while (g->types[type].unit != GEN_CNY || g->types[type].scale != 2) type++;
    return type;
}

static void amount(gen *g)
{
    if (gen_chance(g, 30)) {
        gen_put(g, "%u.%02u CNY", gen_below(g, 40), gen_below(g, 100));
    } else if (gen_chance(g, 30)) {
        gen_put(g, "escrow(%c, CNY)", "pqr"[gen_below(g, 3)]);
    } else {
        gen_value(g, yuan(g), 2);
    }
}

static void share(gen *g)
{
    if (gen_chance(g, 80)) {
        gen_put(g, "%u.%u%%", gen_below(g, gen_chance(g, 90) ? 60 : 120), gen_below(g, 10));
    } else {
        gen_put(g, "round<dec<4>>(");
        gen_value(g, 3, 1);
        gen_put(g, ", down)");
    }
}

/* Name of a map from parties to numbers in scope; NULL: none. */
static const char *weights(gen *g)
{
    for (unsigned i = 0; i < g->name_count; i++) {
        const gen_type *type = &g->types[g->names[i].type];
        if (type->kind == GEN_MAP && g->types[type->item].kind == GEN_PARTY &&
            gen_is_number(&g->types[type->value])) {
            return g->names[i].text;
        }
    }
    return NULL;
}

static void split(gen *g)
{
    bool is_exact = gen_chance(g, 40);
    gen_put(g, "split(%c, ", "pqr"[gen_below(g, 3)]);
    amount(g);
    gen_put(g, ", %s) {\n", is_exact ? "largest_remainder" : gen_mode(g));
    unsigned count = gen_below(g, 4);
    for (unsigned i = 0; i < count; i++) {
        gen_put(g, "%c : ", "pqr"[gen_below(g, 3)]);
        share(g);
        gen_put(g, ";\n");
    }
    const char *name = weights(g);
    if (is_exact && name != NULL && gen_chance(g, 50)) {
        gen_put(g, "pro_rata(%s) : rest;\n", name);
    } else {
        gen_put(g, "%c : rest;\n", "pqr"[gen_below(g, 3)]);
    }
    gen_put(g, "}\n");
}

static void netting(gen *g)
{
    unsigned net = g->serial++;
    gen_put(g, "var x%u : map<party, money<CNY>, 3> = map_of();\n", net);
    unsigned count = gen_below(g, 4);
    for (unsigned i = 0; i < count; i++) {
        gen_put(g, "x%u[%c] += ", net, "pqr"[i]);
        gen_put(g, gen_chance(g, 50) ? "-" : "");
        gen_put(g, "%u.%02u CNY;\n", gen_below(g, 9), gen_below(g, 100));
    }
    gen_put(g, "clear_net(x%u, residual: %c", net, "pqr"[gen_below(g, 3)]);
    if (gen_chance(g, 60)) {
        gen_put(g, ", limit: ");
        amount(g);
    }
    gen_put(g, ");\n");
}

static void money(gen *g)
{
    unsigned dice = gen_below(g, 10);
    if (dice < 4) {
        gen_put(g, "lock(%s, ", gen_chance(g, 20) ? "caller()" : gen_chance(g, 50) ? "p" : "q");
        amount(g);
        gen_put(g, ");\n");
    } else if (dice < 6) {
        gen_put(g, "pay %s -> ", gen_chance(g, 15) ? "self" : gen_chance(g, 50) ? "p" : "q");
        gen_put(g, gen_chance(g, 20) ? "self : " : "%c : ", "pqr"[gen_below(g, 3)]);
        amount(g);
        gen_put(g, ";\n");
    } else if (dice < 8) {
        split(g);
    } else if (dice < 9) {
        netting(g);
    } else if (gen_chance(g, 60)) {
        gen_put(g, "unlock(%c, ", "pqr"[gen_below(g, 3)]);
        amount(g);
        gen_put(g, ");\n");
    } else {
        gen_put(g, "unlock_all();\n");
    }
}

/* --- all of them ------------------------------------------------------------------------------ */

static void failing(gen *g)
{
    unsigned error = gen_below(g, 2);
    gen_put(g, "require ");
    gen_condition(g, 2);
    gen_put(g, " : E%u(", error);
    gen_value(g, error == 0 ? 0 : 5, 2);
    gen_put(g, ");\n");
}

static void emit(gen *g)
{
    unsigned event = gen_below(g, 2);
    gen_put(g, "emit M%u(", event);
    gen_value(g, event == 0 ? 0 : 4, 3);
    gen_put(g, ", ");
    gen_value(g, event == 0 ? gen_type_of(g, GEN_BOOL) : 6, 2);
    gen_put(g, ");\n");
}

static void statement(gen *g)
{
    unsigned dice = gen_below(g, 100);
    bool is_deep = g->depth >= 4;
    if (gen_chance(g, 12) && gen_series_stmt(g)) return;
    if (g->has_peer && g->in_action && gen_chance(g, 20)) {
        gen_send(g);
        return;
    }
    if (dice < 22) {
        let(g);
    } else if (dice < 26) {
        destructure(g);
    } else if (dice < 48) {
        if (!assign(g)) let(g);
    } else if (dice < 56 && !is_deep) {
        branch(g);
    } else if (dice < 60 && !is_deep) {
        range_loop(g);
    } else if (dice < 67 && !is_deep) {
        if (!each_loop(g)) let(g);
    } else if (dice < 73 && !is_deep) {
        match(g);
    } else if (dice < 76 && g->in_loop) {
        gen_put(g, "if ");
        gen_condition(g, 1);
        gen_put(g, " { break; }\n");
    } else if (dice < 79) {
        failing(g);
    } else if (dice < 82 && g->result != ANY) {
        gen_put(g, "if ");
        gen_condition(g, 1);
        gen_put(g, " { return ");
        gen_value(g, g->result, 2);
        gen_put(g, "; }\n");
    } else if (dice < 86 && g->in_action) {
        emit(g);
    } else if (g->in_action) {
        money(g);
    } else {
        let(g);
    }
}

void gen_block(gen *g, unsigned statements)
{
    unsigned mark = g->name_count;
    g->depth++;
    for (unsigned i = 0; i < statements; i++) {
        uint16_t chunk = gen_open(g);
        statement(g);
        gen_close(g, chunk);
    }
    g->depth--;
    g->name_count = mark;
}
