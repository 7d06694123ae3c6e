/* The JSON form of diagnostics, for editors and pipelines. */
#ifndef WC_COMPILER_DIAG_JSON_H
#define WC_COMPILER_DIAG_JSON_H

#include "compiler/diag.h"

/* Appends one array and a line end:
 *
 *     [{"code":"E0202","severity":"error","message":"...",
 *       "spans":[{"file":"a.clause","byte_start":29,"byte_end":29,"line":2,"col":17,
 *                 "label":"","primary":true}],
 *       "notes":["..."],
 *       "fixes":[{"title":"...","applicability":"sure",
 *                 "edits":[{"file":"a.clause","byte_start":29,"byte_end":29,"text":";"}]}]}]
 *
 * The primary span comes first. Lines and columns count from 1, columns in code points; bytes are
 * half-open. applicability: "sure" or "maybe". Text is UTF-8; stray bytes come as U+FFFD. */
void wc_diags_render_json(const wc_diags *diags, wc_buf *buf);

#endif
