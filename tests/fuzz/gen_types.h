/* What the generator of programs shares between its parts: the types of a program, names in scope,
 * text with chunks. */
#ifndef WC_TESTS_FUZZ_GEN_TYPES_H
#define WC_TESTS_FUZZ_GEN_TYPES_H

#include "tests/fuzz/gen_clause.h"

#define GEN_TYPES_MAX 64u
#define GEN_NAMES_MAX 256u

typedef enum gen_kind {
    GEN_INT,
    GEN_DEC,
    GEN_BOOL,
    GEN_TIME,
    GEN_DATE,
    GEN_PARTY,
    GEN_TEXT,
    GEN_INTERVAL,
    GEN_TAG,    /* enum without data */
    GEN_ENUM,   /* enum with data */
    GEN_RECORD, /* members a: T, b: U */
    GEN_TUPLE,
    GEN_OPTION,
    GEN_LIST,
    GEN_MAP,
    GEN_SET,
    GEN_SORTED,
    GEN_SERIES
} gen_kind;

typedef enum gen_unit {
    GEN_NONE,
    GEN_KWH,
    GEN_CNY,
    GEN_PRICE,
    GEN_UNIT_COUNT
} gen_unit;

typedef struct gen_type {
    gen_kind kind;
    char text[96]; /* as written */
    gen_unit unit; /* DEC */
    unsigned scale;
    bool is_bounded; /* INT, DEC */
    int64_t lo, hi;
    unsigned item, value; /* types: element, key; value of a map; members of records and tuples */
    unsigned capacity;
    unsigned step; /* SERIES: minutes, 15 or 60; its unit is the one of the item */
} gen_type;

typedef struct gen_name {
    char text[32];
    unsigned type;
    bool can_write; /* a var or a storage field */
    bool is_field;
} gen_name;

typedef struct gen {
    wc_gen_program *program;
    const bool *is_left_out;
    wc_prng prng;
    uint16_t chunk; /* the open one; WC_GEN_CHUNKS_MAX: none */
    unsigned type_count;
    gen_type types[GEN_TYPES_MAX];
    unsigned name_count;
    gen_name names[GEN_NAMES_MAX];
    unsigned serial; /* of names */
    unsigned func_count;
    unsigned func_results[8], func_params[8][2];
    bool in_action; /* caller(), money, events */
    bool is_world;  /* two contracts, roles, time-outs; run on a ledger */
    bool has_peer;  /* the contract refers to another */
    bool is_next;   /* the program of the next version */
    bool in_loop;
    unsigned depth;  /* of blocks */
    unsigned result; /* type that `return` needs; GEN_TYPES_MAX: none */
} gen;

unsigned gen_below(gen *g, unsigned bound);
bool gen_chance(gen *g, unsigned percent);
__attribute__((format(printf, 2, 3))) void gen_put(gen *g, const char *format, ...);
uint16_t gen_open(gen *g);
void gen_close(gen *g, uint16_t chunk);

void gen_make_types(gen *g);
bool gen_is_number(const gen_type *type);
bool gen_is_scalar(const gen_type *type);
unsigned gen_type_of(gen *g, gen_kind kind); /* a random type of the kind; GEN_TYPES_MAX: none */

/* Writes an expression of the type. */
void gen_value(gen *g, unsigned type, unsigned depth);
void gen_condition(gen *g, unsigned depth);
void gen_literal(gen *g, unsigned type);
const gen_name *gen_pick(gen *g, unsigned type, bool to_write);
const char *gen_mode(gen *g);

/* The parts of the contract that differ from version to version (gen_next.c). Each makes the same
 * decisions in both. */
typedef struct gen_versions {
    unsigned older, newer; /* types of fields that only one version has */
    unsigned form;         /* of the field w0 in the next version */
    bool keeps;            /* the next version has the older field, too */
} gen_versions;

void gen_version_storage(gen *g, gen_versions *v);
void gen_version_routines(gen *g, const gen_versions *v);
void gen_version_upgrade(gen *g, const gen_versions *v);

/* Of a world (gen_world.c). */
bool gen_peer_value(gen *g, unsigned type, unsigned depth); /* false: no view has this result */
void gen_send(gen *g);

void gen_block(gen *g, unsigned statements);
void gen_declare(gen *g, const char *text, unsigned type, bool can_write, bool is_field);

#endif
