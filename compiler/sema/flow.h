/* What is known about numbers at a point of a path, without a solver.
 *
 * Values are linear forms over atoms (linear.h); a fact is a form that is not negative. Facts come
 * from conditions that hold, from loop bounds, from operations whose result is bounded by their
 * operands, and from operations that would have trapped otherwise. A form is bounded by the ranges
 * of its atoms and, where that is too coarse, by taking away up to three facts that share an atom
 * with it: `i < xs.len()` and `a <= b` are such facts, so this sees what an octagon would, and
 * sums.
 *
 * Facts are about values, not about variables: writing a variable gives it a new value and leaves
 * every fact true. They are kept on a stack; a branch takes back what it has learnt. */
#ifndef WC_COMPILER_SEMA_FLOW_H
#define WC_COMPILER_SEMA_FLOW_H

#include "compiler/sema/symbolic.h"

#define WC_FLOW_FACTS_MAX 512u /* on one path; later ones are not learnt */
#define WC_FLOW_TERMS_MAX 32u  /* of a fact and of a form that facts are tried on */

typedef struct wc_flow {
    wc_symbolic symbolic;
    const wc_linear **facts; /* WC_FLOW_FACTS_MAX places */
    uint64_t *masks;  /* by fact: bit atom mod 64 for each of its atoms; 0: it has only one */
    uint16_t *bounds; /* by fact: number + 1 of the last one up to it that has only one; 0: none */
    uint32_t fact_count;
    uint32_t steps; /* left for the question under way: bounds the work, the same everywhere */
} wc_flow;

/* contract may be NULL: a function of a module. */
void wc_flow_init(wc_flow *flow, wc_sema *sema, const wc_sema_routine *routine,
                  const wc_sema_contract *contract);

/* The value of an expression whose operands were evaluated at this point. */
const wc_linear *wc_flow_value(wc_flow *flow, wc_sema_expr *expr);

const wc_linear *wc_flow_number(wc_flow *flow, int64_t number);
const wc_linear *wc_flow_minus(wc_flow *flow, const wc_linear *a, const wc_linear *b);

/* Puts a fact at that place: for whoever gives facts back. */
void wc_flow_put(wc_flow *flow, uint32_t at, const wc_linear *fact);

/* form >= 0 from here on; form == 0; form lies in the range. */
void wc_flow_assume(wc_flow *flow, const wc_linear *form);
void wc_flow_assume_zero(wc_flow *flow, const wc_linear *form);
void wc_flow_assume_within(wc_flow *flow, const wc_linear *form, wc_sema_range range);

/* The condition, evaluated already, holds or does not. */
void wc_flow_learn(wc_flow *flow, const wc_sema_expr *condition, bool holds);

/* Bounds of the form on this path; the ends of 128 bits where nothing is known. */
wc_sema_range wc_flow_range(wc_flow *flow, const wc_linear *form);
bool wc_flow_is_positive(wc_flow *flow, const wc_linear *form); /* >= 0 for certain */

#endif
