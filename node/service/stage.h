/* What the node shows: the newest sealed record, and readers that look at it from any thread.
 *
 * The thread that owns the chain publishes after each block; nobody sees a record before its SEAL
 * is written. Others borrow a reader, which stands at the newest published moment until it is given
 * back. */
#ifndef WC_NODE_SERVICE_STAGE_H
#define WC_NODE_SERVICE_STAGE_H

#include "node/chain/reader.h"

#define WC_STAGE_LISTENERS_MAX 4u

typedef struct wc_stage wc_stage;

/* Opens over a chain in a folder and publishes its newest record. readers: how many may be borrowed
 * at a time, >= 1. Errors: those of wc_chain_open_reader. */
WC_MUST_USE wc_status wc_stage_open(wc_stage **stage, wc_chain *chain, unsigned readers);

/* Every reader must have been given back. NULL is allowed. */
void wc_stage_close(wc_stage *stage);

/* Told after each publication, by the thread that publishes. Before any thread starts. */
void wc_stage_listen(wc_stage *stage, void (*told)(void *self), void *self);

/* By the chain's thread. */
void wc_stage_publish(wc_stage *stage, wc_chain *chain);

wc_head wc_stage_head(wc_stage *stage);

/* The newest moment, held: drop it. From any thread. */
wc_moment *wc_stage_hold(wc_stage *stage);

/* Borrows a reader at the newest moment; waits while all are out. */
wc_chain *wc_stage_enter(wc_stage *stage);
void wc_stage_leave(wc_stage *stage, wc_chain *reader);

#endif
