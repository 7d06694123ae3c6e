/* Text and JSON from one description. */
#include "node/query/outline.h"

#include <stdarg.h>
#include <stdio.h>

#include "vm/base/json.h"

static void push(wc_outline *outline, bool is_list)
{
    wc_assert(outline->depth < WC_OUTLINE_DEPTH_MAX);
    outline->is_list[outline->depth] = is_list;
    outline->has_member[outline->depth] = false;
    outline->depth++;
    if (outline->is_json) wc_buf_put_text(outline->buf, is_list ? "[" : "{");
}

static void member(wc_outline *outline, const char *key)
{
    bool *has = &outline->has_member[outline->depth - 1];
    if (*has) wc_buf_put_text(outline->buf, ",");
    *has = true;
    wc_assert((key == NULL) == outline->is_list[outline->depth - 1]);
    if (key == NULL) return;
    wc_json_quote(outline->buf, wc_str_of(key));
    wc_buf_put_text(outline->buf, ":");
}

void wc_outline_begin(wc_outline *outline, wc_buf *buf, bool is_json)
{
    *outline = (wc_outline){.buf = buf, .is_json = is_json};
    push(outline, false);
}

void wc_outline_finish(wc_outline *outline)
{
    wc_outline_close(outline);
    wc_assert(outline->depth == 0);
    if (outline->is_json) wc_buf_put_text(outline->buf, "\n");
}

void wc_outline_open(wc_outline *outline, const char *key)
{
    if (outline->is_json) member(outline, key);
    push(outline, false);
}

void wc_outline_open_list(wc_outline *outline, const char *key)
{
    if (outline->is_json) member(outline, key);
    push(outline, true);
}

void wc_outline_close(wc_outline *outline)
{
    wc_assert(outline->depth > 0);
    outline->depth--;
    if (outline->is_json)
        wc_buf_put_text(outline->buf, outline->is_list[outline->depth] ? "]" : "}");
}

static void indent(wc_outline *outline)
{
    for (unsigned i = 1; i < outline->depth; i++) {
        if (!outline->is_list[i]) wc_buf_put_text(outline->buf, "  ");
    }
}

void wc_outline_line(wc_outline *outline, const char *format, ...)
{
    if (outline->is_json) return;
    char line[4096];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    wc_assert(len >= 0);
    indent(outline);
    wc_buf_put(outline->buf, line, (size_t)len < sizeof line ? (size_t)len : sizeof line - 1);
    wc_buf_put_text(outline->buf, "\n");
}

void wc_outline_str(wc_outline *outline, const char *key, wc_str text)
{
    if (!outline->is_json) return;
    member(outline, key);
    wc_json_quote(outline->buf, text);
}

void wc_outline_number(wc_outline *outline, const char *key, int64_t value)
{
    if (!outline->is_json) return;
    member(outline, key);
    wc_buf_put_decimal(outline->buf, value);
}

void wc_outline_bool(wc_outline *outline, const char *key, bool value)
{
    if (!outline->is_json) return;
    member(outline, key);
    wc_buf_put_text(outline->buf, value ? "true" : "false");
}

void wc_outline_hash(wc_outline *outline, const char *key, const wc_hash *hash)
{
    if (!outline->is_json) return;
    member(outline, key);
    wc_buf_put_text(outline->buf, "\"");
    wc_buf_put_hex(outline->buf, wc_slice_of(hash->bytes, sizeof hash->bytes));
    wc_buf_put_text(outline->buf, "\"");
}

void wc_outline_both(wc_outline *outline, const char *key, const char *label, wc_str text)
{
    wc_outline_str(outline, key, text);
    wc_outline_line(outline, "%-14s%.*s", label, WC_STR_ARG(text));
}
