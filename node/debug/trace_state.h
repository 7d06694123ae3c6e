/* Inside the trace: what was shown last of each function and call under way (trace_values.c), and
 * gas by line (trace_gas.c). */
#ifndef WC_NODE_DEBUG_TRACE_STATE_H
#define WC_NODE_DEBUG_TRACE_STATE_H

#include "node/debug/trace.h"

#define WC_DBG_ACTIVE_MAX (WC_DBG_NESTING_MAX * WC_CALL_DEPTH_MAX)
#define WC_DBG_LINES      16384u /* a power of two: lines with gas, half of it at most */

/* A function under way: a hash of each local as it was shown last, 0: not yet. */
typedef struct wc_dbg_active {
    size_t mark; /* of the arena, before this one */
    uint64_t *shown;
} wc_dbg_active;

/* A call under way: the same of its storage fields. */
typedef struct wc_dbg_holding {
    uint32_t call;
    uint64_t root;
    uint64_t *fields; /* NULL: nothing was looked at yet */
} wc_dbg_holding;

typedef struct wc_dbg_line_gas {
    wc_str path;
    uint32_t line; /* 0: a free slot */
    uint64_t gas;
} wc_dbg_line_gas;

typedef struct wc_dbg_trace {
    const wc_dbg_trace_options *options;
    const wc_dbg_record *record;
    wc_arena *arena;   /* in stack order of functions under way */
    wc_arena *scratch; /* of one item */
    bool is_on;
    bool is_out_of_memory;
    uint32_t depth;   /* of the newest statement */
    wc_str last_path; /* of the newest item, if it was a statement; line 0: it was none */
    uint32_t last_line_shown, last_depth;
    uint32_t active_count;
    wc_dbg_active active[WC_DBG_ACTIVE_MAX];
    wc_dbg_holding holding[WC_DBG_NESTING_MAX];
    uint32_t line_count;
    wc_dbg_line_gas lines[WC_DBG_LINES];
    wc_dbg_line_gas *last_line[WC_DBG_NESTING_MAX]; /* of calls under way */
    wc_dbg_gas gas;
} wc_dbg_trace;

/* Gives an item to the reader. */
void wc_dbg_tell(wc_dbg_trace *trace, const wc_dbg_item *item);
/* A text of the scratch memory under way; ends with wc_dbg_text_end. */
wc_buf wc_dbg_text_begin(wc_dbg_trace *trace);
wc_str wc_dbg_text_end(wc_dbg_trace *trace, const wc_buf *buf);

/* trace_values.c */
void wc_dbg_show_locals(wc_dbg_trace *trace, const wc_dbg_stop *stop);
void wc_dbg_show_fields(wc_dbg_trace *trace);
void wc_dbg_show_element(wc_dbg_trace *trace, const wc_party *instance, const wc_storage_key *key,
                         const wc_slice *value);
void wc_dbg_left(wc_dbg_trace *trace, uint32_t depth);

/* trace_gas.c */
void wc_dbg_count_step(wc_dbg_trace *trace, const wc_step *step, uint64_t before);
void wc_dbg_count_call(wc_dbg_trace *trace, const wc_dbg_call *call);
void wc_dbg_tell_lines(wc_dbg_trace *trace);

#endif
