/* Values as debuggers show them: with units and names, whole or part by part. */
#ifndef WC_NODE_DEBUG_VALUE_H
#define WC_NODE_DEBUG_VALUE_H

#include "node/debug/program.h"
#include "node/query/decode.h"
#include "vm/inspect.h"

typedef enum wc_dbg_known {
    WC_DBG_UNSET = 0, /* nothing was written there yet */
    WC_DBG_SET,
    WC_DBG_ODD /* memory holds what no value of the type is */
} wc_dbg_known;

typedef struct wc_dbg_value {
    wc_dbg_known known;
    const wc_module *module;
    const wc_debug_shape *shape; /* a number in a register, kind not 0; NULL: the rest holds */
    wc_i128 number;
    uint16_t type;  /* in module */
    wc_slice bytes; /* its encoding; of a SORTED that of the list of its items */
} wc_dbg_value;

typedef struct wc_dbg_named {
    wc_str name;
    wc_dbg_value value;
} wc_dbg_named;

/* items_max as in wc_decoder. */
void wc_dbg_put_value(wc_buf *text, const wc_dbg_value *value, const wc_names *names,
                      uint32_t items_max);
void wc_dbg_put_type(wc_buf *text, const wc_dbg_value *value);

/* Parts: fields of a record, items of a collection, entries of a map, the data of a variant,
 * intervals of a series. */
uint32_t wc_dbg_part_count(const wc_dbg_value *value);

/* index < wc_dbg_part_count. name: appended: "delivered", "[3]", "[home]". */
void wc_dbg_part(const wc_dbg_value *value, uint32_t index, const wc_names *names, wc_buf *name,
                 wc_dbg_value *part);

/* What stands at a register; the encoding comes from the arena. NO_MEMORY. */
WC_MUST_USE wc_status wc_dbg_read_local(const wc_exec *exec, uint32_t frame,
                                        const wc_dbg_unit *unit, const wc_debug_local *local,
                                        wc_arena *arena, wc_dbg_value *value);

/* Settles a value that was appended to a buffer over the arena's rest (wc_arena_ahead). */
WC_MUST_USE wc_status wc_dbg_take(wc_arena *arena, const wc_buf *buf, wc_status read,
                                  wc_dbg_value *value);

#endif
