/* A contract in versions, compiled from Clause: the first, its next, and some that are none.
 *
 *   Sale of a and b, who both sign.  sold grows by `sell`; Open, Held, Done; a time-out 100 s after
 *   deployment from Open to Held. Version 2 adds `twice`, from twice what was sold. */
#ifndef WC_TESTS_UNIT_LEDGER_EXEC_SALE_H
#define WC_TESTS_UNIT_LEDGER_EXEC_SALE_H

#include "tests/unit/ledger_exec/world.h"

enum sale_method {
    SALE_SELL, /* (q int) by a */
    SALE_HOLD, /* () by a: Open -> Held */
    SALE_KEEP, /* (amount) by a: into escrow */
    SALE_CLOSE /* () by a */
};

typedef enum sale_version {
    SALE_1,
    SALE_2, /* time-out after 50 s, view twice() */
    SALE_2_WITHOUT_HELD,
    SALE_2_WITHOUT_SOLD, /* the view sold() is missing */
    SALE_3
} sale_version;

wc_slice sale_module(world *w, sale_version version);

/* An instance of version 1 between ALICE and BOB, with price 7. */
wc_address sale_open(world *w);

/* A contract of CAROL that refers to a Sale and uses its view sold(). */
wc_address sale_reader(world *w, const wc_address *sale);

const wc_receipt_page *sale_call(world *w, const wc_address *sale, uint16_t method, wc_slice args);

/* Upgrade signed by ALICE, and by BOB. */
const wc_receipt_page *sale_upgrade(world *w, const wc_address *sale, const wc_hash *code,
                                    bool bob_signs);

int64_t sale_view(world *w, const wc_address *sale, const char *view);

#endif
