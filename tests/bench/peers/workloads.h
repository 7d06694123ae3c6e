/* The four workloads of `./dev bench vm` once more, for machines that run C: natively, where they
 * are the limit, and as WebAssembly. Sizes and checksums are those of the other languages beside
 * this file. Every operation on money is checked.
 *
 *   W1  energy times price, rounded half even, split 60/25/12 % and rest, accumulated
 *   W2  10,000 bids and asks, heap sort of both, uniform-price merge
 *   W3  transfers between 1,024 accounts in storage of the host
 *   W4  a * 3 + b */
#ifndef WC_TESTS_BENCH_PEERS_WORKLOADS_H
#define WC_TESTS_BENCH_PEERS_WORKLOADS_H

#include <stdint.h>

#define W1_COUNT  1000000
#define W2_COUNT  10000
#define W2_ROUNDS 10
#define W3_COUNT  1000000
#define W3_KEYS   1024
#define W4_COUNT  1000000
#define SEED      42

int64_t w1(int64_t count, uint32_t seed);
int64_t w2(int64_t rounds, uint32_t seed);
int64_t w3(int64_t count, uint32_t seed);
int64_t w4(int64_t a, int64_t b);

/* The host's storage; 0: absent. */
int64_t host_get(uint32_t key);
void host_set(uint32_t key, int64_t value);

#endif
