/* Does this build verify signatures by the protocol's rule? Checked at every start, because another
 * library version may accept what ours refuses, and then two nodes disagree about a block.
 *
 * The vectors are public test data: the twelve of "Taming the many EdDSAs" (Chalkias, Garillot,
 * Nikolaenko; repository novifinancial/ed25519-speccheck), and one of C2SP/CCTV (ed25519, number 8)
 * whose public key is not canonical. Which are accepted follows from ledger D12.
 */
#ifndef WC_NODE_CRYPTO_SELFTEST_H
#define WC_NODE_CRYPTO_SELFTEST_H

#include "node/crypto/crypto.h"

typedef struct wc_edge_vector {
    const char *message;    /* hex */
    const char *public_key; /* hex, 32 bytes */
    const char *signature;  /* hex, 64 bytes */
    bool is_accepted;       /* by the protocol's rule */
} wc_edge_vector;

#define WC_EDGE_VECTOR_COUNT 13
#define WC_EDGE_MESSAGE_MAX  32 /* bytes */

extern const wc_edge_vector wc_edge_vectors[WC_EDGE_VECTOR_COUNT];

typedef bool (*wc_verify_fn)(const wc_public_key *key, const wc_signature *signature,
                             wc_slice message);

/* Runs verify over the vectors, then signing and hashing over values of RFC 8032 and FIPS 180-4.
 * BAD_CRYPTO at the first difference. */
WC_MUST_USE wc_status wc_crypto_selftest(const wc_edge_vector *vectors, size_t count,
                                         wc_verify_fn verify);

#endif
