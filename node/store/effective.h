/* What the options of an open database must say (ledger D1, D19, D20). */
#ifndef WC_NODE_STORE_EFFECTIVE_H
#define WC_NODE_STORE_EFFECTIVE_H

#include "node/store/store.h"

/* Reads the newest OPTIONS file in folder/db, which RocksDB wrote while opening. Errors, with
 * problem: DIFFERS - an option that guards against silent loss is not the one that was asked for;
 * IO. */
WC_MUST_USE wc_status wc_store_check_options(const char *folder, wc_store_problem *problem);

#endif
