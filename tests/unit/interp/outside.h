/* What the tests of the reference interpreter share: a compiled source, an interpreter over it, and
 * calls from outside. Whatever does not compile, deploy or fit ends the test. */
#ifndef WC_TESTS_UNIT_INTERP_OUTSIDE_H
#define WC_TESTS_UNIT_INTERP_OUTSIDE_H

#include "compiler/compiler.h"
#include "compiler/interp/machine.h"

#define OUTSIDE_RUN ((size_t)64 << 20) /* bytes of a run's arena */

/* The compiled source; the next call of `outside_compile` gives it back. */
const wc_compilation *outside_compile(const char *text);

/* The same for the version behind the last compiled source; both stay. */
const wc_compilation *outside_next_version(const char *text);

/* An interpreter over the program with parties "a", "b", "c", "bank"; the one before is given back.
 */
wc_interp *outside_open(const wc_compilation *compilation);

/* An arena of so many bytes in memory that the next one takes over. */
wc_arena *outside_arena(size_t size);

const wc_sema_contract *outside_contract(const wc_compilation *compilation, const char *name);
const wc_sema_routine *outside_action(const wc_sema_contract *contract, const char *name);
const wc_sema_routine *outside_view(const wc_sema_contract *contract, const char *name);

/* Deploys with the test parties 0, 1, ... in the contract's order. */
uint16_t outside_deploy(wc_interp *in, const wc_sema_contract *contract, wc_slice terms);

/* A call signed by test party `principal`. */
wc_interp_outcome outside_call(wc_interp *in, uint16_t instance, const char *action, wc_slice args,
                               uint16_t principal);

void outside_assert_builtin(const wc_interp_outcome *outcome, uint16_t code);
void outside_assert_trap(const wc_interp_outcome *outcome, uint16_t code);
void outside_assert_ok(const wc_interp_outcome *outcome);

#endif
