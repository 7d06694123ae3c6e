/* One description of a result, written either as indented text or as JSON.
 *
 * Every node of the result is opened and closed once. Between, `line` adds what people read and the
 * others add what programs read; `both` adds to both. So the two forms cannot drift apart in
 * structure, and neither has to look like the other. */
#ifndef WC_NODE_QUERY_OUTLINE_H
#define WC_NODE_QUERY_OUTLINE_H

#include "vm/base/buf.h"
#include "vm/base/hash.h"

#define WC_OUTLINE_DEPTH_MAX 64u

typedef struct wc_outline {
    wc_buf *buf;
    bool is_json;
    unsigned depth;
    bool is_list[WC_OUTLINE_DEPTH_MAX];
    bool has_member[WC_OUTLINE_DEPTH_MAX];
} wc_outline;

/* The outermost object. */
void wc_outline_begin(wc_outline *outline, wc_buf *buf, bool is_json);
void wc_outline_finish(wc_outline *outline); /* closes it, ends the last line */

/* An object; key NULL: as item of the list that is open. Text: what follows is indented. */
void wc_outline_open(wc_outline *outline, const char *key);
void wc_outline_open_list(wc_outline *outline, const char *key); /* text: not indented */
void wc_outline_close(wc_outline *outline);

/* Text only; printf-like. */
void wc_outline_line(wc_outline *outline, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* JSON only. */
void wc_outline_str(wc_outline *outline, const char *key, wc_str text);
void wc_outline_number(wc_outline *outline, const char *key, int64_t value);
void wc_outline_bool(wc_outline *outline, const char *key, bool value);
void wc_outline_hash(wc_outline *outline, const char *key, const wc_hash *hash);

/* "label  text", labels of 14 characters, and the member. */
void wc_outline_both(wc_outline *outline, const char *key, const char *label, wc_str text);

#endif
