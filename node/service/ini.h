/* INI texts, read strictly: sections in brackets, `key = value` lines, comments with ';' or '#'.
 *
 * inih does the reading (ini.c is the only file that includes it). What it would take silently is
 * refused before: lines that are too long or continue the one before, control characters, text that
 * is not UTF-8. */
#ifndef WC_NODE_SERVICE_INI_H
#define WC_NODE_SERVICE_INI_H

#include "vm/base/slice.h"
#include "vm/base/status.h"

#define WC_INI_LINE_MAX    198u /* characters of a line; inih splits longer ones */
#define WC_INI_PROBLEM_MAX 512u

typedef struct wc_ini_problem {
    unsigned line; /* 1 is the first; 0: none in particular */
    char text[WC_INI_PROBLEM_MAX];
} wc_ini_problem;

typedef struct wc_ini_line {
    unsigned number;
    const char *section, *key, *value; /* end with a NUL; value may be "" */
} wc_ini_line;

/* Says what is wrong; printf-like. Returns OUT_OF_DOMAIN. */
wc_status wc_ini_refuse(wc_ini_problem *problem, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Calls `take` for each key in order; what it returns beside WC_OK ends the reading.
 * Errors: OUT_OF_DOMAIN, with *problem; those of take. */
WC_MUST_USE wc_status wc_ini_read(wc_str text, wc_ini_problem *problem,
                                  wc_status (*take)(void *self, const wc_ini_line *line,
                                                    wc_ini_problem *problem),
                                  void *self);

/* Number in [least, most]; false: it is none. */
WC_MUST_USE bool wc_ini_number(const char *value, int64_t least, int64_t most, int64_t *number);

#endif
