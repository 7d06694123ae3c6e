/* Random Clause programs, well typed for the most part: a contract with records, enums, storage of
 * every kind, functions, actions with clauses, money, calendars, series, invariants, views of
 * everything it stores. In one of four, a *world*: two contracts of which the first reads and sends
 * to the second, with a role and with time-outs. In one of two worlds the first contract has a next
 * version, which differs in its storage, its time-outs and one action, and says how to upgrade.
 *
 * A program is a function of its seed and of the chunks that are left out. A chunk is what can be
 * dropped alone: a statement, a clause, a function, an action. So a program that does not compile
 * loses the chunk in which the error lies, and one that fails is made small, by generating it
 * again. */
#ifndef WC_TESTS_FUZZ_GEN_CLAUSE_H
#define WC_TESTS_FUZZ_GEN_CLAUSE_H

#include "tests/support/prng.h"
#include "vm/base/slice.h"

#define WC_GEN_TEXT_MAX   131072u
#define WC_GEN_CHUNKS_MAX 1024u

typedef struct wc_gen_chunk {
    size_t start, end; /* bytes of the text; equal when it was left out */
    uint16_t parent;   /* the chunk around it; its own number: none */
} wc_gen_chunk;

typedef struct wc_gen_program {
    char text[WC_GEN_TEXT_MAX];
    size_t len;
    uint16_t chunk_count;
    wc_gen_chunk chunks[WC_GEN_CHUNKS_MAX];
    bool has_next; /* the program of the next version can be made */
} wc_gen_program;

/* is_left_out: WC_GEN_CHUNKS_MAX flags. is_next: the program of the next version, with the same
 * chunks. */
void wc_gen_clause(wc_gen_program *program, uint64_t seed, const bool *is_left_out, bool is_next);

/* The smallest chunk around a byte of the text; WC_GEN_CHUNKS_MAX: none. */
uint16_t wc_gen_chunk_at(const wc_gen_program *program, size_t offset);

#endif
