/* The interpreter's unit tests, compiled: modules that they load are collected in a first run,
 * compiled, and in a second run each call of those is made by both engines, with every host failure
 * and with gas cut in a hundred places. The rig compares (rig.c).
 *
 * Thousands of modules differ in constants alone. Of those with the same code the first SAME_CODE
 * are taken; with WATTCLAUSE_NATIVE_ALL in the environment all of them (`./dev fuzz`). */
#include <stdio.h>
#include <stdlib.h>

#include "tests/native/batch.h"
#include "tests/support/sha256.h"
#include "tests/unit/exec/rig.h"

int cases_ops(void);
int cases_call(void);
int cases_deploy(void);
int cases_gas(void);
int cases_number_host(void);

static native_batch *batch;
static unsigned attached;

#define SAME_CODE  1u
#define SHAPES_MAX 16384u

static wc_hash shapes[SHAPES_MAX];
static unsigned seen[SHAPES_MAX], shape_count;
static bool takes_all;

static bool is_new(const wc_module *module)
{
    wc_slice words = wc_slice_of(module->words, sizeof *module->words * module->word_count);
    wc_hash hash = wc_test_sha256(&words, 1);
    unsigned i = 0;
    while (i < shape_count && !wc_hash_equal(&shapes[i], &hash)) i++;
    if (i == SHAPES_MAX) return false;
    if (i == shape_count) shapes[shape_count++] = hash;
    return seen[i]++ < SAME_CODE;
}

static const wc_native_object *collect(const wc_module *module, wc_slice bytes)
{
    if (takes_all || is_new(module)) native_batch_add(batch, module, bytes);
    return NULL;
}

static const wc_native_object *find(const wc_module *module, wc_slice bytes)
{
    (void)module;
    const wc_native_object *object = native_batch_find(batch, bytes);
    attached += object != NULL;
    return object;
}

static int run_all(void)
{
    return cases_ops() + cases_call() + cases_deploy() + cases_gas() + cases_number_host();
}

int main(void)
{
    takes_all = getenv("WATTCLAUSE_NATIVE_ALL") != NULL;
    batch = native_batch_open(false);
    rig_compiled = collect;
    int failed = run_all();
    native_batch_compile(batch);
    rig_compiled = find;
    failed += run_all();
    native_batch_counts counts = native_batch_count(batch);
    (void)printf("%u modules compiled, %u declined, %llu words; %u runs attached\n",
                 counts.compiled, counts.declined, (unsigned long long)counts.words, attached);
    native_batch_close(batch);
    return failed == 0 && attached > 0 ? 0 : 1;
}
