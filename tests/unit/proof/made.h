/* Proof files of the recorded chain (tests/unit/audit/recorded.h), one of each kind. */
#ifndef WC_TESTS_UNIT_PROOF_MADE_H
#define WC_TESTS_UNIT_PROOF_MADE_H

#include "node/proof/check.h"
#include "node/proof/make.h"
#include "tests/unit/audit/recorded.h"

typedef struct made {
    world w;
    wc_arena arena;
    wc_buf out;
    void *memory[2];
    wc_proof_maker maker;
} made;

/* Opens the chain (folder NULL: in memory) and a maker at its newest record. */
void made_open(made *m, const char *folder);
void made_close(made *m);

/* The file of a fact; the maker stands at its record afterwards. Asserts that it is made. The bytes
 * last until the next one. */
wc_slice made_state(made *m, const wc_state_key *key, const char *focus);
wc_slice made_kind(made *m, wc_fact_kind kind);

/* The same with supports, however old the record is. */
wc_slice made_explained(made *m, wc_fact_kind kind);

/* The record that the maker stands at. */
wc_hash made_record_hash(made *m);

/* Where the only reading of the first interval, the first event of a contract, and the first failed
 * transaction stand. */
wc_event_id made_find_event(made *m, bool is_ledger, uint16_t type);
uint64_t made_find_failed(made *m, uint32_t *receipt);

#endif
