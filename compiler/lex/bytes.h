/* The check of a source's bytes, before any token is made of them. */
#ifndef WC_COMPILER_LEX_BYTES_H
#define WC_COMPILER_LEX_BYTES_H

#include "compiler/diag.h"
#include "compiler/lex/utf8.h"

/* Reports control characters (E0102), direction marks (E0103) and bytes that are not UTF-8 (E0104),
 * each run of them once. Tab, line feed and a carriage return before a line feed are allowed, and a
 * byte order mark at the start. */
void wc_bytes_check(wc_diags *diags, const wc_source *source);

/* Whether wc_bytes_check reports the character at an offset; the scanner skips it then. */
bool wc_bytes_is_bad(wc_str text, size_t at, wc_utf8_char character);

#endif
