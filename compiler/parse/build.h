/* What the grammar's actions call: one function per kind of node, and the state they share.
 *
 * When the arena is full a builder returns a scratch node, notes no_memory, and the driver stops
 * before the next token; so actions need no checks. Builders that look into what they are given
 * look at no_memory first, because scratch has no meaning. Items of value NULL (broken text) are
 * skipped by the list functions. */
#ifndef WC_COMPILER_PARSE_BUILD_H
#define WC_COMPILER_PARSE_BUILD_H

#include "compiler/ast/ast.h"
#include "compiler/lex/lexer.h"

#define WC_SCRATCH_SIZE  512u
#define WC_SCRATCH_SLOTS 8u /* so that a node is not built over the one it is built from */

typedef struct wc_parser {
    wc_arena *arena;
    wc_diags *diags;
    const wc_source *source;
    wc_ast_file *file;
    wc_ast_contract *contract; /* the one whose members are being read; contracts do not nest */
    uint32_t next_id;
    bool no_memory;   /* the arena is full */
    bool is_too_deep; /* E0205 was reported */
    wc_token token;   /* the token that is being fed */
    uint32_t scratch_turn;
    _Alignas(16) uint8_t scratch[WC_SCRATCH_SLOTS][WC_SCRATCH_SIZE];
} wc_parser;

/* The parser's stack is full: E0205, and the driver stops. */
void wc_parser_overflow(wc_parser *p);

/* ---- lists and names ----------------------------------------------------------------------- */

/* A zeroed node of size bytes, or a scratch node. */
void *wc_build_node(wc_parser *p, size_t size);
#define WC_BUILD_NEW(p, type) ((type *)wc_build_node((p), sizeof(type)))

uint32_t wc_build_id(wc_parser *p);

wc_ast_list wc_build_list_add(wc_parser *p, wc_ast_list list, void *item);
wc_str wc_build_text(const wc_parser *p, wc_span span);
wc_ast_name wc_build_name(wc_parser *p, wc_token token);
wc_ast_name *wc_build_name_node(wc_parser *p, wc_token token);
wc_ast_list wc_build_name_add(wc_parser *p, wc_ast_list names, wc_token token);
/* From start over the last of names. */
wc_span wc_build_names_span(const wc_parser *p, wc_span start, wc_ast_list names);
wc_ast_path *wc_build_path(wc_parser *p, wc_token token);
wc_ast_path *wc_build_path_add(wc_parser *p, wc_ast_path *path, wc_token token);

/* ---- literals, units, types ---------------------------------------------------------------- */

wc_ast_literal *wc_build_literal(wc_parser *p, wc_token token);
wc_ast_unit *wc_build_unit(wc_parser *p, wc_ast_path *path);
wc_ast_unit *wc_build_unit_add(wc_parser *p, wc_ast_unit *unit, int exponent, wc_token name);
wc_ast_unit *wc_build_unit_inverse(wc_parser *p, wc_token one, wc_token name);
wc_ast_bound *wc_build_bound(wc_parser *p, wc_ast_literal *literal);
wc_ast_bound *wc_build_bound_name(wc_parser *p, wc_ast_path *path);
wc_ast_bound *wc_build_bound_minus(wc_token minus, wc_ast_bound *bound);
wc_ast_type *wc_build_type(wc_parser *p, wc_ast_path *path, wc_ast_list args, wc_span end);
wc_ast_type *wc_build_type_tuple(wc_parser *p, wc_token open, wc_ast_type *first, wc_ast_list rest,
                                 wc_token close);
wc_ast_type_arg *wc_build_type_arg(wc_parser *p, wc_ast_type_arg_kind kind, wc_span span);
wc_ast_type_arg *wc_build_type_arg_type(wc_parser *p, wc_ast_type *type);

/* ---- expressions --------------------------------------------------------------------------- */

wc_ast_expr *wc_build_name_expr(wc_parser *p, wc_token token);
wc_ast_expr *wc_build_self(wc_parser *p, wc_token token);
wc_ast_expr *wc_build_literal_expr(wc_parser *p, wc_token token);
wc_ast_expr *wc_build_parentheses(wc_token open, wc_ast_expr *inner, wc_token close);
wc_ast_expr *wc_build_member(wc_parser *p, wc_ast_expr *object, wc_token name);
wc_ast_expr *wc_build_index(wc_parser *p, wc_ast_expr *object, wc_ast_expr *index, wc_token close);
wc_ast_expr *wc_build_call(wc_parser *p, wc_ast_expr *callee, wc_ast_list args, wc_token close);
/* name may be NULL. */
wc_ast_arg *wc_build_arg(wc_parser *p, const wc_token *name, wc_ast_expr *value);
wc_ast_expr *wc_build_unary(wc_parser *p, wc_ast_unary_op op, wc_token sign, wc_ast_expr *operand);
wc_ast_expr *wc_build_binary(wc_parser *p, wc_ast_binary_op op, wc_ast_expr *left, wc_token sign,
                             wc_ast_expr *right);
wc_ast_expr *wc_build_choose(wc_parser *p, wc_ast_expr *condition, wc_ast_expr *then,
                             wc_ast_expr *other);
wc_ast_expr *wc_build_round(wc_parser *p, wc_token word, wc_ast_type *target, wc_ast_expr *value,
                            wc_ast_name mode, wc_token close);
wc_ast_expr *wc_build_round_without_mode(wc_parser *p, wc_token word, wc_ast_type *target,
                                         wc_ast_expr *value, wc_token close);
wc_ast_expr *wc_build_convert(wc_parser *p, wc_token word, wc_ast_type *target, wc_ast_expr *value,
                              wc_token close);
wc_ast_expr *wc_build_old(wc_parser *p, wc_token word, wc_ast_expr *value, wc_token close);
wc_ast_expr *wc_build_fold(wc_parser *p, wc_ast_expr_kind kind, wc_token word, wc_ast_list names,
                           wc_ast_expr *over, wc_token close);
void wc_build_fold_body(wc_parser *p, wc_ast_expr *fold, wc_ast_expr *body);
wc_ast_expr *wc_build_elements(wc_parser *p, wc_ast_expr_kind kind, wc_token open,
                               wc_ast_list elements, wc_token close);
wc_ast_expr *wc_build_tuple(wc_parser *p, wc_token open, wc_ast_expr *first, wc_ast_list rest,
                            wc_token close);

/* The names that expr, a name or a tuple of them, declares in `for`, `sum` or `forall`. E0209. */
wc_ast_list wc_build_loop_names(wc_parser *p, wc_ast_expr *expr);

/* The error that a `requires` or `require` without one would raise; reported: E0214. */
wc_ast_expr *wc_build_missing_error(wc_parser *p, wc_token word, const wc_ast_expr *condition,
                                    wc_token end);

/* ---- statements ---------------------------------------------------------------------------- */

wc_ast_block *wc_build_block(wc_parser *p, wc_span start, wc_ast_list stmts, wc_span end);
wc_ast_block *wc_build_block_of(wc_parser *p, wc_ast_stmt *stmt);
wc_ast_stmt *wc_build_stmt(wc_parser *p, wc_ast_stmt_kind kind, wc_span start, wc_span end);
wc_ast_stmt *wc_build_assign(wc_parser *p, wc_ast_assign_op op, wc_ast_expr *place,
                             wc_ast_expr *value, wc_token end);
wc_ast_stmt *wc_build_if(wc_parser *p, wc_token word, wc_ast_expr *condition, wc_ast_block *then,
                         wc_ast_block *other);
wc_ast_stmt *wc_build_call_stmt(wc_parser *p, wc_ast_stmt_kind kind, wc_token word,
                                wc_ast_expr *call, wc_token end);
wc_ast_arm *wc_build_arm(wc_parser *p, wc_ast_pattern *pattern, wc_ast_block *body);
wc_ast_pattern *wc_build_pattern(wc_parser *p, wc_ast_pattern_kind kind, wc_span span);
/* share NULL: rest */
wc_ast_share *wc_build_share(wc_parser *p, wc_ast_expr *who, wc_ast_expr *share, wc_token end);

/* ---- declarations -------------------------------------------------------------------------- */

wc_ast_item *wc_build_item(wc_parser *p, wc_ast_item_kind kind, wc_token word, wc_token end);
wc_ast_item *wc_build_item_of(wc_parser *p, wc_ast_item_kind kind, wc_ast_routine *routine);
void wc_build_item_keep(wc_parser *p, wc_ast_item *item);
/* A name that literals will use behind numbers, so never a keyword: E0210. */
wc_ast_name wc_build_unit_name(wc_parser *p, wc_token token);
wc_ast_use *wc_build_use(wc_parser *p, wc_token word, wc_ast_path *path, wc_ast_list args,
                         wc_token end);
wc_ast_field *wc_build_field(wc_parser *p, wc_token name, wc_ast_type *type, wc_ast_expr *value,
                             wc_span end);
wc_ast_variant *wc_build_variant(wc_parser *p, wc_token name, wc_ast_list fields, wc_token end);
wc_ast_signature *wc_build_signature(wc_parser *p, wc_token word, wc_token name, wc_ast_list params,
                                     wc_ast_type *result, wc_token end);

/* header_end: the last part of the header that is not by, when or the goto list. */
wc_ast_routine *wc_build_routine(wc_parser *p, wc_ast_routine_kind kind, wc_token word,
                                 wc_span header_end, wc_ast_block *body);
/* by may be NULL. */
void wc_build_authority(wc_ast_routine *routine, const wc_ast_by *by, wc_ast_list when,
                        wc_ast_list goes);
wc_ast_by *wc_build_by(wc_parser *p, wc_ast_by_kind kind, wc_token word, wc_span end);
wc_ast_clause *wc_build_clause(wc_parser *p, wc_ast_clause_kind kind, wc_token word, wc_token end);
/* E0212: a second gas clause. */
wc_ast_list wc_build_clause_add(wc_parser *p, wc_ast_list clauses, wc_ast_clause *clause);

/* ---- members of the current contract; E0208 for a block that is there already -------------- */

void wc_build_contract_open(wc_parser *p);
void wc_build_parties(wc_parser *p, wc_token word, wc_ast_list parties, wc_token end);
void wc_build_terms(wc_parser *p, wc_token word, wc_ast_list terms, wc_token end);
void wc_build_storage(wc_parser *p, wc_token word, wc_ast_list storage, wc_token end);
void wc_build_states(wc_parser *p, wc_token word, wc_ast_list states, wc_token end);
void wc_build_signatory(wc_parser *p, wc_token word, wc_ast_list names, wc_token end);
void wc_build_visible(wc_parser *p, wc_token word, wc_ast_list names, wc_token end);
void wc_build_invariant(wc_parser *p, wc_token word, wc_token name, wc_ast_expr *condition,
                        wc_token end);
void wc_build_mixin(wc_parser *p, wc_token word, wc_ast_path *path, wc_ast_list args,
                    const wc_token *prefix, wc_token end);
void wc_build_routine_keep(wc_parser *p, wc_ast_routine *routine);

/* One party for each of names; role without text: any party. */
wc_ast_list wc_build_party_add(wc_parser *p, wc_ast_list parties, wc_ast_list names,
                               wc_ast_name role);
wc_ast_mixin *wc_build_mixin_item(wc_parser *p, wc_ast_list params, wc_token open, wc_token close);
wc_ast_list wc_build_amendable_add(wc_parser *p, wc_ast_list terms, wc_token word,
                                   wc_ast_field *field);
/* modifier: WC_TOKEN_INITIAL, WC_TOKEN_FINAL or 0. */
wc_ast_list wc_build_state_add(wc_parser *p, wc_ast_list states, wc_ast_variant *state,
                               int modifier);

#endif
