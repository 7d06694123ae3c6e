/* The solo order engine: a mempool, a clock and one sealing key in front of a chain.
 *
 *   submit   checks a transaction against the newest state and keeps it; signatures are verified
 *            here, so that sealing finds their verdicts
 *   blocks   at most one per call: due time-outs get a block of their own time, then the waiting
 *            transactions, oldest first, in the order of their lanes; of one payer no more than it
 *            can pay for together
 *
 * Clock (D6): a chain whose genesis says `scripted` is given its time by the caller; one that says
 * `system` takes it from the machine, never backwards, and seals nothing when the machine's clocks
 * disagree until wc_solo_accept_time is called. */
#ifndef WC_NODE_ORDER_SOLO_H
#define WC_NODE_ORDER_SOLO_H

#include "node/chain/chain.h"

#define WC_SOLO_PENDING_MAX       65536u               /* transactions that wait */
#define WC_SOLO_PENDING_BYTES_MAX ((size_t)256u << 20) /* their raw bytes */

/* Clocks of the machine, in nanoseconds: UTC, and the time since start-up that nobody sets. */
typedef struct wc_machine_time {
    int64_t realtime_ns;
    int64_t boottime_ns;
} wc_machine_time;

typedef struct wc_solo wc_solo;

typedef struct wc_solo_options {
    wc_chain *chain; /* borrowed, must outlive the engine */

    /* Told of every sealed block that made a record, before the next begins. May be NULL. */
    void (*on_block)(void *self, const wc_sealed *sealed);
    void *on_block_self;

    /* The machine's clocks; NULL: the operating system's. Tests bring their own. */
    wc_machine_time (*clock)(void *self);
    void *clock_self;
} wc_solo_options;

/* Errors: NO_MEMORY. */
WC_MUST_USE wc_status wc_solo_open(wc_solo **solo, const wc_solo_options *options);
void wc_solo_close(wc_solo *solo); /* NULL is allowed; waiting transactions are dropped */

typedef enum wc_solo_answer {
    WC_SOLO_KEPT,    /* waits for the next block */
    WC_SOLO_KNOWN,   /* the same transaction waits already */
    WC_SOLO_REFUSED, /* admission.refusal says why; not kept */
    WC_SOLO_FULL     /* the mempool has no room; try again later */
} wc_solo_answer;

typedef struct wc_solo_ticket {
    wc_solo_answer answer;
    wc_admission admission;
} wc_solo_ticket;

/* Checks raw for a block at the clock's time (scripted: time_s; system: time_s is ignored). An
 * earlier nonce of the lane that waits in the mempool counts as used; a gap is waited for (KEPT).
 * Errors: as wc_chain_admit. */
WC_MUST_USE wc_status wc_solo_submit(wc_solo *solo, int64_t time_s, wc_slice raw,
                                     wc_solo_ticket *ticket);

/* For demos and tests of refusal: raw goes into the next block unchecked, as a dishonest or
 * careless proposer would put it there. WC_SOLO_KEPT, or FULL. */
wc_solo_answer wc_solo_force(wc_solo *solo, wc_slice raw);

size_t wc_solo_pending(const wc_solo *solo);

/* Does this transaction wait? What waited and no longer does was sealed, or can never be admitted.
 */
bool wc_solo_is_pending(const wc_solo *solo, const wc_hash *raw_hash);

/* Scripted clock: blocks for every time-out due before time_s, each at its due time; then one block
 * at time_s with what waits and fits (none when nothing waits and nothing is due). What does not
 * fit stays. Errors: OUT_OF_DOMAIN - time_s before the newest block; NOT_SUPPORTED - the chain has
 * the system clock; as wc_chain_seal. */
WC_MUST_USE wc_status wc_solo_seal(wc_solo *solo, int64_t time_s);

/* System clock: the same at the machine's time. *wait_ms: until a time-out is due, UINT64_MAX when
 * none is pending. Errors: NOT_SUPPORTED - scripted clock; OUT_OF_DOMAIN - the clock jumped, or at
 * start lies behind the chain or more than WC_IDLE_S_MAX ahead of it: see wc_solo_accept_time. */
WC_MUST_USE wc_status wc_solo_tick(wc_solo *solo, uint64_t *wait_ms);

/* The operator says that the machine's clock is right (`node start --accept-time`). */
void wc_solo_accept_time(wc_solo *solo);

#endif
