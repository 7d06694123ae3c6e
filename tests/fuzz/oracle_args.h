/* Random canonical encodings of values of a type, boundaries favoured. */
#ifndef WC_TESTS_FUZZ_ORACLE_ARGS_H
#define WC_TESTS_FUZZ_ORACLE_ARGS_H

#include "compiler/sema/sema.h"
#include "tests/support/prng.h"
#include "vm/base/buf.h"

void oracle_put_value(wc_prng *prng, wc_buf *buf, const wc_sema_type *type);

/* The parties that values name. */
void oracle_party(uint8_t number, uint8_t bytes[32]);

#endif
