/* SHA-256 (FIPS 180-4) in portable C, so that tests of vm and compiler need no library and the
 * node's implementation has one to be compared with. Not for production: not fast. */
#ifndef WC_TESTS_SUPPORT_SHA256_H
#define WC_TESTS_SUPPORT_SHA256_H

#include "vm/base/hash.h"

/* A wc_sha256_fn. */
wc_hash wc_test_sha256(const wc_slice *parts, size_t count);

#endif
