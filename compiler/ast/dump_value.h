/* The parts of the dump that stand within a line. */
#ifndef WC_COMPILER_AST_DUMP_VALUE_H
#define WC_COMPILER_AST_DUMP_VALUE_H

#include "compiler/ast/dump.h"

void wc_dump_name(wc_buf *buf, const wc_ast_name *name);
void wc_dump_path(wc_buf *buf, const wc_ast_path *path);
void wc_dump_unit(wc_buf *buf, const wc_ast_unit *unit);
void wc_dump_literal(wc_buf *buf, const wc_ast_literal *literal);

/* (a, name: b) */
void wc_dump_args(wc_buf *buf, const wc_ast_list *args);

#endif
