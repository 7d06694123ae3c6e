/* Expressions made of several values of one kind: choices, lists, tuples; and old().
 *
 * A value that is made, not read where it lies, has a place of its own in memory. A reference to a
 * contract has none outside the terms (language D6, CA-1): made, it is the party that it names. */
#ifndef WC_COMPILER_SEMA_COMPOUND_H
#define WC_COMPILER_SEMA_COMPOUND_H

#include "compiler/sema/check.h"

/* A written text, or a choice between such: it takes the size of the place. */
bool wc_sema_is_written_text(const wc_sema_expr *value);

/* The value as a part of one that is made: a reference becomes a party. Poison after a report, of a
 * list of references. */
wc_sema_expr *wc_sema_part(wc_sema *sema, wc_sema_expr *value);

/* `want` (or NULL) is the type of the place that the value goes to. Poison after a report. */
wc_sema_expr *wc_sema_check_choose(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want);
wc_sema_expr *wc_sema_check_list(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want);
wc_sema_expr *wc_sema_check_tuple(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want);
wc_sema_expr *wc_sema_check_old(wc_sema *sema, wc_ast_expr *ast);

#endif
