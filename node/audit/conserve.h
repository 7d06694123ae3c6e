/* Conservation (D27) in a replay, counted by itself: money of each asset is what genesis and its
 * bank gave out, less what was redeemed.
 *
 *   postings   of every receipt that was recomputed: out of `issuance`, and back into it
 *   state      at the end: all free balances and escrows, and the register of assets
 *
 * Three figures of each asset must be one. The ledger asserts it by increments at every record
 * (node/ledger/post.c) and the chain at every opening (node/chain/rebuild.c); this is the third
 * way, which shares nothing with them but the decoders. */
#ifndef WC_NODE_AUDIT_CONSERVE_H
#define WC_NODE_AUDIT_CONSERVE_H

#include "node/chain/chain.h"

typedef struct wc_conserve_asset {
    uint32_t asset;
    int64_t given;  /* out of issuance less back into it, by genesis and postings; minor units */
    int64_t held;   /* balances of the state */
    int64_t supply; /* issued less redeemed, as the register says */
} wc_conserve_asset;

typedef struct wc_conserve {
    uint32_t count;
    wc_conserve_asset assets[WC_ASSETS_MAX];
} wc_conserve;

/* Balances that genesis gives. Errors: of wc_genesis_decode; OVERFLOW; TOO_LARGE - more assets than
 * a chain can have; NO_MEMORY. */
WC_MUST_USE wc_status wc_conserve_genesis(wc_conserve *conserve, wc_slice genesis);

/* What the register of a state that a snapshot gave says, from which the postings behind it go on:
 * that its balances add up to it was counted when the chain was opened. Errors as of count. */
WC_MUST_USE wc_status wc_conserve_snapshot(wc_conserve *conserve, const wc_store *state);

/* Postings of a record's receipts. CORRUPT - an event does not decode; OVERFLOW; TOO_LARGE. */
WC_MUST_USE wc_status wc_conserve_add(wc_conserve *conserve, const wc_applied *applied);

/* Counts the state. CORRUPT - an amount or asset does not decode; OVERFLOW; TOO_LARGE. */
WC_MUST_USE wc_status wc_conserve_count(wc_conserve *conserve, const wc_store *state);

/* The first asset whose three figures are not one; NULL: conserved. */
const wc_conserve_asset *wc_conserve_broken(const wc_conserve *conserve);

#endif
