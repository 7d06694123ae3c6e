/* The scanner: text to tokens, one at a time, forward only.
 *
 * Blanks are skipped; comments come out as tokens (the parser drops them, a formatter keeps them),
 * so the tokens and the blanks between them are the whole text. What is wrong with a token is
 * reported, and a token is returned that lets the parser go on as if it had been right.
 *
 * Quantities: a number, at most one blank, a unit expression without blanks (`0.38 CNY/kWh`, `15
 * min`, `0.05 1/h`) are one token, unless the word is a keyword (`after start + 5 when`). So `100
 * kWh/h` is a quantity and `100 kWh / h` a division. */
#ifndef WC_COMPILER_LEX_LEXER_H
#define WC_COMPILER_LEX_LEXER_H

#include "compiler/diag.h"
#include "compiler/grammar.h" /* WC_TOKEN_*, generated from grammar.y */

#define WC_TOKEN_END 0 /* the parser's number for the end of the text */

typedef struct wc_token {
    wc_span span;
    int16_t kind;   /* WC_TOKEN_END or WC_TOKEN_* */
    bool is_spoilt; /* it, or text dropped before it, was reported: no second complaint about it */
} wc_token;

typedef struct wc_lexer {
    const wc_source *source;
    wc_diags *diags;
    uint32_t at;          /* the next byte, in [0, text.len] */
    uint32_t token_count; /* returned so far, comments not counted */
    bool is_spoilt;       /* something was reported since the last token */
} wc_lexer;

/* Checks the bytes of the whole text (control characters, encoding, direction marks: E0102-E0104,
 * file size: E0112) and stands before its first token. */
void wc_lexer_init(wc_lexer *lexer, wc_diags *diags, const wc_source *source);

/* WC_TOKEN_END at the end, again and again; also after WC_TOKENS_MAX tokens (E0113). */
wc_token wc_lexer_next(wc_lexer *lexer);

/* The text of a token as a message shows it: "`;`", "a name", "the end of the file". */
const char *wc_token_name(int kind);

/* The spelling of a keyword or punctuation; NULL for other kinds. */
const char *wc_token_spelling(int kind);

/* The keyword's token, WC_TOKEN_IDENT for any other word. */
int wc_token_of_word(wc_str word);

bool wc_token_is_keyword(int kind);
bool wc_token_is_reserved(int kind); /* a keyword that can never be a name */

#endif
