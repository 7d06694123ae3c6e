/* Lints: what compiles and still deserves a second look.
 *
 * Some warnings come from the checker in every compilation; those of this folder only when asked
 * for, by `wattclause lint`. lint.def says which is which, and what each is about. Every lint obeys
 * `// allow CODE: reason` (allow.h). Only the compiled file is looked at, never what it uses. */
#ifndef WC_COMPILER_LINT_LINT_H
#define WC_COMPILER_LINT_LINT_H

#include "compiler/diag.h"

struct wc_sema_program;

typedef enum wc_lint_group {
    WC_LINT_CORRECTNESS,
    WC_LINT_MONEY,
    WC_LINT_TIME,
    WC_LINT_GAS,
    WC_LINT_STYLE,
    WC_LINT_GROUP_COUNT
} wc_lint_group;

const char *wc_lint_group_name(wc_lint_group group);

/* The group of a warning; WC_LINT_GROUP_COUNT for errors. */
wc_lint_group wc_lint_group_of(wc_diag_code code);

/* Looks at the text and the program of the source, and reports at last the allows that allowed
 * nothing. After an error, when there is no program, it says nothing. */
void wc_lint(wc_diags *diags, const wc_source *source, const struct wc_sema_program *program);

/* Drops warnings whose group is not in the set (bit per wc_lint_group). */
void wc_lint_keep_groups(wc_diags *diags, unsigned groups);

/* The text of the source with every sure fix of its diagnostics made, except those that overlap one
 * made before; *count of them. *text is the source's own text when there is none. */
WC_MUST_USE wc_status wc_lint_fix(wc_arena *arena, const wc_diags *diags, const wc_source *source,
                                  wc_str *text, uint32_t *count);

/* ---- the parts ----------------------------------------------------------------------------- */

void wc_lint_text(wc_diags *diags, const wc_source *source, const struct wc_sema_program *program);
void wc_lint_program(wc_diags *diags, const wc_source *source,
                     const struct wc_sema_program *program);
void wc_lint_readers(wc_diags *diags, const wc_source *source,
                     const struct wc_sema_program *program);

#endif
