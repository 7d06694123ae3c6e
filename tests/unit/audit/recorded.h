/* A small recorded chain for audits: deposits, contract calls that succeed and fail, a reading with
 * detached arguments, a refused transaction, bytes that are no transaction, time-outs. */
#ifndef WC_TESTS_UNIT_AUDIT_RECORDED_H
#define WC_TESTS_UNIT_AUDIT_RECORDED_H

#include "node/audit/replay.h"
#include "tests/unit/ledger_exec/contracts.h"

/* folder: where the chain is made; NULL: in memory. Close with world_close. */
void recorded_open(world *w, const char *folder);

/* What stands in for the folder: a copy of a store in memory, of which entries can be altered. */
typedef struct recorded_entry {
    wc_cf cf;
    wc_slice key, value; /* owned */
} recorded_entry;

typedef struct recorded_copy {
    recorded_entry *entries; /* in order of family and key, without the index */
    size_t count;
} recorded_copy;

recorded_copy recorded_take(const wc_store *store);
void recorded_drop(recorded_copy *copy);

/* The entries in a fresh store in memory, with the value of entry `index` (SIZE_MAX: of none)
 * replaced; value NULL: left out. */
wc_store recorded_put(const recorded_copy *copy, size_t index, const wc_slice *value);

/* Replays the copy with entry `index` replaced, and closes the store again. */
void recorded_replay(wc_replay_report *report, const recorded_copy *copy, size_t index,
                     const wc_slice *value);

/* The first entry of a family whose key begins so; asserts that there is one. */
size_t recorded_find(const recorded_copy *copy, wc_cf cf, wc_slice prefix);

/* The difference of a report as text; "identical" when there is none. Static memory. */
const char *recorded_difference(const wc_replay_report *report);

#endif
