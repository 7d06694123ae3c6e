/* See storage.h. */
#define _POSIX_C_SOURCE 200809L

#include "storage.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#define SLOTS 4096u

static struct {
    uint64_t key; /* plus 1; 0: free */
    int64_t value;
} slots[SLOTS];

static uint64_t place_of(uint32_t key)
{
    uint64_t at = (key * UINT64_C(0x9e3779b97f4a7c15)) >> 52;
    while (slots[at].key != 0 && slots[at].key != (uint64_t)key + 1) at = (at + 1) % SLOTS;
    return at;
}

int64_t host_get(uint32_t key)
{
    return slots[place_of(key)].value;
}

void host_set(uint32_t key, int64_t value)
{
    uint64_t at = place_of(key);
    slots[at].key = (uint64_t)key + 1;
    slots[at].value = value;
}

double cpu_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

void tell(int workload, double ns, int64_t check)
{
    printf("W%d %.3f %" PRId64 "\n", workload, ns, check);
}
