/* Modules, images and calls for bench_vm. */
#define _DEFAULT_SOURCE 1 /* clock_gettime */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "compiler/compiler.h"
#include "tests/bench/bench_vm.h"
#include "vm/base/codec.h"
#include "vm/isa/isa.h"
#include "vm/isa/verify.h"
#include "vm/vm.h"

double bench_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

void bench_stop(const char *what)
{
    (void)fprintf(stderr, "bench_vm: %s\n", what);
    exit(1);
}

/* ---- compiling, loading -----------------------------------------------------------------------
 */

static uint64_t hashed_bytes;

/* Stands for SHA-256, which a node computes with its CPU's instructions: so loading is measured and
 * not hashing. Eight bytes at once, the last ones perhaps twice. */
static wc_hash quick_hash(const wc_slice *parts, size_t count)
{
    wc_hash hash = {{0}};
    uint64_t state = count;
    for (size_t i = 0; i < count; i++) hashed_bytes += parts[i].len;
    for (size_t i = 0; count == 1 && i < parts[0].len; i += 8) {
        size_t left = parts[0].len - i;
        uint64_t piece = wc_piece(parts[0].data + i, left < 8 ? left : 8);
        state = (state ^ piece ^ state >> 29) * UINT64_C(0x9e3779b97f4a7c15);
    }
    wc_store_u64(hash.bytes, state * UINT64_C(0x9e3779b97f4a7c15));
    return hash;
}

uint64_t bench_hashed(void)
{
    return hashed_bytes;
}

static uint32_t compile(const char *name, wc_str text, wc_arena *arena, wc_slice *modules,
                        uint32_t most)
{
    wc_compile_options options = {.arena = arena, .hash = quick_hash, .no_tests = true};
    wc_compilation *made;
    if (wc_compile(&options, wc_str_of(name), text, &made) != WC_OK || made->has_failed) {
        bench_stop(name);
    }
    uint32_t count = made->contract_count < most ? made->contract_count : most;
    for (uint32_t i = 0; i < count; i++) modules[i] = made->contracts[i].module;
    return count;
}

uint32_t bench_compile(const char *path, wc_arena *arena, wc_slice *modules, uint32_t most)
{
    const size_t room = 1u << 20;
    char *text = wc_arena_alloc(arena, room, 1);
    FILE *file = fopen(path, "rb");
    if (file == NULL || text == NULL) bench_stop(path);
    size_t size = fread(text, 1, room, file);
    (void)fclose(file);
    return compile(path, (wc_str){text, size}, arena, modules, most);
}

uint32_t bench_compile_text(wc_str text, wc_arena *arena, wc_slice *modules, uint32_t most)
{
    return compile("generated.clause", text, arena, modules, most);
}

wc_image *bench_load(wc_slice module, wc_arena *arena)
{
    wc_image *image;
    wc_finding finding;
    if (wc_image_load(module, quick_hash, arena, &image, &finding) != WC_OK) {
        bench_stop("the verifier refuses");
    }
    return image;
}

uint32_t bench_instructions(const wc_module *module)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < module->word_count; i++) {
        count += module->words[i] >> 48 != WC_OP_ext;
    }
    return count;
}

void bench_machine(machine *m, wc_slice module, const wc_engine *engine, wc_arena *arena)
{
    if (engine == NULL) {
        m->image = bench_load(module, arena);
    } else {
        wc_module *decoded;
        wc_finding finding;
        size_t bad;
        if (wc_module_decode(module, arena, &decoded, &bad) != WC_OK ||
            wc_module_verify(decoded, quick_hash, arena, &finding) != WC_OK ||
            wc_image_translate(decoded, engine, arena, &m->image) != WC_OK) {
            bench_stop("a module cannot be loaded for another engine");
        }
    }
    m->memory = wc_arena_alloc(arena, wc_call_memory_size(m->image), 64);
    if (m->memory == NULL) bench_stop("out of memory");
    memset(m->root, 0, sizeof m->root);
    m->root[0] = 1;
    m->instance = (wc_instance){.image = m->image, .root = wc_slice_of(m->root, sizeof m->root)};
    m->host = (wc_host){&bench_numbers, NULL};
}

/* ---- calls ------------------------------------------------------------------------------------
 */

static uint16_t entry_of(const machine *m, wc_entry_kind kind, const char *name)
{
    uint16_t entry = wc_image_entry(m->image, kind, wc_str_of(name));
    if (entry == WC_NONE) bench_stop(name);
    return entry;
}

static int64_t call(machine *m, uint16_t entry, int64_t a, int64_t b)
{
    uint8_t args[16];
    wc_store_u64(args, (uint64_t)a);
    wc_store_u64(args + 8, (uint64_t)b);
    wc_call with = {.entry = entry,
                    .args = wc_slice_of(args, sizeof args),
                    .has_principal = true,
                    .gas_limit = UINT64_MAX};
    wc_outcome outcome;
    wc_call_run(&m->instance, &with, &m->host, m->memory, &outcome);
    if (outcome.kind != WC_OUTCOME_OK) bench_stop("a call failed");
    return outcome.result.len == 0 ? bench_event() : (int64_t)wc_load_u64(outcome.result.data);
}

static int64_t run_tiny(machine *m, int64_t count)
{
    wc_scalar_view view;
    wc_outcome outcome;
    wc_call with = {.entry = entry_of(m, WC_ENTRY_VIEW, "tiny")};
    if (wc_scalar_view_open(&view, &m->instance, &with, &m->host, m->memory, &outcome) != WC_OK) {
        bench_stop("the view does not open");
    }
    int64_t sum = 0;
    for (int64_t k = 0; k < count; k++) {
        const int64_t args[] = {k, 7};
        int64_t result = 0;
        if (!wc_scalar_view_call(&view, 1000000, args, &result)) bench_stop("a call failed");
        sum += result & 1023;
    }
    return sum;
}

__attribute__((noinline)) int64_t bench_run(machine *m, int workload, int64_t count)
{
    if (workload == 1) return call(m, entry_of(m, WC_ENTRY_VIEW, "settle"), count, SEED);
    if (workload == 2) return call(m, entry_of(m, WC_ENTRY_VIEW, "auction"), count, SEED);
    if (workload == 4) return run_tiny(m, count);
    bench_clear();
    return call(m, entry_of(m, WC_ENTRY_ACTION, "transfer"), count, SEED);
}

__attribute__((noinline)) void bench_empty_action(machine *m, int64_t count)
{
    wc_call with = {.entry = entry_of(m, WC_ENTRY_ACTION, "nothing"),
                    .has_principal = true,
                    .gas_limit = 1000000};
    for (int64_t k = 0; k < count; k++) {
        wc_outcome outcome;
        wc_call_run(&m->instance, &with, &m->host, m->memory, &outcome);
        if (outcome.kind != WC_OUTCOME_OK || outcome.root_changed) bench_stop("a call failed");
    }
}

/* ---- executed instructions --------------------------------------------------------------------
 */

static void count_step(void *self, const wc_step *step)
{
    (void)step;
    ++*(uint64_t *)self;
}

double bench_executed(machine *m, int workload, wc_arena *arena)
{
    uint64_t steps = 0, before;
    wc_observer observer = {.self = &steps, .step = count_step};
    if (m->image->observer == NULL && wc_image_observe(m->image, &observer, arena) != WC_OK) {
        bench_stop("out of memory");
    }
    m->image->observer = &observer;
    if (workload == 4) {
        (void)call(m, entry_of(m, WC_ENTRY_VIEW, "tiny"), 5, 7);
        return (double)steps;
    }
    int64_t count = workload == 2 ? 1 : 1000; /* what stands around the loop falls out */
    (void)bench_run(m, workload, count);
    before = steps;
    (void)bench_run(m, workload, 2 * count);
    return (double)(steps - 2 * before) / (double)count;
}
