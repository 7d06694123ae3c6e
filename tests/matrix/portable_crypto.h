/* Where the portable cryptography of the core's replay takes its verdicts from. */
#ifndef WC_TESTS_MATRIX_PORTABLE_CRYPTO_H
#define WC_TESTS_MATRIX_PORTABLE_CRYPTO_H

#include "tests/matrix/recording.h"

/* Borrowed; set before the first block is applied. A question that the recording does not hold
 * stops the program: the core asked something else than it did when the chain was recorded. */
void wc_portable_crypto_use(const wc_recording *recording);

#endif
