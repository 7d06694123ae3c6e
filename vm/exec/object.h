/* What an object shows that a C compiler made of a verified module (vm/native), and running by it.
 */
#ifndef WC_VM_EXEC_OBJECT_H
#define WC_VM_EXEC_OBJECT_H

#include "vm/exec/image.h"

typedef struct wc_native_calls wc_native_calls; /* functions of the machine that it calls */

struct wc_native_object {
    uint8_t magic[8];
    uint8_t emitter[32];                 /* hash of what text and program must agree on */
    uint8_t module[32];                  /* code hash */
    const char *compiler;                /* __VERSION__ of the C compiler */
    const wc_native_calls **calls;       /* set by wc_native_ready */
    const wc_native_function *functions; /* function_count; NULL: no entry's function */
    uint32_t function_count;
};

#endif
