/* The contract Clock in use: opened, funded, asked. */
#ifndef WC_TESTS_UNIT_LEDGER_EXEC_CLOCKS_H
#define WC_TESTS_UNIT_LEDGER_EXEC_CLOCKS_H

#include "tests/unit/ledger_exec/contracts.h"

/* Its states. */
enum {
    TICKING = 0,
    RUNG = 1,
    DONE = 2
};

/* Its actions. */
enum {
    FUND = 0,
    RESET = 1,
    TOUCH = 2
};

/* A deployed clock of ALICE, who signs, and b, in state TICKING. */
wc_address clock_open(world *w, clock_kind kind, const char *role, world_actor b, int64_t wait_s);

/* What the state says of an instance. */
wc_instance_entry clock_entry(world *w, const wc_address *instance);

/* The first time-out that is pending on the chain is due then; WC_DUE_NONE: none is pending. */
void clock_expect_due(world *w, int64_t due_s);

/* A deposit of the actor, who locks it whole in the clock's escrow. */
void clock_fund(world *w, const wc_address *clock, world_actor actor, int64_t amount);

#endif
