/* Semantic analysis: from syntax trees to a checked program.
 *
 *     wc_parse ... -> wc_sema_check -> wc_sema_program -> code generation, one module per contract
 *
 * The program and all it points to live in the arena of the call and are immutable afterwards.
 * A program exists only for sources without errors; warnings do not prevent it. */
#ifndef WC_COMPILER_SEMA_SEMA_H
#define WC_COMPILER_SEMA_SEMA_H

#include "compiler/ast/ast.h"
#include "compiler/diag.h"
#include "compiler/index.h"
#include "compiler/sema/tree.h"
#include "vm/isa/module.h"

/* --- declarations ----------------------------------------------------------------------------- */

typedef struct wc_sema_method {
    wc_str name;
    wc_span span;
    bool is_view;
    uint16_t index; /* in its interface */
    uint16_t param_count;
    const wc_sema_member *params;
    const wc_sema_type *result; /* views; NULL for actions */
} wc_sema_method;

typedef struct wc_sema_interface {
    wc_str name;
    wc_span span;
    uint16_t index; /* in wc_sema_program.interfaces */
    uint16_t method_count;
    const wc_sema_method *methods;
} wc_sema_interface;

typedef struct wc_sema_calendar { /* calendar name = zone("...", tzdata: "..."); */
    wc_str name;
    wc_str zone, version;
    uint16_t index; /* dense in the program */
    wc_zone table;
} wc_sema_calendar;

typedef struct wc_sema_require { /* requires condition : Error(args); */
    wc_sema_expr *condition;
    const wc_sema_signature *error;
    wc_sema_expr **args;
    uint16_t arg_count;
    wc_span span;
} wc_sema_require;

typedef struct wc_sema_old { /* local = value, before the body */
    wc_sema_local *local;
    wc_sema_expr *value;
} wc_sema_old;

typedef struct wc_sema_ensure {
    wc_sema_expr *condition;
    wc_span span;
} wc_sema_ensure;

typedef struct wc_sema_who { /* one name of a `by` */
    bool is_role;
    uint16_t party; /* index, when it is a party */
    wc_str role;    /* when it is a role */
} wc_sema_who;

/* Anything with a body. Order in an action: arguments, authority, state, requires, olds, body (or
 * goto), ensures. `goto` in the body jumps to ensures, too. */
typedef struct wc_sema_routine {
    wc_ast_routine_kind kind; /* FUNC, ACTION, VIEW, AFTER, UPGRADE, TEST */
    wc_str name;              /* AFTER, UPGRADE: ""; TEST: the title */
    wc_span span, header;
    bool is_generated;         /* `fund`, propose_T and accept_T, which the compiler adds */
    const wc_ast_routine *ast; /* as written there or in a mix-in; NULL: `fund`, invariants */

    uint16_t local_count; /* locals[0, param_count) are the parameters */
    uint16_t param_count;
    wc_sema_local **locals;
    const wc_sema_type *result; /* FUNC, VIEW: a place type */

    wc_by_kind by; /* ACTION */
    uint8_t quorum;
    uint8_t who_count;
    wc_sema_who who[WC_BY_MAX];
    uint64_t when;     /* bit per state; ACTION: 0 means every non-final state; AFTER: never 0 */
    uint64_t leads_to; /* bit per state a `goto` of the body names */
    wc_sema_expr *due; /* AFTER: a time */
    uint32_t repeats;  /* AFTER: times it can fire in a row by time alone, >= 1 */

    wc_sema_require *requires;
    uint16_t require_count;
    wc_sema_old *olds;
    uint16_t old_count;
    wc_sema_block *body;
    wc_sema_ensure *ensures;
    uint16_t ensure_count;
    uint16_t conserve_count; /* `ensures conserve(unit)`, each proved */
    const wc_sema_unit **conserves;
    uint64_t gas_limit; /* `gas <= n`; UINT64_MAX when not written */
    wc_span gas_span;
    uint8_t sends; /* ACTION: most that it can queue, <= WC_SENDS_MAX */

    uint64_t invariants; /* ACTION, AFTER: bit per invariant that reads what this may write; the
                            machine checks all of them when a term is amended */

    bool has_results; /* the checker's own: FUNC: every scalar it returns lies in `results` */
    wc_sema_range results;
} wc_sema_routine;

typedef struct wc_sema_party {
    wc_str name;
    wc_span span;
    wc_str role; /* "": any party */
    bool is_signatory;
    bool is_visible;
} wc_sema_party;

typedef struct wc_sema_term {
    wc_str name;
    wc_span span;
    const wc_sema_type *type;
    wc_sema_expr *initial; /* constant of the type, or NULL: must be given */
    bool is_amendable;     /* propose_T and accept_T change it; for all else it is a constant */
    bool is_read;          /* contracts of the checked file: something depends on it */
} wc_sema_term;

typedef struct wc_sema_field {
    wc_str name;
    wc_span span;
    const wc_sema_type *type; /* collections: kept element by element; else in the root record */
    wc_sema_expr *initial;    /* constant of the type, or NULL: zero or empty */
    uint16_t id;              /* in storage keys; stays from version to version */
    uint16_t since;           /* the version that brought it; 0: the first */
    bool stays;               /* upgrade: it was there with this type */
    bool is_generated;        /* of an open proposal or a mix-in: others only read it */

    const void *owner; /* the checker's own: the part it belongs to */
} wc_sema_field;

typedef struct wc_sema_state {
    wc_str name;
    wc_span span;
    uint16_t member_count;
    const wc_sema_member *members;
    bool is_initial, is_final;
} wc_sema_state;

typedef struct wc_sema_invariant {
    wc_str name;
    wc_span span;
    wc_sema_expr *condition;
    wc_sema_local **locals; /* binders of sum and forall in the condition */
    uint16_t local_count;
} wc_sema_invariant;

typedef struct wc_sema_contract {
    wc_str name;
    wc_str module; /* "spot.uniform" */
    wc_span span;
    uint16_t index; /* in wc_sema_program.contracts */
    uint16_t party_count, term_count, field_count, state_count, invariant_count;
    wc_sema_party *parties;
    wc_sema_term *terms;
    wc_sema_field *fields;
    wc_sema_state *states;
    const wc_sema_type *state_type; /* ENUM over the states: type of STATE */
    const wc_sema_type *tag_type;   /* the same without data: type of TEST_STATE */
    wc_sema_invariant *invariants;

    uint16_t func_count; /* functions reachable from this contract, callees before callers */
    wc_sema_routine **funcs;
    uint16_t action_count; /* in order of the source; a generated `fund` is the last */
    wc_sema_routine **actions;
    uint16_t view_count;
    wc_sema_routine **views;
    uint16_t after_count;
    wc_sema_routine **afters;

    /* `upgrade n`: the routine's parameter, if any, is a record of the root fields of version n-1,
     * in the order of its record. Its body assigns the fields that stay, then does what is written.
     * Fields of the module stand in the order of their ids. */
    uint16_t version; /* n; 0 without upgrade */
    wc_sema_routine *upgrade;

    /* Checked once when an instance is deployed: bounds and sums of shares that are terms. */
    uint16_t deploy_check_count;
    wc_sema_ensure *deploy_checks;

    uint16_t error_count; /* what its routines can raise, in order of declaration */
    const wc_sema_signature **errors;
    uint16_t event_count;
    const wc_sema_signature **events;
    uint16_t currency_count; /* what it moves or mentions, in order of declaration */
    const wc_sema_currency **currencies;
} wc_sema_contract;

/* A test: a routine of kind TEST. TEST_PARTY numbers index parties; a party that deploy fills in
 * for a contract party left out has that party's name and needs its role. */
/* A `property` is a test with parameters (routine->param_count, the first locals). The runner
 * gives them values before the body; nothing else tells it from a test. */
typedef struct wc_sema_test {
    const wc_sema_routine *routine;
    uint16_t party_count;
    wc_str *parties;     /* names */
    uint16_t func_count; /* functions it calls, callees before callers */
    wc_sema_routine **funcs;
} wc_sema_test;

typedef struct wc_sema_program {
    wc_str module; /* the checked file's; contracts[i]->module tells whose a contract is */
    uint32_t type_count, unit_count, currency_count, interface_count, contract_count;
    const wc_sema_type **types;
    const wc_sema_unit **units;
    const wc_sema_currency **currencies;
    const wc_sema_interface **interfaces;
    wc_sema_contract **contracts; /* of the modules it uses, then of the checked file, in order */
    uint32_t test_count;
    wc_sema_test **tests;
    uint32_t may_trap_count; /* operations of the checked file that may trap */
} wc_sema_program;

/* --- the pass --------------------------------------------------------------------------------- */

/* Finds the parsed file of a module, for example "std.energy"; NULL when there is none (the checker
 * reports it). Syntax errors in it are the callee's to report: such a file has_errors and no items,
 * and no name that it could declare is called unknown. */
typedef struct wc_sema_modules {
    void *self;
    const wc_ast_file *(*find)(void *self, wc_str path);
    const wc_str *library; /* paths of the modules that are always there: what a report may offer */
    size_t library_count;
} wc_sema_modules;

/* What is said of operations that may trap (codes L0911 and on). They are looked for even when
 * nothing is said, so that an allow at the place counts as used. */
typedef enum wc_sema_traps {
    WC_TRAPS_SILENT,
    WC_TRAPS_SKIP,    /* a tree with holes: not looked for */
    WC_TRAPS_EXPLAIN, /* a warning for each */
    WC_TRAPS_DENY     /* an error for each */
} wc_sema_traps;

/* Somebody who can run what was checked, for an example to a report: an action after which the
 * storage holds more or less of the unit than before. Appends a sentence to text, or answers false.
 * A fixed number of trials; the same program gives the same answer. */
typedef struct wc_sema_trial {
    const wc_sema_contract *contract; /* complete, without errors so far */
    const wc_sema_routine *action;
    const wc_sema_unit *unit;
    const wc_sema_currency **currencies; /* all of them, by index */
    uint32_t currency_count;
} wc_sema_trial;

typedef struct wc_sema_witness {
    void *self;
    bool (*gains)(void *self, const wc_sema_trial *trial, wc_buf *text); /* NULL: nobody */
} wc_sema_witness;

typedef struct wc_sema_job {
    wc_arena *arena;         /* receives the program and all working tables */
    wc_diags *diags;         /* empty of errors */
    wc_sema_modules modules; /* what `use` finds */
    const wc_str *roles;     /* role names that exist; role_count 0: any name will do */
    size_t role_count;
    wc_source_index *index; /* receives definitions, uses and values; NULL: not wanted */
    wc_sema_traps traps;
    bool explains_states;      /* which party alone can hold up the others (L0803) */
    wc_sema_witness witness;   /* gains NULL: reports have no examples */
    const wc_module *previous; /* version before of the contract of its name; NULL: none */
} wc_sema_job;

/* Checks one file with everything it uses. *program is NULL when there were errors; all of them are
 * in diags. Sets the fields of the tree that are marked "checker".
 *
 * Requires: file, and what modules gives, parsed without errors; for an index alone they may have
 * some, with diags that nobody reads.
 * Errors: NO_MEMORY - the arena is full, diags too; *program is unchanged. */
WC_MUST_USE wc_status wc_sema_check(const wc_sema_job *job, const wc_ast_file *file,
                                    const wc_sema_program **program);

/* The error is one of those that the contract's code can raise. */
bool wc_sema_can_raise(const wc_sema_contract *contract, const wc_sema_signature *error);

#endif
