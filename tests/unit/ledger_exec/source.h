/* Contracts for tests of the ledger, written in Clause. */
#ifndef WC_TESTS_UNIT_LEDGER_EXEC_SOURCE_H
#define WC_TESTS_UNIT_LEDGER_EXEC_SOURCE_H

#include "tests/unit/ledger_exec/world.h"

/* Module bytes of the last contract of a program; its first message, when it does not compile. */
wc_slice source_module(world *w, const char *text);

/* Module bytes of the same with the number `from`, which its code loads once, changed to `to`: what
 * no compiler makes of a source, but anybody can deploy. */
wc_slice source_patched(world *w, const char *text, int32_t from, int32_t to);

/* The same of a next version of that module. */
wc_slice source_next(world *w, wc_slice previous, const char *text);

/* Module bytes of a text as `wattclause dis` prints it; gas bounds are made anew. */
wc_slice source_assembled(world *w, const char *text);

/* A contract of it, deployed and signed by one actor. */
wc_address source_open(world *w, const char *text, world_actor signer, wc_slice args);

/* One call of an action by one actor. */
const wc_receipt_page *source_call(world *w, world_actor actor, const wc_address *instance,
                                   uint16_t action, wc_slice args);

#endif
