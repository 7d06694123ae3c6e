/* The syntax tree as text, for golden tests and for `build --emit ast`.
 *
 * One node per line, two blanks per level, S-expressions without closing parentheses on lines of
 * their own: `let x : Energy = (sum (e) in read : e)`. Expressions are one line in fully
 * parenthesised prefix form, so that the tree, not the spelling, is shown. */
#ifndef WC_COMPILER_AST_DUMP_H
#define WC_COMPILER_AST_DUMP_H

#include "compiler/ast/ast.h"
#include "vm/base/buf.h"

/* Works on trees with broken parts, too. */
void wc_ast_dump(wc_buf *buf, const wc_ast_file *file);

/* One expression; also for messages that show how an expression was read. */
void wc_ast_dump_expr(wc_buf *buf, const wc_ast_expr *expr);

/* One type, spelled in the canonical way. */
void wc_ast_dump_type(wc_buf *buf, const wc_ast_type *type);

#endif
