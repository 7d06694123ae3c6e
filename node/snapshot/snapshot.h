/* Snapshots of a chain: making, checking and reading them. The bytes are in format.h.
 *
 *   make    one walk over the state as of a record, sorted by the keys of the tree outside of
 *           memory; folded to the root from both ends, which gives the siblings of every chunk
 *   check   a chunk at a time, each by itself: hash, order, and the state root of the record
 *   read    all entries by their state keys, as a chain that begins with them needs it
 *
 * A snapshot proves itself down from its record. That the record is the chain's is shown by its
 * certificate, under the key to which the genesis and the changes of the validators in the header
 * lead (makers.h); and the genesis by its hash, which has to come from elsewhere. */
#ifndef WC_NODE_SNAPSHOT_SNAPSHOT_H
#define WC_NODE_SNAPSHOT_SNAPSHOT_H

#include "node/chain/chain.h"
#include "node/snapshot/format.h"

#define WC_SNAP_HEADER_NAME  "header"
#define WC_SNAP_GENESIS_NAME "genesis"

/* Name of a chunk's file: "chunk-00000". */
typedef struct wc_snap_name {
    char text[16];
} wc_snap_name;

wc_snap_name wc_snap_chunk_name(uint32_t index);

typedef struct wc_snap_info {
    char chain_id[WC_CHAIN_ID_MAX + 1];
    wc_hash genesis_hash;
    uint64_t seq, height;
    int64_t time_s;
    wc_hash record_hash, state_root;
    bool has_certificate;
    uint64_t leaf_count;
    uint32_t chunk_count;
    uint16_t change_count; /* of the validators, up to the record */
    uint64_t bytes;        /* of the chunks */
    wc_hash hash;          /* of the snapshot (wc_snap_hash) */
} wc_snap_info;

/* ---- making ---------------------------------------------------------------------------------- */

typedef struct wc_snap_options {
    uint32_t chunk_bytes; /* of entries in a chunk, in [1, WC_SNAP_CHUNK_BYTES]; 0: the most, which
                             is what every node takes */
    size_t sort_bytes;    /* of entries in memory; 0: as the sorter likes. Changes no byte */
    bool (*is_stopping)(void *self); /* asked now and then; NULL: never */
    void *self;
    int *
        held; /* receives what holds the new folder (wc_folder_hold), for the caller to close; NULL:
                  nobody asks whether the folder is in use */
} wc_snap_options;

/* Makes a snapshot of the newest record that chain shows, in a new folder. chain: a chain that does
 * not seal meanwhile, or a reader at a moment. Errors, with problem; what was begun stays:
 * EXISTS - there is something at that path; NOT_FOUND - the newest record is the genesis' own;
 * CORRUPT - the ledger does not list all changes of the validators;
 * DIFFERS - the state does not have the root that the record names; LOCKED - is_stopping said so;
 * TOO_LARGE - more chunks than a snapshot may have; IO; DISK_FULL; NO_MEMORY. */
WC_MUST_USE wc_status wc_snap_make(wc_snap_info *info, wc_store_problem *problem, wc_chain *chain,
                                   const char *folder, const wc_snap_options *options);

/* ---- reading --------------------------------------------------------------------------------- */

typedef struct wc_snap wc_snap;

/* What is known from elsewhere. */
typedef struct wc_snap_trust {
    const wc_hash *genesis_hash; /* NULL: whatever the snapshot says */
    const wc_hash *record_hash;  /* NULL: the record must have a certificate that verifies */
    bool takes_any;              /* a record without certificate is accepted; for looking only */
    bool is_compared;            /* the caller compares the record itself: nothing is asked of it */
} wc_snap_trust;

/* Opens a snapshot and checks all but its chunks: the genesis is the record's, the changes of the
 * validators lead from it to the record, the certificate verifies. Errors, with
 * problem: NOT_FOUND - no such folder, or no header in it; CORRUPT - what is there contradicts
 * itself; BAD_VERSION; WRONG_CHAIN - another genesis, or record; BAD_SIGNATURE - a certificate is
 * missing or not genuine; IO; NO_MEMORY. */
WC_MUST_USE wc_status wc_snap_open(wc_snap **snap, wc_store_problem *problem, const char *folder,
                                   const wc_snap_trust *trust);
void wc_snap_close(wc_snap *snap); /* NULL is allowed */

/* A snapshot that lies in no folder of its own. All is borrowed while it is open. */
typedef struct wc_snap_source {
    const char *name; /* what problems call it */
    wc_slice header, genesis;
    /* The chunk's bytes, at most WC_SNAP_CHUNK_MAX. Asked for by ascending numbers, one time each,
     * when the snapshot is checked once from end to end. Errors are handed on; without a problem
     * when they are the source's own. */
    wc_status (*chunk)(void *self, uint32_t index, uint8_t *bytes, size_t *len);
    void *self;
} wc_snap_source;

/* The same as wc_snap_open of it. */
WC_MUST_USE wc_status wc_snap_open_source(wc_snap **snap, wc_store_problem *problem,
                                          const wc_snap_source *source, const wc_snap_trust *trust);

const wc_snap_info *wc_snap_info_of(const wc_snap *snap); /* bytes: of the chunks checked so far */
wc_slice wc_snap_header_bytes(const wc_snap *snap);
wc_slice wc_snap_chunk_bytes(const wc_snap *snap); /* of the chunk that was checked last */
wc_slice wc_snap_genesis(const wc_snap *snap);
wc_slice wc_snap_record(const wc_snap *snap);
const wc_certificate *wc_snap_certificate(const wc_snap *snap); /* NULL: none */

/* Checks one chunk by itself; none of the others is read. CORRUPT - names the chunk and what is
 * wrong with it; NOT_FOUND - its file is missing; IO; NO_MEMORY. */
WC_MUST_USE wc_status wc_snap_check(wc_snap *snap, wc_store_problem *problem, uint32_t index);

/* Checks every chunk and that they are all there is. Errors as above. */
WC_MUST_USE wc_status wc_snap_check_all(wc_snap *snap, wc_store_problem *problem);

/* Opens a new chain that begins with this snapshot, every chunk checked: options->create and ->base
 * are set here, and the genesis. sort_folder: for what does not fit in memory; NULL: the system's.
 * Errors, named in
 * report: those of wc_snap_check_all and wc_chain_open. */
WC_MUST_USE wc_status wc_snap_restore(wc_chain **chain, wc_chain_report *report, wc_snap *snap,
                                      const wc_chain_options *options, const char *sort_folder);

/* Removes the files of a snapshot and its folder; whatever else lies in it stays. */
WC_MUST_USE wc_status wc_snap_remove(wc_store_problem *problem, const char *folder);

#endif
