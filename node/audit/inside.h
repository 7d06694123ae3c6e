/* Inside the replay: its parts, and how differences are told. */
#ifndef WC_NODE_AUDIT_INSIDE_H
#define WC_NODE_AUDIT_INSIDE_H

#include <stdio.h>

#include "node/audit/conserve.h"
#include "node/audit/replay.h"
#include "node/chain/inside.h"
#include "node/chain/pool.h"
#include "node/snapshot/snapshot.h"

/* A record of the folder, taken apart. Slices borrow from `pin`. */
typedef struct wc_audit_record {
    wc_pin pin;
    bool has_pin;
    wc_slice bytes;
    wc_record record;
    wc_hash hash;
    bool has_certificate;
    wc_certificate certificate;
} wc_audit_record;

/* A bundle that is being read (bundle_read.c). */
typedef struct wc_bundle_reader wc_bundle_reader;

typedef struct wc_audit {
    const wc_store *store;    /* the folder's, or what has been read of a bundle */
    wc_bundle_reader *bundle; /* NULL: a folder */
    const char *path;         /* of the bundle */
    const wc_replay_options *options;
    wc_replay_report *report;
    wc_chain *chain;   /* recomputed, in memory */
    wc_pool pool;      /* of the block at hand */
    bool is_executing; /* false once a payload was missing */
    bool has_difference;
    wc_head head;        /* as the folder says */
    uint64_t first;      /* record that it begins with: 0, or that of a snapshot */
    wc_audit_record now; /* the record at hand */
    wc_hash before;      /* hash of the record before it */
    bool is_suspect; /* neither its certificate nor the record behind it confirm its hash: where it
                        contradicts its input, the record is what was altered */
    bool is_forged;  /* its certificate does not verify */
    bool is_certified;        /* the first record with a block carries a certificate, so all do */
    wc_hash named_validators; /* who makes the record at hand, by the record before it */
    wc_conserve conserve;
    wc_block_input *input; /* owned; of the record at hand, form RAW */
} wc_audit;

/* A replay of what lies in a store; bundle: from which the store is filled, and its path, or NULL.
 * Errors as wc_replay, and those of wc_bundle_begin and wc_bundle_load. */
WC_MUST_USE wc_status wc_audit_run(wc_replay_report *report, const wc_store *store,
                                   wc_bundle_reader *bundle, const char *path,
                                   const wc_replay_options *options);

/* Reads blocks up to this record, and forgets those more than one before the last one read; no pin
 * may be held. Errors: TRUNCATED, CORRUPT, TOO_LARGE, NOT_CANONICAL - no bundle; IO; NO_MEMORY. */
WC_MUST_USE wc_status wc_bundle_load(wc_bundle_reader *reader, uint64_t seq);

/* A bundle in an open file, to be read block after block; closed by wc_bundle_close, which takes
 * NULL, too. Errors of wc_bundle_check; nothing stays open then. */
WC_MUST_USE wc_status wc_bundle_open(wc_bundle_reader **opened, FILE *file);
void wc_bundle_close(wc_bundle_reader **reader);

/* What has been read: head and genesis, and of blocks the newest two. */
const wc_store *wc_bundle_store(const wc_bundle_reader *reader);

/* The record that it begins with: 0, or that of the snapshot in it. */
uint64_t wc_bundle_first(const wc_bundle_reader *reader);

/* Begins a chain with the snapshot of a bundle that was just opened, as wc_snap_restore; what does
 * not fit in memory is sorted in the system's folder. path: what the bundle is called. Errors, with
 * report: those of wc_snap_open and wc_snap_restore; of the bundle itself as wc_bundle_tell says.
 */
WC_MUST_USE wc_status wc_bundle_begin(wc_bundle_reader *reader, const char *path, wc_chain **chain,
                                      wc_chain_report *report, const wc_chain_options *options,
                                      const wc_snap_trust *trust);

/* The block that will be read next. */
uint64_t wc_bundle_next(const wc_bundle_reader *reader);

/* Reads the rest and compares the hash at the end. CORRUPT; errors as wc_bundle_load. */
WC_MUST_USE wc_status wc_bundle_finish(wc_bundle_reader *reader);

/* What is wrong with a bundle in words, and the status that users are told. */
wc_status wc_bundle_tell(wc_store_problem *problem, const char *path, wc_status status);

/* Memory of the block at hand. When there is none the process ends with code 3, as it does when
 * storage fails: an auditor who is short of memory has found nothing out about the ledger. */
void *wc_audit_take(wc_audit *audit, size_t size);

/* ---- telling differences (difference.c) ---------------------------------------------------------
 * Each of the `differ` functions answers true when the two differ and has then told it. */

/* Starts a difference at a place of the record at hand. Only the first one counts. stored and
 * recomputed then say what stands against what; printf-like. */
void wc_audit_say(wc_audit *audit, const char *place, const char *field);
void wc_audit_stored(wc_audit *audit, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void wc_audit_recomputed(wc_audit *audit, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Differences told from here on are in this receipt of the record at hand; and no longer. */
void wc_audit_at_receipt(wc_audit *audit, uint32_t index, const wc_receipt *recomputed);
void wc_audit_leave_receipt(wc_audit *audit);

bool wc_audit_differ_number(wc_audit *audit, const char *place, const char *field, uint64_t stored,
                            uint64_t recomputed);
bool wc_audit_differ_hash(wc_audit *audit, const char *place, const char *field,
                          const wc_hash *stored, const wc_hash *recomputed);

/* Names the first byte that differs, or the lengths. */
bool wc_audit_differ_bytes(wc_audit *audit, const char *place, const char *field, wc_slice stored,
                           wc_slice recomputed);

/* ---- reading the folder (source.c) --------------------------------------------------------------
 * False: what was asked for is not there or does not decode; told. */

/* The genesis, from malloc. WC_NOT_FOUND: told; NO_MEMORY. */
WC_MUST_USE wc_status wc_audit_read_genesis(wc_audit *audit, uint8_t **bytes, size_t *len);
WC_MUST_USE bool wc_audit_read_head(wc_audit *audit, wc_head *head);
WC_MUST_USE bool wc_audit_read_record(wc_audit *audit, uint64_t seq, wc_audit_record *record);
void wc_audit_drop_record(wc_audit *audit, wc_audit_record *record);

/* The input of the record at hand with its transactions joined and their hashes compared, in
 * audit->input. *is_complete false: a payload was destroyed. */
WC_MUST_USE bool wc_audit_read_input(wc_audit *audit, uint64_t seq, bool *is_complete);

/* ---- comparing (compare.c, families.c) ----------------------------------------------------------
 */

/* Record and receipts of the folder with those recomputed at this seq. */
void wc_audit_compare_record(wc_audit *audit, const wc_record *recomputed);
void wc_audit_compare_receipts(wc_audit *audit, uint64_t seq, const wc_applied *applied);

/* Receipts of a record that was not executed: do they have the root and hashes they should? */
void wc_audit_check_receipts(wc_audit *audit, uint64_t seq);

/* All families but the index, key by key, against those of the recomputed chain. */
void wc_audit_compare_families(wc_audit *audit);

/* ---- certificates (certificate.c) ---------------------------------------------------------------
 */

/* Does the record at hand have a certificate that verifies, and does the record behind it confirm
 * its hash? Sets is_suspect and is_forged; tells a certificate that is alone in being wrong. */
void wc_audit_check_certificate(wc_audit *audit, uint64_t seq);

/* Tells a certificate that does not verify, when nothing else was found wrong with the record. */
void wc_audit_tell_certificate(wc_audit *audit);

#endif
