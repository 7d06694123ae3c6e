/* What a failure may leave behind, key by key: of a refused transaction nothing, of a failed one
 * its sender's nonce, moved on by one, and its fee, moved from the payer to `fees`. */
#ifndef WC_TESTS_UNIT_LEDGER_EXEC_FAILURES_H
#define WC_TESTS_UNIT_LEDGER_EXEC_FAILURES_H

#include "tests/unit/ledger_exec/world.h"

/* page: the receipt of a transaction in the newest record. Where it shares the record with other
 * transactions its own write set is looked at alone. */
void failure_changed_nothing(world *w, const wc_receipt_page *page);

/* page: of the only transaction of the newest record. Every key that the record changed is one of
 * nonce, payer and fees with the values that follow from the receipt, and no other; the write set
 * that the receipt names is that of these keys. Epoch work of the same record may count besides. */
void failure_changed_nonce_and_fee_only(world *w, const wc_receipt_page *page);

#endif
