/* A chain: the ledger applied to a store, block by block, with its SEAL.
 *
 *   open     a folder (RocksDB, SEAL) or memory; the whole state is read, its tree rebuilt and
 *            compared with the newest record, money and time-outs recounted
 *   seal     apply a block -> one synced batch -> SEAL -> answer; nothing is acknowledged before
 *   read     state at the newest record; views; records, inputs and receipts of all blocks
 *
 * Stored keys (integers big-endian):
 *   META   "head" -> seq, height, time, record hash     'T' ‖ due ‖ instance -> (empty)
 *          "base" -> seq u64 of the oldest record; absent: 0, the chain begins with its genesis
 *   STATE  space ‖ logical key -> value
 *   CHAIN  'g' index u32 -> part of the genesis         'r' seq -> record, certificate
 *          'b' seq -> block input (form 1)              'p' seq index u32 -> payload part
 *          'e' seq index u32 -> receipt page
 *          'v' seq -> proof of the validators under the root of that record, in which they changed.
 *             A chain that begins with a base has it, and the record, of those before, too
 *   UNDO   seq ‖ last state key of a part -> (state key, old value or absent) *, of the last
 *          WC_CHAIN_UNDO_RECORDS records
 *
 * One thread uses a chain; others read it through readers of their own (reader.h). What its
 * functions hand out is borrowed, as each of them says. Failures of the storage itself stop the
 * process (store.h). */
#ifndef WC_NODE_CHAIN_CHAIN_H
#define WC_NODE_CHAIN_CHAIN_H

#include "node/ledger/apply.h"
#include "node/ledger/genesis.h"
#include "node/ledger/instance.h"
#include "node/ledger/proof.h"
#include "node/store/store.h"

#define WC_CHAIN_THREADS_MAX  64u
#define WC_CHAIN_UNDO_RECORDS 1024u

typedef struct wc_chain wc_chain;

typedef struct wc_chain_record {
    wc_record record;
    wc_slice bytes;
    wc_hash hash;
    bool has_certificate;
    wc_certificate certificate;
} wc_chain_record;

/* A change of the validators: the record in which it took effect, and the proof (proof.h) that
 * their entry has its new value under the root of that record. */
typedef struct wc_chain_change {
    uint64_t seq;
    wc_chain_record record;
    wc_slice proof;
} wc_chain_change;

/* Where a new chain begins that does not begin with its genesis: the whole state as of a record
 * (node/snapshot). What came before is not there. */
typedef struct wc_chain_base {
    wc_slice record;                   /* its bytes */
    const wc_certificate *certificate; /* stored beside it; NULL: none */
    wc_store_source state;             /* all entries of the state */

    /* The changes of the validators up to that record, by ascending seq; NOT_FOUND after the last
     * one. Borrowed until the next call. next NULL: there are none. */
    struct {
        wc_status (*next)(void *self, wc_chain_change *change);
        void *self;
    } changes;
} wc_chain_base;

/* Where the time of sealing goes, in the unit of the clock that was given; only ever added to. */
typedef struct wc_chain_stages {
    int64_t verify; /* signatures */
    int64_t apply;  /* the whole pure function: verify and root are in it */
    int64_t root;   /* state tree */
    int64_t write;  /* batch, storage, SEAL */
} wc_chain_stages;

typedef struct wc_chain_options {
    const char *folder; /* NULL: in memory, without SEAL */
    wc_slice genesis;   /* create or memory: canonical genesis. Opening: empty, or it must be the
                           chain's own */
    bool create;        /* folder: make a new chain in it; memory: implied */
    const wc_chain_base *base; /* of a new chain; NULL: it begins with its genesis */
    bool read_only;            /* folder: seal nothing, write nothing, not even a missing SEAL */
    uint32_t threads; /* that verify signatures, in [1, WC_CHAIN_THREADS_MAX]; changes no byte */
    const wc_keypair *sequencer;    /* signs certificates, copied; NULL: records carry none */
    const char *seal_path;          /* NULL: folder/SEAL */
    uint32_t incarnation;           /* in the certificates to come; raised by a restore (D10) */
    const wc_observer *observer;    /* is told of all that runs; changes nothing; NULL: nobody */
    const wc_native_source *native; /* compiled modules; change only time; NULL: none */
    int64_t (*clock)(void); /* times the stages of sealing, for benchmarks; NULL: nobody asks */
} wc_chain_options;

/* Filled by opening, also when it fails. */
typedef struct wc_chain_report {
    wc_store_report store; /* store.problem.text says what was wrong, and where */
    bool has_sealed_again; /* the newest record was written but not yet witnessed; now it is */
    uint64_t state_keys;
    uint64_t state_bytes;
} wc_chain_report;

/* Opens a chain. *chain is to be closed.
 *
 * Errors, each named in report->store.problem; nothing stays open:
 *   those of wc_store_open, wc_seal_open, wc_seal_decide
 *   those of wc_genesis_decode, or OUT_OF_DOMAIN - the genesis contradicts itself
 *   WRONG_CHAIN    the folder holds a chain of another genesis
 *   DIFFERS        the rebuilt state root is not the newest record's, or not that of the base
 *   those of base->state
 *   CORRUPT        a state value does not decode; money or time-outs do not add up
 *   NOT_SUPPORTED  protocol of another program (exit code 7)
 *   BAD_KEY        the sequencer key is not the chain's first validator
 *   NO_MEMORY */
WC_MUST_USE wc_status wc_chain_open(wc_chain **chain, wc_chain_report *report,
                                    const wc_chain_options *options);
void wc_chain_close(wc_chain *chain); /* NULL is allowed */

/* ---- what it is ------------------------------------------------------------------------------ */

wc_slice wc_chain_id(const wc_chain *chain);
wc_hash wc_chain_genesis_hash(const wc_chain *chain);
wc_clock wc_chain_clock(const wc_chain *chain);
wc_slice wc_chain_genesis(const wc_chain *chain); /* its bytes; live as long as the chain */

/* The newest record and block. At the beginning seq is 0 and height is initial_height - 1. */
const wc_head *wc_chain_head(const wc_chain *chain);
wc_hash wc_chain_state_root(const wc_chain *chain);
const wc_params *wc_chain_params(const wc_chain *chain);

/* Who makes the next record, as the newest one left it: the key of the first validator, which in
 * solo signs the record's certificate, and the engine's hash of all validators. Not for readers. */
const wc_public_key *wc_chain_maker(const wc_chain *chain);
const wc_hash *wc_chain_validators_hash(const wc_chain *chain);

/* Who made record seq >= 1: the key that the last change before it left, or the genesis. In a chain
 * in folder or memory, not of a reader. Errors: CORRUPT, NO_MEMORY. */
WC_MUST_USE wc_status wc_chain_maker_of(wc_chain *chain, uint64_t seq, wc_public_key *maker);

/* The first change of the validators behind record `after`; NOT_FOUND. Borrowed until records are
 * read again. */
WC_MUST_USE wc_status wc_chain_next_change(wc_chain *chain, uint64_t after,
                                           wc_chain_change *change);

/* The oldest record that is there; 0: all are. The block of record `oldest` itself is not there,
 * unless it is 0: a chain that begins with a base has blocks from oldest + 1 on. */
uint64_t wc_chain_oldest(const wc_chain *chain);

/* Earliest pending time-out; false: there is none. */
WC_MUST_USE bool wc_chain_next_due(wc_chain *chain, int64_t *due_s);

/* ---- sealing --------------------------------------------------------------------------------- */

typedef struct wc_sealed {
    wc_applied applied; /* is_recorded false: an empty block without due time-outs, nothing written
                           but the height */
    wc_head head;       /* after the block */
    bool has_certificate;
    wc_certificate certificate;
} wc_sealed;

/* False: a proposal has made another key the first validator's, and this chain's seals no more. */
bool wc_chain_is_maker(const wc_chain *chain);

/* Seals the next block at this time: height head + 1, proposed by the first validator. txs: raw
 * bytes, in order. *sealed is borrowed until the next block.
 *
 * Errors, nothing changed:
 *   OUT_OF_DOMAIN  time before the newest block's
 *   TOO_LARGE      more transactions or bytes than a block may have
 *   DISK_FULL      too little free space (below half of the least the process stops, code 3)
 *   NOT_SUPPORTED  opened read-only
 *   BAD_KEY        a proposal has made another key the first validator's: it signs from here on
 * Any other error means that the state at hand cannot be trusted: stop. */
WC_MUST_USE wc_status wc_chain_seal(wc_chain *chain, int64_t time_s, const wc_slice *txs,
                                    size_t tx_count, const wc_sealed **sealed);

/* The same for a block as an engine or a record gives it (form RAW); OUT_OF_DOMAIN also for a
 * height that is not greater than the newest. */
WC_MUST_USE wc_status wc_chain_seal_input(wc_chain *chain, const wc_block_input *input,
                                          const wc_sealed **sealed);

/* The same for a follower: the block must lead to the record of this hash, and the certificate that
 * came with it is stored. Whether the certificate verifies is the caller's question. Errors beside
 * those above, nothing written, and the chain in memory is not to be used any more: DIFFERS - it
 * leads to another record, or to none; *sealed says to which. */
WC_MUST_USE wc_status wc_chain_follow(wc_chain *chain, const wc_block_input *input,
                                      const wc_hash *record_hash, const wc_certificate *certificate,
                                      const wc_sealed **sealed);

/* The times so far; all zero without a clock. */
const wc_chain_stages *wc_chain_stages_of(const wc_chain *chain);

/* Would this transaction be admitted in the next block at this time? Its verdict is kept, so that
 * sealing does not verify it again. Errors: as wc_ledger_admit. */
WC_MUST_USE wc_status wc_chain_admit(wc_chain *chain, int64_t time_s, wc_slice raw,
                                     wc_admission *admission);

/* From the next block on, another observer is told of all that runs (NULL: nobody). For who wants
 * to see one block of many: an observed one runs slower. */
void wc_chain_watch(wc_chain *chain, const wc_observer *observer);

/* ---- state at the newest record -------------------------------------------------------------- */

/* Value of a key; NOT_FOUND. Borrowed until the next reading of state or sealing. */
WC_MUST_USE wc_status wc_chain_get(wc_chain *chain, const wc_state_key *key, wc_slice *value);

/* First entry with the prefix whose key is greater than after (empty: the first); NOT_FOUND. */
WC_MUST_USE wc_status wc_chain_next(wc_chain *chain, wc_slice prefix, wc_slice after, wc_slice *key,
                                    wc_slice *value);

/* Balances; 0 when there is none. */
int64_t wc_chain_free(wc_chain *chain, const wc_address *owner, uint32_t asset);
int64_t wc_chain_escrow(wc_chain *chain, const wc_address *instance, const wc_address *party,
                        uint32_t asset);

/* Number of the asset with this code ("CNY"); 0: there is none. */
uint32_t wc_chain_asset(wc_chain *chain, wc_str code);

typedef struct wc_chain_contract {
    wc_instance_entry entry;
    const wc_module *module;
    wc_root_parts root; /* slices of entry.root; decode with the module's types */
} wc_chain_contract;

/* A contract instance in parts; NOT_FOUND. Borrowed until the next reading of state or sealing. */
WC_MUST_USE wc_status wc_chain_contract_of(wc_chain *chain, const wc_address *instance,
                                           wc_chain_contract *contract);

/* Module of a code id; NOT_FOUND. Borrowed as above. */
WC_MUST_USE wc_status wc_chain_module(wc_chain *chain, const wc_hash *code,
                                      const wc_module **module);

/* Runs view `method` of an instance at the newest record's time; see wc_ledger_view. */
WC_MUST_USE wc_status wc_chain_view(wc_chain *chain, const wc_address *instance, wc_str method,
                                    wc_slice args, uint64_t gas_limit, wc_outcome *outcome);

/* How the inner view failed, of a view that has just ended with CALLEE; see wc_ledger_view_failure.
 */
uint16_t wc_chain_view_failure(const wc_chain *chain, wc_slice *outcome);

/* Value of a key as it was at record seq, and the proof of it (value or absence) under that
 * record's state root. *proof borrows from *value, which comes from the arena.
 * Errors: NOT_FOUND - seq is newer than the head or no longer provable online; NO_MEMORY. */
WC_MUST_USE wc_status wc_chain_prove(wc_chain *chain, uint64_t seq, const wc_state_key *key,
                                     wc_arena *arena, wc_proof *proof);

/* ---- records and what lies in them ----------------------------------------------------------- */

typedef struct wc_chain_tx {
    wc_hash raw_hash;
    wc_slice stripped;
    wc_slice payloads; /* empty: destroyed, or not a transaction (then stripped is all of it) */
} wc_chain_tx;

/* Everything of one record. */
typedef struct wc_chain_block {
    wc_chain_record record;
    wc_block_input input;   /* form RAW with txs joined again, ready to be applied, unless ... */
    bool is_complete;       /* ... false: a payload was destroyed */
    const wc_chain_tx *txs; /* record.tx_count entries */
    const wc_receipt_page *receipts; /* record.receipt_count entries */
} wc_chain_block;

/* Records seq in [oldest, head->seq]; NOT_FOUND beyond. Borrowed until the next call of these two.
 */
WC_MUST_USE wc_status wc_chain_read_record(wc_chain *chain, uint64_t seq, wc_chain_record *record);
WC_MUST_USE wc_status wc_chain_read_block(wc_chain *chain, uint64_t seq,
                                          const wc_chain_block **block);

/* One receipt; borrowed until the next call of these three. NOT_FOUND. */
WC_MUST_USE wc_status wc_chain_read_receipt(wc_chain *chain, uint64_t seq, uint32_t index,
                                            wc_receipt_page *page);

/* The store itself, for derived indexes (family INDEX only). */
const wc_store *wc_chain_store(const wc_chain *chain);

#endif
