/* The checker's own state and what its files offer each other. Nothing outside compiler/sema
 * includes this.
 *
 *   check.c      the pass; modules           declare.c    declarations of a module
 *   names.c      tables, scopes, guesses     contract.c   members of a contract; reach.c
 *   units.c      units                       routine.c    headers, clauses, bodies, order of calls
 *   types.c      interned types              stmt.c       statements, locals; match.c
 *   resolve.c    type expressions            loop.c       for, sum, forall
 *   range.c      value ranges                place.c      what can be written
 *   expr.c       expressions; compound.c     money.c      pay, split, clear_net ...
 *   number.c     arithmetic, places          missing.c    gaps of series, divisors
 *   rounding.c   round, convert              states.c     the state graph;  trap.c  what can fail
 *   call.c       calls, construction         conserve.c   conservation: symbolic.c, linear.c
 *   builtin.c    built-in functions          test.c       tests; parts.c
 *   method.c     methods of values           dump.c       text of the checked tree
 *   note.c       what an index needs         index.c      the index; index_*.c
 *   flow.c       facts on a path             hazard*.c    what can trap, and what makes it safe
 *   calendar.c   calendars, dates            series.c     windows, filling, other steps
 *   unused.c     names nobody uses           byhand.c     amounts split by hand
 *   graph.c      who can hold up whom
 *
 * Memory comes from one arena; when it is full, wc_sema_alloc leaves the pass by a long jump to
 * wc_sema_check: every node of every pass allocates, so a status on each call would say nothing
 * else. Nothing but the arena is held, so nothing leaks. */
#ifndef WC_COMPILER_SEMA_CHECK_H
#define WC_COMPILER_SEMA_CHECK_H

#include <setjmp.h>

#include "compiler/sema/note.h"
#include "compiler/sema/range.h"
#include "compiler/sema/sema.h"

/* Bounds on what one source can ask for; none is reached by text a person wrote. */
#define WC_SEMA_DEPTH_MAX   64u /* definitions that need each other, modules that use each other */
#define WC_SEMA_ITEMS_MAX   8192u /* declarations in a program */
#define WC_SEMA_MEMBERS_MAX 256u  /* fields, variants, parameters, methods of one declaration */
#define WC_SEMA_ARGS_MAX    1024u /* elements of a list, arms, shares */
#define WC_SEMA_LOCALS_MAX  2048u /* variables of a routine */
#define WC_FIELDS_MAX       256u  /* storage fields of a contract */
#define WC_FIELD_WORDS      (WC_FIELDS_MAX / 64u)

#define WC_VARIANT_REPORTED (-2) /* answer of wc_sema_variant_find */
#define WC_TYPE_MAY_REFER   1u   /* flag of wc_sema_resolve: a term, contract_ref is possible */
#define WC_TYPE_MAY_SORT    2u   /* flag of wc_sema_resolve: storage, sorted is possible */

/* --- lists and names -------------------------------------------------------------------------- */

typedef struct wc_sema_list {
    void **items;
    uint32_t count, capacity;
} wc_sema_list;

/* Name spaces of language D17. */
typedef enum wc_sema_space {
    WC_SPACE_VALUE,     /* constants, functions, terms, parties, locals, calendars, contracts */
    WC_SPACE_TYPE,      /* types, enums, records, interfaces */
    WC_SPACE_VARIANT,   /* of enums; one name may stand for several */
    WC_SPACE_UNIT,      /* units and currencies */
    WC_SPACE_DIMENSION, /* what a base unit measures */
    WC_SPACE_ERROR,
    WC_SPACE_EVENT,
    WC_SPACE_STATE,
    WC_SPACE_FIELD, /* after `self.` */
    WC_SPACE_METHOD /* actions and views of a contract */
} wc_sema_space;

typedef enum wc_sema_symbol_kind {
    WC_SYMBOL_ALIAS,
    WC_SYMBOL_RECORD,
    WC_SYMBOL_ENUM,
    WC_SYMBOL_INTERFACE,
    WC_SYMBOL_UNIT,
    WC_SYMBOL_CURRENCY,
    WC_SYMBOL_DIMENSION,
    WC_SYMBOL_CALENDAR,
    WC_SYMBOL_CONST,
    WC_SYMBOL_FUNC,
    WC_SYMBOL_CONTRACT,
    WC_SYMBOL_ERROR,
    WC_SYMBOL_EVENT,
    WC_SYMBOL_TERM,
    WC_SYMBOL_PARTY,
    WC_SYMBOL_FIELD,
    WC_SYMBOL_STATE,
    WC_SYMBOL_ACTION,
    WC_SYMBOL_VIEW,
    WC_SYMBOL_VARIANT,
    WC_SYMBOL_STATE_DATA,
    WC_SYMBOL_LOCAL
} wc_sema_symbol_kind;

typedef enum wc_sema_progress {
    WC_NOT_STARTED,
    WC_BUSY,
    WC_DONE
} wc_sema_progress;

typedef struct wc_sema_body wc_sema_body;
typedef struct wc_sema_module wc_sema_module;

typedef struct wc_sema_symbol {
    wc_sema_symbol_kind kind;
    wc_sema_space space;
    wc_str name;
    wc_span span;
    wc_sema_module *module;    /* declarations of a module */
    const wc_ast_item *item;   /* declarations of a module */
    wc_sema_progress progress; /* of its definition */
    bool is_used;
    uint16_t
        index; /* TERM, PARTY, FIELD, STATE: in the contract; VARIANT, STATE_DATA: in its owner */
    uint16_t variant; /* STATE_DATA: the state */

    const wc_sema_type *type; /* ALIAS, RECORD, ENUM, INTERFACE (contract_ref), TERM, FIELD */
    const wc_sema_unit *unit; /* UNIT, CURRENCY */
    const wc_sema_currency *currency; /* CURRENCY */
    wc_sema_expr *value;              /* CONST */
    wc_sema_signature *signature;     /* ERROR, EVENT */
    wc_sema_interface *interface;     /* INTERFACE */
    wc_sema_calendar *calendar;       /* CALENDAR; NULL: its declaration was refused */
    wc_sema_contract *contract;       /* CONTRACT */
    wc_sema_body *body;               /* FUNC, ACTION, VIEW */
    wc_sema_local *local;             /* LOCAL */
    uint16_t base;                    /* DIMENSION: its base unit, or WC_NONE */
    struct wc_sema_symbol *owner;     /* VARIANT: its enum */
    wc_sema_list bodies;              /* CONTRACT: of wc_sema_body */
    wc_sema_module *outer;            /* while BUSY: the module that asked */

    struct wc_sema_symbol *chain; /* the table's: same bucket */
    uint32_t hash;
} wc_sema_symbol;

typedef struct wc_sema_table {
    wc_sema_symbol **buckets;
    uint32_t bucket_count; /* a power of two, or 0 */
    wc_sema_list symbols;  /* in order of insertion */
} wc_sema_table;

struct wc_sema_module {
    wc_str path;
    const wc_ast_file *file;
    wc_sema_table names;
    wc_sema_list uses; /* of wc_sema_module, in order, without doubles */
    bool is_needed;    /* the checked file uses something of it */
    bool is_blind;     /* a module it uses is not there or has errors: nobody knows its names */
    wc_sema_progress progress;
    bool is_part;            /* of members that are not written in the contract */
    bool is_made;            /* of those, made for an amendable term; else of a mix-in */
    const wc_ast_part *part; /* is_part: where the members are from */
};

/* --- what a body may do and does -------------------------------------------------------------- */

typedef enum wc_sema_place {
    WC_IN_CONST,     /* constants, defaults: nothing but constants */
    WC_IN_FUNC,      /* func of a module: no state */
    WC_IN_METHOD,    /* func of a contract, view: reads state */
    WC_IN_ACTION,    /* reads and writes */
    WC_IN_AFTER,     /* as an action without caller and send */
    WC_IN_DUE,       /* time of an after: terms, state data, entered, deployed */
    WC_IN_INVARIANT, /* reads state */
    WC_IN_UPGRADE,   /* reads the state and the storage before, writes the storage */
    WC_IN_TEST
} wc_sema_place;

/* A fact about a value on the current path; see missing.c. */
typedef enum wc_sema_fact {
    WC_FACT_PRESENT, /* the interval `index` of series `value`, or all when it is NULL */
    WC_FACT_NONZERO
} wc_sema_fact;

typedef struct wc_sema_evidence {
    struct wc_sema_evidence *next;
    wc_sema_fact fact;
    uint16_t binders; /* so many in `value` stand for every element that they run over */
    uint32_t number;  /* facts on the path, with this one */
    const wc_sema_expr *value;
    const wc_sema_expr *index;
} wc_sema_evidence;

typedef struct wc_sema_paid wc_sema_paid; /* see warn.h */

typedef struct wc_sema_conserved { /* ensures conserve(unit) */
    const wc_sema_unit *unit;
    wc_span span;
} wc_sema_conserved;

/* A collection that a running loop goes over (E1007). */
typedef struct wc_sema_open_loop {
    struct wc_sema_open_loop *outer;
    const wc_sema_expr *over; /* NULL: a loop over a range */
    wc_span span;
    uint32_t depth; /* from 1 */
} wc_sema_open_loop;

/* Effects of a body; of all it calls, too, once wc_sema_order_calls has run. */
enum wc_sema_effect {
    WC_EFFECT_READS_STATE = 1, /* state(), entered */
    WC_EFFECT_READS_MONEY = 2, /* escrow, balance */
    WC_EFFECT_MONEY = 4,       /* moves money */
    WC_EFFECT_VIEW = 8,        /* calls another contract */
    WC_EFFECT_SEND = 16,
    WC_EFFECT_CALLER = 32,
    WC_EFFECT_READS_PARTIES = 64, /* who stands in a place of a party */
    WC_EFFECT_PARTIES = 128       /* binds another party to a place (MX-6) */
};

/* A routine under way: the public part and what only the checker needs. */
struct wc_sema_body {
    wc_sema_routine *out;
    wc_ast_routine *ast;    /* NULL for generated ones and invariants */
    wc_sema_symbol *symbol; /* NULL for after, test, invariant */
    wc_sema_module *module;
    wc_sema_contract *contract; /* NULL outside contracts */
    wc_sema_place place;
    wc_sema_list locals;    /* of wc_sema_local, parameters first */
    wc_sema_list olds;      /* of wc_sema_old */
    wc_sema_list calls;     /* of wc_sema_body, without doubles */
    wc_sema_list errors;    /* of wc_sema_signature it can raise, without doubles */
    wc_sema_list events;    /* likewise, emitted */
    wc_sema_list exits;     /* of wc_sema_stmt: its GOTOs */
    wc_sema_list conserves; /* of wc_sema_conserved */
    uint64_t goes;          /* states the header names after `->` */
    bool has_goes;
    uint64_t states;   /* bit per state the contract can be in at the current place */
    uint64_t falls_in; /* bit per state in which the end is reached without goto */
    unsigned effects;  /* of wc_sema_effect */
    uint64_t *reads;   /* bit per storage field, WC_FIELD_WORDS of them */
    uint64_t *writes;

    uint32_t order;      /* callees before callers, from 1; 0: not yet */
    uint32_t call_depth; /* itself and the longest chain of calls */
    bool is_open;        /* on the stack of wc_sema_order_calls */
    uint32_t reached_by; /* number of the last wc_sema_reachable that met it */

    wc_sema_open_loop *loops;
    wc_sema_evidence *evidence;
    wc_sema_paid *paid;
    wc_sema_list by_hand; /* of wc_sema_paid: heads that were reported */
    bool in_ensures;      /* posted and old are allowed */
    bool in_requires;     /* what a call asks for only reads */
    bool in_old;
    uint32_t old_locals;       /* locals when old( began */
    bool is_placing;           /* the left side of an assignment */
    bool takes_window;         /* the next expression may be a window; see wc_sema_window_or */
    wc_sema_list test_parties; /* tests: of wc_str */
    const struct wc_sema_contract *last_called; /* tests: by the block of an `expect` */
    wc_sema_list *expected_calls; /* tests: bodies called by that block; NULL outside of one */
};

/* --- the checker ------------------------------------------------------------------------------ */

typedef struct wc_sema {
    wc_arena *arena;
    wc_diags *diags;
    const wc_sema_modules *provider;
    const wc_sema_witness *witness;
    const wc_str *roles; /* known role names; role_count 0: any */
    size_t role_count;
    wc_sema_traps traps;
    bool explains_states;    /* L0803 is wanted */
    uint32_t may_trap_count; /* found so far */
    jmp_buf full;
    struct wc_sema_notes *notes; /* NULL: nobody wants an index */

    wc_sema_list modules; /* of wc_sema_module */
    wc_sema_list types, units, currencies, interfaces, contracts, tests, errors, events;
    wc_sema_list bases;                 /* base units: of wc_sema_symbol, units and currencies */
    wc_sema_list named_units;           /* of wc_sema_symbol, in order of declaration */
    const wc_sema_type **type_slots;    /* hash table of interned types */
    uint32_t type_slot_count, declared; /* declarations so far */
    uint16_t calendar_count;

    const wc_sema_type *poison, *nothing, *boolean, *integer, *time, *date, *interval, *party;
    const wc_sema_unit *plain;   /* index 0 */
    const wc_sema_unit *seconds; /* base unit of the dimension duration, or NULL */

    wc_sema_table scope; /* members of the contract under way and locals */
    wc_sema_module *module;
    const wc_sema_module *main; /* of the checked file */
    wc_sema_body *body;
    wc_span where;       /* declaration or statement under way, for limits */
    uint32_t depth;      /* of definitions that need each other */
    wc_sema_list bodies; /* of wc_sema_body, all */
    wc_sema_list doubts; /* of wc_sema_doubt */
    uint32_t order_count, reach_count;
    const struct wc_linear **facts; /* of flow.c, one routine after the other */
    uint64_t *fact_masks;
    uint16_t *fact_bounds;

    wc_sema_list offered;          /* of wc_str: library modules that a report offers to use */
    wc_sema_list unknown;          /* of wc_sema_unknown_name: types, units, dimensions */
    const wc_module *previous;     /* version before of the contract of its name, or NULL */
    wc_sema_contract *contract;    /* under way, or NULL; the rest belongs to it */
    wc_sema_list contract_bodies;  /* of wc_sema_body, in order of the source */
    wc_sema_list invariant_bodies; /* of wc_sema_body */
    wc_sema_list mentioned;        /* of wc_sema_currency */
    wc_sema_list deploy_checks;    /* of wc_sema_ensure */
} wc_sema;

/* --- memory, lists, text ---------------------------------------------------------------------- */

void *wc_sema_alloc(wc_sema *sema, size_t count, size_t size);
#define WC_SEMA_NEW(sema, type)          ((type *)wc_sema_alloc((sema), 1, sizeof(type)))
#define WC_SEMA_ARRAY(sema, type, count) ((type *)wc_sema_alloc((sema), (count), sizeof(type)))

void wc_sema_push(wc_sema *sema, wc_sema_list *list, void *item);
bool wc_sema_has(const wc_sema_list *list, const void *item);
void wc_sema_push_new(wc_sema *sema, wc_sema_list *list, void *item);  /* without doubles */
wc_str wc_sema_join(wc_sema *sema, const wc_str *parts, size_t count); /* ends with a NUL */
wc_str wc_sema_text(wc_sema *sema, const wc_arg *args, size_t count);
/* A short text for messages, from a format and values, as wc_format; ends with a NUL. */
#define WC_SEMA_TEXT(sema, ...) wc_sema_text((sema), WC_ARGS(__VA_ARGS__))

/* A warning of the file that is checked; of modules it uses nothing is said. NULL: not kept. */
#define wc_sema_warn(sema, code, span, ...)                                                        \
    ((sema)->module == (sema)->main ? wc_diag_report((sema)->diags, (code), (span), __VA_ARGS__)   \
                                    : NULL)

static inline void *wc_sema_at(const wc_sema_list *list, uint32_t index)
{
    wc_assert(index < list->count);
    return list->items[index];
}

/* --- names.c ---------------------------------------------------------------------------------- */

void wc_sema_insert(wc_sema *sema, wc_sema_table *table, wc_sema_symbol *symbol);
wc_sema_symbol *wc_sema_table_find(const wc_sema_table *table, wc_sema_space space, wc_str name);
wc_sema_symbol *wc_sema_table_next(const wc_sema_symbol *symbol); /* of the same name and space */
uint32_t wc_sema_scope_open(const wc_sema *sema);
void wc_sema_scope_close(wc_sema *sema, uint32_t mark);

/* Locals and the contract, then the module, then what it uses. NULL: unknown. */
wc_sema_symbol *wc_sema_find(wc_sema *sema, wc_sema_space space, wc_str name);
wc_sema_symbol *wc_sema_find_path(wc_sema *sema, wc_sema_space space, const wc_ast_path *path);
wc_sema_symbol *wc_sema_symbol_new(wc_sema *sema, wc_sema_symbol_kind kind, wc_sema_space space,
                                   const wc_ast_name *name);
/* Something of the module is used from the module under way. */
void wc_sema_need_module(const wc_sema *sema, wc_sema_module *used);
/* Inserts unless the name is visible already (E0304). */
bool wc_sema_declare(wc_sema *sema, wc_sema_table *table, wc_sema_symbol *symbol);

/* The nearest of the candidates that were tried, for "did you mean". */
typedef struct wc_sema_guess {
    wc_str wanted;
    wc_str found; /* len 0: none is near */
    unsigned edits;
} wc_sema_guess;

void wc_sema_guess_try(wc_sema_guess *guess, wc_str candidate);
void wc_sema_guess_space(wc_sema *sema, wc_sema_guess *guess, wc_sema_space space);
/* The same with candidates that were tried before; guess->wanted is the name. */
wc_diag *wc_sema_unknown_near(wc_sema *sema, wc_diag_code code, wc_span span, wc_sema_space space,
                              wc_sema_guess *guess);
/* Adds which module of the library declares the name, if one does. */
void wc_sema_say_library(wc_sema *sema, wc_diag *diag, wc_sema_space space, wc_str name);
void wc_sema_guess_say(wc_sema *sema, wc_diag *diag, wc_span span, const wc_sema_guess *guess);
wc_diag *wc_sema_unknown(wc_sema *sema, wc_diag_code code, wc_span span, wc_sema_space space,
                         wc_str name);

/* --- units.c ---------------------------------------------------------------------------------- */

void wc_sema_units_init(wc_sema *sema);
/* unit *= n/d, unit *= by^exponent (1 or -1); false: out of bounds. */
bool wc_sema_unit_scale(wc_sema_unit *unit, int64_t n, int64_t d);
bool wc_sema_unit_multiply(wc_sema_unit *unit, const wc_sema_unit *by, int exponent);
bool wc_sema_same_dimension(const wc_sema_unit *a, const wc_sema_unit *b);
const wc_sema_unit *wc_sema_unit_intern(wc_sema *sema,
                                        const wc_sema_unit *raw); /* NULL: too many */
/* These two report and answer NULL. */
const wc_sema_unit *wc_sema_unit_of(wc_sema *sema, const wc_ast_unit *ast);
const wc_sema_unit *wc_sema_unit_product(wc_sema *sema, const wc_sema_unit *a,
                                         const wc_sema_unit *b, int exponent, wc_span span);
bool wc_sema_unit_define(wc_sema *sema, wc_sema_symbol *symbol);

/* --- types.c ---------------------------------------------------------------------------------- */

void wc_sema_types_init(wc_sema *sema);
wc_sema_type *wc_sema_type_declared(wc_sema *sema, wc_sema_kind kind, wc_str name, wc_span span);
void wc_sema_type_finish(wc_sema *sema,
                         wc_sema_type *type); /* size and text, once it is complete */
const wc_sema_type *wc_sema_type_intern(wc_sema *sema, const wc_sema_type *raw);
const wc_sema_type *wc_sema_type_dec(wc_sema *sema, unsigned scale, const wc_sema_unit *unit);
const wc_sema_type *wc_sema_type_int(wc_sema *sema, int64_t lo, int64_t hi);
const wc_sema_type *wc_sema_type_text(wc_sema *sema, size_t bytes);
const wc_sema_type *wc_sema_type_option(wc_sema *sema, const wc_sema_type *item);
const wc_sema_type *wc_sema_type_tuple(wc_sema *sema, const wc_sema_member *members,
                                       uint16_t count);
const wc_sema_type *wc_sema_type_instance(wc_sema *sema, const wc_sema_contract *contract);

/* --- resolve.c -------------------------------------------------------------------------------- */

bool wc_sema_is_builtin_type(wc_str name);
/* Adds which built-in type another language's name stands for; false: unknown. */
bool wc_sema_say_type(wc_sema *sema, wc_diag *diag, wc_span span, wc_str name);
/* Poison after a report. */
const wc_sema_type *wc_sema_resolve(wc_sema *sema, wc_ast_type *ast, unsigned flags);
const wc_sema_type *wc_sema_resolve_local(wc_sema *sema, wc_ast_type *ast, bool *is_wide);
const wc_sema_type *wc_sema_check_size(wc_sema *sema, const wc_sema_type *type, wc_span span);
bool wc_sema_holds_reference(const wc_sema_type *type);
uint64_t wc_sema_key_size(const wc_sema_type *type);

/* --- declare.c -------------------------------------------------------------------------------- */

void wc_sema_declare_module(wc_sema *sema);
/* Around the definition of a symbol; false: it needs itself, or the chain is too long. */
bool wc_sema_begin(wc_sema *sema, wc_sema_symbol *symbol);
void wc_sema_end(wc_sema *sema, wc_sema_symbol *symbol);
void wc_sema_limit(wc_sema *sema, wc_span span, const char *what, uint64_t most);
const wc_sema_member *wc_sema_members(wc_sema *sema, const wc_ast_list *fields, uint16_t *count,
                                      unsigned flags);
/* Index of the member, or -1 after a report. */
int wc_sema_member_find(wc_sema *sema, const wc_sema_type *type, wc_str name, wc_span span);
const wc_sema_type *wc_sema_type_define(wc_sema *sema, wc_sema_symbol *symbol);
void wc_sema_const_define(wc_sema *sema, wc_sema_symbol *symbol); /* sets symbol->value */
const wc_sema_expr *wc_sema_constant(wc_sema *sema,
                                     const wc_ast_path *path); /* a number, or NULL */
wc_sema_expr *wc_sema_constant_of(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *type);
void wc_sema_check_reserved(wc_sema *sema, const wc_sema_symbol *symbol);

/* --- expr.c ----------------------------------------------------------------------------------- */

wc_sema_expr *wc_sema_node(wc_sema *sema, wc_sema_op op, const wc_sema_type *type, wc_span span);
wc_sema_expr *wc_sema_unary(wc_sema *sema, wc_sema_op op, const wc_sema_type *type, wc_sema_expr *a,
                            wc_span span);
wc_sema_expr *wc_sema_pair(wc_sema *sema, wc_sema_op op, const wc_sema_type *type, wc_sema_expr *a,
                           wc_sema_expr *b, wc_span span);
wc_sema_expr *wc_sema_ranged(wc_sema_expr *node, wc_sema_range range);
wc_sema_expr *wc_sema_poison(wc_sema *sema, wc_span span);
bool wc_sema_is_poison(const wc_sema_expr *expr);
wc_sema_expr *wc_sema_number(wc_sema *sema, wc_i128 value, const wc_sema_type *type, wc_span span);
wc_sema_expr *wc_sema_integer(wc_sema *sema, int64_t value, wc_span span);
wc_sema_expr *wc_sema_local_value(wc_sema *sema, wc_sema_local *local, wc_span span);

#define WC_PLACE(place) (1u << (place))
bool wc_sema_allow(wc_sema *sema, wc_span span, const char *what, unsigned places);
void wc_sema_effect_add(wc_sema *sema, unsigned effects);
bool wc_sema_is_builtin_value(wc_str name);
wc_sema_symbol *wc_sema_enum_of_member(wc_sema *sema, const wc_ast_expr *ast);

/* The value of an expression between places; `want` (or NULL) is the type of the place it goes to.
 */
wc_sema_expr *wc_sema_infer(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want);
/* The same where a window of a series may stand, too. */
wc_sema_expr *wc_sema_infer_view(wc_sema *sema, wc_ast_expr *ast);
/* The value in a place of that type; `what` begins the message when it does not fit. */
wc_sema_expr *wc_sema_fit(wc_sema *sema, wc_sema_expr *value, const wc_sema_type *place,
                          const char *what);
wc_sema_expr *wc_sema_value(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *place,
                            const char *what);
wc_sema_expr *wc_sema_condition(wc_sema *sema, wc_ast_expr *ast);

/* --- number.c, rounding.c --------------------------------------------------------------------- */

wc_str wc_sema_source_text(const wc_sema *sema, wc_span span);
/* A number written with zeros at its end says the same without them: offers to leave out `surplus`.
 */
void wc_sema_fix_decimals(wc_sema *sema, wc_diag *diag, wc_span span, unsigned surplus);
wc_str wc_sema_round_text(wc_sema *sema, wc_span span, const wc_sema_type *type);
const wc_sema_type *wc_sema_place_type(wc_sema *sema, const wc_sema_type *type);
const wc_sema_type *wc_sema_flight(wc_sema *sema, const wc_sema_type *a, const wc_sema_type *b);
wc_sema_expr *wc_sema_arith(wc_sema *sema, wc_sema_op op, const wc_sema_type *type, wc_sema_expr *a,
                            wc_sema_expr *b, wc_span span);
wc_sema_expr *wc_sema_retype(wc_sema *sema, const wc_sema_expr *value, const wc_sema_type *type);
wc_sema_expr *wc_sema_times(wc_sema *sema, wc_sema_expr *value, int64_t factor,
                            const wc_sema_type *type);
bool wc_sema_unify(wc_sema *sema, wc_sema_expr **a, wc_sema_expr **b, const char *op, wc_span span);
wc_sema_expr *wc_sema_fit_number(wc_sema *sema, wc_sema_expr *value, const wc_sema_type *place,
                                 const char *what);
wc_sema_expr *wc_sema_product(wc_sema *sema, wc_sema_expr *a, wc_sema_expr *b, wc_span span);
wc_sema_expr *wc_sema_negate(wc_sema *sema, wc_sema_expr *value, wc_span span);
wc_status wc_sema_whole_seconds(wc_i128 mantissa, unsigned scale, const wc_sema_unit *unit,
                                int64_t *seconds);
wc_sema_expr *wc_sema_seconds(wc_sema *sema, wc_sema_expr *value); /* NULL after a report */
bool wc_sema_needs_seconds(wc_sema *sema, wc_span span);
wc_sema_expr *wc_sema_check_binary(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want);
/* compare.c */
wc_sema_expr *wc_sema_check_compare(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *a,
                                    wc_sema_expr *b);
wc_sema_expr *wc_sema_bad_operands(wc_sema *sema, const wc_ast_expr *ast, const wc_sema_expr *a,
                                   const wc_sema_expr *b); /* reports; poison */
wc_sema_expr *wc_sema_check_unary(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want);
bool wc_sema_round_mode(wc_sema *sema, const wc_ast_name *name, wc_round *mode);
wc_sema_expr *wc_sema_check_round(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want);
wc_sema_expr *wc_sema_check_convert(wc_sema *sema, wc_ast_expr *ast);

/* --- call.c, builtin.c, method.c -------------------------------------------------------------- */

wc_sema_expr *wc_sema_call(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want);

/* What takes arguments: an error, an event, a record, a variant, a state, a function, a method. */
typedef struct wc_sema_callee {
    wc_str name;
    const wc_sema_member *members;
    uint16_t count;
} wc_sema_callee;

/* *args has one value per member, in order of the members; false after a report. */
bool wc_sema_args(wc_sema *sema, const wc_ast_list *list, wc_span span,
                  const wc_sema_callee *callee, wc_sema_expr ***args);
const wc_sema_signature *wc_sema_signature_call(wc_sema *sema, wc_ast_expr *ast,
                                                wc_sema_space space, wc_sema_expr ***args);
int wc_sema_variant_of(wc_sema *sema, const wc_sema_type *type, const wc_ast_name *name);
int wc_sema_variant_find(wc_sema *sema, const wc_ast_name *name, const wc_sema_type *want,
                         const wc_sema_type **type);
wc_sema_expr *wc_sema_variant_make(wc_sema *sema, const wc_sema_type *type, uint16_t index,
                                   const wc_ast_list *args, wc_span span);
bool wc_sema_is_builtin_function(wc_str name);
void wc_sema_say_builtin(wc_sema *sema, wc_diag *diag, const wc_ast_name *name); /* if it is one */
void wc_sema_guess_builtins(wc_sema_guess *guess);
wc_sema_expr *wc_sema_builtin(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want);
const wc_sema_currency *wc_sema_currency_arg(wc_sema *sema, const wc_ast_expr *ast);
const wc_sema_type *wc_sema_money(wc_sema *sema, const wc_sema_currency *currency);
wc_sema_expr *wc_sema_own_method(wc_sema *sema, const wc_ast_expr *ast, const wc_ast_name *name);
wc_sema_expr *wc_sema_method_call(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want);
const wc_sema_method *wc_sema_interface_method(wc_sema *sema, const wc_ast_expr *ast,
                                               const wc_sema_interface *interface);

/* --- missing.c -------------------------------------------------------------------------------- */

void wc_sema_learn(wc_sema *sema, const wc_sema_expr *condition, bool holds);
void wc_sema_need_present(wc_sema *sema, const wc_sema_expr *series, const wc_sema_expr *index,
                          wc_span span);
void wc_sema_need_value(wc_sema *sema, const wc_sema_expr *read);
void wc_sema_need_nonzero(wc_sema *sema, const wc_sema_expr *divisor);
bool wc_sema_same_value(const wc_sema_expr *a, const wc_sema_expr *b);

/* --- stmt.c, place.c, loop.c, money.c --------------------------------------------------------- */

wc_sema_stmt *wc_sema_stmt_new(wc_sema *sema, wc_sema_stmt_kind kind, wc_span span);
wc_sema_block *wc_sema_check_block(wc_sema *sema, wc_ast_block *ast);
wc_sema_local *wc_sema_local_new(wc_sema *sema, const wc_ast_name *name, const wc_sema_type *type);
void wc_sema_local_keeps(wc_sema_local *local, const wc_sema_expr *value);
void wc_sema_local_declare(wc_sema *sema, const wc_ast_name *name, wc_sema_local *local);
wc_sema_local *wc_sema_binder(wc_sema *sema, const wc_ast_name *name, const wc_sema_type *type);
bool wc_sema_is_unnamed(const wc_ast_name *name);
void wc_sema_scope_end(wc_sema *sema, uint32_t mark); /* close, with warnings for what is unused */
/* Statements: NULL after a report. */
wc_sema_stmt *wc_sema_check_assign(wc_sema *sema, wc_ast_stmt *ast);
wc_sema_stmt *wc_sema_change(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object);
wc_sema_stmt *wc_sema_check_for(wc_sema *sema, wc_ast_stmt *ast);
wc_sema_stmt *wc_sema_check_match(wc_sema *sema, wc_ast_stmt *ast, bool *falls);
wc_sema_stmt *wc_sema_check_pay(wc_sema *sema, wc_ast_stmt *ast);
wc_sema_stmt *wc_sema_check_split(wc_sema *sema, wc_ast_stmt *ast);
wc_sema_stmt *wc_sema_money_stmt(wc_sema *sema, wc_ast_expr *ast);
bool wc_sema_written(wc_sema *sema, wc_sema_expr *place, wc_span span);
wc_sema_expr *wc_sema_wide_value(wc_sema *sema, wc_sema_expr *value, const wc_sema_local *local);
bool wc_sema_may_be_change(wc_str name);
void wc_sema_check_changes(wc_sema *sema, const wc_sema_stmt *stmt); /* E1011 */
wc_str wc_sema_methods_of(wc_sema *sema, wc_sema_kind kind); /* how they are called; or empty */
bool wc_sema_is_statement_method(const wc_sema_type *type, wc_str name);
bool wc_sema_is_statement_function(wc_str name);
wc_sema_expr *wc_sema_check_fold(wc_sema *sema, wc_ast_expr *ast);
/* An amount of money as its money type; NULL after a report. */
wc_sema_expr *wc_sema_amount(wc_sema *sema, wc_ast_expr *ast, const wc_sema_currency **currency);
void wc_sema_mention(wc_sema *sema, const wc_sema_currency *currency);

/* --- routine.c, contract.c, states.c, trap.c, conserve.c, test.c, check.c --------------------- */

wc_sema_body *wc_sema_body_new(wc_sema *sema, wc_ast_routine_kind kind, wc_sema_contract *contract);
wc_sema_body *wc_sema_header(wc_sema *sema, wc_ast_routine *ast, wc_sema_symbol *symbol,
                             wc_sema_contract *contract);
void wc_sema_check_body(wc_sema *sema, wc_sema_body *body);
void wc_sema_check_condition_body(wc_sema *sema, wc_sema_body *body, wc_ast_expr *condition,
                                  wc_sema_expr **result);
/* Numbers the bodies from `first` on so that callees come before callers; hands effects upwards. */
void wc_sema_order_calls(wc_sema *sema, uint32_t first);
void wc_sema_reachable(wc_sema *sema, const wc_sema_list *bodies, wc_sema_list *funcs);
void wc_sema_choose_invariants(wc_sema *sema, wc_sema_body *body);
void wc_sema_publish_contract(wc_sema *sema);
const wc_sema_symbol *wc_sema_state_named(wc_sema *sema, const wc_ast_name *name);
void wc_sema_check_contract(wc_sema *sema, const wc_ast_item *item, wc_sema_symbol *symbol);
bool wc_sema_moves_money(const wc_sema *sema);
bool wc_sema_is_role(const wc_sema *sema, wc_str name);
void wc_sema_deploy_check(wc_sema *sema, wc_sema_expr *condition);
void wc_sema_check_states(wc_sema *sema);
const wc_span *wc_sema_may_trap(const wc_sema_routine *routine); /* the first thing that can fail */
void wc_sema_check_conserves(wc_sema *sema);
void wc_sema_count_sends(wc_sema *sema);   /* of each action of the contract */
void wc_sema_check_hazards(wc_sema *sema); /* once, when all bodies are sound */

wc_sema_expr *wc_sema_test_party(wc_sema *sema, wc_str name, wc_span span);
wc_sema_expr *wc_sema_contract_call(wc_sema *sema, wc_ast_expr *ast, wc_sema_symbol *symbol);
wc_sema_expr *wc_sema_instance_call(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object);
wc_sema_expr *wc_sema_encoded(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want);
wc_sema_expr *wc_sema_flat(wc_sema *sema, wc_ast_expr *ast, const wc_sema_type *want);
wc_sema_stmt *wc_sema_check_as(wc_sema *sema, wc_ast_stmt *ast, bool *falls);
wc_sema_stmt *wc_sema_check_expect(wc_sema *sema, wc_ast_stmt *ast);
wc_sema_expr *wc_sema_instance_as(wc_sema *sema, wc_sema_expr *value, const wc_sema_type *place);
wc_sema_stmt *wc_sema_check_mandate(wc_sema *sema, wc_ast_expr *ast, wc_sema_expr *object);
wc_sema_stmt *wc_sema_check_advance(wc_sema *sema, wc_ast_stmt *ast);
void wc_sema_check_test(wc_sema *sema, wc_ast_routine *ast);

#endif
