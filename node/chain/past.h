/* The state as of an older record, from what the undo entries say about the newest one.
 *
 * Undo covers the last WC_CHAIN_UNDO_RECORDS records, so nothing has to be replayed, whatever
 * became of blocks and payloads. The tree that comes out has the root of the record, or nothing
 * does. */
#ifndef WC_NODE_CHAIN_PAST_H
#define WC_NODE_CHAIN_PAST_H

#include "node/chain/chain.h"

/* Puts the tree as of record seq in the place of the newest: wc_chain_prove then proves at seq, and
 * at no other record. The chain seals nothing any more. Requires: no reader of the chain is open.
 *
 * Errors: NOT_FOUND - no such record, or undo does not reach so far; the tree is as it was.
 *         CORRUPT - an undo entry does not decode; NO_MEMORY. */
WC_MUST_USE wc_status wc_chain_go_back(wc_chain *chain, uint64_t seq);

/* The oldest record to which undo reaches. */
uint64_t wc_chain_oldest_past(wc_chain *chain);

#endif
