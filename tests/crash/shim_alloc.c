/* Allocations of the program itself: those that its own code asks for, told from the libraries' by
 * the place of the call. RocksDB and the C library get what they ask for: theirs is another
 * product's way of failing. */
#define _GNU_SOURCE

#include <errno.h>
#include <link.h>
#include <stdlib.h>

#include "tests/crash/shim.h"

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static uintptr_t code_first, code_end; /* of the program; 0: not known yet */

/* The first object is the program. */
static int find_program(struct dl_phdr_info *info, size_t size, void *context)
{
    (void)size;
    (void)context;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || (part->p_flags & PF_X) == 0) continue;
        code_first = info->dlpi_addr + part->p_vaddr;
        code_end = code_first + part->p_memsz;
    }
    return 1;
}

__attribute__((constructor)) static void start(void)
{
    (void)dl_iterate_phdr(find_program, NULL);
}

static bool is_refused(const void *caller)
{
    uintptr_t at = (uintptr_t)caller;
    if (at < code_first || at >= code_end || shim_count(SHIM_alloc, false) == 0) return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    return is_refused(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return is_refused(__builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return is_refused(__builtin_return_address(0)) ? NULL : __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return is_refused(__builtin_return_address(0)) ? NULL : __libc_memalign(alignment, size);
}
