/* Nodes of statements. See build.h. */
#include "compiler/parse/build.h"

wc_ast_block *wc_build_block(wc_parser *p, wc_span start, wc_ast_list stmts, wc_span end)
{
    wc_ast_block *block = WC_BUILD_NEW(p, wc_ast_block);
    block->span = wc_span_join(start, end);
    block->id = wc_build_id(p);
    block->stmts = stmts;
    return block;
}

wc_ast_block *wc_build_block_of(wc_parser *p, wc_ast_stmt *stmt)
{
    wc_span span = stmt->span;
    return wc_build_block(p, span, wc_build_list_add(p, (wc_ast_list){0}, stmt), span);
}

wc_ast_stmt *wc_build_stmt(wc_parser *p, wc_ast_stmt_kind kind, wc_span start, wc_span end)
{
    wc_ast_stmt *stmt = WC_BUILD_NEW(p, wc_ast_stmt);
    stmt->kind = kind;
    stmt->id = wc_build_id(p);
    stmt->span = wc_span_join(start, end);
    return stmt;
}

wc_ast_stmt *wc_build_assign(wc_parser *p, wc_ast_assign_op op, wc_ast_expr *place,
                             wc_ast_expr *value, wc_token end)
{
    wc_ast_stmt *stmt = wc_build_stmt(p, WC_STMT_ASSIGN, place->span, end.span);
    stmt->as.assign.op = op;
    stmt->as.assign.place = place;
    stmt->as.assign.value = value;
    return stmt;
}

wc_ast_stmt *wc_build_if(wc_parser *p, wc_token word, wc_ast_expr *condition, wc_ast_block *then,
                         wc_ast_block *other)
{
    wc_span end = other != NULL ? other->span : then->span;
    wc_ast_stmt *stmt = wc_build_stmt(p, WC_STMT_IF, word.span, end);
    stmt->as.branch.condition = condition;
    stmt->as.branch.then = then;
    stmt->as.branch.other = other;
    return stmt;
}

wc_ast_stmt *wc_build_call_stmt(wc_parser *p, wc_ast_stmt_kind kind, wc_token word,
                                wc_ast_expr *call, wc_token end)
{
    wc_ast_stmt *stmt = wc_build_stmt(p, kind, word.span, end.span);
    stmt->as.call = call;
    return stmt;
}

wc_ast_arm *wc_build_arm(wc_parser *p, wc_ast_pattern *pattern, wc_ast_block *body)
{
    wc_ast_arm *arm = WC_BUILD_NEW(p, wc_ast_arm);
    arm->span = wc_span_join(pattern->span, body->span);
    arm->pattern = pattern;
    arm->body = body;
    return arm;
}

wc_ast_pattern *wc_build_pattern(wc_parser *p, wc_ast_pattern_kind kind, wc_span span)
{
    wc_ast_pattern *pattern = WC_BUILD_NEW(p, wc_ast_pattern);
    pattern->kind = kind;
    pattern->span = span;
    pattern->id = wc_build_id(p);
    return pattern;
}

wc_ast_share *wc_build_share(wc_parser *p, wc_ast_expr *who, wc_ast_expr *share, wc_token end)
{
    wc_ast_share *node = WC_BUILD_NEW(p, wc_ast_share);
    node->span = wc_span_join(who->span, end.span);
    node->who = who;
    node->share = share;
    return node;
}
