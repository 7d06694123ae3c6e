/* One of the ledgers that are compared or run again: a folder or a bundle, read record by record
 * without being believed. Inside node/audit. */
#ifndef WC_NODE_AUDIT_SIDE_H
#define WC_NODE_AUDIT_SIDE_H

#include <stdio.h>

#include "node/audit/inside.h"

typedef struct wc_side {
    const char *path;
    FILE *file; /* of a bundle; NULL: a folder */
    wc_bundle_reader *reader;
    wc_store folder;
    bool is_open; /* folder is */
    wc_replay_report report;
    wc_replay_options options;
    wc_audit audit;  /* reads; its head is the side's */
    uint64_t first;  /* record that it begins with: 0, or that of a snapshot */
    wc_hash *hashes; /* of a bundle's records from first on, once they are asked for; owned */
    uint8_t *genesis;
    size_t genesis_len;
    wc_hash genesis_hash;
} wc_side;

/* Opens a folder, which is only read, or a bundle. To be closed in any case. Errors, each named in
 * *problem: of wc_store_open and wc_bundle_open; CORRUPT - genesis or head cannot be read. */
WC_MUST_USE wc_status wc_side_open(wc_side *side, wc_store_problem *problem, const char *path);

/* The same over an open store, which stays the caller's; path: what it is called. */
WC_MUST_USE wc_status wc_side_open_store(wc_side *side, wc_store_problem *problem, const char *path,
                                         const wc_store *store);
void wc_side_close(wc_side *side);

/* Hash of record seq in [first, head.seq] as it is stored. CORRUPT, with problem. */
WC_MUST_USE wc_status wc_side_hash(wc_side *side, wc_store_problem *problem, uint64_t seq,
                                   wc_hash *hash);

/* Reads record seq into side->audit.now, and makes what belongs to it readable in
 * side->audit.store. PRUNED - it is before the first; CORRUPT and errors of bundles, with problem.
 */
WC_MUST_USE wc_status wc_side_at(wc_side *side, wc_store_problem *problem, uint64_t seq);

/* Then its input, ready to be applied, in side->audit.input. CORRUPT; NOT_FOUND - a payload was
 * destroyed; with problem. */
WC_MUST_USE wc_status wc_side_input(wc_side *side, wc_store_problem *problem, uint64_t seq);

#endif
