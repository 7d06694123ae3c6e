/* A view: all that the machine holds at a stop, taken while a run passes it. Values are encodings
 * in an arena, so a view stays good when the run has ended, and two views can be compared byte by
 * byte.
 */
#ifndef WC_NODE_DEBUG_VIEW_H
#define WC_NODE_DEBUG_VIEW_H

#include "node/debug/record.h"

/* A function under way. */
typedef struct wc_dbg_frame {
    uint32_t call; /* of the record */
    uint16_t unit, function;
    uint32_t word;
    uint32_t row; /* WC_DBG_NO_ROW: its line is not known */
    uint32_t local_count;
    wc_dbg_named *locals; /* those with a value here, the newest of a name only */
} wc_dbg_frame;

/* A call under way: what it was given, and its instance's record as the call has made it so far. */
typedef struct wc_dbg_inside {
    uint32_t call;
    uint64_t gas_left;
    wc_dbg_value args; /* a tuple; UNSET without */
    wc_dbg_value terms, parties, state;
    uint32_t field_count;
    wc_dbg_named *fields; /* storage, in order of the source */
} wc_dbg_inside;

typedef struct wc_dbg_view {
    uint32_t stop;
    const wc_names *names; /* of the record */
    uint32_t frame_count;
    wc_dbg_frame *frames; /* innermost first */
    uint32_t call_count;
    wc_dbg_inside *calls; /* outermost first */
    uint32_t balance_count;
    wc_dbg_balance *balances;
    uint32_t posting_count; /* of the record, made before */
    /* Of everything: registers of all functions under way, named or not, arguments, records,
     * collections, gas, places, balances. */
    wc_hash hash;
} wc_dbg_view;

/* Inside wc_dbg_watcher.stop. NO_MEMORY; CORRUPT: storage that does not decode, which is our bug.
 */
WC_MUST_USE wc_status wc_dbg_view_take(const wc_dbg_record *record, uint32_t stop, wc_arena *arena,
                                       wc_dbg_view **view);

/* The call a frame belongs to. */
const wc_dbg_inside *wc_dbg_view_call(const wc_dbg_view *view, const wc_dbg_frame *frame);

#endif
