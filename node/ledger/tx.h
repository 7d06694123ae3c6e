/* Transactions: the only way in which anybody changes the ledger.
 *
 *   tx    = 01 | body_len u32 | body | n_sig u8 | sig* | n_payload u8 | (salt 32 | str32)*
 *   body  = chain_id str8 | flags u16 = 0 | n_auth u8 | auth* | payer u8 | lane u16 | nonce u64
 *         | valid_from_height u64 | expiry_height u64 (0 none) | expiry_time_s i64 | gas_limit u64
 *         | max_fee u64 | memo 32 | n_call u8 | call* | n_access u16 | access(key hash 32)*
 *   auth  = address 32 | role u16
 *   call  = kind u8 | auth_mask u16 | principal u8 | target 32 | method u16
 *         | n_debit u8 | (auth u8 | asset u32 | max i64)* | carried u8 | args str32
 *             carried 1: args = H("payload/1", salt 32 ‖ bytes) 32 ‖ length u32
 *             carried 2: args = root of the payload in pieces 32 ‖ length u32 ‖ pieces u16
 *   sig   = auth u8 | key_id u16 | scheme u8 = 1 | signature 64
 *
 * The body is what is signed; signatures and payloads travel beside it. wc_tx_decode accepts
 * exactly one encoding of a transaction: what it accepts, wc_tx_encode writes back byte for byte.
 * Decoding knows no state; whether a transaction may stand in a block is admission (admit.h).
 *
 * Stored form: a block keeps a transaction without its payload part ("stripped"); the payload part
 * lies apart, so that it can be destroyed. stripped ‖ payload part = tx. */
#ifndef WC_NODE_LEDGER_TX_H
#define WC_NODE_LEDGER_TX_H

#include "node/crypto/crypto.h"
#include "node/ledger/ids.h"
#include "node/ledger/limits.h"
#include "vm/base/arena.h"
#include "vm/base/buf.h"

#define WC_TX_VERSION          1
#define WC_SCHEME_ED25519      1 /* 2 is reserved for SM2 with SM3 and refused (D30) */
#define WC_PAYLOAD_SALT_SIZE   32
#define WC_SIGNED_MESSAGE_SIZE 53

typedef enum wc_call_kind {
    WC_CALL_ACTION = 0,      /* target: instance; method: index in the module's export table */
    WC_CALL_DEPLOY = 1,      /* args: module bytes; target zero, method 0 */
    WC_CALL_INSTANTIATE = 2, /* target: code id; args: terms and parties; method 0 */
    WC_CALL_NATIVE = 3,   /* method: number of a native method; target: what it acts on, or zero */
    WC_CALL_READINGS = 4, /* target: instance; args: a reading, or in pieces a batch of them */
    WC_CALL_KIND_COUNT = 5
} wc_call_kind;

typedef enum wc_carried {
    WC_CARRIED_INLINE = 0,
    WC_CARRIED_DETACHED = 1,
    WC_CARRIED_PIECES = 2 /* detached, under a root that proves a piece alone (pieces.h) */
} wc_carried;

/* One account that signs the whole body. auth[0] is the sender, whose nonce is used. */
typedef struct wc_tx_auth {
    wc_address address; /* distinct within the transaction */
    uint16_t role;      /* 0: none, else in roles.def */
} wc_tx_auth;

/* At most `max` of `asset` may leave the free balance of auth[auth] in this call (D2). */
typedef struct wc_tx_debit {
    uint8_t auth;   /* its bit is set in the call's auth_mask */
    uint32_t asset; /* >= 1 */
    int64_t max;    /* minor units, in [1, 2^63) */
} wc_tx_debit;

typedef struct wc_tx_call {
    wc_call_kind kind;
    uint16_t auth_mask; /* bit i: auth[i] signs this call; not 0 */
    uint8_t principal;  /* index in auth[], its bit is set in auth_mask; caller() of an action */
    wc_hash target;
    uint16_t method;
    uint8_t debit_count;       /* in [0, WC_TX_DEBITS_MAX] */
    const wc_tx_debit *debits; /* ascending by (auth, asset) */
    wc_carried carried;

    /* The argument bytes. INLINE: from the body. Else detached: from the payload part; data is NULL
     * with has_args false when the payload has been destroyed or not been sent along (stripped
     * form).
     */
    wc_slice args;
    bool has_args;
    wc_hash payload_hash; /* detached: hash or root, as signed; INLINE: zero */
    uint32_t payload_len; /* detached: as signed; INLINE: 0 */
    uint16_t pieces;      /* PIECES: as signed; else 0 */
    wc_slice salt;        /* detached with has_args: WC_PAYLOAD_SALT_SIZE bytes; else empty */
} wc_tx_call;

/* Do its arguments travel beside the body? */
static inline bool wc_tx_call_is_detached(const wc_tx_call *call)
{
    return call->carried != WC_CARRIED_INLINE;
}

typedef struct wc_tx_sig {
    uint8_t auth; /* in [0, auth_count) */
    uint16_t key_id;
    uint8_t scheme; /* WC_SCHEME_ED25519 */
    wc_signature signature;
} wc_tx_sig;

typedef struct wc_tx {
    wc_slice chain_id;
    uint8_t auth_count; /* in [1, WC_TX_AUTHS_MAX] */
    wc_tx_auth auth[WC_TX_AUTHS_MAX];
    uint8_t payer; /* in [0, auth_count) */
    uint16_t lane; /* in [0, WC_LANES_MAX) */
    uint64_t nonce;
    uint64_t valid_from_height;
    uint64_t expiry_height; /* 0: none; else >= valid_from_height */
    int64_t expiry_time_s;  /* > 0 */
    uint64_t gas_limit;     /* in [1, 2^63) */
    uint64_t max_fee;       /* minor units of asset 1, in [0, 2^63) */
    wc_hash memo;
    uint8_t call_count; /* in [1, WC_TX_CALLS_MAX] */
    const wc_tx_call *calls;
    uint16_t access_count; /* in [0, WC_TX_ACCESS_MAX] */
    wc_slice access;       /* access_count hashes of 32 bytes, strictly ascending */
    uint8_t sig_count;     /* in [1, WC_TX_SIGS_MAX] */
    wc_tx_sig sigs[WC_TX_SIGS_MAX];

    /* Set by decoding; borrowed from the input. */
    wc_slice body;
    wc_slice stripped; /* version byte .. last signature */
    wc_slice payloads; /* n_payload .. end; empty when decoded from the stripped form */
} wc_tx;

typedef enum wc_tx_rule {
    WC_TX_RULE_NONE = 0,
#define WC_TX_RULE(number, name, text) WC_TX_RULE_##name = (number),
#include "node/ledger/tx_rules.def"
#undef WC_TX_RULE
} wc_tx_rule;

/* Where and why decoding stopped. */
typedef struct wc_tx_fault {
    wc_tx_rule rule;
    size_t offset; /* of the field that breaks the rule, in [0, length of the input] */
} wc_tx_fault;

/* "AUTH_TWICE" and the sentence of tx_rules.def; never NULL. */
const char *wc_tx_rule_name(wc_tx_rule rule);
const char *wc_tx_rule_text(wc_tx_rule rule);

/* Arena bytes that decoding any transaction needs at most. */
#define WC_TX_ARENA_MAX (WC_TX_CALLS_MAX * (sizeof(wc_tx_call) + WC_TX_DEBITS_MAX * 16u + 32u))

/* Decodes a whole transaction. *tx borrows from bytes and from arena. Payload hashes are checked,
 * so the arguments of an accepted transaction are those that were signed.
 *
 * Errors: TRUNCATED, TRAILING, BAD_VERSION, OUT_OF_DOMAIN, NOT_CANONICAL (order), DUPLICATE,
 * TOO_LARGE, DIFFERS (payload hash), NO_MEMORY - *fault says which rule and where; *tx is not to be
 *         used. */
WC_MUST_USE wc_status wc_tx_decode(wc_tx *tx, wc_tx_fault *fault, wc_arena *arena, wc_slice bytes);

/* Decodes the stored form and joins it with its payload part, which is either complete or empty
 * (destroyed): then the detached calls have has_args false. Offsets count over stripped ‖ payloads.
 */
WC_MUST_USE wc_status wc_tx_decode_stripped(wc_tx *tx, wc_tx_fault *fault, wc_arena *arena,
                                            wc_slice stripped, wc_slice payloads);

/* Decodes one body, as signing tools exchange it: signatures and payloads are absent. */
WC_MUST_USE wc_status wc_tx_decode_body(wc_tx *tx, wc_tx_fault *fault, wc_arena *arena,
                                        wc_slice body);

/* Encoders write the struct as it stands; the caller's errors show when the result is decoded. */
void wc_tx_put_body(wc_buf *buf, const wc_tx *tx);
void wc_tx_put(wc_buf *buf, const wc_tx *tx);
void wc_tx_put_stripped(wc_buf *buf, const wc_tx *tx);

/* tx_id = H("tx/1", genesis_hash ‖ body): not over signatures, so nobody can change it in transit.
 */
wc_hash wc_tx_id(const wc_hash *genesis_hash, wc_slice body);

/* SHA256 of the raw bytes: what a block's txs_root and the mempool know a transaction by. */
wc_hash wc_tx_raw_hash(wc_slice bytes);

/* "wattclause/sig/1\0" ‖ tx_id ‖ auth_index u8 ‖ key_id u16 ‖ scheme u8 (D5). */
void wc_tx_signed_message(uint8_t message[WC_SIGNED_MESSAGE_SIZE], const wc_hash *tx_id,
                          uint8_t auth_index, uint16_t key_id, uint8_t scheme);

/* What the body of a detached call must name for these bytes: their hash, or the root of their
 * pieces. Requires: detached; for PIECES wc_pieces_fit. */
wc_hash wc_tx_payload_hash(const wc_tx_call *call, const uint8_t salt[WC_PAYLOAD_SALT_SIZE],
                           wc_slice bytes);

/* H("payload/1", salt ‖ bytes). */
wc_hash wc_payload_hash(const uint8_t salt[WC_PAYLOAD_SALT_SIZE], wc_slice bytes);

/* H("pop/1", genesis_hash ‖ address ‖ key_id ‖ pub): what a new key signs to prove possession. */
wc_hash wc_possession_hash(const wc_hash *genesis_hash, const wc_address *address, uint16_t key_id,
                           const uint8_t pub[32]);

#endif
