/* Random choices that can be kept, played again and made smaller.
 *
 * Whoever makes random values (make.h) or random actions (fuzz.h) asks for numbers in [0, limit).
 * The answers are kept in a list. The same list gives the same values again; a shorter list, or one
 * with smaller numbers, gives simpler ones, because every maker takes 0 for its simplest choice.
 * So one shrinker (shrink.h) serves every type and every sequence, and what it finds is always a
 * value that the maker could have made. */
#ifndef WC_NODE_RUNNER_DRAW_H
#define WC_NODE_RUNNER_DRAW_H

#include "vm/base/base.h"

#define WC_DRAW_MAX 8192u /* choices of one run */

typedef struct wc_draw {
    uint64_t state;     /* of the generator (splitmix64) */
    bool is_replay;     /* behind the list every choice is 0, else it is random */
    uint32_t at, count; /* at: choices made; count: of a replay's list */
    uint64_t
        choices[WC_DRAW_MAX]; /* as they were answered: the list to play again is the first at */
} wc_draw;

/* The same seed gives the same answers everywhere. */
void wc_draw_random(wc_draw *draw, uint64_t seed);

void wc_draw_replay(wc_draw *draw, const uint64_t *choices, uint32_t count);

/* In [0, limit); limit 0 is 2^64. 0 when WC_DRAW_MAX choices have been made. */
uint64_t wc_draw_below(wc_draw *draw, uint64_t limit);

/* A value that the maker suggests, in [0, limit) or any with limit 0: taken as it is when choices
 * are random, else what the list says. So a maker may think hard about good values, and still each
 * of them is one number that can be lowered. */
uint64_t wc_draw_keep(wc_draw *draw, uint64_t limit, uint64_t suggestion);

/* What to suggest: in [0, limit) at random and not kept; 0 when a list is played. */
uint64_t wc_draw_hint(wc_draw *draw, uint64_t limit);

/* One more element? Kept as 0 or 1; at random yes in odds of odds + 1 cases. */
bool wc_draw_more(wc_draw *draw, uint64_t odds);

/* Seed of run number `run` of a series of runs. */
uint64_t wc_draw_seed(uint64_t seed, uint64_t run);

#endif
