/* Coverage as rows with places in the source: made from the counters (coverage.c), told as text,
 * lcov, JSON (coverage_text.c) and HTML (coverage_html.c). */
#ifndef WC_NODE_CLI_COVERAGE_H
#define WC_NODE_CLI_COVERAGE_H

#include "node/cli/suite.h"
#include "node/runner/cover.h"

#define WC_COVERAGE_FILES_MAX 256u
#define WC_COVERAGE_ROWS_MAX  65536u

typedef enum wc_coverage_kind {
    WC_COVERAGE_STATEMENT,  /* ran */
    WC_COVERAGE_BRANCH,     /* one of the two ways of a condition */
    WC_COVERAGE_ARM,        /* of a match, was taken */
    WC_COVERAGE_STATE,      /* an instance was in it */
    WC_COVERAGE_TRANSITION, /* an action or time-out was done in a state, or led to one */
    WC_COVERAGE_ROLE,       /* one of several that `by` names has done it */
    WC_COVERAGE_ERROR,      /* was raised */
    WC_COVERAGE_ROUNDING,   /* met its tie, or, where ties decide nothing, had something to round */
    WC_COVERAGE_KINDS
} wc_coverage_kind;

typedef struct wc_coverage_row {
    wc_coverage_kind kind;
    uint16_t file;
    uint32_t line; /* 0: of the contract as a whole */
    uint16_t column;
    uint16_t ordinal; /* among those of its kind at the place */
    uint64_t hits;
    char text[120]; /* what was not covered, when hits is 0 */
} wc_coverage_row;

typedef struct wc_coverage_file {
    wc_str path;
    const wc_source *source; /* NULL: not at hand */
    uint32_t covered[WC_COVERAGE_KINDS], total[WC_COVERAGE_KINDS];
} wc_coverage_file;

typedef struct wc_coverage {
    uint32_t file_count, row_count;
    wc_coverage_file files[WC_COVERAGE_FILES_MAX];
    wc_coverage_row *rows; /* by file, line, column, kind */
} wc_coverage;

extern const char *const wc_coverage_names[WC_COVERAGE_KINDS];

/* Rows of all modules, those of the standard library's sources left out. False: out of memory. */
bool wc_coverage_make(wc_coverage *coverage, const wc_cover *cover, const wc_suite *suite);

void wc_coverage_text(const wc_coverage *coverage, wc_buf *text);
void wc_coverage_lcov(const wc_coverage *coverage, wc_buf *text);
void wc_coverage_json(const wc_coverage *coverage, wc_buf *text);
void wc_coverage_html(const wc_coverage *coverage, wc_buf *text);

/* "41/45  91.1 %" */
void wc_coverage_share(wc_buf *text, uint32_t covered, uint32_t total);

#endif
