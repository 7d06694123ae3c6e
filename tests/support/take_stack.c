/* take_stack KIB: fills so much of the native stack. Shows that the limit of small_stack.sh holds.
 */
#include <stdio.h>
#include <stdlib.h>

#define KIB 1024u

/* Uses its frame after the call, so that no compiler makes a loop of it. */
static unsigned take(unsigned kib)
{
    volatile unsigned char frame[KIB];
    for (size_t i = 0; i < sizeof frame; i++) frame[i] = (unsigned char)(i ^ kib);
    unsigned below = kib > 1 ? take(kib - 1) : 0;
    return below + frame[kib % KIB];
}

int main(int argc, char **argv)
{
    unsigned long kib = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
    if (kib == 0 || kib > 4096) return 2;
    printf("%lu KiB, sum %u\n", kib, take((unsigned)kib));
    return 0;
}
