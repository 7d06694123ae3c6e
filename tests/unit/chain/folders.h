/* What the chain's tests share: a world in a folder, opened and opened again. */
#ifndef WC_TESTS_UNIT_CHAIN_FOLDERS_H
#define WC_TESTS_UNIT_CHAIN_FOLDERS_H

#include "tests/unit/ledger_exec/contracts.h"
#include "tests/unit/store/support.h"

/* A world in test_folder/name with a vault of ALICE and BOB, whose total is 5, and 100.00 CNY of
 * which 40.00 are in the vault. *vault is its address. */
void world_in_folder(world *w, const char *name, wc_address *vault);

/* Closes the chain and opens it again; the status, with w->report filled. On failure w->chain is
 * NULL. */
wc_status world_reopen(world *w, const char *name);
wc_status world_reopen_read_only(world *w, const char *name);

/* One more block: total of the vault grows by n. */
void world_grow(world *w, const wc_address *vault, int64_t n);

void assert_same_head(const wc_head *a, const wc_head *b);

/* Replaces the SEAL of a closed world by one that witnesses this record. */
void reseal(const char *name, uint64_t seq, const wc_hash *record_hash);

#endif
