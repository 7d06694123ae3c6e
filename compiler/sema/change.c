/* `add` and `remove` change a collection and have a value. So that the order of evaluation never
 * matters for what a reader expects, nothing else is evaluated beside them (E1011): they are a
 * statement, the whole value of a local or a variable, or part of a condition whose parts are
 * evaluated one after the other. */
#include "compiler/sema/check.h"

static void walk(wc_sema *sema, const wc_sema_expr *expr, bool is_alone);

static void walk_all(wc_sema *sema, wc_sema_expr *const *exprs, uint16_t count)
{
    for (uint16_t i = 0; i < count; i++) walk(sema, exprs[i], false);
}

static void report(wc_sema *sema, const wc_sema_expr *expr)
{
    wc_str verb = expr->op == WC_OPER_SET_ADD ? WC_STR("add") : WC_STR("remove");
    wc_diag *diag =
        wc_diag_report(sema->diags, WC_E1011, expr->span,
                       "`{}` changes the collection in the middle of an expression", verb);
    wc_diag_add_note(sema->diags, diag,
                     "give its value a name first: let is_new = ...; and use that");
}

/* Parts that are evaluated alone, one after the other: !a, a && b, a || b, a ? b : c. The depth of
 * an expression is bounded by the parser (WC_DEPTH_MAX). */
static void walk(wc_sema *sema, const wc_sema_expr *expr, bool is_alone)
{
    if (expr == NULL || expr->op == WC_OPER_NUMBER) return;
    bool is_change = expr->op == WC_OPER_SET_ADD || expr->op == WC_OPER_REMOVE;
    if (is_change && !is_alone) report(sema, expr);
    bool in_turn = expr->op == WC_OPER_NOT || expr->op == WC_OPER_AND || expr->op == WC_OPER_OR ||
                   expr->op == WC_OPER_CHOOSE || expr->op == WC_OPER_FIT;
    walk(sema, expr->a, is_alone && in_turn);
    walk(sema, expr->b, is_alone && in_turn);
    walk(sema, expr->c, is_alone && in_turn);
    walk_all(sema, expr->args, expr->arg_count);
}

/* A variable or field as a whole: nothing of it is evaluated before the right side. */
static bool is_plain(const wc_sema_expr *place)
{
    return place->op == WC_OPER_LOCAL || place->op == WC_OPER_FIELD;
}

void wc_sema_check_changes(wc_sema *sema, const wc_sema_stmt *stmt)
{
    bool first_alone = stmt->kind == WC_DO_LET || stmt->kind == WC_DO_DO ||
                       stmt->kind == WC_DO_IF || stmt->kind == WC_DO_REQUIRE ||
                       stmt->kind == WC_DO_RETURN;
    walk(sema, stmt->a, first_alone);
    walk(sema, stmt->b, stmt->kind == WC_DO_ASSIGN && is_plain(stmt->a));
    walk(sema, stmt->c, false);
    walk_all(sema, stmt->args, stmt->arg_count);
    for (uint16_t i = 0; i < stmt->share_count; i++) {
        walk(sema, stmt->shares[i].who, false);
        walk(sema, stmt->shares[i].weights, false);
        walk(sema, stmt->shares[i].share, false);
    }
}
