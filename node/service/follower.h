/* Following another node: every block of it is fetched, replayed, compared and kept.
 *
 * Nothing that the other node says is believed beside the genesis hash, which the operator gives
 * when the copy is made. Each block is applied by the same pure function; its record must come out
 * byte for byte as the other node's; the record before is part of it; and its certificate must
 * verify under the sequencer's key of the genesis. The first difference stops the follower: it is
 * reported, nothing of the block is kept, and what was verified before goes on being served until
 * the node ends. */
#ifndef WC_NODE_SERVICE_FOLLOWER_H
#define WC_NODE_SERVICE_FOLLOWER_H

#include "node/service/stage.h"

#define WC_FOLLOW_PROBLEM_MAX 512u

typedef struct wc_follower wc_follower;

/* One answer of the other node. */
typedef struct wc_followed_block {
    uint64_t seq;
    wc_hash record_hash;
    uint8_t *memory;      /* owned by whoever asked; freed by it */
    wc_slice input;       /* block input in form 0 */
    wc_slice certificate; /* canonical bytes; empty: none */
} wc_followed_block;

/* How the other node is reached (node/api/client.h). Functions run on the following thread. */
typedef struct wc_follow_transport {
    void *self;
    /* Newest record there. IO, with problem. */
    wc_status (*head)(void *self, uint64_t *seq, char problem[WC_FOLLOW_PROBLEM_MAX]);
    /* The block of a record. IO; CORRUPT - not an answer of a node, or a payload was destroyed. */
    wc_status (*block)(void *self, uint64_t seq, wc_followed_block *block,
                       char problem[WC_FOLLOW_PROBLEM_MAX]);
} wc_follow_transport;

typedef enum wc_follow_state {
    WC_FOLLOW_REPLAYS, /* records are behind */
    WC_FOLLOW_KEEPS_UP,
    WC_FOLLOW_UNREACHED, /* the other node does not answer; tried again */
    WC_FOLLOW_DIVERGED   /* stopped at a difference */
} wc_follow_state;

/* Starts the thread. The chain was opened for writing without a sequencer's key. Errors: NO_MEMORY,
 * IO. */
WC_MUST_USE wc_status wc_follower_start(wc_follower **follower, wc_chain *chain, wc_stage *stage,
                                        const wc_follow_transport *transport);
void wc_follower_stop(
    wc_follower *follower); /* ends the thread; its state may still be asked for */
void wc_follower_free(wc_follower *follower); /* nobody asks any more; NULL is allowed */

/* What it does, and with DIVERGED or UNREACHED the sentence. */
wc_follow_state wc_follower_state(wc_follower *follower, char problem[WC_FOLLOW_PROBLEM_MAX]);

#endif
