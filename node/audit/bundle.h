/* Bundles: everything of a ledger that a replay needs, in one file.
 *
 *   bundle  = "WCBUNDLE" | version u16 | coding u8 (0 plain, 1 one zstd frame) | content
 *   content = head | genesis str32 | base | block* | SHA256 of the content so far 32
 *   head    = seq u64 | height u64 | time_s i64 | time_ns u32 | record_hash 32
 *   base    = nothing (version 1: it begins with the genesis, record 0)
 *           | snapshot header str32 | (snapshot chunk str32)*      (version 2: with that record)
 *   block   = record str16 | input str32 | n u32 | (index u32 | payload str32)*
 *             | n u32 | (index u32 | receipt page str32)*          of the first record .. head.seq
 *
 * The snapshot is one of node/snapshot, with as many chunks as its header lists. Of its record the
 * block is the record alone: what led to it is not in the bundle.
 *
 * record, input, payload and page are what the folder has stored, not looked at: a bundle of a
 * damaged ledger holds the damage. Empty record or input: there is none. Indexes ascend. The same
 * range of the same ledger gives the same content, byte for byte; what a zstd frame makes of it may
 * differ by version of the library. */
#ifndef WC_NODE_AUDIT_BUNDLE_H
#define WC_NODE_AUDIT_BUNDLE_H

#include <stdio.h>

#include "node/audit/packing.h"
#include "node/audit/replay.h"

#define WC_BUNDLE_VERSION   1                    /* begins with the genesis */
#define WC_BUNDLE_WITH_BASE 2                    /* begins with a snapshot */
#define WC_BUNDLE_PART_MAX  8388608u             /* bytes of an input, a payload or a page */
#define WC_BUNDLE_BLOCK_MAX ((size_t)112u << 20) /* of all parts of one block */
#define WC_BUNDLE_PARTS_MAX 20000u               /* payloads, and pages, of one block */
#define WC_BUNDLE_NEWEST    UINT64_MAX

typedef struct wc_bundle_report {
    uint64_t first_seq;    /* record that it begins with; 0: the genesis' own */
    wc_hash first_hash;    /* of that record; not of 0 */
    wc_head head;          /* as written */
    uint64_t bytes;        /* of content */
    wc_hash hash;          /* of the content, at its end */
    wc_store_report store; /* problem.text says what was wrong */
} wc_bundle_report;

/* What goes into a bundle: the records from the one whose state the snapshot holds (NULL: from the
 * genesis on), to last or WC_BUNDLE_NEWEST. The block of the first record is not in it. */
typedef struct wc_bundle_range {
    const char *snapshot; /* folder of a snapshot of this ledger */
    uint64_t last;
} wc_bundle_range;

/* Writes a range of what lies in an open store. file stays the caller's and holds a broken bundle
 * after an error.
 *
 * Errors, named in report->store.problem: NOT_FOUND - the folder has no head; PRUNED - the ledger
 * begins with a snapshot, and no snapshot is given; DIFFERS - the snapshot is not of this ledger;
 * OUT_OF_DOMAIN - it is of a later record than the last, or the ledger ends before the last;
 * TOO_LARGE - a stored part exceeds the limits above; those of wc_snap_open and wc_snap_check; IO,
 * NO_MEMORY. */
WC_MUST_USE wc_status wc_bundle_write(wc_bundle_report *report, const wc_store *store,
                                      const wc_bundle_range *range, wc_coding coding, FILE *file);

/* The same for a folder, which is opened without changing it; errors of wc_store_open. */
WC_MUST_USE wc_status wc_bundle_write_folder(wc_bundle_report *report, const char *folder,
                                             const wc_bundle_range *range, wc_coding coding,
                                             FILE *file);

/* Has the file the shape and the hash of a bundle? Nothing is replayed, and of a base no chunk is
 * looked into. *head: as it is written there. file stays the caller's. Errors: BAD_MAGIC,
 * BAD_VERSION; TRUNCATED, TRAILING, TOO_LARGE,
 * NOT_CANONICAL, OUT_OF_DOMAIN, CORRUPT (zstd, or the hash); IO, NO_MEMORY. */
WC_MUST_USE wc_status wc_bundle_check(wc_head *head, FILE *file);

/* Replays a bundle as wc_replay_folder replays a folder; one block is in memory at a time. State,
 * time-outs and undo are compared by the state's roots only. A bundle that begins with a snapshot
 * brings it along; its record must be the one of options->record_hash, or be certified.
 *
 * Errors, named in report->store.problem, beside those of wc_replay: NOT_FOUND, IO - no such file,
 * not readable; BAD_MAGIC - no bundle; BAD_VERSION; CORRUPT - it does not have the shape above, or
 * its bytes have not the hash that stands at its end. */
WC_MUST_USE wc_status wc_replay_bundle(wc_replay_report *report, const char *path,
                                       const wc_replay_options *options);

#endif
