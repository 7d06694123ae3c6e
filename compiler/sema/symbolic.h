/* Symbolic values of expressions and places along one path of an action (D2, D3). */
#ifndef WC_COMPILER_SEMA_SYMBOLIC_H
#define WC_COMPILER_SEMA_SYMBOLIC_H

#include "compiler/sema/linear.h"

#define WC_COMMON_SCALE 18u /* in which quantities of different scale are added up */

/* First words of keys of atoms that are not operations. */
enum {
    WC_KEY_UNKNOWN = 1000,
    WC_KEY_BINDER,
    WC_KEY_SUM,
    WC_KEY_RANGE,
    WC_KEY_PAIR,
    WC_KEY_STATE_DATA
};

/* What is known at a point of a path. Values are NULL while only the version says what they are. */
typedef struct wc_symbolic_env {
    const wc_linear **locals; /* per local of the routine */
    uint64_t *local_versions;
    const wc_linear **fields; /* per storage field */
    uint64_t *field_versions;
    const wc_linear **held; /* see held.h; NULL in analyses that do not follow it */
    const wc_linear *delta; /* what the storage gained so far, at WC_COMMON_SCALE */
    uint64_t states;        /* bit per state the contract can be in */
    uint64_t party_version; /* of all places of parties: a mix-in may bind another one (MX-6) */
} wc_symbolic_env;

typedef struct wc_symbolic {
    wc_linear_space space;
    wc_sema *sema;
    const wc_sema_unit *unit; /* that is to be conserved */
    const wc_sema_routine *routine;
    const wc_sema_contract *contract;
    wc_symbolic_env env;
    const wc_linear *current; /* value of the place being assigned */
    uint64_t serial;          /* of unknown values */
    uint32_t depth;           /* of open collections */
    wc_span undecided;        /* what the proof cannot handle; valid when is_undecided */
    const char *why;
    bool is_undecided;
    bool
        is_proof; /* entries of maps count as zero where they are absent; members are taken apart */
    bool keeps_forms; /* operands were evaluated: their values stand in wc_sema_expr.form */
} wc_symbolic;

/* Scalars: the value. Everything else: a form that is equal for equal values. */
const wc_linear *wc_symbolic_value(wc_symbolic *self, const wc_sema_expr *expr);

/* How much of the unit an aggregate or a number holds, at WC_COMMON_SCALE. */
const wc_linear *wc_symbolic_amount(wc_symbolic *self, const wc_sema_expr *expr);
const wc_linear *wc_symbolic_amount_of(wc_symbolic *self, const wc_linear *value,
                                       const wc_sema_type *type, wc_span span);

/* Values of the type hold some of the unit. */
bool wc_symbolic_holds(const wc_symbolic *self, const wc_sema_type *type);

/* Equal keys, equal values. A value that was in a place of the type. */
const wc_linear *wc_symbolic_atom(wc_symbolic *self, wc_atom key, const wc_sema_type *type,
                                  wc_span span);
const wc_linear *wc_symbolic_unknown(wc_symbolic *self, const wc_sema_type *type, wc_span span);
const wc_linear *wc_symbolic_state_data(wc_symbolic *self, uint16_t state, uint16_t member,
                                        const wc_sema_type *type, wc_span span);

/* The values that the binders of a loop over `over` take, and the sum of a form over it. */
const wc_linear *wc_symbolic_binder(wc_symbolic *self, const wc_sema_expr *over, bool is_key,
                                    const wc_sema_type *type, wc_span span);
const wc_linear *wc_symbolic_sum(wc_symbolic *self, const wc_sema_expr *over, const wc_linear *form,
                                 wc_span span);
/* The same for a loop over the whole numbers first .. end. */
const wc_linear *wc_symbolic_counter(wc_symbolic *self, const wc_sema_stmt *loop);
const wc_linear *wc_symbolic_sum_rounds(wc_symbolic *self, const wc_sema_stmt *loop,
                                        const wc_linear *form);

/* Lengths, keys and values of collections as facts name them: the same as LEN, HAS and MAP_GET_OR
 * with default 0 of these operands have. */
const wc_linear *wc_symbolic_length(wc_symbolic *self, const wc_linear *collection,
                                    const wc_sema_type *type);
const wc_linear *wc_symbolic_has(wc_symbolic *self, const wc_linear *map,
                                 const wc_linear *key_form);
/* The number of intervals of a series that are missing: QCOUNT of it. */
const wc_linear *wc_symbolic_gaps(wc_symbolic *self, const wc_linear *series);
const wc_linear *wc_symbolic_get_or_zero(wc_symbolic *self, const wc_linear *map,
                                         const wc_linear *key_form, const wc_sema_type *value);
/* START or END of an interval. */
const wc_linear *wc_symbolic_edge(wc_symbolic *self, const wc_linear *interval, wc_sema_op edge);
/* The atom says that a map or set of that number has a key; the same of another one. */
bool wc_symbolic_is_has(const wc_atom *atom, uint64_t map_id, uint64_t *key_id);
const wc_linear *wc_symbolic_has_again(wc_symbolic *self, const wc_linear *map, uint64_t key_id);

/* The variable or field at the root of a place has changed. */
void wc_symbolic_touch(wc_symbolic *self, const wc_sema_expr *place);

/* Everything that the statements write has an unknown value: the start of a loop, and after it. */
void wc_symbolic_touch_block(wc_symbolic *self, const wc_sema_block *block);
bool wc_symbolic_writes(wc_sema_stmt_kind kind); /* the place or collection stmt->a */

/* After two paths have met: who stands in the places of parties, if one of them changed that. */
void wc_symbolic_merge_parties(wc_symbolic *self, const wc_symbolic_env *other);

/* What a variable or a field holds at this point. */
const wc_linear *wc_symbolic_local(wc_symbolic *self, const wc_sema_local *local);
const wc_linear *wc_symbolic_field(wc_symbolic *self, uint16_t index);

void wc_symbolic_give_up(wc_symbolic *self, wc_span span, const char *why);

#endif
