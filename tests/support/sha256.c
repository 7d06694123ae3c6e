/* SHA-256 as FIPS 180-4 section 6.2 writes it, one block at a time. */
#include "tests/support/sha256.h"

#include "vm/base/codec.h"

#define BLOCK WC_TEST_SHA256_BLOCK

static const uint32_t round_constant[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate_right(uint32_t value, unsigned bits)
{
    return value >> bits | value << (32 - bits);
}

static void expand(const uint8_t *block, uint32_t w[64])
{
    for (size_t t = 0; t < 16; t++) w[t] = wc_load_u32(block + 4 * t);
    for (size_t t = 16; t < 64; t++) {
        uint32_t s0 = rotate_right(w[t - 15], 7) ^ rotate_right(w[t - 15], 18) ^ w[t - 15] >> 3;
        uint32_t s1 = rotate_right(w[t - 2], 17) ^ rotate_right(w[t - 2], 19) ^ w[t - 2] >> 10;
        w[t] = w[t - 16] + s0 + w[t - 7] + s1;
    }
}

static void compress(wc_test_sha256_state *sha)
{
    uint32_t w[64];
    uint32_t v[8]; /* a..h of the standard */
    expand(sha->block, w);
    memcpy(v, sha->h, sizeof v);
    for (size_t t = 0; t < 64; t++) {
        uint32_t e = v[4];
        uint32_t s1 = rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25);
        uint32_t choose = (e & v[5]) ^ (~e & v[6]);
        uint32_t t1 = v[7] + s1 + choose + round_constant[t] + w[t];
        uint32_t a = v[0];
        uint32_t s0 = rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22);
        uint32_t majority = (a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]);
        memmove(v + 1, v, 7 * sizeof v[0]);
        v[4] += t1;
        v[0] = t1 + s0 + majority;
    }
    for (size_t i = 0; i < 8; i++) sha->h[i] += v[i];
    sha->filled = 0;
}

void wc_test_sha256_begin(wc_test_sha256_state *sha)
{
    *sha = (wc_test_sha256_state){
        .h = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab,
              0x5be0cd19},
    };
}

void wc_test_sha256_add(wc_test_sha256_state *sha, wc_slice bytes)
{
    sha->total += bytes.len;
    for (size_t at = 0; at < bytes.len;) {
        size_t room = BLOCK - sha->filled, left = bytes.len - at;
        size_t taken = left < room ? left : room;
        memcpy(sha->block + sha->filled, bytes.data + at, taken);
        sha->filled += taken;
        at += taken;
        if (sha->filled == BLOCK) compress(sha);
    }
}

wc_hash wc_test_sha256_end(wc_test_sha256_state *sha)
{
    static const uint8_t padding[2 * BLOCK] = {0x80};
    uint8_t bits[8];
    wc_store_u64(bits, sha->total * 8);
    size_t len = (sha->filled < BLOCK - 8 ? BLOCK - 8 : 2 * BLOCK - 8) - sha->filled;
    wc_test_sha256_add(sha, wc_slice_of(padding, len));
    wc_test_sha256_add(sha, wc_slice_of(bits, sizeof bits));

    wc_hash hash;
    for (size_t i = 0; i < 8; i++) wc_store_u32(hash.bytes + 4 * i, sha->h[i]);
    return hash;
}

wc_hash wc_test_sha256(const wc_slice *parts, size_t count)
{
    wc_test_sha256_state sha;
    wc_test_sha256_begin(&sha);
    for (size_t i = 0; i < count; i++) wc_test_sha256_add(&sha, parts[i]);
    return wc_test_sha256_end(&sha);
}
