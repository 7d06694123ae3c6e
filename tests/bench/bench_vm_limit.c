/* The limit that bench_vm compares with: the same work in C, every money operation checked. */
#include <string.h>

#include "tests/bench/bench_vm.h"

static inline int64_t add(int64_t a, int64_t b)
{
    int64_t r;
    if (__builtin_add_overflow(a, b, &r)) __builtin_trap();
    return r;
}

static inline int64_t sub(int64_t a, int64_t b)
{
    int64_t r;
    if (__builtin_sub_overflow(a, b, &r)) __builtin_trap();
    return r;
}

static inline int64_t mul(int64_t a, int64_t b)
{
    int64_t r;
    if (__builtin_mul_overflow(a, b, &r)) __builtin_trap();
    return r;
}

static inline uint32_t lcg(uint32_t x)
{
    return x * 69069u + 1u;
}

__attribute__((noinline)) static int64_t c_w1(int64_t n, uint32_t x)
{
    int64_t total[4] = {0, 0, 0, 0};
    for (int64_t k = 0; k < n; k++) {
        x = lcg(x);
        int64_t energy = (int64_t)(x >> 10);
        x = lcg(x);
        int64_t price = 20000000 + (int64_t)(x >> 5);
        int64_t v = mul(energy, price);
        int64_t q = v / 1000000;
        int64_t twice = mul(v % 1000000, 2);
        q = add(q, (twice > 1000000) | ((twice == 1000000) & (int)(q & 1)));
        int64_t s0 = mul(q, 6000) / 10000;
        int64_t s1 = mul(q, 2500) / 10000;
        int64_t s2 = mul(q, 1200) / 10000;
        total[0] = add(total[0], s0);
        total[1] = add(total[1], s1);
        total[2] = add(total[2], s2);
        total[3] = add(total[3], sub(sub(sub(q, s0), s1), s2));
    }
    return add(add(add(total[0], mul(3, total[1])), mul(5, total[2])), mul(7, total[3]));
}

static void c_sift(int64_t *a, int64_t start, int64_t end)
{
    int64_t t = a[start];
    int64_t root = start;
    for (;;) {
        int64_t child = 2 * root + 1;
        if (child >= end) break;
        if (child + 1 < end && a[child] < a[child + 1]) child++;
        if (a[child] <= t) break;
        a[root] = a[child];
        root = child;
    }
    a[root] = t;
}

static void c_sort(int64_t *a, int64_t n)
{
    for (int64_t start = n / 2; start-- > 0;) c_sift(a, start, n);
    for (int64_t end = n; end-- > 1;) {
        int64_t top = a[0];
        a[0] = a[end];
        a[end] = top;
        c_sift(a, 0, end);
    }
}

static int64_t bid[W2_COUNT], ask[W2_COUNT], bid_left[W2_COUNT], ask_left[W2_COUNT];

__attribute__((noinline)) static int64_t c_w2(int64_t rounds, uint32_t x)
{
    int64_t check = 0;
    for (int64_t round = 0; round < rounds; round++) {
        for (int64_t k = 0; k < W2_COUNT; k++) {
            x = lcg(x);
            bid[k] = add(mul(1048575 - (int64_t)(x >> 12), 16384), k);
            x = lcg(x);
            bid_left[k] = 1 + (int64_t)(x >> 22);
            x = lcg(x);
            ask[k] = add(mul((int64_t)(x >> 12), 16384), k);
            x = lcg(x);
            ask_left[k] = 1 + (int64_t)(x >> 22);
        }
        c_sort(bid, W2_COUNT);
        c_sort(ask, W2_COUNT);
        int64_t i = 0, j = 0, volume = 0, price = 0;
        while (i < W2_COUNT && j < W2_COUNT) {
            int64_t bid_price = 1048575 - bid[i] / 16384;
            int64_t ask_price = ask[j] / 16384;
            int64_t *b = &bid_left[bid[i] % 16384];
            int64_t *a = &ask_left[ask[j] % 16384];
            if (bid_price < ask_price) break;
            int64_t m = *b < *a ? *b : *a;
            volume = add(volume, m);
            price = add(bid_price, ask_price) / 2;
            *b = sub(*b, m);
            *a = sub(*a, m);
            i += *b == 0;
            j += *a == 0;
        }
        check = add(check, mul(volume, price)) % 1000000007;
    }
    return check;
}

__attribute__((noinline)) static int64_t c_w3(int64_t n, uint32_t x)
{
    bench_clear();
    int64_t failed = 0;
    for (uint64_t k = 0; k < W3_KEYS; k++) bench_set(k, 1000000);
    for (int64_t k = 0; k < n; k++) {
        x = lcg(x);
        uint64_t from = x >> 22;
        x = lcg(x);
        uint64_t to = x >> 22;
        x = lcg(x);
        int64_t amount = (int64_t)(x >> 18);
        int64_t have = bench_get(from);
        if (have < amount) {
            failed++;
            continue;
        }
        bench_set(from, sub(have, amount));
        bench_set(to, add(bench_get(to), amount));
    }
    int64_t check = failed;
    for (uint64_t k = 0; k < W3_KEYS; k++) {
        check = add(check, mul(bench_get(k), (int64_t)k + 1));
    }
    return check;
}

/* What a contract call needs at least: a fresh frame of eight registers and a gas counter, and a
 * call of what is known only while it runs. */
typedef struct context {
    int64_t gas, registers[8];
} context;

__attribute__((noinline)) static int64_t c_tiny(context *c, int64_t a, int64_t b)
{
    (void)c; /* nobody knows here that it is not looked at */
    return add(mul(a, 3), b);
}

/* The pointer lies beside the frame: elsewhere it can share the low bits of its address with the
 * frame, in some processes, and the processor then waits for a store that it takes for one there.
 */
static int64_t c_w4(int64_t n)
{
    int64_t (*volatile tiny)(context *, int64_t, int64_t) = c_tiny;
    int64_t sum = 0;
    for (int64_t k = 0; k < n; k++) {
        context c = {.gas = 1000};
        sum += tiny(&c, k, 7) & 1023;
    }
    return sum;
}

int64_t bench_limit(int workload)
{
    if (workload == 1) return c_w1(W1_COUNT, SEED);
    if (workload == 2) return c_w2(W2_ROUNDS, SEED);
    return workload == 3 ? c_w3(W3_COUNT, SEED) : c_w4(W4_COUNT);
}
