/* The cryptography that the ledger needs (node/crypto/crypto.h), in ISO C and for every machine:
 * SHA-256 as the tests have it, and of ed25519 only what the native run answered. It signs nothing
 * and has no keys. */
#include "tests/matrix/portable_crypto.h"

#include "tests/support/sha256.h"

static const wc_recording *recorded;

void wc_portable_crypto_use(const wc_recording *recording)
{
    recorded = recording;
}

/* ---- SHA-256 --------------------------------------------------------------------------------- */

_Static_assert(sizeof(wc_test_sha256_state) <= sizeof(wc_sha256_state), "the state fits");

void wc_sha256_begin(wc_sha256_state *state)
{
    wc_test_sha256_state sha;
    wc_test_sha256_begin(&sha);
    memcpy(state->opaque, &sha, sizeof sha);
}

void wc_sha256_update(wc_sha256_state *state, wc_slice bytes)
{
    wc_test_sha256_state sha;
    memcpy(&sha, state->opaque, sizeof sha);
    wc_test_sha256_add(&sha, bytes);
    memcpy(state->opaque, &sha, sizeof sha);
}

wc_hash wc_sha256_end(wc_sha256_state *state)
{
    wc_test_sha256_state sha;
    memcpy(&sha, state->opaque, sizeof sha);
    return wc_test_sha256_end(&sha);
}

wc_hash wc_sha256(const wc_slice *parts, size_t count)
{
    return wc_test_sha256(parts, count);
}

wc_hash wc_sha256_one(wc_slice bytes)
{
    return wc_test_sha256(&bytes, 1);
}

/* ---- recorded verdicts ----------------------------------------------------------------------- */

static bool answered(wc_hash digest)
{
    bool is_good = false;
    wc_assert(recorded != NULL);
    wc_assert(wc_recording_verdict_of(recorded, &digest, &is_good) == WC_OK);
    return is_good;
}

bool wc_verify(const wc_public_key *key, const wc_signature *signature, wc_slice message)
{
    return answered(wc_recording_verify_digest(key, signature, message));
}

wc_status wc_public_key_check(const wc_public_key *key)
{
    return answered(wc_recording_key_digest(key)) ? WC_OK : WC_BAD_KEY;
}
