/* The state as of an older record: a second chain in memory, made from the genesis and the blocks
 * of the first one. */
#ifndef WC_NODE_PROOF_REPLAYED_H
#define WC_NODE_PROOF_REPLAYED_H

#include "node/proof/make.h"

typedef struct wc_replayed_options {
    uint32_t threads;               /* that verify signatures, in [1, WC_CHAIN_THREADS_MAX] */
    const wc_native_source *native; /* compiled modules; NULL: everything is interpreted */

    /* Told after every record. May be NULL. */
    void (*on_record)(void *self, uint64_t done, uint64_t total);
    void *self;
} wc_replayed_options;

/* Replays records 1 .. seq of `chain`; *replayed is to be closed. *stopped: the record at which it
 * ended, seq when it is DONE. Answers beside it: PRUNED and DESTROYED - the block of that record is
 * not whole; FAILED with *status, DIFFERS - the block does not lead to its record. Requires: seq is
 * at most the newest record of chain. */
WC_MUST_USE wc_prove_answer wc_replayed_open(wc_chain **replayed, wc_status *status,
                                             uint64_t *stopped, wc_chain *chain, uint64_t seq,
                                             const wc_replayed_options *options);

#endif
