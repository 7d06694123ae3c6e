/* Between the files of compiler/expand. */
#ifndef WC_COMPILER_EXPAND_INSIDE_H
#define WC_COMPILER_EXPAND_INSIDE_H

#include "compiler/expand/expand.h"

typedef struct wc_expander {
    const wc_expand_job *job;
    wc_ast_file *file;
    wc_ast_contract *contract;
    wc_buf text; /* of the part under way */
} wc_expander;

/* Appends to a list of the tree. NO_MEMORY. */
WC_MUST_USE wc_status wc_expand_add(const wc_expander *x, wc_ast_list *list, void *item);

/* Parses the text that was gathered, which declares one contract, and hangs it to the contract
 * under way. *added: the part; NULL after a report. */
WC_MUST_USE wc_status wc_expand_parse(wc_expander *x, const wc_ast_part *part, wc_str name,
                                      bool is_library, wc_ast_part **added);

void wc_expand_put(wc_expander *x, wc_str text);
void wc_expand_put_text(wc_expander *x, const char *text);

/* amend.c: storage and actions of the amendable terms. */
WC_MUST_USE wc_status wc_expand_terms(wc_expander *x);

/* mixin.c */
WC_MUST_USE wc_status wc_expand_mixins(wc_expander *x);
void wc_expand_check_mixin(const wc_expander *x, const wc_ast_item *item);

#endif
