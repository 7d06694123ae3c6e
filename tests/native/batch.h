/* Many modules compiled at once: starting the compiler costs more than compiling a small module.
 *
 * A test runs its cases twice. First the batch collects the modules that come by, then it compiles
 * them, some hundred to an object, and from then on finds the object of a module by its bytes. */
#ifndef WC_TESTS_NATIVE_BATCH_H
#define WC_TESTS_NATIVE_BATCH_H

#include "vm/vm.h"

typedef struct native_batch native_batch;

/* traps_undefined: undefined behaviour of C in what was compiled stops the process. */
native_batch *native_batch_open(bool traps_undefined);

/* A verified module, unless it is there already. */
void native_batch_add(native_batch *batch, const wc_module *module, wc_slice bytes);

/* Compiles what was collected; exits when there is no compiler, or when it refuses. */
void native_batch_compile(native_batch *batch);

/* NULL: not collected, or declined by the tier. */
const wc_native_object *native_batch_find(const native_batch *batch, wc_slice bytes);

/* Modules that have an object, that were declined, and words of the former. */
typedef struct native_batch_counts {
    uint32_t compiled, declined;
    uint64_t words;
} native_batch_counts;

native_batch_counts native_batch_count(const native_batch *batch);
void native_batch_close(native_batch *batch); /* no image may use it any more */

#endif
