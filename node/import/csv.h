/* CSV files from outside: RFC 4180 rows by column name, numbers read exactly.
 *
 * A file is read row by row; nothing but the row at hand is kept. Numbers stay decimal text until
 * they are scaled to integers with one stated rounding, so no value passes through a float. */
#ifndef WC_NODE_IMPORT_CSV_H
#define WC_NODE_IMPORT_CSV_H

#include "vm/base/slice.h"
#include "vm/base/status.h"

#define WC_CSV_COLUMNS_MAX 64u
#define WC_CSV_FIELD_MAX   256u /* bytes of one field */
#define WC_CSV_FILE_MAX    (64u << 20)

/* What was wrong, and where: rows count from 0, the header is not counted. */
typedef struct wc_csv_problem {
    const char *path;
    uint64_t row;
    char column[64];
    char text[160]; /* sentence */
} wc_csv_problem;

typedef struct wc_csv_row {
    uint64_t number;                   /* 0-based, header not counted */
    size_t count;                      /* of the wanted columns */
    wc_str fields[WC_CSV_COLUMNS_MAX]; /* in the order of the wanted names */
} wc_csv_row;

/* Answers false to refuse the row; it has filled problem->column and problem->text then. */
typedef bool (*wc_csv_visit)(void *self, const wc_csv_row *row, wc_csv_problem *problem);

/* Reads path and calls visit for each row with the wanted columns, found by the names of the first
 * line. Errors, with *problem: NOT_FOUND - no such file; IO; TOO_LARGE; OUT_OF_DOMAIN - a wanted
 * column is missing, a row is shorter than the header, a field is too long, or visit refused. */
WC_MUST_USE wc_status wc_csv_read(const char *path, const char *const *wanted, size_t count,
                                  wc_csv_visit visit, void *self, wc_csv_problem *problem);

/* *value = text * multiplier * 10^decimals, rounded half up (away from zero at the tie). text is
 * [-]digits[.digits][e[+-]digits] of at most 18 significant digits. OUT_OF_DOMAIN; OVERFLOW. */
WC_MUST_USE wc_status wc_decimal_scale(wc_str text, int64_t multiplier, unsigned decimals,
                                       int64_t *value);

#endif
