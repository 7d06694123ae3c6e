/* What local collections of numbers hold in sum along a path: env.held, per local.
 *
 * A list or map that starts empty holds 0; push and += add to it; clear makes it 0 again. A loop
 * adds the sum of what its rounds add. So after
 *
 *     for d in deals { bought[d.buyer] += d.qty; sold[d.seller] += d.qty; }
 *
 * both hold the sum of d.qty over deals, whoever it belongs to, and a sum over one equals a sum
 * over the other. Whatever else is done to a collection makes it unknown (NULL). */
#ifndef WC_COMPILER_SEMA_HELD_H
#define WC_COMPILER_SEMA_HELD_H

#include "compiler/sema/symbolic.h"

/* What a collection with that value holds; NULL: not known, or it is none of numbers. To be asked
 * before the assignment, which may change what the value is made of. */
const wc_linear *wc_held_of(wc_symbolic *self, const wc_sema_expr *value);

/* What a collection of that type holds when it has been emptied; NULL: it is none of numbers. */
const wc_linear *wc_held_none(const wc_sema_type *type);

/* What the collection at `place` holds when `added` more is in it; NULL: not known. */
const wc_linear *wc_held_with(const wc_symbolic *self, const wc_sema_expr *place,
                              const wc_linear *added, wc_linear_space *space);
/* Ends a change of the collection at `place`, which made it unknown; held: may be NULL. */
void wc_held_set(wc_symbolic *self, const wc_sema_expr *place, const wc_linear *held);

/* Two paths have met: what differs is unknown. */
void wc_held_merge(wc_symbolic *self, const wc_symbolic_env *other);

/* Enters a loop whose body has made unknown what it writes: each such collection holds some amount
 * at the start of a round. before: env.held outside. */
void wc_held_enter(wc_symbolic *self, const wc_linear *const *before);

typedef const wc_linear *(*wc_held_sum)(void *of, const wc_linear *round);

/* Behind the loop. start: env.held at the start of a round; end: at its end, NULL when no round
 * gets there. sum(of, round): what all rounds add when each adds `round`; NULL when that is not
 * known. */
void wc_held_leave(wc_symbolic *self, const wc_linear *const *before, const wc_linear *const *start,
                   const wc_linear *const *end, wc_held_sum sum, void *of);

#endif
