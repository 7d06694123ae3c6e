/* Verify, then run: whatever the verifier accepts never misbehaves.
 *
 * The contract that an input makes (run_world.h) is deployed and its entries are called several
 * times with random arguments and gas. For each call:
 *   - no sanitizer finding, no failed assertion;
 *   - gas used <= the limit, and <= the bound that the verifier derived;
 *   - both dispatch forms end alike, with the same effects, on memory full of different rubbish;
 *   - the host works, so trap HOST never occurs: what a contract has stored always decodes again.
 * Exits by abort, through wc_assert. */
#include <stdlib.h>

#include "tests/fuzz/run_world.h"
#include "tests/support/sha256.h"

extern const wc_engine wc_engine_switch;
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t *arena_memory;
    if (arena_memory == NULL) arena_memory = malloc(RUN_ARENA);
    wc_assert(arena_memory != NULL);
    run_world w = {.cuts = 0};
    if (!run_world_open(&w, arena_memory, data, size)) return 0;
    wc_status status =
        wc_image_translate(w.module, &wc_engine_switch, wc_test_sha256, &w.arena, &w.images[1]);
    if (status == WC_OK) run_world_play(&w);
    return 0;
}
