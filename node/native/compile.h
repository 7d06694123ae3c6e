/* Making a shared object of the C text that vm/native writes, with the system's compiler. It runs
 * in a process of its own, without a shell, within bounds of time, memory and size: the text is
 * made from bytecode that anybody may deploy. */
#ifndef WC_NODE_NATIVE_COMPILE_H
#define WC_NODE_NATIVE_COMPILE_H

#include <pthread.h>

#include "vm/base/slice.h"
#include "vm/base/status.h"

#define WC_NATIVE_PATH_MAX 4096u
#define WC_NATIVE_CPU_MAX  120u               /* seconds of processor time for one object */
#define WC_NATIVE_HEAP_MAX ((size_t)2u << 30) /* bytes of address space of the compiler */

/* The process of a compiler that runs in the background: another thread may end it. */
typedef struct wc_native_process {
    pthread_mutex_t lock;
    int group;     /* of the processes that run now; 0: none */
    bool is_ended; /* no further one is started */
} wc_native_process;

bool wc_native_process_init(wc_native_process *process);
void wc_native_process_end(wc_native_process *process); /* kills what runs, and what would */
void wc_native_process_free(wc_native_process *process);

typedef struct wc_native_compiler {
    char path[WC_NATIVE_PATH_MAX]; /* absolute */
    const char *const *flags;      /* beyond the fixed ones, up to a NULL; NULL: none (tests) */
    bool is_loud;                  /* what the compiler says goes to stderr */
    wc_native_process *background; /* runs behind everything else on the machine; NULL: does not */
} wc_native_compiler;

/* `cc`, else `gcc`, in the folders of PATH. NOT_FOUND: there is none. */
WC_MUST_USE wc_status wc_native_find_compiler(wc_native_compiler *compiler);

/* Compiles the text to the file `object`, which appears whole or not at all. NOT_SUPPORTED: the
 * compiler refuses, or needs more than its bounds; IO: files cannot be written or the compiler not
 * be started. */
WC_MUST_USE wc_status wc_native_compile(const wc_native_compiler *compiler, wc_slice text,
                                        const char *object);

#endif
