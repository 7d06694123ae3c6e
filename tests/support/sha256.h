/* SHA-256 (FIPS 180-4) in portable C, so that tests of vm and compiler need no library and the
 * node's implementation has one to be compared with. Not for production: not fast. */
#ifndef WC_TESTS_SUPPORT_SHA256_H
#define WC_TESTS_SUPPORT_SHA256_H

#include "vm/base/hash.h"

#define WC_TEST_SHA256_BLOCK 64u

/* A hash that is being computed. */
typedef struct wc_test_sha256_state {
    uint32_t h[8];
    uint8_t block[WC_TEST_SHA256_BLOCK];
    size_t filled;  /* bytes in block, in [0, WC_TEST_SHA256_BLOCK) between calls */
    uint64_t total; /* bytes of message so far */
} wc_test_sha256_state;

void wc_test_sha256_begin(wc_test_sha256_state *sha);
void wc_test_sha256_add(wc_test_sha256_state *sha, wc_slice bytes);
wc_hash wc_test_sha256_end(wc_test_sha256_state *sha); /* sha is spent */

/* A wc_sha256_fn. */
wc_hash wc_test_sha256(const wc_slice *parts, size_t count);

#endif
