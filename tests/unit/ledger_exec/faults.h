/* What a block meets when the world around it is broken: every test of this folder runs once more
 * with WC_TEST_FAULTS=N in the environment (test_exec_..._faults), and then
 *
 *   - every block that it seals is applied before by a second ledger, N times for each of these:
 *     a read of the store that fails (the ledger ends with that very status), a value that does not
 *     decode, a key that has been lost (CORRUPT, or nothing is decided by them), less gas than each
 *     job took, less room for its events, fewer keys that it may write (it fails for that and
 *     leaves its nonce and fee). Afterwards the ledger gives what the chain gives;
 *   - of every letter that it sends, the arguments of each call are cut at many lengths, and made
 *     longer: what succeeds as it was written is refused then. */
#ifndef WC_TESTS_UNIT_LEDGER_EXEC_FAULTS_H
#define WC_TESTS_UNIT_LEDGER_EXEC_FAULTS_H

#include "tests/unit/ledger_exec/world.h"

typedef struct faults faults;

/* Tries the block; NULL: the environment does not ask for it. */
faults *faults_try(world *w, const wc_slice *raws, size_t count);

/* Holds the block that the chain sealed against what the second ledger made of it, and ends. */
void faults_end(faults *f, const wc_sealed *sealed);

/* Tries the letter with spoilt arguments on the second ledger; nothing when the environment does
 * not ask for it. The letter is not closed yet and stays as it is. */
void faults_cut(world *w, const letter *l);

#endif
