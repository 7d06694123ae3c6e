/* Runs one program in the machine and in the reference interpreter and compares everything that can
 * be seen: how each call ends and with which arguments, results, events and postings in order,
 * storage, state and balances. One contract runs in the machine alone; a world of two on a real
 * ledger in memory, with roles, sends, views of each other and time-outs. */
#ifndef WC_TESTS_FUZZ_ORACLE_H
#define WC_TESTS_FUZZ_ORACLE_H

#include "vm/base/arena.h"

typedef struct oracle_counts {
    uint64_t programs, worlds, upgrades, timeouts, calls, ok, errors, builtins, traps, limits;
} oracle_counts;

typedef enum oracle_verdict {
    ORACLE_AGREE,
    ORACLE_DIFFER,
    ORACLE_REFUSED /* it does not compile; error_at is where */
} oracle_verdict;

typedef struct oracle {
    wc_arena arena; /* of the compiler; rewound by each run */
    wc_arena run;
    oracle_counts counts;
    size_t error_at;
    bool is_error_in_next; /* REFUSED: error_at is in the next version */
    char error[256];       /* REFUSED: the message */
    char text[2048];       /* DIFFER: what was called and how both ended */
} oracle;

void oracle_open(oracle *o);
void oracle_close(oracle *o);

/* The calls and their arguments are a function of the seed. next: the program of the next version
 * of the first contract, to which it is upgraded somewhere between the calls; empty: there is none.
 */
oracle_verdict oracle_run(oracle *o, wc_str program, wc_str next, uint64_t seed);

#endif
