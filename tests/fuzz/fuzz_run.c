/* Verify, then run: whatever the verifier accepts never misbehaves (module_world.h). */
#include "tests/fuzz/module_world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    module_world world = {.property = NULL};
    (void)module_world_run(&world, wc_slice_of(data, size));
    return 0;
}
