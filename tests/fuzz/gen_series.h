/* What a generated program does with dates, local clocks and series. Two calendars are declared in
 * every program: DE and NY. */
#ifndef WC_TESTS_FUZZ_GEN_SERIES_H
#define WC_TESTS_FUZZ_GEN_SERIES_H

#include "tests/fuzz/gen_types.h"

void gen_series_value(gen *g, unsigned type, unsigned depth); /* of this series type */
bool gen_time_value(gen *g, unsigned type, unsigned depth);   /* false: none of this type */
void gen_time_condition(gen *g, unsigned depth);
bool gen_series_stmt(gen *g); /* false: there is no series to do it with */

#endif
