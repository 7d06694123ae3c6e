/* Examples for reports of the checker: runs an action with small arguments in the reference
 * interpreter until the storage has gained or lost some of a unit. */
#ifndef WC_COMPILER_INTERP_WITNESS_H
#define WC_COMPILER_INTERP_WITNESS_H

#include "compiler/sema/sema.h"

/* As wc_sema_witness.gains. self: the arena; what is taken from it is given back. */
bool wc_interp_gains(void *self, const wc_sema_trial *trial, wc_buf *text);

#endif
