/* The tables of a contract on the bench: types of every kind, storage of every kind, parties,
 * states, errors, events, an interface. What a test adds is code and entries. */
#ifndef WC_TESTS_UNIT_EXEC_TABLES_H
#define WC_TESTS_UNIT_EXEC_TABLES_H

#include "vm/isa/builder.h"

#define RIG_TEXT_MAX 20u
#define RIG_LIST_MAX 4u
#define RIG_OUT_MAX  16u

/* Types, by index. */
typedef struct rig_types {
    uint16_t integer; /* int */
    uint16_t small;   /* int<0..100> */
    uint16_t boolean, time, color /* tag of 3 */, span, party;
    uint16_t bytes;           /* bytes<10> */
    uint16_t text;            /* text<20> */
    uint16_t word;            /* text<8> */
    uint16_t money;           /* dec<2,CNY> */
    uint16_t empty;           /* () */
    uint16_t limited;         /* (int<0..100>) */
    uint16_t dated;           /* (interval, time) */
    uint16_t pair;            /* (int, int) */
    uint16_t record;          /* {who : party, amount : int, note : text<20>} */
    uint16_t label;           /* (text<20>) */
    uint16_t shape;           /* enum {Dot, Line(int, int), Name(text<20>)} */
    uint16_t ints;            /* list<int,4> */
    uint16_t records;         /* list<record,4> */
    uint16_t nested;          /* list<(list<int,4>),4> */
    uint16_t holder;          /* {n : int, items : list<int,4>, map : map<int,int,4>} */
    uint16_t set;             /* set<int,4> */
    uint16_t parties;         /* set<party,4> */
    uint16_t map;             /* map<int,int,4> */
    uint16_t words;           /* map<text<8>,pair,4> */
    uint16_t smalls;          /* map<int,int<0..100>,4> */
    uint16_t keyed;           /* map<int<0..100>,int<0..100>,4> */
    uint16_t marks;           /* set<(int<0..100>),4> */
    uint16_t levels;          /* list<int<0..100>,4> */
    uint16_t ladder;          /* sorted<(int<0..100>),4,first> */
    uint16_t sorted;          /* sorted<pair,4,second descending> */
    uint16_t rising;          /* sorted<pair,4,first> */
    uint16_t other;           /* contract_ref<Other> */
    uint16_t series;          /* series<int,900,4> */
    uint16_t series_of_small; /* series<int<0..100>,900,4> */
    uint16_t longer;          /* series<int,1800,2> */
    uint16_t longer_of_small; /* series<int<0..100>,1800,2> */
    uint16_t share;           /* (party, int, int) */
    uint16_t shares;          /* list<share,8> */
    uint16_t net;             /* map<party,money,8> */
    uint16_t out;             /* list<int,16> */
    uint16_t out_args;        /* (out) */
} rig_types;

typedef struct rig_fields { /* storage, by index */
    uint16_t count, owner;  /* int, party: in the root record */
    uint16_t level;         /* int<0..100>, from 40: in the root record */
    uint16_t map, words, smalls, set, list, sorted, rising; /* list: of records */
    uint16_t keyed, marks, levels, ladder;                  /* of small numbers */
} rig_fields;

/* Parties alice (signatory) and bank (role Bank); terms rate and other; states Open (initial),
 * Busy(pair), Done (final); errors Broken(pair), Limited(limited); events Out(out), Named(record),
 * Limited(limited); methods `view price(int) -> pair`, `action notify(label)`,
 * `action limit(limited)`. */
void rig_make_tables(wc_builder *builder, rig_types *types, rig_fields *fields);

#endif
