/* Inside vm/isa: the builder's state, shared by builder.c (tables) and builder_code.c (functions).
 */
#ifndef WC_VM_ISA_BUILDER_STATE_H
#define WC_VM_ISA_BUILDER_STATE_H

#include "vm/isa/builder.h"

#define WC_INTERN_HEADS 1024u
#define WC_NOT_PLACED   UINT32_MAX

/* An array in the arena that doubles when it is full; the outgrown copies stay behind, so it takes
 * less than twice its size. */
typedef struct wc_vector {
    void *items;
    uint32_t count, capacity;
} wc_vector;

/* A row that must have one index, found again by its bytes. */
typedef struct wc_interned {
    wc_slice key;
    uint32_t next; /* index + 1 of the next row in the chain, 0 at the end */
    uint16_t kind; /* which table */
    uint16_t index;
} wc_interned;

typedef struct wc_label_state {
    uint32_t word;  /* where it was placed, or WC_NOT_PLACED */
    uint32_t patch; /* index + 1 of the last patch, 0: not used */
} wc_label_state;

/* A word of the open function whose operand waits for a label. */
typedef struct wc_patch {
    uint32_t word;
    uint8_t operand; /* 0..5; from 3 on it lies in the second word */
    uint32_t next;   /* index + 1, 0 at the end */
} wc_patch;

#define WC_BUILDER_LAST 4u /* instructions that wc_builder_retarget can look back on */

struct wc_builder {
    wc_arena *arena;
    wc_sha256_fn hash;
    wc_status status;
    wc_module module;

    /* The module's arrays, behind its pointers. */
    wc_vector strings, units, currencies, types, numbers, bytes, calendars, interfaces, methods;
    wc_vector parties, terms;
    wc_vector fields, states, errors, events, functions, words, entries, tests;
    wc_vector term_fields; /* wc_field: names and types of the terms tuple */
    bool has_parties_type, has_terms_type, has_storage_type, has_state_type;

    wc_vector interned;
    uint32_t heads[WC_INTERN_HEADS];
    uint8_t *scratch; /* one encoded type */

    /* The open function. */
    bool is_open;
    bool is_reachable;
    bool block_is_fresh;            /* the last word is a `block` and nothing follows it yet */
    uint32_t last[WC_BUILDER_LAST]; /* last instructions of the block, or WC_NOT_PLACED */
    wc_function *function;
    wc_vector regs, slots, results, labels, patches;

    /* Debug part. */
    wc_vector files, debug_functions, lines, shapes, locals;
    uint32_t local_total;           /* of the functions that have ended */
    uint32_t shape_names;           /* of all shapes */
    wc_vector sizes, notes, passes; /* gas_derive.h */
    bool has_place;
    wc_debug_line place;
};

/* Sets the status unless one is set; returns 0 for `return wc_builder_fail(...)`. */
uint16_t wc_builder_fail(wc_builder *builder, wc_status status);

/* The instruction at this word of the open function is another one: nothing is noted of it. */
void wc_builder_drop_note(wc_builder *builder, uint32_t word);

/* The notes of the open function are of instructions that have moved by `distance` words. */
void wc_builder_shift_notes(wc_builder *builder, uint32_t distance);

/* Appends one zeroed item and returns it, or NULL (the builder has failed) when there are `limit`
 * already or the arena is full. */
void *wc_builder_append(wc_builder *builder, wc_vector *vector, uint32_t limit, size_t size);

/* builder_debug.c */
void wc_builder_shift_locals(wc_builder *builder, uint32_t distance);
void wc_builder_end_lines(wc_builder *builder);

#endif
