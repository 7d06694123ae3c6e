/* Proof files: one fact of a ledger with everything that leads from it to the hash of a record.
 *
 *   file      "WCPROOF" | version u8 = 1 | record str16 | certificate str16 (empty: none)
 *             | kind u8 | fact | n u8 <= 8 | state *            of the state: the supports
 *   state     key str8 | proof str32        key = space ‖ logical key; proof: ledger/proof.h
 *   fact      by kind:
 *     1       state | focus str8            a key of the state, with its value or absent;
 *                                           focus: the contract's field that is meant, or empty
 *     2       included                      a receipt
 *     3       included | event str32 | position                 an event of that receipt
 *     4       tx str32 | path               a transaction, as it was submitted
 *     5       included | body str32 | call u8 | salt 32 | payload str32
 *                                           readings: what travelled beside a call
 *     6       included | body str32 | call u8 | piece | piece
 *                                           a reading of a batch: head, reading
 *   included  receipt 193 | result str32 | path
 *   path      index u32 | n u8 <= 32 | hash 32 *                RFC 6962, from the item up;
 *                                           the number of items is the record's
 *   position  position.h
 *   piece     index u32 | salt 32 | bytes 16 | n u8 <= 15 | hash 32 *
 *
 * Supports are what somebody needs who is to read the fact: the asset of an amount, the contract
 * and its module. They are proved like the fact itself, ascend by key, and say nothing beyond it.
 *
 * Decoding accepts one form of each file and looks at its shape alone; check.h says whether it
 * proves anything. */
#ifndef WC_NODE_PROOF_FILE_H
#define WC_NODE_PROOF_FILE_H

#include "node/ledger/batch.h"
#include "node/ledger/receipt.h"
#include "node/ledger/record.h"
#include "node/ledger/tx.h"
#include "node/query/inclusion.h"

#define WC_PROOF_FILE_MAGIC   "WCPROOF"
#define WC_PROOF_FILE_VERSION 1
#define WC_PROOF_FILE_MAX     8388608u
#define WC_PROOF_SUPPORTS_MAX 8u
#define WC_PROOF_PATH_MAX     32u
#define WC_PROOF_FOCUS_MAX    128u

typedef enum wc_fact_kind {
    WC_FACT_STATE = 1,
    WC_FACT_RECEIPT = 2,
    WC_FACT_EVENT = 3,
    WC_FACT_TX = 4,
    WC_FACT_READINGS = 5,
    WC_FACT_METERED = 6
} wc_fact_kind;

/* A key of the state. */
typedef struct wc_fact_state {
    wc_slice key;    /* space ‖ logical key, 1..WC_STATE_KEY_MAX bytes */
    wc_slice proof;  /* encoded */
    bool is_present; /* set by checking, as is ... */
    wc_slice value;  /* ... the value of a key that is present */
} wc_fact_state;

typedef struct wc_proof_file {
    wc_slice record_bytes;
    wc_record record;
    wc_hash record_hash;  /* of record_bytes */
    bool is_record_known; /* set by checking: its hash, or its certificate, is what was trusted */
    wc_slice certificate_bytes;
    wc_certificate certificate; /* when there are bytes */
    wc_fact_kind kind;

    wc_fact_state state; /* STATE */
    wc_slice focus;      /* STATE */

    wc_receipt receipt;     /* RECEIPT, EVENT, READINGS, METERED */
    wc_slice receipt_bytes; /* the same */
    wc_slice result;        /* the same */
    wc_inclusion path;      /* of the receipt, or of the transaction */

    wc_slice event_bytes; /* EVENT */
    wc_event event;       /* EVENT */
    wc_slice position;    /* EVENT */
    uint64_t event_index; /* EVENT; set by checking */

    wc_slice tx; /* TX */

    wc_slice body;    /* READINGS, METERED */
    uint8_t call;     /* READINGS, METERED: index in the body */
    wc_slice salt;    /* READINGS: 32 bytes */
    wc_slice payload; /* READINGS */

    wc_piece_proof head;    /* METERED: the first piece of the batch */
    wc_piece_proof reading; /* METERED; the number of leaves of both is set by checking */

    uint8_t support_count;
    wc_fact_state supports[WC_PROOF_SUPPORTS_MAX];
} wc_proof_file;

/* Everything borrows from bytes. *bad: offset of the first byte that is wrong.
 * Errors: BAD_MAGIC, BAD_VERSION; TRUNCATED, TRAILING, OUT_OF_DOMAIN, NOT_CANONICAL (order of the
 * supports), TOO_LARGE, and those of the parts. */
WC_MUST_USE wc_status wc_proof_file_decode(wc_proof_file *file, size_t *bad, wc_slice bytes);

void wc_proof_file_put(wc_buf *buf, const wc_proof_file *file);

/* The proved value of a support; NULL: the file has none of this key, or it is absent. */
const wc_fact_state *wc_proof_file_support(const wc_proof_file *file, wc_slice key);

#endif
