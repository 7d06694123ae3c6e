/* The checked tree as text: see dump.h. */
#include "compiler/sema/dump.h"

#include "vm/base/text.h"

static const char *const op_names[] = {
#define WC_SEMA_OP(name, text, summary) text,
#include "compiler/sema/tree.def"
#undef WC_SEMA_OP
};

static const char *const stmt_names[] = {
#define WC_SEMA_STMT(name, text, summary) text,
#include "compiler/sema/tree.def"
#undef WC_SEMA_STMT
};

_Static_assert(WC_ARRAY_LEN(op_names) == WC_OPER_COUNT, "one name for each operation");
_Static_assert(WC_ARRAY_LEN(stmt_names) == WC_DO_COUNT, "one name for each statement");

const char *wc_sema_op_name(wc_sema_op op)
{
    wc_assert((size_t)op < WC_ARRAY_LEN(op_names));
    return op_names[op];
}

const char *wc_sema_stmt_name(wc_sema_stmt_kind kind)
{
    wc_assert((size_t)kind < WC_ARRAY_LEN(stmt_names));
    return stmt_names[kind];
}

/* --- expressions ------------------------------------------------------------------------------ */

/* The type says something that the operands do not. */
static bool shows_type(const wc_sema_expr *expr)
{
    return expr->op == WC_OPER_FIT || expr->op == WC_OPER_VARIANT || expr->op == WC_OPER_EMPTY ||
           expr->op == WC_OPER_LIST || expr->op == WC_OPER_RECORD || expr->is_wide;
}

static const bool has_index[WC_OPER_COUNT] = {
    [WC_OPER_TERM] = true,       [WC_OPER_FIELD] = true,   [WC_OPER_PARTY] = true,
    [WC_OPER_STATE_DATA] = true, [WC_OPER_MEMBER] = true,  [WC_OPER_QCOUNT] = true,
    [WC_OPER_IS] = true,         [WC_OPER_VARIANT] = true, [WC_OPER_ESCROW] = true,
    [WC_OPER_BALANCE] = true,    [WC_OPER_POSTED] = true,  [WC_OPER_TEST_PARTY] = true,
    [WC_OPER_TEST_MONEY] = true, [WC_OPER_FILL] = true,    [WC_OPER_RESAMPLE] = true,
    [WC_OPER_DATE_PART] = true};

static void put_names(const wc_sema_expr *expr, wc_buf *buf)
{
    static const char *const modes[] = {"half_even", "half_up", "half_down", "up",
                                        "down",      "floor",   "ceil",      "exact"};
    if (expr->op == WC_OPER_ROUND) {
        wc_format(buf, " {}/{} {}", expr->n, expr->d, modes[expr->round]);
    }
    if (expr->key != NULL) wc_format(buf, " {}", expr->key->name);
    if (expr->local != NULL) wc_format(buf, " {}", expr->local->name);
    if (expr->zip != NULL) wc_format(buf, " {}", expr->zip->name);
    if (expr->calendar != NULL) wc_format(buf, " {}", expr->calendar->zone);
    bool has_unit = expr->op == WC_OPER_CAL_SPAN || expr->op == WC_OPER_DATE_FIRST;
    if (has_unit) wc_format(buf, " {}", expr->unit);
    if (expr->routine != NULL) wc_format(buf, " {}", expr->routine->name);
    if (expr->method != NULL) wc_format(buf, " {}", expr->method->name);
    if (expr->contract != NULL && expr->op == WC_OPER_DEPLOY) {
        wc_format(buf, " {}", expr->contract->name);
    }
    if (has_index[expr->op]) wc_format(buf, " {}", expr->index);
}

void wc_sema_dump_expr(const wc_sema_expr *expr, wc_buf *buf)
{
    if (expr->op == WC_OPER_NUMBER) {
        wc_put_scaled_wide(buf, expr->number,
                           expr->type->kind == WC_SEMA_DEC ? expr->type->scale : 0);
        bool has_unit = expr->type->kind == WC_SEMA_DEC && expr->type->unit->text.len > 0;
        if (has_unit) wc_format(buf, " {}", expr->type->unit->text);
        return;
    }
    if (expr->op == WC_OPER_TEXT) {
        wc_format(buf, "\"{}\"", expr->text);
        return;
    }
    wc_format(buf, "({}", wc_sema_op_name(expr->op));
    if (shows_type(expr)) wc_format(buf, " {}{}", expr->type->text, expr->is_wide ? " w" : "");
    put_names(expr, buf);
    const wc_sema_expr *const operands[] = {expr->a, expr->b, expr->c};
    for (size_t i = 0; i < WC_ARRAY_LEN(operands); i++) {
        if (operands[i] == NULL) continue;
        wc_buf_put_text(buf, " ");
        wc_sema_dump_expr(operands[i], buf);
    }
    for (uint16_t i = 0; i < expr->arg_count; i++) {
        wc_buf_put_text(buf, " ");
        wc_sema_dump_expr(expr->args[i], buf);
    }
    wc_buf_put_text(buf, ")");
}

/* --- statements ------------------------------------------------------------------------------- */

static void put_block(const wc_sema_block *block, unsigned depth, wc_buf *buf);

static void indent(unsigned depth, wc_buf *buf)
{
    for (unsigned i = 0; i < depth; i++) wc_buf_put_text(buf, "  ");
}

static void put_operands(const wc_sema_stmt *stmt, wc_buf *buf)
{
    const wc_sema_expr *const operands[] = {stmt->a, stmt->b, stmt->c};
    for (size_t i = 0; i < WC_ARRAY_LEN(operands); i++) {
        if (operands[i] == NULL) continue;
        wc_buf_put_text(buf, " ");
        wc_sema_dump_expr(operands[i], buf);
    }
    for (uint16_t i = 0; i < stmt->arg_count; i++) {
        wc_buf_put_text(buf, " ");
        wc_sema_dump_expr(stmt->args[i], buf);
    }
}

static void put_local(const wc_sema_local *local, wc_buf *buf)
{
    if (local == NULL) {
        wc_buf_put_text(buf, " _");
        return;
    }
    wc_format(buf, " {} : {}{}", local->name, local->type->text, local->is_wide ? " w" : "");
}

static void put_shares(const wc_sema_stmt *stmt, unsigned depth, wc_buf *buf)
{
    for (uint16_t i = 0; i < stmt->share_count; i++) {
        const wc_sema_share *share = &stmt->shares[i];
        indent(depth, buf);
        wc_buf_put_text(buf, share->weights != NULL ? "pro_rata " : "");
        wc_sema_dump_expr(share->weights != NULL ? share->weights : share->who, buf);
        wc_buf_put_text(buf, " : ");
        if (share->share == NULL) {
            wc_buf_put_text(buf, "rest");
        } else {
            wc_sema_dump_expr(share->share, buf);
        }
        wc_buf_put_text(buf, "\n");
    }
}

static void put_arms(const wc_sema_stmt *stmt, unsigned depth, wc_buf *buf)
{
    for (uint16_t i = 0; i < stmt->arm_count; i++) {
        const wc_sema_arm *arm = &stmt->arms[i];
        indent(depth, buf);
        if (arm->variant == WC_NO_VARIANT) {
            wc_buf_put_text(buf, "_");
        } else {
            wc_format(buf, "{}", arm->variant);
        }
        for (uint16_t j = 0; j < arm->binder_count; j++) put_local(arm->binders[j], buf);
        wc_buf_put_text(buf, " =>\n");
        put_block(arm->body, depth + 1, buf);
    }
}

static void put_stmt(const wc_sema_stmt *stmt, unsigned depth, wc_buf *buf)
{
    indent(depth, buf);
    wc_buf_put_text(buf, wc_sema_stmt_name(stmt->kind));
    for (uint16_t i = 0; i < stmt->local_count; i++) put_local(stmt->locals[i], buf);
    if (stmt->key != NULL) put_local(stmt->key, buf);
    if (stmt->item != NULL) put_local(stmt->item, buf);
    if (stmt->zip != NULL) put_local(stmt->zip, buf);
    if (stmt->signature != NULL) wc_format(buf, " {}", stmt->signature->name);
    if (stmt->method != NULL) wc_format(buf, " {}", stmt->method->name);
    bool is_loop = stmt->kind == WC_DO_FOR_EACH || stmt->kind == WC_DO_FOR_RANGE;
    if (is_loop) wc_format(buf, " at most {}", stmt->trips);
    if (stmt->kind == WC_DO_GOTO) wc_format(buf, " {}", stmt->index);
    if (stmt->kind == WC_DO_SPLIT)
        wc_format(buf, " mode {} of 10^{}", stmt->mode, stmt->share_scale);
    put_operands(stmt, buf);
    wc_buf_put_text(buf, "\n");
    put_shares(stmt, depth + 1, buf);
    put_arms(stmt, depth + 1, buf);
    if (stmt->body != NULL) put_block(stmt->body, depth + 1, buf);
    if (stmt->other != NULL) {
        indent(depth, buf);
        wc_buf_put_text(buf, "else\n");
        put_block(stmt->other, depth + 1, buf);
    }
}

static void put_block(const wc_sema_block *block, unsigned depth, wc_buf *buf)
{
    for (const wc_sema_stmt *stmt = block->first; stmt != NULL; stmt = stmt->next) {
        put_stmt(stmt, depth, buf);
    }
}

void wc_sema_dump_routine(const wc_sema_routine *routine, wc_buf *buf)
{
    wc_buf_put_text(buf, wc_ast_routine_name(routine->kind));
    if (routine->name.len > 0) wc_format(buf, " {}", routine->name);
    for (uint16_t i = 0; i < routine->param_count; i++) put_local(routine->locals[i], buf);
    if (routine->result != NULL) wc_format(buf, " -> {}", routine->result->text);
    wc_buf_put_text(buf, "\n");
    if (routine->due != NULL) {
        wc_buf_put_text(buf, "  due ");
        wc_sema_dump_expr(routine->due, buf);
        wc_buf_put_text(buf, "\n");
    }
    for (uint16_t i = 0; i < routine->require_count; i++) {
        wc_buf_put_text(buf, "  requires ");
        wc_sema_dump_expr(routine->requires[i].condition, buf);
        wc_format(buf, " {}\n", routine->requires[i].error->name);
    }
    for (uint16_t i = 0; i < routine->old_count; i++) {
        wc_buf_put_text(buf, "  old ");
        wc_sema_dump_expr(routine->olds[i].value, buf);
        wc_buf_put_text(buf, "\n");
    }
    put_block(routine->body, 1, buf);
    for (uint16_t i = 0; i < routine->ensure_count; i++) {
        wc_buf_put_text(buf, "  ensures ");
        wc_sema_dump_expr(routine->ensures[i].condition, buf);
        wc_buf_put_text(buf, "\n");
    }
}
