/* unused | where the mapping is | the block | guard page */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */

#include "node/chain/pages.h"

#include <stdint.h>
#include <sys/mman.h>

#include "vm/base/base.h"

#define PAGE ((size_t)65536) /* a multiple of the page of every machine that Linux runs on */
#define HEAD ((size_t)64)    /* keeps the block's alignment */

typedef struct mapping {
    void *start;
    size_t size;
} mapping;

/* It lies right before the block. */
static mapping *mapping_of(uint8_t *block)
{
    return (mapping *)(void *)(block - HEAD);
}

void *wc_pages_take(size_t size)
{
    wc_assert(size > 0 && size <= SIZE_MAX - 4 * PAGE);
    size_t block_size = (size + 63) & ~(size_t)63;
    size_t whole = (HEAD + block_size + PAGE - 1) / PAGE * PAGE + PAGE;
    uint8_t *start = mmap(NULL, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) return NULL;
    if (mprotect(start + whole - PAGE, PAGE, PROT_NONE) != 0) {
        (void)munmap(start, whole);
        return NULL;
    }
    uint8_t *block = start + whole - PAGE - block_size;
    *mapping_of(block) = (mapping){start, whole};
    return block;
}

void wc_pages_enlarge(void *pages)
{
    mapping taken = *mapping_of(pages);
    /* A system that has none says so, and everything works as before. */
    (void)madvise(taken.start, taken.size, MADV_HUGEPAGE);
}

void wc_pages_give(void *pages)
{
    if (pages == NULL) return;
    mapping taken = *mapping_of(pages);
    int failed = munmap(taken.start, taken.size);
    wc_assert(failed == 0);
}
