/* The JSON form of diagnostics, for editors and pipelines. */
#ifndef WC_COMPILER_DIAG_JSON_H
#define WC_COMPILER_DIAG_JSON_H

#include "compiler/diag.h"

/* Appends one array and a line end:
 *
 *     [{"code":"E0202","severity":"error","message":"...",
 *       "spans":[{"file":"a.clause","byte_start":29,"byte_end":29,"line":2,"col":17,
 *                 "utf16_col":17,"label":"","primary":true}],
 *       "notes":["..."],
 *       "fixes":[{"title":"...","applicability":"sure",
 *                 "edits":[{"file":"a.clause","byte_start":29,"byte_end":29,"text":";"}]}],
 *       "rule":"a missing `;`"}]
 *
 * The primary span comes first. Lines and columns count from 1, col in code points,
 * utf16_col in UTF-16 units; bytes are half-open. applicability: "sure" (a tool may apply it) or
 * "maybe" (the author chooses). rule is the title of the code in diag.def. Text is UTF-8; stray
 * bytes come as U+FFFD. */
void wc_diags_render_json(const wc_diags *diags, wc_buf *buf);

/* Appends one log of SARIF 2.1.0 and a line end: one run, the codes that occur as its rules, one
 * result per diagnostic with its labels as related locations and its fixes. Columns count UTF-16
 * units, as the run's columnKind says. File names that are absolute paths become file: URIs. */
void wc_diags_render_sarif(const wc_diags *diags, wc_buf *buf);

/* ---- parts of both ------------------------------------------------------------------------- */

/* The text as a JSON string in quotes: control characters and direction marks escaped, stray bytes
 * as U+FFFD. */
void wc_json_put_string(wc_buf *buf, wc_str text);
void wc_json_put_escaped(wc_buf *buf, wc_str text); /* without the quotes */

/* The column of the byte at offset in UTF-16 units, from 1. */
uint32_t wc_json_utf16_column(const wc_source *source, uint32_t offset);

#endif
