/* The grammar of Clause: LALR(1), without conflicts. `lemon -g` prints it without the actions.
 *
 * Actions build nodes through build.h. Nothing is freed: all of it lies in the arena. When the arena
 * is full the builders hand out one scratch node and the driver stops, so no action meets NULL.
 *
 * BROKEN is a token that no text contains. After a syntax error the driver (parse.c) drops symbols
 * until a place is reached where BROKEN may stand, feeds it, and goes on behind the broken text: each
 * rule `x ::= BROKEN` marks a unit of text that can be lost without losing what is around it. */
%include {
#include "compiler/parse/build.h"
}
%name WcParse
%token_prefix WC_TOKEN_
%token_type {wc_token}
%extra_context {wc_parser *p}
%stack_size 256
%stack_overflow { wc_parser_overflow(p); }
%syntax_error { (void)yymajor; (void)yyminor; wc_assert(false); } // the driver tries each token first

%token COMMENT.

%right QM COLON.
%left OROR.
%left ANDAND.
%nonassoc EQ NE LT LE GT GE.
%left PLUS MINUS.
%left STAR SLASH.
%right NOT UMINUS.

/* Words that mean something only where the grammar asks for them. tokens.def calls them CONTEXT. */
%fallback IDENT
    ADVANCE AFTER AMENDABLE ANY_PARTY BY CALENDAR CURRENCY DIMENSION EMIT EXPECT FINAL GAS INITIAL
    MIXIN PARTIES PARTY PAY REST ROLE SEND SIGNATORY SPLIT STATES STORAGE TERMS TEST TO UNIT UPGRADE USE
    VISIBLE WHEN.

%type path {wc_ast_path *}
%type item {wc_ast_item *}
%type by {wc_ast_by *}
%type block {wc_ast_block *}
%type stmt {wc_ast_stmt *}
%type ifs {wc_ast_stmt *}
%type expr {wc_ast_expr *}
%type post {wc_ast_expr *}
%type call {wc_ast_expr *}
%type lit {wc_ast_expr *}
%type type {wc_ast_type *}
%type otype {wc_ast_type *}
%type targ {wc_ast_type_arg *}
%type bound {wc_ast_bound *}
%type endpoint {wc_ast_bound *}
%type number {wc_ast_literal *}
%type uexpr {wc_ast_unit *}
%type ufactors {wc_ast_unit *}
%type variant {wc_ast_variant *}
%type field {wc_ast_field *}
%type param {wc_ast_field *}
%type isig {wc_ast_signature *}
%type clause {wc_ast_clause *}
%type arm {wc_ast_arm *}
%type pattern {wc_ast_pattern *}
%type bind {wc_ast_name *}
%type share {wc_ast_share *}
%type arg {wc_ast_arg *}
%type smod {int}

%type variants {wc_ast_list}
%type fields {wc_ast_list}
%type isigs {wc_ast_list}
%type params {wc_ast_list}
%type paramlist {wc_ast_list}
%type typelist {wc_ast_list}
%type targs {wc_ast_list}
%type pdecls {wc_ast_list}
%type tfields {wc_ast_list}
%type sdecls {wc_ast_list}
%type idlist {wc_ast_list}
%type binds {wc_ast_list}
%type several {wc_ast_list}
%type when {wc_ast_list}
%type goesto {wc_ast_list}
%type clauses {wc_ast_list}
%type stmts {wc_ast_list}
%type arms {wc_ast_list}
%type shares {wc_ast_list}
%type exprs {wc_ast_list}
%type exprlist {wc_ast_list}
%type args {wc_ast_list}
%type arglist {wc_ast_list}

/* ---- file ---------------------------------------------------------------------------------- */

file ::= module items.

module ::= MODULE path(P) SEMI. { p->file->module = P; }
module ::= BROKEN.

items ::= .
items ::= items item(I).        { wc_build_item_keep(p, I); }

item(R) ::= BROKEN.             { R = NULL; }
item(R) ::= USE(T) path(P) SEMI(E). {
    R = wc_build_item(p, WC_ITEM_USE, T, E);
    R->as.use = wc_build_use(p, T, P, (wc_ast_list){0}, E);
}
item(R) ::= DIMENSION(T) IDENT(N) SEMI(E). {
    R = wc_build_item(p, WC_ITEM_DIMENSION, T, E);
    R->name = wc_build_name(p, N);
}
item(R) ::= UNIT(T) IDENT(N) COLON IDENT(D) SEMI(E). {
    R = wc_build_item(p, WC_ITEM_UNIT, T, E);
    R->name = wc_build_unit_name(p, N);
    R->as.unit.dimension = wc_build_name(p, D);
}
item(R) ::= UNIT(T) IDENT(N) ASSIGN QUANTITY(Q) SEMI(E). {
    R = wc_build_item(p, WC_ITEM_UNIT, T, E);
    R->name = wc_build_unit_name(p, N);
    R->as.unit.factor = wc_build_literal(p, Q);
}
item(R) ::= CURRENCY(T) IDENT(N) COLON NUMBER(M) SEMI(E). {
    R = wc_build_item(p, WC_ITEM_CURRENCY, T, E);
    R->name = wc_build_unit_name(p, N);
    R->as.minor = wc_build_literal(p, M);
}
item(R) ::= CALENDAR(T) IDENT(N) ASSIGN IDENT(S) LP args(A) RP SEMI(E). {
    R = wc_build_item(p, WC_ITEM_CALENDAR, T, E);
    R->name = wc_build_name(p, N);
    R->as.calendar.source = wc_build_name(p, S);
    R->as.calendar.args = A;
}
item(R) ::= TYPE(T) IDENT(N) ASSIGN type(Y) SEMI(E). {
    R = wc_build_item(p, WC_ITEM_TYPE, T, E);
    R->name = wc_build_name(p, N);
    R->as.type = Y;
}
item(R) ::= ENUM(T) IDENT(N) LB variants(L) RB(E). {
    R = wc_build_item(p, WC_ITEM_ENUM, T, E);
    R->name = wc_build_name(p, N);
    R->as.fields = L;
}
item(R) ::= RECORD(T) IDENT(N) LB fields(L) RB(E). {
    R = wc_build_item(p, WC_ITEM_RECORD, T, E);
    R->name = wc_build_name(p, N);
    R->as.fields = L;
}
item(R) ::= ERROR(T) IDENT(N) LP params(L) RP SEMI(E). {
    R = wc_build_item(p, WC_ITEM_ERROR, T, E);
    R->name = wc_build_name(p, N);
    R->as.fields = L;
}
item(R) ::= EVENT(T) IDENT(N) LP params(L) RP SEMI(E). {
    R = wc_build_item(p, WC_ITEM_EVENT, T, E);
    R->name = wc_build_name(p, N);
    R->as.fields = L;
}
item(R) ::= CONST(T) IDENT(N) COLON type(Y) ASSIGN expr(V) SEMI(E). {
    R = wc_build_item(p, WC_ITEM_CONST, T, E);
    R->name = wc_build_name(p, N);
    R->as.constant.type = Y;
    R->as.constant.value = V;
}
item(R) ::= FUNC(T) IDENT(N) LP params(P) RP ARROW type(Y) clauses(C) block(B). {
    wc_ast_routine *routine = wc_build_routine(p, WC_ROUTINE_FUNC, T, Y->span, B);
    routine->name = wc_build_name(p, N);
    routine->params = P;
    routine->result = Y;
    routine->clauses = C;
    R = wc_build_item_of(p, WC_ITEM_FUNC, routine);
}
item(R) ::= INTERFACE(T) IDENT(N) LB isigs(L) RB(E). {
    R = wc_build_item(p, WC_ITEM_INTERFACE, T, E);
    R->name = wc_build_name(p, N);
    R->as.signatures = L;
}
item(R) ::= CONTRACT(T) IDENT(N) LB members RB(E). {
    R = wc_build_item(p, WC_ITEM_CONTRACT, T, E);
    R->name = wc_build_name(p, N);
    R->as.contract = p->contract;
}
item(R) ::= MIXIN(T) IDENT(N) LP params(P) RP LB(L) members RB(E). {
    R = wc_build_item(p, WC_ITEM_MIXIN, T, E);
    R->name = wc_build_name(p, N);
    R->as.mixin = wc_build_mixin_item(p, P, L, E);
}
item(R) ::= TEST(T) STRING(S) block(B). {
    wc_ast_routine *routine = wc_build_routine(p, WC_ROUTINE_TEST, T, S.span, B);
    routine->title = wc_build_literal(p, S);
    R = wc_build_item_of(p, WC_ITEM_TEST, routine);
}
item(R) ::= PROPERTY(T) STRING(S) LP params(P) RP(E) block(B). {
    wc_ast_routine *routine = wc_build_routine(p, WC_ROUTINE_PROPERTY, T, E.span, B);
    routine->title = wc_build_literal(p, S);
    routine->params = P;
    R = wc_build_item_of(p, WC_ITEM_PROPERTY, routine);
}

path(R) ::= IDENT(N).                           { R = wc_build_path(p, N); }
path(R) ::= path(P) DOT IDENT(N).               { R = wc_build_path_add(p, P, N); }

idlist(R) ::= IDENT(N).                         { R = wc_build_name_add(p, (wc_ast_list){0}, N); }
idlist(R) ::= idlist(L) COMMA IDENT(N).         { R = wc_build_name_add(p, L, N); }

variants(R) ::= variant(V).                     { R = wc_build_list_add(p, (wc_ast_list){0}, V); }
variants(R) ::= variants(L) COMMA variant(V).   { R = wc_build_list_add(p, L, V); }
variant(R) ::= IDENT(N).                        { R = wc_build_variant(p, N, (wc_ast_list){0}, N); }
variant(R) ::= IDENT(N) LP params(F) RP(E).     { R = wc_build_variant(p, N, F, E); }

fields(R) ::= .                                 { R = (wc_ast_list){0}; }
fields(R) ::= fields(L) field(F).               { R = wc_build_list_add(p, L, F); }
field(R) ::= BROKEN.                            { R = NULL; }
field(R) ::= IDENT(N) COLON type(T) SEMI(E).    { R = wc_build_field(p, N, T, NULL, E.span); }
field(R) ::= IDENT(N) COLON type(T) ASSIGN expr(V) SEMI(E). {
    R = wc_build_field(p, N, T, V, E.span);
}

isigs(R) ::= .                                  { R = (wc_ast_list){0}; }
isigs(R) ::= isigs(L) isig(S).                  { R = wc_build_list_add(p, L, S); }
isig(R) ::= BROKEN.                             { R = NULL; }
isig(R) ::= ACTION(T) IDENT(N) LP params(P) RP SEMI(E). {
    R = wc_build_signature(p, T, N, P, NULL, E);
}
isig(R) ::= VIEW(T) IDENT(N) LP params(P) RP ARROW type(Y) SEMI(E). {
    R = wc_build_signature(p, T, N, P, Y, E);
}

params(R) ::= .                                 { R = (wc_ast_list){0}; }
params(R) ::= paramlist(L).                     { R = L; }
paramlist(R) ::= param(P).                      { R = wc_build_list_add(p, (wc_ast_list){0}, P); }
paramlist(R) ::= paramlist(L) COMMA param(P).   { R = wc_build_list_add(p, L, P); }
param(R) ::= IDENT(N) COLON type(T).            { R = wc_build_field(p, N, T, NULL, T->span); }

/* ---- types --------------------------------------------------------------------------------- */

type(R) ::= path(P).                            { R = wc_build_type(p, P, (wc_ast_list){0}, P->span); }
type(R) ::= path(P) LT targs(A) GT(E).          { R = wc_build_type(p, P, A, E.span); }
type(R) ::= LP(T) type(F) COMMA typelist(L) RP(E). {
    R = wc_build_type_tuple(p, T, F, L, E);
}
typelist(R) ::= type(T).                        { R = wc_build_list_add(p, (wc_ast_list){0}, T); }
typelist(R) ::= typelist(L) COMMA type(T).      { R = wc_build_list_add(p, L, T); }

targs(R) ::= targ(A).                           { R = wc_build_list_add(p, (wc_ast_list){0}, A); }
targs(R) ::= targs(L) COMMA targ(A).            { R = wc_build_list_add(p, L, A); }

targ(R) ::= path(P). {
    R = wc_build_type_arg(p, WC_TYPE_ARG_NAME, P->span);
    R->path = P;
}
targ(R) ::= path(P) LT targs(A) GT(E). {
    R = wc_build_type_arg_type(p, wc_build_type(p, P, A, E.span));
}
targ(R) ::= LP(T) type(F) COMMA typelist(L) RP(E). {
    R = wc_build_type_arg_type(p, wc_build_type_tuple(p, T, F, L, E));
}
targ(R) ::= ufactors(U). {
    R = wc_build_type_arg(p, WC_TYPE_ARG_UNIT, U->span);
    R->unit = U;
}
targ(R) ::= bound(B). {
    R = wc_build_type_arg(p, WC_TYPE_ARG_VALUE, B->span);
    R->low = B;
}
targ(R) ::= endpoint(L) DOTDOT endpoint(H). {
    R = wc_build_type_arg(p, WC_TYPE_ARG_RANGE, wc_span_join(L->span, H->span));
    R->low = L;
    R->high = H;
}

endpoint(R) ::= bound(B).                       { R = B; }
endpoint(R) ::= path(P).                        { R = wc_build_bound_name(p, P); }

bound(R) ::= number(N).                         { R = wc_build_bound(p, N); }
bound(R) ::= MINUS(T) number(N).                { R = wc_build_bound_minus(T, wc_build_bound(p, N)); }
bound(R) ::= MINUS(T) path(P).                  { R = wc_build_bound_minus(T, wc_build_bound_name(p, P)); }
number(R) ::= NUMBER(T).                        { R = wc_build_literal(p, T); }
number(R) ::= QUANTITY(T).                      { R = wc_build_literal(p, T); }
number(R) ::= PERCENT(T).                       { R = wc_build_literal(p, T); }

/* A unit expression of two factors or more, or 1/h; a single name is a path. */
ufactors(R) ::= NUMBER(T) SLASH IDENT(N).       { R = wc_build_unit_inverse(p, T, N); }
ufactors(R) ::= path(P) STAR IDENT(N).          { R = wc_build_unit_add(p, wc_build_unit(p, P), 1, N); }
ufactors(R) ::= path(P) SLASH IDENT(N).         { R = wc_build_unit_add(p, wc_build_unit(p, P), -1, N); }
ufactors(R) ::= ufactors(U) STAR IDENT(N).      { R = wc_build_unit_add(p, U, 1, N); }
ufactors(R) ::= ufactors(U) SLASH IDENT(N).     { R = wc_build_unit_add(p, U, -1, N); }
uexpr(R) ::= path(P).                           { R = wc_build_unit(p, P); }
uexpr(R) ::= ufactors(U).                       { R = U; }

/* ---- contracts ----------------------------------------------------------------------------- */

members ::= .                                   { wc_build_contract_open(p); }
members ::= members member.

member ::= BROKEN.
member ::= PARTIES(T) LB pdecls(L) RB(E).       { wc_build_parties(p, T, L, E); }
member ::= TERMS(T) LB tfields(L) RB(E).        { wc_build_terms(p, T, L, E); }
member ::= STORAGE(T) LB fields(L) RB(E).       { wc_build_storage(p, T, L, E); }
member ::= STATES(T) LB sdecls(L) RB(E).        { wc_build_states(p, T, L, E); }
member ::= SIGNATORY(T) idlist(L) SEMI(E).      { wc_build_signatory(p, T, L, E); }
member ::= VISIBLE(T) TO idlist(L) SEMI(E).     { wc_build_visible(p, T, L, E); }
member ::= INVARIANT(T) IDENT(N) COLON expr(C) SEMI(E). { wc_build_invariant(p, T, N, C, E); }
member ::= USE(T) path(P) SEMI(E).              { wc_build_mixin(p, T, P, (wc_ast_list){0}, NULL, E); }
member ::= USE(T) path(P) LP args(A) RP SEMI(E). { wc_build_mixin(p, T, P, A, NULL, E); }
member ::= USE(T) path(P) LP args(A) RP AS IDENT(N) SEMI(E). { wc_build_mixin(p, T, P, A, &N, E); }
member ::= ACTION(T) IDENT(N) LP params(P) RP(E) by(Y) when(W) goesto(G) clauses(C) block(B). {
    wc_ast_routine *routine = wc_build_routine(p, WC_ROUTINE_ACTION, T, E.span, B);
    routine->name = wc_build_name(p, N);
    routine->params = P;
    routine->clauses = C;
    wc_build_authority(routine, Y, W, G);
    wc_build_routine_keep(p, routine);
}
member ::= VIEW(T) IDENT(N) LP params(P) RP ARROW type(Y) clauses(C) block(B). {
    wc_ast_routine *routine = wc_build_routine(p, WC_ROUTINE_VIEW, T, Y->span, B);
    routine->name = wc_build_name(p, N);
    routine->params = P;
    routine->result = Y;
    routine->clauses = C;
    wc_build_routine_keep(p, routine);
}
member ::= FUNC(T) IDENT(N) LP params(P) RP ARROW type(Y) clauses(C) block(B). {
    wc_ast_routine *routine = wc_build_routine(p, WC_ROUTINE_FUNC, T, Y->span, B);
    routine->name = wc_build_name(p, N);
    routine->params = P;
    routine->result = Y;
    routine->clauses = C;
    wc_build_routine_keep(p, routine);
}
member ::= AFTER(T) expr(V) WHEN idlist(W) goesto(G) clauses(C) block(B). {
    wc_ast_routine *routine = wc_build_routine(p, WC_ROUTINE_AFTER, T, V->span, B);
    routine->time = V;
    routine->clauses = C;
    wc_build_authority(routine, NULL, W, G);
    wc_build_routine_keep(p, routine);
}
member ::= UPGRADE(T) NUMBER(N) block(B). {
    wc_ast_routine *routine = wc_build_routine(p, WC_ROUTINE_UPGRADE, T, N.span, B);
    routine->version = wc_build_literal(p, N);
    wc_build_routine_keep(p, routine);
}

pdecls(R) ::= .                                 { R = (wc_ast_list){0}; }
pdecls(R) ::= pdecls(L) BROKEN.                 { R = L; }
pdecls(R) ::= pdecls(L) idlist(N) COLON PARTY SEMI. {
    R = wc_build_party_add(p, L, N, (wc_ast_name){0});
}
pdecls(R) ::= pdecls(L) idlist(N) COLON ROLE IDENT(O) SEMI. {
    R = wc_build_party_add(p, L, N, wc_build_name(p, O));
}

tfields(R) ::= .                                { R = (wc_ast_list){0}; }
tfields(R) ::= tfields(L) field(F).             { R = wc_build_list_add(p, L, F); }
tfields(R) ::= tfields(L) AMENDABLE(T) field(F). { R = wc_build_amendable_add(p, L, T, F); }

sdecls(R) ::= .                                 { R = (wc_ast_list){0}; }
sdecls(R) ::= sdecls(L) BROKEN.                 { R = L; }
sdecls(R) ::= sdecls(L) IDENT(N) smod(M) SEMI(E). {
    R = wc_build_state_add(p, L, wc_build_variant(p, N, (wc_ast_list){0}, E), M);
}
sdecls(R) ::= sdecls(L) IDENT(N) LP params(F) RP smod(M) SEMI(E). {
    R = wc_build_state_add(p, L, wc_build_variant(p, N, F, E), M);
}
smod(R) ::= .                                   { R = 0; }
smod(R) ::= INITIAL.                            { R = WC_TOKEN_INITIAL; }
smod(R) ::= FINAL.                              { R = WC_TOKEN_FINAL; }

by(R) ::= .                                     { R = NULL; }
by(R) ::= BY(T) idlist(L). {
    R = wc_build_by(p, WC_AST_BY_ALL, T, wc_build_names_span(p, T.span, L));
    R->names = L;
}
by(R) ::= BY(T) ANY LP idlist(L) RP(E). {
    R = wc_build_by(p, WC_AST_BY_ANY, T, E.span);
    R->names = L;
}
by(R) ::= BY(T) QUORUM LP NUMBER(N) COMMA idlist(L) RP(E). {
    R = wc_build_by(p, WC_AST_BY_QUORUM, T, E.span);
    R->names = L;
    R->quorum = wc_build_literal(p, N);
}
by(R) ::= BY(T) ANY_PARTY(E).                   { R = wc_build_by(p, WC_AST_BY_ANY_PARTY, T, E.span); }

when(R) ::= .                                   { R = (wc_ast_list){0}; }
when(R) ::= WHEN idlist(L).                     { R = L; }
goesto(R) ::= .                                 { R = (wc_ast_list){0}; }
goesto(R) ::= ARROW idlist(L).                  { R = L; }

clauses(R) ::= .                                { R = (wc_ast_list){0}; }
clauses(R) ::= clauses(L) BROKEN.               { R = L; }
clauses(R) ::= clauses(L) clause(C).            { R = wc_build_clause_add(p, L, C); }
clause(R) ::= REQUIRES(T) expr(C) COLON call(F) SEMI(E). {
    R = wc_build_clause(p, WC_CLAUSE_REQUIRES, T, E);
    R->condition = C;
    R->error = F;
}
clause(R) ::= REQUIRES(T) expr(C) SEMI(E). {
    R = wc_build_clause(p, WC_CLAUSE_REQUIRES, T, E);
    R->condition = C;
    R->error = wc_build_missing_error(p, T, C, E);
}
clause(R) ::= ENSURES(T) expr(C) SEMI(E). {
    R = wc_build_clause(p, WC_CLAUSE_ENSURES, T, E);
    R->condition = C;
}
clause(R) ::= ENSURES(T) CONSERVE LP uexpr(U) RP SEMI(E). {
    R = wc_build_clause(p, WC_CLAUSE_CONSERVE, T, E);
    R->unit = U;
}
clause(R) ::= GAS(T) LE NUMBER(N) SEMI(E). {
    R = wc_build_clause(p, WC_CLAUSE_GAS, T, E);
    R->gas = wc_build_literal(p, N);
}

/* ---- statements ---------------------------------------------------------------------------- */

block(R) ::= LB(T) stmts(L) RB(E).              { R = wc_build_block(p, T.span, L, E.span); }
stmts(R) ::= .                                  { R = (wc_ast_list){0}; }
stmts(R) ::= stmts(L) stmt(S).                  { R = wc_build_list_add(p, L, S); }

stmt(R) ::= BROKEN(T).                          { R = wc_build_stmt(p, WC_STMT_BROKEN, T.span, T.span); }
stmt(R) ::= LET(T) IDENT(N) otype(Y) ASSIGN expr(V) SEMI(E). {
    R = wc_build_stmt(p, WC_STMT_LET, T.span, E.span);
    R->as.let.names = wc_build_name_add(p, (wc_ast_list){0}, N);
    R->as.let.type = Y;
    R->as.let.value = V;
}
stmt(R) ::= LET(T) LP several(L) RP ASSIGN expr(V) SEMI(E). {
    R = wc_build_stmt(p, WC_STMT_LET, T.span, E.span);
    R->as.let.names = L;
    R->as.let.value = V;
}
stmt(R) ::= VAR(T) IDENT(N) otype(Y) ASSIGN expr(V) SEMI(E). {
    R = wc_build_stmt(p, WC_STMT_VAR, T.span, E.span);
    R->as.let.names = wc_build_name_add(p, (wc_ast_list){0}, N);
    R->as.let.type = Y;
    R->as.let.value = V;
}
otype(R) ::= .                                  { R = NULL; }
otype(R) ::= COLON type(T).                     { R = T; }

stmt(R) ::= expr(V) SEMI(E). {
    R = wc_build_stmt(p, WC_STMT_EXPR, V->span, E.span);
    R->as.expr = V;
}
stmt(R) ::= expr(L) ASSIGN expr(V) SEMI(E).     { R = wc_build_assign(p, WC_ASSIGN_SET, L, V, E); }
stmt(R) ::= expr(L) PLUSEQ expr(V) SEMI(E).     { R = wc_build_assign(p, WC_ASSIGN_ADD, L, V, E); }
stmt(R) ::= expr(L) MINUSEQ expr(V) SEMI(E).    { R = wc_build_assign(p, WC_ASSIGN_SUB, L, V, E); }

stmt(R) ::= ifs(S).                             { R = S; }
ifs(R) ::= IF(T) expr(C) block(B).              { R = wc_build_if(p, T, C, B, NULL); }
ifs(R) ::= IF(T) expr(C) block(B) ELSE block(O). { R = wc_build_if(p, T, C, B, O); }
ifs(R) ::= IF(T) expr(C) block(B) ELSE ifs(S). {
    R = wc_build_if(p, T, C, B, wc_build_block_of(p, S));
}

stmt(R) ::= FOR(T) expr(N) IN expr(O) block(B). {
    R = wc_build_stmt(p, WC_STMT_FOR, T.span, B->span);
    R->as.loop.names = wc_build_loop_names(p, N);
    R->as.loop.over = O;
    R->as.loop.body = B;
}
stmt(R) ::= FOR(T) expr(N) IN expr(O) DOTDOT expr(L) block(B). {
    R = wc_build_stmt(p, WC_STMT_FOR, T.span, B->span);
    R->as.loop.names = wc_build_loop_names(p, N);
    R->as.loop.over = O;
    R->as.loop.end = L;
    R->as.loop.body = B;
}

stmt(R) ::= MATCH(T) expr(V) LB arms(A) RB(E). {
    R = wc_build_stmt(p, WC_STMT_MATCH, T.span, E.span);
    R->as.match.subject = V;
    R->as.match.arms = A;
}
arms(R) ::= arm(A).                             { R = wc_build_list_add(p, (wc_ast_list){0}, A); }
arms(R) ::= arms(L) arm(A).                     { R = wc_build_list_add(p, L, A); }
arm(R) ::= BROKEN.                              { R = NULL; }
arm(R) ::= pattern(P) FATARROW block(B).        { R = wc_build_arm(p, P, B); }
pattern(R) ::= UNDERSCORE(T).                   { R = wc_build_pattern(p, WC_PATTERN_ANY, T.span); }
pattern(R) ::= path(P). {
    R = wc_build_pattern(p, WC_PATTERN_VARIANT, P->span);
    R->path = P;
}
pattern(R) ::= path(P) LP binds(L) RP(E). {
    R = wc_build_pattern(p, WC_PATTERN_VARIANT, wc_span_join(P->span, E.span));
    R->path = P;
    R->names = L;
}
several(R) ::= bind(A) COMMA bind(B). {
    R = wc_build_list_add(p, wc_build_list_add(p, (wc_ast_list){0}, A), B);
}
several(R) ::= several(L) COMMA bind(N).        { R = wc_build_list_add(p, L, N); }
binds(R) ::= bind(N).                           { R = wc_build_list_add(p, (wc_ast_list){0}, N); }
binds(R) ::= binds(L) COMMA bind(N).            { R = wc_build_list_add(p, L, N); }
bind(R) ::= IDENT(T).                           { R = wc_build_name_node(p, T); }
bind(R) ::= UNDERSCORE(T).                      { R = wc_build_name_node(p, T); }

stmt(R) ::= REQUIRE(T) expr(C) COLON call(F) SEMI(E). {
    R = wc_build_stmt(p, WC_STMT_REQUIRE, T.span, E.span);
    R->as.require.condition = C;
    R->as.require.error = F;
}
stmt(R) ::= REQUIRE(T) expr(C) SEMI(E). {
    R = wc_build_stmt(p, WC_STMT_REQUIRE, T.span, E.span);
    R->as.require.condition = C;
    R->as.require.error = wc_build_missing_error(p, T, C, E);
}
stmt(R) ::= FAIL(T) call(C) SEMI(E).            { R = wc_build_call_stmt(p, WC_STMT_FAIL, T, C, E); }
stmt(R) ::= EMIT(T) call(C) SEMI(E).            { R = wc_build_call_stmt(p, WC_STMT_EMIT, T, C, E); }
stmt(R) ::= GOTO(T) call(C) SEMI(E).            { R = wc_build_call_stmt(p, WC_STMT_GOTO, T, C, E); }
stmt(R) ::= SEND(T) call(C) SEMI(E).            { R = wc_build_call_stmt(p, WC_STMT_SEND, T, C, E); }

stmt(R) ::= PAY(T) expr(A) ARROW expr(B) COLON expr(X) SEMI(E). {
    R = wc_build_stmt(p, WC_STMT_PAY, T.span, E.span);
    R->as.pay.from = A;
    R->as.pay.to = B;
    R->as.pay.amount = X;
}
stmt(R) ::= SPLIT(T) LP expr(A) COMMA expr(X) COMMA IDENT(M) RP LB shares(L) RB(E). {
    R = wc_build_stmt(p, WC_STMT_SPLIT, T.span, E.span);
    R->as.split.from = A;
    R->as.split.amount = X;
    R->as.split.mode = wc_build_name(p, M);
    R->as.split.shares = L;
}
shares(R) ::= share(S).                         { R = wc_build_list_add(p, (wc_ast_list){0}, S); }
shares(R) ::= shares(L) share(S).               { R = wc_build_list_add(p, L, S); }
share(R) ::= BROKEN.                            { R = NULL; }
share(R) ::= expr(W) COLON expr(V) SEMI(E).     { R = wc_build_share(p, W, V, E); }
share(R) ::= expr(W) COLON REST SEMI(E).        { R = wc_build_share(p, W, NULL, E); }

stmt(R) ::= RETURN(T) SEMI(E).                  { R = wc_build_stmt(p, WC_STMT_RETURN, T.span, E.span); }
stmt(R) ::= RETURN(T) expr(V) SEMI(E). {
    R = wc_build_stmt(p, WC_STMT_RETURN, T.span, E.span);
    R->as.value = V;
}
stmt(R) ::= BREAK(T) SEMI(E).                   { R = wc_build_stmt(p, WC_STMT_BREAK, T.span, E.span); }
stmt(R) ::= ASSERT(T) expr(V) SEMI(E). {
    R = wc_build_stmt(p, WC_STMT_ASSERT, T.span, E.span);
    R->as.expr = V;
}
stmt(R) ::= AS(T) expr(W) block(B). {
    R = wc_build_stmt(p, WC_STMT_AS, T.span, B->span);
    R->as.as_party.who = W;
    R->as.as_party.body = B;
}
stmt(R) ::= EXPECT(T) FAIL path(P) block(B). {
    R = wc_build_stmt(p, WC_STMT_EXPECT, T.span, B->span);
    R->as.expect.error = P;
    R->as.expect.body = B;
}
stmt(R) ::= ADVANCE(T) expr(V) SEMI(E). {
    R = wc_build_stmt(p, WC_STMT_ADVANCE, T.span, E.span);
    R->as.expr = V;
}

/* ---- expressions --------------------------------------------------------------------------- */

expr(R) ::= expr(A) OROR(T) expr(B).            { R = wc_build_binary(p, WC_BINARY_OR, A, T, B); }
expr(R) ::= expr(A) ANDAND(T) expr(B).          { R = wc_build_binary(p, WC_BINARY_AND, A, T, B); }
expr(R) ::= expr(A) EQ(T) expr(B).              { R = wc_build_binary(p, WC_BINARY_EQ, A, T, B); }
expr(R) ::= expr(A) NE(T) expr(B).              { R = wc_build_binary(p, WC_BINARY_NE, A, T, B); }
expr(R) ::= expr(A) LT(T) expr(B).              { R = wc_build_binary(p, WC_BINARY_LT, A, T, B); }
expr(R) ::= expr(A) LE(T) expr(B).              { R = wc_build_binary(p, WC_BINARY_LE, A, T, B); }
expr(R) ::= expr(A) GT(T) expr(B).              { R = wc_build_binary(p, WC_BINARY_GT, A, T, B); }
expr(R) ::= expr(A) GE(T) expr(B).              { R = wc_build_binary(p, WC_BINARY_GE, A, T, B); }
expr(R) ::= expr(A) PLUS(T) expr(B).            { R = wc_build_binary(p, WC_BINARY_ADD, A, T, B); }
expr(R) ::= expr(A) MINUS(T) expr(B).           { R = wc_build_binary(p, WC_BINARY_SUB, A, T, B); }
expr(R) ::= expr(A) STAR(T) expr(B).            { R = wc_build_binary(p, WC_BINARY_MUL, A, T, B); }
expr(R) ::= expr(A) SLASH(T) expr(B).           { R = wc_build_binary(p, WC_BINARY_DIV, A, T, B); }
expr(R) ::= NOT(T) expr(A).                     { R = wc_build_unary(p, WC_UNARY_NOT, T, A); }
expr(R) ::= MINUS(T) expr(A). [UMINUS]          { R = wc_build_unary(p, WC_UNARY_NEG, T, A); }
expr(R) ::= expr(C) QM expr(A) COLON expr(B). [QM] { R = wc_build_choose(p, C, A, B); }
expr(R) ::= post(A).                            { R = A; }
expr(R) ::= lit(A).                             { R = A; }
expr(R) ::= ROUND(T) LT type(Y) GT LP expr(V) COMMA IDENT(M) RP(E). {
    R = wc_build_round(p, T, Y, V, wc_build_name(p, M), E);
}
expr(R) ::= ROUND(T) LP expr(V) COMMA IDENT(M) RP(E). {
    R = wc_build_round(p, T, NULL, V, wc_build_name(p, M), E);
}
expr(R) ::= ROUND(T) LT type(Y) GT LP expr(V) RP(E). { R = wc_build_round_without_mode(p, T, Y, V, E); }
expr(R) ::= ROUND(T) LP expr(V) RP(E).          { R = wc_build_round_without_mode(p, T, NULL, V, E); }
expr(R) ::= CONVERT(T) LT type(Y) GT LP expr(V) RP(E). { R = wc_build_convert(p, T, Y, V, E); }
expr(R) ::= OLD(T) LP expr(V) RP(E).            { R = wc_build_old(p, T, V, E); }
expr(R) ::= SUM(T) LP expr(V) RP(E).            { R = wc_build_fold(p, WC_EXPR_SUM, T, (wc_ast_list){0}, V, E); }
expr(R) ::= SUM(T) LP expr(N) IN expr(O) COLON expr(V) RP(E). {
    R = wc_build_fold(p, WC_EXPR_SUM, T, wc_build_loop_names(p, N), O, E);
    wc_build_fold_body(p, R, V);
}
expr(R) ::= FORALL(T) LP expr(N) IN expr(O) COLON expr(V) RP(E). {
    R = wc_build_fold(p, WC_EXPR_FORALL, T, wc_build_loop_names(p, N), O, E);
    wc_build_fold_body(p, R, V);
}
expr(R) ::= LBRK(T) exprs(L) RBRK(E).           { R = wc_build_elements(p, WC_EXPR_LIST, T, L, E); }

exprs(R) ::= .                                  { R = (wc_ast_list){0}; }
exprs(R) ::= exprlist(L).                       { R = L; }
exprlist(R) ::= expr(V).                        { R = wc_build_list_add(p, (wc_ast_list){0}, V); }
exprlist(R) ::= exprlist(L) COMMA expr(V).      { R = wc_build_list_add(p, L, V); }

post(R) ::= IDENT(N).                           { R = wc_build_name_expr(p, N); }
post(R) ::= SELF(T).                            { R = wc_build_self(p, T); }
post(R) ::= LP(T) expr(V) RP(E).                { R = wc_build_parentheses(T, V, E); }
post(R) ::= LP(T) expr(F) COMMA exprlist(L) RP(E). { R = wc_build_tuple(p, T, F, L, E); }
post(R) ::= post(A) DOT IDENT(N).               { R = wc_build_member(p, A, N); }
post(R) ::= post(A) LBRK expr(I) RBRK(E).       { R = wc_build_index(p, A, I, E); }
post(R) ::= call(A).                            { R = A; }
call(R) ::= post(A) LP args(L) RP(E).           { R = wc_build_call(p, A, L, E); }

args(R) ::= .                                   { R = (wc_ast_list){0}; }
args(R) ::= arglist(L).                         { R = L; }
arglist(R) ::= arg(A).                          { R = wc_build_list_add(p, (wc_ast_list){0}, A); }
arglist(R) ::= arglist(L) COMMA arg(A).         { R = wc_build_list_add(p, L, A); }
arg(R) ::= expr(V).                             { R = wc_build_arg(p, NULL, V); }
arg(R) ::= IDENT(N) COLON expr(V).              { R = wc_build_arg(p, &N, V); }

lit(R) ::= NUMBER(T).                           { R = wc_build_literal_expr(p, T); }
lit(R) ::= QUANTITY(T).                         { R = wc_build_literal_expr(p, T); }
lit(R) ::= PERCENT(T).                          { R = wc_build_literal_expr(p, T); }
lit(R) ::= STRING(T).                           { R = wc_build_literal_expr(p, T); }
lit(R) ::= DATE(T).                             { R = wc_build_literal_expr(p, T); }
lit(R) ::= DATETIME(T).                         { R = wc_build_literal_expr(p, T); }
lit(R) ::= TRUE(T).                             { R = wc_build_literal_expr(p, T); }
lit(R) ::= FALSE(T).                            { R = wc_build_literal_expr(p, T); }
