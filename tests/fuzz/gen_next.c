/* What differs between two versions of a generated contract: fields that change their type, come,
 * go and stay; an action on them; the way from one to the next. */
#include "tests/fuzz/gen_types.h"

/* Types that a field can get a value of in one expression. */
static unsigned plain(gen *g)
{
    for (;;) { /* ends: numbers are there */
        unsigned type = gen_below(g, g->type_count);
        gen_kind kind = g->types[type].kind;
        if (kind != GEN_SORTED && kind != GEN_SERIES && kind != GEN_MAP && kind != GEN_SET &&
            kind != GEN_LIST) {
            return type;
        }
    }
}

/* How w0, a whole number up to 1 000 in the first version, goes on. */
static const struct {
    const char *type, *value, *change;
} forms[] = {
    {"int<0..1_000> = 7", NULL, "self.w0 = mod(self.w0 + 2 * x, 1_001);"},
    {"int", "old(self.w0) * 3 - 500", "self.w0 += x;"},
    {"dec<3, kWh>", "old(self.w0) * 0.125 kWh", "self.w0 += x * 1.500 kWh;"},
    {"int<0..99>", "old(self.w0)", "self.w0 = x;"}, /* traps RANGE when it was more */
    {"bool", "old(self.w0) > 300", "self.w0 = x > 3;"},
    {"option<int>", "old(self.w0) > 100 ? some(old(self.w0)) : none", "self.w0 = some(x);"},
};

void gen_version_storage(gen *g, gen_versions *v)
{
    v->older = plain(g);
    v->newer = plain(g);
    v->form = gen_below(g, sizeof forms / sizeof forms[0]);
    v->keeps = gen_chance(g, 50);
    gen_put(g, "w0 : %s;\nw1 : map<int<0..7>, int, 8>;\n",
            g->is_next ? forms[v->form].type : "int<0..1_000> = 7");
    if (!g->is_next || v->keeps) gen_put(g, "w2 : %s;\n", g->types[v->older].text);
    if (!g->is_next) return;
    gen_put(g, "w3 : %s;\nw4 : set<int, 8>;\nw5 : int = 5;\n", g->types[v->newer].text);
}

static const char *view_type(const gen *g, const gen_versions *v)
{
    static const char *const types[] = {"int<0..1_000>", "int",  "dec<3, kWh>",
                                        "int<0..99>",    "bool", "option<int>"};
    return types[g->is_next ? v->form : 0];
}

void gen_version_routines(gen *g, const gen_versions *v)
{
    gen_put(g, "action a6(x : int<0..7>) by any_party when On, Mid {\n%s\nself.w1[x] += %u;\n",
            forms[g->is_next ? v->form : 0].change, g->is_next ? 2 : 1);
    if (g->is_next) gen_put(g, "self.w4.add(x);\nself.w5 += x;\n");
    gen_put(g, "}\nview vw0() -> %s { return self.w0; }\n", view_type(g, v));
    gen_put(g, "view vw1() -> map<int<0..7>, int, 8> { return self.w1; }\n");
    if (!g->is_next || v->keeps) {
        gen_put(g, "view vw2() -> %s { return self.w2; }\n", g->types[v->older].text);
    }
    if (!g->is_next) return;
    gen_put(g, "view vw3() -> %s { return self.w3; }\n", g->types[v->newer].text);
    gen_put(g, "view vw4() -> set<int, 8> { return self.w4; }\n");
    gen_put(g, "view vw5() -> int { return self.w5; }\n");
}

void gen_version_upgrade(gen *g, const gen_versions *v)
{
    bool has_invariant = gen_chance(g, 40);
    unsigned limit = gen_below(g, 1500);
    if (has_invariant) {
        gen_put(g, "invariant later : self.w5 + sum((k, x) in self.w1 : x * 100) < %u;\n", limit);
    }
    gen_put(g, "upgrade 2 {\n");
    if (forms[v->form].value != NULL) gen_put(g, "self.w0 = %s;\n", forms[v->form].value);
    gen_put(g, "self.w3 = "); /* outside of chunks: simple enough to compile */
    gen_value(g, v->newer, 0);
    gen_put(g, ";\n");
    uint16_t chunk = gen_open(g);
    gen_put(g, "self.w3 = ");
    gen_value(g, v->newer, 3);
    gen_put(g, ";\n");
    gen_close(g, chunk);
    gen_put(g, "if old(self.w0) > %u { self.w5 = old(self.w0); }\n", gen_below(g, 400));
    gen_put(g, "for (k, x) in self.w1 { self.w4.add(k + x); }\n");
    gen_block(g, gen_below(g, 4));
    gen_put(g, "}\n");
}
