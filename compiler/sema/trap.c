/* Which routines can fail: what the liquidity check must know of a time-out (D7).
 *
 * A deliberately simple answer: only operations that cannot trap or fail under any values count as
 * safe. Taking all of somebody's escrow is safe, taking an amount is not. */
#include "compiler/sema/check.h"

static const wc_span *trap_in_block(const wc_sema_block *block);

static const wc_span *trap_in_expr(const wc_sema_expr *expr);

static bool is_safe_number(const wc_sema_expr *expr)
{
    return !expr->is_wide && wc_sema_is_number(expr->type);
}

/* The operation itself, its operands aside. */
static bool is_safe(const wc_sema_expr *expr)
{
    switch (expr->op) {
    case WC_OPER_NUMBER:
    case WC_OPER_TEXT:
    case WC_OPER_LOCAL:
    case WC_OPER_TERM:
    case WC_OPER_FIELD:
    case WC_OPER_PARTY:
    case WC_OPER_SELF:
    case WC_OPER_NOW:
    case WC_OPER_ENTERED:
    case WC_OPER_DEPLOYED:
    case WC_OPER_STATE:
    case WC_OPER_CURRENT:
    case WC_OPER_MEMBER:
    case WC_OPER_START:
    case WC_OPER_END:
    case WC_OPER_MAP_FIND:
    case WC_OPER_MAP_GET_OR:
    case WC_OPER_HAS:
    case WC_OPER_LEN:
    case WC_OPER_QCOUNT:
    case WC_OPER_MIN:
    case WC_OPER_MAX:
    case WC_OPER_NOT:
    case WC_OPER_AND:
    case WC_OPER_OR:
    case WC_OPER_CHOOSE:
    case WC_OPER_EQ:
    case WC_OPER_NE:
    case WC_OPER_LT:
    case WC_OPER_LE:
    case WC_OPER_GT:
    case WC_OPER_GE:
    case WC_OPER_IS:
    case WC_OPER_CONTAINS:
    case WC_OPER_RECORD:
    case WC_OPER_TUPLE:
    case WC_OPER_VARIANT:
    case WC_OPER_LIST:
    case WC_OPER_EMPTY:
    case WC_OPER_ESCROW:
    case WC_OPER_BALANCE:
    case WC_OPER_REMOVE: return true;
    case WC_OPER_FORALL: return expr->a->type->kind != WC_SEMA_SERIES;
    case WC_OPER_NEG:
    case WC_OPER_ADD:
    case WC_OPER_SUB:
    case WC_OPER_MUL:
    case WC_OPER_ABS: return is_safe_number(expr);
    case WC_OPER_SUM: return is_safe_number(expr) && expr->a->type->kind != WC_SEMA_SERIES;
    case WC_OPER_FIT: return wc_range_within(expr->a->range, wc_range_of_type(expr->type));
    case WC_OPER_CALLER:
    case WC_OPER_STATE_DATA:
    case WC_OPER_LENGTH:
    case WC_OPER_SPAN:
    case WC_OPER_INDEX:
    case WC_OPER_AT:
    case WC_OPER_MAP_GET:
    case WC_OPER_QUALITY:
    case WC_OPER_IDIV:
    case WC_OPER_MOD:
    case WC_OPER_ROUND:
    case WC_OPER_INTERVAL:
    case WC_OPER_POSTED:
    case WC_OPER_CALL:
    case WC_OPER_VIEW:
    case WC_OPER_SET_ADD:
    case WC_OPER_TEST_PARTY:
    case WC_OPER_DEPLOY:
    case WC_OPER_TEST_CALL:
    case WC_OPER_TEST_MONEY:
    case WC_OPER_TEST_STATE:
    case WC_OPER_FLAT:
    case WC_OPER_COUNT: return false;
    }
    return false;
}

static const wc_span *trap_in_args(wc_sema_expr *const *args, uint16_t count)
{
    for (uint16_t i = 0; i < count; i++) {
        const wc_span *span = trap_in_expr(args[i]);
        if (span != NULL) return span;
    }
    return NULL;
}

static const wc_span *trap_in_expr(const wc_sema_expr *expr)
{
    if (expr == NULL) return NULL;
    if (!is_safe(expr)) return &expr->span;
    const wc_sema_expr *const operands[] = {expr->a, expr->b, expr->c};
    for (size_t i = 0; i < WC_ARRAY_LEN(operands); i++) {
        const wc_span *span = trap_in_expr(operands[i]);
        if (span != NULL) return span;
    }
    return trap_in_args(expr->args, expr->arg_count);
}

static bool is_all_of(const wc_sema_expr *amount, const wc_sema_expr *owner, uint16_t currency)
{
    if (amount->op == WC_OPER_FIT) amount = amount->a;
    if (amount->index != currency) return false;
    if (amount->op == WC_OPER_BALANCE) return owner->op == WC_OPER_SELF;
    return amount->op == WC_OPER_ESCROW && wc_sema_same_value(amount->a, owner);
}

/* The statement itself, its expressions and blocks aside. */
static bool is_safe_stmt(const wc_sema_stmt *stmt)
{
    switch (stmt->kind) {
    case WC_DO_LET:
    case WC_DO_DO:
    case WC_DO_IF:
    case WC_DO_FOR_RANGE:
    case WC_DO_FOR_EACH:
    case WC_DO_MATCH:
    case WC_DO_BREAK:
    case WC_DO_RETURN:
    case WC_DO_EMIT:
    case WC_DO_GOTO:
    case WC_DO_CLEAR:
    case WC_DO_UNLOCK_ALL: return true;
    case WC_DO_ASSIGN: return stmt->a->op == WC_OPER_LOCAL || stmt->a->op == WC_OPER_FIELD;
    case WC_DO_PAY: return is_all_of(stmt->c, stmt->a, stmt->index);
    case WC_DO_UNLOCK: return is_all_of(stmt->b, stmt->a, stmt->index);
    case WC_DO_MAP_ADD:
    case WC_DO_REQUIRE:
    case WC_DO_FAIL:
    case WC_DO_SEND:
    case WC_DO_PUSH:
    case WC_DO_INSERT:
    case WC_DO_DELETE:
    case WC_DO_LOCK:
    case WC_DO_SPLIT:
    case WC_DO_CLEAR_NET:
    case WC_DO_REDEEM:
    case WC_DO_ASSERT:
    case WC_DO_AS:
    case WC_DO_EXPECT:
    case WC_DO_MANDATE:
    case WC_DO_ADVANCE:
    case WC_DO_COUNT: return false;
    }
    return false;
}

static bool binds_series(const wc_sema_stmt *stmt)
{
    return stmt->kind == WC_DO_FOR_EACH && stmt->item != NULL &&
           stmt->a->type->kind == WC_SEMA_SERIES;
}

static const wc_span *trap_in_stmt(const wc_sema_stmt *stmt)
{
    if (!is_safe_stmt(stmt) || binds_series(stmt)) return &stmt->span;
    const wc_sema_expr *const operands[] = {stmt->a, stmt->b, stmt->c};
    for (size_t i = 0; i < WC_ARRAY_LEN(operands); i++) {
        const wc_span *span = trap_in_expr(operands[i]);
        if (span != NULL) return span;
    }
    const wc_span *span = trap_in_args(stmt->args, stmt->arg_count);
    if (span == NULL && stmt->body != NULL) span = trap_in_block(stmt->body);
    if (span == NULL && stmt->other != NULL) span = trap_in_block(stmt->other);
    for (uint16_t i = 0; i < stmt->arm_count && span == NULL; i++) {
        span = trap_in_block(stmt->arms[i].body);
    }
    return span;
}

static const wc_span *trap_in_block(const wc_sema_block *block)
{
    for (const wc_sema_stmt *stmt = block->first; stmt != NULL; stmt = stmt->next) {
        const wc_span *span = trap_in_stmt(stmt);
        if (span != NULL) return span;
    }
    return NULL;
}

const wc_span *wc_sema_may_trap(const wc_sema_routine *routine)
{
    if (routine->ensure_count > 0) return &routine->ensures[0].span;
    return trap_in_block(routine->body);
}
