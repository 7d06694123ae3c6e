/* Reading and sending between the two contracts of a generated world. */
#include "tests/fuzz/gen_world.h"

#define ANY GEN_TYPES_MAX

/* Types are those that every program has (gen_types.c): 0 int, 3 a decimal, 4 kWh, 6 CNY. */
static const struct {
    const char *name;
    unsigned param_count, params[2];
    unsigned result;
} routines[GEN_PEER_ROUTINES] = {
    {"w0", 1, {0, 0}, 0},
    {"w1", 2, {4, 3}, 4},
    {"poke", 2, {0, 6}, ANY},
    {"take", 1, {4, 0}, ANY},
};

unsigned gen_peer_params(unsigned routine)
{
    return routines[routine].param_count;
}

unsigned gen_peer_param(unsigned routine, unsigned number)
{
    return routines[routine].params[number];
}

unsigned gen_peer_result(unsigned routine)
{
    return routines[routine].result;
}

void gen_peer_signature(gen *g, unsigned routine)
{
    bool is_view = routines[routine].result != ANY;
    gen_put(g, "%s %s(", is_view ? "view" : "action", routines[routine].name);
    for (unsigned i = 0; i < routines[routine].param_count; i++) {
        gen_put(g, "%sz%u : %s", i > 0 ? ", " : "", i, g->types[routines[routine].params[i]].text);
    }
    gen_put(g, ")");
    if (is_view) gen_put(g, " -> %s", g->types[routines[routine].result].text);
}

void gen_peer_interface(gen *g)
{
    gen_put(g, "interface Peer {\n");
    for (unsigned i = 0; i < GEN_PEER_ROUTINES; i++) {
        gen_peer_signature(g, i);
        gen_put(g, ";\n");
    }
    gen_put(g, "}\n");
}

static void call(gen *g, unsigned routine, unsigned depth)
{
    gen_put(g, "peer.%s(", routines[routine].name);
    for (unsigned i = 0; i < routines[routine].param_count; i++) {
        if (i > 0) gen_put(g, ", ");
        gen_value(g, routines[routine].params[i], depth);
    }
    gen_put(g, ")");
}

bool gen_peer_value(gen *g, unsigned type, unsigned depth)
{
    for (unsigned i = 0; i < GEN_PEER_ROUTINES; i++) {
        if (routines[i].result != type) continue;
        call(g, i, depth > 0 ? depth - 1 : 0);
        return true;
    }
    return false;
}

void gen_send(gen *g)
{
    unsigned routine = 2 + gen_below(g, 2);
    gen_put(g, "send ");
    call(g, routine, 2);
    gen_put(g, ";\n");
}
