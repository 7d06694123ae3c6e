/* See dump_value.h and dump.h. */
#include "compiler/ast/dump_value.h"

#include "vm/base/text.h"

static void put_str(wc_buf *buf, wc_str text)
{
    wc_buf_put(buf, text.data, text.len);
}

void wc_dump_name(wc_buf *buf, const wc_ast_name *name)
{
    put_str(buf, name->text);
}

void wc_dump_path(wc_buf *buf, const wc_ast_path *path)
{
    for (uint32_t i = 0; i < path->names.count; i++) {
        if (i != 0) wc_buf_put_u8(buf, '.');
        wc_dump_name(buf, wc_ast_at(&path->names, i));
    }
}

/* CNY^1*kW^-1 */
void wc_dump_unit(wc_buf *buf, const wc_ast_unit *unit)
{
    for (uint32_t i = 0; i < unit->factors.count; i++) {
        const wc_ast_unit_factor *factor = wc_ast_at(&unit->factors, i);
        if (i != 0) wc_buf_put_u8(buf, '*');
        wc_dump_path(buf, factor->path);
        wc_buf_put_u8(buf, '^');
        wc_buf_put_decimal(buf, factor->exponent);
    }
}

/* Texts as their bytes between quotes, with \" and \\ escaped. */
static void put_text(wc_buf *buf, wc_str text)
{
    wc_buf_put_u8(buf, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '"' || text.data[i] == '\\') wc_buf_put_u8(buf, '\\');
        wc_buf_put_u8(buf, (uint8_t)text.data[i]);
    }
    wc_buf_put_u8(buf, '"');
}

void wc_dump_literal(wc_buf *buf, const wc_ast_literal *literal)
{
    switch (literal->kind) {
    case WC_LITERAL_NUMBER:
    case WC_LITERAL_PERCENT:
    case WC_LITERAL_QUANTITY:
        wc_put_scaled_wide(buf, literal->mantissa, literal->scale);
        if (literal->unit == NULL) return;
        wc_buf_put_text(buf, " [");
        wc_dump_unit(buf, literal->unit);
        wc_buf_put_u8(buf, ']');
        return;
    case WC_LITERAL_STRING: put_text(buf, literal->text); return;
    case WC_LITERAL_DATE:
        wc_buf_put_text(buf, "day ");
        wc_buf_put_decimal(buf, literal->value);
        return;
    case WC_LITERAL_TIME:
        wc_buf_put_text(buf, "second ");
        wc_buf_put_decimal(buf, literal->value);
        return;
    case WC_LITERAL_BOOL: wc_buf_put_text(buf, literal->value != 0 ? "true" : "false"); return;
    case WC_LITERAL_KIND_COUNT: return;
    }
}

/* ---- types --------------------------------------------------------------------------------- */

static void put_bound(wc_buf *buf, const wc_ast_bound *bound)
{
    if (bound->is_negative) wc_buf_put_u8(buf, '-');
    if (bound->literal != NULL)
        wc_dump_literal(buf, bound->literal);
    else
        wc_dump_path(buf, bound->path);
}

static void put_type_arg(wc_buf *buf, const wc_ast_type_arg *arg)
{
    switch (arg->kind) {
    case WC_TYPE_ARG_NAME: wc_dump_path(buf, arg->path); return;
    case WC_TYPE_ARG_TYPE: wc_ast_dump_type(buf, arg->type); return;
    case WC_TYPE_ARG_UNIT: wc_dump_unit(buf, arg->unit); return;
    case WC_TYPE_ARG_VALUE: put_bound(buf, arg->low); return;
    case WC_TYPE_ARG_RANGE:
        put_bound(buf, arg->low);
        wc_buf_put_text(buf, "..");
        put_bound(buf, arg->high);
        return;
    case WC_TYPE_ARG_KIND_COUNT: return;
    }
}

void wc_ast_dump_type(wc_buf *buf, const wc_ast_type *type)
{
    if (type->kind == WC_TYPE_EXPR_TUPLE) {
        wc_buf_put_u8(buf, '(');
        for (uint32_t i = 0; i < type->elements.count; i++) {
            if (i != 0) wc_buf_put_text(buf, ", ");
            wc_ast_dump_type(buf, wc_ast_at(&type->elements, i));
        }
        wc_buf_put_u8(buf, ')');
        return;
    }
    wc_dump_path(buf, type->path);
    if (type->args.count == 0) return;
    wc_buf_put_u8(buf, '<');
    for (uint32_t i = 0; i < type->args.count; i++) {
        if (i != 0) wc_buf_put_text(buf, ", ");
        put_type_arg(buf, wc_ast_at(&type->args, i));
    }
    wc_buf_put_u8(buf, '>');
}

/* ---- expressions --------------------------------------------------------------------------- */

void wc_dump_args(wc_buf *buf, const wc_ast_list *args)
{
    wc_buf_put_u8(buf, '(');
    for (uint32_t i = 0; i < args->count; i++) {
        const wc_ast_arg *arg = wc_ast_at(args, i);
        if (i != 0) wc_buf_put_text(buf, ", ");
        if (arg->name.text.len != 0) {
            wc_dump_name(buf, &arg->name);
            wc_buf_put_text(buf, ": ");
        }
        wc_ast_dump_expr(buf, arg->value);
    }
    wc_buf_put_u8(buf, ')');
}

static void put_elements(wc_buf *buf, const wc_ast_list *elements)
{
    for (uint32_t i = 0; i < elements->count; i++) {
        if (i != 0) wc_buf_put_text(buf, ", ");
        wc_ast_dump_expr(buf, wc_ast_at(elements, i));
    }
}

/* (word a b c) */
static void put_prefix(wc_buf *buf, const char *word, const wc_ast_expr *a, const wc_ast_expr *b,
                       const wc_ast_expr *c)
{
    const wc_ast_expr *const parts[] = {a, b, c};
    wc_buf_put_u8(buf, '(');
    wc_buf_put_text(buf, word);
    for (size_t i = 0; i < WC_ARRAY_LEN(parts); i++) {
        if (parts[i] == NULL) continue;
        wc_buf_put_u8(buf, ' ');
        wc_ast_dump_expr(buf, parts[i]);
    }
    wc_buf_put_u8(buf, ')');
}

/* (round<T> value mode), (convert<T> value) */
static void put_typed(wc_buf *buf, const wc_ast_expr *expr, const wc_ast_type *target,
                      const wc_ast_expr *value, const wc_ast_name *mode)
{
    wc_buf_put_u8(buf, '(');
    wc_buf_put_text(buf, wc_ast_expr_name(expr->kind));
    if (target != NULL) {
        wc_buf_put_u8(buf, '<');
        wc_ast_dump_type(buf, target);
        wc_buf_put_u8(buf, '>');
    }
    wc_buf_put_u8(buf, ' ');
    wc_ast_dump_expr(buf, value);
    if (mode != NULL) {
        wc_buf_put_u8(buf, ' ');
        wc_dump_name(buf, mode);
    }
    wc_buf_put_u8(buf, ')');
}

/* (sum (k, v) in over : body) */
static void put_fold(wc_buf *buf, const wc_ast_expr *expr)
{
    wc_buf_put_u8(buf, '(');
    wc_buf_put_text(buf, wc_ast_expr_name(expr->kind));
    for (uint32_t i = 0; i < expr->as.fold.names.count; i++) {
        wc_buf_put_text(buf, i == 0 ? " (" : ", ");
        wc_dump_name(buf, wc_ast_at(&expr->as.fold.names, i));
    }
    wc_buf_put_text(buf, expr->as.fold.names.count != 0 ? ") in " : " ");
    wc_ast_dump_expr(buf, expr->as.fold.over);
    if (expr->as.fold.body != NULL) {
        wc_buf_put_text(buf, " : ");
        wc_ast_dump_expr(buf, expr->as.fold.body);
    }
    wc_buf_put_u8(buf, ')');
}

void wc_ast_dump_expr(wc_buf *buf, const wc_ast_expr *expr)
{
    switch (expr->kind) {
    case WC_EXPR_LITERAL: wc_dump_literal(buf, expr->as.literal); return;
    case WC_EXPR_NAME: wc_dump_name(buf, &expr->as.name); return;
    case WC_EXPR_SELF: wc_buf_put_text(buf, "self"); return;
    case WC_EXPR_MEMBER:
        wc_ast_dump_expr(buf, expr->as.member.object);
        wc_buf_put_u8(buf, '.');
        wc_dump_name(buf, &expr->as.member.name);
        return;
    case WC_EXPR_INDEX:
        wc_ast_dump_expr(buf, expr->as.index.object);
        wc_buf_put_u8(buf, '[');
        wc_ast_dump_expr(buf, expr->as.index.index);
        wc_buf_put_u8(buf, ']');
        return;
    case WC_EXPR_CALL:
        wc_ast_dump_expr(buf, expr->as.call.callee);
        wc_dump_args(buf, &expr->as.call.args);
        return;
    case WC_EXPR_UNARY:
        put_prefix(buf, wc_ast_unary_name(expr->as.unary.op), expr->as.unary.operand, NULL, NULL);
        return;
    case WC_EXPR_BINARY:
        put_prefix(buf, wc_ast_binary_name(expr->as.binary.op), expr->as.binary.left,
                   expr->as.binary.right, NULL);
        return;
    case WC_EXPR_CHOOSE:
        put_prefix(buf, "?", expr->as.choose.condition, expr->as.choose.then,
                   expr->as.choose.other);
        return;
    case WC_EXPR_ROUND:
        put_typed(buf, expr, expr->as.round.target, expr->as.round.value, &expr->as.round.mode);
        return;
    case WC_EXPR_CONVERT:
        put_typed(buf, expr, expr->as.convert.target, expr->as.convert.value, NULL);
        return;
    case WC_EXPR_OLD: put_prefix(buf, "old", expr->as.old.value, NULL, NULL); return;
    case WC_EXPR_SUM:
    case WC_EXPR_FORALL: put_fold(buf, expr); return;
    case WC_EXPR_LIST:
        wc_buf_put_u8(buf, '[');
        put_elements(buf, &expr->as.elements);
        wc_buf_put_u8(buf, ']');
        return;
    case WC_EXPR_TUPLE:
        wc_buf_put_text(buf, "(tuple ");
        put_elements(buf, &expr->as.elements);
        wc_buf_put_u8(buf, ')');
        return;
    case WC_EXPR_KIND_COUNT: return;
    }
}
