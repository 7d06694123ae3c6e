/* What the parts of bench_vm share: sizes of the reference workloads, the limit in C, the host. */
#ifndef WC_TESTS_BENCH_BENCH_VM_H
#define WC_TESTS_BENCH_BENCH_VM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vm/base/arena.h"
#include "vm/exec/image.h"

#define W1_COUNT  1000000
#define W2_COUNT  10000
#define W2_ROUNDS 10
#define W3_COUNT  1000000
#define W3_KEYS   1024
#define W4_COUNT  1000000
#define SEED      42

/* ---- bench_vm_limit.c ---- */

/* The work of workload 1 to 4 in C, every money operation checked; its checksum. */
int64_t bench_limit(int workload);

/* ---- bench_vm_host.c: storage of W3, a hash table that both sides use, out of line ---- */
void bench_clear(void);
int64_t bench_get(uint64_t key); /* 0: absent */
void bench_set(uint64_t key, int64_t number);

/* Asked for numbers, with keys of 8 bytes; asked for the canonical bytes of key and value. */
extern const wc_host_ops bench_numbers, bench_bytes;
int64_t bench_event(void); /* the number in the last event */

/* ---- bench_vm_machine.c: modules, images, calls ---- */
typedef struct machine {
    wc_image *image;
    wc_instance instance;
    wc_host host;
    void *memory;
    uint8_t root[19 + 32]; /* version, times, state, one party */
} machine;

/* Prints the reason and ends with status 1. */
void bench_stop(const char *what);

/* CPU time of this process. */
double bench_ns(void);

/* Compiles a source; the modules of its contracts, at most `most`, in the arena. */
uint32_t bench_compile(const char *path, wc_arena *arena, wc_slice *modules, uint32_t most);
uint32_t bench_compile_text(wc_str text, wc_arena *arena, wc_slice *modules, uint32_t most);

/* Decodes, verifies, translates. */
wc_image *bench_load(wc_slice module, wc_arena *arena);
uint64_t bench_hashed(void); /* bytes that loading has given to the hash function so far */
uint32_t bench_instructions(const wc_module *module);

/* An instance of the workloads; `engine` NULL: the interpreter of the product. */
void bench_machine(machine *m, wc_slice module, const wc_engine *engine, wc_arena *arena);

/* Runs workload 1 to 4 with this many units (W2: rounds); its checksum. */
int64_t bench_run(machine *m, int workload, int64_t count);
void bench_empty_action(machine *m, int64_t count);

/* Instructions that a unit of the workload executes; told by an observer. m becomes an observed
 * machine. */
double bench_executed(machine *m, int workload, wc_arena *arena);

/* ---- bench_vm_native.c: the native tier ---- */

/* What compiling took, and of how much. */
typedef struct bench_native_report {
    double compile_ms;
    uint32_t words;
    size_t text;
} bench_native_report;

/* Lets the image run compiled; false: there is no compiler. */
bool bench_native(wc_image *image, bench_native_report *report);

#endif
