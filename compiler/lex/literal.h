/* The values of literals. Each function reports what is wrong with the text at span and returns
 * false then; raw is the text of the token, or the part of it that the function is for. */
#ifndef WC_COMPILER_LEX_LITERAL_H
#define WC_COMPILER_LEX_LITERAL_H

#include "compiler/diag.h"

typedef struct wc_number {
    wc_i128 mantissa; /* value = mantissa * 10^-scale; not negative */
    unsigned scale;   /* in [0, WC_DECIMALS_MAX] */
} wc_number;

/* How many bytes at the start of raw are a number: digits, `_`, one point. */
size_t wc_number_len(wc_str raw);

/* Digits with `_` between them, then at most scale_max decimals. E0106, E0107, E0108. */
bool wc_literal_number(wc_diags *diags, wc_span span, wc_str raw, unsigned scale_max,
                       wc_number *number);

/* The text between quotes with escapes resolved, in the arena. E0109, E0110; E0105 has been
 * reported by the scanner when the last quote is missing. text->data is NULL when the arena is
 * full. */
bool wc_literal_string(wc_diags *diags, wc_span span, wc_str raw, wc_str *text);

/* Days since 1970-01-01 of YYYY-MM-DD (Gregorian, years 0001 to 9999). E0114. */
bool wc_literal_date(wc_diags *diags, wc_span span, wc_str raw, int64_t *days);

/* UTC seconds since 1970-01-01T00:00:00Z of YYYY-MM-DDThh:mm[:ss], then Z, +hh:mm or -hh:mm.
 * E0114, E0115. */
bool wc_literal_time(wc_diags *diags, wc_span span, wc_str raw, int64_t *seconds);

#endif
