/* The checked tree: what the checker hands to code generation, and all of it.
 *
 * Everything implicit in the source is written out here: names are resolved, sugar is gone, numbers
 * of different scale were brought to one by MUL with a constant, unit factors are folded into
 * ROUND, and each value that enters a 64-bit place passes through FIT unless it is proved to lie in
 * it. Aggregates are values: LET, ASSIGN, arguments and aggregates copy. Evaluation is left to
 * right, operands before operators; each operand exactly once, but for AND, OR, CHOOSE and loops.
 *
 * Widths. is_wide says that a number does not provably fit 64 bits and lives in an i128. An
 * operation on numbers is done in 128 bits when it or an operand is wide (operands are widened as
 * needed); a result that is not wide then fits 64 bits for certain, whatever the operands were.
 * In 64 bits it cannot overflow. In 128 bits it traps RANGE when it does. */
#ifndef WC_COMPILER_SEMA_TREE_H
#define WC_COMPILER_SEMA_TREE_H

#include "compiler/sema/types.h"

struct wc_sema_method;
struct wc_sema_routine;

typedef enum wc_sema_op {
#define WC_SEMA_OP(name, text, summary) WC_OPER_##name,
#include "compiler/sema/tree.def"
#undef WC_SEMA_OP
    WC_OPER_COUNT
} wc_sema_op;

typedef enum wc_sema_stmt_kind {
#define WC_SEMA_STMT(name, text, summary) WC_DO_##name,
#include "compiler/sema/tree.def"
#undef WC_SEMA_STMT
    WC_DO_COUNT
} wc_sema_stmt_kind;

/* A parameter, a let or var, a loop or pattern binder, or the memory of an old(). */
typedef struct wc_sema_local {
    wc_str name;
    wc_span span;
    const wc_sema_type *type;
    wc_sema_range range; /* numbers: of every value it ever holds */
    uint16_t index;      /* dense in its routine, parameters first */
    bool is_wide;        /* numbers: kept in an i128 */
    bool is_mutable;     /* var: may be written after its definition */
    bool is_read;        /* false: nobody reads it (a warning was given) */
    bool is_written;     /* some ASSIGN, PUSH, SET_ADD ... changes it after its definition */

    /* The checker's own, for what it knows of the value: a binder runs over the elements of `over`;
     * a let is another name of `equals`. */
    const struct wc_sema_expr *over;
    const struct wc_sema_expr *equals;
    bool is_quiet;      /* no warning when it is not read */
    bool is_in_pattern; /* where `_` binds nothing */
    wc_span statement;  /* of a let or var with one name; empty: none */
    bool is_state_data; /* bound by `match state()`: member `member` of state number `state` */
    uint16_t state, member;
} wc_sema_local;

/* What one of several figures of TEST_MONEY means; numbers of the instruction tmoney. */
typedef enum wc_sema_figure {
    WC_FIGURE_POSTED = 0,
    WC_FIGURE_ESCROW = 1,
    WC_FIGURE_FREE = 2,
    WC_FIGURE_REDEEMED = 3
} wc_sema_figure;

enum wc_sema_fill {
    WC_FILL_VALUE = 0,
    WC_FILL_PREVIOUS = 1,
    WC_FILL_LINEAR = 2
}; /* rule of FILL */

#define WC_QUALITY_MISSING 3u /* variant of Quality */

typedef struct wc_sema_expr wc_sema_expr;

struct wc_sema_expr {
    wc_sema_op op;
    wc_span span;
    const wc_sema_type *type;  /* FIT, ROUND, LOCAL, TERM ...: a place type; others: full bounds */
    wc_sema_range range;       /* scalars */
    bool is_wide;              /* INT, DEC */
    bool is_const;             /* NUMBER, TEXT, or an aggregate made of such only */
    bool is_literal;           /* the checker's own: NUMBER as the author wrote it */
    const wc_sema_expr *whole; /* the checker's own: ROUND of a share of this amount of money */
    const struct wc_linear
        *form; /* the checker's own: symbolic value where it was last evaluated */

    wc_sema_expr *a, *b, *c;
    wc_sema_expr **args; /* arg_count operands after a, b, c */
    uint16_t arg_count;
    uint16_t index;
    uint16_t variant; /* STATE_DATA */
    uint8_t unit;     /* CAL_SPAN, DATE_FIRST: wc_date_unit */

    wc_i128 number;                          /* NUMBER: mantissa */
    wc_str text;                             /* TEXT */
    wc_sema_local *local;                    /* LOCAL; SUM, FORALL: item binder, or NULL */
    wc_sema_local *key;                      /* SUM, FORALL: key or index binder, or NULL */
    wc_sema_local *zip;                      /* SUM, FORALL: binder of the second series, or NULL */
    uint32_t trips;                          /* SUM, FORALL: most elements */
    int64_t n, d;                            /* ROUND: reduced, both > 0 */
    wc_round round;                          /* ROUND */
    wc_sema_figure which;                    /* TEST_MONEY */
    const struct wc_sema_routine *routine;   /* CALL, TEST_CALL */
    const struct wc_sema_method *method;     /* VIEW */
    const struct wc_sema_calendar *calendar; /* CAL_LOCAL, CAL_TIME, CAL_DATE, CAL_SPAN */
    const struct wc_sema_contract *contract; /* DEPLOY, TEST_CALL */
};

/* Binders of SUM, FORALL and FOR_EACH: list, sorted, series: key is the index (int), item the
 * element; map: key and value; set: item is the key, key is NULL. Either may be NULL when not
 * named. A missing interval of a series traps MISSING when its item is bound. SUM starts from zero
 * and adds in 128 bits when is_wide. The collection is read once, before the loop.
 * With a second series b (zip) a and b are series or windows of one step; before the loop, trap
 * RANGE unless both have the same start and length. zip is bound to the interval of b that item is
 * of a, after item; key is the index in a. */

typedef struct wc_sema_signature { /* an error or an event */
    wc_str name;
    wc_span span;
    uint16_t index; /* dense among the program's errors, or its events */
    uint16_t member_count;
    const wc_sema_member *members;
} wc_sema_signature;

typedef struct wc_sema_stmt wc_sema_stmt;

typedef struct wc_sema_block {
    wc_span span;
    wc_sema_stmt *first;
    bool falls_through; /* the end can be reached */
} wc_sema_block;

typedef struct wc_sema_arm {
    uint16_t variant;        /* WC_NO_VARIANT: every other one */
    uint16_t binder_count;   /* members of the variant, or 0 */
    wc_sema_local **binders; /* per member; NULL: not bound */
    wc_sema_block *body;
    wc_span span;
} wc_sema_arm;

#define WC_NO_VARIANT ((uint16_t)0xffff)

/* One line of a split. All shares of a split have one scale: one whole is 10^share_scale. */
typedef struct wc_sema_share {
    wc_sema_expr *who; /* party; NULL for pro_rata */
    wc_sema_expr
        *weights;        /* pro_rata: map<party, number>; only with rest, only largest_remainder */
    wc_sema_expr *share; /* 64 bits; NULL: rest */
    wc_span span;
} wc_sema_share;

#define WC_SPLIT_LARGEST_REMAINDER 8u /* other modes are wc_round */

typedef enum wc_sema_expected_kind {
    WC_EXPECT_ERROR,   /* signature, raised by `contract`, or by a function that the body calls */
    WC_EXPECT_BUILTIN, /* `index`: number of builtin_errors.def */
    WC_EXPECT_TRAP     /* `index`: number of traps.def */
} wc_sema_expected_kind;

struct wc_sema_stmt {
    wc_sema_stmt_kind kind;
    wc_span span;
    wc_sema_stmt *next;

    wc_sema_expr *a, *b, *c;
    wc_sema_expr **args;
    uint16_t arg_count;
    uint16_t index;

    wc_sema_local **locals; /* LET: local_count of them; a NULL one is not bound */
    uint16_t local_count;
    wc_sema_local *item;  /* FOR_RANGE, FOR_EACH; NULL: not named */
    wc_sema_local *key;   /* FOR_EACH; NULL: not named */
    wc_sema_local *zip;   /* FOR_EACH with b; NULL: not named */
    uint32_t trips;       /* FOR_RANGE, FOR_EACH: in [0, WC_LOOP_TRIPS_MAX] */
    wc_sema_block *body;  /* IF, loops, AS, EXPECT */
    wc_sema_block *other; /* IF; may be NULL */
    wc_sema_arm *arms;    /* MATCH: exhaustive; the catch-all, if any, is the last */
    uint16_t arm_count;
    const wc_sema_signature *signature;  /* REQUIRE, FAIL, EMIT, EXPECT */
    const struct wc_sema_method *method; /* SEND */
    wc_sema_share *shares;               /* SPLIT */
    uint16_t share_count;
    uint8_t mode;                   /* SPLIT: wc_round or WC_SPLIT_LARGEST_REMAINDER */
    uint8_t share_scale;            /* SPLIT: in [0, WC_DECIMALS_MAX] */
    wc_sema_expected_kind expected; /* EXPECT */
    bool is_own; /* EXPECT of an error: a function that the body calls can raise it */

    uint64_t from_states; /* the checker's own: GOTO: bit per state the contract can be in */
};

/* Behind FITs and names of values that do not change. Ends: a name stands for what was there before
 * it. */
static inline const wc_sema_expr *wc_sema_origin(const wc_sema_expr *value)
{
    for (;;) {
        bool is_name = value->op == WC_OPER_LOCAL && value->local->equals != NULL;
        if (!is_name && value->op != WC_OPER_FIT) return value;
        value = is_name ? value->local->equals : value->a;
    }
}

/* "map_add" and the like, for dumps. */
const char *wc_sema_op_name(wc_sema_op op);
const char *wc_sema_stmt_name(wc_sema_stmt_kind kind);

#endif
