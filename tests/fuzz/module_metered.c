/* The loop once more, observed, with the gas that it holds in a local variable told along. */
#include "tests/fuzz/module_metered.h"

#include "vm/exec/exec.h"

void (*module_metered_note)(uint64_t gas);

static void note(uint64_t gas)
{
    if (module_metered_note != NULL) module_metered_note(gas);
}

#define wc_exec_observe(exec, code, pc, r) note(gas)
#define WC_ENGINE_OBSERVED                 1
#define WC_ENGINE_NAME                     wc_engine_metered
#include "vm/exec/loop.c"
