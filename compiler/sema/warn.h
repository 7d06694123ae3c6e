/* What the checker says beside its errors, and what it keeps for that: amounts that are split by
 * hand, divisors that may be zero, names nobody uses, the state graph. */
#ifndef WC_COMPILER_SEMA_WARN_H
#define WC_COMPILER_SEMA_WARN_H

#include "compiler/sema/check.h"

/* --- byhand.c: amounts split by hand (E0601) -------------------------------------------------- */

/* A payment of a rounded share on the current path (E0601); see byhand.c. */
struct wc_sema_paid {
    struct wc_sema_paid *next;
    struct wc_sema_paid *head; /* the first share of the same amount: itself, or an earlier one */
    const wc_ast_stmt *ast;
    const wc_sema_expr *from;
    const wc_sema_expr *whole;
    const wc_ast_expr *share_text; /* NULL: not written as round(x * share, mode) */
    const wc_sema_expr *share;     /* a constant, or NULL */
    uint32_t number;               /* payments on the path, with this one */
    bool is_reported;              /* head: there is a second share */
    wc_diag *diag;                 /* head: what was reported, when it was kept */
    wc_sema_list others;           /* head: of wc_sema_paid, later shares in order of the source */
};

void wc_sema_paid_share(wc_sema *sema, const wc_ast_stmt *ast, const wc_sema_stmt *pay);
wc_sema_paid *wc_sema_paid_join(wc_sema_paid *before, wc_sema_paid *one, wc_sema_paid *other);
void wc_sema_fix_by_hand(wc_sema *sema, const wc_sema_body *body);

/* --- missing.c: divisors (L0502) -------------------------------------------------------------- */

/* A divisor of the checked file that no condition in sight keeps from being zero (L0502). */
typedef struct wc_sema_doubt {
    const wc_sema_expr *divisor;
    wc_str text;
    bool is_met;  /* the walk with facts came by */
    bool is_open; /* and could not rule zero out */
} wc_sema_doubt;

void wc_sema_met_divisor(wc_sema *sema, const wc_sema_expr *divisor, bool is_safe);
wc_diag *wc_sema_divisor_warning(const wc_sema *sema, wc_span span);
void wc_sema_warn_divisors(wc_sema *sema);

/* --- graph.c: the state graph (L0801 to L0803) ------------------------------------------------ */

void wc_sema_warn_states(wc_sema *sema);

/* --- unused.c: when nothing is wrong (L0301, L0303, L0305) ------------------------------------ */

bool wc_sema_expr_may_trap(const wc_sema_expr *expr); /* trap.c */
void wc_sema_warn_unused_local(wc_sema *sema, const wc_sema_symbol *symbol);
void wc_sema_warn_unused_members(wc_sema *sema, const wc_ast_contract *ast, uint32_t mark);
void wc_sema_warn_unused_module(wc_sema *sema);

#endif
