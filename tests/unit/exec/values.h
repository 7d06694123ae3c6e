/* Random types and values for property tests. Values are made as canonical bytes, by a writer that
 * shares nothing with the machine's encoder. */
#ifndef WC_TESTS_UNIT_EXEC_VALUES_H
#define WC_TESTS_UNIT_EXEC_VALUES_H

#include "tests/support/prng.h"
#include "vm/isa/builder.h"

/* A module with `count` random types in its type table, the later ones made of earlier ones. */
const wc_module *values_module(wc_arena *arena, wc_prng *prng, uint16_t count);

/* Appends a random canonical value; small collections mostly, full ones sometimes. */
void values_put(const wc_module *module, uint16_t type, wc_prng *prng, wc_buf *buf);

#endif
