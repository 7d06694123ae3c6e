/* The kinds' names, from ast.def. */
#include "compiler/ast/ast.h"

const char *wc_ast_item_name(wc_ast_item_kind kind)
{
    static const char *const names[] = {
#define WC_AST_ITEM(name, text, summary) text,
#include "compiler/ast/ast.def"
#undef WC_AST_ITEM
    };
    wc_assert((size_t)kind < WC_ARRAY_LEN(names));
    return names[kind];
}

const char *wc_ast_routine_name(wc_ast_routine_kind kind)
{
    static const char *const names[] = {
#define WC_AST_ROUTINE(name, text, summary) text,
#include "compiler/ast/ast.def"
#undef WC_AST_ROUTINE
    };
    wc_assert((size_t)kind < WC_ARRAY_LEN(names));
    return names[kind];
}

const char *wc_ast_by_name(wc_ast_by_kind kind)
{
    static const char *const names[] = {
#define WC_AST_BY(name, text, summary) text,
#include "compiler/ast/ast.def"
#undef WC_AST_BY
    };
    wc_assert((size_t)kind < WC_ARRAY_LEN(names));
    return names[kind];
}

const char *wc_ast_clause_name(wc_ast_clause_kind kind)
{
    static const char *const names[] = {
#define WC_AST_CLAUSE(name, text, summary) text,
#include "compiler/ast/ast.def"
#undef WC_AST_CLAUSE
    };
    wc_assert((size_t)kind < WC_ARRAY_LEN(names));
    return names[kind];
}

const char *wc_ast_expr_name(wc_ast_expr_kind kind)
{
    static const char *const names[] = {
#define WC_AST_EXPR(name, text, summary) text,
#include "compiler/ast/ast.def"
#undef WC_AST_EXPR
    };
    wc_assert((size_t)kind < WC_ARRAY_LEN(names));
    return names[kind];
}

const char *wc_ast_unary_name(wc_ast_unary_op op)
{
    static const char *const names[] = {
#define WC_AST_UNARY(name, text, summary) text,
#include "compiler/ast/ast.def"
#undef WC_AST_UNARY
    };
    wc_assert((size_t)op < WC_ARRAY_LEN(names));
    return names[op];
}

const char *wc_ast_binary_name(wc_ast_binary_op op)
{
    static const char *const names[] = {
#define WC_AST_BINARY(name, text, summary) text,
#include "compiler/ast/ast.def"
#undef WC_AST_BINARY
    };
    wc_assert((size_t)op < WC_ARRAY_LEN(names));
    return names[op];
}

const char *wc_ast_stmt_name(wc_ast_stmt_kind kind)
{
    static const char *const names[] = {
#define WC_AST_STMT(name, text, summary) text,
#include "compiler/ast/ast.def"
#undef WC_AST_STMT
    };
    wc_assert((size_t)kind < WC_ARRAY_LEN(names));
    return names[kind];
}

const char *wc_ast_assign_name(wc_ast_assign_op op)
{
    static const char *const names[] = {
#define WC_AST_ASSIGN(name, text, summary) text,
#include "compiler/ast/ast.def"
#undef WC_AST_ASSIGN
    };
    wc_assert((size_t)op < WC_ARRAY_LEN(names));
    return names[op];
}
