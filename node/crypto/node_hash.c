/* SHA-256 by the instructions of x86-64 (FIPS 180-4 §6.2). The order of the words in a register is
 * the one that SHA256RNDS2 wants: ABEF and CDGH, A highest.
 *
 * Sixteen steps of four rounds. In step i the message register i % 4 is used and then becomes the
 * one of step i + 4. */
#include "node/crypto/node_hash.h"

#ifdef __x86_64__

#include <cpuid.h>
#include <immintrin.h>

#include "vm/base/base.h"

#define LANES   2
#define USES    __attribute__((target("sha,sse4.1,ssse3")))
#define INLINED static inline __attribute__((always_inline)) USES

typedef struct lane {
    __m128i abef, cdgh;
    __m128i message[4];
    __m128i last; /* the byte that does not fit in the first block, lowest */
} lane;

static const uint32_t constants[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

bool wc_node_hash_is_fast(void)
{
    static int known; /* 0: not asked yet, 1: no, 2: yes */
    int answer = __atomic_load_n(&known, __ATOMIC_RELAXED);
    if (answer != 0) return answer == 2;
    unsigned a, b = 0, c = 0, d;
    bool has_sse =
        __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_SSSE3) != 0 && (c & bit_SSE4_1) != 0;
    bool has_sha = __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & bit_SHA) != 0;
    answer = has_sse && has_sha ? 2 : 1;
    __atomic_store_n(&known, answer, __ATOMIC_RELAXED);
    return answer == 2;
}

INLINED __m128i load(const uint8_t *at)
{
    return _mm_loadu_si128((const __m128i *)(const void *)at);
}

/* Words are big-endian in the message. */
INLINED __m128i words_of(__m128i bytes)
{
    const __m128i order = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
    return _mm_shuffle_epi8(bytes, order);
}

INLINED void begin(lane *l, uint8_t mark, wc_node_input input)
{
    __m128i left = load(input.left), left_end = load(input.left + 16);
    __m128i right = load(input.right), right_end = load(input.right + 16);
    __m128i first = _mm_or_si128(_mm_slli_si128(left, 1), _mm_cvtsi32_si128(mark));
    l->message[0] = words_of(first);
    l->message[1] = words_of(_mm_alignr_epi8(left_end, left, 15));
    l->message[2] = words_of(_mm_alignr_epi8(right, left_end, 15));
    l->message[3] = words_of(_mm_alignr_epi8(right_end, right, 15));
    l->last = _mm_srli_si128(right_end, 15);
    l->abef = _mm_set_epi32(0x6a09e667, (int)0xbb67ae85, 0x510e527f, (int)0x9b05688c);
    l->cdgh = _mm_set_epi32(0x3c6ef372, (int)0xa54ff53a, 0x1f83d9ab, 0x5be0cd19);
}

/* The second block: one byte, the end mark 80, and the length of 520 bits. */
INLINED void begin_second(lane *l)
{
    __m128i first = _mm_or_si128(_mm_slli_epi32(l->last, 24), _mm_cvtsi32_si128(0x800000));
    l->message[0] = first;
    l->message[1] = _mm_setzero_si128();
    l->message[2] = _mm_setzero_si128();
    l->message[3] = _mm_set_epi32(520, 0, 0, 0);
}

INLINED void step(__m128i *abef, __m128i *cdgh, lane *l, int i)
{
    __m128i now = l->message[i & 3], after = l->message[(i + 1) & 3];
    __m128i before = l->message[(i + 3) & 3], second = l->message[(i + 2) & 3];
    __m128i k = _mm_load_si128((const __m128i *)(const void *)&constants[4 * i]);
    __m128i sum = _mm_add_epi32(now, k);
    *cdgh = _mm_sha256rnds2_epu32(*cdgh, *abef, sum);
    *abef = _mm_sha256rnds2_epu32(*abef, *cdgh, _mm_shuffle_epi32(sum, 0x0e));
    if (i >= 12) return;
    __m128i next = _mm_sha256msg1_epu32(now, after);
    next = _mm_add_epi32(next, _mm_alignr_epi8(before, second, 4));
    l->message[i & 3] = _mm_sha256msg2_epu32(next, before);
}

/* One block of each lane, step by step in turn. */
INLINED void compress(lane *lanes, int count)
{
    __m128i abef[LANES], cdgh[LANES];
    for (int l = 0; l < count; l++) {
        abef[l] = lanes[l].abef;
        cdgh[l] = lanes[l].cdgh;
    }
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++) {
#pragma GCC unroll 2
        for (int l = 0; l < count; l++) step(&abef[l], &cdgh[l], &lanes[l], i);
    }
    for (int l = 0; l < count; l++) {
        lanes[l].abef = _mm_add_epi32(lanes[l].abef, abef[l]);
        lanes[l].cdgh = _mm_add_epi32(lanes[l].cdgh, cdgh[l]);
    }
}

INLINED void end(wc_hash *hash, const lane *l)
{
    const __m128i order = _mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    __m128i abcd = _mm_shuffle_epi8(_mm_unpackhi_epi64(l->cdgh, l->abef), order);
    __m128i efgh = _mm_shuffle_epi8(_mm_unpacklo_epi64(l->cdgh, l->abef), order);
    _mm_storeu_si128((__m128i *)(void *)hash->bytes, abcd);
    _mm_storeu_si128((__m128i *)(void *)(hash->bytes + 16), efgh);
}

USES void wc_node_hash_one(wc_hash *hash, uint8_t mark, wc_node_input input)
{
    lane lanes[1];
    begin(&lanes[0], mark, input);
    compress(lanes, 1);
    begin_second(&lanes[0]);
    compress(lanes, 1);
    end(hash, &lanes[0]);
}

USES void wc_node_hash_two(wc_hash *first, wc_hash *second, uint8_t mark, wc_node_input one,
                           wc_node_input two)
{
    lane lanes[2];
    begin(&lanes[0], mark, one);
    begin(&lanes[1], mark, two);
    compress(lanes, 2);
    begin_second(&lanes[0]);
    begin_second(&lanes[1]);
    compress(lanes, 2);
    end(first, &lanes[0]);
    end(second, &lanes[1]);
}

#else

bool wc_node_hash_is_fast(void)
{
    return false;
}

void wc_node_hash_one(wc_hash *hash, uint8_t mark, wc_node_input input)
{
    (void)hash, (void)mark, (void)input;
    wc_assert(false);
}

void wc_node_hash_two(wc_hash *first, wc_hash *second, uint8_t mark, wc_node_input one,
                      wc_node_input two)
{
    (void)first, (void)second, (void)mark, (void)one, (void)two;
    wc_assert(false);
}

#endif
