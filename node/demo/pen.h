/* Writing values of a module's types, as clients do it: field by field, checked while writing.
 *
 * A pen knows what type comes next. Records and tuples open by themselves when their first field is
 * written; lists are opened with their length. What does not fit becomes the client's named
 * failure, so a contract whose parameters change is found at the call, not in a receipt. */
#ifndef WC_NODE_DEMO_PEN_H
#define WC_NODE_DEMO_PEN_H

#include "node/demo/client.h"
#include "node/demo/code.h"

typedef struct wc_pen_place {
    uint16_t type;
    uint32_t next, count; /* children written and in all */
} wc_pen_place;

typedef struct wc_pen {
    wc_client *client;
    const wc_code *code;
    const char *label;
    uint16_t type;
    wc_buf buf;
    uint8_t depth; /* in [0, WC_TYPE_NESTING_MAX] */
    wc_pen_place places[WC_TYPE_NESTING_MAX];
} wc_pen;

/* Begins a TUPLE of the code's module; label names the call in messages. size: bytes it may take.
 */
void wc_pen_open(wc_pen *pen, wc_client *client, const wc_code *code, uint16_t type, size_t size,
                 const char *label);

void wc_pen_number(wc_pen *pen, int64_t value); /* int, dec, time, date, bool */
void wc_pen_interval(wc_pen *pen, int64_t start, int64_t end);
void wc_pen_party(wc_pen *pen, const wc_address *party); /* party, contract_ref */
void wc_pen_text(wc_pen *pen, const char *text);
void wc_pen_variant(wc_pen *pen, const char *name); /* its data, if any, follows as a tuple's */
void wc_pen_list(wc_pen *pen, uint32_t count);

/* The finished encoding; empty when something was wrong, which the client has kept. */
wc_slice wc_pen_close(wc_pen *pen);

#endif
