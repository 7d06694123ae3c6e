/* The checked tree as text, for tests and for people who look for a fault in the compiler.
 *
 *     (fit money<CNY> (round 1/1000000 half_even (local billable) (term 0)))
 *
 * Types stand where they say more than the operands; `w` behind a type marks 128 bits. */
#ifndef WC_COMPILER_SEMA_DUMP_H
#define WC_COMPILER_SEMA_DUMP_H

#include "compiler/sema/sema.h"

/* Appends one line per statement, two blanks per block. A full buffer says so itself. */
void wc_sema_dump_routine(const wc_sema_routine *routine, wc_buf *buf);

void wc_sema_dump_expr(const wc_sema_expr *expr, wc_buf *buf);

#endif
