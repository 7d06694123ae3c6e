/* The formatter: a source in its one canonical form.
 *
 * The form depends on the tokens, the comments, which blocks the author opened on a line of their
 * own, and where one or more blank lines stood; nothing else of the old layout survives, and there
 * are no options. It keeps every comment, changes no token, and formatting twice changes nothing
 * more. docs/reference/style.md describes the form.
 *
 * Works on a source that parses: on any other it does nothing, so broken text is never moved. */
#ifndef WC_COMPILER_FMT_FMT_H
#define WC_COMPILER_FMT_FMT_H

#include "compiler/diag.h"

#define WC_FMT_WIDTH  100u /* columns of a line, where it can be broken */
#define WC_FMT_INDENT 4u

/* Formats the source into *text, in the arena. When the source has errors they are in diags, as
 * wc_parse reports them, and *text is the empty string with data NULL.
 *
 * Errors: NO_MEMORY - the arena is full; *text is unchanged. */
WC_MUST_USE wc_status wc_fmt(wc_arena *arena, wc_diags *diags, const wc_source *source,
                             wc_str *text);

#endif
