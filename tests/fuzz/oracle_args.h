/* Random canonical encodings of values of a type, boundaries favoured. */
#ifndef WC_TESTS_FUZZ_ORACLE_ARGS_H
#define WC_TESTS_FUZZ_ORACLE_ARGS_H

#include "compiler/sema/sema.h"
#include "tests/support/prng.h"
#include "vm/base/buf.h"

void oracle_put_value(wc_prng *prng, wc_buf *buf, const wc_sema_type *type);

/* The parties that values name: `count` addresses of 32 bytes and, when not NULL, an instance;
 * count 0: made-up ones. */
void oracle_people(const uint8_t *addresses, unsigned count, const uint8_t *instance);
void oracle_party(uint8_t number, uint8_t bytes[32]);

#endif
