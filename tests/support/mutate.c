/* See mutate.h. Words are found by their bytes alone: the scanner itself may be at fault. */
#include "tests/support/mutate.h"

#include <string.h>

/* What else could stand there. */
static const char *const words[] = {
    "{",
    "}",
    "(",
    ")",
    ";",
    ":",
    ",",
    ".",
    "<",
    ">",
    "=",
    "+",
    "-",
    "*",
    "/",
    "?",
    "!",
    "->",
    "=>",
    "..",
    "==",
    "&&",
    "||",
    "+=",
    "0",
    "1",
    "-1",
    "5.5%",
    "100%",
    "0.00",
    "0.00 CNY",
    "1 kWh",
    "900 s",
    "15 min",
    "9223372036854775807",
    "9223372036854775808",
    "0.38000 CNY/kWh",
    "int",
    "dec<2>",
    "Energy",
    "Yuan",
    "Price",
    "party",
    "bool",
    "time",
    "text<8>",
    "list<int, 4>",
    "map<party, Yuan, 8>",
    "series<Energy, 15 min, 96>",
    "wide<int>",
    "option<int>",
    "half_even",
    "largest_remainder",
    "rest",
    "self",
    "state()",
    "caller()",
    "now()",
    "unlock_all();",
    "split",
    "pay",
    "clear_net",
    "lock",
    "send",
    "goto",
    "if",
    "else",
    "for",
    "match",
    "return",
    "require",
    "fail",
    "emit",
    "let",
    "var",
    "const",
    "action",
    "view",
    "func",
    "after",
    "contract",
    "record",
    "enum",
    "states",
    "storage",
    "terms",
    "by any_party",
    "initial",
    "final",
    "ensures",
    "requires",
    "conserve(kWh)",
    "round(",
    "convert<Energy>(",
    "sum(",
    "forall(",
    "strip(",
    "old(",
    "2026-01-02T00:00:00Z",
    "2026-01-02",
    "\"x\"",
    "true",
    "_",
    "upgrade 2",
    "break;",
    "use std.energy;",
};

static const char *const gaps[] = {
    " ",
    "  ",
    "\n",
    "\n\n",
    "\n\n\n",
    "\t",
    "\r\n",
    " // note\n",
    "\n// alone\n",
    " // \xe5\x90\x88\xe5\x90\x8c\n",
    "\n\n    // far in  \n\n",
};

typedef struct piece {
    size_t start, end; /* in the text */
} piece;

static bool is_word_byte(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_gap_byte(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* The piece that begins at `at`: a comment, a text, a run of blanks, a number with its unit, a
 * word, or a sign. Numbers keep their unit, so that layout can be changed around them. */
static piece piece_at(wc_str text, size_t at)
{
    size_t end = at + 1;
    const char *data = text.data;
    if (data[at] == '"') {
        while (end < text.len && data[end] != '"' && data[end] != '\n')
            end += data[end] == '\\' ? 2 : 1;
        end += end < text.len && data[end] == '"';
    } else if (data[at] == '/' && end < text.len && data[end] == '/') {
        while (end < text.len && data[end] != '\n') end++;
    } else if (is_gap_byte(data[at])) {
        while (end < text.len && is_gap_byte(data[end])) end++;
    } else if (data[at] >= '0' && data[at] <= '9') {
        /* dates, quantities and what is glued to them: up to a sign that no literal holds */
        while (end < text.len && data[end] != '\n' &&
               strchr(";,(){}[]<>=+?!&|\"", data[end]) == NULL)
            end++;
    } else if (is_word_byte(data[at])) {
        while (end < text.len && is_word_byte(data[end])) end++;
    }
    return (piece){at, end < text.len ? end : text.len};
}

/* The piece in which a random byte of the text lies. */
static piece random_piece(wc_prng *prng, wc_str text)
{
    size_t target = (size_t)wc_prng_below(prng, text.len);
    piece found = {0, 0};
    while (found.end <= target) found = piece_at(text, found.end);
    return found;
}

typedef struct mutant {
    char *data;
    size_t len, max;
} mutant;

static void splice(mutant *m, size_t at, size_t count, wc_str text)
{
    if (m->len - count + text.len > m->max) return;
    memmove(m->data + at + text.len, m->data + at + count, m->len - at - count);
    memcpy(m->data + at, text.data, text.len);
    m->len = m->len - count + text.len;
}

/* A gap goes behind a sign, or stands in place of blanks: never inside a literal. */
static void edit_layout(mutant *m, wc_prng *prng)
{
    piece found = random_piece(prng, (wc_str){m->data, m->len});
    char first = m->data[found.start];
    wc_str gap = wc_str_of(gaps[wc_prng_below(prng, WC_ARRAY_LEN(gaps))]);
    if (is_gap_byte(first)) {
        splice(m, found.start, found.end - found.start, gap);
    } else if (strchr(";,(){}[]", first) != NULL) {
        splice(m, found.end, 0, gap);
    }
}

static void edit_tokens(mutant *m, wc_prng *prng)
{
    char copy[256];
    wc_str text = {m->data, m->len};
    piece one = random_piece(prng, text), other = random_piece(prng, text);
    size_t length = other.end - other.start;
    if (length > sizeof copy) return;
    memcpy(copy, m->data + other.start, length);
    wc_str word = wc_str_of(words[wc_prng_below(prng, WC_ARRAY_LEN(words))]);
    switch (wc_prng_below(prng, 6)) {
    case 0: splice(m, one.start, one.end - one.start, (wc_str){"", 0}); return;
    case 1: splice(m, one.start, one.end - one.start, (wc_str){copy, length}); return;
    case 2: splice(m, one.start, 0, (wc_str){copy, length}); return;
    case 3: splice(m, one.start, one.end - one.start, word); return;
    case 4: splice(m, one.start, 0, word); return;
    default: edit_layout(m, prng); return;
    }
}

size_t wc_mutate(wc_prng *prng, wc_mutation kind, unsigned edits, wc_str text, char *out,
                 size_t max)
{
    mutant m = {out, text.len, max};
    wc_assert(text.len <= max);
    memcpy(out, text.data, text.len);
    for (unsigned i = 0; i < edits && m.len > 0; i++) {
        if (kind == WC_MUTATE_LAYOUT)
            edit_layout(&m, prng);
        else
            edit_tokens(&m, prng);
    }
    return m.len;
}
