/* A whole generated program: errors and events, functions, a contract. */
#include "tests/fuzz/gen_clause.h"

#include <stdio.h>

#include "tests/fuzz/gen_types.h"
#include "tests/fuzz/gen_world.h"

#define ANY GEN_TYPES_MAX

/* Types that a parameter, a result or a member of an event can have. */
static unsigned passable(gen *g)
{
    for (;;) { /* ends: numbers are there */
        unsigned type = gen_chance(g, 60) ? gen_below(g, 9) : gen_below(g, g->type_count);
        if (g->types[type].kind != GEN_SORTED) return type;
    }
}

/* --- functions -------------------------------------------------------------------------------- */

static void function(gen *g)
{
    unsigned number = g->func_count;
    unsigned a = passable(g), b = passable(g), result = passable(g);
    char text[32];
    uint16_t chunk = gen_open(g);
    gen_put(g, "func f%u(a%u : %s, b%u : %s) -> %s\n", number, number, g->types[a].text, number,
            g->types[b].text, g->types[result].text);
    g->name_count = 0;
    snprintf(text, sizeof text, "a%u", number);
    gen_declare(g, text, a, false, false);
    snprintf(text, sizeof text, "b%u", number);
    gen_declare(g, text, b, false, false);
    if (gen_chance(g, 20)) {
        uint16_t clause = gen_open(g);
        gen_put(g, "requires ");
        gen_condition(g, 1);
        gen_put(g, " : E0(7);\n");
        gen_close(g, clause);
    }
    gen_put(g, "{\n");
    g->result = result;
    gen_block(g, gen_below(g, 5));
    g->result = ANY;
    gen_put(g, "return ");
    gen_value(g, result, 3);
    gen_put(g, ";\n}\n");
    gen_close(g, chunk);
    g->func_results[number] = result;
    g->func_params[number][0] = a;
    g->func_params[number][1] = b;
    g->func_count++;
}

/* --- the contract ----------------------------------------------------------------------------- */

typedef struct contract {
    unsigned fields[10], field_count;
    unsigned terms[4], term_count;
    bool has_versions;
    gen_versions versions;
} contract;

static void declare_members(gen *g, const contract *c, bool can_write)
{
    static const char *const parties[] = {"p", "q", "r"};
    char text[32];
    for (unsigned i = 0; i < 3; i++) {
        gen_declare(g, parties[i], gen_type_of(g, GEN_PARTY), false, false);
    }
    for (unsigned i = 0; i < c->field_count; i++) {
        snprintf(text, sizeof text, "self.s%u", i);
        gen_declare(g, text, c->fields[i], can_write, true);
    }
    for (unsigned i = 0; i < c->term_count; i++) {
        snprintf(text, sizeof text, "t%u", i);
        gen_declare(g, text, c->terms[i], false, false);
    }
}

static void storage(gen *g, contract *c)
{
    gen_put(g, "terms {\n");
    if (g->has_peer) gen_put(g, "peer : contract_ref<Peer>;\n");
    c->term_count = gen_below(g, 4);
    for (unsigned i = 0; i < c->term_count; i++) {
        c->terms[i] = passable(g);
        gen_put(g, "t%u : %s;\n", i, g->types[c->terms[i]].text);
    }
    gen_put(g, "}\nstorage {\n");
    c->field_count = 3 + gen_below(g, 7);
    for (unsigned i = 0; i < c->field_count; i++) {
        unsigned type = gen_chance(g, 50) ? gen_below(g, 9) : gen_below(g, g->type_count);
        c->fields[i] = type;
        gen_put(g, "s%u : %s", i, g->types[type].text);
        if (gen_is_number(&g->types[type]) && gen_chance(g, 50)) {
            gen_put(g, " = ");
            gen_literal(g, type);
        }
        gen_put(g, ";\n");
    }
    if (c->has_versions) gen_version_storage(g, &c->versions);
    gen_put(g, "}\n");
}

static void views(gen *g, const contract *c)
{
    for (unsigned i = 0; i < c->field_count; i++) {
        const gen_type *type = &g->types[c->fields[i]];
        if (type->kind == GEN_SORTED) {
            gen_put(g, "view v%u(i : int) -> %s { return self.s%u[i]; }\n", i,
                    g->types[type->item].text, i);
            gen_put(g, "view n%u() -> int { return self.s%u.len(); }\n", i, i);
        } else {
            gen_put(g, "view v%u() -> %s { return self.s%u; }\n", i, type->text, i);
        }
    }
}

static void clauses(gen *g)
{
    unsigned series = gen_type_of(g, GEN_SERIES);
    for (unsigned i = 0; i < g->name_count && series != ANY; i++) {
        if (g->types[g->names[i].type].kind != GEN_SERIES || gen_chance(g, 15)) continue;
        uint16_t chunk = gen_open(g);
        gen_put(g, "requires %s.count(Missing) == 0 : E0(1);\n", g->names[i].text);
        gen_close(g, chunk);
    }
    if (gen_chance(g, 30)) {
        uint16_t chunk = gen_open(g);
        gen_put(g, "requires ");
        gen_condition(g, 2);
        gen_put(g, " : E1(");
        gen_value(g, 5, 1);
        gen_put(g, ");\n");
        gen_close(g, chunk);
    }
}

static void promises(gen *g, const contract *c)
{
    uint16_t chunk = gen_open(g);
    unsigned dice = gen_below(g, 4);
    unsigned field = gen_below(g, c->field_count);
    if (dice == 0 && gen_is_number(&g->types[c->fields[field]])) {
        gen_put(g, "ensures self.s%u >= old(self.s%u);\n", field, field);
    } else if (dice == 1) {
        gen_put(g, "ensures posted(%c, CNY) %s ", "pqr"[gen_below(g, 3)],
                gen_chance(g, 50) ? ">=" : "<=");
        gen_put(g, "%u.00 CNY;\n", gen_below(g, 30));
    } else if (dice == 2) {
        gen_put(g, "ensures conserve(CNY);\n");
    } else {
        gen_put(g, "ensures ");
        gen_condition(g, 2);
        gen_put(g, ";\n");
    }
    gen_close(g, chunk);
}

static void body(gen *g, bool may_move)
{
    gen_put(g, "{\n");
    gen_block(g, 2 + gen_below(g, 7));
    if (may_move) {
        uint16_t chunk = gen_open(g);
        gen_put(g, "if ");
        gen_condition(g, 1);
        gen_put(g, gen_chance(g, 50) ? " { goto Mid(y: " : " { goto Mid(");
        gen_value(g, 4, 2);
        gen_put(g, "); }\n");
        gen_close(g, chunk);
    }
    gen_put(g, "}\n");
}

static void action(gen *g, const contract *c, unsigned number)
{
    static const char *const by[] = {
        "p",
        "p",
        "any(p, q)",
        "p, q",
        "any(p, r)",
        "quorum(2, p, q, r)",
        "any_party",
        "MeterOperator",
        "any(p, MeterOperator)",
        "quorum(2, p, q, MeterOperator)",
    };
    char text[32];
    uint16_t chunk = gen_open(g);
    g->name_count = 0;
    gen_put(g, "action a%u(", number);
    unsigned params = gen_below(g, 4);
    for (unsigned i = 0; i < params; i++) {
        unsigned type = passable(g);
        snprintf(text, sizeof text, "a%u_%u", number, i);
        gen_put(g, "%s%s : %s", i > 0 ? ", " : "", text, g->types[type].text);
        gen_declare(g, text, type, false, false);
    }
    bool may_move = gen_chance(g, 20);
    gen_put(g, ") by %s when %s%s\n", by[gen_below(g, g->is_world ? 10 : 7)],
            gen_chance(g, 70) ? "On, Mid" : "On", may_move ? " -> On, Mid" : "");
    declare_members(g, c, true);
    g->in_action = true;
    clauses(g);
    if (gen_chance(g, 30)) promises(g, c);
    body(g, may_move);
    g->in_action = false;
    gen_close(g, chunk);
}

static void invariant(gen *g, const contract *c)
{
    uint16_t chunk = gen_open(g);
    g->name_count = 0;
    declare_members(g, c, false);
    gen_put(g, "invariant holds : ");
    gen_condition(g, 2);
    gen_put(g, ";\n");
    gen_close(g, chunk);
}

/* What the peer offers to whoever refers to it: rows of gen_world.c. */
static void offered(gen *g, const contract *c)
{
    for (unsigned i = 0; i < GEN_PEER_ROUTINES; i++) {
        char text[32];
        g->name_count = 0;
        gen_peer_signature(g, i);
        for (unsigned k = 0; k < gen_peer_params(i); k++) {
            snprintf(text, sizeof text, "z%u", k);
            gen_declare(g, text, gen_peer_param(i, k), false, false);
        }
        bool is_view = gen_peer_result(i) != ANY;
        if (!is_view) gen_put(g, " by any_party when On, Mid");
        declare_members(g, c, !is_view);
        g->in_action = !is_view;
        g->result = gen_peer_result(i);
        gen_put(g, " {\n");
        gen_block(g, gen_below(g, 4));
        if (is_view) {
            gen_put(g, "return "); /* outside of chunks: simple enough to compile */
            gen_value(g, g->result, 0);
            gen_put(g, ";\n");
        }
        gen_put(g, "}\n");
        g->in_action = false;
        g->result = ANY;
    }
}

/* Time-outs beside the one that ends every contract. */
static void time_outs(gen *g, const contract *c)
{
    unsigned count = gen_below(g, 4);
    for (unsigned i = 0; i < count; i++) {
        uint16_t chunk = gen_open(g);
        bool is_first = gen_chance(g, 60);
        g->name_count = 0;
        declare_members(g, c, true);
        gen_put(g, "after %s + %u min when %s {\n", gen_chance(g, 70) ? "entered" : "deployed",
                15 * gen_below(g, 40), is_first ? "On -> Mid" : "Mid");
        g->in_action = true;
        gen_block(g, 1 + gen_below(g, 4));
        if (is_first) {
            gen_put(g, "goto Mid(y: ");
            gen_value(g, 4, 2);
            gen_put(g, ");\n");
        }
        gen_put(g, "}\n");
        g->in_action = false;
        gen_close(g, chunk);
    }
}

/* What of the storage an upgrade can read as it was: everything but collections. */
static void declare_before(gen *g, const contract *c)
{
    char text[32];
    for (unsigned i = 0; i < c->field_count; i++) {
        gen_kind kind = g->types[c->fields[i]].kind;
        if (kind == GEN_LIST || kind == GEN_MAP || kind == GEN_SET || kind == GEN_SORTED ||
            kind == GEN_SERIES) {
            continue;
        }
        snprintf(text, sizeof text, "old(self.s%u)", i);
        gen_declare(g, text, c->fields[i], false, true);
    }
}

/* Only the next version says how to come there; the decisions are the same in both. */
static void upgrade(gen *g, const contract *c)
{
    wc_gen_program *program = g->program;
    size_t start = program->len;
    uint16_t first = program->chunk_count;
    g->name_count = 0;
    declare_members(g, c, true);
    declare_before(g, c);
    gen_version_upgrade(g, &c->versions);
    if (g->is_next) return;
    program->len = start;
    for (uint16_t i = first; i < program->chunk_count; i++) {
        program->chunks[i].start = program->chunks[i].end = start;
    }
}

static void one_contract(gen *g, bool is_peer)
{
    contract c = {.field_count = 0};
    c.has_versions = g->program->has_next && !is_peer;
    bool is_other = g->is_next && c.has_versions;
    g->has_peer = g->is_world && !is_peer;
    gen_put(g, "contract %s {\nparties { p, q : party; r : %s; }\n",
            is_peer ? "Other" : "Generated", g->is_world ? "role MeterOperator" : "party");
    gen_put(g,
            is_other ? "states { Off final; Mid(y : %s); On initial; }\n"
                     : "states { On initial; Mid(y : %s); Off final; }\n",
            g->types[4].text);
    storage(g, &c);
    if (gen_chance(g, 10)) invariant(g, &c);
    unsigned count = 2 + gen_below(g, 4);
    for (unsigned i = 0; i < count; i++) action(g, &c, i);
    if (is_peer) offered(g, &c);
    if (g->is_world) time_outs(g, &c);
    views(g, &c);
    gen_put(g, "view caught() -> %s { match state() { Mid(y) => { return y; } _ => { return ",
            g->types[4].text);
    gen_literal(g, 4);
    gen_put(g, "; } } }\n");
    gen_put(g, "action a7(y : %s) by any(p, q) when On, Mid -> Mid { goto Mid(y: y); }\n",
            g->types[4].text);
    gen_put(g, "action stop() by p when On, Mid -> Off { goto Off(); }\n");
    unsigned hours = gen_below(g, 720);
    if (c.has_versions) gen_version_routines(g, &c.versions);
    if (c.has_versions) upgrade(g, &c);
    gen_put(g, "after entered + %u h when On, Mid -> Off { goto Off(); }\n}\n",
            is_other ? hours : 720);
}

void wc_gen_clause(wc_gen_program *program, uint64_t seed, const bool *is_left_out, bool is_next)
{
    gen g = {
        .program = program, .is_left_out = is_left_out, .chunk = WC_GEN_CHUNKS_MAX, .result = ANY};
    program->len = 0;
    program->chunk_count = 0;
    wc_prng_init(&g.prng, seed);
    g.is_world = gen_chance(&g, 25);
    program->has_next = g.is_world && gen_chance(&g, 50);
    g.is_next = is_next;
    gen_put(&g, "module generated;\nuse std.energy;\n");
    gen_put(&g, "calendar DE = zone(\"Europe/Berlin\", tzdata: \"2026a\");\n");
    gen_put(&g, "calendar NY = zone(\"America/New_York\", tzdata: \"2026f\");\n");
    gen_make_types(&g);
    gen_put(&g, "error E0(x : int);\nerror E1(y : %s);\n", g.types[5].text);
    gen_put(&g, "event M0(x : int, y : bool);\nevent M1(x : %s, y : %s);\n", g.types[4].text,
            g.types[6].text);
    unsigned functions = gen_below(&g, 4);
    for (unsigned i = 0; i < functions; i++) function(&g);
    if (g.is_world) gen_peer_interface(&g);
    one_contract(&g, false);
    if (g.is_world) one_contract(&g, true);
}
