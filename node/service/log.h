/* The node's log: one line for each thing that happened, on standard error.
 *
 *   logfmt  ts=2026-12-01T08:00:00.123Z level=info event=sealed seq=118 txs=12
 *   json    {"ts":"2026-12-01T08:00:00.123Z","level":"info","event":"sealed","seq":118,"txs":12}
 *
 * A line is written by one write, from any thread. Lines hold no keys, passphrases, tokens,
 * payloads or readings: whoever logs passes the fields one by one, and none of these is ever a
 * field. */
#ifndef WC_NODE_SERVICE_LOG_H
#define WC_NODE_SERVICE_LOG_H

#include "vm/base/hash.h"
#include "vm/base/slice.h"

#define WC_LOG_LINE_MAX 2048u /* characters; a longer line is cut at the end of a field */

typedef enum wc_log_level {
    WC_LOG_DEBUG,
    WC_LOG_INFO,
    WC_LOG_WARN,
    WC_LOG_ERROR
} wc_log_level;

typedef struct wc_log_field {
    const char *name;
    const char *text; /* NULL: a number */
    int64_t number;
} wc_log_field;

#define WC_LOG_TEXT(name, text)                                                                    \
    (wc_log_field)                                                                                 \
    {                                                                                              \
        name, text, 0                                                                              \
    }
#define WC_LOG_NUMBER(name, number)                                                                \
    (wc_log_field)                                                                                 \
    {                                                                                              \
        name, NULL, (int64_t)(number)                                                              \
    }

/* Standard error by default, "info", logfmt. level and form: words of config.def. */
void wc_log_setup(const char *level, const char *form);

/* Changes the level of a running node; false: there is no such level. */
bool wc_log_set_level(const char *level);

/* event: what happened, one word with underscores. */
void wc_log_write(wc_log_level level, const char *event, const wc_log_field *fields, size_t count);

#define WC_LOG(level, event, ...)                                                                  \
    wc_log_write(WC_LOG_##level, event, (const wc_log_field[]){__VA_ARGS__},                       \
                 sizeof((const wc_log_field[]){__VA_ARGS__}) / sizeof(wc_log_field))
#define WC_LOG_PLAIN(level, event) wc_log_write(WC_LOG_##level, event, NULL, 0)

/* Hex digits of a hash, for a field. */
typedef struct wc_hash_text {
    char text[2 * WC_HASH_SIZE + 1];
} wc_hash_text;

wc_hash_text wc_hash_hex(const wc_hash *hash);

#endif
