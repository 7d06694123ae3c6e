/* The contract sheet: what a contract tells the people who are asked to sign it.
 *
 *     wc_doc_of(job, contract) -> wc_doc -> wc_doc_put(doc, format, buf)
 *
 * The sheet is one document of sections with text, tables and a figure (model.h), made from the
 * checked program, the syntax tree and the emitted module; HTML, Markdown and JSON are three ways
 * to write the same document, so none can say less than another. Everything lives in the arena of
 * the compilation. The same source gives the same bytes. */
#ifndef WC_COMPILER_DOC_DOC_H
#define WC_COMPILER_DOC_DOC_H

#include "vm/base/buf.h"

#define WC_DOC_TEXT_MAX ((size_t)16 << 20)

typedef struct wc_doc wc_doc;

typedef enum wc_doc_format {
    WC_DOC_HTML,     /* one file, no scripts, readable on a phone and on paper */
    WC_DOC_MARKDOWN, /* without the source, whose lines it names */
    WC_DOC_JSON      /* tables as rows of named cells, in plain text */
} wc_doc_format;

/* Leaves gas out of pages: figures that change with the compiler, not with the contract. */
void wc_doc_hide_gas(wc_doc *doc);

/* Appends the sheet; the caller checks the buffer. */
void wc_doc_put(const wc_doc *doc, wc_doc_format format, wc_buf *buf);

#endif
