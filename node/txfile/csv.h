/* Rows of a CSV file (RFC 4180), field by field, with the place of each.
 *
 * A field may stand in quotes; quotes inside of them, and line breaks, are refused, because no
 * column that is read here can hold one. Rows end with LF or CRLF. A byte order mark in front, as
 * spreadsheets write it, is skipped, and so are empty lines. Nothing is allocated: fields borrow
 * from the text. */
#ifndef WC_NODE_TXFILE_CSV_H
#define WC_NODE_TXFILE_CSV_H

#include "vm/base/slice.h"
#include "vm/base/status.h"

typedef struct wc_csv {
    wc_str text;
    size_t at;         /* byte that is read next */
    size_t line_start; /* first byte of its line */
    uint32_t line;     /* from 1 */
    bool is_done;      /* the last field was read */
} wc_csv;

typedef struct wc_csv_field {
    wc_str text;           /* without quotes and without blanks around it */
    uint32_t line, column; /* from 1; a column is a character (UTF-8), not a byte */
    bool ends_row;
} wc_csv_field;

void wc_csv_open(wc_csv *csv, wc_str text);

/* The next field. NOT_FOUND: there is none. OUT_OF_DOMAIN: a quote that does not end, or one inside
 * of a field; *field has the place. */
WC_MUST_USE wc_status wc_csv_next(wc_csv *csv, wc_csv_field *field);

#endif
