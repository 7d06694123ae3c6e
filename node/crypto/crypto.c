/* The only file that sees libcrypto and libsodium.
 *
 * SHA-256 uses libcrypto's block functions with a state on the stack: no context to fetch, share or
 * lock, so every thread may hash, and a 65-byte tree node costs a quarter less than through EVP.
 * They are deprecated in favour of EVP but present in all 3.x releases. libsodium's SHA-256 does
 * not use the CPU's instructions and is several times slower, so it is not used. Ed25519 is
 * libsodium's; that its rule is the protocol's is checked by selftest.c at every start. */
#define OPENSSL_SUPPRESS_DEPRECATED
#define _POSIX_C_SOURCE 200809L

#include "node/crypto/crypto.h"

#include <limits.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <pthread.h>
#include <sodium.h>

#include "node/crypto/selftest.h"

_Static_assert(sizeof(SHA256_CTX) <= sizeof(wc_sha256_state), "the opaque state holds libcrypto's");
_Static_assert(_Alignof(SHA256_CTX) <= _Alignof(wc_sha256_state), "and is aligned for it");
_Static_assert(crypto_sign_PUBLICKEYBYTES == WC_PUBLIC_KEY_SIZE, "ed25519 public key");
_Static_assert(crypto_sign_SEEDBYTES == WC_SEED_SIZE, "ed25519 seed");
_Static_assert(crypto_sign_BYTES == WC_SIGNATURE_SIZE, "ed25519 signature");
_Static_assert(crypto_aead_xchacha20poly1305_ietf_ABYTES == WC_BOX_TAG_SIZE, "box tag");
_Static_assert(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES == WC_BOX_NONCE_SIZE, "box nonce");
_Static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == WC_BOX_KEY_SIZE, "box key");
_Static_assert(crypto_pwhash_SALTBYTES == WC_SALT_SIZE, "argon2 salt");

static wc_status start_status = WC_BAD_CRYPTO;
static pthread_once_t start_once = PTHREAD_ONCE_INIT;

static void start(void)
{
    if (sodium_init() < 0) return;
    start_status = wc_crypto_selftest(wc_edge_vectors, WC_EDGE_VECTOR_COUNT, wc_verify);
}

wc_status wc_crypto_start(void)
{
    (void)pthread_once(&start_once, start);
    return start_status;
}

static SHA256_CTX *context_of(wc_sha256_state *state)
{
    return (SHA256_CTX *)(void *)state->opaque;
}

void wc_sha256_begin(wc_sha256_state *state)
{
    int done = SHA256_Init(context_of(state));
    wc_assert(done == 1);
}

void wc_sha256_update(wc_sha256_state *state, wc_slice bytes)
{
    int done = bytes.len == 0 ? 1 : SHA256_Update(context_of(state), bytes.data, bytes.len);
    wc_assert(done == 1);
}

wc_hash wc_sha256_end(wc_sha256_state *state)
{
    wc_hash hash;
    int done = SHA256_Final(hash.bytes, context_of(state));
    wc_assert(done == 1);
    return hash;
}

wc_hash wc_sha256(const wc_slice *parts, size_t count)
{
    wc_sha256_state state;
    wc_sha256_begin(&state);
    for (size_t i = 0; i < count; i++) wc_sha256_update(&state, parts[i]);
    return wc_sha256_end(&state);
}

wc_hash wc_sha256_one(wc_slice bytes)
{
    return wc_sha256(&bytes, 1);
}

void wc_hmac_sha512(uint8_t out[64], wc_slice key, wc_slice message)
{
    wc_assert(key.len <= INT_MAX);
    unsigned len = 0;
    const uint8_t *done =
        HMAC(EVP_sha512(), key.data, (int)key.len, message.data, message.len, out, &len);
    wc_assert(done != NULL && len == 64);
}

void wc_pbkdf2_sha512(uint8_t *out, size_t size, wc_slice password, wc_slice salt, unsigned rounds)
{
    wc_assert(rounds >= 1 && rounds <= INT_MAX && size <= INT_MAX);
    wc_assert(password.len <= INT_MAX && salt.len <= INT_MAX);
    int done = PKCS5_PBKDF2_HMAC((const char *)password.data, (int)password.len, salt.data,
                                 (int)salt.len, (int)rounds, EVP_sha512(), (int)size, out);
    wc_assert(done == 1);
}

void wc_keypair_of_seed(wc_keypair *pair, const wc_seed *seed)
{
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    pair->seed = *seed;
    int failed = crypto_sign_seed_keypair(pair->public_key.bytes, secret, seed->bytes);
    sodium_memzero(secret, sizeof secret);
    wc_assert(failed == 0);
}

wc_signature wc_sign(const wc_keypair *pair, wc_slice message)
{
    wc_signature signature;
    uint8_t secret[crypto_sign_SECRETKEYBYTES]; /* libsodium's form: seed, then public key */
    memcpy(secret, pair->seed.bytes, WC_SEED_SIZE);
    memcpy(secret + WC_SEED_SIZE, pair->public_key.bytes, WC_PUBLIC_KEY_SIZE);
    int failed = crypto_sign_detached(signature.bytes, NULL, message.data, message.len, secret);
    sodium_memzero(secret, sizeof secret);
    wc_assert(failed == 0);
    return signature;
}

bool wc_verify(const wc_public_key *key, const wc_signature *signature, wc_slice message)
{
    return crypto_sign_verify_detached(signature->bytes, message.data, message.len, key->bytes) ==
           0;
}

/* The y coordinate, little-endian without the sign bit, is below p = 2^255 - 19. */
WC_MUST_USE static bool is_canonical(const wc_public_key *key)
{
    if ((key->bytes[31] & 0x7f) != 0x7f) return true;
    for (size_t i = 30; i > 0; i--) {
        if (key->bytes[i] != 0xff) return true;
    }
    return key->bytes[0] < 0xed;
}

wc_status wc_public_key_check(const wc_public_key *key)
{
    static const uint8_t identity[WC_PUBLIC_KEY_SIZE] = {1};
    uint8_t point[WC_PUBLIC_KEY_SIZE];
    if (!is_canonical(key)) return WC_BAD_KEY;

    memcpy(point, key->bytes, sizeof point);
    for (unsigned i = 0; i < 3; i++) { /* 8A; the library refuses what is not on the curve */
        if (crypto_core_ed25519_add(point, point, point) != 0) return WC_BAD_KEY;
    }
    return memcmp(point, identity, sizeof point) == 0 ? WC_BAD_KEY : WC_OK;
}

void wc_random_bytes(void *out, size_t size)
{
    randombytes_buf(out, size);
}

void wc_forget(void *secret, size_t size)
{
    sodium_memzero(secret, size);
}

bool wc_equal_secret(const void *a, const void *b, size_t size)
{
    return sodium_memcmp(a, b, size) == 0;
}

wc_status wc_stretch_password(wc_box_key *key, wc_slice password, const uint8_t salt[WC_SALT_SIZE],
                              uint32_t ops_limit, uint64_t mem_limit)
{
    if (ops_limit < crypto_pwhash_OPSLIMIT_MIN || mem_limit < crypto_pwhash_MEMLIMIT_MIN) {
        return WC_OUT_OF_DOMAIN;
    }
    if (mem_limit > crypto_pwhash_MEMLIMIT_MAX || password.len > crypto_pwhash_PASSWD_MAX) {
        return WC_TOO_LARGE;
    }
    int failed =
        crypto_pwhash(key->bytes, sizeof key->bytes, (const char *)password.data, password.len,
                      salt, ops_limit, (size_t)mem_limit, crypto_pwhash_ALG_ARGON2ID13);
    return failed == 0 ? WC_OK : WC_NO_MEMORY;
}

void wc_box_close(uint8_t *box, wc_slice plain, wc_slice header,
                  const uint8_t nonce[WC_BOX_NONCE_SIZE], const wc_box_key *key)
{
    unsigned long long size = 0;
    int failed = crypto_aead_xchacha20poly1305_ietf_encrypt(
        box, &size, plain.data, plain.len, header.data, header.len, NULL, nonce, key->bytes);
    wc_assert(failed == 0 && size == plain.len + WC_BOX_TAG_SIZE);
}

wc_status wc_box_open(uint8_t *plain, wc_slice box, wc_slice header,
                      const uint8_t nonce[WC_BOX_NONCE_SIZE], const wc_box_key *key)
{
    if (box.len < WC_BOX_TAG_SIZE) return WC_TRUNCATED;
    int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(
        plain, NULL, NULL, box.data, box.len, header.data, header.len, nonce, key->bytes);
    return failed == 0 ? WC_OK : WC_CORRUPT;
}

size_t wc_base64_size(size_t size)
{
    return (size + 2) / 3 * 4;
}

void wc_base64_encode(wc_buf *text, wc_slice bytes)
{
    for (size_t at = 0; at < bytes.len; at += 3) {
        char group[5];
        size_t left = bytes.len - at;
        (void)sodium_bin2base64(group, sizeof group, bytes.data + at, left < 3 ? left : 3,
                                sodium_base64_VARIANT_ORIGINAL);
        wc_buf_put(text, group, 4);
    }
}

wc_status wc_base64_decode(uint8_t *out, size_t size, wc_str text)
{
    size_t len = 0;
    const char *end = NULL;
    if (text.len != wc_base64_size(size)) return WC_OUT_OF_DOMAIN;
    if (sodium_base642bin(out, size, text.data, text.len, NULL, &len, &end,
                          sodium_base64_VARIANT_ORIGINAL) != 0) {
        return WC_OUT_OF_DOMAIN;
    }
    return len == size && end == text.data + text.len ? WC_OK : WC_OUT_OF_DOMAIN;
}
