/* Reading a chain from other threads, while its own thread seals.
 *
 * After each block the chain's thread freezes a moment: the newest record as everybody may see it.
 * A reader is a chain of its own over the same store that stands at one moment at a time; all
 * reading functions of chain.h work on it, among them views, proofs and admission, and it verifies
 * signatures for the chain (what it found genuine is not verified again when the block is sealed).
 * A reader seals nothing.
 *
 *   chain's thread   wc_moment_take, publish it, drop the one before
 *   reader's thread  hold the published moment, wc_chain_reader_enter, read, leave, drop
 *
 * Only chains in a folder can be shared: a memory store belongs to one thread. Readers and moments
 * end before the chain is closed. */
#ifndef WC_NODE_CHAIN_READER_H
#define WC_NODE_CHAIN_READER_H

#include "node/chain/chain.h"

typedef struct wc_moment wc_moment;

/* Freezes the newest record; held once. By the chain's thread. NULL: memory is short. */
wc_moment *wc_moment_take(wc_chain *chain);

/* From any thread. The last drop gives it back; NULL is allowed. */
wc_moment *wc_moment_hold(wc_moment *moment);
void wc_moment_drop(wc_moment *moment);

const wc_head *wc_moment_head(const wc_moment *moment);

/* Opens a reader of a chain that was opened in a folder; closed by wc_chain_close. Used by one
 * thread at a time. Errors: NO_MEMORY; NOT_SUPPORTED - a chain in memory. */
WC_MUST_USE wc_status wc_chain_open_reader(wc_chain **reader, wc_chain *chain);

/* Stands at a moment, which is held until it is left or another one is entered. What was borrowed
 * from the reader before ends. */
void wc_chain_reader_enter(wc_chain *reader, wc_moment *moment);
void wc_chain_reader_leave(wc_chain *reader);

#endif
