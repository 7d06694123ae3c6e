/* Speed of the state tree: microseconds per updated key in batches of 10,000 over 10^5 and 10^6
 * keys, beside the bound of the same run, one hash of a node. Proofs stay available for 16
 * versions, as in a node.
 *
 *   bench_tree [--json] [KEYS]
 *
 * Numbers of this program are never part of a test. */
#define _DEFAULT_SOURCE 1 /* clock_gettime, anonymous mappings */

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "node/crypto/crypto.h"
#include "node/ledger/proof.h"
#include "node/ledger/sort.h"
#include "node/ledger/tree.h"
#include "vm/base/codec.h"

#define BATCH  10000u
#define ROUNDS 40u
#define BEST   5u

typedef struct bench {
    uint32_t keys;
    wc_tree tree;
    uint64_t seq;
    wc_tree_change batch[BATCH];
    wc_tree_change sorted[BATCH];
    wc_sort_item items[BATCH];
    wc_sort_item scratch[BATCH];
} bench;

static double cpu_seconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static wc_hash hash_of(uint32_t i, uint32_t round)
{
    uint8_t bytes[8];
    wc_store_u32(bytes, i);
    wc_store_u32(bytes + 4, round);
    return wc_sha256_one(wc_slice_of(bytes, sizeof bytes));
}

static void check(wc_status status)
{
    if (status == WC_OK) return;
    (void)fprintf(stderr, "bench_tree: %s\n", wc_status_text(status));
    exit(3);
}

/* Sorts the first count changes of the batch and applies them; twice the same key is left out. */
static void apply(bench *b, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        b->items[i] = (wc_sort_item){wc_load_u64(b->batch[i].k.bytes), i};
    }
    const wc_sort_keys keys = {&b->batch[0].k, sizeof b->batch[0]};
    wc_sort_by_hash(b->items, b->scratch, count, keys);
    size_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        const wc_tree_change *change = &b->batch[b->items[i].index];
        if (kept > 0 && wc_hash_equal(&b->sorted[kept - 1].k, &change->k)) continue;
        b->sorted[kept++] = *change;
    }
    wc_hash root;
    check(wc_tree_update(&b->tree, &root, ++b->seq, b->sorted, kept));
}

static void fill(bench *b)
{
    for (uint32_t first = 0; first < b->keys; first += BATCH) {
        uint32_t count = b->keys - first < BATCH ? b->keys - first : BATCH;
        for (uint32_t i = 0; i < count; i++) {
            b->batch[i] = (wc_tree_change){hash_of(first + i, 0), hash_of(first + i, 1)};
        }
        apply(b, count);
    }
}

/* Least CPU seconds per key over ROUNDS batches of random existing keys. */
static double measure_updates(bench *b)
{
    double best = 1;
    uint32_t state = 12345;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        for (uint32_t i = 0; i < BATCH; i++) {
            state = state * 1664525u + 1013904223u;
            uint32_t key = (uint32_t)((uint64_t)state * b->keys >> 32);
            b->batch[i] = (wc_tree_change){hash_of(key, 0), hash_of(key, round + 2)};
        }
        double start = cpu_seconds();
        apply(b, BATCH);
        double seconds = (cpu_seconds() - start) / BATCH;
        if (seconds < best) best = seconds;
    }
    return best;
}

static double measure_hash(void)
{
    double best = 1;
    wc_hash left = hash_of(1, 1);
    wc_hash right = hash_of(2, 2);
    for (unsigned round = 0; round < BEST; round++) {
        double start = cpu_seconds();
        for (unsigned i = 0; i < 200000; i++) left = wc_merkle_node(&left, &right);
        double seconds = (cpu_seconds() - start) / 200000;
        if (seconds < best) best = seconds;
    }
    return best;
}

static void print(bool json, const char *name, double value, const char *unit, double limit)
{
    const char *form = json ? "{\"name\":\"%s\",\"value\":%.3f,\"unit\":\"%s\",\"limit\":%.3f,"
                              "\"ratio\":%.2f}\n"
                            : "%-28s %10.3f %-10s limit %8.3f  ratio %6.2f\n";
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* one of the two literals above */
    (void)printf(form, name, value, unit, limit, value / limit);
#pragma GCC diagnostic pop
}

static void run(bool json, uint32_t keys)
{
    size_t size = wc_tree_memory(keys, BATCH) / 64 * 64;
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    bench *b = calloc(1, sizeof *b);
    if (memory == MAP_FAILED || b == NULL) check(WC_NO_MEMORY);
    (void)madvise(memory, size, MADV_HUGEPAGE); /* as a node does; without them it is 15 % slower */
    b->keys = keys;
    check(wc_tree_init(&b->tree, memory, size));
    double start = cpu_seconds();
    fill(b);
    double fill_us = (cpu_seconds() - start) / keys * 1e6;
    double hash_us = measure_hash() * 1e6;
    double update_us = measure_updates(b) * 1e6;
    for (unsigned i = 0; i < 20; i++) {
        wc_hash root;
        check(wc_tree_update(&b->tree, &root, ++b->seq, NULL, 0)); /* frees what was replaced */
    }
    char name[64];
    (void)snprintf(name, sizeof name, "tree.update.%u", keys);
    print(json, name, update_us, "us/key", hash_us);
    (void)snprintf(name, sizeof name, "tree.build.%u", keys);
    print(json, name, fill_us, "us/key", hash_us);
    (void)snprintf(name, sizeof name, "tree.bytes.%u", keys);
    print(json, name, (double)wc_tree_bytes(&b->tree) / keys, "byte/key", 128);
    free(b);
    (void)munmap(memory, size);
}

int main(int argc, char **argv)
{
    bool json = argc > 1 && strcmp(argv[1], "--json") == 0;
    check(wc_crypto_start());
    if (argc > 1 + (int)json) {
        run(json, (uint32_t)strtoul(argv[argc - 1], NULL, 10));
        return 0;
    }
    run(json, 100000);
    run(json, 1000000);
    return 0;
}
