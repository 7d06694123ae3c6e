/* Inside vm/isa: the table behind wc_op_lookup, for the verifier, which asks once for each word. */
#ifndef WC_VM_ISA_OP_TABLE_H
#define WC_VM_ISA_OP_TABLE_H

#include "vm/isa/isa.h"

/* By opcode; name is NULL where there is none. */
extern const wc_op_info wc_op_table[256];

#endif
