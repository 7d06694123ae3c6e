/* A trace: what a run did, in source terms, told item by item while it runs.
 *
 *     statement   place, gas taken so far by its call, text of the line, or of the statement alone
 *                 when its line was shown just before
 *     value       a local that has got this value since the last statement of its function
 *     field       the same of a storage field; element: a key of a collection was written or
 *                 removed
 *     posting, event, state, call, end, undone
 *
 * Values come with units and names. The items of a run are the same each time it is made. */
#ifndef WC_NODE_DEBUG_TRACE_H
#define WC_NODE_DEBUG_TRACE_H

#include "node/debug/record.h"

typedef enum wc_dbg_item_kind {
    WC_DBG_ITEM_STATEMENT,
    WC_DBG_ITEM_VALUE,   /* name, value, type */
    WC_DBG_ITEM_FIELD,   /* the same: "self.due" */
    WC_DBG_ITEM_ELEMENT, /* the same: "self.due[home]"; value empty: removed */
    WC_DBG_ITEM_POSTING, /* name: cause; from, to, value: amount */
    WC_DBG_ITEM_EVENT,   /* name: of the instance; value: the event with its members */
    WC_DBG_ITEM_STATE,   /* name: of the instance; from, to: states */
    WC_DBG_ITEM_CALL,    /* name: what is called; value: arguments */
    WC_DBG_ITEM_END,     /* name: what was called; value: its result, or how it failed */
    WC_DBG_ITEM_UNDONE,  /* all since the unit began has come to nothing */
    WC_DBG_ITEM_LINE_GAS /* at the end, dearest first: place, gas */
} wc_dbg_item_kind;

typedef struct wc_dbg_item {
    wc_dbg_item_kind kind;
    uint32_t depth; /* functions under way; 0 outside the test's code */
    wc_str path;    /* STATEMENT, LINE_GAS */
    uint32_t line, column;
    bool has_gas; /* STATEMENT of a contract: so far; END: of the call; LINE_GAS */
    uint64_t gas;
    bool has_failed; /* END */
    wc_str text;     /* STATEMENT, LINE_GAS: the line of the source */
    wc_str name, value, type, from, to;
} wc_dbg_item;

/* Gas of a run: parts add up to all. */
typedef struct wc_dbg_gas {
    uint64_t lines;  /* instructions of contracts, and what these took */
    uint64_t around; /* arguments, records, entering states, and what of a block did not run */
    uint64_t all;    /* of all calls; views only inside their callers */
} wc_dbg_gas;

typedef struct wc_dbg_trace_options {
    void *self;
    void (*item)(void *self, const wc_dbg_item *item); /* texts are borrowed */
    uint32_t from_line; /* of the test: items from the first statement there on; 0: all */
    uint32_t lines_max; /* LINE_GAS items; 0: none */
} wc_dbg_trace_options;

/* Runs the test of the record with a trace. NO_MEMORY; else as wc_dbg_record_run. */
WC_MUST_USE wc_status wc_dbg_trace_run(wc_dbg_record *record, const wc_dbg_trace_options *options,
                                       wc_arena *arena, wc_dbg_gas *gas, wc_runner_result *result);

/* ---- forms (trace_text.c, trace_json.c) ---- */
void wc_dbg_item_text(wc_buf *text, const wc_dbg_item *item); /* with its line end */
void wc_dbg_item_json(wc_buf *text, const wc_dbg_item *item); /* one object in one line */

#endif
