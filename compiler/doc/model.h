/* The document a sheet is: sections of text, tables and figures, and how one is written down.
 *
 * Text is a list of runs, so that a renderer escapes each for its own format and nothing that an
 * author wrote can become markup. The builder keeps one place where runs go: after wc_doc_para the
 * paragraph, after wc_doc_cell the next cell of the row. When memory ends, no_memory is set and
 * further calls do nothing; wc_doc_of reports it. */
#ifndef WC_COMPILER_DOC_MODEL_H
#define WC_COMPILER_DOC_MODEL_H

#include "compiler/diag.h"
#include "compiler/doc/doc.h"
#include "compiler/source.h"

#define WC_DOC_COLUMNS_MAX 8u
#define WC_DOC_COST        "cost" /* the section that gas is all of */

typedef enum wc_doc_run_kind {
    WC_RUN_TEXT,
    WC_RUN_CODE,   /* as it stands in the source */
    WC_RUN_STRONG, /* a judgement: "proved", "nobody" */
    WC_RUN_BREAK,  /* a new line in the cell */
    WC_RUN_PLACE   /* a line of a source: "line 12", a link when it is the sheet's own */
} wc_doc_run_kind;

typedef struct wc_doc_run {
    struct wc_doc_run *next;
    wc_doc_run_kind kind;
    wc_str text;
    uint32_t line; /* PLACE */
    wc_str file;   /* PLACE: another file's name; "" for the sheet's own */
} wc_doc_run;

typedef struct wc_doc_text {
    wc_doc_run *first, *last;
} wc_doc_text;

typedef struct wc_doc_row {
    struct wc_doc_row *next;
    wc_doc_text cells[WC_DOC_COLUMNS_MAX];
    uint32_t line; /* of the declaration; 0: none */
    wc_str file;   /* as for a run */
} wc_doc_row;

typedef struct wc_doc_column {
    const char *key, *title;
} wc_doc_column;

typedef enum wc_doc_block_kind {
    WC_BLOCK_PARA,
    WC_BLOCK_TABLE,
    WC_BLOCK_FIGURE, /* the state diagram */
    WC_BLOCK_SOURCE  /* the source text with its lines */
} wc_doc_block_kind;

typedef struct wc_doc_block {
    struct wc_doc_block *next;
    wc_doc_block_kind kind;
    wc_doc_text text; /* PARA */
    const char *id;   /* TABLE */
    wc_doc_column columns[WC_DOC_COLUMNS_MAX];
    uint32_t column_count;
    wc_doc_row *rows, *last_row;
    bool has_places; /* some row has a line */
    wc_str svg, alt; /* FIGURE: drawing, and the same in words */
} wc_doc_block;

typedef struct wc_doc_section {
    struct wc_doc_section *next;
    const char *id, *title;
    wc_doc_block *first, *last;
} wc_doc_section;

struct wc_doc {
    wc_arena *arena;
    const wc_sources *sources;
    const wc_source *source; /* the contract's own */
    wc_str contract, module;
    wc_str lead; /* documentation comment of the file and the contract */
    wc_doc_section *first, *last;
    bool no_memory;
    bool hides_gas;

    wc_doc_text *at; /* the builder's place */
    uint32_t cell;   /* of the row under way: the next one */
};

void wc_doc_section_open(wc_doc *doc, const char *id, const char *title);
void wc_doc_para(wc_doc *doc);
void wc_doc_table(wc_doc *doc, const char *id, const wc_doc_column *columns, uint32_t count);
/* A row, and whose declaration it is about; NULL: nobody's. */
void wc_doc_row_open(wc_doc *doc, const wc_span *span);
void wc_doc_cell(wc_doc *doc);
void wc_doc_figure(wc_doc *doc, wc_str svg, wc_str alt);
void wc_doc_listing(wc_doc *doc);

/* ---- runs ---- */
void wc_doc_run_args(wc_doc *doc, wc_doc_run_kind kind, const wc_arg *args, size_t count);
#define wc_doc_say(doc, ...)    wc_doc_run_args((doc), WC_RUN_TEXT, WC_ARGS(__VA_ARGS__))
#define wc_doc_strong(doc, ...) wc_doc_run_args((doc), WC_RUN_STRONG, WC_ARGS(__VA_ARGS__))
void wc_doc_words(wc_doc *doc, wc_str text); /* prose of any length, as it is */
void wc_doc_code(wc_doc *doc, wc_str text);  /* white space is drawn together */
void wc_doc_break(wc_doc *doc);
void wc_doc_place(wc_doc *doc, wc_span span);
/* A separator before every item but the first: "a, b, c". */
void wc_doc_comma(wc_doc *doc, bool *is_first);

/* Text of at most `max` bytes in the arena. */
wc_buf wc_doc_scratch(wc_doc *doc, size_t max);
wc_str wc_doc_keep(wc_doc *doc, const wc_buf *text);

/* ---- the three writers ---- */

/* Whether the column is shown: some row says something in it, and it is not hidden. */
bool wc_doc_is_used(const wc_doc *doc, const wc_doc_block *table, uint32_t column);

void wc_doc_put_html(const wc_doc *doc, wc_buf *buf);
void wc_doc_put_markdown(const wc_doc *doc, wc_buf *buf);
void wc_doc_put_json(const wc_doc *doc, wc_buf *buf);
/* Plain text of runs; lines are separated by "; ". */
void wc_doc_put_plain(const wc_doc_text *text, wc_buf *buf);

#endif
