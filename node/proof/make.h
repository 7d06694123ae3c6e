/* Making proof files from a chain.
 *
 * Records, receipts and transactions are read from `chain`. The state is proved where it stands at
 * the record: at the newest record, at one of the last WC_TREE_VERSIONS that a running chain keeps,
 * or in a second chain that replayed the blocks up to it (replayed.h). */
#ifndef WC_NODE_PROOF_MAKE_H
#define WC_NODE_PROOF_MAKE_H

#include "node/chain/chain.h"
#include "node/proof/file.h"
#include "node/query/query.h"

typedef enum wc_prove_answer {
    WC_PROVE_DONE,
    WC_PROVE_NO_RECORD, /* there is none of this number yet */
    WC_PROVE_NOTHING,   /* the record has no such receipt, event, transaction or reading */
    WC_PROVE_PRUNED,    /* it had, but that is no longer kept; of states: not provable here */
    WC_PROVE_DESTROYED, /* the payload was destroyed */
    WC_PROVE_FAILED     /* maker->status says how */
} wc_prove_answer;

typedef struct wc_proof_maker {
    wc_chain *chain;
    wc_chain *state; /* knows the state at `seq`; NULL: nobody does, so files get no supports */
    uint64_t seq;    /* the record that facts are proved up to */
    wc_buf *out;     /* receives the file; WC_PROOF_FILE_MAX bytes are always enough */
    wc_arena *arena; /* of the parts; WC_PROOF_MAKER_ARENA, rewound by each fact */
    wc_status status;
} wc_proof_maker;

#define WC_PROOF_MAKER_ARENA ((size_t)24 << 20)

/* A key of the state. focus: see file.h; may be empty. Requires: maker->state. */
WC_MUST_USE wc_prove_answer wc_prove_state(wc_proof_maker *maker, const wc_state_key *key,
                                           wc_str focus);

/* Receipt `index` of the record. */
WC_MUST_USE wc_prove_answer wc_prove_receipt(wc_proof_maker *maker, uint32_t index);

/* Event `event` of receipt `index`. */
WC_MUST_USE wc_prove_answer wc_prove_event(wc_proof_maker *maker, uint32_t index, uint32_t event);

/* The transaction that receipt `index` is about. */
WC_MUST_USE wc_prove_answer wc_prove_tx(wc_proof_maker *maker, uint32_t index);

/* Transaction `index` of the block. */
WC_MUST_USE wc_prove_answer wc_prove_tx_at(wc_proof_maker *maker, uint32_t index);

/* A reading that was found: the call of receipt `receipt` whose arguments have this hash, or, of a
 * batch, this root. */
typedef struct wc_found_reading {
    uint64_t seq;
    uint32_t receipt;
    wc_hash payload;
    bool is_batch;
    uint16_t slot; /* of a batch: place of the meter in its page */
} wc_found_reading;

/* Requires: maker->seq is that of the reading. */
WC_MUST_USE wc_prove_answer wc_prove_reading(wc_proof_maker *maker, const wc_found_reading *found);

/* ---- finding (find.c) ------------------------------------------------------------------------
 * Answers of finding: DONE, NOTHING, PRUNED, FAILED with *status. */

/* The reading of a meter for the interval that begins at at_s, by itself or in a batch of its page:
 * what the state says about it, then the record with the event that accepted it, from the newest
 * back to that time. */
WC_MUST_USE wc_prove_answer wc_prove_find_reading(wc_chain *chain, wc_status *status,
                                                  const wc_address *meter, int64_t at_s,
                                                  uint16_t version, wc_found_reading *found);

/* The record and receipt of a transaction; of several with one id the one that was not refused,
 * else the oldest. */
WC_MUST_USE wc_prove_answer wc_prove_find_tx(wc_chain *chain, wc_status *status,
                                             const wc_hash *tx_id, uint64_t *seq,
                                             uint32_t *receipt);

/* The oldest record above 0 of which blocks and receipts are kept; head + 1: of none. */
uint64_t wc_prove_oldest(wc_chain *chain);

/* ---- inside (supports.c) ---------------------------------------------------------------------
 */

/* Proof of a key as of maker->seq, encoded in the arena. NOT_FOUND; NO_MEMORY. */
WC_MUST_USE wc_status wc_prove_key(wc_proof_maker *maker, const wc_state_key *key,
                                   wc_fact_state *state);

/* Adds what a reader of the fact needs. Nothing, when the state of that record is not at hand. */
WC_MUST_USE wc_status wc_prove_supports(wc_proof_maker *maker, wc_proof_file *file);

#endif
