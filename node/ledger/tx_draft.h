/* Building transactions, for clients: several calls, several signers, ceilings, detached arguments.
 *
 * A draft collects parts in any order and keeps what must be sorted sorted. Signing needs the body,
 * and the body is final once wc_tx_draft_close has been called; after that only signatures are
 * added. The result is checked by decoding it, so a draft never hands out a transaction that a node
 * would refuse for its encoding. All bytes given to a draft are borrowed until it is encoded. */
#ifndef WC_NODE_LEDGER_TX_DRAFT_H
#define WC_NODE_LEDGER_TX_DRAFT_H

#include "node/ledger/tx.h"

typedef struct wc_tx_draft {
    wc_tx tx; /* lane, nonce, heights, expiry, gas, fee, memo, payer: set by the caller before close
               */
    wc_arena *arena;
    wc_tx_call *calls; /* WC_TX_CALLS_MAX entries, from arena */
    wc_hash genesis_hash;
    wc_hash tx_id; /* valid once closed */
    wc_slice body; /* valid once closed; from arena */
    bool is_closed;
} wc_tx_draft;

/* chain_id is borrowed. The arena serves the calls, their ceilings and the body.
 * Errors: NO_MEMORY. */
WC_MUST_USE wc_status wc_tx_draft_begin(wc_tx_draft *draft, wc_arena *arena, wc_slice chain_id,
                                        const wc_hash *genesis_hash);

/* Index of the signer, added when it is not there yet; the first one is the sender.
 * Errors: TOO_LARGE - 17th signer; EXISTS - listed before with another role. */
WC_MUST_USE wc_status wc_tx_draft_signer(wc_tx_draft *draft, uint8_t *index,
                                         const wc_address *address, uint16_t role);

/* Adds a call with inline, empty arguments. auth_mask: its signers; the first is its principal.
 * Errors: TOO_LARGE - 65th call; OUT_OF_DOMAIN - mask empty or beyond the signers. */
WC_MUST_USE wc_status wc_tx_draft_call(wc_tx_draft *draft, uint8_t *index, wc_call_kind kind,
                                       const wc_hash *target, uint16_t method, uint16_t auth_mask);

/* Makes another of a call's signers its principal.
 * Errors: OUT_OF_DOMAIN - no such call, or no signer of it. */
WC_MUST_USE wc_status wc_tx_draft_principal(wc_tx_draft *draft, uint8_t call, uint8_t principal);

/* Argument bytes of a call: inside the body, or beside it under a salt of the caller's (32 bytes,
 * unpredictable, used once). Errors: OUT_OF_DOMAIN - no such call; TOO_LARGE. */
WC_MUST_USE wc_status wc_tx_draft_args(wc_tx_draft *draft, uint8_t call, wc_slice args);
WC_MUST_USE wc_status wc_tx_draft_detached(wc_tx_draft *draft, uint8_t call,
                                           const uint8_t salt[WC_PAYLOAD_SALT_SIZE], wc_slice args);

/* Argument bytes beside the body, cut into pieces (pieces.h): each of them can be proved alone.
 * Errors: OUT_OF_DOMAIN - no such call, or the bytes hold fewer pieces; TOO_LARGE. */
WC_MUST_USE wc_status wc_tx_draft_pieces(wc_tx_draft *draft, uint8_t call,
                                         const uint8_t salt[WC_PAYLOAD_SALT_SIZE], wc_slice args,
                                         uint16_t pieces);

/* Ceiling of a debit in a call; a second one for the same signer and asset raises the first.
 * Errors: OUT_OF_DOMAIN - no such call, signer not in its mask, asset 0 or max <= 0; TOO_LARGE;
 *         OVERFLOW - the raised ceiling exceeds 64 bits; NO_MEMORY. */
WC_MUST_USE wc_status wc_tx_draft_debit(wc_tx_draft *draft, uint8_t call, uint8_t auth,
                                        uint32_t asset, int64_t max);

/* Encodes the body, checks it by decoding, and fixes body and tx_id.
 * Errors: those of wc_tx_decode_body, with *fault; NO_MEMORY, NO_SPACE. */
WC_MUST_USE wc_status wc_tx_draft_close(wc_tx_draft *draft, wc_tx_fault *fault);

/* Signs the closed body as key key_id of auth[auth].
 * Errors: OUT_OF_DOMAIN - not closed or no such signer; TOO_LARGE; EXISTS - this key signed before.
 */
WC_MUST_USE wc_status wc_tx_draft_sign(wc_tx_draft *draft, uint8_t auth, uint16_t key_id,
                                       const wc_keypair *key);

/* Adds a signature that was made elsewhere over the same body. Errors: as above, BAD_SIGNATURE when
 * it does not verify under pub. */
WC_MUST_USE wc_status wc_tx_draft_add_sig(wc_tx_draft *draft, const wc_tx_sig *sig,
                                          const wc_public_key *pub);

/* Appends the whole transaction to buf and checks it by decoding.
 * Errors: those of wc_tx_decode, with *fault; NO_SPACE. */
WC_MUST_USE wc_status wc_tx_draft_encode(wc_tx_draft *draft, wc_buf *buf, wc_tx_fault *fault);

#endif
