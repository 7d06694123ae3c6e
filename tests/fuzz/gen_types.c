/* Text, chunks and the types of a generated program. */
#include "tests/fuzz/gen_types.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

unsigned gen_below(gen *g, unsigned bound)
{
    return (unsigned)wc_prng_below(&g->prng, bound);
}

bool gen_chance(gen *g, unsigned percent)
{
    return gen_below(g, 100) < percent;
}

void gen_put(gen *g, const char *format, ...)
{
    wc_gen_program *program = g->program;
    size_t room = WC_GEN_TEXT_MAX - program->len;
    va_list args;
    va_start(args, format);
    int length = vsnprintf(program->text + program->len, room, format, args);
    va_end(args);
    wc_assert(length >= 0);
    program->len += (size_t)length < room ? (size_t)length : room - 1;
}

/* --- chunks ----------------------------------------------------------------------------------- */

uint16_t gen_open(gen *g)
{
    wc_gen_program *program = g->program;
    if (program->chunk_count == WC_GEN_CHUNKS_MAX) return WC_GEN_CHUNKS_MAX;
    uint16_t number = program->chunk_count++;
    program->chunks[number] = (wc_gen_chunk){.start = program->len, .parent = g->chunk};
    g->chunk = number;
    return number;
}

void gen_close(gen *g, uint16_t chunk)
{
    wc_gen_program *program = g->program;
    if (chunk == WC_GEN_CHUNKS_MAX) return;
    if (g->is_left_out[chunk]) { /* and all inside */
        program->len = program->chunks[chunk].start;
        for (uint16_t i = chunk; i < program->chunk_count; i++) {
            program->chunks[i].start = program->len;
            program->chunks[i].end = program->len;
        }
    }
    program->chunks[chunk].end = program->len;
    g->chunk = program->chunks[chunk].parent;
}

uint16_t wc_gen_chunk_at(const wc_gen_program *program, size_t offset)
{
    uint16_t best = WC_GEN_CHUNKS_MAX;
    for (uint16_t i = 0; i < program->chunk_count; i++) {
        const wc_gen_chunk *chunk = &program->chunks[i];
        if (offset < chunk->start || offset >= chunk->end) continue;
        if (best == WC_GEN_CHUNKS_MAX ||
            chunk->end - chunk->start <= program->chunks[best].end - program->chunks[best].start) {
            best = i;
        }
    }
    return best;
}

/* --- types ------------------------------------------------------------------------------------ */

bool gen_is_number(const gen_type *type)
{
    return type->kind == GEN_INT || type->kind == GEN_DEC;
}

bool gen_is_scalar(const gen_type *type)
{
    return type->kind <= GEN_DATE || type->kind == GEN_TAG;
}

unsigned gen_type_of(gen *g, gen_kind kind)
{
    unsigned found = GEN_TYPES_MAX, count = 0;
    for (unsigned i = 0; i < g->type_count; i++) {
        if (g->types[i].kind == kind && gen_below(g, ++count) == 0) found = i;
    }
    return found;
}

static unsigned add(gen *g, const gen_type *type)
{
    wc_assert(g->type_count < GEN_TYPES_MAX);
    g->types[g->type_count] = *type;
    return g->type_count++;
}

static const char *const unit_texts[GEN_UNIT_COUNT] = {"", "kWh", "CNY", "CNY/kWh"};

static void add_dec(gen *g, gen_unit unit, unsigned scale, bool is_bounded)
{
    gen_type type = {
        .kind = GEN_DEC, .unit = unit, .scale = scale, .lo = INT64_MIN, .hi = INT64_MAX};
    char bounds[48] = "";
    if (is_bounded) {
        type.is_bounded = true;
        type.lo = -(int64_t)gen_below(g, 1000);
        type.hi = (int64_t)gen_below(g, 1000000);
        int64_t one = 1;
        for (unsigned i = 0; i < scale; i++) one *= 10;
        snprintf(bounds, sizeof bounds, ", %lld..%lld", (long long)type.lo, (long long)type.hi);
        type.lo *= one;
        type.hi *= one;
    }
    snprintf(type.text, sizeof type.text, unit == GEN_NONE ? "dec<%u%s%s>" : "dec<%u, %s%s>", scale,
             unit_texts[unit], is_bounded ? bounds : "");
    if (is_bounded && unit == GEN_NONE) {
        snprintf(type.text, sizeof type.text, "dec<%u%s>", scale, bounds);
    }
    add(g, &type);
}

static void add_numbers(gen *g)
{
    add(g, &(gen_type){.kind = GEN_INT, .text = "int", .lo = INT64_MIN, .hi = INT64_MAX});
    gen_type bounded = {.kind = GEN_INT, .is_bounded = true};
    bounded.lo = -(int64_t)gen_below(g, 10);
    bounded.hi = (int64_t)gen_below(g, 200);
    snprintf(bounded.text, sizeof bounded.text, "int<%lld..%lld>", (long long)bounded.lo,
             (long long)bounded.hi);
    add(g, &bounded);
    add_dec(g, GEN_NONE, gen_below(g, 7), false);
    add_dec(g, GEN_NONE, gen_below(g, 5), gen_chance(g, 60));
    add_dec(g, GEN_KWH, 3, false);
    add_dec(g, GEN_KWH, gen_below(g, 9), gen_chance(g, 40));
    add_dec(g, GEN_CNY, 2, false);
    add_dec(g, GEN_CNY, 4 + gen_below(g, 6), false);
    add_dec(g, GEN_PRICE, 5, gen_chance(g, 30));
}

/* A type that can stand inside another: no collection. */
static unsigned inner(gen *g)
{
    for (;;) { /* ends: numbers are there */
        unsigned type = gen_below(g, g->type_count);
        gen_kind kind = g->types[type].kind;
        if (kind <= GEN_OPTION && kind != GEN_TEXT) return type;
    }
}

static unsigned number(gen *g)
{
    for (;;) {
        unsigned type = gen_below(g, g->type_count);
        if (gen_is_number(&g->types[type])) return type;
    }
}

static unsigned key(gen *g)
{
    static const gen_kind kinds[] = {GEN_INT, GEN_INT, GEN_PARTY, GEN_TAG, GEN_BOOL, GEN_TEXT};
    return gen_type_of(g, kinds[gen_below(g, 6)]);
}

/* Declares "record RN { a : T; b : U; }" and the like. */
static void add_declared(gen *g, gen_kind kind)
{
    gen_type type = {.kind = kind, .item = inner(g), .value = inner(g)};
    if (kind == GEN_RECORD) type.value = number(g);
    const char *a = g->types[type.item].text, *b = g->types[type.value].text;
    if (kind == GEN_TAG) {
        type.capacity = 2 + gen_below(g, 3);
        snprintf(type.text, sizeof type.text, "T%u", g->type_count);
        gen_put(g, "enum %s { ", type.text);
        for (unsigned i = 0; i < type.capacity; i++) {
            gen_put(g, "%sV%u_%u", i > 0 ? ", " : "", g->type_count, i);
        }
        gen_put(g, " }\n");
    } else if (kind == GEN_ENUM) {
        snprintf(type.text, sizeof type.text, "N%u", g->type_count);
        gen_put(g, "enum %s { A%u, B%u(x : %s), C%u(x : %s, y : %s) }\n", type.text, g->type_count,
                g->type_count, a, g->type_count, a, b);
    } else {
        snprintf(type.text, sizeof type.text, "R%u", g->type_count);
        gen_put(g, "record %s { a : %s; b : %s; }\n", type.text, a, b);
    }
    add(g, &type);
}

static void add_pair(gen *g)
{
    gen_type type = {.kind = GEN_TUPLE, .item = number(g), .value = inner(g)};
    if (strlen(g->types[type.value].text) > 40) type.value = number(g);
    snprintf(type.text, sizeof type.text, "(%.40s, %.40s)", g->types[type.item].text,
             g->types[type.value].text);
    add(g, &type);
}

static void add_collection(gen *g, gen_kind kind)
{
    gen_type type = {.kind = kind, .capacity = 1 + gen_below(g, 6), .item = inner(g)};
    if (kind == GEN_MAP || kind == GEN_SET) type.item = key(g);
    if (kind == GEN_MAP) type.value = gen_chance(g, 60) ? number(g) : inner(g);
    if (kind == GEN_LIST && gen_chance(g, 50)) type.item = number(g);
    if (kind == GEN_SORTED) type.item = gen_type_of(g, GEN_RECORD);
    if (kind == GEN_SERIES || kind == GEN_OPTION) type.item = number(g);
    if (kind == GEN_SERIES) {
        type.step = gen_chance(g, 60) ? 15 : 60;
        type.unit = g->types[type.item].unit;
        if (gen_chance(g, 50)) type.capacity = 4 + 4 * gen_below(g, 2);
    }
    if (type.item == GEN_TYPES_MAX) return;
    const char *item = g->types[type.item].text, *value = g->types[type.value].text;
    if (strlen(item) > 36 || strlen(value) > 36) return;
    unsigned n = type.capacity;
    switch ((int)kind) {
    case GEN_OPTION: snprintf(type.text, sizeof type.text, "option<%.36s>", item); break;
    case GEN_LIST: snprintf(type.text, sizeof type.text, "list<%.36s, %u>", item, n); break;
    case GEN_SET: snprintf(type.text, sizeof type.text, "set<%.36s, %u>", item, n); break;
    case GEN_MAP:
        snprintf(type.text, sizeof type.text, "map<%.36s, %.36s, %u>", item, value, n);
        break;
    case GEN_SORTED:
        snprintf(type.text, sizeof type.text, "sorted<%.36s, b, %s, %u>", item,
                 gen_chance(g, 50) ? "asc" : "desc", n);
        break;
    default:
        snprintf(type.text, sizeof type.text, "series<%.36s, %s, %u>", item,
                 type.step == 15 ? "15 min" : "1 h", n);
        break;
    }
    add(g, &type);
}

/* The first series once more with the other step, so that one can be resampled to the other. */
static void add_series_pair(gen *g)
{
    unsigned first = gen_type_of(g, GEN_SERIES);
    if (first == GEN_TYPES_MAX) return;
    gen_type type = g->types[first];
    type.step = type.step == 15 ? 60 : 15;
    type.capacity = type.step == 15 ? 4 * type.capacity : (type.capacity + 3) / 4;
    snprintf(type.text, sizeof type.text, "series<%.36s, %s, %u>", g->types[type.item].text,
             type.step == 15 ? "15 min" : "1 h", type.capacity);
    add(g, &type);
}

void gen_make_types(gen *g)
{
    add_numbers(g);
    add(g, &(gen_type){.kind = GEN_BOOL, .text = "bool"});
    add(g, &(gen_type){.kind = GEN_TIME, .text = "time"});
    add(g, &(gen_type){.kind = GEN_DATE, .text = "date"});
    add(g, &(gen_type){.kind = GEN_PARTY, .text = "party"});
    add(g, &(gen_type){.kind = GEN_TEXT, .text = "text<6>", .capacity = 6});
    add(g, &(gen_type){.kind = GEN_INTERVAL, .text = "interval"});
    add_declared(g, GEN_TAG);
    add_declared(g, GEN_RECORD);
    add_collection(g, GEN_OPTION);
    add_declared(g, GEN_ENUM);
    add_pair(g);
    add_declared(g, GEN_RECORD);
    for (unsigned i = 0; i < 2; i++) {
        add_collection(g, GEN_LIST);
        add_collection(g, GEN_MAP);
    }
    add_collection(g, GEN_SET);
    add_collection(g, GEN_SORTED);
    add_collection(g, GEN_SERIES);
    add_series_pair(g);
    add_collection(g, GEN_MAP);
}
