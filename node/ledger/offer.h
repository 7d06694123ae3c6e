/* Offers: the two-way choice of partners (trade.md §2).
 *
 *   offer  v | status u8 | proposer 32 | code 32 | counter_of 32 | outcome 32 | created_s i64
 *          | valid_until_s i64 | terms_hash 32 | n_party u8 | (party 32 | role u16 | flags u8)*
 *          | terms str32
 *   terms_hash = H("terms/1", code 32 ‖ valid_until_s i64 ‖ n_party u8 ‖ (party 32 ‖ role u16
 *                 ‖ flags u8 without SIGNED)* ‖ terms)
 *
 * Parties stand in the order of the module's party table. Whoever answers an offer names the terms
 * hash, so nobody signs other terms than those that were read. A party that may be filled by
 * anybody holding a role has a zero address until somebody accepts it, and counts as zero in the
 * hash. */
#ifndef WC_NODE_LEDGER_OFFER_H
#define WC_NODE_LEDGER_OFFER_H

#include "node/ledger/ids.h"
#include "node/ledger/limits.h"
#include "vm/base/buf.h"

typedef enum wc_offer_status {
    WC_OFFER_OPEN = 1,
    WC_OFFER_ACCEPTED = 2,  /* outcome: the instance that the last signature created */
    WC_OFFER_DECLINED = 3,  /* outcome: who declined */
    WC_OFFER_COUNTERED = 4, /* outcome: the offer that takes its place */
    WC_OFFER_WITHDRAWN = 5  /* by its proposer */
} wc_offer_status;

#define WC_OFFER_MUST_SIGN 0x01u
#define WC_OFFER_SIGNED    0x02u /* only together with MUST_SIGN and an address */
#define WC_OFFER_WAS_OPEN  0x04u /* any holder of role may fill it by signing; implies MUST_SIGN */

typedef struct wc_offer_party {
    wc_address party; /* zero exactly while WAS_OPEN and not SIGNED */
    uint16_t role;    /* in roles.def; 0, unless WAS_OPEN: no role needed */
    uint8_t flags;
} wc_offer_party;

typedef struct wc_offer {
    wc_offer_status status;
    wc_address proposer;
    wc_hash code;
    wc_hash counter_of; /* the offer that this one answers, or zero */
    wc_hash outcome;    /* zero while open or withdrawn */
    int64_t created_s;
    int64_t valid_until_s; /* > created_s; accepted in blocks of time < valid_until_s */
    wc_hash terms_hash;
    uint8_t party_count; /* in [1, WC_OFFER_PARTIES_MAX] */
    wc_offer_party parties[WC_OFFER_PARTIES_MAX];
    wc_slice terms; /* encoded terms, at most WC_OFFER_TERMS_MAX bytes; borrowed */
} wc_offer;

#define WC_OFFER_SIZE_MAX (183u + WC_OFFER_PARTIES_MAX * 35u + WC_OFFER_TERMS_MAX)

void wc_offer_put(wc_buf *buf, const wc_offer *offer);

/* Errors: as in params.h; DIFFERS - terms_hash is not that of the terms. */
WC_MUST_USE wc_status wc_offer_decode(wc_offer *offer, wc_slice value);

/* The hash that every signature over the offer names. It does not change as parties sign. */
wc_hash wc_offer_terms_hash(const wc_offer *offer);

/* True when every party that must sign has signed. */
bool wc_offer_is_complete(const wc_offer *offer);

/* Position of the party that this address may answer for: named, or open to a role for which
 * holds_role answers true; named positions first, then unsigned ones in order. Returns -1 for none.
 */
int wc_offer_position(const wc_offer *offer, const wc_address *party,
                      bool (*holds_role)(void *context, uint16_t role), void *context);

#endif
