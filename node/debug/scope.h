/* What belongs to a frame, by names: for `print`, `locals` and the variables of an editor. */
#ifndef WC_NODE_DEBUG_SCOPE_H
#define WC_NODE_DEBUG_SCOPE_H

#include "node/debug/view.h"

typedef enum wc_dbg_scope {
    WC_DBG_LOCALS,
    WC_DBG_ARGUMENTS, /* of the call's action or view */
    WC_DBG_STORAGE,
    WC_DBG_TERMS,
    WC_DBG_PARTIES,
    WC_DBG_STATE, /* one: the state with its data */
    WC_DBG_SCOPES
} wc_dbg_scope;

const char *wc_dbg_scope_name(wc_dbg_scope scope); /* "Locals" */

uint32_t wc_dbg_scope_count(const wc_dbg_view *view, const wc_dbg_frame *frame, wc_dbg_scope scope);

/* index < wc_dbg_scope_count. Appends the name. */
void wc_dbg_scope_at(const wc_dbg_view *view, const wc_dbg_frame *frame, wc_dbg_scope scope,
                     uint32_t index, wc_buf *name, wc_dbg_value *value);

/* The value of a path: "delivered", "self.due[home]", "leg.amount", "bids[3].price". A name is
 * looked for among locals, arguments, terms, parties. False: *bad bytes of it mean something. */
bool wc_dbg_evaluate(const wc_dbg_view *view, const wc_dbg_frame *frame, wc_str path,
                     wc_dbg_value *value, size_t *bad);

/* "4.80 CNY" with the account in words: one line of a list of balances. */
void wc_dbg_put_balance(wc_buf *text, const wc_dbg_record *record, const wc_dbg_balance *balance);
/* Whether it is worth a line: not empty, and of a party or an instance. */
bool wc_dbg_is_shown(const wc_dbg_record *record, const wc_dbg_balance *balance);

#endif
