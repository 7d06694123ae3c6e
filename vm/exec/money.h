/* Postings: what the money instructions share. */
#ifndef WC_VM_EXEC_MONEY_H
#define WC_VM_EXEC_MONEY_H

#include "vm/exec/exec.h"

/* Hands one posting to the host; amount 0 posts nothing. Gas was charged. SHORT becomes the error
 * InsufficientEscrow, REFUSED NotAuthorised, LIMIT Full. from, to: 32 bytes in call memory. */
bool wc_money_post(wc_exec *exec, wc_move move, const uint8_t *from, const uint8_t *to,
                   uint16_t currency, int64_t amount);

/* Divides gross >= 0 among the shares at `list` (a LIST of {party, share, weight}); `whole` is one
 * whole in units of the shares; mode as in bytecode. Fills exec->parts[0, length): amounts, which
 * sum to gross. False: the outcome holds BadShares or a trap. Pure arithmetic; see split.c. */
bool wc_split_divide(wc_exec *exec, const uint8_t *list, uint32_t stride, int64_t gross,
                     int64_t whole, uint16_t mode);

#endif
