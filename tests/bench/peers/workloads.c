/* See workloads.h. Compiled for the machine itself and for wasm32. */
#include "workloads.h"

static inline int64_t add(int64_t a, int64_t b)
{
    int64_t result;
    if (__builtin_add_overflow(a, b, &result)) __builtin_trap();
    return result;
}

static inline int64_t sub(int64_t a, int64_t b)
{
    int64_t result;
    if (__builtin_sub_overflow(a, b, &result)) __builtin_trap();
    return result;
}

static inline int64_t mul(int64_t a, int64_t b)
{
    int64_t result;
    if (__builtin_mul_overflow(a, b, &result)) __builtin_trap();
    return result;
}

static inline uint32_t next(uint32_t x)
{
    return x * 69069u + 1u;
}

int64_t w1(int64_t count, uint32_t x)
{
    int64_t total[4] = {0, 0, 0, 0};
    for (int64_t k = 0; k < count; k++) {
        x = next(x);
        int64_t energy = x >> 10;
        x = next(x);
        int64_t price = 20000000 + (int64_t)(x >> 5);
        int64_t product = mul(energy, price);
        int64_t amount = product / 1000000, twice = mul(product % 1000000, 2);
        amount = add(amount, (twice > 1000000) | ((twice == 1000000) & (int)(amount & 1)));
        int64_t first = mul(amount, 6000) / 10000, second = mul(amount, 2500) / 10000;
        int64_t third = mul(amount, 1200) / 10000;
        total[0] = add(total[0], first);
        total[1] = add(total[1], second);
        total[2] = add(total[2], third);
        total[3] = add(total[3], sub(sub(sub(amount, first), second), third));
    }
    return add(add(add(total[0], mul(3, total[1])), mul(5, total[2])), mul(7, total[3]));
}

static void sift(int64_t *a, int64_t root, int64_t end)
{
    int64_t held = a[root];
    for (;;) { /* ends: root at least doubles, until it has no child */
        int64_t child = 2 * root + 1;
        if (child >= end) break;
        if (child + 1 < end && a[child] < a[child + 1]) child++;
        if (a[child] <= held) break;
        a[root] = a[child];
        root = child;
    }
    a[root] = held;
}

static void sort(int64_t *a, int64_t count)
{
    for (int64_t start = count / 2; start-- > 0;) sift(a, start, count);
    for (int64_t end = count; end-- > 1;) {
        int64_t top = a[0];
        a[0] = a[end];
        a[end] = top;
        sift(a, 0, end);
    }
}

static int64_t bids[W2_COUNT], asks[W2_COUNT], bid_left[W2_COUNT], ask_left[W2_COUNT];

static int64_t clear(void)
{
    int64_t i = 0, j = 0, volume = 0, price = 0;
    while (i < W2_COUNT && j < W2_COUNT) {
        int64_t bid_price = 1048575 - bids[i] / 16384, ask_price = asks[j] / 16384;
        if (bid_price < ask_price) break;
        int64_t *bid = &bid_left[bids[i] % 16384], *ask = &ask_left[asks[j] % 16384];
        int64_t traded = *bid < *ask ? *bid : *ask;
        volume = add(volume, traded);
        price = add(bid_price, ask_price) / 2;
        *bid = sub(*bid, traded);
        *ask = sub(*ask, traded);
        i += *bid == 0;
        j += *ask == 0;
    }
    return mul(volume, price);
}

int64_t w2(int64_t rounds, uint32_t x)
{
    int64_t check = 0;
    for (int64_t round = 0; round < rounds; round++) {
        for (int64_t k = 0; k < W2_COUNT; k++) {
            x = next(x);
            bids[k] = add(mul(1048575 - (int64_t)(x >> 12), 16384), k);
            x = next(x);
            bid_left[k] = 1 + (int64_t)(x >> 22);
            x = next(x);
            asks[k] = add(mul((int64_t)(x >> 12), 16384), k);
            x = next(x);
            ask_left[k] = 1 + (int64_t)(x >> 22);
        }
        sort(bids, W2_COUNT);
        sort(asks, W2_COUNT);
        check = add(check, clear()) % 1000000007;
    }
    return check;
}

int64_t w3(int64_t count, uint32_t x)
{
    int64_t failed = 0;
    for (uint32_t k = 0; k < W3_KEYS; k++) host_set(k, 1000000);
    for (int64_t k = 0; k < count; k++) {
        x = next(x);
        uint32_t from = x >> 22;
        x = next(x);
        uint32_t to = x >> 22;
        x = next(x);
        int64_t amount = x >> 18, have = host_get(from);
        if (have < amount) {
            failed++;
            continue;
        }
        host_set(from, sub(have, amount));
        host_set(to, add(host_get(to), amount));
    }
    int64_t check = failed;
    for (uint32_t k = 0; k < W3_KEYS; k++) check = add(check, mul(host_get(k), k + 1));
    return check;
}

int64_t w4(int64_t a, int64_t b)
{
    return add(mul(a, 3), b);
}
