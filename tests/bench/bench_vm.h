/* What the parts of bench_vm share: sizes of the reference workloads and the limit in C. */
#ifndef WC_TESTS_BENCH_BENCH_VM_H
#define WC_TESTS_BENCH_BENCH_VM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define W1_COUNT  1000000
#define W2_COUNT  10000
#define W2_ROUNDS 10
#define W3_COUNT  1000000
#define W3_KEYS   1024
#define W4_COUNT  1000000
#define SEED      42

/* Storage of W3: open addressing, key and value of 8 bytes. */
#define TABLE 4096u

typedef struct table {
    uint64_t keys[TABLE]; /* plus 1; 0: free */
    uint8_t values[TABLE][8];
    uint8_t header[12];
    bool has_header;
} table;

struct wc_image;
extern table bench_storage;

/* Place of a key's value; NULL when it is absent and not to be made. */
uint8_t *bench_find(table *t, uint64_t key, bool make);

/* The native tier (bench_vm_native.c): what compiling took, and of how much. */
typedef struct bench_native_report {
    double compile_ms;
    uint32_t words;
    size_t text;
} bench_native_report;

/* Lets the image run compiled; false: there is no compiler. */
bool bench_native(struct wc_image *image, bench_native_report *report);
void bench_native_print(const bench_native_report *report, double mean, bool json);

/* The work of workload 1 to 4 in C, every money operation checked; its checksum. */
int64_t bench_limit(int workload);

#endif
