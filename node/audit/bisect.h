/* Bisect: where two ledgers that should be the same first differ.
 *
 *   records    by halves: a record names the hash of the one before it, so two ledgers that agree
 *              at a record agree in all before it
 *   receipts   of the first record that differs, in order, field by field
 *   state key  of those that the record wrote, in key order; from the undo of a folder
 *
 * The instruction is found by steps.h. What is stored is believed as far as its own hashes hold. */
#ifndef WC_NODE_AUDIT_BISECT_H
#define WC_NODE_AUDIT_BISECT_H

#include "node/audit/side.h"
#include "node/query/query.h"

typedef enum wc_bisect_verdict {
    WC_BISECT_SAME,        /* the same newest record */
    WC_BISECT_PREFIX,      /* one ends where the other goes on */
    WC_BISECT_OTHER_CHAIN, /* another genesis: they have no record in common */
    WC_BISECT_INPUT,       /* the nodes were given different blocks */
    WC_BISECT_RESULT,      /* the same block led to different results */
    WC_BISECT_RECORD       /* the same block and receipts, but another record */
} wc_bisect_verdict;

typedef struct wc_bisect_report {
    wc_bisect_verdict verdict;
    uint64_t last_seq[2]; /* newest record of A and B */
    wc_hash genesis[2];
    uint64_t seq;      /* first record that differs; SAME, PREFIX: the last common one */
    uint64_t compared; /* pairs of hashes looked at */
    wc_hash hash[2];   /* of record seq */

    /* INPUT, RESULT, RECORD: place and field as in a replay; stored is A's, recomputed is B's. */
    wc_replay_difference difference;
    bool has_event; /* RESULT: it is this event of the receipt */
    uint32_t event;
} wc_bisect_report;

/* Compares two open sides, from the oldest record that both have. Errors, with problem: PRUNED -
 * they have none in common, or differ there already; as wc_side_hash and wc_side_at. */
WC_MUST_USE wc_status wc_bisect(wc_bisect_report *report, wc_store_problem *problem, wc_side *a,
                                wc_side *b);

/* A state key whose value after record seq differs. before: its value before the record, the same
 * on both sides; data NULL: absent. */
typedef struct wc_bisect_key {
    bool is_found;
    bool is_of_record; /* the receipt's own keys are the same; this is another one's */
    uint8_t bytes[WC_STATE_KEY_MAX];
    uint8_t len;
    wc_slice before, after[2]; /* from the arena */
} wc_bisect_key;

/* Keys of the state tree that a receipt wrote; all zero: not known. */
typedef struct wc_bisect_written {
    const wc_hash *list;
    size_t count;
} wc_bisect_written;

/* The first such key, from two stores with state and undo that hold record seq: among those that
 * the receipt wrote, or, when these are the same, among all that the record wrote. NOT_FOUND: one
 * of the stores no longer has the undo of this record; NO_MEMORY. */
WC_MUST_USE wc_status wc_bisect_state(wc_bisect_key *key, const wc_store *const stores[2],
                                      uint64_t seq, wc_bisect_written written, wc_arena *arena);

/* A key in words ("free balance of home-1 in CNY", "field due[home-1] of contract K7"), and what
 * differs in its values: appends name, A's and B's value, and in [2] the one before the record
 * (nothing when it has no short form). Modules and names come from the query. */
void wc_bisect_put_key(wc_buf *name, wc_buf values[3], wc_query *query, const wc_bisect_key *key);

#endif
