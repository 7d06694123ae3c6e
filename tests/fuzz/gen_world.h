/* The second contract of a generated world as the first one sees it: an interface of two views and
 * two actions. */
#ifndef WC_TESTS_FUZZ_GEN_WORLD_H
#define WC_TESTS_FUZZ_GEN_WORLD_H

#include "tests/fuzz/gen_types.h"

#define GEN_PEER_ROUTINES 4u

void gen_peer_interface(gen *g);
void gen_peer_signature(gen *g, unsigned routine); /* "view w0(z0 : int) -> int" */
unsigned gen_peer_params(unsigned routine);
unsigned gen_peer_param(unsigned routine, unsigned number); /* type */
unsigned gen_peer_result(unsigned routine);                 /* GEN_TYPES_MAX: an action */

#endif
