/* Reading flat values by field name: events of contracts as their emitter encoded them. */
#ifndef WC_NODE_DEMO_FIELDS_H
#define WC_NODE_DEMO_FIELDS_H

#include "node/demo/code.h"

#define WC_FIELD_TEXT_MAX 65u /* bytes of a text field with its NUL; longer ones are cut */

typedef struct wc_fields {
    const wc_module *module;
    const wc_type *tuple;
    wc_slice data;
    bool is_missing; /* a field was asked for that is not there, or is of another kind; sticky */
} wc_fields;

/* The arguments of an event, when its name is this one. */
bool wc_event_is(const wc_code *code, uint16_t event, const char *name);
wc_fields wc_event_fields(const wc_code *code, uint16_t event, wc_slice data);

int64_t wc_field_number(wc_fields *fields, const char *name); /* also the number of a variant */
wc_hash wc_field_party(wc_fields *fields, const char *name);
void wc_field_text(wc_fields *fields, const char *name, char text[WC_FIELD_TEXT_MAX]);

#endif
