/* Speed of the interpreter on the four reference workloads, beside checked C of the same run:
 *
 *   W1  energy times price, rounded half-even, split 60/25/12 % and rest, accumulated
 *   W2  10,000 bids and 10,000 asks, heap sort of both, uniform-price merge
 *   W3  transfers between 1,024 accounts in host storage; the host is a hash table, the same on
 * both sides, with 8-byte keys: the border between machine and host is what is measured W4  one
 * call of a view that computes a * 3 + b
 *
 * The contract is workloads.clause, compiled here by the compiler. Checksums must be those of the C
 * code, or the program ends with status 1. Numbers of this program are never part of a test.
 *
 *   bench_vm [--json] WORKLOADS.clause */
#define _DEFAULT_SOURCE 1 /* clock_gettime */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "compiler/compiler.h"
#include "tests/bench/bench_vm.h"
#include "vm/base/codec.h"
#include "vm/vm.h"

#define ROUNDS 9
#define ARENA  (64u << 20)

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

/* ---- running it ---------------------------------------------------------------------------------
 */

/* Stands for SHA-256, so that loading is measured and not the hash of the gas schedule (many
 * parts), which a node computes with its CPU's instructions. */
static wc_hash quick_hash(const wc_slice *parts, size_t count)
{
    wc_hash hash = {{0}};
    uint64_t state = count;
    for (size_t i = 0; count == 1 && i < parts[0].len; i++) state = state * 31 + parts[0].data[i];
    wc_store_u64(hash.bytes, state * UINT64_C(0x9e3779b97f4a7c15));
    return hash;
}

static int64_t event_value;

static wc_host_answer host_load(void *self, const wc_storage_key *key, wc_slice *value)
{
    table *t = self;
    if (key->part == WC_KEY_HEADER) {
        *value = wc_slice_of(t->header, sizeof t->header);
        return t->has_header ? WC_HOST_OK : WC_HOST_ABSENT;
    }
    const uint8_t *found = bench_find(t, wc_load_u64(key->key.data), false);
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
        memcpy(bench_find(t, wc_load_u64(key->key.data), true), value.data, 8);
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
    uint8_t root[19 + 32]; /* version, times, state, one party */
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

/* Compiles the workloads; returns the module's bytes. */
static wc_slice compile(const char *path, wc_arena *arena)
{
    static char text[1 << 16];
    FILE *file = fopen(path, "rb");
    size_t size = file == NULL ? 0 : fread(text, 1, sizeof text, file);
    if (file != NULL) (void)fclose(file);
    if (size == 0) stop("workloads.clause cannot be read");
    wc_compile_options options = {.arena = arena, .hash = quick_hash, .no_tests = true};
    wc_compilation *made;
    if (wc_compile(&options, WC_STR("workloads.clause"), (wc_str){text, size}, &made) != WC_OK ||
        made->has_failed || made->contract_count != 1) {
        stop("workloads.clause does not compile");
    }
    return made->contracts[0].module;
}

static machine *load(const char *path, double *load_ns, uint32_t *words)
{
    static machine m;
    uint8_t *memory = malloc(ARENA);
    wc_arena arena;
    if (memory == NULL) stop("out of memory");
    wc_arena_init(&arena, memory, ARENA);
    wc_slice bytes = compile(path, &arena);
    *load_ns = 1e300;
    for (int i = 0; i < ROUNDS; i++) {
        size_t mark = wc_arena_mark(&arena);
        wc_finding finding;
        double start = cpu_ns();
        if (wc_image_load(bytes, quick_hash, &arena, &m.image, &finding) != WC_OK) {
            stop("the verifier refuses");
        }
        double took = cpu_ns() - start;
        if (took < *load_ns) *load_ns = took;
        if (i + 1 < ROUNDS) wc_arena_rewind(&arena, mark);
    }
    *words = wc_image_module(m.image)->word_count;
    m.memory = aligned_alloc(16, wc_call_memory_size(m.image));
    if (m.memory == NULL) stop("out of memory");
    m.root[0] = 1;
    m.instance = (wc_instance){.image = m.image, .root = wc_slice_of(m.root, sizeof m.root)};
    m.host = (wc_host){&ops, &bench_storage};
    return &m;
}

/* ---- measuring ----------------------------------------------------------------------------------
 */

static int64_t run_vm(machine *m, int workload)
{
    static const char *const names[] = {"", "settle", "auction", "transfer", "tiny"};
    wc_entry_kind kind = workload == 3 ? WC_ENTRY_ACTION : WC_ENTRY_VIEW;
    uint16_t entry = wc_image_entry(m->image, kind, wc_str_of(names[workload]));
    if (workload == 1) return vm_call(m, entry, W1_COUNT, SEED);
    if (workload == 2) return vm_call(m, entry, W2_ROUNDS, SEED);
    if (workload == 3) {
        memset(&bench_storage, 0, sizeof bench_storage);
        return vm_call(m, entry, W3_COUNT, SEED);
    }
    wc_scalar_view view;
    wc_outcome outcome;
    wc_call call = {.entry = entry};
    if (wc_scalar_view_open(&view, &m->instance, &call, &m->host, m->memory, &outcome) != WC_OK) {
        stop("the view does not open");
    }
    int64_t sum = 0;
    for (int64_t k = 0; k < W4_COUNT; k++) {
        const int64_t args[] = {k, 7};
        int64_t result = 0;
        if (!wc_scalar_view_call(&view, 1000000, args, &result)) stop("a call failed");
        sum += result & 1023;
    }
    return sum;
}

/* Prints a row for each workload; the geometric mean of their ratios. tier: "" or "native". */
static double print_rows(machine *m, bool json, const char *tier)
{
    static const char *const units[] = {"", "ns", "us a round", "ns", "ns"};
    static const double per[] = {1, W1_COUNT, W2_ROUNDS * 1000.0, W3_COUNT, W4_COUNT};
    double product = 1;
    for (int workload = 1; workload <= 4; workload++) {
        double best[2] = {1e300, 1e300};
        int64_t check[2] = {0, 0};
        for (int round = 0; round < ROUNDS; round++) { /* interleaved: both meet the same weather */
            for (int side = 0; side < 2; side++) {
                double start = cpu_ns();
                check[side] = side == 0 ? bench_limit(workload) : run_vm(m, workload);
                double took = (cpu_ns() - start) / per[workload];
                if (took < best[side]) best[side] = took;
            }
        }
        if (check[0] != check[1]) stop("checksums differ");
        product *= best[1] / best[0];
        (void)printf(json
                         ? "{\"name\":\"vm.%s%sw%d\",\"value\":%.2f,\"unit\":\"%s\",\"limit\":%.2f,"
                           "\"ratio\":%.2f}\n"
                         : "%s%sW%d  %9.2f %-10s  checked C %9.2f  ratio %5.2f\n",
                     tier,
                     *tier == 0 ? ""
                     : json     ? "."
                                : " ",
                     workload, best[1], units[workload], best[0], best[1] / best[0]);
    }
    double mean = product; /* fourth root by Newton: no libm */
    for (int i = 0; i < 60; i++)
        mean -= (mean * mean * mean * mean - product) / (4 * mean * mean * mean);
    return mean;
}

int main(int argc, char **argv)
{
    bool json = argc > 1 && strcmp(argv[1], "--json") == 0;
    if (argc < 2 + json) stop("takes the path of workloads.clause");
    double load_ns;
    uint32_t words;
    machine *m = load(argv[argc - 1], &load_ns, &words);
    double mean = print_rows(m, json, "");
    (void)printf(
        json ? "{\"name\":\"vm.load\",\"value\":%.2f,\"unit\":\"ns a word\",\"mean\":%.2f}\n"
             : "load: decode, verify, translate %.1f ns a word; mean ratio %.2f\n",
        load_ns / words, mean);
    bench_native_report report;
    if (!bench_native(m->image, &report)) return 0; /* no compiler: nothing to measure */
    mean = print_rows(m, json, "native");
    bench_native_print(&report, mean, json);
    return 0;
}
