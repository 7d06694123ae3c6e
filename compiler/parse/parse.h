/* From a source to its syntax tree. */
#ifndef WC_COMPILER_PARSE_PARSE_H
#define WC_COMPILER_PARSE_PARSE_H

#include "compiler/ast/ast.h"
#include "compiler/diag.h"

/* Parses the source into *file. What the author must mend is reported to diags (families E01, E02,
 * and E0520 for a rounding without a mode), several errors per file; *file is set all the same and
 * holds what did parse.
 *
 * Errors: NO_MEMORY - the arena is full; *file is unchanged. */
WC_MUST_USE wc_status wc_parse(wc_arena *arena, wc_diags *diags, const wc_source *source,
                               wc_ast_file **file);

#endif
