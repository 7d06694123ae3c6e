/* What changes in the life of a contract, inside the checker: members that compiler/expand made
 * (parts.c) and upgrades (upgrade.c). */
#ifndef WC_COMPILER_SEMA_LIFE_H
#define WC_COMPILER_SEMA_LIFE_H

#include "compiler/sema/check.h"

/* A contract's members with those of its parts; module by module that of the names in them. */
typedef struct wc_sema_parts {
    uint32_t count; /* the contract itself is the first */
    const wc_ast_contract **members;
    wc_sema_module **modules;
} wc_sema_parts;

typedef enum wc_sema_list_kind {
    WC_LIST_TERMS,
    WC_LIST_STORAGE,
    WC_LIST_STATES,
    WC_LIST_ROUTINES,
    WC_LIST_INVARIANTS
} wc_sema_list_kind;

typedef struct wc_sema_gathered {
    uint32_t count;
    void **items;
    wc_sema_module **modules; /* by item */
    uint32_t *origins;        /* by item: the part, 0 for the contract itself */
} wc_sema_gathered;

/* --- parts.c ---------------------------------------------------------------------------------- */

wc_sema_parts wc_sema_parts_of(wc_sema *sema, const wc_ast_contract *ast);
wc_sema_gathered wc_sema_gather(wc_sema *sema, const wc_sema_parts *parts, wc_sema_list_kind kind);
/* Leaves out what was made for a term that cannot be amended. */
void wc_sema_parts_drop(const wc_ast_contract *ast, const wc_sema_parts *parts, wc_str term);
void wc_sema_check_given(wc_sema *sema, const wc_ast_contract *ast);
bool wc_sema_is_given_currency(const wc_sema *sema, wc_str name); /* to the part that is checked */

/* --- upgrade.c -------------------------------------------------------------------------------- */

/* Sets contract->version when there is an `upgrade` that can follow the version before. */
void wc_sema_find_upgrade(wc_sema *sema, const wc_ast_contract *ast);
wc_sema_gathered wc_sema_order_fields(wc_sema *sema, const wc_sema_gathered *list);
void wc_sema_number_fields(wc_sema *sema);
/* Gives the routine its parameter, the storage before. */
void wc_sema_open_upgrade(wc_sema *sema, wc_sema_body *body);
wc_sema_expr *wc_sema_field_before(wc_sema *sema, const wc_ast_name *name, wc_span span);
/* Assignments of the fields that stay; NULL: none. */
wc_sema_stmt *wc_sema_carry(wc_sema *sema, wc_sema_body *body);
void wc_sema_check_assigned(wc_sema *sema, const wc_sema_body *body);

#endif
