/* Replay: does a ledger folder hold what its transactions lead to?
 *
 * Nothing in the folder is believed. From its genesis a second chain is built in memory; every
 * stored block input is applied to it by the same pure function that the node uses; and everything
 * the folder holds must then be what the second chain holds, byte for byte:
 *
 *   block by block  record (chain of hashes), certificate (key of the sequencer, message), input
 *                   (transaction bytes, hashes, root), receipts, events, outcomes
 *   at the end      head, time-outs, the whole state key by key, undo, and that nothing else lies
 *                   in the folder. The derived index is not compared: it is rebuilt when lost.
 *
 * What nothing can witness: how many blocks without a record came after the newest one, and when.
 *
 * A ledger that begins with a snapshot is replayed from that one: the snapshot is checked, the
 * second chain begins with it, and the folder's records before it are nobody's to look at.
 *
 * The first difference is named by record, receipt, transaction, state key and field. */
#ifndef WC_NODE_AUDIT_REPLAY_H
#define WC_NODE_AUDIT_REPLAY_H

#include "node/chain/chain.h"

typedef enum wc_replay_verdict {
    WC_REPLAY_IDENTICAL, /* all of the folder was recomputed and is the same */
    WC_REPLAY_PARTIAL,   /* the same as far as payloads are left; see executed_until */
    WC_REPLAY_DIFFERS    /* see difference */
} wc_replay_verdict;

#define WC_REPLAY_TEXT_MAX 224

/* Texts end with a NUL. */
typedef struct wc_replay_difference {
    bool has_seq, has_receipt, has_tx;
    uint64_t seq;     /* record */
    uint32_t receipt; /* position among the record's receipts */
    wc_hash tx_id;
    char place[WC_REPLAY_TEXT_MAX];  /* "record", "certificate", "receipt, event 2", "state FREE .."
                                      */
    char field[64];                  /* "gas_used", "byte 17"; "" when the whole thing is missing */
    char stored[WC_REPLAY_TEXT_MAX]; /* what the folder says */
    char recomputed[WC_REPLAY_TEXT_MAX]; /* what follows from the transactions */
} wc_replay_difference;

/* What the beginning of a replay rests on. */
typedef enum wc_replay_trust {
    WC_REPLAY_GENESIS,   /* it begins with the genesis; its hash has to be compared */
    WC_REPLAY_GIVEN,     /* with a record of the hash that was given (options.record_hash) */
    WC_REPLAY_CERTIFIED, /* with a record that is certified under the genesis */
    WC_REPLAY_UNVOUCHED  /* with a record without a certificate: its hash has to be compared */
} wc_replay_trust;

typedef struct wc_replay_report {
    wc_replay_verdict verdict;
    wc_replay_difference difference; /* DIFFERS only */
    char chain_id[WC_CHAIN_ID_MAX + 1];
    wc_hash genesis_hash;
    uint64_t first_seq;      /* record that it begins with: 0, or that of a snapshot */
    wc_replay_trust trust;   /* what it is believed for */
    wc_hash first_hash;      /* of record first_seq, unless that is 0 */
    uint64_t last_seq;       /* newest record of the folder */
    uint64_t executed_until; /* records (first_seq, executed_until] were applied */
    uint64_t records;        /* checked, the genesis record included */
    uint64_t transactions, receipts, events;
    uint64_t signatures;   /* of transactions, verified against the keys in the state */
    uint64_t certificates; /* verified against the sequencer's key */
    uint64_t gas;
    uint64_t state_keys;
    uint32_t conserved;   /* assets whose money was counted three ways (conserve.h); 0: not counted,
                             because not all was executed */
    wc_hash state_root;   /* recomputed, at executed_until */
    wc_hash record_hash;  /* of the newest record checked */
    bool is_bundle;       /* of a bundle; its state was compared by its roots alone */
    bool has_seal;        /* folder only: there is a SEAL beside the database */
    bool is_sealed;       /* and it witnesses the newest record */
    bool is_seal_damaged; /* and one of its two slots does not verify: a torn write, or damage */
    wc_store_report store; /* folder only: problem.text says why it was refused */
} wc_replay_report;

typedef struct wc_replay_options {
    uint32_t threads;               /* that verify signatures, in [1, WC_CHAIN_THREADS_MAX] */
    bool allow_destroyed;           /* go on without execution where a payload was destroyed */
    const wc_native_source *native; /* compiled modules; NULL: everything is interpreted */
    const char *snapshot; /* that a folder without its first records begins with; NULL: none */
    const wc_hash *record_hash; /* of the record of the snapshot; NULL: in a bundle, its certificate
                                   must vouch for it; in a folder, the ledger's own record */

    /* Told after every record. May be NULL. */
    void (*on_record)(void *self, uint64_t done, uint64_t total);
    void *self;
} wc_replay_options;

/* Replays what lies in an open store, which is only read. *report is all zero.
 *
 * Errors, no verdict was reached, named in report->store.problem: NO_MEMORY; NOT_SUPPORTED - rules
 * or gas schedule of another program; PRUNED - the ledger begins with a snapshot and none is given;
 * NOT_FOUND - it does not, and one is, or the hash of its record; those of wc_snap_open and
 * wc_snap_restore. Everything that is wrong with the contents is a verdict, not an error. */
WC_MUST_USE wc_status wc_replay(wc_replay_report *report, const wc_store *store,
                                const wc_replay_options *options);

/* Opens a folder without changing it, reads every byte against its checksum, compares it with its
 * SEAL (when there is one beside it), and replays it.
 *
 * Errors, each named in report->store.problem: those of wc_store_open, wc_store_verify,
 * wc_seal_open (NOT_FOUND excepted) and wc_seal_decide; those of wc_replay. Damage that RocksDB
 * finds later stops the process (store.h). */
WC_MUST_USE wc_status wc_replay_folder(wc_replay_report *report, const char *folder,
                                       const wc_replay_options *options);

/* The difference in one line: "record 17, receipt 3, transaction 9f86..: receipt: gas_used is 12,
 * recomputed 13". */
void wc_replay_difference_put(wc_buf *text, const wc_replay_difference *difference);

#endif
