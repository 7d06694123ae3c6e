/* What stands in a contract as one line and means several members: amendable terms and mix-ins.
 *
 *     wc_parse -> wc_expand -> wc_sema_check
 *
 * Each becomes a text of Clause that is parsed like any other and hung to the contract as a part
 * (wc_ast_part). So what is generated has no meaning of its own: it is checked, shown, proved and
 * compiled like members that somebody wrote.
 *
 * The text is a source with an origin (source.h): what is wrong with it is reported at the term or
 * the `use`, with a second look at the library where there is one. The lines of a mix-in's text are
 * those of the library's source.
 *
 * A mix-in's parameters are replaced token by token, and so are the names that its members declare
 * when the `use` gives a prefix. */
#ifndef WC_COMPILER_EXPAND_EXPAND_H
#define WC_COMPILER_EXPAND_EXPAND_H

#include "compiler/ast/ast.h"
#include "compiler/diag.h"

#define WC_EXPAND_TEXT_MAX (256u * 1024u) /* bytes of one generated text */

typedef struct wc_expand_job {
    wc_arena *arena;
    wc_diags *diags;
    wc_sources *sources;
    /* The parsed file of a module; NULL when there is none; has_errors: they are reported. */
    const wc_ast_file *(*find)(void *self, wc_str path);
    void *self;
} wc_expand_job;

/* Expands every contract of a file that parsed without errors. Errors are in the diagnostics.
 * Errors: NO_MEMORY; TOO_LARGE - too many sources. */
WC_MUST_USE wc_status wc_expand(const wc_expand_job *job, wc_ast_file *file);

#endif
