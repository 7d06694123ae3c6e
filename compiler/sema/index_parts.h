/* The parts of the index that are not the list of definitions: texts, places. */
#ifndef WC_COMPILER_SEMA_INDEX_PARTS_H
#define WC_COMPILER_SEMA_INDEX_PARTS_H

#include "compiler/sema/check.h"

/* --- note.c ----------------------------------------------------------------------------------- */

typedef struct wc_sema_use {
    wc_span span;
    wc_span definition; /* of the name there, or of the whole declaration */
} wc_sema_use;

typedef struct wc_sema_noted_value {
    const wc_ast_expr *ast;
    const wc_sema_expr *value;
} wc_sema_noted_value;

typedef struct wc_sema_notes {
    wc_sema_list locals; /* of wc_sema_symbol */
    wc_sema_list uses;   /* of wc_sema_use */
    wc_sema_list values; /* of wc_sema_noted_value */
    wc_sema_list scopes; /* of wc_span */
} wc_sema_notes;

/* --- index_type.c ----------------------------------------------------------------------------- */

/* Translates types for the index, each once. */
typedef struct wc_sema_index_types {
    wc_sema *sema;
    const wc_index_type **known; /* by index of the type */
    uint32_t count;
} wc_sema_index_types;

/* NULL for poison and for what is no value. */
const wc_index_type *wc_sema_index_type(wc_sema_index_types *types, const wc_sema_type *type);

/* --- index_text.c ----------------------------------------------------------------------------- */

/* The comment above a declaration, else the one behind it on its last line. */
wc_str wc_sema_index_doc(wc_sema *sema, const wc_source *source, wc_span full);

/* The text up to a body, on one line, without comments. */
wc_str wc_sema_index_written(wc_sema *sema, const wc_source *source, wc_span span);

/* Who may call a routine, in which states, what it does. */
void wc_sema_index_routine(wc_sema *sema, const wc_sema_body *body, wc_index_def *def);

/* --- index_place.c ---------------------------------------------------------------------------- */

typedef int (*wc_sema_index_order)(const void *a, const void *b);

/* Merge sort: stable, bottom up. */
void wc_sema_index_sort(wc_sema *sema, wc_sema_list *list, wc_sema_index_order order);
int wc_sema_index_by_name(const void *a, const void *b); /* wc_index_def, by span of the name */

void wc_sema_index_scopes(wc_sema *sema, wc_source_index *index); /* scope and owner of locals */
void wc_sema_index_uses(wc_sema *sema, wc_source_index *index);
void wc_sema_index_values(wc_sema *sema, wc_sema_index_types *types, wc_source_index *index);

#endif
