/* A host that answers STOP to everything. */
#ifndef WC_VM_EXEC_NO_HOST_H
#define WC_VM_EXEC_NO_HOST_H

#include "vm/exec/host.h"

extern const wc_host wc_no_host;

#endif
