/* A reference page while it is written, as Markdown. One page per run of the program, so there is
 * one buffer; what does not fit makes the run fail (main.c). */
#ifndef WC_TESTS_DOCS_PAGE_H
#define WC_TESTS_DOCS_PAGE_H

#include "vm/base/buf.h"

extern wc_buf doc_page;

/* Markdown as it is. */
void doc_put(const char *markdown);

/* Decimal, in groups of three digits. */
void doc_put_number(uint64_t value);

/* Prose from a table: outside of `code`, what Markdown would take as markup is escaped. */
void doc_put_prose(const char *text);

/* One table row; each cell is prose. A bar is escaped, inside `code`, too. */
void doc_put_row(const char *const *cells, size_t count);
#define DOC_ROW(...)                                                                               \
    doc_put_row((const char *const[]){__VA_ARGS__},                                                \
                sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/* A line with the columns' names, and the rule below it. */
void doc_put_head(const char *const *names, size_t count);
#define DOC_HEAD(...)                                                                              \
    doc_put_head((const char *const[]){__VA_ARGS__},                                               \
                 sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/* A fenced block of a Clause source. Control characters, direction marks and bytes that are not
 * UTF-8 stand as \xNN: a page must be readable text. */
void doc_put_source(const char *source);

/* "# title" and the remark that names the tables the page is made from. */
void doc_put_title(const char *title, const char *tables);

/* ---- the pages, each in page_<name>.c -----------------------------------------------------------
 */

void doc_cli(void);
void doc_refusals(void);
void doc_ledger(void);
void doc_diagnostics(void);
void doc_limits(void);
void doc_node(void);
void doc_metrics(void);
void doc_api(void);
void doc_tmlanguage(void); /* not Markdown: the grammar of editors */

/* rules_path: what `lemon -g` prints, preceded by the %left, %right and %nonassoc lines of the
 * grammar. False: the file cannot be read or holds something else. */
bool doc_grammar(const char *rules_path);

#endif
