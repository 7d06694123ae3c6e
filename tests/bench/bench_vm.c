/* Speed of the interpreter on the four reference workloads, beside checked C of the same run:
 *
 *   W1  energy times price, rounded half-even, split 60/25/12 % and rest, accumulated
 *   W2  10,000 bids and 10,000 asks, heap sort of both, uniform-price merge
 *   W3  transfers between 1,024 accounts in host storage (a hash table here: the border is
 * measured) W4  one call of a contract whose view computes a * 3 + b: record, arguments, code,
 * result
 *
 * The contract is assembled by hand, as a decent compiler should emit it. Checksums must be those
 * of the C code, or the program ends with status 1. Numbers of this program are never part of a
 * test.
 *
 *   bench_vm [--json] */
#define _DEFAULT_SOURCE 1 /* clock_gettime */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/support/sha256.h"
#include "vm/base/codec.h"
#include "vm/isa/builder.h"
#include "vm/vm.h"

#define ROUNDS    9
#define W1_COUNT  1000000
#define W2_COUNT  10000
#define W2_ROUNDS 10
#define W3_COUNT  1000000
#define W3_KEYS   1024
#define W4_COUNT  1000000
#define SEED      42
#define ARENA     (64u << 20)

static double cpu_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void stop(const char *what)
{
    (void)fprintf(stderr, "bench_vm: %s\n", what);
    exit(1);
}

/* ---- the limit: the same work in C, every money operation checked -------------------------------
 */

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

/* Storage of W3: open addressing, key and value of 8 bytes. */
#define TABLE 4096u

typedef struct table {
    uint64_t keys[TABLE]; /* plus 1; 0: free */
    uint8_t values[TABLE][8];
    uint8_t header[12];
    bool has_header;
} table;

static uint8_t *find(table *t, uint64_t key, bool make)
{
    uint64_t at = (key * UINT64_C(0x9e3779b97f4a7c15)) >> 52;
    while (t->keys[at] != 0 && t->keys[at] != key + 1) at = (at + 1) % TABLE;
    if (t->keys[at] == 0 && !make) return NULL;
    t->keys[at] = key + 1;
    return t->values[at];
}

__attribute__((noinline)) static int64_t table_get(table *t, uint64_t key)
{
    const uint8_t *value = find(t, key, false);
    return value == NULL ? 0 : (int64_t)wc_load_u64(value);
}

__attribute__((noinline)) static void table_set(table *t, uint64_t key, int64_t number)
{
    wc_store_u64(find(t, key, true), (uint64_t)number);
}

static table storage;

__attribute__((noinline)) static int64_t c_w3(int64_t n, uint32_t x)
{
    memset(&storage, 0, sizeof storage);
    int64_t failed = 0;
    for (uint64_t k = 0; k < W3_KEYS; k++) table_set(&storage, k, 1000000);
    for (int64_t k = 0; k < n; k++) {
        x = lcg(x);
        uint64_t from = x >> 22;
        x = lcg(x);
        uint64_t to = x >> 22;
        x = lcg(x);
        int64_t amount = (int64_t)(x >> 18);
        int64_t have = table_get(&storage, from);
        if (have < amount) {
            failed++;
            continue;
        }
        table_set(&storage, from, sub(have, amount));
        table_set(&storage, to, add(table_get(&storage, to), amount));
    }
    int64_t check = failed;
    for (uint64_t k = 0; k < W3_KEYS; k++) {
        check = add(check, mul(table_get(&storage, k), (int64_t)k + 1));
    }
    return check;
}

__attribute__((noinline)) static int64_t c_tiny(int64_t a, int64_t b)
{
    return add(mul(a, 3), b);
}

static int64_t (*volatile tiny)(int64_t, int64_t) = c_tiny;

static int64_t c_w4(int64_t n)
{
    int64_t sum = 0;
    for (int64_t k = 0; k < n; k++) sum += tiny(k, 7) & 1023;
    return sum;
}

/* ---- the contract -------------------------------------------------------------------------------
 */

typedef struct contract {
    wc_builder *b;
    uint16_t integer, list, args, result, map, field;
    uint16_t constants[24]; /* registers of the open function: see constant() */
    int64_t values[24];
    size_t constant_count;
} contract;

#define EMIT(op, ...) wc_builder_emit(c->b, &(wc_instr){WC_OP_##op, {__VA_ARGS__}})

static uint16_t reg(contract *c)
{
    return wc_builder_reg(c->b, WC_REG_I64, WC_NONE);
}

static uint16_t number_constant(contract *c, int64_t value)
{
    return wc_builder_number(c->b, wc_i128_of(value));
}

/* A register that holds the value; loaded once, where it is first asked for: ask before loops. */
static uint16_t constant(contract *c, int64_t value)
{
    for (size_t i = 0; i < c->constant_count; i++) {
        if (c->values[i] == value) return c->constants[i];
    }
    uint16_t r = reg(c);
    EMIT(ldc, r, number_constant(c, value));
    c->constants[c->constant_count] = r;
    c->values[c->constant_count++] = value;
    return r;
}

static uint16_t open_function(contract *c, const char *name)
{
    c->constant_count = 0;
    return wc_builder_function(c->b, wc_str_of(name));
}

/* x = (x * 69069 + 1) mod 2^32; to = x / 2^shift */
static void emit_lcg(contract *c, uint16_t x, uint16_t to, int64_t divisor)
{
    EMIT(mul, x, x, constant(c, 69069));
    EMIT(addi, x, x, 1);
    EMIT(mod, x, x, constant(c, INT64_C(1) << 32));
    EMIT(idiv, to, x, constant(c, divisor));
}

/* Entry functions: args (n, seed), result (check). */
static uint16_t open_entry(contract *c, const char *name, uint16_t *n, uint16_t *x)
{
    uint16_t f = open_function(c, name);
    uint16_t args = wc_builder_reg(c->b, WC_REG_REF, c->args);
    (void)wc_builder_reg(c->b, WC_REG_REFMUT, c->result);
    wc_builder_params(c->b);
    *n = reg(c);
    *x = reg(c);
    EMIT(ldf, *n, args, 0);
    EMIT(ldf, *x, args, 1);
    return f;
}

static void close_entry(contract *c, uint16_t function, const char *name, uint16_t result)
{
    EMIT(stf, 1, 0, result);
    EMIT(ret, 0);
    wc_builder_end(c->b);
    wc_entry entry = {.kind = WC_ENTRY_VIEW,
                      .name = wc_builder_string(c->b, wc_str_of(name)),
                      .function = function,
                      .args = c->args,
                      .result = c->result};
    (void)wc_builder_entry(c->b, &entry);
}

static void make_w1(contract *c)
{
    uint16_t n, x;
    uint16_t f = open_entry(c, "w1", &n, &x);
    uint16_t k = reg(c), energy = reg(c), price = reg(c), q = reg(c), check = reg(c);
    uint16_t share[4], total[4];
    for (size_t i = 0; i < 4; i++) {
        share[i] = reg(c);
        total[i] = reg(c);
        EMIT(ldi, total[i], 0);
    }
    static const int64_t points[3] = {6000, 2500, 1200};
    static const int64_t used[] = {
        69069, INT64_C(1) << 32, 1024, 32, 20000000, 1, 6000, 2500, 1200, 3, 5, 7};
    for (size_t i = 0; i < WC_ARRAY_LEN(used); i++) (void)constant(c, used[i]);
    uint16_t one = number_constant(c, 1);
    EMIT(ldi, k, 0);
    wc_label exit = wc_builder_label(c->b);
    wc_loop loop = wc_builder_loop(c->b, k, n, number_constant(c, W1_COUNT), exit);
    emit_lcg(c, x, energy, 1024);
    emit_lcg(c, x, price, 32);
    EMIT(add, price, price, constant(c, 20000000));
    EMIT(mdr_half_even, q, energy, price, constant(c, 1), one, number_constant(c, 1000000));
    for (size_t i = 0; i < 3; i++) {
        EMIT(mdr_down, share[i], q, constant(c, points[i]), constant(c, 1), one,
             number_constant(c, 10000));
    }
    EMIT(sub, share[3], q, share[0]);
    EMIT(sub, share[3], share[3], share[1]);
    EMIT(sub, share[3], share[3], share[2]);
    for (size_t i = 0; i < 4; i++) EMIT(add, total[i], total[i], share[i]);
    wc_builder_loop_end(c->b, &loop);
    static const int64_t weights[4] = {1, 3, 5, 7};
    EMIT(ldi, check, 0);
    for (size_t i = 0; i < 4; i++) {
        EMIT(mul, total[i], total[i], constant(c, weights[i]));
        EMIT(add, check, check, total[i]);
    }
    close_entry(c, f, "w1", check);
}

/* sift(list, start, end) */
static uint16_t make_sift(contract *c)
{
    uint16_t f = open_function(c, "sift");
    uint16_t list = wc_builder_reg(c->b, WC_REG_REFMUT, c->list);
    uint16_t root = reg(c), end = reg(c);
    wc_builder_params(c->b);
    uint16_t t = reg(c), child = reg(c), next = reg(c), x = reg(c), y = reg(c), k = reg(c);
    uint16_t last = reg(c), depth = constant(c, 16), two = constant(c, 2);
    EMIT(ldx, t, list, root);
    EMIT(addi, last, end, (uint16_t)-1);
    EMIT(ldi, k, 0);
    wc_label exit = wc_builder_label(c->b);
    wc_loop loop = wc_builder_loop(c->b, k, depth, number_constant(c, 16), exit);
    EMIT(mul, child, root, two);
    EMIT(addi, child, child, 1);
    EMIT(brle, end, child, exit);
    EMIT(addi, next, child, 1);
    EMIT(min, next, next, last);
    EMIT(ldx, x, list, child);
    EMIT(ldx, y, list, next);
    EMIT(lt, next, x, y);
    EMIT(add, child, child, next);
    EMIT(max, x, x, y);
    EMIT(brle, x, t, exit);
    EMIT(stx, list, root, x);
    EMIT(mov, root, child);
    wc_builder_loop_end(c->b, &loop);
    EMIT(stx, list, root, t);
    EMIT(ret, 0);
    wc_builder_end(c->b);
    return f;
}

/* sort(list, n) */
static uint16_t make_sort(contract *c, uint16_t sift)
{
    uint16_t f = open_function(c, "sort");
    uint16_t list = wc_builder_reg(c->b, WC_REG_REFMUT, c->list);
    uint16_t n = reg(c);
    wc_builder_params(c->b);
    uint16_t half = reg(c), k = reg(c), x = reg(c), y = reg(c), limit = reg(c);
    uint16_t arg = wc_builder_reg(c->b, WC_REG_REFMUT, c->list);
    uint16_t start = reg(c), end = reg(c);
    uint16_t two = constant(c, 2), zero = constant(c, 0);
    uint16_t trips = number_constant(c, W2_COUNT);
    EMIT(movr, arg, list);
    EMIT(idiv, half, n, two);
    EMIT(ldi, k, 0);
    wc_label first = wc_builder_label(c->b);
    wc_loop loop = wc_builder_loop(c->b, k, half, trips, first);
    EMIT(sub, start, half, k);
    EMIT(addi, start, start, (uint16_t)-1);
    EMIT(mov, end, n);
    EMIT(call, sift, arg, 0);
    wc_builder_loop_end(c->b, &loop);
    EMIT(addi, limit, n, (uint16_t)-1);
    EMIT(ldi, k, 0);
    wc_label second = wc_builder_label(c->b);
    loop = wc_builder_loop(c->b, k, limit, trips, second);
    EMIT(sub, end, limit, k);
    EMIT(ldx, x, list, zero);
    EMIT(ldx, y, list, end);
    EMIT(stx, list, zero, y);
    EMIT(stx, list, end, x);
    EMIT(mov, start, zero);
    EMIT(call, sift, arg, 0);
    wc_builder_loop_end(c->b, &loop);
    EMIT(ret, 0);
    wc_builder_end(c->b);
    return f;
}

/* Makes the four lists of a round: prices with their index, and quantities. */
static void emit_orders(contract *c, const uint16_t lists[4], uint16_t x, uint16_t n)
{
    uint16_t k = reg(c), v = reg(c);
    EMIT(ldi, k, 0);
    wc_label exit = wc_builder_label(c->b);
    wc_loop loop = wc_builder_loop(c->b, k, n, number_constant(c, W2_COUNT), exit);
    for (size_t i = 0; i < 4; i++) {
        bool is_price = i % 2 == 0;
        emit_lcg(c, x, v, is_price ? 4096 : INT64_C(1) << 22);
        if (i == 0) EMIT(sub, v, constant(c, 1048575), v);
        if (is_price) EMIT(mul, v, v, constant(c, 16384));
        if (is_price) EMIT(add, v, v, k);
        if (!is_price) EMIT(addi, v, v, 1);
        EMIT(push, lists[i], v);
    }
    wc_builder_loop_end(c->b, &loop);
}

/* The merge: volume and price are set. */
static void emit_merge(contract *c, const uint16_t lists[4], uint16_t n, uint16_t volume,
                       uint16_t price)
{
    uint16_t i = reg(c), j = reg(c), k = reg(c), limit = reg(c), m = reg(c), flag = reg(c);
    uint16_t key[2], at[2], left[2], cost[2];
    for (size_t s = 0; s < 2; s++) {
        key[s] = reg(c);
        at[s] = reg(c);
        left[s] = reg(c);
        cost[s] = reg(c);
    }
    uint16_t zero = constant(c, 0);
    EMIT(mov, i, zero);
    EMIT(mov, j, zero);
    EMIT(mov, volume, zero);
    EMIT(mov, price, zero);
    EMIT(ldi, k, 0);
    EMIT(add, limit, n, n);
    wc_label exit = wc_builder_label(c->b);
    wc_loop loop = wc_builder_loop(c->b, k, limit, number_constant(c, 2 * W2_COUNT), exit);
    EMIT(brle, n, i, exit);
    EMIT(brle, n, j, exit);
    for (size_t s = 0; s < 2; s++) {
        EMIT(ldx, key[s], lists[2 * s], s == 0 ? i : j);
        EMIT(idiv, cost[s], key[s], constant(c, 16384));
        EMIT(mod, at[s], key[s], constant(c, 16384));
        EMIT(ldx, left[s], lists[2 * s + 1], at[s]);
    }
    EMIT(sub, cost[0], constant(c, 1048575), cost[0]);
    EMIT(brlt, cost[0], cost[1], exit);
    EMIT(min, m, left[0], left[1]);
    EMIT(add, volume, volume, m);
    EMIT(add, price, cost[0], cost[1]);
    EMIT(idiv, price, price, constant(c, 2));
    for (size_t s = 0; s < 2; s++) {
        EMIT(sub, left[s], left[s], m);
        EMIT(stx, lists[2 * s + 1], at[s], left[s]);
        EMIT(eq, flag, left[s], zero);
        EMIT(add, s == 0 ? i : j, s == 0 ? i : j, flag);
    }
    wc_builder_loop_end(c->b, &loop);
}

static void make_w2(contract *c)
{
    uint16_t sort = make_sort(c, make_sift(c));
    uint16_t rounds, x;
    uint16_t f = open_entry(c, "w2", &rounds, &x);
    static const int64_t used[] = {
        69069, INT64_C(1) << 32, 4096,    INT64_C(1) << 22, 1048575, 16384, 0,
        2,     1000000007,       W2_COUNT};
    for (size_t i = 0; i < WC_ARRAY_LEN(used); i++) (void)constant(c, used[i]);
    uint16_t n = constant(c, W2_COUNT);
    uint16_t check = reg(c), round = reg(c), volume = reg(c), price = reg(c);
    uint16_t arg = wc_builder_reg(c->b, WC_REG_REFMUT, c->list);
    uint16_t count = reg(c);
    uint16_t lists[4], slots[4];
    for (size_t i = 0; i < 4; i++) {
        lists[i] = wc_builder_reg(c->b, WC_REG_REFMUT, c->list);
        slots[i] = wc_builder_slot(c->b, c->list);
    }
    EMIT(ldi, check, 0);
    EMIT(ldi, round, 0);
    wc_label exit = wc_builder_label(c->b);
    wc_loop loop = wc_builder_loop(c->b, round, rounds, number_constant(c, W2_ROUNDS), exit);
    for (size_t i = 0; i < 4; i++) EMIT(new, lists[i], slots[i]);
    emit_orders(c, lists, x, n);
    EMIT(mov, count, n);
    EMIT(movr, arg, lists[0]);
    EMIT(call, sort, arg, 0);
    EMIT(movr, arg, lists[2]);
    EMIT(call, sort, arg, 0);
    emit_merge(c, lists, n, volume, price);
    EMIT(mul, volume, volume, price);
    EMIT(add, check, check, volume);
    EMIT(mod, check, check, constant(c, 1000000007));
    wc_builder_loop_end(c->b, &loop);
    close_entry(c, f, "w2", check);
}

/* W3 writes, so it is an action: the check is emitted as an event. */
static void make_w3(contract *c)
{
    uint16_t f = open_function(c, "w3");
    uint16_t args = wc_builder_reg(c->b, WC_REG_REF, c->args);
    wc_builder_params(c->b);
    uint16_t n = reg(c), x = reg(c), k = reg(c), amount = reg(c), have = reg(c), check = reg(c);
    uint16_t key[2], value = wc_builder_reg(c->b, WC_REG_REFMUT, c->integer);
    EMIT(ldf, n, args, 0);
    EMIT(ldf, x, args, 1);
    static const int64_t used[] = {
        69069, INT64_C(1) << 32, INT64_C(1) << 22, INT64_C(1) << 18, 1000000, W3_KEYS, 0, 1};
    for (size_t i = 0; i < WC_ARRAY_LEN(used); i++) (void)constant(c, used[i]);
    EMIT(new, value, wc_builder_slot(c->b, c->integer));
    for (size_t i = 0; i < 2; i++) {
        key[i] = wc_builder_reg(c->b, WC_REG_REFMUT, c->integer);
        EMIT(new, key[i], wc_builder_slot(c->b, c->integer));
    }
    EMIT(ldi, k, 0);
    EMIT(ldi, check, 0);
    wc_label filled = wc_builder_label(c->b);
    wc_loop loop =
        wc_builder_loop(c->b, k, constant(c, W3_KEYS), number_constant(c, W3_KEYS), filled);
    EMIT(stf, key[0], 0, k);
    EMIT(kvadd, c->field, key[0], constant(c, 1000000));
    wc_builder_loop_end(c->b, &loop);

    EMIT(ldi, k, 0);
    wc_label done = wc_builder_label(c->b);
    wc_label poor = wc_builder_label(c->b);
    wc_label next = wc_builder_label(c->b);
    loop = wc_builder_loop(c->b, k, n, number_constant(c, W3_COUNT), done);
    for (size_t i = 0; i < 2; i++) {
        emit_lcg(c, x, amount, INT64_C(1) << 22);
        EMIT(stf, key[i], 0, amount);
    }
    emit_lcg(c, x, amount, INT64_C(1) << 18);
    EMIT(kvneed, c->field, key[0], value);
    EMIT(ldf, have, value, 0);
    EMIT(brlt, have, amount, poor);
    EMIT(sub, have, have, amount);
    EMIT(stf, value, 0, have);
    EMIT(kvput, c->field, key[0], value);
    EMIT(kvadd, c->field, key[1], amount);
    EMIT(jmp, next);
    wc_builder_place(c->b, poor);
    EMIT(addi, check, check, 1);
    wc_builder_place(c->b, next);
    wc_builder_loop_end(c->b, &loop);

    EMIT(ldi, k, 0);
    wc_label end = wc_builder_label(c->b);
    loop = wc_builder_loop(c->b, k, constant(c, W3_KEYS), number_constant(c, W3_KEYS), end);
    EMIT(stf, key[0], 0, k);
    EMIT(kvneed, c->field, key[0], value);
    EMIT(ldf, have, value, 0);
    EMIT(add, amount, k, constant(c, 1));
    EMIT(mul, have, have, amount);
    EMIT(add, check, check, have);
    wc_builder_loop_end(c->b, &loop);
    uint16_t out = wc_builder_reg(c->b, WC_REG_REFMUT, c->result);
    EMIT(new, out, wc_builder_slot(c->b, c->result));
    EMIT(stf, out, 0, check);
    EMIT(emit, 0, out);
    EMIT(ret, 0);
    wc_builder_end(c->b);
    wc_entry entry = {.kind = WC_ENTRY_ACTION,
                      .name = wc_builder_string(c->b, WC_STR("w3")),
                      .function = f,
                      .args = c->args,
                      .result = WC_NONE,
                      .by = WC_BY_ANY_PARTY};
    (void)wc_builder_entry(c->b, &entry);
}

static void make_w4(contract *c)
{
    uint16_t a, b;
    uint16_t f = open_entry(c, "w4", &a, &b);
    EMIT(mul, a, a, constant(c, 3));
    EMIT(add, a, a, b);
    close_entry(c, f, "w4", a);
}

static void make_tables(contract *c)
{
    wc_type integer = {.kind = WC_TYPE_INT, .name = WC_NONE, .lo = INT64_MIN, .hi = INT64_MAX};
    c->integer = wc_builder_type(c->b, &integer);
    wc_type list = {
        .kind = WC_TYPE_LIST, .name = WC_NONE, .capacity = W2_COUNT, .item = c->integer};
    c->list = wc_builder_type(c->b, &list);
    const uint16_t two[] = {c->integer, c->integer};
    c->args = wc_builder_tuple(c->b, NULL, two, 2);
    c->result = wc_builder_tuple(c->b, NULL, two, 1);
    wc_type map = {.kind = WC_TYPE_MAP, .name = WC_NONE, .capacity = W3_KEYS};
    map.item = map.value = c->integer;
    c->map = wc_builder_type(c->b, &map);
    wc_storage_field field = {
        .name = wc_builder_string(c->b, WC_STR("accounts")), .type = c->map, .initial = WC_NONE};
    c->field = wc_builder_field(c->b, &field);
    wc_state_decl open = {
        .name = wc_builder_string(c->b, WC_STR("Open")), .data = WC_NONE, .initial = true};
    (void)wc_builder_state(c->b, &open);
    (void)wc_builder_event(c->b, WC_STR("Check"), c->result);
}

/* ---- running it ---------------------------------------------------------------------------------
 */

static int64_t event_value;

static wc_host_answer host_load(void *self, const wc_storage_key *key, wc_slice *value)
{
    table *t = self;
    if (key->part == WC_KEY_HEADER) {
        *value = wc_slice_of(t->header, sizeof t->header);
        return t->has_header ? WC_HOST_OK : WC_HOST_ABSENT;
    }
    const uint8_t *found = find(t, wc_load_u64(key->key.data), false);
    if (found == NULL) return WC_HOST_ABSENT;
    *value = wc_slice_of(found, 8);
    return WC_HOST_OK;
}

static wc_host_answer host_store(void *self, const wc_storage_key *key, wc_slice value)
{
    table *t = self;
    if (key->part == WC_KEY_HEADER) {
        memcpy(t->header, value.data, sizeof t->header);
        t->has_header = true;
    } else {
        memcpy(find(t, wc_load_u64(key->key.data), true), value.data, 8);
    }
    return WC_HOST_OK;
}

static wc_host_answer host_emit(void *self, uint16_t event, wc_slice args)
{
    (void)self;
    (void)event;
    event_value = (int64_t)wc_load_u64(args.data);
    return WC_HOST_OK;
}

static const wc_host_ops ops = {.load = host_load, .store = host_store, .emit = host_emit};

typedef struct machine {
    wc_image *image;
    wc_instance instance;
    wc_host host;
    void *memory;
    uint8_t root[19];
} machine;

static int64_t vm_call(machine *m, uint16_t entry, int64_t a, int64_t b)
{
    uint8_t args[16];
    wc_store_u64(args, (uint64_t)a);
    wc_store_u64(args + 8, (uint64_t)b);
    wc_call call = {.entry = entry,
                    .args = wc_slice_of(args, sizeof args),
                    .has_principal = true,
                    .gas_limit = UINT64_MAX};
    wc_outcome outcome;
    wc_call_run(&m->instance, &call, &m->host, m->memory, &outcome);
    if (outcome.kind != WC_OUTCOME_OK) stop("a call failed");
    if (outcome.result.len == 0) return event_value;
    return (int64_t)wc_load_u64(outcome.result.data);
}

static machine *load(double *load_ns, uint32_t *words)
{
    static machine m;
    static contract state;
    contract *c = &state;
    uint8_t *memory = malloc(ARENA);
    wc_arena arena;
    if (memory == NULL) stop("out of memory");
    wc_arena_init(&arena, memory, ARENA);
    c->b = wc_builder_new(&arena, wc_test_sha256, WC_STR("Bench"), WC_STR("bench"));
    make_tables(c);
    make_w2(c);
    make_w1(c);
    make_w4(c);
    make_w3(c);
    wc_module *module;
    wc_debug *debug;
    wc_finding finding;
    if (wc_builder_finish(c->b, &module, &debug) != WC_OK) stop("the builder refuses");
    if (wc_module_bound(module, wc_test_sha256, &arena, &finding) != WC_OK) stop(finding.text);
    wc_buf buf;
    uint8_t *bytes = malloc(WC_MODULE_SIZE_MAX);
    if (bytes == NULL) stop("out of memory");
    wc_buf_init(&buf, bytes, WC_MODULE_SIZE_MAX);
    wc_module_encode(module, &buf);
    *words = module->word_count;
    *load_ns = 1e300;
    for (int i = 0; i < ROUNDS; i++) {
        size_t mark = wc_arena_mark(&arena);
        double start = cpu_ns();
        if (wc_image_load(wc_buf_slice(&buf), wc_test_sha256, &arena, &m.image, &finding) !=
            WC_OK) {
            stop("the verifier refuses");
        }
        double took = cpu_ns() - start;
        if (took < *load_ns) *load_ns = took;
        if (i + 1 < ROUNDS) wc_arena_rewind(&arena, mark);
    }
    m.memory = aligned_alloc(16, wc_call_memory_size(m.image));
    if (m.memory == NULL) stop("out of memory");
    m.root[0] = 1;
    m.instance = (wc_instance){.image = m.image, .root = wc_slice_of(m.root, sizeof m.root)};
    m.host = (wc_host){&ops, &storage};
    return &m;
}

/* ---- measuring ----------------------------------------------------------------------------------
 */

static int64_t run_c(int workload)
{
    if (workload == 1) return c_w1(W1_COUNT, SEED);
    if (workload == 2) return c_w2(W2_ROUNDS, SEED);
    return workload == 3 ? c_w3(W3_COUNT, SEED) : c_w4(W4_COUNT);
}

static int64_t run_vm(machine *m, int workload)
{
    static const char *const names[] = {"", "w1", "w2", "w3", "w4"};
    wc_entry_kind kind = workload == 3 ? WC_ENTRY_ACTION : WC_ENTRY_VIEW;
    uint16_t entry = wc_image_entry(m->image, kind, wc_str_of(names[workload]));
    if (workload == 1) return vm_call(m, entry, W1_COUNT, SEED);
    if (workload == 2) return vm_call(m, entry, W2_ROUNDS, SEED);
    if (workload == 3) {
        memset(&storage, 0, sizeof storage);
        return vm_call(m, entry, W3_COUNT, SEED);
    }
    int64_t sum = 0;
    for (int64_t k = 0; k < W4_COUNT; k++) sum += vm_call(m, entry, k, 7) & 1023;
    return sum;
}

int main(int argc, char **argv)
{
    bool json = argc > 1 && strcmp(argv[1], "--json") == 0;
    static const char *const units[] = {"", "ns", "us a round", "ns", "ns"};
    static const double per[] = {1, W1_COUNT, W2_ROUNDS * 1000.0, W3_COUNT, W4_COUNT};
    double load_ns;
    uint32_t words;
    machine *m = load(&load_ns, &words);
    double product = 1;
    for (int workload = 1; workload <= 4; workload++) {
        double best[2] = {1e300, 1e300};
        int64_t check[2] = {0, 0};
        for (int round = 0; round < ROUNDS; round++) { /* interleaved: both meet the same weather */
            for (int side = 0; side < 2; side++) {
                double start = cpu_ns();
                check[side] = side == 0 ? run_c(workload) : run_vm(m, workload);
                double took = (cpu_ns() - start) / per[workload];
                if (took < best[side]) best[side] = took;
            }
        }
        if (check[0] != check[1]) stop("checksums differ");
        product *= best[1] / best[0];
        (void)printf(json ? "{\"name\":\"vm.w%d\",\"value\":%.2f,\"unit\":\"%s\",\"limit\":%.2f,"
                            "\"ratio\":%.2f}\n"
                          : "W%d  %9.2f %-10s  checked C %9.2f  ratio %5.2f\n",
                     workload, best[1], units[workload], best[0], best[1] / best[0]);
    }
    double mean = product; /* fourth root by Newton: no libm */
    for (int i = 0; i < 60; i++)
        mean -= (mean * mean * mean * mean - product) / (4 * mean * mean * mean);
    (void)printf(
        json ? "{\"name\":\"vm.load\",\"value\":%.2f,\"unit\":\"ns a word\",\"mean\":%.2f}\n"
             : "load: decode, verify, translate %.1f ns a word; mean ratio %.2f\n",
        load_ns / words, mean);
    return 0;
}
