/* A recorded chain: everything that the core needs to compute it again without a library.
 *
 *   recording = "WCMATRIX" | version u32 | genesis_hash 32 | chain_id str8
 *             | seq u64 | height u64 | time_s i64 | time_ns u32
 *             | record_hash 32                             of the genesis record
 *             | state_root 32
 *             | n_entry u32   | (key str16 | value str32) *         the state then, ascending
 *             | n_verdict u32 | (digest 32 | verdict u8) *          ascending
 *             | n_block u32   | block *
 *   block     = input str32 (record.h, form 0) | record str16
 *             | n_receipt u32 | (receipt page str32)*              as the chain stored them
 *
 * A verdict is what wc_verify or wc_public_key_check answered when the chain was recorded, under
 * the SHA-256 of the question, so that a machine without ed25519 can ask again. */
#ifndef WC_TESTS_MATRIX_RECORDING_H
#define WC_TESTS_MATRIX_RECORDING_H

#include "node/crypto/crypto.h"
#include "node/ledger/apply.h"

#define WC_RECORDING_MARK    "WCMATRIX"
#define WC_RECORDING_VERSION 1u

/* Digests of the two questions. */
wc_hash wc_recording_verify_digest(const wc_public_key *key, const wc_signature *signature,
                                   wc_slice message);
wc_hash wc_recording_key_digest(const wc_public_key *key);

typedef struct wc_recording_verdict {
    wc_hash digest;
    bool is_good;
} wc_recording_verdict;

/* A recording being read. Slices borrow from its bytes. */
typedef struct wc_recording {
    wc_hash genesis_hash;
    wc_slice chain_id;
    wc_head head;
    wc_hash state_root;
    uint32_t entry_count;
    uint32_t verdict_count;
    wc_slice verdicts; /* verdict_count pieces of WC_RECORDING_VERDICT_SIZE bytes */
    uint32_t block_count;
    wc_reader entries; /* wc_recording_next_entry */
    wc_reader blocks;  /* wc_recording_next_block */
} wc_recording;

#define WC_RECORDING_VERDICT_SIZE (WC_HASH_SIZE + 1u)

/* Errors: CORRUPT - not a recording; BAD_VERSION; TRUNCATED, TRAILING, TOO_LARGE. */
WC_MUST_USE wc_status wc_recording_open(wc_recording *recording, wc_slice bytes);

WC_MUST_USE wc_status wc_recording_next_entry(wc_recording *recording, wc_slice *key,
                                              wc_slice *value);

typedef struct wc_recording_block {
    wc_slice input;
    wc_slice record;
    uint32_t receipt_count;
    wc_reader pages; /* wc_recording_next_page */
} wc_recording_block;

WC_MUST_USE wc_status wc_recording_next_block(wc_recording *recording, wc_recording_block *block);
WC_MUST_USE wc_status wc_recording_next_page(wc_recording_block *block, wc_slice *page);

/* What was answered; NOT_FOUND when the question was never put. */
WC_MUST_USE wc_status wc_recording_verdict_of(const wc_recording *recording, const wc_hash *digest,
                                              bool *is_good);

#endif
