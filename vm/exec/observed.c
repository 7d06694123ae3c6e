/* The interpreter once more, built to tell an observer of each instruction (observe.c). It runs the
 * same handlers on the same cells, so results, traps and gas are those of the other build. */
#define WC_ENGINE_OBSERVED 1
#define WC_ENGINE_NAME     wc_engine_observed
#include "vm/exec/loop.c"
