/* Refusal codes of the ledger, derived from refusals.def. A refusal is not a wc_status: it is a
 * result that stands in receipts and that every engine must find alike. */
#ifndef WC_NODE_LEDGER_REFUSALS_H
#define WC_NODE_LEDGER_REFUSALS_H

#include "vm/base/slice.h"

typedef enum wc_refusal {
    WC_REFUSAL_NONE = 0,
#define WC_REFUSAL(number, name, text, way_out) WC_REFUSAL_##name = (number),
#include "node/ledger/refusals.def"
#undef WC_REFUSAL
} wc_refusal;

#define WC_REFUSAL_REJECTED_FIRST 100 /* [100, 200): not admissible */
#define WC_REFUSAL_FAILED_FIRST   200 /* [200, ..): admitted, then a native call failed */

typedef struct wc_refusal_entry {
    wc_refusal number;
    wc_str name;    /* "NONCE_USED" */
    wc_str text;    /* what was found */
    wc_str way_out; /* what the reader can do */
} wc_refusal_entry;

/* Entry of a number; NULL when refusals.def has none. */
const wc_refusal_entry *wc_refusal_find(uint32_t number);

/* Entry by name; NULL when there is none. */
const wc_refusal_entry *wc_refusal_find_name(wc_str name);

/* The table itself, for generated documentation. */
const wc_refusal_entry *wc_refusal_table(size_t *count);

#endif
