/* Putting another ledger in the place of a node's: of a backup, or one begun with a snapshot.
 *
 * What is there moves to data.before-N. The signer's memory decides (D10): a restore that would
 * lose sealed records is refused unless the operator names the record behind which everything is
 * lost; then the incarnation is raised, visible in every later certificate. A folder without the
 * sequencer's key is a copy: it signs nothing, so what goes forward in it loses nothing. */
#ifndef WC_NODE_SERVICE_RESTORE_H
#define WC_NODE_SERVICE_RESTORE_H

#include "node/service/place.h"
#include "vm/base/hash.h"

/* The newest record of what is to be put in the place. */
typedef struct wc_restore_point {
    wc_hash genesis_hash;
    uint64_t seq, height;
    wc_hash record_hash;
    uint32_t incarnation; /* of its certificate; 0 without */
} wc_restore_point;

typedef struct wc_restore {
    const char *what; /* "backup", for messages */
    wc_restore_point point;
    const uint64_t *accept; /* record behind which sealed ones may be lost; NULL: none may */
    bool takes_copy;        /* a folder without the sequencer's key may go forward */
    bool needs_trust;       /* the folder must hold a chain to compare the genesis with */

    /* Makes the new ledger in a folder that does not exist yet. */
    wc_status (*fill)(void *self, wc_store_problem *problem, const char *aside);
    void *self;
} wc_restore;

typedef struct wc_restored {
    wc_restore_point point;
    bool has_chain; /* the folder held a chain of this genesis that could be read */
    bool is_copy;
    bool has_seal; /* the keys folder had a SEAL */
    uint64_t sealed_seq;
    bool has_lost; /* sealed records were given up */
    uint32_t incarnation;
} wc_restored;

/* Errors, with problem: those of fill; BEHIND_SEAL - records would be lost and accept does not name
 * the newest record; WRONG_CHAIN; LOCKED - a node runs on the folder; EXISTS; IO. */
WC_MUST_USE wc_status wc_restore_ledger(wc_restored *restored, wc_store_problem *problem,
                                        const char *folder, const wc_restore *wanted);

#endif
