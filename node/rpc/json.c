/* See json.h. */
#include "node/rpc/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
