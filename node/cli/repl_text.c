/* The text of inputs: words, brackets, comments. */
#include <string.h>

#include "node/cli/repl.h"

static bool is_white(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

wc_str wc_repl_trim(wc_str text)
{
    while (text.len > 0 && is_white(text.data[0])) {
        text.data++;
        text.len--;
    }
    while (text.len > 0 && is_white(text.data[text.len - 1])) text.len--;
    return text;
}

bool wc_repl_is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool wc_repl_starts_with(wc_str text, const char *word)
{
    size_t len = strlen(word);
    bool is_prefix = text.len >= len && memcmp(text.data, word, len) == 0;
    return is_prefix && (text.len == len || !wc_repl_is_word(text.data[len]));
}

bool wc_repl_starts_with_any(wc_str text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (wc_repl_starts_with(text, words[i])) return true;
    }
    return false;
}

int32_t wc_repl_scan(wc_str text, wc_buf *code)
{
    int32_t depth = 0;
    bool in_text = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        bool is_comment = !in_text && c == '/' && i + 1 < text.len && text.data[i + 1] == '/';
        if (is_comment) {
            while (i < text.len && text.data[i] != '\n') i++;
            if (i < text.len && code != NULL) wc_buf_put_u8(code, '\n');
            continue;
        }
        if (c == '"') in_text = !in_text;
        if (!in_text && (c == '(' || c == '{' || c == '[')) depth++;
        if (!in_text && (c == ')' || c == '}' || c == ']')) depth--;
        if (code != NULL) wc_buf_put_u8(code, (uint8_t)c);
        if (in_text && c == '\\' && i + 1 < text.len) {
            i++;
            if (code != NULL) wc_buf_put_u8(code, (uint8_t)text.data[i]);
        }
        if (in_text && c == '\n') in_text = false; /* a string ends with its line: let it be told */
    }
    return in_text ? INT32_MAX : depth;
}

bool wc_repl_is_open(wc_str text)
{
    int32_t depth = wc_repl_scan(text, NULL);
    return depth > 0 && depth != INT32_MAX;
}
