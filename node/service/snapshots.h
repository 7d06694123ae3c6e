/* Snapshots of a node: made in the background as the chain goes on, and by request; and beginning a
 * ledger with one.
 *
 *   FOLDER/snapshots/000000000000001000/   of record 1000 (node/snapshot)
 *
 * Every node makes those of the records whose number is a multiple of its interval, so that nodes
 * with the same interval hold the same bytes. A thread of its own does it, on a moment that the
 * sealing thread froze; while it is busy, further ones are left out. The last two are kept. */
#ifndef WC_NODE_SERVICE_SNAPSHOTS_H
#define WC_NODE_SERVICE_SNAPSHOTS_H

#include "node/service/restore.h"
#include "node/service/stage.h"
#include "node/snapshot/snapshot.h"

#define WC_PLACE_SNAPSHOTS     "snapshots"
#define WC_SNAPSHOTS_KEPT      2u
#define WC_SNAPSHOTS_PATH_SIZE (sizeof(wc_path_text) + WC_FOLDER_NAME_MAX)

typedef struct wc_snapshots wc_snapshots;

/* Starts the thread. folder: of the node. interval >= 1. Errors: NO_MEMORY; IO. */
WC_MUST_USE wc_status wc_snapshots_start(wc_snapshots **snapshots, wc_stage *stage, wc_chain *chain,
                                         const char *folder, uint64_t interval);

/* Gives up what is being made. NULL is allowed. Before the stage is closed. */
void wc_snapshots_stop(wc_snapshots *snapshots);

/* Where the snapshot of a record lies when nobody says otherwise. */
void wc_snapshots_path(char path[WC_SNAPSHOTS_PATH_SIZE], const char *folder, uint64_t seq);

/* Makes the snapshot of the newest record that chain shows; whole or not at all: it is made beside
 * and renamed. to: an absent folder. Errors as of wc_snap_make. */
WC_MUST_USE wc_status wc_snapshots_take(wc_snap_info *info, wc_store_problem *problem,
                                        wc_chain *chain, const char *to,
                                        const wc_snap_options *options);

/* Makes `snapshots` below the folder where it is missing. IO, with problem. */
WC_MUST_USE wc_status wc_snapshots_place(wc_store_problem *problem, const char *folder);

typedef struct wc_snapshots_begin {
    const char *from;       /* the snapshot */
    const char *folder;     /* of the node */
    wc_snap_trust trust;    /* genesis_hash NULL: the folder holds a chain that can be read */
    const uint64_t *accept; /* record behind which sealed ones may be lost; NULL: none may */
} wc_snapshots_begin;

/* Puts a ledger that begins with the snapshot in the place of the folder's, as restore.h says;
 * makes what a copy's folder lacks. Errors, with problem: those of wc_snap_open, wc_snap_restore
 * and wc_restore_ledger. */
WC_MUST_USE wc_status wc_snapshots_restore(wc_restored *restored, wc_snap_info *info,
                                           wc_store_problem *problem,
                                           const wc_snapshots_begin *begin);

#endif
