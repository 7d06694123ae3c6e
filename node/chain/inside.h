/* Inside the chain: its parts, and the keys under which things are stored. */
#ifndef WC_NODE_CHAIN_INSIDE_H
#define WC_NODE_CHAIN_INSIDE_H

#include <pthread.h>

#include "node/chain/chain.h"
#include "node/chain/pages.h"
#include "node/chain/pool.h"
#include "node/chain/present.h"
#include "node/chain/reader.h"
#include "node/chain/verdicts.h"
#include "node/store/seal.h"

/* ---- keys (keys.c) --------------------------------------------------------------------------- */

#define WC_CHAIN_HEAD_KEY "head"
#define WC_CHAIN_BASE_KEY "base"
#define WC_CHAIN_STORED_HEAD                                                                       \
    60u /* seq u64, height u64, time_s i64, time_ns u32, record hash 32                            \
         */
#define WC_CHAIN_GENESIS_PART 1048576u
#define WC_CHAIN_UNDO_PART    2048u /* bytes after which a part of the undo ends */
#define WC_CHAIN_KEY_MAX      (8u + WC_STATE_KEY_MAX)

typedef struct wc_chain_key {
    uint8_t bytes[WC_CHAIN_KEY_MAX];
    uint8_t len;
} wc_chain_key;

static inline wc_slice wc_chain_key_slice(const wc_chain_key *key)
{
    return wc_slice_of(key->bytes, key->len);
}

wc_slice wc_chain_head_key(void);
wc_slice wc_chain_base_key(void);
wc_chain_key wc_chain_timer_key(int64_t due_s, const wc_address *instance);
void wc_chain_timer_of_key(wc_timer *timer, wc_slice key); /* key: one of wc_chain_timer_key */
wc_chain_key wc_chain_timer_prefix(void);
wc_chain_key wc_chain_genesis_key(uint32_t index);
wc_chain_key wc_chain_record_key(uint64_t seq);
wc_chain_key wc_chain_input_key(uint64_t seq);
wc_chain_key wc_chain_payload_key(uint64_t seq, uint32_t index);
wc_chain_key wc_chain_receipt_key(uint64_t seq, uint32_t index);
wc_chain_key wc_chain_change_key(uint64_t seq);
wc_chain_key wc_chain_undo_key(uint64_t seq, wc_slice state_key);
wc_chain_key wc_chain_undo_prefix(uint64_t seq);

/* One entry of a part of the undo: what the key held before; had false: nothing. */
WC_MUST_USE wc_status wc_chain_undo_read(wc_reader *part, wc_slice *key, bool *had, wc_slice *old);

void wc_chain_head_put(wc_buf *buf, const wc_head *head);
WC_MUST_USE wc_status wc_chain_head_decode(wc_head *head, wc_slice value);

/* record str16 | certificate str16 (empty: none) */
void wc_chain_record_put(wc_buf *buf, wc_slice record, const wc_certificate *certificate);
WC_MUST_USE wc_status wc_chain_record_decode(wc_chain_record *record, wc_slice value);
#define WC_CHAIN_RECORD_MAX (4u + WC_RECORD_SIZE_MAX + WC_CERTIFICATE_SIZE_MAX)

/* ---- layout (schema.c) ----------------------------------------------------------------------- */

/* What lies under which key, and how it is written. It is raised by every change after which a
 * program would misread a folder of before; folders of another number are refused. Not part of a
 * bundle or snapshot, which have versions of their own. */
#define WC_CHAIN_SCHEMA     1u
#define WC_CHAIN_SCHEMA_KEY "schema" /* in META: u32 */

void wc_chain_put_schema(wc_batch *batch);
bool wc_chain_is_schema_key(wc_slice key); /* of META */

/* A store without a chain passes. Errors, with problem: BAD_VERSION - of an older or newer program;
 * CORRUPT. */
WC_MUST_USE wc_status wc_chain_check_schema(const wc_store *store, wc_store_problem *problem);

/* ---- reading the store (cursor.c) ------------------------------------------------------------ */

/* One reader of a family: holds the value it gave last, and an open walk that it continues. Close
 * it before the store is written. */
typedef struct wc_chain_cursor {
    const wc_store *store;
    const wc_snapshot *at; /* what it sees; NULL: the newest. Changed only while it is closed */
    wc_cf cf;
    wc_pin pin;
    bool has_pin;
    wc_store_iter iter;
    wc_snapshot *snapshot; /* of the open walk, its own; NULL: the walk is on `at` */
    bool has_iter;
    uint8_t prefix[WC_CHAIN_KEY_MAX]; /* of the open walk */
    size_t prefix_len;
    uint8_t last[WC_CHAIN_KEY_MAX]; /* key it gave last */
    size_t last_len;
} wc_chain_cursor;

/* Value of a key; NOT_FOUND. Valid until the next use of the cursor. */
WC_MUST_USE wc_status wc_chain_cursor_get(wc_chain_cursor *cursor, wc_slice key, wc_slice *value);

/* First entry with the prefix behind `after` (empty: the first); NOT_FOUND. Valid as above. */
WC_MUST_USE wc_status wc_chain_cursor_next(wc_chain_cursor *cursor, wc_slice prefix, wc_slice after,
                                           wc_slice *key, wc_slice *value);
void wc_chain_cursor_close(wc_chain_cursor *cursor);

/* ---- the chain ------------------------------------------------------------------------------- */

struct wc_chain {
    wc_store store;
    bool is_open;              /* store is */
    wc_chain *owner;           /* of a reader: the chain it reads; else NULL */
    wc_moment *moment;         /* of a reader: what it reads, held; NULL: nothing yet */
    pthread_mutex_t tree_turn; /* over the tree: readers prove with it */
    bool is_read_only;
    uint8_t *genesis_bytes; /* owned */
    size_t genesis_len;
    wc_genesis genesis;
    wc_hash genesis_hash;
    wc_head head;
    uint64_t oldest; /* record */
    wc_hash state_root;
    wc_params params;
    uint8_t proposer[WC_PROPOSER_SIZE]; /* of the first validator, as the state stands */
    wc_public_key maker;                /* its key */
    wc_hash validators_hash;            /* the engine's, of all of them */
    wc_slice new_validators;            /* while a block is written: their entry, if it changed */

    uint8_t *ledger_memory; /* owned pages */
    wc_ledger *ledger;
    uint8_t *tree_memory; /* owned pages */
    uint64_t tree_room;   /* leaves it was made for */
    wc_tree tree;
    wc_batch *batch;  /* owned */
    uint8_t *scratch; /* owned; SCRATCH_BYTES: values on their way into the batch */

    wc_present present;          /* in front of block_state; not of a reader */
    wc_chain_cursor block_state; /* the ledger's view of the state */
    wc_chain_cursor timers;
    wc_chain_cursor user_state; /* wc_chain_get, wc_chain_next */
    wc_chain_cursor records;
    wc_pool block_pool;  /* wc_chain_read_block */
    wc_pool record_pool; /* wc_chain_read_record, wc_chain_read_receipt */
    wc_pool state_pool;  /* wc_chain_contract_of */

    wc_seal_file seal;
    bool has_seal;
    bool has_sequencer;
    const wc_observer *observer;    /* NULL: nobody watches */
    const wc_native_source *native; /* NULL: everything is interpreted */
    wc_keypair sequencer;
    uint32_t incarnation;   /* in the certificates to come */
    int64_t (*clock)(void); /* NULL: nobody measures */
    wc_chain_stages stages;
    wc_verdicts verdicts;
    wc_sealed sealed;
};

#define WC_CHAIN_SCRATCH_BYTES ((size_t)WC_BLOCK_TX_BYTES_MAX * 4u)

/* Loads a fresh chain from its genesis: state, record 0 (genesis_load.c). */
WC_MUST_USE wc_status wc_chain_load_genesis(wc_chain *chain, wc_chain_report *report);

/* Loads a fresh chain from a base: state, time-outs, its record (base.c). WRONG_CHAIN - the record
 * is of another genesis; DIFFERS - the state is not the record's; those of the source; as rebuild.
 */
WC_MUST_USE wc_status wc_chain_load_base(wc_chain *chain, const wc_chain_base *base,
                                         wc_chain_report *report);
WC_MUST_USE wc_status wc_chain_put_genesis(wc_chain *chain); /* its bytes, in parts */

/* Into the batch: the proof of a change of the validators (makers.c). The second one makes it, for
 * the record whose block was just applied; value: the entry as that leaves it. NO_MEMORY. */
void wc_chain_put_change(wc_chain *chain, const wc_chain_change *change);
WC_MUST_USE wc_status wc_chain_prove_validators(wc_chain *chain, uint64_t seq, wc_slice value);

/* A record, also of a change before the oldest; borrowed until the record pool is reset. */
WC_MUST_USE wc_status wc_chain_fetch_record(wc_chain *chain, uint64_t seq, wc_chain_record *record);

/* Seq of the oldest record in a store. CORRUPT. */
WC_MUST_USE wc_status wc_chain_read_oldest(const wc_store *store, uint64_t *oldest);

/* Reads all of the state: rebuilds the tree as version head.seq, recounts money, escrow holders and
 * time-outs; sets chain->state_root (rebuild.c). CORRUPT, with report->store.problem; NO_MEMORY. */
WC_MUST_USE wc_status wc_chain_rebuild(wc_chain *chain, wc_chain_report *report);

/* Port of the ledger: brings the tree up to date, growing it when needed. */
wc_status wc_chain_root(void *self, wc_hash *root, uint64_t seq, const wc_tree_change *changes,
                        size_t count);

/* Ends a reader; the chain it reads stays (reader.c). */
void wc_chain_reader_end(wc_chain *reader);

/* The parts that reading needs, over chain->store: cursors, ledger memory (chain.c). NO_MEMORY. */
WC_MUST_USE wc_status wc_chain_make_reading_parts(wc_chain *chain);
void wc_chain_make_ledger(wc_chain *chain);

/* Closes every cursor, before the store is written or closed. */
void wc_chain_close_cursors(wc_chain *chain);

/* Writes one sentence into a problem; printf-like. */
void wc_chain_say(wc_store_problem *problem, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Reads who makes the next record, which a proposal may have changed. NO_MEMORY. */
WC_MUST_USE wc_status wc_chain_read_maker(wc_chain *chain);

/* Time by the chain's clock; 0 without one. */
static inline int64_t wc_chain_tick(const wc_chain *chain)
{
    return chain->clock == NULL ? 0 : chain->clock();
}

/* Reads the parameters of the next block, which a proposal may have changed. */
void wc_chain_read_params(wc_chain *chain);

#endif
