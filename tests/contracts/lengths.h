/* How many elements the collections in encoded arguments and terms have, for forms of gas. */
#ifndef WC_TESTS_CONTRACTS_LENGTHS_H
#define WC_TESTS_CONTRACTS_LENGTHS_H

#include "vm/isa/debug.h"
#include "vm/vm.h"

/* Sets actual[i] for each size i of this kind that is a field of the tuple, by its name; the rest
 * stays as it was. Bytes that are not a value of the tuple are read as far as they are. */
void lengths_in(const wc_module *m, const wc_debug *debug, wc_gas_size_kind kind, uint16_t tuple,
                wc_slice bytes, uint32_t *actual);

#endif
