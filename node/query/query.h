/* Looking things up in a ledger folder.
 *
 * Everything is found by walking the records from the first to the last: a thousand transactions
 * take a few hundredths of a second, and a walk cannot be stale (docs/adr/0011). What is printed
 * comes from the chain, which was verified when it was opened; names and source lines come from
 * files beside it and are shown as such.
 *
 * Ids: a transaction by its hash or the first 8 or more digits of it; an event, and so a statement
 * line, by "RECORD.RECEIPT.EVENT", for example 118.3.7. */
#ifndef WC_NODE_QUERY_QUERY_H
#define WC_NODE_QUERY_QUERY_H

#include "node/chain/chain.h"
#include "node/query/decode.h"
#include "node/query/outline.h"
#include "vm/isa/debug.h"

#define WC_QUERY_MODULES_MAX 256u
#define WC_QUERY_FILES_MAX   256u /* module files beside the ledger */

typedef struct wc_query_module {
    wc_hash code;
    const wc_module *module;
    const wc_debug *debug; /* from a module file beside the ledger; NULL: none */
    const char *path;      /* of that file, or NULL */
} wc_query_module;

typedef struct wc_query {
    wc_chain *chain; /* borrowed */
    wc_arena *arena; /* borrowed; results live as long */
    wc_names names;
    wc_money_names money;
    uint32_t module_count;
    wc_query_module modules[WC_QUERY_MODULES_MAX];
} wc_query;

/* Prepares look-ups over an open chain: assets and modules of its state. Then names and debug parts
 * may be added. Errors: NO_MEMORY; CORRUPT; TOO_LARGE - more modules than are kept. */
WC_MUST_USE wc_status wc_query_open(wc_query *query, wc_chain *chain, wc_arena *arena);

/* Adds a module file (module and debug part); false: it belongs to no module of the chain, or is
 * none. path and bytes are borrowed. */
bool wc_query_add_file(wc_query *query, const char *path, wc_slice bytes);

/* Module of a code id; NULL: not on the chain. */
const wc_query_module *wc_query_module_of(const wc_query *query, const wc_hash *code);

/* Module of a contract instance; NULL: no such instance. */
const wc_query_module *wc_query_contract(wc_query *query, const wc_address *instance);

/* Name of the contract in the source; "" when module is NULL. */
wc_str wc_query_contract_name(const wc_query_module *module);

/* ---- walking (walk.c) --------------------------------------------------------------------------
 */

typedef struct wc_visit {
    uint64_t seq;
    int64_t time_s;
    const wc_chain_block *block;
    uint32_t receipt; /* index */
    const wc_receipt_page *page;
    const wc_tx *tx;   /* NULL: a time-out, system work, or bytes that are no transaction */
    uint32_t tx_index; /* in the block; with tx only */
} wc_visit;

/* Called for every receipt; false ends the walk. What it takes from the query's arena is gone
 * afterwards, and it reads no other block. */
typedef bool (*wc_visit_fn)(void *self, const wc_visit *visit);

/* Visits the receipts of records [from, to], as far as the chain has them: one that begins with a
 * snapshot has those behind it (wc_chain_oldest). Errors: those of wc_chain_read_block. */
WC_MUST_USE wc_status wc_query_walk(wc_query *query, uint64_t from, uint64_t to, wc_visit_fn visit,
                                    void *self);

typedef struct wc_event_id {
    uint64_t seq;
    uint32_t receipt, event;
} wc_event_id;

WC_MUST_USE bool wc_event_id_parse(wc_event_id *id, wc_str text);
void wc_event_id_put(wc_buf *text, const wc_event_id *id);

/* Event `index` of a page. NOT_FOUND. */
WC_MUST_USE wc_status wc_query_event(const wc_receipt_page *page, uint32_t index, wc_event *event);

/* Events and failures of receipts as text. */
void wc_query_put_event(wc_buf *text, wc_query *query, const wc_event *event, uint32_t items_max);
void wc_query_put_status(wc_buf *text, const wc_query *query, const wc_receipt_page *page);

/* "home-1 (wc1...)", or the whole address alone. */
void wc_query_put_party(wc_buf *text, const wc_query *query, const wc_address *address);

/* The address that somebody means, as wc_names_address says. NOT_FOUND. */
WC_MUST_USE wc_status wc_query_party(const wc_query *query, wc_str text, wc_address *address);

/* ---- questions ---------------------------------------------------------------------------------
 * Each writes its answer into the outline. Errors: NOT_FOUND - nothing answers to this, nothing was
 * written but the question; those of the chain. */

/* Everything that text may mean: name, address or prefix, contract, code, meter serial or
 * connection point, transaction, record, event id, time, amount, name of a contract. */
WC_MUST_USE wc_status wc_query_find(wc_query *query, wc_outline *outline, wc_str text);

/* A transaction or an event, down to signatures, certificate and proofs. */
WC_MUST_USE wc_status wc_query_trace(wc_query *query, wc_outline *outline, wc_str id);

/* Open and past offers, and contracts, that name a party. */
WC_MUST_USE wc_status wc_query_inbox(wc_query *query, wc_outline *outline, const wc_address *party);

/* Lines, bank facts and legs of a party. day: days since 1970-01-01, or INT64_MIN: all days. */
WC_MUST_USE wc_status wc_query_statement(wc_query *query, wc_outline *outline,
                                         const wc_address *party, int64_t day);

/* The running epoch: its pool so far, who has credit in it, the record that auditors attest.
 * NOT_FOUND: the chain shares no fees. */
WC_MUST_USE wc_status wc_query_epoch(wc_query *query, wc_outline *outline);

/* Parameters, administration and validators, as the newest record leaves them. */
WC_MUST_USE wc_status wc_query_rules(wc_query *query, wc_outline *outline);

/* What aggregators have reported for a meter in batches, in all versions; nothing is also
 * an answer. day: of the intervals, as above. */
WC_MUST_USE wc_status wc_query_readings(wc_query *query, wc_outline *outline,
                                        const wc_address *meter, int64_t day);

/* The ACTION of this number in export order; NULL: none. */
const wc_entry *wc_query_action(const wc_module *module, uint16_t method);

#endif
