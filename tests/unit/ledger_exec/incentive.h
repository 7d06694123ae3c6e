/* The standard incentive contract, and unsound ones, on a test world. */
#ifndef WC_TESTS_UNIT_LEDGER_EXEC_INCENTIVE_H
#define WC_TESTS_UNIT_LEDGER_EXEC_INCENTIVE_H

#include "node/ledger/incentive.h"
#include "tests/unit/ledger_exec/accounts.h"

/* What an unsound contract does when it is asked. */
typedef enum bad_incentive {
    BAD_STRANGER, /* pays an address without account */
    BAD_SHORT,    /* keeps one unit back */
    BAD_LONG,     /* pays one unit too much */
    BAD_FAILS,    /* with an error of its own */
    BAD_TRAPS,    /* index out of range */
    BAD_HUGE,     /* pays more than 64 bits hold */
    BAD_COUNT,
    SOUND_NOTHING = BAD_COUNT /* pays nothing to somebody, too, which is sound */
} bad_incentive;

/* A contract of contracts/incentive: hundredths of a percent for each kind of work. */
wc_address incentive_open(world *w, int64_t producers, int64_t meters, int64_t auditors);
wc_address incentive_open_bad(world *w, bad_incentive how);

/* The administration proposes, approves and runs a change; the receipt of the last step. Without
 * governance delay. */
const wc_receipt_page *governed(world *w, uint16_t kind, wc_slice body);

/* The running epoch, and what is counted for an account in it (zeros: nothing). */
wc_epoch epoch_now(world *w);
wc_credit credit_now(world *w, const wc_address *account);

/* What lies in `fees`. */
int64_t fees_now(world *w);

/* A record of one cheap transaction; the receipt of its epoch work. NULL: there is none. */
const wc_receipt_page *record_made(world *w);

/* An auditor attests the record that the epoch names. */
const wc_receipt_page *attested(world *w, world_actor auditor);

/* Sum of the rewards in a page, and how many there are. */
int64_t rewards_of(const wc_receipt_page *page, size_t *count);

#endif
