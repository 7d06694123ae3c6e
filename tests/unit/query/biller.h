/* A contract for tests of look-ups: Biller bills what it is told to.
 *
 * Parties a (signatory) and bank (role SettlementBank when with_bank). Actions, each emitting its
 * arguments:
 *   0 bill(component : Energy|Wheeling, payer, payee, day, quantity : dec<3,kWh>, exact :
 *     dec<8,CNY>, amount : dec<2,CNY>) -> event Line
 *   1 leg(payee, amount) -> event LegBooked
 *   2 reading(at, version, source, load : dec<3,kWh>): for reading calls, event Measured */
#ifndef WC_TESTS_UNIT_QUERY_BILLER_H
#define WC_TESTS_UNIT_QUERY_BILLER_H

#include "tests/unit/ledger_exec/world.h"
#include "vm/isa/debug.h"

typedef enum biller_action {
    BILLER_BILL,
    BILLER_LEG,
    BILLER_READING
} biller_action;

typedef struct biller {
    wc_slice module; /* bytes */
    wc_slice file;   /* module and debug part, as beside a ledger */
} biller;

/* The `emit` of bill stands at billing/biller.clause:41:5. */
biller biller_module(world *w, bool with_bank);

#endif
