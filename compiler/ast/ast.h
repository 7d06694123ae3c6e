/* The syntax tree of one source file.
 *
 * All nodes, lists and resolved strings lie in the arena given to wc_parse and live as long as it;
 * wc_str fields point into the source text or the arena. The parser fills everything but the fields
 * marked "checker", which are NULL or 0 until later passes set them; nothing is ever moved.
 *
 * Nodes have a span over their whole text. Those with an id have one that is dense and unique in
 * their file, in [1, node_count): side tables are arrays of node_count entries.
 *
 * A wc_ast_list holds pointers to nodes of the one type its comment names:
 *
 *     for (uint32_t i = 0; i < call->args.count; i++) {
 *         wc_ast_arg *arg = wc_ast_at(&call->args, i);
 *
 * Recursion over the tree is bounded: an expression nests at most WC_DEPTH_MAX levels (depth),
 * types and blocks at most as deep as the parser's stack (WC_PARSE_STACK).
 *
 * After syntax errors the tree holds what did parse. The checker is run only on trees without
 * errors, where only fields that are called optional are NULL and BROKEN does not occur. */
#ifndef WC_COMPILER_AST_AST_H
#define WC_COMPILER_AST_AST_H

#include "compiler/source.h"
#include "vm/base/int.h"

struct wc_sema_type;   /* compiler/sema */
struct wc_sema_symbol; /* compiler/sema */

typedef enum wc_ast_item_kind {
#define WC_AST_ITEM(name, text, summary) WC_ITEM_##name,
#include "compiler/ast/ast.def"
#undef WC_AST_ITEM
    WC_ITEM_KIND_COUNT
} wc_ast_item_kind;

typedef enum wc_ast_routine_kind {
#define WC_AST_ROUTINE(name, text, summary) WC_ROUTINE_##name,
#include "compiler/ast/ast.def"
#undef WC_AST_ROUTINE
    WC_ROUTINE_KIND_COUNT
} wc_ast_routine_kind;

typedef enum wc_ast_by_kind {
#define WC_AST_BY(name, text, summary) WC_AST_BY_##name,
#include "compiler/ast/ast.def"
#undef WC_AST_BY
    WC_AST_BY_KIND_COUNT
} wc_ast_by_kind;

typedef enum wc_ast_clause_kind {
#define WC_AST_CLAUSE(name, text, summary) WC_CLAUSE_##name,
#include "compiler/ast/ast.def"
#undef WC_AST_CLAUSE
    WC_CLAUSE_KIND_COUNT
} wc_ast_clause_kind;

typedef enum wc_ast_type_kind {
#define WC_AST_TYPE(name, text, summary) WC_TYPE_EXPR_##name,
#include "compiler/ast/ast.def"
#undef WC_AST_TYPE
    WC_TYPE_EXPR_KIND_COUNT
} wc_ast_type_kind;

typedef enum wc_ast_type_arg_kind {
#define WC_AST_TYPE_ARG(name, text, summary) WC_TYPE_ARG_##name,
#include "compiler/ast/ast.def"
#undef WC_AST_TYPE_ARG
    WC_TYPE_ARG_KIND_COUNT
} wc_ast_type_arg_kind;

typedef enum wc_ast_literal_kind {
#define WC_AST_LITERAL(name, text, summary) WC_LITERAL_##name,
#include "compiler/ast/ast.def"
#undef WC_AST_LITERAL
    WC_LITERAL_KIND_COUNT
} wc_ast_literal_kind;

typedef enum wc_ast_expr_kind {
#define WC_AST_EXPR(name, text, summary) WC_EXPR_##name,
#include "compiler/ast/ast.def"
#undef WC_AST_EXPR
    WC_EXPR_KIND_COUNT
} wc_ast_expr_kind;

typedef enum wc_ast_unary_op {
#define WC_AST_UNARY(name, text, summary) WC_UNARY_##name,
#include "compiler/ast/ast.def"
#undef WC_AST_UNARY
    WC_UNARY_OP_COUNT
} wc_ast_unary_op;

typedef enum wc_ast_binary_op {
#define WC_AST_BINARY(name, text, summary) WC_BINARY_##name,
#include "compiler/ast/ast.def"
#undef WC_AST_BINARY
    WC_BINARY_OP_COUNT
} wc_ast_binary_op;

typedef enum wc_ast_stmt_kind {
#define WC_AST_STMT(name, text, summary) WC_STMT_##name,
#include "compiler/ast/ast.def"
#undef WC_AST_STMT
    WC_STMT_KIND_COUNT
} wc_ast_stmt_kind;

typedef enum wc_ast_assign_op {
#define WC_AST_ASSIGN(name, text, summary) WC_ASSIGN_##name,
#include "compiler/ast/ast.def"
#undef WC_AST_ASSIGN
    WC_ASSIGN_OP_COUNT
} wc_ast_assign_op;

typedef enum wc_ast_pattern_kind {
#define WC_AST_PATTERN(name, text, summary) WC_PATTERN_##name,
#include "compiler/ast/ast.def"
#undef WC_AST_PATTERN
    WC_PATTERN_KIND_COUNT
} wc_ast_pattern_kind;

/* ---- lists, names, units, literals --------------------------------------------------------- */

typedef struct wc_ast_list {
    void **items;
    uint32_t count;
    uint32_t capacity; /* the parser's */
} wc_ast_list;

static inline void *wc_ast_at(const wc_ast_list *list, uint32_t index)
{
    wc_assert(index < list->count);
    return list->items[index];
}

/* An identifier where it is written. len 0: absent (only in fields called optional). */
typedef struct wc_ast_name {
    wc_str text;
    wc_span span;
    struct wc_sema_symbol *symbol; /* checker */
} wc_ast_name;

/* a.b.c */
typedef struct wc_ast_path {
    wc_span span;
    uint32_t id;
    wc_ast_list names;             /* of wc_ast_name; at least one */
    struct wc_sema_symbol *symbol; /* checker: what the whole path means */
} wc_ast_path;

/* One factor of a unit expression: in CNY/kW/h these are CNY^1, kW^-1, h^-1. */
typedef struct wc_ast_unit_factor {
    wc_ast_path *path; /* in a literal always a single name */
    int exponent;      /* 1 or -1: `*` and `/` associate to the left */
} wc_ast_unit_factor;

typedef struct wc_ast_unit {
    wc_span span;
    uint32_t id;
    wc_ast_list factors; /* of wc_ast_unit_factor, as written; in [1, WC_UNIT_FACTORS_MAX] */
    void *slot;          /* checker */
} wc_ast_unit;

typedef struct wc_ast_literal {
    wc_ast_literal_kind kind;
    wc_span span;
    uint32_t id;
    wc_str raw;        /* as written */
    wc_i128 mantissa;  /* NUMBER, QUANTITY, PERCENT: value = mantissa * 10^-scale, never negative */
    unsigned scale;    /* decimals as written, in [0, WC_DECIMALS_MAX]; 5.5% is 55, scale 3 */
    wc_ast_unit *unit; /* QUANTITY */
    wc_str text;       /* STRING with escapes resolved: valid UTF-8, nothing that hides */
    int64_t value;     /* DATE: days since 1970-01-01; TIME: UTC seconds since then; BOOL: 0, 1 */
} wc_ast_literal;

/* A literal or the name of a constant, with an optional minus: bounds in types. */
typedef struct wc_ast_bound {
    wc_span span;
    bool is_negative;
    wc_ast_literal *literal; /* NUMBER, QUANTITY or PERCENT; NULL when path is set */
    wc_ast_path *path;       /* NULL when literal is set */
} wc_ast_bound;

/* ---- types --------------------------------------------------------------------------------- */

typedef struct wc_ast_type {
    wc_ast_type_kind kind;
    wc_span span;
    uint32_t id;
    wc_ast_path *path;               /* NAME */
    wc_ast_list args;                /* NAME: of wc_ast_type_arg; empty without `<` */
    wc_ast_list elements;            /* TUPLE: of wc_ast_type; two or more */
    const struct wc_sema_type *type; /* checker: what it denotes */
} wc_ast_type;

typedef struct wc_ast_type_arg {
    wc_ast_type_arg_kind kind;
    wc_span span;
    wc_ast_path *path;  /* NAME: sema decides by position what it names */
    wc_ast_type *type;  /* TYPE */
    wc_ast_unit *unit;  /* UNIT */
    wc_ast_bound *low;  /* VALUE (the value itself), RANGE */
    wc_ast_bound *high; /* RANGE */
} wc_ast_type_arg;

/* ---- expressions --------------------------------------------------------------------------- */

typedef struct wc_ast_expr wc_ast_expr;

/* An argument of a call; name is optional. */
typedef struct wc_ast_arg {
    wc_span span;
    wc_ast_name name;
    wc_ast_expr *value;
} wc_ast_arg;

struct wc_ast_expr {
    wc_ast_expr_kind kind;
    uint32_t id;
    wc_span span;                    /* with the parentheses around it, if any */
    uint16_t depth;                  /* 1 + the deepest child, in [1, WC_DEPTH_MAX] */
    bool is_parenthesised;           /* written in parentheses of its own */
    const struct wc_sema_type *type; /* checker */
    struct wc_sema_symbol *symbol;   /* checker: what a NAME, MEMBER or CALL refers to */
    void *slot;                      /* checker and emitter: anything else, by kind */

    union {
        wc_ast_literal *literal; /* LITERAL */
        wc_ast_name name;        /* NAME */

        struct { /* MEMBER */
            wc_ast_expr *object;
            wc_ast_name name;
        } member;

        struct { /* INDEX */
            wc_ast_expr *object;
            wc_ast_expr *index;
        } index;

        struct { /* CALL */
            wc_ast_expr *callee;
            wc_ast_list args; /* of wc_ast_arg */
        } call;

        struct { /* UNARY */
            wc_ast_unary_op op;
            wc_ast_expr *operand;
        } unary;

        struct { /* BINARY */
            wc_ast_binary_op op;
            wc_span op_span; /* the operator alone */
            wc_ast_expr *left;
            wc_ast_expr *right;
        } binary;

        struct { /* CHOOSE */
            wc_ast_expr *condition;
            wc_ast_expr *then;
            wc_ast_expr *other;
        } choose;

        struct {                 /* ROUND */
            wc_ast_type *target; /* optional: else from the place the value goes to */
            wc_ast_expr *value;
            wc_ast_name mode;
        } round;

        struct { /* CONVERT */
            wc_ast_type *target;
            wc_ast_expr *value;
        } convert;

        struct { /* OLD */
            wc_ast_expr *value;
        } old;

        struct {               /* SUM, FORALL */
            wc_ast_list names; /* of wc_ast_name: one, or two and more for (k, v); empty: sum(xs) */
            wc_ast_expr *over;
            wc_ast_expr *body; /* optional: absent exactly when names is empty */
        } fold;

        wc_ast_list elements; /* LIST (may be empty), TUPLE: of wc_ast_expr */
    } as;
};

/* ---- statements ---------------------------------------------------------------------------- */

typedef struct wc_ast_block {
    wc_span span; /* with the braces */
    uint32_t id;
    wc_ast_list stmts; /* of wc_ast_stmt */
} wc_ast_block;

typedef struct wc_ast_pattern {
    wc_ast_pattern_kind kind;
    wc_span span;
    uint32_t id;
    wc_ast_path *path;             /* VARIANT */
    wc_ast_list names;             /* VARIANT: of wc_ast_name; the text `_` binds nothing */
    struct wc_sema_symbol *symbol; /* checker */
} wc_ast_pattern;

typedef struct wc_ast_arm {
    wc_span span;
    wc_ast_pattern *pattern;
    wc_ast_block *body;
} wc_ast_arm;

typedef struct wc_ast_share {
    wc_span span;
    wc_ast_expr *who;   /* a party, or the call pro_rata(map) */
    wc_ast_expr *share; /* NULL: rest */
} wc_ast_share;

typedef struct wc_ast_stmt {
    wc_ast_stmt_kind kind;
    uint32_t id;
    wc_span span; /* with the `;` or the last brace */
    void *slot;   /* checker and emitter */

    union {
        struct {               /* LET, VAR */
            wc_ast_list names; /* of wc_ast_name: one, or two and more for (a, b) */
            wc_ast_type *type; /* optional: with it the variable is a 64-bit place */
            wc_ast_expr *value;
        } let;

        wc_ast_expr *expr; /* EXPR, ASSERT, ADVANCE */

        struct { /* ASSIGN */
            wc_ast_assign_op op;
            wc_ast_expr *place;
            wc_ast_expr *value;
        } assign;

        struct { /* IF; `else if` is an other block of that one statement */
            wc_ast_expr *condition;
            wc_ast_block *then;
            wc_ast_block *other; /* optional */
        } branch;

        struct {               /* FOR */
            wc_ast_list names; /* of wc_ast_name: one, or two and more for (k, v) */
            wc_ast_expr *over; /* the collection, or the first value of the range */
            wc_ast_expr *end;  /* optional: the range is [over, end) */
            wc_ast_block *body;
        } loop;

        struct { /* MATCH */
            wc_ast_expr *subject;
            wc_ast_list arms; /* of wc_ast_arm; at least one */
        } match;

        wc_ast_expr *value; /* RETURN; optional */

        struct { /* REQUIRE */
            wc_ast_expr *condition;
            wc_ast_expr *error; /* a CALL of a name */
        } require;

        wc_ast_expr *call; /* FAIL, EMIT, GOTO, SEND: a CALL */

        struct { /* PAY */
            wc_ast_expr *from;
            wc_ast_expr *to;
            wc_ast_expr *amount;
        } pay;

        struct { /* SPLIT */
            wc_ast_expr *from;
            wc_ast_expr *amount;
            wc_ast_name mode;   /* a rounding mode or largest_remainder */
            wc_ast_list shares; /* of wc_ast_share; at least one */
        } split;

        struct { /* AS */
            wc_ast_expr *who;
            wc_ast_block *body;
        } as_party;

        struct { /* EXPECT */
            wc_ast_path *error;
            wc_ast_block *body;
        } expect;
    } as;
} wc_ast_stmt;

/* ---- declarations -------------------------------------------------------------------------- */

/* Parameter, record field, variant field, state datum, storage field, term. */
typedef struct wc_ast_field {
    wc_span span;
    uint32_t id;
    wc_ast_name name;
    wc_ast_type *type;
    wc_ast_expr *value; /* optional: `= e` of record, storage and term fields */
    bool is_amendable;  /* terms only */
    void *slot;         /* checker */
} wc_ast_field;

/* A variant of an enum; a state. */
typedef struct wc_ast_variant {
    wc_span span;
    uint32_t id;
    wc_ast_name name;
    wc_ast_list fields; /* of wc_ast_field */
    bool is_initial;    /* states only; never both */
    bool is_final;
    void *slot; /* checker */
} wc_ast_variant;

typedef struct wc_ast_party {
    wc_span span; /* of the name */
    uint32_t id;
    wc_ast_name name;
    wc_ast_name role; /* optional: absent for `: party` */
    void *slot;       /* checker */
} wc_ast_party;

/* A clause between header and body. */
typedef struct wc_ast_clause {
    wc_ast_clause_kind kind;
    wc_span span;
    uint32_t id;
    wc_ast_expr *condition; /* REQUIRES, ENSURES */
    wc_ast_expr *error;     /* REQUIRES: a CALL of a name */
    wc_ast_unit *unit;      /* CONSERVE: a currency or a unit */
    wc_ast_literal *gas;    /* GAS: NUMBER */
    void *slot;             /* checker and emitter */
} wc_ast_clause;

typedef struct wc_ast_by {
    wc_ast_by_kind kind;
    wc_span span;           /* empty for NONE */
    wc_ast_list names;      /* ALL, ANY, QUORUM: of wc_ast_name; parties or roles */
    wc_ast_literal *quorum; /* QUORUM: NUMBER */
} wc_ast_by;

/* Everything with a body. Which fields are used, by kind:
 *
 *            name  params  result  by  when  goes  time  version  clauses
 *   FUNC      x      x       x                                       x
 *   ACTION    x      x             x    o     o                      x
 *   VIEW      x      x       x                                       x
 *   AFTER                               x     o     x                x
 *   UPGRADE                                                x
 *   TEST      title
 *   PROPERTY  title  x                                    (x used, o may be empty) */
typedef struct wc_ast_routine {
    wc_ast_routine_kind kind;
    wc_span span;
    wc_span header; /* from the first word to the end of the goto list or result: for messages */
    uint32_t id;
    wc_ast_name name;
    wc_ast_literal *title; /* STRING */
    wc_ast_list params;    /* of wc_ast_field */
    wc_ast_type *result;
    wc_ast_by by;
    wc_ast_list when; /* of wc_ast_name: states */
    wc_ast_list goes; /* of wc_ast_name: states after `->` */
    wc_ast_expr *time;
    wc_ast_literal *version; /* NUMBER */
    wc_ast_list clauses;     /* of wc_ast_clause, as written */
    wc_ast_block *body;
    void *slot; /* checker and emitter */
} wc_ast_routine;

typedef struct wc_ast_invariant {
    wc_span span;
    uint32_t id;
    wc_ast_name name;
    wc_ast_expr *condition;
    void *slot; /* checker and emitter */
} wc_ast_invariant;

/* use path; in a module, use path(args); in a contract: a mix-in. */
typedef struct wc_ast_use {
    wc_span span;
    uint32_t id;
    wc_ast_path *path;
    wc_ast_list args;   /* of wc_ast_arg */
    wc_ast_name prefix; /* optional: `as name`, in a contract */
} wc_ast_use;

/* action a(x : T); or view v(x : T) -> T; in an interface. */
typedef struct wc_ast_signature {
    wc_span span;
    uint32_t id;
    wc_ast_name name;
    wc_ast_list params;  /* of wc_ast_field */
    wc_ast_type *result; /* NULL: an action */
    void *slot;          /* checker */
} wc_ast_signature;

/* The members of each kind in the order they are written; a block that is left out is an empty
 * list. parties, terms, storage, states, signatory and visible are written at most once (E0208). */
typedef struct wc_ast_contract {
    wc_ast_list parties;     /* of wc_ast_party */
    wc_ast_list terms;       /* of wc_ast_field */
    wc_ast_list storage;     /* of wc_ast_field */
    wc_ast_list states;      /* of wc_ast_variant */
    wc_ast_list signatories; /* of wc_ast_name */
    wc_ast_list visible;     /* of wc_ast_name */
    wc_ast_list invariants;  /* of wc_ast_invariant */
    wc_ast_list routines;    /* of wc_ast_routine: ACTION, VIEW, FUNC, AFTER, UPGRADE */
    wc_ast_list mixins;      /* of wc_ast_use */
    wc_span parties_span;    /* the blocks, for messages; empty when left out */
    wc_span terms_span;
    wc_span storage_span;
    wc_span states_span;
    wc_span signatory_span;
    wc_span visible_span;
    wc_ast_list
        parts; /* of wc_ast_part: what compiler/expand made of amendable terms and mix-ins */
} wc_ast_contract;

/* A value that a `use` gives to a mix-in, to be checked against the parameter's type. */
typedef struct wc_ast_given {
    wc_str kind; /* the text of the parameter's type: party, state, states, currency, else */
    wc_ast_field *param; /* of the mix-in */
    wc_ast_expr *value;  /* as the author wrote it */
} wc_ast_given;

/* Members from a generated text; their names are looked up as that text sees them. */
typedef struct wc_ast_part {
    wc_span origin; /* the term, or the `use` */
    bool is_mixin;
    wc_str module; /* of the mix-in: its names come first; "": the author's alone */
    wc_str name;   /* of the mix-in, for messages */
    const struct wc_ast_file *file; /* the text */
    const wc_ast_contract *members;
    wc_ast_list given; /* of wc_ast_given */
} wc_ast_part;

/* mixin name(params) { members }: text that `use` puts into a contract. */
typedef struct wc_ast_mixin {
    wc_ast_list params; /* of wc_ast_field; types party, state, states, currency, or a type */
    wc_ast_contract *members;
    wc_span body; /* with the braces */
} wc_ast_mixin;

/* A declaration of a module. */
typedef struct wc_ast_item {
    wc_ast_item_kind kind;
    wc_span span;
    uint32_t id;
    wc_ast_name name; /* all kinds but USE, TEST, PROPERTY */
    void *slot;       /* checker */

    union {
        wc_ast_use *use; /* USE; no args */

        struct {                    /* UNIT: exactly one of the two */
            wc_ast_name dimension;  /* optional: unit Wh : energy; */
            wc_ast_literal *factor; /* optional: unit kWh = 1000 Wh; a QUANTITY */
        } unit;

        wc_ast_literal *minor; /* CURRENCY: NUMBER, the decimals of its smallest coin */

        struct {                /* CALENDAR */
            wc_ast_name source; /* zone */
            wc_ast_list args;   /* of wc_ast_arg */
        } calendar;

        wc_ast_type *type;  /* TYPE */
        wc_ast_list fields; /* ENUM: of wc_ast_variant; RECORD, ERROR, EVENT: of wc_ast_field */

        struct { /* CONST */
            wc_ast_type *type;
            wc_ast_expr *value;
        } constant;

        wc_ast_routine *routine; /* FUNC, TEST, PROPERTY */
        wc_ast_list signatures;  /* INTERFACE: of wc_ast_signature */
        wc_ast_contract *contract;
        wc_ast_mixin *mixin;
    } as;
} wc_ast_item;

typedef struct wc_ast_file {
    const wc_source *source;
    wc_ast_path *module; /* NULL only after an error */
    wc_ast_list items;   /* of wc_ast_item */
    uint32_t node_count; /* ids are in [1, node_count) */
    bool has_errors;     /* of a used module: reported, and its names are not known */
} wc_ast_file;

/* ---- names of the kinds, as in the dump ---------------------------------------------------- */
const char *wc_ast_item_name(wc_ast_item_kind kind);
const char *wc_ast_routine_name(wc_ast_routine_kind kind);
const char *wc_ast_by_name(wc_ast_by_kind kind);
const char *wc_ast_clause_name(wc_ast_clause_kind kind);
const char *wc_ast_expr_name(wc_ast_expr_kind kind);
const char *wc_ast_unary_name(wc_ast_unary_op op);
const char *wc_ast_binary_name(wc_ast_binary_op op);
const char *wc_ast_stmt_name(wc_ast_stmt_kind kind);
const char *wc_ast_assign_name(wc_ast_assign_op op);

#endif
