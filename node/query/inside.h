/* Inside the look-ups: texts that several questions share, and the parts of a trace. */
#ifndef WC_NODE_QUERY_INSIDE_H
#define WC_NODE_QUERY_INSIDE_H

#include "node/ledger/offer.h"
#include "node/query/query.h"

static inline wc_str wc_query_text(const wc_buf *buf)
{
    return (wc_str){(const char *)buf->data, buf->len};
}

/* ---- describe.c --------------------------------------------------------------------------------
 */

/* "Supply wc1.., state Delivering, parties retailer, home-1" */
void wc_query_put_contract(wc_buf *text, const wc_query *query, const wc_address *address,
                           const wc_query_module *module, const wc_instance_entry *entry);

/* "offer 3fa9.. of a Supply by retailer, open until .., signed by retailer, waits for home-1" */
void wc_query_put_offer(wc_buf *text, const wc_query *query, const wc_hash *id,
                        const wc_offer *offer);

/* "9f86d081.. of home-1: Supply.reading, done" */
void wc_query_put_tx(wc_buf *text, wc_query *query, const wc_visit *visit);

/* "Supply.reading(at .., version 0, ...)": one call with its arguments, at most items_max of each
 * collection. */
void wc_query_put_call(wc_buf *text, wc_query *query, const wc_tx_call *call, uint32_t items_max);

/* Name of the call alone. */
void wc_query_put_call_name(wc_buf *text, wc_query *query, const wc_tx_call *call);

/* ---- units.c -----------------------------------------------------------------------------------
 */

/* The part of a statement on network units; nothing where there is none. Errors: OVERFLOW - a sum
 * leaves 64 bits. */
WC_MUST_USE wc_status wc_query_units(wc_query *query, wc_outline *outline, const wc_address *party,
                                     int64_t day, bool *has_any);

/* ---- evidence.c --------------------------------------------------------------------------------
 */

/* Signatures, record, certificate and the proof that the receipt stands in the record. */
WC_MUST_USE wc_status wc_query_evidence(wc_query *query, wc_outline *outline,
                                        const wc_visit *visit);

/* "verifies" when every signature of visit->tx (not NULL) does; else what is wrong with one. */
const char *wc_query_judge_signatures(wc_query *query, const wc_visit *visit);

/* Proof of an instance's value under the newest record's state root. */
WC_MUST_USE wc_status wc_query_state_proof(wc_query *query, wc_outline *outline,
                                           const wc_address *instance);

#endif
