/* All cryptography of the node: SHA-256, domain hashes, RFC 6962 Merkle roots, ed25519, random
 * bytes. crypto.c is the only file that sees libcrypto and libsodium; everything here takes and
 * returns fixed-size values, so that no length can be wrong.
 *
 * The functions may be called from any number of threads once wc_crypto_start has returned WC_OK.
 * A failure of a library inside a hash has no answer that could be given to a ledger: it is
 * asserted. Domain names are literals of ours, so a bad one is asserted too. */
#ifndef WC_NODE_CRYPTO_CRYPTO_H
#define WC_NODE_CRYPTO_CRYPTO_H

#include "vm/base/buf.h"
#include "vm/base/hash.h"

#define WC_PUBLIC_KEY_SIZE 32
#define WC_SEED_SIZE       32
#define WC_SIGNATURE_SIZE  64

typedef struct wc_public_key {
    uint8_t bytes[WC_PUBLIC_KEY_SIZE];
} wc_public_key;

/* The 32 secret bytes of RFC 8032 from which the key pair follows. */
typedef struct wc_seed {
    uint8_t bytes[WC_SEED_SIZE];
} wc_seed;

typedef struct wc_signature {
    uint8_t bytes[WC_SIGNATURE_SIZE]; /* R (32) then S (32) */
} wc_signature;

/* A signing key: the seed and the public key that was derived from it, never taken from elsewhere
 * (signing with a foreign public half gives the seed away). */
typedef struct wc_keypair {
    wc_seed seed;
    wc_public_key public_key;
} wc_keypair;

/* Prepares both libraries, then checks the signature rule against the published edge vectors and
 * the hash against a published value. The first call decides; further calls repeat its answer.
 *
 * Errors: BAD_CRYPTO - a library does not start or answers differently from the protocol; the
 *         program ends with code 70 before it reads anything. */
WC_MUST_USE wc_status wc_crypto_start(void);

/* SHA-256 of the concatenation of count parts; a wc_sha256_fn. */
wc_hash wc_sha256(const wc_slice *parts, size_t count);

/* SHA-256 of one run of bytes. */
wc_hash wc_sha256_one(wc_slice bytes);

/* H(d, x) = SHA256(u8 len ‖ s ‖ x) with s = "wattclause/" d, x the concatenation of count parts.
 * Requires: 1 <= strlen(domain) <= 64. */
wc_hash wc_hash_domain(const char *domain, const wc_slice *parts, size_t count);

/* Incremental SHA-256, for values that never lie in memory as a whole. The state is opaque and may
 * be copied by assignment between update calls. */
typedef struct wc_sha256_state {
    uint64_t opaque[16];
} wc_sha256_state;

void wc_sha256_begin(wc_sha256_state *state);
void wc_sha256_update(wc_sha256_state *state, wc_slice bytes);
wc_hash wc_sha256_end(wc_sha256_state *state);

/* RFC 6962 §2.1. Leaf: SHA256(00 ‖ x); node: SHA256(01 ‖ left ‖ right); empty tree: SHA256(""). */
wc_hash wc_merkle_leaf(wc_slice bytes);
wc_hash wc_merkle_node(const wc_hash *left, const wc_hash *right);

/* Two nodes over children[0] and [1], and over [2] and [3]; faster than one after the other. The
 * results may replace children. */
void wc_merkle_two_nodes(wc_hash *first, wc_hash *second, const wc_hash *const children[4]);

/* The same for two leaves whose bytes are two hashes each. */
void wc_merkle_two_leaves(wc_hash *first, wc_hash *second, const wc_hash *const parts[4]);

/* Root over leaf hashes, that is over values that went through wc_merkle_leaf already. */
wc_hash wc_merkle_root(const wc_hash *leaves, size_t count);

/* The same root, fed leaf by leaf: `level[i]` is the root of the complete subtree of 2^i leaves
 * that bit i of count stands for. No memory, no maximum that a block could reach. */
typedef struct wc_merkle {
    uint64_t count; /* leaves so far */
    wc_hash level[64];
} wc_merkle;

void wc_merkle_begin(wc_merkle *tree);
void wc_merkle_add(wc_merkle *tree, const wc_hash *leaf);
wc_hash wc_merkle_end(const wc_merkle *tree); /* tree may grow further afterwards */

/* HMAC-SHA512 (RFC 4231) of one message. */
void wc_hmac_sha512(uint8_t out[64], wc_slice key, wc_slice message);

/* PBKDF2 (RFC 8018) with HMAC-SHA512. Requires: rounds >= 1. */
void wc_pbkdf2_sha512(uint8_t *out, size_t size, wc_slice password, wc_slice salt, unsigned rounds);

/* The key pair of a seed. */
void wc_keypair_of_seed(wc_keypair *pair, const wc_seed *seed);

/* Pure ed25519 over message; deterministic. */
wc_signature wc_sign(const wc_keypair *pair, wc_slice message);

/* The one signature rule of the protocol (ledger D12): S below the group order, A canonical and on
 * the curve, A and R not of small order, SB - hA encoded equals R byte for byte. No cofactor.
 * Pure and thread-safe. */
WC_MUST_USE bool wc_verify(const wc_public_key *key, const wc_signature *signature,
                           wc_slice message);

/* WC_OK when the key is one that wc_verify could ever accept: canonical, on the curve, not of small
 * order; else BAD_KEY. Membership in the prime-order subgroup is not asked for: the equation
 * without cofactor does not need it, and libraries have disagreed about it (CVE-2025-69277). */
WC_MUST_USE wc_status wc_public_key_check(const wc_public_key *key);

/* Unpredictable bytes from the operating system: keys, salts and nonces only, never consensus. */
void wc_random_bytes(void *out, size_t size);

/* Clears secrets in a way the compiler keeps. */
void wc_forget(void *secret, size_t size);

/* Comparison whose time does not depend on where the bytes differ. */
WC_MUST_USE bool wc_equal_secret(const void *a, const void *b, size_t size);

#define WC_SALT_SIZE      16
#define WC_BOX_KEY_SIZE   32
#define WC_BOX_NONCE_SIZE 24
#define WC_BOX_TAG_SIZE   16

typedef struct wc_box_key {
    uint8_t bytes[WC_BOX_KEY_SIZE];
} wc_box_key;

/* argon2id13 of the password. A cost of millions of hashes is the point: seconds are normal.
 * Errors: NO_MEMORY - mem_limit bytes are not to be had; OUT_OF_DOMAIN - limits below the
 * function's own minimum (1 pass, 8 KiB); TOO_LARGE - above its maximum. */
WC_MUST_USE wc_status wc_stretch_password(wc_box_key *key, wc_slice password,
                                          const uint8_t salt[WC_SALT_SIZE], uint32_t ops_limit,
                                          uint64_t mem_limit);

/* XChaCha20-Poly1305 (IETF form): box is plain.len + WC_BOX_TAG_SIZE bytes; header is bound to it.
 */
void wc_box_close(uint8_t *box, wc_slice plain, wc_slice header,
                  const uint8_t nonce[WC_BOX_NONCE_SIZE], const wc_box_key *key);

/* plain: box.len - WC_BOX_TAG_SIZE bytes; holds nothing secret after a failure.
 * Errors: TRUNCATED - box shorter than its tag; CORRUPT - key, nonce, header or box differ. */
WC_MUST_USE wc_status wc_box_open(uint8_t *plain, wc_slice box, wc_slice header,
                                  const uint8_t nonce[WC_BOX_NONCE_SIZE], const wc_box_key *key);

/* Base64 with padding (RFC 4648 §4), one encoding per value: unused bits must be 0. */
size_t wc_base64_size(size_t size); /* characters for size bytes */
void wc_base64_encode(wc_buf *text, wc_slice bytes);

/* Decodes exactly size bytes. OUT_OF_DOMAIN: another length, a foreign character, unused bits set.
 */
WC_MUST_USE wc_status wc_base64_decode(uint8_t *out, size_t size, wc_str text);

#endif
