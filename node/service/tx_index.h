/* Where a transaction stands: an index from its id to record and receipt, derived from the records.
 *
 *   't' ‖ tx_id 32 -> seq u64 | receipt u32         family INDEX; unsynced, rebuilt when lost
 *   'c'            -> seq u64 | record_hash 32       how far it reaches, and on which chain
 *
 * A thread of its own follows what is published. Looking up also walks the records behind the
 * cursor, so an answer never depends on how far the thread has come. */
#ifndef WC_NODE_SERVICE_TX_INDEX_H
#define WC_NODE_SERVICE_TX_INDEX_H

#include "node/service/stage.h"

typedef struct wc_tx_index wc_tx_index;

/* Starts the thread; takes readers of the stage and listens to it. Errors: NO_MEMORY, IO. */
WC_MUST_USE wc_status wc_tx_index_start(wc_tx_index **index, wc_stage *stage, wc_chain *chain);
void wc_tx_index_stop(wc_tx_index *index); /* NULL is allowed */

/* Newest record that it knows. */
uint64_t wc_tx_index_seq(const wc_tx_index *index);

/* Finds a transaction as the reader sees the chain. Of several with one id (rejected ones may be
 * put into blocks again) the first that was not rejected, else the first. NOT_FOUND; those of
 * wc_chain_read_receipt. */
WC_MUST_USE wc_status wc_tx_index_find(wc_tx_index *index, wc_chain *reader, const wc_hash *tx_id,
                                       uint64_t *seq, uint32_t *receipt);

#endif
