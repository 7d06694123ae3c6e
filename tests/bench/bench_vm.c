/* Speed of the interpreter on the four reference workloads, beside checked C of the same run:
 *
 *   W1  energy times price, rounded half-even, split 60/25/12 % and rest, accumulated
 *   W2  10,000 bids and 10,000 asks, heap sort of both, uniform-price merge
 *   W3  transfers between 1,024 accounts in host storage: a hash table with 8-byte keys, the same
 * on both sides and out of line; beside it the same with canonical keys and values of bytes W4  a
 * view that computes a * 3 + b, called with its arguments in registers
 *
 * compiled by the native tier, too, where there is a C compiler,
 * and what else the machine promises: an empty action, loading, the price of metering. The contract
 * is workloads.clause, compiled here by the compiler. Checksums must be those of the C code, or the
 * program ends with status 1. Numbers of this program are never part of a test.
 *
 *   bench_vm [--json] WORKLOADS.clause [CONTRACT.clause...]
 *   bench_vm --count NAME WORKLOADS.clause    one workload, once, for callgrind (counts.py) */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/bench_vm.h"
#include "vm/vm.h"

#define ROUNDS      15
#define ARENA       (256u << 20)
#define MODULES_MAX 64u

extern const wc_engine bench_engine_unmetered; /* loop.c without the charges of blocks */

static bool is_json;

static void row(const char *name, double value, const char *unit, double limit)
{
    double ratio = limit > 0 ? value / limit : 0;
    if (is_json) {
        (void)printf("{\"name\":\"%s\",\"value\":%.6g,\"unit\":\"%s\",\"limit\":%.6g,"
                     "\"ratio\":%.4f}\n",
                     name, value, unit, limit, ratio);
    } else if (limit > 0) {
        (void)printf("%-28s %12.2f %-22s %10.2f %8.2f\n", name, value, unit, limit, ratio);
    } else {
        (void)printf("%-28s %12.2f %-22s %10s %8s\n", name, value, unit, "-", "-");
    }
}

static wc_arena new_arena(void)
{
    wc_arena arena;
    void *memory = malloc(ARENA);
    if (memory == NULL) bench_stop("out of memory");
    wc_arena_init(&arena, memory, ARENA);
    return arena;
}

/* ---- the workloads ----------------------------------------------------------------------------
 */

static const double per[] = {1, W1_COUNT, W2_ROUNDS * 1000.0, W3_COUNT, W4_COUNT};
static const int64_t counts[] = {0, W1_COUNT, W2_ROUNDS, W3_COUNT, W4_COUNT};

enum {
    SIDE_C,
    SIDE_MACHINE,
    SIDE_UNMETERED,
    SIDE_BYTES,  /* W3 with canonical keys */
    SIDE_NATIVE, /* compiled; left out without a C compiler */
    SIDES
};

typedef struct bench {
    wc_arena arena;
    machine machines[SIDES]; /* the first is not used */
    bool has_native;
    bench_native_report native;
} bench;

static int64_t run_side(bench *b, int side, int workload)
{
    if (side == SIDE_C) return bench_limit(workload);
    return bench_run(&b->machines[side], workload, counts[workload]);
}

/* Least time of each side; interleaved, so that all meet the same weather. */
static void measure(bench *b, int workload, double best[SIDES])
{
    int64_t check[SIDES] = {0};
    for (int side = 0; side < SIDES; side++) best[side] = 1e300;
    for (int round = 0; round < ROUNDS; round++) {
        for (int side = 0; side < SIDES; side++) {
            if (side == SIDE_BYTES && workload != 3) continue;
            if (side == SIDE_NATIVE && !b->has_native) continue;
            double start = bench_ns();
            check[side] = run_side(b, side, workload);
            double took = (bench_ns() - start) / per[workload];
            if (took < best[side]) best[side] = took;
            if (check[side] != check[SIDE_C]) bench_stop("checksums differ");
        }
    }
}

static double fourth_root(double product)
{
    double root = product; /* by Newton: no libm */
    for (int i = 0; i < 60; i++)
        root -= (root * root * root * root - product) / (4 * root * root * root);
    return root;
}

/* The limit of the mean is what the design asks of the native tier. */
static void native_rows(const bench *b, double best[5][SIDES], const char *const units[])
{
    double product = 1;
    for (int workload = 1; workload <= 4; workload++) {
        char name[32];
        (void)snprintf(name, sizeof name, "vm.native.w%d", workload);
        row(name, best[workload][SIDE_NATIVE], units[workload], best[workload][SIDE_C]);
        product *= best[workload][SIDE_NATIVE] / best[workload][SIDE_C];
    }
    row("vm.native.mean", fourth_root(product), "x checked C", 1.4);
    row("vm.native.compile", b->native.compile_ms, "ms", 0);
    row("vm.native.words", b->native.words, "words", 0);
    row("vm.native.text", (double)b->native.text, "bytes", 0);
}

static void workloads(bench *b, wc_slice module)
{
    static const char *const units[] = {"", "ns/interval", "us/round", "ns/transfer", "ns/call"};
    double best[5][SIDES], product = 1;
    for (int workload = 1; workload <= 4; workload++) {
        char name[32];
        measure(b, workload, best[workload]);
        (void)snprintf(name, sizeof name, "vm.w%d", workload);
        row(name, best[workload][SIDE_MACHINE], units[workload], best[workload][SIDE_C]);
        product *= best[workload][SIDE_MACHINE] / best[workload][SIDE_C];
        if (workload != 3) continue;
        row("vm.w3_bytes", best[3][SIDE_BYTES], units[3], best[3][SIDE_C]);
    }
    row("vm.mean", fourth_root(product), "x checked C", 4);
    row("vm.view_call", best[4][SIDE_MACHINE], "ns", 20);
    if (b->has_native) native_rows(b, best, units);
    for (int workload = 1; workload <= 4; workload++) {
        char name[32];
        double metered = best[workload][SIDE_MACHINE], free = best[workload][SIDE_UNMETERED];
        (void)snprintf(name, sizeof name, "vm.gas.w%d", workload);
        row(name, (metered / free - 1) * 100, "%", 10);
    }
    machine observed;
    bench_machine(&observed, module, NULL, &b->arena);
    for (int workload = 1; workload <= 4; workload++) {
        char name[32];
        (void)snprintf(name, sizeof name, "vm.executed.w%d", workload);
        row(name, bench_executed(&observed, workload, &b->arena), "instructions", 0);
    }
}

static void empty_action(bench *b)
{
    double best = 1e300;
    for (int round = 0; round < ROUNDS; round++) {
        double start = bench_ns();
        bench_empty_action(&b->machines[SIDE_BYTES], 100000);
        double took = (bench_ns() - start) / 100000;
        if (took < best) best = took;
    }
    row("vm.empty_action", best, "ns", 1000);
}

/* ---- loading ----------------------------------------------------------------------------------
 */

/* A contract with this many functions, each of some hundred words. */
static wc_str generated(wc_arena *arena, unsigned functions)
{
    const size_t room = 2048u * functions + 1024;
    char *text = wc_arena_alloc(arena, room, 1);
    if (text == NULL) bench_stop("out of memory");
    size_t used = (size_t)snprintf(text, room,
                                   "module bench.generated;\ncontract Generated {\n"
                                   "  parties { owner : party; }\n"
                                   "  states { Open initial; Done final; }\n"
                                   "  action end() by owner when Open -> Done { goto Done(); }\n");
    for (unsigned i = 0; i < functions; i++) {
        used += (size_t)snprintf(
            text + used, room - used,
            "  view f%u(a : int<0..1000>, b : int<1..1000>) -> int {\n"
            "    var x : int = a; var y : int<0..1000000> = b;\n"
            "    var kept : list<int, 100> = [];\n"
            "    for k in 0 .. 100 {\n"
            "      x = mod(x * %u + k, 1000003);\n"
            "      if x > 500000 { y = mod(y + x, 1000); } else { kept.push(x); }\n"
            "      if mod(x, 7) == 3 && y < 100 { x += 1; }\n"
            "      let share = round<int>(x * 25 / 100, half_even);\n"
            "      y = min(y + abs(share - x), 1000000);\n"
            "      if y == 5 { break; }\n"
            "    }\n"
            "    for v in kept { x = mod(x + v * y, 1000003); }\n"
            "    return x - y;\n  }\n",
            i, 3 + i);
    }
    used += (size_t)snprintf(text + used, room - used, "}\n");
    return (wc_str){text, used};
}

static void load_row(const char *name, const wc_slice *modules, uint32_t count, wc_arena *arena)
{
    double best = 1e300;
    uint32_t instructions = 0;
    for (int round = 0; round < 3 * ROUNDS; round++) {
        double took = 0;
        for (uint32_t i = 0; i < count; i++) {
            size_t mark = wc_arena_mark(arena);
            double start = bench_ns();
            const wc_image *image = bench_load(modules[i], arena);
            took += bench_ns() - start;
            if (round == 0) instructions += bench_instructions(wc_image_module(image));
            wc_arena_rewind(arena, mark);
        }
        if (took < best) best = took;
    }
    row(name, best / instructions, "us/1000 instructions", 10);
}

/* The modules of these sources; their number. */
static uint32_t compile_all(bench *b, char **paths, int count, const wc_slice **made)
{
    static wc_slice modules[MODULES_MAX];
    uint32_t number = 0;
    for (int i = 0; i < count; i++) {
        number += bench_compile(paths[i], &b->arena, modules + number, MODULES_MAX - number);
    }
    *made = modules;
    return number;
}

static void loading(bench *b, wc_slice workload_module, char **paths, int count)
{
    const wc_slice *modules;
    uint32_t made = compile_all(b, paths, count, &modules);
    load_row("vm.load.workloads", &workload_module, 1, &b->arena);
    if (made > 0) load_row("vm.load.contracts", modules, made, &b->arena);
    static const unsigned sizes[] = {10, 100};
    for (size_t i = 0; i < 2; i++) {
        char name[32];
        wc_slice module;
        (void)bench_compile_text(generated(&b->arena, sizes[i]), &b->arena, &module, 1);
        (void)snprintf(name, sizeof name, "vm.load.views_%u", sizes[i]);
        load_row(name, &module, 1, &b->arena);
    }
    uint64_t before = bench_hashed();
    const wc_image *image = bench_load(workload_module, &b->arena);
    (void)image;
    row("vm.load.hashed", (double)(bench_hashed() - before), "bytes/module", 0);
}

/* ---- for callgrind ----------------------------------------------------------------------------
 */

static bool is_native(const char *name)
{
    return strstr(name, "_native") != NULL;
}

/* What counts.py counts. */
void bench_counted(bench *b, const char *name, const wc_slice *modules, uint32_t count);

__attribute__((noinline)) void bench_counted(bench *b, const char *name, const wc_slice *modules,
                                             uint32_t count)
{
    machine *m = &b->machines[is_native(name) ? SIDE_NATIVE : SIDE_MACHINE];
    if (strncmp(name, "w1", 2) == 0) {
        (void)bench_run(m, 1, 10000);
    } else if (strncmp(name, "w2", 2) == 0) {
        (void)bench_run(m, 2, 1);
    } else if (strcmp(name, "w3_bytes") == 0) {
        (void)bench_run(&b->machines[SIDE_BYTES], 3, 10000);
    } else if (strncmp(name, "w3", 2) == 0) {
        (void)bench_run(m, 3, 10000);
    } else if (strncmp(name, "w4", 2) == 0) {
        (void)bench_run(m, 4, 10000);
    } else if (strcmp(name, "empty_action") == 0) {
        bench_empty_action(m, 1000);
    } else if (strncmp(name, "load", 4) == 0) {
        for (uint32_t i = 0; i < count; i++) (void)bench_load(modules[i], &b->arena);
    } else {
        bench_stop("--count takes w1, w2, w3, w4, each with _native, w3_bytes, empty_action, load, "
                   "load_views or load_contracts");
    }
}

int main(int argc, char **argv)
{
    is_json = argc > 1 && strcmp(argv[1], "--json") == 0;
    const char *counted = argc > 3 && strcmp(argv[1], "--count") == 0 ? argv[2] : NULL;
    int first = counted != NULL ? 3 : is_json ? 2 : 1;
    if (argc <= first) bench_stop("takes the path of workloads.clause");
    bench *b = calloc(1, sizeof *b);
    if (b == NULL) bench_stop("out of memory");
    b->arena = new_arena();
    wc_slice module;
    if (counted != NULL && strcmp(counted, "load_views") == 0) {
        (void)bench_compile_text(generated(&b->arena, 10), &b->arena, &module, 1);
    } else {
        (void)bench_compile(argv[first], &b->arena, &module, 1);
    }
    bench_machine(&b->machines[SIDE_MACHINE], module, NULL, &b->arena);
    bench_machine(&b->machines[SIDE_UNMETERED], module, &bench_engine_unmetered, &b->arena);
    bench_machine(&b->machines[SIDE_BYTES], module, NULL, &b->arena);
    b->machines[SIDE_BYTES].host.ops = &bench_bytes;
    bench_machine(&b->machines[SIDE_NATIVE], module, NULL, &b->arena);
    b->has_native = (counted == NULL || is_native(counted)) &&
                    bench_native(b->machines[SIDE_NATIVE].image, &b->native);
    if (counted != NULL) {
        const wc_slice *modules = &module;
        bool are_contracts = strcmp(counted, "load_contracts") == 0;
        uint32_t count =
            are_contracts ? compile_all(b, argv + first + 1, argc - first - 1, &modules) : 1;
        bench_counted(b, counted, modules, count);
        return 0;
    }
    if (!is_json) {
        (void)printf("%-28s %12s %-22s %10s %8s\n", "what", "value", "unit", "limit", "ratio");
    }
    workloads(b, module);
    empty_action(b);
    loading(b, module, argv + first + 1, argc - first - 1);
    return 0;
}
