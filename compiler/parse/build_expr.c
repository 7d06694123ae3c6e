/* Nodes of expressions. See build.h. */
#include "compiler/parse/build.h"

static wc_ast_expr *expr_new(wc_parser *p, wc_ast_expr_kind kind, wc_span span)
{
    wc_ast_expr *expr = WC_BUILD_NEW(p, wc_ast_expr);
    expr->kind = kind;
    expr->id = wc_build_id(p);
    expr->span = span;
    expr->depth = 1;
    return expr;
}

/* Makes expr deeper than its child. The grammar's left recursion builds long chains (a + b + c ...)
 * on a flat parser stack, so depth is counted here. */
static void nest(wc_parser *p, wc_ast_expr *expr, const wc_ast_expr *child)
{
    if (child->depth < expr->depth) return;
    expr->depth = (uint16_t)(child->depth + 1);
    if (expr->depth <= WC_DEPTH_MAX || p->is_too_deep || p->no_memory) return;
    p->is_too_deep = true;
    wc_diag *diag = wc_diag_report(p->diags, WC_E0205, expr->span,
                                   "this expression nests more than {} levels", WC_DEPTH_MAX);
    wc_diag_add_note(p->diags, diag, "a chain such as a + b + c is one level per operator");
}

static void nest_list(wc_parser *p, wc_ast_expr *expr, const wc_ast_list *children)
{
    if (p->no_memory) return;
    for (uint32_t i = 0; i < children->count; i++) nest(p, expr, wc_ast_at(children, i));
}

wc_ast_expr *wc_build_name_expr(wc_parser *p, wc_token token)
{
    wc_ast_expr *expr = expr_new(p, WC_EXPR_NAME, token.span);
    expr->as.name = wc_build_name(p, token);
    return expr;
}

wc_ast_expr *wc_build_self(wc_parser *p, wc_token token)
{
    return expr_new(p, WC_EXPR_SELF, token.span);
}

wc_ast_expr *wc_build_literal_expr(wc_parser *p, wc_token token)
{
    wc_ast_expr *expr = expr_new(p, WC_EXPR_LITERAL, token.span);
    expr->as.literal = wc_build_literal(p, token);
    return expr;
}

wc_ast_expr *wc_build_parentheses(wc_token open, wc_ast_expr *inner, wc_token close)
{
    inner->span = wc_span_join(open.span, close.span);
    inner->is_parenthesised = true;
    return inner;
}

wc_ast_expr *wc_build_member(wc_parser *p, wc_ast_expr *object, wc_token name)
{
    wc_ast_expr *expr = expr_new(p, WC_EXPR_MEMBER, wc_span_join(object->span, name.span));
    expr->as.member.object = object;
    expr->as.member.name = wc_build_name(p, name);
    nest(p, expr, object);
    return expr;
}

wc_ast_expr *wc_build_index(wc_parser *p, wc_ast_expr *object, wc_ast_expr *index, wc_token close)
{
    wc_ast_expr *expr = expr_new(p, WC_EXPR_INDEX, wc_span_join(object->span, close.span));
    expr->as.index.object = object;
    expr->as.index.index = index;
    nest(p, expr, object);
    nest(p, expr, index);
    return expr;
}

wc_ast_expr *wc_build_call(wc_parser *p, wc_ast_expr *callee, wc_ast_list args, wc_token close)
{
    wc_ast_expr *expr = expr_new(p, WC_EXPR_CALL, wc_span_join(callee->span, close.span));
    expr->as.call.callee = callee;
    expr->as.call.args = args;
    nest(p, expr, callee);
    if (p->no_memory) return expr;
    for (uint32_t i = 0; i < args.count; i++) {
        const wc_ast_arg *arg = wc_ast_at(&args, i);
        nest(p, expr, arg->value);
    }
    return expr;
}

wc_ast_arg *wc_build_arg(wc_parser *p, const wc_token *name, wc_ast_expr *value)
{
    wc_ast_arg *arg = WC_BUILD_NEW(p, wc_ast_arg);
    arg->span = value->span;
    arg->value = value;
    if (name != NULL) {
        arg->name = wc_build_name(p, *name);
        arg->span = wc_span_join(name->span, value->span);
    }
    return arg;
}

wc_ast_expr *wc_build_unary(wc_parser *p, wc_ast_unary_op op, wc_token sign, wc_ast_expr *operand)
{
    wc_ast_expr *expr = expr_new(p, WC_EXPR_UNARY, wc_span_join(sign.span, operand->span));
    expr->as.unary.op = op;
    expr->as.unary.operand = operand;
    nest(p, expr, operand);
    return expr;
}

wc_ast_expr *wc_build_binary(wc_parser *p, wc_ast_binary_op op, wc_ast_expr *left, wc_token sign,
                             wc_ast_expr *right)
{
    wc_ast_expr *expr = expr_new(p, WC_EXPR_BINARY, wc_span_join(left->span, right->span));
    expr->as.binary.op = op;
    expr->as.binary.op_span = sign.span;
    expr->as.binary.left = left;
    expr->as.binary.right = right;
    nest(p, expr, left);
    nest(p, expr, right);
    return expr;
}

wc_ast_expr *wc_build_choose(wc_parser *p, wc_ast_expr *condition, wc_ast_expr *then,
                             wc_ast_expr *other)
{
    wc_ast_expr *expr = expr_new(p, WC_EXPR_CHOOSE, wc_span_join(condition->span, other->span));
    expr->as.choose.condition = condition;
    expr->as.choose.then = then;
    expr->as.choose.other = other;
    nest(p, expr, condition);
    nest(p, expr, then);
    nest(p, expr, other);
    return expr;
}

wc_ast_expr *wc_build_round(wc_parser *p, wc_token word, wc_ast_type *target, wc_ast_expr *value,
                            wc_ast_name mode, wc_token close)
{
    wc_ast_expr *expr = expr_new(p, WC_EXPR_ROUND, wc_span_join(word.span, close.span));
    expr->as.round.target = target;
    expr->as.round.value = value;
    expr->as.round.mode = mode;
    nest(p, expr, value);
    return expr;
}

wc_ast_expr *wc_build_round_without_mode(wc_parser *p, wc_token word, wc_ast_type *target,
                                         wc_ast_expr *value, wc_token close)
{
    wc_ast_expr *expr = wc_build_round(p, word, target, value, (wc_ast_name){0}, close);
    wc_diag *diag =
        wc_diag_report(p->diags, WC_E0520, expr->span, "this rounding does not say how to round");
    wc_diag_add_note(p->diags, diag,
                     "the modes are half_even, half_up, half_down, up, down, floor, ceil, exact");
    wc_span behind = {close.span.start, close.span.start, close.span.file};
    wc_diag_add_fix(p->diags, diag, behind, WC_FIX_MAYBE, WC_STR(", half_even"),
                    "add the mode the contract means, such as `, half_even`");
    return expr;
}

wc_ast_expr *wc_build_convert(wc_parser *p, wc_token word, wc_ast_type *target, wc_ast_expr *value,
                              wc_token close)
{
    wc_ast_expr *expr = expr_new(p, WC_EXPR_CONVERT, wc_span_join(word.span, close.span));
    expr->as.convert.target = target;
    expr->as.convert.value = value;
    nest(p, expr, value);
    return expr;
}

wc_ast_expr *wc_build_old(wc_parser *p, wc_token word, wc_ast_expr *value, wc_token close)
{
    wc_ast_expr *expr = expr_new(p, WC_EXPR_OLD, wc_span_join(word.span, close.span));
    expr->as.old.value = value;
    nest(p, expr, value);
    return expr;
}

wc_ast_expr *wc_build_fold(wc_parser *p, wc_ast_expr_kind kind, wc_token word, wc_ast_list names,
                           wc_ast_expr *over, wc_token close)
{
    wc_ast_expr *expr = expr_new(p, kind, wc_span_join(word.span, close.span));
    expr->as.fold.names = names;
    expr->as.fold.over = over;
    nest(p, expr, over);
    return expr;
}

void wc_build_fold_body(wc_parser *p, wc_ast_expr *fold, wc_ast_expr *body)
{
    fold->as.fold.body = body;
    nest(p, fold, body);
}

wc_ast_expr *wc_build_elements(wc_parser *p, wc_ast_expr_kind kind, wc_token open,
                               wc_ast_list elements, wc_token close)
{
    wc_ast_expr *expr = expr_new(p, kind, wc_span_join(open.span, close.span));
    expr->as.elements = elements;
    nest_list(p, expr, &elements);
    return expr;
}

wc_ast_expr *wc_build_tuple(wc_parser *p, wc_token open, wc_ast_expr *first, wc_ast_list rest,
                            wc_token close)
{
    wc_ast_list elements = wc_build_list_add(p, (wc_ast_list){0}, first);
    for (uint32_t i = 0; i < rest.count; i++)
        elements = wc_build_list_add(p, elements, rest.items[i]);
    return wc_build_elements(p, WC_EXPR_TUPLE, open, elements, close);
}

/* Appends the name that expr is; false when it is no plain name. */
static bool add_loop_name(wc_parser *p, wc_ast_list *names, wc_ast_expr *expr)
{
    if (expr->kind != WC_EXPR_NAME || expr->is_parenthesised) return false;
    *names = wc_build_list_add(p, *names, &expr->as.name);
    return true;
}

wc_ast_list wc_build_loop_names(wc_parser *p, wc_ast_expr *expr)
{
    wc_ast_list names = {0};
    if (p->no_memory) return names;
    bool is_plain = true;
    if (expr->kind == WC_EXPR_TUPLE) {
        for (uint32_t i = 0; i < expr->as.elements.count; i++)
            is_plain &= add_loop_name(p, &names, wc_ast_at(&expr->as.elements, i));
    } else {
        is_plain = add_loop_name(p, &names, expr);
    }
    if (is_plain) return names;

    wc_diag *diag = wc_diag_report(p->diags, WC_E0209, expr->span,
                                   "a loop declares new names here, not an expression");
    wc_diag_add_note(p->diags, diag, "write `for x in list` or `for (key, value) in map`");
    return names;
}

wc_ast_expr *wc_build_missing_error(wc_parser *p, wc_token word, const wc_ast_expr *condition,
                                    wc_token end)
{
    wc_span behind = {condition->span.end, condition->span.end, condition->span.file};
    wc_diag *diag =
        wc_diag_report(p->diags, WC_E0214, end.span, "this `{}` does not say which error it raises",
                       wc_build_text(p, word.span));
    wc_diag_add_fix(p->diags, diag, behind, WC_FIX_MAYBE, WC_STR(" : SomeError()"),
                    "name an error behind the condition: `: SomeError()`");
    wc_ast_expr *callee = wc_build_name_expr(p, (wc_token){behind, WC_TOKEN_IDENT, true});
    return wc_build_call(p, callee, (wc_ast_list){0}, (wc_token){behind, WC_TOKEN_RP, true});
}
