/* The mempool of the solo engine: transactions in order of arrival, found by hash and by lane. */
#ifndef WC_NODE_ORDER_PENDING_H
#define WC_NODE_ORDER_PENDING_H

#include "node/order/solo.h"

typedef struct wc_waiting {
    struct wc_waiting *next; /* by arrival */
    wc_hash raw_hash;
    wc_address sender;
    uint16_t lane;
    uint64_t nonce;
    uint64_t gas_limit; /* 0: forced */
    wc_address payer;
    int64_t fee; /* of the whole gas limit, as it was last checked */
    int64_t expiry_time_s;
    uint64_t checked_seq; /* record on which it was found admissible */
    bool is_forced;       /* never checked; has no sender, lane and nonce */
    bool is_passed;       /* while a block is made: looked at and not taken yet */
    bool is_taken;        /* goes into the block at hand */
    size_t len;
    uint8_t raw[];
} wc_waiting;

typedef struct wc_pending {
    wc_waiting *first, *last;
    size_t count;
    size_t bytes;
    wc_waiting **by_hash;  /* owned; open addressing */
    wc_waiting **by_nonce; /* owned; by sender, lane and nonce */
} wc_pending;

WC_MUST_USE wc_status wc_pending_open(wc_pending *pending);
void wc_pending_close(wc_pending *pending);

wc_waiting *wc_pending_find(const wc_pending *pending, const wc_hash *raw_hash);

/* The waiting transaction of this sender, lane and nonce; NULL when there is none. */
wc_waiting *wc_pending_nonce(const wc_pending *pending, const wc_address *sender, uint16_t lane,
                             uint64_t nonce);

/* Copies raw and appends it; NULL when there is no room. facts: what admission found; NULL: forced.
 */
wc_waiting *wc_pending_add(wc_pending *pending, const wc_hash *raw_hash, wc_slice raw,
                           const wc_admission *facts);

/* Removes those for which drop answers true. */
void wc_pending_sweep(wc_pending *pending, bool (*drop)(void *context, const wc_waiting *waiting),
                      void *context);

#endif
