/* See json.h. */
#include "vm/base/json.h"

#include "vm/base/text.h"

wc_json wc_json_to(wc_buf *buf)
{
    return (wc_json){.buf = buf};
}

/* ---- strings -----------------------------------------------------------------------------------
 */

static void put_escape(wc_buf *buf, uint32_t code)
{
    uint8_t bytes[2] = {(uint8_t)(code >> 8), (uint8_t)code};
    wc_buf_put_text(buf, "\\u");
    wc_buf_put_hex(buf, wc_slice_of(bytes, sizeof bytes));
}

/* What is no part of a text: a character that hides something, or a stray byte. Its size. */
static size_t put_bad(wc_buf *buf, wc_slice bad)
{
    uint32_t code;
    size_t len = wc_utf8_hiding(bad, &code);
    put_escape(buf, len > 0 ? code : 0xfffd);
    return len > 0 ? len : 1;
}

void wc_json_quote(wc_buf *buf, wc_str text)
{
    wc_slice rest = wc_slice_of(text.data, text.len);
    wc_buf_put_u8(buf, '"');
    while (rest.len > 0) { /* each turn puts the good bytes before the next bad one, and that one */
        size_t good = rest.len;
        wc_status status = wc_utf8_check(rest, &good);
        for (size_t i = 0; i < good; i++) {
            uint8_t byte = rest.data[i];
            if (byte == '"' || byte == '\\') wc_buf_put_u8(buf, '\\');
            wc_buf_put_u8(buf, byte);
        }
        if (status == WC_OK) break;
        rest = wc_slice_of(rest.data + good, rest.len - good);
        size_t bad = put_bad(buf, rest);
        rest = wc_slice_of(rest.data + bad, rest.len - bad);
    }
    wc_buf_put_u8(buf, '"');
}

/* ---- containers --------------------------------------------------------------------------------
 */

static void new_line(const wc_json *json)
{
    wc_buf_put_u8(json->buf, '\n');
    for (uint32_t i = 0; i < json->depth; i++) wc_buf_put_text(json->buf, "  ");
}

/* What stands before an item: a comma and a line, or a space. */
static void separate(wc_json *json)
{
    if (json->has_items) wc_buf_put_u8(json->buf, ',');
    if (json->depth > 0 && json->line_depth == 0) new_line(json);
    if (json->line_depth > 0 && json->has_items) wc_buf_put_u8(json->buf, ' ');
    json->has_items = true;
}

void wc_json_name_str(wc_json *json, wc_str name)
{
    separate(json);
    wc_json_quote(json->buf, name);
    wc_buf_put_text(json->buf, ": ");
}

void wc_json_name(wc_json *json, const char *name)
{
    if (name == NULL) {
        separate(json);
    } else {
        wc_json_name_str(json, wc_str_of(name));
    }
}

static void open_here(wc_json *json, char bracket)
{
    wc_assert(json->depth < WC_JSON_DEPTH_MAX && (bracket == '{' || bracket == '['));
    wc_buf_put_u8(json->buf, (uint8_t)bracket);
    json->closers[json->depth++] = bracket == '{' ? '}' : ']';
    if (json->line_depth > 0) json->line_depth++;
    json->has_items = false;
}

void wc_json_open(wc_json *json, const char *name, char bracket)
{
    wc_json_name(json, name);
    open_here(json, bracket);
}

void wc_json_open_named(wc_json *json, wc_str name, char bracket)
{
    wc_json_name_str(json, name);
    open_here(json, bracket);
}

void wc_json_open_line(wc_json *json, const char *name, char bracket)
{
    wc_json_open(json, name, bracket);
    if (json->line_depth == 0) json->line_depth = 1;
}

void wc_json_close(wc_json *json)
{
    wc_assert(json->depth > 0);
    char closer = json->closers[--json->depth];
    if (json->line_depth > 0) {
        json->line_depth--;
    } else if (json->has_items) {
        new_line(json);
    }
    wc_buf_put_u8(json->buf, (uint8_t)closer);
    json->has_items = true;
    if (json->depth == 0) wc_buf_put_u8(json->buf, '\n');
}

/* ---- values ------------------------------------------------------------------------------------
 */

void wc_json_add_str(wc_json *json, const char *name, wc_str value)
{
    wc_json_name(json, name);
    wc_json_quote(json->buf, value);
}

void wc_json_add_text(wc_json *json, const char *name, const char *value)
{
    wc_json_add_str(json, name, wc_str_of(value));
}

void wc_json_add_hex(wc_json *json, const char *name, wc_slice value)
{
    wc_json_name(json, name);
    wc_buf_put_u8(json->buf, '"');
    wc_buf_put_hex(json->buf, value);
    wc_buf_put_u8(json->buf, '"');
}

void wc_json_add_bool(wc_json *json, const char *name, bool value)
{
    wc_json_name(json, name);
    wc_buf_put_text(json->buf, value ? "true" : "false");
}

void wc_json_add_null(wc_json *json, const char *name)
{
    wc_json_name(json, name);
    wc_buf_put_text(json->buf, "null");
}

void wc_json_add_number(wc_json *json, const char *name, int64_t value)
{
    wc_json_name(json, name);
    wc_buf_put_decimal(json->buf, value);
}

void wc_json_add_decimal(wc_json *json, const char *name, int64_t value)
{
    wc_json_add_scaled(json, name, value, 0);
}

void wc_json_add_scaled(wc_json *json, const char *name, int64_t value, unsigned scale)
{
    wc_json_name(json, name);
    wc_buf_put_u8(json->buf, '"');
    wc_put_scaled(json->buf, value, scale);
    wc_buf_put_u8(json->buf, '"');
}

void wc_json_add_unsigned(wc_json *json, const char *name, uint64_t value)
{
    wc_json_name(json, name);
    wc_buf_put_u8(json->buf, '"');
    wc_put_scaled_wide(json->buf, (wc_i128){value, 0}, 0);
    wc_buf_put_u8(json->buf, '"');
}
