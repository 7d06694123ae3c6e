/* What kind of thing is being written at a place, told from the tokens before it. */
#ifndef WC_NODE_LSP_CONTEXT_H
#define WC_NODE_LSP_CONTEXT_H

#include "node/lsp/inside.h"

typedef enum wc_wanted {
    WC_WANTED_NOTHING, /* a comment, a text, a name that the author makes up */
    WC_WANTED_VALUE,
    WC_WANTED_TYPE,
    WC_WANTED_TYPE_ARGUMENT, /* a type, a unit, a number */
    WC_WANTED_UNIT,
    WC_WANTED_STATE,
    WC_WANTED_ERROR,
    WC_WANTED_EVENT,
    WC_WANTED_PARTY,
    WC_WANTED_MODULE,
    WC_WANTED_MODE, /* of rounding */
    WC_WANTED_ROLE
} wc_wanted;

/* The word that ends at the offset begins at *start. */
wc_wanted wc_wanted_at(const wc_analysis *analysis, uint32_t offset, uint32_t *start);

/* Whether a local whose name stands at that place can be named at the offset: behind it, and of a
 * let or var behind its semicolon. */
bool wc_is_named_by(const wc_analysis *analysis, wc_span name, uint32_t offset);

/* The innermost call whose arguments are open at the offset. */
typedef struct wc_open_call {
    wc_span callee;    /* the name in front of the parenthesis */
    uint32_t argument; /* the number of the one that is written */
    wc_str by_name;    /* its name, when it has one */
} wc_open_call;

bool wc_open_call_at(const wc_analysis *analysis, uint32_t offset, wc_open_call *call);

#endif
