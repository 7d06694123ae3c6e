/* JSON, written piece by piece: one member or element in a line, two spaces for each level.
 *
 *     wc_json json = wc_json_to(&buf);
 *     wc_json_open(&json, NULL, '{');
 *     wc_json_add_text(&json, "name", "Sale");
 *     wc_json_close(&json);
 *
 * The first argument after the writer is the member's name, NULL inside an array. A container that
 * is opened by wc_json_open_line stands in one line with all it contains. Numbers that stand for
 * amounts go out as strings (wc_json_add_scaled, wc_json_decimal): a reader without 64-bit integers
 * must not round them. Text is escaped, and what is not UTF-8 becomes U+FFFD. */
#ifndef WC_VM_BASE_JSON_H
#define WC_VM_BASE_JSON_H

#include "vm/base/buf.h"

#define WC_JSON_DEPTH_MAX 128u

typedef struct wc_json {
    wc_buf *buf;
    uint32_t depth;
    uint32_t line_depth; /* > 0: open containers that are written in one line */
    bool has_items;      /* of the innermost container */
    bool is_named;       /* the next value has its name already */
    char closers[WC_JSON_DEPTH_MAX];
} wc_json;

wc_json wc_json_to(wc_buf *buf);

/* bracket: '{' or '['. Containers nest at most WC_JSON_DEPTH_MAX deep (asserted). */
void wc_json_open(wc_json *json, const char *name, char bracket);
void wc_json_open_line(wc_json *json, const char *name, char bracket);
void wc_json_open_named(wc_json *json, wc_str name, char bracket); /* name from a source */
void wc_json_close(wc_json *json);

void wc_json_add_str(wc_json *json, const char *name, wc_str value);
void wc_json_add_text(wc_json *json, const char *name, const char *value);
void wc_json_add_hex(wc_json *json, const char *name, wc_slice value);
void wc_json_add_bool(wc_json *json, const char *name, bool value);
void wc_json_add_null(wc_json *json, const char *name);
void wc_json_add_number(wc_json *json, const char *name, int64_t value);
void wc_json_add_decimal(wc_json *json, const char *name, int64_t value); /* "12" */
void wc_json_add_scaled(wc_json *json, const char *name, int64_t value,
                        unsigned scale);                                    /* "0.12" */
void wc_json_add_unsigned(wc_json *json, const char *name, uint64_t value); /* "12", all 64 bits */

/* The name and the separator alone: the value is put by the caller, as JSON. */
void wc_json_name(wc_json *json, const char *name);
/* The same for a name that comes from outside. */
void wc_json_name_str(wc_json *json, wc_str name);
/* The same, of a length that nobody knows; what is added next, with the name NULL, is its value. */
void wc_json_name_ahead(wc_json *json, wc_str name);

/* A JSON string with its quotes: at most so many bytes for each of the text, and 2. */
#define WC_JSON_ESCAPE 6u
void wc_json_quote(wc_buf *buf, wc_str text);

#endif
