/* What a syntax error says. */
#ifndef WC_COMPILER_PARSE_SYNTAX_H
#define WC_COMPILER_PARSE_SYNTAX_H

#include "compiler/lex/lexer.h"

#define WC_TOKEN_KINDS 128u /* numbers of tokens are below; parse.c checks it */

/* A token that cannot stand where it stands. */
typedef struct wc_syntax_error {
    wc_token found;
    wc_token before;      /* the token before it; WC_TOKEN_END at the start of the file */
    wc_token before_that; /* likewise */
    bool is_expected[WC_TOKEN_KINDS]; /* by kind: the tokens that could, context words as such */
} wc_syntax_error;

/* Reports E0201, E0206 or E0207 with what was found, what could stand there, and a proposal. */
void wc_syntax_report(wc_diags *diags, const wc_source *source, const wc_syntax_error *error);

/* A word that other languages have for a keyword of this one, as `while`. */
bool wc_syntax_is_habit(const wc_source *source, wc_token token);

/* E0202: a `;` is missing behind the token before. */
void wc_syntax_report_semicolon(wc_diags *diags, const wc_syntax_error *error);

/* E0203: `}` is missing before the token found; open is the innermost open brace, if is_open. */
void wc_syntax_report_brace(wc_diags *diags, const wc_source *source, const wc_syntax_error *error,
                            wc_span open);

/* E0201: the word of a declaration among the statements of a body. */
void wc_syntax_report_inner(wc_diags *diags, const wc_source *source, wc_token found);

/* E0204: a closing brace that closes nothing. */
void wc_syntax_report_stray(wc_diags *diags, wc_token found);

/* E0213: the file does not begin with `module`. */
void wc_syntax_report_module(wc_diags *diags, const wc_source *source, wc_token found);

#endif
