/* What gas may change about a call: when it ends, and nothing else.
 *
 * A call is run with enough gas, then with less and with more. With less than it uses it must run
 * out of gas, use all of it, and have done to the host a prefix of what the whole call does, never
 * a shorter one than with still less. From what it uses on it must end the same, whatever the
 * limit, so success is monotone in it. Cuts lie at every value up to 10,000, and one below, at and
 * one above each charge. All engines take turns. */
#ifndef WC_TESTS_FUZZ_MODULE_CUTS_H
#define WC_TESTS_FUZZ_MODULE_CUTS_H

#include "tests/fuzz/module_world.h"

#define MODULE_CUTS_ALL 10000u

/* How many values to try of one call, drawn at random from all of them when there are more; 0: all.
 */
extern uint32_t module_cuts_max;

/* Cuts that were tried, over all calls. */
extern uint64_t module_cuts_tried;

/* A module_property. */
void module_cuts(module_world *world, const module_attempt *what);

#endif
