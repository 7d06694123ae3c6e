/* A build of the interpreter that tells how much gas is left before each instruction: where the
 * charges lie. */
#ifndef WC_TESTS_FUZZ_MODULE_METERED_H
#define WC_TESTS_FUZZ_MODULE_METERED_H

#include "vm/exec/image.h"

/* Called with the gas left; set before a call runs on this engine. */
extern void (*module_metered_note)(uint64_t gas);

extern const wc_engine wc_engine_metered;

#endif
