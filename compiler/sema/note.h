/* What the checker notes for an index (compiler/index.h) while it resolves names, and the tables of
 * the language that an index shows. Part of check.h. */
#ifndef WC_COMPILER_SEMA_NOTE_H
#define WC_COMPILER_SEMA_NOTE_H

#include "compiler/sema/sema.h"

struct wc_sema;
struct wc_sema_symbol;

/* Each does nothing when no index is wanted, or when the place is not in the checked file. The name
 * is a slice of its source and so tells its place; the definition is the span of the name there, or
 * of the whole declaration. */
void wc_sema_note_use(struct wc_sema *sema, wc_str name, wc_span definition);
void wc_sema_note_value(struct wc_sema *sema, const wc_ast_expr *ast, const wc_sema_expr *value);
void wc_sema_note_scope(struct wc_sema *sema, wc_span span); /* where names of locals end */
void wc_sema_note_local(struct wc_sema *sema, struct wc_sema_symbol *symbol);

/* Makes the index out of the notes, at the end of the pass. */
void wc_sema_index(struct wc_sema *sema, wc_source_index *index);

/* Tables of the language, row by row; false behind the last. */
bool wc_sema_builtin_at(uint32_t row, const char **name, const char **usage);
bool wc_sema_money_call_at(uint32_t row, const char **name, const char **usage);
bool wc_sema_builtin_type_at(uint32_t row, const char **name, const char **usage);
/* *name is NULL when values of this kind do not have the method of that row. */
bool wc_sema_method_at(uint32_t row, wc_sema_kind kind, const char **name, const char **usage);
bool wc_sema_change_at(uint32_t row, wc_sema_kind kind, const char **name, const char **usage);
const char *wc_sema_round_mode_name(uint32_t mode); /* NULL behind the last */

#endif
