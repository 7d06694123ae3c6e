/* Running a ledger again from its beginning, up to one record, and that record's block under the
 * eyes of an observer: what `audit bisect`, `audit steps` and `audit why` look at.
 *
 * Nothing of the ledger is believed but its genesis, or the snapshot that it begins with, and its
 * block inputs. What they lead to is compared with each stored record, so that nobody explains what
 * never happened. */
#ifndef WC_NODE_AUDIT_RERUN_H
#define WC_NODE_AUDIT_RERUN_H

#include "node/chain/chain.h"

typedef struct wc_rerun wc_rerun;

typedef struct wc_rerun_options {
    uint32_t threads;               /* that verify signatures, in [1, WC_CHAIN_THREADS_MAX] */
    const wc_native_source *native; /* for what is not observed; NULL: everything is interpreted */
    const char *snapshot; /* of a folder: begins with this one of its records; NULL: with the
                                   genesis */
    const wc_hash
        *record_hash; /* of the record that a bundle with a snapshot begins with; NULL: its
                                   certificate must vouch for it */
    void (*on_record)(void *self, uint64_t done, uint64_t total); /* may be NULL */
    void *self;
} wc_rerun_options;

/* Opens a folder or a bundle at its beginning. path is borrowed. To be closed.
 *
 * Errors, each named in *problem: of wc_store_open, wc_bundle_open and wc_bundle_begin; CORRUPT -
 * what is stored cannot be read; OUT_OF_DOMAIN - a genesis that cannot be applied, or an option
 * that does not go with what is there; PRUNED - a folder begins with a snapshot, and none is given;
 * DIFFERS - the snapshot is not of this ledger; NOT_SUPPORTED; NO_MEMORY. */
WC_MUST_USE wc_status wc_rerun_open(wc_rerun **rerun, wc_store_problem *problem, const char *path,
                                    const wc_rerun_options *options);
void wc_rerun_close(wc_rerun *rerun); /* NULL is allowed */

/* The recomputed chain, in memory: at first only the record that it begins with. Its records carry
 * the certificates that stand in the ledger. */
wc_chain *wc_rerun_chain(wc_rerun *rerun);

/* The record that the rerun began with: 0, or that of a snapshot. */
uint64_t wc_rerun_first(const wc_rerun *rerun);

/* The newest record of the folder or bundle. */
uint64_t wc_rerun_last(const wc_rerun *rerun);

/* Applies blocks until record seq is the newest one, watched by nobody. *same_until: the last
 * record in a row that came out as it is stored; less than seq only when the rest was not run.
 * Errors: as wc_side_at and wc_side_input; OUT_OF_DOMAIN - a block that cannot follow. */
WC_MUST_USE wc_status wc_rerun_to(wc_rerun *rerun, wc_store_problem *problem, uint64_t seq,
                                  uint64_t *same_until);

/* Applies the next record's block, watched by an observer (NULL: by nobody). *sealed is borrowed
 * until the next block; *is_same: the record came out as it is stored. Errors as above. */
WC_MUST_USE wc_status wc_rerun_block(wc_rerun *rerun, wc_store_problem *problem,
                                     const wc_observer *observer, const wc_sealed **sealed,
                                     bool *is_same);

/* Told of the write sets of the blocks to come; as wc_ledger_watch_writes. */
void wc_rerun_watch_writes(wc_rerun *rerun, wc_writes_fn fn, void *self);

/* While a block is applied: which of its receipts is being made. */
uint32_t wc_rerun_receipt(const wc_rerun *rerun);

#endif
