/* Block records, block inputs and the certificate of a solo chain.
 *
 * A block input is what an order engine hands over; applying it yields receipts and a new state;
 * the record binds all three and the record before it. record_hash is the chain's app hash.
 *
 *   record      version u16 | chain_id str8 | genesis_hash 32 | seq u64 | height u64 | time_s i64
 *               | time_ns u32 | prev_record_hash 32 | n_tx u32 | txs_root 32 | n_receipt u32
 *               | receipts_root 32 | state_root 32 | gas_used u64 | params_hash 32
 *               | next_validators_hash 32 | proposer 20
 *   block input v u8 | form u8 | height u64 | time_s i64 | time_ns u32 | proposer 20
 *               | n_signer u16 | (validator 20 | flag u8)*
 *               | n_fault u16 | (kind u8 | validator 20 | power u64 | height u64 | time_s i64
 *                               | total_power u64)*
 *               | n_tx u32 | tx*
 *        form 0 (from the engine): tx = str32 raw bytes
 *        form 1 (as stored):       tx = raw_hash 32 | str32 stripped   payloads lie apart (tx.h)
 *   certificate incarnation u32 | n u8 | (key_index u16 | sig 64)*         ascending key_index
 *        signed: "wattclause/cert/1\0" ‖ genesis_hash ‖ incarnation u32 ‖ seq u64 ‖ height u64
 *                ‖ record_hash
 *
 * txs_root = M(SHA256(tx_i)), so it survives the destruction of payloads. */
#ifndef WC_NODE_LEDGER_RECORD_H
#define WC_NODE_LEDGER_RECORD_H

#include "node/crypto/crypto.h"
#include "node/ledger/limits.h"
#include "vm/base/arena.h"
#include "vm/base/buf.h"
#include "vm/base/codec.h"

#define WC_RECORD_VERSION      1
#define WC_RECORD_SIZE_MAX     (2u + 1u + WC_CHAIN_ID_MAX + 288u)
#define WC_BLOCK_INPUT_VERSION 1
#define WC_PROPOSER_SIZE       20

typedef struct wc_record {
    wc_slice chain_id; /* valid chain id (ids.h) */
    wc_hash genesis_hash;
    uint64_t seq;             /* records are numbered without gaps; genesis is 0 */
    uint64_t height;          /* of the order engine; >= the previous record's */
    int64_t time_s;           /* UTC seconds; never decreases */
    uint32_t time_ns;         /* in [0, 10^9) */
    wc_hash prev_record_hash; /* zero at seq 0 */
    uint32_t tx_count;
    wc_hash txs_root;
    uint32_t receipt_count;
    wc_hash receipts_root;
    wc_hash state_root;
    uint64_t gas_used;
    wc_hash params_hash; /* SHA256 of the value at params */
    wc_hash next_validators_hash;
    uint8_t proposer[WC_PROPOSER_SIZE];
} wc_record;

void wc_record_put(wc_buf *buf, const wc_record *record);

/* chain_id borrows from bytes. *bad: offset of the first byte that is wrong.
 * Errors: BAD_VERSION, TRUNCATED, TRAILING, OUT_OF_DOMAIN. */
WC_MUST_USE wc_status wc_record_decode(wc_record *record, size_t *bad, wc_slice bytes);

/* H("record/1", bytes). */
wc_hash wc_record_hash(wc_slice bytes);

typedef enum wc_signer_flag {
    WC_SIGNER_ABSENT = 1,
    WC_SIGNER_COMMIT = 2,
    WC_SIGNER_NIL = 3
} wc_signer_flag;

typedef struct wc_block_signer {
    uint8_t validator[WC_PROPOSER_SIZE];
    wc_signer_flag flag;
} wc_block_signer;

typedef enum wc_fault_kind {
    WC_FAULT_DUPLICATE_VOTE = 1,
    WC_FAULT_LIGHT_ATTACK = 2
} wc_fault_kind;

typedef struct wc_block_fault {
    wc_fault_kind kind;
    uint8_t validator[WC_PROPOSER_SIZE];
    uint64_t power;
    uint64_t height;
    int64_t time_s;
    uint64_t total_power;
} wc_block_fault;

/* A transaction of a block. In form 0 stripped is the whole raw transaction. */
typedef struct wc_block_tx {
    wc_hash raw_hash; /* SHA256 of the raw bytes */
    wc_slice bytes;   /* form 0: raw; form 1: stripped */
} wc_block_tx;

typedef enum wc_block_form {
    WC_BLOCK_RAW = 0,
    WC_BLOCK_STORED = 1
} wc_block_form;

typedef struct wc_block_input {
    wc_block_form form;
    uint64_t height;
    int64_t time_s;
    uint32_t time_ns; /* in [0, 10^9) */
    uint8_t proposer[WC_PROPOSER_SIZE];
    uint16_t signer_count; /* in [0, WC_BLOCK_SIGNERS_MAX] */
    wc_block_signer signers[WC_BLOCK_SIGNERS_MAX];
    uint16_t fault_count; /* in [0, WC_BLOCK_FAULTS_MAX] */
    wc_block_fault faults[WC_BLOCK_FAULTS_MAX];
    uint32_t tx_count;      /* in [0, WC_BLOCK_TXS_MAX] */
    const wc_block_tx *txs; /* tx_count entries */
} wc_block_input;

/* Writes the input in the form it names; raw_hash is written in form 1 only. */
void wc_block_input_put(wc_buf *buf, const wc_block_input *input);

/* txs comes from arena; everything else borrows from bytes. In form 0 the raw hashes are computed.
 * Errors: BAD_VERSION, TRUNCATED, TRAILING, OUT_OF_DOMAIN, TOO_LARGE, NO_MEMORY; *bad as above. */
WC_MUST_USE wc_status wc_block_input_decode(wc_block_input *input, size_t *bad, wc_arena *arena,
                                            wc_slice bytes);

/* M over the raw hashes. */
wc_hash wc_txs_root(const wc_block_tx *txs, size_t count);

typedef struct wc_certificate_sig {
    uint16_t key_index; /* 0: sequencer; others: witnesses, by position in the validators entry */
    wc_signature signature;
} wc_certificate_sig;

typedef struct wc_certificate {
    uint32_t incarnation; /* raised by each restore that lost sealed records (D10) */
    uint8_t sig_count;    /* in [1, WC_CERTIFICATE_SIGS_MAX] */
    wc_certificate_sig sigs[WC_CERTIFICATE_SIGS_MAX];
} wc_certificate;

#define WC_CERTIFICATE_MESSAGE_SIZE 102
#define WC_CERTIFICATE_SIZE_MAX     (5u + WC_CERTIFICATE_SIGS_MAX * 66u)

void wc_certificate_put(wc_buf *buf, const wc_certificate *certificate);

/* Errors: TRUNCATED, TRAILING, OUT_OF_DOMAIN (count), NOT_CANONICAL (order); *bad as above. */
WC_MUST_USE wc_status wc_certificate_decode(wc_certificate *certificate, size_t *bad,
                                            wc_slice bytes);

void wc_certificate_message(uint8_t message[WC_CERTIFICATE_MESSAGE_SIZE],
                            const wc_hash *genesis_hash, uint32_t incarnation, uint64_t seq,
                            uint64_t height, const wc_hash *record_hash);

#endif
