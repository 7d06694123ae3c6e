/* See frame.h. */
#include "node/rpc/frame.h"

#include <stdlib.h>

void wc_rpc_frame_open(wc_rpc_frame_reader *reader, size_t message_max)
{
    *reader = (wc_rpc_frame_reader){.message_max = message_max};
}

void wc_rpc_frame_close(wc_rpc_frame_reader *reader)
{
    free(reader->bytes);
    *reader = (wc_rpc_frame_reader){0};
}

/* Drops what was taken and makes room. */
static bool make_room(wc_rpc_frame_reader *reader, size_t size)
{
    if (reader->at > 0) {
        memmove(reader->bytes, reader->bytes + reader->at, reader->len - reader->at);
        reader->len -= reader->at;
        if (reader->body > 0) reader->body -= reader->at;
        reader->at = 0;
    }
    if (reader->capacity - reader->len >= size) return true;
    size_t capacity = reader->capacity == 0 ? 4096 : reader->capacity;
    while (capacity - reader->len < size) { /* ends: it doubles, and size is a chunk of input */
        if (capacity > SIZE_MAX / 2) return false;
        capacity *= 2;
    }
    char *bytes = realloc(reader->bytes, capacity);
    if (bytes == NULL) return false;
    reader->bytes = bytes;
    reader->capacity = capacity;
    return true;
}

bool wc_rpc_frame_add(wc_rpc_frame_reader *reader, const void *bytes, size_t size)
{
    if (reader->is_broken || size == 0) return true;
    if (!make_room(reader, size)) return false;
    memcpy(reader->bytes + reader->len, bytes, size);
    reader->len += size;
    return true;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool is_name(wc_str name, const char *expected)
{
    size_t len = strlen(expected);
    if (name.len != len) return false;
    for (size_t i = 0; i < len; i++) {
        if (lower(name.data[i]) != expected[i]) return false;
    }
    return true;
}

/* Digits alone, at most message_max. */
static bool read_length(const wc_rpc_frame_reader *reader, wc_str value, size_t *length)
{
    *length = 0;
    if (value.len == 0) return false;
    for (size_t i = 0; i < value.len; i++) {
        if (value.data[i] < '0' || value.data[i] > '9') return false;
        *length = 10 * *length + (size_t)(value.data[i] - '0');
        if (*length > reader->message_max) return false;
    }
    return true;
}

/* One line of the header without its end; false: it is none, or a second length. */
static bool read_line(wc_rpc_frame_reader *reader, wc_str line, bool *has_length)
{
    const char *colon = line.len == 0 ? NULL : memchr(line.data, ':', line.len);
    if (colon == NULL || colon == line.data) return false;
    wc_str name = {line.data, (size_t)(colon - line.data)};
    wc_str value = {colon + 1, line.len - name.len - 1};
    while (value.len > 0 && (value.data[0] == ' ' || value.data[0] == '\t')) {
        value.data++;
        value.len--;
    }
    while (value.len > 0 &&
           (value.data[value.len - 1] == ' ' || value.data[value.len - 1] == '\t')) {
        value.len--;
    }
    if (!is_name(name, "content-length")) return true; /* Content-Type: there is only one */
    if (*has_length) return false;
    *has_length = true;
    return read_length(reader, value, &reader->size);
}

/* Reads the lines up to the empty one. MORE: it has not come yet. */
static wc_rpc_frame_state read_header(wc_rpc_frame_reader *reader)
{
    size_t at = reader->at;
    bool has_length = false;
    for (;;) { /* ends: each turn takes a line */
        const char *start = reader->bytes + at;
        size_t left = reader->len - at;
        const char *end = left == 0 ? NULL : memchr(start, '\n', left);
        size_t so_far = (end == NULL ? reader->len : (size_t)(end - reader->bytes)) - reader->at;
        if (so_far > WC_RPC_HEADER_MAX) return WC_RPC_FRAME_BROKEN;
        if (end == NULL) return WC_RPC_FRAME_MORE;
        wc_str line = {start, (size_t)(end - start)};
        if (line.len == 0 || line.data[line.len - 1] != '\r') return WC_RPC_FRAME_BROKEN;
        line.len--;
        at += line.len + 2;
        if (line.len == 0) break;
        if (!read_line(reader, line, &has_length)) return WC_RPC_FRAME_BROKEN;
    }
    if (!has_length) return WC_RPC_FRAME_BROKEN;
    reader->body = at;
    return WC_RPC_FRAME_READY;
}

wc_rpc_frame_state wc_rpc_frame_next(wc_rpc_frame_reader *reader, wc_str *message)
{
    if (reader->is_broken) return WC_RPC_FRAME_BROKEN;
    if (reader->body == 0) {
        wc_rpc_frame_state state = reader->len == 0 ? WC_RPC_FRAME_MORE : read_header(reader);
        reader->is_broken = state == WC_RPC_FRAME_BROKEN;
        if (state != WC_RPC_FRAME_READY) return state;
    }
    if (reader->len - reader->body < reader->size) return WC_RPC_FRAME_MORE;
    *message = (wc_str){reader->bytes + reader->body, reader->size};
    reader->at = reader->body + reader->size;
    reader->body = 0;
    return WC_RPC_FRAME_READY;
}
