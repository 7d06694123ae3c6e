/* Reading and making JSON values: see inside.h. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/lsp/inside.h"

static json_t *walk(const json_t *from, va_list keys)
{
    /* jansson's look-up takes a const object and hands out what may be changed: nobody does. */
    json_t *at = NULL;
    const json_t *object = from;
    const char *key;
    while ((key = va_arg(keys, const char *)) != NULL) {
        at = json_object_get(object, key); /* NULL when it is no object */
        object = at;
    }
    return at;
}

json_t *wc_json_at(const json_t *from, ...)
{
    va_list keys;
    va_start(keys, from);
    json_t *found = walk(from, keys);
    va_end(keys);
    return found;
}

bool wc_json_text(const json_t *from, wc_str *text, ...)
{
    va_list keys;
    va_start(keys, text);
    const json_t *found = walk(from, keys);
    va_end(keys);
    if (!json_is_string(found)) return false;
    *text = (wc_str){json_string_value(found), json_string_length(found)};
    return true;
}

bool wc_json_is_true(const json_t *from, ...)
{
    va_list keys;
    va_start(keys, from);
    const json_t *found = walk(from, keys);
    va_end(keys);
    return json_is_true(found);
}

bool wc_json_has_word(const json_t *list, const char *word)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        if (json_is_string(item) && strcmp(json_string_value(item), word) == 0) return true;
    }
    return false;
}

json_t *wc_json_str(wc_str text)
{
    json_t *made = json_stringn(text.data != NULL ? text.data : "", text.len);
    if (made != NULL) return made;
    char *copy = malloc(text.len + 1);
    if (copy == NULL) return NULL;
    for (size_t i = 0; i < text.len; i++) {
        copy[i] = (uint8_t)text.data[i] < 0x80 ? text.data[i] : '?';
    }
    made = json_stringn(copy, text.len);
    free(copy);
    return made;
}

json_t *wc_json_format(const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (length < 0) return NULL;
    size_t size = (size_t)length < sizeof(text) ? (size_t)length : sizeof(text) - 1;
    return wc_json_str((wc_str){text, size});
}

static bool number(const json_t *from, const char *key, uint32_t *value)
{
    const json_t *found = json_object_get(from, key);
    if (!json_is_integer(found)) return false;
    json_int_t wide = json_integer_value(found);
    if (wide < 0 || wide > INT32_MAX) return false;
    *value = (uint32_t)wide;
    return true;
}

bool wc_json_position(const json_t *from, wc_position *position)
{
    return number(from, "line", &position->line) && number(from, "character", &position->character);
}

json_t *wc_json_range(const wc_lsp *lsp, wc_analysis *analysis, wc_span span)
{
    const wc_lined_text *text = wc_analysis_text(analysis, span.file);
    if (text == NULL) return NULL;
    wc_position start = wc_position_of(text, lsp->encoding, span.start);
    wc_position end = wc_position_of(text, lsp->encoding, span.end);
    return json_pack("{s:{s:I,s:I},s:{s:I,s:I}}", "start", "line", (json_int_t)start.line,
                     "character", (json_int_t)start.character, "end", "line", (json_int_t)end.line,
                     "character", (json_int_t)end.character);
}

json_t *wc_json_markdown(const wc_buf *text)
{
    json_t *value = wc_json_str((wc_str){(const char *)text->data, text->len});
    return json_pack("{s:s,s:o}", "kind", "markdown", "value", value);
}
